"""The judge sees everything that could be wrong: each test makes one thing wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.model import DeliveryKind, DeliveryState, RoundState
from bot.outbox import delivery_id
from bot.ports import Records
from tests.doubles.house import House
from tests.doubles.person import ScribePerson
from tests.killing.judging import Verdict, judge
from tests.killing.world import Truth

MONDAY = date(2026, 11, 23)


@pytest.fixture
async def day(house: House, ada: ScribePerson) -> House:
    """Return a house whose Monday is over; one member answered."""
    await house.go("2026-11-23 09:30")
    await ada.clicks("B", on=house.parent())
    await house.go("2026-11-23 15:30")
    await house.settle()
    return house


def truth(house: House) -> Truth:
    return Truth([(one.key, one.ref) for one in house.scribe.standing()])


async def judged(
    house: House, told: Truth, *, answers: Sequence[str] = (), today: date = MONDAY
) -> Verdict:
    """Return what the judge says, with nothing sent that was not written ahead."""
    return await house.store.transact(lambda records: judge(records, told, (), answers, today))


async def test_a_good_day_is_found_good(day: House) -> None:
    round_ = await day.round()

    verdict = await judged(day, truth(day), answers=[f"{round_.key} scribe://team/ada\n"])

    assert verdict.problems == []
    assert verdict.counts["messages"] == len(day.scribe.standing()) > 2
    assert verdict.counts["answers"] == 1


async def test_a_message_that_is_gone_is_lost(day: House) -> None:
    told = truth(day)
    told.standing.pop()
    assert (await judged(day, told)).counts["lost"] == 1


async def test_a_message_that_stands_twice_is_a_double(day: House) -> None:
    told = truth(day)
    told.standing.append((told.standing[0][0], "m99"))
    assert (await judged(day, told)).counts["doubles left"] == 1


async def test_another_id_than_the_record_has_is_wrong(day: House) -> None:
    told = truth(day)
    told.standing[0] = (told.standing[0][0], "m99")
    assert (await judged(day, told)).counts["wrong id"] == 1


async def test_a_message_without_a_record_is_a_stray(day: House) -> None:
    told = truth(day)
    told.standing.append(("g1.nobody", "m99"))
    assert (await judged(day, told)).counts["stray"] == 1


async def test_a_message_that_stands_although_it_was_given_up_is_a_stray(day: House) -> None:
    def give_up(records: Records) -> None:
        round_id = records.rounds(day.channels[0].id, 1)[0].id
        one = records.delivery(delivery_id(round_id, DeliveryKind.ANNOUNCEMENT, 1))
        assert one is not None
        records.save_delivery(one, replace(one, state=DeliveryState.CANCELLED, ref=None))

    await day.store.transact(give_up)
    assert (await judged(day, truth(day))).counts["stray"] == 1


async def test_a_round_that_did_not_end_is_unfinished(day: House) -> None:
    await day.go("2026-11-24 09:30")
    verdict = await judged(day, truth(day))
    assert verdict.counts["unfinished"] == 1


async def test_a_round_missed_without_a_reason_is_lost(day: House) -> None:
    round_ = replace(await day.round(), state=RoundState.MISSED)
    await day.store.transact(lambda records: records.save_round(round_))
    assert (await judged(day, truth(day))).counts["lost"] == 1


async def test_a_day_without_a_round_is_lost(day: House) -> None:
    verdict = await judged(day, truth(day), today=date(2026, 11, 25))
    assert verdict.counts["lost"] == 2


async def test_an_answer_that_is_not_kept_is_lost(day: House) -> None:
    round_ = await day.round()
    verdict = await judged(day, truth(day), answers=[f"{round_.key} scribe://team/ben\n"])
    assert verdict.counts["lost"] == 1


async def test_doubles_made_and_intents_not_written_are_told(day: House) -> None:
    told = replace(truth(day), doubles=2)
    verdict = await day.store.transact(lambda r: judge(r, told, ["too early"], (), MONDAY))
    assert verdict.counts["doubles made"] == 2
    assert verdict.counts["not written ahead"] == 1
    assert len(verdict.problems) == 2
