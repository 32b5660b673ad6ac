"""The numbers of the batch on schedules, memory, losses and operations, from the prompts."""

import math
from collections.abc import Callable
from fractions import Fraction


def rate_at_step_4000() -> float:
    top, end = 3e-4, 3e-5
    progress = (4_000 - 1_000) / (10_000 - 1_000)
    return end + (top - end) * (1 + math.cos(math.pi * progress)) / 2


def share_of_initial_weights() -> float:
    share = 1.0
    for _ in range(2_000):
        share *= 0.9998
    return share


def peak_of_kept_and_recomputed() -> Fraction:
    """Walk back through the groups and hold what each layer needs at that moment."""
    inner, given = Fraction(14, 10), Fraction(1, 10)
    starts = range(1, 65, 8)
    peaks = []
    for start in starts:
        kept = {first for first in starts if first <= start}
        recomputed = set(range(start, start + 8))
        peaks.append(len(kept | recomputed) * given + len(recomputed) * inner)
    return max(peaks)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "optimisation/a-copy-that-lags-behind": share_of_initial_weights,
    "optimisation/half-way-down-the-cosine": rate_at_step_4000,
    "training/keep-every-eighth-layer": peak_of_kept_and_recomputed,
}

PRINTS: dict[str, str] = {
    "optimisation/sharper-but-the-same": "4.0\n200.02\n",
    "training/same-seed-other-result": "0.6000000000000001 0.6\n",
    "training/two-micro-batches-for-one": "2.5\n1.75\n",
}
