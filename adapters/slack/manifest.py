"""The app manifest: what a team pastes into Slack to make the app, with no permission too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from bot.wording import slack as wording

NAMES = ("gradus", "quiz")
"""What the two slash commands are called unless told otherwise."""
QUIZ = "quiz"
"""The word that the second command stands for."""
ANSWER, SUGGEST = "answer:v1", "suggest:v1"
"""The shortcuts in the menu of a message, by callback."""

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "users:read",
)
"""Histories are read for one thing only: to find a message of ours whose fate is unknown."""
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_deleted",
    "group_left",
    "member_joined_channel",
    "tokens_revoked",
)


def manifest(names: Sequence[str] = NAMES) -> dict[str, Any]:
    """Return the manifest for two slash commands of these names, without their slashes."""
    root, quiz = (name.removeprefix("/") for name in names)
    return {
        "display_information": {"name": wording.NAME, "description": wording.DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,  # or no command could be typed there
            },
            "bot_user": {"display_name": wording.NAME, "always_online": True},
            "slash_commands": [
                _command(root, wording.ROOT_COMMAND, wording.ROOT_USAGE),
                _command(quiz, wording.QUIZ_COMMAND, wording.QUIZ_USAGE),
            ],
            "shortcuts": [
                _shortcut(ANSWER, wording.ANSWER_SHORTCUT, wording.ANSWER_ABOUT),
                _shortcut(SUGGEST, wording.SUGGEST_SHORTCUT, wording.SUGGEST_ABOUT),
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(names: Sequence[str] = NAMES) -> str:
    """Return the manifest as Slack's page takes it."""
    return yaml.safe_dump(manifest(names), sort_keys=False, allow_unicode=True, width=100)


def _command(name: str, about: str, usage: str) -> dict[str, Any]:
    return {
        "command": f"/{name}",
        "description": about,
        "usage_hint": usage,
        "should_escape": False,
    }


def _shortcut(callback: str, name: str, about: str) -> dict[str, Any]:
    return {"name": name, "type": "message", "callback_id": callback, "description": about}
