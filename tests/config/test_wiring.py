"""The whole bot as a stranger starts it: typed at through pipes, signalled, killed, edited under.

Nothing here waits for time to pass: only for what the program writes, and for its end.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from adapters.sqlite import files, schema
from tests.config.conftest import SETTINGS, SPOILER, Home
from tests.doubles.process import PATIENCE, Ended, Program

POSTED = "In the thread:"
"""What follows a question on the screen."""


def quiet(ended: Ended) -> str:
    """Return what a program wrote that ended well and had nothing to complain of."""
    assert (ended.code, ended.err) == (0, ""), ended
    return ended.out


def fine(ended: Ended) -> str:
    """Return what a program wrote that ended well, whatever it told its log."""
    assert ended.code == 0, ended
    assert "Traceback" not in ended.err
    return ended.out


def refused(ended: Ended, code: int = 1) -> str:
    """Return the one paragraph with which the program refused to go on."""
    assert (ended.code, ended.out) == (code, ""), ended
    assert ended.err.startswith("gradus: ")
    assert "Traceback" not in ended.err
    assert "\n\n" not in ended.err
    return " ".join(ended.err.split())


# A conversation ----------------------------------------------------------------------------------


def test_a_whole_conversation_through_a_pipe(home: Home) -> None:
    with home.starts_fresh(sys.executable, "-m", "bot") as gradus:
        gradus.types("/today", "B", "sure", "/next")
        gradus.hangs_up()
        assert quiet(gradus.wait()) == snapshot("""\
Question 1 · Training · beginner

The loss jumps up and down. What do you do first?

  A  Make the batches smaller
  B  Make the steps shorter

Type: A B · /show
No answers yet · the answer comes as soon as you have answered · your answer
stays private

In the thread:
  This thread is for arguing about question 1. Commit to an answer first; it
  stays private. The answer will be posted here.

> /today

Question 1 · Training · beginner

The loss jumps up and down. What do you do first?

  A  Make the batches smaller
  B  Make the steps shorter

Type: A B · /show
No answers yet · the answer comes as soon as you have answered · your answer
stays private

> B

For you only:
  Recorded: B. You can change it until the answer comes. How sure are you?

  Type: sure · think so · guess · /show

> sure

For you only:
  Noted: sure.

In the thread:
  The answer to question 1

  Your answer, B, is right.

  B. The steps are too long for the slope.

  Not A: That makes it noisier.

  Source: A book. Question by Gradus contributors.

  Type: /result · Review later · /report TEXT

> /next

For you only:
  Next question: tomorrow 00:00.

  Type: /quiz

""")


def test_the_conversation_goes_on_another_time(home: Home) -> None:
    quiet(home.hears("B", "sure"))
    assert quiet(home.hears()) == ""
    assert quiet(home.hears("/result", "/next")) == snapshot("""\
> /result

For you only:
  Question 1: your answer B is right. You were sure.

  Type: /report TEXT

> /next

For you only:
  Next question: tomorrow 00:00.

  Type: /quiz

""")


def test_the_end_of_input_skips_how_sure_and_brings_the_answer(home: Home) -> None:
    said = quiet(home.hears("A"))
    assert said.index("How sure are you?") < said.index("Your answer, A, is not right.")
    assert SPOILER in said


def test_no_answer_text_before_an_answer_was_given(home: Home) -> None:
    assert SPOILER not in quiet(
        home.hears("/today", "/next", "/history", "/topics", "/search loss")
    )


@pytest.mark.parametrize("command", ["run", ""])
def test_nothing_on_standard_input(home: Home, command: str) -> None:
    with (
        Path(os.devnull).open("rb") as nothing,
        home.starts(*command.split(), stdin=nothing.fileno()) as gradus,
    ):
        said = quiet(gradus.wait())
    assert said.startswith("Question 1 · Training · beginner\n")
    assert said.count("Question 1 ·") == 1
    assert SPOILER not in said


def test_no_standard_input_at_all(home: Home) -> None:
    with home.starts_fresh("sh", "-c", f'exec "{sys.executable}" -m bot <&-') as gradus:
        assert quiet(gradus.wait()).count("Question 1 ·") == 1


def deaf(home: Home) -> Ended:
    """Start the program with nobody at the other end of its output."""
    read, write = os.pipe()
    os.close(read)
    with home.starts(stdout=write) as gradus:
        os.close(write)
        return gradus.wait()


def test_a_reader_that_leaves_ends_it_quietly(home: Home) -> None:
    assert deaf(home).err == ""


def test_what_nobody_saw_is_drawn_on_the_next_screen(home: Home) -> None:
    deaf(home)
    said = fine(home.hears("B", "s"))
    assert said.count("Question 1 ·") == 1
    assert "Your answer, B, is right." in said


def test_input_that_makes_no_sense(home: Home) -> None:
    odd = [
        "/anwser b",
        "/answer",
        "/answer Q",
        "/tick 99",
        "/admin pin x",
        "/admin",
        "?",
        "//",
        "/",
    ]
    odd += [
        "\x1b[2J\x00\x07",
        "\ufeff",
        "\u202eevil",
        "x" * 5000,
        "",
        "   ",
        "A,B;C",
        "/today today",
    ]
    with home.starts() as gradus:
        gradus.types(*odd)
        os.write(gradus._ours.stdin, b"\xff\xfe\xfa\n/next\n/history")
        gradus.hangs_up()
        said = quiet(gradus.wait())
    assert "\x1b" not in said
    assert "\x00" not in said
    assert "\u202e" not in said
    assert "Next question: " in said
    assert "The latest questions here" in said, "a last line without its end counts"
    assert "/answer TEXT" in said


# Kill -9 -----------------------------------------------------------------------------------------


def history(home: Home) -> str:
    """Return what the bot remembers, as its member sees it."""
    return quiet(home.hears("/history", "/admin status"))


@pytest.mark.parametrize(
    "typed, until",
    [
        ([], ""),
        ([], "Question 1 ·"),
        ([], "In the thread:"),
        (["B"], "> B"),
        (["B"], "How sure are you?"),
        (["B", "sure"], "Noted: sure."),
        (["B", "sure"], "Your answer, B, is right."),
    ],
)
def test_killed_and_started_again(home: Home, typed: list[str], until: str) -> None:
    with home.starts() as gradus:
        gradus.types(*typed)
        if until:
            gradus.sees(until)
        before = gradus.kill()
    assert before.code == -signal.SIGKILL
    after = fine(home.hears("B", "sure"))
    revealed = SPOILER in before.out
    drawn = after.count("Question 1 ·")
    if until in {"Noted: sure.", "Your answer, B, is right."}:
        assert drawn <= 1, "the answer may have been out already"
    else:
        assert drawn == 1, "once on each screen"
    assert "Question 2" not in after
    assert revealed or "Your answer, B, is right." in after
    remembered = history(home)
    assert remembered.count("1 · The loss jumps up and down") == 1
    assert "right" in remembered
    assert "Question 1 (The loss jumps up and down) is revealed." in remembered
    assert "Sent here so far: 1." in remembered


def test_an_answer_outlives_a_kill(home: Home) -> None:
    with home.starts() as gradus:
        gradus.types("B")
        gradus.sees("How sure are you?")
        gradus.kill()
    said = quiet(home.hears("/today"))
    assert said.count("1 answered") == 2, "drawn at the start, and once more by /today"
    assert "No answers yet" not in said
    assert SPOILER not in said


def test_killed_again_and_again(home: Home) -> None:
    for _ in range(3):
        with home.starts() as gradus:
            gradus.sees("Question 1 ·")
            gradus.kill()
    assert fine(home.hears("A", "guess")).count("Question 1 ·") == 1
    assert "Sent here so far: 1." in history(home)


# The end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(home: Home, number: signal.Signals) -> None:
    with home.starts() as gradus:
        gradus.types("B")
        gradus.sees("How sure are you?")
        gradus.signal(number)
        ended = gradus.wait()
    assert (ended.code, ended.err) == (0, "")
    assert "1 answered" in quiet(home.hears("/today"))


def test_quit_ends_it(home: Home) -> None:
    with home.starts() as gradus:
        gradus.types("/quit")
        assert "Question 1 ·" in quiet(gradus.wait())


PROMPTING = "\x1b[?2004h"
"""With this the terminal is told that somebody types now."""


@contextlib.contextmanager
def screen(home: Home, *words: str) -> Iterator[tuple[Program, int]]:
    """Start the program on a terminal; yield it and the terminal's other end."""
    ours, theirs = pty.openpty()
    with home.starts(*words, stdin=theirs, stdout=theirs, env={"TERM": "xterm"}) as gradus:
        os.close(theirs)
        yield gradus, ours


def reads(terminal: int, *texts: str) -> None:
    """Read from a terminal until several texts were shown, in this order; it answers no query."""
    shown, at = "", 0
    for text in texts:
        while (found := shown.find(text, at)) < 0:
            ready, _, _ = select.select([terminal], [], [], PATIENCE)
            assert ready, shown
            shown += os.read(terminal, 65536).decode(errors="replace")
        at = found


def test_ctrl_c_at_the_prompt(home: Home) -> None:
    with screen(home) as (gradus, terminal):
        reads(terminal, "Question 1", POSTED, PROMPTING)
        os.write(terminal, b"\x03")
        assert gradus.wait().code == 0
        os.close(terminal)


def test_the_terminal_is_closed(home: Home) -> None:
    with screen(home) as (gradus, terminal):
        reads(terminal, "Question 1", POSTED, PROMPTING)
        os.close(terminal)
        assert gradus.wait().code in {0, 1}
    assert "Question 1 ·" in quiet(home.hears("B", "s"))


# One store, one bot ------------------------------------------------------------------------------


def test_a_second_bot_on_the_store_refuses(home: Home) -> None:
    with home.starts() as first:
        first.sees("Question 1 ·")
        second = refused(home.hears("/next"))
        assert f"is in use by another running Gradus (process {first.pid})." in second
        first.types("B", "sure")
        first.sees("Your answer, B, is right.")


def test_a_store_whose_folder_is_missing(home: Home) -> None:
    home.settings.write_text(f'store = "sqlite:///nowhere/gradus.db"\n{SETTINGS}')
    said = refused(home.hears())
    assert "nowhere/gradus.db does not exist. Create it, or set" in said


def test_a_store_that_cannot_be_written(home: Home) -> None:
    (home.data / "gradus.db.lock").mkdir(parents=True)  # stops root, too
    said = refused(home.hears())
    assert f"The database {home.store} cannot be opened: Is a directory." in said


def test_a_data_folder_that_cannot_be_made(home: Home) -> None:
    (home.folder / "file").touch()
    nowhere = str(home.folder / "file" / "data")
    said = refused(home.hears(env={"GRADUS_DATA": nowhere}), code=2)
    assert said == (
        f"gradus: The data folder {nowhere} cannot be made: Not a directory. "
        "Set GRADUS_DATA to a folder that may be written."
    )


def scribbled(store: Path) -> None:
    """Overwrite the middle of a database."""
    size = store.stat().st_size
    with store.open("r+b") as file:
        for page in range(4096, size, 4096):
            file.seek(page)
            file.write(b"\xa5" * 2048)


def written_over(store: Path) -> None:
    """Put some text where the database was."""
    store.write_text("Dear diary, today I was a database no longer.\n" * 100)


def emptied(store: Path) -> None:
    """Take the database away."""
    store.unlink()


def renewed(store: Path) -> None:
    """Make the database one of a later version."""
    with contextlib.closing(files.connect(store)) as connection:
        connection.execute(
            "UPDATE meta SET value = ? WHERE name = 'schema_version'", (schema.SCHEMA + 1,)
        )


@pytest.mark.parametrize(
    "harm, said",
    [
        (scribbled, "is damaged"),
        (written_over, "is not an SQLite database"),
        (emptied, "is gone or empty, but one was kept there before"),
        (renewed, "was written by a newer Gradus"),
    ],
)
def test_a_database_that_cannot_be_used(
    home: Home, harm: Callable[[Path], None], said: str
) -> None:
    quiet(home.hears("B"))
    for left in home.data.glob("gradus.db-*"):
        left.unlink()
    harm(home.store)
    before = home.store.read_bytes() if home.store.exists() else b""
    assert said in refused(home.hears())
    assert (home.store.read_bytes() if home.store.exists() else b"") == before


def test_settings_with_mistakes(home: Home) -> None:
    home.settings.write_text('banks = ["own"]\ncolour = "red"\n[defaults]\ntimezone = "Berlin"\n')
    said = refused(home.hears(), code=2)
    assert "gradus.toml: two mistakes. line 2: " in said
    assert "line 4, defaults.timezone: " in said
    assert not home.data.exists()


def test_two_rooms_are_one_too_many(home: Home) -> None:
    rooms = '[[channels]]\nid = "terminal://a"\n[[channels]]\nid = "terminal://b"\n'
    home.settings.write_text(SETTINGS + rooms)
    assert "2 channels are in the terminal" in refused(home.hears(), code=2)


def test_files_are_the_owners_alone(home: Home) -> None:
    quiet(home.hears("B"))
    open_to_others = [p for p in home.data.rglob("*") if p.stat().st_mode & 0o077]
    assert open_to_others == []


# Own banks ---------------------------------------------------------------------------------------


def test_a_broken_question_is_left_out_and_named(home: Home) -> None:
    broken = home.ask("training/broken")
    broken.write_text(broken.read_text().replace("- [x]", "- [ ]"))
    ended = home.hears("/topics")
    assert ended.code == 0
    assert "Question 1 · Training · beginner" in ended.out
    assert re.search(r"training +1 question\n", ended.out)
    (warning,) = ended.err.splitlines()
    assert f"a question file was left out: {broken}" in warning


def test_no_question_at_all(home: Home) -> None:
    (home.bank / "training" / "loss-jumps.md").unlink()
    said = " ".join(fine(home.hears("/today", "/next", "/topics")).split())
    assert "no question in the banks matches this channel's settings" in said
    assert "There are no questions to ask here yet." in said


# Edits while it runs -----------------------------------------------------------------------------


def asked_until(gradus: Program, line: str, wanted: str) -> str:
    """Ask the same thing until the reply has what is wanted; return that reply."""
    said = ""
    for number in range(500):
        gradus.types(line, f"round {number}")
        said = gradus.sees(f"round {number}\n")
        if wanted in said:
            return said
    raise AssertionError(f"{wanted!r} never came, but:\n{said}")


def test_sighup_reads_settings_and_questions_again(home: Home) -> None:
    # Behind a link, so that nothing but the signal can tell of the edit.
    real = home.folder / "elsewhere" / "gradus.toml"
    real.parent.mkdir()
    home.settings.rename(real)
    home.settings.symlink_to(real)
    with home.starts() as gradus:
        gradus.sees(POSTED)
        real.write_text(real.read_text() + "topics = { training = 7 }\n")
        gradus.signal(signal.SIGHUP)
        assert "weight 7" in asked_until(gradus, "/topics", "7")


def test_a_saved_question_is_there_at_once(home: Home) -> None:
    with home.starts() as gradus:
        gradus.sees(POSTED)
        home.ask("training/dead-units", "Half of the units are dead")
        asked_until(gradus, "/topics", "2 questions")
        gradus.types("/search dead units")
        gradus.sees("Half of the units are dead")


def test_a_new_topic_folder_is_there_at_once(home: Home) -> None:
    elsewhere = home.ask("training/dead-units").rename(home.folder / "dead-units.md")
    with home.starts() as gradus:
        gradus.sees(POSTED)
        new = home.folder / "activations"
        new.mkdir()
        elsewhere.rename(new / "dead-units.md")
        new.rename(home.bank / "activations")
        asked_until(gradus, "/topics", "activations")


def test_saved_settings_take_effect_by_themselves(home: Home) -> None:
    home.ask("activations/dead-units", "Half of the units are dead")
    with home.starts() as gradus:
        gradus.sees(POSTED)
        home.settings.write_text(f"{SETTINGS}topics = {{ activations = 1 }}\n")
        asked_until(gradus, "/topics", "Not asked here: training.")


def test_a_bad_question_is_told_and_the_others_stay(home: Home) -> None:
    with home.starts() as gradus:
        gradus.sees(POSTED)
        broken = home.ask("training/broken")
        broken.write_text("---\ntitle: No end")
        gradus.sees("1 question file was left out; all others are asked as before.")
        told = gradus.sees("Save the corrected file").replace("\n  > ", "")
        assert f"{broken}, line 1: the front matter is never closed." in told
        gradus.types("/topics")
        gradus.sees("1 question\n")


# Errands -----------------------------------------------------------------------------------------


def test_an_accepted_contribution_is_carried_out_by_the_running_bot(home: Home) -> None:
    with home.starts() as gradus:
        gradus.types("/suggest Why does batch size matter?", "/topics")
        gradus.sees("Topics asked here")
        (item,) = json.loads(home.runs("questions", "inbox", "--json").out)
        assert (item["kind"], item["text"]) == ("suggestion", "Why does batch size matter?")
        accepted = home.runs("questions", "inbox", "accept", str(item["id"]))
        assert quiet(accepted) == f"{item['id']} will be accepted at the bot's next tick.\n"
        gradus.types("/next", "/topics")  # each line waits for a tick
        gradus.sees("Topics asked here")
        assert quiet(home.runs("questions", "inbox")) == "The inbox is empty.\n"
        (item,) = json.loads(home.runs("questions", "inbox", "--all", "--json").out)
        assert item["status"] == "accepted"
