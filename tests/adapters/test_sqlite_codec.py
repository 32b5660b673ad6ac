"""The JSON that values are kept as: what goes in comes out, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sqlite import codec, refusals
from bot import messages, model
from bot.messages import Message, Paragraph, Prose, Text, Time
from bot.model import Channel, Kind, Level, Mix, Option, Question

PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=5) | st.just("½ \ud800 \x00"),
    int: st.integers(),
    bool: st.booleans(),
    float: st.nothing(),
    NoneType: st.none(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    time: st.times(),
    timedelta: st.timedeltas(),
    Fraction: st.fractions(),
}


def later(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy that is made when it is needed, for values inside values of their kind."""
    return st.deferred(lambda: values(hint))


@cache
def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for what a type hint of the two modules allows."""
    if hint in PLAIN:
        return PLAIN[hint]
    if isinstance(hint, NewType):
        return values(hint.__supertype__)
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([later(each) for each in get_args(hint)])
    match get_origin(hint), get_args(hint):
        case (origin, (item, last)) if origin is tuple and last is ...:
            return st.lists(values(item), max_size=2).map(tuple)
        case (origin, items) if origin is tuple:
            return st.tuples(*map(values, items))
        case (origin, (item,)) if origin is frozenset:
            return st.frozensets(values(item), max_size=3)
        case (origin, (key, item)) if origin is Mapping:
            return st.dictionaries(values(key), values(item), max_size=3)
        case _:
            pass
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    hints = get_type_hints(hint)
    return st.deferred(
        lambda: st.builds(hint, **{name: values(each) for name, each in hints.items()})
    )


@pytest.mark.parametrize("kind", codec.CLASSES.values(), ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_value_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    value = data.draw(values(kind))
    text = codec.encode(value)
    text.encode()  # UTF-8 holds it, whatever half characters were in it
    assert codec.decode(text, kind) == value


def test_no_two_classes_share_a_name() -> None:
    every = [*codec._own(model), *codec._own(messages)]
    assert len(every) == len(codec.CLASSES)
    assert {Question, Channel, Message} <= codec.FIELDS.keys()
    assert not {name for name in codec.CLASSES if name in codec.TAGS}


def test_the_text_can_be_read_by_a_person() -> None:
    message = Message((Prose((Paragraph((Text("½"),)),)),))
    assert '{"Prose":{"blocks":[{"Paragraph":{"children":[{"Text":{"text":"½"}}]}}]}}' in (
        codec.encode(message)
    )
    assert codec.encode(frozenset({2, 1})) == '{"set":[1,2]}'
    assert codec.encode({Level.BEGINNER: Fraction(1, 3)}) == (
        '{"map":[[{"Level":"beginner"},{"fraction":"1/3"}]]}'
    )


def test_an_instant_of_any_zone_is_the_same_instant() -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    at = datetime(2026, 11, 20, 12, 0, 0, 1, tzinfo=east)
    assert codec.decode(codec.encode(at), datetime) == at
    assert codec.decode(codec.encode(at), datetime).tzinfo is UTC


def test_a_field_added_later_takes_its_default() -> None:
    option = {"Option": {"key": "a", "text": "yes", "right": True}}
    assert codec.decode(json.dumps(option), Option) == Option("a", "yes", right=True)
    assert codec.decode('{"Mix":{}}', Mix) == Mix()


@pytest.mark.parametrize(
    "text",
    [
        '{"Spell":{}}',
        '{"Kind":"riddle"}',
        '{"Option":{"key":"a","text":"yes","right":true,"colour":"blue"}}',
        '{"Option":{"key":"a"}}',
        '{"Option":["a"]}',
        '{"Option":{},"Kind":"open"}',
        "{}",
        '{"at":"noon"}',
        '{"date":1}',
        '{"fraction":"1/0"}',
        "half a te",
        "",
        '{"Mix":{}}',
        '"open"',
    ],
)
def test_what_this_version_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(refusals.Unknown):
        codec.decode(text, Option)


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        b"bytes",
        ["a list"],
        datetime(2026, 11, 20),  # noqa: DTZ001 - this is the mistake
        time(9, 30, tzinfo=UTC),
        Text,
        Time(datetime(2026, 11, 20), ""),  # noqa: DTZ001 - likewise
        object(),
    ],
)
def test_what_has_no_form_is_a_mistake(value: object) -> None:
    with pytest.raises(TypeError):
        codec.encode(value)


def test_what_is_read_often_is_read_once() -> None:
    text = codec.encode(Mix(levels={Level.ADVANCED: 2}))
    assert codec.shared(text, Mix) is codec.shared(text, Mix)
    assert codec.decode(codec.encode(Kind.OPEN), Kind) is Kind.OPEN
