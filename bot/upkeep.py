"""What is done once a day: a copy of the store, and forgetting what is too old to be kept.

Where copies go and how many are kept is the store's business; the words are ``bot.wording``'s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta
from functools import partial

from bot import notices
from bot.errors import GradusError
from bot.ports import Clock, Records, Store
from bot.wording import admin

log = logging.getLogger(__name__)

TYPED_KEPT = timedelta(days=400)
"""How long the words of typed answers are kept; that somebody answered, and how well, stays."""
EVENTS_KEPT = timedelta(days=7)
"""How long the ids of a platform's events are kept; it sends none again after so long."""
EVERY = timedelta(hours=1)
"""How often it is seen to that the day's upkeep is done."""
BATCH = 500
"""How many answers lose their words in one transaction."""


class Upkeep:
    """The day's housekeeping; harmless to repeat, since it sees from what is there what is done."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        copy: Callable[[date], Awaitable[None]],
        admins: Callable[[], Collection[str]],
    ) -> None:
        """Take the store, the clock, what writes a day's copy, and the deployment's admins.

        ``copy(day)`` does nothing when that day (in UTC) has its copy, never blocks the loop, and
        raises ``GradusError``.
        """
        self._store = store
        self._clock = clock
        self._copy = copy
        self._admins = admins

    async def run(self) -> None:
        """Look at once and then every hour, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY.total_seconds())

    async def look(self) -> None:
        """Do what is left to do today; trouble is told to the admins, once a day."""
        try:
            await self._forget()
            await self._copy(self._clock().date())
        except GradusError as error:
            log.error("the daily upkeep failed; it is tried again: %s", error)  # noqa: TRY400 - says it all
            await self._tell(str(error))

    async def _forget(self) -> None:
        now = self._clock()
        typed = partial(_forget_typed, before=now - TYPED_KEPT)
        while await self._store.transact(typed) == BATCH:
            pass
        await self._store.transact(lambda records: records.forget_events(now - EVENTS_KEPT))

    async def _tell(self, why: str) -> None:
        message = admin.upkeep_failed(why)
        now, admins = self._clock(), self._admins()
        try:
            await self._store.transact(
                lambda records: notices.tell_all(records, admins, "upkeep", message, now)
            )
        except GradusError:
            log.exception("nor could the admins be told")


def _forget_typed(records: Records, *, before: datetime) -> int:
    return records.forget_typed(before, BATCH)
