"""The options of a question with a choice: where they stand, and which of them an answer names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from questions.importing import signs
from questions.importing.lines import Line, Part

_OPTION = re.compile(
    r"\s*(?:[-*+•]\s+)?(?:\*\*)?(?:[(\[](?P<a>[A-Ha-h])[)\]]"
    r"|(?P<b>[A-Ha-h])(?P<stop>[.):]))(?:\*\*)?"
    r"[ \t]+(?P<text>\S.*)$"
)
_BOX = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+\[(?P<box>[ xX✓✔]?)\]\s*(?P<text>\S.*)$")
_LETTERS = re.compile(
    r"\W*(?:option\s+|choice\s+)?(?P<letters>[A-Ha-h](?:\s*(?:,|&|and|\+|/)\s*[A-Ha-h])*)(?![\w'’])"
    r"(?P<stop>[).:\]*_\s–—-]*)(?P<rest>.*)$",
    re.IGNORECASE,
)


def is_option(text: str) -> bool:
    """Tell whether a line looks like an option with a letter."""
    return _OPTION.match(text) is not None


def letter_of(text: str) -> str:
    """Return the letter of an option, as a capital; empty if the line is none."""
    option = _OPTION.match(text)
    return (option["a"] or option["b"]).upper() if option else ""


def find(lines: Sequence[Line]) -> list[tuple[int, str, bool | None]]:
    """Return the options among some lines: their places, texts, and boxes where they have any."""
    boxes = [
        (at, box["text"], box["box"].strip() != "")
        for at, line in enumerate(lines)
        if line.part is Part.TEXT and (box := _BOX.match(line.text))
    ]
    if len(boxes) >= 2:
        return [
            (at, _without_letter(text, place), ticked)
            for place, (at, text, ticked) in enumerate(boxes)
        ]
    found: list[tuple[int, str, bool | None]] = []
    for at, line in enumerate(lines):
        option = _OPTION.match(line.text) if line.part is Part.TEXT else None
        if option is None:
            continue
        letter = letter_of(line.text)
        if letter == "A":
            found = []
        if letter == "ABCDEFGH"[len(found) : len(found) + 1]:
            found.append((at, option["text"].strip(), None))
    return found if len(found) >= 2 else []


def _without_letter(text: str, place: int) -> str:
    """Return an option's text without its own letter."""
    option = _OPTION.match(text)
    own = option and (option["a"] or option["b"]).upper() == "ABCDEFGH"[place : place + 1]
    return option["text"] if option and own else text


def end_of(lines: Sequence[Line], at: int) -> int:
    """Return where an option ends: lines directly below it belong to it."""
    end = at + 1
    while (
        end < len(lines) and lines[end].part is Part.TEXT and lines[end].indent and lines[end].text
    ):
        end += 1
    return end


def named_right(line: str, options: Sequence[str]) -> tuple[set[int], str]:
    """Return which options an answer's first line names, by letter or by words, and its rest."""
    plain = line.strip().strip("*_` ")
    for place, option in enumerate(options):
        if signs.key(option) and signs.key(option) == signs.key(plain):
            return {place}, ""
    found = _LETTERS.match(plain)
    if found is None:
        return set(), ""
    rest = found["rest"].strip()
    letters = re.findall(r"(?<![a-z])[a-h](?![a-z])", found["letters"].lower())
    places = {"abcdefgh".index(letter) for letter in letters}
    lone = not rest or found["stop"].strip() or found["letters"].isupper()
    if not lone or max(places) >= len(options):
        return set(), ""
    for place in places:  # "B) Dropout. It ..." repeats the option before it explains
        option = options[place].strip("*_` .")
        if option and rest.casefold().startswith(option.casefold()):
            rest = rest[len(option) :].lstrip("*_` .:;–—-")
    return places, rest
