"""Writes messages down as plain lines, for transcripts in tests; no platform looks like this."""

from __future__ import annotations

from bot import prose
from bot.messages import Action, Code, Field, Form, Literal, Message, Prose, flat


def written(message: Message) -> str:
    """Return everything a message shows, in reading order, buttons in square brackets."""
    lines: list[str] = []
    if message.mention:
        lines.append(f"(mentions {message.mention})")
    if message.title:
        lines.append(f"# {message.title}")
    for part in message.body:
        match part:
            case Prose():
                lines.append(prose.plain(part))
            case Literal(text):
                lines.append("\n".join(f"| {line}" for line in text.splitlines()))
            case Code(text):
                lines.append("\n".join(f"    {line}" for line in text.splitlines()))
    lines += [f"{choice.letter}  {prose.plain(choice.body)}" for choice in message.choices]
    if message.actions:
        lines.append(" ".join(f"[{action.label}]" for action in message.actions))
    if message.footnote:
        lines.append(f"({flat(message.footnote)})")
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines())


def action(message: Message, label: str) -> Action:
    """Return the button with this label; fails, naming the ones there are."""
    for one in message.actions:
        if one.label == label:
            return one
    raise AssertionError(f"no [{label}] among {[one.label for one in message.actions]}")


def form_lines(form: Form) -> str:
    """Return what a form shows."""
    return "\n".join([f"# {form.title}", *(_field(one) for one in form.fields), f"[{form.submit}]"])


def _field(one: Field) -> str:
    options = getattr(one, "options", ())
    shown = f": {', '.join(label for _, label in options)}" if options else ""
    return f"{one.label}{shown}"
