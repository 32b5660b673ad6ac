"""A form as a Discord modal, and what was filled into one as the values that the core reads.

It opens nothing and judges no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.discord.inline import clean, clipped, one_line
from adapters.discord.limits import (
    CHECKS,
    FEW_OPTIONS,
    FIELD,
    FIELD_LABEL,
    HINT,
    INPUT,
    MODAL_TITLE,
    OPTION,
    OPTIONS,
    PLACE,
    RADIO,
    SELECT,
    Json,
)
from adapters.discord.places import split
from bot.messages import Field, Form, ManyField, NumberField, OneField, PlaceField, TextField

TYPED = 3_000
"""Characters that can be typed; Discord would take 4,000, the core takes no longer contribution."""
_SHORT, _LONG = 1, 2
_POSTABLE = [0, 5]
"""Types of channels: text, and announcements."""


def modal(form: Form) -> Json:
    """Return a form as a modal whose ``custom_id`` is the form's action."""
    return {
        "title": _plain(form.title, MODAL_TITLE),
        "custom_id": form.action,
        "components": [_labelled(field) for field in form.fields],
    }


def values(
    data: Mapping[str, Any], place: Callable[[int], str]
) -> dict[str, str | tuple[str, ...]]:
    """Return what was filled into a modal by field id; nothing chosen is an empty value.

    ``data`` is that of the interaction; ``place`` returns what stands for a channel, by its id.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for one in _filled(data.get("components") or ()):
        chosen = tuple(map(str, one.get("values") or ()))
        if one.get("type") == PLACE:
            found[one["custom_id"]] = place(int(chosen[0])) if chosen else ""
        elif "values" in one:
            found[one["custom_id"]] = chosen
        else:
            found[one["custom_id"]] = str(one.get("value") or "")
    return found


def typed(data: Mapping[str, Any]) -> str:
    """Return the texts that were typed into a modal, below one another."""
    written = (one for one in _filled(data.get("components") or ()) if one.get("type") == INPUT)
    return "\n".join(text for one in written if (text := str(one.get("value") or "").strip()))


def _filled(components: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the components that take something, wherever they stand."""
    for one in components:
        if "component" in one:
            yield from _filled([one["component"]])
        elif "components" in one:
            yield from _filled(one["components"])
        elif "custom_id" in one:
            yield one


# Fields -------------------------------------------------------------------------------------------


def _labelled(field: Field) -> Json:
    hint = field.hint if isinstance(field, TextField | NumberField) else ""
    shown: Json = {
        "type": FIELD,
        "label": _plain(field.label, FIELD_LABEL),
        "component": {"custom_id": field.id, **_input(field)},
    }
    return shown | ({"description": _plain(hint, HINT)} if hint.strip() else {})


def _input(field: Field) -> Json:
    match field:
        case TextField(_, _, required, lines, _, initial):
            style = _LONG if lines > 1 else _SHORT
            return {"type": INPUT, "style": style, "required": required, **_typing(initial)}
        case NumberField(_, _, _, initial):
            return {"type": INPUT, "style": _SHORT, "required": True, **_typing(initial)}
        case OneField(_, _, options, required, initial):
            few = 2 <= len(options) <= FEW_OPTIONS
            kind = RADIO if few else SELECT
            return {"type": kind, "required": required, "options": _options(options, (initial,))}
        case ManyField(_, _, options, initial):
            # Discord would not let a required one be sent with nothing ticked; the core reads that.
            made = _options(options, initial)
            few = len(made) <= FEW_OPTIONS
            return {
                "type": CHECKS if few else SELECT, "required": False,
                "min_values": 0, "max_values": len(made), "options": made,
            }  # fmt: skip
        case PlaceField(_, _, initial):
            _, channel = split(initial)
            begun = [{"id": str(channel), "type": "channel"}] if channel else []
            return {
                "type": PLACE, "required": True, "channel_types": _POSTABLE, "max_values": 1,
                **({"default_values": begun} if begun else {}),
            }  # fmt: skip


def _typing(initial: str) -> Json:
    shown = clipped(clean(initial), TYPED) if initial else ""
    return {"max_length": TYPED, **({"value": shown} if shown else {})}


def _options(options: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> list[Json]:
    return [
        {"label": _plain(label, OPTION), "value": value, **({"default": True} if on else {})}
        for value, label in options[:OPTIONS]
        for on in [value in chosen]
    ]


def _plain(text: str, most: int) -> str:
    return clipped(one_line(text).strip() or "…", most)
