"""What the channel and the thread see: the question, the thread's first line, the answer.

Nothing here may give an answer away before the reveal: only ``answer`` and ``result`` know it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot import grading, prose
from bot.commands import button
from bot.messages import (
    Action,
    Audience,
    Block,
    Body,
    Choice,
    Field,
    Form,
    Inline,
    Link,
    Listing,
    ManyField,
    Message,
    NumberField,
    OneField,
    Paragraph,
    Prose,
    Strong,
    Text,
    TextField,
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
    Source,
    Verdict,
)
from bot.wording import phrases

SPLIT_FROM = 4
"""How it went is shown from four answers on; three people are identifiable."""

_ASKED_AS = {
    Kind.MULTI: "Several may be right; choose all that are.",
    Kind.SHORT: "Answer with a term or a short phrase.",
    Kind.OPEN: "Explain it in a few sentences, as you would in an interview.",
}
SURE = (
    (Confidence.SURE, "Sure"),
    (Confidence.THINK_SO, "Think so"),
    (Confidence.GUESS, "Guess"),
)
_LONGEST_NAME = 75


def question(
    round_: Round, channel: Channel, key: str, count: int, reveal_at: datetime | None, now: datetime
) -> Message:
    """Return the daily post; ``key`` is its delivery's, ``count`` how many have answered."""
    asked = phrases.asked(round_)
    answered = f"{count} answered" if count else "No answers yet"
    reveal = phrases.reveal_phrase(channel.rhythm.reveal, reveal_at, channel, now)
    return Message(
        title=phrases.heading(round_),
        body=question_body(asked),
        choices=choices(asked),
        actions=(*answer_actions(asked, key), *_help_actions(asked, key)),
        footnote=(Text(f"{answered} · "), *reveal, Text(" · your answer stays private")),
        mention=channel.mention,
        thread=f"{round_.number} · {asked.title}"[:_LONGEST_NAME],
        spoken=f"{phrases.heading(round_)}: {asked.title}. Your answer stays private.",
        audience=Audience.CHANNEL,
    )


def question_body(asked: Question) -> tuple[Body, ...]:
    """Return the prompt, and how to answer it where the options do not say so."""
    line = _asked_as(asked)
    return (prose.parse(asked.prompt), *((paragraph(line),) if line else ()))


def choices(asked: Question) -> tuple[Choice, ...]:
    """Return the options in file order, in full, under their letters; no mark of rightness."""
    return tuple(
        Choice(phrases.letter(option.key), prose.parse(option.text)) for option in asked.options
    )


def _asked_as(asked: Question) -> str:
    if asked.kind is Kind.NUMERIC and asked.number is not None:
        unit = asked.number.unit
        return f"Answer with a number in {unit}." if unit else "Answer with a number."
    return _ASKED_AS.get(asked.kind, "")


def answer_actions(asked: Question, key: str) -> tuple[Action, ...]:
    """Return the buttons that answer a question: letters, or a private form."""
    if asked.kind is Kind.CHOICE:
        return tuple(
            Action(
                button(key, "pick", option.key),
                phrases.letter(option.key),
                hint=phrases.letter(option.key),
            )
            for option in asked.options
        )
    typed = {
        Kind.MULTI: " ".join(phrases.letter(option.key) for option in asked.options[:2]),
        Kind.NUMERIC: "a number",
    }.get(asked.kind, "/answer TEXT")
    actions = [Action(button(key, "answer"), "Answer…", answer_form(asked, key), typed)]
    if asked.kind is Kind.OPEN:
        label = "Thought it through"
        actions.append(Action(button(key, "think"), label, think_form(key)))
    return tuple(actions)


def answer_form(
    asked: Question, key: str, before: Said | None = None, sure: Confidence | None = None
) -> Form:
    """Return the one private form that takes an answer and how sure the member is.

    ``before`` and ``sure`` are what they said last, to be changed.
    """
    said = before or Said()
    options = tuple((o.key, f"{phrases.letter(o.key)}  {_short(o.text)}") for o in asked.options)
    first: Field
    match asked.kind:
        case Kind.CHOICE:
            first = OneField("answer", "Your answer", options, initial="".join(said.keys))
        case Kind.MULTI:
            first = ManyField("answer", "All that are right", options, said.keys)
        case Kind.NUMERIC:
            hint = "For example 1,000 or 1e-3 or 3/4"
            first = NumberField("answer", _asked_as(asked).rstrip("."), hint, said.text)
        case Kind.SHORT:
            first = TextField("answer", "A term or a short phrase", initial=said.text)
        case Kind.OPEN:
            first = TextField("answer", "Your explanation", lines=6, initial=said.text)
    return Form("Your answer", button(key, "answer"), (first, _sure_field(sure)))


def think_form(key: str, sure: Confidence | None = None) -> Form:
    """Return the private form of an open question that was only thought through."""
    fields = (_sure_field(sure),)
    return Form("Thought it through", button(key, "think"), fields, submit="Record it")


def _sure_field(sure: Confidence | None = None) -> OneField:
    options = tuple((how.value, label) for how, label in SURE)
    initial = sure.value if sure is not None else ""
    return OneField("sure", "How sure are you?", options, required=False, initial=initial)


def _short(text: str) -> str:
    words = prose.plain(prose.parse(text)).replace("\n", " ")
    return words if len(words) <= 60 else words[:59] + "…"


def _help_actions(asked: Question, key: str) -> tuple[Action, ...]:
    show = Action(button(key, "show"), "Show me now", hint="/show")
    if not asked.hints:
        return (show,)
    return (Action(button(key, "hint"), "Hint", hint="/hint"), show)


def closed(round_: Round, key: str, count: int) -> Message:
    """Return the daily post after the reveal: the question, and where the answer is; no spoiler."""
    asked = phrases.asked(round_)
    answered = f" · {count} answered" if count else ""
    where = "The answer is in the thread"
    if round_.state is RoundState.CLOSED:
        where = "The answer is on its way"
    elif round_.reason:
        where = f"{phrases.capital(round_.reason)}; only you will see it"
    return Message(
        title=phrases.heading(round_),
        body=(prose.parse(asked.prompt),),
        choices=choices(asked),
        actions=(Action(button(key, "see"), "See the answer", hint="/show"),),
        footnote=(Text(f"{where}{answered}"),),
        thread=f"{round_.number} · {asked.title}"[:_LONGEST_NAME],
        spoken=f"{phrases.heading(round_)}. {where}.",
        audience=Audience.CHANNEL,
    )


def withdrawn(round_: Round) -> Message:
    """Return the daily post after it was withdrawn: why, and that nobody loses by it."""
    return Message(
        title=f"{phrases.heading(round_)} · withdrawn",
        body=(paragraph(f"This question was withdrawn: {round_.reason}. Streaks are unaffected."),),
        spoken=f"Question {round_.number} was withdrawn.",
        audience=Audience.CHANNEL,
    )


def face(round_: Round, channel: Channel, key: str, count: int, now: datetime) -> Message:
    """Return what the parent message should show now."""
    if round_.state is RoundState.WITHDRAWN:
        return withdrawn(round_)
    if round_.state in (RoundState.CLOSED, RoundState.REVEALED):
        return closed(round_, key, count)
    return replace(question(round_, channel, key, count, round_.reveal_at, now), mention="")


def thread(round_: Round) -> Message:
    """Return the line that opens the thread and says what it is for; when, the question says."""
    return Message(
        body=(
            paragraph(
                f"This thread is for arguing about question {round_.number}. Commit to an answer "
                "first; it stays private. The answer will be posted here."
            ),
        ),
        thread=f"{round_.number} · {phrases.asked(round_).title}"[:_LONGEST_NAME],
        spoken=f"Thread for question {round_.number}.",
        audience=Audience.THREAD,
    )


def answer(round_: Round, channel: Channel, key: str, results: Sequence[Result]) -> Message:
    """Return the reveal for the thread: the answer, why, how it went, the source, a follow-up."""
    asked = phrases.asked(round_)
    in_time = [result for result in results if not result.first.late]
    alone = channel.rhythm.reveal.rule is RevealRule.ANSWERED
    body: list[Body] = [*(_yours(one) for one in in_time if alone), *solution(asked)]
    if not alone and (went := how_it_went(asked, in_time)) != "":
        body.append(paragraph(went))
    body.append(Prose((Paragraph(credit(asked)),)))
    if asked.follow_ups:
        body.append(
            Prose(
                (
                    Paragraph(
                        (Text("An interviewer would go on: "), *prose.inline(asked.follow_ups[0]))
                    ),
                )
            )
        )
    mine = Action(button(key, "mine"), "My result", hint="/result")
    first = (_tick_action(asked, key), mine) if asked.rubric else (mine,)
    return Message(
        title=f"The answer to question {round_.number}",
        body=tuple(body),
        actions=(*first, Action(button(key, "later"), "Review later"), report_action(key)),
        spoken=f"The answer to question {round_.number}.",
        audience=Audience.THREAD,
    )


def _yours(result: Result) -> Prose:
    """Return how the only member of a room did."""
    keys = result.last.said.keys
    yours = f"Your answer, {phrases.letters(keys)}, is " if keys else "Your answer is "
    return paragraph(yours, Strong((Text(phrases.JUDGED[result.verdict]),)), ".")


def solution(asked: Question) -> tuple[Body, ...]:
    """Return the answer, why it is right, why the others are wrong; an open one's rubric."""
    right = phrases.capital(phrases.right_answer(asked))
    lead = "One good answer: " if asked.kind is Kind.OPEN else f"{right}. "
    blocks: list[Block] = list(_led(lead, prose.parse(asked.answer)))
    blocks.extend(
        Paragraph((Strong((Text(f"Not {phrases.letter(o.key)}: "),)), *prose.inline(o.why)))
        for o in asked.options
        if not o.right and o.why
    )
    if asked.rubric:
        blocks.append(Paragraph((Text("Did you say:"),)))
        blocks.append(
            Listing(tuple((Paragraph(prose.inline(point)),) for point in asked.rubric), start=1)
        )
    return (Prose(tuple(blocks)),)


def _led(lead: str, text: Prose) -> tuple[Block, ...]:
    strong = Strong((Text(lead),))
    match text.blocks:
        case (Paragraph(children), *rest):
            return (Paragraph((strong, *children)), *rest)
        case blocks:
            return (Paragraph((strong,)), *blocks)


def how_it_went(asked: Question, results: Sequence[Result]) -> str:
    """Return numbers and confidence, no names; only the count under four answers, '' for none."""
    if not results:
        return ""
    total = f"{len(results)} answered."
    if asked.kind is Kind.OPEN:
        return f"{total} Tick what you made; only you see it." if asked.rubric else total
    if len(results) < SPLIT_FROM:
        return total
    right = [result for result in results if result.verdict is Verdict.RIGHT]
    if asked.kind is Kind.CHOICE:
        picked = Counter(result.last.said.keys[0] for result in results if result.last.said.keys)
        split = " · ".join(f"{phrases.letter(o.key)} {picked[o.key]}" for o in asked.options)
        parts = [f"How it went: {split}."]
    else:
        parts = [f"How it went: {len(right)} of {len(results)} had it."]
    sure = [result for result in results if result.last.sure is Confidence.SURE]
    if sure:
        hits = sum(result.verdict is Verdict.RIGHT for result in sure)
        parts.append(
            f"Of the {len(sure)} who were sure, {hits} {'was' if hits == 1 else 'were'} right."
        )
    moved = sum(
        grading.judge(asked, result.first.said).verdict is not Verdict.RIGHT for result in right
    )
    if moved:
        parts.append(f"{phrases.spelled(moved).capitalize()} moved from wrong to right.")
    return " ".join(parts)


def credit(asked: Question) -> tuple[Inline, ...]:
    """Return source and author: ``Source: Kingma & Ba 2015, section 3. Question by …``."""
    parts: list[Inline] = []
    for place, source in enumerate(asked.sources):
        parts.append(Text("; " if place else "Source: "))
        parts.extend(_source(source))
    if parts:
        parts.append(Text(". "))
    parts.append(Text(f"Question by {asked.author or 'an unnamed author'}."))
    return tuple(parts)


def _source(source: Source) -> tuple[Inline, ...]:
    if not source.address:
        return (Text(source.text),)
    if source.address.startswith(("https://", "http://")):
        return (Link((Text(source.text),), source.address),)
    return (Text(f"{source.text}, {source.address}"),)


def _tick_action(asked: Question, key: str) -> Action:
    return Action(button(key, "tick"), "Tick my points", tick_form(asked, key), hint="/tick 1 2")


def tick_form(asked: Question, key: str, ticked: Sequence[int] = ()) -> Form:
    """Return the private form on which a member ticks the rubric points they made."""
    options = tuple(
        (str(place), f"{place}  {_short(point)}") for place, point in enumerate(asked.rubric, 1)
    )
    field = ManyField("points", "What did you say?", options, tuple(str(n) for n in ticked))
    return Form("Your points", button(key, "tick"), (field,), submit="Record it")


def report_action(key: str) -> Action:
    """Return the button that reports a mistake in a question."""
    label = "Report a mistake"
    return Action(button(key, "report"), label, report_form(key), hint="/report TEXT")


def report_form(key: str) -> Form:
    """Return the private form that takes what is wrong with a question."""
    field = TextField("text", "What is wrong, and how do you know?", lines=4)
    return Form("Report a mistake", button(key, "report"), (field,))


def suggest_form(key: str, text: str = "") -> Form:
    """Return the private form that takes a suggested question, begun with ``text``."""
    hint = "What is asked, a good answer, and where it can be read up."
    field = TextField("text", "Your question", lines=6, hint=hint, initial=text)
    return Form("Suggest a question", button(key, "suggest"), (field,))


def announcement(
    round_: Round,
    channel: Channel,
    results: Sequence[Result],
    following: datetime | None,
    now: datetime,
    *,
    waits: bool = False,
) -> Message:
    """Return the one spoiler-free line: the answer is in the thread, and what comes next.

    ``waits``: the next question is waiting for this answer and comes right after it.
    """
    in_time = [result for result in results if not result.first.late]
    went = ""
    if len(in_time) >= SPLIT_FROM:
        right = sum(result.verdict is Verdict.RIGHT for result in in_time)
        open_ended = phrases.asked(round_).kind is Kind.OPEN
        went = f": {len(in_time)} answered" + ("" if open_ended else f", {right} had it")
    parts: list[Inline | str] = [f"The answer to question {round_.number} is in the thread{went}."]
    if waits:
        parts.append(" The next question follows.")
    elif following is not None:
        parts += [" Next question: ", phrases.instant(following, channel, now), "."]
    return Message(
        body=(paragraph(*parts),),
        spoken=f"The answer to question {round_.number} is in the thread.",
        audience=Audience.CHANNEL,
    )
