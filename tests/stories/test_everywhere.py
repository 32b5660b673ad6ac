"""The same stories on every platform, with one person in the room.

The person driver knows how things are done where it is: on the scribe's platform by commands and
buttons, in the terminal by typing. Platforms word nothing themselves but cut their lines as they
must, so what is looked for are sentences.

Not here, because a terminal is a room of one that keeps no history: the count, the split, doubles,
outages, refusals. The restart of a terminal is in ``tests/config/test_wiring.py``, with the process.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from bot.model import BoardRule, Question, Reveal, RevealRule
from bot.ports import Store
from tests.doubles import discord_person, slack_person, typist
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import May
from tests.doubles.house import House, channel, choice, explain, multi, numeric, rhythm, short
from tests.doubles.person import Person, ScribePerson

Enter = Callable[..., Awaitable[tuple[House, Person]]]


@pytest.fixture(params=["scribe", "terminal", "slack", "discord"])
async def enter(
    request: pytest.FixtureRequest, store: Store, clock: ManualClock
) -> AsyncIterator[Enter]:
    """Yield what opens a house with chosen questions on a platform, and a person who may all."""
    async with AsyncExitStack() as stack:

        async def door(*questions: Question, **options: object) -> tuple[House, Person]:
            if request.param == "terminal":
                return await stack.enter_async_context(
                    typist.room(store, clock, questions, **options)
                )
            if request.param == "slack":
                room = await stack.enter_async_context(
                    slack_person.room(store, clock, questions, **options)
                )
                return room.house, room.person("ada")
            if request.param == "discord":
                guild = await stack.enter_async_context(
                    discord_person.room(store, clock, questions, **options)
                )
                return guild.house, guild.person("ada", May.MANAGE_GUILD)
            house = House(store, questions, clock=clock, channels=[channel(**options)])
            await house.start()
            return house, ScribePerson(house, "ada", platform_admin=True)

        yield door


def words(text: str) -> str:
    """Return text without its line ends, and without *today*, which Discord leaves to its clock."""
    return " ".join(text.split()).replace("today ", "")


async def test_a_choice(enter: Enter) -> None:
    """A letter answers, how sure is said next, and the result comes with the reveal."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    assert "Question 1 · Optimisation · beginner" in ada.channel()
    assert "Commit to an answer first; it stays private." in words(ada.thread())

    await ada.clicks("B")
    assert "Recorded: B. You can change it until 15:30. How sure are you?" in words(ada.sees())
    await ada.clicks("Sure")
    assert "Noted: sure. The answer comes 15:30." in words(ada.sees())
    await ada.commands("result")
    assert "Your result comes with the reveal, 15:30." in words(ada.sees())

    await house.go("15:30")
    assert "B. Every unit of a layer gets the same gradient" in words(ada.thread())
    assert "The answer to question 1 is in the thread." in words(ada.channel())
    await ada.clicks("My result")
    assert "Question 1: your answer B is right. You were sure." in words(ada.sees())


async def test_several(enter: Enter) -> None:
    """Several letters answer a ``multi``; what was missed is named."""
    house, ada = await enter(multi())
    await house.go("2026-11-23 09:30")
    await ada.clicks("Answer…")
    await ada.fills({"answer": ["a", "b"], "sure": "guess"})
    assert "Recorded: A and B." in words(ada.sees())
    await house.go("15:30")
    await ada.clicks("My result")
    assert "You missed C. B is wrong. The answer is A and C." in words(ada.sees())


async def test_a_number(enter: Enter) -> None:
    """A number may carry a listed unit; what cannot be read is asked back."""
    house, ada = await enter(numeric())
    await house.go("2026-11-23 09:30")
    await ada.says("0,5")
    assert "Nothing was recorded." in words(ada.sees())
    await ada.says("0.0479 MiB")
    assert "Recorded: your answer." in words(ada.sees())
    await house.go("15:30")
    await ada.clicks("My result")
    assert "Question 1: your answer is right." in words(ada.sees())


async def test_a_term(enter: Enter) -> None:
    """A term is compared with the accepted ones."""
    house, ada = await enter(short())
    await house.go("2026-11-23 09:30")
    await ada.clicks("Answer…")
    await ada.fills({"answer": "batch norm", "sure": "think so"})
    await house.go("15:30")
    await ada.clicks("My result")
    assert "your answer is not right. You thought so." in words(ada.sees())
    await ada.clicks("Count mine too")
    assert "The reviewers will see your wording" in words(ada.sees())


async def test_an_explanation(enter: Enter) -> None:
    """An explanation stays private; after the reveal its author ticks the points made."""
    house, ada = await enter(explain())
    await house.go("2026-11-23 09:30")
    await ada.clicks("Answer…")
    await ada.fills({"answer": "The variance grows with d.", "sure": "sure"})
    assert "The variance grows with d." in ada.sees()
    await house.go("15:30")
    assert "One good answer: Scores of independent parts" in words(ada.thread())
    await ada.clicks("Tick my points")
    await ada.fills({"points": ["1", "2"]})
    assert "Noted: 2 of 3 points, right. Only you see it." in words(ada.sees())


async def test_thought_through(enter: Enter) -> None:
    """An open question can be thought through without writing."""
    house, ada = await enter(explain())
    await house.go("2026-11-23 09:30")
    await ada.clicks("Thought it through")
    await ada.fills({"sure": "guess"})
    assert "Recorded: thought through." in words(ada.sees())


async def test_a_change_of_mind(enter: Enter) -> None:
    """The last answer counts; the first is shown beside it."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    await ada.clicks("A")
    await ada.clicks("Guess")
    await ada.clicks("B")
    await house.go("15:30")
    await ada.clicks("My result")
    assert "Question 1: your answer B is right. First you said A." in words(ada.sees())


async def test_a_hint(enter: Enter) -> None:
    """A hint is private, and an answer after it counts as helped."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    await ada.clicks("Hint")
    assert "Hint 1: Think of symmetry." in words(ada.sees())
    await ada.clicks("B")
    await house.go("15:30")
    await ada.clicks("My result")
    assert "You had help before it." in words(ada.sees())


async def test_the_solution_after_answering(enter: Enter) -> None:
    """*Show me now* after an answer costs nothing and makes the answer stand."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    await ada.clicks("A")
    await ada.clicks("Show me now")
    assert "seeing the solution after answering costs nothing" in words(ada.sees())
    await ada.clicks("B")
    assert "You have seen the solution, so your answer stands" in words(ada.sees())


async def test_late(enter: Enter) -> None:
    """After the reveal one may answer first, or have the answer shown."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    await house.go("15:30")
    await ada.clicks("See the answer")
    assert "Answer first, or reveal? Answering first keeps your streak." in words(ada.sees())
    await ada.commands("answer B")
    assert "Recorded late: it keeps your streak" in words(ada.sees())


async def test_as_soon_as_it_is_answered(enter: Enter) -> None:
    """By the rule ``answered`` the answer comes once how sure was said, or skipped."""
    house, ada = await enter(choice(), rhythm=rhythm(reveal=Reveal(RevealRule.ANSWERED)))
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    assert "You can change it until the answer comes." in words(ada.sees())
    await ada.clicks("Think so")
    assert "Your answer, B, is right." in words(ada.thread())


async def test_withdrawn(enter: Enter) -> None:
    """A withdrawn question says so and takes no answers; another can be posted."""
    house, ada = await enter(choice(), numeric())
    await house.go("2026-11-23 09:30")
    await ada.commands("admin withdraw a typing error")
    assert "Question 1 is withdrawn." in words(ada.sees())
    house.clock.move(minutes=1)
    await ada.commands("hint")
    assert "This question was withdrawn" in words(ada.sees())
    assert "This question was withdrawn: a typing error." in words(ada.channel())
    await ada.commands("admin post")
    assert "Question 2 is on its way." in words(ada.sees())
    assert "Question 2 ·" in ada.channel()


async def test_a_pin(enter: Enter) -> None:
    """A pinned question comes on its day."""
    house, ada = await enter(choice(), choice("optimisation/other"), numeric())
    await ada.commands("admin pin convolution/bytes 2026-11-24")
    assert "convolution/bytes is pinned to Tue 24 Nov" in words(ada.sees())
    await house.go("2026-11-23 09:30")
    assert "128 by 98" not in ada.channel()
    await house.go("2026-11-24 09:30")
    assert "128 by 98" in ada.channel()


async def test_a_restart(enter: Enter) -> None:
    """After a restart the answer given before it counts, and nothing is said twice."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await house.restart()
    house.clock.move(hours=1)
    await house.settle()
    assert ada.channel().count("Question 1 ·") == 1
    await house.go("15:30")
    await ada.clicks("My result")
    assert "your answer B is right" in words(ada.sees())


async def test_away_past_the_grace(enter: Enter) -> None:
    """A missed day is said to whoever looks after the room, and can be made up for."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 14:30")
    await ada.commands("history")
    assert "missed, I was not running at 09:30" in words(ada.sees())
    await ada.commands("admin post")
    assert "Question 1 ·" in ada.channel()


async def test_words_that_are_no_command(enter: Enter) -> None:
    """A slip of the pen is met with the nearest word; on Discord there are none, only menus."""
    house, ada = await enter(choice())
    if house.platform.name == "discord":
        with pytest.raises(AssertionError, match="no 'tody' among"):
            await ada.commands("tody")
        return
    await ada.commands("tody")
    assert f"Did you mean {house.platform.spelling.of('today')}?" in words(ada.sees())


# Quizzes ----------------------------------------------------------------------------------------


async def test_a_quiz(enter: Enter) -> None:
    """A letter, how sure, the verdict with why, the next one, the score; then it comes back."""
    house, ada = await enter(choice(order_fixed=True), choice("optimisation/two", order_fixed=True))
    await ada.commands("quiz optimisation 2")
    assert "Quiz 1 of 2 · Optimisation · beginner" in ada.sees()
    await ada.clicks("B")
    assert "You said B. How sure are you?" in words(ada.sees())
    await ada.clicks("Sure")
    said = words(ada.sees())
    assert "Your answer B is right" in said.replace("*", "")
    assert "Every unit of a layer gets the same gradient" in said
    assert "Goodfellow et al. 2016" in said
    await ada.clicks("Next question")
    await ada.clicks("I don't know")
    assert "You did not know this one yet." in words(ada.sees())
    await ada.clicks("See the score")
    assert "1 of 2." in words(ada.sees())
    await house.go("2026-11-21 12:00")
    await ada.commands("review")
    assert "Review 1 of 1 · Optimisation · beginner" in ada.sees()


async def test_a_quiz_of_what_is_typed(enter: Enter) -> None:
    """Several letters, a number, a term and an explanation; stopped and gone on with."""
    _, ada = await enter(multi(), numeric(), short(), explain())
    given = {"multi": ["a"], "numeric": "49", "short": "layer norms", "open": "softmax saturates"}
    for kind, answer in given.items():
        await ada.commands(f"quiz {kind}")
        assert "Quiz 1 of 1" in ada.sees()
        await ada.clicks("Answer…")
        await ada.fills({"answer": answer, "sure": "guess"})
        if kind == "multi":
            assert "You missed" in words(ada.sees())
        elif kind == "open":
            await ada.clicks("Tick my points")
            await ada.fills({"points": ["2"]})
            assert "You made 1 of 3 points: partly right." in words(ada.sees())
        else:
            assert "Your answer is right" in words(ada.sees()).replace("*", "")
    await ada.commands("quiz 2")
    await ada.clicks("Stop here")
    assert "it waits for you" in words(ada.sees())
    await ada.clicks("Go on")
    assert "Quiz 1 of 2" in ada.sees()


async def test_review_later(enter: Enter) -> None:
    """The button under the answer brings the question back within a day."""
    house, ada = await enter(choice())
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await ada.clicks("Sure")
    await house.go("15:30")
    await ada.clicks("Review later")
    assert "Noted: it comes back to you tomorrow." in words(ada.sees())


async def test_numbers(enter: Enter) -> None:
    """One's own page, the board, what is kept, an export, a reminder, and being forgotten."""
    house, ada = await enter(choice(), board=BoardRule.EVERYONE)
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await ada.clicks("Sure")
    await house.go("15:30")
    ada.sees()
    await ada.commands("me")
    page = words(ada.sees())
    assert "You answered 1 question. Of 1 judged without help, 1 was right." in page
    assert "optimisation 1 of 1 ##########" in page
    assert "Streak 1 (longest 1): you answered the last question posted here" in page
    await ada.clicks("History")
    assert "right; you said B" in words(ada.sees())
    await ada.commands("board")
    board = words(ada.sees())
    assert "You: place 1, 1 right of 1." in board
    assert " · 1 right of 1" in board
    await ada.clicks("Keep me off")
    assert "You stay off the board." in words(ada.sees())
    await ada.commands("me away 2026-12-24..2027-01-02")
    assert "Noted: away Thu 24 Dec 2026 to Sat 2 Jan 2027." in words(ada.sees())
    await ada.commands("me nudge 08:30")
    assert "at 08:30 (Europe/Berlin) I tell you in private" in words(ada.sees())
    await ada.commands("privacy")
    assert "You are not on any board. Reminders: at 08:30 (Europe/Berlin)." in words(ada.sees())
    await ada.clicks("Export")
    await ada.clicks("CSV")
    assert "optimisation/zero-start,beginner," in words(ada.sees())
    await ada.commands("forget")
    await ada.clicks("Erase everything")
    assert "everything kept of you is erased" in words(ada.sees())
    await ada.commands("me")
    assert "Nothing here yet." in words(ada.sees())


async def test_a_reminder(enter: Enter) -> None:
    """It comes in private at its time, when something is due."""
    house, ada = await enter(choice(), choice("optimisation/other"))
    await house.go("2026-11-23 09:30")
    await ada.clicks("A")
    await ada.clicks("Sure")
    await ada.commands("me nudge 08:30")
    await house.through("2026-11-24 08:20", step=60)
    ada.sees()
    await house.go("2026-11-24 08:30")
    assert "1 question is due for review." in words(ada.sees())
