"""Carries out what admins ask for; the desk checked that they may. Every act is audited."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import date, datetime

from bot import commands as c
from bot import timetable
from bot.messages import Message
from bot.model import (
    Actor,
    AuditEntry,
    ChannelState,
    Mix,
    Pin,
    Question,
    QuestionId,
    Round,
    RoundState,
    platform_of,
)
from bot.planning import Planning
from bot.ports import Records
from bot.rounds import Rounds, newest
from bot.wording import admin

_LIVE = (RoundState.PLANNED, RoundState.SENDING, RoundState.OPEN)


class Steering:
    """The admin's half of the desk."""

    def __init__(self, rounds: Rounds, planning: Planning) -> None:
        """Take what carries rounds and what plans them."""
        self.rounds = rounds
        self.planning = planning

    def answer(
        self, records: Records, actor: Actor, command: c.Command, state: ChannelState, now: datetime
    ) -> Message:
        """Do what an admin asks and say what was done."""
        match command:
            case c.Status():
                return self._status(records, state, now)
            case c.Plan(days):
                ahead = self.planning.forecast(records, state, days)
                rows = [(f.slot.date, f.slot.due, f.question, f.pinned) for f in ahead]
                return admin.plan(state.channel, rows)
            case c.Weigh(()):
                topics = self.planning.bank().topics
                return admin.weights(state.channel.mix.topics, topics)
            case _:
                message, done = self._act(records, command, state, now)
        if done:
            entry = AuditEntry(
                now, actor.member, state.channel.id, type(command).__name__.lower(), done
            )
            records.add_audit(entry)
        return message

    def _act(
        self, records: Records, command: c.Command, state: ChannelState, now: datetime
    ) -> tuple[Message, str]:
        """Return the answer and, when something was done, its detail for the audit log."""
        match command:
            case c.PinTo(question, day):
                return self._pin(records, state, question, day)
            case c.Swap(day):
                return self._swap(records, state, day)
            case c.Post():
                return self._post(records, state, now)
            case c.RevealNow():
                return self._reveal(records, state, now)
            case c.Withdraw(reason):
                return self._withdraw(records, state, reason)
            case c.Pause(until):
                return self._pause(records, state, until, now)
            case c.Resume():
                return self._resume(records, state, now)
            case c.Skip(days):
                if days.last < timetable.local_date(now, state.channel.rhythm.zone):
                    return admin.past_days(), ""
                skipped = replace(state, skips=(*state.skips, days))
                skipped = self.planning.advance(skipped, state.last_date)
                records.save_channel(skipped)
                said = admin.skipped(days, skipped.next_at, state.channel, now)
                return said, f"{days.first}..{days.last}"
            case c.Weigh(weights):
                return self._weigh(records, state, dict(weights), now)
            case _:
                raise ValueError(f"{type(command).__name__} is no admin command")

    def _status(self, records: Records, state: ChannelState, now: datetime) -> Message:
        channel = state.channel
        current = newest(records.rounds(channel.id, 8))
        count = records.answered(current.id) if current is not None else 0
        waiting = ""
        for scope in (channel.id, platform_of(channel.id)):
            breaker = records.breaker(scope)
            if breaker is not None:
                waiting = admin.waiting(breaker, channel)
        paused = timetable.paused(state, now)
        unasked = self.planning.unasked(records, state)
        following = self.planning.following(state)
        return admin.status(state, current, count, unasked, waiting, following, now, paused=paused)

    def _pin(
        self, records: Records, state: ChannelState, words: str, day: date
    ) -> tuple[Message, str]:
        question = self._question(words)
        if question is None:
            near = difflib.get_close_matches(words, self.planning.bank().questions, n=1)
            return admin.no_such_question(words, near[0] if near else ""), ""
        if question.id in records.held():
            return admin.held_question(words), ""
        if not any(slot.date == day for slot in self.planning.slots(state)):
            return admin.no_slot(day), ""
        for pin in records.pins(state.channel.id):
            if pin.question == question.id:
                records.drop_pin(state.channel.id, pin.date)
        records.save_pin(Pin(state.channel.id, day, question.id))
        return admin.pinned(question, day), f"{question.id} {day}"

    def _question(self, words: str) -> Question | None:
        return self.planning.bank().questions.get(QuestionId(words))

    def _swap(self, records: Records, state: ChannelState, day: date | None) -> tuple[Message, str]:
        swapped = self.planning.swap(records, state, day)
        if swapped is None:
            return (admin.no_slot(day) if day else admin.nothing_to_swap()), ""
        on, old, new = swapped
        if new is None:
            return admin.nothing_to_swap(), ""
        return admin.swapped(on, old, new), f"{on} {new.id}"

    def _post(self, records: Records, state: ChannelState, now: datetime) -> tuple[Message, str]:
        round_ = self.planning.post(records, state, now)
        if round_ is None:
            today = timetable.local_date(now, state.channel.rhythm.zone)
            turns = records.rounds_on(state.channel.id, today)
            if turns:
                return admin.already_posted(turns[-1], self.planning.spelling(state.channel.id)), ""
            return admin.no_slot_today(state.next_at, state.channel, now), ""
        if round_.question is None:
            return admin.nothing_to_post(round_), ""
        return admin.posting(round_), round_.id

    def _reveal(self, records: Records, state: ChannelState, now: datetime) -> tuple[Message, str]:
        round_ = self._live(records, state)
        if round_ is None or round_.state is not RoundState.OPEN:
            return admin.nothing_open(), ""
        self.rounds.reveal_now(records, round_, now)
        return admin.revealing(round_), round_.id

    def _withdraw(self, records: Records, state: ChannelState, reason: str) -> tuple[Message, str]:
        round_ = self._live(records, state)
        if round_ is None:
            return admin.nothing_open(), ""
        return admin.withdrawn(self.rounds.withdraw(records, round_, reason)), reason

    def _live(self, records: Records, state: ChannelState) -> Round | None:
        live = [r for r in records.unfinished_rounds(state.channel.id) if r.state in _LIVE]
        return live[-1] if live else None

    def _pause(
        self, records: Records, state: ChannelState, until: date | None, now: datetime
    ) -> tuple[Message, str]:
        zone = state.channel.rhythm.zone
        end = None
        if until is not None:
            if until < timetable.local_date(now, zone):
                return admin.past_days(), ""
            end = timetable.end_of(until, zone)
        records.save_channel(replace(state, paused_from=now, paused_until=end))
        return admin.paused(until, self.planning.spelling(state.channel.id)), str(
            until or ""
        ) or "until resumed"

    def _resume(self, records: Records, state: ChannelState, now: datetime) -> tuple[Message, str]:
        if not timetable.paused(state, now):
            return admin.not_paused(), ""
        resumed = replace(state, paused_from=None, paused_until=None)
        # Slots that passed while it was paused are passed over, not missed.
        while resumed.next_at is not None and resumed.next_at <= now:
            resumed = self.planning.advance(resumed, resumed.next_date)
        records.save_channel(resumed)
        return admin.resumed(resumed.next_at, state.channel, now), "resumed"

    def _weigh(
        self, records: Records, state: ChannelState, weights: dict[str, int], now: datetime
    ) -> tuple[Message, str]:
        channel = state.channel
        if channel.owner != "chat":
            return admin.file_owns("topics"), ""
        known = self.planning.bank().topics
        for topic in weights:
            if topic not in known:
                near = difflib.get_close_matches(topic, known, n=1)
                return admin.unknown_topic(topic, near[0] if near else ""), ""
        if not any(weights.values()):
            return admin.no_weight_left(), ""
        mix = Mix(weights, channel.mix.levels, channel.mix.kinds)
        self.planning.adopt(records, replace(channel, mix=mix), now)
        said = " ".join(f"{topic}={weight}" for topic, weight in weights.items())
        return admin.weights_set(weights), said
