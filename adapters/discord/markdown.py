"""The prose tree as Discord's Markdown: blocks of lines, from headings to tables.

It makes strings; which components a message has is said in ``adapters.discord.components``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from adapters.discord.inline import NOTHING, clean, escaped, fenced, left, line, when
from bot import prose
from bot.messages import (
    Block,
    Break,
    Display,
    Emph,
    Fence,
    Figure,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Prose,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    Time,
    flat,
)

LINE = "———"
WIDEST = 100
"""Columns of a table beyond which aligned text would be broken anyway."""


def blocks(children: Sequence[Block], *, quoted: bool = False) -> str:
    """Return blocks as Markdown, with an empty line between where Discord leaves no space."""
    out = ""
    before: Block | None = None
    for child in children:
        shown = block(child, quoted=quoted)
        if not shown:
            continue
        close = isinstance(before, Heading | Fence | Table) or (
            isinstance(child, Fence | Table) and not isinstance(before, Listing)
        )
        close = close or (isinstance(child, Listing) and isinstance(before, Paragraph))
        out += ("\n" if close else "\n\n") * bool(out) + shown
        before = child
    return out


def block(child: Block, *, quoted: bool = False) -> str:
    """Return a block as Markdown; '' when there is nothing to see in it."""
    match child:
        case Paragraph(children):
            return line(children)
        case Heading(level, children):
            return heading(children) if level <= 3 else line(_on_one_line(children), "b")
        case Fence(text, language):
            return fenced(text, language)
        case Display(text, _):
            return escaped(clean(text).strip())
        case Table():
            return fenced(columns(child))
        case Listing():
            return _listing(child, quoted=quoted)
        case Quote(children):
            inner = blocks(children, quoted=True)
            return inner if quoted else quotation(inner)
        case Rule():
            return LINE
        case Figure():
            return line((picture(child),))


def heading(children: Sequence[Inline]) -> str:
    """Return a heading of the smallest size; '' for white space."""
    shown = line(_on_one_line(children))
    if re.search(r"(?<!\\)(\\\\)*#\Z", shown):  # which could be read as the heading's end
        shown = f"{shown[:-1]}\\#"
    return f"### {shown}" if shown else ""


def quotation(text: str) -> str:
    """Return Markdown as a quotation."""
    return "\n".join(f"> {one}" for one in text.split("\n")) if text.strip() else ""


def columns(table: Table) -> str:
    """Return a table as text: aligned columns, or for wide ones cells with bars between them."""
    rows = (table.header, *table.rows)
    widths = (max(len(flat(cell)) for cell in column) for column in zip(*rows, strict=False))
    if sum(widths) <= WIDEST:
        return prose.plain(Prose((table,)))
    return "\n".join(
        " | ".join(prose.plain(Prose((Paragraph(cell),))).replace("\n", " ") for cell in row)
        for row in rows
    )


def picture(figure: Figure) -> Link:
    """Return the words that stand for a picture, leading to it where that is allowed."""
    return Link((Text(figure.alt),) if figure.alt else (), figure.address)


def _on_one_line(children: Sequence[Inline]) -> tuple[Inline, ...]:
    def flattened(part: Inline) -> Inline:
        match part:
            case Break():
                return Text(" ")
            case Strong(inner):
                return Strong(_on_one_line(inner))
            case Emph(inner):
                return Emph(_on_one_line(inner))
            case Link(inner, address):
                return Link(_on_one_line(inner), address)
            case _:
                return part

    return tuple(map(flattened, children))


def footnote(children: Sequence[Inline]) -> str:
    """Return the quiet line, its instants also as what is left until then; '' for white space."""
    shown = line(_on_one_line(children))
    for part in dict.fromkeys(one for one in children if isinstance(one, Time)):
        shown = shown.replace(when(part), f"{when(part)}, {left(part)}")
    return f"-# {shown}" if shown else ""


def _listing(listing: Listing, *, quoted: bool) -> str:
    """Return a list; code and quotations within an item end it, and another goes on behind."""
    return "\n".join(text for _, text in _items(listing, quoted=quoted))


_Line = tuple[bool, str]
"""Whether it stands apart from any list, and is not to be set in; its text."""


def _items(listing: Listing, *, quoted: bool) -> Iterator[_Line]:
    for number, item in enumerate(listing.items, start=listing.start or 0):
        mark = "-" if listing.start is None else f"{number}."
        if listing.start is not None and listing.start < 1:  # Discord begins at 1
            mark = f"- {number}\\."
        begun = False
        for child in item:
            lines = list(_within(child, quoted=quoted))
            if not lines:
                continue
            lead = not begun and not lines[0][0] and not isinstance(child, Listing)
            if not begun and not lead:
                yield False, f"{mark} {NOTHING}"
            for place, (apart, text) in enumerate(lines):
                if lead and not place:
                    yield False, f"{mark} {text}"
                else:
                    yield apart, text if apart else f"  {text}"
            begun = True
        if not begun:
            yield False, f"{mark} {NOTHING}"


def _within(child: Block, *, quoted: bool) -> Iterator[_Line]:
    """Yield the lines of what stands in an item."""
    if isinstance(child, Listing):
        yield from _items(child, quoted=quoted)
        return
    shown = block(child, quoted=quoted)
    if isinstance(child, Heading):  # one within a list would tower over it
        shown = line(_on_one_line(child.children), "b")
    apart = isinstance(child, Fence | Table | Quote)
    for text in shown.split("\n") if shown else ():
        yield apart, text
