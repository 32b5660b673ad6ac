"""Every command as somebody at a shell meets it: what it prints, on which stream, and its code."""

from __future__ import annotations

import json
import os
import pty
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from inline_snapshot import snapshot

from bot.errors import GradusError
from config.cli import app
from config.settings import load
from tests.config.conftest import SPOILER, Home
from tests.doubles.process import Ended


def fine(ended: Ended) -> str:
    """Return what a command printed that had nothing to complain of."""
    assert (ended.code, ended.err) == (0, ""), ended
    return ended.out


def refused(ended: Ended) -> str:
    """Return the paragraph with which a command refused; standard output has none of it."""
    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.startswith("gradus: ")
    assert "\n\n" not in ended.err
    assert "Traceback" not in ended.err
    return ended.err.removeprefix("gradus: ").rstrip()


# Help and version --------------------------------------------------------------------------------


def commands(group: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every command below a group, with what it says of itself."""
    for name, command in group.commands.items():
        yield (*above, name), command.help
        if hasattr(command, "commands"):
            yield from commands(command, (*above, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_promised_command_is_there() -> None:
    promised = (
        "config check, config example, config schema, demo, doctor, healthcheck, init, plan, post, "
        "questions inbox accept, questions inbox decline, questions lint, questions list, "
        "questions new, questions search, questions show, questions stats, run"
    )
    assert set(promised.split(", ")) <= {" ".join(words) for words in COMMANDS}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_says_what_a_command_does(home: Home, words: tuple[str, ...]) -> None:
    said = fine(home.runs(*words, "--help"))
    assert said.startswith(f"Usage: gradus {' '.join(words)}")
    about = " ".join((COMMANDS[words] or "").split())
    assert about.endswith(".")
    assert about in " ".join(said.split())


def test_help_of_the_whole(home: Home) -> None:
    said = fine(home.runs("--help"))
    for name in {words[0] for words in COMMANDS}:
        assert re.search(rf"^  {name} +\w", said, re.MULTILINE), name


def test_version(home: Home) -> None:
    assert re.fullmatch(r"gradus \d+\.\d+\.\d+\n", fine(home.runs("--version")))


# Wrong usage -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line, said",
    [
        ("pln", "No such command 'pln'"),
        ("--colour", "No such option: --colour"),
        ("config", "Missing command"),
        ("questions", "Missing command"),
        ("plan --days 0", "--days"),
        ("plan --days soon", "--days"),
        ("plan today", "unexpected extra argument"),
        ("questions list --level hard", "'beginner', 'intermediate', 'advanced'"),
        ("questions list --kind essay", "'choice', 'multi', 'numeric', 'short', 'open'"),
        ("questions new", "Missing argument"),
        ("questions search", "Missing argument"),
        ("questions inbox accept first", "valid integer"),
        ("questions inbox reject 1", "No such command 'reject'"),
    ],
)
def test_words_that_are_off(home: Home, line: str, said: str) -> None:
    ended = home.runs(*line.split())
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.startswith("Usage: gradus")
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "line, said",
    [
        (
            "--config nowhere.toml plan",
            "nowhere.toml: one mistake.\nthe file cannot be read: No such file or directory.",
        ),
        ("config check own", "own: one mistake.\nthe file cannot be read: Is a directory."),
        (
            "post",
            "`gradus post` only shows what would be posted: add --dry-run. To post today's "
            "question early, an admin types /admin post in the channel.",
        ),
        (
            "questions show training/loss-jump",
            "There is no question 'training/loss-jump' in your banks. "
            "The nearest is training/loss-jumps.",
        ),
        ("questions show what", "There is no question 'what' in your banks."),
        (
            "questions show nowhere.md",
            "nowhere.md: this cannot be read: no such file or directory. "
            "Check that it is there and readable.",
        ),
        (
            "questions lint nowhere.md",
            "nowhere.md is no file. Name question files, or none to check all banks.",
        ),
        ("questions lint own", "own is no file. Name question files, or none to check all banks."),
        (
            "questions new training/loss-jumps",
            "{folder}/own/training/loss-jumps.md exists already and was not touched.",
        ),
        (
            "questions new a/b --to gradus.toml",
            "gradus.toml/a/b.md cannot be written: Not a directory.",
        ),
        (
            "questions new ../../etc/passwd",
            '"../../etc/passwd" is no id. Write topic/slug with small letters a to z, digits and '
            "single hyphens, such as optimisation/adam-bias-correction.",
        ),
        (
            "questions inbox accept 1",
            "{folder}/data/gradus.db does not exist yet, so the inbox is empty.",
        ),
        ("init gradus.toml", "gradus.toml exists already and was not touched. Name another file."),
        (
            "init new.toml --platform slak",
            '--platform: "slak" is not a platform. Nearest: "slack".',
        ),
        (
            "init new.toml --platform slack",
            "--channel is needed where nobody can be asked. "
            "In which channel: slack://TEAM/CHANNEL, discord://SERVER/CHANNEL or terminal://NAME?",
        ),
        (
            "init new.toml --platform terminal --holidays DE-BX",
            '--holidays: "DE-BX" is not a region with known holidays. Nearest: "DE".',
        ),
    ],
)
def test_what_cannot_be_done_is_one_paragraph(home: Home, line: str, said: str) -> None:
    assert refused(home.runs(*line.split())) == said.format(folder=home.folder)
    assert not (home.folder / "new.toml").exists()
    assert not home.data.exists()


def test_a_traceback_comes_with_debug_only(home: Home) -> None:
    with pytest.raises(GradusError, match="add --dry-run"):
        home.runs("--debug", "post")
    with home.starts("--debug", "post") as gradus:
        ended = gradus.wait()
    assert ended.code == 1
    assert ended.err.startswith("Traceback (most recent call last):")


def test_a_mistake_of_ours_is_a_paragraph_too(home: Home) -> None:
    lone = "\udcff"  # an argument that is not UTF-8
    ended = home.runs("questions", "new", "a/b", "--title", lone, "--to", "bank")
    assert ended.code in {1, 2}
    assert ended.out == ""
    assert ended.err.startswith("gradus: ")
    assert "Traceback" not in ended.err


MISTAKEN = 'colour = "red"\n[defaults]\ntimezone = "Europe/Berln"\ntopics = { trainning = 1 }\n'


@pytest.mark.parametrize(
    "line", ["", "run", "plan", "post --dry-run", "healthcheck", "config check", "questions list"]
)
def test_mistakes_in_the_settings_come_all_at_once(home: Home, line: str) -> None:
    home.settings.write_text(MISTAKEN)
    assert refused(home.runs(*line.split())).splitlines() == [
        f"{home.settings}: three mistakes.",
        'line 1: "colour" is not a setting here. Allowed: admins, banks, channels, defaults, '
        "discord, slack, store, terminal.",
        'line 3, defaults.timezone: "Europe/Berln" is not a time zone. Nearest: "Europe/Berlin".',
        'line 4, defaults.topics: "trainning" is not in your banks. Nearest: "training".',
    ]


# Settings ----------------------------------------------------------------------------------------


def test_config_check(home: Home) -> None:
    head, room = fine(home.runs("config", "check")).splitlines()
    assert head == f"{home.settings}: no mistakes, 1 channel. The next questions:"
    assert re.fullmatch(r"terminal://room: (\w{3} \d+ \w{3} \d{4} 00:00(, | \(UTC\), |$)){5}", room)
    checked = json.loads(fine(home.runs("config", "check", "--json")))
    assert checked == {"file": str(home.settings), "mistakes": []}


def test_config_check_of_another_file(home: Home) -> None:
    other = home.folder / "other.toml"
    other.write_text(MISTAKEN)
    assert "other.toml: three mistakes." in refused(home.runs("config", "check", "other.toml"))
    ended = home.runs("config", "check", "--json", "other.toml")
    assert (ended.code, ended.err) == (2, "")
    told = json.loads(ended.out)
    assert told["file"] == "other.toml"
    assert [set(one) for one in told["mistakes"]] == [{"line", "key", "text"}] * 3
    assert [one["line"] for one in told["mistakes"]] == [1, 3, 4]


def test_config_example_is_a_settings_file(home: Home) -> None:
    example = fine(home.runs("config", "example"))
    tomllib.loads(example)
    home.settings.write_text(example)
    assert "no mistakes, 1 channel" in fine(home.runs("config", "check"))


def test_config_schema(home: Home) -> None:
    schema = json.loads(fine(home.runs("config", "schema")))
    assert {"store", "banks", "channels", "defaults"} <= set(schema["properties"])


def test_init_with_flags(home: Home) -> None:
    said = fine(
        home.runs(
            *("init", "new.toml", "--platform", "discord", "--channel", "discord://11/22"),
            *("--when", "18:00 Europe/Berlin", "--days", "mon thu", "--topics", "training"),
            *("--holidays", "DE-BE"),
        )
    )
    assert said == "Wrote new.toml. `gradus config check new.toml` shows the next five posts.\n"
    (channel,) = load(home.folder / "new.toml", {}, ["training"]).channels("UTC")
    assert channel.id == "discord://11/22"
    assert channel.rhythm.holidays == "DE-BE"


def test_init_asks_a_person_until_it_is_right(home: Home) -> None:
    ours, theirs = pty.openpty()
    with home.starts("init", "new.toml", stdin=theirs) as gradus:
        os.close(theirs)
        os.write(ours, b"slak\nterminal\n\nnoon\n08:15 Asia/Kolkata\nmon fri\n\n")
        ended = gradus.wait()
        os.close(ours)
    assert ended.code == 0, ended
    assert '"slak" is not a platform. Nearest: "slack".' in ended.err
    assert "Wrote new.toml." in ended.out
    (channel,) = load(home.folder / "new.toml", {}, ()).channels("UTC")
    assert (channel.id, channel.rhythm.zone) == ("terminal://room", "Asia/Kolkata")
    assert (home.folder / "new.toml").stat().st_mode & 0o077 == 0


# Looking ahead -----------------------------------------------------------------------------------


def test_plan(home: Home) -> None:
    said = fine(home.runs("plan", "--days", "3"))
    assert said.startswith("Plan for terminal://room\n")
    assert said.count("training/loss-jumps (beginner, choice)") == 3
    rows = json.loads(fine(home.runs("plan", "--days", "3", "--json")))
    assert [set(row) for row in rows] == [{"channel", "date", "due", "question", "pinned"}] * 3
    assert len(json.loads(fine(home.runs("plan", "--json")))) == 14


def test_post_dry_run_shows_what_a_member_would_see(home: Home) -> None:
    said = fine(home.runs("post", "--dry-run"))
    assert said.startswith("terminal://room, ")
    assert "Question 1 · Training · beginner" in said
    assert "B  Make the steps shorter" in said
    assert SPOILER not in said


def test_looking_leaves_nothing_behind(home: Home) -> None:
    before = sorted(home.folder.rglob("*"))
    for line in (
        "plan", "post --dry-run", "doctor", "healthcheck", "config check", "questions list",
        "questions inbox", "questions stats", "questions lint", "questions search loss",
    ):  # fmt: skip
        home.runs(*line.split())
    assert sorted(home.folder.rglob("*")) == before


def test_healthcheck(home: Home) -> None:
    ended = home.runs("healthcheck")
    assert (ended.code, ended.err) == (1, "")
    assert "No tick has finished yet." in ended.out
    with home.starts() as gradus:
        gradus.types("/next")
        gradus.sees("Next question")
        gradus.types("/quit")
        gradus.wait()
    beat = home.data / "gradus.db.beat"
    assert beat.exists()
    assert fine(home.runs("healthcheck")).startswith("ok    heartbeat: The last tick finished ")
    os.utime(beat, (1_000_000, 1_000_000))
    stale = home.runs("healthcheck")
    assert stale.code == 1
    assert "the bot has stopped, or it hangs" in stale.out


# Questions ---------------------------------------------------------------------------------------

ROW = {"id", "title", "kind", "level", "topic", "status", "tags", "covers"}


def test_questions_list(home: Home) -> None:
    home.ask("activations/dead-units", "Half of the units are dead")
    assert fine(home.runs("questions", "list")) == snapshot("""\
activations/dead-units  choice   beginner      Half of the units are dead
training/loss-jumps     choice   beginner      The loss jumps up and down
""")
    rows = json.loads(fine(home.runs("questions", "list", "--json")))
    assert [set(row) for row in rows] == [ROW] * 2
    one = fine(home.runs("questions", "list", "--topic", "training", "--level", "beginner"))
    assert one.startswith("training/loss-jumps  ")
    assert one.count("\n") == 1
    assert fine(home.runs("questions", "list", "--kind", "open")) == "No question matches.\n"
    assert json.loads(fine(home.runs("questions", "list", "--kind", "open", "--json"))) == []


def test_questions_show(home: Home) -> None:
    said = fine(home.runs("questions", "show", "training/loss-jumps"))
    assert said.startswith("training/loss-jumps · choice · beginner\n")
    assert "A  Make the batches smaller" in said
    assert SPOILER not in said
    by_file = home.runs("questions", "show", "own/training/loss-jumps.md")
    assert fine(by_file) == said
    answered = fine(home.runs("questions", "show", "--answer", "training/loss-jumps"))
    assert answered.startswith(said)
    assert SPOILER in answered
    assert "Source: A book." in answered


def test_questions_show_json(home: Home) -> None:
    plain = json.loads(fine(home.runs("questions", "show", "training/loss-jumps", "--json")))
    assert set(plain) == ROW | {"prompt", "options"}
    words = ("questions", "show", "training/loss-jumps", "--json", "--answer")
    full = json.loads(fine(home.runs(*words)))
    added = {"answer", "right", "accepted", "rubric", "hints", "follow_ups", "sources"}
    assert set(full) == set(plain) | added
    assert full["right"] == ["b"]


def test_questions_search(home: Home) -> None:
    home.ask("activations/dead-units", "Half of the units are dead")
    found = fine(home.runs("questions", "search", "dead", "units"))
    assert found == (
        "activations/dead-units  choice, beginner: Half of the units are dead\n"
        "    Half of the units are dead. What do you do first?\n"
    )
    rows = json.loads(fine(home.runs("questions", "search", "--json", "dead")))
    assert [set(row) for row in rows] == [ROW | {"excerpt"}]
    for odd in ('"(*', "", "NEAR(", "zebra", "'; DROP TABLE"):
        assert fine(home.runs("questions", "search", odd)) == "Nothing found.\n"


def test_questions_lint(home: Home) -> None:
    assert fine(home.runs("questions", "lint")) == "1 question checked, 0 findings.\n"
    assert json.loads(fine(home.runs("questions", "lint", "--json"))) == []
    broken = home.ask("training/broken")
    broken.write_text(broken.read_text().replace("- [x]", "- [ ]"))
    ended = home.runs("questions", "lint")
    assert (ended.code, ended.err) == (1, "")
    assert f"{broken}, line " in ended.out
    ended = home.runs("questions", "lint", "--json", str(broken))
    assert (ended.code, ended.err) == (1, "")
    (row,) = json.loads(ended.out)
    assert set(row) == {"rule", "severity", "path", "line", "text", "fix", "question"}
    assert row["path"] == str(broken)
    assert fine(home.runs("questions", "lint", "own/training/loss-jumps.md"))


def test_a_broken_file_cannot_be_shown(home: Home) -> None:
    broken = home.ask("training/broken")
    broken.write_text(broken.read_text().replace("kind: choice", "kind: essay"))
    assert "own/training/broken.md, line 3: " in refused(
        home.runs("questions", "show", "own/training/broken.md")
    )


def test_questions_stats(home: Home) -> None:
    said = fine(home.runs("questions", "stats"))
    assert said.startswith("1 question, 1 ready.\n\nTopics\n  training ")
    counted = json.loads(fine(home.runs("questions", "stats", "--json")))
    assert set(counted) == {
        "total", "ready", "statuses", "topics", "levels", "kinds", "right_letters", "own",
        "replaced", "problems", "unanswered", "coverage",
    }  # fmt: skip
    assert {frozenset(part) for part in counted["coverage"]} == {
        frozenset({"section", "covered", "total", "open"})
    }


@pytest.mark.parametrize("kind", ["choice", "multi", "numeric", "short", "open"])
def test_questions_new(home: Home, kind: str) -> None:
    path = home.bank / "vision" / "blur.md"
    said = fine(home.runs("questions", "new", "vision/blur", "--kind", kind))
    assert said == f"Wrote {path}. `gradus questions lint {path}` checks it.\n"
    ended = home.runs("questions", "lint", str(path))
    assert ended.code == 0, "a frame to fill in is a draft, not a mistake"
    assert "placeholder" in ended.out
    assert "Blur  draft" in fine(home.runs("questions", "list"))


def test_questions_new_elsewhere_with_a_title(home: Home) -> None:
    words = ("questions", "new", "vision/blur", "--to", "bank", "--title", 'What: a "blur" #1')
    fine(home.runs(*words))
    said = fine(home.runs("questions", "show", "bank/vision/blur.md", "--json"))
    assert json.loads(said)["title"] == 'What: a "blur" #1'


def test_an_empty_inbox(home: Home) -> None:
    assert fine(home.runs("questions", "inbox")) == "The inbox is empty.\n"
    assert json.loads(fine(home.runs("questions", "inbox", "--json"))) == []


def test_the_inbox_without_the_bot(home: Home) -> None:
    assert home.hears("/suggest Why", "B", "s", "/report It is not B").code == 0
    rows = json.loads(fine(home.runs("questions", "inbox", "--json")))
    assert [set(row) for row in rows] == [
        {"id", "kind", "at", "member", "channel", "question", "text", "status"}
    ] * 2
    assert [(row["kind"], row["question"], row["text"]) for row in rows] == [
        ("suggestion", None, "Why"),
        ("report", "training/loss-jumps", "It is not B"),
    ]
    first, second = (str(row["id"]) for row in rows)
    said = fine(home.runs("questions", "inbox"))
    assert re.search(
        rf"^{second}  \d{{4}}-\d\d-\d\d  report about training/loss-jumps$", said, re.MULTILINE
    )
    assert f"There is no contribution {first}9." in refused(
        home.runs("questions", "inbox", "accept", f"{first}9")
    )
    assert fine(home.runs("questions", "inbox", "decline", first)) == (
        f"{first} will be declined at the bot's next tick.\n"
    )
    assert len(json.loads(fine(home.runs("questions", "inbox", "--json")))) == 2, "no bot runs"
    fine(home.hears())
    (row,) = json.loads(fine(home.runs("questions", "inbox", "--json")))
    assert str(row["id"]) == second
    every = json.loads(fine(home.runs("questions", "inbox", "--all", "--json")))
    assert [row["status"] for row in every] == ["declined", "new"]
    assert "(declined)" in fine(home.runs("questions", "inbox", "--all"))


# Beside a running bot ----------------------------------------------------------------------------


def test_commands_that_read_work_beside_the_running_bot(home: Home) -> None:
    with home.starts() as gradus:
        gradus.types("B")
        gradus.sees("How sure are you?")
        for line in (
            "plan", "plan --json", "post --dry-run", "doctor", "doctor --json", "healthcheck",
            "config check", "questions list", "questions show training/loss-jumps",
            "questions search loss", "questions stats", "questions inbox", "questions lint",
        ):  # fmt: skip
            fine(home.runs(*line.split()))
        gradus.types("sure")
        gradus.sees("Your answer, B, is right.")
    assert "Question 2 ·" in fine(home.runs("post", "--dry-run"))


# Pipes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["--help", "plan", "config example", "questions list", "questions stats --json", "demo"]
)
def test_a_closed_pipe_is_quiet(home: Home, line: str) -> None:
    read, write = os.pipe()
    os.close(read)
    with home.starts(*line.split(), stdout=write) as gradus:
        os.close(write)
        ended = gradus.wait()
    assert ended.err == ""
    assert ended.code in {0, 1}


def test_piped_into_head(home: Home) -> None:
    script = f'"{sys.executable}" -m bot config example | head -n 1'
    with home.starts_fresh("sh", "-c", script) as shell:
        ended = shell.wait()
    assert fine(ended).count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk to try is Linux's")
def test_a_full_disk_is_told(home: Home) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    with home.starts("plan", stdout=full) as gradus:
        os.close(full)
        ended = gradus.wait()
    assert ended.code == 1
    assert ended.err == (
        "gradus: No space left on device. See that the disk has room, and that the user Gradus "
        "runs as may read and write what it is told to.\n"
    )


@pytest.mark.parametrize(
    "given, missing",
    [("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")],
)
def test_one_of_two_tokens_is_not_taken_for_none(home: Home, given: str, missing: str) -> None:
    """Who forgot one does not find themselves in the terminal."""
    said = refused(home.runs("run", **{given: "x"}))
    assert said.startswith("There is no token for Slack: set the environment variable " + missing)


def test_without_a_channel_the_commands_say_so(home: Home) -> None:
    """With tokens and no channel in the settings, channels are set up in chat."""
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert fine(home.runs("plan", **tokens)).startswith("No channel is set up yet")
    assert fine(home.runs("post", "--dry-run", **tokens)).startswith("No channel is set up yet")
    assert "they are set up in chat" in fine(home.runs("config", "check", **tokens))
