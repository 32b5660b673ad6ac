"""Five hundred real kills and more, and proof that a bot which is broken is found out.

The killer is a process of its own: it forks, and this one has threads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.killing.mutants import MUTANTS

ROOT = Path(__file__).parents[2]


def killing(**options: object) -> tuple[int, dict[str, float], str]:
    """Run the killer; return its exit code, its figures, and what it said was wrong."""
    words = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "tests.killing", *words]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.returncode, json.loads(run.stdout or "{}"), run.stderr


RUNS = [
    (world, kills, seed)
    for world, kills in (("plain", 250), ("slack", 100), ("discord", 100))
    for seed in (1, 2)
]


@pytest.mark.parametrize("world, kills, seed", RUNS)
def test_whenever_the_bot_is_killed_nothing_is_lost_or_doubled(
    world: str, kills: int, seed: int
) -> None:
    code, figures, problems = killing(world=world, kills=kills, seed=seed)

    assert (code, problems) == (0, "")
    assert figures["kills"] == kills
    assert figures["execs"] == kills // 100
    assert figures["in_flight"] > kills / 10, "hardly a kill met a message on its way"
    assert figures["messages"] > kills / 2
    assert figures["answers"] > kills / 2
    faults = sum(count for name, count in figures.items() if name.startswith("fault: "))
    assert faults >= figures["sends"] / 5


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_bot_that_is_broken_is_found_out(mutant: str) -> None:
    kills = 100 if mutant == "no intent" else 40  # it does harm only when it is killed in a call
    code, figures, problems = killing(kills=kills, seed=5, mutant=mutant)

    assert code == 1
    assert figures["doubles made"] > 0, problems
    if mutant == "no intent":
        assert figures["not written ahead"] > 0
