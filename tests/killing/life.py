"""One life of a bot: the real core on a real file, until it is killed or its time is over.

It runs in a process forked by the loop or, as a script, in an interpreter of its own. Each step
(a statement that writes, a call to the platform) is counted; at a chosen one the killer is told.
"""

from __future__ import annotations

import asyncio
import faulthandler
import hashlib
import itertools
import json
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from adapters.sqlite import SqliteStore
from bot.commands import Give
from bot.model import (
    Actor,
    ChannelId,
    Confidence,
    MemberId,
    Round,
    RoundState,
    platform_of,
)
from bot.ports import Records
from tests.doubles.house import House, choice
from tests.killing import mutants
from tests.killing.world import SharedClock, named

PATIENCE = 60.0
"""Seconds after which a life that is not yet at its end says where it hangs, and ends."""
CALLS = ("post", "open_thread", "reply", "edit", "find", "delete", "direct")
LONG = "Three weights start at zero.\n\nAll gradients are equal.\n\nWhat happens then?"
QUESTIONS = tuple(choice(f"optimisation/zero-start-{n}", prompt=LONG) for n in range(30))


@dataclass(frozen=True, slots=True)
class Start:
    """What a life is told at its beginning."""

    world: str
    folder: str
    """Where the database, the clock and all else is."""
    address: str
    number: int
    """Which life it is."""
    seed: int
    last: int | None = None
    """The step at which the killer is told; ``None``: never."""
    calls: bool = False
    """Whether only the platform's calls are counted as steps, and no statements."""
    still: bool = False
    """Whether it then stands still, to be killed at this very step and not soon after."""
    until: float | None = None
    """Seconds since 1970 by the shared clock, when it ends by itself."""
    mutant: str = ""
    """What is broken on purpose; see ``mutants``."""

    def written(self) -> str:
        """Return it as one line; ``Start(**json.loads(line))`` reads it."""
        return json.dumps(asdict(self))

    @property
    def database(self) -> Path:
        """The bot's database."""
        return Path(self.folder, "gradus.db")

    @property
    def clock(self) -> Path:
        """The file of the shared clock."""
        return Path(self.folder, "clock")

    @property
    def answers(self) -> Path:
        """Where members write down what was acknowledged to them: round's key and member."""
        return Path(self.folder, "answers")


class Steps:
    """Counts steps, on any thread; at the last one it writes a byte to the killer."""

    def __init__(self, start: Start, line: int) -> None:
        """Take the descriptor of the killer's pipe."""
        self._start = start
        self._line = line
        self._numbers = itertools.count(1)

    def __call__(self) -> None:
        """Count one."""
        if next(self._numbers) == self._start.last:
            os.write(self._line, b".")
            if self._start.still:
                threading.Event().wait()  # for the end

    def statement(self, sql: str) -> None:
        """Count an SQL statement, unless it only reads."""
        if not self._start.calls and not sql.startswith("SELECT"):
            self()

    def around(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Return a call that counts before and after itself."""

        async def counted(*values: Any, **options: Any) -> Any:
            self()
            result = await call(*values, **options)
            self()
            return result

        return counted


async def live(start: Start, steps: Steps) -> None:
    """Live from day to day: do what is due, let a member answer, move on to what is due next."""
    world, clock = named(start.world), SharedClock(start.clock)

    def entropy(count: int) -> bytes:
        steps()
        return hashlib.shake_128(str(start.seed).encode()).digest(count)

    steps()
    async with SqliteStore(start.database, entropy=entropy) as store:
        await store.maintain(lambda db: db.conn.set_trace_callback(steps.statement))

        async def first_time(event: str) -> bool:
            return await store.transact(lambda r: r.first_time(platform.name, event, clock()))

        platform = world.bot(start.address, clock, first_time)
        for verb in CALLS:
            setattr(platform, verb, steps.around(getattr(platform, verb)))
        channels = world.channels(start.address)
        house = House(store, QUESTIONS, channels=channels, platform=platform, clock=clock)
        mutants.change(house, start.mutant)
        async with platform.connected(house.desk.handle):
            await house.start()
            while True:
                await _answer(house, start)
                due = await store.transact(lambda records: next_due(records, clock()))
                if start.until is not None and due.timestamp() >= start.until:
                    return
                clock.set(due)
                await house.settle()


async def _answer(house: House, start: Start) -> None:
    """Have a new member answer each open question, and note that it was acknowledged."""
    for channel in house.channels:
        newest = await house.store.transact(partial(_newest, channel=channel.id))
        if newest is None or newest.state is not RoundState.OPEN:
            continue
        name = f"{platform_of(channel.id)}://member-{start.number}-{house.clock().timestamp():.0f}"
        actor = Actor(MemberId(name), channel.id)
        await house.desk.handle(actor, Give("B", round=newest.key, sure=Confidence.SURE))
        with start.answers.open("a") as answers:
            answers.write(f"{newest.key} {name}\n")


def _newest(records: Records, *, channel: ChannelId) -> Round | None:
    return next(iter(records.rounds(channel, 1)), None)


def next_due(records: Records, now: datetime) -> datetime:
    """Return the next instant after now at which something may fall due, at most a day ahead."""
    instants: set[datetime | None] = {now + timedelta(days=1)}
    for state in records.channels():
        instants.add(state.next_at)
        for round_ in records.rounds(state.channel.id, 3):
            instants.add(round_.reveal_at)
            for one in records.deliveries(round_.id):
                instants |= {one.not_before, one.check_at, one.sweep_at}
    return min(instant for instant in instants if instant is not None and instant > now)


def become(start: Start, line: int) -> None:
    """Turn this process into a bot; returns when its time is over."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    asyncio.run(live(start, Steps(start, line)))


if __name__ == "__main__":
    become(Start(**json.loads(sys.argv[1])), int(sys.argv[2]))
