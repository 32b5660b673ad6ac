"""Reading LaTeX with pylatexenc's walker, from macros to our tree; not how a formula looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexWalker,
    LatexWalkerError,
    LatexWalkerParseError,
)
from pylatexenc.macrospec import EnvironmentSpec, LatexContextDb, MacroSpec, MacroStandardArgsParser

from bot.formulas.assembling import assemble
from bot.formulas.signs import (
    ACCENTS,
    ALPHABETS,
    ARGUMENTS,
    BARE,
    BINOMIALS,
    CASES,
    CONNECTIVES,
    FRACTIONS,
    IGNORED,
    LINES,
    MACROS,
    MATRICES,
    SIGNS,
    SIZED,
    TEXTS,
    UPRIGHT,
)
from bot.formulas.tree import (
    Accent,
    BadFormula,
    Fenced,
    Fraction,
    Group,
    Leaf,
    Node,
    Root,
    Row,
    Scripted,
    Sort,
    edge,
    is_leaf,
)
from bot.formulas.writing import single, write


def _context() -> LatexContextDb:
    """Return the walker's picture of our table: which macro takes which arguments."""
    macros = []
    for name, letters in ARGUMENTS.items():
        modes = [False] if name in TEXTS else None
        parser = MacroStandardArgsParser(letters, args_math_mode=modes, optional_arg_no_space=True)
        macros.append(MacroSpec(name, args_parser=parser))
    context = LatexContextDb()
    context.add_context_category(
        "ours",
        macros=macros,
        environments=[EnvironmentSpec("array", "{"), EnvironmentSpec("alignedat", "{")],
        specials=[],
    )
    return context


_CONTEXT = _context()


def walk(latex: str) -> list[Any]:
    """Return the walker's nodes of ``latex``; it is strict about braces and environments."""
    if (len(latex) - len(latex.rstrip("\\"))) % 2:
        raise BadFormula("a backslash with nothing after it")
    walker = LatexWalker(latex, latex_context=_CONTEXT, tolerant_parsing=False)
    state = walker.make_parsing_state(in_math_mode=True)
    try:
        nodes, _, _ = walker.get_latex_nodes(parsing_state=state)
    except LatexWalkerParseError as problem:
        reason = str(problem.msg)
        raise BadFormula(f"{reason[:1].lower()}{reason[1:]}") from None
    except LatexWalkerError:
        raise BadFormula("the formula ends too early") from None
    return list(nodes)


class Reader:
    """Turns the walker's nodes into ours."""

    def __init__(self) -> None:
        self.unknown: dict[str, None] = {}
        """Macros and environments that are not in the table, in order of appearance."""

    def lines(self, nodes: Sequence[Any]) -> list[Row]:
        """Return the lines of a formula, empty ones left out."""
        rows = [assemble(line) for line in _split(self.tokens(nodes), Sort.LINE)]
        return [row for row in rows if row]

    def row(self, nodes: Sequence[Any], *, upright: bool = False) -> Row:
        """Return ``nodes`` as one row; neighbouring letters form words if ``upright``."""
        return assemble(self.tokens(nodes, upright=upright))

    def tokens(self, nodes: Sequence[Any], *, upright: bool = False) -> list[Node]:
        """Return ``nodes`` one by one; brackets and scripts have not found each other yet."""
        found: list[Node] = []
        for node in nodes:
            if isinstance(node, LatexCharsNode):
                found += _characters(node.chars, upright=upright)
            elif isinstance(node, LatexGroupNode):
                found.append(Group(self.row(node.nodelist, upright=upright)))
            elif isinstance(node, LatexMacroNode):
                found += self.macro(node)
            elif isinstance(node, LatexEnvironmentNode):
                found += self.environment(node)
            elif isinstance(node, LatexCommentNode):
                raise BadFormula("a bare % hides what follows: write \\%")
            else:
                raise BadFormula("a formula within a formula, outside \\text: leave its marks out")
        return found

    def macro(self, node: Any) -> list[Node]:
        """Return what a macro stands for."""
        name = str(node.macroname)
        if name in MACROS:
            return [MACROS[name]]
        if name in IGNORED.split():
            return []
        if name not in ARGUMENTS:
            self.unknown[f"\\{name}"] = None
            return [Leaf(name, Sort.WORD)]
        if name == "\\":
            return [Leaf(";", Sort.LINE)]
        if node.nodeargd is None:
            raise BadFormula(f"put braces around \\{name} and its arguments")
        arguments = [argument for argument in node.nodeargd.argnlist if argument is not None]
        if any(isinstance(a, LatexCharsNode) and not a.chars.strip() for a in arguments):
            raise BadFormula(f"\\{name} lacks an argument")
        if name in TEXTS:
            return _text(self.words(arguments))
        if name in SIZED:
            return [_delimiter(name, arguments[0])]
        upright = name in UPRIGHT or name == "operatorname"
        rows = [
            self.row(a.nodelist if isinstance(a, LatexGroupNode) else [a], upright=upright)
            for a in arguments
            if not (isinstance(a, LatexCharsNode) and name == "operatorname" and a.chars == "*")
        ]
        if not all(rows):
            raise BadFormula(f"\\{name} has an empty argument")
        return self.built(name, rows)

    def built(self, name: str, rows: Sequence[Row]) -> list[Node]:
        """Return what macro ``name`` makes of its arguments ``rows``."""
        last = rows[-1]
        if name in FRACTIONS:
            return [Fraction(*rows)]
        if name in BINOMIALS:
            parts = [row if single(row) else (Fenced("(", row, ")"),) for row in rows]
            return [Fenced("(", (*parts[0], Leaf("choose", Sort.RELATION), *parts[1]), ")")]
        if name in ACCENTS:
            return [Accent(*ACCENTS[name], last)]
        if name in ALPHABETS:
            return [Group(tuple(_styled(node, ALPHABETS[name]) for node in last))]
        match name:
            case "sqrt":
                return [Root(rows[0] if len(rows) > 1 else (), last)]
            case "operatorname" | "mathop":
                return [Leaf(write(last), Sort.FUNCTION)]
            case "overset" | "stackrel":
                return [Group((Scripted(_one(last), sup=rows[0]),))]
            case "underset":
                return [Group((Scripted(_one(last), sub=rows[0]),))]
            case "xrightarrow" | "xleftarrow":
                arrow = Leaf("→" if name == "xrightarrow" else "←", Sort.RELATION)
                below = rows[0] if len(rows) > 1 else None
                return [Group((Scripted(arrow, sub=below, sup=last),))]
            case "pmod":
                modulus = (Leaf("mod", Sort.WORD), *last)
                return [Leaf(" ", Sort.THIN), Fenced("(", modulus, ")")]
            case "not":
                text = unicodedata.normalize("NFC", write(last) + "\u0338")
                return [Leaf(text, edge(last[0]))]
            case _:
                return [Group(last)]

    def environment(self, node: Any) -> list[Node]:
        """Return what an environment stands for."""
        name = str(node.environmentname).removesuffix("*")
        tokens = self.tokens(node.nodelist)
        if name in MATRICES:
            rows = [_joined(cells, ",") for cells in _grid(tokens)]
            return [Fenced(MATRICES[name][0], _joined(rows, ";"), MATRICES[name][1], name in BARE)]
        if name in CASES:
            cases = [_case(cells) for cells in _grid(tokens)]
            return [Fenced("{", _joined(cases, ";"), "}")]
        if name not in LINES:
            self.unknown[f"\\begin{{{name}}}"] = None
        return [token for token in tokens if not is_leaf(token, Sort.CELL)]

    def words(self, nodes: Sequence[Any]) -> str:
        """Return the characters of a text macro and what is nested in it."""
        found = ""
        for node in nodes:
            if isinstance(node, LatexCharsNode):
                found += node.chars.replace("~", " ")
            elif isinstance(node, LatexGroupNode):
                found += self.words(node.nodelist)
            elif isinstance(node, LatexMathNode):
                found += write(self.row(node.nodelist))
            elif isinstance(node, LatexMacroNode) and node.macroname in TEXTS and node.nodeargd:
                found += self.words(node.nodeargd.argnlist)
            elif isinstance(node, LatexMacroNode):
                found += write(tuple(self.macro(node))) + str(node.macro_post_space) or " "
            else:
                raise BadFormula("\\text holds something that is no text")
        return found


_LEXEME = (
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]*\.[0-9]+|[0-9]+)"
    r"|(?P<dots>\.\.\.)|(?P<space>\s+)|(?P<sign>.)"
)
_SYMBOLWISE = re.compile(_LEXEME)
_WORDWISE = re.compile(r"(?P<word>[^\W\d_][^\W_]+(?:-[^\W_]+)*)|" + _LEXEME)


def _characters(text: str, *, upright: bool) -> list[Node]:
    """Return the symbols of a run of plain characters; letters form words if ``upright``."""
    found: list[Node] = []
    for match in (_WORDWISE if upright else _SYMBOLWISE).finditer(text):
        sign = match[0]
        last = found[-1] if found else None
        if match.lastgroup == "space":
            continue
        if match.lastgroup == "number":
            found.append(Leaf(sign, Sort.NUMBER))
        elif match.lastgroup == "word":
            found.append(Leaf(sign, Sort.WORD))
        elif match.lastgroup == "dots":
            found.append(Leaf("…", Sort.SYMBOL))
        elif isinstance(last, Leaf) and unicodedata.category(sign).startswith("M"):
            found[-1] = Leaf(unicodedata.normalize("NFC", last.text + sign), last.sort)
        elif sign.isprintable():
            found.append(SIGNS.get(sign, Leaf(sign, Sort.SYMBOL)))
        else:
            raise BadFormula(f"an unprintable character, U+{ord(sign):04X}")
    return found


def _text(words: str) -> list[Node]:
    """Return the characters of a text macro: one word or phrase, and the spaces around it."""
    text = " ".join(words.split())
    if not text:
        return [Leaf(" ", Sort.THIN)] if words else []
    sort = Sort.WORD
    if text.split()[0].lower().rstrip(",;:.") in CONNECTIVES.split():
        sort = Sort.RELATION
    elif all(sign in ",;.:" for sign in text):
        sort = Sort.PUNCT
    elif len(text) == 1 and text.isalpha():
        sort = Sort.SYMBOL
    elif text.isascii() and text.isdigit():
        sort = Sort.NUMBER
    found: list[Node] = [Leaf(text, sort)]
    if words[0].isspace():
        found.insert(0, Leaf(" ", Sort.THIN))
    if words[-1].isspace():
        found.append(Leaf(" ", Sort.THIN))
    return found


def _delimiter(name: str, node: Any) -> Leaf:
    """Return the bracket that a macro for its size stands before."""
    leaf: Leaf | None = None
    if isinstance(node, LatexMacroNode):
        leaf = MACROS.get(node.macroname)
    elif isinstance(node, LatexCharsNode):
        leaf = {
            "<": Leaf("⟨", Sort.OPEN),
            ">": Leaf("⟩", Sort.CLOSE),
            ".": Leaf("", Sort.OPEN),
        }.get(node.chars, SIGNS.get(node.chars))
    kinds = (Sort.OPEN, Sort.CLOSE, Sort.BAR, Sort.SLASH)
    if leaf is None or leaf.sort not in kinds:
        raise BadFormula(f"\\{name} without a bracket after it")
    sort = SIZED[name]
    return Leaf(leaf.text, leaf.sort if sort is None else sort)


def _styled(node: Node, letters: Mapping[str, str]) -> Node:
    """Return ``node`` in another style of letter, where that style has one."""
    match node:
        case Leaf(text, _) if text in letters:
            return Leaf(letters[text], Sort.SYMBOL)
        case Scripted(base, sub, sup, primes):
            return Scripted(_styled(base, letters), sub, sup, primes)
        case _:
            return node


def _one(row: Row) -> Node:
    """Return ``row`` as a single node."""
    return row[0] if len(row) == 1 else Group(row)


def _split(tokens: Iterable[Node], sort: Sort) -> list[list[Node]]:
    """Return ``tokens`` in parts, cut at each leaf of this sort; the last part may be empty."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if is_leaf(token, sort):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _grid(tokens: list[Node]) -> list[list[Row]]:
    """Return the cells of each line; lines that are empty altogether are left out."""
    lines = [
        [assemble(cell) for cell in _split(line, Sort.CELL)] for line in _split(tokens, Sort.LINE)
    ]
    return [cells for cells in lines if any(cells)]


def _joined(rows: Sequence[Row], sign: str) -> Row:
    """Return ``rows`` as one, with a punctuation sign between them."""
    out: list[Node] = []
    for row in rows:
        out += (Leaf(sign, Sort.PUNCT), *row)
    return tuple(out[1:])


def _case(cells: Sequence[Row]) -> Row:
    """Return one line of ``cases``: the value, and when it holds."""
    value, *conditions = (_bare_of_punctuation(cell) for cell in cells)
    condition = tuple(node for row in conditions for node in row)
    if condition and not is_leaf(condition[0], Sort.RELATION):
        condition = (Leaf("if", Sort.RELATION), *condition)
    return (*value, *condition)


def _bare_of_punctuation(row: Row) -> Row:
    """Return ``row`` without a comma or full stop at its end."""
    return row[:-1] if row and is_leaf(row[-1], Sort.PUNCT) else row
