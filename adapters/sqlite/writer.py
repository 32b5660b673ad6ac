"""The one thread that writes: it takes works from a queue and commits them in groups.

What a work does is none of its business. Many works share one transaction, each inside its own
savepoint, so that one ``fsync`` serves them all; nobody hears of success before the COMMIT.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from sqlite_utils import Database

from adapters.sqlite import driver, files, opening, refusals
from adapters.sqlite.records import SqliteRecords

log = logging.getLogger(__name__)

GROUP = 256
"""Works in one transaction at most."""

# A statement once prepared is not authorized again: ours must not be what a work could write.
BEGIN = "BEGIN IMMEDIATE -- the writer's own"
COMMIT = "COMMIT -- the writer's own"
ROLLBACK = "ROLLBACK -- the writer's own"
SAVEPOINT = "SAVEPOINT work"
RELEASE = "RELEASE work"
UNDO = "ROLLBACK TO work"


class Job(NamedTuple):
    """Something to do on the writer's thread, and whom to tell."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    work: Callable[[SqliteRecords], Any] | None = None
    """Runs in a transaction."""
    upkeep: Callable[[Database], Any] | None = None
    """Runs outside any transaction."""


class Gone(Exception):
    """The transaction is no longer there: SQLite rolled it back, or a work ended it."""


class Writer(threading.Thread):
    """Owns the writing connection from opening to closing; nobody else ever touches it."""

    def __init__(self, path: Path, entropy: Callable[[int], bytes], opened: Job) -> None:
        """Take the path, the source of random bytes, and whom to tell that it is open."""
        super().__init__(name=f"store {path.name}", daemon=True)
        self._path = path
        self._entropy = entropy
        self._opened = opened
        self._queue: SimpleQueue[Sequence[Job | None]] = SimpleQueue()
        self._waiting: deque[Job | None] = deque()
        """What was handed over and is not begun; only the thread itself looks at it."""
        self._working = False
        self._denied = False

    def put(self, jobs: Sequence[Job | None]) -> None:
        """Hand over jobs; ``None`` is the last: what came before is done, then all is closed."""
        self._queue.put(jobs)
        if not self.is_alive():
            self._turn_away()

    # On the thread -----------------------------------------------------------------------------

    def run(self) -> None:
        """Open the database, do what is asked until told to stop, close it."""
        try:
            self._db, lock = opening.start(self._path, entropy=self._entropy)
        except BaseException as error:  # noqa: BLE001 - raised where the store is entered
            tell([(self._opened, None, error)])
            return
        try:
            self._file = files.identity(self._path)
            self._records = SqliteRecords(self._db)
            self._db.conn.set_authorizer(self._authorize)
            tell([(self._opened, None, None)])
            while self._serve():
                pass
        finally:
            self._close(lock)

    def _serve(self) -> bool:
        """Do what is waiting, as far as it fits into one transaction; False: that was the last."""
        self._fetch()
        group: list[Job] = []
        while self._waiting and len(group) < GROUP:
            job = self._waiting[0]
            if job is None or job.work is None:
                break
            group.append(job)
            self._waiting.popleft()
        if group:
            tell(self._commit(group))
            return True
        job = self._waiting.popleft()
        if job is not None and job.upkeep is not None:
            tell([self._maintain(job, job.upkeep)])
        return job is not None

    def _fetch(self) -> None:
        """Take all that was handed over; where nothing is left to do, wait for it."""
        try:
            while True:
                self._waiting.extend(self._queue.get(block=not self._waiting))
        except Empty:
            return

    def _commit(self, group: list[Job]) -> list[Outcome]:
        """Run a group of works in one transaction; where that fails, it fails for all of them."""
        if files.identity(self._path) != self._file:
            # SQLite would go on, in a file without a name, and all would be lost with the process.
            return [(job, None, refusals.Removed(path=self._path)) for job in group]
        done: list[Outcome] = []
        try:
            self._run(BEGIN)
            done.extend(self._work(job) for job in group)
            self._run(COMMIT)
        except (driver.Error, Gone) as error:
            # On a full disk and the like SQLite has rolled back already.
            if self._db.conn.in_transaction:
                self._run(ROLLBACK)
            return [(job, None, self._failed(error)) for job in group]
        return done

    def _work(self, job: Job) -> Outcome:
        """Run one work in its savepoint."""
        self._run(SAVEPOINT)
        value, error = self._call(job)
        if not self._db.conn.in_transaction:
            raise Gone(error or "transaction ended early") from error
        if error is not None:
            self._run(UNDO)
        self._run(RELEASE)
        return job, value, error

    def _call(self, job: Job) -> tuple[Any, BaseException | None]:
        if job.work is None:  # for the type checker: a group holds works only
            return None, None
        self._working, self._denied = True, False
        try:
            return job.work(self._records), None
        except (driver.Error, UnicodeDecodeError) as error:
            return None, self._failed(error)
        except BaseException as error:  # noqa: BLE001 - raised where the work came from
            return None, error
        finally:
            self._working = False

    def _maintain(self, job: Job, upkeep: Callable[[Database], Any]) -> Outcome:
        try:
            return job, upkeep(self._db), None
        except driver.Error as error:
            return job, None, self._failed(error)
        except BaseException as error:  # noqa: BLE001 - raised where it came from
            return job, None, error
        finally:
            if self._db.conn.in_transaction:
                self._run(ROLLBACK)
            # Has every prepared statement authorized anew, should this have prepared a COMMIT.
            self._db.conn.set_authorizer(self._authorize)

    def _run(self, statement: str) -> None:
        self._db.conn.execute(statement)

    def _authorize(self, action: int, *_: object) -> int:
        """Deny a work BEGIN, COMMIT and ROLLBACK; savepoints of its own it may have."""
        if self._working and action == driver.TRANSACTION:
            self._denied = True
            return driver.DENY
        return driver.ALLOW

    def _failed(self, error: Exception) -> refusals.Refusal:
        kind: type[refusals.Refusal] = refusals.Meddled if self._denied else refusals.Failed
        self._denied = False
        if why := driver.damage(error):
            kind = refusals.Damaged
        failed = kind(path=self._path, why=why or error)
        failed.__cause__ = error
        return failed

    def _close(self, lock: files.Lock) -> None:
        try:
            self._db.conn.set_authorizer(None)
            self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        except driver.Error as error:
            log.warning("%s: %s; its journal stays beside it for the next start", self._path, error)
        finally:
            self._db.close()
            lock.release()
            self._turn_away()

    def _turn_away(self) -> None:
        """Refuse what comes after the end, or after a mistake of ours: nobody waits for ever."""
        closed = refusals.Closed(path=self._path)
        with contextlib.suppress(Empty):
            while True:
                self._waiting.extend(self._queue.get_nowait())
        left, self._waiting = self._waiting, deque()
        tell((job, None, closed) for job in left if job is not None)


Outcome = tuple[Job, Any, BaseException | None]
"""A job, what it returned, and what it raised."""


def tell(outcomes: Iterable[Outcome]) -> None:
    """Resolve the jobs' futures, each on its own loop; a loop that is closed no longer cares."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].loop, []).append(outcome)
    for loop, its in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, its)
        except RuntimeError:
            continue


def _resolve(outcomes: list[Outcome]) -> None:
    for job, value, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(value)
        elif isinstance(error, StopIteration):  # a future cannot hold one
            job.future.set_exception(RuntimeError("StopIteration"))
        else:
            job.future.set_exception(error)
