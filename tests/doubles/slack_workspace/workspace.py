"""One workspace with its servers: made, looked at, and broken in every way by a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.doubles.slack_workspace import audit, payloads, sockets
from tests.doubles.slack_workspace.faults import Faults
from tests.doubles.slack_workspace.human import Human
from tests.doubles.slack_workspace.sockets import Envelope, SocketMode
from tests.doubles.slack_workspace.state import App, Channel, Json, Message, State, User
from tests.doubles.slack_workspace.web import Request, WebApi

BOT_TOKEN = "xoxb-workspace"
APP_TOKEN = "xapp-workspace"


class Workspace:
    """A Slack with one app in it, while the block runs.

    ``#ml`` is there, with the app in it. Members come to be when they are first named.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        app: App | None = None,
        port: int = 0,
        deadline: float = sockets.DEADLINE,
        retries: Sequence[float] = sockets.RETRIES,
    ) -> None:
        """Take the clock of messages; ``deadline`` and ``retries`` are seconds of the loop's."""
        self.state = State(clock, app or App())
        self.faults = Faults()
        self.web = WebApi(self.state, self.faults, BOT_TOKEN, APP_TOKEN)
        self.sockets = SocketMode(self.state, deadline=deadline, retries=retries)
        self.bot_token, self.app_token = BOT_TOKEN, APP_TOKEN
        self.until = self.state.until
        self._port = port
        self._address = ""
        self.ml = self.channel("ml")

    @property
    def base_url(self) -> str:
        """Where the Web API is."""
        return f"http://{self._address}/api/"

    @property
    def requests(self) -> list[Request]:
        """Every call of the app, in order."""
        return self.web.requests

    # Making -------------------------------------------------------------------------------------

    def channel(self, name: str, *, private: bool = False, bot: bool = True) -> Channel:
        """Return a channel, made with the app in it unless told otherwise when first named."""
        for one in self.state.channels.values():
            if one.name == name:
                return one
        channel = Channel(f"C0{_id(name)}", name, private=private)
        if bot:
            channel.members.add(self.state.app.user)
        self.state.channels[channel.id] = channel
        return channel

    def user(self, name: str, **traits: Any) -> User:
        """Return a user; ``traits`` are those of ``User``, for one first named."""
        user_id = f"U0{_id(name)}"
        if user_id not in self.state.users:
            traits.setdefault("team", self.state.team)
            self.state.users[user_id] = User(user_id, name, **traits)
        return self.state.users[user_id]

    def person(self, name: str, *, at: Channel | None = None, **traits: Any) -> Human:
        """Return somebody in front of Slack, in ``#ml`` or elsewhere."""
        user, channel = self.user(name, **traits), at or self.ml
        channel.members.add(user.id)
        return Human(self, user, channel)

    async def event(self, what: Json, name: str = "") -> Envelope | None:
        """Tell the app of an event, if its manifest asked for it; wait until it has been told.

        ``name`` is the one it is subscribed by, if it is not the event's type.
        """
        events = self.state.app.events
        if events is not None and (name or what["type"]) not in events:
            return None
        wrapped = payloads.event(self.state, what, self.state.fresh("Ev"))
        envelope = self.sockets.send("events_api", wrapped)
        await self.until(lambda: envelope.over or not self.sockets.connections)
        return envelope

    async def uninstalls(self) -> None:
        """Take the app out of the workspace: its tokens die, and it is told."""
        self.revokes("account_inactive")
        tokens = {"oauth": [], "bot": [self.state.app.user]}
        await self.event({"type": "tokens_revoked", "tokens": tokens})
        await self.event({"type": "app_uninstalled"})

    def revokes(self, error: str = "token_revoked", *, app: bool = False) -> None:
        """Let the bot's token be bad from now on, and the app's own too if told; '' mends it."""
        for token in (self.bot_token, *((self.app_token,) if app else ())):
            self.web.bad.pop(token, None)
            if error:
                self.web.bad[token] = error

    # Looking ------------------------------------------------------------------------------------

    def calls(self, method: str) -> list[Request]:
        """Return the calls of one method."""
        return [one for one in self.requests if one.method == method]

    def parents(self, channel: Channel | None = None) -> list[Message]:
        """Return what stands in a channel outside threads."""
        return [one for one in self.state.standing((channel or self.ml).id) if not one.thread]

    def thread(self, parent: Message) -> list[Message]:
        """Return what stands in a thread."""
        return self.state.thread(parent.channel, parent.ts)

    def bodies(self) -> list[Json]:
        """Return everything the app ever sent: arguments of calls, and acknowledgements."""
        acks = [one.reply for one in self.sockets.envelopes if one.reply]
        return [*(one.args for one in self.requests), *acks]

    def shown_to(self, user: User) -> list[Json]:
        """Return everything a user could ever see."""
        return audit.shown_to(self.state, user.id)

    def pings(self, *groups: str) -> list[str]:
        """Return what would have called somebody in anything the app sent, but for some groups."""
        return [one for body in self.bodies() for one in audit.pings(body, groups)]

    # Serving ------------------------------------------------------------------------------------

    def url(self, response: str) -> str:
        """Return the address of a ``response_url``."""
        return f"http://{self._address}/response/{response}"

    async def __aenter__(self) -> Self:
        """Serve."""
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/api/{method}", self.web.call)
        app.router.add_post("/response/{name}", self.web.respond)
        app.router.add_get("/link", self.sockets.connect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._address = f"{host}:{port}"
        self.web.link = lambda: self.sockets.link(f"ws://{self._address}")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all connections."""
        await self.sockets.stop()
        await self._runner.cleanup()


def _id(name: str) -> str:
    return "".join(char for char in name.upper() if char.isascii() and char.isalnum())
