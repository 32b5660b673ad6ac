"""Imports into a bank: all or nothing, twice the same, editions, edited files, refusals."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.errors import BadQuestionFile, UsageError
from bot.model import Status
from questions.files import Library, read_bank
from questions.formats import Format
from questions.importing import importer, reading, writing
from questions.importing.importer import Wanted
from questions.importing.making import Terms
from questions.importing.report import Report
from questions.importing.writing import Change, bank_to_write
from tests.doubles.rights import without_power

FIRST = """# Nets

## 1. What is a net?

A function.

## 2. What is a weight?

A number.
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "nets.md"
    path.write_text(FIRST, encoding="utf-8")
    return path


def run(bank: Path, *paths: Path, overwrite: bool = False, terms: Terms | None = None) -> Report:
    """Import documents into a bank."""
    wanted = Wanted(paths, bank, terms or Terms(), overwrite=overwrite)
    return importer.run(wanted, read_bank([bank], shipped=False))


def changes(report: Report) -> list[Change]:
    """Return what became of each question, in order."""
    return [step.change for step in report.plan.steps]


def files(bank: Path) -> dict[str, str]:
    """Return everything a bank holds, hidden files but the lock included."""
    return {
        str(path.relative_to(bank)): path.read_text(encoding="utf-8")
        for path in sorted(bank.rglob("*"))
        if path.is_file() and path.name != ".import-lock"
    }


def test_questions_become_files_that_the_bank_reads(bank: Path, document: Path) -> None:
    report = run(bank, document, terms=Terms(author="Ada", licence="CC0-1.0"))

    library = read_bank([bank], shipped=False)
    assert not library.problems
    assert list(library.entries) == ["imported/what-is-a-net", "imported/what-is-a-weight"]
    question = library.questions[0]
    assert (question.prompt, question.answer) == ("What is a net?", "A function.")
    assert (question.author, question.licence) == ("Ada", "CC0-1.0")
    assert question.sources[0].text == "nets.md, question 1"
    assert question.status is Status.DRAFT
    assert report.written == 2


def test_importing_twice_adds_nothing(bank: Path, document: Path) -> None:
    run(bank, document)
    before = files(bank)

    again = run(bank, document)

    assert again.written == 0
    assert changes(again) == [Change.UNCHANGED, Change.UNCHANGED]
    assert files(bank) == before


def test_a_newer_edition_updates_by_question_and_not_by_number(bank: Path, document: Path) -> None:
    run(bank, document)
    document.write_text(
        "# Nets\n\n## 1. What is a bias?\n\nA shift.\n\n## 2. What is a net?\n\nA deep function.\n",
        encoding="utf-8",
    )

    report = run(bank, document)

    assert changes(report) == [Change.NEW, Change.UPDATED]
    assert report.plan.gone == ("imported/what-is-a-weight",)
    library = read_bank([bank], shipped=False)
    net = library.find("imported/what-is-a-net")
    assert net is not None
    assert net.answer == "A deep function."
    assert "imported/what-is-a-weight" in library.entries


def test_a_question_edited_by_hand_is_left_alone_and_said(bank: Path, document: Path) -> None:
    run(bank, document)
    path = bank / "imported" / "what-is-a-net.md"
    path.write_text(path.read_text().replace("A function.", "My own words."))

    report = run(bank, document)

    assert changes(report) == [Change.KEPT, Change.UNCHANGED]
    assert report.plan.steps[0].flags == ("its file was edited by hand and is left as it is",)
    assert "My own words." in path.read_text()


def test_an_edited_question_is_replaced_only_when_asked(bank: Path, document: Path) -> None:
    run(bank, document)
    path = bank / "imported" / "what-is-a-net.md"
    path.write_text(path.read_text().replace("A function.", "My own words."))
    document.write_text(FIRST.replace("A function.", "A new function."), encoding="utf-8")

    kept = run(bank, document)
    assert "the document has changed too" in kept.plan.steps[0].flags[0]
    assert "My own words." in path.read_text()

    taken = run(bank, document, overwrite=True)
    assert taken.plan.steps[0].flags == ("an edited file was replaced",)
    assert "A new function." in path.read_text()


def test_author_and_licence_once_told_are_kept(bank: Path, document: Path) -> None:
    run(bank, document, terms=Terms(author="Ada", licence="CC0-1.0"))

    again = run(bank, document)
    document.write_text(FIRST.replace("A number.", "A real number."), encoding="utf-8")
    newer = run(bank, document)
    other = run(bank, document, terms=Terms(author="Bob"))

    assert changes(again) == [Change.UNCHANGED, Change.UNCHANGED]
    assert changes(newer) == [Change.UNCHANGED, Change.UPDATED]
    assert changes(other) == [Change.UPDATED, Change.UPDATED]
    questions = read_bank([bank], shipped=False).questions
    assert {(each.author, each.licence) for each in questions} == {("Bob", "CC0-1.0")}


def test_a_file_that_was_there_before_is_never_overwritten(bank: Path, document: Path) -> None:
    other = bank / "imported" / "what-is-a-net.md"
    other.parent.mkdir(parents=True)
    other.write_text("mine")

    report = run(bank, document)

    assert other.read_text() == "mine"
    assert report.plan.steps[0].id == "imported/what-is-a-net-2"


def test_the_same_question_twice_in_a_document_is_said(bank: Path, document: Path) -> None:
    document.write_text(FIRST + "\n## 3. What is a net?\n\nAgain.\n", encoding="utf-8")

    report = run(bank, document)

    assert report.plan.steps[2].id == "imported/what-is-a-net-2"
    assert "the same question stands further up" in report.plan.steps[2].flags[0]
    assert [pair.relation for pair in report.duplicates] == ["identical"]
    assert run(bank, document).written == 0


def test_sections_are_topics_and_levels_are_not(bank: Path, document: Path) -> None:
    document.write_text(
        "# T\n\n## For beginners\n\n### 1. What is a net?\n\nA.\n\n"
        "## Graph Nets\n\n### 2. What is a node?\n\nB.\n",
        encoding="utf-8",
    )

    ids = [step.id for step in run(bank, document).plan.steps]

    assert ids == ["imported/what-is-a-net", "graph-nets/what-is-a-node"]


def test_answers_whose_questions_were_lost_are_drafts_with_a_suggestion(
    bank: Path, document: Path
) -> None:
    run(bank, document)
    lost = document.with_name("lost.txt")
    lost.write_text(
        "Answer: A weight is a number that a net learns.\n\nAnswer: Batches are many.\n"
    )

    report = run(bank, lost)

    first, second = report.plan.steps
    assert [step.change for step in (first, second)] == [Change.NEW, Change.NEW]
    assert report.read[0][1][0].flags == (
        "line 1: the question was lost; only its answer is here",
        "the bank's imported/what-is-a-weight may be what it answers",
    )
    library = read_bank([bank], shipped=False)
    assert first.id is not None
    entry = library.entries[first.id].question
    assert (entry.status, entry.prompt) == (
        Status.DRAFT,
        "TODO: write the question that this answers.",
    )
    assert run(bank, lost).written == 0


def test_a_dry_run_reports_and_writes_nothing(bank: Path, document: Path) -> None:
    report = importer.run(Wanted([document], bank, dry_run=True), Library())

    assert changes(report) == [Change.NEW, Change.NEW]
    assert report.written == 0
    assert not bank.exists()


# All or nothing -----------------------------------------------------------------------------------


def test_when_one_file_cannot_be_written_none_is(bank: Path, document: Path) -> None:
    run(bank, document)
    before = files(bank)
    (bank / "graph-nets").write_text("a file where a folder should be")
    document.write_text(
        FIRST.replace("A number.", "Changed.")
        + "\n# Graph Nets\n\n## 3. What is a node?\n\nA thing.\n"
    )

    with pytest.raises(UsageError, match=r"so nothing was written\.$"):
        run(bank, document)

    (bank / "graph-nets").unlink()
    assert files(bank) == before


def test_an_import_that_was_cut_short_before_deciding_leaves_nothing(
    bank: Path, document: Path
) -> None:
    run(bank, document)
    before = files(bank)
    staged = bank / ".importing" / "imported" / "half.md"
    staged.parent.mkdir(parents=True)
    staged.write_text("half")

    run(bank, document)

    assert files(bank) == before


def test_an_import_that_was_cut_short_after_deciding_is_finished(
    bank: Path, document: Path
) -> None:
    run(bank, document)
    whole = files(bank)
    decided = bank / ".import-decided"
    (decided / "imported").mkdir(parents=True)
    for name in ("imported/what-is-a-net.md", ".imported.json"):
        (bank / name).rename(decided / name)

    with bank_to_write(bank):
        pass

    assert files(bank) == whole


def test_two_imports_into_one_bank_do_not_mix(bank: Path, document: Path) -> None:
    bank.mkdir()
    with (bank / ".import-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="Another import is writing"):
            run(bank, document)
    assert files(bank) == {}


def test_a_damaged_ledger_stops_an_import_before_it_writes(bank: Path, document: Path) -> None:
    bank.mkdir()
    (bank / writing.LEDGER).write_text("{")

    with pytest.raises(UsageError, match=r"\.imported\.json is damaged"):
        run(bank, document)
    assert list(files(bank)) == [writing.LEDGER]


CHANGING = frozenset(["os.rename", "os.remove", "os.rmdir", "os.mkdir"])
"""What Python's audit calls the ways to change a disk, opening a file for writing apart."""
DONE, SPARED, SAID, FAILED = 0, 3, 4, 5
"""How the process of an import ends: well, well without any trouble, with a sentence, otherwise."""


def at_change(number: int, trouble: Callable[[], None], bank: Path, document: Path) -> int:
    """Import in a process of its own, with trouble at the nth change of the disk.

    Returns how the process ended: its exit code, or less than 0 where it was killed.
    """
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code, left = FAILED, number

    def audit(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(args[2], int) and args[2] & os.O_ACCMODE
        if event in CHANGING or writes:
            left -= 1
            if left == 0:
                trouble()

    try:
        wanted, library = Wanted([document], bank), read_bank([bank], shipped=False)
        sys.addaudithook(audit)
        importer.run(wanted, library)
        code = SPARED if left > 0 else DONE
    except UsageError as error:
        code = SAID if str(bank) in str(error) else FAILED
    finally:
        os._exit(code)


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _disk_full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("trouble", [_killed, _disk_full])
def test_trouble_at_any_change_of_the_disk_leaves_all_or_nothing(
    bank: Path, document: Path, trouble: Callable[[], None]
) -> None:
    old, new = bank.with_name("old"), bank.with_name("new")
    run(bank, document)
    shutil.copytree(bank, old)
    document.write_text(
        FIRST.replace("A number.", "Changed.") + "\n# Graphs\n\n## 3. What is a node?\n\nA thing.\n"
    )
    run(bank, document)
    shutil.copytree(bank, new)
    before, after = files(old), files(new)
    left: list[dict[str, str]] = []
    code = DONE

    while code != SPARED:
        shutil.rmtree(bank)
        shutil.copytree(old, bank)
        code = at_change(len(left) + 1, trouble, bank, document)
        assert code != FAILED
        with bank_to_write(bank):  # as whoever comes next
            pass
        left.append(files(bank))
        assert left[-1] in ([after] if code in {DONE, SPARED} else [before, after])
        run(bank, document)
        assert files(bank) == after

    assert before in left
    assert left.count(after) > 1  # decided, then hindered


# What cannot be read ------------------------------------------------------------------------------

SPARSE = 100_000_000


def refused(bank: Path, paths: Sequence[Path]) -> str:
    """Return why the last of some files could not be read, the others having been written."""
    report = run(bank, *paths)
    [refusal] = report.refused
    assert report.written == 2
    assert len(list(bank.rglob("*.md"))) == 2
    return refusal.why.replace(str(paths[-1].parent), "")


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(SPARSE)


@pytest.mark.parametrize(
    "make, says",
    [
        (_large, "/bad.md, line 1: this file has 100,000,000 bytes; at most 50,000,000 are read."),
        (lambda path: path.mkdir(), "/bad.md, line 1: this is a folder. Name the files in it."),
        (os.mkfifo, "/bad.md, line 1: this is not an ordinary file. Name one."),
        (
            lambda path: path.write_bytes(b"\x7fELF\0\0\1"),
            "/bad.md, line 1: this is not text. Export it as Markdown, CSV or JSON first.",
        ),
        (
            lambda path: path.write_bytes(bytes(range(1, 256)) * 8),
            "/bad.md, line 1: this is not text. Export it as Markdown, CSV or JSON first.",
        ),
        (
            lambda path: path.write_bytes(b"| 1 | 2 |\n" * 1_000_000),
            "/bad.md, line 1: this file has more than 500,000 lines. Split it.",
        ),
        (
            lambda path: None,
            "/bad.md, line 1: this cannot be read: no such file or directory. Check that it is",
        ),
        (
            lambda path: path.symlink_to(path),
            "/bad.md, line 1: this cannot be read: too many levels of symbolic links.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_gets_an_answer_and_stops_no_other(
    bank: Path, document: Path, make: object, says: str
) -> None:
    bad = document.parent / "bad.md"
    make(bad)  # type: ignore[operator]

    assert refused(bank, [document, bad]).startswith(says)


def test_a_file_without_permission_gets_an_answer(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("x")
    bad.chmod(0)

    with without_power(), pytest.raises(BadQuestionFile, match=r"(?i)permission denied"):
        reading.read(bad)


@pytest.mark.parametrize(
    "name, text, says",
    [
        ("bad.json", "{", "this is not JSON. Correct it, or name its --format."),
        ("bad.json", "3", 'a list is expected here, or {"questions": [ … ]}.'),
        ("bad.json", "[" * 100_000, "this JSON is nested too deeply. Flatten it."),
        ("bad.yaml", "a: [", "this cannot be read as YAML. Put quotes around a question"),
        ("bad.yaml", "- a\n- b\n", 'a trivia list has lines such as "What is …?:" here.'),
        ("bad.csv", 'question,answer\n"open', "this row cannot be read (unexpected end of data)"),
        ("bad.csv", "a,b\n1,2\n", 'no column is called question; the first row holds "a", "b".'),
        ("bad.csv", "", "no column is called question; the first row holds nothing."),
    ],
)
def test_a_table_or_list_that_cannot_be_read_gets_an_answer(
    bank: Path, document: Path, name: str, text: str, says: str
) -> None:
    bad = document.parent / name
    bad.write_text(text)

    assert says in refused(bank, [document, bad])


def test_an_empty_document_holds_no_questions_and_that_is_said(bank: Path, document: Path) -> None:
    document.write_text("")

    report = run(bank, document)

    assert [str(flag) for flag in report.read[0][0].flags] == ["line 1: it is empty"]
    assert not report.refused


def test_a_table_of_too_many_questions_gets_an_answer(bank: Path, document: Path) -> None:
    bad = document.parent / "bad.csv"
    bad.write_text("question\n" + "What?\n" * 20_001)

    assert "line 20002: at most 20,000 questions are read of one table" in refused(
        bank, [document, bad]
    )


def test_a_file_that_is_not_utf8_is_read_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "old.md"
    path.write_bytes("## 1. What is naïve?\n\nA “Bayes”.\n".encode("cp1252"))

    document = reading.read(path)

    assert document.entries[0].question == "What is naïve?"
    assert document.entries[0].answer == "A “Bayes”."
    assert str(document.flags[0]) == "line 1: this is not UTF-8; it was read as Windows-1252"


def test_columns_may_be_named_by_number_or_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Frage;Antwort\nWas ist ein Netz?;Eine Funktion\n")

    for mapping in ({"question": "1", "answer": "2"}, {"question": "Frage", "answer": "Antwort"}):
        entries = reading.read(path, Format.CSV, mapping).entries
        assert entries[-1].question == "Was ist ein Netz?"
        assert entries[-1].answer == "Eine Funktion"
