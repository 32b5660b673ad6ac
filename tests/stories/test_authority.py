"""Who may do what: checked for every command, however it arrives."""

import pytest
from inline_snapshot import snapshot

from bot import commands
from bot.model import Actor, Bank, ChannelId, MemberId
from tests.doubles.house import House, explain
from tests.doubles.person import ScribePerson
from tests.doubles.script import action
from tests.stories.diary import diary

ADMIN_LINES = [
    "status", "plan", "pin a/b 2026-11-30", "swap", "post", "reveal", "withdraw because",
    "pause", "resume", "skip 2026-11-30", "topics", "topics a=1", "help",
]  # fmt: skip


@pytest.mark.parametrize("line", ADMIN_LINES)
async def test_members_are_refused(house: House, ada: ScribePerson, line: str) -> None:
    """A member gets one friendly line, and nothing happens."""
    await house.go("2026-11-23 09:30")
    before = diary(house)
    await ada.commands(f"admin {line}")
    assert ada.sees() == snapshot("That is for the admins of this channel.")
    assert diary(house) == before
    assert await house.store.transact(lambda r: r.audit(5)) == []


async def test_every_admin_word_is_tried_above() -> None:
    """No admin command is left out of the test above."""
    tried = {line.split()[0] for line in ADMIN_LINES}
    tried.add("setup")  # in test_setting_up.py: it may concern a channel nobody configured
    assert tried == {word.name for word in commands.WORDS if word.admin}


async def test_a_replayed_button_carries_no_authority(
    house: House, ada: ScribePerson, admin: ScribePerson
) -> None:
    """A member who sends an admin's button is refused like one who types the command."""
    await house.go("2026-11-23 13:40")
    admin.sees()
    button = action(house.scribe.told[-1][1], "Post one now")
    await ada.presses(button.id)
    assert ada.sees() == snapshot("That is for the admins of this channel.")
    assert diary(house) == ""


@pytest.mark.parametrize(
    "forged",
    [
        "", ":", "::", "x", "g1.aaaaaaaaaaaaaaaa:pick:b", "nonsense:pick:b", "g1.a:reveal:",
        "g1.a:tick:", "g1.a:sure:very", ":pick:b:c", "g1.a:board:maybe", "\0", "🙂:pick:🙂",
        "g1.aaaaaaaaaaaaaaaa:show:yes", "x" * 5000, "g1.a:answer:",
    ],
)  # fmt: skip
async def test_forged_buttons_do_nothing(house: House, ada: ScribePerson, forged: str) -> None:
    """An id we never gave out gets a plain answer, and nothing is recorded."""
    await house.go("2026-11-23 09:30")
    await ada.presses(forged, {"answer": "b", "sure": "sure"})
    said = ada.sees()
    assert "Recorded" not in said
    assert said in {
        "That button is not one of mine, or too old to be understood.",
        "That was empty. Nothing was recorded.",
    }
    round_ = await house.round()
    assert await house.store.transact(lambda r: r.answered(round_.id)) == 0


async def test_a_key_from_elsewhere_opens_nothing(house: House, ada: ScribePerson) -> None:
    """A button of another platform is not one of mine here."""
    await house.go("2026-11-23 09:30")
    stranger = Actor(MemberId("slack://T/U"), ChannelId("slack://T/C"))
    button = house.parent().message.actions[1]
    reply = await house.desk.handle(stranger, commands.press(button.id))
    assert reply.message is not None
    assert "not one of mine" in str(reply.message)


async def test_forged_values_in_a_form(house: House, ada: ScribePerson) -> None:
    """What a form could not have sent is read like anything typed."""
    await house.go("2026-11-23 09:30")
    key = house.parent().message.actions[0].id.partition(":")[0]
    await ada.presses(f"{key}:answer:", {"answer": ["a", "b"], "sure": "certain"})
    await ada.presses(f"{key}:pick:e")
    await ada.presses(f"{key}:tick:", {"points": ["0", "²", "9"]})
    await ada.presses(f"{key}:think:", {})
    await ada.presses(f"{key}:count:")
    await ada.presses(f"{key}:sure:sure")
    assert ada.sees() == snapshot("""\
This question has one right answer. Choose A, B, C or D. Nothing was recorded.

There is no option E. The options are A, B, C or D. Nothing was recorded.

This question is graded by itself; there is nothing to tick.

That button is not one of mine, or too old to be understood.

There is no answer of yours here that was marked as not right by its wording.

You have not answered this question yet. Answer first, then say how sure you are.\
""")


async def test_a_point_that_does_not_exist_cannot_be_ticked(house: House) -> None:
    """Forged rubric points count for nothing."""
    house.bank = Bank.of((explain(),))
    await house.go("2026-11-23 09:30")
    ada = ScribePerson(house, "ada")
    await ada.says("Because of the variance.")
    await house.go("15:30")
    ada.sees()
    key = house.parent().message.actions[0].id.partition(":")[0]
    await ada.presses(f"{key}:tick:", {"points": ["0", "1", "2"]})
    assert ada.sees() == snapshot("Noted: 2 of 3 points, right. Only you see it.")


async def test_a_platform_admin_may(house: House) -> None:
    """Who the platform vouches for (Manage Server) is an admin of the channel."""
    owner = ScribePerson(house, "owner", platform_admin=True)
    await owner.commands("admin pause")
    assert owner.sees() == snapshot(
        "Paused until you resume: /admin resume. An open question is still revealed."
    )
