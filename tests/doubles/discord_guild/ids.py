"""Discord's ids: 64 bits that carry the instant of their making in milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.ports import Clock

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_LOW = 22
"""Bits below the milliseconds."""


class Snowflakes:
    """Makes ids, each once, by a clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._made = 0

    def new(self, *, age: timedelta = timedelta()) -> int:
        """Return the id of something made now, or so long ago."""
        self._made += 1
        instant_ = (self.clock() - age - EPOCH) // timedelta(milliseconds=1)
        return instant_ << _LOW | self._made & ((1 << _LOW) - 1)


def instant(snowflake: int) -> datetime:
    """Return when something with this id was made."""
    return EPOCH + timedelta(milliseconds=snowflake >> _LOW)
