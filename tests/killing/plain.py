"""The plainest chat platform that can lose, double and delay messages; it speaks HTTP.

Both ends are here: ``_Server`` runs in a process of its own, ``Plain`` is the bot's adapter.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, web

from bot.commands import TYPED
from bot.messages import Message, Paragraph, Prose
from bot.model import (
    Absent,
    Blind,
    Channel,
    ChannelId,
    Delivery,
    Found,
    Later,
    MemberId,
    Outcome,
    Ref,
    Refused,
    Scope,
    Search,
    Sent,
    Unknown,
)
from bot.ports import ChatPlatform, Clock, Finding, Handler
from tests.doubles.script import written
from tests.killing.world import TIMES, FirstTime, Served, Truth, Watch, room

SETTLE = timedelta(seconds=90)
"""More than the longest ``LATE`` and the longest ``LAG`` together."""
LATE = (5, 50)
"""Seconds after which a message stands whose sender was cut off."""
TARDY = (120, 420)
"""As late as no settling allows for, and the sweep finds a double."""
LAG = (0, 30)
"""Seconds after which the history shows a message that stands."""

SENDS = {
    "": 69,
    "reset before it is kept": 6,
    "reset after it is kept": 6,
    "500 before it is kept": 4,
    "500 after it is kept": 4,
    "429": 4,
    "late": 5,
    "tardy": 2,
}
"""What happens to a message, with weights."""
OTHERS = {"": 88, "reset": 4, "500": 4, "429": 4}
"""What happens to everything else."""


# The platform -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Kept:
    ref: str
    key: str
    at: datetime
    """When it stands; of a late one that is still to come."""
    seen: datetime
    """When the history shows it."""
    tardy: bool
    texts: list[str]
    deleted: bool = False


@dataclass(slots=True)
class _Server:
    clock: Clock
    draws: random.Random
    watch: Watch
    address: str = ""
    listener: web.Server | None = None
    kept: dict[str, _Kept] = field(default_factory=dict)
    by_key: dict[str, list[_Kept]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    doubles: int = 0
    swept: int = 0
    sends: int = 0
    faulty: bool = True

    async def quiet(self) -> None:
        # The dead have closed their connections; all that is left is to take notice of it.
        while self.listener is not None and self.listener.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)

    def calm(self) -> None:
        self.faulty = False

    def truth(self) -> Truth:
        standing = [(one.key, one.ref) for one in self.kept.values() if not one.deleted]
        return Truth(standing, self.doubles, self.swept, dict(self.faults), self.sends)

    async def send(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.watch(asked["key"])
        self.sends += 1
        fault = self._draw(SENDS)
        if fault == "tardy" and asked["verb"] == "post":
            fault = "late"  # what may have expired by then would stand for ever
        if fault:
            self.faults[fault] += 1
        if fault == "429":
            return web.json_response({"after": self.draws.randint(1, 60)}, status=429)
        if "before" not in fault:
            wait = {"late": LATE, "tardy": TARDY}.get(fault, (0, 0))
            one = self._keep(asked, wait, tardy=fault == "tardy")
            if not fault:
                return web.json_response({"ref": one.ref, "at": one.at.timestamp()})
        return self._break(request, fault)

    def _keep(self, asked: Any, wait: tuple[int, int], *, tardy: bool) -> _Kept:
        at = self.clock() + timedelta(seconds=self.draws.randint(*wait))
        seen = at + timedelta(seconds=self.draws.randint(*LAG) if self.faulty else 0)
        one = _Kept(f"m{len(self.kept)}", asked["key"], at, seen, tardy, [asked["text"]])
        copies = self.by_key.setdefault(one.key, [])
        if any(not (copy.deleted or copy.tardy or tardy) for copy in copies):
            self.doubles += 1
        self.kept[one.ref] = one
        copies.append(one)
        return one

    async def find(self, request: web.Request) -> web.StreamResponse:
        if fault := self._draw(OTHERS):
            return self._break(request, fault)
        now = self.clock()
        copies = sorted(
            (one.at.timestamp(), one.ref)
            for one in self.by_key.get(request.query["key"], ())
            if not one.deleted and one.seen <= now
        )
        return web.json_response(copies)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if fault := self._draw(OTHERS):
            return self._break(request, fault)
        self.kept[asked["ref"]].texts.append(asked["text"])
        return web.json_response({"ref": asked["ref"], "at": self.clock().timestamp()})

    async def delete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        fault = self._draw(OTHERS)
        if fault != "429":
            self.kept[asked["ref"]].deleted = True
        if fault:
            return self._break(request, fault)
        self.swept += 1
        return web.json_response({"ref": asked["ref"], "at": self.clock().timestamp()})

    async def direct(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.json_response({"ref": "direct", "at": self.clock().timestamp()})

    def _draw(self, odds: dict[str, int]) -> str:
        if not self.faulty:
            return ""
        return self.draws.choices(list(odds), list(odds.values()))[0]

    def _break(self, request: web.Request, fault: str) -> web.StreamResponse:
        if fault == "429":
            return web.json_response({"after": 30}, status=429)
        if not fault.startswith("500") and request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


# The bot's adapter --------------------------------------------------------------------------------


class Plain:
    """A ``ChatPlatform`` over HTTP."""

    name = "plain"
    settle = SETTLE
    refresh = timedelta(seconds=5)
    fresh: timedelta | None = None
    spelling = TYPED

    def __init__(self, address: str, clock: Clock) -> None:
        """Take where the platform is."""
        self._address = address
        self._clock = clock
        self._session: ClientSession | None = None

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Keep a session; nobody writes to us."""
        async with ClientSession(self._address) as self._session:
            yield

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Split after two paragraphs."""
        blocks = [
            block for part in message.body if isinstance(part, Prose) for block in part.blocks
        ]
        pieces = [Prose(tuple(blocks[at : at + 2])) for at in range(0, len(blocks), 2)]
        first, *rest = pieces or [Prose((Paragraph(()),))]
        return replace(message, body=(first,)), *(Message(body=(piece,)) for piece in rest)

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        return await self._send("post", message, key)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        return await self._send("thread", message, key)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        return await self._send("announce" if announce else "reply", message, key)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        return await self._ask("/edit", {"ref": ref, "text": written(message)})

    async def delete(self, ref: Ref) -> Outcome:
        return await self._ask("/delete", {"ref": ref})

    async def direct(self, to: str, message: Message) -> Outcome:
        return await self._ask("/direct", {"to": to, "text": written(message)})

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        try:
            status, said = await self._fetch("GET", "/find", params={"key": delivery.key})
        except (ClientError, OSError) as error:
            return Blind(str(error))
        if status != web.HTTPOk.status_code:
            return Blind(f"status {status}")
        copies = tuple((Ref(ref), datetime.fromtimestamp(at, UTC)) for at, ref in said)
        return Found(copies) if copies else Absent()

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        return []

    async def _send(self, verb: str, message: Message, key: str) -> Outcome:
        asked = {"verb": verb, "key": key, "text": written(message)}
        return await self._ask("/send", asked)

    async def _ask(self, path: str, asked: dict[str, str]) -> Outcome:
        try:
            status, said = await self._fetch("POST", path, json=asked)
        except ClientConnectorError as error:
            return Later(timedelta(seconds=10), str(error))
        except (ClientError, OSError, json.JSONDecodeError) as error:
            return Unknown(str(error))
        match status:
            case 200:
                return Sent(Ref(said["ref"]), datetime.fromtimestamp(said["at"], UTC))
            case 429:
                return Later(timedelta(seconds=said["after"]), "429")
            case 500:
                return Unknown("500")
            case _:
                return Refused(Scope.MESSAGE, str(status))

    async def _fetch(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        if self._session is None:
            raise ClientError("not connected")
        async with self._session.request(method, path, **options) as reply:
            good = reply.content_type == "application/json"
            return reply.status, await reply.json() if good else None


# Both ---------------------------------------------------------------------------------------------


class PlainWorld:
    """Four channels."""

    def channels(self, address: str) -> Sequence[Channel]:
        """Return the channels, which are wherever the platform is."""
        admin = MemberId("plain://team/admin")
        names = (ChannelId(f"plain://team/{name}") for name in "abcd")
        return [room(name, at, admin) for name, at in zip(names, TIMES, strict=True)]

    @asynccontextmanager
    async def serve(self, clock: Clock, seed: int, watch: Watch) -> AsyncIterator[Served]:
        """Run the platform while the block runs."""
        server = _Server(clock, random.Random(seed), watch)
        app = web.Application()
        app.router.add_post("/send", server.send)
        app.router.add_get("/find", server.find)
        app.router.add_post("/edit", server.edit)
        app.router.add_post("/delete", server.delete)
        app.router.add_post("/direct", server.direct)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            server.listener = runner.server
            host, port = runner.addresses[0][:2]
            server.address = f"http://{host}:{port}"
            yield server
        finally:
            await runner.cleanup()

    def bot(self, address: str, clock: Clock, first_time: FirstTime) -> ChatPlatform:
        """Return the bot's adapter."""
        return Plain(address, clock)


WORLD = PlainWorld()
