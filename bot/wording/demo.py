"""What the demo's narrator and its made-up members say; not a word of it is said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Confidence, Kind
from bot.wording.phrases import listed

WRONG_TERM = "dropout"
EXPLANATION = "It comes down to what the model sees in training and what it meets afterwards."

_ARGUES = {
    Kind.CHOICE: "Write the first step down by hand. It settles the matter.",
    Kind.MULTI: "Two of these sound alike, but only one of them is learned.",
    Kind.NUMERIC: "Mind the unit, and count both ends.",
    Kind.SHORT: "It has a name, and the name says what it does.",
    Kind.OPEN: "I would start from the data and only then talk about the model.",
}


def opening(names: Sequence[str]) -> str:
    """Return the first line."""
    return (
        f"A week in #ml-interviews, sped up. {listed(names)} are made up; the bot is the real one. "
        "You see the channel, and what is private to the first of them."
    )


def outage() -> str:
    """Return that the platform is down."""
    return "The chat service is down from 09:00 to 10:12, over the posting time."


def holiday() -> str:
    """Return that a public holiday was skipped."""
    return "Friday was a public holiday, so nothing was posted. It is Monday again."


def answers(name: str, sure: Confidence | None) -> str:
    """Return that a member answers in private."""
    how = f", and says: {sure.value}" if sure else ""
    return f"{name} answers in private{how}."


def takes_hint(name: str) -> str:
    """Return that a member takes a hint."""
    return f"{name} takes a hint, in private."


def changes_mind(name: str) -> str:
    """Return that a member changes their answer."""
    return f"{name} changes the answer; both are kept, the last one counts."


def argues(kind: Kind) -> str:
    """Return what a member says in the thread."""
    return _ARGUES[kind]


def ticks(name: str) -> str:
    """Return that a member ticks the rubric."""
    return f"{name} ticks the points made."


def looks(name: str) -> str:
    """Return that a member looks at their result."""
    return f"{name} looks at the result."


def closing() -> str:
    """Return the last line."""
    return "That was the week. `gradus` opens a room for you; the README sets up a team's channel."
