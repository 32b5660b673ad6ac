"""One day on which every question of the bank is asked on Slack, each in a channel of its own.

The workspace refuses what is beyond Slack's limits, so what stands there is within them.
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from functools import cache

import pytest

from bot import prose
from bot.messages import Fence, Prose
from bot.model import ChannelId, Pin, Question, Status
from bot.ports import Records, Store
from questions.files import read_bank
from tests.doubles import slack_person
from tests.doubles.clock import ManualClock
from tests.doubles.house import channel, choice
from tests.doubles.slack_person import SlackRoom
from tests.doubles.slack_workspace import Channel, Message, sight

DAY = date(2026, 11, 23)


@cache
def bank() -> list[Question]:
    """Return every question that may be asked."""
    return [one for one in read_bank(trusted=True).questions if one.status is Status.READY]


@pytest.fixture
async def room(store: Store, clock: ManualClock) -> AsyncIterator[SlackRoom]:
    """Yield a room with a channel for each question, in which it was asked this morning."""
    async with slack_person.workspace(clock) as slack:
        there = [slack.channel(f"q{place}") for place in range(len(bank()))]
        ids = [ChannelId(f"slack://T0TEAM/{one.id}") for one in there]

        def pinned(records: Records) -> None:
            for id, question in zip(ids, bank(), strict=True):
                records.save_pin(Pin(id, DAY, question.id))

        others = [channel(id=id, name=f"#{one.name}") for id, one in zip(ids, there, strict=True)]
        async with slack_person.opened(slack, store, clock, bank(), others=others) as room:
            await store.transact(pinned)
            await room.house.go(f"{DAY} 09:30")
            yield room


def each(room: SlackRoom) -> Iterator[tuple[Question, Channel, Message]]:
    """Yield every question, its channel and the message that asks it."""
    for place, question in enumerate(bank()):
        there = room.slack.channel(f"q{place}")
        (post,) = room.slack.parents(there)
        yield question, there, post


def secrets(question: Question) -> Iterator[str]:
    """Yield the sentences of answer, whys, rubric and hints, without white space.

    Code is left out: the prompt may well show the same lines.
    """
    whys = [option.why for option in question.options]
    for text in (question.answer, *question.rubric, *question.hints, *whys):
        blocks = [one for one in prose.parse(text).blocks if not isinstance(one, Fence)]
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", prose.plain(Prose(tuple(blocks)))):
            if len(bare := "".join(sentence.split())) >= 12:
                yield bare


def strings(value: object) -> Iterator[str]:
    """Yield every string within a payload: words, ids, values, the key."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)
        case _:
            return


def given(messages: list[Message]) -> str:
    """Return all that messages ever showed or carried, without white space."""
    found: list[str] = []
    for version in (version for one in messages for version in one.versions):
        found += [sight.shown(version), *strings([version.text, version.blocks, version.metadata])]
    return "\n".join("".join(text.split()) for text in found)


async def test_the_whole_bank_is_asked_and_answered_and_nothing_is_known_before(
    room: SlackRoom,
) -> None:
    """Not even when somebody has asked for each solution in private."""
    slack, solved = room.slack, []
    hidden = {question.id: list(secrets(question)) for question in bank()}
    for place, (_, there, post) in enumerate(each(room)):
        person = slack.person(f"p{place}", at=there)
        await person.clicks("Show me now", on=post)
        solved.append(person)
    await slack.until(lambda: all(one.private() for one in solved))
    await room.house.go("09:31")
    leaks = [
        (question.id, secret)
        for question, there, _ in each(room)
        if (seen := given(slack.state.standing(there.id)))
        for secret in hidden[question.id]
        if secret in seen
    ]
    assert leaks == []

    await room.house.go("15:31")
    for question, there, post in each(room):
        thread = slack.thread(post)
        known = given(thread)
        assert any(secret in known for secret in hidden[question.id]), question.id
        assert len(thread) >= 3, question.id
        shown = given([post, *(one for one in thread if one.broadcast)])
        assert [secret for secret in hidden[question.id] if secret in shown] == []
        assert "The answer is in the thread" in sight.shown(post.shown), question.id
        assert not slack.parents(there)[1:], question.id


def test_the_search_for_secrets_can_fail() -> None:
    """A reveal would be noticed."""
    assert "Itnevergetsgoing." in list(secrets(choice()))
