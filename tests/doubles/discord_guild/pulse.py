"""Waiting for a condition instead of for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 20.0
"""Seconds after which waiting for something is a failure."""


class Pulse:
    """Wakes whoever waits for a condition whenever something has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Say that something has changed."""
        for one in self._waiting:
            if not one.done():
                one.set_result(None)
        self._waiting.clear()

    async def until(
        self, holds: Callable[[], object], what: str, patience: float = PATIENCE
    ) -> None:
        """Wait until a condition holds; raises ``AssertionError`` with ``what`` after seconds."""
        try:
            async with asyncio.timeout(patience):
                while not holds():
                    change = asyncio.get_running_loop().create_future()
                    self._waiting.add(change)
                    await change
        except TimeoutError:
            raise AssertionError(f"{what}: nothing of the kind within {patience:.0f} s") from None
