"""What Slack tells an app, by the payloads of its documents."""

from __future__ import annotations

from typing import Any

from tests.doubles.slack_workspace.pages import message_json
from tests.doubles.slack_workspace.sight import Button
from tests.doubles.slack_workspace.state import Channel, Json, Message, State, User, View
from tests.doubles.slack_workspace.views import view_json

TOKEN = "verification"
"""The old verification token; nobody looks at it in Socket Mode."""


def command(state: State, user: User, channel: Channel, line: str, response: str) -> Json:
    """Return a slash command; ``line`` begins with its slash."""
    word, _, text = line.partition(" ")
    hidden = channel.private and state.app.user not in channel.members
    return {
        "token": TOKEN,
        "team_id": user.team,
        "team_domain": "team",
        "channel_id": channel.id,
        "channel_name": "privategroup" if hidden else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": word,
        "text": text.strip(),
        "api_app_id": state.app.id,
        "is_enterprise_install": "false",
        "response_url": response,
        "trigger_id": state.pull(user.id),
    }


def pressed(
    state: State, user: User, button: Button, *, on: Message | View, response: str = ""
) -> Json:
    """Return a click on a message or a view. Of an ephemeral message only its place is told."""
    element = button.element
    action = {
        "action_id": element.get("action_id", state.fresh("a")),
        "block_id": button.block_id,
        "type": "button",
        "text": element.get("text", {"type": "plain_text", "text": button.label}),
        "action_ts": state.ts(),
        **({"value": element["value"]} if "value" in element else {}),
    }
    found = _interaction(state, user, "block_actions") | {"actions": [action]}
    found["state"] = {"values": {}}
    if isinstance(on, View):
        found["trigger_id"] = state.pull(user.id, on.id if on.content["type"] == "modal" else "")
        return found | {
            "container": {"type": "view", "view_id": on.id},
            "view": view_json(state, on),
        }
    channel = state.channels[on.channel]
    thread = {"thread_ts": on.thread} if on.thread else {}
    found |= {
        "trigger_id": state.pull(user.id),
        "response_url": response,
        "channel": {"id": channel.id, "name": channel.name},
        "container": {
            "type": "message", "message_ts": on.ts, "channel_id": channel.id,
            "is_ephemeral": bool(on.to), **thread,
        },
    }  # fmt: skip
    return found if on.to else found | {"message": message_json(state, on)}


def submitted(state: State, user: User, view: View, values: Json) -> Json:
    """Return a modal that was sent."""
    return _interaction(state, user, "view_submission") | {
        "trigger_id": state.pull(user.id, view.id),
        "view": view_json(state, view, values),
        "response_urls": [],
    }


def closed(state: State, user: User, view: View) -> Json:
    """Return a modal that was closed without being sent."""
    return _interaction(state, user, "view_closed") | {
        "view": view_json(state, view),
        "is_cleared": False,
    }


def shortcut(state: State, user: User, callback_id: str) -> Json:
    """Return a global shortcut."""
    return _interaction(state, user, "shortcut") | {
        "callback_id": callback_id,
        "action_ts": state.ts(),
        "trigger_id": state.pull(user.id),
    }


def on_message(state: State, user: User, callback_id: str, message: Message, response: str) -> Json:
    """Return a shortcut on a message."""
    channel = state.channels[message.channel]
    return _interaction(state, user, "message_action") | {
        "callback_id": callback_id,
        "action_ts": state.ts(),
        "trigger_id": state.pull(user.id),
        "response_url": response,
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": message.ts,
        "message": message_json(state, message),
    }


def event(state: State, what: Json, event_id: str) -> Json:
    """Return an event in its wrapper."""
    bot: Json = {
        "enterprise_id": None, "team_id": state.team, "user_id": state.app.user, "is_bot": True,
        "is_enterprise_install": False,
    }  # fmt: skip
    return {
        "token": TOKEN,
        "team_id": state.team,
        "api_app_id": state.app.id,
        "event": {"event_ts": state.ts(), **what},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(state.clock().timestamp()),
        "authorizations": [bot],
        "is_ext_shared_channel": False,
        "event_context": event_id,
    }


def said(message: Message, channel: Channel, kind: str) -> Json:
    """Return the event of a member's message: ``app_mention`` or ``message``."""
    kinds = {"message": {"channel_type": "im" if channel.direct else "channel"}}
    found: dict[str, Any] = {
        "type": kind,
        "user": message.user,
        "text": message.shown.text,
        "ts": message.ts,
        "channel": message.channel,
        "event_ts": message.ts,
        "blocks": message.shown.blocks,
        **kinds.get(kind, {}),
    }
    return found | ({"thread_ts": message.thread} if message.thread else {})


def _interaction(state: State, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "token": TOKEN,
        "team": {"id": state.team, "domain": "team"},
        "user": {
            "id": user.id, "username": user.name, "name": user.name, "team_id": user.team,
        },
        "api_app_id": state.app.id,
        "enterprise": None,
        "is_enterprise_install": False,
    }  # fmt: skip
