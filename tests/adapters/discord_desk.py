"""The core behind our adapter, discord.py and the fake Discord, for tests of the adapter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from adapters.discord import Discord, connect
from adapters.discord.client import Pace
from bot.commands import Command
from bot.messages import Reply
from bot.model import Actor, ChannelId, Question
from bot.ports import Records, Store
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, Visitor
from tests.doubles.discord_guild.pulse import Pulse
from tests.doubles.discord_guild.world import Channel, Guild
from tests.doubles.house import House, channel, choice

QUICK = Pace(guilds=0.01, identify=0, pause=0.01, longest=0.05)


@dataclass
class Desk:
    """A house on Discord, and the Discord it is on."""

    fake: FakeDiscord
    guild: Guild
    platform: Discord
    house: House
    asked: list[tuple[Actor, Command]] = field(default_factory=list)
    """What the core was asked, in order."""
    replies: dict[type, Reply] = field(default_factory=dict)
    """What is answered instead of the core, by kind of command."""
    gate: asyncio.Event | None = None
    """Answers wait for it, if there is one."""
    broken: bool = False
    """Whether the core fails, as it never should."""
    pulse: Pulse = field(default_factory=Pulse)
    """Beats when something was asked."""

    async def heard(self, number: int) -> None:
        """Wait until so many things were asked."""
        await self.pulse.until(lambda: len(self.asked) >= number, f"{number} commands")

    @property
    def commands(self) -> list[Command]:
        """What was asked, without who asked it."""
        return [command for _, command in self.asked]

    @property
    def channel(self) -> Channel:
        """The guild's first channel, in which questions are asked."""
        return next(iter(self.guild.channels.values()))

    def visitor(self, name: str = "Ada", **traits: Any) -> Visitor:
        """Return somebody in that channel, whose clock shows UTC."""
        return Visitor(self.fake, self.guild, name, self.channel, zone=UTC, **traits)

    async def handle(self, actor: Actor, command: Command) -> Reply:
        """Let the core answer, and write down what it was asked."""
        self.asked.append((actor, command))
        self.pulse.beat()
        if self.gate is not None:
            await self.gate.wait()
        if self.broken:
            raise ValueError("broken")
        if type(command) in self.replies:
            return self.replies[type(command)]
        return await self.house.desk.handle(actor, command)


def uri(guild: Guild, place: Channel) -> ChannelId:
    """Return a channel as the core names it."""
    return ChannelId(f"discord://{guild.id}/{place.id}")


def adapter(fake: FakeDiscord, store: Store, clock: ManualClock, **changes: Any) -> Discord:
    """Return our adapter, connecting to the fake, its facts in a store."""

    async def first_time(event: str) -> bool:
        def work(records: Records) -> bool:
            return records.first_time("discord", event, clock())

        return await store.transact(work)

    async def recall(name: str) -> str | None:
        return await store.transact(lambda records: records.recall(name))

    async def remember(name: str, value: str) -> None:
        await store.transact(lambda records: records.remember(name, value))

    async def questions(words: str) -> Sequence[tuple[str, str]]:
        found = await store.transact(lambda records: records.search(words, 25))
        return [(one, f"title of {one}") for one in found]

    given: dict[str, Any] = {
        "token": fake.state.token, "clock": clock, "first_time": first_time, "recall": recall,
        "remember": remember, "topics": lambda: ("convolution", "optimisation", "transformers"),
        "questions": questions, "api_base": fake.api_base, "gateway": fake.gateway.url,
        "pace": QUICK,
    }  # fmt: skip
    return connect(**given | changes)


@asynccontextmanager
async def heard(desk: Desk, event: str) -> AsyncIterator[None]:
    """Make something happen in the block, and go on when discord.py has told of it."""
    client = desk.platform._calls.client
    if client is None:
        raise AssertionError("not logged in")
    waiting = client.wait_for(event, timeout=20)
    yield
    await waiting


@asynccontextmanager
async def opened(
    store: Store, clock: ManualClock, *asked: Question, **changes: Any
) -> AsyncIterator[Desk]:
    """Open a house in a guild with one channel, connected; ``changes`` are of the adapter."""
    async with FakeDiscord(clock) as fake:
        guild = fake.found("Team", "ml")
        async with entered(fake, guild, store, clock, *asked, **changes) as desk:
            yield desk


@asynccontextmanager
async def entered(
    fake: FakeDiscord,
    guild: Guild,
    store: Store,
    clock: ManualClock,
    *asked: Question,
    **changes: Any,
) -> AsyncIterator[Desk]:
    """Open a house over a Discord that is there already, as a restart does."""
    platform = adapter(fake, store, clock, **changes)
    place = next(iter(guild.channels.values()))
    rooms = [channel(id=uri(guild, place), admins=())]
    house = House(store, asked or (choice(),), platform=platform, clock=clock, channels=rooms)
    desk = Desk(fake, guild, platform, house)
    async with platform.connected(desk.handle):
        await house.start()
        yield desk
