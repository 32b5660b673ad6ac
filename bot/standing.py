"""Where a member stands: streaks, boards, what they know; by CONTRACTS, *Answers and scores*.

Pure: it counts what it is given. Nothing here says who may see it, or in which words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.model import (
    Attempt,
    ChannelId,
    DateRange,
    Kind,
    Origin,
    Posted,
    RoundId,
    RoundState,
    Score,
    Tally,
    Verdict,
)

FREEZES = 2
"""Missed questions that a calendar month forgives; they cannot be saved up."""
EVER = ""
"""The month of a score of all time."""

# Streaks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Streak:
    """How many posted questions in a row a member answered before the next one."""

    run: int = 0
    longest: int = 0
    frozen: int = 0
    """Questions within the run that a freeze covered."""
    left: int = FREEZES
    """Freezes left this month."""


def streak(
    posted: Sequence[Posted],
    answered: Mapping[RoundId, datetime | None],
    away: Sequence[DateRange],
    today: date,
) -> Streak:
    """Return a member's streak in a channel.

    ``posted`` is in order; ``answered`` holds the rounds they answered: ``None`` before the close,
    else when. ``today`` is the channel's local day. Withdrawn questions and days away are skipped.
    The newest question breaks nothing, since it can still be answered.
    """
    run = longest = frozen = 0
    used: dict[tuple[int, int], int] = {}
    for place, one in enumerate(posted):
        following = posted[place + 1] if place + 1 < len(posted) else None
        if one.state is RoundState.WITHDRAWN:
            continue
        if _in_time(one.round_id, answered, following):
            run += 1
            longest = max(longest, run)
        elif following is None or any(one.date in days for days in away):
            continue
        elif run and used.get(_month(one.date), 0) < FREEZES:
            used[_month(one.date)] = used.get(_month(one.date), 0) + 1
            frozen += 1
        else:
            run = frozen = 0
    return Streak(run, longest, frozen, FREEZES - used.get(_month(today), 0))


def _in_time(
    round_id: RoundId, answered: Mapping[RoundId, datetime | None], following: Posted | None
) -> bool:
    if round_id not in answered:
        return False
    late = answered[round_id]
    return late is None or following is None or late < following.at


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


# Boards -----------------------------------------------------------------------------------------


def month_of(day: date) -> str:
    """Return the month of a score, as ``2026-11``."""
    return f"{day:%Y-%m}"


def changes(before: Attempt | None, after: Attempt | None) -> tuple[Score, ...]:
    """Return what is to be added to the scores when one attempt takes the place of another."""
    known = after or before
    if known is None or known.source is not Origin.DAILY:
        return ()
    answered = (after is not None) - (before is not None)
    right = _counts(after) - _counts(before)
    if not answered and not right:
        return ()
    channel, day, _ = known.key.rsplit("|", 2)
    return tuple(
        Score(ChannelId(channel), month, known.member, answered, right)
        for month in (month_of(date.fromisoformat(day)), EVER)
    )


def _counts(attempt: Attempt | None) -> bool:
    """Whether an attempt counts as right on a board: graded, unaided, in time."""
    return (
        attempt is not None
        and attempt.verdict is Verdict.RIGHT
        and attempt.kind is not Kind.OPEN
        and not (attempt.helped or attempt.late)
    )


def places(scores: Sequence[Score]) -> tuple[tuple[int, Score], ...]:
    """Return the place of each, from 1; ``scores`` have the most right first. Ties share one."""
    out: list[tuple[int, Score]] = []
    for number, score in enumerate(scores, 1):
        shared = out and out[-1][1].right == score.right
        out.append((out[-1][0] if shared else number, score))
    return tuple(out)


# What a member knows ----------------------------------------------------------------------------


def weakest(tallies: Sequence[Tally], most: int) -> tuple[str, ...]:
    """Return the topics with the lowest unaided accuracy, the weakest first.

    One wrong answer does not make a topic hopeless, nor one right answer known: each begins with
    one of two right (Laplace's rule of succession). Topics without a mistake are not weak.
    """
    missed = [each for each in tallies if each.right < each.unaided]
    missed.sort(key=lambda each: ((each.right + 1) / (each.unaided + 2), each.topic))
    return tuple(each.topic for each in missed[:most])


def total(tallies: Sequence[Tally], name: str = "") -> Tally:
    """Return what several topics add up to."""
    return Tally(
        name,
        answered=sum(each.answered for each in tallies),
        met=sum(each.met for each in tallies),
        unaided=sum(each.unaided for each in tallies),
        right=sum(each.right for each in tallies),
        sure=sum(each.sure for each in tallies),
        sure_right=sum(each.sure_right for each in tallies),
    )
