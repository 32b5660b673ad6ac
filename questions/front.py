"""Front matter, and YAML as we allow it: text, lists of text, mappings of text, nothing clever.

Not the meaning of any key; ``format`` and ``sources`` know theirs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml

from bot.errors import BadQuestionFile

Loader = type[yaml.BaseLoader | yaml.CBaseLoader]
FASTEST: Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNSEEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What no editor shows and YAML does not allow, or takes for the end of a line."""
_DEEPEST = 3
"""A mapping of mappings of lists, as in ``sources.yaml``."""
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it begins on."""

    line: int
    """From 1, in the whole file."""
    data: str | tuple[Node, ...] | Mapping[str, Node]


def clean(text: str, path: str) -> str:
    """Return a file's text without a byte order mark and with plain line ends.

    Raises:
        BadQuestionFile: A character in it cannot be seen.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        code = f"U+{ord(unseen[0]):04X}"
        raise BadQuestionFile(
            path, line, f"there is a character here that cannot be seen, {code}. Delete it."
        )
    return text


def split(text: str, path: str) -> tuple[str, int]:
    """Return the front matter of a cleaned file, and the number of lines it takes with its marks.

    Raises:
        BadQuestionFile: It is missing or never ends.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise BadQuestionFile(
            path,
            1,
            "a question file begins with a line ---, then lines such as kind: choice, then ---."
            " Put that first line at the very top.",
        )
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return "\n".join(lines[1 : number - 1]), number
    raise BadQuestionFile(
        path, 1, "the front matter is never closed. Put a line --- between it and the prompt."
    )


def read_mapping(
    text: str, path: str, first: int = 1, loader: Loader = FASTEST
) -> Mapping[str, Node]:
    """Return the mapping that ``text`` holds, every scalar as text.

    Args:
        text: YAML, cleaned.
        path: The file, as errors name it.
        first: The line of the file on which ``text`` begins.
        loader: What reads YAML; libyaml where it is there.

    Raises:
        BadQuestionFile: It is not YAML, not a mapping, or uses more of YAML than we allow.
    """
    if "\t" in text:
        line = first + text.count("\n", 0, text.index("\t"))
        raise BadQuestionFile(path, line, "there is a tab here. Use spaces.")
    try:
        events = [
            event
            for event in yaml.parse(text, Loader=loader)
            if not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent)
        ]
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        if error.context_mark and "block" not in str(error.context):
            at = error.context_mark  # where a quote or bracket was opened, not where the text ended
        raise BadQuestionFile(
            path,
            first + (at.line if at else 0),
            "this cannot be read as key: value. Close every quote and bracket, indent with spaces,"
            " and put quotes around a value that holds a colon and a space, or begins with a sign"
            " such as [ @ ` or %.",
        ) from error
    reader = _Reader(path, first)
    reader.forbid(events)
    reader.comments(text, events)
    if not events:
        return {}
    rest = iter(events[1:])
    node = reader.node(next(rest), rest)
    if not isinstance(node.data, Mapping):
        raise BadQuestionFile(
            path, node.line, "lines of the form key: value are expected here, such as kind: choice."
        )
    return node.data


@dataclass(frozen=True, slots=True)
class Front:
    """Typed access to a file's front matter."""

    path: str
    """The file, as errors name it."""
    nodes: Mapping[str, Node]

    def fail(self, key: str, problem: str) -> BadQuestionFile:
        """Return an error for the line of a key."""
        line = self.nodes[key].line if key in self.nodes else 1
        return BadQuestionFile(self.path, line, problem)

    def known(self, keys: Sequence[str]) -> None:
        """Refuse keys that are not among ``keys``."""
        for key in self.nodes:
            if key not in keys:
                raise self.fail(
                    key,
                    f'there is no key "{key}". The keys are {", ".join(keys)}.{nearest(key, keys)}',
                )

    def text(self, key: str) -> str:
        """Return the text of a key, empty where it is not given."""
        node = self.nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node.data, str):
            raise self.fail(key, f"{key} takes one value, not a list or mapping. Write {key}: ….")
        return node.data

    def texts(self, key: str, example: str, *, single: bool = False) -> tuple[str, ...]:
        """Return the list of a key; a single value is one too, where that is allowed."""
        node = self.nodes.get(key)
        if node is None or not node.data:
            return ()
        if single and isinstance(node.data, str):
            return (node.data,)
        items = [item.data for item in node.data if isinstance(item, Node)]
        texts = tuple(item for item in items if isinstance(item, str) and item)
        if isinstance(node.data, str | Mapping) or len(texts) < len(items):
            raise self.fail(key, f"{key} is a list. Write {key}: [{example}].")
        return texts

    def word(self, key: str, allowed: type[_Word], default: _Word) -> _Word:
        """Return one of a few words."""
        text = self.text(key)
        if not text:
            return default
        try:
            return allowed(text)
        except ValueError:
            raise self.fail(
                key,
                f'"{text}" is no {key}. Write {listed(allowed)}.{nearest(text, allowed)}',
            ) from None


class _Reader:
    """Builds nodes from the events of one text."""

    def __init__(self, path: str, first: int) -> None:
        self.path = path
        self.first = first

    def fail(self, event: yaml.Event, problem: str) -> BadQuestionFile:
        """Return the error for what stands where ``event`` begins."""
        return BadQuestionFile(self.path, self.first + _span(event)[0], problem)

    def forbid(self, events: Iterable[yaml.Event]) -> None:
        """Refuse anchors, aliases, tags, directives, further documents and blocks of text."""
        for event in events:
            if isinstance(event, yaml.AliasEvent):
                raise self.fail(
                    event, f"*{event.anchor} is a YAML alias. Write the value itself, or quote it."
                )
            if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                raise self.fail(
                    event, f"&{event.anchor} is a YAML anchor. Leave it out, or quote the value."
                )
            if getattr(event, "tag", None) is not None:
                raise self.fail(
                    event,
                    "a word that begins with ! is a YAML tag. Leave it out, or quote the value:"
                    " every value is text here.",
                )
            if isinstance(event, yaml.ScalarEvent) and event.style in {"|", ">"}:
                raise self.fail(
                    event, "a block after | or > is not read here. Write the value on one line."
                )
            if isinstance(event, yaml.DocumentStartEvent) and event.explicit:
                raise self.fail(
                    event, "a line that begins with --- or % has no place here. Delete it."
                )

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int = 0) -> Node:
        """Return the node that begins with ``event`` and takes what it needs of ``events``."""
        line = self.first + _span(event)[0]
        if isinstance(event, yaml.ScalarEvent):
            value = str(event.value).strip()
            if "\n" in value:
                raise self.fail(event, "this value has an empty line in it. Write it on one line.")
            return Node(line, value)
        if depth == _DEEPEST:
            raise self.fail(event, "lists and mappings are nested too deeply here. Flatten them.")
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                items.append(self.node(item, events, depth + 1))
            return Node(line, tuple(items))
        entries: dict[str, Node] = {}
        while not isinstance(name := next(events), yaml.MappingEndEvent):
            key = self.node(name, events, depth + 1)
            if not isinstance(key.data, str):
                raise self.fail(name, "a list or mapping cannot be a key. Write key: value.")
            if key.data in entries:
                raise self.fail(
                    name,
                    f"{key.data} is given twice, first on line {entries[key.data].line}."
                    " Keep one of them.",
                )
            value_node = self.node(next(events), events, depth + 1)
            entries[key.data] = Node(key.line, value_node.data)
        return Node(line, entries)

    def comments(self, text: str, events: Iterable[yaml.Event]) -> None:
        """Refuse comments: a ``#`` that is part of no value."""
        if "#" not in text:
            return
        rest = list(text)
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                _, start, end = _span(event)
                rest[start:end] = " " * (end - start)
        if "#" in rest:
            line = text.count("\n", 0, rest.index("#"))
            raise BadQuestionFile(
                self.path,
                self.first + line,
                "what follows # would be lost, since YAML takes it for a comment. Put the whole"
                ' value in quotes, such as "C #", or delete the comment.',
            )


def _span(event: yaml.Event) -> tuple[int, int, int]:
    """Return an event's line, from 0, and where it begins and ends in the text."""
    start, end = event.start_mark, event.end_mark
    return (start.line, start.index, end.index) if start and end else (0, 0, 0)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a clause that names the closest of ``known``, or nothing if none is close."""
    names = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), names, n=1)
    return f' Nearest: "{names[close[0]]}".' if close else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return words as people list them: ``a, b or c``."""
    *most, final = list(words)
    return f"{', '.join(most)} {last} {final}" if most else final
