"""``MemoryStore``: the store's twin in memory, for tests and ``gradus demo``; it keeps nothing.

No SQLite is in it, and it shares no code with the one that has: the contract suite holds both to
the same behaviour.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from adapters.memory.records import MemoryRecords
from bot.ports import Records

__all__ = ["MemoryRecords", "MemoryStore"]

T = TypeVar("T")


class MemoryStore:
    """A ``bot.ports.Store`` that forgets everything when it is gone."""

    def __init__(self, *, secret: bytes = b"\0" * 32, seed: bytes = b"\0" * 32) -> None:
        """Make an empty store with its two secrets, 32 bytes each."""
        self.records = MemoryRecords(secret, seed)

    async def transact(self, work: Callable[[Records], T]) -> T:
        """Run ``work`` at once and return its result; an exception undoes its writes."""
        try:
            result = work(self.records)
        except BaseException:
            self.records.undo()
            raise
        self.records.keep()
        return result
