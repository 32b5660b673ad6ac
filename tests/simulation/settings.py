"""What a world is made of: channels in zones whose clocks change, rhythms, questions, holidays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from bot.model import (
    Channel,
    ChannelId,
    DateRange,
    Kind,
    Level,
    MemberId,
    Mix,
    Option,
    Question,
    QuestionId,
    Reveal,
    RevealRule,
    Rhythm,
)
from tests.simulation.platform import NAME

ADMIN = MemberId(f"{NAME}://admin")
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo",
    "America/Santiago", "Asia/Beirut", "America/Nuuk", "Africa/Casablanca", "Asia/Kolkata",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "America/St_Johns",
)  # fmt: skip
TIMES = (time(0), time(0, 30), time(2, 30), time(9, 30), time(9, 30), time(16), time(23, 45))
DAYS = (frozenset(range(7)), frozenset(range(5)), frozenset(range(5)), frozenset({1, 3}))
REVEALS = (
    Reveal(RevealRule.AFTER, after=timedelta(hours=6)),
    Reveal(RevealRule.AFTER, after=timedelta(minutes=30)),
    Reveal(RevealRule.AFTER, after=timedelta(hours=30)),
    Reveal(RevealRule.AT, at=time(17)),
    Reveal(RevealRule.AT, at=time(2, 30)),
    Reveal(RevealRule.NEXT),
    Reveal(RevealRule.ANSWERED),
)
GRACES = (timedelta(hours=4), timedelta(minutes=30), timedelta(hours=20), None)
TOPICS = ("attention", "convolution", "optimisation", "regularisation", "theory")
STARTS = (date(2026, 3, 1), date(2026, 4, 1), date(2026, 8, 20), date(2026, 10, 10),
          date(2025, 2, 20), date(2027, 1, 5), date(2011, 12, 1))  # fmt: skip
"""Days shortly before the clocks of some of the zones change; the last before Apia lost a day."""


def rhythm(random: Random) -> Rhythm:
    """Draw when a channel is asked."""
    return Rhythm(
        random.choice(TIMES),
        random.choice(ZONES),
        random.choice(DAYS),
        random.choice(REVEALS),
        random.choice(GRACES),
        holidays=random.choice(("", "XX")),
    )


def channels(random: Random, number: int) -> list[Channel]:
    """Draw channels with their settings."""
    return [
        Channel(
            ChannelId(f"{NAME}://team/{place}"),
            rhythm(random),
            admins=(ADMIN,),
            announce=random.random() < 0.5,
        )
        for place in range(number)
    ]


def changed(channel: Channel, random: Random, today: date) -> Channel:
    """Draw what somebody makes of a channel's settings in the file."""
    old = channel.rhythm
    drawn = rhythm(random)
    skip = DateRange(today + timedelta(days=2), today + timedelta(days=random.randint(2, 5)))
    new = random.choice((
        replace(old, time=drawn.time),
        replace(old, zone=drawn.zone),
        replace(old, days=drawn.days),
        replace(old, reveal=drawn.reveal),
        replace(old, grace=drawn.grace),
        replace(old, holidays=drawn.holidays),
        replace(old, skip=(*old.skip, skip)),
    ))  # fmt: skip
    mix = channel.mix
    if random.random() < 0.2:
        mix = Mix(topics={topic: random.randint(1, 3) for topic in random.sample(TOPICS, 3)})
    return replace(channel, rhythm=new, mix=mix)


def holidays(random: Random, start: date) -> Collection[date]:
    """Draw a country's public holidays."""
    return frozenset(start + timedelta(days=random.randint(1, 90)) for _ in range(6))


def start(random: Random) -> datetime:
    """Draw when a world begins."""
    day = random.choice(STARTS)
    return datetime.fromisoformat(f"{day}T{random.randint(0, 23):02d}:17:00+00:00")


def questions(random: Random) -> tuple[Question, ...]:
    """Draw a bank, small enough to be asked more than once, or large."""
    number = random.choice((12, 40, 150))
    return tuple(_question(place) for place in range(number))


def _question(place: int) -> Question:
    topic = TOPICS[place % len(TOPICS)]
    kind = (Kind.CHOICE, Kind.OPEN, Kind.CHOICE)[place % 3]
    options = (
        Option("a", "Yes", right=True),
        Option("b", "No", right=False, why="It is not so."),
    )
    return Question(
        QuestionId(f"{topic}/q{place}"),
        title=f"Question {place}",
        kind=kind,
        level=tuple(Level)[place % 7 % 3],
        topic=topic,
        prompt="One paragraph.\n\nAnother one.\n\nIs it so?",
        answer="It is.\n\nThis is why.\n\nAnd this.",
        options=options if kind is Kind.CHOICE else (),
        rubric=("one", "two", "three") if kind is Kind.OPEN else (),
    )
