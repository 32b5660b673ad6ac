"""Importing, exporting and comparing as somebody at a shell meets them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
from collections.abc import Iterator
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.config.conftest import Home
from tests.config.test_cli import fine, refused
from tests.doubles.process import PATIENCE

DOCUMENT = """\
# Top 3 questions about nets

An introduction.

## 1. What is a net?

A function with weights.

## 2. Define a neural net.

Answer here
"""


@pytest.fixture
def document(home: Home) -> Path:
    """A document beside the settings."""
    path = home.folder / "nets.md"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def test_an_import_says_what_it_found_and_wrote(home: Home, document: Path) -> None:
    said = fine(home.runs("questions", "import", "nets.md"))

    assert said == snapshot("""\
found  answered  unanswered  drafts  new  updated  same  kept  file
    2         1           1       1    2        0     0     0  nets.md (headings)

nets.md
  line 1: 3 announced, 2 found
  skipped line 1: title
  skipped line 3: introduction

Similar questions (`gradus questions dedupe` merges them):
  same (0.93): imported/what-is-a-net and imported/define-a-neural-net: both ask the same of network

2 questions written.
""")
    assert sorted(path.name for path in (home.bank / "imported").iterdir()) == [
        "define-a-neural-net.md",
        "what-is-a-net.md",
    ]
    assert fine(home.runs("questions", "import", "nets.md")).endswith("\n0 questions written.\n")


def test_an_imported_file_names_source_author_and_licence(home: Home, document: Path) -> None:
    words = (
        "--author",
        "Ada",
        "--licence",
        "CC0-1.0",
        "--source",
        "Nets, https://example.org/nets",
    )
    fine(home.runs("questions", "import", "nets.md", *words))

    assert (home.bank / "imported/what-is-a-net.md").read_text() == snapshot("""\
---
title: "What is a net?"
kind: open
level: intermediate
source: ["Nets, question 1, https://example.org/nets"]
author: Ada
licence: CC0-1.0
status: draft
---
What is a net?

## Answer
A function with weights.
""")
    assert "1 finding" not in fine(home.runs("questions", "lint"))


def test_the_report_as_json_has_the_documented_keys(home: Home, document: Path) -> None:
    said = json.loads(fine(home.runs("questions", "import", "nets.md", "--dry-run", "--json")))

    page = (Path(__file__).parent.parent.parent / "questions/IMPORTING.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    [file] = said["files"]
    first = file["questions"][0]
    keys = {*said, *file, *first, *file["skipped"][0], *said["duplicates"][0]}
    assert keys <= documented
    assert documented - keys == {"text", "right"}
    assert (file["announced"], file["found"], file["answered"], file["unanswered"]) == (3, 2, 1, 1)
    assert first == snapshot(
        {
            "number": 1,
            "question": "What is a net?",
            "section": [],
            "level": None,
            "kind": "open",
            "status": "draft",
            "answer": "A function with weights.",
            "choices": [],
            "images": 0,
            "tables": 0,
            "code": 0,
            "formulas": 0,
            "line": 5,
            "flags": [],
            "id": "imported/what-is-a-net",
            "change": "new",
        }
    )
    assert not (home.bank / "imported").exists()


def test_a_file_that_cannot_be_read_makes_the_code_2_and_the_others_are_written(
    home: Home, document: Path
) -> None:
    ended = home.runs("questions", "import", "nets.md", "none.md")

    assert ended.code == 2
    assert "Not read: none.md, line 1: this cannot be read: no such file" in ended.out
    assert ended.out.endswith("2 questions written.\n")


def test_a_bank_that_cannot_be_written_is_named(home: Home, document: Path) -> None:
    (home.folder / "file").write_text("x")

    said = refused(home.runs("questions", "import", "nets.md", "--to", "file"))

    assert said == "file cannot be written: File exists. Name another folder with --to."


@pytest.mark.parametrize("words", ["question", "=2", "question="])
def test_a_mapping_that_is_none_is_refused(home: Home, document: Path, words: str) -> None:
    said = refused(home.runs("questions", "import", "nets.md", "--map", words))

    assert said == f'"{words}" is no mapping. Write --map question=2,answer=Back.'


def test_a_bank_may_do_without_rubrics(home: Home, document: Path) -> None:
    (home.bank / "bank.toml").parent.mkdir(exist_ok=True)
    (home.bank / "bank.toml").write_text('rubrics = "optional"\n')
    fine(home.runs("questions", "import", "nets.md", "--as-ready"))

    assert "imported/what-is-a-net" in fine(home.runs("questions", "list", "--status", "ready"))
    (home.bank / "bank.toml").write_text("rubrics = 3\n")
    assert (
        'the only rule is rubrics = "optional" or "required"' in home.runs("questions", "lint").out
    )


def test_what_was_imported_is_listed_shown_counted_and_found(home: Home, document: Path) -> None:
    fine(home.runs("questions", "import", "nets.md"))

    assert "What is a net?  draft" in fine(home.runs("questions", "list"))
    shown = fine(home.runs("questions", "show", "imported/what-is-a-net", "--answer"))
    assert "A function with weights." in shown
    counted = fine(home.runs("questions", "stats"))
    assert "Unanswered\n  imported/define-a-neural-net\n" in counted
    found = fine(home.runs("questions", "search", "neural net"))
    assert found.startswith(
        "imported/define-a-neural-net  open, intermediate: Define a neural net."
    )
    [first, *_] = json.loads(fine(home.runs("questions", "search", "neural", "--json")))
    assert first["excerpt"] == "Define a neural net."


def test_an_export_says_what_it_leaves_out(home: Home, document: Path) -> None:
    home.ask("training/jumps")

    ended = home.runs("questions", "export", "--format", "anki", "--to", "deck.txt")

    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("Wrote 2 questions to deck.txt.\nAnki's text format carries")
    deck = (home.folder / "deck.txt").read_text()
    assert deck.startswith("#separator:tab\n#html:false\n#guid column:1\n#tags column:4\n")
    rows = json.loads(fine(home.runs("questions", "export")))["questions"]
    assert "training/jumps" in [row["id"] for row in rows]
    assert "no question 'a/b'" in refused(home.runs("questions", "export", "a/b"))
    assert refused(home.runs("questions", "export", "--format", "own")) == (
        "Own files need a folder: --to FOLDER."
    )


def test_an_export_that_cannot_be_written_leaves_what_was_there(home: Home) -> None:
    (home.folder / "deck.csv").mkdir()
    before = sorted(home.folder.rglob("*"))

    for place, why in (
        ("deck.csv", "Is a directory"),
        ("no/deck.csv", "No such file or directory"),
    ):
        said = refused(home.runs("questions", "export", "--format", "csv", "--to", place))
        assert said == f"{place} cannot be written: {why}. Name another file."
    assert sorted(home.folder.rglob("*")) == before


def test_twins_are_shown_and_merged_as_a_file_says(home: Home, document: Path) -> None:
    fine(home.runs("questions", "import", "nets.md"))

    assert fine(home.runs("questions", "dedupe")) == snapshot("""\
same (0.93): both ask the same of network
    imported/define-a-neural-net: Define a neural net.
    imported/what-is-a-net: What is a net?
""")
    [pair] = json.loads(fine(home.runs("questions", "dedupe", "--json")))
    (home.folder / "d.json").write_text(json.dumps([{**pair, "keep": "merge"}]))
    said = fine(home.runs("questions", "dedupe", "--decisions", "d.json"))
    assert said.startswith("imported/define-a-neural-net stays with what only the other had")
    assert fine(home.runs("questions", "dedupe")) == "No two questions ask the same.\n"


# On a terminal ------------------------------------------------------------------------------------


class Screen:
    """The other end of a terminal on which ``gradus questions`` runs."""

    def __init__(self, terminal: int) -> None:
        """Take our end."""
        self.terminal = terminal
        self.shown = ""

    def types(self, line: str) -> None:
        """Type a line."""
        os.write(self.terminal, f"{line}\n".encode())

    def sees(self, text: str) -> None:
        """Wait until a text is shown after all that was waited for; forget what is before it."""
        while text not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], PATIENCE)
            assert ready, self.shown
            self.shown += os.read(self.terminal, 65536).decode(errors="replace")
        self.shown = self.shown.partition(text)[2]


@pytest.fixture
def terminal() -> Iterator[tuple[Screen, int]]:
    """Yield a terminal, and the descriptor of it for a program."""
    ours, theirs = pty.openpty()
    yield Screen(ours), theirs
    os.close(ours)
    os.close(theirs)


def test_on_a_terminal_author_and_licence_are_asked_for_and_a_bar_is_shown(
    home: Home, document: Path, terminal: tuple[Screen, int]
) -> None:
    screen, end = terminal
    words = ("questions", "import", "nets.md")
    with home.starts(*words, stdin=end, stdout=end, stderr=end, env={"TERM": "xterm"}) as gradus:
        screen.sees("Author [unknown]: ")
        screen.types("Ada")
        screen.sees("Licence [unknown]: ")
        screen.types("")
        screen.sees("\u2501\u2501")  # the bar
        screen.sees("2 questions written.")
        assert gradus.wait().code == 0
    written = (home.bank / "imported/what-is-a-net.md").read_text()
    assert "\nauthor: Ada\nlicence: unknown\n" in written


@pytest.mark.parametrize(
    "said, stays",
    [
        ("1", ["define-a-neural-net"]),
        ("2", ["what-is-a-net"]),
        ("m", ["define-a-neural-net"]),
        ("", ["define-a-neural-net", "what-is-a-net"]),
    ],
)
def test_on_a_terminal_one_chooses_between_twins(
    home: Home, document: Path, terminal: tuple[Screen, int], said: str, stays: list[str]
) -> None:
    fine(home.runs("questions", "import", "nets.md"))
    screen, end = terminal

    with home.starts("questions", "dedupe", stdin=end, stdout=end) as gradus:
        screen.sees("imported/define-a-neural-net: Define a neural net.")
        screen.sees("Keep 1, 2, m(erge) or both [both]:")
        screen.types(said)
        assert gradus.wait().code == 0

    assert sorted(path.stem for path in (home.bank / "imported").glob("*.md")) == stays


def test_an_answer_that_is_no_choice_is_asked_again(
    home: Home, document: Path, terminal: tuple[Screen, int]
) -> None:
    fine(home.runs("questions", "import", "nets.md"))
    screen, end = terminal

    with home.starts("questions", "dedupe", stdin=end, stdout=end) as gradus:
        screen.sees("[both]:")
        screen.types("3")
        screen.sees("[both]:")
        screen.types("2")
        assert gradus.wait().code == 0

    assert [path.stem for path in (home.bank / "imported").glob("*.md")] == ["what-is-a-net"]
