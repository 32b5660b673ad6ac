"""``python -m tests.killing --kills 20000``: kill for a while, print one line of figures.

Exits with 1 and the reasons on standard error when anything was lost, doubled or unrecorded.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.killing.loop import Broken, Plan, kill_again_and_again
from tests.killing.mutants import MUTANTS

A_WORLD = 500
"""Kills after which a new database and a new platform are taken."""


def main() -> int:
    """Read the command line, kill, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", default="plain", choices=["plain", "slack", "discord"])
    parser.add_argument("--mutant", default="", choices=["", *MUTANTS], help="break the bot")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    problems: list[str] = []
    began = time.monotonic()
    for world, done in enumerate(range(0, asked.kills, A_WORLD)):
        kills = min(A_WORLD, asked.kills - done)
        plan = Plan(asked.world, kills, asked.seed + world, asked.mutant)
        with tempfile.TemporaryDirectory(prefix="gradus-killing-") as folder:
            try:
                verdict = kill_again_and_again(plan, Path(folder))
            except Broken as broken:
                parser.exit(1, f"seed {plan.seed}: {broken}\n")
        counts += verdict.counts
        problems += [f"seed {plan.seed}: {problem}" for problem in verdict.problems]
    seconds = time.monotonic() - began
    always = ("doubles made", "doubles left", "lost", "not written ahead")
    figures = {**dict.fromkeys(always, 0), **counts}
    print(json.dumps({**figures, "seconds": round(seconds, 1)}))  # noqa: T201
    print("\n".join(problems[:50]), file=sys.stderr, end="\n" * bool(problems))  # noqa: T201
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
