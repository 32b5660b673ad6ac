"""The gateway: sessions of shards over WebSocket, told of what happens, resumed after a break.

The order and the numbers are those of docs.discord.com, "Gateway".
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.discord_guild import shapes
from tests.doubles.discord_guild.state import CONTENT, State
from tests.doubles.discord_guild.world import Guild, Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
INTERVAL = 41_250
"""Milliseconds between heartbeats."""
PRIVILEGED = 1 << 1 | 1 << 8 | CONTENT
"""Intents that have to be granted."""
MOST_GUILDS = 2500
"""Of a shard."""
KEPT = 10_000
"""Events that a session can be told again."""


class Line:
    """One WebSocket; what is put on it is sent in order."""

    def __init__(self, socket: web.WebSocketResponse, *, packed: bool) -> None:
        self.socket = socket
        self._pack = zlib.compressobj() if packed else None
        self._out: asyncio.Queue[str | int] = asyncio.Queue()
        self.session: Session | None = None
        self.closed = False
        """Whether it was closed from here, which ends no session."""

    def put(self, text: str) -> None:
        """Send a text, after what was put before."""
        self._out.put_nowait(text)

    def close(self, code: int) -> None:
        """Close with a code, after what was put before."""
        self.closed = True
        self._out.put_nowait(code)

    async def write(self) -> None:
        """Send what is put on the line until it is closed."""
        while not isinstance(one := await self._out.get(), int):
            try:
                if self._pack is None:
                    await self.socket.send_str(one)
                else:
                    packed = self._pack.compress(one.encode())
                    await self.socket.send_bytes(packed + self._pack.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                return
        await self.socket.close(code=one)


@dataclass(slots=True, eq=False)
class Session:
    """One shard of the bot, as long as it can be resumed."""

    id: str
    shard: int
    shards: int
    intents: int
    line: Line | None
    sequence: int = 0
    told: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def tell(self, event: str, data: Any) -> None:
        """Tell of an event, now or when the session is resumed."""
        self.sequence += 1
        text = packet(DISPATCH, data, self.sequence, event)
        self.told.append((self.sequence, text))
        if self.line is not None:
            self.line.put(text)


def packet(op: int, data: Any, sequence: int | None = None, event: str | None = None) -> str:
    """Return what is sent on a line."""
    return json.dumps({"op": op, "d": data, "s": sequence, "t": event}, separators=(",", ":"))


class Gateway:
    """Who is connected, and what they are told."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        """How often a session was begun."""
        self.resumed = 0
        self.shut = False
        """Whether nobody can connect."""
        self._last: tuple[str, Json, Guild | None, int] | None = None
        self._lines: set[Line] = set()
        state.tell = self.tell

    # Telling --------------------------------------------------------------------------------------

    def tell(self, event: str, data: Json, guild: Guild | None, needs: int) -> None:
        """Tell the sessions that are to know: those of the guild's shard with the intents."""
        if guild is not None and self.state.me.id not in guild.members:
            return
        self._last = (event, data, guild, needs)
        for session in list(self.sessions.values()):
            theirs = 0 if guild is None else (guild.id >> 22) % session.shards
            if theirs == session.shard and (not needs or session.intents & needs):
                session.tell(event, self._censored(session, event, data))

    def _censored(self, session: Session, event: str, data: Json) -> Json:
        """Return what a session may know of a message: no words of others without the intent."""
        said = event.startswith("MESSAGE_") and "author" in data and "guild_id" in data
        if not said or session.intents & CONTENT or data["author"]["id"] == str(self.state.me.id):
            return data
        return {**data, "content": "", "components": [], "embeds": []}

    def again(self) -> None:
        """Tell of the last event once more."""
        if self._last is not None:
            self.tell(*self._last)

    # Breaking -------------------------------------------------------------------------------------

    def reconnect(self) -> None:
        """Ask everyone to connect anew."""
        for line in self._lines:
            line.put(packet(RECONNECT, None))

    def invalidate(self, *, resumable: bool = False) -> None:
        """Say that the sessions are no longer good; unless ``resumable``, forget them."""
        for line in self._lines:
            line.put(packet(INVALID, resumable))
        if not resumable:
            self.sessions.clear()

    def close(self, code: int) -> None:
        """Close all connections with a code."""
        for line in self._lines:
            line.close(code)

    def cut(self) -> None:
        """Break all connections without a word."""
        for line in self._lines:
            request = line.socket._req
            if request is not None and request.transport is not None:
                request.transport.abort()

    # Connections ----------------------------------------------------------------------------------

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.shut:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        line = Line(socket, packed=request.query.get("compress") == "zlib-stream")
        self._lines.add(line)
        line.put(packet(HELLO, {"heartbeat_interval": INTERVAL}))
        writing = asyncio.create_task(line.write())
        try:
            async for said in socket:
                if said.type is WSMsgType.TEXT:
                    self._heard(line, json.loads(said.data))
        finally:
            writing.cancel()
            self._lines.discard(line)
            self._left(line, socket.close_code)
        return socket

    def _left(self, line: Line, code: int | None) -> None:
        session = line.session
        if session is not None and session.line is line:
            session.line = None
            if code in (1000, 1001) and not line.closed:
                self.sessions.pop(session.id, None)
            self.state.pulse.beat()

    def _heard(self, line: Line, said: Json) -> None:
        data = said.get("d")
        match said.get("op"):
            case 1:
                line.put(packet(ACK, None))
            case 2 if isinstance(data, dict):
                self._identify(line, data)
            case 6 if isinstance(data, dict):
                self._resume(line, data)
            case 3 | 4 | 8 if line.session is not None:
                pass
            case None:
                line.close(4002)
            case _:
                line.close(4003 if line.session is None else 4001)

    def _identify(self, line: Line, data: Json) -> None:
        shard, shards = data.get("shard", (0, 1))
        intents = data.get("intents", 0)
        mine = [one for one in self._guilds() if (one.id >> 22) % shards == shard]
        if line.session is not None:
            return line.close(4005)
        if data.get("token") != self.state.token:
            return line.close(4004)
        if not 0 <= shard < shards:
            return line.close(4010)
        if len(mine) > MOST_GUILDS:
            return line.close(4011)
        if intents & PRIVILEGED & ~self.state.rules.privileged:
            return line.close(4014)
        self.identified += 1
        session = Session(f"session-{self.identified}", shard, shards, intents, line)
        self.sessions[session.id] = line.session = session
        session.tell("READY", self._ready(session, data.get("shard"), mine))
        for guild in mine:
            whole = shapes.whole_guild(guild, self.state.me, self.state.clock())
            session.tell("GUILD_CREATE", {**whole, "unavailable": False})
        self.state.pulse.beat()
        return None

    def _guilds(self) -> list[Guild]:
        return [one for one in self.state.guilds.values() if self.state.me.id in one.members]

    def _ready(self, session: Session, shard: list[int] | None, mine: list[Guild]) -> Json:
        me = self.state.me
        ready: Json = {
            "v": 10, "user": shapes.user(me), "session_id": session.id,
            "resume_gateway_url": self.url, "application": {"id": str(me.id), "flags": 0},
            "guilds": [{"id": str(one.id), "unavailable": True} for one in mine],
        }  # fmt: skip
        return ready if shard is None else {**ready, "shard": shard}

    def _resume(self, line: Line, data: Json) -> None:
        session = self.sessions.get(data.get("session_id", ""))
        if data.get("token") != self.state.token:
            line.close(4004)
        elif session is None or (session.told and data["seq"] < session.told[0][0] - 1):
            line.put(packet(INVALID, data=False))
        else:
            self.resumed += 1
            missed = [text for sequence, text in session.told if sequence > data["seq"]]
            session.line, line.session = line, session
            for text in missed:
                line.put(text)
            session.tell("RESUMED", {})
            self.state.pulse.beat()
