"""The App Home: a member's own page, made of the messages that the core gives for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.blocks import blocks
from adapters.slack.limits import Json, problems
from adapters.slack.parts import parts
from adapters.slack.web import Failed, Web
from bot.messages import Message, Reply

log = logging.getLogger(__name__)

MOST_PAGES = 5
"""Pages of a member's channels that are read, of 200 each."""


class Homes:
    """Knows which channels concern a member, and publishes their page."""

    def __init__(self, web: Web) -> None:
        """Take the Web API."""
        self._web = web

    async def channels(self, user: str) -> Sequence[str]:
        """Return the ids of channels that a member is in and we can see; none if it fails."""
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            try:
                page = await self._web.read(
                    "users.conversations", user=user, types="public_channel,private_channel",
                    exclude_archived=True, limit=200, cursor=cursor,
                )  # fmt: skip
            except Failed as failed:
                log.info("a member's channels could not be read: %s", failed.outcome.why)
                break
            found += (str(one["id"]) for one in page.get("channels", ()))
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return found

    async def publish(self, user: str, reply: Reply) -> None:
        """Show a member their page."""
        messages = [one for one in (reply.message, *reply.extra) if one is not None]
        if not messages:
            return
        try:
            await self._web.write("views.publish", user_id=user, view=page(messages))
        except Failed as failed:
            log.warning("a member's page could not be shown: %s", failed.outcome.why)


def page(messages: Sequence[Message]) -> dict[str, Any]:
    """Return messages as a Home tab, a line between them, without what a tab cannot show.

    Tables are aligned text there. What is beyond Slack's limits is left out.
    """
    view: dict[str, Any] = {"type": "home", "blocks": []}
    for block in _blocks(messages):
        view["blocks"].append(block)
        if problems(view):
            view["blocks"].pop()
            break
    return view


def _blocks(messages: Sequence[Message]) -> Iterator[Json]:
    for place, message in enumerate(messages):
        if place:
            yield {"type": "divider"}
        for part in parts(message):
            yield from blocks(part, plain=True)
