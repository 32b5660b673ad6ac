"""What becomes of messages to Slack: every outcome, the search for a message, edits, removal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack import Slack
from adapters.slack.manifest import manifest
from adapters.slack.places import Place, place
from bot.messages import Figure, Message, Prose, Table, Text, paragraph
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
    Search,
    Sent,
    Unknown,
)
from tests.adapters.slack_desk import line, slack
from tests.doubles.clock import ManualClock
from tests.doubles.slack_workspace import App, Fault, Workspace
from tests.doubles.slack_workspace.faults import (
    BAD_GATEWAY_AFTER,
    DROPPED,
    DROPPED_AFTER,
    INTERNAL_AFTER,
    NO_JSON,
    SOFT_LIMIT,
    UNAVAILABLE,
    limited,
)
from tests.doubles.slack_workspace.sight import shown

ML = ChannelId("slack://T0TEAM/C0ML")
KEY = "g1.abcdefghijklmnop"
PAUSE = "Slack asked for a pause (chat.postMessage)"


@pytest.fixture
async def workspace(clock: ManualClock) -> AsyncIterator[Workspace]:
    async with Workspace(clock, app=App.of(manifest())) as there:
        yield there


@pytest.fixture
async def platform(workspace: Workspace, clock: ManualClock) -> AsyncIterator[Slack]:
    """Return the adapter with its pool of connections open, deaf."""
    there = slack(workspace, clock)
    async with there._web.opened():
        yield there


def delivery(clock: ManualClock, **changes: Any) -> Delivery:
    """Return a delivery that was first tried just now."""
    base = Delivery(
        DeliveryId("id"), RoundId("round"), ML, DeliveryKind.QUESTION, 1, DeliveryState.UNKNOWN,
        KEY, clock(), first_intent_at=clock(),
    )  # fmt: skip
    return replace(base, **changes)


def ref_of(outcome: Outcome) -> Ref:
    """Return where a message is that was surely sent."""
    assert isinstance(outcome, Sent)
    return outcome.ref


async def test_a_post_is_known_by_its_place_its_key_and_slacks_own_time(
    workspace: Workspace, platform: Slack, clock: ManualClock
) -> None:
    outcome = await platform.post(ML, line("Why?"), KEY)
    (post,) = workspace.parents()
    assert outcome == Sent(Ref(f"C0ML/{post.ts}/{KEY}"), clock())
    assert post.shown.metadata == {
        "event_type": "gradus_delivery",
        "event_payload": {"key": KEY},
    }
    (call,) = workspace.calls("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)
    assert call.args["client_msg_id"]


async def test_replies_go_into_the_thread_that_was_opened(
    workspace: Workspace, platform: Slack
) -> None:
    post = ref_of(await platform.post(ML, line("Why?"), "g1.post"))
    thread = ref_of(await platform.open_thread(post, line("Discuss here."), "g1.thread"))
    await platform.reply(thread, line("Because."), "g1.reveal")
    await platform.reply(thread, line("It is out."), "g1.news", announce=True)
    (parent,) = workspace.parents()
    replies = workspace.thread(parent)
    assert [shown(one.shown) for one in replies] == ["Discuss here.", "Because.", "It is out."]
    assert [one.broadcast for one in replies] == [False, False, True]
    assert place(thread).ts == replies[0].ts


@pytest.mark.parametrize(
    "ref",
    ["C1/1.5", "C1/1.5/g1.key", "C1/1.5/g1.key/1.2", "C1/1.5//1.2"],
)
def test_a_place_is_written_and_read_back(ref: str) -> None:
    assert place(Ref(ref)).ref == ref


@pytest.mark.parametrize(
    "fault, outcome",
    [
        (limited(7), Later(timedelta(seconds=7), PAUSE)),
        (limited("1.5"), Later(timedelta(seconds=1.5), PAUSE)),
        (limited("soon"), Later(timedelta(seconds=30), PAUSE)),
        (SOFT_LIMIT, Later(timedelta(seconds=30), PAUSE)),
        (DROPPED, Unknown("Slack's answer was unclear (ServerDisconnectedError)")),
        (DROPPED_AFTER, Unknown("Slack's answer was unclear (ServerDisconnectedError)")),
        (UNAVAILABLE, Unknown("Slack's answer was unclear (service_unavailable)")),
        (BAD_GATEWAY_AFTER, Unknown("Slack's answer was unclear (502)")),
        (INTERNAL_AFTER, Unknown("Slack's answer was unclear (internal_error)")),
        (NO_JSON, Unknown("Slack's answer was unclear (200)")),
        (Fault(error="duplicate_message_not_found"),
         Unknown("Slack's answer was unclear (duplicate_message_not_found)")),
        (Fault(error="invalid_blocks"), Refused(Scope.MESSAGE, "Slack said invalid_blocks")),
        (Fault(error="msg_too_long"), Refused(Scope.MESSAGE, "Slack said msg_too_long")),
        (Fault(error="is_archived"),
         Refused(Scope.CHANNEL, "the channel is archived (is_archived)")),
        (Fault(error="restricted_action_read_only_channel"),
         Refused(Scope.CHANNEL, "Slack said restricted_action_read_only_channel")),
        (Fault(error="token_revoked"),
         Refused(Scope.PLATFORM, "the app was removed from the workspace, or its token was "
                                 "revoked (token_revoked)")),
        (Fault(error="missing_scope"),
         Refused(Scope.PLATFORM, "the app lacks a permission (missing_scope)")),
    ],
)  # fmt: skip
async def test_every_way_of_failing_means_one_thing(
    workspace: Workspace, platform: Slack, fault: Fault, outcome: Outcome
) -> None:
    workspace.faults.next("chat.postMessage", fault)
    assert await platform.post(ML, line("Why?"), KEY) == outcome
    assert len(workspace.calls("chat.postMessage")) == 1


async def test_a_post_whose_answer_was_lost_is_not_sent_again_over_a_connection_in_use(
    workspace: Workspace, platform: Slack
) -> None:
    await platform.post(ML, line("Why?"), "g1.before")
    workspace.faults.next("chat.postMessage", DROPPED_AFTER)
    assert isinstance(await platform.post(ML, line("Why?"), KEY), Unknown)
    assert len(workspace.parents()) == 2


async def test_a_scope_that_is_missing_is_named(clock: ManualClock) -> None:
    app = replace(App.of(manifest()), scopes=frozenset({"commands"}))
    async with Workspace(clock, app=app) as workspace:
        platform = slack(workspace, clock)
        async with platform._web.opened():
            outcome = await platform.post(ML, line("Why?"), KEY)
    why = "the app lacks a permission (missing_scope: chat:write)"
    assert outcome == Refused(Scope.PLATFORM, why)


async def test_without_a_server_nothing_was_sent(clock: ManualClock) -> None:
    async with Workspace(clock) as workspace:
        platform = slack(workspace, clock)
    async with platform._web.opened():
        outcome = await platform.post(ML, line("Why?"), KEY)
    assert outcome == Later(timedelta(seconds=5), "Slack cannot be reached")


async def test_before_and_after_the_connection_nothing_is_sent(
    workspace: Workspace, clock: ManualClock
) -> None:
    outcome = await slack(workspace, clock).post(ML, line("Why?"), KEY)
    assert outcome == Later(timedelta(seconds=5), "not connected to Slack")


async def test_a_channel_of_another_workspace_is_refused_without_a_call(
    workspace: Workspace, platform: Slack
) -> None:
    await platform._us.ask()
    outcome = await platform.post(ChannelId("slack://T0OTHER/C0ML"), line("Why?"), KEY)
    assert isinstance(outcome, Refused)
    assert outcome.scope is Scope.CHANNEL
    assert not workspace.calls("chat.postMessage")


async def test_a_limit_holds_for_its_channel_as_long_as_slack_says(
    workspace: Workspace, platform: Slack, clock: ManualClock
) -> None:
    other = workspace.channel("other")
    workspace.faults.next("chat.postMessage", limited(10))
    await platform.post(ML, line("Why?"), KEY)
    clock.move(seconds=4)
    again = await platform.post(ML, line("Why?"), KEY)
    assert again == Later(timedelta(seconds=6), PAUSE)
    assert len(workspace.calls("chat.postMessage")) == 1
    assert isinstance(
        await platform.post(ChannelId(f"slack://T0TEAM/{other.id}"), line("Why?"), KEY), Sent
    )
    clock.move(seconds=6)
    assert isinstance(await platform.post(ML, line("Why?"), KEY), Sent)


async def test_what_slack_may_refuse_is_left_out_in_a_second_try(
    workspace: Workspace, platform: Slack
) -> None:
    workspace.faults.next("chat.postMessage", Fault(error="invalid_blocks"))
    table = Table(((Text("n"),),), (((Text("1"),),),))
    figure = Figure("https://example.org/loss.png", "A loss that falls")
    outcome = await platform.post(ML, Message(body=(Prose((table, figure)),)), KEY)
    assert isinstance(outcome, Sent)
    (post,) = workspace.parents()
    assert {block["type"] for block in post.shown.blocks} == {"rich_text"}


# Finding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [1, 2, 15])
async def test_all_copies_are_found_earliest_first_however_short_the_pages(
    workspace: Workspace, platform: Slack, clock: ManualClock, page: int
) -> None:
    workspace.state.page = page
    unknown = delivery(clock)
    for _ in range(2):
        for _ in range(3):
            clock.move(seconds=1)
            await workspace.person("ada").posts("meanwhile")
        await platform.post(ML, line("Why?"), KEY)
    first, second = (one for one in workspace.parents() if one.by_app)
    places = [Place(first.channel, one.ts, KEY) for one in (first, second)]
    found = await platform.find(unknown, None)
    assert found == Found(tuple((one.ref, one.at) for one in places))


async def test_a_reply_is_found_in_its_thread(
    workspace: Workspace, platform: Slack, clock: ManualClock
) -> None:
    post = ref_of(await platform.post(ML, line("Why?"), "g1.post"))
    for n in range(20):
        await platform.reply(post, line(f"{n}"), f"g1.other{n}")
    sent = ref_of(await platform.reply(post, line("Because."), KEY))
    found = await platform.find(delivery(clock), post)
    assert isinstance(found, Found)
    assert [ref for ref, _ in found.copies] == [sent]
    assert await platform.find(delivery(clock, key="g1.never"), post) == Absent()


async def test_what_is_not_ours_is_not_found(
    workspace: Workspace, platform: Slack, clock: ManualClock
) -> None:
    await platform.post(ML, line("Why?"), KEY)
    (post,) = workspace.parents()
    assert isinstance(await platform.find(delivery(clock), None), Found)
    post.user = workspace.person("eve").user.id
    post.by_app = False
    assert await platform.find(delivery(clock), None) == Absent()


async def test_a_message_older_than_the_clocks_may_differ_is_not_found(
    platform: Slack, clock: ManualClock
) -> None:
    await platform.post(ML, line("Why?"), KEY)
    clock.move(minutes=59)
    assert isinstance(await platform.find(delivery(clock), None), Found)
    clock.move(minutes=2)
    assert await platform.find(delivery(clock), None) == Absent()


@pytest.mark.parametrize(
    "fault, search",
    [
        (limited(60), Blind("Slack asked for a pause (conversations.history)")),
        (UNAVAILABLE, Blind("Slack's answer was unclear (service_unavailable)")),
        (Fault(error="not_in_channel"),
         Blind("I am not a member of the channel (not_in_channel)")),
    ],
)  # fmt: skip
async def test_a_history_that_cannot_be_read_proves_nothing(
    workspace: Workspace, platform: Slack, clock: ManualClock, fault: Fault, search: Search
) -> None:
    workspace.faults.next("conversations.history", fault)
    assert await platform.find(delivery(clock), None) == search


async def test_a_later_page_that_cannot_be_read_proves_nothing_either(
    workspace: Workspace, platform: Slack, clock: ManualClock
) -> None:
    workspace.state.page = 1
    for _ in range(3):
        await platform.post(ML, line("Why?"), "g1.other")
    script = (Fault(until=None), Fault(until=None), UNAVAILABLE)
    workspace.faults.next("conversations.history", *script)
    assert isinstance(await platform.find(delivery(clock), None), Blind)


# Editing and removing -----------------------------------------------------------------------------


async def test_an_edit_shows_text_and_blocks_and_keeps_the_key(
    workspace: Workspace, platform: Slack
) -> None:
    ref = ref_of(await platform.post(ML, line("Why?"), KEY))
    assert isinstance(await platform.edit(ref, line("Why not?")), Sent)
    (post,) = workspace.parents()
    assert (shown(post.shown), post.shown.text) == ("Why not?", "Why not?")
    assert post.shown.metadata == post.versions[0].metadata


async def test_what_is_gone_cannot_be_edited_and_need_not_be_removed(
    workspace: Workspace, platform: Slack
) -> None:
    ref = ref_of(await platform.post(ML, line("Why?"), KEY))
    assert isinstance(await platform.delete(ref), Sent)
    assert not workspace.parents()
    assert isinstance(await platform.delete(ref), Sent)
    gone = await platform.edit(ref, line("Why not?"))
    assert gone == Refused(Scope.MESSAGE, "Slack said message_not_found")


async def test_a_message_that_is_not_ours_is_not_removed(
    workspace: Workspace, platform: Slack
) -> None:
    message = await workspace.person("ada").posts("mine")
    assert isinstance(await platform.delete(Place(message.channel, message.ts).ref), Refused)
    assert workspace.parents() == [message]


# Privately ----------------------------------------------------------------------------------------


async def test_a_notice_reaches_a_member_or_a_channel(
    workspace: Workspace, platform: Slack
) -> None:
    ada = workspace.person("ada")
    assert isinstance(await platform.direct("slack://T0TEAM/U0ADA", line("Psst.")), Sent)
    assert [shown(one.shown) for one in ada.private()] == ["Psst."]
    assert isinstance(await platform.direct(ML, line("Hear.")), Sent)
    assert [shown(one.shown) for one in workspace.parents()] == ["Hear."]


async def test_a_long_notice_whose_end_fails_counts_as_said(
    workspace: Workspace, platform: Slack
) -> None:
    long = Message(body=tuple(paragraph("word " * 500) for _ in range(10)))
    workspace.faults.next("chat.postMessage", Fault(until=None), Fault(error="msg_too_long"))
    workspace.person("ada")
    assert isinstance(await platform.direct("slack://T0TEAM/U0ADA", long), Sent)


async def test_a_deactivated_member_is_told_nothing(workspace: Workspace, platform: Slack) -> None:
    workspace.person("ada", deleted=True)
    outcome = await platform.direct("slack://T0TEAM/U0ADA", line("Psst."))
    assert isinstance(outcome, Refused)
    assert outcome.scope is Scope.MESSAGE
