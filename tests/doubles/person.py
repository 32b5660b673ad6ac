"""One person, whatever the platform: they type, press and fill in, and tell what they were shown.

A story written with a ``Person`` runs wherever there is an implementation of it. No rule of the
game is here, and no assertion but that what is pressed or filled in is really on offer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from bot import commands
from bot.commands import Command
from bot.messages import Action, Form, ManyField, Message, OneField
from bot.model import Actor, ChannelId, MemberId
from tests.doubles.house import ROOM, House
from tests.doubles.scribe import Posted
from tests.doubles.script import form_lines, written

Values = Mapping[str, str | Sequence[str]]
"""What is written into a form, by the fields' ids."""


class Person(ABC):
    """Somebody in the channel."""

    @abstractmethod
    async def commands(self, words: str) -> None:
        """Send a command in words, without the root: ``today``, ``admin pause``."""

    @abstractmethod
    async def says(self, line: str) -> None:
        """Type a line as an answer, in the shortest way the platform has for it."""

    @abstractmethod
    async def clicks(self, label: str, *, on: Posted | None = None) -> None:
        """Press the newest button with this label that is in sight, or the one ``on`` a post.

        Where there are no buttons, type what stands in for this one.
        """

    @abstractmethod
    async def fills(self, values: Values) -> None:
        """Fill in the form that the last click opened, and send it."""

    @abstractmethod
    def sees(self) -> str:
        """Return what was shown to them alone since they last looked."""

    @abstractmethod
    def channel(self) -> str:
        """Return what stands in the channel outside threads, as it looks now."""

    @abstractmethod
    def thread(self) -> str:
        """Return what the bot said in the thread of the newest question."""


class ScribePerson(Person):
    """Somebody on the scribe's platform, which has everything: commands, buttons and forms."""

    def __init__(
        self,
        house: House,
        name: str,
        *,
        at: ChannelId | None = ROOM,
        platform_admin: bool = False,
    ) -> None:
        """Enter the channel ``at``; ``None`` for a direct message with the bot."""
        self.house = house
        self.member = MemberId(f"scribe://team/{name}")
        self.actor = Actor(self.member, at, platform_admin)
        self.form: Form | None = None
        self._desk: list[Message] = []
        """The private messages in front of them, whose buttons can be pressed."""
        self._unread: list[str] = []
        self._heard = 0
        """How much of what the scribe told anybody was looked through."""

    async def commands(self, words: str) -> None:
        await self.asks(commands.parse(words))

    async def says(self, line: str) -> None:
        await self.asks(commands.Give(line))

    async def clicks(self, label: str, *, on: Posted | None = None) -> None:
        self._hear()
        shown = [on.shown] if on else [*self._desk[::-1], *self._public()]
        message, action = _button(shown, label)
        self.form = action.form
        if action.form is not None:
            self._unread.append(form_lines(action.form))
        else:
            await self.asks(commands.press(action.id), pressed=message)

    async def fills(self, values: Values) -> None:
        if self.form is None:
            raise AssertionError("no form is open")
        form, self.form = self.form, None
        _check(form, values)
        await self.asks(commands.press(form.action, values))

    async def presses(self, action: str, values: Values | None = None) -> None:
        """Send the id of a button, whether or not it was ever shown to them: what a forger does."""
        await self.asks(commands.press(action, values))

    async def asks(self, command: Command, *, pressed: Message | None = None) -> None:
        """Hand a command to the desk and take what comes back; what is due then happens."""
        reply = await self.house.desk.handle(self.actor, command)
        if reply.replaces and pressed is not None:
            self._desk = [message for message in self._desk if message is not pressed]
        self.form = reply.form
        if reply.form is not None:
            self._unread.append(form_lines(reply.form))
        for message in (reply.message, *reply.extra):
            if message is not None:
                self._desk.append(message)
                self._unread.append(written(message))
        await self.house.settle()

    def sees(self) -> str:
        self._hear()
        unread, self._unread = self._unread, []
        return "\n\n".join(unread)

    def channel(self) -> str:
        scribe = self.house.scribe
        shown = [one for one in scribe.standing() if one.thread is None or one.announced]
        return "\n\n".join(written(one.shown) for one in shown)

    def thread(self) -> str:
        return "\n\n".join(written(one.shown) for one in self._thread())

    def _thread(self) -> list[Posted]:
        scribe = self.house.scribe
        parents = [one for one in scribe.parents() if scribe.thread(one.ref)]
        replies = scribe.thread(parents[-1].ref) if parents else []
        return [one for one in replies if not one.announced]

    def _public(self) -> list[Message]:
        newest = [*self._thread()[::-1], *self.house.scribe.parents()[::-1]]
        return [one.shown for one in newest]

    def _hear(self) -> None:
        told = self.house.scribe.told
        for to, message in told[self._heard :]:
            if to == self.member:
                self._desk.append(message)
                self._unread.append(written(message))
        self._heard = len(told)


def _button(messages: Sequence[Message], label: str) -> tuple[Message, Action]:
    for message in messages:
        for action in message.actions:
            if action.label == label:
                return message, action
    seen = [action.label for message in messages for action in message.actions]
    raise AssertionError(f"no [{label}] in sight among {seen}")


def _check(form: Form, values: Values) -> None:
    """See that the platform would have let this form be sent."""
    fields = {field.id: field for field in form.fields}
    strange = set(values) - set(fields)
    missing = {field.id for field in form.fields if getattr(field, "required", True)} - set(values)
    if strange or missing:
        raise AssertionError(f"{form.title}: unknown {strange}, left empty {missing}")
    for name, value in values.items():
        match fields[name]:
            case OneField(options=options) | ManyField(options=options):
                chosen = {value} if isinstance(value, str) else set(value)
                if not chosen <= {option for option, _ in options}:
                    raise AssertionError(f"{form.title}: {chosen} is not among {options}")
            case _:
                pass


def people(house: House, *names: str) -> tuple[ScribePerson, ...]:
    """Return several members in the channel."""
    return tuple(ScribePerson(house, name) for name in names)


async def crowd(house: House, answers: str, sure: str = "") -> None:
    """Let one new member after the other press a letter, and say how sure they are, if any."""
    for place, letter in enumerate(answers):
        member = ScribePerson(house, f"member-{place}")
        await member.clicks(letter)
        if sure:
            await member.clicks(sure)
