"""Dictionaries that can be taken back to where a work began; they know nothing of what they hold.

Values are immutable, so it is enough to remember what each key held before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from bot.model import Delivery, Round

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R", Round, Delivery)


class Table(dict[K, V]):
    """A dictionary that can be taken back to where the work under way began."""

    def __init__(self, log: list[Callable[[], object]]) -> None:
        super().__init__()
        self._log = log

    def __setitem__(self, key: K, value: V) -> None:
        self._remember(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self._remember(key)
        super().__delitem__(key)

    def discard(self, key: K) -> None:
        """Remove a key, if it is there."""
        if key in self:
            del self[key]

    def _remember(self, key: K) -> None:
        put, drop = super().__setitem__, super().__delitem__
        if key in self:
            old = self[key]
            self._log.append(lambda: put(key, old))
        else:
            self._log.append(lambda: drop(key))


class Facts:
    """What every part shares: the log of changes, and facts of the deployment."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        self._log: list[Callable[[], object]] = []
        self._secret = secret
        self._seed = seed
        self._facts: Table[str, str] = Table(self._log)

    def undo(self) -> None:
        """Take back every change since the last ``keep``."""
        while self._log:
            self._log.pop()()

    def keep(self) -> None:
        """Forget how to take the changes back."""
        self._log.clear()

    def secret(self) -> bytes:
        """Return the 32 random bytes made when the store was created."""
        return self._secret

    def seed(self) -> bytes:
        """Return the 32 random bytes that make picks reproducible where no seed is configured."""
        return self._seed

    def recall(self, name: str) -> str | None:
        """Return the small fact remembered under ``name``."""
        return self._facts.get(name)

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact under ``name``."""
        self._facts[name] = value


def by_id(value: Round | Delivery) -> str:
    """Return what is ordered by where all else is equal."""
    return value.id


def earliest(timed: Iterable[tuple[datetime, R]], limit: int | None = None) -> list[R]:
    """Return values in the order of their instants, equal ones by id."""
    return [each for _, each in sorted(timed, key=lambda pair: (pair[0], pair[1].id))[:limit]]
