"""Slack: the real adapter and SDK over HTTP and Socket Mode, against the workspace double."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from adapters.slack import connection
from adapters.slack.places import Place, channel_uri
from adapters.slack.sockets import Pace
from bot.model import Channel, MemberId
from bot.ports import ChatPlatform, Clock
from tests.doubles.slack_workspace import Fault, Faults, Message, Workspace, faults
from tests.killing.world import TIMES, FirstTime, Served, Truth, Watch, room

SEND = "chat.postMessage"
SHARE = 0.4
"""Of how many sends something goes wrong; of other calls a quarter of that."""
SENDS = (
    faults.DROPPED,
    faults.DROPPED_AFTER,
    faults.UNAVAILABLE,
    faults.BAD_GATEWAY_AFTER,
    faults.NO_JSON,
    faults.INTERNAL,
    faults.INTERNAL_AFTER,
    faults.limited(),
    faults.SOFT_LIMIT,
)
OTHERS = (faults.DROPPED, faults.UNAVAILABLE, faults.limited())
TROUBLED = frozenset(
    {SEND, "chat.update", "chat.delete", "conversations.history", "conversations.replies"}
)


class _Faults(Faults):
    """Draws faults by lot, and has every delivery's send watched before anything is done."""

    def __init__(self, workspace: Workspace, draws: random.Random, watch: Watch) -> None:
        super().__init__()
        self._workspace = workspace
        self._draws = draws
        self._watch = watch
        self.sends = 0
        self.met: Counter[str] = Counter()
        self.share = SHARE

    def draw(self, method: str) -> Fault | None:
        """Return what happens to a call."""
        sent = method == SEND
        if sent and (key := _key(self._workspace.requests[-1].args.get("metadata"))):
            self.sends += 1
            self._watch(key)
        if method not in TROUBLED or self._draws.random() >= self.share * (1 if sent else 1 / 4):
            return None
        fault = self._draws.choice(SENDS if sent else OTHERS)
        if sent:
            what = "reset" if fault.drop else fault.error or "no JSON"
            self.met[f"{what}{', kept' if fault.kept else ''}"] += 1
        return fault


class _Served:
    def __init__(self, workspace: Workspace, troubles: _Faults) -> None:
        self.address = workspace.base_url
        self._workspace = workspace
        self._troubles = troubles

    async def quiet(self) -> None:
        server = self._workspace._runner.server
        while server is not None and server.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)

    def calm(self) -> None:
        self._troubles.share = 0

    def truth(self) -> Truth:
        kept = [(key, one) for one in self._workspace.state.messages if (key := _own_key(one))]
        return Truth(
            [
                (key, Place(one.channel, one.ts, key, one.thread).ref)
                for key, one in kept
                if not one.deleted
            ],
            doubles=len(kept) - len({key for key, _ in kept}),
            swept=sum(one.deleted for _, one in kept),
            faults=dict(self._troubles.met),
            sends=self._troubles.sends,
        )


class SlackWorld:
    """Four channels of one workspace."""

    def channels(self, address: str) -> Sequence[Channel]:
        """Return the channels, which the double numbers by their names."""
        admin = MemberId("slack://T0TEAM/U0ADMIN")
        names = (channel_uri("T0TEAM", f"C0{name}") for name in "ABCD")
        return [room(name, at, admin) for name, at in zip(names, TIMES, strict=True)]

    @asynccontextmanager
    async def serve(self, clock: Clock, seed: int, watch: Watch) -> AsyncIterator[Served]:
        """Run the workspace while the block runs; its histories lag behind."""
        workspace = Workspace(clock)
        workspace.state.lag = timedelta(seconds=30)
        for name in "abcd":
            workspace.channel(name)
        troubles = _Faults(workspace, random.Random(seed), watch)
        workspace.faults = workspace.web.faults = troubles
        async with workspace:
            yield _Served(workspace, troubles)

    def bot(self, address: str, clock: Clock, first_time: FirstTime) -> ChatPlatform:
        """Return the adapter, with the tokens of the double."""
        return connection.connect(
            bot_token="xoxb-workspace",
            app_token="xapp-workspace",
            clock=clock,
            heard=_never,
            note=first_time,
            base_url=address,
            pace=Pace(drain=0),
        )


async def _never(_: str) -> bool:
    return False  # nobody does anything there


def _key(metadata: Any) -> str:
    """Return the delivery's key in a message's metadata, given as JSON or read already."""
    read = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
    return str(read.get("event_payload", {}).get("key", ""))


def _own_key(message: Message) -> str:
    return _key(message.versions[0].metadata) if message.by_app else ""


WORLD = SlackWorld()
