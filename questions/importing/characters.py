"""Repair of characters, and only where it is certain: broken encodings, styled letters, spaces.

The order matters. Broken sequences are mended first, because normalising comes between their bytes
(the trade-mark sign would become "TM"); then single characters are mapped, never whole texts.
"""

from __future__ import annotations

import re
import unicodedata

import ftfy

_LATER = "\u0080-\u00bf" + bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
"""Every later byte of a sequence in UTF-8, as Latin-1 and Windows-1252 show it."""
_BROKEN = re.compile(
    f"[\u00c2-\u00df][{_LATER}]|[\u00e0-\u00ef][{_LATER}]{{2}}|[\u00f0-\u00f4][{_LATER}]{{3}}"
)
"""One sign in UTF-8 whose bytes were read as a sign each."""
_BROKEN_SPACE = re.compile("\u00c2[ \u00a0]")
"""A no-break space whose second byte was already made an ordinary space."""
_STYLED = re.compile("[\U0001d400-\U0001d7ff]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u2060\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)


def repaired(text: str) -> str:
    """Return a document's text with plain line ends and what is certain repaired."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return _UNSEEN.sub("", text)
    lines = text.split("\n")
    return _UNSEEN.sub("", "\n".join(line if line.isascii() else _line(line) for line in lines))


def _line(line: str) -> str:
    # Sequence by sequence: a whole line often holds correct quotes beside broken ones.
    line = _BROKEN.sub(lambda broken: ftfy.fix_encoding(broken[0]), line)
    line = _BROKEN_SPACE.sub(" ", line)
    line = _STYLED.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), line)
    return _SPACES.sub(" ", line)
