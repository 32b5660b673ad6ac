"""What must hold after every step, each as a function that yields what is wrong.

The numbers are those of the reliability paper, as CONTRACTS amends it; I9 and I10 do not apply.
Nothing here shares a decision with the core: eligible days are worked out anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot import outbox, timetable
from bot.model import (
    FINAL,
    ChannelState,
    Delivery,
    DeliveryKind,
    DeliveryState,
    RevealRule,
    Round,
    RoundState,
    platform_of,
)
from bot.ports import Holidays
from tests.simulation.ledger import Changes, in_channel
from tests.simulation.view import Invariant, View, touched, unconfirmed

DAY = timedelta(days=1)
OVER = (RoundState.CLOSED, RoundState.REVEALED)
MOST_TOP_LEVEL = 6
CLOCK_MATTERS = timedelta(hours=2)
"""How long after a clock was set waits may be too short: longer than any wait there is."""
DONE = (DeliveryState.SENT, DeliveryState.REFUSED)


# What stands on the platform ----------------------------------------------------------------------


def i1_once(view: View) -> Iterator[str]:
    """At most one lasting message per delivery: a second one only while a sweep is to come."""
    for one in touched(view):
        copies = view.platform.standing(one.key)
        if one.state is DeliveryState.SENT and one.sweep_at is None and len(copies) > 1:
            yield f"{one.id} stands {len(copies)} times and nothing will remove the others"


def i1_never_twice(view: View) -> Iterator[str]:
    """No second message appears at all, not even for a while, unless somebody set the clock."""
    copies = view.platform.standing(view.key)
    if len(copies) > 1 and not view.clock_was_set:
        yield f"{view.ledger.by_key.get(view.key, view.key)} stands {len(copies)} times"


def i2_sent_means_it_stands(view: View) -> Iterator[str]:
    """*Sent* means that the message stands under the id we kept, or that somebody deleted it."""
    for one in touched(view):
        if one.state is not DeliveryState.SENT:
            continue
        kept = {copy.ref for copy in view.platform.copies.get(one.key, ())}
        if one.ref not in kept:
            yield f"{one.id} is sent as {one.ref}, which is none of its messages"
        elif one.sweep_at is None and any(
            copy.ref != one.ref for copy in view.platform.standing(one.key)
        ):
            yield f"{one.id} is sent as {one.ref}, but another message stands"


def i3_not_sent_means_none(view: View) -> Iterator[str]:
    """Expired, refused or cancelled means that no message stands, unless nobody could tell.

    A clock set forward while nobody knows what became of a message ends the wait too early; if the
    next try is then refused, or too late, the first may still come. That is excused, and counted.
    """
    ended = (DeliveryState.EXPIRED, DeliveryState.REFUSED, DeliveryState.CANCELLED)
    for one in touched(view):
        never = one.state is DeliveryState.PLANNED and not one.attempt
        if (one.state in ended or never) and not unconfirmed(one):
            for copy in view.platform.standing(one.key):
                if view.clock_was_set:
                    view.excused.add(one.key)
                elif one.key not in view.excused:
                    yield f"{one.id} is {one.state}, and yet {copy.ref} stands"


# What is asked of the platform --------------------------------------------------------------------


def i4_known_key(view: View) -> Iterator[str]:
    """Every message of ours carries a key that has a row."""
    if view.key not in view.ledger.by_key:
        yield f"a message with the unknown key {view.key!r} is sent"


def i5_written_ahead(view: View) -> Iterator[str]:
    """No byte is sent without a committed *sending* row of the same attempt."""
    name = view.ledger.by_key.get(view.key)
    one = view.ledger.deliveries[name] if name is not None else None
    if one is None:
        return
    if one.state is not DeliveryState.SENDING:
        yield f"{one.id} is sent, but its row says {one.state}"
    elif view.requests.get(view.key, 0) > one.attempt:
        yield f"{one.id} is sent for the {view.requests[view.key]}th time on {one.attempt} intents"


def i14_as_frozen(view: View) -> Iterator[str]:
    """What is sent is what was frozen when it was planned."""
    name = view.ledger.by_key.get(view.key)
    if name is not None:
        frozen = view.ledger.payloads[name]
        if view.message is not frozen and view.message != frozen:
            yield f"{name} is sent with another text than was planned"


def i16_waits_when_told(view: View) -> Iterator[str]:
    """No message is sent again before a 429 said so, nor while a breaker is open."""
    for before, after in view.changes.deliveries:
        if after.state is not DeliveryState.SENDING or after.intent_at is None:
            continue
        waited = before.not_before if before is not None else None
        if waited is not None and after.intent_at < waited:
            yield f"{after.id} is sent at {after.intent_at}, before {waited}"
        for scope in (after.channel, platform_of(after.channel)):
            breaker = view.ledger.breakers.get(scope)
            if breaker is not None and after.intent_at < breaker.until:
                yield f"{after.id} is sent although {scope} refuses until {breaker.until}"


# Rounds and days ----------------------------------------------------------------------------------


def eligible(state: ChannelState, day: date, holidays: Holidays) -> bool:
    """Whether a local day is to have a question by the settings as they are."""
    rhythm = state.channel.rhythm
    return (
        day.weekday() in rhythm.days
        and day not in holidays(rhythm.holidays)
        and not any(skip.first <= day <= skip.last for skip in (*rhythm.skip, *state.skips))
    )


def i6_each_day_decided(view: View) -> Iterator[str]:
    """No eligible day is passed over in silence: each has a round, or a pause, or new settings."""
    if view.changes.cause in ("Resume", "configure"):
        return  # days that passed in a pause, and those that new settings put into the past
    for before, after in view.changes.channels:
        if before is None or before.last_date is None or after.last_date is None:
            continue
        if not before.active or before.channel.rhythm.zone != after.channel.rhythm.zone:
            continue
        day = before.last_date + DAY
        while day <= after.last_date:
            due = timetable.instant(day, after.channel.rhythm.time, after.channel.rhythm.zone)
            if (
                eligible(after, day, view.holidays)
                and due is not None
                and not view.ledger.days.get((after.channel.id, day))
                and not timetable.paused(after, due)
            ):
                yield f"{after.channel.id} has nothing for {day}, and nobody knows why"
            day += DAY


def i6_only_eligible_days(view: View) -> Iterator[str]:
    """A day that is not eligible has no round; a day has one per turn, in order."""
    for before, round_ in view.changes.rounds:
        if before is not None:
            continue
        state = view.ledger.channels[round_.channel]
        if round_.turn == 1 and not eligible(state, round_.date, view.holidays):
            yield f"{round_.id} is on a day that has no slot"
        turns = view.ledger.days[round_.channel, round_.date]
        if round_.turn != len(turns):
            yield f"{round_.id} is not the next turn of its day: {turns}"
        for name in turns[:-1]:
            if view.ledger.rounds[name].state not in (RoundState.WITHDRAWN, RoundState.MISSED):
                yield f"{round_.id} follows {name}, which was neither withdrawn nor missed"
        if timetable.local_date(round_.due_at, state.channel.rhythm.zone) != round_.date:
            yield f"{round_.id} is due on another local day: {round_.due_at}"


def i7_in_time(view: View) -> Iterator[str]:
    """A question's first intent lies between its due time and its expiry."""
    for _, one in view.changes.deliveries:
        if one.kind is DeliveryKind.QUESTION and one.part == 1 and one.first_intent_at is not None:
            round_ = view.ledger.rounds[one.round_id]
            if not round_.due_at <= one.first_intent_at <= round_.expires_at:
                yield f"{one.id} was sent at {one.first_intent_at}, due {round_.due_at}"


def i8_answer_after_question(view: View) -> Iterator[str]:
    """A reveal is written only when its question stands whole and its time has come."""
    for before, one in view.changes.deliveries:
        if one.kind is not DeliveryKind.REVEAL or one.part > 1 or one.attempt != 1:
            continue
        if before is not None and before.attempt:
            continue
        round_ = view.ledger.rounds[one.round_id]
        parts = question_parts(view, round_)
        if round_.opened_at is None or any(part.state not in DONE for part in parts):
            yield f"{one.id} is sent, and its question does not stand"
        elif round_.reveal_at is None or (one.intent_at or view.now) < round_.reveal_at:
            yield f"{one.id} is sent at {one.intent_at}, before {round_.reveal_at}"


def i8_open_long_enough(view: View) -> Iterator[str]:
    """When a round opens, its reveal is as far off as the rule says, or with the next question."""
    for before, round_ in view.changes.rounds:
        opens = round_.state is RoundState.OPEN and before is not None
        if not opens or before is None or before.state is RoundState.OPEN:
            continue
        state = view.ledger.channels[round_.channel]
        rule, reveal_at = state.channel.rhythm.reveal, round_.reveal_at
        if rule.rule is RevealRule.ANSWERED or reveal_at is None or round_.opened_at is None:
            continue
        least = {RevealRule.AFTER: rule.after, RevealRule.AT: timetable.LEAST_OPEN}
        earliest = round_.opened_at + least.get(rule.rule, timetable.LONGEST_OPEN)
        latest = [view.ledger.rounds[name] for name in view.ledger.of_channel[round_.channel][-5:]]
        follows = [r.due_at for r in latest if (r.date, r.turn) > (round_.date, round_.turn)]
        if reveal_at < earliest and reveal_at not in (*follows, state.next_at):
            yield f"{round_.id} opened at {round_.opened_at} and is revealed at {reveal_at}"


def i15_no_repeat(view: View) -> Iterator[str]:
    """No question is asked twice in a channel within a cycle; pins and missed rounds excepted."""
    for before, round_ in view.changes.rounds:
        if before is not None or round_.question is None or _had_a_pin(view, round_):
            continue
        asked = view.ledger.asked[round_.channel, round_.cycle, round_.question.id]
        others = [view.ledger.rounds[name] for name in asked if name != round_.id]
        for other in others:
            if other.state is not RoundState.MISSED and not _had_a_pin(view, other):
                yield f"{round_.id} asks {round_.question.id}, as {other.id} did"


def _had_a_pin(view: View, round_: Round) -> bool:
    return (round_.channel, round_.date) in view.ledger.pinned


def question_parts(view: View, round_: Round) -> list[Delivery]:
    """Return the parts of a round's question, as far as they were planned."""
    found: list[Delivery] = []
    while True:
        name = outbox.delivery_id(round_.id, DeliveryKind.QUESTION, len(found) + 1)
        if name not in view.ledger.deliveries:
            return found
        found.append(view.ledger.deliveries[name])


# Facts --------------------------------------------------------------------------------------------


def i11_final_is_final(view: View) -> Iterator[str]:
    """A final state never changes; of a sent one a sweep may correct the id. Attempts only grow."""
    for before, after in view.changes.deliveries:
        if before is None:
            continue
        if before.state in FINAL and after.state is not before.state:
            yield f"{after.id} was {before.state} and is {after.state}"
        elsewhere = before.state is DeliveryState.SENT and before.ref != after.ref
        if elsewhere and view.changes.cause != "swept":
            yield f"{after.id} was sent as {before.ref} and is now {after.ref}"
        if after.attempt < before.attempt:
            yield f"{after.id} was tried {before.attempt} times and now {after.attempt}"


def i12_answers_stay(view: View) -> Iterator[str]:
    """Answers are only added, in time before the close and late after it; the last one counts."""
    for answer in view.changes.answers:
        state = view.ledger.rounds[answer.round_id].state
        was = [before.state for before, round_ in view.changes.rounds
               if before is not None and round_.id == answer.round_id]  # fmt: skip
        over = (was or [state])[0] in OVER
        if answer.late is not over:
            yield f"{answer.member} answered {answer.round_id} ({state}), late: {answer.late}"
    for result in view.changes.results:
        given = view.ledger.answers.get((result.round_id, result.member), [])
        if not given or (result.first.at, result.last) != (given[0].at, given[-1]):
            yield f"what counts of {result.member} in {result.round_id} is not the last answer"


def cap(view: View) -> Iterator[str]:
    """A channel sees at most six messages of ours outside threads in a day."""
    for _, one in view.changes.deliveries:
        if not in_channel(one) or one.attempt != 1:
            continue
        intents = view.ledger.intents[one.channel][-20:]
        number = sum(view.now - DAY <= at <= view.now for at in intents)
        if number > MOST_TOP_LEVEL:
            yield f"{one.channel} got {number} messages within a day"


# In the end ---------------------------------------------------------------------------------------


def i13_nothing_is_stuck(view: View) -> Iterator[str]:
    """With faults off, everything ends: nothing that was due an hour ago still waits."""
    past = view.now - timedelta(hours=1)
    for name in view.ledger.hot:
        one = view.ledger.deliveries[name]
        if one.due_at < past:
            yield f"{one.id} is still {one.state}"
    for one in view.ledger.deliveries.values():
        if one.sweep_at is not None and one.sweep_at < past:
            yield f"{one.id} is still to be swept at {one.sweep_at}"
    for round_ in view.ledger.rounds.values():
        match round_.state:
            case RoundState.OPEN:
                stuck = round_.reveal_at is not None and round_.reveal_at < past
            case RoundState.PLANNED | RoundState.SENDING:
                stuck = round_.due_at < past
            case RoundState.CLOSED:
                stuck = round_.closed_at is None or round_.closed_at < past
            case _:
                stuck = False
        if stuck:
            yield f"{round_.id} is still {round_.state}"
    for state in view.ledger.channels.values():
        if state.active and state.next_at is not None and state.next_at < past:
            yield f"{state.channel.id} has not been looked at since {state.next_at}"


def all_that_was_sent_stands_once(view: View) -> Iterator[str]:
    """I1 to I3 once more, over everything there ever was."""
    every = Changes(deliveries=[(None, one) for one in view.ledger.deliveries.values()])
    whole = replace(view, changes=every, key="", clock_was_set=False)
    for invariant in (i1_once, i2_sent_means_it_stands, i3_not_sent_means_none):
        yield from invariant(whole)


def why_it_was_not_sent(view: View) -> Iterator[str]:
    """Every round that was missed or withdrawn says why."""
    for round_ in view.ledger.rounds.values():
        if round_.state in (RoundState.MISSED, RoundState.WITHDRAWN) and not round_.reason:
            yield f"{round_.id} is {round_.state} and does not say why"


def numbers_count_what_was_sent(view: View) -> Iterator[str]:
    """The number a channel has come to is how many questions were sent there."""
    sent = Counter(
        one.channel
        for one in view.ledger.deliveries.values()
        if one.kind is DeliveryKind.QUESTION and one.part == 1 and one.state is DeliveryState.SENT
    )
    for state in view.ledger.channels.values():
        if state.sent != sent[state.channel.id]:
            yield f"{state.channel.id} is at {state.sent}, and {sent[state.channel.id]} were sent"


AT_COMMIT: dict[str, tuple[Invariant, ...]] = {
    "deliveries": (
        i1_once,
        i2_sent_means_it_stands,
        i3_not_sent_means_none,
        i7_in_time,
        i8_answer_after_question,
        i11_final_is_final,
        i16_waits_when_told,
        cap,
    ),
    "rounds": (i6_only_eligible_days, i8_open_long_enough, i15_no_repeat),
    "channels": (i6_each_day_decided,),
    "answers": (i12_answers_stay,),
    "results": (i12_answers_stay,),
}
"""Looked at after every transaction, by what it wrote."""
AT_REQUEST: tuple[Invariant, ...] = (i4_known_key, i5_written_ahead, i14_as_frozen)
"""Looked at whenever the platform is asked to show something."""
WHEN_KEPT: tuple[Invariant, ...] = (
    i1_never_twice,
    i1_once,
    i2_sent_means_it_stands,
    i3_not_sent_means_none,
)
"""Looked at whenever the platform has kept something."""
IN_THE_END: tuple[Invariant, ...] = (
    i13_nothing_is_stuck,
    all_that_was_sent_stands_once,
    why_it_was_not_sent,
    numbers_count_what_was_sent,
)
"""Looked at when the weather has been calm for a while."""
