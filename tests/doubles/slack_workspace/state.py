"""What a workspace keeps: members, channels, every version of every message, views, open doors.

It knows nothing of tokens, HTTP or limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
Json = dict[str, Any]

PATIENCE = 20.0
"""Seconds after which a wait is given up; a busy machine may need some."""
TRIGGER = timedelta(seconds=3)
"""How long a trigger id opens a modal."""
RESPONSE = timedelta(minutes=30)
RESPONSES = 5
"""How long and how often a ``response_url`` takes messages."""
STACK = 3
"""Modals that may lie on one another."""


class Refused(Exception):
    """What Slack answers instead of a result; the words are the error's name."""

    def __init__(self, error: str, **more: Any) -> None:
        """``more`` stands beside the error in the answer."""
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(frozen=True, slots=True)
class App:
    """The app as it was created from its manifest; ``None`` in a set's place means anything."""

    id: str = "A0APP"
    name: str = "gradus"
    user: str = "U0BOT"
    bot: str = "B0BOT"
    scopes: frozenset[str] = frozenset(
        {
            "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
            "groups:history", "groups:read", "users:read",
        }
    )  # fmt: skip
    events: frozenset[str] | None = None
    commands: frozenset[str] | None = None
    shortcuts: frozenset[str] | None = None

    @staticmethod
    def of(manifest: Mapping[str, Any]) -> App:
        """Return the app that a manifest describes."""
        features, settings = manifest["features"], manifest["settings"]
        return App(
            name=features["bot_user"]["display_name"],
            scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
            events=frozenset(settings["event_subscriptions"]["bot_events"]),
            commands=frozenset(one["command"] for one in features.get("slash_commands", ())),
            shortcuts=frozenset(one["callback_id"] for one in features.get("shortcuts", ())),
        )


@dataclass(slots=True)
class User:
    """A member of the workspace, or a guest or stranger in it."""

    id: str
    name: str
    team: str
    tz: str = "Europe/Berlin"
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, or a direct message between two."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a message showed at some time."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None


@dataclass(slots=True)
class Message:
    """One message with all it ever showed."""

    channel: str
    ts: str
    user: str
    at: datetime
    versions: list[Version]
    thread: str = ""
    """The parent's ``ts``, in a thread."""
    broadcast: bool = False
    """A reply that the channel sees too."""
    to: str = ""
    """The only one who sees it, if it is ephemeral."""
    by_app: bool = False
    deleted: bool = False

    @property
    def shown(self) -> Version:
        """What it shows now."""
        return self.versions[-1]


@dataclass(slots=True)
class View:
    """A modal or a Home tab of one user."""

    id: str
    user: str
    content: Json
    """As the app sent it."""
    hash: str
    root: str = ""
    previous: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    """What the app said of single fields when it was last submitted."""


@dataclass(slots=True)
class Trigger:
    """What allows to open one modal."""

    user: str
    at: datetime
    view: str = ""
    """The modal it was pulled in."""
    used: bool = False


@dataclass(slots=True)
class Response:
    """A ``response_url``."""

    user: str
    channel: str
    at: datetime
    message: Message | None
    """The message whose button was pressed."""
    uses: int = 0


class State:
    """Everything that is kept; ``until`` waits for something to become true of it."""

    def __init__(self, clock: Callable[[], datetime], app: App, team: str = "T0TEAM") -> None:
        self.clock = clock
        self.app = app
        self.team = team
        self.lag = timedelta(0)
        """How long a message is missing from histories."""
        self.page: int | None = None
        """Messages a page of history has at most, whatever was asked for."""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.views: list[Json] = []
        """Every view that was ever shown, with its user."""
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, Response] = {}
        self._in: dict[str, list[Message]] = {}
        self._threads: dict[tuple[str, str], list[Message]] = {}
        self._at: dict[tuple[str, str], Message] = {}
        self._ephemeral: dict[str, list[Message]] = {}
        self._last = 0
        self._count = 0
        self._changed = asyncio.Event()
        self.users[app.user] = User(app.user, app.name, team, is_bot=True)

    # Waiting ------------------------------------------------------------------------------------

    def change(self) -> None:
        """Wake those who wait."""
        self._changed.set()

    async def until(self, true: Callable[[], T], patience: float | None = PATIENCE) -> T:
        """Wait until something is true and return it; raises ``TimeoutError``."""
        async with asyncio.timeout(patience):
            while not (found := true()):
                self._changed.clear()
                await self._changed.wait()
        return found

    # Names --------------------------------------------------------------------------------------

    def fresh(self, prefix: str) -> str:
        """Return an id that was never given before."""
        self._count += 1
        return f"{prefix}{self._count:06d}"

    def ts(self) -> str:
        """Return the next message's ``ts``: the clock, later than any before."""
        self._last = max(self._last + 1, round(self.clock().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def direct(self, user: str, other: str = "") -> Channel:
        """Return the direct message of a user with the app, or with another user."""
        pair = {user, other or self.app.user}
        for channel in self.channels.values():
            if channel.direct and channel.members == pair:
                return channel
        channel = Channel(
            f"D{len(self.channels):04d}{user[1:]}", "directmessage", pair, direct=True
        )
        self.channels[channel.id] = channel
        return channel

    # Messages -----------------------------------------------------------------------------------

    def add(self, message: Message) -> Message:
        """Keep a message."""
        self.messages.append(message)
        self._at[message.channel, message.ts] = message
        if message.to:
            self._ephemeral.setdefault(message.to, []).append(message)
        else:
            self._in.setdefault(message.channel, []).append(message)
            if message.thread:
                self._threads.setdefault((message.channel, message.thread), []).append(message)
        self.change()
        return message

    def at(self, channel: str, ts: str) -> Message | None:
        """Return the standing message there that all can see."""
        found = self._at.get((channel, ts))
        return None if found is None or found.deleted or found.to else found

    def standing(self, channel: str) -> list[Message]:
        """Return what stands in a channel and its threads, oldest first."""
        return [one for one in self._in.get(channel, ()) if not one.deleted]

    def parents(self, channel: str) -> list[Message]:
        """Return what stands in a channel itself, broadcast replies included."""
        return [one for one in self.standing(channel) if not one.thread or one.broadcast]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return the replies that stand in a thread, oldest first."""
        return [one for one in self._threads.get((channel, ts), ()) if not one.deleted]

    def ephemerals(self, user: str) -> list[Message]:
        """Return what a user alone can see and did not lose, oldest first."""
        return [one for one in self._ephemeral.get(user, ()) if not one.deleted]

    def kept(self, channel: str, ts: str = "") -> list[Message]:
        """Return what histories show, deleted parents of threads included, oldest first.

        With a ``ts``: the replies in that thread.
        """
        seen = self.clock() - self.lag
        if ts:
            return [one for one in self.thread(channel, ts) if one.at <= seen]
        return [
            one
            for one in self._in.get(channel, ())
            if one.at <= seen
            and (not one.thread or one.broadcast)
            and (not one.deleted or self.thread(channel, one.ts))
        ]

    # Views --------------------------------------------------------------------------------------

    def show(self, user: str, content: Json, *, on: View | None = None) -> View:
        """Return a new view, on top of another if one is given; it lies nowhere yet."""
        view = View(self.fresh("V"), user, content, self.fresh("h"))
        view.root, view.previous = (on.root, on.id) if on else (view.id, None)
        self.note(view)
        return view

    def replace(self, view: View, content: Json) -> None:
        """Let a view show something else."""
        view.content, view.hash, view.errors = content, self.fresh("h"), {}
        self.note(view)

    def note(self, view: View) -> None:
        """Write down what somebody is shown now."""
        self.views.append({"user": view.user, "view": view.content})
        self.change()

    def view(self, view_id: str) -> View | None:
        """Return an open view by its id."""
        return next((one for one in self._views() if one.id == view_id), None)

    def external(self, external_id: str) -> View | None:
        """Return an open view by the id the app gave it."""
        return next(
            (one for one in self._views() if one.content.get("external_id") == external_id), None
        )

    def _views(self) -> Iterator[View]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def pull(self, user: str, view: str = "") -> str:
        """Return a new trigger id."""
        trigger = self.fresh("trigger.")
        self.triggers[trigger] = Trigger(user, self.clock(), view)
        return trigger

    def spend(self, trigger_id: str) -> Trigger:
        """Use up a trigger; raises ``Refused``."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.clock() - trigger.at > TRIGGER:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def answerable(self, user: str, channel: str, message: Message | None = None) -> str:
        """Return the name of a new ``response_url``."""
        name = self.fresh("r")
        self.responses[name] = Response(user, channel, self.clock(), message)
        return name
