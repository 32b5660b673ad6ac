"""Rate limits: so many calls of a kind within a window, told in headers, refused beyond.

Windows are real seconds, for the bot sleeps in them. Without a limit set, headers say there is
plenty: without headers discord.py would send one call after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Window:
    """One bucket's window."""

    ends: float
    left: int


class Rates:
    """Counts calls against the limits that a test has set."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Take what tells the seconds, from any start."""
        self._seconds = seconds
        self._windows: dict[str, Window] = {}
        self.limits: dict[str, tuple[int, float]] = {}
        """(calls, seconds) by a call's name; each channel or guild has its own."""
        self.whole: tuple[int, float] | None = None
        """The same for all calls together."""

    def take(self, name: str, place: int) -> tuple[dict[str, str], float, bool]:
        """Count a call; return its headers, and seconds to wait if it is refused, by whom."""
        if self.whole is not None:
            _, wait = self._count("", self.whole)
            if wait:
                return {"X-RateLimit-Global": "true"}, wait, True
        limit = self.limits.get(name, (50, 1.0))
        if name not in self.limits:
            return _headers(name, limit[0], limit[0] - 1, limit[1]), 0, False
        left, wait = self._count(f"{name} {place}", limit)
        ends = self._windows[f"{name} {place}"].ends - self._seconds()
        return _headers(name, limit[0], left, ends), wait, False

    def _count(self, key: str, limit: tuple[int, float]) -> tuple[int, float]:
        """Return how many calls are left, and seconds to wait where there was none."""
        now = self._seconds()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = Window(now + limit[1], limit[0])
        if not window.left:
            return 0, window.ends - now
        window.left -= 1
        return window.left, 0


def _headers(name: str, limit: int, left: int, ends: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset-After": f"{ends:.3f}",
        "X-RateLimit-Bucket": name.replace(" ", "-"),
    }
