"""``DiscordPerson``: the person driver on Discord, through our adapter, discord.py and the fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from adapters.discord import Discord, connect
from adapters.discord.client import Pace
from bot import model
from bot.commands import Command
from bot.messages import Reply
from bot.model import Actor, ChannelId, MemberId, Question
from bot.ports import ChatPlatform, Records, Store
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, Visitor
from tests.doubles.discord_guild.world import Channel, Guild, Json
from tests.doubles.house import House, channel
from tests.doubles.life import Killed
from tests.doubles.person import Person, Values
from tests.doubles.scribe import Posted

T = TypeVar("T")
_SLASH = 1
_READ: dict[int, Callable[[str], object]] = {4: int, 5: lambda text: text == "yes"}
"""What options of other types than text make of what is typed."""
QUICK = Pace(guilds=0.01, identify=0, pause=0.01, longest=0.05, look=0)
"""No patience, so that tests need none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Something that the desk answered."""

    member: MemberId
    command: Command
    reply: Reply


@dataclass
class DiscordRoom:
    """A house whose platform is Discord, and the guild it is in."""

    house: House
    discord: FakeDiscord
    guild: Guild
    answers: list[Answered] = field(default_factory=list)
    """What the desk answered, in order."""
    killed: Killed | None = None
    """That the bot died while it answered."""

    async def handle(self, actor: Actor, command: Command) -> Reply:
        """Answer as the core does."""
        return await self.house.desk.handle(actor, command)

    @property
    def ml(self) -> Channel:
        """The guild's first channel."""
        return next(iter(self.guild.channels.values()))

    def person(
        self, name: str, permissions: int = 0, *, at: Channel | None = None
    ) -> DiscordPerson:
        """Return a member in ``#ml`` or another channel, with permissions beyond everyone's."""
        guild = at.guild if at is not None and at.guild is not None else self.guild
        visitor = Visitor(self.discord, guild, name, at, zone=self.house.clock.zone)
        return DiscordPerson(self, visitor.may(permissions) if permissions else visitor)


class DiscordPerson(Person):
    """Somebody in ``#ml``, who uses slash commands, clicks and fills in modals."""

    def __init__(self, room: DiscordRoom, visitor: Visitor) -> None:
        self.room = room
        self.visitor = visitor
        self.member = MemberId(f"discord://{visitor.user.id}")

    async def commands(self, words: str) -> None:
        name, _, rest = words.partition(" ")
        root = "gradus"
        if name == "admin":
            root = "gradus-admin"
            name, _, rest = rest.partition(" ")
        path = f"{root} {name}"
        await self.does(self.visitor.command(path, **self._options(root, name, rest)))

    def _options(self, root: str, name: str, rest: str) -> dict[str, Any]:
        """Return what was typed behind a command as its options take it, in their order."""
        command = self.room.discord.state.commands[None].get((_SLASH, root), {})
        below = [one for one in command.get("options", ()) if one["name"] == name]
        options: list[Json] = below[0]["options"] if below else []
        said = rest.split(maxsplit=max(len(options) - 1, 0)) if rest else []
        return {
            option["name"]: _READ.get(option["type"], str)(text)
            for option, text in zip(options, said, strict=False)
        }

    async def says(self, line: str) -> None:
        await self.commands(f"answer {line}")

    async def clicks(self, label: str, *, on: Posted | None = None) -> None:
        await self.does(self.visitor.clicks(label))

    async def fills(self, values: Values) -> None:
        # A channel is chosen in a menu, by its id.
        channels = {
            name: value.split()[0].rpartition("/")[2]
            for name, value in values.items()
            if isinstance(value, str) and value.startswith("discord://")
        }
        await self.does(self.visitor.submits({**values, **channels}))

    async def does(self, act: Awaitable[T]) -> T:
        """Do something that the desk answers, and wait until all of the answer is shown.

        What is due then happens. Raises ``Killed`` when the bot dies of it.
        """
        room, pulse, shown = self.room, self.room.discord.state.pulse, self._shown()
        answered = len(self._answers())
        acting = asyncio.ensure_future(act)
        acting.add_done_callback(lambda _: pulse.beat())
        await pulse.until(lambda: acting.done() or room.killed, "a response")
        if room.killed is not None:
            acting.cancel()
            raise room.killed
        done = acting.result()
        await pulse.until(lambda: len(self._answers()) > answered, "an answer of the desk")
        expected = shown + sum(self._size(one.reply) for one in self._answers()[answered:])
        await pulse.until(lambda: self._shown() >= expected, "the whole answer")
        await room.house.settle()
        return done

    def _answers(self) -> list[Answered]:
        return [one for one in self.room.answers if one.member == self.member]

    def _size(self, reply: Reply) -> int:
        """Return how many things of a reply come to be seen."""
        messages = (reply.message, *reply.extra)
        parts = [self.room.house.platform.parts(one) for one in messages if one is not None]
        kept = bool(reply.errors)  # what was typed is said back, for the form is gone
        return sum(map(len, parts)) + (reply.form is not None) + kept

    def _shown(self) -> int:
        visitor = self.visitor
        asked = self.room.discord.state.interactions.values()
        forms = [one for one in asked if one.user is visitor.user and one.modal is not None]
        return sum(len(one.versions) for one in visitor.told()) + len(forms)

    def sees(self) -> str:
        return self.visitor.sees()

    def channel(self) -> str:
        return self.visitor.channel()

    def thread(self) -> str:
        return self.visitor.thread()


@asynccontextmanager
async def room(
    store: Store, clock: ManualClock, questions: Sequence[Question], **options: Any
) -> AsyncIterator[DiscordRoom]:
    """Open a house in a guild of its own, in which Ada is an admin of ``#ml``.

    ``options`` are those of ``opened``. In the end nothing that the bot sent may call anybody but
    the role that the settings name.
    """
    async with (
        FakeDiscord(clock) as discord,
        opened(discord, store, clock, questions, **options) as here,
    ):
        yield here
        mention = here.house.channels[0].mention
        called = {one for message in discord.messages() for one in message.pinged}
        if called - {mention} or any(one["parse"] for one in mentions_allowed(discord)):
            raise AssertionError(f"somebody was called, or could have been: {called}")


def mentions_allowed(discord: FakeDiscord) -> list[Json]:
    """Return whom each message may call, of all that the bot sent or changed."""
    bodies = [one for one in discord.bodies() if isinstance(one, dict)]
    inner = [one.get("data", one) for one in bodies]
    messages = [one for one in inner if "components" in one and "title" not in one]
    return [one["allowed_mentions"] for one in messages]


@asynccontextmanager
async def opened(
    discord: FakeDiscord,
    store: Store,
    clock: ManualClock,
    questions: Sequence[Question],
    *,
    others: Sequence[model.Channel] = (),
    around: Callable[[ChatPlatform], ChatPlatform] = lambda platform: platform,
    room_of: Callable[[House, FakeDiscord, Guild], DiscordRoom] = DiscordRoom,
    changes: Mapping[str, Any] | None = None,
    **options: Any,
) -> AsyncIterator[DiscordRoom]:
    """Start the bot on Discord, where it may have been before, and connect it.

    ``others`` are channels beside ``#ml``, which ``options`` change; ``around`` puts something
    between core and adapter; ``room_of`` makes the room; ``changes`` are of the adapter.
    """
    state = discord.state
    guild = next(iter(state.guilds.values()), None) or discord.found("Team", "ml")

    @contextmanager
    def watched() -> Iterator[None]:
        try:
            yield
        except Killed as killed:
            here.killed = killed
            state.pulse.beat()
            raise

    async def handle(actor: Actor, command: Command) -> Reply:
        with watched():
            reply = await here.handle(actor, command)
        here.answers.append(Answered(actor.member, command, reply))
        state.pulse.beat()
        return reply

    platform = adapter(discord.login, store, clock, watched=watched, **changes or {})
    admin = MemberId(f"discord://{state.user('ada').id}")
    place = ChannelId(f"discord://{guild.id}/{next(iter(guild.channels))}")
    ml = replace(channel(id=place, admins=(admin,)), **options)
    house = House(store, questions, clock=clock, platform=around(platform), channels=[ml, *others])
    here = room_of(house, discord, guild)
    async with platform.connected(handle):
        if here.killed is not None:
            raise here.killed
        await house.start()
        yield here


def adapter(
    login: Mapping[str, str],
    store: Store,
    clock: ManualClock,
    *,
    watched: Callable[[], AbstractContextManager[None]] = nullcontext,
    **changes: Any,
) -> Discord:
    """Return our adapter, which keeps in a store what it keeps.

    ``login`` is the fake's; ``watched`` is entered around each use of the store; ``changes`` are
    arguments of ``connect``.
    """

    async def transact(work: Callable[[Records], T]) -> T:
        with watched():
            return await store.transact(work)

    async def first_time(event: str) -> bool:
        return await transact(lambda r: r.first_time("discord", event, clock()))

    async def recall(name: str) -> str | None:
        return await transact(lambda r: r.recall(name))

    async def remember(name: str, value: str) -> None:
        await transact(lambda r: r.remember(name, value))

    async def find(words: str) -> list[tuple[str, str]]:
        return [(one, f"title of {one}") for one in await transact(lambda r: r.search(words, 25))]

    given: dict[str, Any] = {
        "clock": clock, "first_time": first_time, "recall": recall, "remember": remember,
        "topics": lambda: ("convolution", "optimisation", "transformers"), "questions": find,
        "pace": QUICK,
    }  # fmt: skip
    return connect(**given | dict(login) | changes)
