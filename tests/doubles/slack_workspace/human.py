"""Somebody who uses Slack: types, clicks, fills in, looks.

They do only what Slack's clients let them do; anything else is an ``AssertionError`` that says so.
What a forger would send goes through ``forges``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.doubles.slack_workspace import checks, payloads, sight
from tests.doubles.slack_workspace.sight import Button, Field
from tests.doubles.slack_workspace.sockets import Envelope
from tests.doubles.slack_workspace.state import (
    STACK,
    Channel,
    Json,
    Message,
    Response,
    User,
    Version,
    View,
)

if TYPE_CHECKING:
    from tests.doubles.slack_workspace.workspace import Workspace

Values = Mapping[str, str | Sequence[str]]


class NotAcked(Exception):
    """The app did not acknowledge in time; Slack shows the member an error of its own."""


class Human:
    """A member in front of Slack, in one of their channels."""

    def __init__(self, workspace: Workspace, user: User, at: Channel) -> None:
        self.workspace = workspace
        self.state = workspace.state
        self.user = user
        self.here = at

    # What they see ------------------------------------------------------------------------------

    @property
    def modal(self) -> View | None:
        """The modal in front of them."""
        stack = self.state.modals.get(self.user.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """The app's Home tab, as it was last published for them."""
        return self.state.homes.get(self.user.id)

    def private(self) -> list[Message]:
        """Return what the app shows them alone, oldest first: ephemerals and direct messages."""
        direct = self.state.standing(self.state.direct(self.user.id).id)
        found = [*self.state.ephemerals(self.user.id), *(one for one in direct if one.by_app)]
        return sorted(found, key=lambda one: float(one.ts))

    def reloads(self) -> None:
        """Start Slack anew; what was ephemeral is gone."""
        for one in self.state.ephemerals(self.user.id):
            one.deleted = True

    def _in_sight(self) -> Iterator[Message | View]:
        """Yield where buttons may be: what is private first, then threads, then the channel."""
        if self.modal is not None:
            yield self.modal
            return
        yield from self.private()[::-1]
        standing = self.state.standing(self.here.id)[::-1]
        yield from (one for one in standing if one.thread)
        yield from (one for one in standing if not one.thread)
        if self.home is not None:
            yield self.home

    def button(
        self, label: str, *, on: Message | View | None = None
    ) -> tuple[Button, Message | View]:
        """Return the newest button of this label in sight, and where it is."""
        seen: list[str] = []
        for place in [on] if on is not None else self._in_sight():
            blocks = place.content["blocks"] if isinstance(place, View) else place.shown.blocks
            for button in sight.buttons(blocks):
                if button.label == label:
                    return button, place
                seen.append(button.label)
        raise AssertionError(f"no [{label}] in sight among {seen}")

    # What they do -------------------------------------------------------------------------------

    async def command(self, line: str, *, at: Channel | None = None) -> Envelope:
        """Type a slash command: ``/gradus today``."""
        word, channel = line.partition(" ")[0], at or self.here
        allowed = self.state.app.commands
        if allowed is not None and word not in allowed:
            raise AssertionError(f"{word} is not a valid command")
        name = self.state.answerable(self.user.id, channel.id)
        told = payloads.command(self.state, self.user, channel, line, self.workspace.url(name))
        envelope = await self._tell("slash_commands", told)
        if envelope.reply.get("text") or envelope.reply.get("blocks"):
            self.workspace.web.speak(
                Response(self.user.id, channel.id, self.state.clock(), None), envelope.reply
            )
        return envelope

    async def clicks(self, label: str, *, on: Message | View | None = None) -> Envelope:
        """Press the newest button with this label in sight, or the one on something."""
        button, place = self.button(label, on=on)
        return await self.presses(button, place)

    async def presses(self, button: Button, place: Message | View) -> Envelope:
        """Press a button that may never have been there: what a forger does."""
        response = ""
        if isinstance(place, Message):
            name = self.state.answerable(self.user.id, place.channel, place)
            response = self.workspace.url(name)
        told = payloads.pressed(self.state, self.user, button, on=place, response=response)
        return await self._tell("interactive", told)

    async def submits(self, values: Values) -> Mapping[str, str]:
        """Fill in the modal in front of them and send it; return what is wrong with it, if any."""
        view = self.modal
        if view is None:
            raise AssertionError("no modal is open")
        filled = {
            name: value if isinstance(value, str) else tuple(value)
            for name, value in values.items()
        }
        fields = sight.fields(view.content["blocks"])
        if strange := set(filled) - {field.id for field in fields}:
            raise AssertionError(f"no such fields: {strange}")
        state = {field.id: _filled(field, filled.get(field.id)) for field in fields}
        return await self.sends(view, state)

    async def sends(self, view: View, state: Json) -> Mapping[str, str]:
        """Send a modal with values as the client writes them; return what is wrong with it."""
        told = payloads.submitted(self.state, self.user, view, state)
        envelope = await self._tell("interactive", told)
        stack = self.state.modals.get(self.user.id, [])
        view.errors = {}
        match envelope.reply.get("response_action"):
            case "errors":
                named = {block.get("block_id") for block in view.content["blocks"]}
                if strange := set(envelope.reply["errors"]) - named:
                    raise AssertionError(f"errors for fields that are not there: {strange}")
                view.errors = envelope.reply["errors"]
                self.state.views.append({"user": self.user.id, "view": view.errors})
            case "update":
                checks.view(envelope.reply["view"], "modal")
                self.state.replace(view, envelope.reply["view"])
            case "push":
                checks.view(envelope.reply["view"], "modal")
                assert len(stack) < STACK
                stack.append(self.state.show(self.user.id, envelope.reply["view"], on=view))
            case "clear":
                stack.clear()
            case None:
                stack[:] = [one for one in stack if one is not view]
            case other:
                raise AssertionError(f"unknown response_action {other}")
        self.state.change()
        return view.errors

    async def closes(self) -> None:
        """Close the modal in front of them."""
        stack = self.state.modals.get(self.user.id)
        if not stack:
            raise AssertionError("no modal is open")
        view = stack.pop()
        self.state.change()
        if view.content.get("notify_on_close"):
            await self._tell("interactive", payloads.closed(self.state, self.user, view))

    async def on_message(self, callback_id: str, message: Message) -> Envelope:
        """Choose the app's shortcut from the menu of a message."""
        self._offered(callback_id)
        name = self.state.answerable(self.user.id, message.channel)
        url = self.workspace.url(name)
        return await self._tell(
            "interactive",
            payloads.on_message(self.state, self.user, callback_id, message, url),
        )

    async def shortcut(self, callback_id: str) -> Envelope:
        """Choose the app's global shortcut."""
        self._offered(callback_id)
        return await self._tell(
            "interactive", payloads.shortcut(self.state, self.user, callback_id)
        )

    def _offered(self, callback_id: str) -> None:
        offered = self.state.app.shortcuts
        if offered is not None and callback_id not in offered:
            raise AssertionError(f"no shortcut {callback_id} among {sorted(offered)}")

    async def posts(
        self, text: str, *, at: Channel | None = None, thread: Message | None = None
    ) -> Message:
        """Write a message into a channel or a thread; ``@gradus`` in it mentions the app."""
        channel, state = at or self.here, self.state
        text = text.replace(f"@{state.app.name}", f"<@{state.app.user}>")
        thread_ts = (thread.thread or thread.ts) if thread else ""
        message = state.add(
            Message(
                channel.id, state.ts(), self.user.id, state.clock(), [Version(text, [])], thread_ts
            )
        )
        if state.app.user in channel.members:
            if channel.direct:
                await self.workspace.event(payloads.said(message, channel, "message"), "message.im")
            elif f"<@{state.app.user}>" in text:
                await self.workspace.event(payloads.said(message, channel, "app_mention"))
        return message

    async def opens_home(self, tab: str = "home") -> None:
        """Look at the app's page: its ``home`` or its ``messages``."""
        channel = self.state.direct(self.user.id).id
        await self.workspace.event(
            {"type": "app_home_opened", "user": self.user.id, "channel": channel, "tab": tab}
        )

    async def invites(self, channel: Channel) -> None:
        """Add the app to a channel."""
        channel.members.add(self.state.app.user)
        await self.workspace.event(
            {
                "type": "member_joined_channel", "user": self.state.app.user,
                "channel": channel.id, "channel_type": "G" if channel.private else "C",
                "team": self.state.team, "inviter": self.user.id,
            }
        )  # fmt: skip

    async def removes(self, channel: Channel) -> None:
        """Remove the app from a channel."""
        channel.members.discard(self.state.app.user)
        kind = "group_left" if channel.private else "channel_left"
        await self.workspace.event({"type": kind, "channel": channel.id, "actor_id": self.user.id})

    async def archives(self, channel: Channel) -> None:
        """Archive a channel."""
        channel.archived = True
        kind = "group_archive" if channel.private else "channel_archive"
        await self.workspace.event({"type": kind, "channel": channel.id, "user": self.user.id})

    async def _tell(self, kind: str, payload: Json) -> Envelope:
        """Send something to the app and wait for its acknowledgement; raises ``NotAcked``."""
        envelope = self.workspace.sockets.send(kind, payload)
        await self.state.until(lambda: envelope.over)
        if not envelope.answered:
            raise NotAcked(f"{kind}: nothing came in {self.workspace.sockets.deadline} s")
        return envelope


def _filled(field: Field, value: str | tuple[str, ...] | None) -> Json:
    """Return what the client sends for a field; what was left alone keeps its first value."""
    element = field.element
    kind = element["type"]
    found: Any
    match kind:
        case "plain_text_input":
            found = element.get("initial_value") if value is None else value
            if found and len(found) > element.get("max_length", 3_000):
                raise AssertionError(f"{field.label}: longer than {element['max_length']}")
            name = "value"
            found = found or None
        case "radio_buttons" | "static_select":
            name = "selected_option"
            first = element.get("initial_option")
            found = first if value is None else _option(field, str(value)) if value else None
        case "checkboxes" | "multi_static_select":
            name = "selected_options"
            first = element.get("initial_options", [])
            chosen = (value,) if isinstance(value, str) else value
            found = first if chosen is None else [_option(field, one) for one in chosen]
        case "conversations_select":
            name = "selected_conversation"
            found = element.get("initial_conversation") if value is None else value
        case _:
            raise AssertionError(f"nobody knows how to fill in {kind}")
    if not found and not field.optional:
        raise AssertionError(f"{field.label}: this must be filled in")
    return {element["action_id"]: {"type": kind, name: found}}


def _option(field: Field, value: str) -> Json:
    for one in field.element["options"]:
        if one["value"] == value:
            return dict(one)
    raise AssertionError(f"{field.label}: {value} is not among {sight.options(field.element)}")
