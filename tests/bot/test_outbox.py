"""The state machine of a delivery: every step as a table, and what holds for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import outbox
from bot.model import (
    FINAL,
    Absent,
    Blind,
    Breaker,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Found,
    Later,
    Outcome,
    Ref,
    Refused,
    RoundId,
    Scope,
    Search,
    Sent,
    Unknown,
)

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SETTLE = timedelta(seconds=90)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SENT = Sent(Ref("m1"), NOW)
S = DeliveryState


def one(state: DeliveryState = S.PLANNED, **changes: object) -> Delivery:
    """Return the first part of a question, due now, that may go out for four hours."""
    base = Delivery(
        DeliveryId("scribe://team/ml|2026-11-23|1|question|1"),
        RoundId("scribe://team/ml|2026-11-23|1"),
        ChannelId("scribe://team/ml"),
        DeliveryKind.QUESTION,
        1,
        state,
        "g1.abcdefghijklmnop",
        NOW,
        expires_at=NOW + 4 * HOUR,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def sending(attempt: int = 1) -> Delivery:
    """Return one whose intent is written, for the ``attempt``-th time."""
    delivery = one()
    for _ in range(attempt):
        delivery = outbox.intend(replace(delivery, state=S.PLANNED), NOW)
    return delivery


# The steps ----------------------------------------------------------------------------------------


def test_an_intent_is_counted_and_dated() -> None:
    """The first intent's instant stays; what was waited for is forgotten."""
    first = outbox.intend(one(not_before=NOW, check_at=NOW), NOW)
    again = outbox.intend(replace(first, state=S.PLANNED), NOW + MINUTE)

    assert (first.state, first.attempt, first.first_intent_at) == (S.SENDING, 1, NOW)
    assert (first.not_before, first.check_at) == (None, None)
    assert (again.attempt, again.first_intent_at, again.intent_at) == (2, NOW, NOW + MINUTE)


@pytest.mark.parametrize(
    "outcome, state",
    [
        (SENT, S.SENT),
        (Later(SECOND, "429"), S.PLANNED),
        (Refused(Scope.MESSAGE, "invalid_blocks"), S.REFUSED),
        (Refused(Scope.CHANNEL, "not_in_channel"), S.PLANNED),
        (Refused(Scope.PLATFORM, "503"), S.PLANNED),
        (Unknown("reset"), S.UNKNOWN),
    ],
)
def test_each_outcome_leads_to_one_state(outcome: Outcome, state: DeliveryState) -> None:
    """Only what is certain ends a delivery; what is unclear is looked for."""
    assert outbox.after_call(sending(), outcome, NOW, SETTLE).state is state


def test_what_is_sent_keeps_its_place_and_forgets_the_trouble() -> None:
    """The reference and the platform's own time are kept."""
    after = outbox.after_call(replace(sending(), reason="503"), SENT, NOW, SETTLE)
    assert (after.ref, after.sent_at, after.reason, after.sweep_at) == (Ref("m1"), NOW, "", None)


def test_what_took_several_attempts_is_swept_for_doubles() -> None:
    """Ten minutes later the history is looked through once more."""
    after = outbox.after_call(sending(2), SENT, NOW, SETTLE)
    assert after.sweep_at == NOW + timedelta(minutes=10)


def test_a_rate_limit_is_waited_out() -> None:
    """At least as long as the platform asked for, and as long as the attempts suggest."""
    after = outbox.after_call(sending(), Later(HOUR, "429"), NOW, SETTLE)
    assert after.not_before == NOW + HOUR
    soon = outbox.after_call(sending(3), Later(timedelta(0), "busy"), NOW, SETTLE)
    assert soon.not_before == NOW + outbox.backoff(soon.key, 3)


def test_what_is_unclear_is_looked_for_when_the_history_has_settled() -> None:
    """A process that died in the call leaves the same behind as a broken connection."""
    broken = outbox.after_call(sending(), Unknown("reset"), NOW, SETTLE)
    died = outbox.after_death(sending(), NOW, SETTLE)
    assert broken.check_at == died.check_at == NOW + SETTLE
    assert died.state is S.UNKNOWN


@pytest.mark.parametrize(
    "search, at, state",
    [
        (Found(((Ref("m1"), NOW),)), NOW, S.SENT),
        (Absent(), NOW, S.PLANNED),
        (Absent(), NOW + 4 * HOUR, S.PLANNED),
        (Absent(), NOW + 4 * HOUR + SECOND, S.EXPIRED),
        (Blind("403"), NOW + HOUR, S.UNKNOWN),
        (Blind("403"), NOW + HOUR + SECOND, S.REFUSED),
    ],
)
def test_each_search_leads_to_one_state(search: Search, at: datetime, state: DeliveryState) -> None:
    """Found is sent; absent is sent again while there is time; blind is asked for an hour."""
    unknown = outbox.after_death(sending(), NOW, SETTLE)
    assert outbox.after_search(unknown, search, at).state is state


def test_of_two_copies_the_earliest_counts_and_the_other_is_swept() -> None:
    """The sweep is due at once."""
    unknown = outbox.after_death(sending(), NOW, SETTLE)
    found = Found(((Ref("m1"), NOW), (Ref("m2"), NOW + MINUTE)))
    after = outbox.after_search(unknown, found, NOW + HOUR)
    assert (after.ref, after.sent_at, after.sweep_at) == (Ref("m1"), NOW, NOW + HOUR)


def test_a_blind_search_is_repeated_each_minute() -> None:
    """And says why in the end."""
    unknown = outbox.after_death(sending(), NOW, SETTLE)
    assert outbox.after_search(unknown, Blind("403"), NOW).check_at == NOW + MINUTE
    assert outbox.after_search(unknown, Blind("403"), NOW + 2 * HOUR).reason == outbox.UNCONFIRMED


def test_a_sweep_keeps_the_earliest_copy() -> None:
    """A sweep that could not look is repeated; one that found nothing leaves the record alone."""
    sent = outbox.after_call(sending(2), SENT, NOW, SETTLE)
    earlier = Found(((Ref("m0"), NOW - MINUTE), (Ref("m1"), NOW)))
    assert outbox.after_sweep(sent, earlier, NOW).ref == Ref("m0")
    assert outbox.after_sweep(sent, Absent(), NOW).ref == Ref("m1")
    assert outbox.after_sweep(sent, Absent(), NOW).sweep_at is None
    assert outbox.after_sweep(sent, Blind("403"), NOW).sweep_at == NOW + timedelta(minutes=10)


def test_a_planned_delivery_can_expire_or_be_cancelled() -> None:
    """Both are final, the one by time and the other with a reason."""
    assert outbox.expire(one()).state is S.EXPIRED
    assert outbox.cancel(one(), "withdrawn").reason == "withdrawn"
    assert {outbox.expire(one()).state, outbox.cancel(one(), "").state} <= FINAL


# What always holds --------------------------------------------------------------------------------

instants = st.timedeltas(timedelta(0), timedelta(days=2)).map(lambda after: NOW + after)
refs = st.sampled_from([Ref("m1"), Ref("m2"), Ref("m3")])
outcomes: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Sent, refs, instants),
    st.builds(Later, st.timedeltas(timedelta(0), HOUR), st.text(max_size=5)),
    st.builds(Refused, st.sampled_from(Scope), st.text(max_size=5)),
    st.builds(Unknown, st.text(max_size=5)),
)
searches: st.SearchStrategy[Search] = st.one_of(
    st.builds(Found, st.lists(st.tuples(refs, instants), min_size=1, max_size=3).map(tuple)),
    st.just(Absent()),
    st.builds(Blind, st.text(max_size=5)),
)


@given(st.lists(st.tuples(outcomes, searches, st.timedeltas(timedelta(0), HOUR)), max_size=30))
def test_any_history_of_a_delivery_makes_sense(
    story: list[tuple[Outcome, Search, timedelta]],
) -> None:
    """Attempts only grow, what is sent has a place, what is unknown is looked for."""
    now, delivery = NOW, one()
    for outcome, search, later in story:
        before = delivery
        now += later
        match delivery.state:
            case S.PLANNED:
                delivery = outbox.intend(delivery, now)
            case S.SENDING:
                delivery = outbox.after_call(delivery, outcome, now, SETTLE)
            case S.UNKNOWN:
                delivery = outbox.after_search(delivery, search, now)
            case S.SENT:
                delivery = outbox.after_sweep(delivery, search, now)
                assert delivery.state is S.SENT
            case _:
                break
        assert delivery.attempt == before.attempt + (delivery.state is S.SENDING)
        assert (delivery.ref is not None) == (delivery.state is S.SENT)
        assert (delivery.check_at is not None) == (delivery.state is S.UNKNOWN)
        assert (delivery.id, delivery.key, delivery.due_at) == (
            before.id,
            before.key,
            before.due_at,
        )
        assert delivery.first_intent_at == (before.first_intent_at or delivery.intent_at)


@given(st.text(), st.integers(0, 1000))
def test_the_wait_between_attempts_grows_to_a_minute(key: str, attempt: int) -> None:
    """Never longer than a minute, never shorter than half of what the attempt asks for."""
    wait = outbox.backoff(key, attempt)
    asked = min(MINUTE, timedelta(seconds=2 ** min(attempt, 10)))
    assert asked / 2 <= wait <= asked


def test_a_breaker_rests_half_a_minute_doubling_to_a_quarter_of_an_hour() -> None:
    """The first refusal's instant stays, so that the admins can be told since when."""
    breaker: Breaker | None = None
    rests = []
    for number in range(8):
        breaker = outbox.trip(breaker, "scribe", "503", NOW + number * HOUR)
        rests.append((breaker.until - NOW - number * HOUR).total_seconds())
        assert breaker.since == NOW
    assert rests == [30, 60, 120, 240, 480, 900, 900, 900]


# Keys ---------------------------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.text())
def test_a_key_fits_everywhere(secret: bytes, name: str) -> None:
    """At most 25 characters (a Discord nonce), plain, and no colon, which ends it in a button."""
    key = outbox.key_of(secret, name)
    assert len(key) == 19
    assert key.isascii()
    assert ":" not in key
    assert key == outbox.key_of(secret, name)


@given(st.sets(st.text(), min_size=2, max_size=50))
def test_different_names_have_different_keys(names: set[str]) -> None:
    """And another store's keys are different ones."""
    keys = {outbox.key_of(b"a" * 32, name) for name in names}
    assert len(keys) == len(names)
    assert keys.isdisjoint(outbox.key_of(b"b" * 32, name) for name in names)


def test_the_keys_of_years_are_all_different() -> None:
    """A decade of a busy channel makes no key twice."""
    round_ids = (RoundId(f"slack://T/C|{day}|{turn}") for day in range(3650) for turn in (1, 2))
    keys = [
        outbox.key_of(b"\0" * 32, outbox.delivery_id(round_id, kind, 1))
        for round_id in round_ids
        for kind in DeliveryKind
    ]
    assert len(set(keys)) == len(keys)
