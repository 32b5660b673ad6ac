"""Cuts a document at its marks: which lines belong to which question, section, or to none.

What stands below a question is left as lines; ``bodies`` reads them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.model import Level
from questions.importing import signs
from questions.importing.document import Flag, Skipped
from questions.importing.lines import Line, Part
from questions.importing.shapes import DEEPEST, Mark, Shape

_GENERIC = frozenset(
    ["", "questions", "answers", "questions answers", "questions and answers", "q a", "q and a"]
)
"""Section names that say nothing and are left out; the table of contents may know better."""
_TITLE, _CONTENTS, _INTRODUCTION = "title", "table of contents", "introduction"


@dataclass(frozen=True, slots=True)
class Cut:
    """One question's share of a document."""

    mark: Mark
    line: int
    section: tuple[str, ...]
    level: Level | None
    body: tuple[Line, ...]
    flags: tuple[Flag, ...] = ()
    last: bool = False
    """Whether it is the last of its document."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document cut up."""

    cuts: tuple[Cut, ...]
    skipped: tuple[Skipped, ...]
    announced: int | None


def cut(lines: Sequence[Line], shape: Shape) -> Pieces:
    """Return the questions of a document with their lines, and the lines of no question."""
    return _Cutter(lines, shape).pieces()


class _Cutter:
    """Walks the headings and marks of one document."""

    def __init__(self, lines: Sequence[Line], shape: Shape) -> None:
        self.lines = lines
        self.contents = _contents(lines, shape.marks)
        """Marks of a table of contents, not of questions."""
        self.marks = {mark.at: mark for mark in shape.marks[len(self.contents) :]}
        self.places = sorted(self.marks)
        self.reasons: list[str] = [""] * len(lines)
        """For each line why it is part of no question; empty if it is, or is blank."""
        self.stack: list[tuple[int, str]] = []
        """The sections we are in, with the levels of their headings."""
        self.levels: list[Level | None] = []
        self.headings = [
            at
            for at, line in enumerate(lines)
            if line.part is Part.HEADING
            and not line.fold
            and at not in self.marks
            and not signs.is_answer_word(line.text)
            and not signs.hint_mark(f"{line.text}:")
        ]
        self.scopes = self._scopes()
        self.title = self._title()

    def _scopes(self) -> Mapping[int, int]:
        """Return for each heading the line at which what stands under it ends."""
        ends: dict[int, int] = {}
        open_: list[int] = []
        for at in self.headings:
            while open_ and self.lines[open_[-1]].level >= self.lines[at].level:
                ends[open_.pop()] = at
            open_.append(at)
        return {**{at: len(self.lines) for at in open_}, **ends}

    def _asks(self, at: int) -> bool:
        """Tell whether questions stand under a heading: deeper ones, or one right below it."""
        place = bisect_left(self.places, at)
        if place == len(self.places) or self.places[place] >= self.scopes[at]:
            return False
        first = self.places[place]
        if self.marks[first].level > self.lines[at].level:
            return True
        return all(line.blank for line in self.lines[at + 1 : first])

    def _title(self) -> int:
        """Return which heading is the document's title, or -1."""
        if not self.headings or not self.places or self.headings[0] > self.places[0]:
            return -1
        asking = [at for at in self.headings if self._asks(at)]
        first = self.headings[0]
        alone = asking[:1] == [first] and (
            len(asking) == 1 or asking[1] < self.places[0] or len(self.headings) == 1
        )
        return first if alone or first not in asking else -1

    def pieces(self) -> Pieces:
        """Return everything."""
        stops = sorted({*self.headings, *self.places})
        cuts: list[Cut] = []
        ends = [*stops, len(self.lines)]
        if stops:
            self._skip(0, stops[0], _INTRODUCTION)
        for mark in self.contents:
            self._skip(mark.at, mark.at + 1, _CONTENTS)
        contents = self._sections_of_contents()
        place = 0
        while place < len(stops):
            at = stops[place]
            if at in self.marks:
                place, piece = self._cut(stops, place)
                cuts.append(_named(piece, contents))
                continue
            self._heading(at, ends[place + 1])
            place += 1
        if cuts:
            cuts[-1] = replace(cuts[-1], last=True)
        return Pieces(tuple(cuts), tuple(self._skipped()), self._announced())

    def _heading(self, at: int, until: int) -> None:
        """Take a heading outside of any answer, with the text right below it."""
        line = self.lines[at]
        reason = signs.furniture(line.text)
        if at == self.title:
            self._skip(at, at + 1, _TITLE)
            self._skip(at + 1, until, _INTRODUCTION)
            return
        if self._asks(at):
            while self.stack and self.stack[-1][0] >= line.level:
                self.stack.pop()
            self.stack.append((line.level, signs.asked(line.text).text or line.text))
            self._skip(at + 1, until, _INTRODUCTION)
            return
        below = self.lines[at + 1 : until]
        links = [each for each in below if not each.blank and not _is_rule(each.text)]
        before = bool(self.places) and at < self.places[0]
        if before and (
            not links or sum(signs.is_link(each.text) for each in links) * 2 > len(links)
        ):
            reason = _CONTENTS
        after = "text under a heading that asks nothing"
        self._skip(at, until, reason or (_INTRODUCTION if before else after))

    def _cut(self, stops: Sequence[int], place: int) -> tuple[int, Cut]:
        """Return the question at a stop, and the stop after its body."""
        mark = self.marks[stops[place]]
        flags: list[Flag] = []
        place += 1
        while place < len(stops) and stops[place] not in self.marks:
            line = self.lines[stops[place]]
            if line.level <= mark.level:
                higher = line.level < mark.level < DEEPEST
                if self._asks(stops[place]) or signs.furniture(line.text) or higher:
                    break
                flags.append(
                    Flag(line.number, f'the heading "{line.text}" was taken for part of the answer')
                )
            place += 1
        until = stops[place] if place < len(stops) else len(self.lines)
        end = self._fold_end(mark, until)
        self._skip(end, until, "text between questions")
        names = tuple(name for _, name in self.stack)
        levels = [signs.level_of(name) for name in reversed(names)]
        if self.title >= 0:
            levels.append(signs.level_of(self.lines[self.title].text))
        level = next((each for each in levels if each), None)
        body = tuple(self.lines[mark.body : end])
        return place, Cut(mark, self.lines[mark.at].number, names, level, body, tuple(flags))

    def _fold_end(self, mark: Mark, until: int) -> int:
        """Return where the body of a question on a fold ends: with the fold."""
        if self.lines[mark.at].part is not Part.SUMMARY:
            return until
        depth = 1
        for at in range(mark.body, until):
            part = self.lines[at].part
            depth += (part is Part.SUMMARY) - (part is Part.END)
            if depth == 0:
                return at + 1
        return until

    # What is part of no question ------------------------------------------------------------------

    def _skip(self, start: int, until: int, reason: str) -> None:
        for at in range(start, until):
            line = self.lines[at]
            if not line.blank and line.part is not Part.END:
                link = reason == _INTRODUCTION and signs.is_link(line.text)
                self.reasons[at] = _CONTENTS if link else reason

    def _skipped(self) -> Iterator[Skipped]:
        """Yield the lines of no question, neighbours with one reason together."""
        current: Skipped | None = None
        for at, line in enumerate(self.lines):
            reason = self.reasons[at]
            if not reason:
                if current and not line.blank and line.part is not Part.END:
                    yield current
                    current = None
            elif current and (current.reason == reason or _is_rule(line.text)):
                current = replace(current, until=line.number)
            else:
                if current:
                    yield current
                current = Skipped(line.number, line.number, reason)
        if current:
            yield current

    def _sections_of_contents(self) -> Mapping[str, str]:
        """Return each question's section as a table of contents has it."""
        known: dict[str, str] = {}
        section = ""
        for at, line in enumerate(self.lines[: self.places[0] if self.places else 0]):
            if line.part is Part.HEADING:
                section = "" if at == self.title else line.text
            elif signs.is_link(line.text):
                asked = signs.asked(line.text.partition("[")[2].partition("](")[0])
                known.setdefault(signs.key(asked.text), section)
                known.setdefault(f"#{asked.number}", section)
        return known

    def _announced(self) -> int | None:
        texts = [
            line.text
            for at, line in enumerate(self.lines[: self.places[0]] if self.places else self.lines)
            if self.reasons[at] in (_TITLE, _INTRODUCTION) or line.part is Part.HEADING
        ]
        return next((count for text in texts if (count := signs.announced(text))), None)


def _is_rule(text: str) -> bool:
    """Tell whether a line is a rule across the page."""
    bare = text.replace(" ", "")
    return len(bare) >= 3 and set(bare) in ({"-"}, {"*"}, {"_"})


def _named(piece: Cut, contents: Mapping[str, str]) -> Cut:
    """Return a question with its section's name from the contents where its own says nothing."""
    own = piece.section[-1] if piece.section else ""
    asked = piece.mark.asked
    better = contents.get(signs.key(asked.text)) or contents.get(f"#{asked.number}", "")
    if signs.key(own) not in _GENERIC:
        return piece
    if signs.key(better) in _GENERIC:
        return replace(piece, section=piece.section[:-1])
    section = (*piece.section[:-1], better)
    return replace(piece, section=section, level=piece.level or signs.level_of(better))


def _contents(lines: Sequence[Line], marks: Sequence[Mark]) -> Sequence[Mark]:
    """Return the first marks that only list what comes: neighbours without a body, asked again."""
    last = {_asking(mark): mark.at for mark in marks}
    bare = 0
    for mark, following in pairwise(marks):
        body = [line for line in lines[mark.body : following.at] if not line.blank]
        again = last[_asking(mark)] > mark.at
        if not again or any(line.part is not Part.HEADING for line in body):
            break
        bare += 1
    return marks[:bare] if bare >= 2 else ()


def _asking(mark: Mark) -> tuple[int | None, str]:
    return mark.asked.number, signs.key(mark.asked.text)
