"""Discord: commands and clicks, posts, memory, beside the least that discord.py can do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import discord
import yarl
from discord import ui

from adapters.discord import Discord
from adapters.discord.client import Pace
from adapters.memory import MemoryStore
from adapters.sqlite.store import SqliteStore
from bot.commands import Command
from bot.messages import Message, Reply, paragraph
from bot.model import Actor, ChannelId, Sent
from tests.bench.figures import figure, folder, percentile
from tests.bench.starting import memory
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, Rules, Visitor
from tests.doubles.discord_guild import replies as people
from tests.doubles.discord_guild.checks import walk
from tests.doubles.discord_guild.filling import command
from tests.doubles.discord_guild.world import Ask, Guild, Interaction
from tests.doubles.discord_person import adapter
from tests.doubles.house import House, channel, choice

NOW = "2026-11-23 09:30"
PEOPLE = 400
"""So many that nobody does more in a minute than a member may."""
AT_ONCE, DONE = 100, 600
"""How many wait at a time, and how many there are, where it is as fast as it can be."""
RATE, PACED = 100, 300
"""How many come in a second, and how many there are, where it is not."""
POSTS = 600
TIMES = 5
GUILDS, CHANNELS = 1_000, 10
"""Servers for whose sake memory is measured, and channels in each."""
LINE = "A test post: questions will appear in this channel."


@dataclass(frozen=True, slots=True)
class At:
    """Where the guild is."""

    login: dict[str, str]
    """Token, and the addresses of REST interface and gateway."""
    channel: str


@dataclass(slots=True)
class Speed:
    """How fast a bot was."""

    rates: list[float]
    """Responses a second, once for each time that it was tried."""
    waits: list[float]
    """Seconds until each of those that came at a steady rate was responded to."""
    posts: list[float]
    """Seconds that each post took, one after the other."""


def measure() -> None:
    """Measure Gradus and its floor in turn, so that both meet the same weather."""
    with folder() as place, serving() as line:
        ours, bare = asyncio.run(_measure(place, line))
    echo = "a bare discord.py echo"
    figure(
        "Discord: commands and clicks answered", percentile(ours.rates, 0.5), "1/s",
        aim="ratio >= 0.6", floor=percentile(bare.rates, 0.5), floor_is=echo,
    )  # fmt: skip
    for share, aim in ((0.5, ""), (0.99, "< 50")):
        figure(
            f"Discord: answered at {RATE}/s, p{share * 100:g}",
            percentile(ours.waits, share) * 1000, "ms",
            aim=aim, floor=percentile(bare.waits, share) * 1000, floor_is=echo,
        )  # fmt: skip
    figure(
        "Discord: posts", POSTS / sum(ours.posts), "1/s", aim="ratio >= 0.9",
        floor=POSTS / sum(bare.posts), floor_is="a bare channel.send loop",
    )  # fmt: skip
    figure(
        f"Discord: memory for {GUILDS:,} servers", held("ours"), "MB",
        floor=held("bare"), floor_is="a bare discord.py client",
    )  # fmt: skip


async def _measure(place: Path, line: Connection) -> tuple[Speed, Speed]:
    at: At = line.recv()
    ours, bare = Speed([], [], []), Speed([], [], [])
    clock = ManualClock("2026-11-20 12:00")
    async with SqliteStore(place / "bench.db", entropy=os.urandom) as store:
        platform = adapter(at.login, store, clock, pace=Pace())
        rooms = [channel(id=ChannelId(at.channel))]
        house = House(store, [choice()], clock=clock, platform=platform, channels=rooms)
        async with platform.connected(house.desk.handle):
            await house.start()
            await house.go(NOW)
        for _ in range(TIMES):
            async with platform.connected(house.desk.handle):
                await _driven(line, ours)
            async with echo(at):
                await _driven(line, bare)
        async with platform.connected(house.desk.handle), echo(at) as client:
            room = client.get_channel(int(at.channel.rpartition("/")[2]))
            for number in range(POSTS):
                ours.posts.append(await _posted(platform, house.channels[0].id, number))
                bare.posts.append(await _posted_bare(room))
    return ours, bare


async def _driven(line: Connection, speed: Speed) -> None:
    seconds, _ = await asyncio.to_thread(ask, line, DONE, 0)
    speed.rates.append(DONE / seconds)
    _, waits = await asyncio.to_thread(ask, line, PACED, RATE)
    speed.waits += waits


# The bots -----------------------------------------------------------------------------------------


class Echo(discord.AutoShardedClient):
    """A bot that answers everything with the same words."""

    async def on_interaction(self, it: discord.Interaction[Any]) -> None:
        await it.response.send_message("Heard.", ephemeral=True)


@contextlib.asynccontextmanager
async def echo(at: At) -> AsyncIterator[Echo]:
    """Run such a bot, and yield it once it knows its servers."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = at.login["api_base"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(at.login["gateway"])
    client = Echo(
        intents=discord.Intents(guilds=True),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    try:
        async with client:
            running = asyncio.create_task(client.start(at.login["token"]))
            await client.wait_for("ready", timeout=60)
            yield client
            await client.close()
            await running
    finally:
        discord.http.Route.BASE = base
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway


async def _posted(platform: Discord, room: ChannelId, number: int) -> float:
    began = time.perf_counter()
    message = Message(body=(paragraph(LINE),))
    if not isinstance(await platform.post(room, message, f"g1.{number}"), Sent):
        raise TypeError
    return time.perf_counter() - began


async def _posted_bare(room: object) -> float:
    if not isinstance(room, discord.TextChannel):
        raise TypeError
    began = time.perf_counter()
    await room.send(view=ui.LayoutView(timeout=None).add_item(ui.TextDisplay[Any](LINE)))
    return time.perf_counter() - began


# Memory -------------------------------------------------------------------------------------------


def held(kind: str) -> float:
    """Return the megabytes that a process of its own holds for many servers, beyond one."""

    def process(guilds: int) -> float:
        with serving(guilds) as line:
            said = json.dumps(asdict(line.recv()))
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.discord", kind, said],
                check=True,
                capture_output=True,
                text=True,
            )
        return float(done.stdout)

    return process(GUILDS) - process(1)


async def resting(kind: str, at: At) -> None:
    """Connect as one of the bots, and print the megabytes that this process holds."""

    async def silent(_: Actor, __: Command) -> Reply:
        return Reply()

    ours = adapter(at.login, MemoryStore(), ManualClock(NOW), pace=Pace())
    async with ours.connected(silent) if kind == "ours" else echo(at):
        print(memory())


# The guild, in a process of its own ---------------------------------------------------------------


@contextlib.contextmanager
def serving(guilds: int = 1) -> Iterator[Connection]:
    """Yield the line to a Discord; the first thing it says is where it is."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, guilds))
    process.start()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


def ask(line: Connection, number: int, rate: int) -> tuple[float, list[float]]:
    """Have people do things; return the seconds until all was answered, and those of each."""
    line.send((number, rate))
    answer: tuple[float, list[float]] = line.recv()
    return answer


def serve(line: Connection, guilds: int) -> None:
    """Serve until killed."""

    async def run() -> None:
        async with FakeDiscord(ManualClock(NOW), Rules(keep_calls=1)) as fake:
            founded = [fake.found(f"Team {n}", *rooms) for n in range(guilds)]
            guild = founded[0]
            where = f"discord://{guild.id}/{next(iter(guild.channels))}"
            line.send(At(fake.login, where))
            while True:
                number, rate = await asyncio.to_thread(line.recv)
                line.send(await drive(fake, guild, number, rate))

    rooms = [f"room-{n}" for n in range(CHANNELS)]
    asyncio.run(run())


async def drive(
    fake: FakeDiscord, guild: Guild, number: int, rate: int
) -> tuple[float, list[float]]:
    """Let people type and click in turn: so many a second or, with 0, as fast as is answered."""
    todo = acts(fake, guild, number)
    waits: list[float] = []

    async def one() -> None:
        began = time.perf_counter()
        asked = next(todo)
        await asked.pulse.until(lambda: not asked.pending, "an answer")
        waits.append(time.perf_counter() - began)

    async def some(count: int) -> None:
        for _ in range(count):
            await one()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        if rate:
            for place in range(number):
                await asyncio.sleep(began + place / rate - time.perf_counter())
                group.create_task(one())
        else:
            for _ in range(AT_ONCE):
                group.create_task(some(number // AT_ONCE))
    return time.perf_counter() - began, waits


def acts(fake: FakeDiscord, guild: Guild, number: int) -> Iterator[Interaction]:
    """Yield what so many people ask in turn, by a command or a click, each as it is told."""
    state, room = fake.state, next(iter(guild.channels.values()))
    visitors = [Visitor(fake, guild, f"p{n}", room).user for n in range(PEOPLE)]
    typed = command(state.commands[None][1, "gradus"], "gradus next", {}, guild)
    question, button = next(
        (message, node)
        for message in room.standing()
        for node in walk(message.components)
        if node.get("label") == "B"
    )
    pressed = {"custom_id": button["custom_id"], "component_type": 2, "id": button["id"]}
    for place in range(number):
        user = visitors[place % PEOPLE]
        if place % 2:
            yield people.ask(state, Ask.COMPONENT, user, room, pressed, question)
        else:
            yield people.ask(state, Ask.COMMAND, user, room, typed)


if __name__ == "__main__":
    asyncio.run(resting(sys.argv[1], At(**json.loads(sys.argv[2]))))
