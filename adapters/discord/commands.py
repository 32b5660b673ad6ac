"""The core's vocabulary as Discord's application commands, and what was given to one as a line.

There are three roots: one for everything, one for admins, one for a quiz; and two entries in the
menu of a message. Nothing here answers anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.calls import Calls
from adapters.discord.inline import clipped, one_line
from adapters.discord.limits import COMMAND, OPTION, SUGGESTIONS, Json
from bot.commands import ADMIN, EXPORTS, WORDS, Word
from bot.model import Level
from bot.wording import discord as wording
from bot.wording import replies

QUIZ = "quiz"
NAMES = ("gradus", QUIZ)
"""What the roots for everything and for a quiz are called."""
LEAVE_OUT = frozenset({"quit"})
"""Words that make no sense on Discord."""
_SLASH, _MESSAGE = 1, 3
"""Types of commands."""
_SUBCOMMAND, _STRING, _INTEGER, _BOOLEAN = 1, 3, 4, 5
"""Types of options."""
_MANAGE_GUILD = 1 << 5
_SERVERS: Json = {"contexts": [0], "integration_types": [0]}
"""Offered in servers only, and by an app that was added to the server."""

Recall = Callable[[str], Awaitable[str | None]]
"""Returns the small fact remembered under a name."""
Remember = Callable[[str, str], Awaitable[None]]
"""Keeps a small fact under a name."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can follow a word."""

    name: str
    needed: bool = True
    type: int = _STRING
    suggested: bool = False
    """Whether what could stand there is suggested while somebody types."""
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()


_DATE = Option("date", needed=False)
_USAGES: Mapping[str, tuple[Option, ...]] = {
    "": (),
    "TEXT": (Option("text"),),
    "[yes]": (Option("certain", needed=False, type=_BOOLEAN),),
    "POINTS|none": (Option("points"),),
    "WORDS": (Option("words"),),
    "[DAYS]": (Option("days", needed=False, type=_INTEGER, least=1, most=60),),
    "QUESTION DATE": (Option("question", suggested=True), Option("date")),
    "[DATE]": (_DATE,),
    "REASON": (Option("reason"),),
    "[until DATE]": (Option("until", needed=False),),
    "DATE[..DATE]": (Option("first"), Option("last", needed=False)),
    "[TOPIC=WEIGHT …]": (Option("weights", needed=False, suggested=True),),
    "[date DATE|away DATES|nudge TIME]": (
        Option("what", needed=False, choices=("date", "away", "nudge")),
        Option("value", needed=False),
    ),
    "[month|all|yes|no]": (Option("which", needed=False, choices=("month", "all", "yes", "no")),),
    "[csv|json|anki]": (Option("form", needed=False, choices=EXPORTS),),
}
"""What may follow a word, by its usage."""
QUIZ_OPTIONS = (
    Option("topic", needed=False, suggested=True),
    Option("level", needed=False, choices=tuple(level.value for level in Level)),
    Option("number", needed=False, type=_INTEGER, least=1, most=20),
)


def options(word: Word) -> tuple[Option, ...]:
    """Return what may follow a word; one line of text where its usage is not known here."""
    return _USAGES.get(word.usage, (Option("text", needed=not word.usage.startswith("[")),))


# What Discord is told -----------------------------------------------------------------------------


def payload(names: Sequence[str]) -> list[Json]:
    """Return all commands as Discord takes them, in the order of their names."""
    root, quiz = names
    made: list[Json] = [
        _root(root, wording.ROOT, [_word(one) for one in offered(admin=False)]),
        {
            **_root(f"{root}-{ADMIN}", wording.ADMIN_ROOT, map(_word, offered(admin=True))),
            "default_member_permissions": str(_MANAGE_GUILD),
        },
        _root(quiz, wording.QUIZ, map(_option, QUIZ_OPTIONS)),
        {"name": wording.ANSWER_MENU, "type": _MESSAGE, **_SERVERS},
        {"name": wording.SUGGEST_MENU, "type": _MESSAGE, **_SERVERS},
    ]
    return sorted(made, key=lambda one: (one["type"], one["name"]))


def offered(*, admin: bool) -> list[Word]:
    """Return the words that Discord offers."""
    return [one for one in WORDS if one.admin == admin and one.name not in LEAVE_OUT]


def _root(name: str, description: str, inner: Any) -> Json:
    shown = {"name": name, "type": _SLASH, "description": description, "options": list(inner)}
    return {**shown, **_SERVERS}


def _word(word: Word) -> Json:
    return {
        "name": word.name,
        "type": _SUBCOMMAND,
        "description": clipped(_sentence(replies.does(word)), COMMAND),
        "options": [_option(one) for one in options(word)],
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _option(option: Option) -> Json:
    shown: Json = {
        "name": option.name,
        "type": option.type,
        "description": clipped(wording.option(option.name), COMMAND),
        "required": option.needed,
    }
    if option.suggested:
        shown["autocomplete"] = True
    if option.least is not None:
        shown |= {"min_value": option.least, "max_value": option.most}
    if option.choices:
        shown["choices"] = [{"name": one, "value": one} for one in option.choices]
    return shown


async def sync(calls: Calls, names: Sequence[str], recall: Recall, remember: Remember) -> bool:
    """Tell Discord of our commands unless it knows them as they are; True where it was told.

    Raises ``Failed``. Setting all at once replaces what was there, also another bot's that runs by
    the same token; so their names are compared as well as the hash of what we told it last.
    """
    wanted = payload(names)
    text = json.dumps(wanted, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    where = f"{_application(calls)}/commands"
    fact = f"commands|{where}"
    if await recall(fact) == digest and not await unknown(calls, names):
        return False
    await calls.call("PUT", where, json=wanted)
    await remember(fact, digest)
    return True


async def unknown(calls: Calls, names: Sequence[str]) -> list[str]:
    """Return the names of our commands that Discord does not know; raises ``Failed``."""
    known = await calls.call("GET", f"{_application(calls)}/commands")
    there = {(one.get("type", _SLASH), one["name"]) for one in known}
    return [one["name"] for one in payload(names) if (one["type"], one["name"]) not in there]


def _application(calls: Calls) -> str:
    client = calls.client
    return f"/applications/{client.application_id if client is not None else 0}"


# What members give --------------------------------------------------------------------------------


def line(data: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return what a slash command says, as the core's grammar reads it."""
    root, quiz = names
    if data["name"] == quiz:
        given = _given(data)
        return " ".join([QUIZ, *(str(given[o.name]) for o in QUIZ_OPTIONS if o.name in given)])
    admin = data["name"] != root
    inner = next(iter(data.get("options") or ()), {"name": ""})
    rest = _rest(str(inner["name"]), _given(inner), admin=admin)
    return f"{ADMIN if admin else ''} {inner['name']} {rest}".strip()


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {one["name"]: one.get("value") for one in data.get("options") or ()}


def _rest(name: str, given: Mapping[str, Any], *, admin: bool) -> str:
    """Return what followed a word, in the order and with the signs that the grammar has."""
    word = next((one for one in offered(admin=admin) if one.name == name), None)
    if word is None:
        return ""
    texts = {key: str(value) for key, value in given.items()}
    match word.usage:
        case "[yes]":
            return "yes" if given.get("certain") else ""
        case "[until DATE]":
            return f"until {texts['until']}" if "until" in texts else ""
        case "DATE[..DATE]":
            return "..".join(texts[one] for one in ("first", "last") if one in texts)
        case _:
            return " ".join(texts[one.name] for one in options(word) if one.name in texts)


# What is suggested --------------------------------------------------------------------------------

Questions = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]
"""Finds questions by words: their ids and titles, the best first."""


async def suggestions(
    data: Mapping[str, Any], topics: Sequence[str], questions: Questions
) -> list[Json]:
    """Return what could stand in the option that somebody types into."""
    focused = _focused(data)
    typed = str(focused.get("value") or "")
    match focused.get("name"):
        case "question":
            found = [(f"{title} ({id})", id) for id, title in await questions(typed)]
        case "topic":
            found = [(one, one) for one in _begun(typed, topics)]
        case "weights":
            before, _, last = typed.rpartition(" ")
            lead = f"{before} " if before else ""
            found = [(one, one) for one in (f"{lead}{it}=1" for it in _begun(last, topics))]
        case _:
            found = []
    return [
        {"name": clipped(one_line(name), OPTION), "value": value}
        for name, value in found[:SUGGESTIONS]
        if 1 <= len(value) <= OPTION
    ]


def _begun(typed: str, topics: Sequence[str]) -> list[str]:
    """Return the topics that begin as typed, then those that hold it somewhere."""
    low = typed.casefold().strip()
    first = [one for one in topics if one.casefold().startswith(low)]
    return first + [one for one in topics if low in one.casefold() and one not in first]


def _focused(data: Mapping[str, Any]) -> Mapping[str, Any]:
    inner: Sequence[Mapping[str, Any]] = data.get("options") or ()
    for one in inner:
        if one.get("focused"):
            return one
        if found := _focused(one):
            return found
    return {}
