"""Selection: what CONTRACTS promises of it, as laws over drawn banks and mixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot import selection
from bot.model import Bank, ChannelId, Kind, Level, Mix, QuestionId, Stratum
from bot.selection import ENOUGH, Ahead, History, Past, Pick, pick, unasked

LEVELS = tuple(Level)
KINDS = tuple(Kind)
TOPICS = ("attention", "convolution", "optimisers", "regularisation", "sampling", "transformers")
CHANNEL = ChannelId("slack://T1/C9")
SEED = b"a seed"
START = date(2026, 1, 1)
NONE: frozenset[QuestionId] = frozenset()

BEGINNER_CHOICE: Stratum = ("attention", Level.BEGINNER, Kind.CHOICE)
ADVANCED_OPEN: Stratum = ("attention", Level.ADVANCED, Kind.OPEN)
CONVOLUTION: Stratum = ("convolution", Level.BEGINNER, Kind.CHOICE)
SAMPLING: Stratum = ("sampling", Level.BEGINNER, Kind.CHOICE)


# Banks and pasts ---------------------------------------------------------------------------


def bank_of(sizes: dict[Stratum, int]) -> Bank:
    """Return a bank of shelves of these sizes; selection reads nothing of a question but its id."""
    return Bank(
        {},
        {
            (topic, level, kind): tuple(
                QuestionId(f"{topic}/{level}-{kind}-{n:04}") for n in range(size)
            )
            for (topic, level, kind), size in sizes.items()
        },
    )


def everywhere(size: int) -> Bank:
    return bank_of({(t, level, k): size for t in TOPICS for level in LEVELS for k in KINDS})


LARGE = everywhere(500)


@dataclass(frozen=True, slots=True)
class Asked:
    """A pick and where it stood."""

    pick: Pick
    stratum: Stratum

    @property
    def topic(self) -> str:
        return self.stratum[0]


def strata(bank: Bank) -> dict[QuestionId, Stratum]:
    return {q: stratum for stratum, ids in bank.shelves.items() for q in ids}


def play(
    bank: Bank,
    mix: Mix,
    past: Past | Ahead,
    count: int,
    *,
    seed: bytes = SEED,
    channel: ChannelId = CHANNEL,
    first: date = START,
    excluded: frozenset[QuestionId] = NONE,
) -> list[Asked]:
    """Ask ``count`` questions on days in a row, fewer when there are none, and take them down."""
    where = strata(bank)
    found: list[Asked] = []
    for n in range(count):
        day = first + timedelta(days=n)
        chosen = pick(bank, mix, past, seed=seed, channel=channel, day=day, excluded=excluded)
        if chosen is None:
            break
        found.append(Asked(chosen, where[chosen.question]))
        past.add(chosen.question, where[chosen.question], chosen.cycle)
    return found


def ids(asked: Iterable[Asked]) -> list[QuestionId]:
    return [one.pick.question for one in asked]


def allowed(bank: Bank, mix: Mix) -> dict[QuestionId, Stratum]:
    """Return what a mix lets through, by CONTRACTS: unlisted is 0 where a table is given."""
    return {
        q: (topic, level, kind)
        for q, (topic, level, kind) in strata(bank).items()
        if (not mix.topics or mix.topics.get(topic, 0) > 0)
        and (not mix.levels or mix.levels.get(level, 0) > 0)
        and (not mix.kinds or mix.kinds.get(kind, 0) > 0)
    }


def shares(weights: dict[str, int]) -> dict[str, float]:
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


weights = st.integers(1, 5)
mixes = st.builds(
    Mix,
    st.dictionaries(st.sampled_from(TOPICS), st.integers(0, 5)),
    st.dictionaries(st.sampled_from(LEVELS), st.integers(0, 5)),
    st.dictionaries(st.sampled_from(KINDS), st.integers(0, 5)),
)
full_mixes = st.builds(
    Mix,
    st.dictionaries(st.sampled_from(TOPICS), weights, min_size=2),
    st.dictionaries(st.sampled_from(LEVELS), weights, min_size=1),
    st.dictionaries(st.sampled_from(KINDS), weights, min_size=1),
)
small_banks = st.builds(
    bank_of,
    st.dictionaries(
        st.tuples(st.sampled_from(TOPICS[:4]), st.sampled_from(LEVELS), st.sampled_from(KINDS[:3])),
        st.integers(1, 6),
        min_size=1,
        max_size=10,
    ),
)
seeds = st.binary(max_size=80)


# Shares ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(full_mixes, seeds)
def test_topics_levels_and_kinds_stay_within_two_of_their_share(mix: Mix, seed: bytes) -> None:
    wanted = [
        shares({str(name): weight for name, weight in table.items()})
        for table in (mix.topics, mix.levels, mix.kinds)
    ]
    asked = play(LARGE, mix, Past(), 500, seed=seed)
    assert len({*ids(asked)}) == len(asked) == 500
    counts = [dict.fromkeys(table, 0) for table in wanted]
    for n, one in enumerate(asked, 1):
        for table, count, name in zip(wanted, counts, one.stratum, strict=True):
            count[name] += 1
            assert all(abs(count[key] - n * share) < 2 for key, share in table.items())


def test_all_alike_without_tables() -> None:
    asked = play(LARGE, Mix(), Past(), 180)
    assert Counter(one.topic for one in asked) == dict.fromkeys(TOPICS, 30)
    assert Counter(one.stratum[1] for one in asked) == dict.fromkeys(LEVELS, 60)
    assert Counter(one.stratum[2] for one in asked) == dict.fromkeys(KINDS, 36)


def test_a_new_mix_counts_from_its_own_beginning() -> None:
    past = Past()
    play(LARGE, Mix({"attention": 9, "sampling": 1}), past, 100)
    past.clear_counts()
    new = Mix({"attention": 1, "sampling": 1, "transformers": 2})
    asked = play(LARGE, new, past, 40, first=START + timedelta(days=100))
    assert Counter(one.topic for one in asked) == {
        "attention": 10,
        "sampling": 10,
        "transformers": 20,
    }


@settings(deadline=None, max_examples=60)
@given(small_banks, mixes)
def test_what_has_no_weight_is_never_asked(bank: Bank, mix: Mix) -> None:
    may = allowed(bank, mix)
    asked = play(bank, mix, Past(), 30)
    assert {*ids(asked)} <= may.keys()
    assert len(asked) == (30 if may else 0)


# No repeat, and the end of a cycle ---------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(small_banks, mixes, seeds)
def test_each_cycle_asks_everything_once(bank: Bank, mix: Mix, seed: bytes) -> None:
    may = allowed(bank, mix)
    assume(may)
    asked = play(bank, mix, Past(), 3 * len(may), seed=seed)
    cycles = {n: ids(group) for n, group in groupby(asked, lambda one: one.pick.cycle)}
    assert list(cycles) == [1, 2, 3]
    assert all(sorted(cycle) == sorted(may) for cycle in cycles.values())


@settings(deadline=None, max_examples=60)
@given(small_banks, mixes)
def test_later_cycles_ask_each_shelf_in_the_order_of_the_first(bank: Bank, mix: Mix) -> None:
    asked = play(bank, mix, Past(), 3 * len(allowed(bank, mix)))
    for stratum in bank.shelves:
        here = ids(one for one in asked if one.stratum == stratum)
        third = len(here) // 3
        assert here == here[:third] * 3


def test_a_question_new_in_a_later_cycle_is_the_first_of_its_shelf() -> None:
    past = Past()
    before = ids(play(bank_of({BEGINNER_CHOICE: 10}), Mix(), past, 14))
    grown = bank_of({BEGINNER_CHOICE: 12})
    after = ids(play(grown, Mix(), past, 8, first=START + timedelta(days=14)))
    assert {*after[:2]} == {*grown.shelves[BEGINNER_CHOICE][10:]}
    assert after[2:] == before[4:10]
    assert past.cycle == 2


def test_a_new_topic_weighs_as_its_weight_says_and_no_more_because_it_is_unasked() -> None:
    past = Past()
    play(bank_of({BEGINNER_CHOICE: 50, CONVOLUTION: 50}), Mix(), past, 110)
    past.clear_counts()
    grown = bank_of({BEGINNER_CHOICE: 50, CONVOLUTION: 50, SAMPLING: 50})
    asked = play(grown, Mix(), past, 30, first=START + timedelta(days=110))
    assert Counter(one.topic for one in asked) == dict.fromkeys(grown.topics, 10)


def test_an_exhausted_shelf_is_passed_over_while_another_has_something() -> None:
    bank = bank_of({BEGINNER_CHOICE: 3, ADVANCED_OPEN: 40})
    asked = play(bank, Mix(levels={Level.BEGINNER: 9, Level.ADVANCED: 1}), Past(), 43)
    assert {one.pick.cycle for one in asked} == {1}
    assert [one.stratum for one in asked[-30:]] == [ADVANCED_OPEN] * 30


def test_the_last_unasked_of_a_long_shelf_is_found() -> None:
    bank = bank_of({BEGINNER_CHOICE: 2000})
    asked = play(bank, Mix(), Past(), 2001)
    assert len({*ids(asked[:2000])}) == 2000
    assert [one.pick.cycle for one in asked[-2:]] == [1, 2]
    assert asked[2000].pick.question == asked[0].pick.question


# Topics ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(small_banks, mixes)
def test_only_the_majority_is_a_topic_twice_running_while_others_are_unasked(
    bank: Bank, mix: Mix
) -> None:
    may = allowed(bank, mix)
    weight = {topic: mix.topics.get(topic, 0) if mix.topics else 1 for topic, _, _ in may.values()}
    majority = {topic for topic, own in weight.items() if own * 2 > sum(weight.values())}
    left = set(may)
    for before, one in pairwise([None, *play(bank, mix, Past(), 2 * len(may))]):
        assert one is not None
        left = left or set(may)
        if before is not None and before.topic == one.topic and one.topic not in majority:
            assert {may[q][0] for q in left} == {one.topic}
        left.remove(one.pick.question)


def test_two_topics_alike_take_turns() -> None:
    asked = play(LARGE, Mix({"attention": 1, "sampling": 1}), Past(), 50)
    assert all(a.topic != b.topic for a, b in pairwise(asked))


def test_a_majority_topic_repeats_and_the_others_do_not() -> None:
    asked = play(LARGE, Mix({"attention": 6, "sampling": 1, "transformers": 1}), Past(), 80)
    assert {a.topic for a, b in pairwise(asked) if a.topic == b.topic} == {"attention"}


def test_a_topic_is_repeated_rather_than_a_question() -> None:
    asked = play(bank_of({BEGINNER_CHOICE: 2, CONVOLUTION: 9}), Mix(), Past(), 11)
    assert len({*ids(asked)}) == 11
    assert [one.topic for one in asked[-6:]] == ["convolution"] * 6


# What is left out --------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(small_banks, st.data())
def test_excluded_questions_are_never_asked(bank: Bank, data: st.DataObject) -> None:
    everything = sorted(strata(bank))
    excluded = frozenset(data.draw(st.sets(st.sampled_from(everything))))
    rest = len(everything) - len(excluded)
    asked = play(bank, Mix(), Past(), 2 * rest + 1, excluded=excluded)
    assert excluded.isdisjoint(ids(asked))
    assert [one.pick.cycle for one in asked] == [1] * rest + [2] * rest + [3] * (rest > 0)


def test_nothing_to_ask() -> None:
    one = bank_of({BEGINNER_CHOICE: 1})
    assert play(bank_of({}), Mix(), Past(), 1) == []
    assert play(one, Mix({"sampling": 1}), Past(), 1) == []
    assert play(one, Mix({"attention": 0}), Past(), 1) == []
    assert play(one, Mix(), Past(), 1, excluded=frozenset(strata(one))) == []


def test_the_first_question_may_be_of_one_shelf() -> None:
    def choose(past: Past, bank: Bank) -> Pick | None:
        return pick(
            bank,
            Mix(),
            past,
            seed=SEED,
            channel=CHANNEL,
            day=START,
            only=lambda stratum: stratum[1:] == (Level.BEGINNER, Kind.CHOICE),
        )

    bank = bank_of({CONVOLUTION: 3, ADVANCED_OPEN: 300, BEGINNER_CHOICE: 2})
    past = Past()
    found = set()
    for _ in range(5):
        chosen = choose(past, bank)
        assert chosen is not None
        found.add(chosen.question)
        past.add(chosen.question, strata(bank)[chosen.question], chosen.cycle)
    assert found == {*bank.shelves[CONVOLUTION], *bank.shelves[BEGINNER_CHOICE]}
    assert choose(past, bank) is None  # and no new cycle for its sake
    assert choose(Past(), bank_of({ADVANCED_OPEN: 3})) is None


# A bank that changes -----------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(small_banks, small_banks, st.integers(0, 40))
def test_nothing_repeats_while_something_is_unasked_whatever_became_of_the_bank(
    before: Bank, after: Bank, count: int
) -> None:
    # The same ids stand on other shelves, some are gone and some are new.
    moved: dict[Stratum, tuple[QuestionId, ...]] = {}
    homes = list(after.shelves)
    for n, question in enumerate(sorted({*strata(before), *strata(after)})[::2]):
        home = homes[n % len(homes)]
        moved[home] = (*moved.get(home, ()), question)
    bank = Bank({}, moved)
    past = Past()
    play(before, Mix(), past, count)
    present = strata(bank)
    for n in range(2 * len(present)):
        cycle = past.cycle
        left = {q for q in present if past.asked(q) < cycle}
        [one] = play(bank, Mix(), past, 1, first=START + timedelta(days=count + n))
        assert one.pick.cycle == (cycle if left else cycle + 1)
        assert one.pick.question in (left or present)


def test_moved_and_removed_questions_do_not_confuse_a_cycle() -> None:
    past = Past()
    asked = ids(play(bank_of({BEGINNER_CHOICE: 4, CONVOLUTION: 4}), Mix(), past, 8))
    here = [q for q in asked if q.startswith("attention")]
    away = [q for q in asked if q.startswith("convolution")]
    # All of convolution is now asked under attention, whose own first question is gone.
    merged = Bank({}, {BEGINNER_CHOICE: (*sorted(here[1:]), *sorted(away))})
    again = play(merged, Mix(), past, 14, first=START + timedelta(days=8))
    assert [one.pick.cycle for one in again] == [2] * 7 + [3] * 7
    assert ids(again)[:3] == here[1:]  # then those that moved here, in whichever order
    assert {*ids(again)[3:7]} == {*away}
    assert ids(again)[7:] == ids(again)[:7]


def test_a_bank_read_anew_is_seen_at_once() -> None:
    past = Past()
    for size in range(1, 30):
        assert len(play(bank_of({CONVOLUTION: size}), Mix(), past, 1)) == 1
    assert past.cycle == 1
    assert len(selection._tables) == 1  # and the banks before are let go


# The same picks ----------------------------------------------------------------------------


K = TypeVar("K")
V = TypeVar("V")


def backwards(table: Mapping[K, V]) -> dict[K, V]:
    return {key: table[key] for key in reversed([*table])}


@settings(deadline=None, max_examples=30)
@given(small_banks, mixes, seeds)
def test_the_same_seed_gives_the_same_picks(bank: Bank, mix: Mix, seed: bytes) -> None:
    reordered = Bank({}, backwards(bank.shelves))
    swapped = Mix(backwards(mix.topics), backwards(mix.levels), backwards(mix.kinds))
    first = play(bank, mix, Past(), 40, seed=seed)
    assert play(reordered, swapped, Past(), 40, seed=seed) == first


def test_these_picks_are_the_same_on_every_machine_and_in_every_release() -> None:
    mix = Mix({"attention": 3, "sampling": 2}, {Level.BEGINNER: 1, Level.ADVANCED: 2})
    asked = play(everywhere(20), mix, Past(), 6, seed=b"gradus")
    assert ids(asked) == [
        "attention/advanced-open-0018",
        "sampling/beginner-numeric-0011",
        "attention/advanced-choice-0001",
        "sampling/advanced-multi-0007",
        "attention/beginner-short-0013",
        "attention/advanced-multi-0019",
    ]
    assert asked[2].pick.why == "topic attention 1.5/3, shelf advanced choice +1.87, cycle 1"


@pytest.mark.parametrize("what", ["seed", "channel", "day"])
def test_another_seed_channel_or_day_gives_other_picks(what: str) -> None:
    first = ids(play(LARGE, Mix(), Past(), 20))
    match what:
        case "seed":
            other = play(LARGE, Mix(), Past(), 20, seed=b"another seed")
        case "channel":
            other = play(LARGE, Mix(), Past(), 20, channel=ChannelId("slack://T1/C8"))
        case _:
            other = play(LARGE, Mix(), Past(), 20, first=START + timedelta(days=1000))
    assert len({*first} & {*ids(other)}) <= 2


def test_seeds_differ_beyond_the_length_of_a_hash_s_key() -> None:
    long = b"x" * 100
    assert ids(play(LARGE, Mix(), Past(), 9, seed=long + b"1")) != ids(
        play(LARGE, Mix(), Past(), 9, seed=long + b"2")
    )


def test_on_one_shelf_every_question_has_its_turn_as_the_first() -> None:
    bank = bank_of({BEGINNER_CHOICE: 10})
    firsts = Counter(ids(play(bank, Mix(), Past(), 1, seed=f"{n}".encode())[0] for n in range(500)))
    assert len(firsts) == 10
    assert max(firsts.values()) < 2 * min(firsts.values()) + 20


# Looking ahead -----------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(small_banks, mixes, st.integers(0, 60), st.data())
def test_a_forecast_is_what_then_happens(
    bank: Bank, mix: Mix, played: int, data: st.DataObject
) -> None:
    past = Past()
    play(bank, mix, past, played)
    where = strata(bank)
    # Pins may be of any question, asked in this cycle or outside the mix, too.
    pins = data.draw(
        st.dictionaries(st.integers(0, 29), st.sampled_from(sorted(where)), max_size=4)
    )

    def run(history: Past | Ahead) -> list[Asked | QuestionId]:
        found: list[Asked | QuestionId] = []
        for n in range(30):
            if n in pins:
                history.add(pins[n], where[pins[n]], history.cycle)
                found.append(pins[n])
            else:
                day = START + timedelta(days=played + n)
                found += play(bank, mix, history, 1, first=day, excluded=frozenset(pins.values()))
        return found

    asked, counts, cycle = {q: past.asked(q) for q in where}, dict(past.counts()), past.cycle
    forecast = run(Ahead(past))
    assert ({q: past.asked(q) for q in where}, past.counts(), past.cycle) == (asked, counts, cycle)
    ahead = Ahead(past)
    assert run(ahead) == forecast
    assert run(past) == forecast
    # Afterwards the one says all the other does.
    assert (ahead.cycle, ahead.last_topic, ahead.counts()) == (
        past.cycle,
        past.last_topic,
        past.counts(),
    )
    assert all(ahead.asked(q) == past.asked(q) for q in where)
    assert all([*ahead.longest_ago(s)] == [*past.longest_ago(s)] for s in bank.shelves)


# Stock -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(small_banks, mixes, st.integers(0, 60), st.data())
def test_the_unasked_are_counted_to_enough(
    bank: Bank, mix: Mix, played: int, data: st.DataObject
) -> None:
    past = Past()
    play(bank, mix, past, played)
    excluded = frozenset(data.draw(st.sets(st.sampled_from(sorted(strata(bank))))))
    left = [q for q in allowed(bank, mix) if past.asked(q) < past.cycle and q not in excluded]
    assert unasked(bank, mix, past, excluded) == min(ENOUGH, len(left))


def test_the_stock_runs_down_to_nothing() -> None:
    bank = bank_of({BEGINNER_CHOICE: 10, CONVOLUTION: 8})
    past = Past()
    seen = [unasked(bank, Mix(), past, NONE)]
    for n in range(19):
        play(bank, Mix(), past, 1, first=START + timedelta(days=n))
        seen.append(unasked(bank, Mix(), past, NONE))
    assert seen == [15, 15, 15, 15, *range(14, -1, -1), 15]


# What a history is -------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_past_remembers(wrapped: bool) -> None:  # noqa: FBT001
    a, b, c = (QuestionId(f"attention/{name}") for name in "abc")
    past = Ahead(Past()) if wrapped else Past()
    assert isinstance(past, Past | Ahead)
    history: History = past
    assert (history.cycle, history.last_topic, history.asked(a)) == (1, None, 0)
    past.add(a, BEGINNER_CHOICE, 1)
    past.add(b, BEGINNER_CHOICE, 1)
    past.add(c, ADVANCED_OPEN, 2)
    past.add(a, BEGINNER_CHOICE, 2)
    assert (history.cycle, history.last_topic) == (2, "attention")
    assert [history.asked(q) for q in (a, b, c)] == [2, 1, 2]
    assert history.this_cycle() == {a, c}
    assert [*history.longest_ago(BEGINNER_CHOICE)] == [b, a]
    assert history.counts() == {BEGINNER_CHOICE: 3, ADVANCED_OPEN: 1}
    past.add(b, ADVANCED_OPEN, 2)  # it moved
    assert [*history.longest_ago(BEGINNER_CHOICE)] == [a]
    assert [*history.longest_ago(ADVANCED_OPEN)] == [c, b]


# What it costs -----------------------------------------------------------------------------


class Counting(Past):
    """A past that counts what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.lookups = 0

    def asked(self, question: QuestionId) -> int:
        self.lookups += 1
        return super().asked(question)


def test_a_pick_from_a_large_bank_looks_up_a_few_questions_only() -> None:
    past = Counting()
    play(LARGE, Mix(), past, 250)
    past.lookups = 0
    play(LARGE, Mix(), past, 100, first=START + timedelta(days=250))
    assert past.lookups < 150
    past.lookups = 0
    assert unasked(LARGE, Mix(), past, NONE) == ENOUGH
    assert past.lookups < 60
