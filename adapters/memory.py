"""``MemoryStore``: the store's twin in memory, for tests and ``gradus demo``; it keeps nothing.

No SQLite is in it, and it shares no code with the one that has: the contract suite holds both to
the same behaviour. Values are immutable, so a log of what each key held before undoes a work.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from bot.errors import Lost, StoreRefused
from bot.messages import Message
from bot.model import (
    ENDED,
    FINAL,
    Answer,
    AuditEntry,
    Breaker,
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Errand,
    Help,
    InboxItem,
    Member,
    MemberId,
    Notice,
    Pin,
    Question,
    QuestionId,
    Result,
    Round,
    RoundId,
    RoundState,
    Stratum,
    platform_of,
)
from bot.ports import Records
from bot.selection import Past

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

STANDING = frozenset({RoundState.OPEN, RoundState.CLOSED})
DONE = frozenset({DeliveryState.SENT, DeliveryState.REFUSED})
TOP_LEVEL = frozenset({DeliveryKind.QUESTION, DeliveryKind.ANNOUNCEMENT, DeliveryKind.RECAP})
ORDER = {kind: place for place, kind in enumerate(DeliveryKind)}
WORD = re.compile(r"[^\W_]+")


class MemoryStore:
    """A ``bot.ports.Store`` that forgets everything when it is gone."""

    def __init__(self, *, secret: bytes = b"\0" * 32, seed: bytes = b"\0" * 32) -> None:
        """Make an empty store with its two secrets, 32 bytes each."""
        self.records = MemoryRecords(secret, seed)

    async def transact(self, work: Callable[[Records], T]) -> T:
        """Run ``work`` at once and return its result; an exception undoes its writes."""
        try:
            result = work(self.records)
        except BaseException:
            self.records.undo()
            raise
        self.records.keep()
        return result


class _Table(dict[K, V]):
    """A dictionary that can be taken back to where the work under way began."""

    def __init__(self, log: list[Callable[[], object]]) -> None:
        super().__init__()
        self._log = log

    def __setitem__(self, key: K, value: V) -> None:
        self._remember(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self._remember(key)
        super().__delitem__(key)

    def discard(self, key: K) -> None:
        """Remove a key, if it is there."""
        if key in self:
            del self[key]

    def _remember(self, key: K) -> None:
        put, drop = super().__setitem__, super().__delitem__
        if key in self:
            old = self[key]
            self._log.append(lambda: put(key, old))
        else:
            self._log.append(lambda: drop(key))


class _Facts:
    """What every part shares: the log of changes, and facts of the deployment."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        self._log: list[Callable[[], object]] = []
        self._secret = secret
        self._seed = seed
        self._facts: _Table[str, str] = _Table(self._log)

    def undo(self) -> None:
        """Take back every change since the last ``keep``."""
        while self._log:
            self._log.pop()()

    def keep(self) -> None:
        """Forget how to take the changes back."""
        self._log.clear()

    def secret(self) -> bytes:
        """Return the 32 random bytes made when the store was created."""
        return self._secret

    def seed(self) -> bytes:
        """Return the 32 random bytes that make picks reproducible where no seed is configured."""
        return self._seed

    def recall(self, name: str) -> str | None:
        """Return the small fact remembered under ``name``."""
        return self._facts.get(name)

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact under ``name``."""
        self._facts[name] = value


class _Rounds(_Facts):
    """Channels and rounds."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._channels: _Table[ChannelId, ChannelState] = _Table(self._log)
        self._rounds: _Table[RoundId, Round] = _Table(self._log)
        self._busy: _Table[RoundId, Round] = _Table(self._log)
        """Those not ended, or stale: few, however long the store has lived."""
        self._slots: _Table[ChannelId, tuple[tuple[date, int, RoundId], ...]] = _Table(self._log)
        self._keys: _Table[str, RoundId] = _Table(self._log)
        """Of rounds and of deliveries."""
        self._counted: _Table[RoundId, Stratum] = _Table(self._log)
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
            [(_asked(each), each.cycle) for each in self._all(channel)],
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
        self._put(round_)
        if _asked(before) != _asked(round_):
            self._count(round_)

    def _put(self, round_: Round) -> None:
        if round_.question is None and round_.state is not RoundState.MISSED:
            raise StoreRefused(f"round {round_.id}: no question")
        self._rounds[round_.id] = round_
        if round_.state in ENDED and not round_.stale:
            self._busy.discard(round_.id)
        else:
            self._busy[round_.id] = round_

    def _count(self, round_: Round) -> None:
        asked = _asked(round_)
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
        return sorted(found, key=_place)

    def reveals_due(self, platform: str, now: datetime, limit: int) -> Sequence[Round]:
        """Return open rounds whose ``reveal_at`` is not after ``now``, earliest first."""
        return _first(
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
        never = sorted((each for each in stale if each.edited_at is None), key=_id)
        edited = ((each.edited_at, each) for each in stale if each.edited_at)
        return [*never, *_first(each for each in edited if each[0] < edited_before)][:limit]

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
        for asked, when in rounds:
            if asked is not None:
                self._past.add(*asked, when)
        self.cycle = cycle
        self.last_topic: str | None = self._past.last_topic
        self._counts: dict[Stratum, int] = {}
        for stratum in counted:
            self._counts[stratum] = self._counts.get(stratum, 0) + 1

    def asked(self, question: QuestionId) -> int:
        """Return the cycle in which a question was last asked, 0 for never."""
        return self._past.asked(question)

    def counts(self) -> Mapping[Stratum, int]:
        """Return how often each stratum was asked since the mix last changed."""
        return self._counts

    def longest_ago(self, stratum: Stratum) -> Iterator[QuestionId]:
        """Yield the questions last asked in this stratum, each once, the oldest first."""
        return self._past.longest_ago(stratum)


class _Deliveries(_Rounds):
    """Deliveries and breakers."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._deliveries: _Table[DeliveryId, Delivery] = _Table(self._log)
        self._active: _Table[DeliveryId, Delivery] = _Table(self._log)
        """Those not final, or to be swept: few, however long the store has lived."""
        self._of_round: _Table[RoundId, tuple[DeliveryId, ...]] = _Table(self._log)
        self._payloads: _Table[DeliveryId, Message] = _Table(self._log)
        self._intents: _Table[ChannelId, tuple[DeliveryId, ...]] = _Table(self._log)
        """Top-level deliveries with a first intent."""
        self._breakers: _Table[str, Breaker] = _Table(self._log)

    def add_delivery(self, delivery: Delivery, payload: Message) -> None:
        """Insert a delivery with what it will show, frozen; raises ``Lost`` when it is there."""
        others = self.deliveries(delivery.round_id)
        taken = any((each.kind, each.part) == (delivery.kind, delivery.part) for each in others)
        if taken or delivery.id in self._deliveries or delivery.key in self._keys:
            raise Lost(f"delivery {delivery.id}: taken")
        if delivery.round_id not in self._rounds:
            raise StoreRefused(f"delivery {delivery.id}: no round")
        self._set(delivery)
        self._keys[delivery.key] = delivery.round_id
        known = self._of_round.get(delivery.round_id, ())
        self._of_round[delivery.round_id] = (*known, delivery.id)
        self._payloads[delivery.id] = payload

    def payload(self, delivery: DeliveryId) -> Message:
        """Return what a delivery shows; raises ``KeyError`` when there is no such delivery."""
        return self._payloads[delivery]

    def delivery(self, delivery: DeliveryId) -> Delivery | None:
        """Return one delivery."""
        return self._deliveries.get(delivery)

    def deliveries(self, round_id: RoundId) -> Sequence[Delivery]:
        """Return a round's deliveries by kind (as declared) and part."""
        found = [self._deliveries[each] for each in self._of_round.get(round_id, ())]
        return sorted(found, key=lambda each: (ORDER[each.kind], each.part))

    def save_delivery(self, before: Delivery, after: Delivery) -> None:
        """Replace a delivery; raises ``Lost`` unless state and attempt are still ``before``'s."""
        now = self._deliveries.get(before.id)
        if now is None or (now.state, now.attempt) != (before.state, before.attempt):
            raise Lost(f"delivery {before.id}: moved on")
        self._set(after)

    def _set(self, delivery: Delivery) -> None:
        if (delivery.state is DeliveryState.SENT) != (delivery.ref is not None):
            raise StoreRefused(f"delivery {delivery.id}: sent, ref")
        old = self._deliveries.get(delivery.id)
        self._deliveries[delivery.id] = delivery
        if delivery.state in FINAL and delivery.sweep_at is None:
            self._active.discard(delivery.id)
        else:
            self._active[delivery.id] = delivery
        top = delivery.part == 1 and delivery.kind in TOP_LEVEL
        if top and delivery.first_intent_at and not (old and old.first_intent_at):
            known = self._intents.get(delivery.channel, ())
            self._intents[delivery.channel] = (*known, delivery.id)

    def sendable(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries that may go out now, earliest due first.

        That is: due, past ``not_before``, not expired, the one they come ``after`` done, no breaker
        on channel or platform that lasts beyond ``now``; and a question's part 1 only when no
        earlier round of its channel is still open or closed.
        """
        ready = (
            (each.due_at, each)
            for each in self._in(platform, DeliveryState.PLANNED)
            if each.due_at <= now
            and (each.not_before is None or each.not_before <= now)
            and (each.expires_at is None or each.expires_at >= now)
            and self._follows(each)
            and not self._broken(platform, now)
            and not self._broken(each.channel, now)
            and not self._kept_waiting(each)
        )
        return _first(ready, limit)

    def _follows(self, delivery: Delivery) -> bool:
        if delivery.after is None:
            return True
        before = self._deliveries.get(delivery.after)
        return before is not None and before.state in DONE

    def _broken(self, scope: str, now: datetime) -> bool:
        return scope in self._breakers and self._breakers[scope].until > now

    def _kept_waiting(self, delivery: Delivery) -> bool:
        if delivery.kind is not DeliveryKind.QUESTION or delivery.part > 1:
            return False
        here = _place(self._rounds[delivery.round_id])
        return any(
            each.state in STANDING and _place(each) < here
            for each in self._busy.values()
            if each.channel == delivery.channel
        )

    def to_check(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return unknown deliveries whose ``check_at`` is not after ``now``."""
        unknown = self._in(platform, DeliveryState.UNKNOWN)
        due = ((each.check_at, each) for each in unknown if each.check_at)
        return _first((each for each in due if each[0] <= now), limit)

    def to_sweep(self, platform: str, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return sent deliveries whose ``sweep_at`` is not after ``now``."""
        sent = self._in(platform, DeliveryState.SENT)
        due = ((each.sweep_at, each) for each in sent if each.sweep_at)
        return _first((each for each in due if each[0] <= now), limit)

    def to_expire(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Return planned deliveries whose ``expires_at`` is before ``now``."""
        planned = (each for each in self._active.values() if each.state is DeliveryState.PLANNED)
        due = ((each.expires_at, each) for each in planned if each.expires_at)
        return _first((each for each in due if each[0] < now), limit)

    def in_flight(self) -> Sequence[Delivery]:
        """Return every delivery in state ``sending``; at start these are of a dead process."""
        sending = (each for each in self._active.values() if each.state is DeliveryState.SENDING)
        return sorted(sending, key=_id)

    def top_level_since(self, channel: ChannelId, since: datetime) -> int:
        """Count first intents of messages outside threads in the channel since that instant."""
        intents = (
            self._deliveries[each].first_intent_at for each in self._intents.get(channel, ())
        )
        return sum(1 for at in intents if at is not None and at >= since)

    def _in(self, platform: str, state: DeliveryState) -> list[Delivery]:
        return [
            each
            for each in self._active.values()
            if each.state is state and platform_of(each.channel) == platform
        ]

    def breaker(self, scope: str) -> Breaker | None:
        """Return the breaker of a channel URI or platform name."""
        return self._breakers.get(scope)

    def save_breaker(self, breaker: Breaker) -> None:
        """Insert or replace a breaker."""
        self._breakers[breaker.scope] = breaker

    def drop_breaker(self, scope: str) -> None:
        """Remove a breaker; nothing happens when there is none."""
        self._breakers.discard(scope)


class _Answers(_Deliveries):
    """Answers and members."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        super().__init__(secret, seed)
        self._answers: _Table[RoundId, Mapping[MemberId, tuple[Answer, ...]]] = _Table(self._log)
        self._results: _Table[RoundId, Mapping[MemberId, Result]] = _Table(self._log)
        self._helps: _Table[tuple[RoundId, MemberId], tuple[tuple[Help, datetime], ...]]
        self._helps = _Table(self._log)
        self._members: _Table[MemberId, Member] = _Table(self._log)

    def add_answer(self, answer: Answer) -> None:
        """Append an answer."""
        before = self._answers.get(answer.round_id, {})
        mine = (*before.get(answer.member, ()), answer)
        self._answers[answer.round_id] = {**before, answer.member: mine}

    def answers(self, round_id: RoundId, member: MemberId) -> Sequence[Answer]:
        """Return a member's answers in a round, oldest first: in the order they were added."""
        return self._answers.get(round_id, {}).get(member, ())

    def save_result(self, result: Result) -> None:
        """Insert or replace what counts of a member in a round."""
        before = self._results.get(result.round_id, {})
        self._results[result.round_id] = {**before, result.member: result}

    def result(self, round_id: RoundId, member: MemberId) -> Result | None:
        """Return what counts of a member in a round."""
        return self._results.get(round_id, {}).get(member)

    def results(self, round_id: RoundId) -> Sequence[Result]:
        """Return what counts of every member in a round, by member."""
        held = self._results.get(round_id, {})
        return [held[member] for member in sorted(held)]

    def answered(self, round_id: RoundId) -> int:
        """Count the members who answered before the close."""
        held = self._answers.get(round_id, {})
        return sum(1 for mine in held.values() if any(not each.late for each in mine))

    def add_help(self, round_id: RoundId, member: MemberId, what: Help, at: datetime) -> None:
        """Append that a member took a hint or saw the solution."""
        key = (round_id, member)
        self._helps[key] = (*self._helps.get(key, ()), (what, at))

    def helps(self, round_id: RoundId, member: MemberId) -> Sequence[tuple[Help, datetime]]:
        """Return the help a member took in a round, oldest first: in the order it was added."""
        return self._helps.get((round_id, member), ())

    def member(self, member: MemberId) -> Member | None:
        """Return what is kept of a member."""
        return self._members.get(member)

    def save_member(self, member: Member) -> None:
        """Insert or replace a member."""
        self._members[member.id] = member


class MemoryRecords(_Answers):
    """``bot.ports.Records`` in dictionaries; ``MemoryStore`` keeps or undoes what a work did."""

    def __init__(self, secret: bytes, seed: bytes) -> None:
        """Take the two secrets of the deployment."""
        super().__init__(secret, seed)
        self._pins: _Table[tuple[ChannelId, date], Pin] = _Table(self._log)
        self._held: _Table[QuestionId, str] = _Table(self._log)
        self._inbox: _Table[int, InboxItem] = _Table(self._log)
        self._notices: _Table[str, tuple[Notice, Message]] = _Table(self._log)
        self._audit: _Table[int, AuditEntry] = _Table(self._log)
        self._errands: _Table[int, Errand] = _Table(self._log)
        self._numbers: _Table[str, int] = _Table(self._log)
        """The last number given out per table; none is given twice."""
        self._index: _Table[str, tuple[Question, ...]] = _Table(self._log)

    def pins(self, channel: ChannelId) -> Sequence[Pin]:
        """Return the channel's pins by date."""
        return [self._pins[key] for key in sorted(self._pins) if key[0] == channel]

    def save_pin(self, pin: Pin) -> None:
        """Insert or replace the pin of a channel's day."""
        self._pins[pin.channel, pin.date] = pin

    def drop_pin(self, channel: ChannelId, day: date) -> None:
        """Remove a pin; nothing happens when there is none."""
        self._pins.discard((channel, day))

    def hold(self, question: QuestionId, at: datetime, reason: str) -> None:
        """Hold a question back: it is asked nowhere until released."""
        self._held[question] = f"{at}: {reason}"

    def held(self) -> frozenset[QuestionId]:
        """Return the questions held back."""
        return frozenset(self._held)

    def add_inbox(self, item: InboxItem) -> int:
        """Append a contribution and return its id."""
        number = self._next("inbox")
        self._inbox[number] = replace(item, id=number)
        return number

    def inbox(self, status: str | None) -> Sequence[InboxItem]:
        """Return contributions of a status, or all for ``None``, oldest first."""
        every = (self._inbox[number] for number in sorted(self._inbox))
        return [each for each in every if status is None or each.status == status]

    def decide(self, item: int, status: str) -> bool:
        """Set a contribution's status; False when there is no such id."""
        if item not in self._inbox:
            return False
        self._inbox[item] = replace(self._inbox[item], status=status)
        return True

    def add_notice(self, notice: Notice, message: Message) -> bool:
        """Insert a notice; False when this cause was told to this addressee on this day."""
        if notice.id in self._notices:
            return False
        self._notices[notice.id] = (notice, message)
        return True

    def notices_due(
        self, platform: str, now: datetime, limit: int
    ) -> Sequence[tuple[Notice, Message]]:
        """Return planned notices for addressees of a platform, oldest first."""
        due = (
            (notice, message)
            for notice, message in self._notices.values()
            if notice.state == "planned"
            and platform_of(notice.to) == platform
            and (notice.not_before is None or notice.not_before <= now)
        )
        return sorted(due, key=lambda each: (each[0].at, each[0].id))[:limit]

    def save_notice(self, notice: Notice) -> None:
        """Replace a notice's state; raises ``Lost`` when there is none with its id."""
        if notice.id not in self._notices:
            raise Lost(f"notice {notice.id}: gone")
        before, message = self._notices[notice.id]
        after = replace(before, state=notice.state, not_before=notice.not_before)
        self._notices[notice.id] = (after, message)

    def add_audit(self, entry: AuditEntry) -> None:
        """Append an admin action."""
        self._audit[self._next("audit")] = entry

    def audit(self, limit: int) -> Sequence[AuditEntry]:
        """Return the latest admin actions, newest first."""
        return [self._audit[number] for number in sorted(self._audit, reverse=True)[:limit]]

    def add_errand(self, at: datetime, action: str, detail: str) -> None:
        """Leave a decision for the running bot."""
        number = self._next("errand")
        self._errands[number] = Errand(number, at, action, detail)

    def errands(self) -> Sequence[Errand]:
        """Return the errands left, oldest first."""
        return [self._errands[number] for number in sorted(self._errands)]

    def drop_errand(self, errand: int) -> None:
        """Remove an errand that was carried out."""
        self._errands.discard(errand)

    def _next(self, table: str) -> int:
        number = self._numbers[table] = self._numbers.get(table, 0) + 1
        return number

    def reindex(self, questions: Sequence[Question]) -> None:
        """Make these the questions that ``search`` finds."""
        self._index["questions"] = tuple(questions)

    def search(self, words: str, limit: int) -> Sequence[QuestionId]:
        """Return the best matching questions; any text is a valid query.

        Those that have every word (or one that begins with it) come first; failing all, any word
        will do. Unlike the other store it does not know that ``scores`` is a form of ``score``.
        """
        wanted = _words(words)
        found = [
            (sum(weights), len(weights) == len(wanted), question.id)
            for question in self._index.get("questions", ())
            if (weights := _weights(wanted, question))
        ]
        if any(every for _, every, _ in found):
            found = [each for each in found if each[1]]
        return [key for _, _, key in sorted(found, key=lambda each: (-each[0], each[2]))[:limit]]


def _asked(round_: Round) -> tuple[QuestionId, Stratum] | None:
    """What a round counts for in its channel's history; nothing once it is missed."""
    question = round_.question
    if question is None or round_.state is RoundState.MISSED:
        return None
    return question.id, (question.topic, question.level, question.kind)


def _place(round_: Round) -> tuple[date, int]:
    return round_.date, round_.turn


def _id(value: Round | Delivery) -> str:
    return value.id


R = TypeVar("R", Round, Delivery)


def _first(timed: Iterable[tuple[datetime, R]], limit: int | None = None) -> list[R]:
    """Return values in the order of their instants, equal ones by id."""
    return [each for _, each in sorted(timed, key=lambda pair: (pair[0], pair[1].id))[:limit]]


def _words(text: str) -> list[str]:
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )
    return WORD.findall(bare.casefold())


def _weights(wanted: Sequence[str], question: Question) -> list[float]:
    """What each wanted word weighs that the question has; title first, options last."""
    fields = (
        (8.0, question.title),
        (4.0, question.topic + " " + " ".join(question.tags)),
        (2.0, question.prompt),
        (1.0, " ".join(option.text for option in question.options)),
    )
    held = [(weight, _words(text)) for weight, text in fields]
    found = (
        [weight for weight, has in held if any(each.startswith(word) for each in has)]
        for word in wanted
    )
    return [weights[0] for weights in found if weights]
