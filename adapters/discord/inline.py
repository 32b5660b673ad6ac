"""Words within a line as Discord's Markdown: what is text stays text, whatever its characters.

Blocks are not known here; they are made in ``adapters.discord.markdown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from adapters.discord.limits import size
from bot.messages import (
    Break,
    Emph,
    Formula,
    Inline,
    Link,
    Mono,
    Person,
    Strong,
    Text,
    Time,
    flat,
)

LONGEST_ADDRESS = 1_000
"""An address longer than this is shown as text; it would leave no room for words."""
NOTHING = "\u200b"
"""A space without width: it keeps marks apart that would be read as one."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKS = re.compile(r"[\\`*_~|\[\]<@]|:(?!\s|\Z)")
_STARTS = re.compile(r"^([^\S\n]*)(?:([>#+-])|([0-9]+)\.(?=\s|\Z))", re.MULTILINE)
_FENCE = re.compile("`{3,}")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+.#-]{1,20}")
_TODAY = re.compile(r"(today )?[0-9]{1,2}:[0-9]{2}")
_LIKE_AN_ADDRESS = re.compile(r"[^\W_]\.[^\W\d_]{2}|://|@|[\[\]\n]")
"""What in the words of a link could pass for another place, or end the words early."""
_SAFE = "!#$%&'+,-./:;=?@_~"
"""Characters that an address keeps; brackets and marks are written as ``%28``."""
_STYLES = {"": "", "b": "**", "i": "*", "bi": "***"}

# Characters ---------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Return text without control characters and halves of characters; lines and tabs stay."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return clean text on one line."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def clipped(text: str, most: int) -> str:
    """Return text of at most so many units, with an ellipsis where something was left out."""
    if size(text) <= most:
        return text
    while size(text) >= most:
        text = text[:-1]
    return text + "…"


def escaped(text: str) -> str:
    """Return Markdown that shows exactly these characters, wherever a line of it begins."""
    return _starts(_MARKS.sub(r"\\\g<0>", text))


def _starts(text: str) -> str:
    """Return Markdown whose lines begin no quotation, heading or list."""

    def inert(found: re.Match[str]) -> str:
        return f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\."

    return _STARTS.sub(inert, text)


def fenced(text: str, language: str = "") -> str:
    """Return a block of code that no backticks within can end; '' for white space."""
    shown = _FENCE.sub(lambda found: NOTHING.join(found[0]), clean(text).expandtabs(4).strip("\n"))
    if not shown.strip():
        return ""
    name = language if _LANGUAGE.fullmatch(language) else ""
    return f"```{name}\n{shown}\n```"


# Within a line ------------------------------------------------------------------------------------


def line(parts: Sequence[Inline], style: str = "") -> str:
    """Return inlines as Markdown that begins no block, without white space around."""
    out, edge = "", ""
    for how, text, ready in _joined(_pieces(parts, style)):
        chunk = text if ready else _styled(text, how)
        if not chunk:
            continue
        if edge and edge == chunk[:1]:
            out += NOTHING
        out += chunk
        edge = chunk[-1:] if (ready or how) and chunk[-1:] in ("*", "`") else ""
    return _starts(out.strip())


def _styled(text: str, style: str) -> str:
    core = text.strip()
    if not style or not core:
        return _MARKS.sub(r"\\\g<0>", text)
    before, after = text[: text.index(core)], text[text.index(core) + len(core) :]
    mark = _STYLES[style]
    return f"{before}{mark}{escaped(core)}{mark}{after}"


_Piece = tuple[str, str, bool]
"""A style, text, and whether the text is Markdown already."""


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Yield pieces, with neighbouring texts of one style as one."""
    last: _Piece | None = None
    for piece in pieces:
        if last and last[0] == piece[0] and not (last[2] or piece[2]):
            last = (last[0], last[1] + piece[1], False)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _pieces(parts: Sequence[Inline], style: str) -> Iterator[_Piece]:
    for part in parts:
        match part:
            case Text(text) | Formula(text, _):
                yield style, one_line(text), False
            case Mono(text):
                shown = _code(one_line(text))
                yield ("", shown, True) if shown else (style, one_line(text), False)
            case Break():
                yield "", "\n", False
            case Strong(children):
                yield from _pieces(children, "bi" if "i" in style else "b")
            case Emph(children):
                yield from _pieces(children, "bi" if "b" in style else "i")
            case Link(children, target):
                yield from _link(children, one_line(target), style)
            case Time():
                yield "", when(part), True
            case Person(member, text):
                user = member.removeprefix("discord://")
                known = user != member and user.isdecimal()
                yield ("", f"<@{user}>", True) if known else (style, one_line(text), False)


def _code(text: str) -> str:
    """Return code within a line; '' for what Discord cannot show as such."""
    if "``" in text or not text.strip():
        return ""
    if "`" not in text:
        return f"`{text}`"
    before = " " if text.startswith("`") else ""
    after = " " if text.endswith("`") else ""
    return f"``{before}{text}{after}``"


def when(time: Time) -> str:
    """Return an instant in the reader's own zone: the time, and the day where it is another."""
    how = "t" if _TODAY.fullmatch(time.text) else "f"
    return f"<t:{int(time.at.timestamp())}:{how}>"


def left(time: Time) -> str:
    """Return an instant as how long it is until then, or since."""
    return f"<t:{int(time.at.timestamp())}:R>"


def linkable(address: str) -> bool:
    """Return whether an address may be led to; Discord's links know no ``mailto``."""
    return address.lower().startswith(("http://", "https://")) and size(address) <= LONGEST_ADDRESS


def maskable(children: Sequence[Inline]) -> bool:
    """Return whether words may stand for an address: nobody could take them for another one."""
    plain = not any(isinstance(one, Time) for one in children)
    return plain and not _LIKE_AN_ADDRESS.search(flat(children).strip())


def _link(children: Sequence[Inline], target: str, style: str) -> Iterator[_Piece]:
    """Yield a link; words that could pass for another address stand before the true one."""
    said = flat(children).strip()
    bare = target.removeprefix("mailto:")
    if not linkable(target):
        yield from _pieces(children, style)
        if said not in (target, bare):
            yield style, f" ({bare})" if said else bare, False
        return
    address = quote(target, safe=_SAFE)
    if said in ("", target):
        yield "", f"<{address}>", True
    elif not maskable(children):
        yield from _pieces(children, style)
        yield style, " (", False
        yield "", f"<{address}>", True
        yield style, ")", False
    else:
        yield "", f"[{line(children, style)}](<{address}>)", True
