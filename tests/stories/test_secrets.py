"""No answer is visible to others before the close: looked for in everything the scribe holds."""

import pytest

from bot.messages import Message
from bot.model import Question
from tests.conftest import Opened
from tests.doubles.house import House, choice, explain, multi, numeric, short
from tests.doubles.person import ScribePerson
from tests.doubles.script import form_lines, written

KINDS = [choice(), multi(), numeric(), short(), explain()]
ANSWERS = {"choice": "B", "multi": "A C", "numeric": "49", "short": "layer norm", "open": "It …"}


def spoilers(question: Question) -> list[str]:
    """Return every text of a question that gives something away."""
    return [
        question.answer,
        *question.rubric,
        *question.hints,
        *question.follow_ups,
        *question.accepted,
        *(option.why for option in question.options if option.why),
        *([question.number.written] if question.number else []),
    ]


def everything(message: Message) -> str:
    """Return all a message carries, shown or not: forms, ids, names, what is read aloud."""
    parts = [written(message), message.thread, message.spoken]
    for action in message.actions:
        parts += [action.id, action.label, action.hint]
        parts += [form_lines(action.form), str(action.form)] if action.form else []
    return "\n".join(parts)


def public(house: House) -> str:
    """Return everything anybody could have seen in the channel or the thread so far."""
    messages = [m for one in house.scribe.posted for m in (one.message, *one.edits)]
    return "\n".join(map(everything, messages)).lower()


@pytest.mark.parametrize("question", KINDS, ids=lambda q: q.kind.value)
async def test_nothing_public_gives_anything_away(opened: Opened, question: Question) -> None:
    """Not the post, its buttons and forms, the thread's first line, nor any edit."""
    house = await opened(question)
    await house.go("2026-11-23 09:30")
    for name in ("ada", "ben", "cyd", "dan", "eve"):
        person = ScribePerson(house, name)
        if question.hints:
            await person.clicks("Hint")
        await person.commands(f"answer {ANSWERS[question.kind]}")
        await person.commands("show")
    await house.through("15:25", step=30)

    seen = public(house).replace("09:49", "")
    assert [text for text in spoilers(question) if text.lower() in seen] == []


@pytest.mark.parametrize("question", KINDS, ids=lambda q: q.kind.value)
async def test_outside_the_thread_nothing_ever_does(opened: Opened, question: Question) -> None:
    """After the reveal too, the channel itself shows the question and no answer to it."""
    house = await opened(question)
    await house.go("2026-11-23 09:30")
    await ScribePerson(house, "ada").commands(f"answer {ANSWERS[question.kind]}")
    await house.through("17:00", step=30)

    parents = [one for one in house.scribe.posted if one.thread is None or one.announced]
    seen = "\n".join(everything(m) for one in parents for m in (one.message, *one.edits)).lower()
    assert [text for text in spoilers(question) if text.lower() in seen] == []


async def test_what_members_wrote_is_nowhere(opened: Opened) -> None:
    """Neither the channel nor the admins ever see a member's words."""
    house = await opened(explain())
    await house.go("2026-11-23 09:30")
    ada = ScribePerson(house, "ada")
    await ada.says("my very own explanation")
    await ada.commands("suggest my very own suggestion")
    await house.through("17:00", step=30)

    told = "\n".join(written(message) for _, message in house.scribe.told)
    assert "very own" not in public(house) + told
    assert "ada" not in public(house) + told
