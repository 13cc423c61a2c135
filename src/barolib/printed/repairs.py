"""Proposals for printed rows that no counts can give: what a small misreading would explain.

A proposal is a row of percents that some counts do give, reached from the printed one by up to two
edits of a digit (a digit replaced, added or dropped; the same misreading repeated in the row counts
once), or by one percent that is one point off. Proposals are ranked, never applied: an edition's
corrections.csv alone changes what is printed. See docs/method.md, "Repairs".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd

from barolib.printed.reconstruction import possible, reconstruct
from barolib.survey.rounding import Rounding, percent

#: A misreading: the positions at which it struck, and the value meant.
Change = tuple[tuple[int, ...], int]

#: Most combinations of counts tried against a theme's pooled bar.
COMBINATIONS = 2_000_000


def propose(row: tuple[int, ...], largest_base: int, rounding: Rounding) -> pd.DataFrame:
    """Every admissible repair of an impossible row, with its counts.

    Returns a row per (repair, base, counts): p1…pK the repaired percents, edits (1 or 2), kind
    (digit, point), reading ("13→3": what was misread), base, n1…nK. A repair reached in several
    ways keeps the one of fewest edits.
    """
    reached: dict[tuple[int, ...], tuple[int, str, str]] = {}
    for repaired, *how in _candidates(row):
        reached[repaired] = min(reached.get(repaired, (9, "", "")), tuple(how))
    candidates = np.array(list(reached), dtype=np.int64)
    candidates = candidates[np.abs(candidates.sum(axis=1) - 100) <= len(row)]
    kept = candidates[possible(candidates, largest_base, rounding)]
    percents = [f"p{level}" for level in range(1, len(row) + 1)]
    how = pd.DataFrame(
        [reached[tuple(each)] for each in kept.tolist()], columns=["edits", "kind", "reading"]
    ).astype({"edits": "int64", "kind": "str", "reading": "str"})
    table = pd.DataFrame(kept, columns=percents).join(how)
    table.index = table.index.astype("str")
    counts = reconstruct(table[percents], largest_base, rounding)
    table = table.merge(counts, left_index=True, right_on="subject")
    return table.drop(columns="subject").reset_index(drop=True)


def allowed_by_pooled(
    proposals: dict[str, pd.DataFrame],
    others: list[np.ndarray],
    pooled: tuple[int, ...],
    rounding: Rounding,
) -> dict[str, list[bool]]:
    """Whether each proposal can stand beside the theme's other rows under its printed pooled bar.

    `proposals`: by affirmation, tables from `propose`; `others`: for each other row of the theme,
    its admissible count vectors (vector × level); `pooled`: the theme's printed percents. Returns a
    list of booleans by affirmation, in the order of its proposals. Where the combinations are more
    than COMBINATIONS, the other impossible rows are held to their repairs of one edit.
    """
    start = np.zeros((1, len(pooled)), dtype=np.int64)
    for vectors in others:
        start = _sums(start, vectors)
    found = {}
    for subject, table in proposals.items():
        rest = [each for other, each in proposals.items() if other != subject]
        size = len(start) * len(table) * np.prod([len(each) for each in rest])
        rest = [each[each["edits"] == 1] if size > COMBINATIONS else each for each in rest]
        sums = start
        for each in rest:
            sums = _sums(sums, _counts(each))
        found[subject] = [
            bool(_prints(sums + counts, pooled, rounding).any()) for counts in _counts(table)
        ]
    return found


def rank(proposals: pd.DataFrame) -> pd.DataFrame:
    """The proposals of a row, best first, with their rank (equal merits share a rank).

    Needs pooled_allows (missing where no bar is printed), claims_met, claims_asked and shared (how
    many other impossible rows the same misreading would mend). The order is: pooled bar, claims
    met, fewest edits, most shared, a digit before a point.
    """
    merits = pd.DataFrame(
        {
            "pooled": ~proposals["pooled_allows"].fillna(True).astype(bool),
            "claims": proposals["claims_asked"] - proposals["claims_met"],
            "edits": proposals["edits"],
            "shared": -proposals["shared"],
            "kind": proposals["kind"] != "digit",
        }
    )
    order = merits.sort_values(list(merits), kind="stable").index
    ranks = merits.groupby(list(merits), sort=True).ngroup() + 1
    return proposals.assign(rank=ranks).loc[order].reset_index(drop=True)


def _candidates(row: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int, str, str]]:
    """Every row within reach of the printed one, with its edits, kind and reading."""
    once, twice = _misreadings(row, 1), _misreadings(row, 2)
    for edits, changes in ((1, once), (2, twice)):
        for change in changes:
            yield _apply(row, [change]), edits, "digit", _reading(row, [change])
    for pair in combinations(once, 2):
        if not set(pair[0][0]) & set(pair[1][0]):
            yield _apply(row, pair), 2, "digit", _reading(row, pair)
    for position, value in enumerate(row):
        for near in {value - 1, value + 1} & set(range(101)):
            change = ((position,), near)
            yield _apply(row, [change]), 1, "point", _reading(row, [change])


def _reading(row: tuple[int, ...], changes: Iterable[Change]) -> str:
    return ", ".join(f"{row[positions[0]]}→{meant}" for positions, meant in changes)


def _misreadings(row: tuple[int, ...], edits: int) -> list[Change]:
    """Each misreading of one value: the positions at which it struck, and the value meant."""
    found: list[Change] = []
    for value in sorted(set(row)):
        places = [position for position, each in enumerate(row) if each == value]
        subsets = [s for size in range(1, len(places) + 1) for s in combinations(places, size)]
        for meant in sorted(_within(value, edits)):
            found += [(subset, meant) for subset in subsets]
    return found


def _apply(row: tuple[int, ...], changes: Iterable[Change]) -> tuple[int, ...]:
    values = list(row)
    for positions, meant in changes:
        for position in positions:
            values[position] = meant
    return tuple(values)


@lru_cache(maxsize=256)
def _within(value: int, edits: int) -> frozenset[int]:
    """The percents exactly `edits` edits of a digit away from `value`."""
    reached = [{str(value)}]
    for _ in range(edits):
        reached.append({text for each in reached[-1] for text in _edited(each)})
    nearer = {int(text) for texts in reached[:-1] for text in texts if text}
    return frozenset(int(text) for text in reached[-1] if text and int(text) <= 100) - nearer


def _edited(text: str) -> Iterator[str]:
    """The texts one edit of a digit away, up to three digits."""
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]
        yield from (text[:place] + digit + text[place + 1 :] for digit in "0123456789")
    if len(text) < 3:
        for place in range(len(text) + 1):
            yield from (text[:place] + digit + text[place:] for digit in "0123456789")


def _counts(table: pd.DataFrame) -> np.ndarray:
    return table[[name for name in table if name[0] == "n" and name[1:].isdigit()]].to_numpy()


def _sums(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distinct sums of a vector of each side."""
    return np.unique((left[:, None, :] + right[None, :, :]).reshape(-1, left.shape[1]), axis=0)


def _prints(counts: np.ndarray, pooled: tuple[int, ...], rounding: Rounding) -> np.ndarray:
    """Whether each pooled count vector prints the theme's percents."""
    base = counts.sum(axis=1, keepdims=True)
    return (percent(counts, base, rounding) == np.array(pooled)).all(axis=1)
