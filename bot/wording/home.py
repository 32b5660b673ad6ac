"""A member's own page, on platforms that have one: today's questions, how they did, settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.commands import button
from bot.messages import Action, Inline, Message, Paragraph, Prose, Strong, Text, paragraph
from bot.model import Channel, Member
from bot.wording import phrases, quizzes


def opening(*, shown: int) -> Message:
    """Return what stands above the channels of a member, or that there is none."""
    if shown:
        return Message(title="Your questions", body=(paragraph("Only you see this page."),))
    return Message(
        title="Your questions",
        body=(
            paragraph(
                "Nothing here yet: you are in no channel that I ask questions in. Join one, or "
                "invite me to yours."
            ),
        ),
    )


def newest(where: Channel, face: Message) -> Message:
    """Return what the page shows of a channel's newest question, whose face this is."""
    heading = Prose((Paragraph((Strong((Text(f"In {phrases.name(where)}"),)),)),))
    return replace(face, body=(heading, *face.body), mention="", thread="")


def quiet(where: Channel, following: datetime | None, now: datetime) -> Message:
    """Return that a channel has had no question yet, and when the first one comes."""
    parts: list[Inline | str] = [Strong((Text(f"In {phrases.name(where)}"),)), ": no question yet."]
    if following is not None:
        parts += [" The first comes ", phrases.instant(following, where, now), "."]
    return Message(body=(paragraph(*parts),))


def settings(member: Member, key: str) -> Message:
    """Return what a member may set, and what they may contribute."""
    said = {
        True: "Your name may be on the monthly board.",
        False: "You are not on the monthly board.",
        None: "You have not said yet whether your name may be on the monthly board.",
    }[member.board]
    offered = [_board(key, yes=yes) for yes in (True, False) if member.board is not yes]
    suggest = Action(button(key, "suggest"), "Suggest a question", hint="/suggest TEXT")
    numbers = Action(button(key, "me"), "My numbers", hint="/me")
    data = Action(button(key, "privacy"), "Privacy", hint="/privacy")
    own = (quizzes.offer(key), numbers)
    return Message(body=(paragraph(said),), actions=(*own, *offered, suggest, data))


def _board(key: str, *, yes: bool) -> Action:
    return Action(
        button(key, "board", "yes" if yes else "no"),
        "Show my name" if yes else "Keep me off",
    )
