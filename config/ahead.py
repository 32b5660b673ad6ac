"""Looks ahead for the command line: the same forecast the running bot makes, from beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from adapters.memory import MemoryStore
from adapters.sqlite.store import open_reader
from bot import outbox, timetable
from bot.messages import Message
from bot.model import Channel, DeliveryKind, Round, RoundId, RoundState
from bot.planning import Forecast, Planning
from bot.ports import Records
from bot.wording import phrases, posts
from config.deployment import Deployment, now, public_holidays

T = TypeVar("T")


async def forecasts(deployment: Deployment, days: int) -> list[tuple[Channel, list[Forecast]]]:
    """Return each channel's coming slots with their questions."""
    planning = Planning(lambda: deployment.bank, {}, public_holidays)

    def work(records: Records) -> list[tuple[Channel, list[Forecast]]]:
        return [
            (state.channel, planning.forecast(records, state, days))
            for state in records.channels()
            if state.active
        ]

    return await _look(deployment, planning, work)


async def next_posts(deployment: Deployment) -> list[tuple[Channel, str, Message]]:
    """Return each channel's next post: when it comes, and what it shows."""
    planning = Planning(lambda: deployment.bank, {}, public_holidays)
    present = now()

    def work(records: Records) -> list[tuple[Channel, str, Message]]:
        found = []
        for state in records.channels():
            coming = planning.forecast(records, state, 1) if state.active else []
            if not coming or coming[0].question is None:
                continue
            channel, slot = state.channel, coming[0].slot
            name = RoundId(f"{channel.id}|{slot.date}|1")
            round_ = Round(
                name, channel.id, slot.date, 1, RoundState.PLANNED, "", slot.due, slot.due,
                question=coming[0].question, number=state.sent + 1,
            )  # fmt: skip
            key = outbox.key_of(
                records.secret(), outbox.delivery_id(name, DeliveryKind.QUESTION, 1)
            )
            posted = max(slot.due, present)
            rhythm = channel.rhythm
            reveal_at = timetable.reveal_time(rhythm.reveal, posted, rhythm.zone, None)
            message = posts.question(round_, channel, key, 0, reveal_at, present)
            found.append((channel, phrases.when(slot.due, rhythm.zone, present), message))
        return found

    return await _look(deployment, planning, work)


async def _look(deployment: Deployment, planning: Planning, work: Callable[[Records], T]) -> T:
    """Run ``work`` on the store beside the bot, or on an empty one where there is none yet."""
    if deployment.store.exists():
        return await asyncio.to_thread(_read, deployment, work)
    store = MemoryStore()
    channels = deployment.channels()
    await store.transact(lambda records: planning.configure(records, channels, now()))
    return await store.transact(work)


def _read(deployment: Deployment, work: Callable[[Records], T]) -> T:
    with open_reader(deployment.store) as reader:
        return reader.read(work)
