"""What a run came to: how many days, which faults, and what was left behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import timetable
from bot.model import FINAL, DeliveryState
from tests.simulation.view import unconfirmed

if TYPE_CHECKING:
    from tests.simulation.world import World


CAME_AFTER_ALL = "given up, and came after the clock was set"


@dataclass(slots=True)
class Report:
    """What one seed's run came to."""

    seed: int
    channel_days: int
    doubles_left: int
    lost: int
    figures: Counter[str]
    """Faults and events by name, deliveries and rounds by state."""
    violations: list[str]
    """Each with the invariant, the step, the last events and how to see it again."""
    digest: int
    """The same for the same seed, whatever the machine."""


def report_on(world: World) -> Report:
    """Count what happened in a world."""
    figures = Counter(world.weather.figures)
    figures.update(f"deliveries {one.state}" for one in world.ledger.deliveries.values())
    figures.update(f"rounds {one.state}" for one in world.ledger.rounds.values())
    figures.update("unconfirmed" for one in world.ledger.deliveries.values()
                   if unconfirmed(one))  # fmt: skip
    zones = {c.channel.id: c.channel.rhythm.zone for c in world.ledger.channels.values()}
    figures["clocks changed"] = sum(
        _offset(one.due_at, zones[one.channel]) != _offset(world.start, zones[one.channel])
        for one in world.ledger.rounds.values()
    )
    figures["questions came round again"] = sum(
        state.cycle > 1 for state in world.ledger.channels.values()
    )
    figures[CAME_AFTER_ALL] = len(world.excused)
    final = [one for one in world.ledger.deliveries.values() if one.state in FINAL]
    return Report(
        world.seed,
        channel_days=len(world.channels) * round((world.truth() - world.start) / timedelta(days=1)),
        doubles_left=sum(len(world.platform.standing(one.key)) > 1 for one in final),
        lost=sum(one.state is DeliveryState.SENT and one.key not in world.platform.copies
                 for one in final),
        figures=figures,
        violations=world.violations,
        digest=world.digest,
    )  # fmt: skip


def _offset(at: datetime, zone: str) -> timedelta | None:
    return timetable.local(at, zone).utcoffset()
