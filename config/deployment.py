"""One deployment: where its settings come from, what they say now, and the questions they lead to.

With ``wiring``, the one place that reads the clock.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import tzlocal
from platformdirs import PlatformDirs

from bot.arriving import Deployed
from bot.errors import UsageError
from bot.model import Bank, Channel, ChannelId, platform_of
from config import settings as config
from config.holiday import holidays_of
from config.locate import locate
from config.settings import Settings
from config.values import SHIPPED
from config.watching import Places
from questions.files import Library, read_bank

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
        """Return the channels that the settings name, or the terminal's one room."""
        channels = self.settings.channels(machine_zone())
        owner = "file" if self.path is not None else "chat"
        return tuple(
            replace(channel, owner=owner, notices=channel.notices or _own_room(channel))
            for channel in channels
        )

    @property
    def deployed(self) -> Deployed:
        """What the settings say about channels that are set up in chat; always the latest."""
        return Deployed(
            admins=lambda: self.settings.admins,
            template=self._template,
            place=self._place,
        )

    def _template(self, channel: ChannelId) -> Channel:
        return self.settings.new_channel(channel)

    def _place(self, channel: ChannelId) -> str:
        """Return where the settings file names a channel: ``gradus.toml, line 12``."""
        if self.path is None:
            return "the terminal's own room"
        tables = [table.id for table in self.settings.channel_tables]
        try:
            lines = locate(self.path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            return self.path.name
        line = lines.of(("channels", tables.index(channel), "id")) if channel in tables else 1
        return f"{self.path.name}, line {line}"


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
