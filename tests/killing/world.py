"""What a chat platform brings so that a bot on it can be killed: one ``World`` for each platform.

Three processes take part: the killer, the platform, and one bot after another. They share a clock
that only moves when somebody moves it, so that days pass without anybody waiting.
"""

from __future__ import annotations

import importlib
import mmap
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from bot.model import Channel, ChannelId, MemberId
from bot.ports import ChatPlatform, Clock
from tests.doubles.clock import ManualClock
from tests.doubles.house import channel, rhythm

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SharedClock(ManualClock):
    """A clock in a file that several processes have mapped; who sets it, sets it for all."""

    def __init__(self, path: Path) -> None:
        """Take a file that ``made`` made."""
        self.zone = ZoneInfo("Europe/Berlin")
        with path.open("r+b") as file:
            # One aligned word: nobody ever reads half of it.
            self._cell = memoryview(mmap.mmap(file.fileno(), 8)).cast("q")

    @staticmethod
    def made(path: Path, now: datetime) -> SharedClock:
        """Make the file and set the clock."""
        path.write_bytes(struct.pack("q", 0))
        clock = SharedClock(path)
        clock.set(now)
        return clock

    @property
    def now(self) -> datetime:
        """Now, in UTC; it can be set."""
        return EPOCH + timedelta(microseconds=self._cell[0])

    @now.setter
    def now(self, now: datetime) -> None:
        self._cell[0] = (now - EPOCH) // timedelta(microseconds=1)


FirstTime = Callable[[str], Awaitable[bool]]
"""Notes an event by its id; False when it was noted before."""
Watch = Callable[[str], None]
"""To be called with the key of every message whose sending was asked for, kept or not."""


@dataclass(slots=True)
class Truth:
    """What the platform knows of the messages it was given."""

    standing: list[tuple[str, str]] = field(default_factory=list)
    """Key and ref, as the bot's adapter would write it, of every message that was not deleted."""
    doubles: int = 0
    """Messages that came while another with their key stood, and that a sound bot never sends."""
    swept: int = 0
    """Messages that the bot deleted."""
    faults: dict[str, int] = field(default_factory=dict)
    """How often each kind of fault was met by a send."""
    sends: int = 0


class Served(Protocol):
    """A running platform, in its own process."""

    @property
    def address(self) -> str:
        """Whatever ``World.bot`` needs to find it."""

    async def quiet(self) -> None:
        """Return when nothing that a dead bot has asked for is still under way."""

    def calm(self) -> None:
        """Inject no more faults."""

    def truth(self) -> Truth:
        """Tell what is known."""


class World(Protocol):
    """A chat platform, the channels on it, and how a bot gets there."""

    def channels(self, address: str) -> Sequence[Channel]:
        """Return the channels; each one's day is over before 22:00 in Berlin, as ``room``'s is."""

    def serve(self, clock: Clock, seed: int, watch: Watch) -> AbstractAsyncContextManager[Served]:
        """Run the platform, faults included, while the block runs; called in its own process."""

    def bot(self, address: str, clock: Clock, first_time: FirstTime) -> ChatPlatform:
        """Return what the bot speaks to the platform with; called in the bot's process."""


TIMES = ("09:30", "09:30", "09:30", "14:00")
"""When the channels of a world are asked: three of them at the same instant."""


def room(name: ChannelId, at: str, admin: MemberId) -> Channel:
    """Return a channel that is asked every day at a local time; the answer comes six hours on."""
    own = replace(rhythm(at), days=frozenset(range(7)))
    return channel(id=name, rhythm=own, name=f"#{name}", admins=(admin,))


def named(name: str) -> World:
    """Return the world of a module beside this one, such as ``plain``."""
    return cast(World, importlib.import_module(f"tests.killing.{name}").WORLD)
