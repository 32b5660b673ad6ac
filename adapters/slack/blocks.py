"""A message as what ``chat.postMessage`` takes: the words read aloud, and blocks.

Plain dictionaries, for the SDK's models drop and refuse current fields. It neither splits what is
too long (``adapters.slack.parts``) nor decides what may be said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from adapters.slack.limits import (
    ALT,
    BUTTON,
    HEADER,
    MESSAGE_TEXT,
    ROW_OF_BUTTONS,
    TABLE_COLUMNS,
    TABLE_ROWS,
    TABLE_TEXT,
    URL,
    Json,
    cells,
    size,
)
from adapters.slack.richtext import (
    clean,
    clipped,
    elements,
    merged,
    one_line,
    preformatted,
    section,
    spans,
    when,
    words,
)
from bot import prose
from bot.messages import (
    Action,
    Block,
    Body,
    Choice,
    Code,
    Figure,
    Image,
    Inline,
    Literal,
    Message,
    Paragraph,
    Prose,
    Rule,
    Strong,
    Table,
    Text,
    Time,
)

EVENT = "gradus_delivery"
"""The kind of metadata that carries a delivery's key."""
_NOTHING = "…"
"""Slack refuses an empty text."""
_GROUP = re.compile("S[A-Z0-9]+")
_QUIET = re.compile(r"[^*_~`<>&:@#\n]*")
"""Text in which mrkdwn finds nothing to read."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def payload(message: Message, key: str = "", *, plain: bool = False) -> dict[str, Any]:
    """Return ``text`` and ``blocks`` of a message, and its key as metadata where one is given.

    Deterministic; ``plain`` is said of ``blocks``.
    """
    found: dict[str, Any] = {"text": _text(message), "blocks": blocks(message, plain=plain)}
    if key:
        found["metadata"] = {"event_type": EVENT, "event_payload": {"key": key}}
    return found


def blocks(message: Message, *, plain: bool = False) -> list[Json]:
    """Return the blocks of a message, from its title to its footnote.

    ``plain`` leaves out what Slack may refuse although it is within all limits, tables and pictures
    it cannot fetch: for one more try after ``invalid_blocks``.
    """
    return [
        *_title(message.title),
        *_rich(_mention(message.mention)),
        *_bodies(message.body, plain=plain),
        *_choices(message.choices),
        *(one for image in message.images for one in _image(image, plain=plain)),
        *_actions(message.actions),
        *_footnote(message.footnote),
    ]


# Text ---------------------------------------------------------------------------------------------


def escaped(text: str, most: int = MESSAGE_TEXT) -> str:
    """Return text of at most so many units in which Slack finds no mention, link or command."""
    while size(whole := text.translate(_ENTITIES)) > most:  # cut before, or an entity might be
        text = text[: min(most, len(text) - 1 - (size(whole) - most) // 5)]
    return whole


def _text(message: Message) -> str:
    """Return what is read aloud and stands in notifications: as asked, or all that is shown."""
    said = message.spoken
    if not said.strip():
        said = "\n".join(
            [message.title, *map(_said, message.body), *map(_option, message.choices)]
            + [image.alt for image in message.images]
        )
    said = escaped(clean(said).strip())
    return said if said.strip() else _NOTHING


def _said(body: Body) -> str:
    return prose.plain(body) if isinstance(body, Prose) else body.text


def _option(choice: Choice) -> str:
    return f"{choice.letter}  {prose.plain(choice.body)}"


# Blocks -------------------------------------------------------------------------------------------


def _rich(inner: list[Json]) -> list[Json]:
    return [{"type": "rich_text", "elements": inner}] if inner else []


def _plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _title(title: str) -> list[Json]:
    shown = one_line(title).strip()
    if not shown:
        return []
    if size(shown) > HEADER:
        return _rich(section(spans((Strong((Text(shown),)),))))
    return [{"type": "header", "text": _plain_text(shown)}]


def _mention(mention: str) -> list[Json]:
    """Return the group that is called; anything that is no group's id is only shown."""
    if _GROUP.fullmatch(mention):
        group = {"type": "usergroup", "usergroup_id": mention}
        return [{"type": "rich_text_section", "elements": [group]}]
    return section(list(words(one_line(mention))))


def _bodies(bodies: Sequence[Body], *, plain: bool) -> list[Json]:
    """Return what is said; of several tables only the first can be one to Slack."""
    out: list[Json] = []
    for body in bodies:
        match body:
            case Prose(inner):
                for block in inner:
                    tabled = any(one["type"] == "table" for one in out)
                    out += _block(block, plain=plain, tabled=tabled)
            case Literal(text):
                shown = list(words(clean(text)))
                out += _rich(section(shown, "rich_text_quote"))
            case Code(text, _):
                out += _rich(preformatted(text))
    return out


def _block(block: Block, *, plain: bool, tabled: bool) -> list[Json]:
    match block:
        case Rule():
            return [{"type": "divider"}]
        case Figure(address, alt):
            return _image(Image(address, alt), plain=plain)
        case Table() if not (plain or tabled) and (table := _table(block)):
            return [table]
        case _:
            return _rich(elements(block))


def _table(table: Table) -> Json | None:
    """Return a table block, or nothing when the table is too large for one."""
    if not 0 < len(table.header) <= TABLE_COLUMNS or len(table.rows) >= TABLE_ROWS:
        return None
    rows = [[_cell(spans(cell, "bold")) for cell in table.header]]
    rows += [[_cell(spans(cell)) for cell in row] for row in table.rows]
    if cells(rows) > TABLE_TEXT:
        return None
    sides = [side if side in {"center", "right"} else "left" for side in table.aligns]
    sides += ["left"] * (len(table.header) - len(sides))
    settings = [{"align": side, "is_wrapped": True} for side in sides]
    return {"type": "table", "rows": rows, "column_settings": settings}


def _cell(inner: list[Json]) -> Json:
    shown = section(inner) or [{"type": "rich_text_section", "elements": list(words(" "))}]
    return {"type": "rich_text", "elements": shown}


def _image(image: Image, *, plain: bool) -> list[Json]:
    """Return a picture, or a link where Slack could not fetch it or could not hold its words."""
    seen = one_line(image.alt).strip() or image.address
    fits = size(image.address) <= URL and size(seen) <= ALT
    if plain or not fits or not image.address.startswith("https://"):
        return _rich(elements(Figure(image.address, image.alt)))
    return [{"type": "image", "image_url": image.address, "alt_text": seen}]


def _choices(choices: Sequence[Choice]) -> list[Json]:
    """Return the options line by line; only what is no line, such as code, stands apart."""
    out: list[Json] = []
    for choice in choices:
        letter = [*words(choice.letter, ("bold",)), *words("  ")]
        first, *rest = choice.body.blocks or (Paragraph(()),)
        shown = elements(first)
        if isinstance(first, Paragraph) and shown:
            line = [*letter, *shown[0]["elements"]]
        else:
            line, rest = letter, [first, *rest]
        if out and out[-1]["type"] == "rich_text_section":
            out[-1]["elements"] += [*words("\n"), *line]
        else:
            out += section(line)
        out += [one for block in rest for one in elements(block)]
    return _rich([one | {"elements": merged(one["elements"])} for one in out])


def _actions(actions: Sequence[Action]) -> list[Json]:
    """Return the buttons in rows.

    Slack wants each ``action_id`` once, so a second of the same is numbered; the ``value`` is
    always the action's own id.
    """
    buttons: list[Json] = []
    times: dict[str, int] = {}
    for action in actions:
        times[action.id] = again = times.get(action.id, 0) + 1
        name = action.id if again == 1 else f"{action.id}#{again}"
        label = clipped(one_line(action.label).strip() or action.id, BUTTON)
        buttons.append(
            {"type": "button", "action_id": name, "text": _plain_text(label), "value": action.id}
        )
    rows = range(0, len(buttons), ROW_OF_BUTTONS)
    return [
        {"type": "actions", "elements": buttons[start : start + ROW_OF_BUTTONS]} for start in rows
    ]


def _footnote(parts: Sequence[Inline]) -> list[Json]:
    """Return the quiet line: ``context``, if it is plain text, or instants among harmless text.

    Only mrkdwn can show an instant there, and nothing that it could read otherwise may go into it;
    such a line is rich text.
    """
    line = "".join(one_line(part.text) for part in parts if isinstance(part, Text | Time))
    simple = all(isinstance(part, Text | Time) for part in parts) and size(line) <= 1_000
    if not simple:
        return _rich(section(spans(parts)))
    if not line.strip():
        return []
    if not any(isinstance(part, Time) for part in parts):
        return [{"type": "context", "elements": [_plain_text(line)]}]
    out = ""
    for part in parts:
        match part:
            case Time():
                seconds, how, said = when(part)
                said = escaped(said.replace("|", " ")) or str(seconds)
                out += f"<!date^{seconds}^{how}|{said}>"
            case Text(text) if _QUIET.fullmatch(one_line(text)):
                out += one_line(text)
            case _:
                return _rich(section(spans(parts)))
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": out, "verbatim": True}]}]
