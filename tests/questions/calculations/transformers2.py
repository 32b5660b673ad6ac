"""The numeric questions and printed results of the batch on the insides of language models."""

import math
from collections.abc import Callable
from fractions import Fraction


def billions_of_parameters() -> float:
    budget, per_parameter_and_token, tokens_per_parameter = 4.8e22, 6, 20
    return math.sqrt(budget / (per_parameter_and_token * tokens_per_parameter)) / 1e9


def attention_weights_in_gib() -> Fraction:
    heads, tokens, bytes_each = 32, 32768, 2
    return Fraction(heads * tokens * tokens * bytes_each, 2**30)


def latent_cache_factor() -> Fraction:
    heads, size, latent, position_key = 128, 128, 512, 64
    keys_and_values = 2
    return Fraction(keys_and_values * heads * size, latent + position_key)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "transformers/a-budget-for-one-run": billions_of_parameters,
    "transformers/scores-of-one-layer": attention_weights_in_gib,
    "transformers/one-latent-for-all-heads": latent_cache_factor,
}

PRINTS: dict[str, str] = {
    "transformers/most-frequent-pair": "t ra in\n",
    "transformers/turned-by-position": "-2.101\n-2.101\n1.889\n",
    "transformers/softmax-in-pieces": "25.0\n",
}
