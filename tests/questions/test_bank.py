"""The shipped bank: every file is read, nothing is to be mended, and the counts of it add up."""

import re
from functools import cache
from importlib.resources import files

from bot.model import Kind, Status
from questions.browse import Filter, choose, stats
from questions.files import Library, read_bank
from questions.format import parse
from questions.lint import Severity, lint


@cache
def shipped() -> Library:
    return read_bank()


def test_every_file_is_read() -> None:
    assert [str(problem) for problem in shipped().problems] == []
    assert len(shipped().questions) >= 25


def test_nothing_is_to_be_mended() -> None:
    """Notes may stay: they tell, and ask for nothing."""
    found = [finding for finding in lint(shipped()) if finding.severity is not Severity.NOTE]

    assert [str(finding) for finding in found] == []


def test_what_may_be_asked_is_on_the_syllabus_and_can_be_checked() -> None:
    for question in choose(shipped(), Filter(statuses=frozenset({Status.READY}))):
        assert question.covers, question.id
        assert all(source.address for source in question.sources), question.id


def test_the_examples_of_the_guide_are_questions() -> None:
    guide = (files("questions") / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```markdown\n(.*?)\n```\n", guide, re.DOTALL)

    assert examples
    for example in examples:
        parse(example, "topic/slug", works=shipped().works)


def test_a_first_question_for_the_terminal() -> None:
    """With no settings the first question is a beginner's choice."""
    assert any(
        level == "beginner" and kind is Kind.CHOICE for _, level, kind in shipped().bank.shelves
    )


def test_the_counts_add_up() -> None:
    counts = stats(shipped())

    assert counts.total == sum(counts.statuses.values())
    assert counts.ready == counts.statuses[Status.READY] == sum(counts.topics.values())
    assert sum(counts.levels.values()) == sum(counts.kinds.values()) == counts.ready
    assert sum(counts.shelves.values()) == counts.ready
    assert sum(counts.right_letters.values()) == counts.kinds[Kind.CHOICE]
    assert sum(each.total for each in counts.coverage) == len(shipped().subjects)
    assert all(each.covered + len(each.open) == each.total for each in counts.coverage)
    assert list(counts.topics.values()) == sorted(counts.topics.values(), reverse=True)


def test_questions_are_chosen_by_what_they_are() -> None:
    everything = choose(shipped(), Filter())
    some = choose(
        shipped(), Filter(topics=frozenset({"transformers"}), kinds=frozenset({Kind.OPEN}))
    )

    assert everything == shipped().questions
    assert some
    assert all((each.topic, each.kind) == ("transformers", Kind.OPEN) for each in some)
    assert choose(shipped(), Filter(own=True)) == ()
    assert choose(shipped(), Filter(own=False)) == everything
    assert choose(shipped(), Filter(covers=frozenset({"lora"})))
    assert choose(shipped(), Filter(tags=frozenset({"no-such-tag"}))) == ()
