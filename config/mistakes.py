"""Every mistake in the settings at once, with its line and key; the sentences stand elsewhere.

Nothing here reads a file: it puts what pydantic and our own checks found into one error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from bot.errors import BadSettings
from bot.wording.phrases import spelled
from config.locate import KeyPath, Lines, spell
from config.words import hint, quoted, shown


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend."""

    line: int
    """The line of the file, from 1; 0 for what is not in the file."""
    key: str
    """The key path, such as ``channels[1].timezone``, or the environment variable; may be empty."""
    text: str
    """What was found, what is allowed, the nearest name."""

    def __str__(self) -> str:
        """Return the mistake as one line."""
        parts = ([f"line {self.line}"] if self.line else []) + ([self.key] if self.key else [])
        return f"{', '.join(parts)}: {self.text}" if parts else self.text


class SettingsMistakes(BadSettings):
    """The settings hold mistakes; the text lists every one, and ``mistakes`` has them as data."""

    def __init__(self, source: str, mistakes: Iterable[Mistake]) -> None:
        """Name the file, or whatever held the settings, as the reader knows it."""
        self.source = source
        self.mistakes = tuple(mistakes)
        number = len(self.mistakes)
        head = f"{source}: {spelled(number)} {'mistake' if number == 1 else 'mistakes'}."
        super().__init__("\n".join([head, *map(str, self.mistakes)]))


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake before it has a line."""

    path: KeyPath
    """Where to look for the line."""
    text: str
    of_table: bool = False
    """Whether to name the table the path lies in, because its last part is what is wrong."""


Placed: TypeAlias = Callable[[KeyPath], tuple[str, bool] | None]
"""Returns the environment variable a path comes from, and whether it holds just that value."""


def placed(findings: Iterable[Finding], lines: Lines, variable: Placed) -> list[Mistake]:
    """Return the findings with lines and keys, in the order of the file; each place once."""
    mistakes: dict[KeyPath, Mistake] = {}
    for finding in findings:
        path = finding.path[:-1] if finding.of_table else finding.path
        key, line = spell(path), lines.of(finding.path)
        if origin := variable(finding.path):
            name, alone = origin
            key, line = (name if alone or not key else f"{name}, {key}"), 0
        mistakes.setdefault(finding.path, Mistake(line, key, finding.text))
    return sorted(mistakes.values(), key=lambda mistake: mistake.line)


NOUNS = {"levels": "a level", "kinds": "a kind of question"}
"""What the keys of these tables are."""


def from_pydantic(
    error: ValidationError,
    model: type[BaseModel],
    homes: Mapping[str, str],
    hidden: Collection[str],
) -> list[Finding]:
    """Return pydantic's errors in our words.

    ``homes`` tells where a key belongs that stands in the wrong table; of the tables in ``hidden``
    no value is shown.
    """
    return [
        _finding(details["type"], details["loc"], details, model, homes, hidden)
        for details in error.errors(include_url=False)
    ]


def _finding(
    kind: str,
    path: KeyPath,
    details: Mapping[str, Any],
    model: type[BaseModel],
    homes: Mapping[str, str],
    hidden: Collection[str],
) -> Finding:
    """Return one of pydantic's errors in our words."""
    value = "this" if path[0] in hidden else shown(details["input"])
    match kind:
        case "value_error":
            return Finding(path, str(details["ctx"]["error"]))
        case "extra_forbidden":
            elsewhere = {} if path[0] in hidden else homes
            return Finding(path, unknown(path, model, elsewhere), of_table=True)
        case "missing":
            return Finding(path, "missing. Write the channel's id, such as slack://T0123/C0456.")
        case "dict_type":
            example = "{ transformers = 3, convolution = 1 }"
            return Finding(path, f"{value} is not a table of weights. Write {example}.")
        case "tuple_type" if path == ("channels",):
            return Finding(path, f"{value} is not a list. Write [[channels]] above each channel.")
        case "tuple_type":
            return Finding(path, f"{value} is not a list. Write [ ], and each item in quotes.")
        case _:
            return Finding(path, f"{value} is not a table of settings.")


def unknown(path: KeyPath, model: type[BaseModel], homes: Mapping[str, str]) -> str:
    """Return the sentence about a key that its table does not have."""
    name, table = str(path[-1]), str(path[-2]) if len(path) > 1 else ""
    found = f"{quoted(name)} is not {NOUNS.get(table, 'a setting here')}."
    if name in homes and table not in NOUNS:
        return f"{found} It goes {homes[name]}."
    return found + hint(name, keys_at(model, path[:-1]))


def keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys of the table at a path of a model, as the file writes them."""
    for part in path:
        if isinstance(part, str):
            model = _table(model, part)
    return [field.alias or name for name, field in model.model_fields.items()]


def _table(model: type[BaseModel], key: str) -> type[BaseModel]:
    """Return the model of the table, or of each table in the list, under a key."""
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
            for each in inner:
                if isinstance(each, type) and issubclass(each, BaseModel):
                    return each
    raise KeyError(key)
