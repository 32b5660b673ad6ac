"""One import from beginning to end: read every file, compare, plan, and write all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import BadQuestionFile
from questions import duplicates
from questions.duplicates import Asked, Pair
from questions.files import Library
from questions.formats import Format
from questions.importing import reading, writing
from questions.importing.document import Document
from questions.importing.making import Made, Terms, make
from questions.importing.report import Refusal, Report
from questions.importing.writing import Change, Plan, Step
from questions.ruling import rubrics_needed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to be imported, and how."""

    paths: Sequence[Path]
    bank: Path
    """The folder to write to."""
    terms: Terms = field(default_factory=Terms)
    format: Format = Format.AUTO
    mapping: Mapping[str, str] | None = None
    overwrite: bool = False
    dry_run: bool = False


Progress = Callable[[str, int, int], object]
"""Takes what is being done, how much of it is, and how much there is to do."""


def run(
    wanted: Wanted, library: Library, progress: Progress = lambda _what, _done, _of: None
) -> Report:
    """Import files into a bank and return the report.

    Args:
        wanted: What and how.
        library: The questions there are, so that ids stay unique and duplicates are seen.
        progress: Called for each file and question read, for each file written, and before the
            questions are compared.

    Raises:
        UsageError: The bank cannot be written; then nothing was.
    """
    terms = replace(wanted.terms, rubrics=rubrics_needed(wanted.bank))
    documents: list[tuple[Document, list[Made]]] = []
    refused: list[Refusal] = []
    for path in dict.fromkeys(wanted.paths):
        progress(str(path), 0, 1)
        try:
            document = reading.read(path, wanted.format, wanted.mapping)
        except BadQuestionFile as error:
            refused.append(Refusal(str(path), str(error)))
        else:
            made = []
            for one in make(document.entries, path.name, terms):
                made.append(one)
                progress(str(path), len(made), len(document.entries))
            documents.append((document, made))
    holding = nullcontext() if wanted.dry_run else writing.bank_to_write(wanted.bank)
    with holding:
        progress("comparing", 0, 1)
        plan = writing.plan(
            wanted.bank,
            [(terms.source or Path(document.path).name, made) for document, made in documents],
            library.entries,
            overwrite=wanted.overwrite,
        )
        read = _with_steps(documents, plan)
        similar = _similar(plan, library)
        written = 0 if wanted.dry_run else writing.carry_out(wanted.bank, plan, progress)
    return Report(_suggested(read, library), refused, similar, plan, written)


def _with_steps(
    documents: Sequence[tuple[Document, Sequence[Made]]], plan: Plan
) -> list[tuple[Document, Sequence[Step]]]:
    """Return each document with what the plan does to its questions."""
    steps = iter(plan.steps)
    return [(document, [next(steps) for _ in made]) for document, made in documents]


def _similar(plan: Plan, library: Library) -> list[Pair]:
    """Return which imported questions resemble each other or those of the banks."""
    imported = {step.id: step for step in plan.steps if step.id and step.made.entry.question}
    fresh = [
        Asked(str(name), step.made.entry.question, _options(step))
        for name, step in imported.items()
    ]
    others = [
        duplicates.asked(entry.question)
        for name, entry in library.entries.items()
        if name not in imported
    ]
    return duplicates.duplicates(fresh, others, related=False) if fresh else []


def _options(step: Step) -> frozenset[str]:
    return duplicates.asked(step.made.question).options if step.made.question else frozenset()


# Answers whose questions were lost ----------------------------------------------------------------


def _suggested(
    read: Sequence[tuple[Document, Sequence[Step]]], library: Library
) -> list[tuple[Document, Sequence[Step]]]:
    """Return the documents with the best matching question named beside each lost one."""
    lost = [step for _, steps in read for step in steps if not step.made.entry.question]
    if not lost:
        return list(read)
    index = duplicates.AnswerIndex([entry.question for entry in library.entries.values()])
    return [(document, [_named(step, index) for step in steps]) for document, steps in read]


def _named(step: Step, index: duplicates.AnswerIndex) -> Step:
    if step.made.entry.question or step.change is Change.LEFT_OUT:
        return step
    best = index.best(step.made.entry.answer)
    said = (
        f"the bank's {best} may be what it answers" if best else "no question of the bank fits it"
    )
    return replace(step, flags=(*step.flags, said))
