# ruff: noqa: ASYNC240 - these tests are about files, and nothing else runs on their loop
"""What only the store in a file can get wrong: files, locks, processes, damage, and plans.

The processes here are real, and one is killed. Nothing waits for time to pass: a process says when
it has got somewhere, and goes on when it is told to.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from adapters.sqlite import (
    SqliteStore,
    append_errand,
    driver,
    files,
    open_reader,
    opening,
    refusals,
    schema,
)
from adapters.sqlite.records import SqliteRecords
from bot.errors import StoreRefused
from bot.model import (
    Help,
    Kind,
    Level,
    Member,
    MemberId,
    QuestionId,
    RoundState,
    Said,
    Score,
    Stratum,
)
from bot.ports import Records
from tests.contracts.samples import (
    ADA,
    DAY,
    HELLO,
    HERE,
    NOW,
    answer,
    attempt,
    card,
    channel,
    delivery,
    question,
    quiz,
    result,
    round_,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gradus.db"


def store_at(path: Path) -> SqliteStore:
    return SqliteStore(path, entropy=os.urandom)


async def make(path: Path) -> None:
    """Leave a store that was used and closed."""
    async with store_at(path) as store:
        await store.transact(lambda records: records.remember("colour", "blue"))


def remember(records: Records, *, name: str, value: str) -> None:
    """A work."""
    records.remember(name, value)


async def refused(path: Path) -> StoreRefused:
    """Return what an opening says that must not succeed."""
    with pytest.raises(StoreRefused) as caught:
        async with store_at(path):
            pass
    return caught.value


# Other processes --------------------------------------------------------------------------------


@contextmanager
def process(code: str, *args: object) -> Iterator[subprocess.Popen[str]]:
    """Run some Python beside us; killed at the end if it still runs."""
    run = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield run
    finally:
        run.kill()
        run.communicate()


def line(run: subprocess.Popen[str]) -> str:
    """Wait for the next line a process says."""
    assert run.stdout is not None
    return run.stdout.readline().strip()


HOLD = """
import asyncio, os, sys
from functools import partial
from pathlib import Path
from adapters.sqlite import SqliteStore
from bot.errors import StoreRefused
async def main():
    try:
        async with SqliteStore(Path(sys.argv[1]), entropy=os.urandom):
            print("open", flush=True)
            sys.stdin.read()
    except StoreRefused as error:
        print(type(error).__name__, flush=True)
asyncio.run(main())
"""

COUNT = """
import asyncio, os, sys
from functools import partial
from pathlib import Path
from adapters.sqlite import SqliteStore
async def main():
    async with SqliteStore(Path(sys.argv[1]), entropy=os.urandom) as store:
        for number in range(1_000_000):
            await store.transact(lambda records: records.remember("number", str(number)))
            print(number, flush=True)
asyncio.run(main())
"""

MIGRATE = """
import sys
from functools import partial
from pathlib import Path
from sqlite_utils import Database
from adapters.sqlite import files, schema
print("ready", flush=True)
sys.stdin.readline()
db = Database(files.connect(Path(sys.argv[1])), execute_plugins=False)
schema.migrate(db, secret=sys.argv[2].encode() * 32, seed=b"p" * 32)
print("done", flush=True)
"""


async def test_one_bot_at_a_time_and_the_other_is_named(path: Path) -> None:
    with process(HOLD, path) as other:
        assert line(other) == "open"
        error = await refused(path)
        assert isinstance(error, refusals.Locked)
        assert f"process {other.pid}" in str(error)
        assert str(path) in str(error)


async def test_a_lock_ends_with_its_process_however_that_ends(path: Path) -> None:
    with process(HOLD, path) as other:
        assert line(other) == "open"
        other.send_signal(signal.SIGKILL)
        other.wait()
        async with store_at(path) as store:
            assert len(await store.transact(lambda records: records.secret())) == 32


async def test_what_was_committed_survives_kill_9(path: Path) -> None:
    with process(COUNT, path) as other:
        said = [line(other) for _ in range(200)]
        other.send_signal(signal.SIGKILL)
        rest, _ = other.communicate()
    last = int([*said, *rest.split()][-1])
    async with store_at(path) as store:
        kept = await store.transact(lambda records: records.recall("number"))
    assert kept is not None
    assert int(kept) in (last, last + 1)  # the next may have been committed, but not yet said


def test_of_four_starters_at_once_one_opens(path: Path) -> None:
    with (
        process(HOLD, path) as one,
        process(HOLD, path) as two,
        process(HOLD, path) as three,
        process(HOLD, path) as four,
    ):
        said = sorted(line(run) for run in (one, two, three, four))
    assert said == ["Locked", "Locked", "Locked", "open"]


def test_four_may_migrate_at_once_and_the_secret_is_made_once(path: Path) -> None:
    path.touch()
    with closing(files.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with (
        process(MIGRATE, path, "a") as one,
        process(MIGRATE, path, "b") as two,
        process(MIGRATE, path, "c") as three,
        process(MIGRATE, path, "d") as four,
    ):
        runs = (one, two, three, four)
        assert [line(run) for run in runs] == ["ready"] * 4
        for run in runs:
            assert run.stdin is not None
            run.stdin.write("go\n")
            run.stdin.flush()
        assert [line(run) for run in runs] == ["done"] * 4
    with open_reader(path) as reader:
        assert len(set(reader.read(lambda records: records.secret()))) == 1
    with closing(files.connect(path)) as connection:
        applied = connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0]
    assert applied == schema.SCHEMA


# Opening ----------------------------------------------------------------------------------------


async def test_every_pragma_is_in_force(path: Path) -> None:
    def read(db: Database) -> dict[str, object]:
        return {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name, _, _ in opening.PRAGMAS}

    async with store_at(path) as store:
        found = await store.maintain(read)
    assert found == {
        "busy_timeout": 5000,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "journal_size_limit": 67108864,
        "cache_size": -65536,
        "mmap_size": 0,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }


def test_a_pragma_that_does_not_take_is_refused() -> None:
    db = Database(memory=True, execute_plugins=False)
    with pytest.raises(refusals.NotInForce, match="journal_mode"):
        opening.enforce(db, Path("x"), opening.PRAGMAS)  # a database in memory has no WAL


def test_sqlite_utils_and_we_use_the_same_sqlite() -> None:
    with closing(Database(memory=True).conn) as connection:
        assert type(connection) is driver.Connection
        assert connection.execute("SELECT sqlite_version()").fetchone()[0] == driver.VERSION


async def test_files_are_for_their_owner_only(path: Path) -> None:
    async with store_at(path) as store:
        await store.transact(lambda records: records.remember("colour", "blue"))
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"gradus.db", "gradus.db-wal", "gradus.db.lock"} <= modes.keys()


async def test_a_store_comes_back_as_it_was_closed(path: Path) -> None:
    await make(path)
    assert not path.with_name("gradus.db-wal").exists()
    async with store_at(path) as store:
        secret, seed = await store.transact(lambda r: (r.secret(), r.seed()))
    async with SqliteStore(path, entropy=lambda n: b"x" * n) as store:
        assert await store.transact(lambda r: (r.secret(), r.seed())) == (secret, seed)
        assert await store.transact(lambda r: r.recall("colour")) == "blue"


async def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    await make(path)
    set_schema(path, schema.SCHEMA + 1)
    before = path.read_bytes()
    assert isinstance(await refused(path), refusals.Newer)
    with pytest.raises(refusals.Newer):
        open_reader(path)
    assert path.read_bytes() == before


async def test_a_copy_is_kept_before_a_migration(path: Path) -> None:
    await make(path)
    set_schema(path, 0)
    with pytest.raises(refusals.Older):
        open_reader(path)
    async with store_at(path) as store:
        assert await store.transact(lambda records: records.recall("colour")) == "blue"
    copy = path.parent / "backups" / "gradus-schema-0.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in copy.parent.iterdir()] == [copy.name]
    with closing(files.connect(copy)) as connection:
        value = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'")
        assert value.fetchone()[0] == 0


async def test_there_is_no_migration_without_a_copy(path: Path) -> None:
    await make(path)
    set_schema(path, 0)
    path.with_name("backups").touch()  # a file where the folder should be
    assert isinstance(await refused(path), refusals.NoCopy)
    with closing(files.connect(path)) as connection:
        value = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'")
        assert value.fetchone()[0] == 0


def set_schema(path: Path, number: int) -> None:
    with closing(files.connect(path)) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (number,))


async def test_a_damaged_file_is_refused(path: Path) -> None:
    async with store_at(path) as store:
        for number in range(50):
            await store.transact(partial(remember, name=str(number), value="x" * 1000))
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 2, len(content), 512):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)
    error = await refused(path)
    assert isinstance(error, refusals.Damaged)
    assert "backups" in str(error)


async def test_what_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("Dear diary, " * 1000)
    assert isinstance(await refused(path), refusals.NotADatabase)
    with pytest.raises(refusals.NotADatabase):
        open_reader(path)
    assert path.read_text() == "Dear diary, " * 1000


async def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    path.touch()
    with closing(files.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    before = path.read_bytes()
    assert isinstance(await refused(path), refusals.Foreign)
    with pytest.raises(refusals.Foreign):
        append_errand(path, at=NOW, action="inbox", detail="1 accepted")
    assert path.read_bytes() == before


async def test_a_folder_that_is_not_there_is_refused(path: Path) -> None:
    error = await refused(path.parent / "nowhere" / "gradus.db")
    assert isinstance(error, refusals.MissingFolder)
    assert not (path.parent / "nowhere").exists()


async def test_a_folder_is_no_database(path: Path) -> None:
    path.mkdir()
    (path / "something").touch()
    assert isinstance(await refused(path), refusals.Unreadable)


async def test_an_opening_that_fails_lets_go_of_the_lock(path: Path) -> None:
    path.write_text("Dear diary, " * 1000)
    await refused(path)
    path.unlink()
    await make(path)


# Never an empty store where one was ------------------------------------------------------------


@pytest.mark.parametrize("lose", [Path.unlink, lambda path: path.write_bytes(b"")])
async def test_a_store_that_is_gone_is_not_made_anew(
    path: Path, lose: Callable[[Path], object]
) -> None:
    await make(path)
    lose(path)
    error = await refused(path)
    assert isinstance(error, refusals.Vanished)
    assert "gradus.db.lock" in str(error)
    assert not path.exists() or not path.stat().st_size


async def test_who_removes_the_marker_too_begins_anew(path: Path) -> None:
    await make(path)
    path.unlink()
    path.with_name("gradus.db.lock").unlink()
    async with store_at(path) as store:
        assert await store.transact(lambda records: records.recall("colour")) is None


async def test_a_journal_without_its_database_is_not_thrown_away(path: Path) -> None:
    path.with_name("gradus.db-wal").write_bytes(b"the only copy")
    assert isinstance(await refused(path), refusals.Vanished)
    assert path.with_name("gradus.db-wal").read_bytes() == b"the only copy"


async def test_a_start_that_died_before_the_tables_stood_may_be_made_again(path: Path) -> None:
    path.touch()
    files.Lock(path).release()
    await make(path)


async def test_a_store_moved_here_without_its_marker_is_taken(path: Path, tmp_path: Path) -> None:
    await make(path)
    moved = tmp_path / "moved.db"
    path.rename(moved)
    async with store_at(moved) as store:
        assert await store.transact(lambda records: records.recall("colour")) == "blue"


# Beside the running bot -------------------------------------------------------------------------


async def test_a_reader_sees_one_state_and_writes_nothing(path: Path) -> None:
    async with store_at(path) as store:
        await store.transact(lambda records: records.remember("colour", "blue"))
        with open_reader(path) as reader:
            assert reader.read(lambda records: records.recall("colour")) == "blue"
            with pytest.raises(StoreRefused):
                reader.read(lambda records: records.remember("colour", "red"))
            await store.transact(lambda records: records.remember("colour", "green"))
            assert reader.read(lambda records: records.recall("colour")) == "green"


async def test_a_reader_of_a_closed_store_leaves_no_file(path: Path) -> None:
    await make(path)
    before = sorted(each.name for each in path.parent.iterdir())
    with open_reader(path) as reader:
        assert reader.read(lambda records: records.recall("colour")) == "blue"
    assert sorted(each.name for each in path.parent.iterdir()) == before


async def test_a_copy_of_a_running_store_is_whole(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("an older copy")
    async with store_at(path) as store:
        await store.transact(lambda records: records.remember("colour", "blue"))
        with open_reader(path) as reader:
            reader.copy(target)
            with pytest.raises(StoreRefused):
                reader.read(lambda records: records.remember("colour", "red"))
            with pytest.raises(StoreRefused):
                reader.copy(tmp_path / "nowhere" / "copy.db")
    assert target.stat().st_mode & 0o777 == 0o600
    async with store_at(target) as store:
        assert await store.transact(lambda records: records.recall("colour")) == "blue"


async def test_an_errand_is_left_for_the_running_bot(path: Path) -> None:
    async with store_at(path) as store:
        append_errand(path, at=NOW, action="inbox", detail="3 accepted")
        (errand,) = await store.transact(lambda records: records.errands())
    assert (errand.at, errand.action, errand.detail) == (NOW, "inbox", "3 accepted")


def test_no_reader_makes_a_store(path: Path) -> None:
    with pytest.raises(refusals.MissingStore):
        open_reader(path)
    with pytest.raises(refusals.MissingStore):
        append_errand(path, at=NOW, action="inbox", detail="1 accepted")
    path.touch()
    with pytest.raises(refusals.MissingStore):
        open_reader(path)
    assert not path.stat().st_size


# The tables -------------------------------------------------------------------------------------


def test_the_schema_is_numbered_by_its_migrations() -> None:
    assert len(schema.migrations._migrations) == schema.SCHEMA


async def test_an_answer_is_never_changed(path: Path) -> None:
    def work(records: Records) -> None:
        assert isinstance(records, SqliteRecords)
        records.add_answer(answer(round_()))
        records.run("UPDATE answer SET late = 1")

    async with store_at(path) as store:
        with pytest.raises(StoreRefused, match="never changed"):
            await store.transact(work)


@pytest.mark.parametrize(
    "change",
    [
        """UPDATE answer SET said = '[[],"other"]'""",
        """UPDATE answer SET said = '[[],"…"]', late = 1""",
        "UPDATE answer SET sure = 'sure'",
    ],
)
async def test_only_the_words_of_an_answer_may_be_deleted(path: Path, change: str) -> None:
    def typed(records: Records) -> None:
        records.add_answer(replace(answer(round_()), said=Said((), "softmax")))

    def work(records: Records) -> None:
        assert isinstance(records, SqliteRecords)
        records.run(change)

    async with store_at(path) as store:
        await store.transact(typed)
        with pytest.raises(StoreRefused, match="never changed"):
            await store.transact(work)


async def test_a_questions_text_is_kept_once(path: Path) -> None:
    def work(records: Records) -> list[int]:
        assert isinstance(records, SqliteRecords)
        for days in range(5):
            records.add_round(round_(days, question=question()))
            records.save_round(round_(days, question=question(), state=RoundState.OPEN))
        return [row[0] for row in records.all("SELECT count(*) FROM copy")]

    async with store_at(path) as store:
        assert await store.transact(work) == [1]


SMALL = {"channel", "fact", "held", "inbox", "errand", "audit"}
"""Read whole, or from the newest on, by what asks for all of it."""


def everything(records: Records) -> None:
    """Call every method."""
    of, one = round_(), delivery(round_())
    stratum: Stratum = ("optimisation", Level.BEGINNER, Kind.CHOICE)
    records.save_channel(channel(next_at=NOW))
    records.add_round(of)
    records.save_round(of)
    records.add_delivery(one, HELLO)
    records.save_delivery(one, one)
    records.payload(one.id)
    records.delivery(one.id)
    records.add_answer(answer(of))
    records.save_result(result(of))
    records.add_help(of.id, ADA, Help.HINT, NOW)
    records.hold(QuestionId("a/b"), NOW, "why")
    records.reindex([question()])
    records.search("adam", 9)
    past = records.history(HERE)
    _ = past.cycle, past.last_topic, past.counts(), past.longest_ago(stratum), past.this_cycle()
    past.asked(QuestionId("a/b"))
    records.clear_counts(HERE)
    for query in (
        records.sendable,
        records.to_check,
        records.to_sweep,
        records.reveals_due,
        records.stale_rounds,
        records.notices_due,
    ):
        query("slack", NOW, 9)
    records.to_expire(NOW, 9)
    records.due_channels(NOW, 9)
    records.in_flight()
    records.top_level_since(HERE, NOW)
    records.round(of.id)
    records.round_by_key("g1.unknown")
    records.rounds(HERE, 9)
    records.rounds_on(HERE, DAY)
    records.unfinished_rounds(HERE)
    records.deliveries(of.id)
    records.breaker("slack")
    records.answers(of.id, ADA)
    records.all_answers(ADA)
    records.result(of.id, ADA)
    records.results(of.id)
    records.answered(of.id)
    records.helps(of.id, ADA)
    records.member(MemberId("x"))
    records.pins(HERE)
    records.drop_pin(HERE, DAY)
    records.inbox("new")
    records.secret()
    records.recall("colour")
    records.first_time("slack", "Ev1", NOW)
    records.forget_events(NOW)
    records.add_answer(replace(answer(of), said=Said((), "softmax")))
    records.save_attempt(attempt(kind=Kind.SHORT, said=Said((), "softmax")))
    records.forget_typed(NOW + timedelta(days=1), 5)
    records.tallies(ADA)
    records.sure_and_wrong(ADA, 5)
    records.all_attempts(ADA)
    records.posted(HERE)
    records.answered_rounds(ADA, HERE)
    records.add_score(Score(HERE, "2026-11", ADA, 1, 1))
    records.score(HERE, "2026-11", ADA)
    records.scores(HERE, "2026-11", 9, everyone=True)
    records.ahead(HERE, "2026-11", 0, everyone=False)
    records.save_member(Member(ADA, NOW, board=True))
    records.nudges_due(NOW, 9)
    records.forget(ADA)
    records.attempt(ADA, "1")
    records.attempts(ADA, QuestionId("a/b"))
    records.misses(QuestionId("a/b"))
    records.save_card(card())
    records.card(ADA, QuestionId("a/b"))
    records.cards(ADA)
    records.due(ADA, NOW)
    records.save_quiz(quiz())
    records.quiz(ADA)
    records.accept(QuestionId("a/b"), "softmax", NOW)
    records.wordings(QuestionId("a/b"))


async def test_every_query_is_a_lookup_in_an_index(path: Path) -> None:
    """No plan scans a table that grows with the years, and the lists that are due need no sort."""

    def plans(records: Records) -> dict[str, list[str]]:
        assert isinstance(records, SqliteRecords)
        said: list[str] = []
        records.db.conn.set_trace_callback(said.append)
        everything(records)
        records.db.conn.set_trace_callback(None)
        return {
            sql: [row["detail"] for row in records.all(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in said
            if re.match(r"SELECT|INSERT|UPDATE|DELETE", sql)
            and "fts" not in sql
            and "'main'" not in sql
        }

    async with store_at(path) as store:
        found = await store.transact(plans)
    assert len(found) > 50
    scans = {
        sql: detail
        for sql, details in found.items()
        for detail in details
        if (scan := re.match(r"SCAN (\w+)", detail))
        and scan[1] not in SMALL | {"search"}
        and "delivery_sending" not in detail  # an index of nothing but what is asked for
    }
    assert scans == {}
    sorted_anew = [
        sql
        for sql, details in found.items()
        if "USE TEMP B-TREE FOR ORDER BY" in details and "bm25" not in sql
    ]
    assert sorted_anew == []


def test_the_log_says_which_sqlite_is_in_use(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger=driver.__name__):
        driver.announce()
    assert driver.VERSION in caplog.text
    old = tuple(map(int, driver.VERSION.split("."))) < driver.SOUND
    assert ("WAL-reset" in caplog.text) is old


def test_refusals_say_what_where_and_what_to_do() -> None:
    facts = dict.fromkeys(
        (
            *("path", "why", "marker", "found", "known", "holder", "copy", "name", "wanted"),
            *("what", "free", "needed"),
        ),
        "HERE",
    )
    for kind in vars(refusals).values():
        if isinstance(kind, type) and issubclass(kind, refusals.Refusal):
            text = str(kind(**facts))
            assert "HERE" in text
            assert "{" not in text
            assert "\n" not in text
