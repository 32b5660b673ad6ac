"""What a store put back from a copy may have forgotten; nothing of files, and nothing is sent here.

Between the copy and the restore the bot may have posted. The keys of those messages are known all
the same, because they follow from channel, day and kind: so for days up to the restore nothing is
sent before the platform was searched for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot import outbox, timetable
from bot.model import Channel, Delivery, DeliveryKind, Round, RoundId
from bot.ports import Records

FACT = "restored"
"""The name of the small fact that says when the store was put back, in ISO form."""
A_DAY = timedelta(days=1)
TURNS = 3
"""The turns of a day that a question is looked for under: its own, and those that may follow."""


def mark(records: Records, at: datetime) -> None:
    """Remember that this store was put back from a copy at that instant."""
    records.remember(FACT, at.isoformat())


def covers(records: Records, channel: Channel, day: date) -> bool:
    """Tell whether a channel may have heard on that local day what this store does not know."""
    at = _at(records)
    return at is not None and day <= timetable.local_date(at, channel.rhythm.zone)


def doubt(
    records: Records,
    channel: Channel,
    round_: Round,
    one: Delivery,
    now: datetime,
    settle: timedelta,
) -> Delivery | None:
    """Return a delivery as one to be searched for; ``None``: it may be sent.

    ``settle`` is how long the platform's history takes to be trusted.
    """
    at = _at(records)
    if at is None or not covers(records, channel, round_.date):
        return None
    if one.intent_at is not None and one.intent_at >= at:
        return None  # searched for, or sent, since
    # A slot may have been posted early, not before its day; the clock may be behind the restore.
    return outbox.doubt(one, round_.due_at - A_DAY, max(now, at), now + settle)


def _at(records: Records) -> datetime | None:
    said = records.recall(FACT)
    return None if said is None else datetime.fromisoformat(said)


def forgotten(one: Delivery) -> bool:
    """Tell whether a message that stands was sent by nobody this store knows of."""
    return one.attempt == 0


def aliases(records: Records, one: Delivery, round_: Round) -> Sequence[Delivery]:
    """Return as what a message is to be searched for: itself, and a forgotten question's turns.

    A question that a later turn replaced may be gone, or never have been posted; the day has had
    its question all the same.
    """
    if not forgotten(one) or one.kind is not DeliveryKind.QUESTION or one.part > 1:
        return (one,)
    found = [one]
    for turn in range(round_.turn + 1, round_.turn + TURNS):
        name = outbox.delivery_id(
            RoundId(f"{round_.channel}|{round_.date}|{turn}"), one.kind, one.part
        )
        found.append(replace(one, id=name, key=outbox.key_of(records.secret(), name)))
    return found
