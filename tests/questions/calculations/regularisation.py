"""The numbers of the regularisation questions, worked out again from what their prompts state."""

from collections.abc import Callable
from fractions import Fraction


def fraud_in_service() -> Fraction:
    stated, before, after = Fraction(8, 10), Fraction(1, 2), Fraction(1, 100)
    fraud = stated * after / before  # each class by how much more or less frequent it has become
    honest = (1 - stated) * (1 - after) / (1 - before)
    return fraud / (fraud + honest)


def decayed_weight() -> float:
    rate, strength, weight = 0.1, 0.0005, 2.0
    for _ in range(10_000):
        gradient_of_loss = 0.0
        weight -= rate * (gradient_of_loss + strength * weight)
    return weight


def minutes_of_cross_validation() -> Fraction:
    rates, strengths, folds, minutes_each = 4, 3, 5, 8
    trainings = sum(folds for _ in range(rates) for _ in range(strengths))
    the_final_one = 1
    return Fraction((trainings + the_final_one) * minutes_each)


def six_after_batch_norm() -> float:
    batch, scale, shift, value = (2.0, 2.0, 6.0, 6.0), 1.5, -1.0, 6.0
    mean = sum(batch) / len(batch)
    variance = sum((each - mean) ** 2 for each in batch) / len(batch)
    return float(scale * (value - mean) / variance**0.5 + shift)


def variance_after_dropout_and_batch_norm() -> Fraction:
    mean, variance, dropped = Fraction(1), Fraction(1), Fraction(1, 2)
    kept = 1 - dropped
    second_moment = variance + mean**2
    mean_in_training = kept * (mean / kept)
    variance_in_training = kept * (second_moment / kept**2) - mean_in_training**2
    return variance / variance_in_training


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "regularisation/dropout-in-front-of-batch-norm": variance_after_dropout_and_batch_norm,
    "regularisation/four-numbers-through-batch-norm": six_after_batch_norm,
    "regularisation/balanced-model-in-a-rare-world": fraud_in_service,
    "regularisation/left-after-ten-thousand-steps": decayed_weight,
    "regularisation/time-for-a-cross-validation": minutes_of_cross_validation,
}

PRINTS: dict[str, str] = {
    "regularisation/a-patience-of-three": "8 5 0.61\n",
}
