"""Why the store refuses, each reason worded for the operator: what, where, what to do.

Nothing here detects anything. The docstring of each class is its message, with facts in braces.
"""

from __future__ import annotations

import inspect

from bot.errors import StoreRefused


class Refusal(StoreRefused):
    """The database {path} cannot be used."""

    def __init__(self, **facts: object) -> None:
        """Fill the facts into the docstring of the class."""
        text = inspect.cleandoc(type(self).__doc__ or "")  # python -OO takes docstrings away
        message = " ".join(text.format_map(facts).split()) if text else f"{type(self)}: {facts}"
        super().__init__(message)


class MissingFolder(Refusal):
    """The folder of the database {path} does not exist.

    Create it, or set "store" to a path in a folder that exists.
    """


class Unreadable(Refusal):
    """The database {path} cannot be opened: {why}.

    See that it is a file that the user Gradus runs as may read and write, in a folder where that
    user may create files, on a disk that is not full.
    """


class Busy(Refusal):
    """The database {path} is locked by another program: {why}.

    Close what has it open (a database browser, a copy under way), then start Gradus again.
    """


class MissingStore(Refusal):
    """There is no database at {path}.

    See that "store" is set as it is for the running bot, and that the bot was started once.
    """


class Vanished(Refusal):
    """The database {path} is gone or empty, but one was kept there before.

    Gradus does not quietly begin with an empty one. Put the database back (copies are in the folder
    "backups" beside it, and "gradus restore" brings one back), or, to really begin anew, remove
    {marker} first.
    """


class Foreign(Refusal):
    """The file {path} is a database, but not one of Gradus.

    Set "store" to another path; nothing in this file was changed.
    """


class NotADatabase(Refusal):
    """The file {path} is not an SQLite database.

    If it was one, put a copy from the folder "backups" in its place with "gradus restore";
    otherwise set "store" to another path. The file was left as it is.
    """


class Damaged(Refusal):
    """The database {path} is damaged: {why}.

    Keep the file, and put the newest sound copy from the folder "backups" in its place with
    "gradus restore".
    """


class Newer(Refusal):
    """The database {path} was written by a newer Gradus (schema {found}; this one knows {known}).

    Install that version again, or restore a copy from before the change.
    """


class Older(Refusal):
    """The database {path} was written by an older Gradus (schema {found}; this one needs {known}).

    Start the bot once: it keeps a copy and brings the database up to date.
    """


class Locked(Refusal):
    """The database {path} is in use by another running Gradus ({holder}).

    Stop that one first, or set "store" to another path; two bots on one database would both speak.
    """


class NoCopy(Refusal):
    """The database {path} must be brought up to date, but no copy fits in {copy}: {why}.

    Nothing was changed. Make room there, or see that the user Gradus runs as may write there.
    """


class NotCopied(Refusal):
    """The copy {path} could not be written: {why}.

    The database is as it was, and nothing is left of the copy. See that there is room, and that the
    user Gradus runs as may write there.
    """


class NoRoom(Refusal):
    """A daily copy of the database in {path} wants {needed} MB of room, and {free} MB are free.

    No copy was begun, so that the bot itself can go on writing. Make room there; the next one is
    tried within the hour.
    """


class Unfit(Refusal):
    """The file {path} cannot be restored, for it is {why}.

    Nothing was changed. The daily copies are in the folder "backups" beside the database.
    """


class NotRestored(Refusal):
    """The copy {copy} could not be put in the place of {path}: {why}.

    If there was a database at {path}, it is still there, or beside it with "-aside-" in its name.
    See that there is room, and that you may write there; then run the same command again.
    """


class NotInForce(Refusal):
    """The database {path} does not take the setting {name} = {wanted} (it stays {found}).

    It may lie on a network file system: keep it on a local disk.
    """


class Unknown(Refusal):
    """The store holds a value this version cannot read: {what}.

    It was probably written by a newer Gradus: install that version again.
    """


class Failed(Refusal):
    """A transaction on the database {path} failed: {why}.

    Nothing of it was kept. If this goes on, see whether the disk is full or read-only.
    """


class Removed(Failed):
    """The database {path} was removed or replaced while Gradus runs.

    Nothing is sent until it is back. Stop Gradus, put the database back or restore a copy from the
    folder "backups", and start again.
    """


class Meddled(Failed):
    """A work on the database {path} tried to begin, commit or roll back: {why}.

    That is the store's business alone, and a mistake in the program. Nothing of the work was kept.
    """


class Closed(Failed):
    """The database {path} is closed, or about to be; nothing was written."""
