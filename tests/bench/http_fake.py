"""A platform behind HTTP, for rates only: its server keeps nothing and never fails."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import AsyncIterator, Iterator
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web

from bot.messages import Message
from bot.model import ChannelId, Outcome, Ref, Sent
from bot.ports import Clock
from bot.sender import AT_ONCE
from tests.doubles.scribe import Scribe


def serve(ready: Connection) -> None:
    """Answer every request with an id, until killed; say where first."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"ok": True, "id": "1.0"})

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/message", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Yield the address of a server in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/message"
    finally:
        process.kill()
        process.join()


class HttpPlatform(Scribe):
    """A platform whose sends are HTTP requests; what stands there nobody asks."""

    def __init__(self, clock: Clock, session: aiohttp.ClientSession, address: str) -> None:
        super().__init__(clock)
        self._session = session
        self._address = address

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, address: str, clock: Clock) -> AsyncIterator[HttpPlatform]:
        """Yield a platform whose server is at an address."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            yield cls(clock, session, address)

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        return await self._say(key)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        return await self._say(key)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        return await self._say("edit")

    async def _say(self, key: str) -> Outcome:
        async with self._session.post(self._address, json={"key": key}) as reply:
            return Sent(Ref((await reply.json())["id"]), self.clock())

    async def bare(self, number: int) -> float:
        """Return how long so many requests take with nothing around them, as many at once."""
        left = iter(range(number))

        async def some() -> None:
            for _ in left:
                await self._say("bare")

        began = time.perf_counter()
        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        return time.perf_counter() - began
