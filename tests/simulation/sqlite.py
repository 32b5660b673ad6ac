"""The real store in a world without threads: SQLite's own writer, waited for at every transaction.

The writer, its groups, savepoints and files are those of production; only the way in is another,
because in virtual time nobody may wait for a thread on the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from adapters.sqlite.writer import Job, Writer
from bot.ports import Records

T = TypeVar("T")


class Here:
    """Stands in for the loop on which a job is told of its end: the end is told at once."""

    def call_soon_threadsafe(self, tell: Callable[..., object], *args: object) -> None:
        tell(*args)


class SteppedStore:
    """A ``Store`` on a real file, each of whose transactions is over when its coroutine goes on."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def transact(self, work: Callable[[Records], T]) -> T:
        future, job = _job(work)
        self._writer.put([job])
        result: T = future.result()
        return result


@contextmanager
def stepped(path: Path) -> Iterator[SteppedStore]:
    """Yield a store in a new file; its secrets are nought, as the memory store's are."""
    future, opened = _job()
    writer = Writer(path, bytes, opened)
    writer.start()
    future.result()
    yield SteppedStore(writer)
    writer.put([None])
    writer.join()


def _job(work: Callable[..., Any] | None = None) -> tuple[Future[Any], Job]:
    future: Future[Any] = Future()
    loop = cast(asyncio.AbstractEventLoop, Here())
    return future, Job(loop, cast("asyncio.Future[Any]", future), work)
