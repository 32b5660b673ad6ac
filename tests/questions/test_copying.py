"""A question's words are its own."""

from pathlib import Path

import pytest

from bot.errors import UsageError
from questions.copying import Copied, copied, documents_in
from questions.files import read_files


@pytest.fixture
def question(tmp_path: Path) -> Path:
    path = tmp_path / "bank" / "topic" / "one.md"
    path.parent.mkdir(parents=True)
    front = "---\ntitle: One\nkind: open\nstatus: unanswered\n---\nWhy?\n\n## Answer\n"
    path.write_text(front + "The quick brown fox jumps over a lazy\ndog today.\n")
    return path


def test_eight_words_in_a_row_are_found_across_lines_case_and_marks(
    question: Path, tmp_path: Path
) -> None:
    document = tmp_path / "old.txt"
    document.write_text("So: THE *quick*, brown fox jumps over\na lazy dog, they said.")
    line = 1 + question.read_text().split("\n").index("The quick brown fox jumps over a lazy")

    found = copied(read_files([question]), [document])

    run = "the quick brown fox jumps over a lazy"
    assert [Copied(str(question), line, run, "old.txt")] == found


def test_seven_words_are_no_copy(question: Path, tmp_path: Path) -> None:
    document = tmp_path / "old.txt"
    document.write_text("The quick brown fox jumps over a hedge, and a lazy dog today.")

    assert copied(read_files([question]), [document]) == []


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no documents"):
        documents_in(tmp_path)
