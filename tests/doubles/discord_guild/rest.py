"""Discord's REST calls: what is asked for, by method and path, and what is answered.

Only what a bot of our kind has a use for; anything else is a stranger (``server``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.discord_guild import checks, posting, replies, shapes
from tests.doubles.discord_guild.permissions import May
from tests.doubles.discord_guild.refusals import Refusal
from tests.doubles.discord_guild.state import State
from tests.doubles.discord_guild.world import Channel, Guild, Json, Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without its HTTP."""

    ids: tuple[int, ...] = ()
    """The numbers in its path, in order."""
    token: str = ""
    """The interaction's token in its path."""
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None


Do = Callable[[State, Asked], Any]
"""Answers a request; ``None`` is answered without a body. Raises ``Refusal``."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of call."""

    name: str
    method: str
    shape: str
    """The path with ``*`` for numbers and tokens."""
    do: Do
    needs_token: bool = True
    """Whether the bot must say who it is; an interaction's token speaks for itself."""


# Who and where ------------------------------------------------------------------------------------


def _me(state: State, asked: Asked) -> Json:
    return {**shapes.user(state.me), "verified": True, "mfa_enabled": False, "flags": 0}


def _application(state: State, asked: Asked) -> Json:
    owner = state.user("owner")
    return {
        "id": str(state.me.id), "name": state.me.name, "icon": None, "description": "",
        "bot_public": True, "bot_require_code_grant": False, "verify_key": "00", "flags": 0,
        "owner": shapes.user(owner), "bot": shapes.user(state.me), "summary": "", "team": None,
    }  # fmt: skip


def _user(state: State, asked: Asked) -> Json:
    found = state.users.get(asked.ids[0])
    if found is None:
        raise Refusal(10013)
    return shapes.user(found)


def _my_guilds(state: State, asked: Asked) -> list[Json]:
    mine = [one for one in state.guilds.values() if state.me.id in one.members]
    return [{**shapes.guild(one), "permissions": str(one.permissions(state.me))} for one in mine]


def _guild(state: State, asked: Asked) -> Json:
    return shapes.guild(state.guild(asked.ids[0]))


def _guild_channels(state: State, asked: Asked) -> list[Json]:
    guild = state.guild(asked.ids[0])
    channels = [one for one in guild.channels.values() if one.kind is not Kind.THREAD]
    return [shapes.channel(one, state.clock()) for one in channels]


def _roles(state: State, asked: Asked) -> list[Json]:
    return shapes.roles(state.guild(asked.ids[0]))


def _member(state: State, asked: Asked) -> Json:
    guild = state.guild(asked.ids[0])
    found = guild.members.get(asked.ids[1] if len(asked.ids) > 1 else state.me.id)
    if found is None:
        raise Refusal(10007)
    return shapes.member(found)


def _leave(state: State, asked: Asked) -> None:
    leave(state, state.guild(asked.ids[0]))


def leave(state: State, guild: Guild) -> None:
    """Take the bot out of a guild, by whoever's wish."""
    state.tell("GUILD_DELETE", {"id": str(guild.id)}, guild, 1)
    del guild.members[state.me.id]
    guild.roles = {key: one for key, one in guild.roles.items() if not one.managed}


def _direct(state: State, asked: Asked) -> Json:
    user = state.users.get(int(asked.body["recipient_id"]))
    if user is None:
        raise Refusal(10013)
    return shapes.channel(state.direct(user), state.clock())


# Commands -----------------------------------------------------------------------------------------


def _scope(asked: Asked) -> int | None:
    return asked.ids[1] if len(asked.ids) > 1 else None


def _commands(state: State, asked: Asked) -> list[Json]:
    if asked.ids[0] != state.me.id:
        raise Refusal(10002)
    return list(state.commands.get(_scope(asked), {}).values())


def _set_commands(state: State, asked: Asked) -> list[Json]:
    if asked.ids[0] != state.me.id:
        raise Refusal(10002)
    if wrong := checks.commands(asked.body):
        raise Refusal(50035, wrong)
    scope = _scope(asked)
    before = state.commands.get(scope, {})
    state.commands[scope] = {}
    for one in asked.body:
        name = (one.get("type", 1), one["name"])
        known = before.get(name, {}).get("id") or str(state.ids.new())
        kept = {"type": 1, "default_member_permissions": None, "nsfw": False, **one}
        own: Json = {"id": known, "application_id": str(state.me.id), "version": known}
        own |= {"guild_id": str(scope)} if scope else {}
        state.commands[scope][name] = {"description": "", **kept, **own}
    state.pulse.beat()
    return list(state.commands[scope].values())


def _nothing(state: State, asked: Asked) -> list[Json]:
    return []


# Channels and threads -----------------------------------------------------------------------------


def _see(state: State, asked: Asked, *needed: May) -> Channel:
    return state.channel(asked.ids[0], *needed)


def _channel(state: State, asked: Asked) -> Json:
    return shapes.channel(_see(state, asked), state.clock())


def _edit_channel(state: State, asked: Asked) -> Json:
    channel = _see(state, asked)
    posting.change_channel(state, channel, asked.body)
    return shapes.channel(channel, state.clock())


def _delete_channel(state: State, asked: Asked) -> Json:
    channel = _see(state, asked)
    needed = May.MANAGE_THREADS if channel.kind is Kind.THREAD else May.MANAGE_CHANNELS
    state.channel(channel.id, needed)
    if channel.guild is not None:
        posting.delete_channel(state, channel.guild, channel)
    return shapes.channel(channel, state.clock())


def _open_thread(state: State, asked: Asked) -> Json:
    thread = posting.open_thread(state, _see(state, asked), asked.ids[1], asked.body)
    return shapes.channel(thread, state.clock())


def _live_threads(state: State, asked: Asked) -> Json:
    live = [one for one in state.guild(asked.ids[0]).threads() if not one.archived(state.clock())]
    return {"threads": [shapes.channel(one, state.clock()) for one in live], "members": []}


def _archived_threads(state: State, asked: Asked) -> Json:
    channel = _see(state, asked, May.READ_MESSAGE_HISTORY)
    theirs = channel.guild.threads() if channel.guild else ()
    old = [one for one in theirs if one.parent is channel and one.archived(state.clock())]
    threads = [shapes.channel(one, state.clock()) for one in old]
    return {"threads": threads, "members": [], "has_more": False}


def _quietly(state: State, asked: Asked) -> None:
    _see(state, asked)


# Messages -----------------------------------------------------------------------------------------


def _post(state: State, asked: Asked) -> Json:
    message = posting.post(state, _see(state, asked), asked.body)
    return shapes.message(message, state.clock(), nonce=True)


def _history(state: State, asked: Asked) -> list[Json]:
    found = posting.history(state, _see(state, asked), asked.query)
    return [shapes.message(one, state.clock()) for one in found]


def _message(state: State, asked: Asked) -> Json:
    found = posting.one(state, _see(state, asked), asked.ids[1])
    return shapes.message(found, state.clock())


def _edit(state: State, asked: Asked) -> Json:
    message = state.message(_see(state, asked), asked.ids[1])
    posting.edit(state, message, asked.body)
    return shapes.message(message, state.clock())


def _delete(state: State, asked: Asked) -> None:
    channel = _see(state, asked)
    message = state.message(channel, asked.ids[1])
    if message.author is not state.me:
        state.channel(channel.id, May.MANAGE_MESSAGES)
    posting.delete(state, message)


# Interactions -------------------------------------------------------------------------------------


def _respond(state: State, asked: Asked) -> Json | None:
    done = replies.respond(state, asked.ids[0], asked.token, asked.body)
    return done if asked.query.get("with_response") in ("1", "true") else None


def _follow_up(state: State, asked: Asked) -> Json:
    message = replies.follow_up(
        state, replies.asked_by(state, asked.ids[0], asked.token), asked.body
    )
    return shapes.message(message, state.clock())


def _which(asked: Asked) -> int | None:
    return asked.ids[1] if len(asked.ids) > 1 else None


def _reply(state: State, asked: Asked) -> Json:
    about = replies.asked_by(state, asked.ids[0], asked.token)
    return shapes.message(replies.reply(state, about, _which(asked)), state.clock())


def _edit_reply(state: State, asked: Asked) -> Json:
    about = replies.asked_by(state, asked.ids[0], asked.token)
    return shapes.message(
        replies.edit_reply(state, about, _which(asked), asked.body), state.clock()
    )


def _delete_reply(state: State, asked: Asked) -> None:
    about = replies.asked_by(state, asked.ids[0], asked.token)
    posting.delete(state, replies.reply(state, about, _which(asked)))


# All of them --------------------------------------------------------------------------------------

_MESSAGES = "channels/*/messages"
_APPLICATION = "applications/*/commands"
_GUILD_COMMANDS = "applications/*/guilds/*/commands"
_WEBHOOK = "webhooks/*/*"

_ALL = (
    Route("me", "GET", "users/@me", _me),
    Route("application", "GET", "oauth2/applications/@me", _application),
    Route("application", "GET", "applications/@me", _application),
    Route("user", "GET", "users/*", _user),
    Route("guilds", "GET", "users/@me/guilds", _my_guilds),
    Route("leave", "DELETE", "users/@me/guilds/*", _leave),
    Route("open direct", "POST", "users/@me/channels", _direct),
    Route("guild", "GET", "guilds/*", _guild),
    Route("guild channels", "GET", "guilds/*/channels", _guild_channels),
    Route("roles", "GET", "guilds/*/roles", _roles),
    Route("member", "GET", "guilds/*/members/*", _member),
    Route("member", "GET", "guilds/*/members/@me", _member),
    Route("live threads", "GET", "guilds/*/threads/active", _live_threads),
    Route("commands", "GET", _APPLICATION, _commands),
    Route("commands", "GET", _GUILD_COMMANDS, _commands),
    Route("set commands", "PUT", _APPLICATION, _set_commands),
    Route("set commands", "PUT", _GUILD_COMMANDS, _set_commands),
    Route("command permissions", "GET", f"{_GUILD_COMMANDS}/permissions", _nothing),
    Route("channel", "GET", "channels/*", _channel),
    Route("edit channel", "PATCH", "channels/*", _edit_channel),
    Route("delete channel", "DELETE", "channels/*", _delete_channel),
    Route("typing", "POST", "channels/*/typing", _quietly),
    Route("archived threads", "GET", "channels/*/threads/archived/public", _archived_threads),
    Route("join thread", "PUT", "channels/*/thread-members/@me", _quietly),
    Route("post", "POST", _MESSAGES, _post),
    Route("history", "GET", _MESSAGES, _history),
    Route("message", "GET", f"{_MESSAGES}/*", _message),
    Route("edit", "PATCH", f"{_MESSAGES}/*", _edit),
    Route("delete", "DELETE", f"{_MESSAGES}/*", _delete),
    Route("open thread", "POST", f"{_MESSAGES}/*/threads", _open_thread),
    Route("respond", "POST", "interactions/*/*/callback", _respond, needs_token=False),
    Route("follow up", "POST", _WEBHOOK, _follow_up, needs_token=False),
    Route("reply", "GET", f"{_WEBHOOK}/messages/@original", _reply, needs_token=False),
    Route("reply", "GET", f"{_WEBHOOK}/messages/*", _reply, needs_token=False),
    Route("edit reply", "PATCH", f"{_WEBHOOK}/messages/@original", _edit_reply, needs_token=False),
    Route("edit reply", "PATCH", f"{_WEBHOOK}/messages/*", _edit_reply, needs_token=False),
    Route(
        "delete reply", "DELETE", f"{_WEBHOOK}/messages/@original", _delete_reply,
        needs_token=False,
    ),
    Route("delete reply", "DELETE", f"{_WEBHOOK}/messages/*", _delete_reply, needs_token=False),
)  # fmt: skip

ROUTES = {(route.method, route.shape): route for route in _ALL}
