"""``SlackPerson``: the person driver on Slack, through our adapter, Bolt and the fake workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.slack import connect
from adapters.slack.manifest import manifest
from bot import model
from bot.commands import Command, Home
from bot.messages import Reply
from bot.model import Actor, ChannelId, MemberId, Question
from bot.ports import ChatPlatform, Store
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, channel
from tests.doubles.life import Killed
from tests.doubles.person import Person, Values
from tests.doubles.scribe import Posted
from tests.doubles.slack_workspace import App, Channel, Human, Message, Workspace, sight

ML = ChannelId("slack://T0TEAM/C0ML")
ADA = MemberId("slack://T0TEAM/U0ADA")


@dataclass(frozen=True, slots=True)
class Answered:
    """Something that the desk answered."""

    member: MemberId
    channel: ChannelId | None
    command: Command
    reply: Reply


@dataclass
class SlackRoom:
    """A house whose platform is Slack, and the workspace it is in."""

    house: House
    slack: Workspace
    answers: list[Answered] = field(default_factory=list)
    """What the desk answered, in order."""
    killed: Killed | None = None
    """That the bot died while it answered."""

    def person(self, name: str, *, at: Channel | None = None, **traits: Any) -> SlackPerson:
        """Return a member of ``#ml`` or another channel; ``traits`` are those of their user."""
        return SlackPerson(self, self.slack.person(name, at=at, **traits))


class SlackPerson(Person):
    """Somebody in ``#ml``, who types ``/gradus …``, clicks and fills in modals."""

    def __init__(self, room: SlackRoom, human: Human) -> None:
        self.room = room
        self.human = human
        self.member = MemberId(f"slack://{human.user.team}/{human.user.id}")
        self._looked: dict[str, int] = {}
        """How many versions of a private message, by ``ts``, and of views they have seen."""

    async def commands(self, words: str) -> None:
        await self.does(self.human.command(f"/gradus {words}"))

    async def says(self, line: str) -> None:
        await self.commands(f"answer {line}")

    async def clicks(self, label: str, *, on: Posted | None = None) -> None:
        await self.does(self.human.clicks(label))

    async def fills(self, values: Values) -> None:
        await self.does(self.human.submits(values))

    async def opens_home(self) -> str:
        """Open App Home and return what it shows."""
        await self.does(self.human.opens_home())
        return self.home()

    async def clicks_at_home(self, label: str) -> None:
        """Press a button of App Home, which is then shown anew."""
        await self.does(self.human.clicks(label, on=self.human.home), answers=2)

    def home(self) -> str:
        """Return what App Home shows."""
        assert self.human.home is not None
        return sight.view(self.human.home.content)

    async def does(self, act: Awaitable[object], *, answers: int = 1) -> None:
        """Do something that the desk answers so many times, and wait until all of it is shown.

        What is due then happens.
        """
        room, shown = self.room, self._shown()
        before = len(self._answers())
        await act
        await room.slack.until(lambda: room.killed or len(self._answers()) >= before + answers)
        if room.killed is not None:
            raise room.killed
        expected = shown + sum(map(self._size, self._answers()[before:]))
        await room.slack.until(lambda: self._shown() >= expected)
        await room.house.settle()

    def _answers(self) -> list[Answered]:
        return [one for one in self.room.answers if one.member == self.member]

    def _size(self, one: Answered) -> int:
        """Return how many things of an answer come to be seen."""
        if one.reply.errors or isinstance(one.command, Home):
            return 1
        messages = (one.reply.message, *one.reply.extra)
        parts = [self.room.house.platform.parts(said) for said in messages if said is not None]
        link = one.reply.lasting and one.channel is not None  # to the direct message
        return sum(map(len, parts)) + (one.reply.form is not None) + link

    def _private(self) -> list[Message]:
        """Return all that was ever said to them alone."""
        state, user = self.human.state, self.human.user.id
        direct = state.direct(user).id
        return [
            one
            for one in state.messages
            if one.by_app and (one.to == user or one.channel == direct)
        ]

    def _views(self) -> list[dict[str, Any]]:
        user = self.human.user.id
        return [one["view"] for one in self.human.state.views if one["user"] == user]

    def _shown(self) -> int:
        return sum(len(one.versions) for one in self._private()) + len(self._views())

    def sees(self) -> str:
        new: list[str] = []
        for one in self._private():
            new += map(sight.shown, one.versions[self._looked.get(one.ts, 0) :])
            self._looked[one.ts] = len(one.versions)
        views = self._views()
        for view in views[self._looked.get("views", 0) :]:
            # What is wrong with a modal is no view, but sentences by field.
            new += [sight.view(view)] if "blocks" in view else list(view.values())
        self._looked["views"] = len(views)
        return "\n\n".join(new)

    def channel(self) -> str:
        state = self.human.state
        return "\n\n".join(sight.shown(one.shown) for one in state.parents(self.human.here.id))

    def thread(self) -> str:
        slack, here = self.room.slack, self.human.here
        threads = [slack.thread(one) for one in slack.parents(here) if slack.thread(one)]
        replies = threads[-1] if threads else []
        return "\n\n".join(sight.shown(one.shown) for one in replies if not one.broadcast)


@asynccontextmanager
async def room(
    store: Store, clock: ManualClock, questions: Sequence[Question], **options: Any
) -> AsyncIterator[SlackRoom]:
    """Open a house in a workspace of its own, in which Ada is an admin of ``#ml``.

    ``options`` are those of ``opened``. In the end nothing that the bot sent may call anybody but
    the group that the settings name.
    """
    async with workspace(clock) as slack, opened(slack, store, clock, questions, **options) as here:
        yield here
        if called := slack.pings(here.house.channels[0].mention):
            raise AssertionError(f"somebody was called: {called}")


def workspace(clock: ManualClock) -> Workspace:
    """Return a workspace with our app, as its manifest describes it, and Ada."""
    slack = Workspace(clock, app=App.of(manifest()))
    slack.user("ada")
    return slack


@asynccontextmanager
async def opened(
    slack: Workspace,
    store: Store,
    clock: ManualClock,
    questions: Sequence[Question],
    *,
    others: Sequence[model.Channel] = (),
    around: Callable[[ChatPlatform], ChatPlatform] = lambda platform: platform,
    **options: Any,
) -> AsyncIterator[SlackRoom]:
    """Start the bot in a workspace, where it may have been before, and connect it.

    ``others`` are channels beside ``#ml``, which ``options`` change; ``around`` puts something
    between core and adapter.
    """

    async def heard(event: str) -> bool:
        return await store.transact(lambda r: r.heard("slack", event))

    async def note(event: str) -> bool:
        return await store.transact(lambda r: r.first_time("slack", event, clock()))

    async def handle(actor: Actor, command: Command) -> Reply:
        try:
            reply = await here.house.desk.handle(actor, command)
        except Killed as killed:
            here.killed = killed
            slack.state.change()
            raise
        here.answers.append(Answered(actor.member, actor.channel, command, reply))
        slack.state.change()
        return reply

    platform = connect(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        base_url=slack.base_url,
        clock=clock,
        heard=heard,
        note=note,
        workspace_admins=True,
    )
    ml = replace(channel(id=ML, admins=(ADA,)), **options)
    house = House(store, questions, clock=clock, platform=around(platform), channels=[ml, *others])
    here = SlackRoom(house, slack)
    async with platform.connected(handle):
        await house.start()
        yield here
