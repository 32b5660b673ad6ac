"""Socket Mode: envelopes over WebSocket, acks with a deadline, and everything that breaks there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket as sockets
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.doubles.slack_workspace.state import Json, State

DEADLINE = 3.0
"""Seconds an app has to acknowledge an envelope."""
RETRIES = (0.0, 60.0, 300.0)
"""Seconds after which an unacknowledged event comes again (agno-agi/agno#10073)."""
MOST = 10
"""Connections an app may have."""


@dataclass(eq=False, slots=True)
class Envelope:
    """Something told to the app, and what came back."""

    id: str
    kind: str
    payload: Json
    sent: float = 0.0
    """By the loop's clock; so is ``acked``."""
    attempt: int = 0
    acked: float | None = None
    """When the first acknowledgement came, in time or late."""
    reply: Json = field(default_factory=dict)
    late: bool = False
    over: bool = False
    """Acknowledged in time, or given up."""
    on: list[int] = field(default_factory=list)
    """The connections it was sent on, counted from 1 in the order they were made."""

    @property
    def answered(self) -> bool:
        """Whether the app acknowledged it in time."""
        return self.acked is not None and not self.late

    @property
    def latency(self) -> float:
        """Seconds from sending to the acknowledgement."""
        return (self.acked or float("inf")) - self.sent


@dataclass(eq=False, slots=True)
class Socket:
    """One connection of the app."""

    number: int
    ws: web.WebSocketResponse
    transport: asyncio.Transport
    frozen: bool = False
    """Half-open: what comes in is not seen, and nothing goes out."""


class SocketMode:
    """Hands each envelope to one of the app's connections, in turn."""

    def __init__(self, state: State, *, deadline: float, retries: Sequence[float]) -> None:
        """Take ``deadline`` and ``retries`` in seconds of the loop's clock."""
        self.state = state
        self.deadline = deadline
        self.retries = tuple(retries)
        self.connections: list[Socket] = []
        self.envelopes: list[Envelope] = []
        self.dead_links = False
        """Whether addresses that were given out answer 404."""
        self.deaf = False
        """Whether acknowledgements get lost on their way."""
        self.duplicated = False
        """Whether each envelope arrives twice."""
        self.made = 0
        self.refused = 0
        """Connections there ever were, and addresses that answered 404."""
        self._by_id: dict[str, Envelope] = {}
        self._links: set[str] = set()
        self._waiting: list[Envelope] = []
        self._timers: set[asyncio.TimerHandle] = set()
        self._sends: set[asyncio.Task[None]] = set()

    def link(self, base: str) -> str:
        """Return the address of a connection to be, good for one."""
        ticket = self.state.fresh("ticket")
        self._links.add(ticket)
        return f"{base}/link?ticket={ticket}&app_id={self.state.app.id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Take a connection, until it ends."""
        ticket = request.query.get("ticket", "")
        if self.dead_links or ticket not in self._links:
            self.refused += 1
            self.state.change()
            return web.Response(status=404)
        self._links.remove(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        self.made += 1
        one = Socket(self.made, ws, request.transport)
        if len(self.connections) >= MOST:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        self.connections.append(one)
        try:
            await ws.send_json(self._hello())
            self.state.change()
            self._flush()
            await self._listen(one)
        finally:
            self._gone(one)
        return ws

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self.state.app.id},
            "debug_info": {
                "host": "applink-1", "build_number": 1, "approximate_connection_time": 18060,
            },
        }  # fmt: skip

    async def _listen(self, one: Socket) -> None:
        async for message in one.ws:
            if one.frozen:
                continue
            match message.type:
                case WSMsgType.PING:
                    with contextlib.suppress(ConnectionError):
                        await one.ws.pong(message.data)
                case WSMsgType.TEXT:
                    self._ack(json.loads(message.data))
                case _:
                    pass

    def _gone(self, one: Socket) -> None:
        if one in self.connections:
            self.connections.remove(one)
            self.state.change()

    # Envelopes ----------------------------------------------------------------------------------

    def send(self, kind: str, payload: Json) -> Envelope:
        """Tell the app something: ``events_api``, ``slash_commands`` or ``interactive``.

        Events come again until they are acknowledged; the others are sent once.
        """
        envelope = Envelope(self.state.fresh("envelope-"), kind, payload)
        self.envelopes.append(envelope)
        self._by_id[envelope.id] = envelope
        self.again(envelope)
        return envelope

    def again(self, envelope: Envelope) -> None:
        """Send an envelope, or send it once more as it is."""
        loop = asyncio.get_running_loop()
        envelope.sent = loop.time()
        if not self.connections:
            if envelope.kind == "events_api":
                self._waiting.append(envelope)
            else:
                self._give_up(envelope)
            return
        # The one after the last that got something.
        one = self.connections.pop(0)
        self.connections.append(one)
        envelope.on.append(one.number)
        for _ in range(1 + self.duplicated):
            self._write(one, self._frame(envelope))
        self._later(self.deadline, lambda: self._check(envelope, envelope.attempt))

    def _frame(self, envelope: Envelope) -> Json:
        frame: Json = {
            "envelope_id": envelope.id,
            "type": envelope.kind,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != "events_api",
        }
        if envelope.kind == "events_api":
            reason = "timeout" if envelope.attempt else ""
            frame |= {"retry_attempt": envelope.attempt, "retry_reason": reason}
        return frame

    def _write(self, one: Socket, frame: Json) -> None:
        if one.frozen:
            return

        async def write() -> None:
            with contextlib.suppress(ConnectionError):
                await one.ws.send_json(frame)

        task = asyncio.ensure_future(write())
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)

    def _ack(self, frame: Json) -> None:
        envelope = self._by_id.get(str(frame.get("envelope_id")))
        if envelope is None or self.deaf or envelope.acked is not None:
            return
        envelope.acked = asyncio.get_running_loop().time()
        envelope.late = envelope.over or envelope.latency > self.deadline
        envelope.over = True
        envelope.reply = frame.get("payload") or {}
        self.state.change()

    def _check(self, envelope: Envelope, attempt: int) -> None:
        """Look whether an envelope was acknowledged in time."""
        if envelope.over or envelope.attempt != attempt:
            return
        if envelope.kind != "events_api" or attempt >= len(self.retries):
            self._give_up(envelope)
            return
        envelope.attempt += 1
        self._later(self.retries[attempt], lambda: self.again(envelope))

    def _give_up(self, envelope: Envelope) -> None:
        envelope.over = True
        self.state.change()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for envelope in waiting:
            envelope.attempt = 1
            self.again(envelope)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(handle)
            what()

        handle = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(handle)

    # What breaks --------------------------------------------------------------------------------

    def warn(self, reason: str = "refresh_requested", *, which: int | None = None) -> None:
        """Send ``disconnect`` frames; another ``reason`` is ``warning`` or ``link_disabled``."""
        for one in self._some(which):
            self._write(one, {"type": "disconnect", "reason": reason, "debug_info": {"host": "x"}})

    async def close(self, *, which: int | None = None) -> None:
        """End connections as the protocol has it."""
        for one in self._some(which):
            self._gone(one)
            await one.ws.close()

    def reset(self, *, which: int | None = None) -> None:
        """End connections by a TCP reset."""
        for one in self._some(which):
            raw = one.transport.get_extra_info("socket")
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            one.transport.abort()
            self._gone(one)

    def freeze(self, *, which: int | None = None) -> None:
        """Leave connections half-open: no pongs, no answer to a CLOSE, nothing comes or goes."""
        for one in self._some(which):
            one.frozen = True
            one.transport.pause_reading()

    def let_go(self) -> None:
        """Notice that connections are half-open, as Slack does in the end."""
        for one in [one for one in self.connections if one.frozen]:
            one.transport.abort()
            self._gone(one)

    def _some(self, which: int | None) -> list[Socket]:
        return [one for one in self.connections if which is None or one.number == which]

    async def stop(self) -> None:
        """End everything."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for task in self._sends:
            task.cancel()
        for one in list(self.connections):
            one.transport.abort()
