"""What a doctor looks at on Discord: token, gateway, intents, commands, each channel, a trial."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import discord

from adapters.discord import commands
from adapters.discord.calls import Calls, Failed, failure
from adapters.discord.client import Client
from adapters.discord.finding import copies
from adapters.discord.inviting import address
from adapters.discord.places import PLATFORM, split
from bot.messages import Message
from bot.model import Blind, ChannelId, Outcome, Ref, Sent
from bot.ports import Finding
from bot.wording import discord as wording
from bot.wording import trial

LOOKS = 5
"""How often a message on trial is looked for, for histories may lag behind."""


def finding(what: str, said: str, mend: str = "") -> Finding:
    """Return a line of the report; with something to mend it is not fine."""
    return Finding(f"{PLATFORM}: {what}", fine=not mend, said=said, mend=mend)


async def examine(
    calls: Calls, client: Client, names: Sequence[str], channels: Sequence[ChannelId]
) -> list[Finding]:
    """Return what was found with a client that is logged in; changes nothing."""
    found = [finding("token", wording.connected(str(client.user)))]
    try:
        shards = int((await calls.call("GET", "/gateway/bot"))["shards"])
        found.append(finding("gateway", wording.gateway(shards)))
    except Failed as failed:
        found.append(finding("gateway", failed.outcome.why, wording.reach_mend()))
    found.append(finding("intents", wording.intents()))
    found.append(await _commands(calls, names))
    return found + [await _channel(client, channel) for channel in channels]


async def _commands(calls: Calls, names: Sequence[str]) -> Finding:
    try:
        missing = await commands.unknown(calls, names)
    except Failed as failed:
        return finding("commands", failed.outcome.why, wording.sync_mend())
    ours = len(commands.payload(names))
    if len(missing) == ours:
        return finding("commands", wording.never_synced())
    if missing:
        return finding("commands", wording.unsynced(missing), wording.sync_mend())
    return finding("commands", wording.synced(ours))


async def _channel(client: Client, uri: ChannelId) -> Finding:
    server, id = split(uri)
    invitation = address(client.application_id or 0)
    try:
        guild = await client.fetch_guild(server, with_counts=False)
        channel = await guild.fetch_channel(id)
        me = await guild.fetch_member(client.user.id if client.user is not None else 0)
        allowed = channel.permissions_for(me)
    except discord.InvalidData:
        return finding(str(id), wording.foreign(), wording.unknown_mend(invitation))
    except Exception as trouble:
        failed = failure(trouble)
        if failed is None:
            raise
        return finding(str(id), failed.outcome.why, wording.unknown_mend(invitation))
    missing = [one for one in wording.PERMISSIONS if not getattr(allowed, one)]
    if missing:
        return finding(
            str(id), wording.lacks(f"#{channel}", missing), wording.channel_mend(missing)
        )
    return finding(str(id), wording.channel_fine(f"#{channel}"))


class Sending(Protocol):
    """What a trial needs of the platform."""

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Post into a channel."""

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """Replace what a message shows."""

    async def delete(self, ref: Ref) -> Outcome:
        """Remove a message."""


async def try_out(
    calls: Calls, platform: Sending, channel: ChannelId, now: datetime, wait: float
) -> Finding:
    """Post a message, find it, edit it and remove it again, and say how far that went.

    ``wait`` is the time between looks for it, in seconds.
    """
    _, id = split(channel)
    key = f"doctor.{now:%d%H%M%S%f}"
    posted = await platform.post(channel, trial.message(), key)
    if not isinstance(posted, Sent):
        return _tried(channel, "posted", posted.why)
    unseen = await _unseen(calls, id, key, now, wait)
    edited = await platform.edit(posted.ref, trial.message(edited=True))
    deleted = await platform.delete(posted.ref)
    if unseen:
        return _tried(channel, "found", unseen)
    if not isinstance(edited, Sent):
        return _tried(channel, "edited", edited.why)
    if not isinstance(deleted, Sent):
        return _tried(channel, "removed", deleted.why)
    return finding(f"{id}: test post", trial.passed())


async def _unseen(calls: Calls, channel: int, key: str, since: datetime, wait: float) -> str:
    """Return why a message was not found; nothing if it was."""
    why = ""
    for _ in range(LOOKS):
        found = await copies(calls, channel, key, since)
        if found and not isinstance(found, Blind):
            return ""
        why = found.why if isinstance(found, Blind) else trial.not_found()
        await asyncio.sleep(wait)
    return why


def _tried(channel: ChannelId, step: str, why: str) -> Finding:
    what = f"{split(channel)[1] or channel}: test post"
    return finding(what, trial.failed(step, why), trial.mend())
