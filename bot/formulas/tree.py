"""What a formula is made of, between reading and writing; not LaTeX any more, and not yet text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.errors import UsageError


class BadFormula(UsageError):
    """The formula does not parse, or LaTeX would not show what its author seems to mean."""


class UnknownMacro(UsageError):
    """The formula is sound as far as one can see, but uses macros that are not in the table."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names of the macros and environments, as the author wrote them."""
        super().__init__(f"not in the table of formulas: {', '.join(names)}")
        self.names = tuple(names)


class Sort(Enum):
    """What a symbol is, as far as its neighbours care."""

    SYMBOL = auto()
    NUMBER = auto()
    WORD = auto()
    FUNCTION = auto()
    BIG = auto()
    """A sum, a product, an integral."""
    SIGN = auto()
    """Plus and minus between two operands."""
    SIGNED = auto()
    """Plus and minus before one."""
    BINARY = auto()
    RELATION = auto()
    """Also bars that separate, and words such as ``if``."""
    SLASH = auto()
    PUNCT = auto()
    OPEN = auto()
    CLOSE = auto()
    LEFT = auto()
    """An opening bracket that insists on its partner, as does ``RIGHT``."""
    RIGHT = auto()
    BAR = auto()
    """A bar of which it is not known yet whether it encloses or separates."""
    PREFIX = auto()
    POSTFIX = auto()
    FENCED = auto()
    """Something in brackets."""
    FRACTION = auto()
    ROOT = auto()
    THIN = auto()
    WIDE = auto()
    MARK = auto()
    """The characters ``^``, ``_`` and ``'``, until they have found what they belong to."""
    CELL = auto()
    LINE = auto()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A symbol, a number, a word."""

    text: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Group:
    """What stood in braces; invisible unless a script hangs on it."""

    row: Row


@dataclass(frozen=True, slots=True)
class Fenced:
    """What stands in brackets."""

    opening: str
    row: Row
    closing: str
    bare: bool = False
    """Whether the brackets are ours: a matrix without any, which other brackets may replace."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """One thing over another."""

    above: Row
    below: Row


@dataclass(frozen=True, slots=True)
class Root:
    """A root; ``index`` is empty for a square root."""

    index: Row
    inside: Row


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over one symbol, or its name before a longer expression."""

    name: str
    mark: str
    inside: Row


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with a subscript, a superscript, primes."""

    base: Node
    sub: Row | None = None
    sup: Row | None = None
    primes: int = 0


Node = Leaf | Group | Fenced | Fraction | Root | Accent | Scripted
Row = tuple[Node, ...]


def is_leaf(node: Node, *sorts: Sort) -> bool:
    """Tell whether ``node`` is a leaf of one of these sorts."""
    return isinstance(node, Leaf) and node.sort in sorts


def edge(node: Node) -> Sort:
    """Return what ``node`` looks like to its neighbours."""
    match node:
        case Leaf(_, sort):
            return sort
        case Scripted(base):
            return edge(base)
        case Group((only,)):
            return edge(only)
        case Accent():
            return Sort.SYMBOL
        case Fraction():
            return Sort.FRACTION
        case Root():
            return Sort.ROOT
        case Fenced() | Group():
            return Sort.FENCED
