"""``TerminalPerson``: the person driver in the terminal, where pressing is typing.

They know their room as a person does: what a button is called elsewhere, they type. All they see is
the plain transcript.
"""

from __future__ import annotations

import asyncio
import io
import queue
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from adapters.terminal import connect
from bot.commands import Command
from bot.messages import Reply
from bot.model import Actor, BoardRule, ChannelId, MemberId, Question, RoundState
from bot.ports import Records, Store
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, channel
from tests.doubles.person import Person, Values
from tests.doubles.scribe import Posted

ROOM = ChannelId("terminal://room")
ADA = MemberId("terminal://ada")
PATIENCE = 20
"""Seconds until a line that nothing comes of is a failure."""

TYPED = {
    "Hint": "/hint",
    "Show me now": "/show",
    "See the answer": "/show",
    "I don't know": "/show",
    "Reveal": "/show yes",
    "My result": "/result",
    "History": "/history",
    "Keep me off": "/board no",
    "Export": "/export",
    "CSV": "/export csv",
    "Erase everything": "/forget yes",
}
"""What is typed for buttons; any other is called by its label, or is a form."""
FORMS = {
    "Answer…": "/answer {answer}",
    "Thought it through": "thought it through",
    "Tick my points": "/tick {points}",
    "Report a mistake": "/report {text}",
}
LABELS = {
    "For you only:": "private",
    "For the admins:": "private",
    "In the thread:": "thread",
    "In the thread, ada:": "thread",
}


class Keys(io.TextIOBase):
    """Standard input that waits until something is typed."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def type(self, line: str) -> None:
        """Type a line; nothing at all is the end of input."""
        self._lines.put(line)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Wait for the next line."""
        return self._lines.get()


class TerminalPerson(Person):
    """The only person in the room, who is its admin too."""

    def __init__(self, keys: Keys, screen: io.StringIO, settled: asyncio.Event) -> None:
        self.keys = keys
        self.screen = screen
        self.settled = settled
        self._looked = 0
        self._form = ""

    async def commands(self, words: str) -> None:
        await self._type(f"/{words}")

    async def says(self, line: str) -> None:
        await self._type(line)

    async def clicks(self, label: str, *, on: Posted | None = None) -> None:
        if label in FORMS:
            self._form = label
        else:
            await self._type(TYPED.get(label, label))

    async def fills(self, values: Values) -> None:
        said = {name: v if isinstance(v, str) else " ".join(v) for name, v in values.items()}
        sure = said.pop("sure", "")
        await self._type(FORMS[self._form].format(**said))
        if sure:
            await self._type(sure)

    async def _type(self, line: str) -> None:
        self.settled.clear()
        self.keys.type(f"{line}\n")
        async with asyncio.timeout(PATIENCE):
            await self.settled.wait()

    def sees(self) -> str:
        text = self.screen.getvalue()
        new, self._looked = text[self._looked :], len(text)
        return _said(new, "private")

    def channel(self) -> str:
        return _said(self.screen.getvalue(), "channel")

    def thread(self) -> str:
        return _said(self.screen.getvalue(), "thread")


def _said(transcript: str, where: str) -> str:
    """Return the parts of a transcript that were said there; what was typed is left out."""
    place, lines = "channel", []
    for line in transcript.splitlines():
        if line in LABELS:
            place = LABELS[line]
        elif line and not line.startswith("  "):
            place = "typed" if line.startswith("> ") else "channel"
        if place == where and line not in LABELS:
            lines.append(line.removeprefix("  "))
    return "\n".join(lines)


@asynccontextmanager
async def room(
    store: Store, clock: ManualClock, questions: Sequence[Question], **options: Any
) -> AsyncIterator[tuple[House, TerminalPerson]]:
    """Open a house with a terminal, in which ``options`` change the channel, and a person in it."""
    keys, screen, done = Keys(), io.StringIO(), asyncio.Event()

    async def settled() -> None:
        await house.settle()
        done.set()

    async def open_question() -> Question | None:
        def work(records: Records) -> Question | None:
            newest = records.rounds(ROOM, 1)
            return newest[0].question if newest and newest[0].state is RoundState.OPEN else None

        return await store.transact(work)

    async def handle(actor: Actor, command: Command) -> Reply:
        return await house.desk.handle(actor, command)

    terminal = connect(
        channel=ROOM,
        member=ADA,
        stdin=keys,  # type: ignore[arg-type]
        stdout=screen,
        clock=clock,
        settled=settled,
        open_question=open_question,
        topics=lambda: house.bank.topics,
    )
    alone = channel(id=ROOM, name="", admins=(), notices=ROOM, board=BoardRule.OFF)
    here = replace(alone, **options)
    house = House(store, questions, clock=clock, platform=terminal, channels=[here])
    await house.start()
    async with terminal.connected(handle):
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        yield house, TerminalPerson(keys, screen, done)
        keys.type("")
        async with asyncio.timeout(PATIENCE):
            await terminal.ended.wait()
