"""Prose: CommonMark with formulas, parsed once into the small tree that every platform can show.

Not the question file's format (``questions`` cuts a file into its sections) and not how anything
looks on a platform (the adapters walk the tree).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar

from bot.formulas import BadFormula, UnknownMacro, render
from bot.messages import (
    Block,
    Break,
    Display,
    Emph,
    Fence,
    Figure,
    Formula,
    Heading,
    Inline,
    Link,
    Listing,
    Mono,
    Paragraph,
    Person,
    Prose,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    Time,
    flat,
)

# Reading ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a text that its author should mend."""

    line: int
    """In the text that was given, from 1."""
    text: str
    fatal: bool
    """Whether the file is to be refused; otherwise the lint warns."""


def parse(markdown: str) -> Prose:
    """Return CommonMark as a tree; never raises.

    A formula that cannot be rendered is shown as its source, in a ``Mono``: ``problems`` tells why.
    The latest results are kept, since the same question is shown many times.
    """
    return _parse(markdown)


def inline(markdown: str) -> tuple[Inline, ...]:
    """Return one line of CommonMark, such as an option or a hint, as inlines; never raises.

    What would begin a block (``1.``, ``#``, ``>``) is text here, and a newline is a space.
    """
    return _inline(markdown)


def problems(markdown: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text, in order: bad formulas, unknown macros, stray dollars."""
    found: list[Problem] = []
    for token in _PARSER.parse(markdown):
        first = token.map[0] + 1 if token.map else 1
        if token.type == "math_block":
            found += _formula_problems(token.content, first)
        for child in token.children or ():
            line = first + token.content.count("\n", 0, child.meta.get("at", 0))
            if child.type == "stray_dollar":
                found.append(Problem(line, "a $ that belongs to no formula: write \\$", fatal=True))
            elif child.type in _FORMULAS:
                found += _formula_problems(child.content, line)
    return tuple(dict.fromkeys(found))


def markdown_parser() -> MarkdownIt:
    """Return a new parser set up as all our texts are read; the caller may add plugins to it.

    CommonMark with tables and dollar formulas, and without raw HTML. Formulas are the tokens
    ``math_inline``, ``math_inline_double`` and ``math_block``; a dollar that belongs to none is a
    ``stray_dollar``. These inline tokens say in ``meta["at"]`` where in their block they begin.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # Labels would drop what follows a formula; blank lines would let a stray $$ swallow paragraphs.
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_blank_lines=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
    )
    parser.inline.ruler.at("math_inline", _dollar)
    return parser


_FORMULAS = ("math_inline", "math_inline_double")
_plugin_dollar = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def _dollar(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read a formula by the plugin's rule, or else a stray dollar; the parser's rule for ``$``.

    The plugin looks at the character before the dollar without asking whether there is one, and so
    sees the last of the text: ``$n$ is 5`` would be no formula, because of the 5. A space at the
    end settles it (mdit-py-plugins 0.7.0, dollarmath/index.py).
    """
    at, text = state.pos, state.src
    if text[at] != "$":
        return False
    state.src = f"{text} "
    found = _plugin_dollar(state, silent)
    state.src = text
    if not found:
        state.pos = at + 1
    if not silent:
        if not found:
            state.push("stray_dollar", "", 0).content = "$"
        state.tokens[-1].meta["at"] = at
    return True


_PARSER = markdown_parser()


@lru_cache(maxsize=1024)
def _parse(markdown: str) -> Prose:
    """Parse a text, or return what it gave before."""
    return Prose(tuple(_blocks(_PARSER.parse(markdown))))


@lru_cache(maxsize=1024)
def _inline(markdown: str) -> tuple[Inline, ...]:
    """Parse a line, or return what it gave before."""
    return _inlines(_PARSER.parseInline(markdown)[0].children or ())


def _formula_problems(latex: str, line: int) -> Iterator[Problem]:
    """Yield what is wrong with a formula."""
    try:
        render(latex)
    except BadFormula as problem:
        yield Problem(line, f"the formula ${_one_line(latex)}$: {problem}", fatal=True)
    except UnknownMacro as problem:
        yield Problem(line, f"the formula ${_one_line(latex)}$: {problem}", fatal=False)


def _one_line(text: str) -> str:
    """Return ``text`` with every run of white space as one space."""
    return " ".join(text.split())


# Blocks -------------------------------------------------------------------------------------------


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield the blocks that a run of tokens amounts to."""
    for token, inside in _nested(tokens):
        match token.type:
            case "paragraph_open":
                yield from _paragraph(inside[0].children or ())
            case "heading_open":
                yield Heading(int(token.tag[1:]), _inlines(inside[0].children or ()))
            case "bullet_list_open":
                yield Listing(_items(inside))
            case "ordered_list_open":
                yield Listing(_items(inside), int(token.attrs.get("start", 1)))
            case "blockquote_open":
                yield Quote(tuple(_blocks(inside)))
            case "fence" | "code_block":
                language = token.info.split()[0] if token.info.strip() else ""
                yield Fence(token.content.removesuffix("\n"), language)
            case "math_block":
                yield _display(token.content)
            case "table_open":
                yield _table(inside)
            case "hr":
                yield Rule()
            case _:
                yield Paragraph((Text(token.content),))


def _nested(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Yield each token of the top level with those between it and its closing one."""
    start = depth = 0
    for place, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start], tokens[start + 1 : place]
            start = place + 1


def _items(tokens: Sequence[Token]) -> tuple[tuple[Block, ...], ...]:
    """Return the items of a list, each as its blocks."""
    return tuple(tuple(_blocks(inside)) for _, inside in _nested(tokens))


def _paragraph(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield a paragraph, in pieces if it holds formulas in double dollars on lines of their own."""
    match [token for token in tokens if token.type != "softbreak"]:
        case [Token(type="image") as image]:
            yield Figure(str(image.attrs["src"]), _alt(image))
            return
        case _:
            pass
    breaks = (None, "softbreak", "hardbreak")
    types = [None, *(token.type for token in tokens), None]
    start = 0
    for place, token in enumerate(tokens):
        alone = types[place] in breaks and types[place + 2] in breaks
        if token.type == "math_inline_double" and alone:
            yield from _words(tokens[start:place])
            yield _display(token.content)
            start = place + 1
    yield from _words(tokens[start:])


def _words(tokens: Sequence[Token]) -> Iterator[Paragraph]:
    """Yield the paragraph that ``tokens`` are, without the breaks at its ends, if it has words."""
    breaks = ("softbreak", "hardbreak")
    first, last = 0, len(tokens)
    while first < last and tokens[first].type in breaks:
        first += 1
    while last > first and tokens[last - 1].type in breaks:
        last -= 1
    children = _inlines(tokens[first:last])
    if children:
        yield Paragraph(children)


def _display(latex: str) -> Display | Paragraph:
    """Return a formula on lines of its own, or its source if it cannot be rendered."""
    source = latex.strip()
    try:
        return Display(render(source, between="\n"), source)
    except (BadFormula, UnknownMacro):
        return Paragraph((Mono(_one_line(source)),))


def _table(tokens: Sequence[Token]) -> Table:
    """Return a table; the parser has made its rows equally long."""
    rows = [
        [(cell, _inlines(inside[0].children or ())) for cell, inside in _nested(row)]
        for _, part in _nested(tokens)
        for _, row in _nested(part)
    ]
    styles = [str(cell.attrs.get("style", "")) for cell, _ in rows[0]]
    header, *others = (tuple(children for _, children in row) for row in rows)
    aligns = tuple(style.removeprefix("text-align:") or "left" for style in styles)
    return Table(header, tuple(others), aligns)


# Inlines ------------------------------------------------------------------------------------------

_DEEPEST = 20
"""Emphasis and links nested deeper than this are left out, their words kept."""


def _inlines(tokens: Sequence[Token]) -> tuple[Inline, ...]:
    """Return the inlines that a run of tokens amounts to."""
    levels: list[list[Inline]] = [[]]
    opened: list[Token] = []
    ignored = 0
    for token in tokens:
        if token.nesting == 1 and len(levels) > _DEEPEST:
            ignored += 1
        elif token.nesting == 1:
            opened.append(token)
            levels.append([])
        elif token.nesting == -1 and ignored:
            ignored -= 1
        elif token.nesting == -1:
            children = tuple(levels.pop())
            _add(levels[-1], _wrapped(opened.pop(), children))
        else:
            _add(levels[-1], _leaf(token))
    return tuple(levels[0])


def _add(to: list[Inline], new: Sequence[Inline]) -> None:
    """Add ``new`` inlines; neighbouring texts become one, and empty ones nothing."""
    for part in new:
        match part, to[-1:]:
            case Text(""), _:
                pass
            case Text(text), [Text(before)]:
                to[-1] = Text(before + text)
            case _:
                to.append(part)


def _leaf(token: Token) -> tuple[Inline, ...]:
    """Return what a token without content of its own kind amounts to."""
    match token.type:
        case "softbreak":
            return (Text(" "),)
        case "hardbreak":
            return (Break(),)
        case "code_inline":
            return (Mono(token.content),)
        case "image":
            return (Text(_alt(token)),)
        case "math_inline" | "math_inline_double":
            source = _one_line(token.content)
            try:
                return (Formula(render(source), source),)
            except (BadFormula, UnknownMacro):
                return (Mono(source),)
        case _:
            return (Text(token.content),)


def _wrapped(token: Token, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return ``children`` inside what ``token`` opened."""
    if token.type == "link_open":
        return _link(str(token.attrs["href"]), children)
    if not children:
        return ()
    return (Strong(children) if token.type == "strong_open" else Emph(children),)


def _link(address: str, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return a link, an instant, or for any other scheme the words followed by the address."""
    scheme, _, rest = address.partition(":")
    if scheme.lower() in ("http", "https", "mailto"):
        return (Link(children or (Text(address),), address),)
    if scheme == "time" and re.fullmatch(r"-?[0-9]{1,12}", rest):
        try:
            at = datetime.fromtimestamp(int(rest), UTC)
        except (OverflowError, ValueError, OSError):
            pass
        else:
            return (Time(at, flat(children) or f"{at:%Y-%m-%d %H:%M} UTC"),)
    if flat(children) == address:
        return children
    return (*children, Text(f" ({address})" if children else address))


def _alt(image: Token) -> str:
    """Return the words that stand for a picture."""
    return flat(_inlines(image.children or ())).replace("\n", " ")


# Plain text ---------------------------------------------------------------------------------------


def plain(prose: Prose) -> str:
    """Return a tree as readable plain text: to be read aloud, searched, or shown in a transcript.

    Blocks have a blank line between them, list items a marker, tables aligned columns; code and
    its spaces are kept, links show their address, pictures their words.
    """
    return "\n\n".join("\n".join(_lines(block)) for block in prose.blocks)


def _lines(block: Block) -> list[str]:
    """Return a block as lines of plain text."""
    match block:
        case Paragraph(children) | Heading(_, children):
            return _plain(children).split("\n")
        case Listing(items, start):
            lines = []
            for number, item in enumerate(items, start=start or 0):
                marker = "- " if start is None else f"{number}. "
                lines += _indented(_item(item), marker, " " * len(marker))
            return lines
        case Fence(text, _) | Display(text, _):
            return text.split("\n")
        case Table():
            return _columns(block)
        case Quote(children):
            return _indented(plain(Prose(children)).split("\n"), "> ", "> ")
        case Rule():
            return ["---"]
        case Figure(address, alt):
            return [f"[{alt or address}]"]


def _item(blocks: tuple[Block, ...]) -> list[str]:
    """Return a list item as lines; a list or a line within it follows without a blank line."""
    lines: list[str] = []
    for block in blocks:
        if lines and not isinstance(block, Listing | Display):
            lines.append("")
        lines += _lines(block)
    return lines


def _indented(lines: Sequence[str], first: str, others: str) -> list[str]:
    """Return ``lines`` behind a margin, empty ones without spaces at their end."""
    margins = [first, *[others] * (len(lines) - 1)] if lines else []
    shown = [f"{margin}{line}".rstrip() for margin, line in zip(margins, lines, strict=True)]
    return shown or [first.rstrip()]


def _plain(children: Sequence[Inline]) -> str:
    """Return inlines as plain text."""
    out = ""
    for child in children:
        match child:
            case Text(text) | Mono(text) | Formula(text, _) | Time(_, text) | Person(_, text):
                out += text
            case Break():
                out += "\n"
            case Strong(inner) | Emph(inner):
                out += _plain(inner)
            case Link(inner, address):
                text, bare = _plain(inner), address.removeprefix("mailto:")
                out += text if text in (address, bare) else f"{text} ({bare})"
    return out


def _columns(table: Table) -> list[str]:
    """Return a table as lines with aligned columns and a rule below the header."""
    rows = [[_one_line(_plain(cell)) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    aligns = table.aligns or ("left",) * len(widths)
    shown = [
        "  ".join(_padded(*cell) for cell in zip(row, widths, aligns, strict=True)) for row in rows
    ]
    shown.insert(1, "  ".join("-" * width for width in widths))
    return [line.rstrip() for line in shown]


def _padded(text: str, width: int, align: str) -> str:
    """Return ``text`` with the spaces that make it ``width`` columns wide."""
    spare = width - _width(text)
    before = {"right": spare, "center": spare // 2}.get(align, 0)
    return " " * before + text + " " * (spare - before)


def _width(text: str) -> int:
    """Return how many columns of a fixed-width font ``text`` takes."""
    return sum(
        2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
        if not unicodedata.category(sign).startswith(("M", "Cf"))
    )
