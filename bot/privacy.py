"""Answers what members ask about what is kept of them: to see it, take it away, or erase it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import commands as c
from bot import outbox
from bot.messages import Message
from bot.model import (
    Answer,
    Attempt,
    Card,
    Kind,
    Member,
    MemberId,
    Question,
    QuestionId,
    Said,
    Verdict,
    platform_of,
)
from bot.planning import Planning
from bot.ports import Records
from bot.upkeep import TYPED_KEPT
from bot.wording import phrases, privacy

PART = 2_800
"""Characters of a part of an export: what every platform shows in one message."""
COLUMNS = (
    "at",
    "source",
    "topic",
    "question",
    "level",
    "kind",
    "said",
    "verdict",
    "sure",
    "helped",
    "late",
)


class Privacy:
    """Shows, exports and erases what is kept of a member, for that member alone."""

    def __init__(self, planning: Planning) -> None:
        """Take what knows the questions and how commands are spelled."""
        self._planning = planning

    def answer(
        self,
        records: Records,
        member: MemberId,
        command: c.Privacy | c.Export | c.Forget,
        now: datetime,
    ) -> Message:
        """Answer a command."""
        key = outbox.key_of(records.secret(), "me")
        spelling = self._planning.spelling(member)
        match command:
            case c.Privacy():
                known = records.member(member) or Member(member, now)
                return privacy.page(known, key, TYPED_KEPT, spelling)
            case c.Export(""):
                return privacy.which(key, spelling)
            case c.Export(form, page):
                parts = self._parts(records, member, form)
                if not parts:
                    return privacy.nothing(form)
                if page > len(parts):
                    return privacy.no_such_part(len(parts))
                return privacy.part(form, parts[page - 1], page, len(parts), key, spelling)
            case c.Forget(certain):
                if not certain:
                    return privacy.really(key, spelling)
                _forget(records, member)
                return privacy.forgotten()

    def _parts(self, records: Records, member: MemberId, form: str) -> Sequence[str]:
        attempts = records.all_attempts(member)
        match form:
            case "csv":
                return _packed(
                    [_line(row(each).values()) for each in attempts], head=_line(COLUMNS)
                )
            case "json":
                return _packed(
                    [json.dumps(each, ensure_ascii=False) for each in _all(records, member)],
                    head="[\n",
                    between=",\n",
                    tail="\n]\n",
                )
            case _:
                cards = anki(attempts, self._planning.bank().questions)
                return _packed(cards, head="#separator:comma\n#html:false\n")


def _forget(records: Records, member: MemberId) -> None:
    """Erase a member; posts that counted their answer are to be counted anew."""
    for state in records.channels():
        if platform_of(state.channel.id) != platform_of(member):
            continue
        for round_ in records.unfinished_rounds(state.channel.id):
            if records.result(round_.id, member) is not None:
                records.save_round(replace(round_, stale=True))
    records.forget(member)


def row(attempt: Attempt) -> dict[str, str | bool]:
    """Return an attempt as one row of an export, by column."""
    values = (
        attempt.at.isoformat(timespec="seconds"),
        attempt.source.value,
        attempt.topic,
        attempt.question,
        attempt.level.value,
        attempt.kind.value,
        _said(attempt.said),
        attempt.verdict.value,
        attempt.sure.value if attempt.sure else "",
        attempt.helped,
        attempt.late,
    )
    return dict(zip(COLUMNS, values, strict=True))


def anki(attempts: Sequence[Attempt], questions: Mapping[QuestionId, Question]) -> list[str]:
    """Return a line for each question whose latest attempt was not right, while it is in the bank.

    Anki reads two fields, in quotation marks where they hold line ends, divided by what the file
    names (docs.ankiweb.net, Text files): by a comma, since chat turns tabs into spaces.
    """
    latest = {each.question: each for each in attempts}
    missed = (
        each.question for each in latest.values() if each.verdict in (Verdict.WRONG, Verdict.PARTLY)
    )
    return [_line(_flashcard(questions[name])) for name in missed if name in questions]


def _flashcard(question: Question) -> tuple[str, str]:
    options = "".join(f"\n{phrases.letter(each.key)}  {each.text}" for each in question.options)
    right = "" if question.kind is Kind.OPEN else phrases.right_answer(question)
    rubric = "".join(f"\n- {point}" for point in question.rubric)
    back = "\n".join(part for part in (right, question.answer + rubric) if part)
    return f"{question.title}\n{question.prompt}{options}", back


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()


def _all(records: Records, member: MemberId) -> list[Mapping[str, object]]:
    """Return a member's attempts, what they set and contributed, daily answers, and cards."""
    rows: list[Mapping[str, object]] = [row(each) for each in records.all_attempts(member)]
    if (known := records.member(member)) is not None:
        rows.append(_settings(known))
    rows += [
        {"at": item.at.isoformat(timespec="seconds"), "kind": item.kind.value, "text": item.text}
        for item in records.inbox(None)
        if item.member == member
    ]
    rows += map(_answered, records.all_answers(member))
    rows += map(_coming, records.cards(member))
    return rows


def _answered(answer: Answer) -> Mapping[str, object]:
    """Return one answer to a daily question, of which there may be several."""
    return {
        "at": answer.at.isoformat(timespec="seconds"),
        "round": answer.round_id,
        "answer": _said(answer.said),
        "sure": answer.sure.value if answer.sure else "",
        "late": answer.late,
    }


def _coming(card: Card) -> Mapping[str, object]:
    return {
        "question": card.question,
        "due": card.due.isoformat(timespec="seconds") if card.due else "",
        "stability": card.stability,
        "difficulty": card.difficulty,
    }


def _said(said: Said) -> str:
    return " ".join(phrases.letter(key) for key in said.keys) or said.text


def _settings(member: Member) -> Mapping[str, object]:
    return {
        "member": member.id,
        "first_seen": member.first_seen.isoformat(timespec="seconds"),
        "board": member.board,
        "interview": str(member.interview or ""),
        "away": [f"{days.first}..{days.last}" for days in member.away],
        "nudge": f"{member.nudge:%H:%M}" if member.nudge is not None else "",
    }


def _packed(
    lines: Sequence[str], *, head: str = "", between: str = "", tail: str = ""
) -> list[str]:
    """Return lines in parts of about ``PART`` characters, each whole with head and tail."""
    groups: list[list[str]] = []
    size = PART
    for each in lines:
        if size + len(each) > PART:
            groups.append([])
            size = len(head) + len(tail)
        groups[-1].append(each)
        size += len(each) + len(between)
    return [head + between.join(group) + tail for group in groups]
