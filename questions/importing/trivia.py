"""Reads two formats of trivia collections: OpenTDB's JSON and the YAML lists of Red's trivia cog.

OpenTDB: https://opentdb.com/api_config.php ("Encoding"); Red: its documentation of custom lists.
"""

from __future__ import annotations

import base64
import binascii
import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

import yaml

from bot.errors import BadQuestionFile
from bot.model import Level
from questions.front import FASTEST
from questions.importing.characters import repaired
from questions.importing.document import Choice, Document, Entry, Flag, Skipped
from questions.importing.rows import shuffled

LARGEST_YAML = 5_000_000
"""Characters; trivia lists are far smaller, and a tree of YAML takes many times its text."""
_LEVELS = {"easy": Level.BEGINNER, "medium": Level.INTERMEDIATE, "hard": Level.ADVANCED}


def is_opentdb(value: object) -> bool:
    """Tell whether a JSON value is an answer of OpenTDB, or the list of questions in one."""
    results = value.get("results") if isinstance(value, dict) else value
    return (
        isinstance(results, list)
        and bool(results)
        and isinstance(results[0], dict)
        and {"question", "correct_answer", "incorrect_answers"} <= results[0].keys()
    )


def opentdb(value: object, path: str) -> Document:
    """Return the questions of an OpenTDB answer, in whichever of its encodings."""
    results = value.get("results", []) if isinstance(value, dict) else value
    rows = results if isinstance(results, list) else []
    decode = _decoder([row for row in rows if isinstance(row, Mapping)])
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for place, row in enumerate(rows, start=1):
        try:
            entries.append(_question(row, decode, place))
        except (KeyError, TypeError, AttributeError, ValueError):
            skipped.append(Skipped(place, place, "not a question as OpenTDB writes them"))
    return Document(path, "OpenTDB questions", tuple(entries), tuple(skipped))


def _question(row: Mapping[str, object], decode: Callable[[str], str], place: int) -> Entry:
    def text(name: str) -> str:
        return _words(decode, row[name])

    wrong = row["incorrect_answers"]
    if not isinstance(wrong, list):
        raise TypeError
    choices = [Choice(text("correct_answer"), right=True)]
    choices += (Choice(_words(decode, each), right=False) for each in wrong)
    if text("type") == "boolean":
        choices.sort(key=lambda choice: choice.text, reverse=True)  # True before False
    else:
        choices = shuffled(choices)
    category = _words(decode, row.get("category", "")).rpartition(":")[2].strip()
    return Entry(
        text("question"),
        place,
        section=(category,) if category else (),
        level=_LEVELS.get(_words(decode, row.get("difficulty", "")).casefold()),
        choices=tuple(choices),
    )


def _words(decode: Callable[[str], str], value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return _escaped(repaired(html.unescape(decode(value)))).strip()


def _escaped(text: str) -> str:
    """Return plain text as Markdown that shows the same."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>$|" else sign for sign in text)


def _decoder(rows: Sequence[Mapping[str, object]]) -> Callable[[str], str]:
    """Return how the texts of an answer are encoded: all in base64, as in addresses, or plain."""
    texts = [text for row in rows[:20] for text in row.values() if isinstance(text, str)]
    if texts and all(_base64(text) is not None for text in texts):
        return lambda text: _base64(text) or text
    if any("%20" in text or "%3F" in text for text in texts) and not any(" " in t for t in texts):
        return unquote
    return lambda text: text


def _base64(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8") if len(text) % 4 == 0 else None
    except (binascii.Error, UnicodeDecodeError):
        return None


# Red ----------------------------------------------------------------------------------------------


def red(text: str, path: str) -> Document:
    """Return the questions of a trivia list: each a key, with the answers that count.

    Raises:
        BadQuestionFile: It is not such a list.
    """
    if len(text) > LARGEST_YAML:
        raise BadQuestionFile(
            path, 1, f"at most {LARGEST_YAML:,} characters of YAML are read. Split it."
        )
    try:
        root = yaml.compose(text, Loader=FASTEST)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BadQuestionFile(
            path,
            mark.line + 1 if mark else 1,
            "this cannot be read as YAML. Put quotes around a question that holds a colon.",
        ) from None
    if not isinstance(root, yaml.MappingNode):
        raise BadQuestionFile(path, 1, 'a trivia list has lines such as "What is …?:" here.')
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    extra: dict[str, str] = {}
    for key, value in root.value:
        line = key.start_mark.line + 1
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if name.isupper() and name in {"AUTHOR", "DESCRIPTION", "CONFIG", "VERSION", "LICENSE"}:
            if isinstance(value, yaml.ScalarNode):
                extra[name.lower()] = repaired(str(value.value))
            skipped.append(Skipped(line, max(line, value.end_mark.line), "about the list"))
            continue
        answers = list(_answers(value))
        if not name or not answers:
            skipped.append(Skipped(line, line, "not a question with its answers"))
            continue
        flags = [Flag(line, "YAML would take an answer for a number or a truth value")] * any(
            value_.casefold() in {"yes", "no", "true", "false", "on", "off", "null", "~"}
            for value_ in answers
        )
        entries.append(
            Entry(
                _escaped(repaired(name)).strip(),
                line,
                answer=f"{_escaped(answers[0])}.",
                accepted=tuple(_escaped(each) for each in answers),
                flags=tuple(flags),
                extra={"author": extra["author"]} if "author" in extra else {},
            )
        )
    return Document(path, "Red trivia list", tuple(entries), tuple(skipped))


def _answers(node: yaml.Node) -> Iterator[str]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for each in nodes:
        if isinstance(each, yaml.ScalarNode) and str(each.value).strip():
            yield repaired(str(each.value)).strip()
