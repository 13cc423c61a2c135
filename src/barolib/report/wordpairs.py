"""Two states of a document side by side: which paragraph became which, and word for word how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from barolib.report.wordlines import Line

#: How alike two paragraphs are that are taken for one, from 0 to 1.
_ALIKE = 0.4
#: The share of a paragraph's words that another has which was written around it, and how many.
_WITHIN, _SEVERAL = 0.9, 5
#: So many pairs of paragraphs are looked at where several changed next to one another.
_MOST = 200_000
#: As difflib tells it: what happened, the words from … to before … of before, of after.
Operation: TypeAlias = tuple[str, int, int, int, int]
Pair: TypeAlias = tuple[int | None, int | None]


def pairs_of(before: Sequence[Line], after: Sequence[Line]) -> list[Pair]:
    """The number of each paragraph in both states; None where it has gone, or is new."""
    found: list[Pair] = []
    words = [line.words for line in before], [line.words for line in after]
    for tag, a, b, c, d in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag == "equal":
            found += zip(range(a, b), range(c, d), strict=True)
        else:
            found += _alike(before[a:b], after[c:d], a, c)
    return found


def operations_of(before: Line, after: Line) -> list[Operation]:
    """What makes the words of a paragraph those of another."""
    matcher = SequenceMatcher(None, before.words, after.words, autojunk=False)
    return matcher.get_opcodes()  # type: ignore[return-value]


def touches(operation: Operation, first: int, last: int) -> bool:
    """Whether it changes one of these words of before, or comes between them."""
    tag, a, b, _, _ = operation
    if tag == "insert":
        return first < a < last
    return tag != "equal" and a < last and b > first


def onto(operations: Sequence[Operation], first: int, last: int) -> tuple[int, int]:
    """The words of after that stand where these words of before stood."""
    start = end = 0
    for tag, a, b, c, d in operations:
        if a <= first < b:
            start = c + first - a if tag == "equal" else c
        if a < last <= b:
            end = c + last - a if tag == "equal" else d
    return start, end


def _alike(before: Sequence[Line], after: Sequence[Line], a: int, c: int) -> Iterator[Pair]:
    """The pairs, in order, that are most alike taken together; those without one, alone."""
    rows, columns = len(before), len(after)
    if rows * columns > _MOST:
        yield from ((a + row, None) for row in range(rows))
        yield from ((None, c + column) for column in range(columns))
        return
    counts = [Counter(line.words) for line in before], [Counter(line.words) for line in after]
    alike = [[_likeness(one, other) for other in counts[1]] for one in counts[0]]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            paired = alike[row][column] and alike[row][column] + best[row + 1][column + 1]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    row = column = 0
    while row < rows or column < columns:
        here = best[row][column]
        if row < rows and here == best[row + 1][column]:
            yield a + row, None
            row += 1
        elif column < columns and here == best[row][column + 1]:
            yield None, c + column
            column += 1
        else:
            yield a + row, c + column
            row, column = row + 1, column + 1


def _likeness(one: Counter, other: Counter) -> float:
    """The share of words in common, nearly all of the shorter's at least; 0 where it is less."""
    common, fewer = (one & other).total(), min(one.total(), other.total())
    share = 2 * common / (one.total() + other.total())
    if fewer >= _SEVERAL and common >= _WITHIN * fewer:
        share = max(share, _ALIKE)
    return share if share >= _ALIKE else 0.0
