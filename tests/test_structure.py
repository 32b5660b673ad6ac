"""The shape of the code, as far as reading it can show: who imports what, who awaits, who speaks.

The layers themselves are import-linter's business (pyproject.toml, `make lint`), and the clock, the
random numbers and SQLite are Ruff's. Each check here is first tried on a small bad sample.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PURE_PACKAGES = {"fsrs", "markdown_it", "mdit_py_plugins", "pylatexenc"}
"""What `bot` may import from outside: packages that compute and do nothing else."""

DECISIONS = (
    "formulas",
    "grading",
    "outbox",
    "practice",
    "prose",
    "reviewing",
    "selection",
    "standing",
    "terms",
    "timetable",
    "wording",
)
"""Modules or packages of `bot` that decide, and so never wait."""

LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}

SQL = re.compile(
    r"[\s(]*(ALTER|ANALYZE|AND|BEGIN|CREATE|DELETE|DROP|EXISTS|FROM|GROUP|INNER|INSERT|JOIN|LEFT"
    r"|LIMIT|NOT|ON|OR|ORDER|PRAGMA|REINDEX|REPLACE|SELECT|SET|UNION|UPDATE|VACUUM|VALUES|WHERE"
    r"|WITH)\b"
)
"""A string in adapters/sqlite that begins like this, in capitals, is SQL."""

SENTENCE = 4
"""So many words in a row are a sentence, and a sentence belongs in bot/wording (HOUSE, item 1)."""


def files(folder: str) -> list[Path]:
    """Return every Python file of one of our folders."""
    return sorted((ROOT / folder).rglob("*.py"))


def parse(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


# --- what `bot` imports ---------------------------------------------------------------------------


def foreign_imports(tree: ast.Module) -> set[str]:
    """Return the top-level packages a module imports that are neither Python's nor `bot`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name.partition(".")[0] for name in found} - sys.stdlib_module_names - {"bot"}


def test_a_foreign_import_is_found_wherever_it_stands() -> None:
    """The first check can fail."""
    sample = "import json, bot.model\nfrom . import x\ndef f():\n    from slack_sdk.web import y\n"
    assert foreign_imports(ast.parse(sample)) == {"slack_sdk"}


@pytest.mark.parametrize("path", files("bot"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_bot_imports_only_pure_packages(path: Path) -> None:
    """No SDK, no database, no settings library in `bot`; its door alone opens onto `config`."""
    door = {"config"} if path == ROOT / "bot/__main__.py" else set()
    assert foreign_imports(parse(path)) <= PURE_PACKAGES | door


# --- decisions do not wait ------------------------------------------------------------------------


def waits(tree: ast.Module) -> list[int]:
    """Return the lines on which something asynchronous is defined or awaited."""
    kinds = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    return sorted(node.lineno for node in ast.walk(tree) if isinstance(node, kinds))


def test_waiting_is_found_in_a_method_too() -> None:
    """The second check can fail."""
    assert waits(ast.parse("class Rule:\n    async def decide(self): ...\n")) == [2]


def test_decisions_never_wait() -> None:
    """A decision is a plain function of values."""
    decisions = [
        path
        for path in files("bot")
        if path.relative_to(ROOT / "bot").parts[0].removesuffix(".py") in DECISIONS
    ]
    assert decisions, "no decision module was found: have they moved?"
    assert {path.name: waits(parse(path)) for path in decisions if waits(parse(path))} == {}


# --- adapters do not speak ------------------------------------------------------------------------


def strings(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string that is neither documentation nor a log message.

    A string that is a statement of its own documents what stands beside it. One anywhere in the
    call of a logging method goes to the log. What an f-string inserts is left out of its text.
    """
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Call(func=ast.Attribute(attr=method)) if method in LOG_METHODS:
            return
        case ast.Constant(value=str(text)):
            yield node.lineno, text
        case ast.JoinedStr(values=parts):
            pieces = [part.value if isinstance(part, ast.Constant) else "" for part in parts]
            yield node.lineno, "".join(map(str, pieces))
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from strings(part.value)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from strings(child)


def is_sentence(text: str) -> bool:
    """Return whether a text holds so many words in a row that it is meant to be read."""
    run = 0
    for token in text.split():
        word = token.strip(".,;:!?()\"'…").replace("’", "").replace("'", "").replace("-", "")
        run = run + 1 if word.isalpha() else 0
        if run == SENTENCE:
            return True
    return False


def spoken(tree: ast.Module, *, sql: bool = False) -> list[tuple[int, str]]:
    """Return line and text of each sentence in a module, SQL apart where it may stand."""
    return [
        (line, text)
        for line, text in strings(tree)
        if is_sentence(text) and not (sql and SQL.match(text))
    ]


@pytest.mark.parametrize(
    "sample",
    [
        'say("The answer comes at five.")',
        'say(f"{name} was first to answer {count} times")',
        'say("Come back " "in an " "hour.")',
        "say(f\"{'that is not open' if late else x}\")",
    ],
)
def test_a_sentence_is_found(sample: str) -> None:
    """The third check can fail."""
    assert spoken(ast.parse(sample))


@pytest.mark.parametrize(
    "sample",
    [
        '"""What this module is and is not."""',
        'limit = 3\n"""How many of them there may be."""',
        'log.warning("the platform did not answer: %s", why)',
        'kind = "application/json; charset=utf-8"',
        'keys = ["channel", "round", "member", "text"]',
    ],
)
def test_what_no_member_reads_is_let_through(sample: str) -> None:
    """Documentation, log messages, and strings that are no sentences."""
    assert not spoken(ast.parse(sample))


def test_sql_is_no_sentence_where_it_belongs() -> None:
    """In adapters/sqlite only, and only if it begins like SQL."""
    query = ast.parse('run("SELECT id FROM round WHERE state = ?")')
    assert spoken(query)
    assert not spoken(query, sql=True)
    assert spoken(ast.parse('fail("the database is newer than this")'), sql=True)


@pytest.mark.parametrize(
    "path", files("adapters"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_adapters_say_nothing_of_their_own(path: Path) -> None:
    """Every sentence that the bot says lives in bot/wording."""
    assert spoken(parse(path), sql=ROOT / "adapters/sqlite" in path.parents) == []
