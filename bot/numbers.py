"""Answers what members ask about their own numbers, and about the board of a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import available_timezones

from bot import commands as c
from bot import learning, nudging, outbox, standing, timetable
from bot.course import Course
from bot.messages import Message
from bot.model import (
    Actor,
    BoardRule,
    ChannelState,
    DateRange,
    Member,
    MemberId,
    Question,
    QuestionId,
    Round,
    RoundId,
    RoundState,
)
from bot.planning import Planning
from bot.ports import Records
from bot.wording import me, replies

TOP = 10
"""Members named on a board."""
WRONG_SHOWN = 5
"""Questions that somebody was sure of and wrong about."""
MOST_ABSENCES = 50
"""Kept of one member."""


class Numbers:
    """Shows members where they stand; nobody but the board's top is named to anybody else."""

    def __init__(self, planning: Planning) -> None:
        """Take what knows the questions and how commands are spelled."""
        self._planning = planning

    def answer(
        self,
        records: Records,
        actor: Actor,
        command: c.Me | c.ShowBoard,
        state: ChannelState | None,
        now: datetime,
    ) -> Message:
        """Answer a command; ``state`` is the channel meant, ``None`` where that is not clear."""
        match command:
            case c.ShowBoard(ever):
                if state is None:
                    return replies.which_channel()
                return self._board(records, actor.member, state, now, ever=ever)
            case c.Me(change):
                if change is None:
                    return self._page(records, actor, state, now)
                return self._change(records, actor, change, state, now)

    # One's own page -----------------------------------------------------------------------------

    def _page(
        self, records: Records, actor: Actor, state: ChannelState | None, now: datetime
    ) -> Message:
        member = actor.member
        key = outbox.key_of(records.secret(), "me")
        spelling = self._planning.spelling(member)
        tallies = records.tallies(member)
        if not tallies:
            waiting = _waiting(records, member, state)
            channel = state.channel if state is not None else None
            return me.nothing_yet(waiting, channel, key, now, spelling)
        known = records.member(member) or Member(member, now)
        zone = _zone(state)
        shown = me.Numbers(
            tallies,
            self._sure_and_wrong(records, member),
            len(Course(self._planning, records, actor, now).due),
            timetable.local_date(now, zone),
            streak_of(records, member, state, now) if state is not None else None,
            bool(known.away),
            known.interview,
            self._asked(state),
        )
        return me.page(shown, key, spelling)

    def _sure_and_wrong(self, records: Records, member: MemberId) -> tuple[str, ...]:
        """Return the titles of what they were last sure of and wrong about, each once."""
        questions = self._planning.bank().questions
        found = records.sure_and_wrong(member, WRONG_SHOWN)
        return tuple(dict.fromkeys(_title(questions, each.question) for each in found))

    def _asked(self, state: ChannelState | None) -> Mapping[str, int]:
        """Count the questions of each topic that is asked."""
        weights = state.channel.mix.topics if state is not None else {}
        counts: dict[str, int] = {}
        for (topic, _, _), ids in self._planning.bank().shelves.items():
            if not weights or weights.get(topic, 0):
                counts[topic] = counts.get(topic, 0) + len(ids)
        return counts

    # What can be set ----------------------------------------------------------------------------

    def _change(
        self,
        records: Records,
        actor: Actor,
        change: c.InterviewOn | c.AwayOn | c.NudgeAt,
        state: ChannelState | None,
        now: datetime,
    ) -> Message:
        member = records.member(actor.member) or Member(actor.member, now)
        zone = _zone(state)
        today = timetable.local_date(now, zone)
        match change:
            case c.InterviewOn(day):
                if day is not None and day < today:
                    return me.past()
                records.save_member(replace(member, interview=day))
                learning.reschedule(records, member.id)
                return me.interview_set(day, today)
            case c.AwayOn(days):
                return _away(records, member, days, today)
            case c.NudgeAt(at):
                if actor.zone in available_timezones():
                    zone = actor.zone
                elif at is not None and state is None:
                    return replies.which_channel()  # whose zone it would be
                return _nudge(records, member, at, zone, now)

    # The board ----------------------------------------------------------------------------------

    def _board(
        self, records: Records, member: MemberId, state: ChannelState, now: datetime, *, ever: bool
    ) -> Message:
        channel = state.channel
        if channel.board is BoardRule.OFF:
            return me.no_board()
        today = timetable.local_date(now, channel.rhythm.zone)
        month = standing.EVER if ever else standing.month_of(today)
        everyone = channel.board is BoardRule.EVERYONE
        scores = records.scores(channel.id, month, TOP + 1, everyone=everyone)
        mine = records.score(channel.id, month, member)
        ahead = records.ahead(channel.id, month, mine.right, everyone=everyone) if mine else 0
        known = records.member(member)
        said = known.board if known is not None else None
        seen = me.Board(
            month,
            standing.places(scores[:TOP]),
            len(scores) > TOP and scores[TOP].right == scores[TOP - 1].right,
            mine,
            ahead + 1,
            everyone if said is None else said,
        )
        key = outbox.key_of(records.secret(), "me")
        return me.board(seen, channel, key, self._planning.spelling(member))


def _zone(state: ChannelState | None) -> str:
    return state.channel.rhythm.zone if state is not None else "UTC"


def _title(questions: Mapping[QuestionId, Question], name: QuestionId) -> str:
    return questions[name].title if name in questions else name


def _waiting(records: Records, member: MemberId, state: ChannelState | None) -> Round | None:
    """Return the channel's open round, if it waits for the member's answer."""
    if state is None:
        return None
    for round_ in records.unfinished_rounds(state.channel.id):
        if round_.state is RoundState.OPEN and records.result(round_.id, member) is None:
            return round_
    return None


def streak_of(
    records: Records, member: MemberId, state: ChannelState, now: datetime
) -> standing.Streak:
    """Return a member's streak in a channel, from what they answered in it."""
    channel = state.channel
    answered: dict[RoundId, datetime | None] = dict(records.answered_rounds(member, channel.id))
    for round_ in records.unfinished_rounds(channel.id):
        if round_.id not in answered and records.result(round_.id, member) is not None:
            answered[round_.id] = None  # it is learnt from once the round closes
    known = records.member(member)
    away = known.away if known is not None else ()
    today = timetable.local_date(now, channel.rhythm.zone)
    return standing.streak(records.posted(channel.id), answered, away, today)


def _away(records: Records, member: Member, days: DateRange | None, today: date) -> Message:
    if days is None:
        kept = tuple(cut for each in member.away if (cut := _before(each, today)))
        records.save_member(replace(member, away=kept))
        return me.back(had=kept != member.away)
    if days.first < today:
        return me.past()
    if len(member.away) >= MOST_ABSENCES:
        return me.too_many_absences(MOST_ABSENCES)
    records.save_member(replace(member, away=(*member.away, days)))
    return me.away_set(days)


def _before(days: DateRange, today: date) -> DateRange | None:
    """Return what of an absence lies before today."""
    if days.first >= today:
        return None
    return DateRange(days.first, min(days.last, today - nudging.A_DAY))


def _nudge(records: Records, member: Member, at: time | None, zone: str, now: datetime) -> Message:
    again = nudging.following(at, zone, now) if at is not None else None
    kept = zone if at is not None else ""
    records.save_member(replace(member, nudge=at, nudge_zone=kept, nudge_at=again))
    return me.nudge_set(at, zone)
