"""The limits of a Slack payload as data, and the one check against them.

It mends nothing and draws nothing. Where no source is named, a limit is from the pages of
docs.slack.dev/reference/block-kit on that block or element, or from the types of @slack/types.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

# Whole payloads -----------------------------------------------------------------------------------

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
BUDGET = 12_000
"""The ``weight`` of all blocks of a message. Undocumented: "12,000 text characters with a buffer
for block containers" (slackapi/bolt-js#2509); beyond it Slack says ``msg_blocks_too_long``."""
CONTAINER = 20
"""What an object counts beside its text. A guess on the safe side: 11,341 characters of text in
many rich text elements were refused (slackapi/bolt-js#2867)."""
MESSAGE_TEXT = 4_000
"""Of the ``text`` beside the blocks; Slack's own limit is 40,000, its advice is this."""
VIEW_BYTES = 250_000
METADATA_BYTES = 1_000
"""Undocumented; ours is a tenth of it."""
EVENT_TYPE = 50

# Parts of payloads --------------------------------------------------------------------------------

HEADER = 150
TEXT = 3_000
"""Of a text object; for a ``text`` within rich text nothing is documented, so the same."""
URL = 3_000
ALT = 2_000
BUTTON = 75
ROW_OF_BUTTONS = 25
ID = 255
VALUE = 2_000
OPTION = 75
"""Of an option's text and value; the SDK lets a value have 150, @slack/types 75."""
FEW_OPTIONS = 10
"""Radio buttons and check boxes; more need a menu."""
MANY_OPTIONS = 100
LABEL = 2_000
VIEW_TITLE = 24
PLACEHOLDER = 150
TYPED = 3_000
PRIVATE = 3_000
TABLE_ROWS = 100
"""The header included."""
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000
"""Of all cells together."""
DEEPEST_INDENT = 8
"""Of a list within lists (imryche/blockkit#123)."""
_ANY = 1_000_000

LENGTHS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "header": {"text.text": (1, HEADER)},
    "section": {"text.text": (1, TEXT), "fields": (1, 10)},
    "context": {"elements": (1, 10)},
    "actions": {"elements": (1, ROW_OF_BUTTONS)},
    "image": {"image_url": (1, URL), "alt_text": (1, ALT), "title.text": (1, ALT)},
    "input": {"label.text": (1, LABEL), "hint.text": (1, LABEL)},
    "table": {"rows": (1, TABLE_ROWS), "column_settings": (0, TABLE_COLUMNS)},
    # An empty list or text anywhere in rich text is refused (NousResearch/hermes-agent#59621).
    "rich_text": {"elements": (1, _ANY)},
    "rich_text_section": {"elements": (1, _ANY)},
    "rich_text_list": {"elements": (1, _ANY)},
    "rich_text_quote": {"elements": (1, _ANY)},
    "rich_text_preformatted": {"elements": (1, _ANY)},
    "text": {"text": (1, TEXT)},
    "link": {"url": (1, URL), "text": (1, TEXT)},
    "date": {"format": (1, TEXT), "fallback": (1, TEXT), "url": (1, URL)},
    "plain_text": {"text": (1, TEXT)},
    "mrkdwn": {"text": (1, TEXT)},
    "button": {
        "text.text": (1, BUTTON), "value": (0, VALUE), "url": (1, URL),
        "accessibility_label": (1, 75),
    },
    "radio_buttons": {"options": (1, FEW_OPTIONS)},
    "checkboxes": {"options": (1, FEW_OPTIONS), "initial_options": (1, FEW_OPTIONS)},
    "static_select": {"options": (1, MANY_OPTIONS), "placeholder.text": (1, PLACEHOLDER)},
    "multi_static_select": {
        "options": (1, MANY_OPTIONS), "initial_options": (1, MANY_OPTIONS),
        "placeholder.text": (1, PLACEHOLDER),
    },
    "plain_text_input": {"placeholder.text": (1, PLACEHOLDER), "initial_value": (1, TYPED)},
    "modal": {
        "title.text": (1, VIEW_TITLE), "submit.text": (1, VIEW_TITLE),
        "close.text": (1, VIEW_TITLE), "private_metadata": (0, PRIVATE), "callback_id": (1, ID),
        "blocks": (1, VIEW_BLOCKS),
    },
    "home": {
        "private_metadata": (0, PRIVATE), "callback_id": (1, ID), "blocks": (1, VIEW_BLOCKS),
    },
}  # fmt: skip
"""Least and most characters of a text, or members of a list, by type and field."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "header": ("text",), "actions": ("elements",), "context": ("elements",),
    "image": ("alt_text",), "input": ("label", "element"), "table": ("rows",),
    "rich_text": ("elements",), "rich_text_section": ("elements",),
    "rich_text_list": ("elements", "style"), "rich_text_quote": ("elements",),
    "rich_text_preformatted": ("elements",), "text": ("text",), "link": ("url",),
    "date": ("timestamp", "format"), "usergroup": ("usergroup_id",),
    "plain_text": ("text",), "mrkdwn": ("text",), "button": ("text", "action_id"),
    "radio_buttons": ("options", "action_id"), "checkboxes": ("options", "action_id"),
    "conversations_select": ("action_id",), "static_select": ("options", "action_id"),
    "multi_static_select": ("options", "action_id"),
    "plain_text_input": ("action_id",), "modal": ("title", "blocks"), "home": ("blocks",),
}  # fmt: skip

_INLINE = frozenset({"text", "link", "date", "usergroup", "user", "channel", "emoji"})
_PRESSED = frozenset({"button", "static_select", "multi_static_select", "radio_buttons"})
MEMBERS: Mapping[str, frozenset[str]] = {
    "rich_text": frozenset(
        {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    ),
    "rich_text_section": _INLINE,
    "rich_text_quote": _INLINE,
    "rich_text_list": frozenset({"rich_text_section"}),
    "rich_text_preformatted": frozenset({"text", "link"}),
    "context": frozenset({"plain_text", "mrkdwn", "image"}),
    "actions": _PRESSED | {"checkboxes", "overflow", "datepicker"},
}
"""What the ``elements`` of a type may be."""

_ANYWHERE = frozenset(
    {"header", "section", "context", "actions", "image", "divider", "rich_text"}
)  # fmt: skip
IN_MESSAGE = _ANYWHERE | {"table"}
IN_VIEW = _ANYWHERE | {"input"}

_Node = tuple[str, str, Mapping[str, Any]]
"""The path of an object, the field it stands in, and the object itself."""
_OPTIONS = frozenset({"options", "initial_options", "initial_option"})
_UNSEEN = frozenset({"type", "style", "align", "action_id", "block_id"})


def size(text: str) -> int:
    """Return the length of a text in UTF-16 units, in which no client counts less."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def weight(value: object) -> int:
    """Return what a block or a list of them counts towards the ``BUDGET``.

    Every text counts, addresses and values of buttons too; and each object a little, but for those
    within a table, whose own limits allow two thousand cells.
    """
    match value:
        case {"type": "table", "rows": rows}:
            return CONTAINER + cells(rows)
        case dict():
            inner = (weight(item) for name, item in value.items() if name not in _UNSEEN)
            return sum(inner, CONTAINER if "type" in value else 0)
        case list():
            return sum(map(weight, value))
        case str(text):
            return size(text)
        case _:
            return 0


def cells(rows: object) -> int:
    """Return the characters of all cells of a table."""
    match rows:
        case dict():
            return sum(cells(item) for name, item in rows.items() if name not in _UNSEEN)
        case list():
            return sum(map(cells, rows))
        case str(text):
            return size(text)
        case _:
            return 0


def problems(payload: Mapping[str, Any]) -> list[str]:
    """Return what Slack would refuse in a message or a view, each with its place; none is fine."""
    nodes: list[_Node] = []
    _collect(payload, "", "", nodes)
    found = list(_each(nodes))
    is_view = payload.get("type") in {"modal", "home"}
    blocks = payload.get("blocks", [])
    allowed = IN_VIEW if is_view else IN_MESSAGE
    for place, block in enumerate(blocks):
        if block.get("type") not in allowed:
            found.append(f"blocks[{place}]: unknown {block.get('type')}")
    # In a view, what is typed is found by the names of block and action; only blocks must differ.
    for name in ("block_id",) if is_view else ("action_id", "block_id"):
        given = Counter(node[name] for _, _, node in nodes if name in node)
        found += [f"{name}: twice {one}" for one, times in given.items() if times > 1]
    found += _view(payload, blocks) if is_view else _message(payload, blocks)
    return found


def _message(payload: Mapping[str, Any], blocks: list[Json]) -> Iterator[str]:
    text = payload.get("text", "")
    yield from _span("text", size(text) if text.strip() else 0, 1, MESSAGE_TEXT)
    yield from _span("blocks", len(blocks), 0, MESSAGE_BLOCKS)
    yield from _span("weight", weight(blocks), 0, BUDGET)
    yield from _span("tables", sum(one.get("type") == "table" for one in blocks), 0, 1)
    metadata = payload.get("metadata")
    if metadata is not None:
        yield from _span("event_type", len(metadata["event_type"]), 1, EVENT_TYPE)
        yield from _span("metadata", _bytes(metadata), 0, METADATA_BYTES)


def _view(payload: Mapping[str, Any], blocks: list[Json]) -> Iterator[str]:
    yield from _span("view", _bytes(payload), 0, VIEW_BYTES)
    if any(one.get("type") == "input" for one in blocks) and "submit" not in payload:
        yield "submit: missing"


def _each(nodes: Sequence[_Node]) -> Iterator[str]:
    """Yield what is wrong with single objects."""
    for path, name, node in nodes:
        if name in _OPTIONS:
            yield from _span(f"{path}.text", size(_at(node, "text.text") or ""), 1, OPTION)
            yield from _span(f"{path}.value", size(node.get("value", "")), 1, OPTION)
        kind = node.get("type", "")
        for field, (least, most) in LENGTHS.get(kind, {}).items():
            value = _at(node, field)
            if value is not None:
                length = size(value) if isinstance(value, str) else len(value)
                yield from _span(f"{path}.{field}", length, least, most)
        yield from (
            f"{path}.{field}: missing" for field in REQUIRED.get(kind, ()) if field not in node
        )
        for member in node.get("elements", []) if kind in MEMBERS else []:
            if member.get("type") not in MEMBERS[kind]:
                yield f"{path}: no place for {member.get('type')}"
        for field in ("action_id", "block_id"):
            if field in node:
                yield from _span(f"{path}.{field}", size(node[field]), 1, ID)
        yield from _special(path, kind, node)


def _special(path: str, kind: str, node: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one object beyond the lengths of its fields."""
    match kind:
        case "table":
            rows = node.get("rows", [])
            for place, row in enumerate(rows):
                yield from _span(f"{path}.rows[{place}]", len(row), 1, TABLE_COLUMNS)
            yield from _span(f"{path}.cells", cells(rows), 0, TABLE_TEXT)
        case "rich_text_list":
            yield from _span(f"{path}.indent", node.get("indent", 0), 0, DEEPEST_INDENT)
            yield from _span(f"{path}.offset", node.get("offset", 0), 0, _ANY)
            if node.get("style") not in {"bullet", "ordered"}:
                yield f"{path}.style: unknown"
        case "image" if not str(node.get("image_url", "")).startswith("https://"):
            yield f"{path}.image_url: not https"
        case "date" if not isinstance(node.get("timestamp"), int):
            yield f"{path}.timestamp: no integer"
        case "header" | "button" if _at(node, "text.type") != "plain_text":
            yield f"{path}.text: not plain"
        case "plain_text_input":
            yield from _span(f"{path}.max_length", node.get("max_length", TYPED), 1, TYPED)
        case _:
            return


def _collect(value: object, path: str, name: str, out: list[_Node]) -> None:
    """Append every object of a payload."""
    if isinstance(value, Mapping):
        out.append((path or "payload", name, value))
        for field, inner in value.items():
            if not isinstance(inner, str):
                _collect(inner, f"{path}.{field}" if path else field, field, out)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _collect(inner, f"{path}[{place}]", name, out)


def _at(node: Mapping[str, Any], path: str) -> Any:
    value: Any = node
    for field in path.split("."):
        value = value.get(field) if isinstance(value, dict) else None
    return value


def _span(path: str, found: int, least: int, most: int) -> Iterator[str]:
    if found > most:
        yield f"{path}: {found} over {most}"
    elif found < least:
        yield f"{path}: {found} under {least}"


def _bytes(value: object) -> int:
    return len(json.dumps(value).encode())
