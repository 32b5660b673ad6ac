"""Deciding slots: which round a channel's day gets, and what the coming days will bring.

Every function runs inside one transaction. Sending, revealing and answering are elsewhere.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from bot import notices, outbox, restored, selection, timetable
from bot.commands import TYPED, Spelling
from bot.model import (
    Bank,
    Channel,
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Pin,
    Question,
    QuestionId,
    Round,
    RoundId,
    RoundState,
    Slot,
    Stratum,
    platform_of,
)
from bot.ports import ChatPlatform, Holidays, Records
from bot.wording import admin, posts

log = logging.getLogger(__name__)

STOCK_NOTICES = (14, 7, 1)
"""At how many unasked questions the admins hear of it."""
MOST_TURNS = 3
"""How many questions a day may try when the platform cannot show them."""
LATE_AFTER = timedelta(minutes=5)
"""A question planned this long after its time is one the bot was away for."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a coming day will bring if nothing else happens."""

    slot: Slot
    question: Question | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class Planning:
    """What planning needs from around it; holds no state of its own."""

    bank: Callable[[], Bank]
    platforms: Mapping[str, ChatPlatform]
    holidays: Holidays

    # Settings -----------------------------------------------------------------------------------

    def configure(
        self, records: Records, channels: Sequence[Channel], now: datetime
    ) -> list[ChannelId]:
        """Take the settings file's channels as they are now; return the ids of those that changed.

        A channel that left the file is no longer planned for; its open round is still revealed.
        Channels set up in chat are left alone.
        """
        changed = []
        listed = {channel.id for channel in channels}
        for state in records.channels():
            if state.active and state.channel.owner == "file" and state.channel.id not in listed:
                self._retire(records, state)
                changed.append(state.channel.id)
        for channel in channels:
            old = records.channel(channel.id)
            if channel.owner == "chat" and old is not None:
                wanted = replace(channel, mix=old.channel.mix)  # what chat changed stays
            else:
                wanted = channel
            if old is None or old.channel != wanted or not old.active:
                changed.append(wanted.id)
                self.adopt(records, wanted, now)
        return changed

    def adopt(self, records: Records, channel: Channel, now: datetime) -> ChannelState:
        """Insert or update one channel and set its next slot."""
        old = records.channel(channel.id)
        if old is None:
            state = ChannelState(channel, since=now)
        elif not old.active:
            state = replace(old, channel=channel, active=True, since=now, last_date=None)
        else:
            state = replace(old, channel=channel)
        if old is not None and old.channel.mix != channel.mix:
            records.clear_counts(channel.id)
            state = replace(state, mix_from=state.sent)
        state = self.advance(state, state.last_date)
        if old is not None and old.active and (old.next_at is None or old.next_at > now):
            state = self._pass_over(state, now)
        records.save_channel(state)
        return state

    def _pass_over(self, state: ChannelState, now: datetime) -> ChannelState:
        """Leave out the slots that new settings put too far into the past; nobody missed them."""
        while state.next_at is not None and state.next_date is not None:
            slot = Slot(state.next_date, state.next_at)
            following = self.advance(state, slot.date)
            if now <= self._expiry(following, slot):
                break
            state = following
        return state

    def _retire(self, records: Records, state: ChannelState) -> None:
        for round_ in records.unfinished_rounds(state.channel.id):
            first = records.deliveries(round_.id)[0]
            if first.state is DeliveryState.PLANNED:
                drop(records, round_, "the channel left the settings", RoundState.WITHDRAWN)
        records.save_channel(replace(state, active=False, next_at=None, next_date=None))

    def advance(self, state: ChannelState, last: date | None) -> ChannelState:
        """Return the state with ``last`` as the last decided day and the slot that follows it."""
        channel = state.channel
        since = state.since
        if last is None and channel.counts_today:
            today = timetable.local_date(since, channel.rhythm.zone)
            last_day = today - timedelta(days=1)
            slot = self._next(state, last_day, since)
        else:
            slot = self._next(state, last, since)
        return replace(
            state,
            last_date=last,
            next_date=slot.date if slot else None,
            next_at=slot.due if slot else None,
        )

    def _next(self, state: ChannelState, after: date | None, since: datetime) -> Slot | None:
        rhythm = state.channel.rhythm
        days = self.holidays(rhythm.holidays)
        return timetable.next_slot(rhythm, days, state.skips, after, since)

    # The slot that is due -----------------------------------------------------------------------

    def due(self, records: Records, now: datetime, limit: int) -> int:
        """Decide every slot that is due, at most ``limit`` channels; return how many were."""
        states = records.due_channels(now, limit)
        for state in states:
            self._catch_up(records, state, now)
        return len(states)

    def _catch_up(self, records: Records, state: ChannelState, now: datetime) -> None:
        lost: list[Round] = []
        while state.next_at is not None and state.next_date is not None and state.next_at <= now:
            slot = Slot(state.next_date, state.next_at)
            state = self.advance(state, slot.date)
            records.save_channel(state)
            self._hurry_reveals(records, state, slot.due)
            if timetable.paused(state, slot.due) or records.rounds_on(state.channel.id, slot.date):
                continue
            expires = self._expiry(state, slot)
            if now > expires or (state.next_at is not None and state.next_at <= now):
                why = admin.offline(slot.due, state.channel)
                if restored.covers(records, state.channel, slot.date):
                    why = admin.FORGOTTEN
                lost.append(self._miss(records, state, slot, expires, why))
            else:
                state = self.open(records, state, slot, 1, expires, now)
        if lost:
            tell_missed(records, state, lost, now)

    def _expiry(self, state: ChannelState, slot: Slot) -> datetime:
        following = (
            Slot(state.next_date, state.next_at) if state.next_date and state.next_at else None
        )
        return timetable.expiry(slot, state.channel.rhythm, following)

    def _hurry_reveals(self, records: Records, state: ChannelState, due: datetime) -> None:
        """A reveal that would fall after the next question goes out just before it."""
        for round_ in records.unfinished_rounds(state.channel.id):
            if round_.state is RoundState.OPEN and (
                round_.reveal_at is None or round_.reveal_at > due
            ):
                records.save_round(replace(round_, reveal_at=due))

    def _miss(
        self, records: Records, state: ChannelState, slot: Slot, expires: datetime, why: str
    ) -> Round:
        missed = self._round(records, state, slot, 1, expires, RoundState.MISSED, reason=why)
        records.add_round(missed)
        return missed

    def _round(
        self,
        records: Records,
        state: ChannelState,
        slot: Slot,
        turn: int,
        expires: datetime,
        at: RoundState,
        *,
        reason: str = "",
    ) -> Round:
        name = RoundId(f"{state.channel.id}|{slot.date}|{turn}")
        key = outbox.key_of(records.secret(), f"round:{name}")
        return Round(
            name, state.channel.id, slot.date, turn, at, key, slot.due, expires, reason=reason
        )

    def open(
        self,
        records: Records,
        state: ChannelState,
        slot: Slot,
        turn: int,
        expires: datetime,
        now: datetime,
        *,
        tell: bool = True,
    ) -> ChannelState:
        """Plan a slot's round: pick its question and freeze what will be shown; return the state.

        Where no question matches the settings the slot is missed, and the admins hear why unless
        ``tell`` is false: who asked for the post hears it anyway.
        """
        channel = state.channel
        round_ = self._round(records, state, slot, turn, expires, RoundState.PLANNED)
        question, cycle = self._pick(records, state, slot.date, turn, now)
        if question is None:
            missed = replace(round_, state=RoundState.MISSED, reason=admin.NO_QUESTION)
            records.add_round(missed)
            if tell:
                tell_missed(records, state, [missed], now)
            return state
        if cycle > state.cycle:
            state = replace(state, cycle=cycle)
            records.save_channel(state)
            notices.tell(records, channel, "cycle", admin.round_again(channel), now)
        round_ = replace(
            round_,
            question=question,
            number=state.sent + 1,
            cycle=cycle,
            late=now - slot.due > LATE_AFTER,
        )
        records.add_round(round_)
        self._write_out(records, state, round_, now)
        self._watch_stock(records, state, round_, now)
        return state

    def _pick(
        self, records: Records, state: ChannelState, day: date, turn: int, now: datetime
    ) -> tuple[Question | None, int]:
        bank = self.bank()
        channel = state.channel
        pins = records.pins(channel.id)
        held = records.held()
        for pin in pins:
            if pin.date == day and turn == 1:
                question = bank.questions.get(pin.question)
                if question is not None and pin.question not in held:
                    return question, state.cycle
                gone = admin.pin_gone(channel, day, pin.question)
                notices.tell(records, channel, "pin", gone, now)
        excluded = held | {pin.question for pin in pins if pin.date >= day}
        picked = self.choose(records, state, day, excluded, records.history(channel.id))
        if picked is None:
            return None, state.cycle
        log.info("picked %s for %s on %s: %s", picked.question, channel.id, day, picked.why)
        return bank.questions[picked.question], picked.cycle

    def choose(
        self,
        records: Records,
        state: ChannelState,
        day: date,
        excluded: frozenset[QuestionId],
        history: selection.History,
    ) -> selection.Pick | None:
        """Return the question selection gives a day, by the channel's seed and settings."""
        channel = state.channel
        only = None
        if channel.first is not None and history.last_topic is None:
            level, kind = channel.first

            def only(stratum: Stratum) -> bool:
                return stratum[1:] == (level, kind)

        seed = hashlib.sha256(channel.seed.encode()).digest() if channel.seed else records.seed()
        bank = self.bank()
        picked = selection.pick(
            bank,
            channel.mix,
            history,
            seed=seed,
            channel=channel.id,
            day=day,
            excluded=excluded,
            only=only,
        )
        if picked is None and only is not None:
            picked = selection.pick(
                bank,
                channel.mix,
                history,
                seed=seed,
                channel=channel.id,
                day=day,
                excluded=excluded,
            )
        return picked

    def _write_out(
        self, records: Records, state: ChannelState, round_: Round, now: datetime
    ) -> None:
        channel = state.channel
        platform = self.platforms[platform_of(channel.id)]
        first = delivery(records, round_, DeliveryKind.QUESTION, 1, round_.due_at)
        reveal_at = timetable.reveal_time(
            channel.rhythm.reveal, now, channel.rhythm.zone, state.next_at
        )
        parts = platform.parts(posts.question(round_, channel, first.key, 0, reveal_at, now))
        records.add_delivery(replace(first, expires_at=round_.expires_at), parts[0])
        opener = delivery(records, round_, DeliveryKind.THREAD, 1, round_.due_at, first.id)
        records.add_delivery(opener, posts.thread(round_))
        last = opener.id
        for place, part in enumerate(parts[1:], 2):
            more = delivery(records, round_, DeliveryKind.QUESTION, place, round_.due_at, last)
            records.add_delivery(more, part)
            last = more.id

    def _watch_stock(
        self, records: Records, state: ChannelState, round_: Round, now: datetime
    ) -> None:
        channel = state.channel
        left = self.unasked(records, state)
        if left not in STOCK_NOTICES:
            return
        days = [slot.date for slot, _ in zip(self.slots(state), range(left), strict=False)]
        last = days[-1] if len(days) == left else None
        stock = admin.stock(channel, left, last, round_.key)
        notices.tell(records, channel, f"stock-{left}", stock, now)

    def unasked(self, records: Records, state: ChannelState) -> int:
        """Return how many allowed questions were not asked in this cycle, at most 15."""
        history = records.history(state.channel.id)
        return selection.unasked(self.bank(), state.channel.mix, history, records.held())

    # Ahead --------------------------------------------------------------------------------------

    def spelling(self, uri: str) -> Spelling:
        """Return how commands are typed where a member or channel lives."""
        platform = self.platforms.get(platform_of(uri))
        return platform.spelling if platform is not None else TYPED

    def following(self, state: ChannelState) -> datetime | None:
        """Return when the channel's next question is due, pauses left out; ``None`` for never."""
        return next((slot.due for slot in self._ahead(state)), None)

    def slots(self, state: ChannelState, most: int = 60) -> Sequence[Slot]:
        """Return the channel's next slots, pauses left out, from the undecided one on."""
        return list(islice(self._ahead(state), most))

    def _ahead(self, state: ChannelState) -> Iterator[Slot]:
        if state.next_date is None:
            return
        rhythm = state.channel.rhythm
        days = self.holidays(rhythm.holidays)
        for slot in timetable.slots(rhythm, days, state.skips, state.next_date):
            if not timetable.paused(state, slot.due):
                yield slot

    def forecast(self, records: Records, state: ChannelState, number: int) -> list[Forecast]:
        """Return what the next ``number`` slots bring; the same function decides when they come."""
        bank = self.bank()
        pins = records.pins(state.channel.id)
        held = records.held()
        ahead = selection.Ahead(records.history(state.channel.id))
        out = []
        for slot in self.slots(state)[:number]:
            pinned = next(
                (
                    pin.question
                    for pin in pins
                    if pin.date == slot.date
                    and pin.question in bank.questions
                    and pin.question not in held
                ),
                None,
            )
            chosen, cycle = pinned, ahead.cycle
            if chosen is None:
                excluded = held | {pin.question for pin in pins if pin.date >= slot.date}
                picked = self.choose(records, state, slot.date, excluded, ahead)
                chosen, cycle = (picked.question, picked.cycle) if picked else (None, cycle)
            question = bank.questions[chosen] if chosen else None
            if question is not None:
                ahead.add(question.id, (question.topic, question.level, question.kind), cycle)
            out.append(Forecast(slot, question, pinned is not None))
        return out

    # What admins ask for ------------------------------------------------------------------------

    def post(self, records: Records, state: ChannelState, now: datetime) -> Round | None:
        """Claim today's slot early, or again after missed or withdrawn; ``None``: refused."""
        channel = state.channel
        today = timetable.local_date(now, channel.rhythm.zone)
        turns = records.rounds_on(channel.id, today)
        if turns:
            if turns[-1].state not in (RoundState.MISSED, RoundState.WITHDRAWN):
                return None
            turn = turns[-1].turn + 1
        elif state.next_date == today:
            turn = 1
            state = self.advance(state, today)
            records.save_channel(state)
        else:
            return None
        slot = Slot(today, now)
        self._hurry_reveals(records, state, now)
        self.open(records, state, slot, turn, self._expiry(state, slot), now, tell=False)
        return records.rounds_on(channel.id, today)[-1]

    def swap(
        self, records: Records, state: ChannelState, day: date | None
    ) -> tuple[date, Question, Question | None] | None:
        """Pin another question to a coming day; ``None``: no such day.

        Returns the day, the question it had, and the new one (``None``: there is no other).
        """
        days = self.forecast(records, state, 60)
        place = next((f for f in days if day is None or f.slot.date == day), None)
        if place is None or place.question is None:
            return None
        pins = records.pins(state.channel.id)
        excluded = records.held() | {pin.question for pin in pins} | {place.question.id}
        history = selection.Ahead(records.history(state.channel.id))
        for before in days:
            if before.slot.date < place.slot.date and before.question is not None:
                q = before.question
                history.add(q.id, (q.topic, q.level, q.kind), history.cycle)
        picked = self.choose(records, state, place.slot.date, frozenset(excluded), history)
        if picked is None:
            return place.slot.date, place.question, None
        records.save_pin(Pin(state.channel.id, place.slot.date, picked.question))
        return place.slot.date, place.question, self.bank().questions[picked.question]


def delivery(
    records: Records,
    round_: Round,
    kind: DeliveryKind,
    part: int,
    due: datetime,
    after: DeliveryId | None = None,
) -> Delivery:
    """Return a planned delivery of a round."""
    name = outbox.delivery_id(round_.id, kind, part)
    key = outbox.key_of(records.secret(), name)
    return Delivery(
        name, round_.id, round_.channel, kind, part, DeliveryState.PLANNED, key, due, after
    )


def drop(records: Records, round_: Round, why: str, at: RoundState) -> Round:
    """End a round as missed or withdrawn and cancel what was not sent; return it."""
    for one in records.deliveries(round_.id):
        if one.state is DeliveryState.PLANNED:
            records.save_delivery(one, outbox.cancel(one, why))
    question = None if at is RoundState.MISSED else round_.question
    ended = replace(round_, state=at, reason=why, question=question, stale=round_.post is not None)
    records.save_round(ended)
    return ended


def tell_missed(
    records: Records, state: ChannelState, rounds: Sequence[Round], now: datetime
) -> None:
    """Tell the admins about missed slots, once, with a button that posts one now."""
    last = rounds[-1]
    message = admin.missed(state.channel, rounds, state.next_at, now)
    notices.tell(records, state.channel, missed_cause(last), message, now)


def missed_cause(round_: Round) -> str:
    """Return the cause of the notice about a missed round; each turn of a day has its own."""
    return "missed" if round_.turn == 1 else f"missed-{round_.turn}"
