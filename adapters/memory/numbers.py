"""What members' attempts add up to: tallies, scores, nudges; and forgetting a member altogether."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from adapters.memory.learning import LearningTables
from adapters.memory.tables import Table
from bot.model import (
    Attempt,
    ChannelId,
    Confidence,
    Member,
    MemberId,
    Posted,
    RoundId,
    Score,
    Tally,
    Verdict,
)

K = TypeVar("K")
V = TypeVar("V")


class NumberTables(LearningTables):
    """Sums over attempts, and scores, kept as attempts come and go."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._scores: Table[tuple[ChannelId, str], Mapping[MemberId, Score]] = Table(self._log)

    def tallies(self, member: MemberId) -> Sequence[Tally]:
        """Return what a member's attempts add up to, by topic."""
        mine = self._attempts.get(member, {}).values()
        return [
            _tally(topic, [each for each in mine if each.topic == topic])
            for topic in sorted({each.topic for each in mine})
        ]

    def sure_and_wrong(self, member: MemberId, limit: int) -> Sequence[Attempt]:
        """Return a member's wrong attempts that they were sure of, newest first."""
        found = (
            each
            for each in self.all_attempts(member)[::-1]
            if each.sure is Confidence.SURE and each.verdict is Verdict.WRONG
        )
        return list(found)[:limit]

    def all_attempts(self, member: MemberId) -> Sequence[Attempt]:
        """Return everything a member attempted, oldest first, then by key."""
        mine = self._attempts.get(member, {}).values()
        return sorted(mine, key=lambda each: (each.at, each.key))

    def posted(self, channel: ChannelId) -> Sequence[Posted]:
        """Return the channel's rounds that stood in it, by date and turn."""
        return [
            Posted(each.id, each.date, each.state, each.opened_at)
            for each in self._all(channel)
            if each.opened_at is not None
        ]

    def answered_rounds(
        self, member: MemberId, channel: ChannelId
    ) -> Mapping[RoundId, datetime | None]:
        """Return the channel's rounds a member attempted: ``None`` in time, else when it was."""
        return {
            RoundId(key): each.at if each.late else None
            for key, each in self._attempts.get(member, {}).items()
            if key.startswith(f"{channel}|")
        }

    # Scores ------------------------------------------------------------------------------------

    def add_score(self, change: Score) -> None:
        """Add to what a member's answers count in a channel and month; what is nought goes."""
        where = change.channel, change.month
        scores = dict(self._scores.get(where, {}))
        old = scores.pop(change.member, Score(*where, change.member, 0, 0))
        answered, right = old.answered + change.answered, old.right + change.right
        if answered:
            scores[change.member] = Score(*where, change.member, answered, right)
        self._scores[where] = scores

    def score(self, channel: ChannelId, month: str, member: MemberId) -> Score | None:
        """Return what a member's answers count in a channel and month."""
        return self._scores.get((channel, month), {}).get(member)

    def scores(
        self, channel: ChannelId, month: str, limit: int, *, everyone: bool
    ) -> Sequence[Score]:
        """Return the scores of those who may be shown, most right first, then by member."""
        shown = self._shown(channel, month, everyone=everyone)
        return sorted(shown, key=lambda each: (-each.right, each.member))[:limit]

    def ahead(self, channel: ChannelId, month: str, right: int, *, everyone: bool) -> int:
        """Count those who may be shown and have more right."""
        shown = self._shown(channel, month, everyone=everyone)
        return sum(each.right > right for each in shown)

    def _shown(self, channel: ChannelId, month: str, *, everyone: bool) -> list[Score]:
        return [
            each
            for each in self._scores.get((channel, month), {}).values()
            if self._may_be_shown(self.member(each.member), everyone=everyone)
        ]

    def _may_be_shown(self, member: Member | None, *, everyone: bool) -> bool:
        said = member.board if member is not None else None
        return everyone if said is None else said

    # Nudges, and forgetting --------------------------------------------------------------------

    def nudges_due(self, now: datetime, limit: int) -> Sequence[Member]:
        """Return members whose ``nudge_at`` is not after ``now``, earliest first."""
        due = [
            (each.nudge_at, each.id, each)
            for each in self._members.values()
            if each.nudge_at is not None and each.nudge_at <= now
        ]
        return [each for _, _, each in sorted(due, key=lambda found: found[:2])[:limit]]

    def forget(self, member: MemberId) -> None:
        """Remove everything kept of a member but the log of what they did as an admin."""
        _leave_out(self._answers, member)
        _leave_out(self._results, member)
        for key in [key for key in self._helps if key[1] == member]:
            del self._helps[key]
        _leave_out(self._scores, member)
        for table in (self._attempts, self._cards, self._quizzes, self._members):
            table.discard(member)


def _tally(topic: str, attempts: Sequence[Attempt]) -> Tally:
    judged = [each for each in attempts if each.verdict is not Verdict.OPEN]
    unaided = [each for each in judged if not each.helped]
    sure = [each for each in judged if each.sure is Confidence.SURE]
    return Tally(
        topic,
        answered=len(attempts),
        met=len({each.question for each in attempts}),
        unaided=len(unaided),
        right=sum(each.verdict is Verdict.RIGHT for each in unaided),
        sure=len(sure),
        sure_right=sum(each.verdict is Verdict.RIGHT for each in sure),
    )


def _leave_out(table: Table[K, Mapping[MemberId, V]], member: MemberId) -> None:
    """Take a member out of every entry of a table of what members did."""
    for key, held in list(table.items()):
        if member in held:
            table[key] = {who: each for who, each in held.items() if who != member}
