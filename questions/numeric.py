"""The key of a numeric question: ``answer``, ``tolerance``, ``unit`` and ``units``, read exactly.

Not the reading of members' answers, which is more forgiving (``bot/grading.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from bot.model import NumberKey
from questions.front import Front

NUMERIC_KEYS = ("answer", "tolerance", "unit", "units")
"""The keys that only numeric questions have."""
_NUMBER = re.compile(
    r"(?P<sign>[-+−]?)(?:(?P<decimal>\d{1,40}(?:\.\d{1,40})?)(?:[eE](?P<power>[-+]?\d{1,3}))?"
    r"|(?P<above>\d{1,40})/(?P<below>\d{1,40}))",
    re.ASCII,
)


def number(text: str) -> Fraction | None:
    """Return the exact value of ``-3``, ``0.25``, ``1e-3`` or ``1/3``; ``None`` for other text."""
    found = _NUMBER.fullmatch(text)
    if found is None or (found["below"] and not int(found["below"])):
        return None
    if found["above"]:
        value = Fraction(int(found["above"]), int(found["below"]))
    else:
        value = Fraction(found["decimal"]) * Fraction(10) ** int(found["power"] or 0)
    return -value if found["sign"] in {"-", "−"} else value


def number_key(front: Front, *, needed: bool) -> NumberKey | None:
    """Return what a numeric question accepts: exactly the answer, where no tolerance is given.

    Args:
        front: The question's front matter.
        needed: Whether it must have an answer; without one there is no key.

    Raises:
        BadQuestionFile: A value is missing, not a number, or means nothing.
    """
    written = front.text("answer")
    if not written:
        if not needed:
            return None
        raise front.fail(
            "answer",
            'answer is missing. A numeric question states its number: answer: "50176".',
        )
    value = _read(front, "answer", written)
    margin = front.text("tolerance") or "0"
    relative = margin.endswith("%")
    tolerance = _read(front, "tolerance", margin.removesuffix("%").rstrip())
    if relative:
        tolerance /= 100
    if tolerance < 0 or (relative and tolerance and not value):
        raise front.fail(
            "tolerance",
            f'a tolerance of "{margin}" around {written} means nothing. Write a share such as "1%"'
            ' of an answer that is not 0, or a width such as "0.5".',
        )
    unit = front.text("unit")
    return NumberKey(value, tolerance, relative, unit, _units(front, unit), written)


def _units(front: Front, unit: str) -> Mapping[str, Fraction]:
    """Return the other units by how many of ``unit`` one of them holds."""
    node = front.nodes.get("units")
    if node is None or not node.data:
        return {}
    if not unit or not isinstance(node.data, Mapping):
        raise front.fail(
            "units",
            "units says how many of unit another one holds. Write both: unit: B, and below it"
            " units: {KiB: 1024}.",
        )
    factors: dict[str, Fraction] = {}
    for name, node_of_factor in node.data.items():
        factor = node_of_factor.data
        value = number(factor) if isinstance(factor, str) else None
        if value is None or value <= 0 or name in {unit, ""}:
            raise front.fail(
                "units",
                f'"{name}" in units needs to be another unit than {unit}, with a number above 0:'
                f" how many {unit} one {name} holds.",
            )
        factors[name] = value
    return factors


def _read(front: Front, key: str, text: str) -> Fraction:
    """Return the exact value of a number that stands at a key."""
    value = number(text)
    if value is None:
        commas = ", without commas between thousands" if "," in text else ""
        raise front.fail(
            key,
            f'"{text}" in {key} is not a number we read. Write it like 50176, 0.25, 1e-3 or 1/3'
            f"{commas}; a unit goes to the key unit.",
        )
    return value
