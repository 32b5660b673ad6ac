"""What an import found and did: as JSON with a stable schema, and as a table to read.

``IMPORTING.md`` documents the schema; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model import Status
from questions.duplicates import Pair
from questions.importing.document import Document, Entry
from questions.importing.fitting import holds
from questions.importing.writing import Change, Plan, Step


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that could not be read, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to say of one import."""

    read: Sequence[tuple[Document, Sequence[Step]]]
    """Each document with what is done to its questions."""
    refused: Sequence[Refusal]
    duplicates: Sequence[Pair]
    plan: Plan
    written: int


def as_json(report: Report) -> dict[str, object]:
    """Return the report as values for JSON."""
    return {
        "files": [
            *(_file(document, steps) for document, steps in report.read),
            *(_refused(refusal) for refusal in report.refused),
        ],
        "duplicates": [pair_as_json(pair) for pair in report.duplicates],
        "written": report.written,
        "unchanged": report.plan.count(Change.UNCHANGED),
        "updated": report.plan.count(Change.UPDATED),
        "kept": report.plan.count(Change.KEPT),
        "gone": list(report.plan.gone),
    }


def _file(document: Document, steps: Sequence[Step]) -> dict[str, object]:
    entries = [step.made.entry for step in steps]
    answered = sum(entry.answered for entry in entries)
    return {
        "path": document.path,
        "shape": document.shape,
        "announced": document.announced,
        "found": len(entries),
        "answered": answered,
        "unanswered": len(entries) - answered,
        "drafts": sum(_status(step) is Status.DRAFT for step in steps),
        "flags": [str(flag) for flag in document.flags],
        "questions": [_question(step) for step in steps],
        "skipped": [
            {"line": each.line, "until": each.until, "reason": each.reason}
            for each in document.skipped
        ],
        "error": None,
    }


def _refused(refusal: Refusal) -> dict[str, object]:
    return {
        "path": refusal.path, "shape": "unreadable", "announced": None,
        "found": 0, "answered": 0, "unanswered": 0, "drafts": 0,
        "flags": [], "questions": [], "skipped": [], "error": refusal.why,
    }  # fmt: skip


def _status(step: Step) -> Status | None:
    return step.made.question.status if step.made.question else None


def _question(step: Step) -> dict[str, object]:
    entry, question = step.made.entry, step.made.question
    return {
        "number": entry.number,
        "question": entry.question,
        "section": list(entry.section),
        "level": entry.level.value if entry.level else None,
        "kind": entry.kind.value,
        "status": question.status.value if question else None,
        "answer": entry.answer,
        "choices": _choices(entry),
        **_held(entry),
        "line": entry.line,
        "flags": list(step.flags),
        "id": step.id,
        "change": step.change.value,
    }


def _choices(entry: Entry) -> list[dict[str, object]]:
    if entry.whole is not None:
        return [{"text": option.text, "right": option.right} for option in entry.whole.options]
    return [{"text": choice.text, "right": choice.right} for choice in entry.choices]


def _held(entry: Entry) -> Mapping[str, int]:
    parts = [
        holds(text) for text in (entry.question, entry.answer, *(c.text for c in entry.choices))
    ]
    return {
        "images": sum(part.images for part in parts),
        "tables": sum(part.tables for part in parts),
        "code": sum(part.code for part in parts),
        "formulas": sum(part.formulas for part in parts),
    }


def pair_as_json(pair: Pair) -> dict[str, object]:
    """Return one pair of similar questions as values for JSON."""
    return {
        "a": pair.a, "b": pair.b, "relation": pair.relation.value,
        "score": round(pair.score, 2), "reason": pair.reason,
    }  # fmt: skip


# To read ------------------------------------------------------------------------------------------


def lines(report: Report, *, dry_run: bool) -> Iterator[str]:
    """Yield the report as lines of text: a table of files, then what deserves a look."""
    header = ("found", "answered", "unanswered", "drafts", "new", "updated", "same", "kept", "file")
    rows = [[str(cell) for cell in _row(document, steps)] for document, steps in report.read]
    if rows:
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        for cells in (header, *rows):
            shown = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
            yield "  ".join([*shown[:-1], cells[-1]])
    for refusal in report.refused:
        yield f"Not read: {refusal.why}"
    for document, steps in report.read:
        yield from _remarks(document, steps)
    yield from _changes(report.plan)
    if report.duplicates:
        yield ""
        yield "Similar questions (`gradus questions dedupe` merges them):"
        yield from (f"  {_pair(pair)}" for pair in report.duplicates)
    yield ""
    count = report.plan.count(Change.NEW, Change.UPDATED) if dry_run else report.written
    verb = "would be written" if dry_run else "written"
    yield f"{count} question{'' if count == 1 else 's'} {verb}."


def _row(document: Document, steps: Sequence[Step]) -> tuple[object, ...]:
    answered = sum(step.made.entry.answered for step in steps)
    drafts = sum(_status(step) is Status.DRAFT for step in steps)
    changes = [sum(step.change is change for step in steps) for change in _SHOWN]
    open_ = len(steps) - answered
    return (len(steps), answered, open_, drafts, *changes, f"{document.path} ({document.shape})")


_SHOWN = (Change.NEW, Change.UPDATED, Change.UNCHANGED, Change.KEPT)


def _remarks(document: Document, steps: Iterable[Step]) -> Iterator[str]:
    about = [str(flag) for flag in document.flags]
    flagged = [(step, flag) for step in steps for flag in step.flags]
    if not about and not flagged and not document.skipped:
        return
    yield ""
    yield document.path
    yield from (f"  {flag}" for flag in about)
    for step, flag in flagged:
        yield f"  needs review: {flag} ({step.id or 'not written'})"
    for each in document.skipped:
        place = (
            f"line {each.line}" if each.line == each.until else f"lines {each.line} to {each.until}"
        )
        yield f"  skipped {place}: {each.reason}"


def _changes(plan: Plan) -> Iterator[str]:
    changed = [step for step in plan.steps if step.change in (Change.UPDATED, Change.KEPT)]
    if changed or plan.gone:
        yield ""
    yield from (f"{step.change.value}: {step.id}" for step in changed)
    yield from (f"no longer in its document, left as it is: {name}" for name in plan.gone)


def _pair(pair: Pair) -> str:
    return f"{pair.relation.value} ({pair.score:.2f}): {pair.a} and {pair.b}: {pair.reason}"
