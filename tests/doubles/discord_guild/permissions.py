"""Who may do what where: Discord's permission bits and how roles and overwrites add up.

The numbers and the order of the sums are those of docs.discord.com, "Permissions".
"""

from __future__ import annotations

from enum import IntEnum


class May(IntEnum):
    """The permissions that the product or a test has to do with."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = (1 << 53) - 1
INVITED = (
    May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.SEND_MESSAGES_IN_THREADS
    | May.CREATE_PUBLIC_THREADS
    | May.EMBED_LINKS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
)
"""What the bot is invited with; 309237763072."""
EVERYONE = INVITED | May.USE_APPLICATION_COMMANDS
"""What each member may do in a new guild."""


def within(
    base: int, everyone: tuple[int, int], roles: list[tuple[int, int]], own: tuple[int, int]
) -> int:
    """Return what remains in a channel of ``base`` after its overwrites, each (allow, deny)."""
    if base & May.ADMINISTRATOR:
        return ALL
    allow = deny = 0
    for more, less in roles:
        allow, deny = allow | more, deny | less
    for more, less in (everyone, (allow, deny), own):
        base = base & ~less | more
    return base if base & May.VIEW_CHANNEL else 0
