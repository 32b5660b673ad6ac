"""What is kept of somebody: they see it, take it away and erase it, with no admin."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from bot import commands as c
from bot.messages import Code, Message
from bot.model import Actor
from tests.conftest import BOTH_STORES, Opened
from tests.doubles.house import ADMIN, House, choice, explain, short
from tests.doubles.person import ScribePerson, people


async def test_what_is_kept(house: House, ada: ScribePerson) -> None:
    await ada.commands("privacy")
    assert ada.sees() == snapshot("""\
# Your data
Kept of you: your answers, when you gave them, how sure you were, help you took and what they were worth; quizzes, and when questions come back to you; what you chose here, your interview date and days away; what you suggested or reported.
The words you type as answers are deleted after 400 days. That you answered, and how well, stays until you erase it. The database is copied every day, and the oldest copy is about five weeks old, so what is deleted is gone from the copies five weeks later.
No command shows an admin or reviewer what you answered or how you do. Whoever runs the server can read its database.
You have not said whether your name may be on a board; in most channels it is only shown to others once you agree. Reminders: none.
[Show my name] [Keep me off] [Export] [Erase everything]\
""")
    await ada.commands("me nudge 08:30")
    await ada.commands("board yes")
    ada.sees()
    await ada.commands("privacy")
    assert ada.sees().splitlines()[-2:] == snapshot(
        [
            "Your name may be on the board. Reminders: at 08:30 (Europe/Berlin).",
            "[Keep me off] [Stop reminders] [Export] [Erase everything]",
        ]
    )
    await ada.clicks("Stop reminders")
    assert ada.sees() == snapshot("Noted: no reminders.")


async def answered_all(opened: Opened) -> tuple[House, ScribePerson]:
    """Return a house where ada answered three questions: wrong, wrong in her words, and open."""
    house = await opened(choice(), short(), explain())
    (ada,) = people(house, "ada")
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        await house.go(f"{day} 09:30")
        asked = (await house.round()).question
        assert asked is not None
        await ada.says({"choice": "a", "short": 'the "batch", norm'}.get(asked.kind, "in\nlines"))
        await house.go(f"{day} 15:30")
    ada.sees()
    return house, ada


async def exported(house: House, ada: ScribePerson, form: str, part: int = 1) -> Message:
    reply = await house.desk.handle(ada.actor, c.Export(form, part))
    assert reply.message is not None
    return reply.message


def text_of(message: Message) -> str:
    (text,) = [part.text for part in message.body if isinstance(part, Code)]
    return text


async def test_a_table_of_all_answers(opened: Opened) -> None:
    """Whatever was typed comes back as it was."""
    house, ada = await answered_all(opened)
    rows = list(csv.DictReader(io.StringIO(text_of(await exported(house, ada, "csv")))))
    assert len(rows) == 3
    assert {row["said"] for row in rows} == {"A", 'the "batch", norm', "in\nlines"}
    assert {row["verdict"] for row in rows} == {"wrong", "open"}


async def test_everything_for_programs(opened: Opened) -> None:
    """With what was set and contributed."""
    house, ada = await answered_all(opened)
    await ada.commands("suggest Why is softmax shifted?")
    await ada.commands("me away 2026-12-24..2027-01-02")
    rows: list[Mapping[str, object]] = json.loads(text_of(await exported(house, ada, "json")))
    assert [row["said"] for row in rows if "said" in row] != []
    assert {"board", "away"} <= set(rows[3])
    assert rows[3]["away"] == ["2026-12-24..2027-01-02"]
    assert rows[4]["text"] == "Why is softmax shifted?"


async def test_what_was_answered_first_or_just_now_is_in_it_too(
    house: House, ada: ScribePerson
) -> None:
    """Every answer to a daily question, also to one that is open, and when questions come back."""
    await house.go("2026-11-23 09:30")
    await ada.says("a")
    await ada.says("b")
    rows = json.loads(text_of(await exported(house, ada, "json")))
    assert [row["answer"] for row in rows if "answer" in row] == ["A", "B"]
    await house.go("15:30")
    rows = json.loads(text_of(await exported(house, ada, "json")))
    asked = (await house.round()).question
    assert asked is not None
    assert [row["question"] for row in rows if row.get("due")] == [asked.id]


async def test_cards_of_what_was_not_right(opened: Opened) -> None:
    """Each with prompt and options on one side, the answer and why on the other."""
    house, ada = await answered_all(opened)
    text = text_of(await exported(house, ada, "anki"))
    assert text.startswith("#separator:comma\n#html:false\n")
    cards = list(csv.reader(io.StringIO(text.partition("#html:false\n")[2])))
    fronts = sorted(front for front, _ in cards)
    assert [front.splitlines()[0] for front in fronts] == snapshot(
        ["All weights start at zero", "Which normalisation"]
    )
    assert dict(cards)[fronts[0]] == snapshot("""\
B
Every unit of a layer gets the same gradient, so they stay alike.\
""")


async def test_nothing_to_take_away(house: House, ada: ScribePerson) -> None:
    await ada.commands("export")
    assert ada.sees() == snapshot("""\
Everything you answered, as a table (CSV) or for programs (JSON, with what you set and contributed); or what you got wrong as cards for Anki.
[CSV] [JSON] [Anki]\
""")
    await ada.clicks("CSV")
    assert ada.sees() == snapshot("There is nothing to export yet.")
    await ada.clicks("Anki")
    assert ada.sees() == snapshot("You have got nothing wrong, so there are no cards.")


async def test_a_long_export_comes_in_parts(opened: Opened) -> None:
    """Each is a whole file of its own, and together they hold every answer once."""
    house = await opened(*(choice(f"optimisation/q{n}") for n in range(40)))
    (ada,) = people(house, "ada")
    house.clock.set("2026-11-23 09:30")
    while (await house.state()).sent < 40:
        await house.settle()
        await ada.says("a")
        house.clock.move(hours=6)
        await house.settle()
        house.clock.set(house.clock() + timedelta(hours=18))
    for form in ("csv", "json"):
        first = await exported(house, ada, form)
        count = int(str(first.body[0]).rpartition("of ")[2].partition(";")[0])
        assert count > 1
        seen: list[str] = []
        for part in range(1, count + 1):
            text = text_of(await exported(house, ada, form, part))
            assert len(text) < 3_500
            if form == "csv":
                seen += [row["at"] for row in csv.DictReader(io.StringIO(text))]
            else:
                seen += [row["at"] for row in json.loads(text) if "said" in row]
        assert len(seen) == len(set(seen)) == 40
    past = await house.desk.handle(ada.actor, c.Export("csv", count + 1))
    assert past.message is not None


# Erasing ----------------------------------------------------------------------------------------


@BOTH_STORES
async def test_everything_is_erased_after_a_question(house: House, ada: ScribePerson) -> None:
    """Also an answer to a question that is open; others keep theirs."""
    (ben,) = people(house, "ben")
    await house.go("2026-11-23 09:30")
    for person in (ada, ben):
        await person.says("b")
        await person.commands("board yes")
    await house.go("15:30")
    await house.go("2026-11-24 09:30")
    for person in (ada, ben):
        await person.says("b")
    await ada.commands("suggest Why?")
    ada.sees()
    await ada.commands("forget")
    assert ada.sees() == snapshot("""\
Erase everything kept of you? Your answers (also to a question that is open now), streak, place on boards, quizzes, reviews, settings and contributions go at once and cannot be brought back. Copies of the database hold them for about five more weeks. Only the log of what you did as an admin stays.
[Erase everything] [Export first]\
""")
    await ben.commands("board")
    assert "ada" in ben.sees()

    await ada.clicks("Erase everything")
    assert ada.sees() == snapshot(
        "Done: everything kept of you is erased, and boards are counted without you. It is gone from the copies of the database in about five weeks."
    )
    await ben.commands("board")
    board = ben.sees()
    assert "ada" not in board
    assert "1 · ben" in board
    await ada.commands("me")
    assert "Nothing here yet." in ada.sees()
    await house.go("2026-11-24 09:31")
    assert "1 answered" in ben.channel()
    newest = await house.round()
    assert await house.store.transact(lambda r: r.answered(newest.id)) == 1
    assert await house.store.transact(lambda r: r.inbox(None)) == []
    await house.go("2026-11-24 15:30")
    await ada.commands("me")
    assert "Nothing here yet." in ada.sees()


async def test_nobody_sees_or_erases_for_another(house: House, ada: ScribePerson) -> None:
    """Not an admin either: every command is about who asks."""
    await house.go("2026-11-23 09:30")
    await ada.says("a")
    await house.go("15:30")
    admin = ScribePerson(house, "admin", platform_admin=True)
    for word in ("me", "privacy", "history", "export json", "forget yes"):
        await admin.commands(word)
        assert "ada" not in admin.sees()
    assert await house.store.transact(lambda r: r.all_attempts(ada.member))
    assert admin.member == ADMIN


@pytest.mark.parametrize("word", ["privacy", "export", "forget", "me"])
async def test_none_of_it_needs_a_channel(house: House, word: str) -> None:
    stranger = ScribePerson(house, "stranger", at=None)
    reply = await house.desk.handle(Actor(stranger.member, None), c.parse(word))
    assert reply.message is not None
    assert reply.message.actions
