"""Killed between any two steps of a day, the bot starts again and owes nobody anything.

Two days are played over and over, each time with the power cut after another transaction or another
call to the platform. What stands in the channel in the end is the same every time.
"""

from collections.abc import Awaitable, Callable

import pytest

from bot.model import DeliveryId
from bot.ports import Store
from tests.conftest import BOTH_STORES
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, choice
from tests.doubles.life import Killed, Life, MortalScribe, MortalStore
from tests.doubles.person import ScribePerson
from tests.doubles.script import written

STEPS = 90
"""More than a quiet pair of days takes; the last test counts them."""
EXPECTED = [
    "scribe://team/ml|2026-11-23|1|question|1",
    "scribe://team/ml|2026-11-23|1|thread|1",
    "scribe://team/ml|2026-11-23|1|reveal|1",
    "scribe://team/ml|2026-11-23|1|announcement|1",
    "scribe://team/ml|2026-11-24|1|question|1",
    "scribe://team/ml|2026-11-24|1|thread|1",
]


class Days:
    """Monday with an answer and a reveal, and Tuesday's question; goes on after a death."""

    def __init__(self, store: Store, clock: ManualClock, life: Life) -> None:
        self.life = life
        questions = [choice(f"optimisation/zero-start-{n}") for n in range(30)]
        self.house = House(
            MortalStore(store, life), questions, clock=clock, platform=MortalScribe(clock, life)
        )

    async def play(self) -> None:
        ada = ScribePerson(self.house, "ada")
        await self._try(self.house.start)
        await self._at("2026-11-23 09:30")
        await self._try(lambda: ada.clicks("B"))
        await self._at("15:40")
        await self._try(lambda: ada.clicks("My result"))
        await self._at("2026-11-24 09:30")
        await self._at("09:40")
        self.life.again()  # what the test itself looks up is no step

    async def _at(self, time: str) -> None:
        self.house.clock.set(time)
        await self._try(self.house.settle)
        self.house.clock.move(minutes=2)  # what died on its way is looked for after 90 seconds
        await self._try(self.house.settle)

    async def _try(self, act: Callable[[], Awaitable[object]]) -> None:
        """Do something; if that is the death of the core, start again and do it once more."""
        try:
            await act()
        except Killed:
            self.life.again()
            await self.house.restart()
            await act()


async def keys(house: House) -> list[str]:
    """Return the ids of the deliveries behind what stands, in the order it was posted."""
    known: dict[str, DeliveryId] = {}
    for which in range(2):
        round_ = await house.round(which)
        deliveries = await house.store.transact(lambda r, id_=round_.id: r.deliveries(id_))  # type: ignore[misc]
        known |= {one.key: one.id for one in deliveries}
    return [known[one.key] for one in house.scribe.standing()]


@BOTH_STORES
@pytest.mark.parametrize("last", range(1, STEPS))
async def test_killed_after_any_step(store: Store, clock: ManualClock, last: int) -> None:
    """There is one of each message, under the same ids, and the answer counts once.

    The question says in the end that its answer is out: no death loses the last edit of a message.
    """
    days = Days(store, clock, Life(last))
    await days.play()
    await days.house.go("2026-11-24 09:35")

    assert await keys(days.house) == EXPECTED
    monday = await days.house.round(1)
    assert await store.transact(lambda r: r.answered(monday.id)) == 1
    assert monday.state == "revealed"
    shown = [written(one.shown) for one in days.house.scribe.parents()]
    assert "The answer is in the thread" in shown[0]


async def test_the_steps_above_are_all_there_are(store: Store, clock: ManualClock) -> None:
    """An undisturbed pair of days takes fewer steps than were cut above."""
    life = Life()
    days = Days(store, clock, life)
    await days.play()

    assert await keys(days.house) == EXPECTED
    assert life.steps < STEPS
