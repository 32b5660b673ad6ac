"""Every change of the clocks that the pinned zone data knows of, for tests to be held against.

Found by looking at offsets only; nothing here shares code with ``bot.timetable``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

ZONES = tuple((files("tzdata") / "zones").read_text().split())
"""All names the ``tzdata`` package has, links included."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of a zone's offset from UTC."""

    zone: str
    at: datetime
    """The first instant, in UTC, at the new offset."""
    before: timedelta
    after: timedelta

    @property
    def reached(self) -> datetime:
        """The wall time, without a zone, at which the old offset ends."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def resumed(self) -> datetime:
        """The wall time, without a zone, at which the new offset begins."""
        return (self.at + self.after).replace(tzinfo=None)

    @property
    def gap(self) -> bool:
        """Whether wall times are left out; else some come twice."""
        return self.after > self.before


def transitions(
    zone: str, first: int, last: int, step: timedelta = timedelta(days=7)
) -> Iterator[Transition]:
    """Yield the changes of a zone in the years from ``first`` to ``last``, in order.

    Offsets are compared ``step`` by ``step``, and where two differ, the change is found by halving
    the span between them. A pair of changes within one step that undo each other would be missed.
    """
    tz = ZoneInfo(zone)

    def offset(moment: datetime) -> timedelta:
        found = moment.astimezone(tz).utcoffset()
        assert found is not None
        return found

    low, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while low < end:
        high = min(low + step, end)
        before = offset(low)
        if offset(high) == before:
            low = high
            continue
        while high - low > _SECOND:
            middle = low + (high - low) // _SECOND // 2 * _SECOND
            if offset(middle) == before:
                low = middle
            else:
                high = middle
        yield Transition(zone, high, before, offset(high))
        low = high
