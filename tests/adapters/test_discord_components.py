"""What Discord is sent: each construct, escapes, the limits, long messages in parts, the bank."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.discord import limits
from adapters.discord.components import mark, payload, text
from adapters.discord.cutting import border
from adapters.discord.forms import modal
from adapters.discord.inline import clean, escaped, linkable, one_line
from adapters.discord.limits import displayed, problems
from adapters.discord.parts import parts
from bot import prose
from bot.messages import (
    Action,
    Audience,
    Block,
    Body,
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
    Inline,
    Link,
    Listing,
    Literal,
    Message,
    Mono,
    Paragraph,
    Person,
    Prose,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    Time,
    paragraph,
)
from bot.model import (
    Answer,
    Confidence,
    MemberId,
    Question,
    Result,
    Round,
    RoundId,
    RoundState,
    Said,
    Status,
    Verdict,
)
from bot.wording import posts, replies
from questions.files import read_bank
from tests.doubles import house
from tests.doubles.clock import ManualClock

NOON = ManualClock("2026-11-20 12:00")()
KEY = "g1.0123456789abcdef"
Payload = Mapping[str, Any]
T = TypeVar("T")


def words(said: str) -> Paragraph:
    """Return a paragraph of plain words."""
    return Paragraph((Text(said),))


def shown(*blocks: Block) -> str:
    """Return the Markdown that prose becomes."""
    return text(Message(body=(Prose(blocks),)))


def within(*parts: Inline) -> str:
    """Return the Markdown that a line becomes."""
    return shown(Paragraph(parts))


# Each construct -----------------------------------------------------------------------------------


def test_everything_within_a_line() -> None:
    """Styles add up, and marks that would be read as one are kept apart."""
    assert (
        within(
            Text("Plain\nwords, "),
            Strong((Text("strong "), Emph((Text("and leaning"),)))),
            Text(" "),
            Mono("x = 1"),
            Text(" "),
            Formula("1 − βᵗ * 2", r"1 - \beta^t * 2"),
            Break(),
            Time(NOON, "today 12:00"),
            Text(" or "),
            Time(NOON, "12:00"),
            Text(" or "),
            Time(NOON, "Fri 20 Nov 12:00"),
        )
        == "Plain words, **strong** ***and leaning*** `x = 1` 1 − βᵗ \\* 2\n"
        "<t:1795172400:t> or <t:1795172400:t> or <t:1795172400:f>"
    )


@pytest.mark.parametrize(
    "member, found",
    [
        ("discord://1573291819008000006", "1 · <@1573291819008000006>"),
        ("discord://&1", "1 · some\\*body"),
        ("slack://T1/U1", "1 · some\\*body"),
    ],
)
def test_people_are_shown_by_their_name_here(member: str, found: str) -> None:
    """Discord shows it, and the message says that nobody is to be called; else words stand."""
    assert within(Text("1 · "), Person(member, "some*body")) == found


@pytest.mark.parametrize(
    "link, found",
    [
        (
            Link((Text("a paper"),), "https://arxiv.org/abs/1412.6980"),
            "[a paper](<https://arxiv.org/abs/1412.6980>)",
        ),
        (Link((Strong((Text("p"),)),), "http://x.org"), "[**p**](<http://x.org>)"),
        (Link((), "https://x.org"), "<https://x.org>"),
        (Link((Text("https://x.org"),), "https://x.org"), "<https://x.org>"),
        (Link((Text("bank.com"),), "https://x.org"), "bank.com (<https://x.org>)"),
        (
            Link((Text("https://a.org"),), "https://x.org"),
            "https\\://a.org (<https://x.org>)",
        ),
        (Link((Text("a [b]"),), "https://x.org"), "a \\[b\\] (<https://x.org>)"),
        (
            Link((Text("odd"),), "https://x.org/a_(b)|*> c"),
            "[odd](<https://x.org/a_%28b%29%7C%2A%3E%20c>)",
        ),
        (Link((), "mailto:me@x.org"), "me\\@x.org"),
        (Link((Text("write"),), "mailto:me@x.org"), "write (me\\@x.org)"),
        (Link((Text("a file"),), "file:///etc"), "a file (file\\:///etc)"),
        (Link((Text("run"),), "javascript:x"), "run (javascript\\:x)"),
    ],
)
def test_links_lead_to_allowed_places_and_say_where(link: Link, found: str) -> None:
    """Words that could pass for another address never stand for one."""
    assert within(link) == found


@pytest.mark.parametrize(
    "code, found",
    [
        ("x", "`x`"),
        ("a\\", "`a\\`"),
        ("a || b **c** <@1>", "`a || b **c** <@1>`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a``b", "a\\`\\`b"),
        ("", ""),
    ],
)
def test_code_within_a_line(code: str, found: str) -> None:
    """Backticks within neither end it nor are lost."""
    assert within(Mono(code)) == found


def test_marks_that_meet() -> None:
    """Two codes, two weights: without something between they would be read as one."""
    assert within(Mono("a"), Mono("b")) == "`a`\u200b`b`"
    assert within(Mono("a"), Text(""), Strong(()), Mono("b")) == "`a`\u200b`b`"
    assert within(Strong((Text("a"),)), Emph((Text("b"),))) == "**a**\u200b*b*"
    assert within(Strong((Text("a"), Text("b"))), Strong((Text("c"),))) == "**abc**"
    assert within(Strong((Mono("x**2"),))) == "`x**2`"


def test_every_block() -> None:
    """Blocks follow one another without a gap where Discord leaves one."""
    assert shown(
        Heading(2, (Text("A heading"), Break(), Text("in C#"))),
        words("And words"),
        Heading(4, (Text("Small"),)),
        Fence("def f(x):\n\treturn x\n", "python"),
        Display("m̂ = m\nv̂ = v", r"\hat m"),
        Quote((words("said"), Quote((words("and done"),)), Listing(((words("twice"),),)))),
        Table(
            ((Text("layer"),), (Text("values"),)),
            (((Mono("conv"),), (Text("9,408"),)), ((Text("fc"),), ())),
            ("left", "right"),
        ),
        Paragraph(()),
        Fence(""),
    ) == snapshot("""\
### A heading in C\\#
And words

**Small**
```python
def f(x):
    return x
```
m̂ = m
v̂ = v

> said
> \n\
> and done
> \n\
> - twice
```
layer  values
-----  ------
conv    9,408
fc
```\
""")


def test_lists_within_lists() -> None:
    """They are set in; code and quotations end a list, and the count goes on."""
    inner = Listing(((words("within"),), (words("- again"),)))
    assert shown(
        words("First:"),
        Listing(
            (
                (words("nine"), words("more of nine"), inner),
                (words("ten"), Fence("x = 1")),
                (Quote((words("eleven"),)),),
                (),
            ),
            start=9,
        ),
        Listing(((words("none"),),), start=0),
    ) == snapshot("""\
First:
9. nine
  more of nine
  - within
  - \\- again
10. ten
```
x = 1
```
11. \u200b
> eleven
12. \u200b

- 0\\. none\
""")


def test_no_code_breaks_out_of_its_block() -> None:
    """Three backticks within are kept apart, and a language is a name or nothing."""
    assert shown(Fence("a\n```\n@everyone `````", "py\nx")) == (
        "```\na\n`\u200b`\u200b`\n@everyone `\u200b`\u200b`\u200b`\u200b`\n```"
    )
    assert shown(Fence("a``b")) == "```\na``b\n```"
    assert text(Message(body=(Code("1  2", "c++"),))) == "```c++\n1  2\n```"


def test_a_members_words_are_a_quotation_with_their_lines() -> None:
    """Nothing in them is read as a mark."""
    said = Literal("# Hi @everyone\n> <@1> ||x||\n\n1. `a`")

    assert text(Message(body=(said,))) == (
        "> \\# Hi \\@everyone\n> \\> \\<\\@1> \\|\\|x\\|\\|\n> \n> 1\\. \\`a\\`"
    )


def test_a_wide_table_has_bars_between_its_cells() -> None:
    """Aligned text would be broken anyway."""
    table = Table(((Text("a" * 80),), (Text("b" * 80),)), (((Text("c"),), (Text("d"),)),))

    assert shown(table) == f"```\n{'a' * 80} | {'b' * 80}\nc | d\n```"


# A whole message ----------------------------------------------------------------------------------


def test_a_whole_question() -> None:
    """Title, prompt, options, buttons in two rows, footnote; the role alone is called."""
    message = Message(
        title="Question 128: Why Adam corrects its averages",
        body=(paragraph("Why does it?"), Prose((Rule(), Figure("https://x.org/a.png", "A loss")))),
        choices=(
            Choice("A", paragraph("They start at zero")),
            Choice("B", Prose((Fence("x = 1"),))),
        ),
        actions=(
            *(Action(f"{KEY}:pick:{one}", one) for one in ("A", "B", "C", "D")),
            Action(f"{KEY}:hint:", "Hint"),
            Action(f"{KEY}:show:", "Show me now"),
        ),
        images=(Image("http://x.org/b.png", "A gain"),),
        footnote=(Text("No answers yet · reveal "), Time(NOON, "today 12:00")),
        mention="111222333",
    )

    def button(name: str, label: str) -> dict[str, Any]:
        return {"type": 2, "style": 2, "label": label, "custom_id": f"{KEY}:{name}"}

    def display(said: str) -> dict[str, Any]:
        return {"type": 10, "content": said}

    sent = payload(message, KEY)
    assert sent == {
        "flags": 32768,
        "components": [
            display("<@&111222333>"),
            {
                "type": 17,
                "components": [
                    display("### Question 128: Why Adam corrects its averages"),
                    display("Why does it?"),
                    {"type": 14, "divider": True},
                    {
                        "type": 12,
                        "items": [
                            {"media": {"url": "https://x.org/a.png"}, "description": "A loss"}
                        ],
                    },
                    display("**A**  They start at zero\n**B**\n```\nx = 1\n```"),
                    display("[A gain](<http://x.org/b.png>)"),
                    {
                        "type": 1,
                        "components": [button(f"pick:{one}", one) for one in ("A", "B", "C", "D")],
                    },
                    {
                        "type": 1,
                        "components": [button("hint:", "Hint"), button("show:", "Show me now")],
                    },
                    display("-# No answers yet · reveal <t:1795172400:t>, <t:1795172400:R>"),
                ],
            },
        ],
        "allowed_mentions": {"parse": [], "roles": ["111222333"]},
        "nonce": KEY,
        "enforce_nonce": True,
    }
    assert problems(sent) == []


def test_a_message_without_buttons_bears_the_mark_of_its_key() -> None:
    """It is what the message is found again by; the mark differs from key to key."""
    sent = payload(Message(body=(paragraph("x"),)), KEY)

    assert sent["components"][0]["id"] == mark(KEY)
    assert problems(sent) == []
    assert 0 < mark(KEY) <= limits.MARK
    assert mark(KEY) != mark("g1.other")
    assert "nonce" not in payload(Message(title="x"))


def test_a_mention_that_is_no_role_is_only_words() -> None:
    """Neither everyone nor here can be called."""
    sent = payload(Message(mention="@everyone"))

    assert sent["components"][0]["content"] == "\\@everyone"
    assert sent["allowed_mentions"] == {"parse": []}


def test_buttons_of_one_id_are_numbered_and_labels_cut() -> None:
    """Discord refuses a second of the same id."""
    sent = payload(Message(actions=(Action("k:a:", "x" * 90), Action("k:a:", ""))))
    row = sent["components"][0]["components"][0]["components"]

    assert [one["custom_id"] for one in row] == ["k:a:", "k:a:#2"]
    assert [len(one["label"]) for one in row] == [80, 4]


def test_buttons_of_one_verb_stay_together() -> None:
    """Letters in a row of their own; a row is broken only where it has to be."""
    names = [
        "pick:a",
        "pick:b",
        "hint:",
        "sure:s",
        "sure:t",
        "sure:g",
        "show:",
        "board:y",
        "board:n",
    ]
    labels = ["A", "B", "Hint", "Sure", "Think so", "Guess", "Show", "Yes", "No"]
    message = Message(
        actions=tuple(Action(f"k:{n}", label) for n, label in zip(names, labels, strict=True))
    )
    rows = payload(message)["components"][0]["components"]

    assert [[one["label"] for one in row["components"]] for row in rows] == [
        ["A", "B"], ["Hint", "Sure", "Think so", "Guess", "Show"], ["Yes", "No"],
    ]  # fmt: skip


def test_an_empty_message_can_be_sent() -> None:
    """Discord refuses one without anything."""
    assert problems(payload(Message())) == []


# Limits -------------------------------------------------------------------------------------------


def v2(*components: Any, **more: Any) -> dict[str, Any]:
    """Return a payload of components."""
    return {
        "flags": 32768, "components": list(components), "allowed_mentions": {"parse": []}, **more
    }  # fmt: skip


def display(said: str) -> Any:
    """Return a text display."""
    return {"type": 10, "content": said}


def row(*names: str, label: str = "x") -> Any:
    """Return a row of buttons."""
    return {
        "type": 1,
        "components": [{"type": 2, "style": 2, "label": label, "custom_id": n} for n in names],
    }


@pytest.mark.parametrize(
    "sent, found",
    [
        (v2(display("x" * 4000)), []),
        (v2(display("x" * 2000), display("𝑥" * 1001)), ["text: 4002 over 4000"]),
        (v2(display(" ")), ["components[0].content: 0 under 1"]),
        (v2(*[display("x")] * 41), ["components: 41 over 40"]),
        (v2(), ["components: 0 under 1"]),
        (v2(row(*"abcdef")), ["components[0].components: 6 over 5"]),
        (v2(row("a", "a")), ["custom_id: twice a"]),
        (v2(row("a" * 101)), ["components[0].components[0].custom_id: 101 over 100"]),
        (v2(row("a", label="x" * 81)), ["components[0].components[0].label: 81 over 80"]),
        (v2(display("x"), nonce="n" * 26), ["nonce: 26 over 25"]),
        (v2(display("x"), content="x"), ["content: not beside components"]),
        (v2(display("x") | {"id": 2**31}), [f"components[0].id: {2**31} over {2**31 - 1}"]),
        (v2({"type": 2, "style": 2, "label": "x", "custom_id": "a"}),
         ["components[0]: no place for 2"]),
        (v2({"type": 17, "components": [{"type": 17, "components": [display("x")]}]}),
         ["components[0]: no place for 17"]),
        (v2({"type": 12, "items": [{"media": {"url": "http://x"}, "description": "x" * 1025}]}),
         ["components[0].items[0].description: 1025 over 1024",
          "components[0].items[0].url: not https"]),
        ({"content": "x" * 2001, "allowed_mentions": {"parse": []}}, ["content: 2001 over 2000"]),
        ({"content": "x"}, ["allowed_mentions: not closed"]),
        ({"content": "x", "allowed_mentions": {"roles": ["1"]}}, ["allowed_mentions: not closed"]),
        ({"name": "x" * 101}, ["name: 101 over 100"]),
        ({"name": " "}, ["name: 0 under 1"]),
    ],
)  # fmt: skip
def test_each_limit_of_a_message_is_seen(sent: Payload, found: list[str]) -> None:
    """The checker names the place."""
    assert problems(sent) == found


def test_each_limit_of_a_modal_is_seen() -> None:
    """Title, number of fields, labels, options, typed text."""

    def field(name: str, label: str = "x", **more: Any) -> Any:
        inner = {"type": 4, "style": 1, "custom_id": name, **more}
        return {"type": 18, "label": label, "component": inner}

    option = {"label": "x", "value": "x"}
    menu = {"type": 3, "custom_id": "m", "options": [option] * 26}
    modal = {"title": "x", "custom_id": "f", "components": [field("a")]}

    assert problems(modal) == []
    assert problems(modal | {"title": "x" * 46}) == ["title: 46 over 45"]
    assert problems(modal | {"components": [field(n) for n in "abcdef"]}) == [
        "components: 6 over 5"
    ]
    assert problems(modal | {"components": [field("a", "x" * 46)]}) == [
        "components[0].label: 46 over 45"
    ]
    assert problems(modal | {"components": [field("a", value="x" * 4001)]}) == [
        "components[0].components[0].value: 4001 over 4000"
    ]
    assert problems(modal | {"components": [{"type": 18, "label": "x", "component": menu}]}) == [
        "components[0].components[0].options: 26 over 25"
    ]


# What can be seen ---------------------------------------------------------------------------------

_TOKENS = re.compile(
    r"```[A-Za-z0-9_+.#-]*\n(?P<fence>.*?)\n *(?:> )?```"
    r"|\\(?P<escape>[^0-9A-Za-z\s])"
    r"|``(?P<two>.+?)``(?!`)"
    r"|`(?P<one>[^`\n]+)`(?!`)"
    r"|<t:-?[0-9]+:[tfR]>(?:, <t:-?[0-9]+:R>)?"
    r"|<@&(?P<role>[0-9]+)>"
    r"|<https?:[^<>\s]*>"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])*)\]\(<https?:[^<>\s()]*>\)"
    r"|(?P<start>(?m:^)(?:> )* *(?:#{1,3} |-# |(?:- |[0-9]+\. )))"
    r"|(?P<quote>(?m:^)> )"
    r"|\*{1,3}|\u200b",
    re.DOTALL | re.IGNORECASE,
)
_ACTIVE = re.compile(r"[\\`*_~|\[\]<@]|://|(?m:^)\s*(?:[>#+-]|[0-9]+\.(?:\s|\Z))")


def read(markdown: str) -> str:
    """Return the characters that Discord shows of Markdown; fail for a mark that we do not write.

    A small model: what follows a backslash is itself, code is itself, our own marks are nothing.
    """
    out, left, at = "", "", 0
    for found in _TOKENS.finditer(markdown):
        between = markdown[at : found.start()]
        out, left, at = out + between, left + between, found.end()
        groups = found.groupdict()
        if groups["label"] is not None:
            out += read(groups["label"])
        out += "".join(groups[name] or "" for name in ("fence", "escape", "two", "one", "role"))
        left += "" if groups["start"] or groups["quote"] else "x"
    out, left = out + markdown[at:], left + markdown[at:]
    assert not _ACTIVE.search(left), markdown
    return out.replace("\u200b", "")


def texts(value: object) -> Iterator[str]:
    """Yield every text that components show, in order."""
    match value:
        case {"type": 10, "content": content}:
            yield read(content)
        case {"type": 12, "items": items}:
            yield from (item.get("description", "") for item in items)
        case {"type": 2, "label": label}:
            yield label
        case dict():
            for inner in value.values():
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)
        case _:
            return


def signs(found: Iterator[str]) -> str:
    """Return what can be seen of texts: all but white space."""
    return "".join("".join(clean(one).replace("\u200b", "").split()) for one in found)


def seen(*messages: Message) -> str:
    """Return what can be seen of messages on Discord."""
    return signs(one for message in messages for one in texts(payload(message)["components"]))


def meant(message: Message) -> Iterator[str]:
    """Yield what a message says; addresses apart."""
    yield message.title
    yield message.mention
    for body in message.body:
        if isinstance(body, Prose):
            yield from said(body.blocks)
        else:
            yield body.text
    for choice in message.choices:
        yield choice.letter
        yield from said(choice.body.blocks)
    yield from (told_link(Text(image.alt), image.address) for image in message.images)
    yield from (action.label for action in message.actions)
    yield from told(message.footnote)


def said(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield what blocks say."""
    for block in blocks:
        match block:
            case Paragraph(children) | Heading(_, children):
                yield from told(children)
            case Listing(items, _):
                for item in items:
                    yield from said(item)
            case Quote(children):
                yield from said(children)
            case Fence(text, _) | Display(text, _):
                yield text
            case Table(header, rows, _):
                for row in (header, *rows):
                    for cell in row:
                        yield from told(cell)
            case Figure(address, alt):
                yield told_link(Text(alt), address)
            case Rule():
                yield ""


def told_link(words: Text, address: str) -> str:
    """Return what a link says; a place that may not be led to is said."""
    return words.text + ("" if linkable(address) else address.removeprefix("mailto:"))


def told(parts: Sequence[Inline]) -> Iterator[str]:
    """Yield what inlines say."""
    for part in parts:
        match part:
            case Text(text) | Mono(text) | Formula(text, _):
                yield text
            case Strong(children) | Emph(children):
                yield from told(children)
            case Link(children, address):
                yield from told(children)
                yield told_link(Text(""), address)
            case Break() | Time() | Person():
                yield ""


# Escapes ------------------------------------------------------------------------------------------

NASTY = [
    "@everyone", "@here", "<@1>", "<@&1>", "<#1>", "<t:1:R>", "<:a:1>", ":smile:", "||x||",
    "**b**", "*i*", "__u__", "~~s~~", "`x`", "```", "`````", "\\", "\\*", "[a](https://x.org)",
    "https://x.org", "# h", "-# s", "> q", ">>> q", "- l", "+ l", "1. n", "-", "1.", "#", "x^2",
    "\x00", "\ud800", "𝑥²", "", " ",
]  # fmt: skip
pieces = st.sampled_from(NASTY) | st.text("\\`*_~|<>@#-+1. :[]()\nab", max_size=8)
markish = st.lists(pieces, max_size=5).map("".join)


@settings(max_examples=200, deadline=None)
@given(markish)
def test_escaped_text_shows_its_own_characters(raw: str) -> None:
    """In a paragraph, a title, a footnote, a list, a quotation and a member's own words."""
    plain = signs(iter([raw]))
    assert read(escaped(clean(raw))) == clean(raw)
    assert read(within(Text(raw))).strip() == one_line(raw).strip()
    assert signs(iter([read(within(Strong((Text(raw),)), Emph((Text(raw),))))])) == plain * 2
    for message in (
        Message(title=raw),
        Message(footnote=(Text(raw),)),
        Message(body=(Literal(raw),)),
        Message(body=(Prose((Listing(((words(raw),),)),)),)),
        Message(body=(Prose((Quote((words(raw),)),)),)),
    ):
        assert signs(iter([read(text(message))])) == plain
        for active in ("@everyone", "<@", "||"):
            assert active not in re.sub(r"\\.", "", text(message), flags=re.DOTALL)


def test_the_model_finds_what_is_not_escaped() -> None:
    """Else the property above would hold of anything."""
    for bad in ("a @everyone", "||x||", "<@1>", "__u__", "https://x.org", "+ l", "~~s~~"):
        with pytest.raises(AssertionError):
            read(bad)


# Any message --------------------------------------------------------------------------------------

ADDRESSES = (
    "https://x.org/a.png", "http://x.org", "mailto:a@b.org", "javascript:x", "https://" + "y" * 2100
)  # fmt: skip
MARKS = "\\`*_~|<>@#-+1. :[]()\n"
LONGEST = 30_000
"""Characters of a message that is drawn; it takes eight parts and more."""
OTHERS = "abzÄßéΩж中あ√−ᵗ𝑥😀\u0301\u200d"


class Wild:
    """Draws messages much wilder than any that is sent, by chance alone.

    A seed makes the same message each time, and says less than the message where one fails.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, *of: Callable[[], T]) -> T:
        """Return one of several."""
        return self.chance.choice(of)()

    def some(self, most: int, make: Callable[[], T]) -> tuple[T, ...]:
        """Return none, or up to so many."""
        return tuple(make() for _ in range(self.chance.randint(0, most)))

    def said(self) -> str:
        """Return a text: hostile, of marks, of letters, or of all."""
        return self.one(
            lambda: self.chance.choice(NASTY),
            lambda: "".join(self.some(8, lambda: self.chance.choice(MARKS))),
            lambda: "".join(self.some(12, lambda: self.chance.choice(OTHERS))),
            lambda: "".join(self.some(4, lambda: self.chance.choice(NASTY))),
        )

    def inline(self, depth: int = 3) -> Inline:
        """Return something within a line."""
        at = NOON + timedelta(days=self.chance.randint(-9_999, 9_999))
        made: tuple[Callable[[], Inline], ...] = (
            lambda: Text(self.said()),
            lambda: Mono(self.said()),
            lambda: Formula(self.said(), ""),
            lambda: Time(at, self.chance.choice(("today 15:30", "15:30", "", "<@1>"))),
            Break,
        )
        if depth and self.chance.random() < 0.3:
            inner = self.some(3, lambda: self.inline(depth - 1))
            made = (lambda: Strong(inner), lambda: Emph(inner))
            if depth == 3:
                made += (lambda: Link(inner, self.chance.choice(ADDRESSES)),)
        return self.one(*made)

    def line(self) -> tuple[Inline, ...]:
        """Return what stands in one line."""
        return self.some(5, self.inline)

    def table(self) -> Table:
        """Return a regular table."""
        wide = self.chance.randint(1, 3)

        def row() -> tuple[tuple[Inline, ...], ...]:
            return tuple(self.some(2, lambda: Text(self.said())) for _ in range(wide))

        return Table(row(), self.some(3, row), ("right",) * wide)

    def block(self, depth: int = 3) -> Block:
        """Return a block, in which there may be others."""
        made: tuple[Callable[[], Block], ...] = (
            lambda: Paragraph(self.line()),
            lambda: Heading(self.chance.choice((3, 4)), self.line()),
            lambda: Fence(self.said()),
            lambda: Display(self.said(), ""),
            lambda: Figure(self.chance.choice(ADDRESSES), self.said()),
            self.table,
            Rule,
        )
        if depth and self.chance.random() < 0.3:
            inner = self.some(4, lambda: self.some(3, lambda: self.block(depth - 1))) or ((),)
            start = self.chance.choice((None, 0, 1, 7))
            made = (lambda: Listing(inner, start), lambda: Quote(inner[0]))
        return self.one(*made)

    def prose(self) -> Prose:
        """Return blocks."""
        return Prose(self.some(4, self.block))

    def message(self) -> Message:
        """Return a message with a little of everything."""
        body: tuple[Callable[[], Body], ...] = (
            self.prose, lambda: Literal(self.said()), lambda: Code(self.said())
        )  # fmt: skip
        label = partial(self.chance.choice, ("A", "Hint"))
        name = partial(self.chance.choice, ("k:a:", "k:b:"))
        return Message(
            body=self.some(3, lambda: self.one(*body)),
            title=self.said(),
            choices=self.some(3, lambda: Choice(self.chance.choice("ABC"), self.prose())),
            actions=self.some(7, lambda: Action(name(), label())),
            images=self.some(2, lambda: Image(self.chance.choice(ADDRESSES), self.said())),
            footnote=self.line(),
            mention=self.chance.choice(("", "123", "<@&1>")),
            spoken=self.said(),
        )


def stretched(value: Any, times: int) -> Any:
    """Return the same with every text that may be long so many times as long."""
    match value:
        case Text(said) | Fence(said) | Literal(said) | Code(said):
            return replace(value, text=said * times)
        case tuple():
            return tuple(stretched(one, times) for one in value)
        case Action() | str() | int() | None | datetime():
            return value
        case _:
            inner = {f.name: stretched(getattr(value, f.name), times) for f in fields(value)}
            return replace(value, **inner)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 1, 1, 40, 1_500]))
def test_any_message_is_within_the_limits_and_whole(seed: int, times: int) -> None:
    """In as many parts as it takes; nothing that was to be read is lost, nobody is called."""
    drawn = Wild(seed).message()
    # Cutting takes its time; of long texts there need not be many.
    most = LONGEST // (1 + sum(map(len, meant(drawn))))
    message = stretched(drawn, max(1, min(times, most)))
    found = parts(message)

    assert [problems(payload(part, KEY)) for part in found] == [[]] * len(found)
    assert not Counter(signs(meant(message))) - Counter(seen(*found))
    assert found[0].actions == message.actions
    assert found[0].mention == message.mention
    for part in found:
        assert payload(part)["allowed_mentions"]["parse"] == []
    assert not any(part.mention or part.actions for part in found[1:])


# Long messages in parts ---------------------------------------------------------------------------


def split(*body: Prose | Literal | Code) -> tuple[Message, ...]:
    """Return the parts of a question with this body; all are within the limits and say it all."""
    message = Message(
        title="A title",
        body=body,
        choices=(Choice("A", paragraph("yes")), Choice("B", paragraph("no"))),
        actions=(Action("k:pick:a", "A"), Action("k:pick:b", "B")),
        footnote=(Text("No answers yet"),),
        audience=Audience.CHANNEL,
    )
    found = parts(message)
    assert [problems(payload(part)) for part in found] == [[]] * len(found)
    assert not Counter(signs(meant(message))) - Counter(seen(*found))
    assert found[0] == replace(message, body=found[0].body)
    assert {part.audience for part in found[1:]} == {Audience.THREAD}
    return found


def test_a_long_paragraph_is_cut_behind_sentences() -> None:
    """And no part but the last is half empty."""
    found = split(paragraph("This is a sentence with * and _. " * 600))

    assert 6 <= len(found) <= 8
    for part in found[:-1]:
        assert displayed(payload(part)) > 3_000
        assert payload(part)["components"][0]["components"][-1]
    for part in found[1:-1]:
        assert text(part).endswith("\\_.")


def test_a_paragraph_without_a_space() -> None:
    """It is cut somewhere."""
    assert len(split(paragraph("\\" * 6_000))) == 4


def test_long_code_is_cut_between_lines() -> None:
    """Each piece is a block of its own."""
    found = split(Prose((Fence("x = `1` # one\n" * 900, "python"),)))

    assert len(found) == 4
    for part in found:
        content = [c for c in payload(part)["components"][0]["components"] if c["type"] == 10]
        code = next(c["content"] for c in content if c["content"].startswith("```"))
        assert code.startswith("```python\nx = ")
        assert code.endswith("# one\n```")


def test_a_long_table_has_its_header_above_each_piece() -> None:
    """Rows stay whole."""
    rows = tuple(((Text(f"row {n}"),), (Text("1" * 20),)) for n in range(300))
    found = split(Prose((Table(((Text("name"),), (Text("value"),)), rows),)))

    assert len(found) == 3
    assert "\nname" in text(found[0])
    assert all(text(part).startswith("```\nname") for part in found[1:])


def test_a_long_list_goes_on_counting() -> None:
    """Items stay whole; one that is too long is cut."""
    items = tuple((words(f"item {n} " + "x" * 90),) for n in range(1, 101))
    found = split(Prose((Listing(items, start=1), Listing(((words("y " * 4_000),),), start=5))))

    assert "\n1. item 1 x" in text(found[0])
    assert re.match(r"([0-9]+)\. item \1 x", text(found[1]))


def test_long_words_of_a_member_and_many_pictures() -> None:
    """Forty components are one limit, the text another."""
    pictures = tuple(Figure(f"https://x.org/{n}.png", f"picture {n}") for n in range(60))

    assert len(split(Prose(pictures))) == 2
    assert len(split(Literal("word\n" * 2_000))) > 2


def test_options_title_and_footnote_too_long_to_stay() -> None:
    """They follow in order."""
    message = Message(
        title="t " * 700,
        body=(paragraph("b " * 200),),
        choices=tuple(Choice(one, paragraph(f"{one} " * 1_500)) for one in "ABCD"),
        actions=(Action("k:pick:a", "A"),),
        footnote=(Text("f " * 500),),
    )
    found = parts(message)

    assert [problems(payload(part)) for part in found] == [[]] * len(found)
    assert not Counter(signs(meant(message))) - Counter(seen(*found))
    assert found[0].actions
    assert not found[0].title


@pytest.mark.parametrize(
    "said, most, head",
    [
        ("One. Two. Three", 12, "One. Two. "),
        ("One two three", 9, "One two "),
        ("One\ntwo. three", 10, "One\ntwo. "),
        ("Onetwothree", 5, "Onetw"),
        ("One", 5, "One"),
    ],
)
def test_where_a_text_is_cut(said: str, most: int, head: str) -> None:
    """After a line, a sentence or a word."""
    assert said[: border(said, most)] == head


# The whole bank -----------------------------------------------------------------------------------

ADA = MemberId("discord://1/2")


@cache
def bank() -> list[tuple[Question, dict[str, Message]]]:
    """Return every question that may be asked, and all it comes to be seen in."""
    ready = [one for one in read_bank().questions if one.status is Status.READY]
    return [(question, everything(question)) for question in ready]


def everything(question: Question) -> dict[str, Message]:
    """Return all that a question comes to be seen in."""
    round_ = Round(
        RoundId("discord://1/3|2026-11-23|1"), house.ROOM, NOON.date(), 1, RoundState.OPEN,
        KEY, NOON, NOON + timedelta(hours=4), question, 128,
    )  # fmt: skip
    said = Said(("a",)) if question.options else Said(text="an @everyone answer")
    answer = Answer(RoundId("r"), ADA, NOON, said, Confidence.SURE)
    result = Result(RoundId("r"), ADA, Verdict.WRONG, answer, answer, ticks=(1,))
    found = {
        "post": posts.question(round_, house.channel(), KEY, 0, NOON + timedelta(hours=6), NOON),
        "closed": posts.closed(round_, KEY, 12),
        "reveal": posts.answer(round_, house.channel(), KEY, [result] * 6),
    }
    for place in range(len(question.hints)):
        found[f"hint {place}"] = replies.hint(question, place, answered=False, stands=False)
    return found


def sentences(question: Question) -> Iterator[str]:
    """Yield the sentences that a post must not have: those of answer, whys, rubric and hints.

    Code is left out: the prompt may well show the same lines.
    """
    secret = [question.answer, *question.rubric, *question.hints]
    secret += [option.why for option in question.options]
    for one in secret:
        parsed = prose.parse(one)
        written = [block for block in parsed.blocks if not isinstance(block, Fence)]
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", prose.plain(Prose(tuple(written)))):
            if len(bare := "".join(sentence.split())) >= 12 and bare.strip("-"):
                yield bare


def test_every_question_of_the_bank_is_within_the_limits() -> None:
    """As post, closed post, reveal and hint, and every form that hangs on them.

    A post is one message, its thread has a name.
    All that is meant can be read.
    """
    for question, shown in bank():
        for what, message in shown.items():
            sent = [payload(part, KEY) for part in parts(message)]
            assert [problems(one) for one in sent] == [[]] * len(sent), (question.id, what)
            shown_ = signs(one for part in sent for one in texts(part["components"]))
            assert not Counter(signs(meant(message))) - Counter(shown_), (question.id, what)
            forms = [action.form for action in message.actions if action.form is not None]
            assert [problems(modal(form)) for form in forms] == [[]] * len(forms), question.id
        assert problems({"name": shown["post"].thread}) == []


def test_no_post_of_the_bank_gives_its_answer_away() -> None:
    """Neither in a text nor in a button, before and after the reveal."""
    leaks = []
    for question, shown in bank():
        for what in ("post", "closed"):
            sent = payload(shown[what], KEY)
            told_ = signs(iter([*texts(sent["components"]), *ids(sent)]))
            leaks += [(question.id, what, one) for one in sentences(question) if one in told_]
    assert leaks == []


def ids(value: object) -> Iterator[str]:
    """Yield what else goes along: the buttons' ids and the key."""
    if isinstance(value, dict):
        yield from (str(value[name]) for name in ("custom_id", "nonce") if name in value)
        for inner in value.values():
            yield from ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ids(inner)


def test_the_leak_check_can_fail() -> None:
    """A reveal has the sentences that a post must not have."""
    question = house.choice()
    reveal = seen(everything(question)["reveal"])

    assert [one for one in sentences(question) if one in reveal]
