"""``gradus demo``: a working week of a made-up team, sped up; the real core over the real store.

Only the clock and the members are scripted.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from adapters.sqlite.store import SqliteStore
from adapters.terminal.stage import Stage
from bot import commands as c
from bot.arriving import Deployed
from bot.desk import Desk
from bot.model import (
    Actor,
    Channel,
    ChannelId,
    Confidence,
    Kind,
    MemberId,
    Pin,
    Question,
    QuestionId,
    Reveal,
    RevealRule,
    Rhythm,
)
from bot.planning import Planning
from bot.ports import Records
from bot.rounds import Rounds
from bot.sender import Sender
from bot.wording import demo as says
from bot.wording import phrases
from config import printing
from config.deployment import public_holidays
from questions.files import read_bank

ROOM = ChannelId("demo://team/ml-interviews")
ZONE = "Europe/Berlin"
FIRST = date(2026, 12, 21)
"""The Monday before Christmas: Friday is a public holiday."""
DAYS: tuple[tuple[date, QuestionId], ...] = tuple(
    (FIRST + timedelta(days=after), QuestionId(question))
    for after, question in (
        (0, "optimisation/adam-bias-correction"),
        (1, "convolution/output-side"),
        (2, "regularisation/batch-norm-learned-parts"),
        (3, "transformers/why-divide-by-root-d"),
        (7, "vision/overlapping-boxes"),
    )
)
"""One question of each kind; Friday, the fifth day, is left out by the calendar."""
NAMES = ("Ada", "Ben", "Chi", "Dev", "Eva")
SURENESS = (Confidence.SURE, Confidence.THINK_SO, Confidence.SURE, Confidence.GUESS, None)
PAUSE = 0.2
"""Seconds between scenes when somebody watches; none into a pipe."""


@dataclass(slots=True)
class Clock:
    """A clock that the script moves."""

    now: datetime

    def __call__(self) -> datetime:
        """Return now, in UTC."""
        return self.now

    def set(self, day: date, at: str) -> None:
        """Move to a local wall time."""
        wall = datetime.combine(day, time.fromisoformat(at), ZoneInfo(ZONE))
        self.now = wall.astimezone(UTC)

    def said(self) -> str:
        """Return the local wall time for the margin."""
        local = self.now.astimezone(ZoneInfo(ZONE))
        return f"{phrases.day(local.date())} {local:%H:%M}"


async def run(stdout: TextIO, *, first_day_only: bool = False) -> None:
    """Play the week, or its first day; takes a few seconds when watched, and no input."""
    with tempfile.TemporaryDirectory() as folder, _no_news():
        async with SqliteStore(Path(folder) / "demo.db", entropy=os.urandom) as store:
            await _Week(store, stdout).play(DAYS[:1] if first_day_only else DAYS)


@contextmanager
def _no_news() -> Iterator[None]:
    """Keep the script's outage out of the log while the block runs."""
    log, quiet = logging.getLogger("bot"), logging.NullHandler()
    before, log.propagate = log.propagate, False
    log.addHandler(quiet)
    try:
        yield
    finally:
        log.removeHandler(quiet)
        log.propagate = before


def _channel() -> Channel:
    """Return the team's channel."""
    rhythm = Rhythm(
        time=time(9, 30),
        zone=ZONE,
        days=frozenset(range(5)),
        reveal=Reveal(RevealRule.AFTER, after=timedelta(hours=6)),
        grace=timedelta(hours=4),
        holidays="DE",
    )
    admin = MemberId("demo://team/admin")
    return Channel(ROOM, rhythm, name="#ml-interviews", admins=(admin,))


class _Week:
    """The week's cast and props."""

    def __init__(self, store: SqliteStore, stdout: TextIO) -> None:
        self.clock = Clock(datetime(2026, 12, 20, 12, tzinfo=UTC))
        self.stage = Stage(stdout, self.clock, printing.screen(), self.clock.said)
        self.bank = read_bank(trusted=True).bank
        self.store = store
        planning = Planning(lambda: self.bank, {"demo": self.stage}, public_holidays)
        self.planning = planning
        self.rounds = Rounds(store, self.clock, planning)
        self.sender = Sender(self.stage, store, self.rounds, self.clock)
        deployed = Deployed(lambda: (), lambda _: _channel(), lambda _: "")
        self.desk = Desk(store, self.rounds, planning, self.clock, deployed)
        self.watched = stdout.isatty()

    async def play(self, days: Sequence[tuple[date, QuestionId]]) -> None:
        """Play the days in order."""
        await self.store.transact(self._set_up)
        self.stage.narrate(says.opening(NAMES))
        for day, name in days:
            await self.day(day, self.bank.questions[name])
        if len(days) > 1:
            self.stage.narrate(says.closing())

    async def day(self, day: date, question: Question) -> None:
        """Play one day: the question, the answers, the thread, the reveal."""
        self.clock.set(day, "09:00")
        if question.kind is Kind.MULTI:
            await self._outage(day)
        else:
            await self._until(day, "09:30")
            if question.kind is Kind.SHORT:
                self.stage.narrate(says.holiday())
            await self._settle()
        await self._answers(question)
        await self._until(day, "16:12" if question.kind is Kind.MULTI else "15:30")
        await self._settle()
        await self._afterwards(question)

    def _set_up(self, records: Records) -> None:
        self.planning.configure(records, [_channel()], self.clock())
        for day, question in DAYS:
            records.save_pin(Pin(ROOM, day, question))

    async def _outage(self, day: date) -> None:
        """The platform is down at posting time; the post goes out once, late."""
        self.stage.down = "503"
        self.stage.narrate(says.outage())
        await self._until(day, "09:30")
        for at in ("09:31", "09:40", "10:12"):
            if at == "10:12":
                self.stage.down = ""
            await self._until(day, at)
            await self._settle()

    async def _until(self, day: date, at: str) -> None:
        self.clock.set(day, at)
        await self._pause()

    async def _settle(self) -> None:
        await self.rounds.tick()
        await self.sender.work()
        await self._pause()

    async def _pause(self) -> None:
        if self.watched:
            await asyncio.sleep(PAUSE)

    async def _ask(self, name: str, command: c.Command) -> None:
        reply = await self.desk.handle(_actor(name), command)
        if name == NAMES[0] and reply.message is not None:
            self.stage.privately(reply.message)

    async def _answers(self, question: Question) -> None:
        """Everybody answers in private; the screen shows Ada's view only."""
        right, wrong = _words(question)
        for place, (name, sure) in enumerate(zip(NAMES, SURENESS, strict=True)):
            self.clock.now += timedelta(minutes=11)
            text = wrong if place in (1, 3) else right
            self.stage.narrate(says.answers(name, sure))
            await self._ask(name, c.Give(text, sure=sure if name != NAMES[0] else None))
            if name == NAMES[0] and sure is not None:
                await self._ask(name, c.Sure(sure))
            await self._pause()
        if question.hints and question.kind is Kind.NUMERIC:
            self.stage.narrate(says.takes_hint(NAMES[4]))
            await self._ask(NAMES[4], c.Hint())
        self.stage.says(NAMES[2], says.argues(question.kind))
        if question.kind is not Kind.OPEN:
            self.clock.now += timedelta(minutes=30)
            self.stage.narrate(says.changes_mind(NAMES[3]))
            await self._ask(NAMES[3], c.Give(right, sure=Confidence.THINK_SO))

    async def _afterwards(self, question: Question) -> None:
        if question.kind is Kind.OPEN:
            self.stage.narrate(says.ticks(NAMES[0]))
            await self._ask(NAMES[0], c.Tick((1, 2)))
        self.stage.narrate(says.looks(NAMES[0]))
        await self._ask(NAMES[0], c.Mine())


def _actor(name: str) -> Actor:
    return Actor(MemberId(f"demo://team/{name.lower()}"), ROOM)


def _words(question: Question) -> tuple[str, str]:
    """Return what to type for a right answer, and for a wrong one."""
    if question.options:
        right = sorted(question.right_keys)
        wrong = [option.key for option in question.options if not option.right]
        return " ".join(right), " ".join(wrong[:1] if question.kind is Kind.CHOICE else wrong)
    if question.number is not None:
        return question.number.written, "42"
    if question.kind is Kind.SHORT:
        return question.accepted[0], says.WRONG_TERM
    return says.EXPLANATION, says.EXPLANATION
