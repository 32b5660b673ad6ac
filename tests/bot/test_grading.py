"""Grading: what is read, asked back and right; tables first, then laws over any text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.grading import (
    LONGEST,
    AskBack,
    Judgement,
    Reason,
    by_rubric,
    judge,
    near,
    normalise,
    number,
    read,
)
from bot.model import Kind, Level, NumberKey, Option, Question, QuestionId, Said, Verdict
from bot.terms import GREEK, IRREGULAR, NOT_PLURAL
from tests.bot.short_answers import DIFFERENT, SAME

BANK = Path(__file__).parents[2] / "questions" / "bank"


def asked(kind: Kind, right: str = "") -> Question:
    """Return a question of a kind; with options, those named by ``right`` are right."""
    return Question(
        id=QuestionId("topic/slug"),
        title="A question",
        kind=kind,
        level=Level.BEGINNER,
        topic="topic",
        prompt="What?",
        options=tuple(Option(key, key * 3, key in right) for key in "abcd") if right else (),
        accepted=("Reparameterisation trick", "reparameterisation"),
        number=key(10, "1%", unit="MiB", GiB="1024"),
        rubric=("One", "Two", "Three"),
    )


def key(value: int | str, tolerance: str = "0", unit: str = "", **units: str) -> NumberKey:
    """Return a number's key; ``tolerance`` and factors are written as in a question file."""
    width = Fraction(tolerance.removesuffix("%")) / (100 if tolerance.endswith("%") else 1)
    factors = {name: Fraction(factor) for name, factor in units.items()}
    return NumberKey(Fraction(value), width, tolerance.endswith("%"), unit, factors, str(value))


PURE = key(0)
BYTES = NumberKey(
    Fraction(1024),
    Fraction(0),
    relative=False,
    unit="MiB",
    units={"KiB": Fraction(1, 1024), "GiB": Fraction(1024), "Mb": Fraction(1, 8)},
)
SHARE = key(50, unit="%")
SPEED = NumberKey(
    Fraction(1),
    Fraction(0),
    relative=False,
    unit="µs",
    units={"ms": Fraction(1000), "M": Fraction(7), "m": Fraction(5), "m/s²": Fraction(3)},
)
MILLIONS = key(7, k="1000", M="1000000", B="1000000000")


# Letters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, keys",
    [("a", "a"), ("B", "b"), (" c ", "c"), ("d,", "d"), ("A a", "a"), ("and B", "b")],
)
def test_one_letter_answers_a_choice(text: str, keys: str) -> None:
    assert read(asked(Kind.CHOICE, "a"), text) == Said(keys=tuple(keys))


@pytest.mark.parametrize(
    "text, keys",
    [
        ("a", "a"),
        ("a c", "ac"),
        ("C, A", "ac"),
        ("a;b", "ab"),
        ("b and d", "bd"),
        ("a, b, AND d", "abd"),
        ("a,,\n a\tD", "ad"),
        ("d c b a", "abcd"),
    ],
)
def test_letters_answer_a_multi_in_file_order(text: str, keys: str) -> None:
    assert read(asked(Kind.MULTI, "ab"), text) == Said(keys=tuple(keys))


@pytest.mark.parametrize(
    "kind, text, reason, detail",
    [
        (Kind.CHOICE, "", "empty", ""),
        (Kind.CHOICE, " \n\t", "empty", ""),
        (Kind.CHOICE, "e", "no-option", "E"),
        (Kind.CHOICE, "a z", "no-option", "Z"),
        (Kind.CHOICE, "a c", "one-only", "A, C"),
        (Kind.CHOICE, "c and A", "one-only", "A, C"),
        (Kind.CHOICE, "ab", "not-letters", "ab"),
        (Kind.CHOICE, "1", "not-letters", "1"),
        (Kind.CHOICE, "the first one", "not-letters", "the"),
        (Kind.CHOICE, "а", "not-letters", "а"),  # a Cyrillic letter
        (Kind.CHOICE, ",", "not-letters", ","),
        (Kind.MULTI, "a, bad", "not-letters", "bad"),
        (Kind.MULTI, "a, f, g", "no-option", "F"),
        (Kind.MULTI, "", "empty", ""),
        (Kind.NUMERIC, "", "empty", ""),
        (Kind.NUMERIC, "ten", "not-a-number", ""),
        (Kind.SHORT, "  ", "empty", ""),
        (Kind.OPEN, "\n", "empty", ""),
        (Kind.OPEN, "x" * (LONGEST + 1), "too-long", ""),
        (Kind.SHORT, "x" * (LONGEST + 1), "too-long", ""),
        (Kind.NUMERIC, "1" * (LONGEST + 1), "too-long", ""),
    ],
)
def test_what_is_no_answer_is_asked_back(kind: Kind, text: str, reason: str, detail: str) -> None:
    assert read(asked(kind, "ab"), text) == AskBack(Reason(reason), detail)


@pytest.mark.parametrize(
    "kind, text", [(Kind.NUMERIC, "10 MiB"), (Kind.SHORT, "a trick?"), (Kind.OPEN, "Well, …")]
)
def test_text_is_kept_as_typed(kind: Kind, text: str) -> None:
    assert read(asked(kind), f"\n {text} ") == Said(text=text)


def test_the_longest_answer_is_read() -> None:
    text = "x" * LONGEST
    assert read(asked(Kind.OPEN), f" {text} ") == Said(text=text)


# Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, value",
    [
        ("0", "0"),
        ("112", "112"),
        ("112.", "112"),
        ("0007", "7"),
        ("-5", "-5"),
        ("- 5", "-5"),
        ("+5", "5"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("0.667", "667/1000"),
        (".5", "1/2"),
        ("-.5", "-1/2"),
        ("0.1", "1/10"),
        ("1e-3", "1/1000"),
        ("1E6", "1000000"),
        ("1e+6", "1000000"),
        ("2.5e3", "2500"),
        ("10^6", "1000000"),
        ("10 ^ 6", "1000000"),
        ("10^-3", "1/1000"),
        ("10^{-3}", "1/1000"),
        ("10^(6)", "1000000"),
        ("10⁶", "1000000"),
        ("10⁻³", "1/1000"),
        ("10⁺²", "100"),
        ("2^20", "1048576"),
        ("2**20", "1048576"),
        ("2 ** 20", "1048576"),
        ("2²⁰", "1048576"),
        ("-2^2", "-4"),
        ("1.5^2", "9/4"),
        ("3×10^8", "300000000"),
        ("3 × 10^8", "300000000"),
        ("3*10^8", "300000000"),
        ("3·10⁸", "300000000"),
        ("3x10^8", "300000000"),
        ("3 x 10**8", "300000000"),
        ("6.02×10²³", "602000000000000000000000"),
        ("-1.6*10^-19", "-16/100000000000000000000"),
        ("1/3", "1/3"),
        ("-2 / 3", "-2/3"),
        ("2⁄3", "2/3"),
        ("1/2^10", "1/1024"),
        ("1.5/4", "3/8"),
        ("12.5%", "1/8"),
        ("12.5 %", "1/8"),
        ("50 percent", "1/2"),
        ("50 per cent", "1/2"),
        ("1/3 %", "1/300"),
        ("1,000", "1000"),
        ("1,000,000", "1000000"),
        ("365,568", "365568"),
        ("12,345.5", "24691/2"),
        ("1 000", "1000"),
        ("1\u202f000\u202f000", "1000000"),
        ("1\u00a0000", "1000"),
        ("1'000", "1000"),
        ("1’000’000", "1000000"),
        ("1_000_000", "1000000"),
        ("1.000", "1"),
        ("~5", "5"),
        ("≈ 0.67", "67/100"),
        ("= 112", "112"),
        ("~= 3", "3"),
        ("\t 7 \n", "7"),
        ("1e400", "1" + "0" * 400),
        ("0^0", "1"),
    ],
)
def test_numbers_that_are_read(text: str, value: str) -> None:
    assert number(text, PURE) == Fraction(value)


@pytest.mark.parametrize(
    "text, key_, value",
    [
        ("1024", BYTES, "1024"),
        ("1024 MiB", BYTES, "1024"),
        ("1024MiB", BYTES, "1024"),
        ("1,024 mib", BYTES, "1024"),
        ("1 GiB", BYTES, "1024"),
        ("1gib", BYTES, "1024"),
        ("1 GiB.", BYTES, "1024"),
        ("2^20 KiB", BYTES, "1024"),
        ("8192 Mb", BYTES, "1024"),
        ("1/2 GiB", BYTES, "512"),
        ("50", SHARE, "50"),
        ("50%", SHARE, "50"),
        ("50 percent", SHARE, "50"),
        ("0.5", SHARE, "1/2"),
        ("5 μs", SPEED, "5"),
        ("5 µs", SPEED, "5"),
        ("5 ms", SPEED, "5000"),
        ("5 MS", SPEED, "5000"),
        ("2 M", SPEED, "14"),
        ("2 m", SPEED, "10"),
        ("2 m/s²", SPEED, "6"),
        ("7B", MILLIONS, "7000000000"),
        ("7 b", MILLIONS, "7000000000"),
        ("1.5k", MILLIONS, "1500"),
        ("7e3M", MILLIONS, "7000000000"),
        ("3%", MILLIONS, "3/100"),
    ],
)
def test_units_that_are_listed(text: str, key_: NumberKey, value: str) -> None:
    assert number(text, key_) == Fraction(value)


@pytest.mark.parametrize(
    "text, key_, reason, detail",
    [
        ("", PURE, "empty", ""),
        (" ", PURE, "empty", ""),
        ("0,5", PURE, "comma", "0,5"),
        ("3,14", PURE, "comma", "3,14"),
        ("1,50", PURE, "comma", "1,50"),
        ("-0,5", PURE, "comma", "0,5"),
        ("0,125", PURE, "comma", "0,125"),
        ("0,5 MiB", BYTES, "comma", "0,5"),
        ("1.000,5", PURE, "comma", "1.000,5"),
        ("10 000,5", PURE, "comma", "10 000,5"),
        ("1,0000", PURE, "comma", "1,0000"),
        ("1234,567", PURE, "comma", "1234,567"),
        ("1,000,00", PURE, "comma", "1,000,00"),
        ("1/0,5", PURE, "comma", "0,5"),
        (",5", PURE, "comma", ",5"),
        ("5 GB", BYTES, "unknown-unit", "GB"),
        ("5GB", BYTES, "unknown-unit", "GB"),
        ("1,000 bananas", PURE, "unknown-unit", "bananas"),
        ("7k", PURE, "unknown-unit", "k"),
        ("7M", PURE, "unknown-unit", "M"),
        ("50%", BYTES, "unknown-unit", "%"),
        ("5 per second", PURE, "unknown-unit", "per second"),
        ("5 /s", PURE, "unknown-unit", "/s"),
        ("3x", PURE, "unknown-unit", "x"),
        ("5 mB", key(1, unit="MB", Mb="1/8"), "unknown-unit", "mB"),  # one of two
        ("ten", PURE, "not-a-number", ""),
        ("about 5", PURE, "not-a-number", ""),
        ("see section 3,4", PURE, "not-a-number", ""),
        ("nan", PURE, "not-a-number", ""),
        ("inf", PURE, "not-a-number", ""),
        ("1/0", PURE, "not-a-number", ""),
        ("1/2/3", PURE, "not-a-number", ""),
        ("5-6", PURE, "not-a-number", ""),
        ("5 to 6", PURE, "not-a-number", ""),
        ("5 ± 1", PURE, "not-a-number", ""),
        ("--5", PURE, "not-a-number", ""),
        ("1.2.3", PURE, "not-a-number", ""),
        ("1 00", PURE, "not-a-number", ""),
        ("1 0000", PURE, "not-a-number", ""),
        ("3*4", PURE, "not-a-number", ""),
        ("2^0.5", PURE, "not-a-number", ""),
        ("2^", PURE, "not-a-number", ""),
        ("3½", PURE, "not-a-number", ""),
        ("٣", PURE, "not-a-number", ""),
        ("√2", PURE, "not-a-number", ""),
        ("~", PURE, "not-a-number", ""),
        ("5, 6", PURE, "not-a-number", ""),
        ("because it is much larger than that " * 3, PURE, "not-a-number", ""),
        ("1e401", PURE, "too-large", ""),
        ("1e-401", PURE, "too-large", ""),
        ("10^999999999999", PURE, "too-large", ""),
        ("9^-99999", PURE, "too-large", ""),
        ("2**99999999999", PURE, "too-large", ""),
        ("1e400/1e-400", PURE, "too-large", ""),
        ("99999999^400", PURE, "too-large", ""),
        ("0^-1", PURE, "too-large", ""),
        ("1" * 101, PURE, "too-large", ""),
    ],
)
def test_numbers_that_are_asked_back(text: str, key_: NumberKey, reason: str, detail: str) -> None:
    assert number(text, key_) == AskBack(Reason(reason), detail)


@given(st.integers(-(10**9), 10**9))
def test_thousands_may_be_marked_in_four_ways(value: int) -> None:
    for mark in ",_ '":
        assert number(f"{value:,}".replace(",", mark), PURE) == value


@given(st.fractions(max_denominator=10**6), st.sampled_from(["", " "]))
def test_a_fraction_is_read_exactly(value: Fraction, space: str) -> None:
    text = f"{value.numerator}{space}/{space}{value.denominator}"
    assert number(text, PURE) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(-300, 300))
def test_a_decimal_with_an_exponent_is_read_exactly(value: Decimal, exponent: int) -> None:
    if len(f"{value:f}") < 60:
        text = f"{value:f}e{exponent}"
        assert number(text, PURE) == Fraction(text)


# Verdicts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys, verdict", [("b", "right"), ("a", "wrong"), ("", "wrong"), ("ab", "wrong")]
)
def test_a_choice_is_exact(keys: str, verdict: str) -> None:
    assert judge(asked(Kind.CHOICE, "b"), Said(tuple(keys))) == Judgement(Verdict(verdict))


@pytest.mark.parametrize(
    "keys, verdict, missed, extra",
    [
        ("ac", "right", "", ""),
        ("ca", "right", "", ""),
        ("a", "wrong", "c", ""),
        ("acd", "wrong", "", "d"),
        ("ad", "wrong", "c", "d"),
        ("bd", "wrong", "ac", "bd"),
        ("", "wrong", "ac", ""),
    ],
)
def test_a_multi_is_exact_and_says_what_was_missed(
    keys: str, verdict: str, missed: str, extra: str
) -> None:
    expected = Judgement(Verdict(verdict), "", frozenset(missed), frozenset(extra))
    assert judge(asked(Kind.MULTI, "ac"), Said(tuple(keys))) == expected


@pytest.mark.parametrize(
    "key_, right, wrong",
    [
        (key(112), "112|112.0|1.12e2|224/2", "111|113|112.0001|-112|0,5||many"),
        (key(200, "1%"), "198|202|200|19900/100", "197.99|202.001|20000%%"),
        (key("0.2", "1%"), "0.198|0.202|20%|1/5", "0.2021|0.1979|20|-0.2"),
        (key(-200, "1%"), "-198|-202", "-197.9|200"),
        (key(5, "0.5"), "4.5|5.5|5", "4.49|5.51|4.4999999999999999999"),
        (key(0, "1%"), "0|-0|0.0", "0.0001"),
        (key(0, "0.1"), "0.1|-0.1", "0.11"),
        (key(1024, "1%", unit="MiB", GiB="1024"), "1 GiB|1024|1.01GiB", "1.02 GiB|1|1 GB"),
    ],
)
def test_a_number_is_right_up_to_the_end_of_its_tolerance(
    key_: NumberKey, right: str, wrong: str
) -> None:
    question = replace(asked(Kind.NUMERIC), number=key_)
    for verdict, texts in ((Verdict.RIGHT, right), (Verdict.WRONG, wrong)):
        for text in texts.split("|"):
            assert judge(question, Said(text=text)) == Judgement(verdict), text


def test_a_short_answer_names_the_accepted_one_it_equals() -> None:
    question = asked(Kind.SHORT)
    said = Said(text="the re­parameterization trick.")  # with a soft hyphen
    assert judge(question, said) == Judgement(Verdict.RIGHT, "Reparameterisation trick")
    assert judge(question, Said(text="parameterisation trick")) == Judgement(Verdict.WRONG)


@pytest.mark.parametrize("text", ["", "...", "$$", "``"])
def test_nothing_matches_nothing(text: str) -> None:
    question = replace(asked(Kind.SHORT), accepted=("", "…", "Adam"))
    assert judge(question, Said(text=text)) == Judgement(Verdict.WRONG)


@pytest.mark.parametrize("said", [Said(), Said(text="Because.")])
def test_an_open_answer_waits_for_its_rubric(said: Said) -> None:
    assert judge(asked(Kind.OPEN), said) == Judgement(Verdict.OPEN)


@pytest.mark.parametrize(
    "points, verdicts",
    [
        (3, "wrong partly right right"),
        (4, "wrong wrong partly right right"),
        (5, "wrong wrong partly partly right right"),
        (6, "wrong wrong partly partly right right right"),
        (0, "wrong wrong"),
    ],
)
def test_two_thirds_of_the_points_are_right_and_one_third_partly(
    points: int, verdicts: str
) -> None:
    assert [by_rubric(points, ticked).value for ticked in range(len(verdicts.split()))] == (
        verdicts.split()
    )


# Short answers -----------------------------------------------------------------------------


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(set(SAME)) >= 150
    assert len(set(DIFFERENT)) >= 150


@pytest.mark.parametrize("accepted, typed", SAME)
def test_a_harmless_variant_is_accepted(accepted: str, typed: str) -> None:
    question = replace(asked(Kind.SHORT), accepted=("something else", accepted))
    assert judge(question, Said(text=typed)) == Judgement(Verdict.RIGHT, accepted)


@pytest.mark.parametrize("accepted, typed", DIFFERENT)
def test_a_near_miss_is_rejected(accepted: str, typed: str) -> None:
    for one, other in ((accepted, typed), (typed, accepted)):
        question = replace(asked(Kind.SHORT), accepted=(one,))
        assert judge(question, Said(text=other)) == Judgement(Verdict.WRONG)


WORDS = tuple(sorted({word for pair in SAME + DIFFERENT for text in pair for word in text.split()}))
FORMULA = st.text(alphabet="abxyβσ12 ()^_{}$\\-−–+*/√,.'\"!²₁ₖ&=<>|", max_size=40)
PHRASE = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
ANY_TEXT = st.one_of(st.text(max_size=200), FORMULA, PHRASE)


@given(ANY_TEXT)
def test_a_plain_form_is_its_own_plain_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=10).filter(
    lambda word: word != "sqrt" and word not in GREEK  # alpha-beta is a difference
)
TERM = st.lists(LETTERS, min_size=2, max_size=4)


@given(TERM, st.sampled_from([" ", "-", "_", "‐", "‑", "–", "—", "  ", "\u00a0"]))
def test_what_joins_words_makes_no_difference(words: list[str], joint: str) -> None:
    assert normalise(joint.join(words)) == normalise(" ".join(words))


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        lambda text: f"the {text}",
        lambda text: f"{text}.",
        lambda text: f'"{text}"',
        lambda text: f"`{text}`",
        lambda text: f"  {text}\n",
        lambda text: f"${text}$",
    ],
)
@given(words=TERM)
def test_trimmings_make_no_difference(change: Callable[[str], str], words: list[str]) -> None:
    text = " ".join(words)
    assert normalise(change(text)) == normalise(text)


@given(LETTERS)
def test_a_plural_in_s_makes_no_difference(word: str) -> None:
    plural = f"{word}s"
    assume(not plural.endswith(("ss", "us", "is", "ies", "xes", "ches", "shes", "sses")))
    assume(plural not in NOT_PLURAL and plural not in IRREGULAR and word not in IRREGULAR)
    assert normalise(plural) == normalise(word)


@given(st.sampled_from("xyzβσ"), st.sampled_from("abcαμ"), st.sampled_from(["", " "]))
def test_a_minus_is_neither_a_plus_nor_nothing(left: str, right: str, space: str) -> None:
    forms = {normalise(f"{left}{space}{sign}{space}{right}") for sign in ("-", "−", "–")}
    assert len(forms) == 1
    assert forms.isdisjoint(
        {normalise(f"{left}{other}{right}") for other in ("+", "*", "/", "", " ", "^", "_")}
    )


@given(st.floats(0, 1000, allow_nan=False), st.floats(0, 1000, allow_nan=False))
def test_different_numerals_stay_different(one: float, other: float) -> None:
    assert (normalise(repr(one)) == normalise(repr(other))) == (repr(one) == repr(other))


def accepted_in_the_bank() -> list[tuple[str, list[str]]]:
    found = []
    for path in sorted(BANK.glob("*/*.md")):
        _, heading, rest = path.read_text(encoding="utf-8").partition("\n## Accepted\n")
        if heading:
            items = re.findall(r"^- (.+)$", rest.partition("\n## ")[0], re.MULTILINE)
            found.append((f"{path.parent.name}/{path.stem}", items))
    return found


@pytest.mark.parametrize("name, answers", accepted_in_the_bank())
def test_every_accepted_answer_of_the_bank_is_accepted(name: str, answers: list[str]) -> None:
    question = replace(asked(Kind.SHORT), accepted=tuple(answers))
    for answer in answers:
        assert judge(question, Said(text=answer)).verdict is Verdict.RIGHT, name


# Any text ----------------------------------------------------------------------------------

UNPLEASANT = [
    "{" * 3000,
    "^{" * 1000 + "}" * 1000,
    "\\sqrt{" * 400 + "}" * 400,
    "(" * 1500 + "x" + ")" * 1400,
    "- " * 1500,
    "a-" * 1500,
    "'" * 3000,
    ". " * 1499 + "x",
    "$" * 3000,
    "x!" * 1500,
    "_" * 3000,
    "ﷺ" * 3000,  # one character that NFKC writes as eighteen
    "the " * 750,
    "\\frac{" * 500,
    "β " * 1500,
    "\x00\ud800\u200d" * 1000,
    "1 " * 49,
    "9^400" * 20,
    "1e400*9e400^400/9e400*9e400^400",
    "1/" * 50,
]
QUESTIONS = [
    asked(Kind.CHOICE, "a"),
    asked(Kind.MULTI, "ab"),
    asked(Kind.NUMERIC),
    asked(Kind.SHORT),
    asked(Kind.OPEN),
    replace(asked(Kind.NUMERIC), number=None),
    replace(asked(Kind.SHORT), accepted=()),
    asked(Kind.CHOICE),
]
NUMBER_LIKE = st.text(alphabet="0123456789.,' _eE^*/x×%+-−⁰²~kMi", max_size=60)


def is_answered_or_asked_back(question: Question, text: str) -> bool:
    """Read and judge a text; what was read can always be read and judged again."""
    said = read(question, text)
    judge(question, Said(tuple(text), text))
    if isinstance(said, AskBack):
        return isinstance(said.reason, Reason)
    judged = judge(question, said)
    assert judge(question, said) == judged
    return (judged.verdict is Verdict.OPEN) == (question.kind is Kind.OPEN)


@pytest.mark.parametrize("text", UNPLEASANT, ids=lambda text: ascii(text[:6]))
def test_unpleasant_text_does_no_harm(text: str) -> None:
    assert all(is_answered_or_asked_back(question, text) for question in QUESTIONS)


@given(st.sampled_from(QUESTIONS), st.one_of(ANY_TEXT, NUMBER_LIKE))
def test_any_text_is_answered_or_asked_back(question: Question, text: str) -> None:
    assert is_answered_or_asked_back(question, text)


@given(NUMBER_LIKE)
def test_any_number_is_read_exactly_or_asked_back(text: str) -> None:
    value = number(text, MILLIONS)
    assert isinstance(value, AskBack | Fraction)
    if isinstance(value, Fraction):
        assert len(str(value)) < 1500


@pytest.mark.parametrize(
    "typed, close_to",
    [
        ("layer nrm", "layer norm"),
        ("layer normalization", ""),  # the same, so it is right and not near
        ("batch norm", ""),
        ("adamw", "adam"),
        ("", ""),
        ("layer norm " * 50, ""),
    ],
)
def test_a_near_miss_is_named_and_counts_for_nothing(typed: str, close_to: str) -> None:
    """What comes close is shown beside the verdict, which stays wrong."""
    question = replace(asked(Kind.SHORT), accepted=("layer normalisation", "layer norm", "adam"))
    assert near(question, Said(text=typed)) == close_to
    if close_to:
        assert judge(question, Said(text=typed)).verdict is Verdict.WRONG


@given(st.text(max_size=300))
def test_nothing_is_both_right_and_near(typed: str) -> None:
    """For any text, and without an exception."""
    question = replace(asked(Kind.SHORT), accepted=("softmax", "layer norm"))
    right = judge(question, Said(text=typed)).verdict is Verdict.RIGHT
    assert not (right and near(question, Said(text=typed)))


@given(st.integers(-3, 12), st.integers(-3, 12))
def test_a_further_tick_never_lowers_the_verdict(points: int, ticked: int) -> None:
    order = [Verdict.WRONG, Verdict.PARTLY, Verdict.RIGHT]
    assert order.index(by_rubric(points, ticked)) <= order.index(by_rubric(points, ticked + 1))
