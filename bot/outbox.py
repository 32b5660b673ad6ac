"""The delivery's state machine: what becomes of a delivery after an intent, an outcome, a search.

Pure: values in, values out. Who calls the platform and who writes it down is the sender's business.
The states and constants are those of CONTRACTS, *Rounds and deliveries*.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import (
    Absent,
    Blind,
    Breaker,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Found,
    Later,
    Outcome,
    Refused,
    RoundId,
    Scope,
    Search,
    Sent,
    Unknown,
)

CALL_TIMEOUT = timedelta(seconds=10)
"""How long one call to a platform may take; after it the outcome is unknown."""
SWEEP_AFTER = timedelta(minutes=10)
"""When to look for doubles of a message that needed more than one attempt."""
BLIND_LIMIT = timedelta(hours=1)
"""How long an unreadable history is asked again before a delivery counts as unconfirmed."""
BLIND_RETRY = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(minutes=1)
FIRST_BREAK = timedelta(seconds=30)
LONGEST_BREAK = timedelta(minutes=15)
DIED = "the bot stopped during the call"
UNCONFIRMED = "unconfirmed: the history could not be read for an hour"


def delivery_id(round_id: RoundId, kind: DeliveryKind, part: int) -> DeliveryId:
    """Return ``channel|date|turn|kind|part``."""
    return DeliveryId(f"{round_id}|{kind.value}|{part}")


def key_of(secret: bytes, name: str) -> str:
    """Return ``g1.`` and 16 base32 characters (80 bits) of HMAC-SHA256(secret, name).

    19 characters: short enough for a Discord nonce (25) and every button id.
    """
    digest = hmac.digest(secret, name.encode(), "sha256")[:10]
    return "g1." + base64.b32encode(digest).decode().lower()


def backoff(key: str, attempt: int) -> timedelta:
    """Return how long to wait before attempt + 1: doubling to a minute, spread by the key."""
    longest = min(LONGEST_BACKOFF, timedelta(seconds=2 ** min(attempt, 10)))
    spread = hashlib.sha256(f"{key}|{attempt}".encode()).digest()[0] / 255
    return longest * (0.5 + spread / 2)


def intend(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery with a written intent; commit it before the first byte is sent."""
    return replace(
        delivery,
        state=DeliveryState.SENDING,
        attempt=delivery.attempt + 1,
        intent_at=now,
        first_intent_at=(delivery.first_intent_at if delivery.attempt else None) or now,
        not_before=None,
        check_at=None,
    )


def after_call(delivery: Delivery, outcome: Outcome, now: datetime, settle: timedelta) -> Delivery:
    """Return the delivery after a call's outcome; ``settle`` is the platform's."""
    match outcome:
        case Sent(ref, at):
            return replace(
                delivery,
                state=DeliveryState.SENT,
                ref=ref,
                sent_at=at,
                sweep_at=now + SWEEP_AFTER if delivery.attempt > 1 else None,
                reason="",
            )
        case Later(after, why):
            wait = max(after, backoff(delivery.key, delivery.attempt))
            return replace(delivery, state=DeliveryState.PLANNED, not_before=now + wait, reason=why)
        case Refused(Scope.MESSAGE, why):
            return replace(delivery, state=DeliveryState.REFUSED, reason=why)
        case Refused(_, why):
            return replace(delivery, state=DeliveryState.PLANNED, not_before=now, reason=why)
        case Unknown(why):
            return replace(delivery, state=DeliveryState.UNKNOWN, check_at=now + settle, reason=why)


def after_death(delivery: Delivery, now: datetime, settle: timedelta) -> Delivery:
    """Return a delivery whose process died between intent and outcome: nobody knows."""
    return replace(after_call(delivery, Unknown(DIED), now, settle), intent_at=now)


def after_search(delivery: Delivery, search: Search, now: datetime) -> Delivery:
    """Return an unknown delivery after its message was looked for.

    Found: sent, the earliest copy counts. Absent: planned again, or expired when its time is over.
    Blind: asked again each minute; after an hour refused as unconfirmed.
    """
    match search:
        case Found(copies):
            ref, at = copies[0]
            again = len(copies) > 1 or delivery.attempt > 1
            return replace(
                delivery,
                state=DeliveryState.SENT,
                ref=ref,
                sent_at=at,
                check_at=None,
                sweep_at=now if len(copies) > 1 else now + SWEEP_AFTER if again else None,
                reason="",
            )
        case Absent():
            if delivery.expires_at is not None and now > delivery.expires_at:
                return replace(delivery, state=DeliveryState.EXPIRED, check_at=None)
            return replace(delivery, state=DeliveryState.PLANNED, check_at=None, not_before=now)
        case Blind(why):
            asked_since = delivery.intent_at or now
            if now - asked_since > BLIND_LIMIT:
                return replace(
                    delivery, state=DeliveryState.REFUSED, check_at=None, reason=UNCONFIRMED
                )
            return replace(delivery, check_at=now + BLIND_RETRY, reason=why)


def after_sweep(delivery: Delivery, search: Search, now: datetime) -> Delivery:
    """Return a sent delivery after its doubles were looked for and removed."""
    match search:
        case Found(copies):
            return replace(delivery, ref=copies[0][0], sweep_at=None)
        case Absent():
            return replace(delivery, sweep_at=None)
        case Blind():
            return replace(delivery, sweep_at=now + SWEEP_AFTER)


def doubt(delivery: Delivery, since: datetime, asked: datetime, check_at: datetime) -> Delivery:
    """Return a planned delivery that may stand already, sent after ``since`` and forgotten.

    ``asked`` is when the question came up; it is looked for from ``check_at`` on.
    """
    return replace(
        delivery,
        state=DeliveryState.UNKNOWN,
        first_intent_at=since,
        intent_at=asked,
        check_at=check_at,
        not_before=None,
    )


def expire(delivery: Delivery) -> Delivery:
    """Return a planned delivery whose time is over."""
    return replace(delivery, state=DeliveryState.EXPIRED)


def cancel(delivery: Delivery, why: str) -> Delivery:
    """Return a planned delivery that shall not go out."""
    return replace(delivery, state=DeliveryState.CANCELLED, reason=why)


def trip(breaker: Breaker | None, scope: str, why: str, now: datetime) -> Breaker:
    """Return the breaker after one more refusal: half a minute, doubling to a quarter hour."""
    failures = breaker.failures + 1 if breaker else 1
    rest = min(LONGEST_BREAK, FIRST_BREAK * 2 ** min(failures - 1, 10))
    return Breaker(scope, breaker.since if breaker else now, now + rest, why, failures)
