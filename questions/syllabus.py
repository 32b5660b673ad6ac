"""The syllabus: which subjects the bank means to cover, each with a permanent slug.

Not the bank's own topics, which are its folders; ``browse`` counts how much is covered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import BadQuestionFile
from bot.model import Level
from questions.front import clean

_LINE = re.compile(r"- `([a-z0-9-]+)` \| (.+) \| (\w+)")


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of the syllabus."""

    slug: str
    text: str
    level: Level
    """Suggested."""
    section: str
    """The heading it stands under."""


def read_syllabus(text: str, path: str) -> tuple[Subject, ...]:
    """Return the subjects of a ``syllabus.md`` in order.

    Raises:
        BadQuestionFile: A line of a list is not ``- `slug` | subject | level``, or a slug is used
            twice.
    """
    subjects: dict[str, Subject] = {}
    section = ""
    for number, line in enumerate(clean(text, path).split("\n"), start=1):
        if line.startswith("#"):
            section = line.lstrip("#").strip()
        if not line.startswith("- "):
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None or found[3] not in list(Level):
            raise BadQuestionFile(
                path, number, f"write - `slug` | subject | level, with {', '.join(Level)}."
            )
        if found[1] in subjects:
            raise BadQuestionFile(path, number, f"the slug {found[1]} is used twice. Rename one.")
        subjects[found[1]] = Subject(found[1], found[2], Level(found[3]), section)
    return tuple(subjects.values())
