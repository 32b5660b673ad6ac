"""Deliveries over Discord: whatever fails and whenever the bot dies, each message stands once.

The bot dies between two steps, as by ``kill -9``: what is done is done, and it never hears of it.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from bot.model import ChannelId
from bot.ports import Store
from tests.doubles import discord_person
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord
from tests.doubles.discord_guild.faults import (
    BROKEN,
    DROPPED,
    KEPT_BUT_BROKEN,
    KEPT_BUT_SILENT,
    Fault,
    chance,
    slow,
)
from tests.doubles.discord_guild.reading import seen
from tests.doubles.discord_guild.world import Channel, Message
from tests.doubles.discord_person import DiscordRoom
from tests.doubles.house import choice, multi
from tests.doubles.life import Killed, Life, MortalPlatform, MortalStore


def words(text: str) -> str:
    """Return text without its line ends."""
    return " ".join(text.split())


def questions_in(place: Channel) -> list[Message]:
    """Return the questions that stand in a channel."""
    return [one for one in place.standing() if "Question " in seen(one)]


def weather(rng: random.Random, share: float) -> Callable[[str], Fault | None]:
    """Return what lets a share of the calls that write, or look for what was written, fail."""
    calls = {"post", "edit", "delete", "open thread", "history"}
    return chance(rng, share, (DROPPED, KEPT_BUT_SILENT, BROKEN, KEPT_BUT_BROKEN), calls)


# What fails ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
async def test_a_week_of_bad_weather_brings_everything_once(
    store: Store, clock: ManualClock, seed: int
) -> None:
    """Of the calls that write, four of ten end unclearly; in the end each message stands once."""
    questions = [choice(f"optimisation/zero-start-{n}") for n in range(9)]
    async with discord_person.room(store, clock, questions) as room:
        await weather_the_week(room, clock, seed)


async def weather_the_week(room: DiscordRoom, clock: ManualClock, seed: int) -> None:
    """Play five days in bad weather, wait until it is over, and look at what stands."""
    room.discord.faults.by_chance = weather(random.Random(seed), 0.4)
    for day in range(23, 28):
        for hour in (9, 15):
            clock.set(f"2026-11-{day} {hour:02}:30")
            for _ in range(12):
                await room.house.settle()
                clock.move(minutes=2)
    room.discord.faults.by_chance = lambda _: None
    for _ in range(20):
        await room.house.settle()
        clock.move(minutes=5)
    questions = questions_in(room.ml)
    assert len(questions) == 5
    assert len(room.ml.standing()) == 10
    for one in questions:
        assert "The answer is in the thread" in seen(one)
        thread = room.guild.channels[one.id]
        assert len([said for said in thread.standing() if said.versions]) == 2


async def test_a_post_that_arrives_after_the_next_try(store: Store, clock: ManualClock) -> None:
    """It was on its way when the bot died, and so in no history yet; its nonce is known again."""
    async with FakeDiscord(clock) as discord:
        arrives = asyncio.Event()
        async with discord_person.opened(discord, store, clock, [choice()]) as room:
            discord.faults.plan("post", slow(arrives, kept=False))
            dying = asyncio.create_task(room.house.go("2026-11-23 09:30"))
            await discord.state.pulse.until(lambda: discord.faults.drawn, "the first try")
            dying.cancel()
            with suppress(asyncio.CancelledError):
                await dying
        async with discord_person.opened(discord, store, clock, [choice()]) as room:
            await room.house.go("2026-11-23 09:32")
            assert len(questions_in(room.ml)) == 1
            arrives.set()
            # The line that opens the thread was posted as well.
            await discord.state.pulse.until(lambda: len(discord.called("post")) == 3, "it arrives")
            assert len(questions_in(room.ml)) == 1


# Killed at any step -------------------------------------------------------------------------------

STEPS = 70
"""More than the day below takes; the last test counts them."""
DAY: Sequence[Callable[[DiscordRoom], Awaitable[object]]] = (
    lambda room: room.house.go("2026-11-23 09:30"),
    lambda room: room.house.go("2026-11-23 09:32"),
    lambda room: room.person("ada").clicks("B"),
    lambda room: room.house.go("2026-11-23 15:30"),
    lambda room: room.house.go("2026-11-23 15:32"),
    lambda room: room.person("ada").clicks("My result"),
    lambda room: room.house.go("2026-11-23 15:40"),
)


async def live_through(discord: FakeDiscord, store: Store, clock: ManualClock, life: Life) -> None:
    """Play the day; after a death the bot starts again, and what was not finished is done again."""
    todo, questions = list(DAY), [choice(), choice("optimisation/other")]
    while todo:
        try:
            async with discord_person.opened(
                discord, MortalStore(store, life), clock, questions,
                around=lambda platform: MortalPlatform(platform, life),
            ) as room:  # fmt: skip
                while todo:
                    await todo[0](room)
                    del todo[0]
        except Killed:
            life.again()


@pytest.mark.parametrize("window", [timedelta(0), timedelta(minutes=5)])
@pytest.mark.parametrize("last", range(1, STEPS))
async def test_killed_after_any_step_of_a_day(
    store: Store, clock: ManualClock, last: int, window: timedelta
) -> None:
    """There is one of each message, and one answer counts, whether nonces are known or not."""
    async with FakeDiscord(clock) as discord:
        discord.rules.nonce_window = window
        await live_through(discord, store, clock, Life(last))
        (guild,) = discord.state.guilds.values()
        ml = next(iter(guild.channels.values()))
        question, announced = ml.standing()
        thread = [seen(one) for one in guild.channels[question.id].standing() if one.versions]
    (round_,) = await store.transact(
        lambda r: r.rounds(ChannelId(f"discord://{guild.id}/{ml.id}"), 1)
    )
    assert await store.transact(lambda r: r.answered(round_.id)) == 1
    assert round_.state == "revealed"
    assert len(thread) == 2
    assert "Question 1 ·" in seen(question)
    assert "B. Every unit of a layer gets the same gradient" in words(thread[1])
    assert "The answer to question 1 is in the thread." in words(seen(announced))


async def test_the_steps_above_are_all_there_are(store: Store, clock: ManualClock) -> None:
    """An undisturbed day takes fewer steps than were cut above."""
    life = Life()
    async with FakeDiscord(clock) as discord:
        await live_through(discord, store, clock, life)
    assert STEPS // 2 < life.steps < STEPS


DEATHS = 10
"""When a question is due, and again when its answer is."""


@pytest.mark.parametrize("window", [timedelta(0), timedelta(minutes=5)])
@pytest.mark.parametrize("seed", range(5))
async def test_killed_again_and_again_in_bad_weather(
    store: Store, clock: ManualClock, seed: int, window: timedelta
) -> None:
    """Two hundred deaths, while every fourth call fails: one of each message stands, none twice."""
    rng = random.Random(seed)
    async with FakeDiscord(clock) as discord:
        discord.rules.nonce_window = window
        for start, end in (("2026-11-23 09:29", "12:00"), ("15:29", "18:00")):
            clock.set(start)
            await die_often(discord, store, clock, clock.instant(end), rng)
        (guild,) = discord.state.guilds.values()
        question, announced = next(iter(guild.channels.values())).standing()
        thread = [one for one in guild.channels[question.id].standing() if one.versions]
    assert "Question 1 ·" in seen(question)
    assert "The answer to question 1 is in the thread." in words(seen(announced))
    assert len(thread) == 2


async def die_often(
    discord: FakeDiscord, store: Store, clock: ManualClock, end: datetime, rng: random.Random
) -> None:
    """Let time pass; the bot dies soon after its start, until it died often enough."""
    life, dead = Life(), 0
    while clock() < end:
        tired = dead < DEATHS
        life.last = life.steps + rng.randint(4, 16) if tired else None
        discord.faults.by_chance = weather(rng, 0.25 if tired else 0)
        try:
            async with discord_person.opened(
                discord, MortalStore(store, life), clock, [choice(), multi()],
                around=lambda platform: MortalPlatform(platform, life),
            ) as room:  # fmt: skip
                while clock() < end:
                    clock.move(minutes=2)
                    await room.house.settle()
        except Killed:
            dead += 1
    assert dead == DEATHS
