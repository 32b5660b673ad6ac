"""Cuts one thing that is too large in two at a sensible border; nothing of it is lost.

How the pieces make messages is said in ``adapters.slack.parts``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from adapters.slack.blocks import payload
from adapters.slack.limits import TABLE_ROWS, size, weight
from adapters.slack.richtext import columns, elements, fitting, linkable, picture, spans
from bot.messages import (
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
    Image,
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
)

Unit = Body | Choice | Image
"""What a message is packed from; a ``Prose`` among them holds one block."""
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*\s+(?![a-z])")  # not behind "e.g."
_SPACE = re.compile(r"\s+")


def alone(unit: Unit) -> Message:
    """Return a message of nothing but this."""
    match unit:
        case Choice():
            return Message(choices=(unit,))
        case Image():
            return Message(images=(unit,))
        case _:
            return Message(body=(unit,))


def cut(unit: Unit, room: int) -> tuple[Unit, list[Unit]]:
    """Return the first piece of something, about as heavy as ``room``, and what follows it.

    What cannot be cut, such as a picture, comes back as it is, with nothing to follow.
    """
    match unit:
        case Prose((block,)):
            head, tail = cut_block(block, room)
            return Prose((head,)), [Prose((one,)) for one in tail]
        case Choice(letter, Prose(blocks)):
            first, rest = _cut_blocks(blocks, room - 80)
            return Choice(letter, Prose(first)), [Prose((one,)) for one in rest]
        case Literal(text):
            at = border(text, fitting(text, _less(room)))
            return Literal(text[:at]), [Literal(text[at:])] if text[at:] else []
        case Code(text, language):
            lines, rest_ = _cut_lines(text, _less(room))
            return Code(lines, language), [Code(rest_, language)] if rest_ else []
        case Image(address, alt):
            head, tail = cut_block(Figure(address, alt), room)
            if isinstance(head, Figure):
                return unit, []
            return Prose((head,)), [Prose((one,)) for one in tail]
        case _:
            return unit, []


def cut_block(block: Block, room: int) -> tuple[Block, list[Block]]:
    """Return the first piece of a block and the blocks that follow it."""
    match block:
        case Paragraph(children) | Heading(_, children):
            first, rest = _cut_inlines(children, room - 60)
            return replace(block, children=first), ([replace(block, children=rest)] if rest else [])
        case Fence(text, _) | Display(text, _):
            head, tail = _cut_lines(text, _less(room))
            return replace(block, text=head), [replace(block, text=tail)] if tail else []
        case Listing():
            return _cut_listing(block, room)
        case Quote(children):
            some, others = _cut_blocks(children, room - 60)
            return Quote(some), [Quote(others)] if others else []
        case Table():
            return _cut_table(block, room)
        case Figure() if all(one["type"] == "rich_text" for one in _shown(block)):
            return cut_block(picture(block), room)
        case Figure() | Rule():
            return block, []


def border(text: str, most: int) -> int:
    """Return where to cut a text: at most there, after a line, a sentence or a word if one ends."""
    if most >= len(text):
        return len(text)
    half = most // 2
    for pattern in (re.compile(r"\n+"), _SENTENCE, _SPACE):
        ends = [found.end() for found in pattern.finditer(text, half, most)]
        if ends:
            return ends[-1]
    return max(most, 1)


def _less(room: int) -> int:
    """Return how many characters may stand in one text, which is made of several elements."""
    return max(1, (room - 100) * 99 // 100)


def _shown(block: Block) -> list[dict[str, object]]:
    return list(payload(Message(body=(Prose((block,)),)))["blocks"])


def _cut_lines(text: str, most: int) -> tuple[str, str]:
    """Return whole lines, and the rest without the line end between."""
    fits = fitting(text, most)
    if fits >= len(text):
        return text, ""
    at = text.rfind("\n", 1, fits + 1)
    if at < 0:
        return text[:fits], text[fits:]
    return text[:at], text[at + 1 :]


# Lists, quotations and tables ---------------------------------------------------------------------


def _cut_blocks(blocks: Sequence[Block], room: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the first blocks of something, the last of them cut if there is no other way."""
    used = 0
    for place, block in enumerate(blocks):
        used += weight(elements(block)) + 60
        if used > room:
            if place:
                return tuple(blocks[:place]), tuple(blocks[place:])
            head, tail = cut_block(block, room)
            if isinstance(block, Table) and isinstance(head, Table):
                head, tail = cut_block(Fence(columns(block)), room)
            return (head,), (*tail, *blocks[1:])
    return tuple(blocks), ()


def _cut_listing(listing: Listing, room: int) -> tuple[Block, list[Block]]:
    items, start = listing.items, listing.start
    used = 40
    fits = 0
    for item in items:
        used += weight(elements(Listing((item,), start)))
        if used > room:
            break
        fits += 1

    def numbered(place: int) -> int | None:
        return None if start is None else start + place

    if fits:
        rest = items[fits:]
        return Listing(items[:fits], start), [Listing(rest, numbered(fits))] if rest else []
    first, others = _cut_blocks(items[0], room - 80)
    tail: list[Block] = list(others)
    if items[1:]:
        tail.append(Listing(items[1:], numbered(1)))
    return Listing((first,), start), tail


def _cut_table(table: Table, room: int) -> tuple[Block, list[Block]]:
    """Return as many rows as one table of Slack's takes; the header stands above each piece."""
    low, high = 0, min(len(table.rows), TABLE_ROWS - 1)
    while low < high:
        middle = (low + high + 1) // 2
        shown = _shown(replace(table, rows=table.rows[:middle]))
        if shown[0]["type"] == "table" and weight(shown) <= room:
            low = middle
        else:
            high = middle - 1
    if low:
        rest = table.rows[low:]
        return replace(table, rows=table.rows[:low]), [replace(table, rows=rest)] if rest else []
    return cut_block(Fence(columns(table)), room)


# Within a line ------------------------------------------------------------------------------------


def _cut_inlines(
    children: Sequence[Inline], room: int
) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Return the inlines that fit up to the end of a sentence or a word, and those that follow."""
    singles = [one for child in children for one in _singles(child)]
    text = ""
    for one in singles:
        inside, heavy = _inside(one), weight(spans((one,)))
        if heavy > room:
            if not isinstance(_leaf(one), Time | Person):
                spare = room - (heavy - size(inside))
                text += inside[: fitting(inside, spare)]
            break
        text += inside
        room -= heavy
    else:
        return tuple(children), ()
    at = border(text + "…", len(text)) if text else 0  # something does follow
    head: list[Inline] = []
    for place, one in enumerate(singles):
        inside = _inside(one)
        if len(inside) <= at:
            head.append(one)
            at -= len(inside)
            continue
        rest: list[Inline] = singles[place:]
        if (at or not head) and not isinstance(_leaf(one), Time):
            at = max(at, 1)
            head.append(_with(one, inside[:at]))
            rest[0] = _with(one, inside[at:])
        elif not head:
            head, rest = [one], rest[1:]
        return tuple(head), tuple(rest)
    return tuple(head), ()


def _singles(part: Inline) -> list[Inline]:
    """Return inlines that show the same, each with one thing in it."""
    match part:
        case Link(children, address) if not linkable(address):
            behind = Text(f" ({address})" if children else address)
            return [one for child in (*children, behind) for one in _singles(child)]
        case Link((), address):
            return [Link((Text(address),), address)]
        case Link(children, address):
            return [Link((one,), address) for child in children for one in _singles(child)]
        case Strong(children):
            return [Strong((one,)) for child in children for one in _singles(child)]
        case Emph(children):
            return [Emph((one,)) for child in children for one in _singles(child)]
        case _:
            return [part]


def _leaf(single: Inline) -> Text | Break | Mono | Formula | Time | Person:
    while isinstance(single, Strong | Emph | Link):
        single = single.children[0]
    return single


def _inside(single: Inline) -> str:
    """Return its characters; one at least for an instant, which weighs something without any."""
    match _leaf(single):
        case Break():
            return "\n"
        case Time(_, text) | Person(_, text):
            return text or "…"
        case leaf:
            return leaf.text


def _with(single: Inline, text: str) -> Inline:
    """Return the same with another text in it."""
    match single:
        case Strong((inner,)) | Emph((inner,)) | Link((inner,), _):
            return replace(single, children=(_with(inner, text),))
        case Text() | Mono() | Formula():
            return replace(single, text=text)
        case _:
            return single
