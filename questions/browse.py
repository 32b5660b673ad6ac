"""What is in the banks: questions chosen by their properties, and counts of all kinds.

Plain values only; the command line decides how they look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot import prose
from bot.model import Kind, Level, Question, QuestionId, Status
from questions.files import Library

EXCERPT = 90
"""Characters of a prompt that a search shows."""
_WORD = re.compile(r"[^\W_]+")
_Word = TypeVar("_Word")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions are wanted; what is left empty does not matter."""

    topics: frozenset[str] = frozenset()
    levels: frozenset[Level] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    statuses: frozenset[Status] = frozenset()
    tags: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    own: bool | None = None
    """Own questions only, shipped ones only, or ``None`` for both."""


def choose(library: Library, wanted: Filter) -> tuple[Question, ...]:
    """Return the questions that meet every condition, in the order of their ids."""
    return tuple(
        entry.question
        for entry in library.entries.values()
        if _meets(entry.question, wanted) and wanted.own in {None, entry.own}
    )


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is one of some words or begins like one."""
    wanted = [re.escape(word) for given in words for word in _WORD.findall(given)]
    if not wanted:
        return [(text, False)]
    pieces = re.split(rf"(?i)\b((?:{'|'.join(wanted)})\w*)", text)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def excerpt(question: Question, words: Iterable[str]) -> str:
    """Return the part of a question's prompt where some words stand first, in one line."""
    text = " ".join(prose.plain(prose.parse(question.prompt)).split())
    before = next((piece for piece in marked(text, words)), ("", True))
    start = 0 if before[1] or before[0] == text else max(0, len(before[0]) - EXCERPT // 3)
    start = text.find(" ", start) + 1 if start else 0
    cut = text[start : start + EXCERPT]
    if start + EXCERPT < len(text):
        cut = cut.rpartition(" ")[0] + " …"
    return f"… {cut}" if start else cut


def _meets(question: Question, wanted: Filter) -> bool:
    one_of = (
        (wanted.topics, question.topic),
        (wanted.levels, question.level),
        (wanted.kinds, question.kind),
        (wanted.statuses, question.status),
    )
    any_of = ((wanted.tags, question.tags), (wanted.covers, question.covers))
    return all(not allowed or value in allowed for allowed, value in one_of) and all(
        not allowed or allowed.intersection(values) for allowed, values in any_of
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one section of the syllabus is practised."""

    section: str
    covered: int
    """Slugs with at least one ready question."""
    total: int
    open: tuple[str, ...]
    """Slugs without one, in the syllabus's order."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over the banks; everything but ``statuses`` counts ready questions only."""

    total: int
    """Questions of every status."""
    ready: int
    statuses: Mapping[Status, int]
    topics: Mapping[str, int]
    """Largest first."""
    levels: Mapping[Level, int]
    kinds: Mapping[Kind, int]
    shelves: Mapping[tuple[str, Level], int]
    """By topic and level."""
    right_letters: Mapping[str, int]
    """For ``choice`` questions, how often each letter is right in the file's order."""
    own: int
    replaced: int
    problems: int
    unanswered: tuple[QuestionId, ...]
    """What waits for a contributor."""
    coverage: tuple[Coverage, ...]
    """By section of the syllabus."""


def stats(library: Library) -> Stats:
    """Return the counts."""
    everything = library.questions
    ready = tuple(question for question in everything if question.status is Status.READY)
    topics = Counter(question.topic for question in ready)
    letters = Counter(
        option.key.upper()
        for question in ready
        for option in question.options
        if question.kind is Kind.CHOICE and option.right
    )
    return Stats(
        total=len(everything),
        ready=len(ready),
        statuses=_counted(Status, (question.status for question in everything)),
        topics=dict(sorted(topics.items(), key=lambda item: (-item[1], item[0]))),
        levels=_counted(Level, (question.level for question in ready)),
        kinds=_counted(Kind, (question.kind for question in ready)),
        shelves=dict(sorted(Counter((q.topic, q.level) for q in ready).items())),
        right_letters={letter: letters[letter] for letter in sorted(letters)},
        own=sum(entry.own for entry in library.entries.values()),
        replaced=len(library.replaced),
        problems=len(library.problems),
        unanswered=tuple(q.id for q in everything if q.status is Status.UNANSWERED),
        coverage=_coverage(library, ready),
    )


def _counted(words: Iterable[_Word], found: Iterable[_Word]) -> dict[_Word, int]:
    counts = Counter(found)
    return {word: counts[word] for word in words}


def _coverage(library: Library, ready: Iterable[Question]) -> tuple[Coverage, ...]:
    covered = {slug for question in ready for slug in question.covers}
    sections: dict[str, list[str]] = {}
    for subject in library.subjects:
        sections.setdefault(subject.section, []).append(subject.slug)
    return tuple(
        Coverage(
            section,
            sum(slug in covered for slug in slugs),
            len(slugs),
            tuple(slug for slug in slugs if slug not in covered),
        )
        for section, slugs in sections.items()
    )
