"""The bell: rings the tick every few seconds, at once when asked to, and after the clock was set.

It is no diary: it knows no slot and stores nothing; what is due, the records and the clock say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.ports import Clock

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=5)
PATIENCE = 3
"""After how many intervals without a ring the timer is taken to have stopped."""


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """Fires an interval after it was looked at.

    APScheduler's own trigger lists every missed instant before it keeps the last: a clock set
    forward by a year stops the loop for ten seconds (its issues #526 and #1066).
    """

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime:
        """Return the instant an interval from now; when it fired last does not matter."""
        return now + self.interval


class Bell:
    """Rings while it is entered: at once, every few seconds, and whenever ``ring`` is called.

    Ticks never overlap; any number of rings during one tick make one more.
    """

    def __init__(
        self,
        tick: Callable[[], Awaitable[bool]],
        beat: Callable[[], None],
        *,
        clock: Clock,
        monotonic: Callable[[], float],
        every: timedelta = EVERY,
    ) -> None:
        """Take what to ring, what to call after each finished tick, and the two clocks."""
        self._tick = tick
        self._beat = beat
        self._clock = clock
        self._monotonic = monotonic
        self._every = every
        self._wanted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._fired = monotonic()
        """When the timer last went off, by the clock that nobody sets."""
        self.scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def __aenter__(self) -> Self:
        """Start, and ring for the first time."""
        self._loop = asyncio.get_running_loop()
        self._fired = self._monotonic()
        self.add("tick", self._due, self._every, at_once=True)
        self.scheduler.start()
        self._tasks = (
            asyncio.create_task(self._answer(), name="tick"),
            asyncio.create_task(self._guard(), name="watchdog"),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; a tick under way is given up, and the next start does it over."""
        self._loop = None
        self.scheduler.shutdown(wait=False)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def ring(self) -> None:
        """Ask for a tick at once, from any thread; does nothing when not running."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wanted.set)

    def add(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        every: timedelta,
        *,
        at_once: bool = False,
    ) -> None:
        """Have something else done at an interval; ``work`` is a coroutine function."""
        first = self._clock() + (timedelta(0) if at_once else every)
        self.scheduler.add_job(work, Every(every), id=name, name=name, next_run_time=first)

    def watch(self) -> None:
        """Start the timer again if it has not gone off for three intervals.

        A clock set back stalls it for as long as it was set back, and one failure inside
        APScheduler 3.11.3 stops it for good; waking the scheduler up alone does not help.
        """
        silent = self._monotonic() - self._fired
        if silent > PATIENCE * self._every.total_seconds():
            log.warning("the timer was silent for %.0f s; it is started again", silent)
            self._fired = self._monotonic()
            now = self._clock()
            for job in self.scheduler.get_jobs():
                if job.id == "tick" or job.next_run_time > now + job.trigger.interval:
                    self.scheduler.modify_job(job.id, next_run_time=now)

    async def _due(self) -> None:
        self._fired = self._monotonic()
        self._wanted.set()

    async def _guard(self) -> None:
        while True:
            await asyncio.sleep(self._every.total_seconds())
            try:
                self.watch()
            except Exception:
                log.exception("the timer could not be started again; the next look tries once more")

    async def _answer(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                if await self._tick():
                    self._beat()
            except Exception:
                log.exception("a tick failed; the next one tries again")
