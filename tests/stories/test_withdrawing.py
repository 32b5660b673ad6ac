"""An admin withdraws a question: nobody loses by it, and another can be posted."""

from inline_snapshot import snapshot

from tests.doubles.house import House
from tests.doubles.person import ScribePerson
from tests.doubles.scribe import DOWN, DROPPED, KEPT_BUT_SILENT
from tests.stories.diary import diary


async def test_after_it_was_posted(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """The post says so and takes no answers; another one can follow the same day."""
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    ada.sees()
    await admin.commands("admin withdraw two options are right")
    assert admin.sees() == snapshot("""\
Question 1 is withdrawn. It counts as asked; nobody loses a streak.
[Post another]\
""")
    await house.go("09:31")
    assert ada.channel() == snapshot("""\
# Question 1 · Optimisation · beginner · withdrawn
This question was withdrawn: two options are right. Streaks are unaffected.\
""")

    await ada.clicks("Sure")
    await ada.commands("answer C")
    await ada.commands("hint")
    await ada.commands("show")
    await ada.commands("result")
    await ada.commands("today")
    assert ada.sees() == snapshot("""\
This question was withdrawn, so it takes no answers.

This question was withdrawn, so it takes no answers.

This question was withdrawn, so it takes no answers.

This question was withdrawn, so it takes no answers.

This question was withdrawn, so it takes no answers.

# Question 1 · Optimisation · beginner · withdrawn
This question was withdrawn: two options are right. Streaks are unaffected.\
""")

    await admin.clicks("Post another")
    assert admin.sees() == snapshot("Question 2 is on its way.")
    await house.through("16:00")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 09:31  channel  Question 2 · Optimisation · beginner
Mon 09:31  thread   This thread is for arguing about question 2
Mon 15:31  thread   The answer to question 2
Mon 15:31  channel  The answer to question 2 is in the thread. Next question: tomorrow 09:30.\
""")
    await ada.commands("history")
    assert ada.sees() == snapshot("""\
# The latest questions here
- Mon 23 Nov: 2 · All weights start at zero — not answered
- Mon 23 Nov: 1 · All weights start at zero — withdrawn: two options are right\
""")


async def test_before_it_was_posted(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """While the platform is down, the waiting question is withdrawn and never appears."""
    house.scribe.outage = DOWN
    await house.go("2026-11-23 09:30")
    await admin.commands("admin withdraw too easy")
    assert admin.sees() == snapshot("""\
Question 1 is withdrawn. It counts as asked; nobody loses a streak.
[Post another]\
""")
    house.scribe.outage = None
    await house.through("15:40")
    assert diary(house) == ""
    await ada.commands("today")
    assert ada.sees() == snapshot("""\
# Question 1 · Optimisation · beginner · withdrawn
This question was withdrawn: too easy. Streaks are unaffected.\
""")


async def test_while_it_is_unclear_whether_it_was_posted(
    house: House, ada: ScribePerson, admin: ScribePerson
) -> None:
    """If it turns out to stand, it is marked as withdrawn."""
    house.scribe.fails("post", KEPT_BUT_SILENT)
    await house.go("2026-11-23 09:30")
    await admin.commands("admin withdraw a typing error")
    await house.through("09:40")
    assert ada.channel() == snapshot("""\
# Question 1 · Optimisation · beginner · withdrawn
This question was withdrawn: a typing error. Streaks are unaffected.\
""")
    assert ada.thread() == ""


async def test_while_it_is_unclear_and_it_was_not(house: House, admin: ScribePerson) -> None:
    """If it turns out not to stand, it is not sent again."""
    house.scribe.fails("post", DROPPED)
    await house.go("2026-11-23 09:30")
    await admin.commands("admin withdraw a typing error")
    await house.through("10:00")
    assert diary(house) == ""


async def test_while_its_thread_is_being_opened(house: House, admin: ScribePerson) -> None:
    """A thread that failed to open is not opened under a withdrawn question."""
    house.scribe.fails("open_thread", DROPPED)
    await house.go("2026-11-23 09:30")
    await admin.commands("admin withdraw a typing error")
    await house.through("10:00")
    assert diary(house) == snapshot("Mon 09:30  channel  Question 1 · Optimisation · beginner")


async def test_not_after_the_answer(house: House, admin: ScribePerson) -> None:
    """What was revealed stays; nothing is open."""
    await house.go("2026-11-23 09:30")
    await house.go("15:30")
    await admin.commands("admin withdraw too late")
    await admin.commands("admin post")
    assert admin.sees() == snapshot("""\
No question is open here.

Today's question is here already: number 1. Its answer is out, so there is no other one today.\
""")
