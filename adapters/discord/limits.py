"""The limits of a Discord payload as data, and the one check against them.

It mends nothing and draws nothing. The limits are those of docs.discord.com on messages, channels
and components; discord.py checks hardly any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

# Whole payloads -----------------------------------------------------------------------------------

CONTENT = 2_000
"""Of a message without components of the second version."""
TEXT = 4_000
"""Of all text displays of a message together."""
COMPONENTS = 40
"""Of a message, those within others included."""
NONCE = 25
THREAD_NAME = 100
MODAL_TITLE = 45
MODAL_COMPONENTS = 5
MENTIONS = 100
COMPONENTS_V2 = 1 << 15
"""The flag under which components may be text; it forbids ``content`` and embeds."""

# Parts of payloads --------------------------------------------------------------------------------

ROW, BUTTON, SELECT, INPUT, PLACE, DISPLAY = 1, 2, 3, 4, 8, 10
GALLERY, SEPARATOR, CONTAINER, FIELD, RADIO, CHECKS = 12, 14, 17, 18, 21, 22
"""The numbers of the types of components that we send."""

ROW_OF_BUTTONS = 5
BUTTON_LABEL = 80
ID = 100
MARK = 2**31 - 1
"""The largest number a component can have as its ``id``."""
URL = 2_048
LINK = 512
"""The address of a button that leads somewhere."""
ALT = 1_024
OPTIONS = 25
FEW_OPTIONS = 10
"""Radio and check boxes; more need a menu."""
OPTION = 100
PLACEHOLDER = 100
COMMAND = 100
"""The description of a command or option, and what is suggested for one."""
SUGGESTIONS = 25
SELECT_PLACEHOLDER = 150
TYPED = 4_000
FIELD_LABEL = 45
HINT = 100
_ANY = 1_000_000

LENGTHS: Mapping[int, Mapping[str, tuple[int, int]]] = {
    ROW: {"components": (1, ROW_OF_BUTTONS)},
    BUTTON: {"label": (1, BUTTON_LABEL), "custom_id": (1, ID), "url": (1, LINK)},
    SELECT: {
        "options": (1, OPTIONS), "custom_id": (1, ID), "placeholder": (0, SELECT_PLACEHOLDER),
    },
    INPUT: {"custom_id": (1, ID), "value": (0, TYPED), "placeholder": (0, PLACEHOLDER)},
    PLACE: {"custom_id": (1, ID)},
    DISPLAY: {"content": (1, TEXT)},
    GALLERY: {"items": (1, 10)},
    SEPARATOR: {},
    CONTAINER: {"components": (1, _ANY)},
    FIELD: {"label": (1, FIELD_LABEL), "description": (0, HINT)},
    RADIO: {"options": (2, FEW_OPTIONS), "custom_id": (1, ID)},
    CHECKS: {"options": (1, FEW_OPTIONS), "custom_id": (1, ID)},
}  # fmt: skip
"""Least and most characters of a text, or members of a list, by type and field."""

REQUIRED: Mapping[int, tuple[str, ...]] = {
    ROW: ("components",), BUTTON: ("style",), SELECT: ("options", "custom_id"),
    INPUT: ("custom_id", "style"), PLACE: ("custom_id",), DISPLAY: ("content",),
    GALLERY: ("items",), CONTAINER: ("components",), FIELD: ("label", "component"),
    RADIO: ("options", "custom_id"), CHECKS: ("options", "custom_id"),
}  # fmt: skip

_SHOWN = frozenset({ROW, DISPLAY, GALLERY, SEPARATOR})
MEMBERS: Mapping[int, frozenset[int]] = {
    ROW: frozenset({BUTTON, SELECT}),
    CONTAINER: _SHOWN,
    FIELD: frozenset({INPUT, SELECT, PLACE, RADIO, CHECKS}),
}
"""What may stand within a type."""
IN_MESSAGE = _SHOWN | {CONTAINER}
IN_MODAL = frozenset({FIELD, DISPLAY})

_Node = tuple[str, Mapping[str, Any]]
"""The path of a component, and the component itself."""


def size(text: str) -> int:
    """Return the length of a text in UTF-16 units, in which no client counts less."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def displayed(payload: Mapping[str, Any]) -> int:
    """Return the length of all text displays together."""
    nodes = _nodes(payload.get("components", []), "components")
    return sum(size(node["content"]) for _, node in nodes if node.get("type") == DISPLAY)


def problems(payload: Mapping[str, Any]) -> list[str]:
    """Return what Discord would refuse in a message, a modal or a new thread; none is fine."""
    top = payload.get("components", [])
    nodes = list(_nodes(top, "components"))
    found = [one for path, node in nodes for one in _component(path, node)]
    for name in ("custom_id", "id"):
        given = Counter(node[name] for _, node in nodes if name in node)
        found += [f"{name}: twice {one}" for one, times in given.items() if times > 1]
    modal = "title" in payload
    for place, one in enumerate(top):
        if one.get("type") not in (IN_MODAL if modal else IN_MESSAGE):
            found.append(f"components[{place}]: no place for {one.get('type')}")
    if modal:
        found += _span("title", size(payload["title"]), 1, MODAL_TITLE)
        found += _span("custom_id", size(payload.get("custom_id", "")), 1, ID)
        found += _span("components", len(top), 1, MODAL_COMPONENTS)
    elif "name" in payload:
        found += _span("name", size(payload["name"].strip()), 1, THREAD_NAME)
    else:
        found += _message(payload, len(nodes))
    return found


def _message(payload: Mapping[str, Any], components: int) -> Iterator[str]:
    if payload.get("flags", 0) & COMPONENTS_V2:
        yield from _span("components", components, 1, COMPONENTS)
        yield from _span("text", displayed(payload), 0, TEXT)
        for field in ("content", "embeds", "poll", "stickers"):
            if payload.get(field):
                yield f"{field}: not beside components"
    else:
        yield from _span("content", size(payload.get("content", "").strip()), 1, CONTENT)
    if "nonce" in payload:
        yield from _span("nonce", size(str(payload["nonce"])), 1, NONCE)
    mentions = payload.get("allowed_mentions")
    if mentions is None or mentions.get("parse") != []:
        yield "allowed_mentions: not closed"
    else:
        yield from _span("allowed_mentions.roles", len(mentions.get("roles", [])), 0, MENTIONS)


def _component(path: str, node: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one component."""
    kind = node.get("type", 0)
    if kind not in LENGTHS:
        yield f"{path}: unknown {kind}"
    for field, (least, most) in LENGTHS.get(kind, {}).items():
        value = node.get(field)
        if value is not None:
            length = size(value.strip() and value) if isinstance(value, str) else len(value)
            yield from _span(f"{path}.{field}", length, least, most)
    for field in REQUIRED.get(kind, ()):
        if field not in node:
            yield f"{path}.{field}: missing"
    for member in _members(node) if kind in MEMBERS else ():
        if member.get("type") not in MEMBERS[kind]:
            yield f"{path}: no place for {member.get('type')}"
    if "id" in node:
        yield from _span(f"{path}.id", node["id"], 1, MARK)
    yield from _special(path, kind, node)


def _special(path: str, kind: int, node: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one component beyond the lengths of its fields."""
    match kind:
        case _ if kind in (SELECT, RADIO, CHECKS):
            for place, option in enumerate(node.get("options", [])):
                for field in ("label", "value"):
                    length = size(option.get(field, ""))
                    yield from _span(f"{path}.options[{place}].{field}", length, 1, OPTION)
        case _ if kind == BUTTON:
            if ("url" in node) == ("custom_id" in node):
                yield f"{path}: id or address"
            if not node.get("label") and not node.get("emoji"):
                yield f"{path}.label: missing"
        case _ if kind == GALLERY:
            for place, item in enumerate(node.get("items", [])):
                where = f"{path}.items[{place}]"
                url = item["media"]["url"]
                yield from _span(f"{where}.url", size(url), 1, URL)
                yield from _span(f"{where}.description", size(item.get("description", "")), 0, ALT)
                if not url.startswith(("https://", "attachment://")):
                    yield f"{where}.url: not https"
        case _:
            return


def _members(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = node.get("component")
    return [*node.get("components", []), *([inner] if inner else [])]


def _nodes(components: list[Any], path: str) -> Iterator[_Node]:
    """Yield every component with its path, outer ones first."""
    for place, one in enumerate(components):
        here = f"{path}[{place}]"
        yield here, one
        yield from _nodes(_members(one), f"{here}.components")


def _span(path: str, found: int, least: int, most: int) -> Iterator[str]:
    if found > most:
        yield f"{path}: {found} over {most}"
    elif found < least:
        yield f"{path}: {found} under {least}"
