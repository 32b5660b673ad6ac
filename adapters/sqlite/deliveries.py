"""Deliveries, what they show, and the breakers they wait behind; not the rules they change by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.sqlite.codec import decode, encode, instant, micros
from adapters.sqlite.rows import Rows, stamp, storable, when
from bot.errors import Lost
from bot.messages import Message
from bot.model import (
    Breaker,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Ref,
    RoundId,
    platform_of,
)

ORDER = {kind.value: place for place, kind in enumerate(DeliveryKind)}


class DeliveryRows(Rows):
    """The tables ``delivery``, ``payload`` and ``breaker``."""

    def add_delivery(self, delivery: Delivery, payload: Message) -> None:
        """Insert a delivery with what it will show, frozen; raises ``Lost`` when it is there."""
        done = self.run(
            """INSERT INTO delivery (id, round, channel, platform, kind, part, state, key, due_at,
                after_id, expires_at, not_before, attempt, first_intent_at, intent_at, check_at,
                ref, sent_at, sweep_at, reason)
            VALUES (:id, :round, :channel, :platform, :kind, :part, :state, :key, :due_at,
                :after_id, :expires_at, :not_before, :attempt, :first_intent_at, :intent_at,
                :check_at, :ref, :sent_at, :sweep_at, :reason) ON CONFLICT DO NOTHING""",
            _values(delivery),
        )
        if not done:
            raise Lost(f"delivery {delivery.id}: taken")
        self.run(
            "INSERT INTO payload (delivery, message) VALUES (?, ?)", (delivery.id, encode(payload))
        )

    def payload(self, delivery: DeliveryId) -> Message:
        """Return what a delivery shows; raises ``KeyError`` when there is no such delivery."""
        row = self.one("SELECT message FROM payload WHERE delivery = ?", (delivery,))
        if row is None:
            raise KeyError(delivery)
        return decode(row[0], Message)

    def delivery(self, delivery: DeliveryId) -> Delivery | None:
        """Return one delivery."""
        row = self.one("SELECT * FROM delivery WHERE id = ?", (delivery,))
        return None if row is None else _delivery(row)

    def deliveries(self, round_id: RoundId) -> Sequence[Delivery]:
        """Return a round's deliveries by kind (as declared) and part."""
        rows = self.all("SELECT * FROM delivery WHERE round = ?", (round_id,))
        rows.sort(key=lambda row: (ORDER[row["kind"]], row["part"]))
        return [_delivery(row) for row in rows]

    def save_delivery(self, before: Delivery, after: Delivery) -> None:
        """Replace a delivery; raises ``Lost`` unless state and attempt are still ``before``'s."""
        done = self.run(
            # What follows from the id stays, and with it the indexes of that.
            """UPDATE delivery SET state = :state, due_at = :due_at, after_id = :after_id,
                expires_at = :expires_at, not_before = :not_before, attempt = :attempt,
                first_intent_at = :first_intent_at, intent_at = :intent_at, check_at = :check_at,
                ref = :ref, sent_at = :sent_at, sweep_at = :sweep_at, reason = :reason
            WHERE id = :id AND state = :old_state AND attempt = :old_attempt""",
            {
                **_values(after),
                "id": before.id,
                "old_state": before.state.value,
                "old_attempt": before.attempt,
            },
        )
        if done != 1:
            raise Lost(f"delivery {before.id}: moved on")

    def sendable(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries that may go out now, earliest due first.

        That is: due, past ``not_before``, not expired, the one they come ``after`` done, no breaker
        on channel or platform that lasts beyond ``now``; and a question's part 1 only when no
        earlier round of its channel is still sending, open or closed.
        """
        return self._deliveries(
            """SELECT d.* FROM delivery AS d JOIN round AS r ON r.id = d.round
            WHERE d.platform = :platform AND d.state = 'planned' AND d.due_at <= :now
            AND (d.not_before IS NULL OR d.not_before <= :now)
            AND (d.expires_at IS NULL OR d.expires_at >= :now)
            AND (d.after_id IS NULL OR EXISTS (SELECT 1 FROM delivery AS p
                WHERE p.id = d.after_id AND p.state IN ('sent', 'refused')))
            AND NOT EXISTS (SELECT 1 FROM breaker AS b WHERE b.scope = :platform AND b.until > :now)
            AND NOT EXISTS (SELECT 1 FROM breaker AS b WHERE b.scope = d.channel AND b.until > :now)
            AND (d.kind <> 'question' OR d.part > 1 OR NOT EXISTS (SELECT 1 FROM round AS e
                WHERE e.channel = d.channel AND e.state IN ('sending', 'open', 'closed')
                AND (e.local_date, e.turn) < (r.local_date, r.turn)))
            ORDER BY d.due_at, d.id LIMIT :limit""",
            {"platform": platform, "now": micros(now), "limit": limit},
        )

    def to_check(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return unknown deliveries whose ``check_at`` is not after ``now``."""
        return self._deliveries(
            """SELECT * FROM delivery WHERE platform = ? AND state = 'unknown' AND check_at <= ?
            ORDER BY check_at, id LIMIT ?""",
            (platform, micros(now), limit),
        )

    def to_sweep(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return sent deliveries whose ``sweep_at`` is not after ``now``."""
        return self._deliveries(
            """SELECT * FROM delivery WHERE platform = ? AND state = 'sent' AND sweep_at <= ?
            ORDER BY sweep_at, id LIMIT ?""",
            (platform, micros(now), limit),
        )

    def to_expire(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries whose ``expires_at`` is before ``now``."""
        return self._deliveries(
            """SELECT * FROM delivery WHERE state = 'planned' AND expires_at < ?
            ORDER BY expires_at, id LIMIT ?""",
            (micros(now), limit),
        )

    def in_flight(self) -> Sequence[Delivery]:
        """Return every delivery in state ``sending``; at start these are of a dead process."""
        return self._deliveries("SELECT * FROM delivery WHERE state = 'sending' ORDER BY id", ())

    def top_level_since(self, channel: ChannelId, since: datetime) -> int:
        """Count first intents of messages outside threads in the channel since that instant."""
        row = self.one(
            """SELECT count(*) FROM delivery WHERE channel = ? AND first_intent_at >= ?
            AND part = 1 AND kind IN ('question', 'announcement', 'recap')""",
            (channel, micros(since)),
        )
        return 0 if row is None else int(row[0])

    def _deliveries(self, sql: str, values: Any) -> list[Delivery]:
        return [_delivery(row) for row in self.all(sql, values)]

    # Breakers ----------------------------------------------------------------------------------

    def breaker(self, scope: str) -> Breaker | None:
        """Return the breaker of a channel URI or platform name."""
        row = self.one("SELECT * FROM breaker WHERE scope = ?", (scope,))
        return row and Breaker(
            row["scope"],
            instant(row["since"]),
            instant(row["until"]),
            row["why"],
            row["failures"],
        )

    def save_breaker(self, breaker: Breaker) -> None:
        """Insert or replace a breaker."""
        self.run(
            """INSERT OR REPLACE INTO breaker (scope, since, until, why, failures)
            VALUES (?, ?, ?, ?, ?)""",
            (
                breaker.scope,
                micros(breaker.since),
                micros(breaker.until),
                storable(breaker.why),
                breaker.failures,
            ),
        )

    def drop_breaker(self, scope: str) -> None:
        """Remove a breaker; nothing happens when there is none."""
        self.run("DELETE FROM breaker WHERE scope = ?", (scope,))


def _values(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "round": delivery.round_id,
        "channel": delivery.channel,
        "platform": platform_of(delivery.channel),
        "kind": delivery.kind.value,
        "part": delivery.part,
        "state": delivery.state.value,
        "key": delivery.key,
        "due_at": micros(delivery.due_at),
        "after_id": delivery.after,
        "expires_at": stamp(delivery.expires_at),
        "not_before": stamp(delivery.not_before),
        "attempt": delivery.attempt,
        "first_intent_at": stamp(delivery.first_intent_at),
        "intent_at": stamp(delivery.intent_at),
        "check_at": stamp(delivery.check_at),
        "ref": delivery.ref,
        "sent_at": stamp(delivery.sent_at),
        "sweep_at": stamp(delivery.sweep_at),
        "reason": storable(delivery.reason),
    }


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=DeliveryId(row["id"]),
        round_id=RoundId(row["round"]),
        channel=ChannelId(row["channel"]),
        kind=DeliveryKind(row["kind"]),
        part=row["part"],
        state=DeliveryState(row["state"]),
        key=row["key"],
        due_at=instant(row["due_at"]),
        after=None if row["after_id"] is None else DeliveryId(row["after_id"]),
        expires_at=when(row["expires_at"]),
        not_before=when(row["not_before"]),
        attempt=row["attempt"],
        first_intent_at=when(row["first_intent_at"]),
        intent_at=when(row["intent_at"]),
        check_at=when(row["check_at"]),
        ref=None if row["ref"] is None else Ref(row["ref"]),
        sent_at=when(row["sent_at"]),
        sweep_at=when(row["sweep_at"]),
        reason=row["reason"],
    )
