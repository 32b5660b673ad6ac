"""What both stores promise of scores, tallies, absences and reminders, and of forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from bot.model import (
    Attempt,
    Card,
    Confidence,
    DateRange,
    Help,
    InboxItem,
    InboxKind,
    Kind,
    Level,
    Member,
    MemberId,
    Notice,
    Origin,
    Posted,
    Quiz,
    Round,
    RoundState,
    Said,
    Score,
    Tally,
    Verdict,
)
from bot.ports import Records
from tests.contracts.samples import (
    ADA,
    BOB,
    HELLO,
    HERE,
    MINUTE,
    NOW,
    THERE,
    answer,
    question,
    result,
    round_,
)

CYD = MemberId("slack://T1/U3")
MONTH = "2026-11"


def attempt(of: Round, member: MemberId = ADA, **more: Any) -> Attempt:
    """Return what is learnt of a right answer in a round, given now."""
    asked = of.question or question()
    taken = Attempt(
        member, of.id, asked.id, asked.topic, asked.level, asked.kind, NOW, Origin.DAILY,
        Said(("a",)), Verdict.RIGHT,
    )  # fmt: skip
    return replace(taken, **more)


def test_a_member_is_kept_with_all_they_set(records: Records) -> None:
    member = Member(
        ADA, NOW, board=True, asked=True, interview=date(2027, 1, 4),
        away=(DateRange(date(2026, 12, 1), date(2026, 12, 3)),),
        nudge=time(8, 30), nudge_zone="Europe/Berlin", nudge_at=NOW,
    )  # fmt: skip
    records.save_member(member)
    assert records.member(ADA) == member


def test_who_wants_a_reminder_is_found_when_it_is_time(records: Records) -> None:
    for who, at in ((ADA, NOW), (BOB, NOW - MINUTE), (CYD, NOW + MINUTE)):
        records.save_member(Member(who, NOW, nudge=time(8), nudge_at=at))
    records.save_member(Member(MemberId("slack://T1/U4"), NOW))
    assert [each.id for each in records.nudges_due(NOW, 9)] == [BOB, ADA]
    assert [each.id for each in records.nudges_due(NOW, 1)] == [BOB]


def test_attempts_add_up_by_topic(records: Records) -> None:
    more: tuple[dict[str, Any], ...] = (
        {},
        {"verdict": Verdict.WRONG, "sure": Confidence.SURE},
        {"helped": True, "sure": Confidence.SURE},
        {"verdict": Verdict.OPEN, "sure": Confidence.SURE, "kind": Kind.OPEN},
        {"verdict": Verdict.PARTLY, "sure": Confidence.GUESS},
    )
    for days, changes in enumerate(more):
        records.save_attempt(attempt(round_(days), **changes))
    records.save_attempt(attempt(round_(9, question=question("a/b"))))
    records.save_attempt(attempt(round_(), BOB))
    assert records.tallies(ADA) == [
        Tally("a", 1, 1, 1, 1, 0, 0),
        Tally("optimisation", 5, 1, 3, 1, 2, 1),
    ]
    assert list(records.tallies(CYD)) == []


def test_an_attempt_that_is_replaced_adds_up_once(records: Records) -> None:
    records.save_attempt(attempt(round_(), verdict=Verdict.OPEN))
    records.save_attempt(attempt(round_()))
    assert records.tallies(ADA) == [Tally("optimisation", 1, 1, 1, 1, 0, 0)]


def test_what_was_sure_and_wrong_comes_newest_first(records: Records) -> None:
    wrong: dict[str, Any] = {"verdict": Verdict.WRONG, "sure": Confidence.SURE}
    kept = [attempt(round_(days), at=NOW + days * MINUTE, **wrong) for days in range(3)]
    others = [
        attempt(round_(4), verdict=Verdict.WRONG),
        attempt(round_(5), sure=Confidence.SURE),
        attempt(round_(0), BOB, **wrong),
    ]
    for each in (*others, *kept):
        records.save_attempt(each)
    assert records.sure_and_wrong(ADA, 2) == [kept[2], kept[1]]


def test_all_attempts_come_oldest_first(records: Records) -> None:
    kept = [attempt(round_(days), at=NOW + days * MINUTE) for days in range(3)]
    for each in reversed(kept):
        records.save_attempt(each)
    records.save_attempt(attempt(round_(), BOB))
    assert records.all_attempts(ADA) == kept


def test_what_stood_in_a_channel_is_found_in_order(records: Records) -> None:
    shown = round_(1, state=RoundState.OPEN, opened_at=NOW)
    for each in (shown, round_(0), round_(2, of=THERE, state=RoundState.OPEN, opened_at=NOW)):
        records.add_round(each)
    again = round_(0, turn=2, state=RoundState.REVEALED, opened_at=NOW - MINUTE)
    records.add_round(again)
    assert records.posted(HERE) == [
        Posted(again.id, again.date, RoundState.REVEALED, NOW - MINUTE),
        Posted(shown.id, shown.date, RoundState.OPEN, NOW),
    ]


def test_the_rounds_somebody_attempted_are_those_of_the_channel(records: Records) -> None:
    records.save_attempt(attempt(round_(0)))
    records.save_attempt(attempt(round_(1), late=True, at=NOW + MINUTE))
    records.save_attempt(attempt(round_(0, of=THERE)))
    records.save_attempt(attempt(round_(2), key="q1.abc", source=Origin.QUIZ))
    assert records.answered_rounds(ADA, HERE) == {
        round_(0).id: None,
        round_(1).id: NOW + MINUTE,
    }


# Scores -----------------------------------------------------------------------------------------


def score(member: MemberId, right: int, answered: int = 9, **more: Any) -> Score:
    """Return a score of this month here."""
    return replace(Score(HERE, MONTH, member, answered, right), **more)


def test_scores_add_up(records: Records) -> None:
    records.add_score(score(ADA, 1, 1))
    records.add_score(score(ADA, 0, 1))
    records.add_score(score(ADA, 1, 1, month=""))
    records.add_score(score(ADA, 1, 1, channel=THERE))
    assert records.score(HERE, MONTH, ADA) == score(ADA, 1, 2)
    records.add_score(score(ADA, -1, 0))
    assert records.score(HERE, MONTH, ADA) == score(ADA, 0, 2)
    records.add_score(score(ADA, 0, -2))
    assert records.score(HERE, MONTH, ADA) is None
    assert records.score(HERE, MONTH, BOB) is None


@pytest.mark.parametrize("order", ["consent first", "score first"])
def test_only_those_who_agreed_are_shown(records: Records, order: str) -> None:
    """Whoever has not said anything is shown only where everyone is; who refused, nowhere."""
    consents = {ADA: True, BOB: None, CYD: False}

    def agree() -> None:
        for member, board in consents.items():
            records.save_member(Member(member, NOW, board=board))

    def count() -> None:
        for member, right in ((ADA, 3), (BOB, 5), (CYD, 7), (MemberId("slack://T1/U9"), 5)):
            records.add_score(score(member, right))

    for work in (agree, count) if order == "consent first" else (count, agree):
        work()

    asked = records.scores(HERE, MONTH, 9, everyone=False)
    assert asked == [score(ADA, 3)]
    everyone = records.scores(HERE, MONTH, 9, everyone=True)
    assert everyone == [score(BOB, 5), score(MemberId("slack://T1/U9"), 5), score(ADA, 3)]
    assert records.scores(HERE, MONTH, 1, everyone=True) == [score(BOB, 5)]
    assert records.ahead(HERE, MONTH, 3, everyone=True) == 2
    assert records.ahead(HERE, MONTH, 0, everyone=False) == 1
    assert records.ahead(HERE, MONTH, 3, everyone=False) == 0

    records.save_member(Member(ADA, NOW, board=False))
    assert records.scores(HERE, MONTH, 9, everyone=False) == []


# Forgetting -------------------------------------------------------------------------------------


def test_nothing_of_somebody_forgotten_is_left(records: Records) -> None:
    """Of others everything stays."""
    of = round_(state=RoundState.OPEN)
    records.add_round(of)
    for who in (ADA, BOB):
        records.save_member(Member(who, NOW, board=True, nudge_at=NOW))
        records.add_answer(answer(of, who))
        records.save_result(result(of, who))
        records.add_help(of.id, who, Help.HINT, NOW)
        records.save_attempt(attempt(of, who))
        records.save_card(Card(who, question().id, "optimisation", Level.BEGINNER, due=NOW))
        records.save_quiz(Quiz(who, 1, "q1.a", NOW, Origin.QUIZ))
        records.add_score(score(who, 1, 1))
        records.add_inbox(InboxItem(InboxKind.REPORT, NOW, who, HERE, None, "?"))
        records.add_notice(Notice(f"nudge||{who}", who, NOW), HELLO)
        records.remember(f"inviter|{who}", who)

    records.forget(ADA)

    def kept(who: MemberId) -> list[object]:
        return [
            records.member(who),
            *records.answers(of.id, who),
            records.result(of.id, who),
            *records.helps(of.id, who),
            *records.all_attempts(who),
            *records.cards(who),
            records.quiz(who),
            records.score(HERE, MONTH, who),
            *(item for item in records.inbox(None) if item.member == who),
            *(each for each, _ in records.notices_due("slack", NOW, 9) if each.to == who),
            records.recall(f"inviter|{who}"),
        ]

    assert [each for each in kept(ADA) if each is not None] == []
    assert len([each for each in kept(BOB) if each is not None]) == 11
    assert records.answered(of.id) == 1
    assert [each.member for each in records.scores(HERE, MONTH, 9, everyone=False)] == [BOB]
    assert [each.id for each in records.nudges_due(NOW, 9)] == [BOB]
