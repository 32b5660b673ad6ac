"""The platform's process: it serves a world's platform, and tells the killer what it asks.

On every send it looks into the bot's database whether the intent is committed.
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.sqlite import driver
from tests.killing.world import SharedClock, Truth, World

PATIENCE = 60.0
"""Seconds that a question to the platform may take."""


class WriteAhead:
    """Finds the sends whose intent was not committed before they arrived."""

    def __init__(self, database: Path) -> None:
        """Take the bot's database."""
        self._address = f"{database.absolute().as_uri()}?mode=ro"
        self._seen: dict[str, int] = {}
        self.violations: list[str] = []

    def __call__(self, key: str) -> None:
        """Look: the row must be *sending*, in an attempt that nothing was sent in before."""
        rows = self._read("SELECT state, attempt FROM delivery WHERE key = ?", key)
        state, attempt = rows[0] if rows else ("unknown to the store", 0)
        if state != "sending" or attempt <= self._seen.get(key, 0):
            self.violations.append(f"{key} was sent while it was {state}, attempt {attempt}")
        self._seen[key] = attempt

    def in_flight(self) -> int:
        """Count the messages whose intent is written and whose outcome is not."""
        try:
            return len(self._read("SELECT id FROM delivery WHERE state = 'sending'"))
        except driver.OperationalError:
            return 0  # killed before there was a table, or a file

    def _read(self, ask: str, *values: str) -> list[tuple[Any, ...]]:
        with closing(driver.connect(self._address, uri=True)) as connection:
            return list(connection.execute(ask, values))


async def serve(
    world: World, clock: SharedClock, seed: int, database: Path, line: socket.socket
) -> None:
    """Serve until the killer closes the line."""
    watch = WriteAhead(database)
    async with world.serve(clock, seed, watch) as served:
        reader, writer = await asyncio.open_connection(sock=line)
        writer.write(f"{json.dumps(served.address)}\n".encode())
        while question := await reader.readline():
            answer: Any = None
            match question.strip():
                case b"quiet":
                    await served.quiet()
                    answer = watch.in_flight()
                case b"calm":
                    served.calm()
                case _:
                    answer = asdict(served.truth()), watch.violations
            writer.write(f"{json.dumps(answer)}\n".encode())
            await writer.drain()


class Line:
    """The killer's end of the line to the platform."""

    def __init__(self, line: socket.socket) -> None:
        """Take the socket."""
        line.settimeout(PATIENCE)
        self._file = line.makefile("rw")
        self.address: str = self._heard()

    def quiet(self) -> int:
        """Wait until nothing that a dead bot has asked for is under way.

        Returns how many of its messages were in flight by its own records.
        """
        return int(self._ask("quiet"))

    def calm(self) -> None:
        """Have no more faults."""
        self._ask("calm")

    def truth(self) -> tuple[Truth, list[str]]:
        """Return what the platform knows, and each send without a committed intent."""
        told, violations = self._ask("truth")
        return Truth(**told), violations

    def _ask(self, question: str) -> Any:
        self._file.write(f"{question}\n")
        self._file.flush()
        return self._heard()

    def _heard(self) -> Any:
        said = self._file.readline()
        if not said:
            raise ConnectionError("the platform's process is gone")
        return json.loads(said)
