"""Every transaction, statement and call of a day fails once; the day ends right, or says why not.

As SQLite's own tests do it: fail the first, then the second, until a day passes without a failure.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar, cast

import pytest

from adapters.memory import MemoryStore
from bot.errors import StoreRefused
from bot.model import ChannelId, DeliveryState, RoundState
from bot.ports import Records, Store
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, channel, choice
from tests.doubles.person import ScribePerson
from tests.doubles.scribe import (
    BUSY,
    CLOSED,
    DOWN,
    DROPPED,
    KEPT_BUT_SILENT,
    UNSHOWABLE,
    Fault,
    Scribe,
)

T = TypeVar("T")
TRANSACTIONS = 180
"""More than a day takes; the last test of the store's part counts them."""
STATEMENTS = 600
"""Likewise: every read and write within the transactions."""
CALLS = 14
ENDED = {RoundState.REVEALED, RoundState.MISSED, RoundState.WITHDRAWN}


class FailingStore:
    """A store whose n-th transaction fails, as on a full disk: nothing of it is kept."""

    def __init__(self, store: Store, failing: int) -> None:
        self.store = store
        self.left = failing
        self.count = 0

    async def transact(self, work: Callable[[Records], T]) -> T:
        self.count += 1
        if self.count == self.left:
            raise StoreRefused("database or disk is full")
        return await self.store.transact(work)


class FailingStatements:
    """A store whose n-th statement fails, amid its transaction: what came before is undone."""

    def __init__(self, store: Store, failing: int) -> None:
        self.store = store
        self.failing = failing
        self.count = 0

    async def transact(self, work: Callable[[Records], T]) -> T:
        return await self.store.transact(
            lambda records: work(cast(Records, Counted(records, self)))
        )


class Counted:
    """A ``Records`` that counts the statements made through it."""

    def __init__(self, records: Records, store: FailingStatements) -> None:
        self._records = records
        self._store = store

    def __getattr__(self, name: str) -> Any:
        self._store.count += 1
        if self._store.count == self._store.failing:
            raise StoreRefused("disk I/O error")
        return getattr(self._records, name)


class FailingScribe(Scribe):
    """A scribe whose n-th call, of whatever verb, meets a fault."""

    def __init__(self, clock: ManualClock, failing: int, fault: Fault) -> None:
        super().__init__(clock)
        self.failing = failing
        self.fault_to_come = fault

    def draw(self, verb: str) -> Fault:
        """Count a call; the n-th meets the fault, whatever its verb."""
        fault = super().draw(verb)
        return self.fault_to_come if len(self.calls) == self.failing else fault


async def live(house: House) -> None:
    """Live through a Monday and Tuesday's question, looking every few minutes."""
    ada = ScribePerson(house, "ada")
    for begin in range(3):
        try:
            await house.start()
            break
        except StoreRefused:
            assert begin < 2, "a start fails once, and then no more"
    for at in ("2026-11-23 09:30", "09:32", "09:40", "10:00"):
        await look(house, at)
    if house.scribe.parents():
        with suppress(StoreRefused):  # the driver itself looks into the store
            await ada.clicks("B", on=house.parent())
    for at in ("15:30", "15:32", "15:40", "16:20", "2026-11-24 09:30", "09:32", "09:40", "10:30"):
        await look(house, at)


async def look(house: House, at: str) -> None:
    """What the bell does: tick and send; a failure of the store is retried at the next ring."""
    house.clock.set(at)
    for _ in range(2):
        try:
            await house.settle()
        except StoreRefused:
            continue
        house.clock.move(seconds=5)


async def ends_right(house: House, store: Store) -> None:
    """Monday ended, Tuesday's question stands or its record says why not, and nothing is double."""
    keys = [posted.key for posted in house.scribe.standing()]
    assert len(keys) == len(set(keys)), "a double was left"
    state = (await store.transact(lambda r: r.channels()))[0]
    rounds = await store.transact(lambda r: r.rounds(state.channel.id, 9))
    assert {str(one.date) for one in rounds} == {"2026-11-23", "2026-11-24"}
    for one in rounds:
        deliveries = await store.transact(lambda r, id_=one.id: r.deliveries(id_))  # type: ignore[misc]
        for delivery in deliveries:
            stands = len(house.scribe.standing(delivery.key))
            assert stands == (delivery.state is DeliveryState.SENT), delivery
        if one.state in {RoundState.MISSED, RoundState.WITHDRAWN}:
            assert one.reason
            assert house.scribe.told, "the admins were not told"
        elif str(one.date) == "2026-11-23":
            assert one.state is RoundState.REVEALED
        else:
            assert one.state is RoundState.OPEN


@pytest.mark.parametrize("failing", range(1, TRANSACTIONS))
async def test_a_transaction_that_fails_costs_nothing(failing: int) -> None:
    store = MemoryStore()
    clock = ManualClock("2026-11-20 12:00")
    questions = [choice(f"optimisation/zero-{n}") for n in range(30)]
    house = House(FailingStore(store, failing), questions, clock=clock)

    await live(house)

    await ends_right(house, store)
    assert not house.scribe.told


@pytest.mark.parametrize("failing", range(1, STATEMENTS))
async def test_a_statement_that_fails_costs_nothing(failing: int) -> None:
    store = MemoryStore()
    clock = ManualClock("2026-11-20 12:00")
    questions = [choice(f"optimisation/zero-{n}") for n in range(30)]
    house = House(FailingStatements(store, failing), questions, clock=clock)

    await live(house)

    await ends_right(house, store)
    assert not house.scribe.told


async def test_the_transactions_and_statements_above_are_all_there_are() -> None:
    statements = FailingStatements(MemoryStore(), 0)
    transactions = FailingStore(statements, 0)
    house = House(transactions, [choice(f"optimisation/zero-{n}") for n in range(30)])

    await live(house)

    assert transactions.count < TRANSACTIONS
    assert statements.count < STATEMENTS


@pytest.mark.parametrize("failing", range(1, CALLS))
@pytest.mark.parametrize(
    "fault",
    [KEPT_BUT_SILENT, DROPPED, BUSY, DOWN, CLOSED, UNSHOWABLE],
    ids=["kept but silent", "dropped", "busy", "down", "closed", "unshowable"],
)
async def test_a_call_that_fails_ends_right_or_says_why(fault: Fault, failing: int) -> None:
    store = MemoryStore()
    clock = ManualClock("2026-11-20 12:00")
    questions = [choice(f"optimisation/zero-{n}") for n in range(30)]
    house = House(store, questions, clock=clock, platform=FailingScribe(clock, failing, fault))

    await live(house)

    await ends_right(house, store)


class Forgetful:
    """A store that takes plans and intents, and refuses every outcome."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def transact(self, work: Callable[[Records], T]) -> T:
        if isinstance(work, partial) and work.func.__name__ == "record":
            raise StoreRefused("database or disk is full")
        return await self.store.transact(work)


async def test_calls_that_fail_together_are_told_of_once() -> None:
    """None of them is left behind for asyncio to complain of when it is thrown away."""
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(str(told)))
    rooms = [channel(id=ChannelId(f"scribe://team/{n}")) for n in range(3)]
    questions = [choice(f"optimisation/zero-{n}") for n in range(30)]
    house = House(Forgetful(MemoryStore()), questions, channels=rooms)
    await house.start()

    with pytest.raises(StoreRefused):
        await house.go("2026-11-23 09:30")
    gc.collect()

    assert complaints == []
