"""Calls to Slack's Web API, and what each way of failing means for what was to be sent.

Nothing is tried again here but a message without what Slack refused in it: whether a call may be
repeated is the core's to decide. Which calls there are is the business of the modules above.
"""

from __future__ import annotations

import ipaddress
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import payload
from adapters.slack.limits import Json
from bot.messages import Message
from bot.model import Later, Refused, Scope, Unknown
from bot.ports import Clock
from bot.wording import slack as wording

API = "https://slack.com/api/"
TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
"""Of one call, in seconds; less than the core waits, so that it hears why."""
UNREACHABLE = timedelta(seconds=5)
"""How soon to try again when no connection could be made."""
PAUSE = timedelta(seconds=30)
"""How long to wait where Slack asks for a pause and does not say how long."""

QUIET = logging.getLogger("adapters.slack.sdk")
"""What the SDK and Bolt log goes here, and not further: they log whole bodies, addresses with
tickets, and each failed attempt. What matters of it is logged by us."""
QUIET.setLevel(logging.CRITICAL + 1)

AMBIGUOUS = frozenset({
    "internal_error", "fatal_error", "service_unavailable", "request_timeout",
    "duplicate_message_not_found", "duplicate_channel_not_found",
})  # fmt: skip
"""Errors after which some of what was asked may have been done (docs.slack.dev, chat.postMessage).
"""
LIMITED = frozenset({"ratelimited", "rate_limited"})
BARRED = frozenset({
    "access_denied", "accesslimited", "account_inactive", "ekm_access_denied",
    "enterprise_is_restricted", "invalid_auth", "missing_scope", "no_permission",
    "not_allowed_token_type", "not_authed", "org_login_required", "team_access_not_granted",
    "token_expired", "token_revoked", "two_factor_setup_required",
})  # fmt: skip
"""Errors that concern the whole workspace: the token, the app or its permissions."""
CHANNEL = frozenset({
    "cannot_post_in_channel", "channel_not_found", "external_channel_migrating", "is_archived",
    "is_inactive", "messages_tab_disabled", "method_not_supported_for_channel_type",
    "not_in_channel", "user_not_in_channel",
})  # fmt: skip
"""Errors that concern one channel, beside all that begin with ``restricted_action``."""
INVALID_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})


class Failed(Exception):
    """A call did not succeed; what that means is in ``outcome``."""

    def __init__(self, outcome: Later | Refused | Unknown, code: str = "") -> None:
        """Take what the core is told, and Slack's own word for it, if it said one."""
        super().__init__(outcome.why)
        self.outcome = outcome
        self.code = code


class Web:
    """The Web API, by one token over one pool of connections.

    A method, or a channel's posts, of which Slack asks a pause is left alone for as long: calls
    fail at once with ``Later``.
    """

    def __init__(self, token: str, base_url: str, clock: Clock) -> None:
        """Take the bot's token, the API's address (empty: Slack's own), and the clock."""
        self.clock = clock
        self.client = AsyncWebClient(
            token=token, base_url=base_url or API, retry_handlers=[], logger=QUIET
        )
        if _near(self.client.base_url):
            self.client.proxy = None  # the SDK would ask a proxy for a machine at hand
        self._users = 0
        self._pauses: dict[str, datetime] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold the pool of connections open while the block runs; blocks may overlap."""
        self._users += 1
        if self.client.session is None:
            self.client.session = aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                session, self.client.session = self.client.session, None
                await session.close()

    # Calls --------------------------------------------------------------------------------------

    async def read(self, method: str, **params: object) -> Json:
        """Ask for something; raises ``Failed``."""
        given = {name: value for name, value in params.items() if value not in (None, "")}
        return (await self._call(method, method, "GET", params=given))[0]

    async def write(self, method: str, *, bucket: str = "", **args: object) -> Json:
        """Do something; raises ``Failed``. ``bucket``: what is limited beside the method."""
        return (await self._call(method, f"{method} {bucket}", "POST", json=args))[0]

    async def tested(self) -> tuple[Json, Mapping[str, str]]:
        """Return what ``auth.test`` says of the token, with headers; raises ``Failed``."""
        return await self._call("auth.test", "auth.test", "POST", json={})

    async def address(self, app_token: str) -> str:
        """Return an address to which one connection can be made; raises ``Failed``."""
        method = "apps.connections.open"
        params = {"token": app_token}  # the SDK puts it where the bot's would go
        return str((await self._call(method, method, "POST", params=params))[0]["url"])

    async def show(self, method: str, message: Message, *, key: str = "", **args: object) -> Json:
        """Do something with a message; raises ``Failed``."""
        bucket = str(args.get("channel", "")) if method == "chat.postMessage" else ""

        async def send(shown: Json) -> Json:
            return await self.write(method, bucket=bucket, **args, **shown)

        return await _at_most_twice(send, message, key)

    async def respond(self, address: str, message: Message, **args: object) -> None:
        """Send a message to a ``response_url``; raises ``Failed``."""
        session = self._session()
        proxy = None if _near(address) else self.client.proxy

        async def send(shown: Json) -> Json:
            try:
                async with session.post(address, json={**args, **shown}, proxy=proxy) as response:
                    text = await response.text()
            except (aiohttp.ClientError, OSError, ValueError) as trouble:
                raise Failed(Unknown(wording.unclear(type(trouble).__name__))) from trouble
            if response.status >= 500:
                raise Failed(Unknown(wording.unclear(str(response.status))))
            if response.status != 200 or '"ok":false' in text.replace(" ", ""):
                code = _code(text)
                raise Failed(Refused(Scope.MESSAGE, wording.why(code)), code)
            return {}

        await _at_most_twice(send, message)

    async def _call(
        self, method: str, bucket: str, verb: str, **given: Any
    ) -> tuple[Json, Mapping[str, str]]:
        self._session()
        if (until := self._pauses.get(bucket)) is not None:
            if (left := until - self.clock()) > timedelta(0):
                raise Failed(Later(left, wording.limited(method)), "ratelimited")
            del self._pauses[bucket]
        try:
            response = await self.client.api_call(method, http_verb=verb, **given)
            return dict(response.data), response.headers  # type: ignore[arg-type]  # JSON is a dict
        except SlackApiError as error:
            failed = _refusal(method, error)
            if isinstance(failed.outcome, Later):
                self._pauses[bucket] = self.clock() + failed.outcome.after
            raise failed from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as trouble:
            # No connection was made, so nothing was written to it.
            raise Failed(Later(UNREACHABLE, wording.unreachable())) from trouble
        except (aiohttp.ClientError, OSError, AttributeError, TypeError, ValueError) as trouble:
            # A connection that broke, a call that took too long, or a body the SDK cannot read.
            raise Failed(Unknown(wording.unclear(type(trouble).__name__))) from trouble

    def _session(self) -> aiohttp.ClientSession:
        session: aiohttp.ClientSession | None = self.client.session
        if session is None:
            raise Failed(Later(UNREACHABLE, wording.starting()))
        return session


async def _at_most_twice(
    send: Callable[[Json], Awaitable[Json]], message: Message, key: str = ""
) -> Json:
    """Send a message, and once more without what Slack may refuse, if it refused its blocks.

    Such a message was certainly not sent.
    """
    shown = payload(message, key)
    try:
        return await send(shown)
    except Failed as failed:
        plain = payload(message, key, plain=True)
        if failed.code not in INVALID_BLOCKS or plain == shown:
            raise
        return await send(plain)


def _refusal(method: str, error: SlackApiError) -> Failed:
    """Return what an answer that is no success means."""
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 500))
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    code = str(data.get("error") or "")
    if status == 429 or code in LIMITED:
        after = _after(getattr(response, "headers", {}))
        return Failed(Later(after, wording.limited(method)), code or "ratelimited")
    if status >= 500 or not code or code in AMBIGUOUS:
        return Failed(Unknown(wording.unclear(code or str(status))), code)
    why = wording.why(code, str(data.get("needed") or ""))
    return Failed(Refused(_scope(code), why), code)


def _scope(code: str) -> Scope:
    if code in BARRED:
        return Scope.PLATFORM
    if code in CHANNEL or code.startswith("restricted_action"):
        return Scope.CHANNEL
    return Scope.MESSAGE


def _after(headers: Mapping[str, str]) -> timedelta:
    """Return how long Slack asks us to wait."""
    try:
        return max(timedelta(seconds=float(headers["Retry-After"])), timedelta(0))
    except (KeyError, ValueError, OverflowError):
        return PAUSE


def _code(text: str) -> str:
    """Return Slack's word for what is wrong with a ``response_url``: JSON or a bare word."""
    try:
        found = json.loads(text)
    except ValueError:
        return text.strip()[:40]
    return str(found.get("error", "")) if isinstance(found, dict) else ""


def _near(address: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
