"""What members do on Slack and what comes of it: over the wire, with somebody at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack import Slack
from adapters.slack.manifest import ANSWER, SUGGEST, manifest
from adapters.slack.places import Place
from bot import commands as c
from bot.messages import Action, Form, Message, PlaceField, Reply, TextField, paragraph
from bot.model import ChannelId
from tests.adapters.slack_desk import QUICK, Desk, line, listening, slack, until
from tests.doubles.clock import ManualClock
from tests.doubles.slack_workspace import App, Fault, Workspace
from tests.doubles.slack_workspace.faults import DROPPED, DROPPED_AFTER, limited
from tests.doubles.slack_workspace.sight import shown, view

KEY = "g1.abcdefghijklmnop"
ML = ChannelId("slack://T0TEAM/C0ML")
FORM = Form("Your answer", f"{KEY}:answer:", (TextField("answer", "Answer", lines=3),))


@pytest.fixture
async def workspace(clock: ManualClock) -> AsyncIterator[Workspace]:
    async with Workspace(clock, app=App.of(manifest())) as there:
        yield there


@pytest.fixture
async def here(workspace: Workspace, clock: ManualClock) -> AsyncIterator[tuple[Slack, Desk]]:
    async with listening(workspace, clock) as both:
        yield both


async def seen(workspace: Workspace, name: str, count: int = 1) -> list[str]:
    """Wait until somebody was told so many things, and return them."""
    human = workspace.person(name)
    await workspace.until(lambda: len(human.private()) >= count)
    return [shown(one.shown) for one in human.private()]


async def asked(platform: Slack, workspace: Workspace) -> None:
    """Post a question with two buttons."""
    message = Message(
        body=(paragraph("Why?"),),
        actions=(Action(f"{KEY}:pick:a", "A"), Action(f"{KEY}:answer:", "Answer…")),
    )
    await platform.post(ML, message, KEY)


async def test_a_command_is_answered_to_its_member_alone(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    envelope = await workspace.person("ada").command("/gradus today")
    assert envelope.answered
    assert await seen(workspace, "ada") == ["Heard."]
    ((actor, command),) = desk.heard
    assert command == c.Today()
    assert (actor.member, actor.channel) == ("slack://T0TEAM/U0ADA", ML)
    assert actor.zone == "Europe/Berlin"
    assert not actor.platform_admin
    assert not workspace.person("ben").private()


async def test_the_second_command_means_quiz(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    await workspace.person("ada").command("/quiz transformers")
    await seen(workspace, "ada")
    assert desk.commands == [c.parse("quiz transformers")]


async def test_the_commands_are_called_as_the_settings_say(clock: ManualClock) -> None:
    names = ("lernen", "frage")
    async with (
        Workspace(clock, app=App.of(manifest(names))) as there,
        listening(there, clock, names=names) as (platform, desk),
    ):
        await there.person("ada").command("/lernen today")
        await seen(there, "ada")
        await there.person("ada").command("/frage transformers")
        await seen(there, "ada", 2)
        assert desk.commands == [c.Today(), c.parse("quiz transformers")]
        assert platform.spelling.of("pin", admin=True) == "/lernen admin pin"


async def test_a_direct_message_is_no_channel_and_its_answers_stay(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    ada = workspace.person("ada")
    await ada.command("/gradus next", at=workspace.state.direct(ada.user.id))
    await seen(workspace, "ada")
    ada.reloads()
    assert await seen(workspace, "ada") == ["Heard."]
    assert desk.heard[0][0].channel is None


async def test_where_the_bot_is_no_member_it_still_answers(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    hidden = workspace.channel("hidden", private=True, bot=False)
    await workspace.person("ada", at=hidden).command("/gradus today")
    assert await seen(workspace, "ada") == ["Heard."]


async def test_in_a_direct_message_of_two_others_the_answer_is_for_who_asked(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    ada, ben = workspace.person("ada"), workspace.person("ben")
    theirs = workspace.state.direct(ada.user.id, ben.user.id)
    await ada.command("/gradus today", at=theirs)
    assert await seen(workspace, "ada") == ["Heard."]
    assert not workspace.state.standing(theirs.id)
    assert not ben.private()


async def test_a_slow_desk_delays_no_acknowledgement(
    workspace: Workspace, clock: ManualClock, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    desk.gate = asyncio.Event()
    envelope = await workspace.person("ada").command("/gradus today")
    assert envelope.answered
    desk.gate.set()
    assert await seen(workspace, "ada") == ["Heard."]


async def test_a_click_is_a_command_and_answered_in_private(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    await workspace.person("ada").clicks("A")
    assert await seen(workspace, "ada") == ["Heard."]
    assert desk.commands == [c.Give("a", KEY)]


async def test_an_answer_replaces_the_private_message_that_asked_and_never_a_public_one(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    sure = Action(f"{KEY}:sure:sure", "Sure")
    desk.replies[c.Give] = Reply(Message(body=(paragraph("How sure?"),), actions=(sure,)))
    desk.replies[c.Sure] = Reply(line("You were sure."), replaces=True)
    ada = workspace.person("ada")
    await ada.clicks("A")
    await seen(workspace, "ada")
    await ada.clicks("Sure")
    await workspace.until(lambda: shown(ada.private()[0].shown) == "You were sure.")
    assert len(ada.private()) == 1
    desk.replies[c.Give] = Reply(line("Once more."), replaces=True)
    await ada.clicks("A")
    assert (await seen(workspace, "ada", 2))[1] == "Once more."
    (post,) = workspace.parents()
    assert len(post.versions) == 1


async def test_in_a_thread_the_answer_comes_in_the_thread(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, _ = here
    await asked(platform, workspace)
    (post,) = workspace.parents()
    told = Message(body=(paragraph("Because."),), actions=(Action(f"{KEY}:mine:", "My result"),))
    await platform.reply(Place(post.channel, post.ts).ref, told, "g1.reveal")
    await workspace.person("ada").clicks("My result")
    await seen(workspace, "ada")
    (private,) = workspace.person("ada").private()
    assert private.thread == post.ts


async def test_a_form_opens_is_sent_and_answered_where_it_was_opened(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    desk.replies[c.OpenForm] = Reply(form=FORM)
    ada = workspace.person("ada")
    await ada.clicks("Answer…")
    await workspace.until(lambda: ada.modal)
    assert await ada.submits({"answer": "because of <b> & co"}) == {}
    assert await seen(workspace, "ada") == ["Heard."]
    assert desk.commands == [c.OpenForm("answer", KEY), c.Give("because of <b> & co", KEY)]
    assert desk.heard[1][0].channel == ML


async def test_mistakes_are_shown_in_the_form_and_nothing_is_lost(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    desk.replies[c.OpenForm] = Reply(form=FORM)
    wrong = Reply(line("Write a number."), errors=(("answer", "Write a number."),))
    desk.replies[c.Give] = wrong
    ada = workspace.person("ada")
    await ada.clicks("Answer…")
    await workspace.until(lambda: ada.modal)
    assert await ada.submits({"answer": "x"}) == {"answer": "Write a number."}
    assert ada.modal
    assert not ada.private()


async def test_a_form_that_the_desk_judges_too_late_closes_and_is_answered_all_the_same(
    workspace: Workspace, clock: ManualClock
) -> None:
    async with listening(workspace, clock, pace=replace(QUICK, form=0.01)) as (platform, desk):
        await asked(platform, workspace)
        desk.replies[c.OpenForm] = Reply(form=FORM)
        ada = workspace.person("ada")
        await ada.clicks("Answer…")
        await workspace.until(lambda: ada.modal)
        desk.gate = asyncio.Event()
        assert await ada.submits({"answer": "x"}) == {}
        desk.gate.set()
        assert await seen(workspace, "ada") == ["Heard."]


async def test_a_form_that_slack_will_not_open_any_more_is_said_so(
    workspace: Workspace, clock: ManualClock, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    desk.replies[c.OpenForm] = Reply(form=FORM)
    desk.gate = asyncio.Event()
    await workspace.person("ada").clicks("Answer…")
    clock.move(seconds=4)
    desk.gate.set()
    (told,) = await seen(workspace, "ada")
    assert told == "That took too long, so Slack would not open the form. Please press it again."


async def test_a_chosen_channel_comes_with_its_name(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    desk.replies[c.Setup] = Reply(
        form=Form("Set up", f"{KEY}:setup:", (PlaceField("channel", "Channel"),))
    )
    ada = workspace.person("ada")
    await ada.command("/gradus admin setup")
    await workspace.until(lambda: ada.modal)
    assert ada.modal is not None
    desk.replies.clear()
    chosen = {"type": "conversations_select", "selected_conversation": workspace.ml.id}
    await ada.sends(ada.modal, {"channel": {"channel": chosen}})
    command = desk.commands[-1]
    assert isinstance(command, c.Setup)
    assert command.wanted is not None
    assert command.wanted.channel == f"{ML} #ml"


async def test_the_menu_of_a_message_answers_its_question(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    (post,) = workspace.parents()
    ada = workspace.person("ada")
    await ada.on_message(ANSWER, post)
    await seen(workspace, "ada")
    mine = await ada.posts("I wonder: is 1 < 2?")
    await ada.on_message(ANSWER, mine)
    await seen(workspace, "ada", 2)
    assert desk.commands == [c.AnswerHere(KEY), c.AnswerHere("")]


async def test_the_menu_of_a_message_suggests_it(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    ada = workspace.person("ada")
    message = await ada.posts("I wonder: is 1 &lt; 2?")
    await ada.on_message(SUGGEST, message)
    await seen(workspace, "ada")
    assert desk.commands == [c.SuggestThis("I wonder: is 1 < 2?")]


async def test_a_mention_in_a_thread_is_answered_there_in_private(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    platform, desk = here
    await asked(platform, workspace)
    (post,) = workspace.parents()
    await workspace.person("ada").posts("@Gradus hint", thread=post)
    await seen(workspace, "ada")
    (private,) = workspace.person("ada").private()
    assert (private.thread, private.to) == (post.ts, "U0ADA")
    assert desk.commands == [c.Hint()]


async def test_an_event_that_comes_twice_is_heard_once_and_acknowledged_twice(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    workspace.sockets.duplicated = True
    await workspace.person("ada").posts("@Gradus today")
    await seen(workspace, "ada")
    envelope = workspace.sockets.envelopes[-1]
    envelope.acked = None
    workspace.sockets.again(envelope)
    await workspace.until(lambda: envelope.acked)
    assert desk.commands == [c.Today()]


async def test_an_event_whose_answer_broke_off_is_answered_when_it_comes_again(
    workspace: Workspace, clock: ManualClock
) -> None:
    asked: list[str] = []

    async def heard(event: str) -> bool:
        asked.append(event)
        if len(asked) == 1:
            raise OSError
        return False

    async with listening(workspace, clock, heard=heard) as (_, desk):
        workspace.sockets.deadline = 0.05
        await workspace.person("ada").posts("@Gradus today")
        await seen(workspace, "ada")
        assert desk.commands == [c.Today()]
        assert len(set(asked)) == 1


async def test_an_event_that_comes_again_while_it_is_answered_is_answered_once(
    workspace: Workspace, clock: ManualClock, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    desk.gate = asyncio.Event()
    workspace.sockets.deadline, workspace.sockets.retries = 0.05, (0.0,)
    ada, other = workspace.person("ada"), workspace.channel("other", bot=False)
    inviting = asyncio.create_task(ada.invites(other))
    await until(lambda: bool(desk.heard))
    (envelope,) = workspace.sockets.envelopes
    await until(lambda: envelope.attempt == 1)
    workspace.sockets.deadline = 3
    desk.gate.set()
    await inviting
    assert await seen(workspace, "ada") == ["Heard."]
    assert desk.commands == [c.Joined()]


async def test_who_invites_the_bot_is_told_in_a_direct_message(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    ada = workspace.person("ada")
    other = workspace.channel("other", bot=False)
    await ada.invites(other)
    assert await seen(workspace, "ada") == ["Heard."]
    ((actor, command),) = desk.heard
    assert command == c.Joined()
    assert (actor.member, actor.channel) == ("slack://T0TEAM/U0ADA", f"slack://T0TEAM/{other.id}")
    assert not workspace.parents(other)


async def test_the_home_tab_shows_what_the_desk_gives_for_it(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    desk.replies[c.Home] = Reply(line("Your page."), extra=(line("Your numbers."),))
    workspace.channel("elsewhere")
    ada = workspace.person("ada")
    await ada.opens_home()
    await workspace.until(lambda: ada.home)
    assert desk.commands == [c.Home((ML,))]
    assert ada.home is not None
    assert "Your page." in view(ada.home.content)
    assert "Your numbers." in view(ada.home.content)


async def test_another_workspace_is_not_served(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    eve = workspace.person("eve", team="T0OTHER")
    await eve.command("/gradus today")
    (told,) = await seen(workspace, "eve")
    assert told == "I am not connected to this workspace, so I cannot help here."
    assert not desk.heard


@pytest.mark.parametrize(
    "traits, vouched",
    [
        ({"is_admin": True}, True),
        ({"is_owner": True}, True),
        ({}, False),
        ({"is_admin": True, "is_restricted": True}, False),
        ({"is_admin": True, "is_stranger": True}, False),
        ({"is_admin": True, "deleted": True}, False),
    ],
)
async def test_the_workspace_vouches_for_its_admins_only(
    workspace: Workspace, clock: ManualClock, traits: dict[str, Any], *, vouched: bool
) -> None:
    async with listening(workspace, clock, workspace_admins=True) as (_, desk):
        await workspace.person("ada", **traits).command("/gradus admin status")
        await seen(workspace, "ada")
        assert desk.heard[0][0].platform_admin is vouched


async def test_a_lost_right_is_noticed_after_ten_minutes(
    workspace: Workspace, clock: ManualClock
) -> None:
    async with listening(workspace, clock, workspace_admins=True) as (_, desk):
        ada = workspace.person("ada", is_admin=True)
        await ada.command("/gradus admin status")
        await seen(workspace, "ada")
        ada.user.is_admin = False
        clock.now += timedelta(minutes=10)
        await ada.command("/gradus admin status")
        await seen(workspace, "ada", 2)
        assert [actor.platform_admin for actor, _ in desk.heard] == [True, False]


async def test_without_a_profile_members_are_answered_and_nobody_is_vouched_for(
    workspace: Workspace, clock: ManualClock
) -> None:
    async with listening(workspace, clock, workspace_admins=True) as (_, desk):
        workspace.faults.next("users.info", limited())
        await workspace.person("ada", is_admin=True).command("/gradus today")
        await seen(workspace, "ada")
        ((actor, _),) = desk.heard
        assert (actor.zone, actor.platform_admin) == ("", False)


async def test_a_reply_whose_first_way_fails_takes_the_next(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    workspace.faults.next("response_url", Fault(status=404, error="expired_url"))
    await workspace.person("ada").command("/gradus today")
    assert await seen(workspace, "ada") == ["Heard."]
    assert workspace.calls("chat.postEphemeral")


async def test_a_reply_is_rather_shown_twice_than_not_at_all(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    workspace.faults.next("response_url", DROPPED_AFTER)
    await workspace.person("ada").command("/gradus today")
    assert await seen(workspace, "ada", 2) == ["Heard.", "Heard."]


async def test_who_cannot_be_told_in_the_channel_is_told_in_a_direct_message(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    workspace.faults.next("response_url", DROPPED)
    workspace.faults.next("chat.postEphemeral", Fault(error="user_not_in_channel"))
    await workspace.person("ada").command("/gradus today")
    assert await seen(workspace, "ada") == ["Heard."]
    (told,) = workspace.person("ada").private()
    assert workspace.state.channels[told.channel].direct


async def test_a_long_reply_comes_in_parts_and_in_order(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    paragraphs = tuple(paragraph(f"{n} " + "word " * 500) for n in range(40))
    desk.anything = Reply(Message(body=paragraphs))
    await workspace.person("ada").command("/gradus today")
    texts = await seen(workspace, "ada", 10)
    numbers = [int(word) for text in texts for word in text.split() if word != "word"]
    assert numbers == list(range(40))


async def test_what_is_public_is_said_in_the_channel(
    workspace: Workspace, here: tuple[Slack, Desk]
) -> None:
    _, desk = here
    desk.anything = Reply(line("For you."), public=line("For all."))
    await workspace.person("ada").command("/gradus today")
    (post,) = await workspace.until(workspace.parents)
    assert shown(post.shown) == "For all."


async def test_a_desk_that_fails_is_apologised_for(
    workspace: Workspace, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Desk):
        async def handle(self, actor: object, command: object) -> Reply:
            raise ZeroDivisionError

    async with slack(workspace, clock).connected(Broken().handle):
        await workspace.person("ada").command("/gradus today secret words")
        (told,) = await seen(workspace, "ada")
    assert told == "Something went wrong on my side. Please try again in a minute."
    assert "secret words" not in caplog.text
