"""What ``gradus config check`` says of settings without mistakes: each channel's next questions.

It looks at the settings and the calendar only. What the store knows (pauses, days skipped in chat,
questions already asked) is the business of ``gradus plan``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from bot import timetable
from bot.model import Channel, Slot
from bot.wording.phrases import clock, count, day, name
from config.holiday import holidays_of
from config.settings import Settings

POSTS = 5
"""So many questions of each channel are shown."""
YEARS = 4
"""So many calendar years of holidays, this one included, hold what the timetable looks at."""


def report(source: str, settings: Settings, now: datetime, machine_zone: str) -> list[str]:
    """Return the lines of the report: that all is well, and each channel's next five questions.

    ``source`` names the file as the reader knows it; ``now`` is an aware instant.
    """
    channels = settings.channels(machine_zone)
    if not channels:
        return [f"{source}: no mistakes. It names no channel: they are set up in chat."]
    head = f"{source}: no mistakes, {count(len(channels), 'channel')}. The next questions:"
    return [head, *(_line(channel, now) for channel in channels)]


def _line(channel: Channel, now: datetime) -> str:
    """Return one channel's next questions, in its local time."""
    zone = channel.rhythm.zone
    times = [f"{day(s.date)} {s.date.year} {clock(s.due, zone)}" for s in upcoming(channel, now)]
    if not times:
        return (
            f"{name(channel)}: none in the next {timetable.LOOK_AHEAD} days. "
            "Days, holidays and skip leave nothing."
        )
    first, *others = times
    return ", ".join([f"{name(channel)}: {first} ({zone})", *others])


def upcoming(channel: Channel, now: datetime, number: int = POSTS) -> list[Slot]:
    """Return a channel's next slots, had the bot seen it first at ``now``."""
    return list(islice(_slots(channel, now), number))


def _slots(channel: Channel, now: datetime) -> Iterator[Slot]:
    """Yield a channel's slots from now on; in the terminal the current day's still counts."""
    today = timetable.local_date(now, channel.rhythm.zone)
    holidays = holidays_of(channel.rhythm.holidays, range(today.year, today.year + YEARS))
    for slot in timetable.slots(channel.rhythm, holidays, (), today):
        if slot.due > now or (channel.counts_today and slot.date == today):
            yield slot
