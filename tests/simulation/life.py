"""One life of the bot's process, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from bot.desk import Desk
from bot.planning import Planning
from tests.doubles.life import Killed

TICK = 5.0
"""Seconds between two ticks: what falls due is found at most that late."""


class Life:
    """One process of the bot: its tasks, until it dies."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.alive = True
        self.ended = asyncio.Event()
        self.rung = asyncio.Event()
        self.desk: Desk | None = None
        self.planning: Planning | None = None
        self.mistake: Exception | None = None
        """What the core raised and nobody took care of."""
        self._tasks: dict[asyncio.Task[None], None] = {}
        self.target: datetime | None = None
        self.timer: asyncio.TimerHandle | None = None
        """Rings when ``target`` is reached, or a little later."""

    def die(self) -> None:
        """End this life; whatever of it still runs is stopped at its next step."""
        self.alive = False
        self.ended.set()

    def spawn(self, what: Coroutine[Any, Any, object]) -> None:
        """Run something as part of this life."""
        task = self.loop.create_task(self._guard(what))
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def _guard(self, what: Coroutine[Any, Any, object]) -> None:
        try:
            await what
        except Killed:
            self.die()
        except Exception as mistake:  # noqa: BLE001 - raised when the life is buried
            self.mistake = mistake
            self.die()

    async def bury(self) -> None:
        """Stop every task of this life."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.mistake is not None:
            raise self.mistake

    def ring(self) -> None:
        """Ask for a tick at once."""
        self.rung.set()

    def look_soon(self) -> None:
        """Ask for a tick when the next one would come in production."""
        self.loop.call_later(TICK, self.ring)
