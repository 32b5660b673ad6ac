"""What goes wrong with calls of the Web API: in a fixed order, or by lot."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call."""

    kept: bool = False
    """Whether Slack does what was asked all the same."""
    drop: bool = False
    """The connection ends without an answer."""
    status: int = 200
    error: str = ""
    """An error by Slack's name; with ``status`` 200 the plain ``ok: false``."""
    body: str = ""
    """The answer, word for word, if it is none of Slack's."""
    retry_after: str = ""
    until: asyncio.Event | None = None
    """The answer waits for this, and is then the true one unless something else is said."""

    @property
    def silent(self) -> bool:
        """Whether the true answer is replaced."""
        return bool(self.drop or self.error or self.body or self.status != 200)


DROPPED = Fault(drop=True)
DROPPED_AFTER = Fault(drop=True, kept=True)
UNAVAILABLE = Fault(status=503, error="service_unavailable")
UNAVAILABLE_AFTER = Fault(status=503, error="service_unavailable", kept=True)
BAD_GATEWAY = Fault(status=502, body="<html>Bad Gateway</html>")
BAD_GATEWAY_AFTER = Fault(status=502, body="<html>Bad Gateway</html>", kept=True)
NO_JSON = Fault(body="<html>Something went wrong</html>", kept=True)
INTERNAL = Fault(error="internal_error")
INTERNAL_AFTER = Fault(error="internal_error", kept=True)
SOFT_LIMIT = Fault(error="ratelimited")
"""The rate limit that comes with status 200."""


def limited(seconds: int | str = 30) -> Fault:
    """Return the rate limit that comes with status 429."""
    return Fault(status=429, error="ratelimited", retry_after=str(seconds))


UNCLEAR = (
    DROPPED, DROPPED_AFTER, UNAVAILABLE, UNAVAILABLE_AFTER, BAD_GATEWAY, BAD_GATEWAY_AFTER,
    NO_JSON, INTERNAL, INTERNAL_AFTER,
)  # fmt: skip
"""After each of these the caller cannot know whether it was done."""


class Faults:
    """Decides what happens to each call; nothing, until it is told."""

    def __init__(self) -> None:
        self._script: dict[str, deque[Fault]] = {}
        self._lot: tuple[random.Random, float, Sequence[Fault], frozenset[str]] | None = None
        self.drawn = 0
        """How many calls something happened to."""

    def next(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method (``chat.postMessage``; ``*``: of any) go wrong."""
        self._script.setdefault(method, deque()).extend(faults)

    def often(
        self, chance: random.Random, share: float, *methods: str, among: Sequence[Fault] = UNCLEAR
    ) -> None:
        """Let a share of the calls of some methods go wrong; of none named, all; 0 ends it."""
        self._lot = (chance, share, among, frozenset(methods)) if share else None

    def draw(self, method: str) -> Fault | None:
        """Return what happens to a call."""
        for name in (method, "*"):
            if queue := self._script.get(name):
                self.drawn += 1
                return queue.popleft()
        if self._lot is not None:
            chance, share, among, methods = self._lot
            if (not methods or method in methods) and chance.random() < share:
                self.drawn += 1
                return chance.choice(among)
        return None
