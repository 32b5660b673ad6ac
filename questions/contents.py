"""The table of contents of the shipped bank, ``questions/TOPICS.md``; it reads no file."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Level, Question, Status
from questions.files import Library


def contents(library: Library) -> str:
    """Return the table of contents as Markdown: per topic and level a link to each question."""
    ready = [question for question in library.questions if question.status is Status.READY]
    topics: dict[str, list[Question]] = {}
    for question in ready:
        topics.setdefault(question.topic, []).append(question)
    return "\n".join(_lines(topics, len(ready))) + "\n"


def _lines(topics: dict[str, list[Question]], total: int) -> Iterator[str]:
    yield "# Topics"
    yield ""
    yield (
        f"{total} questions in {len(topics)} topics, made by `make topics` from the files in "
        "`questions/bank/`. Each title leads to its question, with the answer below it."
    )
    yield ""
    for topic in sorted(topics):
        yield f"- [{topic}](#{topic}) ({len(topics[topic])})"
    for topic in sorted(topics):
        yield ""
        yield f"## {topic}"
        for level in Level:
            at_level = [question for question in topics[topic] if question.level is level]
            if at_level:
                yield ""
                yield f"### {level.value.capitalize()}"
                yield ""
                yield from (
                    f"- [{_plain(question.title)}](bank/{question.id}.md) ({question.kind})"
                    for question in sorted(at_level, key=lambda one: one.title.casefold())
                )


def _plain(title: str) -> str:
    """Return a title with what Markdown would take for a mark escaped."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>" else char for char in title)
