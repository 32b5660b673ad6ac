"""The manifest that makes the app, and what a doctor sees of a workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import yaml

from adapters.slack.home import page
from adapters.slack.inbound import LEFT
from adapters.slack.limits import VIEW_BLOCKS, problems
from adapters.slack.manifest import as_yaml, manifest
from bot.messages import Action, Message, Prose, Table, Text, paragraph
from bot.model import ChannelId
from bot.ports import Finding
from tests.adapters.slack_desk import slack
from tests.doubles.clock import ManualClock
from tests.doubles.slack_workspace import App, Fault, Workspace
from tests.doubles.slack_workspace.faults import UNAVAILABLE, limited

ML = ChannelId("slack://T0TEAM/C0ML")


@pytest.fixture
async def workspace(clock: ManualClock) -> AsyncIterator[Workspace]:
    async with Workspace(clock, app=App.of(manifest())) as there:
        yield there


# The manifest -------------------------------------------------------------------------------------


def test_the_manifest_is_within_slacks_limits() -> None:
    """Limits: slackapi/manifest-schema, manifest.schema.2.0.0.json."""
    made = manifest()
    about = made["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    for command in made["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert command["command"].startswith("/")
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    assert made["settings"]["socket_mode_enabled"]


def test_the_manifest_has_the_configured_names_and_reads_back() -> None:
    made = yaml.safe_load(as_yaml(("daily", "/drill")))
    assert [one["command"] for one in made["features"]["slash_commands"]] == ["/daily", "/drill"]
    assert made == manifest(("daily", "drill"))


def test_the_app_may_do_no_more_than_it_needs() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes == {
        "bot": [
            "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
            "groups:history", "groups:read", "users:read",
        ]
    }  # fmt: skip


def test_every_event_that_is_listened_to_is_subscribed() -> None:
    events = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert events >= LEFT


# The doctor ---------------------------------------------------------------------------------------


async def examined(workspace: Workspace, clock: ManualClock) -> dict[str, Finding]:
    """Return what a doctor finds, by what was looked at."""
    found = await slack(workspace, clock).check([ML])
    return {one.what: one for one in found}


async def test_a_healthy_workspace_has_nothing_to_mend(
    workspace: Workspace, clock: ManualClock
) -> None:
    found = await examined(workspace, clock)
    found.pop("slack: clock", None)
    assert {what: one.said for what, one in found.items()} == {
        "slack: token": "connected to Team as Gradus",
        "slack: socket": "the app token opens a connection",
        "slack: permissions": "all 8 that are needed",
        "slack: C0ML": "#ml: a member, and the history can be read",
    }
    assert all(one.fine for one in found.values())
    assert not workspace.parents()


async def test_a_clock_that_is_off_is_found(workspace: Workspace, clock: ManualClock) -> None:
    found = (await examined(workspace, clock))["slack: clock"]
    assert not found.fine  # the test's clock stands still in 2026
    assert "time server" in found.mend


def archive(workspace: Workspace) -> None:
    workspace.ml.archived = True


def leave(workspace: Workspace) -> None:
    workspace.ml.members.clear()


def hide(workspace: Workspace) -> None:
    workspace.ml.members.clear()
    workspace.ml.private = True


@pytest.mark.parametrize(
    "broken, what, said, mend",
    [
        (archive, "C0ML", "archived", "Unarchive"),
        (leave, "C0ML", "not a member", "/invite @Gradus"),
        (hide, "C0ML", "do not see the channel", "/invite @Gradus"),
        (lambda there: there.revokes(), "token", "token_revoked", "OAuth & Permissions"),
        (
            lambda there: there.faults.next("apps.connections.open", Fault(error="invalid_auth")),
            "socket", "invalid_auth", "Socket Mode",
        ),
        (
            lambda there: there.faults.next(
                "conversations.history", Fault(error="missing_scope")
            ),
            "C0ML", "lacks a permission", "App Manifest",
        ),
        (
            lambda there: there.faults.next("auth.test", UNAVAILABLE),
            "token", "unclear (service_unavailable)", "HTTPS_PROXY",
        ),
        (
            lambda there: there.faults.next("conversations.info", limited()),
            "C0ML", "asked for a pause", "try again in a minute",
        ),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_found_with_the_click_that_mends_it(
    workspace: Workspace,
    clock: ManualClock,
    broken: Callable[[Workspace], None],
    what: str,
    said: str,
    mend: str,
) -> None:
    broken(workspace)
    found = (await examined(workspace, clock))[f"slack: {what}"]
    assert not found.fine
    assert said in found.said
    assert mend in found.mend


async def test_missing_permissions_are_named(clock: ManualClock) -> None:
    app = App.of(manifest())
    fewer = replace(app, scopes=app.scopes - {"users:read", "groups:read"})
    async with Workspace(clock, app=fewer) as workspace:
        found = (await examined(workspace, clock))["slack: permissions"]
    assert found.said == "missing: groups:read, users:read"
    assert not found.fine


async def test_a_channel_of_another_workspace_is_found(
    workspace: Workspace, clock: ManualClock
) -> None:
    found = await slack(workspace, clock).check([ChannelId("slack://T0OTHER/C0ML")])
    assert "belongs to a workspace" in found[-1].said


async def test_a_test_post_leaves_nothing_behind(workspace: Workspace, clock: ManualClock) -> None:
    found = await slack(workspace, clock).test_post(ML)
    assert found == Finding(
        "slack: C0ML: test post", fine=True, said="posted, found, edited and removed a test message"
    )
    assert not workspace.parents()
    assert workspace.calls("chat.update")


@pytest.mark.parametrize(
    "method, step",
    [
        ("chat.postMessage", "posted"),
        ("conversations.history", "found"),
        ("chat.update", "edited"),
        ("chat.delete", "removed"),
    ],
)
async def test_a_test_post_says_how_far_it_got(
    workspace: Workspace, clock: ManualClock, method: str, step: str
) -> None:
    workspace.faults.next(method, *[Fault(error="restricted_action")] * 20)
    platform = slack(workspace, clock)
    found = await platform.test_post(ML)
    assert not found.fine
    assert f"failed to be {step}: the workspace's settings" in found.said
    assert bool(workspace.parents()) is (step == "removed")


# The Home tab -------------------------------------------------------------------------------------


def test_a_home_tab_is_within_slacks_limits_however_much_there_is_to_show() -> None:
    table = Table(((Text("n"),),), (((Text("1"),),),))
    body = (Prose((table,)), *(paragraph(f"{n}" * 3000) for n in range(60)))
    actions = tuple(Action(f"g1.k:pick:{n}", f"{n}") for n in range(30))
    view = page([Message(title="Yours", body=body, actions=actions)] * 3)
    assert problems(view) == []
    assert len(view["blocks"]) > 10


def test_of_many_messages_as_much_is_shown_as_there_is_room_for() -> None:
    view = page([Message(body=(paragraph("Yours."),))] * 200)
    assert len(view["blocks"]) == VIEW_BLOCKS
    assert problems(view) == []
