"""Looks at the heartbeat that each finished tick leaves; an outage of a platform never stops it.

It does not ask the bot anything, so that a bot that hangs cannot keep it waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ports import Finding
from bot.wording import terminal as wording

LIMIT = timedelta(seconds=60)
"""How old the heartbeat of a bot that ticks every 5 s may be."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the heartbeat file says."""

    fine: bool
    age: timedelta | None
    """Since the last tick; negative after the clock was set back; ``None``: there was none."""
    limit: timedelta = LIMIT

    @property
    def finding(self) -> Finding:
        """The same for ``gradus healthcheck`` to show."""
        return Finding("heartbeat", self.fine, wording.pulse(self.age, self.limit))


def pulse(beat: Path, now: datetime, limit: timedelta = LIMIT) -> Pulse:
    """Return how the heartbeat is; a file that is missing or cannot be read is no heartbeat.

    One from the future counts by its distance: the next tick of a living bot mends it.
    """
    try:
        touched = datetime.fromtimestamp(beat.stat().st_mtime, UTC)
    except OSError:
        return Pulse(fine=False, age=None, limit=limit)
    age = now - touched
    return Pulse(abs(age) <= limit, age, limit)
