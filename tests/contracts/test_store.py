"""What both stores promise: ``Records`` method by method, and that a work is all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.errors import Lost, StoreRefused
from bot.messages import Action, Break, Choice, Message, Prose, Text, Time, paragraph
from bot.model import (
    DELETED,
    Answer,
    AuditEntry,
    Breaker,
    Confidence,
    DateRange,
    Delivery,
    DeliveryId,
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
    Option,
    Pin,
    QuestionId,
    Ref,
    Round,
    RoundId,
    RoundState,
    Said,
    Verdict,
)
from bot.ports import Records, Store
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
    channel,
    delivery,
    question,
    result,
    round_,
    sent,
)

# Works ------------------------------------------------------------------------------------------


async def test_a_work_returns_what_it_decided(store: Store) -> None:
    assert await store.transact(lambda records: records.recall("colour")) is None


async def test_what_a_work_wrote_is_there_for_the_next(store: Store) -> None:
    await store.transact(lambda records: records.remember("colour", "blue"))
    assert await store.transact(lambda records: records.recall("colour")) == "blue"


async def test_a_work_that_raises_leaves_no_trace(store: Store) -> None:
    planned = round_()
    await store.transact(lambda records: records.save_channel(channel(sent=1)))
    await store.transact(lambda records: records.add_round(planned))
    await store.transact(lambda records: records.save_pin(Pin(HERE, DAY, QuestionId("a/b"))))

    def work(records: Records) -> None:
        records.remember("colour", "blue")
        records.save_channel(channel(sent=2))
        records.save_channel(channel(THERE))
        records.save_round(replace(planned, state=RoundState.MISSED, question=None))
        records.add_round(round_(1))
        records.add_delivery(delivery(round_(1)), HELLO)
        records.add_answer(answer(planned))
        records.save_result(result(planned))
        records.add_help(planned.id, ADA, Help.HINT, NOW)
        records.drop_pin(HERE, DAY)
        records.clear_counts(HERE)
        records.add_inbox(InboxItem(InboxKind.REPORT, NOW, ADA, HERE, None, "?"))
        records.add_errand(NOW, "inbox", "1 accepted")
        raise ZeroDivisionError

    def look(records: Records) -> None:
        assert records.recall("colour") is None
        assert records.channels() == [channel(sent=1)]
        assert records.rounds(HERE, 9) == [planned]
        assert records.deliveries(round_(1).id) == []
        assert records.round_by_key(delivery(round_(1)).key) is None
        assert list(records.answers(planned.id, ADA)) == []
        assert records.result(planned.id, ADA) is None
        assert list(records.helps(planned.id, ADA)) == []
        assert records.pins(HERE) == [Pin(HERE, DAY, QuestionId("a/b"))]
        assert records.history(HERE).counts() == {("optimisation", Level.BEGINNER, Kind.CHOICE): 1}
        assert records.add_inbox(InboxItem(InboxKind.REPORT, NOW, ADA, HERE, None, "?")) == 1
        assert records.errands() == []

    with pytest.raises(ZeroDivisionError):
        await store.transact(work)
    await store.transact(look)


async def test_a_work_has_nothing_to_begin_or_commit_with(store: Store) -> None:
    def verbs(records: Records) -> set[str]:
        return {"begin", "commit", "rollback", "transact"} & set(dir(records))

    assert await store.transact(verbs) == set()


# Facts of the deployment ------------------------------------------------------------------------


def test_secret_and_seed_are_32_bytes_each_and_not_the_same(records: Records) -> None:
    assert len(records.secret()) == len(records.seed()) == 32
    assert records.secret() != records.seed()


def test_the_last_thing_remembered_under_a_name_counts(records: Records) -> None:
    records.remember("colour", "blue")
    records.remember("colour", "gré")
    assert records.recall("colour") == "gré"


# Channels ---------------------------------------------------------------------------------------


def test_a_channel_comes_back_as_it_was_saved(records: Records) -> None:
    full = channel(
        last_date=DAY,
        next_date=DAY + timedelta(days=1),
        next_at=NOW + timedelta(days=1, microseconds=7),
        paused_from=NOW,
        paused_until=NOW + MINUTE,
        skips=(DateRange(DAY, DAY),),
        cycle=2,
        mix_from=3,
        sent=4,
        active=False,
    )
    records.save_channel(channel())
    records.save_channel(full)
    assert records.channel(HERE) == full
    assert records.channel(THERE) is None


def test_channels_come_by_id(records: Records) -> None:
    records.save_channel(channel(HERE))
    records.save_channel(channel(THERE))
    assert [state.channel.id for state in records.channels()] == [THERE, HERE]


def test_due_channels_are_active_and_due_the_earliest_first(records: Records) -> None:
    records.save_channel(channel(HERE, next_at=NOW))
    records.save_channel(channel(THERE, next_at=NOW - MINUTE))
    assert [each.channel.id for each in records.due_channels(NOW, 9)] == [THERE, HERE]
    assert [each.channel.id for each in records.due_channels(NOW, 1)] == [THERE]
    assert records.due_channels(NOW - 2 * MINUTE, 9) == []


@pytest.mark.parametrize(
    "change", [{"active": False}, {"next_at": None}, {"next_at": NOW + MINUTE}]
)
def test_a_channel_is_not_due(records: Records, change: dict[str, Any]) -> None:
    """When it left the settings, has no slot ahead, or its slot is yet to come."""
    records.save_channel(channel(**{"next_at": NOW, **change}))
    assert records.due_channels(NOW, 9) == []


# History ----------------------------------------------------------------------------------------

SHELF = ("optimisation", Level.BEGINNER, Kind.CHOICE)
ADAM, SGD = question("optimisation/adam"), question("optimisation/sgd")
CONV = question("convolution/stride", Level.ADVANCED, Kind.OPEN)


def test_before_the_first_question_the_past_is_empty(records: Records) -> None:
    past = records.history(HERE)
    assert (past.cycle, past.last_topic, past.counts()) == (1, None, {})
    assert past.asked(ADAM.id) == 0
    assert list(past.longest_ago(SHELF)) == []


def test_a_round_with_a_question_counts_as_soon_as_it_is_added(records: Records) -> None:
    records.add_round(round_(question=ADAM, cycle=3))
    past = records.history(HERE)
    assert past.asked(ADAM.id) == 3
    assert past.last_topic == "optimisation"
    assert past.counts() == {SHELF: 1}
    assert list(past.longest_ago(SHELF)) == [ADAM.id]
    assert records.history(THERE).counts() == {}


def test_missing_a_round_takes_that_back(records: Records) -> None:
    records.add_round(round_(0, question=CONV))
    records.add_round(round_(1, question=ADAM))
    records.save_round(round_(1, question=None, state=RoundState.MISSED))
    past = records.history(HERE)
    assert past.asked(ADAM.id) == 0
    assert past.last_topic == "convolution"
    assert past.counts() == {("convolution", Level.ADVANCED, Kind.OPEN): 1}
    assert list(past.longest_ago(SHELF)) == []


def test_a_withdrawn_round_counts_as_asked(records: Records) -> None:
    records.add_round(round_(question=ADAM))
    records.save_round(round_(question=ADAM, state=RoundState.WITHDRAWN))
    assert records.history(HERE).asked(ADAM.id) == 1
    assert records.history(HERE).counts() == {SHELF: 1}


def test_a_round_that_gets_another_question_counts_for_that(records: Records) -> None:
    records.add_round(round_(question=ADAM))
    records.save_round(round_(question=CONV))
    past = records.history(HERE)
    assert past.asked(ADAM.id) == 0
    assert past.counts() == {("convolution", Level.ADVANCED, Kind.OPEN): 1}


def test_counts_start_anew_when_the_mix_changes_but_the_past_stays(records: Records) -> None:
    records.add_round(round_(0, question=ADAM))
    records.clear_counts(HERE)
    records.add_round(round_(1, question=SGD))
    assert records.history(HERE).counts() == {SHELF: 1}
    assert list(records.history(HERE).longest_ago(SHELF)) == [ADAM.id, SGD.id]


def test_missing_a_round_from_before_the_change_takes_nothing_from_the_counts(
    records: Records,
) -> None:
    records.add_round(round_(0, question=ADAM))
    records.clear_counts(HERE)
    records.add_round(round_(1, question=SGD))
    records.save_round(round_(0, question=None, state=RoundState.MISSED))
    assert records.history(HERE).counts() == {SHELF: 1}


def test_saving_a_round_again_does_not_count_it_again(records: Records) -> None:
    records.add_round(round_(question=ADAM))
    records.clear_counts(HERE)
    records.save_round(round_(question=ADAM, state=RoundState.OPEN))
    assert records.history(HERE).counts() == {}


def test_the_cycle_is_the_channels_and_each_question_has_its_own(records: Records) -> None:
    records.save_channel(channel(cycle=2))
    records.add_round(round_(0, question=ADAM, cycle=1))
    records.add_round(round_(1, question=SGD, cycle=1))
    records.add_round(round_(2, question=ADAM, cycle=2))
    past = records.history(HERE)
    assert past.cycle == 2
    assert (past.asked(ADAM.id), past.asked(SGD.id)) == (2, 1)
    assert past.this_cycle() == {ADAM.id}
    assert list(past.longest_ago(SHELF)) == [SGD.id, ADAM.id]


def test_a_question_that_moved_is_found_where_it_was_last_asked(records: Records) -> None:
    moved = replace(ADAM, level=Level.ADVANCED)
    records.add_round(round_(0, question=ADAM))
    records.add_round(round_(1, question=moved))
    past = records.history(HERE)
    assert list(past.longest_ago(SHELF)) == []
    assert list(past.longest_ago((ADAM.topic, Level.ADVANCED, Kind.CHOICE))) == [ADAM.id]


def test_the_day_decides_what_was_last_not_the_order_of_adding(records: Records) -> None:
    records.add_round(round_(1, turn=2, question=CONV))
    records.add_round(round_(1, turn=1, question=ADAM))
    records.add_round(round_(0, question=SGD))
    assert records.history(HERE).last_topic == "convolution"
    assert list(records.history(HERE).longest_ago(SHELF)) == [SGD.id, ADAM.id]


# Rounds -----------------------------------------------------------------------------------------


def test_a_round_comes_back_as_it_was_saved(records: Records) -> None:
    full = round_(
        state=RoundState.REVEALED,
        question=question(
            "convolution/size",
            kind=Kind.NUMERIC,
            options=(Option("a", "½ · √d_k", right=False, why="no"),),
            tags=("attention",),
            was=(QuestionId("old/id"),),
        ),
        number=128,
        late=True,
        opened_at=NOW,
        reveal_at=NOW + timedelta(microseconds=1),
        closed_at=NOW + MINUTE,
        revealed_at=NOW + 2 * MINUTE,
        post=Ref("123.456"),
        thread=Ref("789"),
        reason="said “no”",
        cycle=2,
        stale=True,
        edited_at=NOW,
    )
    records.add_round(round_())
    records.save_round(full)
    assert records.round(full.id) == full
    assert records.round(RoundId("x|2026-01-01|1")) is None


def test_only_one_round_has_a_channel_date_and_turn(records: Records) -> None:
    records.add_round(round_())
    for again in (round_(), round_(id=RoundId("another"), key="another")):
        with pytest.raises(Lost):
            records.add_round(again)
    records.add_round(round_(turn=2))
    records.add_round(round_(of=THERE))
    assert records.history(HERE).counts() == {SHELF: 2}


def test_a_round_that_is_not_there_cannot_be_saved(records: Records) -> None:
    with pytest.raises(Lost):
        records.save_round(round_())


async def test_only_a_missed_round_has_no_question(store: Store) -> None:
    with pytest.raises(StoreRefused):
        await store.transact(lambda records: records.add_round(round_(question=None)))
    missed = round_(question=None, state=RoundState.MISSED)
    await store.transact(lambda records: records.add_round(missed))
    assert await store.transact(lambda records: records.round(missed.id)) == missed


def test_a_round_is_found_by_its_key_and_by_its_deliveries_keys(records: Records) -> None:
    planned = round_()
    records.add_round(planned)
    records.add_delivery(delivery(planned), HELLO)
    assert records.round_by_key(planned.key) == planned
    assert records.round_by_key(delivery(planned).key) == planned
    assert records.round_by_key("g1.unknown") is None


def test_rounds_come_newest_first(records: Records) -> None:
    for days, turn in ((0, 1), (2, 1), (1, 1), (1, 2)):
        records.add_round(round_(days, turn))
    records.add_round(round_(of=THERE))
    assert records.rounds(HERE, 3) == [round_(2), round_(1, 2), round_(1, 1)]
    assert records.rounds(HERE, 0) == []


def test_the_turns_of_a_day_come_in_order(records: Records) -> None:
    for turn in (2, 1):
        records.add_round(round_(0, turn))
    records.add_round(round_(1))
    assert records.rounds_on(HERE, DAY) == [round_(0, 1), round_(0, 2)]


def test_unfinished_rounds_come_oldest_first(records: Records) -> None:
    for days, state in enumerate(RoundState):
        asked = None if state is RoundState.MISSED else question()
        records.add_round(round_(days, state=state, question=asked))
    found = [each.state for each in records.unfinished_rounds(HERE)]
    assert found == [RoundState.PLANNED, RoundState.SENDING, RoundState.OPEN, RoundState.CLOSED]


def test_reveals_are_due_for_open_rounds_the_earliest_first(records: Records) -> None:
    later = round_(0, state=RoundState.OPEN, reveal_at=NOW)
    sooner = round_(1, state=RoundState.OPEN, reveal_at=NOW - MINUTE)
    for each in (
        later,
        sooner,
        round_(2, state=RoundState.OPEN, reveal_at=NOW + MINUTE),
        round_(3, state=RoundState.OPEN),
        round_(4, state=RoundState.CLOSED, reveal_at=NOW),
        round_(0, of=THERE, state=RoundState.OPEN, reveal_at=NOW),
    ):
        records.add_round(each)
    assert records.reveals_due("slack", NOW, 9) == [sooner, later]
    assert records.reveals_due("slack", NOW, 1) == [sooner]


def test_stale_rounds_that_stand_are_due_for_an_edit_the_longest_waiting_first(
    records: Records,
) -> None:
    stands: dict[str, Any] = {"stale": True, "post": Ref("1")}
    old = round_(0, edited_at=NOW - 2 * MINUTE, **stands)
    never = round_(1, **stands)
    ended = round_(2, state=RoundState.WITHDRAWN, edited_at=NOW - MINUTE, **stands)
    for each in (
        old,
        never,
        ended,
        round_(3, edited_at=NOW, **stands),
        round_(4, stale=True),
        round_(5, post=Ref("1")),
        round_(0, of=THERE, **stands),
    ):
        records.add_round(each)
    assert records.stale_rounds("slack", NOW, 9) == [never, old, ended]
    assert records.stale_rounds("slack", NOW, 2) == [never, old]


# Deliveries -------------------------------------------------------------------------------------


def test_a_delivery_comes_back_as_it_was_saved(records: Records) -> None:
    planned = round_()
    records.add_round(planned)
    records.add_delivery(delivery(planned), HELLO)
    full = replace(
        sent(delivery(planned)),
        after=DeliveryId("another"),
        expires_at=NOW,
        not_before=NOW,
        attempt=2,
        first_intent_at=NOW,
        intent_at=NOW + MINUTE,
        check_at=NOW,
        sweep_at=NOW,
        reason="a double",
    )
    records.save_delivery(delivery(planned), full)
    assert records.delivery(full.id) == full
    assert records.delivery(DeliveryId("no such")) is None


def test_the_payload_is_frozen(records: Records) -> None:
    planned = round_()
    records.add_round(planned)
    message = Message(
        (Prose(()), paragraph("at ", Time(NOW, "09:30"), Break(), Text("½"))),
        choices=(Choice("A", paragraph("yes")),),
        actions=(Action("g1.x:hint:", "Hint"),),
    )
    records.add_delivery(delivery(planned), message)
    records.save_delivery(delivery(planned), sent(delivery(planned)))
    assert records.payload(delivery(planned).id) == message
    with pytest.raises(KeyError):
        records.payload(DeliveryId("no such"))


def test_a_delivery_is_added_once(records: Records) -> None:
    planned = round_()
    records.add_round(planned)
    records.add_delivery(delivery(planned), HELLO)
    for again in (
        delivery(planned),
        delivery(planned, part=2, key=delivery(planned).key),
        delivery(planned, id=DeliveryId("another"), key="another"),
    ):
        with pytest.raises(Lost):
            records.add_delivery(again, HELLO)


async def test_a_delivery_belongs_to_a_round_and_has_a_place_once_it_is_sent(store: Store) -> None:
    await store.transact(lambda records: records.add_round(round_()))
    for wrong in (
        delivery(round_(1)),
        delivery(round_(), ref=Ref("1")),
        delivery(round_(), state=DeliveryState.SENT),
    ):
        with pytest.raises(StoreRefused):
            await store.transact(partial(_add, one=wrong))


def _add(records: Records, *, one: Delivery) -> None:
    records.add_delivery(one, HELLO)


def test_a_rounds_deliveries_come_by_kind_as_declared_and_part(records: Records) -> None:
    planned = round_()
    records.add_round(planned)
    order = [
        *(delivery(planned, DeliveryKind.QUESTION, part) for part in (1, 2, 10)),
        *(delivery(planned, kind) for kind in list(DeliveryKind)[1:]),
    ]
    for each in reversed(order):
        records.add_delivery(each, HELLO)
    assert records.deliveries(planned.id) == order


@pytest.mark.parametrize("change", [{"state": DeliveryState.SENDING}, {"attempt": 1}])
def test_who_saves_a_delivery_that_moved_on_loses(
    records: Records, change: dict[str, object]
) -> None:
    planned = round_()
    records.add_round(planned)
    first = delivery(planned)
    records.add_delivery(first, HELLO)
    moved = replace(first, **change)  # type: ignore[arg-type]
    records.save_delivery(first, moved)
    with pytest.raises(Lost):
        records.save_delivery(first, replace(first, state=DeliveryState.CANCELLED))
    assert records.delivery(first.id) == moved


def test_who_saves_a_delivery_that_is_not_there_loses(records: Records) -> None:
    with pytest.raises(Lost):
        records.save_delivery(delivery(round_()), delivery(round_()))


# What may go out --------------------------------------------------------------------------------


def planned(records: Records, **change: object) -> Delivery:
    """Add a round with a question's part 1 that may go out now, but for what is changed."""
    of = round_()
    records.add_round(of)
    one = replace(delivery(of), **change)  # type: ignore[arg-type]
    records.add_delivery(one, HELLO)
    return one


def test_a_planned_delivery_goes_out_from_the_instant_it_is_due(records: Records) -> None:
    one = planned(records, due_at=NOW, not_before=NOW, expires_at=NOW)
    assert records.sendable("slack", NOW, 9) == [one]
    assert records.sendable("discord", NOW, 9) == []
    assert records.sendable("slack", NOW, 0) == []


@pytest.mark.parametrize(
    "change",
    [
        {"due_at": NOW + MINUTE},
        {"not_before": NOW + MINUTE},
        {"expires_at": NOW - MINUTE},
        {"state": DeliveryState.SENDING},
        {"state": DeliveryState.UNKNOWN},
        {"state": DeliveryState.CANCELLED},
        {"after": DeliveryId("no such")},
    ],
)
def test_a_delivery_waits(records: Records, change: dict[str, object]) -> None:
    """When not due, told to wait, expired, not planned, or after one that never was."""
    planned(records, **change)
    assert records.sendable("slack", NOW, 9) == []


@pytest.mark.parametrize("state", list(DeliveryState))
def test_a_delivery_waits_until_the_one_it_comes_after_is_done(
    records: Records, state: DeliveryState
) -> None:
    first = planned(records)
    second = delivery(round_(), DeliveryKind.THREAD, after=first.id)
    records.add_delivery(second, HELLO)
    moved = sent(first) if state is DeliveryState.SENT else replace(first, state=state)
    records.save_delivery(first, moved)
    done = state in (DeliveryState.SENT, DeliveryState.REFUSED)
    assert (second in records.sendable("slack", NOW, 9)) is done


@pytest.mark.parametrize("scope", [HERE, "slack"])
def test_a_delivery_waits_behind_a_breaker_of_its_channel_or_platform(
    records: Records, scope: str
) -> None:
    one = planned(records)
    records.save_breaker(Breaker(scope, NOW, NOW + MINUTE, "archived"))
    assert records.sendable("slack", NOW, 9) == []
    assert records.sendable("slack", NOW + MINUTE, 9) == [one]
    records.drop_breaker(scope)
    assert records.sendable("slack", NOW, 9) == [one]


@pytest.mark.parametrize("scope", [THERE, "discord"])
def test_a_breaker_elsewhere_is_nothing_to_it(records: Records, scope: str) -> None:
    one = planned(records)
    records.save_breaker(Breaker(scope, NOW, NOW + MINUTE, "archived"))
    assert records.sendable("slack", NOW, 9) == [one]


@pytest.mark.parametrize("state", list(RoundState))
def test_a_question_waits_until_the_rounds_before_it_are_revealed(
    records: Records, state: RoundState
) -> None:
    asked = None if state is RoundState.MISSED else question()
    records.add_round(round_(-1, 2, state=state, question=asked))
    one = planned(records)
    waits = state in (RoundState.SENDING, RoundState.OPEN, RoundState.CLOSED)
    assert records.sendable("slack", NOW, 9) == ([] if waits else [one])


def test_a_question_waits_for_no_later_round_and_no_other_channels(records: Records) -> None:
    records.add_round(round_(0, 2, state=RoundState.OPEN))
    records.add_round(round_(-1, of=THERE, state=RoundState.OPEN))
    one = planned(records)
    assert records.sendable("slack", NOW, 9) == [one]


def test_an_earlier_turn_of_the_same_day_is_an_earlier_round(records: Records) -> None:
    records.add_round(round_(0, 1, state=RoundState.OPEN))
    second = round_(0, 2)
    records.add_round(second)
    records.add_delivery(delivery(second), HELLO)
    assert records.sendable("slack", NOW, 9) == []


def test_only_a_questions_first_part_waits_for_the_reveal_before(records: Records) -> None:
    records.add_round(round_(-1, state=RoundState.CLOSED))
    of = round_()
    records.add_round(of)
    others = [
        delivery(of, DeliveryKind.QUESTION, 2),
        *(delivery(of, kind) for kind in DeliveryKind if kind is not DeliveryKind.QUESTION),
    ]
    for each in (delivery(of), *others):
        records.add_delivery(each, HELLO)
    found = records.sendable("slack", NOW, 9)
    assert {each.id for each in found} == {each.id for each in others}


def test_what_is_due_earliest_goes_out_first(records: Records) -> None:
    ids = []
    for minutes in (2, 3, 1):
        of = round_(-minutes)
        records.add_round(of)
        one = delivery(of, due_at=NOW - minutes * MINUTE)
        records.add_delivery(one, HELLO)
        ids.append(one.id)
    assert [each.id for each in records.sendable("slack", NOW, 9)] == [ids[1], ids[0], ids[2]]
    assert [each.id for each in records.sendable("slack", NOW, 1)] == [ids[1]]


# What else is due -------------------------------------------------------------------------------


def test_unknown_deliveries_are_checked_when_it_is_time(records: Records) -> None:
    one = planned(records, state=DeliveryState.UNKNOWN, check_at=NOW)
    assert records.to_check("slack", NOW, 9) == [one]
    assert records.to_check("slack", NOW - MINUTE, 9) == []
    assert records.to_check("discord", NOW, 9) == []
    assert records.to_check("slack", NOW, 0) == []


def test_sent_deliveries_are_swept_when_it_is_time(records: Records) -> None:
    first = planned(records)
    records.save_delivery(first, sent(first, sweep_at=NOW))
    assert records.to_sweep("slack", NOW, 9) == [sent(first, sweep_at=NOW)]
    assert records.to_sweep("slack", NOW - MINUTE, 9) == []
    assert records.to_sweep("discord", NOW, 9) == []


def test_planned_deliveries_expire_after_their_last_instant(records: Records) -> None:
    one = planned(records, expires_at=NOW)
    assert records.to_expire(NOW, 9) == []
    assert records.to_expire(NOW + MINUTE, 9) == [one]
    records.save_delivery(one, replace(one, state=DeliveryState.SENDING))
    assert records.to_expire(NOW + MINUTE, 9) == []


def test_whatever_is_being_sent_is_in_flight_on_all_platforms(records: Records) -> None:
    of, there = round_(), round_(of=THERE)
    records.add_round(of)
    records.add_round(there)
    records.add_delivery(delivery(of, state=DeliveryState.SENDING), HELLO)
    records.add_delivery(delivery(there, state=DeliveryState.SENDING), HELLO)
    records.add_delivery(delivery(of, DeliveryKind.THREAD), HELLO)
    assert [each.channel for each in records.in_flight()] == [THERE, HERE]


def test_messages_outside_threads_are_counted_by_their_first_intent(records: Records) -> None:
    of, there = round_(), round_(of=THERE)
    records.add_round(of)
    records.add_round(there)
    for kind in DeliveryKind:
        for part in (1, 2):
            records.add_delivery(delivery(of, kind, part, first_intent_at=NOW), HELLO)
    records.add_delivery(delivery(there, first_intent_at=NOW), HELLO)
    assert records.top_level_since(HERE, NOW) == 3  # question, announcement, recap
    assert records.top_level_since(HERE, NOW + MINUTE) == 0
    before = delivery(of, first_intent_at=NOW)
    records.save_delivery(before, replace(before, attempt=1, first_intent_at=NOW))
    assert records.top_level_since(HERE, NOW) == 3


def test_a_breaker_is_kept_replaced_and_dropped(records: Records) -> None:
    assert records.breaker("slack") is None
    records.save_breaker(Breaker("slack", NOW, NOW + MINUTE, "503"))
    worse = Breaker("slack", NOW, NOW + 2 * MINUTE, "503", failures=2)
    records.save_breaker(worse)
    assert records.breaker("slack") == worse
    records.drop_breaker("slack")
    records.drop_breaker("slack")
    assert records.breaker("slack") is None


# Answers ----------------------------------------------------------------------------------------


def test_answers_are_kept_in_the_order_they_came(records: Records) -> None:
    of = round_()
    first = answer(of, key="b", sure=Confidence.GUESS)
    last = replace(answer(of), at=NOW - MINUTE, said=Said(text="weil…\n\x00½"), late=True)
    for each in (first, last, answer(of, BOB)):
        records.add_answer(each)
    assert list(records.answers(of.id, ADA)) == list(records.all_answers(ADA)) == [first, last]
    assert list(records.answers(of.id, BOB)) == [answer(of, BOB)]


def test_members_who_answered_before_the_close_are_counted_once(records: Records) -> None:
    of = round_()
    for each in (answer(of), answer(of), answer(of, BOB, late=True)):
        records.add_answer(each)
    assert records.answered(of.id) == 1
    assert records.answered(round_(1).id) == 0


def test_one_result_counts_per_round_and_member(records: Records) -> None:
    of = round_()
    full = result(
        of,
        verdict=Verdict.OPEN,
        last=answer(of, at=NOW + MINUTE, sure=Confidence.THINK_SO),
        helped=True,
        locked=True,
        ticks=(1, 3),
    )
    records.save_result(result(of))
    records.save_result(full)
    records.save_result(result(of, BOB, ticks=()))
    assert records.result(of.id, ADA) == full
    assert records.result(round_(1).id, ADA) is None
    assert list(records.results(of.id)) == [full, result(of, BOB, ticks=())]


def test_what_was_typed_is_forgotten_and_that_it_was_is_not(records: Records) -> None:
    of = round_()
    records.add_round(of)

    def typed(text: str, minutes: int, *keys: str, by: MemberId = ADA) -> Answer:
        said = Said(keys, text)
        given = replace(answer(of, by, at=NOW + minutes * MINUTE, sure=Confidence.SURE), said=said)
        records.add_answer(given)
        return given

    first, last = typed("batch norm", 0), typed("layer norm", 10)
    chosen, nothing = typed("", 1, "b", by=BOB), typed("", 2, by=BOB)
    records.save_result(replace(result(of, verdict=Verdict.WRONG), first=first, last=last))
    records.save_result(replace(result(of, BOB), first=chosen, last=nothing))

    assert records.forget_typed(NOW, 9) == 0
    assert records.forget_typed(NOW + 5 * MINUTE, 9) == 1
    assert [one.said.text for one in records.answers(of.id, ADA)] == [DELETED, "layer norm"]
    kept = records.result(of.id, ADA)
    assert kept is not None
    assert (kept.first.said.text, kept.last.said.text) == (DELETED, "layer norm")
    assert kept.verdict is Verdict.WRONG
    assert records.forget_typed(NOW + 60 * MINUTE, 9) == 1
    assert list(records.answers(of.id, ADA)) == [
        replace(each, said=Said((), DELETED)) for each in (first, last)
    ]
    assert list(records.answers(of.id, BOB)) == [chosen, nothing]
    assert records.result(of.id, BOB) == replace(result(of, BOB), first=chosen, last=nothing)
    assert records.answered(of.id) == 2
    assert records.forget_typed(NOW + 60 * MINUTE, 9) == 0


def test_what_was_typed_first_is_forgotten_first_and_a_few_at_a_time(records: Records) -> None:
    of = round_()
    for number in (3, 1, 2):
        given = answer(of, at=NOW + number * MINUTE)
        records.add_answer(replace(given, said=Said((), str(number))))
    assert records.forget_typed(NOW + 9 * MINUTE, 2) == 2
    assert [one.said.text for one in records.answers(of.id, ADA)] == ["3", DELETED, DELETED]


def test_an_event_is_new_once_until_it_is_forgotten(records: Records) -> None:
    assert records.first_time("slack", "Ev1", NOW)
    assert records.first_time("discord", "Ev1", NOW + MINUTE)
    assert not records.first_time("slack", "Ev1", NOW + MINUTE)
    assert [records.heard("slack", name) for name in ("Ev1", "Ev2")] == [True, False]
    assert records.forget_events(NOW + MINUTE) == 1
    assert not records.heard("slack", "Ev1")
    assert records.heard("discord", "Ev1")
    assert records.first_time("slack", "Ev1", NOW + MINUTE)
    assert not records.first_time("discord", "Ev1", NOW + MINUTE)


def test_help_is_kept_in_the_order_it_was_taken(records: Records) -> None:
    of = round_()
    records.add_help(of.id, ADA, Help.HINT, NOW)
    records.add_help(of.id, ADA, Help.HINT, NOW)
    records.add_help(of.id, ADA, Help.SHOW, NOW - MINUTE)
    assert list(records.helps(of.id, ADA)) == [
        (Help.HINT, NOW),
        (Help.HINT, NOW),
        (Help.SHOW, NOW - MINUTE),
    ]
    assert list(records.helps(of.id, BOB)) == []


@pytest.mark.parametrize("board", [None, True, False])
def test_a_member_comes_back_as_saved(records: Records, board: bool | None) -> None:  # noqa: FBT001
    assert records.member(ADA) is None
    records.save_member(Member(ADA, NOW))
    records.save_member(Member(ADA, NOW, board, asked=True))
    assert records.member(ADA) == Member(ADA, NOW, board, asked=True)


# Admin and inbox --------------------------------------------------------------------------------


def test_a_day_has_one_pin(records: Records) -> None:
    tomorrow = DAY + timedelta(days=1)
    for pin in (
        Pin(HERE, tomorrow, QuestionId("a/b")),
        Pin(HERE, DAY, QuestionId("a/b")),
        Pin(HERE, DAY, QuestionId("c/d")),
        Pin(THERE, DAY, QuestionId("e/f")),
    ):
        records.save_pin(pin)
    assert [pin.question for pin in records.pins(HERE)] == ["c/d", "a/b"]
    records.drop_pin(HERE, DAY)
    records.drop_pin(HERE, DAY)
    assert [pin.date for pin in records.pins(HERE)] == [tomorrow]


def test_a_question_is_held_back_once_and_for_all(records: Records) -> None:
    assert records.held() == frozenset()
    records.hold(ADAM.id, NOW, "three reports")
    records.hold(ADAM.id, NOW, "a fourth")
    assert records.held() == {ADAM.id}


def test_contributions_get_ids_and_a_decision(records: Records) -> None:
    item = InboxItem(InboxKind.WORDING, NOW, ADA, None, ADAM.id, "bias correction")
    first, second = records.add_inbox(item), records.add_inbox(replace(item, channel=HERE))
    assert first < second
    assert records.decide(first, "accepted")
    assert not records.decide(second + 1, "accepted")
    assert records.inbox("accepted") == [replace(item, id=first, status="accepted")]
    assert [each.id for each in records.inbox(None)] == [first, second]
    assert records.inbox("declined") == []


def test_a_cause_is_told_once(records: Records) -> None:
    notice = Notice("missed|here|2026-11-20|ada", ADA, NOW)
    assert records.add_notice(notice, HELLO)
    assert not records.add_notice(notice, Message(title="again"))
    assert records.notices_due("slack", NOW, 9) == [(notice, HELLO)]
    records.save_notice(replace(notice, state="sent"))
    assert records.notices_due("slack", NOW, 9) == []
    assert not records.add_notice(notice, HELLO)


def test_notices_wait_and_come_oldest_first(records: Records) -> None:
    old = Notice("b", ADA, NOW - MINUTE)
    new = Notice("a", HERE, NOW)
    for each in (new, old, Notice("c", "discord://U1", NOW)):
        records.add_notice(each, HELLO)
    assert [each.id for each, _ in records.notices_due("slack", NOW, 9)] == ["b", "a"]
    assert [each.id for each, _ in records.notices_due("slack", NOW, 1)] == ["b"]
    records.save_notice(replace(old, not_before=NOW + MINUTE))
    assert [each.id for each, _ in records.notices_due("slack", NOW, 9)] == ["a"]
    assert len(records.notices_due("slack", NOW + MINUTE, 9)) == 2


def test_a_notice_that_is_not_there_cannot_be_saved(records: Records) -> None:
    with pytest.raises(Lost):
        records.save_notice(Notice("a", ADA, NOW))


def test_the_audit_log_shows_the_latest_first(records: Records) -> None:
    entries = [AuditEntry(NOW, ADA, HERE, "pause"), AuditEntry(NOW, "file", None, "edit", "x")]
    for entry in entries:
        records.add_audit(entry)
    assert records.audit(9) == entries[::-1]
    assert records.audit(1) == entries[1:]


def test_an_event_is_taken_up_once(records: Records) -> None:
    """Events are known by platform and id."""
    seen = [
        records.first_time(platform, event, NOW)
        for platform, event in (("slack", "Ev1"), ("slack", "Ev1"), ("discord", "Ev1"))
    ]
    assert seen == [True, False, True]


def test_errands_wait_in_line_and_no_number_comes_again(records: Records) -> None:
    records.add_errand(NOW, "inbox", "1 accepted")
    records.add_errand(NOW, "inbox", "2 declined")
    first, second = records.errands()
    assert (first.at, first.action, first.detail) == (NOW, "inbox", "1 accepted")
    records.drop_errand(second.id)
    records.drop_errand(second.id)
    records.add_errand(NOW, "inbox", "3 declined")
    assert records.errands()[0] == first
    assert records.errands()[1].id > second.id


# Search -----------------------------------------------------------------------------------------


def test_a_title_is_found_before_a_mention(records: Records) -> None:
    asked = question("a/title", title="Softmax and scale")
    mention = question("a/mention", title="Attention", prompt="What does softmax do?")
    other = question("a/other", title="Dropout")
    records.reindex([mention, other, asked])
    assert records.search("softmax", 9) == [asked.id, mention.id]
    assert records.search("SOFT", 1) == [asked.id]


def test_every_word_counts_before_any_word(records: Records) -> None:
    both = question("a/both", title="Batch size and variance")
    one = question("a/one", title="Batch normalisation")
    records.reindex([one, both])
    assert records.search("batch variance", 9) == [both.id]
    assert records.search("batch zebra", 9) == [one.id, both.id] or records.search(
        "batch zebra", 9
    ) == [both.id, one.id]


def test_options_are_searched_and_answers_are_not(records: Records) -> None:
    records.reindex(
        [question("a/b", options=(Option("a", "the Hessian", right=True),), answer="curvature")]
    )
    assert records.search("hessian", 9) == ["a/b"]
    assert records.search("curvature", 9) == []


def test_what_is_searched_is_what_was_indexed_last(records: Records) -> None:
    records.reindex([question("a/b", title="Dropout")])
    records.reindex([question("a/c", title="Dropout")])
    records.reindex([question("a/c", title="Dropout")])
    assert records.search("dropout", 9) == ["a/c"]


@pytest.mark.parametrize(
    "words", ["", "  ", '"', "NEAR(", "a AND", "*", "title:", "-x", "√d_k", "\x00", "a" * 5000, "'"]
)
def test_any_text_may_be_searched_for(records: Records, words: str) -> None:
    records.reindex([question("z/z", title="Zzz", prompt="Zzz")])
    assert records.search(words, 9) == []


def test_no_state_of_a_round_is_forgotten(records: Records) -> None:
    """Each state can be written, so the tables know every one the model has."""
    kept: list[Round] = []
    for days, state in enumerate(RoundState):
        kept.append(round_(days, state=state, question=None if state == "missed" else ADAM))
        records.add_round(kept[-1])
    assert records.rounds(HERE, 99) == kept[::-1]


def test_no_kind_or_state_of_a_delivery_is_forgotten(records: Records) -> None:
    """Likewise."""
    of = round_()
    records.add_round(of)
    kept = [
        replace(delivery(of, kind, part), state=state, ref=Ref("1") if state == "sent" else None)
        for kind in DeliveryKind
        for part, state in enumerate(DeliveryState, 1)
    ]
    for each in kept:
        records.add_delivery(each, HELLO)
    assert records.deliveries(of.id) == kept
