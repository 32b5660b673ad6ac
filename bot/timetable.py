"""When things are due: a channel's slots, the reveal of a round, how late is too late.

It reads no clock and knows no store: instants come in as arguments and go out as values.

Zones are IANA names, read through ``zoneinfo``; a name it does not know raises
``ZoneInfoNotFoundError``, so settings are checked before they come here. What daylight saving does
to a slot follows reliability.md §1.3: a local day has one slot, whatever the clocks do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import ChannelState, DateRange, Reveal, RevealRule, Rhythm, Slot

LOOK_AHEAD = 800
"""Calendar days searched for eligible ones: two years of skipped days and some."""
LEAST_OPEN = timedelta(hours=1)
"""A reveal ``at`` a local time leaves at least this long after the post."""
LONGEST_OPEN = timedelta(hours=72)
"""A reveal ``next`` waits for the next question at most this long after the post."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


# Local time -------------------------------------------------------------------------------------


def local(moment: datetime, zone: str) -> datetime:
    """Return an aware instant as the wall clock of ``zone`` shows it."""
    return moment.astimezone(ZoneInfo(zone))


def local_date(moment: datetime, zone: str) -> date:
    """Return the local calendar day of an aware instant."""
    return moment.astimezone(ZoneInfo(zone)).date()


def instant(day: date, at: time, zone: str) -> datetime | None:
    """Return the instant, in UTC, when the clocks of ``zone`` show ``at`` on ``day``.

    A time that comes twice is its first coming. A time that the clocks jump over is the first
    instant after the jump; ``None`` when that is on another day, as it always is for a day that
    does not exist (2011-12-30 in Apia).
    """
    tz = ZoneInfo(zone)
    wall = datetime.combine(day, at.replace(fold=0), tz)
    moment = wall.astimezone(UTC)
    if moment.astimezone(tz) == wall:  # one zone on both sides: Python compares the wall times
        return moment
    # Read with the offset of before the jump, a skipped time comes out after it, and the other way
    # round (PEP 495).
    landed = _jump(wall.replace(fold=1).astimezone(UTC), moment, tz)
    return landed if landed.astimezone(tz).date() == day else None


def _jump(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the first instant at the later offset, between two that a jump of the clocks parts."""
    offset = after.astimezone(tz).utcoffset()
    low = before.replace(microsecond=0)  # offsets change on whole seconds
    seconds = range((after - low) // _SECOND + 1)
    return low + _SECOND * bisect_left(
        seconds, x=True, key=lambda s: (low + s * _SECOND).astimezone(tz).utcoffset() == offset
    )


def end_of(day: date, zone: str) -> datetime:
    """Return the first instant of the next local day there is, in UTC."""
    while True:
        day += _DAY
        midnight = instant(day, time(0), zone)
        if midnight is not None:
            return midnight


# Slots ------------------------------------------------------------------------------------------


def eligible(
    day: date, rhythm: Rhythm, holidays: Collection[date], skips: Sequence[DateRange]
) -> bool:
    """Tell whether a local day has a slot.

    It does when it is one of the rhythm's weekdays, no public holiday (``holidays``: the days
    themselves), and skipped neither by the rhythm nor by ``skips``, the ranges added in chat.
    """
    return (
        day.weekday() in rhythm.days
        and day not in holidays
        and not any(day in skipped for skipped in rhythm.skip)
        and not any(day in skipped for skipped in skips)
    )


def slots(
    rhythm: Rhythm, holidays: Collection[date], skips: Sequence[DateRange], first: date
) -> Iterator[Slot]:
    """Yield the slots of the eligible local days from ``first`` on, in order.

    Ends after ``LOOK_AHEAD`` calendar days. Each slot's ``due`` lies on its local day; a day that
    the zone left out altogether has none.
    """
    for ahead in range(LOOK_AHEAD):
        day = first + ahead * _DAY
        if eligible(day, rhythm, holidays, skips):
            due = _due(day, rhythm)
            if due is not None:
                yield Slot(day, due)


def _due(day: date, rhythm: Rhythm) -> datetime | None:
    """Return when the day's question is due; ``None`` for a day that does not exist.

    Where the clocks jump from the evening to midnight (Nuuk, each March) the time may be skipped
    with nothing of the day after it; then the question is due in the last second before the jump.
    """
    due = instant(day, rhythm.time, rhythm.zone)
    if due is not None:
        return due
    last = end_of(day, rhythm.zone) - _SECOND
    return last if local_date(last, rhythm.zone) == day else None


def next_slot(
    rhythm: Rhythm,
    holidays: Collection[date],
    skips: Sequence[DateRange],
    after_date: date | None,
    not_before: datetime,
) -> Slot | None:
    """Return the slot to be decided next; ``None`` when the next ``LOOK_AHEAD`` days have none.

    With ``after_date``, the last local day that was decided: the first slot of a later day, also
    when its time has passed, so that no slot is lost in silence; ``not_before`` is then not looked
    at. With ``None``, for a channel first seen at ``not_before``: the first slot due later than
    that. Where today's slot counts although its time has passed (``Channel.counts_today``), give
    the day before the local date of that instant as ``after_date``.
    """
    if after_date is not None:
        return next(slots(rhythm, holidays, skips, after_date + _DAY), None)
    today = local_date(not_before, rhythm.zone)
    return next((s for s in slots(rhythm, holidays, skips, today) if s.due > not_before), None)


def expiry(slot: Slot, rhythm: Rhythm, following: Slot | None) -> datetime:
    """Return the instant after which the slot's question is too late, in UTC.

    That is the due time plus the grace, or the end of the local day without one; in either case
    not later than ``following``, the channel's next slot, is due.
    """
    end = end_of(slot.date, rhythm.zone) if rhythm.grace is None else slot.due + rhythm.grace
    return end if following is None else min(end, following.due)


# Reveals and pauses -----------------------------------------------------------------------------


def reveal_time(
    reveal: Reveal, opened_at: datetime, zone: str, following_due: datetime | None
) -> datetime | None:
    """Return when the answer of a round posted at ``opened_at`` is due, in UTC.

    ``following_due`` is when the channel's next question is due, ``None`` for no next one; a reveal
    that would come later goes out then, and that question waits for it. ``None``: the rule is
    ``answered``, where an answer sets the time.
    """
    match reveal.rule:
        case RevealRule.AFTER:
            due = opened_at + reveal.after
        case RevealRule.AT:
            due = _first_at(reveal.at, opened_at + LEAST_OPEN, zone)
        case RevealRule.NEXT:
            due = opened_at + LONGEST_OPEN
        case RevealRule.ANSWERED:
            return None
    return due if following_due is None else min(due, following_due)


def _first_at(at: time, earliest: datetime, zone: str) -> datetime:
    """Return the first instant from ``earliest`` on when the clocks of ``zone`` show ``at``."""
    day = local_date(earliest, zone)
    while True:
        moment = instant(day, at, zone)
        if moment is not None and moment >= earliest:
            return moment
        day += _DAY


def paused(state: ChannelState, at: datetime) -> bool:
    """Tell whether the channel is paused at an instant; a pause's end is no longer part of it."""
    return (
        state.paused_from is not None
        and state.paused_from <= at
        and (state.paused_until is None or at < state.paused_until)
    )
