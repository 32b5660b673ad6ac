"""A chat service in virtual time: it keeps messages as a real one does, and fails as one does.

It looks for a message in its whole history. A real adapter has to search from well before the first
intent, because the bot's clock may have been ahead of the platform's when the intent was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.commands import TYPED
from bot.messages import Message, Prose
from bot.model import (
    Absent,
    Blind,
    ChannelId,
    Delivery,
    Found,
    Later,
    Outcome,
    Ref,
    Refused,
    Scope,
    Search,
    Sent,
    Unknown,
)
from bot.ports import Clock, Finding, Handler
from tests.simulation.faults import LOOKING, SENDING, TOUCHING, Fault, Weather

NAME = "sim"
LATEST = 50.0
"""Seconds after which the server has dealt with a request that its client gave up on."""
MOST_LAG = 30.0
"""Seconds after which the history shows a message. With ``LATEST`` it is less than the settle."""
RETRY_AFTER = timedelta(seconds=45)
GONE = "the message it belongs to was deleted"


class Crashed(RuntimeError):
    """An adapter that raises, which it must not; the core has to live with it."""


@dataclass(slots=True, eq=False)
class Kept:
    """One message as the platform keeps it."""

    ref: Ref
    channel: ChannelId
    key: str
    message: Message
    at: datetime
    visible: datetime
    """When a look at the history begins to show it."""
    deleted: bool = False


class SimPlatform:
    """A ``ChatPlatform`` without a network, whose time is the simulation's."""

    name = NAME
    settle = timedelta(seconds=90)
    refresh = timedelta(seconds=60)
    fresh: timedelta | None = None
    spelling = TYPED

    def __init__(self, truth: Clock, weather: Weather, *, longest: int) -> None:
        """Take the true time, the weather, and after how many blocks a message is split."""
        self.truth = truth
        self.weather = weather
        self.longest = longest
        self.kept: dict[Ref, Kept] = {}
        self.copies: dict[str, list[Kept]] = {}
        self.busy_until: dict[str, datetime] = {}
        """Until when a 429 asked not to send a message again."""
        self.down: Outcome | None = None
        """What every call is answered with during an outage."""
        self.closed: set[ChannelId] = set()
        """Channels that the bot was removed from."""
        self.blind = False
        self.step: Callable[[], None] = lambda: None
        """Where a life may end."""
        self.on_request: Callable[[str, Message], None] = lambda key, message: None
        self.on_late: Callable[[], None] = lambda: None
        """Called when a client has given up on a message that will be kept."""
        self.on_kept: Callable[[Kept], None] = lambda one: None

    def mend(self) -> None:
        """End every outage."""
        self.down = None
        self.blind = False
        self.closed.clear()

    def standing(self, key: str) -> list[Kept]:
        """Return the copies of a message that were not deleted, earliest first."""
        return [one for one in self.copies.get(key, ()) if not one.deleted]

    # The port ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Nothing to listen to: the people of the simulation go to the desk themselves."""
        yield

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Split after ``longest`` blocks; buttons and choices stay with the first part."""
        blocks = [block for part in message.body if isinstance(part, Prose)
                  for block in part.blocks]  # fmt: skip
        if not self.longest or len(blocks) <= self.longest:
            return (message,)
        cuts = range(0, len(blocks), self.longest)
        pieces = [Prose(tuple(blocks[cut : cut + self.longest])) for cut in cuts]
        return replace(message, body=(pieces[0],)), *(Message(body=(p,)) for p in pieces[1:])

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        return await self._send(channel, message, key, None)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        return await self._send(self.kept[to].channel, message, key, to)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        return await self._send(self.kept[to].channel, message, key, to)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        return await self._touch(ref)

    async def direct(self, to: str, message: Message) -> Outcome:
        return await self._touch(None)

    async def delete(self, ref: Ref) -> Outcome:
        return await self._touch(ref, delete=True)

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        return ()

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        self.step()
        fault = self.weather.strikes(LOOKING)
        await self._wait(fault)
        if self.blind or self.down or fault or delivery.channel in self.closed:
            self.weather.figures["history unreadable"] += 1
            return Blind("the history cannot be read")
        now = self.truth()
        seen = [one for one in self.standing(delivery.key) if one.visible <= now]
        self.step()
        return Found(tuple((one.ref, one.at) for one in seen)) if seen else Absent()

    # How a call goes -----------------------------------------------------------------------------

    async def _send(
        self, channel: ChannelId, message: Message, key: str, to: Ref | None
    ) -> Outcome:
        self.step()
        self.on_request(key, message)
        if (no := self._refused(channel, to)) is not None:
            return no
        fault = self.weather.strikes(SENDING)
        match fault:
            case Fault.BUSY:
                self.busy_until[key] = self.truth() + RETRY_AFTER
                return Later(RETRY_AFTER, fault.value)
            case Fault.DOWN:
                return Refused(Scope.PLATFORM, fault.value)
            case Fault.UNSHOWABLE:
                return Refused(Scope.MESSAGE, fault.value)
            case Fault.LATE:
                delay = self.weather.random.uniform(1, LATEST)
                loop = asyncio.get_running_loop()
                loop.call_later(delay, self._keep, channel, message, key)
                self.on_late()
                return Unknown(fault.value)
            case None | Fault.SILENT | Fault.HANGS_KEPT:
                one = self._keep(channel, message, key)
                self.step()
                await self._wait(fault)
                return Unknown(fault.value) if fault else Sent(one.ref, one.at)
            case _:
                self.step()
                await self._wait(fault)
                return Unknown(fault.value)

    def _refused(self, channel: ChannelId, to: Ref | None) -> Outcome | None:
        if self.down is not None:
            self.weather.figures["calls during an outage"] += 1
            return self.down
        if channel in self.closed:
            self.weather.figures["calls into a closed channel"] += 1
            return Refused(Scope.CHANNEL, "not in the channel")
        if to is not None and self.kept[to].deleted:
            self.weather.figures["replies to what was deleted"] += 1
            return Refused(Scope.MESSAGE, GONE)
        return None

    def _keep(self, channel: ChannelId, message: Message, key: str) -> Kept:
        now = self.truth()
        lag = timedelta(seconds=self.weather.random.uniform(0, self.weather.lag))
        one = Kept(Ref(f"m{len(self.kept) + 1}"), channel, key, message, now, now + lag)
        self.kept[one.ref] = one
        self.copies.setdefault(key, []).append(one)
        self.on_kept(one)
        return one

    async def _touch(self, ref: Ref | None, *, delete: bool = False) -> Outcome:
        self.step()
        if self.down is not None:
            return self.down
        fault = self.weather.strikes(TOUCHING)
        if fault is Fault.BUSY:
            return Later(RETRY_AFTER, fault.value)
        if fault is Fault.DOWN:
            return Refused(Scope.PLATFORM, fault.value)
        one = self.kept[ref] if ref is not None else None
        if one is not None and one.deleted and not delete:
            return Refused(Scope.MESSAGE, GONE)
        if one is not None and delete and fault in (None, Fault.SILENT):
            one.deleted = True
            self.weather.figures["doubles removed"] += 1
        self.step()
        await self._wait(fault)
        return Unknown(fault.value) if fault else Sent(ref or Ref("dm"), self.truth())

    async def _wait(self, fault: Fault | None) -> None:
        """Take the time that a call takes; for ever when it hangs."""
        if fault in (Fault.HANGS, Fault.HANGS_KEPT):
            await asyncio.Event().wait()
        if fault is Fault.RAISED:
            raise Crashed(fault.value)
        if self.weather.slow:
            await asyncio.sleep(self.weather.random.uniform(0.02, 2.0))
