"""Draws a message as text for a terminal; a pure function of the message and the screen's size.

It chooses no words: sentences come with the message, labels from ``bot.wording.terminal``.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table as Grid
from rich.text import Text as Words

from bot.messages import (
    Action,
    Audience,
    Block,
    Body,
    Break,
    Choice,
    Code,
    Display,
    Emph,
    Fence,
    Figure,
    Formula,
    Heading,
    Inline,
    Link,
    Listing,
    Literal,
    Message,
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
from bot.wording import terminal as wording

BOLD, ITALIC, DIM, CODE = Style(bold=True), Style(italic=True), Style(dim=True), Style(color="cyan")
_JOINERS = "\u200c\u200d"
"""Invisible, harmless, and needed by several scripts and by emoji."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What is known of the place a message is drawn on."""

    width: int = 80
    """In columns."""
    styled: bool = False
    """Whether escape codes may be written; without, the text says all there is to say."""


# Characters --------------------------------------------------------------------------------------


def visible(text: str) -> str:
    """Return text in which nothing can drive a terminal or turn the reading direction.

    Line ends and tabs stay; other control characters become pictures of themselves (ESC is ``␛``),
    direction marks are written out, the remaining invisible ones are left out.
    """
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char in "\n\t" or char in _JOINERS:
        return char
    match unicodedata.category(char):
        case "Cc" if char < " ":
            return chr(0x2400 + ord(char))
        case "Cc":
            return "␡" if char == "\x7f" else f"<{ord(char):02X}>"
        case "Cs":
            return "\ufffd"
        case "Zl" | "Zp":
            return " "
        case "Cf" if unicodedata.bidirectional(char) != "BN":
            return f"<U+{ord(char):04X}>"
        case "Cf":
            return ""
        case _:
            return char


def _one_line(text: str) -> str:
    return visible(text).replace("\n", " ").replace("\t", " ")


def _lines(text: str) -> str:
    return visible(text).expandtabs(4)


# Messages ----------------------------------------------------------------------------------------


def draw(message: Message, screen: Screen) -> str:
    """Return a message as lines, the last one empty, under a line that says who sees it."""
    parts: list[RenderableType] = []
    if message.title:
        parts.append(Words(_one_line(message.title), BOLD))
    for body in message.body:
        parts.extend(_body(body, screen))
    if message.choices:
        parts.append(Group(*(_choice(choice, screen) for choice in message.choices)))
    parts.extend(Words(_one_line(wording.picture(i.alt, i.address))) for i in message.images)
    below: list[RenderableType] = []
    if hints := hints_of(message.actions):
        below.append(Words(wording.typed([_one_line(hint) for hint in hints])))
    if message.footnote:
        below.append(_words(message.footnote, DIM))
    if below:
        parts.append(Group(*below))
    return _under(wording.audience(message.audience), _spaced(parts), screen)


def draw_said(name: str, text: str, screen: Screen) -> str:
    """Return a member's own words in the thread."""
    return _under(_one_line(wording.speaker(name)), Words(_lines(text)), screen)


def hints_of(actions: Sequence[Action]) -> list[str]:
    """Return what can be typed instead of pressing: each action's hint, or its label."""
    return list(dict.fromkeys(action.hint or action.label.rstrip("…") for action in actions))


def _under(label: str, shown: RenderableType, screen: Screen) -> str:
    """Return lines as they are, or under a label and set in, so that words and place tell them."""
    if label:
        shown = Group(Words(label), Prefixed("  ", shown))
    out = io.StringIO()
    Console(
        file=out,
        width=max(20, screen.width),
        height=25,
        force_terminal=screen.styled,
        color_system="auto" if screen.styled else None,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    ).print(shown)
    lines = out.getvalue().split("\n")
    return "\n".join(line if screen.styled else line.rstrip() for line in lines) + "\n"


def _spaced(parts: Sequence[RenderableType]) -> Group:
    """Return parts with an empty line between them."""
    return Group(*list(chain.from_iterable(zip(repeat(Words("")), parts, strict=False)))[1:])


@dataclass(frozen=True, slots=True)
class Prefixed:
    """Something set in behind a mark; without ``rest``, further lines begin with as many spaces."""

    first: str
    inner: RenderableType
    rest: str | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it in the width that is left."""
        first = Words(self.first)
        mark = Segment(self.first)
        width = max(8, options.max_width - first.cell_len)
        inner = options.update(width=width, height=None)
        for line in console.render_lines(self.inner, inner, pad=False):
            yield mark
            yield from line
            yield Segment.line()
            mark = Segment(" " * first.cell_len if self.rest is None else self.rest)


def _choice(choice: Choice, screen: Screen) -> RenderableType:
    return Prefixed(f"  {_one_line(choice.letter)}  ", Group(*_blocks(choice.body.blocks, screen)))


def _body(body: Body, screen: Screen) -> Sequence[RenderableType]:
    match body:
        case Prose(blocks):
            return _blocks(blocks, screen)
        case Literal(text):
            return [Prefixed("> ", Words(_lines(text)), "> ")]
        case Code(text, language):
            return [_code(text, language, screen)]


# Prose -------------------------------------------------------------------------------------------


def _blocks(blocks: Sequence[Block], screen: Screen) -> Sequence[RenderableType]:
    return [_block(block, screen) for block in blocks]


def _block(block: Block, screen: Screen) -> RenderableType:
    match block:
        case Paragraph(children):
            return _words(children)
        case Heading(_, children):
            return _words(children, BOLD)
        case Listing(items, start):
            marks = ["• "] * len(items)
            if start is not None:
                wide = len(str(start + len(items) - 1))
                marks = [f"{number:>{wide}}. " for number in range(start, start + len(items))]
            rows = zip(marks, items, strict=True)
            return Group(*(Prefixed(mark, Group(*_blocks(item, screen))) for mark, item in rows))
        case Fence(text, language):
            return Prefixed("    ", _code(text, language, screen))
        case Display(text, _):
            return Prefixed("    ", Words(_lines(text)))
        case Table():
            return _grid(block)
        case Quote(children):
            return Prefixed("│ ", _spaced(_blocks(children, screen)), "│ ")
        case Rule():
            return Words("─" * 8)
        case Figure(address, alt):
            return Words(_one_line(wording.picture(alt, address)))


def _code(text: str, language: str, screen: Screen) -> RenderableType:
    if language and screen.styled:
        # The terminal's own colours, so that it reads on dark and on light.
        return Syntax(
            _lines(text), language, theme="ansi_dark", background_color="default", word_wrap=True
        )
    return Words(_lines(text))


def _grid(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style=BOLD)
    sides = chain(table.aligns, repeat("left"))
    for head, side in zip(table.header, sides, strict=False):
        match side:
            case "right" | "center":
                grid.add_column(_words(head), justify=side, overflow="fold")
            case _:
                grid.add_column(_words(head), overflow="fold")
    for row in table.rows:
        grid.add_row(*map(_words, row))
    return grid


def _words(parts: Sequence[Inline], style: Style | None = None) -> Words:
    out = Words(style=style or "", overflow="fold")
    _add(out, parts, Style.null())
    return out


def _add(out: Words, parts: Sequence[Inline], style: Style) -> None:
    for part in parts:
        match part:
            case Text(text) | Formula(text, _) | Time(_, text) | Person(_, text):
                out.append(_one_line(text), style)
            case Mono(text):
                out.append(f"`{_one_line(text)}`", style + CODE)
            case Break():
                out.append("\n")
            case Strong(children):
                _add(out, children, style + BOLD)
            case Emph(children):
                _add(out, children, style + ITALIC)
            case Link(children, address):
                _add(out, children, style)
                if flat(children) not in {address, address.removeprefix("mailto:")}:
                    out.append(f" ({_one_line(address)})", style)


__all__ = ["Audience", "Screen", "draw", "draw_said", "hints_of", "visible"]
