"""The one way by which a finished answer flows into what is learnt of it.

Daily answers flow in when their round closes, late ones and ticks when they are given, quiz items
when they are judged. Withdrawn rounds flow in nowhere. Everything happens in the caller's
transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import grading, reviewing, standing
from bot.model import (
    Attempt,
    Card,
    Kind,
    MemberId,
    Origin,
    Question,
    QuestionId,
    Result,
    Round,
    RoundId,
    Verdict,
)
from bot.ports import Records


def learn(records: Records, attempt: Attempt) -> None:
    """Take in a finished answer; one of the same member and key replaces the one before.

    It writes the attempt, what it counts on boards, and when the question comes back.
    """
    before = records.attempt(attempt.member, attempt.key)
    records.save_attempt(attempt)
    for change in standing.changes(before, attempt):
        records.add_score(change)
    card = records.card(attempt.member, attempt.question)
    _reschedule(
        records,
        card or Card(attempt.member, attempt.question, attempt.topic, attempt.level),
    )


def closed(records: Records, round_: Round) -> None:
    """Take in the answers of a round whose answers are final now."""
    asked = with_wordings(records, round_.question) if round_.question is not None else None
    for result in records.results(round_.id):
        if asked is not None and asked.kind is Kind.SHORT:  # a wording may count since
            verdict = grading.judge(asked, result.last.said).verdict
            records.save_result(replace(result, verdict=verdict))
        final = records.result(round_.id, result.member) or result
        if (attempt := of_result(round_, final)) is not None:
            learn(records, attempt)


def of_result(round_: Round, result: Result) -> Attempt | None:
    """Return what is learnt from what counts of a member in a round; nothing without a question."""
    asked = round_.question
    if asked is None:
        return None
    last = result.last
    return Attempt(
        result.member,
        round_.id,
        asked.id,
        asked.topic,
        asked.level,
        asked.kind,
        last.at,
        Origin.DAILY,
        last.said,
        result.verdict,
        last.sure,
        result.helped,
        last.late,
    )


def later(records: Records, member: MemberId, asked: Question, now: datetime) -> Card:
    """Let a question come back to a member within a day, as they ask; return its card."""
    card = records.card(member, asked.id) or Card(member, asked.id, asked.topic, asked.level)
    return _reschedule(records, replace(card, wanted=now))


def reschedule(records: Records, member: MemberId) -> None:
    """Compute anew when each question comes back, after the interview's date was changed."""
    for card in records.cards(member):
        _reschedule(records, card)


def _reschedule(records: Records, card: Card) -> Card:
    known = records.member(card.member)
    interview = known.interview if known is not None else None
    attempts = records.attempts(card.member, card.question)
    card = reviewing.rescheduled(card, attempts, interview, records.secret())
    records.save_card(card)
    return card


# Wordings that reviewers accepted ---------------------------------------------------------------


def with_wordings(records: Records, question: Question) -> Question:
    """Return a question with the wordings that were accepted beside its own."""
    if question.kind is not Kind.SHORT or not (more := records.wordings(question.id)):
        return question
    return replace(question, accepted=(*question.accepted, *more))


def accept(
    records: Records, question: QuestionId, wording: str, now: datetime
) -> tuple[MemberId, ...]:
    """Let a wording count from now on and in every past attempt; return whose it was, by member."""
    records.accept(question, wording, now)
    form = grading.normalise(wording)
    members = []
    for attempt in records.misses(question):
        if not form or grading.normalise(attempt.said.text) != form:
            continue
        learn(records, replace(attempt, verdict=Verdict.RIGHT))
        _correct(records, attempt)
        members.append(attempt.member)
    return tuple(dict.fromkeys(members))


def _correct(records: Records, attempt: Attempt) -> None:
    """Correct what counts in the daily round that an attempt was given to, if it was one."""
    if attempt.source is Origin.DAILY:
        result = records.result(RoundId(attempt.key), attempt.member)
        if result is not None:
            records.save_result(replace(result, verdict=Verdict.RIGHT))
