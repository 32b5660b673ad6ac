"""Setting a channel up in chat: the bot comes to a place, somebody chooses, the bot leaves.

A channel belongs to the settings file or to chat, never to both.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import available_timezones

from bot import commands as c
from bot import notices, outbox
from bot.messages import Reply
from bot.model import (
    Actor,
    AuditEntry,
    Channel,
    ChannelId,
    ChannelState,
    MemberId,
    Mix,
    Notice,
    platform_of,
)
from bot.planning import Planning
from bot.ports import Records
from bot.wording import arriving as wording

SHOWN = 5
"""Coming posts that are shown back."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What the settings say about channels set up in chat."""

    admins: Callable[[], Collection[str]]
    """The members who are admins everywhere."""
    template: Callable[[ChannelId], Channel]
    """Returns a new channel as the defaults make it; its zone may be empty."""
    place: Callable[[ChannelId], str]
    """Says where the settings file names a channel: ``gradus.toml, line 12``."""


class Arriving:
    """What concerns channels that may not be configured yet."""

    def __init__(self, planning: Planning, deployed: Deployed) -> None:
        """Take what plans, and what the settings say."""
        self.planning = planning
        self.deployed = deployed

    def answer(self, records: Records, actor: Actor, command: c.Arrival, now: datetime) -> Reply:
        """Answer a command about a channel that may be new."""
        match command:
            case c.Joined():
                return self._joined(records, actor)
            case c.Left():
                return self._left(records, actor, now)
            case c.TestPost(channel):
                return self._try(records, actor, ChannelId(channel), now)
            case c.Setup(_, c.Wanted() as wanted):
                return self._set_up(records, actor, wanted, now)
            case c.Setup(channel):
                return self._open(records, actor, ChannelId(channel or actor.channel or ""))

    def _joined(self, records: Records, actor: Actor) -> Reply:
        channel = actor.channel
        if channel is None:
            return Reply(wording.greeting(_key(records, ChannelId(""))))
        records.remember(_inviter(channel), actor.member)
        records.drop_breaker(channel)  # it may have been tripped by our removal
        state = records.channel(channel)
        if state is not None and state.active:
            return Reply()
        return Reply(wording.welcome(channel, _key(records, channel)))

    def _left(self, records: Records, actor: Actor, now: datetime) -> Reply:
        state = records.channel(actor.channel) if actor.channel is not None else None
        if state is not None and state.active:
            channel = state.channel
            before = records.breaker(channel.id)
            records.save_breaker(outbox.trip(before, channel.id, "the bot was removed", now))
            notices.tell(records, channel, "left", wording.left(channel), now)
        return Reply()

    def _open(self, records: Records, actor: Actor, channel: ChannelId) -> Reply:
        if not channel or platform_of(channel) == "terminal":
            return Reply(wording.nowhere())
        if (refusal := self._refusal(records, actor, channel)) is not None:
            return refusal
        present = self._present(records, channel)
        if not present.rhythm.zone:
            present = replace(present, rhythm=replace(present.rhythm, zone=actor.zone))
        topics = self.planning.bank().topics
        return Reply(form=wording.form(present, _key(records, channel), topics))

    def _present(self, records: Records, channel: ChannelId) -> Channel:
        """Return a channel as it is set up in chat, or would be."""
        state = records.channel(channel)
        if state is not None and state.active:
            return state.channel
        return replace(self.deployed.template(channel), owner="chat")

    def _refusal(self, records: Records, actor: Actor, channel: ChannelId) -> Reply | None:
        state = records.channel(channel)
        if not self._may(records, actor, channel, state):
            return Reply(wording.not_yours())
        if state is not None and state.active and state.channel.owner != "chat":
            return Reply(wording.file_owns(self.deployed.place(channel)))
        return None

    def _may(
        self, records: Records, actor: Actor, channel: ChannelId, state: ChannelState | None
    ) -> bool:
        if actor.vouched_for(channel):
            return True
        trusted = {*self.deployed.admins(), records.recall(_inviter(channel))}
        if state is not None and state.active:
            trusted = {*self.deployed.admins(), *state.channel.admins}
        return actor.member in trusted

    def _set_up(self, records: Records, actor: Actor, wanted: c.Wanted, now: datetime) -> Reply:
        uri, _, name = wanted.channel.partition(" ")
        channel, key = ChannelId(uri), _key(records, ChannelId(uri))
        if channel and (refusal := self._refusal(records, actor, channel)) is not None:
            return refusal
        errors = _errors(wanted, self.planning.bank().topics)
        if errors:
            return Reply(wording.wrong(errors, channel, key), errors=errors)
        present = self._present(records, channel)
        state = self.planning.adopt(records, _channel(present, wanted, name, actor.member), now)
        records.add_audit(AuditEntry(now, actor.member, channel, "setup", wanted.time))
        slots = self.planning.slots(state)[:SHOWN]
        return Reply(wording.done(state.channel, slots, key))

    def _try(self, records: Records, actor: Actor, channel: ChannelId, now: datetime) -> Reply:
        if (refusal := self._refusal(records, actor, channel)) is not None:
            return refusal
        state = records.channel(channel)
        if state is None:
            return Reply(wording.not_yours())
        notice = Notice(f"test|{channel}|{now.isoformat()}|{channel}", channel, now)
        records.add_notice(notice, wording.test_post())
        return Reply(wording.testing(state.channel.name or channel))


def _channel(present: Channel, wanted: c.Wanted, name: str, member: MemberId) -> Channel:
    """Return a channel as it was filled in; who sets it up first becomes its admin."""
    days = frozenset(place for place, (day, _) in enumerate(wording.DAYS) if day in wanted.days)
    hour, minute = map(int, wanted.time.split(":"))
    rhythm = replace(present.rhythm, time=time(hour, minute), zone=wanted.zone, days=days)
    return replace(
        present,
        rhythm=rhythm,
        mix=Mix(dict.fromkeys(wanted.topics, 1), present.mix.levels, present.mix.kinds),
        name=name or present.name,
        admins=present.admins if member in present.admins else (*present.admins, member),
        owner="chat",
    )


def _errors(wanted: c.Wanted, topics: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return what cannot be read in what was filled in, by field."""
    errors = []
    if not wanted.channel:
        errors.append(("channel", wording.no_channel()))
    if not _is_time(wanted.time):
        errors.append(("time", wording.bad_time(wanted.time)))
    zones = available_timezones()
    if wanted.zone not in zones:
        errors.append(("zone", wording.bad_zone(wanted.zone, _nearest(wanted.zone, zones))))
    if not set(wanted.days) & {day for day, _ in wording.DAYS}:
        errors.append(("days", wording.no_days()))
    for topic in wanted.topics:
        if topic not in topics:
            errors.append(("topics", wording.bad_topic(topic, _nearest(topic, topics))))
            break
    return tuple(errors)


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and len(minutes) == 2):
        return False
    return minutes.isascii() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60


def _nearest(word: str, words: Collection[str]) -> str:
    near = difflib.get_close_matches(word, sorted(words), n=1)
    return near[0] if near else ""


def _inviter(channel: ChannelId) -> str:
    return f"inviter|{channel}"


def _key(records: Records, channel: ChannelId) -> str:
    return outbox.key_of(records.secret(), f"setup:{channel}")
