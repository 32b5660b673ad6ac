"""The numeric questions that came first, each worked out from what its prompt states."""

from collections.abc import Callable
from fractions import Fraction


def output_side() -> int:
    side, kernel, stride, padding = 224, 7, 2, 3
    padded = side + 2 * padding
    return len(range(0, padded - kernel + 1, stride))  # the places where the kernel fits


def f1_from_counts() -> Fraction:
    hits, missed, false_alarms = 60, 40, 20
    precision = Fraction(hits, hits + false_alarms)
    recall = Fraction(hits, hits + missed)
    return 2 * precision * recall / (precision + recall)


def kv_cache_in_mib() -> Fraction:
    layers, heads, size, tokens, bytes_each = 32, 8, 128, 8192, 2
    keys_and_values = 2
    return Fraction(keys_and_values * layers * heads * size * tokens * bytes_each, 1024**2)


def momentum_step() -> float:
    momentum, rate, gradient = 0.99, 0.001, 2.0
    velocity = 0.0
    for _ in range(5000):  # 0.99 ** 5000 is about 1e-22: nothing is left of the start
        velocity = momentum * velocity + gradient
    return rate * velocity


def lstm_parameters() -> int:
    inputs, hidden = 100, 256
    of_inputs = hidden * inputs
    of_state = hidden * hidden
    bias = hidden
    gates_and_candidate = 3 + 1
    return gates_and_candidate * (of_inputs + of_state + bias)


NUMBERS: dict[str, Callable[[], float | Fraction]] = {
    "convolution/output-side": output_side,
    "evaluation/f1-from-counts": f1_from_counts,
    "llm-serving/kv-cache-size": kv_cache_in_mib,
    "optimisation/momentum-terminal-step": momentum_step,
    "sequence-models/lstm-parameter-count": lstm_parameters,
}

PRINTS: dict[str, str] = {}
