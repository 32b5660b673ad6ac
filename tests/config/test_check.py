"""What `gradus config check` says when nothing is wrong."""

from datetime import UTC, datetime
from pathlib import Path

from config.check import report
from config.settings import Settings, load

NOW = datetime(2026, 11, 20, 19, 20, tzinfo=UTC)  # a Friday


def settings(tmp_path: Path, text: str) -> Settings:
    """Return the settings of a file with this text."""
    file = tmp_path / "gradus.toml"
    file.write_text(text)
    return load(file, {}, ())


def test_the_next_five_questions_of_each_channel(tmp_path: Path) -> None:
    text = (
        '[defaults]\ntimezone = "Europe/Berlin"\nskip = ["2026-11-25"]\n'
        '[[channels]]\nid = "slack://T1/C1"\nname = "#ml-interviews"\n'
        '[[channels]]\nid = "discord://1/2"\ntimezone = "America/New_York"\ntime = "17:00"\n'
        'days = ["thu", "fri"]\nholidays = "US-NY"\nskip = []\n'
        '[[channels]]\nid = "terminal://room"\ntimezone = "Asia/Kolkata"\n'
    )
    head, slack, discord, terminal = report("gradus.toml", settings(tmp_path, text), NOW, "UTC")
    assert head == "gradus.toml: no mistakes, 3 channels. The next questions:"
    assert slack == (
        "#ml-interviews: Mon 23 Nov 2026 09:30 (Europe/Berlin), Tue 24 Nov 2026 09:30, "
        "Thu 26 Nov 2026 09:30, Fri 27 Nov 2026 09:30, Mon 30 Nov 2026 09:30"
    )
    assert discord == (
        "discord://1/2: Fri 20 Nov 2026 17:00 (America/New_York), Fri 27 Nov 2026 17:00, "
        "Thu 3 Dec 2026 17:00, Fri 4 Dec 2026 17:00, Thu 10 Dec 2026 17:00"
    )
    assert terminal == (
        "terminal://room: Sat 21 Nov 2026 00:00 (Asia/Kolkata), Sun 22 Nov 2026 00:00, "
        "Mon 23 Nov 2026 00:00, Tue 24 Nov 2026 00:00, Thu 26 Nov 2026 00:00"
    )


def test_without_configuration_the_current_day_counts() -> None:
    head, room = report("No settings file", load(None, {}, ()), NOW, "Asia/Kolkata")
    assert head == "No settings file: no mistakes, 1 channel. The next questions:"
    assert room == (
        "terminal://room: Sat 21 Nov 2026 00:00 (Asia/Kolkata), Sun 22 Nov 2026 00:00, "
        "Mon 23 Nov 2026 00:00, Tue 24 Nov 2026 00:00, Wed 25 Nov 2026 00:00"
    )


def test_a_channel_that_never_gets_a_question(tmp_path: Path) -> None:
    text = (
        '[[channels]]\nid = "slack://T1/C1"\ntimezone = "UTC"\nskip = ["2026-01-01..2099-12-31"]\n'
    )
    assert report("gradus.toml", settings(tmp_path, text), NOW, "UTC") == [
        "gradus.toml: no mistakes, 1 channel. The next questions:",
        "slack://T1/C1: none in the next 800 days. Days, holidays and skip leave nothing.",
    ]


def test_an_hour_that_the_clocks_jump_over_is_shown_after_the_jump(tmp_path: Path) -> None:
    text = (
        '[[channels]]\nid = "slack://T1/C1"\ntimezone = "Europe/Berlin"\n'
        'time = "02:30"\ndays = ["sun"]\n'
    )
    before = datetime(2027, 3, 22, tzinfo=UTC)
    line = report("gradus.toml", settings(tmp_path, text), before, "UTC")[1]
    assert line.startswith(
        "slack://T1/C1: Sun 28 Mar 2027 03:00 (Europe/Berlin), Sun 4 Apr 2027 02:30"
    )
