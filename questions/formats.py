"""The formats that questions can be read from and written to, by the names the command line has."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What a document may be written in."""

    AUTO = "auto"
    MARKDOWN = "markdown"
    CSV = "csv"
    TSV = "tsv"
    ANKI = "anki"
    TRIVIA = "trivia"
    OPENTDB = "opentdb"
    JSON = "json"
    OWN = "own"


class Target(StrEnum):
    """What questions can be written as."""

    OWN = "own"
    CSV = "csv"
    JSON = "json"
    ANKI = "anki"


LOST: dict[Target, str] = {
    Target.OWN: "",
    Target.CSV: "",
    Target.JSON: "",
    Target.ANKI: (
        "Anki's text format carries a card's two sides and its tags. Options and the answer become"
        " text; how an answer is graded, hints, rubric, follow-ups, sources, author, licence and"
        " status are left out. Formulas stay as they are written."
    ),
}
"""What each format has no place for."""
