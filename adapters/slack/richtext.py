"""The prose tree as Slack's rich text: inert characters, never markup that Slack would read.

It makes the elements of ``rich_text`` blocks; which blocks a message has is said elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from adapters.slack.limits import DEEPEST_INDENT, TEXT, Json, size
from bot import prose
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

LINK = 2_000
"""An address longer than this is shown as text; it would leave no room for words."""
FALLBACK = 200
"""Of an instant in words."""
WIDEST = 120
"""Columns of a table beyond which aligned text would be broken anyway."""
LINE = "———"
_SCHEMES = ("http://", "https://", "mailto:")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# Characters ---------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Return text without control characters and halves of characters; lines and tabs stay."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return clean text on one line."""
    if text.isprintable():
        return text  # as most is, and that is soon seen
    return clean(text).replace("\n", " ").replace("\t", " ")


def fitting(text: str, room: int) -> int:
    """Return how many characters of a text take no more than ``room`` UTF-16 units."""
    if text.isascii() or size(text) <= room:
        return min(len(text), max(room, 0))
    for place, char in enumerate(text):
        room -= 2 if char > "\uffff" else 1
        if room < 0:
            return place
    return len(text)


def clipped(text: str, most: int) -> str:
    """Return text of at most so many units, with an ellipsis where something was left out."""
    return text if size(text) <= most else text[: fitting(text, most - 1)] + "…"


# Within a line ------------------------------------------------------------------------------------


def spans(parts: Sequence[Inline], *styles: str) -> list[Json]:
    """Return inlines as elements."""
    return merged(_spans(parts, styles, ""))


def merged(found: Iterable[Json]) -> list[Json]:
    """Return elements with neighbouring texts of one style made one."""
    out: list[Json] = []
    for one in found:
        last = out[-1] if out else {}
        alike = last.get("type") == "text" == one["type"] and last.get("style") == one.get("style")
        if alike and size(last["text"]) + size(one["text"]) <= TEXT:
            out[-1] = last | {"text": last["text"] + one["text"]}
        else:
            out.append(one)
    return out


def _spans(parts: Sequence[Inline], styles: Sequence[str], address: str) -> Iterator[Json]:
    for part in parts:
        match part:
            case Text(text) | Formula(text, _):
                yield from words(one_line(text), styles, address)
            case Mono(text):
                yield from words(one_line(text), (*styles, "code"), address)
            case Break():
                yield from words("\n", styles, address)
            case Strong(children):
                yield from _spans(children, (*styles, "bold"), address)
            case Emph(children):
                yield from _spans(children, (*styles, "italic"), address)
            case Link(children, target):
                yield from _link(children, target, styles)
            case Time():
                yield _date(part, styles, address)
            case Person():
                yield from _person(part, styles)


def _link(children: Sequence[Inline], target: str, styles: Sequence[str]) -> Iterator[Json]:
    """Yield a link; what may not be one is words with the address behind them."""
    target = one_line(target)
    if linkable(target):
        yield from _spans(children or (Text(target),), styles, target)
        return
    yield from _spans(children, styles, "")
    yield from words(f" ({target})" if children else target, styles)


def linkable(address: str) -> bool:
    """Return whether an address may be led to."""
    return address.lower().startswith(_SCHEMES) and size(address) <= LINK


def words(text: str, styles: Sequence[str] = (), address: str = "") -> Iterator[Json]:
    """Yield elements that show exactly these characters, linked where there is an address."""
    while text:
        fits = fitting(text, TEXT)
        element: Json = {"type": "text", "text": text[:fits]}
        if address:
            element = {"type": "link", "url": address, "text": text[:fits]}
        yield element | _styled(styles)
        text = text[fits:]


def when(time: Time) -> tuple[int, str, str]:
    """Return an instant as seconds, Slack's format for it, and the words of the channel's zone.

    Words without a day (``15:30``) ask for the time alone.
    """
    said = clipped(one_line(time.text), FALLBACK)
    bare = re.fullmatch("[0-9]{1,2}:[0-9]{2}", said)
    return int(time.at.timestamp()), "{time}" if bare else "{date_short_pretty} {time}", said


def _date(time: Time, styles: Sequence[str], address: str) -> Json:
    seconds, how, said = when(time)
    element: Json = {"type": "date", "timestamp": seconds, "format": how}
    if said:
        element["fallback"] = said
    if address:
        element["url"] = address
    return element | _styled(styles)


def _person(person: Person, styles: Sequence[str]) -> Iterator[Json]:
    """Yield a member; in a message that one person alone sees, it calls nobody."""
    user = person.member.rpartition("/")[2]
    if person.member.startswith("slack://") and user:
        yield {"type": "user", "user_id": user} | _styled(styles)
    else:
        yield from words(one_line(person.text), styles)


def _styled(styles: Sequence[str]) -> Json:
    return {"style": dict.fromkeys(sorted(set(styles)), True)} if styles else {}


# Blocks -------------------------------------------------------------------------------------------


def elements(block: Block, *, indent: int = 0, quoted: bool = False) -> list[Json]:
    """Return a block as elements of rich text; none when there is nothing to see in it."""
    border: Json = {"border": 1} if quoted else {}
    match block:
        case Fence(text, _):
            return preformatted(text, border)
        case Table():
            return preformatted(columns(block), border)
        case Listing():
            return _listing(block, indent, border)
        case Quote(children):
            inner = [one for child in children for one in elements(child, quoted=True)]
            return _joined(inner)
        case _:
            return section(_line(block), "rich_text_quote" if quoted else "rich_text_section")


def section(inner: list[Json], kind: str = "rich_text_section") -> list[Json]:
    """Return a section or quote of these elements; none when they show only white space."""
    seen = any(one.get("text", "date").strip() for one in inner)
    return [{"type": kind, "elements": inner}] if seen else []


def preformatted(text: str, border: Json | None = None) -> list[Json]:
    """Return text that keeps its columns; none for white space."""
    shown = clean(text).expandtabs(4)
    if not shown.strip():
        return []
    return [{"type": "rich_text_preformatted", "elements": list(words(shown)), **(border or {})}]


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


def picture(figure: Figure) -> Paragraph:
    """Return the words that stand for a picture, leading to it where that is allowed."""
    return Paragraph((Link((Text(figure.alt),) if figure.alt else (), figure.address),))


def _line(block: Block) -> list[Json]:
    """Return what shows a block that is no more than lines of text."""
    match block:
        case Paragraph(children):
            return spans(children)
        case Heading(_, children):
            return spans(children, "bold")
        case Display(text, _):
            return list(words(clean(text)))
        case Figure():
            return spans(picture(block).children)
        case Rule():
            return list(words(LINE))
        case _:
            return []


def _listing(listing: Listing, indent: int, border: Json) -> list[Json]:
    """Return a list, and what its items hold beside lines: lists, code and quotations.

    Slack's lists hold lines only, so such a thing ends the list, and another goes on behind it.
    """
    out: list[Json] = []
    open_: list[Json] | None = None
    for number, item in enumerate(listing.items, start=listing.start or 0):
        lead, rest = _lead(item)
        if listing.start is not None and listing.start < 1:  # Slack cannot begin below 1
            lead = [*words(f"{number}. "), *lead]
        entry = {"type": "rich_text_section", "elements": merged(lead) or list(words(" "))}
        if open_ is None:
            open_ = []
            style: Json = {"style": "bullet"}
            if listing.start is not None and listing.start >= 1:
                style = {"style": "ordered"} | ({"offset": number - 1} if number > 1 else {})
            depth = {"indent": min(indent, DEEPEST_INDENT)} if indent else {}
            out.append({"type": "rich_text_list", "elements": open_, **style, **depth, **border})
        open_.append(entry)
        for block in rest:
            out.extend(elements(block, indent=indent + 1, quoted=bool(border)))
            open_ = None
    return out


def _lead(item: Sequence[Block]) -> tuple[list[Json], Sequence[Block]]:
    """Return the lines an item begins with as one text, and the blocks behind them."""
    lead: list[Json] = []
    for place, block in enumerate(item):
        if isinstance(block, Fence | Table | Listing | Quote):
            return lead, item[place:]
        line = _line(block)
        lead += [*(words("\n") if lead and line else ()), *line]
    return lead, ()


def _joined(inner: list[Json]) -> list[Json]:
    """Return quotations that follow one another as one, with an empty line between."""
    out: list[Json] = []
    for one in inner:
        if out and one["type"] == out[-1]["type"] == "rich_text_quote":
            joined = [*out[-1]["elements"], *words("\n\n"), *one["elements"]]
            out[-1] = {"type": "rich_text_quote", "elements": merged(joined)}
        else:
            out.append(one)
    return out
