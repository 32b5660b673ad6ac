"""What Discord would refuse in a body, by its documents: independent of the adapter's own checker.

Both are asked, so that neither can be wrong alone. The numbers are those of docs.discord.com on
messages, components and application commands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from adapters.discord.limits import problems
from tests.doubles.discord_guild.world import V2, Json

BUTTON, TEXT_INPUT, DISPLAY, LABEL = 2, 4, 10, 18
_NAME = re.compile(r"[-_'\w]{1,32}")
_CUSTOM = {2: "button", 3: "select", 4: "input", 5: "users", 6: "roles", 7: "mentions",
           8: "channels", 19: "upload", 21: "radio", 22: "checks", 23: "check"}  # fmt: skip
"""Types of components with a ``custom_id``."""


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield components and those within them."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        for inner in ("component", "accessory"):
            if one.get(inner):
                yield from walk([one[inner]])


def message(body: Json) -> list[str]:
    """Return what is wrong with a whole message."""
    components = body.get("components") or []
    found = list(_components(components))
    found += _mentions(body.get("allowed_mentions"))
    if "nonce" in body and len(str(body["nonce"])) > 25:
        found.append("nonce: over 25")
    if not body.get("flags", 0) & V2:
        return [*found, *_plain(body, components)]
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(field):
            found.append(f"{field}: cannot be used with MessageFlags.IS_COMPONENTS_V2")
    nodes = list(walk(components))
    if not 1 <= len(nodes) <= 40:
        found.append(f"components: {len(nodes)}, of 1 to 40")
    text = sum(len(node.get("content", "")) for node in nodes if node.get("type") == DISPLAY)
    if text > 4000:
        found.append(f"components: {text} characters of text, over 4000")
    return found + [one for one in problems(body) if not one.startswith("allowed_mentions")]


def modal(body: Json) -> list[str]:
    """Return what is wrong with a modal."""
    components = body.get("components") or []
    found = list(_components(components))
    if not 1 <= len(body.get("title", "")) <= 45:
        found.append("title: of 1 to 45 characters")
    if not 1 <= len(body.get("custom_id", "")) <= 100:
        found.append("custom_id: of 1 to 100 characters")
    if not 1 <= len(components) <= 5:
        found.append(f"components: {len(components)}, of 1 to 5")
    for one in components:
        if one.get("type") == LABEL:
            if not 1 <= len(one.get("label", "")) <= 45 or len(one.get("description") or "") > 100:
                found.append("label: of 1 to 45 characters, described in 100")
        elif one.get("type") not in (1, DISPLAY):
            found.append(f"components: no place for {one.get('type')} in a modal")
    return found + problems({**body, "components": components})


def suggestions(choices: list[Json]) -> list[str]:
    """Return what is wrong with the choices of an autocomplete."""
    found = [f"choices: {len(choices)} over 25"] if len(choices) > 25 else []
    found += [
        f"choices: {one}"
        for one in choices
        if not 1 <= len(one.get("name", "")) <= 100 or len(str(one.get("value", ""))) > 100
    ]
    return found


def _plain(body: Json, components: list[Json]) -> Iterator[str]:
    """Yield what is wrong with a message of the first kind."""
    if len(body.get("content") or "") > 2000:
        yield "content: over 2000"
    embeds = body.get("embeds") or []
    if len(embeds) > 10:
        yield "embeds: over 10"
    sizes = [(one.get("title", ""), one.get("description", "")) for one in embeds]
    if any(len(title) > 256 or len(text) > 4096 for title, text in sizes):
        yield "embeds: title over 256 or description over 4096"
    if sum(len(title) + len(text) for title, text in sizes) > 6000:
        yield "embeds: over 6000 together"
    if len(components) > 5 or any(one.get("type") != 1 for one in components):
        yield "components: at most 5 action rows"


def _components(components: list[Json]) -> Iterator[str]:
    """Yield what is wrong with any components."""
    nodes = list(walk(components))
    for name in ("custom_id", "id"):
        given = Counter(node[name] for node in nodes if node.get(name))
        if twice := [one for one, times in given.items() if times > 1]:
            yield f"{name}: duplicated {twice}"
    for node in nodes:
        kind, custom_id = node.get("type"), node.get("custom_id")
        link = kind == BUTTON and node.get("style") in (5, 6)
        if kind in _CUSTOM and not link and not 1 <= len(custom_id or "") <= 100:
            yield f"custom_id: {custom_id!r} is not of 1 to 100 characters"
        if link and (custom_id or not node.get("url")):
            yield "url: a link button has an address and no custom_id"
        if kind == BUTTON and len(node.get("label") or "") > 80:
            yield "label: over 80"
        if kind == 1 and len(node.get("components") or []) > 5:
            yield "components: over 5 in a row"
        if kind == TEXT_INPUT and len(node.get("value") or "") > node.get("max_length", 4000):
            yield "value: over max_length"
        if kind == DISPLAY and not node.get("content", "").strip():
            yield "content: empty"
        values = [one.get("value") for one in node.get("options") or []]
        if len(values) > 25 or len(set(values)) < len(values):
            yield "options: over 25, or a value twice"


def _mentions(allowed: Json | None) -> Iterator[str]:
    if allowed is None:
        return
    for kind in ("users", "roles"):
        if kind in allowed.get("parse", []) and allowed.get(kind):
            yield f"allowed_mentions: parse and a list of {kind} exclude each other"
        if len(allowed.get(kind) or []) > 100:
            yield f"allowed_mentions: over 100 {kind}"


# Application commands -----------------------------------------------------------------------------


def commands(all_: list[Json]) -> list[str]:
    """Return what is wrong with the commands of one scope."""
    found = []
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        names = [one.get("name") for one in all_ if one.get("type", 1) == kind]
        if len(names) > most or len(set(names)) < len(names):
            found.append(f"type {kind}: over {most}, or a name twice")
    for one in all_:
        if one.get("type", 1) == 1:
            found += _described(one, one.get("name", "?"))
            if _characters(one) > 8000:
                found.append(f"{one.get('name')}: over 8000 characters")
        elif not 1 <= len(one.get("name", "")) <= 32 or one.get("description"):
            found.append(f"{one.get('name')}: 1 to 32 characters and no description")
    return found


def _described(one: Json, path: str) -> Iterator[str]:
    name = one.get("name", "")
    if not _NAME.fullmatch(name) or name != name.lower():
        yield f"{path}: is no name"
    if not 1 <= len(one.get("description", "")) <= 100:
        yield f"{path}: described in 1 to 100 characters"
    options: list[Json] = one.get("options") or []
    names = [option.get("name") for option in options]
    if len(options) > 25 or len(set(names)) < len(names):
        yield f"{path}: over 25 options, or one twice"
    groups = [option.get("type") in (1, 2) for option in options]
    if any(groups) and not all(groups):
        yield f"{path}: subcommands beside options"
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        yield f"{path}: required options come first"
    for option in options:
        where = f"{path} {option.get('name')}"
        yield from _described(option, where)
        choices: list[Json] = option.get("choices") or []
        if choices and option.get("autocomplete"):
            yield f"{where}: choices beside autocomplete"
        yield from (f"{where}: {problem}" for problem in suggestions(choices))


def _characters(node: Any) -> int:
    if isinstance(node, dict):
        own = sum(len(str(node.get(key) or "")) for key in ("name", "description", "value"))
        inner = (*(node.get("options") or []), *(node.get("choices") or []))
        return own + sum(map(_characters, inner))
    return 0
