"""The banks on disk: the shipped one and folders of one's own, read into one ``Library``.

A bad file never stops the others: it is left out and named among the problems. Nothing is written.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path

from bot.errors import BadQuestionFile
from bot.model import Bank, Question, QuestionId
from questions import format as question_format
from questions.ruling import rubrics_needed
from questions.sources import Work, read_works
from questions.syllabus import Subject, read_syllabus

LARGEST = 200_000
"""Bytes; no question is that long."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file, or something it says, is left out."""

    path: str
    line: int
    """From 1; 0 for the file as a whole."""
    text: str

    def __str__(self) -> str:
        """Return what, where and what to do, in one paragraph."""
        place = f"{self.path}, line {self.line}" if self.line else self.path
        return f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and the file it was read from."""

    question: Question
    path: str
    """As people name the file."""
    text: str
    """The whole file, as it stands."""
    own: bool
    """Whether it comes from a bank of one's own, not from the shipped one."""

    def line_of(self, fragment: str, section: str = "") -> int:
        """Return the line on which some of the question's Markdown begins.

        Args:
            fragment: The Markdown as it stands in the file; its first line is looked for.
            section: The section it stands in; empty for the prompt. If the text is not found, the
                line above the section, its heading, is returned.
        """
        lines = [line.rstrip() for line in self.text.split("\n")]
        mark = f"## {section}" if section else "---"
        first = fragment.split("\n", 1)[0].strip()
        start = next((at for at, line in enumerate(lines) if at and line == mark), 0)
        return next((at for at in range(start + 1, len(lines)) if first in lines[at]), start) + 1

    def line_of_key(self, key: str) -> int:
        """Return the line of a key of the front matter; the first line if it is not given."""
        lines = enumerate(self.text.split("\n"), start=1)
        return next((number for number, line in lines if line.startswith(f"{key}:")), 1)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that could be read of the banks, and what could not."""

    entries: Mapping[QuestionId, Entry] = field(default_factory=dict)
    """By id, in the order of ids; of every status."""
    problems: tuple[Problem, ...] = ()
    replaced: tuple[QuestionId, ...] = ()
    """Shipped questions that own ones stand in for."""
    missing: tuple[Path, ...] = ()
    """Folders that do not exist (yet)."""
    former: Mapping[QuestionId, QuestionId] = field(default_factory=dict)
    """The present id of each former one."""
    works: Mapping[str, Work] = field(default_factory=dict)
    """What may be cited, by key."""
    subjects: tuple[Subject, ...] = ()
    """The syllabus."""
    bank: Bank = field(default_factory=lambda: Bank({}, {}))
    """The questions that may be asked."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions of every status, in the order of ids."""
        return tuple(entry.question for entry in self.entries.values())

    def find(self, question_id: str) -> Question | None:
        """Return the question that has, or once had, an id."""
        present = QuestionId(question_id)
        entry = self.entries.get(self.former.get(present, present))
        return entry.question if entry else None


def read_bank(
    folders: Iterable[Path] = (), *, shipped: bool = True, trusted: bool = False
) -> Library:
    """Return the questions of the shipped bank and of one's own folders.

    A question in an own folder takes the place of the shipped one with the same id. Reading the
    same files again costs little: what their text gave is kept in memory.

    Args:
        folders: Own banks; of two questions with one id the first folder's is taken.
        shipped: Whether the shipped bank is among the banks.
        trusted: Whether the shipped bank's Markdown is taken to be in order, as its tests saw.
    """
    reading = _Reading(trusted=trusted)
    own: dict[QuestionId, Entry] = {}
    missing: list[Path] = []
    for folder in dict.fromkeys(folders):
        if not os.path.lexists(folder):
            missing.append(folder)
            continue
        for entry in reading.bank(folder, str(folder), own=True):
            first = own.setdefault(entry.question.id, entry)
            if first is not entry:
                reading.problems.append(
                    Problem(
                        entry.path,
                        0,
                        f"{first.path} has the id {entry.question.id} too, and that one is used."
                        " Delete one of the two, or move it.",
                    )
                )
    ours: dict[QuestionId, Entry] = {}
    if shipped:
        root = _package()
        for entry in reading.bank(root / "bank", "questions/bank", own=False):
            ours[entry.question.id] = entry
    return reading.library(ours, own, tuple(missing))


def read_files(paths: Iterable[Path]) -> Library:
    """Return the questions of single files, such as one that is being written.

    The last two parts of a path make the id. Files inside the shipped bank are held to its rules.
    """
    reading = _Reading()
    root = (_package() / "bank").resolve()
    entries: dict[QuestionId, Entry] = {}
    for path in dict.fromkeys(paths):
        own = not path.resolve().is_relative_to(root)
        for entry in reading.file(path, path.absolute(), str(path), own=own):
            entries[entry.question.id] = entry
    return reading.library(entries, {}, ())


def _package() -> Path:
    """Return the folder that holds the shipped bank, its sources and its syllabus."""
    return Path(str(resources.files("questions")))


class _Reading:
    """One pass over the banks, and the problems it met."""

    def __init__(self, *, trusted: bool = False) -> None:
        self.trusted = trusted
        self.problems: list[Problem] = []
        self.works_text = self._shipped_text("sources.yaml")
        self.works: Mapping[str, Work] = {}
        self.ruled: dict[Path, bool] = {}
        self.subjects: tuple[Subject, ...] = ()
        try:
            self.works = _works(self.works_text)
            self.subjects = _subjects(self._shipped_text("syllabus.md"))
        except BadQuestionFile as error:
            self.works_text = self.works_text if self.works else ""
            self._add(error)

    def _shipped_text(self, name: str) -> str:
        return self.text(_package() / name, f"questions/{name}") or ""

    def _add(self, error: BadQuestionFile) -> None:
        self.problems.append(Problem(error.path, error.line, error.problem))

    def bank(self, root: Path, shown: str, *, own: bool) -> Iterator[Entry]:
        """Yield the questions of a folder, ``topic/slug.md``, in the order of their ids."""
        real = root.resolve()
        for topic in self._inside(root, shown):
            place = f"{shown}/{topic.name}"
            if not _is_folder(topic):
                if _is_question(topic.name):
                    self.problems.append(
                        Problem(
                            place, 0, "a question lies in a folder named after its topic. Move it."
                        )
                    )
                continue
            if _leads_out(topic, real):
                self.problems.append(
                    Problem(
                        place, 0, "this link leads out of the bank. Put the folder itself there."
                    )
                )
                continue
            for path in self._inside(topic, place):
                within = f"{place}/{path.name}"
                if _is_folder(path):
                    if any(_is_question(each.name) for each in self._inside(path, within)):
                        self.problems.append(
                            Problem(
                                within, 0, "a folder within a topic is not read. Move its files up."
                            )
                        )
                elif _is_question(path.name):
                    if _leads_out(path, real):
                        self.problems.append(
                            Problem(
                                within, 0, "this link leads out of the bank. Copy the file there."
                            )
                        )
                    else:
                        yield from self.file(path, path, within, own=own)

    def _inside(self, folder: Path, shown: str) -> Sequence[Path]:
        """Return what is in a folder, hidden names left out, in order."""
        try:
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            self.problems.append(_unreadable(shown, error))
            return ()
        return [folder / name for name in names if not name.startswith(".")]

    def file(self, path: Path, absolute: Path, shown: str, *, own: bool) -> Iterator[Entry]:
        """Yield the question of a file, or nothing but a problem."""
        text = self.text(path, shown)
        if text is None:
            return
        question_id = f"{absolute.parent.name}/{absolute.stem}"
        try:
            sound = self.trusted and not own
            rubrics = not own or self.rubrics(absolute.parent.parent)
            question = _parsed(
                text,
                question_id,
                shown,
                self.works_text,
                own=own,
                sound=sound,
                rubrics=rubrics,
            )
        except BadQuestionFile as error:
            self._add(error)
        else:
            yield Entry(question, shown, text, own)

    def rubrics(self, bank: Path) -> bool:
        """Tell whether a bank's open questions need a rubric to be ready."""
        if bank not in self.ruled:
            try:
                self.ruled[bank] = rubrics_needed(bank)
            except BadQuestionFile as error:
                self.ruled[bank] = True
                self._add(error)
        return self.ruled[bank]

    def text(self, path: Path, shown: str) -> str | None:
        """Return the text of a file, or nothing and a problem."""
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                self.problems.append(Problem(shown, 0, "this is not an ordinary file. Remove it."))
                return None
            if status.st_size > LARGEST:
                size = f"{status.st_size:,} bytes long; at most {LARGEST:,} are read"
                self.problems.append(Problem(shown, 0, f"this file is {size}. Shorten it."))
                return None
            data = path.read_bytes()
        except OSError as error:
            self.problems.append(_unreadable(shown, error))
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.problems.append(Problem(shown, line, "this is not UTF-8. Save the file as UTF-8."))
            return None

    def library(
        self,
        shipped: Mapping[QuestionId, Entry],
        own: Mapping[QuestionId, Entry],
        missing: tuple[Path, ...],
    ) -> Library:
        """Return everything that was read."""
        merged = {**shipped, **own}
        entries = {question_id: merged[question_id] for question_id in sorted(merged)}
        replaced = tuple(question_id for question_id in sorted(own) if question_id in shipped)
        former: dict[QuestionId, QuestionId] = {}
        for question_id, entry in entries.items():
            was = set(entry.question.was)
            if question_id in replaced:  # the ids a shipped question once had lead to its successor
                was |= set(shipped[question_id].question.was)
            for old in sorted(was):
                other = entries.get(old) or entries.get(former.get(old, old))
                if other is None:
                    former[old] = question_id
                    continue
                self.problems.append(
                    Problem(
                        entry.path,
                        entry.line_of_key("was"),
                        f"{old} stands under was, but {other.path} has or had that id."
                        " Take it out of one of the two.",
                    )
                )
        return Library(
            entries,
            tuple(self.problems),
            replaced,
            missing,
            former,
            self.works,
            self.subjects,
            Bank.of(tuple(entry.question for entry in entries.values())),
        )


def _is_question(name: str) -> bool:
    return name.endswith(".md") and name.upper() != "README.MD"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # reading it will say why
        return False


def _leads_out(path: Path, bank: Path) -> bool:
    """Tell whether a path is a link to somewhere outside the bank."""
    try:
        return path.is_symlink() and not path.resolve(strict=True).is_relative_to(bank)
    except (OSError, RuntimeError):  # a link to nothing or to itself; reading it will say so
        return False


def _unreadable(shown: str, error: OSError) -> Problem:
    why = (error.strerror or "unknown error").lower()
    return Problem(shown, 0, f"this cannot be read: {why}. Check that it is there and readable.")


@lru_cache(maxsize=4096)
def _parsed(
    text: str,
    question_id: str,
    path: str,
    works_text: str,
    *,
    own: bool,
    sound: bool,
    rubrics: bool,
) -> Question:
    """Return what a text gives; kept, because all is read again whenever one file changes."""
    works = _works(works_text)
    return question_format.parse(
        text, question_id, path=path, works=works, own=own, sound=sound, rubrics=rubrics
    )


@lru_cache(maxsize=4)
def _works(text: str) -> Mapping[str, Work]:
    return read_works(text, "questions/sources.yaml")


@lru_cache(maxsize=4)
def _subjects(text: str) -> tuple[Subject, ...]:
    return read_syllabus(text, "questions/syllabus.md")
