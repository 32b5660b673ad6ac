"""What Discord's things look like in JSON."""

from __future__ import annotations

from datetime import datetime

from tests.doubles.discord_guild.ids import instant
from tests.doubles.discord_guild.world import (
    Channel,
    Guild,
    Json,
    Kind,
    Member,
    Message,
    Role,
    User,
)


def stamp(at: datetime) -> str:
    """Return an instant as Discord writes it."""
    return at.isoformat(timespec="microseconds")


def user(one: User) -> Json:
    """Return a user."""
    return {
        "id": str(one.id), "username": one.name, "discriminator": "0", "global_name": one.name,
        "avatar": None, "bot": one.bot, "public_flags": 0,
    }  # fmt: skip


def role(one: Role, position: int) -> Json:
    """Return a role."""
    return {
        "id": str(one.id), "name": one.name, "permissions": str(int(one.permissions)),
        "position": position, "color": 0, "hoist": False, "managed": one.managed,
        "mentionable": one.mentionable, "flags": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    }  # fmt: skip


def member(one: Member) -> Json:
    """Return a member."""
    return {
        "user": user(one.user), "nick": None, "avatar": None,
        "roles": [str(some.id) for some in one.roles], "joined_at": stamp(one.joined),
        "premium_since": None, "deaf": False, "mute": False, "flags": 0, "pending": False,
    }  # fmt: skip


def channel(one: Channel, now: datetime) -> Json:
    """Return a channel of any kind."""
    shape: Json = {"id": str(one.id), "type": int(one.kind), "last_message_id": None, "flags": 0}
    if one.messages:
        shape["last_message_id"] = str(max(one.messages))
    if one.recipient is not None:
        return {**shape, "recipients": [user(one.recipient)]}
    if one.guild is not None:
        shape |= {"guild_id": str(one.guild.id), "name": one.name, "rate_limit_per_user": 0}
    if one.kind is not Kind.THREAD:
        overwrites = [
            {
                "id": str(target), "allow": str(int(allow)), "deny": str(int(deny)),
                "type": int(one.guild is not None and target in one.guild.members),
            }
            for target, (allow, deny) in one.overwrites.items()
        ]  # fmt: skip
        return {
            **shape, "position": 0, "topic": None, "nsfw": False, "parent_id": None,
            "permission_overwrites": overwrites,
        }  # fmt: skip
    return {
        **shape,
        "parent_id": str(one.parent.id) if one.parent else None,
        "owner_id": str(one.owner.id) if one.owner else None,
        "message_count": one.counted,
        "total_message_sent": one.counted,
        "member_count": 1,
        "thread_metadata": {
            "archived": one.archived(now),
            "archive_timestamp": stamp(one.active or instant(one.id)),
            "auto_archive_duration": int(one.archive_after.total_seconds() // 60),
            "locked": one.locked,
            "create_timestamp": stamp(instant(one.id)),
        },
    }


def message(one: Message, now: datetime, *, nonce: bool = False) -> Json:
    """Return a message; with its ``nonce`` only to who sent it and on the gateway."""
    shape: Json = {
        "id": str(one.id), "channel_id": str(one.channel.id), "author": user(one.author),
        "content": one.content, "timestamp": stamp(one.at),
        "edited_timestamp": stamp(one.edited) if one.edited else None,
        "tts": False, "mention_everyone": "everyone" in one.pinged, "mentions": [],
        "mention_roles": [], "attachments": [], "embeds": one.embeds, "pinned": False,
        "type": one.type, "flags": one.flags, "components": one.components,
    }  # fmt: skip
    if nonce and one.nonce is not None:
        shape["nonce"] = one.nonce
    if one.reference is not None:
        shape["message_reference"] = one.reference
    if one.author.bot is False:
        shape["author"]["bot"] = False
    guild = one.channel.guild
    thread = guild.channels.get(one.id) if guild else None
    if thread is not None:
        shape["thread"] = channel(thread, now)
    return shape


def guild(one: Guild) -> Json:
    """Return a guild as a request for it answers; channels and members are asked for apart."""
    return {
        "id": str(one.id), "name": one.name, "icon": None, "owner_id": str(one.owner.id),
        "roles": roles(one), "emojis": [], "stickers": [], "features": ["COMMUNITY"],
        "system_channel_id": str(one.system_channel.id) if one.system_channel else None,
        "public_updates_channel_id": str(one.updates_channel.id) if one.updates_channel else None,
        "rules_channel_id": None, "system_channel_flags": 0, "preferred_locale": "en-US",
        "verification_level": 0, "default_message_notifications": 1, "explicit_content_filter": 0,
        "mfa_level": 0, "nsfw_level": 0, "premium_tier": 0, "afk_timeout": 300,
    }  # fmt: skip


def roles(one: Guild) -> list[Json]:
    """Return a guild's roles."""
    return [role(some, place) for place, some in enumerate(one.roles.values())]


def whole_guild(one: Guild, me: User, now: datetime) -> Json:
    """Return a guild as the gateway tells of it: with its channels, live threads, and the bot."""
    own = one.members[me.id]
    channels = [some for some in one.channels.values() if some.kind is not Kind.THREAD]
    live = [some for some in one.threads() if not some.archived(now)]
    return {
        **guild(one),
        "large": False, "member_count": len(one.members), "joined_at": stamp(own.joined),
        "members": [member(own)],
        "channels": [channel(some, now) for some in channels],
        "threads": [channel(some, now) for some in live],
        "presences": [], "voice_states": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [],
    }  # fmt: skip
