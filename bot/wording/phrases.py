"""Small phrases that many sentences share: times, letters, counts, lists; no whole message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot import timetable
from bot.messages import Inline, Text, Time
from bot.model import Channel, Question, Reveal, RevealRule, Round, Verdict

JUDGED = {
    Verdict.RIGHT: "right",
    Verdict.PARTLY: "partly right",
    Verdict.WRONG: "not right",
    Verdict.OPEN: "yours to judge",
}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count(number: int, one: str, many: str = "") -> str:
    """Return a counted noun: ``1 question``, ``7 questions``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def spelled(number: int) -> str:
    """Return a small number in words, a larger one in digits."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else str(number)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def letter(key: str) -> str:
    """Return the letter an option's button carries: key ``a`` is A."""
    return key.upper()


def letters(keys: Sequence[str]) -> str:
    """Return the letters of several options: ``A and C``."""
    return listed([letter(key) for key in sorted(keys)])


def capital(text: str) -> str:
    """Return text that begins a sentence; only its first letter changes."""
    return text[:1].upper() + text[1:]


def topic(name: str) -> str:
    """Return a topic as a heading shows it: ``llm-serving`` becomes ``LLM serving``."""
    words = ("LLM" if word == "llm" else word for word in name.split("-"))
    return capital(" ".join(words))


def day(value: date) -> str:
    """Return a day as ``Mon 23 Nov``."""
    return f"{_DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}"


def month(number: int) -> str:
    """Return a month, from 1, as ``Nov``."""
    return _MONTHS[number - 1]


def clock(at: datetime, zone: str) -> str:
    """Return the wall time in a zone: ``15:30``."""
    return f"{timetable.local(at, zone):%H:%M}"


def when(at: datetime, zone: str, now: datetime) -> str:
    """Return an instant as a zone's people say it: ``today 15:30``, ``Tue 24 Nov 09:30``."""
    then, today = timetable.local(at, zone), timetable.local_date(now, zone)
    if then.date() == today:
        head = "today"
    elif then.date() == today + timedelta(days=1):
        head = "tomorrow"
    elif then.year == today.year:
        head = day(then.date())
    else:
        head = f"{day(then.date())} {then.year}"
    return f"{head} {then:%H:%M}"


def instant(at: datetime, channel: Channel, now: datetime) -> Time:
    """Return an instant that platforms show in the reader's own zone where they can."""
    return Time(at, when(at, channel.rhythm.zone, now))


def until(at: datetime, channel: Channel, now: datetime) -> Time:
    """Return an instant after the word *until*: ``15:30`` today, else with its day."""
    zone = channel.rhythm.zone
    said = when(at, zone, now)
    return Time(at, said.removeprefix("today "))


def reveal_phrase(
    reveal: Reveal, at: datetime | None, channel: Channel, now: datetime
) -> tuple[Inline, ...]:
    """Return when the answer comes: ``reveal today 15:30``."""
    if reveal.rule is RevealRule.ANSWERED:
        return (Text("the answer comes as soon as you have answered"),)
    if reveal.rule is RevealRule.NEXT and at is None:
        return (Text("reveal just before the next question"),)
    if at is None:
        return (Text("reveal later"),)
    return (Text("reveal "), instant(at, channel, now))


def name(channel: Channel) -> str:
    """Return how people call a channel, or its URI."""
    return channel.name or channel.id


def heading(round_: Round) -> str:
    """Return a round's title line: ``Question 128 · Optimisation · intermediate``."""
    question = asked(round_)
    return f"Question {round_.number} · {topic(question.topic)} · {question.level.value}"


def asked(round_: Round) -> Question:
    """Return the round's own copy of its question; a round without one is never shown."""
    if round_.question is None:
        raise ValueError(f"round {round_.id} has no question")
    return round_.question


def right_answer(question: Question) -> str:
    """Return the right answer in a few words, where it has some: letters, a number, a term."""
    if question.options:
        return letters(sorted(question.right_keys))
    if question.number is not None:
        unit = question.number.unit
        return f"{question.number.written}{'' if unit in ('', '%') else ' '}{unit}"
    return question.accepted[0] if question.accepted else ""


def matched(question: Question, as_what: str, near: str) -> str:
    """Return what a term was taken for, or what it only comes close to; '' for neither."""
    if as_what and as_what != question.accepted[0]:
        return f' It counts as "{as_what}".'
    return f' It is close to "{near}", but not the same.' if near else ""
