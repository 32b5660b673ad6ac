"""Prose: what each construct of a question file becomes, and what its author is told."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import prose
from bot.messages import (
    Block,
    Break,
    Display,
    Emph,
    Fence,
    Figure,
    Formula,
    Heading,
    Inline,
    Link,
    Listing,
    Mono,
    Paragraph,
    Prose,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    Time,
)
from bot.prose import Problem, inline, markdown_parser, parse, plain, problems


def words(*parts: Inline | str) -> Paragraph:
    """Return a paragraph; plain strings become texts."""
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in parts))


INLINES: list[tuple[str, tuple[Inline, ...]]] = [
    ("*a* __b__", (Emph((Text("a"),)), Text(" "), Strong((Text("b"),)))),
    ("***a***", (Emph((Strong((Text("a"),)),)),)),
    ("a `x < *y*` b", (Text("a "), Mono("x < *y*"), Text(" b"))),
    ("a\nb", (Text("a b"),)),
    ("a  \nb\\\nc", (Text("a"), Break(), Text("b"), Break(), Text("c"))),
    ("&amp; \\* <b>x</b> <!-- y -->", (Text("& * <b>x</b> <!-- y -->"),)),
    ("$x^2$ is 4", (Formula("x²", "x^2"), Text(" is 4"))),
    ("is $n$", (Text("is "), Formula("n", "n"))),
    ("$n$ is \\", (Formula("n", "n"), Text(" is \\"))),
    ("a $$x_i$$ b", (Text("a "), Formula("xᵢ", "x_i"), Text(" b"))),
    ("$a_1$ and $b_1$", (Formula("a₁", "a_1"), Text(" and "), Formula("b₁", "b_1"))),
    ("from 5\\$ to \\$6", (Text("from 5$ to $6"),)),
    ("5$ to $6", (Text("5$ to $6"),)),
    (r"$\foo{x}$, $x^$", (Mono(r"\foo{x}"), Text(", "), Mono("x^"))),
    ("[*a*](https://b.c/d)", (Link((Emph((Text("a"),)),), "https://b.c/d"),)),
    ("<HTTPS://b.c>", (Link((Text("HTTPS://b.c"),), "HTTPS://b.c"),)),
    ("<me@b.c>", (Link((Text("me@b.c"),), "mailto:me@b.c"),)),
    ("[](https://b.c)", (Link((Text("https://b.c"),), "https://b.c"),)),
    ("[a](b.md)", (Text("a (b.md)"),)),
    ("[a](ftp://b.c) d", (Text("a (ftp://b.c) d"),)),
    ("<ftp://b.c>", (Text("ftp://b.c"),)),
    ("[a](javascript:b)", (Text("[a](javascript:b)"),)),
    ("[17:00](time:1763650800)", (Time(datetime(2025, 11, 20, 15, tzinfo=UTC), "17:00"),)),
    (
        "[](time:1763650800)",
        (Time(datetime(2025, 11, 20, 15, tzinfo=UTC), "2025-11-20 15:00 UTC"),),
    ),
    ("[a](time:soon)", (Text("a (time:soon)"),)),
    ("[a](time:999999999999)", (Text("a (time:999999999999)"),)),
    ("see ![a *b* $x_1$](c.png).", (Text("see a b x₁."),)),
    ("1. # > a", (Text("1. # > a"),)),
]

BLOCKS: list[tuple[str, tuple[Block, ...]]] = [
    ("a\n\nb", (words("a"), words("b"))),
    ("### a *b*", (Heading(3, (Text("a "), Emph((Text("b"),)))),)),
    ("- a\n- b", (Listing(((words("a"),), (words("b"),))),)),
    ("3. a\n4. b", (Listing(((words("a"),), (words("b"),)), 3),)),
    ("- a\n  1. b\n-", (Listing(((words("a"), Listing(((words("b"),),), 1)), ())),)),
    ("```python title\na\n\n  b\n```", (Fence("a\n\n  b", "python"),)),
    ("~~~\n~~~", (Fence(""),)),
    ("    a\n    b", (Fence("a\nb"),)),
    ("> a\n> - b", (Quote((words("a"), Listing(((words("b"),),)))),)),
    ("***", (Rule(),)),
    ("![a `b`](c.png 'd')", (Figure("c.png", "a b"),)),
    ("![](c.png)", (Figure("c.png", ""),)),
    ("![a](b.png) ![c](d.png)", (words("a c"),)),
    ("$$x^2$$", (Display("x²", "x^2"),)),
    ("$$\nx\n$$\na", (Display("x", "x"), words("a"))),
    ("a\n$$\nx\n$$\nb", (words("a"), Display("x", "x"), words("b"))),
    ("a $$x$$\n*b*", (words("a ", Formula("x", "x"), " ", Emph((Text("b"),))),)),
    ("$$x$$ (1)", (words(Formula("x", "x"), " (1)"),)),
    ("$$\nx^\n$$", (words(Mono("x^")),)),
    (
        "$$\n\\begin{aligned}a&=b\\\\&=c\\end{aligned}\n$$",
        (Display("a = b\n= c", "\\begin{aligned}a&=b\\\\&=c\\end{aligned}"),),
    ),
    (
        "| a | $x^2$ | c |\n|---|:-:|--:|\n| 1 | *d* |\n| 2 | 3 | 4 | 5 |",
        (
            Table(
                ((Text("a"),), (Formula("x²", "x^2"),), (Text("c"),)),
                (
                    ((Text("1"),), (Emph((Text("d"),)),), ()),
                    ((Text("2"),), (Text("3"),), (Text("4"),)),
                ),
                ("left", "center", "right"),
            ),
        ),
    ),
    ("<div>\n*a*\n</div>", (words("<div> ", Emph((Text("a"),)), " </div>"),)),
    ("- [x] a", (Listing(((words("[x] a"),),)),)),
    ("", ()),
]


@pytest.mark.parametrize("markdown, tree", INLINES, ids=[markdown for markdown, _ in INLINES])
def test_an_inline_becomes(markdown: str, tree: tuple[Inline, ...]) -> None:
    assert inline(markdown) == tree


@pytest.mark.parametrize("markdown, tree", BLOCKS, ids=[markdown[:30] for markdown, _ in BLOCKS])
def test_a_block_becomes(markdown: str, tree: tuple[Block, ...]) -> None:
    assert parse(markdown) == Prose(tree)


def test_a_sound_text_has_no_problems() -> None:
    assert problems("$n$ is 5, \\$3 and `$x^$`.\n\n```\n$ x_ $\n```\n\n<http://a.b/$>") == ()


@pytest.mark.parametrize(
    "markdown, line, text, fatal",
    [
        ("a\n\nb\nc $x^$ d", 4, 'the formula $x^$: "^" with nothing after it', True),
        ("$$\n{x\n$$", 1, "the formula ${x$: ", True),
        ("a\n\n$\\foo{x}$", 3, "not in the table of formulas: \\foo", False),
        ("a\nit costs $5", 2, "write \\$", True),
        ("`a\nb` *c\n[$](http://d)*", 3, "write \\$", True),
        ("a\n\n$$ x", 3, "write \\$", True),
        ("$x$5", 1, "write \\$", True),
        ("> a\n> - b\n>   $x_$", 3, "the formula $x_$", True),
        ("| a |\n|---|\n| b |\n| $x^$ |", 4, "the formula $x^$", True),
        ("### $x^$", 1, "the formula $x^$", True),
        ("[a]: http://b\n\nc\n$x^$", 4, "the formula $x^$", True),
    ],
)
def test_a_problem_says_where_it_is(markdown: str, line: int, text: str, fatal: bool) -> None:  # noqa: FBT001
    found = problems(markdown)
    assert [(problem.line, problem.fatal) for problem in found] == [(line, fatal)]
    assert text in found[0].text


def test_problems_come_in_order_and_once() -> None:
    found = problems("$5 and $6\n\n$x^$ $y_$\n\n$$z'^$$")
    assert [(problem.line, problem.fatal) for problem in found] == [
        (1, True),
        (3, True),
        (3, True),
        (5, True),
    ]
    assert found[0] == Problem(1, "a $ that belongs to no formula: write \\$", fatal=True)


def test_the_parser_can_be_extended_without_touching_ours() -> None:
    parser = markdown_parser()
    parser.disable("emphasis")
    assert parse("an *extended* parser") == Prose(
        (words("an ", Emph((Text("extended"),)), " parser"),)
    )


def test_a_text_is_parsed_once() -> None:
    assert parse("the same **text**") is parse("the same **text**")


def test_nesting_without_end_does_no_harm() -> None:
    many = "*" * 4000
    assert plain(parse(f"{many}a{many}")) == "a"
    assert problems("> " * 4000 + "a") == ()
    assert plain(parse("$" + "{" * 4000 + "}" * 4000 + "$")) == "{" * 4000 + "}" * 4000


PLAIN = """\
Scores grow with √dₖ, see Vaswani (https://a.b) or https://c.d, at 17:00.
Next line.

Title

1. one
   - in
     deep

   more
2. two

  sum = 1
  # code

   x²  mean        n
-----  ----  -------
√(x²)  dₖ    100,000
   日  b           1

> quoted
>
> twice

e = mc²

---

[A curve that falls]

[f.png]"""


def test_plain_text_keeps_what_the_tree_says() -> None:
    markdown = r"""
Scores *grow* with $\sqrt{d_k}$, see [Vaswani](https://a.b) or <https://c.d>,
at [17:00](time:1763650800).\
Next line.

### Title

1. one
   - in\
     deep

   more
2. two

```python
  sum = 1
  # code
```

| $x^2$ | mean | n |
|--:|---|--:|
| $\sqrt{x^2}$ | $d_k$ | 100,000 |
| 日 | **b** | 1 |

> quoted
>
> twice

$$e = mc^2$$

---

![A curve that falls](g.png)

![](f.png)
"""
    assert plain(parse(markdown)) == PLAIN


def texts(tree: Prose) -> str:
    """Return the characters of all texts of a one-paragraph prose."""
    [block] = tree.blocks
    assert isinstance(block, Paragraph)
    assert all(isinstance(child, Text) for child in block.children)
    return "".join(child.text for child in block.children if isinstance(child, Text))


VISIBLE = st.characters(codec="utf-8", exclude_categories=["Z", "C"])


@given(st.text(VISIBLE))
def test_escaped_text_comes_out_as_it_went_in(text: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
    assert texts(parse(f"x{escaped}")) == f"x{text}"


MARKUP = st.text(alphabet="ab1 \n\t\\`*_[]()<>!#|-+.:$&^{}~>'\"", max_size=60)
PIECES = [
    *("$x^2$", "$$", "$", "\\frac", "[a](", "http://b)", "time:1)", "![", "](", "- ", "1. ", "> "),
    *("```", "| a |\n", "|---|\n", "*", "**", "`", "\\", "### ", "x", " ", "\n", "\n\n"),
]
PIECEWISE = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(st.one_of(st.text(), MARKUP, PIECEWISE))
def test_any_text_parses_and_twice_the_same(markdown: str) -> None:
    tree = parse(markdown)
    assert tree == prose._parse.__wrapped__(markdown)
    assert isinstance(plain(tree), str)
    assert isinstance(inline(markdown), tuple)
    lines = len(markdown.splitlines()) or 1
    assert all(1 <= problem.line <= lines for problem in problems(markdown))
