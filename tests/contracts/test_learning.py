"""What both stores promise of attempts, cards, quizzes and wordings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import (
    DELETED,
    Confidence,
    Done,
    Kind,
    Member,
    Origin,
    QuestionId,
    Said,
    Verdict,
)
from bot.ports import Records
from tests.contracts.samples import ADA, BOB, DAY, MINUTE, NOW, attempt, card, question, quiz

ADAM = QuestionId("optimisation/adam")


def test_an_attempt_comes_back_as_it_was_kept(records: Records) -> None:
    full = attempt(
        kind=Kind.OPEN,
        source=Origin.DAILY,
        said=Said((), "because of the “warm-up”"),
        verdict=Verdict.PARTLY,
        sure=Confidence.THINK_SO,
        helped=True,
        late=True,
    )
    records.save_attempt(full)
    assert records.attempt(ADA, full.key) == full
    assert records.attempt(BOB, full.key) is None
    assert records.attempt(ADA, "2") is None


def test_a_second_attempt_of_a_key_replaces_the_first_of_that_member_alone(
    records: Records,
) -> None:
    records.save_attempt(attempt())
    records.save_attempt(attempt(member=BOB))
    corrected = attempt(verdict=Verdict.WRONG)
    records.save_attempt(corrected)
    assert records.attempts(ADA, ADAM) == [corrected]
    assert records.attempts(BOB, ADAM) == [attempt(member=BOB)]


def test_attempts_at_a_question_are_told_oldest_first(records: Records) -> None:
    late = attempt("1", at=NOW + MINUTE)
    early = attempt("2", at=NOW)
    records.save_attempt(late)
    records.save_attempt(early)
    records.save_attempt(attempt("3", question=QuestionId("a/b")))
    assert records.attempts(ADA, ADAM) == [early, late]


def test_misses_are_the_wrong_terms_of_everybody(records: Records) -> None:
    ours = attempt("2", kind=Kind.SHORT, verdict=Verdict.WRONG)
    theirs = attempt("1", BOB, kind=Kind.SHORT, verdict=Verdict.WRONG)
    records.save_attempt(theirs)
    records.save_attempt(ours)
    records.save_attempt(attempt("3", kind=Kind.SHORT))
    records.save_attempt(attempt("4", verdict=Verdict.WRONG))
    records.save_attempt(replace(ours, key="5", question=QuestionId("a/b")))
    assert records.misses(ADAM) == [ours, theirs]


def test_typed_attempts_are_forgotten_and_old_quizzes_with_them(records: Records) -> None:
    typed = attempt("1", kind=Kind.SHORT, said=Said((), "soft max"))
    recent = replace(typed, key="2", at=NOW + MINUTE)
    records.save_attempt(typed)
    records.save_attempt(recent)
    records.save_attempt(attempt("3"))
    records.save_quiz(quiz())
    records.save_quiz(quiz(BOB, at=NOW + MINUTE))
    assert records.forget_typed(NOW + MINUTE, 9) == 1
    assert records.attempt(ADA, "1") == replace(typed, said=Said((), DELETED))
    assert records.attempt(ADA, "2") == recent
    assert records.attempt(ADA, "3") == attempt("3")
    assert records.quiz(ADA) is None
    assert records.quiz(BOB) is not None
    assert records.forget_typed(NOW + MINUTE, 9) == 0


def test_a_card_comes_back_as_it_was_kept(records: Records) -> None:
    bare = replace(
        card("a/b"), at=None, verdict=None, due=None, stability=None, difficulty=None, scheduler=""
    )
    asked_for = card(wanted=NOW + MINUTE)
    records.save_card(asked_for)
    records.save_card(bare)
    records.save_card(card(member=BOB))
    assert records.card(ADA, ADAM) == asked_for
    assert records.card(ADA, QuestionId("a/c")) is None
    assert records.cards(ADA) == [bare, asked_for]
    records.save_card(replace(asked_for, scheduler="fsrs 1", due=None))
    assert records.cards(ADA) == [bare, replace(asked_for, scheduler="fsrs 1", due=None)]


def test_what_is_due_is_found_to_the_instant_the_longest_due_first(records: Records) -> None:
    records.save_card(card("a/soon", due=NOW + MINUTE))
    records.save_card(card("a/two", due=NOW))
    records.save_card(card("a/now", due=NOW))
    records.save_card(card("a/never", due=None))
    records.save_card(card("a/now", BOB))
    assert records.due(ADA, NOW) == ["a/now", "a/two"]
    assert records.due(ADA, NOW - timedelta(microseconds=1)) == []
    assert records.due(ADA, NOW + MINUTE) == ["a/now", "a/two", "a/soon"]


def test_a_quiz_comes_back_as_it_was_kept_and_a_newer_replaces_it(records: Records) -> None:
    first = quiz(
        asked=question(kind=Kind.NUMERIC),
        said=Said(("b",), ""),
        sure=Confidence.GUESS,
        verdict=Verdict.PARTLY,
        ticks=(1, 3),
        done=(Done("q1.x", "A title"),),
        stopped=True,
    )
    records.save_quiz(first)
    records.save_quiz(quiz(BOB))
    assert records.quiz(ADA) == first
    records.save_quiz(quiz(number=2))
    assert records.quiz(ADA) == quiz(number=2)
    assert records.quiz(BOB) == quiz(BOB)


def test_wordings_are_kept_once_and_in_order(records: Records) -> None:
    records.accept(ADAM, "second", NOW + MINUTE)
    records.accept(ADAM, "first", NOW)
    records.accept(ADAM, "first", NOW + 2 * MINUTE)
    records.accept(QuestionId("a/b"), "other", NOW)
    assert records.wordings(ADAM) == ("first", "second")
    assert records.wordings(QuestionId("a/c")) == ()


def test_the_day_of_an_interview_is_kept(records: Records) -> None:
    known = Member(ADA, NOW, interview=DAY)
    records.save_member(known)
    assert records.member(ADA) == known
    records.save_member(Member(ADA, NOW))
    assert records.member(ADA) == Member(ADA, NOW)
