"""A quiz: in private, one message that changes, stopped and gone on with, and never a spoiler."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from bot import commands as c
from bot.model import Attempt, Bank, Question, QuestionId, Said, Verdict
from tests.conftest import BOTH_STORES, Opened
from tests.doubles.house import House, choice, explain, multi, numeric, short
from tests.doubles.person import ScribePerson
from tests.doubles.script import written


def fixed(name: str, **changes: object) -> Question:
    """Return a question whose options stay in order, so that B is right."""
    return choice(name, title=name.partition("/")[2].replace("-", " "), order_fixed=True, **changes)


FIVE = tuple(fixed(f"optimisation/step-{n}") for n in range(1, 6))


@pytest.fixture
async def five(opened: Opened) -> House:
    """Return a house with five questions on one topic; B is right in each."""
    return await opened(*FIVE)


async def answers(person: ScribePerson, letter: str, sure: str = "Think so") -> None:
    """Answer the item in sight and go on."""
    await person.clicks(letter)
    await person.clicks(sure)


async def attempts(house: House, person: ScribePerson) -> list[Attempt]:
    """Return all that somebody attempted, by question."""
    return [
        one
        for question in house.bank.questions
        for one in await house.store.transact(lambda r, q=question: r.attempts(person.member, q))  # type: ignore[misc]
    ]


async def test_one_item_from_question_to_verdict(opened: Opened) -> None:
    """The answer, how sure, and the verdict with why and source, all in one message."""
    house = await opened(fixed("optimisation/one"))
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz")
    await ada.clicks("Hint")
    await answers(ada, "B", "Sure")
    await ada.clicks("See the score")
    assert ada.sees() == snapshot("""\
# Quiz 1 of 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
[A] [B] [C] [D] [Hint] [I don't know] [Stop here]

# Quiz 1 of 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
Hint 1: Think of symmetry.
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
[A] [B] [C] [D] [Hint] [I don't know] [Stop here]

# Quiz 1 of 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
You said B. How sure are you?
[Sure] [Think so] [Guess] [Just tell me]

# Quiz 1 of 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
Your answer B is right.
B. Every unit of a layer gets the same gradient, so they stay alike.

Not A: It never gets going.

Not C: Nothing overflows.

Not D: It cannot even fit.
Source: Goodfellow et al. 2016, section 8.4. Question by Gradus contributors.
It comes back to you tomorrow.
[See the score] [Report a mistake]

# Quiz done
1 of 1.
[Five more] [Share my score]\
""")
    assert ada.channel() == ""


async def test_what_was_shown_is_replaced(five: House) -> None:
    """One message is in front of the member, however far they are."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    for _ in range(4):
        await answers(ada, "B")
        await ada.clicks("Next question")
    assert len(ada._desk) == 1


async def test_the_end_card(opened: Opened) -> None:
    """The score, by topic, what was sure and wrong, and when that comes back."""
    house = await opened(
        fixed("transformers/heads"), fixed("transformers/masks"), fixed("optimisation/warm-up")
    )
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz optimisation")
    await answers(ada, "A", "Sure")
    await ada.clicks("See the score")
    ada.sees()
    await ada.commands("quiz transformers, optimisation")
    for last in (False, False, True):
        await answers(ada, "A" if "warm up" in ada._desk[-1].spoken else "B", "Sure")
        await ada.clicks("See the score" if last else "Next question")
    assert ada.sees().rpartition("\n\n")[2] == snapshot("""\
# Quiz done
2 of 3. Transformers 2 of 2, optimisation 0 of 1. One was sure and wrong: "warm up". It is due again tomorrow.
[Review it now] [Five more] [Share my score]\
""")


async def test_all_kinds_are_judged(opened: Opened) -> None:
    """Letters, several letters, a number, a term that is close but not it, an explanation."""
    house = await opened(multi(), numeric(), short(), explain())
    ada = ScribePerson(house, "ada")

    async def takes(kind: str, answer: str | list[str]) -> str:
        await ada.commands(f"quiz {kind}")
        await ada.clicks("Answer…")
        ada.sees()
        await ada.fills({"answer": answer, "sure": "sure"})
        return ada.sees()

    assert "You missed" in await takes("multi", "a")
    assert "Your answer is right." in await takes("numeric", "49.1 KiB")
    assert 'It is close to "layer norm", but not the same.' in await takes("short", "layer nrm")
    assert 'It counts as "layer norm".' in await takes("short", "Layer norms")
    assert "tick the points you made" in await takes("open", "because of the softmax")
    await ada.clicks("Tick my points")
    ada.sees()
    await ada.fills({"points": ["1", "2"]})
    assert "You made 2 of 3 points: right." in ada.sees()
    rows = {row.kind.value: row for row in await attempts(house, ada)}
    assert rows["open"].verdict is Verdict.RIGHT
    assert rows["open"].said == Said((), "because of the softmax")


async def test_an_explanation_may_be_thought_through(opened: Opened) -> None:
    """Nothing has to be written; what counts is what one ticks."""
    house = await opened(explain())
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz")
    await ada.clicks("Thought it through")
    await ada.fills({"sure": "guess"})
    await ada.clicks("Tick my points")
    await ada.fills({"points": []})
    assert "You made 0 of 3 points: not right." in ada.sees()


async def test_not_to_know_is_an_answer(five: House) -> None:
    """*I don't know* shows the solution and brings the question back."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    await ada.clicks("I don't know")
    said = ada.sees()
    assert "You did not know this one yet." in said
    assert "It comes back to you tomorrow." in said
    (row,) = await attempts(five, ada)
    assert (row.verdict, row.helped, row.said) == (Verdict.WRONG, True, Said())


async def test_what_cannot_be_read_is_asked_back_and_the_item_stays(opened: Opened) -> None:
    """Nothing is judged, and the question is still in front of one."""
    house = await opened(numeric())
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz")
    await ada.clicks("Answer…")
    ada.sees()
    await ada.fills({"answer": "0,5"})
    said = ada.sees()
    assert "Is that a decimal comma in 0,5?" in said
    assert "How large is a 128 by 98 map" in said
    assert await attempts(house, ada) == []


async def test_options_are_mixed_and_what_is_kept_is_not(opened: Opened) -> None:
    """The letters shown are not the file's, yet the verdict and what is kept are of its keys."""
    house = await opened(*(choice(f"optimisation/q-{n}") for n in range(8)))
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz 8")
    letters = []
    for place in range(8):
        shown = ada._desk[-1]
        right = next(one.letter for one in shown.choices if "stay alike" in str(one.body))
        letters.append(right)
        await answers(ada, right)
        assert f"Your answer {right} is right." in ada.sees()
        await ada.clicks("Next question" if place < 7 else "See the score")
    assert len(set(letters)) > 1
    assert {row.said for row in await attempts(house, ada)} == {Said(("b",))}


# Going on ---------------------------------------------------------------------------------------


@BOTH_STORES
async def test_stop_and_go_on_after_a_restart(five: House) -> None:
    """A quiz waits; it goes on where it was, whatever happened to the process."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    await answers(ada, "B")
    await ada.clicks("Next question")
    ada.sees()
    await ada.clicks("Stop here")
    assert ada.sees() == snapshot("""\
# Quiz stopped
Stopped, with 4 questions to go; it waits for you. 1 of 1.
[Go on]\
""")
    await five.restart()
    await ada.clicks("Go on")
    assert "Quiz 2 of 5" in ada.sees()
    await ada.clicks("B")
    await five.restart()
    await ada.clicks("Sure")
    assert "Your answer B is right." in ada.sees()


async def test_another_device_goes_on_where_the_first_was(five: House) -> None:
    """The word alone shows the item under way; the first device's buttons then catch up."""
    phone, laptop = ScribePerson(five, "ada"), ScribePerson(five, "ada", at=None)
    await phone.commands("quiz")
    await answers(phone, "B")
    phone.sees()
    await laptop.commands("quiz")
    said = laptop.sees()
    assert "You have this one under way." in said
    assert "Your answer B is right." in said
    await laptop.clicks("Next question")
    await laptop.clicks("B")
    await phone.clicks("Next question")
    assert "You said B. How sure are you?" in phone.sees()


async def test_a_double_click_does_nothing_twice(five: House) -> None:
    """Every button pressed twice, with ids of what is past: one attempt each, no item skipped."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    for place in range(1, 6):
        old = [action.id for action in ada._desk[-1].actions]
        await ada.clicks("B")
        await ada.presses(old[1])
        sure = [action.id for action in ada._desk[-1].actions]
        await ada.presses(sure[0])
        await ada.presses(sure[0])
        await ada.presses(sure[2])
        following = ada._desk[-1].actions[0].id
        await ada.presses(following)
        await ada.presses(following)
        assert (f"Quiz {place + 1} of 5" if place < 5 else "5 of 5.") in ada.sees()
    rows = await attempts(five, ada)
    assert len(rows) == 5
    assert {row.sure for row in rows} == {"sure"}


async def test_two_people_have_a_quiz_each(five: House) -> None:
    """Nobody's button moves somebody else's quiz."""
    ada, ben = ScribePerson(five, "ada"), ScribePerson(five, "ben")
    await ada.commands("quiz")
    await ben.commands("quiz 2")
    stolen = ada._desk[-1].actions[1].id
    await ben.presses(stolen)
    assert "Quiz 1 of 2" in ben.sees()
    await answers(ada, "B")
    assert "Quiz 1 of 5" in ada.sees()
    assert await attempts(five, ben) == []


async def test_somebody_without_a_quiz_presses_a_quiz_button(five: House) -> None:
    """They hear that there is none, and how to begin one."""
    ada, ben = ScribePerson(five, "ada"), ScribePerson(five, "ben")
    await ada.commands("quiz")
    await ben.presses(ada._desk[-1].actions[0].id)
    assert ben.sees() == "That quiz is over. /quiz starts another."


async def test_a_named_quiz_ends_the_one_under_way(five: House) -> None:
    """What was answered counts; the rest is left."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    await answers(ada, "B")
    ada.sees()
    await ada.commands("quiz optimisation 2")
    said = ada.sees()
    assert "Your earlier quiz is over; what you answered in it counts." in said
    assert "Quiz 1 of 2" in said
    assert len(await attempts(five, ada)) == 1


async def test_a_new_one_instead(five: House) -> None:
    """Who comes back may also begin anew."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz 2")
    await ada.commands("quiz")
    ada.sees()
    await ada.clicks("Start a new one")
    assert "Quiz 1 of 2" in ada.sees()


# The bank changes -------------------------------------------------------------------------------


async def test_the_bank_is_changed_under_way(five: House) -> None:
    """What is shown is judged as it was shown; what comes is as it is now, or gone."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    shown = ada._desk[-1].spoken.rpartition(": ")[2].replace(" ", "-")
    others = [one for one in FIVE if shown not in one.id]
    turned = [
        fixed(one.id, prompt="A new prompt.", options=one.options[::-1]) for one in others[:2]
    ]
    five.bank = Bank.of(tuple(turned))
    await answers(ada, "B")
    assert "Your answer B is right." in ada.sees()
    await ada.clicks("Next question")
    said = ada.sees()
    assert "Quiz 2 of 3" in said
    assert "A new prompt." in said


async def test_the_question_is_held_back_under_way(five: House) -> None:
    """It leaves the quiz, said so, and counts for nothing."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz 2")
    item = await five.store.transact(lambda r: r.quiz(ada.member))
    assert item is not None
    assert item.asked is not None
    held = item.asked.id
    await five.store.transact(lambda r: r.hold(held, five.clock(), "wrong"))
    ada.sees()
    await ada.clicks("B")
    said = ada.sees()
    assert "The last question was held back, so it left this quiz and does not count." in said
    assert "Quiz 1 of 1" in said
    assert await attempts(five, ada) == []


# No spoilers ------------------------------------------------------------------------------------


async def test_an_open_daily_question_is_never_asked(opened: Opened) -> None:
    """Neither alone nor by name, until its answer is out."""
    house = await opened(fixed("optimisation/only"))
    ada = ScribePerson(house, "ada")
    await house.go("2026-11-23 09:30")
    await ada.commands("quiz")
    assert ada.sees() == snapshot("""\
No question I may ask you now fits that.
[Five of anything]\
""")
    await house.go("15:30")
    await ada.commands("quiz optimisation")
    assert "Quiz 1 of 1" in ada.sees()


async def test_a_question_that_opens_in_the_channel_leaves_the_quiz(opened: Opened) -> None:
    """Were it judged now, the quiz would give the day's answer away."""
    house = await opened(fixed("optimisation/only"))
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz")
    await ada.clicks("B")
    await house.go("2026-11-23 09:30")
    ada.sees()
    await ada.presses(ada._desk[-1].actions[0].id)
    said = ada.sees()
    assert "The last question is being asked in the channel now, so it left this quiz." in said
    assert "stay alike" not in said
    assert await attempts(house, ada) == []


# What to ask ------------------------------------------------------------------------------------


async def test_a_typo_offers_the_nearest_topic(opened: Opened) -> None:
    """One press takes the offer."""
    house = await opened(fixed("transformers/heads"), fixed("optimisation/one"))
    ada = ScribePerson(house, "ada")
    await ada.commands("quiz tranfsormers hard")
    assert ada.sees() == snapshot("""\
There is no topic, level or kind of this name:
| tranfsormers
Did you mean transformers? /topics lists the topics.
[Transformers] [Five of anything]\
""")
    await ada.clicks("Transformers")
    assert "Quiz 1 of 1 · Transformers" in ada.sees()


async def test_more_than_twenty_are_too_many(house: House, ada: ScribePerson) -> None:
    """A quiz ends; said, not silent."""
    await ada.commands("quiz 25")
    said = ada.sees()
    assert "A quiz has 20 questions at most." in said
    assert "Quiz 1 of 20" in said


async def test_nothing_fits(five: House) -> None:
    """Said plainly, with a way on."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz advanced")
    assert "No question I may ask you now fits that." in ada.sees()
    await ada.clicks("Five of anything")
    assert "Quiz 1 of 5" in ada.sees()


async def test_one_more_quiz_of_the_sort(house: House, ada: ScribePerson) -> None:
    """*Five more* asks what was not asked yet."""
    await ada.commands("quiz")
    for place in range(5):
        right = next(one.letter for one in ada._desk[-1].choices if "stay alike" in str(one.body))
        await answers(ada, right)
        await ada.clicks("Next question" if place < 4 else "See the score")
    await ada.clicks("Five more")
    assert "Quiz 1 of 5" in ada.sees()
    quiz = await house.store.transact(lambda r: r.quiz(ada.member))
    assert quiz is not None
    met = {row.question for row in await attempts(house, ada)}
    assert not met & {*quiz.ahead, *([quiz.asked.id] if quiz.asked else [])}


async def test_what_was_not_right_once_more(five: House) -> None:
    """*Review it now* asks just that."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz 2")
    await answers(ada, "A")
    await ada.clicks("Next question")
    await answers(ada, "B")
    await ada.clicks("See the score")
    await ada.clicks("Review it now")
    assert "Review 1 of 1" in ada.sees()


# Sharing ----------------------------------------------------------------------------------------


async def test_a_score_is_shared_once_and_without_answers(five: House) -> None:
    """Everybody sees numbers, and nothing else."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz 1")
    await answers(ada, "B")
    await ada.clicks("See the score")
    key = ada._desk[-1].actions[-1].id
    command = c.press(key)
    assert isinstance(command, c.Share)
    reply = await five.desk.handle(ada.actor, command)
    assert reply.public is not None
    assert written(reply.public) == snapshot("Somebody here took a quiz: 1 of 1.")
    again = await five.desk.handle(ada.actor, command)
    assert again.public is None
    elsewhere = await five.desk.handle(ScribePerson(five, "ada", at=None).actor, command)
    assert elsewhere.public is None


async def test_a_report_from_a_quiz_is_in_the_inbox(five: House) -> None:
    """With the question it is about; the quiz goes on."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz")
    await ada.clicks("I don't know")
    await ada.clicks("Report a mistake")
    await ada.fills({"text": "B is not always right"})
    assert "Your report is in the inbox" in ada.sees()
    (item,) = await five.store.transact(lambda r: r.inbox("new"))
    assert (item.text, item.question in five.bank.questions) == ("B is not always right", True)
    await ada.clicks("Next question")
    assert "Quiz 2 of 5" in ada.sees()


async def test_an_id_is_not_an_authority(five: House) -> None:
    """Whatever is pressed, at whatever stage, the quiz answers and goes on."""
    ada = ScribePerson(five, "ada")
    await ada.commands("quiz 2")
    quiz = await five.store.transact(lambda r: r.quiz(ada.member))
    assert quiz is not None
    for verb in ("tick", "count", "think", "share", "again", "mine", "later", "post", "sure"):
        await ada.presses(f"{quiz.key}:{verb}:", {"points": ["1"]})
        assert "Quiz 1 of 2" in ada.sees()
    assert await attempts(five, ada) == []
    assert QuestionId("x") not in five.bank.questions
