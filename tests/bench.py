"""What the house costs: one JSON line per figure, each beside its floor in the same run.

``make bench`` runs it. It never fails: figures are read by people, and compared as ratios, because
machines differ.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.sqlite import driver
from adapters.sqlite.store import SqliteStore
from bot.model import Answer, Bank, ChannelId, Kind, Level, MemberId, Mix, QuestionId, RoundId, Said
from bot.ports import Records
from bot.selection import Past, pick
from tests.doubles.house import choice

QUESTIONS, TOPICS, PAST = 100_000, 10, 250


def figure(
    name: str, value: float, unit: str, floor: float | None = None, floor_is: str = ""
) -> None:
    """Print one figure; ``ratio`` is the figure over its floor."""
    row: dict[str, object] = {"figure": name, "value": round(value, 6), "unit": unit}
    if floor is not None:
        row |= {"floor": round(floor, 6), "floor_is": floor_is, "ratio": round(value / floor, 3)}
    print(json.dumps(row), flush=True)


def percentile(times: list[float], share: float) -> float:
    """Return the value below which a share of the times lies."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Return how long each of several runs took, in seconds."""
    out = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        out.append(time.perf_counter() - began)
    return out


def selection() -> None:
    """A pick from 100,000 questions over 50 strata with 250 past posts."""
    base = choice()
    levels = list(Level)
    kinds = list(Kind)[:2]
    questions = tuple(
        replace(
            base,
            id=QuestionId(f"t{n % TOPICS}/q{n}"),
            topic=f"t{n % TOPICS}",
            level=levels[n // TOPICS % 3],
            kind=kinds[n // (TOPICS * 3) % 2] if n % TOPICS < 5 else Kind.CHOICE,
        )
        for n in range(QUESTIONS)
    )
    bank = Bank.of(questions)
    past = Past()
    channel, day = ChannelId("scribe://team/ml"), date(2026, 1, 1)
    for n in range(PAST):
        picked = pick(bank, Mix(), past, seed=b"s", channel=channel, day=day + timedelta(n))
        if picked is not None:
            q = bank.questions[picked.question]
            past.add(q.id, (q.topic, q.level, q.kind), picked.cycle)
    days = iter(day + timedelta(1000 + n) for n in range(5000))
    times = timed(lambda: pick(bank, Mix(), past, seed=b"s", channel=channel, day=next(days)), 2000)
    with contextlib.closing(driver.connect(":memory:")) as db:
        db.execute("CREATE TABLE asked (question TEXT PRIMARY KEY)")
        db.executemany("INSERT INTO asked VALUES (?)", ((q.id,) for q in questions))
        look = "SELECT 1 FROM asked WHERE question = ?"
        floor = timed(lambda: db.execute(look, ("t3/q50003",)).fetchone(), 2000)
    for share in (0.5, 0.99):
        name = f"pick of {QUESTIONS:,}, {len(bank.shelves)} strata, p{share * 100:g}"
        figure(name, percentile(times, share), "s", percentile(floor, share), "indexed lookup")


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk the checkout is on, so that a flush costs what it costs there."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as name:
        yield Path(name)


def raw_group_commits(path: Path, rows: int, group: int) -> float:
    """Return rows per second of bare SQLite, so many to a durable transaction."""
    with contextlib.closing(driver.connect(str(path), isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(
            "CREATE TABLE answer (n INTEGER PRIMARY KEY, round TEXT, member TEXT, said TEXT)"
        )
        began = time.perf_counter()
        for start in range(0, rows, group):
            db.execute("BEGIN IMMEDIATE")
            for n in range(start, start + group):
                db.execute("SAVEPOINT work")
                db.execute("INSERT INTO answer VALUES (?, 'r', ?, 'b')", (n, f"m{n}"))
                db.execute("RELEASE work")
            db.execute("COMMIT")
        return rows / (time.perf_counter() - began)


async def answers() -> None:
    """Durable answers per second with 256 members at once."""
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    rows, callers = 12_800, 256
    with folder() as place:
        async with SqliteStore(place / "bench.db", entropy=os.urandom) as store:

            async def member(number: int) -> None:
                for n in range(rows // callers):
                    who = MemberId(f"scribe://team/m{number}-{n}")
                    answer = Answer(RoundId("r"), who, at, Said(("b",)))

                    def work(records: Records, answer: Answer = answer) -> None:
                        records.add_answer(answer)

                    await store.transact(work)

            began = time.perf_counter()
            await asyncio.gather(*(member(number) for number in range(callers)))
            rate = rows / (time.perf_counter() - began)
        floor = raw_group_commits(place / "raw.db", rows, callers)
    figure("durable answers", rate, "1/s", floor, "raw group commit of 256")


BARE = (
    "import asyncio, apscheduler, pydantic_settings, prompt_toolkit, rich, "
    "sqlite_utils, typer, yaml"
)


def start() -> None:
    """Start and end of an empty run of the terminal, beside the imports of its libraries."""
    with folder() as place:
        environ = {**os.environ, "GRADUS_DATA": str(place / "data")}
        gradus = [sys.executable, "-m", "bot"]

        def run() -> None:
            subprocess.run(
                gradus, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True
            )

        run()
        times = timed(run, 5)
        floor = timed(lambda: subprocess.run([sys.executable, "-c", BARE], check=True), 5)
    figure(
        "start, first prompt, end", percentile(times, 0.5), "s", percentile(floor, 0.5), "imports"
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    figure("memory of the terminal at its peak", peak / 1024, "MB")


if __name__ == "__main__":
    selection()
    asyncio.run(answers())
    start()
