"""Says what the desk replied to who asked: in the one response Discord takes, and after it.

A response is due within three seconds; a form can only be the response itself. What a member asked
for is seen by them alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.discord.calls import ANSWERED, UNKNOWN_INTERACTION, Calls, Failed
from adapters.discord.components import payload
from adapters.discord.forms import modal
from adapters.discord.limits import Json, problems
from adapters.discord.parts import parts
from bot.messages import Message, Reply
from bot.wording import discord as wording

log = logging.getLogger(__name__)

EPHEMERAL = 1 << 6
_SAY, _WAIT, _HEARD, _CHANGE, _SUGGEST, _FORM = 4, 5, 6, 7, 8, 9
"""Types of responses (docs.discord.com, Receiving and Responding)."""
_GONE = frozenset({UNKNOWN_INTERACTION, ANSWERED})
"""Codes that also come now and then without a fault of ours; there is nobody left to answer."""


@dataclass(slots=True)
class Asked:
    """Something a member did, and what it takes to answer it."""

    id: int
    token: str
    application: int
    channel: int
    """Where it was done: a channel or a thread."""
    pressed: bool = False
    """Whether it was done on a message, which may then stay as it is."""
    private: bool = False
    """Whether that is a message that only they can see."""
    responded: bool = False
    waiting: bool = False
    """Whether they were told to wait, and see that until something takes its place."""


class Replies:
    """Shows replies; trouble with that is logged, for there is nobody to tell."""

    def __init__(self, calls: Calls) -> None:
        """Take what calls Discord."""
        self._calls = calls

    async def show(self, asked: Asked, reply: Reply) -> None:
        """Open the form, say the messages in order, and make public what is public."""
        private = [one for one in (reply.message, *reply.extra) if one is not None]
        if reply.form is not None:
            if not asked.responded and await self._respond(asked, _FORM, modal(reply.form)):
                return
            private = [wording.too_slow(), *private]
        await self.tell(asked, private, replacing=reply.replaces and asked.private)
        if asked.pressed and not asked.responded:
            await self._respond(asked, _HEARD, {})
        if reply.public is not None:
            await self._say(asked.channel, reply.public)

    async def tell(
        self, asked: Asked, messages: Sequence[Message], *, replacing: bool = False
    ) -> None:
        """Say something to one person, in as many messages as it takes."""
        shown = [part for one in messages for part in _shown(one)]
        for place, one in enumerate(shown):
            if not asked.responded:
                await self._respond(asked, _CHANGE if replacing else _SAY, one)
            elif place == 0 and asked.waiting:
                asked.waiting = False
                await self._after(asked, "PATCH", "/messages/@original", one)
            else:
                await self._after(asked, "POST", "", one)

    async def wait(self, asked: Asked) -> None:
        """Tell somebody that an answer is on its way."""
        asked.waiting = await self._respond(asked, _WAIT, {"flags": EPHEMERAL})

    async def suggest(self, asked: Asked, choices: list[Json]) -> None:
        """Suggest what could be typed."""
        await self._respond(asked, _SUGGEST, {"choices": choices})

    async def _respond(self, asked: Asked, kind: int, data: Json) -> bool:
        """Respond; False where that is not possible, for it is too late or not understood."""
        try:
            path = f"/interactions/{asked.id}/{asked.token}/callback"
            await self._calls.respond("POST", path, {"type": kind, "data": data})
        except Failed as failed:
            level = logging.INFO if failed.code in _GONE else logging.WARNING
            log.log(level, "an interaction was not answered: %s", failed.outcome.why)
            return False
        asked.responded = True
        return True

    async def _after(self, asked: Asked, method: str, path: str, data: Json) -> None:
        try:
            whole = f"/webhooks/{asked.application}/{asked.token}{path}"
            await self._calls.respond(method, whole, data)
        except Failed as failed:
            log.warning("a reply could not be shown: %s", failed.outcome.why)

    async def _say(self, channel: int, message: Message) -> None:
        try:
            for part in parts(message):
                await self._calls.call(
                    "POST",
                    "/channels/{channel_id}/messages",
                    json=payload(part),
                    channel_id=channel,
                )
        except Failed as failed:
            log.warning("a public reply could not be shown: %s", failed.outcome.why)


def _shown(message: Message) -> list[Json]:
    """Return a message for one person, in as many parts as it takes; most take one."""
    whole = payload(message)
    shown = [payload(part) for part in parts(message)] if problems(whole) else [whole]
    return [{**one, "flags": one["flags"] | EPHEMERAL} for one in shown]
