"""How the command line prints: text through the terminal's renderer, JSON, findings, errors."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from adapters.terminal.render import Screen, draw, visible
from bot.messages import Audience, Message
from bot.ports import Finding

WIDEST = 100
"""Columns beyond which lines are hard to read."""


def screen() -> Screen:
    """Return what standard output can show: styles on a terminal only, and never with NO_COLOR."""
    styled = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else 80
    return Screen(width, styled)


def out(line: str) -> None:
    """Print a line of text; nothing in it can drive a terminal."""
    raw(visible(line) + "\n")


def marked(pieces: Sequence[tuple[str, bool]]) -> None:
    """Print a line in pieces, each with whether it is in bold where there is bold."""
    styled = screen().styled
    shown = (
        f"\x1b[1m{visible(text)}\x1b[22m" if bold and styled else visible(text)
        for text, bold in pieces
    )
    raw("".join(shown) + "\n")


def raw(text: str) -> None:
    """Print text of our own as it is."""
    sys.stdout.write(text)


def err(text: str) -> None:
    """Print a paragraph on standard error."""
    flush()
    sys.stderr.write(visible(text).rstrip() + "\n")


def flush() -> None:
    """Write out what waits to be; raises ``OSError``, as for a pipe whose reader has enough."""
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up() -> None:
    """Send what could not be written nowhere, or the interpreter complains of it as it ends."""
    with suppress(OSError):  # a stream without a file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def message(shown: Message) -> None:
    """Print a message as the terminal shows it, to everybody, with nothing to press."""
    raw(draw(replace(shown, audience=Audience.CHANNEL, actions=()), screen()))


def as_json(value: Any) -> None:
    """Print a value as JSON, readable and in UTF-8."""
    raw(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def finding(one: Finding) -> None:
    """Print one finding: in words, never by colour alone."""
    out(f"{'ok  ' if one.fine else 'MEND'}  {one.what}: {one.said}")
    if one.mend and not one.fine:
        out(f"      {one.mend}")


def findings(all_: Sequence[Finding], *, as_json: bool) -> None:
    """Print a doctor's report."""
    if as_json:
        rows = [
            {"what": one.what, "fine": one.fine, "said": one.said, "mend": one.mend} for one in all_
        ]
        raw(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    for one in all_:
        finding(one)
