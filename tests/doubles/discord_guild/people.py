"""People in a guild: they use commands, press, fill in and write, as Discord's client lets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from tests.doubles.discord_guild import checks, filling, posting, replies, shapes
from tests.doubles.discord_guild.permissions import May
from tests.doubles.discord_guild.pulse import PATIENCE
from tests.doubles.discord_guild.reading import form, seen
from tests.doubles.discord_guild.server import FakeDiscord
from tests.doubles.discord_guild.state import State
from tests.doubles.discord_guild.world import Ask, Channel, Guild, Interaction, Json, Message


class Visitor:
    """Somebody in one channel of a guild.

    Whatever they do returns once the bot has answered; a bot that does not is a failure. They can
    do only what the client offers: a command they may not see, a button that is not there, a form
    that is incomplete fail as well. ``forges`` knows no such bounds.
    """

    def __init__(
        self,
        discord: FakeDiscord,
        guild: Guild,
        name: str,
        channel: Channel | None = None,
        *,
        zone: tzinfo = UTC,
    ) -> None:
        """Join a guild and enter a channel, its first one unless told otherwise."""
        self.discord = discord
        self.state: State = discord.state
        self.guild = guild
        self.user = self.state.user(name)
        self.state.join(guild, self.user)
        self.at = channel or next(iter(guild.channels.values()))
        self.zone = zone
        self.form: Interaction | None = None
        """The one that opened the form in front of them."""
        self.patience = PATIENCE
        """Seconds until an answer that does not come is a failure."""
        self._looked: dict[int, int] = {}
        """How many versions of each private message were looked at."""
        self._unread: list[str] = []

    def may(self, permissions: int) -> Visitor:
        """Give them a role with these permissions."""
        role = self.state.role(self.guild, f"role of {self.user.name}", permissions)
        self.state.join(self.guild, self.user, role)
        return self

    # Doing ----------------------------------------------------------------------------------------

    async def command(self, words: str, /, **options: Any) -> Interaction:
        """Use a slash command: ``gradus today``, with options by name."""
        data = filling.command(self._offered(words), words, options, self.guild)
        return await self._answered(self._ask(Ask.COMMAND, data))

    async def suggestions(self, words: str, option: str, typed: str, /, **rest: Any) -> list[Json]:
        """Type into an option of a command, and return what is suggested."""
        command = self._offered(words)
        data = filling.command(command, words, {**rest, option: typed}, self.guild, typing=option)
        return (await self._answered(self._ask(Ask.SUGGEST, data))).choices

    async def clicks(self, label: str, *, on: Message | None = None) -> Interaction:
        """Press the newest button with this label that is in sight, or the one ``on`` a message."""
        message, button = self._find(label, [on] if on else self.sight())
        data = {"custom_id": button["custom_id"], "component_type": 2, "id": button["id"]}
        return await self._answered(self._ask(Ask.COMPONENT, data, message))

    async def submits(self, values: Mapping[str, str | Sequence[str]]) -> Interaction:
        """Fill in the open form by the fields' ids, and send it."""
        if self.form is None or self.form.modal is None:
            raise AssertionError("no form is open")
        data = filling.modal(self.form.modal, values, self.guild)
        opener, self.form = self.form, None
        return await self._answered(self._ask(Ask.SUBMIT, data, opener.message))

    async def uses(self, name: str, on: Message) -> Interaction:
        """Choose an entry of a message's context menu."""
        entry = self._command(3, name)
        target = shapes.message(on, self.state.clock())
        data = {
            "id": entry["id"], "name": name, "type": 3, "target_id": str(on.id),
            "resolved": {"messages": {str(on.id): target}},
        }  # fmt: skip
        return await self._answered(self._ask(Ask.COMMAND, data))

    async def forges(
        self,
        custom_id: str,
        message: Message | None = None,
        kind: Ask = Ask.COMPONENT,
        components: list[Json] | None = None,
    ) -> Interaction:
        """Press an id, or send a form, that was never shown to them."""
        data: Json = {"custom_id": custom_id}
        if kind is Ask.COMPONENT:
            data |= {"component_type": 2, "id": 1}
            message = message or self._bearer(custom_id)
        else:
            data["components"] = components or []
        return await self._answered(self._ask(kind, data, message))

    def writes(self, text: str, where: Channel | None = None) -> Message:
        """Write into a channel or thread, theirs unless told otherwise."""
        return posting.make(self.state, where or self.at, self.user, {"content": text})

    def _ask(self, kind: Ask, data: Json, message: Message | None = None) -> Interaction:
        where = message.channel if message else self.at
        return replies.ask(self.state, kind, self.user, where, data, message)

    async def _answered(self, asked: Interaction) -> Interaction:
        what = f"{self.user.name} waits for an answer to {asked.data}"
        await asked.pulse.until(lambda: not asked.pending, what, self.patience)
        if asked.modal is not None:
            self.form = asked
            self._unread.append(form(asked.modal))
        return asked

    # What is on offer -----------------------------------------------------------------------------

    def _command(self, kind: int, name: str) -> Json:
        """Return a command that this member is offered here; fails naming those there are."""
        offered = {
            **self.state.commands.get(None, {}),
            **self.state.commands.get(self.guild.id, {}),
        }
        held = self.guild.permissions(self.user, self.at)
        visible = {key: one for key, one in offered.items() if _is_offered(one, held)}
        if (kind, name) not in visible:
            raise AssertionError(f"{name!r} is not among {sorted(name for _, name in visible)}")
        return visible[kind, name]

    def _offered(self, words: str) -> Json:
        return self._command(1, words.split(maxsplit=1)[0])

    def _find(self, label: str, messages: Sequence[Message]) -> tuple[Message, Json]:
        labels: list[str] = []
        for message in messages:
            for node in checks.walk(message.components):
                if node["type"] == checks.BUTTON and node.get("custom_id"):
                    labels.append(node.get("label", ""))
                    if node.get("label") == label and not node.get("disabled"):
                        return message, node
        raise AssertionError(f"no [{label}] in sight among {labels}")

    def _bearer(self, custom_id: str) -> Message:
        """Return the newest message with a component of this id, or else the newest of all."""
        for message in self.sight():
            if any(one.get("custom_id") == custom_id for one in checks.walk(message.components)):
                return message
        return self.sight()[0]

    # Seeing ---------------------------------------------------------------------------------------

    def sight(self) -> list[Message]:
        """Return what can be pressed on, newest first: their own, the threads', the channel's."""
        threads = [one for one in self.guild.threads() if one.parent is self.at]
        said = [one for thread in threads for one in thread.standing()]
        return [*self.private()[::-1], *sorted(said, key=_by_id)[::-1], *self.at.standing()[::-1]]

    def told(self) -> list[Message]:
        """Return what only they were shown, in order: ephemeral and direct, deleted or not."""
        alone = [one for one in self.state.ephemerals.values() if one.viewer is self.user]
        for channel in self.state.channels.values():
            if channel.recipient is self.user:
                alone += channel.messages.values()
        return sorted([one for one in alone if one.versions], key=_by_id)

    def private(self) -> list[Message]:
        """Return what of it can still be seen."""
        return [one for one in self.told() if not one.deleted]

    def sees(self) -> str:
        """Return what was shown to them alone since they last looked, forms included."""
        for one in self.private():
            if self._looked.get(one.id, 0) < len(one.versions):
                self._looked[one.id] = len(one.versions)
                self._unread.append(seen(one, self.zone))
        unread, self._unread = self._unread, []
        return "\n\n".join(unread)

    def channel(self) -> str:
        """Return what stands in their channel."""
        return "\n\n".join(seen(one, self.zone) for one in self.at.standing())

    def thread(self) -> str:
        """Return what stands in the channel's newest thread."""
        threads = [one for one in self.guild.threads() if one.parent is self.at]
        said = max(threads, key=_by_id).standing() if threads else []
        return "\n\n".join(seen(one, self.zone) for one in said if one.versions)


def _is_offered(command: Json, held: int) -> bool:
    """Return whether Discord shows a command to who holds these permissions."""
    needed = command.get("default_member_permissions")
    if not held & May.USE_APPLICATION_COMMANDS:
        return False
    if needed is None or held & May.ADMINISTRATOR:
        return True
    return int(needed) != 0 and held & int(needed) == int(needed)


def _by_id(one: Message | Channel) -> int:
    return one.id
