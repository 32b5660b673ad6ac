"""Where lines come from: a prompt where a person sits at the screen, otherwise standard input.

Neither knows what a line means.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import create_output
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.terminal.reading import Offer

MARK = "> "
"""Stands before what is typed."""
CHUNK = 65536
"""Bytes read at once; a line longer than sixteen of them is cut."""


class Keyboard(Protocol):
    """Lines, one by one, when asked for."""

    shows: bool
    """Whether a typed line stays on the screen by itself."""

    def opened(self) -> AbstractContextManager[None]:
        """Return what must be open while lines are read."""

    async def line(self) -> str | None:
        """Return the next line without its end; ``None`` when there will be no more."""

    async def beside(self, write: Callable[[], None]) -> None:
        """Write something while a line may be being typed."""


def is_tty(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal; one that is closed or missing is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


class Piped:
    """Lines of a file, a pipe, or a terminal whose output goes elsewhere.

    A daemon thread reads, because nothing else can wait for every kind of file and still let the
    process end; it reads a line only when one is asked for.
    """

    def __init__(self, stdin: TextIO | None) -> None:
        """Take the stream; ``None`` is at its end already."""
        self.shows = is_tty(stdin)
        self._stdin = stdin
        self._asked = threading.Semaphore(0)
        self._next: asyncio.Future[str | None] | None = None
        self._thread: threading.Thread | None = None
        self._over = stdin is None

    def opened(self) -> AbstractContextManager[None]:
        """Return nothing special."""
        return nullcontext()

    async def line(self) -> str | None:
        """Return the next line without its end; ``None`` when there will be no more."""
        if self._over:
            return None
        loop = asyncio.get_running_loop()
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._read, args=(loop,), name="terminal input", daemon=True
            )
            self._thread.start()
        self._next = loop.create_future()
        self._asked.release()
        return await self._next

    async def beside(self, write: Callable[[], None]) -> None:
        """Write at once."""
        write()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        lines = _lines(self._stdin) if self._stdin is not None else iter(())
        line: str | None = ""
        while line is not None:
            self._asked.acquire()
            try:
                line = next(lines, None)
            except (OSError, ValueError):  # closed, or a terminal that has gone
                line = None
            try:
                loop.call_soon_threadsafe(self._take, line)
            except RuntimeError:  # the loop has ended meanwhile
                return

    def _take(self, line: str | None) -> None:
        self._over = line is None
        if self._next is not None and not self._next.done():
            self._next.set_result(line)


def _lines(stdin: TextIO) -> Iterator[str]:
    """Yield lines; reads the descriptor itself, whose buffer the interpreter locks as it ends."""
    try:
        descriptor = stdin.fileno()
    except (OSError, ValueError):  # no file behind it
        yield from iter(stdin.readline, "")
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while chunk := os.read(descriptor, CHUNK):
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from lines
        if len(rest) > 16 * CHUNK:
            yield rest
            rest = ""
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


class Prompt:
    """A line to type on, with history and completion, below what is written meanwhile."""

    shows = False

    def __init__(
        self,
        stdin: TextIO,
        stdout: TextIO,
        history_path: Path | None,
        offered: Callable[[str], Iterable[Offer]],
    ) -> None:
        """Take the two ends of the terminal, where history is kept, and what may be typed."""
        slash = Condition(lambda: self._session.default_buffer.text.startswith("/"))
        self._session: PromptSession[str] = PromptSession(
            MARK,
            input=create_input(stdin),
            output=create_output(stdout),
            history=_history(history_path),
            completer=_Offered(offered),
            complete_while_typing=slash,
            key_bindings=_keys(),
            # What was typed is written by the room, which knows what it was.
            erase_when_done=True,
        )

    def opened(self) -> AbstractContextManager[None]:
        """Return what keeps other writers, such as the log, from writing into the prompt."""
        return patch_stdout(raw=True)

    async def line(self) -> str | None:
        """Return the next line; ``None`` after Ctrl-D or Ctrl-C on an empty one."""
        try:
            # Signals and the loop's trouble are the business of whoever started us.
            return await self._session.prompt_async(
                handle_sigint=False, set_exception_handler=False
            )
        except EOFError:
            return None

    async def beside(self, write: Callable[[], None]) -> None:
        """Write above the prompt, which is taken away for it."""
        await run_in_terminal(write)


def _history(path: Path | None) -> History:
    """Return what was typed before; for this time only, where it cannot be kept."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("ab"):
            return FileHistory(str(path))
    except OSError:
        return InMemoryHistory()


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=EOFError())

    return keys


class _Offered(Completer):
    """Passes on what may be typed, in the words of prompt_toolkit."""

    def __init__(self, offered: Callable[[str], Iterable[Offer]]) -> None:
        self._offered = offered

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterable[Completion]:
        """Yield how the text before the cursor may go on."""
        for offer in self._offered(document.text_before_cursor):
            yield Completion(offer.text, -offer.over, display_meta=offer.about or None)
