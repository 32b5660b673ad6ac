"""What several ``gradus questions`` commands share: the banks, and a question by its name."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UsageError
from bot.model import Question

if TYPE_CHECKING:
    from questions.files import Library

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def bank_to_write() -> Path:
    """Return the bank of this checkout when we stand in one, else the first own bank."""
    here = Path("questions/bank")
    if here.is_dir() and Path("questions/sources.yaml").is_file():
        return here
    from config.deployment import Deployment

    return Deployment.read(config()).own_banks[0]


def library() -> Library:
    """Return the questions of all banks."""
    from config.deployment import Deployment

    return Deployment.read(config()).library


def every_word() -> Library:
    """Return the banks with everything in them checked, the shipped one too."""
    from config.deployment import Deployment
    from questions.files import read_bank

    deployment = Deployment.read(config())
    return read_bank(deployment.own_banks, shipped=deployment.settings.shipped)


def find(name: str) -> Question:
    """Return a question by id or by file; raises ``UsageError`` with the nearest id."""
    from questions.files import read_files

    if name.endswith(".md"):
        read = read_files([Path(name)])
        if read.problems:
            raise UsageError(str(read.problems[0]))
        return next(iter(read.questions))
    banks = library()
    question = banks.find(name)
    if question is None:
        near = difflib.get_close_matches(name, banks.entries, n=1)
        hint = f" The nearest is {near[0]}." if near else ""
        raise UsageError(f"There is no question {name!r} in your banks.{hint}")
    return question


def config() -> Path | None:
    """Return the settings file that was named before the command."""
    from config.cli import given

    return given.config
