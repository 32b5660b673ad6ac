"""The terminal: what it shows as plain text, what it makes of a line, how it begins and ends."""

from __future__ import annotations

import asyncio
import io
import os
import pty
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.memory import MemoryStore
from adapters.terminal import Terminal, connect
from adapters.terminal.reading import answers, cleaned, offers
from adapters.terminal.render import Screen, draw, draw_said, visible
from bot import commands as c
from bot.commands import Command
from bot.messages import (
    Action,
    Audience,
    Block,
    Break,
    Choice,
    Code,
    Display,
    Emph,
    Fence,
    Figure,
    Formula,
    Heading,
    Image,
    Link,
    Listing,
    Literal,
    Message,
    Mono,
    Paragraph,
    Prose,
    Quote,
    Reply,
    Rule,
    Strong,
    Table,
    Text,
    Time,
    paragraph,
)
from bot.model import (
    Absent,
    Actor,
    BoardRule,
    Channel,
    ChannelId,
    Confidence,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Later,
    MemberId,
    Question,
    Ref,
    Reveal,
    RevealRule,
    Rhythm,
    RoundId,
    RoundState,
    Sent,
)
from bot.ports import ChatPlatform, Records
from tests.doubles import house
from tests.doubles.clock import ManualClock

ROOM = ChannelId("terminal://room")
ADA = MemberId("terminal://ada")
NOON = "2026-11-20 12:00"
IN_CHANNEL = Message(audience=Audience.CHANNEL)


# What a message looks like ------------------------------------------------------------------------


def shown(*blocks: Block) -> str:
    """Return how blocks look in the channel, as plain text."""
    return draw(replace(IN_CHANNEL, body=(Prose(blocks),)), Screen())


def words(text: str) -> Paragraph:
    """Return a paragraph of plain words."""
    return Paragraph((Text(text),))


def test_everything_within_a_line_is_shown_by_characters() -> None:
    """Code has its marks, a link its address, an instant the words of its channel."""
    noon = ManualClock(NOON)()
    line = Paragraph(
        (
            Text("Plain\nwords, "),
            Strong((Text("strong"), Emph((Text(" and leaning"),)))),
            Text(", "),
            Mono("x = 1"),
            Text(", "),
            Formula("1 − βᵗ", r"1 - \beta^t"),
            Text(", "),
            Link((Text("a paper"),), "https://arxiv.org/abs/1412.6980"),
            Text(", "),
            Link((Text("https://example.org"),), "https://example.org"),
            Text(", "),
            Link((Text("me@example.org"),), "mailto:me@example.org"),
            Break(),
            Text("and "),
            Time(noon, "today 12:00"),
        )
    )

    assert shown(line) == snapshot("""\
Plain words, strong and leaning, `x = 1`, 1 − βᵗ, a paper
(https://arxiv.org/abs/1412.6980), https://example.org, me@example.org
and today 12:00

""")


def test_blocks_keep_their_shape_without_colour() -> None:
    """Lists have marks, code and formulas are set in, a quotation has a bar."""
    assert shown(
        Heading(3, (Text("A heading"),)),
        words("A paragraph that goes on until it is longer than a line of eighty columns may be."),
        Listing(
            (
                (words("first " * 15), Fence("x = 1", "python")),
                (words("second"), Listing(((words("within"),),))),
            )
        ),
        Listing(((words("nine"),), (words("ten"),)), start=9),
        Fence("def f(x):\n    return x\n\n\ty = 1", "python"),
        Display("m̂ = m / (1 − βᵗ)", r"\hat m"),
        Quote((words("said"), words("and done"))),
        Rule(),
        Figure("https://example.org/loss.png", "A loss that falls"),
    ) == snapshot("""\
A heading

A paragraph that goes on until it is longer than a line of eighty columns may
be.

• first first first first first first first first first first first first first
  first first
      x = 1
• second
  • within

 9. nine
10. ten

    def f(x):
        return x

        y = 1

    m̂ = m / (1 − βᵗ)

│ said
│
│ and done

────────

Picture: A loss that falls (https://example.org/loss.png)

""")


def test_a_table_keeps_its_columns_and_wraps_within_them() -> None:
    """Cells are aligned as asked."""
    table = Table(
        ((Text("layer"),), (Text("values"),), (Text("note"),)),
        (
            ((Text("conv1"),), (Text("9,408"),), (Mono("7×7"),)),
            ((Text("fc"),), (Text("2,048,000"),), (Text("more words than fit " * 4),)),
        ),
        ("left", "right", "center"),
    )

    assert shown(table) == snapshot("""\
layer      values                               note
────────────────────────────────────────────────────────────────────────────────
conv1       9,408                              `7×7`
fc      2,048,000   more words than fit more words than fit more words than fit
                                        more words than fit

""")


def test_a_question_says_what_can_be_typed() -> None:
    """Title, prompt, options in full, pictures in words, one line of what to type, the footnote."""
    message = replace(
        IN_CHANNEL,
        title="Question 128 · Optimisation · intermediate",
        body=(paragraph("Why?"), Code("loss  0.1\nstep  100"), Literal("mine\n  own")),
        choices=(
            Choice(
                "A", Prose((words("They start at zero, so early averages are too small " * 2),))
            ),
            Choice("B", Prose((words("This:"), Fence("y = 2")))),
        ),
        images=(Image("https://example.org/a.png", "Two curves"),),
        actions=(
            Action("k:pick:a", "A", hint="A"),
            Action("k:pick:b", "B", hint="B"),
            Action("k:hint:", "Hint", hint="/hint"),
            Action("k:think:", "Thought it through"),
            Action("k:answer:", "Answer…", hint="/answer TEXT"),
            Action("k:answer:", "Answer…", hint="/answer TEXT"),
        ),
        footnote=(Text("No answers yet · your answer stays private"),),
        mention="@everyone",
    )

    assert draw(message, Screen()) == snapshot("""\
Question 128 · Optimisation · intermediate

Why?

loss  0.1
step  100

> mine
>   own

  A  They start at zero, so early averages are too small They start at zero, so
     early averages are too small
  B  This:
         y = 2

Picture: Two curves (https://example.org/a.png)

Type: A B · /hint · Thought it through · /answer TEXT
No answers yet · your answer stays private

""")


@pytest.mark.parametrize("audience", [Audience.THREAD, Audience.MEMBER, Audience.ADMINS])
def test_who_sees_a_message_is_said_in_words(audience: Audience) -> None:
    """The label stands in the first line and the rest is set in."""
    message = Message(title="A title", body=(paragraph("Words."),), audience=audience)

    assert {
        Audience.THREAD: snapshot("""\
In the thread:
  A title

  Words.

"""),
        Audience.MEMBER: snapshot("""\
For you only:
  A title

  Words.

"""),
        Audience.ADMINS: snapshot("""\
For the admins:
  A title

  Words.

"""),
    }[audience] == draw(message, Screen())


def test_an_empty_message_shows_nothing_but_its_place() -> None:
    """Nothing is made up."""
    assert draw(IN_CHANNEL, Screen()).strip() == ""
    assert draw(Message(), Screen()).strip() == "For you only:"


def test_narrow_and_styled_screens_show_the_same_words() -> None:
    """Style adds nothing that the text does not say."""
    message = replace(
        IN_CHANNEL,
        title="Title",
        body=(Prose((Paragraph((Strong((Text("strong"),)), Mono("code"))), Fence("x", "python"))),),
        footnote=(Text("quiet"),),
    )
    styled = draw(message, Screen(40, styled=True))

    assert "\x1b[1m" in styled
    for part in ("Title", "strong", "`code`", "x", "quiet"):
        assert part in styled
    assert draw(message, Screen(3)).split() == draw(message, Screen(80)).split()


def test_no_color_takes_the_colours_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weight stays, colour goes."""
    message = replace(IN_CHANNEL, body=(Prose((Paragraph((Mono("x"), Strong((Text("y"),)))),)),))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert "\x1b[36m" in draw(message, Screen(styled=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in draw(message, Screen(styled=True))
    assert "\x1b[1m" in draw(message, Screen(styled=True))


# Hostile text -------------------------------------------------------------------------------------

HOSTILE = "a\x1b[2J\x07b\x9b31mc\u202egnp\u2066d\u200be\ud800f\r\ng\rh\x7f\u2028i"


def test_nothing_a_member_writes_drives_the_terminal() -> None:
    """Escape codes become pictures of themselves, direction marks are written out."""
    assert visible(HOSTILE) == snapshot("""\
a␛[2J␇b<9B>31mc<U+202E>gnp<U+2066>de�f
g␍h␡ i\
""")
    assert visible("héllo ∇θ 👩‍🔬 می‌خواهم") == "héllo ∇θ 👩‍🔬 می‌خواهم"


@pytest.mark.parametrize("styled", [False, True])
def test_hostile_text_is_inert_wherever_it_stands(styled: bool) -> None:  # noqa: FBT001
    """In a title, in prose, in code, in a label, in an address, in a name."""
    prose = Prose(
        (
            Paragraph((Text(HOSTILE), Mono(HOSTILE), Formula(HOSTILE, HOSTILE))),
            Paragraph((Link((Text("x"),), "https://e.org/" + HOSTILE), Time(CLOCK(), HOSTILE))),
            Fence(HOSTILE, "python"),
            Fence(HOSTILE, HOSTILE),
            Display(HOSTILE, HOSTILE),
            Figure(HOSTILE, HOSTILE),
            Table(((Text(HOSTILE),),), (((Text(HOSTILE),),),)),
        )
    )
    message = Message(
        title=HOSTILE,
        body=(prose, Literal(HOSTILE), Code(HOSTILE, "text")),
        choices=(Choice(HOSTILE, prose),),
        actions=(Action("k:x:", HOSTILE, hint=HOSTILE),),
        images=(Image(HOSTILE, HOSTILE),),
        footnote=(Text(HOSTILE),),
    )
    text = draw(message, Screen(styled=styled)) + draw_said(HOSTILE, HOSTILE, Screen(styled=styled))

    for bad in ("\x1b[2J", "\x07", "\x9b", "\u202e", "\u2066", "\r", "\x7f", "\ud800"):
        assert bad not in text
    assert "[2J" in text
    text.encode()


CLOCK = ManualClock(NOON)


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_shown_without_control_characters(text: str) -> None:
    """Whatever the characters are, only line ends are left of those that a terminal obeys."""
    for out in (visible(text), draw_said(text, text, Screen())):
        assert all(
            char >= " " and not "\x7f" <= char < "\xa0" for char in out if char not in "\n\t"
        )
        out.encode()


# What a line is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question, line, expected",
    [
        (house.choice(), "b", True),
        (house.choice(), "B", True),
        (house.choice(), "A, C", True),
        (house.multi(), "a c", True),
        (house.multi(), "a,c", True),
        (house.multi(), "a, d", False),
        (house.choice(), "e", False),
        (house.choice(), "ab", False),
        (house.choice(), "A is right", False),
        (house.choice(), ",", False),
        (house.numeric(), "49", True),
        (house.numeric(), "49 KiB", True),
        (house.numeric(), "0.05 MiB", True),
        (house.numeric(), "1,000", True),
        (house.numeric(), "0,5", True),
        (house.numeric(), "49 of them", False),
        (house.numeric(), "49 GB", False),
        (house.numeric(), "many", False),
        (house.numeric(), "a", False),
        (house.short(), "layer norm", False),
        (house.explain(), "because", False),
    ],
)
def test_only_letters_and_numbers_answer_by_themselves(
    question: Question,
    line: str,
    expected: bool,  # noqa: FBT001
) -> None:
    """All else is for the thread, unless it says that it is an answer."""
    assert answers(question, line) is expected


def test_a_line_loses_what_is_no_character() -> None:
    """Control characters, halves of characters, a byte order mark; pasted line ends stay."""
    assert cleaned("\ufeff  /today\x1b[A\x00\r\n") == "/today[A"
    assert cleaned("one\r\ntwo\tthree\udcff") == "one\ntwo three\ufffd"


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("/to", ["/today", "/topics"]),
        ("/h", ["/hint", "/history", "/help"]),
        ("/adm", ["/admin"]),
        ("/admin p", ["/admin plan", "/admin pin", "/admin post", "/admin pause"]),
        ("/admin topics tr", ["transformers="]),
        ("/admin topics transformers=3 v", ["vision="]),
        ("/admin pin v", []),
        ("/search attention v", ["vision"]),
        ("/answer ", ["A", "B"]),
        ("/today ", []),
        ("", ["A", "B", "Thought it through"]),
        ("th", ["Thought it through"]),
        ("words", []),
    ],
)
def test_commands_topics_and_options_are_offered(typed: str, expected: list[str]) -> None:
    """Admin words come after ``/admin``; a plain line may go on as an option."""
    actions = [Action("k:think:", "Thought it through"), Action("k:hint:", "Hint", hint="/hint")]
    options = [Choice("A", Prose(())), Choice("B", Prose(()))]
    found = offers(typed, ["transformers", "vision"], actions, options)

    assert [offer.text for offer in found] == expected


# A room with a handler that only notes ------------------------------------------------------------

SURE = tuple(
    Action(f"g1.round:sure:{how.value}", how.value.capitalize(), hint=how.value)
    for how in Confidence
)
RECORDED = Reply(Message((paragraph("Recorded."),), actions=SURE))


async def at_once() -> None:
    """Have nothing to deliver."""


class Room:
    """A terminal over strings whose handler notes what it is asked; ``log`` is what happened."""

    def __init__(
        self,
        typed: str | None = "",
        *,
        question: Question | None = None,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        settled: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self.out = stdout or io.StringIO()
        self.question = question
        self.log: list[Command | str] = []
        self._deliver = settled
        self.terminal: Terminal = connect(
            channel=ROOM,
            member=ADA,
            stdin=stdin if stdin or typed is None else io.StringIO(typed),
            stdout=self.out,
            clock=CLOCK,
            settled=self.settled,
            open_question=self.asked,
            topics=lambda: ["transformers"],
        )

    async def settled(self) -> None:
        self.log.append("settled")
        await self._deliver()

    async def asked(self) -> Question | None:
        return self.question

    async def handle(self, actor: Actor, command: Command) -> Reply:
        assert actor == Actor(ADA, ROOM, platform_admin=True, name="ada")
        self.log.append(command)
        match command:
            case c.Give() | c.Think():
                return RECORDED
            case c.Today():
                return Reply(replace(IN_CHANNEL, body=(paragraph("The question."),)))
            case _:
                return Reply(Message((paragraph(f"{type(command).__name__} it is."),)))

    async def talk(self) -> list[Command]:
        """Let the member type it all; return the commands that were made of it."""
        async with asyncio.timeout(30), self.terminal.connected(self.handle):
            await self.terminal.ended.wait()
        return [entry for entry in self.log if not isinstance(entry, str)]

    @property
    def text(self) -> str:
        assert isinstance(self.out, io.StringIO)
        return self.out.getvalue()


def test_it_is_a_chat_platform() -> None:
    """It has every verb of the port, with the port's types."""
    platform: ChatPlatform = Room().terminal

    assert (platform.name, platform.settle, platform.refresh) == (
        "terminal",
        timedelta(0),
        timedelta(0),
    )
    assert platform.parts(IN_CHANNEL) == (IN_CHANNEL,)


async def test_a_letter_answers_and_the_next_line_says_how_sure() -> None:
    """The confidence carries the key of the round that was answered."""
    room = Room("b\ns\n", question=house.choice())

    assert await room.talk() == [c.Today(), c.Give("b"), c.Sure(Confidence.SURE, "g1.round")]


@pytest.mark.parametrize("line", ["t", "think so", "Think so", "/think so"])
async def test_how_sure_may_be_said_in_words(line: str) -> None:
    """Letters, words, and the word with a slash by mistake."""
    room = Room(f"b\n{line}\n", question=house.choice())

    assert (await room.talk())[-1] == c.Sure(Confidence.THINK_SO, "g1.round")


@pytest.mark.parametrize("line", ["/next", "/admin status", "/", "/show"])
async def test_a_command_skips_how_sure(line: str) -> None:
    """The skip reaches the core before the command."""
    room = Room(f"b\n{line}\n", question=house.choice())

    assert await room.talk() == [
        c.Today(),
        c.Give("b"),
        c.Sure(None, "g1.round"),
        c.parse(line),
    ]


async def test_the_end_of_input_skips_how_sure() -> None:
    """What is due by it is delivered before the end."""
    room = Room("b", question=house.choice())
    await room.talk()

    assert room.log[-3:] == ["settled", c.Sure(None, "g1.round"), "settled"]


async def test_another_answer_or_a_slip_of_the_pen_skips_nothing() -> None:
    """A changed answer asks anew; a word that is no command is no command."""
    room = Room("b\nc\n/answer d\n/nxt\nwell\ng\n", question=house.choice())

    assert await room.talk() == [
        c.Today(),
        c.Give("b"),
        c.Give("c"),
        c.Give("d"),
        c.Misread("/nxt", "unknown", nearest="next"),
        c.Sure(Confidence.GUESS, "g1.round"),
    ]


async def test_how_sure_is_not_skipped_when_the_question_has_closed() -> None:
    """After a minute the reveal comes by itself; then there is nothing to be sure of."""
    room = Room("b\n/next\n", question=house.choice())
    was = room.handle

    async def handle(actor: Actor, command: Command) -> Reply:
        if isinstance(command, c.Give):
            room.question = None
        return await was(actor, command)

    room.handle = handle  # type: ignore[method-assign]

    assert await room.talk() == [c.Today(), c.Give("b"), c.Next()]


async def test_sure_is_for_the_thread_when_nothing_was_answered() -> None:
    """Only the line after an answer is how sure."""
    room = Room("sure\n")

    assert await room.talk() == []
    assert room.text == snapshot("""\
In the thread, ada:
  sure

""")


async def test_other_lines_are_the_thread_and_nothing_else_happens() -> None:
    """They are shown back as the member's words; once it is said how to answer instead."""
    room = Room("it saturates\nlayer norm\n\n   \nquit\n/answer layer norm", question=house.short())

    assert await room.talk() == [
        c.Today(),
        c.Give("layer norm"),
        c.Sure(None, "g1.round"),
    ]
    assert room.text == snapshot("""\
The question.

In the thread, ada:
  it saturates

For you only:
  That went to the thread. To answer the question, type /answer and your text.

In the thread, ada:
  layer norm

In the thread, ada:
  quit

For you only:
  That went to the thread. Commands begin with a slash: /quit

> /answer layer norm

For you only:
  Recorded.

  Type: sure · think so · guess

For you only:
  Sure it is.

""")


async def test_letters_are_for_the_thread_when_no_question_is_open() -> None:
    """Nothing is recorded by accident after the reveal."""
    assert await Room("b\n12\n").talk() == []


async def test_a_button_without_a_command_is_pressed_by_its_label() -> None:
    """So that everything a button does can be done here; only the latest message offers."""
    offered = Message(
        (paragraph("Once more?"),),
        actions=(
            Action("g1.x:board:no", "No, keep me off"),
            Action("g1.x:hint:", "Hint", hint="/hint"),
        ),
    )
    room = Room("no\nhint\nNO\n")
    await room.terminal.direct(ADA, offered)

    assert await room.talk() == [c.Board(yes=False)]


async def test_all_of_a_reply_is_shown() -> None:
    """The private message, further ones, and what is said to everyone."""
    room = Room("/next")

    async def handle(actor: Actor, command: Command) -> Reply:
        one, two, three = (Message((paragraph(word),)) for word in ("one", "two", "three"))
        return Reply(one, public=replace(three, audience=Audience.CHANNEL), extra=(two,))

    room.handle = handle  # type: ignore[method-assign]
    await room.talk()

    assert room.text == snapshot("""\
> /next

For you only:
  one

For you only:
  two

three

""")


# Beginning and ending -----------------------------------------------------------------------------


async def test_what_is_due_comes_before_the_first_line_and_after_each() -> None:
    """And once more at the end."""
    room = Room("/next\n/topics\n")
    await room.talk()

    assert room.log == ["settled", c.Next(), "settled", c.Topics(), "settled", "settled"]


@pytest.mark.parametrize("stdin", [None, io.StringIO("")])
async def test_no_input_is_the_end_of_input(stdin: TextIO | None) -> None:
    """What is due is delivered all the same, with no stream and with an empty one."""
    room = Room(None, stdin=stdin)
    await room.talk()

    assert room.log == ["settled", "settled"]


async def test_a_closed_input_is_the_end_of_input() -> None:
    """As a service manager may leave it."""
    stdin = io.StringIO("never read")
    stdin.close()

    assert await Room(stdin=stdin).talk() == []


async def test_quit_ends_at_once() -> None:
    """Nothing more is read or delivered; an answer's confidence is skipped."""
    room = Room("b\n/quit\n/next\n", question=house.choice())

    assert await room.talk() == [c.Today(), c.Give("b"), c.Sure(None, "g1.round")]
    assert room.log[-1] != "settled"


async def test_an_open_question_is_drawn_again_at_the_start() -> None:
    """It stands on an earlier screen."""
    room = Room(question=house.choice())

    assert await room.talk() == [c.Today()]
    assert "The question." in room.text


async def test_a_question_that_was_just_posted_is_not_drawn_twice() -> None:
    """The first settling showed it."""

    async def post() -> None:
        await room.terminal.post(ROOM, replace(IN_CHANNEL, title="Question 1"), "g1.k")

    room = Room(question=house.choice(), settled=post)

    assert await room.talk() == []


async def test_leaving_does_not_wait_for_a_line() -> None:
    """A thread that reads a pipe nobody writes to holds nothing up."""
    read, write = os.pipe()
    begun = asyncio.Event()

    async def begin() -> None:
        begun.set()

    with os.fdopen(read, encoding="utf-8") as stdin:
        room = Room(stdin=stdin, settled=begin)
        async with asyncio.timeout(30), room.terminal.connected(room.handle):
            await begun.wait()
            await asyncio.sleep(0)
        assert room.terminal.ended.is_set()
        os.close(write)


async def test_bytes_that_are_no_text_are_read_all_the_same(tmp_path: Path) -> None:
    """A file is read as UTF-8 with line ends of either kind, the last one missing."""
    file = tmp_path / "lines"
    file.write_bytes(
        "\ufeff/search caf\u00e9\r\n/search \xff".encode().replace(b"\xc3\xbf", b"\xff")
    )
    with file.open(encoding="utf-8") as stdin:
        assert await Room(stdin=stdin).talk() == [c.Search("café"), c.Search("\ufffd")]


async def test_a_screen_that_is_gone_ends_the_room() -> None:
    """The reader of a pipe left: the outcome says so, and nothing is raised."""
    read, write = os.pipe()
    os.close(read)
    with io.FileIO(write, "w") as pipe:
        out = io.TextIOWrapper(pipe, "utf-8", write_through=True)
        room = Room("/next\n", stdout=out)
        outcome = await room.terminal.post(ROOM, IN_CHANNEL, "g1.k")

        assert isinstance(outcome, Later)
        assert room.terminal.ended.is_set()
        assert await room.talk() == []


async def test_an_encoding_that_lacks_a_character_shows_a_question_mark() -> None:
    """Better than no question at all."""
    raw = io.BytesIO()
    room = Room(stdout=io.TextIOWrapper(raw, "ascii"))
    await room.terminal.post(ROOM, replace(IN_CHANNEL, title="βᵗ · 1"), "g1.k")

    assert raw.getvalue().split() == [b"??", b"?", b"1"]


# The port -----------------------------------------------------------------------------------------


async def test_a_ref_is_made_of_key_and_instant() -> None:
    """A message shown again on another screen has another."""
    terminal = Room().terminal
    outcome = await terminal.post(ROOM, IN_CHANNEL, "g1.k")

    assert outcome == Sent(Ref("g1.k@2026-11-20T11:00:00+00:00"), CLOCK())


async def test_an_edit_shows_only_that_a_question_was_withdrawn() -> None:
    """What stands on the screen cannot be changed; doing it again shows nothing more."""
    room = Room()
    still = replace(IN_CHANNEL, title="Question 1", actions=(Action("k:see:", "See"),))
    gone = replace(IN_CHANNEL, title="Question 1 · withdrawn")
    await room.terminal.edit(Ref("r"), still)
    assert room.text == ""
    await room.terminal.edit(Ref("r"), gone)
    await room.terminal.edit(Ref("r"), gone)

    assert room.text.split() == ["Question", "1", "·", "withdrawn"]


async def test_a_search_finds_nothing_and_a_deletion_has_happened() -> None:
    """Drawing an unrecorded message again is no double."""
    terminal = Room().terminal
    delivery = Delivery(
        DeliveryId("d"), RoundId("r"), ROOM, DeliveryKind.QUESTION, 1, DeliveryState.UNKNOWN,
        "g1.k", CLOCK(),
    )  # fmt: skip

    assert await terminal.find(delivery, None) == Absent()
    assert isinstance(await terminal.delete(Ref("r")), Sent)
    assert [finding.said for finding in await terminal.check([ROOM])] == snapshot(
        ["80 columns, plain text, no prompt"]
    )


# With the whole core ------------------------------------------------------------------------------


class Running(ManualClock):
    """A clock on which no two looks fall on the same instant."""

    def __call__(self) -> datetime:
        self.move(milliseconds=1)
        return self.now


class Home:
    """A terminal over the real core and a store in memory."""

    def __init__(self, store: MemoryStore, clock: ManualClock, *questions: Question) -> None:
        rhythm = Rhythm(
            time(0), "Europe/Berlin", frozenset(range(7)), Reveal(RevealRule.ANSWERED), grace=None
        )
        self.channel = Channel(ROOM, rhythm, board=BoardRule.OFF, counts_today=True)
        self.store, self.clock, self.questions = store, clock, questions

    async def hears(self, typed: str) -> str:
        """Start over the same store, type it all, and return the transcript."""
        out = io.StringIO()
        terminal = connect(
            channel=ROOM,
            member=ADA,
            stdin=io.StringIO(typed),
            stdout=out,
            clock=self.clock,
            settled=lambda: core.settle(),  # noqa: PLW0108 - it is made below
            open_question=self.open_question,
            topics=tuple,
        )
        core = house.House(
            self.store,
            self.questions,
            channels=[self.channel],
            platform=terminal,
            clock=self.clock,
        )
        await core.rounds.recover()
        await core.configure()
        async with asyncio.timeout(30), terminal.connected(core.desk.handle):
            await terminal.ended.wait()
        return out.getvalue()

    async def open_question(self) -> Question | None:
        def look(records: Records) -> Question | None:
            rounds = records.rounds(ROOM, 1)
            return rounds[0].question if rounds and rounds[0].state is RoundState.OPEN else None

        return await self.store.transact(look)


async def test_a_first_evening_in_the_terminal() -> None:
    """The question, the recorded answer, the reveal after how sure, when the next one comes."""
    home = Home(MemoryStore(), Running(NOON), house.choice())

    text = await home.hears("/today\nB\nsure\n/next\n")
    told = (
        "Question 1 ·", "In the thread:", "> /today", "Question 1 ·", "> B", "For you only:",
        "Recorded: B", "Type: sure", "> sure", "Noted: sure", "In the thread:", "  The answer to",
        "Not A: It never gets going.", "\nThe answer to", "> /next", "Next question: tomorrow",
    )  # fmt: skip
    for part in told:
        assert part in text
        text = text.partition(part)[2]


async def test_a_restart_draws_the_open_question_and_ends_it() -> None:
    """Nothing is lost between two starts, and the reveal comes once."""
    home = Home(MemoryStore(), Running(NOON), house.explain())
    first = await home.hears("/quit\n")
    second = await home.hears("thought it through\n")
    third = await home.hears("")

    assert [text.count("Explain it") for text in (first, second, third)] == [1, 1, 0]
    assert [text.count("One good answer") for text in (first, second, third)] == [0, 1, 0]


async def test_a_withdrawn_question_is_said_to_be_withdrawn() -> None:
    """Although the terminal cannot change what it showed."""
    home = Home(MemoryStore(), Running(NOON), house.choice())

    assert "withdrawn: two are right" in await home.hears("/admin withdraw two are right\n")


# At a real terminal -------------------------------------------------------------------------------

PROMPTING = "\x1b[?2004h"
"""What prompt_toolkit writes when it begins to read a line."""


class Person:
    """Someone at a pseudo-terminal, who types the next keys whenever a prompt appears."""

    def __init__(self, *keys: bytes) -> None:
        self.keys = list(keys)
        self.seen = ""
        self.prompted = asyncio.Event()

    @contextmanager
    def sits(self) -> Iterator[tuple[TextIO, TextIO]]:
        """Give the two streams of the screen."""
        self.keyboard, screen = pty.openpty()
        os.set_blocking(self.keyboard, False)
        loop = asyncio.get_running_loop()
        with (
            os.fdopen(screen, encoding="utf-8") as stdin,
            os.fdopen(os.dup(screen), "w", encoding="utf-8") as stdout,
        ):
            loop.add_reader(self.keyboard, self.look)
            yield stdin, stdout
            loop.remove_reader(self.keyboard)
        os.close(self.keyboard)

    def look(self) -> None:
        try:
            new = os.read(self.keyboard, 65536).decode(errors="replace")
        except OSError:  # nothing more, or nobody at the other end any more
            return
        self.seen += new
        if PROMPTING in new:
            self.prompted.set()
            if self.keys:
                os.write(self.keyboard, self.keys.pop(0))


@pytest.fixture
def dumb_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers what prompt_toolkit asks of a terminal."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PROMPT_TOOLKIT_NO_CPR", "1")


@pytest.mark.usefixtures("dumb_answers")
@pytest.mark.parametrize(
    "keys, expected",
    [
        ([b"/next\r", b"\x04"], [c.Next()]),
        ([b"/ne\x03/topics\r", b"\x03"], [c.Topics()]),
        ([b"/today\r", b"/quit\r"], [c.Today()]),
        ([b"\x03"], []),
    ],
)
async def test_a_person_types_at_a_prompt(keys: list[bytes], expected: Sequence[Command]) -> None:
    """Ctrl-C clears a line and leaves an empty one, Ctrl-D leaves too.

    With nothing open, a person is told first when the next question comes.
    """
    person = Person(*keys)
    with person.sits() as (stdin, stdout):
        assert await Room(stdin=stdin, stdout=stdout).talk() == [c.Next(), *expected]


@pytest.mark.usefixtures("dumb_answers")
async def test_a_message_comes_above_the_prompt_and_leaving_waits_for_no_line() -> None:
    """The half-typed line stays on the screen meanwhile."""
    person = Person(b"half a li")
    with person.sits() as (stdin, stdout):
        room = Room(stdin=stdin, stdout=stdout)
        async with asyncio.timeout(30), room.terminal.connected(room.handle):
            await person.prompted.wait()
            await room.terminal.direct(ADA, Message((paragraph("Above the prompt."),)))
        person.look()
        assert "Above the prompt." in person.seen
