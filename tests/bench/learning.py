"""What a member waits for when a great many have answered a great deal: answers, numbers, boards.

``BENCH_ATTEMPTS`` sets how many attempts the store holds; 10,000,000 is what the aims are for.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from adapters.sqlite import driver, schema
from adapters.sqlite.records import SqliteRecords
from adapters.sqlite.store import SqliteStore
from bot import commands as c
from bot.model import (
    Actor,
    BoardRule,
    Channel,
    ChannelId,
    MemberId,
    Ref,
    Round,
    RoundId,
    RoundState,
)
from bot.ports import Records
from tests.bench.figures import figure, folder, percentile
from tests.doubles.clock import ManualClock
from tests.doubles.house import House, channel, choice

ATTEMPTS = int(os.environ.get("BENCH_ATTEMPTS", "1000000"))
EACH = 200
"""Attempts of a member: a daily question in each of so many days."""
MEMBERS = ATTEMPTS // EACH
LARGE = MEMBERS // 5
"""Members of the largest channel; of any other there are a hundred."""
QUESTIONS = 50
ASKED = 300
"""Times that each thing is asked."""
BIG = ChannelId("scribe://team/big")
SMALL = ChannelId("scribe://team/c1")


def measure() -> None:
    """Measure answers, numbers, boards and reviews over a store of many attempts."""
    with folder() as place:
        path = place / "gradus.db"
        began = time.perf_counter()
        fill(path)
        took = time.perf_counter() - began
        size = path.stat().st_size / 1e9
        figure(f"store of {ATTEMPTS:,} attempts of {MEMBERS:,} members", size, "GB")
        figure("making it", took, "s")
        asyncio.run(ask(path))


# The store ----------------------------------------------------------------------------------------

MADE = (
    # Members with their channel, days with their question, and how each went: no run of luck.
    """CREATE TEMP TABLE m AS WITH RECURSIVE n (i) AS
        (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :members)
        SELECT i, printf('scribe://team/u%06d', i) AS member, 'scribe://team/' ||
            CASE WHEN i < :large THEN 'big' ELSE 'c' || ((i - :large) / 100 + 1) END AS channel
        FROM n""",
    """CREATE TEMP TABLE d AS WITH RECURSIVE n (i) AS
        (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :days)
        SELECT i, date('2026-02-16', (i * 7 / 5) || ' days') AS day, i % :questions AS q FROM n""",
    """INSERT INTO attempt SELECT member, channel || '|' || day || '|1',
            printf('t%d/q%d', q % 10, q), 't' || (q % 10), 'beginner', 'choice',
            unixepoch(day) * 1000000, 'daily', '[["b"],""]',
            CASE WHEN drawn < 60 THEN 'right' ELSE 'wrong' END,
            CASE WHEN drawn % 3 = 0 THEN 'sure' WHEN drawn % 3 = 1 THEN 'guess' END,
            drawn % 10 = 0, 0
        FROM (SELECT *, abs(m.i * 2654435761 + d.i * 40503 + (m.i % 97) * (d.i + 7) * 7919) % 100
            AS drawn FROM m CROSS JOIN d)""",
    """INSERT INTO score SELECT channel, month, member, count(*), sum(ok), 1
        FROM (SELECT substr(key, 1, instr(key, '|') - 1) AS channel, member,
            substr(key, instr(key, '|') + 1, 7) AS month,
            verdict = 'right' AND NOT helped AS ok FROM attempt)
        GROUP BY channel, month, member""",
    """INSERT INTO score SELECT channel, '', member, sum(answered), sum("right"), 1
        FROM score GROUP BY channel, member""",
    "INSERT INTO scheduler VALUES (1, 'bench')",
    """INSERT INTO card SELECT member, printf('t%d/q%d', q % 10, q), 't' || (q % 10), 'beginner',
            unixepoch(day) * 1000000, 'right',
            (unixepoch('2026-11-01') + (m.i + 7 * d.i) % 100 * 86400) * 1000000, 9.0, 5.0, 1, NULL
        FROM m CROSS JOIN d WHERE d.i < :questions""",
    "INSERT INTO member (id, first_seen, board, asked) SELECT member, 0, 1, 1 FROM m",
)


def fill(path: Path) -> None:
    """Write a store as years of use would have, but in minutes."""
    connection = driver.connect(path, isolation_level=None)
    connection.row_factory = driver.Row
    path.chmod(0o600)
    with closing(Database(connection, execute_plugins=False)) as db:
        schema.migrate(db, secret=bytes(32), seed=bytes(32))
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -200000"):
            db.execute(f"PRAGMA {pragma}")
        sizes = {"members": MEMBERS, "large": LARGE, "days": EACH, "questions": QUESTIONS}
        for statement in MADE:
            db.execute(statement, {name: sizes[name] for name in sizes if f":{name}" in statement})
        records = SqliteRecords(db)
        days = [str(row[0]) for row in db.execute("SELECT day FROM d ORDER BY i").fetchall()]
        db.execute("BEGIN")
        for where in (BIG, SMALL):
            past(records, where, days)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def past(records: SqliteRecords, where: ChannelId, days: list[str]) -> None:
    """Write a channel's rounds of so many days."""
    clock = ManualClock("2026-02-16 09:30")
    for number, day in enumerate(days):
        clock.set(f"{day} 09:30")
        name = RoundId(f"{where}|{day}|1")
        asked = choice(f"t{number % QUESTIONS % 10}/q{number % QUESTIONS}")
        records.add_round(
            Round(
                name, where, clock().date(), 1, RoundState.REVEALED, f"key of {name}", clock(),
                clock() + timedelta(hours=4), asked, number + 1, opened_at=clock(),
                reveal_at=clock(), closed_at=clock(), revealed_at=clock(), post=Ref("1"),
            )
        )  # fmt: skip


def here(where: ChannelId) -> Channel:
    """Return a channel's settings."""
    return channel(id=where, board=BoardRule.EVERYONE)


# What is asked ------------------------------------------------------------------------------------


async def ask(path: Path) -> None:
    """Ask everything of members drawn at random, of the largest channel and of a small one."""
    questions = [choice(f"t{n % 10}/q{n}", title=f"Question {n}") for n in range(QUESTIONS)]
    async with SqliteStore(path, entropy=os.urandom) as store:
        house = House(
            store, questions, at="2026-11-23 09:00", channels=[here(BIG), here(SMALL)],
        )  # fmt: skip
        await house.start()
        await house.go("2026-11-23 09:30")
        draw = random.Random(6)
        newest = [await store.transact(partial(_open, where=where)) for where in (BIG, SMALL)]
        for name, where, members in (
            (f"among {LARGE:,}", BIG, range(LARGE)),
            ("in a small channel", SMALL, range(LARGE, LARGE + 100)),
        ):
            asked: list[tuple[str, c.Command]] = [
                ("an answer", c.Give("b")),
                ("/me", c.Me()),
                ("board of the month", c.ShowBoard()),
                ("board of all time", c.ShowBoard(ever=True)),
                ("review of what is due", c.Review()),
            ]
            for what, command in asked:
                times = []
                for _ in range(ASKED):
                    house.clock.move(seconds=10)
                    who = MemberId(f"scribe://team/u{draw.choice(members):06d}")
                    began = time.perf_counter()
                    reply = await house.desk.handle(Actor(who, where), command)
                    times.append((time.perf_counter() - began) * 1000)
                    assert reply.message is not None, what
                label = f"{what} {name}"
                figure(f"{label}, p50", percentile(times, 0.5), "ms")
                figure(f"{label}, p99", percentile(times, 0.99), "ms", aim="< 20")
        answered = await store.transact(
            lambda records: sum(records.answered(each.id) for each in newest)
        )
        began = time.perf_counter()
        await house.go("2026-11-23 15:30")
        took = (time.perf_counter() - began) * 1000
        figure("closing a round, for each answer in it", took / answered, "ms")


def _open(records: Records, *, where: ChannelId) -> Round:
    """Return the round that is open in a channel."""
    (found,) = records.unfinished_rounds(where)
    return found
