"""Slack as the core sees it: posts, finds, edits and removes messages, and listens while connected.

What members do comes in through ``inbound``, over the connections of ``sockets``.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from adapters.slack import examining
from adapters.slack.finding import search
from adapters.slack.identity import Us
from adapters.slack.inbound import Heard, Inbound, Note
from adapters.slack.limits import Json
from adapters.slack.manifest import NAMES
from adapters.slack.members import Members
from adapters.slack.parts import parts
from adapters.slack.places import PLATFORM, Place, place, split
from adapters.slack.replying import OURS
from adapters.slack.sockets import Pace, Sockets
from adapters.slack.tasks import Tasks
from adapters.slack.web import Failed, Web
from bot.commands import ADMIN, Spelling
from bot.messages import Message
from bot.model import (
    Blind,
    ChannelId,
    Delivery,
    Outcome,
    Ref,
    Refused,
    Scope,
    Search,
    Sent,
)
from bot.ports import Clock, Finding, Handler
from bot.wording import slack as wording

log = logging.getLogger(__name__)


def connect(
    *,
    bot_token: str,
    app_token: str,
    clock: Clock,
    heard: Heard,
    note: Note,
    base_url: str = "",
    workspace_admins: bool = False,
    names: Sequence[str] = NAMES,
    pace: Pace | None = None,
) -> Slack:
    """Return a workspace of Slack; nothing is called before it is entered or used.

    Args:
        bot_token: Begins with ``xoxb-``.
        app_token: Begins with ``xapp-``; opens the connections over which members are heard.
        clock: Says what time it is.
        heard: Whether an event, by its id, was noted.
        note: Notes an event by its id.
        base_url: Another address of the Web API, for a proxy or a test; empty: Slack's own.
        workspace_admins: Whether admins and owners of the workspace are admins of every channel.
        names: What the slash commands for everything and for a quiz are called.
        pace: How patient the connections are; for tests.
    """
    us = Us(Web(bot_token, base_url, clock), bot_token, app_token)
    members = Members(us.web, vouching=workspace_admins)
    return Slack(us, heard, note, members, names, pace or Pace())


class Slack:
    """A chat platform with the channels of one workspace."""

    name = PLATFORM
    settle = timedelta(seconds=90)
    """Longer than a call may take and histories lag behind (slack.md, 2.2)."""
    refresh = timedelta(seconds=5)
    """50 edits a minute are allowed in a workspace."""
    fresh: timedelta | None = None

    def __init__(
        self,
        us: Us,
        heard: Heard,
        note: Note,
        members: Members,
        names: Sequence[str],
        pace: Pace,
    ) -> None:
        self._us = us
        self._web = us.web
        self._heard = heard
        self._note = note
        self._members = members
        root, self._quiz = (name.removeprefix("/") for name in names)
        self._pace = pace
        self.spelling = Spelling(f"/{root} ", f"/{root} {ADMIN} ")

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Listen to members while the block runs; at its end finish what is being answered.

        Raises ``UsageError`` where Slack refuses our tokens or the app lacks what it needs. Where
        Slack cannot be reached the block begins all the same, and it is tried until it can be.
        """
        async with self._web.opened():
            address = await self._us.begin()
            tasks = Tasks()
            inbound = Inbound(
                self._us, handler, self._heard, self._note, self._members, tasks, self._quiz,
                self._pace.form,
            )  # fmt: skip
            sockets = Sockets(inbound.app(), self._us, tasks, inbound.revoked, self._pace)
            async with sockets.kept(address):
                yield

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Split a message into what Slack takes, in order."""
        return parts(message)

    # Sending ------------------------------------------------------------------------------------

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Post into a channel."""
        team, id = split(channel)
        if self._us.foreign(team):
            return Refused(Scope.CHANNEL, wording.why("team"))
        return await self._send(id, message, key)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        """Open the thread of a post with a first reply; replies to either go into it."""
        return await self.reply(to, message, key)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        """Reply in the thread of a message; ``announce`` shows the reply in the channel as well."""
        spot = place(to)
        return await self._send(spot.channel, message, key, spot.thread, announce=announce)

    async def _send(
        self, channel: str, message: Message, key: str, parent: str = "", *, announce: bool = False
    ) -> Outcome:
        args: Json = {**OURS, "channel": channel}
        # Slack may or may not know a message again by this; nothing depends on it.
        args["client_msg_id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, key))
        if parent:
            args |= {"thread_ts": parent, "reply_broadcast": announce}
        try:
            sent = await self._web.show("chat.postMessage", message, key=key, **args)
        except Failed as failed:
            return failed.outcome
        spot = Place(channel, str(sent["ts"]), key, parent)
        return Sent(spot.ref, spot.at)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """Replace what a message shows."""
        spot = place(ref)
        try:
            await self._web.show(
                "chat.update", message, key=spot.key, channel=spot.channel, ts=spot.ts
            )
        except Failed as failed:
            return failed.outcome
        return Sent(ref, spot.at)

    async def delete(self, ref: Ref) -> Outcome:
        """Remove one of our messages."""
        spot = place(ref)
        try:
            await self._web.write("chat.delete", channel=spot.channel, ts=spot.ts)
        except Failed as failed:
            if failed.code != "message_not_found":
                return failed.outcome
        return Sent(ref, spot.at)

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        """Look for a delivery's message in its channel or thread since its first intent."""
        since = delivery.first_intent_at or delivery.due_at
        parent = place(to).thread if to is not None else ""
        try:
            bot = (await self._us.identity()).bot
        except Failed as failed:
            return Blind(failed.outcome.why)
        _, channel = split(delivery.channel)
        return await search(self._web, channel, delivery.key, since, bot=bot, parent=parent)

    async def direct(self, to: str, message: Message) -> Outcome:
        """Say something to a member, or into a channel that is configured for notices.

        Once the first part of a long message is out it counts as said: twice would be worse than
        without its end.
        """
        _, id = split(to)
        sent: Outcome | None = None
        for part in parts(message):
            try:
                said = await self._web.show("chat.postMessage", part, channel=id, **OURS)
            except Failed as failed:
                return sent or failed.outcome
            spot = Place(id, str(said["ts"]))
            sent = sent or Sent(spot.ref, spot.at)
        return sent or Refused(Scope.MESSAGE, wording.why("no_text"))

    # Looking after it -----------------------------------------------------------------------------

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        """Report on tokens, permissions, clock and channels, each with the click that mends it."""
        async with self._web.opened():
            return await examining.examine(self._us, channels)

    async def test_post(self, channel: ChannelId) -> Finding:
        """Post a message, find it, edit it and remove it again, and say how far that went."""
        async with self._web.opened():
            return await examining.try_out(self._us, self, channel, self._pace.search)
