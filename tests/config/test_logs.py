"""The log: where it goes, and that no token ever gets into it."""

from __future__ import annotations

import logging
import os
import pty
import signal
import sys

import pytest

from config.logs import Masked
from tests.config.conftest import SETTINGS, Home

TOKENS = (
    "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "xoxp-1-2-3-abc",
    "xoxe.xoxp-1-Mi0yLTEyMzQ1",
    "xapp-1-A0123456789-1234567890123-0123456789abcdef0123456789abcdef",
    "MTEyMjMzNDQ1NTY2Nzc4ODk5MA.GhIjKl.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789ab",
    "Bearer abcdefghijklmnopqrstuvwxyz",
    "Bot abcdefghijklmnopqrstuvwxyz",
)
"""What tokens look like; these open nothing."""


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    """Return a record as a logger makes it."""
    info = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord("gradus", logging.ERROR, "file.py", 1, message, args, info)


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_masked_wherever_it_stands(token: str) -> None:
    masked = Masked("%(message)s")
    secret = token.rpartition(" ")[2]
    assert secret not in masked.format(record(f"connecting with {token}, again"))
    assert secret not in masked.format(record("connecting with %s", token))
    assert secret not in masked.format(record("%r", {"Authorization": token}))
    assert masked.format(record(f"before {token} after")).startswith("before ")


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_masked_in_a_traceback(token: str) -> None:
    error = RuntimeError("the connection failed")
    error.__cause__ = ValueError(f"401 for {token}")
    text = Masked("%(message)s").format(record("trouble", error=error))
    assert "RuntimeError: the connection failed" in text
    assert "ValueError: 401 for " in text
    assert token.rpartition(" ")[2] not in text


@pytest.mark.parametrize(
    "harmless",
    [
        "picked optimisation/adam-bias-correction for slack://T0123/C0456 on 2026-11-20",
        "the bot stopped during the call",
        "g1.ABCDEFGHIJKLMNOP:pick:b",
        "bot.notices: notice stock-14: 14 unasked questions",
    ],
)
def test_the_rest_stays_readable(harmless: str) -> None:
    assert Masked("%(message)s").format(record("%s", harmless)) == harmless


def test_a_container_reads_the_log_on_standard_error(home: Home) -> None:
    home.ask("training/broken").write_text("no front matter")
    ended = home.hears("/next")
    assert "WARNING" in ended.err
    assert not (home.data / "gradus.log").exists()


def test_debug_tells_more_and_still_no_token(home: Home) -> None:
    tokens = {
        "SLACK_BOT_TOKEN": TOKENS[0],
        "SLACK_APP_TOKEN": TOKENS[3],
        "DISCORD_TOKEN": TOKENS[4],
    }
    nowhere = "http://127.0.0.1:9/api"  # the port that throws everything away
    tokens |= {"GRADUS_SLACK__BASE_URL": nowhere, "GRADUS_DISCORD__API_BASE": f"{nowhere}/v10"}
    room = '[[channels]]\nid = "terminal://room"\n'
    home.settings.write_text(SETTINGS + room, encoding="utf-8")
    with home.starts("--debug", env=tokens) as gradus:
        gradus.types("/next", "/suggest my token is " + TOKENS[0])
        gradus.sees("Thank you")
        gradus.signal(signal.SIGTERM)
        ended = gradus.wait()
    assert ended.code == 0
    assert "slack" in ended.err
    assert "discord" in ended.err
    assert " DEBUG " in ended.err
    for token in TOKENS:
        assert token not in ended.err


def test_a_person_at_a_screen_finds_it_in_a_file(home: Home) -> None:
    home.ask("training/broken").write_text("no front matter")
    ours, theirs = pty.openpty()
    command = f'exec 2>"$ERR"; exec "{sys.executable}" -m bot </dev/null'
    with home.starts_fresh("sh", "-c", command, ERR=os.ttyname(theirs)) as gradus:
        assert gradus.wait().code == 0
    log = home.data / "gradus.log"
    assert "a question file was left out" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
    os.close(theirs)
    os.close(ours)


def test_a_log_that_cannot_be_written(home: Home) -> None:
    (home.data / "gradus.log").mkdir(parents=True)
    ours, theirs = pty.openpty()
    command = f'exec 2>"$ERR"; exec "{sys.executable}" -m bot </dev/null'
    with home.starts_fresh("sh", "-c", command, ERR=os.ttyname(theirs)) as gradus:
        assert gradus.wait().code == 2
    said = " ".join(os.read(ours, 4096).decode().split())
    assert said.startswith(f"gradus: The log {home.data}/gradus.log cannot be written: ")
    assert said.endswith("Set GRADUS_DATA to a folder that may be written.")
    os.close(theirs)
    os.close(ours)
