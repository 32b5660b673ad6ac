"""One sender per platform: everything that awaits a platform, and nothing that decides.

It claims what may go out, calls the platform, and writes the outcome down; looks for messages whose
fate is unknown; removes doubles; refreshes parents; passes notices on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot import outbox, restored
from bot.errors import GradusError, Lost
from bot.messages import Message
from bot.model import (
    Absent,
    Blind,
    Delivery,
    DeliveryId,
    DeliveryKind,
    Found,
    Later,
    Notice,
    Outcome,
    Ref,
    Refused,
    Round,
    RoundId,
    Scope,
    Search,
    Unknown,
)
from bot.ports import ChatPlatform, Clock, Records, Store
from bot.rounds import Job, Rounds

log = logging.getLogger(__name__)

NOTICE_RETRY = timedelta(minutes=5)
"""How long a notice waits for a platform that refuses everything."""
AT_ONCE = 32
"""Calls to one platform under way at the same time."""


@dataclass(frozen=True, slots=True)
class _Todo:
    """What one look at the store found to do."""

    jobs: Sequence[Job]
    checks: Sequence[tuple[Sequence[Delivery], Ref | None]]
    """Each with all it may be found as."""
    sweeps: Sequence[tuple[Delivery, Ref | None]]
    edits: Sequence[tuple[Round, Message]]
    notices: Sequence[tuple[Notice, Message]]


class Sender:
    """Delivers what is due on one platform."""

    def __init__(self, platform: ChatPlatform, store: Store, rounds: Rounds, clock: Clock) -> None:
        """Take the platform, the store, the rounds that decide, and the clock."""
        self.platform = platform
        self.store = store
        self.rounds = rounds
        self.clock = clock
        self._awake = asyncio.Event()
        self._working = asyncio.Lock()
        self._looking: set[DeliveryId] = set()
        """Searches under way in this process, so that none is started twice."""
        self._editing: set[RoundId] = set()
        """Rounds whose post is being edited, likewise."""

    def wake(self) -> None:
        """Ask for a look at what is due, as soon as the present one is over."""
        self._awake.set()

    async def run(self) -> None:
        """Work whenever woken, until cancelled. Trouble is logged; the next tick tries again."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            try:
                await self.work()
            except GradusError:
                log.exception("%s: sending stopped; the next tick tries again", self.platform.name)

    async def work(self) -> None:
        """Do all that is due now, and what follows from it, until nothing is left.

        At most ``AT_ONCE`` calls run together; one slow channel does not hold the others up. Who
        comes while another works waits, so that on return what was due has been tried.
        """
        async with self._working:
            await self._work()

    async def _work(self) -> None:
        running: set[asyncio.Task[None]] = set()
        woken: asyncio.Task[Any] = asyncio.create_task(self._awake.wait())
        try:
            while True:
                free = AT_ONCE - len(running)
                running |= await self._start(free) if free else set()
                if not running:
                    return
                both: set[asyncio.Task[Any]] = {*running, woken}
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                if woken.done():
                    self._awake.clear()
                    woken = asyncio.create_task(self._awake.wait())
                done = {task for task in running if task.done()}
                for task in done:
                    task.result()
                running -= done
        finally:
            for task in (*running, woken):
                task.cancel()
            await asyncio.gather(*running, woken, return_exceptions=True)

    async def _start(self, free: int) -> set[asyncio.Task[None]]:
        todo = await self.store.transact(partial(self._claim, free=free))
        calls: list[Coroutine[Any, Any, None]] = [self._deliver(job) for job in todo.jobs]
        for ones, to in todo.checks:
            if ones[0].id not in self._looking:
                self._looking.add(ones[0].id)
                calls.append(self._look(ones, to))
        for one, to in todo.sweeps:
            if one.id not in self._looking:
                self._looking.add(one.id)
                calls.append(self._sweep(one, to))
        calls += [
            self._edit(round_, message)
            for round_, message in todo.edits
            if round_.id not in self._editing
        ]
        calls += [self._tell(notice, message) for notice, message in todo.notices]
        return {asyncio.create_task(call) for call in calls}

    def _claim(self, records: Records, *, free: int) -> _Todo:
        name, now = self.platform.name, self.clock()
        notices = records.notices_due(name, now, free)
        for notice, _ in notices:
            # Direct messages are outside the outbox: told at most once rather than twice.
            records.save_notice(replace(notice, state="sent"))
        return _Todo(
            self.rounds.claim(records, name, free),
            [
                (_aliases(records, one), _place(records, one))
                for one in records.to_check(name, now, free)
            ],
            [(one, _place(records, one)) for one in records.to_sweep(name, now, free)],
            self.rounds.edits(records, name, free),
            notices,
        )

    # Deliveries ---------------------------------------------------------------------------------

    async def _deliver(self, job: Job) -> None:
        outcome = await self._outcome(self._call(job), job.delivery)
        await self._write(partial(self.rounds.record, job=job.delivery, outcome=outcome))

    def _call(self, job: Job) -> Coroutine[Any, Any, Outcome]:
        one, platform = job.delivery, self.platform
        if job.to is None:
            return platform.post(one.channel, job.message, one.key)
        if one.kind is DeliveryKind.THREAD:
            return platform.open_thread(job.to, job.message, one.key)
        announce = one.kind is DeliveryKind.ANNOUNCEMENT
        return platform.reply(job.to, job.message, one.key, announce=announce)

    async def _outcome(self, call: Coroutine[Any, Any, Outcome], one: Delivery) -> Outcome:
        try:
            async with asyncio.timeout(outbox.CALL_TIMEOUT.total_seconds()):
                return await call
        except TimeoutError:
            return Unknown("no answer within 10 s")
        except Exception as mistake:  # an adapter must not raise; what it did is unknown
            log.exception("%s: the adapter failed on %s", self.platform.name, one.id)
            return Unknown(f"the adapter failed: {type(mistake).__name__}")

    async def _look(self, ones: Sequence[Delivery], to: Ref | None) -> None:
        one = ones[0]
        try:
            for each in ones:
                search = await self._search(each, to)
                if not isinstance(search, Absent):
                    break
            await self._write(partial(self.rounds.found, one=one, search=search))
        finally:
            self._looking.discard(one.id)

    async def _sweep(self, one: Delivery, to: Ref | None) -> None:
        """Remove all copies but the earliest; a copy that could not be removed is tried again."""
        try:
            search = await self._search(one, to)
            if isinstance(search, Found):
                for ref, _ in search.copies[1:]:
                    outcome = await self._outcome(self.platform.delete(ref), one)
                    if _may_succeed_later(outcome):
                        search = Blind("a double could not be removed yet")
                        break
            await self._write(partial(self.rounds.swept, one=one, search=search))
        finally:
            self._looking.discard(one.id)

    async def _search(self, one: Delivery, to: Ref | None) -> Search:
        try:
            async with asyncio.timeout(outbox.CALL_TIMEOUT.total_seconds()):
                return await self.platform.find(one, to)
        except TimeoutError:
            return Blind("no answer within 10 s")
        except Exception:
            log.exception("%s: the adapter failed to look for %s", self.platform.name, one.id)
            return Blind("the adapter failed")

    async def _write(self, work: partial[None]) -> None:
        try:
            await self.store.transact(work)
        except Lost:
            log.info("%s: a delivery had moved on already", self.platform.name)

    # Best effort --------------------------------------------------------------------------------

    async def _edit(self, round_: Round, message: Message) -> None:
        if round_.post is None or round_.id in self._editing:
            return
        self._editing.add(round_.id)
        try:
            outcome = await self._edited(round_.post, message)
            edited = partial(self.rounds.edited, round_=round_, message=message, outcome=outcome)
            await self.store.transact(edited)
        finally:
            self._editing.discard(round_.id)

    async def _edited(self, ref: Ref, message: Message) -> Outcome:
        try:
            async with asyncio.timeout(outbox.CALL_TIMEOUT.total_seconds()):
                return await self.platform.edit(ref, message)
        except TimeoutError:
            return Unknown("no answer within 10 s")
        except Exception as mistake:
            log.exception("%s: the adapter failed to edit %s", self.platform.name, ref)
            return Unknown(f"the adapter failed: {type(mistake).__name__}")

    async def _tell(self, notice: Notice, message: Message) -> None:
        try:
            async with asyncio.timeout(outbox.CALL_TIMEOUT.total_seconds()):
                outcome = await self.platform.direct(notice.to, message)
        except Exception:
            log.exception("%s: the adapter failed to pass on a notice", self.platform.name)
            return
        if isinstance(outcome, Later):
            again = self.clock() + max(outcome.after, timedelta(seconds=1))
            later = replace(notice, state="planned", not_before=again)
            await self.store.transact(lambda records: records.save_notice(later))
        elif isinstance(outcome, Refused) and outcome.scope is Scope.PLATFORM:
            later = replace(notice, state="planned", not_before=self.clock() + NOTICE_RETRY)
            await self.store.transact(lambda records: records.save_notice(later))
        elif isinstance(outcome, Refused):
            log.warning("a notice could not be passed on: %s", outcome.why)
            refused = replace(notice, state="refused")
            await self.store.transact(lambda records: records.save_notice(refused))


def _may_succeed_later(outcome: Outcome) -> bool:
    if isinstance(outcome, Refused):
        return outcome.scope is not Scope.MESSAGE
    return isinstance(outcome, (Later, Unknown))


def _aliases(records: Records, one: Delivery) -> Sequence[Delivery]:
    round_ = records.round(one.round_id)
    return (one,) if round_ is None else restored.aliases(records, one, round_)


def _place(records: Records, one: Delivery) -> Ref | None:
    """Where a delivery's message would stand: the thread, the parent, or the channel itself."""
    round_ = records.round(one.round_id)
    if round_ is None or (one.kind is DeliveryKind.QUESTION and one.part == 1):
        return None
    if one.kind is DeliveryKind.THREAD:
        return round_.post
    return round_.thread or round_.post
