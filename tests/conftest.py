"""What many tests start from: a clock, a store, the house with its doubles, and people in it."""

from __future__ import annotations

import os
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.memory import MemoryStore
from adapters.sqlite.store import SqliteStore
from bot.model import Question
from bot.ports import Store
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, choice
from tests.doubles.person import ScribePerson

# The pinned tzdata package decides, whatever zones this machine has; in processes we start as well.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()

Opened = Callable[..., Awaitable[House]]
"""Starts a house over the test's clock and store, with these questions and options."""

BOTH_STORES = pytest.mark.parametrize("store", ["memory", "sqlite"], indirect=True)
"""Runs a test over each store; without it there is only memory."""


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that shows Friday noon in Berlin, 20 November 2026."""
    return ManualClock("2026-11-20 12:00")


@pytest.fixture
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Yield an empty store: in memory, or what the test asks for by ``BOTH_STORES``."""
    if getattr(request, "param", "memory") == "memory":
        yield MemoryStore()
        return
    # The same secrets as in memory, so that both pick alike and make the same keys.
    async with SqliteStore(tmp_path / "gradus.db", entropy=bytes) as sqlite:
        yield sqlite


@pytest.fixture
def opened(store: Store, clock: ManualClock) -> Opened:
    """Return what starts a house with chosen questions and settings."""

    async def start(*questions: Question, **options: Any) -> House:
        house = House(store, questions, clock=clock, **options)
        await house.start()
        return house

    return start


@pytest.fixture
async def house(opened: Opened) -> House:
    """Return a house with thirty questions that differ in nothing but their ids; B is right."""
    return await opened(*(choice(f"optimisation/zero-start-{n}") for n in range(30)))


@pytest.fixture
def ada(house: House) -> ScribePerson:
    """Return a member."""
    return ScribePerson(house, "ada")


@pytest.fixture
def ben(house: House) -> ScribePerson:
    """Return another member."""
    return ScribePerson(house, "ben")


@pytest.fixture
def admin(house: House) -> ScribePerson:
    """Return the channel's admin."""
    return ScribePerson(house, "admin")
