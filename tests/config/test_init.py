"""What `gradus init` asks, what it takes for an answer, and the file it writes."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from bot.errors import UsageError
from config.init import Ask, asks, country_of, starter, write
from config.settings import load

TOPICS = ("convolution", "fine-tuning", "transformers")
ASKS = {ask.key: ask for ask in asks("Europe/Berlin", TOPICS)}


def answered(platform: str, **answers: str) -> dict[str, str]:
    """Go through the questions; an answer that is left out is an empty one."""
    given: dict[str, str] = {}
    for ask in ASKS.values():
        text = {"platform": platform, **answers}.get(ask.key) or ask.default(given)
        given[ask.key] = ask.check(text, given)
    return given


def refused(ask: Ask, text: str, platform: str = "slack") -> str:
    """Return why an answer is refused."""
    with pytest.raises(ValueError, match=r".") as why:
        ask.check(text, {"platform": platform})
    return str(why.value)


def test_the_five_questions() -> None:
    assert [(ask.key, ask.sentence) for ask in ASKS.values()] == snapshot(
        [
            ("platform", "Where do you want to be asked: slack, discord or terminal?"),
            (
                "channel",
                (
                    "In which channel: slack://TEAM/CHANNEL, discord://SERVER/CHANNEL "
                    "or terminal://NAME?"
                ),
            ),
            ("when", 'At what time, and in which time zone? Such as "09:30 Europe/Berlin"'),
            ("days", "On which weekdays? By name, with spaces between them"),
            ("topics", 'Which topics? "all", or some of: convolution, fine-tuning, transformers'),
        ]
    )


def test_what_an_empty_answer_means() -> None:
    assert answered("terminal") == {
        "platform": "terminal",
        "channel": "terminal://room",
        "when": "00:00 Europe/Berlin",
        "days": "mon tue wed thu fri sat sun",
        "topics": "all",
    }
    slack = {"platform": "slack"}
    assert ASKS["channel"].default(slack) == ""
    assert ASKS["when"].default(slack) == "09:30 Europe/Berlin"
    assert ASKS["days"].default(slack) == "mon tue wed thu fri"
    nowhere = {ask.key: ask for ask in asks("", TOPICS)}
    assert nowhere["when"].default(slack) == ""


def test_answers_are_taken_as_people_write_them() -> None:
    given = answered(
        "Slack",
        channel=" slack://T0123/C0456 ",
        when="9:05  Asia/Kolkata ",
        days="Friday, mon,mon",
        topics="transformers,fine-tuning transformers",
    )
    assert given == {
        "platform": "slack",
        "channel": "slack://T0123/C0456",
        "when": "09:05 Asia/Kolkata",
        "days": "mon fri",
        "topics": "transformers fine-tuning",
    }


def test_answers_that_are_refused() -> None:
    assert refused(ASKS["platform"], "slak") == '"slak" is not a platform. Nearest: "slack".'
    assert refused(ASKS["channel"], "#ml") == (
        '"#ml" is not a channel. '
        "Write slack://TEAM/CHANNEL, discord://SERVER/CHANNEL or terminal://NAME."
    )
    assert refused(ASKS["channel"], "terminal://room") == (
        '"terminal://room" is not on slack. '
        "Write slack://TEAM/CHANNEL, such as slack://T0123/C0456."
    )
    assert refused(ASKS["when"], "09:30") == (
        'the time zone is missing. Write both, such as "09:30 Europe/Berlin".'
    )
    assert refused(ASKS["when"], "Europe/Berlin 09:30") == (
        '"Europe/Berlin" is not a time of day. Write "09:30".'
    )
    assert refused(ASKS["days"], "1-5") == (
        '"1-5" is not a weekday. Allowed: mon, tue, wed, thu, fri, sat, sun.'
    )
    assert refused(ASKS["days"], " ") == ("no weekday. Allowed: mon, tue, wed, thu, fri, sat, sun.")
    assert refused(ASKS["topics"], "all tranformers") == (
        '"tranformers" is not in your banks. Nearest: "transformers".'
    )


def test_the_file_for_slack() -> None:
    given = answered("slack", channel="slack://T0123/C0456", topics="transformers convolution")
    assert starter(given) == snapshot("""\
# Settings of Gradus. `gradus config example` prints every one with its default and why;
# `gradus config check` says what is wrong with an edit, or when the next questions come.
# The tokens go into the environment: SLACK_BOT_TOKEN and SLACK_APP_TOKEN.

[[channels]]
id = "slack://T0123/C0456"
time = "09:30"
timezone = "Europe/Berlin"
days = ["mon", "tue", "wed", "thu", "fri"]
# Europe/Berlin is in Germany. To skip its public holidays, take the # away below.
# Its regions have codes as well, such as "DE-BB".
# holidays = "DE"
reveal = "after 6h"

# How often each topic comes up beside the others; those not named do not.
[channels.topics]
transformers = 1
convolution = 1
""")


def test_the_file_for_discord() -> None:
    given = answered("discord", channel="discord://111222333/444555666")
    assert starter(given, holidays="DE-BE") == snapshot("""\
# Settings of Gradus. `gradus config example` prints every one with its default and why;
# `gradus config check` says what is wrong with an edit, or when the next questions come.
# The token goes into the environment: DISCORD_TOKEN.

[[channels]]
id = "discord://111222333/444555666"
time = "09:30"
timezone = "Europe/Berlin"
days = ["mon", "tue", "wed", "thu", "fri"]
holidays = "DE-BE"
reveal = "after 23h"

# Every topic comes up alike. `gradus config example` shows how to choose.
""")


def test_the_file_for_the_terminal() -> None:
    assert starter(answered("terminal", when="00:00 UTC")) == snapshot("""\
# Settings of Gradus. `gradus config example` prints every one with its default and why;
# `gradus config check` says what is wrong with an edit, or when the next questions come.

[[channels]]
id = "terminal://room"
time = "00:00"
timezone = "UTC"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# For no questions on public holidays, name a country: holidays = "DE"
reveal = "answered"

# Every topic comes up alike. `gradus config example` shows how to choose.
""")


@pytest.mark.parametrize(
    "platform, channel",
    [
        ("slack", "slack://T0123/C0456"),
        ("discord", "discord://111222333/444555666"),
        ("terminal", "terminal://ada"),
    ],
)
@pytest.mark.parametrize("topics", ["all", "transformers"])
@pytest.mark.parametrize("holidays", ["", "US-NY"])
def test_every_file_loads_as_it_is_and_with_the_proposal_taken(
    tmp_path: Path, platform: str, channel: str, topics: str, holidays: str
) -> None:
    given = answered(platform, channel=channel, topics=topics, when="18:00 America/New_York")
    text, file = starter(given, holidays), tmp_path / "gradus.toml"
    write(file, text)
    (room,) = load(file, {}, TOPICS).channels("UTC")
    assert room.id == channel
    assert f"{room.rhythm.time:%H:%M} {room.rhythm.zone}" == given["when"]
    assert room.rhythm.holidays == holidays
    assert list(room.mix.topics) == ([] if topics == "all" else [topics])
    file.write_text(text.replace("# holidays", "holidays"))
    (room,) = load(file, {}, TOPICS).channels("UTC")
    assert room.rhythm.holidays == (holidays or "US")


def test_an_unknown_holiday_code_is_refused() -> None:
    with pytest.raises(ValueError, match='"DE-BX" is not a region with known holidays'):
        starter(answered("terminal"), holidays="DE-BX")


def test_the_country_of_a_zone() -> None:
    assert country_of("Europe/Berlin") == ("DE", "Germany")
    assert country_of("UTC") is None


def test_an_existing_file_is_never_touched(tmp_path: Path) -> None:
    file = tmp_path / "new" / "gradus.toml"
    write(file, "first\n")
    with pytest.raises(UsageError) as why:
        write(file, "second\n")
    assert file.read_text() == "first\n"
    assert str(why.value) == (
        f"{file} exists already, so nothing was written. Edit that file, or name another: "
        "gradus init FILE."
    )


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        UsageError, match=r"gradus.toml could not be written: .* Name another: gradus init FILE"
    ):
        write(tmp_path / "file" / "gradus.toml", "text")
