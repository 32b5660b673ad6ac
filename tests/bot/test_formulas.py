"""Formulas as a reader in a chat sees them; each line of the table was judged by eye."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.formulas import BadFormula, UnknownMacro, render
from bot.formulas.signs import SUBSCRIPTS, SUPERSCRIPTS

GOLDEN = [
    # The two that started it.
    (r"\lfloor\frac{n+2p-k}{s}\rfloor+1", "⌊(n + 2p − k)/s⌋ + 1"),
    (r"\theta_{t+1}", "θₜ₊₁"),
    # Scripts.
    (r"x^2", "x²"),
    (r"x_i^2", "xᵢ²"),
    (r"W^{(l)}_{ij}", "Wᵢⱼ⁽ˡ⁾"),
    (r"x^{(q)} + x^q", "x^((q)) + x^q"),
    (r"e^{-x}", "e⁻ˣ"),
    (r"e^{z_j}", "e^(zⱼ)"),
    (r"2^{2^n}", "2^(2ⁿ)"),
    (r"a^{q}(1+b)", "a^q (1 + b)"),
    (r"p_\theta(x)", "p_θ(x)"),
    (r"d_{\text{model}} x", "d_model x"),
    (r"d_{\text{model}}^{-0.5}", "(d_model)^(−0.5)"),
    (r"x_{i,j}^2", "(x_(i,j))²"),
    (r"{x_i}^2", "(xᵢ)²"),
    (r"{a+b}^2", "(a + b)²"),
    (r"x_{1:t}", "x_(1:t)"),
    (r"x_{1,100}", "x_(1,100)"),
    (r"x^\frac12", "x^(1/2)"),
    (r"A^{-1} = A^\top", "A⁻¹ = Aᵀ"),
    (r"\pi^*(s) = \arg\max_a Q^*(s,a)", "π*(s) = arg maxₐ Q*(s, a)"),
    (r"\theta^* x", "θ* x"),
    (r"f''(x) + y_i' + W_q'", "f′′(x) + yᵢ′ + (W_q)′"),
    (r"PE_{(pos,2i)}", "PE_(pos,2i)"),
    # Fractions.
    (r"\frac12 + \tfrac{a}{b} - \dfrac{c}{d}", "1/2 + a/b − c/d"),
    (r"2\frac{a}{b}x", "2(a/b)x"),
    (r"a \cdot \frac{b}{c}", "a · (b/c)"),
    (r"\frac{a}{b} / \frac{c}{d}", "(a/b)/(c/d)"),
    (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
    (r"\frac{a}{b}^2", "(a/b)²"),
    (r"\log\frac{a}{b}", "log(a/b)"),
    (r"\frac{1}{1+e^{-x}}", "1/(1 + e⁻ˣ)"),
    (r"\frac{1}{a(b+c)}", "1/(a(b + c))"),
    (r"\frac{p(x)}{q(x)}", "p(x)/q(x)"),
    (r"\frac{n!}{k!(n-k)!}", "n!/(k!(n − k)!)"),
    (r"\frac{\partial \mathcal{L}}{\partial w_{ij}}", "∂ℒ/∂wᵢⱼ"),
    (r"\frac{\partial^2 L}{\partial x \partial y}", "∂²L/(∂x∂y)"),
    (r"\frac{dL}{dw} = \frac{dL}{dy}\frac{dy}{dw}", "dL/dw = (dL/dy)(dy/dw)"),
    (r"\frac{\text{TP}}{\text{TP} + \text{FN}}", "TP/(TP + FN)"),
    (r"\frac{\text{true positives}}{n}", "(true positives)/n"),
    (r"F_1 = 2 \cdot \frac{PR}{P+R}", "F₁ = 2 · ((PR)/(P + R))"),
    (r"\frac{|A \cap B|}{|A \cup B|}", "|A ∩ B|/|A ∪ B|"),
    # Roots.
    (r"QK^T/\sqrt{d_k}", "QKᵀ/√dₖ"),
    (r"\sqrt{x^2+y^2}", "√(x² + y²)"),
    (r"\sqrt{x^2}", "√(x²)"),
    (r"\sqrt{2}x + \sqrt{x}^2", "(√2)x + (√x)²"),
    (r"2\sqrt[3]{x} + \sqrt[n]{y}", "2(³√x) + ⁿ√y"),
    (r"\sqrt{2\pi}\sigma", "√(2π)σ"),
    # Sums, limits, named operators.
    (r"\frac{1}{n}\sum_{i=1}^{n} (y_i - \hat{y}_i)^2", "(1/n) ∑ᵢ₌₁ⁿ (yᵢ − ŷᵢ)²"),
    (r"\sum_{j \ne i}^{K} x_j", "∑_(j≠i)^K xⱼ"),
    (r"\prod_{t=1}^T p(x_t \mid x_{<t})", "∏ₜ₌₁ᵀ p(xₜ | x_(<t))"),
    (r"\int_0^1 f(x)\,dx", "∫₀¹ f(x) dx"),
    (r"\lim_{x \to 0} \frac{\sin x}{x} = 1", "lim_(x→0) ((sin x)/x) = 1"),
    (r"-\sum_c y_c \log \hat{y}_c", "−∑_c y_c log ŷ_c"),
    (r"\log_2 n + \log(n) + \sin^2\theta", "log₂ n + log(n) + sin² θ"),
    (r"\operatorname*{arg\,max}_\theta f(\theta)", "arg max_θ f(θ)"),
    (r"\operatorname{softmax}(z)_i", "softmax(z)ᵢ"),
    (r"\underset{w}{\operatorname{argmin}} L", "argmin_w L"),
    (r"\max(0, 1 - y f(x))", "max(0, 1 − yf(x))"),
    # Brackets and bars.
    (r"\|w\|_2^2 + ||x||_1", "‖w‖₂² + ‖x‖₁"),
    (r"|x||y| - |z|", "|x||y| − |z|"),
    (r"\left|x\right| + \lvert y \rvert", "|x| + |y|"),
    (r"P(A|B)", "P(A | B)"),
    (r"D_{\mathrm{KL}}(P \| Q)", "D_KL(P ‖ Q)"),
    (r"\left. f \right|_{x=0}", "f|ₓ₌₀"),
    (r"\left\lceil\frac{n}{2}\right\rceil", "⌈n/2⌉"),
    (r"\{x \mid x > 0\}", "{x | x > 0}"),
    (r"[0, 1)", "[0, 1)"),
    # Signs, numbers, spaces, words.
    (r"a - b = -c \pm 2", "a − b = −c ± 2"),
    (r"3 \times 3 \times 64", "3 × 3 × 64"),
    (r"5 \times 10^{-4}", "5 × 10⁻⁴"),
    (r"1{,}000 + 50,176 + (1,2)", "1,000 + 50,176 + (1, 2)"),
    (r"x := y", "x := y"),
    (r"x \not\in A, \; y \neq z", "x ∉ A, y ≠ z"),
    (r"a = b, \quad c = d \quad e", "a = b, c = d\u2003e"),
    (r"x\mathrm{KL}y", "x KL y"),
    (r"\text{lr}_0 \cdot \gamma^{\lfloor t/s \rfloor}", "lr₀ · γ^(⌊t/s⌋)"),
    (r"n_{\mathrm{heads}} d_{\mathrm{head}}", "n_heads d_head"),
    (r"x > 0 \text{ if } -y < 2", "x > 0 if −y < 2"),
    (r"50\% \text{ of } \mathrm{top\_k}", "50% of top_k"),
    (r"x_1, \ldots, x_n", "x₁, …, xₙ"),
    (r"\forall x \in \mathbb{R}^{n \times d}", "∀x ∈ ℝ^(n×d)"),
    (r"a \equiv b \pmod n", "a ≡ b (mod n)"),
    # Letters and accents.
    (r"\mathcal{N}(\mu, \sigma^2)", "𝒩(μ, σ²)"),
    (r"\mathbf{x}^\top \mathbf{w}", "xᵀw"),
    (r"\hat{x} + \bar\theta + \vec{v} + \tilde{c}_t", "x̂ + θ̄ + v⃗ + c̃ₜ"),
    (r"ab\hat{xy} + \overline{AB}", "ab hat(xy) + bar(AB)"),
    (r"\mathbb{E}_{q}[X]^2", "𝔼_q[X]²"),
    # Matrices, cases, lines.
    (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^T", "[a, b; c, d]ᵀ"),
    (r"\left[\begin{array}{cc} 1 & 0 \\ 0 & 1 \end{array}\right]", "[1, 0; 0, 1]"),
    (r"\begin{bmatrix} & 1 \\ & 2 \end{bmatrix}", "[, 1; , 2]"),
    (
        r"\begin{cases} x & x > 0 \\ \alpha x, & \text{otherwise.} \end{cases}",
        "{x if x > 0; αx otherwise.}",
    ),
    (r"\begin{aligned} a &= b + c \\ &= d \\ e &= f \end{aligned}", "a = b + c = d; e = f"),
    (r"\binom{n}{k} p^k (1-p)^{n-k}", "(n choose k)pᵏ(1 − p)ⁿ⁻ᵏ"),
    # From the field.
    (
        r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        "softmax((QKᵀ)/√dₖ)V",
    ),
    (r"\frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}", "e^(zᵢ)/(∑ⱼ₌₁ᴷ e^(zⱼ))"),
    (
        r"\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
        "x̂ᵢ = (xᵢ − μ_B)/√((σ_B)² + ε)",
    ),
    (r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t", "cₜ = fₜ ⊙ cₜ₋₁ + iₜ ⊙ c̃ₜ"),
    (
        r"\min_G \max_D \mathbb{E}_{x \sim p_{\text{data}}}[\log D(x)]",
        "min_G max_D 𝔼_(x∼p_data)[log D(x)]",
    ),
    (
        r"\theta_t = \theta_{t-1} - \alpha \frac{\hat{m}_t}{\sqrt{\hat{v}_t}+\epsilon}",
        "θₜ = θₜ₋₁ − α(m̂ₜ/(√v̂ₜ + ε))",
    ),
    (r"\theta \leftarrow \theta - \eta \nabla_\theta J(\theta)", "θ ← θ − η∇_θ J(θ)"),
    (r"e^{-\frac{(x-\mu)^2}{2\sigma^2}}", "e^(−(x−μ)²/(2σ²))"),
    (
        r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon",
        "xₜ = (√ᾱₜ) x₀ + √(1 − ᾱₜ) ε",
    ),
    (r"O(n^2 d)", "O(n²d)"),
    (r"\mathrm{FFN}(x) = \max(0, xW_1+b_1)W_2+b_2", "FFN(x) = max(0, xW₁ + b₁)W₂ + b₂"),
]

REFUSED = [
    ("", "empty"),
    (r"\ ", "empty"),
    (r"^2", '"^" with nothing before it'),
    (r"{}_n C", '"_" with nothing before it'),
    (r"a + _b", '"_" with nothing before it'),
    (r"x^", '"^" with nothing after it'),
    (r"x_{}", '"_" with nothing after it'),
    (r"x^{a}^{b}", "two superscripts"),
    (r"x_a_b", "two subscripts"),
    (r"x^2'", "put it first"),
    (r"x^12", "put braces around it"),
    (r"x^(n+1)", "put braces around the whole script"),
    (r"{a", "expecting '}'"),
    (r"a}", "closing brace"),
    (r"\frac{a}", 'macro "frac"'),
    (r"{\frac{a}}", r"\frac lacks an argument"),
    (r"\frac{a}{}", "empty argument"),
    (r"\frac\sqrt2 3", r"put braces around \sqrt"),
    (r"\left(a", "pairs"),
    (r"a\right)", "pairs"),
    (r"\left x \right)", "without a bracket"),
    (r"a & b", r"write \&"),
    (r"50% of it", r"write \%"),
    (r"\mathbb{E}[|x| | y]", r"write \lvert and \rvert"),
    (r"\begin{matrix} a", r"expecting \end{matrix}"),
    (r"\begin{matrix} a \end{cases}", "mismatching"),
    (r"\(x\)", "a formula within a formula"),
    ("x\\", "a backslash with nothing after it"),
    ("a\x00b", "U+0000"),
    ("{" * 5000 + "}" * 5000, "too deeply"),
]


@pytest.mark.parametrize("latex, shown", GOLDEN, ids=[latex for latex, _ in GOLDEN])
def test_a_formula_reads_well_on_a_line(latex: str, shown: str) -> None:
    assert render(latex) == unicodedata.normalize("NFC", shown)


@pytest.mark.parametrize("latex, reason", REFUSED, ids=[latex[:30] for latex, _ in REFUSED])
def test_a_formula_that_says_something_else_is_refused(latex: str, reason: str) -> None:
    with pytest.raises(BadFormula, match=re.escape(reason)) as caught:
        render(latex)
    assert isinstance(caught.value, UsageError)


def test_macros_outside_the_table_are_all_named() -> None:
    with pytest.raises(UnknownMacro) as caught:
        render(r"\foo{x} + \begin{blob} a & b \end{blob} + \foo y")
    assert caught.value.names == (r"\foo", r"\begin{blob}")
    assert not isinstance(caught.value, BadFormula)


def test_a_formula_that_is_bad_too_is_bad_first() -> None:
    with pytest.raises(BadFormula):
        render(r"\foo{x} + y^")


def test_lines_can_stay_lines() -> None:
    latex = r"\begin{aligned} a &= b \\ &= c - d \\ &\quad - e \end{aligned}"
    assert render(latex, between="\n") == "a = b\n= c − d\n− e"
    assert render(latex) == "a = b = c − d − e"


def test_every_script_is_a_small_form_of_its_letter() -> None:
    for table in (SUBSCRIPTS, SUPERSCRIPTS):
        for sign, small in table.items():
            folded = unicodedata.normalize("NFKD", small).replace("\u2212", "−")
            assert folded == ("T" if sign == "⊤" else sign)


SYMBOLS = st.sampled_from([*"abcxyzABKT0123456789", r"\alpha ", r"\theta ", r"\infty "])
SIGNS = st.sampled_from(["+", "-", "=", ",", r"\cdot ", r"\times ", r"\to ", r"\mid ", "/", ""])
NAMES = st.sampled_from([r"\log ", r"\max ", r"\sum ", r"\nabla ", r"\int ", ""])


FRAMES = st.sampled_from(
    [
        *(r"\frac{«}{»}", "{«}_{»}", "{«}^{»}", r"\sqrt[«]{»}", r"\begin{cases}« & »\end{cases}"),
        *(r"\sqrt{«}", r"\left(«\right)", r"\lfloor « \rfloor ", r"\hat{«}", r"\mathbf{«}"),
        *(r"\mathrm{«}", r"\operatorname{«}", r"\begin{pmatrix}« \\ »\end{pmatrix}"),
    ]
)


def framed(parts: tuple[str, str, str]) -> str:
    """Return a frame with its places filled."""
    frame, first, second = parts
    return frame.replace("«", first).replace("»", second)


def bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return formulas made of smaller ones."""
    return st.one_of(
        st.tuples(inner, SIGNS, NAMES, inner).map("".join),
        st.tuples(FRAMES, inner, inner).map(framed),
    )


FORMULAS = st.recursive(SYMBOLS, bigger, max_leaves=12)


def letters(text: str) -> Counter[str]:
    """Return how often each letter and digit occurs, however it is styled."""
    return Counter(sign for sign in unicodedata.normalize("NFKD", text) if sign.isalnum())


@given(FORMULAS)
def test_no_letter_or_digit_is_ever_lost(latex: str) -> None:
    source = re.sub(r"\\(begin|end)\{\w+\}|\\[A-Za-z]+", " ", latex)
    assert letters(source) <= letters(render(latex))


@given(FORMULAS)
def test_brackets_close_and_spaces_are_single(latex: str) -> None:
    shown = render(latex)
    depth = 0
    for sign in re.sub("[⁽⁾₍₎]", "", shown):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert "  " not in shown
    assert "( " not in shown
    assert " )" not in shown
    assert shown == shown.strip()


@given(st.text(alphabet="ab12 ^_{}[]()|\\'&%$,.+-=~/", max_size=40))
def test_anything_is_rendered_or_refused(latex: str) -> None:
    try:
        first = render(latex)
    except (BadFormula, UnknownMacro):
        return
    assert first == render(latex)


# What is written means what was meant: formulas are worked out from their source and from the
# line a reader sees, read in every way in which people read such lines.

PRIME = 10007


class Meaning:
    """A reader of rendered formulas who works with whole numbers modulo a prime."""

    def __init__(self, text: str, *, close_first: bool, root_first: bool) -> None:
        """Take the line; ``close_first``: factors side by side are taken before ``·`` and ``/``."""
        self.rest = text
        self.close_first = close_first
        self.root_first = root_first

    def take(self, sign: str) -> bool:
        """Step over ``sign`` if it is next."""
        found = self.rest.startswith(sign)
        self.rest = self.rest[len(sign) :] if found else self.rest
        return found

    def sum(self) -> int:
        total = self.signed()
        while True:
            if self.take(" + "):
                total += self.signed()
            elif self.take(" − "):
                total -= self.signed()
            else:
                return total % PRIME

    def signed(self) -> int:
        return -self.product() if self.take("−") else self.product()

    def product(self) -> int:
        factor = self.side_by_side if self.close_first else self.factor
        total = factor()
        while self.rest and not self.rest.startswith((" + ", " − ", ")")):
            if self.take("/"):
                total *= inverse(factor())
            else:
                self.take(" · ")
                total *= factor()
        return total % PRIME

    def side_by_side(self) -> int:
        total = self.factor()
        while self.rest and self.rest[0] in "abc(√234":
            total *= self.factor()
        return total % PRIME

    def factor(self) -> int:
        if self.take("√"):
            if self.root_first:
                return self.power(root(self.unit()))
            return root(self.factor())
        return self.power(self.unit())

    def power(self, base: int) -> int:
        while self.rest and self.rest[0] in "²³⁴":
            base = base ** ("²³⁴".index(self.rest[0]) + 2) % PRIME
            self.rest = self.rest[1:]
        return base

    def unit(self) -> int:
        if self.take("("):
            inside = self.sum()
            assert self.take(")")
            return inside
        sign, self.rest = self.rest[0], self.rest[1:]
        return VALUES[sign]


VALUES = {"a": 31, "b": 57, "c": 101, "2": 2, "3": 3, "4": 4}
Worked = tuple[str, int, str]
"""A formula, what it comes to, and what it is: ``sum`` asks for brackets in a product."""


def inverse(number: int) -> int:
    return pow(number % PRIME, PRIME - 2, PRIME)


def root(number: int) -> int:
    """Return a number that says which number was under the root."""
    return (number * number + 7 * number + 5) % PRIME


def factors(*parts: Worked) -> list[str]:
    return [rf"\left({latex}\right)" if kind == "sum" else f"{latex} " for latex, _, kind in parts]


def compound(inner: st.SearchStrategy[Worked]) -> st.SearchStrategy[Worked]:
    """Return formulas made of smaller ones, worked out."""
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: (f"{p[0][0]} + {p[1][0]}", p[0][1] + p[1][1], "sum")),
        two.map(lambda p: (f"{p[0][0]} - {factors(p[1])[0]}", p[0][1] - p[1][1], "sum")),
        two.map(lambda p: ("".join(factors(*p)), p[0][1] * p[1][1], "")),
        two.map(lambda p: (r"\cdot ".join(factors(*p)), p[0][1] * p[1][1], "")),
        two.map(lambda p: (rf"\frac{{{p[0][0]}}}{{{p[1][0]}}}", p[0][1] * inverse(p[1][1]), "")),
        inner.map(lambda p: (f"-{factors(p)[0]}", -p[1], "sum")),
        inner.map(lambda p: (f"{{{p[0]}}}^3", p[1] ** 3, "")),
        inner.map(lambda p: (rf"\sqrt{{{p[0]}}}", root(p[1]), "")),
    ).map(lambda worked: (worked[0], worked[1] % PRIME, worked[2]))


ATOMS = st.sampled_from([(sign, value, "") for sign, value in VALUES.items() if sign > "9"])
WORKED = st.recursive(ATOMS, compound, max_leaves=8)


@given(WORKED, st.booleans(), st.booleans())
def test_what_is_written_is_what_was_meant(worked: Worked, close: bool, rooted: bool) -> None:  # noqa: FBT001
    latex, value, _ = worked
    reader = Meaning(render(latex), close_first=close, root_first=rooted)
    assert reader.sum() == value
    assert not reader.rest
