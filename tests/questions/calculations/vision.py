"""The numbers of the vision questions, worked out again from what their prompts state."""

from collections.abc import Callable
from fractions import Fraction


def flawless_account_numbers() -> Fraction:
    characters, right = 22, Fraction(98, 100)
    return right**characters


def width_of_the_field() -> int:
    """Walk back from one unit and collect the pixels that it can be reached from."""
    layers = ((3, 1, 1), (2, 2, 1), (3, 1, 1), (3, 1, 2))  # kernel, stride, dilation
    seen = {0}
    for kernel, stride, dilation in reversed(layers):
        seen = {place * stride + tap * dilation for place in seen for tap in range(kernel)}
    return max(seen) - min(seen) + 1


def weights_of_the_block() -> int:
    channels, groups, side, squeezed = 128, 32, 3, 8
    of_a_group = (channels // groups) * (channels // groups) * side * side
    return groups * of_a_group + channels * squeezed + squeezed * channels


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "vision/account-numbers-from-paper": flawless_account_numbers,
    "vision/how-far-one-unit-sees": width_of_the_field,
    "vision/thirty-two-groups-and-a-gate": weights_of_the_block,
}

PRINTS: dict[str, str] = {
    "vision/cutting-an-image-into-patches": "[0 1 2 3]\n",
    "vision/growing-from-a-seed": "[0, 1, 2, 3, 4, 5, 6]\n",
    "vision/two-numbers-from-a-patch": "280 0\n",
}
