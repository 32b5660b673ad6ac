"""What Discord keeps: users, guilds, channels, messages and what was made of them.

Values with what they know of themselves; what may be done to them is said in the modules of calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from tests.doubles.discord_guild.ids import instant
from tests.doubles.discord_guild.permissions import ALL, May, within
from tests.doubles.discord_guild.pulse import Pulse

Json = dict[str, Any]

EPHEMERAL, HAS_THREAD, LOADING, V2 = 1 << 6, 1 << 5, 1 << 7, 1 << 15
"""Flags of a message."""


class Kind(IntEnum):
    """Types of channels."""

    TEXT = 0
    DIRECT = 1
    NEWS = 5
    THREAD = 11


@dataclass(slots=True, eq=False)
class User:
    """Somebody with an account."""

    id: int
    name: str
    bot: bool = False
    takes_messages: bool = True
    """Whether the bot may write to them."""


@dataclass(slots=True, eq=False)
class Role:
    """A role of a guild."""

    id: int
    name: str
    permissions: int = 0
    mentionable: bool = False
    managed: bool = False


@dataclass(slots=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    joined: datetime
    roles: list[Role] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Message:
    """A message with all it ever showed."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | int | None = None
    viewer: User | None = None
    """Who alone sees it, if it is ephemeral."""
    edited: datetime | None = None
    deleted: bool = False
    reference: Json | None = None
    pinged: tuple[str, ...] = ()
    """Who was notified by it: ids, ``everyone``."""
    versions: list[Json] = field(default_factory=list)
    """The bodies it was made and edited with, first to last."""

    @property
    def at(self) -> datetime:
        """When it was made."""
        return instant(self.id)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, a thread or a conversation of two."""

    id: int
    kind: Kind
    name: str
    guild: Guild | None = None
    recipient: User | None = None
    parent: Channel | None = None
    owner: User | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    """(allow, deny) by the id of a role or user."""
    archived_by_hand: bool = False
    locked: bool = False
    archive_after: timedelta = timedelta(days=1)
    active: datetime | None = None
    """When a thread was last written to or opened again."""
    counted: int = 0
    """How many messages were ever said in a thread."""

    def archived(self, now: datetime) -> bool:
        """Return whether a thread is archived, by hand or because nobody wrote for long."""
        idle = self.active is not None and now - self.active >= self.archive_after
        return self.kind is Kind.THREAD and (self.archived_by_hand or idle)

    def standing(self) -> list[Message]:
        """Return what was not deleted, oldest first."""
        return [self.messages[one] for one in sorted(self.messages) if self._stands(one)]

    def _stands(self, message: int) -> bool:
        return not self.messages[message].deleted


@dataclass(slots=True, eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner: User
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    """Threads included."""
    system_channel: Channel | None = None
    updates_channel: Channel | None = None

    def permissions(self, user: User, channel: Channel | None = None) -> int:
        """Return what a user may do here, or in one of its channels."""
        member = self.members.get(user.id)
        if member is None:
            return 0
        if user is self.owner:
            return ALL
        base = self.everyone.permissions
        for role in member.roles:
            base |= role.permissions
        place = channel and (channel.parent or channel)
        if place is None:
            return ALL if base & May.ADMINISTRATOR else base
        none = (0, 0)
        over = place.overwrites
        return within(
            base,
            over.get(self.everyone.id, none),
            [over.get(role.id, none) for role in member.roles],
            over.get(user.id, none),
        )

    def threads(self) -> Iterator[Channel]:
        """Yield its threads."""
        return (one for one in self.channels.values() if one.kind is Kind.THREAD)


class Answer(IntEnum):
    """How a bot may respond to an interaction."""

    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    SUGGEST = 8
    MODAL = 9


class Ask(IntEnum):
    """What an interaction is."""

    COMMAND = 2
    COMPONENT = 3
    SUGGEST = 4
    SUBMIT = 5


@dataclass(slots=True, eq=False)
class Interaction:
    """Something a member did, and all that the bot made of it."""

    id: int
    token: str
    kind: Ask
    user: User
    channel: Channel
    data: Json
    message: Message | None = None
    """The message whose component was used."""
    answer: Answer | None = None
    original: Message | None = None
    """What ``@original`` stands for."""
    shown: list[Message] = field(default_factory=list)
    """The messages it brought forth, in order."""
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    """The codes with which responses to it were refused."""
    pulse: Pulse = field(default_factory=Pulse)
    """Beats when the bot has responded."""

    @property
    def pending(self) -> bool:
        """Whether the member still looks at *thinking…*, or at nothing."""
        if self.answer is Answer.DEFER:
            return self.original is not None and bool(self.original.flags & LOADING)
        return self.answer is None
