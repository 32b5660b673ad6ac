"""The fake Slack, seen through the unmodified SDK, and Bolt with an app that only echoes."""

import asyncio
import json
import logging
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_interval_calculators import (
    FixedValueRetryIntervalCalculator,
)
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.clock import ManualClock
from tests.doubles.slack_workspace import App, Fault, Human, NotAcked, Workspace, faults, sight
from tests.doubles.slack_workspace.__main__ import Prompt

SAID: dict[str, Any] = {"text": "Good morning", "blocks": [{"type": "divider"}]}
KEY: dict[str, Any] = {"event_type": "delivery", "event_payload": {"key": "g1.a"}}


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[Workspace]:
    """Yield a workspace that sends an unacknowledged event once more."""
    async with Workspace(clock, retries=(0.0,)) as workspace:
        yield workspace


@pytest.fixture
def ada(slack: Workspace) -> Human:
    return slack.person("ada")


@pytest.fixture
async def client(slack: Workspace) -> AsyncIterator[AsyncWebClient]:
    """Yield a client that never tries again."""
    async with aiohttp.ClientSession() as session:
        yield made(slack, session=session, retry_handlers=[])


def made(slack: Workspace, token: str = "", **options: Any) -> AsyncWebClient:
    """Return the SDK's client of a workspace."""
    client = AsyncWebClient(token or slack.bot_token, base_url=slack.base_url, **options)
    client.proxy = None
    return client


async def error(call: Awaitable[object]) -> str:
    """Return by what name a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


# Messages -----------------------------------------------------------------------------------------


async def test_a_post_is_kept_in_order_and_found_again(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """The clock stands still, and yet each message is later than the one before."""
    sent = [(await client.chat_postMessage(channel=slack.ml.id, **SAID))["ts"] for _ in range(3)]
    assert sent == sorted(set(sent))
    found = await client.conversations_history(channel=slack.ml.id)
    assert [one["ts"] for one in found["messages"]] == sent[::-1]
    assert found["messages"][0]["user"] == (await client.auth_test())["user_id"]


async def test_a_thread_is_not_history_unless_it_is_broadcast(
    slack: Workspace, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel=slack.ml.id, **SAID))["ts"]
    reply: dict[str, Any] = {"channel": slack.ml.id, "thread_ts": parent, "text": "More"}
    await client.chat_postMessage(**reply)
    loud = await client.chat_postMessage(**reply, reply_broadcast=True)
    history = await client.conversations_history(channel=slack.ml.id)
    assert [one["ts"] for one in history["messages"]] == [loud["ts"], parent]
    replies = await client.conversations_replies(channel=slack.ml.id, ts=parent)
    assert len(replies["messages"]) == 3
    assert replies["messages"][0]["reply_count"] == 2


async def test_metadata_is_told_to_those_who_ask(slack: Workspace, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=slack.ml.id, text="a", metadata=KEY)
    found = await client.conversations_history(channel=slack.ml.id)
    assert found["messages"][0]["metadata"] == {"event_type": "delivery"}
    found = await client.conversations_history(channel=slack.ml.id, include_all_metadata=True)
    assert found["messages"][0]["metadata"] == KEY


async def test_history_comes_in_pages_that_may_be_short(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """A short page is not the last: only the cursor says so."""
    sent = [
        (await client.chat_postMessage(channel=slack.ml.id, text=str(n)))["ts"] for n in range(7)
    ]
    slack.state.page = 2
    found: list[str] = []
    sizes: list[int] = []
    cursor = ""
    while cursor or not sizes:
        answer = await client.conversations_history(channel=slack.ml.id, limit=5, cursor=cursor)
        sizes.append(len(answer["messages"]))
        found += [one["ts"] for one in answer["messages"]]
        cursor = answer["response_metadata"]["next_cursor"]
    assert sizes == [2, 2, 2, 1]
    assert found == sent[::-1]
    assert await error(client.conversations_history(channel=slack.ml.id, cursor="?")) == (
        "invalid_cursor"
    )


async def test_the_ends_of_a_span_are_left_out(slack: Workspace, client: AsyncWebClient) -> None:
    sent = [
        (await client.chat_postMessage(channel=slack.ml.id, text=str(n)))["ts"] for n in range(3)
    ]
    span: dict[str, Any] = {"channel": slack.ml.id, "oldest": sent[0], "latest": sent[2]}
    found = await client.conversations_history(**span)
    assert [one["ts"] for one in found["messages"]] == [sent[1]]
    found = await client.conversations_history(**span, inclusive=True)
    assert len(found["messages"]) == 3


async def test_history_lags(slack: Workspace, client: AsyncWebClient, clock: ManualClock) -> None:
    slack.state.lag = timedelta(seconds=20)
    await client.chat_postMessage(channel=slack.ml.id, text="a")
    assert (await client.conversations_history(channel=slack.ml.id))["messages"] == []
    clock.move(seconds=20)
    assert len((await client.conversations_history(channel=slack.ml.id))["messages"]) == 1


async def test_an_update_takes_away_what_is_not_sent_again(
    slack: Workspace, client: AsyncWebClient
) -> None:
    at: dict[str, Any] = {"channel": slack.ml.id}
    sent = await client.chat_postMessage(**at, **SAID, metadata=KEY)
    await client.chat_update(**at, ts=sent["ts"], text="Good evening")
    found = await client.conversations_history(**at, include_all_metadata=True)
    assert found["messages"][0]["text"] == "Good evening"
    assert found["messages"][0]["blocks"] == []
    assert "metadata" not in found["messages"][0]
    assert len(slack.parents()[0].versions) == 2


async def test_a_deleted_parent_leaves_a_stone_above_its_thread(
    slack: Workspace, client: AsyncWebClient
) -> None:
    at: dict[str, Any] = {"channel": slack.ml.id}
    parent = await client.chat_postMessage(**at, text="a")
    reply = await client.chat_postMessage(**at, text="b", thread_ts=parent["ts"])
    await client.chat_delete(**at, ts=parent["ts"])
    assert (await client.conversations_history(**at))["messages"][0]["subtype"] == "tombstone"
    await client.chat_delete(**at, ts=reply["ts"])
    assert (await client.conversations_history(**at))["messages"] == []
    assert await error(client.chat_delete(**at, ts=parent["ts"])) == "message_not_found"


async def test_only_ones_own_messages_can_be_changed(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    said = await ada.posts("hello")
    at: dict[str, Any] = {"channel": slack.ml.id, "ts": said.ts}
    assert await error(client.chat_update(**at, text="bye")) == "cant_update_message"
    assert await error(client.chat_delete(**at)) == "cant_delete_message"


async def test_an_ephemeral_is_for_one_member_and_one_life(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    ben = slack.person("ben")
    at: dict[str, Any] = {"channel": slack.ml.id, "user": ada.user.id}
    sent = await client.chat_postEphemeral(**at, text="for you")
    assert [one.shown.text for one in ada.private()] == ["for you"]
    assert ben.private() == []
    assert "for you" in str(slack.shown_to(ada.user))
    assert "for you" not in str(slack.shown_to(ben.user))
    assert (await client.conversations_history(channel=slack.ml.id))["messages"] == []
    edit = client.chat_update(channel=slack.ml.id, ts=sent["message_ts"], text="x")
    assert await error(edit) == "message_not_found"
    ada.reloads()
    assert ada.private() == []


async def test_a_direct_message_goes_to_a_user(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    sent = await client.chat_postMessage(channel=ada.user.id, text="psst")
    assert sent["channel"].startswith("D")
    assert [one.shown.text for one in ada.private()] == ["psst"]
    gone = slack.user("gone", deleted=True)
    assert await error(client.chat_postMessage(channel=gone.id, text="psst")) == "user_disabled"


async def test_what_is_refused_has_slacks_name_for_it(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    """Membership, privacy, archives, threads, and those who are not there."""
    away = slack.channel("away", bot=False)
    secret = slack.channel("secret", private=True, bot=False)
    old = slack.channel("old")
    old.archived = True

    async def post(channel: str, **more: Any) -> str:
        return await error(client.chat_postMessage(channel=channel, text="a", **more))

    assert await post(away.id) == "not_in_channel"
    assert await error(client.conversations_history(channel=away.id)) == "not_in_channel"
    assert (await client.conversations_info(channel=away.id))["channel"]["is_member"] is False
    assert await post(secret.id) == "channel_not_found"
    assert await error(client.conversations_info(channel=secret.id)) == "channel_not_found"
    assert await post(old.id) == "is_archived"
    assert await post("C404") == "channel_not_found"
    assert await post(slack.ml.id, thread_ts="1.000001") == "thread_not_found"
    cy = slack.user("cy")
    whisper = client.chat_postEphemeral(channel=slack.ml.id, user=cy.id, text="a")
    assert await error(whisper) == "user_not_in_channel"
    assert await error(client.users_info(user="U404")) == "user_not_found"
    assert await error(client.api_call("chat.meMessage")) == "unknown_method"


@pytest.mark.parametrize(
    "payload, why",
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"blocks": "{"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
         "invalid_blocks"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_message_is_refused(
    slack: Workspace, client: AsyncWebClient, payload: dict[str, Any], why: str
) -> None:
    said = {"channel": slack.ml.id, "text": "a", **payload}
    assert await error(client.api_call("chat.postMessage", json=said)) == why


def button(action_id: str, label: str = "Go", value: str = "v") -> dict[str, Any]:
    """Return a button."""
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action_id, "text": text, "value": value}


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def words(text: str) -> dict[str, Any]:
    """Return a block of rich text."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


async def test_what_the_sdk_lets_pass_is_refused(slack: Workspace, client: AsyncWebClient) -> None:
    """Twice the same ``action_id``, a second table, and more text than a message can carry."""
    table = {"type": "table", "rows": [[words("a")]]}

    async def post(*blocks: dict[str, Any]) -> str:
        return await error(
            client.chat_postMessage(channel=slack.ml.id, text="a", blocks=list(blocks))
        )

    assert await post(row(button("a")), row(button("a"))) == "invalid_blocks"
    assert await post(table, table) == "invalid_blocks"
    assert await post(*(words("x" * 2_500) for _ in range(5))) == "msg_blocks_too_long"


async def test_channels_and_users_are_told_as_far_as_they_concern_the_app(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    """A private channel without the app is in no list; of the deactivated less is told."""
    slack.channel("away", bot=False)
    slack.channel("secret", private=True, bot=False)
    slack.channel("team", private=True).members.add(ada.user.id)
    both = "public_channel,private_channel"
    listed = await client.conversations_list(types=both)
    assert [one["name"] for one in listed["channels"]] == ["ml", "away", "team"]
    mine = await client.users_conversations(user=ada.user.id, types=both)
    assert [one["name"] for one in mine["channels"]] == ["ml", "team"]
    members = await client.conversations_members(channel=slack.ml.id)
    assert members["members"] == [ada.user.id, slack.state.app.user]
    assert await error(client.conversations_open(users=ada.user.id)) == "missing_scope"
    boss = slack.user("boss", is_owner=True, tz="Asia/Tokyo")
    told = (await client.users_info(user=boss.id))["user"]
    assert (told["tz"], told["is_owner"], told["is_restricted"]) == ("Asia/Tokyo", True, False)
    gone = slack.user("gone", deleted=True)
    assert "is_owner" not in (await client.users_info(user=gone.id))["user"]
    sent = await client.chat_postMessage(channel=slack.ml.id, text="a")
    link = await client.chat_getPermalink(channel=slack.ml.id, message_ts=sent["ts"])
    assert link["permalink"].endswith(sent["ts"].replace(".", ""))


# Tokens -------------------------------------------------------------------------------------------


async def test_tokens_are_told_apart(slack: Workspace) -> None:
    bot, app = made(slack), made(slack, slack.app_token)
    assert await error(made(slack, "xoxb-other").auth_test()) == "invalid_auth"
    assert await error(app.chat_postMessage(channel=slack.ml.id, text="a")) == (
        "not_allowed_token_type"
    )
    opening = bot.apps_connections_open(app_token=slack.bot_token)
    assert await error(opening) == "not_allowed_token_type"
    slack.revokes("account_inactive")
    assert await error(bot.auth_test()) == "account_inactive"
    assert (await app.auth_test())["app_id"]
    slack.revokes("")
    assert (await bot.auth_test())["ok"]


async def test_a_missing_scope_is_named(clock: ManualClock) -> None:
    async with Workspace(clock, app=App(scopes=frozenset({"chat:write"}))) as slack:
        with pytest.raises(SlackApiError) as caught:
            await made(slack).conversations_history(channel=slack.ml.id)
        assert caught.value.response["needed"] == "channels:history"
        assert caught.value.response.headers["x-oauth-scopes"] == "chat:write"


# Faults -------------------------------------------------------------------------------------------


async def test_the_sdk_posts_twice_when_the_answer_is_lost(slack: Workspace) -> None:
    """The trap of slack.md, section 3: its default handler tries a dropped post again."""
    slack.faults.next("chat.postMessage", faults.DROPPED_AFTER)
    client = made(slack)
    client.retry_handlers[0].interval_calculator = FixedValueRetryIntervalCalculator(0)
    await client.chat_postMessage(channel=slack.ml.id, text="once?")
    assert len(slack.parents()) == 2


@pytest.mark.parametrize(
    "fault, kept",
    [
        (faults.DROPPED, 0), (faults.DROPPED_AFTER, 1), (faults.UNAVAILABLE, 0),
        (faults.UNAVAILABLE_AFTER, 1), (faults.BAD_GATEWAY_AFTER, 1), (faults.NO_JSON, 1),
        (faults.INTERNAL, 0), (faults.INTERNAL_AFTER, 1), (faults.SOFT_LIMIT, 0),
        (faults.limited(7), 0),
    ],
)  # fmt: skip
async def test_a_fault_strikes_before_or_after(
    slack: Workspace, client: AsyncWebClient, fault: Fault, kept: int
) -> None:
    """The caller never learns it from the answer; the next call is as good as ever."""
    slack.faults.next("chat.postMessage", fault)
    with pytest.raises((SlackApiError, aiohttp.ClientError, OSError)):
        await client.chat_postMessage(channel=slack.ml.id, text="a")
    assert len(slack.parents()) == kept
    await client.chat_postMessage(channel=slack.ml.id, text="a")
    assert len(slack.parents()) == kept + 1


async def test_a_rate_limit_says_how_long(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.next("*", faults.limited(7))
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_an_answer_can_be_held_up(slack: Workspace, client: AsyncWebClient) -> None:
    go = asyncio.Event()
    slack.faults.next("chat.postMessage", Fault(until=go))
    posting = asyncio.ensure_future(client.chat_postMessage(channel=slack.ml.id, text="a"))
    await slack.until(slack.parents)
    assert not posting.done()
    go.set()
    assert (await posting)["ts"] == slack.parents()[0].ts


async def test_faults_come_by_lot(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.often(random.Random(1), 0.5, "auth.test", among=[faults.INTERNAL])
    answers = [await asyncio.gather(client.auth_test(), return_exceptions=True) for _ in range(40)]
    refused = sum(isinstance(one, SlackApiError) for (one,) in answers)
    assert refused == slack.faults.drawn
    assert 10 < refused < 30


# Views --------------------------------------------------------------------------------------------


def modal(**more: Any) -> dict[str, Any]:
    """Return a modal with a text field and a choice."""

    def plain(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text}

    options = [{"text": plain("Sure"), "value": "sure"}, {"text": plain("Guess"), "value": "guess"}]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Your answer"),
        "submit": plain("Send"),
        "blocks": [
            {"type": "input", "block_id": "answer", "label": plain("Answer"),
             "element": {"type": "plain_text_input", "action_id": "answer", "max_length": 20}},
            {"type": "input", "block_id": "how", "label": plain("How sure"), "optional": True,
             "element": {"type": "radio_buttons", "action_id": "how", "options": options}},
        ],
        **more,
    }  # fmt: skip


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: Workspace, client: AsyncWebClient, ada: Human, clock: ManualClock
) -> None:
    trigger = slack.state.pull(ada.user.id)
    await client.views_open(trigger_id=trigger, view=modal())
    assert ada.modal is not None
    assert await error(client.views_open(trigger_id=trigger, view=modal())) == (
        "exchanged_trigger_id"
    )
    late = slack.state.pull(ada.user.id)
    clock.move(seconds=3.1)
    assert await error(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert await error(client.views_open(trigger_id="x", view=modal())) == "invalid_trigger_id"


async def test_three_modals_lie_on_one_another_at_most(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    await client.views_open(trigger_id=slack.state.pull(ada.user.id), view=modal())
    for _ in range(2):
        assert ada.modal is not None
        trigger = slack.state.pull(ada.user.id, ada.modal.id)
        await client.views_push(trigger_id=trigger, view=modal())
    trigger = slack.state.pull(ada.user.id, ada.modal.id if ada.modal else "")
    assert await error(client.views_push(trigger_id=trigger, view=modal())) == "push_limit_reached"


async def test_a_view_that_is_too_much_is_refused(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    async def publish(**view: Any) -> str:
        return await error(client.views_publish(user_id=ada.user.id, view=view))

    assert await publish(type="home", blocks=[{"type": "divider"}] * 101) == "invalid_arguments"
    assert await publish(type="modal", blocks=[{"type": "divider"}]) == "invalid_arguments"
    assert await publish(type="home", blocks=[words("x" * 260_000)]) == "view_too_large"


async def test_a_home_is_replaced_if_nobody_else_did(
    slack: Workspace, client: AsyncWebClient, ada: Human
) -> None:
    view = {"type": "home", "blocks": [words("one")]}
    first = await client.views_publish(user_id=ada.user.id, view=view)
    await client.views_publish(user_id=ada.user.id, view={**view, "blocks": [words("two")]})
    stale = client.views_publish(user_id=ada.user.id, view=view, hash=first["view"]["hash"])
    assert await error(stale) == "hash_conflict"
    assert ada.home is not None
    assert sight.view(ada.home.content) == "two"
    assert "one" in str(slack.shown_to(ada.user))


# Socket Mode --------------------------------------------------------------------------------------

Start = Callable[..., Awaitable[None]]


@pytest.fixture
async def start(slack: Workspace, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Start]:
    """Yield what connects Bolt with an app to the workspace, pinging often."""
    caplog.set_level(logging.CRITICAL)
    handlers: list[Any] = []

    async def connect(app: AsyncApp) -> None:
        handlers.append(AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.1))
        await handlers[-1].connect_async()

    yield connect
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
def echo(slack: Workspace) -> AsyncApp:
    """Return an app that says what it was told, opens a modal, and finds fault with short words."""
    app = AsyncApp(client=made(slack, retry_handlers=[]), request_verification_enabled=False)

    @app.command("/echo")
    async def command(ack: Any, command: Any, respond: Any) -> None:
        await ack()
        await respond(blocks=[words(command["text"]), row(button("say", "Louder"))], text="echo")

    @app.command("/form")
    async def form(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.command("/never")
    async def never() -> None:
        """Acknowledge nothing."""

    @app.action("say")
    async def say(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="LOUDER", replace_original=True)

    @app.view("form")
    async def view(ack: Any, view: Any, client: Any, body: Any) -> None:
        text = view["state"]["values"]["answer"]["answer"]["value"]
        if len(text) < 3:
            await ack(response_action="errors", errors={"answer": "longer, please"})
            return
        await ack()
        await client.chat_postEphemeral(
            channel=slack.ml.id, user=body["user"]["id"], text=f"got {text}"
        )

    @app.shortcut("this")
    async def this(ack: Any, shortcut: Any, respond: Any) -> None:
        await ack()
        await respond(text=f"you chose: {shortcut['message']['text']}")

    @app.event("app_mention")
    async def mention(event: Any, say: Any) -> None:
        await say(text="yes?", thread_ts=event["ts"])

    return app


async def test_a_command_is_answered_and_its_button_replaces_the_answer(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    await start(echo)
    await ada.command("/echo good morning")
    await slack.until(ada.private)
    assert sight.shown(ada.private()[0].shown) == "good morning\n[Louder]"
    await ada.clicks("Louder")
    await slack.until(lambda: len(ada.private()[0].versions) == 2)
    assert sight.shown(ada.private()[0].shown) == "LOUDER"
    with pytest.raises(AssertionError, match="no \\[Louder\\] in sight"):
        ada.button("Louder")


async def test_a_modal_is_filled_in_corrected_and_closed(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    await start(echo)
    await ada.command("/form")
    await slack.until(lambda: ada.modal)
    with pytest.raises(AssertionError, match="must be filled in"):
        await ada.submits({"how": "sure"})
    with pytest.raises(AssertionError, match="longer than 20"):
        await ada.submits({"answer": "x" * 21})
    with pytest.raises(AssertionError, match="maybe is not among"):
        await ada.submits({"answer": "yes", "how": "maybe"})
    assert await ada.submits({"answer": "no"}) == {"answer": "longer, please"}
    assert await ada.submits({"answer": "certainly", "how": "sure"}) == {}
    assert ada.modal is None
    await slack.until(ada.private)
    assert ada.private()[0].shown.text == "got certainly"


@pytest.mark.parametrize(
    "answer, left",
    [
        ({"response_action": "update", "view": modal(callback_id="second")}, ["second"]),
        ({"response_action": "push", "view": modal(callback_id="second")}, ["form", "second"]),
        ({"response_action": "clear"}, []),
    ],
)
async def test_a_modal_can_lead_on(
    slack: Workspace,
    client: AsyncWebClient,
    ada: Human,
    start: Start,
    answer: dict[str, Any],
    left: list[str],
) -> None:
    """What stands there then is what the acknowledgement said."""
    app = AsyncApp(client=made(slack), request_verification_enabled=False)

    @app.view("form")
    async def view(ack: Any) -> None:
        await ack(**answer)

    await start(app)
    await client.views_open(trigger_id=slack.state.pull(ada.user.id), view=modal())
    await ada.submits({"answer": "yes"})
    shown = slack.state.modals[ada.user.id]
    assert [one.content["callback_id"] for one in shown] == left


async def test_the_app_hears_what_its_manifest_asks_for(clock: ManualClock, start_at: Any) -> None:
    """Where it comes and goes, what ends, and nothing else; words that are none are not sent."""
    told = {"member_joined_channel", "channel_left", "group_archive", "app_uninstalled"}
    manifest = {
        "features": {
            "bot_user": {"display_name": "Daily"},
            "slash_commands": [{"command": "/daily"}],
            "shortcuts": [{"callback_id": "this"}],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
        "settings": {"event_subscriptions": {"bot_events": sorted(told)}},
    }
    async with Workspace(clock, app=App.of(manifest)) as slack:
        heard = await start_at(slack)
        ada, lab = slack.person("ada"), slack.channel("lab", private=True, bot=False)
        await ada.invites(lab)
        await ada.archives(lab)
        await ada.removes(slack.ml)
        await ada.posts("hello @Daily", at=lab)
        await ada.opens_home()
        await slack.uninstalls()
        assert [one["type"] for one in heard] == [
            "member_joined_channel", "group_archive", "channel_left", "app_uninstalled",
        ]  # fmt: skip
        assert heard[0]["inviter"] == ada.user.id
        with pytest.raises(AssertionError, match="/weekly is not a valid command"):
            await ada.command("/weekly")
        with pytest.raises(AssertionError, match="no shortcut that"):
            await ada.shortcut("that")
        assert await error(made(slack).auth_test()) == "account_inactive"


@pytest.fixture
async def start_at(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Any]:
    """Yield what connects an app to a workspace and returns the list of events it will hear."""
    caplog.set_level(logging.CRITICAL)
    handlers: list[Any] = []

    async def connect(slack: Workspace) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []

        async def who() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=slack.state.team)

        app = AsyncApp(client=made(slack), authorize=who, request_verification_enabled=False)

        @app.event(re.compile(".*"))
        async def event(event: Any) -> None:
            heard.append(event)

        handlers.append(AsyncSocketModeHandler(app, slack.app_token))
        await handlers[-1].connect_async()
        return heard

    yield connect
    for handler in handlers:
        await handler.close_async()


async def test_a_shortcut_and_a_mention_reach_the_app(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    await start(echo)
    said = await ada.posts("hello @gradus")
    await slack.until(lambda: slack.thread(said))
    assert slack.thread(said)[0].shown.text == "yes?"
    await ada.on_message("this", said)
    await slack.until(ada.private)
    assert "you chose: hello" in ada.private()[0].shown.text


async def test_an_address_takes_five_answers(
    slack: Workspace, client: AsyncWebClient, ada: Human, clock: ManualClock
) -> None:
    """And for half an hour; after that both are refused."""
    first, second = (slack.url(slack.state.answerable(ada.user.id, slack.ml.id)) for _ in range(2))
    async with aiohttp.ClientSession() as session:

        async def say(url: str) -> int:
            async with session.post(url, json={"text": "a"}) as answer:
                return answer.status

        assert [await say(first) for _ in range(6)] == [200] * 5 + [404]
        clock.move(minutes=31)
        assert await say(second) == 404
    assert len(ada.private()) == 5


async def test_what_is_not_acknowledged_in_time_fails(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    await start(echo)
    slack.sockets.deadline = 0.1
    with pytest.raises(NotAcked):
        await ada.command("/never")
    assert len(slack.sockets.envelopes) == 1


async def test_an_event_that_nobody_acknowledges_comes_again(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    """And says so, with the same id both times."""
    seen: list[tuple[str, Any]] = []

    @echo.event("app_home_opened")
    async def home(body: Any, request: Any) -> None:
        seen.append((body["event_id"], request.headers.get("x-slack-retry-num")))

    await start(echo)
    slack.sockets.deadline = 0.1
    slack.sockets.deaf = True
    await ada.opens_home()
    slack.sockets.deaf = False
    await slack.until(lambda: slack.sockets.envelopes[0].over)
    await slack.until(lambda: len(seen) == 2)
    assert seen[0][0] == seen[1][0]
    assert [retry for _, retry in seen] == [["0"], ["1"]]


async def test_an_envelope_can_come_twice(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    """At once or late; Bolt runs its listener for each, for it knows no doubles."""
    await start(echo)
    slack.sockets.duplicated = True
    said = await ada.posts("@gradus")
    await slack.until(lambda: len(slack.thread(said)) == 2)
    slack.sockets.duplicated = False
    slack.sockets.again(slack.sockets.envelopes[0])
    await slack.until(lambda: len(slack.thread(said)) == 3)


async def test_two_connections_share_the_work(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    await start(echo)
    await start(echo)
    for _ in range(4):
        await ada.command("/echo a")
    assert [one.on for one in slack.sockets.envelopes] == [[1], [2], [1], [2]]


@pytest.mark.parametrize("how", ["warn", "close", "reset", "freeze"])
async def test_a_connection_that_breaks_comes_back(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start, how: str
) -> None:
    """A frame that says so, a proper end, a reset, and silence that only pings can notice."""
    await start(echo)
    await slack.until(lambda: slack.sockets.connections)
    done = getattr(slack.sockets, how)()
    if done is not None:
        await done
    await slack.until(lambda: slack.sockets.made == 2)
    slack.sockets.let_go()
    await ada.command("/echo back")
    await slack.until(ada.private)


async def test_an_eleventh_connection_is_turned_away(slack: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        client, held = made(slack, session=session), []

        async def hello() -> str:
            opened = await client.apps_connections_open(app_token=slack.app_token)
            held.append(await session.ws_connect(opened["url"]))
            frame = await held[-1].receive_json()
            return str(frame.get("reason", frame["type"]))

        assert [await hello() for _ in range(11)] == ["hello"] * 10 + ["too_many_websockets"]


async def test_a_dead_address_is_refused_and_never_given_up_by_the_sdk(
    slack: Workspace, echo: AsyncApp, start: Start
) -> None:
    """The trap of slack.md, section 4.4: it asks for no new address, however often it fails."""
    await start(echo)
    slack.sockets.dead_links = True
    asked = len(slack.calls("apps.connections.open"))
    slack.sockets.warn()
    await slack.until(lambda: len(slack.calls("apps.connections.open")) == asked + 1)
    await slack.until(lambda: slack.sockets.refused >= 3)
    assert len(slack.calls("apps.connections.open")) == asked + 1
    slack.sockets.dead_links = False


async def test_events_wait_for_a_connection_and_commands_do_not(
    slack: Workspace, ada: Human, echo: AsyncApp, start: Start
) -> None:
    said = await ada.posts("@gradus")
    with pytest.raises(NotAcked):
        await ada.command("/echo a")
    await start(echo)
    await slack.until(lambda: slack.thread(said))


# What is looked through ---------------------------------------------------------------------------


async def test_mentions_are_found_where_slack_would_read_them(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """In text and mrkdwn; in rich text the characters are only shown, and the elements ping."""
    at: dict[str, Any] = {"channel": slack.ml.id}
    await client.chat_postMessage(**at, text="&lt;!here&gt;", blocks=[words("<!here> <@U1>")])
    stamp = {"type": "mrkdwn", "text": "at <!date^1763650800^{time}|17:00>"}
    await client.chat_postMessage(**at, text="a", blocks=[{"type": "context", "elements": [stamp]}])
    assert slack.pings() == []
    group = {"type": "usergroup", "usergroup_id": "S1"}
    section = {"type": "rich_text_section", "elements": [group]}
    blocks = [{"type": "rich_text", "elements": [section]}]
    await client.chat_postMessage(**at, text="hello <!channel>", blocks=blocks)
    assert slack.pings("S1") == ["<!channel>"]
    assert len(slack.pings()) == 2
    assert json.dumps(slack.bodies())


async def test_the_prompt_does_what_is_typed_and_shows_what_comes(
    slack: Workspace, echo: AsyncApp, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: a command, a click, a form that is corrected."""
    await start(echo)
    prompt = Prompt(slack)
    watching = asyncio.create_task(prompt.watch())
    await prompt.does("/echo good morning")
    await slack.until(prompt.who.private)
    await prompt.does("click Louder")
    await slack.until(lambda: len(prompt.who.private()[0].versions) == 2)
    await prompt.does("/form")
    await slack.until(lambda: prompt.who.modal)
    await prompt.does("fill answer=no")
    await prompt.does("fill answer='not yet' how=sure")
    await slack.until(lambda: len(prompt.who.private()) == 2)
    await prompt.does("look what I typed")
    await asyncio.sleep(0)
    watching.cancel()
    shown = capsys.readouterr().out
    for line in ("good morning", "[Louder]", "LOUDER", "Your answer", "longer, please"):
        assert f"  {line}\n" in shown
    assert "#ml, only ada, edited\n" in shown
