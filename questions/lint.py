"""What makes a well-formed question a poor one: a registry of rules, each with why and remedy.

Not the format, whose breaches keep a question out of the bank; a finding here keeps nothing out.
That options of a ready question are only ever appended is not checked: it takes the file's history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.model import QuestionId, Status
from questions import checks
from questions.checks import Hits
from questions.files import Entry, Library
from questions.format import RUBRIC


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Members would be misled or stuck."""
    WARNING = "warning"
    """The question is weaker than it need be."""
    NOTE = "note"
    """Worth knowing, and fine as it is; also everything about a question that is not ready."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend in one place."""

    rule: str
    """The rule's id; ``format`` for a file that is left out."""
    severity: Severity
    path: str
    line: int
    """From 1; 0 for the file as a whole."""
    text: str
    """What was found, in a sentence."""
    fix: str
    """What to do, in a sentence; empty where ``text`` says it."""
    question: QuestionId | None = None

    def __str__(self) -> str:
        """Return the finding as one paragraph."""
        place = f"{self.path}, line {self.line}" if self.line else self.path
        return f"{place}: {self.text} {self.fix}".rstrip() + f" [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to look for in a question."""

    id: str
    severity: Severity
    why: str
    """Why it matters, in a sentence."""
    fix: str
    """What to do about it, in a sentence."""
    check: Callable[[Entry, Library], Hits]


def lint(
    library: Library,
    *,
    only: Collection[QuestionId] | None = None,
    rules: Collection[Rule] | None = None,
) -> list[Finding]:
    """Return what could be better, by path and line.

    Args:
        library: The questions.
        only: The questions to look at; by default all of them, and the files that were left out.
        rules: The rules to apply; by default ``RULES``.
    """
    found = [
        Finding("format", Severity.ERROR, problem.path, problem.line, problem.text, "")
        for problem in (library.problems if only is None else ())
    ]
    for question_id, entry in library.entries.items():
        if only is not None and question_id not in only:
            continue
        ready = entry.question.status is Status.READY
        for rule in RULES if rules is None else rules:
            severity = rule.severity if ready else Severity.NOTE
            found += (
                Finding(rule.id, severity, entry.path, line, text, rule.fix, question_id)
                for line, text in rule.check(entry, library)
            )
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.rule))


RULES: tuple[Rule, ...] = (
    Rule(
        "why-missing",
        Severity.WARNING,
        "Whoever chose a wrong option learns most from why it is wrong.",
        "Indent one sentence below it, after a blank line.",
        checks.why_missing,
    ),
    Rule(
        "longest-is-right",
        Severity.WARNING,
        "Members soon notice that the careful, long option is the right one.",
        "Shorten it, or make the wrong options as careful.",
        checks.longest_right,
    ),
    Rule(
        "option-twice",
        Severity.ERROR,
        "Two options that say the same cannot be told apart.",
        "Change or remove one of them.",
        checks.same_option,
    ),
    Rule(
        "title-long",
        Severity.WARNING,
        "Titles stand in thread names and headers, which are cut where they are long.",
        "Shorten it; the prompt asks the question.",
        checks.title_long,
    ),
    Rule(
        "title-twice",
        Severity.WARNING,
        "In lists and searches a question is known by its title.",
        "Give each a title of its own.",
        checks.title_twice,
    ),
    Rule(
        "rubric-size",
        Severity.WARNING,
        "Fewer than three points grade too coarsely, more than six are not read.",
        f"Split or join points until there are {RUBRIC[0]} to {RUBRIC[1]}.",
        checks.rubric_size,
    ),
    Rule(
        "covers-unknown",
        Severity.WARNING,
        "Coverage is counted by these slugs.",
        "Use a slug of the syllabus, or add one to it.",
        checks.covers_unknown,
    ),
    Rule(
        "macro-unknown",
        Severity.WARNING,
        "Chat has no typesetter: a formula we cannot write in one line is shown as its source.",
        "Write it another way.",
        checks.macro_unknown,
    ),
    Rule(
        "placeholder",
        Severity.ERROR,
        "A frame that was never filled in would be posted as it is.",
        "Write what belongs there.",
        checks.placeholder,
    ),
    Rule(
        "option-by-place",
        Severity.ERROR,
        "Options may be shuffled, so a letter or a place points at another option.",
        "Refer to what the option says.",
        checks.letter,
    ),
    Rule(
        "bare-letters",
        Severity.WARNING,
        "The buttons carry these letters, and options may be shuffled.",
        "Call things by other names, or refer to what the option says.",
        checks.bare_letters,
    ),
    Rule(
        "alt-missing",
        Severity.ERROR,
        "Who reads with a screen reader, or where pictures do not load, has only the words.",
        "Say between the square brackets what the figure shows.",
        checks.alt_missing,
    ),
    Rule(
        "replaces-shipped",
        Severity.NOTE,
        "It is used instead, and corrections to the shipped one no longer arrive.",
        "Leave it if you mean that; otherwise rename the file.",
        checks.replaces,
    ),
    Rule(
        "long-text",
        Severity.NOTE,
        "The rest goes into further messages of the thread.",
        "Shorten it if you can.",
        checks.long,
    ),
    Rule(
        "source-place-missing",
        Severity.NOTE,
        "A reader who wants to check has the whole work to search.",
        "Add a section, page or figure after the key, if there is one.",
        checks.place_missing,
    ),
    Rule(
        "exact-decimal",
        Severity.WARNING,
        "Members round, and a rounded answer would count as wrong.",
        'Add a tolerance such as "1%".',
        checks.exact_decimal,
    ),
    Rule(
        "answer-given-away",
        Severity.WARNING,
        "Title and prompt are read before anybody answers.",
        "Reword the title or the prompt.",
        checks.gives_away,
    ),
    Rule(
        "source-unreachable",
        Severity.WARNING,
        "Whoever doubts an answer wants to look it up.",
        "Cite a work or a page that everybody can open.",
        checks.unreachable,
    ),
    Rule(
        "terms-unknown",
        Severity.ERROR,
        "What is shipped has to say whose it is and what others may do with it.",
        "Find out, or leave the question out of the shipped bank.",
        checks.terms_unknown,
    ),
    Rule(
        "topic-unknown",
        Severity.NOTE,
        "Channels weigh topics by name, and a name written in two ways is two topics.",
        "Move the file into the other topic's folder, unless the new topic is meant.",
        checks.topic_unknown,
    ),
    Rule(
        "option-in-option",
        Severity.NOTE,
        "If one option includes another, both can be defended.",
        "Make each say something that the others deny.",
        checks.overlapping,
    ),
    Rule(
        "link-broken",
        Severity.WARNING,
        "A reader who follows it finds nothing.",
        "Link to topic/slug.md of a question that is there, or to a web page.",
        checks.link_broken,
    ),
    Rule(
        "one-letter-right",
        Severity.WARNING,
        "In the daily round options keep the order of the file, and members notice a pattern.",
        "Put the right option elsewhere in new questions.",
        checks.lopsided,
    ),
)
"""Every rule, by what it looks at."""
