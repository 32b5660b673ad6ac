"""``gradus questions …``: write, look through, check and search the banks, and read the inbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import UsageError
from config import printing

questions = typer.Typer(help="Write, look through, check and search the questions.")
inbox = typer.Typer(help="Read what members contributed, and decide on it.")
questions.add_typer(inbox, name="inbox")

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


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
    from config.wiring import Deployment

    store = Deployment.read(_config()).store
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
    from config.wiring import Deployment, now

    store = Deployment.read(_config()).store
    if not store.exists():
        raise UsageError(f"{store} does not exist yet, so the inbox is empty.")
    with open_reader(store) as reader:
        known = {item.id for item in reader.read(lambda records: records.inbox(None))}
    if number not in known:
        raise UsageError(f"There is no contribution {number}. `gradus questions inbox` lists them.")
    append_errand(store, at=now(), action="inbox", detail=f"{number} {status}")
    printing.out(f"{number} will be {status} at the bot's next tick.")


def _config() -> Path | None:
    from config.cli import given

    return given.config
