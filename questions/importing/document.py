"""What a reader finds in one document: entries, and what is none, with a reason.

Plain values that every format is read into; not yet questions of a bank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model import Kind, Level, Question


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as a document gives it."""

    text: str
    right: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should look at."""

    line: int
    """From 1."""
    why: str

    def __str__(self) -> str:
        """Return it as the report prints it."""
        return f"line {self.line}: {self.why}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a document, or an answer whose question was lost."""

    question: str
    """What is asked, as Markdown; empty where the document has lost it."""
    line: int
    """From 1, where it begins."""
    number: int | None = None
    """As printed."""
    section: tuple[str, ...] = ()
    """The headings it stands under, outermost first."""
    level: Level | None = None
    """Where the document says."""
    answer: str = ""
    """As Markdown; empty where nobody has written one."""
    choices: tuple[Choice, ...] = ()
    accepted: tuple[str, ...] = ()
    """Answers that count, for a question that wants a term."""
    hints: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Addresses that the answer gives as its sources."""
    tags: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """``title``, ``topic``, ``author``, ``licence``, ``source`` where a row gives them."""
    whole: Question | None = None
    """The question itself, where the document was written in our own format or exported by us."""

    @property
    def kind(self) -> Kind:
        """How it can be asked."""
        if self.whole is not None:
            return self.whole.kind
        if self.choices:
            right = sum(choice.right for choice in self.choices)
            return Kind.MULTI if right > 1 else Kind.CHOICE
        return Kind.SHORT if self.accepted else Kind.OPEN

    @property
    def answered(self) -> bool:
        """Whether the document answers it."""
        if self.whole is not None:
            return bool(self.whole.answer)
        if self.choices:
            return any(choice.right for choice in self.choices)
        return bool(self.answer or self.accepted)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Lines that were read and are part of no question."""

    line: int
    """From 1."""
    until: int
    """The last line, included."""
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a reader found in one file."""

    path: str
    """As people name the file."""
    shape: str
    """What it was taken for, in a few words."""
    entries: tuple[Entry, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    announced: int | None = None
    """How many questions the document says it holds."""
    flags: tuple[Flag, ...] = ()
    """About the document as a whole."""
