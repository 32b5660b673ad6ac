"""The line of every key, in files by hand and in files made up at random."""

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from config.locate import KeyPath, Lines, locate, spell

SAMPLE = '''\
# a comment with [brackets] and a = sign
store = "sqlite:///a.db" # "and" more
banks = [
    "shipped",  # ] not the end

    "/data/[questions]",
]

[defaults]
time = '09:30'
levels = { beginner = 1, "advanced" = 2 }
note = """
[channels]
fake = 1 \\"""
still = 2"""
kinds.open = 2
kinds.choice = 3

[[channels]]
id = "slack://T0123/C0456"
[channels.topics]
"a.b" = 1
transformers = 3
[[channels]]
id = "slack://T0123/C0789"
  [ channels . topics ]
  tranformers = 1
'''


def test_each_kind_of_place() -> None:
    lines = locate(SAMPLE)
    places: dict[KeyPath, int] = {
        ("store",): 2,
        ("banks",): 3,
        ("banks", 0): 4,
        ("banks", 1): 6,
        ("defaults",): 9,
        ("defaults", "time"): 10,
        ("defaults", "levels"): 11,
        ("defaults", "levels", "beginner"): 11,
        ("defaults", "levels", "advanced"): 11,
        ("defaults", "note"): 12,
        ("defaults", "kinds"): 16,
        ("defaults", "kinds", "open"): 16,
        ("defaults", "kinds", "choice"): 17,
        ("channels",): 19,
        ("channels", 0): 19,
        ("channels", 0, "id"): 20,
        ("channels", 0, "topics"): 21,
        ("channels", 0, "topics", "a.b"): 22,
        ("channels", 0, "topics", "transformers"): 23,
        ("channels", 1): 24,
        ("channels", 1, "id"): 25,
        ("channels", 1, "topics"): 26,
        ("channels", 1, "topics", "tranformers"): 27,
    }
    assert lines.found == places
    assert set(paths(tomllib.loads(SAMPLE))) == set(places)


def test_what_is_not_there_has_the_line_of_its_nearest_parent() -> None:
    lines = locate(SAMPLE)
    assert lines.of(("channels", 1, "topics", "convolution")) == 26
    assert lines.of(("channels", 1, "timezone")) == 24
    assert lines.of(("channels", 7, "timezone")) == 19
    assert lines.of(("slack", "bot_token")) == 1
    assert Lines({}).of(("anything",)) == 1


def test_a_table_named_first_by_a_table_in_it_has_the_line_of_its_own_header() -> None:
    assert locate("[a.b]\nx = 1\n[a]\ny = 2\n").found[("a",)] == 3
    assert locate("[a.b]\nx = 1\n").found[("a",)] == 1


def test_windows_line_ends_and_a_file_without_a_last_one() -> None:
    assert locate("a = 1\r\n[b]\r\nc = '''\r\nx'''\r\nd = 2").found == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("b", "d"): 5,
    }


def test_how_paths_are_spelled() -> None:
    assert spell(("channels", 1, "topics", "transformers")) == "channels[1].topics.transformers"
    assert spell(("banks", 0)) == "banks[0]"
    assert spell(()) == ""


# --- any file -------------------------------------------------------------------------------------


def paths(value: Any, here: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield every path below a value that tomllib has read."""
    if here:
        yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*here, index))


class Writer:
    """Writes a value as TOML in a random style, and notes the line of every key as it goes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def note(self, path: KeyPath) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def key(self, name: str) -> str:
        bare = name.isascii() and name.replace("-", "").isalnum()
        if bare and self.chance():
            return name
        return f"'{name}'" if self.chance() else f'"{name}"'

    def blank(self) -> None:
        """Write what may stand between lines."""
        self.text += self.draw(
            st.sampled_from(["", "\n", '  # x = [1, "\n', "\t\n#[y]\n\n", "\r\n"])
        )

    def scalar(self) -> None:
        samples = [
            "1",
            "true",
            "2026-12-24",
            "09:30:00",
            '"a # b = [c], {d}"',
            r'"a \" b \\"',
            r"'C:\'",
            '"""x\n[y]\nz = "1" \\" """',
            '""""two""\n"""""',
            "'''\n# [[k]]\n'''",
            "-0.5e3",
        ]
        self.text += self.draw(st.sampled_from(samples))

    def value(self, value: Any, path: KeyPath) -> None:
        """Write a value in a line, or a list over several."""
        if isinstance(value, dict):
            self.text += "{ "
            for number, (name, inner) in enumerate(value.items()):
                self.text += ", " if number else ""
                self.note((*path, name))
                self.text += f"{self.key(name)} = "
                self.value(inner, (*path, name))
            self.text += " }"
        elif isinstance(value, list):
            self.text += "["
            for number, inner in enumerate(value):
                self.text += "," if number else ""
                self.blank()
                self.note((*path, number))
                self.value(inner, (*path, number))
                self.blank()
            self.text += ",]" if value and self.chance() else "]"
        else:
            self.scalar()

    def table(self, table: dict[str, Any], path: KeyPath, header: str) -> None:
        """Write a table: what can stand in lines first, then tables with headers."""
        later = []
        for name, value in table.items():
            here = (*path, name)
            tables = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
            if (tables or isinstance(value, dict)) and self.chance():
                later.append((name, value))
                continue
            self.blank()
            self.note(here)
            self.text += f"{self.key(name)} = "
            self.value(value, here)
            self.text += "\n"
        for name, value in later:
            here, full = (*path, name), f"{header}{'.' if header else ''}{self.key(name)}"
            for number, each in enumerate([value] if isinstance(value, dict) else value):
                self.blank()
                if isinstance(value, dict):
                    self.note(here)
                    self.text += f"[{full}]\n"
                    self.table(each, here, full)
                else:
                    if not number:
                        self.note(here)
                    self.note((*here, number))
                    self.text += f'[[ {full} ]] # "\n'
                    self.table(each, (*here, number), full)


NAMES = st.sampled_from(["a", "b-2", "topics", "x.y", "[z]", "ü # =", "", "7"])
VALUES = st.recursive(
    st.just(0),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def toml_files(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    writer = Writer(draw)
    writer.table(draw(st.dictionaries(NAMES, VALUES, max_size=4)), (), "")
    return writer.text, writer.lines


@settings(max_examples=150, deadline=None)
@given(toml_files())
def test_the_line_of_every_key_is_found(file: tuple[str, dict[KeyPath, int]]) -> None:
    text, expected = file
    found = locate(text).found
    assert found == expected
    assert set(found) == set(paths(tomllib.loads(text)))
