"""The door: ``python -m bot`` is ``gradus``."""

from config.cli import main

if __name__ == "__main__":
    main()
