"""The daily housekeeping: a copy of the store, old words forgotten, and trouble told once a day."""

from __future__ import annotations

from datetime import date, timedelta

from bot.errors import GradusError
from bot.model import DELETED, Answer, MemberId, RoundId, Said
from bot.ports import Records, Store
from bot.upkeep import BATCH, EVENTS_KEPT, TYPED_KEPT, Upkeep
from tests.conftest import BOTH_STORES
from tests.doubles.clock import ManualClock
from tests.doubles.house import House

ADA = MemberId("scribe://team/ada")
ROUND = RoundId("scribe://team/ml|2025-01-01|1")


class Copies:
    """Writes down the days it was asked for, and fails while told to."""

    def __init__(self) -> None:
        self.days: list[date] = []
        self.why = ""

    async def __call__(self, day: date) -> None:
        self.days.append(day)
        if self.why:
            raise GradusError(self.why)


def keeper(store: Store, clock: ManualClock, copies: Copies) -> Upkeep:
    return Upkeep(store, clock, copies, lambda: ["scribe://team/operator"])


@BOTH_STORES
async def test_words_are_forgotten_when_they_are_older_than_what_is_kept(
    store: Store, clock: ManualClock
) -> None:
    at = clock() - TYPED_KEPT
    texts = {"old": at - timedelta(seconds=1), "young": at}

    def answer(records: Records) -> None:
        for text, when in texts.items():
            records.add_answer(Answer(ROUND, ADA, when, Said((), text)))

    await store.transact(answer)
    await keeper(store, clock, Copies()).look()
    answers = await store.transact(lambda records: records.answers(ROUND, ADA))
    assert [one.said.text for one in answers] == [DELETED, "young"]


async def test_however_many_there_are_all_of_them_are_forgotten(
    store: Store, clock: ManualClock
) -> None:
    at = clock() - 2 * TYPED_KEPT

    def answer(records: Records) -> None:
        for number in range(2 * BATCH):
            who = MemberId(f"scribe://team/m{number}")
            records.add_answer(Answer(ROUND, who, at, Said((), "softmax")))

    await store.transact(answer)
    await keeper(store, clock, Copies()).look()
    assert await store.transact(lambda records: records.forget_typed(clock(), 1)) == 0


async def test_events_are_forgotten_after_a_week(store: Store, clock: ManualClock) -> None:
    await store.transact(lambda records: records.first_time("slack", "Ev1", clock()))
    await keeper(store, clock, Copies()).look()
    assert not await store.transact(lambda records: records.first_time("slack", "Ev1", clock()))
    clock.set(clock() + EVENTS_KEPT + timedelta(seconds=1))
    await keeper(store, clock, Copies()).look()
    assert await store.transact(lambda records: records.first_time("slack", "Ev1", clock()))


async def test_each_look_asks_for_the_days_copy(store: Store, clock: ManualClock) -> None:
    copies = Copies()
    upkeep = keeper(store, clock, copies)
    await upkeep.look()
    clock.set("2026-11-21 12:00")
    await upkeep.look()
    assert copies.days == [date(2026, 11, 20), date(2026, 11, 21)]


async def test_trouble_is_told_to_the_admins_once_a_day(house: House) -> None:
    copies = Copies()
    copies.why = "There is no room."
    upkeep = keeper(house.store, house.clock, copies)
    for _ in range(3):
        await upkeep.look()
    await house.settle()
    assert sorted(to for to, _ in house.scribe.told) == [
        "scribe://team/admin",
        "scribe://team/operator",
    ]
    assert "There is no room." in str(house.scribe.told[0][1])
    house.clock.set("2026-11-21 12:00")
    await upkeep.look()
    await house.settle()
    assert len(house.scribe.told) == 4


async def test_words_are_forgotten_even_when_no_copy_can_be_made(
    store: Store, clock: ManualClock
) -> None:
    copies = Copies()
    copies.why = "There is no room."
    at = clock() - 2 * TYPED_KEPT
    await store.transact(
        lambda records: records.add_answer(Answer(ROUND, ADA, at, Said((), "softmax")))
    )
    await keeper(store, clock, copies).look()
    answers = await store.transact(lambda records: records.answers(ROUND, ADA))
    assert [one.said.text for one in answers] == [DELETED]
