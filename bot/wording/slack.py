"""What only Slack is told or says: the manifest, refusals in words, a doctor's findings.

The messages themselves are worded in the other modules here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.messages import Link, Message, Text, paragraph

REINSTALL = (
    "On api.slack.com/apps choose the app, open OAuth & Permissions, and press Reinstall to "
    "Workspace."
)
_WHY = {
    "account_inactive": "the app's account in the workspace was deactivated",
    "channel_not_found": "I do not see the channel; a private one I have to be invited to",
    "ekm_access_denied": "the workspace's admins have suspended access",
    "invalid_auth": "Slack does not know the token",
    "is_archived": "the channel is archived",
    "missing_scope": "the app lacks a permission",
    "not_in_channel": "I am not a member of the channel",
    "restricted_action": "the workspace's settings do not let me post there",
    "team": "the channel belongs to a workspace that the token is not for",
    "token_expired": "the token has expired",
    "token_revoked": "the app was removed from the workspace, or its token was revoked",
}


# The manifest -------------------------------------------------------------------------------------

NAME = "Gradus"
DESCRIPTION = "A deep-learning interview question a day, answered in private, argued in a thread"
ROOT_COMMAND = "Today's question, your results, help"
ROOT_USAGE = "[today | next | history | topics | search | suggest | help]"
QUIZ_COMMAND = "A private quiz"
QUIZ_USAGE = "[topic] [level] [how many]"
ANSWER_SHORTCUT = "Answer this question"
ANSWER_ABOUT = "Opens the form to answer it in private"
SUGGEST_SHORTCUT = "Suggest as question"
SUGGEST_ABOUT = "Passes a message on as an idea for a question"


# Why something did not go out ---------------------------------------------------------------------


def why(code: str, needed: str = "") -> str:
    """Return why Slack refused, in words an admin understands, with its own word for it.

    ``needed`` is the scope that is missing, where Slack says it.
    """
    code = code or "no reason given"
    said = _WHY.get(code)
    word = f"{code}: {needed}" if needed else code
    return f"{said} ({word})" if said else f"Slack said {word}"


def unreachable() -> str:
    """Return that no connection to Slack could be made."""
    return "Slack cannot be reached"


def starting() -> str:
    """Return that the connection is not open yet, or no more."""
    return "not connected to Slack"


def limited(method: str) -> str:
    """Return that Slack asked for a pause."""
    return f"Slack asked for a pause ({method})"


def unclear(what: str) -> str:
    """Return that nobody knows what became of a call."""
    return f"Slack's answer was unclear ({what})"


# What keeps the bot from starting -----------------------------------------------------------------


def no_token(which: str, variable: str, prefix: str) -> str:
    """Return that a token is missing or of the wrong kind."""
    return (
        f"Slack: the {which} token is missing or of another kind: it begins with {prefix}. "
        f"Set {variable}, or write it to a secret file of that name. {_where(which)}"
    )


def refused_token(which: str, variable: str, code: str) -> str:
    """Return that Slack refuses a token."""
    return f"Slack refuses the {which} token in {variable}: {why(code)}. {_where(which)}"


def _where(which: str) -> str:
    if which == "app":
        return (
            "It is made on api.slack.com/apps, under Basic Information, App-Level Tokens, with the "
            "scope connections:write."
        )
    return (
        "The right one stands on api.slack.com/apps, under OAuth & Permissions, once the app is "
        "installed."
    )


def lacks(scopes: Sequence[str]) -> str:
    """Return that the bot token lacks permissions without which nothing works."""
    return (
        f"Slack: the app lacks permissions: {', '.join(scopes)}. Take the manifest that `gradus "
        f"slack-manifest` prints, under App Manifest on api.slack.com/apps. {REINSTALL}"
    )


# What a member reads when Slack itself comes between ----------------------------------------------


def too_slow() -> Message:
    """Return that a form could not be opened in the time that Slack allows."""
    return _line("That took too long, so Slack would not open the form. Please press it again.")


def elsewhere_asked(link: str) -> Message:
    """Return where a quiz that was asked for in a channel goes on."""
    there = Link((Text("the direct message with me"),), link)
    return Message(body=(paragraph("Your quiz is in ", there, "; only you see it."),))


def no_form() -> Message:
    """Return that a form could not be opened for another reason."""
    return _line("Slack would not open the form. Please try again in a minute.")


def trouble() -> Message:
    """Return that something of ours went wrong."""
    return _line("Something went wrong on my side. Please try again in a minute.")


def elsewhere() -> Message:
    """Return that a command came from a workspace the bot does not serve."""
    return _line("I am not connected to this workspace, so I cannot help here.")


def _line(text: str) -> Message:
    return Message(body=(paragraph(text),))


# A doctor's findings ------------------------------------------------------------------------------


def connected(bot: str, workspace: str) -> str:
    """Return that the bot token is good."""
    return f"connected to {workspace} as {bot}"


def token_mend() -> str:
    """Return how to mend a bot token that Slack refuses."""
    return f"Compare SLACK_BOT_TOKEN with the one there. {_where('bot')}"


def out_of_reach_mend() -> str:
    """Return what to do where Slack gave no answer."""
    return (
        "See whether this machine reaches slack.com, by a proxy if it needs one (HTTPS_PROXY), and "
        "try again in a minute."
    )


def socket() -> str:
    """Return that the app token opens a socket."""
    return "the app token opens a connection"


def socket_mend() -> str:
    """Return how to mend an app token that opens none."""
    return (
        "On api.slack.com/apps choose the app, switch Socket Mode on, and make an app-level token "
        "with connections:write under Basic Information."
    )


def scopes(have: int, missing: Sequence[str]) -> str:
    """Return how many permissions there are, or which are missing."""
    return f"missing: {', '.join(missing)}" if missing else f"all {have} that are needed"


def scopes_mend() -> str:
    """Return how to get what permissions are missing."""
    return f"Paste what `gradus slack-manifest` prints under App Manifest. {REINSTALL}"


def clock(off: timedelta) -> str:
    """Return how far the machine's clock is from Slack's."""
    return f"{abs(off.total_seconds()):.0f} s from Slack's clock"


def clock_mend() -> str:
    """Return how to mend the clock."""
    return "Let the machine keep its time by a time server (NTP)."


def channel_fine(name: str) -> str:
    """Return that a channel can be posted to and read."""
    return f"{name}: a member, and the history can be read"


def channel_mend(code: str, bot: str) -> str:
    """Return which click mends what is wrong with a channel."""
    match code:
        case "not_in_channel" | "channel_not_found":
            return (
                f"In the channel, type /invite @{bot}. If it is there already, compare the id: it "
                "stands at the end of the channel's details."
            )
        case "is_archived":
            return "Open the channel's details, Settings, and choose Unarchive."
        case "missing_scope":
            return scopes_mend()
        case "team":
            return "Compare the id of the workspace with that of the token, or use another token."
        case _:
            return "Ask an admin of the workspace whether apps may post in this channel."
