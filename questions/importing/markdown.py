"""Reads Markdown of any shape into a document."""

from __future__ import annotations

from dataclasses import replace

from questions.importing import bodies, cutting, lines, mending, shapes
from questions.importing.characters import repaired
from questions.importing.document import Document, Entry, Flag, Skipped
from questions.importing.fitting import with_addresses


def read(text: str, path: str) -> Document:
    """Return the questions of a Markdown document; any text gives a document."""
    sequence, flags = lines.read(repaired(text))
    sequence = with_addresses(sequence)
    shape = shapes.recognise(sequence)
    pieces = cutting.cut(sequence, shape)
    side = mending.side_of(sequence)
    entries: list[Entry] = []
    skipped: list[Skipped] = list(pieces.skipped)
    for cut in pieces.cuts:
        entry, more = bodies.read(cut, side)
        last = cut.body[-1].number if cut.body else cut.line
        own = [flag for flag in flags if cut.line <= flag.line <= last]
        flags = [flag for flag in flags if flag not in own]
        entries.append(replace(entry, flags=(*own, *entry.flags)))
        skipped += more
    return Document(
        path,
        shape.name,
        tuple(entries),
        tuple(sorted(skipped, key=lambda each: each.line)),
        pieces.announced,
        (*flags, *_about(entries, pieces.announced)),
    )


def _about(entries: list[Entry], announced: int | None) -> list[Flag]:
    """Return what is odd about the document as a whole."""
    if announced is None or announced == len(entries):
        return []
    return [Flag(1, f"{announced} announced, {len(entries)} found")]
