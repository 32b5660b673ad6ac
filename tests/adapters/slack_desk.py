"""Somebody at the desk behind Slack: notes what they are asked, says what they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from adapters.slack import Slack, connect
from adapters.slack.sockets import Pace
from bot.commands import Command
from bot.messages import Message, Reply, paragraph
from bot.model import Actor
from tests.doubles.clock import ManualClock
from tests.doubles.slack_workspace import Workspace

QUICK = Pace(
    ping=0.1, look=0.02, grace=1, connect=2, start=10, pause=0.02, longest=0.1, barred=0.1,
    search=0,
)  # fmt: skip
"""Patience for tests: what would heal in a minute heals in a moment."""


class Desk:
    """Notes every command with who asked it, and answers by the kind of command."""

    def __init__(self) -> None:
        self.heard: list[tuple[Actor, Command]] = []
        self.replies: dict[type, Reply] = {}
        self.anything = Reply(line("Heard."))
        self.gate: asyncio.Event | None = None
        """Answers wait for it, if there is one."""

    async def handle(self, actor: Actor, command: Command) -> Reply:
        """Answer a command."""
        self.heard.append((actor, command))
        if self.gate is not None:
            await self.gate.wait()
        return self.replies.get(type(command), self.anything)

    @property
    def commands(self) -> list[Command]:
        """What was asked, without who asked it."""
        return [command for _, command in self.heard]


class Events:
    """Knows which events were heard of."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    async def heard(self, event: str) -> bool:
        """Return whether an event was noted."""
        return event in self.seen

    async def note(self, event: str) -> None:
        """Note an event."""
        self.seen.add(event)


def line(text: str) -> Message:
    """Return a message of one line."""
    return Message(body=(paragraph(text),))


def slack(workspace: Workspace, clock: ManualClock, **options: Any) -> Slack:
    """Return the adapter for a workspace."""
    events = Events()
    given: Mapping[str, Any] = {
        "bot_token": workspace.bot_token, "app_token": workspace.app_token,
        "base_url": workspace.base_url, "clock": clock, "heard": events.heard,
        "note": events.note, "pace": QUICK, **options,
    }  # fmt: skip
    return connect(**given)


@asynccontextmanager
async def listening(
    workspace: Workspace, clock: ManualClock, **options: Any
) -> AsyncIterator[tuple[Slack, Desk]]:
    """Connect the adapter to a workspace, with somebody at the desk; nobody may be called."""
    desk = Desk()
    platform = slack(workspace, clock, **options)
    async with platform.connected(desk.handle):
        yield platform, desk
    assert workspace.pings() == []


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true that the workspace tells nobody of."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - nobody says when
            await asyncio.sleep(0)
