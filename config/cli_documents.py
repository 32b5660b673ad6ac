"""``gradus questions import``, ``export`` and ``dedupe``: questions in and out, and twins."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UsageError
from bot.model import Kind, Level, Question, Status
from bot.wording import phrases
from config import printing
from config.cli_banks import Json, bank_to_write, library
from questions.formats import LOST, Format, Target

if TYPE_CHECKING:
    from questions.duplicates import Pair
    from questions.merging import Decision


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Documents to read.")],
    to: Annotated[
        Path | None, typer.Option(help="The bank's folder; the first own one by default.")
    ] = None,
    format: Annotated[Format, typer.Option(help="What they are written in.")] = Format.AUTO,
    map: Annotated[  # noqa: A002 - the option's name
        str, typer.Option(help="For tables: which column holds what, as question=2,answer=Back.")
    ] = "",
    source: Annotated[str, typer.Option(help="What to cite; the file's name by default.")] = "",
    author: Annotated[str, typer.Option(help="Who wrote them, or unknown.")] = "",
    licence: Annotated[str, typer.Option(help="Under which licence, or unknown.")] = "",
    topic: Annotated[str, typer.Option(help="The topic of all; by default their sections.")] = "",
    as_ready: Annotated[
        bool, typer.Option("--as-ready", help="Make ready what can be asked at once.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files edited by hand, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read questions from documents; exit 2 when one of them could not be read."""
    from questions.importing import importer, report
    from questions.importing.making import UNKNOWN, Terms

    terms = Terms(
        source=source,
        author=author or _ask("Author", UNKNOWN, silent=as_json or dry_run),
        licence=licence or _ask("Licence", UNKNOWN, silent=as_json or dry_run),
        topic=topic,
        as_ready=as_ready,
    )
    wanted = importer.Wanted(
        paths, to or bank_to_write(), terms, format, _mapping(map), overwrite, dry_run
    )
    banks = library()
    with _progress() as bar:
        done = importer.run(wanted, banks, bar)
    if as_json:
        printing.as_json(report.as_json(done))
    else:
        for line in report.lines(done, dry_run=dry_run):
            printing.out(line)
    if done.refused:
        raise typer.Exit(2)


def _ask(what: str, default: str, *, silent: bool) -> str:
    """Return what somebody at a terminal answers; the default where nobody can be asked."""
    if silent or not sys.stdin.isatty() or not sys.stderr.isatty():
        return default
    return str(typer.prompt(what, default=default, err=True)).strip() or default


def _mapping(text: str) -> dict[str, str] | None:
    """Return ``question=2,answer=Back`` as a mapping."""
    pairs = [each.partition("=") for each in text.split(",") if each.strip()]
    if any(not name.strip() or not column.strip() for name, _, column in pairs):
        raise UsageError(f'"{text}" is no mapping. Write --map question=2,answer=Back.')
    return {name.strip(): column.strip() for name, _, column in pairs} or None


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], object]]:
    """Show a bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda what, done, of: bar.update(
            task, description=what[-40:], completed=done, total=of
        )


def export(
    names: Annotated[
        list[str] | None, typer.Argument(help="Ids; all of the banks if none.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="A file, or for own files a folder.")] = None,
    format: Annotated[Target, typer.Option(help="What to write.")] = Target.JSON,
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; may repeat.")] = None,
    level: Annotated[list[Level] | None, typer.Option(help="Only this level.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind.")] = None,
    status: Annotated[list[Status] | None, typer.Option(help="Only this status.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Only questions of your own banks.")] = False,
) -> None:
    """Write questions for other programs; what a format cannot carry is said."""
    from questions import exporting
    from questions.browse import Filter, choose

    banks = library()
    wanted = Filter(
        frozenset(topic or ()), frozenset(level or ()), frozenset(kind or ()),
        frozenset(status or ()), own=True if own else None,
    )  # fmt: skip
    chosen: Sequence[Question] = choose(banks, wanted)
    if names:
        by_id = {question.id: question for question in chosen}
        missing = [name for name in names if name not in by_id]
        if missing:
            raise UsageError(f"There is no question {missing[0]!r} among those. Look with list.")
        chosen = [question for question in chosen if question.id in set(names)]
    if format is Target.OWN:
        if to is None:
            raise UsageError("Own files need a folder: --to FOLDER.")
        count = exporting.write_files(chosen, to)
        printing.err(f"Wrote {phrases.count(count, 'file')} to {to}.")
        return
    text = {
        Target.CSV: exporting.as_csv,
        Target.JSON: exporting.as_json,
        Target.ANKI: exporting.as_anki,
    }[format](chosen)
    if to is None:
        printing.raw(text)
    else:
        exporting.write_text(text, to)
        printing.err(f"Wrote {phrases.count(len(chosen), 'question')} to {to}.")
    if LOST[format]:
        printing.err(LOST[format])


def dedupe(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Documents to compare with the banks, too.")
    ] = None,
    related: Annotated[
        bool, typer.Option("--related", help="Also those that are only about the same.")
    ] = False,
    decisions: Annotated[
        Path | None, typer.Option(help='JSON: [{"a": …, "b": …, "keep": "a", "b" or "merge"}].')
    ] = None,
    as_json: Json = False,
) -> None:
    """Find questions that ask the same; on a terminal, choose one of two or merge them."""
    from questions import merging
    from questions.importing.report import pair_as_json

    banks = library()
    if decisions is not None:
        for said in merging.carry_out(merging.read_decisions(decisions), banks):
            printing.out(said)
        return
    pairs = merging.similar(banks, paths or [], related=related)
    if as_json:
        printing.as_json([pair_as_json(pair) for pair in pairs])
        return
    if not pairs:
        printing.out("No two questions ask the same.")
        return
    asking = not paths and sys.stdin.isatty() and sys.stdout.isatty()
    chosen: list[Decision] = []
    for pair in pairs:
        printing.out(f"{pair.relation.value} ({pair.score:.2f}): {pair.reason}")
        for name in (pair.a, pair.b):
            printing.out(f"    {name}: {merging.question_of(name, banks)}")
        if asking and (decision := _choice(pair)):
            chosen.append(decision)
    for said in merging.carry_out(chosen, banks):
        printing.out(said)


def _choice(pair: Pair) -> Decision | None:
    """Return what somebody at a terminal decides about a pair."""
    from questions.merging import Decision, Keep

    words = {"1": Keep.A, "2": Keep.B, "m": Keep.MERGE, "both": None}
    said = ""
    while said not in words:
        said = typer.prompt("Keep 1, 2, m(erge) or both", default="both").strip().lower()
    keep = words[said]
    return Decision(pair.a, pair.b, keep) if keep else None
