"""The blocks of a question file that is known to be sound, found without the Markdown parser.

The shipped bank was read by the parser when it was tested, and reading it so again takes most of a
start. A test holds this against the parser for every question of the bank; nothing else is read so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

_HEADING = re.compile(r"## (.+)")
_ITEM = re.compile(r"(?:-|\d{1,9}\.) ")
_FENCE = re.compile(r" *(`{3,}|~{3,})")
_BREAK = re.compile(r" *(?:[-*+] |\d{1,9}\. |```|~~~|\$\$|\||$)")
"""What ends an item's first paragraph."""


def outline(lines: Sequence[str], after: int) -> list[Token]:
    """Return the headings of level 2, and the items of lists with their first paragraphs.

    Args:
        lines: The whole file; tokens count its lines from 0, as the parser's do.
        after: How many lines the front matter takes.
    """
    tokens: list[Token] = []
    for start, end in _blocks(lines, after):
        if (heading := _HEADING.fullmatch(lines[start].rstrip())) is not None:
            mark = Token("heading_open", "h2", 1, map=[start, start + 1], level=0, markup="##")
            name = Token("inline", "", 0, content=heading[1], level=1)
            tokens += (mark, name, Token("heading_close", "h2", -1))
        elif _ITEM.match(lines[start]):
            stop = start + 1
            while stop < end and not _BREAK.match(lines[stop]):
                stop += 1
            tokens.append(Token("list_item_open", "li", 1, map=[start, end], level=1))
            tokens.append(Token("paragraph_open", "p", 1, map=[start, stop], level=2))
    return tokens


def _blocks(lines: Sequence[str], after: int) -> Iterator[tuple[int, int]]:
    """Yield where headings and items begin, with where the next one does."""
    begun, fence = None, ""
    for number in range(after, len(lines)):
        line = lines[number]
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif not fence and (_ITEM.match(line) or _HEADING.match(line)):
            if begun is not None:
                yield begun, number
            begun = number
    if begun is not None:
        yield begun, len(lines)
