"""What a question is about and what it wants to know, as words that two questions share or not.

English only. No grammar: lists of words that ask, that say nothing, and that are too general to
tell one subject from another, and a few rules on where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_READ = 1500
"""Characters of a prompt that are read; a scenario has said what it is about by then."""
_REMEMBERED = 50_000
"""Words; banks use few, over and over."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a question is about, and what it wants to know of that."""

    subject: frozenset[str]
    order: tuple[str, ...]
    """The subject's words in their order."""
    wants: frozenset[str]
    directed: bool
    """Whether the order of its words matters."""


_WANTS: Mapping[str, str] = {
    word: want
    for want, words in {
        "why": "why reason cause",
        "how": "how work",
        "difference": "difference differ distinguish compare comparison contrast versus vs",
        "remedy": "fix solve solution prevent avoid overcome address handle deal combat mitigate",
        "good": "advantage benefit pro strength prefer better",
        "bad": "disadvantage drawback limitation con weakness challenge shortcoming",
        "kinds": "type kind variety category variant",
        "use": "use application purpose role usage",
        "when": "when",
        "where": "where",
        "which": "which name list mention",
        "example": "example",
        "number": "many much number count",
        "code": "implement code write program",
        "proof": "prove derive show derivation proof",
        "effect": "effect affect impact happen influence consequence",
        "choice": "choose select pick selection decide determine",
        "parts": "component part element structure architecture step stage",
        "not": "not no nor never cannot except",
    }.items()
    for word in words.split()
}
"""What a question wants to know of its subject, by the words that say so."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_GLUE = _words(
    "a an the of in on at to for from by with as and or but if then than that this these those",
    "it its is are was were be been being do does did has have had can ca could would wo should",
    "will shall may might must you your we our us i me my they their them there here what who whom",
    "whose s re ve ll explain define describe discuss tell state give say mean meant meaning",
    "definition understand term idea briefly detail please about into over under between among so",
    "such any some other one two another each every following answer question also very just own",
    "neural artificial different various several common popular main important basic typical",
    "general specific certain simple good best new real modern",
)
"""Words that say nothing of what a question is about."""
_LIGHT = _words(
    "deep learning machine network model algorithm method technique approach mechanism process",
    "procedure system task data ai training trained practice problem issue concept context field",
    "area key word case time order thing way point",
)
"""Words so general that they count only where there are no others, or as part of a name."""
_NARROWS = _words("concept context data learning machine order system task time training word")
"""Light words that name another thing before a word: data drift and concept drift."""
_HEADS = _words("learning model network")
"""Light words that name another thing behind one: a graph network is no graph."""
_NETWORKS = _words(
    "autoencoder bert gpt memory perceptron resnet seq2seq transformer unet unit vgg"
)
"""What is a network or model by its own name: a transformer network is a transformer."""
_BETWEEN = _words("artificial deep neural")
"""May stand inside such a name: a graph neural network."""
_ACTING = _words("you we i to one")
"""Behind these stands a verb, which is no part of a name: how do you deploy models."""
_DIRECTED = re.compile(r"\b(?:from|over|than|instead|into|rather)\b")
"""With one of these, the order of what stands around it matters."""
_COMPOUND = re.compile(
    r"(?:\band|,|;)\s+(?:also\s+)?"
    r"(?:what|how|why|when|where|which|explain|discuss|give|mention|describe|name)\b"
)
"""A question that goes on to ask something else."""
_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_SPELLED = (
    ("isation", "ization"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("ise", "ize"),
    ("our", "or"),
)
_OPENING = re.compile(r"\b(?:concept|idea|notion|term)s? of\b|\b(?:stands?|used) for\b")
"""Words that lead up to the subject and are none of it."""
_LONG_FORMS: Mapping[str, str] = {
    "ai": "artificial intelligence",
    "ann": "neural network",
    "bptt": "backpropagation through time",
    "cnn": "convolutional neural network",
    "dl": "deep learning",
    "dnn": "deep neural network",
    "gan": "generative adversarial network",
    "gpu": "graphics processing unit",
    "gru": "gated recurrent unit",
    "llm": "large language model",
    "lstm": "long short term memory",
    "ml": "machine learning",
    "mlp": "multilayer perceptron",
    "net": "network",
    "nlp": "natural language processing",
    "nn": "neural network",
    "ocr": "optical character recognition",
    "pca": "principal component analysis",
    "relu": "rectified linear unit",
    "rnn": "recurrent neural network",
    "sgd": "stochastic gradient descent",
    "vae": "variational autoencoder",
}


def key_of(text: str) -> str:
    """Return a text's words, in small letters and without what stands between them."""
    return " ".join(_WORD.findall(text.casefold()))


@lru_cache(_REMEMBERED)
def _stem(word: str) -> str:
    """Return a word without the endings of number and spelling."""
    for british, american in _SPELLED:
        if len(word) > 6 and word.endswith(british):
            word = word.removesuffix(british) + american
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def meaning_of(text: str) -> Meaning:
    """Return what a text is about; what stands behind its first words may not be read."""
    words = re.sub(r"\b(\w+)-(?=\w)", r"\1 ", text[:_READ].casefold())
    words = _OPENING.sub(" ", re.sub(r"n['’]t\b", " not", words))
    # "convolutional neural networks (CNNs)" names one thing twice.
    words = re.sub(
        r"\(([a-z]{2,5}?)s?\)", lambda found: "" if found[1] in _LONG_FORMS else found[0], words
    )
    order: list[str] = []
    light: list[str] = []
    wants: set[str] = set()
    for stem, named in _parts(words):
        if want := _want(stem):
            wants.add(want)
        elif stem in _LIGHT and not named:
            light.append(stem)
        elif stem not in _GLUE:
            order.append(stem)
    order = list(dict.fromkeys(order or light))  # of nothing but networks: those are meant
    if wants & {"difference", "remedy", "effect", "choice", "number"}:
        wants.discard("how")  # "how do they differ", "how to avoid it"
    if len(wants) > 1:
        wants.discard("which")
    if _COMPOUND.search(words) or words.count("?") > 1:
        wants.add("several things")
    directed = _DIRECTED.search(words) is not None
    return Meaning(frozenset(order), tuple(order), frozenset(wants), directed)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the stems of a text, and whether each is general by itself but part of a name here."""
    stems: list[str] = []
    plural: set[int] = set()
    abbreviated: set[int] = set()
    for word in _WORD.findall(text):
        stem = word if word in _GLUE else _stem(word)
        stems += _LONG_FORMS.get(stem, stem).split()
        if stem != word:
            plural.add(len(stems) - 1)
        if stem in _LONG_FORMS:
            abbreviated.add(len(stems) - 1)
    ahead = {at for at, stem in enumerate(stems) if _is_particular(stem)}
    for at, stem in enumerate(stems):
        before = at - 1
        while before > 0 and stems[before] in _BETWEEN:
            before -= 1
        is_head = (
            stem in _HEADS
            and before in ahead - abbreviated
            and stems[before] not in _NETWORKS
            and (before == 0 or stems[before - 1] not in _ACTING)
        )
        narrows = stem in _NARROWS and at not in plural and at + 1 in ahead
        yield stem, is_head or narrows


def _is_particular(stem: str) -> bool:
    return stem not in _GLUE and stem not in _LIGHT and not _want(stem)


@lru_cache(_REMEMBERED)
def _want(stem: str) -> str:
    """Return what a word wants to know, if it is a word that does: ``avoiding``, ``solved``."""
    endings = (("", ""), ("d", ""), ("ed", ""), ("ing", ""), ("ing", "e"))
    forms = (stem.removesuffix(end) + add for end, add in endings if stem.endswith(end))
    return next((_WANTS[form] for form in forms if form in _WANTS), "")
