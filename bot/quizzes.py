"""Quizzes and reviews: private, one item at a time, gone on with whenever and wherever one likes.

All there is of a quiz is in the store, so a restart or another device changes nothing. A button of
an item that is past shows where the quiz is now, so a double click does nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot import commands as c
from bot import grading, inbox, learning, practice
from bot.course import Course
from bot.grading import AskBack
from bot.messages import Reply
from bot.model import (
    Actor,
    Attempt,
    ChannelId,
    Confidence,
    Done,
    InboxKind,
    Kind,
    Notice,
    Origin,
    Question,
    QuestionId,
    Quiz,
    Said,
    Verdict,
)
from bot.planning import Planning
from bot.ports import Records
from bot.wording import posts, replies
from bot.wording import quizzes as wording


class Quizzes:
    """Answers what members ask about quizzes; it needs no channel."""

    def __init__(self, planning: Planning) -> None:
        """Take what knows the questions and how commands are typed."""
        self.planning = planning

    def answer(self, records: Records, actor: Actor, command: c.Command, now: datetime) -> Reply:
        """Answer a command about a quiz, or one whose key is that of a quiz item."""
        course = Course(self.planning, records, actor, now)
        match command:
            case c.Quiz(words):
                return _ask_for(course, words)
            case c.Review(most):
                return _review(course, most)
            case _:
                pass
        quiz = course.quiz
        if quiz is None:
            return Reply(wording.gone(self.planning.spelling(actor.member)))
        if quiz.key != getattr(command, "round", ""):
            quiz, note = course.allowed(quiz)  # the button of an item that is past
            return course.show(quiz, note)
        return _Turn(course, quiz).take(command)


# Beginning --------------------------------------------------------------------------------------


def _ask_for(course: Course, words: str) -> Reply:
    """Go on with what is under way, unless something is named; else begin."""
    quiz = course.quiz
    if words.strip() or quiz is None or quiz.asked is None:
        return _begin(course, words)
    resumed, note = course.allowed(replace(quiz, stopped=False))
    if resumed.asked is None:
        return _begin(course, words)
    course.records.save_quiz(resumed)
    return Reply(wording.noted(wording.resumed(course.face(resumed), resumed), note), lasting=True)


def _begin(course: Course, words: str) -> Reply:
    """Begin a quiz asked for in these words."""
    actor, records = course.actor, course.records
    wanted = practice.read(words, course.bank.topics)
    if isinstance(wanted, practice.Unclear):
        spelling = course.planning.spelling(actor.member)
        return Reply(wording.unclear(wanted.word, wanted.nearest, course.anything, spelling))
    if wanted.room:
        return Reply(wording.no_rooms())
    cards, salt = records.cards(actor.member), f"{course.anything}|{_number(course)}"
    questions = practice.chosen(course.bank, cards, wanted, course.closed, course.now, salt)
    if not questions:
        return Reply(wording.nothing(course.anything))
    note = wording.MOST_TWENTY if wanted.cut else ""
    return _start(course, Origin.QUIZ, words, questions, note)


def _review(course: Course, most: int) -> Reply:
    """Go on with the review under way, or ask what is due."""
    quiz, now = course.quiz, course.now
    if quiz is not None and quiz.asked is not None and quiz.source is Origin.REVIEW:
        return _ask_for(course, "")
    if not course.due:
        cards, bank = course.records.cards(course.actor.member), course.bank.questions
        coming = [one.due for one in cards if one.due and one.due > now and one.question in bank]
        return Reply(wording.nothing_due(min(coming, default=None), course.anything, now))
    return _start(course, Origin.REVIEW, str(most), course.due[:most])


def _start(
    course: Course, source: Origin, wanted: str, questions: Sequence[QuestionId], note: str = ""
) -> Reply:
    """Begin with these questions and show the first; what was under way is over."""
    before = course.quiz
    if before is not None and before.asked is not None:
        note = f"{wording.ENDED_OTHER} {note}".rstrip()
    quiz = Quiz(
        course.actor.member,
        _number(course),
        "",
        course.now,
        source,
        wanted,
        ahead=tuple(questions),
        channel=_channel(course),
    )
    return replace(course.show(course.advanced(quiz), note), replaces=False, lasting=True)


def _channel(course: Course) -> ChannelId | None:
    """Return the channel of a quiz begun now: the one spoken in, or that of the quiz before."""
    if course.channel is not None:
        return course.channel.id
    return course.quiz.channel if course.quiz is not None else None


def _number(course: Course) -> int:
    before = course.quiz
    return before.number + 1 if before is not None else 1


# Answering --------------------------------------------------------------------------------------


class _Turn:
    """One command about the item that is under way, or about the end."""

    def __init__(self, course: Course, quiz: Quiz) -> None:
        self.course = course
        self.quiz = quiz

    def take(self, command: c.Command) -> Reply:
        """Do what is asked for and show where the quiz stands."""
        course, quiz = self.course, self.quiz
        match command:
            case c.GoOn():
                return self._go_on()
            case c.Stop():
                return course.show(replace(quiz, stopped=quiz.asked is not None))
            case c.Anew():
                return self._anew()
            case c.Again():
                return self._again()
            case c.Share():
                return self._share()
            case _ if quiz.asked is None or quiz.stopped:
                return course.show(quiz)
            case _:
                pass
        self.quiz, note = course.allowed(quiz)
        if note or self.quiz.asked is None:
            return course.show(self.quiz, note)
        return self._about(command, self.quiz.asked)

    def _about(self, command: c.Command, asked: Question) -> Reply:
        course, quiz = self.course, self.quiz
        match command:
            case c.Report(text):
                return self._report(asked, text)
            case c.OpenForm("report"):
                return Reply(form=posts.report_form(quiz.key))
            case _ if quiz.verdict is not None:
                return self._judged(command, asked)
            case c.Give(text, _, sure):
                said = grading.read(asked, text)
                if isinstance(said, AskBack):
                    why = replies.ask_back(asked, said)
                    return Reply(wording.asked_back(course.face(quiz), why), replaces=True)
                return self._said(asked, said, sure)
            case c.Think(_, sure) if asked.kind is Kind.OPEN:
                return self._said(asked, Said(), sure)
            case c.Sure(how) if quiz.said is not None:
                return self._judge(asked, quiz.said, how)
            case c.OpenForm("think") if asked.kind is Kind.OPEN:
                return Reply(form=posts.think_form(quiz.key))
            case c.OpenForm("answer"):
                return Reply(form=posts.answer_form(asked, quiz.key))
            case c.Hint():
                return course.show(replace(quiz, hints=min(quiz.hints + 1, len(asked.hints))))
            case c.Show():
                return self._judge(asked, quiz.said, None)
            case _:
                return course.show(quiz)

    def _said(self, asked: Question, said: Said, sure: Confidence | None) -> Reply:
        """Take an answer, and ask how sure it is unless that was said with it."""
        if sure is None:
            return self.course.show(replace(self.quiz, said=said))
        return self._judge(asked, said, sure)

    def _judge(self, asked: Question, said: Said | None, sure: Confidence | None) -> Reply:
        """Judge an answer, ``None`` for a member who does not know, and take it in."""
        quiz = self.quiz
        asked = learning.with_wordings(self.course.records, asked)
        verdict = Verdict.WRONG if said is None else grading.judge(asked, said).verdict
        done = (*quiz.done, Done(quiz.key, asked.title))
        judged = replace(quiz, asked=asked, said=said, sure=sure, verdict=verdict, done=done)
        self._learn(judged, asked)
        return self.course.show(judged)

    def _judged(self, command: c.Command, asked: Question) -> Reply:
        """Do what can still be done with an item once its answer is out."""
        course, quiz = self.course, self.quiz
        explained = asked.kind is Kind.OPEN and quiz.said is not None
        missed = asked.kind is Kind.SHORT and quiz.verdict is Verdict.WRONG
        match command:
            case c.OpenForm("tick") if explained:
                return Reply(form=posts.tick_form(asked, quiz.key, quiz.ticks or ()))
            case c.Tick(points) if explained and max(points, default=0) <= len(asked.rubric):
                verdict = grading.by_rubric(len(asked.rubric), len(points))
                ticked = replace(quiz, ticks=points, verdict=verdict)
                self._learn(ticked, asked)
                return course.show(ticked)
            case c.CountMine() if missed and quiz.said is not None:
                self._contribute(InboxKind.WORDING, asked, quiz.said.text)
                return course.show(quiz, wording.COUNTED)
            case _:
                return course.show(quiz)

    def _learn(self, quiz: Quiz, asked: Question) -> None:
        """Take in what was answered, by the options' own keys; ticks do not change when."""
        before = self.course.records.attempt(quiz.member, quiz.key)
        said = quiz.said or Said()
        own = dict(zip((option.key for option in asked.options), quiz.order, strict=True))
        learning.learn(
            self.course.records,
            Attempt(
                quiz.member,
                quiz.key,
                asked.id,
                asked.topic,
                asked.level,
                asked.kind,
                before.at if before is not None else self.course.now,
                quiz.source,
                Said(tuple(sorted(own[key] for key in said.keys)), said.text),
                quiz.verdict or Verdict.OPEN,
                quiz.sure,
                helped=quiz.hints > 0 or quiz.said is None,
            ),
        )

    def _report(self, asked: Question, text: str) -> Reply:
        if len(text) > inbox.LONGEST_TEXT:
            return Reply(replies.too_long())
        self._contribute(InboxKind.REPORT, asked, text)
        return self.course.show(self.quiz, wording.THANKS)

    def _contribute(self, kind: InboxKind, asked: Question, text: str) -> None:
        course = self.course
        inbox.contribute(
            course.records, course.actor, kind, course.channel, asked.id, text, course.now
        )

    # Moving -------------------------------------------------------------------------------------

    def _go_on(self) -> Reply:
        quiz = replace(self.quiz, stopped=False)
        if quiz.asked is not None and quiz.verdict is not None:
            return self.course.show(self.course.advanced(quiz))
        quiz, note = self.course.allowed(quiz)
        return self.course.show(quiz, note)

    def _anew(self) -> Reply:
        """Begin another quiz of the same sort."""
        quiz = self._left()
        if quiz.source is Origin.REVIEW:
            most = int(quiz.wanted) if quiz.wanted.isdecimal() else practice.MOST
            return replace(_review(self.course, most), replaces=True)
        return replace(_begin(self.course, quiz.wanted), replaces=True)

    def _again(self) -> Reply:
        """Ask at once what was not right."""
        course, bank = self.course, self.course.bank.questions
        missed = [each.question for each, _ in course.score(self.quiz).missed]
        questions = [one for one in missed if one in bank and one not in course.closed]
        if not questions:
            return course.show(self.quiz)
        self._left()
        started = _start(course, Origin.REVIEW, str(len(questions)), questions)
        return replace(started, replaces=True)

    def _left(self) -> Quiz:
        """Leave the quiz as it is, so that another may begin; return it."""
        left = replace(self.quiz, asked=None, stopped=False)
        self.course.records.save_quiz(left)
        return left

    def _share(self) -> Reply:
        course, quiz = self.course, self.quiz
        score = course.score(quiz)
        if quiz.asked is not None or not score.graded:
            return course.show(quiz)
        if quiz.shared:
            return course.show(quiz, wording.WAS_SHARED)
        message = wording.shared(course.actor.name, quiz, score)
        if course.channel is not None:
            return replace(course.show(replace(quiz, shared=True)), public=message)
        state = course.records.channel(quiz.channel) if quiz.channel is not None else None
        if state is None or not state.active:
            return Reply(wording.not_public())
        place = state.channel.id
        notice = Notice(f"score|{quiz.member}|{quiz.number}|{place}", place, course.now)
        course.records.add_notice(notice, message)
        return course.show(replace(quiz, shared=True))
