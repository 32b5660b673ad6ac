"""What a quiz asks: how its words are read, and in which order questions come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import practice
from bot.model import Bank, Card, Kind, Level, MemberId, Question, QuestionId, Verdict
from bot.practice import Unclear, Wanted
from tests.doubles.house import choice, multi

TOPICS = ("convolution", "graph-networks", "optimisation", "sequence-models", "transformers")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "words, wanted",
    [
        ("", Wanted()),
        ("transformers hard 5", Wanted(("transformers",), (Level.ADVANCED,))),
        ("5 hard transformer", Wanted(("transformers",), (Level.ADVANCED,))),
        ("10, please", Wanted(count=10)),
        ("graph networks easy", Wanted(("graph-networks",), (Level.BEGINNER,))),
        ("sequence models and convolution", Wanted(("sequence-models", "convolution"))),
        ("Optimization medium open 3", Wanted(("optimisation",), (Level.INTERMEDIATE,),
                                             (Kind.OPEN,), 3)),
        ("trans", Wanted(("transformers",))),
        ("transformers transformers", Wanted(("transformers",))),
        ("20", Wanted(count=20)),
        ("999999999999999999999", Wanted(count=20, cut=True)),
        ("numeric questions on convolution", Wanted(("convolution",), (), (Kind.NUMERIC,))),
        ("room transformers", Wanted(("transformers",), room=True)),
        ("tranformers", Unclear("tranformers", "transformers")),
        ("hard convolutoin", Unclear("convolutoin", "convolution")),
        ("zebra", Unclear("zebra")),
        ("0", Unclear("0")),
        ("²", Unclear("²")),
    ],
)  # fmt: skip
def test_words_are_read_in_any_order(words: str, wanted: Wanted | Unclear) -> None:
    """Topics also by their beginning, in words or in American; a typo is asked back."""
    assert practice.read(words, TOPICS) == wanted


@given(st.text())
def test_any_words_are_read_as_something(words: str) -> None:
    """The reader is total."""
    read = practice.read(words, TOPICS)
    assert isinstance(read, Unclear) or 1 <= read.count <= practice.MOST


# Choosing ---------------------------------------------------------------------------------------


def card(question: QuestionId, verdict: Verdict, days: int, due: int | None = None) -> Card:
    """Return a card last answered so many days ago, due in so many (less than 0: overdue)."""
    return Card(
        MemberId("m"), question, question.partition("/")[0], Level.BEGINNER, NOW - days * DAY,
        verdict, None if due is None else NOW + due * DAY,
    )  # fmt: skip


def bank(*names: str) -> tuple[Bank, list[QuestionId]]:
    """Return a bank of questions with these names."""
    questions = [choice(name) for name in names]
    return Bank.of(tuple(questions)), [one.id for one in questions]


def test_due_comes_first_then_weak_topics_then_unseen_then_longest_ago() -> None:
    """As ``/quiz`` alone asks."""
    stock, (due, weak, missed, unseen, old, recent) = bank(
        "a/due", "b/weak", "b/missed", "c/unseen", "a/old", "a/recent"
    )
    cards = [
        card(due, Verdict.RIGHT, 9, -1),
        card(missed, Verdict.WRONG, 2, 3),
        card(old, Verdict.RIGHT, 8, 4),
        card(recent, Verdict.RIGHT, 1, 9),
    ]
    found = practice.chosen(stock, cards, Wanted(count=9), (), NOW, "salt")
    assert found == (due, weak, missed, unseen, old, recent)
    assert practice.chosen(stock, cards, Wanted(count=2), (due,), NOW, "salt") == (weak, missed)


def test_a_named_topic_is_unseen_first_then_due_then_longest_ago() -> None:
    """And nothing of another topic."""
    stock, (due, unseen, old, recent, _) = bank("a/due", "a/unseen", "a/old", "a/recent", "b/x")
    cards = [
        card(due, Verdict.WRONG, 3, -1),
        card(old, Verdict.WRONG, 8, 1),
        card(recent, Verdict.RIGHT, 1, 9),
    ]
    found = practice.chosen(stock, cards, Wanted(("a",), count=9), (), NOW, "salt")
    assert found == (unseen, due, old, recent)


def test_what_is_asked_for_is_what_is_asked() -> None:
    """Levels and kinds narrow the choice."""
    hard = choice("a/hard", level=Level.ADVANCED)
    stock = Bank.of((choice("a/easy"), hard, multi()))
    only = Wanted(levels=(Level.ADVANCED,))
    assert practice.chosen(stock, (), only, (), NOW, "s") == (hard.id,)
    kind = Wanted(kinds=(Kind.MULTI,))
    assert practice.chosen(stock, (), kind, (), NOW, "s") == (multi().id,)


def test_weakest_topics_have_something_to_mend() -> None:
    """The weakest first, three at most; one answer does not outweigh many."""
    cards = [
        card(QuestionId(f"{topic}/{place}"), verdict, 1)
        for topic, verdicts in {
            "strong": [Verdict.RIGHT] * 3,
            "half": [Verdict.RIGHT, Verdict.WRONG],
            "bad": [Verdict.WRONG] * 3,
            "once": [Verdict.WRONG],
            "good": [Verdict.RIGHT] * 5 + [Verdict.PARTLY],
            "unticked": [Verdict.OPEN],
        }.items()
        for place, verdict in enumerate(verdicts)
    ]
    assert practice.weakest(cards) == ("bad", "once", "half")


@given(st.text())
def test_options_are_mixed_the_same_way_for_the_same_item(salt: str) -> None:
    """The order says which own key each letter stands for, and keeps every option."""
    asked = choice()
    shown, order = practice.shuffled(asked, salt)
    assert [one.key for one in shown.options] == [one.key for one in asked.options]
    own = {one.key: one for one in asked.options}
    assert [one.text for one in shown.options] == [own[key].text for key in order]
    assert practice.shuffled(asked, salt) == (shown, order)
    fixed: Question = choice(order_fixed=True)
    assert practice.shuffled(fixed, salt) == (fixed, ("a", "b", "c", "d"))
