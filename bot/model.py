"""The nouns of the glossary as frozen values: questions, channels, rounds, deliveries, answers.

No behaviour beyond what a value says about itself; decisions live in the modules above.
All instants are aware datetimes in UTC; all days are local calendar days of a channel's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NewType

ChannelId = NewType("ChannelId", str)
"""A channel as a URI: ``slack://T1/C9``, ``discord://G/C``, ``terminal://room``."""
MemberId = NewType("MemberId", str)
"""A member as a URI: ``slack://T/U``, ``discord://U``, ``terminal://NAME``."""
QuestionId = NewType("QuestionId", str)
"""A question's permanent id, ``topic/slug``: its path in the bank."""
RoundId = NewType("RoundId", str)
"""``channel|date|turn``; never a row number, which a restored backup would use again."""
DeliveryId = NewType("DeliveryId", str)
"""``channel|date|turn|kind|part``."""
Ref = NewType("Ref", str)
"""Where a sent message is, in the words of its platform; opaque to the core."""


def platform_of(uri: str) -> str:
    """Return the platform's name of a channel or member URI, such as ``slack``."""
    return uri.partition("://")[0]


def place_of(uri: str) -> str:
    """Return the part of a channel's URI before its own id: platform, and workspace or server."""
    return uri.rpartition("/")[0]


# Questions --------------------------------------------------------------------------------------


class Kind(StrEnum):
    """How a question is asked and graded."""

    CHOICE = "choice"
    MULTI = "multi"
    NUMERIC = "numeric"
    SHORT = "short"
    OPEN = "open"


class Level(StrEnum):
    """How hard a question is, declared by its author."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Status(StrEnum):
    """Whether a question may be asked; only ``ready`` ever is."""

    READY = "ready"
    DRAFT = "draft"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a ``choice`` or ``multi`` question."""

    key: str
    """Permanent key, ``a`` to ``f`` in file order; answers store keys."""
    text: str
    """CommonMark."""
    right: bool
    why: str = ""
    """CommonMark: why a wrong option is wrong, one sentence; empty for right ones."""


@dataclass(frozen=True, slots=True)
class NumberKey:
    """What a ``numeric`` question accepts."""

    value: Fraction
    tolerance: Fraction
    """A share of ``value`` when ``relative``, else an absolute width in ``unit``."""
    relative: bool
    unit: str = ""
    """The unit a bare number is taken to be in; empty for a pure number."""
    units: Mapping[str, Fraction] = field(default_factory=dict)
    """Other accepted units: how many ``unit`` one of them holds."""
    written: str = ""
    """The right value as its author wrote it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A work a reader can check."""

    text: str
    """Authors, year and place, as shown: ``Kingma & Ba 2015, section 3``."""
    address: str = ""
    """arXiv id, DOI or web address; empty when the text says it all."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read from its file; the text fields are CommonMark."""

    id: QuestionId
    title: str
    """Plain text, at most 75 characters, no spoiler."""
    kind: Kind
    level: Level
    topic: str
    prompt: str
    answer: str = ""
    options: tuple[Option, ...] = ()
    accepted: tuple[str, ...] = ()
    number: NumberKey | None = None
    rubric: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """Mildest first."""
    follow_ups: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    author: str = ""
    licence: str = ""
    status: Status = Status.READY
    order_fixed: bool = False
    was: tuple[QuestionId, ...] = ()
    version: str = ""
    """A hash of the file's text; changed text is a new version."""

    @property
    def right_keys(self) -> frozenset[str]:
        """The keys of the right options; empty for kinds without options."""
        return frozenset(option.key for option in self.options if option.right)


Stratum = tuple[str, Level, Kind]
"""A shelf of the bank: topic, level and kind."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Every question that may be asked, and the shelves it stands on."""

    questions: Mapping[QuestionId, Question]
    """All ``ready`` questions by id."""
    shelves: Mapping[Stratum, tuple[QuestionId, ...]]
    """Ids of each stratum, sorted; no stratum is empty."""

    @staticmethod
    def of(questions: tuple[Question, ...]) -> Bank:
        """Shelve the ``ready`` ones; a later one replaces an earlier of its id."""
        ready = {q.id: q for q in questions if q.status is Status.READY}
        shelves: dict[Stratum, list[QuestionId]] = {}
        for key in sorted(ready):
            q = ready[key]
            shelves.setdefault((q.topic, q.level, q.kind), []).append(q.id)
        return Bank(ready, {stratum: tuple(ids) for stratum, ids in shelves.items()})

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics in alphabetical order."""
        return tuple(sorted({stratum[0] for stratum in self.shelves}))


# Channels ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateRange:
    """Local days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Tell whether ``day`` lies in the range."""
        return self.first <= day <= self.last


class RevealRule(StrEnum):
    """When the answer is shown."""

    AFTER = "after"
    AT = "at"
    NEXT = "next"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Reveal:
    """A reveal rule with its value: ``after 6h``, ``at 17:00``, ``next``, ``answered``."""

    rule: RevealRule
    after: timedelta = timedelta(0)
    """For ``after``: counted from the actual post."""
    at: time = time(0)
    """For ``at``: the first such local time at least an hour after the post."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a channel gets its question and its answer, in which zone, how late is too late."""

    time: time
    zone: str
    """IANA name."""
    days: frozenset[int]
    """Weekdays, Monday 0 to Sunday 6."""
    reveal: Reveal
    grace: timedelta | None
    """How late a question may still be posted; ``None``: to the end of the local day."""
    holidays: str = ""
    """Country or country-region code such as ``DE-BE``; empty for none."""
    skip: tuple[DateRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each topic, level and kind is asked; an empty mapping means all alike."""

    topics: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[Level, int] = field(default_factory=dict)
    kinds: Mapping[Kind, int] = field(default_factory=dict)


class BoardRule(StrEnum):
    """Who is on the board."""

    ASK = "ask"
    EVERYONE = "everyone"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's settings as one value, from the file or from chat."""

    id: ChannelId
    rhythm: Rhythm
    mix: Mix = field(default_factory=Mix)
    name: str = ""
    """How people call it, such as ``#ml-interviews``; the URI where unknown."""
    admins: tuple[MemberId, ...] = ()
    notices: str = ""
    """Where admin notices go: a channel or member URI; empty: to each admin directly."""
    announce: bool = True
    mention: str = ""
    """A role or group the post mentions, in the platform's own id; empty for none."""
    board: BoardRule = BoardRule.ASK
    seed: str = ""
    """Makes picks reproducible; empty: the store's own random seed."""
    owner: str = "file"
    """``file`` or ``chat``: who may change these settings."""
    first: tuple[Level, Kind] | None = None
    """Level and kind of the very first question, if fixed (the terminal: beginner choice)."""
    counts_today: bool = False
    """Whether the current day's slot counts when the channel is first seen (the terminal)."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel with what the store remembers of it."""

    channel: Channel
    since: datetime
    """When the bot first saw the channel."""
    last_date: date | None = None
    """The last local day whose slot was decided: planned, missed, or passed over."""
    next_date: date | None = None
    next_at: datetime | None = None
    """When the next slot is due; ``None`` when no slot lies ahead."""
    paused_from: datetime | None = None
    paused_until: datetime | None = None
    """With ``paused_from`` set: when the pause ends; ``None`` for until resumed."""
    skips: tuple[DateRange, ...] = ()
    """Days skipped by an admin in chat, beside the settings' own."""
    cycle: int = 1
    """Goes up when every allowed question has been asked once more."""
    mix_from: int = 0
    """Number of questions sent here when the mix last changed; counts start there."""
    sent: int = 0
    """Questions sent here so far; the next question's number is one more."""
    active: bool = True
    """False once the channel left the settings: nothing new is planned."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One local calendar day of a channel and the instant its question is due."""

    date: date
    due: datetime


# Rounds and deliveries --------------------------------------------------------------------------


class RoundState(StrEnum):
    """Where a round stands; see CONTRACTS and ``ARCHITECTURE.md``."""

    PLANNED = "planned"
    SENDING = "sending"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({RoundState.REVEALED, RoundState.MISSED, RoundState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Round:
    """One question in one slot, from plan to reveal; it never looks its question up again."""

    id: RoundId
    channel: ChannelId
    date: date
    turn: int
    state: RoundState
    key: str
    """HMAC of ``round:ID``: names the round in buttons outside the outbox."""
    due_at: datetime
    expires_at: datetime
    question: Question | None = None
    """The round's own copy; ``None`` only when missed."""
    number: int = 0
    """The question's number in its channel; 0 until it is planned."""
    late: bool = False
    """Whether it was planned after its due time because the bot was away."""
    opened_at: datetime | None = None
    """When part 1 stood in the channel, by the platform's own time."""
    reveal_at: datetime | None = None
    closed_at: datetime | None = None
    revealed_at: datetime | None = None
    post: Ref | None = None
    """The parent message."""
    thread: Ref | None = None
    """Where replies go; the parent itself where the platform could not open a thread."""
    reason: str = ""
    """Why it was missed or withdrawn, in words for members and admins."""
    cycle: int = 1
    stale: bool = False
    """Whether the parent shows something that is no longer so."""
    edited_at: datetime | None = None


class DeliveryKind(StrEnum):
    """What a delivery carries, in the order they go out."""

    QUESTION = "question"
    THREAD = "thread"
    REVEAL = "reveal"
    ANNOUNCEMENT = "announcement"
    RECAP = "recap"


class DeliveryState(StrEnum):
    """Where a delivery stands; the last four are final."""

    PLANNED = "planned"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    EXPIRED = "expired"
    REFUSED = "refused"
    CANCELLED = "cancelled"


FINAL = frozenset(
    {
        DeliveryState.SENT,
        DeliveryState.EXPIRED,
        DeliveryState.REFUSED,
        DeliveryState.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, to be delivered at most once, and at least once unless it says why not."""

    id: DeliveryId
    round_id: RoundId
    channel: ChannelId
    kind: DeliveryKind
    part: int
    """From 1; part 1 of a question goes into the channel, all others into the thread."""
    state: DeliveryState
    key: str
    """``g1.`` and 16 base32 characters of HMAC(secret, id): how we know our own message again."""
    due_at: datetime
    after: DeliveryId | None = None
    """The delivery of the same round that must be done (sent or refused) first."""
    expires_at: datetime | None = None
    """Only a question's first part expires."""
    not_before: datetime | None = None
    attempt: int = 0
    """Counts intents; with the state it is the compare-and-set."""
    first_intent_at: datetime | None = None
    intent_at: datetime | None = None
    check_at: datetime | None = None
    """For ``unknown``: when to look for the message."""
    ref: Ref | None = None
    sent_at: datetime | None = None
    sweep_at: datetime | None = None
    """When to look for doubles; ``None`` when none can exist."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has the message."""

    ref: Ref
    at: datetime
    """By the platform's own clock."""


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not sent; try again after a while (a rate limit, no connection)."""

    after: timedelta
    why: str


class Scope(StrEnum):
    """How much a refusal concerns."""

    MESSAGE = "message"
    CHANNEL = "channel"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not sent, and the same call will not succeed."""

    scope: Scope
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent: a timeout, a reset after writing, a server error."""

    why: str


Outcome = Sent | Later | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """The message stands; copies earliest first, each with the platform's own time."""

    copies: tuple[tuple[Ref, datetime], ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The whole history since the first intent was read, and the message is not in it."""


@dataclass(frozen=True, slots=True)
class Blind:
    """The history could not be read; nothing may be concluded."""

    why: str


Search = Found | Absent | Blind


@dataclass(frozen=True, slots=True)
class Breaker:
    """A platform or channel that refuses our posts; sends to it wait until ``until``."""

    scope: str
    """The channel's URI or the platform's name."""
    since: datetime
    until: datetime
    why: str
    failures: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """A private message to the admins; at most one per cause, channel, addressee and day."""

    id: str
    """``cause|channel|day|to``."""
    to: str
    """A member or channel URI."""
    at: datetime
    state: str = "planned"
    """``planned``, ``sent`` or ``refused``."""
    not_before: datetime | None = None


# Answers ----------------------------------------------------------------------------------------


class Confidence(StrEnum):
    """How sure a member was."""

    SURE = "sure"
    THINK_SO = "think so"
    GUESS = "guess"


class Verdict(StrEnum):
    """How an answer was judged; ``open`` waits for the member's ticks."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Said:
    """What a member answered: option keys, or text; both empty for *thought it through*."""

    keys: tuple[str, ...] = ()
    text: str = ""
    """``DELETED`` once what was typed is too old to be kept."""


DELETED = "…"
"""What stands for a typed answer whose words are no longer kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of what a member answered; a fact, never changed. Its words go after a time."""

    round_id: RoundId
    member: MemberId
    at: datetime
    said: Said
    sure: Confidence | None = None
    late: bool = False
    """Given after the close."""


class Help(StrEnum):
    """What a member asked for in private."""

    HINT = "hint"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class Result:
    """What counts of a member's answers in a round: one row per round and member."""

    round_id: RoundId
    member: MemberId
    verdict: Verdict
    first: Answer
    last: Answer
    helped: bool = False
    """A hint or show-me came before the last answer."""
    locked: bool = False
    """The member saw the solution after answering; the answer stands."""
    ticks: tuple[int, ...] | None = None
    """For ``open``: which rubric points the member says they made, from 1; ``None``: not ticked."""


@dataclass(frozen=True, slots=True)
class Member:
    """What is kept of a member beside their answers."""

    id: MemberId
    first_seen: datetime
    board: bool | None = None
    """Whether they agreed to be on the board; ``None``: not asked or not answered."""
    asked: bool = False
    """Whether the question about the board was put to them."""
    interview: date | None = None
    """The day of their interview, private; no interval of their reviews reaches past it."""
    away: tuple[DateRange, ...] = ()
    """Planned absences, in the order they were said; streaks skip what was asked then."""
    nudge: time | None = None
    """When they want to be told that something is due; ``None``: never."""
    nudge_zone: str = ""
    """The zone of that time: the member's own, else that of the channel it was said in."""
    nudge_at: datetime | None = None
    """When to look next whether something is due."""


# Learning ---------------------------------------------------------------------------------------


class Origin(StrEnum):
    """Where an answer that is learnt from was given."""

    DAILY = "daily"
    QUIZ = "quiz"
    REVIEW = "review"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One finished answer as it is learnt from, whatever it was given to."""

    member: MemberId
    key: str
    """The id of a round or the key of a quiz item; a second one of a member replaces the first."""
    question: QuestionId
    topic: str
    level: Level
    kind: Kind
    at: datetime
    source: Origin
    said: Said
    """With permanent option keys, whatever order they were shown in."""
    verdict: Verdict
    sure: Confidence | None = None
    helped: bool = False
    late: bool = False
    """Given after the close of a daily round."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a member's attempts in one topic add up to."""

    topic: str
    answered: int = 0
    met: int = 0
    """Different questions among them."""
    unaided: int = 0
    """Judged, and without help."""
    right: int = 0
    """Of the unaided ones."""
    sure: int = 0
    """Judged, and marked as sure."""
    sure_right: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a member's daily answers count in a channel."""

    channel: ChannelId
    month: str
    """``2026-11``, by the day of the question; empty for all time."""
    member: MemberId
    answered: int
    right: int
    """Graded, unaided and in time."""


@dataclass(frozen=True, slots=True)
class Posted:
    """As much of a round that was posted as streaks ask for."""

    round_id: RoundId
    date: date
    state: RoundState
    at: datetime
    """When it stood in the channel."""


@dataclass(frozen=True, slots=True)
class Card:
    """What one member knows of one question, and when it comes back to them."""

    member: MemberId
    question: QuestionId
    topic: str
    level: Level
    at: datetime | None = None
    """When they last answered it; ``None``: never, they only asked for it to come back."""
    verdict: Verdict | None = None
    """The last verdict."""
    due: datetime | None = None
    """``None``: no answer of theirs could be rated yet."""
    stability: float | None = None
    """Days until the chance to recall it falls to nine in ten, by FSRS."""
    difficulty: float | None = None
    """From 1 to 10, by FSRS."""
    scheduler: str = ""
    """Version and parameters of what computed it."""
    wanted: datetime | None = None
    """When they last asked for it to come back soon."""


@dataclass(frozen=True, slots=True)
class Done:
    """A quiz item that was judged; the attempt says how."""

    key: str
    """The key of the attempt."""
    title: str


@dataclass(frozen=True, slots=True)
class Quiz:
    """A member's latest quiz or review, under way or over."""

    member: MemberId
    number: int
    """Counts the member's quizzes."""
    key: str
    """Names the item under way, or the end, in buttons."""
    at: datetime
    """When it was begun."""
    source: Origin
    wanted: str = ""
    """The words that it was asked for with."""
    place: int = 0
    """Which item is under way, from 1; the end has one more."""
    ahead: tuple[QuestionId, ...] = ()
    """What is still to be asked."""
    done: tuple[Done, ...] = ()
    asked: Question | None = None
    """The item's own copy of its question, options in the order and with the letters shown;
    ``None`` at the end."""
    order: tuple[str, ...] = ()
    """The permanent keys of the options shown."""
    said: Said | None = None
    """With the letters shown, as keys."""
    sure: Confidence | None = None
    hints: int = 0
    """Hints taken."""
    verdict: Verdict | None = None
    """Set once the item is judged."""
    ticks: tuple[int, ...] | None = None
    stopped: bool = False
    shared: bool = False
    channel: ChannelId | None = None
    """The channel it was asked for in; there its score may be shared."""


# Admin and inbox --------------------------------------------------------------------------------


class InboxKind(StrEnum):
    """What members contribute."""

    SUGGESTION = "suggestion"
    REPORT = "report"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One contribution waiting for a decision."""

    kind: InboxKind
    at: datetime
    member: MemberId
    channel: ChannelId | None
    question: QuestionId | None
    text: str
    id: int = 0
    """Given by the store; 0 before."""
    status: str = "new"
    """``new``, ``accepted`` or ``declined``."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One admin action."""

    at: datetime
    actor: str
    """A member URI, ``file`` for the settings file, or ``cli``."""
    channel: ChannelId | None
    action: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """A decision a command line left for the running bot to carry out at its next tick."""

    id: int
    at: datetime
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A question fixed to a local day of a channel."""

    channel: ChannelId
    date: date
    question: QuestionId


# Who is asking ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sent a command, and from where."""

    member: MemberId
    channel: ChannelId | None
    """The channel it was said in; ``None`` in a direct message."""
    platform_admin: bool = False
    """Whether the platform vouches for admin rights (Manage Server; the terminal's owner)."""
    zone: str = ""
    """The IANA zone of the member's profile, where the platform tells it."""
    name: str = ""
    """How people know the member; used once they ask to be named, and not kept."""

    def vouched_for(self, channel: ChannelId) -> bool:
        """Whether the platform vouches for admin rights in a channel.

        Who manages one server may know the key of a button in another, and has no say there.
        """
        near = (place_of(self.channel or ""), place_of(self.member))
        return self.platform_admin and place_of(channel) in near
