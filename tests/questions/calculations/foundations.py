"""The numbers of the foundations questions, worked out again from what their prompts state."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise


def pieces_of_a_saw() -> Fraction:
    """Count the straight pieces by folding a grid that holds every corner, ten times over."""
    half = Fraction(1, 2)

    def fold(x: Fraction) -> Fraction:
        return 2 * max(Fraction(0), x) - 4 * max(Fraction(0), x - half)

    cells = 2**12  # the corners lie on multiples of 1/1024
    heights = [Fraction(i, cells) for i in range(cells + 1)]
    for _ in range(10):
        heights = [fold(height) for height in heights]
    slopes = [right - left for left, right in pairwise(heights)]
    bends = sum(1 for left, right in pairwise(slopes) if left != right)
    return Fraction(bends + 1)


def dollars_for_labels() -> Fraction:
    images, error, target = 8000, Fraction(10), Fraction("5.12")
    total = images
    while error > target:
        total *= 2
        error *= Fraction("0.8")
    return (total - images) * Fraction(50, 100)


def hours_of_training() -> Fraction:
    weights, tokens = 300 * 10**6, 6 * 10**9
    forward = 2  # a multiplication and an addition
    backward = 2 * forward
    per_second = Fraction(40, 100) * 312 * 10**12
    return weights * tokens * (forward + backward) / per_second / 3600


def output_of_a_neuron() -> float:
    inputs, weights, bias = (2.0, -1.0, 0.5), (0.4, 0.3, -0.8), 0.2
    total = bias + sum(x * w for x, w in zip(inputs, weights, strict=True))
    return 1 / (1 + math.exp(-total))


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "foundations/folding-an-interval": pieces_of_a_saw,
    "foundations/hours-on-one-card": hours_of_training,
    "foundations/one-neuron-by-hand": output_of_a_neuron,
    "foundations/price-of-fewer-errors": dollars_for_labels,
}

PRINTS: dict[str, str] = {
    "foundations/a-tiny-network-in-numpy": "1.5\n",
}
