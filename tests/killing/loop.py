"""The killer: starts a bot, kills it at a drawn step, starts the next; in the end it looks.

A bot is forked from this process, which has imported everything and runs no thread; a few are
started by an interpreter of their own. Nothing here waits for time to pass: the killer waits on a
pipe that the bot writes to, and the shared clock is moved by hand.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import select
import signal
import socket
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.sqlite import open_reader
from tests.killing import serving
from tests.killing.judging import Verdict, judge
from tests.killing.life import PATIENCE, Start, become
from tests.killing.world import SharedClock, named

BEGIN = datetime(2026, 11, 20, 11, tzinfo=UTC)
AWAY = (
    (90, (1, 90)),
    (9, (90, 2 * 3600)),
    (1, (2 * 3600, 30 * 3600)),
)
"""How long nobody starts the bot again: weights, and seconds from and to."""
STATEMENTS = (60, 500)
"""The last writing statement a life may come to; it has done with its start after about 60."""
CALLS = 16
"""The last step of a platform's call that a life may come to; each call is two."""
EXEC_EVERY = 100
"""One life of so many is started by an interpreter of its own."""


class Broken(Exception):
    """A life ended by itself, or hangs; the text has what it said."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be killed, and how often."""

    world: str
    """Which platform it is on; see ``world.named``."""
    kills: int
    seed: int
    mutant: str = ""


def kill_again_and_again(plan: Plan, folder: Path) -> Verdict:
    """Carry a plan out in an empty folder, and tell what was found."""
    world = named(plan.world)
    clock = SharedClock.made(folder / "clock", BEGIN)
    start = Start(plan.world, str(folder), "", 0, plan.seed, mutant=plan.mutant)
    start.answers.touch()
    ours, theirs = socket.socketpair()

    def serve() -> None:
        ours.close()
        asyncio.run(serving.serve(world, clock, plan.seed, start.database, theirs))

    gc.freeze()  # what is there now is not looked at again, and so stays shared with the forked
    platform = _fork(serve, folder)
    theirs.close()
    try:
        line = serving.Line(ours)
        start = replace(start, address=line.address)
        counts = _kill_all(plan, start, clock, line, random.Random(plan.seed))
        line.calm()
        today = _live_to_the_end(start, clock)
        truth, violations = line.truth()
    finally:
        os.kill(platform, signal.SIGKILL)
        os.waitpid(platform, 0)
        ours.close()
    with open_reader(start.database) as reader, start.answers.open() as answers:
        verdict = reader.read(lambda records: judge(records, truth, violations, answers, today))
    verdict.counts += counts + Counter({f"fault: {k}": n for k, n in truth.faults.items()})
    if "Traceback" in _log(folder):
        verdict.blame("traceback", _log(folder)[-3000:])
    return verdict


def _kill_all(
    plan: Plan, start: Start, clock: SharedClock, line: serving.Line, draws: random.Random
) -> Counter[str]:
    counts: Counter[str] = Counter()
    for number in range(1, plan.kills + 1):
        calls, still = draws.random() < 0.5, draws.random() < 0.5
        last = draws.randint(1, CALLS if calls else draws.choice(STATEMENTS))
        fresh = number % EXEC_EVERY == 0
        life = replace(start, number=number, last=last, calls=calls, still=still)
        _kill(life, fresh=fresh)
        in_flight = line.quiet()
        (away,) = draws.choices([span for _, span in AWAY], [weight for weight, _ in AWAY])
        clock.move(seconds=draws.randint(*away))
        counts += Counter(kills=1, starts=1, execs=fresh, in_flight=in_flight > 0)
    return counts


def _kill(start: Start, *, fresh: bool) -> None:
    """Start a life and kill it when it has come to its last step."""
    theirs, pid = _start(start, fresh=fresh)
    ready, _, _ = select.select([theirs], [], [], PATIENCE)
    told = os.read(theirs, 1) if ready else b""
    os.close(theirs)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not told:
        raise Broken(f"life {start.number} ended by itself ({status}): {_log(Path(start.folder))}")


def _live_to_the_end(start: Start, clock: SharedClock) -> date:
    """Let a last bot live until all that was asked has its answer; return the last day asked."""
    night = (clock() + timedelta(days=2)).replace(hour=21, minute=0, second=0)
    theirs, pid = _start(replace(start, until=night.timestamp()), fresh=False)
    os.close(theirs)
    _, status = os.waitpid(pid, 0)
    if status:
        raise Broken(f"the last life ended badly ({status}): {_log(Path(start.folder))}")
    return night.date()


def _start(start: Start, *, fresh: bool) -> tuple[int, int]:
    """Return the reading end of the pipe that a new life writes to, and its process."""
    theirs, ours = os.pipe()

    def live() -> None:
        os.close(theirs)
        if fresh:
            os.set_inheritable(ours, True)  # noqa: FBT003 - the function's own signature
            command = [sys.executable, "-m", "tests.killing.life", start.written(), str(ours)]
            os.execv(sys.executable, command)  # noqa: S606 - a process of its own, and no shell
        become(start, ours)

    pid = _fork(live, Path(start.folder))
    os.close(ours)
    return theirs, pid


def _fork(work: Callable[[], None], folder: Path) -> int:
    """Run something in a forked process, which writes what it says to the folder's log."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - it goes to the log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _log(folder: Path) -> str:
    log = folder / "log"
    return log.read_text(errors="replace") if log.exists() else ""
