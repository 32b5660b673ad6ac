"""Brings a short answer to one plain form, so that spelling, number and notation do not decide.

Not a measure of likeness: two answers are the same when their forms are equal, and not otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

PASSES = 10
"""How often the rules are applied at most; people's answers settle after one or two rounds."""

L = r"[^\W\d_]"
"""A letter of any script."""
W = r"[^\W\d_α-ω]"
"""A letter of words, which leaves out the Greek ones of formulas."""


def normalise(text: str) -> str:
    """Return the plain form of a short answer; applying it again changes nothing.

    The same form: capitals and small letters; hyphens, dashes and underscores between words, and
    spaces; Greek letters and their names; British and American spelling of listed words; singular
    and plural; with and without a leading article, closing punctuation or quotes; simple formulas
    in LaTeX, Unicode or plain text. A minus, a number, a sign or a word more or less is another
    form. The form is for comparing, not for showing: it may be no English (``softmaxe``).
    """
    for _ in range(PASSES):
        before, text = text, _edges(_characters(_scripts(text)))
        text = _edges(_layout(_words(_latex(text))))
        if text == before:
            break
    return text


# Characters --------------------------------------------------------------------------------


def _script(character: str) -> str:
    """Return ``^`` or ``_`` for a raised or lowered character, else nothing."""
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if character in "ªº™℠":
        return ""
    return {"<super>": "^", "<sub>": "_"}.get(kind, "")


def _scripts(text: str) -> str:
    """Write ``xᵢ`` and ``n²`` as ``x_(i)`` and ``n^(2)``; NFKC would make them ``xi``, ``n2``."""
    if text.isascii():
        return text
    parts = ((sign, "".join(run)) for sign, run in groupby(text, key=_script))
    return "".join(f"{sign}({run})" if sign else run for sign, run in parts)


_SAME_SIGN = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–", "-"),
        **dict.fromkeys("—―", " "),
        **dict.fromkeys("·⋅∙×∗", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        **dict.fromkeys("‘’ʼ′", "'"),
        **dict.fromkeys('`"“”„«»', ""),
        **dict.fromkeys("⟶⇒", "→"),
        "‖": "||",
    }
)


def _characters(text: str) -> str:
    """Apply NFKC and case folding, drop what is invisible, and unify look-alike signs."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = text.translate(_SAME_SIGN)
    kept = (character for character in text if unicodedata.category(character) != "Cf")
    return " ".join("".join(kept).split())


# Formulas ----------------------------------------------------------------------------------

_SIGNS = {
    "approx": "≈", "cdot": "*", "ell": "l", "ge": "≥", "geq": "≥", "in": "∈", "infty": "∞",
    "ldots": "...", "le": "≤", "leq": "≤", "lvert": "|", "mid": "|", "nabla": "∇", "ne": "≠",
    "neq": "≠", "odot": "⊙", "partial": "∂", "pm": "±", "prod": "∏", "quad": " ",
    "rightarrow": "→", "rvert": "|", "sqrt": "√", "sum": "∑", "times": "*", "to": "→",
    "vert": "|",
}  # fmt: skip
"""LaTeX commands that stand for a sign; any other stands for its name (``\\log``, ``\\beta``)."""

_DROPPED = re.compile(r"\\(?:left|right|big|bigg|displaystyle|limits)(?![a-z])|\\[()\[\]]")
_WRAPPED = re.compile(
    r"\\(?:text|mathrm|mathbf|mathit|mathcal|mathsf|boldsymbol|bm|operatorname)\s*\{([^{}]*)\}"
)
_BRACED = (
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"(\1)/(\2)"),
    (re.compile(r"\\sqrt\s*\{([^{}]*)\}"), r"√(\1)"),
    (re.compile(r"([_^])\s*\{([^{}]*)\}"), r"\1(\2)"),
)
_PLAIN_SIGNS = (
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"[-=]>"), "→"),
    (re.compile(r"<="), "≤"),
    (re.compile(r">="), "≥"),
    (re.compile(r"!="), "≠"),
    (re.compile(rf"(?<!{L})sqrt(?!{L}) ?"), "√"),
    (re.compile(r"(?<=\d) ?x ?(?=\d)"), "*"),  # 3 x 3
    (re.compile(r"&"), " and "),
)


def _latex(text: str) -> str:
    """Write LaTeX, and Python's ``**``, ``<=`` and ``sqrt()``, as plain formulas with brackets."""
    text = re.sub(r"\$+([^$]*)\$+", r"\1", text)
    if "\\" in text or "{" in text:
        text = _WRAPPED.sub(r"\1", _DROPPED.sub("", text))
        before = ""
        while text != before:  # from the innermost braces outwards
            before = text
            for pattern, plain in _BRACED:
                text = pattern.sub(plain, text)
        text = re.sub(rf"(?<={L})\\(?=[a-z])", r" \\", text)
        text = re.sub(r"\\([a-z]+)", lambda match: _SIGNS.get(match[1], match[1]), text)
        text = re.sub(r"\\[,;:! ]", " ", text).replace("\\|", "||").replace("\\", "")
    for pattern, plain in _PLAIN_SIGNS:
        text = pattern.sub(plain, text)
    return text


# Words -------------------------------------------------------------------------------------

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "varrho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
"""The letter for each name; Unicode's own variants (ϵ, ϕ, µ, ς) are brought to these by NFKC."""

IRREGULAR = {
    "apis": "api", "axes": "axis", "biases": "bias", "caches": "cache", "gases": "gas",
    "hypotheses": "hypothesis", "indices": "index", "matrices": "matrix", "movies": "movie",
    "parentheses": "parenthesis", "rois": "roi", "vertices": "vertex",
    "cpus": "cpu", "gpus": "gpu", "npus": "npu", "tpus": "tpu",
    "celus": "celu", "elus": "elu", "gelus": "gelu", "grus": "gru", "prelus": "prelu",
    "relus": "relu", "selus": "selu", "silus": "silu",
}  # fmt: skip
"""Plurals that the rule of the trailing s would miss or spoil."""

NOT_PLURAL = frozenset(
    {
        "alias", "always", "atlas", "bayes", "bias", "canvas", "chaos", "keras", "lens", "pandas",
        "series", "species",
    }
)  # fmt: skip
"""Words that end in s and are no plurals, beside those in -ss, -us and -is."""

IZE = """
    amort anonym binar canonic categor central character contextual custom diagonal digit discret
    emphas equal factor final formal general global harmon homogen hypothes ideal incentiv initial
    lemmat linear local marginal material maxim memor minim modular neutral normal optim organ
    orthogonal orthonormal parallel parameter parametr penal personal polar priorit quant random
    raster real recogn regular sanit serial special stabil standard summar symmetr synchron
    synthes tensor token util vector virtual visual
"""
"""Stems of words written with -ise or -ize; *size*, *prize*, *precise* are not among them."""

_FAMILIES = (
    (
        re.compile(
            r"((?:re|de|un|non|pre|over|under|hyper|auto|multi){0,2}"
            rf"(?:{'|'.join(IZE.split())}))iz(e|ed|er|ing|ation|ational|able|ability)"
        ),
        r"\1is\2",
    ),
    (re.compile(r"((?:re|over|under|)paramet)r(is\w+)"), r"\1er\2"),
    (re.compile(r"((?:re)?(?:anal|catal|paral))yz(e|ed|er|ing)"), r"\1ys\2"),
    (
        re.compile(
            r"((?:dis)?(?:behavi|col|endeav|fav|flav|harb|hon|lab|neighb|rum|tum|vap))or"
            r"(|ed|er|ing|al|able|ful|hood|ite|less)"
        ),
        r"\1our\2",
    ),
    (
        re.compile(
            r"((?:un|mis|re|pre)?(?:cancel|channel|fuel|label|level|marshal|model|panel|signal"
            r"|total|travel|tunnel))(ed|er|ing)"
        ),
        r"\1l\2",
    ),
)
"""Families of spellings, whole words only; our form is the British one."""

SPELLING = {
    "aging": "ageing", "analog": "analogue", "artifact": "artefact", "catalog": "catalogue",
    "center": "centre", "centered": "centred", "centering": "centring", "defense": "defence",
    "dialog": "dialogue", "fiber": "fibre", "gray": "grey", "judgment": "judgement",
    "learned": "learnt", "license": "licence", "math": "maths", "meter": "metre",
    "naïve": "naive", "offense": "offence", "practise": "practice", "program": "programme",
    "skeptic": "sceptic",
}  # fmt: skip
"""Words with two spellings that belong to no family."""


def _singular(word: str) -> str:
    """Return a word without its plural ending; words of three letters (RMS, EOS) stay whole."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or word in NOT_PLURAL or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def _word(match: re.Match[str]) -> str:
    word = _singular(match[0])
    for pattern, ours in _FAMILIES:
        if found := pattern.fullmatch(word):
            word = found.expand(ours)
    return GREEK.get(word) or SPELLING.get(word, word)


def _words(text: str) -> str:
    """Drop possessive endings, then bring each run of letters to its singular and our spelling."""
    text = re.sub(rf"(?<={L}{L})'s(?!\w)|(?<={L}{L}s)'(?= \w)", "", text)
    return re.sub(rf"{L}+", _word, text)


# What stands between -----------------------------------------------------------------------

_TERM = rf"(?:\d+(?:\.\d+)?|{L}_{L}|{L}\d*|{L}+)"
"""A number, a symbol with or without index, or a word: what needs no brackets of its own."""
_BINARY = re.escape("+−*/^=<>≤≥≠≈∈±|,→√")
_NUMBER_BELOW = re.compile(rf"(?<![^\W\d])({L}|log)_(?=\d)")
"""The underscore of ``β_1`` and ``log_2``, which are β1 and log2."""
_BELOW = rf"(?<={L})(?<![^\W\d]{L})_(?={L}(?!\w)|\()"
"""The underscore of an index: ``d_k``, ``θ_(t+1)``."""
_UNDERSCORE = re.compile(rf"({_BELOW})|_")
_SPACES = (
    (re.compile(rf" ?([{_BINARY}]) ?"), r"\1"),
    (re.compile(r" (?=[()%])|(?<=\() "), ""),
    # β 1, 2 β and μ σ are β1, 2β and μσ
    (
        re.compile(rf"(?<=[α-ω]) (?=\d|{L}(?!\w))|(?:(?<=\d)|(?<={L})(?<!\w{L})) (?=[α-ω](?!{L}))"),
        "",
    ),
)
_BRACKETS = (
    (re.compile(rf"(?<![^−+*/=,<>≤≥])\((√?{_TERM})\)(?=$|[−+*/=,<>≤≥)])"), r"\1"),
    (re.compile(rf"\^\((−?{_TERM})\)(?=$|[ −+*/=,<>≤≥)])"), r"^\1"),
    (re.compile(rf"√\(({_TERM})\)(?=$|[−+*/=,<>≤≥)]| {L}{L})"), r"√\1"),
    (
        re.compile(rf"(?<!\w)(log2|log10|log|ln|exp|tanh)\(({_TERM})\)(?=$|[−+=,<>≤≥)])"),
        r"\1 \2",
    ),
)
"""Brackets around one term, where nothing that follows could take hold of a part of it."""


_HYPHEN = re.compile(
    rf"(?<={W}{{3}})-(?=\w)"  # top-5, cross-entropy
    rf"|(?<=\w)-(?={W}{{2}})(?!{L}+\()(?!(?:log|ln|exp)(?!{L}))"  # k-means, but not 1-exp(x)
    rf"|(?<={W}{{2}})-(?=\s|$)"  # pre- and post-norm
    r"|-{2,}"
)
"""A hyphen between words; others are minuses: ``x-y``, ``n-1``, ``loss - baseline``, ``-x``."""


def _layout(text: str) -> str:
    """Tell hyphens from minus signs and indices from underscores; drop idle spaces and brackets."""
    text = re.sub(r"_\(([^\W_]+)\)", r"_\1", text)
    text = _NUMBER_BELOW.sub(r"\1", text)
    text = _UNDERSCORE.sub(lambda match: "_" if match[1] else " ", text)
    text = _HYPHEN.sub(" ", text).replace("-", "−")
    text = " ".join(text.split())
    for pattern, plain in (*_SPACES, *_BRACKETS):
        text = pattern.sub(plain, text)
    return " ".join(text.split())


_ARTICLES = re.compile(
    rf"(?:the (?=\S)|an (?=\w)"
    rf"|a (?={W}{{3}})(?!(?:and|minus|over|plus|times?|log|exp|tanh)(?!{L})))+"
)
"""Leading articles; ``a`` is one only before a word, since it may be a symbol as well."""


def _edges(text: str) -> str:
    """Drop closing punctuation, quotes around the whole, and a leading article."""
    before = ""
    while text != before:
        before = text
        text = text.rstrip(" .,;:?")
        if text.endswith("!") and re.fullmatch(rf"{L}{L}", text.rstrip("!")[-2:]):
            text = text.rstrip("!")  # but n! is a factorial
        if len(text) > 2 and text[0] == text[-1] == "'":
            text = text[1:-1].strip()
        if article := _ARTICLES.match(text):
            text = text[article.end() :]
    return text
