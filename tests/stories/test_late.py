"""Late members: *See the answer* asks whether to answer first."""

import pytest
from inline_snapshot import snapshot

from tests.doubles.house import House
from tests.doubles.person import ScribePerson


@pytest.fixture(autouse=True)
async def _revealed(house: House) -> None:
    await house.go("2026-11-23 09:30")
    await house.go("15:30")


async def test_see_the_answer_offers_to_answer_first(house: House, ada: ScribePerson) -> None:
    """An answer before the next post keeps the streak; the verdict and why come at once."""
    await ada.clicks("See the answer")
    assert ada.sees() == snapshot("""\
The answer is out. Answer first, or reveal? Answering first keeps your streak.
[A] [B] [C] [D] [Reveal]\
""")
    await ada.clicks("B")
    assert ada.sees() == snapshot("""\
Recorded late: it keeps your streak and counts for your own numbers, not for the board.
Question 1: your answer B is right.
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
[Report a mistake]\
""")
    await ada.clicks("A")
    assert ada.sees() == snapshot(
        "The answer was out when you answered, so your answer stands as it is."
    )


async def test_see_the_answer_shows_it_to_who_does_not_answer(
    house: House, ada: ScribePerson
) -> None:
    """*Reveal* shows the solution in private; an answer afterwards counts as helped."""
    await ada.clicks("See the answer")
    ada.sees()
    await ada.clicks("Reveal")
    assert ada.sees() == snapshot("""\
# The answer to question 1, for you only
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
You can still answer; it will count as helped.\
""")
    await ada.clicks("B")
    assert "had help" in ada.sees()


async def test_after_the_next_post_it_keeps_no_streak(house: House, ada: ScribePerson) -> None:
    """An answer after the next question was posted is for the member's own numbers only."""
    monday = house.parent()
    await house.go("2026-11-24 09:30")
    await ada.clicks("See the answer", on=monday)
    assert ada.sees() == snapshot("""\
The answer is out. Answer first, or reveal? Answering first counts for your own numbers.
[A] [B] [C] [D] [Reveal]\
""")
    await ada.clicks("C")
    assert ada.sees() == snapshot("""\
Recorded late, after the next question: it counts for your own numbers, not for your streak or the board.
Question 1: your answer C is not right.
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
[Report a mistake]\
""")


async def test_who_answered_in_time_sees_the_answer_at_once(house: House) -> None:
    """*See the answer* asks nothing of somebody who answered; their answer stands."""
    await house.go("2026-11-24 09:30")
    ada = ScribePerson(house, "ada")
    await ada.clicks("B")
    await house.go("15:30")
    ada.sees()
    await ada.clicks("See the answer")
    assert ada.sees() == snapshot("""\
Question 2: your answer B is right.
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
[Report a mistake]\
""")
    await ada.commands("answer C")
    assert ada.sees() == snapshot("The answers are closed, so nothing was changed.")


async def test_a_late_answer_is_not_in_the_numbers_of_the_channel(
    house: House, ada: ScribePerson
) -> None:
    """The line under the question does not count who came after the close."""
    before = ada.channel()
    await ada.commands("answer B")
    await house.go("15:40")

    assert ada.channel() == before


async def test_my_result_without_an_answer(house: House, ada: ScribePerson) -> None:
    """Who did not answer is told so, and can still."""
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
You did not answer question 1. You can still answer it.
[A] [B] [C] [D]\
""")
    await ada.commands("history")
    assert ada.sees() == snapshot("""\
# The latest questions here
- Mon 23 Nov: 1 · All weights start at zero — not answered\
""")
