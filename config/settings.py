"""What an admin may set, as pydantic models, and how a file and the environment become them.

No platform's package and no question is read here. How single values are written is in
``values.py``; what is said about mistakes, in ``mistakes.py``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.model import BoardRule, Channel, ChannelId, Kind, Level, MemberId, Mix, Rhythm, platform_of
from config import values
from config.consistency import Topics, contradictions, strange_topics
from config.environment import DELIMITER, PREFIX, Environment, gather
from config.locate import locate
from config.mistakes import (
    Finding,
    Mistake,
    SettingsMistakes,
    from_pydantic,
    keys_at,
    placed,
    unknown,
)

FILE = "gradus.toml"
"""How the settings file is called where it is looked for."""


# Values, kept as they are written: messages, `config schema` and the example show them so -----


def _written(read: Callable[[object], object]) -> BeforeValidator:
    """Return a check that a value can be read, which leaves it as it is written."""

    def check(value: object) -> object:
        read(value)
        return value

    return BeforeValidator(check)


def _some(items: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty list."""
    if not items:
        raise ValueError("the list is empty. Name at least one.")
    return items


def _weighty(weights: dict[str, int]) -> dict[str, int]:
    """Refuse weights that leave nothing to ask; no weights at all leave everything."""
    if weights and not any(weights.values()):
        raise ValueError("every weight is 0, so nothing could be asked. Give at least one more.")
    return weights


Text: TypeAlias = Annotated[str, _written(values.text)]
TimeOfDay: TypeAlias = Annotated[str, _written(values.time_of_day)]
Zone: TypeAlias = Annotated[str, _written(values.zone)]
Weekday: TypeAlias = Annotated[str, _written(values.weekday)]
Days: TypeAlias = Annotated[tuple[Weekday, ...], AfterValidator(_some)]
HolidayCode: TypeAlias = Annotated[str, _written(values.holiday_code)]
Skipped: TypeAlias = Annotated[str, _written(values.date_range)]
RevealTime: TypeAlias = Annotated[str, _written(values.reveal)]
Grace: TypeAlias = Annotated[str, _written(values.grace)]
Weight: TypeAlias = Annotated[int, BeforeValidator(values.weight)]
Topical: TypeAlias = Annotated[dict[str, Weight], AfterValidator(_weighty)]
Switch: TypeAlias = Annotated[bool, BeforeValidator(values.switch)]
Mention: TypeAlias = Annotated[str, _written(values.mention)]
Place: TypeAlias = Annotated[str, _written(values.place)]
CommandName: TypeAlias = Annotated[str, _written(values.command_name)]
Nickname: TypeAlias = Annotated[str, _written(values.nickname)]
Board: TypeAlias = Annotated[BoardRule, BeforeValidator(values.board)]
Member: TypeAlias = Annotated[MemberId, _written(values.member_id)]
Id: TypeAlias = Annotated[ChannelId, _written(values.channel_id)]
Store: TypeAlias = Annotated[str, _written(values.store)]
Bank: TypeAlias = Annotated[str, _written(values.bank)]
Banks: TypeAlias = Annotated[tuple[Bank, ...], AfterValidator(_some)]
Token: TypeAlias = Annotated[SecretStr, BeforeValidator(values.secret)]
Address: TypeAlias = Annotated[str, _written(values.web_address)]


# Tables --------------------------------------------------------------------------------------


class Table(BaseModel):
    """A table of the file; a key it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Weights(Table):
    """Weights with fixed names; a name that is left out has weight 0."""

    @model_validator(mode="after")
    def _not_all_zero(self) -> Weights:
        """Refuse weights that leave nothing to ask."""
        _weighty(self.model_dump())
        return self


class Levels(Weights):
    """How often each level is asked."""

    beginner: Weight = 0
    intermediate: Weight = 0
    advanced: Weight = 0


class Kinds(Weights):
    """How often each kind of question is asked."""

    choice: Weight = 0
    multi: Weight = 0
    numeric: Weight = 0
    short: Weight = 0
    open: Weight = 0


class Slack(Table):
    """What connects to Slack."""

    bot_token: Token | None = None
    app_token: Token | None = None
    base_url: Address = ""
    command: CommandName = "gradus"
    quiz_command: CommandName = "quiz"
    workspace_admins: Switch = False


class Discord(Table):
    """What connects to Discord."""

    token: Token | None = None
    api_base: Address = ""
    gateway: Address = ""
    command: CommandName = "gradus"
    quiz_command: CommandName = "quiz"


class Terminal(Table):
    """What the terminal is told."""

    member: Nickname = ""


class Defaults(Table):
    """What holds for every channel that does not say otherwise."""

    time: TimeOfDay = "09:30"
    timezone: Zone = ""
    days: Days = ("mon", "tue", "wed", "thu", "fri")
    holidays: HolidayCode = ""
    skip: tuple[Skipped, ...] = ()
    reveal: RevealTime = "after 6h"
    grace: Grace = "4h"
    levels: Levels = Levels(beginner=1, intermediate=2, advanced=1)
    topics: Topical = Field(default_factory=dict)
    kinds: Kinds = Kinds(choice=3, open=2, numeric=1, multi=1, short=1)
    announce: Switch = True
    mention: Mention = ""
    board: Board = BoardRule.ASK
    admins: tuple[Member, ...] = ()
    notices: Place = ""
    seed: Text = ""


class ChannelTable(Defaults):
    """One channel; whatever it leaves out comes from the defaults."""

    id: Id
    name: Text = ""


TERMINAL_ROOM = ChannelId("terminal://room")
TERMINAL_DEFAULTS: Mapping[str, Any] = {
    "time": "00:00",
    "days": values.WEEKDAYS,
    "reveal": "answered",
    "grace": values.REST_OF_DAY,
    "announce": False,
    "board": BoardRule.OFF,
}
"""Where the terminal's defaults differ; its time zone is the machine's."""


class Settings(BaseSettings):
    """Everything an admin may set. Made by ``load``; made directly, it reads nothing else."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_prefix_target="all",
        env_nested_delimiter=DELIMITER,
    )

    store: Store | None = None
    banks: Banks = (values.SHIPPED,)
    admins: tuple[Member, ...] = ()
    slack: Slack | None = None
    discord: Discord | None = None
    terminal: Terminal = Terminal()
    defaults: Defaults = Defaults()
    channel_tables: tuple[ChannelTable, ...] = Field(default=(), alias="channels")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the names are pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is passed in: ``load`` puts the sources together."""
        return (init_settings,)

    def store_file(self, data: Path) -> Path:
        """Return the database's file; with none configured, the one in the data folder."""
        return Path(self.store.removeprefix(values.SQLITE)) if self.store else data / "gradus.db"

    @property
    def shipped(self) -> bool:
        """Whether the bank that comes with the program is among the banks."""
        return values.SHIPPED in self.banks

    def own_banks(self, data: Path) -> tuple[Path, ...]:
        """Return the folders of own questions; with none configured, the one in the data folder."""
        folders = tuple(Path(bank) for bank in self.banks if bank != values.SHIPPED)
        return folders or (data / "questions",)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms to connect to: those with a token, and those of the channels.

        With neither: the terminal.
        """
        named = {platform_of(table.id) for table in self.channel_tables}
        if self.slack is not None and (self.slack.bot_token or self.slack.app_token):
            named.add("slack")
        if self.discord is not None and self.discord.token:
            named.add("discord")
        return tuple(sorted(named)) or ("terminal",)

    def channels(self, machine_zone: str) -> tuple[Channel, ...]:
        """Return the channels; with none, and no chat service, the terminal's one room.

        ``machine_zone`` is the IANA name of the zone that terminal rooms live in by default.
        """
        tables = self.channel_tables
        if self.platforms == ("terminal",) and not tables:
            tables = (ChannelTable(id=TERMINAL_ROOM),)
        return tuple(self._channel(table, machine_zone) for table in tables)

    def new_channel(self, id: ChannelId) -> Channel:
        """Return a channel that is set up in chat, as the defaults make it.

        Its time zone is empty where the defaults name none. On Discord the answer comes after 23
        hours where they say nothing else: worldwide communities need every zone awake.
        """
        table = ChannelTable(id=id)
        if platform_of(id) == "discord" and "reveal" not in self.defaults.model_fields_set:
            table = ChannelTable(id=id, reveal="after 23h")
        return replace(self._channel(table, ""), owner="chat")

    def _channel(self, table: ChannelTable, machine_zone: str) -> Channel:
        """Return one channel: its own settings over the file's defaults over ours."""
        in_terminal = platform_of(table.id) == "terminal"
        ours = {name: getattr(Defaults(), name) for name in Defaults.model_fields}
        if in_terminal:
            ours |= {**TERMINAL_DEFAULTS, "timezone": machine_zone}
        given = ours | _given(self.defaults) | _given(table)
        return Channel(
            id=table.id,
            rhythm=Rhythm(
                time=values.time_of_day(given["time"]),
                zone=given["timezone"],
                days=frozenset(map(values.weekday, given["days"])),
                reveal=values.reveal(given["reveal"]),
                grace=values.grace(given["grace"]),
                holidays=given["holidays"],
                skip=tuple(map(values.date_range, given["skip"])),
            ),
            mix=Mix(
                topics=given["topics"],
                levels={level: getattr(given["levels"], level) for level in Level},
                kinds={kind: getattr(given["kinds"], kind) for kind in Kind},
            ),
            name=table.name,
            admins=given["admins"],
            notices=given["notices"],
            announce=given["announce"],
            mention=given["mention"],
            board=given["board"],
            seed=given["seed"],
            owner="file",
            first=(Level.BEGINNER, Kind.CHOICE) if in_terminal else None,
            counts_today=in_terminal,
        )


def _given(table: Defaults) -> dict[str, Any]:
    """Return what a table says itself."""
    return {name: getattr(table, name) for name in table.model_fields_set}


HOMES = {
    **dict.fromkeys(keys_at(Terminal, ()), "in [terminal]"),
    **dict.fromkeys(keys_at(Slack, ()), "in [slack]"),
    **dict.fromkeys(keys_at(Discord, ()), "in [discord]"),
    **dict.fromkeys(keys_at(ChannelTable, ()), "in [[channels]]"),
    **dict.fromkeys(keys_at(Defaults, ()), "in [defaults] or [[channels]]"),
    **dict.fromkeys(("store", "banks"), "at the top of the file, above the first table"),
}
"""Where each key belongs, for messages about one in the wrong table."""


# Reading -------------------------------------------------------------------------------------


def find(
    explicit: Path | None, environ: Mapping[str, str], cwd: Path, user_config_dir: Path
) -> Path | None:
    """Return the settings file to read: ``--config``, ``$GRADUS_CONFIG``, here, the user's folder.

    The first two count whether the file exists or not. ``None``: there is no file.
    """
    if explicit is not None:
        return explicit
    if environ.get("GRADUS_CONFIG"):
        return Path(environ["GRADUS_CONFIG"])
    return next((f for f in (cwd / FILE, user_config_dir / FILE) if f.is_file()), None)


def load(path: Path | None, environ: Mapping[str, str], topics: Topics) -> Settings:
    """Return the settings of a file, with the environment and secret files over it.

    Relative paths are relative to the file; without one, to the working folder. ``topics`` are
    those of the banks, or what reads them; it is called only where a topic is to be checked.
    Raises ``SettingsMistakes`` with every mistake.
    """
    source = "The environment" if path is None else str(path)
    text = "" if path is None else _read(path)
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsMistakes(source, [_not_toml(text, str(error))]) from None
    variables, mistakes = gather(environ)
    data = _merged(written, Environment(Settings, variables)())
    data = _anchored(data, (path.parent if path else Path()).absolute())
    findings, settings = _validated(data)
    unread = callable(topics) and any(finding.path[0] == "banks" for finding in findings)
    strange = strange_topics(data, None if unread else topics, keys_at(ChannelTable, ()))
    mistakes += placed([*strange, *findings], locate(text), variables.origin)
    if mistakes or settings is None:
        raise SettingsMistakes(source, mistakes)
    return settings


def _validated(data: dict[str, Any]) -> tuple[list[Finding], Settings | None]:
    """Return what is wrong with the settings, topics aside, and the settings if nothing is."""
    findings = list(contradictions(data))
    mute = {key for key in data if key.startswith("_")}  # pydantic-settings has arguments so named
    findings += [Finding((key,), unknown((key,), Settings, {}), of_table=True) for key in mute]
    try:
        return findings, Settings(**{key: data[key] for key in data.keys() - mute})
    except ValidationError as error:
        return findings + from_pydantic(error, Settings, HOMES, ("slack", "discord")), None


def _read(path: Path) -> str:
    """Return the text of the settings file; it is UTF-8, with or without a byte order mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        text = f"the file cannot be read: {error.strerror}."
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsMistakes(
            str(path), [Mistake(line, "", "this is not UTF-8 text. Save the file as UTF-8.")]
        ) from None
    raise SettingsMistakes(str(path), [Mistake(0, "", text)])


def _not_toml(text: str, message: str) -> Mistake:
    """Return tomllib's message as one of ours."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    what, line, column = match.groups() if match else (message, None, None)
    place = f"column {column}" if column else "the end of the file"
    number = int(line) if line else text.rstrip().count("\n") + 1
    return Mistake(number, "", f"this is not TOML, at {place}: {what[:1].lower()}{what[1:]}.")


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return two nested tables as one; where both have a value, ``above`` wins."""
    merged = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            merged[key] = _merged(below[key], above[key])
    return merged


def _anchored(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the settings with the paths of store and banks made absolute."""
    store, banks = data.get("store"), data.get("banks")
    anchored = dict(data)
    if isinstance(store, str) and store.startswith(values.SQLITE) and store != values.SQLITE:
        anchored["store"] = values.SQLITE + str(folder / store.removeprefix(values.SQLITE))
    if isinstance(banks, list):
        named = (values.SHIPPED, "")
        anchored["banks"] = [
            str(folder / bank) if isinstance(bank, str) and bank not in named else bank
            for bank in banks
        ]
    return anchored
