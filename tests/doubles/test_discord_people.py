"""People in the fake Discord reach a bot as users do, through a gateway that may break."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import discord
import pytest
from discord import ui

from tests.doubles.bare_discord import Bot, Letter, code, told, view, with_commands
from tests.doubles.clock import ManualClock
from tests.doubles.conftest import Connect
from tests.doubles.discord_guild import FakeDiscord, May, Visitor
from tests.doubles.discord_guild.reading import read
from tests.doubles.discord_guild.world import Ask, Guild
from tests.doubles.process import ROOT, start_fresh

# Commands and interactions ------------------------------------------------------------------------


async def test_a_command_with_options(connect: Connect, fake: FakeDiscord, team: Guild) -> None:
    """The client lets through what the options allow; suggestions come while typing."""
    await connect(with_commands())
    ada = Visitor(fake, team, "ada")
    await ada.command("gradus say", text="ab", times=2)
    assert ada.sees() == "abab"
    found = await ada.suggestions("gradus say", "text", "x")
    assert found == [{"name": "x!", "value": "x"}]
    for words, options in (
        ("gradus say", {"text": "ab", "times": 4}),
        ("gradus say", {"text": "ab"}),
        ("gradus shout", {}),
        ("gradus-admin status", {}),
    ):
        with pytest.raises(AssertionError):
            await ada.command(words, **options)
    await Visitor(fake, team, "boss").may(May.MANAGE_GUILD).command("gradus-admin status")


async def test_commands_keep_their_ids(connect: Connect, fake: FakeDiscord) -> None:
    """Setting the same again changes none."""
    bot = await connect(with_commands())
    before = [(one.id, one.name) for one in await bot.tree.fetch_commands()]
    assert [(one.id, one.name) for one in await bot.tree.sync()] == before
    assert len(before) == 3


async def test_a_slow_answer(connect: Connect, fake: FakeDiscord, team: Guild) -> None:
    """*Thinking* is no answer; what follows goes to who asked, and to nobody else."""
    await connect(with_commands())
    ada, ben = Visitor(fake, team, "ada"), Visitor(fake, team, "ben")
    asked = await ada.command("gradus think")
    await fake.state.pulse.until(lambda: len(asked.shown) == 2, "a second message")
    assert ada.sees() == "thought\n\nand more"
    assert (ben.sees(), ada.channel()) == ("", "")


async def test_a_menu_on_a_message(connect: Connect, fake: FakeDiscord, team: Guild) -> None:
    """It tells the bot what is in the message, whatever its intents."""
    await connect(with_commands())
    ada = Visitor(fake, team, "ada")
    await ada.uses("Take", ada.writes("the variance grows"))
    assert ada.sees() == "took the variance grows"


async def test_forms_of_two_members(connect: Connect, fake: FakeDiscord, team: Guild) -> None:
    """Each has their own; one that is not complete cannot be sent."""
    await connect(with_commands())
    ada, ben = Visitor(fake, team, "ada"), Visitor(fake, team, "ben")
    await ada.command("gradus form")
    await ben.command("gradus form")
    assert ada.sees() == "# Your answer\nAnswer\nSure: sure, guess\nWhich: a, b, c\nWhere"
    for wrong in ({}, {"text": "x" * 10}, {"text": "x", "sure": "no"}, {"text": "x", "who": "me"}):
        with pytest.raises(AssertionError):
            await ada.submits(wrong)
    await ben.submits({"text": "two"})
    here = str(ada.at.id)
    await ada.submits({"text": "one", "sure": "sure", "many": ["a", "c"], "where": here})
    said = {"text": "one", "sure": "sure", "many": ["a", "c"], "where": [here]}
    assert ada.sees() == f"ada: {said}"
    assert "ben: {'text': 'two', 'sure': None, 'many': [], 'where': []}" in ben.sees()


async def test_a_button(
    connect: Connect, fake: FakeDiscord, team: Guild, room: discord.TextChannel
) -> None:
    """It works in any message that has it; one that is not there cannot be pressed."""
    ada = Visitor(fake, team, "ada")
    await room.send(view=view(ui.Container(ui.ActionRow(Letter("a"), Letter("b")))))
    await ada.clicks("B")
    assert ada.sees() == "You said b."
    with pytest.raises(AssertionError, match="no \\[C\\] in sight"):
        await ada.clicks("C")
    gone = Letter("c")
    gone.item.disabled = True
    await room.send(view=view(ui.ActionRow(gone)))
    with pytest.raises(AssertionError, match="no \\[C\\] in sight"):
        await ada.clicks("C")
    await ada.forges("q:c")
    assert ada.sees() == "You said c."


async def test_too_late_or_twice(
    bot: Bot, fake: FakeDiscord, team: Guild, clock: ManualClock
) -> None:
    """The first response is due within three seconds, the last within fifteen minutes."""
    arrived: asyncio.Queue[discord.Interaction] = asyncio.Queue()
    bot.on_interaction = arrived.put  # type: ignore[method-assign, assignment]
    ada = Visitor(fake, team, "ada")
    ada.writes("something to press on")

    async def press() -> discord.Interaction:
        waiting.append(asyncio.create_task(ada.forges("q:z")))
        return await arrived.get()

    waiting: list[asyncio.Task[Any]] = []
    late = await press()
    clock.move(seconds=4)
    with pytest.raises(discord.NotFound) as error:
        await late.response.send_message("late", ephemeral=True)
    assert code(error) == (404, 10062)
    waiting[0].cancel()

    asked = await press()
    twin = discord.InteractionResponse[Bot](asked)  # type: ignore[arg-type]
    await asked.response.send_message("once", ephemeral=True)
    with pytest.raises(discord.HTTPException) as error2:
        await twin.send_message("twice", ephemeral=True)
    assert code(error2) == (400, 40060)
    await waiting[1]
    clock.move(minutes=16)
    with pytest.raises(discord.HTTPException) as error3:
        await asked.edit_original_response(content="too late")
    assert code(error3) == (401, 50027)
    assert ada.sees() == "once"


# The gateway --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["reconnect", "cut", "resumable", "closed"])
async def test_a_break_is_resumed(bot: Bot, fake: FakeDiscord, team: Guild, how: str) -> None:
    """Nothing that happened meanwhile is lost, and nothing is told twice."""
    gateway = fake.gateway
    match how:
        case "reconnect":
            gateway.reconnect()
        case "cut":
            gateway.cut()
        case "resumable":
            gateway.invalidate(resumable=True)
        case _:
            gateway.close(4000)
    fake.adds(team, "new")
    await fake.connected(2)
    await told(bot, "resumed")
    await told(bot, "guild_channel_create")
    assert (gateway.identified, gateway.resumed) == (1, 1)
    assert bot.events.count("guild_channel_create") == 1


async def test_a_session_that_is_lost(bot: Bot, fake: FakeDiscord) -> None:
    """The bot begins anew and is ready again."""
    fake.gateway.invalidate()
    await fake.connected(2)
    await told(bot, "ready", 2)
    assert (fake.gateway.identified, fake.gateway.resumed) == (2, 0)


async def test_an_event_told_twice(bot: Bot, fake: FakeDiscord, team: Guild) -> None:
    """discord.py does not notice."""
    fake.adds(team, "new")
    fake.gateway.again()
    await told(bot, "guild_channel_create", 2)


async def test_words_of_others_need_an_intent(
    connect: Connect, fake: FakeDiscord, team: Guild
) -> None:
    """Without the intent for messages there are none; without the one for content no words."""
    quiet = await connect(Bot())
    bot = await connect(Bot(intents=discord.Intents(guilds=True, guild_messages=True)))
    heard = asyncio.create_task(bot.wait_for("message", timeout=20))
    await asyncio.sleep(0)
    Visitor(fake, team, "ada").writes("hello")
    message = await heard
    assert (message.author.name, message.content) == ("ada", "")
    assert "message" not in quiet.events


async def test_what_ends_a_bot(fake: FakeDiscord, team: Guild) -> None:
    """A wrong token, and an intent it was not granted."""
    with pytest.raises(discord.LoginFailure):
        async with Bot() as bot:
            await bot.start("wrong")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with Bot(intents=discord.Intents(guilds=True, message_content=True)) as bot:
            await bot.start(fake.state.token)


async def test_shards(connect: Connect, fake: FakeDiscord, team: Guild) -> None:
    """Each guild is told of on its own shard, and so is what happens in it."""
    other = fake.found("Other")
    fake.rules.shards = 2
    bot = await connect(with_commands())
    await fake.connected(2)
    shards = {guild.name: guild.shard_id for guild in bot.guilds}
    assert sorted(shards.values()) == [0, 1]
    for guild in (team, other):
        await Visitor(fake, guild, "ada").command("gradus say", text=guild.name, times=1)


# People and processes -----------------------------------------------------------------------------


def test_markdown_as_it_is_read() -> None:
    """Marks are gone, escaped ones stand, instants are told."""
    said = (
        "### A \\*b\\* **c**\n> `x_y` [here](<https://x.org>) <t:1795172400:t>\n```py\na*b*c\n```"
    )
    assert read(said) == "A *b* c\nx_y here 11:00\na*b*c"


async def test_what_a_forger_sends(bot: Bot, fake: FakeDiscord, team: Guild) -> None:
    """A form that was never opened reaches the bot as any other."""
    ada = Visitor(fake, team, "ada")
    field = {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "x"}}
    await ada.forges("q:answer", kind=Ask.SUBMIT, components=[field])
    assert ada.sees() == "ada: {'text': 'x'}"


def test_by_hand() -> None:
    """As a process it says what to set, and takes lines."""
    command = [sys.executable, "-m", "tests.doubles.discord_guild"]
    with start_fresh(command, {"PYTHONUTF8": "1"}, ROOT) as program:
        program.sees("export GRADUS_DISCORD__GATEWAY=ws://127.0.0.1:")
        program.sees("an empty line")
        program.types("ada says hello", "ada")
        program.sees("--- channel\nhello\n")
        program.types("ada [B]")
        program.sees("no [B] in sight")
        program.types("bye")
        assert program.wait().code == 0
