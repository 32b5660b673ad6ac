"""The composition root: builds everything, enters it in order, and waits for the end.

It knows everybody and decides nothing. The one place that reads the clock and draws randomness.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
)
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from adapters.bell import Bell
from adapters.sqlite import backups
from adapters.sqlite.store import SqliteStore
from adapters.terminal import Terminal
from bot import notices
from bot.desk import Desk
from bot.errors import UsageError
from bot.messages import Message
from bot.model import AuditEntry, ChannelId, platform_of
from bot.planning import Planning
from bot.ports import ChatPlatform, Handler, Records
from bot.rounds import Rounds
from bot.sender import Sender
from bot.upkeep import Upkeep
from bot.wording import admin, phrases
from config import opening
from config.deployment import Deployment, machine_zone, now, public_holidays
from config.mistakes import SettingsMistakes
from config.watching import watch

log = logging.getLogger(__name__)

Wait: TypeAlias = Callable[[], Coroutine[Any, Any, object]]
"""Something that can be waited for."""


@dataclass(slots=True)
class House:
    """The core over its store, and a sender for each platform that joined."""

    deployment: Deployment
    store: SqliteStore
    planning: Planning
    rounds: Rounds
    desk: Desk
    senders: list[Sender]
    since: datetime
    """When the settings in force were read."""

    def join(self, platform: ChatPlatform) -> None:
        """Give a platform its sender."""
        self.senders.append(Sender(platform, self.store, self.rounds, now))

    async def configure(self) -> None:
        """Write the settings' channels and the questions' index into the store."""
        channels = self.deployment.channels()
        questions = tuple(self.deployment.bank.questions.values())

        def work(records: Records) -> None:
            for changed in self.planning.configure(records, channels, now()):
                records.add_audit(AuditEntry(now(), "file", changed, "settings"))
            records.reindex(questions)

        await self.store.transact(work)

    async def settled(self) -> None:
        """Decide and deliver everything that is due now."""
        await self.rounds.tick()
        for sender in self.senders:
            await sender.work()

    async def reread(self) -> None:
        """Take an edit of the settings or the questions; a bad one changes nothing and is told."""
        known = {str(problem) for problem in self.deployment.library.problems}
        try:
            self.deployment.read_again()
            await self.configure()
        except UsageError as error:
            log.info("the settings were not applied: %s", error)
            await self._tell("settings", self._refused(error))
            return
        left_out = [str(p) for p in self.deployment.library.problems if str(p) not in known]
        if left_out:
            await self._tell("questions", admin.files_left_out(left_out))
        self.since = now()
        log.info("settings and questions were read again")

    def _refused(self, error: UsageError) -> Message:
        zone = machine_zone()
        file = self.deployment.path
        mistakes = error.mistakes if isinstance(error, SettingsMistakes) else (str(error),)
        return admin.settings_refused(
            file.name if file is not None else "The environment",
            phrases.clock(_saved(file), zone),
            phrases.clock(self.since, zone),
            [str(mistake) for mistake in mistakes],
        )

    async def _tell(self, cause: str, message: Message) -> None:
        # A second bad edit is news although it has the same cause: the instant makes it another.
        cause = f"{cause}-{now():%H%M%S%f}"
        admins = self.deployment.settings.admins
        await self.store.transact(
            lambda records: notices.tell_all(records, admins, cause, message, now())
        )
        self.desk.ring()


def _saved(file: Path | None) -> datetime:
    """Return when a file was saved; now where that cannot be told."""
    try:
        return datetime.fromtimestamp((file or Path()).stat().st_mtime, UTC)
    except OSError:
        return now()


def build(
    deployment: Deployment,
    store: SqliteStore,
    platforms: Mapping[str, ChatPlatform],
    ring: Callable[[], None],
) -> House:
    """Build the core over a store; platforms join it one by one."""
    planning = Planning(lambda: deployment.bank, platforms, public_holidays)
    senders: list[Sender] = []

    def wake() -> None:
        for sender in senders:
            sender.wake()

    rounds = Rounds(store, now, planning, wake)
    desk = Desk(store, rounds, planning, now, deployment.deployed, ring)
    return House(deployment, store, planning, rounds, desk, senders, now())


# Running ---------------------------------------------------------------------------------------


FirstTime: TypeAlias = Callable[[str], Awaitable[bool]]
"""Notes an event by its id; False when it was noted before."""


def beat_file(store: Path) -> Path:
    """Return the file whose age is the bot's pulse; each finished tick touches it."""
    return store.with_name(f"{store.name}.beat")


async def run(deployment: Deployment, stdin: TextIO | None, stdout: TextIO) -> None:
    """Run the bot until it is told to stop, or the terminal, where it stands alone, has ended.

    Raises ``GradusError`` for what keeps it from starting.
    """
    rooms = _rooms(deployment)
    deployment.make_data_folder()
    stop, edited = asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(_signals(stop, edited))
        store = await stack.enter_async_context(SqliteStore(deployment.store, entropy=os.urandom))
        platforms: dict[str, ChatPlatform] = {}
        ring = _Later()
        house = build(deployment, store, platforms, ring)
        for name in deployment.settings.platforms:
            match name:
                case "terminal":
                    said = (house.settled, opening.question_in(store, rooms[0]))
                    platforms[name] = opening.terminal(deployment, rooms[0], stdin, stdout, *said)
                case "slack":
                    platforms[name] = opening.slack(deployment, opening.kept_in(store, name))
                case "discord":
                    platforms[name] = opening.discord(deployment, opening.kept_in(store, name))
                case _:
                    raise UsageError(f"{name} is no platform that Gradus connects to.")
            house.join(platforms[name])
        await house.rounds.recover()
        await house.configure()
        bell = Bell(
            house.rounds.tick,
            beat_file(deployment.store).touch,
            clock=now,
            monotonic=time.monotonic,
        )
        ring.call = bell.ring
        ends: list[Wait] = [stop.wait]
        for platform in platforms.values():
            if not isinstance(platform, Terminal):
                listening = _listening(platform, house.desk.handle)
                ends.append(await stack.enter_async_context(listening))
        for sender in house.senders:
            await stack.enter_async_context(_running(sender.run()))
        upkeep = Upkeep(
            store,
            now,
            lambda day: asyncio.to_thread(backups.take, deployment.store, day),
            lambda: deployment.settings.admins,
        )
        await stack.enter_async_context(_running(upkeep.run()))
        watching = watch(lambda: deployment.places, edited, house.reread)
        await stack.enter_async_context(_running(watching))
        await stack.enter_async_context(bell)
        if not rooms:
            names = phrases.listed([name.capitalize() for name in platforms])
            stdout.write(f"Gradus runs on {names}; `gradus doctor` says how. Ctrl-C ends it.\n")
            stdout.flush()
        for platform in platforms.values():
            if isinstance(platform, Terminal):
                await stack.enter_async_context(platform.connected(house.desk.handle))
                if len(platforms) == 1:
                    ends.append(platform.ended.wait)
        await _first(*ends)


def _rooms(deployment: Deployment) -> list[ChannelId]:
    """Return the terminal's room, if there is one; raises ``UsageError`` for more than one."""
    channels = (channel.id for channel in deployment.channels())
    rooms = [channel for channel in channels if platform_of(channel) == "terminal"]
    if len(rooms) > 1:
        raise UsageError(
            f"{deployment.path}: {len(rooms)} channels are in the terminal, and it has room for "
            "one. Leave one of them."
        )
    return rooms


class _Later:
    """A callback that is known only after those who call it are built."""

    call: Callable[[], None] = staticmethod(lambda: None)

    def __call__(self) -> None:
        self.call()


@contextmanager
def _signals(stop: asyncio.Event, edited: asyncio.Event) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into the one event, SIGHUP into the other, while the block runs."""
    loop = asyncio.get_running_loop()
    events = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: edited}
    for name, event in events.items():
        loop.add_signal_handler(name, event.set)
    try:
        yield
    finally:
        for name in events:
            loop.remove_signal_handler(name)


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run a task while the block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _listening(platform: ChatPlatform, handler: Handler) -> AsyncIterator[Wait]:
    """Listen on a platform while the block runs, however long it takes to get through to it.

    Yields a wait for the platform's refusal: it ends by raising why it will have none of us.
    """

    async def listen() -> None:
        async with platform.connected(handler):
            await asyncio.Event().wait()

    task = asyncio.create_task(listen())

    async def ended() -> None:
        await asyncio.shield(task)

    try:
        yield ended
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _first(*waits: Wait) -> None:
    """Wait for the first of several, and give the others up; raises what it raised."""
    tasks = [asyncio.create_task(wait()) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
