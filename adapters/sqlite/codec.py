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
from types import ModuleType
from typing import Any, TypeVar

from adapters.sqlite import refusals
from bot import messages, model

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
"""Made once: ``json.dumps`` would make one each time."""


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


PLAIN = frozenset({str, int, bool, type(None)})
"""What JSON has the same form for; not their subclasses."""
CLASSES = {each.__name__: each for module in (model, messages) for each in _own(module)}
"""Every value class and enum of the two modules, by name; a test sees that no name is twice."""
FIELDS: dict[type, tuple[str, ...]] = {
    each: tuple(field.name for field in fields(each))
    for each in CLASSES.values()
    if is_dataclass(each)
}
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
    plain = _plain(value)
    text = COMPACT.encode(plain)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, as JSON may bring it
        return json.dumps(plain, separators=(",", ":"))
    return text


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


def _plain(value: object) -> object:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple:
        return [_plain(each) for each in value]  # type: ignore[attr-defined]
    names = FIELDS.get(kind)
    if names is not None:
        held = {name: getattr(value, name) for name in names}
        return {kind.__name__: {name: each if type(each) in PLAIN else _plain(each)
                                for name, each in held.items()}}  # fmt: skip
    match value:
        case Enum() if CLASSES.get(kind.__name__) is kind:
            return {kind.__name__: value.value}
        case datetime() if value.tzinfo is not None:
            return {"at": micros(value)}
        case date() if kind is date:
            return {"date": value.isoformat()}
        case time() if value.tzinfo is None:
            return {"time": value.isoformat()}
        case timedelta():
            return {"span": value // MICRO}
        case Fraction():
            return {"fraction": str(value)}
        case frozenset():
            return {"set": sorted((_plain(each) for each in value), key=json.dumps)}
        case Mapping():
            return {"map": [[_plain(key), _plain(each)] for key, each in value.items()]}
        case _:
            raise TypeError(f"no form for {value!r}")


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
        return tuple(_value(each) for each in plain)
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
    names = FIELDS[kind]
    if not held.keys() <= set(names):
        raise ValueError(f"unknown field of {tag}")
    if not held.keys() >= NEEDED[kind]:
        raise ValueError(f"missing field of {tag}")
    return kind(**{name: _value(each) for name, each in held.items()})
