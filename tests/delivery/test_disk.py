# ruff: noqa: ASYNC240 - these tests are about files, and nothing else runs on their loop
"""The disk fails in every way a disk can: nothing is sent that is not recorded, and it says why.

The failures are real where they can be had: a limit on the size of files, missing rights, a lock of
another process, bytes that changed, a file that is gone. What a sound start refuses, and of four
starters at once, is in ``tests/adapters/test_sqlite.py``.
"""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from adapters.sqlite import SqliteStore, files, open_reader, opening, refusals, schema
from bot.messages import Message
from bot.model import ChannelId, Delivery, DeliveryState, Outcome, RoundState
from bot.ports import Records
from tests.doubles.clock import ManualClock
from tests.doubles.house import ROOM, House, choice
from tests.doubles.person import ScribePerson
from tests.doubles.rights import NOBODY, without_power
from tests.doubles.scribe import Scribe

PROJECT = Path(__file__).parents[2]
DUE = "2026-11-23 09:30"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gradus.db"


@asynccontextmanager
async def at_home(path: Path, platform: Scribe | None = None) -> AsyncIterator[House]:
    """Start a house on a file, and let it be Monday, half past nine, before anybody looks."""
    clock = platform.clock if platform is not None else ManualClock("2026-11-20 12:00")
    assert isinstance(clock, ManualClock)
    questions = [choice(f"optimisation/zero-{n}") for n in range(9)]
    async with SqliteStore(path, entropy=bytes) as store:
        house = House(store, questions, clock=clock, platform=platform)
        await house.start()
        house.clock.set(DUE)
        yield house


async def question(house: House) -> Delivery:
    """Return the record of Monday's question."""

    def work(records: Records) -> Delivery:
        return records.deliveries(records.rounds(ROOM, 1)[0].id)[0]

    return await house.store.transact(work)


async def is_well(house: House) -> None:
    """Monday's question stands once, and its record says so."""
    one = await question(house)
    (standing,) = house.scribe.standing(one.key)
    assert (one.state, one.ref) == (DeliveryState.SENT, standing.ref)
    assert (await house.round()).state is RoundState.OPEN


# A full disk --------------------------------------------------------------------------------------


@contextmanager
def full_beyond(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes while the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def journal(path: Path) -> Path:
    """Return the write-ahead log of a database."""
    return path.with_name(path.name + "-wal")


async def test_where_no_plan_can_be_written_nothing_is_sent(path: Path) -> None:
    async with at_home(path) as house:
        with full_beyond(journal(path).stat().st_size):
            await house.settle()
        assert house.scribe.calls == []

        await house.settle()
        await is_well(house)


async def test_where_no_intent_can_be_written_nothing_is_sent(path: Path) -> None:
    async with at_home(path) as house:
        await house.rounds.tick()
        with (
            full_beyond(journal(path).stat().st_size),
            pytest.raises(refusals.Failed, match="see whether the disk is full"),
        ):
            await house.sender.work()
        assert house.scribe.calls == []

        await house.sender.work()
        await is_well(house)


class Filling(Scribe):
    """A platform during whose post the disk becomes full."""

    def __init__(self, clock: ManualClock, path: Path) -> None:
        super().__init__(clock)
        self.path = path

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        outcome = await super().post(channel, message, key)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (journal(self.path).stat().st_size, hard))
        return outcome


async def test_what_was_sent_and_could_not_be_recorded_is_found_again(path: Path) -> None:
    clock = ManualClock("2026-11-20 12:00")
    async with at_home(path, Filling(clock, path)) as house:
        await house.rounds.tick()
        with full_beyond(1_000_000_000), pytest.raises(refusals.Failed):
            await house.sender.work()
        assert (await question(house)).state is DeliveryState.SENDING

        for seconds in (31, 90):  # the call was given up; the history is trusted
            clock.move(seconds=seconds)
            await house.settle()
        assert house.scribe.calls.count("post") == 1
        await is_well(house)


async def test_a_checkpoint_that_does_not_fit_loses_nothing(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was committed stays in the write-ahead log, until there is room for it."""
    with full_beyond(1_000_000_000):
        async with at_home(path) as house:
            await house.store.transact(lambda records: records.remember("much", "x" * 200_000))
            await house.settle()
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    assert "disk" in caplog.text
    assert journal(path).stat().st_size

    async with SqliteStore(path, entropy=bytes) as store:
        much = await store.transact(lambda records: records.recall("much"))
        (one,) = await store.transact(lambda records: records.rounds(ROOM, 9))
    assert much == "x" * 200_000
    assert one.state is RoundState.OPEN


async def test_a_start_on_a_full_disk_says_so(path: Path) -> None:
    with full_beyond(20_000), pytest.raises(refusals.Unreadable, match="disk"):
        async with SqliteStore(path, entropy=bytes):
            pass
    async with at_home(path) as house:
        await house.settle()
        await is_well(house)


# Rights -------------------------------------------------------------------------------------------


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that belongs to whoever ``without_power`` is."""
    with tempfile.TemporaryDirectory(prefix="gradus-rights-") as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


async def test_a_file_that_may_not_be_written_is_refused(open_folder: Path) -> None:
    path = open_folder / "gradus.db"
    with without_power():
        async with at_home(path):
            pass
        path.chmod(0o400)
        before = path.read_bytes()
        with pytest.raises(refusals.Unreadable, match="may read and write"):
            async with SqliteStore(path, entropy=bytes):
                pass
        assert path.read_bytes() == before


async def test_a_folder_that_may_not_be_written_is_refused(open_folder: Path) -> None:
    path = open_folder / "gradus.db"
    with without_power():
        async with at_home(path):
            pass
        open_folder.chmod(0o500)
        with pytest.raises(refusals.Unreadable, match="may create files"):
            async with SqliteStore(path, entropy=bytes):
                pass
        open_folder.chmod(0o700)


async def test_a_disk_that_becomes_read_only_stops_all_sending(path: Path) -> None:
    async with at_home(path) as house:
        assert isinstance(house.store, SqliteStore)
        await house.rounds.tick()
        await house.store.maintain(lambda db: db.execute("PRAGMA query_only = ON"))
        with pytest.raises(refusals.Failed, match="readonly"):
            await house.sender.work()
        assert house.scribe.calls == []

        await house.store.maintain(lambda db: db.execute("PRAGMA query_only = OFF"))
        await house.sender.work()
        await is_well(house)


# Another process ----------------------------------------------------------------------------------

LOCK = """
import sys
from pathlib import Path
from adapters.sqlite import files
held = files.connect(Path(sys.argv[1]))
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Have another process hold the database's write lock while the block runs."""
    command = [sys.executable, "-c", LOCK, str(path)]
    run = subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "held\n"
    try:
        yield
    finally:
        run.communicate("done\n")


async def test_what_another_process_locks_is_sent_when_it_lets_go(path: Path) -> None:
    async with at_home(path) as house:
        assert isinstance(house.store, SqliteStore)
        await house.rounds.tick()
        await house.store.maintain(lambda db: db.execute("PRAGMA busy_timeout = 0"))
        with locked(path), pytest.raises(refusals.Failed, match="locked"):
            await house.sender.work()
        assert house.scribe.calls == []

        await house.sender.work()
        await is_well(house)


async def test_a_start_on_what_another_process_locks_says_so(path: Path) -> None:
    async with at_home(path):
        pass

    def begin() -> None:
        with closing(files.connect(path)) as connection, opening.explained(path):
            connection.execute("PRAGMA busy_timeout = 0")  # a real start waits for five seconds
            connection.execute("BEGIN IMMEDIATE")

    with locked(path), pytest.raises(refusals.Busy, match="another program"):
        begin()


# A file that goes away ----------------------------------------------------------------------------


@pytest.mark.parametrize("instead", [None, b"", b"another file"])
async def test_without_its_file_the_bot_sends_nothing(path: Path, instead: bytes | None) -> None:
    """It could go on writing into a file without a name, and forget it all when it ends."""
    async with at_home(path) as house:
        await house.rounds.tick()
        path.unlink()
        if instead is not None:
            path.write_bytes(instead)
        with pytest.raises(refusals.Removed, match="Stop Gradus"):
            await house.sender.work()
        assert house.scribe.calls == []
    assert (path.read_bytes() if path.exists() else None) == instead


async def test_a_file_that_was_put_back_is_used_again(path: Path) -> None:
    aside = path.with_name("aside.db")
    async with at_home(path) as house:
        await house.rounds.tick()
        path.rename(aside)
        with pytest.raises(refusals.Removed):
            await house.sender.work()
        aside.rename(path)

        await house.sender.work()
        await is_well(house)


# Bytes that changed -------------------------------------------------------------------------------


async def lived_in(path: Path) -> None:
    """Leave a database with some days of questions, answers and reveals."""
    async with at_home(path) as house:
        ada = ScribePerson(house, "ada")
        for day in range(23, 28):
            await house.go(f"2026-11-{day} 09:30")
            await ada.clicks("B", on=house.parent())
            await house.go(f"2026-11-{day} 15:30")


def contents(records: Records) -> list[object]:
    """Return all there is of channels, rounds, deliveries, answers and results."""
    found: list[object] = [records.secret(), records.seed(), *records.channels()]
    for one in records.rounds(ROOM, 99):
        found += [one, *records.deliveries(one.id), *records.results(one.id)]
        found += [records.payload(each.id) for each in records.deliveries(one.id)]
        for result in records.results(one.id):
            found += records.answers(one.id, result.member)
    return found


async def test_changed_bytes_are_refused_or_did_no_harm(path: Path, tmp_path: Path) -> None:
    """A start refuses what SQLite can see; what only a reader can see is refused to the reader."""
    await lived_in(path)
    with open_reader(path) as reader:
        whole = reader.read(contents)
    sound = path.read_bytes()
    harmless, said = 0, set()
    for seed in range(100):
        draws = random.Random(seed)
        damaged = tmp_path / f"{seed}.db"
        damaged.touch(mode=0o600)
        damaged.write_bytes(changed(sound, draws))
        try:
            async with SqliteStore(damaged, entropy=bytes) as store:
                found = await store.transact(contents)
        except refusals.Damaged as error:
            said.add(str(error).replace(str(damaged), "HERE"))
        else:
            assert found == whole, seed
            harmless += 1
    assert 0 < harmless < 50
    assert all(
        re.fullmatch("The database HERE is damaged: .*gradus restore.*", one) for one in said
    )


async def test_what_text_became_unreadable_is_not_repeated(path: Path) -> None:
    """It may be what a member wrote, and errors are logged."""
    async with at_home(path) as house:
        ada = ScribePerson(house, "ada")
        await ada.commands("suggest Why does my own secret loss explode?")
    content = path.read_bytes()
    assert content.count(b"secret loss") == 1
    path.write_bytes(content.replace(b"secret loss", b"secret \xff\xff\xff\xff"))

    with open_reader(path) as reader, pytest.raises(refusals.Damaged) as beside:
        reader.read(lambda records: records.inbox(None))
    async with SqliteStore(path, entropy=bytes) as store:
        with pytest.raises(refusals.Damaged) as running:
            await store.transact(lambda records: records.inbox(None))
    assert str(beside.value) == str(running.value)
    assert "secret" not in str(running.value)


def changed(sound: bytes, draws: random.Random) -> bytes:
    """Write 64 random bytes over 64 that mean something."""
    while True:
        at = draws.randrange(len(sound) - 64)
        if sound[at : at + 64].count(0) < 16:
            return sound[:at] + draws.randbytes(64) + sound[at + 64 :]


# A death in the middle of a migration -------------------------------------------------------------


@pytest.mark.parametrize("old", [True, False], ids=["from the first schema", "from nothing"])
def test_killed_at_any_statement_of_its_making_a_store_is_old_or_new(
    path: Path, *, old: bool
) -> None:
    """A process of its own forks a start for each statement, and kills it there."""
    if old:
        first_schema(path)
    command = [sys.executable, "-m", "tests.delivery.killed_starts", str(path)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert run.stderr == ""
    assert int(run.stdout) > (30 if old else 80)
    with open_reader(path) as reader:
        assert reader.read(lambda records: records.recall("colour")) == ("blue" if old else None)
        assert len(reader.read(lambda records: records.secret())) == 32
    with closing(files.connect(path)) as connection:
        applied = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert [row[0] for row in applied] == [each.name for each in schema.migrations._migrations]
    if old:
        with closing(files.connect(path.parent / "backups" / "gradus-schema-1.db")) as copy:
            assert copy.execute("SELECT value FROM fact").fetchone()[0] == "blue"


def first_schema(path: Path) -> None:
    """Make a store as the first release did, and remember something in it."""
    path.touch(mode=0o600)
    with closing(files.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        db = Database(connection, execute_plugins=False)
        schema.migrations.apply(db, stop_before=schema.migrations._migrations[1].name)
        for name, value in (("secret", b"s" * 32), ("seed", b"p" * 32), ("schema_version", 1)):
            db.execute("INSERT INTO meta VALUES (?, ?)", (name, value))
        db.execute("INSERT INTO fact VALUES ('colour', 'blue')")
