"""Serves a workspace for trying by hand, with a line to act on: type ``help``."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable

from config.deployment import now
from tests.doubles.slack_workspace import sight
from tests.doubles.slack_workspace.human import NotAcked
from tests.doubles.slack_workspace.state import Message
from tests.doubles.slack_workspace.workspace import Workspace

HELP = """\
/gradus today          a slash command, typed in #ml
dm /gradus today       the same in the direct message with the app
click Hint             press the newest button of that name
fill answer=b sure=guess    fill in the modal and send it; fill points=1,2 chooses several
close                  close the modal
say TEXT               write in #ml; reply TEXT: in the newest thread; @NAME of the app mentions it
menu CALLBACK          a shortcut from the menu of the newest message in #ml
home                   open App Home
as NAME                be somebody else
join NAME              make a channel and invite the app into it
break HOW              warn, close, reset or freeze the app's connections
look                   show #ml as it is now
quit
"""


class Prompt:
    """Does what is typed, and writes down what happens."""

    def __init__(self, slack: Workspace) -> None:
        self.slack = slack
        self.who = slack.person("ada", is_admin=True)
        self._seen: dict[tuple[str, str], int] = {}
        self._views = 0

    async def watch(self) -> None:
        """Show everything new, whoever sees it, until cancelled."""
        while True:
            await self.slack.until(self._news, patience=None)

    def _news(self) -> bool:
        state = self.slack.state
        for message in state.messages:
            place = message.channel, message.ts
            if (seen := self._seen.get(place, 0)) < len(message.versions):
                self._seen[place] = len(message.versions)
                _show(self._where(message, again=bool(seen)), sight.shown(message.shown))
        for one in state.views[self._views :]:
            view = one["view"]
            text = sight.view(view) if "blocks" in view else "\n".join(view.values())
            _show(f"{view.get('type', 'error')} of {state.users[one['user']].name}", text)
        self._views = len(state.views)
        return False

    def _where(self, message: Message, *, again: bool) -> str:
        state = self.slack.state
        channel = state.channels[message.channel]
        names = [state.users[one].name for one in sorted(channel.members)]
        where = f"direct {'+'.join(names)}" if channel.direct else f"#{channel.name}"
        to = f", only {state.users[message.to].name}" if message.to else ""
        return f"{where}{', thread' * bool(message.thread)}{to}{', edited' * again}"

    async def does(self, line: str) -> None:
        """Do one thing."""
        word, _, rest = line.partition(" ")
        if line.startswith("/"):
            await self.who.command(line)
            return
        done = self._verbs().get(word)
        if done is None:
            _show("", HELP)
            return
        await done(rest.strip())

    def _verbs(self) -> dict[str, Callable[[str], Awaitable[object]]]:
        who = self.who

        async def fill(rest: str) -> None:
            pairs = (one.partition("=") for one in shlex.split(rest))
            await who.submits({name: _value(value) for name, _, value in pairs})

        async def reply(rest: str) -> None:
            await who.posts(rest, thread=self.slack.parents()[-1])

        async def menu(rest: str) -> None:
            await who.on_message(rest, self.slack.parents()[-1])

        async def be(name: str) -> None:
            self.who = self.slack.person(name or "ada")

        async def join(name: str) -> None:
            channel = self.slack.channel(name, bot=False)
            channel.members.add(who.user.id)
            await who.invites(channel)

        async def spoil(how: str) -> None:
            sockets = self.slack.sockets
            if how == "close":
                await sockets.close()
            else:
                {"warn": sockets.warn, "reset": sockets.reset, "freeze": sockets.freeze}[how]()

        async def look(_: str) -> None:
            for one in self.slack.state.standing(self.slack.ml.id):
                _show(self._where(one, again=False), sight.shown(one.shown))

        return {
            "dm": lambda rest: who.command(rest, at=self.slack.state.direct(who.user.id)),
            "click": who.clicks,
            "close": lambda _: who.closes(),
            "say": who.posts,
            "home": lambda _: who.opens_home(),
            "fill": fill,
            "reply": reply,
            "menu": menu,
            "as": be,
            "join": join,
            "break": spoil,
            "look": look,
        }


def _value(text: str) -> str | tuple[str, ...]:
    return tuple(text.split(",")) if "," in text else text


def _show(where: str, text: str) -> None:
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    sys.stdout.write(f"{where}\n{lines}" if where else lines)
    sys.stdout.flush()


async def serve(port: int) -> None:
    """Serve a workspace until the input ends or says ``quit``."""
    async with Workspace(now, port=port) as slack:
        prompt = Prompt(slack)
        _show(
            "Start the bot with these in its environment:",
            f"SLACK_BOT_TOKEN={slack.bot_token}\nSLACK_APP_TOKEN={slack.app_token}\n"
            f"GRADUS_SLACK__BASE_URL={slack.base_url}",
        )
        _show(
            f"The channel is slack://{slack.state.team}/{slack.ml.id}; you are:",
            f"slack://{slack.state.team}/{prompt.who.user.id}",
        )
        watching = asyncio.create_task(prompt.watch())
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip() == "quit":
                break
            try:
                await prompt.does(line.strip())
            except (AssertionError, LookupError, NotAcked) as error:
                _show("This could not be done:", str(error))
        watching.cancel()


def main() -> None:
    """Read the port, and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.slack_workspace")
    parser.add_argument("--port", type=int, default=0, help="of the loopback; 0: any that is free")
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
