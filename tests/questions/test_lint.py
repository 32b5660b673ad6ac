"""Every lint rule fires on a small sample, and not on the same sample mended."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import QuestionId
from questions.files import Library, read_bank
from questions.lint import RULES, Finding, Severity, lint

FRONT = """\
title: Why Adam mends its averages
kind: {kind}
level: beginner
source: Ng 2018, chapter 5
covers: [adam]
author: Ada
licence: CC-BY-4.0
status: {status}
"""
CHOICES = """
## Choices
- [x] They start at zero
- [ ] It keeps the rate from decaying

  That is AdaGrad's trouble.
"""
ANSWER = "\n## Answer\nBoth averages start at zero.\n"
CHOICE = f"---\n{FRONT.format(kind='choice', status='ready')}---\nWhy does it?\n{CHOICES}{ANSWER}"
RUBRIC = "\n## Rubric\n- one\n- two\n- three\n"
OPEN = f"---\n{FRONT.format(kind='open', status='draft')}---\nWhy does it?\n{ANSWER}{RUBRIC}"
NUMERIC = (
    f"---\n{FRONT.format(kind='numeric', status='ready')}answer: '0.667'\ntolerance: 1%\n---\n"
    f"How much?\n{ANSWER}"
)
SHORT = (
    f"---\n{FRONT.format(kind='short', status='ready')}---\nWhat is the repair called?\n"
    f"\n## Accepted\n- bias correction\n- NMS\n{ANSWER}"
)
FIGURE = CHOICE.replace("Why does it?", "![A curve that falls](https://example.org/a.png)")


def library(folder: Path, files: Mapping[str, str], *, shipped: bool = False) -> Library:
    """Read small question files, with the shipped bank or without."""
    for name, text in files.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_bank([folder], shipped=shipped, trusted=True)


def findings(folder: Path, text: str) -> list[Finding]:
    """Return what lint says about one question."""
    read = library(folder, {"a/q": text})
    assert read.problems == ()
    return lint(read, only={QuestionId("a/q")})


GOOD = (CHOICE, OPEN, NUMERIC, SHORT, FIGURE)
SAMPLES = {
    "why-missing": (
        CHOICE.replace("\n  That is AdaGrad's trouble.\n", ""),
        'line 15: "It keeps the rate from decaying" is wrong, and nothing says why.',
    ),
    "longest-is-right": (
        CHOICE.replace("at zero\n", "at zero, and so the early ones are too small\n", 1),
        "line 14: the right option has 55 characters, the longest wrong one 31.",
    ),
    "option-twice": (
        CHOICE.replace("- [ ] It keeps the rate from decaying", "- [ ] they  start at zero"),
        'line 15: "they start at zero" is an option twice.',
    ),
    "title-long": (
        OPEN.replace("Why Adam", "Why Adam " * 9),
        "line 2: the title has 100 characters; 75 fit.",
    ),
    "rubric-size": (
        OPEN.replace("- three\n", ""),
        "line 16: the rubric has 2 points.",
    ),
    "covers-unknown": (
        CHOICE.replace("covers: [adam]", "covers: [adam, backpropogation]"),
        ('line 6: "backpropogation" is not in questions/syllabus.md. Nearest: "backpropagation".'),
    ),
    "macro-unknown": (
        CHOICE.replace("Why does it?", "Why is\n$\\nonsense{x}$ so?"),
        "line 12: the formula $\\nonsense{x}$:",
    ),
    "placeholder": (
        CHOICE.replace("Both averages", "First `TODO`.\n\nTBD: both averages"),
        'line 22: "TBD" holds the place of something.',
    ),
    "option-by-place": (
        CHOICE.replace("Both averages", "First.\n\nOption B is wrong, since both averages"),
        'line 22: "Option B" names options by their place.',
    ),
    "bare-letters": (
        CHOICE.replace("Why does it?", "Two networks, A and B, are trained. Why?"),
        'line 11: "A and B" can be read as the letters of options.',
    ),
    "alt-missing": (
        FIGURE.replace("A curve that falls", ""),
        "line 11: the figure https://example.org/a.png has no words.",
    ),
    "long-text": (
        CHOICE.replace("Both averages", "Both averages " * 300),
        "line 20: the answer takes 4,241 characters, more than one message carries.",
    ),
    "source-place-missing": (
        CHOICE.replace("Ng 2018, chapter 5", "kingma-2015"),
        "line 5: Kingma & Ba 2015 is cited without a place.",
    ),
    "exact-decimal": (
        NUMERIC.replace("tolerance: 1%\n", ""),
        "line 10: only exactly 0.667 would be right, and it is not a whole number.",
    ),
    "source-unreachable": (
        CHOICE.replace("Ng 2018, chapter 5", "Ng 2018, http://localhost/notes"),
        'line 5: "http://localhost/notes" looks unreachable.',
    ),
    "option-in-option": (
        CHOICE.replace("It keeps the rate", "They start at zero, and it keeps the rate"),
        'line 15: "They start at zero, and it keeps the rate from de…" includes "They start at',
    ),
    "link-broken": (
        CHOICE.replace("Both averages", "See [it](../b/none.md). Both averages"),
        'line 20: the link "../b/none.md" leads to no question.',
    ),
    "answer-given-away": (
        SHORT.replace("the repair", "the *bias\ncorrection*"),
        'line 11: the accepted answer "bias correction" stands where members read it first.',
    ),
}
"""By rule: a question with that one fault, and how the finding begins."""
OF_THE_BANK = {
    *("title-twice", "replaces-shipped", "one-letter-right", "topic-unknown", "terms-unknown"),
}
"""Rules that look at several questions; they have tests of their own."""


@pytest.mark.parametrize("text", GOOD, ids=["choice", "open", "numeric", "short", "figure"])
def test_nothing_is_found_in_a_sound_question(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


@pytest.mark.parametrize("rule", SAMPLES)
def test_a_rule_finds_its_fault_and_nothing_else_does(tmp_path: Path, rule: str) -> None:
    text, message = SAMPLES[rule]

    (found,) = findings(tmp_path, text)

    assert found.rule == rule
    assert str(found).startswith(f"{tmp_path}/a/q.md, {message}")
    assert str(found).endswith(f" {found.fix} [{rule}]")


def test_every_rule_has_a_sample_and_says_why() -> None:
    assert {rule.id for rule in RULES} == SAMPLES.keys() | OF_THE_BANK
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.why.endswith(".")
        assert rule.fix.endswith(".")


@pytest.mark.parametrize(
    "words",
    [
        "All of the above are true.",
        "The second option is a common slip.",
        "Both A and C hold.",
        "Not B: that is another matter.",
        "Neither B nor C holds.",
        "Answers A and D are right.",
    ],
)
def test_options_are_not_named_by_place(tmp_path: Path, words: str) -> None:
    found = findings(tmp_path, CHOICE.replace("Both averages", f"{words} Both averages"))

    assert {each.rule for each in found} & {"option-by-place", "bare-letters"}


@pytest.mark.parametrize(
    "words",
    [
        "An answer A/B tests give.",
        "The moments of $A$ and $B$ only, `A and B`.",
        "Not A single one.",
        "A choice and a statement.",
        "It costs \\$5, options cost \\$6.",
        "```\noption B\n```",
    ],
)
def test_other_capital_letters_are_left_alone(tmp_path: Path, words: str) -> None:
    assert findings(tmp_path, CHOICE.replace("Both averages", f"{words}\n\nBoth averages")) == []


def test_the_same_title_twice(tmp_path: Path) -> None:
    read = library(tmp_path, {"a/one": CHOICE, "a/two": CHOICE.replace("Why Adam", "why adam")})
    found = [each for each in lint(read) if each.rule == "title-twice"]

    assert [each.question for each in found] == ["a/one", "a/two"]


def test_an_own_question_in_place_of_a_shipped_one(tmp_path: Path) -> None:
    name = QuestionId("vision/overlapping-boxes")
    found = lint(library(tmp_path, {name: CHOICE}, shipped=True), only={name})

    assert [each.path for each in found if each.rule == "replaces-shipped"] == [
        f"{tmp_path}/vision/overlapping-boxes.md"
    ]


def test_a_topic_that_is_nearly_a_shipped_one(tmp_path: Path) -> None:
    read = library(tmp_path, {"transformer/q": CHOICE, "gardening/q": CHOICE}, shipped=True)
    own = {QuestionId("transformer/q"), QuestionId("gardening/q")}
    found = [each for each in lint(read, only=own) if each.rule == "topic-unknown"]

    assert [each.text for each in found] == [
        'no shipped question has the topic "transformer". Nearest: "transformers".'
    ]


def test_an_unknown_licence_is_refused_for_the_shipped_bank_only(tmp_path: Path) -> None:
    own = library(tmp_path, {"a/q": CHOICE.replace("licence: CC-BY-4.0", "licence: unknown")})
    [entry] = own.entries.values()
    shipped = replace(own, entries={entry.question.id: replace(entry, own=False)})

    assert lint(own) == []
    assert [(each.rule, each.severity, each.line) for each in lint(shipped)] == [
        ("terms-unknown", Severity.ERROR, 8)
    ]


def test_a_link_to_a_question_that_is_there(tmp_path: Path) -> None:
    linked = CHOICE.replace("Both averages", "See [it](two.md) and [it](../a/two.md#x). Both")
    read = library(tmp_path, {"a/q": linked, "a/two": CHOICE.replace("title: ", "title: Or ")})

    assert [each for each in lint(read) if each.rule == "link-broken"] == []


def test_a_bank_in_which_one_letter_is_mostly_right(tmp_path: Path) -> None:
    files = {f"a/q{number}": CHOICE.replace("title: ", f"title: {number} ") for number in range(12)}
    found = [each for each in lint(library(tmp_path, files)) if each.rule == "one-letter-right"]

    assert len(found) == 1
    assert found[0].text == "12 of 12 choice questions have A right."


def test_what_is_said_of_a_draft_is_a_note(tmp_path: Path) -> None:
    text, _ = SAMPLES["placeholder"]

    (ready,) = findings(tmp_path, text)
    (draft,) = findings(tmp_path, text.replace("status: ready", "status: draft"))

    assert (ready.severity, draft.severity) == (Severity.ERROR, Severity.NOTE)


def test_files_that_were_left_out_are_findings_too(tmp_path: Path) -> None:
    read = library(tmp_path, {"a/bad": "---\n", "a/q": CHOICE})

    assert [str(each) for each in lint(read) if each.rule == "format"] == [
        (
            f"{tmp_path}/a/bad.md, line 1: the front matter is never closed."
            " Put a line --- between it and the prompt. [format]"
        )
    ]
    assert lint(read, only={QuestionId("a/q")}) == []


def test_rules_can_be_chosen(tmp_path: Path) -> None:
    read = library(tmp_path, {"a/q": SAMPLES["placeholder"][0]})
    others = [rule for rule in RULES if rule.id != "placeholder"]

    assert lint(read, only={QuestionId("a/q")}, rules=others) == []
