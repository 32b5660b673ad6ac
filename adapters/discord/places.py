"""Where things are on Discord: our URIs, and what a delivered message is known by.

A ``Ref`` is written ``CHANNEL/MESSAGE/g1.key``, and in a thread followed by ``/`` and the thread's
id. A thread that hangs on a message has that message's id (docs.discord.com, Threads), so a post
says where its replies go before anybody has opened the thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model import ChannelId, MemberId, Ref

PLATFORM = "discord"
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""When Discord's ids begin to count, in milliseconds (docs.discord.com, Snowflakes)."""
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A message of ours."""

    channel: int
    """The channel of its server that it belongs to, also when it stands in a thread there."""
    message: int
    """0 for one that was deleted before we learnt its id."""
    key: str = ""
    thread: int = 0
    """The thread it stands in; 0 for none."""

    @property
    def at(self) -> datetime:
        """When Discord took the message, by its own clock."""
        return instant(self.message)

    @property
    def discussion(self) -> int:
        """The thread that replies belong in."""
        return self.thread or self.message

    @property
    def holder(self) -> int:
        """What holds the message: its thread, or else its channel."""
        return self.thread or self.channel

    @property
    def ref(self) -> Ref:
        """The place as the core keeps it."""
        end = f"/{self.thread}" if self.thread else ""
        return Ref(f"{self.channel}/{self.message}/{self.key}{end}")


def place(ref: Ref) -> Place:
    """Read a ``Ref`` of ours."""
    channel, message, key, thread = (*ref.split("/"), "")[:4]
    return Place(int(channel), int(message), key, int(thread or 0))


def instant(snowflake: int) -> datetime:
    """Return the instant at which an id was given."""
    return _EPOCH + (snowflake >> 22) * _MILLISECOND


def snowflake(at: datetime) -> int:
    """Return the smallest id that can be given at an instant."""
    return max((at - _EPOCH) // _MILLISECOND, 0) << 22


def channel_uri(guild: int, channel: int) -> ChannelId:
    """Return a channel's URI."""
    return ChannelId(f"{PLATFORM}://{guild}/{channel}")


def member_uri(user: int) -> MemberId:
    """Return a member's URI; people have one id on all of Discord."""
    return MemberId(f"{PLATFORM}://{user}")


def split(uri: str) -> tuple[int, int]:
    """Return server and id of a URI, the server 0 for a member; (0, 0) for anything else."""
    server, _, last = uri.removeprefix(f"{PLATFORM}://").rpartition("/")
    if not last.isdecimal() or not (server or "0").isdecimal():
        return 0, 0
    return int(server or 0), int(last)
