"""Interactions: what a member did reaches the bot, and the bot's one response and what follows it.

A response is due within three seconds and given once; then the token is good for fifteen minutes.
"""

from __future__ import annotations

from tests.doubles.discord_guild import checks, posting, shapes
from tests.doubles.discord_guild.ids import instant
from tests.doubles.discord_guild.refusals import Refusal
from tests.doubles.discord_guild.state import State
from tests.doubles.discord_guild.world import (
    EPHEMERAL,
    LOADING,
    V2,
    Answer,
    Ask,
    Channel,
    Interaction,
    Json,
    Message,
    User,
)


def ask(
    state: State,
    kind: Ask,
    user: User,
    channel: Channel,
    data: Json,
    message: Message | None = None,
) -> Interaction:
    """Tell the bot what a user did in a channel; ``message`` is the one whose component it was."""
    number = state.ids.new()
    asked = Interaction(number, f"it-{number}", kind, user, channel, data, message)
    state.interactions[asked.token] = asked
    state.tell("INTERACTION_CREATE", _event(state, asked), channel.guild, 0)
    return asked


def _event(state: State, asked: Interaction) -> Json:
    channel, guild, now = asked.channel, asked.channel.guild, state.clock()
    event: Json = {
        "id": str(asked.id), "application_id": str(state.me.id), "type": int(asked.kind),
        "token": asked.token, "version": 1, "data": asked.data, "locale": "en-US",
        "channel_id": str(channel.id), "channel": shapes.channel(channel, now),
        "entitlements": [], "attachment_size_limit": 10 * 1024 * 1024, "context": 0,
        "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
    }  # fmt: skip
    if asked.message is not None:
        event["message"] = shapes.message(asked.message, now)
    if guild is None:
        return {**event, "user": shapes.user(asked.user), "context": 1, "app_permissions": "0"}
    permissions = str(int(guild.permissions(asked.user, channel)))
    event["channel"]["permissions"] = permissions
    return {
        **event,
        "guild_id": str(guild.id), "guild_locale": "en-US",
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
        "member": {**shapes.member(guild.members[asked.user.id]), "permissions": permissions},
        "app_permissions": str(int(guild.permissions(state.me, channel))),
    }  # fmt: skip


# The first response -------------------------------------------------------------------------------


def respond(state: State, number: int, token: str, body: Json) -> Json:
    """Take the bot's response to an interaction; raises ``Refusal``."""
    asked = state.interactions.get(token)
    if asked is None or asked.id != number:
        raise Refusal(10062)
    try:
        answer = _answer(state, asked, body)
        _take(state, asked, answer, body.get("data") or {})
    except Refusal as refusal:
        asked.refused.append(refusal.code)
        raise
    asked.answer = answer
    asked.pulse.beat()
    state.pulse.beat()
    done: Json = {"interaction": {"id": str(asked.id), "type": int(asked.kind)}}
    if answer in (Answer.MESSAGE, Answer.DEFER, Answer.UPDATE) and asked.original:
        done["interaction"] |= {
            "response_message_id": str(asked.original.id),
            "response_message_loading": answer is Answer.DEFER,
            "response_message_ephemeral": bool(asked.original.flags & EPHEMERAL),
        }
        shown = shapes.message(asked.original, state.clock())
        done["resource"] = {"type": int(answer), "message": shown}
    return done


def _answer(state: State, asked: Interaction, body: Json) -> Answer:
    """Return how the bot responds, if it is in time, the first to do so, and in a fitting way."""
    if state.clock() - instant(asked.id) > state.rules.deadline:
        raise Refusal(10062)
    if asked.answer is not None:
        raise Refusal(40060)
    try:
        answer = Answer(body.get("type", 0))
    except ValueError:
        raise Refusal(50035, [f"type: {body.get('type')}"]) from None
    suits = {
        Answer.SUGGEST: asked.kind is Ask.SUGGEST,
        Answer.MODAL: asked.kind in (Ask.COMMAND, Ask.COMPONENT),
        Answer.UPDATE: asked.message is not None,
        Answer.DEFER_UPDATE: asked.message is not None,
    }
    if not suits.get(answer, asked.kind is not Ask.SUGGEST):
        raise Refusal(50035, [f"type: {answer.name} does not answer {asked.kind.name}"])
    return answer


def _take(state: State, asked: Interaction, answer: Answer, data: Json) -> None:
    match answer:
        case Answer.MESSAGE:
            asked.original = _say(state, asked, data)
        case Answer.DEFER:
            waiting = Message(state.ids.new(), asked.channel, state.me, flags=LOADING)
            if data.get("flags", 0) & EPHEMERAL:
                waiting.viewer = asked.user
                waiting.flags |= EPHEMERAL
            posting.place(state, waiting)
            asked.original = waiting
        case Answer.DEFER_UPDATE:
            asked.original = asked.message
        case Answer.UPDATE if asked.message is not None:
            posting.change(state, asked.message, data)
            asked.original = asked.message
            asked.shown.append(asked.message)
        case Answer.SUGGEST:
            asked.choices = data.get("choices", [])
            if wrong := checks.suggestions(asked.choices):
                raise Refusal(50035, wrong)
        case Answer.MODAL:
            if wrong := checks.modal(data):
                raise Refusal(50035, wrong)
            asked.modal = data
        case _:
            raise AssertionError(answer)


def _say(state: State, asked: Interaction, data: Json) -> Message:
    viewer = asked.user if data.get("flags", 0) & EPHEMERAL else None
    message = posting.make(state, asked.channel, state.me, data, viewer=viewer)
    asked.shown.append(message)
    return message


# What follows it ----------------------------------------------------------------------------------


def asked_by(state: State, application: int, token: str) -> Interaction:
    """Return the interaction of a token that is still good; raises ``Refusal``."""
    asked = state.interactions.get(token)
    if asked is None or application != state.me.id or asked.answer is None:
        raise Refusal(10015)
    if state.clock() - instant(asked.id) > state.rules.token_life:
        raise Refusal(50027)
    return asked


def follow_up(state: State, asked: Interaction, body: Json) -> Message:
    """Say something more; the first of it takes the place of *thinking…*."""
    if asked.original is not None and asked.original.flags & LOADING:
        return _fill(state, asked, asked.original, body)
    message = _say(state, asked, body)
    asked.pulse.beat()
    state.pulse.beat()
    return message


def reply(state: State, asked: Interaction, number: int | None) -> Message:
    """Return the original response, or another message, of an interaction."""
    found = asked.original if number is None else _one(asked, number)
    if found is None or found.deleted:
        raise Refusal(10008)
    return found


def _one(asked: Interaction, number: int) -> Message | None:
    own = (*asked.shown, asked.original, asked.message)
    return next((one for one in own if one and one.id == number), None)


def edit_reply(state: State, asked: Interaction, number: int | None, body: Json) -> Message:
    """Change what was said."""
    message = reply(state, asked, number)
    if message.flags & LOADING:
        return _fill(state, asked, message, body)
    posting.change(state, message, body)
    asked.pulse.beat()
    return message


def _fill(state: State, asked: Interaction, message: Message, body: Json) -> Message:
    """Put the words in the place of *thinking…*."""
    if wrong := checks.message(body):
        raise Refusal(50035, wrong)
    message.flags = message.flags & ~LOADING | body.get("flags", 0) & V2
    asked.shown.append(message)
    posting.change(state, message, body)
    asked.pulse.beat()
    return message
