"""Fifty thousand channel-days with everything going wrong, and what a run must have exercised."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.memory import MemoryStore
from tests.simulation.faults import Fault
from tests.simulation.soak import Figures, run
from tests.simulation.sqlite import stepped
from tests.simulation.world import CALM, CHANNELS, DAYS, simulate

SEEDS = 6
CHUNKS = 23
"""Groups of seeds, so that two processes can share them."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_invariant_fails_in_many_worlds(chunk: int) -> None:
    first = 1 + chunk * SEEDS
    found = run(range(first, first + SEEDS))

    assert not found.violations, found.violations[0]
    assert (found.doubles_left, found.lost) == (0, 0)


def test_the_worlds_above_are_fifty_thousand_channel_days() -> None:
    assert CHUNKS * SEEDS * CHANNELS * (DAYS + CALM) >= 50_000


@pytest.mark.parametrize("seed", range(501, 504))
def test_no_invariant_fails_over_the_real_store(seed: int, tmp_path: Path) -> None:
    with stepped(tmp_path / "gradus.db") as store:
        report = simulate(seed, store, days=5)

    assert not report.violations, report.violations[0]
    assert report.figures["deliveries sent"] > 20


def test_both_stores_make_the_same_of_a_seed(tmp_path: Path) -> None:
    with stepped(tmp_path / "gradus.db") as store:
        on_disk = simulate(7, store, days=5)

    assert on_disk.digest == simulate(7, MemoryStore(), days=5).digest


def test_a_seed_replays_exactly_in_another_process() -> None:
    """The order of sets and dictionaries, which differs between processes, decides nothing."""
    here = simulate(3, MemoryStore())

    there = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "3"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert there.stdout.splitlines()[-1] == f"seed 3: digest {here.digest:08x}"
    assert not there.stderr


# What a run exercises -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Return what a few worlds came to."""
    return run(range(201, 217))


@pytest.mark.parametrize(
    "name, least",
    [
        *((fault.value, 10) for fault in Fault),
        ("crashes", 100),
        ("the store refused", 20),
        ("history unreadable", 100),
        ("calls during an outage", 50),
        ("calls into a closed channel", 50),
        ("replies to what was deleted", 5),
        ("doubles removed", 1),
        ("unconfirmed", 1),
        ("stops", 10),
        ("clock set forward", 5),
        ("clock set back", 5),
        ("outages", 5),
        ("tokens revoked", 2),
        ("rate limits", 5),
        ("histories closed", 3),
        ("messages deleted", 20),
        ("member events doubled", 100),
        ("member events out of order", 100),
        ("answers changed", 100),
        ("settings edited", 20),
        ("zones moved", 3),
        ("channels taken out", 3),
        *((f"admin: {what}", 10) for what in
          ("post", "withdraw", "revealnow", "swap", "pinto", "pause", "resume", "skip")),
        ("deliveries sent", 5000),
        ("deliveries expired", 5),
        ("deliveries refused", 20),
        ("deliveries cancelled", 20),
        ("rounds revealed", 1000),
        ("rounds open", 10),
        ("rounds missed", 20),
        ("rounds withdrawn", 20),
        ("clocks changed", 20),
        ("questions came round again", 3),
    ],
)  # fmt: skip
def test_a_few_worlds_exercise_everything(figures: Figures, name: str, least: int) -> None:
    assert figures.counts[name] >= least
