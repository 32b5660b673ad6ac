"""Makes each chat service from the settings, for the running bot and for whoever only looks.

A platform's package is imported when it is made, and not before.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO, TypeVar

from pydantic import SecretStr

from adapters.sqlite.store import SqliteStore, open_reader
from adapters.terminal import Terminal, connect
from bot.errors import GradusError, UsageError
from bot.model import ChannelId, MemberId, Question, QuestionId, RoundState, platform_of
from bot.ports import Finding, Records
from config import settings as config
from config.deployment import Deployment, now
from config.environment import SECRETS_DIR

if TYPE_CHECKING:
    from adapters.discord import Discord
    from adapters.slack import Slack

T = TypeVar("T")

MOST_FOUND = 20
"""Questions suggested while somebody types."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a chat service keeps in the store, and asks of it."""

    first_time: Callable[[str], Awaitable[bool]]
    """Notes an event by its id; False when it was noted before."""
    heard: Callable[[str], Awaitable[bool]]
    """Whether an event was noted."""
    recall: Callable[[str], Awaitable[str | None]]
    remember: Callable[[str, str], Awaitable[None]]
    search: Callable[[str], Awaitable[Sequence[QuestionId]]]
    """Returns the ids of the questions that match words best."""


def kept_in(store: SqliteStore, platform: str) -> Kept:
    """Return what a platform keeps in the store of the running bot."""

    async def first_time(event: str) -> bool:
        return await store.transact(lambda records: records.first_time(platform, event, now()))

    async def heard(event: str) -> bool:
        return await store.transact(lambda records: records.heard(platform, event))

    async def recall(name: str) -> str | None:
        return await store.transact(lambda records: records.recall(f"{platform}|{name}"))

    async def remember(name: str, value: str) -> None:
        await store.transact(lambda records: records.remember(f"{platform}|{name}", value))

    async def search(words: str) -> Sequence[QuestionId]:
        return await store.transact(lambda records: records.search(words, MOST_FOUND))

    return Kept(first_time, heard, recall, remember, search)


def _nowhere() -> Kept:
    """Return what keeps nothing: for whoever only looks."""

    async def first_time(_: str) -> bool:
        return True

    async def heard(_: str) -> bool:
        return False

    async def recall(_: str) -> str | None:
        return None

    async def remember(_: str, __: str) -> None:
        return None

    async def search(_: str) -> Sequence[QuestionId]:
        return ()

    return Kept(first_time, heard, recall, remember, search)


def slack(deployment: Deployment, kept: Kept) -> Slack:
    """Return the workspace; raises ``UsageError`` where a token is missing."""
    from adapters import slack as adapter

    said = deployment.settings.slack or config.Slack()
    return adapter.connect(
        bot_token=_token(said.bot_token, "SLACK_BOT_TOKEN", "Slack"),
        app_token=_token(said.app_token, "SLACK_APP_TOKEN", "Slack"),
        clock=now,
        heard=kept.heard,
        note=kept.first_time,
        base_url=said.base_url,
        workspace_admins=said.workspace_admins,
        names=(said.command, said.quiz_command),
    )


def discord(deployment: Deployment, kept: Kept) -> Discord:
    """Return the servers; raises ``UsageError`` where the token is missing."""
    from adapters import discord as adapter

    async def questions(words: str) -> Sequence[tuple[str, str]]:
        known = deployment.bank.questions
        return [(one, known[one].title) for one in await kept.search(words) if one in known]

    said = deployment.settings.discord or config.Discord()
    return adapter.connect(
        token=_token(said.token, "DISCORD_TOKEN", "Discord"),
        clock=now,
        first_time=kept.first_time,
        recall=kept.recall,
        remember=kept.remember,
        topics=lambda: deployment.bank.topics,
        questions=questions,
        api_base=said.api_base,
        gateway=said.gateway,
        names=(said.command, said.quiz_command),
    )


def _token(given: SecretStr | None, variable: str, platform: str) -> str:
    if given is None:
        raise UsageError(
            f"There is no token for {platform}: set the environment variable {variable}, or put "
            f"it into a file of that name in the folder {SECRETS_DIR} names."
        )
    return given.get_secret_value()


def terminal(
    deployment: Deployment,
    room: ChannelId,
    stdin: TextIO | None,
    stdout: TextIO,
    settled: Callable[[], Awaitable[None]],
    open_question: Callable[[], Awaitable[Question | None]],
) -> Terminal:
    """Return the terminal's room."""
    member = deployment.settings.terminal.member or getpass.getuser()
    return connect(
        channel=room,
        member=MemberId(f"terminal://{member}"),
        stdin=stdin,
        stdout=stdout,
        clock=now,
        settled=settled,
        open_question=open_question,
        topics=lambda: deployment.bank.topics,
        history_path=deployment.data / "history",
    )


def question_in(store: SqliteStore, room: ChannelId) -> Callable[[], Awaitable[Question | None]]:
    """Return what tells the question that takes answers in a room now."""

    def newest(records: Records) -> Question | None:
        rounds = records.rounds(room, 1)
        return rounds[0].question if rounds and rounds[0].state is RoundState.OPEN else None

    async def question() -> Question | None:
        return await store.transact(newest)

    return question


async def invitation(deployment: Deployment) -> str:
    """Return the address at which a server's admin adds the bot; raises ``GradusError``."""
    return await discord(deployment, _nowhere()).invitation()


# Looking -----------------------------------------------------------------------------------------


async def checks(deployment: Deployment, test_post: ChannelId) -> list[Finding]:
    """Return what each configured platform finds when a doctor asks.

    Nothing is posted, but for a line in ``test_post``, which is removed again; empty: none.
    """
    found: list[Finding] = []
    for name in deployment.settings.platforms:
        wanted = test_post if platform_of(test_post) == name else ChannelId("")
        try:
            found += await _check(deployment, name, wanted)
        except UsageError as error:
            found.append(Finding(f"{name}: token", fine=False, said=str(error)))
    if test_post and platform_of(test_post) not in deployment.settings.platforms:
        said = f"{test_post} is on no platform that is connected"
        found.append(Finding("test post", fine=False, said=said, mend="Name it like slack://T1/C9"))
    return found


async def _check(deployment: Deployment, name: str, test_post: ChannelId) -> list[Finding]:
    channels = sorted({*_channels(deployment, name), *filter(None, (test_post,))})
    match name:
        case "terminal":
            return list(await _seen_terminal(deployment, channels[0]).check(channels))
        case "slack":
            workspace = slack(deployment, _nowhere())
            found = list(await workspace.check(channels))
            return [*found, await workspace.test_post(test_post)] if test_post else found
        case "discord":
            servers = discord(deployment, _nowhere())
            found = list(await servers.check(channels))
            return [*found, await servers.test_post(test_post)] if test_post else found
        case _:
            raise UsageError(f"{name} is no platform that Gradus connects to.")


def _channels(deployment: Deployment, name: str) -> list[ChannelId]:
    """Return a platform's channels: those of the settings, and those set up in chat."""
    channels = {channel.id for channel in deployment.channels()}
    if deployment.store.exists():
        try:
            with open_reader(deployment.store) as reader:
                states = reader.read(lambda records: records.channels())
            channels |= {state.channel.id for state in states if state.active}
        except GradusError:
            pass  # the doctor says so under "store"
    return sorted(channel for channel in channels if platform_of(channel) == name)


def _seen_terminal(deployment: Deployment, room: ChannelId) -> Terminal:
    async def nothing() -> None:
        return None

    return terminal(deployment, room, sys.stdin, sys.stdout, nothing, nothing)
