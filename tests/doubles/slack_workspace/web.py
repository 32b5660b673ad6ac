"""The Web API over HTTP: tokens, faults, the record of what was asked; and the response URLs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.doubles.slack_workspace import chat, conversations, views
from tests.doubles.slack_workspace.access import Method, flag, need
from tests.doubles.slack_workspace.faults import Fault, Faults
from tests.doubles.slack_workspace.state import (
    RESPONSE,
    RESPONSES,
    Json,
    Message,
    Refused,
    Response,
    State,
    Version,
)

METHODS: dict[str, Method] = {**chat.METHODS, **conversations.METHODS, **views.METHODS}
CONNECT = "apps.connections.open"


@dataclass(slots=True)
class Request:
    """One call, as it arrived, and what the caller was told."""

    method: str
    """``chat.postMessage``, or ``response_url``."""
    args: Json
    answer: Json | None = None
    """``None``: nothing, or nothing of Slack's."""


class WebApi:
    """Answers what the app asks over HTTP."""

    def __init__(self, state: State, faults: Faults, bot_token: str, app_token: str) -> None:
        self.state = state
        self.faults = faults
        self.bot_token = bot_token
        self.app_token = app_token
        self.bad: dict[str, str] = {}
        """What is wrong with a token: ``token_revoked``, ``account_inactive`` …"""
        self.requests: list[Request] = []
        self.link: Callable[[], str] = str
        """Makes the address of a new socket."""

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of a method."""
        args = await _arguments(request)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = str(args.pop("token", "") or (token if scheme == "Bearer" else ""))
        kept = Request(request.match_info["method"], args)
        self.requests.append(kept)
        fault = self.faults.draw(kept.method)
        if fault is None:
            kept.answer = self._run(kept.method, token, args)
            return self._json(kept.answer)
        answer = self._run(kept.method, token, args) if fault.kept or not fault.silent else {}
        if fault.until is not None:
            await fault.until.wait()
        return self._spoilt(request, kept, fault, answer)

    def _spoilt(
        self, request: web.Request, kept: Request, fault: Fault, answer: Json
    ) -> web.StreamResponse:
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else None
        if fault.body:
            return web.Response(
                text=fault.body, status=fault.status, headers=headers, content_type="text/html"
            )
        kept.answer = {"ok": False, "error": fault.error} if fault.error else answer
        return self._json(kept.answer, fault.status, headers)

    def _json(
        self, answer: Json, status: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        scopes = {"x-oauth-scopes": ",".join(sorted(self.state.app.scopes))}
        return web.Response(
            body=json.dumps(answer).encode(),
            status=status,
            headers={**scopes, **(headers or {})},
            content_type="application/json",
            charset="utf-8",
        )

    def _run(self, name: str, token: str, args: Json) -> Json:
        """Do what is asked, if the token may."""
        try:
            return {"ok": True, **self._done(name, args, of_app=self._who(token))}
        except Refused as refused:
            return {"ok": False, "error": refused.error, **refused.more}

    def _done(self, name: str, args: Json, *, of_app: bool) -> Json:
        method = METHODS.get(name)
        if method is None and name != CONNECT:
            raise Refused("unknown_method", req_method=name)
        if of_app and name == "auth.test":
            return {"app_id": self.state.app.id, "app_name": self.state.app.name}
        if of_app != (name == CONNECT):
            raise Refused("not_allowed_token_type")
        if method is None:
            return {"url": self.link()}
        need(self.state, method.scope)
        return method.run(self.state, args)

    def _who(self, token: str) -> bool:
        """Return whether this is the app's own token, and not the bot's."""
        if not token:
            raise Refused("not_authed")
        if token in self.bad:
            raise Refused(self.bad[token])
        if token not in {self.bot_token, self.app_token}:
            raise Refused("invalid_auth")
        return token == self.app_token

    # Response URLs ------------------------------------------------------------------------------

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take what is sent to a ``response_url``; it needs no token."""
        args = await _arguments(request)
        kept = Request("response_url", args)
        self.requests.append(kept)
        door = self.state.responses.get(request.match_info["name"])
        fault = self.faults.draw(kept.method)
        if fault is not None and fault.until is not None:
            await fault.until.wait()
        try:
            if fault is None or fault.kept or not fault.silent:
                self._say(door, args)
            kept.answer = {"ok": True}
        except Refused as refused:
            kept.answer = {"ok": False, "error": refused.error}
        if fault is not None and fault.silent:
            return self._spoilt(request, kept, fault, kept.answer)
        if kept.answer["ok"]:
            return web.Response(text="ok")
        return self._json(kept.answer, 404)

    def _say(self, door: Response | None, args: Json) -> None:
        if door is None or self.state.clock() - door.at > RESPONSE:
            raise Refused("expired_url")
        if door.uses >= RESPONSES:
            raise Refused("used_url")
        door.uses += 1
        if flag(args, "delete_original"):
            self._pressed(door).deleted = True
            self.state.change()
        elif flag(args, "replace_original"):
            self._pressed(door).versions.append(chat.version(self.state, args))
            self.state.change()
        else:
            self.speak(door, args)

    def _pressed(self, door: Response) -> Message:
        if door.message is None or door.message.deleted:
            raise Refused("message_not_found")
        return door.message

    def speak(self, door: Response, args: Json) -> None:
        """Show a new message where somebody typed or clicked, to them alone unless told."""
        shown: Version = chat.version(self.state, args)
        thread = str(args.get("thread_ts") or "")
        if args.get("response_type") != "in_channel":
            chat.whisper(self.state, door.user, door.channel, shown, thread)
            return
        self.state.add(
            Message(
                door.channel, self.state.ts(), self.state.app.user, self.state.clock(), [shown],
                thread, by_app=True,
            )
        )  # fmt: skip


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Return what a call says in its address, its form or its JSON."""
    args: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return args
    if request.content_type == "application/json":
        body = json.loads(await request.read())
        return args | body if isinstance(body, dict) else args
    form = await request.post()
    return args | {name: str(value) for name, value in form.items()}
