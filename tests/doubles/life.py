"""A life that ends at a chosen step: kills the core between two steps, as ``kill -9`` would.

A step is a transaction that was committed, or a call to the platform that was carried out. What is
done is done; whoever did it never hears of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.messages import Message
from bot.model import ChannelId, Delivery, Outcome, Ref, Search
from bot.ports import ChatPlatform, Clock, Records, Store
from tests.doubles.scribe import Scribe

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone; nothing in it may catch this."""


class Life:
    """Counts steps and ends after the last; a new one begins by ``again``."""

    def __init__(self, last: int | None = None) -> None:
        """Die after step ``last``, counted from 1; ``None``: never."""
        self.last = last
        self.steps = 0

    def step(self) -> None:
        """Count one step; raises ``Killed`` at the last one, and from then on."""
        self.steps += 1
        if self.last is not None and self.steps >= self.last:
            raise Killed

    def again(self) -> None:
        """Begin a new life, with no end."""
        self.last = None


class MortalStore:
    """A ``Store`` whose user may die right after a transaction; the store itself lives on."""

    def __init__(self, store: Store, life: Life) -> None:
        self.store = store
        self.life = life

    async def transact(self, work: Callable[[Records], T]) -> T:
        result = await self.store.transact(work)
        self.life.step()
        return result


class MortalScribe(Scribe):
    """A scribe whose user may die right after a call; what was written down stays."""

    def __init__(self, clock: Clock, life: Life) -> None:
        super().__init__(clock)
        self.life = life

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        outcome = await super().edit(ref, message)
        self.life.step()
        return outcome

    async def direct(self, to: str, message: Message) -> Outcome:
        outcome = await super().direct(to, message)
        self.life.step()
        return outcome

    async def delete(self, ref: Ref) -> Outcome:
        outcome = await super().delete(ref)
        self.life.step()
        return outcome

    async def _send(
        self, verb: str, channel: ChannelId, message: Message, key: str, to: Ref | None = None
    ) -> Outcome:
        outcome = await super()._send(verb, channel, message, key, to)
        self.life.step()
        return outcome


class MortalPlatform:
    """Any ``ChatPlatform`` whose user may die right after a call that was carried out."""

    def __init__(self, platform: ChatPlatform, life: Life) -> None:
        self.platform = platform
        self.life = life
        self.name = platform.name
        self.settle = platform.settle
        self.refresh = platform.refresh
        self.fresh = platform.fresh
        self.spelling = platform.spelling
        self.connected = platform.connected
        self.parts = platform.parts
        self.check = platform.check

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        return await self._done(self.platform.post(channel, message, key))

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        return await self._done(self.platform.open_thread(to, message, key))

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        return await self._done(self.platform.reply(to, message, key, announce=announce))

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        return await self._done(self.platform.edit(ref, message))

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        return await self._done(self.platform.find(delivery, to))

    async def delete(self, ref: Ref) -> Outcome:
        return await self._done(self.platform.delete(ref))

    async def direct(self, to: str, message: Message) -> Outcome:
        return await self._done(self.platform.direct(to, message))

    async def _done(self, call: Awaitable[T]) -> T:
        outcome = await call
        self.life.step()
        return outcome
