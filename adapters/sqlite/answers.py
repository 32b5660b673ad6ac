"""Answers, what counts of them, help taken, and members; nothing here grades."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from adapters.sqlite.codec import decode, encode, instant, micros
from adapters.sqlite.learning import LearningRows
from adapters.sqlite.rows import day_of, day_text, stamp, when
from bot.model import (
    DELETED,
    Answer,
    Confidence,
    Help,
    Member,
    MemberId,
    Result,
    RoundId,
    Said,
    Verdict,
)


class AnswerRows(LearningRows):
    """The tables ``answer``, ``result``, ``help`` and ``member``."""

    def add_answer(self, answer: Answer) -> None:
        """Append an answer."""
        at, said, sure, late = _short(answer)
        self.run(
            """INSERT INTO answer (round, member, place, at, said, sure, late)
            SELECT :round, :member, coalesce(max(place), 0) + 1, :at, :said, :sure, :late
            FROM answer WHERE round = :round AND member = :member""",
            {
                "round": answer.round_id,
                "member": answer.member,
                "at": at,
                "said": encode(said),
                "sure": sure,
                "late": late,
            },
        )

    def answers(self, round_id: RoundId, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in a round, oldest first: in the order they were added."""
        rows = self.all(
            """SELECT at, said, sure, late FROM answer WHERE round = ? AND member = ?
            ORDER BY place""",
            (round_id, member),
        )
        return [
            _answer(round_id, member, (at, json.loads(said), sure, late))
            for at, said, sure, late in rows
        ]

    def all_answers(self, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in all rounds, by round, each's oldest first."""
        rows = self.all(
            "SELECT round, at, said, sure, late FROM answer WHERE member = ? ORDER BY round, place",
            (member,),
        )
        return [
            _answer(RoundId(of), member, (at, json.loads(said), sure, late))
            for of, at, said, sure, late in rows
        ]

    def save_result(self, result: Result) -> None:
        """Insert or replace what counts of a member in a round."""
        self.run(
            """INSERT OR REPLACE INTO result
                (round, member, verdict, first, last, helped, locked, ticks)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                result.round_id,
                result.member,
                result.verdict.value,
                encode(_short(result.first)),
                encode(_short(result.last)),
                result.helped,
                result.locked,
                None if result.ticks is None else encode(result.ticks),
            ),
        )

    def result(self, round_id: RoundId, member: MemberId) -> Result | None:
        """Return what counts of a member in a round."""
        row = self.one("SELECT * FROM result WHERE round = ? AND member = ?", (round_id, member))
        return None if row is None else _result(row)

    def results(self, round_id: RoundId) -> Sequence[Result]:
        """Return what counts of every member in a round, by member."""
        rows = self.all("SELECT * FROM result WHERE round = ? ORDER BY member", (round_id,))
        return [_result(row) for row in rows]

    def answered(self, round_id: RoundId) -> int:
        """Count the members who answered before the close."""
        row = self.one(
            "SELECT count(DISTINCT member) FROM answer WHERE round = ? AND late = 0", (round_id,)
        )
        return 0 if row is None else int(row[0])

    def forget_typed(self, before: datetime, limit: int) -> int:
        """Put ``DELETED`` for what members typed before that instant, wherever it is kept."""
        old = self.all(
            """SELECT round, member, place FROM answer WHERE at < ?
            AND substr(said, 1, 4) = '[[],' AND said NOT IN ('[[],""]', '[[],"…"]')
            ORDER BY at LIMIT ?""",
            (micros(before), limit),
        )
        for round_id, member, place in old:
            self.run(
                "UPDATE answer SET said = ? WHERE round = ? AND member = ? AND place = ?",
                (encode(((), DELETED)), round_id, member, place),
            )
            if (result := self.result(round_id, member)) is not None:
                first, last = (
                    _without_words(each) if each.at < before else each
                    for each in (result.first, result.last)
                )
                self.save_result(replace(result, first=first, last=last))
        return max(len(old), self.forget_attempts(before, limit))

    def add_help(self, round_id: RoundId, member: MemberId, what: Help, at: datetime) -> None:
        """Append that a member took a hint or saw the solution."""
        self.run(
            """INSERT INTO help (round, member, place, what, at)
            SELECT :round, :member, coalesce(max(place), 0) + 1, :what, :at
            FROM help WHERE round = :round AND member = :member""",
            {"round": round_id, "member": member, "what": what.value, "at": micros(at)},
        )

    def helps(self, round_id: RoundId, member: MemberId) -> Sequence[tuple[Help, datetime]]:
        """Return the help a member took in a round, oldest first: in the order it was added."""
        rows = self.all(
            "SELECT what, at FROM help WHERE round = ? AND member = ? ORDER BY place",
            (round_id, member),
        )
        return [(Help(what), instant(at)) for what, at in rows]

    # Members -----------------------------------------------------------------------------------

    def member(self, member: MemberId) -> Member | None:
        """Return what is kept of a member."""
        row = self.one("SELECT * FROM member WHERE id = ?", (member,))
        return row and Member(
            MemberId(row["id"]),
            instant(row["first_seen"]),
            None if row["board"] is None else bool(row["board"]),
            bool(row["asked"]),
            day_of(row["interview"]),
            decode(row["away"], tuple),
            None if row["nudge"] is None else time.fromisoformat(row["nudge"]),
            row["nudge_zone"],
            when(row["nudge_at"]),
        )

    def save_member(self, member: Member) -> None:
        """Insert or replace a member."""
        self.run(
            """INSERT OR REPLACE INTO member (id, first_seen, board, asked, interview, away,
                nudge, nudge_zone, nudge_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                member.id,
                micros(member.first_seen),
                member.board,
                member.asked,
                day_text(member.interview),
                encode(member.away),
                None if member.nudge is None else member.nudge.isoformat(),
                member.nudge_zone,
                stamp(member.nudge_at),
            ),
        )


_Short = tuple[int, tuple[object, str], str | None, int]
"""An answer without its round and member: when, (keys, text), how sure, whether late."""


def _short(answer: Answer) -> _Short:
    said = (answer.said.keys, answer.said.text)
    sure = answer.sure.value if answer.sure else None
    return micros(answer.at), said, sure, int(answer.late)


def _answer(round_id: RoundId, member: MemberId, short: Any) -> Answer:
    at, (keys, text), sure, late = short
    return Answer(
        round_id,
        member,
        instant(at),
        Said(tuple(keys), text),
        Confidence(sure) if sure else None,
        bool(late),
    )


def _without_words(answer: Answer) -> Answer:
    typed = answer.said.text and not answer.said.keys
    return replace(answer, said=Said((), DELETED)) if typed else answer


def _result(row: Any) -> Result:
    round_id, member = RoundId(row["round"]), MemberId(row["member"])
    return Result(
        round_id,
        member,
        Verdict(row["verdict"]),
        _answer(round_id, member, json.loads(row["first"])),
        _answer(round_id, member, json.loads(row["last"])),
        bool(row["helped"]),
        bool(row["locked"]),
        None if row["ticks"] is None else tuple(json.loads(row["ticks"])),
    )
