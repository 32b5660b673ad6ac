"""Messages: made once per nonce, read back, edited, deleted; and threads, which hang on them."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import timedelta

from tests.doubles.discord_guild import checks, shapes
from tests.doubles.discord_guild.permissions import May
from tests.doubles.discord_guild.refusals import Refusal
from tests.doubles.discord_guild.state import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS, State
from tests.doubles.discord_guild.world import (
    EPHEMERAL,
    HAS_THREAD,
    V2,
    Channel,
    Guild,
    Json,
    Kind,
    Message,
    User,
)

STARTED = 21
"""The type of the first message of a thread, which only points to the one it hangs on."""
_MENTION = re.compile(r"<@(&|!)?([0-9]+)>|@(everyone|here)")


# Making -------------------------------------------------------------------------------------------


def post(state: State, channel: Channel, body: Json) -> Message:
    """Post as the bot; a nonce of the last minutes returns the message it was posted with."""
    _may_write(state, channel)
    nonce = body.get("nonce")
    known = state.nonces.get((state.me.id, str(nonce))) if body.get("enforce_nonce") else None
    if known and state.clock() - known[1] < state.rules.nonce_window:
        if known[0].deleted:
            raise Refusal(10008)
        return known[0]
    message = make(state, channel, state.me, body)
    if nonce is not None:
        state.nonces[state.me.id, str(nonce)] = (message, state.clock())
    return message


def make(
    state: State, channel: Channel, author: User, body: Json, *, viewer: User | None = None
) -> Message:
    """Make a message of a body that is in order, for everyone or for one; raises ``Refusal``."""
    if not any(body.get(one) for one in ("content", "components", "embeds", "attachments")):
        raise Refusal(50006)
    if wrong := checks.message(body):
        raise Refusal(50035, wrong)
    message = Message(state.ids.new(), channel, author, nonce=body.get("nonce"), viewer=viewer)
    message.reference = body.get("message_reference")
    message.flags = body.get("flags", 0) & (V2 | EPHEMERAL | 1 << 2)
    show(state, message, body)
    place(state, message)
    return message


def place(state: State, message: Message) -> None:
    """Put a message where it belongs and tell of it."""
    channel = message.channel
    if message.viewer is not None:
        state.ephemerals[message.id] = message
    else:
        channel.messages[message.id] = message
        if channel.kind is Kind.THREAD:
            _written_to(state, channel)
        _tell(state, "MESSAGE_CREATE", message)
    state.pulse.beat()


def show(state: State, message: Message, body: Json) -> None:
    """Let a message show what a body says, where the body says anything."""
    message.versions.append(body)
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = _numbered(body["components"] or [])
    message.pinged = _pinged(message, body.get("allowed_mentions"))


def _numbered(components: list[Json]) -> list[Json]:
    """Return components as Discord keeps them: each with an id of its own, texts trimmed."""
    kept = copy.deepcopy(components)
    nodes = list(checks.walk(kept))
    taken = {node["id"] for node in nodes if node.get("id")}
    free = (number for number in range(1, len(nodes) + len(taken) + 1) if number not in taken)
    for node in nodes:
        node["id"] = node.get("id") or next(free)
        if node["type"] == checks.DISPLAY:
            node["content"] = node["content"].strip()
    return kept


def _pinged(message: Message, allowed: Mapping[str, list[str]] | None) -> tuple[str, ...]:
    """Return whom a message notifies: roles and users by id, or ``everyone``."""
    texts = [node.get("content", "") for node in checks.walk(message.components)]
    found: set[str] = set()
    guild = message.channel.guild
    mighty = bool(
        guild and guild.permissions(message.author, message.channel) & May.MENTION_EVERYONE
    )
    for mark, number, everyone in _MENTION.findall("\n".join((message.content, *texts))):
        kind = "everyone" if everyone else "roles" if mark == "&" else "users"
        named = allowed is not None and number in map(str, allowed.get(kind) or ())
        if not (allowed is None or kind in allowed.get("parse", ()) or named):
            continue
        role = guild.roles.get(int(number)) if guild and number else None
        if everyone and mighty:
            found.add("everyone")
        elif kind == "users" or (role and (role.mentionable or mighty)):
            found.add(number)
    return tuple(sorted(found))


def _may_write(state: State, channel: Channel) -> None:
    if channel.kind is Kind.THREAD:
        state.channel(channel.id, May.SEND_MESSAGES_IN_THREADS)
        if channel.locked and not _may(state, channel, May.MANAGE_THREADS):
            raise Refusal(160005)
    elif channel.recipient is not None:
        if not channel.recipient.takes_messages:
            raise Refusal(50007)
    else:
        state.channel(channel.id, May.SEND_MESSAGES)


def _may(state: State, channel: Channel, what: May) -> bool:
    return bool(channel.guild and channel.guild.permissions(state.me, channel) & what)


def _written_to(state: State, thread: Channel) -> None:
    """Count a message in a thread, which opens it again."""
    was_archived = thread.archived(state.clock())
    thread.archived_by_hand = False
    thread.active = state.clock()
    thread.counted += 1
    if was_archived:
        state.tell("THREAD_UPDATE", shapes.channel(thread, state.clock()), thread.guild, GUILDS)


# Reading ------------------------------------------------------------------------------------------


def history(state: State, channel: Channel, query: Mapping[str, str]) -> list[Message]:
    """Return a page of a channel, newest first; nothing at all without the permission to read."""
    if channel.guild is not None and not _may(state, channel, May.READ_MESSAGE_HISTORY):
        return []
    limit = int(query.get("limit", "50"))
    if not 1 <= limit <= 100:
        raise Refusal(50035, ["limit: of 1 to 100"])
    if sum(name in query for name in ("before", "after", "around")) > 1:
        raise Refusal(50035, ["before, after, around: one of them"])
    visible = state.clock() - state.rules.lag
    found = [one for one in channel.standing() if one.at <= visible]
    if "after" in query:
        found = [one for one in found if one.id > int(query["after"])][:limit]
    elif "before" in query:
        found = [one for one in found if one.id < int(query["before"])]
    elif "around" in query:
        middle = int(query["around"])
        older = [one for one in found if one.id <= middle][-(limit // 2 + 1) :]
        found = [*older, *[one for one in found if one.id > middle][: limit // 2]]
    return found[::-1][:limit]


def one(state: State, channel: Channel, number: int) -> Message:
    """Return one message of a channel; raises ``Refusal``."""
    if channel.guild is not None and not _may(state, channel, May.READ_MESSAGE_HISTORY):
        raise Refusal(50001)
    return state.message(channel, number)


# Changing -----------------------------------------------------------------------------------------


def edit(state: State, message: Message, body: Json) -> None:
    """Edit the bot's own message; raises ``Refusal``."""
    if message.author is not state.me:
        raise Refusal(50005)
    if message.channel.archived(state.clock()):
        raise Refusal(50083)
    rules = state.rules
    if message.viewer is None and state.clock() - message.at > rules.old:
        state.count(30046, message.channel, rules.old_edits, rules.old_window)
    change(state, message, body)


def change(state: State, message: Message, body: Json) -> None:
    """Let a message show something else, if what comes of it is in order."""
    flags = message.flags | body.get("flags", 0) & V2
    if message.flags & V2 and "flags" in body and not body["flags"] & V2:
        raise Refusal(50035, ["flags: IS_COMPONENTS_V2 cannot be removed"])
    shown = {"content": message.content, "embeds": message.embeds, "components": message.components}
    whole = {**shown, **body, "flags": flags}
    if not any(whole.get(one) for one in shown):
        raise Refusal(50006)
    if wrong := checks.message(whole):
        raise Refusal(50035, wrong)
    message.flags = flags
    message.edited = state.clock()
    show(state, message, body)
    if message.viewer is None:
        _tell(state, "MESSAGE_UPDATE", message)
    state.pulse.beat()


def delete(state: State, message: Message) -> None:
    """Delete a message, whoever does it."""
    message.deleted = True
    if message.viewer is None:
        about = {"id": str(message.id), "channel_id": str(message.channel.id)}
        _about(state, "MESSAGE_DELETE", about, message.channel)
    state.pulse.beat()


def _tell(state: State, event: str, message: Message) -> None:
    _about(state, event, shapes.message(message, state.clock(), nonce=True), message.channel)


def _about(state: State, event: str, data: Json, channel: Channel) -> None:
    guild = channel.guild
    if guild is not None:
        data["guild_id"] = str(guild.id)
    state.tell(event, data, guild, DIRECT_MESSAGES if guild is None else GUILD_MESSAGES)


# Threads ------------------------------------------------------------------------------------------


def open_thread(state: State, channel: Channel, number: int, body: Json) -> Channel:
    """Open the thread of a message, whose id it takes; raises ``Refusal``."""
    state.channel(channel.id, May.CREATE_PUBLIC_THREADS)
    message = state.message(channel, number)
    guild = channel.guild
    if guild is None or channel.kind is Kind.THREAD:
        raise Refusal(50035, ["channel: cannot have threads"])
    if message.id in guild.channels or message.flags & HAS_THREAD:
        raise Refusal(160004)
    thread = Channel(message.id, Kind.THREAD, _name(body), guild, parent=channel, owner=state.me)
    thread.archive_after = _archive_after(body)
    thread.active = state.clock()
    message.flags |= HAS_THREAD
    guild.channels[thread.id] = state.channels[thread.id] = thread
    points = {"type": 0, "message_id": str(message.id), "channel_id": str(channel.id)}
    first = Message(state.ids.new(), thread, state.me, type=STARTED, reference=points)
    thread.messages[first.id] = first
    created = {**shapes.channel(thread, state.clock()), "newly_created": True}
    state.tell("THREAD_CREATE", created, guild, GUILDS)
    state.pulse.beat()
    return thread


def change_channel(state: State, channel: Channel, body: Json) -> None:
    """Rename, archive, lock or open a thread, or rename a channel; raises ``Refusal``."""
    if channel.kind is not Kind.THREAD:
        state.channel(channel.id, May.MANAGE_CHANNELS)
    else:
        mine = channel.owner is state.me and not ("locked" in body or channel.locked)
        if not mine and not _may(state, channel, May.MANAGE_THREADS):
            raise Refusal(50013)
        if channel.archived(state.clock()) and body.get("archived") is not False:
            raise Refusal(50083)
    if "name" in body and (name := _name(body)) != channel.name:
        state.count(20028, channel, state.rules.renames, state.rules.rename_window)
        channel.name = name
    channel.locked = body.get("locked", channel.locked)
    if "auto_archive_duration" in body:
        channel.archive_after = _archive_after(body)
    if "archived" in body:
        channel.archived_by_hand = body["archived"]
        channel.active = state.clock()
    event = "THREAD_UPDATE" if channel.kind is Kind.THREAD else "CHANNEL_UPDATE"
    state.tell(event, shapes.channel(channel, state.clock()), channel.guild, GUILDS)
    state.pulse.beat()


def delete_channel(state: State, guild: Guild, channel: Channel) -> None:
    """Delete a channel with its threads, or a thread, whoever does it."""
    for thread in [one for one in guild.threads() if one.parent is channel]:
        delete_channel(state, guild, thread)
    data = shapes.channel(channel, state.clock())
    del guild.channels[channel.id], state.channels[channel.id]
    event = "THREAD_DELETE" if channel.kind is Kind.THREAD else "CHANNEL_DELETE"
    state.tell(event, data, guild, GUILDS)


def _name(body: Json) -> str:
    name = str(body.get("name", "")).strip()
    if not 1 <= len(name) <= 100:
        raise Refusal(50035, ["name: of 1 to 100 characters"])
    return name


def _archive_after(body: Json) -> timedelta:
    minutes = body.get("auto_archive_duration", 1440)
    if minutes not in (60, 1440, 4320, 10080):
        raise Refusal(50035, ["auto_archive_duration: 60, 1440, 4320 or 10080"])
    return timedelta(minutes=minutes)
