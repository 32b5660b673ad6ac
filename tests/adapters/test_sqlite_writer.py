"""The writer's thread: works that wait together are committed together, or fail together.

Not what a work may do to the tables: that is the contract's.
"""

from __future__ import annotations

import asyncio
import os
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from adapters.sqlite import SqliteStore, refusals, writer
from adapters.sqlite.records import SqliteRecords
from bot.ports import Records
from tests.contracts.samples import HELLO, delivery, round_


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gradus.db"


def store_at(path: Path) -> SqliteStore:
    return SqliteStore(path, entropy=os.urandom)


def remember(records: Records, *, name: str) -> None:
    """A work."""
    records.remember(name, "kept")


# Group commit -----------------------------------------------------------------------------------


class Gate:
    """Holds the writer inside a work, so that what comes meanwhile waits together."""

    def __init__(self, store: SqliteStore) -> None:
        self._reached = threading.Event()
        self._go = threading.Event()
        self._held = asyncio.create_task(store.transact(self._wait))

    def _wait(self, _: Records) -> None:
        self._reached.set()
        self._go.wait()

    async def closed(self) -> Gate:
        """Return when the writer stands at the gate."""
        await asyncio.to_thread(self._reached.wait)
        return self

    async def open(self, *waiting: Any) -> list[Any]:
        """Let the writer go on once all of these wait; return what became of them."""
        tasks = [asyncio.ensure_future(each) for each in waiting]
        await asyncio.wait(tasks, timeout=0)  # each runs up to where it waits for the writer
        self._go.set()
        await self._held
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_works_that_wait_together_are_committed_together(path: Path) -> None:
    said: list[str] = []
    async with store_at(path) as store:
        await store.maintain(lambda db: db.conn.set_trace_callback(said.append))
        gate = await Gate(store).closed()
        works = [store.transact(partial(remember, name=str(number))) for number in range(300)]
        await gate.open(*works)
        await store.maintain(lambda db: db.conn.set_trace_callback(None))
    commits = sum(statement.startswith("COMMIT") for statement in said)
    assert commits == 3  # the gate, a full group of 256, and the other 44


async def test_a_work_that_raises_takes_nobody_along(path: Path) -> None:
    def work(records: Records) -> None:
        records.remember("mine", "lost")
        raise ZeroDivisionError

    async with store_at(path) as store:
        gate = await Gate(store).closed()
        before, failed, after = await gate.open(
            store.transact(lambda records: records.remember("before", "kept")),
            store.transact(work),
            store.transact(lambda records: records.recall("before")),
        )
        assert (before, after) == (None, "kept")
        assert isinstance(failed, ZeroDivisionError)
        assert await store.transact(lambda records: records.recall("mine")) is None


def orphan(records: Records) -> None:
    """Write what only the COMMIT finds fault with: a delivery without its round."""
    assert isinstance(records, SqliteRecords)
    records.db.execute("PRAGMA defer_foreign_keys = ON")
    records.add_delivery(delivery(round_()), HELLO)


async def test_a_commit_that_fails_fails_for_all_and_the_writer_lives_on(path: Path) -> None:
    async with store_at(path) as store:
        gate = await Gate(store).closed()
        outcomes = await gate.open(
            store.transact(lambda records: records.remember("colour", "blue")),
            store.transact(orphan),
        )
        assert [type(each) for each in outcomes] == [refusals.Failed] * 2
        assert "FOREIGN KEY" in str(outcomes[0])
        assert await store.transact(lambda records: records.recall("colour")) is None
        await store.transact(lambda records: records.remember("colour", "red"))
        assert await store.transact(lambda records: records.recall("colour")) == "red"


async def test_a_full_disk_fails_for_all_and_the_writer_lives_on(path: Path) -> None:
    """SQLite has rolled everything back by itself then; a second ROLLBACK would be an error."""

    def limit(db: Database) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 8}")

    async with store_at(path) as store:
        await store.maintain(limit)
        gate = await Gate(store).closed()
        outcomes = await gate.open(
            store.transact(lambda records: records.remember("colour", "blue")),
            store.transact(lambda records: records.remember("much", "x" * 1_000_000)),
            store.transact(lambda records: records.remember("shape", "round")),
        )
        assert [type(each) for each in outcomes] == [refusals.Failed] * 3
        assert "full" in str(outcomes[0])
        assert await store.transact(lambda records: records.recall("colour")) is None
        await store.transact(lambda records: records.remember("colour", "red"))
        assert await store.transact(lambda records: records.recall("colour")) == "red"


@pytest.mark.parametrize(
    "statement",
    ["BEGIN", "COMMIT", "END", "ROLLBACK", writer.COMMIT.removesuffix("'s own"), "commit;"],
)
async def test_a_work_may_not_begin_or_commit(path: Path, statement: str) -> None:
    def work(records: Records) -> None:
        assert isinstance(records, SqliteRecords)
        records.remember("mine", "lost")
        records.db.execute(statement)

    async with store_at(path) as store:
        await store.maintain(lambda db: [db.execute("BEGIN"), db.execute("COMMIT")])
        gate = await Gate(store).closed()
        meddled, other = await gate.open(
            store.transact(work),
            store.transact(lambda records: records.remember("colour", "blue")),
        )
        assert isinstance(meddled, refusals.Meddled)
        assert other is None
        assert await store.transact(lambda records: records.recall("mine")) is None


async def test_a_lost_savepoint_fails_for_all_and_the_writer_lives_on(path: Path) -> None:
    def work(records: Records) -> None:
        assert isinstance(records, SqliteRecords)
        records.db.execute("RELEASE work")

    async with store_at(path) as store:
        gate = await Gate(store).closed()
        outcomes = await gate.open(
            store.transact(lambda records: records.remember("colour", "blue")),
            store.transact(work),
        )
        assert [type(each) for each in outcomes] == [refusals.Failed] * 2
        assert await store.transact(lambda records: records.recall("colour")) is None


async def test_a_cancelled_caller_does_not_cancel_its_work(path: Path) -> None:
    async with store_at(path) as store:
        gate = await Gate(store).closed()
        caller = asyncio.ensure_future(
            store.transact(lambda records: records.remember("colour", "blue"))
        )
        await asyncio.wait([caller], timeout=0)
        caller.cancel()
        await gate.open(caller)
        assert caller.cancelled()
        assert await store.transact(lambda records: records.recall("colour")) == "blue"


async def test_closing_does_first_what_was_accepted(path: Path) -> None:
    async with store_at(path) as store:
        gate = await Gate(store).closed()
        works = [
            asyncio.ensure_future(store.transact(partial(remember, name=str(number))))
            for number in range(10)
        ]
        await asyncio.wait(works, timeout=0)
        gate._go.set()
    await asyncio.gather(*works)
    async with store_at(path) as store:
        assert await store.transact(lambda records: records.recall("9")) == "kept"


async def test_a_closed_store_takes_no_more(path: Path) -> None:
    store = store_at(path)
    with pytest.raises(refusals.Closed):
        await store.transact(lambda records: records.recall("colour"))
    async with store:
        pass
    with pytest.raises(refusals.Closed):
        await store.transact(lambda records: records.recall("colour"))


async def test_upkeep_runs_outside_transactions_and_leaves_none_open(path: Path) -> None:
    def forgetful(db: Database) -> None:
        db.execute("BEGIN")
        db.execute("INSERT INTO fact VALUES ('colour', 'blue')")

    async with store_at(path) as store:
        await store.maintain(lambda db: db.execute("VACUUM"))
        await store.maintain(forgetful)
        assert await store.transact(lambda records: records.recall("colour")) is None
        with pytest.raises(refusals.Failed):
            await store.maintain(lambda db: db.execute("SELECT nothing"))
        with pytest.raises(ZeroDivisionError):
            await store.maintain(lambda db: 1 // 0)


async def test_a_work_may_raise_even_what_a_future_cannot_hold(path: Path) -> None:
    async with store_at(path) as store:
        with pytest.raises(RuntimeError):
            await store.transact(lambda records: next(iter(())))
