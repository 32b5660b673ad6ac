"""A server adds the bot, somebody who may sets a channel up, and the first question comes."""

from __future__ import annotations

from bot.ports import Store
from tests.adapters.discord_desk import opened
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import May, Visitor


async def test_from_the_greeting_to_the_first_question(store: Store, clock: ManualClock) -> None:
    """Nothing is said in a channel that was not chosen, and only who manages the server chooses."""
    async with opened(store, clock) as desk:
        fake = desk.fake
        guild = fake.found("New", "general", "ml", invited=False)
        general, ml = guild.channels.values()
        fake.invites(guild)
        await fake.state.pulse.until(general.standing, "a greeting")
        eve = Visitor(fake, guild, "Eve", general, zone=clock.zone).may(May.MANAGE_GUILD)
        bob = Visitor(fake, guild, "Bob", general)

        await bob.clicks("Set up")
        assert "Setting a channel up is for" in bob.sees()
        await eve.clicks("Set up")
        wanted = {"channel": str(ml.id), "time": "25:00", "zone": "Europe/Berlin", "days": ["mon"]}
        await eve.submits(wanted)
        await fake.state.pulse.until(lambda: len(eve.private()) == 2, "two messages")
        assert '"25:00" is not a time of day. Write it like 09:30.' in eve.sees()
        await eve.clicks("Set up")
        await eve.submits({**wanted, "time": "10:00"})
        said = eve.sees()
        assert "#ml is set up" in said
        assert said.count(", 10:00") == 5
        await eve.clicks("Test post")
        await desk.house.settle()
        await desk.house.go("2026-11-23 10:00")

        assert len(general.standing()) == 1
        eve.at = ml
        assert eve.channel().startswith("A test post: questions will appear in this channel.")
        assert "Question 1" in eve.channel()


async def test_a_server_that_removed_the_bot_keeps_its_settings(
    store: Store, clock: ManualClock
) -> None:
    """Nothing is sent meanwhile; once it is back, so are its questions."""
    async with opened(store, clock) as desk:
        desk.fake.kicks(desk.guild)
        await desk.heard(1)
        await desk.house.go("2026-11-23 09:30")
        assert desk.channel.standing() == []

        desk.fake.invites(desk.guild)
        await desk.heard(2)
        await desk.house.through("2026-11-23 10:00")

        assert "Question 1" in desk.visitor().channel()
