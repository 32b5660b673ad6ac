"""The few ways things go wrong, each worded for the person who can mend it.

Not a place for platform or database exceptions: adapters turn those into values or into these.
"""

from __future__ import annotations


class GradusError(Exception):
    """Something a person can mend; its text is one paragraph: what, where, what to do."""

    exit_code = 1


class UsageError(GradusError):
    """The input could not be read or the words of a command are off."""

    exit_code = 2


class BadQuestionFile(UsageError):
    """A question file breaks the format; the text names file and line."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        """Name the file as the reader knows it, the line (from 1), and what to do about it."""
        super().__init__(f"{path}, line {line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class BadSettings(UsageError):
    """The settings hold mistakes; the text lists every one with its line and key."""


class StoreRefused(GradusError):
    """The store cannot be used as it is: locked by another process, damaged, newer, unreadable."""


class Lost(GradusError):
    """A compare-and-set found the row changed by somebody else; the caller stops."""
