"""The course of a quiz: which item comes next, what may still be asked, what its message shows.

One ``Course`` serves one command of one member, inside one transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cached_property

from bot import commands as c
from bot import outbox, practice
from bot.messages import Message, Reply
from bot.model import Actor, Bank, Channel, ChannelId, QuestionId, Quiz, platform_of
from bot.planning import Planning
from bot.ports import Records
from bot.wording import quizzes as wording


class Course:
    """What is known of a member's quizzes while a command is answered."""

    def __init__(self, planning: Planning, records: Records, actor: Actor, now: datetime) -> None:
        """Take what knows the questions, the records, who asks, and when."""
        self.planning = planning
        self.records = records
        self.actor = actor
        self.now = now

    @property
    def bank(self) -> Bank:
        """The questions there are now."""
        return self.planning.bank()

    @property
    def quiz(self) -> Quiz | None:
        """The member's latest quiz."""
        return self.records.quiz(self.actor.member)

    @property
    def anything(self) -> str:
        """The key of buttons that begin a quiz."""
        return outbox.key_of(self.records.secret(), "quiz")

    @cached_property
    def closed(self) -> frozenset[QuestionId]:
        """What must not be asked: held back, or open where the member may be answering."""
        channels = [state.channel.id for state in self.records.channels() if state.active]
        here = [one for one in channels if platform_of(one) == platform_of(self.actor.member)]
        near = [one for one in here if _near(one, self.actor)]
        under_way = {
            round_.question.id
            for channel in near or here
            for round_ in self.records.unfinished_rounds(channel)
            if round_.question is not None
        }
        return self.records.held() | under_way

    @cached_property
    def due(self) -> tuple[QuestionId, ...]:
        """What is due for review and may be asked, the longest due first."""
        waiting = self.records.due(self.actor.member, self.now)
        bank = self.bank.questions
        return tuple(one for one in waiting if one in bank and one not in self.closed)

    @cached_property
    def channel(self) -> Channel | None:
        """The channel that is spoken in, if questions are asked there."""
        if self.actor.channel is None:
            return None
        state = self.records.channel(self.actor.channel)
        return state.channel if state is not None and state.active else None

    def advanced(self, quiz: Quiz) -> Quiz:
        """Move to the next question that may still be asked, or to the end."""
        bank = self.bank.questions
        ahead = [one for one in quiz.ahead if one in bank and one not in self.closed]
        place = len(quiz.done) + 1
        # A question may leave unanswered and another take its place, so the key knows both.
        item = f"{quiz.member}|{quiz.number}|{place}|{ahead[0] if ahead else 'end'}"
        key = outbox.key_of(self.records.secret(), f"quizitem:{item}")
        key = c.QUIZ_KEY + key.partition(".")[2]
        asked, order = practice.shuffled(bank[ahead[0]], key) if ahead else (None, ())
        return replace(
            quiz,
            key=key,
            place=place,
            ahead=tuple(ahead[1:]),
            asked=asked,
            order=order,
            said=None,
            sure=None,
            hints=0,
            verdict=None,
            ticks=None,
            stopped=False,
        )

    def allowed(self, quiz: Quiz) -> tuple[Quiz, str]:
        """Return the quiz, past a question that must not be judged any more; and why it left."""
        if quiz.asked is None or quiz.verdict is not None or quiz.asked.id not in self.closed:
            return quiz, ""
        held = quiz.asked.id in self.records.held()
        return self.advanced(quiz), wording.HELD_BACK if held else wording.OPEN_NOW

    def score(self, quiz: Quiz) -> wording.Score:
        """Return how a quiz went, with what reviewers corrected since."""
        found = [(self.records.attempt(quiz.member, one.key), one.title) for one in quiz.done]
        return wording.Score([(each, title) for each, title in found if each is not None])

    def face(self, quiz: Quiz) -> Message:
        """Return what the one message of a quiz shows."""
        if quiz.asked is None or quiz.stopped:
            score = self.score(quiz)
            missed = [self.records.card(quiz.member, each.question) for each, _ in score.missed]
            dues = [card.due for card in missed if card is not None and card.due is not None]
            due = min(dues, default=None)
            return wording.end(quiz, score, due, len(self.due), self.now)
        if quiz.verdict is not None:
            known = self.records.card(quiz.member, quiz.asked.id)
            return wording.judged(quiz, quiz.asked, known, self.now)
        if quiz.said is not None:
            return wording.how_sure(quiz, quiz.asked)
        return wording.item(quiz, quiz.asked)

    def show(self, quiz: Quiz, note: str = "") -> Reply:
        """Keep where a quiz stands, and show it in the place of what was shown."""
        self.records.save_quiz(quiz)
        return Reply(wording.noted(self.face(quiz), note), replaces=True)


def _near(channel: ChannelId, actor: Actor) -> bool:
    """Whether a channel is in the workspace, server or room that a member speaks from."""
    place = channel.rpartition("/")[0]
    return place in {(actor.channel or "").rpartition("/")[0], actor.member.rpartition("/")[0]}
