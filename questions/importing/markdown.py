"""Reads Markdown of any shape into a document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from questions.importing import bodies, cutting, lines, mending, rows, shapes
from questions.importing.characters import repaired
from questions.importing.document import Document, Entry, Flag, Skipped
from questions.importing.fitting import with_addresses


def read(text: str, path: str) -> Document:
    """Return the questions of a Markdown document; any text gives a document."""
    sequence, flags = lines.read(repaired(text))
    sequence = with_addresses(sequence)
    shape = shapes.recognise(sequence)
    if not shape.marks and (table := rows.grid(sequence, path)):
        return table
    pieces = cutting.cut(sequence, shape)
    side = mending.side_of(sequence)
    entries: list[Entry] = []
    skipped: list[Skipped] = list(pieces.skipped)
    flags.sort(key=lambda flag: flag.line)
    lines_of_flags = [flag.line for flag in flags]
    others: list[Flag] = []
    done = 0  # of the flags
    for cut in pieces.cuts:
        entry, more = bodies.read(cut, side)
        last = cut.body[-1].number if cut.body else cut.line
        first = max(done, bisect_left(lines_of_flags, cut.line))
        end = max(first, bisect_right(lines_of_flags, last))
        entries.append(replace(entry, flags=(*flags[first:end], *entry.flags)))
        others += flags[done:first]
        done = end
        skipped += more
    others += flags[done:]
    return Document(
        path,
        shape.name,
        tuple(entries),
        tuple(sorted(skipped, key=lambda each: each.line)),
        pieces.announced,
        (*others, *_about(entries, pieces.announced)),
    )


def _about(entries: list[Entry], announced: int | None) -> list[Flag]:
    """Return what is odd about the document as a whole."""
    if announced is None or announced == len(entries):
        return []
    return [Flag(1, f"{announced} announced, {len(entries)} found")]
