"""What members contribute: how it gets into the inbox, and what a reviewer's decision brings about.

Reading the inbox and deciding is the command line's; the decision comes here as an errand.
"""

from __future__ import annotations

from datetime import datetime

from bot import learning, notices
from bot.model import (
    Actor,
    Channel,
    InboxItem,
    InboxKind,
    Notice,
    QuestionId,
)
from bot.ports import Records
from bot.wording import admin, quizzes

LONGEST_TEXT = 3000
"""Characters of a contribution."""


def contribute(
    records: Records,
    actor: Actor,
    kind: InboxKind,
    channel: Channel | None,
    question: QuestionId | None,
    text: str,
    now: datetime,
) -> None:
    """Put a contribution into the inbox, once, and tell the admins that something is there."""
    place = channel.id if channel is not None else None
    item = InboxItem(kind, now, actor.member, place, question, text)
    if any(
        (old.kind, old.member, old.question, old.text)
        == (item.kind, item.member, item.question, item.text)
        for old in records.inbox("new")
    ):
        return
    records.add_inbox(item)
    said = admin.inbox(len(records.inbox("new")))
    if channel is not None:
        notices.tell(records, channel, "inbox", said, now)
    else:
        notices.tell_all(records, (), "inbox", said, now)


def decide(records: Records, number: int, status: str, now: datetime) -> bool:
    """Set a contribution's status; a wording that is accepted counts, also where it was given.

    Whoever gave it hears of the decision. False when there is no such contribution.
    """
    item = next((one for one in records.inbox(None) if one.id == number), None)
    if item is None or not records.decide(number, status):
        return False
    if item.kind is not InboxKind.WORDING or item.question is None or item.status == status:
        return True
    members = {item.member}
    if status == "accepted":
        members |= set(learning.accept(records, item.question, item.text, now))
    for member in sorted(members):
        notice = Notice(f"wording-{number}-{status}||{now.date()}|{member}", member, now)
        records.add_notice(notice, quizzes.decided(item.text, accepted=status == "accepted"))
    return True
