"""Formulas: LaTeX in, one readable line of Unicode out, with a bracket wherever a line needs one.

Not a typesetter, and no reader of Markdown; ``prose`` finds the formulas and shows what comes back.

How a formula is written:

1.  A script takes Unicode characters if each of its own has one (``x²``, ``θₜ₊₁``; the tables are
    ``SUBSCRIPTS`` and ``SUPERSCRIPTS``). Otherwise it follows ``_`` or ``^``: bare if it is one
    symbol, one number or one word (``p_θ``, ``d_model``), in brackets if longer (``e^(−zᵢ)``).
2.  The subscript comes first. A base that already carries ``_…`` is bracketed before it is raised:
    ``(μ_B)²``. Sums, arrows and named operators write both scripts the same way: ``∑_(c=1)^q``.
3.  A fraction is ``above/below``; each part is bracketed unless it is one symbol with its scripts,
    something in brackets, a function applied to brackets, or a differential (``∂L/∂w``).
4.  A whole fraction is bracketed beside anything but ``+``, ``−``, a comma, a relation or an edge.
5.  A radicand is bare if it is one symbol or number, with subscripts of rule 1 at most; a root
    that something follows closely is bracketed.
6.  ``+``, ``−``, operators and relations have a space on both sides, a sign before its operand has
    none, and nothing has any within scripts. A space follows named operators and sums, except for
    an operator before a bracket; words are kept apart from what is beside them.
7.  Matrices are ``[a, b; c, d]``, cases ``{x if x > 0; 0 otherwise}``, a binomial coefficient is
    ``(n choose k)``. Bars in pairs enclose, a single one separates.
8.  Bold and upright letters are plain letters; blackboard and calligraphic ones have their own
    characters. An accent sits on one symbol (``x̂``) or names itself (``hat(xy)``).
"""

from __future__ import annotations

from functools import lru_cache

from bot.formulas.reading import Reader, walk
from bot.formulas.tree import BadFormula, Sort, UnknownMacro, edge
from bot.formulas.writing import SPACED, write

__all__ = ["BadFormula", "UnknownMacro", "render"]

_REMEMBERED = 1024
"""Formulas; a question's are rendered once for each check it goes through."""


def render(latex: str, *, between: str = "; ") -> str:
    """Return the formula ``latex`` (without its dollars) as readable Unicode.

    ``between`` stands between the lines of a formula that has several, as in ``aligned``; with the
    default they become one line, on which a line that begins with a relation simply continues.

    Raises:
        BadFormula: It cannot be read: braces, a script without a base, two scripts of a kind.
        UnknownMacro: It uses a macro or an environment that is not in the table.
    """
    return _rendered(latex, between)


@lru_cache(_REMEMBERED)
def _rendered(latex: str, between: str) -> str:
    reader = Reader()
    try:
        rows = reader.lines(walk(latex))
        if not rows:
            raise BadFormula("the formula is empty")
        if reader.unknown:
            raise UnknownMacro(tuple(reader.unknown))
        text = write(rows[0])
        for row in rows[1:]:
            goes_on = edge(row[0]) in SPACED
            joint = " " if goes_on and "\n" not in between else between
            text += joint + write(row, before=Sort.SYMBOL)
    except RecursionError:
        raise BadFormula("the formula is nested too deeply") from None
    return text
