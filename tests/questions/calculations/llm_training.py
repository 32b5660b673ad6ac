"""The numeric questions and printed results of the batch on training and using language models."""

import math
from collections.abc import Callable
from fractions import Fraction


def preference_loss() -> float:
    beta = 0.1
    preferred = -41 - -40
    other = -54 - -46
    margin = beta * (preferred - other)
    return -math.log(1 / (1 + math.exp(-margin)))


def quantised_base_in_gb() -> Fraction:
    weights = 65 * 10**9
    constants = Fraction(weights, 64)
    constants_of_constants = constants / 256
    bits = 4 * weights + 8 * constants + 32 * constants_of_constants
    return bits / 8 / 10**9


def variance_after_copies() -> Fraction:
    numbers, variance = 50, Fraction(1)
    for _ in range(100):
        variance -= variance / numbers  # what the sample's own mean takes away
    return variance


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "llm-training/one-pair-through-dpo": preference_loss,
    "llm-training/four-bits-and-the-rest": quantised_base_in_gb,
    "llm-training/copies-of-copies": variance_after_copies,
}

PRINTS: dict[str, str] = {
    "llm-training/the-assistant-that-plays-both-parts": "['Lima']\n",
    "llm-training/eight-right-out-of-eight": "[ 1.73  1.73 -0.58 -0.58 -0.58 -0.58 -0.58 -0.58]\n",
}
