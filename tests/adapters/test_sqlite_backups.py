# ruff: noqa: ASYNC240 - these tests are about files, and nothing else runs on their loop
"""Copies of a store in use, which of them are kept, and one put back: files only, no platform."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from adapters.sqlite import SqliteStore, backups, files, open_reader, refusals
from bot import restored
from bot.model import MemberId
from bot.ports import Records
from tests.contracts.samples import NOW, answer, round_

DAY = date(2026, 11, 20)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gradus.db"


def store_at(path: Path) -> SqliteStore:
    return SqliteStore(path, entropy=os.urandom)


def remember(records: Records, *, value: str) -> None:
    records.remember("colour", value)


def colour(records: Records) -> str | None:
    return records.recall("colour")


async def make(path: Path, value: str = "blue") -> None:
    """Leave a store that was used and closed."""
    async with store_at(path) as store:
        await store.transact(partial(remember, value=value))


async def copied(path: Path, value: str = "blue") -> Path:
    """Leave a store with one value, and a copy of it with another, from before."""
    copy = path.with_name("copy.db")
    await make(path, value)
    with open_reader(path) as reader:
        reader.copy(copy)
    await make(path, "red")
    return copy


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# Daily copies ------------------------------------------------------------------------------------


async def test_a_copy_taken_at_full_speed_is_a_state_the_store_was_in(path: Path) -> None:
    """Every writer adds an answer and counts it in one work; no copy ever disagrees with itself."""
    of = round_()
    stop = asyncio.Event()

    async def write(store: SqliteStore, number: int) -> int:
        done = 0
        while not stop.is_set():
            done += 1
            member = MemberId(f"scribe://team/{number}-{done}")

            def work(records: Records, member: MemberId = member) -> None:
                records.add_answer(answer(of, member))
                records.remember("count", str(int(records.recall("count") or 0) + 1))

            await store.transact(work)
        return done

    async with store_at(path) as store:
        writers = [asyncio.create_task(write(store, number)) for number in range(8)]
        counts = []
        for days in range(4):
            day = DAY + timedelta(days=days)
            await asyncio.to_thread(backups.take, path, day)
            with open_reader(backups.folder_of(path) / f"gradus-{day}.db") as copy:
                counted = copy.read(lambda records: records.recall("count"))
                assert copy.read(lambda records: records.answered(of.id)) == int(counted or 0)
            counts.append(int(counted or 0))
        stop.set()
        assert sum(await asyncio.gather(*writers)) > counts[-1]
        assert counts == sorted(set(counts))


async def test_a_day_has_one_copy_which_is_never_written_over(path: Path) -> None:
    await make(path, "blue")
    backups.take(path, DAY)
    await make(path, "red")
    backups.take(path, DAY)
    copy = backups.folder_of(path) / "gradus-2026-11-20.db"
    assert names(copy.parent) == [copy.name]
    assert copy.stat().st_mode & 0o777 == 0o600
    with open_reader(copy) as reader:
        assert reader.read(colour) == "blue"


async def test_a_copy_cut_short_is_cleared_away_and_others_files_are_not(path: Path) -> None:
    await make(path)
    folder = backups.folder_of(path)
    folder.mkdir()
    for name in ("gradus-2026-11-19.db.part", "gradus-2026-11-19.db.part-journal"):
        (folder / name).write_text("half")
    others = ["by-hand.db", "gradus-20261101-120000.db", "gradus-schema-1.db", "notes.part"]
    for name in others:
        (folder / name).write_text("kept")
    backups.take(path, DAY)
    assert names(folder) == sorted([*others, "gradus-2026-11-20.db"])


def test_seven_days_and_the_mondays_of_four_weeks_before_are_kept() -> None:
    days: set[date] = set()
    for number in range(60):
        days = backups.kept({*days, DAY + timedelta(days=number)})
    last = DAY + timedelta(days=59)  # a Monday
    assert last.isoformat() == "2027-01-18"
    seven = {last - timedelta(days=number) for number in range(7)}
    mondays = {date(2027, 1, 11), date(2027, 1, 4), date(2026, 12, 28), date(2026, 12, 21)}
    assert days == seven | mondays


def test_a_bot_that_runs_now_and_then_keeps_what_there_is() -> None:
    days = {DAY - timedelta(days=30 * number) for number in range(20)}
    assert backups.kept(days) == set(sorted(days, reverse=True)[:11])


async def test_old_copies_are_dropped_after_a_new_one_stands(path: Path) -> None:
    await make(path)
    for number in range(12):
        backups.take(path, DAY + timedelta(days=number))
    left = names(backups.folder_of(path))
    assert left == [f"gradus-{DAY}.db", "gradus-2026-11-23.db"] + [
        f"gradus-{DAY + timedelta(days=number)}.db" for number in range(5, 12)
    ]


async def test_without_room_no_copy_is_begun(path: Path) -> None:
    await make(path)
    with pytest.raises(refusals.NoRoom, match="wants 1 MB of room, and 0 MB are free"):
        backups.take(path, DAY, free=lambda _: path.stat().st_size)
    assert names(backups.folder_of(path)) == []


async def test_a_copy_that_cannot_be_written_is_refused_in_words(path: Path) -> None:
    await make(path)
    path.with_name("backups").touch()
    with pytest.raises(refusals.NotCopied, match="could not be written"):
        backups.take(path, DAY)


# Putting one back --------------------------------------------------------------------------------


async def test_a_copy_is_put_in_place_and_what_was_there_is_kept(path: Path) -> None:
    copy = await copied(path)
    bytes_before = copy.read_bytes()
    done = backups.restore(copy, path, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert copy.read_bytes() == bytes_before
    with open_reader(path) as reader:
        assert reader.read(colour) == "blue"
        assert reader.read(lambda records: records.recall(restored.FACT)) == NOW.isoformat()
    assert done.aside is not None
    with open_reader(done.aside) as reader:
        assert reader.read(colour) == "red"
    async with store_at(path) as store:
        assert await store.transact(colour) == "blue"
    assert not [name for name in names(path.parent) if ".part" in name]


async def test_nothing_is_restored_under_a_running_bot(path: Path) -> None:
    copy = await copied(path)
    async with store_at(path) as store:
        with pytest.raises(refusals.Locked):
            backups.restore(copy, path, NOW)
        assert await store.transact(colour) == "red"


async def test_what_a_killed_bot_left_in_its_journal_goes_aside_with_it(path: Path) -> None:
    copy = await copied(path)
    alive = path.with_name("alive.db")
    await make(alive)
    async with store_at(alive) as store:
        await store.transact(partial(remember, value="green"))
        for end in ("", "-wal"):  # as a kill leaves them
            path.with_name(path.name + end).write_bytes(
                alive.with_name(alive.name + end).read_bytes()
            )
    done = backups.restore(copy, path, NOW)
    assert done.aside is not None
    with open_reader(done.aside) as reader:
        assert reader.read(colour) == "green"
    with open_reader(path) as reader:
        assert reader.read(colour) == "blue"


async def test_a_copy_with_its_journal_is_read_whole(path: Path, tmp_path: Path) -> None:
    await make(path, "blue")
    raw = tmp_path / "raw.db"
    async with store_at(path) as store:
        await store.transact(partial(remember, value="green"))
        for end in ("", "-wal"):
            raw.with_name(raw.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    backups.restore(raw, path, NOW)
    with open_reader(path) as reader:
        assert reader.read(colour) == "green"


async def test_a_store_is_restored_where_there_never_was_one(path: Path, tmp_path: Path) -> None:
    copy = await copied(path)
    new = tmp_path / "new"
    new.mkdir()
    done = backups.restore(copy, new / "gradus.db", NOW)
    assert done.aside is None
    async with store_at(new / "gradus.db") as store:
        assert await store.transact(colour) == "blue"
    (new / "gradus.db").unlink()
    with pytest.raises(refusals.Vanished):
        async with store_at(new / "gradus.db"):
            pass


async def unfit(path: Path, file: Path) -> str:
    """Return why a file is refused; the store is as it was."""
    before = path.read_bytes()
    with pytest.raises((refusals.Unfit, refusals.Newer)) as caught:
        backups.restore(file, path, NOW)
    assert path.read_bytes() == before
    assert not [name for name in names(path.parent) if ".part" in name or "aside" in name]
    return str(caught.value)


async def test_what_is_no_sound_store_is_refused_and_nothing_changes(
    path: Path, tmp_path: Path
) -> None:
    copy = await copied(path)
    assert "not there" in await unfit(path, tmp_path / "nowhere.db")
    assert "no ordinary file" in await unfit(path, tmp_path)
    assert "the store itself" in await unfit(path, path)

    text = tmp_path / "diary.db"
    text.write_text("Dear diary, " * 1000)
    assert "no SQLite database" in await unfit(path, text)

    empty = tmp_path / "empty.db"
    empty.touch()
    assert "empty" in await unfit(path, empty)

    foreign = tmp_path / "foreign.db"
    foreign.touch()
    with closing(files.connect(foreign)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    assert "not from Gradus" in await unfit(path, foreign)

    newer = tmp_path / "newer.db"
    newer.write_bytes(copy.read_bytes())
    with closing(files.connect(newer)) as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
    assert "newer Gradus" in await unfit(path, newer)

    broken = tmp_path / "broken.db"
    content = bytearray(copy.read_bytes())
    for place in range(len(content) // 2, len(content), 512):
        content[place : place + 64] = b"\xff" * 64
    broken.write_bytes(content)
    assert "damaged" in await unfit(path, broken)


async def test_a_restore_cut_short_lets_no_bot_start_and_can_be_done_again(path: Path) -> None:
    copy = await copied(path)
    path.rename(path.with_name("gradus-aside-20261120-120000.db"))  # as far as it had come
    with pytest.raises(refusals.Vanished):
        async with store_at(path):
            pass
    backups.restore(copy, path, datetime(2026, 11, 20, 12, 5, tzinfo=UTC))
    async with store_at(path) as store:
        assert await store.transact(colour) == "blue"


async def test_the_last_day_of_a_copy_is_told(path: Path) -> None:
    async with store_at(path) as store:
        await store.transact(lambda records: records.add_round(round_(3)))
    copy = path.with_name("copy.db")
    with open_reader(path) as reader:
        reader.copy(copy)
    assert backups.restore(copy, path, NOW).latest == round_(3).date
