"""Review: what one did not know comes back, and nobody has to say how well they knew it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from inline_snapshot import snapshot

from bot import learning
from bot.model import Card, Member, Origin, Verdict
from bot.ports import Records
from tests.conftest import BOTH_STORES, Opened
from tests.doubles.house import House, explain, short
from tests.doubles.person import ScribePerson, people
from tests.stories.test_quiz import answers, fixed


async def card(house: House, person: ScribePerson) -> Card:
    """Return the only card somebody has."""
    (only,) = await house.store.transact(lambda r: r.cards(person.member))
    return only


@BOTH_STORES
async def test_a_daily_answer_comes_back_the_next_day(opened: Opened) -> None:
    """It flows in at the close, and not before; the review asks it again."""
    house = await opened(fixed("optimisation/one"))
    ada = ScribePerson(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.clicks("A")
    await ada.clicks("Sure")
    assert await house.store.transact(lambda r: r.cards(ada.member)) == []
    await house.go("15:30")
    assert (await card(house, ada)).verdict is Verdict.WRONG
    ada.sees()
    await ada.commands("review")
    assert ada.sees() == snapshot("""\
Nothing is due for review. The next comes back tomorrow.
[Five-question quiz]\
""")
    await house.go("2026-11-24 09:00")
    await ada.commands("review")
    assert "Review 1 of 1 · Optimisation" in ada.sees()
    await answers(ada, "B")
    await ada.clicks("See the score")
    assert ada.sees().rpartition("\n\n")[2] == snapshot("""\
# Review done
1 of 1.
[Share my score]\
""")
    (question,) = house.bank.questions
    rows = await house.store.transact(lambda r: r.attempts(ada.member, question))
    assert [row.source for row in rows] == [Origin.DAILY, Origin.REVIEW]


async def test_what_was_known_stays_away_longer(opened: Opened) -> None:
    """Right comes back later than right on a guess or wrong."""
    house = await opened(fixed("optimisation/one"))
    ada, ben, eve = people(house, "ada", "ben", "eve")
    await house.go("2026-11-23 09:30")
    for person, letter, sure in ((ada, "B", "Sure"), (ben, "B", "Guess"), (eve, "A", "Sure")):
        await person.clicks(letter)
        await person.clicks(sure)
    await house.go("15:30")
    dues = [(await card(house, person)).due for person in (ada, ben, eve)]
    assert all(dues)
    assert dues[0] > dues[1] == dues[2]  # type: ignore[operator]


async def test_help_counts_as_not_known(opened: Opened) -> None:
    """Who took a hint sees the question again as soon as who was wrong."""
    house = await opened(fixed("optimisation/one"))
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz")
    await ada.clicks("Hint")
    await answers(ada, "B", "Sure")
    due = (await card(house, ada)).due
    assert due is not None
    assert due - house.clock() <= timedelta(days=1)


async def test_late_answers_and_ticks_flow_in_when_they_are_given(opened: Opened) -> None:
    """An explanation is rated once it is ticked, and a late answer at once."""
    house = await opened(explain())
    ada, ben = people(house, "ada", "ben")
    await house.go("2026-11-23 09:30")
    await ada.clicks("Thought it through")
    await ada.fills({})
    await house.go("15:30")
    assert (await card(house, ada)).due is None
    await ada.clicks("Tick my points")
    await ada.fills({"points": ["1", "2", "3"]})
    mine = await card(house, ada)
    assert (mine.verdict, mine.due is not None) == (Verdict.RIGHT, True)
    await ben.clicks("See the answer")
    await ben.clicks("Answer…")
    await ben.fills({"answer": "softmax"})
    assert (await card(house, ben)).verdict is Verdict.OPEN


async def test_a_withdrawn_question_is_learnt_from_by_nobody(opened: Opened) -> None:
    """It never closes."""
    house = await opened(fixed("optimisation/one"), fixed("optimisation/two"))
    ada = ScribePerson(house, "ada")
    admin = ScribePerson(house, "admin")
    await house.go("2026-11-23 09:30")
    await ada.clicks("A")
    await admin.commands("admin withdraw two are right")
    await house.through("16:00")
    assert await house.store.transact(lambda r: r.cards(ada.member)) == []


async def test_what_is_open_in_the_channel_is_not_reviewed(opened: Opened) -> None:
    """Until its answer is out it is not counted as due either."""
    house = await opened(fixed("optimisation/one"))
    ada = ScribePerson(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.clicks("A")
    await house.go("15:30")
    await house.go("2026-11-24 09:30")
    ada.sees()
    for words in ("review", "me"):
        await ada.commands(words)
        assert "Nothing is due for review." in ada.sees()
    await house.go("15:30")
    await ada.commands("review")
    assert "Review 1 of 1" in ada.sees()


async def test_review_later(opened: Opened) -> None:
    """One press under the answer, whether or not one answered."""
    house = await opened(fixed("optimisation/one"))
    ada, ben = people(house, "ada", "ben")
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await ada.clicks("Sure")
    await house.go("15:30")
    before = (await card(house, ada)).due
    ada.sees()
    await ada.clicks("Review later")
    assert ada.sees() == snapshot("""\
Noted: it comes back to you tomorrow. /review asks what is due.\
""")
    after = (await card(house, ada)).due
    assert before is not None
    assert after is not None
    assert after < before
    await ben.clicks("Review later")
    assert (await card(house, ben)).at is None
    await house.go("2026-11-24 09:00")
    await ben.commands("review")
    assert "Review 1 of 1" in ben.sees()


async def test_no_interval_reaches_past_the_interview(opened: Opened) -> None:
    """Setting the date moves what would come too late; taking it back lets it go again."""
    house = await opened(fixed("optimisation/one"))
    ada = ScribePerson(house, "ada")
    for _ in ("Friday", "Sunday"):
        await ada.commands("quiz 1")
        await answers(ada, "B", "Sure")
        await ada.clicks("See the score")
        house.clock.set(house.clock() + timedelta(days=2))
    far = (await card(house, ada)).due
    interview = date(2026, 11, 27)
    assert far is not None
    assert far.date() > interview

    def interview_on(records: Records, day: date | None) -> None:
        known = records.member(ada.member) or Member(ada.member, house.clock())
        records.save_member(replace(known, interview=day))
        learning.reschedule(records, ada.member)

    await house.store.transact(partial(interview_on, day=interview))
    near = (await card(house, ada)).due
    assert near is not None
    assert near.date() < interview
    await house.store.transact(partial(interview_on, day=None))
    assert (await card(house, ada)).due == far


@BOTH_STORES
async def test_an_accepted_wording_counts_where_it_was_given(opened: Opened) -> None:
    """In a quiz and in the daily question alike; whoever gave it hears, and new ones count too."""
    house = await opened(short())
    ada, ben, eve = people(house, "ada", "ben", "eve")
    await ada.commands("quiz")
    await ada.clicks("Answer…")
    await ada.fills({"answer": "token-wise norm", "sure": "sure"})
    await ada.clicks("Count mine too")
    assert "The reviewers will see your wording" in ada.sees()
    await house.go("2026-11-23 09:30")
    await ben.says("Token-wise norm")
    await house.go("15:30")
    assert (await card(house, ada)).verdict is Verdict.WRONG
    ben.sees()

    (item,) = await house.store.transact(lambda r: r.inbox("new"))
    await house.store.transact(
        lambda r: r.add_errand(house.clock(), "inbox", f"{item.id} accepted")
    )
    await house.settle()
    told = """\
The reviewers accepted this wording, so your answer counts as right now:
| token-wise norm\
"""
    assert ada.sees().endswith(told)
    assert ben.sees() == told
    assert (await card(house, ada)).verdict is Verdict.RIGHT
    assert (await card(house, ben)).verdict is Verdict.RIGHT
    await ben.clicks("My result")
    assert "is right" in ben.sees()
    await eve.commands("quiz")
    await eve.clicks("Answer…")
    await eve.fills({"answer": "The token wise norm", "sure": "sure"})
    assert 'Your answer is right. It counts as "token-wise norm".' in eve.sees()
    assert next(iter(house.bank.questions.values())).accepted == short().accepted


async def test_a_declined_wording_is_told_and_changes_nothing(opened: Opened) -> None:
    """The member hears that it was read."""
    house = await opened(short())
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz")
    await ada.clicks("Answer…")
    await ada.fills({"answer": "batch norm", "sure": "sure"})
    await ada.clicks("Count mine too")
    (item,) = await house.store.transact(lambda r: r.inbox("new"))
    await house.store.transact(
        lambda r: r.add_errand(house.clock(), "inbox", f"{item.id} declined")
    )
    ada.sees()
    await house.settle()
    assert "did not accept it, so the verdict stands" in ada.sees()
    assert (await card(house, ada)).verdict is Verdict.WRONG


async def test_a_wording_accepted_before_the_close_counts_at_the_close(opened: Opened) -> None:
    """What was given while the question is open is judged by what is accepted in the end."""
    house = await opened(short())
    ada = ScribePerson(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.says("token norm")
    question = short().id
    await house.store.transact(lambda r: learning.accept(r, question, "token norm", house.clock()))
    await house.go("15:30")
    assert (await card(house, ada)).verdict is Verdict.RIGHT
    await ada.clicks("My result")
    assert "is right" in ada.sees()
