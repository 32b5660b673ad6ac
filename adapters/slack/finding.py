"""Looks for a message of ours in a channel's or thread's history, by the key in its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.blocks import EVENT
from adapters.slack.places import Place
from adapters.slack.web import Failed, Web
from bot.model import Absent, Blind, Found, Search

SKEW = timedelta(hours=1)
"""How far ahead our clock may have been: what was sent then has an earlier time there."""
PAGE = 15
"""Messages of a first page: the most that an app under Slack's strictest limits may ask for."""
LONG_PAGE = 200
"""Messages of further pages, so that a busy channel is read in few calls."""


async def search(
    web: Web, channel: str, key: str, since: datetime, *, bot: str, parent: str = ""
) -> Search:
    """Return the messages of ours with this key since an instant, or that there are none.

    Every page is read: a short one proves nothing, and a double may stand on the last.

    Args:
        web: The Web API.
        channel: Where to look.
        key: The delivery's key.
        since: When it was first tried, by our clock.
        bot: Our own bot id; whatever others attach to their messages is not ours.
        parent: The ``ts`` of the message whose thread to look into; empty: the channel itself.
    """
    method = "conversations.replies" if parent else "conversations.history"
    oldest = f"{(since - SKEW).timestamp():.6f}"
    copies: list[Place] = []
    cursor, limit = "", PAGE
    while True:
        try:
            page = await web.read(
                method, channel=channel, ts=parent, oldest=oldest, inclusive=True,
                include_all_metadata=True, limit=limit, cursor=cursor,
            )  # fmt: skip
        except Failed as failed:
            return Blind(failed.outcome.why)
        copies += (
            Place(channel, str(one["ts"]), key, parent)
            for one in page.get("messages", ())
            if _ours(one, key, bot)
        )
        cursor, limit = (page.get("response_metadata") or {}).get("next_cursor", ""), LONG_PAGE
        if not cursor:
            break
    if not copies:
        return Absent()
    # Each once, though a page may repeat what another showed.
    return Found(tuple((one.ref, one.at) for one in sorted(set(copies), key=lambda one: one.at)))


def _ours(message: Mapping[str, Any], key: str, bot: str) -> bool:
    metadata = message.get("metadata") or {}
    return (
        message.get("bot_id") == bot
        and metadata.get("event_type") == EVENT
        and (metadata.get("event_payload") or {}).get("key") == key
    )
