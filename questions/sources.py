"""The works that questions cite: ``sources.yaml``, and what a citation shows of a work.

Not a bibliography: a reader needs just enough to find the place and check it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import BadQuestionFile
from bot.model import Source
from questions.front import Node, clean, nearest, read_mapping

_KEY = re.compile(r"[a-z][a-z-]*-\d{4}[a-z]?")
_ADDRESS = re.compile(r"(?:(?P<text>.*?),? )?(?P<address>(?:https?://|arXiv:|doi:|ISBN )\S+)")
_FIELDS = ("title", "authors", "year", "address")


@dataclass(frozen=True, slots=True)
class Work:
    """A paper, book or page that questions cite."""

    key: str
    """``author-year``, as questions write it."""
    title: str
    authors: tuple[str, ...]
    """Full names, in the work's own order."""
    year: str
    address: str
    """``arXiv:…``, ``doi:…``, ``ISBN …`` or a web address."""

    @property
    def short(self) -> str:
        """Authors and year as a citation shows them: ``Kingma & Ba 2015``."""
        names = [_surname(author) for author in self.authors]
        if len(names) > 2:
            return f"{names[0]} et al. {self.year}"
        return f"{' & '.join(names)} {self.year}"


def read_works(text: str, path: str) -> Mapping[str, Work]:
    """Return the works of a ``sources.yaml`` by key.

    Raises:
        BadQuestionFile: An entry is incomplete or malformed.
    """
    entries = read_mapping(clean(text, path), path)
    return {key: _work(key, node, path) for key, node in entries.items()}


def _work(key: str, node: Node, path: str) -> Work:
    if not _KEY.fullmatch(key):
        raise BadQuestionFile(
            path, node.line, f'"{key}" is not a key. Write author-year, such as kingma-2015.'
        )
    fields = node.data
    if not isinstance(fields, Mapping):
        raise BadQuestionFile(path, node.line, f"{key} has no {', '.join(_FIELDS)}. Add them.")
    for name, field in fields.items():
        if name not in _FIELDS:
            raise BadQuestionFile(
                path,
                field.line,
                f'a work has no "{name}". It has {", ".join(_FIELDS)}.{nearest(name, _FIELDS)}',
            )
    texts = {name: field.data for name, field in fields.items() if isinstance(field.data, str)}
    for name in ("title", "year", "address"):
        if not texts.get(name):
            raise BadQuestionFile(path, node.line, f"{key} has no {name}. Add it, as text.")
    authors = fields["authors"].data if "authors" in fields else ()
    names = [author.data for author in authors if isinstance(author, Node)]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise BadQuestionFile(
            path, node.line, f"{key} has no list of authors. Write authors: [First Last, …]."
        )
    if not re.fullmatch(r"\d{4}", texts["year"]):
        raise BadQuestionFile(
            path, fields["year"].line, f'"{texts["year"]}" is not a year of four digits.'
        )
    if not (found := _ADDRESS.fullmatch(texts["address"])) or found["text"]:
        raise BadQuestionFile(
            path,
            fields["address"].line,
            f'"{texts["address"]}" is no address. Write arXiv:…, doi:…, ISBN … or https://….',
        )
    return Work(key, texts["title"], tuple(map(str, names)), texts["year"], texts["address"])


def _surname(name: str) -> str:
    """Return the last name with what belongs to it: ``de Jong`` of ``Michiel de Jong``.

    A name in braces is one of an institution and stays whole: ``{European Union}``.
    """
    if name.startswith("{") and name.endswith("}"):
        return name[1:-1]
    words = name.split()
    small = [index for index, word in enumerate(words) if index and word.islower()]
    return " ".join(words[small[0] :] if small else words[-1:])


def cite(reference: str, works: Mapping[str, Work]) -> Source | None:
    """Return what ``vaswani-2017 §3.2.1`` cites; ``None`` if it does not begin with a known key."""
    key, _, place = reference.partition(" ")
    work = works.get(key)
    if work is None:
        return None
    return Source(f"{work.short}, {place.strip()}" if place else work.short, work.address)


def joined(cited: Sequence[Source]) -> tuple[Source, ...]:
    """Return citations with places of one work put together: ``Vaswani et al. 2017, §1, §3``."""
    works: dict[tuple[str, str], list[str]] = {}
    for source in cited:
        work, _, place = source.text.partition(", ")
        works.setdefault((work, source.address), []).append(place)
    return tuple(
        Source(", ".join([work, *filter(None, places)]), address)
        for (work, address), places in works.items()
    )


def free_text(reference: str) -> Source:
    """Return a citation written out, as in a bank of one's own: ``Ng 2018, chapter 5, https://…``.

    An address at its end is kept apart from the words before it.
    """
    found = _ADDRESS.fullmatch(reference)
    if found is None:
        return Source(reference)
    return Source(found["text"] or found["address"], found["address"])


def written(source: Source) -> str:
    """Return a citation as free text that ``free_text`` reads back."""
    if not source.address or source.address == source.text:
        return source.text
    return f"{source.text}, {source.address}"
