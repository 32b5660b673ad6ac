"""The timetable: hand-computed days, then laws that hold in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
    Channel,
    ChannelId,
    ChannelState,
    DateRange,
    Reveal,
    RevealRule,
    Rhythm,
    Slot,
)
from bot.timetable import (
    LOOK_AHEAD,
    eligible,
    expiry,
    instant,
    local,
    local_date,
    next_slot,
    paused,
    reveal_time,
    slots,
)
from tests.bot.transitions import ZONES, Transition, transitions

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
AFTER_6H = Reveal(RevealRule.AFTER, after=6 * HOUR)

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
APIA = "Pacific/Apia"
NUUK = "America/Nuuk"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rhythm(  # the defaults of CONTRACTS' example
    at: str = "09:30",
    zone: str = BERLIN,
    days: frozenset[int] = EVERY_DAY,
    grace: timedelta | None = 4 * HOUR,
    skip: tuple[DateRange, ...] = (),
) -> Rhythm:
    return Rhythm(time.fromisoformat(at), zone, days, AFTER_6H, grace, skip=skip)


def slot(day: str, due: str) -> Slot:
    return Slot(date.fromisoformat(day), utc(due))


# Local times, by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone,day,at,expected",
    [
        # Ordinary days
        (BERLIN, "2026-01-15", "09:30", "2026-01-15 08:30"),
        (BERLIN, "2026-07-15", "09:30", "2026-07-15 07:30"),
        (NEW_YORK, "2026-01-15", "20:00", "2026-01-16 01:00"),
        (APIA, "2026-01-15", "09:00", "2026-01-14 20:00"),
        # New York: 02:00 → 03:00, then 02:00 → 01:00
        (NEW_YORK, "2026-03-08", "01:59", "2026-03-08 06:59"),
        (NEW_YORK, "2026-03-08", "02:00", "2026-03-08 07:00"),
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08 07:00"),
        (NEW_YORK, "2026-03-08", "03:00", "2026-03-08 07:00"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01 05:30"),
        (NEW_YORK, "2026-11-01", "02:00", "2026-11-01 07:00"),
        # Berlin: 02:00 → 03:00, then 03:00 → 02:00
        (BERLIN, "2026-03-29", "02:30", "2026-03-29 01:00"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25 00:30"),
        # Lord Howe, by half an hour: 02:00 → 02:30, then 02:00 → 01:30
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45"),
        # Jumps at midnight leave no 00:00
        ("Africa/Cairo", "2026-04-24", "00:15", "2026-04-23 22:00"),
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06 04:00"),
        ("Asia/Beirut", "2026-03-29", "00:15", "2026-03-28 22:00"),
        # At midnight the clocks go back to 23:00 of the day before
        ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29 20:30"),
        ("Africa/Cairo", "2026-10-30", "00:00", "2026-10-29 22:00"),
        ("America/Santiago", "2026-04-04", "23:30", "2026-04-05 02:30"),
        # Apia crossed the date line: after the 29th came the 31st
        (APIA, "2011-12-29", "23:59", "2011-12-30 09:59"),
        (APIA, "2011-12-30", "00:00", None),
        (APIA, "2011-12-30", "12:00", None),
        (APIA, "2011-12-31", "00:00", "2011-12-30 10:00"),
        # Nuuk goes from 23:00 to midnight: of the 28th nothing is left to come after the jump
        (NUUK, "2026-03-28", "22:59", "2026-03-29 00:59"),
        (NUUK, "2026-03-28", "23:45", None),
        (NUUK, "2026-03-29", "00:00", "2026-03-29 01:00"),
    ],
)
def test_an_instant_by_hand(zone: str, day: str, at: str, expected: str | None) -> None:
    found = instant(date.fromisoformat(day), time.fromisoformat(at), zone)
    assert found == (utc(expected) if expected else None)
    assert found is None or found.tzinfo is UTC


def test_a_skipped_time_with_a_fraction_of_a_second_is_the_same_instant() -> None:
    assert instant(date(2026, 3, 8), time(2, 30, 0, 1), NEW_YORK) == utc("2026-03-08 07:00")


def test_an_asked_for_fold_is_not_honoured() -> None:
    assert instant(date(2026, 10, 25), time(2, 30, fold=1), BERLIN) == utc("2026-10-25 00:30")


def test_local_time_and_day() -> None:
    moment = utc("2026-07-15 22:30")
    assert local(moment, BERLIN).replace(tzinfo=None) == datetime(2026, 7, 16, 0, 30)  # noqa: DTZ001
    assert local_date(moment, BERLIN) == date(2026, 7, 16)
    assert local_date(moment, NEW_YORK) == date(2026, 7, 15)


# Local times, as a law ---------------------------------------------------------------------


@cache
def recent(zone: str) -> tuple[Transition, ...]:
    return tuple(transitions(zone, 1993, 2037))


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, date]:
    """Draw a zone and a day: half of the time one within a day of a change of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    changes = recent(zone)
    if draw(st.booleans()) and changes:
        change = draw(st.sampled_from(changes))
        return zone, change.reached.date() + draw(st.integers(-1, 1)) * DAY
    return zone, draw(st.dates(date(1993, 1, 1), date(2037, 12, 31)))


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def exists(day: date, zone: str) -> bool:
    """Tell, from the other side, whether any hour has this local day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return any(local_date(noon + hours * HOUR, zone) == day for hours in range(-27, 28))


@settings(deadline=None, max_examples=250)
@given(moments(), times)
def test_an_instant_is_the_first_to_show_its_time_or_a_later_one(
    where: tuple[str, date], at: time
) -> None:
    zone, day = where
    found = instant(day, at, zone)
    wall = datetime.combine(day, at)
    if found is None:
        gaps = [change for change in recent(zone) if change.reached <= wall < change.resumed]
        assert len(gaps) == 1
        assert gaps[0].resumed.date() > day
        return
    shown = local(found, zone)
    assert shown.date() == day
    assert shown.fold == 0
    assert local(found - SECOND, zone).replace(tzinfo=None) < wall <= shown.replace(tzinfo=None)


# Eligible days and slots -------------------------------------------------------------------


def test_a_slot_needs_a_weekday_that_is_neither_holiday_nor_skipped() -> None:
    days = [date(2026, 12, 21) + n * DAY for n in range(14)]  # from a Monday on
    weekly = rhythm(days=WORKDAYS, skip=(DateRange(date(2026, 12, 28), date(2026, 12, 29)),))
    added = [DateRange(date(2026, 12, 22), date(2026, 12, 22))]
    holidays = {date(2026, 12, 25), date(2027, 1, 1)}
    assert [d.day for d in days if eligible(d, weekly, holidays, added)] == [21, 23, 24, 30, 31]
    assert [s.date.day for s in islice(slots(weekly, holidays, added, days[0]), 5)] == [
        21, 23, 24, 30, 31,
    ]  # fmt: skip


def test_apia_goes_from_the_29th_to_the_31st() -> None:
    found = list(islice(slots(rhythm("09:00", APIA), (), (), date(2011, 12, 29)), 2))
    assert found == [
        slot("2011-12-29", "2011-12-29 19:00"),
        slot("2011-12-31", "2011-12-30 19:00"),
    ]


def test_a_day_whose_end_is_cut_off_before_its_time_is_asked_in_its_last_second() -> None:
    found = list(islice(slots(rhythm("23:45", NUUK), (), (), date(2026, 3, 27)), 3))
    assert found == [
        slot("2026-03-27", "2026-03-28 01:45"),
        slot("2026-03-28", "2026-03-29 00:59:59"),
        slot("2026-03-29", "2026-03-30 00:45"),
    ]


@settings(deadline=None, max_examples=60)
@given(moments(), times, st.frozensets(st.integers(0, 6), min_size=1))
def test_every_eligible_local_day_has_one_slot_in_order(
    where: tuple[str, date], at: time, weekdays: frozenset[int]
) -> None:
    zone, day = where
    weekly = Rhythm(at, zone, weekdays, AFTER_6H, None)
    first = day - 4 * DAY
    found = list(islice(slots(weekly, (), (), first), 12))
    assert all(local_date(s.due, zone) == s.date for s in found)
    assert all(a.due < b.due for a, b in pairwise(found))
    asked = [s.date for s in found]
    days = [first + n * DAY for n in range((asked[-1] - first).days + 1)]
    assert asked == [d for d in days if d.weekday() in weekdays and exists(d, zone)]


@pytest.mark.parametrize("at", ["00:00", "02:30", "23:45"])
def test_every_zone_has_one_slot_a_day_around_this_year_s_changes(at: str) -> None:
    for zone in ZONES:
        for change in transitions(zone, 2026, 2026):
            first = change.reached.date() - DAY
            found = list(islice(slots(rhythm(at, zone), (), (), first), 4))
            assert [s.date for s in found] == [first + n * DAY for n in range(4)]
            assert [local_date(s.due, zone) for s in found] == [s.date for s in found]
            assert all(a.due < b.due for a, b in pairwise(found))


# The next slot -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seen,expected",
    [
        ("2026-07-15 07:29", slot("2026-07-15", "2026-07-15 07:30")),
        ("2026-07-15 07:30", slot("2026-07-16", "2026-07-16 07:30")),
        ("2026-07-17 08:00", slot("2026-07-20", "2026-07-20 07:30")),  # a Friday
        ("2026-07-14 22:30", slot("2026-07-15", "2026-07-15 07:30")),  # local day: the 15th
    ],
)
def test_a_channel_just_seen_waits_for_the_first_posting_time(seen: str, expected: Slot) -> None:
    assert next_slot(rhythm(days=WORKDAYS), (), (), None, utc(seen)) == expected


def test_today_s_slot_counts_where_the_day_before_is_given() -> None:
    seen = utc("2026-07-15 18:00")
    terminal = rhythm("00:00", grace=None)
    yesterday = local_date(seen, BERLIN) - DAY
    found = next_slot(terminal, (), (), yesterday, seen)
    assert found == slot("2026-07-15", "2026-07-14 22:00")


def test_after_a_decided_day_the_next_eligible_one_comes_however_late_it_is() -> None:
    weekly = rhythm(days=WORKDAYS)
    now = utc("2026-08-30 12:00")
    friday = date(2026, 7, 17)
    assert next_slot(weekly, (), (), friday, now) == slot("2026-07-20", "2026-07-20 07:30")
    holidays = {date(2026, 7, 20)}
    skips = [DateRange(date(2026, 7, 21), date(2026, 7, 22))]
    assert next_slot(weekly, holidays, skips, friday, now) == slot("2026-07-23", "2026-07-23 07:30")


def test_the_search_ends() -> None:
    since = utc("2026-07-15 12:00")
    assert next_slot(rhythm(days=frozenset()), (), (), None, since) is None
    for length, expected in [(LOOK_AHEAD - 1, True), (LOOK_AHEAD, False)]:
        first = date(2026, 7, 16)
        skip = DateRange(first, first + (length - 1) * DAY)
        found = next_slot(rhythm(skip=(skip,)), (), (), date(2026, 7, 15), since)
        assert (found is not None) is expected


# Too late ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone,day,at,grace,expected",
    [
        (BERLIN, "2026-07-15", "09:30", 4 * HOUR, "2026-07-15 11:30"),
        (BERLIN, "2026-07-15", "09:30", None, "2026-07-15 22:00"),
        (BERLIN, "2026-07-15", "09:30", 72 * HOUR, "2026-07-16 07:30"),  # the next slot
        (BERLIN, "2026-07-15", "00:00", None, "2026-07-15 22:00"),  # the next slot, too
        (BERLIN, "2026-10-25", "00:00", None, "2026-10-25 23:00"),  # a day of 25 hours
        ("Africa/Cairo", "2026-04-23", "12:00", None, "2026-04-23 22:00"),  # no midnight
        (APIA, "2011-12-29", "12:00", None, "2011-12-30 10:00"),  # no day after
        (NUUK, "2026-03-28", "23:45", None, "2026-03-29 01:00"),
    ],
)
def test_a_question_s_expiry_by_hand(
    zone: str, day: str, at: str, grace: timedelta | None, expected: str
) -> None:
    daily = rhythm(at, zone, grace=grace)
    this, following = islice(slots(daily, (), (), date.fromisoformat(day)), 2)
    assert expiry(this, daily, following) == utc(expected)


def test_without_a_next_slot_only_the_grace_counts() -> None:
    daily = rhythm(grace=72 * HOUR)
    assert expiry(slot("2026-07-15", "2026-07-15 07:30"), daily, None) == utc("2026-07-18 07:30")


graces = st.none() | st.timedeltas(timedelta(0), timedelta(days=3))


@settings(deadline=None, max_examples=100)
@given(moments(), times, graces)
def test_a_question_expires_between_its_slot_and_the_next(
    where: tuple[str, date], at: time, grace: timedelta | None
) -> None:
    zone, day = where
    daily = Rhythm(at, zone, EVERY_DAY, AFTER_6H, grace)
    this, following = islice(slots(daily, (), (), day), 2)
    end = expiry(this, daily, following)
    assert this.due <= end <= following.due
    if grace is None:
        assert end > this.due
        assert local_date(end, zone) > this.date
    else:
        assert end <= this.due + grace


# Reveals -----------------------------------------------------------------------------------

OPENED = "2026-07-15 07:30"  # 09:30 in Berlin
TOMORROW = "2026-07-16 07:30"


def at(text: str) -> Reveal:
    return Reveal(RevealRule.AT, at=time.fromisoformat(text))


@pytest.mark.parametrize(
    "reveal,opened,following,expected",
    [
        (AFTER_6H, OPENED, TOMORROW, "2026-07-15 13:30"),
        (AFTER_6H, "2026-07-15 09:10", TOMORROW, "2026-07-15 15:10"),  # from the actual post
        (Reveal(RevealRule.AFTER, after=30 * HOUR), OPENED, TOMORROW, TOMORROW),
        (Reveal(RevealRule.AFTER, after=30 * HOUR), OPENED, None, "2026-07-16 13:30"),
        (at("17:00"), OPENED, TOMORROW, "2026-07-15 15:00"),
        (at("10:30"), OPENED, TOMORROW, "2026-07-15 08:30"),  # an hour after
        (at("10:29"), OPENED, TOMORROW, TOMORROW),  # would be tomorrow, after the next question
        (at("10:29"), OPENED, None, "2026-07-16 08:29"),
        (at("09:00"), OPENED, TOMORROW, "2026-07-16 07:00"),
        (at("00:15"), "2026-07-15 21:30", None, "2026-07-16 22:15"),  # posted 23:30
        (Reveal(RevealRule.NEXT), OPENED, TOMORROW, TOMORROW),
        (Reveal(RevealRule.NEXT), OPENED, "2026-07-20 07:30", "2026-07-18 07:30"),  # 72 h
        (Reveal(RevealRule.NEXT), OPENED, None, "2026-07-18 07:30"),
        (Reveal(RevealRule.ANSWERED), OPENED, TOMORROW, None),
    ],
)
def test_a_reveal_by_hand(
    reveal: Reveal, opened: str, following: str | None, expected: str | None
) -> None:
    found = reveal_time(reveal, utc(opened), BERLIN, utc(following) if following else None)
    assert found == (utc(expected) if expected else None)


def test_a_reveal_at_a_skipped_time_comes_right_after_the_jump() -> None:
    opened = utc("2026-03-28 18:00")
    assert reveal_time(at("02:30"), opened, BERLIN, None) == utc("2026-03-29 01:00")


timed = st.one_of(
    st.builds(
        lambda after: Reveal(RevealRule.AFTER, after=after),
        st.timedeltas(timedelta(0), timedelta(days=4)),
    ),
    st.builds(lambda clock: Reveal(RevealRule.AT, at=clock), times),
    st.just(Reveal(RevealRule.NEXT)),
)


@settings(deadline=None, max_examples=150)
@given(
    moments(),
    st.integers(0, 86_399),
    timed,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=5)),
)
def test_a_reveal_comes_after_the_post_and_not_after_the_next_question(
    where: tuple[str, date], second: int, reveal: Reveal, gap: timedelta | None
) -> None:
    zone, day = where
    opened = datetime(day.year, day.month, day.day, tzinfo=UTC) + second * SECOND
    free = reveal_time(reveal, opened, zone, None)
    assert free is not None
    match reveal.rule:
        case RevealRule.AFTER:
            assert free == opened + reveal.after
        case RevealRule.NEXT:
            assert free == opened + 72 * HOUR
        case _:
            # Two days and an hour where the line was crossed: of three days one has that time.
            assert opened + HOUR <= free <= opened + 2 * DAY + 2 * HOUR
            assert free == instant(local_date(free, zone), reveal.at, zone)
    if gap is not None:
        assert reveal_time(reveal, opened, zone, opened + gap) == min(free, opened + gap)


# Pauses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "since,until,expected",
    [
        (None, None, False),
        ("2026-07-15 12:00", None, True),
        ("2026-07-15 12:01", None, False),
        ("2026-07-14 00:00", "2026-07-15 12:00", False),
        ("2026-07-14 00:00", "2026-07-15 12:01", True),
    ],
)
def test_a_pause(since: str | None, until: str | None, *, expected: bool) -> None:
    state = ChannelState(
        Channel(ChannelId("terminal://room"), rhythm()),
        since=utc("2026-01-01 00:00"),
        paused_from=utc(since) if since else None,
        paused_until=utc(until) if until else None,
    )
    assert paused(state, utc("2026-07-15 12:00")) is expected
