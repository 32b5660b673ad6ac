"""Splits a message that Discord would refuse as too long into messages that it takes, in order.

Each part is a message of its own; how it looks is the business of ``adapters.discord.components``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from adapters.discord.components import payload
from adapters.discord.cutting import Unit, alone, cut, length
from adapters.discord.limits import TEXT, displayed, problems
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

CHOICES = 2_000
"""The length up to which the options stay with the buttons that choose them."""
LINE = 500
"""The length up to which title and footnote stay where they are."""
WORTH = 1_000
"""Less room than this in a part is not worth cutting something for."""


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
    return _Packer(frame, rest).pack(units)


def _frame(message: Message) -> tuple[Message, list[Unit]]:
    """Return what stays in the first part, and what is packed after it, in order."""
    frame = replace(message, body=(), images=())
    units: list[Unit] = [unit for body in message.body for unit in _units(body)]
    if _length(Message(title=message.title)) > LINE:
        frame = replace(frame, title="")
        units.insert(0, Prose((Paragraph((Strong((Text(message.title),)),)),)))
    if _length(Message(choices=message.choices)) > CHOICES:
        frame = replace(frame, choices=())
        units.extend(message.choices)
    units.extend(message.images)
    if _length(Message(footnote=message.footnote)) > LINE:
        frame = replace(frame, footnote=())
        units.append(Prose((Paragraph(message.footnote),)))
    return frame, units


def _units(body: Body) -> list[Unit]:
    if isinstance(body, Prose):
        return [Prose((block,)) for block in body.blocks]
    return [body]


def _length(message: Message) -> int:
    return displayed(payload(message))


class _Packer:
    """Fills one part after the other."""

    def __init__(self, first: Message, rest: Message) -> None:
        """Take what the first part has anyway, and what each further one begins as."""
        self.rest = rest
        self.done: list[Message] = []
        self._begin(first)

    def _begin(self, part: Message) -> None:
        self.part = part
        self.filled = False
        self.stage = 0

    def _close(self) -> None:
        self.done.append(self.part)
        self._begin(self.rest)

    def pack(self, units: Sequence[Unit]) -> tuple[Message, ...]:
        """Return the parts that hold these, in order."""
        waiting = deque(units)
        while waiting:
            unit = waiting.popleft()
            if self._add(unit):
                continue
            room = TEXT - _length(self.part) - 2
            # What fits a part of its own is kept whole, but the first part has the beginning.
            own = not problems(payload(alone(unit)))
            if self.filled and (own or _stage(unit) < self.stage or room < WORTH):
                self._close()
                waiting.appendleft(unit)
                continue
            tail = self._piece(unit, room)
            if tail:
                waiting.extendleft(reversed(tail))
                self._close()
            elif self.part != self.rest:  # a part of its own may hold it
                self._close()
                waiting.appendleft(unit)
            else:  # nothing can: the checker will say so
                self.part = _with(self.part, unit)
                self._close()
        if self.filled or not self.done:
            self._close()
        return tuple(self.done)

    def _piece(self, unit: Unit, room: int) -> list[Unit]:
        """Add a piece that fits and return the rest; nothing if there is no such piece."""
        for share in (100, 75, 50, 25, 12):
            piece, tail = cut(unit, room * share // 100)
            if tail and self._add(piece):
                return tail
        return []

    def _add(self, unit: Unit) -> bool:
        """Add something if there is room for it."""
        if _stage(unit) < self.stage:
            return False
        longer = _with(self.part, unit)
        if length(unit) > TEXT or problems(payload(longer)):
            return False
        self.part, self.filled, self.stage = longer, True, _stage(unit)
        return True


def _with(part: Message, unit: Unit) -> Message:
    """Return a message with something more at its end."""
    match unit, part.body[-1:]:
        case Choice(), _:
            return replace(part, choices=(*part.choices, unit))
        case Image(), _:
            return replace(part, images=(*part.images, unit))
        case Prose(new), (Prose(before),):
            return replace(part, body=(*part.body[:-1], Prose((*before, *new))))
        case _:
            return replace(part, body=(*part.body, unit))


def _stage(unit: Unit) -> int:
    """Return the place of a unit among the others of its message."""
    match unit:
        case Choice():
            return 1
        case Image():
            return 2
        case _:
            return 0
