"""What Slack is sent: each construct, the limits, long messages in parts, forms, the whole bank."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.slack import limits
from adapters.slack.blocks import payload
from adapters.slack.cutting import border
from adapters.slack.forms import values, view
from adapters.slack.limits import problems, weight
from adapters.slack.parts import parts
from adapters.slack.richtext import clean, columns, linkable
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
    Form,
    Formula,
    Heading,
    Image,
    Inline,
    Link,
    Listing,
    Literal,
    ManyField,
    Message,
    Mono,
    NumberField,
    OneField,
    Paragraph,
    Person,
    Prose,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    TextField,
    Time,
    flat,
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
from config.cli_questions import Surface, _print_as
from questions.files import read_bank
from tests.doubles import house
from tests.doubles.clock import ManualClock

NOON = ManualClock("2026-11-20 12:00")()
Payload = Mapping[str, Any]


def words(text: str) -> Paragraph:
    """Return a paragraph of plain words."""
    return Paragraph((Text(text),))


def shown(*blocks: Block) -> Any:
    """Return the blocks that prose becomes."""
    return payload(Message(body=(Prose(blocks),)))["blocks"]


# Each construct -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "member, found",
    [
        ("slack://T1/U1", {"type": "user", "user_id": "U1", "style": {"bold": True}}),
        ("discord://1", {"type": "text", "text": "some*body", "style": {"bold": True}}),
    ],
)
def test_people_are_shown_by_their_name_here(member: str, found: object) -> None:
    """Slack shows it; of a member of another platform the words."""
    (block,) = shown(Paragraph((Strong((Person(member, "some*body"),)),)))
    assert block["elements"][0]["elements"] == [found]


def test_everything_within_a_line() -> None:
    """Styles add up, links lead to allowed places only, an instant is a date."""
    line = Paragraph(
        (
            Text("Plain\nwords, "),
            Strong((Text("strong"), Emph((Text(" and leaning"),)))),
            Mono("x = 1"),
            Formula("1 − βᵗ", r"1 - \beta^t"),
            Text(" "),
            Link((Text("a "), Strong((Text("paper"),))), "https://arxiv.org/abs/1412.6980"),
            Link((), "mailto:me@example.org"),
            Link((Text("a file"),), "file:///etc/passwd"),
            Break(),
            Time(NOON, "today 12:00"),
            Text(" or "),
            Time(NOON, "12:00"),
        )
    )

    assert shown(line) == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "Plain words, "},
                            {"type": "text", "text": "strong", "style": {"bold": True}},
                            {
                                "type": "text",
                                "text": " and leaning",
                                "style": {"bold": True, "italic": True},
                            },
                            {"type": "text", "text": "x = 1", "style": {"code": True}},
                            {"type": "text", "text": "1 − βᵗ "},
                            {
                                "type": "link",
                                "url": "https://arxiv.org/abs/1412.6980",
                                "text": "a ",
                            },
                            {
                                "type": "link",
                                "url": "https://arxiv.org/abs/1412.6980",
                                "text": "paper",
                                "style": {"bold": True},
                            },
                            {
                                "type": "link",
                                "url": "mailto:me@example.org",
                                "text": "mailto:me@example.org",
                            },
                            {"type": "text", "text": "a file (file:///etc/passwd)\n"},
                            {
                                "type": "date",
                                "timestamp": 1795172400,
                                "format": "{date_short_pretty} {time}",
                                "fallback": "today 12:00",
                            },
                            {"type": "text", "text": " or "},
                            {
                                "type": "date",
                                "timestamp": 1795172400,
                                "format": "{time}",
                                "fallback": "12:00",
                            },
                        ],
                    }
                ],
            }
        ]
    )


def test_every_block() -> None:
    """Lines, code and quotations are rich text; rules and pictures have blocks of their own."""
    assert shown(
        Heading(3, (Text("A heading"),)),
        Fence("def f(x):\n\treturn x\n", "python"),
        Display("m̂ = m\nv̂ = v", r"\hat m"),
        Rule(),
        Figure("https://example.org/loss.png", "A loss that falls"),
        Figure("http://example.org/loss.png", "A loss that falls"),
        Quote((words("said"), words("and done"), Listing(((words("twice"),),)))),
        Paragraph(()),
        Fence(""),
    ) == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "A heading", "style": {"bold": True}}
                        ],
                    }
                ],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_preformatted",
                        "elements": [
                            {
                                "type": "text",
                                "text": """\
def f(x):
    return x
""",
                            }
                        ],
                    }
                ],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {
                                "type": "text",
                                "text": """\
m̂ = m
v̂ = v\
""",
                            }
                        ],
                    }
                ],
            },
            {"type": "divider"},
            {
                "type": "image",
                "image_url": "https://example.org/loss.png",
                "alt_text": "A loss that falls",
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {
                                "type": "link",
                                "url": "http://example.org/loss.png",
                                "text": "A loss that falls",
                            }
                        ],
                    }
                ],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_quote",
                        "elements": [
                            {
                                "type": "text",
                                "text": """\
said

and done\
""",
                            }
                        ],
                    },
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "twice"}],
                            }
                        ],
                        "style": "bullet",
                        "border": 1,
                    },
                ],
            },
        ]
    )


def test_lists_within_lists_go_on_counting() -> None:
    """Slack's lists are flat: what stands within an item follows it, and the count goes on."""
    inner = Listing(((words("within"),),))
    assert shown(
        Listing(
            (
                (words("nine"), words("more of nine"), inner),
                (words("ten"), Fence("x = 1")),
                (words("eleven"),),
            ),
            start=9,
        ),
        Listing(((words("none"),), ()), start=0),
    ) == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {
                                        "type": "text",
                                        "text": """\
nine
more of nine\
""",
                                    }
                                ],
                            }
                        ],
                        "style": "ordered",
                        "offset": 8,
                    },
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "within"}],
                            }
                        ],
                        "style": "bullet",
                        "indent": 1,
                    },
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "ten"}],
                            }
                        ],
                        "style": "ordered",
                        "offset": 9,
                    },
                    {
                        "type": "rich_text_preformatted",
                        "elements": [{"type": "text", "text": "x = 1"}],
                    },
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "eleven"}],
                            }
                        ],
                        "style": "ordered",
                        "offset": 10,
                    },
                ],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "0. none"}],
                            },
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "text", "text": "1. "}],
                            },
                        ],
                        "style": "bullet",
                    }
                ],
            },
        ]
    )


def test_the_first_table_is_one_and_the_next_is_aligned_text() -> None:
    """Slack takes one table per message; an empty cell must not be empty."""
    table = Table(
        ((Text("layer"),), (Text("values"),)),
        (((Mono("conv"),), (Text("9,408"),)), ((Text("fc"),), ())),
        ("left", "right"),
    )

    assert shown(table, table) == snapshot(
        [
            {
                "type": "table",
                "rows": [
                    [
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [
                                        {"type": "text", "text": "layer", "style": {"bold": True}}
                                    ],
                                }
                            ],
                        },
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [
                                        {"type": "text", "text": "values", "style": {"bold": True}}
                                    ],
                                }
                            ],
                        },
                    ],
                    [
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [
                                        {"type": "text", "text": "conv", "style": {"code": True}}
                                    ],
                                }
                            ],
                        },
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [{"type": "text", "text": "9,408"}],
                                }
                            ],
                        },
                    ],
                    [
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [{"type": "text", "text": "fc"}],
                                }
                            ],
                        },
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [{"type": "text", "text": " "}],
                                }
                            ],
                        },
                    ],
                ],
                "column_settings": [
                    {"align": "left", "is_wrapped": True},
                    {"align": "right", "is_wrapped": True},
                ],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_preformatted",
                        "elements": [
                            {
                                "type": "text",
                                "text": """\
layer  values
-----  ------
conv    9,408
fc\
""",
                            }
                        ],
                    }
                ],
            },
        ]
    )


@pytest.mark.parametrize("rows, wide", [(150, 2), (3, 30)])
def test_a_table_too_large_for_slack_is_text(rows: int, wide: int) -> None:
    """With aligned columns while that is readable."""
    table = Table(
        tuple((Text(f"head {place}"),) for place in range(wide)),
        tuple(tuple((Text(str(row)),) for _ in range(wide)) for row in range(rows)),
    )
    (block,) = shown(table)

    assert block["elements"][0]["type"] == "rich_text_preformatted"
    text = block["elements"][0]["elements"][0]["text"]
    assert text.splitlines()[0] == (" | " if wide > 20 else "  ").join(
        f"head {place}" for place in range(wide)
    )


def test_a_whole_question() -> None:
    """Header, mention, prompt, options with bold letters, pictures, buttons, the quiet line."""
    message = Message(
        title="Question 128 · Optimisation · intermediate",
        body=(paragraph("Why?"), Code("loss  0.1\nstep  100"), Literal("<!here> *mine*\nown")),
        choices=(
            Choice("A", Prose((words("They start at zero"),))),
            Choice("B", Prose((words("This:"), Fence("y = 2")))),
            Choice("C", Prose((Fence("y = 3"),))),
        ),
        actions=(
            Action("k:pick:a", "A"),
            Action("k:answer:", "Answer…"),
            Action("k:answer:", "Again"),
        ),
        images=(Image("https://example.org/a.png", "Two curves"),),
        footnote=(Text("At "), Time(NOON, "today 12:00"), Text(".")),
        mention="S0123ABC",
        thread="128 · Why",
        spoken="Question 128 <Adam> & co.",
        audience=Audience.CHANNEL,
    )

    assert payload(message, "g1.abc") == snapshot(
        {
            "text": "Question 128 &lt;Adam&gt; &amp; co.",
            "blocks": [
                {
                    "type": "header",
                    "text": {
                        "type": "plain_text",
                        "text": "Question 128 · Optimisation · intermediate",
                        "emoji": False,
                    },
                },
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "usergroup", "usergroup_id": "S0123ABC"}],
                        }
                    ],
                },
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "Why?"}],
                        }
                    ],
                },
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_preformatted",
                            "elements": [
                                {
                                    "type": "text",
                                    "text": """\
loss  0.1
step  100\
""",
                                }
                            ],
                        }
                    ],
                },
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_quote",
                            "elements": [
                                {
                                    "type": "text",
                                    "text": """\
<!here> *mine*
own\
""",
                                }
                            ],
                        }
                    ],
                },
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "A", "style": {"bold": True}},
                                {"type": "text", "text": "  They start at zero\n"},
                                {"type": "text", "text": "B", "style": {"bold": True}},
                                {"type": "text", "text": "  This:"},
                            ],
                        },
                        {
                            "type": "rich_text_preformatted",
                            "elements": [{"type": "text", "text": "y = 2"}],
                        },
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "C", "style": {"bold": True}},
                                {"type": "text", "text": "  "},
                            ],
                        },
                        {
                            "type": "rich_text_preformatted",
                            "elements": [{"type": "text", "text": "y = 3"}],
                        },
                    ],
                },
                {
                    "type": "image",
                    "image_url": "https://example.org/a.png",
                    "alt_text": "Two curves",
                },
                {
                    "type": "actions",
                    "elements": [
                        {
                            "type": "button",
                            "action_id": "k:pick:a",
                            "text": {"type": "plain_text", "text": "A", "emoji": False},
                            "value": "k:pick:a",
                        },
                        {
                            "type": "button",
                            "action_id": "k:answer:",
                            "text": {"type": "plain_text", "text": "Answer…", "emoji": False},
                            "value": "k:answer:",
                        },
                        {
                            "type": "button",
                            "action_id": "k:answer:#2",
                            "text": {"type": "plain_text", "text": "Again", "emoji": False},
                            "value": "k:answer:",
                        },
                    ],
                },
                {
                    "type": "context",
                    "elements": [
                        {
                            "type": "mrkdwn",
                            "text": "At <!date^1795172400^{date_short_pretty} {time}|today 12:00>.",
                            "verbatim": True,
                        }
                    ],
                },
            ],
            "metadata": {"event_type": "gradus_delivery", "event_payload": {"key": "g1.abc"}},
        }
    )
    assert problems(payload(message, "g1.abc")) == []


def test_the_quiet_line_never_lets_markup_through() -> None:
    """It is mrkdwn only for an instant, and only beside text in which there is nothing to read."""

    def foot(*parts: Inline) -> Any:
        return payload(Message(footnote=parts))["blocks"]

    at = Time(NOON, "12|00>")
    assert [foot(Text("*a*")), foot(Text("a "), at), foot(Text("<!here> "), at), foot()] == (
        snapshot(
            [
                [
                    {
                        "type": "context",
                        "elements": [{"type": "plain_text", "text": "*a*", "emoji": False}],
                    }
                ],
                [
                    {
                        "type": "context",
                        "elements": [
                            {
                                "type": "mrkdwn",
                                "text": "a <!date^1795172400^{date_short_pretty} {time}|12 00&gt;>",
                                "verbatim": True,
                            }
                        ],
                    }
                ],
                [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": "<!here> "},
                                    {
                                        "type": "date",
                                        "timestamp": 1795172400,
                                        "format": "{date_short_pretty} {time}",
                                        "fallback": "12|00>",
                                    },
                                ],
                            }
                        ],
                    }
                ],
                [],
            ]
        )
    )


def test_a_mention_that_is_no_group_is_only_words() -> None:
    """Nothing else than a user group can be called."""
    assert payload(Message(mention="<!channel>"))["blocks"] == [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "<!channel>"}],
                }
            ],
        }
    ]


def test_plain_is_only_what_slack_always_takes() -> None:
    """For one more try: no table, no picture to fetch, nothing lost."""
    table = Table(((Text("a"),),), (((Text("1"),),),))
    message = Message((Prose((table, Figure("https://x.org/a.png", "Curves"))),))
    kinds = [block["type"] for block in payload(message, plain=True)["blocks"]]

    assert kinds == ["rich_text", "rich_text"]


def test_the_text_is_what_is_read_aloud() -> None:
    """As asked, else all that is shown; escaped, never empty, never too long."""
    assert payload(Message((paragraph("a < b & <!here>"),), title="T"))["text"] == (
        "T\na &lt; b &amp; &lt;!here&gt;"
    )
    assert payload(Message())["text"] == "…"
    assert limits.size(payload(Message((Literal("<" * 9_000),)))["text"]) == 4_000


# Limits -------------------------------------------------------------------------------------------


def section(text: str) -> Any:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def rich(*inner: Any) -> Any:
    return {"type": "rich_text", "elements": list(inner)}


def button(name: str, **changes: Any) -> Any:
    base = {"type": "button", "action_id": name, "text": {"type": "plain_text", "text": "A"}}
    return base | changes


def table(rows: int, wide: int, text: str = "1") -> Any:
    return {"type": "table", "rows": [[rich(section(text))] * wide] * rows}


@pytest.mark.parametrize(
    "blocks, found",
    [
        ([rich(section("fine"))], []),
        ([{"type": "divider"}] * 51, ["blocks: 51 over 50"]),
        (
            [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
            ["blocks[0].text.text: 151 over 150"],
        ),
        (
            [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
            ["blocks[0].text: not plain"],
        ),
        ([rich()], ["blocks[0].elements: 0 under 1"]),
        ([rich(section(""))], ["blocks[0].elements[0].elements[0].text: 0 under 1"]),
        (
            [rich(section("x" * 3_001))],
            ["blocks[0].elements[0].elements[0].text: 3001 over 3000"],
        ),
        ([rich(section("x" * 2_500))] * 5, ["weight: 12800 over 12000"]),
        ([rich({"type": "broadcast"})], ["blocks[0]: no place for broadcast"]),
        ([table(100, 20)], []),
        ([table(101, 20)], ["blocks[0].rows: 101 over 100"]),
        ([table(1, 21)], ["blocks[0].rows[0]: 21 over 20"]),
        ([table(10, 11, "x" * 91)], ["blocks[0].cells: 10010 over 10000"]),
        ([table(1, 1), table(1, 1)], ["tables: 2 over 1"]),
        (
            [{"type": "actions", "elements": [button(str(n)) for n in range(26)]}],
            ["blocks[0].elements: 26 over 25"],
        ),
        (
            [{"type": "actions", "elements": [button("a", value="x" * 2_001), button("a")]}],
            ["blocks[0].elements[0].value: 2001 over 2000", "action_id: twice a"],
        ),
        (
            [{"type": "actions", "elements": [button("x" * 256)]}],
            ["blocks[0].elements[0].action_id: 256 over 255"],
        ),
        (
            [{"type": "image", "image_url": "http://x.org/a.png", "alt_text": "x" * 2_001}],
            ["blocks[0].alt_text: 2001 over 2000", "blocks[0].image_url: not https"],
        ),
        ([{"type": "image", "image_url": "https://x.org"}], ["blocks[0].alt_text: missing"]),
        ([{"type": "alert"}], ["blocks[0]: unknown alert"]),
        (
            [rich({"type": "rich_text_list", "style": "dots", "indent": 9, "elements": []})],
            [
                "blocks[0].elements[0].elements: 0 under 1",
                "blocks[0].elements[0].indent: 9 over 8",
                "blocks[0].elements[0].style: unknown",
            ],
        ),
        (
            [
                rich(
                    {
                        "type": "rich_text_quote",
                        "elements": [{"type": "date", "timestamp": "1", "format": "{time}"}],
                    }
                )
            ],
            ["blocks[0].elements[0].elements[0].timestamp: no integer"],
        ),
    ],
)
def test_each_limit_of_a_message_is_seen(blocks: list[Any], found: list[str]) -> None:
    """And named with its place."""
    assert problems({"text": "x", "blocks": blocks}) == found


def test_text_and_metadata_of_a_message_have_limits_too() -> None:
    """A message needs words to be read aloud."""
    metadata = {"event_type": "e" * 51, "event_payload": {"key": "x" * 1_000}}

    assert problems({"text": " ", "blocks": []}) == ["text: 0 under 1"]
    assert problems({"text": "x" * 4_001, "blocks": [], "metadata": metadata}) == [
        "text: 4001 over 4000",
        "event_type: 51 over 50",
        "metadata: 1099 over 1000",
    ]


def test_each_limit_of_a_view_is_seen() -> None:
    """Titles, private metadata, options, the missing button."""
    choice = {"text": {"type": "plain_text", "text": "x" * 76}, "value": "x" * 76}
    radio = {"type": "radio_buttons", "action_id": "a", "options": [choice] * 11}
    label = {"type": "plain_text", "text": "L"}
    field = {"type": "input", "block_id": "a", "label": label, "element": radio}
    form = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "x" * 25},
        "private_metadata": "x" * 3_001,
        "blocks": [field, {"type": "table", "rows": [[]]}],
    }
    found = [one for one in problems(form) if "options[" not in one]

    assert found == snapshot(
        [
            "payload.title.text: 25 over 24",
            "payload.private_metadata: 3001 over 3000",
            "blocks[0].element.options: 11 over 10",
            "blocks[1].rows[0]: 0 under 1",
            "blocks[1]: unknown table",
            "submit: missing",
        ]
    )
    assert len(problems(form)) == len(found) + 22, "each option's text and value"
    assert problems({"type": "home", "blocks": [{"type": "divider"}] * 101}) == [
        "payload.blocks: 101 over 100"
    ]
    many = [field | {"block_id": str(n), "label": {"type": "plain_text", "text": "x" * 2_000}}
            for n in range(100)]  # fmt: skip
    assert "view: 450314 over 250000" in problems(form | {"blocks": many})


# Forms --------------------------------------------------------------------------------------------

FORM = Form(
    "A title that is too long by far",
    "g1.abc:answer:",
    (
        TextField("text", "Your explanation", lines=6, hint="Two sentences", initial="mine"),
        NumberField("number", "A number"),
        OneField("sure", "How sure?", (("sure", "Sure"), ("guess", "Guess")), initial="guess"),
        OneField("day", "When?", tuple((str(n), f"Day {n}") for n in range(11)), required=False),
        ManyField("points", "What?", (("1", "one"), ("2", "two")), initial=("2",)),
        ManyField("topics", "Which?", tuple((str(n), f"Topic {n}") for n in range(11))),
    ),
)  # fmt: skip


def test_a_form_is_a_modal() -> None:
    """Few options are all seen at once, many are a menu; each field is a block of its id."""
    shown = view(FORM, '{"channel": "C1"}')

    assert problems(shown) == []
    assert shown == snapshot(
        {
            "type": "modal",
            "callback_id": "g1.abc:answer:",
            "title": {"type": "plain_text", "text": "A title that is too lon…", "emoji": False},
            "submit": {"type": "plain_text", "text": "Send", "emoji": False},
            "private_metadata": '{"channel": "C1"}',
            "blocks": [
                {
                    "type": "input",
                    "block_id": "text",
                    "label": {"type": "plain_text", "text": "Your explanation", "emoji": False},
                    "element": {
                        "type": "plain_text_input",
                        "max_length": 3000,
                        "initial_value": "mine",
                        "multiline": True,
                        "action_id": "text",
                    },
                    "optional": False,
                    "hint": {"type": "plain_text", "text": "Two sentences", "emoji": False},
                },
                {
                    "type": "input",
                    "block_id": "number",
                    "label": {"type": "plain_text", "text": "A number", "emoji": False},
                    "element": {
                        "type": "plain_text_input",
                        "max_length": 3000,
                        "action_id": "number",
                    },
                    "optional": False,
                },
                {
                    "type": "input",
                    "block_id": "sure",
                    "label": {"type": "plain_text", "text": "How sure?", "emoji": False},
                    "element": {
                        "type": "radio_buttons",
                        "options": [
                            {
                                "text": {"type": "plain_text", "text": "Sure", "emoji": False},
                                "value": "sure",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Guess", "emoji": False},
                                "value": "guess",
                            },
                        ],
                        "initial_option": {
                            "text": {"type": "plain_text", "text": "Guess", "emoji": False},
                            "value": "guess",
                        },
                        "action_id": "sure",
                    },
                    "optional": False,
                },
                {
                    "type": "input",
                    "block_id": "day",
                    "label": {"type": "plain_text", "text": "When?", "emoji": False},
                    "element": {
                        "type": "static_select",
                        "options": [
                            {
                                "text": {"type": "plain_text", "text": "Day 0", "emoji": False},
                                "value": "0",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 1", "emoji": False},
                                "value": "1",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 2", "emoji": False},
                                "value": "2",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 3", "emoji": False},
                                "value": "3",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 4", "emoji": False},
                                "value": "4",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 5", "emoji": False},
                                "value": "5",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 6", "emoji": False},
                                "value": "6",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 7", "emoji": False},
                                "value": "7",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 8", "emoji": False},
                                "value": "8",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 9", "emoji": False},
                                "value": "9",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Day 10", "emoji": False},
                                "value": "10",
                            },
                        ],
                        "action_id": "day",
                    },
                    "optional": True,
                },
                {
                    "type": "input",
                    "block_id": "points",
                    "label": {"type": "plain_text", "text": "What?", "emoji": False},
                    "element": {
                        "type": "checkboxes",
                        "options": [
                            {
                                "text": {"type": "plain_text", "text": "one", "emoji": False},
                                "value": "1",
                            },
                            {
                                "text": {"type": "plain_text", "text": "two", "emoji": False},
                                "value": "2",
                            },
                        ],
                        "initial_options": [
                            {
                                "text": {"type": "plain_text", "text": "two", "emoji": False},
                                "value": "2",
                            }
                        ],
                        "action_id": "points",
                    },
                    "optional": True,
                },
                {
                    "type": "input",
                    "block_id": "topics",
                    "label": {"type": "plain_text", "text": "Which?", "emoji": False},
                    "element": {
                        "type": "multi_static_select",
                        "options": [
                            {
                                "text": {"type": "plain_text", "text": "Topic 0", "emoji": False},
                                "value": "0",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 1", "emoji": False},
                                "value": "1",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 2", "emoji": False},
                                "value": "2",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 3", "emoji": False},
                                "value": "3",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 4", "emoji": False},
                                "value": "4",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 5", "emoji": False},
                                "value": "5",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 6", "emoji": False},
                                "value": "6",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 7", "emoji": False},
                                "value": "7",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 8", "emoji": False},
                                "value": "8",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 9", "emoji": False},
                                "value": "9",
                            },
                            {
                                "text": {"type": "plain_text", "text": "Topic 10", "emoji": False},
                                "value": "10",
                            },
                        ],
                        "action_id": "topics",
                    },
                    "optional": True,
                },
            ],
        }
    )


def test_labels_are_cut_to_what_slack_takes() -> None:
    """With an ellipsis; the values stay."""
    action = Action("k:a:", "label " * 20)
    (row,) = payload(Message(actions=(action,)))["blocks"]
    made = view(Form("T", "k:a:", (OneField("a", "L", (("1", "𝑥" * 60),)),)), "")
    (option,) = made["blocks"][0]["element"]["options"]

    assert row["elements"][0]["text"]["text"] == ("label " * 20)[:74] + "…"
    assert option == {
        "text": {"type": "plain_text", "text": "𝑥" * 37 + "…", "emoji": False},
        "value": "1",
    }


def test_what_was_filled_in_is_read_back() -> None:
    """Whatever was left empty is an empty value."""
    ticked = [{"value": "1"}, {"value": "2"}]
    filled = {
        "text": {"text": {"type": "plain_text_input", "value": "because"}},
        "number": {"number": {"type": "plain_text_input", "value": None}},
        "sure": {"sure": {"type": "radio_buttons", "selected_option": {"value": "guess"}}},
        "day": {"day": {"type": "static_select", "selected_option": None}},
        "points": {"points": {"type": "checkboxes", "selected_options": ticked}},
        "topics": {"topics": {"type": "multi_static_select", "selected_options": []}},
    }

    assert values({"values": filled}) == {
        "text": "because", "number": "", "sure": "guess", "day": "",
        "points": ("1", "2"), "topics": (),
    }  # fmt: skip
    assert values({}) == {}


# What is seen -------------------------------------------------------------------------------------


def texts(value: object) -> Iterator[str]:
    """Yield every text that blocks show, in order."""
    match value:
        case {"type": "date", **rest}:
            yield str(rest.get("fallback", ""))
        case {"type": "usergroup", "usergroup_id": name}:
            yield name
        case {"type": "image", "alt_text": alt}:
            yield alt
        case {"type": "mrkdwn", "text": text}:
            yield html.unescape(re.sub(r"<!date\^[^|]*\|([^>]*)>", r"\1", text))
        case {"type": "text" | "link" | "plain_text", "text": text}:
            yield text
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
    return "".join("".join(clean(text).split()) for text in found)


def seen(*messages: Message) -> str:
    """Return what can be seen of messages on Slack."""
    return signs(text for one in messages for text in texts(payload(one)["blocks"]))


def meant(message: Message) -> Iterator[str]:
    """Yield what a message says, in the order of Slack's blocks."""
    yield message.title
    yield message.mention
    for body in message.body:
        if isinstance(body, Prose):
            yield from said(body.blocks)
        else:
            yield body.text
    for choice in message.choices:
        yield choice.letter
        yield from said(choice.body.blocks, within=True)
    yield from (image.alt or image.address for image in message.images)
    yield from (action.label for action in message.actions)
    yield from told(message.footnote)


def said(blocks: Sequence[Block], *, within: bool = False) -> Iterator[str]:
    """Yield what blocks say."""
    for block in blocks:
        match block:
            case Paragraph(children) | Heading(_, children):
                yield from told(children)
            case Listing(items, start):
                yield "0. " if start == 0 and items else ""
                for item in items:
                    yield from said(item, within=True)
            case Quote(children):
                yield from said(children, within=True)
            case Fence(text, _) | Display(text, _):
                yield text
            case Table(header, rows, _):
                for row in (header, *rows):
                    for cell in row:
                        yield from told(cell)
            case Rule():
                yield ""
            case Figure(address, alt):
                bare = within or not address.startswith("https://")
                yield alt or address
                yield f" ({address})" if alt and bare and not linkable(address) else ""


def told(parts: Sequence[Inline]) -> Iterator[str]:
    """Yield what inlines say."""
    for part in parts:
        match part:
            case Text(text) | Mono(text) | Formula(text, _) | Time(_, text) | Person(_, text):
                yield text
            case Strong(children) | Emph(children):
                yield from told(children)
            case Link(children, address):
                yield from told(children)
                yield "" if children and linkable(address) else address
                # A place that may not be led to stands in brackets.
            case Break():
                yield ""


def safe(shown: Payload, mention: str = "") -> None:
    """Fail if anything in a payload could call people, lead elsewhere or be read as markup."""
    text = shown["text"]
    assert not re.search("[<>]|&(?!amp;|lt;|gt;)", text)
    for node in nodes(shown["blocks"]):
        assert node.get("type") not in {"broadcast", "user", "channel", "emoji", "team"}
        if node.get("type") == "usergroup":
            assert node["usergroup_id"] == mention
        if node.get("type") == "mrkdwn":
            rest = re.sub(r"<!date\^-?[0-9]+\^[^|<>]*\|[^<>|]*>", "", node["text"])
            assert not set(rest) & set("<>*_~`&@#:")
        if "url" in node:
            assert node["url"].lower().startswith(("http://", "https://", "mailto:"))
        if node.get("type") == "plain_text":
            assert node["emoji"] is False


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


# Any message --------------------------------------------------------------------------------------

NASTY = [
    "<!here>",
    "<@U1>",
    "*b*",
    "a & b",
    "`x`",
    "https://x.org",
    "\x00",
    "\ud800",
    "𝑥²",
    "",
    " ",
]
short = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)
addresses = st.sampled_from(
    [
        "https://x.org/a.png",
        "http://x.org",
        "mailto:a@b.org",
        "javascript:x",
        "https://" + "y" * 2100,
    ]
)
times = st.builds(
    Time,
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["today 15:30", "15:30", "", "<!here>"]),
)
inlines: st.SearchStrategy[Inline] = st.recursive(
    st.builds(Text, short)
    | st.just(Break())
    | st.builds(Mono, short)
    | st.builds(Formula, short, short)
    | times,
    lambda inner: (
        st.builds(Strong, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Emph, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=4,
)
links: st.SearchStrategy[Inline] = inlines | st.builds(
    Link, st.lists(inlines, min_size=1, max_size=2).map(tuple), addresses
)
line = st.lists(links, max_size=4).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a regular table."""
    wide = draw(st.integers(1, 3))
    row = st.lists(st.lists(links, max_size=2).map(tuple), min_size=wide, max_size=wide).map(tuple)
    return Table(draw(row), draw(st.lists(row, max_size=3).map(tuple)), ("right",) * wide)


leaves: st.SearchStrategy[Block] = (
    st.builds(Paragraph, line)
    | st.builds(Heading, st.just(3), line)
    | st.builds(Fence, short)
    | st.builds(Display, short, short)
    | st.just(Rule())
    | st.builds(Figure, addresses, short)
    | tables()
)
blocks: st.SearchStrategy[Block] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(
            Listing,
            st.lists(st.lists(inner, max_size=3).map(tuple), min_size=1, max_size=4).map(tuple),
            st.sampled_from([None, 0, 1, 7]),
        )
        | st.builds(Quote, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
proses = st.builds(Prose, st.lists(blocks, max_size=4).map(tuple))
messages = st.builds(
    Message,
    body=st.lists(
        proses | st.builds(Literal, short) | st.builds(Code, short), max_size=3
    ).map(tuple),
    title=short,
    choices=st.lists(st.builds(Choice, st.sampled_from("ABC"), proses), max_size=3).map(tuple),
    actions=st.lists(
        st.builds(Action, st.sampled_from(["k:a:", "k:b:"]), st.sampled_from(["A", "Hint"])),
        max_size=4,
    ).map(tuple),
    images=st.lists(st.builds(Image, addresses, short), max_size=2).map(tuple),
    footnote=line,
    mention=st.sampled_from(["", "S0123", "<!here>"]),
    spoken=short,
)  # fmt: skip


def addresses_of(part: Message) -> Iterator[str]:
    """Yield where pictures are: within a list words say it, behind a cut a picture shows it."""
    for node in nodes(payload(part)["blocks"]):
        if node.get("type") == "image":
            yield f"({node['image_url']})"


def stretched(value: Any, times: int) -> Any:
    """Return the same with every text that may be long so many times as long."""
    match value:
        case Text(text) | Fence(text) | Literal(text) | Code(text):
            return replace(value, text=text * times)
        case tuple():
            return tuple(stretched(one, times) for one in value)
        case Action() | str() | int() | None | datetime():
            return value
        case _:
            inner = {f.name: stretched(getattr(value, f.name), times) for f in fields(value)}
            return replace(value, **inner)


@settings(max_examples=75, deadline=None, phases=set(Phase) - {Phase.explain})
@given(messages, st.sampled_from([1, 1, 200, 1500]))
def test_any_message_is_shown_whole_and_harmless(message: Message, times: int) -> None:
    """Within the limits, the same every time, every sign of it there, none of them markup."""
    message = stretched(message, times)
    split = parts(message)

    assert split == parts(message)
    for part in split:
        shown = payload(part, "g1.abc")
        assert problems(shown) == []
        assert shown == payload(part, "g1.abc")
        json.dumps(shown).encode()
        safe(shown, message.mention)
    shown_at = (image for part in split for image in addresses_of(part))
    lost = Counter(signs(meant(message))) - Counter(seen(*split) + signs(shown_at))
    assert not lost
    assert [part.actions for part in split] == [message.actions, *[()] * (len(split) - 1)]


# Long messages ------------------------------------------------------------------------------------

FRAME = Message(
    title="Question 1 · Optimisation · beginner",
    choices=tuple(Choice(letter, Prose((words(f"option {letter}"),))) for letter in "ABCD"),
    actions=tuple(Action(f"g1.abc:pick:{letter}", letter) for letter in "abcd"),
    footnote=(Text("No answers yet"),),
    thread="1 · Name",
    spoken="Question 1.",
    audience=Audience.CHANNEL,
)


def split(*body: Prose | Literal | Code) -> tuple[Message, ...]:
    """Return the parts of a question with this body; they are within limits, the first has all."""
    whole = replace(FRAME, body=body)
    found = parts(whole)
    assert [problems(payload(part)) for part in found] == [[]] * len(found)
    assert replace(found[0], body=()) == FRAME
    assert found[0].body, "the question begins in the channel"
    for part in found[1:]:
        assert part == Message(body=part.body, audience=Audience.THREAD)
    return found


K = TypeVar("K")


def of(kind: type[K], found: Sequence[Message]) -> Iterator[K]:
    """Yield all blocks and bodies of a kind, in order."""
    for part in found:
        for body in part.body:
            for one in body.blocks if isinstance(body, Prose) else [body]:
                if isinstance(one, kind):
                    yield one


def said_by(found: Sequence[Message]) -> str:
    """Return what the bodies of parts say."""
    return signs(text for part in found for text in meant(Message(body=part.body)))


def test_a_paragraph_of_a_hundred_thousand_characters() -> None:
    """It is cut behind sentences."""
    text = "Here is a sentence with e.g. commas, and more. " * 2_200
    found = split(Prose((Paragraph((Strong((Text(text),)), Text("End"))),)))

    assert said_by(found) == signs(iter([text, "End"]))
    assert len(found) == 10
    ends = [flat(one.children).rstrip()[-5:] for one in of(Paragraph, found)]
    assert set(ends[:-1]) == {"more."}


def test_a_paragraph_without_a_space() -> None:
    """It is cut all the same."""
    found = split(Prose((words("x𝑥" * 25_000),)))

    assert said_by(found) == "x𝑥" * 25_000


def test_a_table_of_five_hundred_rows() -> None:
    """Each part is a table of Slack's own, or aligned text, under the same header."""
    row = "some words about the layer"
    rows = tuple(((Text(f"{n}"),), (Text(row),)) for n in range(500))
    found = split(Prose((Table(((Text("n"),), (Text("what"),)), rows),)))
    tables_ = list(of(Table, found))

    assert len(tables_) == len(found)
    assert tuple(row for one in tables_ for row in one.rows) == rows
    assert {one.header for one in tables_} == {((Text("n"),), (Text("what"),))}


def test_a_table_with_a_cell_too_long_for_any_table() -> None:
    """It becomes text, and nothing is lost."""
    cell = "words " * 4_000
    table_ = Table(((Text("head"),), (Text("b"),)), (((Text(cell),), (Text("last"),)),))
    found = split(Prose((words("before"), Quote((table_,)), table_, words("after"))))
    marks = "".join(columns(table_).split())

    assert said_by(found) == f"before{marks}{marks}after"


def test_code_of_twenty_thousand_characters() -> None:
    """It is cut between lines."""
    lines = [f"layer_{n} = Linear({n}, {n + 1})" for n in range(650)]
    for body in (Code("\n".join(lines)), Prose((Fence("\n".join(lines), "python"),))):
        found = split(body)
        pieces: list[Code | Fence] = [*of(Code, found), *of(Fence, found)]
        assert [line for piece in pieces for line in piece.text.split("\n")] == lines
        assert len(pieces) == len(found) == 2


def test_two_hundred_items() -> None:
    """The list is cut between items and goes on counting."""
    items = tuple((words(f"item {n} " + "and more " * 12),) for n in range(200))
    found = split(Prose((words("A list:"), Listing(items, start=1))))
    lists = list(of(Listing, found))

    assert tuple(item for one in lists for item in one.items) == items
    assert [one.start for one in lists] == [
        1 + sum(len(before.items) for before in lists[:place]) for place in range(len(lists))
    ]


def test_one_item_longer_than_a_message() -> None:
    """What follows within it is no item of its own, and the count goes on behind it."""
    deep = Listing(((words("a " * 9_000), Fence("x = 1\n" * 3_000)), (words("two"),)), start=1)
    body = (Prose((Quote((words("said"), deep)),)), Literal("my own words\n" * 2_000))

    assert said_by(split(*body)) == signs(meant(Message(body)))


def test_two_hundred_paragraphs_and_pictures() -> None:
    """Fifty blocks are the most; a picture comes whole."""
    images = tuple(Image("https://x.org/" + "a" * 2_900, "alt " * 450) for _ in range(4))
    message = Message((Prose(tuple(words(f"p {n}") for n in range(200))),), images=images)
    found = parts(message)

    assert [problems(payload(part)) for part in found] == [[]] * len(found)
    assert seen(*found) == signs(meant(message))
    assert max(len(payload(part)["blocks"]) for part in found) <= 50


def test_options_title_and_footnote_too_long_to_stay() -> None:
    """They follow, in order, when there is no room for them beside the buttons."""
    message = Message(
        title="title " * 1_500,
        body=(paragraph("Why?"),),
        choices=tuple(Choice(letter, Prose((words("opt. " * 3_000),))) for letter in "ABC"),
        footnote=(Text("foot " * 400),),
        actions=FRAME.actions,
    )
    found = parts(message)

    assert [problems(payload(part)) for part in found] == [[]] * len(found)
    assert Counter(seen(*found)) == Counter(signs(meant(message)))
    assert found[0].actions == FRAME.actions


@pytest.mark.parametrize(
    "text, most, head",
    [
        ("One two. Three four five", 20, "One two. Three four "),
        ("One two three. Four five", 20, "One two three. "),
        ("One two\nthree four. Five six", 20, "One two\nthree four. "),
        ("abcdef", 3, "abc"),
        ("abc", 3, "abc"),
    ],
)
def test_where_a_text_is_cut(text: str, most: int, head: str) -> None:
    """Behind a sentence in the second half, else a word, else anywhere."""
    assert text[: border(text, most)] == head


# The whole bank -----------------------------------------------------------------------------------

ADA = MemberId("slack://T/ADA")


@cache
def bank() -> list[tuple[Question, dict[str, Message]]]:
    """Return every question that may be asked, and all it comes to be seen in."""
    ready = [one for one in read_bank().questions if one.status is Status.READY]
    return [(question, everything(question)) for question in ready]


def round_of(question: Question) -> Round:
    """Return an open round of a question."""
    return Round(
        RoundId("slack://T/C|2026-11-23|1"), house.ROOM, NOON.date(), 1, RoundState.OPEN,
        "g1.0123456789abcdef", NOON, NOON + timedelta(hours=4), question, 128,
    )  # fmt: skip


def result_of(question: Question) -> Result:
    """Return someone's wrong answer."""
    keys = ("a",) if question.options else ()
    given = Said(keys) if keys else Said(text="an <!here> answer")
    answer = Answer(RoundId("r"), ADA, NOON, given, Confidence.SURE)
    return Result(RoundId("r"), ADA, Verdict.WRONG, answer, answer, ticks=(1,))


def everything(question: Question) -> dict[str, Message]:
    """Return all that a question comes to be seen in."""
    round_, channel, key = round_of(question), house.channel(), "g1.0123456789abcdef"
    result = result_of(question)
    found = {
        "post": posts.question(round_, channel, key, 0, NOON + timedelta(hours=6), NOON),
        "closed": posts.closed(round_, key, 12),
        "reveal": posts.answer(round_, channel, key, [result] * 6),
        "result": replies.with_solution(round_, result),
    }
    for place in range(len(question.hints)):
        found[f"hint {place}"] = replies.hint(question, place, answered=False, stands=False)
    return found


def test_every_question_of_the_bank_is_within_the_limits() -> None:
    """As post, closed post, reveal, result, hint, and every form that hangs on them."""
    for question, all_ in bank():
        for what, message in all_.items():
            sent = payload(message, "g1.0123456789abcdef")
            shown = [sent]
            if problems(sent):
                shown = [payload(part) for part in parts(message)]
                assert [problems(part) for part in shown] == [[]] * len(shown)
            safe(sent)
            said = signs(meant(message))
            read = signs(text for part in shown for text in texts(part["blocks"]))
            assert said == read or not Counter(said) - Counter(read), (question.id, what)
            for action in message.actions:
                if action.form is not None:
                    assert problems(view(action.form, "{}")) == [], (question.id, what)


def test_no_post_of_the_bank_depends_on_its_answer() -> None:
    """With other options right, other words why, and another answer, the very same is sent.

    No sentence of an answer comes early: ``tests/stories/test_the_bank_on_slack.py``.
    """
    for question, shown in bank():
        other = replace(
            question,
            answer="Another.",
            options=tuple(replace(o, right=not o.right, why="Why.") for o in question.options),
            accepted=tuple("another" for _ in question.accepted),
            rubric=tuple("another" for _ in question.rubric),
            hints=tuple("Another." for _ in question.hints),
            follow_ups=("Another?",),
            number=question.number and replace(question.number, value=Fraction(1), written="1"),
        )
        for what in ("post", "closed"):
            sent = payload(everything(other)[what], "g1.k")
            assert sent == payload(shown[what], "g1.k"), (question.id, what)


def test_buttons_carry_ids_only() -> None:
    """Each button's value is its action's id, and no more is sent with it."""
    for question in (
        house.choice(),
        house.multi(),
        house.numeric(),
        house.short(),
        house.explain(),
    ):
        post = everything(question)["post"]
        sent = [node for node in nodes(payload(post)["blocks"]) if node.get("type") == "button"]
        assert [one["value"] for one in sent] == [action.id for action in post.actions]
        assert {name for one in sent for name in one} == {"type", "action_id", "text", "value"}
        assert weight(sent) < 1_000


# The command line ---------------------------------------------------------------------------------


def test_show_as_slack_prints_what_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object for each message."""
    _print_as(Surface.SLACK, FRAME)

    assert json.loads(capsys.readouterr().out) == payload(FRAME)
