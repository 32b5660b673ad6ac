"""Every numeric answer of the shipped bank, worked out again from what its prompt states.

Not a test of the file format: it reads two lines of the front matter and nothing else.
"""

import math
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

BANK = Path(__file__).parents[2] / "questions" / "bank"


def output_side() -> int:
    side, kernel, stride, padding = 224, 7, 2, 3
    padded = side + 2 * padding
    return len(range(0, padded - kernel + 1, stride))  # the places where the kernel fits


def f1_from_counts() -> Fraction:
    hits, missed, false_alarms = 60, 40, 20
    precision = Fraction(hits, hits + false_alarms)
    recall = Fraction(hits, hits + missed)
    return 2 * precision * recall / (precision + recall)


def kv_cache_in_mib() -> Fraction:
    layers, heads, size, tokens, bytes_each = 32, 8, 128, 8192, 2
    keys_and_values = 2
    return Fraction(keys_and_values * layers * heads * size * tokens * bytes_each, 1024**2)


def momentum_step() -> float:
    momentum, rate, gradient = 0.99, 0.001, 2.0
    velocity = 0.0
    for _ in range(5000):  # 0.99 ** 5000 is about 1e-22: nothing is left of the start
        velocity = momentum * velocity + gradient
    return rate * velocity


def lstm_parameters() -> int:
    inputs, hidden = 100, 256
    of_inputs = hidden * inputs
    of_state = hidden * hidden
    bias = hidden
    gates_and_candidate = 3 + 1
    return gates_and_candidate * (of_inputs + of_state + bias)


EXPECTED: dict[str, Callable[[], float | Fraction]] = {
    "convolution/output-side": output_side,
    "evaluation/f1-from-counts": f1_from_counts,
    "llm-serving/kv-cache-size": kv_cache_in_mib,
    "optimisation/momentum-terminal-step": momentum_step,
    "sequence-models/lstm-parameter-count": lstm_parameters,
}


def front_matter(question: str) -> str:
    """Return what stands between the first two ``---`` lines of a question's file."""
    text = (BANK / f"{question}.md").read_text(encoding="utf-8")
    return text.split("\n---\n", 1)[0]


def scalar(question: str, key: str) -> str:
    """Return one line's value from the front matter, without its quotes."""
    found = re.search(rf'^{key}: *"?([^"\n]+?)"? *$', front_matter(question), re.MULTILINE)
    assert found, f"{question} has no {key}"
    return found[1]


def allowed_error(tolerance: str, answer: Fraction) -> Fraction:
    """Return a tolerance as an absolute number: ``1%`` is relative, a plain number is not."""
    if tolerance.endswith("%"):
        return abs(answer) * Fraction(tolerance.removesuffix("%")) / 100
    return Fraction(tolerance)


@pytest.mark.parametrize("question", EXPECTED)
def test_the_stored_answer_is_what_the_prompt_leads_to(question: str) -> None:
    answer = Fraction(scalar(question, "answer"))
    error = allowed_error(scalar(question, "tolerance"), answer)
    computed = Fraction(EXPECTED[question]())
    assert abs(computed - answer) <= error


@pytest.mark.parametrize("question", EXPECTED)
def test_the_stored_answer_is_exact_to_the_digits_it_is_written_with(question: str) -> None:
    written = scalar(question, "answer")
    decimals = len(written.partition(".")[2])
    assert math.isclose(round(float(EXPECTED[question]()), decimals), float(written))


def test_every_numeric_question_is_worked_out_here() -> None:
    files = sorted(path.relative_to(BANK).with_suffix("") for path in BANK.glob("*/*.md"))
    questions = [path.as_posix() for path in files]
    assert [each for each in questions if scalar(each, "kind") == "numeric"] == sorted(EXPECTED)


def test_a_unit_holds_as_many_of_the_stated_unit_as_its_factor_says() -> None:
    line = scalar("llm-serving/kv-cache-size", "units").strip("{}")
    factors = {
        name.strip(): Fraction(factor)
        for name, _, factor in (pair.partition(":") for pair in line.split(","))
    }
    mib = 1024**2
    assert factors == {
        "KiB": Fraction(1024, mib),
        "GiB": Fraction(1024**3, mib),
        "MB": Fraction(10**6, mib),
        "GB": Fraction(10**9, mib),
    }
