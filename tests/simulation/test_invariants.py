"""Every invariant can fail: each is fed a history in which exactly what it forbids has happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bot.model import (
    Breaker,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Ref,
    Reveal,
    RevealRule,
    Round,
    RoundState,
)
from tests.contracts import samples
from tests.contracts.samples import HELLO, NOW
from tests.simulation import invariants as i
from tests.simulation.faults import Weather
from tests.simulation.ledger import Changes, Ledger
from tests.simulation.platform import Kept, SimPlatform
from tests.simulation.view import Invariant, View

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROUND = samples.round_()
SENDING = replace(ROUND, state=RoundState.SENDING)
OPEN = replace(ROUND, state=RoundState.OPEN, opened_at=NOW, reveal_at=NOW + 6 * HOUR)
PLAN = samples.delivery(ROUND)
INTENT = replace(PLAN, state=DeliveryState.SENDING, attempt=1, first_intent_at=NOW, intent_at=NOW)
SENT = replace(INTENT, state=DeliveryState.SENT, ref=Ref("m1"), sent_at=NOW)


class Story:
    """A history, told change by change; ``view`` shows it right after the last."""

    def __init__(self) -> None:
        weather = Weather(Random(0))
        self.view = View(Ledger(), SimPlatform(lambda: NOW, weather, longest=0), lambda _: (), NOW)
        self.then(channels=[(None, samples.channel())], rounds=[(None, ROUND)])
        self.then(deliveries=[(None, PLAN)], payloads=[(PLAN.id, HELLO)])

    def then(self, **written: object) -> Story:
        """Commit one more transaction."""
        self.view.changes = Changes(**written)  # type: ignore[arg-type]
        self.view.ledger.commit(self.view.changes)
        return self

    def becomes(self, *states: Delivery) -> Story:
        """Let the question's delivery pass through these states, each in its own transaction."""
        for state in states:
            self.then(deliveries=[(self.view.ledger.deliveries[state.id], state)])
        return self

    def turns(self, *states: Round) -> Story:
        """Let a round pass through these states."""
        for state in states:
            self.then(rounds=[(self.view.ledger.rounds.get(state.id), state)])
        return self

    def keeps(self, *refs: str, key: str = PLAN.key) -> Story:
        """Let messages of this key stand on the platform."""
        for ref in refs:
            one = Kept(Ref(ref), ROUND.channel, key, HELLO, NOW, NOW)
            self.view.platform.kept[one.ref] = one
            self.view.platform.copies.setdefault(key, []).append(one)
        self.view.key = key
        return self

    def asks(self, key: str = PLAN.key, times: int = 1) -> Story:
        """Let the platform be asked to show a message, for the so-manieth time."""
        self.view.key, self.view.message, self.view.requests = key, HELLO, {key: times}
        return self


def told() -> Story:
    return Story()


def in_the_end(story: Story) -> Story:
    story.view.now = NOW + 30 * DAY
    return story


def a_day_passed_over() -> Story:
    state = samples.channel()
    monday, wednesday = date(2026, 11, 23), date(2026, 11, 25)
    before = replace(state, last_date=monday)
    return told().then(channels=[(before, replace(state, last_date=wednesday))])


def opened_and_at_once_revealed() -> Story:
    reveal = Reveal(RevealRule.AFTER, after=6 * HOUR)
    state = samples.channel()
    channel = replace(state.channel, rhythm=replace(state.channel.rhythm, reveal=reveal))
    told_ = told().then(channels=[(state, replace(state, channel=channel))])
    return told_.turns(SENDING, replace(OPEN, reveal_at=NOW + MINUTE))


def seven_in_a_day() -> Story:
    story = told()
    story.view.ledger.intents[ROUND.channel] += [NOW - HOUR] * 6
    return story.becomes(INTENT)


def revealed_before_asked() -> Story:
    answer = samples.delivery(ROUND, DeliveryKind.REVEAL)
    out = replace(answer, state=DeliveryState.SENDING, attempt=1, intent_at=NOW)
    return told().turns(SENDING).then(deliveries=[(answer, out)])


def answered_late_in_time() -> Story:
    return told().turns(OPEN).then(answers=[samples.answer(ROUND, late=True)])


def sent_while_refused() -> Story:
    breaker = Breaker(ROUND.channel, NOW - HOUR, NOW + HOUR, "not in the channel")
    return told().then(breakers=[(breaker.scope, breaker)]).becomes(INTENT)


BROKEN: tuple[tuple[Invariant, Callable[[], Story]], ...] = (
    (i.i1_once, lambda: told().keeps("m1", "m2").becomes(INTENT, SENT)),
    (i.i1_never_twice, lambda: told().becomes(INTENT).keeps("m1", "m2")),
    (i.i2_sent_means_it_stands, lambda: told().keeps("m9").becomes(INTENT, SENT)),
    (i.i2_sent_means_it_stands, lambda: told().keeps("m1", "m2").becomes(INTENT, SENT)),
    (i.i3_not_sent_means_none,
     lambda: told().keeps("m1").becomes(INTENT, replace(INTENT, state=DeliveryState.EXPIRED))),
    (i.i3_not_sent_means_none, lambda: told().keeps("m1")),
    (i.i4_known_key, lambda: told().asks("g1.unknown")),
    (i.i5_written_ahead, lambda: told().asks()),
    (i.i5_written_ahead, lambda: told().becomes(INTENT).asks(times=2)),
    (i.i6_each_day_decided, a_day_passed_over),
    (i.i6_only_eligible_days, lambda: told().turns(samples.round_(1))),
    (i.i6_only_eligible_days, lambda: told().turns(samples.round_(turn=2))),
    (i.i6_only_eligible_days, lambda: told().turns(samples.round_(3, due_at=NOW))),
    (i.i7_in_time, lambda: told().becomes(replace(INTENT, first_intent_at=NOW - MINUTE))),
    (i.i7_in_time, lambda: told().becomes(replace(INTENT, first_intent_at=NOW + 5 * HOUR))),
    (i.i8_answer_after_question, revealed_before_asked),
    (i.i8_open_long_enough, opened_and_at_once_revealed),
    (i.i11_final_is_final, lambda: told().becomes(INTENT, SENT, INTENT)),
    (i.i11_final_is_final, lambda: told().becomes(INTENT, SENT, replace(SENT, ref=Ref("m2")))),
    (i.i11_final_is_final, lambda: told().becomes(INTENT, PLAN)),
    (i.i12_answers_stay, answered_late_in_time),
    (i.i12_answers_stay, lambda: told().turns(OPEN).then(results=[samples.result(ROUND)])),
    (i.i13_nothing_is_stuck, lambda: in_the_end(told())),
    (i.i13_nothing_is_stuck, lambda: in_the_end(told().becomes(replace(SENT, sweep_at=NOW)))),
    (i.i14_as_frozen, lambda: told().then(payloads=[(PLAN.id, replace(HELLO, title="x"))]).asks()),
    (i.i15_no_repeat, lambda: told().turns(samples.round_(3))),
    (i.i16_waits_when_told,
     lambda: told().becomes(replace(PLAN, not_before=NOW + MINUTE), INTENT)),
    (i.i16_waits_when_told, sent_while_refused),
    (i.cap, seven_in_a_day),
    (i.all_that_was_sent_stands_once, lambda: told().becomes(INTENT, SENT)),
    (i.why_it_was_not_sent, lambda: told().turns(replace(ROUND, state=RoundState.MISSED))),
    (i.numbers_count_what_was_sent, lambda: told().becomes(INTENT, SENT)),
)  # fmt: skip


@pytest.mark.parametrize("invariant, story", BROKEN, ids=[one.__name__ for one, _ in BROKEN])
def test_an_invariant_fails_when_what_it_forbids_happens(
    invariant: Invariant, story: Callable[[], Story]
) -> None:
    assert list(invariant(story().view))


def test_every_invariant_has_a_history_that_breaks_it() -> None:
    looked_at = {one for group in i.AT_COMMIT.values() for one in group}
    looked_at |= {*i.AT_REQUEST, *i.WHEN_KEPT, *i.IN_THE_END}

    assert {one for one, _ in BROKEN} == looked_at


def test_a_history_in_which_all_is_well_breaks_none() -> None:
    opens = replace(OPEN, reveal_at=NOW + 8 * HOUR)
    story = told().becomes(INTENT).asks().keeps("m1").becomes(SENT).turns(SENDING, opens)
    state = samples.channel()
    story.then(channels=[(state, replace(state, sent=1))])
    story.then(answers=[samples.answer(ROUND)], results=[samples.result(ROUND)])
    view = story.view
    view.changes.deliveries.append((INTENT, SENT))

    every = [one for group in i.AT_COMMIT.values() for one in group]
    for invariant in (*every, *i.WHEN_KEPT, *i.IN_THE_END):
        assert not list(invariant(view)), invariant.__name__
