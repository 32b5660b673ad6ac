"""Writing a formula: brackets and spaces; it takes a tree as sound, and refuses nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.formulas.signs import RAISED, SUBSCRIPTS, SUPERSCRIPTS
from bot.formulas.tree import (
    Accent,
    Fenced,
    Fraction,
    Group,
    Leaf,
    Node,
    Root,
    Row,
    Scripted,
    Sort,
    edge,
    is_leaf,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A node as text, and what it looks like from both sides."""

    text: str
    left: Sort
    right: Sort
    loose: int = 0
    """1: a letter too close would join its last script; 2: so would a bracket."""


SPACED = frozenset({Sort.SIGN, Sort.BINARY, Sort.RELATION})
_SIGN_FOLLOWS = frozenset(
    {
        Sort.SIGN,
        Sort.SIGNED,
        Sort.BINARY,
        Sort.RELATION,
        Sort.SLASH,
        Sort.PUNCT,
        Sort.OPEN,
        Sort.BIG,
        Sort.FUNCTION,
    }
)
"""After these, a plus or minus belongs to what follows."""
_BESIDE_FRACTION = frozenset(
    {None, Sort.SIGN, Sort.SIGNED, Sort.RELATION, Sort.PUNCT, Sort.LINE, Sort.OPEN, Sort.CLOSE}
)
_APART = _BESIDE_FRACTION | {Sort.BINARY, Sort.SLASH}
"""Neighbours that do not touch a root."""
_PUNCTUATION = (Sort.PUNCT, Sort.LINE)
_NAMED = frozenset({Sort.WORD, Sort.FUNCTION, Sort.BIG})
_BOTH_ALIKE = frozenset({Sort.BIG, Sort.FUNCTION, Sort.RELATION, Sort.BINARY, Sort.PREFIX})


def write(row: Row, *, tight: bool = False, before: Sort | None = None) -> str:
    """Return a row as text: ``tight`` within scripts; ``before``: what came earlier, if at all."""
    text = ""
    last: _Piece | None = None
    space: Sort | None = None
    for place, node in enumerate(row):
        if isinstance(node, Leaf) and node.sort in (Sort.THIN, Sort.WIDE):
            space = node.sort if space is not Sort.WIDE else space
            continue
        if last is not None:
            before = last.right if space is not Sort.WIDE else None
        piece = _piece(node, before, _following(row[place + 1 :]), tight=tight)
        if last is not None:
            text += _gap(last, piece, space, tight=tight)
        text += piece.text
        last, space = piece, None
    return text


def _following(row: Row) -> Sort | None:
    """Return what comes next, as seen from the left; ``None`` for an edge or a wide space."""
    for node in row:
        if not is_leaf(node, Sort.THIN):
            return None if is_leaf(node, Sort.WIDE) else edge(node)
    return None


def _gap(a: _Piece, b: _Piece, space: Sort | None, *, tight: bool) -> str:
    """Return what stands between two neighbours: nothing, a space, or a wide one."""
    worded = any(
        piece.text[:1].isalpha() and Sort.RELATION in (piece.left, piece.right) for piece in (a, b)
    )
    if space is Sort.WIDE:
        return " " if worded or a.right is Sort.PUNCT else "\u2003"
    if a.right in SPACED or b.left in SPACED:
        worded = worded or "mod" in (a.text, b.text)
        one_sign = a.right in SPACED and b.left is Sort.RELATION
        return " " if worded or not (tight or one_sign) else ""
    if b.left in (Sort.CLOSE, Sort.POSTFIX):
        return ""
    if a.right in _PUNCTUATION:
        return "" if tight else " "
    if b.left in _PUNCTUATION or a.right in (Sort.OPEN, Sort.SIGNED):
        return ""
    if Sort.SLASH in (a.right, b.left):
        return ""
    if b.left in (Sort.FENCED, Sort.OPEN):
        far = a.right is Sort.BIG or a.loose == 2 or (a.loose == 1 and a.right is Sort.FUNCTION)
        return " " if far or space else ""
    if a.right is Sort.PREFIX:
        return " " if b.left in _NAMED or a.loose else ""
    far = a.right in _NAMED or b.left in _NAMED or b.left is Sort.NUMBER
    return " " if far or a.loose or space else ""


def _piece(node: Node, before: Sort | None, after: Sort | None, *, tight: bool) -> _Piece:
    """Return ``node`` as text, in view of what is before and after it."""
    match node:
        case Leaf(text, Sort.SIGN) if before is None or before in _SIGN_FOLLOWS:
            return _Piece(text, Sort.SIGNED, Sort.SIGNED)
        case Leaf(text, sort):
            return _Piece(text, sort, sort)
        case Group(row):
            return _Piece(f"({write(row, tight=tight)})", Sort.FENCED, Sort.FENCED)
        case Fenced(opening, row, closing):
            text = f"{opening}{write(row, tight=tight)}{closing}"
            return _Piece(text, Sort.FENCED, Sort.FENCED)
        case Fraction(above, below):
            bare = _differential(above, below)
            text = f"{_part(above, bare, tight=tight)}/{_part(below, bare, tight=tight)}"
            if before not in _BESIDE_FRACTION or after not in _BESIDE_FRACTION:
                text = f"({text})"
            return _Piece(text, Sort.FENCED, Sort.FENCED)
        case Root(index, inside):
            text = _root(index, inside, tight=tight)
            touched = not text.endswith(")") and after not in _APART
            if touched or (index and before not in _APART):
                return _Piece(f"({text})", Sort.FENCED, Sort.FENCED)
            return _Piece(text, Sort.ROOT, Sort.ROOT)
        case Accent(name, mark, inside):
            text = write(inside, tight=tight)
            if _sits(inside):
                text = unicodedata.normalize("NFC", text[0] + mark + text[1:])
                return _Piece(text, Sort.SYMBOL, Sort.SYMBOL)
            return _Piece(f"{name}({text})", Sort.WORD, Sort.FENCED)
        case Scripted():
            return _scripted(node, tight=tight)


def _part(row: Row, bare: bool, *, tight: bool) -> str:  # noqa: FBT001
    """Return the upper or lower part of a fraction, in brackets unless it needs none."""
    text = write(row, tight=tight)
    return text if bare or single(row) else f"({text})"


def _root(index: Row, inside: Row, *, tight: bool) -> str:
    """Return a root with its index and radicand."""
    text = write(inside, tight=tight)
    match inside:
        case (Leaf(_, Sort.SYMBOL | Sort.NUMBER) | Fenced("(", _, ")"),):
            pass
        case (Accent(),) if _sits(inside):
            pass
        case (Scripted(base, tuple(sub), None, 0),) if (
            _sits((base,)) and _in_script(sub, SUBSCRIPTS) is not None
        ):
            pass
        case _:
            text = f"({text})"
    if not index:
        return f"√{text}"
    high = _in_script(index, SUPERSCRIPTS)
    return f"{high}√{text}" if high is not None else f"^{_held(index)}√{text}"


def _scripted(node: Scripted, *, tight: bool) -> _Piece:
    """Return a base with its scripts, the subscript first."""
    sort = edge(node.base)
    text = _base(node.base, tight=tight)
    low = _in_script(node.sub, SUBSCRIPTS) if node.sub else ""
    high = _in_script(node.sup, SUPERSCRIPTS) if node.sup else ""
    alike = sort in _BOTH_ALIKE
    if alike and node.sub and node.sup and (low is None or high is None):
        low = high = None
    loose = 0
    if low is None and node.sub:
        text += f"_{_held(node.sub, bracketed_is_fine=True)}"
        loose = 1
        if (node.sup or node.primes) and not alike:
            text, loose = f"({text})", 0
    text += (low or "") + "′" * node.primes
    if high is None and node.sup:
        text += f"^{_held(node.sup)}"
        loose = 2
    elif high:
        text += high
        loose = 1 if high in RAISED.values() else loose
    if sort in (Sort.FRACTION, Sort.ROOT):
        sort = Sort.FENCED
    return _Piece(text, sort, sort, loose)


def _base(node: Node, *, tight: bool) -> str:
    """Return the base of a script, in brackets if the script could seem to miss part of it."""
    row = node.row if isinstance(node, Group) else (node,)
    text = write(row, tight=tight)
    match row:
        case (Leaf(_, sort),) if sort is not Sort.WORD or text.replace("-", "").isalnum():
            return text
        case (Fenced() | Accent(),):
            return text
        case _:
            return f"({text})"


def _in_script(row: Row, table: Mapping[str, str]) -> str | None:
    """Return ``row`` in small characters, or ``None`` if one of its characters has none."""
    text = write(row, tight=True)
    if table is SUPERSCRIPTS and text in RAISED:
        return RAISED[text]
    if all(sign in table for sign in text):
        return "".join(table[sign] for sign in text)
    return None


def _held(row: Row, *, bracketed_is_fine: bool = False) -> str:
    """Return what follows ``_`` or ``^``: one symbol as it is, anything longer in brackets."""
    text = write(row, tight=True)
    match row:
        case (Leaf(_, Sort.SYMBOL | Sort.NUMBER),) if "," not in text:
            return text
        case (Leaf(_, Sort.WORD | Sort.FUNCTION | Sort.RELATION),) if text.isalnum():
            return text
        case (Accent(),) if _sits(row):
            return text
        case (Leaf(_, Sort.BINARY | Sort.SIGN | Sort.PREFIX),) if len(text) == 1:
            return text
        case (Fenced("(", _, ")"),) if bracketed_is_fine:
            return text
        case _:
            return f"({text})"


def _sits(inside: Row) -> bool:
    """Tell whether an accent can sit on ``inside``: one symbol, without scripts."""
    match inside:
        case (Leaf(text, Sort.SYMBOL | Sort.NUMBER),):
            return len(text) == 1
        case (Accent(_, _, below),):
            return _sits(below)
        case _:
            return False


def single(row: Row) -> bool:
    """Tell whether ``row`` is one thing to the eye, so that it needs no brackets in a fraction."""
    match row:
        case (Leaf(text, sort),):
            word = sort in (Sort.WORD, Sort.FUNCTION) and text.isalnum()
            return word or sort in (Sort.SYMBOL, Sort.NUMBER, Sort.PREFIX)
        case (Scripted(base),):
            return edge(base) not in (Sort.BIG, Sort.RELATION, Sort.BINARY)
        case (Fenced() | Root() | Accent(),):
            return True
        case (head, *rest) if edge(head) is Sort.PREFIX:
            return bool(rest) and single(tuple(rest))
        case (*rest, Leaf(_, Sort.POSTFIX)):
            return single(tuple(rest))
        case (head, Fenced("(" | "[", inside, _)):
            named = edge(head) in (Sort.WORD, Sort.FUNCTION) and single((head,))
            return named or (edge(head) is Sort.SYMBOL and not any(map(_is_sign, inside)))
        case _:
            return False


def _is_sign(node: Node) -> bool:
    """Tell whether ``node`` is a plus or minus: then a bracket may be a factor, no argument."""
    return is_leaf(node, Sort.SIGN)


def _differential(above: Row, below: Row) -> bool:
    """Tell whether this is a derivative such as ``dy/dx``."""
    match above, below:
        case (head, *rest), (Leaf("d", _), last):
            letter = head.base if isinstance(head, Scripted) else head
            return letter == Leaf("d", Sort.SYMBOL) and len(rest) <= 1 and single((last,))
        case _:
            return False
