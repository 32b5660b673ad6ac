"""From a path to a database that is fit for use, or a refusal that says why not; no work is done.

The order of a start: lock, driver, whose database it is, PRAGMAs, a look through the file, a copy
before a pending migration, migrations.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from adapters.sqlite import driver, files, refusals, schema
from bot.errors import StoreRefused

log = logging.getLogger(__name__)

PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", "PRAGMA busy_timeout = 5000", 5000),
    ("journal_mode", "PRAGMA journal_mode = WAL", "wal"),
    # NORMAL could lose the last commits in a power cut: a lost intent is a message sent twice.
    ("synchronous", "PRAGMA synchronous = FULL", 2),
    ("foreign_keys", "PRAGMA foreign_keys = ON", 1),
    ("journal_size_limit", "PRAGMA journal_size_limit = 67108864", 67108864),
    ("cache_size", "PRAGMA cache_size = -65536", -65536),
    ("mmap_size", "PRAGMA mmap_size = 0", 0),
    ("trusted_schema", "PRAGMA trusted_schema = OFF", 0),
    ("cell_size_check", "PRAGMA cell_size_check = ON", 1),
)
"""What every connection that writes runs with: name, statement, what it then reads."""

READER: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", "PRAGMA busy_timeout = 5000", 5000),
    ("wal_autocheckpoint", "PRAGMA wal_autocheckpoint = 0", 0),
    ("trusted_schema", "PRAGMA trusted_schema = OFF", 0),
    ("query_only", "PRAGMA query_only = ON", 1),
)
"""What a connection beside a running bot runs with when it only reads."""

ERRAND: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", "PRAGMA busy_timeout = 5000", 5000),
    ("wal_autocheckpoint", "PRAGMA wal_autocheckpoint = 0", 0),
    ("synchronous", "PRAGMA synchronous = FULL", 2),
    ("trusted_schema", "PRAGMA trusted_schema = OFF", 0),
)
"""What a connection beside a running bot runs with when it leaves an errand."""


def start(path: Path, *, entropy: Callable[[int], bytes]) -> tuple[Database, files.Lock]:
    """Open the bot's own database, made and brought up to date where needed.

    ``entropy(n)`` returns ``n`` random bytes; it is asked for the secret and the seed of a new
    store. Raises ``StoreRefused``, and then holds nothing open.
    """
    if not path.parent.is_dir():
        raise refusals.MissingFolder(path=path)
    with explained(path):
        lock = files.Lock(path)
        try:
            driver.announce()
            files.prepare(path, lock)
            db = Database(files.connect(path), execute_plugins=False)
            try:
                _make_fit(db, path, entropy)
            except BaseException:
                db.close()
                raise
            lock.mark()
        except BaseException:
            lock.release()
            raise
    if path.stat().st_mode & 0o077:
        log.warning("%s may be read by other users of this machine; chmod 600 stops that", path)
    return db, lock


def beside(path: Path, pragmas: tuple[tuple[str, str, object], ...]) -> Database:
    """Open a database that the bot may have open too, without its lock.

    Raises ``StoreRefused``, and then holds nothing open.
    """
    if not path.is_file() or not path.stat().st_size:
        raise refusals.MissingStore(path=path)
    with explained(path):
        db = Database(files.connect(path), execute_plugins=False)
        try:
            _see_that_it_is_ours(db, path)
            enforce(db, path, pragmas)
        except BaseException:
            db.close()
            raise
    return db


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say about ``path`` into refusals."""
    try:
        yield
    except StoreRefused:
        raise
    except OSError as error:
        raise refusals.Unreadable(path=path, why=error.strerror or error) from error
    except (driver.Error, UnicodeDecodeError) as error:
        if why := driver.damage(error):
            raise refusals.Damaged(path=path, why=why) from error
        match driver.code(error):
            case driver.NOT_A_DATABASE:
                raise refusals.NotADatabase(path=path) from error
            case driver.BUSY:
                raise refusals.Busy(path=path, why=error) from error
            case _:
                raise refusals.Unreadable(path=path, why=error) from error


def enforce(db: Database, path: Path, pragmas: tuple[tuple[str, str, object], ...]) -> None:
    """Set PRAGMAs and read each back; raises ``refusals.NotInForce``."""
    for name, statement, wanted in pragmas:
        db.execute(statement)
        row = db.execute(f"PRAGMA {name}").fetchone()
        if row is None and name == "mmap_size":
            continue  # an SQLite built without it does not answer, and does not map either
        if row is None or row[0] != wanted:
            found = None if row is None else row[0]
            raise refusals.NotInForce(path=path, name=name, wanted=wanted, found=found)


def _see_that_it_is_ours(db: Database, path: Path) -> None:
    found = schema.version(db)
    if found is None:
        raise refusals.MissingStore(path=path)
    if found < schema.SCHEMA:
        raise refusals.Older(path=path, found=found, known=schema.SCHEMA)
    if found > schema.SCHEMA:
        raise refusals.Newer(path=path, found=found, known=schema.SCHEMA)


def _make_fit(db: Database, path: Path, entropy: Callable[[int], bytes]) -> None:
    found = schema.version(db)
    if found is not None and found > schema.SCHEMA:
        raise refusals.Newer(path=path, found=found, known=schema.SCHEMA)
    enforce(db, path, PRAGMAS)
    files.quick_check(db)
    if found is not None and found < schema.SCHEMA:
        _keep_copy(db, path, found)
    schema.migrate(db, secret=entropy(32), seed=entropy(32))


def _keep_copy(db: Database, path: Path, found: int) -> None:
    """Copy the database before it is migrated; a copy of the same schema is replaced."""
    target = path.parent / "backups" / f"{path.stem}-schema-{found}{path.suffix}"
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        files.copy(db, target)
    except (OSError, driver.Error) as error:
        raise refusals.NoCopy(path=path, copy=target, why=error) from error
    log.info("schema %d becomes %d; a copy from before is %s", found, schema.SCHEMA, target)
