"""Calls to Discord, and what each way of failing means for what was to be sent.

Nothing is tried again here: whether a call may be repeated is the core's to decide. Which calls
there are is the business of the modules above.
"""

from __future__ import annotations

import asyncio
import json as js
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.client import Client
from adapters.discord.limits import Json
from bot.model import Later, Refused, Scope, Unknown
from bot.wording import discord as wording

TIMEOUT = 8.0
"""Seconds of one call; less than the core waits, so that it hears why."""
UNREACHABLE = timedelta(seconds=5)
"""How soon to try again when no connection could be made."""
BANNED = timedelta(minutes=5)
"""How long to leave Discord alone where it asks for a pause and does not say how long."""

# Discord's codes (docs.discord.com, Opcodes and Status Codes).
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_INTERACTION = 10062
OLD_EDITS = 30046
ANSWERED = 40060
THREAD_EXISTS = 160004
_CHANNEL = frozenset({
    UNKNOWN_CHANNEL, 10004, 50001, 50007, 50013, 50024, 160006,
})  # fmt: skip
"""Codes that concern one channel: gone, closed to us, or full of threads."""


class Failed(Exception):
    """A call did not succeed; what that means is in ``outcome``."""

    def __init__(self, outcome: Later | Refused | Unknown, code: int = 0) -> None:
        """Take what the core is told, and Discord's own number for it, if it gave one."""
        super().__init__(outcome.why)
        self.outcome = outcome
        self.code = code


class Calls:
    """Discord's REST interface, by whichever client is logged in now."""

    def __init__(self, api_base: str) -> None:
        """Take where Discord is; begin without a client, so that calls fail with ``Later``."""
        self.client: Client | None = None
        self.barred = ""
        """Why Discord will have none of us any more; empty while it does."""
        self._base = api_base.rstrip("/") or Route.BASE
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Be able to respond to interactions while the block runs."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    async def call(
        self,
        method: str,
        path: str,
        json: Json | list[Json] | None = None,
        params: dict[str, Any] | None = None,
        **ids: Any,
    ) -> Any:
        """Call and return what was answered; raises ``Failed``.

        ``ids`` fill the path; each ``channel_id`` and ``guild_id`` has rate limits of its own.
        """
        if self.barred:
            raise Failed(Refused(Scope.PLATFORM, self.barred))
        if self.client is None:
            raise Failed(Later(UNREACHABLE, wording.starting()))
        given: Json = {"params": params} if params else {}
        given |= {"json": json} if json is not None else {}
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self.client.http.request(Route(method, path, **ids), **given)
        except Exception as trouble:
            failed = failure(trouble)
            if failed is None:
                raise
            raise failed from trouble

    async def respond(self, method: str, path: str, json: Json) -> None:
        """Call for an interaction, whose token in the path speaks for itself; raises ``Failed``.

        These calls are outside the limit that holds for all others together. discord.py's client
        would keep a limit for each token for minutes, and look through them all each time.
        """
        if self._session is None:
            raise Failed(Later(UNREACHABLE, wording.starting()))
        try:
            async with self._session.request(method, self._base + path, json=json) as response:
                if response.ok:
                    return
                text = await response.text()
        except (aiohttp.ClientError, OSError) as trouble:
            raise Failed(Unknown(wording.unclear(type(trouble).__name__))) from trouble
        said = _json(text)
        raise _refusal(response.status, int(said.get("code", 0)), str(said.get("message", "")))


def _json(text: str) -> Json:
    try:
        said = js.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def failure(trouble: BaseException) -> Failed | None:
    """Return what an exception of discord.py means; ``None`` for a mistake of ours."""
    match trouble:
        case discord.RateLimited():
            return Failed(Later(timedelta(seconds=trouble.retry_after), wording.limited()))
        case discord.HTTPException():
            return _refusal(trouble.status, trouble.code, trouble.text)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            # No connection was made, so nothing was written to it.
            return Failed(Later(UNREACHABLE, wording.unreachable()))
        case aiohttp.ClientError() | OSError():  # a timeout is one as well
            return Failed(Unknown(wording.unclear(type(trouble).__name__)))
        case RuntimeError() if "closed" in str(trouble):  # aiohttp's word for a session that is
            return Failed(Later(UNREACHABLE, wording.starting()))
        case _:
            return None


def _refusal(status: int, code: int, text: str) -> Failed:
    """Return what an answer that is no success means."""
    why = wording.why(code, status, text)
    if status >= 500:
        return Failed(Unknown(wording.unclear(str(status))), code)
    if status == 401:
        return Failed(Refused(Scope.PLATFORM, why), code)
    if code == OLD_EDITS or status == 429:
        return Failed(Later(BANNED, wording.limited()), code)
    if code in _CHANNEL or (status == 403 and code == 0):
        return Failed(Refused(Scope.CHANNEL, why), code)
    return Failed(Refused(Scope.MESSAGE, why), code)
