"""Keeps two connections to Slack open, over which everything that members do comes in.

Two, because the SDK closes an old connection before it opens the next. It heals most troubles by
itself; a connection that stays broken is thrown away here and built anew, with a new address.
What comes in is the business of ``inbound``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.identity import Us
from adapters.slack.tasks import Tasks
from adapters.slack.web import QUIET, Failed
from bot.model import Refused
from bot.wording import slack as wording

log = logging.getLogger(__name__)

CONNECTIONS = 2
"""Of the ten that Slack allows an app."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient we are with Slack and with ourselves, in seconds."""

    ping: float = 10
    """Between signs of life; after four without an answer a connection counts as lost."""
    look: float = 5
    """Between looks at a connection."""
    grace: float = 45
    """How long the SDK may try to heal a connection before it is built anew."""
    connect: float = 20
    """For one connection to be made; the SDK itself would try a dead address for ever."""
    start: float = 5
    """How long a start waits for the first connection before the bot goes on without."""
    pause: float = 2
    """Before a connection is built anew; doubling with each failure."""
    longest: float = 60
    """The longest such pause."""
    barred: float = 600
    """Between looks whether Slack takes tokens again that it refused."""
    search: float = 1
    """Between looks for a message on trial, which the history may show late."""
    form: float = 2.4
    """In which a form must be judged for its mistakes to be shown in it; Slack allows 3."""
    drain: float = 5
    """For what is being answered to be finished at the end."""


class Sockets:
    """Two connections to Slack, kept while a block runs."""

    def __init__(
        self,
        app: AsyncApp,
        us: Us,
        tasks: Tasks,
        revoked: asyncio.Event,
        pace: Pace,
    ) -> None:
        """Take what handles envelopes, gives addresses to connect to, and is under way.

        While ``revoked`` is set, Slack has said that our tokens are no good any more.
        """
        self._app = app
        self._us = us
        self._tasks = tasks
        self._revoked = revoked
        self._pace = pace
        self._handlers: set[_Handler] = set()
        """All that there are."""
        self._open: set[_Handler] = set()
        """Those that are connected, as far as we know."""
        self._up = asyncio.Event()
        self._told = ""
        """What was last said of the connections: ``lost``, ``barred``, or nothing to complain of.
        """

    @asynccontextmanager
    async def kept(self, first: str = "") -> AsyncIterator[None]:
        """Keep the connections while the block runs; at its end finish what is being answered.

        The block begins when one is open, or after a few seconds without. ``first`` is an address
        that was asked for already.
        """
        addresses = [first, *[""] * (CONNECTIONS - 1)]
        keeping = [asyncio.create_task(self._keep(one)) for one in addresses]
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.start):
                    await self._up.wait()
            yield
        finally:
            for handler in self._handlers:
                # Take no more: what was not acknowledged, Slack sends again or the member does.
                handler.client.socket_mode_request_listeners.clear()
            await self._tasks.idle(self._pace.drain)
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)

    async def _keep(self, address: str) -> None:
        failures = 0
        while True:
            pause = min(self._pace.pause * 2 ** min(failures, 10), self._pace.longest)
            failures += 1
            try:
                if await self._once(address or await self._us.address()):
                    failures = 0
                if self._revoked.is_set():
                    self._us.doubt()
                    pause = self._barred("token_revoked")
            except Failed as failed:
                if isinstance(failed.outcome, Refused):
                    pause = self._barred(failed.code)
                else:
                    self._lost(failed.outcome.why)
            except Exception:
                log.exception("slack: a connection ended in an unforeseen way; it is built anew")
            address = ""
            await asyncio.sleep(pause)
            self._revoked.clear()

    async def _once(self, address: str) -> bool:
        """Hold one connection until it is lost; return whether it was ever there."""
        handler = _Handler(self._app, self._us.app_token, self._tasks, self._pace.ping)
        handler.client.wss_uri = address
        handler.client.proxy = self._app.client.proxy
        self._handlers.add(handler)
        try:
            async with asyncio.timeout(self._pace.connect):
                await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
        except TimeoutError:
            self._lost(wording.starting())
            return False
        else:
            self._joined(handler)
            await self._until_lost(handler)
            return True
        finally:
            self._handlers.discard(handler)
            self._open.discard(handler)
            await handler.closed(self._pace.drain)

    async def _until_lost(self, handler: _Handler) -> None:
        """Return when the SDK could not heal a connection, or when Slack turned us away."""
        since: float | None = None
        while since is None or time.monotonic() - since < self._pace.grace:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.look):
                    await self._revoked.wait()
                    return
            if await handler.client.is_connected():
                since = None
                self._joined(handler)
            elif since is None:
                since = time.monotonic()
                self._open.discard(handler)
        self._lost("the connection broke")

    def _joined(self, handler: _Handler) -> None:
        self._open.add(handler)
        self._up.set()
        if self._told:
            self._told = ""
            log.warning("slack: connected again")

    def _lost(self, why: str) -> None:
        if not self._open and not self._told:
            self._told = "lost"
            log.warning("slack: not connected (%s); trying again until it is", why)

    def _barred(self, code: str) -> float:
        if not self._open and self._told != "barred":
            self._told = "barred"
            log.error(
                "slack: our tokens are refused (%s), so nothing is answered there; gradus doctor "
                "says what to do, and it is tried again every %.0f min",
                code, self._pace.barred / 60,
            )  # fmt: skip
        return self._pace.barred


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler of one connection, which knows what is still being acknowledged."""

    def __init__(self, app: AsyncApp, app_token: str, tasks: Tasks, ping: float) -> None:
        super().__init__(app, app_token, logger=QUIET, ping_interval=ping)
        self._tasks = tasks

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Hand on what came in."""
        self._tasks.note()  # it ends with the acknowledgement
        await super().handle(client, req)  # type: ignore[arg-type]  # its own base's type

    async def closed(self, patience: float) -> None:
        """Close the connection; one that does not answer is let go after so many seconds."""
        client = self.client
        try:
            async with asyncio.timeout(patience):
                await self.close_async()  # type: ignore[no-untyped-call]  # Bolt's
        except Exception:  # the SDK stops half-way, with its tasks running
            log.debug("slack: a connection did not close by itself", exc_info=True)
            tasks = (client.message_processor, client.current_session_monitor)
            for task in (*tasks, client.message_receiver):
                if task is not None:
                    task.cancel()
            await client.aiohttp_client_session.close()
