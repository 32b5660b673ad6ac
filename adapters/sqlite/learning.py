"""Attempts, cards, quizzes and accepted wordings; nothing here grades or schedules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.sqlite.codec import decode, encode, instant, micros
from adapters.sqlite.rows import Rows, stamp, storable, when
from bot.model import (
    DELETED,
    Attempt,
    Card,
    Confidence,
    Kind,
    Level,
    MemberId,
    Origin,
    QuestionId,
    Quiz,
    Said,
    Verdict,
)


class LearningRows(Rows):
    """The tables ``attempt``, ``card``, ``scheduler``, ``quiz`` and ``wording``."""

    def save_attempt(self, attempt: Attempt) -> None:
        """Insert an attempt, or replace the member's one with its key."""
        self.run(
            """INSERT OR REPLACE INTO attempt (member, key, question, topic, level, kind, at,
                source, said, verdict, sure, helped, late)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                attempt.member,
                attempt.key,
                attempt.question,
                attempt.topic,
                attempt.level.value,
                attempt.kind.value,
                micros(attempt.at),
                attempt.source.value,
                encode((attempt.said.keys, attempt.said.text)),
                attempt.verdict.value,
                attempt.sure.value if attempt.sure else None,
                attempt.helped,
                attempt.late,
            ),
        )

    def attempt(self, member: MemberId, key: str) -> Attempt | None:
        """Return a member's attempt by its key."""
        row = self.one("SELECT * FROM attempt WHERE member = ? AND key = ?", (member, key))
        return None if row is None else attempt_of(row)

    def attempts(self, member: MemberId, question: QuestionId) -> Sequence[Attempt]:
        """Return a member's attempts at a question, oldest first."""
        rows = self.all(
            "SELECT * FROM attempt WHERE member = ? AND question = ? ORDER BY at, key",
            (member, question),
        )
        return [attempt_of(row) for row in rows]

    def misses(self, question: QuestionId) -> Sequence[Attempt]:
        """Return everybody's wrong attempts at a ``short`` question, by member and key."""
        rows = self.all(
            """SELECT * FROM attempt WHERE question = ? AND kind = 'short' AND verdict = 'wrong'
            ORDER BY member, key""",
            (question,),
        )
        return [attempt_of(row) for row in rows]

    def forget_attempts(self, before: datetime, limit: int) -> int:
        """Put ``DELETED`` for what was typed in attempts before that instant, oldest first."""
        old = self.all(
            """SELECT member, key FROM attempt WHERE at < ?
            AND substr(said, 1, 4) = '[[],' AND said NOT IN ('[[],""]', '[[],"…"]')
            ORDER BY at LIMIT ?""",
            (micros(before), limit),
        )
        for member, key in old:
            self.run(
                "UPDATE attempt SET said = ? WHERE member = ? AND key = ?",
                (encode(((), DELETED)), member, key),
            )
        self.run("DELETE FROM quiz WHERE at < ?", (micros(before),))
        return len(old)

    # Cards -------------------------------------------------------------------------------------

    def save_card(self, card: Card) -> None:
        """Insert or replace what a member knows of a question."""
        self.run("INSERT OR IGNORE INTO scheduler (text) VALUES (?)", (card.scheduler,))
        self.run(
            """INSERT OR REPLACE INTO card (member, question, topic, level, at, verdict, due,
                stability, difficulty, scheduler, wanted)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM scheduler WHERE text = ?), ?)""",
            (
                card.member,
                card.question,
                card.topic,
                card.level.value,
                stamp(card.at),
                card.verdict.value if card.verdict else None,
                stamp(card.due),
                card.stability,
                card.difficulty,
                card.scheduler,
                stamp(card.wanted),
            ),
        )

    def card(self, member: MemberId, question: QuestionId) -> Card | None:
        """Return what a member knows of a question."""
        row = self.one(
            """SELECT card.*, text FROM card JOIN scheduler ON scheduler.id = scheduler
            WHERE member = ? AND question = ?""",
            (member, question),
        )
        return None if row is None else _card(row)

    def cards(self, member: MemberId) -> Sequence[Card]:
        """Return what a member knows of every question they met, by question."""
        rows = self.all(
            """SELECT card.*, text FROM card JOIN scheduler ON scheduler.id = scheduler
            WHERE member = ? ORDER BY question""",
            (member,),
        )
        return [_card(row) for row in rows]

    def due(self, member: MemberId, now: datetime) -> Sequence[QuestionId]:
        """Return the questions due for a member not after ``now``, the longest due first."""
        rows = self.all(
            "SELECT question FROM card WHERE member = ? AND due <= ? ORDER BY due, question",
            (member, micros(now)),
        )
        return [QuestionId(row[0]) for row in rows]

    # Quizzes and wordings ----------------------------------------------------------------------

    def save_quiz(self, quiz: Quiz) -> None:
        """Insert or replace the member's latest quiz."""
        self.run(
            "INSERT OR REPLACE INTO quiz (member, at, value) VALUES (?, ?, ?)",
            (quiz.member, micros(quiz.at), encode(quiz)),
        )

    def quiz(self, member: MemberId) -> Quiz | None:
        """Return the member's latest quiz."""
        row = self.one("SELECT value FROM quiz WHERE member = ?", (member,))
        return None if row is None else decode(row["value"], Quiz)

    def accept(self, question: QuestionId, wording: str, at: datetime) -> None:
        """Keep a wording that counts beside the accepted answers of a question."""
        self.run(
            "INSERT OR IGNORE INTO wording (question, text, at) VALUES (?, ?, ?)",
            (question, storable(wording), micros(at)),
        )

    def wordings(self, question: QuestionId) -> tuple[str, ...]:
        """Return the wordings accepted beside a question's own, oldest first."""
        rows = self.all(
            "SELECT text FROM wording WHERE question = ? ORDER BY at, text", (question,)
        )
        return tuple(row[0] for row in rows)


def attempt_of(row: Any) -> Attempt:
    """Return the attempt of a row."""
    keys, text = json.loads(row["said"])
    return Attempt(
        MemberId(row["member"]),
        row["key"],
        QuestionId(row["question"]),
        row["topic"],
        Level(row["level"]),
        Kind(row["kind"]),
        instant(row["at"]),
        Origin(row["source"]),
        Said(tuple(keys), text),
        Verdict(row["verdict"]),
        Confidence(row["sure"]) if row["sure"] else None,
        bool(row["helped"]),
        bool(row["late"]),
    )


def _card(row: Any) -> Card:
    return Card(
        MemberId(row["member"]),
        QuestionId(row["question"]),
        row["topic"],
        Level(row["level"]),
        when(row["at"]),
        Verdict(row["verdict"]) if row["verdict"] else None,
        when(row["due"]),
        row["stability"],
        row["difficulty"],
        row["text"],
        when(row["wanted"]),
    )
