"""Rounds, their copies of questions, and the counts per stratum; not their deliveries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from adapters.sqlite.codec import decode, encode, instant, micros
from adapters.sqlite.rows import Rows, stamp, storable, when
from bot.errors import Lost
from bot.model import (
    ChannelId,
    Question,
    Ref,
    Round,
    RoundId,
    RoundState,
    platform_of,
)

COPIES = 4096
"""How many questions' copies and hashes are remembered."""


class RoundRows(Rows):
    """The tables ``round``, ``copy`` and ``tally``."""

    def __init__(self, db: Database) -> None:
        """Take the database."""
        super().__init__(db)
        self._hashes: dict[int, tuple[Question, str]] = {}
        self._copies: dict[str, Question] = {}

    def add_round(self, round_: Round) -> None:
        """Insert a round; raises ``Lost`` when its channel, date and turn are taken.

        A round with a question counts in the channel's history from here on; saving it as missed
        (without a question) takes that back.
        """
        values = self._values(round_)
        done = self.run(
            """INSERT INTO round (id, channel, platform, local_date, turn, state, key, due_at,
                expires_at, copy, number, late, opened_at, reveal_at, closed_at, revealed_at, post,
                thread, reason, cycle, stale, edited_at, asked, topic, level, kind, counted)
            VALUES (:id, :channel, :platform, :local_date, :turn, :state, :key, :due_at,
                :expires_at, :copy, :number, :late, :opened_at, :reveal_at, :closed_at,
                :revealed_at, :post, :thread, :reason, :cycle, :stale, :edited_at, :asked, :topic,
                :level, :kind, :counted) ON CONFLICT DO NOTHING""",
            {**values, "counted": values["asked"] is not None},
        )
        if not done:
            raise Lost(f"round {round_.id}: taken")
        self._count(round_.channel, _stratum(values), 1)

    def save_round(self, round_: Round) -> None:
        """Replace a round; raises ``Lost`` when there is none with its id."""
        before = self.one(
            "SELECT asked, topic, level, kind, counted FROM round WHERE id = ?", (round_.id,)
        )
        if before is None:
            raise Lost(f"round {round_.id}: gone")
        values = self._values(round_)
        same = all(before[name] == values[name] for name in ("asked", "topic", "level", "kind"))
        if not same:
            self._unask(round_, before)
        # What follows from the id stays, and with it the indexes of that.
        self.run(
            """UPDATE round SET state = :state, due_at = :due_at, expires_at = :expires_at,
                copy = :copy, number = :number, late = :late, opened_at = :opened_at,
                reveal_at = :reveal_at, closed_at = :closed_at, revealed_at = :revealed_at,
                post = :post, thread = :thread, reason = :reason, cycle = :cycle, stale = :stale,
                edited_at = :edited_at
            WHERE id = :id""",
            values,
        )
        if not same:
            self._ask(round_, values)

    def round(self, round_id: RoundId) -> Round | None:
        """Return one round."""
        return self._one_round("SELECT * FROM round WHERE id = ?", (round_id,))

    def round_by_key(self, key: str) -> Round | None:
        """Return the round with this key, or to which the delivery with this key belongs."""
        return self._one_round("SELECT * FROM round WHERE key = ?", (key,)) or self._one_round(
            "SELECT * FROM round WHERE id = (SELECT round FROM delivery WHERE key = ?)", (key,)
        )

    def rounds(self, channel: ChannelId, limit: int) -> Sequence[Round]:
        """Return the channel's rounds, newest (date, turn) first."""
        return self._rounds(
            "SELECT * FROM round WHERE channel = ? ORDER BY local_date DESC, turn DESC LIMIT ?",
            (channel, limit),
        )

    def rounds_on(self, channel: ChannelId, day: date) -> Sequence[Round]:
        """Return the turns of one local day, in order."""
        return self._rounds(
            "SELECT * FROM round WHERE channel = ? AND local_date = ? ORDER BY turn",
            (channel, day.isoformat()),
        )

    def unfinished_rounds(self, channel: ChannelId) -> Sequence[Round]:
        """Return the channel's rounds that are planned, sending, open or closed, oldest first."""
        return self._rounds(
            """SELECT * FROM round WHERE channel = ?
            AND state IN ('planned', 'sending', 'open', 'closed') ORDER BY local_date, turn""",
            (channel,),
        )

    def reveals_due(self, platform: str, now: datetime, limit: int) -> Sequence[Round]:
        """Return open rounds whose ``reveal_at`` is not after ``now``, earliest first."""
        return self._rounds(
            """SELECT * FROM round WHERE platform = ? AND state = 'open' AND reveal_at <= ?
            ORDER BY reveal_at, id LIMIT ?""",
            (platform, micros(now), limit),
        )

    def stale_rounds(self, platform: str, edited_before: datetime, limit: int) -> Sequence[Round]:
        """Return stale rounds that stand and were last edited before that instant, or never."""
        return self._rounds(
            """SELECT * FROM round WHERE platform = ? AND stale = 1 AND post IS NOT NULL
            AND coalesce(edited_at, 0) < ? ORDER BY coalesce(edited_at, 0), id LIMIT ?""",
            (platform, micros(edited_before), limit),
        )

    def _one_round(self, sql: str, values: Sequence[object]) -> Round | None:
        row = self.one(sql, values)
        return None if row is None else self._round(row)

    def _rounds(self, sql: str, values: Sequence[object]) -> list[Round]:
        return [self._round(row) for row in self.all(sql, values)]

    # The counts --------------------------------------------------------------------------------

    def _unask(self, round_: Round, before: Any) -> None:
        """Take back that a round asks what it asked before."""
        self.run(
            """UPDATE round SET asked = NULL, topic = NULL, level = NULL, kind = NULL, counted = 0
            WHERE id = ?""",
            (round_.id,),
        )
        if before["counted"]:
            self._count(round_.channel, _stratum(before), -1)

    def _ask(self, round_: Round, values: Mapping[str, object]) -> None:
        """Note what a round asks from now on; nothing where it is missed."""
        if values["asked"] is not None:
            self.run(
                """UPDATE round SET asked = :asked, topic = :topic, level = :level, kind = :kind,
                    counted = 1
                WHERE id = :id""",
                values,
            )
            self._count(round_.channel, _stratum(values), 1)

    def _count(self, channel: ChannelId, stratum: tuple[str, str, str] | None, change: int) -> None:
        if stratum is None:
            return
        self.run(
            """INSERT INTO tally (channel, topic, level, kind, count) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + ?""",
            (channel, *stratum, max(change, 0), change),
        )

    # The copies --------------------------------------------------------------------------------

    def _keep(self, question: Question) -> str:
        """Keep a copy of a question and return its hash."""
        known = self._hashes.get(id(question))
        if known is not None and known[0] is question:
            digest = known[1]
            if self.one("SELECT 1 FROM copy WHERE hash = ?", (digest,)):
                return digest
        text = encode(question)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.run("INSERT OR IGNORE INTO copy (hash, question) VALUES (?, ?)", (digest, text))
        self._remember(question, digest)
        return digest

    def _copy(self, digest: str) -> Question:
        question = self._copies.get(digest)
        if question is None:
            row = self.one("SELECT question FROM copy WHERE hash = ?", (digest,))
            if row is None:
                raise LookupError(digest)  # the foreign key forbids it
            question = decode(row[0], Question)
            self._remember(question, digest)
        return question

    def _remember(self, question: Question, digest: str) -> None:
        if len(self._copies) >= COPIES:
            self._copies.clear()
            self._hashes.clear()
        self._copies[digest] = question
        self._hashes[id(question)] = (question, digest)  # holding it keeps its id its own

    # Rows and values ---------------------------------------------------------------------------

    def _values(self, round_: Round) -> dict[str, object]:
        question = round_.question
        asked = question if round_.state is not RoundState.MISSED else None
        return {
            "id": round_.id,
            "channel": round_.channel,
            "platform": platform_of(round_.channel),
            "local_date": round_.date.isoformat(),
            "turn": round_.turn,
            "state": round_.state.value,
            "key": round_.key,
            "due_at": micros(round_.due_at),
            "expires_at": micros(round_.expires_at),
            "copy": None if question is None else self._keep(question),
            "number": round_.number,
            "late": round_.late,
            "opened_at": stamp(round_.opened_at),
            "reveal_at": stamp(round_.reveal_at),
            "closed_at": stamp(round_.closed_at),
            "revealed_at": stamp(round_.revealed_at),
            "post": round_.post,
            "thread": round_.thread,
            "reason": storable(round_.reason),
            "cycle": round_.cycle,
            "stale": round_.stale,
            "edited_at": stamp(round_.edited_at),
            "asked": asked and asked.id,
            "topic": asked and asked.topic,
            "level": asked and asked.level.value,
            "kind": asked and asked.kind.value,
        }

    def _round(self, row: Any) -> Round:
        return Round(
            id=RoundId(row["id"]),
            channel=ChannelId(row["channel"]),
            date=date.fromisoformat(row["local_date"]),
            turn=row["turn"],
            state=RoundState(row["state"]),
            key=row["key"],
            due_at=instant(row["due_at"]),
            expires_at=instant(row["expires_at"]),
            question=None if row["copy"] is None else self._copy(row["copy"]),
            number=row["number"],
            late=bool(row["late"]),
            opened_at=when(row["opened_at"]),
            reveal_at=when(row["reveal_at"]),
            closed_at=when(row["closed_at"]),
            revealed_at=when(row["revealed_at"]),
            post=None if row["post"] is None else Ref(row["post"]),
            thread=None if row["thread"] is None else Ref(row["thread"]),
            reason=row["reason"],
            cycle=row["cycle"],
            stale=bool(row["stale"]),
            edited_at=when(row["edited_at"]),
        )


def _stratum(values: Any) -> tuple[str, str, str] | None:
    return values["asked"] and (values["topic"], values["level"], values["kind"])
