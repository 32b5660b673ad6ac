"""What members contribute: suggestions, reports, and *Count mine too*; all land in one inbox."""

from inline_snapshot import snapshot

from bot.model import InboxItem
from tests.conftest import Opened
from tests.doubles.house import House, short
from tests.doubles.person import ScribePerson


async def inbox(house: House) -> list[str]:
    """Return what waits for a reviewer."""
    items = await house.store.transact(lambda r: r.inbox(None))

    def line(item: InboxItem) -> str:
        return f"{item.kind} by {item.member} on {item.question}: {item.text}"

    return [line(item) for item in items]


async def test_my_wording_should_count(opened: Opened) -> None:
    """A ``short`` answer that was marked wrong by its wording can be put to the reviewers."""
    house = await opened(short())
    ada, ben = ScribePerson(house, "ada"), ScribePerson(house, "ben")
    await house.go("2026-11-23 09:30")
    await ada.says("LN")
    await ben.says("layer norm")
    await house.go("15:30")
    ada.sees()
    await ada.clicks("My result")
    await ada.clicks("Count mine too")
    await ada.clicks("Count mine too")
    assert ada.sees() == snapshot("""\
Question 1: your answer is not right.
| LN
The answer is layer normalisation.
[Count mine too] [Report a mistake]

Thank you. The reviewers will see your wording; if they accept it, yours counts.

Thank you. The reviewers will see your wording; if they accept it, yours counts.\
""")
    assert await inbox(house) == snapshot(
        ["wording by scribe://team/ada on transformers/which-layer: LN"]
    )

    key = (await house.round()).key
    ben.sees()
    await ben.presses(f"{key}:count:")
    assert ben.sees() == snapshot(
        "There is no answer of yours here that was marked as not right by its wording."
    )


async def test_a_mistake_can_be_reported(house: House, ada: ScribePerson) -> None:
    """*Report a mistake* opens a form; the report names the question."""
    await house.go("2026-11-23 09:30")
    await house.go("15:30")
    await ada.clicks("Report a mistake")
    await ada.fills({"text": "B is not the only right one."})
    await ada.commands("report And the source is from 2015.")
    assert ada.sees() == snapshot("""\
# Report a mistake
What is wrong, and how do you know?
[Send]

Thank you. Your report is in the inbox; a reviewer will read it.

Thank you. Your report is in the inbox; a reviewer will read it.\
""")
    assert await inbox(house) == snapshot(
        [
            "report by scribe://team/ada on optimisation/zero-start-0: B is not the only right one.",
            "report by scribe://team/ada on optimisation/zero-start-0: And the source is from 2015.",
        ]
    )


async def test_a_question_can_be_suggested(house: House, ada: ScribePerson) -> None:
    """A suggestion needs no open question; five at a time are enough for anybody."""
    for number in range(6):
        await ada.commands(f"suggest Why does dropout help? Take {number}.")
    await ada.commands(f"suggest {'x' * 3001}")
    await ada.commands("suggest")
    assert ada.sees() == snapshot("""\
Thank you. Your suggestion is in the inbox; a reviewer will read it.

Thank you. Your suggestion is in the inbox; a reviewer will read it.

Thank you. Your suggestion is in the inbox; a reviewer will read it.

Thank you. Your suggestion is in the inbox; a reviewer will read it.

Thank you. Your suggestion is in the inbox; a reviewer will read it.

Five suggestions of yours are waiting for a reviewer already. Please keep this one until they have been read.

That is longer than 3,000 characters. Nothing was recorded.

Something is missing. It goes: /suggest TEXT\
""")
    assert len(await inbox(house)) == 5


async def test_one_notice_a_day(house: House, ada: ScribePerson, admin: ScribePerson) -> None:
    """The admins hear once a day that something waits, not what it says."""
    await ada.commands("suggest First.")
    await ada.commands("suggest Second.")
    await house.settle()
    assert admin.sees() == snapshot(
        "1 contribution waits in the inbox. `gradus questions inbox` lists them."
    )
    house.clock.move(days=1)
    await ada.commands("suggest Third.")
    await house.settle()
    assert admin.sees() == snapshot(
        "3 contributions wait in the inbox. `gradus questions inbox` lists them."
    )
