"""The core behind our adapter, discord.py and the fake Discord, for tests of the adapter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from adapters.discord import Discord
from bot.commands import Command
from bot.messages import Reply
from bot.model import Actor, ChannelId, Question
from bot.ports import Store
from tests.doubles import discord_person
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, Visitor
from tests.doubles.discord_guild.pulse import Pulse
from tests.doubles.discord_guild.world import Channel, Guild
from tests.doubles.discord_person import QUICK, DiscordRoom, adapter
from tests.doubles.house import choice

__all__ = ["QUICK", "Desk", "adapter", "entered", "heard", "opened", "uri"]


@dataclass
class Desk(DiscordRoom):
    """A house on Discord whose answers a test may hold up, break or choose."""

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

    @property
    def fake(self) -> FakeDiscord:
        """The Discord it is on."""
        return self.discord

    @property
    def platform(self) -> Discord:
        """Our adapter."""
        assert isinstance(self.house.platform, Discord)
        return self.house.platform

    @property
    def channel(self) -> Channel:
        """The channel in which questions are asked."""
        return self.ml

    async def heard(self, number: int) -> None:
        """Wait until so many things were asked."""
        await self.pulse.until(lambda: len(self.asked) >= number, f"{number} commands")

    @property
    def commands(self) -> list[Command]:
        """What was asked, without who asked it."""
        return [command for _, command in self.asked]

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
        return await super().handle(actor, command)


def uri(guild: Guild, place: Channel) -> ChannelId:
    """Return a channel as the core names it."""
    return ChannelId(f"discord://{guild.id}/{place.id}")


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
        fake.found("Team", "ml")
        async with entered(fake, store, clock, *asked, **changes) as desk:
            yield desk


@asynccontextmanager
async def entered(
    fake: FakeDiscord, store: Store, clock: ManualClock, *asked: Question, **changes: Any
) -> AsyncIterator[Desk]:
    """Open a house over a Discord that is there already, in its first guild, as a restart does."""
    questions = asked or (choice(),)
    async with discord_person.opened(
        fake, store, clock, questions, room_of=Desk, changes=changes, admins=()
    ) as desk:
        assert isinstance(desk, Desk)
        yield desk
