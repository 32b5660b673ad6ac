"""The numbers of the batch on training, evaluation and fine-tuning, from what the prompts state."""

import math
from collections.abc import Callable
from fractions import Fraction


def updates_in_twenty_epochs() -> int:
    examples = 60_000 - 60_000 // 10
    return 20 * math.ceil(examples / 128)


def area_from_seven_scores() -> Fraction:
    ill, healthy = (0.9, 0.7, 0.4), (0.8, 0.4, 0.3, 0.1)
    points = sum(2 * (a > b) + (a == b) for a in ill for b in healthy)
    return Fraction(points, 2 * len(ill) * len(healthy))


def loss_of_sure_pseudo_labels() -> float:
    weak_and_strong = ((0.97, 0.50), (0.60, 0.30), (0.99, 0.25), (0.80, 0.90))
    losses = [-math.log(strong) for weak, strong in weak_and_strong if weak >= 0.95]
    return math.fsum(losses) / len(weak_and_strong)


def derivative_through_a_step() -> Fraction:
    """Nudge the start both ways: the loss is a parabola in it, so the slope is exact."""

    def adapted_loss(start: Fraction) -> Fraction:
        moved = start - Fraction(1, 10) * 2 * (start - 6)
        return (moved - 6) ** 2

    nudge = Fraction(1, 1000)
    return (adapted_loss(1 + nudge) - adapted_loss(1 - nudge)) / (2 * nudge)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "evaluation/pairs-in-the-right-order": area_from_seven_scores,
    "training/gradient-through-a-step": derivative_through_a_step,
    "training/steps-in-twenty-epochs": updates_in_twenty_epochs,
    "training/sure-enough-to-teach-itself": loss_of_sure_pseudo_labels,
}

PRINTS: dict[str, str] = {
    "evaluation/four-errors-each": "2.0 2.0\n1.5 3.0\n",
    "training/which-example-to-label": "0 1\n",
}
