"""The fake Discord by hand: ``python -m tests.doubles.discord_guild``.

It prints what to set so that Gradus connects here, then takes lines:

    ada /gradus today            use a command; options as name=value
    ada [B]                      press a button
    ada fill answer=b sure=sure  send the form that a button opened; of several: days=mon,tue
    ada says what she thinks     write into the thread of the newest question
    ada                          show what she sees
    admin /gradus-admin status   "admin" may manage the server
    invite, kick, cut, bye
"""

from __future__ import annotations

import asyncio
import shlex
import sys
from datetime import UTC, datetime

from tests.doubles.discord_guild.people import Visitor
from tests.doubles.discord_guild.permissions import May
from tests.doubles.discord_guild.reading import seen
from tests.doubles.discord_guild.server import FakeDiscord
from tests.doubles.discord_guild.state import Rules


class Prompt:
    """Does what the lines say."""

    def __init__(self, discord: FakeDiscord) -> None:
        self.discord = discord
        self.guild = discord.found("Team", "ml")
        self._people: dict[str, Visitor] = {}

    async def take(self, line: str) -> str:
        """Do what a line says, and return what there is to see."""
        match line.split(maxsplit=1):
            case ["invite"]:
                self.discord.invites(self.guild)
                return "The bot is invited."
            case ["kick"]:
                self.discord.kicks(self.guild)
                return "The bot is out."
            case ["cut"]:
                self.discord.gateway.cut()
                return "The connections are broken."
            case [name]:
                return self._shown(self._person(name), whole=True)
            case [name, rest]:
                person = self._person(name)
                await self._do(person, rest)
                return self._shown(person)
            case _:
                return (__doc__ or "").partition("\n\n")[2].rstrip()

    async def _do(self, person: Visitor, rest: str) -> None:
        if rest.startswith("/"):
            words, options = _options(rest[1:])
            await person.command(words, **{name: _number(text) for name, text in options.items()})
        elif rest.startswith("["):
            await person.clicks(rest.strip("[]"))
        elif rest.startswith("fill"):
            await person.submits({k: _several(v) for k, v in _options(rest)[1].items()})
        else:
            threads = [one for one in self.guild.threads() if one.parent is person.at]
            where = max(threads, key=lambda one: one.id) if threads else None
            person.writes(rest.removeprefix("says "), where)

    def _person(self, name: str) -> Visitor:
        if name not in self._people:
            person = Visitor(self.discord, self.guild, name)
            person.patience = 5
            self._people[name] = person.may(May.MANAGE_GUILD) if name == "admin" else person
        return self._people[name]

    def _shown(self, person: Visitor, *, whole: bool = False) -> str:
        alone = person.sees()
        if not whole:
            return alone or "(nothing new for you alone)"
        private = "\n\n".join(seen(one) for one in person.private())
        parts = {"channel": person.channel(), "thread": person.thread(), "for you": private}
        return "\n".join(f"--- {name}\n{text}" for name, text in parts.items())


def _options(text: str) -> tuple[str, dict[str, str]]:
    """Return the plain words of a line, and what is given as ``name=value``."""
    words = shlex.split(text)
    given = dict(word.split("=", 1) for word in words if "=" in word)
    return " ".join(word for word in words if "=" not in word), given


def _number(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def _several(text: str) -> str | list[str]:
    return text.split(",") if "," in text and " " not in text else text


def say(text: str) -> None:
    """Write a line out at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(port: int) -> None:
    """Serve until the input ends."""
    discord = FakeDiscord(lambda: datetime.now(UTC), Rules(keep_calls=1000))  # noqa: TID251  by hand
    await discord.start(port)
    prompt = Prompt(discord)
    for name, value in discord.environment.items():
        say(f"export {name}={value}")
    say(f"# the channel is discord://{prompt.guild.id}/{next(iter(prompt.guild.channels))}")
    say("# an empty line tells what you can type")
    while (line := await asyncio.to_thread(sys.stdin.readline)) and line.strip() != "bye":
        try:
            say(await prompt.take(line.strip()))
        except (AssertionError, ValueError) as mistake:
            say(str(mistake))
    await discord.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
