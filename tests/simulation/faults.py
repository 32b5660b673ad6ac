"""What goes wrong, how often, and the count of what did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """What happens to one call of the platform, by the name it has in the figures."""

    SILENT = "kept, but the answer was lost"
    DROPPED = "lost on the way"
    LATE = "kept after the client gave up"
    HANGS_KEPT = "hangs, kept"
    HANGS = "hangs, not kept"
    BUSY = "429"
    DOWN = "503"
    UNSHOWABLE = "message refused"
    RAISED = "the adapter raised"


SENDING = (
    (Fault.SILENT, 5),
    (Fault.DROPPED, 5),
    (Fault.LATE, 5),
    (Fault.HANGS_KEPT, 2),
    (Fault.HANGS, 2),
    (Fault.BUSY, 5),
    (Fault.DOWN, 2),
    (Fault.UNSHOWABLE, 1),
    (Fault.RAISED, 1),
)
"""What a send may meet, with weights."""
LOOKING = ((Fault.DROPPED, 3), (Fault.HANGS, 1), (Fault.RAISED, 1))
"""What a search may meet."""
TOUCHING = (
    (Fault.DROPPED, 3),
    (Fault.SILENT, 3),
    (Fault.BUSY, 3),
    (Fault.HANGS, 1),
    (Fault.DOWN, 1),
    (Fault.RAISED, 1),
)
"""What an edit, a deletion or a private message may meet."""

Chances = tuple[tuple[Fault, int], ...]


@dataclass(slots=True)
class Weather:
    """How rough a world is; every chance is drawn from its one source of randomness."""

    random: Random
    calls: float = 0.0
    """The share of calls that meet a fault."""
    steps: float = 0.0
    """The share of steps (a transaction, a call) at which the process dies."""
    store: float = 0.0
    """The share of transactions that the store refuses, as on a full disk."""
    lag: float = 0.0
    """Seconds after which the history shows a message, at most."""
    slow: bool = False
    """Whether calls and commits take time, so that others come between."""
    figures: Counter[str] = field(default_factory=Counter)

    def strikes(self, chances: Chances) -> Fault | None:
        """Draw what happens to a call, and count it."""
        if self.random.random() >= self.calls:
            return None
        (fault,) = self.random.choices([f for f, _ in chances], [w for _, w in chances])
        self.figures[fault.value] += 1
        return fault

    def once_in(self, share: float, name: str) -> bool:
        """Draw whether something of that share happens now, and count it if so."""
        if share and self.random.random() < share:
            self.figures[name] += 1
            return True
        return False

    def calm(self) -> None:
        """Let nothing go wrong from here on."""
        self.calls = self.steps = self.store = 0.0
