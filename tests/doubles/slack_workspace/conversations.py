"""The methods that look at channels, their histories and their members."""

from __future__ import annotations

from collections.abc import Sequence

from tests.doubles.slack_workspace.access import Method, flag, joined, need, seen, text
from tests.doubles.slack_workspace.pages import (
    channel_json,
    message_json,
    page,
    user_json,
    with_cursor,
)
from tests.doubles.slack_workspace.state import Channel, Json, Message, Refused, State


def _span(messages: Sequence[Message], args: Json) -> list[Message]:
    """Return the messages within ``oldest`` and ``latest``, the ends left out unless asked for."""
    try:
        oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    except ValueError:
        raise Refused("invalid_ts_oldest") from None
    if flag(args, "inclusive"):
        return [one for one in messages if oldest <= float(one.ts) <= latest]
    return [one for one in messages if oldest < float(one.ts) < latest]


def _history(state: State, args: Json) -> Json:
    channel = joined(state, text(args, "channel", "channel_not_found"), "history")
    found = _span(state.kept(channel.id), args)[::-1]
    some, cursor = page(found, args, state.page)
    return _told(state, args, some, cursor)


def _replies(state: State, args: Json) -> Json:
    channel = joined(state, text(args, "channel", "channel_not_found"), "history")
    ts = text(args, "ts", "thread_not_found")
    parent = next((one for one in state.kept(channel.id) if one.ts == ts), None)
    if parent is None:
        raise Refused("thread_not_found")
    some, cursor = page(_span(state.kept(channel.id, ts), args), args, state.page)
    return _told(state, args, [parent, *some], cursor)


def _told(state: State, args: Json, some: Sequence[Message], cursor: str) -> Json:
    whole = flag(args, "include_all_metadata")
    told = [message_json(state, one, metadata=whole) for one in some]
    return {"messages": told, "has_more": bool(cursor), **with_cursor(cursor)}


def _info(state: State, args: Json) -> Json:
    channel = seen(state, text(args, "channel", "channel_not_found"), "read")
    found = channel_json(state, channel)
    if flag(args, "include_num_members"):
        found["num_members"] = len(channel.members)
    return {"channel": found}


def _members(state: State, args: Json) -> Json:
    channel = seen(state, text(args, "channel", "channel_not_found"), "read")
    some, cursor = page(sorted(channel.members), args)
    return {"members": list(some), **with_cursor(cursor)}


def _listed(state: State, args: Json, channels: Sequence[Channel]) -> Json:
    kinds = str(args.get("types") or "public_channel").split(",")
    for kind in kinds:
        family = {"public_channel": "channels", "private_channel": "groups", "im": "im"}
        need(state, f"{family.get(kind, 'mpim')}:read")
    archived = not flag(args, "exclude_archived")
    found = [
        one
        for one in channels
        if _kind(one) in kinds
        and (archived or not one.archived)
        and (_kind(one) == "public_channel" or state.app.user in one.members)
    ]
    some, cursor = page(found, args)
    return {"channels": [channel_json(state, one) for one in some], **with_cursor(cursor)}


def _kind(channel: Channel) -> str:
    if channel.direct:
        return "im"
    return "private_channel" if channel.private else "public_channel"


def _all(state: State, args: Json) -> Json:
    return _listed(state, args, list(state.channels.values()))


def _mine(state: State, args: Json) -> Json:
    user = str(args.get("user") or state.app.user)
    return _listed(state, args, [one for one in state.channels.values() if user in one.members])


def _open(state: State, args: Json) -> Json:
    need(state, "im:write")
    user = state.users.get(text(args, "users"))
    if user is None:
        raise Refused("user_not_found")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if user.deleted:
        raise Refused("user_disabled")
    return {"channel": {"id": state.direct(user.id).id}}


def _user(state: State, args: Json) -> Json:
    user = state.users.get(text(args, "user", "user_not_found"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": user_json(state, user)}


def _auth(state: State, _: Json) -> Json:
    return {
        "url": "https://team.slack.com/",
        "team": "Team",
        "team_id": state.team,
        "user": state.app.name,
        "user_id": state.app.user,
        "bot_id": state.app.bot,
        "is_enterprise_install": False,
    }


METHODS = {
    "auth.test": Method(_auth),
    "conversations.history": Method(_history),
    "conversations.replies": Method(_replies),
    "conversations.info": Method(_info),
    "conversations.members": Method(_members),
    "conversations.list": Method(_all),
    "conversations.open": Method(_open),
    "users.conversations": Method(_mine),
    "users.info": Method(_user, "users:read"),
}
