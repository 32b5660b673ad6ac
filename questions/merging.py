"""Carries out what somebody decides about two questions that ask the same.

Only files of banks of one's own are changed. The id of a question that goes is kept as a former id
of the one that stays, so that links and histories still lead somewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.errors import BadQuestionFile, UsageError
from bot.model import Question, QuestionId, Status
from questions import duplicates, sources
from questions.duplicates import Asked, Pair
from questions.exporting import write_text
from questions.files import Entry, Library
from questions.importing import reading
from questions.importing.writing import LEDGER, MERGED, Known, ledger_text, read_ledger
from questions.ruling import rubrics_needed
from questions.writer import write


class Keep(StrEnum):
    """Which of two questions stays."""

    A = "a"
    B = "b"
    MERGE = "merge"
    """The first, with what only the second has."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of two questions."""

    a: str
    b: str
    keep: Keep


def similar(
    library: Library, documents: Iterable[Path] = (), *, related: bool = False
) -> list[Pair]:
    """Return which questions of the banks, and of documents, ask the same.

    Raises:
        BadQuestionFile: A document cannot be read.
    """
    bank = [duplicates.asked(entry.question) for entry in library.entries.values()]
    read = [
        Asked(f"{path}, line {entry.line}", entry.question)
        for path in documents
        for entry in reading.read(path).entries
        if entry.question
    ]
    if read:
        return duplicates.duplicates(read, bank, related=related)
    return duplicates.duplicates(bank, related=related)


def question_of(name: str, library: Library) -> str:
    """Return the first words of a question, or nothing for a place in a document."""
    question = library.find(name)
    words = " ".join(question.prompt.split()) if question else ""
    return words if len(words) <= 100 else f"{words[:99]}…"


def read_decisions(path: Path) -> list[Decision]:
    """Return the decisions of a JSON file.

    Raises:
        BadQuestionFile: It is not such a list.
    """
    shape = '[{"a": "topic/slug", "b": "topic/slug", "keep": "a", "b" or "merge"}]'
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [Decision(str(row["a"]), str(row["b"]), Keep(row["keep"])) for row in rows]
    except OSError as error:
        raise BadQuestionFile(str(path), 1, f"this cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise BadQuestionFile(
            str(path), 1, f"this is no list of decisions. Write {shape}."
        ) from None


def carry_out(decisions: Sequence[Decision], library: Library) -> Iterator[str]:
    """Do what was decided, one after the other, and yield what was done, in sentences.

    Raises:
        UsageError: A question is not there, or is not one's own to change.
    """
    for decision in decisions:
        _entry(decision.a, library)
        _entry(decision.b, library)
    gone: dict[str, str] = {}
    joins: list[tuple[str, str, bool]] = []
    for decision in decisions:
        names = (decision.b, decision.a) if decision.keep is Keep.B else (decision.a, decision.b)
        stays, goes = (gone.get(name, name) for name in names)
        if stays == goes or goes in gone:
            continue
        if not _entry(goes, library).own:
            raise UsageError(
                f"{goes} comes with the program and cannot be removed, so nothing was changed."
                f" Keep it, and drop {stays}."
            )
        gone[goes] = stays
        joins.append((stays, goes, decision.keep is Keep.MERGE))
    changed: dict[str, Question] = {}
    for stays, goes, merge in joins:
        yield _joined(stays, goes, library, changed, merge=merge)


def _joined(
    stays: str, goes: str, library: Library, changed: dict[str, Question], *, merge: bool
) -> str:
    """Remove one question in favour of another."""
    kept, dropped = _entry(stays, library), _entry(goes, library)
    one, other = changed.get(stays, kept.question), changed.get(goes, dropped.question)
    if kept.own:
        result = merged(one, other) if merge else one
        result = replace(result, was=_former(result, other))
        bank = _bank(kept)
        write_text(write(result, rubrics=rubrics_needed(bank)), Path(kept.path))
        changed[stays] = result
    Path(dropped.path).unlink(missing_ok=True)
    for bank in {_bank(entry) for entry in (kept, dropped) if entry.own}:
        _remember(bank, goes, stays)
    return f"{stays} stays{' with what only the other had' if merge else ''}; {goes} is gone."


def merged(one: Question, other: Question) -> Question:
    """Return a question with what only another of the same meaning has.

    The answer is the other's only where the first has none; both answers would contradict or
    repeat each other.
    """
    answered = one.status is not Status.UNANSWERED or not other.answer
    return replace(
        one,
        answer=one.answer if answered else other.answer,
        status=one.status if answered else Status.DRAFT,
        rubric=one.rubric or (other.rubric if one.kind is other.kind else ()),
        accepted=tuple(dict.fromkeys([*one.accepted, *other.accepted])) if one.accepted else (),
        hints=one.hints or other.hints,
        follow_ups=tuple(dict.fromkeys([*one.follow_ups, *other.follow_ups])),
        sources=sources.joined(list(dict.fromkeys([*one.sources, *other.sources]))),
        tags=tuple(dict.fromkeys([*one.tags, *other.tags])),
        covers=tuple(dict.fromkeys([*one.covers, *other.covers])),
    )


def _former(stays: Question, goes: Question) -> tuple[QuestionId, ...]:
    ids = dict.fromkeys([*stays.was, goes.id, *goes.was])
    return tuple(each for each in ids if each != stays.id)


def _entry(name: str, library: Library) -> Entry:
    entry = library.entries.get(QuestionId(name))
    if entry is None:
        raise UsageError(f"There is no question {name!r} in your banks, so nothing was changed.")
    return entry


def _bank(entry: Entry) -> Path:
    return Path(entry.path).parent.parent


def _remember(bank: Path, goes: str, stays: str) -> None:
    """Write into a bank's ledger that a question was merged, so that no import brings it back."""
    ledger = read_ledger(bank)
    after = {
        origin: Known(QuestionId(stays), MERGED) if known.id == goes else known
        for origin, known in ledger.items()
    }
    if after != ledger:
        write_text(ledger_text(after), bank / LEDGER)
