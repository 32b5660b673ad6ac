"""The two stores side by side: whatever is done to both, they answer alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adapters.memory import MemoryRecords
from bot.errors import Lost, StoreRefused
from bot.model import (
    Breaker,
    Channel,
    ChannelId,
    DeliveryKind,
    DeliveryState,
    Help,
    InboxItem,
    InboxKind,
    Kind,
    Level,
    Member,
    MemberId,
    Notice,
    Pin,
    QuestionId,
    Ref,
    RoundState,
    Said,
    Score,
    Verdict,
)
from bot.ports import Records
from tests.contracts.conftest import SECRET, SEED, sqlite_records
from tests.contracts.samples import (
    ADA,
    BOB,
    DAY,
    HELLO,
    HERE,
    MINUTE,
    NOW,
    THERE,
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

channels = st.sampled_from([HERE, THERE])
members = st.sampled_from([ADA, BOB])
days = st.integers(0, 3)
turns = st.integers(1, 2)
instants = st.integers(-2, 2).map(lambda minutes: NOW + minutes * MINUTE)
perhaps = st.none() | instants
flags = st.booleans()
questions = st.builds(
    question,
    st.sampled_from(["optimisation/adam", "optimisation/sgd", "convolution/stride"]),
    st.sampled_from([Level.BEGINNER, Level.ADVANCED]),
    st.sampled_from([Kind.CHOICE, Kind.NUMERIC]),
)
rounds = st.builds(
    round_,
    days,
    turns,
    channels,
    state=st.sampled_from(RoundState),
    question=st.none() | questions,
    reveal_at=perhaps,
    post=st.none() | st.just(Ref("1")),
    stale=flags,
    edited_at=perhaps,
    cycle=st.integers(1, 3),
)
deliveries = st.builds(
    lambda day, turn, of, kind, part, state, **more: delivery(
        round_(day, turn, of),
        kind,
        part,
        state=state,
        ref=Ref("1") if state is DeliveryState.SENT else None,
        **more,
    ),
    days,
    turns,
    channels,
    st.sampled_from(DeliveryKind),
    st.integers(1, 2),
    st.sampled_from(DeliveryState),
    due_at=instants,
    not_before=perhaps,
    expires_at=perhaps,
    check_at=perhaps,
    sweep_at=perhaps,
    first_intent_at=perhaps,
    attempt=st.integers(0, 1),
)


class Undone(Exception):
    """Raised at the end of a work, so that it is undone."""


class Twins(RuleBasedStateMachine):
    """Does the same to both and compares everything that can be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.held = ExitStack()
        self.memory = MemoryRecords(SECRET, SEED)
        self.sqlite = self.held.enter_context(sqlite_records())

    def teardown(self) -> None:
        self.held.close()

    def both(self, work: Callable[[Records], Any], *, undone: bool = False) -> None:
        """Run a work on both, as their stores would, and compare how it went."""

        def whole(records: Records) -> Any:
            outcome = work(records)
            if undone:
                raise Undone
            return outcome

        assert self.in_memory(whole) == self.in_sqlite(whole)

    def in_memory(self, work: Callable[[Records], Any]) -> Any:
        try:
            outcome = work(self.memory)
        except (Lost, StoreRefused, Undone) as error:
            self.memory.undo()
            return isinstance(error, Lost), isinstance(error, Undone)
        self.memory.keep()
        return outcome

    def in_sqlite(self, work: Callable[[Records], Any]) -> Any:
        run = self.sqlite.db.conn.execute
        run("SAVEPOINT work")
        try:
            return work(self.sqlite)
        except Exception as error:  # noqa: BLE001 - an SQLite error is the store's StoreRefused
            run("ROLLBACK TO work")
            return isinstance(error, Lost), isinstance(error, Undone)
        finally:
            run("RELEASE work")

    @rule(of=channels, next_at=perhaps, active=flags, cycle=st.integers(1, 3), undone=flags)
    def save_channel(self, of: ChannelId, undone: bool, **more: Any) -> None:  # noqa: FBT001
        self.both(lambda records: records.save_channel(channel(of, **more)), undone=undone)

    @rule(of=channels)
    def clear_counts(self, of: ChannelId) -> None:
        self.both(lambda records: records.clear_counts(of))

    @rule(one=rounds, undone=flags)
    def add_round(self, one: Any, undone: bool) -> None:  # noqa: FBT001
        self.both(lambda records: records.add_round(one), undone=undone)

    @rule(one=rounds, undone=flags)
    def save_round(self, one: Any, undone: bool) -> None:  # noqa: FBT001
        self.both(lambda records: records.save_round(one), undone=undone)

    @rule(one=deliveries, after=st.none() | deliveries, undone=flags)
    def add_delivery(self, one: Any, after: Any, undone: bool) -> None:  # noqa: FBT001
        one = replace(one, after=after and after.id)
        self.both(lambda records: records.add_delivery(one, HELLO), undone=undone)

    @rule(before=deliveries, after=deliveries, undone=flags)
    def save_delivery(self, before: Any, after: Any, undone: bool) -> None:  # noqa: FBT001
        moved = replace(
            after,
            id=before.id,
            round_id=before.round_id,
            channel=before.channel,
            kind=before.kind,
            part=before.part,
            key=before.key,
        )
        self.both(lambda records: records.save_delivery(before, moved), undone=undone)

    @rule(scope=st.sampled_from([HERE, "slack", "discord"]), until=instants)
    def save_breaker(self, scope: str, until: datetime) -> None:
        self.both(lambda records: records.save_breaker(Breaker(scope, NOW, until, "why")))

    @rule(scope=st.sampled_from([HERE, "slack", "discord"]))
    def drop_breaker(self, scope: str) -> None:
        self.both(lambda records: records.drop_breaker(scope))

    @rule(day=days, member=members, late=flags, helped=flags, undone=flags)
    def answers(
        self,
        day: int,
        member: MemberId,
        late: bool,  # noqa: FBT001
        helped: bool,  # noqa: FBT001
        undone: bool,  # noqa: FBT001
    ) -> None:
        def work(records: Records) -> None:
            records.add_answer(answer(round_(day), member, late=late))
            records.save_result(result(round_(day), member, helped=helped))
            records.add_help(round_(day).id, member, Help.HINT, NOW)

        self.both(work, undone=undone)

    @rule(day=days, name=st.sampled_from(["a/b", "c/d"]), undone=flags)
    def admin(self, day: int, name: str, undone: bool) -> None:  # noqa: FBT001
        def work(records: Records) -> tuple[int, bool]:
            records.save_pin(Pin(HERE, DAY + timedelta(days=day), QuestionId(name)))
            records.drop_pin(HERE, DAY)
            records.hold(QuestionId(name), NOW, "why")
            records.remember(name, str(day))
            records.add_errand(NOW, name, "")
            records.drop_errand(day)
            item = records.add_inbox(InboxItem(InboxKind.REPORT, NOW, ADA, None, None, name))
            records.decide(day, "accepted")
            return item, records.add_notice(Notice(name, ADA, NOW), HELLO)

        self.both(work, undone=undone)

    @rule(
        key=st.sampled_from("12"),
        member=members,
        at=instants,
        due=perhaps,
        wrong=flags,
        undone=flags,
    )
    def learn(
        self,
        key: str,
        member: MemberId,
        at: datetime,
        due: datetime | None,
        wrong: bool,  # noqa: FBT001
        undone: bool,  # noqa: FBT001
    ) -> None:
        verdict = Verdict.WRONG if wrong else Verdict.RIGHT

        def work(records: Records) -> int:
            said = Said((), key)
            records.save_attempt(
                attempt(key, member, at=at, kind=Kind.SHORT, said=said, verdict=verdict)
            )
            records.save_card(card(f"a/{key}", member, at=at, due=due, verdict=verdict))
            records.save_quiz(quiz(member, at=at))
            records.accept(QuestionId("a/b"), key, at)
            return records.forget_typed(NOW - MINUTE, 1)

        self.both(work, undone=undone)

    @rule(
        of=channels,
        member=members,
        board=st.none() | flags,
        right=st.integers(0, 2),
        nudge_at=perhaps,
        undone=flags,
    )
    def numbers(
        self,
        of: ChannelId,
        member: MemberId,
        board: bool | None,  # noqa: FBT001
        right: int,
        nudge_at: datetime | None,
        undone: bool,  # noqa: FBT001
    ) -> None:
        def work(records: Records) -> None:
            records.add_score(Score(of, "2026-11", member, 2, right))
            records.save_member(Member(member, NOW, board, nudge_at=nudge_at))

        self.both(work, undone=undone)

    @rule(member=members, undone=flags)
    def forget(self, member: MemberId, undone: bool) -> None:  # noqa: FBT001
        self.both(lambda records: records.forget(member), undone=undone)

    @invariant()
    def alike(self) -> None:
        assert look(self.memory) == look(self.sqlite)

    @invariant()
    def the_tally_is_a_recount(self) -> None:
        counted = self.sqlite.all(
            """SELECT channel, topic, level, kind, count(*) FROM round WHERE counted = 1
            GROUP BY channel, topic, level, kind ORDER BY 1, 2, 3, 4"""
        )
        kept = self.sqlite.all("SELECT * FROM tally WHERE count > 0 ORDER BY 1, 2, 3, 4")
        assert [tuple(row) for row in kept] == [tuple(row) for row in counted]


def look(records: Records) -> list[object]:
    """Ask everything."""
    seen: list[object] = [
        records.channels(),
        records.in_flight(),
        records.held(),
        records.recall("a/b"),
        records.errands(),
        records.inbox(None),
        records.inbox("accepted"),
        records.pins(HERE),
        records.notices_due("slack", NOW, 9),
        records.breaker("slack"),
    ]
    for now in (NOW - MINUTE, NOW, NOW + MINUTE):
        seen += [records.due_channels(now, 9), records.to_expire(now, 9)]
        for platform in ("slack", "discord"):
            seen += [
                query(platform, now, limit)
                for limit in (2, 99)
                for query in (
                    records.sendable,
                    records.to_check,
                    records.to_sweep,
                    records.reveals_due,
                    records.stale_rounds,
                )
            ]
    seen.append(records.misses(QuestionId("optimisation/adam")))
    seen.append(records.wordings(QuestionId("a/b")))
    for member in (ADA, BOB):
        seen += [records.attempt(member, "1"), records.cards(member), records.quiz(member)]
        seen += [records.attempts(member, QuestionId("optimisation/adam"))]
        seen += [records.card(member, QuestionId("a/1")), records.due(member, NOW)]
        seen.append(records.nudges_due(now, 9))
    for member in (ADA, BOB):
        seen += [records.member(member), records.tallies(member), records.all_attempts(member)]
        seen.append(records.all_answers(member))
        seen += [records.sure_and_wrong(member, 2), records.score(HERE, "2026-11", member)]
    for of in (HERE, THERE):
        seen += [records.posted(of), dict(records.answered_rounds(ADA, of))]
        for everyone in (False, True):
            seen += [records.scores(of, "2026-11", limit, everyone=everyone) for limit in (1, 9)]
            seen += [records.ahead(of, "2026-11", 2, everyone=everyone)]
        past = records.history(of)
        seen += [past.cycle, past.last_topic, dict(past.counts()), past.this_cycle()]
        seen += [records.rounds(of, 3), records.unfinished_rounds(of)]
        seen += [records.rounds_on(of, DAY), records.top_level_since(of, NOW)]
        for topic in ("optimisation", "convolution"):
            for level in (Level.BEGINNER, Level.ADVANCED):
                seen += [list(past.longest_ago((topic, level, kind))) for kind in Kind]
            seen += [past.asked(QuestionId(f"{topic}/{name}")) for name in ("adam", "stride")]
        for day in range(4):
            one = round_(day, of=of)
            seen += [records.round(one.id), records.round_by_key(delivery(one).key)]
            seen += [records.deliveries(one.id), records.answered(one.id)]
            seen += [list(records.results(one.id)), list(records.answers(one.id, ADA))]
            seen += [list(records.helps(one.id, ADA))]
    return seen


TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_a_changed_channel_is_read_as_changed() -> None:
    """Settings are read from a cache by their text, which must not be taken for another's."""
    with sqlite_records() as records:
        for name in ("a", "b"):
            state = channel()
            settings_of: Channel = replace(state.channel, name=name)
            records.save_channel(replace(state, channel=settings_of))
            found = records.channel(HERE)
            assert found is not None
            assert found.channel.name == name
