"""What the core needs from outside, as protocols: a clock, a store, chat platforms.

No implementation lives here. ``Records`` is sync and only valid inside one transaction; the two
doors that await are ``Store.transact`` and the verbs of ``ChatPlatform``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from bot.commands import Command, Spelling
from bot.messages import Message, Reply
from bot.model import (
    Actor,
    Answer,
    Attempt,
    AuditEntry,
    Breaker,
    Card,
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryId,
    Errand,
    Help,
    InboxItem,
    Member,
    MemberId,
    Notice,
    Outcome,
    Pin,
    Posted,
    Question,
    QuestionId,
    Quiz,
    Ref,
    Result,
    Round,
    RoundId,
    Score,
    Search,
    Tally,
)
from bot.selection import History

T = TypeVar("T")

Clock = Callable[[], datetime]
"""Returns now, aware, in UTC."""

Holidays = Callable[[str], Collection[date]]
"""Returns the public holidays of a country or region code, a few years around now; none for ''."""

Handler = Callable[[Actor, Command], Awaitable[Reply]]
"""Answers a command; never raises."""


class Records(Protocol):
    """The store's tables, inside one transaction. Sync; sequences are in the order stated."""

    # Facts of the deployment
    def secret(self) -> bytes:
        """Return the 32 random bytes made when the store was created."""

    def seed(self) -> bytes:
        """Return the 32 random bytes that make picks reproducible where no seed is configured."""

    def recall(self, name: str) -> str | None:
        """Return the small fact remembered under ``name``."""

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact under ``name``."""

    # Channels
    def channels(self) -> Sequence[ChannelState]:
        """Return every channel, active or not, by id."""

    def channel(self, channel: ChannelId) -> ChannelState | None:
        """Return one channel."""

    def save_channel(self, state: ChannelState) -> None:
        """Insert or replace a channel."""

    def due_channels(self, now: datetime, limit: int) -> Sequence[ChannelState]:
        """Return active channels whose ``next_at`` is not after ``now``, earliest first."""

    def history(self, channel: ChannelId) -> History:
        """Return what selection asks about the channel's past; valid inside this transaction."""

    def clear_counts(self, channel: ChannelId) -> None:
        """Start the counts per stratum at nought, because the mix changed."""

    # Rounds
    def add_round(self, round_: Round) -> None:
        """Insert a round; raises ``Lost`` when its channel, date and turn are taken.

        A round with a question counts in the channel's history from here on; saving it as missed
        (without a question) takes that back.
        """

    def save_round(self, round_: Round) -> None:
        """Replace a round."""

    def round(self, round_id: RoundId) -> Round | None:
        """Return one round."""

    def round_by_key(self, key: str) -> Round | None:
        """Return the round with this key, or to which the delivery with this key belongs."""

    def rounds(self, channel: ChannelId, limit: int) -> Sequence[Round]:
        """Return the channel's rounds, newest (date, turn) first."""

    def rounds_on(self, channel: ChannelId, day: date) -> Sequence[Round]:
        """Return the turns of one local day, in order."""

    def unfinished_rounds(self, channel: ChannelId) -> Sequence[Round]:
        """Return the channel's rounds that are planned, sending, open or closed, oldest first."""

    def reveals_due(self, platform: str, now: datetime, limit: int) -> Sequence[Round]:
        """Return open rounds whose ``reveal_at`` is not after ``now``, earliest first."""

    def stale_rounds(self, platform: str, edited_before: datetime, limit: int) -> Sequence[Round]:
        """Return stale rounds that stand and were last edited before that instant, or never."""

    # Deliveries
    def add_delivery(self, delivery: Delivery, payload: Message) -> None:
        """Insert a delivery with what it will show, frozen."""

    def payload(self, delivery: DeliveryId) -> Message:
        """Return what a delivery shows."""

    def delivery(self, delivery: DeliveryId) -> Delivery | None:
        """Return one delivery."""

    def deliveries(self, round_id: RoundId) -> Sequence[Delivery]:
        """Return a round's deliveries by kind (as declared) and part."""

    def save_delivery(self, before: Delivery, after: Delivery) -> None:
        """Replace a delivery; raises ``Lost`` unless state and attempt are still ``before``'s."""

    def sendable(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries that may go out now, earliest due first.

        That is: due, past ``not_before``, not expired, the one they come ``after`` done, no breaker
        on channel or platform that lasts beyond ``now``; and a question's part 1 only when no
        earlier round of its channel is still sending, open or closed.
        """

    def to_check(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return unknown deliveries whose ``check_at`` is not after ``now``."""

    def to_sweep(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return sent deliveries whose ``sweep_at`` is not after ``now``."""

    def to_expire(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries whose ``expires_at`` is before ``now``."""

    def in_flight(self) -> Sequence[Delivery]:
        """Return every delivery in state ``sending``; at start these are of a dead process."""

    def top_level_since(self, channel: ChannelId, since: datetime) -> int:
        """Count first intents of messages outside threads in the channel since that instant."""

    def breaker(self, scope: str) -> Breaker | None:
        """Return the breaker of a channel URI or platform name."""

    def save_breaker(self, breaker: Breaker) -> None:
        """Insert or replace a breaker."""

    def drop_breaker(self, scope: str) -> None:
        """Remove a breaker; nothing happens when there is none."""

    # Answers
    def add_answer(self, answer: Answer) -> None:
        """Append an answer."""

    def answers(self, round_id: RoundId, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in a round, oldest first."""

    def all_answers(self, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in all rounds, by round, each's oldest first."""

    def save_result(self, result: Result) -> None:
        """Insert or replace what counts of a member in a round."""

    def result(self, round_id: RoundId, member: MemberId) -> Result | None:
        """Return what counts of a member in a round."""

    def results(self, round_id: RoundId) -> Sequence[Result]:
        """Return what counts of every member in a round, by member."""

    def answered(self, round_id: RoundId) -> int:
        """Count the members who answered before the close."""

    def add_help(self, round_id: RoundId, member: MemberId, what: Help, at: datetime) -> None:
        """Append that a member took a hint or saw the solution."""

    def helps(self, round_id: RoundId, member: MemberId) -> Sequence[tuple[Help, datetime]]:
        """Return the help a member took in a round, oldest first."""

    def member(self, member: MemberId) -> Member | None:
        """Return what is kept of a member."""

    def save_member(self, member: Member) -> None:
        """Insert or replace a member."""

    # Learning
    def save_attempt(self, attempt: Attempt) -> None:
        """Insert an attempt, or replace the member's one with its key."""

    def attempt(self, member: MemberId, key: str) -> Attempt | None:
        """Return a member's attempt by its key."""

    def attempts(self, member: MemberId, question: QuestionId) -> Sequence[Attempt]:
        """Return a member's attempts at a question, oldest first."""

    def misses(self, question: QuestionId) -> Sequence[Attempt]:
        """Return everybody's wrong attempts at a ``short`` question, by member and key."""

    def save_card(self, card: Card) -> None:
        """Insert or replace what a member knows of a question."""

    def card(self, member: MemberId, question: QuestionId) -> Card | None:
        """Return what a member knows of a question."""

    def cards(self, member: MemberId) -> Sequence[Card]:
        """Return what a member knows of every question they met, by question."""

    def due(self, member: MemberId, now: datetime) -> Sequence[QuestionId]:
        """Return the questions due for a member not after ``now``, the longest due first."""

    def save_quiz(self, quiz: Quiz) -> None:
        """Insert or replace the member's latest quiz."""

    def quiz(self, member: MemberId) -> Quiz | None:
        """Return the member's latest quiz."""

    def accept(self, question: QuestionId, wording: str, at: datetime) -> None:
        """Keep a wording that counts beside the accepted answers of a question."""

    def wordings(self, question: QuestionId) -> tuple[str, ...]:
        """Return the wordings accepted beside a question's own, oldest first."""

    # Numbers
    def tallies(self, member: MemberId) -> Sequence[Tally]:
        """Return what a member's attempts add up to, by topic."""

    def sure_and_wrong(self, member: MemberId, limit: int) -> Sequence[Attempt]:
        """Return a member's wrong attempts that they were sure of, newest first."""

    def all_attempts(self, member: MemberId) -> Sequence[Attempt]:
        """Return everything a member attempted, oldest first, then by key."""

    def posted(self, channel: ChannelId) -> Sequence[Posted]:
        """Return the channel's rounds that stood in it, by date and turn."""

    def answered_rounds(
        self, member: MemberId, channel: ChannelId
    ) -> Mapping[RoundId, datetime | None]:
        """Return the channel's rounds a member attempted: ``None`` in time, else when it was."""

    def add_score(self, change: Score) -> None:
        """Add to what a member's answers count in a channel and month; what is nought goes."""

    def score(self, channel: ChannelId, month: str, member: MemberId) -> Score | None:
        """Return what a member's answers count in a channel and month."""

    def scores(
        self, channel: ChannelId, month: str, limit: int, *, everyone: bool
    ) -> Sequence[Score]:
        """Return the scores of those who may be shown, most right first, then by member.

        With ``everyone``, that is all but those who refused; else only those who agreed.
        """

    def ahead(self, channel: ChannelId, month: str, right: int, *, everyone: bool) -> int:
        """Count those who may be shown and have more right."""

    def nudges_due(self, now: datetime, limit: int) -> Sequence[Member]:
        """Return members whose ``nudge_at`` is not after ``now``, earliest first."""

    def forget(self, member: MemberId) -> None:
        """Remove everything kept of a member but the log of what they did as an admin."""

    # Admin and inbox
    def pins(self, channel: ChannelId) -> Sequence[Pin]:
        """Return the channel's pins by date."""

    def save_pin(self, pin: Pin) -> None:
        """Insert or replace the pin of a channel's day."""

    def drop_pin(self, channel: ChannelId, day: date) -> None:
        """Remove a pin; nothing happens when there is none."""

    def hold(self, question: QuestionId, at: datetime, reason: str) -> None:
        """Hold a question back: it is asked nowhere until released."""

    def held(self) -> frozenset[QuestionId]:
        """Return the questions held back."""

    def add_inbox(self, item: InboxItem) -> int:
        """Append a contribution and return its id."""

    def inbox(self, status: str | None) -> Sequence[InboxItem]:
        """Return contributions of a status, or all for ``None``, oldest first."""

    def decide(self, item: int, status: str) -> bool:
        """Set a contribution's status; False when there is no such id."""

    def add_notice(self, notice: Notice, message: Message) -> bool:
        """Insert a notice; False when this cause was told to this addressee on this day."""

    def notices_due(
        self, platform: str, now: datetime, limit: int
    ) -> Sequence[tuple[Notice, Message]]:
        """Return planned notices for addressees of a platform, oldest first."""

    def save_notice(self, notice: Notice) -> None:
        """Replace a notice's state."""

    def add_audit(self, entry: AuditEntry) -> None:
        """Append an admin action."""

    def audit(self, limit: int) -> Sequence[AuditEntry]:
        """Return the latest admin actions, newest first."""

    def add_errand(self, at: datetime, action: str, detail: str) -> None:
        """Leave a decision for the running bot."""

    def errands(self) -> Sequence[Errand]:
        """Return the errands left, oldest first."""

    def drop_errand(self, errand: int) -> None:
        """Remove an errand that was carried out."""

    def first_time(self, platform: str, event: str, at: datetime) -> bool:
        """Note an event of a platform by its id; False when it was noted before."""

    def heard(self, platform: str, event: str) -> bool:
        """Return whether an event of a platform was noted."""

    # Upkeep
    def forget_typed(self, before: datetime, limit: int) -> int:
        """Put ``DELETED`` for what members typed before that instant, wherever it is kept.

        At most ``limit`` answers and as many attempts, the oldest first; returns how many of the
        one or the other it were, whichever is more. Quizzes begun before it are forgotten whole.
        """

    def forget_events(self, before: datetime) -> int:
        """Remove the events noted before that instant; return how many it were."""

    # Search
    def reindex(self, questions: Sequence[Question]) -> None:
        """Make these the questions that ``search`` finds."""

    def search(self, words: str, limit: int) -> Sequence[QuestionId]:
        """Return the best matching questions; any text is a valid query."""


class Store(Protocol):
    """Where everything that lasts is kept."""

    async def transact(self, work: Callable[[Records], T]) -> T:
        """Run ``work`` in one durable transaction and return its result.

        ``work`` reads, decides and writes, and never begins or commits. An exception from it
        undoes its own writes only and is raised here.
        """


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a doctor's report."""

    what: str
    """What was looked at, such as ``slack: token``."""
    fine: bool
    said: str
    """What was seen."""
    mend: str = ""
    """What to do about it, when not fine."""


class ChatPlatform(Protocol):
    """A chat service. Its verbs return outcomes as values and never raise to the core.

    Each send carries the delivery's key, by which ``find`` knows the message again.
    """

    name: str
    """The scheme of its URIs."""
    settle: timedelta
    """How long after an unclear send the history is trusted to show the message."""
    refresh: timedelta
    """How often the count below an open question may be edited at most."""
    fresh: timedelta | None
    """How long after the post that count is kept up to date; ``None``: to the close."""
    spelling: Spelling
    """How commands are typed there."""

    def connected(self, handler: Handler) -> AbstractAsyncContextManager[None]:
        """Listen to members while the block runs; leaving it is the only way to stop."""

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Split a message into what this platform can carry, in order; pure and sync."""

    async def post(self, channel: ChannelId, message: Message, key: str) -> Outcome:
        """Post into the channel; ``Sent.ref`` is the message."""

    async def open_thread(self, to: Ref, message: Message, key: str) -> Outcome:
        """Open the thread of a post with a first line; ``Sent.ref`` is where replies go."""

    async def reply(
        self, to: Ref, message: Message, key: str, *, announce: bool = False
    ) -> Outcome:
        """Reply in a thread; ``announce`` also makes it visible in the channel."""

    async def edit(self, ref: Ref, message: Message) -> Outcome:
        """Replace what a sent message shows; idempotent."""

    async def find(self, delivery: Delivery, to: Ref | None) -> Search:
        """Look for a delivery's message since its first intent; ``to`` is the thread or parent."""

    async def delete(self, ref: Ref) -> Outcome:
        """Remove one of our messages; already gone counts as done."""

    async def direct(self, to: str, message: Message) -> Outcome:
        """Say something to a member privately, or into a channel configured for notices."""

    async def check(self, channels: Sequence[ChannelId]) -> Sequence[Finding]:
        """Report what a doctor would look at."""
