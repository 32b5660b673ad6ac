"""The bell: when it rings, that nothing silences it for good, and the heartbeat it leaves."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from adapters import health
from adapters.bell import EVERY, Bell, Every

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""Past by the machine's clock too, which APScheduler reads: whatever is set to it is due."""


class Tower:
    """A bell whose ticks and beats are counted and whose clocks are moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.ticks = 0
        self.beats = 0
        self.ticked = asyncio.Semaphore(0)
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Exception | None = None
        self.finishes = True
        self.bell = Bell(
            self.tick, self.beat, clock=lambda: LONG_AGO, monotonic=lambda: self.seconds
        )

    async def tick(self) -> bool:
        self.ticks += 1
        self.ticked.release()
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return self.finishes

    def beat(self) -> None:
        self.beats += 1

    async def next(self) -> None:
        """Wait for the next tick; the limit is for a bell that is silent."""
        async with asyncio.timeout(30):
            await self.ticked.acquire()

    def stop_timer(self) -> None:
        """Do to the scheduler what a clock set back, or a failure within it, does."""
        self.bell.scheduler._stop_timer()

    @property
    def armed(self) -> bool:
        return self.bell.scheduler._timeout is not None


async def idle() -> None:
    """Let everything that can run at once run."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_it_rings_at_the_start() -> None:
    """And the beat follows the finished tick."""
    tower = Tower()
    async with tower.bell:
        await tower.next()
        await idle()

        assert (tower.ticks, tower.beats) == (1, 1)


async def test_it_rings_when_asked() -> None:
    """From the loop and from any other thread."""
    tower = Tower()
    async with tower.bell:
        await tower.next()
        await idle()
        tower.bell.ring()
        await tower.next()
        await idle()
        thread = threading.Thread(target=tower.bell.ring)
        thread.start()
        await tower.next()
        thread.join()

        assert tower.ticks == 3


async def test_many_rings_during_a_tick_make_one_more() -> None:
    """Ticks never overlap."""
    tower = Tower()
    tower.gate.clear()
    async with tower.bell:
        await tower.next()
        for _ in range(50):
            tower.bell.ring()
        await idle()
        assert (tower.ticks, tower.beats) == (1, 0)
        tower.gate.set()
        await tower.next()
        await idle()

        assert (tower.ticks, tower.beats) == (2, 2)


async def test_a_failed_tick_leaves_no_beat_and_the_bell_goes_on() -> None:
    """Healthcheck shall see it, and the next ring is the retry."""
    tower = Tower()
    tower.fault = RuntimeError("broken")
    async with tower.bell:
        await tower.next()
        await idle()
        assert tower.beats == 0
        tower.fault = None
        tower.bell.ring()
        await tower.next()
        await idle()

        assert tower.beats == 1


async def test_a_timer_that_stopped_is_started_again() -> None:
    """Only after three silent intervals of the clock that nobody sets."""
    tower = Tower()
    async with tower.bell:
        await tower.next()
        await idle()
        tower.stop_timer()
        tower.seconds += 15
        tower.bell.watch()
        await idle()
        assert (tower.ticks, tower.armed) == (1, False)
        tower.seconds += 1
        tower.bell.watch()
        await tower.next()
        await idle()

        assert tower.armed


async def test_other_jobs_can_be_added_by_name() -> None:
    """And the watchdog leaves those alone that are not late."""
    tower, swept = Tower(), asyncio.Event()

    async def sweep() -> None:
        swept.set()

    async def backup() -> None:
        pytest.fail("a day has not passed")

    async with tower.bell:
        tower.bell.add("sweep", sweep, timedelta(seconds=60), at_once=True)
        tower.bell.add("backup", backup, timedelta(days=36500))
        async with asyncio.timeout(30):
            await swept.wait()
        tower.seconds += 100
        tower.bell.watch()
        await idle()

        assert {job.id for job in tower.bell.scheduler.get_jobs()} == {"tick", "sweep", "backup"}


async def test_ringing_before_and_after_does_nothing() -> None:
    """Whoever asks for a tick need not know whether the bell hangs."""
    tower = Tower()
    tower.bell.ring()
    async with tower.bell:
        await tower.next()
    tower.bell.ring()
    await idle()

    assert tower.ticks == 1
    assert not tower.bell.scheduler.running


async def test_leaving_gives_up_a_tick_under_way() -> None:
    """The next start does it over."""
    tower = Tower()
    tower.gate.clear()
    async with asyncio.timeout(30), tower.bell:
        await tower.next()

    assert tower.beats == 0


async def test_the_scheduler_is_set_up_as_a_doorbell() -> None:
    """Any lateness counts, missed rings are one, nothing is stored."""
    tower = Tower()
    async with tower.bell:
        await tower.next()
        job = tower.bell.scheduler.get_job("tick")

        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
        assert tower.bell.scheduler.timezone == UTC


def test_a_clock_set_forward_by_years_makes_one_ring() -> None:
    """The trigger counts from now, so that nothing missed is listed."""
    now = LONG_AGO + timedelta(days=3650)

    assert Every(EVERY).get_next_fire_time(LONG_AGO, now) == now + timedelta(seconds=5)
    assert Every(EVERY).get_next_fire_time(None, now) == now + timedelta(seconds=5)


# The heartbeat ------------------------------------------------------------------------------------


@contextmanager
def beaten(folder: Path, at: datetime) -> Iterator[Path]:
    """Give a heartbeat file that was touched at an instant."""
    beat = folder / "gradus.db.beat"
    beat.touch()
    os.utime(beat, (at.timestamp(), at.timestamp()))
    yield beat


@pytest.mark.parametrize(
    "age, fine", [(0, True), (60, True), (61, False), (3600, False), (-30, True), (-3600, False)]
)
def test_a_heartbeat_is_fresh_for_a_minute(tmp_path: Path, age: int, fine: bool) -> None:  # noqa: FBT001
    """One from the future is as far off as one from the past."""
    with beaten(tmp_path, LONG_AGO) as beat:
        pulse = health.pulse(beat, LONG_AGO + timedelta(seconds=age))

    assert pulse.fine is fine
    assert pulse.age == timedelta(seconds=age)


def test_a_heartbeat_is_told_in_words(tmp_path: Path) -> None:
    """What was seen, and what it means."""
    with beaten(tmp_path, LONG_AGO) as beat:
        said = [
            health.pulse(beat, LONG_AGO + timedelta(seconds=3)).finding.said,
            health.pulse(beat, LONG_AGO + timedelta(minutes=5)).finding.said,
            health.pulse(tmp_path / "none", LONG_AGO).finding.said,
        ]

    assert said == snapshot(
        [
            "The last tick finished 3 s ago.",
            "The last tick finished 300 s ago. After 60 s the bot has stopped, or it hangs.",
            "No tick has finished yet. Is the bot running, with the same store?",
        ]
    )
