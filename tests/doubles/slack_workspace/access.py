"""Who may call what where: scopes, membership, and how arguments are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack_workspace.state import Channel, Json, Refused, State

Run = Callable[[State, Json], Json]
"""Carries out a method and returns what stands beside ``ok``; raises ``Refused``."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Web API."""

    run: Run
    scope: str = ""
    """What the token must allow; scopes that depend on the channel are seen to while running."""


def text(args: Json, name: str, error: str = "invalid_arguments") -> str:
    """Return a needed argument; raises ``Refused`` when it is missing."""
    value = args.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(error, response_metadata={"messages": [f"missing: {name}"]})
    return value


def flag(args: Json, name: str) -> bool:
    """Return a truth value, in any of the ways it can be written."""
    return args.get(name) in (True, 1, "1", "true", "True")


def parsed(args: Json, name: str, error: str) -> Any:
    """Return an argument that may be JSON in text."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(error) from None


def need(state: State, scope: str) -> None:
    """Raise ``Refused`` unless the bot's token has a scope."""
    if scope and scope not in state.app.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(state.app.scopes)))


def seen(state: State, channel_id: str, of: str = "") -> Channel:
    """Return a channel the bot can know of; ``of`` asks for the scope of a family.

    ``of`` is ``read`` or ``history``; a private channel without the bot does not exist for it.
    """
    channel = state.channels.get(channel_id)
    if channel is None:
        raise Refused("channel_not_found")
    if of:
        family = "im" if channel.direct else "groups" if channel.private else "channels"
        need(state, f"{family}:{of}")
    if (channel.private or channel.direct) and state.app.user not in channel.members:
        raise Refused("channel_not_found")
    return channel


def joined(state: State, channel_id: str, of: str = "") -> Channel:
    """Return a channel in which the bot is a member."""
    channel = seen(state, channel_id, of)
    if state.app.user not in channel.members:
        raise Refused("not_in_channel")
    return channel


def writable(state: State, channel_id: str) -> Channel:
    """Return the channel that a post goes to; a user's id is their direct message."""
    user = state.users.get(channel_id)
    if user is not None:
        if user.is_bot:
            raise Refused("cannot_dm_bot")
        if user.deleted:
            raise Refused("user_disabled")
        return state.direct(user.id)
    channel = joined(state, channel_id)
    if channel.archived:
        raise Refused("is_archived")
    return channel
