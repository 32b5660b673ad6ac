"""Questions as files: what is written reads back as it was, or is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadQuestionFile
from bot.model import Kind, Level, NumberKey, Option, Question, QuestionId, Source, Status
from questions.files import read_bank
from questions.format import parse
from questions.writer import blank, write

FULL = Question(
    id=QuestionId("imported/q-1"),
    title='Say "x: y" # z',
    kind=Kind.MULTI,
    level=Level.ADVANCED,
    topic="imported",
    prompt="One\n\n```python\nx = 1\n```\n\n- a list",
    answer="Yes.\n\n### Why\nSo.",
    options=(
        Option("a", "One\nand more", right=True),
        Option("b", "Two", right=False, why="First.\n\n- second\n- third"),
        Option("c", "`three`", right=True),
    ),
    hints=("mild", "strong\n\n$$x_i$$"),
    follow_ups=("And then?\nAnd then?",),
    sources=(Source("Ng 2018, chapter 5", "https://example.org/a"), Source("A talk")),
    tags=("a b", "no", "3.10"),
    covers=("adam",),
    author="Ada, Countess",
    licence="CC0-1.0",
    status=Status.DRAFT,
    order_fixed=True,
    was=(QuestionId("old/q"),),
)


def back(question: Question) -> Question:
    """Return a question as it reads after it was written, its version apart."""
    return replace(parse(write(question), question.id, own=True), version="")


def test_a_full_question() -> None:
    assert back(FULL) == FULL
    assert write(FULL) == (
        """\
---
title: "Say \\"x: y\\" # z"
kind: multi
level: advanced
source: ["Ng 2018, chapter 5, https://example.org/a", A talk]
tags: [a b, no, "3.10"]
covers: [adam]
author: "Ada, Countess"
licence: CC0-1.0
status: draft
order: fixed
was: [old/q]
---
One

```python
x = 1
```

- a list

## Choices
- [x] One
  and more
- [ ] Two

  First.

  - second
  - third
- [x] `three`

## Answer
Yes.

### Why
So.

## Hints
1. mild
2. strong

   $$x_i$$

## Follow-ups
- And then?
  And then?
"""
    )


def test_the_shipped_bank_survives() -> None:
    for question in read_bank(trusted=True).questions:
        read = parse(write(question), question.id, own=True, sound=True)  # as write has checked
        assert replace(read, version="") == replace(question, version="")


numbers = st.fractions() | st.decimals(allow_nan=False, allow_infinity=False, places=8).map(
    Fraction
)


@settings(deadline=None)
@given(
    value=numbers,
    tolerance=numbers,
    relative=st.booleans(),
    units=st.dictionaries(st.sampled_from("abc"), numbers),
)
def test_numbers_survive_exactly(
    *, value: Fraction, tolerance: Fraction, relative: bool, units: dict[str, Fraction]
) -> None:
    key = NumberKey(
        value,
        abs(tolerance) if value or not relative else Fraction(0),
        relative,
        unit="B",
        units={name: abs(factor) + 1 for name, factor in units.items()},
    )
    question = replace(
        FULL, kind=Kind.NUMERIC, options=(), order_fixed=False, number=key, status=Status.READY
    )
    question = replace(question, title="T", level=Level.BEGINNER)

    read = back(question).number

    assert read is not None
    assert replace(read, written="") == key


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"options": (replace(FULL.options[0], text="a\n\nb"), *FULL.options[1:])},
            "line 23: a right option needs no why",
        ),
        ({"prompt": " spaces \n"}, "line 1: prompt would not read back"),
        ({"topic": "elsewhere"}, "line 1: topic would not read back"),
        ({"hints": ("- a list",)}, "line 40: this item of Hints does not begin"),
        ({"answer": "## Heading"}, "line 34: there is no section"),
        ({"prompt": "costs $5"}, "line 14: a $ that belongs to no formula"),
    ],
)
def test_what_the_format_has_no_place_for_is_refused(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(BadQuestionFile) as refusal:
        write(replace(FULL, **change))  # type: ignore[arg-type]

    assert str(refusal.value).startswith(f"imported/q-1.md, {message}")


@pytest.mark.parametrize("kind", Kind)
def test_a_frame_for_a_new_question(kind: Kind) -> None:
    question = parse(blank("team/habits", kind, "Habits: ours"), "team/habits", own=True)

    assert (question.kind, question.status) == (kind, Status.DRAFT)
    assert question.title == "Habits: ours"
    assert "TODO" in question.prompt


def test_a_frame_needs_an_id() -> None:
    with pytest.raises(BadQuestionFile, match="makes its id"):
        blank("Team Habits", Kind.OPEN, "T")
