"""Telling admins things: once per cause and day, to the configured place; not how it gets there."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime

from bot import timetable
from bot.messages import Message, Prose, flat
from bot.messages import Paragraph as _Paragraph
from bot.model import Channel, Notice
from bot.ports import Records

log = logging.getLogger(__name__)


def tell(records: Records, channel: Channel, cause: str, message: Message, now: datetime) -> None:
    """Leave a notice for a channel's admins; a cause told today already is not told again.

    It goes to the channel's ``notices`` address, or to each admin; with neither it is only logged.
    """
    _leave(records, _name(cause, channel, now), _addressees(channel), message, now)


def tell_all(
    records: Records, admins: Collection[str], cause: str, message: Message, now: datetime
) -> None:
    """Leave a notice about the deployment for everybody who is told about any channel."""
    places = {place for state in records.channels() if state.active
              for place in _addressees(state.channel)}  # fmt: skip
    day = now.astimezone(UTC).date()
    _leave(records, f"{cause}||{day}", sorted(places | set(admins)), message, now)


def _leave(
    records: Records, name: str, places: Collection[str], message: Message, now: datetime
) -> None:
    new = [
        place
        for place in places
        if records.add_notice(Notice(f"{name}|{place}", place, now), message)
    ]
    if new or not places:
        log.warning("notice %s: %s", name.partition("|")[0], summary(message))


def _addressees(channel: Channel) -> tuple[str, ...]:
    return (channel.notices,) if channel.notices else channel.admins


def _name(cause: str, channel: Channel, now: datetime) -> str:
    return f"{cause}|{channel.id}|{timetable.local_date(now, channel.rhythm.zone)}"


def summary(message: Message) -> str:
    """Return the first paragraph of a message as plain text, for the log; no member's words."""
    for part in message.body:
        if isinstance(part, Prose):
            for block in part.blocks:
                if isinstance(block, _Paragraph):
                    return flat(block.children)
    return message.title
