"""Reads what Slack sends: where somebody asked, what they pressed, which message they mean.

Pure. Everything in a payload but what Slack itself fills in may have been forged on the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.blocks import EVENT

_DIRECT = "D"
"""What the id of a direct message begins with."""
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody asked, and so where they hear of it."""

    user: str
    channel: str = ""
    """Empty: nowhere, as in App Home; they are told in a direct message."""
    thread: str = ""
    """The parent's ``ts`` when they asked in a thread."""
    response: str = ""
    """The ``response_url`` that came with it."""
    trigger: str = ""
    """What allows to open one form, for three seconds."""
    private: bool = False
    """Whether the message they pressed a button of is theirs alone, and so may be replaced."""
    noted: bool = False
    """Whether only the note of a form says so, which may be forged: nothing public goes there."""

    @property
    def direct(self) -> bool:
        """Whether it was in a direct message."""
        return self.channel.startswith(_DIRECT)


def where_of(body: Mapping[str, Any]) -> Where:
    """Return where a command, click, shortcut or sent form came from."""
    user, trigger = _id(body, "user"), str(body.get("trigger_id") or "")
    if body.get("type") == "view_submission":
        return _recalled(body["view"].get("private_metadata", ""), user, trigger)
    container = body.get("container") or {}
    channel = _id(body, "channel") or str(container.get("channel_id") or "")
    return Where(
        user, channel, _thread(body.get("message") or container),
        response=str(body.get("response_url") or ""), trigger=trigger,
        private=bool(container.get("is_ephemeral")) or channel.startswith(_DIRECT),
    )  # fmt: skip


def note_of(where: Where) -> str:
    """Return a place as a form carries it along; it says where to answer and is no authority."""
    return json.dumps({"channel": where.channel, "thread": where.thread})


def _recalled(note: str, user: str, trigger: str) -> Where:
    try:
        found = json.loads(note or "{}")
        channel, thread = str(found["channel"]), str(found["thread"])
    except (KeyError, TypeError, ValueError):
        channel, thread = "", ""  # they are told in a direct message
    return Where(user, channel, thread, trigger=trigger, noted=True)


def pressed(body: Mapping[str, Any]) -> str:
    """Return the id of the action that was pressed.

    It is the button's ``value``: the ``action_id`` may carry a number that tells it from another.
    """
    action = (body.get("actions") or [{}])[0]
    return str(action.get("value") or action.get("action_id") or "")


def key_of(message: Mapping[str, Any]) -> str:
    """Return the key that a message of ours carries: in its buttons, or else in its metadata."""
    for block in message.get("blocks") or ():
        for element in block.get("elements") or ():
            if element.get("type") == "button":
                return str(element.get("value") or "").partition(":")[0]
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def plain(text: object) -> str:
    """Return text as it was typed; Slack sends three characters as entities."""
    typed = str(text or "")
    for entity, character in _ENTITIES:
        typed = typed.replace(entity, character)
    return typed


def mentioning(text: object, user: str) -> str:
    """Return what was said beside the mention of a user."""
    return plain(re.sub(rf"<@{re.escape(user)}(\|[^>]*)?>", " ", str(text or ""))).strip()


def _thread(message: Mapping[str, Any]) -> str:
    """Return the parent of a message in a thread; nothing for what stands in the channel."""
    parent = str(message.get("thread_ts") or "")
    return "" if parent == str(message.get("ts") or message.get("message_ts")) else parent


def _id(body: Mapping[str, Any], name: str) -> str:
    found = body.get(name)
    return str((found.get("id") if isinstance(found, Mapping) else body.get(f"{name}_id")) or "")
