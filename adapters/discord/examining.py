"""What a doctor looks at on Discord: token, gateway, intents, commands, and each channel."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from adapters.discord import commands
from adapters.discord.calls import Calls, Failed, failure
from adapters.discord.client import Client
from adapters.discord.inviting import address
from adapters.discord.places import PLATFORM, split
from bot.model import ChannelId
from bot.ports import Finding
from bot.wording import discord as wording


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
