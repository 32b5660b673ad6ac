"""Keeps one login to Discord alive for as long as the bot runs.

discord.py reconnects and resumes by itself; a login that ends all the same is begun anew, with a
new client, for one that was closed cannot be used again. What comes in is the business of
``inbound``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
import discord

from adapters.discord.calls import Calls, failure
from adapters.discord.client import Client, Line, Listener, Pace
from bot.errors import UsageError
from bot.wording import discord as wording

log = logging.getLogger(__name__)

_NO_TOKEN, _NO_INTENTS = 4004, 4014
"""Codes with which the gateway closes for good (docs.discord.com, Gateway Close Event Codes)."""


class Logins:
    """Logs in with one token, as often as needed."""

    def __init__(self, calls: Calls, token: str, api_base: str, gateway: str, pace: Pace) -> None:
        """Take what is given each client, the token, and where Discord is (empty: itself)."""
        self._calls = calls
        self._token = token
        self._where = (api_base, gateway)
        self._pace = pace
        self._begun = False
        """Whether the bot runs, so that a refusal can no longer end its start."""

    @asynccontextmanager
    async def kept(
        self, listener: Listener, ready: Callable[[], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """Listen while the block runs; ``ready`` is called after each login, before listening.

        The block begins when all servers are known, or after a few seconds without. Raises
        ``UsageError`` where Discord refuses us for good.
        """
        line, over = Line(), asyncio.Event()
        keeping = asyncio.create_task(self._keep(listener, ready, line, over), name="discord")
        knowing = asyncio.create_task(line.known.wait())
        try:
            await asyncio.wait(
                {keeping, knowing},
                timeout=self._pace.start,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if self._calls.barred:
                raise UsageError(self._calls.barred)
            if not line.known.is_set():
                line.lost(wording.unreachable())
            self._begun = True
            yield
        finally:
            over.set()
            if self._calls.client is not None:
                # While it reconnects a shard, discord.py does not heed a cancellation.
                await self._calls.client.close()
            for task in (knowing, keeping):
                task.cancel()
            await asyncio.gather(knowing, keeping, return_exceptions=True)

    async def _keep(
        self,
        listener: Listener,
        ready: Callable[[], Awaitable[None]],
        line: Line,
        over: asyncio.Event,
    ) -> None:
        failures = 0
        while not over.is_set():
            begun = time.monotonic()
            try:
                async with self.once(listener, line) as client:
                    await ready()
                    await client.connect()
            except (discord.DiscordException, aiohttp.ClientError, OSError) as trouble:
                if refusal := _final(trouble):
                    self._calls.barred = wording.revoked() if line.known.is_set() else refusal
                    if self._begun:  # else the start ends with it
                        log.error("discord: %s", self._calls.barred)  # noqa: TRY400 - says it all
                    return
                failed = failure(trouble)
                line.lost(failed.outcome.why if failed is not None else str(trouble))
            except Exception:
                log.exception("discord: the connection ended in an unforeseen way")
            if time.monotonic() - begun > self._pace.longest:
                failures = 0
            pause = min(self._pace.pause * 2 ** min(failures, 10), self._pace.longest)
            failures += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await over.wait()

    @asynccontextmanager
    async def once(
        self, listener: Listener | None = None, line: Line | None = None
    ) -> AsyncIterator[Client]:
        """Log in while the block runs, without listening yet; raises what discord.py raises."""
        client = Client(*self._where, listener, line or Line(), self._pace)
        async with client:
            await client.login(self._token)
            before, self._calls.client = self._calls.client, client
            try:
                yield client
            finally:
                self._calls.client = before


def _final(trouble: Exception) -> str:
    """Return what to say of trouble that no second try would mend; nothing for any other."""
    match trouble:
        case discord.LoginFailure():
            return wording.refused_token()
        case discord.PrivilegedIntentsRequired():
            return wording.refused_intents()
        case discord.ConnectionClosed() if trouble.code == _NO_TOKEN:
            return wording.refused_token()
        case discord.ConnectionClosed() if trouble.code == _NO_INTENTS:
            return wording.refused_intents()
        case _:
            return ""
