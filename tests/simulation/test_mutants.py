"""A test that cannot fail proves nothing: each of these bots is broken in one way, and found out.

The delivery's mutants live in a world of the simulation, the store's and the clock's beside a check
of their own. Production code knows nothing of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.sqlite import SqliteStore, driver, opening, writer
from bot import timetable
from bot.model import DateRange, Rhythm, Slot
from bot.ports import Records
from bot.rounds import Rounds
from tests.bot.test_every_transition import (
    test_each_local_day_has_one_slot_reached_once as one_slot,
)
from tests.simulation import mutants
from tests.simulation.soak import run

# The delivery -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mutant, invariant",
    [
        (mutants.ResendsBlindly, "i1_never_twice"),
        (mutants.DoesNotSettle, "i1_never_twice"),
        (mutants.WritesNoIntent, "i5_written_ahead"),
        (mutants.NeverSweeps, "i1_once"),
        (mutants.GivesUpSilently, "i3_not_sent_means_none"),
    ],
)
def test_a_broken_delivery_is_found_out(mutant: Callable[..., Rounds], invariant: str) -> None:
    found = run(range(1, 40), wiring=mutants.broken(mutant), days=20)

    first, again, *last = found.violations[0].splitlines()
    seed = found.seeds  # they count from 1
    assert first.startswith(f"seed {seed}, step ")
    assert f" {invariant}: " in first
    assert again == f"To see it again: python -m tests.simulation {seed}"
    assert last


# The store ----------------------------------------------------------------------------------------


async def nobody_writes_in_between(path: Path) -> None:
    """Check that a transaction holds the lock from its beginning, not from its first write."""

    def work(records: Records) -> bool:
        records.recall("anything")
        beside = driver.connect(str(path), timeout=0, isolation_level=None)
        try:
            beside.execute("BEGIN IMMEDIATE")
        except driver.OperationalError:
            return True
        else:
            return False
        finally:
            beside.close()

    async with SqliteStore(path, entropy=os.urandom) as store:
        assert await store.transact(work), "another process could write between a read and a write"


async def commits_are_flushed(path: Path) -> None:
    """Check that a commit waits for the disk, so that no intent is lost in a power cut."""
    async with SqliteStore(path, entropy=os.urandom) as store:
        row = await store.maintain(lambda db: db.execute("PRAGMA synchronous").fetchone())
        assert row[0] == 2, "a commit may be lost in a power cut"


async def test_the_store_as_it_is_passes_its_checks(tmp_path: Path) -> None:
    await nobody_writes_in_between(tmp_path / "one.db")
    await commits_are_flushed(tmp_path / "two.db")


async def test_a_deferred_begin_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BEGIN", "BEGIN")

    with pytest.raises(AssertionError, match="between a read and a write"):
        await nobody_writes_in_between(tmp_path / "gradus.db")


async def test_normal_instead_of_full_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lax = tuple(
        ("synchronous", "PRAGMA synchronous = NORMAL", 1) if name == "synchronous" else each
        for each in opening.PRAGMAS
        for name in (each[0],)
    )
    monkeypatch.setattr(opening, "PRAGMAS", lax)

    with pytest.raises(AssertionError, match="power cut"):
        await commits_are_flushed(tmp_path / "gradus.db")


# The clock ----------------------------------------------------------------------------------------


def test_a_slot_reached_twice_when_the_clocks_go_back_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = timetable.slots

    def slots(
        rhythm: Rhythm, holidays: Sequence[date], skips: Sequence[DateRange], first: date
    ) -> Iterator[Slot]:
        for slot in honest(rhythm, holidays, skips, first):
            yield slot
            again = datetime.combine(slot.date, rhythm.time.replace(fold=1), ZoneInfo(rhythm.zone))
            if again.timestamp() > slot.due.timestamp():
                yield Slot(slot.date, again.astimezone(slot.due.tzinfo))

    monkeypatch.setattr(timetable, "slots", slots)

    with pytest.raises(AssertionError):
        one_slot(0)


def test_a_slot_left_out_when_the_clocks_go_forward_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = timetable.instant

    def instant(day: date, at: time, zone: str) -> datetime | None:
        moment = honest(day, at, zone)
        if moment is None or moment.astimezone(ZoneInfo(zone)).time() != at:
            return None
        return moment

    monkeypatch.setattr(timetable, "instant", instant)
    monkeypatch.setattr(
        timetable, "_due", lambda day, rhythm: instant(day, rhythm.time, rhythm.zone)
    )

    with pytest.raises(AssertionError):
        one_slot(0)
