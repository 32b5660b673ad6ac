"""What a member is told of their own numbers: their page, the board of a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot import standing
from bot.commands import Spelling, button
from bot.messages import (
    Action,
    Body,
    Break,
    Code,
    Inline,
    Message,
    Person,
    Text,
    paragraph,
)
from bot.model import (
    Channel,
    DateRange,
    MemberId,
    Round,
    Score,
    Tally,
)
from bot.standing import FREEZES, Streak
from bot.wording import phrases

BAR = 10
"""Signs of a bar."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that a member's own page shows."""

    tallies: Sequence[Tally]
    sure_and_wrong: Sequence[str]
    """Titles."""
    due: int
    today: date
    streak: Streak | None = None
    """In the channel that it was asked in."""
    away: bool = False
    """Whether days away were said."""
    interview: date | None = None
    asked: Mapping[str, int] | None = None
    """How many questions each topic has, for how much of it was met."""


# One's own page ---------------------------------------------------------------------------------


def page(mine: Numbers, key: str, spelling: Spelling) -> Message:
    """Return a member's own page."""
    all_ = standing.total(mine.tallies)
    body: list[Body] = [paragraph(_accuracy(all_)), Code(_topics(mine))]
    body += [paragraph(text) for text in _sentences(mine, all_)]
    actions = [
        Action(button(key, "quiz", topic), f"Practise {topic.replace('-', ' ')}",
               hint=spelling.of(f"quiz {topic}"))
        for topic in standing.weakest(mine.tallies, 3)
    ]  # fmt: skip
    if mine.due:
        actions.insert(0, Action(button(key, "review"), "Review now", hint=spelling.of("review")))
    return Message(
        tuple(body),
        title="Your numbers",
        actions=(
            *actions,
            Action(button(key, "history"), "History", hint=spelling.of("history")),
            Action(button(key, "privacy"), "Privacy", hint=spelling.of("privacy")),
        ),
        footnote=(Text("Only you see this page."),),
    )


def _accuracy(all_: Tally) -> str:
    answered = f"You answered {phrases.count(all_.answered, 'question')}."
    if not all_.unaided:
        return f"{answered} None of them was judged without help yet."
    return f"{answered} Of {all_.unaided} judged without help, {all_.right} {_were(all_.right)}."


def _were(number: int) -> str:
    return "was right" if number == 1 else "were right"


def _topics(mine: Numbers) -> str:
    """Return a line for each topic; with an interview ahead, also of topics not met yet."""
    tallies = {each.topic: each for each in mine.tallies}
    asked = dict(mine.asked or {}) if mine.interview is not None else {}
    names = sorted({*tallies, *asked})
    width = max(map(len, names))
    return "\n".join(
        _topic(tallies.get(name, Tally(name)), width, asked.get(name)) for name in names
    )


def _topic(tally: Tally, width: int, asked: int | None) -> str:
    line = f"{tally.topic:<{width}}  {f'{tally.right} of {tally.unaided}':>9}  {_bar(tally)}"
    return line if asked is None else f"{line}  met {min(tally.met, asked)} of {asked}"


def _bar(tally: Tally) -> str:
    full = round(BAR * tally.right / tally.unaided) if tally.unaided else 0
    return "#" * full + "." * (BAR - full)


def _sentences(mine: Numbers, all_: Tally) -> list[str]:
    said: list[str] = []
    if mine.streak is not None:
        said.append(streak(mine.streak, away=mine.away))
    if all_.sure:
        said.append(f"Of the {all_.sure} you were sure of, {all_.sure_right} "
                    f"{_were(all_.sure_right)}.")  # fmt: skip
    if mine.sure_and_wrong:
        said.append(f"Sure and wrong: {_quoted(mine.sure_and_wrong)}.")
    weak = standing.weakest(mine.tallies, 3)
    if weak:
        said.append(f"Weakest: {phrases.listed([each.replace('-', ' ') for each in weak])}.")
    if mine.due:
        verb = "is" if mine.due == 1 else "are"
        said.append(f"{phrases.count(mine.due, 'question')} {verb} due for review now.")
    else:
        said.append("Nothing is due for review.")
    if mine.interview is not None:
        said.append(_days_left(mine.interview, mine.today))
    return said


def _quoted(titles: Sequence[str]) -> str:
    return phrases.listed([f"“{title}”" for title in titles])


def _days_left(day: date, today: date) -> str:
    left = (day - today).days
    if left < 0:
        return f"Your interview was on {_date(day)}."
    if not left:
        return "Your interview is today."
    return f"Your interview is on {_date(day)}: {phrases.count(left, 'day')} left."


def _date(day: date) -> str:
    return f"{phrases.day(day)} {day.year}"


def streak(mine: Streak, *, away: bool) -> str:
    """Return a streak, and its rule in a sentence."""
    left = f"{phrases.capital(phrases.spelled(mine.left))} {_freezes(mine.left)} left this month."
    if not mine.run:
        longest = f" (longest {mine.longest})" if mine.longest else ""
        return (
            f"No streak at present{longest}: it counts the questions posted here that you answer "
            "in a row, each before the next one comes, right or wrong; "
            f"{phrases.spelled(FREEZES)} you miss in a month are forgiven."
        )
    last = "question" if mine.run == 1 else f"{mine.run} questions"
    said = (
        f"Streak {mine.run} (longest {mine.longest}): you answered the last {last} posted here, "
        "right or wrong"
    )
    apart = []
    if mine.frozen:
        apart.append(f"{phrases.spelled(mine.frozen)} you missed ({_freezes(mine.frozen)})")
    if away:
        apart.append("those of your days away")
    if apart:
        said += f", not counting {phrases.listed(apart)}"
    return f"{said}. {left}"


def _freezes(number: int) -> str:
    return "freeze" if number == 1 else "freezes"


def nothing_yet(
    round_: Round | None, channel: Channel | None, key: str, now: datetime, spelling: Spelling
) -> Message:
    """Return the page of somebody without answers; ``round_`` is open and waits for theirs."""
    parts: list[Inline | str] = ["Nothing here yet."]
    actions: list[Action] = []
    if round_ is not None and channel is not None:
        parts.append(" Today's question is open")
        if round_.reveal_at is not None:
            parts += [" until ", phrases.until(round_.reveal_at, channel, now)]
        parts.append(".")
        answer = button(round_.key, "today")
        actions.append(Action(answer, "Answer it", hint=spelling.of("today")))
    actions.append(Action(button(key, "quiz"), "Five-question quiz", hint=spelling.of("quiz")))
    soon = (
        "Soon you will see accuracy by topic, how often “sure” was right, and what is due. Only "
        "you see this page."
    )
    return Message((paragraph(*parts), paragraph(soon)), actions=tuple(actions))


# What can be set --------------------------------------------------------------------------------


def _line(text: str) -> Message:
    return Message((paragraph(text),))


def interview_set(day: date | None, today: date) -> Message:
    """Return that the date of an interview was noted, or taken back."""
    if day is None:
        return _line("Noted: no interview. What is due comes back at its own time.")
    return _line(
        f"Noted, and only you see it. {_days_left(day, today)} Nothing you learn now comes back "
        "after it."
    )


def away_set(days: DateRange) -> Message:
    """Return that an absence was noted."""
    said = _date(days.first)
    if days.last != days.first:
        said += f" to {_date(days.last)}"
    return _line(f"Noted: away {said}. Your streak skips what is posted then.")


def back(*, had: bool) -> Message:
    """Return that absences from today on were taken back."""
    return _line(
        "Noted: your days away from today on are taken back." if had
        else "You had no days away ahead of you."
    )  # fmt: skip


def past() -> Message:
    """Return that a day lies in the past."""
    return _line("That day is over. Say days from today on; nothing was changed.")


def too_many_absences(most: int) -> Message:
    """Return that no more absences are kept."""
    return _line(f"At most {most} absences are kept. Nothing was changed.")


def nudge_set(at: time | None, zone: str) -> Message:
    """Return that a reminder was set for a time of the day, or stopped."""
    if at is None:
        return _line("Noted: no reminders.")
    return _line(
        f"Noted: at {at:%H:%M} ({zone}) I tell you in private when something is due, at most once "
        "a day."
    )


def nudge(due: int, key: str, spelling: Spelling) -> Message:
    """Return the reminder that something is due."""
    verb = "is" if due == 1 else "are"
    return Message(
        (paragraph(f"{phrases.count(due, 'question')} {verb} due for review."),),
        actions=(
            Action(button(key, "review"), "Review now", hint=spelling.of("review")),
            Action(button(key, "me", "nudge off"), "No more reminders",
                   hint=spelling.of("me nudge off")),
        ),
    )  # fmt: skip


# The board --------------------------------------------------------------------------------------


def no_board() -> Message:
    """Return that a channel has no board."""
    return _line("There is no board in this channel. Your own numbers are yours alone.")


@dataclass(frozen=True, slots=True)
class Board:
    """What the board of a channel shows to one member."""

    month: str
    """``2026-11``, or empty for all time."""
    top: Sequence[tuple[int, Score]]
    more: bool
    """Whether others share the last place shown."""
    mine: Score | None
    place: int
    """One's own, or the one it would be."""
    shown: bool
    """Whether one may be shown."""


def board(seen: Board, where: Channel, key: str, spelling: Spelling) -> Message:
    """Return the top of a channel's board, and one's own place."""
    lines: list[Inline | str] = []
    for place, score in seen.top:
        lines += [*([Break()] if lines else []), f"{place} · ", _person(score.member)]
        lines.append(f" · {score.right} right of {score.answered}")
    if seen.more and seen.top:
        lines += [Break(), f"Others share place {seen.top[-1][0]}."]
    if not lines:
        lines = ["Nobody is on it yet."]
    rule = (
        "It counts daily questions answered right, without help and in time. Equal numbers share a "
        "place."
    )
    name = _month(seen.month) if seen.month else "all time"
    return Message(
        (paragraph(*lines), paragraph(_mine(seen)), paragraph(rule)),
        title=f"Board of {phrases.name(where)}, {name}",
        actions=_board_actions(seen, key, spelling),
        footnote=(Text("Only you see this message."),),
        spoken=f"The board of {phrases.name(where)}, {name}. {_mine(seen)}",
    )


def _person(member: MemberId) -> Person:
    return Person(member, member.rpartition("/")[2])


def _month(month: str) -> str:
    return f"{phrases.month(int(month[5:]))} {month[:4]}"


def _mine(seen: Board) -> str:
    when = "this month" if seen.month else "yet"
    if seen.mine is None:
        return f"You have no answers to daily questions here {when}."
    numbers = f"{seen.mine.right} right of {seen.mine.answered}"
    if seen.shown:
        return f"You: place {seen.place}, {numbers}."
    return f"You: {numbers}. You are not on the board; your place would be {seen.place}."


def _board_actions(seen: Board, key: str, spelling: Spelling) -> tuple[Action, ...]:
    other, label = ("all", "All time") if seen.month else ("month", "This month")
    consent = ("no", "Keep me off") if seen.shown else ("yes", "Show my name")
    return tuple(
        Action(button(key, "board", arg), text, hint=spelling.of(f"board {arg}"))
        for arg, text in ((other, label), consent)
    )
