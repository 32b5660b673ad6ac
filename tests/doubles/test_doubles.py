"""The doubles do what they claim: a story is worth as much as what stands in for the world."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import MemoryStore
from bot.messages import Action, Audience, Form, Message, OneField, Text, TextField, paragraph
from bot.model import (
    Absent,
    Blind,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Found,
    Later,
    Outcome,
    Ref,
    Refused,
    RoundId,
    Scope,
    Sent,
    Unknown,
)
from bot.ports import ChatPlatform, Store
from tests.conftest import Opened
from tests.doubles import script, typist
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, choice, explain, multi, numeric, short
from tests.doubles.life import Killed, Life, MortalScribe, MortalStore
from tests.doubles.person import ScribePerson, crowd, people
from tests.doubles.scribe import (
    BUSY,
    CLOSED,
    DOWN,
    DROPPED,
    HANGS,
    HANGS_AFTER,
    KEPT_BUT_SILENT,
    UNSHOWABLE,
    Fault,
    Scribe,
)

HERE = ChannelId("scribe://team/ml")
HELLO = Message(body=(paragraph("Hello."),))


@pytest.fixture
def scribe(clock: ManualClock) -> Scribe:
    """Return an empty platform."""
    return Scribe(clock)


def looked_for(key: str) -> Delivery:
    """Return a delivery with a key, of which ``find`` needs no more."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Delivery(
        DeliveryId("d"),
        RoundId("r"),
        HERE,
        DeliveryKind.QUESTION,
        1,
        DeliveryState.UNKNOWN,
        key,
        at,
    )


def ref_of(outcome: Outcome) -> Ref:
    """Return where something was sent."""
    assert isinstance(outcome, Sent)
    return outcome.ref


# The clock ----------------------------------------------------------------------------------------


def test_the_clock_shows_what_it_was_set_to() -> None:
    """A wall time in its zone, on a named day or the present one; it moves only by hand."""
    clock = ManualClock("2026-11-23 09:30")
    assert clock() == clock() == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    clock.set("15:30")
    assert str(clock) == "Mon 23 Nov 15:30"
    clock.move(days=1, minutes=5)
    assert str(clock) == "Tue 24 Nov 15:35"
    clock.set("2026-07-01 09:30")
    assert clock() == datetime(2026, 7, 1, 7, 30, tzinfo=UTC), "summer time"


# The scribe ---------------------------------------------------------------------------------------


async def test_the_scribe_keeps_what_was_said(scribe: Scribe, clock: ManualClock) -> None:
    """Posts, threads, replies, edits and deletions, as a platform keeps them."""
    platform: ChatPlatform = scribe
    parent = ref_of(await platform.post(HERE, HELLO, "k1"))
    thread = ref_of(await platform.open_thread(parent, HELLO, "k2"))
    clock.move(minutes=1)
    await platform.reply(thread, HELLO, "k3")
    await platform.reply(parent, HELLO, "k4", announce=True)
    await platform.edit(parent, Message(title="New"))
    await platform.direct("scribe://team/ada", HELLO)

    assert [one.key for one in scribe.parents(HERE)] == ["k1"]
    assert [one.key for one in scribe.thread(parent)] == ["k2", "k3", "k4"]
    assert [one.announced for one in scribe.thread(parent)] == [False, False, True]
    assert scribe.parents()[0].shown.title == "New"
    assert scribe.told == [("scribe://team/ada", HELLO)]

    await platform.delete(parent)
    assert scribe.parents() == []
    assert scribe.by_key("k1") is None


@pytest.mark.parametrize(
    "fault, kind, kept",
    [
        (Fault(), Sent, True),
        (KEPT_BUT_SILENT, Unknown, True),
        (DROPPED, Unknown, False),
        (BUSY, Later, False),
        (DOWN, Refused, False),
        (CLOSED, Refused, False),
        (UNSHOWABLE, Refused, False),
    ],
)
async def test_a_fault_is_what_it_says(
    scribe: Scribe,
    fault: Fault,
    kind: type[Outcome],
    kept: bool,  # noqa: FBT001
) -> None:
    """What the bot hears and what the platform keeps are two things; the next call is fine."""
    scribe.fails("post", fault)
    assert isinstance(await scribe.post(HERE, HELLO, "k1"), kind)
    assert len(scribe.standing("k1")) == kept
    assert isinstance(await scribe.post(HERE, HELLO, "k2"), Sent)
    assert scribe.calls == ["post", "post"]


async def test_refusals_have_their_scope() -> None:
    """The message, the channel or the whole platform."""
    scopes = [
        fault.outcome.scope
        for fault in (UNSHOWABLE, CLOSED, DOWN)
        if isinstance(fault.outcome, Refused)
    ]
    assert scopes == [Scope.MESSAGE, Scope.CHANNEL, Scope.PLATFORM]


async def test_an_outage_lasts_until_it_ends(scribe: Scribe) -> None:
    """It hits every verb that no fault of its own is set for."""
    scribe.outage = DOWN
    scribe.fails("direct", Fault())
    assert isinstance(await scribe.post(HERE, HELLO, "k1"), Refused)
    assert isinstance(await scribe.direct("scribe://team/ada", HELLO), Sent)
    assert isinstance(await scribe.direct("scribe://team/ada", HELLO), Refused)
    scribe.outage = None
    assert isinstance(await scribe.post(HERE, HELLO, "k1"), Sent)


@pytest.mark.parametrize("fault, kept", [(HANGS, 0), (HANGS_AFTER, 1)])
async def test_a_call_that_hangs_never_returns(scribe: Scribe, fault: Fault, kept: int) -> None:
    """It is given up by who waits for it; what was kept is kept."""
    scribe.fails("post", fault)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await scribe.post(HERE, HELLO, "k1")
    assert len(scribe.standing("k1")) == kept


async def test_the_history_shows_copies_earliest_first(scribe: Scribe, clock: ManualClock) -> None:
    """Deleted ones are not in it; a lag hides the latest; a blind one shows nothing."""
    first = ref_of(await scribe.post(HERE, HELLO, "k1"))
    at = clock()
    clock.move(minutes=5)
    second = ref_of(await scribe.post(HERE, HELLO, "k1"))

    both = Found(((first, at), (second, clock())))
    assert await scribe.find(looked_for("k1"), None) == both
    assert await scribe.find(looked_for("k2"), None) == Absent()
    scribe.lag = timedelta(minutes=1)
    assert await scribe.find(looked_for("k1"), None) == Found(((first, at),))
    await scribe.delete(first)
    assert await scribe.find(looked_for("k1"), None) == Absent()
    scribe.blind = True
    assert isinstance(await scribe.find(looked_for("k1"), None), Blind)


def test_a_long_message_is_split(clock: ManualClock) -> None:
    """Buttons and choices stay with the first part; nothing is lost or said twice."""
    long = Message(
        title="Title",
        body=(paragraph("One."), paragraph("Two."), paragraph("Three.")),
        actions=(Action("k:hint:", "Hint"),),
    )
    whole = Scribe(clock).parts(long)
    parts = Scribe(clock, longest=2).parts(long)

    assert whole == (long,)
    assert [script.written(part) for part in parts] == ["# Title\nOne.\n\nTwo.\n[Hint]", "Three."]


# Life and death -----------------------------------------------------------------------------------


async def test_a_life_ends_after_its_last_step(clock: ManualClock) -> None:
    """What was done in the last step is done; afterwards nothing is, until there is a new life."""
    life = Life(3)
    store, scribe = MortalStore(MemoryStore(), life), MortalScribe(clock, life)
    await store.transact(lambda records: records.remember("a", "1"))
    await scribe.post(HERE, HELLO, "k1")
    with pytest.raises(Killed):
        await store.transact(lambda records: records.remember("a", "2"))
    with pytest.raises(Killed):
        await scribe.direct("scribe://team/ada", HELLO)

    life.again()
    assert await store.transact(lambda records: records.recall("a")) == "2"
    assert not issubclass(Killed, Exception), "or the bot could catch its own death"


# The house ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [choice(), multi(), numeric(), short(), explain()])
async def test_the_house_asks_any_question(opened: Opened, question: object) -> None:
    """On Monday at half past nine it stands in the channel."""
    house = await opened(question)
    assert house.scribe.posted == []
    await house.go("2026-11-23 09:30")
    assert (await house.round()).question == question
    assert (await house.state()).sent == 1


async def test_time_passes_in_steps(house: House) -> None:
    """``through`` settles on the way; ``go`` is there at once."""
    await house.through("2026-11-23 16:00", step=60)
    assert [f"{one.at.astimezone(house.clock.zone):%H:%M}" for one in house.scribe.parents()] == [
        "10:00"
    ]
    assert str(house.clock) == "Mon 23 Nov 16:00"


# People -------------------------------------------------------------------------------------------


async def test_only_what_is_in_sight_can_be_pressed(house: House, ada: ScribePerson) -> None:
    """A button that was never shown, or is shown no more, is not there."""
    with pytest.raises(AssertionError, match=r"no \[B\] in sight"):
        await ada.clicks("B")
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    await ada.clicks("Sure")
    with pytest.raises(AssertionError, match=r"no \[Think so\]"):
        await ada.clicks("Think so")
    with pytest.raises(AssertionError, match="no form is open"):
        await ada.fills({"answer": "b"})


async def test_people_see_only_what_is_theirs(
    house: House, ada: ScribePerson, ben: ScribePerson, admin: ScribePerson
) -> None:
    """Once, and each their own; the channel is everybody's."""
    await house.go("2026-11-23 09:30")
    await ada.clicks("B")
    assert "Recorded: B." in ada.sees()
    assert ada.sees() == ben.sees() == admin.sees() == ""
    assert ada.channel() == ben.channel() != ""
    await ben.commands("suggest Something.")
    await house.settle()
    assert "1 contribution waits" in admin.sees()


@pytest.mark.parametrize(
    "values, problem",
    [
        ({}, "left empty {'answer'}"),
        ({"answer": "a", "name": "x"}, "unknown {'name'}"),
        ({"answer": ["z"]}, "is not among"),
        ({"answer": ["a"], "sure": "certain"}, "is not among"),
    ],
)
async def test_a_form_is_checked_like_a_platform_would(
    opened: Opened, values: dict[str, str | list[str]], problem: str
) -> None:
    """Unknown fields, missing ones and values that are not on offer cannot be sent."""
    house = await opened(multi())
    await house.go("2026-11-23 09:30")
    (ada,) = people(house, "ada")
    await ada.clicks("Answer…")
    with pytest.raises(AssertionError, match=problem):
        await ada.fills(values)


async def test_a_crowd_is_as_many_people_as_letters(house: House) -> None:
    """Each answers once."""
    await house.go("2026-11-23 09:30")
    await crowd(house, "ABCD")
    round_ = await house.round()
    assert await house.store.transact(lambda r: r.answered(round_.id)) == 4


async def test_who_types_sees_three_places(store: Store, clock: ManualClock) -> None:
    """The transcript of a terminal is told apart: for you, the thread, the channel."""
    async with typist.room(store, clock, [choice()]) as (house, ada):
        await house.go("2026-11-23 09:30")
        await ada.says("good morning")
        await ada.clicks("B")
        private = ada.sees()
        assert private.startswith("Recorded: B.")
        assert ada.sees() == ""
        assert "good morning" in ada.thread()
        assert "good morning" not in ada.channel() + private
        assert "Question 1 ·" in ada.channel()
        assert "> B" not in ada.channel() + ada.thread() + private


# Writing down -------------------------------------------------------------------------------------


def test_a_message_is_written_down_in_reading_order() -> None:
    """All that is shown, and buttons in brackets."""
    message = Message(
        title="Title",
        body=(paragraph("Body."),),
        actions=(Action("k:hint:", "Hint"), Action("k:show:", "Show")),
        footnote=(Text("Foot."),),
        mention="@all",
        audience=Audience.CHANNEL,
    )
    assert script.written(message) == "(mentions @all)\n# Title\nBody.\n[Hint] [Show]\n(Foot.)"
    assert script.action(message, "Show").id == "k:show:"
    with pytest.raises(AssertionError, match=r"no \[Go\]"):
        script.action(message, "Go")


def test_a_form_is_written_down() -> None:
    """Its fields and what they offer."""
    form = Form(
        "Title", "k:x:", (TextField("a", "Words"), OneField("b", "One", (("1", "I"), ("2", "II"))))
    )
    assert script.form_lines(form) == "# Title\nWords\nOne: I, II\n[Send]"
