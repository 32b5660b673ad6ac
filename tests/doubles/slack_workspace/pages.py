"""Objects as the Web API describes them, and long lists of them page by page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from tests.doubles.slack_workspace.state import Channel, Json, Message, Refused, State, User

T = TypeVar("T")
MOST = 999


def message_json(state: State, message: Message, *, metadata: bool = False) -> Json:
    """Return a message; what its metadata holds is told only to those who ask for it."""
    if message.deleted:
        return {
            "type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True,
            "text": "This message was deleted.", "ts": message.ts, "thread_ts": message.ts,
        }  # fmt: skip
    shown = message.shown
    found: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "team": state.team,
        "text": shown.text,
        "blocks": shown.blocks,
    }
    if message.by_app:
        profile = {"id": state.app.bot, "app_id": state.app.id, "name": state.app.name}
        found |= {"bot_id": state.app.bot, "app_id": state.app.id, "bot_profile": profile}
    if shown.metadata is not None:
        kind = {"event_type": shown.metadata["event_type"]}
        found["metadata"] = shown.metadata if metadata else kind
    if message.thread:
        found["thread_ts"] = message.thread
        if message.broadcast:
            found["subtype"] = "thread_broadcast"
    elif replies := state.thread(message.channel, message.ts):
        found |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "latest_reply": replies[-1].ts,
        }
    return found


def channel_json(state: State, channel: Channel) -> Json:
    """Return a channel."""
    if channel.direct:
        other = next((one for one in channel.members if one != state.app.user), "")
        return {"id": channel.id, "is_im": True, "user": other, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": state.app.user in channel.members,
        "is_general": False,
        "context_team_id": state.team,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(state: State, user: User) -> Json:
    """Return a user; of the deactivated and of strangers less is told."""
    found: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.name.title(),
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "profile": {"real_name": user.name.title(), "display_name": user.name, "team": user.team},
    }
    if user.deleted:
        return found
    found |= {
        name: getattr(user, name)
        for name in (
            "is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted",
        )
    } | {"tz": user.tz, "tz_label": user.tz, "tz_offset": 0}  # fmt: skip
    return found | ({"is_stranger": True} if user.is_stranger else {})


def page(items: Sequence[T], args: Json, most: int | None = None) -> tuple[Sequence[T], str]:
    """Return the page that is asked for, and the cursor of the next; empty at the end.

    A page may be shorter than asked, ``most`` at most, although more follows.
    """
    try:
        limit = int(args.get("limit") or 100)
    except ValueError:
        raise Refused("invalid_limit") from None
    if not 0 < limit <= MOST:
        raise Refused("invalid_limit")
    start = 0
    if cursor := args.get("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise Refused("invalid_cursor") from None
    end = start + min(limit, most or limit)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], following


def with_cursor(cursor: str) -> Json:
    """Return how an answer says where the next page begins."""
    return {"response_metadata": {"next_cursor": cursor}}
