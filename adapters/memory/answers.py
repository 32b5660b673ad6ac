"""Answers, what counts of them, help taken, and members; nothing here grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.deliveries import DeliveryTables
from adapters.memory.tables import Table
from bot.model import DELETED, Answer, Help, Member, MemberId, Result, RoundId


class AnswerTables(DeliveryTables):
    """Answers and members."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._answers: Table[RoundId, Mapping[MemberId, tuple[Answer, ...]]] = Table(self._log)
        self._results: Table[RoundId, Mapping[MemberId, Result]] = Table(self._log)
        self._helps: Table[tuple[RoundId, MemberId], tuple[tuple[Help, datetime], ...]]
        self._helps = Table(self._log)
        self._members: Table[MemberId, Member] = Table(self._log)

    def add_answer(self, answer: Answer) -> None:
        """Append an answer."""
        before = self._answers.get(answer.round_id, {})
        mine = (*before.get(answer.member, ()), answer)
        self._answers[answer.round_id] = {**before, answer.member: mine}

    def answers(self, round_id: RoundId, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in a round, oldest first: in the order they were added."""
        return self._answers.get(round_id, {}).get(member, ())

    def all_answers(self, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in all rounds, by round, each's oldest first."""
        return [each for _, held in sorted(self._answers.items()) for each in held.get(member, ())]

    def save_result(self, result: Result) -> None:
        """Insert or replace what counts of a member in a round."""
        before = self._results.get(result.round_id, {})
        self._results[result.round_id] = {**before, result.member: result}

    def result(self, round_id: RoundId, member: MemberId) -> Result | None:
        """Return what counts of a member in a round."""
        return self._results.get(round_id, {}).get(member)

    def results(self, round_id: RoundId) -> Sequence[Result]:
        """Return what counts of every member in a round, by member."""
        held = self._results.get(round_id, {})
        return [held[member] for member in sorted(held)]

    def answered(self, round_id: RoundId) -> int:
        """Count the members who answered before the close."""
        held = self._answers.get(round_id, {})
        return sum(1 for mine in held.values() if any(not each.late for each in mine))

    def forget_typed(self, before: datetime, limit: int) -> int:
        """Put ``DELETED`` for what members typed before that instant, in answers and results.

        At most ``limit`` answers, the oldest first; returns how many it were.
        """
        typed = sorted(
            (each.at, round_id, member, place)
            for round_id, members in self._answers.items()
            for member, mine in members.items()
            for place, each in enumerate(mine)
            if each.at < before and without_words(each) != each
        )
        for _, round_id, member, place in typed[:limit]:
            mine = list(self.answers(round_id, member))
            mine[place] = without_words(mine[place])
            self._answers[round_id] = {**self._answers[round_id], member: tuple(mine)}
            if (result := self.result(round_id, member)) is not None:
                first, last = (
                    without_words(each) if each.at < before else each
                    for each in (result.first, result.last)
                )
                self.save_result(replace(result, first=first, last=last))
        return len(typed[:limit])

    def add_help(self, round_id: RoundId, member: MemberId, what: Help, at: datetime) -> None:
        """Append that a member took a hint or saw the solution."""
        key = (round_id, member)
        self._helps[key] = (*self._helps.get(key, ()), (what, at))

    def helps(self, round_id: RoundId, member: MemberId) -> Sequence[tuple[Help, datetime]]:
        """Return the help a member took in a round, oldest first: in the order it was added."""
        return self._helps.get((round_id, member), ())

    def member(self, member: MemberId) -> Member | None:
        """Return what is kept of a member."""
        return self._members.get(member)

    def save_member(self, member: Member) -> None:
        """Insert or replace a member."""
        self._members[member.id] = member


def without_words(answer: Answer) -> Answer:
    """Return an answer with ``DELETED`` for what was typed, if anything was."""
    if answer.said.keys or not answer.said.text:
        return answer
    return replace(answer, said=replace(answer.said, text=DELETED))
