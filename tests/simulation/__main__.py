"""``python -m tests.simulation SEED`` shows one run; ``--minutes N`` runs seeds for so long."""

from __future__ import annotations

import argparse
import sys
import time
import zoneinfo
from collections.abc import Iterator

from adapters.memory import MemoryStore
from tests.simulation.soak import run
from tests.simulation.world import simulate


def main() -> int:
    """Run what is asked for; 1 where an invariant does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seed", nargs="?", type=int, default=1, help="the (first) seed")
    parser.add_argument("--minutes", type=float, help="go on with the seeds after it for so long")
    given = parser.parse_args()
    zoneinfo.reset_tzpath(())  # the pinned tzdata decides, as in the tests
    if given.minutes is None:
        report = simulate(given.seed, MemoryStore())
        figures = sorted(report.figures.items())
        sys.stdout.write("".join(f"{number:8} {name}\n" for name, number in figures))
        sys.stdout.write("".join(f"{violation}\n" for violation in report.violations))
        sys.stdout.write(f"seed {given.seed}: digest {report.digest:08x}\n")
        return 1 if report.violations else 0
    found = run(_for_minutes(given.seed, given.minutes))
    sys.stdout.write("".join(f"{violation}\n" for violation in found.violations))
    sys.stdout.write(found.line() + "\n")
    return 1 if found.violations else 0


def _for_minutes(first: int, minutes: float) -> Iterator[int]:
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        yield first
        first += 1


sys.exit(main())
