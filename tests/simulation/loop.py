"""An event loop whose time is a number: where nobody has anything to do, it goes to the next timer.

No file descriptors, no signals, no threads: what runs on it is the same each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any


class Stuck(Exception):
    """Everybody waits and no timer is set: nothing would ever happen again."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs tasks as asyncio does, in no time at all."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual = 0.0
        self._selector = self  # what asyncio's loop asks to wait
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self._virtual

    def select(self, timeout: float | None) -> Sequence[Any]:
        """Pass ``timeout`` seconds; nothing ever comes from outside."""
        if timeout is None:
            raise Stuck
        self._virtual += timeout
        return ()

    def _process_events(self, event_list: Sequence[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody has to be woken: a handle that was added is found ready."""
