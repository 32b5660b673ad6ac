"""Makes any Markdown something that a question file may hold, keeping what it says.

Headings go below those of the sections, code blocks are closed, dollars that make no formula are
escaped, links get their addresses. Whether a text needs any of it is seen at a glance for most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from bot import prose
from bot.formulas import BadFormula, UnknownMacro, render
from questions.importing.lines import Line, Part
from questions.sections import NAMES

_PARSER = prose.markdown_parser()
_BLOCKS = re.compile(r"^[ \t>*+\-\d.)]*(?:#|```|~~~|={1,}[ \t]*$|-+[ \t]*$)|\]:", re.MULTILINE)
_GLUED = re.compile(rf"(?m)^([ \t]*)(#+(?:{'|'.join(NAMES)})\b)")
_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_DOLLAR = re.compile(r"(?<!\\)\$")
HIGHEST = 3
"""The highest heading that the text of a section may have."""


def fit(text: str) -> tuple[str, list[str]]:
    """Return Markdown that a question file may hold, and what had to be changed, in sentences."""
    said: list[str] = []
    if _BLOCKS.search(text):
        text = _blocks(text, said)
    if "$" in text:
        text = _formulas(text, said)
    return text.strip("\n").rstrip(), said


def literal(text: str) -> str:
    """Return any text as one code block, the shape in which everything can be kept."""
    ticks = max([2, *(len(run) for run in re.findall("`+", text))]) + 1
    body = text.strip("\n").rstrip()
    return f"{'`' * ticks}text\n{body}\n{'`' * ticks}"


# Blocks -------------------------------------------------------------------------------------------


def _blocks(text: str, said: list[str]) -> str:
    lines = text.split("\n")
    tokens: list[Token] = []
    _PARSER.block.parse(text, _PARSER, {}, tokens)
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    top = min((int(tokens[at].tag[1:]) for at in headings if not tokens[at].level), default=HIGHEST)
    shift = max(0, HIGHEST - top)
    for at in headings:
        _heading(tokens[at], tokens[at + 1].content, shift, lines)
    added: dict[int, list[str]] = {}
    for token in tokens:
        if token.type == "fence" and (mark := _missing_mark(token, lines)):
            added.setdefault(token.map[1] if token.map else 0, []).append(mark)
            said.append("a code block was never closed; it was closed at the end")
    for at in sorted(added, reverse=True):
        lines[at:at] = added[at]
    return _GLUED.sub(r"\1\\\2", "\n".join(lines))


def _heading(token: Token, words: str, shift: int, lines: list[str]) -> None:
    """Rewrite one heading where its level, its underline or its name is not allowed."""
    first, end = token.map or (0, 0)
    underlined = token.markup in {"-", "="}
    if token.level:
        if underlined:
            lines[end - 1] = ""
        return
    level = min(6, int(token.tag[1:]) + shift)
    words = " ".join(words.split())
    if not underlined and level == int(token.tag[1:]) and words not in NAMES:
        return
    for at in range(first, end):
        lines[at] = ""
    lines[first] = f"**{words}**\n" if words in NAMES else f"{'#' * level} {words}"


def _missing_mark(fence: Token, lines: Sequence[str]) -> str:
    """Return the line that would close a code block, or nothing if it is closed."""
    first, end = fence.map or (0, 0)
    last = lines[end - 1].strip(" \t>")
    closing = len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}
    if closing and end - first > 1:
        return ""
    before = lines[first][: lines[first].index(fence.markup)]
    margin = re.sub(r"[^\s>]", " ", before)
    return f"{margin}{fence.markup}"


# Formulas -----------------------------------------------------------------------------------------


def _formulas(text: str, said: list[str]) -> str:
    """Return a text in which every dollar belongs to a formula that can be read, or is escaped."""
    good: set[str] = set()
    bad: set[str] = set()
    stray = False
    for token in _PARSER.parse(text):
        for each in (token, *(token.children or ())):
            if each.type.startswith("math"):
                (good if _readable(each.content) else bad).add(each.content)
            stray = stray or each.type == "stray_dollar"
    for latex in sorted(bad, key=len, reverse=True):
        said.append(f'the formula "{_short(latex)}" cannot be read; it is kept as it was written')
        text = _as_code(text, latex)
    if stray or bad:
        text = _escaped(text, good)
        if any(problem.fatal for problem in prose.problems(text)):
            text = _escaped(text, set())
    return text


def _readable(latex: str) -> bool:
    try:
        render(latex)
    except BadFormula:
        return False
    except UnknownMacro:  # shown as its source; the lint warns
        return True
    return True


def _as_code(text: str, latex: str) -> str:
    """Return a text with a formula between backticks instead of dollars."""
    one_line = " ".join(latex.split())
    ticks = "`" * (max([0, *(len(run) for run in re.findall("`+", latex))]) + 1)
    pad = " " if "`" in latex else ""
    code = f"{ticks}{pad}{one_line}{pad}{ticks}"
    for mark in ("$$", "$"):
        text = text.replace(f"{mark}{latex}{mark}", code)
    return text


def _escaped(text: str, formulas: Iterable[str]) -> str:
    """Return a text with every dollar outside code and outside some formulas escaped."""
    known = "|".join(re.escape(latex) for latex in sorted(formulas, key=len, reverse=True))
    keep = re.compile(rf"(\$\$?)(?:{known})\1") if known else None
    fences = {
        at
        for token in _PARSER.parse(text)
        if token.type in {"fence", "code_block"} and token.map
        for at in range(*token.map)
    }
    parts: list[str] = []
    run: list[str] = []
    for at, line in enumerate(text.split("\n")):
        if at in fences:
            if run:
                parts.append(_escaped_run("\n".join(run), keep))
                run = []
            parts.append(line)
        else:
            run.append(line)
    if run:
        parts.append(_escaped_run("\n".join(run), keep))
    return "\n".join(parts)


def _escaped_run(text: str, keep: re.Pattern[str] | None) -> str:
    out: list[str] = []
    start = 0
    spans = [found.span() for found in _SPAN.finditer(text)]
    kept = [found.span() for found in keep.finditer(text)] if keep else []
    for first, last in sorted(spans + kept):
        if first >= start:
            out += [_DOLLAR.sub(r"\\$", text[start:first]), text[first:last]]
            start = last
    return "".join([*out, _DOLLAR.sub(r"\\$", text[start:])])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


# Links whose addresses stand elsewhere ------------------------------------------------------------

_DEFINITION = re.compile(
    r" {0,3}\[(?P<label>[^\]\[]+)\]:[ \t]*<?(?P<address>[^\s<>]+)>?(?:[ \t]+[\"'(].*)?$"
)
_USE = re.compile(
    r"(?<!\\)(?P<image>!?)\[(?P<words>[^\[\]]+)\](?:\[(?P<label>[^\[\]]*)\])?(?![(\[:])"
)


def with_addresses(lines: Sequence[Line]) -> list[Line]:
    """Return a document's lines with every link's address beside its words, not in a list."""
    known: dict[str, str] = {}
    rest: list[Line] = []
    for line in lines:
        found = (
            _DEFINITION.match(line.text) if line.part is Part.TEXT and "]:" in line.text else None
        )
        if found:
            known.setdefault(_label(found["label"]), found["address"])
            rest.append(Line(line.number, "", fold=line.fold))
        else:
            rest.append(line)
    if not known:
        return rest
    return [
        _linked(line, known) if "[" in line.text and line.part is not Part.CODE else line
        for line in rest
    ]


def _linked(line: Line, known: Mapping[str, str]) -> Line:
    def link(use: re.Match[str]) -> str:
        address = known.get(_label(use["label"] or use["words"]))
        return f"{use['image']}[{use['words']}]({address})" if address else use[0]

    if len(line.text) > 20_000:
        return line
    return Line(line.number, _USE.sub(link, line.text), line.part, line.level, line.fold)


def _label(words: str) -> str:
    return " ".join(words.casefold().split())


# Counting -----------------------------------------------------------------------------------------

_COUNTED = re.compile(r"!\[|```|~~~|\||\$|\t| {4}|[_^]\{")
_TEX = re.compile(r"[\w)\]][_^]\{[^{}]+\}")


@dataclass(frozen=True, slots=True)
class Holds:
    """How much of what is not plain text a Markdown text holds."""

    images: int = 0
    tables: int = 0
    code: int = 0
    formulas: int = 0


def holds(text: str) -> Holds:
    """Return what a text holds; ``x_{i}`` outside of dollars is a formula too, once a line."""
    if not _COUNTED.search(text):
        return Holds()
    images = tables = code = formulas = 0
    for token in _PARSER.parse(text):
        tables += token.type == "table_open"
        code += token.type in {"fence", "code_block"}
        formulas += token.type == "math_block"
        for child in token.children or ():
            images += child.type == "image"
            formulas += child.type.startswith("math")
            formulas += child.type == "text" and _TEX.search(child.content) is not None
    return Holds(images, tables, code, formulas)
