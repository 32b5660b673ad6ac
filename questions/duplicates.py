"""Finds questions that ask the same: identical, the same in other words, or about the same.

Two questions are the same only if they are about the same things and ask the same of them. How
alike their letters are decides nothing: "types of activation functions" and "types of neural
networks" are nearly one sentence, and "L1" and "L2" nearly one word.

Candidates come from an inverted index of rare words, so that no question is compared with all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt

from rapidfuzz import fuzz

from bot.model import Question
from questions.meaning import Meaning, key_of, meaning_of

RELATED = 0.6
"""From this share of common subject matter on, two questions are related."""
_RAREST = 4
"""By so many of its rarest words a question is looked up."""
_LONGEST_LIST = 150
"""A word in more questions than this finds nothing."""
_LONG = 7
"""Letters; words this long may be misspelt, and are found by their first six, too."""
_FEW = 3
"""Words; of so few that two questions do not share, some may be misspelt."""
_FIRST = 4
"""How much more the first word of an answer weighs than its last."""


class Relation(StrEnum):
    """How two questions resemble each other."""

    IDENTICAL = "identical"
    """Word for word, small letters and punctuation apart."""
    SAME = "same"
    """The same question in other words."""
    RELATED = "related"
    """About much the same; never merged."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions and how they resemble each other."""

    a: str
    b: str
    relation: Relation
    score: float
    """From 0 to 1."""
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is compared."""

    name: str
    """Its id, or a place in a document."""
    text: str
    """What is asked, as Markdown."""
    options: frozenset[str] = frozenset()
    """The words of its options."""


def asked(question: Question) -> Asked:
    """Return a question of a bank as it is compared."""
    options = frozenset(key_of(option.text) for option in question.options)
    return Asked(question.id, question.prompt, options)


# Comparing ----------------------------------------------------------------------------------------


def duplicates(
    questions: Sequence[Asked], against: Sequence[Asked] = (), *, related: bool = True
) -> list[Pair]:
    """Return which questions resemble each other, the likest first.

    Args:
        questions: Each is compared with the others.
        against: Further questions, compared with ``questions`` but not with each other.
        related: Whether those that are only about the same are wanted, too.
    """
    everything = [*questions, *against]
    meanings = [meaning_of(each.text) for each in everything]
    keys = [key_of(each.text) for each in everything]
    counts = Counter(word for meaning in meanings for word in meaning.subject)
    total = len(everything)
    weights = {word: log((total + 1) / count) + 0.3 for word, count in counts.items()}
    found: list[Pair] = []
    for a, b in _candidates(keys, meanings, counts, len(questions)):
        pair = _pair(everything, keys, meanings, weights, a, b)
        if pair and (related or pair.relation is not Relation.RELATED):
            found.append(pair)
    rank = list(Relation)
    return sorted(found, key=lambda pair: (rank.index(pair.relation), -pair.score, pair.a, pair.b))


def _candidates(
    keys: Sequence[str], meanings: Sequence[Meaning], counts: Mapping[str, int], own: int
) -> Iterator[tuple[int, int]]:
    """Yield the pairs worth comparing, by place; each once, and one of the two among the own."""
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for at in range(len(keys)):
        near = set(by_key[keys[at]][:_LONGEST_LIST])
        by_key[keys[at]].append(at)
        rare = sorted(meanings[at].subject, key=lambda word: (counts[word], word))[:_RAREST]
        for word in rare:
            if counts[word] <= _LONGEST_LIST or word is rare[0]:
                for entry in (word, f"{word[:6]}…") if len(word) >= _LONG else (word,):
                    near.update(by_word[entry][-_LONGEST_LIST:])
                    by_word[entry].append(at)
        yield from ((other, at) for other in sorted(near - {at}) if other < own)


def _pair(
    everything: Sequence[Asked],
    keys: Sequence[str],
    meanings: Sequence[Meaning],
    weights: Mapping[str, float],
    a: int,
    b: int,
) -> Pair | None:
    one, two = meanings[a], meanings[b]
    names = (everything[a].name, everything[b].name)
    other_options = everything[a].options != everything[b].options
    if keys[a] == keys[b] and keys[a]:
        if other_options:
            return Pair(*names, Relation.RELATED, 0.9, "the same words, but other options")
        return Pair(*names, Relation.IDENTICAL, 1.0, "the same words")
    shared = one.subject & two.subject
    rest, other_rest = one.subject - shared, two.subject - shared
    if 0 < len(rest) <= _FEW and 0 < len(other_rest) <= _FEW:
        matched, typos = _spelled_alike(rest, other_rest)
        rest, other_rest, shared = rest - matched, other_rest - typos, shared | matched
    common = sum([weights[word] for word in shared])
    alone = sum([weights[word] for word in rest | other_rest])
    if not common or common < RELATED * (common + alone):
        return None
    same_subject = not rest and not other_rest
    about = ", ".join(sorted(shared, key=lambda word: (-weights[word], word))[:4])
    differs = _difference(one, two, same_subject=same_subject)
    if same_subject and not differs and not other_options:
        alike = fuzz.token_sort_ratio(keys[a], keys[b]) / 100
        score = round(0.85 + 0.14 * alike, 3)
        return Pair(*names, Relation.SAME, score, f"both ask the same of {about}")
    reason = differs or ("other options" if other_options else "each is about more than that")
    score = round(0.8 * common / (common + alone), 3)
    return Pair(*names, Relation.RELATED, score, f"both are about {about}; {reason}")


def _difference(one: Meaning, two: Meaning, *, same_subject: bool) -> str:
    """Return why two questions on one subject are not the same; empty if they are."""
    if one.wants != two.wants:
        wants = [", ".join(sorted(each.wants)) or "what it is" for each in (one, two)]
        return f"one wants {wants[0]}, the other {wants[1]}"
    if same_subject and (one.directed or two.directed) and one.order != two.order:
        return "in another order"
    return ""


def _spelled_alike(one: Iterable[str], two: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return words of the one side that the other misspells, and those misspellings.

    Short words, and words that differ at their beginning or end, are different words: adam and
    adamw, convolution, deconvolution and convolutional.
    """
    matched: set[str] = set()
    typos: set[str] = set()
    for word in one:
        for other in two:
            long_enough = min(len(word), len(other)) >= _LONG
            ends_agree = word[:3] == other[:3] and word[-3:] == other[-3:]
            if long_enough and ends_agree and other not in typos and fuzz.ratio(word, other) >= 90:
                matched.add(word)
                typos.add(other)
                break
    return matched, typos


# Answers ------------------------------------------------------------------------------------------


class AnswerIndex:
    """Finds the question that an answer most likely belongs to, by the words both use."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.names: list[str] = []
        self.lengths: list[int] = []
        self.by_word: defaultdict[str, list[int]] = defaultdict(list)
        for place, question in enumerate(questions):
            subject = meaning_of(f"{question.title} {question.prompt}").subject
            self.names.append(question.id)
            self.lengths.append(len(subject))
            for word in subject:
                self.by_word[word].append(place)

    def best(self, answer: str) -> str:
        """Return the id of the question that fits best; empty if none has a word of it."""
        scores: defaultdict[int, float] = defaultdict(float)
        for rank, word in enumerate(meaning_of(answer).order):
            places = self.by_word.get(word, [])
            weight = log((len(self.names) + 1) / (len(places) + 1)) + 0.1
            for place in places:
                scores[place] += weight * (1 + _FIRST / (rank + 1))  # it names its subject first
        for place in scores:
            scores[place] /= sqrt(self.lengths[place] + 3)
        found = max(scores, key=lambda place: (scores[place], -place), default=-1)
        return self.names[found] if found >= 0 else ""
