"""Documents in every shape and state of decay: what is read of each, entry by entry.

Beside each document lies what the report says of it. After a change that is meant,
``python -m tests.questions.test_documents`` writes those files anew; read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import prose
from bot.messages import Display, Fence, Figure, Heading, Listing, Quote, Rule, Table
from bot.model import Status
from questions.files import Library
from questions.format import parse
from questions.importing import importer, markdown, report
from questions.importing.document import Document, Entry
from questions.importing.making import Made, Terms, make

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = sorted(
    path.name for path in DOCUMENTS.iterdir() if not path.name.endswith(".expected.json")
)


def report_of(name: str) -> object:
    """Return what the report says of one document of the collection, read into an empty bank."""
    wanted = importer.Wanted([DOCUMENTS / name], DOCUMENTS / "no-such-bank", dry_run=True)
    said = report.as_json(importer.run(wanted, Library()))
    text = json.dumps(said, ensure_ascii=False).replace(f"{DOCUMENTS}/", "")
    return json.loads(text)


def expected(name: str) -> Path:
    """Return the file that holds what is expected of a document."""
    return DOCUMENTS / f"{name}.expected.json"


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_read_as_expected(name: str) -> None:
    assert report_of(name) == json.loads(expected(name).read_text(encoding="utf-8"))


def read(text: str) -> list[Made]:
    """Return the questions made of a Markdown text."""
    return list(make(markdown.read(text, "d.md").entries, "d.md", Terms()))


# Any text -----------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["# ", "## 1. ", "### Q2: ", "What is ", "a ", "net", "?", "\n", "\n\n", "```", "~~~\n", "- ",
     "- [x] ", "- A: ", "B) ", "**", "**3)** ", "Answer:", "A. ", "Ans: ", "<details>", "</details>",  # noqa: E501
     "<summary>", "</summary>", "$", "$$", "|", "---|---\n", "---\n", "===\n", "![", "](x)", "[r]: y\n",  # noqa: E501
     "    ", "\t", "> ", "Hint: ", "1) ", "2. ", "\u00a0", "â€™", "\u2028", "\x0c", "\\", "`", "_{t}",  # noqa: E501
     "^{th}", "<br>", "&amp;", "Table of contents", "Conclusion", "## Answer", "TODO"]
)  # fmt: skip
DOCUMENT = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(DOCUMENT)
@example("## 1. What?\n\n- a\n\n  ## Answer\n")
@example("Q: $?\nA: ```")
def test_any_text_gives_questions_that_can_be_read_back_and_gives_them_again(text: str) -> None:
    made = read(text)

    assert read(text) == made
    for one in made:
        assert one.question is not None
        again = parse(one.text, one.question.id, own=True)
        assert again.prompt == one.question.prompt
        assert again.answer == one.question.answer


WORDS = st.text(alphabet="abcdefgh ", min_size=1, max_size=30).map(lambda text: f"x{text.strip()}y")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=0, max_size=3)), min_size=2, max_size=8))
def test_no_question_and_no_word_of_an_answer_is_lost(entries: list[tuple[str, list[str]]]) -> None:
    text = "\n\n".join(
        "\n\n".join([f"### {number}. What is {words}?", *answer])
        for number, (words, answer) in enumerate(entries, start=1)
    )

    found = markdown.read(text, "d.md").entries

    assert [entry.question for entry in found] == [f"What is {words}?" for words, _ in entries]
    assert [entry.answer.split() for entry in found] == [
        " ".join(answer).split() for _, answer in entries
    ]


CONSTRUCTS = {
    "a paragraph": ("One *two* **three** `four` [five](https://example.org).", None),
    "a hard break": ("One\\\ntwo", None),
    "a heading": ("#### Deeper\n\nWords.", Heading),
    "a quote": ("> Quoted\n> words", Quote),
    "a bulleted list": ("- one\n- two\n\n  more", Listing),
    "a numbered list": ("1. one\n2. two\n   1. nested", Listing),
    "a fence": ("```python\nx = 1  # 2. What?\n```", Fence),
    "a fence of tildes": ("~~~~\n```\n~~~~", Fence),
    "indented code": ("Words:\n\n    x = 1", Fence),
    "a rule": ("One\n\n***\n\ntwo", Rule),
    "a table": ("| a | b |\n| --- | :-: |\n| 1 | 2 |", Table),
    "a figure": ("![A falling curve](https://example.org/loss.png)", Figure),
    "a formula": ("$$\\frac{a}{b}$$", Display),
    "entities and escapes": ("&copy; \\* \\# 5 &lt; 6", None),
    "an autolink": ("<https://example.org>", None),
    "tags": ("a <sub>b</sub>", None),
}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_what_markdown_has_survives_inside_an_answer(name: str) -> None:
    text, kind = CONSTRUCTS[name]

    [first, second] = read(f"## 1. What is it?\n\n{text}\n\n## 2. What else?\n\nNothing.\n")

    assert first.question is not None
    assert second.question is not None
    assert first.question.answer == text
    shown = prose.parse(first.question.answer)
    assert kind is None or any(isinstance(block, kind) for block in shown.blocks)


@pytest.mark.parametrize(
    "answer, becomes",
    [
        ("Setext\n======\n\nWords.", "### Setext\n\n\nWords."),
        ("# High\n\n## Lower", None),
        ("### Rubric\n\nWords.", "**Rubric**\n\n\nWords."),
        ("It costs $5 and $6.", "It costs \\$5 and \\$6."),
        ("Where $x^2$ costs $5.", "Where $x^2$ costs \\$5."),
        ("A bad $\\frac{a$ formula.", "A bad `\\frac{a` formula."),
        ("```python\nx = 1", "```python\nx = 1\n```"),
        ("Two [words][ref].\n\n[ref]: https://example.org", "Two [words](https://example.org)."),
    ],
)
def test_what_a_question_file_may_not_hold_is_written_another_way(
    answer: str, becomes: str | None
) -> None:
    [made] = read(f"What is it?\n\n{answer}\n")

    assert made.question is not None
    assert becomes is None or made.question.answer == becomes


# Statuses -----------------------------------------------------------------------------------------


def made_of(entry: Entry, terms: Terms) -> Made:
    """Return the question made of one entry."""
    [made] = make([entry], "d.md", terms)
    return made


CHOICE = "## 1. Which is a loss?\n\n- [x] hinge\n- [ ] tanh\n\nIt punishes small margins.\n\n## 2. What?\n"  # noqa: E501


def test_imported_questions_are_drafts_unless_they_are_wanted_ready() -> None:
    entry = markdown.read(CHOICE, "d.md").entries[0]

    for terms, status in ((Terms(), Status.DRAFT), (Terms(as_ready=True), Status.READY)):
        question = made_of(entry, terms).question
        assert question is not None
        assert question.status is status


def test_an_open_question_without_a_rubric_is_ready_only_where_the_bank_allows_it() -> None:
    entry = Entry("What is a net?", 1, answer="A function.")

    strict = made_of(entry, Terms(as_ready=True))
    lenient = made_of(entry, Terms(as_ready=True, rubrics=False))

    assert strict.question is not None
    assert strict.question.status is Status.DRAFT
    assert strict.flags == ("line 1: it needs a rubric before it can be ready",)
    assert lenient.question is not None
    assert lenient.question.status is Status.READY


def test_an_answer_longer_than_a_file_may_be_is_left_out_and_said() -> None:
    made = made_of(Entry("What is long?", 7, answer="word " * 50_000), Terms())

    assert made.question is None
    assert made.flags == ("line 7: longer than a question file may be; split it",)


def test_words_that_markdown_cannot_hold_are_kept_as_code() -> None:
    made = made_of(
        Entry("What is odd?", 1, answer="fine", hints=("- a list\n- of hints",)), Terms()
    )

    assert made.question is not None
    assert made.question.hints == ("\\- a list - of hints",)
    assert "kept as it was written" in made.flags[0]


def test_document_is_a_plain_value() -> None:
    assert markdown.read("", "d.md") == Document("d.md", "no questions")


if __name__ == "__main__":
    for each in NAMES:
        text = json.dumps(report_of(each), ensure_ascii=False, indent=1)
        expected(each).write_text(text + "\n", encoding="utf-8")
