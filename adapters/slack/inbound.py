"""What members do on Slack, as commands for the core: words, clicks, forms, shortcuts, events.

What members do is acknowledged first and answered after, for Slack waits three seconds; an event is
answered first, for Slack sends it again. What comes along with a click or a form is only ids; the
core looks everything up again.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack.forms import places, values
from adapters.slack.home import Homes
from adapters.slack.identity import Us
from adapters.slack.limits import Json
from adapters.slack.manifest import ANSWER, QUIZ, SUGGEST
from adapters.slack.members import Members
from adapters.slack.payloads import Where, key_of, mentioning, plain, pressed, where_of
from adapters.slack.places import channel_uri, member_uri
from adapters.slack.replying import Replies
from adapters.slack.tasks import Tasks
from adapters.slack.web import QUIET, Failed
from bot import commands as c
from bot.messages import Reply
from bot.model import Actor
from bot.ports import Handler
from bot.wording import slack as wording

log = logging.getLogger(__name__)

Heard = Callable[[str], Awaitable[bool]]
"""Whether an event, by its id, was noted."""
Note = Callable[[str], Awaitable[object]]
"""Notes an event by its id."""
Answer = Callable[[Json], Coroutine[Any, Any, None]]
"""Answers what Slack sent."""
ANY = re.compile(".*", re.DOTALL)
LEFT = frozenset({
    "channel_left", "channel_archive", "channel_deleted",
    "group_left", "group_archive", "group_deleted",
})  # fmt: skip
"""Events after which we can post in a channel no more."""


class Inbound:
    """Listens to everything that Slack sends, and hands it to the core."""

    def __init__(
        self,
        us: Us,
        handler: Handler,
        heard: Heard,
        note: Note,
        members: Members,
        tasks: Tasks,
        quiz: str,
        patience: float,
    ) -> None:
        """Take what it needs.

        Args:
            us: Who the bot is; known once anything comes in.
            handler: Answers commands.
            heard: Whether an event, by its id, was noted.
            note: Notes an event by its id.
            members: Knows who somebody is.
            tasks: Is told what is under way.
            quiz: The name of the slash command that means *quiz*.
            patience: Seconds in which a form must be judged for its mistakes to be shown in it.
        """
        self._us = us
        self._handler = handler
        self._heard = heard
        self._note = note
        self._members = members
        self._tasks = tasks
        self._quiz = f"/{quiz}"
        self._patience = patience
        self._replies = Replies(us.web)
        self._homes = Homes(us.web)
        self._events: dict[str, asyncio.Task[None]] = {}
        """Those that are being answered, by their ids."""
        self.revoked = asyncio.Event()
        """Set when Slack says that our tokens are no good any more."""

    def app(self) -> AsyncApp:
        """Return the Bolt app that hears all this; few listeners, because each costs time."""

        async def authorize() -> AuthorizeResult:
            who, web = self._us.known, self._us.web
            return AuthorizeResult(
                enterprise_id=None, team_id=who.team, bot_user_id=who.user, bot_id=who.bot,
                bot_token=web.client.token,
            )  # fmt: skip

        # With SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in the environment Bolt would do without the
        # token and wait for installations by OAuth; a function that authorizes goes before that.
        app = AsyncApp(
            name="gradus",
            logger=QUIET,
            client=self._us.web.client,
            authorize=authorize,
            # Acknowledge when a listener returns; otherwise Bolt would acknowledge events before it
            # runs, and look every ten milliseconds whether anything else may be.
            process_before_response=True,
            request_verification_enabled=False,  # of HTTP mode, like the next two
            ssl_check_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
        )
        app.command(ANY)(self._acked(self._command))
        app.action(ANY)(self._acked(self._click))
        app.view(ANY)(self._submit)
        app.shortcut(ANY)(self._acked(self._shortcut))
        app.event(ANY)(self._once)
        app.error(self._unheard)
        return app

    async def _once(self, ack: AsyncAck, body: Json) -> None:
        """Answer an event, note that it was, and only then acknowledge it.

        If that breaks off, it comes again; what comes again too early waits for the same answer.
        """
        event = str(body["event_id"])
        if (task := self._events.get(event)) is None:
            task = self._events[event] = self._tasks.start(self._noted(event, body))
            task.add_done_callback(lambda _: self._events.pop(event))
        await asyncio.shield(task)
        await ack()

    async def _noted(self, event: str, body: Json) -> None:
        if not await self._heard(event):
            await self._event(body)
            await self._note(event)

    async def _unheard(self, error: Exception) -> None:
        log.error("slack: something that came in was not acknowledged", exc_info=error)

    def _acked(self, answer: Answer) -> Callable[[AsyncAck, Json], Awaitable[None]]:
        """Return a listener that acknowledges at once, and answers in a task of its own."""

        async def heard(ack: AsyncAck, body: Json) -> None:
            await ack()
            self._tasks.start(self._guarded(answer(body), body))

        return heard

    async def _guarded(self, work: Awaitable[None], body: Json) -> None:
        """Do something and, should it fail for a mistake of ours, say so to who waits for it."""
        try:
            await work
        except Exception:
            log.exception("slack: what a member did could not be answered")
            await self._replies.tell(where_of(body), [wording.trouble()])

    # What members type, press and send ----------------------------------------------------------

    async def _command(self, body: Json) -> None:
        words = plain(body.get("text"))
        quiz = body["command"] == self._quiz
        await self._answer(body, c.parse(f"{QUIZ} {words}" if quiz else words))

    async def _click(self, body: Json) -> None:
        where = where_of(body)
        await self._say(where, c.press(pressed(body)))
        if (body.get("view") or {}).get("type") == "home":
            await self._home(where.user)

    async def _shortcut(self, body: Json) -> None:
        message = body.get("message") or {}
        match body.get("callback_id"):
            case name if name == ANSWER:
                ours = message.get("bot_id") == self._us.known.bot
                await self._answer(body, c.AnswerHere(key_of(message) if ours else ""))
            case name if name == SUGGEST:
                await self._answer(body, c.SuggestThis(plain(message.get("text"))))
            case name:
                await self._answer(body, c.Misread(str(name), "button"))

    async def _submit(self, ack: AsyncAck, body: Json) -> None:
        """Hear a form that was sent; its mistakes are shown in it, if that can be told in time."""
        where, state = where_of(body), body["view"].get("state") or {}
        judging = self._tasks.start(self._judge(where, body["view"]["callback_id"], state))
        done, _ = await asyncio.wait({judging}, timeout=self._patience)
        if done and not judging.exception():
            fields = state.get("values") or {}
            errors = {field: said for field, said in judging.result().errors if field in fields}
            if errors:
                await ack(response_action="errors", errors=errors)
                return
        await ack()
        self._tasks.start(self._guarded(self._judged(where, judging), body))

    async def _judged(self, where: Where, judging: Awaitable[Reply]) -> None:
        await self._replies.show(where, await judging)

    async def _judge(self, where: Where, action: str, state: Mapping[str, Any]) -> Reply:
        filled: dict[str, str | tuple[str, ...]] = values(state)
        for field, channel in places(state).items():
            filled[field] = await self._named(channel)
        return await self._handler(await self._actor(where), c.press(action, filled))

    async def _named(self, channel: str) -> str:
        """Return a channel as the core reads it from a form: its URI, and its name if known."""
        uri = channel_uri(self._us.known.team, channel)
        try:
            found = await self._us.web.read("conversations.info", channel=channel)
        except Failed:
            return uri
        name = str((found.get("channel") or {}).get("name") or "")
        return f"{uri} #{name}" if name else uri

    # What happens -------------------------------------------------------------------------------

    async def _event(self, body: Json) -> None:
        who, event = self._us.known, body["event"]
        teams = {one.get("team_id") for one in body.get("authorizations") or ()}
        if who.team not in {body.get("team_id"), *teams}:
            return  # the app is installed in another workspace too, which is not ours to serve
        user, channel = str(event.get("user") or ""), _channel(event)
        match event.get("type"):
            case "app_home_opened" if event.get("tab") == "home":
                await self._home(user)
            case "app_mention" if not event.get("bot_id") and not event.get("edited"):
                where = Where(user, channel, str(event.get("thread_ts") or ""))
                await self._say(where, c.parse(mentioning(event.get("text"), who.user)))
            case "member_joined_channel" if user == who.user and event.get("inviter"):
                inviter = str(event["inviter"])
                actor = await self._members.actor(who.team, inviter, channel)
                await self._replies.show(Where(inviter), await self._handler(actor, c.Joined()))
            case str(kind) if kind in LEFT:
                somebody = member_uri(who.team, str(event.get("actor_id") or user or who.user))
                await self._handler(Actor(somebody, channel_uri(who.team, channel)), c.Left())
            case "app_uninstalled":
                self.revoked.set()
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                self.revoked.set()
            case _:
                return

    async def _home(self, user: str) -> None:
        team = self._us.known.team
        channels = tuple(channel_uri(team, one) for one in await self._homes.channels(user))
        reply = await self._handler(await self._members.actor(team, user), c.Home(channels))
        await self._homes.publish(user, reply)

    # Answering ----------------------------------------------------------------------------------

    async def _answer(self, body: Json, command: c.Command) -> None:
        """Answer what came from a workspace, if it is ours."""
        where = where_of(body)
        team = body.get("team_id") or (body.get("team") or {}).get("id")
        if team != self._us.known.team:
            await self._replies.tell(where, [wording.elsewhere()])
        else:
            await self._say(where, command)

    async def _say(self, where: Where, command: c.Command) -> None:
        await self._replies.show(where, await self._handler(await self._actor(where), command))

    async def _actor(self, where: Where) -> Actor:
        channel = "" if where.direct else where.channel
        return await self._members.actor(self._us.known.team, where.user, channel)


def _channel(event: Mapping[str, Any]) -> str:
    channel = event.get("channel")
    return str((channel.get("id") if isinstance(channel, Mapping) else channel) or "")
