"""Hint and *Show me now*: private, and honest about what they cost."""

import pytest
from inline_snapshot import snapshot

from tests.doubles.house import House
from tests.doubles.person import ScribePerson


@pytest.fixture(autouse=True)
async def _monday(house: House) -> None:
    await house.go("2026-11-23 09:30")


async def test_hints_come_one_by_one(house: House, ada: ScribePerson) -> None:
    """Each press gives the next hint, the mildest first; an answer after one counts as helped."""
    await ada.clicks("Hint")
    await ada.clicks("Hint")
    await ada.clicks("Hint")
    assert ada.sees() == snapshot("""\
Hint 1: Think of symmetry.
An answer after a hint counts as helped. 1 more hint left.

Hint 2: Compare two units of one layer.
An answer after a hint counts as helped. That was the last one.

There are no more hints.\
""")

    await ada.clicks("B")
    await house.go("15:30")
    ada.sees()
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. You had help before it.
[Report a mistake]\
""")


async def test_a_hint_after_the_answer_costs_nothing_by_itself(
    house: House, ada: ScribePerson
) -> None:
    """Only an answer that comes after a hint is helped; saying how sure is no new answer."""
    await ada.clicks("B")
    ada.sees()
    await ada.clicks("Hint")
    assert ada.sees() == snapshot("""\
Hint 1: Think of symmetry.
You have answered already; changing your answer now would count as helped. 1 more hint left.\
""")
    await ada.clicks("Sure")

    await house.go("15:30")
    ada.sees()
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. You were sure.
[Report a mistake]\
""")


async def test_changing_the_answer_after_a_hint_is_helped(house: House, ada: ScribePerson) -> None:
    """A change of mind after a hint counts as helped."""
    await ada.clicks("A")
    await ada.clicks("Hint")
    await ada.clicks("B")
    await house.go("15:30")
    ada.sees()
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. First you said A. You had help before it.
[Report a mistake]\
""")


async def test_the_solution_before_answering_is_help(house: House, ada: ScribePerson) -> None:
    """*Show me now* shows it to the asker alone; an answer afterwards counts as helped."""
    await ada.clicks("Show me now")
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

    await house.go("15:30")
    ada.sees()
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. You had help before it.
[Report a mistake]\
""")


async def test_the_solution_after_answering_locks_the_answer(
    house: House, ada: ScribePerson
) -> None:
    """After answering it costs nothing, but the answer stands, and the result is there at once."""
    await ada.clicks("A")
    ada.sees()
    await ada.clicks("Show me now")
    assert ada.sees() == snapshot("""\
# The answer to question 1, for you only
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
Your answer stands as it is; seeing the solution after answering costs nothing.\
""")
    await ada.clicks("B")
    await ada.clicks("Sure")
    await ada.clicks("Hint")
    assert ada.sees() == snapshot("""\
You have seen the solution, so your answer stands as it is.

You have seen the solution, so your answer stands as it is.

Hint 1: Think of symmetry.
Your answer stands as it is. 1 more hint left.\
""")
    await ada.commands("result")
    assert ada.sees() == snapshot("""\
Question 1: your answer A is not right.
The answer is B.
[Report a mistake]\
""")


async def test_help_stays_private(house: House, ada: ScribePerson, ben: ScribePerson) -> None:
    """Nobody else sees that somebody took a hint or looked at the solution."""
    before = ben.channel() + ben.thread()
    await ada.clicks("Hint")
    await ada.clicks("Show me now")
    await house.go("09:31")

    assert ben.channel() + ben.thread() == before
    assert ben.sees() == ""
