"""A question as a flat record: what JSON and tables carry of it, and back again exactly.

Not the question file; ``format`` and ``writer`` are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import cast

from bot.errors import UsageError
from bot.model import Kind, Level, NumberKey, Option, Question, QuestionId, Status
from questions import sources
from questions.format import is_id

Value = str | list[str]
LISTS = ("accepted", "rubric", "hints", "follow_ups", "source", "tags", "covers", "was")
"""The fields that hold several texts."""
NUMBER = ("number", "tolerance", "unit", "units")
KEYS = "abcdef"
FIELDS = (
    *("id", "title", "kind", "level", "status", "question"),
    *(f"{name}_{key}" for key in KEYS for name in ("option", "why")),
    *("right", *NUMBER, "accepted", "answer", "rubric", "hints", "follow_ups"),
    *("source", "tags", "covers", "author", "licence", "order", "was"),
)
"""Every field there is, in the order in which tables have them."""


def record(question: Question) -> dict[str, Value]:
    """Return a question's fields by name; those that would say nothing are left out."""
    out: dict[str, Value] = {
        "id": question.id, "title": question.title, "kind": question.kind.value,
        "level": question.level.value, "status": question.status.value,
        "question": question.prompt, "answer": question.answer,
        "author": question.author, "licence": question.licence,
        "right": " ".join(sorted(question.right_keys)),
        "order": "fixed" if question.order_fixed else "",
    }  # fmt: skip
    for option in question.options:
        out[f"option_{option.key}"] = option.text
        out[f"why_{option.key}"] = option.why
    lists: dict[str, Iterable[str]] = {
        "accepted": question.accepted, "rubric": question.rubric, "hints": question.hints,
        "follow_ups": question.follow_ups, "tags": question.tags, "covers": question.covers,
        "was": question.was, "source": map(sources.written, question.sources),
    }  # fmt: skip
    out |= {name: list(texts) for name, texts in lists.items()}
    if question.number:
        out |= _number(question.number)
    return {name: out[name] for name in FIELDS if out.get(name)}


def _number(number: NumberKey) -> dict[str, Value]:
    width = number.tolerance * 100 if number.relative else number.tolerance
    units = [f"{name}={factor}" for name, factor in number.units.items()]
    return {
        "number": number.written or str(number.value),
        "tolerance": f"{width}{'%' if number.relative else ''}",
        "unit": number.unit,
        "units": "; ".join(units),
    }


def is_whole(record: Mapping[str, object]) -> bool:
    """Tell whether a record is one of ours, with everything a question needs."""
    return is_id(str(record.get("id", ""))) and {"kind", "question", "status"} <= record.keys()


def question(record: Mapping[str, Value]) -> Question:
    """Return the question that a record of ours holds.

    Raises:
        UsageError: A field is not as we write it; the text names it.
    """

    def text(name: str) -> str:
        value = record.get(name, "")
        return value if isinstance(value, str) else "\n".join(value)

    def texts(name: str) -> tuple[str, ...]:
        value = record.get(name, [])
        return tuple(value) if isinstance(value, list) else tuple(unpacked(value))

    def word(name: str, kinds: Sequence[str]) -> str:
        if text(name) not in kinds:
            raise UsageError(f'"{text(name)}" is no {name}. Write one of {", ".join(kinds)}.')
        return text(name)

    question_id = QuestionId(text("id"))
    right = set(re.findall("[a-f]", text("right")))
    return Question(
        id=question_id,
        title=text("title"),
        kind=Kind(word("kind", list(Kind))),
        level=Level(word("level", list(Level))),
        topic=question_id.partition("/")[0],
        prompt=text("question"),
        answer=text("answer"),
        options=tuple(
            Option(key, text(f"option_{key}"), key in right, text(f"why_{key}"))
            for key in KEYS
            if text(f"option_{key}")
        ),
        accepted=texts("accepted"),
        number=_number_key(text("number"), text("tolerance"), text("unit"), text("units")),
        rubric=texts("rubric"),
        hints=texts("hints"),
        follow_ups=texts("follow_ups"),
        sources=sources.joined([sources.free_text(one) for one in texts("source")]),
        tags=texts("tags"),
        covers=texts("covers"),
        author=text("author"),
        licence=text("licence"),
        status=Status(word("status", list(Status))),
        order_fixed=text("order") == "fixed",
        was=tuple(map(QuestionId, texts("was"))),
    )


def _number_key(value: str, tolerance: str, unit: str, units: str) -> NumberKey | None:
    if not value:
        return None
    try:
        width = Fraction(tolerance.removesuffix("%") or "0")
        pairs = [each.partition("=") for each in units.split("; ") if each]
        return NumberKey(
            Fraction(value.replace(",", "")),
            width / 100 if tolerance.endswith("%") else width,
            tolerance.endswith("%"),
            unit,
            {name: Fraction(factor) for name, _, factor in pairs},
            value,
        )
    except (ValueError, ZeroDivisionError):
        raise UsageError(f'"{value}" with the tolerance "{tolerance}" is no number.') from None


def packed(texts: Sequence[str]) -> str:
    """Return several texts as one cell: one a line, or as JSON where a text has lines itself."""
    plain = all(text and text == text.strip() and "\n" not in text for text in texts)
    if plain and not texts[0].startswith("["):
        return "\n".join(texts)
    return json.dumps(texts, ensure_ascii=False)


def unpacked(cell: str) -> list[str]:
    """Return the texts of one cell."""
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(each, str) for each in found):
            return cast("list[str]", found)
    return [line.strip() for line in cell.split("\n") if line.strip()]
