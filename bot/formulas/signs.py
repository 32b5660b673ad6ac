"""The tables: what each macro and character stands for; not how any of it is set beside another."""

from __future__ import annotations

from collections.abc import Mapping

from bot.formulas.tree import Leaf, Sort

SUBSCRIPTS: Mapping[str, str] = dict(
    zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
"""Characters with a subscript. The few Greek ones are left out: they pass for Latin letters."""

SUPERSCRIPTS: Mapping[str, str] = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUW⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁᵂᵀ",
        strict=True,
    )
)
"""Characters with a superscript; Greek ones are left out here too."""

RAISED = {"*": "*", "∗": "*", "⋆": "⋆", "†": "†", "‡": "‡", "∘": "°", "°": "°", "′": "′"}
"""What is a superscript as it is, when it is the whole of one."""

_SYMBOLS = """
alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
upsilon υ phi φ varphi φ chi χ psi ψ omega ω
Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
infty ∞ emptyset ∅ varnothing ∅ ell ℓ hbar ħ imath ı jmath ȷ aleph ℵ wp ℘ top ⊤ bot ⊥ angle ∠
ldots … dots … dotsc … dotsb ⋯ dotsm ⋯ cdots ⋯ vdots ⋮ ddots ⋱
triangle △ square □ Box □ blacksquare ■ checkmark ✓ dagger † ddagger ‡ dag † S § prime ′
# # & & backslash \\
"""
_BINARIES = """
cdot · times × ast ∗ star ⋆ circ ∘ bullet • div ÷ odot ⊙ otimes ⊗ oplus ⊕ ominus ⊖ oslash ⊘
cup ∪ cap ∩ uplus ⊎ sqcup ⊔ sqcap ⊓ setminus ∖ smallsetminus ∖ wedge ∧ land ∧ vee ∨ lor ∨
bmod mod diamond ⋄ amalg ⨿ wr ≀
"""
_RELATIONS = """
leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ ll ≪ gg ≫ neq ≠ ne ≠ approx ≈ sim ∼ simeq ≃ cong ≅
equiv ≡ propto ∝ triangleq ≜ doteq ≐ coloneqq := lt < gt > lesssim ≲ gtrsim ≳
in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ nsubseteq ⊈
to → rightarrow → longrightarrow ⟶ gets ← leftarrow ← longleftarrow ⟵ leftrightarrow ↔ mapsto ↦
Rightarrow ⇒ implies ⇒ Longrightarrow ⟹ Leftarrow ⇐ impliedby ⇐ Leftrightarrow ⇔ iff ⇔
uparrow ↑ downarrow ↓ nearrow ↗ searrow ↘ hookrightarrow ↪ rightharpoonup ⇀ rightleftharpoons ⇌
perp ⟂ parallel ∥ mid | nmid ∤ prec ≺ preceq ⪯ succ ≻ succeq ⪰ models ⊨ vdash ⊢ asymp ≍
"""
_BIGS = """
sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂
bigwedge ⋀ bigvee ⋁ bigodot ⨀ bigsqcup ⨆
"""
_PREFIXES = "partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ $ $"
_FUNCTIONS = """
log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth max min sup inf lim
limsup liminf arg argmax argmin det dim ker gcd deg hom Pr
"""
_OPENING = "lbrace { { { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lgroup ("
_CLOSING = "rbrace } } } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rgroup )"
IGNORED = "! displaystyle textstyle scriptstyle limits nolimits nonumber notag relax"
ACCENTS = {
    "hat": ("hat", "\u0302"),
    "widehat": ("hat", "\u0302"),
    "tilde": ("tilde", "\u0303"),
    "widetilde": ("tilde", "\u0303"),
    "bar": ("bar", "\u0304"),
    "overline": ("bar", "\u0304"),
    "underline": ("underline", "\u0332"),
    "vec": ("vec", "\u20d7"),
    "overrightarrow": ("vec", "\u20d7"),
    "dot": ("dot", "\u0307"),
    "ddot": ("ddot", "\u0308"),
    "check": ("check", "\u030c"),
    "breve": ("breve", "\u0306"),
    "mathring": ("ring", "\u030a"),
}
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SCRIPT = dict(zip(_CAPITALS, "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵", strict=True))
ALPHABETS: Mapping[str, Mapping[str, str]] = {
    "mathbb": dict(zip(_CAPITALS + "1", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙", strict=True)),
    "mathcal": _SCRIPT,
    "mathscr": _SCRIPT,
    "mathbf": {},
    "boldsymbol": {},
    "bm": {},
    "mathnormal": {},
    "boxed": {},
}
"""Styles of letters; a letter that is not listed, as all bold ones, stays as it is."""

FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac")
BINOMIALS = ("binom", "dbinom", "tbinom")
UPRIGHT = ("mathrm", "mathsf", "mathtt", "mathit")
TEXTS = ("text", "textrm", "textsf", "texttt", "textbf", "textit", "textnormal", "mbox", "emph")
_SIZES = ("big", "Big", "bigg", "Bigg")
SIZED: Mapping[str, Sort | None] = {
    **dict.fromkeys(_SIZES, None),
    **{f"{size}l": Sort.OPEN for size in _SIZES},
    **{f"{size}r": Sort.CLOSE for size in _SIZES},
    **{f"{size}m": Sort.RELATION for size in _SIZES},
    "left": Sort.LEFT,
    "right": Sort.RIGHT,
    "middle": Sort.RELATION,
}
"""Macros that size a bracket, and what they make of it; ``None``: what it is anyway."""

MATRICES = {
    "matrix": ("[", "]"),
    "smallmatrix": ("[", "]"),
    "array": ("[", "]"),
    "pmatrix": ("[", "]"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
}
BARE = ("matrix", "smallmatrix", "array")
CASES = ("cases", "dcases", "rcases")
LINES = ("aligned", "align", "split", "gathered", "gather", "equation", "multline", "alignedat")

CONNECTIVES = "if for when where with while and or not else otherwise such given as is are in on"
"""A text that begins with one of these links two expressions, as a relation does."""

ARGUMENTS = {
    **dict.fromkeys((*FRACTIONS, *BINOMIALS, "overset", "underset", "stackrel"), "{{"),
    **dict.fromkeys((*UPRIGHT, *ACCENTS, *ALPHABETS, *SIZED, *TEXTS), "{"),
    **dict.fromkeys(("pmod", "not", "substack", "mathop"), "{"),
    **dict.fromkeys(("sqrt", "xrightarrow", "xleftarrow"), "[{"),
    "operatorname": "*{",
    "\\": "[",
}
"""The arguments each macro takes, in pylatexenc's letters; macros that take none are absent."""


def _leaves() -> dict[str, Leaf]:
    """Return what each macro without arguments stands for."""
    found = {name: Leaf(name, Sort.FUNCTION) for name in _FUNCTIONS.split()}
    tables = (
        (_SYMBOLS, Sort.SYMBOL),
        (_BINARIES, Sort.BINARY),
        (_RELATIONS, Sort.RELATION),
        (_BIGS, Sort.BIG),
        (_PREFIXES, Sort.PREFIX),
        (_OPENING, Sort.OPEN),
        (_CLOSING, Sort.CLOSE),
    )
    for table, sort in tables:
        words = iter(table.split())
        found |= {name: Leaf(text, sort) for name, text in zip(words, words, strict=True)}
    found |= {name: Leaf(" ", Sort.THIN) for name in (",", ":", ";", ">", " ", "thinspace")}
    found |= {name: Leaf(" ", Sort.WIDE) for name in ("quad", "qquad", "enspace")}
    return found | {
        "Re": Leaf("Re", Sort.FUNCTION),
        "Im": Leaf("Im", Sort.FUNCTION),
        "vert": Leaf("|", Sort.BAR),
        "|": Leaf("‖", Sort.BAR),
        "Vert": Leaf("‖", Sort.BAR),
        "colon": Leaf(":", Sort.PUNCT),
        "pm": Leaf("±", Sort.SIGN),
        "mp": Leaf("∓", Sort.SIGN),
        "%": Leaf("%", Sort.POSTFIX),
        "_": Leaf("_", Sort.POSTFIX),
    }


MACROS = _leaves()


def _signs() -> dict[str, Leaf]:
    """Return what each single character stands for; letters are absent."""
    plain = {
        Sort.SIGN: "+",
        Sort.BINARY: "*",
        Sort.RELATION: "=<>:",
        Sort.SLASH: "/",
        Sort.PUNCT: ",;.",
        Sort.OPEN: "([",
        Sort.CLOSE: ")]",
        Sort.BAR: "|",
        Sort.POSTFIX: "!?°",
        Sort.MARK: "^_'",
        Sort.PREFIX: "√",
        Sort.CELL: "&",
    }
    known = [leaf for leaf in MACROS.values() if len(leaf.text) == 1]
    signs = {leaf.text: leaf for leaf in known if not leaf.text.isascii()}
    signs |= {text: Leaf(text, sort) for sort, texts in plain.items() for text in texts}
    minus = Leaf("−", Sort.SIGN)
    return signs | {"-": minus, "−": minus, "~": Leaf(" ", Sort.THIN), "’": Leaf("'", Sort.MARK)}


SIGNS = _signs()
