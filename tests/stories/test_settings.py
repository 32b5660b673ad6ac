"""Settings edited while the bot runs."""

from dataclasses import replace
from datetime import time

from inline_snapshot import snapshot

from bot.model import Bank, Mix
from tests.doubles.house import House, channel, choice, rhythm
from tests.doubles.person import ScribePerson
from tests.doubles.scribe import DOWN
from tests.stories.diary import diary


def short(house: House) -> list[str]:
    """Return when something was posted into the channel."""
    return [line for line in diary(house).splitlines() if "  channel  Question" in line]


async def test_a_later_time(house: House) -> None:
    """The next question comes at the new time; today's is not asked twice."""
    await house.go("2026-11-23 09:30")
    await house.configure(channel(rhythm=rhythm("11:00")))
    await house.through("12:00")
    await house.go("2026-11-24 09:30")
    await house.go("11:00")
    assert short(house) == snapshot(
        [
            "Mon 09:30  channel  Question 1 · Optimisation · beginner",
            "Tue 11:00  channel  Question 2 · Optimisation · beginner",
        ]
    )


async def test_an_earlier_time_before_todays_question(house: House) -> None:
    """Moved to a time that has just passed, today's question still comes, once."""
    await house.go("2026-11-23 09:00")
    await house.configure(channel(rhythm=rhythm("08:00")))
    await house.settle()
    await house.through("10:00")
    assert short(house) == snapshot(["Mon 09:00  channel  Question 1 · Optimisation · beginner"])


async def test_other_days(house: House) -> None:
    """A day that is no posting day any more has no question."""
    await house.configure(channel(rhythm=replace(rhythm(), days=frozenset({1, 3}))))
    for day in (23, 24, 25, 26, 27):
        await house.go(f"2026-11-{day} 09:30")
    assert short(house) == snapshot(
        [
            "Tue 09:30  channel  Question 1 · Optimisation · beginner",
            "Thu 09:30  channel  Question 2 · Optimisation · beginner",
        ]
    )


async def test_topics_changed(house: House, admin: ScribePerson) -> None:
    """From the next question on the new topics are asked; what is open stays as it is."""
    house.bank = Bank.of((choice("transformers/a"), *house.bank.questions.values()))
    await house.go("2026-11-23 09:30")
    await house.configure(channel(mix=Mix({"transformers": 1})))
    await house.go("2026-11-24 09:30")
    assert short(house)[-1] == snapshot("Tue 09:30  channel  Question 2 · Transformers · beginner")
    await admin.commands("admin topics transformers=2")
    await admin.commands("admin topics")
    assert admin.sees() == snapshot("""\
This channel's settings come from the settings file, so they are changed there: topics. I read the file again within five seconds of saving.

Weights of topics here (0: not asked):
    optimisation             0
    transformers             1

Every question allowed in #ml has been asked. From today the oldest come round again. To widen it: add topics, allow more levels, or import your own.\
""")


async def test_a_channel_that_is_taken_out(house: House, ada: ScribePerson) -> None:
    """The open question is still revealed, without promising another; then all is quiet."""
    await house.go("2026-11-23 09:30")
    house.channels = []
    await house.configure()
    await house.go("15:30")
    await house.go("2026-11-24 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 15:30  thread   The answer to question 1
Mon 15:30  channel  The answer to question 1 is in the thread.\
""")
    await ada.commands("today")
    assert ada.sees() == snapshot(
        "I ask no questions in this channel. An admin can set it up: /admin setup."
    )


async def test_a_channel_that_comes_back(house: House) -> None:
    """It goes on with the next slot and the next number; nothing was missed meanwhile."""
    await house.go("2026-11-23 09:30")
    house.channels = []
    await house.configure()
    await house.go("2026-11-25 12:00")
    await house.configure(channel())
    await house.settle()
    await house.go("2026-11-26 09:30")
    assert short(house) == snapshot(
        [
            "Mon 09:30  channel  Question 1 · Optimisation · beginner",
            "Thu 09:30  channel  Question 2 · Optimisation · beginner",
        ]
    )
    assert house.scribe.told == []


async def test_taken_out_and_back_within_minutes(house: House) -> None:
    """A slip of the pen costs nothing: today's question is not asked again."""
    await house.go("2026-11-23 09:30")
    house.channels = []
    await house.configure()
    await house.go("09:32")
    await house.configure(channel())
    await house.through("15:40")
    await house.go("2026-11-24 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 15:32  thread   The answer to question 1
Mon 15:32  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.
Tue 09:30  channel  Question 2 · Optimisation · beginner
Tue 09:30  thread   This thread is for arguing about question 2\
""")


async def test_taken_out_while_its_question_waits(house: House) -> None:
    """A question that was not posted yet is not posted any more."""
    house.scribe.outage = DOWN
    await house.go("2026-11-23 09:30")
    house.scribe.outage = None
    house.channels = []
    await house.configure()
    await house.through("10:00")
    assert diary(house) == ""


async def test_a_mention_comes_from_the_settings_only(house: House) -> None:
    """The configured group is mentioned once, by the post; no edit mentions it again."""
    await house.configure(channel(mention="@ml-club"))
    ada = ScribePerson(house, "ada")
    await house.go("2026-11-23 09:30")
    assert ada.channel().splitlines()[0] == "(mentions @ml-club)"

    await ada.clicks("B")
    await ada.commands("suggest Hello @ml-club, @channel, <!here>")
    await ada.commands("today")
    assert "mentions" not in ada.sees()
    await house.go("15:30")
    everything = [m for one in house.scribe.posted for m in (*one.edits, one.message)]
    assert sum(message.mention != "" for message in everything) == 1


async def test_the_time_zone_is_the_channels_own(house: House) -> None:
    """Half past nine is half past nine where the channel lives."""
    await house.configure(channel(rhythm=replace(rhythm(), zone="Asia/Tokyo")))
    await house.through("2026-11-23 02:00", step=30)
    assert short(house) == snapshot(["Mon 01:30  channel  Question 1 · Optimisation · beginner"])


async def test_a_time_that_moves_into_the_grace_of_a_missed_one(house: House) -> None:
    """A time moved to the afternoon gives a day that is not over a question at that time."""
    await house.configure(channel(rhythm=replace(rhythm(), time=time(16))))
    await house.go("2026-11-23 09:30")
    await house.go("16:00")
    assert short(house) == snapshot(["Mon 16:00  channel  Question 1 · Optimisation · beginner"])


async def test_days_added_that_are_over(house: House, admin: ScribePerson) -> None:
    """Weekends switched on on a Monday morning make no missed Saturday."""
    await house.go("2026-11-23 09:00")
    await house.configure(channel(rhythm=replace(rhythm(), days=frozenset(range(7)))))
    await house.settle()
    await house.go("09:30")
    assert short(house) == snapshot(["Mon 09:30  channel  Question 1 · Optimisation · beginner"])
    assert admin.sees() == ""


async def test_a_time_that_moved_too_far_back(house: House, admin: ScribePerson) -> None:
    """Moved to a time that is over by more than the grace, today goes without; nobody is alarmed."""
    await house.go("2026-11-22 12:00")
    await house.configure(channel(rhythm=rhythm("16:00")))
    await house.go("2026-11-23 14:00")
    await house.configure(channel(rhythm=rhythm("08:00")))
    await house.settle()
    await house.go("2026-11-24 08:00")
    assert short(house) == snapshot(["Tue 08:00  channel  Question 1 · Optimisation · beginner"])
    assert admin.sees() == ""


async def test_new_settings_do_not_hide_what_was_missed(house: House, admin: ScribePerson) -> None:
    """Days missed under the old settings are told, although the new ones came meanwhile."""
    house.channels = [channel(rhythm=rhythm("11:00"))]
    house.clock.set("2026-11-25 10:00")
    await house.restart()
    assert admin.sees() == snapshot(
        "No questions were posted in #ml on Mon 23 Nov and Tue 24 Nov: I was not running at 11:00 and came back past the 4 h grace. Streaks are unaffected. Next: today 11:00."
    )
