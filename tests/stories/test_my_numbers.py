"""Somebody's own numbers, days away and reminders; and the board, on which nobody is unasked."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.model import Bank, BoardRule, ChannelId
from tests.conftest import Opened
from tests.doubles.house import House, channel, choice, explain, short
from tests.doubles.person import ScribePerson, crowd, people

# One's own page ---------------------------------------------------------------------------------


async def test_before_the_first_answer(house: House, ada: ScribePerson) -> None:
    """The page says what will be there, and leads to today's question."""
    await ada.commands("me")
    assert ada.sees() == snapshot("""\
Nothing here yet.
Soon you will see accuracy by topic, how often “sure” was right, and what is due. Only you see this page.
[Five-question quiz]\
""")
    await house.go("2026-11-23 09:30")
    await ada.commands("me")
    assert ada.sees() == snapshot("""\
Nothing here yet. Today's question is open until 15:30.
Soon you will see accuracy by topic, how often “sure” was right, and what is due. Only you see this page.
[Answer it] [Five-question quiz]\
""")
    await ada.clicks("Answer it")
    assert "A network starts with all weights at zero." in ada.sees()


async def test_what_a_week_adds_up_to(opened: Opened) -> None:
    """Accuracy by topic with counts, calibration, streak, what is weak and what is due."""
    house = await opened(choice("optimisation/one"), choice("optimisation/two"), short(), explain())
    (ada,) = people(house, "ada")
    said = {"choice": "a", "short": "batch norm", "open": "because"}
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        await house.go(f"{day} 09:30")
        asked = (await house.round()).question
        assert asked is not None
        await ada.says(said[asked.kind])
        if asked.kind == "choice":
            await ada.clicks("Sure")
        await house.go(f"{day} 15:30")
    ada.sees()
    await ada.commands("me date 2027-01-04")
    assert ada.sees() == snapshot(
        "Noted, and only you see it. Your interview is on Mon 4 Jan 2027: 40 days left. Nothing you learn now comes back after it."
    )
    await ada.commands("me")
    assert ada.sees() == snapshot("""\
# Your numbers
You answered 3 questions. Of 2 judged without help, 0 were right.
    optimisation     0 of 1  ..........  met 1 of 2
    transformers     0 of 1  ..........  met 2 of 2
Streak 3 (longest 3): you answered the last 3 questions posted here, right or wrong. Two freezes left this month.
Of the 1 you were sure of, 0 were right.
Sure and wrong: “All weights start at zero”.
Weakest: optimisation and transformers.
2 questions are due for review now.
Your interview is on Mon 4 Jan 2027: 40 days left.
[Review now] [Practise optimisation] [Practise transformers] [History] [Privacy]
(Only you see this page.)\
""")
    await ada.clicks("History")
    assert ada.sees() == snapshot("""\
# The latest questions here
- Wed 25 Nov: 3 · Why divide by the root of d — yours to judge; you said “because”
- Tue 24 Nov: 2 · All weights start at zero — not right; you said A
- Mon 23 Nov: 1 · Which normalisation — not right; you said “batch norm”\
""")


async def test_practising_a_weak_topic(opened: Opened) -> None:
    house = await opened(choice("optimisation/one"), choice("optimisation/two"))
    (ada,) = people(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.says("a")
    await house.go("15:30")
    await ada.commands("me")
    ada.sees()
    await ada.clicks("Practise optimisation")
    assert "A network starts with all weights at zero." in ada.sees()


async def test_what_was_changed_shows_first_and_last(house: House, ada: ScribePerson) -> None:
    await house.go("2026-11-23 09:30")
    await ada.says("a")
    await ada.says("b")
    await house.go("15:30")
    ada.sees()
    await ada.commands("history")
    assert ada.sees() == snapshot("""\
# The latest questions here
- Mon 23 Nov: 1 · All weights start at zero — right; you said A, then B\
""")


async def test_a_direct_message_of_several_channels_shows_all_but_the_streak(
    opened: Opened,
) -> None:
    other = channel(id=ChannelId("scribe://team/other"), name="#other")
    house = await opened(choice(), choice("optimisation/two"), channels=[channel(), other])
    (ada,) = people(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.says("b")
    await house.go("15:30")
    ada.sees()
    alone = ScribePerson(house, "ada", at=None)
    await alone.commands("me")
    said = alone.sees()
    assert "You answered 1 question." in said
    assert "treak" not in said


# Streaks and days away --------------------------------------------------------------------------


async def test_a_streak_forgives_two_and_skips_days_away(house: House, ada: ScribePerson) -> None:
    """A week with two answers, two missed, and one while away."""
    for day in ("2026-11-23", "2026-11-24"):
        await house.go(f"{day} 09:30")
        await ada.says("a")
    await ada.commands("me away 2026-11-27..2026-11-30")
    assert "Noted: away Fri 27 Nov 2026 to Mon 30 Nov 2026." in ada.sees()
    await house.through("2026-12-01 12:00", step=30)
    await ada.commands("me")
    page = ada.sees()
    assert page[page.index("Streak") :].splitlines()[0] == snapshot(
        "Streak 2 (longest 2): you answered the last 2 questions posted here, right or wrong, not counting two you missed (freezes) and those of your days away. Two freezes left this month."
    )


async def test_the_newest_question_breaks_nothing(house: House, ada: ScribePerson) -> None:
    """Neither while it is open nor after its answer is out; a late answer keeps the streak."""
    await house.go("2026-11-23 09:30")
    await ada.says("b")
    await house.through("2026-11-24 16:00", step=30)
    await ada.commands("me")
    assert "Streak 1 (longest 1)" in ada.sees()
    await ada.says("b")
    await ada.commands("me")
    assert "Streak 2 (longest 2)" in ada.sees()


async def test_no_streak(house: House, ada: ScribePerson) -> None:
    await house.go("2026-11-23 09:30")
    await ada.says("b")
    await house.through("2026-11-30 12:00", step=30)
    await ada.commands("me")
    page = ada.sees()
    assert page[page.index("No streak") :].splitlines()[0] == snapshot(
        "No streak at present (longest 1): it counts the questions posted here that you answer in a row, each before the next one comes, right or wrong; two you miss in a month are forgiven."
    )


async def test_days_that_are_over_cannot_be_days_away(house: House, ada: ScribePerson) -> None:
    """Or a streak could be mended afterwards."""
    await ada.commands("me away 2026-11-19..2026-11-27")
    assert ada.sees() == snapshot("That day is over. Say days from today on; nothing was changed.")
    await ada.commands("me date 2026-11-19")
    assert "That day is over." in ada.sees()


async def test_coming_back_early(house: House, ada: ScribePerson) -> None:
    """Days that have passed stay away; those ahead are taken back."""
    await ada.commands("me away 2026-11-20..2026-12-24")
    await house.go("2026-11-24 08:00")
    ada.sees()
    await ada.commands("me away off")
    assert ada.sees() == snapshot("Noted: your days away from today on are taken back.")
    member = await house.store.transact(lambda r: r.member(ada.member))
    assert member is not None
    assert [(str(days.first), str(days.last)) for days in member.away] == snapshot(
        [("2026-11-20", "2026-11-23")]
    )
    await ada.commands("me away off")
    assert ada.sees() == snapshot("You had no days away ahead of you.")


# Reminders --------------------------------------------------------------------------------------


async def test_a_reminder_comes_once_a_day_when_something_is_due(
    house: House, ada: ScribePerson
) -> None:
    """At the member's own time, never with nothing due, and no more once stopped."""
    await ada.commands("me nudge 08:30")
    assert ada.sees() == snapshot(
        "Noted: at 08:30 (Europe/Berlin) I tell you in private when something is due, at most once a day."
    )
    await house.through("2026-11-23 09:30", step=30)
    assert ada.sees() == ""
    await ada.says("a")
    ada.sees()
    await house.through("2026-11-24 08:25")
    assert ada.sees() == ""
    await house.through("2026-11-24 09:00")
    assert ada.sees() == snapshot("""\
1 question is due for review.
[Review now] [No more reminders]\
""")
    await ada.commands("me nudge 08:45")
    ada.sees()
    await house.through("2026-11-25 08:40", step=30)
    assert ada.sees() == ""
    await house.through("2026-11-25 08:45")
    assert "due for review" in ada.sees()
    await ada.clicks("No more reminders")
    assert ada.sees() == snapshot("Noted: no reminders.")
    await house.through("2026-11-26 12:00", step=30)
    assert ada.sees() == ""


async def test_a_reminder_needs_a_channel_whose_time_it_is(opened: Opened) -> None:
    """Rather than a zone that nobody asked for."""
    other = channel(id=ChannelId("scribe://team/other"), name="#other")
    house = await opened(choice(), channels=[channel(), other])
    alone = ScribePerson(house, "ada", at=None)
    await alone.commands("me nudge 08:30")
    assert "Please say this in the one you mean." in alone.sees()
    await alone.commands("me nudge off")
    assert "Noted: no reminders." in alone.sees()


async def test_a_reminder_comes_by_the_members_own_clock(house: House, ada: ScribePerson) -> None:
    """Where the platform tells their zone; one nobody knows counts for nothing."""
    ada.actor = replace(ada.actor, zone="America/New_York")
    await ada.commands("me nudge 08:30")
    assert "at 08:30 (America/New_York)" in ada.sees()
    ada.actor = replace(ada.actor, zone="America/Nowhere")
    await ada.commands("me nudge 08:30")
    assert "at 08:30 (Europe/Berlin)" in ada.sees()
    assert house.bank.questions


async def test_after_an_outage_one_reminder_comes_late(house: House, ada: ScribePerson) -> None:
    await ada.commands("me nudge 08:30")
    await house.go("2026-11-23 09:30")
    await ada.says("a")
    await house.go("15:30")
    ada.sees()
    await house.go("2026-11-27 20:00")
    assert ada.sees().count("due for review") == 1
    await house.go("2026-11-27 21:00")
    assert ada.sees() == ""


async def test_what_cannot_be_asked_is_not_due(house: House, ada: ScribePerson) -> None:
    """Neither on one's page nor for a reminder: nothing could be done about it."""
    await ada.commands("me nudge 08:30")
    await house.go("2026-11-23 09:30")
    await ada.says("a")
    await house.go("15:30")
    house.bank = Bank.of(())
    ada.sees()
    await house.through("2026-11-24 09:00", step=30)
    assert ada.sees() == ""
    await ada.commands("me")
    assert "Nothing is due for review." in ada.sees()


# The board --------------------------------------------------------------------------------------


async def test_the_board_shows_only_who_agreed(house: House) -> None:
    """Everybody sees their own place; those who share a number share a place."""
    ada, ben, cyd = people(house, "ada", "ben", "cyd")
    await house.go("2026-11-23 09:30")
    for person, letter in ((ada, "b"), (ben, "b"), (cyd, "a")):
        await person.says(letter)
    for person, label in ((ada, "Yes"), (cyd, "Yes"), (ben, "No, keep me off")):
        await person.clicks(label)
    await house.go("15:30")
    cyd.sees(), ben.sees()
    await cyd.commands("board")
    assert cyd.sees() == snapshot("""\
# Board of #ml, Nov 2026
1 · ada · 1 right of 1
2 · cyd · 0 right of 1
You: place 2, 0 right of 1.
It counts daily questions answered right, without help and in time. Equal numbers share a place.
[All time] [Keep me off]
(Only you see this message.)\
""")
    await ben.commands("board")
    assert ben.sees() == snapshot("""\
# Board of #ml, Nov 2026
1 · ada · 1 right of 1
2 · cyd · 0 right of 1
You: 1 right of 1. You are not on the board; your place would be 1.
It counts daily questions answered right, without help and in time. Equal numbers share a place.
[All time] [Show my name]
(Only you see this message.)\
""")
    await ben.clicks("Show my name")
    ben.sees()
    await ben.clicks("All time")
    assert ben.sees() == snapshot("""\
# Board of #ml, all time
1 · ada · 1 right of 1
1 · ben · 1 right of 1
3 · cyd · 0 right of 1
You: place 1, 1 right of 1.
It counts daily questions answered right, without help and in time. Equal numbers share a place.
[This month] [Keep me off]
(Only you see this message.)\
""")


async def test_a_new_month_begins_with_nobody_on_it(house: House, ada: ScribePerson) -> None:
    await house.go("2026-11-30 09:30")
    await ada.says("b")
    await ada.commands("board yes")
    await house.go("15:30")
    await house.go("2026-12-01 08:00")
    ada.sees()
    await ada.commands("board")
    assert ada.sees() == snapshot("""\
# Board of #ml, Dec 2026
Nobody is on it yet.
You have no answers to daily questions here this month.
It counts daily questions answered right, without help and in time. Equal numbers share a place.
[All time] [Keep me off]
(Only you see this message.)\
""")


async def test_nobody_below_the_top_is_named(opened: Opened) -> None:
    """Twelve with one right answer each: ten are shown, and that others share their place."""
    house = await opened(choice(), channels=[channel(board=BoardRule.EVERYONE)])
    await house.go("2026-11-23 09:30")
    await crowd(house, "B" * 12 + "A")
    await house.go("15:30")
    last = ScribePerson(house, "member-12")
    await last.commands("board")
    assert last.sees() == snapshot("""\
# Board of #ml, Nov 2026
1 · member-0 · 1 right of 1
1 · member-1 · 1 right of 1
1 · member-10 · 1 right of 1
1 · member-11 · 1 right of 1
1 · member-2 · 1 right of 1
1 · member-3 · 1 right of 1
1 · member-4 · 1 right of 1
1 · member-5 · 1 right of 1
1 · member-6 · 1 right of 1
1 · member-7 · 1 right of 1
Others share place 1.
You: place 13, 0 right of 1.
It counts daily questions answered right, without help and in time. Equal numbers share a place.
[All time] [Keep me off]
(Only you see this message.)\
""")


async def test_a_channel_without_a_board(opened: Opened) -> None:
    house = await opened(choice(), channels=[channel(board=BoardRule.OFF)])
    (ada,) = people(house, "ada")
    await ada.commands("board")
    assert ada.sees() == snapshot(
        "There is no board in this channel. Your own numbers are yours alone."
    )
