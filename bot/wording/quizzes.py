"""What a member sees of a quiz or a review: an item, its verdict, the end; and what comes back.

All of a quiz is one message that changes in place where the platform can do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import grading, prose
from bot.commands import Spelling, button
from bot.messages import (
    Action,
    Audience,
    Body,
    Break,
    Inline,
    Literal,
    Message,
    Paragraph,
    Prose,
    Strong,
    Text,
    paragraph,
)
from bot.model import Attempt, Card, Confidence, Kind, Origin, Question, Quiz, Verdict
from bot.practice import MOST, USUAL
from bot.wording import phrases, posts

_NAMES = {Origin.QUIZ: "Quiz", Origin.REVIEW: "Review", Origin.ROOM: "Room"}
_TYPED = {Kind.MULTI: "letters", Kind.NUMERIC: "a number", Kind.SHORT: "a term"}
_A_DAY = timedelta(days=1)


# One item ---------------------------------------------------------------------------------------


def item(quiz: Quiz, asked: Question) -> Message:
    """Return a question of a quiz, with the hints taken so far."""
    hints = [
        Prose((Paragraph((Strong((Text(f"Hint {place}: "),)), *prose.inline(hint))),))
        for place, hint in enumerate(asked.hints[: quiz.hints], 1)
    ]
    helping = []
    if quiz.hints < len(asked.hints):
        helping.append(Action(button(quiz.key, "hint"), "Hint", hint="/hint"))
    helping.append(Action(button(quiz.key, "show"), "I don't know", hint="/show"))
    return Message(
        title=_heading(quiz, asked),
        body=(*posts.question_body(asked), *hints),
        choices=posts.choices(asked),
        actions=(*_answering(asked, quiz.key), *helping, _stop(quiz)),
        spoken=f"{_heading(quiz, asked)}: {asked.title}",
    )


def how_sure(quiz: Quiz, asked: Question) -> Message:
    """Return the question that comes between an answer and its verdict."""
    what = quiz.said
    given = "Your answer is in. " if not what or not what.keys else ""
    if what is not None and what.keys:
        given = f"You said {phrases.letters(what.keys)}. "
    sure = [Action(button(quiz.key, "sure", how.value), label) for how, label in posts.SURE]
    skip = Action(button(quiz.key, "sure", "skip"), "Just tell me")
    return Message(
        title=_heading(quiz, asked),
        body=(
            *posts.question_body(asked),
            *_options(asked),
            paragraph(f"{given}How sure are you?"),
        ),
        actions=(*sure, skip),
    )


def judged(quiz: Quiz, asked: Question, card: Card | None, now: datetime) -> Message:
    """Return the verdict on an item in words, why, and the source."""
    body: list[Body] = [prose.parse(asked.prompt), *_options(asked), *_verdict(quiz, asked)]
    body += [*posts.solution(asked), Prose((Paragraph(posts.credit(asked)),))]
    if card is not None and card.due is not None and quiz.verdict is not Verdict.OPEN:
        body.append(paragraph(f"It comes back to you {_when(card.due, now)}."))
    last = not quiz.ahead
    actions = [Action(button(quiz.key, "on"), "See the score" if last else "Next question")]
    if asked.kind is Kind.OPEN and asked.rubric and (quiz.said is not None):
        form = posts.tick_form(asked, quiz.key, quiz.ticks or ())
        tick = button(quiz.key, "tick")
        actions.append(Action(tick, "Tick my points", form, hint="/tick 1 2"))
    typed = quiz.said.text if quiz.said is not None else ""
    if asked.kind is Kind.SHORT and quiz.verdict is Verdict.WRONG and typed:
        actions.append(Action(button(quiz.key, "count"), "Count mine too"))
    actions.append(posts.report_action(quiz.key))
    if not last:
        actions.append(_stop(quiz))
    return Message(
        title=_heading(quiz, asked),
        body=tuple(body),
        actions=tuple(actions),
    )


def _heading(quiz: Quiz, asked: Question) -> str:
    total = quiz.place + len(quiz.ahead)
    what = f"{phrases.topic(asked.topic)} · {asked.level.value}"
    return f"{_NAMES.get(quiz.source, 'Quiz')} {quiz.place} of {total} · {what}"


def _answering(asked: Question, key: str) -> tuple[Action, ...]:
    """Return the buttons that answer; what stands for them where there are none is typed as is."""
    actions = posts.answer_actions(asked, key)
    if asked.kind is Kind.CHOICE:
        return tuple(replace(action, hint="") for action in actions)
    first, *rest = actions
    hint = _TYPED.get(asked.kind, "your explanation")
    return (replace(first, hint=hint), *(replace(one, hint="") for one in rest))


def _options(asked: Question) -> tuple[Body, ...]:
    """Return the options as part of the text, above what is said of an answer."""
    lines: list[Inline] = []
    for option in asked.options:
        lead = Strong((Text(f"{phrases.letter(option.key)}  "),))
        lines += [*([Break()] if lines else []), lead, *prose.inline(option.text)]
    return (Prose((Paragraph(tuple(lines)),)),) if lines else ()


def _stop(quiz: Quiz) -> Action:
    return Action(button(quiz.key, "stop"), "Stop here")


def _verdict(quiz: Quiz, asked: Question) -> tuple[Body, ...]:
    """Return how an answer was judged, and what it was taken for."""
    what = quiz.said
    if what is None:
        return (paragraph("You did not know this one yet."),)
    own: tuple[Body, ...] = (Literal(what.text),) if what.text and not what.keys else ()
    if asked.kind is Kind.OPEN:
        if quiz.ticks is None:
            return (*own, paragraph("Compare yours with the answer, and tick the points you made."))
        made = f"{len(quiz.ticks)} of {phrases.count(len(asked.rubric), 'point')}"
        return (*own, paragraph(f"You made {made}: {_judged(quiz)}."))
    yours = f"Your answer {phrases.letters(what.keys)}" if what.keys else "Your answer"
    said = paragraph(f"{yours} is ", Strong((Text(_judged(quiz)),)), f".{_more(asked, quiz)}")
    return (*own, said)


def _judged(quiz: Quiz) -> str:
    return phrases.JUDGED[quiz.verdict or Verdict.OPEN]


def _more(asked: Question, quiz: Quiz) -> str:
    what = quiz.said
    if what is None:
        return ""
    judgement = grading.judge(asked, what)
    if asked.kind is Kind.SHORT:
        return phrases.matched(asked, judgement.matched, grading.near(asked, what))
    parts = []
    if judgement.missed:
        parts.append(f" You missed {phrases.letters(sorted(judgement.missed))}.")
    if judgement.extra:
        verb = "is" if len(judgement.extra) == 1 else "are"
        parts.append(f" {phrases.letters(sorted(judgement.extra))} {verb} wrong.")
    return "".join(parts)


# The end ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """How a quiz went so far."""

    attempts: Sequence[tuple[Attempt, str]]
    """Each with the title of its question."""

    @property
    def graded(self) -> list[Attempt]:
        """What has a verdict."""
        return [each for each, _ in self.attempts if each.verdict is not Verdict.OPEN]

    @property
    def missed(self) -> list[tuple[Attempt, str]]:
        """What was not right."""
        missed = {Verdict.WRONG, Verdict.PARTLY}
        return [(each, title) for each, title in self.attempts if each.verdict in missed]


def end(quiz: Quiz, score: Score, due: datetime | None, left: int, now: datetime) -> Message:
    """Return the end card.

    Args:
        quiz: The quiz that ended or was stopped.
        score: How it went.
        due: When the first of what was missed comes back.
        left: How many questions are still due for review.
        now: The instant.
    """
    sentences = [_score(score)] if score.attempts else ["Nothing was answered."]
    sure = [title for each, title in score.missed if each.sure is Confidence.SURE]
    other = [title for each, title in score.missed if each.sure is not Confidence.SURE]
    if sure:
        verb = "was" if len(sure) == 1 else "were"
        counted = phrases.capital(phrases.spelled(len(sure)))
        sentences.append(f"{counted} {verb} sure and wrong: {_titles(sure)}.")
    if other:
        also = "Also not right" if sure else "Not right"
        sentences.append(f"{also}: {_titles(other)}.")
    if due is not None and score.missed:
        many = "It is" if len(score.missed) == 1 else "They are"
        sentences.append(f"{many} due again {_when(due, now)}.")
    unticked = len(score.attempts) - len(score.graded)
    if unticked:
        sentences.append(f"{phrases.capital(phrases.spelled(unticked))} not ticked yet.")
    actions = []
    if quiz.stopped:
        stood = phrases.count(len(quiz.ahead) + (quiz.verdict is None), "question")
        sentences.insert(0, f"Stopped, with {stood} to go; it waits for you.")
        actions.append(Action(button(quiz.key, "on"), "Go on"))
    else:
        if score.missed:
            actions.append(Action(button(quiz.key, "again"), "Review it now"))
        if quiz.source is Origin.QUIZ:
            actions.append(Action(button(quiz.key, "anew"), f"{more_of(quiz)} more"))
        elif left:
            actions.append(Action(button(quiz.key, "anew"), f"{left} more due"))
        if score.graded:
            actions.append(Action(button(quiz.key, "share"), "Share my score"))
    name = _NAMES.get(quiz.source, "Quiz")
    return Message(
        title=f"{name} stopped" if quiz.stopped else f"{name} done",
        body=(paragraph(" ".join(sentences)),),
        actions=tuple(actions),
    )


def more_of(quiz: Quiz) -> str:
    """Return how many more a quiz of its sort asks, as a word: ``Five``."""
    count = next((int(word[:9]) for word in quiz.wanted.split() if word.isdecimal()), USUAL)
    return phrases.capital(phrases.spelled(min(count, MOST)))


def _score(score: Score) -> str:
    """Return ``4 of 5. Transformers 3 of 3, optimisation 1 of 2.`` or less."""
    graded = score.graded
    topics: dict[str, list[bool]] = {}
    for each in graded:
        topics.setdefault(each.topic, []).append(each.verdict is Verdict.RIGHT)
    right = sum(each.verdict is Verdict.RIGHT for each in graded)
    said = f"{right} of {len(graded)}."
    if len(topics) > 1:
        parts = [
            f"{topic.replace('-', ' ')} {sum(rights)} of {len(rights)}"
            for topic, rights in topics.items()
        ]
        said += f" {phrases.capital(', '.join(parts))}."
    return said


def _titles(titles: Sequence[str]) -> str:
    return phrases.listed([f'"{title}"' for title in titles])


def shared(name: str, quiz: Quiz, score: Score) -> Message:
    """Return a member's score for everybody to see; no question and no answer is in it.

    The name is plain text, so that it calls nobody.
    """
    what = "a review" if quiz.source is Origin.REVIEW else "a quiz"
    return Message(
        body=(paragraph(f"{name or 'Somebody here'} took {what}: {_score(score)}"),),
        audience=Audience.CHANNEL,
    )


# Notes and refusals -----------------------------------------------------------------------------


def noted(message: Message, note: str) -> Message:
    """Return a message with a line above it."""
    return replace(message, body=(paragraph(note), *message.body)) if note else message


def resumed(message: Message, quiz: Quiz) -> Message:
    """Return where a quiz stands, for somebody who comes back to it."""
    anew = Action(button(quiz.key, "anew"), "Start a new one")
    return replace(noted(message, "You have this one under way."), actions=(*message.actions, anew))


WAS_SHARED = "Your score was shared already."
ENDED_OTHER = "Your earlier quiz is over; what you answered in it counts."
MOST_TWENTY = "A quiz has 20 questions at most."
OPEN_NOW = "The last question is being asked in the channel now, so it left this quiz."
HELD_BACK = "The last question was held back, so it left this quiz and does not count."
THANKS = "Thank you. Your report is in the inbox; a reviewer will read it."
COUNTED = "Thank you. The reviewers will see your wording; if they accept it, yours counts."


def asked_back(message: Message, why: Message) -> Message:
    """Return the item again, below what was unclear about the answer."""
    return replace(message, body=(*why.body, *message.body))


def unclear(word: str, nearest: str, key: str, spelling: Spelling) -> Message:
    """Return that a word names no topic, with the nearest one to be pressed."""
    offered = f"Did you mean {nearest}? " if nearest else ""
    lists = f"{spelling.of('topics')} lists the topics."
    meant = Action(button(key, "quiz", nearest), phrases.topic(nearest))
    usual = Action(button(key, "quiz"), "Five of anything")
    return Message(
        body=(
            paragraph("There is no topic, level or kind of this name:"),
            Literal(word),
            paragraph(f"{offered}{lists}"),
        ),
        actions=(meant, usual) if nearest else (usual,),
    )


def no_rooms() -> Message:
    """Return that there are no rooms."""
    return _line("Quizzes in rooms are not built yet. Leave that word out and I quiz you alone.")


def nothing(key: str) -> Message:
    """Return that no question fits what was asked for."""
    usual = Action(button(key, "quiz"), "Five of anything")
    return replace(_line("No question I may ask you now fits that."), actions=(usual,))


def offer(key: str) -> Action:
    """Return the button that begins a quiz."""
    return Action(button(key, "quiz"), "Five-question quiz", hint="/quiz")


def nothing_due(following: datetime | None, key: str, now: datetime) -> Message:
    """Return that nothing is due for review, and when something will be."""
    when = f" The next comes back {_when(following, now)}." if following is not None else ""
    return replace(_line(f"Nothing is due for review.{when}"), actions=(offer(key),))


def gone(spelling: Spelling) -> Message:
    """Return that a quiz is not kept any more."""
    return _line(f"That quiz is over. {spelling.of('quiz')} starts another.")


def not_public() -> Message:
    """Return where a score can be shared."""
    return _line(
        "A score is shared in a channel. Ask for your quiz there, and share it from there."
    )


def noted_later(card: Card, now: datetime, spelling: Spelling) -> Message:
    """Return that a question comes back, and how it is asked for."""
    when = _when(card.due, now) if card.due is not None else "soon"
    return _line(f"Noted: it comes back to you {when}. {spelling.of('review')} asks what is due.")


def decided(wording: str, *, accepted: bool) -> Message:
    """Return what the reviewers decided about a member's wording."""
    told = (
        "The reviewers accepted this wording, so your answer counts as right now:"
        if accepted
        else "The reviewers read this wording and did not accept it, so the verdict stands:"
    )
    return Message(body=(paragraph(told), Literal(wording)))


def _when(due: datetime, now: datetime) -> str:
    """Return how far off an instant is: ``today``, ``tomorrow``, ``in 5 days``."""
    days = round((due - now) / _A_DAY)
    if due <= now:
        return "today"
    return "tomorrow" if days <= 1 else f"in {days} days"


def _line(text: str) -> Message:
    return Message(body=(paragraph(text),))
