"""Channels and what selection asks about their past; not the rounds that this past is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.sqlite.codec import decode, encode, instant, micros, shared
from adapters.sqlite.rows import Rows, day_of, day_text, stamp, when
from bot.model import Channel, ChannelId, ChannelState, Kind, Level, QuestionId, Stratum


class ChannelRows(Rows):
    """The table ``channel``."""

    def channels(self) -> Sequence[ChannelState]:
        """Return every channel, active or not, by id."""
        return [_state(row) for row in self.all("SELECT * FROM channel ORDER BY id")]

    def channel(self, channel: ChannelId) -> ChannelState | None:
        """Return one channel."""
        row = self.one("SELECT * FROM channel WHERE id = ?", (channel,))
        return None if row is None else _state(row)

    def save_channel(self, state: ChannelState) -> None:
        """Insert or replace a channel."""
        self.run(
            """INSERT INTO channel (id, settings, since, last_date, next_date, next_at,
                paused_from, paused_until, skips, cycle, mix_from, sent, active)
            VALUES (:id, :settings, :since, :last_date, :next_date, :next_at,
                :paused_from, :paused_until, :skips, :cycle, :mix_from, :sent, :active)
            ON CONFLICT (id) DO UPDATE SET settings = :settings, since = :since,
                last_date = :last_date, next_date = :next_date, next_at = :next_at,
                paused_from = :paused_from, paused_until = :paused_until, skips = :skips,
                cycle = :cycle, mix_from = :mix_from, sent = :sent, active = :active""",
            {
                "id": state.channel.id,
                "settings": encode(state.channel),
                "since": micros(state.since),
                "last_date": day_text(state.last_date),
                "next_date": day_text(state.next_date),
                "next_at": stamp(state.next_at),
                "paused_from": stamp(state.paused_from),
                "paused_until": stamp(state.paused_until),
                "skips": encode(state.skips),
                "cycle": state.cycle,
                "mix_from": state.mix_from,
                "sent": state.sent,
                "active": state.active,
            },
        )

    def due_channels(self, now: datetime, limit: int) -> Sequence[ChannelState]:
        """Return active channels whose ``next_at`` is not after ``now``, earliest first."""
        rows = self.all(
            """SELECT * FROM channel WHERE active = 1 AND next_at <= ?
            ORDER BY next_at, id LIMIT ?""",
            (micros(now), limit),
        )
        return [_state(row) for row in rows]

    def history(self, channel: ChannelId) -> SqliteHistory:
        """Return what selection asks about the channel's past; valid inside this transaction."""
        return SqliteHistory(self, channel)

    def clear_counts(self, channel: ChannelId) -> None:
        """Start the counts per stratum at nought, because the mix changed."""
        self.run("DELETE FROM tally WHERE channel = ?", (channel,))
        self.run("UPDATE round SET counted = 0 WHERE channel = ? AND counted = 1", (channel,))


class SqliteHistory:
    """A channel's ``bot.selection.History``, each answer a lookup in an index of ``round``."""

    def __init__(self, rows: Rows, channel: ChannelId) -> None:
        """Look back at one channel."""
        self._rows = rows
        self._channel = channel

    @property
    def cycle(self) -> int:
        """The present cycle, from 1."""
        row = self._rows.one("SELECT cycle FROM channel WHERE id = ?", (self._channel,))
        return 1 if row is None else int(row[0])

    @property
    def last_topic(self) -> str | None:
        """The topic of the last question asked in the channel; ``None`` before the first."""
        row = self._rows.one(
            """SELECT topic FROM round WHERE channel = ? AND asked IS NOT NULL
            ORDER BY local_date DESC, turn DESC LIMIT 1""",
            (self._channel,),
        )
        return None if row is None else str(row[0])

    def asked(self, question: QuestionId) -> int:
        """Return the cycle in which a question was last asked, 0 for never."""
        row = self._rows.one(
            """SELECT cycle FROM round WHERE channel = ? AND asked = ?
            ORDER BY local_date DESC, turn DESC LIMIT 1""",
            (self._channel, question),
        )
        return 0 if row is None else int(row[0])

    def this_cycle(self) -> frozenset[QuestionId]:
        """Return the questions asked in the present cycle."""
        rows = self._rows.all(
            """SELECT asked FROM round WHERE channel = :channel AND asked IS NOT NULL
            AND cycle = coalesce((SELECT cycle FROM channel WHERE id = :channel), 1)""",
            {"channel": self._channel},
        )
        return frozenset(QuestionId(row[0]) for row in rows)

    def counts(self) -> Mapping[Stratum, int]:
        """Return how often each stratum was asked since the mix last changed."""
        rows = self._rows.all(
            "SELECT topic, level, kind, count FROM tally WHERE channel = ? AND count > 0",
            (self._channel,),
        )
        return {(topic, Level(level), Kind(kind)): count for topic, level, kind, count in rows}

    def longest_ago(self, stratum: Stratum) -> Iterator[QuestionId]:
        """Yield the questions last asked in this stratum, each once, the oldest first."""
        topic, level, kind = stratum
        rows = self._rows.all(
            """SELECT asked FROM round AS r
            WHERE channel = ? AND topic = ? AND level = ? AND kind = ? AND asked IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM round AS later
                WHERE later.channel = r.channel AND later.asked = r.asked
                AND (later.local_date, later.turn) > (r.local_date, r.turn))
            ORDER BY local_date, turn""",
            (self._channel, topic, level.value, kind.value),
        )
        return (QuestionId(row[0]) for row in rows)


def _state(row: Any) -> ChannelState:
    return ChannelState(
        channel=shared(row["settings"], Channel),
        since=instant(row["since"]),
        last_date=day_of(row["last_date"]),
        next_date=day_of(row["next_date"]),
        next_at=when(row["next_at"]),
        paused_from=when(row["paused_from"]),
        paused_until=when(row["paused_until"]),
        skips=decode(row["skips"], tuple),
        cycle=row["cycle"],
        mix_from=row["mix_from"],
        sent=row["sent"],
        active=bool(row["active"]),
    )
