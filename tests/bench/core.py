"""The core and the store: a pick, ten thousand channels at once, durable answers, deliveries."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.sqlite import driver, files, writer
from adapters.sqlite.store import SqliteStore
from bot.model import (
    Answer,
    Bank,
    Channel,
    ChannelId,
    Kind,
    Level,
    MemberId,
    Mix,
    QuestionId,
    RoundId,
    Said,
)
from bot.planning import Planning
from bot.ports import ChatPlatform, Records
from bot.rounds import Rounds
from bot.selection import Past, pick
from bot.sender import Sender
from tests.bench.figures import figure, folder, percentile, timed
from tests.bench.http_fake import HttpPlatform, serving
from tests.doubles.clock import ManualClock
from tests.doubles.house import choice, rhythm
from tests.doubles.scribe import Scribe

QUESTIONS, TOPICS, PAST = 100_000, 10, 250
CHANNELS = 10_000
DELIVERING = 2_000
"""Channels that get a question and a thread line each."""
ANSWERS, MEMBERS = 25_600, 256
LOOK, COUNTING = 0.001, 4.0
"""Seconds between looks at how the loop fares, and for how long beside a thread that counts."""
SLOW = 0.005
"""Seconds that a slow disk takes longer for each flush."""


def measure() -> None:
    """Measure all of it."""
    picking()
    asyncio.run(planning())
    for pause in (0, SLOW):
        answering(pause)
    asyncio.run(delivering())


# Picking -----------------------------------------------------------------------------------------


def picking() -> None:
    """A pick from 100,000 questions over 50 strata with 250 past posts."""
    base = choice()
    shelves = [(level, kind) for level in Level for kind in (Kind.CHOICE, Kind.MULTI)][:5]
    questions = tuple(
        replace(
            base,
            id=QuestionId(f"t{n % TOPICS}/q{n}"),
            topic=f"t{n % TOPICS}",
            level=shelves[n // TOPICS % 5][0],
            kind=shelves[n // TOPICS % 5][1],
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
    for share, aim in ((0.5, ""), (0.99, "< 0.15")):
        figure(
            f"a pick of {QUESTIONS:,}, {len(bank.shelves)} strata, p{share * 100:g}",
            percentile(times, share) * 1000,
            "ms",
            aim=aim,
            floor=percentile(floor, share) * 1000,
            floor_is="an indexed lookup",
        )


# Planning ----------------------------------------------------------------------------------------


def channels(number: int, platform: str) -> list[Channel]:
    """Return channels that are all asked at the same instant."""
    return [
        Channel(ChannelId(f"{platform}://team/c{n}"), rhythm(), name=f"#c{n}")
        for n in range(number)
    ]


def bank() -> Bank:
    """Return a bank of 500 questions in ten topics."""
    return Bank.of(tuple(choice(f"t{n % TOPICS}/q{n}") for n in range(500)))


async def herd(
    store: SqliteStore, platform: ChatPlatform, clock: ManualClock, number: int
) -> Rounds:
    """Return rounds over channels whose first question is due now."""
    of = bank()
    plan = Planning(lambda: of, {platform.name: platform}, lambda _: ())
    listed = channels(number, platform.name)
    for _ in range(2):  # the second time as after a restart, when the channels are known
        await store.transact(lambda records: plan.configure(records, listed, clock()))
    clock.set("2026-11-23 09:30")
    return Rounds(store, clock, plan)


async def planning() -> None:
    """Plan for 10,000 channels that are due at one instant, and see how the loop fares."""
    clock = ManualClock("2026-11-20 12:00")
    with folder() as place:
        async with SqliteStore(place / "bench.db", entropy=os.urandom) as store:
            rounds = await herd(store, Scribe(clock), clock, CHANNELS)
            blocked: list[float] = []
            watching = asyncio.create_task(watch(blocked))
            with counting():
                await asyncio.sleep(COUNTING)
            jitter = max(blocked)
            blocked.clear()
            began, worked = time.perf_counter(), time.process_time()
            await rounds.tick()
            took, worked = time.perf_counter() - began, time.process_time() - worked
            watching.cancel()
        floor = await bare_rows(place / "bench.db", place / "bare.db")
    figure(
        f"{CHANNELS:,} channels planned",
        took,
        "s",
        aim="< 0.5",
        floor=floor,
        floor_is="the same rows, copied by SQLite alone",
    )
    figure(f"{CHANNELS:,} channels planned, processor time", worked, "s")
    figure(
        "the loop blocked meanwhile, at most",
        max(blocked) * 1000,
        "ms",
        aim="<= 15",
        floor=jitter * 1000,
        floor_is="beside a thread that only counts",
    )


PLANNED = ("copy", "channel", "round", "tally", "delivery", "payload")
"""The tables that planning writes to, those first that others refer to."""


async def bare_rows(source: Path, target: Path) -> float:
    """Return how long SQLite takes to write the rows of a store into an empty one."""
    async with SqliteStore(target, entropy=os.urandom):
        pass
    with contextlib.closing(files.connect(target)) as db:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("ATTACH ? AS old", (str(source),))
        began = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        for table in PLANNED:
            db.execute(f"INSERT INTO {table} SELECT * FROM old.{table}")  # noqa: S608 - ours
        db.execute("COMMIT")
        return time.perf_counter() - began


@contextlib.contextmanager
def counting() -> Iterator[None]:
    """Keep a second thread busy with nothing but Python, as the store's writer is when it plans."""
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            sum(range(100))

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


async def watch(gaps: list[float]) -> None:
    """Note, over and over, how much later than it should the loop came round again."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(LOOK)
        gaps.append(time.perf_counter() - before - LOOK)


# Answers -----------------------------------------------------------------------------------------


INSERT = """INSERT INTO answer (round, member, place, at, said, sure, late)
    SELECT :round, :member, coalesce(max(place), 0) + 1, :at, :said, :sure, :late
    FROM answer WHERE round = :round AND member = :member"""
"""The statement of ``Records.add_answer``, so that the floor does the same work."""


def raw_group_commits(path: Path, pause: float) -> float:
    """Return answers per second of SQLite alone, each in a savepoint, 256 to a durable commit."""
    row = {"round": "raw", "at": 0, "said": '[["b"],""]', "sure": None, "late": 0}
    with contextlib.closing(files.connect(path)) as db:
        db.execute("PRAGMA synchronous=FULL")
        rows = [{**row, "member": f"scribe://team/m{n}-{n}"} for n in range(ANSWERS)]
        began = time.perf_counter()
        for start in range(0, ANSWERS, MEMBERS):
            db.execute("BEGIN IMMEDIATE")
            for values in rows[start : start + MEMBERS]:
                db.execute("SAVEPOINT work")
                db.execute(INSERT, values)
                db.execute("RELEASE work")
            wait(pause)
            db.execute("COMMIT")
        return ANSWERS / (time.perf_counter() - began)


async def durable_answers(path: Path) -> float:
    """Return answers per second through the store, with 256 members at once."""
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    async with SqliteStore(path, entropy=os.urandom) as store:

        async def member(given: Sequence[Answer]) -> None:
            for answer in given:
                await store.transact(lambda records, answer=answer: records.add_answer(answer))  # type: ignore[misc]

        answers = [
            [
                Answer(RoundId("r"), MemberId(f"scribe://team/m{number}-{n}"), at, Said(("b",)))
                for n in range(ANSWERS // MEMBERS)
            ]
            for number in range(MEMBERS)
        ]
        began = time.perf_counter()
        await asyncio.gather(*(member(given) for given in answers))
        return ANSWERS / (time.perf_counter() - began)


def answering(pause: float) -> None:
    """Durable answers, beside bare SQLite that does the same writes in the same groups."""
    rates, floors = [], []
    for _ in range(3):
        with folder() as place, slow_commits(pause):
            rates.append(asyncio.run(durable_answers(place / "bench.db")))
            floors.append(raw_group_commits(place / "bench.db", pause))
    figure(
        f"durable answers, flush {pause * 1000:g} ms slower" if pause else "durable answers",
        percentile(rates, 0.5),
        "1/s",
        aim="ratio >= 0.6",
        floor=percentile(floors, 0.5),
        floor_is="raw group commit of 256",
    )


@contextlib.contextmanager
def slow_commits(pause: float) -> Iterator[None]:
    """Let each COMMIT of the store's writer take longer, as on a disk with a slower flush."""
    run = writer.Writer._run

    def slow(self: writer.Writer, statement: str) -> None:
        if statement == writer.COMMIT:
            wait(pause)
        run(self, statement)

    writer.Writer._run = slow  # type: ignore[method-assign]
    try:
        yield
    finally:
        writer.Writer._run = run  # type: ignore[method-assign]


def wait(seconds: float) -> None:
    """Wait, as for a disk: other threads go on."""
    if seconds:
        threading.Event().wait(seconds)


# Deliveries --------------------------------------------------------------------------------------


async def delivering() -> None:
    """Deliver questions and thread lines to a platform that is an HTTP server in a process."""
    clock = ManualClock("2026-11-20 12:00")
    with folder() as place, serving() as address:
        async with (
            SqliteStore(place / "bench.db", entropy=os.urandom) as store,
            HttpPlatform.at(address, clock) as platform,
        ):
            rounds = await herd(store, platform, clock, DELIVERING)
            await rounds.tick()
            began = time.perf_counter()
            await Sender(platform, store, rounds, clock).work()
            took = time.perf_counter() - began

            def sent(records: Records) -> int:
                return sum(
                    1
                    for state in records.channels()
                    for one in records.deliveries(RoundId(f"{state.channel.id}|2026-11-23|1"))
                    if one.ref is not None
                )

            number = await store.transact(sent)
            floor = await platform.bare(number)
    figure(
        "deliveries over HTTP",
        number / took,
        "1/s",
        aim=">= 1000",
        floor=number / floor,
        floor_is="the same requests without us",
    )
