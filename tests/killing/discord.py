"""Discord: the real adapter and SDK over REST and gateway, against the guild double."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import web

from adapters.discord import connect
from adapters.discord.client import Pace
from adapters.discord.places import Place, channel_uri
from bot.model import Channel, MemberId, QuestionId
from bot.ports import ChatPlatform, Clock
from tests.doubles.discord_guild import FakeDiscord, Rules
from tests.doubles.discord_guild.faults import (
    BROKEN,
    DROPPED,
    KEPT_BUT_BROKEN,
    KEPT_BUT_SILENT,
    Fault,
    limited,
)
from tests.doubles.discord_guild.rest import Asked, Route
from tests.doubles.discord_guild.world import Message
from tests.killing.world import TIMES, FirstTime, Served, Truth, Watch, room

SEND = "post"
SHARE = 0.4
"""Of how many sends something goes wrong; of edits and looks a quarter of that."""
SENDS = {
    "reset": DROPPED,
    "reset, kept": KEPT_BUT_SILENT,
    "503": BROKEN,
    "503, kept": KEPT_BUT_BROKEN,
    "429": limited(45),
}
OTHERS = {"reset": DROPPED, "429": limited(45)}
TROUBLED = frozenset({SEND, "edit", "history", "delete", "open thread"})


class _Server(FakeDiscord):
    """A Discord whose faults are drawn, and that has every delivery's send watched."""

    def __init__(self, clock: Clock, draws: random.Random, watch: Watch) -> None:
        super().__init__(clock, Rules(lag=timedelta(seconds=20), keep_calls=9))
        self._draws = draws
        self._watch = watch
        self.faults.by_chance = self._draw
        self.share = SHARE
        self.met: Counter[str] = Counter()
        self.sends = 0
        self.guild = self.found("Team", *"abcd")

    @property
    def address(self) -> str:
        """What a bot must know, as JSON."""
        known = {
            "token": self.state.token,
            "api_base": self.api_base,
            "gateway": self.gateway.url,
            "guild": self.guild.id,
            "channels": list(self.guild.channels),
        }
        return json.dumps(known)

    async def quiet(self) -> None:
        server = self._runner.server if self._runner is not None else None
        while server is not None and server.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)

    def calm(self) -> None:
        self.share = 0

    def truth(self) -> Truth:
        kept = [one for one in self.messages() if str(one.nonce or "").startswith("g1.")]
        standing = [(str(one.nonce), str(_place(one).ref)) for one in kept if not one.deleted]
        doubles = len(kept) - len({one.nonce for one in kept})
        return Truth(standing, doubles, len(kept) - len(standing), dict(self.met), self.sends)

    async def _read(self, request: web.BaseRequest) -> tuple[Route | None, Asked]:
        route, asked = await super()._read(request)
        if route is not None and route.name == SEND and (key := (asked.body or {}).get("nonce")):
            self.sends += 1
            self._watch(key)
        return route, asked

    def _draw(self, call: str) -> Fault | None:
        sent = call == SEND
        if call not in TROUBLED or self._draws.random() >= self.share * (1 if sent else 1 / 4):
            return None
        name, fault = self._draws.choice([*(SENDS if sent else OTHERS).items()])
        self.met.update([name] if sent else [])
        return fault


def _place(message: Message) -> Place:
    thread, parent = message.channel, message.channel.parent
    if parent is None:
        return Place(message.channel.id, message.id, str(message.nonce))
    return Place(parent.id, message.id, str(message.nonce), thread.id)


class DiscordWorld:
    """Four channels of one guild."""

    def channels(self, address: str) -> Sequence[Channel]:
        """Return the channels, which the double has numbered."""
        known = json.loads(address)
        names = (channel_uri(known["guild"], number) for number in known["channels"])
        admin = MemberId("discord://1")
        return [room(name, at, admin) for name, at in zip(names, TIMES, strict=True)]

    @asynccontextmanager
    async def serve(self, clock: Clock, seed: int, watch: Watch) -> AsyncIterator[Served]:
        """Run a Discord while the block runs; its histories lag behind."""
        async with _Server(clock, random.Random(seed), watch) as server:
            yield server

    def bot(self, address: str, clock: Clock, first_time: FirstTime) -> ChatPlatform:
        """Return the adapter; it has told Discord of its commands once and for all."""
        known = json.loads(address)
        facts: dict[str, str] = {}

        async def recall(name: str) -> str | None:
            return facts.get(name)

        async def remember(name: str, value: str) -> None:
            facts[name] = value

        async def find(words: str) -> Sequence[tuple[QuestionId, str]]:
            return ()

        return connect(
            token=known["token"],
            api_base=known["api_base"],
            gateway=known["gateway"],
            clock=clock,
            first_time=first_time,
            recall=recall,
            remember=remember,
            topics=list,
            questions=find,
            pace=Pace(guilds=0, drain=0),
        )


WORLD = DiscordWorld()
