"""The methods that write messages."""

from __future__ import annotations

from tests.doubles.slack_workspace import checks
from tests.doubles.slack_workspace.access import Method, flag, parsed, seen, text, writable
from tests.doubles.slack_workspace.pages import message_json
from tests.doubles.slack_workspace.state import Json, Message, Refused, State, Version


def version(state: State, args: Json) -> Version:
    """Return what a call wants to show; raises ``Refused``."""
    words = args.get("text") or ""
    if args.get("attachments"):
        raise Refused("invalid_attachments")
    if not isinstance(words, str):
        raise Refused("invalid_arguments")
    blocks = parsed(args, "blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise Refused("invalid_blocks_format")
    metadata = parsed(args, "metadata", "invalid_metadata_format")
    checks.message(words, blocks, metadata)
    named = [{"block_id": state.fresh("b"), **block} for block in blocks]
    return Version(words, named, metadata)


def _post(state: State, args: Json) -> Json:
    channel = writable(state, text(args, "channel", "channel_not_found"))
    shown = version(state, args)
    thread = str(args.get("thread_ts") or "")
    if thread:
        parent = state.at(channel.id, thread)
        if parent is None:
            raise Refused("thread_not_found")
        thread = parent.thread or parent.ts
    message = state.add(
        Message(
            channel.id, state.ts(), state.app.user, state.clock(), [shown], thread,
            broadcast=bool(thread) and flag(args, "reply_broadcast"), by_app=True,
        )
    )  # fmt: skip
    return {"channel": channel.id, "ts": message.ts, "message": message_json(state, message)}


def _own(state: State, args: Json, foreign: str) -> Message:
    """Return one of the bot's messages; raises ``Refused`` by ``foreign`` for another's."""
    channel = seen(state, text(args, "channel", "channel_not_found"))
    found = state.at(channel.id, text(args, "ts", "message_not_found"))
    if found is None:
        raise Refused("message_not_found")
    if found.user != state.app.user:
        raise Refused(foreign)
    if channel.archived:
        raise Refused("is_archived")
    return found


def _update(state: State, args: Json) -> Json:
    message = _own(state, args, "cant_update_message")
    # What is not sent again is gone: blocks by the documents, metadata because they are silent.
    message.versions.append(version(state, args))
    state.change()
    whole = message_json(state, message)
    return {"channel": message.channel, "ts": message.ts, "text": whole["text"], "message": whole}


def _delete(state: State, args: Json) -> Json:
    message = _own(state, args, "cant_delete_message")
    message.deleted = True
    state.change()
    return {"channel": message.channel, "ts": message.ts}


def _ephemeral(state: State, args: Json) -> Json:
    channel = writable(state, text(args, "channel", "channel_not_found"))
    user = text(args, "user", "user_not_in_channel")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    shown = version(state, args)
    message = whisper(state, user, channel.id, shown, str(args.get("thread_ts") or ""))
    return {"message_ts": message.ts}


def whisper(state: State, user: str, channel: str, shown: Version, thread: str = "") -> Message:
    """Show something to one user alone."""
    return state.add(
        Message(
            channel, state.ts(), state.app.user, state.clock(), [shown], thread, to=user,
            by_app=True,
        )
    )  # fmt: skip


def _permalink(state: State, args: Json) -> Json:
    channel = seen(state, text(args, "channel", "channel_not_found"))
    ts = text(args, "message_ts", "message_not_found")
    if state.at(channel.id, ts) is None:
        raise Refused("message_not_found")
    link = f"https://team.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(_post, "chat:write"),
    "chat.update": Method(_update, "chat:write"),
    "chat.delete": Method(_delete, "chat:write"),
    "chat.postEphemeral": Method(_ephemeral, "chat:write"),
    "chat.getPermalink": Method(_permalink),
}
