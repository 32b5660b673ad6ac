"""When the answer comes: by each rule, early, late, and just before the next question."""

from dataclasses import replace
from datetime import time, timedelta

from inline_snapshot import snapshot

from bot.model import Reveal, RevealRule
from tests.conftest import Opened
from tests.doubles.house import House, channel, choice, explain, rhythm
from tests.doubles.person import ScribePerson, crowd
from tests.doubles.scribe import KEPT_BUT_SILENT
from tests.stories.diary import diary


def revealed(rule: RevealRule, **value: object) -> dict[str, object]:
    """Return the option of a house whose channel reveals by this rule."""
    how = replace(Reveal(rule), **value)  # type: ignore[arg-type]
    return {"channels": [channel(rhythm=rhythm(reveal=how))]}


async def test_after_some_hours(opened: Opened) -> None:
    """``after 6h`` counts from the actual post."""
    house = await opened(choice(), **revealed(RevealRule.AFTER, after=timedelta(hours=6)))
    await house.go("2026-11-23 10:15")
    await house.go("16:14")
    assert "reveal today 16:15" in ScribePerson(house, "ada").channel()
    await house.go("16:15")
    assert diary(house) == snapshot("""\
Mon 10:15  channel  Question 1 · Optimisation · beginner
Mon 10:15  thread   This thread is for arguing about question 1
Mon 16:15  thread   The answer to question 1
Mon 16:15  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_at_a_time(opened: Opened) -> None:
    """``at 17:00`` is the first such time at least an hour after the post."""
    house = await opened(choice(), **revealed(RevealRule.AT, at=time(17)))
    await house.go("2026-11-23 09:30")
    await house.through("17:00")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 17:00  thread   The answer to question 1
Mon 17:00  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_just_before_the_next(opened: Opened) -> None:
    """``next`` waits for the next question and goes out just before it, 72 hours at most."""
    house = await opened(choice(), **revealed(RevealRule.NEXT))
    await house.go("2026-11-27 09:30")
    assert "reveal Mon 30 Nov 09:30" in ScribePerson(house, "ada").channel()
    await house.go("2026-11-30 09:30")
    assert diary(house) == snapshot("""\
Fri 09:30  channel  Question 1 · Optimisation · beginner
Fri 09:30  thread   This thread is for arguing about question 1
Mon 09:30  thread   The answer to question 1
Mon 09:30  channel  The answer to question 1 is in the thread. The next question follows.
Mon 09:30  channel  Question 2 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 2\
""")


async def test_as_soon_as_the_only_member_has_answered(opened: Opened) -> None:
    """``answered`` waits for how sure, but no longer than a minute."""
    house = await opened(choice(), choice("a/b"), **revealed(RevealRule.ANSWERED))
    ada = ScribePerson(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    assert "The answer to" not in ada.thread()
    await ada.clicks("Sure")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until the answer comes. How sure are you?
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]

Noted: sure.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Yes] [No, keep me off]\
""")
    assert ada.thread() == snapshot("""\
This thread is for arguing about question 1. Commit to an answer first; it stays private. The answer will be posted here.

# The answer to question 1
Your answer, B, is right.
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")

    await house.go("2026-11-24 09:30")
    await ada.clicks("C")
    await house.go("09:31")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 09:30  thread   The answer to question 1
Mon 09:30  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.
Tue 09:30  channel  Question 2 · A · beginner
Tue 09:30  thread   This thread is for arguing about question 2
Tue 09:31  thread   The answer to question 2
Tue 09:31  channel  The answer to question 2 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_answered_is_heard_while_the_post_is_still_unconfirmed(opened: Opened) -> None:
    """Pressing a button of a post nobody confirmed yet counts, and brings the answer."""
    house = await opened(choice(), **revealed(RevealRule.ANSWERED))
    ada = ScribePerson(house, "ada")
    house.scribe.fails("post", KEPT_BUT_SILENT)
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await ada.clicks("Sure")
    await house.through("09:35")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:35  thread   This thread is for arguing about question 1
Mon 09:35  thread   The answer to question 1
Mon 09:35  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
    assert "1 answered" in ada.channel()


async def test_earlier_by_an_admin(house: House, admin: ScribePerson) -> None:
    """An admin may reveal early; answers close at once."""
    await house.go("2026-11-23 09:30")
    await house.go("11:00")
    await admin.commands("admin reveal")
    assert admin.sees() == snapshot("The answer to question 1 is on its way.")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 11:00  thread   The answer to question 1
Mon 11:00  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
    await admin.commands("admin reveal")
    assert admin.sees() == snapshot("No question is open here.")


async def test_however_late(house: House) -> None:
    """A reveal has no grace: after a weekend away it goes out before the next question."""
    await house.go("2026-11-27 09:30")
    await house.go("2026-11-30 09:31")
    assert diary(house) == snapshot("""\
Fri 09:30  channel  Question 1 · Optimisation · beginner
Fri 09:30  thread   This thread is for arguing about question 1
Mon 09:31  thread   The answer to question 1
Mon 09:31  channel  The answer to question 1 is in the thread. The next question follows.
Mon 09:31  channel  Question 2 · Optimisation · beginner
Mon 09:31  thread   This thread is for arguing about question 2\
""")


async def test_a_late_post_is_revealed_later(house: House) -> None:
    """Six hours count from the late post, not from its time."""
    await house.go("2026-11-23 12:40")
    await house.through("18:40")
    assert diary(house) == snapshot("""\
Mon 12:40  channel  Question 1 · Optimisation · beginner
Mon 12:40  thread   This thread is for arguing about question 1
Mon 18:40  thread   The answer to question 1
Mon 18:40  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_never_after_the_next_question(opened: Opened) -> None:
    """A reveal that would fall after the next question goes out just before it."""
    house = await opened(
        *(choice(f"a/{n}") for n in range(9)),
        **revealed(RevealRule.AFTER, after=timedelta(hours=30)),
    )
    await house.go("2026-11-23 09:30")
    await house.go("2026-11-24 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · A · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Tue 09:30  thread   The answer to question 1
Tue 09:30  channel  The answer to question 1 is in the thread. The next question follows.
Tue 09:30  channel  Question 2 · A · beginner
Tue 09:30  thread   This thread is for arguing about question 2\
""")


async def test_how_it_went_from_four_answers_on(house: House) -> None:
    """With four answers the numbers are shown, confidence included, and no names."""
    await house.go("2026-11-23 09:30")
    await crowd(house, "ABBD", "Sure")
    changed = ScribePerson(house, "member-0")
    await changed.clicks("B")
    await house.go("15:30")
    assert changed.thread().partition("Not D")[2] == snapshot("""\
: It cannot even fit.
How it went: A 0 · B 3 · C 0 · D 1. Of the 3 who were sure, 2 were right. One moved from wrong to right.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")
    assert changed.channel().partition("answered)")[2] == snapshot("""\


The answer to question 1 is in the thread: 4 answered, 3 had it. Next question: tomorrow 09:30.\
""")


async def test_under_four_nobody_is_identifiable(house: House) -> None:
    """With three answers only their number is shown."""
    await house.go("2026-11-23 09:30")
    await crowd(house, "ABB", "Sure")
    ada = ScribePerson(house, "ada")
    await house.go("15:30")
    assert ada.thread().partition("Not D")[2] == snapshot("""\
: It cannot even fit.
3 answered.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[My result] [Review later] [Report a mistake]\
""")
    assert ada.channel().partition("answered)")[2] == snapshot("""\


The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")


async def test_how_an_open_question_went(opened: Opened) -> None:
    """Nobody's ticks are counted in public: only how many answered."""
    house = await opened(explain())
    await house.go("2026-11-23 09:30")
    for name in ("ada", "ben", "cyd", "dan"):
        await ScribePerson(house, name).says("Because of the variance.")
    await house.go("15:30")
    ada = ScribePerson(house, "ada")
    assert ada.thread().partition("vanish")[2] == snapshot("""\

4 answered. Tick what you made; only you see it.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
An interviewer would go on: Do biases need random values too?
[Tick my points] [My result] [Review later] [Report a mistake]\
""")
    assert ada.channel().partition("answered)")[2] == snapshot("""\


The answer to question 1 is in the thread: 4 answered. Next question: tomorrow 09:30.\
""")


async def test_without_the_announcing_line(opened: Opened) -> None:
    """``announce = false`` leaves the answer to the thread and the changed question."""
    house = await opened(choice(), channels=[channel(announce=False)])
    await house.go("2026-11-23 09:30")
    await house.go("15:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 15:30  thread   The answer to question 1\
""")


async def test_an_open_question_without_a_rubric_offers_nothing_to_tick(
    house: House, ada: ScribePerson
) -> None:
    """A team's own bank may have open questions without rubrics; the model answer is all."""
    house.bank = house.bank.of((replace(explain(), rubric=()),))
    await house.go("2026-11-23 09:30")
    await ada.says("Because of the variance.")
    await house.go("2026-11-23 15:30")
    ada.sees()
    offered = [one.label for post in house.scribe.standing() for one in post.shown.actions]
    assert "Tick my points" not in offered
    await ada.clicks("My result")
    await ada.commands("tick 1")
    assert ada.sees() == snapshot("""\
You answered question 1.
| Because of the variance.
[Report a mistake]

This question has no rubric; the model answer stands in the thread.\
""")
