"""The example that `gradus config example` prints: it loads, and it is complete."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from config.mistakes import keys_at
from config.settings import (
    ChannelTable,
    Defaults,
    Discord,
    Kinds,
    Levels,
    Settings,
    Slack,
    Terminal,
    load,
)

EXAMPLE = Path(__file__).parents[2] / "config" / "example.toml"
OFF = re.compile(r"^# (?=[a-z_]+ = |\[[a-z_]+\]$)", re.MULTILINE)
"""What stands before a key or a table that is off."""


def everything_on() -> str:
    """Return the example with every key and table in force."""
    return OFF.sub("", EXAMPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("on", [False, True])
def test_the_example_loads_without_mistakes(tmp_path: Path, on: bool) -> None:  # noqa: FBT001
    file = tmp_path / "gradus.toml"
    file.write_text(everything_on() if on else EXAMPLE.read_text(encoding="utf-8"))
    settings = load(file, {}, ())
    assert [channel.id for channel in settings.channels("UTC")] == ["terminal://room"]
    assert (settings.slack is not None) == (settings.discord is not None) == on


TABLES: dict[str, type[BaseModel]] = {
    "slack": Slack,
    "discord": Discord,
    "terminal": Terminal,
    "defaults": Defaults,
    "defaults.levels": Levels,
    "defaults.kinds": Kinds,
    "channels": ChannelTable,
}


def expected() -> Iterator[str]:
    """Yield every key of the models; a channel's are its own and, above it, the defaults'."""
    yield from keys_at(Settings, ())
    for table, model in TABLES.items():
        own = set(keys_at(model, ()))
        yield from (
            f"{table}.{key}"
            for key in own - (set(keys_at(Defaults, ())) if table == "channels" else set())
        )


def present(table: dict[str, Any], above: str = "") -> Iterator[str]:
    """Yield every key of a file that tomllib has read."""
    for key, value in table.items():
        yield f"{above}{key}"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from present(inner, f"{above}{key}.")


def test_every_key_of_the_models_is_in_the_example_and_no_other() -> None:
    assert sorted(present(tomllib.loads(everything_on()))) == sorted(expected())


def test_what_the_example_shows_in_force_is_the_default() -> None:
    shown = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert Settings(**{**shown, "channels": []}) == Settings()
    assert shown["channels"] == [{"id": "terminal://room", "name": ""}]
    every = set(keys_at(Defaults, ()))
    assert set(shown["defaults"]) == every - {"timezone"}


def test_every_key_has_a_line_of_why() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    keys = [n for n, line in enumerate(lines) if re.match(r"(# )?[a-z_]+ = ", line)]
    for number in keys:
        above = lines[number - 1]
        assert above.startswith("# ") or number - 1 in keys, lines[number]
    assert max(map(len, lines)) <= 100
