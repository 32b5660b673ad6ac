"""What a member is told of what is kept of them, of taking it away, and of erasing it."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import EXPORTS, Spelling, button
from bot.messages import Action, Code, Message, paragraph
from bot.model import Member
from bot.wording import phrases


def _line(text: str) -> Message:
    return Message((paragraph(text),))


def page(member: Member, key: str, kept: timedelta, spelling: Spelling) -> Message:
    """Return what is kept of a member and how long, and what they can do about it."""
    board = {
        True: "Your name may be on the board.",
        False: "You are not on any board.",
        None: "You have not said whether your name may be on a board; in most channels it is only "
        "shown to others once you agree.",
    }[member.board]
    reminders = (
        f"Reminders: at {member.nudge:%H:%M} ({member.nudge_zone})."
        if member.nudge is not None
        else "Reminders: none."
    )
    said = (
        "Kept of you: your answers, when you gave them, how sure you were, help you took and what "
        "they were worth; quizzes, and when questions come back to you; what you chose here, your "
        "interview date and days away; what you suggested or reported.",
        f"The words you type as answers are deleted after {kept.days} days. That you answered, and "
        "how well, stays until you erase it. The database is copied every day, and the oldest "
        "copy is about five weeks old, so what is deleted is gone from the copies five weeks "
        "later.",
        "No command shows an admin or reviewer what you answered or how you do. Whoever runs the "
        "server can read its database.",
        f"{board} {reminders}",
    )
    actions = [
        Action(button(key, "board", "yes" if yes else "no"),
               "Show my name" if yes else "Keep me off",
               hint=spelling.of(f"board {'yes' if yes else 'no'}"))
        for yes in (True, False)
        if member.board is not yes
    ]  # fmt: skip
    if member.nudge is not None:
        off = button(key, "me", "nudge off")
        actions.append(Action(off, "Stop reminders", hint=spelling.of("me nudge off")))
    actions += [
        Action(button(key, "export"), "Export", hint=spelling.of("export")),
        Action(button(key, "forget"), "Erase everything", hint=spelling.of("forget")),
    ]
    return Message(tuple(map(paragraph, said)), title="Your data", actions=tuple(actions))


def which(key: str, spelling: Spelling) -> Message:
    """Return the choice of forms to export in."""
    labels = {"csv": "CSV", "json": "JSON", "anki": "Anki"}
    return Message(
        (
            paragraph(
                "Everything you answered, as a table (CSV) or for programs (JSON, with what you "
                "set and contributed); or what you got wrong as cards for Anki."
            ),
        ),
        actions=tuple(
            Action(button(key, "export", form), labels[form], hint=spelling.of(f"export {form}"))
            for form in EXPORTS
        ),
    )


def part(
    form: str, text: str, number: int, of: int, key: str, spelling: Spelling
) -> Message:  # fmt: skip
    """Return one page of an export."""
    more = f"{form} {number + 1}"
    actions = (
        (Action(button(key, "export", more), "Next part", hint=spelling.of(f"export {more}")),)
        if number < of
        else ()
    )
    intro = "Save this as a text file." if of == 1 else f"Part {number} of {of}; each stands alone."
    return Message((paragraph(intro), Code(text)), actions=actions)


def nothing(form: str) -> Message:
    """Return that there is nothing to take away."""
    return _line(
        "You have got nothing wrong, so there are no cards." if form == "anki"
        else "There is nothing to export yet."
    )  # fmt: skip


def no_such_part(of: int) -> Message:
    """Return that an export has fewer parts."""
    return _line(f"This export has {phrases.count(of, 'part')}.")


def really(key: str, spelling: Spelling) -> Message:
    """Ask whether everything is to be erased."""
    return Message(
        (
            paragraph(
                "Erase everything kept of you? Your answers (also to a question that is open now), "
                "streak, place on boards, quizzes, reviews, settings and contributions go at once "
                "and cannot be brought back. Copies of the database hold them for about five more "
                "weeks. Only the log of what you did as an admin stays."
            ),
        ),
        actions=(
            Action(button(key, "forget", "yes"), "Erase everything",
                   hint=spelling.of("forget yes")),
            Action(button(key, "export"), "Export first", hint=spelling.of("export")),
        ),
    )  # fmt: skip


def forgotten() -> Message:
    """Return that everything was erased."""
    return _line(
        "Done: everything kept of you is erased, and boards are counted without you. It is gone "
        "from the copies of the database in about five weeks."
    )
