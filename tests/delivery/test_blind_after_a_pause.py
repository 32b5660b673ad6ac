"""A bot that was away for hours does not give a message up because its first look failed."""

from __future__ import annotations

import pytest

from bot.model import Delivery, DeliveryState
from bot.ports import Records
from tests.doubles.house import House
from tests.doubles.scribe import DROPPED, KEPT_BUT_SILENT


async def question(house: House) -> Delivery:
    def work(records: Records) -> Delivery:
        return records.deliveries(records.rounds(house.channels[0].id, 1)[0].id)[0]

    return await house.store.transact(work)


@pytest.mark.parametrize("recorded", [True, False], ids=["unknown", "in flight"])
async def test_an_hour_away_is_no_hour_of_blindness(house: House, *, recorded: bool) -> None:
    """Killed with a question in doubt, or on its way; two hours on, the history fails once."""
    house.clock.set("2026-11-23 09:30")
    await house.rounds.tick()
    house.scribe.fails("post", KEPT_BUT_SILENT)
    (job,) = await house.store.transact(lambda r: house.rounds.claim(r, "scribe", 1))
    if recorded:
        await house.sender._deliver(job)
    else:
        await house.scribe.post(job.delivery.channel, job.message, job.delivery.key)
    house.clock.move(hours=2)
    house.scribe.fails("find", DROPPED)

    await house.restart()
    for _ in range(2):
        house.clock.move(minutes=2)
        await house.settle()

    assert (await question(house)).state is DeliveryState.SENT
