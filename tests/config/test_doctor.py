"""What `gradus doctor` finds, and says to mend; it touches nothing."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

from config.deployment import now
from tests.config.conftest import SETTINGS, Home
from tests.doubles.discord_guild import FakeDiscord, May
from tests.doubles.process import Ended


def findings(home: Home, *words: str, **env: str) -> dict[str, dict[str, object]]:
    """Return the doctor's findings by name; its exit code says whether all is well."""
    ended = home.runs("doctor", "--json", *words, **env)
    rows = json.loads(ended.out)
    assert ended.err == ""
    assert [set(row) for row in rows] == [{"what", "fine", "said", "mend"}] * len(rows)
    assert ended.code == (0 if all(row["fine"] for row in rows) else 1)
    return {row["what"]: row for row in rows}


def test_all_is_well_before_the_first_start(home: Home) -> None:
    found = findings(home)
    assert [name for name, one in found.items() if not one["fine"]] == []
    assert found["settings"]["said"] == f"{home.settings}, 1 channel"
    assert found["questions"]["said"] == "1 ready question in 1 topic"
    assert found["store"]["said"] == f"{home.store}: made at the first start"
    assert "heartbeat" not in found
    assert not home.data.exists()


def test_all_is_well_with_no_settings_at_all(home: Home) -> None:
    home.settings.unlink()
    found = findings(home)
    assert [name for name, one in found.items() if not one["fine"]] == []
    assert found["settings"]["said"] == "none; the defaults hold, 1 channel"


def test_all_is_well_beside_the_running_bot(home: Home) -> None:
    with home.starts() as gradus:
        gradus.types("/next")
        gradus.sees("Next question")
        gradus.types("/next")
        gradus.sees("Next question")
        found = findings(home)
        assert found["store"]["said"] == f"{home.store}, 1 channel"
        assert [name for name, one in found.items() if not one["fine"]] == []


def test_in_words(home: Home) -> None:
    said = home.runs("doctor").out.splitlines()
    assert said[0] == f"ok    settings: {home.settings}, 1 channel"
    home.settings.write_text("colour = 1\n")
    ended = home.runs("doctor")
    assert ended.code == 1
    first, *_, last = ended.out.splitlines()
    assert first.startswith(f"MEND  settings: {home.settings}: one mistake.")
    assert last == "      gradus config check"


def test_a_broken_question(home: Home) -> None:
    broken = home.ask("training/broken")
    broken.write_text("no front matter")
    found = findings(home)["questions"]
    assert not found["fine"]
    assert str(found["said"]).startswith(
        f"1 ready question in 1 topic; 1 file was left out: {broken}, line 1: "
    )
    assert found["mend"] == "gradus questions lint"


def test_no_questions(home: Home) -> None:
    (home.bank / "training" / "loss-jumps.md").unlink()
    assert not findings(home)["questions"]["fine"]


def test_a_bank_that_is_not_there(home: Home) -> None:
    home.settings.write_text(SETTINGS.replace('"own"', '"own", "theirs"'))
    found = findings(home)["questions"]
    assert (found["fine"], found["said"]) == (False, f"{home.folder}/theirs does not exist")
    assert found["mend"]


def test_a_store_without_its_folder(home: Home) -> None:
    home.settings.write_text(f'store = "sqlite:///nowhere/gradus.db"\n{SETTINGS}')
    found = findings(home)["store"]
    assert (found["fine"], found["said"]) == (False, f"{home.folder}/nowhere does not exist")
    assert found["mend"] == 'Create it, or set "store" to a path in a folder that exists.'


def test_a_data_folder_that_cannot_be(home: Home) -> None:
    (home.folder / "file").touch()
    found = findings(home, GRADUS_DATA=str(home.folder / "file" / "data"))["store"]
    assert not found["fine"]
    assert found["mend"]


@pytest.mark.parametrize(
    "text, said",
    [("Not a database. " * 1000, "is not an SQLite database"), ("", "There is no database at")],
)
def test_a_store_that_cannot_be_read(home: Home, text: str, said: str) -> None:
    home.data.mkdir()
    home.store.write_text(text)
    found = findings(home)["store"]
    assert not found["fine"]
    assert said in str(found["said"])


def test_a_platform_that_this_version_does_not_know(home: Home) -> None:
    home.settings.write_text(f'{SETTINGS}[[channels]]\nid = "slack://T1/C1"\n')
    ended: Ended = home.runs("doctor")
    assert "Traceback" not in ended.err + ended.out
    assert Path(home.data).exists() is False


async def test_a_test_post_on_discord(home: Home) -> None:
    """The channel is looked at too, whether or not it is in the settings; nothing stays there."""
    async with FakeDiscord(now) as fake:
        guild = fake.found("Team", "ml")
        ml = next(iter(guild.channels.values()))
        looking = partial(findings, home, "--test-post", f"discord://{guild.id}/{ml.id}")
        found = await asyncio.to_thread(looking, **fake.environment)
        assert found[f"discord: {ml.id}"]["said"] == "#ml: all permissions are there"
        assert found[f"discord: {ml.id}: test post"]["fine"]
        fake.forbids(ml, May.SEND_MESSAGES)
        found = await asyncio.to_thread(looking, **fake.environment)
        assert "allow: Send Messages" in str(found[f"discord: {ml.id}"]["mend"])
        assert "failed to be posted" in str(found[f"discord: {ml.id}: test post"]["said"])
        assert (len(fake.called("post")), ml.standing()) == (2, [])
