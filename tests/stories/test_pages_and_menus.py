"""What platforms have beside commands: a page of one's own, menus on messages, forms by button."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot import commands as c
from bot.messages import Reply
from tests.doubles.house import ROOM, House, explain
from tests.doubles.person import ScribePerson
from tests.doubles.script import written


def shown(reply: Reply) -> str:
    """Return everything a reply shows."""
    messages = [message for message in (reply.message, *reply.extra) if message is not None]
    return "\n---\n".join(written(message) for message in messages)


async def test_my_own_page(house: House, ada: ScribePerson) -> None:
    """It has the newest question of my channels, how I did lately, and what I may set."""
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    reply = await house.desk.handle(ada.actor, c.Home((ROOM,)))
    assert shown(reply) == snapshot("""\
# Your questions
Only you see this page.
---
# Question 1 · Optimisation · beginner
In #ml
A network starts with all weights at zero. What happens?
A  It trains slowly
B  The units of a layer stay alike
C  The loss is not a number
D  It overfits at once
[A] [B] [C] [D] [Hint] [Show me now]
(1 answered · reveal today 15:30 · your answer stays private)
---
# The latest questions here
- Mon 23 Nov: 1 · All weights start at zero — answered; the reveal is still to come
---
You have not said yet whether your name may be on the monthly board.
[Five-question quiz] [My numbers] [Show my name] [Keep me off] [Suggest a question] [Privacy]\
""")


async def test_the_page_of_somebody_in_no_channel(house: House, ada: ScribePerson) -> None:
    """It says so, and shows no channel that the member is not in."""
    await house.go("2026-11-23 09:30")
    reply = await house.desk.handle(ada.actor, c.Home(()))
    assert shown(reply) == snapshot("""\
# Your questions
Nothing here yet: you are in no channel that I ask questions in. Join one, or invite me to yours.
---
You have not said yet whether your name may be on the monthly board.
[Five-question quiz] [My numbers] [Show my name] [Keep me off] [Suggest a question] [Privacy]\
""")


async def test_a_page_before_the_first_question(house: House, ada: ScribePerson) -> None:
    """A channel without a question says when the first one comes."""
    reply = await house.desk.handle(ada.actor, c.Home((ROOM,)))
    assert "The first comes" in shown(reply)


async def test_the_form_of_a_button_is_the_one_it_shows(house: House, ada: ScribePerson) -> None:
    """An adapter that keeps nothing asks for a form by the button's id, and gets the same."""
    house.bank = house.bank.of((explain(),))
    await house.go("2026-11-23 09:30")
    forms = [action for action in house.parent().shown.actions if action.form is not None]
    assert len(forms) == 2
    for action in forms:
        reply = await house.desk.handle(ada.actor, c.press(action.id))
        assert reply.form is not None
        assert reply.form.fields == action.form.fields  # type: ignore[union-attr]


async def test_a_form_opens_with_what_was_said_before(house: House, ada: ScribePerson) -> None:
    """Changing an answer begins with the answer."""
    house.bank = house.bank.of((explain(),))
    await house.go("2026-11-23 09:30")
    await ada.clicks("Answer…")
    await ada.fills({"answer": "Because of the variance.", "sure": "guess"})
    reply = await house.desk.handle(ada.actor, c.press(house.parent().shown.actions[0].id))
    assert reply.form is not None
    assert [getattr(one, "initial", None) for one in reply.form.fields] == snapshot(
        ["Because of the variance.", "guess"]
    )


async def test_answering_from_a_messages_own_menu(house: House, ada: ScribePerson) -> None:
    """It opens the answer's form, also for options; after the close it offers what late ones have."""
    await house.go("2026-11-23 09:30")
    key = house.parent().shown.actions[0].id.partition(":")[0]
    await ada.asks(c.AnswerHere(key))
    await ada.fills({"answer": "b", "sure": "sure"})
    ada.sees()
    await house.go("2026-11-23 15:30")
    ben = ScribePerson(house, "ben")
    await ben.asks(c.AnswerHere(key))
    assert ben.sees() == snapshot("""\
The answer is out. Answer first, or reveal? Answering first keeps your streak.
[A] [B] [C] [D] [Reveal]\
""")


async def test_no_form_for_what_is_over(
    house: House, ada: ScribePerson, admin: ScribePerson
) -> None:
    """Withdrawn, locked or judged: the button says so instead of opening a form."""
    house.bank = house.bank.of((explain(),))
    await house.go("2026-11-23 09:30")
    key = house.parent().shown.actions[0].id.partition(":")[0]
    await ada.asks(c.OpenForm("tick", key))
    await ada.says("Because of the variance.")
    await ada.clicks("Show me now")
    ada.sees()
    await ada.asks(c.OpenForm("answer", key))
    assert ada.sees() == snapshot("You have seen the solution, so your answer stands as it is.")
    await admin.commands("admin withdraw it is wrong")
    await ada.asks(c.OpenForm("think", key))
    assert "withdrawn" in ada.sees()


async def test_suggesting_a_message_as_a_question(house: House, ada: ScribePerson) -> None:
    """The form begins with the message; what is sent lands in the inbox."""
    await ada.asks(c.SuggestThis("Why is softmax shifted by its maximum?"))
    assert ada.form is not None
    await ada.fills({"text": "Why is softmax shifted by its maximum?"})
    (item,) = await house.store.transact(lambda r: r.inbox("new"))
    assert item.text == "Why is softmax shifted by its maximum?"


async def test_a_suggestion_in_private_needs_no_channel(house: House) -> None:
    """In a direct message it is nobody's channel, and still lands in the inbox."""
    ada = ScribePerson(house, "ada", at=None)
    await ada.commands("suggest Why is softmax shifted by its maximum?")
    assert len(await house.store.transact(lambda r: r.inbox("new"))) == 1


async def test_more_commands_than_a_person_types(house: House, ada: ScribePerson) -> None:
    """Twenty within a minute are carried out; more are not, and a minute later all is well."""
    for _ in range(20):
        await ada.asks(c.Topics())
    ada.sees()
    await ada.commands("suggest A question")
    assert ada.sees() == snapshot(
        "That was a lot within a minute. Please wait a little; nothing was recorded."
    )
    assert await house.store.transact(lambda r: r.inbox("new")) == []
    await house.go("2026-11-20 12:02")
    await ada.commands("suggest A question")
    assert "Thank" in ada.sees()


async def test_my_own_page_has_my_numbers(house: House, ada: ScribePerson) -> None:
    """From the first judged answer on."""
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await house.go("2026-11-23 15:30")
    reply = await house.desk.handle(ada.actor, c.Home((ROOM,)))
    assert "You answered 1 question." in shown(reply)
