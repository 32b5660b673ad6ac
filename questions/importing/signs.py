"""The signs by which documents mark questions, answers, levels and what is neither.

Patterns and small tests over single lines; what follows from a sign is for other modules to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.model import Level

LONGEST = 300
"""Characters; a longer line is not taken for a question by its words alone."""


# Questions ----------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?P<label>q(?:uestion|ues|n)?\.?[ \t]*(?:no\.?)?[ \t]*[#-]?[ \t]*)?"
    r"(?P<number>\d{1,4})(?!\d)[ \t]*"
    r"(?P<stop>\*{0,2}\\?[.:)\]]+\*{0,2}(?!\d)|[-–—](?=[ \t])|(?=[ \t]*$))?[ \t]*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:question|q)\*{0,2}[ \t]*[.:)]+\*{0,2}[ \t]*", re.IGNORECASE)
_ASKING = re.compile(
    r"(?:what|how|why|when|where|which|who|whom|whose|can|could|would|should|will|shall|may"
    r"|might|must"
    r"|is|are|was|were|do|does|did|has|have|had|in (?:what|which)|for (?:what|which)|to what"
    r"|explain|describe|define|discuss|compare|contrast|name|list|give|state|tell|write|derive"
    r"|show|prove|compute|calculate|implement|sketch|draw|outline|differentiate|distinguish|suppose"
    r"|imagine|assume|consider|identify|mention|summari[sz]e|illustrate|elaborate|estimate|you are"
    r"|you have|you train|your|true or false|design|walk)\b",
    re.IGNORECASE,
)
_ANCHOR = re.compile(r"<a\b[^>]*>\s*</a>|\s*\{#[\w-]+\}\s*$", re.IGNORECASE)
_LINKED = re.compile(r"\[([^\[\]]+)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_LINK_ONLY = re.compile(r"(?:[-*+•]|\d+[.)])?\s*(?:\*\*)?\[[^\]]+\](?:\(.*\)|\[[^\]]*\])(?:\*\*)?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A line read as a question."""

    text: str
    """Without number and label."""
    number: int | None
    labelled: bool
    """Whether it carries a number or is called a question."""
    named: bool = False
    """Whether it is called a question: ``Q``, ``Question``."""


def asked(text: str) -> Asked:
    """Return what a line asks, its number and label apart."""
    plain = unwrapped(_unlinked(text))
    found = _NUMBER.match(plain)
    if found and (found["label"] or found["stop"] is not None):
        rest = unwrapped(_unlinked(plain[found.end() :]))
        return Asked(rest, int(found["number"]), labelled=True, named=bool(found["label"]))
    if label := _LABEL.match(plain):
        return Asked(unwrapped(plain[label.end() :]), None, labelled=True, named=True)
    return Asked(plain, None, labelled=False)


def _unlinked(text: str) -> str:
    """Return a line without anchors, and without a link that is all of it."""
    if "<a" in text or "{#" in text:
        text = _ANCHOR.sub("", text)
    link = _LINKED.fullmatch(text.strip()) if "](" in text else None
    return link[1] if link else text


def unwrapped(text: str) -> str:
    """Return a line without emphasis that wraps the whole of it, or half of which is lost."""
    text = text.strip()
    for mark in ("***", "**", "__", "*", "_"):
        inner = text[len(mark) : -len(mark)]
        if text.startswith(mark) and text.endswith(mark) and inner.strip() and mark not in inner:
            return inner.strip()
    if text.count("**") == 1:  # half of a pair whose other half stood around the number
        text = text.replace("**", "").strip()
    return text


def is_asking(text: str) -> bool:
    """Tell whether a line sounds like a question: it ends as one, or begins as one."""
    bare = re.sub(r"[\s*_#)\]]+$", "", text)
    if len(text) > LONGEST or not bare:
        return False
    return bare.endswith(("?", "?)", "?”", "？")) or bool(_ASKING.match(text.lstrip("*_ ")))


def ends_asking(text: str) -> bool:
    """Tell whether a line ends with a question mark, emphasis and brackets behind it apart."""
    bare = re.sub(r"[\s*_#]+$|\s*[(\[][^()\[\]]*[)\]][\s*_#]*$", "", text)
    return len(text) <= LONGEST and bare.endswith(("?", "？"))


def is_link(text: str) -> bool:
    """Tell whether a line is one link and no more, as in a table of contents."""
    return "](" in text and _LINK_ONLY.match(text.strip()) is not None


def key(question: str) -> str:
    """Return what makes two writings of one question the same: its words, in small letters."""
    return " ".join(re.findall(r"[^\W_]+", question.casefold()))


# Answers ------------------------------------------------------------------------------------------

_ANSWER = re.compile(
    r"(?:\*{2,3}|__)?[ \t]*(?:#+[ \t]*)?"
    r"(?:(?:(?:the[ \t]+)?(?:correct[ \t]+|right[ \t]+|sample[ \t]+|model[ \t]+)?"
    r"(?:answer|solution|explanation)|ans)(?:[ \t]*\d+|[ \t]+is)?[ \t]*"
    r"(?:(?P<stop>[:.]|[ \t][-–—])|(?=[ \t*_]*$))"
    r"|A(?P<letter>\d*[.:]|\.?\)(?=\*\*)))"
    r"[ \t]*(?:\*{2,3}|__)?[ \t]*:?[ \t]*",
    re.IGNORECASE,
)
_SHOWING = re.compile(
    r"(?:(?:click|tap|press)\b.*|(?:show|see|view|reveal|check|expand)\b.*\b(?:answer|solution"
    r"|more)s?\b.*"
    r"|details?|more)\W*$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[\W_]*(?:(?:your |the |an |write |add |put |insert |type )*answer"
    r" (?:goes |comes |will come )?here|(?:to be|will be) (?:completed|answered|added|done"
    r"|written|continued"
    r"|filled)(?: (?:in|soon|later))?"
    r"|coming soon|todo|tbd|tba|wip|fixme|work in progress|not answered(?: yet)?|no answer(?: yet)?"
    r"|unanswered|pending|n/?a|answer|write (?:your|an) answer|help wanted"
    r"|contributions? welcome)[\W_]*$"
    r"|[\s._…?*()\[\]–—-]*$",
    re.IGNORECASE,
)
_HINT = re.compile(r"(?:\*{2}|__)?hints?[ \t]*\d*[ \t]*(?:\*{2}|__)?[ \t]*[:.–-]", re.IGNORECASE)
_HINT_BRACKETS = re.compile(
    r"[\s*_]*[(\[]\s*(?:hint|tip|clue)s?\s*[:.–-]\s*(?P<hint>[^()\[\]]+)[)\]][\s*_]*",
    re.IGNORECASE,
)


def answer_mark(text: str) -> re.Match[str] | None:
    """Return where a line begins with a mark such as ``Answer:``, ``**A. **`` or ``Ans:``."""
    found = _ANSWER.match(text)
    if found and found["letter"] is not None and not text.lstrip("*_# ").startswith("A"):
        return None  # "a." begins a list
    return found


def is_answer_word(text: str) -> bool:
    """Tell whether a heading or a fold says no more than that an answer follows."""
    found = answer_mark(text)
    return bool(found and found["letter"] is None) or _SHOWING.match(text) is not None


def is_showing(text: str) -> bool:
    """Tell whether the words on a fold only ask to open it."""
    return _SHOWING.match(text) is not None


def is_placeholder(text: str) -> bool:
    """Tell whether an answer only holds the place of one."""
    return len(text) <= 80 and _PLACEHOLDER.match(text.strip()) is not None and "![" not in text


def hint_mark(text: str) -> re.Match[str] | None:
    """Return where a line begins with ``Hint:``."""
    return _HINT.match(text)


def without_hint(question: str) -> tuple[str, str]:
    """Return a question without the hint in brackets, and the hint; empty where there is none."""
    found = _HINT_BRACKETS.search(question) if len(question) <= 4 * LONGEST else None
    if found is None:
        return question, ""
    return (question[: found.start()] + " " + question[found.end() :]).strip(), found[
        "hint"
    ].strip()


# Levels -------------------------------------------------------------------------------------------

_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        Level.BEGINNER,
        re.compile(
            r"\b(?:freshers?|beginners?|beginning|basics?|easy|entry[- ]level|juniors?|novices?"
            r"|elementary|fundamentals?)\b|[👶🟢🐣🌱]",
            re.IGNORECASE,
        ),
    ),
    (
        Level.ADVANCED,
        re.compile(
            r"\b(?:experienced?|advanced?|hard|difficult|experts?|seniors?|professionals?)\b"
            r"|[🚀🔴🔥🧠]",
            re.IGNORECASE,
        ),
    ),
    (
        Level.INTERMEDIATE,
        re.compile(
            r"\b(?:intermediates?|medium|middle|mid[- ]level|moderate)\b|[⭐🟡🟠]", re.IGNORECASE
        ),
    ),
)
_EMOJI = re.compile("\\s*(?:[👶🟢🐣🌱🚀🔴🔥🧠⭐🟡🟠]\ufe0f?)+\\s*")
_BRACKETED = re.compile(r"[\s*_]*[(\[]\s*([\w -]{3,20})\s*[)\]][\s*_:.-]*")


def level_of(heading: str) -> Level | None:
    """Return the level that a heading names, by a word or a sign; ``None`` for none or several."""
    found = [level for level, words in _LEVELS if words.search(heading)]
    return found[0] if len(found) == 1 else None


def without_level(question: str) -> tuple[str, Level | None]:
    """Return a question without the sign or bracketed word of its level, and the level."""
    if len(question) > 4 * LONGEST:
        return question, None
    if signs := _EMOJI.search(question):
        level = level_of(signs[0])
        return " ".join(_EMOJI.sub(" ", question).split()), level
    for found in _BRACKETED.finditer(question):
        words = found[1].strip()
        level = level_of(words) if len(words.split()) <= 2 else None
        if level and (found.start() == 0 or not question[found.end() :].strip(" ?.")):
            return (question[: found.start()] + question[found.end() :]).strip(), level
    return question, None


# What is no question ------------------------------------------------------------------------------

_FURNITURE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "table of contents",
        re.compile(
            r"(?:table of )?contents?$|toc$|index$|overview$|(?:list of )?(?:all )?questions$",
            re.IGNORECASE,
        ),
    ),
    (
        "introduction",
        re.compile(
            r"(?:intro(?:duction)?|about|preface|foreword|abstract|welcome|prerequisites?"
            r"|how to)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "conclusion",
        re.compile(
            r"(?:in )?(?:conclusions?|summary|closing|final (?:words|thoughts)|wrap[- ]?up"
            r"|ending|outro|afterword|epilogue|takeaways|key takeaways)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "references",
        re.compile(
            r"(?:references?|bibliography|further reading|resources?|sources?|credits?|see also"
            r"|links|useful links)\b\W*$",
            re.IGNORECASE,
        ),
    ),
    (
        "site furniture",
        re.compile(
            r"(?:please|log ?in|sign (?:in|up)|share|subscribe|comments?|leave a (?:comment"
            r"|reply)|related"
            r"|recommended|similar|follow|about the author|advertisement|newsletter|licen[cs]e"
            r"|contribut\w+"
            r"|acknowledge?ments?|contact|feedback|support|star history|read (?:more|next)|tags"
            r"|next article"
            r"|previous article|like article|save article|download|disclaimer|changelog"
            r"|faqs? about us)\b",
            re.IGNORECASE,
        ),
    ),
)
_FURNITURE_LINE = re.compile(
    r"\W*(?:\[?\W*(?:back to|return to|go to) (?:the )?(?:top|contents|index)\b.*|(?:like|save"
    r"|share|improve|report)"
    r"(?: this)?(?: article| post| page)?|last updated\b.{0,60}|advertisements?"
    r"|sponsored\b.{0,40}|read more\b.{0,80}"
    r"|(?:please )?log ?in ?to comment\W*|(?:please )?subscribe\b.{0,100}|click here\b.{0,100}"
    r"|follow (?:us|me)\b.{0,100}|table of contents|next article\b.{0,80}|\d+ min(?:ute)?s? read"
    r"|share on (?:facebook|twitter|x|linkedin)\b.{0,40})\W*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:in (?:conclusion|summary|closing)\b|to (?:conclude|sum up)\b|conclusions?[.:]?$"
    r"|good luck\b"
    r"|happy (?:learning|coding|studying|interviewing)\b|(?:these|the above) (?:were|are"
    r"|is) (?:the |some |our |all )"
    r"|thanks? (?:you )?for reading\b|we hope\b|i hope (?:this|you)\b|that'?s (?:it|all)\b"
    r"|at the end,)",
    re.IGNORECASE,
)
_LEAVING = re.compile(
    r"(?:good luck|happy (?:learning|coding|studying|interviewing)|thank|we hope|i hope|that'?s"
    r"|these|the above)",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:interview|article|blog|post|tutorial|guide|page)\b", re.IGNORECASE
)
_ANNOUNCED = re.compile(
    r"\b(?:top|best|these|of|following|covers?|contains?|with|are|the|all"
    r"|our)?\s*(?<![\d.,/-])(\d{1,3})\+?"
    r"(?:\s+(?!and\b|or\b|minutes?\b)[\w/&-]+){0,6}?\s+questions\b",
    re.IGNORECASE,
)


def furniture(heading: str) -> str:
    """Return what a heading begins if it is no question and no section; empty if it may be one."""
    words = re.sub(r"^[\W\d_]+", "", heading)
    return next((reason for reason, pattern in _FURNITURE if pattern.match(words)), "")


def is_furniture_line(text: str) -> bool:
    """Tell whether a line belongs to the page it was on, not to what it says."""
    return len(text) <= 160 and _FURNITURE_LINE.match(text) is not None


def is_closing(text: str) -> bool:
    """Tell whether a paragraph takes leave of its readers; an answer's own summary does not."""
    words = text.lstrip("*_# ")
    leaving = _CLOSING.match(words) is not None
    return leaving and bool(_LEAVING.match(words) or _ABOUT_ITSELF.search(words) or len(words) < 16)


def announced(text: str) -> int | None:
    """Return how many questions a title or introduction promises."""
    found = _ANNOUNCED.search(text[: 4 * LONGEST])
    return int(found[1]) if found and int(found[1]) >= 2 else None
