"""A document as one neutral sequence of lines: what is code, what is folded, what is a heading.

Documents break the rules, so it is tolerant: a fence that is never closed and a fold that is never
ended hide nothing that follows. What a line means for a question is for ``shapes`` to say.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from questions.importing.document import Flag

_FENCE = re.compile(r"(?:[-*+]|\d+[.)])?\s*(`{3,}|~{3,})\s*([^`]*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|(?=[A-Z]))(.*?)[ \t]*#*[ \t]*$")
_NUMBERED = re.compile(r" {0,3}(#{1,6})\s*(?:Q\w*\.?\s*)?(\d{1,4})[.:)]")
_TAG = re.compile(r"</?(?:details|summary)\b[^>]*>", re.IGNORECASE)
_INLINE_TAG = re.compile(r"</?(?:b|strong|h[1-6]|i|em|p|span|a|font)\b[^>]*>", re.IGNORECASE)
_TAGGED = re.compile(r"\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*$", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")
_TAB = 4
_AHEAD = 50
"""So many headings behind a fence are looked at for the number that should come next."""


class Part(Enum):
    """What a line is, as far as it shows by itself."""

    TEXT = "text"
    CODE = "code"
    """In a fenced block, its marks included."""
    HEADING = "heading"
    SUMMARY = "summary"
    """The words on a fold."""
    END = "end"
    """Where a fold ends; its text is empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document, repaired character by character."""

    number: int
    """From 1; a line with a fold's tags in it gives several of one number."""
    text: str
    """Without spaces at its end; of a heading or a summary, only its words."""
    part: Part = Part.TEXT
    level: int = 0
    """Of a heading, 1 to 6."""
    fold: int = 0
    """In how many folds it lies that do end."""

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text.strip() and self.part is Part.TEXT

    @property
    def indent(self) -> int:
        """Its indentation in columns."""
        expanded = self.text.expandtabs(_TAB)
        return len(expanded) - len(expanded.lstrip(" "))

    @property
    def markdown(self) -> str:
        """The line as Markdown."""
        return f"{'#' * self.level} {self.text}" if self.part is Part.HEADING else self.text


def read(text: str) -> tuple[list[Line], list[Flag]]:
    """Return the lines of a text, and where something was left open."""
    raw = [line.rstrip() for line in text.split("\n")]
    code, flags = _code(raw)
    lines: list[Line] = []
    folds = _Folds(lines)
    for place, line in enumerate(raw):
        number = place + 1
        if code[place]:
            lines.append(Line(number, line, Part.CODE))
        elif folds.in_summary or ("<" in line and _TAG.search(line)):
            folds.take(number, line)
        elif "#" in line and (heading := _HEADING.match(line)):
            lines.append(Line(number, heading[2].strip(), Part.HEADING, len(heading[1])))
        elif "<h" in line and (heading := _TAGGED.match(line)):
            words = _INLINE_TAG.sub("", heading[2]).strip()
            lines.append(Line(number, words, Part.HEADING, int(heading[1])))
        elif _underlined(raw, code, place) and lines[-1].part is Part.TEXT:
            level = 1 if "=" in line else 2
            above = lines[-1]
            lines[-1] = replace(above, text=above.text.strip(), part=Part.HEADING, level=level)
            lines.append(Line(number, ""))
        else:
            lines.append(Line(number, line))
    return _depths(lines, flags), flags


def _underlined(raw: Sequence[str], code: Sequence[bool], place: int) -> bool:
    """Tell whether a line makes a heading of the single line above it."""
    if not _UNDERLINE.match(raw[place]) or place == 0 or code[place - 1]:
        return False
    above = raw[place - 1]
    alone = place == 1 or not raw[place - 2].strip()
    plain = above[:1].strip() and not re.match(r"[#>|\-*+<=]|\d+[.)]|.*\|", above)
    return bool(alone and plain and len(above) <= 200)


# Code ---------------------------------------------------------------------------------------------


def _code(raw: Sequence[str]) -> tuple[list[bool], list[Flag]]:
    """Return for each line whether it is code, and the fences that were never closed.

    A fence is taken to be open where CommonMark would let it swallow questions: it runs to the end
    of the document or into another fence with a language, or the numbering of the headings goes
    on inside it and not behind it. Then it ends before the first heading that follows a blank line.
    """
    inside = [False] * len(raw)
    flags: list[Flag] = []
    marks = [place for place, line in enumerate(raw) if "```" in line or "~~~" in line]
    headings = [place for place, line in enumerate(raw) if line.lstrip(" ").startswith("#")]
    numbers = [int(found[2]) if (found := _NUMBERED.match(raw[p])) else None for p in headings]
    place = 0  # in marks
    behind = 0  # in headings: how many stand before the fence
    last = 0
    until = -1
    while place < len(marks):
        start = marks[place]
        place += 1
        opening = _FENCE.match(raw[start].lstrip(" >")) if start >= until else None
        if opening is None:
            continue
        mark = opening[1]
        stop, closed = len(raw), False
        for other in range(place, len(marks)):
            found = _FENCE.match(raw[marks[other]].lstrip(" >"))
            if found is None or found[1][0] != mark[0] or len(found[1]) < len(mark):
                continue
            closed = not found[2]
            stop = marks[other] + 1 if closed else marks[other]
            break
        while behind < len(headings) and headings[behind] < start:
            last = numbers[behind] or last
            behind += 1
        broken = _broken(raw, headings, numbers, behind, last, stop, closed=closed)
        if broken is not None:
            stop, closed = broken, False
        if not closed:
            flags.append(Flag(start + 1, "a code block begins here and is never closed"))
        inside[start:stop] = [True] * (stop - start)
        until = stop
    return inside, flags


def _broken(
    raw: Sequence[str],
    headings: Sequence[int],
    numbers: Sequence[int | None],
    behind: int,
    last: int,
    stop: int,
    *,
    closed: bool,
) -> int | None:
    """Return the line before which a fence must have ended; ``None`` where it may be right.

    Args:
        raw: The document's lines.
        headings: Where lines stand that look like headings.
        numbers: Their numbers.
        behind: How many of them stand before the fence.
        last: The last number before it.
        stop: Where the fence ends by the rules.
        closed: Whether a mark ends it there.
    """
    after = bisect_left(headings, stop)
    following = numbers[after : after + _AHEAD]
    inside = [
        (headings[at], numbers[at])
        for at in range(behind, after)
        if headings[at] and not raw[headings[at] - 1].strip()
    ]
    for place, number in inside:
        goes_on = number == last + 1 and number not in following
        if goes_on and (last or not closed):
            return place
    if not closed:
        for place, _ in inside:
            if re.match(r" {0,3}#{2,6} ", raw[place]) or raw[place].rstrip(" #").endswith("?"):
                return place
    return None


# Folds --------------------------------------------------------------------------------------------


class _Folds:
    """Turns the tags of folds into lines: the words on a fold, what it hides, and its end."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.in_summary = False

    def take(self, number: int, text: str) -> None:
        """Add a line of the document that holds tags, or lies between those of a summary."""
        if not text.strip():  # a summary that is never closed ends with its paragraph
            self.in_summary = False
        start = 0
        for tag in _TAG.finditer(text):
            self._words(number, text[start : tag.start()])
            start = tag.end()
            name = tag[0].lower()
            if name.startswith("<details"):
                self.lines.append(Line(number, "", Part.SUMMARY))
            elif name.startswith("</details"):
                self.in_summary = False
                self.lines.append(Line(number, "", Part.END))
            else:
                self.in_summary = name.startswith("<summary")
        self._words(number, text[start:])

    def _words(self, number: int, words: str) -> None:
        if not words.strip():
            return
        if not self.in_summary:
            self.lines.append(Line(number, words.rstrip()))
            return
        bare = _INLINE_TAG.sub("", words).strip().strip("# ")
        if not self.lines or self.lines[-1].part is not Part.SUMMARY:
            self.lines.append(Line(number, bare, Part.SUMMARY))
        else:
            fold = self.lines[-1]
            self.lines[-1] = replace(fold, text=f"{fold.text} {bare}".strip())


def _depths(lines: list[Line], flags: list[Flag]) -> list[Line]:
    stack: list[int] = []
    depth = [0] * (len(lines) + 1)
    for place, line in enumerate(lines):
        if line.part is Part.SUMMARY:
            stack.append(place)
        elif line.part is Part.END and stack:
            depth[stack.pop() + 1] += 1
            depth[place] -= 1
    flags += (Flag(lines[place].number, "a fold begins here and never ends") for place in stack)
    current = 0
    for place, line in enumerate(lines):
        current += depth[place]
        if current:
            lines[place] = replace(line, fold=current)
    return lines
