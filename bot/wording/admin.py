"""What admins read: notices about missed days and low stock, and the answers to their commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot import timetable
from bot.commands import Spelling, button
from bot.messages import (
    Action,
    Audience,
    Body,
    Code,
    Inline,
    Literal,
    Message,
    paragraph,
)
from bot.model import Breaker, Channel, ChannelState, DateRange, Question, Round, RoundState
from bot.wording import phrases
from bot.wording.replies import line

FORGOTTEN = "its records are from after the copy that was restored"
NO_QUESTION = "no question in the banks matches this channel's settings"


def _notice(*parts: Inline | str, actions: tuple[Action, ...] = ()) -> Message:
    return Message(body=(paragraph(*parts),), actions=actions, audience=Audience.ADMINS)


# Notices ----------------------------------------------------------------------------------------


def offline(due: datetime, channel: Channel) -> str:
    """Return why a slot was missed by the bot's absence, in words."""
    zone = channel.rhythm.zone
    grace = channel.rhythm.grace
    late = "the end of the day" if grace is None else f"the {duration(grace.total_seconds())} grace"
    return f"I was not running at {phrases.clock(due, zone)} and came back past {late}"


def duration(seconds: float) -> str:
    """Return a duration as ``4 h`` or ``1 h 30 min``."""
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} min")
    return " ".join(parts)


MOST_DAYS = 5
"""Missed days that are named one by one; of more, the first and the last."""


def missed(
    channel: Channel, rounds: Sequence[Round], following: datetime | None, now: datetime
) -> Message:
    """Return that one or several slots were missed, and why; offers to post today's."""
    days: dict[str, list[date]] = {}
    for round_ in rounds:
        days.setdefault(round_.reason, []).append(round_.date)
    said = "; ".join(f"{_days(missed)}: {why}" for why, missed in days.items())
    what = "No question was posted" if len(rounds) == 1 else "No questions were posted"
    return _notice(
        f"{what} in {phrases.name(channel)} on {said}. Streaks are unaffected.",
        *_next(following, channel, now),
        actions=_post_now(rounds[-1], channel, now),
    )


def forgotten(round_: Round, channel: Channel, now: datetime) -> Message:
    """Return that a question stands which a restored store knows nothing of."""
    return _notice(
        f"The question of {phrases.day(round_.date)} stands in {phrases.name(channel)}, but the "
        "copy that was restored is from before it: which question it is and what was answered are "
        "lost. It counts as withdrawn and takes no answers, so that no second one is posted. "
        "Streaks are unaffected.",
        actions=_post_now(round_, channel, now),
    )


def unconfirmed(
    round_: Round, number: int, channel: Channel, following: datetime | None, now: datetime
) -> Message:
    """Return that nobody can say whether a question was posted."""
    return _notice(
        f"I cannot tell whether question {number} was posted in {phrases.name(channel)} on "
        f"{phrases.day(round_.date)}: the connection broke, and for an hour the history could not "
        "be read. It counts as missed; if it stands there, please delete it. Streaks are "
        "unaffected.",
        *_next(following, channel, now),
        actions=_post_now(round_, channel, now),
    )


def _days(days: Sequence[date]) -> str:
    if len(days) <= MOST_DAYS:
        return phrases.listed([phrases.day(day) for day in days])
    return f"{len(days)} days, {phrases.day(days[0])} to {phrases.day(days[-1])}"


def _next(following: datetime | None, channel: Channel, now: datetime) -> tuple[Inline | str, ...]:
    if following is None:
        return ()
    return (" Next: ", phrases.instant(following, channel, now), ".")


def _post_now(round_: Round, channel: Channel, now: datetime) -> tuple[Action, ...]:
    """Return the button that posts today's question; none for a day that is over."""
    if round_.date != timetable.local_date(now, channel.rhythm.zone):
        return ()
    return (Action(button(round_.key, "post"), "Post one now", hint="/admin post"),)


def stock(channel: Channel, left: int, last_day: date | None, key: str) -> Message:
    """Return that unasked questions run out."""
    posting = f"{phrases.spelled(left)} posting {'day' if left == 1 else 'days'}"
    until = f", until {phrases.day(last_day)}" if last_day else ""
    return _notice(
        (
            f"{phrases.name(channel)} has {phrases.count(left, 'unasked question')} left: "
            f"{posting}{until}. Then the oldest come round again. To widen it: add topics, "
            "allow more levels, or import your own."
        ),
        actions=(
            Action(button(key, "topics"), "Topics", hint="/admin topics"),
            Action(button(key, "plan"), "Plan", hint="/admin plan"),
        ),
    )


def round_again(channel: Channel) -> Message:
    """Return that every allowed question has been asked and the oldest come again."""
    return _notice(
        f"Every question allowed in {phrases.name(channel)} has been asked. From today the oldest "
        "come round again. To widen it: add topics, allow more levels, or import your own."
    )


def pin_gone(channel: Channel, day: date, question: str) -> Message:
    """Return that a pinned question could not be asked."""
    return _notice(
        f"The question pinned to {phrases.day(day)} in {phrases.name(channel)}, {question}, is no "
        "longer in the banks or is held back. Another one was picked."
    )


def content_refused(round_: Round, channel: Channel, why: str, *, another: bool) -> Message:
    """Return that the platform would not show a question, and whether another one is tried."""
    then = (
        "Another one is asked in its place."
        if another
        else "None is asked in its place today. Streaks are unaffected."
    )
    return _notice(
        f"Question {round_.number} could not be shown in {phrases.name(channel)} ({why}). It is "
        f"held back everywhere: {phrases.asked(round_).id}. {then}",
        actions=() if another else (Action(button(round_.key, "post"), "Post one now"),),
    )


def part_refused(round_: Round, channel: Channel, what: str, why: str) -> Message:
    """Return that one message of a round was not delivered; the round goes on without it."""
    return _notice(
        f"The {what} of question {round_.number} could not be posted in {phrases.name(channel)}: "
        f"{why}. The round goes on without it."
    )


def recovered(
    scope: str, since: datetime, why: str, round_: Round, channel: Channel, now: datetime
) -> Message:
    """Return that a platform or channel takes posts again, and what went out late."""
    zone = channel.rhythm.zone
    span = f"{phrases.clock(since, zone)}–{phrases.clock(now, zone)}"
    if timetable.local_date(since, zone) != timetable.local_date(now, zone):
        span = f"from {phrases.when(since, zone, now)} to {phrases.when(now, zone, now)}"
    parts: list[Inline | str] = [
        f"{scope} was unavailable {span} ({why}). "
        f"Question {round_.number} went out once, at {phrases.clock(now, zone)}"
    ]
    if round_.reveal_at is not None:
        parts += ["; its reveal is ", phrases.instant(round_.reveal_at, channel, now)]
    return _notice(*parts, ".")


def trouble(channel: Channel, why: str) -> Message:
    """Return that a channel or platform refuses posts."""
    return _notice(
        f"Posts to {phrases.name(channel)} are refused: {why}. What is due is recorded and waits; "
        "`gradus doctor` says what to mend."
    )


def capped(channel: Channel, most: int) -> Message:
    """Return that the hard cap on messages stopped a post."""
    return _notice(
        f"{phrases.name(channel)} has had {most} messages of mine within a day, the most I allow "
        "myself. Something is wrong; what is due waits. Please look at the log."
    )


def upkeep_failed(why: str) -> Message:
    """Return that there is no copy of the store today, or that old answers were not deleted."""
    return _notice(f"Today's upkeep failed: {why}")


def inbox(number: int) -> Message:
    """Return how many contributions wait."""
    return _notice(
        f"{phrases.count(number, 'contribution waits', 'contributions wait')} in the inbox. "
        "`gradus questions inbox` lists them."
    )


def settings_refused(
    file: str, saved: str, in_force_since: str, mistakes: Sequence[str]
) -> Message:
    """Return why an edit of the settings file was not applied; times are wall times as text."""
    number = len(mistakes)
    counted = f"{phrases.spelled(number).capitalize()} {'mistake' if number == 1 else 'mistakes'}"
    return Message(
        body=(
            paragraph(
                f"{file}, saved {saved}, was not applied. The settings of {in_force_since} stay in "
                f"force. {counted}:"
            ),
            Literal("\n".join(mistakes)),
            paragraph(
                "Save the corrected file; I read it within five seconds. `gradus config check` "
                "lists the same."
            ),
        ),
        audience=Audience.ADMINS,
    )


def files_left_out(problems: Sequence[str]) -> Message:
    """Return which question files could not be read; all others are asked as before."""
    number = phrases.count(len(problems), "question file was", "question files were")
    return Message(
        body=(
            paragraph(f"{number} left out; all others are asked as before."),
            Literal("\n".join(problems)),
            paragraph("Save the corrected file; I read it within five seconds."),
        ),
        audience=Audience.ADMINS,
    )


# Answers to admin commands ----------------------------------------------------------------------

_STANDS = {
    RoundState.PLANNED: "waits to be posted",
    RoundState.SENDING: "is being posted",
    RoundState.OPEN: "is open",
    RoundState.CLOSED: "is closed; its answer is being posted",
    RoundState.REVEALED: "is revealed",
    RoundState.MISSED: "was missed",
    RoundState.WITHDRAWN: "is withdrawn",
}


def status(
    state: ChannelState,
    current: Round | None,
    count: int,
    unasked: int,
    waiting: str,
    following: datetime | None,
    now: datetime,
    *,
    paused: bool,
) -> Message:
    """Return how a channel stands: now, next, stock, trouble."""
    channel = state.channel
    lines: list[tuple[Inline | str, ...]] = []
    if current is None or current.question is None:
        lines.append(("No question is open.",))
    else:
        shown: list[Inline | str] = [
            f"Question {current.number} ({current.question.title}) {_STANDS[current.state]}"
        ]
        if current.state is RoundState.OPEN:
            shown.append(f", {count} answered, ")
            shown.extend(
                phrases.reveal_phrase(channel.rhythm.reveal, current.reveal_at, channel, now)
            )
        lines.append((*shown, "."))
    if paused:
        until = state.paused_until
        end: tuple[Inline | str, ...] = (
            ("until ", phrases.instant(until, channel, now)) if until else ("until resumed",)
        )
        lines.append(("Paused ", *end, "."))
    if following is not None:
        lines.append(("Next question: ", phrases.instant(following, channel, now), "."))
    stock_line = "15 or more" if unasked >= 15 else str(unasked)
    lines.append((f"Unasked questions: {stock_line}. Sent here so far: {state.sent}.",))
    if waiting:
        lines.append((waiting,))
    body: list[Body] = [paragraph(*parts) for parts in lines]
    return Message(tuple(body), title=f"Status of {phrases.name(channel)}")


def plan(channel: Channel, days: Sequence[tuple[date, datetime, Question | None, bool]]) -> Message:
    """Return the forecast: day, question, and whether it is pinned."""
    if not days:
        return line("No posting day lies ahead.")
    rows = []
    for day, due, question, pinned in days:
        time = phrases.clock(due, channel.rhythm.zone)
        what = f"{question.id} ({question.level}, {question.kind})" if question else NO_QUESTION
        rows.append(f"{phrases.day(day):<10} {time}  {what}{'  pinned' if pinned else ''}")
    return Message(
        (
            Code("\n".join(rows)),
            paragraph("A forecast: true if nothing else happens. Only pins are fixed."),
        ),
        title=f"Plan for {phrases.name(channel)}",
    )


def pinned(question: Question, day: date) -> Message:
    """Return that a question is fixed to a day."""
    return line(f"{question.id} is pinned to {phrases.day(day)} and will come on no other day.")


def no_such_question(words: str, nearest: str) -> Message:
    """Return that there is no question of that id."""
    near = f" The nearest is {nearest}." if nearest else ""
    return line(f"There is no ready question {words!r} in the banks.{near}")


def held_question(words: str) -> Message:
    """Return that a question is held back and cannot be pinned."""
    return line(f"{words} is held back and cannot be asked until it is released.")


def no_slot(day: date) -> Message:
    """Return that a day has no question to come."""
    return line(f"{phrases.day(day)} is no posting day that lies ahead of this channel.")


def swapped(day: date, old: Question, new: Question) -> Message:
    """Return that another question takes a day's place."""
    return line(f"{phrases.day(day)}: {new.id} instead of {old.id}. It is pinned to that day.")


def nothing_to_swap() -> Message:
    """Return that no other question is there."""
    return line("There is no other question that could be asked on that day.")


def posting(round_: Round) -> Message:
    """Return that a post is on its way."""
    return line(f"Question {round_.number} is on its way.")


def already_posted(round_: Round, spelling: Spelling) -> Message:
    """Return that today's slot is taken."""
    here = f"Today's question is here already: number {round_.number}."
    if round_.state in (RoundState.CLOSED, RoundState.REVEALED):
        return line(f"{here} Its answer is out, so there is no other one today.")
    withdraw = spelling.of("withdraw REASON", admin=True)
    return line(f"{here} To replace it, withdraw it first: {withdraw}")


def no_slot_today(following: datetime | None, channel: Channel, now: datetime) -> Message:
    """Return that no question is planned for today: no posting day, or set up too late for it."""
    if following is None:
        return line("No question is planned here for today, and none lies ahead.")
    return line(
        "No question is planned here for today. Next: ",
        phrases.instant(following, channel, now),
        ".",
    )


def revealing(round_: Round) -> Message:
    """Return that the reveal is on its way."""
    return line(f"The answer to question {round_.number} is on its way.")


def nothing_open() -> Message:
    """Return that no round is open."""
    return line("No question is open here.")


def withdrawn(round_: Round) -> Message:
    """Return that a round was withdrawn."""
    return Message(
        body=(
            paragraph(
                f"Question {round_.number} is withdrawn. It counts as asked; nobody loses a streak."
            ),
        ),
        actions=(Action(button(round_.key, "post"), "Post another", hint="/admin post"),),
    )


def paused(until: date | None, spelling: Spelling) -> Message:
    """Return that the channel is paused."""
    if until is None:
        resume = spelling.of("resume", admin=True)
        return line(f"Paused until you resume: {resume}. An open question is still revealed.")
    return line(f"Paused to the end of {phrases.day(until)}. An open question is still revealed.")


def resumed(following: datetime | None, channel: Channel, now: datetime) -> Message:
    """Return that the pause ended."""
    if following is None:
        return line("Resumed.")
    return line("Resumed. Next question: ", phrases.instant(following, channel, now), ".")


def not_paused() -> Message:
    """Return that there was no pause."""
    return line("This channel is not paused.")


def skipped(
    days: DateRange, following: datetime | None, channel: Channel, now: datetime
) -> Message:
    """Return that days are skipped."""
    said = phrases.day(days.first)
    if days.last != days.first:
        said += f" to {phrases.day(days.last)}"
    if following is None:
        return line(f"No question on {said}.")
    return line(
        f"No question on {said}. Next question: ", phrases.instant(following, channel, now), "."
    )


def past_days() -> Message:
    """Return that the days are over."""
    return line("Those days are over. Nothing was changed.")


def weights(current: Mapping[str, int], all_topics: Sequence[str]) -> Message:
    """Return the weights of topics as they are."""
    rows = [f"{topic:<24} {current.get(topic, 0) if current else 1}" for topic in all_topics]
    return Message(
        (
            paragraph("Weights of topics here (0: not asked):"),
            Code("\n".join(rows)),
        )
    )


def file_owns(key: str) -> Message:
    """Return that the settings file decides this."""
    return line(
        f"This channel's settings come from the settings file, so they are changed there: {key}. "
        "I read the file again within five seconds of saving."
    )


def unknown_topic(words: str, nearest: str) -> Message:
    """Return that a topic is not in the banks."""
    near = f" The nearest is {nearest}." if nearest else ""
    return line(f"There is no topic {words!r} in the banks.{near}")


def weights_set(weights: Mapping[str, int]) -> Message:
    """Return the new weights."""
    said = phrases.listed([f"{topic} {weight}" for topic, weight in weights.items()])
    return line(f"Topics here from the next question on: {said}.")


def no_weight_left() -> Message:
    """Return that at least one topic must have a weight."""
    return line("At least one topic needs a weight above 0. Nothing was changed.")


def nothing_to_post(round_: Round) -> Message:
    """Return that there is no question to post."""
    return line(f"Nothing was posted: {round_.reason}.")


def waiting(breaker: Breaker, channel: Channel) -> str:
    """Return that posts are refused at present."""
    since = phrases.clock(breaker.since, channel.rhythm.zone)
    until = phrases.clock(breaker.until, channel.rhythm.zone)
    return f"Posts are refused since {since} ({breaker.why}); the next try is at {until}."
