"""Calls that break: whatever the bot heard or did not hear, one message stands in the end."""

from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from bot.ports import Store
from tests.conftest import BOTH_STORES, Opened
from tests.doubles.house import House, choice
from tests.doubles.person import ScribePerson
from tests.doubles.scribe import (
    DROPPED,
    KEPT_BUT_SILENT,
    UNSHOWABLE,
    Fault,
)
from tests.stories.diary import diary

LONG = choice(prompt="First part.\n\nSecond part.\n\nThird part.")


@BOTH_STORES
@pytest.mark.parametrize("fault", [KEPT_BUT_SILENT, DROPPED], ids=["kept", "dropped"])
@pytest.mark.parametrize("verb", ["post", "open_thread", "reply", "announce"])
async def test_an_unclear_call_ends_in_one_message(
    house: House, verb: str, fault: Fault, store: Store
) -> None:
    """After a while the bot looks the message up, and sends it again only if it is not there."""
    house.scribe.fails(verb, fault)
    await house.go("2026-11-23 09:30")
    await house.through("09:40")
    await house.through("15:50")

    assert sorted(line[11:34] for line in diary(house).splitlines()) == [
        "channel  Question 1 · O",
        "channel  The answer to ",
        "thread   The answer to ",
        "thread   This thread is",
    ]


async def test_a_message_that_was_kept_counts_from_when_it_stood(house: House) -> None:
    """The reveal is six hours after the platform's own time, not after we found out."""
    house.scribe.fails("post", KEPT_BUT_SILENT)
    await house.go("2026-11-23 09:30")
    await house.go("09:40")
    assert "reveal today 15:30" in ScribePerson(house, "ada").channel()


async def test_a_history_that_lags_makes_a_double_which_goes(house: House) -> None:
    """Where the history did not show the message in time, the double is removed by itself."""
    house.scribe.fails("post", KEPT_BUT_SILENT)
    house.scribe.lag = timedelta(minutes=3)
    await house.go("2026-11-23 09:30")
    await house.go("09:32")
    assert len(house.scribe.parents()) == 2
    await ScribePerson(house, "ada").clicks("B", on=house.scribe.parents()[0])

    await house.through("09:50")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:32  thread   This thread is for arguing about question 1\
""")
    assert "1 answered" in ScribePerson(house, "ada").channel()


async def test_a_history_that_cannot_be_read(house: House, admin: ScribePerson) -> None:
    """After an hour of looking in vain the post counts as unconfirmed, and the admins hear it."""
    house.scribe.fails("post", KEPT_BUT_SILENT)
    house.scribe.blind = True
    await house.go("2026-11-23 09:30")
    await house.through("10:40")
    assert admin.sees() == snapshot("""\
I cannot tell whether question 1 was posted in #ml on Mon 23 Nov: the connection broke, and for an hour the history could not be read. It counts as missed; if it stands there, please delete it. Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]\
""")

    ada = ScribePerson(house, "ada")
    await ada.clicks("B")
    assert ada.sees() == snapshot(
        "This question does not count: nobody could tell whether it was posted."
    )


async def test_a_question_of_several_parts(opened: Opened) -> None:
    """Its first part opens the thread, and the others follow there, each once."""
    house = await opened(LONG)
    house.scribe.longest = 1
    await house.go("2026-11-23 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 09:30  thread   Second part.
Mon 09:30  thread   Third part.\
""")
    assert (await house.round()).state == "open"


async def test_a_later_part_that_is_refused(opened: Opened) -> None:
    """The rest goes out, the round opens, and the admins know what is missing."""
    house = await opened(LONG)
    admin = ScribePerson(house, "admin")
    house.scribe.longest = 1
    house.scribe.fails("reply", UNSHOWABLE)
    await house.go("2026-11-23 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 09:30  thread   Third part.\
""")
    assert admin.sees() == snapshot(
        "The last part of question 1 could not be posted in #ml: invalid_blocks. The round goes on without it."
    )
    assert (await house.round()).state == "open"


async def test_a_first_part_that_is_refused(opened: Opened) -> None:
    """None of the others goes out."""
    house = await opened(LONG)
    house.scribe.longest = 1
    house.scribe.fails("post", *[UNSHOWABLE] * 3)
    await house.go("2026-11-23 09:30")
    await house.through("10:00")
    assert diary(house) == ""


async def test_a_thread_that_cannot_be_opened(house: House, admin: ScribePerson) -> None:
    """The round goes on in replies to the question itself, and the admins know."""
    house.scribe.fails("open_thread", UNSHOWABLE)
    await house.go("2026-11-23 09:30")
    await house.go("15:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 15:30  thread   The answer to question 1
Mon 15:30  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
    assert admin.sees() == snapshot(
        "The thread of question 1 could not be posted in #ml: invalid_blocks. The round goes on without it."
    )


async def test_the_last_day_is_settled_before_the_next_begins(house: House) -> None:
    """A post of unknown fate is found, revealed, and only then the next question goes out."""
    house.scribe.fails("post", KEPT_BUT_SILENT)
    await house.go("2026-11-23 09:30")
    await house.restart()
    await house.go("2026-11-24 09:30")
    await house.through("09:40", step=1)
    assert [line[:18] for line in diary(house).splitlines()] == snapshot(
        [
            "Mon 09:30  channel",
            "Tue 09:30  thread ",
            "Tue 09:30  thread ",
            "Tue 09:30  channel",
            "Tue 09:30  channel",
            "Tue 09:30  thread ",
        ]
    )
