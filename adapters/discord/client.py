"""discord.py's client as we use it: what it may know, whom it calls, and what it must not repeat.

It hands on what happens and decides nothing. What comes in is the business of ``inbound``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
import discord
import yarl
from discord.http import HTTPClient, Route

from bot.wording import discord as wording

LONGEST_PAUSE = 2.0
"""Seconds that a call may wait for a rate limit; a longer pause is the core's to wait for."""
_RESETS = (54, 10054)
"""Numbers of a connection that was reset, after which discord.py would call again."""

log = logging.getLogger(__name__)
# At DEBUG discord.py logs bodies, and with them what members answered in private.
logging.getLogger("discord").setLevel(logging.WARNING)
# A traceback for each try to connect; that we are not connected we say ourselves, once.
logging.getLogger("discord.shard").setLevel(logging.CRITICAL)
# Nor is anybody to be told that there will be no voice.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient we are with Discord, in seconds."""

    start: float = 10
    """How long a start waits for the servers to be known before the bot goes on without."""
    guilds: float = 2
    """Without news of another server, after which all are known."""
    identify: float = 5
    """Between the beginnings of two shards."""
    pause: float = 5
    """Before a login is begun anew; doubling with each failure."""
    longest: float = 300
    """The longest such pause."""
    patience: float = 1.5
    """Until somebody is told to wait for an answer; Discord waits three."""
    drain: float = 5
    """For what is being answered to be finished at the end."""
    look: float = 1
    """Between looks for a message on trial."""


class Listener(Protocol):
    """Hears what happens on Discord."""

    async def interaction(self, it: discord.Interaction[Any]) -> None:
        """Hear that a member used a command, a button or a form."""

    async def joined(self, guild: discord.Guild) -> None:
        """Hear that a server added us."""

    async def left(self, guild: discord.Guild) -> None:
        """Hear that a server removed us, or is gone."""

    async def closed(self, channel: discord.abc.GuildChannel) -> None:
        """Hear that a channel was deleted."""


class Line:
    """Whether we can hear Discord; said when it changes, and not at each try."""

    def __init__(self) -> None:
        """Begin without a connection, of which nobody complains yet."""
        self.known = asyncio.Event()
        """Set when all servers are known."""
        self._lost = False

    def lost(self, why: str) -> None:
        """Note that a try to connect has failed."""
        if not self._lost:
            log.warning("discord: not connected (%s); trying again until it is", why)
        self._lost = True

    def back(self) -> None:
        """Note that there is a connection."""
        if self._lost:
            log.warning("discord: connected again")
        self._lost = False


class Http(HTTPClient):
    """Discord's REST interface, which may be another server's than Discord's own.

    ``Route.BASE`` and ``DiscordWebSocket.DEFAULT_GATEWAY`` are attributes of classes: to set them
    would turn every client of the process away from Discord. So addresses are changed here, on
    their way out, those of reconnects included.
    """

    def __init__(self, made: HTTPClient, api_base: str, gateway: str) -> None:
        """Take the client's own, for its options, and the two addresses; empty: Discord's own."""
        super().__init__(made.loop, made.connector, http_trace=_tracing())
        self.max_ratelimit_timeout = LONGEST_PAUSE  # the option takes no less than 30
        self._api_base = api_base.rstrip("/")
        self._gateway = gateway

    async def request(self, route: Route, **given: Any) -> Any:
        """Call, at the other server where there is one."""
        if self._api_base:
            route.url = self._api_base + route.url.removeprefix(Route.BASE)
        return await super().request(route, **given)

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Connect to the gateway, at the other server where there is one."""
        if self._gateway:
            url = str(yarl.URL(self._gateway).with_query(yarl.URL(url).query))
        return await super().ws_connect(url, compress=compress)


def _tracing() -> aiohttp.TraceConfig:
    """Return what keeps discord.py from repeating a call of which nobody knows what became.

    It would try four times more after most server errors, and then tell only of the last try: that
    there was no connection, say, although the first one had been heard. Whether a call may be
    repeated is for the core to decide.
    """
    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(_once)
    tracing.on_request_exception.append(_no_reset)
    return tracing


async def _once(
    _: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams
) -> None:
    if params.response.status >= 500:
        params.response.close()
        raise discord.DiscordServerError(params.response, None)


async def _no_reset(
    _: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
) -> None:
    if isinstance(params.exception, OSError) and params.exception.errno in _RESETS:
        raise aiohttp.ClientConnectionError from params.exception


class Client(discord.AutoShardedClient):
    """One login: knows its servers and channels, keeps no members and no messages.

    With one shard, too, this class heals a first connection that fails and leaves with code 1000,
    which ``discord.Client`` does not.
    """

    def __init__(
        self,
        api_base: str,
        gateway: str,
        listener: Listener | None,
        line: Line,
        pace: Pace,
    ) -> None:
        """Take where to connect (empty: Discord), who listens, what is told of the connection.

        ``pace`` is how patient to be.
        """
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=pace.guilds,
        )
        self.http = self._connection.http = Http(self.http, api_base, gateway)
        self._listener = listener
        self._line = line
        self._away: set[int] = set()
        """Shards that were disconnected, which in itself is a matter of course."""
        self._identify = pace.identify

    async def before_identify_hook(self, _: int | None, *, initial: bool = False) -> None:
        """Wait before all shards but the first begin."""
        if not initial:
            await asyncio.sleep(self._identify)

    async def on_ready(self) -> None:
        """Note that all servers are known; this comes again with every new session."""
        self._line.known.set()

    async def on_shard_connect(self, shard: int) -> None:
        """Note that a shard has begun a session."""
        self._away.discard(shard)
        self._line.back()

    async def on_shard_resumed(self, shard: int) -> None:
        """Note that a shard goes on with its session."""
        await self.on_shard_connect(shard)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Note that a shard is disconnected, or has failed to connect again."""
        if shard in self._away and not self.is_closed():
            self._line.lost(wording.unreachable())
        self._away.add(shard)

    async def hears(self, heard: Callable[[Listener], Awaitable[None]]) -> None:
        """Pass something on to who listens, if anybody does."""
        if self._listener is not None:
            await heard(self._listener)

    async def on_interaction(self, it: discord.Interaction[Any]) -> None:
        """Pass on what a member did; commands, buttons and forms all come this one way.

        discord.py's own commands, views and modals live in memory and would be forgotten at a
        restart; this way nothing has to be remembered.
        """
        await self.hears(lambda listener: listener.interaction(it))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Pass on that a server added us."""
        await self.hears(lambda listener: listener.joined(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pass on that a server removed us."""
        await self.hears(lambda listener: listener.left(guild))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Pass on that a channel was deleted."""
        await self.hears(lambda listener: listener.closed(channel))

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log what went wrong in an event."""
        log.error("discord: %s failed", event_method, exc_info=True)  # noqa: LOG014 - in a handler
