"""What the shipped bank holds as a whole, and its table of contents."""

from pathlib import Path

import pytest

from bot.model import Kind, Level
from questions.browse import Stats, stats
from questions.contents import contents
from questions.files import Library, read_bank

TOPICS = Path(__file__).parents[2] / "questions" / "TOPICS.md"


@pytest.fixture(scope="module")
def library() -> Library:
    return read_bank(trusted=True)


@pytest.fixture(scope="module")
def counted(library: Library) -> Stats:
    return stats(library)


def test_the_table_of_contents_is_up_to_date(library: Library) -> None:
    """``make topics`` renews it."""
    assert TOPICS.read_text(encoding="utf-8") == contents(library)


def test_every_line_of_the_syllabus_is_covered(counted: Stats) -> None:
    assert [slug for part in counted.coverage for slug in part.open] == []


def test_each_topic_has_all_three_levels(counted: Stats) -> None:
    lacking = [
        (topic, level)
        for topic in counted.topics
        for level in Level
        if not counted.shelves.get((topic, level))
    ]

    assert lacking == []


def test_there_is_enough_of_every_kind(counted: Stats) -> None:
    """Mornings of one click, and explanations once or twice a week."""
    assert counted.ready >= 400
    assert counted.kinds[Kind.CHOICE] >= 150
    assert counted.kinds[Kind.NUMERIC] >= 40
    assert counted.kinds[Kind.OPEN] >= counted.ready * 0.3


def test_right_letters_are_spread_evenly(counted: Stats) -> None:
    most, least = (pick(counted.right_letters[letter] for letter in "ABCD") for pick in (max, min))

    assert least >= most * 0.75


@pytest.mark.parametrize(
    "mark, least",
    [("```", 30), ("$", 40), ("\n|", 10)],
    ids=["code", "formulas", "tables"],
)
def test_there_is_code_and_there_are_formulas_and_tables(
    library: Library, mark: str, least: int
) -> None:
    assert sum(mark in entry.text for entry in library.entries.values()) >= least
