"""The question file: the text of one file in, a ``Question`` out, or an error that names the line.

It reads no disk and knows no other question: ``files`` does. CONTRACTS, "Question file", is the
format; ``writer`` writes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import prose
from bot.errors import BadQuestionFile
from bot.model import Kind, Level, NumberKey, Option, Question, QuestionId, Source, Status
from questions import sources
from questions.front import Front, clean, listed, nearest, read_mapping, split
from questions.numeric import NUMERIC_KEYS, number_key
from questions.sections import Item, Section, below, read_items, read_sections
from questions.sources import Work

LONGEST_TITLE = 75
"""Characters."""
RUBRIC = (3, 6)
"""Fewest and most points."""
OPTIONS = (2, 6)
"""Fewest and most options; their keys are ``a`` to ``f``."""
KEYS = (
    *("title", "kind", "level", "source", "tags", "covers", "author", "licence", "status"),
    *NUMERIC_KEYS,
    *("order", "was"),
)
"""The keys there are, in the order in which they are written."""
SECTION_OF: Mapping[Kind, str] = {
    Kind.CHOICE: "Choices",
    Kind.MULTI: "Choices",
    Kind.SHORT: "Accepted",
    Kind.OPEN: "Rubric",
}
"""The section that belongs to a kind, and to no other."""

_READY = ("title", "kind", "level", "source", "author", "licence")
_ALWAYS = ("title", "kind")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")


def parse(
    text: str,
    question_id: str,
    *,
    path: str = "",
    works: Mapping[str, Work] | None = None,
    own: bool = False,
    sound: bool = False,
    rubrics: bool = True,
) -> Question:
    """Return the question that a file holds.

    Args:
        text: The whole file.
        question_id: ``topic/slug``, its path in the bank without ``.md``.
        path: The file as errors name it; by default ``<question_id>.md``.
        works: What ``source`` may cite, by key.
        own: Whether the bank is one's own, where ``source`` may be free text or an address.
        sound: Whether its Markdown and formulas are known to be in order; to check them takes most
            of the time.
        rubrics: Whether an open question needs a rubric to be ready.

    Raises:
        BadQuestionFile: Something in it is not as the format says.
    """
    path = path or f"{question_id}.md"
    check_id(question_id, path)
    text = clean(text, path)
    matter, after = split(text, path)
    front = Front(path, read_mapping(matter, path, first=2))
    prompt, sections = read_sections(text, after, path, sound=sound)
    last = text.rstrip("\n").count("\n") + 1
    reader = _Reader(path, front, prompt, sections, last, rubrics=rubrics)
    question = reader.question(question_id, works or {}, own=own, version=version(text))
    for problem in prose.problems(below(text, after)) if "$" in text and not sound else ():
        if problem.fatal:
            raise BadQuestionFile(path, problem.line, problem.text)
    return question


def is_id(question_id: str) -> bool:
    """Tell whether something is ``topic/slug`` as files may be called."""
    return _ID.fullmatch(question_id) is not None


def check_id(question_id: str, path: str) -> None:
    """Refuse an id that is not ``topic/slug``.

    Raises:
        BadQuestionFile: It is not.
    """
    if not is_id(question_id):
        raise BadQuestionFile(
            path,
            1,
            f'the file\'s place makes its id, and "{question_id}" is none. Name folder and file'
            " with small letters a to z, digits and single hyphens: topic/slug.md.",
        )


def version(text: str) -> str:
    """Return the version of a file's text: 12 hexadecimal digits of its SHA-256.

    A byte order mark and the kind of line ends make no difference.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes a question of the parts of a file."""

    path: str
    front: Front
    prompt: Section
    sections: Mapping[str, Section]
    last: int
    """The file's last line."""
    rubrics: bool
    """Whether an open question needs a rubric to be ready."""

    def question(
        self, question_id: str, works: Mapping[str, Work], *, own: bool, version: str
    ) -> Question:
        """Return the question."""
        front = self.front
        front.known(KEYS)
        status = front.word("status", Status, Status.READY)
        self._required(status)
        kind = front.word("kind", Kind, Kind.OPEN)
        title = front.text("title")
        if status is Status.READY and len(title) > LONGEST_TITLE:
            raise front.fail(
                "title",
                f"the title has {len(title)} characters; at most {LONGEST_TITLE} fit. Shorten it:"
                " the prompt asks the question.",
            )
        self._fitting(kind, status)
        if not self.prompt.text.strip():
            raise BadQuestionFile(
                self.path,
                self.prompt.line,
                "there is no prompt. Write the question below the front matter.",
            )
        return Question(
            id=QuestionId(question_id),
            title=title,
            kind=kind,
            level=front.word("level", Level, Level.INTERMEDIATE),
            topic=question_id.partition("/")[0],
            prompt=self.prompt.text,
            answer=self.sections["Answer"].text if "Answer" in self.sections else "",
            options=self._options(kind, status),
            accepted=self._accepted(),
            number=self._number(kind, status),
            rubric=self._rubric(status),
            hints=self._texts("Hints", numbered=True),
            follow_ups=self._texts("Follow-ups"),
            sources=self._sources(works, own=own),
            tags=front.texts("tags", "attention, softmax"),
            covers=front.texts("covers", "attention-scaling-why"),
            author=front.text("author"),
            licence=front.text("licence"),
            status=status,
            order_fixed=self._order_fixed(kind),
            was=self._was(question_id),
            version=version,
        )

    def _required(self, status: Status) -> None:
        """Refuse a file without the keys that its status needs."""
        needed = _READY if status is Status.READY else _ALWAYS
        missing = [
            key for key in needed if key not in self.front.nodes or not self.front.nodes[key].data
        ]
        if missing:
            draft = ", or write status: draft" if set(missing) - set(_ALWAYS) else ""
            raise BadQuestionFile(
                self.path,
                1,
                f"{listed(missing, 'and')} {'is' if len(missing) == 1 else 'are'} missing. A"
                f" question with status {status} needs {listed(needed, 'and')}. Add"
                f" {'it' if len(missing) == 1 else 'them'}{draft}.",
            )

    def _fitting(self, kind: Kind, status: Status) -> None:
        """Refuse sections that do not fit the kind, that are missing, or that are empty."""
        for name, section in self.sections.items():
            kinds = [each for each, belongs in SECTION_OF.items() if belongs == name]
            if kinds and kind not in kinds:
                raise BadQuestionFile(
                    self.path,
                    section.line,
                    f"the section {name} belongs to {listed(kinds, 'and')} questions, and this one"
                    f" is {kind}. Change kind, or delete the section.",
                )
            if not section.text.strip():
                raise BadQuestionFile(
                    self.path,
                    section.line,
                    f"the section {name} is empty. Fill it in, or delete its heading.",
                )
        if status is Status.UNANSWERED:
            return
        for name in (SECTION_OF.get(kind, "Answer"), "Answer"):
            if name == "Rubric" and (status is Status.DRAFT or not self.rubrics):
                continue
            if name not in self.sections:
                raise BadQuestionFile(
                    self.path,
                    self.last,
                    f"the section {name} is missing. Every {kind} question has one, unless its"
                    f" status is unanswered. Add ## {name}.",
                )

    def _options(self, kind: Kind, status: Status) -> tuple[Option, ...]:
        """Return the options of the section Choices."""
        section = self.sections.get("Choices")
        if section is None:
            return ()
        items = read_items(section, self.path)
        fewest, most = OPTIONS
        if not fewest <= len(items) <= most:
            raise BadQuestionFile(
                self.path,
                section.line,
                f"there {_are(len(items))} here, and a question has {fewest} to {most}."
                f" {'Add one.' if len(items) < fewest else 'Leave some out.'}",
            )
        options = tuple(self._option("abcdef"[place], item) for place, item in enumerate(items))
        right = sum(option.right for option in options)
        least = 0 if status is Status.UNANSWERED else 2 if kind is Kind.MULTI else 1
        if right < least or (kind is Kind.CHOICE and right > 1):
            wanted = "exactly one" if kind is Kind.CHOICE else "at least two"
            other = " For several right options write kind: multi." if right > 1 else ""
            other = other or (" For one write kind: choice." if right == 1 else "")
            raise BadQuestionFile(
                self.path,
                section.line,
                f"a {kind} question has {wanted} right, marked [x]; here {_of(right)}.{other}",
            )
        return options

    def _option(self, key: str, item: Item) -> Option:
        if item.ticked is None or not item.first:
            raise BadQuestionFile(
                self.path,
                item.line,
                "an option begins with - [ ] if it is wrong and - [x] if it is right, then a space"
                " and its text. Write it so.",
            )
        if item.ticked and item.rest:
            raise BadQuestionFile(
                self.path,
                item.line,
                "a right option needs no why of its own. Move what is indented below it to the"
                " section Answer.",
            )
        return Option(key, item.first, item.ticked, item.rest)

    def _accepted(self) -> tuple[str, ...]:
        if "Accepted" not in self.sections:
            return ()
        items = read_items(self.sections["Accepted"], self.path)
        for item in items:
            if item.rest or "\n" in item.first:
                raise BadQuestionFile(
                    self.path,
                    item.line,
                    "an accepted answer is one line. Put each into an item of its own.",
                )
        return tuple(item.first for item in items)

    def _rubric(self, status: Status) -> tuple[str, ...]:
        points = self._texts("Rubric")
        fewest, most = RUBRIC
        if points and status is Status.READY and not fewest <= len(points) <= most:
            raise BadQuestionFile(
                self.path,
                self.sections["Rubric"].line,
                f"a rubric has {fewest} to {most} points, and this one has {len(points)}."
                f" {'Split a point.' if len(points) < fewest else 'Join some of them.'}",
            )
        return points

    def _texts(self, name: str, *, numbered: bool = False) -> tuple[str, ...]:
        section = self.sections.get(name)
        if section is None:
            return ()
        return tuple(item.text for item in read_items(section, self.path, numbered=numbered))

    def _number(self, kind: Kind, status: Status) -> NumberKey | None:
        if kind is Kind.NUMERIC:
            return number_key(self.front, needed=status is not Status.UNANSWERED)
        for key in NUMERIC_KEYS:
            if key in self.front.nodes:
                raise self.front.fail(
                    key,
                    f"{key} belongs to numeric questions, and this one is {kind}. Change kind, or"
                    " delete the line.",
                )
        return None

    def _sources(self, works: Mapping[str, Work], *, own: bool) -> tuple[Source, ...]:
        found: list[Source] = []
        for reference in self.front.texts("source", "vaswani-2017 §3.2.1", single=own):
            source = sources.cite(reference, works)
            if source is None and not own:
                key = reference.split(" ")[0]
                raise self.front.fail(
                    "source",
                    f'"{key}" is not in questions/sources.yaml. Add the work there, or correct the'
                    f" key.{nearest(key, works)}",
                )
            found.append(source or sources.free_text(reference))
        return sources.joined(found)

    def _order_fixed(self, kind: Kind) -> bool:
        order = self.front.text("order")
        if order and (order != "fixed" or SECTION_OF.get(kind) != "Choices"):
            raise self.front.fail(
                "order",
                f'"order: {order}" is not known here. Only order: fixed is, for {Kind.CHOICE} and'
                f" {Kind.MULTI}: options that may not be shuffled.",
            )
        return bool(order)

    def _was(self, question_id: str) -> tuple[QuestionId, ...]:
        former = self.front.texts("was", "old-topic/old-slug")
        for each in former:
            if not _ID.fullmatch(each) or each == question_id:
                raise self.front.fail(
                    "was",
                    f'"{each}" is not a former id of this file. Write was: [old-topic/old-slug].',
                )
        return tuple(QuestionId(each) for each in former)


def _are(count: int) -> str:
    return "is 1 option" if count == 1 else f"are {count} options"


def _of(count: int) -> str:
    return {0: "none is", 1: "one is"}.get(count, f"{count} are")
