"""How a single setting is written: times, durations, days, zones, ids, weights; one reader each.

Nothing here knows the file or the other settings. Every reader takes what TOML or the environment
gave and returns the value it means, or raises ``ValueError`` with a sentence for its author: what
was found, what is allowed, the nearest name.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files

from bot.model import BoardRule, ChannelId, DateRange, MemberId, Reveal, RevealRule
from bot.wording.phrases import listed
from config.holiday import check_code
from config.words import hint, nearest, quoted, shown

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The short names of the weekdays, Monday first."""
LONG_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLATFORMS = ("slack", "discord", "terminal")
"""The platforms an id may name."""
SHIPPED = "shipped"
"""The bank that comes with the program, among ``banks``."""
REST_OF_DAY = "day"
"""The grace that lasts to the end of the local day."""
SQLITE = "sqlite:///"
"""What the address of a store begins with; a path follows."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DURATION = re.compile(r"(?=.)(?:([0-9]{1,4})h)? ?(?:([0-9]{1,4})m)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CHANNELS = {
    "slack": re.compile(r"slack://[TE][A-Z0-9]+/[CG][A-Z0-9]+"),
    "discord": re.compile(r"discord://[0-9]+/[0-9]+"),
    "terminal": re.compile(r"terminal://[\w.-]+"),
}
_MEMBERS = {
    "slack": re.compile(r"slack://[TE][A-Z0-9]+/[UW][A-Z0-9]+"),
    "discord": re.compile(r"discord://[0-9]+"),
    "terminal": re.compile(r"terminal://[\w.-]+"),
}
_COMMAND = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_NICKNAME = re.compile(r"[\w.-]+")
_MENTION = re.compile(r"S[A-Z0-9]+|[0-9]+")
_WEB = re.compile(r"(https?|wss?)://[^\s/]+\S*")

CHANNEL_FORMS = {
    "slack": ("slack://TEAM/CHANNEL", "slack://T0123/C0456"),
    "discord": ("discord://SERVER/CHANNEL", "discord://111222333/444555666"),
    "terminal": ("terminal://NAME", "terminal://room"),
}
"""How a channel of each platform is written, in general and for example."""
MEMBER_FORMS = {
    "slack": ("slack://TEAM/MEMBER", "slack://T0123/U01"),
    "discord": ("discord://MEMBER", "discord://777888999"),
    "terminal": ("terminal://NAME", "terminal://ada"),
}
"""How a member of each platform is written, in general and for example."""


# Times -------------------------------------------------------------------------------------


def time_of_day(value: object) -> time:
    """Read ``09:30``."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'{shown(value)} is not a time of day. Write "09:30"{_in_quotes(value)}.')
    return time(int(match[1]), int(match[2]))


def _in_quotes(value: object) -> str:
    """Return what a sentence ends with when the quotes are what is missing."""
    return "" if isinstance(value, str) else ", in quotes"


def duration(value: object) -> timedelta:
    """Read ``6h``, ``90m`` or ``1h 30m``: at least a minute."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)) if match else None
    if not length:
        raise ValueError(f'{shown(value)} is not a length of time. Write "6h", "90m" or "1h 30m".')
    return length


def grace(value: object) -> timedelta | None:
    """Read a duration, or ``day`` (``None``): to the end of the local day."""
    if value == REST_OF_DAY:
        return None
    try:
        return duration(value)
    except ValueError:
        raise ValueError(
            f'{shown(value)} is not a grace. Write a length of time, such as "4h" or "90m", '
            'or "day" for the rest of the local day.'
        ) from None


def reveal(value: object) -> Reveal:
    """Read ``after 6h``, ``at 17:00``, ``next`` or ``answered``."""
    word, _, rest = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if word == RevealRule.AFTER and rest:
        return Reveal(RevealRule.AFTER, after=duration(rest))
    if word == RevealRule.AT and rest:
        return Reveal(RevealRule.AT, at=time_of_day(rest))
    if word in (RevealRule.NEXT, RevealRule.ANSWERED) and not rest:
        return Reveal(RevealRule(word))
    raise ValueError(
        f"{shown(value)} is not a time for the answer. "
        'Allowed: "after 6h", "at 17:00", "next" and, in the terminal, "answered".'
    )


@cache
def zones() -> frozenset[str]:
    """Return every zone name of the tzdata package, which is ours whatever the machine has."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def zone(value: object) -> str:
    """Read the name of a time zone, such as ``Europe/Berlin``."""
    if isinstance(value, str) and value in zones():
        return value
    # An abbreviation such as EST names a zone that never changes its clocks: nobody wants that one.
    near = nearest(value, [z for z in zones() if "/" in z]) if isinstance(value, str) else ""
    tail = f"Nearest: {quoted(near)}." if near else 'Write an IANA name, such as "Europe/Berlin".'
    raise ValueError(f"{shown(value)} is not a time zone. {tail}")


# Days --------------------------------------------------------------------------------------


def weekday(value: object) -> int:
    """Read the name of a weekday, short or long: Monday is 0."""
    name = value.lower() if isinstance(value, str) else ""
    for names in (WEEKDAYS, LONG_WEEKDAYS):
        if name in names:
            return names.index(name)
    near = nearest(name, (*WEEKDAYS, *LONG_WEEKDAYS))
    tail = f"Nearest: {quoted(near)}." if near else f"Allowed: {', '.join(WEEKDAYS)}."
    raise ValueError(f"{shown(value)} is not a weekday. {tail}")


def date_range(value: object) -> DateRange:
    """Read ``2026-12-24`` or ``2026-12-24..2027-01-02``, both ends included."""
    first, dots, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    try:
        days = DateRange(_day(first), _day(last if dots else first))
    except ValueError:
        raise ValueError(
            f'{shown(value)} is not a day or a range of days. Write "2026-12-24" '
            f'or "2026-12-24..2027-01-02"{_in_quotes(value)}.'
        ) from None
    if days.last < days.first:
        raise ValueError(f"{shown(value)} ends before it begins. Put the earlier day first.")
    return days


def _day(text: str) -> date:
    """Read ``2026-12-24`` and no other spelling."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def holiday_code(value: object) -> str:
    """Read a country or region code such as ``DE-BE``; empty for no holidays."""
    if isinstance(value, str):
        if value:
            check_code(value)
        return value
    raise ValueError(f'{shown(value)} is not a country code. Write "DE" or "DE-BE", in quotes.')


# Ids ---------------------------------------------------------------------------------------


def channel_id(value: object) -> ChannelId:
    """Read a channel's id: ``slack://T/C``, ``discord://G/C`` or ``terminal://NAME``."""
    return ChannelId(_uri(value, "a channel", _CHANNELS, CHANNEL_FORMS))


def member_id(value: object) -> MemberId:
    """Read a member's id: ``slack://T/U``, ``discord://U`` or ``terminal://NAME``."""
    return MemberId(_uri(value, "a member", _MEMBERS, MEMBER_FORMS))


def _uri(
    value: object,
    noun: str,
    patterns: dict[str, re.Pattern[str]],
    forms: dict[str, tuple[str, str]],
) -> str:
    """Return an id of one of our platforms as it was written."""
    text = value if isinstance(value, str) else ""
    platform, _, rest = text.partition("://")
    if platform in patterns:
        if patterns[platform].fullmatch(text):
            return text
        general, example = forms[platform]
        raise ValueError(f"{shown(value)} is not {noun}. Write {general}, such as {example}.")
    near = nearest(platform, patterns) if rest else ""
    if near:
        raise ValueError(f"{shown(value)} is not {noun}. Nearest: {quoted(f'{near}://{rest}')}.")
    allowed = listed([general for general, _ in forms.values()], "or")
    raise ValueError(f"{shown(value)} is not {noun}. Write {allowed}.")


def place(value: object) -> str:
    """Read where notices go: a channel or a member; empty for each admin directly."""
    if value == "":
        return ""
    for read in (channel_id, member_id):
        try:
            return read(value)
        except ValueError:
            continue
    raise ValueError(
        f"{shown(value)} is neither a channel nor a member. "
        "Write an id such as slack://T0123/C0456 or slack://T0123/U01."
    )


def mention(value: object) -> str:
    """Read the platform's own id of a group or role; empty for none."""
    if isinstance(value, str) and (not value or _MENTION.fullmatch(value)):
        return value
    raise ValueError(
        f"{shown(value)} is not the id of a group or role. Write the id itself: "
        'on Slack like "S0123ABC", on Discord like "111222333".'
    )


# The rest ----------------------------------------------------------------------------------


def weight(value: object) -> int:
    """Read how often something comes up beside the others: a whole number from 0."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):  # from the environment
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(f"{shown(value)} is not a weight. Write a whole number, 0 or more.")


def switch(value: object) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):  # from the environment
        return value == "true"
    raise ValueError(f"{shown(value)} is neither true nor false. Write it without quotes.")


def text(value: object) -> str:
    """Read one line of text."""
    if isinstance(value, str) and value.isprintable():
        return value
    raise ValueError(f"{shown(value)} is not a line of text. Write it in quotes.")


def nickname(value: object) -> str:
    """Read the name of the terminal's member; empty for the name on this machine."""
    if isinstance(value, str) and (not value or _NICKNAME.fullmatch(value)):
        return value
    raise ValueError(
        f"{shown(value)} is not a name for the terminal. "
        'Write letters, digits, dots and hyphens, such as "ada".'
    )


def command_name(value: object) -> str:
    """Read the name of a slash command, without the slash."""
    if isinstance(value, str) and _COMMAND.fullmatch(value):
        return value
    raise ValueError(
        f"{shown(value)} is not a name for a command. Write up to 32 small letters, digits, "
        'hyphens or underscores, without the slash, such as "gradus".'
    )


def board(value: object) -> BoardRule:
    """Read who is on the board."""
    if isinstance(value, str) and value in list(BoardRule):
        return BoardRule(value)
    tail = hint(value, BoardRule) if isinstance(value, str) else " Allowed: ask, everyone, off."
    raise ValueError(f"{shown(value)} is not a rule for the board.{tail}")


def store(value: object) -> str:
    """Read the address of a store. It is never shown: a database's may hold a password."""
    if isinstance(value, str) and value.startswith(SQLITE) and len(value) > len(SQLITE):
        return value
    raise ValueError('this is not a store. Write sqlite:///PATH, such as "sqlite:///gradus.db".')


def bank(value: object) -> str:
    """Read ``shipped`` or a folder."""
    if isinstance(value, str) and value:
        return value
    raise ValueError(f'{shown(value)} is not a bank. Write "shipped" or a folder.')


def secret(value: object) -> str:
    """Read a token, which is never shown."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("this is not a token. Write it in quotes, or better in the environment.")


def web_address(value: object) -> str:
    """Read the address of a platform's service, never shown; empty for the usual one."""
    if isinstance(value, str) and (not value or _WEB.fullmatch(value)):
        return value
    raise ValueError('this is not an address. Write one such as "https://slack.com/api/".')
