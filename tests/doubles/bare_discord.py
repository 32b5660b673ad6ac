"""A bot of nothing but discord.py, for the tests of the fake Discord."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui

from tests.doubles.discord_guild.pulse import Pulse


class Bot(discord.AutoShardedClient):
    """A client that writes down the events it is told of, and answers a few things."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            intents=options.pop("intents", discord.Intents(guilds=True)),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.01,
            max_messages=None,
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.events: list[str] = []
        self.pulse = Pulse()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Letter)
        if self.tree.get_commands():
            await self.tree.sync()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        self.pulse.beat()
        super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, it: discord.Interaction) -> None:
        if it.type is discord.InteractionType.modal_submit:
            said = dict(values(it.data))
            await it.response.send_message(f"{it.user.name}: {said}", ephemeral=True)


def values(data: Any) -> list[tuple[str, Any]]:
    """Return what was filled into a modal."""
    inner = [one["component"] for one in data["components"] if "component" in one]
    return [(one["custom_id"], one.get("value", one.get("values"))) for one in inner]


class Letter(ui.DynamicItem[ui.Button[Any]], template=r"q:(?P<letter>[a-f])"):
    """A button that stands for a letter, in any message, whoever sent it and when."""

    def __init__(self, letter: str) -> None:
        super().__init__(ui.Button(label=letter.upper(), custom_id=f"q:{letter}"))
        self.letter = letter

    @classmethod
    async def from_custom_id(cls, it: discord.Interaction, item: Any, match: Any) -> Letter:
        return cls(match["letter"])

    async def callback(self, it: discord.Interaction) -> None:
        await it.response.send_message(f"You said {self.letter}.", ephemeral=True)


async def told(bot: Bot, event: str, times: int = 1) -> None:
    """Wait until the bot was told of an event so often."""
    await bot.pulse.until(lambda: bot.events.count(event) >= times, event)


# What it shows and asks ---------------------------------------------------------------------------


def view(*items: ui.Item[Any]) -> ui.LayoutView:
    """Return a view of the second version."""
    made = ui.LayoutView(timeout=None)
    for one in items:
        made.add_item(one)
    return made


def with_commands() -> Bot:
    """Return a bot with a few commands."""
    bot = Bot()
    group = app_commands.Group(name="gradus", description="Questions")
    admin = app_commands.Group(
        name="gradus-admin", description="Settings",
        default_permissions=discord.Permissions(manage_guild=True),
    )  # fmt: skip

    @group.command(description="Say it back")
    async def say(it: discord.Interaction, text: str, times: app_commands.Range[int, 1, 3]) -> None:
        await it.response.send_message(text * times, ephemeral=True)

    @say.autocomplete("text")
    async def suggest(it: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}!", value=typed)]

    @group.command(description="Take long")
    async def think(it: discord.Interaction) -> None:
        await it.response.defer(ephemeral=True, thinking=True)
        await it.edit_original_response(content="thought")
        await it.followup.send("and more", ephemeral=True)

    @group.command(description="Ask for a form")
    async def form(it: discord.Interaction) -> None:
        await it.response.send_modal(modal())

    @admin.command(description="Look")
    async def status(it: discord.Interaction) -> None:
        await it.response.send_message("fine", ephemeral=True)

    async def take(it: discord.Interaction, message: discord.Message) -> None:
        await it.response.send_message(f"took {message.content}", ephemeral=True)

    bot.tree.add_command(group)
    bot.tree.add_command(admin)
    bot.tree.add_command(app_commands.ContextMenu(name="Take", callback=take))
    return bot


def modal() -> ui.Modal:
    """Return a modal with the kinds of fields there are."""
    made = ui.Modal(title="Your answer", custom_id="q:answer")
    some = [discord.RadioGroupOption(label=one, value=one) for one in ("sure", "guess")]
    many = [discord.CheckboxGroupOption(label=one, value=one) for one in ("a", "b", "c")]
    made.add_item(ui.Label(text="Answer", component=ui.TextInput(custom_id="text", max_length=9)))
    sure = ui.RadioGroup[Any](custom_id="sure", options=some, required=False)
    made.add_item(ui.Label(text="Sure", component=sure))
    which = ui.CheckboxGroup[Any](custom_id="many", options=many, required=False)
    made.add_item(ui.Label(text="Which", component=which))
    where = ui.ChannelSelect[Any](custom_id="where", required=False)
    made.add_item(ui.Label(text="Where", component=where))
    made.stop()
    return made


# What it would not do -----------------------------------------------------------------------------


class raw:  # noqa: N801  reads as a function
    """Sends what discord.py would not."""

    def __init__(self, room: discord.TextChannel) -> None:
        self.http = room._state.http

    async def __aenter__(self) -> Callable[..., Awaitable[tuple[int, Any]]]:
        self.session = aiohttp.ClientSession(headers={"Authorization": f"Bot {self.http.token}"})

        async def send(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            url = f"{discord.http.Route.BASE}/{path}"
            async with self.session.request(method, url, json=body) as answer:
                return answer.status, await answer.json()

        return send

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()


def code(error: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    """Return status and code of a refusal."""
    return error.value.status, error.value.code
