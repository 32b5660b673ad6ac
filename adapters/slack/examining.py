"""What a doctor looks at on Slack: tokens, permissions, clock, channels, and a message on trial."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from adapters.slack.finding import search
from adapters.slack.identity import Identity, Us
from adapters.slack.manifest import SCOPES
from adapters.slack.places import PLATFORM, split
from adapters.slack.web import Failed
from bot.messages import Message
from bot.model import Absent, Blind, ChannelId, Found, Outcome, Ref, Refused, Sent
from bot.ports import Finding
from bot.wording import slack as wording
from bot.wording import trial

SKEW = timedelta(minutes=2)
"""How far our clock may be from Slack's; beyond five minutes messages would not be found again."""
LOOKS = 10
"""How often a message on trial is looked for, once a second, for histories lag behind."""


def _finding(what: str, said: str, mend: str = "") -> Finding:
    return Finding(f"{PLATFORM}: {what}", fine=not mend, said=said, mend=mend)


def _failed(what: str, failed: Failed, mend: str) -> Finding:
    """Return what Slack refused with how to mend it; where it did not answer, try again."""
    refused = isinstance(failed.outcome, Refused)
    return _finding(what, failed.outcome.why, mend if refused else wording.out_of_reach_mend())


async def examine(us: Us, channels: Sequence[ChannelId]) -> list[Finding]:
    """Return what was found, in the order in which an admin would mend it; changes nothing."""
    try:
        who = await us.ask()
    except Failed as failed:
        return [_failed("token", failed, wording.token_mend())]
    found = [_finding("token", wording.connected(who.name, who.workspace))]
    try:
        await us.address()
        found.append(_finding("socket", wording.socket()))
    except Failed as failed:
        found.append(_failed("socket", failed, wording.socket_mend()))
    mend = wording.scopes_mend() if who.missing else ""
    found.append(_finding("permissions", wording.scopes(len(SCOPES), who.missing), mend))
    found += _clock(us, who)
    return found + [await _channel(us, who, channel) for channel in channels]


def _clock(us: Us, who: Identity) -> list[Finding]:
    try:
        off = us.web.clock() - parsedate_to_datetime(who.date)
    except ValueError:
        return []  # some proxies leave the date out
    mend = wording.clock_mend() if abs(off) > SKEW else ""
    return [_finding("clock", wording.clock(off), mend)]


async def _channel(us: Us, who: Identity, channel: ChannelId) -> Finding:
    team, id = split(channel)
    if us.foreign(team):
        return _finding(id, wording.why("team"), wording.channel_mend("team", who.name))
    try:
        seen = (await us.web.read("conversations.info", channel=id)).get("channel") or {}
        code = "is_archived" if seen.get("is_archived") else ""
        code = code or ("" if seen.get("is_member") else "not_in_channel")
        if code:
            return _finding(id, wording.why(code), wording.channel_mend(code, who.name))
        await us.web.read("conversations.history", channel=id, limit=1)
    except Failed as failed:
        return _failed(id, failed, wording.channel_mend(failed.code, who.name))
    return _finding(id, wording.channel_fine(f"#{seen.get('name') or id}"))


class Sending(Protocol):
    """What a trial needs of the platform."""

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Post into a channel."""

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """Replace what a message shows."""

    async def delete(self, ref: Ref) -> Outcome:
        """Remove a message."""


async def try_out(us: Us, platform: Sending, channel: ChannelId, wait: float) -> Finding:
    """Post a message, find it, edit it and remove it again, and say how far that went.

    ``wait`` is the time between looks for it, in seconds.
    """
    _, id = split(channel)
    since = us.web.clock()
    key = f"doctor.{since.timestamp():.6f}"
    posted = await platform.post(channel, trial.message(), key)
    if not isinstance(posted, Sent):
        return _tried(id, trial.failed("posted", posted.why))
    unseen = await _unseen(us, id, key, since, wait)
    edited = await platform.edit(posted.ref, trial.message(edited=True))
    deleted = await platform.delete(posted.ref)
    if unseen:
        return _tried(id, trial.failed("found", unseen))
    if not isinstance(edited, Sent):
        return _tried(id, trial.failed("edited", edited.why))
    if not isinstance(deleted, Sent):
        return _tried(id, trial.failed("removed", deleted.why))
    return _finding(f"{id}: test post", trial.passed())


async def _unseen(us: Us, channel: str, key: str, since: datetime, wait: float) -> str:
    """Return why a message was not found; nothing if it was."""
    try:
        bot = (await us.identity()).bot
    except Failed as failed:
        return failed.outcome.why
    why = trial.not_found()
    for _ in range(LOOKS):
        match await search(us.web, channel, key, since, bot=bot):
            case Found():
                return ""
            case Blind(reason):
                why = reason
            case Absent():
                why = trial.not_found()
        await asyncio.sleep(wait)
    return why


def _tried(channel: str, said: str) -> Finding:
    return _finding(f"{channel}: test post", said, trial.mend())
