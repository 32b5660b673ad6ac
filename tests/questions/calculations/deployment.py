"""The numbers of the operations questions, worked out again from what their prompts state."""

import math
from collections.abc import Callable
from fractions import Fraction


def price_of_a_million() -> Fraction:
    batch, seconds, planned = 16, Fraction(40, 1000), Fraction(60, 100)
    peak, average, euros_per_card_hour, spare = 900, 300, 2, 1
    per_card = batch / seconds * planned
    cards = math.ceil(peak / per_card) + spare
    millions_per_hour = Fraction(average * 3600, 10**6)
    return cards * euros_per_card_hour / millions_per_hour


def relevance_of_the_second_input() -> Fraction:
    inputs, hidden_weights, output_weights = (2, 1), ((1, 2), (2, -1)), (3, 2)
    relevance = Fraction(0)
    for row, weight in zip(hidden_weights, output_weights, strict=True):
        parts = [x * w for x, w in zip(inputs, row, strict=True)]
        of_unit = weight * max(0, sum(parts))
        relevance += Fraction(parts[1], sum(parts)) * of_unit
    return relevance


def carbon_in_kg() -> Fraction:
    cards, kilowatts, hours = 64, Fraction(400, 1000), 10 * 24
    overhead, kg_per_kwh = Fraction(12, 10), Fraction(3, 10)
    return cards * kilowatts * hours * overhead * kg_per_kwh


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "operations/price-of-a-million-answers": price_of_a_million,
    "operations/shares-of-eighteen": relevance_of_the_second_input,
    "operations/ten-days-on-sixty-four-cards": carbon_in_kg,
}

PRINTS: dict[str, str] = {
    "operations/same-customer-two-scores": "1.5 -1.5\n",
    "operations/two-maps-and-a-class": "[[0.5, 0.0], [0.0, 1.0]]\n",
}
