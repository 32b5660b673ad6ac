"""Small values for the store's suites; nothing is tested here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from bot.messages import Message, paragraph
from bot.model import (
    Answer,
    Attempt,
    Card,
    Channel,
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Kind,
    Level,
    MemberId,
    Mix,
    NumberKey,
    Origin,
    Question,
    QuestionId,
    Quiz,
    Ref,
    Result,
    Reveal,
    RevealRule,
    Rhythm,
    Round,
    RoundId,
    RoundState,
    Said,
    Verdict,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = date(2026, 11, 20)
HERE = ChannelId("slack://T1/C1")
THERE = ChannelId("discord://G1/C1")
ADA = MemberId("slack://T1/U1")
BOB = MemberId("slack://T1/U2")
HELLO = Message((paragraph("Good morning."),), title="Question 1")


def question(
    name: str = "optimisation/adam",
    level: Level = Level.BEGINNER,
    kind: Kind = Kind.CHOICE,
    **more: Any,
) -> Question:
    """Return a question; its topic is the first part of its id."""
    number = NumberKey(Fraction(1, 3), Fraction(1, 100), relative=True, units={"k": Fraction(1000)})
    return Question(
        QuestionId(name),
        more.pop("title", name.rpartition("/")[2]),
        kind,
        level,
        name.partition("/")[0],
        more.pop("prompt", "Why?"),
        number=number if kind is Kind.NUMERIC else None,
        **more,
    )


def channel(of: ChannelId = HERE, **more: Any) -> ChannelState:
    """Return a channel that was first seen now."""
    reveal = Reveal(RevealRule.AT, at=time(17))
    rhythm = Rhythm(time(9, 30), "Europe/Berlin", frozenset(range(5)), reveal, timedelta(hours=4))
    mix = Mix(topics={"optimisation": 2}, levels={Level.BEGINNER: 1})
    return replace(ChannelState(Channel(of, rhythm, mix), since=NOW), **more)


def round_(days: int = 0, turn: int = 1, of: ChannelId = HERE, **more: Any) -> Round:
    """Return a round of today, or of so many days from now."""
    day = DAY + timedelta(days=days)
    name = RoundId(f"{of}|{day}|{turn}")
    plan = Round(
        name,
        of,
        day,
        turn,
        RoundState.PLANNED,
        f"key of {name}",
        NOW + timedelta(days=days),
        NOW + timedelta(days=days, hours=4),
        question=question(),
    )
    return replace(plan, **more)


def delivery(
    of: Round, kind: DeliveryKind = DeliveryKind.QUESTION, part: int = 1, **more: Any
) -> Delivery:
    """Return a planned delivery of a round, due when the round is."""
    name = DeliveryId(f"{of.id}|{kind.value}|{part}")
    plan = Delivery(
        name, of.id, of.channel, kind, part, DeliveryState.PLANNED, f"key of {name}", of.due_at
    )
    return replace(plan, **more)


def sent(of: Delivery, **more: Any) -> Delivery:
    """Return the delivery as it is once the platform has it."""
    return replace(of, state=DeliveryState.SENT, ref=Ref(f"ref of {of.id}"), sent_at=NOW, **more)


def answer(of: Round, member: MemberId = ADA, key: str = "a", **more: Any) -> Answer:
    """Return an answer given now."""
    return Answer(of.id, member, more.pop("at", NOW), Said((key,)), **more)


def result(of: Round, member: MemberId = ADA, **more: Any) -> Result:
    """Return a right answer, given at once."""
    given = answer(of, member)
    return replace(Result(of.id, member, Verdict.RIGHT, given, given), **more)


def attempt(key: str = "1", member: MemberId = ADA, **more: Any) -> Attempt:
    """Return a right answer to today's question, given now in a quiz."""
    given = Attempt(
        member,
        key,
        QuestionId("optimisation/adam"),
        "optimisation",
        Level.BEGINNER,
        Kind.CHOICE,
        NOW,
        Origin.QUIZ,
        Said(("a",)),
        Verdict.RIGHT,
    )
    return replace(given, **more)


def card(name: str = "optimisation/adam", member: MemberId = ADA, **more: Any) -> Card:
    """Return what somebody knows of a question that is due now."""
    known = Card(
        member,
        QuestionId(name),
        name.partition("/")[0],
        Level.BEGINNER,
        at=NOW,
        verdict=Verdict.WRONG,
        due=NOW,
        stability=0.212,
        difficulty=6.4,
        scheduler="fsrs 0 parameters",
    )
    return replace(known, **more)


def quiz(member: MemberId = ADA, **more: Any) -> Quiz:
    """Return a quiz under way, begun now."""
    under_way = Quiz(
        member, 1, "q1.key", NOW, Origin.QUIZ, place=1, ahead=(QuestionId("a/b"),),
        asked=question(), order=("b", "a"),
    )  # fmt: skip
    return replace(under_way, **more)
