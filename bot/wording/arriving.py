"""What is said when the bot comes to a new place, and while a channel is set up in chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import button
from bot.messages import (
    Action,
    Field,
    Form,
    Listing,
    ManyField,
    Message,
    Paragraph,
    PlaceField,
    Prose,
    Text,
    TextField,
    paragraph,
)
from bot.model import Channel, ChannelId, RevealRule, Slot
from bot.wording import phrases

DAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)
MOST_TICKED = 25
"""So many options a list can show on every platform; more topics than that are written."""


def welcome(channel: ChannelId, key: str) -> Message:
    """Return what the person who added the bot to a channel is told, in private."""
    return Message(
        body=(
            paragraph(
                "Thanks for inviting me. I post nothing there until you set the channel up: days "
                "and time, time zone, topics. It takes two minutes."
            ),
        ),
        actions=(_set_up(channel, key),),
    )


def greeting(key: str) -> Message:
    """Return what a server that added the bot is told."""
    return Message(
        body=(
            paragraph(
                "Thanks for adding Gradus. I post nothing until you choose a channel. Setting up "
                "takes two minutes: channel, days and time, topics, a test post. Only people with "
                "Manage Server can press it."
            ),
        ),
        actions=(_set_up(ChannelId(""), key),),
    )


def _set_up(channel: ChannelId, key: str) -> Action:
    return Action(button(key, "setup", channel), "Set up")


def form(channel: Channel, key: str, topics: Sequence[str]) -> Form:
    """Return the form that sets a channel up, filled in with how it is, or would be, set up."""
    rhythm = channel.rhythm
    days = tuple(name for place, (name, _) in enumerate(DAYS) if place in rhythm.days)
    chosen = tuple(topic for topic in topics if channel.mix.topics.get(topic))
    listed: Field
    if len(topics) <= MOST_TICKED:
        options = tuple((topic, phrases.topic(topic)) for topic in topics)
        listed = ManyField("topics", "Topics; none ticked means all", options, chosen)
    else:
        listed = TextField(
            "topics", "Topics; empty means all", required=False, initial=" ".join(chosen)
        )
    return Form(
        "Set up",
        button(key, "setup"),
        (
            PlaceField("channel", "Channel", channel.id),
            TextField("time", "Time of day", hint="Such as 09:30", initial=f"{rhythm.time:%H:%M}"),
            TextField("zone", "Time zone", hint="Such as Europe/Berlin", initial=rhythm.zone),
            ManyField("days", "Days", DAYS, days),
            listed,
        ),
        submit="Save",
    )


def done(channel: Channel, slots: Sequence[Slot], key: str) -> Message:
    """Return how a channel was set up, with the next local dates, and what can be tried now."""
    zone = channel.rhythm.zone
    dates = tuple(
        (Paragraph((Text(f"{phrases.day(slot.date)}, {phrases.clock(slot.due, zone)}"),)),)
        for slot in slots
    )
    intro = f"{phrases.name(channel)} is set up. The next questions come there, {zone} time:"
    if not slots:
        intro = f"{phrases.name(channel)} is set up, but no posting day lies ahead."
    blocks = (Paragraph((Text(intro),)), Listing(dates), Paragraph((Text(_details(channel)),)))
    return Message(
        body=(Prose(blocks),),
        actions=(
            Action(button(key, "try", channel.id), "Test post"),
            Action(button(key, "setup", channel.id), "Change"),
        ),
    )


def _details(channel: Channel) -> str:
    topics = [phrases.topic(topic) for topic, weight in channel.mix.topics.items() if weight]
    asked = phrases.listed(topics) if topics else "all of them"
    return f"Topics: {asked}. {_answer_comes(channel)}"


def _answer_comes(channel: Channel) -> str:
    reveal = channel.rhythm.reveal
    if reveal.rule is RevealRule.AFTER:
        hours = reveal.after.total_seconds() / 3600
        return f"The answer comes {hours:g} h after the question."
    if reveal.rule is RevealRule.AT:
        return f"The answer comes at {reveal.at:%H:%M}."
    return "The answer comes just before the next question."


def wrong(errors: Sequence[tuple[str, str]], channel: str, key: str) -> Message:
    """Return what has to be corrected; nothing was set up."""
    items = tuple((Paragraph((Text(sentence),)),) for _, sentence in errors)
    lead = Paragraph((Text("Nothing was set up yet:"),))
    again = Action(button(key, "setup", channel), "Set up")
    return Message(body=(Prose((lead, Listing(items))),), actions=(again,))


def no_channel() -> str:
    """Return that a channel is missing or none of ours."""
    return "Choose a channel."


def bad_time(text: str) -> str:
    """Return that a time of day cannot be read."""
    return f'"{text}" is not a time of day. Write it like 09:30.'


def bad_zone(text: str, nearest: str) -> str:
    """Return that a time zone is unknown, with the nearest one."""
    near = f' Nearest: "{nearest}".' if nearest else " Write it like Europe/Berlin."
    return f'"{text}" is not a time zone.{near}'


def no_days() -> str:
    """Return that no day was chosen."""
    return "Choose at least one day."


def bad_topic(text: str, nearest: str) -> str:
    """Return that a topic is unknown, with the nearest one."""
    near = f' Nearest: "{nearest}".' if nearest else ""
    return f'"{text}" is not a topic in the banks.{near}'


def file_owns(place: str) -> Message:
    """Return that a channel stands in the settings file, and where."""
    return Message(
        body=(
            paragraph(
                f"This channel is set up in the settings file ({place}), so it cannot be set up "
                "here as well. Change it there; an edit is picked up within seconds."
            ),
        )
    )


def nowhere() -> Message:
    """Return that this is no place that can be set up."""
    return Message(
        body=(
            paragraph(
                "This place cannot be set up. Say it in the channel that questions are to come to."
            ),
        )
    )


def not_yours() -> Message:
    """Return that somebody else has to set a channel up."""
    return Message(
        body=(
            paragraph(
                "Setting a channel up is for whoever invited me to it, its admins, and the admins "
                "of this workspace or server."
            ),
        )
    )


def testing(name: str) -> Message:
    """Return that a test post is on its way."""
    return Message(
        body=(
            paragraph(
                f"I am saying one line in {name}. If it does not appear within a minute, I may not "
                "post there: gradus doctor, where I run, says what is missing."
            ),
        )
    )


def test_post() -> Message:
    """Return the one harmless line of a test post."""
    return Message(body=(paragraph("A test post: questions will appear in this channel."),))


def left(channel: Channel) -> Message:
    """Return what the admins hear when the bot was removed from a channel."""
    return Message(
        body=(
            paragraph(
                f"I was removed from {phrases.name(channel)}, or it was closed, so I cannot post "
                "there. Its settings are kept: invite me again and I go on."
            ),
        )
    )
