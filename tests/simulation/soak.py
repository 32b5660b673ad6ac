"""Runs of many seeds, and what they came to in one line of figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from adapters.memory import MemoryStore
from tests.simulation.faults import Fault
from tests.simulation.report import CAME_AFTER_ALL, Report
from tests.simulation.world import simulate


@dataclass(slots=True)
class Figures:
    """What many runs came to."""

    seeds: int = 0
    channel_days: int = 0
    doubles_left: int = 0
    lost: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, report: Report) -> None:
        """Add one run."""
        self.seeds += 1
        self.channel_days += report.channel_days
        self.doubles_left += report.doubles_left
        self.lost += report.lost
        self.counts.update(report.figures)
        self.violations += report.violations

    def line(self) -> str:
        """Return the figures as one line."""
        counts = self.counts
        faults = ", ".join(f"{fault.value} {counts[fault.value]}" for fault in Fault)
        return (
            f"seeds {self.seeds}, channel-days {self.channel_days}, "
            f"messages {counts['deliveries sent']}, crashes {counts['crashes']}, "
            f"faults: {faults}; doubles removed {counts['doubles removed']}, "
            f"unconfirmed {counts['unconfirmed']}, "
            f"given up, but came after the clock was set {counts[CAME_AFTER_ALL]}, "
            f"doubles left {self.doubles_left}, lost {self.lost}, "
            f"invariant failures {len(self.violations)}"
        )


def run(seeds: Iterable[int], **options: object) -> Figures:
    """Run seeds over stores in memory, to the first violation."""
    figures = Figures()
    for seed in seeds:
        figures.add(simulate(seed, MemoryStore(), **options))
        if figures.violations:
            break
    return figures
