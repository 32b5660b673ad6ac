"""Kills a start at its first statement, then one at its second, until one comes through.

``python -m tests.delivery.killed_starts DATABASE`` prints how many were killed. It is a process of
its own because it forks.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

from adapters.sqlite import driver, files, opening


def start(path: Path, last: int) -> None:
    """Open the store, and die at a statement, counted from 1 over all connections."""
    numbers = itertools.count(1)
    connect = files.connect

    def count(_: str) -> None:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(database: Path) -> driver.Connection:
        connection = connect(database)
        connection.set_trace_callback(count)
        return connection

    files.connect = watched  # in a forked process that does nothing else
    opening.start(path, entropy=os.urandom)


def main() -> None:
    """Kill, until there is nothing left to kill."""
    path = Path(sys.argv[1])
    for last in itertools.count(1):
        if (pid := os.fork()) == 0:
            start(path, last)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            print(last - 1)  # noqa: T201
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
