"""Writes questions for other programs: our own files, CSV, JSON, and cards for Anki.

What a format cannot carry is said, not dropped in silence.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.errors import UsageError
from bot.model import Question
from questions import records
from questions.writer import write


def as_csv(questions: Iterable[Question]) -> str:
    """Return a table with a header; several texts of one field stand in one cell, one a line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(records.FIELDS)
    for question in questions:
        record = records.record(question)
        writer.writerow(_cell(record.get(name, "")) for name in records.FIELDS)
    return out.getvalue()


def _cell(value: records.Value) -> str:
    return value if isinstance(value, str) else records.packed(value)


def as_json(questions: Iterable[Question]) -> str:
    """Return one JSON object with the list of questions, each with the fields that it has."""
    rows = [records.record(question) for question in questions]
    return json.dumps({"questions": rows}, ensure_ascii=False, indent=1) + "\n"


def as_anki(questions: Sequence[Question]) -> str:
    """Return notes as Anki imports them: id, front, back and tags; a known id updates its card.

    https://docs.ankiweb.net/importing/text-files.html, "File headers".
    """
    out = io.StringIO(newline="")
    out.write("#separator:tab\n#html:false\n#guid column:1\n#tags column:4\n")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for question in questions:
        tags = [question.topic, question.level.value, question.kind.value, *question.tags]
        words = " ".join("-".join(tag.split()) for tag in tags)
        writer.writerow([question.id, front(question), back(question), words])
    return out.getvalue()


def front(question: Question) -> str:
    """Return what a card asks: the prompt with its options."""
    options = [f"{option.key.upper()}. {option.text}" for option in question.options]
    return "\n\n".join(filter(None, [question.prompt, "\n".join(options)]))


def back(question: Question) -> str:
    """Return what a card answers: what is right, then why."""
    right = [f"{option.key.upper()}. {option.text}" for option in question.options if option.right]
    if question.number:
        right.append(f"{question.number.written} {question.number.unit}".strip())
    right += question.accepted[:1]
    return "\n\n".join(filter(None, ["\n".join(right), question.answer]))


# Files --------------------------------------------------------------------------------------------


def write_text(text: str, path: Path) -> None:
    """Write a file whole or not at all; an existing one is replaced.

    Raises:
        UsageError: It cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"{path} cannot be written: {error.strerror}. Name another file."
        ) from None


def write_files(questions: Iterable[Question], folder: Path) -> int:
    """Write questions as files of a bank of one's own, and return how many; none is replaced.

    Raises:
        UsageError: A file exists already or cannot be written.
    """
    texts = {folder / f"{question.id}.md": write(question) for question in questions}
    for path in texts:
        if path.exists():
            raise UsageError(f"{path} exists already, so nothing was written. Name another folder.")
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{path.parent} cannot be made: {error.strerror}.") from None
        write_text(text, path)
    return len(texts)
