"""What a doctor and an invitation say of Discord, and what Discord is told of our commands."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord import commands
from adapters.discord.examining import LOOKS
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
from tests.doubles.discord_guild.world import Channel


async def found(
    fake: FakeDiscord, store: Store, clock: ManualClock, *channels: ChannelId, **changes: Any
) -> list[Finding]:
    """Return what a doctor finds."""
    return list(await adapter(fake.login, store, clock, **changes).check(channels))


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

        async with entered(fake, store, clock):
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


@pytest.mark.parametrize(
    "call, step",
    [("post", "posted"), ("history", "found"), ("edit", "edited"), ("delete", "removed")],
)
async def test_a_test_post_says_how_far_it_got(
    store: Store, clock: ManualClock, call: str, step: str
) -> None:
    """And leaves nothing behind that could be removed."""
    async with FakeDiscord(clock) as fake:
        ml = next(iter(fake.found("Team", "ml").channels.values()))
        fake.faults.plan(call, *[BROKEN] * LOOKS)
        found = await adapter(fake.login, store, clock).test_post(_uri(ml))

        assert not found.fine
        assert f"failed to be {step}: Discord's answer was unclear (503)" in found.said
        assert bool(ml.standing()) is (step == "removed")


async def test_a_test_post_leaves_nothing_behind(store: Store, clock: ManualClock) -> None:
    """It was edited, and calls nobody; what cannot be read, or be entered, is said."""
    async with FakeDiscord(clock) as fake:
        ml = next(iter(fake.found("Team", "ml").channels.values()))
        platform = adapter(fake.login, store, clock)
        passed = await platform.test_post(_uri(ml))
        assert (len(fake.called("edit")), ml.standing()) == (1, [])
        fake.forbids(ml, May.READ_MESSAGE_HISTORY)
        unread = await platform.test_post(_uri(ml))
        nowhere = await platform.test_post(ChannelId("discord://lobby"))
        nobody = await adapter(fake.login, store, clock, token="wrong").test_post(_uri(ml))

    said = "posted, found, edited and removed a test message"
    assert passed == Finding(f"discord: {ml.id}: test post", fine=True, said=said)
    assert "failed to be found: the channel's history does not show it" in unread.said
    assert nowhere.what == "discord: discord://lobby: test post"
    assert "a channel is written discord://SERVER/CHANNEL" in nowhere.said
    assert "does not know the token" in nobody.said


def _uri(channel: Channel) -> ChannelId:
    assert channel.guild is not None
    return uri(channel.guild, channel)


async def test_an_invitation_asks_for_what_is_needed(store: Store, clock: ManualClock) -> None:
    """And for nothing else; without the right token it says so."""
    async with FakeDiscord(clock) as fake:
        address = await adapter(fake.login, store, clock).invitation()
        with pytest.raises(UsageError, match="DISCORD_TOKEN"):
            await adapter(fake.login, store, clock, token="wrong").invitation()
        fake.faults.plan("application", BROKEN)
        with pytest.raises(GradusError, match="cannot be reached"):
            await adapter(fake.login, store, clock).invitation()

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
