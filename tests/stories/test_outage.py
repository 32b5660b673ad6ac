"""The platform is down, refuses the channel, or will not show a question."""

from inline_snapshot import snapshot

from bot.messages import Message
from bot.model import ChannelId, MemberId, Outcome, Ref
from tests.conftest import Opened
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, channel, choice
from tests.doubles.person import ScribePerson
from tests.doubles.scribe import BUSY, CLOSED, DOWN, UNSHOWABLE, Fault, Scribe
from tests.stories.diary import diary


async def test_down_for_an_hour(house: House, admin: ScribePerson) -> None:
    """A recorded question waits, goes out once, and then the admins hear what happened."""
    house.scribe.outage = DOWN
    await house.go("2026-11-23 09:30")
    await house.through("10:10")
    await admin.commands("admin status")
    assert admin.sees() == snapshot("""\
# Status of #ml
Question 1 (All weights start at zero) is being posted.
Next question: tomorrow 09:30.
Unasked questions: 15 or more. Sent here so far: 0.
Posts are refused since 09:30 (503); the next try is at 10:15.\
""")

    house.scribe.outage = None
    await house.through("10:30")
    assert diary(house) == snapshot("""\
Mon 10:15  channel  Question 1 · Optimisation · beginner
Mon 10:15  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == snapshot(
        "Scribe was unavailable 09:30–10:15 (503). Question 1 went out once, at 10:15; its reveal is today 16:15."
    )


async def test_down_to_the_end(house: House, admin: ScribePerson) -> None:
    """Past the grace the question is missed, with why; the next day begins afresh."""
    house.scribe.outage = DOWN
    await house.go("2026-11-23 09:30")
    await house.through("13:35")
    assert admin.sees() == snapshot("")

    house.scribe.outage = None
    await house.go("2026-11-24 09:30")
    assert diary(house) == snapshot("""\
Tue 09:30  channel  Question 1 · Optimisation · beginner
Tue 09:30  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == snapshot(
        """\
No question was posted in #ml on Mon 23 Nov: the post was not accepted in time (503). Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]

Scribe was unavailable from Mon 23 Nov 09:30 to today 09:30 (503). Question 1 went out once, at 09:30; its reveal is today 15:30.\
"""
    )


async def test_down_when_the_answer_is_due(house: House, admin: ScribePerson) -> None:
    """The reveal waits too; answers were closed when its time came."""
    await house.go("2026-11-23 09:30")
    await ScribePerson(house, "ada").clicks("B")
    house.scribe.outage = DOWN
    await house.through("16:00")
    ben = ScribePerson(house, "ben")
    await ben.clicks("B")
    assert "Recorded late: it keeps your streak" in ben.sees()
    house.scribe.outage = None
    await house.through("16:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 16:15  thread   The answer to question 1
Mon 16:15  channel  The answer to question 1 is in the thread. Next question: tomorrow 09:30.\
""")
    assert "1 answered" in admin.thread()


async def test_no_rush_on_a_platform_that_is_down(house: House) -> None:
    """Tries become rarer, to one in a quarter of an hour."""
    house.scribe.outage = DOWN
    await house.go("2026-11-23 09:30")
    await house.through("11:30", step=1)
    assert house.scribe.calls.count("post") == snapshot(12)


async def test_asked_to_slow_down(house: House, admin: ScribePerson) -> None:
    """A rate limit is waited out and no trouble for anybody."""
    house.scribe.fails("post", BUSY)
    await house.go("2026-11-23 09:30")
    await house.through("09:32", step=1)
    assert diary(house) == snapshot("""\
Mon 09:31  channel  Question 1 · Optimisation · beginner
Mon 09:31  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == ""


async def test_the_channel_refuses(house: House, admin: ScribePerson) -> None:
    """Out of the channel, the bot tells the admins at once; past the grace the day is missed."""
    house.scribe.outage = CLOSED
    house.scribe.fails("direct", *[Fault()] * 4)  # people can still be written to
    await house.go("2026-11-23 09:30")
    assert admin.sees() == snapshot(
        "Posts to #ml are refused: not_in_channel. What is due is recorded and waits; `gradus doctor` says what to mend."
    )
    await house.through("13:35")
    assert admin.sees() == snapshot("""\
No question was posted in #ml on Mon 23 Nov: the post was not accepted in time (not_in_channel). Streaks are unaffected. Next: tomorrow 09:30.
[Post one now]\
""")


async def test_one_channel_does_not_hold_up_another(opened: Opened) -> None:
    """A channel that refuses posts is waited for alone."""
    other = channel(id=ChannelId("scribe://team/other"), name="#other")
    house = await opened(choice(), channels=[channel(), other])
    house.scribe.fails("post", CLOSED)
    await house.go("2026-11-23 09:30")
    await house.through("09:40", step=1)
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1
Mon 09:31  channel  Question 1 · Optimisation · beginner
Mon 09:31  thread   This thread is for arguing about question 1\
""")


async def test_a_question_the_platform_cannot_show(house: House, admin: ScribePerson) -> None:
    """It is held back everywhere, and another one is asked the same day under its number."""
    house.scribe.fails("post", UNSHOWABLE)
    await house.go("2026-11-23 09:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == snapshot(
        "Question 1 could not be shown in #ml (invalid_blocks). It is held back everywhere: optimisation/zero-start-0. Another one is asked in its place."
    )

    held = await house.store.transact(lambda r: r.held())
    first = await house.round(1)
    assert first.question is not None
    assert held == {first.question.id}


async def test_three_questions_the_platform_cannot_show(house: House, admin: ScribePerson) -> None:
    """After the third the day goes without, and the message does not promise another."""
    house.scribe.fails("post", UNSHOWABLE, UNSHOWABLE, UNSHOWABLE)
    await house.go("2026-11-23 09:30")
    assert diary(house) == ""
    assert admin.sees() == snapshot("""\
Question 1 could not be shown in #ml (invalid_blocks). It is held back everywhere: optimisation/zero-start-0. Another one is asked in its place.

Question 1 could not be shown in #ml (invalid_blocks). It is held back everywhere: optimisation/zero-start-18. Another one is asked in its place.

Question 1 could not be shown in #ml (invalid_blocks). It is held back everywhere: optimisation/zero-start-10. None is asked in its place today. Streaks are unaffected.
[Post one now]\
""")


async def test_an_answer_the_platform_cannot_show(house: House, admin: ScribePerson) -> None:
    """The round is over all the same, and the admins know."""
    await house.go("2026-11-23 09:30")
    house.scribe.fails("reply", UNSHOWABLE)
    await house.go("15:30")
    assert diary(house) == snapshot("""\
Mon 09:30  channel  Question 1 · Optimisation · beginner
Mon 09:30  thread   This thread is for arguing about question 1\
""")
    assert admin.sees() == snapshot(
        "The answer of question 1 could not be posted in #ml: invalid_blocks. The round goes on without it."
    )


async def test_a_loop_is_stopped(house: House, admin: ScribePerson) -> None:
    """Six messages outside threads within a day are the most a channel ever gets."""
    await house.go("2026-11-23 09:30")
    for _ in range(6):
        await admin.commands("admin withdraw again")
        await admin.commands("admin post")
    admin.sees()
    await house.settle()
    assert len(house.scribe.parents()) == 6
    assert admin.sees() == snapshot(
        "#ml has had 6 messages of mine within a day, the most I allow myself. Something is wrong; what is due waits. Please look at the log."
    )


async def test_every_channel_hears_what_went_out_late(opened: Opened) -> None:
    """After an outage the admins of each channel learn when its question went out."""
    other = channel(
        id=ChannelId("scribe://team/other"), name="#other", admins=(MemberId("scribe://team/bea"),)
    )
    house = await opened(choice(), channels=[channel(), other])
    house.scribe.outage = DOWN
    await house.go("2026-11-23 09:30")
    await house.through("10:00")
    house.scribe.outage = None
    await house.through("10:30")
    assert ScribePerson(house, "admin").sees() == snapshot(
        "Scribe was unavailable 09:30–10:15 (503). Question 1 went out once, at 10:15; its reveal is today 16:15."
    )
    assert ScribePerson(house, "bea").sees() == snapshot(
        "Scribe was unavailable 09:30–10:15 (503). Question 1 went out once, at 10:15; its reveal is today 16:15."
    )


class Shut(Scribe):
    """A scribe who has been thrown out of some channels."""

    shut: frozenset[ChannelId] = frozenset()

    async def _send(
        self, verb: str, channel: ChannelId, message: Message, key: str, to: Ref | None = None
    ) -> Outcome:
        if channel in self.shut:
            self.fails(verb, CLOSED)
        return await super()._send(verb, channel, message, key, to)


async def test_many_closed_channels_hold_nobody_up(opened: Opened, clock: ManualClock) -> None:
    """However many answers wait for channels that refuse posts, the others go out."""
    shut = [ChannelId(f"scribe://team/{n:02}") for n in range(40)]
    scribe = Shut(clock)
    channels = [channel(), *(channel(id=id_, admins=()) for id_ in shut)]
    house = await opened(choice(), channels=channels, platform=scribe)
    await house.go("2026-11-23 09:30")
    scribe.shut = frozenset(shut)
    await house.go("15:30")
    assert "Mon 15:30  channel  The answer to question 1 is in the thread." in diary(house)
