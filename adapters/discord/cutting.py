"""Cuts one thing that is too long in two at a sensible border; nothing of it is lost.

How the pieces make messages is said in ``adapters.discord.parts``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from adapters.discord.components import payload
from adapters.discord.inline import linkable, maskable
from adapters.discord.limits import displayed
from adapters.discord.markdown import columns, picture
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
    Prose,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    flat,
)

Unit = Body | Choice | Image
"""What a message is packed from; a ``Prose`` among them holds one block."""
_LINE = re.compile(r"\n+")
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


def length(unit: Unit) -> int:
    """Return how much text something is on Discord."""
    return displayed(payload(alone(unit)))


def cut(unit: Unit, room: int) -> tuple[Unit, list[Unit]]:
    """Return the first piece of something, at most as long as ``room``, and what follows it.

    What cannot be cut, such as a picture, comes back as it is, with nothing to follow.
    """
    match unit:
        case Prose((block,)):
            head, tail = cut_block(block, room)
            return Prose((head,)), [Prose((one,)) for one in tail]
        case Choice(letter, Prose(blocks)):
            first, rest = _cut_blocks(blocks, room - 20)
            return Choice(letter, Prose(first)), [Prose((one,)) for one in rest]
        case Literal(text):
            at = border(text, _most(len(text), room, lambda most: Literal(text[:most])))
            return Literal(text[:at]), [Literal(text[at:])] if text[at:] else []
        case Code(text, language):
            at, after = _lines(text, room, lambda some: Code(some, language))
            return Code(text[:at], language), [Code(text[after:], language)] if text[after:] else []
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
            first, rest = _cut_inlines(
                children, room, lambda some: Prose((replace(block, children=some),))
            )
            return replace(block, children=first), ([replace(block, children=rest)] if rest else [])
        case Fence(text, _) | Display(text, _):
            at, after = _lines(text, room, lambda some: Prose((replace(block, text=some),)))
            behind = text[after:]
            return replace(block, text=text[:at]), [replace(block, text=behind)] if behind else []
        case Listing():
            return _cut_listing(block, room)
        case Quote(children):
            some, others = _cut_blocks(children, room - room // 4)
            return Quote(some), [Quote(others)] if others else []
        case Table(_, rows):
            most = _most(len(rows), room, lambda n: Prose((replace(block, rows=rows[:n]),)))
            if not most or length(Prose((replace(block, rows=rows[:most]),))) > room:
                return cut_block(Fence(columns(block)), room)
            others_ = rows[most:]
            head = replace(block, rows=rows[:most])
            return head, [replace(block, rows=others_)] if others_ else []
        case Figure() if length(Prose((block,))):
            return cut_block(Paragraph((picture(block),)), room)
        case Figure() | Rule():
            return block, []


def border(text: str, most: int) -> int:
    """Return where to cut a text: at most there, after a line, a sentence or a word if one ends."""
    if most >= len(text):
        return len(text)
    for pattern in (_LINE, _SENTENCE, _SPACE):
        ends = [found.end() for found in pattern.finditer(text, most // 2, most)]
        if ends:
            return ends[-1]
    return max(most, 1)


def _most(count: int, room: int, made: Callable[[int], Unit]) -> int:
    """Return how many of something make a piece that is not too long; at least one if any."""
    low, high = min(1, count), count
    while low < high:
        middle = (low + high + 1) // 2
        if length(made(middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _lines(text: str, room: int, made: Callable[[str], Unit]) -> tuple[int, int]:
    """Return where whole lines end, and where what follows begins."""
    most = _most(min(len(text), room + 1), room, lambda n: made(text[:n]))
    if most >= len(text):
        return len(text), len(text)
    at = text.rfind("\n", 1, most + 1)
    return (at, at + 1) if at > 0 else (most, most)


# Lists and quotations -----------------------------------------------------------------------------


def _cut_blocks(blocks: Sequence[Block], room: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the first blocks of something, the last of them cut if there is no other way."""
    if len(blocks) > 1:
        most = _most(len(blocks), room, lambda n: _inside(blocks[:n]))
        if most > 1 or length(_inside(blocks[:1])) <= room:
            return tuple(blocks[:most]), tuple(blocks[most:])
    if not blocks:
        return (), ()
    head, tail = cut_block(blocks[0], room)
    return (head,), (*tail, *blocks[1:])


def _inside(blocks: Sequence[Block]) -> Choice:
    """Return blocks as something in which none is a component of its own."""
    return Choice("A", Prose(tuple(blocks)))


def _cut_listing(listing: Listing, room: int) -> tuple[Block, list[Block]]:
    items, start = listing.items, listing.start

    def numbered(place: int) -> int | None:
        return None if start is None else start + place

    def first(n: int) -> Prose:
        return Prose((Listing(items[:n], start),))

    fits = _most(len(items), room, first)
    if fits > 1 or length(first(fits)) <= room:
        rest = items[fits:]
        return Listing(items[:fits], start), [Listing(rest, numbered(fits))] if rest else []
    head, others = _cut_blocks(items[0], room - room // 4)
    tail: list[Block] = list(others)
    if items[1:]:
        tail.append(Listing(items[1:], numbered(1)))
    return Listing((head,), start), tail


# Within a line ------------------------------------------------------------------------------------


def _cut_inlines(
    children: Sequence[Inline], room: int, made: Callable[[tuple[Inline, ...]], Unit]
) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Return the inlines that fit up to the end of a sentence or a word, and those that follow."""
    singles = [one for child in children for one in _singles(child)]
    text = "".join(map(_inner, singles))
    most = _most(min(len(text), room + 1), room, lambda n: made(_split(singles, n)[0]))
    if most >= len(text):
        return tuple(children), ()
    return _split(singles, border(text, most))


def _split(singles: Sequence[Inline], at: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Return the inlines of so many characters, and those behind; an instant stays whole."""
    head: list[Inline] = []
    for place, one in enumerate(singles):
        inside = _inner(one)
        if at <= 0:
            return tuple(head), tuple(singles[place:])
        if len(inside) <= at or _whole(one):
            head.append(one)
        else:
            head.append(_with(one, inside[:at]))
            return tuple(head), (_with(one, inside[at:]), *singles[place + 1 :])
        at -= len(inside)
    return tuple(head), ()


def _singles(part: Inline) -> list[Inline]:
    """Return inlines that show the same, each with one thing in it."""
    match part:
        case Link(children, address) if not linkable(address):
            bare = address.removeprefix("mailto:")
            behind = Text(f" ({bare})" if children else bare)
            return [one for child in (*children, behind) for one in _singles(child)]
        case Link(children, address) if flat(children).strip() in ("", address):
            return [Link((), address)]
        case Link(children, address) if not maskable(children):
            behind_ = (Text(" ("), Link((), address), Text(")"))
            return [one for child in (*children, *behind_) for one in _singles(child)]
        case Link(children, address):
            return [Link((one,), address) for child in children for one in _singles(child)]
        case Strong(children):
            return [Strong((one,)) for child in children for one in _singles(child)]
        case Emph(children):
            return [Emph((one,)) for child in children for one in _singles(child)]
        case _:
            return [part]


def _leaf(single: Inline) -> Inline:
    while isinstance(single, Strong | Emph | Link) and single.children:
        single = single.children[0]
    return single


def _whole(single: Inline) -> bool:
    """Return whether something is never cut: an instant, an address that is led to."""
    return not isinstance(_leaf(single), Text | Mono | Formula)


def _inner(single: Inline) -> str:
    """Return its characters; one for what is never cut."""
    match _leaf(single):
        case Text(text) | Mono(text) | Formula(text, _):
            return text
        case Break():
            return "\n"
        case _:
            return "…"


def _with(single: Inline, text: str) -> Inline:
    """Return the same with another text in it."""
    match single:
        case Strong((inner,)) | Emph((inner,)) | Link((inner,), _):
            return replace(single, children=(_with(inner, text),))
        case Text() | Mono() | Formula():
            return replace(single, text=text)
        case _:
            return single
