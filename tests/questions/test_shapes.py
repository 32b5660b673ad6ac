"""Shapes that questions with PyTorch in them claim, worked out by the formulas of its layers."""

import re

from bot.model import Question, QuestionId
from questions.files import read_bank


def asked(question: str) -> Question:
    return read_bank(trusted=True).bank.questions[QuestionId(question)]


def right(question: Question) -> str:
    """Return the text of the one right option."""
    (text,) = [option.text for option in question.options if option.right]
    return text


def after_window(side: int, kernel: int, stride: int) -> int:
    """Return how many places a window has along a side, without padding."""
    return (side - kernel) // stride + 1


def test_the_flattened_vector_of_a_small_network() -> None:
    """Two convolutions, each followed by a pooling of two by two."""
    question = asked("convolution/size-of-the-flattened-vector")
    channels, side = 0, 28
    for found in re.finditer(r"Conv2d\(\d+, (\d+), kernel_size=(\d+)\)", question.prompt):
        channels, side = int(found[1]), after_window(side, int(found[2]), stride=1)
        side = after_window(side, 2, stride=2)

    assert right(question) == str(channels * side * side)


def test_attention_from_five_targets_to_seven_sources() -> None:
    """The output is as long as the queries; the averaged weights are queries by keys."""
    question = asked("transformers/two-lengths-in-one-layer")
    size = r"{} = torch\.randn\((\d+), (\d+), (\d+)\)"
    queries = re.search(size.format("target"), question.prompt)
    keys = re.search(size.format("source"), question.prompt)
    assert queries is not None
    assert keys is not None
    batch, targets, width = queries.groups()

    expected = f"`out` ({batch}, {targets}, {width}), `weights` ({batch}, {targets}, {keys[2]})"
    assert right(question) == expected
