"""The bot was away: late within the grace, missed and said beyond it; never twice, never silent."""

from dataclasses import replace
from datetime import timedelta

from inline_snapshot import snapshot

from tests.doubles.house import House, channel, rhythm
from tests.doubles.person import ScribePerson
from tests.stories.diary import diary


async def test_late_within_the_grace(house: House, admin: ScribePerson) -> None:
    """Back within four hours, the bot posts once, late, and says nothing to the admins."""
    await house.go("2026-11-23 13:30")
    assert diary(house) == snapshot("""\
Mon 13:30  channel  Question 1 · Optimisation · beginner
Mon 13:30  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == ""


async def test_past_the_grace(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """Back too late, the day is missed; the admins hear why and can post one all the same."""
    await house.go("2026-11-23 13:31")
    assert diary(house) == ""
    assert admin.sees() == snapshot("""\
No question was posted in #ml on Mon 23 Nov: I was not running at 09:30 and came back past the 4 h grace. Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]\
""")
    await ada.commands("history")
    assert ada.sees() == snapshot("""\
# The latest questions here
- Mon 23 Nov: missed, I was not running at 09:30 and came back past the 4 h grace\
""")

    await admin.clicks("Post one now")
    assert admin.sees() == snapshot("Question 1 is on its way.")
    assert diary(house) == snapshot("""\
Mon 13:31  channel  Question 1 · Optimisation · beginner
Mon 13:31  thread   This thread is for arguing about question 1\
""")


async def test_several_days_away(house: House, admin: ScribePerson) -> None:
    """Days that passed are missed together, in one message; today's question comes."""
    await house.go("2026-11-26 09:45")
    assert admin.sees() == snapshot(
        "No questions were posted in #ml on Mon 23 Nov, Tue 24 Nov and Wed 25 Nov: I was not running at 09:30 and came back past the 4 h grace. Streaks are unaffected. Next: tomorrow 09:30."
    )
    assert diary(house) == snapshot("""\
Thu 09:45  channel  Question 1 · Optimisation · beginner
Thu 09:45  thread   This thread is for arguing about question 1\
""")


async def test_away_when_the_answer_was_due(house: House, ada: ScribePerson) -> None:
    """An answer is never too late; who answered in time still counts as in time."""
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await house.restart()
    await house.go("22:10")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 22:10  thread   The answer to question 1
Mon 22:10  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_the_next_slot_ends_every_grace(house: House, admin: ScribePerson) -> None:
    """Coming back exactly when the next question is due, the bot posts that one only."""
    await house.configure(channel(rhythm=replace(rhythm(), grace=timedelta(hours=48))))
    await house.go("2026-11-24 09:30")
    assert diary(house) == snapshot("""\
Tue 09:30  channel  Question 1 · Optimisation · beginner
Tue 09:30  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == snapshot(
        "No question was posted in #ml on Mon 23 Nov: I was not running at 09:30 and came back past the 48 h grace. Streaks are unaffected. Next: tomorrow 09:30."
    )


async def test_clocks_that_go_back_change_nothing(house: House) -> None:
    """When the machine's clock is set back, nothing goes out a second time."""
    await house.go("2026-11-23 09:30")
    await house.go("08:00")
    await house.through("15:40")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 15:30  thread   The answer to question 1
Mon 15:30  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
