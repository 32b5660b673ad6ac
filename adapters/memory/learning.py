"""Attempts, cards, quizzes and accepted wordings; nothing here grades or schedules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.answers import AnswerTables
from adapters.memory.tables import Table
from bot.model import (
    DELETED,
    Attempt,
    Card,
    Kind,
    MemberId,
    QuestionId,
    Quiz,
    Verdict,
)


class LearningTables(AnswerTables):
    """What is learnt from answers."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._attempts: Table[MemberId, Mapping[str, Attempt]] = Table(self._log)
        self._cards: Table[MemberId, Mapping[QuestionId, Card]] = Table(self._log)
        self._quizzes: Table[MemberId, Quiz] = Table(self._log)
        self._wordings: Table[QuestionId, Mapping[str, datetime]] = Table(self._log)

    def save_attempt(self, attempt: Attempt) -> None:
        """Insert an attempt, or replace the member's one with its key."""
        before = self._attempts.get(attempt.member, {})
        self._attempts[attempt.member] = {**before, attempt.key: attempt}

    def attempt(self, member: MemberId, key: str) -> Attempt | None:
        """Return a member's attempt by its key."""
        return self._attempts.get(member, {}).get(key)

    def attempts(self, member: MemberId, question: QuestionId) -> Sequence[Attempt]:
        """Return a member's attempts at a question, oldest first."""
        mine = self._attempts.get(member, {}).values()
        at_it = (each for each in mine if each.question == question)
        return sorted(at_it, key=lambda each: (each.at, each.key))

    def misses(self, question: QuestionId) -> Sequence[Attempt]:
        """Return everybody's wrong attempts at a ``short`` question, by member and key."""
        missed = (
            each
            for mine in self._attempts.values()
            for each in mine.values()
            if (each.question, each.kind, each.verdict) == (question, Kind.SHORT, Verdict.WRONG)
        )
        return sorted(missed, key=lambda each: (each.member, each.key))

    def forget_typed(self, before: datetime, limit: int) -> int:
        """Put ``DELETED`` for what members typed before that instant, wherever it is kept."""
        answers = super().forget_typed(before, limit)
        typed = sorted(
            (each.at, member, key)
            for member, mine in self._attempts.items()
            for key, each in mine.items()
            if each.at < before and not each.said.keys and each.said.text not in {"", DELETED}
        )[:limit]
        for _, member, key in typed:
            each = self._attempts[member][key]
            self.save_attempt(replace(each, said=replace(each.said, text=DELETED)))
        for member in [member for member, quiz in self._quizzes.items() if quiz.at < before]:
            del self._quizzes[member]
        return max(answers, len(typed))

    def save_card(self, card: Card) -> None:
        """Insert or replace what a member knows of a question."""
        before = self._cards.get(card.member, {})
        self._cards[card.member] = {**before, card.question: card}

    def card(self, member: MemberId, question: QuestionId) -> Card | None:
        """Return what a member knows of a question."""
        return self._cards.get(member, {}).get(question)

    def cards(self, member: MemberId) -> Sequence[Card]:
        """Return what a member knows of every question they met, by question."""
        mine = self._cards.get(member, {})
        return [mine[question] for question in sorted(mine)]

    def due(self, member: MemberId, now: datetime) -> Sequence[QuestionId]:
        """Return the questions due for a member not after ``now``, the longest due first."""
        mine = self._cards.get(member, {}).values()
        waiting = [(each.due, each.question) for each in mine if each.due and each.due <= now]
        return [question for _, question in sorted(waiting)]

    def save_quiz(self, quiz: Quiz) -> None:
        """Insert or replace the member's latest quiz."""
        self._quizzes[quiz.member] = quiz

    def quiz(self, member: MemberId) -> Quiz | None:
        """Return the member's latest quiz."""
        return self._quizzes.get(member)

    def accept(self, question: QuestionId, wording: str, at: datetime) -> None:
        """Keep a wording that counts beside the accepted answers of a question."""
        before = self._wordings.get(question, {})
        self._wordings[question] = {wording: at, **before}

    def wordings(self, question: QuestionId) -> tuple[str, ...]:
        """Return the wordings accepted beside a question's own, oldest first."""
        kept = self._wordings.get(question, {})
        return tuple(sorted(kept, key=lambda text: (kept[text], text)))
