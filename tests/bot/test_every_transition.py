"""Every change of the clocks there will be until 2030, in every zone, at the times that hurt.

Each local day has exactly one slot, and it is reached once: on the day before a change, on it and
after it. What a slot should be is worked out here from offsets alone, not with ``bot.timetable``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot import timetable
from bot.model import Reveal, RevealRule, Rhythm, Slot
from tests.bot.transitions import ZONES, Transition, transitions

FIRST, LAST = 2024, 2030
TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(23, 45))
EVERY_DAY = frozenset(range(7))
DAY = timedelta(days=1)
GROUPS = 8
"""The zones are tested in this many groups, so that two processes can share them."""


def around(change: Transition) -> Iterator[date]:
    """Yield the local days before, on and after a change, both its sides included."""
    days = {change.reached.date(), change.resumed.date()}
    yield from sorted(day + shift * DAY for day in days for shift in (-1, 0, 1))


def expected(day: date, at: time, change: Transition, zone: ZoneInfo) -> datetime | None:
    """Return when the clocks first show a time on a day near a change; ``None``: to be looked at.

    A time that is left out is the change itself; one that comes twice is its first coming.
    """
    wall = datetime.combine(day, at)
    if change.gap and change.reached <= wall < change.resumed:
        return change.at if change.resumed.date() == day else None
    before, after = (wall - offset for offset in (change.before, change.after))
    first = before if wall < max(change.reached, change.resumed) else after
    moment = first.replace(tzinfo=UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None


def rhythm(at: time, zone: str) -> Rhythm:
    return Rhythm(at, zone, EVERY_DAY, Reveal(RevealRule.NEXT), grace=timedelta(hours=4))


@pytest.mark.parametrize("group", range(GROUPS))
def test_each_local_day_has_one_slot_reached_once(group: int) -> None:
    """About 42,000 cases: zones times changes times times times days."""
    cases = 0
    for zone in ZONES[group::GROUPS]:
        tz = ZoneInfo(zone)
        for change in transitions(zone, FIRST, LAST):
            for at in TIMES:
                days = list(around(change))
                near = slots_from(rhythm(at, zone), days[0] - DAY, len(days) + 2)
                assert_in_order(near)
                for day in days:
                    of_the_day = [slot for slot in near if slot.date == day]
                    assert len(of_the_day) == 1, (zone, day, at)
                    due = of_the_day[0].due
                    assert due.astimezone(tz).date() == day, (zone, day, at)
                    wanted = expected(day, at, change, tz)
                    assert wanted in {None, due}, (zone, day, at, due, wanted)
                    cases += 1
    assert cases > 3000


def slots_from(rhythm_: Rhythm, first: date, number: int) -> list[Slot]:
    slots = timetable.slots(rhythm_, (), (), first)
    return [slot for slot, _ in zip(slots, range(number), strict=False)]


def assert_in_order(slots: list[Slot]) -> None:
    """Each slot is later than the one before, by date and by instant."""
    for earlier, later in pairwise(slots):
        assert earlier.date < later.date
        assert earlier.due < later.due


@pytest.mark.parametrize(
    "zone, day, at, utc",
    [
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23 22:00"),
        ("America/Santiago", "2026-09-06", "00:30", "2026-09-06 04:00"),
        ("Pacific/Apia", "2011-12-29", "12:00", "2011-12-29 22:00"),
        ("Pacific/Apia", "2011-12-31", "12:00", "2011-12-30 22:00"),
    ],
)
def test_days_worked_out_by_hand(zone: str, day: str, at: str, utc: str) -> None:
    """A time left out is the first instant after; one that comes twice is the first."""
    found = timetable.instant(date.fromisoformat(day), time.fromisoformat(at), zone)

    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_day_that_a_zone_left_out_has_no_slot() -> None:
    """Apia went from 29 to 31 December 2011."""
    days = [
        slot.date for slot in slots_from(rhythm(time(12), "Pacific/Apia"), date(2011, 12, 29), 2)
    ]

    assert days == [date(2011, 12, 29), date(2011, 12, 31)]
