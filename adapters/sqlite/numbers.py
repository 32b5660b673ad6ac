"""What members' attempts add up to: tallies, scores, nudges; and forgetting a member altogether."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from adapters.sqlite.answers import AnswerRows
from adapters.sqlite.codec import instant, micros
from adapters.sqlite.learning import attempt_of
from bot.model import (
    Attempt,
    ChannelId,
    Member,
    MemberId,
    Posted,
    RoundId,
    RoundState,
    Score,
    Tally,
)

FORGET = tuple(
    f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - names of our own tables
    for table, column in (
        ("answer", "member"),
        ("result", "member"),
        ("help", "member"),
        ("attempt", "member"),
        ("card", "member"),
        ("quiz", "member"),
        ("score", "member"),
        ("inbox", "member"),
        ("notice", "addressee"),
        ("fact", "value"),
        ("member", "id"),
    )
)
"""Removes everything kept of a member but what they did as an admin."""


class NumberRows(AnswerRows):
    """Sums over the table ``attempt``, and the table ``score``, kept as attempts come and go."""

    def tallies(self, member: MemberId) -> Sequence[Tally]:
        """Return what a member's attempts add up to, by topic."""
        rows = self.all(
            """SELECT topic, count(*), count(DISTINCT question),
                sum(verdict <> 'open' AND NOT helped),
                sum(verdict = 'right' AND NOT helped),
                sum(verdict <> 'open' AND sure IS 'sure'),
                sum(verdict = 'right' AND sure IS 'sure')
            FROM attempt WHERE member = ? GROUP BY topic ORDER BY topic""",
            (member,),
        )
        return [Tally(*row) for row in rows]

    def sure_and_wrong(self, member: MemberId, limit: int) -> Sequence[Attempt]:
        """Return a member's wrong attempts that they were sure of, newest first."""
        rows = self.all(
            """SELECT * FROM attempt WHERE member = ? AND sure = 'sure' AND verdict = 'wrong'
            ORDER BY at DESC, key DESC LIMIT ?""",
            (member, limit),
        )
        return [attempt_of(row) for row in rows]

    def all_attempts(self, member: MemberId) -> Sequence[Attempt]:
        """Return everything a member attempted, oldest first, then by key."""
        rows = self.all("SELECT * FROM attempt WHERE member = ?", (member,))
        return sorted(map(attempt_of, rows), key=lambda each: (each.at, each.key))

    def posted(self, channel: ChannelId) -> Sequence[Posted]:
        """Return the channel's rounds that stood in it, by date and turn."""
        rows = self.all(
            """SELECT id, local_date, state, opened_at FROM round
            WHERE channel = ? AND opened_at IS NOT NULL ORDER BY local_date, turn""",
            (channel,),
        )
        return [
            Posted(RoundId(name), date.fromisoformat(day), RoundState(state), instant(at))
            for name, day, state, at in rows
        ]

    def answered_rounds(
        self, member: MemberId, channel: ChannelId
    ) -> Mapping[RoundId, datetime | None]:
        """Return the channel's rounds a member attempted: ``None`` in time, else when it was."""
        rows = self.all(
            "SELECT key, late, at FROM attempt WHERE member = ? AND key >= ? AND key < ?",
            (member, f"{channel}|", f"{channel}}}"),  # "}" comes after "|"
        )
        return {RoundId(key): instant(at) if late else None for key, late, at in rows}

    # Scores ------------------------------------------------------------------------------------

    def add_score(self, change: Score) -> None:
        """Add to what a member's answers count in a channel and month; what is nought goes."""
        where = (change.channel, change.month, change.member)
        known = self.run(
            """UPDATE score SET answered = answered + ?, "right" = "right" + ?
            WHERE channel = ? AND month = ? AND member = ?""",
            (change.answered, change.right, *where),
        )
        if not known:
            self.run(
                """INSERT INTO score (channel, month, member, answered, "right", board)
                VALUES (?, ?, ?, ?, ?, (SELECT board FROM member WHERE id = ?))""",
                (*where, change.answered, change.right, change.member),
            )
        elif change.answered < 0:
            self.run(
                """DELETE FROM score
                WHERE channel = ? AND month = ? AND member = ? AND answered = 0""",
                where,
            )

    def score(self, channel: ChannelId, month: str, member: MemberId) -> Score | None:
        """Return what a member's answers count in a channel and month."""
        row = self.one(
            """SELECT answered, "right" FROM score
            WHERE channel = ? AND month = ? AND member = ?""",
            (channel, month, member),
        )
        return None if row is None else Score(channel, month, member, *row)

    def scores(
        self, channel: ChannelId, month: str, limit: int, *, everyone: bool
    ) -> Sequence[Score]:
        """Return the scores of those who may be shown, most right first, then by member."""
        rows = self.all(
            """SELECT member, answered, "right" FROM score WHERE channel = ? AND month = ?
            AND coalesce(board, ?) = 1 ORDER BY "right" DESC, member LIMIT ?""",
            (channel, month, everyone, limit),
        )
        return [Score(channel, month, MemberId(member), *rest) for member, *rest in rows]

    def ahead(self, channel: ChannelId, month: str, right: int, *, everyone: bool) -> int:
        """Count those who may be shown and have more right."""
        row = self.one(
            """SELECT count(*) FROM score WHERE channel = ? AND month = ? AND "right" > ?
            AND coalesce(board, ?) = 1""",
            (channel, month, right, everyone),
        )
        return 0 if row is None else int(row[0])

    def save_member(self, member: Member) -> None:
        """Insert or replace a member; their scores say as well whether they may be shown."""
        super().save_member(member)
        self.run(
            "UPDATE score SET board = :board WHERE member = :member AND board IS NOT :board",
            {"member": member.id, "board": member.board},
        )

    # Nudges, and forgetting --------------------------------------------------------------------

    def nudges_due(self, now: datetime, limit: int) -> Sequence[Member]:
        """Return members whose ``nudge_at`` is not after ``now``, earliest first."""
        rows = self.all(
            "SELECT id FROM member WHERE nudge_at <= ? ORDER BY nudge_at, id LIMIT ?",
            (micros(now), limit),
        )
        found = (self.member(MemberId(row[0])) for row in rows)
        return [member for member in found if member is not None]

    def forget(self, member: MemberId) -> None:
        """Remove everything kept of a member but the log of what they did as an admin."""
        for statement in FORGET:
            self.run(statement, (member,))
