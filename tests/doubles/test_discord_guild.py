"""The fake Discord keeps, refuses and fails as Discord does, seen by an unmodified discord.py."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from tests.doubles.bare_discord import Bot, code, raw, told, view
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, May, Visitor
from tests.doubles.discord_guild.faults import (
    BROKEN,
    DROPPED,
    KEPT_BUT_SILENT,
    Fault,
    chance,
    limited,
    slow,
)
from tests.doubles.discord_guild.world import Guild, Kind

# Messages -----------------------------------------------------------------------------------------


async def test_a_nonce_is_posted_once(room: discord.TextChannel, clock: ManualClock) -> None:
    """Within the window the first message comes back; behind it there is a second one."""
    first = await room.send("hello", nonce="k1")
    clock.move(minutes=4)
    assert (await room.send("hello again", nonce="k1")).id == first.id
    clock.move(minutes=2)
    assert (await room.send("hello again", nonce="k1")).id != first.id
    assert [one.content async for one in room.history()] == ["hello again", "hello"]


async def test_a_nonce_of_a_deleted_message(
    room: discord.TextChannel, fake: FakeDiscord, team: Guild
) -> None:
    """It says that the message is unknown, and posts nothing."""
    await room.send("hello", nonce="k1")
    [message] = team.channels[room.id].standing()
    fake.deletes(message)
    with pytest.raises(discord.NotFound) as error:
        await room.send("hello", nonce="k1")
    assert code(error) == (404, 10008)
    assert not team.channels[room.id].standing()


async def test_a_history_that_may_not_be_read_is_empty(
    room: discord.TextChannel, fake: FakeDiscord, team: Guild
) -> None:
    """No error: only nothing."""
    await room.send("hello")
    fake.forbids(team.channels[room.id], May.READ_MESSAGE_HISTORY)
    assert [one async for one in room.history()] == []
    fake.forbids(team.channels[room.id], May.VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden) as error:
        [one async for one in room.history()]
    assert code(error) == (403, 50001)


async def test_a_history_in_pages(
    room: discord.TextChannel, fake: FakeDiscord, clock: ManualClock
) -> None:
    """Every message once, oldest first from an instant on; the newest may not be there yet."""
    sent = [await room.send(str(number)) for number in range(130)]
    since = discord.Object(sent[9].id)
    found = [one.content async for one in room.history(limit=None, after=since)]
    assert found == [str(number) for number in range(10, 130)]
    around = [one.content async for one in room.history(limit=3, around=sent[50])]
    assert sorted(around) == ["49", "50", "51"]
    fake.rules.lag = timedelta(seconds=5)
    assert [one async for one in room.history()] == []
    clock.move(seconds=6)
    assert len([one async for one in room.history(limit=7)]) == 7


async def test_an_edit(room: discord.TextChannel, team: Guild, clock: ManualClock) -> None:
    """What a message showed is kept; one older than an hour may not be edited often."""
    message = await room.send("one")
    await message.edit(content="two")
    [kept] = team.channels[room.id].standing()
    assert (kept.content, [body["content"] for body in kept.versions]) == ("two", ["one", "two"])
    clock.move(hours=2)
    for _ in range(3):
        await message.edit(content="three")
    async with raw(room) as post:
        status, said = await post(
            "PATCH", f"channels/{room.id}/messages/{message.id}", {"content": "4"}
        )
    assert (status, said["code"], said["retry_after"]) == (429, 30046, 20.0)


def shown(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a message of components of the second version."""
    return {"flags": 1 << 15, "components": list(components), **more}


def button(label: str = "B", custom_id: str = "x") -> dict[str, Any]:
    """Return a button."""
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id}


TEXT = {"type": 10, "content": "a" * 2001}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "a" * 2001},
        {"content": "a", "nonce": "n" * 26},
        {"embeds": [{"description": "a" * 4097}]},
        {"content": "a", "components": [{"type": 1, "components": [button()] * 2}]},
        {"allowed_mentions": {"parse": ["roles"], "roles": ["1"]}, "content": "a"},
        shown(TEXT, TEXT),
        shown(*[{"type": 10, "content": "a"}] * 41),
        shown({"type": 10, "content": "a"}, content="beside"),
        shown({"type": 10, "content": " "}),
        shown({"type": 1, "components": [button(custom_id="x" * 101)]}),
        shown({"type": 1, "components": [button(label="a" * 81)]}),
        shown({"type": 1, "components": [button(custom_id=str(n)) for n in range(6)]}),
        shown({"type": 10, "content": "a", "id": 7}, {"type": 10, "content": "b", "id": 7}),
        shown({"type": 18, "label": "a", "component": {"type": 4, "custom_id": "x", "style": 1}}),
    ],
)
async def test_limits_that_discord_py_does_not_know(
    room: discord.TextChannel, team: Guild, body: dict[str, Any]
) -> None:
    """What is too long, too many or twice is refused, and nothing stands."""
    async with raw(room) as send:
        status, said = await send("POST", f"channels/{room.id}/messages", body)
    assert (status, said["code"]) == (400, 50035)
    assert not team.channels[room.id].standing()


async def test_nothing_is_no_message(room: discord.TextChannel) -> None:
    """Neither words nor components."""
    async with raw(room) as send:
        _, said = await send("POST", f"channels/{room.id}/messages", {"content": ""})
    assert said["code"] == 50006


async def test_who_is_called(room: discord.TextChannel, fake: FakeDiscord, team: Guild) -> None:
    """A mention calls somebody only where the body allows it and the role can be called."""
    role = fake.role(team, "learners", mentionable=True)
    quiet = discord.AllowedMentions.none()
    await room.send(f"@everyone <@&{role.id}>", allowed_mentions=quiet)
    await room.send(f"@everyone <@&{role.id}>")
    one = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(role.id)])
    await room.send(view=view(ui.TextDisplay(f"<@&{role.id}> @here")), allowed_mentions=one)
    called = [message.pinged for message in team.channels[room.id].standing()]
    assert called == [(), (str(role.id),), (str(role.id),)]


# Threads ------------------------------------------------------------------------------------------


async def test_a_thread_has_the_id_of_its_message(room: discord.TextChannel) -> None:
    """There is one thread to a message; its first message only points back."""
    message = await room.send("question")
    thread = await message.create_thread(name="talk")
    assert thread.id == message.id
    with pytest.raises(discord.HTTPException) as error:
        await room.get_partial_message(message.id).create_thread(name="talk")
    assert code(error) == (400, 160004)
    await thread.send("reply")
    said = [(one.type, one.content) async for one in thread.history()]
    assert said == [
        (discord.MessageType.default, "reply"),
        (discord.MessageType.thread_starter_message, ""),
    ]


async def test_an_archived_thread(
    room: discord.TextChannel, fake: FakeDiscord, team: Guild, clock: ManualClock
) -> None:
    """Nothing in it can be edited; a new message opens it again, unless it is locked."""
    thread = await (await room.send("question")).create_thread(name="talk")
    reply = await thread.send("reply")
    clock.move(days=2)
    kept = team.channels[thread.id]
    with pytest.raises(discord.HTTPException) as error:
        await reply.edit(content="no")
    assert code(error) == (400, 50083)
    assert [one.id async for one in room.archived_threads()] == [thread.id]
    await thread.send("awake")
    assert not kept.archived(clock())
    fake.archives(kept, locked=True)
    with pytest.raises(discord.HTTPException) as error:
        await thread.send("no")
    assert code(error) == (400, 160005)


async def test_a_thread_gets_a_name_twice_in_a_while(
    room: discord.TextChannel, team: Guild
) -> None:
    """The third name is refused for minutes."""
    thread = await (await room.send("question")).create_thread(name="one")
    for name in ("two", "three"):
        await thread.edit(name=name)
    async with raw(room) as send:
        status, said = await send("PATCH", f"channels/{thread.id}", {"name": "four"})
    assert (status, said["code"], said["retry_after"]) == (429, 20028, 600.0)
    assert team.channels[thread.id].name == "three"


# Who may what -------------------------------------------------------------------------------------


async def test_permissions_that_are_missing(
    room: discord.TextChannel, fake: FakeDiscord, team: Guild
) -> None:
    """Each verb says so with Discord's code."""
    message = await room.send("hello")
    channel = team.channels[room.id]
    fake.forbids(channel, May.SEND_MESSAGES, May.CREATE_PUBLIC_THREADS)
    for attempt in (room.send("no"), message.create_thread(name="no")):
        with pytest.raises(discord.Forbidden) as error:
            await attempt
        assert code(error) == (403, 50013)
    fake.removes(channel)
    with pytest.raises(discord.NotFound) as missing:
        await room.send("no")
    assert code(missing) == (404, 10003)


async def test_kicked_and_invited_again(
    bot: Bot, room: discord.TextChannel, fake: FakeDiscord, team: Guild
) -> None:
    """The bot is told, and has no access until it is back."""
    fake.kicks(team)
    await told(bot, "guild_remove")
    with pytest.raises(discord.Forbidden) as error:
        await room.send("no")
    assert code(error) == (403, 50001)
    with pytest.raises(discord.NotFound) as gone:
        await bot.fetch_guild(team.id)
    assert code(gone) == (404, 10004)
    fake.invites(team)
    await told(bot, "guild_join")
    await room.send("back")


async def test_a_direct_message(bot: Bot, fake: FakeDiscord, team: Guild) -> None:
    """It reaches whoever takes messages."""
    ada = Visitor(fake, team, "ada")
    await (await bot.fetch_user(ada.user.id)).send("psst")
    assert ada.sees() == "psst"
    ada.user.takes_messages = False
    with pytest.raises(discord.Forbidden) as error:
        await (await bot.fetch_user(ada.user.id)).send("psst")
    assert code(error) == (403, 50007)


async def test_a_channel_of_news(bot: Bot, fake: FakeDiscord, team: Guild) -> None:
    """A channel made while the bot runs can be written to."""
    added = fake.adds(team, "news", Kind.NEWS)
    await told(bot, "guild_channel_create")
    channel = bot.get_channel(added.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send("hello")


# Faults -------------------------------------------------------------------------------------------


async def test_calls_that_fail(room: discord.TextChannel, fake: FakeDiscord, team: Guild) -> None:
    """What breaks before it is done is not done; what breaks behind it is."""
    fake.faults.plan("post", DROPPED, BROKEN, KEPT_BUT_SILENT)
    for text in ("one", "two", "three"):
        with pytest.raises((aiohttp.ClientError, discord.DiscordServerError)):
            await room.send(text, nonce=text)
    assert [one.content for one in team.channels[room.id].standing()] == ["three"]
    await room.send("three", nonce="three")
    assert len(team.channels[room.id].standing()) == 1


async def test_faults_by_chance(room: discord.TextChannel, fake: FakeDiscord) -> None:
    """A share of the calls that were named fails, and no other."""
    fake.faults.by_chance = chance(random.Random(1), 0.5, (DROPPED, KEPT_BUT_SILENT), {"post"})
    failed = 0
    for number in range(30):
        try:
            await room.send(str(number))
        except aiohttp.ClientError:
            failed += 1
    assert 8 <= failed <= 22
    assert len(await room.guild.fetch_channels()) == 1


async def test_a_slow_call(room: discord.TextChannel, fake: FakeDiscord, team: Guild) -> None:
    """The answer waits for a word, what was asked does not."""
    word = asyncio.Event()
    fake.faults.plan("post", slow(word))
    sending = asyncio.create_task(room.send("hello"))
    channel = team.channels[room.id]
    await fake.state.pulse.until(channel.standing, "the message")
    assert not sending.done()
    word.set()
    await sending


async def test_limits_on_calls(room: discord.TextChannel, fake: FakeDiscord) -> None:
    """discord.py waits for what is short; beyond a limit, its own or that of all, is a refusal."""
    fake.faults.plan("post", limited(0.01), limited(0.01, whole=True))
    await room.send("hello")
    assert [one.status for one in fake.called("post")] == [429, 429, 200]
    fake.rates.limits["post"] = (2, 0.05)
    for number in range(3):
        await room.send(str(number))
    path, body = f"channels/{room.id}/messages", {"content": "x"}
    async with raw(room) as send:
        fake.rates.limits["post"] = (1, 60)
        answers = [await send("POST", path, body) for _ in range(3)]
        assert answers[-1][0] == 429
        assert 0 < answers[-1][1]["retry_after"] <= 60
        fake.rates.limits.clear()
        fake.rates.whole = (1, 60)
        answers = [await send("POST", path, body) for _ in range(2)]
    assert [(status, said.get("global")) for status, said in answers] == [(200, None), (429, True)]


async def test_an_outage(room: discord.TextChannel, fake: FakeDiscord) -> None:
    """Everything fails until it is over."""
    fake.outage = Fault(status=503)
    with pytest.raises(discord.DiscordServerError):
        await room.send("no")
    fake.outage = None
    await room.send("yes")


async def test_a_stranger_fails_the_block(clock: ManualClock) -> None:
    """What is asked for and not known here does not go by unseen."""

    async def block() -> None:
        async with FakeDiscord(clock) as fake, aiohttp.ClientSession() as session:
            answer = await session.patch(f"{fake.api_base}/users/@me")
            assert answer.status == 404

    with pytest.raises(AssertionError, match="PATCH /api/v10/users/@me"):
        await block()


async def test_a_revoked_token(room: discord.TextChannel, fake: FakeDiscord) -> None:
    """Every call is refused from then on."""
    fake.state.token += "-new"
    with pytest.raises(discord.HTTPException) as error:
        await room.send("no")
    assert code(error) == (401, 0)
