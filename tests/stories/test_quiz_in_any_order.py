"""A quiz under every order of presses, old and new, while the bank and the day go on around it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot import commands as c
from bot.model import Bank, Verdict
from bot.wording import replies
from tests.conftest import Opened
from tests.doubles.house import choice, explain, multi, numeric, short
from tests.doubles.person import ScribePerson
from tests.doubles.script import written

STEPS = 120
WORDS = ("quiz", "quiz 3", "quiz open", "quiz nonsense", "review", "review 2", "next", "answer B")
TYPED = ("a", "A B", "49 KiB", "0,5", "layer nrm", "layer norms", "zz", "", "5 and\nmore")
VERBS = ("pick", "answer", "think", "sure", "hint", "show", "see", "tick", "count", "report", "on",
         "stop", "anew", "again", "share", "later", "mine", "post", "plan", "topics")  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_is_pressed_is_answered_and_counts_once(opened: Opened, seed: int) -> None:
    """No press is an error, none moves another's quiz, and what is judged once stays."""
    chance = Random(seed)
    every = (choice(), choice("optimisation/two"), multi(), numeric(), short(), explain())
    house = await opened(*every)
    people = [ScribePerson(house, "ada"), ScribePerson(house, "ben", at=None)]
    pressed = [""]
    judged: dict[tuple[str, str], Verdict] = {}
    for _ in range(STEPS):
        person = chance.choice(people)
        for message in person._desk[-2:]:
            pressed += [action.id for action in message.actions]
        quiz = await house.store.transact(lambda r, m=person.member: r.quiz(m))  # type: ignore[misc]
        key = quiz.key if quiz is not None and chance.random() < 0.7 else ""
        values = {
            "answer": chance.choice(TYPED), "sure": chance.choice(["sure", "guess", ""]),
            "points": chance.choice(["1", "1 2 3", "6", ""]), "text": chance.choice(TYPED),
        }  # fmt: skip
        match chance.randrange(6):
            case 0:
                await person.asks(c.parse(chance.choice(WORDS)))
            case 1 | 2 if key:
                arg = chance.choice(["", "a", "b", "sure", "yes"])
                await person.presses(f"{key}:{chance.choice(VERBS)}:{arg}", values)
            case 3:
                await person.presses(chance.choice(pressed))
            case 4:
                await person.presses(chance.choice(pressed[-9:]), values)
            case _:
                house.clock.set(house.clock() + timedelta(hours=chance.randrange(1, 30)))
                house.bank = Bank.of(tuple(chance.sample(every, chance.randrange(3, 7))))
                await house.settle()
        said = person.sees()
        assert written(replies.apology()) not in said
        for member in people:
            for question in every:
                rows = await house.store.transact(
                    lambda r, m=member.member, q=question.id: r.attempts(m, q)  # type: ignore[misc]
                )
                for row in rows:
                    before = judged.setdefault((row.member, row.key), row.verdict)
                    assert before is row.verdict or row.kind == "open"
    assert judged
