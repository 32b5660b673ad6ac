"""What a doctor and an invitation say of Discord, and what Discord is told of our commands."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord import commands
from adapters.discord.limits import COMMAND
from bot.commands import WORDS
from bot.errors import GradusError, UsageError
from bot.model import ChannelId
from bot.ports import Finding, Store
from tests.adapters.discord_desk import adapter, entered, uri
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, May
from tests.doubles.discord_guild.checks import commands as wrong
from tests.doubles.discord_guild.faults import BROKEN


async def found(
    fake: FakeDiscord, store: Store, clock: ManualClock, *channels: ChannelId, **changes: str
) -> list[Finding]:
    """Return what a doctor finds."""
    return list(await adapter(fake, store, clock, **changes).check(channels))


async def test_each_thing_a_doctor_looks_at(store: Store, clock: ManualClock) -> None:
    """What is fine, and what is not with the click that mends it, permissions by their names."""
    async with FakeDiscord(clock) as fake:
        guild = fake.found("Team", "fine", "closed")
        fine, closed = guild.channels.values()
        fake.forbids(closed, May.READ_MESSAGE_HISTORY, May.CREATE_PUBLIC_THREADS)
        places = (uri(guild, fine), uri(guild, closed), ChannelId("discord://1/2"))

        report = await found(fake, store, clock, *places)

        assert [(one.what, one.fine) for one in report] == [
            ("discord: token", True),
            ("discord: gateway", True),
            ("discord: intents", True),
            ("discord: commands", True),
            (f"discord: {fine.id}", True),
            (f"discord: {closed.id}", False),
            ("discord: 2", False),
        ]
        assert report[0].said == "connected as gradus"
        assert report[3].said == "Discord is told of them at the first start"
        assert report[5].said == "#closed: without Create Public Threads, Read Message History"
        assert "allow: Create Public Threads, Read Message History" in report[5].mend
        assert "discord.com/oauth2/authorize?client_id=" in report[6].mend

        async with entered(fake, guild, store, clock):
            pass
        assert (await found(fake, store, clock))[3].said == "all 5 are known to Discord"
        del fake.state.commands[None][1, "quiz"]
        missing = (await found(fake, store, clock))[3]
        assert (missing.said, missing.fine) == ("Discord does not know quiz yet", False)


async def test_a_token_that_is_refused_ends_the_examination(
    store: Store, clock: ManualClock
) -> None:
    """As does a Discord that does not answer."""
    async with FakeDiscord(clock) as fake:
        (refused,) = await found(fake, store, clock, token="wrong")
        fake.faults.plan("me", BROKEN)
        (silent,) = await found(fake, store, clock)

    assert "DISCORD_TOKEN" in refused.mend
    assert "discordstatus.com" in silent.mend
    assert (refused.fine, silent.fine) == (False, False)


async def test_an_invitation_asks_for_what_is_needed(store: Store, clock: ManualClock) -> None:
    """And for nothing else; without the right token it says so."""
    async with FakeDiscord(clock) as fake:
        address = await adapter(fake, store, clock).invitation()
        with pytest.raises(UsageError, match="DISCORD_TOKEN"):
            await adapter(fake, store, clock, token="wrong").invitation()
        fake.faults.plan("application", BROKEN)
        with pytest.raises(GradusError, match="cannot be reached"):
            await adapter(fake, store, clock).invitation()

    asked = parse_qs(urlsplit(address).query)
    assert asked["client_id"] == [str(fake.state.me.id)]
    assert asked["scope"] == ["bot applications.commands"]
    assert int(asked["permissions"][0]) == (
        May.VIEW_CHANNEL | May.SEND_MESSAGES | May.SEND_MESSAGES_IN_THREADS
        | May.CREATE_PUBLIC_THREADS | May.READ_MESSAGE_HISTORY
    )  # fmt: skip


def test_what_discord_is_told_is_within_its_limits() -> None:
    """Names, descriptions, numbers of options; every word but those of a terminal is there."""
    told = commands.payload(commands.NAMES)

    assert wrong(told) == []
    roots = {one["name"]: one for one in told}
    assert sorted(roots) == [
        "Submit as my answer", "Suggest as question", "gradus", "gradus-admin", "quiz",
    ]  # fmt: skip
    assert roots["gradus-admin"]["default_member_permissions"] == str(int(May.MANAGE_GUILD))
    for admin, root in ((False, "gradus"), (True, "gradus-admin")):
        words = [one.name for one in WORDS if one.admin == admin and one.name != "quit"]
        assert [one["name"] for one in roots[root]["options"]] == words
        for word in roots[root]["options"]:
            assert 1 <= len(word["description"]) <= COMMAND
            assert all(one["description"] != one["name"] for one in word["options"])
