"""Reads tables: CSV and TSV with a header or a mapping, tables in Markdown, lists of JSON objects.

A column is known by its name, in whatever words people use for it; ``--map`` names it otherwise.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.errors import BadQuestionFile, UsageError
from bot.model import Level
from questions import records
from questions.importing import signs
from questions.importing.characters import repaired
from questions.importing.document import Choice, Document, Entry, Flag, Skipped
from questions.importing.lines import Line
from questions.importing.lines import read as read_lines
from questions.importing.mending import cells_of, is_rule, mend
from questions.writer import write

MOST = 20_000
"""Questions of one table; more are refused."""
_NAMES: Mapping[str, frozenset[str]] = {
    what: frozenset(words.split())
    for what, words in {
        "question": "question questions prompt front q questiontext stem text",
        "answer": "answer answers back a solution explanation modelanswer why",
        "right": "right correct correctanswer rightanswer correctoption key answerkey solutionkey",
        "options": "options choices alternatives",
        "wrong": "incorrectanswers wronganswers incorrect distractors",
        "topic": "topic category section subject area field deck",
        "level": "level difficulty hardness",
        "title": "title name heading",
        "tags": "tags tag labels keywords",
        "hints": "hint hints clue",
        "author": "author by creator",
        "licence": "licence license",
        "source": "source reference references link url",
        "number": "number no nr n id",
        "accepted": "accepted acceptedanswers",
    }.items()
}
"""What people call the columns, in small letters without spaces."""
_OPTION = re.compile(r"(?:option|choice|answer|opt)?(?P<which>[a-h]|[1-8])$")
_EASY = {"easy": Level.BEGINNER, "medium": Level.INTERMEDIATE, "hard": Level.ADVANCED}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def table(
    text: str, path: str, *, separator: str, mapping: Mapping[str, str] | None = None
) -> Document:
    """Return the questions of a CSV or TSV text.

    Args:
        text: The whole file.
        path: As errors name it.
        separator: What stands between cells.
        mapping: Which column (by name, or by number from 1) holds what; else the header says.

    Raises:
        BadQuestionFile: It is no table, has no header we know, or too many rows.
    """
    rows = csv_rows(text, path, separator)
    line, first = next(rows, (1, []))
    header = [_plain(cell) for cell in first]
    columns = _mapped(mapping, first, path, line) if mapping else _columns(header)
    if "question" not in columns:
        named = ", ".join(f'"{cell}"' for cell in first[:12]) or "nothing"
        raise BadQuestionFile(
            path,
            line,
            f"no column is called question; the first row holds {named}. Add a header, or say which"
            " column is which: --map question=1,answer=2",
        )
    ours = {"id", "kind", "status", "question"} <= set(first)
    if ours:
        columns = {name: at for at, name in enumerate(first) if name in records.FIELDS}
    if mapping and not any(_plain(key) in header for key in mapping.values()):
        rows = _chain((line, first), rows)
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for line, found in rows:
        row: dict[str, records.Value] = {
            name: found[at] if ours else repaired(found[at]).strip()
            for name, at in columns.items()
            if at < len(found)
        }
        take(row, line, path, entries, skipped)
    shape = "Gradus export" if ours else f"table with {len(first)} columns"
    return Document(path, shape, tuple(entries), tuple(skipped))


def _chain(
    first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def grid(lines: Sequence[Line], path: str) -> Document | None:
    """Return the questions of a Markdown page's tables; ``None`` if none has a column of them."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    at = 1
    while at < len(lines):
        columns: dict[str, int] = {}
        if is_rule(lines[at]) and "|" in lines[at - 1].text:
            columns = _columns([_plain(cell) for cell in cells_of(lines[at - 1].text)])
        at += 1
        while "question" in columns and at < len(lines) and "|" in lines[at].text:
            found = cells_of(lines[at].text)
            row: dict[str, records.Value] = {
                name: found[place] for name, place in columns.items() if place < len(found)
            }
            take(row, lines[at].number, path, entries, skipped)
            at += 1
    return Document(path, "table in Markdown", tuple(entries), tuple(skipped)) if entries else None


def csv_rows(text: str, path: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadQuestionFile(
            path, line, f"this row cannot be read ({error}). Close every quote; double one inside."
        ) from None


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return which column holds what, as its name says; of two the first is taken."""
    found: dict[str, int] = {}
    for at, name in enumerate(header):
        option = _OPTION.fullmatch(name)
        known = next((each for each, names in _NAMES.items() if name in names), "")
        if option and not (known and len(name) == 1):
            letter = option["which"]
            known = f"option_{'abcdefgh'[int(letter) - 1] if letter.isdigit() else letter}"
        if known:
            found.setdefault(known, at)
    letters = [at for at, name in enumerate(header) if re.fullmatch("[a-h]", name)]
    if len(letters) >= 2:  # columns A, B, C …: options, and "a" is no answer then
        found = {name: at for name, at in found.items() if at not in letters}
        found |= {f"option_{header[at]}": at for at in letters}
    options = any(name.startswith("option_") for name in found)
    if options and "right" not in found and "answer" in found:
        found["right"] = found.pop("answer")
    return found


def _mapped(
    mapping: Mapping[str, str], header: Sequence[str], path: str, line: int
) -> dict[str, int]:
    """Return which column holds what, as somebody says."""
    known = {*_NAMES, *(f"option_{letter}" for letter in "abcdefgh")}
    names = {_plain(cell): at for at, cell in enumerate(header)}
    out: dict[str, int] = {}
    for what, column in mapping.items():
        if what not in known:
            raise UsageError(
                f'"{what}" is nothing a column can hold. There are {", ".join(sorted(known))}.'
            )
        at = int(column) - 1 if column.isdigit() else names.get(_plain(column), -1)
        if not 0 <= at < len(header):
            raise BadQuestionFile(
                path,
                line,
                f'there is no column "{column}" here, only {len(header)}. Correct --map.',
            )
        out[what] = at
    return out


def take(
    row: Mapping[str, records.Value],
    line: int,
    path: str,
    entries: list[Entry],
    skipped: list[Skipped],
) -> None:
    """Add what one row holds."""
    if len(entries) >= MOST:
        raise BadQuestionFile(
            path, line, f"at most {MOST:,} questions are read of one table. Split it."
        )
    if records.is_whole(row):
        try:
            whole = records.question(row)
            write(whole, rubrics=False)
        except UsageError as error:
            skipped.append(Skipped(line, line, str(error)))
            return
        entries.append(
            Entry(whole.prompt, line, answer=whole.answer, level=whole.level, whole=whole)
        )
        return
    entry = entry_of(row, line)
    if entry is None:
        skipped.append(Skipped(line, line, "no question in this row"))
    else:
        entries.append(entry)


def entry_of(row: Mapping[str, records.Value], line: int) -> Entry | None:
    """Return the entry of one row of known columns; ``None`` if it asks nothing."""

    def text(name: str) -> str:
        value = row.get(name, "")
        return value if isinstance(value, str) else "\n".join(value)

    def texts(name: str) -> list[str]:
        value = row.get(name, [])
        return list(value) if isinstance(value, list) else records.unpacked(value)

    asked = signs.asked(text("question"))
    question, hint = signs.without_hint(asked.text if asked.labelled else text("question"))
    if not question.strip():
        return None
    flags: list[Flag] = []
    answer, choices, accepted = text("answer"), _choices(row, texts, line, flags), texts("accepted")
    mended = mend(read_lines(answer)[0])
    number = text("number")
    section = text("topic")
    return Entry(
        mend(read_lines(question)[0]).text,
        line,
        int(number) if number.isdigit() and len(number) < 5 else asked.number,
        (section,) if section else (),
        _EASY.get(text("level").casefold()) or signs.level_of(text("level")),
        "" if signs.is_placeholder(answer) else mended.text,
        choices,
        tuple(accepted),
        (*([hint] if hint else []), *texts("hints")),
        tags=tuple(re.split(r"[,;\s]+", text("tags").strip())) if text("tags").strip() else (),
        flags=(*flags, *(Flag(line, flag.why) for flag in mended.flags)),
        extra={
            name: text(name)
            for name in ("title", "topic", "author", "licence", "source")
            if text(name)
        },
    )


def _choices(
    row: Mapping[str, records.Value],
    texts: Callable[[str], list[str]],
    line: int,
    flags: list[Flag],
) -> tuple[Choice, ...]:
    """Return the options of a row, the right ones known by letter, number or words."""
    options = [
        str(row[name]).strip()
        for letter in "abcdefgh"
        if (name := f"option_{letter}") in row and str(row[name]).strip()
    ]
    if not options and "options" in row:
        options = texts("options")
        if len(options) == 1:
            options = [each.strip() for each in re.split(r"\s*[;|]\s*", options[0]) if each.strip()]
    wrong = texts("wrong")
    named = texts("right")
    if wrong and named and not options:
        return tuple(
            shuffled(
                [
                    *(Choice(each, right=True) for each in named),
                    *(Choice(each, right=False) for each in wrong),
                ]
            )
        )
    if len(options) < 2:
        return ()
    right = {
        place
        for place, option in enumerate(options)
        if option.casefold() in {each.casefold() for each in named}
    }
    if not right:
        for each in named:
            for letter in re.findall(r"(?<![a-z0-9])(?:[a-h]|[1-8])(?![a-z0-9])", each.casefold()):
                right.add("abcdefgh".index(letter) if letter.isalpha() else int(letter) - 1)
    right = {place for place in right if place < len(options)}
    if not right:
        flags.append(Flag(line, "no option is marked as right"))
    return tuple(Choice(text, place in right) for place, text in enumerate(options))


def shuffled(choices: Iterable[Choice]) -> list[Choice]:
    """Return options in the order of their words, which does not tell the right one."""
    return sorted(choices, key=lambda choice: (signs.key(choice.text), choice.text))


# JSON ---------------------------------------------------------------------------------------------


def objects(rows: Sequence[object], path: str) -> Document:
    """Return the questions of a list of JSON objects, ours or anybody's."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    ours = False
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            skipped.append(Skipped(place, place, "not an object with a question"))
            continue
        known: dict[str, records.Value] = {}
        whole = records.is_whole(row)
        for name, value in row.items():
            plain = _plain(str(name))
            known_name = next((each for each, names in _NAMES.items() if plain in names), "")
            target = name if whole or name in records.FIELDS else known_name
            if target:
                known[target] = _value(value) if whole else _mended(_value(value))
        ours = ours or whole
        take(known, place, path, entries, skipped)
    return Document(
        path, "Gradus export" if ours else "JSON objects", tuple(entries), tuple(skipped)
    )


def _mended(value: records.Value) -> records.Value:
    return repaired(value) if isinstance(value, str) else [repaired(each) for each in value]


def _value(value: object) -> records.Value:
    if isinstance(value, list):
        return [each if isinstance(each, str) else json.dumps(each) for each in value]
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)
