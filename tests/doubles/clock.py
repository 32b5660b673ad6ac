"""A clock that a test moves by hand; it never moves by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class ManualClock:
    """Returns the instant it was set to."""

    def __init__(self, at: str, zone: str = "Europe/Berlin") -> None:
        """Start at a local wall time such as ``2026-11-23 09:29``."""
        self.zone = ZoneInfo(zone)
        self.now = self.instant(at)

    def __call__(self) -> datetime:
        """Return now, aware, in UTC."""
        return self.now

    def instant(self, at: str) -> datetime:
        """Return the instant of a local wall time; a time alone is on the present local day."""
        if len(at) <= len("09:30"):
            at = f"{self.now.astimezone(self.zone):%Y-%m-%d} {at}"
        return datetime.fromisoformat(at).replace(tzinfo=self.zone).astimezone(UTC)

    def set(self, at: str | datetime) -> None:
        """Move to a local wall time or an instant; backwards too."""
        self.now = self.instant(at) if isinstance(at, str) else at

    def move(self, **by: float) -> None:
        """Move by a duration: ``minutes=5``."""
        self.now += timedelta(**by)

    def __str__(self) -> str:
        """Show the local wall time: ``Mon 23 Nov 09:30``."""
        return f"{self.now.astimezone(self.zone):%a %d %b %H:%M}"
