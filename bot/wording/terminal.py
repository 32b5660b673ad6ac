"""What only a terminal or a command line says: who sees a message, what can be typed, the pulse.

The messages themselves are worded in the other modules here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.messages import Audience, Message, paragraph

_FOR = {
    Audience.CHANNEL: "",
    Audience.THREAD: "In the thread:",
    Audience.MEMBER: "For you only:",
    Audience.ADMINS: "For the admins:",
}


def audience(who: Audience) -> str:
    """Return the line above a message that says who would see it; '' for the whole channel."""
    return _FOR[who]


def speaker(name: str) -> str:
    """Return the line above what a member says in the thread."""
    return f"In the thread, {name}:"


def typed(hints: Sequence[str]) -> str:
    """Return the line that says what can be typed: ``Type: A B C D · /hint · /show``."""
    letters = " ".join(hint for hint in hints if len(hint) == 1)
    return "Type: " + " · ".join([*([letters] if letters else []), *(h for h in hints if h[1:])])


def picture(alt: str, address: str) -> str:
    """Return the words for a picture, and where it is."""
    return f"Picture: {alt} ({address})"


def welcome() -> Message:
    """Return the first line on a screen where a person types."""
    return _line("This is Gradus. /help says what you can type, /quit leaves.", Audience.CHANNEL)


def how_to_answer() -> Message:
    """Return, once per question, that a line went to the thread and how to answer instead."""
    return _line("That went to the thread. To answer the question, type /answer and your text.")


def slash(word: str) -> Message:
    """Return that a line of one word went to the thread, though it is a command with a slash."""
    return _line(f"That went to the thread. Commands begin with a slash: /{word}")


def _line(text: str, who: Audience = Audience.MEMBER) -> Message:
    return Message(body=(paragraph(text),), audience=who)


def screen(columns: int, *, prompt: bool) -> str:
    """Return what a doctor sees of the terminal."""
    how = "with a prompt" if prompt else "plain text, no prompt"
    return f"{columns} columns, {how}"


def pulse(age: timedelta | None, limit: timedelta) -> str:
    """Return whether the clockwork of the bot ticks; ``age`` is that of its last tick."""
    most = f"{limit.total_seconds():.0f} s"
    if age is None:
        return "No tick has finished yet. Is the bot running, with the same store?"
    seconds = f"{max(0.0, age.total_seconds()):.0f} s"
    if abs(age) <= limit:
        return f"The last tick finished {seconds} ago."
    return f"The last tick finished {seconds} ago. After {most} the bot has stopped, or it hangs."
