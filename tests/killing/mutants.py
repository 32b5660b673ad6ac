"""Bots that are broken on purpose, so that it is seen that the loop finds out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.model import Absent, Delivery, DeliveryState, Ref, Search
from bot.rounds import Job
from bot.sender import Sender
from tests.doubles.house import House

MUTANTS = ("blind resend", "no settle", "no intent")


def change(house: House, mutant: str) -> None:
    """Break a house in the way of this name; an empty one leaves it as it is."""
    match mutant:
        case "blind resend":
            house.platform.find = _nothing  # type: ignore[method-assign]
        case "no settle":
            house.platform.settle = timedelta(0)
        case "no intent":
            house.sender = _NoIntent(house.platform, house.store, house.rounds, house.clock)
        case "":
            pass
        case _:
            raise ValueError(f"there is no mutant {mutant!r}, only {MUTANTS}")


async def _nothing(delivery: Delivery, to: Ref | None) -> Search:
    """Never look, and so never find."""
    return Absent()


class _NoIntent(Sender):
    """Writes the intent down only when the call is over; until then it only keeps its hands off."""

    async def _deliver(self, job: Job) -> None:
        one = job.delivery
        before = replace(
            one,
            state=DeliveryState.PLANNED,
            attempt=one.attempt - 1,
            not_before=self.clock() + timedelta(minutes=5),
        )
        await self.store.transact(lambda records: records.save_delivery(one, before))
        outcome = await self._outcome(self._call(job), one)
        await self.store.transact(lambda records: records.save_delivery(before, one))
        await self._write(partial(self.rounds.record, job=one, outcome=outcome))
