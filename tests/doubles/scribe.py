"""A chat platform that writes down what was said, and fails in every way a real one can.

It keeps what a platform would keep: messages with their threads, edits and deletions. What was done
to it by a fault is known here, so a test can compare it with what the bot believes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.commands import TYPED
from bot.messages import Message, Paragraph, Prose
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


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call."""

    outcome: Outcome | None = None
    """What the bot hears; ``None``: the true outcome."""
    kept: bool = True
    """Whether the platform does what was asked all the same."""
    hang: bool = False
    """Whether the call never returns."""


KEPT_BUT_SILENT = Fault(Unknown("the connection broke after sending"), kept=True)
DROPPED = Fault(Unknown("the connection broke before it arrived"), kept=False)
BUSY = Fault(Later(timedelta(seconds=30), "429"), kept=False)
DOWN = Fault(Refused(Scope.PLATFORM, "503"), kept=False)
CLOSED = Fault(Refused(Scope.CHANNEL, "not_in_channel"), kept=False)
UNSHOWABLE = Fault(Refused(Scope.MESSAGE, "invalid_blocks"), kept=False)
HANGS = Fault(hang=True, kept=False)
HANGS_AFTER = Fault(hang=True, kept=True)


@dataclass(slots=True)
class Posted:
    """One message as the platform keeps it."""

    ref: Ref
    channel: ChannelId
    key: str
    message: Message
    at: datetime
    thread: Ref | None = None
    """The parent, for a message in a thread."""
    announced: bool = False
    edits: list[Message] = field(default_factory=list)
    deleted: bool = False

    @property
    def shown(self) -> Message:
        """What it shows now."""
        return self.edits[-1] if self.edits else self.message


class Scribe:
    """A ``ChatPlatform`` without a network."""

    name = "scribe"

    def __init__(
        self, clock: Clock, *, settle: timedelta = timedelta(seconds=90), longest: int = 0
    ) -> None:
        """Take the clock; ``longest`` splits messages into parts of that many blocks (0: never)."""
        self.clock = clock
        self.settle = settle
        self.refresh = timedelta(seconds=5)
        self.fresh: timedelta | None = None
        self.spelling = TYPED
        self.longest = longest
        self.lag = timedelta(0)
        self.posted: list[Posted] = []
        self.told: list[tuple[str, Message]] = []
        self.calls: list[str] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.outage: Fault | None = None
        self.blind = False

    def fails(self, verb: str, *faults: Fault) -> None:
        """Let the next calls of a verb (``post``, ``reply``, ``find`` …) fail, in this order."""
        self.faults.setdefault(verb, deque()).extend(faults)

    # The port ----------------------------------------------------------------------------------

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Nothing to listen to: the person driver calls the desk itself."""
        yield

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Split after ``longest`` blocks; buttons and choices stay with the first part."""
        if not self.longest:
            return (message,)
        blocks = [
            block for part in message.body if isinstance(part, Prose) for block in part.blocks
        ]
        pieces = [
            Prose(tuple(blocks[start : start + self.longest]))
            for start in range(0, len(blocks), self.longest)
        ] or [Prose((Paragraph(()),))]
        first = replace(message, body=(pieces[0],))
        return (first, *(Message(body=(piece,)) for piece in pieces[1:]))

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        return await self._send("post", channel, message, key)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        return await self._send("open_thread", self._at(to).channel, message, key, to)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        verb = "announce" if announce else "reply"
        parent = self._at(to).thread or to
        return await self._send(verb, self._at(to).channel, message, key, parent)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        fault = await self._fault("edit")
        if fault.kept:
            self._at(ref).edits.append(message)
        return fault.outcome or Sent(ref, self.clock())

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        fault = await self._fault("find")
        if self.blind or fault.outcome is not None:
            return Blind("history cannot be read")
        visible = self.clock() - self.lag
        copies = tuple(
            (one.ref, one.at)
            for one in self.posted
            if one.key == delivery.key and not one.deleted and one.at <= visible
        )
        return Found(copies) if copies else Absent()

    async def delete(self, ref: Ref) -> Outcome:
        fault = await self._fault("delete")
        if fault.kept:
            self._at(ref).deleted = True
        return fault.outcome or Sent(ref, self.clock())

    async def direct(self, to: str, message: Message) -> Outcome:
        fault = await self._fault("direct")
        if fault.kept:
            self.told.append((to, message))
        return fault.outcome or Sent(Ref(f"dm{len(self.told)}"), self.clock())

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        return [Finding("scribe", fine=True, said="always there")]

    # What a test looks at ----------------------------------------------------------------------

    def standing(self, key: str = "") -> list[Posted]:
        """Return the messages that stand, or those with a key."""
        return [one for one in self.posted if not one.deleted and (not key or one.key == key)]

    def parents(self, channel: ChannelId | None = None) -> list[Posted]:
        """Return what stands in the channel outside threads."""
        return [
            one
            for one in self.standing()
            if one.thread is None and (channel is None or one.channel == channel)
        ]

    def thread(self, parent: Ref) -> list[Posted]:
        """Return what stands in a thread, in order."""
        return [one for one in self.standing() if one.thread == parent]

    def by_key(self, key: str) -> Posted | None:
        """Return the standing message with a key."""
        return next(iter(self.standing(key)), None)

    def _at(self, ref: Ref) -> Posted:
        return next(one for one in self.posted if one.ref == ref)

    def draw(self, verb: str) -> Fault:
        """Count a call and return what happens to it."""
        self.calls.append(verb)
        queue = self.faults.get(verb)
        return queue.popleft() if queue else self.outage or Fault()

    async def _fault(self, verb: str) -> Fault:
        fault = self.draw(verb)
        if fault.hang:
            # The caller gives up by its own timeout, or the test cancels it.
            await asyncio.Event().wait()
        return fault

    async def _send(
        self, verb: str, channel: ChannelId, message: Message, key: str, to: Ref | None = None
    ) -> Outcome:
        fault = self.draw(verb)
        ref = Ref(f"m{len(self.posted) + 1}")
        now = self.clock()
        if fault.kept:
            self.posted.append(
                Posted(ref, channel, key, message, now, to, announced=verb == "announce")
            )
        if fault.hang:
            await asyncio.Event().wait()
        return fault.outcome or Sent(ref, now)
