"""Who the bot is in its workspace, and whether its two tokens are good."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.slack.limits import Json
from adapters.slack.manifest import SCOPES
from adapters.slack.web import Failed, Web
from bot.errors import UsageError
from bot.model import Refused
from bot.wording import slack as wording

log = logging.getLogger(__name__)

BOT, BOT_VARIABLE, BOT_PREFIX = "bot", "SLACK_BOT_TOKEN", "xoxb-"
APP, APP_VARIABLE, APP_PREFIX = "app", "SLACK_APP_TOKEN", "xapp-"
ESSENTIAL = ("chat:write", "commands")
"""Scopes without which nothing works; what else is missing is logged, and told by the doctor."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is."""

    team: str
    user: str
    bot: str
    name: str
    """What members write after the @."""
    workspace: str
    scopes: frozenset[str] | None
    """What the app may do; ``None`` where Slack does not say."""
    date: str
    """Slack's clock when it was asked, as HTTP writes it."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The scopes that we would need beside those we have."""
        return tuple(one for one in SCOPES if self.scopes is not None and one not in self.scopes)


class Us:
    """The bot itself, as Slack knows it; asked for once and kept."""

    def __init__(self, web: Web, bot_token: str, app_token: str) -> None:
        """Take the Web API, and both tokens to judge them by their looks."""
        self.web = web
        self.app_token = app_token
        self._bot_token = bot_token
        self._known: Identity | None = None
        self._sure = False
        """Whether what is known was not put in doubt since."""

    async def begin(self) -> str:
        """Check both tokens and return an address to connect to; empty if Slack is out of reach.

        Raises ``UsageError``, one paragraph, where it would be no use to go on.
        """
        if not self._bot_token.startswith(BOT_PREFIX):
            raise UsageError(wording.no_token(BOT, BOT_VARIABLE, BOT_PREFIX))
        if not self.app_token.startswith(APP_PREFIX):
            raise UsageError(wording.no_token(APP, APP_VARIABLE, APP_PREFIX))
        which, variable = BOT, BOT_VARIABLE
        try:
            who = await self.ask()
            if lacking := [one for one in ESSENTIAL if one in who.missing]:
                raise UsageError(wording.lacks(lacking))
            if who.missing:
                log.warning("slack: the app lacks permissions: %s", ", ".join(who.missing))
            which, variable = APP, APP_VARIABLE
            return await self.address()
        except Failed as failed:
            if isinstance(failed.outcome, Refused):
                raise UsageError(wording.refused_token(which, variable, failed.code)) from None
            log.warning("slack: %s; it is tried again until it answers", failed.outcome.why)
            return ""

    async def identity(self) -> Identity:
        """Return who the bot is; raises ``Failed`` while that cannot be learned."""
        return self._known or await self.ask()

    @property
    def known(self) -> Identity:
        """Who the bot is; for what happens only once that is known."""
        if self._known is None:
            raise RuntimeError("identity unknown")
        return self._known

    def foreign(self, team: str) -> bool:
        """Whether a workspace is another than the bot's, as far as that is known."""
        return self._known is not None and bool(team) and team != self._known.team

    def doubt(self) -> None:
        """Ask again before the next connection: the token is said to be no good any more."""
        self._sure = False

    async def ask(self) -> Identity:
        """Ask Slack who the bot is; raises ``Failed``."""
        said, headers = await self.web.tested()
        self._known, self._sure = _identity(said, headers), True
        return self._known

    async def address(self) -> str:
        """Ask for an address to connect to, once we are sure of ourselves; raises ``Failed``."""
        if not self._sure:
            await self.ask()
        return await self.web.address(self.app_token)


def _identity(said: Json, headers: Mapping[str, str]) -> Identity:
    scopes = headers.get("x-oauth-scopes")
    return Identity(
        team=str(said.get("team_id") or ""),
        user=str(said.get("user_id") or ""),
        bot=str(said.get("bot_id") or ""),
        name=str(said.get("user") or ""),
        workspace=str(said.get("team") or ""),
        scopes=frozenset(part.strip() for part in scopes.split(",")) if scopes else None,
        date=headers.get("Date", ""),
    )
