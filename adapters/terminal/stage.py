"""A stage: a whole team on one screen, for ``gradus demo``; the members are scripted elsewhere.

Not a room one can type in. It keeps no history: a message it could not show, it never showed.
"""

# ruff: noqa: ARG002 - the verbs of the port take what other platforms need

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TextIO

from adapters.terminal.render import Screen, draw, draw_said, visible
from bot.commands import TYPED
from bot.messages import Message
from bot.model import (
    Absent,
    ChannelId,
    Delivery,
    Outcome,
    Ref,
    Refused,
    Scope,
    Search,
    Sent,
)
from bot.ports import Clock, Finding, Handler


class Stage:
    """A ``ChatPlatform`` that shows everybody's view on one screen."""

    name = "demo"
    settle = timedelta(0)
    refresh = timedelta(minutes=5)
    fresh: timedelta | None = None
    spelling = TYPED

    def __init__(
        self, stdout: TextIO, clock: Clock, screen: Screen, now: Callable[[], str]
    ) -> None:
        """Take the screen, the clock, and what says the time of day for the margin."""
        self.stdout = stdout
        self.clock = clock
        self.screen = screen
        self.now = now
        self.down = ""
        """Why the platform refuses posts; empty while it is up."""
        self.questions: list[Message] = []
        self.answers: list[Message] = []
        self._sent = 0

    def narrate(self, text: str) -> None:
        """Show a line of the narrator."""
        self._write(f"-- {self.now()}  {visible(text)}\n\n")

    def says(self, name: str, text: str) -> None:
        """Show what a member says in the thread."""
        self._write(draw_said(name, text, self.screen))

    def privately(self, message: Message) -> None:
        """Show what one member sees."""
        self._write(draw(message, self.screen))

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Nobody types here."""
        yield

    def parts(self, message: Message) -> tuple[Message, ...]:
        """A screen takes any length."""
        return (message,)

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Show a question."""
        outcome = self._show(message)
        if isinstance(outcome, Sent):
            self.questions.append(message)
        return outcome

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        """Show the thread's first line."""
        return self._show(message)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        """Show a reveal, or the line that announces it."""
        outcome = self._show(message)
        if isinstance(outcome, Sent) and not announce:
            self.answers.append(message)
        return outcome

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """A screen scrolls on; nothing is edited."""
        return Sent(ref, self.clock())

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        """What was shown was recorded, so there is nothing to be found."""
        return Absent()

    async def delete(self, ref: Ref) -> Outcome:
        """A screen scrolls on; nothing is removed."""
        return Sent(ref, self.clock())

    async def direct(self, to: str, message: Message) -> Outcome:
        """Show a private message to the admins."""
        self.privately(message)
        return self._sent_now()

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        """There is nothing to examine."""
        return ()

    def _show(self, message: Message) -> Outcome:
        if self.down:
            return Refused(Scope.PLATFORM, self.down)
        self._write(f"-- {self.now()}\n{draw(message, self.screen)}")
        return self._sent_now()

    def _sent_now(self) -> Sent:
        self._sent += 1
        return Sent(Ref(str(self._sent)), self.clock())

    def _write(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
