"""How we know that it works; tests/stories is the place to begin reading."""
