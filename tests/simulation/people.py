"""What happens to a world from outside: members, admins, operators, vandals, the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from bot import commands as c
from bot import timetable
from bot.model import (
    Channel,
    ChannelId,
    Confidence,
    DateRange,
    Later,
    MemberId,
    Outcome,
    QuestionId,
    Refused,
    Scope,
    Unknown,
)
from tests.simulation import settings
from tests.simulation.platform import NAME, RETRY_AFTER

if TYPE_CHECKING:
    from tests.simulation.world import World

HOUR = 3600.0
DAY = 24 * HOUR
Event = Callable[["World", Random], None]


# Members ------------------------------------------------------------------------------------------


def answer(world: World, random: Random) -> None:
    """A member answers a post: often once, sometimes again, sometimes delivered twice."""
    if not world.questions:
        return
    post = random.choice(world.questions[-12:])
    member = MemberId(f"{NAME}://member{random.randint(1, 5)}")
    sure = random.choice((None, Confidence.SURE, Confidence.GUESS))
    text = random.choice("ab")
    commands: list[c.Command] = [c.Give(text, post.key, sure)]
    if random.random() < 0.2:
        commands.append(c.Give("a" if text == "b" else "b", post.key))
        world.weather.figures["answers changed"] += 1
    if random.random() < 0.2:
        commands.append(commands[0])
        world.weather.figures["member events doubled"] += 1
    if len(commands) > 1 and random.random() < 0.5:
        commands.reverse()
        world.weather.figures["member events out of order"] += 1
    for command in commands:
        world.later(random.uniform(0, 20), _asks(member, post.channel, command))


def _asks(member: MemberId, channel: ChannelId, command: c.Command) -> Event:
    return lambda world, _: world.ask(member, channel, command)


def look_and_ask(world: World, random: Random) -> None:
    """A member asks for a hint, the solution, or today's question."""
    member = MemberId(f"{NAME}://member{random.randint(1, 5)}")
    command = random.choice((c.Hint(), c.Show(), c.Today(), c.Mine()))
    world.ask(member, random.choice(world.channels).id, command)


# Admins -------------------------------------------------------------------------------------------


def administer(world: World, random: Random) -> None:
    """An admin does one of the things an admin can do."""
    channel = random.choice(world.channels)
    today = timetable.local_date(world.now(), channel.rhythm.zone)
    later = today + timedelta(days=random.randint(0, 6))
    command: c.Command = random.choice((
        c.Post(),
        c.Post(),
        c.Withdraw("it was wrong"),
        c.Withdraw("it was wrong"),
        c.RevealNow(),
        c.Swap(),
        c.Swap(later),
        c.PinTo(QuestionId(random.choice(world.bank_ids)), later),
        c.Pause(),
        c.Pause(later),
        c.Resume(),
        c.Skip(DateRange(later, later + timedelta(days=random.randint(0, 2)))),
        c.Plan(7),
        c.Status(),
    ))  # fmt: skip
    world.weather.figures[f"admin: {type(command).__name__.lower()}"] += 1
    world.ask(settings.ADMIN, channel.id, command)
    if isinstance(command, c.Withdraw) and random.random() < 0.5:
        world.later(random.uniform(1, HOUR), _asks(settings.ADMIN, channel.id, c.Post()))
    if isinstance(command, c.Pause) and random.random() < 0.8:
        resume = random.uniform(HOUR, 6 * DAY)
        world.later(resume, _asks(settings.ADMIN, channel.id, c.Resume()))


# Operators ----------------------------------------------------------------------------------------


def edit_settings(world: World, random: Random) -> None:
    """Somebody edits the settings file: a rhythm, a mix, or a channel taken out for a while."""
    place = random.randrange(len(world.channels))
    old = world.channels[place]
    if random.random() < 0.1:
        world.weather.figures["channels taken out"] += 1
        world.left_out.add(old.id)
        world.configure()
        world.later(random.uniform(HOUR, 3 * DAY), lambda w, _: _put_back(w, old))
        return
    today = timetable.local_date(world.now(), old.rhythm.zone)
    world.channels[place] = settings.changed(old, random, today)
    if world.channels[place].rhythm.zone != old.rhythm.zone:
        world.weather.figures["zones moved"] += 1
    world.weather.figures["settings edited"] += 1
    world.configure()


def _put_back(world: World, channel: Channel) -> None:
    world.left_out.discard(channel.id)
    world.configure()


def stop(world: World, random: Random) -> None:
    """The bot is stopped for minutes or days, as by a deployment or a lost machine."""
    world.weather.figures["stops"] += 1
    world.stop(for_=random.choice((60, HOUR, 5 * HOUR, 30 * HOUR, 4 * DAY)) * random.random())


def jump(world: World, random: Random) -> None:
    """Somebody sets the machine's clock, back or forth, and later right again."""
    _set_clock(world, random, random.choice((120, 3600, 7200)) * random.uniform(-1, 1))


def jump_ahead(world: World, random: Random) -> None:
    """Somebody sets the clock forward by more than the time that a message needs to settle."""
    _set_clock(world, random, random.uniform(120, 600))


def _set_clock(world: World, random: Random, seconds: float) -> None:
    if world.skew:
        return
    world.weather.figures["clock set forward" if seconds > 0 else "clock set back"] += 1
    world.set_clock(timedelta(seconds=seconds))
    world.later(random.uniform(HOUR, 10 * HOUR), lambda w, _: w.set_clock(timedelta(0)))


# The platform -------------------------------------------------------------------------------------


def outage(world: World, random: Random) -> None:
    """The platform answers every call with trouble, or the token is revoked for a day."""
    how: tuple[Outcome, str, float] = random.choice((
        (Refused(Scope.PLATFORM, "token_revoked"), "tokens revoked", 30 * HOUR),
        (Refused(Scope.PLATFORM, "503"), "outages", 6 * HOUR),
        (Unknown("no connection"), "outages", 3 * HOUR),
    ))  # fmt: skip
    outcome, name, longest = how
    if world.platform.down is not None:
        return
    world.weather.figures[name] += 1
    world.platform.down = outcome
    world.later(random.uniform(60, longest), _mend)


def _mend(world: World, _: Random) -> None:
    world.platform.down = None


def close_channel(world: World, random: Random) -> None:
    """The bot is removed from a channel, and invited again some time later."""
    channel = random.choice(world.channels).id
    world.weather.figures["channels closed"] += 1
    world.platform.closed.add(channel)
    if random.random() < 0.5:  # else nobody tells it
        world.ask(settings.ADMIN, channel, c.Left())
    world.later(random.uniform(HOUR, 2 * DAY), lambda w, _: _open_again(w, channel))


def _open_again(world: World, channel: ChannelId) -> None:
    world.platform.closed.discard(channel)
    world.ask(settings.ADMIN, channel, c.Joined())


def go_blind(world: World, random: Random) -> None:
    """The history cannot be read for a while, now and then for more than an hour."""
    world.weather.figures["histories closed"] += 1
    world.platform.blind = True
    world.later(random.uniform(60, 3 * HOUR), _see)


def _see(world: World, _: Random) -> None:
    world.platform.blind = False


def delete_a_message(world: World, random: Random) -> None:
    """Somebody deletes one of the bot's messages."""
    standing = [one for one in list(world.platform.kept.values())[-12:] if not one.deleted]
    if standing:
        random.choice(standing).deleted = True
        world.weather.figures["messages deleted"] += 1


def rate_limit(world: World, random: Random) -> None:
    """Every call is answered with a 429 for some minutes."""
    if world.platform.down is None:
        world.weather.figures["rate limits"] += 1
        world.platform.down = Later(RETRY_AFTER, "429")
        world.later(random.uniform(30, 900), _mend)


PER_CHANNEL_DAY: tuple[tuple[Event, float], ...] = (
    (answer, 0.4),
    (look_and_ask, 0.1),
    (administer, 0.1),
    (edit_settings, 0.02),
    (close_channel, 0.005),
    (delete_a_message, 0.03),
)
"""How often each happens, per channel and day."""
PER_DAY: tuple[tuple[Event, float], ...] = (
    (stop, 0.05),
    (jump, 0.05),
    (outage, 0.04),
    (go_blind, 0.04),
    (rate_limit, 0.03),
)
"""How often each happens, per day of the world."""
