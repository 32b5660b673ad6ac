"""Who somebody is: the time zone of their profile, and whether the workspace vouches for them.

What an admin may do is the core's to decide.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.places import channel_uri, member_uri
from adapters.slack.web import Failed, Web
from bot.model import Actor

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=10)
"""How long a profile is believed, and so the longest that a lost right lasts."""
MOST = 10_000
"""Profiles kept at a time."""
PATIENCE = 1.5
"""Seconds to wait for a profile: a click has to be answered within three."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a member's profile."""

    zone: str = ""
    """IANA."""
    admin: bool = False
    """Whether they are an admin or owner of this very workspace, and no guest."""
    name: str = ""
    """How people know them."""


NOBODY = Profile()


class Members:
    """Profiles, asked for when needed and kept for a while."""

    def __init__(self, web: Web, *, vouching: bool) -> None:
        """Take the Web API, and whether admins of the workspace are admins of the bot."""
        self._web = web
        self._vouching = vouching
        self._known: dict[str, tuple[datetime, Profile]] = {}
        self._asking: dict[str, asyncio.Task[Profile]] = {}

    async def actor(self, team: str, user: str, channel: str = "") -> Actor:
        """Return somebody as the core knows them; ``team`` is the bot's own.

        ``channel`` is empty in a direct message. Where the profile cannot be read in time, they
        have no zone and nobody vouches for them.
        """
        profile = await self._profile(team, user)
        return Actor(
            member_uri(team, user),
            channel_uri(team, channel) if channel else None,
            platform_admin=self._vouching and profile.admin,
            zone=profile.zone,
            name=profile.name,
        )

    async def _profile(self, team: str, user: str) -> Profile:
        now = self._web.clock()
        if (known := self._known.get(user)) is not None and now - known[0] < KEPT:
            return known[1]
        task = self._asking.get(user)
        if task is None:
            task = self._asking[user] = asyncio.create_task(self._ask(team, user))
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        try:
            return await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        except TimeoutError:
            return NOBODY

    async def _ask(self, team: str, user: str) -> Profile:
        try:
            found = await self._web.read("users.info", user=user)
        except Failed as failed:
            log.info("a member's profile could not be read: %s", failed.outcome.why)
            return NOBODY
        if len(self._known) >= MOST:
            self._known.clear()
        profile = read(found.get("user") or {}, team)
        self._known[user] = (self._web.clock(), profile)
        return profile


def read(user: Mapping[str, Any], team: str) -> Profile:
    """Return what counts of a ``user`` object for a bot in this workspace."""
    stranger = any(
        user.get(name)
        for name in ("deleted", "is_bot", "is_restricted", "is_stranger", "is_ultra_restricted")
    )
    teams = {user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", ())}
    high = any(user.get(name) for name in ("is_admin", "is_owner", "is_primary_owner"))
    shown = user.get("profile") or {}
    name = shown.get("display_name") or user.get("real_name") or user.get("name") or ""
    vouched = bool(high and not stranger and team in teams)
    return Profile(str(user.get("tz") or ""), vouched, str(name))
