"""The composition root: builds everything, enters it in order, and waits for the end.

It knows everybody and decides nothing. The one place that reads the clock and draws randomness.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import tzlocal
import watchfiles
from platformdirs import PlatformDirs

from adapters.bell import Bell
from adapters.sqlite.store import SqliteStore
from bot import notices
from bot.desk import Desk
from bot.errors import BadSettings, GradusError, UsageError
from bot.model import Bank, Channel, ChannelId, MemberId, platform_of
from bot.planning import Planning
from bot.ports import ChatPlatform, Records
from bot.rounds import Rounds
from bot.sender import Sender
from bot.wording import admin
from config import settings as config
from config.holiday import holidays_of
from config.settings import Settings
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


@cache
def public_holidays(code: str) -> Collection[date]:
    """Return the public holidays of a code, from last year to three years ahead."""
    this = now().year
    return holidays_of(code, range(this - 1, this + 4))


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

    @property
    def store(self) -> Path:
        """The database's file."""
        return self.settings.store_file(self.data)

    @property
    def own_banks(self) -> tuple[Path, ...]:
        """The folders of own questions, whether they exist or not."""
        return self.settings.own_banks(self.data)

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
        if self.path is None:
            return tuple(replace(channel, owner="chat") for channel in channels)
        return channels


def _read(path: Path | None, environ: Mapping[str, str], data: Path) -> tuple[Settings, Library]:
    libraries: list[Library] = []

    def topics() -> Sequence[str]:
        return libraries[0].bank.topics if libraries else read_bank(()).bank.topics

    settings = config.load(path, environ, topics)
    libraries.append(read_bank(settings.own_banks(data)))
    return settings, libraries[0]


@dataclass(slots=True)
class House:
    """Everything built and joined; ``platforms`` may still be empty when it is made."""

    deployment: Deployment
    store: SqliteStore
    planning: Planning
    rounds: Rounds
    desk: Desk
    senders: list[Sender]

    async def configure(self) -> None:
        """Write the settings' channels and the questions' index into the store."""
        channels = self.deployment.channels()
        questions = tuple(self.deployment.bank.questions.values())

        def work(records: Records) -> None:
            self.planning.configure(records, channels, now())
            records.reindex(questions)

        await self.store.transact(work)

    async def settled(self) -> None:
        """Decide and deliver everything that is due now."""
        await self.rounds.tick()
        for sender in self.senders:
            await sender.work()

    async def reread(self) -> None:
        """Take an edit of the settings or the questions; a bad one changes nothing and is told."""
        before = self.deployment.library
        try:
            self.deployment.read_again()
            await self.configure()
        except BadSettings as mistakes:
            message = admin.settings_refused(str(mistakes))
            log.error("the settings were not applied: %s", mistakes)
            await self._tell("settings", message)
            return
        except UsageError as mistake:
            await self._tell("settings", admin.settings_refused(str(mistake)))
            return
        new = [p for p in self.deployment.library.problems if p not in before.problems]
        for problem in new:
            log.warning("a question file was left out: %s", problem)
        if new:
            await self._tell("questions", admin.settings_refused("\n".join(map(str, new))))
        log.info("settings and questions were read again")

    async def _tell(self, cause: str, message: admin.Message) -> None:
        # A second bad edit is news although it has the same cause: the instant makes it another.
        cause = f"{cause}-{now():%H%M%S}"
        admins = self.deployment.settings.admins
        await self.store.transact(
            lambda records: notices.tell_all(records, admins, cause, message, now())
        )
        self.desk.ring()


def build(
    deployment: Deployment,
    store: SqliteStore,
    platforms: Mapping[str, ChatPlatform],
    ring: Callable[[], None],
) -> House:
    """Join core, store and platforms."""
    planning = Planning(lambda: deployment.bank, platforms, public_holidays)
    senders: list[Sender] = []

    def wake() -> None:
        for sender in senders:
            sender.wake()

    rounds = Rounds(store, now, planning, wake)
    desk = Desk(store, rounds, planning, now, ring)
    senders.extend(Sender(platform, store, rounds, now) for platform in platforms.values())
    return House(deployment, store, planning, rounds, desk, senders)
