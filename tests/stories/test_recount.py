"""Streaks, boards and tallies equal a recount of what people did, whatever happened in between.

Two channels half a day apart, three people who answer in time, late, with help or not at all, go
away, agree or refuse to be shown, and have themselves forgotten. The recount knows nothing of
attempts or scores: it keeps its own list of who said what and when.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adapters.memory import MemoryStore
from bot import commands as c
from bot import timetable
from bot.model import (
    Actor,
    BoardRule,
    ChannelId,
    DateRange,
    MemberId,
    QuestionId,
    Round,
    RoundId,
    RoundState,
    Score,
    Tally,
)
from bot.numbers import streak_of
from bot.ports import Records
from bot.standing import Streak
from tests.doubles.clock import ManualClock
from tests.doubles.house import ADMIN, House, channel, choice, rhythm

AUCKLAND = channel(
    id=ChannelId("scribe://team/auckland"), rhythm=replace(rhythm(), zone="Pacific/Auckland")
)
ANGELES = channel(
    id=ChannelId("scribe://team/angeles"),
    rhythm=replace(rhythm(), zone="America/Los_Angeles"),
    board=BoardRule.EVERYONE,
)
CHANNELS = [AUCKLAND, ANGELES]
NAMES = [MemberId(f"scribe://team/{name}") for name in ("ada", "ben", "cyd")]
OVER = (RoundState.CLOSED, RoundState.REVEALED)

where = st.sampled_from([0, 1])
who = st.sampled_from(NAMES)
habit = st.sampled_from(["", "a", "b", "hint b", "late b"])


@dataclass(frozen=True)
class Given:
    """What somebody said last that counts."""

    letter: str
    at: datetime
    helped: bool
    late: bool


class Recount(RuleBasedStateMachine):
    """Does what people do, and counts beside the bot."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = ManualClock("2026-11-22 12:00")
        topics = ("optimisation", "transformers", "convolution")
        questions = [
            choice(f"{topic}/q{number}", topic=topic, id=QuestionId(f"{topic}/q{number}"))
            for topic in topics
            for number in range(20)
        ]
        self.house = House(MemoryStore(), questions, clock=self.clock, channels=CHANNELS)
        self.runner.run(self.house.start())
        self.given: dict[tuple[MemberId, RoundId], Given] = {}
        self.helps: set[tuple[MemberId, RoundId]] = set()
        self.away: dict[MemberId, list[DateRange]] = {}
        self.consent: dict[MemberId, bool] = {}

    def teardown(self) -> None:
        self.runner.close()

    def asks(self, member: MemberId, place: int, command: c.Command) -> None:
        self.clock.move(minutes=1)
        actor = Actor(member, CHANNELS[place].id)
        self.runner.run(self.house.desk.handle(actor, command))

    def rounds(self, place: int) -> list[Round]:
        """Return the channel's rounds that stood in it, oldest first."""
        found = self.house.store.records.rounds(CHANNELS[place].id, 999)  # type: ignore[attr-defined]
        return [each for each in reversed(found) if each.opened_at is not None]

    # What happens -------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 30))
    def the_bot_is_away(self, hours: int) -> None:
        """More than the grace, and a question is missed."""
        self.clock.move(hours=hours)
        self.runner.run(self.house.settle())

    @rule(days=st.integers(1, 4), habits=st.lists(habit, min_size=3, max_size=3))
    def days_go_by(self, days: int, habits: list[str]) -> None:
        """Everybody does with every question what they are used to do with one."""
        for _ in range(days * 8):
            self.clock.move(hours=3)
            self.runner.run(self.house.settle())
            for place in (0, 1):
                for one in self.rounds(place)[-1:]:
                    for member, does in zip(NAMES, habits, strict=True):
                        self.does(member, place, one, does)

    def does(self, member: MemberId, place: int, one: Round, habit: str) -> None:
        if (member, one.id) in self.given or (habit[:4] == "late") != (one.state in OVER):
            return
        if habit[:4] == "hint":
            self.somebody_takes_a_hint(place, member)
        if habit:
            self.somebody_answers(place, member, habit[-1], 0)

    @rule(place=where, member=who, letter=st.sampled_from("ab"), back=st.integers(0, 1))
    def somebody_answers(self, place: int, member: MemberId, letter: str, back: int) -> None:
        """The newest question, or the one before it."""
        rounds = self.rounds(place)[-1 - back :]
        if not rounds:
            return
        one, at = rounds[0], self.clock() + timedelta(minutes=1)
        key = member, one.id
        old = self.given.get(key)
        if one.state is RoundState.OPEN and (old is None or old.letter != letter):
            self.given[key] = Given(letter, at, key in self.helps, late=False)
        elif one.state in OVER and old is None:
            self.given[key] = Given(letter, at, key in self.helps, late=True)
        self.asks(member, place, c.Give(letter, one.key))

    @rule(place=where, member=who)
    def somebody_takes_a_hint(self, place: int, member: MemberId) -> None:
        for one in self.rounds(place)[-1:]:
            if one.state in (RoundState.OPEN, *OVER):
                self.helps.add((member, one.id))
            self.asks(member, place, c.Hint(one.key))

    @rule(place=where, member=who, days=st.integers(0, 3), length=st.integers(0, 3))
    def somebody_goes_away(self, place: int, member: MemberId, days: int, length: int) -> None:
        now = self.clock() + timedelta(minutes=1)
        first = timetable.local_date(now, CHANNELS[place].rhythm.zone) + timedelta(days=days)
        absence = DateRange(first, first + timedelta(days=length))
        self.away.setdefault(member, []).append(absence)
        self.asks(member, place, c.Me(c.AwayOn(absence)))

    @rule(member=who, yes=st.booleans())
    def somebody_says_whether_they_may_be_shown(self, member: MemberId, yes: bool) -> None:  # noqa: FBT001
        self.consent[member] = yes
        self.asks(member, 0, c.Board(yes))

    @rule(place=where)
    def a_question_is_withdrawn(self, place: int) -> None:
        self.asks(ADMIN, place, c.Withdraw("it is wrong"))

    @rule(member=who)
    def somebody_has_themselves_forgotten(self, member: MemberId) -> None:
        self.given = {key: each for key, each in self.given.items() if key[0] != member}
        self.helps = {key for key in self.helps if key[0] != member}
        self.away.pop(member, None)
        self.consent.pop(member, None)
        self.asks(member, 0, c.Forget(certain=True))

    # The recount --------------------------------------------------------------------------------

    @invariant()
    def everything_adds_up(self) -> None:
        records: Records = self.house.store.records  # type: ignore[attr-defined]
        for place in (0, 1):
            rounds = self.rounds(place)
            for member in NAMES:
                assert self.streak(records, member, place) == self.recounted(member, rounds)
            self.board_adds_up(records, place, rounds)
        for member in NAMES:
            assert list(records.tallies(member)) == self.tallies(member)

    def streak(self, records: Records, member: MemberId, place: int) -> tuple[int, int]:
        state = records.channel(CHANNELS[place].id)
        assert state is not None
        found: Streak = streak_of(records, member, state, self.clock())
        return found.run, found.longest

    def recounted(self, member: MemberId, rounds: list[Round]) -> tuple[int, int]:
        run = longest = 0
        forgiven: list[date] = []
        for number, one in enumerate(rounds):
            after = rounds[number + 1].opened_at if number + 1 < len(rounds) else None
            given = self.given.get((member, one.id))
            month = [each for each in forgiven if each.month == one.date.month]
            if one.state is RoundState.WITHDRAWN:
                pass
            elif given is not None and (after is None or not given.late or given.at < after):
                run += 1
            elif after is None or any(one.date in days for days in self.away.get(member, ())):
                pass
            elif run and len(month) < 2:
                forgiven.append(one.date)
            else:
                run = 0
            longest = max(longest, run)
        return run, longest

    def final(self, place: int, rounds: list[Round]) -> dict[tuple[MemberId, RoundId], Given]:
        """Return what was said of questions whose answers are closed."""
        over = {each.id for each in rounds if each.state in OVER}
        return {key: each for key, each in self.given.items() if key[1] in over}

    def board_adds_up(self, records: Records, place: int, rounds: list[Round]) -> None:
        where, everyone = CHANNELS[place].id, place == 1
        final = self.final(place, rounds)
        months = {f"{each.date:%Y-%m}" for each in rounds}
        for month in ("", *months):
            kept = []
            for member in NAMES:
                mine = [
                    each
                    for (name, round_id), each in final.items()
                    if name == member and f"|{month}" in round_id
                ]
                right = sum(
                    each.letter == "b" and not each.helped and not each.late for each in mine
                )
                score = Score(where, month, member, len(mine), right)
                assert records.score(where, month, member) == (score if mine else None)
                if mine and self.consent.get(member, everyone):
                    kept.append(score)
            kept.sort(key=lambda each: (-each.right, each.member))
            assert list(records.scores(where, month, 9, everyone=everyone)) == kept
            for each in kept:
                ahead = sum(other.right > each.right for other in kept)
                assert records.ahead(where, month, each.right, everyone=everyone) == ahead

    def tallies(self, member: MemberId) -> list[Tally]:
        topics: dict[str, list[tuple[QuestionId, Given]]] = {}
        for place in (0, 1):
            rounds = self.rounds(place)
            final = self.final(place, rounds)
            for one in rounds:
                if (given := final.get((member, one.id))) is not None and one.question:
                    topics.setdefault(one.question.topic, []).append((one.question.id, given))
        return [
            Tally(
                topic,
                len(mine),
                len({question for question, _ in mine}),
                sum(not each.helped for _, each in mine),
                sum(not each.helped and each.letter == "b" for _, each in mine),
            )
            for topic, mine in sorted(topics.items())
        ]


TestRecount = Recount.TestCase
TestRecount.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
