"""Splits a message that Slack would refuse as too long into messages that it takes, in order.

Each part is a message of its own; how it looks is the business of ``adapters.slack.blocks``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from adapters.slack.blocks import blocks, payload
from adapters.slack.cutting import Unit, alone, cut
from adapters.slack.limits import BUDGET, MESSAGE_BLOCKS, problems, size, weight
from bot.messages import (
    Audience,
    Body,
    Choice,
    Image,
    Message,
    Paragraph,
    Prose,
    Strong,
    Table,
    Text,
)

CHOICES = 5_000
"""The weight up to which the options stay with the buttons that choose them."""
LINE = 1_000
"""The weight up to which title and footnote stay where they are."""
WORTH = 3_000
"""Less room than this in a part is not worth cutting something for."""
ROOM = BUDGET - 100
"""The most that a part is filled with."""


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
    if size(message.title) > LINE:
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
    shown = blocks(message, plain=plain)
    return len(shown), weight(shown)


class _Packer:
    """Fills one part after the other."""

    def __init__(self, first: Message, rest: Message) -> None:
        """Take what the first part has anyway, and what each further one begins as."""
        self.rest = rest
        self.done: list[Message] = []
        self._begin(first)

    def _begin(self, part: Message) -> None:
        self.part = part
        number, heavy = _load(part)
        self.blocks, self.room = MESSAGE_BLOCKS - number, ROOM - heavy
        self.filled = self.tabled = False
        self.stage = 0

    def _close(self) -> None:
        self.done.append(self.part)
        self._begin(self.rest)

    def pack(self, units: Sequence[Unit]) -> tuple[Message, ...]:
        """Return the parts that hold these, in order."""
        waiting = deque(units)
        while waiting:
            unit = waiting.popleft()
            if self._fits(unit):
                self._add(unit)
                continue
            # What fits a part of its own is kept whole, but the first part has the beginning.
            own = _load(alone(unit))[1] <= ROOM
            if self.filled and (own or _stage(unit) < self.stage or self.room < WORTH):
                self._close()
                waiting.appendleft(unit)
                continue
            piece, tail = self._cut(unit)
            if not tail and self.blocks < MESSAGE_BLOCKS:  # a part of its own may hold it
                self._close()
                waiting.appendleft(unit)
                continue
            self._add(piece)
            if tail:
                waiting.extendleft(reversed(tail))
                self._close()
        if self.filled or not self.done:
            self._close()
        return tuple(self.done)

    def _load(self, unit: Unit) -> tuple[int, int]:
        return _load(alone(unit), plain=self.tabled and _is_table(unit))

    def _fits(self, unit: Unit) -> bool:
        number, heavy = self._load(unit)
        return number <= self.blocks and heavy <= self.room and _stage(unit) >= self.stage

    def _cut(self, unit: Unit) -> tuple[Unit, list[Unit]]:
        """Return a piece that fits, and the rest; the unit itself if there is no such piece."""
        for share in (100, 75, 50, 25, 12):
            piece, tail = cut(unit, self.room * share // 100)
            if tail and self._fits(piece):
                return piece, tail
        return unit, []

    def _add(self, unit: Unit) -> None:
        number, heavy = self._load(unit)
        self.blocks, self.room = self.blocks - number, self.room - heavy
        self.filled, self.stage = True, _stage(unit)
        self.tabled = self.tabled or _is_table(unit)
        part = self.part
        match unit, part.body[-1:]:
            case Choice(), _:
                self.part = replace(part, choices=(*part.choices, unit))
            case Image(), _:
                self.part = replace(part, images=(*part.images, unit))
            case Prose(new), (Prose(before),):
                self.part = replace(part, body=(*part.body[:-1], Prose((*before, *new))))
            case _:
                self.part = replace(part, body=(*part.body, unit))


def _stage(unit: Unit) -> int:
    """Return the place of a unit among the others of its message."""
    match unit:
        case Choice():
            return 1
        case Image():
            return 2
        case _:
            return 0


def _is_table(unit: Unit) -> bool:
    return isinstance(unit, Prose) and isinstance(unit.blocks[0], Table)
