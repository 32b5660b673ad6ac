"""What only Slack has, and what only a workspace can show: who sees what, and that it comes once.

Every room also ends with a look through all the bot ever sent: nothing in it calls anybody.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.manifest import ANSWER, SUGGEST
from bot import commands
from bot.model import BoardRule, ChannelId, Question
from bot.ports import Store
from tests.adapters.slack_desk import until
from tests.doubles import slack_person
from tests.doubles.clock import ManualClock
from tests.doubles.house import channel, choice, explain, multi, numeric, rhythm, short
from tests.doubles.life import Killed, Life, MortalPlatform, MortalStore
from tests.doubles.slack_person import SlackPerson, SlackRoom
from tests.doubles.slack_workspace import Message, Workspace, sight
from tests.doubles.slack_workspace.sight import Button

Enter = Callable[..., Awaitable[SlackRoom]]


@pytest.fixture
async def enter(store: Store, clock: ManualClock) -> AsyncIterator[Enter]:
    """Yield what opens a house with chosen questions on Slack."""
    async with AsyncExitStack() as stack:

        async def door(*questions: Question, **options: Any) -> SlackRoom:
            return await stack.enter_async_context(
                slack_person.room(store, clock, questions, **options)
            )

        yield door


@pytest.fixture
async def room(enter: Enter) -> SlackRoom:
    """Return a room in which a question about zero weights was asked."""
    room = await enter(choice(), choice("optimisation/other"), explain())
    await room.house.go("2026-11-23 09:30")
    return room


@pytest.fixture
def ada(room: SlackRoom) -> SlackPerson:
    return room.person("ada")


@pytest.fixture
def ben(room: SlackRoom) -> SlackPerson:
    return room.person("ben")


def words(text: str) -> str:
    """Return text without its line ends."""
    return " ".join(text.split())


def public(room: SlackRoom) -> str:
    """Return all that a channel was ever shown or given, ids and metadata included."""
    state = room.slack.state
    return json.dumps(
        [
            [one.text, one.blocks, one.metadata]
            for message in state.messages
            if not message.to and not state.channels[message.channel].direct
            for one in message.versions
        ],
        ensure_ascii=False,
    )


def question_of(room: SlackRoom) -> Message:
    """Return the newest question in the channel."""
    return room.slack.parents()[-1]


# Who sees what ------------------------------------------------------------------------------------


async def test_what_a_member_wrote_is_shown_to_nobody_else(enter: Enter) -> None:
    """Over everything the workspace saw, from the question to the ticked rubric."""
    room = await enter(explain())
    await room.house.go("2026-11-23 09:30")
    ada, ben = room.person("ada"), room.person("ben")
    secret = "Because the variance grows, says the quokka."
    await ada.clicks("Answer…")
    await ada.fills({"answer": secret, "sure": "sure"})
    assert secret in ada.sees()
    await ben.clicks("Answer…")
    await ben.fills({"answer": "I do not know.", "sure": "guess"})
    await room.house.through("2026-11-23 15:30")
    await ada.clicks("Tick my points")
    await ada.fills({"points": ["1", "2"]})
    await ada.clicks("My result")
    await ben.clicks("My result")
    slack = room.slack
    assert secret in json.dumps(slack.shown_to(ada.human.user))
    assert "quokka" not in json.dumps(slack.shown_to(ben.human.user))
    assert "quokka" not in public(room)


@pytest.mark.parametrize("question", [choice(), multi(), numeric(), short(), explain()])
async def test_before_the_close_a_channel_is_given_no_part_of_the_answer(
    enter: Enter, question: Question
) -> None:
    """Nor is anybody who did not ask, whatever others asked for."""
    room = await enter(question)
    await room.house.go("2026-11-23 09:30")
    ada, ben = room.person("ada"), room.person("ben")
    if question.hints:
        await ada.clicks("Hint")
    await ada.clicks("Show me now")
    await room.house.through("2026-11-23 15:25")
    parts = [question.answer, *question.hints, *question.rubric, *question.accepted]
    parts += [option.why for option in question.options if option.why]
    before = public(room) + json.dumps(room.slack.shown_to(ben.human.user), ensure_ascii=False)
    assert [part for part in parts if part in before] == []
    await room.house.go("15:30")
    assert question.answer.partition(" ")[0] in words(ben.thread())


async def test_ephemerals_are_gone_after_a_reload_and_asked_for_again(
    room: SlackRoom, ada: SlackPerson
) -> None:
    """What was recorded is not lost with what said so."""
    await ada.clicks("B")
    ada.human.reloads()
    ada.sees()
    await ada.commands("result")
    assert "Your result comes with the reveal" in words(ada.sees())


# Ways to answer -----------------------------------------------------------------------------------


async def test_the_menu_of_the_question_opens_its_form(room: SlackRoom, ada: SlackPerson) -> None:
    """*Answer this question* leads where the buttons lead, from the question and its thread."""
    question = question_of(room)
    (line,) = room.slack.thread(question)
    for place, letter in ((question, "b"), (line, "c")):
        await ada.does(ada.human.on_message(ANSWER, place))
        await ada.fills({"answer": letter, "sure": "sure"})
        assert f"Recorded: {letter.upper()}." in words(ada.sees())


async def test_the_menu_of_any_message_leads_to_the_open_question(
    room: SlackRoom, ada: SlackPerson
) -> None:
    """A member's own message holds no question; the one that is open in the channel is meant."""
    said = await ada.human.posts("lunch?")
    await ada.does(ada.human.on_message(ANSWER, said))
    await ada.fills({"answer": "b", "sure": "sure"})
    assert "Recorded: B." in words(ada.sees())


async def test_a_message_is_suggested_as_a_question(room: SlackRoom, ada: SlackPerson) -> None:
    """Its words stand in the form, as they were written."""
    said = await ada.human.posts("Why is <softmax> &amp; not max used?")
    await ada.does(ada.human.on_message(SUGGEST, said))
    assert ada.human.modal is not None
    (field,) = sight.fields(ada.human.modal.content["blocks"])
    assert field.element["initial_value"] == "Why is <softmax> & not max used?"
    await ada.fills({})
    assert ada.sees()


async def test_in_a_thread_the_bot_is_mentioned(room: SlackRoom, ada: SlackPerson) -> None:
    """Slack has no commands there; the answer is private all the same, and in the thread."""
    name = room.slack.state.app.name
    await ada.does(ada.human.posts(f"@{name} hint", thread=question_of(room)))
    assert "Hint 1: Think of symmetry." in words(ada.sees())
    assert ada.human.private()[-1].thread == question_of(room).ts
    assert "symmetry" not in public(room)


async def test_the_home_tab_shows_my_own_page(
    room: SlackRoom, ada: SlackPerson, ben: SlackPerson
) -> None:
    """Today's question with its buttons, how I did, what I may set; for each member their own."""
    assert "A network starts with all weights at zero." in words(await ada.opens_home())
    await ada.clicks_at_home("B")
    assert "Recorded: B." in words(ada.sees())
    await ada.clicks_at_home("Show my name")
    assert "[Show my name]" not in ada.home()
    assert "[Show my name]" in await ben.opens_home()


# Coming and going ---------------------------------------------------------------------------------


async def test_an_invited_bot_is_set_up_in_a_direct_message(room: SlackRoom) -> None:
    """Nothing is said in the channel until its day and time have come."""
    lab = room.slack.channel("lab", bot=False)
    zoe = room.person("zoe", at=lab)
    await zoe.does(zoe.human.invites(lab))
    assert "Thanks for inviting me." in words(zoe.sees())
    assert room.slack.parents(lab) == []
    await zoe.clicks("Set up")
    await zoe.fills({"time": "25:00", "zone": "Asia/Tokio", "days": []})
    said = zoe.sees()
    assert '"25:00" is not a time of day.' in said
    assert 'Nearest: "Asia/Tokyo".' in said
    assert "Choose at least one day." in said
    wanted = {"channel": lab.id, "time": "18:00", "zone": "Asia/Tokyo", "days": ["tue"]}
    await zoe.fills(wanted)
    done = words(zoe.sees())
    assert "#lab is set up." in done
    assert [f"Tue {day}, 18:00" in done for day in ("24 Nov", "1 Dec", "22 Dec")] == [True] * 3
    await room.house.go("2026-11-24 10:00")
    assert "Question 1 ·" in zoe.channel()


async def test_a_channel_of_the_settings_file_is_not_set_up_in_chat(ada: SlackPerson) -> None:
    """Who tries is told where the file names it."""
    await ada.commands("admin setup")
    assert "gradus.toml, line 7" in words(ada.sees())
    assert ada.human.modal is None


async def test_two_channels_keep_their_own_time(enter: Enter, clock: ManualClock) -> None:
    """Berlin and Tokyo are asked at their own half past nine."""
    there = channel(
        id=ChannelId("slack://T0TEAM/C0TOKYO"),
        name="#tokyo",
        rhythm=replace(rhythm(), zone="Asia/Tokyo"),
    )
    room = await enter(choice(), multi(), others=[there])
    tokyo = room.slack.channel("tokyo")
    await room.house.go("2026-11-23 01:30")
    assert (len(room.slack.parents(tokyo)), len(room.slack.parents())) == (1, 0)
    await room.house.go("2026-11-23 09:30")
    assert (len(room.slack.parents(tokyo)), len(room.slack.parents())) == (1, 1)


@pytest.mark.parametrize("how", ["removes", "archives"])
async def test_a_bot_that_was_removed_says_so_and_comes_back(room: SlackRoom, how: str) -> None:
    """Its admin hears of it once, the question of that day is missed, and an invitation mends it."""
    ada, slack = room.person("ada"), room.slack
    await getattr(ada.human, how)(slack.ml)
    await room.house.through("2026-11-24 14:00", step=30)
    assert len(slack.parents()) == 1
    assert words(ada.sees()).count("removed") == 1
    slack.ml.archived = False
    await ada.human.invites(slack.ml)
    await room.house.through("2026-11-25 09:40", step=30)
    assert len(slack.parents()) == 2


WORDS = sorted({f"{'admin ' * one.admin}{one.name}" for one in commands.WORDS})


@pytest.mark.parametrize("line", [*WORDS, "", "admin", "nonsense"])
async def test_every_command_is_answered(room: SlackRoom, ada: SlackPerson, line: str) -> None:
    """In the channel to its author alone, and in the direct message with the bot."""
    direct = room.slack.state.direct(ada.human.user.id)
    for place in (room.slack.ml, direct):
        await ada.does(ada.human.command(f"/gradus {line}", at=place))
        assert ada.sees()
        if ada.human.modal is None:
            assert ada.human.private()[-1].channel == place.id
        else:
            await ada.human.closes()


LINES = [
    "answer b", "answer", "answer no such letter", "hint", "show", "show yes", "tick 1", "tick x",
    "search weights", "search", "suggest Why is softmax used?", "report The answer is D.", "report",
    "next", "topics", "history", "result", "result 7", "today", "help", "admin help",
    "admin plan 3", "admin plan x", "admin pin optimisation/other 2026-11-25", "admin pin no/such",
    "admin pin no/such 2026-11-25", "admin swap 2026-11-26", "admin skip 2026-12-24..2026-12-26",
    "admin skip yesterday", "admin topics optimisation=2", "admin topics optimisatoin=2",
    "admin pause until 2026-12-01", "admin resume", "admin resume", "admin post", "admin reveal",
    "admin reveal", "admin withdraw", "admin withdraw A typing error", "admin status",
]  # fmt: skip


async def test_a_day_of_commands_with_what_follows_them(
    room: SlackRoom, ada: SlackPerson, caplog: pytest.LogCaptureFixture
) -> None:
    """Right or wrong, each is answered to its author alone, and none comes to nothing."""
    for line in LINES:
        room.house.clock.move(seconds=5)
        await ada.commands(line)
        assert ada.sees(), line
        assert ada.human.modal is None, line
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


async def test_a_mistake_is_reported_from_the_reveal(room: SlackRoom, ada: SlackPerson) -> None:
    """In a form, with words of its author's."""
    await room.house.go("15:30")
    await ada.clicks("Report a mistake")
    await ada.fills({"text": "C is right as well."})
    assert "Your report is in the inbox" in words(ada.sees())
    assert "C is right" not in public(room)


async def test_many_answers_make_few_edits(room: SlackRoom) -> None:
    """The count is brought up to date no more than every five seconds, and is right in the end."""
    for number in range(12):
        await room.person(f"p{number}").clicks("B")
        room.house.clock.move(seconds=1)
        await room.house.settle()
    assert 1 <= len(room.slack.calls("chat.update")) <= 3
    room.house.clock.move(seconds=5)
    await room.house.settle()
    assert "12 answered" in room.person("ada").channel()


async def test_a_quiz_asked_for_in_a_channel_runs_where_it_lasts(
    room: SlackRoom, ada: SlackPerson
) -> None:
    """In the direct message with the bot, with a link to it; its score can be shared all the same."""
    room.house.clock.move(hours=24)
    await ada.commands("quiz 1")
    said = ada.sees()
    assert "Quiz 1 of 1" in said
    assert "the direct message with me" in words(said)
    ada.human.reloads()
    await ada.clicks("I don't know")
    await ada.clicks("See the score")
    before = public(room)
    await ada.clicks("Share my score")
    await room.house.settle()
    assert "0 of 1" in public(room)
    assert "0 of 1" not in before


async def test_a_board_names_people_and_calls_nobody(enter: Enter) -> None:
    """They appear as Slack shows its members; only in a message that one person alone sees."""
    room = await enter(choice(), board=BoardRule.EVERYONE)
    await room.house.go("2026-11-23 09:30")
    ada, ben = room.person("ada"), room.person("ben")
    await ada.clicks("B")
    await room.house.go("2026-11-23 15:30")
    await ben.commands("board")
    assert f"1 · @{ada.human.user.id} · 1 right of 1" in ben.sees()
    assert room.slack.pings() == []


# What goes wrong ----------------------------------------------------------------------------------


async def test_a_click_that_arrives_twice_counts_once(room: SlackRoom, ada: SlackPerson) -> None:
    """Slack may send an envelope again as it is."""
    room.slack.sockets.duplicated = True
    await ada.clicks("B")
    await room.slack.until(lambda: len(room.answers) == 2)
    room.slack.sockets.duplicated = False
    await room.house.through("2026-11-23 09:40")
    assert "1 answered" in ada.channel()


async def test_a_form_that_arrives_twice_counts_once(enter: Enter) -> None:
    """Like the click."""
    room = await enter(explain())
    await room.house.go("2026-11-23 09:30")
    ada = room.person("ada")
    await ada.clicks("Answer…")
    room.slack.sockets.duplicated = True
    await ada.fills({"answer": "The variance grows.", "sure": "sure"})
    await room.slack.until(lambda: len(room.answers) == 3)
    room.slack.sockets.duplicated = False
    await room.house.through("2026-11-23 09:40")
    assert "1 answered" in ada.channel()


async def test_a_members_forged_button_gives_no_rights(room: SlackRoom, ben: SlackPerson) -> None:
    """The id of a button is no authority."""
    key = sight.buttons(question_of(room).shown.blocks)[0].element["value"].partition(":")[0]
    for verb in ("post", "plan", "topics"):
        forged = Button("Go", "", {"type": "button", "action_id": "a", "value": f"{key}:{verb}:"})
        await ben.does(ben.human.presses(forged, question_of(room)))
        assert "admin" in words(ben.sees())


async def test_a_guest_answers_and_steers_nothing(room: SlackRoom) -> None:
    """Even one whom the workspace calls an admin."""
    guest = room.person("guest", is_restricted=True, is_admin=True)
    await guest.clicks("B")
    assert "Recorded: B." in words(guest.sees())
    await guest.commands("admin pause")
    assert "admin" in words(guest.sees())
    boss = room.person("boss", is_admin=True)
    await boss.commands("admin pause")
    assert "paused" in words(boss.sees()).lower()


@pytest.mark.parametrize("seed", range(3))
async def test_a_week_of_bad_weather_brings_everything_once(
    enter: Enter, clock: ManualClock, seed: int
) -> None:
    """Of the calls that write, four of ten end unclearly; in the end each message stands once."""
    room = await enter(*(choice(f"optimisation/zero-start-{n}") for n in range(9)))
    chance = random.Random(seed)
    writing = ("chat.postMessage", "chat.update", "chat.delete")
    room.slack.faults.often(chance, 0.4, *writing)
    for day in range(23, 28):
        for hour in (9, 15):
            clock.set(f"2026-11-{day} {hour:02}:30")
            for _ in range(12):
                await room.house.settle()
                clock.move(minutes=2)
    room.slack.faults.often(chance, 0)
    for _ in range(20):
        await room.house.settle()
        clock.move(minutes=5)
    standing = room.slack.state.standing(room.slack.ml.id)
    keys = [one.shown.metadata["event_payload"]["key"] for one in standing if one.shown.metadata]
    assert len(keys) == len(set(keys)) == len(standing)
    questions = [one for one in standing if not one.thread]
    assert len(questions) == 5
    for one in questions:
        assert "The answer is in the thread" in sight.shown(one.shown)
        assert len(room.slack.thread(one)) == 3
    assert room.slack.faults.drawn > 5


# Killed at any step -------------------------------------------------------------------------------


@pytest.mark.parametrize("last", range(1, 6))
async def test_an_invitation_outlives_the_bot(store: Store, clock: ManualClock, last: int) -> None:
    """Dead before it has noted that it answered, the bot is told again when it is back."""
    async with slack_person.workspace(clock) as slack:
        slack.sockets.deadline, slack.sockets.retries = 0.05, (0.05,) * 100
        lab, life = slack.channel("lab", bot=False), Life()
        zoe, mortal = slack.person("zoe", at=lab), MortalStore(store, life)
        async with slack_person.opened(slack, mortal, clock, [choice()]):
            life.last = life.steps + last
            inviting = asyncio.create_task(zoe.invites(lab))
            await until(lambda: inviting.done() or life.steps >= (life.last or 0))
        life.again()
        async with slack_person.opened(slack, mortal, clock, [choice()]):
            await inviting
            await slack.until(zoe.private)
            assert "Thanks for inviting me." in sight.shown(zoe.private()[-1].shown)
            await zoe.clicks("Set up")
            await slack.until(lambda: zoe.modal)


STEPS = 70
"""More than the day below takes; the last test counts them."""
DAY: Sequence[Callable[[SlackRoom], Awaitable[object]]] = (
    lambda room: room.house.go("2026-11-23 09:30"),
    lambda room: room.house.go("2026-11-23 09:32"),
    lambda room: room.person("ada").clicks("B"),
    lambda room: room.house.go("2026-11-23 15:30"),
    lambda room: room.house.go("2026-11-23 15:32"),
    lambda room: room.person("ada").clicks("My result"),
    lambda room: room.house.go("2026-11-23 15:40"),
)


async def live_through(slack: Workspace, store: Store, clock: ManualClock, life: Life) -> None:
    """Play the day; after a death the bot starts again, and what was not finished is done again."""
    todo, questions = list(DAY), [choice(), choice("optimisation/other")]
    while todo:
        try:
            async with slack_person.opened(
                slack, MortalStore(store, life), clock, questions,
                around=lambda platform: MortalPlatform(platform, life),
            ) as room:  # fmt: skip
                while todo:
                    await todo[0](room)
                    del todo[0]
        except Killed:
            life.again()


@pytest.mark.parametrize("last", range(1, STEPS))
async def test_killed_after_any_step_of_a_day(store: Store, clock: ManualClock, last: int) -> None:
    """There is one of each message, and one answer counts; an edit may be lost with the process."""
    async with slack_person.workspace(clock) as slack:
        await live_through(slack, store, clock, Life(last))
        (question,) = slack.parents()
        thread = [sight.shown(one.shown) for one in slack.thread(question)]
    (round_,) = await store.transact(lambda r: r.rounds(slack_person.ML, 1))
    assert await store.transact(lambda r: r.answered(round_.id)) == 1
    assert round_.state == "revealed"
    assert len(thread) == 3
    assert "Question 1 ·" in sight.shown(question.shown)
    assert "B. Every unit of a layer gets the same gradient" in words(thread[1])
    assert "The answer to question 1 is in the thread." in words(thread[2])


async def test_the_steps_above_are_all_there_are(store: Store, clock: ManualClock) -> None:
    """An undisturbed day takes fewer steps than were cut above."""
    life = Life()
    async with slack_person.workspace(clock) as slack:
        await live_through(slack, store, clock, life)
    assert STEPS // 2 < life.steps < STEPS
