"""A quiz in the terminal, where what is typed is the answer and there is one line for everything."""

from __future__ import annotations

from bot.model import Attempt, Said
from bot.ports import Store
from tests.doubles.clock import ManualClock
from tests.doubles.house import choice, explain, numeric, short
from tests.doubles.typist import ADA, ROOM, room


async def test_letters_answer_what_was_shown_last(store: Store, clock: ManualClock) -> None:
    """The quiz while it is in front of one, the day's question once that is shown again."""
    daily = choice("optimisation/daily")
    async with room(store, clock, [daily]) as (house, ada):
        await house.go("2026-11-23 09:30")
        house.bank = type(house.bank).of((daily, choice("optimisation/quiz", order_fixed=True)))
        await ada.commands("quiz")
        assert "Type: A B C D · /hint · /show · Stop here" in ada.sees()
        await ada.says("b")
        assert "You said B. How sure are you?" in ada.sees()
        await ada.says("s")
        assert "Your answer B is right." in ada.sees()
        await ada.says("see the score")
        assert "1 of 1." in ada.sees()
        newest = (await store.transact(lambda r: r.rounds(ROOM, 1)))[0]
        assert await store.transact(lambda r: r.answered(newest.id)) == 0
        await ada.commands("today")
        await ada.says("b")
        assert "Recorded: B." in ada.sees()


async def test_nothing_typed_at_a_quiz_falls_on_the_days_question(
    store: Store, clock: ManualClock
) -> None:
    """Another letter corrects the answer; once it is judged, the item is shown again."""
    daily = choice("optimisation/daily")
    async with room(store, clock, [daily]) as (house, ada):
        await house.go("2026-11-23 09:30")
        house.bank = type(house.bank).of((daily, choice("optimisation/quiz", order_fixed=True)))
        await ada.commands("quiz")
        await ada.says("a")
        await ada.says("b")
        assert "You said B. How sure are you?" in ada.sees()
        await ada.commands("show")
        assert ada.sees().count("Your answer B is right.") == 1
        for line in ("b", "/show", "/hint", "/answer b"):
            await ada.says(line)
            assert "Your answer B is right." in ada.sees()
        newest = (await store.transact(lambda r: r.rounds(ROOM, 1)))[0]
        assert await store.transact(lambda r: r.answered(newest.id)) == 0
        assert not await store.transact(lambda r: r.helps(newest.id, ADA))


async def test_what_is_typed_is_the_answer(store: Store, clock: ManualClock) -> None:
    """A number, a term, an explanation: no command before it."""
    async with room(store, clock, [numeric(), short(), explain()]) as (house, ada):
        for kind, line, verdict in (
            ("numeric", "49", "Your answer is right."),
            ("short", "a layer norm", "Your answer is right."),
            ("open", "the scores grow", "tick the points you made"),
        ):
            await ada.commands(f"quiz {kind}")
            await ada.says(line)
            await ada.says("guess")
            assert verdict in ada.sees()
        await ada.commands("tick 1 2 3")
        assert "You made 3 of 3 points: right." in ada.sees()
        await ada.commands("report the second point is doubtful")
        assert "Your report is in the inbox" in ada.sees()
        (item,) = await store.transact(lambda r: r.inbox("new"))
        assert item.question == explain().id
        assert house.bank.questions


async def test_any_command_skips_how_sure(store: Store, clock: ManualClock) -> None:
    """The verdict comes before what was asked for, and how sure is left open."""
    async with room(store, clock, [choice(order_fixed=True)]) as (_, ada):
        await ada.commands("quiz")
        await ada.says("A")
        ada.sees()
        await ada.commands("next")
        said = ada.sees()
        assert "Your answer A is not right." in said
        assert "Next question: " in said
        rows: list[Attempt] = list(await store.transact(lambda r: r.attempts(ADA, choice().id)))
        assert [(row.sure, row.said) for row in rows] == [(None, Said(("a",)))]
