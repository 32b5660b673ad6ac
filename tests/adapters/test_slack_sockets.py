"""The connections to Slack: how they begin, how each way of losing them ends, how they stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.app.async_app import AsyncApp

from adapters.slack import Slack
from adapters.slack.manifest import manifest
from adapters.slack.sockets import _Handler
from adapters.slack.tasks import Tasks
from bot.commands import Today
from bot.errors import UsageError
from bot.messages import Reply
from tests.adapters.slack_desk import QUICK, Desk, line, listening, slack, until
from tests.doubles.clock import ManualClock
from tests.doubles.slack_workspace import App, Fault, Workspace
from tests.doubles.slack_workspace.faults import UNAVAILABLE
from tests.doubles.slack_workspace.sight import shown


@pytest.fixture
async def workspace(clock: ManualClock) -> AsyncIterator[Workspace]:
    async with Workspace(clock, app=App.of(manifest())) as there:
        yield there


async def both(workspace: Workspace) -> None:
    """Wait until both connections are there."""
    await workspace.until(lambda: len(workspace.sockets.connections) == 2)


async def heard(workspace: Workspace, desk: Desk) -> bool:
    """Return whether a command is heard over each connection."""
    before = len(desk.heard)
    for _ in range(2):
        await workspace.person("ada").command("/gradus today")
    await workspace.until(lambda: len(workspace.person("ada").private()) >= before + 2)
    return len(desk.heard) == before + 2


# Beginning ----------------------------------------------------------------------------------------


async def test_two_connections_are_made_and_both_listen(
    workspace: Workspace, clock: ManualClock
) -> None:
    async with listening(workspace, clock) as (_, desk):
        await both(workspace)
        assert await heard(workspace, desk)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"bot_token": ""}, "the bot token is missing or of another kind: it begins with xoxb-"),
        ({"app_token": "xoxb-1"}, "the app token is missing or of another kind"),
        ({"bot_token": "xoxb-wrong"}, "Slack refuses the bot token in SLACK_BOT_TOKEN"),
        ({"app_token": "xapp-wrong"}, "Slack refuses the app token in SLACK_APP_TOKEN"),
    ],
)
async def test_a_bad_token_ends_the_start_with_one_paragraph(
    workspace: Workspace, clock: ManualClock, options: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        async with slack(workspace, clock, **options).connected(Desk().handle):
            pass
    assert "\n" not in str(raised.value)
    assert not workspace.sockets.made


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_workspace_that_removed_the_app_ends_the_start(
    workspace: Workspace, clock: ManualClock, error: str
) -> None:
    workspace.revokes(error)
    with pytest.raises(UsageError, match=error):
        async with slack(workspace, clock).connected(Desk().handle):
            pass


async def test_a_permission_without_which_nothing_works_ends_the_start(clock: ManualClock) -> None:
    app = App.of(manifest())
    async with Workspace(clock, app=replace(app, scopes=app.scopes - {"chat:write"})) as workspace:
        with pytest.raises(UsageError, match="lacks permissions: chat:write"):
            async with slack(workspace, clock).connected(Desk().handle):
                pass


async def test_a_start_without_slack_goes_on_and_connects_once_it_is_there(
    workspace: Workspace, clock: ManualClock
) -> None:
    workspace.faults.next("auth.test", *[UNAVAILABLE] * 3)
    async with listening(workspace, clock, pace=replace(QUICK, start=0.01)) as (_, desk):
        await both(workspace)
        assert await heard(workspace, desk)


async def test_oauth_variables_of_another_app_change_nothing(
    workspace: Workspace, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-another-app")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "secret")
    async with listening(workspace, clock) as (_, desk):
        assert await heard(workspace, desk)
        await workspace.person("ada").posts("@Gradus today")
        await until(lambda: len(desk.heard) == 3)


async def test_a_proxy_is_not_asked_for_this_machine(
    workspace: Workspace, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with listening(workspace, clock) as (_, desk):
        assert await heard(workspace, desk)


# Losing and finding -------------------------------------------------------------------------------


def warn(reason: str) -> Callable[[Workspace], None]:
    """Return what sends ``disconnect`` frames."""
    return lambda workspace: workspace.sockets.warn(reason)


async def lose(workspace: Workspace, how: Callable[[Workspace], object]) -> None:
    """Lose both connections, and wait until two others are there."""
    await both(workspace)
    made = workspace.sockets.made
    lost = how(workspace)
    if lost is not None:
        await lost  # type: ignore[misc]
    await workspace.until(
        lambda: workspace.sockets.made >= made + 2 and len(workspace.sockets.connections) >= 2
    )


@pytest.mark.parametrize(
    "how",
    [
        warn("warning"),
        warn("refresh_requested"),
        warn("too_many_websockets"),
        lambda workspace: workspace.sockets.close(),
        lambda workspace: workspace.sockets.reset(),
        lambda workspace: workspace.sockets.freeze(),
    ],
    ids=["warning", "refresh_requested", "too_many_websockets", "close", "reset", "half-open"],
)
async def test_a_lost_connection_is_found_again(
    workspace: Workspace, clock: ManualClock, how: Callable[[Workspace], object]
) -> None:
    async with listening(workspace, clock) as (_, desk):
        await lose(workspace, how)
        workspace.sockets.let_go()
        await both(workspace)
        assert await heard(workspace, desk)


async def test_addresses_that_are_dead_do_not_keep_us_away_for_ever(
    workspace: Workspace, clock: ManualClock
) -> None:
    pace = replace(QUICK, grace=0.1, connect=0.3)
    async with listening(workspace, clock, pace=pace) as (_, desk):
        await both(workspace)
        workspace.sockets.dead_links = True
        asked = len(workspace.calls("apps.connections.open"))
        await workspace.sockets.close()
        await until(lambda: len(workspace.calls("apps.connections.open")) > asked + 4)
        workspace.sockets.dead_links = False
        await both(workspace)
        assert await heard(workspace, desk)


async def test_a_slack_that_gives_no_address_for_a_while_is_asked_again(
    workspace: Workspace, clock: ManualClock
) -> None:
    pace = replace(QUICK, grace=0.2, connect=0.3)
    async with listening(workspace, clock, pace=pace) as (_, desk):
        await both(workspace)
        workspace.faults.next("apps.connections.open", *[UNAVAILABLE] * 8)
        await workspace.sockets.close()
        await both(workspace)
        assert await heard(workspace, desk)


async def test_tokens_revoked_in_mid_flight_are_told_once_and_looked_at_seldom(
    workspace: Workspace, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(workspace, clock, pace=replace(QUICK, barred=0.05)) as (_, desk):
        await both(workspace)
        workspace.revokes(app=True)
        await workspace.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
        await workspace.until(lambda: not workspace.sockets.connections)
        asked = len(workspace.calls("auth.test"))
        await until(lambda: len(workspace.calls("auth.test")) > asked + 5)
        errors = [one for one in caplog.records if one.levelname == "ERROR"]
        assert ["our tokens are refused" in one.getMessage() for one in errors] == [True]
        workspace.revokes("", app=True)
        await both(workspace)
        assert await heard(workspace, desk)


# Ending -------------------------------------------------------------------------------------------


async def test_what_is_being_answered_is_finished_at_the_end(
    workspace: Workspace, clock: ManualClock
) -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    desk.replies[Today] = Reply(line("In time."))
    ada = workspace.person("ada")
    async with slack(workspace, clock).connected(desk.handle):
        await ada.command("/gradus today")
        await until(lambda: bool(desk.heard))
        asyncio.get_running_loop().call_later(0.05, desk.gate.set)
    assert [shown(one.shown) for one in ada.private()] == ["In time."]
    assert not workspace.sockets.connections


async def test_who_never_answers_does_not_hold_up_the_end(
    workspace: Workspace, clock: ManualClock
) -> None:
    desk = Desk()
    desk.gate = asyncio.Event()
    pace = replace(QUICK, drain=0.05)
    async with asyncio.timeout(15):
        async with slack(workspace, clock, pace=pace).connected(desk.handle):
            await workspace.person("ada").command("/gradus today")
            await until(lambda: bool(desk.heard))
    desk.gate.set()


async def test_a_connection_that_does_not_answer_leaves_nothing_running() -> None:
    over = asyncio.Event()

    async def deaf(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await over.wait()
        return socket

    server = web.Application()
    server.router.add_get("/link", deaf)
    async with TestServer(server) as there:
        handler = _Handler(AsyncApp(token="xoxb-1"), "xapp-1", Tasks(), 10)
        handler.client.wss_uri = str(there.make_url("/link"))
        handler.client.proxy = None
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await handler.closed(0.01)
        await until(lambda: not [1 for one in asyncio.all_tasks() if "SocketMode" in str(one)])
        over.set()


async def test_after_the_end_it_can_begin_again(workspace: Workspace, clock: ManualClock) -> None:
    platform: Slack = slack(workspace, clock)
    for _ in range(2):
        desk = Desk()
        async with platform.connected(desk.handle):
            await both(workspace)
            await workspace.person("ada").command("/gradus today")
            await until(partial(bool, desk.heard))


async def test_an_app_that_was_removed_is_not_taken_for_one_that_is_back(
    workspace: Workspace, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(workspace, clock, pace=replace(QUICK, barred=0.02)) as (_, desk):
        await both(workspace)
        asked = len(workspace.calls("auth.test"))
        await workspace.uninstalls()
        await until(lambda: len(workspace.calls("auth.test")) > asked + 3)
        assert "connected again" not in caplog.text
        workspace.revokes("")
        await both(workspace)
        assert await heard(workspace, desk)


async def test_socket_mode_switched_off_is_told_and_not_asked_for_again_and_again(
    workspace: Workspace, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(workspace, clock, pace=replace(QUICK, grace=0.2, barred=3600)):
        await both(workspace)
        workspace.faults.next("apps.connections.open", *[Fault(error="invalid_auth")] * 100)
        workspace.sockets.warn("link_disabled")
        await workspace.sockets.close()
        await until(lambda: "our tokens are refused (invalid_auth)" in caplog.text)
        assert len(workspace.calls("apps.connections.open")) < 20
