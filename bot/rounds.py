"""The life of a round: what a tick does, what may be sent, and what an outcome brings about.

Nothing here awaits a platform: the sender does, and reports the outcome back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot import inbox, learning, notices, nudging, outbox, restored, timetable
from bot.errors import GradusError
from bot.messages import Message
from bot.model import (
    Breaker,
    ChannelState,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Errand,
    Later,
    Outcome,
    Ref,
    Refused,
    RevealRule,
    Round,
    RoundState,
    Scope,
    Search,
    Sent,
    Slot,
    Unknown,
    platform_of,
)
from bot.planning import (
    LATE_AFTER,
    MOST_TURNS,
    Planning,
    delivery,
    drop,
    missed_cause,
    tell_missed,
)
from bot.ports import Clock, Records, Store
from bot.wording import admin, posts

log = logging.getLogger(__name__)

BATCH = 500
"""How many rows a tick takes in one transaction."""
MOST_MESSAGES = 6
"""Messages in a channel outside threads within a day, hard: stops a loop; nobody notices it."""
A_DAY = timedelta(days=1)
LOST_AFTER = 3 * outbox.CALL_TIMEOUT
"""A call has ended by then; if its outcome is not recorded, the store had failed."""
A_MINUTE = timedelta(minutes=1)
EDIT_RETRY = timedelta(seconds=30)
"""How long an edit waits at least that did not go through."""
DONE = frozenset({DeliveryState.SENT, DeliveryState.REFUSED})


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery whose intent is written, with what it shows and where it goes."""

    delivery: Delivery
    message: Message
    to: Ref | None
    """The parent or thread; ``None`` for a post into the channel."""


class Rounds:
    """Carries rounds from plan to reveal; everything it knows is in the store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        planning: Planning,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the store, the clock, the planning and what wakes the senders."""
        self.store = store
        self.clock = clock
        self.planning = planning
        self.wake = wake

    # The tick -----------------------------------------------------------------------------------

    async def tick(self) -> bool:
        """Look at clock and records once and decide everything that is due; harmless to repeat.

        Decides slots, expires what is too late, carries out errands, reminds, then wakes the
        senders.
        Returns whether it finished; a trouble of the store is logged, and the next tick is the
        retry.
        """
        finished = False
        try:
            while await self.store.transact(self._plan) == BATCH:
                pass
            while await self.store.transact(self._expire) == BATCH:
                pass
            await self.store.transact(partial(self._recover, over=LOST_AFTER))
            await self.store.transact(self._errands)
            finished = True
        except GradusError:
            log.exception("a tick could not finish; the next one tries again")
        self.wake()
        return finished

    async def recover(self) -> None:
        """At start: what was being sent when the last process died is unknown now."""
        await self.store.transact(partial(self._recover, over=timedelta(0)))
        await self.store.transact(self._doubt_anew)
        await self.store.transact(self._new_screen)

    def _doubt_anew(self, records: Records) -> None:
        """Nobody was blind while nobody looked: the hour of ``outbox.BLIND_LIMIT`` begins now."""
        now = self.clock()
        for platform in self.planning.platforms:
            for one in records.to_check(platform, now + A_DAY, BATCH):
                records.save_delivery(one, replace(one, intent_at=now))

    def _new_screen(self, records: Records) -> None:
        """Where messages settle at once, on a screen, no wait outlives the process."""
        for state in records.channels():
            platform = self.planning.platforms.get(platform_of(state.channel.id))
            if platform is None or platform.settle:
                continue
            for round_ in records.unfinished_rounds(state.channel.id):
                for one in records.deliveries(round_.id):
                    if one.state is DeliveryState.PLANNED and one.not_before is not None:
                        records.save_delivery(one, replace(one, not_before=None))

    def _settle(self, one: Delivery) -> timedelta:
        platform = self.planning.platforms.get(platform_of(one.channel))
        return platform.settle if platform is not None else timedelta(0)

    def _plan(self, records: Records) -> int:
        return self.planning.due(records, self.clock(), BATCH)

    def _recover(self, records: Records, *, over: timedelta) -> None:
        """Call unknown what is in flight for longer than that; its outcome was never recorded."""
        now = self.clock()
        for one in records.in_flight():
            if one.intent_at is not None and now - one.intent_at < over:
                continue
            settle = self._settle(one)
            records.save_delivery(one, outbox.after_death(one, now, settle))

    def _expire(self, records: Records) -> int:
        now = self.clock()
        late = records.to_expire(now, BATCH)
        for one in late:
            self.keep(records, one, outbox.expire(one), now)
        return len(late)

    def _errands(self, records: Records) -> None:
        for errand in records.errands():
            self._carry_out(records, errand)
            records.drop_errand(errand.id)
        now = self.clock()
        for member in records.nudges_due(now, BATCH):
            nudging.remind(self.planning, records, member, now)

    def _carry_out(self, records: Records, errand: Errand) -> None:
        number, _, status = errand.detail.partition(" ")
        if errand.action == "inbox" and number.isdigit() and status in {"accepted", "declined"}:
            if not inbox.decide(records, int(number), status, self.clock()):
                log.warning("errand %s: there is no inbox entry %s", errand.id, number)
        else:
            log.warning("errand %s is none I know: %s", errand.id, errand.action)

    # Claiming -----------------------------------------------------------------------------------

    def claim(self, records: Records, platform: str, limit: int) -> list[Job]:
        """Write the intent of up to ``limit`` deliveries of a platform that may go out now.

        Reveals that are due are written out first: their first intent closes the round.
        """
        now = self.clock()
        jobs: list[Job] = []
        for round_ in records.reveals_due(platform, now, BATCH):  # more: some have to wait
            if len(jobs) < limit and (job := self._begin_reveal(records, round_, now)) is not None:
                jobs.append(job)
        free = limit - len(jobs)
        rest = records.sendable(platform, now, free) if free else ()
        intended = (self._intend(records, one, now) for one in rest)
        return jobs + [job for job in intended if job is not None]

    def _intend(self, records: Records, one: Delivery, now: datetime) -> Job | None:
        round_ = _round(records, one)
        state = records.channel(one.channel)
        if state is not None:
            settle = self._settle(one)
            doubted = restored.doubt(records, state.channel, round_, one, now, settle)
            if doubted is not None:
                records.save_delivery(one, doubted)
                return None
        top = _in_channel(one)
        if top and records.top_level_since(one.channel, now - A_DAY) >= MOST_MESSAGES:
            held = replace(one, not_before=now + timedelta(hours=1))
            records.save_delivery(one, held)
            if state is not None:
                capped = admin.capped(state.channel, MOST_MESSAGES)
                notices.tell(records, state.channel, "cap", capped, now)
            return None
        after = outbox.intend(one, now)
        for scope in (platform_of(one.channel), one.channel):
            if (breaker := records.breaker(scope)) is not None:
                after = replace(after, reason=breaker.why)  # what it waited for, should it be late
        records.save_delivery(one, after)
        if state is not None:
            self._follow(records, state, round_, after, now)
        to = None
        if one.kind is DeliveryKind.THREAD:
            to = round_.post
        elif one.kind is not DeliveryKind.QUESTION or one.part > 1:
            to = round_.thread or round_.post
        return Job(after, records.payload(one.id), to)

    def _begin_reveal(self, records: Records, round_: Round, now: datetime) -> Job | None:
        """Write the answer out and its first intent in one go, so that no answer falls between."""
        state = records.channel(round_.channel)
        if state is None or self._broken(records, round_, now):
            return None
        earlier = records.deliveries(round_.id)
        if any(one.state not in DONE for one in earlier):
            return None  # the thread is still being opened; the next look tries again
        channel = state.channel
        learning.closed(records, round_)
        key = outbox.key_of(records.secret(), outbox.delivery_id(round_.id, DeliveryKind.REVEAL, 1))
        message = posts.answer(round_, channel, key, records.results(round_.id))
        platform = self.planning.platforms[platform_of(channel.id)]
        last = None
        for place, part in enumerate(platform.parts(message), 1):
            one = delivery(records, round_, DeliveryKind.REVEAL, place, now, last)
            records.add_delivery(one, part)
            last = one.id
        records.save_round(replace(round_, state=RoundState.CLOSED, closed_at=now))
        first = records.delivery(outbox.delivery_id(round_.id, DeliveryKind.REVEAL, 1))
        return self._intend(records, first, now) if first is not None else None

    def _broken(self, records: Records, round_: Round, now: datetime) -> bool:
        scopes = (round_.channel, platform_of(round_.channel))
        breakers = [records.breaker(scope) for scope in scopes]
        return any(breaker is not None and breaker.until > now for breaker in breakers)

    # Outcomes -----------------------------------------------------------------------------------

    def record(self, records: Records, job: Delivery, outcome: Outcome) -> None:
        """Write down what became of a call, and what follows from it."""
        now = self.clock()
        after = outbox.after_call(job, outcome, now, self._settle(job))
        if isinstance(outcome, Refused) and outcome.scope is not Scope.MESSAGE:
            self._trip(records, job, outcome, now)
        self.keep(records, job, after, now)
        if isinstance(outcome, Sent):
            self._close_breakers(records, job, now)

    def found(self, records: Records, one: Delivery, search: Search) -> None:
        """Write down what a search for an unknown delivery found, and what follows from it."""
        now = self.clock()
        self.keep(records, one, outbox.after_search(one, search, now), now)

    def swept(self, records: Records, one: Delivery, search: Search) -> None:
        """Write down that a sent delivery's doubles were looked for and removed."""
        after = outbox.after_sweep(one, search, self.clock())
        records.save_delivery(one, after)
        round_ = _round(records, one)
        if after.ref != one.ref and _in_channel(one) and one.kind is DeliveryKind.QUESTION:
            records.save_round(replace(round_, post=after.ref, stale=True))
        elif after.ref != one.ref and one.kind is DeliveryKind.THREAD:
            records.save_round(replace(round_, thread=after.ref))

    def keep(self, records: Records, before: Delivery, after: Delivery, now: datetime) -> None:
        """Save a delivery's step and what it means for the round; raises ``Lost`` if it moved."""
        records.save_delivery(before, after)
        if after.state is before.state:
            return
        state = records.channel(after.channel)
        if state is not None:
            self._follow(records, state, _round(records, after), after, now)

    def _follow(
        self, records: Records, state: ChannelState, round_: Round, after: Delivery, now: datetime
    ) -> None:
        """Carry out what a delivery's new state means for its round."""
        match after.kind:
            case DeliveryKind.QUESTION | DeliveryKind.THREAD:
                self._question(records, state, round_, after, now)
            case DeliveryKind.REVEAL:
                self._reveal(records, state, round_, after, now)
            case _:
                if after.state is DeliveryState.REFUSED:
                    self._tell_part(records, state, round_, "announcing line", after, now)

    def _question(
        self, records: Records, state: ChannelState, round_: Round, one: Delivery, now: datetime
    ) -> None:
        parent = one.kind is DeliveryKind.QUESTION and one.part == 1
        ended = round_.state in (RoundState.WITHDRAWN, RoundState.MISSED)
        match one.state:
            case DeliveryState.SENDING if parent and round_.state is RoundState.PLANNED:
                records.save_round(replace(round_, state=RoundState.SENDING))
            case DeliveryState.PLANNED if ended:
                records.save_delivery(one, outbox.cancel(one, round_.reason))
            case DeliveryState.SENT if parent and restored.forgotten(one) and not ended:
                self._forgotten(records, state, round_, one, now)
            case DeliveryState.SENT if parent:
                number = max(state.sent, round_.number)
                records.save_channel(replace(state, sent=number))
                stale = ended or round_.stale
                round_ = replace(round_, post=one.ref, opened_at=one.sent_at, stale=stale)
                records.save_round(round_)
                self._open(records, state, round_)
            case DeliveryState.SENT if one.kind is DeliveryKind.THREAD:
                records.save_round(replace(round_, thread=one.ref))
                self._open(records, state, replace(round_, thread=one.ref))
            case DeliveryState.SENT:
                self._open(records, state, round_)
            case DeliveryState.EXPIRED if parent and not ended:
                why = _why_late(one, round_, state)
                missed = drop(records, round_, why, RoundState.MISSED)
                tell_missed(records, state, [missed], now)
            case DeliveryState.REFUSED if parent and not ended:
                self._refused(records, state, round_, one, now)
            case DeliveryState.REFUSED if not parent:
                what = "thread" if one.kind is DeliveryKind.THREAD else "last part"
                self._tell_part(records, state, round_, what, one, now)
                self._open(records, state, round_)

    def _forgotten(
        self, records: Records, state: ChannelState, round_: Round, one: Delivery, now: datetime
    ) -> None:
        """A question stands from before a restore; which one, and what was answered, is not known.

        The day has had its question, so it gets no other one, and nothing about it is edited.
        """
        records.save_channel(replace(state, sent=max(state.sent, round_.number)))
        round_ = replace(round_, post=one.ref, opened_at=one.sent_at)
        ended = drop(records, round_, admin.FORGOTTEN, RoundState.WITHDRAWN)
        records.save_round(replace(ended, stale=False))
        notices.tell(
            records, state.channel, "forgotten", admin.forgotten(ended, state.channel, now), now
        )

    def _open(self, records: Records, state: ChannelState, round_: Round) -> None:
        """Open the round once every part of its question is done."""
        if round_.state not in (RoundState.PLANNED, RoundState.SENDING):
            return
        parts = [one for one in records.deliveries(round_.id) if one.kind is DeliveryKind.QUESTION]
        if any(one.state not in DONE for one in parts) or round_.opened_at is None:
            return
        rhythm = state.channel.rhythm
        following = next(
            (later.due_at for later in records.unfinished_rounds(round_.channel)
             if (later.date, later.turn) > (round_.date, round_.turn)),
            state.next_at,
        )  # fmt: skip
        reveal_at = timetable.reveal_time(rhythm.reveal, round_.opened_at, rhythm.zone, following)
        if rhythm.reveal.rule is RevealRule.ANSWERED:
            reveal_at = round_.reveal_at  # set, if somebody answered before we heard that it stands
        # Of a post that went out later than planned, what it says of the reveal is no longer true.
        stale = round_.stale or round_.opened_at - round_.due_at >= A_MINUTE
        records.save_round(replace(round_, state=RoundState.OPEN, reveal_at=reveal_at, stale=stale))

    def _refused(
        self, records: Records, state: ChannelState, round_: Round, one: Delivery, now: datetime
    ) -> None:
        """The platform cannot show the question, or nobody can say whether it stands."""
        channel = state.channel
        if one.reason == outbox.UNCONFIRMED:
            drop(records, round_, "it could not be confirmed that it was posted", RoundState.MISSED)
            unclear = admin.unconfirmed(
                round_, round_.number, channel, self.planning.following(state), now
            )
            notices.tell(records, channel, missed_cause(round_), unclear, now)
            return
        if round_.question is not None:
            records.hold(round_.question.id, now, one.reason)
        another = round_.turn < MOST_TURNS and now <= round_.expires_at
        refused = admin.content_refused(round_, channel, one.reason, another=another)
        notices.tell(records, channel, f"content-{round_.turn}", refused, now)
        drop(records, round_, "it could not be shown", RoundState.WITHDRAWN)
        if another:
            slot = Slot(round_.date, round_.due_at)
            self.planning.open(records, state, slot, round_.turn + 1, round_.expires_at, now)

    def _reveal(
        self, records: Records, state: ChannelState, round_: Round, one: Delivery, now: datetime
    ) -> None:
        if one.state is DeliveryState.REFUSED:
            self._tell_part(records, state, round_, "answer", one, now)
        if one.state not in DONE or round_.state is not RoundState.CLOSED:
            return
        parts = [each for each in records.deliveries(round_.id) if each.kind is DeliveryKind.REVEAL]
        if any(each.state not in DONE for each in parts):
            return
        shown = any(each.state is DeliveryState.SENT for each in parts)
        why = "" if shown else "the answer could not be posted"
        revealed = replace(
            round_, state=RoundState.REVEALED, revealed_at=now, stale=True, reason=why
        )
        records.save_round(revealed)
        if state.channel.announce and shown:
            self._announce(records, state, revealed, now)

    def _announce(
        self, records: Records, state: ChannelState, round_: Round, now: datetime
    ) -> None:
        """Write the announcing line; it goes out before a question that waits for this reveal."""
        waits = bool(records.unfinished_rounds(round_.channel))
        following = None if waits else self.planning.following(state)
        message = posts.announcement(
            round_, state.channel, records.results(round_.id), following, now, waits=waits
        )
        due = min(now, round_.reveal_at or now)
        line = delivery(records, round_, DeliveryKind.ANNOUNCEMENT, 1, due)
        records.add_delivery(line, message)

    def _tell_part(
        self,
        records: Records,
        state: ChannelState,
        round_: Round,
        what: str,
        one: Delivery,
        now: datetime,
    ) -> None:
        message = admin.part_refused(round_, state.channel, what, one.reason)
        notices.tell(records, state.channel, f"part-{one.kind}-{one.part}", message, now)

    # Breakers -----------------------------------------------------------------------------------

    def _trip(self, records: Records, job: Delivery, refused: Refused, now: datetime) -> None:
        scope = job.channel if refused.scope is Scope.CHANNEL else platform_of(job.channel)
        old = records.breaker(scope)
        if old is not None and old.until > now:
            return  # one of several calls under way together; they count as one failure
        breaker = outbox.trip(old, scope, refused.why, now)
        records.save_breaker(breaker)
        log.warning(
            "%s has refused posts since %s (%s); what is due is recorded and waits until %s",
            scope, breaker.since, refused.why, breaker.until,
        )  # fmt: skip
        state = records.channel(job.channel)
        if state is not None and refused.scope is Scope.CHANNEL:
            trouble = admin.trouble(state.channel, refused.why)
            notices.tell(records, state.channel, "trouble", trouble, now)

    def _close_breakers(self, records: Records, job: Delivery, now: datetime) -> None:
        for scope in (job.channel, platform_of(job.channel)):
            breaker = records.breaker(scope)
            if breaker is not None:
                records.drop_breaker(scope)
                self._tell_recovered(records, job, breaker, now)
        since = job.first_intent_at or job.due_at
        if job.reason not in ("", outbox.DIED) and now - since > LATE_AFTER:
            scope = platform_of(job.channel)  # another channel's post closed its breaker
            self._tell_recovered(records, job, Breaker(scope, since, now, job.reason), now)

    def _tell_recovered(
        self, records: Records, job: Delivery, breaker: Breaker, now: datetime
    ) -> None:
        state, round_ = records.channel(job.channel), records.round(job.round_id)
        if state is None or round_ is None:
            return
        if job.kind is not DeliveryKind.QUESTION or job.part > 1:
            return
        name = state.channel.name if breaker.scope == job.channel else breaker.scope.capitalize()
        message = admin.recovered(
            name or breaker.scope, breaker.since, breaker.why, round_, state.channel, now
        )
        notices.tell(records, state.channel, "recovered", message, now)

    # What admins ask for ------------------------------------------------------------------------

    def withdraw(self, records: Records, round_: Round, reason: str) -> Round:
        """Withdraw a round; what was not sent is cancelled, the post is edited."""
        return drop(records, round_, reason, RoundState.WITHDRAWN)

    def reveal_now(self, records: Records, round_: Round, now: datetime) -> None:
        """Make an open round's reveal due."""
        records.save_round(replace(round_, reveal_at=now))

    # Edits --------------------------------------------------------------------------------------

    def edits(self, records: Records, platform: str, limit: int) -> list[tuple[Round, Message]]:
        """Return the rounds whose parent message is out of date, with what it should show.

        They stay out of date until ``edited`` hears of it, so that no crash loses the last edit.
        """
        now = self.clock()
        there = self.planning.platforms[platform]
        out: list[tuple[Round, Message]] = []
        for round_ in records.stale_rounds(platform, now - there.refresh, limit):
            state = records.channel(round_.channel)
            if state is None or round_.post is None or round_.state is RoundState.CLOSED:
                continue  # of a closed one the answer is on its way, and with it the next change
            if _only_the_count(round_, now, there.fresh):
                records.save_round(replace(round_, stale=False))
                continue
            begun = replace(round_, edited_at=now)
            records.save_round(begun)
            out.append((begun, self._face(records, state, begun, now)))
        return out

    def edited(
        self, records: Records, *, round_: Round, message: Message, outcome: Outcome
    ) -> None:
        """Take what came of an edit; what changed meanwhile is left for the next one."""
        now, current, state = (
            self.clock(),
            records.round(round_.id),
            records.channel(round_.channel),
        )
        if current is None or state is None:
            return
        match outcome:
            case Later(after):
                wait = max(after, EDIT_RETRY)
            case Unknown() | Refused(Scope.PLATFORM):
                wait = EDIT_RETRY
            case _:
                if self._face(records, state, current, now) == message:
                    records.save_round(replace(current, stale=False))
                return
        records.save_round(replace(current, edited_at=now + wait))

    def _face(self, records: Records, state: ChannelState, round_: Round, now: datetime) -> Message:
        """Return what the parent message should show."""
        name = outbox.delivery_id(round_.id, DeliveryKind.QUESTION, 1)
        key = outbox.key_of(records.secret(), name)
        return posts.face(round_, state.channel, key, records.answered(round_.id), now)


def _round(records: Records, one: Delivery) -> Round:
    round_ = records.round(one.round_id)
    if round_ is None:
        raise GradusError(f"delivery {one.id} has no round")
    return round_


def _only_the_count(round_: Round, now: datetime, fresh: timedelta | None) -> bool:
    """Whether all that changed is a count that the platform no longer keeps up to date."""
    if fresh is None or round_.state is not RoundState.OPEN or round_.opened_at is None:
        return False
    return now - round_.opened_at > fresh


def _in_channel(one: Delivery) -> bool:
    """Whether a delivery's message stands outside threads."""
    outside = (DeliveryKind.QUESTION, DeliveryKind.ANNOUNCEMENT, DeliveryKind.RECAP)
    return one.part == 1 and one.kind in outside


def _why_late(one: Delivery, round_: Round, state: ChannelState) -> str:
    if one.reason:
        return f"the post was not accepted in time ({one.reason})"
    return admin.offline(round_.due_at, state.channel)


def newest(rounds: Sequence[Round]) -> Round | None:
    """Return the newest round that has a question, from a list of newest first."""
    return next((round_ for round_ in rounds if round_.question is not None), None)
