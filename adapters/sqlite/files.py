"""The files of a database: the lock beside it, its making, its copies; no table of the bot's.

``<database>.lock`` has two lines: ``new`` or ``made``, and the process that runs. The lock is the
kernel's (``flock``), so it ends with the process however that ends; the file itself stays. It says
``made`` from when the database first held its tables: should the database then be missing or empty,
it is not made anew (see ``refusals.Vanished``), for the bot would ask everything all over again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from sqlite_utils import Database

from adapters.sqlite import driver, refusals

MADE = b"made\n"
NEW = b"new \n"


class Lock:
    """The right to be the one bot on a database, held until released or until the process ends."""

    def __init__(self, database: Path) -> None:
        """Take the lock; raises ``refusals.Locked``, or ``OSError`` where no file can be made."""
        self.path = database.with_name(database.name + ".lock")
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = os.pread(self._file, 64, len(MADE)).decode("ascii", "replace").strip()
            os.close(self._file)
            holder = f"process {held}" if held.isdigit() else "a starting process"
            raise refusals.Locked(path=database, holder=holder) from None
        except OSError:
            os.close(self._file)
            raise
        self.made = os.pread(self._file, len(MADE), 0) == MADE
        """Whether a database was ever made here."""
        if not self.made:
            os.pwrite(self._file, NEW, 0)
        os.pwrite(self._file, b"%-20d\n" % os.getpid(), len(MADE))  # overwrites: "made" stays

    def mark(self) -> None:
        """Remember that the database holds its tables now."""
        if not self.made:
            os.pwrite(self._file, MADE, 0)
            os.fsync(self._file)
            sync_folder(self.path.parent)
            self.made = True

    def release(self) -> None:
        """Let another bot have the database."""
        os.pwrite(self._file, b"%-20s\n" % b"-", len(MADE))
        os.close(self._file)


def held(database: Path) -> bool:
    """Tell whether a bot has the database now; nothing is changed."""
    try:
        file = os.open(database.with_name(database.name + ".lock"), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def prepare(database: Path, lock: Lock) -> None:
    """Make an empty file, for its owner only, where there is none yet and never was one."""
    left = database.with_name(database.name + "-wal")
    if database.exists() and database.stat().st_size:
        return
    if lock.made or (left.exists() and left.stat().st_size):
        raise refusals.Vanished(path=database, marker=lock.path)
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from any other that may come to stand under its name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def copy(db: Database, target: Path) -> None:
    """Write a sound, complete copy of a database, for its owner only; replaces an older one.

    It appears under its name only when it is whole and on the disk. The database may be in use.
    Raises ``OSError`` or ``driver.Error``.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        # VACUUM INTO takes an empty file, and so the mode is ours to set.
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        db.execute("VACUUM INTO ?", (str(part),))
        check(part)
        file = os.open(part, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def check(database: Path) -> None:
    """Read a database through; raises ``driver.DatabaseError`` when it is damaged."""
    with contextlib.closing(connect(database)) as connection:
        quick_check(Database(connection, execute_plugins=False))


def quick_check(db: Database) -> None:
    """Read an open database through; raises ``driver.DatabaseError`` when it is damaged."""
    said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    if said != "ok":
        raise driver.DatabaseError(said)


def connect(database: Path) -> driver.Connection:
    """Open an existing database, and never make one; no implicit transactions."""
    address = database.absolute().as_uri() + "?mode=rw"
    connection = driver.connect(address, uri=True, isolation_level=None, cached_statements=512)
    connection.row_factory = driver.Row
    return connection


def sync_folder(folder: Path) -> None:
    """Have the disk remember the names in a folder."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
