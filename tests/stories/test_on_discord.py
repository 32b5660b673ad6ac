"""What only Discord has, and what only a server can show: who sees what, and that it comes once.

Every room also ends with a look through all the bot ever sent: nothing in it calls anybody.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from bot import prose
from bot.model import ChannelId, Question
from bot.ports import Store
from bot.wording import discord as wording
from questions.files import read_bank
from tests.doubles import discord_person
from tests.doubles.clock import ManualClock
from tests.doubles.discord_guild import FakeDiscord, May, checks
from tests.doubles.discord_guild.reading import seen
from tests.doubles.discord_guild.world import Channel, Json, Message, User
from tests.doubles.discord_person import DiscordPerson, DiscordRoom
from tests.doubles.house import channel, choice, explain, multi, numeric, short

Enter = Callable[..., Awaitable[DiscordRoom]]


@pytest.fixture
async def enter(store: Store, clock: ManualClock) -> AsyncIterator[Enter]:
    """Yield what opens a house with chosen questions on Discord."""
    async with AsyncExitStack() as stack:

        async def door(*questions: Question, **options: Any) -> DiscordRoom:
            return await stack.enter_async_context(
                discord_person.room(store, clock, questions, **options)
            )

        yield door


@pytest.fixture
async def room(enter: Enter) -> DiscordRoom:
    """Return a room in which a question about zero weights was asked."""
    room = await enter(choice(), choice("optimisation/other"), explain())
    await room.house.go("2026-11-23 09:30")
    return room


@pytest.fixture
def ada(room: DiscordRoom) -> DiscordPerson:
    return room.person("ada", May.MANAGE_GUILD)


@pytest.fixture
def ben(room: DiscordRoom) -> DiscordPerson:
    return room.person("ben")


def words(text: str) -> str:
    """Return text without its line ends."""
    return " ".join(text.split())


def public(room: DiscordRoom) -> list[Message]:
    """Return all that the bot ever said where everybody reads it."""
    return [
        one
        for one in room.discord.messages()
        if one.viewer is None and one.channel.recipient is None
    ]


def written(messages: Sequence[Message]) -> str:
    """Return all that messages ever showed or were given, ids included."""
    return json.dumps([one.versions for one in messages], ensure_ascii=False)


def shown_to(room: DiscordRoom, user: User) -> str:
    """Return all that somebody ever saw: what everybody reads, and what they alone did."""
    said = room.discord.messages()
    theirs = [one for one in said if user in (one.viewer, one.channel.recipient)]
    asked = room.discord.state.interactions.values()
    forms = [one.modal for one in asked if one.user is user]
    return written([*public(room), *theirs]) + json.dumps(forms, ensure_ascii=False)


def questions_in(place: Channel) -> list[Message]:
    """Return the questions that stand in a channel."""
    return [one for one in place.standing() if "Question " in seen(one)]


# Who sees what ------------------------------------------------------------------------------------


async def test_what_a_member_wrote_is_shown_to_nobody_else(enter: Enter) -> None:
    """Over everything Discord saw, from the question to the ticked rubric."""
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
    assert "quokka" in shown_to(room, ada.visitor.user)
    assert "quokka" not in shown_to(room, ben.visitor.user)


@pytest.mark.parametrize("question", [choice(), multi(), numeric(), short(), explain()])
async def test_before_the_close_a_server_is_given_no_part_of_the_answer(
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
    before = shown_to(room, ben.visitor.user)
    assert [part for part in parts if part in before] == []
    await room.house.go("15:30")
    assert question.answer.partition(" ")[0] in words(ben.thread())


RUN = 6
"""So many words in a row are no chance."""
IDS = re.compile(r"g1\.[\w-]+:(pick:[a-f]|(answer|think|hint|show):)(#\d)?")


def runs(*texts: str) -> set[str]:
    """Return all runs of words in texts."""
    plain = [re.findall(r"\w+", prose.plain(prose.parse(text)).casefold()) for text in texts]
    return {" ".join(some[at : at + RUN]) for some in plain for at in range(len(some) - RUN + 1)}


def texts_of(question: Question) -> list[str]:
    """Return what a question is asked with."""
    return [question.title, question.prompt, *(option.text for option in question.options)]


def said_in(exact: set[str], *texts: str) -> set[str]:
    """Return which of some wordings stand in texts as words of their own."""
    plain = "\n".join(prose.plain(prose.parse(text)) for text in texts)
    return {
        one
        for one in exact
        if one and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", plain, re.IGNORECASE)
    }


async def test_no_question_of_the_bank_gives_itself_away(enter: Enter) -> None:
    """Of no answer, hint, rubric or why are six words in a row public before the close.

    Nor is a wording that would be accepted. What the buttons carry are keys, and letters in their
    order. Discord refuses none of it, posts and answers alike.
    """
    bank = read_bank((), shipped=True, trusted=True).bank
    room = await enter(*bank.questions.values())
    asked = told = 0
    start = room.house.clock.instant("2026-11-23 09:30")
    while asked < len(bank.questions):
        room.house.clock.set(start)
        start += timedelta(days=1)
        if start.weekday() in (6, 0):
            continue
        before = {one.id for one in public(room)}
        await room.house.settle()
        new = [one for one in public(room) if one.id not in before]
        question = (await room.house.round()).question
        assert question is not None
        asked += 1
        given = runs(*texts_of(question))
        secret = runs(question.answer, *question.hints, *question.rubric)
        secret |= runs(*(option.why for option in question.options))
        assert runs(*map(seen, new)) & (secret - given) == set(), question.id
        exact = {*question.accepted, question.number.written if question.number else ""}
        assert said_in(exact, *map(seen, new)) <= said_in(exact, *texts_of(question)), question.id
        nodes = [node for one in new for node in checks.walk(one.components)]
        names = [node["custom_id"] for node in nodes if "custom_id" in node]
        assert [one for one in names if not IDS.fullmatch(one)] == []
        room.house.clock.move(hours=6)
        await room.house.settle()
        after = [one for one in public(room) if one.id not in before]
        told += bool(runs(*map(seen, after)) & (secret - given))
    assert told >= asked * 0.9  # so this test would have noticed
    assert [one for one in room.discord.state.calls if one.status >= 400] == []


# Ways to answer -----------------------------------------------------------------------------------


async def test_forms_of_two_members_at_once(enter: Enter) -> None:
    """Each sends their own, in any order."""
    room = await enter(explain())
    await room.house.go("2026-11-23 09:30")
    ada, ben = room.person("ada"), room.person("ben")
    await ada.clicks("Answer…")
    await ben.clicks("Answer…")
    await ada.fills({"answer": "Ada's words", "sure": "sure"})
    await ben.fills({"answer": "Ben's words", "sure": "guess"})
    assert ("Ada's words" in ada.sees(), "Ben's words" in ben.sees()) == (True, True)
    await room.house.through("2026-11-23 09:40")
    assert "2 answered" in ada.channel()


async def test_a_form_that_is_open_across_a_restart(store: Store, clock: ManualClock) -> None:
    """Sent to the new process, it counts as if nothing had happened."""
    async with FakeDiscord(clock) as discord:
        async with discord_person.opened(discord, store, clock, [explain()]) as room:
            await room.house.go("2026-11-23 09:30")
            ada = room.person("ada")
            await ada.clicks("Answer…")
            form = ada.visitor.form
        async with discord_person.opened(discord, store, clock, [explain()]) as room:
            ada = room.person("ada")
            ada.visitor.form = form
            await ada.fills({"answer": "The variance grows.", "sure": "sure"})
            assert "The variance grows." in ada.sees()
        assert len(discord.called("set commands")) == 1


async def test_my_own_message_is_my_answer(
    room: DiscordRoom, ada: DiscordPerson, ben: DiscordPerson
) -> None:
    """From its menu, in the thread; nobody else's is."""
    thread = next(room.guild.threads())
    mine = ada.visitor.writes("b", thread)
    await ada.does(ada.visitor.uses(wording.ANSWER_MENU, mine))
    assert "Recorded: B." in words(ada.sees())
    await ben.visitor.uses(wording.ANSWER_MENU, mine)  # the desk is not even asked
    said = ben.sees()
    assert said
    assert "Recorded" not in said


async def test_the_menu_of_the_question_opens_its_form(
    room: DiscordRoom, ada: DiscordPerson
) -> None:
    """It leads where the buttons lead."""
    await ada.does(ada.visitor.uses(wording.ANSWER_MENU, questions_in(room.ml)[0]))
    await ada.fills({"answer": "b", "sure": "sure"})
    assert "Recorded: B." in words(ada.sees())


async def test_a_message_is_suggested_as_a_question(
    room: DiscordRoom, ada: DiscordPerson, ben: DiscordPerson
) -> None:
    """Its words stand in the form, as they were written."""
    said = ben.visitor.writes("Why is **softmax** and not max used?")
    await ada.does(ada.visitor.uses(wording.SUGGEST_MENU, said))
    assert ada.visitor.form is not None
    assert "Why is **softmax** and not max used?" in json.dumps(ada.visitor.form.modal)
    await ada.fills({})
    assert "Thank" in ada.sees()


async def test_questions_and_topics_are_suggested(enter: Enter) -> None:
    """While an admin types; what is suggested is what the command takes."""
    room = await enter(choice(), numeric(), explain())
    ada = room.person("ada", May.MANAGE_GUILD)
    found = await ada.visitor.suggestions("gradus-admin pin", "question", "bytes")
    assert [one["value"] for one in found] == ["convolution/bytes"]
    await ada.commands(f"admin pin {found[0]['value']} 2026-11-24")
    assert "convolution/bytes is pinned to Tue 24 Nov" in words(ada.sees())
    topics = await ada.visitor.suggestions("quiz", "topic", "conv")
    assert [one["value"] for one in topics] == ["convolution"]


# Coming and going ---------------------------------------------------------------------------------


async def test_an_invited_bot_is_set_up(room: DiscordRoom) -> None:
    """It greets where moderators look; nothing else is said until its day and time have come."""
    discord = room.discord
    other = discord.found("Lab", "lobby", "staff", "lab", invited=False)
    lobby, staff, lab = other.channels.values()
    other.updates_channel = staff
    zoe = room.person("zoe", May.MANAGE_GUILD, at=staff)
    ben = room.person("ben", at=staff)
    discord.invites(other)
    await discord.state.pulse.until(staff.standing, "a greeting")
    assert (len(staff.standing()), lobby.standing(), lab.standing()) == (1, [], [])
    await ben.clicks("Set up")
    assert ben.visitor.form is None
    await zoe.clicks("Set up")
    place = f"discord://{other.id}/{lab.id}"
    wanted = {"channel": place, "time": "25:00", "zone": "Asia/Tokyo", "days": ["tue"]}
    await zoe.fills(wanted)
    assert '"25:00" is not a time of day.' in zoe.sees()
    await zoe.does(zoe.visitor.command("gradus-admin setup"))
    await zoe.fills({**wanted, "time": "18:00"})
    assert "#lab is set up." in words(zoe.sees())
    assert lab.standing() == []
    await room.house.go("2026-11-24 10:00")
    assert len(questions_in(lab)) == 1


async def test_a_bot_that_was_removed_comes_back(room: DiscordRoom, ada: DiscordPerson) -> None:
    """Its schedule is kept; the question of that day is missed, and an invitation mends it."""
    room.discord.kicks(room.guild)
    await room.house.through("2026-11-24 14:00", step=30)
    assert len(questions_in(room.ml)) == 1
    room.discord.invites(room.guild)
    await room.house.through("2026-11-25 12:00", step=30)
    assert len(questions_in(room.ml)) == 2


async def test_a_permission_that_is_missing_is_told_and_ends_no_schedule(
    room: DiscordRoom, ada: DiscordPerson
) -> None:
    """The channel is left alone until it is back; what was due then comes, once."""
    room.discord.forbids(room.ml, May.SEND_MESSAGES)
    await room.house.through("2026-11-24 09:45")
    assert len(questions_in(room.ml)) == 1
    await ada.commands("admin status")
    assert "I lack a permission in the channel (50013)" in words(ada.sees())
    room.discord.forbids(room.ml)
    await room.house.through("2026-11-24 13:00")
    assert len(questions_in(room.ml)) == 2
    assert "I lack a permission in the channel (50013)" in words(ada.sees())


async def test_a_break_in_the_connection_loses_no_click(
    room: DiscordRoom, ada: DiscordPerson
) -> None:
    """What was pressed meanwhile arrives when the session is resumed."""
    room.discord.gateway.cut()
    await ada.clicks("B")
    assert "Recorded: B." in words(ada.sees())
    assert room.discord.gateway.resumed == 1


async def test_a_session_that_is_lost_begins_anew(room: DiscordRoom, ada: DiscordPerson) -> None:
    """With all that was asked before still standing."""
    room.discord.gateway.reconnect()
    await room.discord.connected(2)
    await ada.clicks("B")
    await room.house.go("15:30")
    await ada.clicks("My result")
    assert "your answer B is right" in words(ada.sees())


async def test_servers_on_two_shards(store: Store, clock: ManualClock) -> None:
    """Each is asked, and each is answered."""
    async with FakeDiscord(clock) as discord:
        guilds = [discord.found("Team", "ml"), discord.found("Other", "ml")]
        discord.rules.shards = 2
        place = next(iter(guilds[1].channels))
        there = channel(id=ChannelId(f"discord://{guilds[1].id}/{place}"))
        async with discord_person.opened(
            discord, store, clock, [choice(), multi()], others=[there]
        ) as room:
            assert discord.gateway.identified == 2
            await room.house.go("2026-11-23 09:30")
            for guild in guilds:
                place_ = next(iter(guild.channels.values()))
                person = room.person("ada", at=place_)
                await person.commands("hint")
                assert person.sees()
                assert len(questions_in(place_)) == 1


# Every command ------------------------------------------------------------------------------------

TYPED = {3: "x", 4: 1, 5: True}
"""What is given for an option, by its type."""


def given(option: Json) -> object:
    """Return what is given for an option: the first of its choices, where it has some."""
    choices = option.get("choices") or ()
    return choices[0]["value"] if choices else TYPED[option["type"]]


async def test_every_command_is_answered(room: DiscordRoom, clock: ManualClock) -> None:
    """With and without what may follow it, to its author alone."""
    ada = room.person("ada", May.MANAGE_GUILD)
    offered = room.discord.state.commands[None]
    for name in ("gradus", "gradus-admin"):
        for word in offered[1, name]["options"]:
            clock.move(seconds=10)
            needed = {o["name"]: given(o) for o in word["options"] if o["required"]}
            every = {o["name"]: given(o) for o in word["options"]}
            for options in (needed, every):
                asked = await ada.does(ada.visitor.command(f"{name} {word['name']}", **options))
                assert ada.sees(), word["name"]
                assert all(one.viewer is ada.visitor.user for one in asked.shown)
    await ada.does(ada.visitor.command("quiz"))
    assert ada.sees()


async def test_an_ordinary_member_steers_nothing(
    room: DiscordRoom, ada: DiscordPerson, ben: DiscordPerson
) -> None:
    """Nor by a command that Discord shows them all the same, nor by an admin's button."""
    with pytest.raises(AssertionError, match="'gradus-admin' is not among"):
        await ben.commands("admin pause")
    room.discord.state.commands[None][1, "gradus-admin"]["default_member_permissions"] = None
    await ben.commands("admin pause")
    assert "admin" in words(ben.sees())
    key = key_of(questions_in(room.ml)[0])
    for verb in ("post", "plan", "topics"):
        await ben.does(ben.visitor.forges(f"{key}:{verb}:"))
        assert "admin" in words(ben.sees())
    await ada.commands("admin status")
    assert "paused" not in ada.sees()


def key_of(message: Message) -> str:
    """Return the key that a message's buttons carry."""
    nodes: list[Json] = list(checks.walk(message.components))
    return str(next(one["custom_id"] for one in nodes if "custom_id" in one)).partition(":")[0]


# What goes wrong ----------------------------------------------------------------------------------


async def test_a_click_that_arrives_twice_counts_once(
    room: DiscordRoom, ada: DiscordPerson
) -> None:
    """Discord may tell of it again after a break."""
    await ada.clicks("B")
    room.discord.gateway.again()
    await ada.clicks("Sure")
    assert len(room.answers) == 2
    await room.house.through("2026-11-23 09:40")
    assert "1 answered" in ada.channel()


HOSTILE = [
    "@everyone @here <@1> <@&2> <#3> </quiz:4> <t:0:R> <:emoji:5>",
    "**bold** *lean* ~~gone~~ `code` ```block``` > quote\n# head\n-# small\n- list",
    "||hidden|| `a || b` [your bank](https://evil.example) https://evil.example",
    "\u202eright to left\u202c and zero\u200bwidth\u2060\ufeff",
    "e\u0301" * 40 + "🧨" * 40,
    '"}],"allowed_mentions":{"parse":["everyone"]}',
    "\\\\ \\* \\` \\|| \\",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_it_is_and_calls_nobody(enter: Enter, text: str) -> None:
    """As an answer, a report, a suggestion, a search and a thread's message."""
    room = await enter(explain())
    await room.house.go("2026-11-23 09:30")
    ada = room.person("ada")
    await ada.clicks("Answer…")
    await ada.fills({"answer": text, "sure": "guess"})
    assert words(text.replace("\u200b", "")) in words(ada.sees())
    for line in ("answer", "report", "suggest", "search"):
        await ada.commands(f"{line} {text}")
        assert ada.sees()


@pytest.mark.parametrize(
    "custom_id",
    [":", "x", "::::", "g1.AAAAAAAAAAAAAAAA:pick:b", "no:sure:certain", "\x00", "x" * 100],
)
async def test_a_forged_button_is_met_with_a_sentence(
    room: DiscordRoom, ada: DiscordPerson, custom_id: str
) -> None:
    """Whatever is in it, and whatever it hangs on."""
    await ada.does(ada.visitor.forges(custom_id, questions_in(room.ml)[0]))
    assert ada.sees()
    await room.house.through("2026-11-23 09:40")
    assert "1 answered" not in ada.channel()


async def test_what_admins_do_to_our_messages(room: DiscordRoom, ada: DiscordPerson) -> None:
    """A renamed or archived thread takes the answer; a deleted question is not posted again."""
    thread = next(room.guild.threads())
    room.discord.renames(thread, "<@everyone> ||lunch||")
    room.discord.archives(thread)
    await ada.clicks("B")
    await room.house.go("15:30")
    assert "B. Every unit of a layer gets the same gradient" in words(ada.thread())
    await room.house.go("2026-11-24 09:30")
    newest = questions_in(room.ml)[-1]
    room.discord.deletes(newest)
    await room.house.through("2026-11-24 15:40")
    assert newest not in room.ml.standing()
    assert len(questions_in(room.ml)) == 1


async def test_a_month_later_a_button_still_says_what_became_of_it(
    room: DiscordRoom, ada: DiscordPerson
) -> None:
    """Nothing is counted and nothing breaks."""
    old = questions_in(room.ml)[0]
    key = key_of(old)
    await room.house.through("2026-12-23 12:00", step=180)
    await ada.does(ada.visitor.forges(f"{key}:pick:b", old))
    assert ada.sees()


async def test_the_count_is_edited_rarely_and_never_late(
    room: DiscordRoom, clock: ManualClock
) -> None:
    """At most once a minute within fifty minutes; after that only the reveal changes the post."""
    question = questions_in(room.ml)[0]
    for number in range(60):
        clock.move(seconds=61)
        await room.person(f"member-{number}").clicks("B")
        await room.house.settle()
    assert 40 <= len(question.versions) <= 52
    assert question.edited is not None
    assert question.edited <= clock.instant("2026-11-23 10:21")
    await room.house.through("2026-11-23 15:40")
    assert "The answer is in the thread" in seen(question)
