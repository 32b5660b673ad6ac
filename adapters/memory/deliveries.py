"""Deliveries, what they show, and the breakers they wait behind; not the rules they change by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.rounds import RoundTables, place
from adapters.memory.tables import Table, by_id, earliest
from bot.errors import Lost, StoreRefused
from bot.messages import Message
from bot.model import (
    FINAL,
    Breaker,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    RoundId,
    RoundState,
    platform_of,
)

STANDING = frozenset({RoundState.SENDING, RoundState.OPEN, RoundState.CLOSED})
"""Or, for all we know while it is being sent, may stand."""
DONE = frozenset({DeliveryState.SENT, DeliveryState.REFUSED})
TOP_LEVEL = frozenset({DeliveryKind.QUESTION, DeliveryKind.ANNOUNCEMENT, DeliveryKind.RECAP})
ORDER = {kind: number for number, kind in enumerate(DeliveryKind)}


class DeliveryTables(RoundTables):
    """Deliveries and breakers."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._deliveries: Table[DeliveryId, Delivery] = Table(self._log)
        self._active: Table[DeliveryId, Delivery] = Table(self._log)
        """Those not final, or to be swept: few, however long the store has lived."""
        self._of_round: Table[RoundId, tuple[DeliveryId, ...]] = Table(self._log)
        self._payloads: Table[DeliveryId, Message] = Table(self._log)
        self._intents: Table[ChannelId, tuple[DeliveryId, ...]] = Table(self._log)
        """Top-level deliveries with a first intent."""
        self._breakers: Table[str, Breaker] = Table(self._log)

    def add_delivery(self, delivery: Delivery, payload: Message) -> None:
        """Insert a delivery with what it will show, frozen; raises ``Lost`` when it is there."""
        check(delivery)
        others = self.deliveries(delivery.round_id)
        taken = any((each.kind, each.part) == (delivery.kind, delivery.part) for each in others)
        if taken or delivery.id in self._deliveries or delivery.key in self._keys:
            raise Lost(f"delivery {delivery.id}: taken")
        if delivery.round_id not in self._rounds:
            raise StoreRefused(f"delivery {delivery.id}: no round")
        self._set(delivery)
        self._keys[delivery.key] = delivery.round_id
        known = self._of_round.get(delivery.round_id, ())
        self._of_round[delivery.round_id] = (*known, delivery.id)
        self._payloads[delivery.id] = payload

    def payload(self, delivery: DeliveryId) -> Message:
        """Return what a delivery shows; raises ``KeyError`` when there is no such delivery."""
        return self._payloads[delivery]

    def delivery(self, delivery: DeliveryId) -> Delivery | None:
        """Return one delivery."""
        return self._deliveries.get(delivery)

    def deliveries(self, round_id: RoundId) -> Sequence[Delivery]:
        """Return a round's deliveries by kind (as declared) and part."""
        found = [self._deliveries[each] for each in self._of_round.get(round_id, ())]
        return sorted(found, key=lambda each: (ORDER[each.kind], each.part))

    def save_delivery(self, before: Delivery, after: Delivery) -> None:
        """Replace a delivery; raises ``Lost`` unless state and attempt are still ``before``'s."""
        now = self._deliveries.get(before.id)
        if now is None or (now.state, now.attempt) != (before.state, before.attempt):
            raise Lost(f"delivery {before.id}: moved on")
        check(after)
        self._set(after)

    def _set(self, delivery: Delivery) -> None:
        old = self._deliveries.get(delivery.id)
        self._deliveries[delivery.id] = delivery
        if delivery.state in FINAL and delivery.sweep_at is None:
            self._active.discard(delivery.id)
        else:
            self._active[delivery.id] = delivery
        top = delivery.part == 1 and delivery.kind in TOP_LEVEL
        if top and delivery.first_intent_at and not (old and old.first_intent_at):
            known = self._intents.get(delivery.channel, ())
            self._intents[delivery.channel] = (*known, delivery.id)

    def sendable(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries that may go out now, earliest due first.

        That is: due, past ``not_before``, not expired, the one they come ``after`` done, no breaker
        on channel or platform that lasts beyond ``now``; and a question's part 1 only when no
        earlier round of its channel is still sending, open or closed.
        """
        ready = (
            (each.due_at, each)
            for each in self._in(platform, DeliveryState.PLANNED)
            if each.due_at <= now
            and (each.not_before is None or each.not_before <= now)
            and (each.expires_at is None or each.expires_at >= now)
            and self._follows(each)
            and not self._broken(platform, now)
            and not self._broken(each.channel, now)
            and not self._kept_waiting(each)
        )
        return earliest(ready, limit)

    def _follows(self, delivery: Delivery) -> bool:
        if delivery.after is None:
            return True
        before = self._deliveries.get(delivery.after)
        return before is not None and before.state in DONE

    def _broken(self, scope: str, now: datetime) -> bool:
        return scope in self._breakers and self._breakers[scope].until > now

    def _kept_waiting(self, delivery: Delivery) -> bool:
        if delivery.kind is not DeliveryKind.QUESTION or delivery.part > 1:
            return False
        here = place(self._rounds[delivery.round_id])
        return any(
            each.state in STANDING and place(each) < here
            for each in self._busy.values()
            if each.channel == delivery.channel
        )

    def to_check(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return unknown deliveries whose ``check_at`` is not after ``now``."""
        unknown = self._in(platform, DeliveryState.UNKNOWN)
        due = ((each.check_at, each) for each in unknown if each.check_at)
        return earliest((each for each in due if each[0] <= now), limit)

    def to_sweep(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return sent deliveries whose ``sweep_at`` is not after ``now``."""
        sent = self._in(platform, DeliveryState.SENT)
        due = ((each.sweep_at, each) for each in sent if each.sweep_at)
        return earliest((each for each in due if each[0] <= now), limit)

    def to_expire(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries whose ``expires_at`` is before ``now``."""
        planned = (each for each in self._active.values() if each.state is DeliveryState.PLANNED)
        due = ((each.expires_at, each) for each in planned if each.expires_at)
        return earliest((each for each in due if each[0] < now), limit)

    def in_flight(self) -> Sequence[Delivery]:
        """Return every delivery in state ``sending``; at start these are of a dead process."""
        sending = (each for each in self._active.values() if each.state is DeliveryState.SENDING)
        return sorted(sending, key=by_id)

    def top_level_since(self, channel: ChannelId, since: datetime) -> int:
        """Count first intents of messages outside threads in the channel since that instant."""
        intents = (
            self._deliveries[each].first_intent_at for each in self._intents.get(channel, ())
        )
        return sum(1 for at in intents if at is not None and at >= since)

    def _in(self, platform: str, state: DeliveryState) -> list[Delivery]:
        return [
            each
            for each in self._active.values()
            if each.state is state and platform_of(each.channel) == platform
        ]

    def breaker(self, scope: str) -> Breaker | None:
        """Return the breaker of a channel URI or platform name."""
        return self._breakers.get(scope)

    def save_breaker(self, breaker: Breaker) -> None:
        """Insert or replace a breaker."""
        self._breakers[breaker.scope] = breaker

    def drop_breaker(self, scope: str) -> None:
        """Remove a breaker; nothing happens when there is none."""
        self._breakers.discard(scope)


def check(delivery: Delivery) -> None:
    """Raise ``StoreRefused`` for what the other store's tables refuse."""
    if (delivery.state is DeliveryState.SENT) != (delivery.ref is not None):
        raise StoreRefused(f"delivery {delivery.id}: sent, ref")
