"""The address at which an admin of a server adds the bot, with what it needs and no more."""

from __future__ import annotations

from urllib.parse import urlencode

import discord

from bot.wording import discord as wording


def permissions() -> discord.Permissions:
    """Return what the bot needs in its channels."""
    return discord.Permissions(**dict.fromkeys(wording.PERMISSIONS, True))


def address(application: int) -> str:
    """Return the invitation of an application, for servers."""
    asked = {
        "client_id": application,
        "scope": "bot applications.commands",
        "permissions": permissions().value,
        "integration_type": 0,
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"
