"""Splits a message that Slack would refuse as too long into messages that it takes, in order.

Each part is a message of its own; how it looks is the business of ``adapters.slack.blocks``.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import chain

from adapters.slack.blocks import payload
from adapters.slack.cutting import Unit, alone, cut
from adapters.slack.limits import BUDGET, HEADER, MESSAGE_BLOCKS, problems, size, weight
from bot.messages import (
    Audience,
    Body,
    Choice,
    Image,
    Message,
    Paragraph,
    Prose,
    Strong,
    Text,
)

CHOICES = 5_000
"""The weight up to which the options stay with the buttons that choose them."""
LINE = 1_000
"""The weight up to which title and footnote stay where they are."""
SLACK = 100
"""What is left free in each part."""


def parts(message: Message) -> tuple[Message, ...]:
    """Return a message as one or more that are within all limits; nothing of it is lost.

    The first has the title, the mention, the buttons, the footnote and, where they are not very
    long, the options; the rest follows in order. Cuts fall between blocks, rows and list items,
    then between lines, sentences and words.
    """
    if not problems(payload(message)):
        return (message,)
    frame, units = _frame(message)
    rest = Message(
        audience=Audience.THREAD if message.audience is Audience.CHANNEL else message.audience
    )
    packer = _Packer(frame, rest)
    packer.pack(units)
    return tuple(packer.done)


def _frame(message: Message) -> tuple[Message, list[Unit]]:
    """Return what stays in the first part, and what is packed after it, in order."""
    frame = replace(message, body=(), images=())
    units: list[Unit] = [unit for body in message.body for unit in _units(body)]
    if size(message.title) > HEADER and size(message.title) > LINE:
        frame = replace(frame, title="")
        units.insert(0, Prose((Paragraph((Strong((Text(message.title),)),)),)))
    if _load(Message(choices=message.choices))[1] > CHOICES:
        frame = replace(frame, choices=())
        units.extend(message.choices)
    units.extend(message.images)
    if _load(Message(footnote=message.footnote))[1] > LINE:
        frame = replace(frame, footnote=())
        units.append(Prose((Paragraph(message.footnote),)))
    return frame, units


def _units(body: Body) -> list[Unit]:
    if isinstance(body, Prose):
        return [Prose((block,)) for block in body.blocks]
    return [body]


def _load(message: Message, *, plain: bool = False) -> tuple[int, int]:
    """Return the number and the weight of a message's blocks."""
    blocks = payload(message, plain=plain)["blocks"]
    return len(blocks), weight(blocks)


@dataclass(slots=True)
class _Packer:
    """Fills one part after the other."""

    part: Message
    """The one being filled."""
    rest: Message
    """What each further part begins as."""

    def __post_init__(self) -> None:
        self.done: list[Message] = []
        self._begin(self.part)

    def _begin(self, part: Message) -> None:
        self.part = part
        blocks, heavy = _load(part)
        self.blocks, self.room = MESSAGE_BLOCKS - blocks, BUDGET - SLACK - heavy
        self.filled = self.tabled = False
        self.stage = 0
