"""Which questions somebody practises next, from what they asked for and what they know. Pure."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.model import Bank, Card, Kind, Level, Question, QuestionId, Verdict

USUAL = 5
MOST = 20
"""Questions of a quiz."""
WEAKEST = 3
"""Topics that count as somebody's weakest."""
SIMILAR = 0.7
"""How much alike a word and a topic are for the one to be offered for the other."""

_LEVELS = {
    "beginner": Level.BEGINNER,
    "easy": Level.BEGINNER,
    "intermediate": Level.INTERMEDIATE,
    "medium": Level.INTERMEDIATE,
    "advanced": Level.ADVANCED,
    "hard": Level.ADVANCED,
}
_KINDS = {
    "choice": Kind.CHOICE,
    "multi": Kind.MULTI,
    "numeric": Kind.NUMERIC,
    "number": Kind.NUMERIC,
    "short": Kind.SHORT,
    "open": Kind.OPEN,
}
_FILLERS = frozenset(
    [
        "a",
        "about",
        "and",
        "any",
        "from",
        "in",
        "me",
        "of",
        "on",
        "please",
        "question",
        "questions",
        "quiz",
        "the",
    ]
)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be asked; nothing named means anything."""

    topics: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    kinds: tuple[Kind, ...] = ()
    count: int = USUAL
    cut: bool = False
    """Whether more were asked for than a quiz has."""
    room: bool = False
    """Whether it was asked for with others, in a thread."""

    @property
    def named(self) -> bool:
        """Whether anything was named that narrows the choice."""
        return bool(self.topics or self.levels or self.kinds)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A word that is no topic, level, number or kind."""

    word: str
    nearest: str = ""
    """The topic that it may have been meant for."""


def read(words: str, topics: Sequence[str]) -> Wanted | Unclear:
    """Read ``transformers hard 5``, in any order; topics also by their beginning or in words."""
    left = words.replace(",", " ").casefold().split()
    wanted = Wanted()
    while left:
        word = left[0]
        if (found := _topic(left, topics)) is not None:
            topic, used = found
            wanted = replace(wanted, topics=tuple(dict.fromkeys((*wanted.topics, topic))))
            left = left[used:]
            continue
        left = left[1:]
        if word.isascii() and word.isdigit():
            count = int(word[:9])
            if count < 1:
                return Unclear(word)
            wanted = replace(wanted, count=min(count, MOST), cut=count > MOST)
        elif word in _LEVELS:
            wanted = replace(wanted, levels=(*wanted.levels, _LEVELS[word]))
        elif word in _KINDS:
            wanted = replace(wanted, kinds=(*wanted.kinds, _KINDS[word]))
        elif word == "room":
            wanted = replace(wanted, room=True)
        elif word not in _FILLERS:
            near = difflib.get_close_matches(_plain(word), topics, n=1, cutoff=SIMILAR)
            return Unclear(word, near[0] if near else "")
    return wanted


def _topic(words: Sequence[str], topics: Sequence[str]) -> tuple[str, int] | None:
    """Return the topic that the first words name, and how many they are; the most words win."""
    for used in range(min(len(words), 5), 0, -1):
        said = _plain("-".join(words[:used]))
        if said in (plain := {_plain(topic): topic for topic in topics}):
            return plain[said], used
        begun = [topic for form, topic in plain.items() if form.startswith(said)]
        known = said in _LEVELS or said in _KINDS or said in _FILLERS or said == "room"
        if len(begun) == 1 and len(said) > 2 and not known:
            return begun[0], used
    return None


def _plain(word: str) -> str:
    """Return a word in one spelling: *optimization* and *optimisation* are the same."""
    return word.replace("iz", "is").replace("_", "-")


# Choosing ---------------------------------------------------------------------------------------


def chosen(
    bank: Bank,
    cards: Sequence[Card],
    wanted: Wanted,
    closed: Collection[QuestionId],
    now: datetime,
    salt: str,
) -> tuple[QuestionId, ...]:
    """Return what a quiz asks, in order; fewer where there are fewer.

    Where something is named: unseen first, then due, then longest ago. Else what is due, then the
    weakest topics, then unseen, then longest ago. Nothing in ``closed``; what is equal is mixed
    by ``salt``.
    """
    known = {card.question: card for card in cards}
    pool = [
        question
        for question in bank.questions.values()
        if question.id not in closed and _fits(question, wanted)
    ]
    weak = weakest(cards)

    def rank(question: Question) -> tuple[int, datetime, int, datetime, str]:
        card = known.get(question.id)
        seen_at = card.at if card is not None and card.at is not None else None
        due_at = card.due if card is not None else None
        is_due = due_at is not None and due_at <= now
        mixed = hashlib.sha256(f"{salt}|{question.id}".encode()).hexdigest()
        first = due_at if is_due and due_at is not None else _NEVER
        if wanted.named:
            group = 0 if seen_at is None and not is_due else 1 if is_due else 2
            return group, first, 0, seen_at or _NEVER, mixed
        place = weak.index(question.topic) if question.topic in weak else len(weak)
        if is_due:
            group, place = 0, 0
        elif place < len(weak) and (seen_at is None or _missed(card)):
            group = 1
        else:
            group, place = (2 if seen_at is None else 3), 0
        return group, first, place, seen_at or _NEVER, mixed

    return tuple(question.id for question in sorted(pool, key=rank)[: wanted.count])


def weakest(cards: Sequence[Card]) -> tuple[str, ...]:
    """Return the topics somebody knows least of, the weakest first; only some not right yet."""
    judged: dict[str, list[bool]] = {}
    for card in cards:
        if card.verdict in {Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG}:
            judged.setdefault(card.topic, []).append(card.verdict is Verdict.RIGHT)
    share = {  # as if one more had been right and one wrong, so that one answer is not all
        topic: (sum(rights) + 1) / (len(rights) + 2)
        for topic, rights in judged.items()
        if not all(rights)
    }
    return tuple(sorted(share, key=lambda topic: (share[topic], topic))[:WEAKEST])


def shuffled(question: Question, salt: str) -> tuple[Question, tuple[str, ...]]:
    """Return a question as it is shown, options mixed and lettered anew, and their own keys.

    Those with a fixed order, or without options, stay as they are.
    """
    own = [option.key for option in question.options]
    order = own
    if not question.order_fixed:
        order = sorted(own, key=lambda key: hashlib.sha256(f"{salt}|{key}".encode()).hexdigest())
    options = {option.key: option for option in question.options}
    shown = tuple(replace(options[key], key=letter) for letter, key in zip(own, order, strict=True))
    return replace(question, options=shown), tuple(order)


def _fits(question: Question, wanted: Wanted) -> bool:
    return (
        (not wanted.topics or question.topic in wanted.topics)
        and (not wanted.levels or question.level in wanted.levels)
        and (not wanted.kinds or question.kind in wanted.kinds)
    )


def _missed(card: Card | None) -> bool:
    return card is not None and card.verdict in {Verdict.WRONG, Verdict.PARTLY}
