"""The real program in a process of its own, driven by its pipes: typed at, waited for, killed.

It knows nothing of what the program says. Run as a script this is the *nursery*: a process that has
imported the program once and forks for each start, so that a start costs no imports. What it forks
is a process like any other; ``start_fresh`` starts an interpreter anew.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds after which a wait is given up; a busy machine may need some."""


class TooLong(AssertionError):
    """What was waited for did not come; the text has what came instead."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What is left of a process."""

    code: int
    """Its exit code; negative: the signal that killed it."""
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Pipes:
    """The ends of the three standard pipes, ours or the program's."""

    stdin: int
    stdout: int
    stderr: int

    @staticmethod
    def pairs() -> tuple[Pipes, Pipes]:
        """Return our ends and the program's of three new pipes."""
        (read_in, write_in), (read_out, write_out), (read_err, write_err) = (
            os.pipe() for _ in range(3)
        )
        return Pipes(write_in, read_out, read_err), Pipes(read_in, write_out, write_err)

    def close(self) -> None:
        """Close all three."""
        for end in (self.stdin, self.stdout, self.stderr):
            os.close(end)


class Program:
    """One running ``gradus``; killed at the end of the block, if it still runs."""

    def __init__(self, pid: int, ours: Pipes, reap: Callable[[], int]) -> None:
        """Take the process, our ends of its pipes, and what waits for its exit code."""
        self.pid = pid
        self._ours = ours
        self._written = {ours.stdout: bytearray(), ours.stderr: bytearray()}
        self._open = {ours.stdin, ours.stdout, ours.stderr}
        self._reap = reap
        self._code: int | None = None
        self._seen = 0

    @property
    def out(self) -> str:
        """All it wrote to standard output, as far as it was waited for."""
        return self._written[self._ours.stdout].decode(errors="replace")

    @property
    def err(self) -> str:
        """All it wrote to standard error, as far as it was waited for."""
        return self._written[self._ours.stderr].decode(errors="replace")

    def types(self, *lines: str) -> None:
        """Type lines, each with its end."""
        os.write(self._ours.stdin, "".join(f"{line}\n" for line in lines).encode())

    def hangs_up(self) -> None:
        """End its standard input."""
        self._close(self._ours.stdin)

    def stops_reading(self) -> None:
        """Close our end of its standard output, as ``head`` does when it has enough."""
        self._close(self._ours.stdout)

    def sees(self, text: str) -> str:
        """Wait until a text was written after the last one seen; return all that is new up to it.

        Raises ``TooLong`` when the program ends, or falls silent, without it.
        """
        while (at := self.out.find(text, self._seen)) < 0:
            if not self._read():
                raise TooLong(f"{text!r} never came, but:\n{self.out[self._seen :]}\n{self.err}")
        before, self._seen = self._seen, at + len(text)
        return self.out[before : self._seen]

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait(self) -> Ended:
        """Wait for its end and return it; raises ``TooLong``."""
        while self._read():
            pass
        if self._code is None:
            self._code = self._reap()
        return Ended(self._code, self.out, self.err)

    def kill(self) -> Ended:
        """End it as ``kill -9`` does."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def _read(self) -> bool:
        """Take what it wrote, waiting for some; False once both its outputs have ended."""
        outputs = self._open - {self._ours.stdin}
        if not outputs:
            return False
        ready, _, _ = select.select([*outputs], [], [], PATIENCE)
        if not ready:
            raise TooLong(f"nothing came for {PATIENCE:.0f} s after:\n{self.out}\n{self.err}")
        for pipe in ready:
            if chunk := os.read(pipe, 65536):
                self._written[pipe] += chunk
            else:
                self._close(pipe)
        return True

    def _close(self, pipe: int) -> None:
        if pipe in self._open:
            self._open.remove(pipe)
            os.close(pipe)

    def __enter__(self) -> Self:
        """Return the program."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill it if it runs, and close the pipes."""
        if self._code is None:
            self.signal(signal.SIGKILL)
            self._code = self._reap()
        for pipe in tuple(self._open):
            self._close(pipe)


def start_fresh(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> Program:
    """Start a command with an interpreter of its own."""
    ours, theirs = Pipes.pairs()
    process = subprocess.Popen(
        command, stdin=theirs.stdin, stdout=theirs.stdout, stderr=theirs.stderr, env=env, cwd=cwd
    )
    theirs.close()
    return Program(process.pid, ours, lambda: process.wait(PATIENCE))


class Nursery:
    """Starts ``gradus`` by forking a process that has imported it; one for a whole test run."""

    def __init__(self) -> None:
        """Start the process that will be forked."""
        self._line, theirs = socket.socketpair()
        self._line.settimeout(PATIENCE)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.doubles.process", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            start_new_session=True,  # Ctrl-C in a test run is none of its business
        )
        theirs.close()

    def start(
        self,
        *words: str,
        env: Mapping[str, str],
        cwd: Path,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> Program:
        """Start ``gradus WORDS`` on our pipes, or on the descriptors that are given instead."""
        ours, theirs = Pipes.pairs()
        wish = json.dumps({"words": words, "env": dict(env), "cwd": str(cwd)}).encode()
        ends = [
            theirs.stdin if stdin is None else stdin,
            theirs.stdout if stdout is None else stdout,
            theirs.stderr if stderr is None else stderr,
        ]
        socket.send_fds(self._line, [wish], ends)
        theirs.close()
        pid = int(self._line.recv(64))
        return Program(pid, ours, lambda: self._reap(pid))

    def _reap(self, pid: int) -> int:
        self._line.send(json.dumps({"reap": pid}).encode())
        while True:
            try:
                reaped, code = json.loads(self._line.recv(64))
            except TimeoutError:
                raise TooLong(f"process {pid} did not end within {PATIENCE:.0f} s") from None
            if reaped == pid:
                return int(code)

    def close(self) -> None:
        """End it."""
        self._line.close()
        self._process.wait(PATIENCE)


# In the nursery -----------------------------------------------------------------------------------


def _nurse(line: socket.socket) -> None:
    """Fork and reap as asked, until the other end is closed."""
    while True:
        wish, ends, _, _ = socket.recv_fds(line, 65536, 3)
        if not wish:
            return
        asked = json.loads(wish)
        if "reap" in asked:
            _, status = os.waitpid(asked["reap"], 0)
            line.send(json.dumps([asked["reap"], os.waitstatus_to_exitcode(status)]).encode())
        elif pid := os.fork():
            line.send(str(pid).encode())
            for end in ends:
                os.close(end)
        else:
            line.close()
            _become_gradus(asked, ends)


def _become_gradus(asked: Mapping[str, Any], ends: Sequence[int]) -> None:
    """Turn into the program; what it raises ends the interpreter as it ends any."""
    for number, end in enumerate(ends):
        os.dup2(end, number)
        os.close(end)
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.chdir(asked["cwd"])
    sys.argv = ["gradus", *asked["words"]]
    importlib.import_module("config.cli").main()


if __name__ == "__main__":
    # What the commands import when they are called; nothing of it does anything yet.
    for name in (
        "adapters.health",
        "adapters.sqlite.finding",
        "config.ahead",
        "config.demo",
        "config.doctor",
        "config.logs",
        "questions.browse",
        "questions.lint",
    ):
        importlib.import_module(name)
    _nurse(socket.socket(fileno=int(sys.argv[1])))
