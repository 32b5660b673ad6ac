"""What people might send us on Discord to make us ping, leak, break or take a forgery for true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.model import Kind
from bot.ports import Store
from bot.wording import discord as wording
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import May
from tests.doubles.discord_guild.checks import walk
from tests.doubles.discord_guild.world import Ask, Json, Message
from tests.doubles.discord_person import DiscordRoom, room
from tests.doubles.house import choice, explain, short

HOSTILE = [
    "@everyone @here <@1> <@&2> <@!3> <#4> </quiz:5> <id:customize> <t:0:R> <a:wave:6>",
    "**bold** *lean* __under__ ~~gone~~ `code` ```fence``` > quote",
    "# head\n-# small\n- list\n1. one\n>>> all of it",
    "||hidden|| `a || b` ```js\na || b\n```",
    "[your bank](https://evil.example) <https://evil.example> https://discord.gg/evil",
    '{"parse": ["everyone"], "components": []}',
    "\u202eright to left\u202c zero\u200bwidth \ufeff \u2066isolate\u2069",
    "line\nline\r\nline\ttab \x1b[31m control",
    "x" * 3_000,
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩🏽‍🔬" * 100,
]


@asynccontextmanager
async def asked(
    store: Store,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
    kind: Kind = Kind.OPEN,
) -> AsyncIterator[DiscordRoom]:
    """Open a house on Discord with a question; at its end nobody was called, nothing broke."""
    question = {Kind.OPEN: explain, Kind.SHORT: short}.get(kind, choice)()
    async with room(store, clock, [question]) as here:
        await here.house.go("2026-11-23 09:30")
        yield here
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


def post(here: DiscordRoom) -> Message:
    """Return the question as it stands in the channel."""
    return here.ml.standing()[0]


def key(here: DiscordRoom) -> str:
    """Return the key that the question's buttons carry."""
    ids = (one["custom_id"] for one in walk(post(here).components) if "custom_id" in one)
    return str(next(ids)).partition(":")[0]


def shown(messages: Iterable[Message]) -> str:
    """Return all that messages ever showed, and the ids that went along."""
    versions = [one for message in messages for one in message.versions]
    nodes = [node for one in versions for node in walk(one.get("components") or [])]
    found = [str(node[name]) for node in nodes for name in ("content", "custom_id") if name in node]
    return "\n".join([*found, *(str(one.get("content", "")) for one in versions)])


def core(text: str) -> str:
    """Return the beginning of the letters and digits in a text, which no rendering changes."""
    return letters(text)[:100]


def letters(text: str) -> str:
    """Return the letters and digits in a text."""
    return "".join(char for char in text if char.isalnum())


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_member_writes_is_shown_to_them_alone_and_logged_nowhere(
    store: Store, clock: ManualClock, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As an answer, a report, a suggestion, a search, and as a message of theirs."""
    async with asked(store, clock, caplog) as here:
        ada, ben = here.person("ada"), here.person("ben")
        await ada.clicks("Answer…")
        await ada.fills({"answer": text, "sure": "guess"})
        assert core(text) in letters(ada.sees())
        for word in ("answer", "report", "suggest", "search"):
            await ada.commands(f"{word} {text}")
        mine = ada.visitor.writes(text[:2_000], next(here.guild.threads()))
        await ada.does(ada.visitor.uses(wording.ANSWER_MENU, mine))
        await ada.does(ada.visitor.uses(wording.SUGGEST_MENU, mine))
        await ada.fills({})
        await ben.commands("today")
        hers = ada.visitor.user
        others = (one for one in here.discord.messages() if one.viewer is not hers)
        assert core(text) not in letters(shown(others))
    assert text[:40] not in caplog.text


@pytest.mark.parametrize("kind", [Kind.OPEN, Kind.SHORT, Kind.CHOICE])
async def test_the_longest_text_that_discord_takes_is_answered(
    store: Store, clock: ManualClock, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """Six thousand characters in a command, two thousand in a message."""
    async with asked(store, clock, caplog, kind) as here:
        ada = here.person("ada")
        for word in ("answer", "report", "suggest", "search"):
            await ada.commands(f"{word} {'long ' * 1_200}")
            assert ada.sees()
        mine = ada.visitor.writes("word " * 400, next(here.guild.threads()))
        for menu in (wording.ANSWER_MENU, wording.SUGGEST_MENU):
            await ada.does(ada.visitor.uses(menu, mine))
            assert ada.sees()


def typed(field: str, value: object) -> list[Json]:
    """Return what a form sends of one text field."""
    return [{"type": 18, "component": {"type": 4, "custom_id": field, "value": value}}]


def chosen(field: str, *values: object) -> list[Json]:
    """Return what a form sends of one menu."""
    return [{"type": 18, "component": {"type": 3, "custom_id": field, "values": list(values)}}]


@pytest.mark.parametrize(
    "verb, fields",
    [
        ("answer", []),
        ("answer", typed("answer", "")),
        ("answer", typed("answer", None)),
        ("answer", typed("answer", 5)),
        ("answer", typed("answer", "z" * 100_000)),
        ("answer", typed("other", "b")),
        ("answer", chosen("answer", "z")),
        ("answer", chosen("answer", "a", "b", "c", "d")),
        ("answer", [*typed("answer", "z"), *typed("sure", "certain")]),
        ("answer", [{"type": 1, "components": [{"type": 4}]}]),
        ("answer", [{"type": 18}]),
        ("tick", chosen("points", "1", "99", "-1", "x")),
        ("setup", typed("channel", "discord://1/2")),
        ("setup", chosen("channel", "not a number")),
        ("nonsense", typed("answer", "b")),
    ],
)
async def test_a_forged_form_is_met_with_a_sentence_and_counts_for_nothing(
    store: Store,
    clock: ManualClock,
    verb: str,
    fields: list[Json],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever is in it, whoever sends it."""
    async with asked(store, clock, caplog, Kind.CHOICE) as here:
        eve = here.person("eve")
        forged = eve.visitor.forges(f"{key(here)}:{verb}:", post(here), Ask.SUBMIT, fields)
        await eve.does(forged)
        assert eve.sees()
        await here.house.through("2026-11-23 09:40")
        assert "answered" not in eve.channel().replace("No answers", "")


async def test_a_button_of_a_message_that_was_deleted_is_answered(
    store: Store, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """An admin deleted the question while somebody pressed."""
    async with asked(store, clock, caplog, Kind.CHOICE) as here:
        ada, question = here.person("ada"), post(here)
        pressed = f"{key(here)}:pick:b"
        here.discord.deletes(question)
        await ada.does(ada.visitor.forges(pressed, question))
        assert "Recorded: B." in ada.sees()


async def test_a_button_of_another_server_gives_no_rights_there(
    store: Store, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Who manages one server steers nothing in another, whatever ids they learnt."""
    async with asked(store, clock, caplog, Kind.CHOICE) as here:
        other = here.discord.found("Other", "lobby", invited=False)
        here.discord.invites(other)
        eve = here.person("eve", May.ADMINISTRATOR, at=next(iter(other.channels.values())))
        hers = eve.visitor.writes("Hello")
        for verb in ("post", "plan", "topics"):
            await eve.does(eve.visitor.forges(f"{key(here)}:{verb}:", hers))
            assert "admin" in eve.sees()


async def test_bars_in_the_code_of_an_answer_hide_and_show_nothing(
    store: Store, clock: ManualClock
) -> None:
    """On Discord ``||`` would begin a spoiler; in code and in words it is shown as it is."""
    answer = "Take `a || b`:\n\n```js\nif (a || b) go()\n```\n\nThat is a || b, or ||."
    bars: dict[str, Any] = {"prompt": "What does `a || b` do with || here?", "answer": answer}
    async with room(store, clock, [choice(**bars)]) as here:
        await here.house.go("2026-11-23 09:30")
        assert "What does `a || b` do with \\|\\| here?" in shown([post(here)])
        assert "go()" not in shown(here.discord.messages())
        await here.house.through("2026-11-23 15:30")
        said = shown(here.discord.messages())
        assert "```js\nif (a || b) go()\n```" in said
        assert "That is a \\|\\| b, or \\|\\|." in said
