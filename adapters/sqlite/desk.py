"""Pins, held questions, inbox, notices, audit log, errands and search; nothing of a round."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from adapters.sqlite.codec import decode, encode, instant, micros
from adapters.sqlite.rows import FactRows, stamp, storable, when
from bot.errors import Lost
from bot.messages import Message
from bot.model import (
    AuditEntry,
    ChannelId,
    Errand,
    InboxItem,
    InboxKind,
    MemberId,
    Notice,
    Pin,
    Question,
    QuestionId,
    platform_of,
)

WORD = re.compile(r"[^\W_]+")
"""What full-text search takes for a word: letters and digits."""
WHOLE = 3
"""Letters; words as short as this are not taken for the beginnings of others."""
RANKED = 500
"""So many matches are ranked; in a large bank a common word has a hundred times more."""


class DeskRows(FactRows):
    """The tables that admins, reviewers and commands read and write."""

    def pins(self, channel: ChannelId) -> Sequence[Pin]:
        """Return the channel's pins by date."""
        rows = self.all(
            "SELECT local_date, question FROM pin WHERE channel = ? ORDER BY local_date",
            (channel,),
        )
        return [
            Pin(channel, date.fromisoformat(day), QuestionId(question)) for day, question in rows
        ]

    def save_pin(self, pin: Pin) -> None:
        """Insert or replace the pin of a channel's day."""
        self.run(
            "INSERT OR REPLACE INTO pin (channel, local_date, question) VALUES (?, ?, ?)",
            (pin.channel, pin.date.isoformat(), pin.question),
        )

    def drop_pin(self, channel: ChannelId, day: date) -> None:
        """Remove a pin; nothing happens when there is none."""
        self.run("DELETE FROM pin WHERE channel = ? AND local_date = ?", (channel, day.isoformat()))

    def hold(self, question: QuestionId, at: datetime, reason: str) -> None:
        """Hold a question back: it is asked nowhere until released."""
        self.run(
            "INSERT OR REPLACE INTO held (question, at, reason) VALUES (?, ?, ?)",
            (question, micros(at), storable(reason)),
        )

    def held(self) -> frozenset[QuestionId]:
        """Return the questions held back."""
        return frozenset(QuestionId(row[0]) for row in self.all("SELECT question FROM held"))

    # The inbox ---------------------------------------------------------------------------------

    def add_inbox(self, item: InboxItem) -> int:
        """Append a contribution and return its id."""
        row = self.one(
            """INSERT INTO inbox (kind, at, member, channel, question, text, status)
            VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id""",
            (
                item.kind.value,
                micros(item.at),
                item.member,
                item.channel,
                item.question,
                storable(item.text),
                item.status,
            ),
        )
        return 0 if row is None else int(row[0])

    def inbox(self, status: str | None) -> Sequence[InboxItem]:
        """Return contributions of a status, or all for ``None``, oldest first."""
        if status is None:
            rows = self.all("SELECT * FROM inbox ORDER BY id")
        else:
            rows = self.all("SELECT * FROM inbox WHERE status = ? ORDER BY id", (status,))
        return [_item(row) for row in rows]

    def decide(self, item: int, status: str) -> bool:
        """Set a contribution's status; False when there is no such id."""
        return self.run("UPDATE inbox SET status = ? WHERE id = ?", (status, item)) == 1

    # Notices -----------------------------------------------------------------------------------

    def add_notice(self, notice: Notice, message: Message) -> bool:
        """Insert a notice; False when this cause was told to this addressee on this day."""
        done = self.run(
            """INSERT INTO notice (id, addressee, platform, at, state, not_before, message)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            (
                notice.id,
                notice.to,
                platform_of(notice.to),
                micros(notice.at),
                notice.state,
                stamp(notice.not_before),
                encode(message),
            ),
        )
        return done == 1

    def notices_due(
        self, platform: str, now: datetime, limit: int
    ) -> Sequence[tuple[Notice, Message]]:
        """Return planned notices for addressees of a platform, oldest first."""
        rows = self.all(
            """SELECT * FROM notice WHERE platform = ? AND state = 'planned'
            AND (not_before IS NULL OR not_before <= ?) ORDER BY at, id LIMIT ?""",
            (platform, micros(now), limit),
        )
        return [(_notice(row), decode(row["message"], Message)) for row in rows]

    def save_notice(self, notice: Notice) -> None:
        """Replace a notice's state; raises ``Lost`` when there is none with its id."""
        done = self.run(
            "UPDATE notice SET state = ?, not_before = ? WHERE id = ?",
            (notice.state, stamp(notice.not_before), notice.id),
        )
        if done != 1:
            raise Lost(f"notice {notice.id}: gone")

    # Audit and errands -------------------------------------------------------------------------

    def add_audit(self, entry: AuditEntry) -> None:
        """Append an admin action."""
        self.run(
            "INSERT INTO audit (at, actor, channel, action, detail) VALUES (?, ?, ?, ?, ?)",
            (micros(entry.at), entry.actor, entry.channel, entry.action, storable(entry.detail)),
        )

    def audit(self, limit: int) -> Sequence[AuditEntry]:
        """Return the latest admin actions, newest first."""
        rows = self.all(
            "SELECT at, actor, channel, action, detail FROM audit ORDER BY id DESC LIMIT ?",
            (limit,),
        )
        return [AuditEntry(instant(at), *rest) for at, *rest in rows]

    def add_errand(self, at: datetime, action: str, detail: str) -> None:
        """Leave a decision for the running bot."""
        self.run(
            "INSERT INTO errand (at, action, detail) VALUES (?, ?, ?)",
            (micros(at), action, storable(detail)),
        )

    def errands(self) -> Sequence[Errand]:
        """Return the errands left, oldest first."""
        rows = self.all("SELECT id, at, action, detail FROM errand ORDER BY id")
        return [Errand(id, instant(at), action, detail) for id, at, action, detail in rows]

    def drop_errand(self, errand: int) -> None:
        """Remove an errand that was carried out."""
        self.run("DELETE FROM errand WHERE id = ?", (errand,))

    def first_time(self, platform: str, event: str, at: datetime) -> bool:
        """Note an event of a platform by its id; False when it was noted before."""
        values = (platform, storable(event), micros(at))
        return self.run("INSERT OR IGNORE INTO event VALUES (?, ?, ?)", values) == 1

    def heard(self, platform: str, event: str) -> bool:
        """Return whether an event of a platform was noted."""
        return (
            self.one(
                "SELECT 1 FROM event WHERE (platform, id) = (?, ?)", (platform, storable(event))
            )
            is not None
        )

    def forget_events(self, before: datetime) -> int:
        """Remove the events noted before that instant; return how many it were."""
        return self.run("DELETE FROM event WHERE at < ?", (micros(before),))

    # Search ------------------------------------------------------------------------------------

    def reindex(self, questions: Sequence[Question]) -> None:
        """Make these the questions that ``search`` finds; quick when they are already."""
        rows = [_indexed(question) for question in questions]
        digest = hashlib.sha256(repr(sorted(rows)).encode("utf-8", "replace")).hexdigest()
        row = self.one("SELECT value FROM meta WHERE name = 'search_index'")
        if row is not None and row[0] == digest:
            return
        self.run("DELETE FROM search")
        for row in rows:
            self.run(
                """INSERT INTO search (id, title, topic, tags, prompt, options)
                VALUES (?, ?, ?, ?, ?, ?)""",
                row,
            )
        self.run("INSERT INTO search (search) VALUES ('optimize')")
        self.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('search_index', ?)", (digest,))

    def search(self, words: str, limit: int) -> Sequence[QuestionId]:
        """Return the best matching questions; any text is a valid query.

        Those that have every word (or, of a long word, one that begins with it) come first; failing
        all, any word will do.
        """
        wanted = dict.fromkeys(WORD.findall(words))
        quoted = [f'"{word}"{"*" if len(word) > WHOLE else ""}' for word in wanted]
        for query in (" ".join(quoted), " OR ".join(quoted)):
            if quoted and (found := self._find(query, limit)):
                return found
        return []

    def _find(self, query: str, limit: int) -> list[QuestionId]:
        # Title, topic, tags, prompt, options: how much a word in each weighs; the id's 0 is unused.
        rows = self.all(
            """SELECT id FROM (
                SELECT id, bm25(search, 0.0, 8.0, 4.0, 4.0, 2.0, 1.0) AS worth
                FROM search WHERE search MATCH ? LIMIT ?
            ) ORDER BY worth, id LIMIT ?""",
            (query, RANKED, limit),
        )
        return [QuestionId(row[0]) for row in rows]


def _indexed(question: Question) -> tuple[str, ...]:
    options = "\n".join(option.text for option in question.options)
    tags = " ".join(question.tags)
    return question.id, question.title, question.topic, tags, question.prompt, options


def _item(row: Any) -> InboxItem:
    return InboxItem(
        InboxKind(row["kind"]),
        instant(row["at"]),
        MemberId(row["member"]),
        None if row["channel"] is None else ChannelId(row["channel"]),
        None if row["question"] is None else QuestionId(row["question"]),
        row["text"],
        row["id"],
        row["status"],
    )


def _notice(row: Any) -> Notice:
    return Notice(
        row["id"], row["addressee"], instant(row["at"]), row["state"], when(row["not_before"])
    )
