"""When a question comes back: the mapping of CONTRACTS, whole days, the cap, and no clock read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from pathlib import Path

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import reviewing
from bot.model import (
    Attempt,
    Card,
    Confidence,
    Kind,
    Level,
    MemberId,
    Origin,
    QuestionId,
    Said,
    Verdict,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = b"s" * 32
NEW = Card(MemberId("slack://T/U"), QuestionId("a/b"), "a", Level.BEGINNER)


def attempt(
    verdict: Verdict = Verdict.RIGHT,
    at: datetime = NOW,
    sure: Confidence | None = None,
    *,
    helped: bool = False,
) -> Attempt:
    """Return an attempt at the card's question."""
    return Attempt(
        NEW.member, str(at), NEW.question, NEW.topic, NEW.level, Kind.CHOICE, at, Origin.QUIZ,
        Said(("a",)), verdict, sure, helped,
    )  # fmt: skip


def due(*attempts: Attempt, interview: date | None = None) -> datetime:
    """Return when the question comes back after these attempts."""
    found = reviewing.rescheduled(NEW, attempts, interview, SECRET).due
    assert found is not None
    return found


@pytest.mark.parametrize(
    "verdict, sure, helped, rating",
    [
        (Verdict.WRONG, Confidence.SURE, False, fsrs.Rating.Again),
        (Verdict.WRONG, None, False, fsrs.Rating.Again),
        (Verdict.RIGHT, Confidence.SURE, True, fsrs.Rating.Again),
        (Verdict.PARTLY, Confidence.SURE, True, fsrs.Rating.Again),
        (Verdict.PARTLY, Confidence.SURE, False, fsrs.Rating.Hard),
        (Verdict.RIGHT, Confidence.GUESS, False, fsrs.Rating.Hard),
        (Verdict.RIGHT, Confidence.THINK_SO, False, fsrs.Rating.Good),
        (Verdict.RIGHT, Confidence.SURE, False, fsrs.Rating.Good),
        (Verdict.RIGHT, None, False, fsrs.Rating.Good),
        (Verdict.OPEN, Confidence.SURE, False, None),
    ],
)
def test_verdict_help_and_confidence_make_the_rating(
    verdict: Verdict, sure: Confidence | None, rating: fsrs.Rating | None, *, helped: bool
) -> None:
    """Nobody rates themselves: CONTRACTS, *Answers and scores*."""
    assert reviewing.rating(attempt(verdict, sure=sure, helped=helped)) is rating


def test_what_was_wrong_is_due_the_next_day_at_breakfast() -> None:
    """However late it was answered, a day later is a day."""
    assert due(attempt(Verdict.WRONG)) == NOW + DAY - reviewing.EARLY


def test_a_day_is_a_day_though_it_has_sixteen_hours() -> None:
    """What is reviewed when it is due is no second look on the same day."""
    early = reviewing.rescheduled(
        NEW, [attempt(), attempt(at=NOW + DAY - reviewing.EARLY)], None, SECRET
    )
    full = reviewing.rescheduled(NEW, [attempt(), attempt(at=NOW + DAY)], None, SECRET)
    assert early.stability == full.stability


def test_what_nothing_can_be_said_of_is_never_due() -> None:
    """An explanation that was not ticked keeps its place among what was met."""
    card = reviewing.rescheduled(NEW, [attempt(Verdict.OPEN)], None, SECRET)
    assert (card.due, card.at, card.verdict) == (None, NOW, Verdict.OPEN)


def test_version_and_parameters_are_kept_with_the_card() -> None:
    """And the version is the one that is pinned."""
    card = reviewing.rescheduled(NEW, [attempt()], None, SECRET)
    version = metadata.version("fsrs")
    assert card.scheduler.startswith(f"fsrs {version} 0.9 180 0.212 ")
    assert len(card.scheduler.split()) == 4 + 21
    assert f'"fsrs=={version}"' in Path("pyproject.toml").read_text(encoding="utf-8")


def test_the_jitter_is_keyed_small_and_only_for_longer_intervals() -> None:
    """Two members differ, the same one never does, and nothing moves by more than a tenth."""
    times = [NOW, NOW + 3 * DAY, NOW + 12 * DAY, NOW + 40 * DAY]
    rights = [attempt(at=at) for at in times]
    found = {
        reviewing.rescheduled(NEW, rights, None, secret * 32).due for secret in (b"a", b"b", b"c")
    }
    assert len(found) == 3
    assert due(*rights) == due(*rights)
    bare = [one - times[-1] + reviewing.EARLY for one in found if one is not None]
    assert max(bare) / min(bare) <= 1.1
    assert len({due(attempt()), reviewing.rescheduled(NEW, [attempt()], None, b"x").due}) == 1


def test_asking_for_it_brings_it_back_within_a_day() -> None:
    """Until it is answered again."""
    card = Card(NEW.member, NEW.question, "a", Level.BEGINNER, wanted=NOW + DAY)
    soon = reviewing.rescheduled(card, [attempt()], None, SECRET).due
    assert soon is not None
    assert soon <= NOW + 2 * DAY
    after = reviewing.rescheduled(card, [attempt(), attempt(at=NOW + 3 * DAY)], None, SECRET)
    assert after.due is not None
    assert after.due > NOW + 5 * DAY


verdicts = st.sampled_from([Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG, Verdict.OPEN])
gaps = st.lists(st.tuples(verdicts, st.integers(0, 400), st.booleans()), min_size=1, max_size=12)


def history(steps: list[tuple[Verdict, int, bool]]) -> list[Attempt]:
    """Return attempts with these hours between them."""
    at, found = NOW, []
    for verdict, hours, helped in steps:
        at += timedelta(hours=hours)
        found.append(attempt(verdict, at, helped=helped))
    return found


@given(gaps)
def test_it_comes_back_within_half_a_year_and_not_at_once(
    steps: list[tuple[Verdict, int, bool]],
) -> None:
    """Whatever the history."""
    attempts = history(steps)
    card = reviewing.rescheduled(NEW, attempts, None, SECRET)
    rated = [one for one in attempts if reviewing.rating(one) is not None]
    assert (card.due is None) == (not rated)
    if card.due is not None:
        gap = card.due - rated[-1].at
        assert DAY - reviewing.EARLY <= gap <= reviewing.LONGEST * DAY


@given(gaps, st.integers(-5, 60))
def test_no_interval_reaches_past_the_interview(
    steps: list[tuple[Verdict, int, bool]], days: int
) -> None:
    """Unless it is over, or so near that nothing could come before it."""
    attempts = history(steps)
    last = [one.at for one in attempts if reviewing.rating(one) is not None]
    interview = (attempts[-1].at + days * DAY).date()
    free = reviewing.rescheduled(NEW, attempts, None, SECRET).due
    capped = reviewing.rescheduled(NEW, attempts, interview, SECRET).due
    if not last or free is None or capped is None:
        assert free == capped
        return
    start = datetime.combine(interview, datetime.min.time(), UTC)
    assert capped <= free
    if last[-1] >= start:
        assert capped == free
    elif last[-1] <= start - 2 * DAY:
        assert capped < start
