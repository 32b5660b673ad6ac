"""The question file as its authors meet it: what is read, what is refused, and in which words."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadQuestionFile
from bot.model import Kind, Level, NumberKey, Option, Question, QuestionId, Source, Status
from questions.format import parse
from questions.front import FASTEST, Loader, Node, clean, read_mapping, split
from questions.numeric import number
from questions.sources import Work

WORKS = {
    "kingma-2015": Work(
        "kingma-2015",
        "Adam: A Method for Stochastic Optimization",
        ("Diederik P. Kingma", "Jimmy Ba"),
        "2015",
        "arXiv:1412.6980",
    )
}
FRONT = """\
title: Why Adam corrects its averages
kind: choice
level: intermediate
source: [kingma-2015 §3]
author: Ada
licence: CC-BY-4.0
status: ready
"""
CHOICES = """
## Choices
- [x] They start at zero
- [ ] It keeps the learning rate from decaying

  That is AdaGrad's trouble.
"""
ANSWER = "\n## Answer\nBoth averages start at zero.\n"
CHOICE = f"---\n{FRONT}---\nWhy does Adam divide?\n{CHOICES}{ANSWER}"


def read(text: str, question_id: str = "optimisation/adam", *, own: bool = False) -> Question:
    return parse(text, question_id, works=WORKS, own=own)


def of_kind(kind: str, front: str = "", sections: str = "") -> str:
    """Return a file of another kind, with further lines of front matter and sections."""
    head = FRONT.replace("choice", kind)
    return f"---\n{head}{front}---\nWhy does Adam divide?\n{sections}{ANSWER}"


def with_front(old: str, new: str) -> str:
    """Return the good file with something else in its front matter."""
    assert old in FRONT
    return CHOICE.replace(FRONT, FRONT.replace(old, new))


def with_choices(choices: str) -> str:
    """Return the good file with other options."""
    return CHOICE.replace(CHOICES, f"\n## Choices\n{choices}")


# --- what is read ---------------------------------------------------------------------------------


def test_a_choice() -> None:
    question = read(CHOICE)

    assert question == Question(
        id=QuestionId("optimisation/adam"),
        title="Why Adam corrects its averages",
        kind=Kind.CHOICE,
        level=Level.INTERMEDIATE,
        topic="optimisation",
        prompt="Why does Adam divide?",
        answer="Both averages start at zero.",
        options=(
            Option("a", "They start at zero", right=True),
            Option(
                "b",
                "It keeps the learning rate from decaying",
                right=False,
                why="That is AdaGrad's trouble.",
            ),
        ),
        sources=(Source("Kingma & Ba 2015, §3", "arXiv:1412.6980"),),
        author="Ada",
        licence="CC-BY-4.0",
        version=question.version,
    )


def test_a_multi_with_everything_that_is_optional() -> None:
    question = read(
        """---
title: "LoRA: what is trained"
kind: multi
level: advanced
source:
  - kingma-2015 §3
tags: [lora, 3.10, no]
covers: [lora]
author: Ada
licence: CC-BY-4.0
status: ready
order: fixed
was: [old/id, older/id]
---
### A case

| a | b |
|---|---|
| 1 | 2 |

```python
## Answer
# 'not a heading'
```

> ## Hints
> nor this

## Choices
* [X] One, which is
  longer than a line
* [ ] Two

  Why `two` is wrong:

      an example
* [x] Three

## Answer
### Part one
Text.

## Hints
1. Mild

   with a formula: $x_i$
2. Strong

## Follow-ups
- And then?
"""
    )

    assert question.title == "LoRA: what is trained"
    assert question.tags == ("lora", "3.10", "no")
    assert question.covers == ("lora",)
    assert question.was == ("old/id", "older/id")
    assert question.order_fixed
    assert question.prompt.startswith("### A case\n\n| a | b |")
    assert question.prompt.endswith("> ## Hints\n> nor this")
    assert question.options == (
        Option("a", "One, which is\nlonger than a line", right=True),
        Option("b", "Two", right=False, why="Why `two` is wrong:\n\n    an example"),
        Option("c", "Three", right=True),
    )
    assert question.right_keys == {"a", "c"}
    assert question.answer == "### Part one\nText."
    assert question.hints == ("Mild\n\nwith a formula: $x_i$", "Strong")
    assert question.follow_ups == ("And then?",)


def test_a_numeric() -> None:
    extra = 'answer: "50176"\ntolerance: "1%"\nunit: B\nunits: {KiB: 1024, "kB": 1e3}\n'

    assert read(of_kind("numeric", extra)).number == NumberKey(
        value=Fraction(50176),
        tolerance=Fraction(1, 100),
        relative=True,
        unit="B",
        units={"KiB": Fraction(1024), "kB": Fraction(1000)},
        written="50176",
    )


def test_a_numeric_answer_without_tolerance_is_meant_exactly() -> None:
    assert read(of_kind("numeric", "answer: 1/3\n")).number == NumberKey(
        Fraction(1, 3), Fraction(0), relative=False, written="1/3"
    )


def test_a_short() -> None:
    question = read(of_kind("short", sections="\n## Accepted\n- bias correction\n- L2 (ridge)\n"))

    assert question.accepted == ("bias correction", "L2 (ridge)")


def test_an_open() -> None:
    question = read(of_kind("open", sections="\n## Rubric\n- one\n- $\\beta$ two\n- three\n"))

    assert question.rubric == ("one", "$\\beta$ two", "three")


def test_a_draft_needs_little() -> None:
    question = read(
        "---\ntitle: T\nkind: numeric\nstatus: draft\nanswer: 3\n---\nQ\n\n## Answer\nA"
    )

    assert question.status is Status.DRAFT
    assert question.level is Level.INTERMEDIATE
    assert question.sources == ()


def test_an_unanswered_question_needs_no_answer() -> None:
    question = read("---\ntitle: T\nkind: choice\nstatus: unanswered\n---\nQ\n", "imported/q-1")

    assert (question.status, question.answer, question.topic) == (Status.UNANSWERED, "", "imported")


def test_no_status_means_ready() -> None:
    assert read(with_front("status: ready\n", "")).status is Status.READY


@pytest.mark.parametrize(
    "reference, source",
    [
        ("[kingma-2015]", Source("Kingma & Ba 2015", "arXiv:1412.6980")),
        ("https://example.org/a", Source("https://example.org/a", "https://example.org/a")),
        ("Ng 2018, chapter 5", Source("Ng 2018, chapter 5")),
        (
            '["Ng 2018, chapter 5, https://example.org/a"]',
            Source("Ng 2018, chapter 5", "https://example.org/a"),
        ),
    ],
)
def test_in_a_bank_of_ones_own_a_source_may_be_free_text(reference: str, source: Source) -> None:
    text = with_front("[kingma-2015 §3]", reference)

    assert read(text, own=True).sources == (source,)


def test_the_version_is_that_of_the_text_not_of_how_it_was_saved() -> None:
    windows = "\ufeff" + CHOICE.replace("\n", "\r\n")

    assert read(windows) == read(CHOICE)
    assert read(CHOICE + "More.\n").version != read(CHOICE).version
    assert len(read(CHOICE).version) == 12


@pytest.mark.parametrize(
    "text, value",
    [
        ("50176", Fraction(50176)),
        ("-0.25", Fraction(-1, 4)),
        ("−2", Fraction(-2)),
        ("1e-3", Fraction(1, 1000)),
        ("2.5E+2", Fraction(250)),
        ("1/3", Fraction(1, 3)),
        *((text, None) for text in ("", "1,000", "0,5", "1/0", ".5", "1e9999", "٣", "1 2", "nan")),
    ],
)
def test_numbers(text: str, value: Fraction | None) -> None:
    assert number(text) == value


# --- what is refused ------------------------------------------------------------------------------

WRONG = {
    # front matter
    "no front matter": (
        "Why does Adam divide?",
        (
            "line 1: a question file begins with a line ---, then lines such as kind: choice, "
            "then ---. Put that first line at the very top."
        ),
    ),
    "front matter never closed": (
        f"---\n{FRONT}\n## Answer\nYes",
        "line 1: the front matter is never closed. Put a line --- between it and the prompt.",
    ),
    "yaml": (
        with_front("title: Why", "title: Adam: why"),
        (
            "line 2: this cannot be read as key: value. Close every quote and bracket, indent "
            "with spaces, and put quotes around a value that holds a colon and a space, or begins "
            "with a sign such as [ @ ` or %."
        ),
    ),
    "tab": (
        with_front("author: Ada", "author:\tAda"),
        "line 6: there is a tab here. Use spaces.",
    ),
    "open bracket": (
        with_front("§3]", "§3"),
        (
            "line 5: this cannot be read as key: value. Close every quote and bracket, indent "
            "with spaces, and put quotes around a value that holds a colon and a space, or begins "
            "with a sign such as [ @ ` or %."
        ),
    ),
    "a list at the top": (
        with_front(FRONT, "- title\n"),
        "line 2: lines of the form key: value are expected here, such as kind: choice.",
    ),
    "duplicate key": (
        with_front("status: ready", "level: advanced"),
        "line 8: level is given twice, first on line 4. Keep one of them.",
    ),
    "anchor": (
        with_front("author: Ada", "author: &a Ada"),
        "line 6: &a is a YAML anchor. Leave it out, or quote the value.",
    ),
    "alias": (
        with_front("author: Ada", "author: *a"),
        "line 6: *a is a YAML alias. Write the value itself, or quote it.",
    ),
    "tag": (
        with_front("author: Ada", "author: !!str Ada"),
        (
            "line 6: a word that begins with ! is a YAML tag. Leave it out, or quote the value: "
            "every value is text here."
        ),
    ),
    "block": (
        with_front("author: Ada", "author: |\n  Ada"),
        "line 6: a block after | or > is not read here. Write the value on one line.",
    ),
    "second document": (
        with_front(FRONT, "--- {title: Why}\n"),
        "line 2: a line that begins with --- or % has no place here. Delete it.",
    ),
    "comment": (
        with_front("author: Ada", "author: Ada # the first"),
        (
            "line 6: what follows # would be lost, since YAML takes it for a comment. Put the "
            'whole value in quotes, such as "C #", or delete the comment.'
        ),
    ),
    "nesting": (
        with_front("author: Ada", "author: [[[Ada]]]"),
        "line 6: lists and mappings are nested too deeply here. Flatten them.",
    ),
    "key that is a list": (
        with_front("author: Ada", "[author]: Ada"),
        "line 6: a list or mapping cannot be a key. Write key: value.",
    ),
    "invisible character": (
        CHOICE.replace("divide", "divi\u2028de"),
        "line 10: there is a character here that cannot be seen, U+2028. Delete it.",
    ),
    "unknown key": (
        with_front("licence:", "license:"),
        (
            'line 7: there is no key "license". The keys are title, kind, level, source, tags, '
            "covers, author, licence, status, answer, tolerance, unit, units, order, was. "
            'Nearest: "licence".'
        ),
    ),
    "value that is a list": (
        with_front("author: Ada", "author: [Ada]"),
        "line 6: author takes one value, not a list or mapping. Write author: ….",
    ),
    "list that is a value": (
        with_front("author: Ada", "author: Ada\ntags: adam"),
        "line 7: tags is a list. Write tags: [attention, softmax].",
    ),
    "keys missing": (
        with_front("level: intermediate\nsource: [kingma-2015 §3]\n", ""),
        (
            "line 1: level and source are missing. A question with status ready needs title, "
            "kind, level, source, author and licence. Add them, or write status: draft."
        ),
    ),
    "title empty": (
        with_front("title: Why Adam corrects its averages", "title:"),
        (
            "line 1: title is missing. A question with status ready needs title, kind, level, "
            "source, author and licence. Add it."
        ),
    ),
    "kind": (
        with_front("choice", "choise"),
        (
            'line 3: "choise" is no kind. Write choice, multi, numeric, short or open. Nearest: '
            '"choice".'
        ),
    ),
    "level": (
        with_front("intermediate", "hard"),
        'line 4: "hard" is no level. Write beginner, intermediate or advanced.',
    ),
    "status": (
        with_front("ready", "redy"),
        'line 8: "redy" is no status. Write ready, draft or unanswered. Nearest: "ready".',
    ),
    "title too long": (
        with_front("Why Adam", "Why Adam " * 9),
        (
            "line 2: the title has 103 characters; at most 75 fit. Shorten it: the prompt asks "
            "the question."
        ),
    ),
    "unknown source": (
        with_front("kingma-2015", "kingma-2014"),
        (
            'line 5: "kingma-2014" is not in questions/sources.yaml. Add the work there, or '
            'correct the key. Nearest: "kingma-2015".'
        ),
    ),
    "order": (
        with_front("status: ready", "order: shuffled"),
        (
            'line 8: "order: shuffled" is not known here. Only order: fixed is, for choice and '
            "multi: options that may not be shuffled."
        ),
    ),
    "order of another kind": (
        of_kind("open", "order: fixed\n", "\n## Rubric\n- a\n- b\n- c\n"),
        (
            'line 9: "order: fixed" is not known here. Only order: fixed is, for choice and '
            "multi: options that may not be shuffled."
        ),
    ),
    "former id": (
        with_front("status: ready", "was: [adam]"),
        'line 8: "adam" is not a former id of this file. Write was: [old-topic/old-slug].',
    ),
    "its own former id": (
        with_front("status: ready", "was: [optimisation/adam]"),
        (
            'line 8: "optimisation/adam" is not a former id of this file. Write was: '
            "[old-topic/old-slug]."
        ),
    ),
    # numbers
    "answer missing": (
        of_kind("numeric"),
        'line 1: answer is missing. A numeric question states its number: answer: "50176".',
    ),
    "thousands": (
        of_kind("numeric", "answer: 50,176\n"),
        (
            'line 9: "50,176" in answer is not a number we read. Write it like 50176, 0.25, 1e-3 '
            "or 1/3, without commas between thousands; a unit goes to the key unit."
        ),
    ),
    "answer with unit": (
        of_kind("numeric", "answer: 49 KiB\n"),
        (
            'line 9: "49 KiB" in answer is not a number we read. Write it like 50176, 0.25, 1e-3 '
            "or 1/3; a unit goes to the key unit."
        ),
    ),
    "share of zero": (
        of_kind("numeric", "answer: 0\ntolerance: 1%\n"),
        (
            'line 10: a tolerance of "1%" around 0 means nothing. Write a share such as "1%" of '
            'an answer that is not 0, or a width such as "0.5".'
        ),
    ),
    "negative tolerance": (
        of_kind("numeric", "answer: 3\ntolerance: -1\n"),
        (
            'line 10: a tolerance of "-1" around 3 means nothing. Write a share such as "1%" of '
            'an answer that is not 0, or a width such as "0.5".'
        ),
    ),
    "units without unit": (
        of_kind("numeric", "answer: 3\nunits: {KiB: 1024}\n"),
        (
            "line 10: units says how many of unit another one holds. Write both: unit: B, and "
            "below it units: {KiB: 1024}."
        ),
    ),
    "factor": (
        of_kind("numeric", "answer: 3\nunit: B\nunits: {KiB: 0}\n"),
        (
            'line 11: "KiB" in units needs to be another unit than B, with a number above 0: how '
            "many B one KiB holds."
        ),
    ),
    "factor of a list": (
        of_kind("numeric", "answer: 3\nunit: B\nunits: {KiB: []}\n"),
        (
            'line 11: "KiB" in units needs to be another unit than B, with a number above 0: how '
            "many B one KiB holds."
        ),
    ),
    "answer of another kind": (
        with_front("status: ready", "answer: 3"),
        (
            "line 8: answer belongs to numeric questions, and this one is choice. Change kind, or "
            "delete the line."
        ),
    ),
    # headings and sections
    "text above dashes": (
        CHOICE.replace("divide?", "divide?\n---"),
        (
            "line 11: put a blank line before ---. Right below a line of text it makes a heading "
            "of that text."
        ),
    ),
    "text above equals": (
        CHOICE.replace("divide?", "divide?\n==="),
        (
            "line 11: put a blank line before ===. Right below a line of text it makes a heading "
            "of that text."
        ),
    ),
    "level 1": (
        CHOICE.replace("Why does", "# Why does"),
        (
            "line 10: a heading of level 1 has no place here: the title stands in the front "
            "matter, and the sections (Choices, Accepted, Answer, Rubric, Hints, Follow-ups) are "
            "written with two #. Use three # for a heading of your own."
        ),
    ),
    "unknown section": (
        CHOICE.replace("## Answer", "## Anwser"),
        (
            'line 18: there is no section "Anwser". There are Choices, Accepted, Answer, Rubric, '
            'Hints and Follow-ups; other headings need three # or more. Nearest: "Answer".'
        ),
    ),
    "section of level 3": (
        CHOICE.replace("## Answer", "### Answer"),
        "line 18: sections are written with two #. Write ## Answer.",
    ),
    "no space": (
        CHOICE.replace("## Answer", "##Answer"),
        "line 18: put a space between # and its word.",
    ),
    "duplicate section": (
        CHOICE + ANSWER,
        "line 21: a second section Answer; the first is on line 18. Join them.",
    ),
    "section of another kind": (
        CHOICE + "\n## Rubric\n- one\n",
        (
            "line 21: the section Rubric belongs to open questions, and this one is choice. "
            "Change kind, or delete the section."
        ),
    ),
    "no answer": (
        CHOICE.replace(ANSWER, ""),
        (
            "line 16: the section Answer is missing. Every choice question has one, unless its "
            "status is unanswered. Add ## Answer."
        ),
    ),
    "no rubric": (
        of_kind("open"),
        (
            "line 13: the section Rubric is missing. Every open question has one, unless its "
            "status is unanswered. Add ## Rubric."
        ),
    ),
    "empty section": (
        CHOICE + "\n## Hints\n",
        "line 21: the section Hints is empty. Fill it in, or delete its heading.",
    ),
    "no prompt": (
        CHOICE.replace("Why does Adam divide?", ""),
        "line 9: there is no prompt. Write the question below the front matter.",
    ),
    "code never closed": (
        CHOICE.replace("divide?", "divide?\n```python\n1"),
        "line 11: this code block is never closed. Put a line ``` below the code.",
    ),
    "link definition": (
        CHOICE + "\n[a]: https://example.org\n",
        "line 21: a link's address stands apart from its words here. Write [words](address).",
    ),
    # lists
    "one option": (
        with_choices("- [x] Yes\n"),
        "line 12: there is 1 option here, and a question has 2 to 6. Add one.",
    ),
    "seven options": (
        with_choices("- [x] Yes\n" + "- [ ] No\n" * 6),
        "line 12: there are 7 options here, and a question has 2 to 6. Leave some out.",
    ),
    "none right": (
        with_choices("- [ ] Yes\n- [ ] No\n"),
        "line 12: a choice question has exactly one right, marked [x]; here none is.",
    ),
    "two right": (
        with_choices("- [x] Yes\n- [x] No\n"),
        (
            "line 12: a choice question has exactly one right, marked [x]; here 2 are. For "
            "several right options write kind: multi."
        ),
    ),
    "multi with one right": (
        of_kind("multi", sections=CHOICES),
        (
            "line 12: a multi question has at least two right, marked [x]; here one is. For one "
            "write kind: choice."
        ),
    ),
    "no box": (
        with_choices("- [x] Yes\n- No\n"),
        (
            "line 14: an option begins with - [ ] if it is wrong and - [x] if it is right, then a "
            "space and its text. Write it so."
        ),
    ),
    "empty option": (
        with_choices("- [x] Yes\n- [ ]\n"),
        (
            "line 14: an option begins with - [ ] if it is wrong and - [x] if it is right, then a "
            "space and its text. Write it so."
        ),
    ),
    "option that is code": (
        with_choices("- [x] Yes\n- ```\n  no\n  ```\n"),
        "line 14: this item of Choices does not begin with text. Add it.",
    ),
    "why of a right option": (
        with_choices("- [x] Yes\n\n  So.\n- [ ] No\n"),
        (
            "line 13: a right option needs no why of its own. Move what is indented below it to "
            "the section Answer."
        ),
    ),
    "why without indentation": (
        with_choices("- [x] Yes\n- [ ] No\n\nSo.\n"),
        (
            "line 16: the section Choices is one list, and this is not part of it. Begin each "
            "item with - [ ] …, and indent what belongs to it as far as its first word."
        ),
    ),
    "hints without numbers": (
        CHOICE + "\n## Hints\n- one\n",
        (
            "line 22: the section Hints is one list, and this is not part of it. Begin each item "
            "with 1. …, and indent what belongs to it as far as its first word."
        ),
    ),
    "follow-ups as text": (
        CHOICE + "\n## Follow-ups\nAnd then?\n",
        (
            "line 22: the section Follow-ups is one list, and this is not part of it. Begin each "
            "item with - …, and indent what belongs to it as far as its first word."
        ),
    ),
    "two lines accepted": (
        of_kind("short", sections="\n## Accepted\n- a\n  b\n"),
        "line 13: an accepted answer is one line. Put each into an item of its own.",
    ),
    "rubric of two": (
        of_kind("open", sections="\n## Rubric\n- a\n- b\n"),
        "line 12: a rubric has 3 to 6 points, and this one has 2. Split a point.",
    ),
    # formulas
    "stray dollar": (
        CHOICE.replace("divide?", "cost $5?"),
        "line 10: a $ that belongs to no formula: write \\$",
    ),
    "formula": (
        CHOICE.replace("divide?", "divide?\n\n$$\\frac{1$$"),
        "line 12: the formula $\\frac{1$: unexpected end of stream, was expecting '}'",
    ),
}


@pytest.mark.parametrize("text, message", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_refused_in_one_clear_paragraph(text: str, message: str) -> None:
    with pytest.raises(BadQuestionFile) as refusal:
        read(text)

    assert str(refusal.value) == f"optimisation/adam.md, {message}"
    assert refusal.value.line <= text.count("\n") + 1
    assert message.startswith(f"line {refusal.value.line}: ")


@pytest.mark.parametrize(
    "question_id", ["Adam/why", "optimisation", "a/b/c", "a b/c", "a/-b", "../a", "a/b.md", "é/a"]
)
def test_an_id_is_topic_and_slug(question_id: str) -> None:
    with pytest.raises(BadQuestionFile) as refusal:
        parse(CHOICE, question_id, path="bank/file.md")

    assert str(refusal.value) == (
        f'bank/file.md, line 1: the file\'s place makes its id, and "{question_id}" is none. Name'
        " folder and file with small letters a to z, digits and single hyphens: topic/slug.md."
    )


def test_a_formula_we_cannot_show_is_no_error() -> None:
    assert read(CHOICE.replace("divide?", "divide $\\xrightarrow{x}$?")).prompt


# --- any text at all ------------------------------------------------------------------------------

PIECES = (
    *("---\n", "---", FRONT, ANSWER, CHOICES, "## Hints\n", "1. a\n", "- [ ] b\n", "- [x] c\n"),
    *("kind: ", "numeric", "open", "answer: ", "1e3", "units: {", "}", "[", "]", ": ", "&a", "*a"),
    *("!!int ", "# ", "|", ">", "- ", "  ", "\n", "\n\n", "\t", "```", "$", "$$", "\\frac{", "^"),
    *("title: ", "x", '"', "'", "`", "![](", "<b>", "\ufeff", "\r", "\x85", "\0", "%", "? ", "..."),
)
pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join)
texts = st.one_of(
    st.text(st.characters(), max_size=200),
    pieces,
    pieces.map(lambda text: f"---\n{text}\n---\nQ\n{ANSWER}"),
    pieces.map(lambda text: f"---\ntitle: T\nkind: choice\nstatus: draft\n---\n{text}"),
    st.tuples(st.integers(0, len(CHOICE)), st.integers(0, 20), pieces).map(
        lambda cut: CHOICE[: cut[0]] + cut[2] + CHOICE[cut[0] + cut[1] :]
    ),
)


@settings(deadline=None)
@given(texts)
def test_any_text_is_read_or_refused_with_a_line_of_it(text: str) -> None:
    refusal = None
    try:
        read(text)
    except BadQuestionFile as error:
        refusal = error
    if refusal is not None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert 1 <= refusal.line <= lines
        assert "\n" not in str(refusal)


def mapping(text: str, loader: Loader) -> Mapping[str, Node] | None:
    """Return what a loader makes of front matter, ``None`` where it is refused."""
    try:
        front, _ = split(clean(f"---\n{text}\n---\n", "f"), "f")
        return read_mapping(front, "f", loader=loader)
    except BadQuestionFile:
        return None


@settings(deadline=None)
@given(pieces)
def test_nothing_we_read_depends_on_whether_libyaml_is_there(text: str) -> None:
    assert mapping(text, FASTEST) == mapping(text, yaml.BaseLoader)
