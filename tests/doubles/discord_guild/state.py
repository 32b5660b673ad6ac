"""All that one fake Discord knows, and how it tells the bot and whoever waits for something."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Clock
from tests.doubles.discord_guild.faults import Faults
from tests.doubles.discord_guild.ids import Snowflakes
from tests.doubles.discord_guild.permissions import EVERYONE, INVITED, May
from tests.doubles.discord_guild.pulse import Pulse
from tests.doubles.discord_guild.refusals import Refusal
from tests.doubles.discord_guild.world import (
    Channel,
    Guild,
    Interaction,
    Json,
    Kind,
    Member,
    Message,
    Role,
    User,
)

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
"""Gateway intents."""

Tell = Callable[[str, Json, Guild | None, int], None]
"""Takes an event's name and data, the guild it is of, and the intents of which it needs one."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot's, as it came and as it was answered."""

    name: str
    method: str
    path: str
    body: Json | list[Json] | None
    status: int


@dataclass(slots=True)
class Rules:
    """What a test may want otherwise."""

    nonce_window: timedelta = timedelta(minutes=5)
    """How long a nonce is known again: "a few minutes", says Discord."""
    lag: timedelta = timedelta()
    """How old a message must be to be found in a history."""
    deadline: timedelta = timedelta(seconds=3)
    """How long the bot may take for its first response, by the fake's clock."""
    token_life: timedelta = timedelta(minutes=15)
    """How long a response may be changed or followed up."""
    old: timedelta = timedelta(hours=1)
    old_edits: int = 3
    """So many messages older than ``old`` may be edited in a channel within ``old_window``."""
    old_window: timedelta = timedelta(seconds=20)
    renames: int = 2
    """So often may a channel or thread get another name within ``rename_window``."""
    rename_window: timedelta = timedelta(minutes=10)
    privileged: int = 0
    """Privileged intents that the bot was granted."""
    shards: int = 1
    """What ``/gateway/bot`` recommends."""
    keep_calls: int | None = None
    """How many calls to remember; ``None``: all."""


class State:
    """Discord's memory."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self.clock = clock
        self.rules = rules
        self.ids = Snowflakes(clock)
        self.pulse = Pulse()
        self.faults = Faults()
        self.tell: Tell = lambda event, data, guild, needs: None
        self.me = User(self.ids.new(), "gradus", bot=True)
        self.token = f"token-{self.me.id}"
        self.users: dict[int, User] = {self.me.id: self.me}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int | None, dict[tuple[int, str], Json]] = {}
        """By guild (``None``: everywhere), then type and name."""
        self.interactions: dict[str, Interaction] = {}
        self.ephemerals: dict[int, Message] = {}
        self.nonces: dict[tuple[int, str], tuple[Message, datetime]] = {}
        self._counted: dict[tuple[int, int], deque[datetime]] = {}
        self.calls: deque[Call] = deque(maxlen=rules.keep_calls)

    # Making ---------------------------------------------------------------------------------------

    def user(self, name: str) -> User:
        """Return a user by name, who gets an account if need be."""
        for one in self.users.values():
            if one.name == name and not one.bot:
                return one
        new = User(self.ids.new(), name)
        self.users[new.id] = new
        return new

    def found(
        self, name: str, channels: tuple[str, ...] = ("general",), *, invited: bool = True
    ) -> Guild:
        """Found a guild with channels; unless ``invited``, the bot is not in it."""
        # Shards are told apart by the milliseconds of an id.
        number = self.ids.new(age=timedelta(days=1, milliseconds=len(self.guilds)))
        everyone = Role(number, "@everyone", int(EVERYONE))
        guild = Guild(number, name, self.user("owner"), everyone, {number: everyone})
        self.guilds[guild.id] = guild
        self.join(guild, guild.owner)
        for each in channels:
            self.add_channel(guild, each)
        guild.system_channel = next(iter(guild.channels.values()), None)
        if invited:
            self.invite(guild)
        return guild

    def join(self, guild: Guild, user: User, *roles: Role) -> Member:
        """Make a user a member with these roles."""
        member = guild.members.get(user.id) or Member(user, self.clock())
        member.roles.extend(role for role in roles if role not in member.roles)
        guild.members[user.id] = member
        return member

    def role(self, guild: Guild, name: str, permissions: int = 0, **more: bool) -> Role:
        """Make a role, or return the one of this name."""
        for one in guild.roles.values():
            if one.name == name:
                return one
        new = Role(self.ids.new(), name, int(permissions), **more)
        guild.roles[new.id] = new
        return new

    def add_channel(self, guild: Guild, name: str, kind: Kind = Kind.TEXT) -> Channel:
        """Make a channel."""
        new = Channel(self.ids.new(), kind, name, guild)
        guild.channels[new.id] = self.channels[new.id] = new
        return new

    def invite(self, guild: Guild, permissions: int = INVITED) -> None:
        """Add the bot to a guild with a role of its own."""
        role = self.role(guild, self.me.name, permissions, managed=True)
        self.join(guild, self.me, role)

    def direct(self, user: User) -> Channel:
        """Return the conversation of a user with the bot."""
        for one in self.channels.values():
            if one.recipient is user:
                return one
        new = Channel(self.ids.new(), Kind.DIRECT, user.name, recipient=user)
        self.channels[new.id] = new
        return new

    # Looking up, with refusals --------------------------------------------------------------------

    def channel(self, number: int, *needed: May) -> Channel:
        """Return a channel the bot sees and may do these things in; raises ``Refusal``."""
        channel = self.channels.get(number)
        if channel is None:
            raise Refusal(10003)
        if channel.guild is not None:
            held = channel.guild.permissions(self.me, channel)
            if not held & May.VIEW_CHANNEL:
                raise Refusal(50001)
            if any(not held & one for one in needed):
                raise Refusal(50013)
        return channel

    def guild(self, number: int) -> Guild:
        """Return a guild the bot is in; raises ``Refusal``."""
        guild = self.guilds.get(number)
        if guild is None or self.me.id not in guild.members:
            raise Refusal(10004)
        return guild

    def message(self, channel: Channel, number: int) -> Message:
        """Return a message that stands; raises ``Refusal``."""
        message = channel.messages.get(number)
        if message is None or message.deleted:
            raise Refusal(10008)
        return message

    def count(self, code: int, channel: Channel, most: int, window: timedelta) -> None:
        """Count something done in a channel; raises ``Refusal`` of a code when it is too often."""
        now = self.clock()
        done = self._counted.setdefault((code, channel.id), deque())
        while done and now - done[0] >= window:
            done.popleft()
        if len(done) >= most:
            raise Refusal(code, retry_after=(done[0] + window - now).total_seconds())
        done.append(now)
