"""What makes a well-formed question a poor one: a registry of rules, each with why and remedy.

Not the format, whose breaches keep a question out of the bank; a finding here keeps nothing out.
That options of a ready question are only ever appended is not checked: it takes the file's history.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot import prose
from bot.model import Kind, Question, QuestionId, Status
from questions.files import Entry, Library
from questions.format import LONGEST_TITLE, RUBRIC
from questions.front import clean, nearest, split
from questions.sections import below

ONE_MESSAGE = 3500
"""Characters that fit one message everywhere: Discord's 4,000, less what goes around them."""
CLEARLY = 1.3
"""A right option that is longer than every wrong one by this factor gives itself away."""
CLEARLY_BY = 12
"""And by at least so many characters."""

_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|\$\$.*?\$\$|(?<!\\)\$[^$\n]*\$", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX)\b"
    r"|(?i:\blorem ipsum\b)"
    r"|(?i:\b(?:answer|question|explanation|option|text) (?:goes |comes )?here\b)"
)
_LETTER = re.compile(
    r"\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ss]tatement)s?\s+\(?[A-F]\b(?!/)"
    r"|\b(?:[Bb]oth|[Nn]either|[Nn]ot)\s+[A-F]\b(?! \w)"
    r"|(?i:\b(?:all|none|both|any|neither) of the (?:above|below)\b)"
    r"|(?i:\b(?:first|second|third|fourth|last|previous|next) (?:option|choice)\b)"
)
_BARE = re.compile(r"\b[A-F],? (?:and|or|nor) [A-F]\b")
_PARSER = prose.markdown_parser()


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


Hits = Iterator[tuple[int, str]]
"""Lines and sentences."""


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


# What a question's texts are ----------------------------------------------------------------------


def _texts(question: Question) -> Iterator[tuple[str, str]]:
    """Yield each text of a question with the section it stands in."""
    yield "", question.prompt
    for option in question.options:
        yield "Choices", option.text
        yield "Choices", option.why
    yield from (("Accepted", text) for text in question.accepted)
    yield "Answer", question.answer
    yield from (("Rubric", text) for text in question.rubric)
    yield from (("Hints", text) for text in question.hints)
    yield from (("Follow-ups", text) for text in question.follow_ups)


def _matches(entry: Entry, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield where a pattern is found in the question's words, code and formulas left out."""
    for section, text in _texts(entry.question):
        blanked = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
        for found in pattern.finditer(blanked):
            line = entry.line_of(text, section) + text.count("\n", 0, found.start())
            yield line, " ".join(found[0].split())


def _length(markdown: str) -> int:
    """Return how many characters a text is shown with."""
    return len(prose.plain(prose.parse(markdown)))


# The rules ----------------------------------------------------------------------------------------


def _why_missing(entry: Entry, _: Library) -> Hits:
    for option in entry.question.options:
        if not option.right and not option.why:
            yield (
                entry.line_of(option.text, "Choices"),
                f'"{_short(option.text)}" is wrong, and nothing says why.',
            )


def _longest_right(entry: Entry, _: Library) -> Hits:
    question = entry.question
    if question.kind is not Kind.CHOICE:
        return
    right = [option for option in question.options if option.right]
    wrong = [_length(option.text) for option in question.options if not option.right]
    for option in right:
        length, longest = _length(option.text), max(wrong, default=0)
        if wrong and length >= CLEARLY * longest and length >= longest + CLEARLY_BY:
            yield (
                entry.line_of(option.text, "Choices"),
                f"the right option has {length} characters, the longest wrong one {longest}.",
            )


def _same_option(entry: Entry, _: Library) -> Hits:
    seen: set[str] = set()
    for option in entry.question.options:
        text = " ".join(prose.plain(prose.parse(option.text)).casefold().split())
        if text in seen:
            yield (
                entry.line_of(option.text, "Choices"),
                f'"{_short(option.text)}" is an option twice.',
            )
        seen.add(text)


def _title_long(entry: Entry, _: Library) -> Hits:
    length = len(entry.question.title)
    if length > LONGEST_TITLE:
        yield (
            entry.line_of_key("title"),
            f"the title has {length} characters; {LONGEST_TITLE} fit.",
        )


def _title_twice(entry: Entry, library: Library) -> Hits:
    title = entry.question.title.casefold()
    for other in library.entries.values():
        if other.question.title.casefold() == title and other is not entry:
            yield entry.line_of_key("title"), f"{other.path} has the same title."
            return


def _rubric_size(entry: Entry, _: Library) -> Hits:
    points = len(entry.question.rubric)
    if points and not RUBRIC[0] <= points <= RUBRIC[1]:
        line = entry.line_of("## Rubric")
        yield line, f"the rubric has {points} point{'s' * (points != 1)}."


def _covers_unknown(entry: Entry, library: Library) -> Hits:
    slugs = [subject.slug for subject in library.subjects]
    for slug in entry.question.covers:
        if slug not in slugs:
            yield (
                entry.line_of_key("covers"),
                f'"{slug}" is not in questions/syllabus.md.{nearest(slug, slugs)}',
            )


def _macro_unknown(entry: Entry, _: Library) -> Hits:
    if "$" in entry.text:
        text = clean(entry.text, entry.path)
        for problem in prose.problems(below(text, split(text, entry.path)[1])):
            if not problem.fatal:
                yield problem.line, f"{problem.text.rstrip('.')}."


def _placeholder(entry: Entry, _: Library) -> Hits:
    if found := _PLACEHOLDER.search(entry.question.title):
        yield entry.line_of_key("title"), f'"{found[0]}" holds the place of something.'
    for line, words in _matches(entry, _PLACEHOLDER):
        yield line, f'"{words}" holds the place of something.'


def _letter(entry: Entry, _: Library) -> Hits:
    if entry.question.options:
        for line, words in _matches(entry, _LETTER):
            yield line, f'"{words}" names options by their place.'


def _bare_letters(entry: Entry, _: Library) -> Hits:
    if entry.question.options:
        for line, words in _matches(entry, _BARE):
            yield line, f'"{words}" can be read as the letters of options.'


def _alt_missing(entry: Entry, _: Library) -> Hits:
    for section, text in _texts(entry.question):
        if "![" not in text:
            continue
        first = entry.line_of(text, section)
        for token in _PARSER.parse(text):
            for child in token.children or ():
                if child.type == "image" and not child.content.strip():
                    at = token.map[0] if token.map else 0
                    yield first + at, f"the figure {child.attrs['src']} has no words."


def _replaces(entry: Entry, library: Library) -> Hits:
    if entry.question.id in library.replaced:
        yield 1, "this question takes the place of the shipped one with the same id."


def _long(entry: Entry, _: Library) -> Hits:
    question = entry.question
    asked = _length(question.prompt) + sum(_length(option.text) for option in question.options)
    shown = _length(question.answer) + sum(_length(option.why) for option in question.options)
    for length, what, line in (
        (asked, "prompt and options take", entry.line_of(question.prompt)),
        (shown, "the answer takes", entry.line_of(question.answer, "Answer")),
    ):
        if length > ONE_MESSAGE:
            yield line, f"{what} {length:,} characters, more than one message carries."


def _place_missing(entry: Entry, library: Library) -> Hits:
    whole = {work.short for work in library.works.values()}
    for source in entry.question.sources:
        if source.text in whole:
            yield entry.line_of_key("source"), f"{source.text} is cited without a place."


def _exact_decimal(entry: Entry, _: Library) -> Hits:
    number = entry.question.number
    if number and not number.tolerance and number.value.denominator != 1:
        yield (
            entry.line_of_key("answer"),
            f"only exactly {number.written} would be right, and it is not a whole number.",
        )


def _gives_away(entry: Entry, _: Library) -> Hits:
    question = entry.question
    asked = (
        (entry.line_of_key("title"), question.title),
        (entry.line_of(question.prompt), prose.plain(prose.parse(question.prompt))),
    )
    for line, text in asked:
        for answer in question.accepted:
            if len(answer) > 2 and re.search(rf"(?i)\b{re.escape(answer)}\b", text):
                yield line, f'the accepted answer "{answer}" stands where members read it first.'


def _lopsided(entry: Entry, library: Library) -> Hits:
    """Report the bank, at the first of its questions, if its right options crowd one letter."""
    if entry.question.id != next(iter(library.entries)):
        return
    places = Counter(
        option.key
        for each in library.bank.questions.values()
        for option in each.options
        if each.kind is Kind.CHOICE and option.right
    )
    total = sum(places.values())
    for key, count in places.items():
        if total >= 12 and count > total / 2:
            yield 1, f"{count} of {total} choice questions have {key.upper()} right."


def _short(text: str) -> str:
    """Return a text's first words."""
    line = " ".join(text.split())
    return line if len(line) <= 50 else f"{line[:49].rstrip()}…"


RULES: tuple[Rule, ...] = (
    Rule(
        "why-missing",
        Severity.WARNING,
        "Whoever chose a wrong option learns most from why it is wrong.",
        "Indent one sentence below it, after a blank line.",
        _why_missing,
    ),
    Rule(
        "longest-is-right",
        Severity.WARNING,
        "Members soon notice that the careful, long option is the right one.",
        "Shorten it, or make the wrong options as careful.",
        _longest_right,
    ),
    Rule(
        "option-twice",
        Severity.ERROR,
        "Two options that say the same cannot be told apart.",
        "Change or remove one of them.",
        _same_option,
    ),
    Rule(
        "title-long",
        Severity.WARNING,
        "Titles stand in thread names and headers, which are cut where they are long.",
        "Shorten it; the prompt asks the question.",
        _title_long,
    ),
    Rule(
        "title-twice",
        Severity.WARNING,
        "In lists and searches a question is known by its title.",
        "Give each a title of its own.",
        _title_twice,
    ),
    Rule(
        "rubric-size",
        Severity.WARNING,
        "Fewer than three points grade too coarsely, more than six are not read.",
        f"Split or join points until there are {RUBRIC[0]} to {RUBRIC[1]}.",
        _rubric_size,
    ),
    Rule(
        "covers-unknown",
        Severity.WARNING,
        "Coverage is counted by these slugs.",
        "Use a slug of the syllabus, or add one to it.",
        _covers_unknown,
    ),
    Rule(
        "macro-unknown",
        Severity.WARNING,
        "Chat has no typesetter: a formula we cannot write in one line is shown as its source.",
        "Write it another way.",
        _macro_unknown,
    ),
    Rule(
        "placeholder",
        Severity.ERROR,
        "A frame that was never filled in would be posted as it is.",
        "Write what belongs there.",
        _placeholder,
    ),
    Rule(
        "option-by-place",
        Severity.ERROR,
        "Options may be shuffled, so a letter or a place points at another option.",
        "Refer to what the option says.",
        _letter,
    ),
    Rule(
        "bare-letters",
        Severity.WARNING,
        "The buttons carry these letters, and options may be shuffled.",
        "Call things by other names, or refer to what the option says.",
        _bare_letters,
    ),
    Rule(
        "alt-missing",
        Severity.ERROR,
        "Who reads with a screen reader, or where pictures do not load, has only the words.",
        "Say between the square brackets what the figure shows.",
        _alt_missing,
    ),
    Rule(
        "replaces-shipped",
        Severity.NOTE,
        "It is used instead, and corrections to the shipped one no longer arrive.",
        "Leave it if you mean that; otherwise rename the file.",
        _replaces,
    ),
    Rule(
        "long-text",
        Severity.NOTE,
        "The rest goes into further messages of the thread.",
        "Shorten it if you can.",
        _long,
    ),
    Rule(
        "source-place-missing",
        Severity.NOTE,
        "A reader who wants to check has the whole work to search.",
        "Add a section, page or figure after the key, if there is one.",
        _place_missing,
    ),
    Rule(
        "exact-decimal",
        Severity.WARNING,
        "Members round, and a rounded answer would count as wrong.",
        'Add a tolerance such as "1%".',
        _exact_decimal,
    ),
    Rule(
        "answer-given-away",
        Severity.WARNING,
        "Title and prompt are read before anybody answers.",
        "Reword the title or the prompt.",
        _gives_away,
    ),
    Rule(
        "one-letter-right",
        Severity.WARNING,
        "In the daily round options keep the order of the file, and members notice a pattern.",
        "Put the right option elsewhere in new questions.",
        _lopsided,
    ),
)
"""Every rule, by what it looks at."""
