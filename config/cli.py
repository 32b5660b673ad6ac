"""The command line: reads words and flags, calls what does the work, prints what comes back.

Errors go to standard error as one paragraph; exit codes are 0 fine, 1 a check failed, 2 wrong usage
or unreadable input. A traceback only with ``--debug``.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import GradusError, UsageError
from config import printing
from config.cli_questions import questions

app = typer.Typer(
    name="gradus",
    help="A deep-learning interview question a day, in Slack, on Discord, or right here.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
config_app = typer.Typer(help="Check the settings, or print a complete example of them.")
app.add_typer(config_app, name="config")
app.add_typer(questions, name="questions")


@dataclass(slots=True)
class Given:
    """What was said before the command."""

    config: Path | None = None
    debug: bool = False


given = Given()

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        printing.out(f"gradus {version('gradus')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def opening(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="The settings file.", show_default=False),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Log more; show tracebacks.")] = False,
    _: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
) -> None:
    """With no command: open the terminal."""
    given.config, given.debug = config, debug
    if context.invoked_subcommand is None:
        _run()


def main(words: Sequence[str] | None = None) -> None:
    """Run ``gradus`` with the words after it, by default those of the command line; exits."""
    os.umask(0o077)
    try:
        try:
            app(args=words, prog_name="gradus")
        finally:
            printing.flush()
    except GradusError as error:
        if given.debug:
            raise
        printing.err(f"gradus: {error}")
        sys.exit(error.exit_code)
    except OSError as error:
        printing.give_up()
        if given.debug:
            raise
        if error.errno != errno.EPIPE:  # or else whoever read our output has enough
            place = f"{error.filename}: " if error.filename else ""
            printing.err(
                f"gradus: {place}{error.strerror}. See that the disk has room, and that the user "
                "Gradus runs as may read and write what it is told to."
            )
        sys.exit(1)
    except Exception as error:
        if given.debug:
            raise
        printing.err(
            f"gradus: {type(error).__name__}: {error}. This is a mistake in the program: please "
            "report it, with what the same command says after `gradus --debug`."
        )
        sys.exit(1)


# Running -----------------------------------------------------------------------------------------


@app.command()
def run() -> None:
    """Run the bot with its settings, until it is told to stop."""
    _run()


def _run() -> None:
    from config import deployment as deploying
    from config import logs, wiring

    deployment = deploying.Deployment.read(given.config)
    logs.set_up(deployment.data / "gradus.log", debug=given.debug)
    for problem in deployment.library.problems:
        logging.getLogger(__name__).warning("a question file was left out: %s", problem)
    stdin = None if sys.stdin is None or sys.stdin.closed else sys.stdin
    asyncio.run(wiring.run(deployment, stdin, sys.stdout))


@app.command()
def demo() -> None:
    """Watch a working week of a made-up team, sped up."""
    from config import demo as week

    asyncio.run(week.run(sys.stdout))


@app.command()
def healthcheck() -> None:
    """Say whether the bot is alive: exit 0 when its last tick is fresh."""
    from adapters.health import pulse
    from config import deployment as deploying
    from config import wiring

    deployment = deploying.Deployment.read(given.config)
    seen = pulse(wiring.beat_file(deployment.store), deploying.now())
    printing.finding(seen.finding)
    raise typer.Exit(0 if seen.fine else 1)


@app.command()
def doctor(
    as_json: Json = False,
    test_post: Annotated[
        str,
        typer.Option(
            metavar="CHANNEL", help="Also post a line there, find it, edit it and remove it."
        ),
    ] = "",
) -> None:
    """Look at settings, questions, store and each platform; say what to mend."""
    from config import deployment as deploying
    from config.doctor import examine

    findings = asyncio.run(examine(given.config, deploying.now(), test_post))
    printing.findings(findings, as_json=as_json)
    raise typer.Exit(0 if all(one.fine for one in findings) else 1)


@app.command("slack-manifest")
def slack_manifest(as_json: Json = False) -> None:
    """Print the app manifest to paste into Slack, for the configured command names."""
    from adapters.slack.manifest import NAMES, as_yaml, manifest
    from config import deployment as deploying

    said = deploying.Deployment.read(given.config).settings.slack
    names = (said.command, said.quiz_command) if said is not None else NAMES
    if as_json:
        printing.as_json(manifest(names))
    else:
        printing.raw(as_yaml(names))


@app.command("discord-invite")
def discord_invite() -> None:
    """Print the address at which a server's admin adds the bot, with the permissions it needs."""
    from config import deployment as deploying
    from config import opening

    printing.out(asyncio.run(opening.invitation(deploying.Deployment.read(given.config))))


# Looking ahead -----------------------------------------------------------------------------------


@app.command()
def plan(
    days: Annotated[int, typer.Option(min=1, max=60, help="How many posting days.")] = 14,
    as_json: Json = False,
) -> None:
    """Show what will be asked on the coming posting days, as far as nothing else happens."""
    from bot.wording import admin
    from config import ahead
    from config import deployment as deploying

    deployment = deploying.Deployment.read(given.config)
    forecasts = asyncio.run(ahead.forecasts(deployment, days))
    if as_json:
        printing.as_json(
            [
                {
                    "channel": channel.id,
                    "date": str(one.slot.date),
                    "due": one.slot.due.isoformat(),
                    "question": one.question.id if one.question else None,
                    "pinned": one.pinned,
                }
                for channel, coming in forecasts
                for one in coming
            ]
        )
        return
    if not forecasts:
        printing.out("No channel is set up yet, neither in the settings nor in chat.")
    for channel, coming in forecasts:
        rows = [(one.slot.date, one.slot.due, one.question, one.pinned) for one in coming]
        printing.message(admin.plan(channel, rows))


@app.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Argument(help="The file to write, or the folder to write into.", show_default=False),
    ] = None,
) -> None:
    """Write a sound copy of the store, also while the bot runs; it takes one each day by itself."""
    from adapters.sqlite import backups
    from adapters.sqlite.store import open_reader
    from config import deployment as deploying

    store = deploying.Deployment.read(given.config).store
    name = f"{store.stem}-{deploying.now():%Y%m%d-%H%M%S}{store.suffix}"
    target = to or backups.folder_of(store)
    if to is None or to.is_dir():
        target /= name
    if target.exists():
        raise UsageError(f"{target} exists already and was not touched. Name another file.")
    with open_reader(store) as reader:
        target.parent.mkdir(parents=True, exist_ok=True)
        reader.copy(target)
    size = target.stat().st_size / 1_000_000
    printing.out(f"Wrote {target} ({size:.1f} MB, read through and sound).")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A copy, such as one in the folder backups.")],
) -> None:
    """Put a copy in the place of the store, with the bot stopped; the store is kept beside it."""
    from adapters.sqlite import backups
    from config import deployment as deploying

    deployment = deploying.Deployment.read(given.config)
    if deployment.store.parent == deployment.data:
        deployment.make_data_folder()
    done = backups.restore(file, deployment.store, deploying.now())
    printing.out(f"{file} is now the store, {deployment.store}.")
    if done.aside:
        printing.out(f"What was there before is {done.aside}.")
    known = f"Its last question is of {done.latest}." if done.latest else "It knows no question."
    printing.out(
        f"{known} What was asked and answered since is lost. At the next start Gradus searches "
        "each platform for today's messages before it sends any, so nothing is posted twice; a "
        "question that it finds there and does not know counts as withdrawn, and the admins hear "
        "of it."
    )


@app.command()
def post(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it; post nothing.")] = False,
) -> None:
    """Show the next post of each channel as a member would see it."""
    from config import ahead
    from config import deployment as deploying

    if not dry_run:
        raise UsageError(
            "`gradus post` only shows what would be posted: add --dry-run. To post today's "
            "question early, an admin types /admin post in the channel."
        )
    deployment = deploying.Deployment.read(given.config)
    posts = asyncio.run(ahead.next_posts(deployment))
    if not posts:
        printing.out("No channel is set up yet, neither in the settings nor in chat.")
    for channel, when, message in posts:
        printing.out(f"{channel.name or channel.id}, {when}:\n")
        printing.message(message)


# Settings ----------------------------------------------------------------------------------------


@config_app.command("check")
def config_check(
    file: Annotated[Path | None, typer.Argument(help="The file to check.")] = None,
    as_json: Json = False,
) -> None:
    """Report every mistake at once; without one, each channel's next five posts."""
    from config import check
    from config import deployment as deploying
    from config.mistakes import SettingsMistakes

    try:
        deployment = deploying.Deployment.read(file or given.config)
    except SettingsMistakes as mistakes:
        if as_json:
            rows = [{"line": m.line, "key": m.key, "text": m.text} for m in mistakes.mistakes]
            printing.as_json({"file": mistakes.source, "mistakes": rows})
            raise typer.Exit(mistakes.exit_code) from None
        raise
    source = str(deployment.path or "No settings file")
    deployment.channels()
    if as_json:
        printing.as_json({"file": source, "mistakes": []})
        return
    now = deploying.now()
    for line in check.report(source, deployment.settings, now, deploying.machine_zone()):
        printing.out(line)


@config_app.command("example")
def config_example() -> None:
    """Print a complete settings file with every default and why."""
    printing.raw(files("config").joinpath("example.toml").read_text(encoding="utf-8"))


@config_app.command("schema")
def config_schema() -> None:
    """Print the settings' JSON schema, for editors."""
    from config.settings import Settings

    printing.as_json(Settings.model_json_schema())


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("gradus.toml"),
    platform: Annotated[str, typer.Option(help="slack, discord or terminal.")] = "",
    channel: Annotated[str, typer.Option(help="Such as slack://T0123/C0456.")] = "",
    when: Annotated[str, typer.Option(help='Such as "09:30 Europe/Berlin".')] = "",
    days: Annotated[str, typer.Option(help='Such as "mon tue wed thu fri".')] = "",
    topics: Annotated[str, typer.Option(help='"all", or some of them.')] = "",
    holidays: Annotated[str, typer.Option(help='Such as "DE-BE".')] = "",
) -> None:
    """Write a small settings file from five answers; asks for those not given."""
    from config import deployment as deploying
    from config import init as starting
    from questions.files import read_bank

    flags = {
        "platform": platform, "channel": channel, "when": when, "days": days, "topics": topics,
    }  # fmt: skip
    if file.exists():
        raise UsageError(f"{file} exists already and was not touched. Name another file.")
    answers: dict[str, str] = {}
    for ask in starting.asks(deploying.machine_zone(), read_bank(()).bank.topics):
        answers[ask.key] = _asked(ask, flags[ask.key], answers)
    try:
        text = starting.starter(answers, holidays)
    except ValueError as wrong:
        raise UsageError(f"--holidays: {wrong}") from None
    starting.write(file, text)
    printing.out(f"Wrote {file}. `gradus config check {file}` shows the next five posts.")


def _asked(ask: Any, flag: str, answers: dict[str, str]) -> str:
    """Return a checked answer: the flag's, or what is typed; asks again until it is right."""
    if flag:
        try:
            return str(ask.check(flag, answers))
        except ValueError as wrong:
            raise UsageError(f"--{ask.key}: {wrong}") from None
    default = ask.default(answers)
    if not sys.stdin.isatty():
        if not default:
            raise UsageError(f"--{ask.key} is needed where nobody can be asked. {ask.sentence}")
        return str(ask.check(default, answers))
    while True:
        said = typer.prompt(ask.sentence, default=default or None)
        try:
            return str(ask.check(said, answers))
        except ValueError as wrong:
            printing.err(str(wrong))
