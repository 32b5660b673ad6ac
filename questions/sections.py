"""The Markdown below the front matter: which sections there are, and what their lists hold.

Not what a section means for a question; ``format`` decides that. Text stays as its author wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from bot import prose
from bot.errors import BadQuestionFile
from questions.front import listed, nearest
from questions.outline import outline

NAMES = ("Choices", "Accepted", "Answer", "Rubric", "Hints", "Follow-ups")
"""The sections there are, in the order in which they are written."""
_PARSER = prose.markdown_parser()
_GLUED = re.compile(rf"#+(?:{'|'.join(NAMES)})\b")
_MARKER = re.compile(r"( *(?:[-*+]|\d{1,9}[.)]))( *)(.*)")
_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Section:
    """The prompt, or what stands below a heading of level 2."""

    name: str
    """One of ``NAMES``; empty for the prompt."""
    line: int
    """Of its heading; for the prompt, of the line that ends the front matter."""
    lines: tuple[str, ...]
    """The lines below its heading."""
    tokens: tuple[Token, ...]
    """Its blocks; their lines count from the beginning of the file, from 0."""

    @property
    def text(self) -> str:
        """The section's Markdown without empty lines around it."""
        return "\n".join(self.lines).strip("\n").rstrip()


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a section's list."""

    line: int
    first: str
    """Its first paragraph."""
    rest: str
    """What follows the first paragraph."""
    ticked: bool | None = None
    """For a task list: whether its box is ticked; ``None`` where it has no box."""

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.first}\n\n{self.rest}" if self.rest else self.first


def read_sections(
    text: str, after: int, path: str, *, sound: bool = False
) -> tuple[Section, Mapping[str, Section]]:
    """Return the prompt and the sections by name.

    Args:
        text: A whole question file, cleaned.
        after: How many lines the front matter takes.
        path: The file, as errors name it.
        sound: Whether its Markdown is known to be in order, and need not be parsed.

    Raises:
        BadQuestionFile: A heading, a code block or a link definition is not as it must be.
    """
    lines = text.split("\n")
    tokens = outline(lines, after) if sound else _blocks(text, after, path)
    starts = [
        index
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.tag == "h2"
    ]
    ends = [*starts[1:], len(tokens)][: len(starts)]
    stop = _from(tokens[starts[0]]) if starts else len(lines)
    prompt = Section(
        "", after, tuple(lines[after:stop]), tuple(tokens[: starts[0] if starts else len(tokens)])
    )
    found: dict[str, Section] = {}
    for start, end in zip(starts, ends, strict=True):
        heading = tokens[start]
        name = tokens[start + 1].content
        line = _from(heading) + 1
        if name not in NAMES:
            raise BadQuestionFile(
                path,
                line,
                f'there is no section "{name}". There are {listed(NAMES, "and")}; other headings'
                f" need three # or more.{nearest(name, NAMES)}",
            )
        if name in found:
            raise BadQuestionFile(
                path,
                line,
                f"a second section {name}; the first is on line {found[name].line}. Join them.",
            )
        stop = _from(tokens[end]) if end < len(tokens) else len(lines)
        found[name] = Section(
            name, line, tuple(lines[_to(heading) : stop]), tuple(tokens[start + 3 : end])
        )
    return prompt, found


def _blocks(text: str, after: int, path: str) -> list[Token]:
    tokens: list[Token] = []
    env: dict[str, Any] = {}
    # Line numbers stay those of the file; only the blocks are needed, and they are the cheap half.
    _PARSER.block.parse(below(text, after), _PARSER, env, tokens)
    for reference in env.get("references", {}).values():
        raise BadQuestionFile(
            path,
            reference["map"][0] + 1,
            "a link's address stands apart from its words here. Write [words](address).",
        )
    _check(tokens, text.split("\n"), path)
    return tokens


def below(text: str, after: int) -> str:
    """Return a file with its front matter as empty lines, so that lines keep their numbers."""
    return "\n" * after + "\n".join(text.split("\n")[after:])


def _check(tokens: Sequence[Token], lines: Sequence[str], path: str) -> None:
    """Refuse headings by accident, headings that are not sections, and open code blocks."""
    for index, token in enumerate(tokens):
        line = _from(token) + 1 if token.map else 0
        if token.type == "heading_open":
            if token.markup in {"-", "="}:
                mark = "---" if token.markup == "-" else "==="
                raise BadQuestionFile(
                    path,
                    _to(token),
                    f"put a blank line before {mark}. Right below a line of text it makes a heading"
                    " of that text.",
                )
            if token.level == 0 and token.tag == "h1":
                raise BadQuestionFile(
                    path,
                    line,
                    "a heading of level 1 has no place here: the title stands in the front matter,"
                    f" and the sections ({', '.join(NAMES)}) are written with two #. Use three #"
                    " for a heading of your own.",
                )
            name = tokens[index + 1].content
            if token.level == 0 and token.tag != "h2" and name in NAMES:
                raise BadQuestionFile(
                    path, line, f"sections are written with two #. Write ## {name}."
                )
        elif token.type == "fence" and not _closed(token, lines):
            raise BadQuestionFile(
                path,
                line,
                f"this code block is never closed. Put a line {token.markup} below the code.",
            )
        elif token.type == "inline" and token.level == 1:
            for offset, text in enumerate(token.content.split("\n")):
                if _GLUED.match(text):
                    raise BadQuestionFile(
                        path, line + offset, "put a space between # and its word."
                    )


def _closed(fence: Token, lines: Sequence[str]) -> bool:
    """Tell whether the last line of a code block is its closing mark."""
    last = lines[_to(fence) - 1].strip(" \t>")
    enough = len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}
    return enough and _to(fence) - _from(fence) > 1


def read_items(section: Section, path: str, *, numbered: bool = False) -> tuple[Item, ...]:
    """Return the items of the list that makes up a section.

    Args:
        section: The section.
        path: The file, as errors name it.
        numbered: Whether the items are numbered rather than marked with ``-``.

    Raises:
        BadQuestionFile: There is something else beside the list, or an item says nothing.
    """
    wanted = "ordered_list" if numbered else "bullet_list"
    example = "1. …" if numbered else "- [ ] …" if section.name == "Choices" else "- …"
    for token in section.tokens:
        if token.level == 0 and token.nesting >= 0 and token.type != f"{wanted}_open":
            raise BadQuestionFile(
                path,
                _from(token) + 1,
                f"the section {section.name} is one list, and this is not part of it. Begin each"
                f" item with {example}, and indent what belongs to it as far as its first word.",
            )
    return tuple(_items(section, path))


def _items(section: Section, path: str) -> Iterator[Item]:
    for index, token in enumerate(section.tokens):
        if token.type != "list_item_open" or token.level != 1:
            continue
        start = _from(token)
        block = section.tokens[index + 1]
        lines = _unindented(section.lines[start - section.line : _to(token) - section.line])
        if block.type != "paragraph_open" or not lines[0].strip():
            raise BadQuestionFile(
                path, start + 1, f"this item of {section.name} does not begin with text. Add it."
            )
        length = _to(block) - start
        first = "\n".join(lines[:length]).strip()
        rest = "\n".join(lines[length:]).strip("\n").rstrip()
        task = _TASK.match(first)
        if task is None:
            yield Item(start + 1, first, rest)
        else:
            yield Item(start + 1, first[task.end() :], rest, task[1] != " ")


def _unindented(lines: Sequence[str]) -> list[str]:
    """Return an item's lines without its marker and the indentation that goes with it."""
    expanded = [line.expandtabs(4) for line in lines]
    marker = _MARKER.match(expanded[0])
    if marker is None:  # cannot be: the parser found an item here
        return expanded
    gap = len(marker[2]) if 1 <= len(marker[2]) <= 4 else 1
    width = len(marker[1]) + gap
    return [
        marker[2][gap:] + marker[3],
        *(line[min(width, len(line) - len(line.lstrip(" "))) :] for line in expanded[1:]),
    ]


def _from(token: Token) -> int:
    """Return the first line of a block, from 0."""
    return token.map[0] if token.map else 0


def _to(token: Token) -> int:
    """Return the line after a block, from 0."""
    return token.map[1] if token.map else 0
