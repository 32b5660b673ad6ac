"""Finds the line of every key of a TOML file, which ``tomllib`` does not tell.

It is not a parser: it checks nothing, and expects text that ``tomllib`` has read.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Names and list positions (from 0) down to a value: ``("channels", 1, "topics")``."""

_BLANK = re.compile(r"(?:\s|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r'"(?:[^"\\\n]|\\.)*+"|' r"'[^'\n]*'|[^\s.=\]]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\n]|\\.)*+"|' r"'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def spell(path: Sequence[str | int]) -> str:
    """Return a path as messages show it: ``channels[1].topics``."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part}]"
        else:
            words += f".{part}" if words else part
    return words


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the keys of one file stand."""

    found: Mapping[KeyPath, int]
    """The line (from 1) of every key, table and list item; a table without a header of its own
    has the line that first names it."""

    def of(self, path: KeyPath) -> int:
        """Return the line of a path, or of its nearest parent in the file; 1 if there is none."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.found:
                return self.found[path[:length]]
        return 1


def locate(text: str) -> Lines:
    """Return the lines of every key in the text of a TOML file."""
    return Lines(_Scanner(text).scan())


class _Scanner:
    """One walk through a file, from its first character to its last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [index for index, character in enumerate(text) if character == "\n"]
        self.found: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # how many [[headers]] each array of tables has so far

    def scan(self) -> dict[KeyPath, int]:
        """Walk the file and return what was found."""
        table: KeyPath = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.found

    def skip(self, pattern: re.Pattern[str]) -> int:
        """Go past what the pattern matches here, if anything, and return the new place."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at + 1
        return self.at

    def here(self) -> int:
        """Return the line of the current place."""
        return bisect_left(self.breaks, self.at) + 1

    def peek(self, *beginnings: str) -> bool:
        """Tell whether the text goes on with one of these; its end counts as any of them."""
        return self.at >= len(self.text) or self.text.startswith(beginnings, self.at)

    def names(self) -> list[str]:
        """Read a key, dotted or not, and return its names."""
        names = []
        while True:
            self.skip(_SPACE)
            start = self.at
            name = self.text[start : self.skip(_NAME)]
            quoted = name[:1] in ("'", '"')
            names.append(tomllib.loads(f"name = {name}")["name"] if quoted else name)
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return names
            self.at += 1

    def header(self) -> KeyPath:
        """Read ``[table]`` or ``[[table]]`` and return the path of what follows it."""
        line = self.here()
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        names = self.names()
        self.at += 2 if several else 1
        path: KeyPath = ()
        for name in names[:-1]:
            path = self.last((*path, name))
            self.found.setdefault(path, line)
        path = (*path, names[-1])
        if several:
            self.found.setdefault(path, line)
            self.tables[path] = self.tables.get(path, 0) + 1
            path = self.last(path)
        self.found[path] = line
        return path

    def last(self, path: KeyPath) -> KeyPath:
        """Return the path of the last table so far when the path names an array of tables."""
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def pair(self, table: KeyPath) -> None:
        """Read ``key = value`` in a table."""
        line = self.here()
        path = table
        for name in self.names():
            path = (*path, name)
            self.found.setdefault(path, line)
        self.at += 1  # the =
        self.value(path)

    def value(self, path: KeyPath) -> None:
        """Read any value; lists and inline tables have keys of their own."""
        self.skip(_SPACE)
        if self.text.startswith("[", self.at):
            self.items(path)
        elif self.text.startswith("{", self.at):
            self.inline(path)
        elif self.text.startswith(("'", '"'), self.at):
            self.skip(_STRING)
        else:
            self.skip(_SCALAR)

    def items(self, path: KeyPath) -> None:
        """Read a list, over as many lines as it takes."""
        self.at += 1
        position = 0
        while self.skip(_BLANK) and not self.peek("]"):
            if not self.peek(","):
                self.found[*path, position] = self.here()
                self.value((*path, position))
                position += 1
            else:
                self.at += 1
        self.at += 1

    def inline(self, path: KeyPath) -> None:
        """Read an inline table."""
        self.at += 1
        while self.skip(_BLANK) and not self.peek("}"):
            if not self.peek(","):
                self.pair(path)
            else:
                self.at += 1
        self.at += 1
