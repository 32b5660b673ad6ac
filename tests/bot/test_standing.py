"""Streaks, scores and tallies: what counts and what does not, and that sums are a recount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import standing
from bot.model import (
    Attempt,
    ChannelId,
    DateRange,
    Kind,
    Level,
    MemberId,
    Origin,
    Posted,
    QuestionId,
    RoundId,
    RoundState,
    Said,
    Score,
    Tally,
    Verdict,
)
from bot.standing import Streak

FIRST = date(2026, 11, 2)
ADA = MemberId("slack://T1/U1")
HERE = ChannelId("slack://T1/C1")


def posted(count: int, *, withdrawn: Sequence[int] = ()) -> list[Posted]:
    """Return a question a day from 2 November on, at 09:30."""
    days = [FIRST + timedelta(days=number) for number in range(count)]
    return [
        Posted(
            RoundId(f"{HERE}|{day}|1"),
            day,
            RoundState.WITHDRAWN if number in withdrawn else RoundState.REVEALED,
            datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC),
        )
        for number, day in enumerate(days)
    ]


def streak(said: str, *, away: Sequence[DateRange] = (), today: date = FIRST) -> Streak:
    """Return the streak of a string: a answered, l late but before the next, z too late, w, m."""
    rounds = posted(len(said), withdrawn=[n for n, sign in enumerate(said) if sign == "w"])
    late = {"a": None, "l": timedelta(hours=23), "z": timedelta(hours=25)}
    answered = {
        one.round_id: one.at + after if (after := late[sign]) is not None else None
        for one, sign in zip(rounds, said, strict=True)
        if sign in late
    }
    return standing.streak(rounds, answered, away, today)


@pytest.mark.parametrize(
    "said, run, longest, frozen, left",
    [
        ("", 0, 0, 0, 2),
        ("aaa", 3, 3, 0, 2),
        ("aam", 2, 2, 0, 2),  # the newest can still be answered
        ("ama", 2, 2, 1, 1),
        ("ammma", 1, 1, 0, 0),  # two are forgiven, the third is not
        ("amamama", 1, 3, 0, 0),
        ("mmmma", 1, 1, 0, 2),  # nothing to forgive before it began
        ("awwwwa", 2, 2, 0, 2),
        ("ala", 3, 3, 0, 2),
        ("aza", 2, 2, 1, 1),
        ("az", 2, 2, 0, 2),  # not too late: nothing came after it
        ("aaammmaa", 2, 3, 0, 0),
    ],
)
def test_a_streak(said: str, run: int, longest: int, frozen: int, left: int) -> None:
    assert streak(said) == Streak(run, longest, frozen, left)


def test_days_away_are_skipped_and_cost_no_freeze() -> None:
    gone = DateRange(FIRST + timedelta(days=1), FIRST + timedelta(days=4))
    assert streak("ammmma", away=[gone]) == Streak(2, 2, 0, 2)


def test_what_is_answered_on_a_day_away_counts() -> None:
    gone = DateRange(FIRST, FIRST + timedelta(days=4))
    assert streak("amamam", away=[gone]).run == 3


def test_each_month_has_two_freezes_of_its_own() -> None:
    """They are neither saved up nor borrowed."""
    said = list("a" * 60)
    for missed in (26, 27, 29, 30):  # 28 and 29 November; 1 and 2 December
        said[missed] = "m"
    assert streak("".join(said), today=date(2026, 12, 20)) == Streak(56, 56, 4, 0)
    assert streak("".join(said), today=date(2027, 1, 1)).left == 2


@given(st.text("alzwm", max_size=70), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9))))
def test_a_streak_is_what_its_rule_says(said: str, absences: list[tuple[int, int]]) -> None:
    """By the rule written down once more, question by question, as slowly as it can be said."""
    away = [
        DateRange(FIRST + timedelta(days=start), FIRST + timedelta(days=start + length))
        for start, length in absences
    ]
    kept: list[int] = []
    """The run after each question."""
    forgiven: list[date] = []
    for number, sign in enumerate(said):
        before, day = (kept[-1] if kept else 0), FIRST + timedelta(days=number)
        newest = number == len(said) - 1
        month = [each for each in forgiven if (each.year, each.month) == (day.year, day.month)]
        if sign in "al" or (sign == "z" and newest):
            kept.append(before + 1)
        elif sign == "w" or newest or any(day in days for days in away):
            kept.append(before)
        elif before and len(month) < 2:
            forgiven.append(day)
            kept.append(before)
        else:
            kept.append(0)
    found = streak(said, away=away)
    assert found.run == (kept[-1] if kept else 0)
    assert found.longest == max(kept, default=0)


# Scores -----------------------------------------------------------------------------------------


def attempt(day: int = 0, **more: object) -> Attempt:
    """Return a right answer to a daily question."""
    base = Attempt(
        ADA, f"{HERE}|{FIRST + timedelta(days=day)}|1", QuestionId("a/b"), "a", Level.BEGINNER,
        Kind.CHOICE, datetime(2026, 11, 2, 9, 40, tzinfo=UTC), Origin.DAILY, Said(("a",)),
        Verdict.RIGHT,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more, right",
    [
        ({}, 1),
        ({"verdict": Verdict.WRONG}, 0),
        ({"verdict": Verdict.PARTLY}, 0),
        ({"helped": True}, 0),
        ({"late": True}, 0),
        ({"kind": Kind.OPEN}, 0),
        ({"kind": Kind.OPEN, "verdict": Verdict.OPEN}, 0),
    ],
)
def test_what_counts_as_right_on_a_board(more: dict[str, object], right: int) -> None:
    """Whatever does not counts as answered."""
    assert standing.changes(None, attempt(**more)) == (  # type: ignore[arg-type]
        Score(HERE, "2026-11", ADA, 1, right),
        Score(HERE, "", ADA, 1, right),
    )


@pytest.mark.parametrize("source", [Origin.QUIZ, Origin.REVIEW, Origin.ROOM])
def test_only_daily_questions_count_on_a_board(source: Origin) -> None:
    assert standing.changes(None, attempt(source=source, key="q1.abc")) == ()


def test_a_corrected_verdict_moves_what_counts() -> None:
    wrong = attempt(verdict=Verdict.WRONG)
    assert standing.changes(wrong, attempt())[0] == Score(HERE, "2026-11", ADA, 0, 1)
    assert standing.changes(attempt(), wrong)[0] == Score(HERE, "2026-11", ADA, 0, -1)
    assert standing.changes(attempt(), None)[0] == Score(HERE, "2026-11", ADA, -1, -1)
    assert standing.changes(attempt(), attempt()) == ()


def test_ties_share_a_place() -> None:
    scores = [Score(HERE, "", MemberId(str(n)), 9, right) for n, right in enumerate((5, 5, 3, 1))]
    assert [place for place, _ in standing.places(scores)] == [1, 1, 3, 4]


# Topics -----------------------------------------------------------------------------------------


def test_the_weakest_topics_come_first() -> None:
    tallies = [
        Tally("known", 9, 9, unaided=9, right=9),
        Tally("unlucky", 1, 1, unaided=1, right=0),
        Tally("hard", 9, 9, unaided=9, right=2),
        Tally("middling", 9, 9, unaided=9, right=5),
        Tally("helped", 3, 3),
        Tally("nearly", 9, 9, unaided=9, right=8),
    ]
    assert standing.weakest(tallies, 3) == ("hard", "unlucky", "middling")


def test_topics_add_up() -> None:
    one, two = Tally("a", 1, 1, 1, 1, 1, 0), Tally("b", 5, 4, 3, 2, 2, 1)
    assert standing.total([one, two]) == Tally("", 6, 5, 4, 3, 3, 1)
    assert standing.total([]) == Tally("")
