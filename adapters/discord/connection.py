"""Discord as the core sees it: sends, finds, edits and removes messages, listens while connected.

What members do comes in through ``inbound``, over the login that ``logins`` keeps.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import discord

from adapters.discord import commands, examining
from adapters.discord.calls import (
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Calls,
    Failed,
    failure,
)
from adapters.discord.client import Pace
from adapters.discord.components import payload
from adapters.discord.finding import search
from adapters.discord.inbound import FirstTime, Inbound
from adapters.discord.inline import clipped, one_line
from adapters.discord.inviting import address
from adapters.discord.limits import THREAD_NAME
from adapters.discord.logins import Logins
from adapters.discord.parts import parts
from adapters.discord.places import PLATFORM, Place, place, split
from bot.commands import ADMIN, Spelling
from bot.errors import GradusError, UsageError
from bot.messages import Message
from bot.model import (
    ChannelId,
    Delivery,
    DeliveryKind,
    Outcome,
    Ref,
    Refused,
    Scope,
    Search,
    Sent,
)
from bot.ports import Clock, Finding, Handler
from bot.wording import discord as wording

log = logging.getLogger(__name__)

ARCHIVE = 4_320
"""Minutes without a word after which a thread is put away; three days, as long as an answer may
take. What is said later opens it again."""


def connect(
    *,
    token: str,
    clock: Clock,
    first_time: FirstTime,
    recall: commands.Recall,
    remember: commands.Remember,
    topics: Callable[[], Sequence[str]],
    questions: commands.Questions,
    api_base: str = "",
    gateway: str = "",
    names: Sequence[str] = commands.NAMES,
    pace: Pace | None = None,
) -> Discord:
    """Return the servers of one bot; nothing is called before it is entered or used.

    Args:
        token: The bot's.
        clock: Says what time it is.
        first_time: Notes an event by its id; False when it was noted before.
        recall: Returns the small fact remembered under a name.
        remember: Keeps a small fact under a name.
        topics: The topics that are suggested while somebody types.
        questions: Finds the questions that are suggested, as ids and titles, by words.
        api_base: Another address of the REST interface, for a proxy or a test, with its version;
            empty: Discord's own.
        gateway: Another address of the gateway; empty: the one that the REST interface names.
        names: What the slash commands for everything and for a quiz are called.
        pace: How patient the login is; for tests.
    """
    calls = Calls(api_base)
    logins = Logins(calls, token, api_base, gateway, pace or Pace())
    facts = (recall, remember)
    return Discord(
        calls, logins, clock, first_time, facts, topics, questions, names, pace or Pace()
    )


class Discord:
    """A chat platform with the channels of all servers that added the bot."""

    name = PLATFORM
    settle = timedelta(seconds=45)
    """Longer than a call may take and histories lag behind (discord.md, 1.6)."""
    refresh = timedelta(seconds=60)
    fresh: timedelta | None = timedelta(minutes=50)
    """Beyond an hour Discord limits how often messages are edited (30046)."""

    def __init__(
        self,
        calls: Calls,
        logins: Logins,
        clock: Clock,
        first_time: FirstTime,
        facts: tuple[commands.Recall, commands.Remember],
        topics: Callable[[], Sequence[str]],
        questions: commands.Questions,
        names: Sequence[str],
        pace: Pace,
    ) -> None:
        self._calls = calls
        self._logins = logins
        self._clock = clock
        self._first_time = first_time
        self._facts = facts
        self._topics = topics
        self._questions = questions
        self._names = tuple(name.removeprefix("/") for name in names)
        self._pace = pace
        root = self._names[0]
        self.spelling = Spelling(f"/{root} ", f"/{root}-{ADMIN} ")

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Listen to members while the block runs; at its end finish what is being answered.

        Raises ``UsageError`` where Discord refuses our token or what we ask to hear. Where Discord
        cannot be reached the block begins all the same, and it is tried until it can be.
        """
        inbound = Inbound(
            self._calls, handler, self._first_time, self._names, self._topics, self._questions,
            self._pace.patience,
        )  # fmt: skip
        async with self._calls.opened():
            try:
                async with self._logins.kept(inbound, self._sync):
                    yield
            finally:
                await inbound.idle(self._pace.drain)

    async def _sync(self) -> None:
        """Tell Discord of our commands if they are not what it was told last."""
        try:
            if await commands.sync(self._calls, self._names, *self._facts):
                log.info("discord: told of our commands")
        except Failed as failed:
            log.warning("discord: not told of our commands: %s", failed.outcome.why)

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Split a message into what Discord takes, in order."""
        return parts(message)

    # Sending ------------------------------------------------------------------------------------

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Post into a channel."""
        server, id = split(channel)
        if not server:
            return Refused(Scope.CHANNEL, wording.foreign())
        return await self._send(Place(id, 0, key), message)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        """Open the thread of a post and say its first line; a thread that is there will do."""
        spot = place(to)
        if (refusal := await self._thread(spot, message.thread)) is not None:
            return refusal
        return await self._send(Place(spot.channel, 0, key, spot.discussion), message)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        """Reply in the thread of a message, or ``announce`` with a message in the channel.

        Where the thread was never opened, or was deleted, it is opened first.
        """
        spot = place(to)
        if announce:
            return await self._send(Place(spot.channel, 0, key), message)
        said = Place(spot.channel, 0, key, spot.discussion)
        if spot.thread:
            outcome = await self._send(said, message)
            if not isinstance(outcome, Refused) or outcome.why != _NO_THREAD:
                return outcome
        if (refusal := await self._thread(spot, message.title)) is not None:
            return refusal
        outcome = await self._send(said, message)
        if isinstance(outcome, Refused) and outcome.why == _NO_THREAD:
            return Refused(Scope.MESSAGE, wording.deleted())
        return outcome

    async def _thread(self, spot: Place, name: str) -> Outcome | None:
        """Open the thread of a post unless there is one; return why it cannot be opened, if so."""
        if not spot.discussion:
            return Refused(Scope.MESSAGE, wording.why(UNKNOWN_MESSAGE))
        shown = clipped(one_line(name).strip() or wording.discussion(), THREAD_NAME)
        try:
            await self._calls.call(
                "POST",
                "/channels/{channel_id}/messages/{message_id}/threads",
                json={"name": shown, "auto_archive_duration": ARCHIVE},
                channel_id=spot.channel,
                message_id=spot.discussion,
            )
        except Failed as failed:
            if failed.code != THREAD_EXISTS:
                return failed.outcome
        return None

    async def _send(self, spot: Place, message: Message) -> Outcome:
        """Send a message to a place whose number is not known yet."""
        try:
            sent = await self._calls.call(
                "POST",
                "/channels/{channel_id}/messages",
                json=payload(message, spot.key),
                channel_id=spot.holder,
            )
        except Failed as failed:
            if failed.code == UNKNOWN_MESSAGE and spot.key:
                # Sent before with this nonce, and deleted since by somebody who may: it counts.
                return Sent(spot.ref, self._clock())
            return failed.outcome
        there = Place(spot.channel, int(sent["id"]), spot.key, spot.thread)
        return Sent(there.ref, there.at)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """Replace what a message shows."""
        spot = place(ref)
        shown = payload(message, spot.key)
        changed = {name: shown[name] for name in ("flags", "components", "allowed_mentions")}
        return await self._change("PATCH", spot, changed)

    async def delete(self, ref: Ref) -> Outcome:
        """Remove one of our messages."""
        return await self._change("DELETE", place(ref), None)

    async def _change(self, method: str, spot: Place, shown: dict[str, object] | None) -> Outcome:
        """Change a message or remove it; one that is gone is no trouble."""
        try:
            if spot.message:
                await self._calls.call(
                    method,
                    "/channels/{channel_id}/messages/{message_id}",
                    json=shown,
                    channel_id=spot.holder,
                    message_id=spot.message,
                )
        except Failed as failed:
            if failed.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                return failed.outcome
        return Sent(spot.ref, spot.at)

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        """Look for a delivery's message in its channel or thread since its first intent."""
        server, channel = split(delivery.channel)
        since = delivery.first_intent_at or delivery.due_at
        in_channel = to is None or delivery.kind is DeliveryKind.ANNOUNCEMENT
        thread = 0 if in_channel or to is None else place(to).discussion
        return await search(self._calls, server, channel, delivery.key, since, thread)

    async def direct(self, to: str, message: Message) -> Outcome:
        """Say something to a member, or into a channel that is configured for notices.

        Once the first part of a long message is out it counts as said: twice would be worse than
        without its end.
        """
        server, id = split(to)
        if not id:
            return Refused(Scope.CHANNEL, wording.foreign())
        sent: Outcome | None = None
        try:
            if not server:
                found = await self._calls.call(
                    "POST", "/users/@me/channels", json={"recipient_id": str(id)}
                )
                id = int(found["id"])
        except Failed as failed:
            return failed.outcome
        for part in parts(message):
            outcome = await self._send(Place(id, 0), part)
            if not isinstance(outcome, Sent):
                return sent or outcome
            sent = sent or outcome
        return sent or Refused(Scope.MESSAGE, wording.why(0))

    # Looking after it -----------------------------------------------------------------------------

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        """Report on token, gateway, commands and channels, each with the click that mends it."""
        try:
            async with self._logins.once() as client:
                return await examining.examine(self._calls, client, self._names, channels)
        except _NO_LOGIN as trouble:
            return [_no_login(trouble)]

    async def test_post(self, channel: ChannelId) -> Finding:
        """Post a message, find it, edit it and remove it again, and say how far that went."""
        try:
            async with self._logins.once():
                now, wait = self._clock(), self._pace.look
                return await examining.try_out(self._calls, self, channel, now, wait)
        except _NO_LOGIN as trouble:
            return _no_login(trouble)

    async def invitation(self) -> str:
        """Return the address at which an admin of a server adds the bot.

        Raises ``UsageError`` where Discord refuses the token, ``GradusError`` where it cannot be
        asked.
        """
        try:
            async with self._logins.once() as client:
                return address(client.application_id or 0)
        except discord.LoginFailure:
            raise UsageError(wording.refused_token()) from None
        except _NO_LOGIN:
            raise GradusError(f"{wording.unreachable()}. {wording.reach_mend()}") from None


def _no_login(trouble: Exception) -> Finding:
    """Return what a doctor says of a login that failed."""
    if isinstance(trouble, discord.LoginFailure):
        return examining.finding("token", wording.why(0, 401), wording.token_mend())
    failed = failure(trouble)
    said = failed.outcome.why if failed is not None else wording.unreachable()
    return examining.finding("token", said, wording.reach_mend())


_NO_LOGIN = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What a login may raise."""
_NO_THREAD = wording.why(UNKNOWN_CHANNEL)
"""What a call says to a thread that is not there."""
