"""Says what the desk replied: to one person where they asked, or to all where it says so.

A reply is ephemeral in a channel and an ordinary message in the direct message with the bot.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.forms import view
from adapters.slack.parts import parts
from adapters.slack.payloads import Where, note_of
from adapters.slack.web import Failed, Web
from bot.messages import Form, Message, Reply
from bot.wording import slack as wording

log = logging.getLogger(__name__)

MOST_RESPONSES = 5
"""Uses of one ``response_url``, within half an hour (docs.slack.dev, Handling user interaction)."""
OURS: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}
"""How every message is posted: links show no pictures of their own."""
EPHEMERAL: Mapping[str, Any] = {"response_type": "ephemeral", "replace_original": False}
SLOW = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"})


class Replies:
    """Shows replies; trouble with that is logged, for there is nobody to tell."""

    def __init__(self, web: Web) -> None:
        """Take the Web API."""
        self._web = web

    async def show(self, where: Where, reply: Reply) -> None:
        """Open the form, say the messages in order, and make public what is public."""
        if reply.form is not None:
            await self._open(where, reply.form)
        private: Sequence[Message] = [
            one for one in (reply.message, *reply.extra) if one is not None
        ]
        if reply.lasting and where.channel and not where.direct:
            where, private = await self._moved(where, private)
        await self.tell(where, private, replacing=reply.replaces and where.private)
        if reply.public is not None and where.channel and not where.noted:
            for part in parts(reply.public):
                await self._say(where.channel, part)

    async def _moved(
        self, where: Where, messages: Sequence[Message]
    ) -> tuple[Where, Sequence[Message]]:
        """Say something in the direct message, where it outlives a reload; return what is left.

        That is the link to it, for the place it was asked in; all of it, where this failed.
        """
        try:
            said = [
                await self._web.show("chat.postMessage", part, channel=where.user, **OURS)
                for one in messages
                for part in parts(one)
            ]
            found = await self._web.read(
                "chat.getPermalink", channel=said[0]["channel"], message_ts=said[0]["ts"]
            )
        except (Failed, IndexError):
            return where, messages
        return where, [wording.elsewhere_asked(str(found["permalink"]))]

    async def tell(
        self, where: Where, messages: Sequence[Message], *, replacing: bool = False
    ) -> None:
        """Say something to one person, over the first way that Slack lets us take."""
        for place, part in enumerate(part for one in messages for part in parts(one)):
            await self._tell(where, part, replacing=replacing and not place, again=place)

    async def _tell(self, where: Where, message: Message, *, replacing: bool, again: int) -> None:
        """Say one thing; rather twice than not at all, where Slack's answer is unclear."""
        for way in self._ways(where, message, replacing=replacing, again=again):
            try:
                await way
            except Failed as failed:
                log.info("a reply could not be shown: %s", failed.outcome.why)
            else:
                return

    def _ways(
        self, where: Where, message: Message, *, replacing: bool, again: int
    ) -> Iterator[Awaitable[object]]:
        """Yield the ways to say something to one person, the most fitting first."""
        web, thread = self._web, {"thread_ts": where.thread} if where.thread else {}
        if replacing and where.response:
            yield web.respond(where.response, message, replace_original=True)
        if where.direct:
            yield web.show("chat.postMessage", message, channel=where.channel, **OURS)
        if where.response and again < MOST_RESPONSES:
            yield web.respond(where.response, message, **EPHEMERAL, **thread)
        if where.channel and not where.direct:
            to = {"channel": where.channel, "user": where.user, **thread}
            yield web.show("chat.postEphemeral", message, **to)
        yield web.show("chat.postMessage", message, channel=where.user, **OURS)

    async def _open(self, where: Where, form: Form) -> None:
        try:
            await self._web.write(
                "views.open", trigger_id=where.trigger, view=view(form, note_of(where))
            )
        except Failed as failed:
            log.warning("a form could not be opened: %s", failed.outcome.why)
            slow = failed.code in SLOW
            await self.tell(where, [wording.too_slow() if slow else wording.no_form()])

    async def _say(self, channel: str, message: Message) -> None:
        try:
            await self._web.show("chat.postMessage", message, channel=channel, **OURS)
        except Failed as failed:
            log.warning("a public reply could not be shown: %s", failed.outcome.why)
