"""``gradus questions …``: write, look through, check and search the banks, and read the inbox."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UsageError
from bot.model import Kind, Level, Question, Status
from bot.wording import phrases
from config import cli_banks, cli_documents, printing
from config.cli_banks import Json

if TYPE_CHECKING:
    from bot.messages import Message

questions = typer.Typer(help="Write, look through, check and search the questions.")
inbox = typer.Typer(help="Read what members contributed, and decide on it.")
questions.add_typer(inbox, name="inbox")
questions.command("import")(cli_documents.import_)
questions.command("export")(cli_documents.export)
questions.command("dedupe")(cli_documents.dedupe)


class Surface(StrEnum):
    """Where a question can be looked at; off the terminal, as what its platform is sent."""

    TERMINAL = "terminal"
    SLACK = "slack"
    DISCORD = "discord"


@questions.command("list")
def list_(
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; may repeat.")] = None,
    level: Annotated[list[Level] | None, typer.Option(help="Only this level.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind.")] = None,
    status: Annotated[list[Status] | None, typer.Option(help="Only this status.")] = None,
    as_json: Json = False,
) -> None:
    """List the questions of the banks."""
    from questions.browse import Filter, choose

    wanted = Filter(
        topics=frozenset(topic or ()),
        levels=frozenset(level or ()),
        kinds=frozenset(kind or ()),
        statuses=frozenset(status or ()),
    )
    chosen = choose(cli_banks.library(), wanted)
    if as_json:
        printing.as_json([_row(question) for question in chosen])
        return
    width = max((len(question.id) for question in chosen), default=0)
    for q in chosen:
        draft = "" if q.status is Status.READY else f"  {q.status}"
        printing.out(f"{q.id:<{width}}  {q.kind:<7}  {q.level:<12}  {q.title}{draft}")
    if not chosen:
        printing.out("No question matches.")


def _row(question: Question) -> dict[str, object]:
    """Return what JSON says of a question in a list; no answer."""
    return {
        "id": question.id, "title": question.title, "kind": question.kind,
        "level": question.level, "topic": question.topic, "status": question.status,
        "tags": question.tags, "covers": question.covers,
    }  # fmt: skip


@questions.command()
def show(
    name: Annotated[str, typer.Argument(help="A question's id, or a file.")],
    answer: Annotated[bool, typer.Option("--answer", help="With answer, why and source.")] = False,
    where: Annotated[
        Surface, typer.Option("--as", help="As the terminal shows it, or as JSON for a platform.")
    ] = Surface.TERMINAL,
    as_json: Json = False,
) -> None:
    """Show a question as the terminal poses it, or as what another platform is sent."""
    from bot.messages import Message, Paragraph, Prose
    from bot.wording import posts, replies

    question = cli_banks.find(name)
    if as_json:
        row = _row(question) | {"prompt": question.prompt}
        row["options"] = [option.text for option in question.options]
        if answer:
            row |= {
                "answer": question.answer, "right": sorted(question.right_keys),
                "accepted": question.accepted, "rubric": question.rubric,
                "hints": question.hints, "follow_ups": question.follow_ups,
                "sources": [f"{s.text} {s.address}".strip() for s in question.sources],
            }  # fmt: skip
        printing.as_json(row)
        return
    shown = [
        Message(
            title=f"{question.id} · {question.kind} · {question.level}",
            body=posts.question_body(question),
            choices=posts.choices(question),
            actions=posts.answer_actions(question, "example"),
        )
    ]
    if answer:
        credit = Prose((Paragraph(posts.credit(question)),))
        shown.append(Message(title=question.title, body=(*posts.solution(question), credit)))
        shown.extend(replies.hint_text(question, place) for place in range(len(question.hints)))
    for message in shown:
        _print_as(where, message)


def _print_as(where: Surface, message: Message) -> None:
    match where:
        case Surface.TERMINAL:
            printing.message(message)
        case Surface.SLACK:
            from adapters.slack.blocks import payload
            from adapters.slack.parts import parts

            for part in parts(message):
                printing.as_json(payload(part))
        case Surface.DISCORD:
            from adapters.discord import components
            from adapters.discord.parts import parts

            for part in parts(message):
                printing.as_json(components.payload(part))


@questions.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words to look for.")],
    as_json: Json = False,
) -> None:
    """Find questions by their words, best first."""
    from adapters.sqlite.finding import find
    from questions.browse import excerpt, marked

    library = cli_banks.library()
    found = [library.find(one) for one in find(library.questions, " ".join(words), 20)]
    hits = [question for question in found if question is not None]
    if as_json:
        printing.as_json([_row(q) | {"excerpt": excerpt(q, words)} for q in hits])
        return
    for q in hits:
        printing.marked(marked(f"{q.id}  {q.kind}, {q.level}: {q.title}", words))
        printing.marked(marked(f"    {excerpt(q, words)}", words))
    if not hits:
        printing.out("Nothing found.")


@questions.command()
def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files; all banks if none.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="Also look for words copied from documents in this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check questions; exit 1 when something has to be mended."""
    from questions.copying import copied, documents_in
    from questions.files import read_files
    from questions.lint import Finding, Severity
    from questions.lint import lint as check

    for path in paths or ():
        if not path.is_file():
            raise UsageError(f"{path} is no file. Name question files, or none to check all banks.")
    library = read_files(paths) if paths else cli_banks.every_word()
    findings = check(library)
    for run in copied(library, documents_in(against)) if against else ():
        text = f"these words stand in {run.document} as well: {run.words} …"
        fix = "Say it in your own words."
        findings.append(Finding("copied", Severity.ERROR, run.path, run.line, text, fix))
    bad = [one for one in findings if one.severity is Severity.ERROR]
    if as_json:
        rows = [
            {
                "rule": one.rule, "severity": one.severity, "path": one.path, "line": one.line,
                "text": one.text, "fix": one.fix, "question": one.question,
            }
            for one in findings
        ]  # fmt: skip
        printing.as_json(rows)
    else:
        for one in findings:
            place = f"{one.path}, line {one.line}" if one.line else one.path
            printing.out(f"{place}: {one.severity} ({one.rule}): {one.text}")
            if one.fix:
                printing.out(f"    {one.fix}")
        checked = phrases.count(len(library.entries), "question")
        printing.out(f"{checked} checked, {phrases.count(len(findings), 'finding')}.")
    if bad:
        raise typer.Exit(1)


@questions.command()
def stats(as_json: Json = False) -> None:
    """Count the questions by topic, level and kind; show what the syllabus still lacks."""
    from questions.browse import stats as count

    counted = count(cli_banks.library())
    if as_json:
        printing.as_json(
            {
                "total": counted.total, "ready": counted.ready, "statuses": counted.statuses,
                "topics": counted.topics, "levels": counted.levels, "kinds": counted.kinds,
                "right_letters": counted.right_letters, "own": counted.own,
                "replaced": counted.replaced, "problems": counted.problems,
                "unanswered": counted.unanswered,
                "coverage": [
                    {"section": c.section, "covered": c.covered, "total": c.total, "open": c.open}
                    for c in counted.coverage
                ],
            }
        )  # fmt: skip
        return
    printing.out(f"{phrases.count(counted.total, 'question')}, {counted.ready} ready.")
    for title, table in (
        ("Topics", counted.topics),
        ("Levels", counted.levels),
        ("Kinds", counted.kinds),
        ("Right letters of choice questions", counted.right_letters),
    ):
        printing.out(f"\n{title}")
        for word, number in table.items():
            printing.out(f"  {word:<24} {number:>4}")
    if counted.unanswered:
        printing.out("\nUnanswered")
        for name in counted.unanswered:
            printing.out(f"  {name}")
    covered = sum(part.covered for part in counted.coverage)
    total = sum(part.total for part in counted.coverage)
    printing.out(f"\nSyllabus: {covered} of {total} covered")
    for part in counted.coverage:
        printing.out(f"  {part.section:<50} {part.covered:>4} of {part.total}")


@questions.command()
def contents() -> None:
    """Print the table of contents of the shipped bank, as questions/TOPICS.md has it."""
    from questions.contents import contents as table
    from questions.files import read_bank

    printing.raw(table(read_bank()))


@questions.command()
def new(
    name: Annotated[str, typer.Argument(help="topic/slug")],
    kind: Annotated[Kind, typer.Option(help="How it is asked.")] = Kind.CHOICE,
    title: Annotated[str, typer.Option(help="A short title, no spoiler.")] = "",
    to: Annotated[
        Path | None, typer.Option(help="The bank's folder; the first own one by default.")
    ] = None,
) -> None:
    """Write a starter file to fill in; an existing file is never touched."""
    from questions.format import is_id
    from questions.writer import blank

    if not is_id(name):
        raise UsageError(
            f'"{name}" is no id. Write topic/slug with small letters a to z, digits and single '
            "hyphens, such as optimisation/adam-bias-correction."
        )
    folder = to or cli_banks.bank_to_write()
    path = folder / f"{name}.md"
    text = blank(name, kind, title or name.partition("/")[2].replace("-", " ").capitalize())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already and was not touched.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    printing.out(f"Wrote {path}. `gradus questions lint {path}` checks it.")


@inbox.callback(invoke_without_command=True)
def inbox_list(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided.")] = False,
    as_json: Json = False,
) -> None:
    """List the contributions that wait for a decision."""
    if context.invoked_subcommand is not None:
        return
    from adapters.sqlite.store import open_reader
    from config.deployment import Deployment

    store = Deployment.read(cli_banks.config()).store
    items = []
    if store.exists():
        with open_reader(store) as reader:
            items = list(reader.read(lambda records: records.inbox(None if everything else "new")))
    if as_json:
        printing.as_json(
            [
                {
                    "id": item.id, "kind": item.kind, "at": item.at.isoformat(),
                    "member": item.member, "channel": item.channel, "question": item.question,
                    "text": item.text, "status": item.status,
                }
                for item in items
            ]
        )  # fmt: skip
        return
    if not items:
        printing.out("The inbox is empty.")
    for item in items:
        about = f" about {item.question}" if item.question else ""
        decided = "" if item.status == "new" else f" ({item.status})"
        printing.out(f"{item.id}  {item.at:%Y-%m-%d}  {item.kind}{about}{decided}")
        printing.out("\n".join(f"    {line}" for line in item.text.splitlines()))


@inbox.command("accept")
def inbox_accept(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Accept a contribution; the running bot carries it out."""
    _decide(number, "accepted")


@inbox.command("decline")
def inbox_decline(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Decline a contribution; the running bot carries it out."""
    _decide(number, "declined")


def _decide(number: int, status: str) -> None:
    from adapters.sqlite.store import append_errand, open_reader
    from config.deployment import Deployment, now

    store = Deployment.read(cli_banks.config()).store
    if not store.exists():
        raise UsageError(f"{store} does not exist yet, so the inbox is empty.")
    with open_reader(store) as reader:
        known = {item.id for item in reader.read(lambda records: records.inbox(None))}
    if number not in known:
        raise UsageError(f"There is no contribution {number}. `gradus questions inbox` lists them.")
    append_errand(store, at=now(), action="inbox", detail=f"{number} {status}")
    printing.out(f"{number} will be {status} at the bot's next tick.")
