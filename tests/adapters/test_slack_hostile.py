"""What people might send us on Slack to make us ping, leak, break or take a forgery for true."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.model import Kind
from bot.ports import Store
from tests.doubles.clock import ManualClock
from tests.doubles.house import choice, explain, short
from tests.doubles.slack_person import SlackRoom, room
from tests.doubles.slack_workspace.checks import nodes
from tests.doubles.slack_workspace.sight import Button, shown

HOSTILE = [
    "<!channel> <!here> <!everyone> <@U0BEN> <#C0ML> <!subteam^S0ALL>",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "*bold* _it_ ~gone~ `code` ```fence``` > quote",
    "<https://example.org|your bank> [your bank](https://example.org)",
    '{"type":"broadcast","range":"channel"}',
    "\u202eright to left\u202c zero\u200bwidth \ufeff \u2066isolate\u2069",
    "line\nline\r\nline\ttab \x00\x1b[31m control",
    "x" * 3_000,
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩🏽‍🔬" * 100,
    "e\u0301" * 40 + "\u2060\u200b" * 10 + "end",
    "@channel @here @everyone",
]


@asynccontextmanager
async def asked(
    store: Store, clock: ManualClock, kind: Kind = Kind.OPEN
) -> AsyncIterator[SlackRoom]:
    """Open a house on Slack with a question that is open; at its end, nobody was called."""
    question = {Kind.OPEN: explain, Kind.SHORT: short}.get(kind, choice)()
    async with room(store, clock, [question]) as here:
        await here.house.go("2026-11-23 09:30")
        yield here


def literal(body: object) -> str:
    """Return the characters that rich text shows, which Slack does not read as markup."""
    return "".join(str(one["text"]) for one in nodes(body) if one.get("type") == "text")


def visible(text: str) -> str:
    """Return the characters that can be seen; one that steers a screen is shown as U+FFFD."""
    return "".join(char for char in text if char.isprintable() and char != "\ufffd")


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_member_writes_is_shown_to_them_as_they_wrote_it_and_to_nobody_else(
    store: Store, clock: ManualClock, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with asked(store, clock) as here:
        ada, ben = here.person("ada"), here.person("ben")
        await ada.clicks("Answer…")
        await ada.fills({"answer": text})
        await ada.clicks("Show me now")
        await ada.commands(f"answer {text}")
        for word in ("suggest", "report", "search"):
            await ada.commands(f"{word} {text}")
        await ada.commands(text)
        shown_to_ada = here.slack.shown_to(ada.human.user)
        everything = "".join(map(literal, shown_to_ada))
        marked = visible(text)[:100]
        assert marked in visible(everything)
        quoted = [one for one in nodes(shown_to_ada) if one.get("type") == "rich_text_quote"]
        assert visible(text) in {visible(literal(one)) for one in quoted}
        seen = json.dumps(here.slack.shown_to(ben.human.user), ensure_ascii=False)
        assert marked not in seen
    assert not [one for one in caplog.records if one.levelname == "ERROR"]
    assert text[:40] not in caplog.text


async def test_a_hundred_thousand_characters_are_answered(
    store: Store, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with asked(store, clock) as here:
        ada = here.person("ada")
        for word in ("answer", "suggest", "report", "search", "nonsense"):
            await ada.commands(f"{word} {'long ' * 20_000}")
            assert ada.sees()
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


@pytest.mark.parametrize(
    "value",
    [
        "", ":", "::::", "pick", "g1.aaaaaaaaaaaaaaaa:pick:b", "g1.aaaaaaaaaaaaaaaa:reveal:",
        "x" * 2_000, "<!channel>", "../../etc/passwd", "g1.\x00:pick:a", "null", "{}",
    ],
)  # fmt: skip
async def test_a_forged_button_does_nothing_but_say_so(
    store: Store, clock: ManualClock, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with asked(store, clock, Kind.CHOICE) as here:
        (post,) = here.slack.parents()
        eve = here.person("eve")
        forged = Button("A", "b", {"action_id": "forged", "value": value})
        await eve.does(eve.human.presses(forged, post))
        (told,) = eve.human.private()
        assert shown(told.shown)
        assert len(post.versions) == 1
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


@pytest.mark.parametrize(
    "note",
    [
        "", "null", "[]", "{}", "not json", '{"channel": 5, "thread": []}',
        '{"channel": "C0SECRET", "thread": ""}', '{"channel": "C0ML", "thread": "1.1"}',
    ],
)  # fmt: skip
async def test_a_forged_note_of_a_form_changes_only_where_its_sender_is_told(
    store: Store, clock: ManualClock, note: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with asked(store, clock) as here:
        secret = here.slack.channel("secret", private=True)
        eve = here.person("eve")
        await eve.clicks("Answer…")
        view = eve.human.modal
        assert view is not None
        view.content = {**view.content, "private_metadata": note}
        await eve.fills({"answer": "because"})
        assert "Recorded" in eve.sees()
        assert not here.slack.state.standing(secret.id)
        (post,) = here.slack.parents()
        assert len(here.slack.thread(post)) == 1
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


@pytest.mark.parametrize(
    "traits",
    [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}],
)
async def test_a_guest_may_answer_and_administer_nothing(
    store: Store, clock: ManualClock, traits: dict[str, Any]
) -> None:
    async with asked(store, clock, Kind.CHOICE) as here:
        guest = here.person("guest", is_admin=True, **traits)
        await guest.clicks("A")
        assert "Recorded: A." in guest.sees()
        await guest.commands("admin status")
        assert "admins" in guest.sees()
        assert "Question 1" not in guest.sees()


async def test_a_month_old_button_still_says_what_became_of_its_question(
    store: Store, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with asked(store, clock, Kind.CHOICE) as here:
        (post,) = here.slack.parents()
        ada = here.person("ada")
        button, _ = ada.human.button("B", on=post)
        await here.house.through("2026-11-23 16:00", step=60)
        clock.move(days=31)
        await ada.does(ada.human.presses(button, post))
        assert ada.sees()
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


async def test_a_button_of_a_message_that_was_deleted_is_answered(
    store: Store, clock: ManualClock
) -> None:
    async with asked(store, clock, Kind.CHOICE) as here:
        (post,) = here.slack.parents()
        ada = here.person("ada")
        button, _ = ada.human.button("B", on=post)
        post.deleted = True
        await ada.does(ada.human.presses(button, post))
        assert "Recorded: B." in ada.sees()
