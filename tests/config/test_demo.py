"""`gradus demo`: the week it shows, from one real run."""

from __future__ import annotations

import io
import os
import re

import pytest

from bot import prose
from config import demo
from questions.files import read_bank
from tests.config.conftest import Home
from tests.doubles.process import Nursery

BANK = read_bank(()).bank


@pytest.fixture(scope="module")
def week(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what the demo shows."""
    folder = tmp_path_factory.mktemp("demo")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "TZ": "UTC"}
    with nursery.start("demo", env=env, cwd=folder) as gradus:
        gradus.hangs_up()
        ended = gradus.wait()
    assert (ended.code, ended.err) == (0, "")
    assert list(folder.iterdir()) == [], "a demo leaves nothing behind"
    return ended.out


def test_five_questions_of_five_kinds(week: str) -> None:
    asked = re.findall(r"^Question (\d) · ", week, re.MULTILINE)
    assert asked == ["1", "2", "3", "4", "5"]
    kinds = {BANK.questions[question].kind for _, question in demo.DAYS}
    assert len(kinds) == len(asked)


def test_each_has_a_thread_and_a_reveal(week: str) -> None:
    for number in range(1, 6):
        assert week.count(f"This thread is for arguing about question {number}.") == 1
        assert week.count(f"  The answer to question {number}\n") == 1
        assert week.count(f"The answer to question {number} is in the thread") == 1
    assert "In the thread, Chi:" in week
    assert week.count("For you only:") >= 5
    assert week.count("How it went: ") == 4, "an open question is not counted"


def in_one_line(text: str) -> str:
    """Return text without its line ends and indents."""
    return " ".join(text.split())


def test_no_answer_before_its_reveal(week: str) -> None:
    for number, (_, name) in enumerate(demo.DAYS, 1):
        question = BANK.questions[name]
        before, _, after = week.partition(f"  The answer to question {number}\n")
        first = question.answer.split("\n\n", maxsplit=1)[0]
        secrets = [first, *(option.why for option in question.options if option.why)]
        for secret in secrets:
            text = in_one_line(prose.plain(prose.parse(secret)))
            assert text in in_one_line(after), name
            assert text not in in_one_line(before), name


def test_the_outage_posts_late_and_once(week: str) -> None:
    start = week.index("The chat service is down")
    assert week.index("Question 3 · ") > start
    told = re.sub(r"\s+", " ", week)
    assert told.count("Question 3 went out once, at 10:12") == 1
    post = week.index("Question 3 · ")
    assert week.rindex("-- Wed 23 Dec ", 0, post) == week.index("-- Wed 23 Dec 10:12", start)


def test_the_holiday_is_left_out(week: str) -> None:
    assert "Friday was a public holiday" in week
    assert "Fri 25 Dec" not in week
    assert "Next question: Mon 28 Dec" in week


def test_time_goes_forward_only(week: str) -> None:
    days = {day: place for place, day in enumerate(("20", "21", "22", "23", "24", "28"))}
    margin = re.compile(r"^-- \w{3} (\d\d) Dec (\d\d:\d\d)", re.MULTILINE)
    times = [(days[day], at) for day, at in margin.findall(week)]
    assert times == sorted(times)


async def test_the_first_day_alone() -> None:
    shown = io.StringIO()
    await demo.run(shown, first_day_only=True)
    assert shown.getvalue().count("The answer to question 1 is in the thread") == 1
    assert "Question 2 · " not in shown.getvalue()


def test_the_demo_needs_no_home(home: Home) -> None:
    home.settings.write_text("not TOML at all")
    with home.starts("demo") as gradus:
        ended = gradus.wait()
    assert (ended.code, ended.err) == (0, "")
