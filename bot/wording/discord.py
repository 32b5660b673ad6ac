"""What only Discord is told or says: commands and their options, refusals in words, findings.

The messages themselves are worded in the other modules here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.messages import Literal, Message, paragraph

# Commands -----------------------------------------------------------------------------------------

ROOT = "Today's question, your results, help"
ADMIN_ROOT = "What the admins of a channel may do"
QUIZ = "A private quiz"
ANSWER_MENU = "Submit as my answer"
SUGGEST_MENU = "Suggest as question"
OPTIONS: Mapping[str, str] = {
    "text": "In your own words; for options their letters",
    "certain": "Whether to do it at once, without being asked",
    "points": "Their numbers, such as 1 3; or none",
    "words": "What to look for",
    "days": "How many days ahead",
    "question": "Begin to write its title or id",
    "date": "Such as 2026-11-30",
    "reason": "Why; members read it",
    "until": "The last day without a question, such as 2026-11-30",
    "first": "The first day, such as 2026-12-24",
    "last": "The last day; empty for that one day",
    "weights": "Such as transformers=3 convolution=1; empty to see them",
    "topic": "Begin to write it",
    "level": "How hard",
    "number": "How many questions",
    "what": "What to set: your interview's date, days away, or a daily reminder",
    "value": "Such as 2027-01-04, 2026-12-24..2027-01-02 or 08:30; off to take it back",
    "which": "This month or all time; or yes or no, to be on it or not",
    "form": "A table, data for programs, or cards of what you got wrong",
}
"""What each option is for."""


def option(name: str) -> str:
    """Return what an option is for; its own name where nothing more is known."""
    return OPTIONS.get(name, name)


# Why something did not go out ---------------------------------------------------------------------

_WHY = {
    10003: "the channel does not exist, or I am not in its server",
    10004: "I am not in that server",
    10008: "the message was deleted",
    40333: "Discord's protection against abuse turned the call away",
    50001: "I may not see the channel",
    50007: "the member takes no messages from me",
    50013: "I lack a permission in the channel",
    50035: "Discord will not show this message",
    160005: "the thread is locked",
    160006: "the server has as many open threads as it can have",
}


def why(code: int, status: int = 0, text: str = "") -> str:
    """Return why Discord refused, in words an admin understands, with its own number for it."""
    if status == 401:
        return "Discord does not know the token (401)"
    said = _WHY.get(code) or f"Discord said {' '.join(text.split())[:200] or 'no'}"
    return f"{said} ({code or status})"


def unreachable() -> str:
    """Return that no connection to Discord could be made."""
    return "Discord cannot be reached"


def starting() -> str:
    """Return that there is no connection yet, or no more."""
    return "not connected to Discord"


def limited() -> str:
    """Return that Discord asked for a pause."""
    return "Discord asked for a pause"


def unclear(what: str) -> str:
    """Return that nobody knows what became of a call."""
    return f"Discord's answer was unclear ({what})"


def foreign() -> str:
    """Return that a URI is none of Discord's."""
    return "that is no channel or member of Discord; a channel is written discord://SERVER/CHANNEL"


def unseen() -> str:
    """Return that a channel is not among those that Discord told us of."""
    return "the channel is not known, or its server cannot be heard at the moment"


def unreadable() -> str:
    """Return that an empty history proves nothing."""
    return "I may not read the channel's history (Read Message History)"


def too_busy() -> str:
    """Return that so much was said in a channel that it could not all be read."""
    return "too much was said in the channel since"


def discussion() -> str:
    """Return the name of a thread that has no better one."""
    return "Discussion"


def deleted() -> str:
    """Return that a thread was deleted and cannot be opened again."""
    return "the thread was deleted"


# What keeps the bot from starting -----------------------------------------------------------------

_WHERE = (
    "It is shown once on discord.com/developers/applications, under Bot, Reset Token. Set "
    "DISCORD_TOKEN, or write it to a secret file of that name."
)


def refused_token() -> str:
    """Return that Discord refuses the token."""
    return f"Discord refuses the bot's token. {_WHERE}"


def refused_intents() -> str:
    """Return that Discord refuses what we want to hear."""
    return (
        "Discord refuses the connection (4014), although Gradus asks for no privileged intent. On "
        "discord.com/developers/applications, look at the notices under Bot."
    )


def revoked() -> str:
    """Return that Discord stopped taking the token while we ran."""
    return "Discord takes the bot's token no more. Set the new one and start the bot again."


# What a member reads when Discord itself comes between --------------------------------------------


def too_slow() -> Message:
    """Return that a form could not be opened in the time that Discord allows."""
    return _line("That took too long, so Discord would not open the form. Please press it again.")


def trouble() -> Message:
    """Return that something of ours went wrong."""
    return _line("Something went wrong on my side. Please try again in a minute.")


def you_wrote(text: str) -> Message:
    """Return what a member filled in, to be copied into the form again."""
    return Message(body=(paragraph("You had written:"), Literal(text)))


def not_yours() -> Message:
    """Return that a message of somebody else is no answer."""
    return _line("Only a message of your own can be your answer.")


def nothing_written() -> Message:
    """Return that a message holds no text."""
    return _line("There is no text in that message.")


def _line(text: str) -> Message:
    return Message(body=(paragraph(text),))


# A doctor's findings ------------------------------------------------------------------------------

PERMISSIONS: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
}
"""What we need in a channel, by discord.py's name, as Discord's own settings call it."""


def connected(bot: str) -> str:
    """Return that the token is good."""
    return f"connected as {bot}"


def token_mend() -> str:
    """Return how to mend a token that Discord refuses."""
    return f"Compare DISCORD_TOKEN with the one there. {_WHERE}"


def gateway(shards: int) -> str:
    """Return that Discord would let us listen."""
    return f"can be heard over {shards} connection{'s' if shards != 1 else ''}"


def reach_mend() -> str:
    """Return what to do when Discord does not answer."""
    return "Look at discordstatus.com, and whether this machine may reach discord.com."


def intents() -> str:
    """Return which events we ask to be told of."""
    return "only servers and channels; none that Discord would have to grant"


def synced(number: int) -> str:
    """Return that Discord knows our commands as they are."""
    return f"all {number} are known to Discord"


def never_synced() -> str:
    """Return that the bot has not told Discord of its commands yet."""
    return "Discord is told of them at the first start"


def unsynced(missing: Sequence[str]) -> str:
    """Return which commands Discord does not know."""
    return f"Discord does not know {', '.join(missing)} yet"


def sync_mend() -> str:
    """Return how commands become known."""
    return "Start the bot: it tells Discord of its commands."


def channel_fine(name: str) -> str:
    """Return that a channel can be used."""
    return f"{name}: all permissions are there"


def lacks(name: str, missing: Sequence[str]) -> str:
    """Return which permissions are missing in a channel."""
    return f"{name}: without {', '.join(PERMISSIONS[one] for one in missing)}"


def channel_mend(missing: Sequence[str]) -> str:
    """Return which clicks give the permissions that are missing."""
    names = ", ".join(PERMISSIONS[one] for one in missing)
    return (
        "In Discord, open the channel's settings (the cog beside its name), Permissions, add the "
        f"bot's role, and allow: {names}."
    )


def unknown_mend(address: str) -> str:
    """Return what to do about a channel that is not there."""
    return (
        "Compare the ids: with Developer Mode on (User Settings, Advanced), Copy Channel ID in the "
        f"channel's menu. If the bot is not in the server, open {address}"
    )
