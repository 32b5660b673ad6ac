"""The numbers of serving and systems questions, worked out again from what their prompts state."""

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate


def favourite_after_both_cuts() -> Fraction:
    chances = [Fraction(n, 100) for n in (38, 22, 16, 9, 6, 4, 3, 2)][:5]
    rescaled = [chance / sum(chances) for chance in chances]
    kept = 1 + sum(1 for running in accumulate(rescaled) if running < Fraction(8, 10))
    return rescaled[0] / sum(rescaled[:kept])


def speculative_factor() -> Fraction:
    drafts, accepted, draft_cost = 4, Fraction(8, 10), Fraction(5, 100)
    tokens = sum(accepted**k * (1 - accepted) * (k + 1) for k in range(drafts))
    tokens += accepted**drafts * (drafts + 1)
    return tokens / (1 + drafts * draft_cost)


def seconds_to_the_last_token() -> Fraction:
    queue, prompt, reading, reply, writing = Fraction(2, 10), 6000, 12000, 300, 45
    return queue + Fraction(prompt, reading) + Fraction(reply - 1, writing)


def gigabytes_per_card() -> Fraction:
    billions, cards, weight, gradient, optimiser = 13, 16, 2, 2, 12
    return billions * (weight + Fraction(gradient + optimiser, cards))


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "llm-serving/after-the-cuts": favourite_after_both_cuts,
    "llm-serving/four-guesses-one-check": speculative_factor,
    "llm-serving/until-the-last-word": seconds_to_the_last_token,
    "systems/what-each-card-still-holds": gigabytes_per_card,
}

PRINTS: dict[str, str] = {
    "llm-serving/three-temperatures": "0.87\n0.67\n0.51\n",
    "systems/one-value-of-forty": "[0, 0, 1, -1, 127]\n",
    "systems/recorded-once": "5 -10\n",
}
