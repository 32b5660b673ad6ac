"""The numeric questions and printed outputs of the batch on optimisation and initialisation."""

import math
from collections.abc import Callable
from fractions import Fraction


def loss_after_one_step() -> Fraction:
    a, b, rate = Fraction(1), Fraction(1), Fraction(1, 10)
    slope_a = 2 * (a - 3)
    slope_b = 20 * b
    a -= rate * slope_a
    b -= rate * slope_b
    return (a - 3) ** 2 + 10 * b**2


def spread_round_a_minimum() -> float:
    rate, noise = 0.1, 2.0
    variance = 0.0
    for _ in range(500):  # 0.81 ** 500 is about 1e-46: nothing is left of the start
        variance = (1 - rate) ** 2 * variance + rate**2 * noise**2
    return math.sqrt(variance)


def growth_of_residual_sums() -> float:
    variance = 1
    for _ in range(24):
        variance += variance  # input and branch are uncorrelated and vary alike
    return math.sqrt(variance)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "optimisation/one-step-in-a-bowl": loss_after_one_step,
    "optimisation/residual-sums-at-the-start": growth_of_residual_sums,
    "optimisation/wandering-round-a-minimum": spread_round_a_minimum,
}

PRINTS: dict[str, str] = {
    "optimisation/network-of-zeros": "[0, 0, 0, 1]\n",
    "optimisation/rates-on-a-parabola": "0.25 1.0\n1.0 -8.0\n1.25 -27.0\n",
}
