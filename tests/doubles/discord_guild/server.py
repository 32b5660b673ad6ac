"""The fake Discord as a server on this machine: REST and gateway on one port."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from bot.ports import Clock
from tests.doubles.discord_guild import posting, rest, shapes
from tests.doubles.discord_guild.faults import Fault
from tests.doubles.discord_guild.gateway import Gateway
from tests.doubles.discord_guild.permissions import INVITED, May
from tests.doubles.discord_guild.rates import Rates
from tests.doubles.discord_guild.refusals import Refusal
from tests.doubles.discord_guild.state import GUILDS, Call, Rules, State
from tests.doubles.discord_guild.world import Channel, Guild, Kind, Message, Role

API = "/api/v10/"
_TOKENS = {"interactions", "webhooks"}
"""Paths that begin like this have a token in third place."""


class FakeDiscord:
    """Discord on a loopback port, for as long as the block runs.

    Leaving the block fails when the bot asked for something that is not known here.
    """

    def __init__(self, clock: Clock, rules: Rules | None = None) -> None:
        self.state = State(clock, rules or Rules())
        self.gateway = Gateway(self.state)
        self.rules = self.state.rules
        self.faults = self.state.faults
        self.strangers: list[str] = []
        """Requests that are not known here."""
        self.outage: Fault | None = None
        """What happens to every call, while set."""
        self.port = 0
        self._runner: web.ServerRunner | None = None

    # The server -----------------------------------------------------------------------------------

    @property
    def api_base(self) -> str:
        """Where REST calls go."""
        return f"http://127.0.0.1:{self.port}{API.rstrip('/')}"

    @property
    def login(self) -> dict[str, str]:
        """What our adapter must be told to connect here, by the names of its arguments."""
        return {
            "token": self.state.token, "api_base": self.api_base, "gateway": self.gateway.url,
        }  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """What points Gradus here."""
        return {
            "GRADUS_DISCORD__TOKEN": self.state.token,
            "GRADUS_DISCORD__API_BASE": self.api_base,
            "GRADUS_DISCORD__GATEWAY": self.gateway.url,
        }

    async def start(self, port: int = 0) -> None:
        """Listen on a port, or on any that is free."""
        self.rates = Rates(asyncio.get_running_loop().time)
        self._runner = web.ServerRunner(
            web.Server(self._serve, access_log=None), shutdown_timeout=1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"

    async def stop(self) -> None:
        """Close every connection."""
        self.gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        if kind is None and self.strangers:
            raise AssertionError(f"the fake Discord does not know {self.strangers}")

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.rstrip("/") == "/gateway":
            return await self.gateway.serve(request)
        if path == f"{API}gateway/bot":
            return self._recommend(request)
        route, asked = await self._read(request)
        if route is None:
            self.strangers.append(f"{request.method} {path}")
            return _answer(404, {"message": "404: Not Found", "code": 0})
        fault = self.faults.draw(route.name) or self.outage
        headers, wait, whole = self.rates.take(route.name, asked.ids[0] if asked.ids else 0)
        if wait:
            fault = Fault(status=429, retry_after=wait, whole=whole)
        if fault is None:
            status, body = self._do(request, route, asked)
        else:
            status, body = await self._fail(request, route, asked, fault)
        if body is not None and status == 429:
            headers |= {"Via": "1.1 fake", "Retry-After": str(body.get("retry_after", 1))}
        self.state.calls.append(Call(route.name, request.method, path, asked.body, status))
        self.state.pulse.beat()
        if fault is not None and fault.drop:
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError
        return _answer(status, body, headers)

    def _recommend(self, request: web.BaseRequest) -> web.Response:
        if request.headers.get("Authorization") != f"Bot {self.state.token}":
            return _answer(401, {"message": "401: Unauthorized", "code": 0})
        starts = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 16}
        said = {
            "url": self.gateway.url, "shards": self.rules.shards, "session_start_limit": starts,
        }  # fmt: skip
        return _answer(200, said)

    async def _read(self, request: web.BaseRequest) -> tuple[rest.Route | None, rest.Asked]:
        """Return the route of a request, and the request without its HTTP."""
        if not request.path.startswith(API):
            return None, rest.Asked()
        parts = request.path.removeprefix(API).split("/")
        token = unquote(parts[2]) if len(parts) > 2 and parts[0] in _TOKENS else ""
        shape = [
            "*" if part.isdigit() or (token and place == 2) else part
            for place, part in enumerate(parts)
        ]
        ids = tuple(int(part) for place, part in enumerate(parts) if part.isdigit() and place != 2)
        if not token:
            ids = tuple(int(part) for part in parts if part.isdigit())
        body = json.loads(text) if (text := await request.text()) else None
        route = rest.ROUTES.get((request.method, "/".join(shape)))
        return route, rest.Asked(ids, token, dict(request.query), body)

    def _do(
        self, request: web.BaseRequest, route: rest.Route, asked: rest.Asked
    ) -> tuple[int, Any]:
        own = request.headers.get("Authorization") == f"Bot {self.state.token}"
        if route.needs_token and not own:
            return 401, Refusal(0).body
        try:
            done = route.do(self.state, asked)
        except Refusal as refusal:
            return refusal.status, refusal.body
        return (204, None) if done is None else (200, done)

    async def _fail(
        self, request: web.BaseRequest, route: rest.Route, asked: rest.Asked, fault: Fault
    ) -> tuple[int, Any]:
        if fault.until is not None and not fault.kept:
            self.state.pulse.beat()
            await fault.until.wait()
        through = fault.kept or not (fault.status or fault.drop)
        status, body = self._do(request, route, asked) if through else (0, None)
        self.state.pulse.beat()
        if fault.until is not None and fault.kept:
            await fault.until.wait()
        if fault.status == 429:
            wait = {"retry_after": round(fault.retry_after, 3), "global": fault.whole}
            return 429, {"message": "You are being rate limited.", **wait}
        if fault.status:
            return fault.status, {"message": f"{fault.status}: fault", "code": 0}
        return status, body

    # What admins and Discord itself do ------------------------------------------------------------

    def found(self, name: str = "Team", *channels: str, invited: bool = True) -> Guild:
        """Found a guild with channels (``general`` unless named), the bot in it if ``invited``."""
        return self.state.found(name, channels or ("general",), invited=invited)

    def invites(self, guild: Guild, permissions: int = INVITED) -> None:
        """Let an admin invite the bot into a guild."""
        self.state.invite(guild, permissions)
        whole = shapes.whole_guild(guild, self.state.me, self.state.clock())
        self.state.tell("GUILD_CREATE", whole, guild, GUILDS)

    def kicks(self, guild: Guild) -> None:
        """Let an admin take the bot out."""
        rest.leave(self.state, guild)

    def allows(self, channel: Channel, *, allow: int = 0, deny: int = 0) -> None:
        """Set what the bot may do in a channel, against or beyond its role."""
        channel.overwrites[self.state.me.id] = (int(allow), int(deny))
        self._told(channel)

    def forbids(self, channel: Channel, *what: May) -> None:
        """Take permissions from the bot in a channel; none: give all of its role back."""
        self.allows(channel, deny=sum(set(what)))

    def adds(self, guild: Guild, name: str, kind: Kind = Kind.TEXT) -> Channel:
        """Make a channel."""
        channel = self.state.add_channel(guild, name, kind)
        data = shapes.channel(channel, self.state.clock())
        self.state.tell("CHANNEL_CREATE", data, guild, GUILDS)
        return channel

    def removes(self, channel: Channel) -> None:
        """Delete a channel or thread."""
        if channel.guild is not None:
            posting.delete_channel(self.state, channel.guild, channel)

    def renames(self, channel: Channel, name: str) -> None:
        """Rename a channel or thread."""
        channel.name = name
        self._told(channel)

    def archives(self, thread: Channel, *, locked: bool = False) -> None:
        """Archive a thread."""
        thread.archived_by_hand, thread.locked = True, locked
        self._told(thread)

    def deletes(self, message: Message) -> None:
        """Delete a message."""
        posting.delete(self.state, message)

    def role(self, guild: Guild, name: str, permissions: int = 0, **more: bool) -> Role:
        """Make a role."""
        role = self.state.role(guild, name, permissions, **more)
        data = {"guild_id": str(guild.id), "role": shapes.role(role, len(guild.roles))}
        self.state.tell("GUILD_ROLE_CREATE", data, guild, GUILDS)
        return role

    def revokes_token(self) -> None:
        """Make the bot's token worthless, and close its connections."""
        self.state.token += "-new"
        self.gateway.sessions.clear()
        self.gateway.close(4004)

    def _told(self, channel: Channel) -> None:
        event = "THREAD_UPDATE" if channel.kind is Kind.THREAD else "CHANNEL_UPDATE"
        data = shapes.channel(channel, self.state.clock())
        self.state.tell(event, data, channel.guild, GUILDS)

    # What a test looks at -------------------------------------------------------------------------

    def bodies(self) -> list[Any]:
        """Return every body the bot sent, in order."""
        return [one.body for one in self.state.calls if one.body is not None]

    def messages(self) -> list[Message]:
        """Return all the bot ever said, to all or to one, deleted or not."""
        said = [one for each in self.state.channels.values() for one in each.messages.values()]
        mine = [one for one in said if one.author is self.state.me and one.versions]
        return sorted([*mine, *self.state.ephemerals.values()], key=lambda one: one.id)

    def called(self, name: str) -> list[Call]:
        """Return the calls of a name."""
        return [one for one in self.state.calls if one.name == name]

    async def connected(self, times: int = 1) -> None:
        """Wait until the bot has begun or resumed that many sessions."""
        gateway = self.gateway
        await self.state.pulse.until(
            lambda: gateway.identified + gateway.resumed >= times, f"{times} connections"
        )


def _answer(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py reads JSON only where the type says so without a charset.
    if body is None:
        return web.Response(status=status, headers=headers)
    data = json.dumps(body, separators=(",", ":")).encode()
    return web.Response(
        status=status, body=data, headers={**(headers or {}), "Content-Type": "application/json"}
    )
