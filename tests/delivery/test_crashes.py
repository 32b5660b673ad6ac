"""Eighteen named crashes: whatever instant the process dies, one message stands in the end.

Four points of a delivery's life, for a question, a reveal and the second part of a long question;
at the last two the platform may have kept the message or dropped it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.sqlite.store import SqliteStore
from bot.model import Delivery, DeliveryKind, DeliveryState, RoundState
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, choice
from tests.doubles.scribe import DROPPED, HANGS, HANGS_AFTER, Fault, Scribe

LONG = "Three weights start at zero.\n\nAll gradients are equal.\n\nWhat happens then?"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three kinds of message that are crashed on."""

    name: str
    kind: DeliveryKind
    part: int
    verb: str
    """The platform's verb that carries it."""
    due: str


KINDS = (
    Kind("question", DeliveryKind.QUESTION, 1, "post", "2026-11-23 09:30"),
    Kind("reveal", DeliveryKind.REVEAL, 1, "reply", "2026-11-23 15:30"),
    Kind("second part", DeliveryKind.QUESTION, 2, "reply", "2026-11-23 09:30"),
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Yield a house over SQLite whose platform splits the question after two paragraphs."""
    clock = ManualClock("2026-11-20 12:00")
    questions = [choice(f"optimisation/long-{n}", prompt=LONG) for n in range(9)]
    async with SqliteStore(tmp_path / "gradus.db", entropy=bytes) as store:
        yield House(store, questions, clock=clock, platform=Scribe(clock, longest=2))


async def up_to(house: House, what: Kind) -> None:
    """Live until just before the message is due, everything earlier delivered."""
    await house.start()
    if what.kind is DeliveryKind.REVEAL:
        await house.go("2026-11-23 09:30")
    house.clock.set(what.due)


async def deliver_what_comes_before(house: House, what: Kind) -> None:
    """Send the first part and open the thread, so that only the second part is left."""
    if what.part == 2:
        for _ in ("question", "thread"):
            for job in await house.store.transact(lambda r: house.rounds.claim(r, "scribe", 1)):
                await house.sender._deliver(job)


async def die_in_the_call(house: House, what: Kind, fault: Fault) -> None:
    """Kill the process while the platform has the request in its hands."""
    house.scribe.fails(what.verb, fault)
    before = house.scribe.calls.count(what.verb)
    work = asyncio.create_task(house.settle())
    async with asyncio.timeout(30):
        while house.scribe.calls.count(what.verb) == before:  # noqa: ASYNC110  no sleep, a yield
            await asyncio.sleep(0)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def come_back(house: House) -> None:
    """Start again, and wait until the platform's history can be trusted."""
    await house.restart()
    house.clock.move(minutes=2)
    await house.settle()


async def only(house: House, what: Kind) -> Delivery:
    """Return the one record of the message; exactly one copy of it stands, under its id."""
    round_ = await house.round()
    deliveries = await house.store.transact(lambda r: r.deliveries(round_.id))
    (one,) = [d for d in deliveries if (d.kind, d.part) == (what.kind, what.part)]
    (standing,) = house.scribe.standing(one.key)
    assert one.state is DeliveryState.SENT
    assert one.ref == standing.ref
    return one


async def nothing_is_left(house: House, what: Kind) -> None:
    """All that was to follow has followed, once."""
    keys = [posted.key for posted in house.scribe.standing()]
    assert len(keys) == len(set(keys))
    round_ = await house.round()
    expected = RoundState.REVEALED if what.kind is DeliveryKind.REVEAL else RoundState.OPEN
    assert round_.state is expected
    for one in await house.store.transact(lambda r: r.deliveries(round_.id)):
        assert one.state is DeliveryState.SENT, one.id


def named(kind: Kind) -> str:
    return kind.name


@pytest.mark.parametrize("what", KINDS, ids=named)
async def test_killed_when_planned(house: House, what: Kind) -> None:
    """The plan is in the store; nobody has tried to send it."""
    await up_to(house, what)
    await house.rounds.tick()
    await deliver_what_comes_before(house, what)

    await come_back(house)

    assert (await only(house, what)).attempt == 1
    await nothing_is_left(house, what)


@pytest.mark.parametrize("what", KINDS, ids=named)
async def test_killed_when_the_intent_was_committed(house: House, what: Kind) -> None:
    """The store says *sending*, and not a byte was sent."""
    await up_to(house, what)
    await house.rounds.tick()
    await deliver_what_comes_before(house, what)
    await house.store.transact(lambda r: house.rounds.claim(r, "scribe", 1))

    await come_back(house)

    assert (await only(house, what)).attempt == 2
    await nothing_is_left(house, what)


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "dropped"])
@pytest.mark.parametrize("what", KINDS, ids=named)
async def test_killed_when_the_request_was_sent(house: House, what: Kind, *, kept: bool) -> None:
    """Nobody heard what the platform made of it."""
    await up_to(house, what)
    await die_in_the_call(house, what, HANGS_AFTER if kept else HANGS)

    await come_back(house)

    assert (await only(house, what)).attempt == (1 if kept else 2)
    await nothing_is_left(house, what)


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "dropped"])
@pytest.mark.parametrize("what", KINDS, ids=named)
async def test_killed_when_the_outcome_was_recorded(
    house: House, what: Kind, *, kept: bool
) -> None:
    """The store knows that it was sent, or that nobody knows."""
    await up_to(house, what)
    await house.rounds.tick()
    await deliver_what_comes_before(house, what)
    if not kept:
        house.scribe.fails(what.verb, DROPPED)
    for job in await house.store.transact(lambda r: house.rounds.claim(r, "scribe", 1)):
        await house.sender._deliver(job)

    await come_back(house)

    assert (await only(house, what)).attempt == (1 if kept else 2)
    await nothing_is_left(house, what)
