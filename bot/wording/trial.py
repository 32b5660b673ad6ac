"""What a doctor says of the message that it posts on trial, and that message, on every platform."""

from __future__ import annotations

from bot.messages import Message, paragraph


def message(*, edited: bool = False) -> Message:
    """Return what a test says in the channel, for a moment."""
    said = f"A test by the bot's doctor{', edited' if edited else ''}. It removes itself."
    return Message(body=(paragraph(said),))


def passed() -> str:
    """Return that a test message was posted, found, edited and removed."""
    return "posted, found, edited and removed a test message"


def failed(step: str, reason: str) -> str:
    """Return at which step a test message failed, and why."""
    return f"the test message failed to be {step}: {reason}"


def mend() -> str:
    """Return what to do when a test message failed."""
    return "Look at what was found about the channel and the permissions above."


def not_found() -> str:
    """Return that the history did not show the test message."""
    return "the channel's history does not show it"
