"""A message as what Discord's "create message" takes: components of the second version.

Plain dictionaries, for the library's models check hardly any limit. It neither splits what is too
long (``adapters.discord.parts``) nor decides what may be said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from adapters.discord.inline import NOTHING, clean, clipped, escaped, fenced, line, one_line
from adapters.discord.limits import (
    ALT,
    BUTTON,
    BUTTON_LABEL,
    COMPONENTS_V2,
    CONTAINER,
    DISPLAY,
    GALLERY,
    MARK,
    ROW,
    ROW_OF_BUTTONS,
    SEPARATOR,
    URL,
    Json,
    size,
)
from adapters.discord.markdown import blocks, footnote, heading, picture, quotation
from bot.messages import (
    Action,
    Block,
    Body,
    Choice,
    Code,
    Figure,
    Image,
    Literal,
    Message,
    Paragraph,
    Prose,
    Rule,
    Text,
)

_ROLE = re.compile("[0-9]{1,20}")
_SECONDARY = 2


def payload(message: Message, key: str = "") -> dict[str, Any]:
    """Return a message as components, and its key as nonce where one is given.

    Deterministic. Nobody is called but the one role the settings name. A message without buttons
    bears the key's ``mark`` as its first component's ``id``, to be found again by.
    """
    inner = [
        *(_display(heading((Text(message.title),))) if message.title else ()),
        *_bodies(message.body),
        *_display("\n".join(map(_choice, message.choices))),
        *(one for image in message.images for one in _image(image)),
        *_actions(message.actions),
        *(_display(footnote(message.footnote)) if message.footnote else ()),
    ]
    called = _mention(message.mention)
    if not inner and not called:
        inner = _display(NOTHING)
    components = [*called, *([{"type": CONTAINER, "components": inner}] if inner else [])]
    mentions: Json = {"parse": []}
    if _ROLE.fullmatch(message.mention):
        mentions["roles"] = [message.mention]
    found: Json = {
        "flags": COMPONENTS_V2,
        "components": components,
        "allowed_mentions": mentions,
    }
    if key:
        if not message.actions:
            components[0] = {**components[0], "id": mark(key)}
        found |= {"nonce": key, "enforce_nonce": True}
    return found


def text(message: Message) -> str:
    """Return the Markdown of a message as one string; pictures as links, no buttons."""
    bodies = [_said(body) for body in message.body]
    choices = "\n".join(map(_choice, message.choices))
    images = [line((picture(Figure(one.address, one.alt)),)) for one in message.images]
    title = heading((Text(message.title),))
    shown = [title, *bodies, choices, *images, footnote(message.footnote)]
    return "\n\n".join(one for one in shown if one)


def mark(key: str) -> int:
    """Return 31 bits of a key, never 0: the number a message without buttons is found by."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") & MARK or 1


def _said(body: Body) -> str:
    match body:
        case Prose(children):
            return blocks(children)
        case Literal(said):
            return quotation(escaped(clean(said)))
        case Code(said, language):
            return fenced(said, language)


# Components ---------------------------------------------------------------------------------------


def _display(shown: str) -> list[Json]:
    return [{"type": DISPLAY, "content": shown}] if shown.strip() else []


def _mention(mention: str) -> list[Json]:
    """Return the role that is called; anything that is no role's id is only shown."""
    if _ROLE.fullmatch(mention):
        return _display(f"<@&{mention}>")
    return _display(escaped(one_line(mention)))


def _bodies(bodies: Sequence[Body]) -> list[Json]:
    """Return what is said: text, with rules and pictures as components of their own between."""
    out: list[Json] = []
    for body in bodies:
        if not isinstance(body, Prose):
            out += _display(_said(body))
            continue
        for apart, some in groupby(body.blocks, _stands_apart):
            if not apart:
                out += _display(blocks(tuple(some)))
                continue
            for block in some:
                if isinstance(block, Figure):
                    out += _image(Image(block.address, block.alt))
                else:
                    out.append({"type": SEPARATOR, "divider": True})
    return out


def _stands_apart(block: Block) -> bool:
    return isinstance(block, Rule | Figure)


def _image(image: Image) -> list[Json]:
    """Return a picture, or a link where Discord could not fetch it or could not hold its words."""
    seen = one_line(image.alt).strip()
    fits = size(image.address) <= URL and size(seen) <= ALT
    if not fits or not re.fullmatch(r"https://[!-~]+", image.address):
        return _display(line((picture(Figure(image.address, image.alt)),)))
    item: Json = {"media": {"url": image.address}} | ({"description": seen} if seen else {})
    return [{"type": GALLERY, "items": [item]}]


def _choice(choice: Choice) -> str:
    """Return an option under its letter; what is no line, such as code, stands below it."""
    letter = f"**{escaped(one_line(choice.letter))}**"
    first = choice.body.blocks[:1]
    shown = blocks(choice.body.blocks)
    if not first or not shown:
        return letter
    return f"{letter}  {shown}" if isinstance(first[0], Paragraph) else f"{letter}\n{shown}"


def _actions(actions: Sequence[Action]) -> list[Json]:
    """Return the buttons in rows.

    Discord wants each ``custom_id`` once, so a second of the same is numbered behind ``#``.
    """
    buttons: list[Json] = []
    times: dict[str, int] = {}
    for action in actions:
        times[action.id] = again = times.get(action.id, 0) + 1
        label = clipped(one_line(action.label).strip() or action.id, BUTTON_LABEL)
        name = action.id if again == 1 else f"{action.id}#{again}"
        buttons.append({"type": BUTTON, "style": _SECONDARY, "label": label, "custom_id": name})
    return [{"type": ROW, "components": row} for row in _rows(buttons)]


def _rows(buttons: list[Json]) -> Iterator[list[Json]]:
    """Yield rows of buttons.

    Where one row is not enough, letters and words stand apart, and buttons of one verb together.
    """
    if len(buttons) <= ROW_OF_BUTTONS:
        yield from [buttons] if buttons else []
        return
    for _, group in groupby(buttons, lambda one: len(one["label"]) == 1):
        row: list[Json] = []
        for _, run in groupby(group, lambda one: one["custom_id"].split(":")[1:2]):
            alike = list(run)
            if row and len(row) + len(alike) > ROW_OF_BUTTONS:
                yield row
                row = []
            row += alike
            while len(row) > ROW_OF_BUTTONS:
                yield row[:ROW_OF_BUTTONS]
                row = row[ROW_OF_BUTTONS:]
        yield row
