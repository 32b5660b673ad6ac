"""Turns what a document holds into questions that the format accepts.

Where a text would be refused even after ``fitting``, it is kept word for word as a code block: an
import never loses words, and never fails because of them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot import prose
from bot.errors import BadQuestionFile
from bot.messages import flat
from bot.model import Kind, Level, Option, Question, QuestionId, Source, Status
from questions import sources
from questions.format import LONGEST_TITLE, OPTIONS, is_id
from questions.importing import signs
from questions.importing.document import Choice, Entry
from questions.importing.fitting import fit, literal
from questions.importing.mending import LARGEST
from questions.writer import write

IMPORTED = "imported"
"""The topic of questions whose document names none."""
UNKNOWN = "unknown"
"""An author or licence that nobody told."""
_LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody says of the documents they import."""

    source: str = ""
    """What to cite; by default the name of the file."""
    author: str = UNKNOWN
    licence: str = UNKNOWN
    topic: str = ""
    """Where all of them go; by default the section's name, or ``imported``."""
    as_ready: bool = False
    """Whether what can be asked at once is made ready."""
    rubrics: bool = True
    """Whether an open question needs a rubric to be ready."""


@dataclass(frozen=True, slots=True)
class Made:
    """A question made of an entry."""

    entry: Entry
    source: str
    """By which its document is known again in a newer edition."""
    key: str
    """By which the question is known again in that document."""
    question: Question | None
    """With a proposed id; ``None`` where it cannot be kept at all."""
    text: str
    """The question's file."""
    flags: tuple[str, ...]


def make(entries: Iterable[Entry], name: str, terms: Terms) -> Iterator[Made]:
    """Yield the question of each entry of a document.

    Args:
        entries: The entries, in the document's order.
        name: The file's name, cited where ``terms`` name no source.
        terms: What was said of the document.
    """
    source = terms.source or name
    seen: dict[str, int] = {}
    for entry in entries:
        key = _key(entry)
        count = seen[key] = seen.get(key, 0) + 1
        flags = [str(flag) for flag in entry.flags]
        if count > 1:
            flags.append(f"line {entry.line}: the same question stands further up as well")
            key = f"{key} #{count}"
        if len(entry.question) + len(entry.answer) > LARGEST:
            flags.append(f"line {entry.line}: longer than a question file may be; split it")
            yield Made(entry, source, key, None, "", tuple(flags))
            continue
        question, text, more = _question(entry, source, terms)
        yield Made(entry, source, key, question, text, (*flags, *more))


def _key(entry: Entry) -> str:
    """Return what stays the same of an entry from one edition to the next: the words that ask."""
    if entry.whole is not None:
        return entry.whole.id
    if words := signs.key(entry.question):
        return words
    digest = hashlib.sha256(signs.key(entry.answer)[:80].encode()).hexdigest()[:12]
    return f"answer {digest}"


def _question(entry: Entry, source: str, terms: Terms) -> tuple[Question, str, list[str]]:
    """Return the question of an entry, its file, and what should be looked at."""
    if entry.whole is not None:
        return entry.whole, write(entry.whole), []
    said: list[str] = []
    draft = _draft(entry, source, terms, said)
    if terms.as_ready and draft.status is Status.DRAFT:
        if draft.kind is Kind.OPEN and terms.rubrics:
            said.append(f"line {entry.line}: it needs a rubric before it can be ready")
        elif entry.question and len(draft.title) <= LONGEST_TITLE:
            draft = replace(draft, status=Status.READY)
    why = ""
    for attempt in (draft, _plainer(draft), _plainest(draft, entry)):
        try:
            text = write(attempt, rubrics=terms.rubrics)
        except BadQuestionFile as error:
            why = why or error.problem
            continue
        if why:
            said.append(f"line {entry.line}: kept as it was written, not as Markdown: {why}")
        return attempt, text, said
    raise AssertionError(why)  # pragma: no cover - the plainest question always reads back


def _draft(entry: Entry, source: str, terms: Terms, said: list[str]) -> Question:
    """Return the question as the document has it."""

    def fitted(text: str) -> str:
        out, changed = fit(text)
        said.extend(f"line {entry.line}: {each}" for each in changed)
        return out

    choices, kind, prompt = entry.choices, entry.kind, entry.question
    if len(choices) > OPTIONS[1]:
        most = OPTIONS[1]
        said.append(f"line {entry.line}: {len(choices)} options; a question has at most {most}")
        prompt = f"{prompt}\n\n" + "\n".join(f"- {choice.text}" for choice in choices)
        choices, kind = (), Kind.OPEN
    status = Status.DRAFT if entry.answered else Status.UNANSWERED
    answer = fitted(entry.answer)
    if entry.answered and not answer:
        right = [choice.text for choice in entry.choices if choice.right] or entry.accepted
        answer = f"{'; '.join(right)}."
    if not prompt:
        status = Status.DRAFT
        prompt = "TODO: write the question that this answers."
        said.append(f"line {entry.line}: the question was lost; only its answer is here")
    topic = _topic(entry, terms)
    title = _title(entry)
    return Question(
        id=QuestionId(f"{topic}/{_slug(entry)}"),
        title=title,
        kind=kind,
        level=entry.level or Level.INTERMEDIATE,
        topic=topic,
        prompt=fitted(prompt),
        answer=answer,
        options=tuple(
            Option("abcdef"[place], fitted(_one_line(choice.text)), choice.right, _why(choice))
            for place, choice in enumerate(choices)
        ),
        accepted=tuple(_one_line(text) for text in entry.accepted),
        hints=tuple(fitted(hint) for hint in entry.hints),
        sources=_sources(entry, source),
        tags=tuple(filter(None, map(_one_line, entry.tags))),
        author=_one_line(entry.extra.get("author", "")) or terms.author,
        licence=_one_line(entry.extra.get("licence", "")) or terms.licence,
        status=status,
    )


def _why(choice: Choice) -> str:
    return "" if choice.right else fit(choice.why)[0]


def _sources(entry: Entry, source: str) -> tuple[Source, ...]:
    """Return what to cite: the document with the printed number, then what the answer cites."""
    document = sources.free_text(_one_line(entry.extra.get("source", "") or source))
    if entry.number is not None:
        document = replace(document, text=f"{document.text}, question {entry.number}")
    cited = [sources.free_text(address) for address in entry.references]
    return sources.joined([document, *cited])


def _one_line(text: str) -> str:
    return " ".join(text.split())


# Names --------------------------------------------------------------------------------------------


def _title(entry: Entry) -> str:
    """Return a short title: the question without its Markdown, cut between words if it is long."""
    plain = _one_line(flat(prose.inline(_one_line(_heading(entry)[:2000])))).strip("*_ ")
    plain = plain or f"Answer without a question, line {entry.line}"
    if len(plain) <= LONGEST_TITLE:
        return plain
    cut = plain[: LONGEST_TITLE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,.;:–—-(") + "…"


def _heading(entry: Entry) -> str:
    """Return the title that is given, or the first line of the question that has words."""
    lines = (line for line in entry.question.split("\n") if line.strip(" #>-*`|"))
    return entry.extra.get("title", "") or next(lines, "")


def _slug(entry: Entry) -> str:
    """Return the part of an id that names the question."""
    digest = hashlib.sha256(_key(entry).encode()).hexdigest()
    return slug(_heading(entry)) or f"q-{digest[:8]}"


def slug(text: str) -> str:
    """Return words as a file or folder may be called: ``what-is-dropout``; empty if none fit."""
    ascii_only = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"'", "", ascii_only.lower()))
    out = ""
    for word in words:
        if len(out) + len(word) + 1 > _LONGEST_SLUG:
            break
        out = f"{out}-{word}" if out else word
    return out or (words[0][:_LONGEST_SLUG] if words else "")


def _topic(entry: Entry, terms: Terms) -> str:
    """Return the folder a question goes into."""
    names = [terms.topic, entry.extra.get("topic", "")]
    names += [name for name in reversed(entry.section) if signs.level_of(name) is None]
    general = {"", "questions", "answers", "questions-answers", "questions-and-answers", "q-a"}
    return next((topic for name in names if (topic := slug(name)) not in general), IMPORTED)


def free_id(wanted: str, taken: Callable[[str], bool]) -> QuestionId:
    """Return an id that is not taken: the wanted one, or that with a number behind it."""
    base = wanted if is_id(wanted) else f"{IMPORTED}/{slug(wanted) or 'question'}"
    name, count = base, 1
    while taken(name):
        count += 1
        name = f"{base}-{count}"
    return QuestionId(name)


# Where the format says no -------------------------------------------------------------------------


def _plainer(question: Question) -> Question:
    """Return a question with everything that is not prompt or answer on single plain lines."""

    def plain(text: str) -> str:
        words = re.sub(r"([\\`*_\[\]<>#$|])", r"\\\1", _one_line(text))
        return re.sub(r"^([-+=~]|\d+(?=[.)]))", r"\\\1", words)

    return replace(
        question,
        options=tuple(
            replace(option, text=plain(option.text) or "–", why=plain(option.why))
            for option in question.options
        ),
        accepted=tuple(filter(None, map(plain, question.accepted))),
        hints=tuple(filter(None, map(plain, question.hints))),
        sources=question.sources[:1],
        tags=(),
    )


def _plainest(question: Question, entry: Entry) -> Question:
    """Return a question of two code blocks: what is asked, with any options, and the answer."""
    asked = [entry.question or question.prompt]
    asked += [f"[{'x' if choice.right else ' '}] {choice.text}" for choice in entry.choices]
    answer = "\n".join([*filter(None, [entry.answer, *entry.accepted])]) or question.answer
    return Question(
        id=question.id,
        title=question.title if question.title.isprintable() else f"Question, line {entry.line}",
        kind=Kind.OPEN,
        level=question.level,
        topic=question.topic,
        prompt=literal("\n".join(asked)),
        answer=literal(answer) if answer.strip() else "",
        author=UNKNOWN,
        licence=UNKNOWN,
        status=Status.DRAFT if answer.strip() else Status.UNANSWERED,
    )
