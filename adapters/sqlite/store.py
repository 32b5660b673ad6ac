"""``SqliteStore``: the bot's own store; and two ways to reach it from a command beside the bot.

No SQL is here, and no thread but the writer's works on the bot's connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlite_utils import Database

from adapters.sqlite import driver, files, opening, refusals
from adapters.sqlite.records import SqliteRecords
from adapters.sqlite.writer import Job, Writer
from bot.ports import Records

T = TypeVar("T")


class SqliteStore:
    """A ``bot.ports.Store`` in one file, for one process; open while ``async with`` runs.

    A work that raises undoes its own writes only. When SQLite itself fails (a full disk, a failed
    COMMIT) every work of that transaction raises ``refusals.Failed``, a ``StoreRefused``, and the
    store goes on. A work whose caller was cancelled is carried out all the same.
    """

    def __init__(self, path: Path, *, entropy: Callable[[int], bytes]) -> None:
        """Take the file and a source of random bytes (``os.urandom``) for a store made anew."""
        self.path = path
        self._entropy = entropy
        self._writer: Writer | None = None
        self._asked: list[Job] = []
        """What this turn of the loop asked for."""

    async def __aenter__(self) -> Self:
        """Lock, check, copy and migrate, make where there is none; raises ``StoreRefused``."""
        loop = asyncio.get_running_loop()
        opened = Job(loop, loop.create_future())
        writer = Writer(self.path, self._entropy, opened)
        writer.start()
        try:
            await asyncio.shield(opened.future)
        except BaseException:
            writer.put([None])
            raise
        self._writer = writer
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do all that was accepted, check the journal into the file, let go of the lock."""
        self._hand_over()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.put([None])
            await asyncio.to_thread(writer.join)

    async def transact(self, work: Callable[[Records], T]) -> T:
        """Run ``work`` in one durable transaction and return its result.

        ``work`` reads, decides and writes, and never begins or commits. An exception from it
        undoes its own writes only and is raised here.
        """
        result: T = await self._ask(work=work)
        return result

    async def maintain(self, upkeep: Callable[[Database], T]) -> T:
        """Run ``upkeep`` on the writer's thread outside any transaction: VACUUM, PRAGMAs.

        A transaction that it leaves open is rolled back.
        """
        result: T = await self._ask(upkeep=upkeep)
        return result

    def _ask(
        self,
        work: Callable[[Records], Any] | None = None,
        upkeep: Callable[[Database], Any] | None = None,
    ) -> asyncio.Future[Any]:
        if self._writer is None:
            raise refusals.Closed(path=self.path)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self._asked:
            loop.call_soon(self._hand_over)
        self._asked.append(Job(loop, future, work, upkeep))
        return future

    def _hand_over(self) -> None:
        """Give the writer at once what was asked for in one turn of the loop: a whole group."""
        asked, self._asked = self._asked, []
        if asked and self._writer is not None:
            self._writer.put(asked)


class SqliteReader:
    """A look into a store beside the running bot: no lock, no writes, no checkpoint."""

    def __init__(self, path: Path) -> None:
        """Open the store's file; raises ``StoreRefused``."""
        self.path = path
        self._db = opening.beside(path, opening.READER)

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._db.close()

    def read(self, work: Callable[[Records], T]) -> T:
        """Run ``work`` on one consistent state of the store; a write raises ``StoreRefused``."""
        try:
            self._db.execute("BEGIN")
            try:
                return work(SqliteRecords(self._db))
            finally:
                self._db.execute("ROLLBACK")
        except (driver.Error, UnicodeDecodeError) as error:
            if why := driver.damage(error):
                raise refusals.Damaged(path=self.path, why=why) from error
            raise refusals.Failed(path=self.path, why=error) from error

    def copy(self, target: Path) -> None:
        """Write a sound copy of the whole store, mode 0600; raises ``StoreRefused``."""
        self._db.execute("PRAGMA query_only = OFF")  # or VACUUM INTO is taken for a write
        try:
            files.copy(self._db, target)
        except OSError as error:
            raise refusals.NotCopied(path=target, why=error.strerror or error) from error
        except driver.Error as error:
            if why := driver.damage(error):
                raise refusals.Damaged(path=self.path, why=why) from error
            raise refusals.NotCopied(path=target, why=error) from error
        finally:
            self._db.execute("PRAGMA query_only = ON")


def open_reader(path: Path) -> SqliteReader:
    """Open a store to read from beside the running bot; raises ``StoreRefused``."""
    return SqliteReader(path)


def append_errand(path: Path, *, at: datetime, action: str, detail: str) -> None:
    """Leave a decision for the running bot, in one short write; raises ``StoreRefused``."""
    db = opening.beside(path, opening.ERRAND)
    try:
        with opening.explained(path):
            db.execute("BEGIN IMMEDIATE")
            SqliteRecords(db).add_errand(at, action, detail)
            db.execute("COMMIT")
    finally:
        db.close()
