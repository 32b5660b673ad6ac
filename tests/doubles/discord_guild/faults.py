"""What goes wrong between the bot and Discord, call by call."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call."""

    kept: bool = False
    """Whether Discord does what was asked all the same."""
    status: int = 0
    """Answered instead of the true answer; 0: the true one."""
    drop: bool = False
    """Whether the connection breaks instead of an answer."""
    retry_after: float = 0
    """Seconds, with status 429."""
    whole: bool = False
    """Whether a 429 is for all calls together."""
    until: asyncio.Event | None = None
    """The answer is held back until this is set."""


DROPPED = Fault(drop=True)
KEPT_BUT_SILENT = Fault(kept=True, drop=True)
BROKEN = Fault(status=503)
KEPT_BUT_BROKEN = Fault(kept=True, status=503)
OVERLOADED = Fault(status=500)
"""The kind that discord.py tries again by itself."""


def limited(retry_after: float, *, whole: bool = False) -> Fault:
    """Return a refusal for so many seconds; ``whole``: of every call."""
    return Fault(status=429, retry_after=retry_after, whole=whole)


def slow(until: asyncio.Event, *, kept: bool = True) -> Fault:
    """Return an answer that waits for an event; unless ``kept``, so does what was asked."""
    return Fault(kept=kept, until=until)


def chance(
    rng: random.Random, share: float, faults: Collection[Fault], calls: Collection[str]
) -> Callable[[str], Fault | None]:
    """Return what lets a share of these calls fail, each with one of these faults."""
    kinds = tuple(faults)
    return lambda call: rng.choice(kinds) if call in calls and rng.random() < share else None


class Faults:
    """The faults of the calls to come, by the calls' names (``Route.name``)."""

    def __init__(self) -> None:
        self._planned: dict[str, deque[Fault]] = {}
        self.by_chance: Callable[[str], Fault | None] = lambda _: None
        """Asked for every call that has no fault planned."""
        self.drawn = 0
        """How many calls had a fault."""

    def plan(self, call: str, *faults: Fault) -> None:
        """Let the next calls of a name fail, in this order."""
        self._planned.setdefault(call, deque()).extend(faults)

    def draw(self, call: str) -> Fault | None:
        """Return what happens to a call now."""
        planned = self._planned.get(call)
        fault = planned.popleft() if planned else self.by_chance(call)
        self.drawn += fault is not None
        return fault
