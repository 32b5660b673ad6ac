"""Putting a formula together: brackets, bars, scripts; neither macros nor text are known here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.formulas.tree import BadFormula, Fenced, Group, Leaf, Node, Row, Scripted, Sort, is_leaf


def assemble(tokens: Sequence[Node]) -> Row:
    """Return ``tokens`` as a row: brackets closed, bars paired, scripts on their bases."""
    levels: list[tuple[Leaf | None, list[Node]]] = [(None, [])]

    def give_up() -> None:
        """Take the innermost bracket for a mere sign: it has no partner."""
        opening, inside = levels.pop()
        if opening is None or opening.sort is Sort.LEFT:
            levels.append((opening, inside))
            raise BadFormula("\\left and \\right do not come in pairs")
        levels[-1][1].extend((opening, *inside))

    for token in _pieced(tokens):
        opening = levels[-1][0]
        match token:
            case Leaf(_, Sort.CELL):
                raise BadFormula("& outside a matrix or a list of lines: write \\&")
            case Leaf(_, Sort.OPEN | Sort.LEFT):
                levels.append((token, []))
            case Leaf(text, Sort.CLOSE) if opening is not None and opening.sort is Sort.OPEN:
                _, inside = levels.pop()
                levels[-1][1].append(Fenced(opening.text, _finished(inside), text))
            case Leaf(text, Sort.RIGHT):
                while opening is None or opening.sort is not Sort.LEFT:
                    give_up()
                    opening = levels[-1][0]
                _, inside = levels.pop()
                levels[-1][1].append(_fenced(opening.text, _finished(inside), text))
            case _:
                levels[-1][1].append(token)
    while len(levels) > 1:
        give_up()
    return _finished(levels[0][1])


def _fenced(opening: str, row: Row, closing: str) -> Fenced:
    """Return ``row`` in brackets; they replace those we gave a matrix that had none."""
    match row:
        case (Fenced(_, inside, _, True),):
            return Fenced(opening, inside, closing)
        case _:
            return Fenced(opening, row, closing)


def _pieced(tokens: Sequence[Node]) -> list[Node]:
    """Return ``tokens`` with numbers like ``1{,}000``, and words like ``top_k``, in one piece."""
    found: list[Node] = []
    for token in tokens:
        match found[-2:], token:
            case (
                [Leaf(head, Sort.NUMBER), Group((Leaf("," | "." as point, Sort.PUNCT),))],
                Leaf(tail, Sort.NUMBER),
            ):
                found[-2:] = [Leaf(head + point + tail, Sort.NUMBER)]
            case [Leaf(head, Sort.WORD), Leaf("_", Sort.POSTFIX)], Leaf(tail, _) if tail.isalnum():
                found[-2:] = [Leaf(f"{head}_{tail}", Sort.WORD)]
            case [Leaf(head, Sort.SYMBOL), Leaf("_", Sort.POSTFIX)], Leaf(tail, Sort.WORD):
                found[-2:] = [Leaf(f"{head}_{tail}", Sort.WORD)]
            case _:
                found.append(token)
    return found


def _finished(tokens: Sequence[Node]) -> Row:
    """Return the content of a bracket as a row: bars paired, scripts on their bases."""
    found = _pairs(_pairs(_double_bars(tokens), "‖"), "|")
    row = list(_spliced(_scripts(found)))
    while row and is_leaf(row[0], Sort.THIN, Sort.WIDE):
        del row[0]
    while row and is_leaf(row[-1], Sort.THIN, Sort.WIDE):
        del row[-1]
    return tuple(row)


def _double_bars(tokens: Sequence[Node]) -> list[Node]:
    """Return ``tokens`` with ``||`` as one double bar, unless the first closes and one opens."""
    bar = Leaf("|", Sort.BAR)
    found: list[Node] = []
    is_open = False
    for token in tokens:
        if token == bar and found and found[-1] == bar and is_open:
            found[-1] = Leaf("‖", Sort.BAR)
            is_open = False
        else:
            found.append(token)
            if token == bar:
                is_open = not is_open
    return found


def _pairs(tokens: Sequence[Node], bar: str) -> list[Node]:
    """Return ``tokens`` with bars in pairs as brackets, a single one as a separator."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if is_leaf(token, Sort.BAR) and token == Leaf(bar, Sort.BAR):
            parts.append([])
        else:
            parts[-1].append(token)
    if len(parts) % 2 == 0 and len(parts) > 2:
        raise BadFormula("an odd number of bars: write \\lvert and \\rvert, or \\mid")
    found = parts[0]
    for number, part in enumerate(parts[1:], start=1):
        if len(parts) == 2:
            found.append(Leaf(bar, Sort.RELATION))
            found += part
        elif number % 2:
            found.append(Fenced(bar, _finished(part), bar))
        else:
            found += part
    return found


_NO_BASE = (Sort.OPEN, Sort.SIGN, Sort.SLASH, Sort.PUNCT, Sort.THIN, Sort.WIDE, Sort.LINE)
_NO_SCRIPT = (Sort.MARK, Sort.OPEN, Sort.CLOSE, Sort.PUNCT, Sort.THIN, Sort.WIDE, Sort.LINE)


def _scripts(tokens: Sequence[Node]) -> list[Node]:
    """Return ``tokens`` with every script on its base."""
    found: list[Node] = []
    rest = iter(tokens)
    for token in rest:
        if not isinstance(token, Leaf) or token.sort is not Sort.MARK:
            found.append(token)
            continue
        if not found or is_leaf(found[-1], *_NO_BASE) or found[-1] == Group(()):
            raise BadFormula(f'"{token.text}" with nothing before it')
        base = found.pop()
        scripted = base if isinstance(base, Scripted) else Scripted(base)
        found.append(_with_script(scripted, token.text, rest))
    return found


def _with_script(base: Scripted, mark: str, rest: Iterator[Node]) -> Scripted:
    """Return ``base`` with the prime, or the script that is next in ``rest``, added."""
    if mark == "'":
        if base.sup is not None:
            raise BadFormula("a prime after a superscript: put it first")
        return Scripted(base.base, base.sub, base.sup, base.primes + 1)
    script = next(rest, None)
    if script is None or is_leaf(script, *_NO_SCRIPT) or script == Group(()):
        raise BadFormula(f'"{mark}" with nothing after it that can be a script')
    if isinstance(script, Fenced):
        raise BadFormula(f'"{mark}" before a bracket: put braces around the whole script')
    if isinstance(script, Leaf) and script.sort is Sort.NUMBER and len(script.text) > 1:
        raise BadFormula(f'"{mark}{script.text}" has one digit as its script: put braces around it')
    row = script.row if isinstance(script, Group) else (script,)
    if mark == "_" and base.sub is None:
        return Scripted(base.base, row, base.sup, base.primes)
    if mark == "^" and base.sup is None:
        return Scripted(base.base, base.sub, row, base.primes)
    kind = "subscripts" if mark == "_" else "superscripts"
    raise BadFormula(f"two {kind} on one base: put braces around what the second belongs to")


def _spliced(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield ``nodes``; braces that carry no script are as good as absent."""
    for node in nodes:
        if isinstance(node, Group):
            yield from node.row
        else:
            yield node
