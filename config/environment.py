"""Settings from environment variables and secret files, which win over the settings file.

The process's own environment is never looked at: it is an argument. What the settings are called
comes from the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource

from config.locate import KeyPath
from config.mistakes import Mistake
from config.words import quoted

PREFIX = "GRADUS_"
DELIMITER = "__"
SECRETS_DIR = "GRADUS_SECRETS_DIR"
SHORT_NAMES = {
    "SLACK_BOT_TOKEN": "GRADUS_SLACK__BOT_TOKEN",
    "SLACK_APP_TOKEN": "GRADUS_SLACK__APP_TOKEN",
    "DISCORD_TOKEN": "GRADUS_DISCORD__TOKEN",
}
"""The names under which the platforms' own documents know the tokens, and ours for the same."""


@dataclass(frozen=True, slots=True, repr=False)
class Variables:
    """Every variable that may be a setting of ours; its values may be secret."""

    texts: Mapping[str, str]
    """By our name, in capitals: ``GRADUS_SLACK__BOT_TOKEN``."""
    origins: Mapping[str, str]
    """How the variable or secret file is really called, by our name."""

    def origin(self, path: KeyPath) -> tuple[str, bool] | None:
        """Return what set the value at a path, and whether it holds just that value."""
        for length in range(len(path), 0, -1):
            name = PREFIX + DELIMITER.join(map(str, path[:length])).upper()
            if name in self.texts:
                return self.origins[name], length == len(path)
        return None


def gather(environ: Mapping[str, str]) -> tuple[Variables, list[Mistake]]:
    """Return the variables of an environment and of the secret files it names, and what is wrong.

    The environment wins over the files, and our names win over the short ones. Blank ones are left
    out, as if they were not set.
    """
    mistakes: list[Mistake] = []
    found = list(_secret_files(environ[SECRETS_DIR], mistakes)) if environ.get(SECRETS_DIR) else []
    found += sorted(environ.items(), key=lambda item: item[0] not in SHORT_NAMES)
    texts, origins = {}, {}
    for origin, text in found:
        name = SHORT_NAMES.get(origin.upper(), origin.upper())
        if name.startswith(PREFIX) and text.strip():
            texts[name], origins[name] = text.strip(), origin
    return Variables(texts, origins), mistakes


def _secret_files(folder: str, mistakes: list[Mistake]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each file that is named like a variable, in capitals or not."""
    if not Path(folder).is_dir():
        text = f"there is no folder {quoted(folder)}. Create it, or do not set {SECRETS_DIR}."
        mistakes.append(Mistake(0, SECRETS_DIR, text))
        return
    files = [file for file in Path(folder).iterdir() if file.is_file()]
    for file in sorted(files, key=lambda f: (f.name.upper() not in SHORT_NAMES, f.name)):
        if file.name.upper() in SHORT_NAMES or file.name.upper().startswith(PREFIX):
            try:
                yield file.name, file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is not text"
                text = f"the file {quoted(file.name)} cannot be read: {why}."
                mistakes.append(Mistake(0, SECRETS_DIR, text))


class Environment(EnvSettingsSource):
    """The variables as a nested table. A list or a table is written as JSON."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Variables) -> None:
        super().__init__(settings_cls)
        self.env_vars = {name.lower(): text for name, text in variables.texts.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Return a list or table from JSON; other text stays as it is, for the model to refuse."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value
