"""Which question a channel is asked next, after CONTRACTS, *Selection*.

It draws nothing at random and keeps no history: the same bank, mix, past, seed, channel and day
give the same pick, and what was asked before is read through ``History``.

The topic comes first, the one furthest behind its weight; within it the shelf (level and kind)
furthest behind its shares; on that shelf the seed says which question. What was not yet asked in
the channel's present *cycle* comes before everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import Protocol, TypeVar

from bot.model import Bank, ChannelId, Kind, Level, Mix, QuestionId, Stratum

PROBES = 64
"""How many places of a shelf are tried before the whole of it is looked through."""
ENOUGH = 15
"""Where ``unasked`` stops counting: one more than the first number the admins hear of."""

K = TypeVar("K")


class History(Protocol):
    """What selection asks about a channel's past; each from an index or a counter."""

    @property
    def cycle(self) -> int:
        """The present cycle, from 1."""

    @property
    def last_topic(self) -> str | None:
        """The topic of the last question asked in the channel; ``None`` before the first."""

    def asked(self, question: QuestionId) -> int:
        """Return the cycle in which a question was last asked, 0 for never."""

    def this_cycle(self) -> frozenset[QuestionId]:
        """Return the questions asked in the present cycle."""

    def counts(self) -> Mapping[Stratum, int]:
        """Return how often each stratum was asked since the mix last changed."""

    def longest_ago(self, stratum: Stratum) -> Iterator[QuestionId]:
        """Yield the questions last asked in this stratum, each once, the oldest first."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice and how it came about."""

    question: QuestionId
    cycle: int
    """The cycle it is asked in: one more than the history's where the pick begins a new one."""
    why: str
    """For an audit: ``topic transformers 3.5/3, shelf advanced choice +0.42, cycle 1``."""


def pick(
    bank: Bank,
    mix: Mix,
    history: History,
    *,
    seed: bytes,
    channel: ChannelId,
    day: date,
    excluded: frozenset[QuestionId] = frozenset(),
    only: Callable[[Stratum], bool] | None = None,
) -> Pick | None:
    """Return the question of a channel's local day, or ``None`` when there is none to ask.

    ``seed`` may be of any length. ``excluded`` are never asked: questions held back and those
    pinned to another day. ``only`` narrows the choice to some strata, for a channel's very first
    question; such a pick begins no new cycle, so ``None`` may then also mean that nothing unasked
    is among those strata.
    """
    table = _table(bank, mix)
    tally = _Tally(table, history.counts())
    draw = _Draw(seed, channel, day)
    present = history.cycle
    for cycle in (present,) if only else (present, present + 1):
        for topic in _topics(table, tally, history.last_topic, draw):
            for shelf, behind in _shelves(topic, table, tally, draw):
                if only and not only(shelf.stratum):
                    continue
                question = _question(shelf, history, cycle, excluded, draw, anew=cycle > present)
                if question is not None:
                    why = (
                        f"topic {topic.name} {tally.topics[topic.name] + 0.5}/{topic.weight}, "
                        f"shelf {shelf.level} {shelf.kind} {behind:+.2f}, cycle {cycle}"
                    )
                    return Pick(question, cycle, why)
    return None


def unasked(bank: Bank, mix: Mix, history: History, excluded: frozenset[QuestionId]) -> int:
    """Return how many allowed questions were not asked in this cycle, counting to ``ENOUGH``.

    What it reads grows with what was asked in the cycle, not with the bank.
    """
    gone = history.this_cycle() | excluded
    topics = _table(bank, mix).topics.values()
    ids = (question for topic in topics for shelf in topic.shelves for question in shelf.ids)
    return len([*islice((question for question in ids if question not in gone), ENOUGH)])


# The steps of a pick ----------------------------------------------------------------------------


def _topics(table: _Table, tally: _Tally, last: str | None, draw: _Draw) -> Iterator[_Topic]:
    """Yield the topics in the order to try them: the smallest (count + ½)/weight first.

    The topic asked last comes after all others, unless it holds the majority: it is repeated only
    rather than a question.
    """
    scores = {
        topic: (tally.topics[name] + 0.5) / topic.weight for name, topic in table.topics.items()
    }
    put_off = None
    for topic in _ascending(scores, lambda topic: draw(f"topic {topic.name}")):
        if topic.name == last != table.majority:
            put_off = topic
        else:
            yield topic
    if put_off is not None:
        yield put_off


def _shelves(
    topic: _Topic, table: _Table, tally: _Tally, draw: _Draw
) -> Iterator[tuple[_Shelf, float]]:
    """Yield a topic's shelves, the one furthest behind first, each with how far it is behind.

    That is counted in questions, with the one to be picked among them, and summed: what level and
    kind lack in the whole channel, and what the stratum lacks within its topic.
    """
    asked = tally.total + 1
    here = tally.topics[topic.name] + 1
    scores = {
        # Rounded, so that what is equal but for the last bit of a fraction counts as a tie.
        shelf: round(
            tally.levels[shelf.level]
            - asked * table.levels[shelf.level]
            + tally.kinds[shelf.kind]
            - asked * table.kinds[shelf.kind]
            + tally.strata.get(shelf.stratum, 0)
            - here * shelf.share,
            9,
        )
        for shelf in topic.shelves
    }
    for shelf in _ascending(scores, lambda shelf: draw(f"shelf {shelf.level} {shelf.kind}")):
        yield shelf, -scores[shelf]


def _ascending(scores: Mapping[K, float], tie: Callable[[K], int]) -> Iterator[K]:
    """Yield the keys from the smallest score up, equal ones in the order of their draw."""
    left = dict(scores)
    while left:
        least = min(left.values())
        equal = [key for key, score in left.items() if score == least]
        if len(equal) > 1:
            equal.sort(key=tie)
        for key in equal:
            del left[key]
        yield from equal


def _question(
    shelf: _Shelf,
    history: History,
    cycle: int,
    excluded: frozenset[QuestionId],
    draw: _Draw,
    *,
    anew: bool,
) -> QuestionId | None:
    """Return a question of the shelf not asked in ``cycle``; ``None`` when there is none.

    Never asked at all comes first, then longest ago. No question is looked up twice. ``anew``: all
    have been asked, and that cycle only begins.
    """
    ids = shelf.ids
    asked: dict[QuestionId, int] = {}
    if not anew:
        for probe in range(min(PROBES, len(ids))):
            question = ids[draw(f"{probe}") % len(ids)]
            if question not in asked:
                asked[question] = history.asked(question)
                if asked[question] == 0 and question not in excluded:
                    return question
    left = {
        question: when
        for question in ids
        if question not in excluded
        and (when := asked[question] if question in asked else history.asked(question)) < cycle
    }
    never = [question for question, when in left.items() if when == 0]
    if never:
        return never[draw("0") % len(never)]
    if left:
        for question in history.longest_ago(shelf.stratum):
            if question in left:
                return question
    # Those were all asked in another stratum and have moved here since.
    return min(left, key=left.__getitem__, default=None)


class _Draw:
    """Numbers that depend on seed, channel, day and a label, and on nothing else."""

    def __init__(self, seed: bytes, channel: ChannelId, day: date) -> None:
        key = blake2b(seed, digest_size=32).digest()  # a seed may be longer than a key
        self._base = blake2b(f"{channel}\0{day}\0".encode(), key=key, digest_size=8)

    def __call__(self, label: str) -> int:
        """Return a number below 2⁶⁴."""
        labelled = self._base.copy()
        labelled.update(label.encode())
        return int.from_bytes(labelled.digest(), "big")


class _Tally:
    """How often each topic, level, kind and stratum was asked since the mix last changed."""

    def __init__(self, table: _Table, counts: Mapping[Stratum, int]) -> None:
        """Sum up; strata the mix does not allow (a pin, a shelf that is gone) are left out."""
        self.strata = counts
        self.topics = dict.fromkeys(table.topics, 0)
        self.levels = dict.fromkeys(table.levels, 0)
        self.kinds = dict.fromkeys(table.kinds, 0)
        self.total = 0
        for (topic, level, kind), count in counts.items():
            if topic in self.topics and level in self.levels and kind in self.kinds:
                self.topics[topic] += count
                self.levels[level] += count
                self.kinds[kind] += count
                self.total += count


# What a bank and a mix allow --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """The questions of one allowed stratum."""

    stratum: Stratum
    level: Level
    kind: Kind
    ids: tuple[QuestionId, ...]
    share: float
    """Of its topic's questions, by the weights of its level and kind."""


@dataclass(frozen=True, slots=True, eq=False)
class _Topic:
    """An allowed topic that has questions."""

    name: str
    weight: int
    shelves: tuple[_Shelf, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """What a mix makes of a bank; only what is allowed and has questions is in it."""

    topics: Mapping[str, _Topic]
    levels: Mapping[Level, float]
    """Shares of the whole channel; they sum to 1."""
    kinds: Mapping[Kind, float]
    """Likewise."""
    majority: str | None
    """The topic with more than half of all weight, if any."""

    @staticmethod
    def of(bank: Bank, mix: Mix) -> _Table:
        """Weigh the bank's shelves."""
        weighed: dict[str, dict[Stratum, int]] = {}
        for stratum in sorted(bank.shelves):
            topic, level, kind = stratum
            weight = _weight(mix.levels, level) * _weight(mix.kinds, kind)
            if weight > 0 and _weight(mix.topics, topic) > 0:
                weighed.setdefault(topic, {})[stratum] = weight
        topics = {
            name: _Topic(
                name,
                _weight(mix.topics, name),
                tuple(
                    _Shelf(
                        stratum,
                        stratum[1],
                        stratum[2],
                        bank.shelves[stratum],
                        weight / sum(strata.values()),
                    )
                    for stratum, weight in strata.items()
                ),
            )
            for name, strata in weighed.items()
        }
        shelves = [shelf for topic in topics.values() for shelf in topic.shelves]
        half = sum(topic.weight for topic in topics.values()) / 2
        return _Table(
            topics,
            _shares(mix.levels, {shelf.level for shelf in shelves}),
            _shares(mix.kinds, {shelf.kind for shelf in shelves}),
            next((name for name, topic in topics.items() if topic.weight > half), None),
        )


def _weight(weights: Mapping[K, int], name: K) -> int:
    """Return the weight of a topic, level or kind: where no weights are given, all are alike."""
    return weights.get(name, 0) if weights else 1


def _shares(weights: Mapping[K, int], names: set[K]) -> dict[K, float]:
    """Return what part each name has of the weight of all of them."""
    total = sum(_weight(weights, name) for name in names)
    return {name: _weight(weights, name) / total for name in names}


_Weights = tuple[tuple[tuple[str, int], ...], ...]
_MIXES_KEPT = 1000
_tables: dict[int, tuple[Bank, dict[_Weights, _Table]]] = {}
"""The tables made of the bank last seen, by the mix's weights; a cache and nothing more."""


def _table(bank: Bank, mix: Mix) -> _Table:
    """Return the table of a bank and a mix, made once for each bank and each set of weights."""
    kept = _tables.get(id(bank))
    if kept is None:
        _tables.clear()  # a bank read anew replaces the one before
        kept = _tables[id(bank)] = (bank, {})  # holding the bank keeps its id its own
    weights = (tuple(mix.topics.items()), tuple(mix.levels.items()), tuple(mix.kinds.items()))
    table = kept[1].get(weights)
    if table is None:
        if len(kept[1]) == _MIXES_KEPT:
            kept[1].clear()
        table = kept[1][weights] = _Table.of(bank, mix)
    return table


# Pasts ------------------------------------------------------------------------------------------


class Past:
    """A ``History`` in memory, to which each question asked is added."""

    def __init__(self) -> None:
        self.cycle = 1
        self.last_topic: str | None = None
        self._strata: dict[QuestionId, Stratum] = {}
        self._cycles: dict[Stratum, dict[QuestionId, int]] = {}  # oldest first
        self._counts: dict[Stratum, int] = {}

    def add(self, question: QuestionId, stratum: Stratum, cycle: int) -> None:
        """Take down that a question was asked, in which stratum and in which cycle."""
        if question in self._strata:
            del self._cycles[self._strata[question]][question]
        self._strata[question] = stratum
        self._cycles.setdefault(stratum, {})[question] = cycle
        self._counts[stratum] = self._counts.get(stratum, 0) + 1
        self.last_topic = stratum[0]
        self.cycle = cycle

    def clear_counts(self) -> None:
        """Count from here on, because the mix changed."""
        self._counts.clear()

    def asked(self, question: QuestionId) -> int:
        """Return the cycle in which a question was last asked, 0 for never."""
        stratum = self._strata.get(question)
        return self._cycles[stratum][question] if stratum else 0

    def this_cycle(self) -> frozenset[QuestionId]:
        """Return the questions asked in the present cycle."""
        shelves = self._cycles.values()
        return frozenset(
            question for shelf in shelves for question in shelf if shelf[question] == self.cycle
        )

    def counts(self) -> Mapping[Stratum, int]:
        """Return how often each stratum was asked since the mix last changed."""
        return self._counts

    def longest_ago(self, stratum: Stratum) -> Iterator[QuestionId]:
        """Yield the questions last asked in this stratum, each once, the oldest first."""
        return iter(self._cycles.get(stratum, {}))


class Ahead:
    """A ``History`` with questions added that are only supposed to be asked: for forecasts.

    What lies under it is left as it is, and must not change as long as this is used.
    """

    def __init__(self, under: History) -> None:
        self.cycle = under.cycle
        self.last_topic = under.last_topic
        self._under = under
        self._added = Past()
        self._counts = dict(under.counts())

    def add(self, question: QuestionId, stratum: Stratum, cycle: int) -> None:
        """Suppose that a question is asked, in which stratum and in which cycle."""
        self._added.add(question, stratum, cycle)
        self._counts[stratum] = self._counts.get(stratum, 0) + 1
        self.last_topic = stratum[0]
        self.cycle = cycle

    def asked(self, question: QuestionId) -> int:
        """Return the cycle in which a question was last asked, 0 for never."""
        return self._added.asked(question) or self._under.asked(question)

    def this_cycle(self) -> frozenset[QuestionId]:
        """Return the questions asked in the present cycle."""
        before = self._under.this_cycle() if self._under.cycle == self.cycle else frozenset()
        return before | self._added.this_cycle()

    def counts(self) -> Mapping[Stratum, int]:
        """Return how often each stratum was asked since the mix last changed."""
        return self._counts

    def longest_ago(self, stratum: Stratum) -> Iterator[QuestionId]:
        """Yield the questions last asked in this stratum, each once, the oldest first."""
        for question in self._under.longest_ago(stratum):
            if self._added.asked(question) == 0:
                yield question
        yield from self._added.longest_ago(stratum)
