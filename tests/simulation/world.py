"""One world: several channels over some weeks of virtual time, all of it drawn from one seed.

The core is the production core. It dies and is started again over the same store and platform; the
invariants are looked at after every committed transaction and every call of the platform.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar, cast
from zlib import crc32

from bot import commands as c
from bot.arriving import Deployed
from bot.desk import Desk
from bot.errors import GradusError, StoreRefused
from bot.messages import Message
from bot.model import Actor, Bank, Channel, ChannelId, MemberId
from bot.planning import Planning
from bot.ports import Records, Store
from bot.rounds import Rounds
from bot.sender import Sender
from tests.doubles.life import Killed
from tests.simulation import invariants, people, settings
from tests.simulation.faults import Weather
from tests.simulation.ledger import Changes, Ledger, Watched, cause_of
from tests.simulation.life import TICK, Life
from tests.simulation.loop import VirtualLoop
from tests.simulation.people import Event
from tests.simulation.platform import MOST_LAG, Kept, SimPlatform
from tests.simulation.report import Report, report_on
from tests.simulation.view import Invariant, View

T = TypeVar("T")

CHANNELS = 8
DAYS = 45
CALM = 2
"""Days that a world goes on without faults before everything must have ended."""
DAY = 86400.0
WAITING, IDLE = 1800.0, 12 * 3600.0
"""Seconds after which the bot looks though nothing falls due: with something on its way, without.

In production it looks every five seconds; looks that find nothing are left out here.
"""
BETWEEN = 0.2
"""The share of transactions that others come before, where a world is slow."""
WORST_MOMENT = 0.05
"""How often a clock is set forward while a message is under way that nobody knows of."""
LAST_EVENTS = 40


Wiring = Callable[["World"], tuple[Planning, Rounds, Sender]]
"""Builds the core of one life; a mutant builds it otherwise."""


def plan(world: World) -> Planning:
    """Build what plans in a world."""
    return Planning(lambda: world.bank, {world.platform.name: world.platform}, world.holidays)


def wired(world: World) -> tuple[Planning, Rounds, Sender]:
    """Build the core as it is in production."""
    planning = plan(world)
    rounds = Rounds(world, world.now, planning)
    return planning, rounds, Sender(world.platform, world, rounds, world.now)


class World:
    """Channels, their people, a platform and a bot; also the store the bot sees."""

    def __init__(
        self, seed: int, store: Store, *, wiring: Wiring = wired, days: int = DAYS
    ) -> None:
        """Draw a world from a seed; ``store`` is empty."""
        random = Random(seed)
        self.seed, self.days, self.store, self.wiring = seed, days, store, wiring
        self.start = settings.start(random)
        self.channels: list[Channel] = settings.channels(random, CHANNELS)
        self.left_out: set[ChannelId] = set()
        self.bank = Bank.of(settings.questions(random))
        self.bank_ids = sorted(self.bank.questions)
        self.public_holidays = settings.holidays(random, self.start.date())
        self.weather = Weather(
            Random(seed + 1),
            calls=random.choice((0.02, 0.05, 0.05, 0.25)),
            steps=random.choice((0.0, 0.002, 0.01)),
            store=random.choice((0.0, 0.0, 0.005)),
            lag=random.choice((0.0, MOST_LAG)),
            slow=random.random() < 0.4,
        )
        self.random = random
        self.skew = timedelta(0)
        self.set_at = self.start
        """When the clock of the bot's machine was last set."""
        self.platform = SimPlatform(
            self.truth, self.weather, longest=random.choice((0, 0, 0, 0, 0, 2))
        )
        self.platform.on_request = self._requested
        self.platform.on_kept = self._kept
        self.platform.on_late = self._late
        self.platform.step = self._step
        self.ledger = Ledger()
        self.requests: Counter[str] = Counter()
        self.questions: list[Kept] = []
        """The posts that stood, oldest first."""
        self.excused: set[str] = set()
        self.violations: list[str] = []
        self.steps = 0
        self.events: deque[tuple[datetime, str, str, str]] = deque(maxlen=LAST_EVENTS)
        self.digest = 0
        self.life: Life | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._at, self._truth = 0.0, self.start
        self._coming: list[tuple[float, int, Event]] = []
        """What people will do: when, in which order, what."""
        self._next: asyncio.TimerHandle | None = None
        self._drawn = 0
        self._records: Watched | None = None
        self._down_for = 0.0
        self._peaceful = False
        self._deployed = Deployed(lambda: (), lambda _: self.channels[0], lambda _: "gradus.toml")

    # Clocks --------------------------------------------------------------------------------------

    def truth(self) -> datetime:
        """Return the true time, which is also the platform's."""
        at = self._loop.time() if self._loop else 0.0
        if at != self._at:
            self._at = at
            self._truth = self.start + timedelta(seconds=at)
        return self._truth

    def now(self) -> datetime:
        """Return what the clock of the bot's machine shows."""
        return self.truth() + self.skew if self.skew else self.truth()

    def holidays(self, code: str) -> Collection[date]:
        """Return the public holidays of the one country there is."""
        return self.public_holidays if code else ()

    # The store the bot sees ----------------------------------------------------------------------

    async def transact(self, work: Callable[[Records], T]) -> T:
        """Run one transaction; the process may die before its commit, or before hearing of it."""
        if self.weather.slow and self.random.random() < BETWEEN:
            await asyncio.sleep(0.005)
        life = self.life
        if life is None or not life.alive:
            raise Killed
        changes = Changes(cause_of(work))

        def whole(records: Records) -> T:
            view = self._records
            if view is None or view.under is not records:
                view = self._records = Watched(records)
            view.changes = changes
            result = work(cast(Records, view))
            if changes:
                if self.weather.once_in(self.weather.store, "the store refused"):
                    life.look_soon()
                    raise StoreRefused("database or disk is full")
                self._step()
            return result

        result = await self.store.transact(whole)
        if changes:
            self._committed(changes)
            self._set_alarm(life)
            self._step()
        return result

    def _committed(self, changes: Changes) -> None:
        self.ledger.commit(changes)
        for _, one in changes.deliveries:
            self._say(changes.cause, one.id, f"{one.state} {one.attempt} {one.reason}")
        for before, round_ in changes.rounds:
            if before is None or before.state is not round_.state:
                self._say(changes.cause, round_.id, f"{round_.state} {round_.reason}")
        view = self._view()
        view.changes = changes
        for written, looked_at in invariants.AT_COMMIT.items():
            if getattr(changes, written):
                self._check(looked_at, view)

    # Steps ---------------------------------------------------------------------------------------

    def _step(self) -> None:
        """Pass a boundary between two steps: here the process may die."""
        self.steps += 1
        life = self.life
        if life is None or not life.alive:
            raise Killed
        if self.weather.once_in(self.weather.steps, "crashes"):
            self._say("crash", "", "")
            life.die()
            raise Killed

    def _requested(self, key: str, message: Message) -> None:
        self.requests[key] += 1
        view = self._view()
        view.key, view.message, view.requests = key, message, self.requests
        self._say("asked to show", self.ledger.by_key.get(key, key), "")
        self._check(invariants.AT_REQUEST, view)

    def _kept(self, one: Kept) -> None:
        view = self._view()
        view.key = one.key
        name = self.ledger.by_key.get(one.key)
        self._say("kept", name or one.key, one.ref)
        if name is not None and name.endswith("|question|1"):
            self.questions.append(one)
        self._check(invariants.WHEN_KEPT, view)

    def _late(self) -> None:
        """Now and then somebody sets the clock while nobody knows what became of a message."""
        if self.random.random() < WORST_MOMENT:
            self.later(self.random.uniform(0, 30), people.jump_ahead)

    def _say(self, what: str, whom: str, how: str) -> None:
        self.events.append((self.now(), what, whom, how))
        self.digest = crc32(f"{self.steps}{what}{whom}{how}".encode(), self.digest)

    def _view(self) -> View:
        was_set = self.truth() - self.set_at < invariants.CLOCK_MATTERS
        return View(
            self.ledger,
            self.platform,
            self.holidays,
            self.now(),
            clock_was_set=was_set,
            excused=self.excused,
        )

    def _check(self, which: Iterable[Invariant], view: View) -> None:
        for invariant in which:
            for problem in invariant(view):
                last = "\n".join(
                    f"  {at:%m-%d %H:%M:%S} {' '.join(rest)}" for at, *rest in self.events
                )
                self.violations.append(
                    f"seed {self.seed}, step {self.steps}, {invariant.__name__}: {problem}\n"
                    f"To see it again: python -m tests.simulation {self.seed}\n{last}"
                )
                if self.life is not None:
                    self.life.die()

    # What people do to it -----------------------------------------------------------------------

    def later(self, seconds: float, event: Event) -> None:
        """Let something happen after so many seconds."""
        self._drawn += 1
        heappush(self._coming, (asyncio.get_running_loop().time() + seconds, self._drawn, event))
        if self._coming[0][1] == self._drawn:
            self._await_the_next()

    def _await_the_next(self) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_at(self._coming[0][0], self._happens)

    def _happens(self) -> None:
        """Let everything happen whose time has come."""
        now = asyncio.get_running_loop().time()
        while self._coming and self._coming[0][0] <= now:
            _, _, event = heappop(self._coming)
            if not self._peaceful:
                event(self, self.random)
        if self._coming:
            self._await_the_next()

    def ask(self, member: MemberId, channel: ChannelId, command: c.Command) -> None:
        """Bring a command to the desk, if the bot runs."""
        if self.life is not None and self.life.desk is not None:
            self.life.spawn(self.life.desk.handle(Actor(member, channel), command))

    def configure(self) -> None:
        """Let the bot take the settings as they are, now or when it starts."""
        if self.life is not None and self.life.planning is not None:
            self.life.spawn(self._configure(self.life.planning))

    async def _configure(self, planning: Planning) -> None:
        listed = [channel for channel in self.channels if channel.id not in self.left_out]

        def configure(records: Records) -> None:
            planning.configure(records, listed, self.now())

        with suppress(GradusError):
            await self.transact(configure)

    def stop(self, for_: float) -> None:
        """Stop the bot for so many seconds."""
        if self.life is not None:
            self._down_for = for_
            self.life.die()

    def set_clock(self, skew: timedelta) -> None:
        """Set the clock of the bot's machine to so far from the true time."""
        self.skew = skew
        self.set_at = self.truth()
        if self.life is not None:
            self.life.target = None
            self.life.look_soon()

    # A run ---------------------------------------------------------------------------------------

    async def run(self) -> Report:
        """Live through the days, calm down, and look whether everything ended."""
        self._loop = asyncio.get_running_loop()
        self._draw_events()
        await self._live_until(self.days * DAY)
        self._peaceful = True
        self.weather.calm()
        self.set_clock(timedelta(0))
        self.left_out.clear()
        self.platform.mend()
        if self.life is not None:
            self.life.die()
        await self._live_until((self.days + CALM) * DAY)
        if not self.violations:
            self._check(invariants.IN_THE_END, self._view())
        return report_on(self)

    def _draw_events(self) -> None:
        for often, number in ((people.PER_CHANNEL_DAY, len(self.channels)), (people.PER_DAY, 1)):
            for event, rate in often:
                at = self.random.expovariate(rate * number)
                while at < self.days:
                    self.later(at * DAY, event)
                    at += self.random.expovariate(rate * number)

    async def _live_until(self, end: float) -> None:
        """Live one life after the other; the bot is down for some seconds between two."""
        loop = asyncio.get_running_loop()
        while loop.time() < end and not self.violations:
            life = self.life = Life(loop)
            timer = loop.call_at(end, life.ended.set)
            life.spawn(self._bot(life))
            await life.ended.wait()
            timer.cancel()
            life.alive = False
            if life.timer is not None:
                life.timer.cancel()
            await life.bury()
            down, self._down_for = self._down_for, 0.0
            await asyncio.sleep(min(down, max(0.0, end - loop.time())))

    async def _bot(self, life: Life) -> None:
        """Do what the program does: start, then tick whenever something may be due."""
        planning, rounds, sender = self.wiring(self)
        rounds.wake = sender.wake
        try:
            await rounds.recover()
        except GradusError:  # the program ends, and whoever keeps it running starts it again
            self._down_for = TICK
            life.die()
            return
        life.planning = planning
        life.desk = Desk(self, rounds, planning, self.now, self._deployed, life.ring)
        await self._configure(planning)
        life.spawn(sender.run())
        while True:
            life.rung.clear()
            await rounds.tick()
            self._set_alarm(life)
            if not life.rung.is_set():
                most = WAITING if self.ledger.hot else IDLE
                late = asyncio.get_running_loop().call_later(most, life.ring)
                await life.rung.wait()
                late.cancel()

    def _set_alarm(self, life: Life) -> None:
        """Have the bot look when the next thing falls due, as its ticks would within seconds."""
        now = self.now()
        target = self.ledger.next_alarm(now)
        if target == life.target and life.timer is not None:
            return
        if life.timer is not None:
            life.timer.cancel()
            life.timer = None
        life.target = target
        if target is not None:
            seconds = (target - now).total_seconds() + self.random.uniform(0, TICK)
            life.timer = asyncio.get_running_loop().call_later(seconds, life.ring)


def simulate(seed: int, store: Store, **options: Any) -> Report:
    """Run the world of a seed over an empty store; the same seed gives the same report."""
    gc.disable()  # there is hardly any garbage in cycles, and looking for it takes a tenth
    logger = logging.getLogger("bot")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)  # what it says of a thousand crashes helps nobody
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(World(seed, store, **options).run())
    finally:
        logger.setLevel(level)
        gc.enable()
