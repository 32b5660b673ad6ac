"""The picture in the README: the first day of ``gradus demo``; ``make picture`` renews it."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

from config import demo

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- picture: begin (made by `make picture`) -->\n"
END = "<!-- picture: end -->"


def picture() -> str:
    """Return the first day's transcript as a code block."""
    screen = io.StringIO()
    asyncio.run(demo.run(screen, first_day_only=True))
    lines = screen.getvalue().splitlines()
    day = lines[lines.index("-- Mon 21 Dec 09:30") :]
    return "```text\n" + "\n".join(day).rstrip() + "\n```\n"


def with_picture(text: str) -> str:
    """Return the README's text with the picture as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{picture()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_picture(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stderr.write(f"Renewed the picture in {README.name}.\n")
