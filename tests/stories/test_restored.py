"""A store is put back from an older copy: what the copy has forgotten is never posted twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sqlite import SqliteStore, open_reader
from adapters.sqlite.backups import restore
from bot.model import Absent, Channel, ChannelId, Delivery, Found, Ref, RoundState, Search
from bot.wording import admin
from tests.doubles.clock import ManualClock
from tests.doubles.house import ROOM, House, channel, choice, rhythm
from tests.doubles.person import ScribePerson
from tests.doubles.scribe import BUSY, Scribe

OTHER = ChannelId("scribe://team/other")


class Historian(Scribe):
    """Looks only where it is told to: from the first intent on, in the thread or outside."""

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        found = await super().find(delivery, to)
        if not isinstance(found, Found):
            return found
        since = delivery.first_intent_at
        parent = (self._at(to).thread or to) if to else None
        copies = tuple(
            (ref, at)
            for ref, at in found.copies
            if since is not None and at >= since and self._at(ref).thread == parent
        )
        return Found(copies) if copies else Absent()


class Town:
    """One deployment through several lives: a file, a copy of it, and a platform that remembers."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "gradus.db"
        self.copied = folder / "copy.db"
        self.clock = ManualClock("2026-11-20 12:00")
        self.scribe: Scribe = Historian(self.clock)
        self.channels: list[Channel] = [channel()]

    @asynccontextmanager
    async def lives(self, at: str = "") -> AsyncIterator[House]:
        """Start a bot at a local time, on what the file holds."""
        if at:
            self.clock.set(at)
        questions = [choice(f"optimisation/zero-start-{n}") for n in range(30)]
        async with SqliteStore(self.path, entropy=bytes) as store:
            house = House(
                store, questions, clock=self.clock, platform=self.scribe, channels=self.channels
            )
            await house.start()
            yield house

    def copy(self) -> None:
        with open_reader(self.path) as reader:
            reader.copy(self.copied)

    def put_back(self, at: str) -> None:
        self.clock.set(at)
        restore(self.copied, self.path, self.clock())

    def keys(self) -> list[str]:
        return [one.key for one in self.scribe.standing()]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


async def on_and_on(house: House) -> None:
    """Let all be searched for and sent, and some more time pass."""
    for _ in range(4):
        house.clock.move(minutes=2)
        await house.settle()


async def test_a_question_that_the_copy_forgot_is_not_posted_again(town: Town) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
        before = town.keys()
        assert len(before) == 2
    town.put_back("2026-11-23 10:00")
    async with town.lives() as house:
        await on_and_on(house)
        assert town.keys() == before
        round_ = await house.round()
        assert (round_.state, round_.reason) == (RoundState.WITHDRAWN, admin.FORGOTTEN)
        assert round_.post == house.parent().ref
        assert house.parent().edits == []
        await house.through("2026-11-23 23:00", step=30)
        assert town.keys() == before
        assert len(town.scribe.told) == 1
        assert "copy that was restored" in str(town.scribe.told[0][1])
        await house.go("2026-11-24 09:30")
        await on_and_on(house)
        assert len(town.scribe.parents()) == 2
        assert (await house.round()).number == 2


async def test_who_presses_a_button_of_a_forgotten_question_hears_that_it_is_withdrawn(
    town: Town,
) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
    town.put_back("2026-11-23 10:00")
    async with town.lives() as house:
        await on_and_on(house)
        ada = ScribePerson(house, "ada")
        await ada.clicks("B")
        assert "withdrawn" in ada.sees()


async def test_admins_may_post_another_one_after_a_forgotten_question(town: Town) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
    town.put_back("2026-11-23 10:00")
    async with town.lives() as house:
        await on_and_on(house)
        await ScribePerson(house, "admin").commands("admin post")
        await on_and_on(house)
        assert len(town.scribe.parents()) == 2
        assert (await house.round()).state is RoundState.OPEN


async def test_an_answer_that_the_copy_forgot_is_not_revealed_again(town: Town) -> None:
    async with town.lives() as house:
        await house.go("2026-11-23 09:30")
        await house.go("2026-11-23 10:00")
        town.copy()
        await house.go("2026-11-23 15:30")
        before = town.keys()
        assert len(before) == 4
    town.put_back("2026-11-23 16:00")
    async with town.lives() as house:
        await on_and_on(house)
        assert town.keys() == before
        assert (await house.round()).state is RoundState.REVEALED
        await house.go("2026-11-24 09:30")
        await on_and_on(house)
        assert len(town.keys()) == 6
        assert town.scribe.told == []


async def test_a_reveal_that_never_went_out_goes_out_after_the_restore(town: Town) -> None:
    async with town.lives() as house:
        await house.go("2026-11-23 09:30")
        town.copy()
        await house.go("2026-11-23 12:00")
    town.put_back("2026-11-23 16:00")
    async with town.lives() as house:
        await on_and_on(house)
        assert len(town.keys()) == len(set(town.keys())) == 4
        assert (await house.round()).state is RoundState.REVEALED


async def test_the_next_day_begins_anew_and_the_lost_day_says_so(town: Town) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
        await house.go("2026-11-23 15:30")
        before = town.keys()
    town.put_back("2026-11-24 08:00")
    async with town.lives() as house:
        await on_and_on(house)
        assert town.keys() == before
        monday = await house.round()
        assert (monday.state, monday.reason) == (RoundState.MISSED, admin.FORGOTTEN)
        await house.go("2026-11-24 09:30")
        await on_and_on(house)
        assert len(town.keys()) == 6
        assert (await house.round()).state is RoundState.OPEN


async def test_a_copy_that_has_forgotten_nothing_changes_nothing(town: Town) -> None:
    async with town.lives() as house:
        await house.go("2026-11-23 09:00")
        town.copy()
    town.put_back("2026-11-23 09:10")
    async with town.lives("2026-11-23 09:30") as house:
        assert town.keys() == []  # it is looked for first
        await on_and_on(house)
        assert len(town.keys()) == 2
        round_ = await house.round()
        assert (round_.state, round_.number) == (RoundState.OPEN, 1)


async def test_of_two_channels_only_the_one_that_had_its_question_is_left_alone(
    town: Town,
) -> None:
    town.channels = [channel(), channel(id=OTHER, rhythm=rhythm("11:00"))]
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
    town.put_back("2026-11-23 10:00")
    async with town.lives() as house:
        await on_and_on(house)
        await house.go("2026-11-23 11:00")
        await on_and_on(house)
        assert len(town.scribe.parents(ROOM)) == 1
        assert len(town.scribe.parents(OTHER)) == 1


async def test_a_question_posted_early_is_found_when_its_time_comes(town: Town) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 08:00")
        await ScribePerson(house, "admin").commands("admin post")
        await house.settle()
        before = town.keys()
        assert len(before) == 2
    town.put_back("2026-11-23 08:30")
    async with town.lives("2026-11-23 09:30") as house:
        await on_and_on(house)
        assert town.keys() == before


async def test_a_question_of_a_later_turn_is_the_days_question_as_well(town: Town) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-22 12:00")
    async with town.lives("2026-11-23 14:00") as house:  # past the grace: missed
        await ScribePerson(house, "admin").commands("admin post")
        await house.settle()
        before = town.keys()
        assert len(before) == 2
    town.channels = [channel(rhythm=rhythm("14:10"))]
    town.put_back("2026-11-23 14:15")
    async with town.lives() as house:
        await on_and_on(house)
        assert town.keys() == before


async def test_a_message_that_the_copy_knows_as_waiting_is_searched_for_too(town: Town) -> None:
    async with town.lives() as house:
        town.scribe.fails("open_thread", BUSY)
        await house.go("2026-11-23 09:30")
        town.copy()
        await house.go("2026-11-23 09:35")
        before = town.keys()
        assert len(before) == 2
    town.put_back("2026-11-23 09:40")
    async with town.lives() as house:
        await on_and_on(house)
        assert town.keys() == before
        assert (await house.round()).thread is not None


async def test_while_nothing_can_be_read_nothing_is_sent(town: Town) -> None:
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
        before = town.keys()
    town.put_back("2026-11-23 10:00")
    town.scribe.blind = True
    async with town.lives() as house:
        await house.through("2026-11-23 12:00")
        assert town.keys() == before
        assert (await house.round()).state is RoundState.MISSED


async def test_a_clock_that_was_ahead_at_the_restore_holds_nothing_up(town: Town) -> None:
    async with town.lives() as house:
        await house.go("2026-11-23 09:00")
        town.copy()
    town.put_back("2026-11-23 23:00")
    async with town.lives("2026-11-23 09:30") as house:
        await on_and_on(house)
        assert len(town.keys()) == 2
        await house.go("2026-11-23 15:30")
        await on_and_on(house)
        assert len(town.keys()) == 4


async def test_where_messages_settle_at_once_nothing_waits(town: Town, tmp_path: Path) -> None:
    """As in the terminal, whose searches find nothing: a new screen shows the question again."""
    town.scribe = Scribe(town.clock, settle=timedelta(0))
    async with town.lives() as house:
        town.copy()
        await house.go("2026-11-23 09:30")
    town.put_back("2026-11-23 10:00")
    town.scribe = Scribe(town.clock, settle=timedelta(0))
    async with town.lives() as house:
        assert len(town.keys()) == 2
        assert (await house.round()).state is RoundState.OPEN
