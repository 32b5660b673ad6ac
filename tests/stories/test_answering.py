"""Committing to an answer: in private, changeable until the close, counted once."""

from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from tests.doubles.house import House
from tests.doubles.person import ScribePerson, crowd
from tests.doubles.script import written


@pytest.fixture(autouse=True)
async def _monday(house: House) -> None:
    await house.go("2026-11-23 09:30")


async def test_an_answer_can_be_changed_until_the_close(house: House, ada: ScribePerson) -> None:
    """The last answer counts; the first is kept and shown beside it."""
    await ada.clicks("A")
    await ada.clicks("Guess")
    await ada.clicks("D")
    ada.sees()
    await ada.clicks("B")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until 15:30. How sure are you?
[Sure] [Think so] [Guess] [Show me now]\
""")

    await house.go("15:30")
    await ada.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. First you said A.
[Report a mistake]\
""")


async def test_a_double_click_counts_once(house: House, ada: ScribePerson) -> None:
    """Pressing the same letter again changes nothing and says so in the same words."""
    await ada.clicks("B")
    await ada.clicks("Sure")
    await ada.clicks("B")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until 15:30. How sure are you?
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]

Noted: sure. The answer comes today 15:30.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]

Recorded: B. You can change it until 15:30. You said: sure.
[Show me now]\
""")

    round_ = await house.round()
    rows = await house.store.transact(lambda r: r.answers(round_.id, ada.member))
    assert [(row.said.keys, row.sure) for row in rows] == [(("b",), None), (("b",), "sure")]
    assert "1 answered" in ada.channel()


async def test_how_sure_can_be_said_later_or_never(
    house: House, ada: ScribePerson, ben: ScribePerson
) -> None:
    """The answer counts without it; it can be said at any time before the close, and changed."""
    await ada.clicks("B")
    await ada.clicks("Think so")
    await ada.clicks("B")
    await ben.clicks("C")
    ada.sees(), ben.sees()

    await house.go("15:30")
    await ada.clicks("My result")
    await ben.clicks("My result")
    assert ada.sees() == snapshot("""\
Question 1: your answer B is right. You thought so.
[Report a mistake]\
""")
    assert ben.sees() == snapshot("""\
Question 1: your answer C is not right.
The answer is B.
[Report a mistake]\
""")


async def test_where_old_messages_cannot_be_edited_often(house: House, ada: ScribePerson) -> None:
    """The count is kept up to date for a while only; the reveal is still said on the question."""
    house.scribe.fresh = timedelta(minutes=50)
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await house.through("2026-11-23 09:40")
    await ScribePerson(house, "ben").clicks("C")
    await house.through("2026-11-23 10:30")
    assert "2 answered" in written(house.parent().shown)
    await ScribePerson(house, "cleo").clicks("C")
    await house.through("2026-11-23 10:40")
    assert "2 answered" in written(house.parent().shown)
    await house.go("2026-11-23 15:30")
    await house.go("2026-11-23 15:31")
    assert "The answer is in the thread · 3 answered" in written(house.parent().shown)


async def test_the_channel_sees_the_count_and_never_the_choices(
    house: House, ada: ScribePerson
) -> None:
    """The line under the question counts people, not clicks, and refreshes by itself."""
    before = ada.channel()
    await crowd(house, "ABBD", "Sure")
    await house.go("09:31")
    after = ada.channel()

    assert after == before.replace("No answers yet", "4 answered")
    assert ada.thread().count("\n") == 0, "nothing was said in the thread"


async def test_the_board_is_asked_about_once(house: House, ada: ScribePerson) -> None:
    """The first answer asks about the board; saying how sure first does not take that away."""
    await ada.clicks("B")
    ada.sees()
    await ada.clicks("Sure")
    assert ada.sees() == snapshot("""\
Noted: sure. The answer comes today 15:30.
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Show me now] [Yes] [No, keep me off]\
""")
    await ada.clicks("No, keep me off")
    assert ada.sees() == snapshot("You stay off the board. You still see your own numbers.")

    await house.go("15:30")
    await house.go("2026-11-24 09:30")
    await ada.clicks("B")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until 15:30. How sure are you?
[Sure] [Think so] [Guess] [Show me now]\
""")
    await ada.clicks("Sure")
    assert ada.sees() == snapshot("""\
Noted: sure. The answer comes today 15:30.
[Show me now]\
""")


async def test_what_is_typed_is_read_forgivingly(house: House, ada: ScribePerson) -> None:
    """A letter may be typed; what is no option is asked back, and nothing is recorded."""
    await ada.commands("/gradus ANSWER b")
    await ada.commands("answer e")
    await ada.commands("answer a, c")
    await ada.commands("answer because of symmetry")
    await ada.commands("answer")
    await ada.commands("anser b")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until 15:30. How sure are you?
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]

There is no option E. The options are A, B, C or D. Nothing was recorded.

This question has one right answer. Choose A, B, C or D. Nothing was recorded.

Answer with the letter of an option: A, B, C or D. Nothing was recorded.

Something is missing. It goes: /answer TEXT

I do not know that command. Did you mean /answer? /help lists what I understand.\
""")


async def test_today_shows_the_question_again(house: House, ada: ScribePerson) -> None:
    """``today`` shows the question to the asker alone, and its buttons work."""
    await ada.commands("today")
    assert ada.sees() == snapshot("""\
# Question 1 · Optimisation · beginner
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
[A] [B] [C] [D] [Hint] [Show me now]
(No answers yet · reveal today 15:30 · your answer stays private)\
""")
    await ada.clicks("B")
    assert "Recorded: B." in ada.sees()


async def test_a_direct_message_is_about_the_only_channel(house: House) -> None:
    """In a direct message the bot knows which channel is meant where there is just one."""
    ada = ScribePerson(house, "ada", at=None)
    await ada.commands("answer B")
    assert ada.sees() == snapshot("""\
Recorded: B. You can change it until 15:30. How sure are you?
Only you see this; no command shows it to an admin. Show your name on the monthly board?
[Sure] [Think so] [Guess] [Show me now] [Yes] [No, keep me off]\
""")
