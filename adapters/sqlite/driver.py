"""The one module that imports an SQLite: ``pysqlite3`` where installed, else Python's own.

It opens nothing by itself and knows no table. Two copies of SQLite on one file in one process would
break each other's locks, so sqlite-utils, which chooses for itself, is held to the same choice.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlite_utils import utils

if TYPE_CHECKING:
    import sqlite3 as sqlite
else:
    try:
        import pysqlite3 as sqlite
    except ImportError:
        import sqlite3 as sqlite

if getattr(utils, "sqlite3", None) is not sqlite:  # pragma: no cover
    raise ImportError(f"sqlite-utils without {sqlite}")

log = logging.getLogger(__name__)

SOUND = (3, 51, 3)
"""The first release without the WAL-reset bug."""

VERSION: str = sqlite.sqlite_version
"""The version of SQLite in use."""

Connection = sqlite.Connection
Row = sqlite.Row
Error = sqlite.Error
"""Everything SQLite raises."""
DatabaseError = sqlite.DatabaseError
OperationalError = sqlite.OperationalError
connect = sqlite.connect

BUSY: int = 5
"""SQLITE_BUSY: another process holds a lock (Python 3.11 and pysqlite3 name the number apart)."""
CORRUPT: int = 11
NOT_A_DATABASE: int = 26
DENY: int = sqlite.SQLITE_DENY
ALLOW: int = sqlite.SQLITE_OK
TRANSACTION: int = sqlite.SQLITE_TRANSACTION
"""What an authorizer is asked before BEGIN, COMMIT and ROLLBACK."""


def code(error: Exception) -> int:
    """Return SQLite's primary result code of an error, 0 where the driver does not tell it."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def damage(error: Exception) -> str:
    """Return what an error says of damage to the file itself; empty when it is about other things.

    Bytes that are no longer UTF-8 are not repeated: they may be what a member wrote. Within
    SQLite's own messages they come as ``UnicodeDecodeError``.
    """
    if isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error):
        return "text became unreadable"
    # What ``quick_check`` said has no code; NOT_A_DATABASE is another matter.
    return str(error) if type(error) is DatabaseError and code(error) in {0, CORRUPT} else ""


def announce() -> None:
    """Log which SQLite is in use; warn of one that can lose committed pages.

    From 3.7.0 to 3.51.2 a commit in one process while another checkpoints may be lost
    (sqlite.org/wal.html#the_wal_reset_bug). The bot alone is safe: one connection writes and
    checkpoints. Any other tool that writes to the file beside it brings the danger back.
    """
    log.info("SQLite %s (%s)", VERSION, sqlite.__name__)
    if sqlite.sqlite_version_info < SOUND:
        log.warning(
            "SQLite %s has the WAL-reset bug, mended in 3.51.3: install pysqlite3, or let no "
            "other program write to the database while the bot runs",
            VERSION,
        )
