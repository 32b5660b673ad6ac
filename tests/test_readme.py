"""The documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from config.cli import app
from tests.picture import README, with_picture

ROOT = README.parent


def test_the_picture_in_the_readme_is_what_the_demo_shows() -> None:
    """``make picture`` renews it."""
    text = README.read_text(encoding="utf-8")

    assert with_picture(text) == text


def test_every_file_that_a_document_names_exists() -> None:
    """A path in backticks with a known ending or a trailing slash is a promise."""
    missing = [
        f"{document.name}: {path}"
        for document in sorted(ROOT.glob("*.md"))
        for path in re.findall(
            r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|yaml))`", _prose(document)
        )
        if not (ROOT / path).exists() and path not in GIVEN
    ]

    assert missing == []


GIVEN = {"gradus.toml", "bank.toml", "./gradus.toml", "backups/", "topic/slug"}
"""Files of a deployment, not of the repository."""


def _prose(document: Path) -> str:
    text = document.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def test_every_command_in_the_readme_is_one() -> None:
    """Words after ``.venv/bin/gradus`` are commands that exist."""
    command = get_command(app)
    said = re.findall(r"\.venv/bin/gradus ([a-z -]+)", README.read_text(encoding="utf-8"))
    unknown = [words for words in said if not _known(command, words.split())]

    assert unknown == []


def _known(command: object, words: list[str]) -> bool:
    commands = getattr(command, "commands", None)
    if commands is None or not words or words[0].startswith("-"):
        return True
    return words[0] in commands and _known(commands[words[0]], words[1:])
