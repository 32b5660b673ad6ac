"""Copies of a store: the daily ones and how long they are kept, and one put back in its place.

When a copy is due is none of its business, nor what a restored store has to make good.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlite_utils import Database

from adapters.sqlite import driver, files, refusals, schema
from adapters.sqlite.records import SqliteRecords
from adapters.sqlite.store import open_reader
from bot import restored

DAILY = 7
"""How many of the latest daily copies are kept."""
WEEKLY = 4
"""Of those before them, of how many weeks the first one is kept."""
MB = 1_000_000


def folder_of(store: Path) -> Path:
    """Return the folder in which copies of a store are kept."""
    return store.parent / "backups"


# Daily copies ------------------------------------------------------------------------------------


def room(folder: Path) -> int:
    """Return how many bytes may still be written in a folder."""
    return shutil.disk_usage(folder).free


def take(store: Path, day: date, *, free: Callable[[Path], int] = room) -> None:
    """Write a day's copy, unless it is there, and drop those that are too old; may take seconds.

    The store may be in use; it could double beside the copy, or none is begun. Raises
    ``StoreRefused``.
    """
    folder = folder_of(store)
    target = folder / f"{store.stem}-{day}{store.suffix}"
    if target.exists():
        return
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for file in folder.iterdir():
            if _day(file.name.partition(".part")[0], store) and ".part" in file.name:
                file.unlink()  # of a copy that was cut short
        there, needed = free(folder), 2 * store.stat().st_size
        if there < needed:
            raise refusals.NoRoom(path=folder, free=there // MB, needed=-(-needed // MB))
    except OSError as error:
        raise refusals.NotCopied(path=target, why=error.strerror or error) from error
    with open_reader(store) as reader:
        reader.copy(target)
    daily = {one: file for file in folder.iterdir() if (one := _day(file.name, store))}
    for one in daily.keys() - kept(daily.keys()):
        daily[one].unlink(missing_ok=True)


def kept(days: Collection[date]) -> set[date]:
    """Return the days whose copies are kept: the last seven, and before them four Mondays.

    Where a week's Monday has none, its first copy serves.
    """
    newest = sorted(days, reverse=True)
    older = newest[DAILY:]
    first = {day.isocalendar()[:2]: day for day in older}  # the last one written is the earliest
    return {*newest[:DAILY], *sorted(first.values(), reverse=True)[:WEEKLY]}


def _day(name: str, store: Path) -> date | None:
    """Return the day of a daily copy by its file's name; ``None`` for any other file."""
    shape = re.escape(store.stem) + r"-(\d{4}-\d\d-\d\d)" + re.escape(store.suffix)
    found = re.fullmatch(shape, name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


# Putting one back --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place, and where that is which was there before."""

    aside: Path | None
    """The database that was there; ``None``: there was none."""
    latest: date | None
    """The last day that the copy knows a question of."""


def restore(copy: Path, store: Path, now: datetime) -> Restored:
    """Put a copy in a store's place; the copy itself is only read, what was there is kept.

    The bot that starts on it next looks for what the copy may have forgotten (``bot.restored``).
    Raises ``StoreRefused``: while a bot runs, and for a file that is no sound store of ours.
    Killed half-way, it can be done again; no bot starts in between.
    """
    if not store.parent.is_dir():
        raise refusals.MissingFolder(path=store)
    try:
        lock = files.Lock(store)
        try:
            if store.exists() and store.stat().st_size:
                lock.mark()  # so that no empty one is made, should we end half-way
            part = store.with_name(store.name + ".part")
            try:
                _read(copy, store, part)
                latest = _make_fit(copy, part, now)
                aside = _move_aside(store, now)
                part.replace(store)
                files.sync_folder(store.parent)
            finally:
                for end in ("", "-wal", "-shm", "-journal"):
                    part.with_name(part.name + end).unlink(missing_ok=True)
            lock.mark()
        finally:
            lock.release()
    except OSError as error:
        raise refusals.NotRestored(copy=copy, path=store, why=error.strerror or error) from error
    return Restored(aside, latest)


def _read(copy: Path, store: Path, part: Path) -> None:
    """Copy the file, with its journal where it was taken from a running bot by other means."""
    if not copy.is_file():
        raise refusals.Unfit(path=copy, why="no ordinary file" if copy.exists() else "not there")
    if store.exists() and copy.samefile(store):
        raise refusals.Unfit(path=copy, why="the store itself")
    for end in ("", "-wal"):
        there, here = copy.with_name(copy.name + end), part.with_name(part.name + end)
        here.unlink(missing_ok=True)
        if there.is_file():
            os.close(os.open(here, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            shutil.copyfile(there, here)


def _make_fit(copy: Path, part: Path, now: datetime) -> date | None:
    """See that it is a sound store of ours, and mark it as restored; return its latest day."""
    try:
        with contextlib.closing(files.connect(part)) as connection:
            db = Database(connection, execute_plugins=False)
            found = schema.version(db)
            if found is None:
                raise refusals.Unfit(path=copy, why="empty")
            if found > schema.SCHEMA:
                raise refusals.Newer(path=copy, found=found, known=schema.SCHEMA)
            db.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
            files.quick_check(db)
            db.execute("PRAGMA synchronous = FULL")
            db.execute("BEGIN IMMEDIATE")
            restored.mark(SqliteRecords(db), now)
            db.execute("COMMIT")
            row = db.execute("SELECT max(local_date) FROM round").fetchone()
    except refusals.Foreign as error:
        raise refusals.Unfit(path=copy, why="not from Gradus") from error
    except driver.Error as error:
        if driver.code(error) == driver.NOT_A_DATABASE:
            raise refusals.Unfit(path=copy, why="no SQLite database") from error
        raise refusals.Unfit(path=copy, why=f"damaged ({error})") from error
    return date.fromisoformat(row[0]) if row[0] else None


def _move_aside(store: Path, now: datetime) -> Path | None:
    """Rename the database, then its journal: whoever starts in between finds none, and refuses."""
    aside = store.with_name(f"{store.stem}-aside-{now:%Y%m%d-%H%M%S}{store.suffix}")
    there = store.exists()
    for end in ("", "-wal", "-shm"):
        file = store.with_name(store.name + end)
        if file.exists():
            file.replace(aside.with_name(aside.name + end))
    return aside if there else None
