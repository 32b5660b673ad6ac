"""What settings must hold beside one another: no id twice, a zone for each channel, known topics.

It looks at the tables as they were written, not at the models, so that it has its say even where
some single value is wrong; of such values it says nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from bot.model import RevealRule, platform_of
from config.locate import KeyPath, spell
from config.mistakes import Finding
from config.values import PLATFORMS, SHIPPED
from config.words import hint, quoted

Topics: TypeAlias = Collection[str] | Callable[[Sequence[str]], Collection[str]]
"""The topics of the banks, or what reads them, given the banks: ``shipped`` or folders."""


def contradictions(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong between settings."""
    defaults = _table(data.get("defaults"))
    first: dict[str, int] = {}
    answered: set[KeyPath] = set()
    for index, channel in _channels(data):
        id = channel.get("id")
        if not isinstance(id, str):
            continue
        here: KeyPath = ("channels", index)
        if id in first:
            earlier = spell(("channels", first[id]))
            yield Finding((*here, "id"), f"{quoted(id)} is already {earlier}. Give it one table.")
        first.setdefault(id, index)
        if platform_of(id) == "terminal" or platform_of(id) not in PLATFORMS:
            continue
        if "timezone" not in channel and "timezone" not in defaults:
            text = 'missing. Write a time zone, such as "Europe/Berlin", here or in [defaults].'
            yield Finding((*here, "timezone"), text)
        if channel.get("reveal", defaults.get("reveal")) == RevealRule.ANSWERED:
            answered.add((*here, "reveal") if "reveal" in channel else ("defaults", "reveal"))
    for path in sorted(answered, key=str):
        text = '"answered" is for the terminal only. Allowed here: "after 6h", "at 17:00", "next".'
        yield Finding(path, text)


def topics_tables(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """Yield every table of topics with its path."""
    yield ("defaults", "topics"), _table(_table(data.get("defaults")).get("topics"))
    for index, channel in _channels(data):
        yield ("channels", index, "topics"), _table(channel.get("topics"))


def strange_topics(
    data: Mapping[str, Any], topics: Topics | None, settings: Collection[str]
) -> Iterator[Finding]:
    """Yield the topics that no bank has; ``None`` for ``topics``: the banks cannot be read.

    ``settings`` are the names a channel's table knows. One of them among the topics is the classic
    slip of this format: it was written below the header of the topics' table, and so belongs to it.
    """
    known: Collection[str] | None = None
    for path, table in topics_tables(data):
        for name in table:
            if name in settings:
                text = f"{quoted(name)} is a setting, not a topic. Put it above the topics' table."
                yield Finding((*path, name), text, of_table=True)
                continue
            if topics is None:
                continue
            if known is None:
                known = topics(data.get("banks", [SHIPPED])) if callable(topics) else topics
            if name not in known:
                text = f"{quoted(name)} is not in your banks.{hint(name, known)}"
                yield Finding((*path, name), text, of_table=True)


def _channels(data: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the channels' tables with their positions."""
    tables = data.get("channels")
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        yield index, _table(table)


def _table(value: object) -> Mapping[str, Any]:
    """Return a table, or an empty one in the place of something else."""
    return value if isinstance(value, dict) else {}
