"""What the tests of the fake Discord start from: a guild, and a bare bot connected to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import discord
import pytest
import yarl

from tests.doubles.bare_discord import Bot
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord
from tests.doubles.discord_guild.world import Guild


@pytest.fixture
async def fake(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    """Yield an empty Discord, to which discord.py leads."""
    async with FakeDiscord(clock) as fake:
        monkeypatch.setattr(discord.http.Route, "BASE", fake.api_base)
        gateway = yarl.URL(fake.gateway.url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
        yield fake


@pytest.fixture
def team(fake: FakeDiscord) -> Guild:
    """Return a guild with a channel, and the bot in it."""
    return fake.found("Team", "ml")


Connect = Callable[[Bot], Awaitable[Bot]]


@pytest.fixture
async def connect(fake: FakeDiscord, team: Guild) -> AsyncIterator[Connect]:
    """Yield what connects a bot until the end of the test."""
    async with AsyncExitStack() as stack:

        async def start(bot: Bot) -> Bot:
            await stack.enter_async_context(bot)
            running = asyncio.create_task(bot.start(fake.state.token))

            async def ended() -> None:
                await bot.close()
                with suppress(asyncio.CancelledError):
                    running.cancel()
                    await running

            stack.push_async_callback(ended)
            await fake.connected()
            await bot.wait_until_ready()
            return bot

        yield start


@pytest.fixture
async def bot(connect: Connect) -> Bot:
    """Return a connected bot."""
    return await connect(Bot())


@pytest.fixture
def room(bot: Bot, team: Guild) -> discord.TextChannel:
    """Return the team's channel as the bot knows it."""
    found = bot.get_channel(next(iter(team.channels)))
    assert isinstance(found, discord.TextChannel)
    return found
