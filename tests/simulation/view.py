"""What an invariant looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot import outbox
from bot.messages import Message
from bot.model import Delivery, DeliveryState
from bot.ports import Holidays
from tests.simulation.ledger import Changes, Ledger
from tests.simulation.platform import SimPlatform


@dataclass(slots=True)
class View:
    """What an invariant looks at: what stands, and what has just happened."""

    ledger: Ledger
    platform: SimPlatform
    holidays: Holidays
    now: datetime
    """By the bot's clock."""
    changes: Changes = field(default_factory=Changes)
    """What was just committed."""
    key: str = ""
    """Whose message is being asked for, or was kept, just now."""
    message: Message | None = None
    """What the platform was asked to show."""
    clock_was_set: bool = False
    """Whether somebody set the bot's clock lately; what it waited for may not have come."""
    excused: set[str] = field(default_factory=set)
    """Messages that came after they were given up, because the clock was set in between."""
    requests: dict[str, int] = field(default_factory=dict)
    """How often each message was asked for so far, this time included."""


Invariant = Callable[[View], Iterator[str]]


def unconfirmed(one: Delivery) -> bool:
    """Whether nobody could ever say if a message stands; its admins were told so."""
    return one.state is DeliveryState.REFUSED and one.reason == outbox.UNCONFIRMED


def touched(view: View) -> Iterator[Delivery]:
    """Yield the deliveries that something just happened to, as they stand."""
    for _, after in view.changes.deliveries:
        yield view.ledger.deliveries[after.id]
    if view.key in view.ledger.by_key:
        yield view.ledger.deliveries[view.ledger.by_key[view.key]]
