"""Questions for other programs, and back: what both formats carry is the same afterwards."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.model import Kind, Level, NumberKey, Option, Question, QuestionId, Source, Status
from questions import exporting
from questions.files import read_bank
from questions.formats import LOST, Format, Target
from questions.importing import reading

TEXT = st.text(alphabet="ab ,;\"'|\t\n=[]é–", min_size=1, max_size=20).map(
    lambda text: f"x{' '.join(text.split())}y"
)
WORDS = st.text(alphabet="abc,;\"'é =|", max_size=12).map(lambda text: f"x{text}y")
MARKDOWN = st.lists(TEXT, min_size=1, max_size=3).map("\n\n".join)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw a question of any kind that our format accepts."""
    kind = draw(st.sampled_from(Kind))
    options: tuple[Option, ...] = ()
    if kind in {Kind.CHOICE, Kind.MULTI}:
        right = {0} if kind is Kind.CHOICE else {0, 2}
        options = tuple(
            Option("abc"[n], draw(WORDS), n in right, "" if n in right else draw(MARKDOWN))
            for n in range(3)
        )
    number = NumberKey(Fraction(7, 2), Fraction(1, 100), relative=True, unit="GB", units={"MB": Fraction(1, 1000)}, written="3.5")  # fmt: skip  # noqa: E501
    ready = draw(st.booleans())
    cited = (Source("A, b", "https://example.org/x"), Source("C"))
    lines = st.lists(WORDS, max_size=3).map(tuple)
    return Question(
        id=QuestionId(f"topic/q-{draw(st.integers(0, 99))}"),
        title=draw(WORDS),
        kind=kind,
        level=draw(st.sampled_from(Level)),
        topic="topic",
        prompt=draw(MARKDOWN),
        answer=draw(MARKDOWN),
        options=options,
        accepted=draw(lines.filter(bool)) if kind is Kind.SHORT else (),
        number=number if kind is Kind.NUMERIC else None,
        rubric=("one", "two\n\nthree", "four") if kind is Kind.OPEN else (),
        hints=draw(st.lists(MARKDOWN, max_size=2).map(tuple)),
        follow_ups=draw(lines),
        sources=cited if ready or draw(st.booleans()) else (),
        tags=draw(st.sampled_from([(), ("a b", "[c]")])),
        author="Ada",
        licence="CC0-1.0",
        status=Status.READY if ready else Status.DRAFT,
    )


def back(text: str, path: Path) -> list[Question]:
    """Return the questions of a text as an import reads them."""
    path.write_text(text, encoding="utf-8", newline="")
    document = reading.read(path)
    assert document.skipped == ()
    return [replace(each.whole, version="") for each in document.entries if each.whole]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(), min_size=1, max_size=4))
def test_what_is_exported_is_imported_again(folder: Path, drawn: list[Question]) -> None:
    assert back(exporting.as_json(drawn), folder / "q.json") == drawn
    assert back(exporting.as_csv(drawn), folder / "q.csv") == drawn


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions().filter(lambda q: not q.options), min_size=1, max_size=3))
def test_a_card_has_both_sides_again(folder: Path, drawn: list[Question]) -> None:
    path = folder / "q.txt"
    path.write_text(exporting.as_anki(drawn), encoding="utf-8", newline="")

    entries = reading.read(path).entries

    assert [entry.question for entry in entries] == [q.prompt for q in drawn]
    assert [entry.answer for entry in entries] == [exporting.back(q) for q in drawn]
    assert [entry.tags[:3] for entry in entries] == [(q.topic, q.level, q.kind) for q in drawn]


def test_the_shipped_bank_survives_every_format(tmp_path: Path) -> None:
    bank = [
        replace(question, version="", number=question.number and replace(question.number))
        for question in read_bank(trusted=True).questions
    ]

    assert back(exporting.as_json(bank), tmp_path / "q.json") == bank
    assert back(exporting.as_csv(bank), tmp_path / "q.csv") == bank
    assert exporting.write_files(bank[:20], tmp_path / "own") == 20
    own = read_bank([tmp_path / "own"], shipped=False)
    assert [replace(q, version="") for q in own.questions] == bank[:20]
    path = tmp_path / "own" / f"{bank[0].id}.md"
    [entry] = reading.read(path).entries
    assert reading.guessed(path, path.read_text()) is Format.OWN
    assert entry.whole is not None
    assert replace(entry.whole, version="") == bank[0]


def test_what_cannot_be_carried_is_said() -> None:
    assert "hints, rubric, follow-ups" in LOST[Target.ANKI]
    assert not LOST[Target.JSON]


def test_own_files_never_replace_any(tmp_path: Path) -> None:
    question = read_bank(trusted=True).questions[0]
    exporting.write_files([question], tmp_path)

    with pytest.raises(UsageError, match="exists already, so nothing was written"):
        exporting.write_files([question], tmp_path)


def test_a_record_that_was_broken_by_hand_is_skipped_and_said(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    text = exporting.as_json(read_bank(trusted=True).questions[:1])
    path.write_text(text.replace('"level": "', '"level": "very '))

    document = reading.read(path)

    assert document.entries == ()
    assert '" is no level. Write one of beginner' in document.skipped[0].reason
