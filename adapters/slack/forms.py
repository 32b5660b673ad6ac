"""A form as a modal, and what was filled in as the values that the core reads.

It opens nothing and judges no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.limits import (
    FEW_OPTIONS,
    LABEL,
    OPTION,
    TYPED,
    VIEW_TITLE,
    Json,
)
from adapters.slack.richtext import clean, clipped, fitting, one_line
from bot.messages import Field, Form, ManyField, NumberField, OneField, PlaceField, TextField


def view(form: Form, private: str) -> dict[str, Any]:
    """Return a form as a modal whose ``callback_id`` is the form's action.

    ``private`` comes back with what was filled in; it is no authority. Each field is a block of the
    field's id, under which Slack takes error messages.
    """
    return {
        "type": "modal",
        "callback_id": form.action,
        "title": _plain_text(form.title, VIEW_TITLE),
        "submit": _plain_text(form.submit, VIEW_TITLE),
        "private_metadata": private,
        "blocks": [_input(field) for field in form.fields],
    }


def values(view_state: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """Return what was filled in by field id; nothing chosen or typed is an empty value.

    ``view_state`` is the ``state`` of a submitted view.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for field, elements in view_state.get("values", {}).items():
        for element in elements.values():
            found[field] = _value(element)
    return found


def places(view_state: Mapping[str, Any]) -> dict[str, str]:
    """Return the ids of the channels that were chosen, by field."""
    return {
        field: str(element["selected_conversation"])
        for field, elements in view_state.get("values", {}).items()
        for element in elements.values()
        if element.get("selected_conversation")
    }


def _value(element: Mapping[str, Any]) -> str | tuple[str, ...]:
    match element:
        case {"selected_options": chosen}:
            return tuple(option["value"] for option in chosen or ())
        case {"selected_option": chosen}:
            return str(chosen["value"]) if chosen else ""
        case _:
            return str(element.get("value") or "")


def _input(field: Field) -> Json:
    element: Json
    match field:
        case TextField(_, _, required, lines, hint, initial):
            element = _typed(initial) | {"multiline": lines > 1}
        case NumberField(_, _, hint, initial):
            required, element = True, _typed(initial)
        case OneField(_, _, options, required, initial):
            hint, made = "", [_option(*option) for option in options]
            few = len(made) <= FEW_OPTIONS
            element = {"type": "radio_buttons" if few else "static_select", "options": made}
            picked = next((one for one in made if one["value"] == initial), None)
            element |= {"initial_option": picked} if picked else {}
        case PlaceField(_, _, initial):
            required, hint = True, ""
            element = {
                "type": "conversations_select",
                "filter": {"include": ["public", "private"], "exclude_bot_users": True},
            }
            element |= {"initial_conversation": initial.rpartition("/")[2]} if initial else {}
        case ManyField(_, _, options, initial_keys):
            # Slack would not let a required one be sent with nothing ticked; the core reads that.
            required, hint, made = False, "", [_option(*option) for option in options]
            few = len(made) <= FEW_OPTIONS
            element = {"type": "checkboxes" if few else "multi_static_select", "options": made}
            ticked = [one for one in made if one["value"] in initial_keys]
            element |= {"initial_options": ticked} if ticked else {}
    block: Json = {
        "type": "input",
        "block_id": field.id,
        "label": _plain_text(field.label, LABEL),
        "element": element | {"action_id": field.id},
        "optional": not required,
    }
    return block | ({"hint": _plain_text(hint, LABEL)} if hint.strip() else {})


def _typed(initial: str) -> Json:
    element: Json = {"type": "plain_text_input", "max_length": TYPED}
    shown = clean(initial)
    return element | ({"initial_value": shown[: fitting(shown, TYPED)]} if shown else {})


def _option(value: str, label: str) -> Json:
    return {"text": _plain_text(label, OPTION), "value": value}


def _plain_text(text: str, most: int) -> Json:
    shown = clipped(one_line(text).strip() or "…", most)
    return {"type": "plain_text", "text": shown, "emoji": False}
