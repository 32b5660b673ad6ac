"""Repairs an answer's Markdown where the repair is certain, and flags what is not.

Block by block, outside code: tables, labels run together with their text, figures, scripts, tags of
HTML. What the format of our own files asks for is ``fitting``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from questions.importing.document import Flag
from questions.importing.lines import Line, Part

LARGEST = 190_000
"""Characters of one text; a question file holds at most 200,000 bytes."""
LONGEST_LINE = 20_000
"""Characters; a longer line is left as it is, since some patterns would take too long on it."""


class Side(Enum):
    """Where labels stand in documents that ran them together with their text."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Mended:
    """Markdown, and what a person should look at."""

    text: str
    flags: tuple[Flag, ...] = ()


def mend(lines: Sequence[Line], side: Side | None = None) -> Mended:
    """Return lines as Markdown.

    Args:
        lines: What stands below a question.
        side: Where the document puts its labels, if it shows that.
    """
    if sum(len(line.text) for line in lines) > LARGEST:
        return Mended("\n".join(line.markdown for line in lines).strip("\n").rstrip())
    flags: list[Flag] = []
    out: list[str] = []
    rows = _tables(lines, flags)
    for at, line in enumerate(lines):
        if at in rows:
            out += rows[at]
        elif line.part is Part.CODE or len(line.text) > LONGEST_LINE:
            out.append(line.text)
        elif line.part is Part.END:
            out.append("")
        elif line.part is Part.SUMMARY:
            out += ["", f"**{line.text.strip('* ')}**", ""]
        elif line.part is Part.HEADING:
            out.append(f"{'#' * line.level} {_words(line.text)}")
        else:
            out += _labels(_words(line.text), line.number, side, flags)
    _missing(lines, flags)
    return Mended("\n".join(out).strip("\n").rstrip(), tuple(flags))


def side_of(lines: Sequence[Line]) -> Side | None:
    """Return on which side of their text a document's labels stand, if all that tell agree."""
    told = {
        side
        for line in lines
        if line.part is Part.TEXT
        and "**" in line.text
        and "**:**" not in line.text  # the colons were displaced, so the labels may be too
        and len(line.text) <= LONGEST_LINE
        and (side := _told(_pieces(line.text)))
    }
    return told.pop() if len(told) == 1 else None


# Words --------------------------------------------------------------------------------------------

_ORDINAL = re.compile(r"(\w|\$)\^\{?(th|st|nd|rd)\}?(?![\w}])")
_PAGE = re.compile(
    r"(?P<front>!\[[^\]]*\]\(<?)https?://github\.com/(?P<repo>[^/\s)]+/[^/\s)]+)/(?:blob|raw)/"
    r"(?P<path>[^\s)>?]+)(?:\?raw=true)?"
)
_TAGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.*?-->"), ""),
    (re.compile(r"<br\s*/?>\s*$", re.IGNORECASE), "  "),
    (re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE), "  \n"),
    (
        re.compile(
            r"</?(?:p|div|center|span|font|u|small|big|details|summary)\b[^>]*>", re.IGNORECASE
        ),
        "",
    ),
    (re.compile(r"<(?:b|strong)\b[^>]*>\s*(.*?)\s*</(?:b|strong)>", re.IGNORECASE), r"**\1**"),
    (re.compile(r"<(?:i|em)\b[^>]*>\s*(.*?)\s*</(?:i|em)>", re.IGNORECASE), r"*\1*"),
    (re.compile(r"<(?:code|tt|kbd)\b[^>]*>(.*?)</(?:code|tt|kbd)>", re.IGNORECASE), r"`\1`"),
    (re.compile(r"<hr\s*/?>", re.IGNORECASE), "---"),
    (re.compile(r"<h([1-6])\b[^>]*>\s*(.*?)\s*</h\1>", re.IGNORECASE), r"#### \2"),
    (re.compile(r"<a\b[^>]*?href=[\"']([^\"']+)[\"'][^>]*>(.*?)</a>", re.IGNORECASE), r"[\2](\1)"),
    (re.compile(r"<a\b[^>]*>\s*</a>", re.IGNORECASE), ""),
)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_TEX = re.compile(
    r"\\\((.+?)\\\)|\\\[(.+?)\\\]|(?<![\\$])\$[ \t]+([^$]*?[\\_^=][^$]*?)[ \t]+\$(?!\$)"
)
_LOOSE_STRONG = re.compile(r"(?<![*\w])\*\*[ \t]+([^*\n]+?)[ \t]*\*\*(?=[\s:.,;]|\Z)")
_LOOSE_START = re.compile(r"\*\*[ \t]+([^*\n]+?)[ \t]+\*\*(?=\w)")


def _words(text: str) -> str:
    """Return a line of text with what is certain repaired, code spans left alone."""
    if not any(sign in text for sign in "<^\\$!*"):
        return text
    parts: list[str] = []
    start = 0
    for span in _SPAN.finditer(text):
        parts += [_plain_words(text[start : span.start()]), span[0]]
        start = span.end()
    return "".join([*parts, _plain_words(text[start:])])


def _plain_words(text: str) -> str:
    if "^" in text:
        text = _ORDINAL.sub(
            lambda found: f"{found[1]}{'' if found[1].isdigit() else '-'}{found[2]}", text
        )
    if "![" in text:
        text = _PAGE.sub(r"\g<front>https://raw.githubusercontent.com/\g<repo>/\g<path>", text)
    if "\\" in text or "$ " in text:
        text = _TEX.sub(_dollars, text)
    if "** " in text:
        text = _LOOSE_STRONG.sub(r"**\1**", text)
        if loose := _LOOSE_START.match(text):
            text = f"**{loose[1]}** {text[loose.end() :]}"
    if "<" in text:
        text = _IMAGE.sub(_figure, text)
        for tag, markdown in _TAGS:
            text = tag.sub(markdown, text)
    return text


def _dollars(found: re.Match[str]) -> str:
    """Return a formula between dollars that stood between other marks."""
    inline, display, loose = found.groups()
    return f"$${display.strip()}$$" if display else f"${(inline or loose).strip()}$"


def _figure(tag: re.Match[str]) -> str:
    """Return an HTML figure as Markdown."""
    found = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag[0])}
    address = found.get("src", "").replace(" ", "%20")
    return f"![{found.get('alt', '')}]({address})" if address else ""


# Labels -------------------------------------------------------------------------------------------

_LABEL = re.compile(r"\*\*((?:(?!\*\*).)+)\*\*")
_LONGEST_LABEL = 80


def _pieces(text: str) -> list[str]:
    """Return text and labels by turns, text first; labels stand at odd places.

    A bold colon is the colon of a label and is dropped.
    """
    parts = _LABEL.split(text)
    out = [parts[0]]
    for label, after in zip(parts[1::2], parts[2::2], strict=True):
        if label.strip(" :") == "":
            out[-1] += after
        else:
            out += [label, after]
    return out


def _glued(pieces: Sequence[str]) -> bool:
    """Tell whether labels and text have run together: no space on either side of most labels."""
    labels = pieces[1::2]
    if len(labels) < 2 or any(len(label) > _LONGEST_LABEL for label in labels):
        return False
    tight = sum(
        bool(before) and not before[-1].isspace() and (not after or not after[0].isspace())
        for before, after in zip(pieces[0:-1:2], pieces[2::2], strict=True)
    )
    return tight * 2 >= len(labels)


def _told(pieces: Sequence[str]) -> Side | None:
    """Return on which side a paragraph's own ends put the labels; ``None`` if they do not tell."""
    if not _glued(pieces):
        return None
    first, last = pieces[0].strip(), pieces[-1].strip(" :")
    if first and not last and all(text.strip(" :") for text in pieces[0:-1:2]):
        return Side.AFTER
    if not first and last and all(text.strip(" :") for text in pieces[2::2]):
        return Side.BEFORE
    return None


def _labels(text: str, number: int, side: Side | None, flags: list[Flag]) -> Iterator[str]:
    """Yield a line, or the list that its labels make with the text each belongs to."""
    if "**" not in text or not _glued(pieces := _pieces(text)):
        yield from text.split("\n")
        return
    told = _told(pieces) or side
    split = any(re.match(r"\s*[_^]\{?", piece) for piece in pieces[2::2])
    texts = [re.sub(r"^\s*:?\s*", "", piece).rstrip() for piece in pieces[0::2]]
    labels = [label.strip(" :") for label in pieces[1::2]]
    if told is Side.AFTER and not split and all(texts[:-1]):
        pairs, rest = list(zip(labels, texts[:-1], strict=True)), texts[-1]
        intro = ""
    elif told is Side.BEFORE and not split and all(texts[1:]):
        pairs, rest, intro = list(zip(labels, texts[1:], strict=True)), "", texts[0]
    else:
        flags.append(Flag(number, "labels have run together with their text; which is whose?"))
        yield text
        return
    if intro:
        yield from (intro, "")
    yield from (f"- **{label}:** {words}" for label, words in pairs)
    if rest:
        yield from ([rest] if rest.startswith("- ") else ["", rest])


# Tables -------------------------------------------------------------------------------------------

_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CELLS = re.compile(r"(?<!\\)\|")


def cells_of(text: str) -> list[str]:
    """Return the cells of a row, whether or not pipes stand at its ends."""
    bare = text.strip()
    bare = bare.removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return [cell.strip() for cell in _CELLS.split(bare)]


def is_rule(line: Line) -> bool:
    """Tell whether a line is the rule below the header of a table."""
    return line.part is Part.TEXT and "--" in line.text and _RULE.match(line.text) is not None


def _tables(lines: Sequence[Line], flags: list[Flag]) -> dict[int, list[str]]:
    """Return for each line of a table what takes its place."""
    out: dict[int, list[str]] = {}
    for at, line in enumerate(lines):
        if at in out or line.part is not Part.TEXT or "|" not in line.text or "--" not in line.text:
            continue
        if _RULE.match(line.text) and (width := len(cells_of(line.text))) >= 1:
            _table(lines, at, width, out, flags)
    return out


def _table(
    lines: Sequence[Line], rule: int, width: int, out: dict[int, list[str]], flags: list[Flag]
) -> None:
    """Find header and rows of the table whose rule stands on a line."""
    start, header = rule - 1, _row(lines, rule - 1)
    if header is not None and len(header) != width:  # each cell on a line of its own
        start = rule - width
        cells = [_row(lines, at) for at in range(max(start, 0), rule)]
        alone = start >= 0 and all(cell is not None and len(cell) == 1 for cell in cells)
        header = [cell[0] for cell in cells if cell] if alone else None
    if header is None or start in out:
        return
    rows: list[list[str]] = []
    end = at = rule + 1
    while at < len(lines):
        if not lines[at].blank:
            row = _row(lines, at)
            if row is None or len(row) > width:
                if row is not None:
                    flags.append(Flag(lines[at].number, "this row has more cells than its table"))
                break
            rows.append([*row, *[""] * (width - len(row))])
            end = at + 1
        at += 1
    for place in range(start, end):
        out[place] = []
    marks = [re.sub("-+", "---", cell) for cell in cells_of(lines[rule].text)]
    written = [_written(header), _written(marks), *map(_written, rows)]
    above = start and not lines[start - 1].blank
    below = end < len(lines) and not lines[end].blank
    out[start] = [*([""] if above else []), *written, *([""] if below else [])]


def _row(lines: Sequence[Line], at: int) -> list[str] | None:
    """Return the cells of a line, or nothing if it is no row."""
    if not 0 <= at < len(lines) or lines[at].part is not Part.TEXT:
        return None
    if "|" not in lines[at].text or len(lines[at].text) > LONGEST_LINE:
        return None
    return [_words(cell).replace("\n", " ").strip() for cell in cells_of(lines[at].text)]


def _written(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


# What is not certain ------------------------------------------------------------------------------

_SCRIPT = re.compile(r"\s*[_^]\{")
_BREAKS_OFF = re.compile(r"(?![-*+]\s|\d+[.)]|\s).*\b(?:and|or|of|with|between|the|an?)$")
"""Of a paragraph; an item of a list may end so."""
_ALT = re.compile(
    r"!\[(?:\s*|image|alt[_ ]?text|img|figure|picture|[\w.-]*\d[\w.-]{5,}|[^\]]+\.(?:png|jpe?g"
    r"|gif|svg))\]",
    re.IGNORECASE,
)


def _missing(lines: Sequence[Line], flags: list[Flag]) -> None:
    """Flag what a document seems to have lost: formulas, subscripts, the words of a figure."""
    before: Line | None = None
    for at, line in enumerate(lines):
        if line.part is not Part.TEXT or line.blank or len(line.text) > LONGEST_LINE:
            continue
        text = line.text.strip()
        ends = at + 1 == len(lines) or lines[at + 1].blank or lines[at + 1].part is not Part.TEXT
        if ends and _BREAKS_OFF.match(line.text):
            flags.append(Flag(line.number, "a sentence breaks off here"))
        if re.search(r"\w\*{4}\s*\w", text):
            flags.append(Flag(line.number, "bold text has run together with other bold text"))
        if _SCRIPT.match(text):
            flags.append(Flag(line.number, "a subscript has lost its symbol"))
        elif (
            before is not None
            and before.text.endswith((":", " be", " with the formula"))
            and re.match(r"(?:here|where)\b,?", text, re.IGNORECASE)
        ):
            flags.append(Flag(line.number, "a formula seems to be missing above"))
        elif re.match(r"= [A-Z]", text):
            flags.append(Flag(line.number, "a symbol seems to be missing"))
        if "![" in text and _ALT.search(text):
            flags.append(Flag(line.number, "a figure has no words of its own"))
        if "\ufffd" in text:
            flags.append(Flag(line.number, "characters were lost"))
        before = line
