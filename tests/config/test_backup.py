"""``gradus backup`` and ``gradus restore`` as an operator meets them, and the copy of each day."""

from __future__ import annotations

import re
from pathlib import Path

from tests.config.conftest import Home


def daily(home: Home) -> Path:
    """Return the one copy that a run left."""
    (copy,) = (home.data / "backups").iterdir()
    return copy


def test_a_run_leaves_the_days_copy(home: Home) -> None:
    ended = home.hears("B")
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"gradus-\d{4}-\d\d-\d\d\.db", daily(home).name)
    home.hears()
    assert daily(home).stat().st_mode & 0o777 == 0o600


def test_a_copy_is_written_beside_the_running_bot(home: Home) -> None:
    with home.starts() as gradus:
        gradus.sees("Question 1")
        ended = home.runs("backup", "copy.db")
        gradus.hangs_up()
        assert gradus.wait().code == 0
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"Wrote copy\.db \(\d+\.\d MB, read through and sound\)\.\n", ended.out)
    assert home.runs("restore", "copy.db").code == 0


def test_a_copy_goes_into_a_folder_under_a_name_of_its_own(home: Home) -> None:
    home.hears()
    (home.folder / "safe").mkdir()
    assert home.runs("backup", "safe").code == 0
    (copy,) = (home.folder / "safe").iterdir()
    assert re.fullmatch(r"gradus-\d{8}-\d{6}\.db", copy.name)


def test_no_file_is_written_over(home: Home) -> None:
    home.hears()
    before = home.store.read_bytes()
    ended = home.runs("backup", str(home.store))
    assert ended.code == 2
    assert "exists already and was not touched" in ended.err
    assert home.store.read_bytes() == before


def test_an_operator_puts_a_copy_back_and_goes_on(home: Home) -> None:
    home.hears()
    home.runs("backup", "copy.db")
    home.hears("B", "sure")
    ended = home.runs("restore", "copy.db")
    assert (ended.code, ended.err) == (0, "")
    assert "copy.db is now the store" in ended.out
    assert re.search(r"What was there before is .*gradus-aside-\d{8}-\d{6}\.db\.", ended.out)
    assert "nothing is posted twice" in ended.out
    said = home.hears("/today").out
    assert "No answers yet" in said
    assert said.count("Question 1 ·") >= 1


def test_nothing_is_put_back_under_a_running_bot(home: Home) -> None:
    home.hears()
    with home.starts() as gradus:
        gradus.sees("Question 1")
        ended = home.runs("restore", str(daily(home)))
        gradus.hangs_up()
        gradus.wait()
    assert ended.code == 1
    assert "in use by another running Gradus" in ended.err
    assert "Traceback" not in ended.err


def test_on_a_new_machine_a_copy_is_enough(home: Home) -> None:
    home.hears("B", "sure")
    home.runs("backup", "copy.db")
    for file in sorted(home.data.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    home.data.rmdir()
    ended = home.runs("restore", "copy.db")
    assert ended.code == 0
    assert "What was there before" not in ended.out
    assert "1 answered" in home.hears("/today").out


def test_a_file_that_is_no_copy_is_refused(home: Home) -> None:
    home.hears()
    ended = home.runs("restore", "gradus.toml")
    assert (ended.code, ended.out) == (1, "")
    assert "no SQLite database" in ended.err
