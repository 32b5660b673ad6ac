"""Bots that are broken on purpose, each in one way, to see that the simulation finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot import outbox
from bot.model import Delivery, Later, Outcome, Search, Unknown
from bot.planning import Planning
from bot.ports import Records
from bot.rounds import Job, Rounds
from bot.sender import Sender, _place
from tests.simulation.world import Wiring, World, plan


class ResendsBlindly(Rounds):
    """Takes *nobody knows* for *not sent*."""

    def record(self, records: Records, job: Delivery, outcome: Outcome) -> None:
        if isinstance(outcome, Unknown):
            outcome = Later(timedelta(0), outcome.why)
        super().record(records, job, outcome)


class DoesNotSettle(Rounds):
    """Trusts the history at once."""

    def _settle(self, one: Delivery) -> timedelta:
        return timedelta(0)


class WritesNoIntent(Rounds):
    """Sends first and writes afterwards."""

    def _intend(self, records: Records, one: Delivery, now: datetime) -> Job | None:
        return Job(outbox.intend(one, now), records.payload(one.id), _place(records, one))


class NeverSweeps(Rounds):
    """Looks for no doubles, whatever happened."""

    def keep(self, records: Records, before: Delivery, after: Delivery, now: datetime) -> None:
        super().keep(records, before, replace(after, sweep_at=None), now)


class GivesUpSilently(Rounds):
    """Takes a message that was not found for one that was never to be sent."""

    def found(self, records: Records, one: Delivery, search: Search) -> None:
        self.keep(records, one, outbox.cancel(one, "not found"), self.clock())


def broken(make: Callable[..., Rounds]) -> Wiring:
    """Return a core whose rounds are broken."""

    def wiring(world: World) -> tuple[Planning, Rounds, Sender]:
        planning = plan(world)
        rounds = make(world, world.now, planning)
        return planning, rounds, Sender(world.platform, world, rounds, world.now)

    return wiring
