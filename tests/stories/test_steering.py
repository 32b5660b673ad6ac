"""What admins decide: pins, swaps, pauses, skipped days, a post ahead of time."""

from dataclasses import replace
from datetime import date

from inline_snapshot import snapshot

from bot.model import Bank, ChannelId, Reveal, RevealRule
from tests.conftest import Opened
from tests.doubles.house import House, channel, choice, explain, numeric, rhythm
from tests.doubles.person import ScribePerson
from tests.stories.diary import diary


async def test_the_plan_is_what_happens(opened: Opened) -> None:
    """``plan`` shows the coming days; if nothing else happens, they come true."""
    house = await opened(*(choice(f"a/{n}") for n in range(4)), numeric(), explain())
    admin = ScribePerson(house, "admin")
    await admin.commands("admin plan 5")
    plan = admin.sees()
    assert plan == snapshot("""\
# Plan for #ml
    Mon 23 Nov 09:30  convolution/bytes (beginner, numeric)
    Tue 24 Nov 09:30  a/3 (beginner, choice)
    Wed 25 Nov 09:30  transformers/why-divide (beginner, open)
    Thu 26 Nov 09:30  a/2 (beginner, choice)
    Fri 27 Nov 09:30  a/1 (beginner, choice)
A forecast: true if nothing else happens. Only pins are fixed.\
""")

    for day in (23, 24, 25, 26, 27):
        await house.go(f"2026-11-{day} 09:30")
        round_ = await house.round()
        assert round_.question is not None
        assert f"{round_.question.id} (" in plan.splitlines()[day - 22]


async def test_a_pin_fixes_a_question_to_a_day(opened: Opened) -> None:
    """The pinned question comes on that day and on no other."""
    house = await opened(*(choice(f"a/{n}") for n in range(9)), numeric())
    admin = ScribePerson(house, "admin")
    await admin.commands("admin pin convolution/bytes 2026-11-24")
    await admin.commands("admin pin convolution/bites 2026-11-24")
    await admin.commands("admin pin convolution/bytes 2026-11-28")
    await admin.commands("admin pin convolution/bytes tomorrow")
    await admin.commands("admin plan 3")
    assert admin.sees() == snapshot("""\
convolution/bytes is pinned to Tue 24 Nov and will come on no other day.

There is no ready question 'convolution/bites' in the banks. The nearest is convolution/bytes.

Sat 28 Nov is no posting day that lies ahead of this channel.

Dates are written like 2026-11-30. It goes: /admin pin QUESTION DATE

# Plan for #ml
    Mon 23 Nov 09:30  a/6 (beginner, choice)
    Tue 24 Nov 09:30  convolution/bytes (beginner, numeric)  pinned
    Wed 25 Nov 09:30  a/1 (beginner, choice)
A forecast: true if nothing else happens. Only pins are fixed.\
""")

    await house.go("2026-11-24 09:30")
    assert "128 by 98" in admin.channel()


async def test_a_pinned_question_that_vanished(opened: Opened) -> None:
    """If it left the bank meanwhile, another one comes, and the admins hear it."""
    house = await opened(*(choice(f"a/{n}") for n in range(9)), numeric())
    admin = ScribePerson(house, "admin")
    await admin.commands("admin pin convolution/bytes 2026-11-23")
    admin.sees()
    house.bank = Bank.of(tuple(choice(f"a/{n}") for n in range(9)))
    await house.go("2026-11-23 09:30")
    assert admin.sees() == snapshot(
        "The question pinned to Mon 23 Nov in #ml, convolution/bytes, is no longer in the banks or is held back. Another one was picked."
    )
    assert "weights at zero" in admin.channel()


async def test_swapping_a_planned_question(house: House, admin: ScribePerson) -> None:
    """``swap`` takes another question for the next day, or for a day that is named."""
    await admin.commands("admin swap")
    await admin.commands("admin swap 2026-11-25")
    await admin.commands("admin swap 2026-11-28")
    await admin.commands("admin plan 3")
    assert admin.sees() == snapshot("""\
Mon 23 Nov: optimisation/zero-start-18 instead of optimisation/zero-start-0. It is pinned to that day.

Wed 25 Nov: optimisation/zero-start-21 instead of optimisation/zero-start-26. It is pinned to that day.

Sat 28 Nov is no posting day that lies ahead of this channel.

# Plan for #ml
    Mon 23 Nov 09:30  optimisation/zero-start-18 (beginner, choice)  pinned
    Tue 24 Nov 09:30  optimisation/zero-start-15 (beginner, choice)
    Wed 25 Nov 09:30  optimisation/zero-start-21 (beginner, choice)  pinned
A forecast: true if nothing else happens. Only pins are fixed.\
""")


async def test_a_pause_until_resumed(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """Nothing is asked and nothing is missed; the open question is still revealed."""
    await house.go("2026-11-23 09:30")
    await admin.commands("admin pause")
    await house.go("15:30")
    await house.go("2026-11-24 09:30")
    await ada.commands("next")
    await admin.commands("admin status")
    assert ada.sees() == snapshot("""\
Questions are paused here until an admin resumes them.
[Five-question quiz]\
""")
    assert admin.sees() == snapshot("""\
Paused until you resume: /admin resume. An open question is still revealed.

# Status of #ml
Question 1 (All weights start at zero) is revealed.
Paused until resumed.
Unasked questions: 15 or more. Sent here so far: 1.\
""")

    await house.go("2026-11-25 14:00")
    await admin.commands("admin resume")
    await admin.commands("admin resume")
    assert admin.sees() == snapshot("""\
Resumed. Next question: tomorrow 09:30.

This channel is not paused.\
""")
    await house.go("2026-11-26 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 15:30  thread   The answer to question 1
Mon 15:30  channel  The answer to question 1 is in the thread.
Thu 09:30  channel  Question 2 · Optimisation · beginner
Thu 09:30  thread   This thread is for arguing about question 2\
""")


async def test_a_pause_until_a_day(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """The day named is the last without a question; then it goes on by itself."""
    await admin.commands("admin pause until 2026-11-25")
    await admin.commands("admin pause until 2026-11-19")
    await ada.commands("next")
    assert admin.sees() == snapshot("""\
Paused to the end of Wed 25 Nov. An open question is still revealed.

Those days are over. Nothing was changed.\
""")
    assert ada.sees() == snapshot("""\
Next question: Thu 26 Nov 09:30.
[Five-question quiz]\
""")
    for day in (23, 24, 25, 26):
        await house.go(f"2026-11-{day} 09:30")
    assert diary(house) == snapshot("""\
Thu 09:30  channel  Question 1 · Optimisation · beginner
Thu 09:30  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == ""


async def test_skipped_days(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """A day or a range can be skipped in chat; it is neither missed nor asked about."""
    await admin.commands("admin skip 2026-11-23..2026-11-24")
    await admin.commands("admin skip 2026-11-26")
    await admin.commands("admin skip 2026-11-19")
    await admin.commands("admin skip 2026-11-26..2026-11-25")
    assert admin.sees() == snapshot("""\
No question on Mon 23 Nov to Tue 24 Nov. Next question: Wed 25 Nov 09:30.

No question on Thu 26 Nov. Next question: Wed 25 Nov 09:30.

Those days are over. Nothing was changed.

Dates are written like 2026-11-30. It goes: /admin skip DATE[..DATE]\
""")
    for day in (23, 24, 25, 26, 27):
        await house.go(f"2026-11-{day} 09:30")
    assert [line[:18] for line in diary(house).splitlines() if "Question" in line] == snapshot(
        ["Wed 09:30  channel", "Fri 09:30  channel"]
    )
    assert admin.sees() == ""


async def test_public_holidays(opened: Opened) -> None:
    """A public holiday has no question, and the announcing line knows it."""
    away = channel(rhythm=replace(rhythm(), holidays="DE-BE"))
    house = await opened(choice(), channels=[away], holidays={"DE-BE": [date(2026, 11, 24)]})
    for day in (23, 24, 25):
        await house.go(f"2026-11-{day} 09:30")
        await house.go("15:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 15:30  thread   The answer to question 1
Mon 15:30  channel  The answer to question 1 is in the thread. Next question: Wed 25 Nov 09:30.
Wed 09:30  channel  Question 2 · Optimisation · beginner
Wed 09:30  thread   This thread is for arguing about question 2
Wed 15:30  thread   The answer to question 2
Wed 15:30  channel  The answer to question 2 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_posting_ahead_of_time(house: House, admin: ScribePerson) -> None:
    """``post`` takes today's slot early; at its own time nothing more comes."""
    await admin.commands("admin post")
    await house.go("2026-11-23 08:00")
    await admin.commands("admin post")
    await admin.commands("admin post")
    assert admin.sees() == snapshot("""\
No question is planned here for today. Next: Mon 23 Nov 09:30.

Question 1 is on its way.

Today's question is here already: number 1. To replace it, withdraw it first: /admin withdraw REASON\
""")
    await house.through("15:40")
    assert [line[:18] for line in diary(house).splitlines()] == snapshot(
        ["Mon 08:00  channel", "Mon 08:00  thread ", "Mon 14:00  thread ", "Mon 14:00  channel"]
    )


async def test_posting_while_paused(house: House, admin: ScribePerson) -> None:
    """A pause stops what comes by itself, not what an admin asks for."""
    await admin.commands("admin pause")
    await house.go("2026-11-23 08:00")
    await admin.commands("admin post")
    await house.go("14:00")
    assert [line[:18] for line in diary(house).splitlines()] == snapshot(
        ["Mon 08:00  channel", "Mon 08:00  thread ", "Mon 14:00  thread ", "Mon 14:00  channel"]
    )


async def test_a_second_post_waits_for_the_first_answer(house: House, admin: ScribePerson) -> None:
    """Posting early while the last question is open reveals that one first."""
    await house.configure(channel(rhythm=rhythm(reveal=Reveal(RevealRule.NEXT))))
    await house.go("2026-11-23 09:30")
    await house.go("2026-11-24 08:00")
    await admin.commands("admin post")
    assert [line[:40] for line in diary(house).splitlines()] == snapshot(
        [
            "Mon 09:30  channel  Question 1 · Optimis",
            "Mon 09:30  thread   This thread is for a",
            "Tue 08:00  thread   The answer to questi",
            "Tue 08:00  channel  The answer to questi",
            "Tue 08:00  channel  Question 2 · Optimis",
            "Tue 08:00  thread   This thread is for a",
        ]
    )


async def test_the_status_in_a_line_or_two(house: House, admin: ScribePerson) -> None:
    """``status`` says what is open, what comes and how much is left."""
    await house.go("2026-11-23 09:30")
    await ScribePerson(house, "ada").clicks("B")
    await admin.commands("admin status")
    assert admin.sees() == snapshot("""\
# Status of #ml
Question 1 (All weights start at zero) is open, 1 answered, reveal today 15:30.
Next question: tomorrow 09:30.
Unasked questions: 15 or more. Sent here so far: 1.\
""")


async def test_buttons_on_a_notice(opened: Opened) -> None:
    """The buttons under a notice work where it was read, also with several channels."""
    other = channel(id=ChannelId("scribe://team/other"), name="#other")
    house = await opened(*(choice(f"a/{n}") for n in range(15)), channels=[channel(), other])
    admin = ScribePerson(house, "admin", at=None)
    await house.go("2026-11-23 13:40")
    assert admin.sees() == snapshot("""\
No question was posted in #ml on Mon 23 Nov: I was not running at 09:30 and came back past the 4 h grace. Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]

No question was posted in #other on Mon 23 Nov: I was not running at 09:30 and came back past the 4 h grace. Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]\
""")
    await admin.clicks("Post one now")
    assert admin.sees() == snapshot(
        """\
Question 1 is on its way.

#other has 14 unasked questions left: 14 posting days, until Fri 11 Dec. Then the oldest come round again. To widen it: add topics, allow more levels, or import your own.
[Topics] [Plan]\
"""
    )
    assert len(house.scribe.parents()) == 1


async def test_what_was_done_is_written_down(house: House, admin: ScribePerson) -> None:
    """The audit log holds what changed something, and who did it; asking changes nothing."""
    await house.go("2026-11-23 08:00")
    for words in ("status", "plan", "post", "post", "withdraw too easy", "pause", "resume"):
        await admin.commands(f"admin {words}")
    log = await house.store.transact(lambda r: r.audit(20))
    assert [f"{entry.actor} {entry.action}: {entry.detail}" for entry in log] == snapshot(
        [
            "scribe://team/admin resume: resumed",
            "scribe://team/admin pause: until resumed",
            "scribe://team/admin withdraw: too easy",
            "scribe://team/admin post: scribe://team/ml|2026-11-23|1",
        ]
    )
