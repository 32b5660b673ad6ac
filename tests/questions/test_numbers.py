"""Every number and every output that the shipped bank claims, worked out again.

The calculations stand beside this file, one module per batch of questions: ``NUMBERS`` recomputes
what a numeric question expects, ``PRINTS`` is what a question says its code prints.
"""

import contextlib
import importlib
import io
import math
import pkgutil
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import pytest

from bot.model import Kind, NumberKey, Question, QuestionId
from questions.files import read_bank
from tests.questions import calculations

MODULES = [
    importlib.import_module(f"{calculations.__name__}.{module.name}")
    for module in pkgutil.iter_modules(calculations.__path__)
]
NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    question: work for module in MODULES for question, work in module.NUMBERS.items()
}
PRINTS: dict[str, str] = {
    question: output for module in MODULES for question, output in module.PRINTS.items()
}


@cache
def bank() -> dict[QuestionId, Question]:
    """Return the shipped questions."""
    return dict(read_bank(()).bank.questions)


def expected(question: str) -> NumberKey:
    """Return what a numeric question accepts."""
    number = bank()[QuestionId(question)].number
    assert number is not None, f"{question} is not numeric"
    return number


@pytest.mark.parametrize("question", sorted(NUMBERS))
def test_the_stored_answer_is_what_the_prompt_leads_to(question: str) -> None:
    key = expected(question)
    error = abs(key.value) * key.tolerance if key.relative else key.tolerance
    computed = Fraction(NUMBERS[question]())
    assert abs(computed - key.value) <= error


@pytest.mark.parametrize("question", sorted(NUMBERS))
def test_the_stored_answer_is_exact_to_the_digits_it_is_written_with(question: str) -> None:
    key = expected(question)
    decimals = len(key.written.replace(",", "").partition("e")[0].partition(".")[2])
    exponent = int(key.written.partition("e")[2] or 0)
    unit = 10.0 ** (exponent - decimals)
    computed = float(NUMBERS[question]())
    assert math.isclose(computed, float(key.value), abs_tol=unit * 0.5001)


def test_every_numeric_question_is_worked_out_here() -> None:
    numeric = {question.id for question in bank().values() if question.kind is Kind.NUMERIC}
    assert sorted(numeric) == sorted(NUMBERS)


@pytest.mark.parametrize("question", sorted(PRINTS))
def test_code_prints_what_its_question_says(question: str) -> None:
    prompt = bank()[QuestionId(question)].prompt
    block = re.search(r"^```python\n(.*?)^```", prompt, re.MULTILINE | re.DOTALL)
    assert block is not None, f"{question} has no Python block"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block[1], question, "exec"), {"__name__": question})  # noqa: S102  our own code

    assert PRINTS[question] == printed.getvalue()


def test_a_unit_holds_as_many_of_the_stated_unit_as_its_factor_says() -> None:
    mib = 1024**2
    assert expected("llm-serving/kv-cache-size").units == {
        "KiB": Fraction(1024, mib),
        "GiB": Fraction(1024**3, mib),
        "MB": Fraction(10**6, mib),
        "GB": Fraction(10**9, mib),
    }
