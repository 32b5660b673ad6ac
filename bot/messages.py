"""What can be shown, as values: prose, messages, actions and forms; not how it looks anywhere.

Every ``Text`` is inert: adapters show its characters and nothing else, whatever they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Prose: a small tree of blocks and inlines ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Characters shown as they are; a newline is a space."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break the author asked for."""


@dataclass(frozen=True, slots=True)
class Mono:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula within a line."""

    text: str
    """Readable Unicode."""
    source: str
    """The LaTeX it came from."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words with weight."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emph:
    """Words with a lean."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address (``http``, ``https`` or ``mailto``)."""

    children: tuple[Inline, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Time:
    """An instant; platforms show it in the reader's zone where they can."""

    at: datetime
    text: str
    """The instant in the channel's own zone, for platforms that cannot."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member, by the name they have on their platform; shown in private, it calls nobody."""

    member: str
    """Their URI."""
    text: str
    """What stands for them where the platform cannot name them."""


Inline = Text | Break | Mono | Formula | Strong | Emph | Link | Time | Person


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 3 or deeper inside a prompt or answer."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A bulleted list, or a numbered one that begins at ``start``."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code."""

    text: str
    """Without the closing newline."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    """A formula on a line of its own."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row is as long as the header."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[str, ...] = ()
    """``left``, ``right`` or ``center`` per column."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A dividing line."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with the words that carry its content."""

    address: str
    alt: str


Block = Paragraph | Heading | Listing | Fence | Display | Table | Quote | Rule | Figure

# Messages ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prose:
    """Text with structure."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A member's own words, always inert, line breaks kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that must keep their columns, such as a table of numbers."""

    text: str
    language: str = ""


Body = Prose | Literal | Code


@dataclass(frozen=True, slots=True)
class Choice:
    """An option in full, under the letter its button carries."""

    letter: str
    body: Prose


@dataclass(frozen=True, slots=True)
class TextField:
    """Free text."""

    id: str
    label: str
    required: bool = True
    lines: int = 1
    hint: str = ""
    initial: str = ""


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number with an optional unit, as text; the core reads it."""

    id: str
    label: str
    hint: str = ""
    initial: str = ""


@dataclass(frozen=True, slots=True)
class OneField:
    """One of several options; each is (value, label)."""

    id: str
    label: str
    options: tuple[tuple[str, str], ...]
    required: bool = True
    initial: str = ""


@dataclass(frozen=True, slots=True)
class ManyField:
    """Any of several options; each is (value, label)."""

    id: str
    label: str
    options: tuple[tuple[str, str], ...]
    initial: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceField:
    """A channel; its value is the URI, and after a space the name people call it by, if known."""

    id: str
    label: str
    initial: str = ""
    """A channel's URI."""


Field = TextField | NumberField | OneField | ManyField | PlaceField


@dataclass(frozen=True, slots=True)
class Form:
    """A private form; sending it presses ``action`` with the fields' values."""

    title: str
    action: str
    """``<key>:<verb>:<arg>``."""
    fields: tuple[Field, ...]
    submit: str = "Send"


@dataclass(frozen=True, slots=True)
class Action:
    """A button. Its id carries ids only, never an answer and never authority."""

    id: str
    """``<key>:<verb>:<arg>``."""
    label: str
    form: Form | None = None
    """Opened instead of pressing, where given."""
    hint: str = ""
    """What to type where there are no buttons, such as ``/hint``."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that goes with the message."""

    address: str
    alt: str


class Audience(StrEnum):
    """Who sees a message."""

    CHANNEL = "channel"
    THREAD = "thread"
    MEMBER = "member"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to show, without saying how."""

    body: tuple[Body, ...] = ()
    title: str = ""
    """One plain line above the rest."""
    choices: tuple[Choice, ...] = ()
    actions: tuple[Action, ...] = ()
    images: tuple[Image, ...] = ()
    footnote: tuple[Inline, ...] = ()
    """One quiet line below the rest."""
    mention: str = ""
    """From the settings only: a role or group in the platform's own id."""
    thread: str = ""
    """The name of the thread that hangs on this message, where threads have names."""
    spoken: str = ""
    """The message as one or two sentences to be read aloud; no spoiler."""
    audience: Audience = Audience.MEMBER


@dataclass(frozen=True, slots=True)
class Reply:
    """What the desk answers to the asker; ``public`` is said to everyone in the channel."""

    message: Message | None = None
    form: Form | None = None
    """A form to open instead of a message."""
    public: Message | None = None
    replaces: bool = False
    """Whether the message takes the place of the private one whose button was pressed."""
    extra: tuple[Message, ...] = field(default=())
    """Further private messages, in order."""
    lasting: bool = False
    """Whether this begins a private conversation that has to outlive a reload: where a private
    answer in a channel does not, it belongs into the direct message."""
    errors: tuple[tuple[str, str], ...] = ()
    """What must be corrected in the form that was sent, by field; ``message`` says the same."""


def paragraph(*parts: Inline | str) -> Prose:
    """Return prose of one paragraph; plain strings become inert text."""
    return Prose((Paragraph(inlines(parts)),))


def inlines(parts: Sequence[Inline | str]) -> tuple[Inline, ...]:
    """Return ``parts`` as inlines; plain strings become inert text."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def flat(parts: Sequence[Inline]) -> str:
    """Return the plain characters of ``parts``, structure left out."""
    out: list[str] = []
    for part in parts:
        match part:
            case Text(text) | Mono(text) | Formula(text, _) | Time(_, text) | Person(_, text):
                out.append(text)
            case Break():
                out.append("\n")
            case Strong(children) | Emph(children) | Link(children, _):
                out.append(flat(children))
    return "".join(out)
