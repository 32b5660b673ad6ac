"""The stores that the suite holds to the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from adapters.memory import MemoryRecords, MemoryStore
from adapters.sqlite import SqliteStore, driver, schema
from adapters.sqlite.records import SqliteRecords
from bot.ports import Records, Store

SECRET = b"s" * 32
SEED = b"p" * 32


@contextmanager
def sqlite_records() -> Iterator[SqliteRecords]:
    """Yield records on a database in memory, inside a transaction."""
    connection = driver.connect(":memory:", isolation_level=None)
    connection.row_factory = driver.Row
    db = Database(connection, execute_plugins=False)
    db.execute("PRAGMA foreign_keys = ON")
    schema.migrate(db, secret=SECRET, seed=SEED)
    db.execute("BEGIN")
    yield SqliteRecords(db)
    connection.close()


@pytest.fixture(params=["memory", "sqlite"])
def records(request: pytest.FixtureRequest) -> Iterator[Records]:
    """Yield the records of each store, inside a transaction."""
    if request.param == "memory":
        yield MemoryRecords(SECRET, SEED)
    else:
        with sqlite_records() as made:
            yield made


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Yield each store, open."""
    if request.param == "memory":
        yield MemoryStore(secret=SECRET, seed=SEED)
    else:
        async with SqliteStore(tmp_path / "gradus.db", entropy=lambda n: b"e" * n) as made:
            yield made
