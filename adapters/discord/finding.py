"""Looks for a message of ours in the history of a channel or thread.

Discord answers with an empty history, and no error, where the permission to read it is missing; so
nothing is concluded from what is not there before it is certain that it would have been shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord.calls import UNKNOWN_CHANNEL, Calls, Failed
from adapters.discord.components import mark
from adapters.discord.places import Place, snowflake
from bot.model import Absent, Blind, Found, Search
from bot.wording import discord as wording

PAGE = 100
"""The most messages that Discord returns at once."""
PAGES = 50
"""Beyond so many, a channel is busier than we can look through in time."""
SKEW = timedelta(hours=1)
"""How far ahead our clock may have been: what was sent then has an earlier time there."""


async def search(
    calls: Calls, guild: int, channel: int, key: str, since: datetime, thread: int = 0
) -> Search:
    """Return the copies of the message with this key, in a channel or in a thread of it.

    ``Blind`` where the history cannot be read or proves nothing; a thread that does not exist holds
    nothing.
    """
    if (blind := readable(calls, guild, channel)) is not None:
        return blind
    found = await copies(calls, channel, key, since, thread)
    if isinstance(found, Blind):
        return found
    if found:
        return Found(tuple((one.ref, one.at) for one in found))
    # The permission may have been taken from us while we read.
    return readable(calls, guild, channel) or Absent()


async def copies(
    calls: Calls, channel: int, key: str, since: datetime, thread: int = 0
) -> list[Place] | Blind:
    """Return the messages with this key that the history shows since an instant, earliest first.

    Every page is read. None may also mean that the history may not be read.
    """
    found: list[Place] = []
    after = snowflake(since - SKEW)
    for _ in range(PAGES):
        try:
            page = await calls.call(
                "GET",
                "/channels/{channel_id}/messages",
                params={"limit": PAGE, "after": after},
                channel_id=thread or channel,
            )
        except Failed as failed:
            if thread and failed.code == UNKNOWN_CHANNEL:
                break
            return Blind(failed.outcome.why)
        ids = [int(one["id"]) for one in page]
        found += [
            Place(channel, int(one["id"]), key, thread) for one in page if _ours(calls, one, key)
        ]
        if len(page) < PAGE:
            break
        after = max(ids)
    else:
        return Blind(wording.too_busy())
    return sorted(found, key=lambda one: one.message)


def readable(calls: Calls, guild: int, channel: int) -> Blind | None:
    """Return why a channel's history proves nothing; ``None`` where it does.

    What we may do is known from the gateway, and so only while that is connected.
    """
    client = calls.client
    known = client.get_guild(guild) if client is not None else None
    place = known.get_channel(channel) if known is not None else None
    shard = client.get_shard(known.shard_id) if client is not None and known is not None else None
    if known is None or place is None or shard is None or shard.is_closed():
        return Blind(wording.unseen())
    allowed: discord.Permissions = place.permissions_for(known.me)
    if not (allowed.view_channel and allowed.read_message_history):
        return Blind(wording.unreadable())
    return None


def _ours(calls: Calls, message: Mapping[str, Any], key: str) -> bool:
    """Return whether a message is ours and bears the key, in its buttons or as its mark."""
    me = calls.client.user if calls.client is not None else None
    if me is None or message["author"]["id"] != str(me.id):
        return False
    components = message.get("components") or []
    if components and components[0].get("id") == mark(key):
        return True
    return key_of(message) == key


def key_of(message: Mapping[str, Any]) -> str:
    """Return the key that the buttons of a message carry; nothing for one without buttons."""
    named = next(_custom_ids(message.get("components") or ()), "")
    return named.partition(":")[0]


def _custom_ids(components: Any) -> Iterator[str]:
    for one in components:
        if "custom_id" in one:
            yield str(one["custom_id"])
        yield from _custom_ids(one.get("components") or ())
