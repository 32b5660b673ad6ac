"""Slack: commands and clicks over the socket, and posts, beside the least that the SDK can do."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import Slack, connect
from adapters.slack.blocks import payload
from adapters.slack.manifest import manifest
from adapters.slack.replying import OURS
from adapters.sqlite.store import SqliteStore
from bot.messages import Message
from bot.model import Sent
from bot.wording import posts
from tests.bench.figures import figure, folder, percentile
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, channel, choice
from tests.doubles.slack_person import ML
from tests.doubles.slack_workspace import App, Workspace, payloads, sight
from tests.doubles.slack_workspace.sockets import Envelope

NOW = "2026-11-23 09:30"
PEOPLE = 400
"""So many that nobody does more in a minute than a member may."""
AT_ONCE, DONE = 100, 1_000
"""How many wait at a time, and how many there are, where it is as fast as it can be."""
RATE, PACED = 100, 500
"""How many come in a second, and how many there are, where it is not."""
POSTS, TURNS = 100, 5
"""How many posts follow one another, and how often it is ours and the floor's turn."""
TIMES = 3


@dataclass(frozen=True, slots=True)
class At:
    """Where the workspace is."""

    base_url: str
    bot_token: str
    app_token: str


@dataclass(slots=True)
class Speed:
    """How fast an app was, once for each time that it was tried."""

    rates: list[float]
    """Answers a second."""
    waits: list[float]
    """Seconds until each of those that came at a steady rate was acknowledged."""
    posts: list[float]
    """Posts a second."""


def measure() -> None:
    """Measure Gradus and its floor in turn, so that both meet the same weather."""
    with folder() as place, serving() as line:
        ours, bare = asyncio.run(_measure(place, line))
    echo = "a bare Bolt echo"
    figure(
        "Slack: commands and clicks answered", percentile(ours.rates, 0.5), "1/s",
        aim="ratio >= 0.6", floor=percentile(bare.rates, 0.5), floor_is=echo,
    )  # fmt: skip
    for share, aim in ((0.5, ""), (0.99, "< 50")):
        figure(
            f"Slack: acknowledged at {RATE}/s, p{share * 100:g}",
            percentile(ours.waits, share) * 1000, "ms",
            aim=aim, floor=percentile(bare.waits, share) * 1000, floor_is=echo,
        )  # fmt: skip
    figure(
        "Slack: posts", percentile(ours.posts, 0.5), "1/s", aim="ratio >= 0.9",
        floor=percentile(bare.posts, 0.5), floor_is="a bare chat.postMessage loop",
    )  # fmt: skip


async def _measure(place: Path, line: Connection) -> tuple[Speed, Speed]:
    at: At = line.recv()
    ours, bare = Speed([], [], []), Speed([], [], [])
    clock = ManualClock("2026-11-20 12:00")
    async with SqliteStore(place / "bench.db", entropy=os.urandom) as store:
        platform = gradus(at, store, clock)
        house = House(store, [choice()], clock=clock, platform=platform, channels=[channel(id=ML)])
        async with platform.connected(house.desk.handle):
            await house.start()
            await house.go(NOW)
            await asyncio.to_thread(ask, line, PEOPLE, 0)  # so that everybody's profile is known
        round_ = await house.round()
        question = posts.question(round_, house.channels[0], "g1.0", 0, None, clock())
        for _ in range(TIMES):
            async with platform.connected(house.desk.handle):
                await _driven(line, ours)
            async with echo(at):
                await _driven(line, bare)
        async with platform.connected(house.desk.handle), aiohttp.ClientSession() as session:
            client = AsyncWebClient(at.bot_token, base_url=at.base_url, session=session)
            for _ in range(TIMES * TURNS):
                ours.posts.append(await _posted(platform, question))
                bare.posts.append(await _posted_bare(client, question))
    return ours, bare


async def _driven(line: Connection, speed: Speed) -> None:
    seconds, _ = await asyncio.to_thread(ask, line, DONE, 0)
    speed.rates.append(DONE / seconds)
    _, waits = await asyncio.to_thread(ask, line, PACED, RATE)
    speed.waits += waits


# The apps ----------------------------------------------------------------------------------------


def gradus(at: At, store: SqliteStore, clock: ManualClock) -> Slack:
    """Return our adapter."""

    async def heard(event: str) -> bool:
        return await store.transact(lambda records: records.heard("slack", event))

    async def note(event: str) -> bool:
        return await store.transact(lambda records: records.first_time("slack", event, clock()))

    return connect(
        bot_token=at.bot_token, app_token=at.app_token, base_url=at.base_url, clock=clock,
        heard=heard,
        note=note,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def echo(at: At) -> AsyncIterator[None]:
    """Run an app that answers everything with the same words."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(at.bot_token, base_url=at.base_url, session=session)
        app = AsyncApp(client=client)

        async def answer(ack: Any, respond: Any) -> None:
            await ack()
            await respond("Heard.")

        app.command("/gradus")(answer)
        app.action(re.compile(".*"))(answer)
        handlers = [AsyncSocketModeHandler(app, at.app_token) for _ in range(2)]
        for one in handlers:
            await one.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            for one in handlers:
                await one.close_async()  # type: ignore[no-untyped-call]


async def _posted(platform: Slack, message: Message) -> float:
    began = time.perf_counter()
    for number in range(POSTS):
        if not isinstance(await platform.post(ML, message, f"g1.{number}"), Sent):
            raise TypeError(number)
    return POSTS / (time.perf_counter() - began)


async def _posted_bare(client: AsyncWebClient, message: Message) -> float:
    body = {**payload(message, "g1.0"), **OURS}
    began = time.perf_counter()
    for _ in range(POSTS):
        await client.chat_postMessage(channel="C0ML", client_msg_id=str(NAMESPACE_URL), **body)
    return POSTS / (time.perf_counter() - began)


# The workspace, in a process of its own -----------------------------------------------------------


@contextlib.contextmanager
def serving() -> Iterator[Connection]:
    """Yield the line to a workspace; the first thing it says is where it is."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


def ask(line: Connection, number: int, rate: int) -> tuple[float, list[float]]:
    """Have people do things; return the seconds until all was answered, and those to each ack."""
    line.send((number, rate))
    answer: tuple[float, list[float]] = line.recv()
    return answer


def serve(line: Connection) -> None:
    """Serve until killed."""

    async def run() -> None:
        async with Workspace(ManualClock(NOW), app=App.of(manifest())) as slack:
            line.send(At(slack.base_url, slack.bot_token, slack.app_token))
            while True:
                number, rate = await asyncio.to_thread(line.recv)
                line.send(await drive(slack, number, rate))

    asyncio.run(run())


async def drive(slack: Workspace, number: int, rate: int) -> tuple[float, list[float]]:
    """Let people type and click in turn: so many a second or, with 0, as fast as is answered."""
    todo = list(acts(slack, number))
    waiting: deque[Envelope] = deque()
    sent: list[Envelope] = []
    before = answers(slack)

    def room() -> bool:
        while waiting and waiting[0].over:
            waiting.popleft()
        return len(waiting) < AT_ONCE

    began = time.perf_counter()
    for place, (kind, told) in enumerate(todo):
        if rate:
            await asyncio.sleep(began + place / rate - time.perf_counter())
        else:
            await slack.until(room)
        sent.append(slack.sockets.send(kind, told))
        waiting.append(sent[-1])

    def done() -> bool:
        return answers(slack) >= before + number and all(one.over for one in sent)

    await slack.until(done, patience=60)
    return time.perf_counter() - began, [one.latency for one in sent]


def acts(slack: Workspace, number: int) -> Iterator[tuple[str, Any]]:
    """Yield what so many commands and clicks tell the app."""
    state, question = slack.state, slack.parents()[0]
    (button,) = (one for one in sight.buttons(question.shown.blocks) if one.label == "B")
    for place in range(number):
        user = slack.person(f"p{place % PEOPLE}").user
        if place % 2:
            response = slack.url(state.answerable(user.id, question.channel, question))
            told = payloads.pressed(state, user, button, on=question, response=response)
            yield "interactive", told
        else:
            response = slack.url(state.answerable(user.id, slack.ml.id))
            yield (
                "slash_commands",
                payloads.command(state, user, slack.ml, "/gradus next", response),
            )


def answers(slack: Workspace) -> int:
    """Return how often somebody was answered."""
    return sum(one.uses for one in slack.state.responses.values())
