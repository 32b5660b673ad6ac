"""Opens a file, finds its format, and reads it; whatever cannot be read gets a clear answer.

Memory is bounded: by the size of a file, by its lines, and by the readers' own limits.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path

from bot.errors import BadQuestionFile
from questions import format as question_format
from questions.formats import Format
from questions.importing import cards, markdown, rows, trivia
from questions.importing.document import Document, Entry, Flag

LARGEST = 50_000_000
"""Bytes of one document."""
MOST_LINES = 500_000
"""Lines of one document."""


def read(
    path: Path, format: Format = Format.AUTO, mapping: Mapping[str, str] | None = None
) -> Document:
    """Return what a file holds.

    Args:
        path: The file.
        format: What it is written in; by default that is found out.
        mapping: For tables, which column holds what.

    Raises:
        BadQuestionFile: It cannot be read; the text says why and what to do.
    """
    shown = str(path)
    text, flags = _text(path)
    if format is Format.AUTO:
        format = guessed(path, text)
    document = _read(text, path, format, mapping)
    if not document.entries:
        reason = "no question was found in it" if text.strip() else "it is empty"
        flags.append(Flag(1, reason))
    return Document(
        shown, document.shape, document.entries, document.skipped, document.announced,
        (*flags, *document.flags),
    )  # fmt: skip


def guessed(path: Path, text: str) -> Format:
    """Return the format that a file's name and first characters speak for."""
    start = text[:4096].lstrip("\ufeff \n\r\t")
    ending = path.suffix.lower()
    if ending in {".md", ".markdown"}:
        return Format.OWN if _is_own(start) else Format.MARKDOWN
    if ending == ".json" or (ending in {"", ".txt"} and start[:1] in "[{" and _is_json(text)):
        return Format.JSON
    if ending in {".yaml", ".yml"}:
        return Format.TRIVIA
    if start.startswith(("#separator:", "#html:", "#tags column:", "#notetype", "#guid column:")):
        return Format.ANKI
    if ending == ".csv":
        return Format.CSV
    first = start.partition("\n")[0]
    if ending in {".tsv", ".tab"}:
        return Format.TSV
    if _is_own(start):
        return Format.OWN
    return Format.ANKI if first.count("\t") == 1 and not start.startswith("#") else Format.MARKDOWN


def _is_own(start: str) -> bool:
    """Tell whether a text begins as our own question files do."""
    front = start.split("\n---", 1)[0]
    return start.startswith("---") and "\nkind:" in front and "\ntitle:" in front


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _read(text: str, path: Path, format: Format, mapping: Mapping[str, str] | None) -> Document:
    shown = str(path)
    match format:
        case Format.MARKDOWN | Format.AUTO:
            return markdown.read(text, shown)
        case Format.CSV:
            first = text.partition("\n")[0]
            separator = ";" if first.count(";") > first.count(",") else ","
            return rows.table(text, shown, separator=separator, mapping=mapping)
        case Format.TSV:
            return rows.table(text, shown, separator="\t", mapping=mapping)
        case Format.ANKI:
            return cards.read(text, shown)
        case Format.TRIVIA:
            return trivia.red(text, shown)
        case Format.OPENTDB | Format.JSON:
            return _json(text, shown)
        case Format.OWN:
            return _own(text, path)


def _json(text: str, shown: str) -> Document:
    try:
        value = json.loads(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise BadQuestionFile(
            shown, line, "this is not JSON. Correct it, or name its --format."
        ) from None
    except RecursionError:
        raise BadQuestionFile(shown, 1, "this JSON is nested too deeply. Flatten it.") from None
    if trivia.is_opentdb(value):
        return trivia.opentdb(value, shown)
    found = value.get("questions") if isinstance(value, dict) else value
    if not isinstance(found, list):
        raise BadQuestionFile(shown, 1, 'a list is expected here, or {"questions": [ … ]}.')
    return rows.objects(found, shown)


def _own(text: str, path: Path) -> Document:
    """Return the one question of a file of our own; its place makes its id."""
    absolute = path.absolute()
    question_id = f"{absolute.parent.name}/{absolute.stem}"
    if not question_format.is_id(question_id):
        question_id = f"imported/{absolute.stem}"
    question = question_format.parse(text, question_id, path=str(path), own=True, rubrics=False)
    entry = Entry(question.prompt, 1, answer=question.answer, level=question.level, whole=question)
    return Document(str(path), "Gradus question", (entry,))


# Text ---------------------------------------------------------------------------------------------


def _text(path: Path) -> tuple[str, list[Flag]]:
    """Return a file's text, and what had to be guessed to read it."""
    shown = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadQuestionFile(shown, 1, "this is a folder. Name the files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise BadQuestionFile(shown, 1, "this is not an ordinary file. Name one.")
        if status.st_size > LARGEST:
            raise BadQuestionFile(
                shown,
                1,
                f"this file has {status.st_size:,} bytes; at most {LARGEST:,} are read. Split it.",
            )
        data = path.read_bytes()
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise BadQuestionFile(
            shown, 1, f"this cannot be read: {why}. Check that it is there and readable."
        ) from None
    if data.count(b"\n") > MOST_LINES:
        raise BadQuestionFile(shown, 1, f"this file has more than {MOST_LINES:,} lines. Split it.")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            raise BadQuestionFile(
                shown, 1, "this is not text that we can read. Save it as UTF-8."
            ) from None
    if b"\0" in data:
        raise BadQuestionFile(
            shown, 1, "this is not text. Export it as Markdown, CSV or JSON first."
        )
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        unseen = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in data[:4096])
        if unseen * 50 > len(data[:4096]):
            raise BadQuestionFile(
                shown, 1, "this is not text. Export it as Markdown, CSV or JSON first."
            ) from None
        return data.decode("cp1252", "replace"), [
            Flag(line, "this is not UTF-8; it was read as Windows-1252")
        ]
