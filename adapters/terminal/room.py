"""The room: shows what the core sends, and hands what is typed to the core as commands.

What a line means beyond the grammar is in ``reading``, how a message looks in ``render``.
"""

# ruff: noqa: ARG002 - the verbs of the port take what other platforms need

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TextIO

from adapters.terminal import reading, render
from adapters.terminal.keyboard import MARK, Keyboard, Piped, Prompt, is_tty
from bot import commands as c
from bot.errors import GradusError
from bot.messages import Action, Audience, Choice, Message, Reply
from bot.model import (
    Absent,
    Actor,
    ChannelId,
    Delivery,
    Kind,
    Later,
    MemberId,
    Outcome,
    Question,
    QuestionId,
    Ref,
    Search,
    Sent,
)
from bot.ports import Clock, Finding, Handler
from bot.wording import terminal as wording

log = logging.getLogger(__name__)

PLAIN_WIDTH = 80
"""Columns of a transcript."""
WIDEST = 100
"""Columns beyond which lines are hard to read."""
TRY_AGAIN = timedelta(minutes=1)
"""How long to wait with a screen that is gone."""


def connect(
    *,
    channel: ChannelId,
    member: MemberId,
    stdin: TextIO | None,
    stdout: TextIO,
    clock: Clock,
    settled: Callable[[], Awaitable[None]],
    open_question: Callable[[], Awaitable[Question | None]],
    topics: Callable[[], Sequence[str]],
    history_path: Path | None = None,
) -> Terminal:
    """Return the room of one channel and one member, who is an admin there.

    Args:
        channel: The room's id, ``terminal://room``.
        member: Who types, ``terminal://NAME``.
        stdin: Where lines come from; ``None`` counts as its end.
        stdout: Where everything is shown.
        clock: Says when something was shown.
        settled: Returns once everything now due has been sent.
        open_question: Returns the question that takes answers in the room now, if any.
        topics: The topics that completion knows.
        history_path: Where typed lines are kept from one start to the next; none without it.
    """
    return Terminal(
        channel, member, stdin, stdout, clock, settled, open_question, topics, history_path
    )


class Terminal:
    """A chat platform with one room and one member."""

    name = "terminal"
    settle = timedelta(0)
    """What was written stands on the screen at once."""
    refresh = timedelta(0)
    fresh: timedelta | None = None
    spelling = c.TYPED

    def __init__(
        self,
        channel: ChannelId,
        member: MemberId,
        stdin: TextIO | None,
        stdout: TextIO,
        clock: Clock,
        settled: Callable[[], Awaitable[None]],
        open_question: Callable[[], Awaitable[Question | None]],
        topics: Callable[[], Sequence[str]],
        history_path: Path | None,
    ) -> None:
        self.ended = asyncio.Event()
        """Set when no more will be typed: end of input, ``/quit``, or a screen that is gone."""
        name = member.partition("://")[2]
        self._actor = Actor(member, channel, platform_admin=True, name=name)
        self._stdout = stdout
        self._clock = clock
        self._settled = settled
        self._open_question = open_question
        self._topics = topics
        self._styled = is_tty(stdout)
        self._keyboard: Keyboard = Piped(stdin)
        self._prompts = stdin is not None and self._styled and is_tty(stdin)
        if self._prompts and stdin is not None:
            self._keyboard = Prompt(stdin, stdout, history_path, self._offers)
        self._writing = asyncio.Lock()
        self._posted = False
        """Whether a question was posted since we started."""
        self._actions: dict[Audience, tuple[Action, ...]] = {}
        """What the last message to each audience offered."""
        self._choices: tuple[Choice, ...] = ()
        self._sure_of: str | None = None
        """The key of the round whose last answer may still be said to be sure, or not."""
        self._told: set[QuestionId] = set()
        """The questions for which it was said how to answer them."""
        self._withdrawn: set[Ref] = set()

    # The port: what the core asks for ----------------------------------------------------------

    @asynccontextmanager
    async def connected(self, handler: Handler) -> AsyncIterator[None]:
        """Listen to the member while the block runs."""
        with self._keyboard.opened():
            talking = asyncio.create_task(self._talk(handler), name="terminal")
            try:
                yield
            finally:
                talking.cancel()
                with suppress(asyncio.CancelledError):
                    await talking
                self.ended.set()

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Return the message whole: a terminal scrolls."""
        return (message,)

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Show a message in the room."""
        self._posted = True
        return await self._send(message, key)

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        """Show the line that opens a thread."""
        return await self._send(message, key)

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        """Show a message in the thread, or in the room where its audience is the channel."""
        return await self._send(message, key)

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """Show only that a question was withdrawn; what is on a screen cannot be changed.

        A question that offers nothing to do any more is one that was withdrawn.
        """
        if message.actions or ref in self._withdrawn:
            return Sent(ref, self._clock())
        self._withdrawn.add(ref)
        return await self._send(message, ref)

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        """Return that it is not there: showing it again on a new screen is no double."""
        return Absent()

    async def delete(self, ref: Ref) -> Outcome:
        """Count as done what scrolls away by itself."""
        return Sent(ref, self._clock())

    async def direct(self, to: str, message: Message) -> Outcome:
        """Show a private message; the room's one member is who it is for."""
        return await self._send(message, to)

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        """Report the size of the screen and whether there is a prompt."""
        said = wording.screen(self._screen().width, prompt=self._prompts)
        return [Finding(f"{self.name}: screen", fine=True, said=said)]

    # Showing -----------------------------------------------------------------------------------

    async def _send(self, message: Message, key: str) -> Outcome:
        try:
            await self._show(message)
        except (OSError, ValueError) as trouble:  # the reader of a pipe left, or it was closed
            self.ended.set()
            return Later(TRY_AGAIN, f"screen gone: {type(trouble).__name__}")
        at = self._clock()
        return Sent(Ref(f"{key}@{at.isoformat()}"), at)

    async def _show(self, message: Message) -> None:
        self._actions[message.audience] = message.actions
        if message.audience is Audience.CHANNEL:
            self._choices = message.choices
        await self._write(render.draw(message, self._screen()))

    async def _write(self, text: str) -> None:
        async with self._writing:
            await self._keyboard.beside(partial(self._put, text))

    def _put(self, text: str) -> None:
        encoding = self._stdout.encoding or "utf-8"
        self._stdout.write(text.encode(encoding, "replace").decode(encoding))
        self._stdout.flush()

    def _screen(self) -> render.Screen:
        if not self._styled:
            return render.Screen(PLAIN_WIDTH)
        try:
            width = os.get_terminal_size(self._stdout.fileno()).columns
        except (OSError, ValueError):
            width = 0
        return render.Screen(min(width or PLAIN_WIDTH, WIDEST), styled=True)

    def _offers(self, typed: str) -> list[reading.Offer]:
        actions = [action for group in self._actions.values() for action in group]
        return list(reading.offers(typed, self._topics(), actions, self._choices))

    # Listening ---------------------------------------------------------------------------------

    async def _talk(self, handler: Handler) -> None:
        """Take lines until there are no more; whatever happens, say that it ended."""
        try:
            await self._begin(handler)
            while (line := await self._keyboard.line()) is not None:
                if not await self._hear(handler, reading.cleaned(line)):
                    return
                await self._settle()
            await self._skip(handler)
            await self._settle()
        except (OSError, ValueError) as trouble:
            log.info("the screen is gone: %s", trouble)
        except Exception:
            log.exception("the terminal stopped listening; please report this")
        finally:
            self.ended.set()

    async def _begin(self, handler: Handler) -> None:
        """Send what is due, and show the open question if it was posted on an earlier screen."""
        if self._prompts:
            await self._show(wording.welcome())
        await self._settle()
        if not self._posted:
            # It was posted on an earlier screen, or today's is over: say when the next comes.
            if await self._open_question() is not None:
                await self._ask(handler, c.Today())
            elif self._prompts:
                await self._ask(handler, c.Next())

    async def _settle(self) -> None:
        try:
            await self._settled()
        except GradusError:
            log.exception("what is due could not be sent; the next tick tries again")

    async def _hear(self, handler: Handler, line: str) -> bool:
        """Do what a line asks for; False when it asks to leave."""
        if not line:
            return True
        if line.startswith("/") and (self._sure_of is None or not c.confidence(line[1:])):
            await self._echo(line)
            return await self._obey(handler, reading.meant(c.parse(line), self._private()))
        if (command := await self._answer(line)) is not None:
            await self._echo(line)
            await self._ask(handler, command)
            return True
        await self._write(render.draw_said(self._name(), line, self._screen()))
        question = await self._open_question()
        if reading.bare_word(line):
            await self._show(wording.slash(line.casefold()))
        elif (
            question is not None
            and question.kind not in {Kind.CHOICE, Kind.MULTI}
            and question.id not in self._told
        ):
            self._told.add(question.id)
            await self._show(wording.how_to_answer())
        return True

    async def _answer(self, line: str) -> c.Command | None:
        """Return what a line without a slash answers or presses; ``None``: it is for the thread."""
        how = c.confidence(line.removeprefix("/"))
        if self._sure_of is not None and how is not None:
            return c.Sure(how, self._sure_of)
        offered = [action for group in self._actions.values() for action in group]
        if (action := reading.pressed(offered, line)) is not None:
            return c.press(action.id, {})  # a form's fields are asked for one by one, if at all
        if (action := reading.awaited(self._private())) is not None:
            return c.press(action.id, {"answer": line})
        question = await self._open_question()
        item = reading.item(self._private())
        unsure = bool(item) and item == self._sure_of
        if unsure or (question is not None and reading.answers(question, line)):
            return c.Give(line, item)
        return None

    async def _obey(self, handler: Handler, command: c.Command) -> bool:
        """Carry a command out; all but another answer end the wait for how sure the last was."""
        if isinstance(command, c.Quit):
            if self._sure_of is not None:
                await handler(self._actor, c.Sure(None, self._sure_of))
            return False
        unsure = self._sure_of
        if not isinstance(command, (c.Give, c.Misread)):
            await self._skip(handler)
        if isinstance(command, (c.Show, c.Hint)) and command.round == unsure:
            return True  # the verdict that came instead shows all there is
        await self._ask(handler, command)
        return True

    def _private(self) -> tuple[Action, ...]:
        """Return what the last private message offers."""
        return self._actions.get(Audience.MEMBER, ())

    async def _skip(self, handler: Handler) -> None:
        key, self._sure_of = self._sure_of, None
        # Without an answer for a minute the question has closed by itself; a quiz item waits.
        waits = key is not None and key.startswith(c.QUIZ_KEY)
        if key is not None and (waits or await self._open_question() is not None):
            await self._ask(handler, c.Sure(None, key))

    async def _ask(self, handler: Handler, command: c.Command) -> None:
        """Hand a command to the core and show all of its reply."""
        reply = await handler(self._actor, command)
        if isinstance(command, (c.Give, c.Think, c.Sure)):
            self._sure_of = _asks_how_sure(reply)
        for message in (reply.message, *reply.extra, reply.public):
            if message is not None:
                await self._show(message)

    async def _echo(self, line: str) -> None:
        """Write a line that was typed where it would not be seen otherwise."""
        if not self._keyboard.shows:
            await self._write(f"{MARK}{render.visible(line)}\n\n")

    def _name(self) -> str:
        return self._actor.member.partition("://")[2]


def _asks_how_sure(reply: Reply) -> str | None:
    """Return the key of the round whose answer a reply asks about, if it does."""
    for action in reply.message.actions if reply.message is not None else ():
        command = c.press(action.id)
        if isinstance(command, c.Sure):
            return command.round
    return None
