"""The numeric questions and printed results of the batch on transformers and language."""

import math
from collections.abc import Callable
from fractions import Fraction


def one_query_three_keys() -> float:
    query = (2, 1, 0, -1)
    keys = ((1, 0, 3, 0), (0, 1, 2, 1), (1, 1, 0, -1))
    values = (10, 20, 40)
    scores = [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]
    exponentials = [math.exp(score / math.sqrt(len(query))) for score in scores]
    products = [e * value for e, value in zip(exponentials, values, strict=True)]
    return sum(products) / sum(exponentials)


def bert_base_layers() -> int:
    layers, width, hidden = 12, 768, 3072
    attention = 4 * (width * width + width)
    feed_forward = (width * hidden + hidden) + (hidden * width + width)
    normalisations = 2 * (width + width)
    return layers * (attention + feed_forward + normalisations)


def reaching_back() -> int:
    layers, reach = 0, 0
    while reach < 1001 - 1:
        layers += 1
        reach += 3 - 1
    return layers


def block_sparse_factor() -> Fraction:
    tokens, block, global_blocks, blocks_seen = 4096, 64, 2, 2 + 3 + 3
    of_global = global_blocks * block * tokens
    of_others = (tokens - global_blocks * block) * blocks_seen * block
    return Fraction(tokens**2, of_global + of_others)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "transformers/one-query-three-keys": one_query_three_keys,
    "transformers/bert-base-layers": bert_base_layers,
    "transformers/reaching-back-a-thousand": reaching_back,
    "transformers/blocks-of-sixty-four": block_sparse_factor,
}

PRINTS: dict[str, str] = {
    "language/one-word-after-another": "the cat sat\n",
}
