"""What Discord's client makes of typed commands and filled-in forms, and what it lets not pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.doubles.discord_guild.checks import DISPLAY, LABEL, TEXT_INPUT
from tests.doubles.discord_guild.permissions import ALL
from tests.doubles.discord_guild.world import Channel, Guild, Json

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE = 3, 4, 5, 6, 7, 8
"""Types of options."""
CHANNEL_MENU, RADIO, CHECKS, CHECK = 8, 21, 22, 23
_MENUS = {3, 5, 6, 7, 8}
"""Types of fields."""

# Commands -----------------------------------------------------------------------------------------


def command(
    root: Json, words: str, options: Mapping[str, Any], guild: Guild, *, typing: str = ""
) -> Json:
    """Return the data of a slash command; fails where the client would not send it.

    While ``typing`` into an option, others may be missing.
    """
    data: Json = {"id": root["id"], "name": root["name"], "type": 1}
    resolved: Json = {}
    node, inner = root, data
    for word in words.split()[1:]:
        found = [one for one in node.get("options") or () if one["name"] == word]
        if not found or found[0]["type"] not in (1, 2):
            names = [one["name"] for one in node.get("options") or ()]
            raise AssertionError(f"/{words}: no {word!r} among {names}")
        node = found[0]
        below: Json = {"name": word, "type": node["type"], "options": []}
        inner["options"] = [below]
        inner = below
    known = {one["name"]: one for one in node.get("options") or ()}
    if any(one["type"] in (1, 2) for one in known.values()):
        raise AssertionError(f"/{words}: one of {list(known)} is missing")
    if strange := set(options) - set(known):
        raise AssertionError(f"/{words}: no option {strange} among {list(known)}")
    missing = [one["name"] for one in known.values() if one.get("required")]
    if not typing and (left := set(missing) - set(options)):
        raise AssertionError(f"/{words}: {left} is required")
    given = []
    for name, value in options.items():
        if name == typing and not known[name].get("autocomplete"):
            raise AssertionError(f"/{words}: nothing is suggested for {name}")
        if name != typing:
            _fits(known[name], value)
        one = {"name": name, "type": known[name]["type"], "value": _value(value, resolved, guild)}
        given.append(one | ({"focused": True} if name == typing else {}))
    if given:
        inner["options"] = given
    if resolved:
        data["resolved"] = resolved
    return data


def _fits(option: Json, value: Any) -> None:
    """Fail where the client would not take a value for an option."""
    choices = [one["value"] for one in option.get("choices") or ()]
    low, high = option.get("min_value"), option.get("max_value")
    short, long = option.get("min_length"), option.get("max_length")
    size = len(value) if isinstance(value, str) else 0
    kinds: dict[int, type] = {STRING: str, INTEGER: int, BOOLEAN: bool}
    wrong = (
        (choices and value not in choices)
        or (low is not None and value < low)
        or (high is not None and value > high)
        or (short is not None and size < short)
        or (long is not None and size > long)
        or not isinstance(value, kinds.get(option["type"], object))
    )
    if wrong:
        raise AssertionError(f"{option['name']}: {value!r} is not what {option} takes")


def _value(value: Any, resolved: Json, guild: Guild) -> Any:
    """Return a value as it is sent; channels and roles by id, and resolved."""
    if isinstance(value, str | int | float | bool):
        return value
    number = str(value.id)
    if value in guild.channels.values():
        resolved.setdefault("channels", {})[number] = _channel(value)
    elif value in guild.roles.values():
        resolved.setdefault("roles", {})[number] = {
            "id": number, "name": value.name, "permissions": "0", "position": 1, "color": 0,
            "hoist": False, "managed": value.managed, "mentionable": value.mentionable,
        }  # fmt: skip
    else:
        raise AssertionError(f"{value!r} is nothing of this guild")
    return number


def _channel(one: Channel) -> Json:
    return {
        "id": str(one.id), "name": one.name, "type": int(one.kind), "permissions": str(ALL),
        "guild_id": str(one.guild.id) if one.guild else None,
    }  # fmt: skip


# Forms --------------------------------------------------------------------------------------------

Values = Mapping[str, str | Sequence[str]]


def modal(shown: Json, values: Values, guild: Guild) -> Json:
    """Return the data of a submitted modal; fails where the client would not let it be sent.

    Channels are chosen by their ids.
    """
    channels: dict[str, Json] = {}
    title, left, numbers = shown["title"], dict(values), iter(range(1, 100))

    def field(one: Json) -> Json:
        name, kind = one["custom_id"], one["type"]
        given = left.pop(name, None)
        base = {"type": kind, "id": one.get("id") or next(numbers), "custom_id": name}
        if kind == TEXT_INPUT:
            return {**base, "value": _text(title, one, given)}
        if kind == CHECK:
            return {**base, "value": bool(given)}
        chosen = _chosen(title, one, given)
        if kind == CHANNEL_MENU:
            channels.update({name: _channel(guild.channels[int(name)]) for name in chosen})
        if kind == RADIO:
            return {**base, "value": chosen[0] if chosen else None}
        return {**base, "values": chosen}

    sent: list[Json] = []
    for one in shown["components"]:
        number = one.get("id") or next(numbers)
        if one["type"] == LABEL:
            sent.append({"type": LABEL, "id": number, "component": field(one["component"])})
        elif one["type"] == DISPLAY:
            sent.append({"type": DISPLAY, "id": number})
        else:
            rows = [field(inner) for inner in one["components"]]
            sent.append({"type": 1, "id": number, "components": rows})
    if left:
        raise AssertionError(f"{title}: no field {set(left)}")
    data: Json = {"custom_id": shown["custom_id"], "components": sent}
    return data | ({"resolved": {"channels": channels}} if channels else {})


def _text(title: str, one: Json, given: str | Sequence[str] | None) -> str:
    text = one.get("value") or "" if given is None else str(given)
    least = one.get("min_length") or int(one.get("required", True))
    if not (text or least) or least <= len(text) <= one.get("max_length", 4000):
        return text
    raise AssertionError(f"{title}: {one['custom_id']} cannot be {text!r}")


def _chosen(title: str, one: Json, given: str | Sequence[str] | None) -> list[str]:
    options = one.get("options") or []
    if given is None:
        chosen = [default["id"] for default in one.get("default_values") or ()]
        chosen += [option["value"] for option in options if option.get("default")]
    else:
        chosen = [given] if isinstance(given, str) else list(given)
    values = {option["value"] for option in options}
    required = one.get("required", True)
    least = (1 if one.get("min_values") is None else one["min_values"]) if required else 0
    most = one.get("max_values") or (len(values) if one["type"] == CHECKS else 1)
    free = one["type"] in _MENUS - {3}
    if not least <= len(chosen) <= most or not (free or set(chosen) <= values):
        raise AssertionError(f"{title}: {one['custom_id']} cannot be {chosen} of {values}")
    return chosen
