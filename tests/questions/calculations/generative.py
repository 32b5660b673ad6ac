"""The numeric questions and printed outputs of the batch on generative models."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise


def parameters_of_the_autoencoder() -> int:
    layers = (784, 128, 32, 128, 784)
    return sum(before * after + after for before, after in pairwise(layers))


def steps_until_noise_outweighs() -> int:
    beta = Fraction(1, 100)
    image, noise, steps = Fraction(1), Fraction(0), 0
    while noise <= image:
        image, noise, steps = (1 - beta) * image, (1 - beta) * noise + beta, steps + 1
    return steps


def tokens_of_the_film() -> int:
    frames = 5 * 24 // 4
    rows, columns = 720 // 8 // 2, 1280 // 8 // 2
    return frames * rows * columns


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "generative/counting-a-symmetrical-net": parameters_of_the_autoencoder,
    "generative/five-seconds-of-film": tokens_of_the_film,
    "generative/half-signal-half-noise": steps_until_noise_outweighs,
}

PRINTS: dict[str, str] = {
    "generative/a-lossy-net-in-a-lossless-layer": "True\n",
}
