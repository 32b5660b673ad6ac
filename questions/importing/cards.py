"""Reads Anki's "Notes in Plain Text": two sides of a card, and its tags.

https://docs.ankiweb.net/importing/text-files.html, "File headers".
"""

from __future__ import annotations

import html
import re

from questions import records
from questions.importing.characters import repaired
from questions.importing.document import Document, Entry, Skipped
from questions.importing.rows import csv_rows, take

_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_SOUND = re.compile(r"\[sound:[^\]]*\]")
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::(.*?))?\}\}", re.DOTALL)


def read(text: str, path: str) -> Document:
    """Return the questions of Anki's "Notes in Plain Text": the first two fields, and the tags."""
    heads: dict[str, str] = {}
    body = text.replace("\r\n", "\n").split("\n")
    count = 0
    while count < len(body) and body[count].startswith("#") and ":" in body[count]:
        name, _, value = body[count][1:].partition(":")
        heads[name.strip().casefold()] = value.strip()
        count += 1
    separator = _SEPARATORS.get(heads.get("separator", "tab").casefold(), "\t")
    special = {
        name: int(value) - 1
        for name, value in heads.items()
        if name.endswith("column") and value.isdigit()
    }
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    is_html = heads.get("html", "true").casefold() == "true"
    for line, cells in csv_rows("\n".join(["", *body[count:]]), path, separator):
        fields = [repaired(cell) for at, cell in enumerate(cells) if at not in special.values()]
        front, back = [*fields, "", ""][:2]
        row: dict[str, records.Value] = {"question": front, "answer": back}
        if (tags := special.get("tags column")) is not None and tags < len(cells):
            row["tags"] = cells[tags]
        if (deck := special.get("deck column")) is not None and deck < len(cells):
            row["topic"] = cells[deck].rpartition("::")[2]
        take(_card(row, html_fields=is_html), line + count - 1, path, entries, skipped)
    return Document(path, "Anki notes", tuple(entries), tuple(skipped))


def _card(row: dict[str, records.Value], *, html_fields: bool) -> dict[str, records.Value]:
    """Return a card's fields as Markdown; a cloze asks for what it hides."""
    front, back = str(row["question"]), str(row["answer"])
    hidden = [found[1] for found in _CLOZE.finditer(front)]
    if hidden:
        row["answer"] = "; ".join([*hidden, *([back] if back.strip() else [])])
        front = _CLOZE.sub(lambda found: f"[{found[2] or '…'}]", front)
    row["question"] = front
    for name in ("question", "answer"):
        value = _SOUND.sub("", str(row[name]))
        row[name] = (markdown_of(value) if html_fields else value).strip()
    return row


_BREAKS = re.compile(r"<br\s*/?>|</(?:div|p|li|tr|h[1-6])>|<(?:ul|ol|div|p)\b[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
_REST = re.compile(r"</?(?:ul|ol|div|p|li|tr|td|span|font|anki-mathjax)\b[^>]*>", re.IGNORECASE)


def markdown_of(text: str) -> str:
    """Return a field of simple HTML as Markdown."""
    if "<" in text or "&" in text:
        text = _BREAKS.sub("\n", text)
        text = _REST.sub("", _ITEM.sub("- ", text))
        text = html.unescape(text).replace("\u00a0", " ")
    return re.sub(r"\n{3,}", "\n\n", text)
