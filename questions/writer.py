"""Questions written as files: what ``format`` reads, in one tidy form.

Not the place of a file on disk; importers and the command line choose it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction

from bot.errors import BadQuestionFile
from bot.model import Kind, Level, NumberKey, Question, Status
from questions import sources
from questions.format import parse

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9/._§–-]*(?: [A-Za-z0-9/._§–(][A-Za-z0-9/._§–()-]*)*")
"""Text that needs no quotes, in a list or out of it."""


def write(question: Question, *, rubrics: bool = True) -> str:
    """Return a question as the text of a file in a bank of one's own.

    Sources are written out as free text. The text reads back as the same question, its version
    apart. ``rubrics`` says whether an open question needs a rubric to be ready.

    Raises:
        BadQuestionFile: The question cannot be written in the format; the text says where.
    """
    text = "\n".join([*_front(question), *_body(question)]).rstrip("\n") + "\n"
    read = parse(text, question.id, own=True, rubrics=rubrics)
    lost = _lost(question, read)
    if lost:
        raise BadQuestionFile(
            f"{question.id}.md",
            1,
            f"{lost} would not read back as it was. Leave out what the format has no place for:"
            " blank lines in an option or an accepted answer, spaces around a text.",
        )
    return text


def _lost(question: Question, read: Question) -> str:
    """Return the first field that did not survive being written; empty if all did."""
    number = question.number and read.number and replace(question.number, written="")
    expected = replace(question, sources=read.sources, number=number, version="")
    found = replace(read, number=read.number and replace(read.number, written=""), version="")
    if list(map(sources.written, question.sources)) != list(map(sources.written, read.sources)):
        return "sources"
    names = (each.name for each in fields(Question))
    return next((name for name in names if getattr(expected, name) != getattr(found, name)), "")


def blank(question_id: str, kind: Kind, title: str) -> str:
    """Return a frame for a new question of a kind: a draft, with TODO where something belongs.

    Raises:
        BadQuestionFile: The id is not ``topic/slug``.
    """
    frame = [
        "---",
        f"title: {_scalar(title)}",
        f"kind: {kind}",
        f"level: {Level.INTERMEDIATE}",
        "source: []",
        "tags: []",
        "covers: []",
        'author: ""',
        "licence: CC-BY-4.0",
        f"status: {Status.DRAFT}",
        *(['answer: "1"', 'tolerance: "1%"', 'unit: ""'] if kind is Kind.NUMERIC else []),
        "---",
        "TODO: the question, so that it stands alone.",
        "",
        *_FRAMES.get(kind, []),
        "## Answer",
        "TODO: what is right and why, with an example where one helps.",
        "",
        *_RUBRIC.get(kind, []),
        "## Hints",
        "1. TODO: a mild hint.",
        "",
        "## Follow-ups",
        "- TODO: what an interviewer would ask next.",
    ]
    text = "\n".join(frame) + "\n"
    parse(text, question_id, own=True)
    return text


_FRAMES = {
    Kind.CHOICE: [
        "## Choices",
        "- [x] TODO: the right option",
        "- [ ] TODO: a mistake that people really make",
        "",
        "  TODO: why it is wrong, in one sentence.",
        "- [ ] TODO: another such mistake",
        "",
        "  TODO: why it is wrong, in one sentence.",
        "",
    ],
    Kind.MULTI: [
        "## Choices",
        "- [x] TODO: a right option",
        "- [ ] TODO: a mistake that people really make",
        "",
        "  TODO: why it is wrong, in one sentence.",
        "- [x] TODO: another right option",
        "",
    ],
    Kind.SHORT: [
        "## Accepted",
        "- TODO: the term",
        "- TODO: another spelling of it",
        "",
    ],
}
_RUBRIC = {
    Kind.OPEN: [
        "## Rubric",
        "- TODO: a point that a good explanation makes",
        "- TODO: a second one",
        "- TODO: a third one",
        "",
    ],
}


def _front(question: Question) -> Iterator[str]:
    """Yield the lines of the front matter; keys that would say nothing are left out."""
    yield "---"
    yield f"title: {_scalar(question.title)}"
    yield f"kind: {question.kind}"
    yield f"level: {question.level}"
    if question.sources:
        yield f"source: {_flow(sources.written(source) for source in question.sources)}"
    if question.tags:
        yield f"tags: {_flow(iter(question.tags))}"
    if question.covers:
        yield f"covers: {_flow(iter(question.covers))}"
    if question.author:
        yield f"author: {_scalar(question.author)}"
    if question.licence:
        yield f"licence: {_scalar(question.licence)}"
    yield f"status: {question.status}"
    if question.number:
        yield from _number(question.number)
    if question.order_fixed:
        yield "order: fixed"
    if question.was:
        yield f"was: {_flow(iter(question.was))}"
    yield "---"


def _number(number: NumberKey) -> Iterator[str]:
    yield f"answer: {_quoted(number.written or _exact(number.value))}"
    if number.relative:
        yield f"tolerance: {_quoted(_exact(number.tolerance * 100) + '%')}"
    else:
        yield f"tolerance: {_quoted(_exact(number.tolerance))}"
    if number.unit:
        yield f"unit: {_scalar(number.unit)}"
    if number.units:
        pairs = (f"{_scalar(name)}: {_exact(factor)}" for name, factor in number.units.items())
        yield f"units: {{{', '.join(pairs)}}}"


def _body(question: Question) -> Iterator[str]:
    """Yield the prompt and the sections in their order."""
    yield question.prompt
    if question.options:
        yield "\n## Choices"
        for option in question.options:
            yield _item(f"- [{'x' if option.right else ' '}] ", 2, option.text)
            if option.why:
                yield f"\n{_indented(option.why, 2)}"
    for name, texts in (
        ("Accepted", question.accepted),
        ("Answer", question.answer),
        ("Rubric", question.rubric),
        ("Hints", question.hints),
        ("Follow-ups", question.follow_ups),
    ):
        if not texts:
            continue
        yield f"\n## {name}"
        if isinstance(texts, str):
            yield texts
            continue
        for place, text in enumerate(texts, start=1):
            marker = f"{place}. " if name == "Hints" else "- "
            yield _item(marker, len(marker), text)


def _item(marker: str, width: int, text: str) -> str:
    """Return a list item whose further lines line up with its first word."""
    return marker + _indented(text, width).lstrip(" ")


def _indented(text: str, width: int) -> str:
    lines = text.split("\n")
    return "\n".join(f"{' ' * width}{line}" if line.strip() else "" for line in lines)


def _scalar(text: str) -> str:
    """Return text as YAML, in quotes where it needs them."""
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _flow(texts: Iterator[str]) -> str:
    return f"[{', '.join(map(_scalar, texts))}]"


def _exact(value: Fraction) -> str:
    """Return a number so that it reads back exactly: ``0.25``, or ``1/3`` where it never ends."""
    if value.denominator == 1:
        return str(value.numerator)
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1 or places > 15:
        return f"{value.numerator}/{value.denominator}"
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
