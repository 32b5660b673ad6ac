"""What becomes of a delivery on Discord: sent, found, edited, removed, refused, or nobody knows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.places import place
from bot.commands import Command
from bot.messages import Action, Audience, Message, Reply, paragraph
from bot.model import (
    Absent,
    Actor,
    Blind,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Found,
    Later,
    Outcome,
    Ref,
    Refused,
    RoundId,
    Scope,
    Sent,
    Unknown,
)
from bot.ports import Store
from tests.adapters.discord_desk import Desk, adapter, heard, opened, uri
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, May
from tests.doubles.discord_guild.faults import (
    BROKEN,
    DROPPED,
    KEPT_BUT_BROKEN,
    KEPT_BUT_SILENT,
    OVERLOADED,
    Fault,
    limited,
)
from tests.doubles.discord_guild.posting import make

KEY = "g1.abcdefghijklmnop"
HELLO = Message(body=(paragraph("Hello"),), audience=Audience.CHANNEL)
ASKED = replace(HELLO, actions=(Action(f"{KEY}:hint:", "Hint"),))


@pytest.fixture
async def desk(store: Store, clock: ManualClock) -> AsyncIterator[Desk]:
    """Yield a house in a guild, connected, before its first question."""
    async with opened(store, clock) as desk:
        yield desk


def room(desk: Desk) -> ChannelId:
    """Return the channel that questions come to."""
    return uri(desk.guild, desk.channel)


def delivery(desk: Desk, kind: DeliveryKind = DeliveryKind.QUESTION, key: str = KEY) -> Delivery:
    """Return a delivery that was begun now."""
    now = desk.house.clock()
    return Delivery(
        DeliveryId("d"), RoundId("r"), room(desk), kind, 1, DeliveryState.UNKNOWN, key, now,
        first_intent_at=now,
    )  # fmt: skip


async def posted(desk: Desk, message: Message = HELLO, key: str = KEY) -> Ref:
    """Post a message and return where it is."""
    outcome = await desk.platform.post(room(desk), message, key)
    assert isinstance(outcome, Sent)
    return outcome.ref


# Sending ------------------------------------------------------------------------------------------


async def test_a_message_is_sent_once_per_key(desk: Desk) -> None:
    """Discord knows it again by its nonce, and says when it took it."""
    first = await desk.platform.post(room(desk), HELLO, KEY)
    again = await desk.platform.post(room(desk), HELLO, KEY)

    assert isinstance(first, Sent)
    assert again == first
    assert abs(first.at - desk.house.clock()) < timedelta(seconds=1)
    assert len(desk.channel.standing()) == 1


async def test_a_message_deleted_by_an_admin_counts_as_sent(desk: Desk) -> None:
    """To post it again would be against the wish of who deleted it; nothing can hang on it."""
    await posted(desk)
    desk.fake.deletes(desk.channel.standing()[0])
    again = await desk.platform.post(room(desk), HELLO, KEY)

    assert isinstance(again, Sent)
    assert desk.channel.standing() == []
    thread = await desk.platform.open_thread(again.ref, HELLO, "g1.other")
    assert isinstance(thread, Refused)
    assert thread.scope is Scope.MESSAGE
    assert await desk.platform.edit(again.ref, HELLO) == Sent(again.ref, place(again.ref).at)


@pytest.mark.parametrize(
    "fault, found",
    [
        (DROPPED, Unknown),
        (KEPT_BUT_SILENT, Unknown),
        (BROKEN, Unknown),
        (KEPT_BUT_BROKEN, Unknown),
        (OVERLOADED, Unknown),
        (limited(60), Later),
    ],
)
async def test_what_a_failure_means(desk: Desk, fault: Fault, found: type[Outcome]) -> None:
    """And no call of which nobody knows what became is made twice."""
    desk.fake.faults.plan("post", fault)

    outcome = await desk.platform.post(room(desk), HELLO, KEY)

    assert isinstance(outcome, found)
    assert len(desk.fake.called("post")) == 1
    if isinstance(outcome, Later):
        assert outcome.after == timedelta(seconds=60)


async def test_a_short_pause_is_waited_for(desk: Desk) -> None:
    """The core need not hear of it."""
    desk.fake.faults.plan("post", limited(0.01))

    assert isinstance(await desk.platform.post(room(desk), HELLO, KEY), Sent)


async def test_what_a_refusal_concerns(desk: Desk) -> None:
    """A permission, a channel, a server, a message, the whole of Discord."""
    platform, other = desk.platform, desk.fake.adds(desk.guild, "other")
    desk.fake.forbids(other, May.SEND_MESSAGES)
    gone = desk.fake.adds(desk.guild, "gone")
    desk.fake.removes(gone)

    async def scope(channel: str, message: Message = HELLO) -> tuple[Scope, str]:
        outcome = await platform.post(ChannelId(channel), message, KEY)
        assert isinstance(outcome, Refused)
        return outcome.scope, outcome.why

    assert await scope(uri(desk.guild, other)) == (
        Scope.CHANNEL, "I lack a permission in the channel (50013)",
    )  # fmt: skip
    assert await scope(uri(desk.guild, gone)) == (
        Scope.CHANNEL, "the channel does not exist, or I am not in its server (10003)",
    )  # fmt: skip
    assert (await scope("discord://nonsense"))[0] is Scope.CHANNEL
    assert (await scope(room(desk), replace(HELLO, title="x" * 5_000)))[0] is Scope.MESSAGE
    desk.fake.state.token += "-new"
    assert await scope(room(desk)) == (Scope.PLATFORM, "Discord does not know the token (401)")


async def silent(_: Actor, __: Command) -> Reply:
    """Answer nothing."""
    return Reply()


async def test_without_a_connection_nothing_is_lost(store: Store, clock: ManualClock) -> None:
    """Before it is entered, and after Discord is gone, a call says that it was not made."""
    fake = FakeDiscord(clock)
    async with fake:
        guild = fake.found("Team", "ml")
        platform = adapter(fake.login, store, clock)
        channel = uri(guild, next(iter(guild.channels.values())))
        before = await platform.post(channel, HELLO, KEY)
        async with platform.connected(silent):
            await fake.stop()
            after = await platform.post(channel, HELLO, KEY)

    assert before == Later(timedelta(seconds=5), "not connected to Discord")
    assert after == Later(timedelta(seconds=5), "Discord cannot be reached")


async def test_only_the_configured_role_is_called(desk: Desk) -> None:
    """Whatever else a message says."""
    role = desk.fake.role(desk.guild, "learners", mentionable=True)
    said = replace(HELLO, title="@everyone <@1>", mention=str(role.id))

    await posted(desk, said)
    await posted(desk, replace(said, mention="@everyone"), "g1.other")

    first, second = desk.channel.standing()
    assert first.pinged == (str(role.id),)
    assert second.pinged == ()
    assert all(b["allowed_mentions"]["parse"] == [] for b in desk.fake.bodies() if "flags" in b)


# Threads ------------------------------------------------------------------------------------------


async def test_a_thread_is_opened_once_and_replies_go_into_it(desk: Desk) -> None:
    """The announcing line stands in the channel."""
    post = await posted(desk)
    named = replace(HELLO, thread="128 · Why Adam corrects its averages")

    opened_ = await desk.platform.open_thread(post, named, "g1.thread")
    again = await desk.platform.open_thread(post, named, "g1.thread")
    assert isinstance(opened_, Sent)
    assert again == opened_
    reply = await desk.platform.reply(opened_.ref, HELLO, "g1.reply")
    line = await desk.platform.reply(opened_.ref, HELLO, "g1.line", announce=True)

    assert isinstance(reply, Sent)
    assert isinstance(line, Sent)
    (thread,) = desk.guild.threads()
    assert thread.name == "128 · Why Adam corrects its averages"
    assert [m.id for m in thread.standing()][1:] == [
        place(opened_.ref).message, place(reply.ref).message,
    ]  # fmt: skip
    assert [m.id for m in desk.channel.standing()] == [
        place(post).message, place(line.ref).message,
    ]  # fmt: skip


async def test_a_reply_opens_the_thread_that_is_missing(desk: Desk) -> None:
    """An archived one opens by itself; a locked or deleted one is the end of this message only."""
    post = await posted(desk)

    first = await desk.platform.reply(post, replace(HELLO, title="The answer"), "g1.a")
    assert isinstance(first, Sent)
    (thread,) = desk.guild.threads()
    assert thread.name == "The answer"

    desk.fake.archives(thread)
    assert isinstance(await desk.platform.reply(first.ref, HELLO, "g1.b"), Sent)

    desk.fake.archives(thread, locked=True)
    locked = await desk.platform.reply(first.ref, HELLO, "g1.c")
    assert locked == Refused(Scope.MESSAGE, "the thread is locked (160005)")

    desk.fake.removes(thread)
    deleted = await desk.platform.reply(first.ref, HELLO, "g1.d")
    assert deleted == Refused(Scope.MESSAGE, "the thread was deleted")


async def test_a_thread_that_may_not_be_opened_is_the_channels_trouble(desk: Desk) -> None:
    """An admin can mend it."""
    post = await posted(desk)
    desk.fake.forbids(desk.channel, May.CREATE_PUBLIC_THREADS)

    outcome = await desk.platform.open_thread(post, HELLO, "g1.thread")

    assert isinstance(outcome, Refused)
    assert outcome.scope is Scope.CHANNEL


# Changing -----------------------------------------------------------------------------------------


async def test_a_message_is_edited_and_removed(desk: Desk) -> None:
    """Both can be done again; one without buttons is still found by its mark."""
    post = await posted(desk, ASKED)
    edited = replace(HELLO, title="Changed")

    assert isinstance(await desk.platform.edit(post, edited), Sent)
    assert "Changed" in desk.visitor().channel()
    assert isinstance(await desk.platform.find(delivery(desk), None), Found)
    assert isinstance(await desk.platform.delete(post), Sent)
    assert isinstance(await desk.platform.delete(post), Sent)
    assert isinstance(await desk.platform.edit(post, edited), Sent)
    assert desk.channel.standing() == []


async def test_old_messages_are_edited_as_often_as_discord_allows(desk: Desk) -> None:
    """After that an edit comes later."""
    post = await posted(desk, ASKED)
    desk.house.clock.move(hours=2)
    outcomes = [await desk.platform.edit(post, ASKED) for _ in range(4)]

    assert [type(one) for one in outcomes] == [Sent, Sent, Sent, Later]


# Finding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", [HELLO, ASKED])
async def test_copies_are_found_by_button_or_mark(desk: Desk, message: Message) -> None:
    """The earliest first, and none by a member, with another key, or from before."""
    ref = await posted(desk, message)
    desk.house.clock.move(hours=2)
    double = await posted(desk, message)
    await posted(desk, HELLO, "g1.other")
    copy = desk.channel.standing()[0]
    ada = desk.visitor().user
    make(desk.fake.state, desk.channel, ada, {"components": copy.components, "flags": 1 << 15})

    started = replace(delivery(desk), first_intent_at=place(ref).at)
    found = await desk.platform.find(started, None)
    assert found == Found(((ref, place(ref).at), (double, place(double).at)))
    # From two hours later on there is only the second; our clock may have been an hour ahead.
    assert await desk.platform.find(delivery(desk), None) == Found(((double, place(double).at),))


async def test_every_page_is_read(desk: Desk) -> None:
    """In a busy channel the message may stand far from the newest."""
    begun = delivery(desk)
    ada = desk.visitor()
    for number in range(120):
        ada.writes(f"word {number}")
    ref = await posted(desk)
    for number in range(130):
        ada.writes(f"more {number}")

    found = await desk.platform.find(begun, None)

    assert isinstance(found, Found)
    assert [one for one, _ in found.copies] == [ref]
    assert isinstance(await desk.platform.find(replace(begun, key="g1.none"), None), Absent)


async def test_an_empty_history_proves_nothing_without_the_permission(desk: Desk) -> None:
    """Discord shows nothing then, and says nothing of it."""
    await posted(desk)
    async with heard(desk, "guild_channel_update"):
        desk.fake.forbids(desk.channel, May.READ_MESSAGE_HISTORY)
    assert isinstance(await desk.platform.find(delivery(desk), None), Blind)

    async with heard(desk, "guild_channel_update"):
        desk.fake.forbids(desk.channel)
    assert isinstance(await desk.platform.find(delivery(desk), None), Found)


async def test_a_history_that_cannot_be_read_proves_nothing(desk: Desk) -> None:
    """Trouble with the call, an unknown server, a gateway that is gone."""
    desk.fake.faults.plan("history", BROKEN)
    assert isinstance(await desk.platform.find(delivery(desk), None), Blind)

    elsewhere = replace(delivery(desk), channel=ChannelId("discord://1/2"))
    assert isinstance(await desk.platform.find(elsewhere, None), Blind)

    desk.fake.gateway.shut = True
    async with heard(desk, "shard_disconnect"):
        desk.fake.gateway.close(4000)
    assert isinstance(await desk.platform.find(delivery(desk), None), Blind)


async def test_messages_in_threads_are_looked_for_there(desk: Desk) -> None:
    """A thread that was never opened holds nothing; the announcing line is in the channel."""
    post = await posted(desk)
    opener = delivery(desk, DeliveryKind.THREAD, "g1.thread")
    assert await desk.platform.find(opener, post) == Absent()

    thread = await desk.platform.open_thread(post, HELLO, "g1.thread")
    assert isinstance(thread, Sent)
    assert await desk.platform.find(opener, post) == Found(((thread.ref, thread.at),))
    reveal = delivery(desk, DeliveryKind.REVEAL, "g1.reveal")
    assert await desk.platform.find(reveal, thread.ref) == Absent()
    reply = await desk.platform.reply(thread.ref, HELLO, "g1.reveal")
    assert isinstance(reply, Sent)
    assert await desk.platform.find(reveal, thread.ref) == Found(((reply.ref, reply.at),))

    line = delivery(desk, DeliveryKind.ANNOUNCEMENT, "g1.line")
    assert await desk.platform.find(line, thread.ref) == Absent()
    said = await desk.platform.reply(thread.ref, HELLO, "g1.line", announce=True)
    assert isinstance(said, Sent)
    assert await desk.platform.find(line, thread.ref) == Found(((said.ref, said.at),))


# To one person ------------------------------------------------------------------------------------


async def test_notices_go_to_a_member_or_into_a_channel(desk: Desk) -> None:
    """A long one in several messages; who takes none is not asked again."""
    ada, bob = desk.visitor("Ada"), desk.visitor("Bob")
    long = Message(body=tuple(paragraph("word " * 500) for _ in range(3)))

    assert isinstance(await desk.platform.direct(f"discord://{ada.user.id}", long), Sent)
    assert len(ada.private()) == 3
    assert isinstance(await desk.platform.direct(room(desk), HELLO), Sent)
    assert desk.visitor().channel() == "Hello"
    bob.user.takes_messages = False
    refused = await desk.platform.direct(f"discord://{bob.user.id}", HELLO)
    assert isinstance(refused, Refused)
    assert isinstance(await desk.platform.direct("terminal://x", HELLO), Refused)
