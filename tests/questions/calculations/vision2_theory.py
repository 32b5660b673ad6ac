"""The numeric questions and printed results of the second batch on vision and of that on theory."""

import math
from collections.abc import Callable
from fractions import Fraction


def four_objects_five_boxes() -> Fraction:
    boxes = (("1", 0.80), ("1", 0.70), ("2", 0.60), ("3", 0.45), ("3", 0.55))
    claimed: set[str] = set()
    precisions = Fraction(0)
    for rank, (car, overlap) in enumerate(boxes, start=1):
        if overlap >= 0.5 and car not in claimed:
            claimed.add(car)
            precisions += Fraction(len(claimed), rank)
    return precisions / 4


def colour_along_a_ray() -> float:
    colour, light = 0.0, 1.0
    for density, grey in ((1, 0.9), (4, 0.5), (20, 0.1)):
        opacity = 1 - math.exp(-density * 0.1)
        colour += light * opacity * grey
        light *= 1 - opacity
    return colour


def sure_too_often() -> Fraction:
    groups = ((50, Fraction("0.95"), 43), (30, Fraction("0.8"), 21), (20, Fraction("0.6"), 13))
    return sum((abs(right - count * sure) for count, sure, right in groups), Fraction(0)) / 100


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "vision/four-objects-five-boxes": four_objects_five_boxes,
    "vision/colour-along-a-ray": colour_along_a_ray,
    "theory/sure-too-often": sure_too_often,
}

PRINTS: dict[str, str] = {
    "vision/boxes-that-never-meet": "0.032\n",
    "theory/a-small-step-in-every-input": "0.5 -0.5\n",
}
