"""Settings as an admin meets them: what is refused and in which words, and what comes out."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.errors import BadSettings
from bot.model import BoardRule, Channel, DateRange, Kind, Level, Mix, Reveal, RevealRule, Rhythm
from config.holiday import holidays_of
from config.mistakes import Mistake, SettingsMistakes
from config.settings import Settings, find, load

TOPICS = ("convolution", "fine-tuning", "optimisation", "transformers")
CHANNEL = '[[channels]]\nid = "slack://T0123/C0456"\ntimezone = "Europe/Berlin"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gradus.toml"


def read(file: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Load a settings file with this text."""
    file.write_text(text, encoding="utf-8")
    return load(file, environ or {}, TOPICS)


def refusal(file: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    """Return why a settings file with this text is refused, its folder left out."""
    with pytest.raises(BadSettings) as refused:
        read(file, text, environ)
    return str(refused.value).replace(f"{file.parent}/", "")


# --- what is refused ------------------------------------------------------------------------------

WRONG = {
    "a zone misspelt": (
        '[defaults]\ntimezone = "Europe/Berln"\n',
        'line 2, defaults.timezone: "Europe/Berln" is not a time zone. Nearest: "Europe/Berlin".',
    ),
    "a zone in small letters": (
        '[defaults]\ntimezone = "europe/berlin"\n',
        'line 2, defaults.timezone: "europe/berlin" is not a time zone. Nearest: "Europe/Berlin".',
    ),
    "an abbreviation for a zone": (
        '[defaults]\ntimezone = "CEST"\n',
        (
            'line 2, defaults.timezone: "CEST" is not a time zone. '
            'Write an IANA name, such as "Europe/Berlin".'
        ),
    ),
    "no zone": (
        '[[channels]]\nid = "slack://T0123/C0456"\n\n[[channels]]\nid = "terminal://room"\n',
        (
            "line 1, channels[0].timezone: missing. "
            'Write a time zone, such as "Europe/Berlin", here or in [defaults].'
        ),
    ),
    "an hour that no day has": (
        '[defaults]\ntime = "24:00"\n',
        'line 2, defaults.time: "24:00" is not a time of day. Write "09:30".',
    ),
    "a time without quotes": (
        "[defaults]\ntime = 09:30:00\n",
        'line 2, defaults.time: 09:30:00 is not a time of day. Write "09:30", in quotes.',
    ),
    "a day without quotes": (
        "[defaults]\nskip = [2026-12-24]\n",
        (
            "line 2, defaults.skip[0]: 2026-12-24 is not a day or a range of days. "
            'Write "2026-12-24" or "2026-12-24..2027-01-02", in quotes.'
        ),
    ),
    "weekdays by number": (
        "[defaults]\ndays = [1, 2]\n",
        (
            "line 2, defaults.days[0]: 1 is not a weekday. "
            "Allowed: mon, tue, wed, thu, fri, sat, sun.\n"
            "line 2, defaults.days[1]: 2 is not a weekday. "
            "Allowed: mon, tue, wed, thu, fri, sat, sun."
        ),
    ),
    "a weekday misspelt, on a line of its own": (
        '[defaults]\ndays = [\n  "mon",\n  "tusday",\n]\n',
        'line 4, defaults.days[1]: "tusday" is not a weekday. Nearest: "tuesday".',
    ),
    "one weekday without a list": (
        '[defaults]\ndays = "mon"\n',
        'line 2, defaults.days: "mon" is not a list. Write [ ], and each item in quotes.',
    ),
    "no weekday": (
        "[defaults]\ndays = []\n",
        "line 2, defaults.days: the list is empty. Name at least one.",
    ),
    "a length of time in words": (
        '[defaults]\ngrace = "four hours"\n',
        (
            'line 2, defaults.grace: "four hours" is not a grace. Write a length of time, '
            'such as "4h" or "90m", or "day" for the rest of the local day.'
        ),
    ),
    "no time at all until the answer": (
        '[defaults]\nreveal = "after 0h"\n',
        'line 2, defaults.reveal: "0h" is not a length of time. Write "6h", "90m" or "1h 30m".',
    ),
    "an answer at some time": (
        '[defaults]\nreveal = "17:00"\n',
        (
            'line 2, defaults.reveal: "17:00" is not a time for the answer. '
            'Allowed: "after 6h", "at 17:00", "next" and, in the terminal, "answered".'
        ),
    ),
    "the terminal's reveal elsewhere": (
        CHANNEL + 'reveal = "answered"\n',
        (
            'line 4, channels[0].reveal: "answered" is for the terminal only. '
            'Allowed here: "after 6h", "at 17:00", "next".'
        ),
    ),
    "the terminal's reveal for all": (
        '[defaults]\nreveal = "answered"\n' + CHANNEL,
        (
            'line 2, defaults.reveal: "answered" is for the terminal only. '
            'Allowed here: "after 6h", "at 17:00", "next".'
        ),
    ),
    "days that are none": (
        '[defaults]\nskip = [\n"2026-02-30",\n"24.12.2026", "2027-01-02..2026-12-24"]\n',
        (
            'line 3, defaults.skip[0]: "2026-02-30" is not a day or a range of days. '
            'Write "2026-12-24" or "2026-12-24..2027-01-02".\n'
            'line 4, defaults.skip[1]: "24.12.2026" is not a day or a range of days. '
            'Write "2026-12-24" or "2026-12-24..2027-01-02".\n'
            'line 4, defaults.skip[2]: "2027-01-02..2026-12-24" ends before it begins. '
            "Put the earlier day first."
        ),
    ),
    "a region no country has": (
        '[defaults]\nholidays = "DE-BEE"\n',
        (
            'line 2, defaults.holidays: "DE-BEE" is not a region with known holidays. '
            'Nearest: "DE-BE".'
        ),
    ),
    "a country that is none": (
        '[defaults]\nholidays = "Germany"\n',
        (
            'line 2, defaults.holidays: "Germany" is not a country or region with known holidays. '
            'Write a code such as "DE" or "DE-BE".'
        ),
    ),
    "a key misspelt": (
        'stor = "sqlite:///a.db"\n[defaults]\ntimezon = "Europe/Berlin"\n',
        (
            'line 1: "stor" is not a setting here. Nearest: "store".\n'
            'line 3, defaults: "timezon" is not a setting here. Nearest: "timezone".'
        ),
    ),
    "a key that only pydantic-settings knows": (
        '_env_file = ".env"\n',
        (
            'line 1: "_env_file" is not a setting here. Allowed: admins, banks, channels, '
            "defaults, discord, slack, store, terminal."
        ),
    ),
    "a table like no other": (
        "[weather]\n",
        (
            'line 1: "weather" is not a setting here. Allowed: admins, banks, channels, defaults, '
            "discord, slack, store, terminal."
        ),
    ),
    "keys in the wrong table": (
        'time = "09:30"\n[defaults]\nbanks = ["shipped"]\nname = "#ml"\n',
        (
            'line 1: "time" is not a setting here. It goes in [defaults] or [[channels]].\n'
            'line 3, defaults: "banks" is not a setting here. '
            "It goes at the top of the file, above the first table.\n"
            'line 4, defaults: "name" is not a setting here. It goes in [[channels]].'
        ),
    ),
    "a topic misspelt": (
        CHANNEL + "[channels.topics]\nconvolution = 1\ntranformers = 3\n",
        'line 6, channels[0].topics: "tranformers" is not in your banks. Nearest: "transformers".',
    ),
    "a topic like no other": (
        "[defaults]\ntopics = { cooking = 1 }\n",
        (
            'line 2, defaults.topics: "cooking" is not in your banks. '
            "Allowed: convolution, fine-tuning, optimisation, transformers."
        ),
    ),
    "a setting below the topics": (
        CHANNEL + '[channels.topics]\ntransformers = 3\nreveal = "next"\n',
        (
            'line 6, channels[0].topics: "reveal" is a setting, not a topic. '
            "Put it above the topics' table."
        ),
    ),
    "topics as a list": (
        '[defaults]\ntopics = ["transformers"]\n',
        (
            "line 2, defaults.topics: a list is not a table of weights. "
            "Write { transformers = 3, convolution = 1 }."
        ),
    ),
    "weights below nothing, in part, in words": (
        (
            "[defaults]\ntopics = { transformers = -1 }\n"
            'levels = { beginner = 0.5 }\nkinds = { open = "often" }\n'
        ),
        (
            "line 2, defaults.topics.transformers: -1 is not a weight. "
            "Write a whole number, 0 or more.\n"
            "line 3, defaults.levels.beginner: 0.5 is not a weight. "
            "Write a whole number, 0 or more.\n"
            'line 4, defaults.kinds.open: "often" is not a weight. Write a whole number, 0 or more.'
        ),
    ),
    "weights of nothing": (
        "[defaults]\ntopics = { transformers = 0 }\nlevels = { beginner = 0 }\nkinds = {}\n",
        (
            "line 2, defaults.topics: every weight is 0, so nothing could be asked. "
            "Give at least one more.\n"
            "line 3, defaults.levels: every weight is 0, so nothing could be asked. "
            "Give at least one more.\n"
            "line 4, defaults.kinds: every weight is 0, so nothing could be asked. "
            "Give at least one more."
        ),
    ),
    "a level and a kind misspelt": (
        "[defaults]\nlevels = { advnced = 1, beginner = 1 }\nkinds = { essay = 1, open = 1 }\n",
        (
            'line 2, defaults.levels: "advnced" is not a level. Nearest: "advanced".\n'
            'line 3, defaults.kinds: "essay" is not a kind of question. '
            "Allowed: choice, multi, numeric, open, short."
        ),
    ),
    "the same channel twice": (
        CHANNEL + CHANNEL,
        'line 5, channels[1].id: "slack://T0123/C0456" is already channels[0]. Give it one table.',
    ),
    "a channel without an id": (
        '[[channels]]\ntimezone = "Europe/Berlin"\n',
        "line 1, channels[0].id: missing. Write the channel's id, such as slack://T0123/C0456.",
    ),
    "ids that are none": (
        (
            '[[channels]]\nid = "#ml-interviews"\n[[channels]]\nid = "slak://T0123/C0456"\n'
            '[[channels]]\nid = "discord://my-server/general"\ntimezone = "UTC"\nadmins = ["U01"]\n'
        ),
        (
            'line 2, channels[0].id: "#ml-interviews" is not a channel. '
            "Write slack://TEAM/CHANNEL, discord://SERVER/CHANNEL or terminal://NAME.\n"
            'line 4, channels[1].id: "slak://T0123/C0456" is not a channel. '
            'Nearest: "slack://T0123/C0456".\n'
            'line 6, channels[2].id: "discord://my-server/general" is not a channel. '
            "Write discord://SERVER/CHANNEL, such as discord://111222333/444555666.\n"
            'line 8, channels[2].admins[0]: "U01" is not a member. '
            "Write slack://TEAM/MEMBER, discord://MEMBER or terminal://NAME."
        ),
    ),
    "channels in single brackets": (
        '[channels]\nid = "terminal://room"\n',
        "line 1, channels: a table is not a list. Write [[channels]] above each channel.",
    ),
    "what would ping everybody": (
        '[defaults]\nmention = "@channel"\n',
        (
            'line 2, defaults.mention: "@channel" is not the id of a group or role. Write the id '
            'itself: on Slack like "S0123ABC", on Discord like "111222333".'
        ),
    ),
    "neither yes nor no": (
        '[defaults]\nannounce = "yes"\nboard = "evryone"\n',
        (
            'line 2, defaults.announce: "yes" is neither true nor false. Write it without quotes.\n'
            'line 3, defaults.board: "evryone" is not a rule for the board. Nearest: "everyone".'
        ),
    ),
    "notices to nowhere": (
        '[defaults]\nnotices = "#admins"\n',
        (
            'line 2, defaults.notices: "#admins" is neither a channel nor a member. '
            "Write an id such as slack://T0123/C0456 or slack://T0123/U01."
        ),
    ),
    "another kind of store": (
        'store = "postgres://gradus:hunter2@db/gradus"\nbanks = []\n',
        (
            "line 1, store: this is not a store. "
            'Write sqlite:///PATH, such as "sqlite:///gradus.db".\n'
            "line 2, banks: the list is empty. Name at least one."
        ),
    ),
    "numbers for texts": (
        "banks = [1]\n[terminal]\nmember = 'two words'\n[defaults]\nseed = 3\nholidays = 49\n",
        (
            'line 1, banks[0]: 1 is not a bank. Write "shipped" or a folder.\n'
            'line 3, terminal.member: "two words" is not a name for the terminal. '
            'Write letters, digits, dots and hyphens, such as "ada".\n'
            "line 5, defaults.seed: 3 is not a line of text. Write it in quotes.\n"
            'line 6, defaults.holidays: 49 is not a country code. Write "DE" or "DE-BE", in quotes.'
        ),
    ),
    "values for tables": (
        'defaults = "none"\nterminal = 1\nchannels = ["slack://T0123/C0456"]\n',
        (
            'line 1, defaults: "none" is not a table of settings.\n'
            "line 2, terminal: 1 is not a table of settings.\n"
            'line 3, channels[0]: "slack://T0123/C0456" is not a table of settings.'
        ),
    ),
    "what is not TOML": (
        '[defaults]\ntime "09:30"\n',
        "line 2: this is not TOML, at column 6: expected '=' after a key in a key/value pair.",
    ),
    "a table without its end": (
        '[defaults]\nskip = [\n"2026-12-24"\n\n',
        "line 3: this is not TOML, at the end of the file: unclosed array.",
    ),
}


@pytest.mark.parametrize("text, told", WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_in_full(file: Path, text: str, told: str) -> None:
    number = ["no mistakes", "one mistake", "two mistakes", "three mistakes", "four mistakes"]
    head = f"gradus.toml: {number[told.count(chr(10)) + 1]}.\n"
    assert refusal(file, text) == head + told


def test_every_mistake_is_told_at_once_and_kept_as_data(file: Path) -> None:
    text = (
        "[defaults]\n"
        'time = "25:00"\n'
        "\n"
        "[[channels]]\n"
        'id = "slack://T0123/C0456"\n'
        'timezone = "Europe/Berln"\n'
        "[channels.topics]\n"
        "tranformers = 1\n"
        "[[channels]]\n"
        'id = "slack://T0123/C0456"\n'
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsMistakes) as refused:
        load(file, {"GRADUS_ADMINS": '["U01"]'}, TOPICS)
    places = [(mistake.line, mistake.key) for mistake in refused.value.mistakes]
    assert places == [
        (0, "GRADUS_ADMINS, admins[0]"),
        (2, "defaults.time"),
        (6, "channels[0].timezone"),
        (8, "channels[0].topics"),
        (9, "channels[1].timezone"),
        (10, "channels[1].id"),
    ]
    assert refused.value.mistakes[2].text == (
        '"Europe/Berln" is not a time zone. Nearest: "Europe/Berlin".'
    )
    assert str(refused.value).startswith(f"{file}: six mistakes.\nGRADUS_ADMINS, admins[0]: ")
    assert refused.value.exit_code == 2


def test_files_that_cannot_be_read(file: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        load(file, {}, TOPICS)
    told = f"{file}: one mistake.\nthe file cannot be read: No such file or directory."
    assert str(refused.value) == told
    file.write_bytes(b'store = "a"\n# caf\xe9\n')
    with pytest.raises(BadSettings, match=r"line 2: this is not UTF-8 text\."):
        load(file, {}, TOPICS)


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    assert read(file, '\ufeffbanks = ["shipped"]\n').banks == ("shipped",)


def test_a_long_or_strange_value_stays_on_its_line(file: Path) -> None:
    told = refusal(file, f'[defaults]\ntimezone = "{"x" * 99}"\ntime = "\\n\\u001b[2J"\n')
    assert f'"{"x" * 59}…" is not a time zone' in told
    assert '"\\n\\u001b[2J" is not a time of day' in told
    assert told.count("\n") == 2


def test_topics_are_read_only_where_one_is_to_be_checked(file: Path) -> None:
    asked: list[Sequence[str]] = []

    def topics(banks: Sequence[str]) -> Sequence[str]:
        asked.append(banks)
        return TOPICS

    file.write_text(CHANNEL)
    load(file, {}, topics)
    assert asked == []
    file.write_text('banks = ["shipped", "own"]\n' + CHANNEL + "topics = { convolution = 1 }\n")
    load(file, {}, topics)
    assert asked == [["shipped", str(file.parent / "own")]]


def test_topics_of_banks_that_are_wrong_themselves_are_not_looked_for(file: Path) -> None:
    file.write_text("banks = 1\n[defaults.topics]\ncooking = 1\n")
    with pytest.raises(BadSettings) as refused:
        load(file, {}, lambda _: pytest.fail("the banks cannot be read"))
    assert "cooking" not in str(refused.value)


# --- the environment and secret files -------------------------------------------------------------


def test_the_environment_wins_over_the_file(file: Path) -> None:
    text = '[defaults]\ntime = "09:30"\ngrace = "2h"\nlevels = { beginner = 1, advanced = 1 }\n'
    settings = read(
        file,
        text,
        {
            "GRADUS_DEFAULTS__TIME": "10:00",
            "GRADUS_DEFAULTS__LEVELS__ADVANCED": "3",
            "GRADUS_DEFAULTS__ANNOUNCE": "false",
            "GRADUS_DEFAULTS__DAYS": '["mon", "wed"]',
            "GRADUS_DEFAULTS__TOPICS": '{"fine-tuning": 2}',
            "GRADUS_DEFAULTS__SKIP": "[]",
            "GRADUS_BANKS": '["own"]',
            "GRADUS_CHANNELS": '[{"id": "terminal://one"}]',
            "GRADUS_CONFIG": "elsewhere.toml",
            "GRADUS_SEED": "  ",
            "TIME": "11:00",
            "CHANNELS": "no",
        },
    )
    defaults = settings.defaults
    assert (defaults.time, defaults.grace, defaults.announce) == ("10:00", "2h", False)
    assert (defaults.levels.beginner, defaults.levels.advanced) == (1, 3)
    assert (defaults.days, defaults.topics) == (("mon", "wed"), {"fine-tuning": 2})
    assert settings.banks == (str(file.parent / "own"),)
    assert [channel.id for channel in settings.channels("UTC")] == ["terminal://one"]


def test_mistakes_in_the_environment_name_the_variable(file: Path) -> None:
    told = refusal(
        file,
        CHANNEL,
        {
            "GRADUS_DEFAULTS__TIME": "25:00",
            "GRADUS_DEFAULTS__DAYS": "mon, tue",
            "GRADUS_DEFAULTS__COLOUR": "red",
            "GRADUS_SLACK__BOT_TOKN": "xoxb-secret",
            "GRADUS_TERMINAL": "on",
        },
    )
    assert told.splitlines() == [
        "gradus.toml: five mistakes.",
        'GRADUS_SLACK__BOT_TOKN: "bot_tokn" is not a setting here. Nearest: "bot_token".',
        'GRADUS_TERMINAL: "on" is not a table of settings.',
        'GRADUS_DEFAULTS__TIME: "25:00" is not a time of day. Write "09:30".',
        'GRADUS_DEFAULTS__DAYS: "mon, tue" is not a list. Write [ ], and each item in quotes.',
        (
            'GRADUS_DEFAULTS__COLOUR: "colour" is not a setting here. Allowed: admins, announce, '
            "board, days, grace, holidays, kinds, levels, mention, notices, reveal, seed, skip, "
            "time, timezone, topics."
        ),
    ]


def test_without_a_file_the_environment_is_what_is_wrong() -> None:
    with pytest.raises(BadSettings) as refused:
        load(None, {"GRADUS_STORE": "gradus.db", "GRADUS_DEFAULTS": '{"time": 1}'}, TOPICS)
    assert str(refused.value) == (
        "The environment: two mistakes.\n"
        'GRADUS_STORE: this is not a store. Write sqlite:///PATH, such as "sqlite:///gradus.db".\n'
        "GRADUS_DEFAULTS, defaults.time: "
        '1 is not a time of day. Write "09:30", in quotes.'
    )


def tokens(settings: Settings) -> list[str]:
    """Return the tokens: Slack's two, then Discord's."""
    slack, discord = settings.slack, settings.discord
    found = [slack and slack.bot_token, slack and slack.app_token, discord and discord.token]
    return [token.get_secret_value() if token else "" for token in found]


def test_tokens_from_file_secret_files_and_environment(file: Path, tmp_path: Path) -> None:
    text = (
        '[slack]\nbot_token = "from-file"\napp_token = "from-file"\n'
        '[discord]\ntoken = "from-file"\n'
    )
    assert tokens(read(file, text)) == ["from-file"] * 3

    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "..data").mkdir()  # as Kubernetes has it
    (secrets / "other").write_bytes(b"\xff")
    (secrets / "slack_app_token").write_text("from-secret\n")
    (secrets / "GRADUS_DISCORD__TOKEN").write_text("from-secret\n")
    environ = {"GRADUS_SECRETS_DIR": str(secrets), "SLACK_BOT_TOKEN": ""}
    assert tokens(read(file, text, environ)) == ["from-file", "from-secret", "from-secret"]

    environ |= {"SLACK_BOT_TOKEN": "from-env", "DISCORD_TOKEN": "from-env"}
    assert tokens(read(file, text, environ)) == ["from-env", "from-secret", "from-env"]
    environ |= {"GRADUS_SLACK__BOT_TOKEN": "from-our-name"}
    assert tokens(read(file, text, environ))[0] == "from-our-name"
    assert tokens(read(file, "", environ)) == ["from-our-name", "from-secret", "from-env"]


def test_addresses_for_tests(file: Path) -> None:
    settings = read(
        file,
        "",
        {
            "GRADUS_SLACK__BASE_URL": "http://127.0.0.1:8000/api/",
            "GRADUS_DISCORD__API_BASE": "http://127.0.0.1:8000",
            "GRADUS_DISCORD__GATEWAY": "ws://127.0.0.1:8000",
        },
    )
    assert settings.slack is not None
    assert settings.slack.base_url == "http://127.0.0.1:8000/api/"
    assert settings.discord is not None
    assert settings.discord.api_base == "http://127.0.0.1:8000"
    assert settings.discord.gateway == "ws://127.0.0.1:8000"
    assert read(file, "").slack is None
    assert read(file, "").discord is None


def test_secret_files_that_cannot_be_read(file: Path, tmp_path: Path) -> None:
    (tmp_path / "discord_token").write_bytes(b"\xff\xfe")
    told = refusal(file, "", {"GRADUS_SECRETS_DIR": str(tmp_path)})
    assert told == (
        "gradus.toml: one mistake.\nGRADUS_SECRETS_DIR: "
        'the file "discord_token" cannot be read: it is not text.'
    )
    told = refusal(file, "", {"GRADUS_SECRETS_DIR": "/no/such"})
    assert told == (
        "gradus.toml: one mistake.\nGRADUS_SECRETS_DIR: "
        'there is no folder "/no/such". Create it, or do not set GRADUS_SECRETS_DIR.'
    )


SECRET = "hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f'[slack]\nbot_token = ["{SECRET}"]\n',
        f'[slack]\nbot_tokn = "{SECRET}"\n',
        f'[slack]\nbase_url = "{SECRET}"\n',
        f'slack = "{SECRET}"\n',
        f'[discord.token]\nvalue = "{SECRET}"\n',
        f'[discord]\ngateway = "{SECRET}"\n',
        f'store = "postgres://gradus:{SECRET}@db/gradus"\n',
    ],
)
def test_secrets_are_never_shown_in_an_error(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsMistakes) as refused:
        load(file, {}, TOPICS)
    assert len(refused.value.mistakes) == 1
    for shown in (str(refused.value), repr(refused.value), repr(refused.value.mistakes)):
        assert SECRET not in shown
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_secrets_are_never_shown_by_the_settings(file: Path) -> None:
    settings = read(file, "", {"SLACK_BOT_TOKEN": SECRET, "DISCORD_TOKEN": SECRET})
    for shown in (repr(settings), str(settings), settings.model_dump_json(), str(settings.slack)):
        assert SECRET not in shown
    assert tokens(settings) == [SECRET, "", SECRET]


# --- what comes out -------------------------------------------------------------------------------


def test_the_file_of_the_contract(file: Path) -> None:
    text = """
store = "sqlite:///gradus.db"
banks = ["shipped", "/data/questions"]
[slack]
[discord]
[defaults]
time = "09:30"
timezone = "Europe/Berlin"
days = ["mon", "tue", "wed", "thu", "fri"]
holidays = "DE-BE"
skip = ["2026-12-24..2027-01-02"]
reveal = "after 6h"
grace = "4h"
[[channels]]
id = "slack://T0123/C0456"
time = "10:00"
admins = ["slack://T0123/U01"]
levels = { beginner = 1, intermediate = 2, advanced = 1 }
[channels.topics]
transformers = 3
convolution = 1
"""
    settings = read(file, text)
    (channel,) = settings.channels("Pacific/Auckland")
    assert channel == Channel(
        id=channel.id,
        rhythm=Rhythm(
            time=time(10),
            zone="Europe/Berlin",
            days=frozenset(range(5)),
            reveal=Reveal(RevealRule.AFTER, after=timedelta(hours=6)),
            grace=timedelta(hours=4),
            holidays="DE-BE",
            skip=(DateRange(date(2026, 12, 24), date(2027, 1, 2)),),
        ),
        mix=Mix(
            topics={"transformers": 3, "convolution": 1},
            levels={Level.BEGINNER: 1, Level.INTERMEDIATE: 2, Level.ADVANCED: 1},
            kinds={
                Kind.CHOICE: 3,
                Kind.OPEN: 2,
                Kind.NUMERIC: 1,
                Kind.MULTI: 1,
                Kind.SHORT: 1,
            },
        ),
        admins=channel.admins,
    )
    assert channel.id == "slack://T0123/C0456"
    assert channel.admins == ("slack://T0123/U01",)


def test_without_configuration_there_is_one_room_in_the_terminal(tmp_path: Path) -> None:
    settings = load(None, {}, TOPICS)
    (room,) = settings.channels("Europe/Paris")
    assert room.id == "terminal://room"
    assert room.rhythm == Rhythm(
        time=time(0),
        zone="Europe/Paris",
        days=frozenset(range(7)),
        reveal=Reveal(RevealRule.ANSWERED),
        grace=None,
    )
    assert room.mix.topics == {}
    assert room.first == (Level.BEGINNER, Kind.CHOICE)
    assert (room.counts_today, room.owner, room.admins) == (True, "file", ())
    assert settings.store_file(tmp_path) == tmp_path / "gradus.db"
    assert settings.own_banks(tmp_path) == (tmp_path / "questions",)
    assert settings.shipped


def test_a_channel_wins_over_the_defaults_and_they_over_ours(file: Path) -> None:
    text = (
        '[defaults]\ntimezone = "Asia/Kolkata"\nreveal = "at 17:05"\nmention = "S0123"\n'
        'board = "off"\n'
        '[[channels]]\nid = "slack://T1/C1"\nname = "#one"\nreveal = "next"\nannounce = false\n'
        'grace = "1h 30m"\nnotices = "slack://T1/U1"\nseed = "s"\nmention = ""\n'
        '[[channels]]\nid = "discord://1/2"\ndays = ["Saturday", "sun"]\ngrace = "day"\n'
        'levels = { advanced = 1 }\nboard = "everyone"\n'
        '[[channels]]\nid = "terminal://room"\n'
        '[[channels]]\nid = "terminal://other"\ntimezone = "UTC"\nreveal = "answered"\n'
    )
    one, two, room, other = read(file, text).channels("Europe/Paris")
    assert (one.name, one.rhythm.zone, one.rhythm.reveal) == (
        "#one",
        "Asia/Kolkata",
        Reveal(RevealRule.NEXT),
    )
    assert one.rhythm.grace == timedelta(minutes=90)
    assert (one.announce, one.notices, one.seed, one.mention) == (False, "slack://T1/U1", "s", "")
    assert (one.board, two.board) == (BoardRule.OFF, BoardRule.EVERYONE)
    assert two.rhythm.days == {5, 6}
    assert (two.rhythm.grace, two.mention, two.first) == (None, "S0123", None)
    assert two.mix.levels == {Level.BEGINNER: 0, Level.INTERMEDIATE: 0, Level.ADVANCED: 1}
    assert two.rhythm.reveal == room.rhythm.reveal == Reveal(RevealRule.AT, at=time(17, 5))
    assert (room.rhythm.zone, room.rhythm.time) == ("Asia/Kolkata", time(0))
    assert (other.rhythm.zone, other.rhythm.reveal) == ("UTC", Reveal(RevealRule.ANSWERED))
    assert (other.counts_today, two.counts_today) == (True, False)


def test_paths_are_relative_to_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, data = file.parent, Path("/data")
    settings = read(file, 'store = "sqlite:///db/g.db"\nbanks = ["own", "shipped", "/abs"]\n')
    assert settings.store_file(data) == folder / "db" / "g.db"
    assert settings.own_banks(data) == (folder / "own", Path("/abs"))
    assert settings.shipped
    settings = read(file, 'store = "sqlite:////abs/g.db"\nbanks = ["own"]\n')
    assert settings.store_file(data) == Path("/abs/g.db")
    assert not settings.shipped

    monkeypatch.chdir(folder)
    environ = {"GRADUS_STORE": "sqlite:///here.db"}
    assert load(Path("gradus.toml"), environ, TOPICS).store_file(data) == folder / "here.db"
    assert load(None, environ, TOPICS).store_file(data) == folder / "here.db"


def test_where_the_file_is_looked_for(tmp_path: Path) -> None:
    here, user = tmp_path / "here", tmp_path / "user"
    here.mkdir()
    user.mkdir()
    assert find(None, {}, here, user) is None
    (user / "gradus.toml").touch()
    assert find(None, {}, here, user) == user / "gradus.toml"
    (here / "gradus.toml").touch()
    assert find(None, {}, here, user) == here / "gradus.toml"
    assert find(None, {"GRADUS_CONFIG": ""}, here, user) == here / "gradus.toml"
    assert find(None, {"GRADUS_CONFIG": "b.toml"}, here, user) == Path("b.toml")
    assert find(Path("a.toml"), {"GRADUS_CONFIG": "b.toml"}, here, user) == Path("a.toml")


def test_the_models_alone_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_STORE", "sqlite:///elsewhere.db")
    assert Settings().store is None
    assert load(None, {}, TOPICS).store is None


def test_there_is_a_schema_for_editors() -> None:
    schema = Settings.model_json_schema()
    assert set(schema["properties"]) == {
        "store",
        "banks",
        "admins",
        "slack",
        "discord",
        "terminal",
        "defaults",
        "channels",
    }
    assert schema["$defs"]["Defaults"]["properties"]["reveal"]["default"] == "after 6h"
    assert json.dumps(schema)


def test_public_holidays() -> None:
    assert holidays_of("", [2026]) == frozenset()
    germany = holidays_of("DE", [2026, 2027])
    assert {date(2026, 10, 3), date(2027, 10, 3)} <= germany
    assert holidays_of("DE-BE", [2026]) - germany == {date(2026, 3, 8)}
    assert date(2026, 7, 4) in holidays_of("US-NY", [2026])
    with pytest.raises(ValueError, match='"DE-" is not a region with known holidays'):
        holidays_of("DE-", [2026])


def test_a_mistake_reads_as_a_line() -> None:
    assert str(Mistake(3, "a.b", "no.")) == "line 3, a.b: no."
    assert str(Mistake(3, "", "no.")) == "line 3: no."
    assert str(Mistake(0, "GRADUS_STORE", "no.")) == "GRADUS_STORE: no."


def test_tomllib_still_words_its_errors_as_we_read_them() -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match=r" \(at line 1, column 3\)$"):
        tomllib.loads("a b")
    with pytest.raises(tomllib.TOMLDecodeError, match=r" \(at end of document\)$"):
        tomllib.loads("a = [")
