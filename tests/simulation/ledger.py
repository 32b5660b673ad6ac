"""What was committed, written down beside the store: every change, and what stands after it.

The store is asked nothing for this, so that a store that forgets is found out.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from bot.messages import Message
from bot.model import (
    FINAL,
    Answer,
    Breaker,
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    MemberId,
    Notice,
    Pin,
    QuestionId,
    Result,
    Round,
    RoundId,
    RoundState,
)
from bot.ports import Records


@dataclass(slots=True)
class Changes:
    """What one transaction wrote: before (``None``: nothing) and after."""

    cause: str = ""
    """The function, or the command, that wrote it."""
    deliveries: list[tuple[Delivery | None, Delivery]] = field(default_factory=list)
    rounds: list[tuple[Round | None, Round]] = field(default_factory=list)
    channels: list[tuple[ChannelState | None, ChannelState]] = field(default_factory=list)
    payloads: list[tuple[DeliveryId, Message]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    breakers: list[tuple[str, Breaker | None]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(
            self.deliveries or self.rounds or self.channels or self.answers or self.results
            or self.breakers or self.notices or self.pins
        )  # fmt: skip


class Watched:
    """A ``Records`` that writes down what is written; everything goes on to the store's own."""

    def __init__(self, records: Records) -> None:
        self.under = records
        self.changes = Changes()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.under, name)
        setattr(self, name, found)
        return found

    def save_delivery(self, before: Delivery, after: Delivery) -> None:
        self.under.save_delivery(before, after)
        self.changes.deliveries.append((before, after))

    def add_delivery(self, delivery: Delivery, payload: Message) -> None:
        self.under.add_delivery(delivery, payload)
        self.changes.deliveries.append((None, delivery))
        self.changes.payloads.append((delivery.id, payload))

    def add_round(self, round_: Round) -> None:
        self.under.add_round(round_)
        self.changes.rounds.append((None, round_))

    def save_round(self, round_: Round) -> None:
        before = self.under.round(round_.id)
        self.under.save_round(round_)
        self.changes.rounds.append((before, round_))

    def save_channel(self, state: ChannelState) -> None:
        before = self.under.channel(state.channel.id)
        self.under.save_channel(state)
        self.changes.channels.append((before, state))

    def add_answer(self, answer: Answer) -> None:
        self.under.add_answer(answer)
        self.changes.answers.append(answer)

    def save_result(self, result: Result) -> None:
        self.under.save_result(result)
        self.changes.results.append(result)

    def save_breaker(self, breaker: Breaker) -> None:
        self.under.save_breaker(breaker)
        self.changes.breakers.append((breaker.scope, breaker))

    def drop_breaker(self, scope: str) -> None:
        self.under.drop_breaker(scope)
        self.changes.breakers.append((scope, None))

    def save_notice(self, notice: Notice) -> None:
        self.under.save_notice(notice)
        self.changes.notices.append(notice)

    def save_pin(self, pin: Pin) -> None:
        self.under.save_pin(pin)
        self.changes.pins.append(pin)


def cause_of(work: Callable[..., object]) -> str:
    """Name what a transaction is about: a method of the core, or the command a member gave."""
    if isinstance(work, partial):
        command = work.keywords.get("command")
        return type(command).__name__ if command is not None else str(work.func.__name__)
    return work.__name__


class Ledger:
    """Everything that was committed, as it stands now."""

    def __init__(self) -> None:
        self.deliveries: dict[DeliveryId, Delivery] = {}
        self.by_key: dict[str, DeliveryId] = {}
        self.payloads: dict[DeliveryId, Message] = {}
        self.rounds: dict[RoundId, Round] = {}
        self.days: dict[tuple[ChannelId, date], list[RoundId]] = defaultdict(list)
        self.of_channel: dict[ChannelId, list[RoundId]] = defaultdict(list)
        self.intents: dict[ChannelId, list[datetime]] = defaultdict(list)
        """When messages outside threads were first tried, per channel."""
        self.channels: dict[ChannelId, ChannelState] = {}
        self.answers: dict[tuple[RoundId, MemberId], list[Answer]] = defaultdict(list)
        self.results: dict[tuple[RoundId, MemberId], Result] = {}
        self.breakers: dict[str, Breaker] = {}
        self.asked: dict[tuple[ChannelId, int, QuestionId], list[RoundId]] = defaultdict(list)
        """Which rounds of a channel asked a question in a cycle."""
        self.pinned: set[tuple[ChannelId, date]] = set()
        """Days that ever had a pin."""
        self.hot: dict[DeliveryId, None] = {}
        """The deliveries that are not final."""
        self._alarms: list[tuple[datetime, str]] = []

    def commit(self, changes: Changes) -> None:
        """Take over what a transaction wrote."""
        for _, state in changes.channels:
            self.channels[state.channel.id] = state
            if state.active and state.next_at is not None:
                self._ring_at(state.next_at, state.channel.id)
        for before, round_ in changes.rounds:
            self.rounds[round_.id] = round_
            if before is None:
                self.days[round_.channel, round_.date].append(round_.id)
                self.of_channel[round_.channel].append(round_.id)
                if round_.question is not None:
                    self.asked[round_.channel, round_.cycle, round_.question.id].append(round_.id)
            self._ring_for_round(round_)
        for old, one in changes.deliveries:
            first = old is not None and old.first_intent_at is None
            if first and one.first_intent_at is not None and in_channel(one):
                self.intents[one.channel].append(one.first_intent_at)
            self.deliveries[one.id] = one
            self.by_key[one.key] = one.id
            if one.state in FINAL:
                self.hot.pop(one.id, None)
            else:
                self.hot[one.id] = None
            for at in instants(one):
                self._ring_at(at, one.id)
        self.payloads.update(changes.payloads)
        for answer in changes.answers:
            self.answers[answer.round_id, answer.member].append(answer)
        for result in changes.results:
            self.results[result.round_id, result.member] = result
        for scope, breaker in changes.breakers:
            if breaker is None:
                self.breakers.pop(scope, None)
            else:
                self.breakers[scope] = breaker
                self._ring_at(breaker.until, "breaker")
        for notice in changes.notices:
            if notice.not_before is not None:
                self._ring_at(notice.not_before, "notice")
        self.pinned.update((pin.channel, pin.date) for pin in changes.pins)

    # When the core has to look again ------------------------------------------------------------

    def _ring_for_round(self, round_: Round) -> None:
        if round_.state is RoundState.OPEN and round_.reveal_at is not None:
            self._ring_at(round_.reveal_at, round_.id)
        if round_.stale and round_.post is not None and round_.edited_at is not None:
            self._ring_at(round_.edited_at + timedelta(seconds=61), "edit")

    def _ring_at(self, at: datetime, whom: str) -> None:
        heapq.heappush(self._alarms, (at, whom))

    def next_alarm(self, now: datetime) -> datetime | None:
        """Return when something falls due next; what fell due until now is forgotten."""
        while self._alarms:
            at, whom = self._alarms[0]
            if at > now and self._still(at, whom):
                return at
            heapq.heappop(self._alarms)
        return None

    def _still(self, at: datetime, whom: str) -> bool:
        one = self.deliveries.get(DeliveryId(whom))
        if one is not None:
            return at in instants(one)
        state = self.channels.get(ChannelId(whom))
        if state is not None:
            return state.active and state.next_at == at
        round_ = self.rounds.get(RoundId(whom))
        return round_ is None or (round_.state is RoundState.OPEN and round_.reveal_at == at)


def in_channel(one: Delivery) -> bool:
    """Whether a delivery's message stands outside threads."""
    return one.part == 1 and one.kind in (DeliveryKind.QUESTION, DeliveryKind.ANNOUNCEMENT)


def instants(one: Delivery) -> tuple[datetime, ...]:
    """Return when a delivery wants to be looked at, as it stands."""
    match one.state:
        case DeliveryState.PLANNED:
            first = max(one.due_at, one.not_before) if one.not_before else one.due_at
            late = (one.expires_at + timedelta(seconds=1),) if one.expires_at else ()
            return first, *late
        case DeliveryState.UNKNOWN if one.check_at is not None:
            return (one.check_at,)
        case DeliveryState.SENT if one.sweep_at is not None:
            return (one.sweep_at,)
        case _:
            return ()
