"""A login to Discord begins, breaks, heals and ends; the commands Discord is told of on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import commands as c
from bot.errors import UsageError
from bot.messages import Message, Reply, paragraph
from bot.model import Actor, Refused, Scope
from bot.ports import Store
from tests.adapters.discord_desk import QUICK, Desk, adapter, entered, heard, opened, uri
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, Rules
from tests.doubles.discord_guild.faults import BROKEN
from tests.doubles.discord_guild.pulse import Pulse
from tests.doubles.discord_guild.world import Guild


async def silent(_: Actor, __: c.Command) -> Reply:
    """Answer nothing."""
    return Reply()


@pytest.fixture
def line() -> Reply:
    """Return a reply of one word."""
    return Reply(Message(body=(paragraph("Heard"),)))


class Said(logging.Handler):
    """What the adapter logged, and a pulse that beats with each line."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.pulse = Pulse()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.pulse.beat()

    async def until(self, number: int) -> list[str]:
        """Return the lines once there are so many."""
        await self.pulse.until(lambda: len(self.lines) >= number, f"{number} lines")
        return self.lines


@pytest.fixture
def said() -> Iterator[Said]:
    """Yield what listens to the log."""
    handler, log = Said(), logging.getLogger("adapters.discord")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


# Beginning ----------------------------------------------------------------------------------------


async def test_a_bad_token_is_said_at_the_start(store: Store, clock: ManualClock) -> None:
    """With where the right one is."""
    async with FakeDiscord(clock) as fake:
        platform = adapter(fake.login, store, clock, token="wrong")
        with pytest.raises(UsageError, match=r"refuses the bot's token.*DISCORD_TOKEN"):
            async with platform.connected(silent):
                pytest.fail("it began")


@pytest.mark.parametrize("code, said", [(4004, "token"), (4014, "intent")])
async def test_a_gateway_that_refuses_us_is_said_at_the_start(
    store: Store, clock: ManualClock, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token was right a moment ago, or an intent has to be granted."""
    async with FakeDiscord(clock) as fake:
        monkeypatch.setattr(fake.gateway, "_identify", lambda line, _: line.close(code))
        platform = adapter(fake.login, store, clock)
        with pytest.raises(UsageError, match=said):
            async with platform.connected(silent):
                pytest.fail("it began")


async def test_it_begins_without_discord_and_connects_when_it_can(
    store: Store, clock: ManualClock, said: Said
) -> None:
    """Neither of a call nor of the gateway is the first failure the last; one line says so."""
    pace = replace(QUICK, start=0)
    async with FakeDiscord(clock) as fake:
        fake.found("Team", "ml")
        fake.faults.plan("me", BROKEN, BROKEN)
        platform = adapter(fake.login, store, clock, pace=pace)
        async with platform.connected(silent):
            await fake.connected()
            (lost, back) = await said.until(2)

    assert lost.startswith("discord: not connected (Discord")
    assert back == "discord: connected again"


# Breaking and healing -----------------------------------------------------------------------------


async def test_what_was_missed_is_heard_after_a_break(store: Store, clock: ManualClock) -> None:
    """The session is resumed; what comes twice is answered once."""
    async with opened(store, clock) as desk:
        ada = desk.visitor()
        async with heard(desk, "shard_resumed"):
            desk.fake.gateway.cut()
        await ada.command("gradus next")
        desk.fake.gateway.again()
        await ada.command("gradus topics")

        assert desk.commands == [c.Next(), c.Topics()]
        assert (desk.fake.gateway.identified, desk.fake.gateway.resumed) == (1, 1)


async def test_a_gateway_that_is_gone_is_one_line_of_the_log(
    store: Store, clock: ManualClock, said: Said, caplog: pytest.LogCaptureFixture
) -> None:
    """A break that heals at once is none; tries to connect leave no traceback each."""
    async with opened(store, clock) as desk:
        async with heard(desk, "shard_resumed"):
            desk.fake.gateway.cut()
        assert caplog.messages == []
        desk.fake.gateway.shut = True
        desk.fake.gateway.cut()
        await said.until(1)

    assert caplog.messages == [
        "discord: not connected (Discord cannot be reached); trying again until it is"
    ]


async def test_a_revoked_token_ends_it_without_a_loop(
    store: Store, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """What is to be sent is refused for the whole platform, with what to do."""
    async with opened(store, clock) as desk:
        keeping = [task for task in asyncio.all_tasks() if task.get_name() == "discord"]
        desk.fake.revokes_token()
        await asyncio.wait(keeping, timeout=20)
        outcome = await desk.platform.post(uri(desk.guild, desk.channel), Message(title="x"), "k")

        assert isinstance(outcome, Refused)
        assert outcome.scope is Scope.PLATFORM
        assert "Set the new one" in outcome.why
        assert desk.fake.gateway.identified == 1
    assert [one.levelno for one in caplog.records].count(logging.ERROR) == 1


async def test_two_shards_are_heard(store: Store, clock: ManualClock) -> None:
    """Each guild over its own."""
    async with FakeDiscord(clock, Rules(shards=2)) as fake:
        guilds = [fake.found(name, "ml") for name in ("One", "Two")]
        async with entered(fake, store, clock) as desk:
            for guild in guilds:
                there = Desk(desk.house, fake, guild)
                await there.visitor().command("gradus next")
            assert fake.gateway.identified == 2
            assert len({_shard(guild) for guild in guilds}) == 2
            assert desk.commands == [c.Next(), c.Next()]


def _shard(guild: Guild) -> int:
    return (guild.id >> 22) % 2


# Ending -------------------------------------------------------------------------------------------


async def test_what_is_being_answered_is_finished_at_the_end(
    store: Store, clock: ManualClock, line: Reply
) -> None:
    """Discord hears that we left on purpose, and shows the bot as away at once."""
    async with FakeDiscord(clock) as fake:
        fake.found("Team", "ml")
        async with entered(fake, store, clock) as desk:
            desk.replies[c.Next], desk.gate = line, asyncio.Event()
            ada = desk.visitor()
            asking = asyncio.create_task(ada.command("gradus next"))
            await desk.heard(1)
            asyncio.get_running_loop().call_later(0, desk.gate.set)
        await asking

        assert ada.sees() == "Heard"
        assert fake.gateway.sessions == {}


# Commands -----------------------------------------------------------------------------------------


async def test_commands_are_told_only_when_they_changed(store: Store, clock: ManualClock) -> None:
    """A restart tells nothing; other names do, and commands that somebody else replaced."""
    async with FakeDiscord(clock) as fake:
        fake.found("Team", "ml")

        async def starts(**changes: object) -> int:
            before = len(fake.called("set commands"))
            async with entered(fake, store, clock, **changes):
                return len(fake.called("set commands")) - before

        assert await starts() == 1
        assert await starts() == 0
        assert await starts(names=("/bot", "/quiz")) == 1
        assert (1, "bot-admin") in fake.state.commands[None]
        assert await starts() == 1
        del fake.state.commands[None][1, "gradus"]
        assert await starts() == 1


async def test_without_commands_the_rest_goes_on(store: Store, clock: ManualClock) -> None:
    """Trouble with telling Discord of them is no reason not to start."""
    async with FakeDiscord(clock) as fake:
        fake.found("Team", "ml")
        fake.faults.plan("set commands", BROKEN)
        async with entered(fake, store, clock) as desk:
            await desk.house.go("2026-11-23 09:30")
            await desk.visitor().clicks("B")
