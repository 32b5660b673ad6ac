"""How the command line prints: nothing in a text can drive a terminal, and JSON stays JSON."""

from __future__ import annotations

import json

import pytest

from bot.messages import Message, paragraph
from bot.ports import Finding
from config import printing


def test_a_line_cannot_drive_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    printing.out("red \x1b[31m, bell \x07, \u202eturned")
    printing.err("red \x1b[31m\n\n")
    shown = capsys.readouterr()
    assert shown.out == "red ␛[31m, bell ␇, <U+202E>turned\n"
    assert shown.err == "red ␛[31m\n"


def test_json_is_readable_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    printing.as_json({"title": "√d_k — why?", "kind": "\x1b"})
    shown = capsys.readouterr().out
    assert "√d_k — why?" in shown
    assert json.loads(shown) == {"title": "√d_k — why?", "kind": "\x1b"}


def test_a_message_offers_nothing_to_press(capsys: pytest.CaptureFixture[str]) -> None:
    printing.message(Message((paragraph("Hello."),), title="Title"))
    assert capsys.readouterr().out.split() == ["Title", "Hello."]


def test_findings_say_in_words_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    well, ill = Finding("store", fine=True, said="here"), Finding("bank", fine=False, said="empty")
    printing.findings([well, ill], as_json=False)
    assert capsys.readouterr().out == "ok    store: here\nMEND  bank: empty\n"
    printing.findings([well, ill], as_json=True)
    assert [row["fine"] for row in json.loads(capsys.readouterr().out)] == [True, False]
