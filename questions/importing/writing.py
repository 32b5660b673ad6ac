"""Puts imported questions into a bank: all of them or none, the same twice over changes nothing.

A hidden ledger in the bank's folder says which file came from which question of which document, and
what its text was. So a newer edition of a document updates its questions in place, and a file that
somebody has edited since is known and left alone.

All files are first written into a hidden folder beside the topics. Renaming that folder is the one
step that decides; from then on, whoever comes next finishes the moves.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.errors import BadQuestionFile, UsageError
from bot.model import QuestionId
from questions.format import parse, version
from questions.importing.making import UNKNOWN, Made, free_id
from questions.writer import write

LEDGER = ".imported.json"
_STAGED = ".importing"
_DECIDED = ".import-decided"
_LOCK = ".import-lock"


class Change(StrEnum):
    """What an import does to a question's file."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """Somebody has edited the file; it is left as it is."""
    LEFT_OUT = "left out"
    """It cannot be kept as a file."""


Origin = tuple[str, str]
"""The source of a question, and the key by which it is known there."""
MERGED = "merged"
"""In place of a version: the question lives on in another one, and is not imported again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of one imported question."""

    id: QuestionId
    version: str
    """Of the text that was imported, or ``MERGED``."""


Ledger = Mapping[Origin, Known]


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done with one question."""

    made: Made
    id: QuestionId | None
    change: Change
    text: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do to a bank."""

    steps: tuple[Step, ...]
    gone: tuple[QuestionId, ...]
    """Imported earlier from a document that no longer holds them; their files stay."""
    ledger: Ledger
    """As it will be."""

    def count(self, *changes: Change) -> int:
        """Return how many questions are changed so."""
        return sum(step.change in changes for step in self.steps)


def plan(
    bank: Path,
    documents: Iterable[tuple[str, Sequence[Made]]],
    taken: Iterable[str],
    *,
    overwrite: bool = False,
) -> Plan:
    """Return what importing documents into a bank would do; nothing is written.

    Args:
        bank: The folder.
        documents: The source of each, and what was made of it.
        taken: Ids that other questions have, in this bank or another.
        overwrite: Whether files that somebody has edited are replaced, too.

    Raises:
        UsageError: The bank or its ledger cannot be read.
    """
    ledger = read_ledger(bank)
    used = {*taken, *(known.id for known in ledger.values())}
    steps: list[Step] = []
    after = dict(ledger)
    seen: set[Origin] = set()
    sources: set[str] = set()
    for source, made in documents:
        sources.add(source)
        for one in made:
            if one.question is None:
                steps.append(Step(one, None, Change.LEFT_OUT, "", one.flags))
                continue
            origin = (one.source, one.key)
            while origin in seen:  # another file of the same source has it too
                origin = (one.source, f"{origin[1]} again")
            seen.add(origin)
            known = ledger.get(origin)
            question_id = known.id if known else _new_id(bank, one, used)
            used.add(question_id)
            step = _step(bank, one, question_id, known, overwrite)
            steps.append(step)
            if step.change is not Change.KEPT:
                after[origin] = Known(question_id, version(step.text))
    gone = [
        known.id
        for origin, known in ledger.items()
        if origin[0] in sources and origin not in seen and known.version != MERGED
    ]
    return Plan(tuple(steps), tuple(gone), after)


def _new_id(bank: Path, made: Made, used: Container[str]) -> QuestionId:
    """Return an id that nothing has, or that of a file which says the very same."""
    wanted = made.question.id if made.question else QuestionId("")
    if _present(bank / f"{wanted}.md") == made.text:
        return wanted
    return free_id(wanted, lambda name: name in used or (bank / f"{name}.md").exists())


def _step(
    bank: Path,
    made: Made,
    question_id: QuestionId,
    known: Known | None,
    overwrite: bool,  # noqa: FBT001
) -> Step:
    """Return what is to be done with one question whose id is settled."""
    text = made.text
    if known and known.version == MERGED:
        why = f"it was merged into {known.id} and is left as it is"
        return Step(made, question_id, Change.KEPT, text, (*made.flags, why))
    present = _present(bank / f"{question_id}.md")
    if present is None:
        return Step(made, question_id, Change.NEW, text, made.flags)
    if known and present != text:
        text = _with_terms(made, present)
    if present == text:
        return Step(made, question_id, Change.UNCHANGED, text, made.flags)
    edited = known is None or version(present) != known.version
    if not edited or overwrite:
        replaced = ["an edited file was replaced"] if edited else []
        return Step(made, question_id, Change.UPDATED, text, (*made.flags, *replaced))
    newer = known is None or version(text) != known.version
    said = "its file was edited by hand and is left as it is"
    if newer:
        said += "; the document has changed too (--overwrite takes the document's text)"
    return Step(made, question_id, Change.KEPT, present, (*made.flags, said))


def _with_terms(made: Made, present: str) -> str:
    """Return a question's text with author and licence of the file there, if none were told."""
    question = made.question
    if question is None or UNKNOWN not in (question.author, question.licence):
        return made.text
    try:
        there = parse(present, question.id, own=True, sound=True, rubrics=False)
    except BadQuestionFile:
        return made.text
    author = there.author if question.author == UNKNOWN else question.author
    licence = there.licence if question.licence == UNKNOWN else question.licence
    return write(replace(question, author=author, licence=licence), rubrics=False)


def _present(path: Path) -> str | None:
    """Return a file's text; ``None`` if there is no file."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}), so nothing was written.") from None


# The ledger ---------------------------------------------------------------------------------------


def read_ledger(bank: Path) -> dict[Origin, Known]:
    """Return what was imported into a bank.

    Raises:
        UsageError: The ledger is damaged.
    """
    path = bank / LEDGER
    text = _present(path)
    if text is None:
        return {}
    try:
        return {
            (str(row["source"]), str(row["key"])): Known(QuestionId(row["id"]), str(row["version"]))
            for row in json.loads(text)["imported"]
        }
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f"{path} is damaged: it says which questions were imported from where. Restore it from"
            " a backup; or delete it, and imports will no longer know what they wrote."
        ) from None


def ledger_text(ledger: Ledger) -> str:
    """Return a ledger as the text of its file."""
    rows = [
        {"id": known.id, "source": source, "key": key, "version": known.version}
        for (source, key), known in sorted(ledger.items())
    ]
    return json.dumps({"imported": rows}, ensure_ascii=False, indent=1) + "\n"


# Writing ------------------------------------------------------------------------------------------


@contextmanager
def bank_to_write(bank: Path) -> Iterator[None]:
    """Hold a bank for one import, after finishing what an earlier one had decided.

    Raises:
        UsageError: The folder cannot be written, or another import holds it.
    """
    try:
        bank.mkdir(parents=True, exist_ok=True)
        lock = (bank / _LOCK).open("w")
    except OSError as error:
        raise UsageError(
            f"{bank} cannot be written: {error.strerror}. Name another folder with --to."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                f"Another import is writing to {bank}. Wait until it has ended."
            ) from None
        _finish(bank)
        yield


def carry_out(bank: Path, plan: Plan, progress: Callable[[str, int, int], object]) -> int:
    """Write what a plan says, all or none, and return how many files that were.

    Call it inside ``bank_to_write``.

    Args:
        bank: The folder.
        plan: What to do.
        progress: Called before each file with what is done, how many are, and of how many.

    Raises:
        UsageError: Something cannot be written; the bank is as it was.
    """
    steps = [step for step in plan.steps if step.change in (Change.NEW, Change.UPDATED)]
    if not steps and plan.ledger == read_ledger(bank):
        return 0
    staged = bank / _STAGED
    try:
        for done, step in enumerate(steps):
            progress("writing", done, len(steps))
            target = bank / f"{step.id}.md"
            if target.parent.exists() and not os.access(target.parent, os.W_OK):
                raise PermissionError(13, f"no permission to write into {target.parent}")
            path = staged / f"{step.id}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
        staged.mkdir(exist_ok=True)
        (staged / LEDGER).write_text(ledger_text(plan.ledger), encoding="utf-8")
        staged.rename(bank / _DECIDED)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        why = error.strerror or str(error)
        raise UsageError(
            f"The questions cannot be written to {bank}: {why}. Nothing was changed."
        ) from None
    _finish(bank)
    return len(steps)


def _finish(bank: Path) -> None:
    """Carry out what was decided, and throw away what was not."""
    shutil.rmtree(bank / _STAGED, ignore_errors=True)
    decided = bank / _DECIDED
    if not decided.is_dir():
        return
    try:
        for path in sorted(decided.rglob("*.md")):
            target = bank / path.relative_to(decided)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        if (decided / LEDGER).exists():
            (decided / LEDGER).replace(bank / LEDGER)
        shutil.rmtree(decided)
    except OSError as error:
        raise UsageError(
            f"An import into {bank} was decided but could not be finished: {error.strerror}. Its"
            f" files lie in {decided}. Mend that and import again: the rest will be moved."
        ) from None
