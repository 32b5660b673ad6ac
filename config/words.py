"""The small words of the settings' messages: values as they were written, and the nearest name.

Whole sentences stand beside the checks that say them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from difflib import get_close_matches

LONGEST = 60
"""So many characters of a value are shown."""
FEW = 20
"""So many allowed names are listed; of more, only the nearest is."""


def quoted(text: str) -> str:
    """Return a text in quotes, cut where it is long, with nothing in it that leaves its line."""
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return json.dumps(short, ensure_ascii=not short.isprintable())


def shown(value: object) -> str:
    """Return a value as its author wrote it, as far as one line shows it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case int() | float():
            return str(value)[:LONGEST]
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "this"


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return the allowed name that looks most like ``word``; empty when none does."""
    names = {name.casefold(): name for name in allowed}
    close = get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def hint(word: str, allowed: Iterable[str]) -> str:
    """Return what a message about a wrong name ends with: the nearest one, or all, or nothing."""
    names = sorted(allowed)
    if near := nearest(word, names):
        return f" Nearest: {quoted(near)}."
    if 0 < len(names) <= FEW:
        return f" Allowed: {', '.join(names)}."
    return ""
