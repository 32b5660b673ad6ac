"""Which lines of a document ask: one recogniser per shape, each scored on what it finds.

A recogniser proposes marks, the lines on which questions begin. The shape whose marks sound most
like questions wins and is the only one used: documents are written in one way, and a second way
inside them (a numbered list in an answer) must not be taken for questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from questions.importing import signs
from questions.importing.lines import Line, Part
from questions.importing.signs import Asked

DEEPEST = 7
"""The level of a mark that is no heading: deeper than any."""
_ITEM_HEADING = re.compile(
    r" {0,3}(?P<marker>[-*+]|\d{1,4}[.)])[ \t]+(?P<level>#{1,6})[ \t]+(?P<words>.+?)[ \t]*#*$"
)
_BULLET = re.compile(r" {0,3}[-*+•][ \t]+(?:\[[ xX]?\][ \t]+)?(?P<words>\S.*)$")
_BOLD = re.compile(
    r" {0,3}(?:[-*+•][ \t]+)?(?:(?P<before>\d{1,4}[.)])[ \t]*)?"
    r"(?P<mark>\*\*|__)(?P<bold>(?:(?!(?P=mark)).)+)(?P=mark)(?P<after>.*)$"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a question begins."""

    at: int
    """Its place among the document's lines."""
    asked: Asked
    level: int = DEEPEST
    """Of its heading."""
    body: int = 0
    """Where its body begins, among the lines."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a document was taken for."""

    name: str
    marks: tuple[Mark, ...]
    answers_only: bool = False
    """Whether the marks are those of answers, the questions being lost."""


NONE = Shape("no questions", ())


def recognise(lines: Sequence[Line]) -> Shape:
    """Return the shape that fits a document best, with its marks."""
    best, score = NONE, 0.0
    for name, weight, find in _RECOGNISERS:
        marks = find(lines)
        sounding = sum(map(_sounds, marks))
        worth = weight * (sounding + 0.3 * sum(mark.asked.labelled for mark in marks))
        if sounding and worth > score:
            best, score = Shape(name, tuple(marks)), worth
    answers = _answers(lines)
    if len(answers) >= 2 * max(len(best.marks), 1):
        return Shape("answers without questions", tuple(answers), answers_only=True)
    return best


def _sounds(mark: Mark) -> bool:
    """Tell whether a mark sounds like a question, or is called one."""
    return signs.is_asking(mark.asked.text) or mark.asked.named


def _open(lines: Sequence[Line], *parts: Part) -> Iterable[tuple[int, Line]]:
    """Yield the lines of some parts that lie in no fold, with their places."""
    return ((at, line) for at, line in enumerate(lines) if line.part in parts and not line.fold)


# The recognisers ----------------------------------------------------------------------------------


def _headings(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are headings, with numbers or without."""
    found = [
        Mark(at, signs.asked(line.text), line.level, at + 1)
        for at, line in _open(lines, Part.HEADING)
        if not signs.is_answer_word(line.text) and not signs.hint_mark(line.text)
    ]
    numbered = [mark for mark in found if mark.asked.labelled]
    levels = {
        level
        for level in range(1, 7)
        if _are_questions([mark for mark in numbered if mark.level == level])
    }
    if len([mark for mark in numbered if mark.level in levels]) >= 2:
        return [
            mark
            for mark in found
            if mark.level in levels and (mark.asked.labelled or signs.ends_asking(mark.asked.text))
        ]
    counts = {
        level: sum(mark.level == level and signs.is_asking(mark.asked.text) for mark in found)
        for level in range(1, 7)
    }
    main = max(counts, key=lambda level: (counts[level], -level))
    everything = _share([mark for mark in found if mark.level == main]) >= 0.5
    return _with_plain(lines, found, list(_unnumbered(lines, found, main, everything=everything)))


def _are_questions(numbered: Sequence[Mark]) -> bool:
    """Tell whether numbered headings of one level are questions, though not all sound like it.

    A long run of numbers needs fewer that do: a scenario asks only at its end.
    """
    runs = sum(
        one.asked.number is not None and two.asked.number == one.asked.number + 1
        for one, two in pairwise(numbered)
    )
    return _share(numbered) >= (0.15 if runs >= 10 else 0.4)


def _share(marks: Sequence[Mark]) -> float:
    """Return how many of some headings sound like questions, from 0 to 1."""
    sounding = sum(_sounds(mark) or (mark.asked.labelled and not mark.asked.text) for mark in marks)
    return sounding / len(marks) if marks else 0.0


def _unnumbered(
    lines: Sequence[Line], found: Sequence[Mark], main: int, *, everything: bool
) -> Iterable[Mark]:
    """Yield the headings without numbers that ask.

    Args:
        lines: The document.
        found: Its headings.
        main: The level on which most questions stand.
        everything: Whether the other headings of that level are questions too, as noun phrases.
    """
    inside = DEEPEST  # the level of the question we are in
    for place, mark in enumerate(found):
        asks = signs.ends_asking(mark.asked.text) or (
            mark.level == main and signs.is_asking(mark.asked.text)
        )
        until = found[place + 1].at if place + 1 < len(found) else len(lines)
        phrase = (
            everything
            and mark.level == main
            and not signs.furniture(mark.asked.text)
            and any(not line.blank for line in lines[mark.body : until])
        )
        if mark.level > inside and mark.level != main:
            continue
        if (asks or phrase) and mark.level >= min(main, 2):
            inside = mark.level
            yield mark
        elif mark.level <= inside:
            inside = DEEPEST


def _with_plain(
    lines: Sequence[Line], headings: Sequence[Mark], marks: Sequence[Mark]
) -> list[Mark]:
    """Return marks, and the plain lines that ask right under a section."""
    if not marks:
        return []
    asking = {mark.at for mark in marks}
    others = {mark.at for mark in headings} - asking
    closed = False
    plain = {mark.at: mark for mark in _plain(lines)}
    found = {mark.at: mark for mark in marks}
    for at in sorted(asking | others | set(plain)):
        if at in asking:
            closed = False
        elif at in others:
            closed = True
        elif closed and at > min(asking):
            found[at] = plain[at]
    return [found[at] for at in sorted(found)]


def _folds(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are the words on a fold."""
    return [
        Mark(at, asked, DEEPEST, at + 1)
        for at, line in enumerate(lines)
        if line.part is Part.SUMMARY
        and not signs.is_answer_word(line.text)
        and not signs.hint_mark(f"{line.text}:")
        and ((asked := signs.asked(line.text)).labelled or signs.is_asking(asked.text))
    ]


def _item_headings(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are headings inside list items."""
    found = []
    for at, line in _open(lines, Part.TEXT):
        if "#" in line.text and (item := _ITEM_HEADING.match(line.text)):
            asked = signs.asked(item["words"])
            if item["marker"][0].isdigit() and not asked.labelled:
                asked = Asked(asked.text, int(item["marker"][:-1]), labelled=True)
            found.append(Mark(at, asked, DEEPEST, at + 1))
    return found


def _bold(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are lines in bold, or that have their number in bold."""
    found = []
    for at, line in _open(lines, Part.TEXT):
        if "**" not in line.text and "__" not in line.text:
            continue
        bold = _BOLD.match(line.text)
        if bold is None or signs.is_answer_word(bold["bold"]):
            continue
        after = bold["after"].strip()
        asked = signs.asked(f"{bold['before'] or ''} {bold['bold']}")
        if asked.labelled and not asked.text and after:
            asked = Asked(signs.unwrapped(after), asked.number, labelled=True)
        elif after.strip(" .:?") and not signs.is_asking(asked.text):
            continue
        elif after.strip(" .:"):
            asked = Asked(f"{asked.text} {after}".strip(), asked.number, asked.labelled)
        if asked.text and (
            asked.labelled or signs.ends_asking(asked.text) or signs.is_asking(asked.text)
        ):
            found.append(Mark(at, asked, DEEPEST, at + 1))
    return found


def _numbered(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are plain lines with a number or label: ``12) What``, ``Q: Why``."""
    found: list[Mark] = []
    seen: set[str] = set()
    last = 0
    for at, line in enumerate(lines):
        if line.part is Part.HEADING:
            last = 0
        start = line.text.lstrip()[:1]
        if not start or start not in "0123456789qQ*_" or line.part is not Part.TEXT:
            continue
        if line.fold or line.indent > 3:
            continue
        asked = signs.asked(line.text)
        named = re.match(r"\s*q", line.text, re.IGNORECASE) is not None
        if not asked.labelled or not (signs.is_asking(asked.text) or (named and asked.text)):
            continue
        if not (named or signs.ends_asking(asked.text) or _stands_alone(lines, at, found)):
            continue
        key = signs.key(asked.text)
        back = (asked.number or last) < last and key not in seen  # a list inside an answer
        if back or signs.is_link(line.text):
            continue
        seen.add(key)
        last = asked.number or last
        found.append(Mark(at, asked, DEEPEST, at + 1))
    return found


def _stands_alone(lines: Sequence[Line], at: int, found: Sequence[Mark]) -> bool:
    """Tell whether a line is no further item of a list: nothing, or a question, is right above."""
    return at == 0 or lines[at - 1].blank or bool(found and found[-1].at == at - 1)


def _bullets(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are items of a list."""
    return [
        Mark(at, signs.asked(item["words"]), DEEPEST, at + 1)
        for at, line in _open(lines, Part.TEXT)
        if (item := _BULLET.match(line.text))
        and signs.ends_asking(item["words"])
        and not signs.is_link(line.text)
    ]


def _plain(lines: Sequence[Line]) -> list[Mark]:
    """Find questions that are nothing but a line of their own with a question mark."""
    return [
        Mark(at, signs.asked(line.text), DEEPEST, at + 1)
        for at, line in _open(lines, Part.TEXT)
        if line.text[:1].strip()
        and line.text[0] not in "-*+>|#"
        and (at == 0 or lines[at - 1].blank or lines[at - 1].part is not Part.TEXT)
        and signs.ends_asking(line.text)
    ]


def _answers(lines: Sequence[Line]) -> list[Mark]:
    """Find the beginnings of answers that say so."""
    return [
        Mark(at, Asked("", None, labelled=False), DEEPEST, at)
        for at, line in _open(lines, Part.TEXT)
        if line.indent <= 3
        and (found := signs.answer_mark(line.text))
        and (found["letter"] is None or at == 0 or lines[at - 1].blank)
        and not signs.is_placeholder(line.text[found.end() :] or "-")
    ]


_RECOGNISERS: Sequence[tuple[str, float, Callable[[Sequence[Line]], list[Mark]]]] = (
    ("headings", 1.5, _headings),
    ("folds", 1.4, _folds),
    ("headings in list items", 1.6, _item_headings),
    ("lines in bold", 1.2, _bold),
    ("numbered lines", 1.1, _numbered),
    ("list of questions", 0.8, _bullets),
    ("plain lines", 0.6, _plain),
)
"""Every shape with its weight: how far it is believed when another finds as many questions."""
