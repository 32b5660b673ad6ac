"""What a member or admin can ask, as values, and one grammar that reads it from text and buttons.

Not the answers to it (that is the desk) and not the words of help (that is wording).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.model import ChannelId, Confidence, DateRange, QuestionId


@dataclass(frozen=True, slots=True)
class Today:
    """Show today's question again."""

    round: str = ""
    """The key of a round; empty: the channel's current one."""


@dataclass(frozen=True, slots=True)
class Give:
    """Answer with text: letters, a number, a term, or an explanation."""

    text: str
    round: str = ""
    """The key of a round; empty: the channel's current one."""
    sure: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Think:
    """Answer an open question without writing: *thought it through*."""

    round: str = ""
    sure: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Sure:
    """Say how sure the last answer was; ``None``: asked and skipped."""

    how: Confidence | None
    round: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Take the next hint, in private."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """See the solution now, in private."""

    round: str = ""
    certain: bool = False
    """Whether the member, asked *answer first, or reveal?*, chose reveal."""


@dataclass(frozen=True, slots=True)
class Mine:
    """See my own result of a round."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Say which rubric points of an open question I made, from 1."""

    points: tuple[int, ...]
    round: str = ""


@dataclass(frozen=True, slots=True)
class CountMine:
    """Ask the reviewers to accept my wording."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Report a mistake in a question."""

    text: str
    round: str = ""


@dataclass(frozen=True, slots=True)
class Suggest:
    """Suggest a question."""

    text: str


@dataclass(frozen=True, slots=True)
class Board:
    """Say whether my name may be on the board."""

    yes: bool


@dataclass(frozen=True, slots=True)
class Next:
    """Ask when the next question comes."""


@dataclass(frozen=True, slots=True)
class Topics:
    """List the topics asked here."""


@dataclass(frozen=True, slots=True)
class Search:
    """Search the questions."""

    words: str


@dataclass(frozen=True, slots=True)
class History:
    """List the rounds here and how I did."""


@dataclass(frozen=True, slots=True)
class Quiz:
    """Take a quiz, or go on with the one under way."""

    words: str = ""
    """Topics, a level, a number, a kind, in any order; read where the topics are known."""


@dataclass(frozen=True, slots=True)
class Review:
    """Take what is due again, so many questions at most."""

    most: int = 10


@dataclass(frozen=True, slots=True)
class GoOn:
    """Go on with a quiz: to its next question, or where it was stopped."""

    round: str = ""
    """The key of a quiz item; likewise below."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop a quiz; it can be gone on with."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class Anew:
    """Leave the quiz under way and begin another of its sort."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Take what was not right in a quiz once more, now."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Show everybody the score of a quiz."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class ReviewLater:
    """Let a round's question come back to me."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class InterviewOn:
    """The day of my interview; ``None``: none any more."""

    day: date | None


@dataclass(frozen=True, slots=True)
class AwayOn:
    """Days I cannot answer on; ``None``: I am back."""

    days: DateRange | None


@dataclass(frozen=True, slots=True)
class NudgeAt:
    """When I want to be told that something is due; ``None``: never."""

    at: time | None


@dataclass(frozen=True, slots=True)
class Me:
    """See my own numbers, or change what they are about."""

    change: InterviewOn | AwayOn | NudgeAt | None = None


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """Show who had most right, this month or ever."""

    ever: bool = False


@dataclass(frozen=True, slots=True)
class Privacy:
    """See what is kept of me, and what I can do about it."""


@dataclass(frozen=True, slots=True)
class Export:
    """See everything I attempted in a form to take away."""

    form: str = ""
    """``csv``, ``json`` or ``anki``; empty: ask which."""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase everything kept of me."""

    certain: bool = False
    """Whether the member, asked *really?*, said yes."""


@dataclass(frozen=True, slots=True)
class HelpMe:
    """List what can be asked."""

    admin: bool = False


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the terminal."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open the form that a button stands for."""

    verb: str
    """``answer``, ``think``, ``tick`` or ``report``."""
    round: str = ""


@dataclass(frozen=True, slots=True)
class AnswerHere:
    """Answer the question that a message belongs to, from the message's own menu."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class SuggestThis:
    """Suggest a question, beginning with the text of a message."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """See my own page, as a member of these channels."""

    channels: tuple[ChannelId, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot was added, to a channel or to a whole server, by the actor."""


@dataclass(frozen=True, slots=True)
class Left:
    """The bot was removed from a channel, or the channel was closed."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Set a channel up in chat; without ``wanted``: open the form for it."""

    channel: str = ""
    """The channel's URI; empty: the one it was said in."""
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was filled in to set a channel up, as it was written."""

    channel: str
    """A URI, and after a space the name people call it by."""
    time: str
    zone: str
    days: tuple[str, ...]
    topics: tuple[str, ...]
    """None: all topics."""


@dataclass(frozen=True, slots=True)
class TestPost:
    """Say one harmless line in a channel that was set up in chat."""

    channel: str


@dataclass(frozen=True, slots=True)
class Status:
    """Admin: how the channel stands."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Admin: what will be asked on the coming posting days."""

    days: int = 14
    round: str = ""
    """The key of a round, whose channel is meant; likewise below."""


@dataclass(frozen=True, slots=True)
class PinTo:
    """Admin: fix a question to a day."""

    question: QuestionId
    day: date


@dataclass(frozen=True, slots=True)
class Swap:
    """Admin: ask another question on a planned day; ``None``: the next one."""

    day: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Admin: post today's question now."""

    round: str = ""


@dataclass(frozen=True, slots=True)
class RevealNow:
    """Admin: reveal the open round now."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Admin: withdraw the current round."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Admin: plan nothing, to the end of a day or until resumed."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Admin: end the pause."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Admin: post nothing on these days."""

    days: DateRange


@dataclass(frozen=True, slots=True)
class Weigh:
    """Admin: set the weights of topics; empty: show them."""

    weights: tuple[tuple[str, int], ...] = ()
    round: str = ""


@dataclass(frozen=True, slots=True)
class Misread:
    """Words that are no command; the desk answers with help."""

    words: str
    problem: str
    """``unknown``, ``missing``, ``date``, ``time``, ``number`` or ``button``."""
    word: str = ""
    """The word of the vocabulary that it would have been."""
    nearest: str = ""
    """The nearest word to an unknown one."""
    admin: bool = False
    """Whether these are words for admins."""


MemberCommand = (
    Today
    | Give
    | Think
    | Sure
    | Hint
    | Show
    | Mine
    | Tick
    | CountMine
    | Report
    | Suggest
    | Board
    | Next
    | Topics
    | Search
    | History
    | Quiz
    | Review
    | GoOn
    | Stop
    | Anew
    | Again
    | Share
    | ReviewLater
    | Me
    | ShowBoard
    | Privacy
    | Export
    | Forget
    | HelpMe
    | Quit
    | OpenForm
    | AnswerHere
    | SuggestThis
    | Home
    | Misread
)
AdminCommand = (
    Status | Plan | PinTo | Swap | Post | RevealNow | Withdraw | Pause | Resume | Skip | Weigh
)
Arrival = Joined | Left | Setup | TestPost
"""What concerns channels that may not be configured yet."""
Command = MemberCommand | AdminCommand | Arrival

ADMIN_COMMANDS: tuple[type, ...] = (
    Status, Plan, PinTo, Swap, Post, RevealNow, Withdraw, Pause, Resume, Skip, Weigh,
)  # fmt: skip

# The grammar ------------------------------------------------------------------------------------

ROOT = "gradus"
ADMIN = "admin"


class _Unreadable(Exception):
    """The words after a command could not be read; carries the problem."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the vocabulary and how what follows it is read."""

    name: str
    usage: str
    """What follows the word, as shown in help; empty for nothing."""
    read: Callable[[str], Command]
    """Reads what follows; raises ``_Unreadable``."""
    write: Callable[[Command], str] = lambda _: ""
    """Writes what follows, so that reading it gives the command back."""
    makes: type = object
    """The command it makes; one word writes each command."""
    aliases: tuple[str, ...] = ()
    admin: bool = False


def _nothing(command: Command) -> Callable[[str], Command]:
    return lambda _: command


def _needed(rest: str) -> str:
    if not rest:
        raise _Unreadable("missing")
    return rest


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Unreadable("date") from None


def day_range(text: str) -> DateRange:
    """Read ``2026-12-24`` or ``2026-12-24..2027-01-02``; ``ValueError`` when it is neither."""
    first, dots, last = text.partition("..")
    days = DateRange(
        date.fromisoformat(first.strip()), date.fromisoformat((last if dots else first).strip())
    )
    if days.last < days.first:
        raise ValueError(text)
    return days


def _days(text: str) -> DateRange:
    try:
        return day_range(_needed(text))
    except ValueError:
        raise _Unreadable("date") from None


def _write_days(days: DateRange) -> str:
    return str(days.first) if days.first == days.last else f"{days.first}..{days.last}"


def _number(text: str, low: int, high: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 4 and low <= int(text) <= high:
        return int(text)
    raise _Unreadable("number")


def _read_plan(rest: str) -> Command:
    return Plan(_number(rest, 1, 60)) if rest else Plan()


def _read_pin(rest: str) -> Command:
    words = _needed(rest).split()
    if len(words) != 2:
        raise _Unreadable("missing")
    question, day = sorted(words, key=lambda word: "/" not in word)
    return PinTo(QuestionId(question), _day(day))


def _read_pause(rest: str) -> Command:
    words = [word for word in rest.split() if word != "until"]
    return Pause(_day(words[0])) if words else Pause()


def _read_weights(rest: str) -> Command:
    weights: list[tuple[str, int]] = []
    for word in rest.replace(",", " ").split():
        topic, equals, weight = word.partition("=")
        weights.append((topic, _number(weight, 0, 999) if equals else 1))
    return Weigh(tuple(weights))


def _read_tick(rest: str) -> Command:
    words = _needed(rest).replace(",", " ").split()
    if words == ["none"]:
        return Tick(())
    return Tick(tuple(sorted({_number(word, 1, 6) for word in words})))


def _write_tick(command: Command) -> str:
    points = command.points if isinstance(command, Tick) else ()
    return " ".join(map(str, points)) or "none"


def _write_weights(command: Command) -> str:
    weights = command.weights if isinstance(command, Weigh) else ()
    return " ".join(f"{topic}={weight}" for topic, weight in weights)


def confidence(text: str) -> Confidence | None:
    """Read *sure*, *think so* or *guess*, or their first letters; ``None`` for anything else."""
    words = text.strip().casefold()
    for how in Confidence:
        if words in {how.value, how.value[0], how.value.replace(" ", "")}:
            return how
    return None


def _read_review(rest: str) -> Command:
    return Review(_number(rest, 1, 20)) if rest else Review()


def _read_me(rest: str) -> Command:
    """Read what may follow *me*: ``date 2027-01-04``, ``away A..B``, ``nudge 08:30``, or *off*."""
    what, said = _first(rest)
    off = said.casefold() == "off"
    match what:
        case "":
            return Me()
        case "date":
            return Me(InterviewOn(None if off else _day(_needed(said))))
        case "away":
            return Me(AwayOn(None if off else _days(said)))
        case "nudge":
            return Me(NudgeAt(None if off else _time(_needed(said))))
        case _:
            raise _Unreadable("missing")


def _write_me(command: Command) -> str:
    match command:
        case Me(InterviewOn(day)):
            return f"date {day or 'off'}"
        case Me(AwayOn(days)):
            return f"away {_write_days(days) if days else 'off'}"
        case Me(NudgeAt(at)):
            return f"nudge {f'{at:%H:%M}' if at is not None else 'off'}"
        case _:
            return ""


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall time has no zone
    except ValueError:
        raise _Unreadable("time") from None


def _read_board(rest: str) -> Command:
    match rest.casefold():
        case "" | "month":
            return ShowBoard()
        case "all":
            return ShowBoard(ever=True)
        case "yes" | "no" as said:
            return Board(said == "yes")
        case _:
            raise _Unreadable("missing")


EXPORTS = ("csv", "json", "anki")
"""The forms of an export."""


def _read_export(rest: str) -> Command:
    form, page = _first(rest)
    if form and form not in EXPORTS:
        raise _Unreadable("missing")
    return Export(form, _number(page, 1, 999) if page else 1)


def _write_export(command: Command) -> str:
    if not isinstance(command, Export):
        return ""
    return f"{command.form} {command.page}" if command.page > 1 else command.form


def _text(attribute: str) -> Callable[[Command], str]:
    return lambda command: str(getattr(command, attribute))


WORDS: tuple[Word, ...] = (
    Word("today", "", _nothing(Today()), makes=Today),
    Word("answer", "TEXT", lambda rest: Give(_needed(rest)), _text("text"), Give),
    Word("hint", "", _nothing(Hint()), makes=Hint),
    Word(
        "show",
        "[yes]",
        lambda rest: Show(certain=rest.casefold() == "yes"),
        lambda c: "yes" if isinstance(c, Show) and c.certain else "",
        Show,
    ),
    Word("result", "", _nothing(Mine()), makes=Mine),
    Word("tick", "POINTS|none", _read_tick, _write_tick, Tick),
    Word("quiz", "[TOPIC LEVEL NUMBER]", Quiz, _text("words"), Quiz),
    Word("review", "[NUMBER]", _read_review, _text("most"), Review),
    Word("me", "[date DATE|away DATES|nudge TIME]", _read_me, _write_me, Me),
    Word(
        "board",
        "[month|all|yes|no]",
        _read_board,
        lambda c: "all" if isinstance(c, ShowBoard) and c.ever else "",
        ShowBoard,
    ),
    Word("next", "", _nothing(Next()), makes=Next),
    Word("topics", "", _nothing(Topics()), makes=Topics),
    Word("search", "WORDS", lambda rest: Search(_needed(rest)), _text("words"), Search),
    Word("history", "", _nothing(History()), makes=History),
    Word("suggest", "TEXT", lambda rest: Suggest(_needed(rest)), _text("text"), Suggest),
    Word("report", "TEXT", lambda rest: Report(_needed(rest)), _text("text"), Report),
    Word("privacy", "", _nothing(Privacy()), makes=Privacy),
    Word("export", "[csv|json|anki]", _read_export, _write_export, Export),
    Word(
        "forget",
        "[yes]",
        lambda rest: Forget(certain=rest.casefold() == "yes"),
        lambda c: "yes" if isinstance(c, Forget) and c.certain else "",
        Forget,
    ),
    Word("help", "", _nothing(HelpMe()), makes=HelpMe, aliases=("?",)),
    Word("quit", "", _nothing(Quit()), makes=Quit, aliases=("exit",)),
    Word("status", "", _nothing(Status()), makes=Status, admin=True),
    Word("plan", "[DAYS]", _read_plan, _text("days"), Plan, admin=True),
    Word(
        "pin",
        "QUESTION DATE",
        _read_pin,
        lambda c: f"{c.question} {c.day}" if isinstance(c, PinTo) else "",
        PinTo,
        admin=True,
    ),
    Word(
        "swap",
        "[DATE]",
        lambda rest: Swap(_day(rest)) if rest else Swap(),
        lambda c: str(c.day or "") if isinstance(c, Swap) else "",
        Swap,
        admin=True,
    ),
    Word("post", "", _nothing(Post()), makes=Post, admin=True),
    Word("reveal", "", _nothing(RevealNow()), makes=RevealNow, admin=True),
    Word(
        "withdraw", "REASON", lambda rest: Withdraw(_needed(rest)), _text("reason"), Withdraw,
        admin=True,
    ),
    Word(
        "pause",
        "[until DATE]",
        _read_pause,
        lambda c: f"until {c.until}" if isinstance(c, Pause) and c.until else "",
        Pause,
        admin=True,
    ),
    Word("resume", "", _nothing(Resume()), makes=Resume, admin=True),
    Word(
        "skip",
        "DATE[..DATE]",
        lambda rest: Skip(_days(rest)),
        lambda c: _write_days(c.days) if isinstance(c, Skip) else "",
        Skip,
        admin=True,
    ),
    Word("topics", "[TOPIC=WEIGHT …]", _read_weights, _write_weights, Weigh, admin=True),
    Word("setup", "", _nothing(Setup()), makes=Setup, admin=True),
    Word("help", "", _nothing(HelpMe(admin=True)), makes=HelpMe, admin=True),
)  # fmt: skip

PLAIN_ADMIN = frozenset({"plan"})
"""Admin words that are also understood without ``admin`` before them."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How commands are typed on a platform: what stands before a word."""

    member: str = "/"
    admin: str = "/admin "

    def of(self, name: str, *, admin: bool = False) -> str:
        """Return how a word is typed there: ``/gradus admin pin``."""
        return f"{self.admin if admin else self.member}{name}"

    def usage(self, entry: Word) -> str:
        """Return how a word is typed with what follows it: ``/admin pin QUESTION DATE``."""
        return f"{self.of(entry.name, admin=entry.admin)} {entry.usage}".rstrip()


TYPED = Spelling()
"""As in the terminal, which needs no root."""


def parse(text: str) -> Command:
    """Read a line such as ``/today``, ``gradus answer b`` or ``/admin pin topic/slug 2026-11-30``.

    The leading slash and the root word are optional. Never raises: what cannot be read becomes
    ``Misread`` with the usage, or the nearest word.
    """
    rest = text.strip().removeprefix("/").strip()
    word, rest = _first(rest)
    if word == ROOT:
        word, rest = _first(rest)
    admin = word == ADMIN
    if admin:
        word, rest = _first(rest)
    if not word:
        return HelpMe(admin)
    for entry in WORDS:
        if word in (entry.name, *entry.aliases) and (
            entry.admin == admin or (entry.admin and word in PLAIN_ADMIN)
        ):
            try:
                return entry.read(rest)
            except _Unreadable as problem:
                return Misread(text.strip(), str(problem), entry.name, admin=entry.admin)
    names = [entry.name for entry in WORDS if entry.admin == admin]
    near = difflib.get_close_matches(word, names, n=1)
    return Misread(text.strip(), "unknown", nearest=near[0] if near else "", admin=admin)


def word_of(name: str, *, admin: bool) -> Word | None:
    """Return a word of the vocabulary by its name."""
    return next((entry for entry in WORDS if (entry.name, entry.admin) == (name, admin)), None)


def write(command: Command) -> str:
    """Write a command so that ``parse`` gives it back; ``ValueError`` where no word makes it."""
    for entry in WORDS:
        if type(command) is entry.makes and (
            not isinstance(command, HelpMe) or command.admin == entry.admin
        ):
            head = f"/{ADMIN} {entry.name}" if entry.admin else f"/{entry.name}"
            return f"{head} {entry.write(command)}".rstrip()
    raise ValueError(f"no word makes {type(command).__name__}")


def _first(text: str) -> tuple[str, str]:
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    return word.casefold(), rest.strip()


# Buttons and forms ------------------------------------------------------------------------------


QUIZ_KEY = "q1."
"""How the key of a quiz item begins; any other stands for a round."""


def button(key: str, verb: str, arg: str = "") -> str:
    """Return a button's id, ``<key>:<verb>:<arg>``."""
    return f"{key}:{verb}:{arg}"


_OF_KEY: Mapping[str, Callable[[str], Command]] = {
    "hint": Hint,
    "mine": Mine,
    "count": CountMine,
    "post": Post,
    "on": GoOn,
    "stop": Stop,
    "anew": Anew,
    "again": Again,
    "share": Share,
    "later": ReviewLater,
    "today": Today,
}
"""What is pressed with nothing but the key of what it is about."""
_TYPED = frozenset({"board", "export", "forget", "history", "me", "privacy"})
"""Buttons that do what the same words do."""


def press(action: str, values: Mapping[str, str | Sequence[str]] | None = None) -> Command:
    """Read the id of a pressed button, or of a form that was sent, with its values.

    Without ``values``, a button that stands for a form gives the command that opens it. Returns
    ``Misread`` for anything that is not one of our ids; never raises. What the key stands for, and
    whether the actor may do this, is looked up by the desk.
    """
    key, _, rest = action.partition(":")
    verb, _, arg = rest.partition(":")
    if verb in _OF_KEY:
        return _OF_KEY[verb](key)
    if verb in _TYPED:
        typed = parse(f"{verb} {arg}")
        return Misread(action, "button") if isinstance(typed, Misread) else typed
    match verb:
        case "pick" if len(arg) == 1:
            return Give(arg, key)
        case "sure":
            return Sure(confidence(arg), key)
        case "show" | "see":
            return Show(key, certain=arg == "yes")
        case "quiz":
            return Quiz(arg)
        case "review":
            return Review()
        case "plan":
            return Plan(round=key)
        case "topics":
            return Weigh(round=key)
        case "try":
            return TestPost(arg)
        case "answer" | "think" | "tick" | "report" if values is None:
            return OpenForm(verb, key)
        case "suggest" if values is None:
            return SuggestThis()
        case "setup" if values is None:
            return Setup(arg)
        case _:
            return _sent(action, key, verb, values or {})


def _sent(action: str, key: str, verb: str, values: Mapping[str, str | Sequence[str]]) -> Command:
    """Read a form that was sent."""

    def one(name: str) -> str:
        value = values.get(name, "")
        return (value if isinstance(value, str) else " ".join(value)).strip()

    def many(name: str) -> tuple[str, ...]:
        value = values.get(name, ())
        return tuple(value.replace(",", " ").split() if isinstance(value, str) else value)

    match verb:
        case "answer":
            given = one("answer")
            return Give(given, key, confidence(one("sure"))) if given else _empty(action)
        case "think":
            return Think(key, confidence(one("sure")))
        case "tick":
            return Tick(tuple(n for n in range(1, 7) if str(n) in one("points").split()), key)
        case "report":
            return Report(one("text"), key) if one("text") else _empty(action)
        case "suggest":
            return Suggest(one("text")) if one("text") else _empty(action)
        case "setup":
            place, time, zone = one("channel"), one("time"), one("zone")
            return Setup(wanted=Wanted(place, time, zone, many("days"), many("topics")))
        case _:
            return Misread(action, "button")


def _empty(action: str) -> Misread:
    return Misread(action, "missing")
