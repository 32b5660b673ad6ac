"""The stock of questions runs out: said in time, and then the oldest come round again."""

from datetime import timedelta

from inline_snapshot import snapshot

from bot.model import Mix
from tests.conftest import Opened
from tests.doubles.house import channel, choice
from tests.doubles.person import ScribePerson


async def test_fourteen_seven_one_and_round_again(opened: Opened) -> None:
    """The admins hear at 14, 7 and 1 unasked questions, and when the first is repeated."""
    house = await opened(*(choice(f"a/{n:02}", title=f"Title {n:02}") for n in range(15)))
    admin = ScribePerson(house, "admin")
    heard: dict[int, str] = {}
    asked: list[str] = []
    day = house.clock.instant("2026-11-23 09:30")
    while len(asked) < 16:
        house.clock.set(day)
        await house.settle()
        round_ = await house.round()
        assert round_.question is not None
        if f"{round_.date}" == f"{day:%Y-%m-%d}":
            asked.append(round_.question.id)
            if said := admin.sees():
                heard[len(asked)] = said
        day += timedelta(days=1)

    assert heard == snapshot(
        {
            1: """\
#ml has 14 unasked questions left: 14 posting days, until Fri 11 Dec. Then the oldest come round again. To widen it: add topics, allow more levels, or import your own.
[Topics] [Plan]\
""",
            8: """\
#ml has 7 unasked questions left: seven posting days, until Fri 11 Dec. Then the oldest come round again. To widen it: add topics, allow more levels, or import your own.
[Topics] [Plan]\
""",
            14: """\
#ml has 1 unasked question left: one posting day, until Fri 11 Dec. Then the oldest come round again. To widen it: add topics, allow more levels, or import your own.
[Topics] [Plan]\
""",
            16: """\
Every question allowed in #ml has been asked. From today the oldest come round again. To widen it: add topics, allow more levels, or import your own.

#ml has 14 unasked questions left: 14 posting days, until Fri 1 Jan. Then the oldest come round again. To widen it: add topics, allow more levels, or import your own.
[Topics] [Plan]\
""",
        }
    )
    assert len(set(asked[:15])) == 15, "nothing is repeated before all were asked"
    assert asked[15] == asked[0], "then the oldest comes first"


async def test_no_question_at_all(opened: Opened) -> None:
    """Without any question that fits, the day is missed and the admins hear why."""
    house = await opened(choice("a/b"), channels=[channel(mix=Mix({"transformers": 1}))])
    admin = ScribePerson(house, "admin")
    await house.go("2026-11-23 09:30")
    assert admin.sees() == snapshot("""\
No question was posted in #ml on Mon 23 Nov: no question in the banks matches this channel's settings. Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]\
""")
    await admin.commands("admin post")
    assert admin.sees() == snapshot(
        "Nothing was posted: no question in the banks matches this channel's settings."
    )
