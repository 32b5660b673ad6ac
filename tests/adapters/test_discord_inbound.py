"""What members do on Discord reaches the core as commands, and the answer reaches them alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot import commands as c
from bot.commands import WORDS, parse, write
from bot.messages import (
    Form,
    ManyField,
    Message,
    OneField,
    PlaceField,
    Reply,
    TextField,
    paragraph,
)
from bot.model import ChannelId, Confidence, MemberId
from bot.ports import Store
from tests.adapters.discord_desk import QUICK, Desk, entered, opened, uri
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, May
from tests.doubles.discord_guild.world import Answer, Ask, Channel
from tests.doubles.house import choice, explain

GATED = "2026-11-23 09:30"
"""When the first question comes."""


@pytest.fixture
async def desk(store: Store, clock: ManualClock) -> AsyncIterator[Desk]:
    """Yield a house whose first question stands in the channel."""
    async with opened(store, clock, choice()) as desk:
        await desk.house.go(GATED)
        yield desk


def line(text: str) -> Message:
    """Return a message of one line."""
    return Message(body=(paragraph(text),))


def key(desk: Desk) -> str:
    """Return the key that the newest question's buttons carry."""
    row = [one for one in desk.channel.standing() if one.components][-1]
    buttons = [n for n in _nodes(row.components) if n["type"] == 2]
    return str(buttons[0]["custom_id"]).partition(":")[0]


def _nodes(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inner = [_nodes(one.get("components", [])) for one in components]
    return [*components, *(node for some in inner for node in some)]


# Commands -----------------------------------------------------------------------------------------

GIVEN: dict[str, tuple[dict[str, Any], str]] = {
    "answer": ({"text": "layer norm"}, "/answer layer norm"),
    "show": ({"certain": True}, "/show yes"),
    "tick": ({"points": "1 3"}, "/tick 1 3"),
    "search": ({"words": "adam"}, "/search adam"),
    "suggest": ({"text": "Why?"}, "/suggest Why?"),
    "report": ({"text": "typo"}, "/report typo"),
    "me": ({"what": "away", "value": "2026-12-24"}, "/me away 2026-12-24"),
    "board": ({"which": "all"}, "/board all"),
    "export": ({"form": "csv"}, "/export csv"),
    "forget": ({"certain": True}, "/forget yes"),
    "plan": ({"days": 3}, "/admin plan 3"),
    "pin": ({"question": "a/b", "date": "2026-12-01"}, "/admin pin a/b 2026-12-01"),
    "swap": ({"date": "2026-12-01"}, "/admin swap 2026-12-01"),
    "withdraw": ({"reason": "a slip"}, "/admin withdraw a slip"),
    "pause": ({"until": "2026-12-01"}, "/admin pause until 2026-12-01"),
    "skip": ({"first": "2026-12-24", "last": "2027-01-02"}, "/admin skip 2026-12-24..2027-01-02"),
    "admin topics": ({"weights": "optimisation=2"}, "/admin topics optimisation=2"),
}
"""What is given to a word, and how it would be typed; nothing is given to the others."""


async def test_every_word_can_be_said(desk: Desk) -> None:
    """By everyone or by admins, with whatever may follow it."""
    ada = desk.visitor().may(May.MANAGE_GUILD)
    desk.replies = dict.fromkeys({type(parse(typed)) for _, typed in GIVEN.values()}, Reply())
    for word in WORDS:
        if word.name == "quit":
            continue
        name = f"admin {word.name}" if word.admin else word.name
        given, typed = GIVEN.get(name) or (GIVEN.get(word.name) if name != "topics" else None) or (
            {}, f"/{name}",
        )  # fmt: skip
        root = "gradus-admin" if word.admin else "gradus"
        desk.replies[type(parse(typed))] = Reply(line("Heard"))
        await ada.command(f"{root} {word.name}", **given)

        assert desk.commands[-1] == parse(typed), word.name
        assert type(desk.commands[-1]) is word.makes


async def test_a_quiz_is_asked_for_by_topic_level_and_number(desk: Desk) -> None:
    """All of them may be left out."""
    ada = desk.visitor()
    await ada.command("quiz")
    await ada.command("quiz", topic="transformers", level="advanced", number=10)

    assert desk.commands == [parse("quiz"), parse("quiz transformers advanced 10")]


async def test_what_could_be_typed_is_suggested(desk: Desk) -> None:
    """Topics and questions, by their beginning first."""
    ada = desk.visitor().may(May.MANAGE_GUILD)

    def values(found: list[dict[str, Any]]) -> list[str]:
        return [one["value"] for one in found]

    assert values(await ada.suggestions("quiz", "topic", "N")) == [
        "convolution", "optimisation", "transformers",
    ]  # fmt: skip
    assert values(await ada.suggestions("quiz", "topic", "T"))[0] == "transformers"
    assert values(await ada.suggestions("gradus-admin topics", "weights", "convolution=1 tr")) == [
        "convolution=1 transformers=1"
    ]
    assert values(await ada.suggestions("gradus-admin pin", "question", "weights")) == [
        "optimisation/zero-start"
    ]
    assert values(await ada.suggestions("gradus-admin pin", "question", "nothing")) == []
    assert desk.commands == []


# Authority ----------------------------------------------------------------------------------------


async def test_admin_commands_are_hidden_and_refused(desk: Desk) -> None:
    """Discord hides them from members; who sends one all the same is refused, by button too."""
    ada = desk.visitor("Ada")
    with pytest.raises(AssertionError, match="gradus-admin"):
        await ada.command("gradus-admin status")
    root = desk.fake.state.commands[None][1, "gradus-admin"]
    root["default_member_permissions"] = None  # as an admin of a server can set it
    await ada.command("gradus-admin withdraw", reason="fun")
    assert "for the admins" in ada.sees()
    await ada.forges(f"{key(desk)}:post:", desk.channel.standing()[0])
    assert "for the admins" in ada.sees()

    eve = desk.visitor("Eve").may(May.MANAGE_GUILD)
    await eve.command("gradus-admin status")
    assert "for the admins" not in eve.sees()


@pytest.mark.parametrize(
    "forged", ["x", "g1.nonsense:pick:a", "::::", "g1.aaaaaaaaaaaaaaaa:try:discord://1/2", "é" * 90]
)
async def test_forged_ids_do_nothing(desk: Desk, forged: str) -> None:
    """As a button or as a form."""
    ada = desk.visitor()
    await ada.forges(forged, desk.channel.standing()[0])
    await ada.forges(forged, desk.channel.standing()[0], Ask.SUBMIT)

    assert ada.sees()
    assert "1 answered" not in ada.channel()


async def test_who_asks_and_where(desk: Desk) -> None:
    """In a thread the channel is meant; in a direct message none, and nobody vouches for rights."""
    ada = desk.visitor().may(May.MANAGE_GUILD)
    member = MemberId(f"discord://{ada.user.id}")
    place = uri(desk.guild, desk.channel)
    await ada.command("gradus next")
    ada.at = next(desk.guild.threads())
    await ada.command("gradus next")
    assert [actor for actor, _ in desk.asked] == [desk.asked[0][0]] * 2
    assert (desk.asked[0][0].member, desk.asked[0][0].channel) == (member, place)
    assert desk.asked[0][0].platform_admin

    button = Message(actions=(desk_action(key(desk)),))
    await desk.platform.direct(member, button)
    await ada.clicks("Post one now", on=ada.private()[-1])
    actor, command = desk.asked[-1]
    assert (actor.channel, actor.platform_admin) == (None, False)
    assert command == c.Post(key(desk))


def desk_action(name: str) -> Any:
    """Return a button of a notice."""
    from bot.messages import Action

    return Action(f"{name}:post:", "Post one now")


# Answers to members -------------------------------------------------------------------------------


async def test_a_private_message_is_replaced_where_its_button_says_so(desk: Desk) -> None:
    """What stands in the channel is never replaced by what one member asked for."""
    ada = desk.visitor()
    await ada.clicks("B")
    await ada.clicks("Sure")

    assert len(ada.private()) == 1
    assert "Noted: sure" in ada.sees()
    assert "[A] [B] [C] [D]" in ada.channel()


@pytest.fixture
async def hasty(store: Store, clock: ManualClock) -> AsyncIterator[Desk]:
    """Yield a house whose adapter finds everything slow."""
    async with opened(store, clock, pace=replace(QUICK, patience=0)) as desk:
        yield desk


async def test_a_click_that_has_nothing_to_say_is_taken_all_the_same(desk: Desk) -> None:
    """Discord would call it a failure otherwise."""
    desk.replies[c.Hint] = Reply()
    asked = await desk.visitor().clicks("Hint")

    assert asked.answer is Answer.DEFER_UPDATE


async def test_a_mistake_of_ours_is_said(desk: Desk) -> None:
    """And what was typed comes back."""
    ada = desk.visitor()
    await ada.uses("Suggest as question", ada.writes("Why?"))
    desk.broken = True
    await ada.submits({})
    await desk.fake.state.pulse.until(lambda: len(ada.private()) == 2, "two messages")

    said = ada.sees()
    assert "Something went wrong on my side." in said
    assert said.endswith("You had written:\nWhy?")


async def test_nobody_waits_in_the_dark(hasty: Desk) -> None:
    """When the core is slow a member is told to wait, and then what it said, in full."""
    desk = hasty
    desk.gate = asyncio.Event()
    desk.replies[c.Next] = Reply(line("One"), extra=(line("Two"), line("Three")))
    ada = desk.visitor()
    asking = asyncio.create_task(ada.command("gradus next"))
    await desk.fake.state.pulse.until(
        lambda: any(i.answer is Answer.DEFER for i in desk.fake.state.interactions.values()),
        "told to wait",
    )
    desk.gate.set()
    await asking
    await desk.fake.state.pulse.until(lambda: len(ada.private()) == 3, "three messages")

    assert ada.sees() == "One\n\nTwo\n\nThree"


async def test_a_form_that_comes_too_late_is_said(hasty: Desk) -> None:
    """Discord opens one only within three seconds."""
    desk = hasty
    desk.gate = asyncio.Event()
    desk.replies[c.SuggestThis] = Reply(form=Form("Suggest", "k:suggest:", (TextField("t", "T"),)))
    ada = desk.visitor()
    asking = asyncio.create_task(ada.uses("Suggest as question", ada.writes("Why?")))
    await desk.fake.state.pulse.until(
        lambda: any(i.answer is Answer.DEFER for i in desk.fake.state.interactions.values()),
        "told to wait",
    )
    desk.gate.set()
    await asking
    await desk.fake.state.pulse.until(lambda: len(ada.private()) == 1, "a message")

    assert "Please press it again" in ada.sees()


async def test_a_public_reply_is_seen_by_all(desk: Desk) -> None:
    """A shared score, for one."""
    desk.replies[c.Next] = Reply(line("Shared"), public=line("Ada has 4 of 5"))
    ada = desk.visitor()
    await ada.command("gradus next")
    await desk.fake.state.pulse.until(lambda: "Ada has 4 of 5" in ada.channel(), "the score")

    assert ada.sees() == "Shared"


# Forms --------------------------------------------------------------------------------------------


async def test_two_members_fill_in_one_form_at_once(store: Store, clock: ManualClock) -> None:
    """And one of them across a restart."""
    async with FakeDiscord(clock) as fake:
        fake.found("Team", "ml")
        async with entered(fake, store, clock, explain()) as desk:
            await desk.house.go(GATED)
            ada, bob = desk.visitor("Ada"), desk.visitor("Bob")
            await ada.clicks("Answer…")
            await bob.clicks("Answer…")
            await bob.submits({"answer": "softmax saturates", "sure": "guess"})
            assert "Recorded" in bob.sees()
        async with entered(fake, store, clock, explain()) as desk:
            await ada.submits({"answer": "the variance grows", "sure": "sure"})
            assert "Recorded" in ada.sees()
            (give,) = desk.commands
            assert isinstance(give, c.Give)
            assert (give.text, give.sure) == ("the variance grows", Confidence.SURE)


async def test_each_field_comes_back_as_the_core_reads_it(desk: Desk) -> None:
    """Chosen, ticked, typed, or left alone."""
    many = tuple((f"v{n}", f"Value {n}") for n in range(12))
    form = Form(
        "A form", "g1.k:setup:",
        (
            PlaceField("channel", "Channel", uri(desk.guild, desk.channel)),
            OneField("sure", "How sure?", many[:3], required=False, initial="v1"),
            OneField("zone", "One of many", many),
            ManyField("days", "Some", many[:4], ("v0",)),
            ManyField("topics", "Some of many", many),
        ),
    )  # fmt: skip
    desk.replies[c.SuggestThis] = Reply(form=form)
    ada = desk.visitor().may(May.MANAGE_GUILD)
    await ada.uses("Suggest as question", ada.writes("x"))
    filled = {"channel": str(desk.channel.id), "zone": "v7", "topics": ["v2", "v11"]}
    await ada.submits(filled)

    (setup,) = [one for one in desk.commands if isinstance(one, c.Setup)]
    assert setup.wanted is not None
    assert setup.wanted.channel == f"{uri(desk.guild, desk.channel)} #ml"
    assert (setup.wanted.zone, setup.wanted.days, setup.wanted.topics) == (
        "v7", ("v0",), ("v2", "v11"),
    )  # fmt: skip


async def test_a_channel_of_another_server_cannot_be_set_up(desk: Desk) -> None:
    """Who manages one server has no say in another where the bot is."""
    other = desk.fake.found("Other", "secret")
    desk.fake.invites(other)
    place = next(iter(other.channels.values()))
    eve = desk.visitor("Eve").may(May.MANAGE_GUILD)
    chosen = {"type": 8, "id": 2, "custom_id": "channel", "values": [str(place.id)]}
    fields = [{"type": 18, "id": 1, "component": chosen}]
    await eve.forges("g1.k:setup:", desk.channel.standing()[0], Ask.SUBMIT, fields)

    assert "Choose a channel." in eve.sees()


async def test_what_was_typed_into_a_form_is_not_lost(desk: Desk) -> None:
    """Discord closes the form; the words come back beside what has to be corrected."""
    desk.replies[c.Report] = Reply(line("Too vague."), errors=(("text", "Too vague."),))
    ada = desk.visitor()
    desk.house.clock.move(hours=7)
    await desk.house.settle()
    await ada.clicks("Report a mistake")
    await ada.submits({"text": "It is *wrong*."})
    await desk.fake.state.pulse.until(lambda: len(ada.private()) == 2, "two messages")

    assert "Too vague.\n\nYou had written:\nIt is *wrong*." in ada.sees()


# Menus of a message -------------------------------------------------------------------------------


async def test_a_message_becomes_the_answer_of_who_wrote_it(desk: Desk) -> None:
    """To the question whose thread it stands in; never somebody else's."""
    ada, bob = desk.visitor("Ada"), desk.visitor("Bob")
    thread = next(desk.guild.threads())
    said = ada.writes("b", thread)
    ada.at = bob.at = thread

    await bob.uses("Submit as my answer", said)
    assert "a message of your own" in bob.sees()
    await ada.uses("Submit as my answer", said)
    assert "Recorded: B" in ada.sees()
    assert desk.commands == [c.Give("b", key(desk))]
    ada.at = desk.channel
    await ada.uses("Submit as my answer", ada.writes("c"))
    assert desk.commands[-1] == c.Give("c")


async def test_the_menu_of_our_own_question_opens_its_form(desk: Desk) -> None:
    """As its button would."""
    ada = desk.visitor()
    await ada.uses("Submit as my answer", desk.channel.standing()[0])

    assert desk.commands == [c.AnswerHere(key(desk))]


async def test_a_message_is_suggested_as_a_question(desk: Desk) -> None:
    """The form begins with its words."""
    ada = desk.visitor()
    await ada.uses("Suggest as question", desk.visitor("Bob").writes("Why *warm up*?"))

    assert desk.commands == [c.SuggestThis("Why *warm up*?")]
    assert ada.form is not None
    await ada.submits({})
    assert desk.commands[-1] == c.Suggest("Why *warm up*?")


# Servers ------------------------------------------------------------------------------------------


async def test_a_new_server_is_greeted_once_where_its_moderators_look(desk: Desk) -> None:
    """Else where it welcomes people; else nowhere, and nothing anywhere else."""
    fake = desk.fake
    for name, place in (("Updates", "mods"), ("System", "general"), ("Mute", "")):
        guild = fake.found(name, "general", "mods", invited=False)
        general, mods = guild.channels.values()
        guild.system_channel, guild.updates_channel = general, mods
        if name != "Updates":
            mods.overwrites[fake.state.me.id] = (0, May.SEND_MESSAGES)
        if name == "Mute":
            general.overwrites[fake.state.me.id] = (0, May.VIEW_CHANNEL)
        asked = len(desk.asked)
        fake.invites(guild)
        if place:
            spot = general if place == "general" else mods
            await fake.state.pulse.until(partial(_said, spot), "a greeting")
        else:
            await desk.heard(asked + 1)
        fake.gateway.again()
        said = {one.name: len(one.standing()) for one in guild.channels.values()}
        assert said == {"general": int(place == "general"), "mods": int(place == "mods")}


def _said(channel: Channel) -> bool:
    return bool(channel.standing())


async def test_a_channel_that_is_gone_is_told_to_the_core(desk: Desk) -> None:
    """Deleted, or with the whole server."""
    gone = desk.fake.adds(desk.guild, "gone")
    desk.fake.removes(gone)
    desk.fake.kicks(desk.guild)
    await desk.heard(2)

    places: list[ChannelId | None] = [actor.channel for actor, _ in desk.asked]
    assert places == [uri(desk.guild, gone), uri(desk.guild, desk.channel)]
    assert desk.commands == [c.Left(), c.Left()]


async def test_every_body_calls_nobody(desk: Desk) -> None:
    """Over a day with hostile members."""
    ada = desk.visitor("@everyone **Ada** <@1>")
    await ada.command("gradus suggest", text="@everyone ||x|| <@&1>")
    await ada.clicks("B")
    desk.house.clock.move(hours=7)
    await desk.house.settle()
    await ada.clicks("My result")

    bodies = [b.get("data", b) for b in desk.fake.bodies() if isinstance(b, dict)]
    shown = [b for b in bodies if "components" in b and "title" not in b]
    assert len(shown) > 5
    assert all(b["allowed_mentions"] == {"parse": []} for b in shown)
    assert write(c.Next())
