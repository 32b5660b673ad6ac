"""What ``gradus doctor`` looks at: settings, questions, store; each platform adds its own."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from adapters.health import pulse
from adapters.sqlite import driver
from adapters.sqlite.files import held
from adapters.sqlite.store import open_reader
from bot.errors import GradusError
from bot.model import ChannelId
from bot.ports import Finding
from bot.wording.phrases import count
from config.deployment import Deployment
from config.opening import checks
from config.wiring import beat_file


async def examine(explicit: Path | None, now: datetime, test_post: str = "") -> list[Finding]:
    """Return what was found, in the order an admin would look; never raises for what it checks.

    ``test_post`` is a channel in which a line is posted and removed again; empty: none.
    """
    try:
        deployment = Deployment.read(explicit)
        channels = deployment.channels()
    except GradusError as error:
        return [Finding("settings", fine=False, said=str(error), mend="gradus config check")]
    source = str(deployment.path or "none; the defaults hold")
    named = count(len(channels), "channel") if channels else "channels are set up in chat"
    found = [Finding("settings", fine=True, said=f"{source}, {named}")]
    found.append(_questions(deployment))
    found.append(_sqlite())
    found.append(_store(deployment))
    found += await checks(deployment, ChannelId(test_post))
    if held(deployment.store):
        found.append(pulse(beat_file(deployment.store), now).finding)
    else:
        found.append(Finding("bot", fine=True, said="not running on this store"))
    return found


def _questions(deployment: Deployment) -> Finding:
    problems = deployment.library.problems
    asked = count(len(deployment.bank.questions), "ready question")
    topics = count(len(deployment.bank.topics), "topic")
    if problems:
        left_out = count(len(problems), "file was left out", "files were left out")
        said = f"{asked} in {topics}; {left_out}: {problems[0]}"
        return Finding("questions", fine=False, said=said, mend="gradus questions lint")
    at_start = deployment.data / "questions"  # made with the data folder
    if missing := [folder for folder in deployment.library.missing if folder != at_start]:
        folders = ", ".join(map(str, missing))
        mend = "Make the folder, or take it out of banks."
        return Finding("questions", fine=False, said=f"{folders} does not exist", mend=mend)
    return Finding("questions", fine=bool(deployment.bank.questions), said=f"{asked} in {topics}")


def _sqlite() -> Finding:
    sound = tuple(map(int, driver.VERSION.split("."))) >= driver.SOUND
    mend = "" if sound else "Use the Docker image, or a platform with a pysqlite3 wheel."
    return Finding("sqlite", fine=sound, said=driver.VERSION, mend=mend)


def _store(deployment: Deployment) -> Finding:
    folder = deployment.store.parent
    if not folder.is_dir() and folder != deployment.data:
        mend = 'Create it, or set "store" to a path in a folder that exists.'
        return Finding("store", fine=False, said=f"{folder} does not exist", mend=mend)
    if not deployment.store.exists():
        there = next(above for above in (folder, *folder.parents) if above.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            mend = "Set GRADUS_DATA to a folder that may be written."
            return Finding("store", fine=False, said=f"{folder} cannot be written", mend=mend)
        return Finding("store", fine=True, said=f"{deployment.store}: made at the first start")
    try:
        with open_reader(deployment.store) as reader:
            channels = reader.read(lambda records: len(records.channels()))
    except GradusError as error:
        return Finding("store", fine=False, said=str(error))
    return Finding("store", fine=True, said=f"{deployment.store}, {count(channels, 'channel')}")
