"""What the parts of ``SqliteRecords`` share: the connection, and instants as numbers and back.

It knows no table of the bot's but ``meta`` and ``fact``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from adapters.sqlite.codec import instant, micros

Values = Sequence[object] | Mapping[str, object]


class Rows:
    """A part of the records: fixed SQL on the connection of the transaction under way."""

    def __init__(self, db: Database) -> None:
        """Take the database, its rows being ``driver.Row``; transactions are the store's."""
        self.db = db
        self._execute = db.conn.execute  # sqlite-utils' own would look for a transaction each time

    def one(self, sql: str, values: Values = ()) -> Any | None:
        """Return the first row, ``None`` when there is none."""
        return self._execute(sql, values).fetchone()

    def all(self, sql: str, values: Values = ()) -> list[Any]:
        """Return every row."""
        return self._execute(sql, values).fetchall()

    def run(self, sql: str, values: Values = ()) -> int:
        """Carry out a write and return how many rows it concerned."""
        return self._execute(sql, values).rowcount


class FactRows(Rows):
    """Facts of the deployment."""

    def __init__(self, db: Database) -> None:
        """Take the database."""
        super().__init__(db)
        self._kept: dict[str, bytes] = {}
        """What was made with the store, and never changes."""

    def secret(self) -> bytes:
        """Return the 32 random bytes made when the store was created."""
        return self._made("secret")

    def seed(self) -> bytes:
        """Return the 32 random bytes that make picks reproducible where no seed is configured."""
        return self._made("seed")

    def _made(self, name: str) -> bytes:
        if name not in self._kept:
            row = self.one("SELECT value FROM meta WHERE name = ?", (name,))
            if row is None:
                raise LookupError(name)  # migrate() writes both, and nothing removes them
            self._kept[name] = bytes(row[0])
        return self._kept[name]

    def recall(self, name: str) -> str | None:
        """Return the small fact remembered under ``name``."""
        row = self.one("SELECT value FROM fact WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact under ``name``."""
        self.run("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (name, value))


def stamp(at: datetime | None) -> int | None:
    """Return an instant as microseconds since 1970, or nothing for none."""
    return None if at is None else micros(at)


def when(number: int | None) -> datetime | None:
    """Return the instant of so many microseconds since 1970, or none for nothing."""
    return None if number is None else instant(number)


def day_text(day: date | None) -> str | None:
    """Return a day as ISO text, or nothing for none."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """Return the day of ISO text, or none for nothing."""
    return None if text is None else date.fromisoformat(text)


def storable(text: str) -> str:
    """Return a member's text as UTF-8 can hold it: half a surrogate pair becomes ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
