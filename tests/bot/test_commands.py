"""The grammar: one table of examples, and laws that hold for any words and any button."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands as c
from bot.model import Confidence, DateRange, QuestionId

DAY = date(2026, 11, 30)
SURE = Confidence.SURE

EXAMPLES = [
    ("today", c.Today()),
    ("/today", c.Today()),
    ("  /Today  ", c.Today()),
    ("gradus today", c.Today()),
    ("/gradus TODAY", c.Today()),
    ("", c.HelpMe()),
    ("/", c.HelpMe()),
    ("gradus", c.HelpMe()),
    ("help", c.HelpMe()),
    ("?", c.HelpMe()),
    ("admin", c.HelpMe(admin=True)),
    ("admin help", c.HelpMe(admin=True)),
    ("answer B", c.Give("B")),
    ("answer two words", c.Give("two words")),
    ("answer\tB", c.Give("B")),
    ("answer\nfirst line\nsecond line", c.Give("first line\nsecond line")),
    ("hint", c.Hint()),
    ("show", c.Show()),
    ("show yes", c.Show(certain=True)),
    ("show me", c.Show()),
    ("result", c.Mine()),
    ("tick 1 3", c.Tick((1, 3))),
    ("tick 3,1,3", c.Tick((1, 3))),
    ("tick none", c.Tick(())),
    ("next", c.Next()),
    ("topics", c.Topics()),
    ("search batch norm", c.Search("batch norm")),
    ("history", c.History()),
    ("suggest Why?", c.Suggest("Why?")),
    ("report B is right too", c.Report("B is right too")),
    ("quit", c.Quit()),
    ("exit", c.Quit()),
    ("admin status", c.Status()),
    ("admin plan", c.Plan()),
    ("plan 3", c.Plan(3)),
    ("admin pin a/b 2026-11-30", c.PinTo(QuestionId("a/b"), DAY)),
    ("admin pin 2026-11-30 a/b", c.PinTo(QuestionId("a/b"), DAY)),
    ("admin swap", c.Swap()),
    ("admin swap 2026-11-30", c.Swap(DAY)),
    ("admin post", c.Post()),
    ("admin reveal", c.RevealNow()),
    ("admin withdraw two are right", c.Withdraw("two are right")),
    ("admin pause", c.Pause()),
    ("admin pause until 2026-11-30", c.Pause(DAY)),
    ("admin pause 2026-11-30", c.Pause(DAY)),
    ("admin resume", c.Resume()),
    ("admin skip 2026-11-30", c.Skip(DateRange(DAY, DAY))),
    ("admin skip 2026-11-29..2026-11-30", c.Skip(DateRange(date(2026, 11, 29), DAY))),
    ("admin topics", c.Weigh()),
    ("admin topics a=3, b", c.Weigh((("a", 3), ("b", 1)))),
    ("admin setup", c.Setup()),
    ("me", c.Me()),
    ("me date 2026-11-30", c.Me(c.InterviewOn(DAY))),
    ("me date off", c.Me(c.InterviewOn(None))),
    ("me away 2026-11-29..2026-11-30", c.Me(c.AwayOn(DateRange(date(2026, 11, 29), DAY)))),
    ("me away off", c.Me(c.AwayOn(None))),
    ("me nudge 8:30", c.Me(c.NudgeAt(time(8, 30)))),
    ("me nudge off", c.Me(c.NudgeAt(None))),
    ("board", c.ShowBoard()),
    ("board month", c.ShowBoard()),
    ("board all", c.ShowBoard(ever=True)),
    ("board yes", c.Board(yes=True)),
    ("board no", c.Board(yes=False)),
    ("privacy", c.Privacy()),
    ("export", c.Export()),
    ("export csv", c.Export("csv")),
    ("export anki 2", c.Export("anki", 2)),
    ("forget", c.Forget()),
    ("forget yes", c.Forget(certain=True)),
    ("quiz", c.Quiz()),
    ("quiz transformers hard 5", c.Quiz("transformers hard 5")),
    ("review", c.Review()),
    ("review 5", c.Review(5)),
]

MISREAD = [
    ("tody", "unknown", "today"),
    ("status", "unknown", ""),
    ("admin statu", "unknown", "status"),
    ("qqqq", "unknown", ""),
    ("answer", "missing", ""),
    ("tick", "missing", ""),
    ("tick 0", "number", ""),
    ("tick 7", "number", ""),
    ("tick two", "number", ""),
    ("review 21", "number", ""),
    ("tick ²", "number", ""),
    ("admin plan 0", "number", ""),
    ("admin plan 61", "number", ""),
    ("admin topics a=x", "number", ""),
    ("admin pin a/b", "missing", ""),
    ("admin pin a/b soon", "date", ""),
    ("admin swap 30.11.2026", "date", ""),
    ("admin skip 2026-11-30..2026-11-29", "date", ""),
    ("admin skip 2026-02-30", "date", ""),
    ("admin withdraw", "missing", ""),
    ("me soon", "missing", ""),
    ("me date", "missing", ""),
    ("me date soon", "date", ""),
    ("me away 2026-11-30..2026-11-29", "date", ""),
    ("me nudge 25:00", "time", ""),
    ("me nudge", "missing", ""),
    ("board tomorrow", "missing", ""),
    ("export pdf", "missing", ""),
    ("export csv 0", "number", ""),
]


@pytest.mark.parametrize("line, expected", EXAMPLES)
def test_a_line_is_read(line: str, expected: c.Command) -> None:
    """Slash and root may be left out, case does not matter, and order where it need not."""
    assert c.parse(line) == expected


@pytest.mark.parametrize("line, problem, nearest", MISREAD)
def test_what_cannot_be_read_says_why(line: str, problem: str, nearest: str) -> None:
    """A misread line carries its problem, and its word or the nearest one."""
    read = c.parse(line)
    assert isinstance(read, c.Misread)
    assert (read.problem, read.nearest) == (problem, nearest)
    assert bool(read.word) == (problem != "unknown")
    assert read.admin == line.startswith("admin")


def test_every_word_has_an_example() -> None:
    """No word of the vocabulary is left out of the table."""
    exampled = {type(command) for _, command in EXAMPLES}
    assert {word.makes for word in c.WORDS} <= exampled


# Reading back what was written --------------------------------------------------------------------

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
texts = st.text(min_size=1).map(str.strip).filter(bool)
names = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
ids = st.builds(lambda topic, slug: QuestionId(f"{topic}/{slug}"), names, names)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ranges = st.tuples(days, days).map(lambda pair: DateRange(min(pair), max(pair)))

COMMANDS = st.one_of(
    st.sampled_from([c.Today(), c.Hint(), c.Mine(), c.Next(), c.Topics(), c.History(), c.Quit()]),
    st.sampled_from([c.Status(), c.Post(), c.RevealNow(), c.Resume(), c.Pause(), c.Swap()]),
    st.builds(c.Show, certain=st.booleans()),
    st.builds(c.HelpMe, st.booleans()),
    st.builds(c.Give, texts),
    st.builds(c.Search, texts),
    st.builds(c.Quiz, st.just("") | texts),
    st.builds(c.Review, st.integers(1, 20)),
    st.builds(c.Suggest, texts),
    st.builds(c.Report, texts),
    st.builds(c.Withdraw, texts),
    st.builds(c.Tick, st.sets(st.integers(1, 6)).map(lambda points: tuple(sorted(points)))),
    st.builds(c.Plan, st.integers(1, 60)),
    st.builds(c.PinTo, ids, days),
    st.builds(c.Swap, days),
    st.builds(c.Pause, days),
    st.builds(c.Skip, ranges),
    st.builds(c.Me, st.none() | st.builds(c.InterviewOn, st.none() | days)),
    st.builds(c.Me, st.builds(c.AwayOn, st.none() | ranges)),
    st.builds(c.Me, st.builds(c.NudgeAt, st.none() | minutes)),
    st.builds(c.ShowBoard, st.booleans()),
    st.builds(c.Export, st.sampled_from(c.EXPORTS), st.integers(1, 999)),
    st.builds(c.Forget, st.booleans()),
    st.builds(c.Weigh, st.lists(st.tuples(names, st.integers(0, 999))).map(tuple)),
)


@given(COMMANDS)
def test_what_is_written_reads_the_same(command: c.Command) -> None:
    """``parse(write(c)) == c`` for whatever can be typed."""
    assert c.parse(c.write(command)) == command


@pytest.mark.parametrize("command", [c.Think(), c.Sure(SURE), c.CountMine(), c.Board(yes=True)])
def test_what_is_only_a_button_cannot_be_written(command: c.Command) -> None:
    """Some commands exist as buttons only."""
    with pytest.raises(ValueError, match="no word makes"):
        c.write(command)


@given(st.text())
def test_any_line_is_read_as_something(line: str) -> None:
    """The grammar is total: whatever is typed, it returns."""
    assert c.parse(line) is not None
    assert c.parse(f"/admin {line}") is not None


# Buttons and forms --------------------------------------------------------------------------------

KEY = "g1.abcdefghijklmnop"

PRESSED: list[tuple[str, dict[str, str | list[str]] | None, c.Command]] = [
    ("pick:b", {}, c.Give("b", KEY)),
    ("answer:", {"answer": " 49 KiB "}, c.Give("49 KiB", KEY)),
    ("answer:", {"answer": ["a", "c"], "sure": "think so"},
     c.Give("a c", KEY, Confidence.THINK_SO)),
    ("think:", {"sure": "guess"}, c.Think(KEY, Confidence.GUESS)),
    ("think:", {}, c.Think(KEY)),
    ("sure:sure", {}, c.Sure(SURE, KEY)),
    ("sure:skip", {}, c.Sure(None, KEY)),
    ("hint:", {}, c.Hint(KEY)),
    ("show:", {}, c.Show(KEY)),
    ("see:", {}, c.Show(KEY)),
    ("see:yes", {}, c.Show(KEY, certain=True)),
    ("mine:", {}, c.Mine(KEY)),
    ("tick:", {"points": ["3", "1"]}, c.Tick((1, 3), KEY)),
    ("tick:", {"points": "2"}, c.Tick((2,), KEY)),
    ("tick:", {"points": ["0", "²", "99", "x", "٣"]}, c.Tick((), KEY)),
    ("tick:", {}, c.Tick((), KEY)),
    ("count:", {}, c.CountMine(KEY)),
    ("report:", {"text": " wrong "}, c.Report("wrong", KEY)),
    ("answer:", None, c.OpenForm("answer", KEY)),
    ("think:", None, c.OpenForm("think", KEY)),
    ("tick:", None, c.OpenForm("tick", KEY)),
    ("report:", None, c.OpenForm("report", KEY)),
    ("suggest:", None, c.SuggestThis()),
    ("suggest:", {"text": " Why Adam? "}, c.Suggest("Why Adam?")),
    ("setup:slack://T/C", None, c.Setup("slack://T/C")),
    ("try:slack://T/C", None, c.TestPost("slack://T/C")),
    (
        "setup:",
        {"channel": "slack://T/C #ml", "time": "09:30", "zone": "Europe/Berlin",
         "days": ["mon", "tue"], "topics": "a, b"},
        c.Setup(wanted=c.Wanted(
            "slack://T/C #ml", "09:30", "Europe/Berlin", ("mon", "tue"), ("a", "b"))),
    ),
    ("quiz:", {}, c.Quiz()),
    ("quiz:transformers", {}, c.Quiz("transformers")),
    ("review:", {}, c.Review()),
    ("on:", {}, c.GoOn(KEY)),
    ("stop:", {}, c.Stop(KEY)),
    ("anew:", {}, c.Anew(KEY)),
    ("again:", {}, c.Again(KEY)),
    ("share:", {}, c.Share(KEY)),
    ("later:", {}, c.ReviewLater(KEY)),
    ("board:yes", {}, c.Board(yes=True)),
    ("board:no", {}, c.Board(yes=False)),
    ("board:month", {}, c.ShowBoard()),
    ("board:all", {}, c.ShowBoard(ever=True)),
    ("me:", {}, c.Me()),
    ("me:nudge off", {}, c.Me(c.NudgeAt(None))),
    ("history:", {}, c.History()),
    ("privacy:", {}, c.Privacy()),
    ("export:csv 2", {}, c.Export("csv", 2)),
    ("forget:", {}, c.Forget()),
    ("forget:yes", {}, c.Forget(certain=True)),
    ("today:", {}, c.Today(KEY)),
    ("post:", {}, c.Post(KEY)),
    ("plan:", {}, c.Plan(round=KEY)),
    ("topics:", {}, c.Weigh(round=KEY)),
]  # fmt: skip


@pytest.mark.parametrize("action, values, expected", PRESSED)
def test_a_button_is_read(
    action: str, values: dict[str, str | list[str]] | None, expected: c.Command
) -> None:
    """An id is ``<key>:<verb>:<arg>``; a form adds its fields, and without them is opened."""
    assert c.press(f"{KEY}:{action}", values) == expected


@pytest.mark.parametrize("action", ["pick:", "pick:bc", "board:maybe", "export:pdf", "reveal:", ""])
def test_other_ids_are_none_of_ours(action: str) -> None:
    """Whatever we never gave out is told as a button that is not ours."""
    read = c.press(f"{KEY}:{action}")
    assert isinstance(read, c.Misread)
    assert read.problem == "button"


@pytest.mark.parametrize(
    "verb, field", [("answer", "answer"), ("report", "text"), ("suggest", "text")]
)
def test_an_empty_form_says_that_something_is_missing(verb: str, field: str) -> None:
    """A form sent empty records nothing."""
    empty: list[dict[str, str | list[str]]] = [{}, {field: ""}, {field: " \n "}, {field: []}]
    for values in empty:
        read = c.press(f"{KEY}:{verb}:", values)
        assert isinstance(read, c.Misread)
        assert read.problem == "missing"


def test_a_button_that_was_made_is_read() -> None:
    """``button`` and ``press`` are each other's inverse."""
    assert c.press(c.button(KEY, "pick", "a")) == c.Give("a", KEY)
    assert c.press(c.button(KEY, "hint")) == c.Hint(KEY)


VERBS = ["pick", "answer", "think", "sure", "hint", "show", "see", "mine", "tick", "count",
         "report", "board", "post", "plan", "topics", "suggest", "setup", "try", "quiz", "review",
         "on", "stop", "anew", "again", "share", "later", "me", "history", "privacy", "export",
         "forget", "today"]  # fmt: skip
VALUES = st.dictionaries(
    st.sampled_from(["answer", "sure", "points", "text", "other"]),
    st.one_of(st.text(), st.lists(st.text())),
)


@given(st.text(), st.one_of(st.sampled_from(VERBS), st.text()), st.text(), VALUES)
def test_any_button_is_read_as_something(
    key: str, verb: str, arg: str, values: dict[str, str | list[str]]
) -> None:
    """The reader of buttons is total: forged ids and values return a command, and never raise."""
    assert c.press(f"{key}:{verb}:{arg}", values) is not None
    assert c.press(key, values) is not None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("s", SURE), ("Sure", SURE), ("t", Confidence.THINK_SO), ("think so", Confidence.THINK_SO),
        ("thinkso", Confidence.THINK_SO), ("G", Confidence.GUESS), ("guess ", Confidence.GUESS),
        ("", None), ("think", None), ("certain", None), ("a", None),
    ],
)  # fmt: skip
def test_how_sure_is_read_from_a_word_or_a_letter(text: str, expected: Confidence | None) -> None:
    """Words or first letters, in any case; anything else is none."""
    assert c.confidence(text) == expected
