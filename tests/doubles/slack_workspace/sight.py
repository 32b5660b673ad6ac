"""What somebody sees of a payload: the words, the buttons, the fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack_workspace.checks import nodes
from tests.doubles.slack_workspace.state import Json, Version

_TAG = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be pressed."""

    label: str
    block_id: str
    element: Json


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be filled in."""

    id: str
    """The ``block_id``."""
    label: str
    element: Json
    optional: bool


def shown(version: Version) -> str:
    """Return what a message shows; its text, where there are no blocks."""
    return written(version.blocks) if version.blocks else mrkdwn(version.text)


def view(content: Mapping[str, Any]) -> str:
    """Return what a view shows."""
    parts = [content.get("title", {}).get("text", ""), written(content["blocks"])]
    parts += [f"[{content[name]['text']}]" for name in ("submit",) if content.get(name)]
    return "\n".join(part for part in parts if part)


def written(blocks: Sequence[Json]) -> str:
    """Return what blocks show, a line or more each; buttons in square brackets."""
    return "\n".join(line for block in blocks if (line := _block(block)))


def mrkdwn(text: str) -> str:
    """Return the words of mrkdwn: an instant or a link by its words, entities as characters."""
    plain = _TAG.sub(lambda found: found[2] or found[1], text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def buttons(blocks: Sequence[Json]) -> list[Button]:
    """Return the buttons in blocks."""
    return [
        Button(one["text"]["text"], block.get("block_id", ""), dict(one))
        for block in blocks
        for one in nodes(block)
        if one.get("type") == "button"
    ]


def fields(blocks: Sequence[Json]) -> list[Field]:
    """Return the fields of a modal."""
    return [
        Field(
            block["block_id"], block["label"]["text"], block["element"],
            optional=bool(block.get("optional")),
        )
        for block in blocks
        if block["type"] == "input"
    ]  # fmt: skip


def options(element: Mapping[str, Any]) -> dict[str, str]:
    """Return what can be chosen in a field, the words by the value."""
    return {one["value"]: one["text"]["text"] for one in element.get("options", ())}


def _block(block: Json) -> str:
    match block:
        case {"type": "header", "text": {"text": str(text)}}:
            return f"# {text}"
        case {"type": "rich_text", "elements": elements}:
            return "\n".join(_rich(one) for one in elements)
        case {"type": "table", "rows": rows}:
            return "\n".join(" | ".join(_block(cell) for cell in row) for row in rows)
        case {"type": "actions", "elements": elements}:
            return " ".join(f"[{one['text']['text']}]" for one in elements if "text" in one)
        case {"type": "context", "elements": elements}:
            return f"({' '.join(map(_text, elements))})"
        case {"type": "image", "alt_text": str(alt)}:
            return f"[image: {alt}]"
        case {"type": "input", "label": label, "element": element}:
            chosen = ", ".join(options(element).values())
            hint = _text(block["hint"]) if "hint" in block else ""
            return "\n".join(
                part for part in (f"{_text(label)}{': ' * bool(chosen)}{chosen}", hint) if part
            )
        case {"type": "section"}:
            texts = [block["text"]] if "text" in block else []
            lines = [_text(one) for one in (*texts, *block.get("fields", ()))]
            return "\n".join([*lines, *(f"[{one.label}]" for one in buttons([block]))])
        case _:
            return ""


def _text(node: Mapping[str, Any]) -> str:
    words = str(node.get("text", node.get("alt_text", "")))
    return mrkdwn(words) if node.get("type") == "mrkdwn" else words


def _rich(element: Json) -> str:
    match element:
        case {"type": "rich_text_list", "elements": items, "style": style}:
            first = int(element.get("offset", 0)) + 1
            marks = [
                f"{first + place}. " if style == "ordered" else "• " for place in range(len(items))
            ]
            return "\n".join(mark + _rich(item) for mark, item in zip(marks, items, strict=True))
        case {"type": "rich_text_quote", "elements": parts}:
            return "\n".join(f"| {line}" for line in _inline(parts).split("\n"))
        case {"elements": parts}:
            return _inline(parts)
        case _:
            return ""


def _inline(parts: Sequence[Json]) -> str:
    return "".join(_pieces(parts))


def _pieces(parts: Sequence[Json]) -> Iterator[str]:
    for part in parts:
        match part:
            case {"type": "text", "text": str(text)}:
                yield text
            case {"type": "link", "url": str(url)}:
                yield part.get("text", url)
            case {"type": "date", "fallback": str(words)}:
                yield words
            case {"type": "user", "user_id": str(user)}:
                yield f"@{user}"
            case {"type": "usergroup", "usergroup_id": str(group)}:
                yield f"@{group}"
            case _:
                yield f"<{part.get('type')}>"
