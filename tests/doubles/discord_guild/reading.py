"""What somebody sees of a message: its Markdown read, its buttons in square brackets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from tests.doubles.discord_guild import checks
from tests.doubles.discord_guild.world import Json, Message

_TOKEN = re.compile(
    r"```[^\n`]*\n(?P<fence>.*?)\n?```"
    r"|(?P<ticks>`{1,2})(?P<code>.+?)(?P=ticks)(?!`)"
    r"|<t:(?P<unix>[0-9]+)(?::(?P<style>[tTdDfFsSR]))?>"
    r"|\[(?P<words>(?:\\.|[^\]\\])+)\]\(<?(?P<to>[^)>\s]+)>?\)"
    r"|<(?P<address>https?://[^>\s]+)>"
    r"|\\(?P<plain>[^\w\s]|_)"
    r"|(?P<mark>\*{1,3}|__|~~|\|\|)"
    r"|(?P<start>^(?:-\#|\#{1,3}|>)\x20)",
    re.DOTALL | re.MULTILINE,
)


def seen(message: Message, zone: tzinfo = UTC) -> str:
    """Return a message as read in a time zone, deleted ones as nothing."""
    if message.deleted:
        return ""
    lines = [read(message.content, zone)] if message.content else []
    lines += [read(str(embed.get("description", "")), zone) for embed in message.embeds]
    lines += _components(message.components, zone)
    return "\n".join(lines)


def read(text: str, zone: tzinfo = UTC) -> str:
    """Return Markdown as it is read: marks gone, escapes undone, instants told in a zone."""

    def shown(found: re.Match[str]) -> str:
        if found["fence"] is not None:
            return found["fence"]
        if found["code"] is not None:
            return found["code"].strip() if found["ticks"] == "``" else found["code"]
        if found["unix"]:
            return _instant(int(found["unix"]), found["style"] or "f", zone)
        if found["words"]:
            return read(found["words"], zone)
        return found["address"] or found["plain"] or ""

    return _TOKEN.sub(shown, text).replace("\u200b", "")


def _instant(unix: int, style: str, zone: tzinfo) -> str:
    at = datetime.fromtimestamp(unix, UTC).astimezone(zone)
    match style:
        case "t":
            return f"{at:%H:%M}"
        case "d" | "D":
            return f"{at:%a} {at.day} {at:%b}"
        case "R":
            return "(some time away)"
        case _:
            return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"


def _components(components: list[Json], zone: tzinfo) -> list[str]:
    lines: list[str] = []
    for one in components:
        match one.get("type"):
            case 1:
                lines.append(" ".join(_control(each) for each in one["components"]))
            case 10:
                lines.append(read(one["content"], zone))
            case 12:
                lines += [f"({item.get('description', '')})" for item in one["items"]]
            case 9 | 17:
                lines += _components(one["components"], zone)
            case _:
                pass
    return lines


def _control(one: Json) -> str:
    if one["type"] == checks.BUTTON:
        return f"[{one.get('label', '')}]"
    return f"[{', '.join(option['label'] for option in one.get('options', []))}]"


def form(modal: Json) -> str:
    """Return what an open modal shows."""
    lines = [f"# {modal['title']}"]
    for one in modal["components"]:
        if one["type"] == checks.DISPLAY:
            lines.append(read(one["content"]))
            continue
        field = one.get("component", {})
        options = ", ".join(option["label"] for option in field.get("options") or [])
        lines.append(f"{one.get('label', '')}{': ' * bool(options)}{options}")
    return "\n".join(lines)
