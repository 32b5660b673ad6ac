"""What members do on Discord, as commands for the core: words, clicks, forms, menus, servers.

What comes along is only ids; the core looks everything up again. Everything is answered to the one
who asked, at once where a form may have to open, and otherwise as soon as the core knows.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import discord

from adapters.discord import commands, forms
from adapters.discord.calls import Calls, Failed
from adapters.discord.components import payload
from adapters.discord.finding import key_of
from adapters.discord.places import channel_uri, member_uri
from adapters.discord.replying import Asked, Replies
from bot import commands as c
from bot.messages import Message, Reply
from bot.model import Actor
from bot.ports import Handler
from bot.wording import discord as wording

log = logging.getLogger(__name__)

FirstTime = Callable[[str], Awaitable[bool]]
"""Whether an event, by its id, is heard of for the first time; notes that it was."""
_AGAIN = re.compile(r"#[0-9]+\Z")
"""What stands behind the id of a button that is there twice."""


class Inbound:
    """Hears everything that Discord tells us, and hands it to the core."""

    def __init__(
        self,
        calls: Calls,
        handler: Handler,
        first_time: FirstTime,
        names: Sequence[str],
        topics: Callable[[], Sequence[str]],
        questions: commands.Questions,
        patience: float,
    ) -> None:
        """Take what it needs.

        Args:
            calls: Answers, and reads what a menu was opened on.
            handler: Answers commands.
            first_time: Tells repeated events.
            names: What the roots for everything and for a quiz are called.
            topics: The topics that can be suggested.
            questions: Finds the questions that can be suggested.
            patience: Seconds until somebody is told to wait.
        """
        self._calls = calls
        self._handler = handler
        self._first_time = first_time
        self._names = names
        self._topics = topics
        self._questions = questions
        self._patience = patience
        self._replies = Replies(calls)
        self._busy: set[asyncio.Task[object]] = set()

    async def idle(self, within: float) -> None:
        """Wait until all that was heard is answered, at most so many seconds."""
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=within)

    # What members do ----------------------------------------------------------------------------

    async def interaction(self, it: discord.Interaction[Any]) -> None:
        """Answer a command, a button or a form; a second notice of the same is passed over."""
        asked = _asked(it)
        data: Mapping[str, Any] = dict(it.data or {})
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
        try:
            if it.type is discord.InteractionType.autocomplete:
                await self._suggest(asked, data)
            elif await self._first_time(str(it.id)):
                await self._answer(it, asked, data)
        except Exception:
            log.exception("discord: something a member did could not be answered")
            if it.type is not discord.InteractionType.autocomplete:
                await self._replies.tell(asked, [wording.trouble(), *_kept(data)])
        finally:
            if task is not None:
                self._busy.discard(task)

    async def _suggest(self, asked: Asked, data: Mapping[str, Any]) -> None:
        found = await commands.suggestions(data, self._topics(), self._questions)
        await self._replies.suggest(asked, found)

    async def _answer(
        self, it: discord.Interaction[Any], asked: Asked, data: Mapping[str, Any]
    ) -> None:
        answering = asyncio.ensure_future(self._reply(it, data))
        done, _ = await asyncio.wait({answering}, timeout=self._patience)
        if not done:
            await self._replies.wait(asked)
        reply = await answering
        await self._replies.show(asked, reply)
        if reply.errors:
            await self._replies.tell(asked, _kept(data))

    async def _reply(self, it: discord.Interaction[Any], data: Mapping[str, Any]) -> Reply:
        command = await self._command(it, data)
        if isinstance(command, Reply):
            return command
        return await self._handler(_actor(it), command)

    async def _command(
        self, it: discord.Interaction[Any], data: Mapping[str, Any]
    ) -> c.Command | Reply:
        """Return what was asked for, or what is said to it without the core."""
        match it.type:
            case discord.InteractionType.component:
                return c.press(_AGAIN.sub("", str(data.get("custom_id"))))
            case discord.InteractionType.modal_submit:
                filled = forms.values(data, partial(_place, it.guild))
                return c.press(str(data.get("custom_id")), filled)
            case _ if data.get("name") == wording.SUGGEST_MENU:
                return c.SuggestThis(str(_target(data).get("content") or ""))
            case _ if data.get("name") == wording.ANSWER_MENU:
                return await self._submitted(it, _target(data))
            case _:
                return c.parse(commands.line(data, self._names))

    async def _submitted(
        self, it: discord.Interaction[Any], message: Mapping[str, Any]
    ) -> c.Command | Reply:
        """Return a message of the member's own as their answer; on one of ours, the form."""
        author = str((message.get("author") or {}).get("id"))
        if author == str(it.client.user.id):
            return c.AnswerHere(key_of(message))
        if author != str(it.user.id):
            return Reply(wording.not_yours())
        text = str(message.get("content") or "").strip()
        if not text:
            return Reply(wording.nothing_written())
        return c.Give(text, await self._round(it))

    async def _round(self, it: discord.Interaction[Any]) -> str:
        """Return the key of the question whose thread this is; nothing outside of threads."""
        parent = _parent(it)
        if not parent:
            return ""
        try:
            post = await self._calls.call(
                "GET",
                "/channels/{channel_id}/messages/{message_id}",
                channel_id=parent,
                message_id=it.channel_id or 0,
            )
        except Failed:
            return ""
        return key_of(post)

    # What happens to servers --------------------------------------------------------------------

    async def joined(self, guild: discord.Guild) -> None:
        """Greet a server that added us, once, where its moderators look; else nowhere."""
        if not await self._first_time(f"joined {guild.id} {guild.me.joined_at}"):
            return
        # Discord does not say who added us; the server's owner answers for it.
        reply = await self._handler(Actor(member_uri(guild.owner_id or 0), None), c.Joined())
        place = _greeted(guild)
        if reply.message is None or place is None:
            return
        try:
            await self._calls.call(
                "POST",
                "/channels/{channel_id}/messages",
                json=payload(reply.message),
                channel_id=place.id,
            )
        except Failed as failed:
            log.warning("a server was not greeted: %s", failed.outcome.why)

    async def left(self, guild: discord.Guild) -> None:
        """Tell the core of each channel in which we can post no more."""
        for channel in guild.text_channels:
            await self.closed(channel)

    async def closed(self, channel: discord.abc.GuildChannel) -> None:
        """Tell the core that a channel is gone for us; Discord does not say by whom."""
        actor = Actor(member_uri(channel.id), channel_uri(channel.guild.id, channel.id))
        await self._handler(actor, c.Left())


def _asked(it: discord.Interaction[Any]) -> Asked:
    message = it.message
    private = message is not None and (message.flags.ephemeral or it.guild_id is None)
    return Asked(
        it.id, it.token, it.application_id, it.channel_id or 0,
        pressed=message is not None, private=private,
    )  # fmt: skip


def _actor(it: discord.Interaction[Any]) -> Actor:
    """Return who asks, and in which channel; a thread counts as the channel it hangs in."""
    member = member_uri(it.user.id)
    if it.guild_id is None:
        return Actor(member, None)
    may = it.permissions
    place = channel_uri(it.guild_id, _parent(it) or it.channel_id or 0)
    return Actor(
        member,
        place,
        platform_admin=may.administrator or may.manage_guild,
        name=it.user.display_name,
    )


def _parent(it: discord.Interaction[Any]) -> int:
    """Return the channel in which the thread of an interaction hangs; 0 outside of threads."""
    return it.channel.parent_id if isinstance(it.channel, discord.Thread) else 0


def _place(guild: discord.Guild | None, channel: int) -> str:
    """Return a channel as the core reads it: its URI and name; nothing for one of another server.

    A modified client can send any number, and whoever may set up channels here may not elsewhere.
    """
    found = guild.get_channel(channel) if guild is not None else None
    return f"{channel_uri(found.guild.id, found.id)} #{found.name}" if found is not None else ""


def _target(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message whose menu was opened."""
    messages = (data.get("resolved") or {}).get("messages") or {}
    return messages.get(str(data.get("target_id"))) or {}


def _kept(data: Mapping[str, Any]) -> list[Message]:
    """Return what was typed into a form, for the form is gone and the words should not be."""
    text = forms.typed(data)
    return [wording.you_wrote(text)] if text else []


def _greeted(guild: discord.Guild) -> discord.TextChannel | None:
    """Return where a server hears from its bots: for moderators, or for everybody."""
    for place in (guild.public_updates_channel, guild.system_channel):
        if place is not None:
            may = place.permissions_for(guild.me)
            if may.view_channel and may.send_messages:
                return place
    return None
