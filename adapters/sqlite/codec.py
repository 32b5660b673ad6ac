"""JSON for the frozen values of ``bot.model`` and ``bot.messages``, and back, exactly.

It knows no table. A dataclass is ``{"Text": {"text": "…"}}``, an enum member ``{"Kind": "open"}``,
and what JSON lacks has a tag in small letters: ``{"at": 0}`` is the instant 1970-01-01T00:00Z, in
microseconds. Lists are tuples. A field missing in the text takes its default, so a field may be
added later if it has one; a tag or a field that this version does not know is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from types import ModuleType
from typing import Any, TypeVar

from adapters.sqlite import refusals
from bot import messages, model
from bot.messages import Prose
from bot.model import Rhythm

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return an aware instant as microseconds since 1970 in UTC."""
    return (at - EPOCH) // MICRO


def instant(number: int) -> datetime:
    """Return the instant, in UTC, of so many microseconds since 1970."""
    return EPOCH + number * MICRO


def _own(module: ModuleType) -> list[type]:
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and each.__module__ == module.__name__
        and (is_dataclass(each) or issubclass(each, Enum))
    ]


CLASSES = {each.__name__: each for module in (model, messages) for each in _own(module)}
"""Every value class and enum of the two modules, by name; a test sees that no name is twice."""
FIELDS: dict[type, tuple[str, ...]] = {
    each: tuple(field.name for field in fields(each))
    for each in CLASSES.values()
    if is_dataclass(each)
}
KNOWN = {kind: frozenset(names) for kind, names in FIELDS.items()}
NEEDED: dict[type, frozenset[str]] = {
    each: frozenset(
        field.name
        for field in fields(each)
        if field.default is MISSING and field.default_factory is MISSING
    )
    for each in CLASSES.values()
    if is_dataclass(each)
}


def encode(value: object) -> str:
    """Return ``value`` as JSON text; raises ``TypeError`` for what it has no form for."""
    text = _text(value)
    # Half a character, as JSON may bring it, is written as JSON may write it: \\ud83d.
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def decode(text: str, kind: type[T]) -> T:
    """Return the value of JSON text; raises ``refusals.Unknown`` unless it is a ``kind``."""
    try:
        value = _value(json.loads(text))
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise refusals.Unknown(what=f"{error} in {text[:80]!r}") from error
    if not isinstance(value, kind):
        raise refusals.Unknown(what=f"{text[:80]!r}, not a {kind.__name__}")
    return value


@lru_cache(maxsize=16384)
def shared(text: str, kind: type[T]) -> T:
    """Return what ``decode`` returns, the same object for the same text; for what is read often."""
    return decode(text, kind)


def _text(value: object) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)  # type: ignore[arg-type]
    if value is None:
        return "null"
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is tuple:
        return f"[{','.join([_text(each) for each in value])}]"  # type: ignore[attr-defined]
    if kind is Prose or kind is Rhythm:
        return _again(value)
    if kind in FIELDS:
        return _fields(value)
    match value:
        case Enum() if CLASSES.get(kind.__name__) is kind:
            return _tagged(kind.__name__, value.value)
        case datetime() if value.tzinfo is not None:
            return _tagged("at", micros(value))
        case date() if kind is date:
            return _tagged("date", value.isoformat())
        case time() if value.tzinfo is None:
            return _tagged("time", value.isoformat())
        case timedelta():
            return _tagged("span", value // MICRO)
        case Fraction():
            return _tagged("fraction", str(value))
        case frozenset():
            return f'{{"set":[{",".join(sorted(_text(each) for each in value))}]}}'
        case Mapping():
            return _tagged("map", tuple(value.items()))
        case _:
            raise TypeError(f"no form for {value!r}")


def _tagged(tag: str, value: object) -> str:
    return f'{{"{tag}":{_text(value)}}}'


def _fields(value: object) -> str:
    kind = type(value)
    held = ",".join([f'"{name}":{_text(getattr(value, name))}' for name in FIELDS[kind]])
    return f'{{"{kind.__name__}":{{{held}}}}}'


@lru_cache(maxsize=4096)
def _again(value: Prose | Rhythm) -> str:
    """Return the text of what many channels have alike."""
    return _fields(value)


TAGS: dict[str, Callable[[Any], object]] = {
    "at": instant,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "span": lambda number: number * MICRO,
    "fraction": Fraction,
    "set": lambda items: frozenset(_value(each) for each in items),
    "map": lambda pairs: {_value(key): _value(each) for key, each in pairs},
}


def _value(plain: Any) -> object:
    if isinstance(plain, list):
        return tuple([_value(each) for each in plain])
    if not isinstance(plain, dict):
        return plain
    if len(plain) != 1:
        raise ValueError("not one tag")
    ((tag, held),) = plain.items()
    if (made := TAGS.get(tag)) is not None:
        return made(held)
    kind = CLASSES.get(tag)
    if kind is None:
        raise ValueError(f"unknown tag {tag!r}")
    if kind not in FIELDS:
        return kind(held)
    given = held.keys()
    if not given <= KNOWN[kind]:
        raise ValueError(f"unknown field of {tag}")
    if not given >= NEEDED[kind]:
        raise ValueError(f"missing field of {tag}")
    return kind(**{name: each if isinstance(each, str) else _value(each)
                   for name, each in held.items()})  # fmt: skip
