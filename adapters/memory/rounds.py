"""Channels, rounds and the past that selection asks about; not the rounds' deliveries."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from adapters.memory.tables import Facts, Table, by_id, earliest
from bot.errors import Lost, StoreRefused
from bot.model import (
    ENDED,
    ChannelId,
    ChannelState,
    QuestionId,
    Round,
    RoundId,
    RoundState,
    Stratum,
    platform_of,
)
from bot.selection import Past


class RoundTables(Facts):
    """Channels and rounds."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._channels: Table[ChannelId, ChannelState] = Table(self._log)
        self._rounds: Table[RoundId, Round] = Table(self._log)
        self._busy: Table[RoundId, Round] = Table(self._log)
        """Those not ended, or stale: few, however long the store has lived."""
        self._slots: Table[ChannelId, tuple[tuple[date, int, RoundId], ...]] = Table(self._log)
        self._keys: Table[str, RoundId] = Table(self._log)
        """Of rounds and of deliveries."""
        self._counted: Table[RoundId, Stratum] = Table(self._log)
        """The rounds counted since their channel's mix last changed."""

    def channels(self) -> Sequence[ChannelState]:
        """Return every channel, active or not, by id."""
        return [self._channels[key] for key in sorted(self._channels)]

    def channel(self, channel: ChannelId) -> ChannelState | None:
        """Return one channel."""
        return self._channels.get(channel)

    def save_channel(self, state: ChannelState) -> None:
        """Insert or replace a channel."""
        self._channels[state.channel.id] = state

    def due_channels(self, now: datetime, limit: int) -> Sequence[ChannelState]:
        """Return active channels whose ``next_at`` is not after ``now``, earliest first."""
        due = [
            (state.next_at, state.channel.id, state)
            for state in self._channels.values()
            if state.active and state.next_at is not None and state.next_at <= now
        ]
        return [state for _, _, state in sorted(due, key=lambda each: each[:2])[:limit]]

    def history(self, channel: ChannelId) -> MemoryHistory:
        """Return what selection asks about the channel's past; valid inside this transaction."""
        state = self._channels.get(channel)
        return MemoryHistory(
            [(what_it_asked(each), each.cycle) for each in self._all(channel)],
            (s for each in self._all(channel) if (s := self._counted.get(each.id))),
            state.cycle if state else 1,
        )

    def clear_counts(self, channel: ChannelId) -> None:
        """Start the counts per stratum at nought, because the mix changed."""
        for round_ in self._all(channel):
            self._counted.discard(round_.id)

    def add_round(self, round_: Round) -> None:
        """Insert a round; raises ``Lost`` when its channel, date and turn are taken.

        A round with a question counts in the channel's history from here on; saving it as missed
        (without a question) takes that back.
        """
        check(round_)
        slots = list(self._slots.get(round_.channel, ()))
        taken = any(each[:2] == (round_.date, round_.turn) for each in slots)
        if taken or round_.id in self._rounds or round_.key in self._keys:
            raise Lost(f"round {round_.id}: taken")
        self._put(round_)
        self._count(round_)
        insort(slots, (round_.date, round_.turn, round_.id))
        self._slots[round_.channel] = tuple(slots)
        self._keys[round_.key] = round_.id

    def save_round(self, round_: Round) -> None:
        """Replace a round; raises ``Lost`` when there is none with its id."""
        before = self._rounds.get(round_.id)
        if before is None:
            raise Lost(f"round {round_.id}: gone")
        check(round_)
        self._put(round_)
        if what_it_asked(before) != what_it_asked(round_):
            self._count(round_)

    def _put(self, round_: Round) -> None:
        self._rounds[round_.id] = round_
        if round_.state in ENDED and not round_.stale:
            self._busy.discard(round_.id)
        else:
            self._busy[round_.id] = round_

    def _count(self, round_: Round) -> None:
        asked = what_it_asked(round_)
        if asked is None:
            self._counted.discard(round_.id)
        else:
            self._counted[round_.id] = asked[1]

    def _all(self, channel: ChannelId) -> list[Round]:
        return [self._rounds[each[2]] for each in self._slots.get(channel, ())]

    def round(self, round_id: RoundId) -> Round | None:
        """Return one round."""
        return self._rounds.get(round_id)

    def round_by_key(self, key: str) -> Round | None:
        """Return the round with this key, or to which the delivery with this key belongs."""
        return self._rounds[self._keys[key]] if key in self._keys else None

    def rounds(self, channel: ChannelId, limit: int) -> Sequence[Round]:
        """Return the channel's rounds, newest (date, turn) first."""
        newest = self._slots.get(channel, ())[::-1][:limit]
        return [self._rounds[each[2]] for each in newest]

    def rounds_on(self, channel: ChannelId, day: date) -> Sequence[Round]:
        """Return the turns of one local day, in order."""
        return [self._rounds[each[2]] for each in self._slots.get(channel, ()) if each[0] == day]

    def unfinished_rounds(self, channel: ChannelId) -> Sequence[Round]:
        """Return the channel's rounds that are planned, sending, open or closed, oldest first."""
        found = [
            each
            for each in self._busy.values()
            if each.channel == channel and each.state not in ENDED
        ]
        return sorted(found, key=place)

    def reveals_due(self, platform: str, now: datetime, limit: int) -> Sequence[Round]:
        """Return open rounds whose ``reveal_at`` is not after ``now``, earliest first."""
        return earliest(
            (
                (each.reveal_at, each)
                for each in self._on(platform)
                if each.state is RoundState.OPEN and each.reveal_at and each.reveal_at <= now
            ),
            limit,
        )

    def stale_rounds(self, platform: str, edited_before: datetime, limit: int) -> Sequence[Round]:
        """Return stale rounds that stand and were last edited before that instant, or never."""
        stale = [each for each in self._on(platform) if each.stale and each.post is not None]
        never = sorted((each for each in stale if each.edited_at is None), key=by_id)
        edited = ((each.edited_at, each) for each in stale if each.edited_at)
        return [*never, *earliest(each for each in edited if each[0] < edited_before)][:limit]

    def _on(self, platform: str) -> list[Round]:
        return [each for each in self._busy.values() if platform_of(each.channel) == platform]


class MemoryHistory:
    """A channel's ``bot.selection.History`` as it was when it was asked for."""

    def __init__(
        self,
        rounds: Iterable[tuple[tuple[QuestionId, Stratum] | None, int]],
        counted: Iterable[Stratum],
        cycle: int,
    ) -> None:
        """Take what each round asked and in which cycle, oldest first, and the counted strata."""
        self._past = Past()
        self._this_cycle: set[QuestionId] = set()
        for asked, when in rounds:
            if asked is not None:
                self._past.add(*asked, when)
                if when == cycle:
                    self._this_cycle.add(asked[0])
        self.cycle = cycle
        self.last_topic: str | None = self._past.last_topic
        self._counts: dict[Stratum, int] = {}
        for stratum in counted:
            self._counts[stratum] = self._counts.get(stratum, 0) + 1

    def asked(self, question: QuestionId) -> int:
        """Return the cycle in which a question was last asked, 0 for never."""
        return self._past.asked(question)

    def this_cycle(self) -> frozenset[QuestionId]:
        """Return the questions asked in the present cycle."""
        return frozenset(self._this_cycle)

    def counts(self) -> Mapping[Stratum, int]:
        """Return how often each stratum was asked since the mix last changed."""
        return self._counts

    def longest_ago(self, stratum: Stratum) -> Iterator[QuestionId]:
        """Yield the questions last asked in this stratum, each once, the oldest first."""
        return self._past.longest_ago(stratum)


def what_it_asked(round_: Round) -> tuple[QuestionId, Stratum] | None:
    """What a round counts for in its channel's history; nothing once it is missed."""
    question = round_.question
    if question is None or round_.state is RoundState.MISSED:
        return None
    return question.id, (question.topic, question.level, question.kind)


def check(round_: Round) -> None:
    """Raise ``StoreRefused`` for what the other store's tables refuse."""
    if round_.question is None and round_.state is not RoundState.MISSED:
        raise StoreRefused(f"round {round_.id}: no question")


def place(round_: Round) -> tuple[date, int]:
    """Return what a channel's rounds are ordered by."""
    return round_.date, round_.turn
