"""What is being answered now, so that an end can wait for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """Tasks under way; the event loop itself would forget those that nobody holds."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do something beside everything else."""
        return self._hold(asyncio.create_task(work))

    def note(self) -> None:
        """Count the present task among them."""
        if (task := asyncio.current_task()) is not None:
            self._hold(task)

    def _hold(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def idle(self, timeout: float) -> None:  # noqa: ASYNC109 - giving up is no error
        """Wait until nothing is under way, at most so many seconds; what is left is given up."""
        end = time.monotonic() + timeout
        while self._running and (left := end - time.monotonic()) > 0:
            await asyncio.wait(set(self._running), timeout=left)
        for task in self._running:
            task.cancel()
