"""When a question comes back to a member: FSRS, fed by their attempts; nothing to rate.

Pure. A card is computed from all of a member's attempts at its question, so that a late tick or a
corrected verdict needs no undoing. The mapping is that of CONTRACTS, *Answers and scores*.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import metadata

import fsrs

from bot.model import Attempt, Card, Confidence, Verdict

RETENTION = 0.9
"""The chance to recall a question at which it comes back."""
LONGEST = 180
"""Days that it stays away at most."""
EARLY = timedelta(hours=8)
"""How much earlier than the hour of the last answer it is due, so that a day later is a day."""
SPREAD = 0.1
"""The width of the jitter, as a share of an interval; keeps what was met together apart."""
SPREAD_FROM = 3
"""Days an interval needs for that."""
A_DAY = timedelta(days=1)

_SCHEDULER = fsrs.Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST,
    enable_fuzzing=False,
)
SCHEDULER = (
    f"fsrs {metadata.version('fsrs')} {RETENTION} {LONGEST} "
    + " ".join(map(str, _SCHEDULER.parameters))
)  # fmt: skip
"""Version and parameters, kept with each card."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def rating(attempt: Attempt) -> fsrs.Rating | None:
    """Return what an attempt says of the memory; nothing while its rubric is not ticked."""
    match attempt.verdict:
        case Verdict.OPEN:
            return None
        case Verdict.WRONG:
            return fsrs.Rating.Again
        case _ if attempt.helped:
            return fsrs.Rating.Again
        case Verdict.RIGHT if attempt.sure is not Confidence.GUESS:
            return fsrs.Rating.Good
        case _:
            return fsrs.Rating.Hard


def rescheduled(
    card: Card, attempts: Sequence[Attempt], interview: date | None, secret: bytes
) -> Card:
    """Return a card as a member's attempts at its question, oldest first, make it.

    ``interview`` is the day no interval reaches past; ``secret`` keys the jitter.
    """
    rated = [(each.at, rate) for each in attempts if (rate := rating(each)) is not None]
    memory = fsrs.Card(card_id=0, due=_BEGINNING)
    before: datetime | None = None
    day = _BEGINNING
    for at, rate in rated:
        # The library counts whole days between two instants, and a day later at breakfast is one.
        day += round((at - before) / A_DAY) * A_DAY if before is not None else timedelta(0)
        memory, _ = _SCHEDULER.review_card(memory, rate, day)
        before = at
    due = None
    if before is not None:
        interval = (memory.due - day) / A_DAY
        if interval >= SPREAD_FROM:
            interval *= 1 + SPREAD * (_share(secret, card, len(rated)) - 0.5)
        due = _capped(before + min(interval, LONGEST) * A_DAY - EARLY, before, interview)
    last = attempts[-1] if attempts else None
    if card.wanted is not None and (last is None or card.wanted > last.at):
        soon = card.wanted + A_DAY - EARLY
        due = min(due, soon) if due is not None else soon
    return Card(
        card.member,
        card.question,
        card.topic,
        card.level,
        last.at if last is not None else None,
        last.verdict if last is not None else None,
        due,
        memory.stability,
        memory.difficulty,
        SCHEDULER if before is not None else "",
        card.wanted,
    )


def _capped(due: datetime, at: datetime, interview: date | None) -> datetime:
    """Return ``due``, or the eve of an interview that still lies ahead, if that is earlier."""
    if interview is None:
        return due
    eve = datetime.combine(interview, time(0), UTC) - A_DAY
    if at >= eve + A_DAY:
        return due
    return min(due, max(eve, at + A_DAY - EARLY))


def _share(secret: bytes, card: Card, place: int) -> float:
    """Return a number from 0 to 1 that looks random and is always the same."""
    name = f"jitter:{card.member}|{card.question}|{place}"
    return hmac.digest(secret, name.encode(), "sha256")[0] / 255
