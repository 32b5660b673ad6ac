"""What ``gradus init`` asks, and the small settings file it writes from the answers.

The asking itself is the command line's: here are the questions as data, and pure functions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bot.errors import UsageError
from bot.model import platform_of
from bot.wording.phrases import listed
from config import values
from config.holiday import check_code, regions_of
from config.words import hint, quoted

Given = Mapping[str, str]
"""The answers so far, by key, as their checks returned them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of ``gradus init``; each is a flag as well."""

    key: str
    """Names the answer and the flag."""
    sentence: str
    """What is asked."""
    default: Callable[[Given], str]
    """Returns what an empty answer means, given the answers so far; empty for nothing."""
    check: Callable[[str, Given], str]
    """Returns the answer as it will be written; raises ``ValueError`` with what is wrong."""


ALL = "all"
"""The answer for every topic."""
WORKDAYS = "mon tue wed thu fri"
REVEALS = {"slack": "after 6h", "discord": "after 23h", "terminal": "answered"}
"""When the answer is shown: a Discord community may be all over the world."""


def asks(machine_zone: str, topics: Collection[str]) -> tuple[Ask, ...]:
    """Return the five questions in their order.

    ``machine_zone`` is this machine's IANA zone, empty where it is not known; ``topics`` are those
    of the banks.
    """

    def when(given: Given) -> str:
        start = "00:00" if given.get("platform") == "terminal" else "09:30"
        return f"{start} {machine_zone}" if machine_zone else ""

    def channel(given: Given) -> str:
        return "terminal://room" if given.get("platform") == "terminal" else ""

    def days(given: Given) -> str:
        return " ".join(values.WEEKDAYS) if given.get("platform") == "terminal" else WORKDAYS

    def known(text: str, _: Given) -> str:
        return _topics(text, topics)

    forms = listed([form for form, _ in values.CHANNEL_FORMS.values()], "or")
    return (
        Ask(
            "platform",
            f"Where do you want to be asked: {listed(values.PLATFORMS, 'or')}?",
            lambda _: "terminal",
            _platform,
        ),
        Ask(
            "channel",
            f"In which channel: {forms}?",
            channel,
            _channel,
        ),
        Ask(
            "when",
            'At what time, and in which time zone? Such as "09:30 Europe/Berlin"',
            when,
            _when,
        ),
        Ask("days", "On which weekdays? By name, with spaces between them", days, _days),
        Ask(
            "topics",
            f'Which topics? "{ALL}", or some of: {", ".join(sorted(topics))}',
            lambda _: ALL,
            known,
        ),
    )


def _platform(text: str, _: Given) -> str:
    """Check the name of a platform."""
    name = text.strip().lower()
    if name in values.PLATFORMS:
        return name
    raise ValueError(f"{quoted(text)} is not a platform.{hint(name, values.PLATFORMS)}")


def _channel(text: str, given: Given) -> str:
    """Check a channel's id, and that it is on the platform chosen."""
    id = values.channel_id(text.strip())
    platform = given.get("platform", platform_of(id))
    if platform_of(id) != platform:
        general, example = values.CHANNEL_FORMS[platform]
        raise ValueError(f"{quoted(id)} is not on {platform}. Write {general}, such as {example}.")
    return id


def _when(text: str, _: Given) -> str:
    """Check a time of day and a zone."""
    start, zone = (*text.split(maxsplit=1), "", "")[:2]
    at = values.time_of_day(start)
    if not zone:
        raise ValueError('the time zone is missing. Write both, such as "09:30 Europe/Berlin".')
    return f"{at:%H:%M} {values.zone(zone.strip())}"


def _days(text: str, _: Given) -> str:
    """Check the names of weekdays, put them in order and drop doubles."""
    days = {values.weekday(word) for word in text.replace(",", " ").split()}
    if not days:
        raise ValueError(f"no weekday. Allowed: {', '.join(values.WEEKDAYS)}.")
    return " ".join(values.WEEKDAYS[day] for day in sorted(days))


def _topics(text: str, topics: Collection[str]) -> str:
    """Check the names of topics; all of them, or none, is ``all``."""
    names = list(dict.fromkeys(text.replace(",", " ").split()))
    for name in names:
        if name not in (ALL, *topics):
            raise ValueError(f"{quoted(name)} is not in your banks.{hint(name, topics)}")
    return ALL if ALL in names or not names else " ".join(names)


def starter(given: Given, holidays: str = "") -> str:
    """Return a small commented settings file for one channel, from a checked answer to each ask.

    ``holidays``, a country or region code, is written as it is; without one the file proposes the
    country that the zone lies in, behind a # that its reader takes away. Raises ``ValueError`` for
    a code that is unknown.
    """
    time, zone = given["when"].split(" ")
    platform, topics = given["platform"], given["topics"]
    lines = [
        "# Settings of Gradus. `gradus config example` prints every one with its default and why;",
        "# `gradus config check` says what is wrong with an edit, or when the next questions come.",
        *TOKENS[platform],
        "",
        "[[channels]]",
        f"id = {_toml(given['channel'])}",
        f"time = {_toml(time)}",
        f"timezone = {_toml(zone)}",
        f"days = [{', '.join(map(_toml, given['days'].split()))}]",
        *_holiday_lines(zone, holidays),
        f"reveal = {_toml(REVEALS[platform])}",
        "",
    ]
    if topics == ALL:
        lines += ["# Every topic comes up alike. `gradus config example` shows how to choose."]
    else:
        lines += ["# How often each topic comes up beside the others; those not named do not."]
        lines += ["[channels.topics]", *(f"{_key(name)} = 1" for name in topics.split())]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """Return a text as a TOML string, which a JSON string is."""
    return json.dumps(text, ensure_ascii=False)


def _key(name: str) -> str:
    """Return a name as a TOML key, in quotes where it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


TOKENS = {
    "slack": ("# The tokens go into the environment: SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",),
    "discord": ("# The token goes into the environment: DISCORD_TOKEN.",),
    "terminal": (),
}
"""Where each platform's tokens go, said in the file."""


def _holiday_lines(zone: str, code: str) -> list[str]:
    """Return the line on public holidays: the given code, or a proposal behind a #."""
    if code:
        check_code(code)
        return [f"holidays = {_toml(code)}"]
    country = country_of(zone)
    if country is None or (regions := regions_of(country[0])) is None:
        return ['# For no questions on public holidays, name a country: holidays = "DE"']
    letters, name = country
    region = (
        [f'# Its regions have codes as well, such as "{letters}-{regions[0]}".'] if regions else []
    )
    return [
        f"# {zone} is in {name}. To skip its public holidays, take the # away below.",
        *region,
        f"# holidays = {_toml(letters)}",
    ]


def country_of(zone: str) -> tuple[str, str] | None:
    """Return code and name of the country a zone lies in, by tzdata's tables; ``None`` for none."""
    codes = {row[2]: row[0] for row in _table("zone.tab")}
    names = {row[0]: row[1] for row in _table("iso3166.tab")}
    return (codes[zone], names[codes[zone]]) if zone in codes else None


def _table(name: str) -> list[list[str]]:
    """Return the rows of one of tzdata's tables."""
    text = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def write(path: Path, text: str) -> None:
    """Write a new settings file, and its folder if need be; an existing one is never touched.

    Raises ``UsageError``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise UsageError(
                f"{path} exists already, so nothing was written. Edit that file, or name another: "
                "gradus init FILE."
            ) from None
        raise UsageError(
            f"{path} could not be written: {error.strerror}. Name another: gradus init FILE."
        ) from None
