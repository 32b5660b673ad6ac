"""The methods that open modals and the Home tab."""

from __future__ import annotations

from tests.doubles.slack_workspace import checks
from tests.doubles.slack_workspace.access import Method, parsed, text
from tests.doubles.slack_workspace.state import STACK, Json, Refused, State, View


def view_json(state: State, view: View, values: Json | None = None) -> Json:
    """Return a view as the app gets it back; ``values`` is what was filled in."""
    content = view.content
    plain = {"type": "plain_text", "text": "", "emoji": True}
    return {
        "id": view.id,
        "team_id": state.team,
        "app_id": state.app.id,
        "app_installed_team_id": state.team,
        "bot_id": state.app.bot,
        "type": content["type"],
        "callback_id": content.get("callback_id", ""),
        "private_metadata": content.get("private_metadata", ""),
        "external_id": content.get("external_id", ""),
        "title": content.get("title", plain),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "blocks": content["blocks"],
        "state": {"values": values or {}},
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
    }


def _content(state: State, args: Json, kind: str, *, instead_of: View | None = None) -> Json:
    content = parsed(args, "view", "invalid_arguments")
    checks.view(content, kind)
    name = content.get("external_id")
    if name and state.external(name) not in {None, instead_of}:
        raise Refused("duplicate_external_id")
    blocks = [{"block_id": state.fresh("b"), **block} for block in content["blocks"]]
    return {**content, "blocks": blocks}


def _open(state: State, args: Json) -> Json:
    content = _content(state, args, "modal")
    user = state.spend(text(args, "trigger_id")).user
    view = state.show(user, content)
    state.modals[user] = [view]
    return {"view": view_json(state, view)}


def _push(state: State, args: Json) -> Json:
    content = _content(state, args, "modal")
    trigger = state.spend(text(args, "trigger_id"))
    stack = state.modals.get(trigger.user) or []
    if not trigger.view or not stack:
        raise Refused("not_found")
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    view = state.show(trigger.user, content, on=stack[-1])
    stack.append(view)
    return {"view": view_json(state, view)}


def _update(state: State, args: Json) -> Json:
    name = args.get("external_id")
    found = state.external(str(name)) if name else state.view(str(args.get("view_id", "")))
    if found is None:
        raise Refused("not_found")
    _unchanged(found, args)
    state.replace(found, _content(state, args, found.content["type"], instead_of=found))
    return {"view": view_json(state, found)}


def _publish(state: State, args: Json) -> Json:
    content = _content(state, args, "home")
    user = text(args, "user_id")
    if user not in state.users:
        raise Refused("user_not_found")
    found = state.homes.get(user)
    if found is None:
        found = state.homes[user] = state.show(user, content)
    else:
        _unchanged(found, args)
        state.replace(found, content)
    return {"view": view_json(state, found)}


def _unchanged(view: View, args: Json) -> None:
    if args.get("hash") not in {None, "", view.hash}:
        raise Refused("hash_conflict")


METHODS = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}
