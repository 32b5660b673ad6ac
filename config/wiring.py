"""The composition root: builds everything, enters it in order, and waits for the end.

It knows everybody and decides nothing. The one place that reads the clock and draws randomness.
"""

from __future__ import annotations

import asyncio
import getpass
import logging
import os
import signal
import sys
import time
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import tzlocal
from platformdirs import PlatformDirs

from adapters.bell import Bell
from adapters.sqlite.store import SqliteStore
from adapters.terminal import Terminal, connect
from bot import notices
from bot.desk import Desk
from bot.errors import UsageError
from bot.messages import Message
from bot.model import (
    AuditEntry,
    Bank,
    Channel,
    ChannelId,
    MemberId,
    Question,
    RoundState,
    platform_of,
)
from bot.planning import Planning
from bot.ports import ChatPlatform, Finding, Records
from bot.rounds import Rounds
from bot.sender import Sender
from bot.wording import admin, phrases
from config import settings as config
from config.holiday import holidays_of
from config.mistakes import SettingsMistakes
from config.settings import Settings
from config.values import SHIPPED
from config.watching import Places, watch
from questions.files import Library, read_bank

log = logging.getLogger(__name__)

SERVED = ("terminal",)
"""The platforms this version connects to."""
DIRS = PlatformDirs("gradus", appauthor=False)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def machine_zone() -> str:
    """Return the IANA name of this machine's time zone; UTC where it cannot be told."""
    try:
        return tzlocal.get_localzone_name() or "UTC"
    except (LookupError, ValueError):
        return "UTC"


def public_holidays(code: str) -> Collection[date]:
    """Return the public holidays of a code, from last year to three years ahead."""
    return _holidays(code, now().year)


@cache
def _holidays(code: str, year: int) -> Collection[date]:
    return holidays_of(code, range(year - 1, year + 4))


@dataclass(slots=True)
class Deployment:
    """Where the settings come from, what they say now, and the questions they lead to."""

    path: Path | None
    environ: Mapping[str, str]
    data: Path
    settings: Settings
    library: Library

    @staticmethod
    def read(explicit: Path | None = None, environ: Mapping[str, str] | None = None) -> Deployment:
        """Read settings and questions; raises ``BadSettings`` with every mistake at once."""
        environ = os.environ if environ is None else environ
        data = Path(environ.get("GRADUS_DATA") or DIRS.user_data_dir)
        path = config.find(explicit, environ, Path.cwd(), Path(DIRS.user_config_dir))
        if path is not None and explicit is None and not path.exists():
            path = None  # $GRADUS_CONFIG names a place; nothing is there yet
        settings, library = _read(path, environ, data)
        return Deployment(path, environ, data, settings, library)

    def read_again(self) -> None:
        """Read settings and questions again; on ``BadSettings`` nothing changes."""
        self.settings, self.library = _read(self.path, self.environ, self.data)

    def make_data_folder(self) -> None:
        """Make the folder for all that lasts, with one for own questions in it.

        Raises ``UsageError`` where that cannot be.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.data / "questions").mkdir(exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"The data folder {self.data} cannot be made: {error.strerror}. Set GRADUS_DATA to "
                "a folder that may be written."
            ) from error

    @property
    def store(self) -> Path:
        """The database's file."""
        return self.settings.store_file(self.data)

    @property
    def own_banks(self) -> tuple[Path, ...]:
        """The folders of own questions, whether they exist or not."""
        return self.settings.own_banks(self.data)

    @property
    def places(self) -> Places:
        """Where edits are to be noticed."""
        banks = tuple(folder for folder in self.own_banks if folder.is_dir())
        return Places(self.path.absolute() if self.path is not None else None, banks)

    @property
    def bank(self) -> Bank:
        """The questions that may be asked."""
        return self.library.bank

    def channels(self) -> tuple[Channel, ...]:
        """Return the channels; raises ``UsageError`` for a platform this version cannot serve."""
        channels = self.settings.channels(machine_zone())
        for channel in channels:
            if platform_of(channel.id) not in SERVED:
                raise UsageError(
                    f"{self.path}: channel {channel.id} is on a platform that this version of "
                    f"Gradus does not connect to yet. It connects to: {', '.join(SERVED)}."
                )
        owner = "file" if self.path is not None else "chat"
        return tuple(
            replace(channel, owner=owner, notices=channel.notices or _own_room(channel))
            for channel in channels
        )


def _own_room(channel: Channel) -> str:
    """Return where notices about a channel without admins go: in the terminal, the room itself."""
    alone = platform_of(channel.id) == "terminal" and not channel.admins
    return channel.id if alone else ""


def _read(path: Path | None, environ: Mapping[str, str], data: Path) -> tuple[Settings, Library]:
    def topics(banks: Sequence[str]) -> Collection[str]:
        own = [Path(bank) for bank in banks if bank != SHIPPED] or [data / "questions"]
        return read_bank(own, shipped=SHIPPED in banks, trusted=True).bank.topics

    settings = config.load(path, environ, topics)
    banks = settings.own_banks(data)
    return settings, read_bank(banks, shipped=settings.shipped, trusted=True)


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
    desk = Desk(store, rounds, planning, now, ring)
    return House(deployment, store, planning, rounds, desk, senders, now())


# Running ---------------------------------------------------------------------------------------


def beat_file(store: Path) -> Path:
    """Return the file whose age is the bot's pulse; each finished tick touches it."""
    return store.with_name(f"{store.name}.beat")


async def run(deployment: Deployment, stdin: TextIO | None, stdout: TextIO) -> None:
    """Run the bot until it is told to stop, or the terminal, where it stands alone, has ended.

    Raises ``GradusError`` for what keeps it from starting.
    """
    channels = deployment.channels()
    rooms = [channel for channel in channels if platform_of(channel.id) == "terminal"]
    if len(rooms) > 1:
        raise UsageError(
            f"{deployment.path}: {len(rooms)} channels are in the terminal, and it has room for "
            "one. Leave one of them."
        )
    deployment.make_data_folder()
    stop, edited = asyncio.Event(), asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(_signals(stop, edited))
        store = await stack.enter_async_context(SqliteStore(deployment.store, entropy=os.urandom))
        platforms: dict[str, ChatPlatform] = {}
        ring = _Later()
        house = build(deployment, store, platforms, ring)
        terminal = _terminal(deployment, house, rooms[0].id, stdin, stdout)
        platforms[terminal.name] = terminal
        house.join(terminal)
        await house.rounds.recover()
        await house.configure()
        bell = Bell(
            house.rounds.tick,
            beat_file(deployment.store).touch,
            clock=now,
            monotonic=time.monotonic,
        )
        ring.call = bell.ring
        for sender in house.senders:
            await stack.enter_async_context(_running(sender.run()))
        watching = watch(lambda: deployment.places, edited, house.reread)
        await stack.enter_async_context(_running(watching))
        await stack.enter_async_context(bell)
        await stack.enter_async_context(terminal.connected(house.desk.handle))
        await _first(stop.wait(), terminal.ended.wait())


async def checks(deployment: Deployment) -> list[Finding]:
    """Return what each configured platform finds when a doctor asks; nothing is posted."""
    channels = deployment.channels()
    rooms = [channel.id for channel in channels if platform_of(channel.id) == "terminal"]

    async def nothing() -> None:
        return None

    terminal = connect(
        channel=rooms[0],
        member=MemberId("terminal://doctor"),
        stdin=sys.stdin,
        stdout=sys.stdout,
        clock=now,
        settled=nothing,
        open_question=nothing,
        topics=lambda: deployment.bank.topics,
    )
    return list(await terminal.check(rooms))


class _Later:
    """A callback that is known only after those who call it are built."""

    call: Callable[[], None] = staticmethod(lambda: None)

    def __call__(self) -> None:
        self.call()


def _terminal(
    deployment: Deployment,
    house: House,
    room: ChannelId,
    stdin: TextIO | None,
    stdout: TextIO,
) -> Terminal:
    member = deployment.settings.terminal.member or getpass.getuser()

    async def open_question() -> Question | None:
        def work(records: Records) -> Question | None:
            newest = records.rounds(room, 1)
            if newest and newest[0].state is RoundState.OPEN:
                return newest[0].question
            return None

        return await house.store.transact(work)

    return connect(
        channel=room,
        member=MemberId(f"terminal://{member}"),
        stdin=stdin,
        stdout=stdout,
        clock=now,
        settled=house.settled,
        open_question=open_question,
        topics=lambda: deployment.bank.topics,
        history_path=deployment.data / "history",
    )


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


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Wait for the first of several, and give the others up."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
