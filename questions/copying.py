"""Finds what a question shares, word for word, with documents it must not be copied from.

It compares words only; whether two texts say the same in other words is for a reader to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError
from questions.files import Library

RUN = 8
"""How many words in a row count as copied."""
TEXTS = frozenset({".md", ".txt", ".markdown", ".rst", ".html"})
LARGEST = 20_000_000
"""Bytes of one document."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Copied:
    """A run of words that a question has in common with a document."""

    path: str
    """The question's file."""
    line: int
    """From 1, where the run begins."""
    words: str
    document: str


def copied(library: Library, documents: Iterable[Path]) -> list[Copied]:
    """Return every run of eight words or more shared with the documents, first words only.

    Raises ``UsageError`` for a document that cannot be read.
    """
    runs: dict[tuple[str, ...], str] = {}
    for document in documents:
        words = [word for word, _ in _words(_text(document))]
        for start in range(len(words) - RUN + 1):
            runs.setdefault(tuple(words[start : start + RUN]), document.name)
    found: list[Copied] = []
    for entry in library.entries.values():
        words_at = list(_words(entry.text))
        skip = 0
        for start in range(len(words_at) - RUN + 1):
            run = tuple(word for word, _ in words_at[start : start + RUN])
            if start >= skip and run in runs:
                found.append(Copied(entry.path, words_at[start][1], " ".join(run), runs[run]))
                skip = start + RUN
    return found


def documents_in(folder: Path) -> list[Path]:
    """Return the text documents in a folder, or the one document named; ``UsageError`` for none."""
    if folder.is_file():
        return [folder]
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in TEXTS)
    if not found:
        endings = ", ".join(sorted(TEXTS))
        raise UsageError(f"{folder} holds no documents. They are known by their ending: {endings}.")
    return found


def _text(document: Path) -> str:
    try:
        if document.stat().st_size > LARGEST:
            raise UsageError(f"{document} is larger than {LARGEST:,} bytes. Split it.")
        return document.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{document} cannot be read: {error.strerror}.") from error


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Yield each word, case folded, with its line from 1."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in _WORD.finditer(line):
            yield match[0].casefold(), number
