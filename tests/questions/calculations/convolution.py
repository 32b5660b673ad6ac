"""The numbers of the convolution questions, worked out again from what their prompts state."""

from collections.abc import Callable
from fractions import Fraction


def value_after_relu() -> int:
    patch = ((10, 10, 80), (10, 80, 80), (10, 80, 80))
    kernel = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
    bias = -100
    rows = zip(patch, kernel, strict=True)
    return max(0, bias + sum(x * w for a, b in rows for x, w in zip(a, b, strict=True)))


def layers_that_fit() -> int:
    side, kernel, layers = 32, 5, 0
    while side >= kernel:
        side = len(range(side - kernel + 1))  # the places where the kernel fits
        layers += 1
    return layers


def weights_saved() -> int:
    channels = 64
    large = 7 * 7 * channels * channels
    small = 3 * 3 * channels * channels
    return large - 3 * small


def times_fewer() -> Fraction:
    side, inputs, outputs, kernel = 56, 64, 128, 3
    positions = side * side
    ordinary = positions * outputs * kernel * kernel * inputs
    depthwise = positions * inputs * kernel * kernel
    pointwise = positions * outputs * inputs
    return Fraction(ordinary, depthwise + pointwise)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "convolution/fewer-multiplications-by-factor": times_fewer,
    "convolution/kernels-until-nothing-is-left": layers_that_fit,
    "convolution/patch-under-the-kernel": value_after_relu,
    "convolution/three-small-for-one-large": weights_saved,
}

PRINTS: dict[str, str] = {
    "convolution/kernel-that-is-not-flipped": "[1, 2, 3]\n[3, 2, 1]\n",
    "convolution/pooling-by-reshape": "[[7, 4], [8, 9]]\n",
}
