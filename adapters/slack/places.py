"""Where things are on Slack: our URIs, and what a delivered message is known by.

A ``Ref`` is written ``C0456/1763650800.000100/g1.key``, and in a thread followed by ``/`` and the
``ts`` of its parent. Only ``ts`` and channel address a message; the key goes back into its metadata
with every edit, and the parent says where replies to it belong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model import ChannelId, MemberId, Ref

PLATFORM = "slack"


@dataclass(frozen=True, slots=True)
class Place:
    """A message of ours."""

    channel: str
    ts: str
    """Its id within the channel, which is also when Slack took it, in seconds."""
    key: str = ""
    parent: str = ""
    """The ``ts`` of the message whose thread it stands in, if any."""

    @property
    def thread(self) -> str:
        """The ``ts`` under which replies belong."""
        return self.parent or self.ts

    @property
    def ref(self) -> Ref:
        """The place as the core keeps it."""
        parts = (self.channel, self.ts, self.key, self.parent)
        return Ref("/".join(parts).rstrip("/"))

    @property
    def at(self) -> datetime:
        """When Slack took the message, by its own clock."""
        return instant(self.ts)


def place(ref: Ref) -> Place:
    """Read a ``Ref`` of ours."""
    channel, ts, key, parent = (*ref.split("/"), "", "", "")[:4]
    return Place(channel, ts, key, parent)


def instant(ts: str) -> datetime:
    """Return the instant that a ``ts`` stands for."""
    return datetime.fromtimestamp(float(ts), UTC)


def channel_uri(team: str, channel: str) -> ChannelId:
    """Return a channel's URI."""
    return ChannelId(f"{PLATFORM}://{team}/{channel}")


def member_uri(team: str, user: str) -> MemberId:
    """Return a member's URI.

    ``team`` is always the workspace that the bot is installed in, also for a guest of a shared
    channel: ids of users are Slack's own and differ between workspaces, and the workspace that an
    event names for one person does not stay the same.
    """
    return MemberId(f"{PLATFORM}://{team}/{user}")


def split(uri: str) -> tuple[str, str]:
    """Return team and id of a URI."""
    team, _, id = uri.removeprefix(f"{PLATFORM}://").partition("/")
    return team, id
