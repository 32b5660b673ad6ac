"""Reads what a line typed in the terminal is, and what could be typed next; pure functions.

The grammar of commands and of answers is the core's; here is only what CONTRACTS, *Terminal input*,
adds to it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot import grading
from bot.commands import (
    ADMIN,
    QUIZ_KEY,
    TYPED,
    WORDS,
    Command,
    Give,
    Hint,
    Report,
    Show,
    Tick,
)
from bot.grading import Reason
from bot.messages import Action, Choice
from bot.model import Kind, Question, Said

_STILL_NUMBERS = frozenset({Reason.COMMA, Reason.TOO_LARGE})
"""Why a number may be asked back; all else that cannot be read was no number."""


def cleaned(line: str) -> str:
    """Return a typed line without control characters and halves of characters, and trimmed.

    Line ends stay: a pasted text may have some.
    """
    kept = (
        "\ufffd" if 0xD800 <= ord(char) < 0xE000 else " " if char == "\t" else char
        for char in line.replace("\r\n", "\n").removeprefix("\ufeff")
    )
    return "".join(c for c in kept if c == "\n" or unicodedata.category(c) != "Cc").strip()


def answers(question: Question, line: str) -> bool:
    """Tell whether a line answers an open question without saying that it does.

    Single letters of existing options do, for a ``choice`` or ``multi``; a number with an optional
    listed unit does, for a ``numeric``.
    """
    match question.kind:
        case Kind.CHOICE | Kind.MULTI:
            letters = line.casefold().replace(",", " ").split()
            return bool(letters) and set(letters) <= {option.key for option in question.options}
        case Kind.NUMERIC:
            read = grading.read(question, line)
            return isinstance(read, Said) or read.reason in _STILL_NUMBERS
        case Kind.SHORT | Kind.OPEN:
            return False


def pressed(actions: Sequence[Action], line: str) -> Action | None:
    """Return the action whose label a line is, among those that no command stands for.

    The part of a label before its first comma is enough: *No* for *No, keep me off*.
    """
    said = line.casefold()
    for action in actions:
        label = action.label.casefold().rstrip("…")
        if not action.hint and said in {label, label.partition(",")[0]}:
            return action
    return None


def awaited(actions: Sequence[Action]) -> Action | None:
    """Return the action that takes a typed answer to an item of a quiz, if one is under way."""
    return next((one for one in actions if _of_quiz(one) == "answer"), None)


def meant(command: Command, actions: Sequence[Action]) -> Command:
    """Return a typed command as one about the quiz item whose actions these are, if of any."""
    if not isinstance(command, Give | Hint | Show | Tick | Report) or command.round:
        return command
    return replace(command, round=item(actions))


def item(actions: Sequence[Action]) -> str:
    """Return the key of the quiz item whose actions these are, judged or not; '' for others."""
    of_items = {"show", "sure", "report"}  # to be answered, to be sure of, judged
    return next((one.id.partition(":")[0] for one in actions if _of_quiz(one) in of_items), "")


def _of_quiz(action: Action) -> str:
    """Return the verb of an action about a quiz item; '' for any other action."""
    key, _, rest = action.id.partition(":")
    return rest.partition(":")[0] if key.startswith(QUIZ_KEY) else ""


def bare_word(line: str) -> bool:
    """Tell whether a line is a command of one word that lacks its slash."""
    return any(line.casefold() in {word.name, *word.aliases} for word in WORDS if not word.admin)


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to go on with what is being typed."""

    text: str
    """Takes the place of the last ``over`` characters."""
    over: int
    about: str = ""
    """A word or two beside it."""


def offers(
    typed: str, topics: Sequence[str], actions: Sequence[Action], choices: Sequence[Choice]
) -> Iterator[Offer]:
    """Yield how a line that begins with ``typed`` may go on: commands, topics, options."""
    head, space, rest = typed.partition(" ")
    if not typed.startswith("/"):
        letters = [choice.letter for choice in choices]
        labels = [action.hint or action.label.rstrip("…") for action in actions]
        for text in dict.fromkeys(letters + [label for label in labels if label[:1] != "/"]):
            if text.casefold().startswith(typed.casefold()):
                yield Offer(text, len(typed))
        return
    if not space:
        yield from _commands(typed, admin=False)
        if f"/{ADMIN}".startswith(typed):
            yield Offer(f"/{ADMIN}", len(typed))
        return
    last = rest.rpartition(" ")[2]
    listed: Sequence[str] = ()
    match head, rest.split(" ")[0]:
        case ("/admin", "topics") if " " in rest:
            listed = [f"{topic}=" for topic in topics]
        case ("/admin", _) if " " not in rest:
            yield from _commands(typed, admin=True)
        case ("/search" | "/quiz", _):
            listed = topics
        case ("/answer", _):
            listed = [choice.letter for choice in choices]
        case _:
            pass
    for text in listed:
        if text.casefold().startswith(last.casefold()):
            yield Offer(text, len(last))


def _commands(typed: str, *, admin: bool) -> Iterator[Offer]:
    for word in WORDS:
        text = TYPED.of(word.name, admin=word.admin)
        if word.admin == admin and text.startswith(typed):
            yield Offer(text, len(typed), word.usage)
