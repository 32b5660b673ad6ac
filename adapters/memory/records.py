"""``MemoryRecords``: all the tables, and here those that admins, reviewers and commands use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from adapters.memory.numbers import NumberTables
from adapters.memory.tables import Table
from bot.errors import Lost
from bot.messages import Message
from bot.model import (
    AuditEntry,
    ChannelId,
    Errand,
    InboxItem,
    MemberId,
    Notice,
    Pin,
    Question,
    QuestionId,
    platform_of,
)

WORD = re.compile(r"[^\W_]+")


class MemoryRecords(NumberTables):
    """``bot.ports.Records`` in dictionaries; ``MemoryStore`` keeps or undoes what a work did."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        """Take the two secrets of the deployment."""
        super().__init__(secret, seed)
        self._pins: Table[tuple[ChannelId, date], Pin] = Table(self._log)
        self._held: Table[QuestionId, str] = Table(self._log)
        self._inbox: Table[int, InboxItem] = Table(self._log)
        self._notices: Table[str, tuple[Notice, Message]] = Table(self._log)
        self._audit: Table[int, AuditEntry] = Table(self._log)
        self._errands: Table[int, Errand] = Table(self._log)
        self._events: Table[tuple[str, str], datetime] = Table(self._log)
        self._numbers: Table[str, int] = Table(self._log)
        """The last number given out per table; none is given twice."""
        self._index: Table[str, tuple[Question, ...]] = Table(self._log)

    def pins(self, channel: ChannelId) -> Sequence[Pin]:
        """Return the channel's pins by date."""
        return [self._pins[key] for key in sorted(self._pins) if key[0] == channel]

    def save_pin(self, pin: Pin) -> None:
        """Insert or replace the pin of a channel's day."""
        self._pins[pin.channel, pin.date] = pin

    def drop_pin(self, channel: ChannelId, day: date) -> None:
        """Remove a pin; nothing happens when there is none."""
        self._pins.discard((channel, day))

    def hold(self, question: QuestionId, at: datetime, reason: str) -> None:
        """Hold a question back: it is asked nowhere until released."""
        self._held[question] = f"{at}: {reason}"

    def held(self) -> frozenset[QuestionId]:
        """Return the questions held back."""
        return frozenset(self._held)

    def add_inbox(self, item: InboxItem) -> int:
        """Append a contribution and return its id."""
        number = self._next("inbox")
        self._inbox[number] = replace(item, id=number)
        return number

    def inbox(self, status: str | None) -> Sequence[InboxItem]:
        """Return contributions of a status, or all for ``None``, oldest first."""
        every = (self._inbox[number] for number in sorted(self._inbox))
        return [each for each in every if status is None or each.status == status]

    def decide(self, item: int, status: str) -> bool:
        """Set a contribution's status; False when there is no such id."""
        if item not in self._inbox:
            return False
        self._inbox[item] = replace(self._inbox[item], status=status)
        return True

    def add_notice(self, notice: Notice, message: Message) -> bool:
        """Insert a notice; False when this cause was told to this addressee on this day."""
        if notice.id in self._notices:
            return False
        self._notices[notice.id] = (notice, message)
        return True

    def notices_due(
        self, platform: str, now: datetime, limit: int
    ) -> Sequence[tuple[Notice, Message]]:
        """Return planned notices for addressees of a platform, oldest first."""
        due = (
            (notice, message)
            for notice, message in self._notices.values()
            if notice.state == "planned"
            and platform_of(notice.to) == platform
            and (notice.not_before is None or notice.not_before <= now)
        )
        return sorted(due, key=lambda each: (each[0].at, each[0].id))[:limit]

    def save_notice(self, notice: Notice) -> None:
        """Replace a notice's state; raises ``Lost`` when there is none with its id."""
        if notice.id not in self._notices:
            raise Lost(f"notice {notice.id}: gone")
        before, message = self._notices[notice.id]
        after = replace(before, state=notice.state, not_before=notice.not_before)
        self._notices[notice.id] = (after, message)

    def add_audit(self, entry: AuditEntry) -> None:
        """Append an admin action."""
        self._audit[self._next("audit")] = entry

    def audit(self, limit: int) -> Sequence[AuditEntry]:
        """Return the latest admin actions, newest first."""
        return [self._audit[number] for number in sorted(self._audit, reverse=True)[:limit]]

    def add_errand(self, at: datetime, action: str, detail: str) -> None:
        """Leave a decision for the running bot."""
        number = self._next("errand")
        self._errands[number] = Errand(number, at, action, detail)

    def errands(self) -> Sequence[Errand]:
        """Return the errands left, oldest first."""
        return [self._errands[number] for number in sorted(self._errands)]

    def drop_errand(self, errand: int) -> None:
        """Remove an errand that was carried out."""
        self._errands.discard(errand)

    def first_time(self, platform: str, event: str, at: datetime) -> bool:
        """Note an event of a platform by its id; False when it was noted before."""
        if (platform, event) in self._events:
            return False
        self._events[platform, event] = at
        return True

    def heard(self, platform: str, event: str) -> bool:
        """Return whether an event of a platform was noted."""
        return (platform, event) in self._events

    def forget_events(self, before: datetime) -> int:
        """Remove the events noted before that instant; return how many it were."""
        old = [key for key, at in self._events.items() if at < before]
        for key in old:
            del self._events[key]
        return len(old)

    def forget(self, member: MemberId) -> None:
        """Remove everything kept of a member but the log of what they did as an admin."""
        super().forget(member)
        for number in [n for n, each in self._inbox.items() if each.member == member]:
            del self._inbox[number]
        for name in [name for name, (each, _) in self._notices.items() if each.to == member]:
            del self._notices[name]
        for name in [name for name, value in self._facts.items() if value == member]:
            del self._facts[name]

    def _next(self, table: str) -> int:
        number = self._numbers[table] = self._numbers.get(table, 0) + 1
        return number

    def reindex(self, questions: Sequence[Question]) -> None:
        """Make these the questions that ``search`` finds."""
        self._index["questions"] = tuple(questions)

    def search(self, words: str, limit: int) -> Sequence[QuestionId]:
        """Return the best matching questions; any text is a valid query.

        Those that have every word (or, of a long word, one that begins with it) come first; failing
        all, any word will do. Unlike the other store it does not know that ``scores`` is a form of
        ``score``.
        """
        wanted = _words(words)
        found = [
            (sum(weights), len(weights) == len(wanted), question.id)
            for question in self._index.get("questions", ())
            if (weights := _weights(wanted, question))
        ]
        if any(every for _, every, _ in found):
            found = [each for each in found if each[1]]
        return [key for _, _, key in sorted(found, key=lambda each: (-each[0], each[2]))[:limit]]


def _words(text: str) -> list[str]:
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )
    return WORD.findall(bare.casefold())


def _is(word: str, other: str) -> bool:
    """Tell whether one word is another, or is long enough and begins it."""
    return other.startswith(word) if len(word) > 3 else other == word


def _weights(wanted: Sequence[str], question: Question) -> list[float]:
    """What each wanted word weighs that the question has; title first, options last."""
    fields = (
        (8.0, question.title),
        (4.0, question.topic + " " + " ".join(question.tags)),
        (2.0, question.prompt),
        (1.0, " ".join(option.text for option in question.options)),
    )
    held = [(weight, _words(text)) for weight, text in fields]
    found = (
        [weight for weight, has in held if any(_is(word, each) for each in has)] for word in wanted
    )
    return [weights[0] for weights in found if weights]
