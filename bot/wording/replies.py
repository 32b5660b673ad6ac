"""What a member sees in private: confirmations, hints, the solution, their result, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import commands, grading, prose
from bot.commands import Misread, button
from bot.grading import AskBack
from bot.messages import (
    Action,
    Body,
    Code,
    Inline,
    Listing,
    Literal,
    Message,
    Paragraph,
    Prose,
    Strong,
    Text,
    paragraph,
)
from bot.model import (
    Channel,
    Confidence,
    Kind,
    Question,
    Result,
    RevealRule,
    Round,
    RoundState,
    Said,
    Slot,
    Verdict,
)
from bot.wording import phrases, posts


def line(*parts: Inline | str) -> Message:
    """Return a private message of one paragraph."""
    return Message(body=(paragraph(*parts),))


def said(what: Said) -> str:
    """Return what a member answered in a few words, without their own text."""
    if what.keys:
        return phrases.letters(what.keys)
    if what.text:
        return "your answer"
    return "thought through"


def _answer(what: Said) -> str:
    """Return a member's answer as the subject of a sentence: ``your answer B``."""
    return f"your answer {phrases.letters(what.keys)}" if what.keys else "your answer"


def _first_words(what: Said) -> tuple[Body, ...]:
    return (paragraph("First you said:"), *_own_words(what)) if what.text else ()


def _own_words(what: Said) -> tuple[Body, ...]:
    return (Literal(what.text),) if what.text and not what.keys else ()


# Answering --------------------------------------------------------------------------------------


def recorded(
    round_: Round,
    channel: Channel,
    what: Said,
    sure: Confidence | None,
    now: datetime,
    *,
    ask_board: bool,
) -> Message:
    """Return the confirmation of an answer; asks how sure, and once about the board."""
    parts: list[Inline | str] = [f"Recorded: {said(what)}. "]
    if channel.rhythm.reveal.rule is RevealRule.ANSWERED:
        parts.append("You can change it until the answer comes. ")
    elif round_.reveal_at is not None:
        parts += ["You can change it until ", phrases.until(round_.reveal_at, channel, now), ". "]
    else:
        parts.append("You can change it until the reveal. ")
    actions: list[Action] = []
    if sure is None:
        parts.append("How sure are you?")
        actions += [
            Action(button(round_.key, "sure", how.value), label, hint=label.lower())
            for how, label in posts.SURE
        ]
    else:
        parts.append(f"You said: {sure.value}.")
    actions.append(_show_me(round_))
    shown = Message((paragraph(*parts), *_own_words(what)), actions=tuple(actions))
    return _about_board(shown, round_) if ask_board else shown


def _show_me(round_: Round) -> Action:
    return Action(button(round_.key, "show"), "Show me now", hint="/show")


def _about_board(message: Message, round_: Round) -> Message:
    """Return a message with the question about the board below it."""
    question = (
        "Only you see this; no command shows it to an admin. Show your name on the monthly board?"
    )
    yes = Action(button(round_.key, "board", "yes"), "Yes")
    no = Action(button(round_.key, "board", "no"), "No, keep me off")
    return replace(
        message,
        body=(*message.body, paragraph(question)),
        actions=(*message.actions, yes, no),
    )


def sureness(
    how: Confidence | None, round_: Round, channel: Channel, now: datetime, *, ask_board: bool
) -> Message:
    """Return the confirmation of how sure; it takes the place of the answer's."""
    noted = f"Noted: {how.value}." if how else "Noted without how sure."
    if channel.rhythm.reveal.rule is RevealRule.ANSWERED or round_.reveal_at is None:
        shown = line(noted)
    else:
        comes = phrases.instant(round_.reveal_at, channel, now)
        shown = replace(line(noted, " The answer comes ", comes, "."), actions=(_show_me(round_),))
    return _about_board(shown, round_) if ask_board else shown


def nothing_to_be_sure_of() -> Message:
    """Return that confidence needs an answer first."""
    return line("You have not answered this question yet. Answer first, then say how sure you are.")


def late_recorded(round_: Round, result: Result, *, streak: bool) -> Message:
    """Return the confirmation of an answer given after the close, with the verdict at once."""
    note = (
        "Recorded late: it keeps your streak and counts for your own numbers, not for the board."
        if streak
        else "Recorded late, after the next question: it counts for your own numbers, not for your "
        "streak or the board."
    )
    shown = with_solution(round_, result)
    return replace(shown, body=(paragraph(note), *shown.body))


def with_solution(round_: Round, result: Result) -> Message:
    """Return a member's own result, and the solution below it."""
    shown = my_result(round_, result, solved=True)
    return replace(shown, body=(*shown.body, *posts.solution(phrases.asked(round_))))


def board(*, yes: bool) -> Message:
    """Return the confirmation about the board."""
    return line(
        "Your name may appear on the monthly board." if yes
        else "You stay off the board. You still see your own numbers."
    )  # fmt: skip


def closed() -> Message:
    """Return that the answers are closed."""
    return line("The answers are closed, so nothing was changed.")


def locked() -> Message:
    """Return that the answer stands because the solution was seen."""
    return line("You have seen the solution, so your answer stands as it is.")


def over(round_: Round) -> Message:
    """Return that the round takes no answers any more."""
    why = {
        RoundState.WITHDRAWN: "This question was withdrawn, so it takes no answers.",
        RoundState.MISSED: "This question does not count: nobody could tell whether it was posted.",
    }.get(round_.state, "This question is still being posted. Try again in a moment.")
    return line(why)


def already_late() -> Message:
    """Return that a late answer cannot be changed."""
    return line("The answer was out when you answered, so your answer stands as it is.")


def nothing_open(
    following: datetime | None, channel: Channel, now: datetime, *, first: bool
) -> Message:
    """Return that no question is open here, or that none was ever asked, and when one comes."""
    none = "No question has been asked here yet" if first else "No question is open here"
    if following is None:
        return line(f"{none}, and none is planned.")
    which = "first" if first else "next"
    return line(f"{none}. The {which} comes ", phrases.instant(following, channel, now), ".")


def ask_back(asked: Question, back: AskBack) -> Message:
    """Return what is unclear about an answer; nothing was recorded."""
    unit = asked.number.unit if asked.number else ""
    units = [unit, *(asked.number.units if asked.number else ())]
    options = phrases.listed([phrases.letter(o.key) for o in asked.options], "or")
    sentences = {
        "empty": "That was empty. Write an answer, or ask for the solution.",
        "no-option": f"There is no option {back.detail}. The options are {options}.",
        "not-letters": f"Answer with the letter of an option: {options}.",
        "one-only": f"This question has one right answer. Choose {options}.",
        "not-a-number": "That does not read as a number. Write it like 1,000, 0.5, 1e-3 or 3/4.",
        "comma": f"Is that a decimal comma in {back.detail}? Write 0.5 for a half, 1,000 for a "
        "thousand.",
        "unknown-unit": f"I do not know the unit {back.detail} here. "
        + (f"Use {phrases.listed([u for u in units if u], 'or')}." if unit else "Leave it out."),
        "too-long": "That is longer than 3,000 characters. Say it shorter, as you would aloud.",
        "too-large": "That number is too large to be read. Write it in powers, like 1e12.",
    }
    fallback = "That could not be read as an answer to this question."
    return line(f"{sentences.get(back.reason.value, fallback)} Nothing was recorded.")


# Help before the reveal -------------------------------------------------------------------------


def hint(asked: Question, place: int, *, answered: bool, stands: bool) -> Message:
    """Return the hint at ``place`` (from 0); says what taking it means.

    ``stands``: the answer given can no longer be changed.
    """
    more = len(asked.hints) - place - 1
    cost = "An answer after a hint counts as helped."
    if stands:
        cost = "Your answer stands as it is."
    elif answered:
        cost = "You have answered already; changing your answer now would count as helped."
    rest = f" {phrases.count(more, 'more hint')} left." if more else " That was the last one."
    return Message(body=(*hint_text(asked, place).body, paragraph(cost + rest)))


def hint_text(asked: Question, place: int) -> Message:
    """Return the bare hint at ``place`` (from 0)."""
    lead = Strong((Text(f"Hint {place + 1}: "),))
    return Message(body=(Prose((Paragraph((lead, *prose.inline(asked.hints[place]))),)),))


def no_hint(had: int) -> Message:
    """Return that there is no further hint."""
    return line("There are no more hints." if had else "This question has no hints.")


def solution(round_: Round, *, answered: bool) -> Message:
    """Return the solution for one member before the reveal; says what seeing it means."""
    asked = phrases.asked(round_)
    note = (
        "Your answer stands as it is; seeing the solution after answering costs nothing."
        if answered
        else "You can still answer; it will count as helped."
    )
    return Message(
        body=(*posts.solution(asked), Prose((Paragraph(posts.credit(asked)),)), paragraph(note)),
        title=f"The answer to question {round_.number}, for you only",
    )


def answer_or_reveal(round_: Round, *, streak: bool) -> Message:
    """Return the choice a late member has, and what answering first is good for."""
    asked = phrases.asked(round_)
    gain = "keeps your streak" if streak else "counts for your own numbers"
    return Message(
        body=(paragraph(f"The answer is out. Answer first, or reveal? Answering first {gain}."),),
        actions=(
            *posts.answer_actions(asked, round_.key),
            Action(button(round_.key, "see", "yes"), "Reveal", hint="/show yes"),
        ),
    )


# After the reveal -------------------------------------------------------------------------------

_WERE = {
    Confidence.SURE: "You were sure.",
    Confidence.THINK_SO: "You thought so.",
    Confidence.GUESS: "You guessed.",
}


def my_result(round_: Round, result: Result | None, *, solved: bool = False) -> Message:
    """Return a member's own result: first and last answer, how sure, right or wrong.

    ``solved``: the solution stands below it and need not be named.
    """
    asked = phrases.asked(round_)
    if result is None:
        return Message(
            body=(
                paragraph(f"You did not answer question {round_.number}. You can still answer it."),
            ),
            actions=posts.answer_actions(asked, round_.key),
        )
    body: list[Body] = []
    changed = result.first.said != result.last.said
    sure = f" {_WERE[result.last.sure]}" if result.last.sure else ""
    helped = " You had help before it." if result.helped else ""
    if asked.kind is Kind.OPEN:
        body.append(paragraph(f"You answered question {round_.number}.{sure}{helped}"))
        body.extend(_own_words(result.last.said))
        if changed:
            body.extend(_first_words(result.first.said))
        if asked.rubric:
            body.append(_rubric(asked, result))
    else:
        judgement = grading.judge(asked, result.last.said)
        near = "" if result.verdict is Verdict.RIGHT else grading.near(asked, result.last.said)
        taken = phrases.matched(asked, judgement.matched, near)
        first = ""
        if changed and result.first.said.keys:
            first = f" First you said {said(result.first.said)}."
        body.append(
            paragraph(
                f"Question {round_.number}: {_answer(result.last.said)} is ",
                Strong((Text(phrases.JUDGED[result.verdict]),)),
                f".{taken}{first}{sure}{helped}",
            )
        )
        body.extend(_own_words(result.last.said))
        if changed:
            body.extend(_first_words(result.first.said))
        if judgement.missed or judgement.extra:
            parts = []
            if judgement.missed:
                parts.append(f"You missed {phrases.letters(sorted(judgement.missed))}.")
            if judgement.extra:
                verb = "is" if len(judgement.extra) == 1 else "are"
                parts.append(f"{phrases.letters(sorted(judgement.extra))} {verb} wrong.")
            body.append(paragraph(" ".join(parts)))
        if result.verdict is not Verdict.RIGHT and not solved:
            body.append(paragraph(f"The answer is {phrases.right_answer(asked)}."))
    actions: list[Action] = []
    if asked.rubric:
        form = posts.tick_form(asked, round_.key, result.ticks or ())
        tick = button(round_.key, "tick")
        actions.append(Action(tick, "Tick my points", form, hint="/tick 1 2"))
    if asked.kind is Kind.SHORT and result.verdict is Verdict.WRONG:
        actions.append(Action(button(round_.key, "count"), "Count mine too"))
    actions.append(posts.report_action(round_.key))
    return Message(tuple(body), actions=tuple(actions))


def _rubric(asked: Question, result: Result) -> Prose:
    if result.ticks is None:
        intro = "Tick the points you made:"
    else:
        made = len(result.ticks)
        intro = f"You made {made} of {len(asked.rubric)} points: {phrases.JUDGED[result.verdict]}."
    items = tuple((Paragraph(prose.inline(point)),) for point in asked.rubric)
    return Prose((Paragraph((Text(intro),)), Listing(items, start=1)))


def ticked(round_: Round, result: Result) -> Message:
    """Return the confirmation of rubric ticks."""
    asked = phrases.asked(round_)
    made = len(result.ticks or ())
    return line(
        f"Noted: {made} of {phrases.count(len(asked.rubric), 'point')}, "
        f"{phrases.JUDGED[result.verdict]}. Only you see it."
    )


def not_yet(round_: Round, channel: Channel, now: datetime) -> Message:
    """Return that results come with the reveal."""
    if round_.reveal_at is None:
        return line("Your result comes with the reveal.")
    return line(
        "Your result comes with the reveal, ",
        phrases.instant(round_.reveal_at, channel, now),
        ".",
    )


def no_ticks(asked: Question) -> Message:
    """Return why there is nothing to tick."""
    if asked.kind is not Kind.OPEN:
        return line("This question is graded by itself; there is nothing to tick.")
    if not asked.rubric:
        return line("This question has no rubric; the model answer stands in the thread.")
    points = phrases.count(len(asked.rubric), "point")
    return line(f"The rubric of this question has {points}, numbered from 1.")


def counted() -> Message:
    """Return that the reviewers were asked to accept a wording."""
    return line("Thank you. The reviewers will see your wording; if they accept it, yours counts.")


def nothing_to_count() -> Message:
    """Return that there is no wording to be accepted."""
    return line("There is no answer of yours here that was marked as not right by its wording.")


# Lists ------------------------------------------------------------------------------------------


def coming(
    following: Slot | None, channel: Channel, now: datetime, *, paused: bool, until: datetime | None
) -> Message:
    """Return when the next question comes."""
    if paused and until is None:
        return line("Questions are paused here until an admin resumes them.")
    if following is None:
        return line("No further question is planned here.")
    return line("Next question: ", phrases.instant(following.due, channel, now), ".")


def topics(counts: Mapping[str, int], weights: Mapping[str, int]) -> Message:
    """Return the topics asked here with how many questions each has."""
    if not counts:
        return line("There are no questions to ask here yet.")
    lines = [
        f"{topic:<24} {phrases.count(number, 'question')}"
        + (f", weight {weights[topic]}" if topic in weights else "")
        for topic, number in sorted(counts.items())
        if not weights or weights.get(topic, 0)
    ]
    left_out = sorted(set(counts) - set(weights)) if weights else []
    body: list[Body] = [paragraph("Topics asked here:"), Code("\n".join(lines))]
    if left_out:
        body.append(paragraph(f"Not asked here: {phrases.listed(left_out)}."))
    return Message(tuple(body))


def found(words: str, hits: Sequence[Question]) -> Message:
    """Return what a search found: titles only, no answers."""
    if not hits:
        return Message((paragraph("Nothing found for:"), Literal(words)))
    items = tuple(
        (
            Paragraph(
                (Text(f"{q.title} ({phrases.topic(q.topic)}, {q.level.value}, {q.kind.value})"),)
            ),
        )
        for q in hits
    )
    return Message(
        (Prose((Listing(items),)),), title=f"Found {phrases.count(len(hits), 'question')}"
    )


def history(rounds: Sequence[tuple[Round, Result | None]]) -> Message:
    """Return the latest rounds here and how the member did; nothing of an open round's verdict."""
    if not rounds:
        return line("No question has been asked here yet.")
    lines = []
    for round_, result in rounds:
        if round_.question is None:
            lines.append(f"{phrases.day(round_.date)}: missed, {round_.reason}")
            continue
        lines.append(
            f"{phrases.day(round_.date)}: {round_.number} · {round_.question.title} — "
            + _standing(round_, result)
        )
    items = tuple((Paragraph((Text(text),)),) for text in lines)
    return Message((Prose((Listing(items),)),), title="The latest questions here")


def _standing(round_: Round, result: Result | None) -> str:
    if round_.state is RoundState.WITHDRAWN:
        return f"withdrawn: {round_.reason}"
    if result is None:
        return "not answered"
    if round_.state is not RoundState.REVEALED:
        return "answered; the reveal is still to come"
    late = " (late)" if result.first.late else ""
    helped = " (helped)" if result.helped else ""
    return f"{phrases.JUDGED[result.verdict]}{late}{helped}; you said {_first_and_last(result)}"


def _first_and_last(result: Result) -> str:
    """Return what a member answered, and before it what they answered first, in few words."""
    first, last = (_shortly(each.said) for each in (result.first, result.last))
    return last if first == last else f"{first}, then {last}"


def _shortly(what: Said) -> str:
    if what.keys or not what.text:
        return said(what)
    words = " ".join(what.text.split())
    return f"“{words if len(words) <= 40 else words[:39] + '…'}”"


def thanks(kind: str) -> Message:
    """Return thanks for a suggestion or a report."""
    return line(f"Thank you. Your {kind} is in the inbox; a reviewer will read it.")


def too_many_suggestions() -> Message:
    """Return that five suggestions wait already."""
    return line(
        "Five suggestions of yours are waiting for a reviewer already. Please keep this one until "
        "they have been read."
    )


def too_long() -> Message:
    """Return that a contribution is too long."""
    return line("That is longer than 3,000 characters. Nothing was recorded.")


# Help -------------------------------------------------------------------------------------------

_DOES = {
    "today": "today's question again",
    "answer": "answer it in your own words",
    "hint": "the next hint, in private",
    "show": "the solution now, in private",
    "result": "how you did in the latest question",
    "tick": "the rubric points you made",
    "quiz": "a quiz in private: topics, a level and a number, in any order",
    "review": "what you got wrong, when it is due again",
    "me": "your numbers, and what you set",
    "board": "the board; whether you are on it",
    "next": "when the next question comes",
    "topics": "what is asked here",
    "search": "search the questions",
    "history": "the latest questions and how you did",
    "suggest": "suggest a question",
    "report": "report a mistake in the latest question",
    "privacy": "what is kept of you",
    "export": "your answers to take away",
    "forget": "erase everything kept of you",
    "help": "this list",
    "quit": "leave the terminal",
}
_ADMIN_DOES = {
    "status": "how this channel stands",
    "plan": "what will be asked on the coming days",
    "pin": "fix a question to a day",
    "swap": "ask another question on a planned day",
    "post": "post today's question now",
    "reveal": "reveal the open question now",
    "withdraw": "withdraw the current question, with a reason",
    "pause": "ask nothing for a while",
    "resume": "ask again",
    "skip": "post nothing on these days",
    "topics": "show or set the weights of topics",
    "setup": "set this channel up, or change how it is set up",
    "help": "this list",
}


def does(word: commands.Word) -> str:
    """Return what a word of the vocabulary does, in a few words."""
    return (_ADMIN_DOES if word.admin else _DOES)[word.name]


def overview(
    spelling: commands.Spelling,
    *,
    admin: bool,
    may_admin: bool,
    leave_out: frozenset[str] = frozenset(),
) -> Message:
    """Return what can be asked; admin commands only to admins."""
    rows = [
        (spelling.usage(word), does(word))
        for word in commands.WORDS
        if word.admin == admin and word.name not in leave_out
    ]
    width = max(len(use) for use, _ in rows)
    lines = "\n".join(f"{use:<{width}}  {what}" for use, what in rows)
    body: list[Body] = [
        paragraph("For admins:" if admin else "What you can ask:"),
        Code(lines),
    ]
    if may_admin and not admin:
        body.append(paragraph(f"Admins: {spelling.of('help', admin=True)}"))
    return Message(tuple(body))


def misread(bad: Misread, spelling: commands.Spelling) -> Message:
    """Return what was not understood, with the usage or the nearest word."""
    word = commands.word_of(bad.word, admin=bad.admin)
    usage = spelling.usage(word) if word is not None else ""
    match bad.problem:
        case "missing":
            text = (
                f"Something is missing. It goes: {usage}"
                if usage
                else "That was empty. Nothing was recorded."
            )
        case "date":
            text = f"Dates are written like 2026-11-30. It goes: {usage}"
        case "time":
            text = f"Times are written like 08:30. It goes: {usage}"
        case "number":
            text = f"That number is off. It goes: {usage}"
        case "button":
            text = "That button is not one of mine, or too old to be understood."
        case _:
            meant = spelling.of(bad.nearest, admin=bad.admin)
            near = f" Did you mean {meant}?" if bad.nearest else ""
            help_ = spelling.of("help", admin=bad.admin)
            text = f"I do not know that command.{near} {help_} lists what I understand."
    return line(text)


def which_channel() -> Message:
    """Return that it cannot be told which channel is meant."""
    return line("I ask questions in several channels. Please say this in the one you mean.")


def too_fast() -> Message:
    """Return that somebody asks more than a person would."""
    return line("That was a lot within a minute. Please wait a little; nothing was recorded.")


def refused_admin() -> Message:
    """Return that a command is for admins."""
    return line("That is for the admins of this channel.")


def not_here(spelling: commands.Spelling) -> Message:
    """Return that the bot asks no questions in this place."""
    setup = spelling.of("setup", admin=True)
    return line(f"I ask no questions in this channel. An admin can set it up: {setup}.")


def apology() -> Message:
    """Return that something went wrong on our side; nothing was lost."""
    return line(
        "Something went wrong on my side and nothing was recorded. Please try again in a minute; "
        "the log of the bot says more."
    )
