"""Banks on disk: everything readable is read, and everything else is named."""

import os
from pathlib import Path

import pytest

from bot.model import QuestionId, Status
from questions.files import LARGEST, Library, read_bank, read_files

BANK = Path(__file__).parents[2] / "questions" / "bank"


def question(title: str = "T", front: str = "") -> str:
    """Return a small question file that may be asked."""
    return (
        f"---\ntitle: {title}\nkind: open\nlevel: beginner\nsource: Ng 2018\nauthor: Ada\n"
        f"licence: CC-BY-4.0\n{front}---\nWhy?\n\n## Answer\nSo.\n\n## Rubric\n- a\n- b\n- c\n"
    )


def put(folder: Path, name: str, text: str | bytes = "") -> Path:
    """Write a file into a bank, with the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((text or question()).encode() if not isinstance(text, bytes) else text)
    return path


def own(*folders: Path) -> Library:
    """Read banks without the shipped one."""
    return read_bank(folders, shipped=False)


def told(library: Library, folder: Path) -> list[str]:
    """Return the problems with the bank's own folder left out of them."""
    return [str(problem).replace(f"{folder}/", "") for problem in library.problems]


def test_own_questions_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    put(tmp_path, "team/habits.md")

    library = read_bank([tmp_path])

    assert library.problems == ()
    assert library.replaced == ()
    assert QuestionId("team/habits") in library.bank.questions
    assert "transformers" in library.bank.topics
    assert [entry.path for entry in library.entries.values() if entry.own] == [
        f"{tmp_path}/team/habits.md"
    ]
    assert list(library.entries) == sorted(library.entries)


def test_only_ready_questions_may_be_asked(tmp_path: Path) -> None:
    put(tmp_path, "team/draft.md", question(front="status: draft\n"))
    put(tmp_path, "team/ready.md")

    library = own(tmp_path)

    assert [each.status for each in library.questions] == [Status.DRAFT, Status.READY]
    assert list(library.bank.questions) == ["team/ready"]


def test_an_own_question_replaces_the_shipped_one(tmp_path: Path) -> None:
    put(tmp_path, "vision/overlapping-boxes.md", question("Ours"))

    library = read_bank([tmp_path])

    assert library.replaced == ("vision/overlapping-boxes",)
    assert library.bank.questions[QuestionId("vision/overlapping-boxes")].title == "Ours"
    assert library.problems == ()


def test_a_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    put(tmp_path, "team/bad.md", "no front matter")
    put(tmp_path, "team/good.md")
    put(tmp_path, "vision/overlapping-boxes.md", question(front="kind: short\n"))

    library = read_bank([tmp_path])

    assert told(library, tmp_path) == [
        (
            "team/bad.md, line 1: a question file begins with a line ---, then lines such as"
            " kind: choice, then ---. Put that first line at the very top."
        ),
        (
            "vision/overlapping-boxes.md, line 8: kind is given twice, first on line 3."
            " Keep one of them."
        ),
    ]
    assert library.find("team/good") is not None
    assert library.replaced == ()  # the shipped one stays until the own one can be read


def test_two_own_folders_with_one_id(tmp_path: Path) -> None:
    put(tmp_path, "one/team/q.md", question("First"))
    put(tmp_path, "two/team/q.md", question("Second"))

    library = own(tmp_path / "one", tmp_path / "two")

    assert [each.title for each in library.questions] == ["First"]
    assert told(library, tmp_path) == [
        (
            "two/team/q.md: one/team/q.md has the id team/q too, and that one is used."
            " Delete one of the two, or move it."
        )
    ]


def test_a_folder_named_twice_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, "team/q.md")

    assert own(tmp_path, tmp_path).problems == ()


def test_a_moved_question_is_found_by_its_former_id(tmp_path: Path) -> None:
    put(tmp_path, "new/q.md", question("Moved", "was: [old/q, older/q]\n"))

    library = own(tmp_path)

    assert library.former == {"old/q": "new/q", "older/q": "new/q"}
    for question_id in ("new/q", "old/q", "older/q"):
        found = library.find(question_id)
        assert found is not None
        assert found.title == "Moved"
    assert library.find("old/other") is None


def test_a_former_id_belongs_to_one_question(tmp_path: Path) -> None:
    put(tmp_path, "a/one.md", question(front="was: [old/q]\n"))
    put(tmp_path, "a/two.md", question(front="was: [old/q]\n"))
    put(tmp_path, "a/zzz.md", question(front="was: [a/one]\n"))

    library = own(tmp_path)

    assert told(library, tmp_path) == [
        (
            "a/two.md, line 8: old/q stands under was, but a/one.md has or had that id."
            " Take it out of one of the two."
        ),
        (
            "a/zzz.md, line 8: a/one stands under was, but a/one.md has or had that id."
            " Take it out of one of the two."
        ),
    ]
    assert library.former == {"old/q": "a/one"}
    assert len(library.questions) == 3


def test_what_is_no_question_is_named(tmp_path: Path) -> None:
    put(tmp_path, "README.md", "This is our bank.")
    put(tmp_path, "team/README.md", "And this a topic.")
    put(tmp_path, "team/notes.txt", "not a question")
    put(tmp_path, ".git/config.md", "hidden")
    put(tmp_path, "team/.#q.md", "an editor's lock")
    put(tmp_path, "lost.md")
    put(tmp_path, "team/sub/lost.md")
    put(tmp_path, "team/figures/a.png")
    put(tmp_path, "Team/Q 1.md")

    library = own(tmp_path)

    assert library.questions == ()
    assert told(library, tmp_path) == [
        (
            'Team/Q 1.md, line 1: the file\'s place makes its id, and "Team/Q 1" is none. Name'
            " folder and file with small letters a to z, digits and single hyphens: topic/slug.md."
        ),
        "lost.md: a question lies in a folder named after its topic. Move it.",
        "team/sub: a folder within a topic is not read. Move its files up.",
    ]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    put(tmp_path, "team/huge.md", question() + "x" * LARGEST)
    put(tmp_path, "team/latin.md", question("Müller").encode("latin-1"))
    os.mkfifo(tmp_path / "team" / "pipe.md")
    (tmp_path / "team" / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "team" / "loop.md").symlink_to(tmp_path / "team" / "loop.md")

    library = own(tmp_path)

    size = len(question()) + LARGEST
    assert library.questions == ()
    assert told(library, tmp_path) == [
        (
            "team/gone.md: this cannot be read: no such file or directory."
            " Check that it is there and readable."
        ),
        f"team/huge.md: this file is {size:,} bytes long; at most 200,000 are read. Shorten it.",
        "team/latin.md, line 2: this is not UTF-8. Save the file as UTF-8.",
        (
            "team/loop.md: this cannot be read: too many levels of symbolic links."
            " Check that it is there and readable."
        ),
        "team/pipe.md: this is not an ordinary file. Remove it.",
    ]


def test_links_may_not_lead_out_of_the_bank(tmp_path: Path) -> None:
    """Within it they may: that is how Kubernetes mounts files."""
    secret = put(tmp_path, "elsewhere/team/secret.md")
    inside = put(tmp_path, "bank/.data/q.md")
    bank = tmp_path / "bank"
    (bank / "team").mkdir()
    (bank / "team" / "q.md").symlink_to(inside)
    (bank / "team" / "secret.md").symlink_to(secret)
    (bank / "topic").symlink_to(tmp_path / "elsewhere" / "team")

    library = own(bank)

    assert [each.id for each in library.questions] == ["team/q"]
    assert told(library, bank) == [
        "team/secret.md: this link leads out of the bank. Copy the file there.",
        "topic: this link leads out of the bank. Put the folder itself there.",
    ]


def test_a_folder_that_is_not_there_is_no_mistake_of_a_file(tmp_path: Path) -> None:
    library = own(tmp_path / "later")

    assert library.missing == (tmp_path / "later",)
    assert library.problems == ()


def test_a_bank_that_is_a_file(tmp_path: Path) -> None:
    library = own(put(tmp_path, "bank"))

    assert told(library, tmp_path) == [
        "bank: this cannot be read: not a directory. Check that it is there and readable."
    ]


def test_an_edit_shows_the_next_time(tmp_path: Path) -> None:
    path = put(tmp_path, "team/q.md", question("Before"))
    before = own(tmp_path)
    path.write_text(question("After"))
    after = own(tmp_path)

    assert [each.title for each in (*before.questions, *after.questions)] == ["Before", "After"]
    assert before.questions[0].version != after.questions[0].version


def test_single_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "team/q.md")
    put(tmp_path, "team/bad.md", "---\n")
    monkeypatch.chdir(tmp_path / "team")

    library = read_files([Path("q.md"), Path("bad.md"), BANK / "vision" / "overlapping-boxes.md"])

    assert [(each, entry.own) for each, entry in library.entries.items()] == [
        ("team/q", True),
        ("vision/overlapping-boxes", False),
    ]
    assert [problem.path for problem in library.problems] == ["bad.md"]


def test_lines_are_found_again(tmp_path: Path) -> None:
    put(tmp_path, "team/q.md", question(front="tags: [a]\n"))
    entry = own(tmp_path).entries[QuestionId("team/q")]

    assert entry.line_of_key("tags") == 8
    assert entry.line_of_key("was") == 1
    assert entry.line_of("Why?") == 10
    assert entry.line_of("b", "Rubric") == 17
    assert entry.line_of("not there", "Rubric") == 15
