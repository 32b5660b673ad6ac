"""The numbers and printed results of the batch on sequences, reinforcement learning and graphs."""

from collections.abc import Callable
from fractions import Fraction


def gradient_of_one_weight() -> Fraction:
    """Nudge the weight both ways: a cubic state makes the difference nearly the slope."""
    w, nudge = Fraction(1, 2), Fraction(1, 10**6)

    def loss(weight: Fraction) -> Fraction:
        state = Fraction(0)
        for x in (1, 2, 3):
            state = weight * state + x
        return (state - 5) ** 2 / 2

    return (loss(w + nudge) - loss(w - nudge)) / (2 * nudge)


def additive_against_multiplicative() -> int:
    decoder, encoder, middle = 512, 1024, 256
    additive = middle * decoder + middle * encoder + middle
    return decoder * encoder - additive


def return_of_one_trip() -> Fraction:
    discount = Fraction(9, 10)
    terms = (reward * discount**step for step, reward in enumerate((-1, -1, -1, 10)))
    return sum(terms, start=Fraction(0))


def clipped_objective() -> Fraction:
    low, high = Fraction(8, 10), Fraction(12, 10)
    samples = (("1.5", 2), ("0.5", -1), ("1.4", -1), ("0.9", 3))
    total = Fraction(0)
    for text, advantage in samples:
        ratio = Fraction(text)
        total += min(ratio * advantage, min(max(ratio, low), high) * advantage)
    return total / len(samples)


def tables_and_moments() -> Fraction:
    rows, width, bytes_each, copies = 20_000_000 + 5_000_000, 64, 4, 1 + 2
    return Fraction(rows * width * bytes_each * copies, 10**9)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "graphs-and-tables/a-row-for-every-user": tables_and_moments,
    "reinforcement-learning/a-robot-on-its-way": return_of_one_trip,
    "reinforcement-learning/clipped-on-one-side": clipped_objective,
    "sequence-models/one-weight-three-uses": gradient_of_one_weight,
    "sequence-models/price-of-an-additive-score": additive_against_multiplicative,
}

PRINTS: dict[str, str] = {
    "graphs-and-tables/one-round-of-messages": "[2, 2, 1, 0]\n",
    "sequence-models/a-bit-at-a-time": "1011\n",
}
