"""Doubles: a message that the platform kept late stands twice for a while, and then once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.doubles.house import House
from tests.doubles.scribe import BUSY, CLOSED, DOWN, DROPPED, KEPT_BUT_SILENT, Fault


async def posted_twice(house: House) -> str:
    """Post a question whose first copy the history shows only after a second was sent."""
    house.scribe.lag = timedelta(minutes=5)
    house.scribe.fails("post", KEPT_BUT_SILENT)
    await house.go("2026-11-23 09:30")
    await house.go("09:32")
    (key,) = {one.key for one in house.scribe.parents()}
    assert len(house.scribe.standing(key)) == 2
    return key


async def test_the_later_copy_is_removed(house: House) -> None:
    key = await posted_twice(house)

    await house.go("09:45")

    (left,) = house.scribe.standing(key)
    assert left.ref == (await house.round()).post


@pytest.mark.parametrize("trouble", [BUSY, CLOSED, DOWN, DROPPED])
async def test_a_copy_that_cannot_be_removed_now_is_removed_later(
    house: House, trouble: Fault
) -> None:
    key = await posted_twice(house)
    house.scribe.fails("delete", trouble)

    await house.go("09:45")
    assert len(house.scribe.standing(key)) == 2
    await house.go("09:56")

    assert len(house.scribe.standing(key)) == 1
