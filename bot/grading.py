"""Turns what a member typed into an answer, and tells whether it is right.

Not the words for it (that is wording), and not what an answer counts for on a board or in review.

Everything here is total: any text gives an answer, a verdict or a question back, soon and without
an exception. The rules are those of PRODUCT section 2 and CONTRACTS, *Answers and scores*.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from bot.model import Kind, NumberKey, Question, Said, Verdict
from bot.terms import normalise

__all__ = [
    "AskBack",
    "Judgement",
    "Reason",
    "by_rubric",
    "judge",
    "near",
    "normalise",
    "number",
    "read",
]

LONGEST = 3_000
"""Characters an answer may have, without the spaces around it."""
LONGEST_NUMBER = 100
"""Characters a number may have, its unit included."""
NEAR = 0.8
"""How much alike two plain forms are, by ``difflib``, for one to be called close to the other."""
LONGEST_NEAR = 200
"""Characters of a plain form that is compared so."""
LARGEST_EXPONENT = 400
"""Of either sign, in ``1e400`` and in ``10^400``."""
MOST_BITS = 2_000
"""Of a number's numerator or denominator; about 600 decimal digits."""


class Reason(StrEnum):
    """Why something is asked back; ``detail`` is what ``AskBack`` carries with it."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    NO_OPTION = "no-option"
    """Detail: the first letter that is no option, as a capital."""
    NOT_LETTERS = "not-letters"
    """Detail: the first word that is no single letter, as typed."""
    ONE_ONLY = "one-only"
    """Detail: the letters given, as capitals: ``A, C``."""
    NOT_A_NUMBER = "not-a-number"
    COMMA = "comma"
    """Detail: the number whose comma may be a decimal one, as typed."""
    UNKNOWN_UNIT = "unknown-unit"
    """Detail: what stands in the unit's place; the listed ones are the question's."""
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class AskBack:
    """What was typed is no answer to this question yet; nothing is recorded."""

    reason: Reason
    detail: str = ""
    """What the reason says about it. It may hold the member's own text: show it as a literal."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer's verdict and how it came about."""

    verdict: Verdict
    matched: str = ""
    """For ``short``: the accepted answer it equals, as the author wrote it."""
    missed: frozenset[str] = frozenset()
    """For ``multi``: keys of right options that were not chosen."""
    extra: frozenset[str] = frozenset()
    """For ``multi``: chosen keys that are not right."""


# Reading -----------------------------------------------------------------------------------


def read(question: Question, text: str) -> Said | AskBack:
    """Return what ``text`` answers to ``question``, or what to ask back.

    ``choice`` and ``multi`` take letters of options (``b``, ``A, C and d``), which become keys in
    file order; ``numeric`` takes what ``number`` reads; ``short`` and ``open`` take any text.
    Texts are kept as typed, without the spaces around them.
    """
    text = text.strip()
    if not text:
        return AskBack(Reason.EMPTY)
    if len(text) > LONGEST:
        return AskBack(Reason.TOO_LONG)
    match question.kind:
        case Kind.CHOICE | Kind.MULTI:
            return _letters(question, text)
        case Kind.NUMERIC:
            value = number(text, question.number or _PURE)
            return value if isinstance(value, AskBack) else Said(text=text)
        case Kind.SHORT | Kind.OPEN:
            return Said(text=text)


def _letters(question: Question, text: str) -> Said | AskBack:
    words = [word for word in re.split(r"[\s,;]+", text) if word and word.casefold() != "and"]
    if not words:
        return AskBack(Reason.NOT_LETTERS, text)
    for word in words:
        if not re.fullmatch(r"[A-Za-z]", word):
            return AskBack(Reason.NOT_LETTERS, word)
    chosen = {word.lower() for word in words}
    keys = tuple(option.key for option in question.options if option.key in chosen)
    for word in words:
        if word.lower() not in keys:
            return AskBack(Reason.NO_OPTION, word.upper())
    if question.kind is Kind.CHOICE and len(keys) > 1:
        return AskBack(Reason.ONE_ONLY, ", ".join(keys).upper())
    return Said(keys=keys)


# Numbers -----------------------------------------------------------------------------------

_PURE = NumberKey(Fraction(0), Fraction(0), relative=False)

_GROUPED = "|".join(rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+(?![0-9])" for mark in ",'_ ")
"""Thousands: one to three digits, not beginning with 0, and groups of exactly three."""
_DECIMAL = rf"(?:(?:{_GROUPED}|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_POWER = rf"{_DECIMAL} ?(?:\^|\*\*) ?[+-]?[0-9]+"
_TERM = rf"(?:{_DECIMAL} ?[*xX] ?)?{_POWER}|{_DECIMAL}"
"""A decimal, a power, or a decimal times a power: ``0.5``, ``2^20``, ``3*10^8``."""
_NUMBER = re.compile(rf"(?P<sign>[+-]?) ?(?P<over>{_TERM})(?: ?/ ?(?P<under>{_TERM}))?")
_UNIT_LIKE = re.compile(r"(?:/ ?)?[^\W\d_]\S*(?: [^\W\d_]\S*)?|[%‰°$€£]\S*")
_COMMA = re.compile(r"(?:[0-9][0-9 .,']*)?,[0-9][0-9.,']*")

_SAME_SIGN = str.maketrans(
    {
        **dict.fromkeys("−‐‑‒–", "-"),
        **dict.fromkeys("×·⋅∙•", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        **dict.fromkeys("’ʼ‘", "'"),
    }
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


def number(text: str, key: NumberKey) -> Fraction | AskBack:
    """Return the number ``text`` stands for, exactly, in the unit of ``key``; or what to ask back.

    Read are integers, decimals, ``1e-3``, ``2^20``, ``2**20``, ``3×10⁸``, ``1/3``, with ``1,000``,
    ``1 000``, ``1'000`` or ``1_000`` for thousands, after an optional ``~``, ``≈`` or ``=``. A
    comma before anything but three digits is asked back (``0,5``), and so is ``0,125``. Units are
    those listed in ``key``; a missing one means the stated one. A percent sign is a hundredth where
    a pure number is asked for.
    """
    text = " ".join(text.split())
    if not text:
        return AskBack(Reason.EMPTY)
    if len(text) > LONGEST_NUMBER:
        digits_only = re.fullmatch(r"[0-9 .,'_+*/^eE-]*", text)
        return AskBack(Reason.TOO_LARGE if digits_only else Reason.NOT_A_NUMBER)
    plain = re.sub(
        r"(?<=[0-9]) ?([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "^" + found[1].translate(_RAISED), text
    )
    plain = plain.translate(_SAME_SIGN).lstrip("~≈≃∼= ").removesuffix(".")
    plain = re.sub(r"(\^|\*\*) ?[({] ?([+-]?[0-9]+) ?[)}]", r"\1\2", plain)
    found = _NUMBER.match(plain)
    unit = plain[found.end() :].strip() if found else ""
    factor = _factor(unit, key)
    if found is None or factor is None:
        return _unread(plain, unit)
    over = _term(found["over"])
    under = _term(found["under"] or "1")
    if over is None or under is None:
        return AskBack(Reason.TOO_LARGE)
    if under == 0:
        return AskBack(Reason.NOT_A_NUMBER)
    value = over / under * factor
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        return AskBack(Reason.TOO_LARGE)
    return -value if found["sign"] == "-" else value


def _term(text: str) -> Fraction | None:
    """Return the value of a term; ``None`` when it is infinite or an exponent is too large."""
    text = re.sub(r"[,'_ ]", "", text).replace("**", "^").lower()
    if any(abs(int(found)) > LARGEST_EXPONENT for found in re.findall(r"[e^]([+-]?[0-9]+)", text)):
        return None
    before, _, power = text.rpartition("*" if "*" in text else "x")
    base, _, exponent = power.partition("^")
    value = Fraction(base)
    if value == 0 and exponent.startswith("-"):
        return None
    return Fraction(before or 1) * value ** int(exponent or 1)


def _unit(name: str) -> str:
    """Return a unit in one writing: ``µs`` and ``μs``, ``m²`` and ``m2`` are the same."""
    return unicodedata.normalize("NFKC", " ".join(name.split()))


def _factor(unit: str, key: NumberKey) -> Fraction | None:
    """Return how many of the stated unit one ``unit`` holds; ``None`` when it is not listed."""
    if not unit:
        return Fraction(1)
    unit = _unit("%" if unit.casefold() in {"percent", "per cent"} else unit)
    listed = {_unit(name): factor for name, factor in key.units.items()}
    if key.unit:
        listed[_unit(key.unit)] = Fraction(1)
    else:
        listed.setdefault("%", Fraction(1, 100))
    if unit in listed:
        return listed[unit]
    alike = {factor for name, factor in listed.items() if name.casefold() == unit.casefold()}
    return alike.pop() if len(alike) == 1 else None


def _unread(text: str, rest: str) -> AskBack:
    """Return why a text is no number; ``rest`` is what follows the number it begins with."""
    begins_as_number = re.match(r"[+-]? ?,?[0-9]", text)
    for token in _COMMA.findall(text):
        if begins_as_number and not re.fullmatch(_DECIMAL, token):
            return AskBack(Reason.COMMA, token)
    if _UNIT_LIKE.fullmatch(rest) and not rest[0].isnumeric():  # not the ½ of 3½
        return AskBack(Reason.UNKNOWN_UNIT, rest)
    return AskBack(Reason.NOT_A_NUMBER)


# Judging -----------------------------------------------------------------------------------


def judge(question: Question, said: Said) -> Judgement:
    """Return the verdict on an answer, from the question's own key; nothing is ever estimated.

    ``choice`` and ``multi`` exactly, so a ``multi`` is right or wrong and the judgement says which
    keys were missed; ``numeric`` within the tolerance, its ends included; ``short`` by equal plain
    forms; ``open`` waits for its rubric. What ``read`` would have asked back is wrong.
    """
    matched, missed, extra = "", frozenset[str](), frozenset[str]()
    match question.kind:
        case Kind.CHOICE | Kind.MULTI:
            chosen = frozenset(said.keys)
            right = bool(chosen) and chosen == question.right_keys
            if question.kind is Kind.MULTI:
                missed, extra = question.right_keys - chosen, chosen - question.right_keys
        case Kind.NUMERIC:
            right = question.number is not None and _within(said, question.number)
        case Kind.SHORT:
            matched = _forms(question.accepted).get(normalise(said.text[:LONGEST]), "")
            right = bool(matched)
        case Kind.OPEN:
            return Judgement(Verdict.OPEN)
    return Judgement(Verdict.RIGHT if right else Verdict.WRONG, matched, missed, extra)


def near(question: Question, said: Said) -> str:
    """Return the accepted answer that a wrong ``short`` one is much like; '' where none is.

    For the member to see how close it was; it counts for nothing.
    """
    form, forms = normalise(said.text[:LONGEST]), _forms(question.accepted)
    if len(form) > LONGEST_NEAR or form in forms:
        return ""
    alike = difflib.get_close_matches(form, forms, n=1, cutoff=NEAR)
    return forms[alike[0]] if alike else ""


def _within(said: Said, key: NumberKey) -> bool:
    value = number(said.text, key)
    if isinstance(value, AskBack):
        return False
    width = abs(key.value) * key.tolerance if key.relative else key.tolerance
    return abs(value - key.value) <= width


@lru_cache(maxsize=512)
def _forms(accepted: tuple[str, ...]) -> dict[str, str]:
    """Return the accepted answers by their plain form, the first of several; never an empty form.

    Kept, because a reveal judges every member's answer against the same list.
    """
    forms = [(normalise(answer), answer) for answer in reversed(accepted)]
    return {form: answer for form, answer in forms if form}


def by_rubric(points: int, ticked: int) -> Verdict:
    """Return the verdict of ``ticked`` out of ``points``: ⅔ is right, ⅓ is partly right.

    The shares are those of CONTRACTS, *Answers and scores*. Without points nothing is right.
    """
    if points < 1:
        return Verdict.WRONG
    if 3 * ticked >= 2 * points:
        return Verdict.RIGHT
    return Verdict.PARTLY if 3 * ticked >= points else Verdict.WRONG
