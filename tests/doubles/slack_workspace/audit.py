"""What must never be in anything that the app sends, and everything that a user was shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.doubles.slack_workspace.checks import nodes
from tests.doubles.slack_workspace.state import Json, State

_LIVE = re.compile(r"<(?!!date\^)[!@#][^>]*>?")
"""What Slack reads as a mention in mrkdwn; an instant is none."""
_PINGS = frozenset({"broadcast", "user", "channel"})


def pings(body: object, groups: Collection[str] = ()) -> Iterator[str]:
    """Yield what would call somebody; of user groups only those outside ``groups``."""
    if isinstance(body, Mapping):
        for name in ("text", "markdown_text"):
            value = body.get(name)
            if isinstance(value, str) and "type" not in body:
                yield from _LIVE.findall(value)
        if body.get("link_names") or body.get("parse") == "full":
            yield "link_names or parse"
    for node in nodes(body):
        if not (node.get("type") == "user" and _private(body)):
            yield from _of(node, groups)


def _private(body: object) -> bool:
    """Whether one person alone sees a message: somebody else who is named in it hears nothing."""
    if not isinstance(body, Mapping):
        return False
    ephemeral = body.get("response_type") == "ephemeral" or "user" in body
    return ephemeral or str(body.get("channel", "")).startswith("D")


def _of(node: Mapping[str, Any], groups: Collection[str]) -> Iterator[str]:
    kind = node.get("type")
    if kind in _PINGS and ("range" in node or "user_id" in node or "channel_id" in node):
        yield str(dict(node))
    if kind == "usergroup" and node.get("usergroup_id") not in groups:
        yield str(dict(node))
    if kind in {"mrkdwn", "markdown"}:
        yield from _LIVE.findall(str(node.get("text", "")))


def shown_to(state: State, user: str) -> list[Json]:
    """Return everything a user could ever see, in every version it had."""
    found: list[Json] = []
    for message in state.messages:
        visible = message.to == user or (
            not message.to and user in state.channels[message.channel].members
        )
        if visible:
            found += [
                {"channel": message.channel, "text": one.text, "blocks": one.blocks}
                | ({"metadata": one.metadata} if one.metadata else {})
                for one in message.versions
            ]
    return found + [one["view"] for one in state.views if one["user"] == user]
