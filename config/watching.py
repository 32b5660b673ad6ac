"""Notices edits of settings and questions while the bot runs; what they mean is not here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import watchfiles

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """What is watched."""

    file: Path | None
    """The settings file, absolute."""
    banks: tuple[Path, ...]
    """Folders of questions that exist."""


async def watch(
    places: Callable[[], Places], edited: asyncio.Event, reread: Callable[[], Awaitable[None]]
) -> None:
    """Call ``reread`` whenever ``edited`` is set, by a signal or by an edit in one of the places.

    Where to look is asked again after each time, because an edit may add a bank.
    """
    while True:
        now = places()
        looking = asyncio.create_task(_look(now, edited.set))
        try:
            while places() == now:
                await edited.wait()
                edited.clear()
                try:
                    await reread()
                except Exception:
                    log.exception("settings and questions could not be read again")
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


async def _look(places: Places, found: Callable[[], None]) -> None:
    async with asyncio.TaskGroup() as group:
        if places.banks:
            # A folder that is moved in whole tells of nothing but itself.
            group.create_task(
                _changes(places.banks, lambda path: path.suffix in {"", ".md"}, found, deep=True)
            )
        if places.file is not None:
            file = places.file
            # Not deep: the settings may lie in a home folder. A name with two dots: where they are
            # a link, as a mounted config map is, what is exchanged is a folder beside them.
            group.create_task(
                _changes(
                    (file.parent,),
                    lambda path: path.name == file.name or path.name.startswith(".."),
                    found,
                    deep=False,
                )
            )


async def _changes(
    folders: tuple[Path, ...],
    ours: Callable[[Path], bool],
    found: Callable[[], None],
    *,
    deep: bool,
) -> None:
    changes = watchfiles.awatch(
        *folders,
        watch_filter=lambda _, path: ours(Path(path)),
        debounce=200,
        recursive=deep,
        stop_event=asyncio.Event(),
    )
    async for _ in changes:
        found()
