"""A home for the program: a folder with settings and a small bank, and ways to start it there."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest
from typer.testing import CliRunner

from config.cli import main
from tests.doubles.process import Ended, Nursery, Program, start_fresh

SETTINGS = """\
banks = ["own"]
[terminal]
member = "ada"
[defaults]
timezone = "UTC"
"""
CHOICE = """\
---
title: {title}
kind: choice
level: beginner
source: A book
author: Gradus contributors
licence: CC-BY-4.0
status: ready
---
{title}. What do you do first?

## Choices
- [ ] Make the batches smaller

  That makes it noisier.
- [x] Make the steps shorter

## Answer
The steps are too long for the slope.
"""
"""A question of which B is right."""
SPOILER = "too long for the slope"
"""What nobody may read before the reveal."""


@dataclass(frozen=True, slots=True)
class Home:
    """One deployment, alone in its folder."""

    folder: Path
    nursery: Nursery

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.folder / "gradus.toml"

    @property
    def bank(self) -> Path:
        """The one bank."""
        return self.folder / "own"

    @property
    def data(self) -> Path:
        """The folder for all that lasts; made at the first start."""
        return self.folder / "data"

    @property
    def store(self) -> Path:
        """The database."""
        return self.data / "gradus.db"

    @property
    def env(self) -> dict[str, str]:
        """All of the program's environment."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TZ": "UTC",
            "PYTHONUTF8": "1",
            "GRADUS_CONFIG": str(self.settings),
            "GRADUS_DATA": str(self.data),
        }

    def ask(self, name: str, title: str = "The loss jumps up and down") -> Path:
        """Write a question into the bank; B is right."""
        path = self.bank / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CHOICE.format(title=title), encoding="utf-8")
        return path

    def runs(self, *words: str, **env: str) -> Ended:
        """Run ``gradus WORDS`` in this process, without input, and return what became of it."""
        others: dict[str, str | None] = dict.fromkeys(os.environ)
        umask = os.umask(0o077)
        try:
            with (
                contextlib.chdir(self.folder),
                CliRunner().isolation(env=others | self.env | env) as (out, err, _),
            ):
                try:
                    main(words)
                except SystemExit as end:
                    code = end.code
                sys.stdout.flush()
                sys.stderr.flush()
                assert isinstance(code, int)
                return Ended(code, out.getvalue().decode(), err.getvalue().decode())
        finally:
            os.umask(umask)

    def starts(
        self,
        *words: str,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> Program:
        """Start ``gradus WORDS`` in a process of its own, with more in its environment."""
        return self.nursery.start(
            *words,
            env={**self.env, **env},
            cwd=self.folder,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )

    def starts_fresh(self, *command: str, **env: str) -> Program:
        """Start a command, such as ``python -m bot``, with an interpreter of its own."""
        return start_fresh(command, self.env | env, self.folder)

    def hears(self, *lines: str, env: Mapping[str, str] = MappingProxyType({})) -> Ended:
        """Start ``gradus``, type lines at it, end the input, and return what became of it."""
        with self.starts(env=env) as program:
            program.types(*lines)
            program.hangs_up()
            return program.wait()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Yield what starts the program without its imports; one for all tests."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, nursery: Nursery) -> Home:
    """Return a deployment whose bank has one question, ``training/loss-jumps``."""
    made = Home(tmp_path, nursery)
    made.settings.write_text(SETTINGS)
    made.ask("training/loss-jumps")
    return made
