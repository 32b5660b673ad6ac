"""A channel is set up in chat: the bot is invited, somebody chooses, the first question comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot import commands as c
from bot.model import ChannelId, MemberId
from tests.doubles.house import ADMIN, ROOM, House
from tests.doubles.person import ScribePerson

THERE = ChannelId("scribe://team/reading-group")
FILLED = {
    "channel": f"{THERE} #reading-group",
    "time": "10:00",
    "zone": "Europe/Berlin",
    "days": ["mon", "wed"],
    "topics": [],
}


@pytest.fixture
async def zoe(house: House) -> ScribePerson:
    """Somebody who invited the bot to a channel that nobody configured."""
    person = ScribePerson(house, "zoe", at=THERE)
    await person.asks(c.Joined())
    return person


async def set_up(person: ScribePerson, **changes: object) -> None:
    await person.clicks("Set up")
    await person.fills({**FILLED, **changes})  # type: ignore[dict-item]


async def test_the_inviter_sets_it_up_and_is_its_admin(house: House, zoe: ScribePerson) -> None:
    """Nothing is said in the channel; the inviter chooses and is shown the coming dates."""
    assert zoe.sees() == snapshot("""\
Thanks for inviting me. I post nothing there until you set the channel up: days and time, time zone, topics. It takes two minutes.
[Set up]\
""")
    assert house.scribe.standing() == []
    await set_up(zoe)
    assert zoe.sees() == snapshot("""\
# Set up
Channel
Time of day
Time zone
Days: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday
Topics; none ticked means all: Optimisation
[Save]

#reading-group is set up. The next questions come there, Europe/Berlin time:

- Mon 23 Nov, 10:00
- Wed 25 Nov, 10:00
- Mon 30 Nov, 10:00
- Wed 2 Dec, 10:00
- Mon 7 Dec, 10:00

Topics: all of them. The answer comes 6 h after the question.
[Test post] [Change]\
""")
    await house.go("2026-11-23 10:00")
    assert [one.channel for one in house.scribe.parents()] == [ROOM, THERE]
    await zoe.commands("admin status")
    assert "#reading-group" in zoe.sees()


async def test_every_mistake_in_the_form_is_said_at_once(house: House, zoe: ScribePerson) -> None:
    """A form with mistakes sets nothing up; what to mend is said by field, and it may be sent again."""
    await zoe.clicks("Set up")
    zoe.sees()
    wrong = {"time": "25:00", "zone": "Europe/Berln", "days": [], "topics": ["optimisatoin"]}
    command = c.press("k:setup:", {**FILLED, **wrong})
    reply = await house.desk.handle(zoe.actor, command)
    assert dict(reply.errors) == snapshot(
        {
            "time": '"25:00" is not a time of day. Write it like 09:30.',
            "zone": '"Europe/Berln" is not a time zone. Nearest: "Europe/Berlin".',
            "days": "Choose at least one day.",
            "topics": '"optimisatoin" is not a topic in the banks. Nearest: "optimisation".',
        }
    )
    assert await house.store.transact(lambda r: r.channel(THERE)) is None


async def test_setting_up_is_not_for_everybody(house: House, zoe: ScribePerson) -> None:
    """A member who neither invited the bot nor is an admin is refused, whatever they send."""
    ben = ScribePerson(house, "ben", at=THERE)
    await ben.commands("admin setup")
    assert ben.form is None
    await ben.presses("k:setup:", FILLED)
    await ben.presses(f"k:try:{THERE}")
    assert ben.sees() == snapshot("""\
Setting a channel up is for whoever invited me to it, its admins, and the admins of this workspace or server.

Setting a channel up is for whoever invited me to it, its admins, and the admins of this workspace or server.

Setting a channel up is for whoever invited me to it, its admins, and the admins of this workspace or server.\
""")
    assert await house.store.transact(lambda r: r.channel(THERE)) is None


async def test_an_admin_of_the_platform_may_within_their_own_server(house: House) -> None:
    """Who the platform vouches for may set up channels of that place, and of no other."""
    owner = ScribePerson(house, "owner", at=THERE, platform_admin=True)
    await owner.presses("k:setup:", {**FILLED, "channel": "scribe://elsewhere/c"})
    assert "whoever invited me" in owner.sees()
    await owner.presses("k:setup:", FILLED)
    assert "is set up" in owner.sees()


async def test_a_channel_of_the_file_is_refused_with_its_line(
    house: House, admin: ScribePerson, ada: ScribePerson
) -> None:
    """A channel belongs to the file or to chat; members are not told more than they may do."""
    await admin.commands("admin setup")
    assert admin.sees() == snapshot(
        "This channel is set up in the settings file (gradus.toml, line 7), so it cannot be set up here as well. Change it there; an edit is picked up within seconds."
    )
    await ada.commands("admin setup")
    assert ada.sees() == snapshot(
        "Setting a channel up is for whoever invited me to it, its admins, and the admins of this workspace or server."
    )


async def test_it_can_be_changed_later(house: House, zoe: ScribePerson) -> None:
    """The form comes filled in; what is not on it stays as it was."""
    await set_up(zoe)
    zoe.sees()
    await zoe.clicks("Change")
    assert zoe.form is not None
    shown = {one.id: getattr(one, "initial", None) for one in zoe.form.fields}
    assert shown == snapshot(
        {
            "channel": "scribe://team/reading-group",
            "time": "10:00",
            "zone": "Europe/Berlin",
            "days": ("mon", "wed"),
            "topics": (),
        }
    )
    await zoe.fills({**FILLED, "time": "11:30"})
    state = await house.store.transact(lambda r: r.channel(THERE))
    assert state is not None
    assert (f"{state.channel.rhythm.time:%H:%M}", state.channel.admins) == snapshot(
        ("11:30", ("scribe://team/zoe",))
    )


async def test_a_test_post_is_one_harmless_line(house: House, zoe: ScribePerson) -> None:
    """It goes into the channel, where everybody sees that it works."""
    await set_up(zoe)
    zoe.sees()
    await zoe.clicks("Test post")
    assert zoe.sees() == snapshot(
        "I am saying one line in #reading-group. If it does not appear within a minute, I may not post there: gradus doctor, where I run, says what is missing."
    )
    assert [to for to, _ in house.scribe.told if to == THERE] == [THERE]


async def test_a_server_is_greeted_without_a_channel(house: House) -> None:
    """Where the platform does not say who invited the bot, the greeting says who may press."""
    reply = await house.desk.handle(
        replace(ScribePerson(house, "zoe").actor, channel=None), c.Joined()
    )
    assert reply.message is not None
    assert [action.label for action in reply.message.actions] == ["Set up"]


async def test_a_known_channel_is_not_asked_again(house: House) -> None:
    """Invited again to a channel it serves, the bot says nothing."""
    reply = await house.desk.handle(ScribePerson(house, "zoe").actor, c.Joined())
    assert (reply.message, reply.form) == (None, None)


async def test_removed_from_a_channel_the_schedule_stays(house: House) -> None:
    """The admins hear of it once; invited again, it goes on where it stopped."""
    await house.go("2026-11-23 09:00")
    bot = ScribePerson(house, "somebody")
    await bot.asks(c.Left())
    told = [message for to, message in house.scribe.told if to == ADMIN]
    assert len(told) == 1
    await bot.asks(c.Joined())
    await house.go("2026-11-23 09:30")
    assert len(house.scribe.parents()) == 1


async def test_the_zone_of_the_members_profile_is_proposed(house: House) -> None:
    """Where the defaults name no zone, the form begins with the member's own."""
    actor = replace(ScribePerson(house, "zoe", at=THERE).actor, zone="Asia/Tokyo")
    await house.desk.handle(actor, c.Joined())
    template = house.desk.arriving.deployed.template
    bare = replace(
        house.desk.arriving.deployed,
        template=lambda place: replace(
            template(place), rhythm=replace(template(place).rhythm, zone="")
        ),
    )
    house.desk.arriving.deployed = bare
    reply = await house.desk.handle(actor, c.Setup())
    assert reply.form is not None
    assert "Asia/Tokyo" in str(reply.form)


async def test_members_of_no_team_may_not(house: House) -> None:
    """Somebody who is an admin elsewhere has no say here."""
    stranger = ScribePerson(house, "x", at=None, platform_admin=True)
    stranger.actor = replace(stranger.actor, member=MemberId("scribe://other/x"))
    await stranger.presses("k:setup:", FILLED)
    assert "whoever invited me" in stranger.sees()
