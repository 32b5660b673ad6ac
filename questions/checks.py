"""What the lint looks for in a question: a function a rule, each yielding lines and sentences.

Why a rule matters and what to do about it stands in ``lint``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot import prose
from bot.model import Kind, Question
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
_REACHABLE = re.compile(
    r"https?://(?!localhost|127\.|0\.0|10\.|192\.168\.|[^/]*\.(?:local|internal|test|invalid)\b)"
    r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?(?<![.,;])"
)
_INTERNAL = re.compile(r"(?<!!)\[[^\]]*\]\(<?(?![a-zA-Z][\w+.-]*:)([^)\s>]+)")
_BARE = re.compile(r"\b[A-F],? (?:and|or|nor) [A-F]\b")
_PARSER = prose.markdown_parser()

Hits = Iterator[tuple[int, str]]
"""Lines and sentences."""


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


def why_missing(entry: Entry, _: Library) -> Hits:
    """Find wrong options that nothing explains."""
    for option in entry.question.options:
        if not option.right and not option.why:
            yield (
                entry.line_of(option.text, "Choices"),
                f'"{_short(option.text)}" is wrong, and nothing says why.',
            )


def longest_right(entry: Entry, _: Library) -> Hits:
    """Find a right option that stands out by its length."""
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


def same_option(entry: Entry, _: Library) -> Hits:
    """Find options that say the same."""
    seen: set[str] = set()
    for option in entry.question.options:
        text = " ".join(prose.plain(prose.parse(option.text)).casefold().split())
        if text in seen:
            yield (
                entry.line_of(option.text, "Choices"),
                f'"{_short(option.text)}" is an option twice.',
            )
        seen.add(text)


def title_long(entry: Entry, _: Library) -> Hits:
    """Find a title that does not fit where titles are shown."""
    length = len(entry.question.title)
    if length > LONGEST_TITLE:
        yield (
            entry.line_of_key("title"),
            f"the title has {length} characters; {LONGEST_TITLE} fit.",
        )


def title_twice(entry: Entry, library: Library) -> Hits:
    """Find a title that another question has too."""
    title = entry.question.title.casefold()
    for other in library.entries.values():
        if other.question.title.casefold() == title and other is not entry:
            yield entry.line_of_key("title"), f"{other.path} has the same title."
            return


def rubric_size(entry: Entry, _: Library) -> Hits:
    """Find a rubric with too few or too many points."""
    points = len(entry.question.rubric)
    if points and not RUBRIC[0] <= points <= RUBRIC[1]:
        line = entry.line_of("## Rubric")
        yield line, f"the rubric has {points} point{'s' * (points != 1)}."


def covers_unknown(entry: Entry, library: Library) -> Hits:
    """Find slugs that are not in the syllabus."""
    slugs = [subject.slug for subject in library.subjects]
    for slug in entry.question.covers:
        if slug not in slugs:
            yield (
                entry.line_of_key("covers"),
                f'"{slug}" is not in questions/syllabus.md.{nearest(slug, slugs)}',
            )


def macro_unknown(entry: Entry, _: Library) -> Hits:
    """Find formulas that are shown as their source."""
    if "$" in entry.text:
        text = clean(entry.text, entry.path)
        for problem in prose.problems(below(text, split(text, entry.path)[1])):
            if not problem.fatal:
                yield problem.line, f"{problem.text.rstrip('.')}."


def placeholder(entry: Entry, _: Library) -> Hits:
    """Find what holds the place of something."""
    if found := _PLACEHOLDER.search(entry.question.title):
        yield entry.line_of_key("title"), f'"{found[0]}" holds the place of something.'
    for line, words in _matches(entry, _PLACEHOLDER):
        yield line, f'"{words}" holds the place of something.'


def letter(entry: Entry, _: Library) -> Hits:
    """Find words that name options by their place."""
    if entry.question.options:
        for line, words in _matches(entry, _LETTER):
            yield line, f'"{words}" names options by their place.'


def bare_letters(entry: Entry, _: Library) -> Hits:
    """Find letters that could be those of options."""
    if entry.question.options:
        for line, words in _matches(entry, _BARE):
            yield line, f'"{words}" can be read as the letters of options.'


def alt_missing(entry: Entry, _: Library) -> Hits:
    """Find figures without words."""
    for section, text in _texts(entry.question):
        if "![" not in text:
            continue
        first = entry.line_of(text, section)
        for token in _PARSER.parse(text):
            for child in token.children or ():
                if child.type == "image" and not child.content.strip():
                    at = token.map[0] if token.map else 0
                    yield first + at, f"the figure {child.attrs['src']} has no words."


def replaces(entry: Entry, library: Library) -> Hits:
    """Find a question that stands in for a shipped one."""
    if entry.question.id in library.replaced:
        yield 1, "this question takes the place of the shipped one with the same id."


def long(entry: Entry, _: Library) -> Hits:
    """Find texts that take more than one message."""
    question = entry.question
    asked = _length(question.prompt) + sum(_length(option.text) for option in question.options)
    shown = _length(question.answer) + sum(_length(option.why) for option in question.options)
    for length, what, line in (
        (asked, "prompt and options take", entry.line_of(question.prompt)),
        (shown, "the answer takes", entry.line_of(question.answer, "Answer")),
    ):
        if length > ONE_MESSAGE:
            yield line, f"{what} {length:,} characters, more than one message carries."


def place_missing(entry: Entry, library: Library) -> Hits:
    """Find works that are cited without a place."""
    whole = {work.short for work in library.works.values()}
    for source in entry.question.sources:
        if source.text in whole:
            yield entry.line_of_key("source"), f"{source.text} is cited without a place."


def exact_decimal(entry: Entry, _: Library) -> Hits:
    """Find numbers that would have to be met exactly."""
    number = entry.question.number
    if number and not number.tolerance and number.value.denominator != 1:
        yield (
            entry.line_of_key("answer"),
            f"only exactly {number.written} would be right, and it is not a whole number.",
        )


def gives_away(entry: Entry, _: Library) -> Hits:
    """Find accepted answers in what is read before answering."""
    question = entry.question
    asked = (
        (entry.line_of_key("title"), question.title),
        (entry.line_of(question.prompt), prose.plain(prose.parse(question.prompt))),
    )
    for line, text in asked:
        for answer in question.accepted:
            if len(answer) > 2 and re.search(rf"(?i)\b{re.escape(answer)}\b", text):
                yield line, f'the accepted answer "{answer}" stands where members read it first.'


def lopsided(entry: Entry, library: Library) -> Hits:
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


def unreachable(entry: Entry, _: Library) -> Hits:
    """Find sources that are missing, or whose address cannot lead anywhere."""
    question = entry.question
    if not question.sources:
        yield entry.line_of_key("source"), "no source says where a reader can check it."
    for source in question.sources:
        address = source.address
        if address.startswith("http") and not _REACHABLE.fullmatch(address):
            yield entry.line_of_key("source"), f'"{_short(address)}" looks unreachable.'


def terms_unknown(entry: Entry, _: Library) -> Hits:
    """Find shipped questions whose author or licence nobody knows."""
    for key in ("author", "licence"):
        if not entry.own and getattr(entry.question, key).casefold() == "unknown":
            yield entry.line_of_key(key), f"the {key} is unknown."


def topic_unknown(entry: Entry, library: Library) -> Hits:
    """Find a topic that looks like a misspelling of another one."""
    topic = entry.question.topic
    topics = {each.question.topic for each in library.entries.values() if not each.own}
    if entry.own and topics and topic not in topics and (near := nearest(topic, topics)):
        yield 1, f'no shipped question has the topic "{topic}".{near}'


def overlapping(entry: Entry, _: Library) -> Hits:
    """Find options that say all another one says, and more."""
    options = [
        (option, f" {' '.join(_words(option.text))} ")
        for option in entry.question.options
        if "`" not in option.text  # more code is other code
    ]
    for option, words in options:
        for other, others in options:
            if (
                option.right != other.right
                and words.strip()
                and words != others
                and words in others
            ):
                line = entry.line_of(other.text, "Choices")
                yield line, f'"{_short(other.text)}" includes "{_short(option.text)}".'


def link_broken(entry: Entry, library: Library) -> Hits:
    """Find links to other questions that are not there."""
    for section, text in _texts(entry.question):
        for found in _INTERNAL.finditer(text):
            target = found[1].partition("#")[0].removesuffix(".md")
            parts = [part for part in target.split("/") if part not in (".", "..")]
            wanted = "/".join(parts if len(parts) > 1 else [entry.question.topic, *parts])
            if not parts or library.find(wanted) is None:
                line = entry.line_of(text, section) + text.count("\n", 0, found.start())
                yield line, f'the link "{_short(found[1])}" leads to no question.'


def _words(markdown: str) -> list[str]:
    return re.findall(r"[^\W_]+|[^\w\s]", prose.plain(prose.parse(markdown)).casefold())


def _short(text: str) -> str:
    """Return a text's first words."""
    line = " ".join(text.split())
    return line if len(line) <= 50 else f"{line[:49].rstrip()}…"
