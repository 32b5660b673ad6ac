"""What stands below a question: the rest of its words, options, hints, and the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from questions.importing import options, signs
from questions.importing.cutting import Cut
from questions.importing.document import Choice, Entry, Flag, Skipped
from questions.importing.lines import Line, Part
from questions.importing.mending import Side, mend
from questions.importing.shapes import DEEPEST

_CUT_SHORT = (
    "…",
    "...",
    ",",
    " and",
    " or",
    " the",
    " of",
    " between",
    " with",
    " in",
    " to",
    " for",
)
_REFERENCE = re.compile(
    r"[\W\d]*(?:references?|sources?|refs?|read more|credits?"
    r"|see)\b\W{0,6}(?:\[[^\]]*\]\()?<?(https?://[^\s<>)]+)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Body:
    """The parts of one body, as they are found."""

    question: list[Line] = field(default_factory=list)
    """What goes on asking below the question's first line."""
    options: list[tuple[Line, str, bool | None]] = field(default_factory=list)
    """Each with its text, and whether its box is ticked where it has one."""
    hints: list[str] = field(default_factory=list)
    answer: list[Line] = field(default_factory=list)
    marked: bool = False
    """Whether the document says where the answer begins."""


def read(cut: Cut, side: Side | None) -> tuple[Entry, list[Skipped]]:
    """Return the entry that one question's lines amount to, and lines that are none of it."""
    lines, skipped = _clean(cut)
    text, number = cut.mark.asked.text, cut.mark.asked.number
    if cut.mark.level == DEEPEST:
        text, lines = _continued(text, _dedented(lines))
    body = _parts(lines, lost=not text)
    question, hint = signs.without_hint(text)
    question, level = signs.without_level(question)
    flags = list(cut.flags)
    below = mend(body.question)
    if below.text:
        question = f"{question}\n\n{below.text}".strip()
    choices, answer = _chosen(body)
    if all(line.fold or line.indent < 4 for line in answer if line.text):  # else it may be code
        answer = _dedented(answer)
    mended = mend(answer, side)
    placeholder = signs.is_placeholder(mended.text)
    if question:
        flags += _doubts(question, cut.line)
    if body.options and not any(choice.right for choice in choices):
        flags.append(Flag(body.options[0][0].number, "no option is marked as right"))
    hints = [*([hint] if hint else []), *body.hints]
    entry = Entry(
        question,
        cut.line,
        number,
        cut.section,
        level or cut.level,
        "" if placeholder else mended.text,
        choices,
        hints=tuple(hints),
        references=tuple(dict.fromkeys(_references(answer))),
        flags=(*flags, *below.flags, *(() if placeholder else mended.flags)),
    )
    return entry, skipped


def _doubts(question: str, line: int) -> Iterator[Flag]:
    first = question.split("\n", 1)[0].strip()
    if first.endswith(_CUT_SHORT):
        yield Flag(line, "the question seems to be cut short")
    elif not any(map(signs.is_asking, question.split("\n"))):
        yield Flag(line, "this is a phrase, not a question")


# Lines --------------------------------------------------------------------------------------------


def _clean(cut: Cut) -> tuple[list[Line], list[Skipped]]:
    """Return a body without what belongs to the page it was on, or takes leave of its readers."""
    kept: list[Line] = []
    skipped: list[Skipped] = []
    for line in cut.body:
        if line.part is Part.TEXT and line.text and signs.is_furniture_line(line.text):
            skipped.append(Skipped(line.number, line.number, "site furniture"))
        else:
            kept.append(line)
    if cut.last:
        kept = _stripped(kept)
        while at := _last_paragraph(kept):
            if kept[at].part is not Part.TEXT or not signs.is_closing(kept[at].text):
                break
            skipped.append(Skipped(kept[at].number, kept[-1].number, "conclusion"))
            kept = _stripped(kept[:at])
    return _stripped(kept), skipped


def _last_paragraph(lines: Sequence[Line]) -> int:
    """Return where the last paragraph begins; 0 if there is but one."""
    return next((at for at in range(len(lines) - 1, 0, -1) if lines[at - 1].blank), 0)


def _stripped(lines: Sequence[Line]) -> list[Line]:
    """Return lines without blank ones, ends of folds and rules at their ends."""

    def nothing(line: Line) -> bool:
        bare = re.sub(r"\s|</?(?:p|br|hr|div|center)\s*/?>", "", line.text)
        rule = len(bare) >= 3 and set(bare) in ({"-"}, {"*"}, {"_"})
        return line.part is Part.END or (line.part is Part.TEXT and (not bare or rule))

    start, end = 0, len(lines)
    while start < end and nothing(lines[start]):
        start += 1
    while end > start and nothing(lines[end - 1]):
        end -= 1
    return list(lines[start:end])


def _dedented(lines: Sequence[Line]) -> list[Line]:
    """Return lines without the indentation that all of them share, as below a list's item."""
    by = min((line.indent for line in lines if line.text.strip() and not line.level), default=0)
    if not by:
        return list(lines)
    return [
        replace(line, text=line.text.expandtabs(4)[by:]) if not line.level else line
        for line in lines
    ]


def _continued(text: str, lines: list[Line]) -> tuple[str, list[Line]]:
    """Return a question that runs on to the next line, and the lines below it."""
    if text and lines and lines[0].part is Part.TEXT and not re.search(r"[?.!:]\W*$", text):
        first = lines[0].text.strip()
        if (
            signs.ends_asking(first)
            and not options.is_option(first)
            and not signs.answer_mark(first)
        ):
            return f"{text} {first}", _stripped(lines[1:])
    return text, lines


# Parts --------------------------------------------------------------------------------------------


def _parts(lines: Sequence[Line], *, lost: bool) -> Body:
    """Return the parts of a body.

    Args:
        lines: The body, blank lines around it left out.
        lost: Whether the question's first line has no words of its own.
    """
    body = Body()
    lines = _without_hints(lines, body)
    at = _answer_at(lines)
    before, after = (lines, []) if at is None else (lines[:at], lines[at:])
    found = options.find(before)
    if at is not None:
        body.marked = True
        before = _take_options(before, found, body)
        body.question, body.answer = before, _unmarked(after)
    elif found:
        start, end = found[0][0], options.end_of(before, found[-1][0])
        body.answer = list(before[end:])
        body.question = _take_options(before[:end], found, body)
        body.question = [line for line in body.question if line.number < lines[start].number]
    elif lost:
        end = next((at for at, line in enumerate(lines) if line.blank), len(lines))
        body.question, body.answer = list(lines[:end]), _stripped(lines[end:])
    else:
        body.answer = list(lines)
    return body


def _without_hints(lines: Sequence[Line], body: Body) -> list[Line]:
    """Take hints out of a body: folds and lines that call themselves so."""
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        folded = line.part is Part.SUMMARY and signs.hint_mark(f"{line.text}:")
        spoken = line.part is Part.TEXT and signs.hint_mark(line.text)
        if folded:
            end = next(
                (p for p in range(at + 1, len(lines)) if lines[p].part is Part.END), len(lines)
            )
            body.hints.append(mend(_stripped(lines[at + 1 : end])).text)
            at = end + 1
        elif spoken and (at == 0 or lines[at - 1].blank or lines[at - 1].part is not Part.TEXT):
            end = next((p for p in range(at, len(lines)) if lines[p].blank), len(lines))
            words = " ".join(each.text.strip() for each in lines[at:end])
            body.hints.append(signs.unwrapped(words[spoken.end() :].lstrip("* ")))
            at = end
        else:
            kept.append(line)
            at += 1
    body.hints = [hint for hint in body.hints if hint]
    return _stripped(kept)


def _answer_at(lines: Sequence[Line]) -> int | None:
    """Return where the document says that the answer begins."""
    for at, line in enumerate(lines):
        if line.part is Part.SUMMARY and (at == 0 or signs.is_answer_word(line.text)):
            return at
        if line.part is Part.HEADING and signs.is_answer_word(line.text):
            return at
        if line.part is not Part.TEXT or line.blank:
            continue
        mark = signs.answer_mark(line.text)
        if mark is None:
            continue
        letter = mark["letter"] is not None
        if letter and any(options.letter_of(each.text) == "B" for each in lines):
            continue  # A. is the first of several options
        first = not any(not each.blank for each in lines[:at])
        alone = not line.text[mark.end() :].strip()
        if first or alone or (not letter and mark["stop"]):
            return at
    return None


def _unmarked(lines: Sequence[Line]) -> list[Line]:
    """Return an answer's lines without the marks that announce it."""
    lines = _stripped(lines)
    while lines:
        line = lines[0]
        if line.part is Part.SUMMARY:
            mark = signs.answer_mark(line.text)
            rest = line.text[mark.end() :] if mark else ""
        elif line.part in (Part.TEXT, Part.HEADING) and (mark := signs.answer_mark(line.text)):
            rest = line.text[mark.end() :]
        else:
            break
        if rest.count("**") % 2 == 1 and line.text[: -len(rest) or None].count("**") % 2 == 1:
            rest = rest.replace("**", "", 1)  # the marks were bold together with the words
        if rest.strip():
            return [Line(line.number, rest.strip()), *lines[1:]]
        lines = _stripped(lines[1:])
    return lines


# Options ------------------------------------------------------------------------------------------


def _take_options(
    lines: Sequence[Line], found: Sequence[tuple[int, str, bool | None]], body: Body
) -> list[Line]:
    """Move options out of some lines, and return the others."""
    taken: set[int] = set()
    for at, text, ticked in found:
        end = options.end_of(lines, at)
        more = [
            line.text.strip() for line in lines[at + 1 : end] if not options.is_option(line.text)
        ]
        end = at + 1 + len(more)
        taken.update(range(at, end))
        body.options.append((lines[at], mend([Line(0, " ".join([text, *more]))]).text, ticked))
    return _stripped([line for at, line in enumerate(lines) if at not in taken])


def _chosen(body: Body) -> tuple[tuple[Choice, ...], list[Line]]:
    """Return the options with the right ones known, and what is left of the answer."""
    if not body.options:
        return (), body.answer
    answer = list(body.answer)
    right = {place for place, (_, _, ticked) in enumerate(body.options) if ticked}
    bold = {
        place for place, (_, text, _) in enumerate(body.options) if signs.unwrapped(text) != text
    }
    if not right and answer and answer[0].part is not Part.CODE:
        right, rest = options.named_right(answer[0].text, [text for _, text, _ in body.options])
        if right:
            answer = [Line(answer[0].number, rest), *answer[1:]] if rest else answer[1:]
            answer = _unmarked(answer)  # "Explanation:" may follow
    if not right and len(bold) == 1:
        right = bold
    choices = tuple(
        Choice(signs.unwrapped(text) if place in bold else text, place in right)
        for place, (_, text, _) in enumerate(body.options)
    )
    return choices, _stripped(answer)


def _references(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if (
            line.part is Part.TEXT
            and "http" in line.text
            and (found := _REFERENCE.match(line.text))
        ):
            yield found[1].rstrip(".,;")
