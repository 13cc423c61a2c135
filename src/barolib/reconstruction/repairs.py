"""Proposals for printed rows that no counts can give: what a small misreading would explain.

A proposal is a row of percents that some counts do give, reached from the printed one by up to two
edits of a digit (a digit replaced, added or dropped; the same misreading repeated in the row counts
once), or by one percent that is one point off. Proposals are ranked, never applied: an edition's
corrections.csv alone changes what is printed. See docs/method.md, "Repairs".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd

from barolib.reconstruction.count_vectors import possible, reconstruct
from barolib.survey.rounding import Rounding, percent

#: What was misread: the percent meant, by position in the row.
Change = dict[int, int]

#: Most combinations of counts tried against a theme's pooled bar.
COMBINATIONS = 2_000_000


def propose(row: Sequence[int], largest_base: int, rounding: Rounding) -> pd.DataFrame:
    """Every admissible repair of an impossible row, with its counts.

    Parameters
    ----------
    row : sequence of int
        The printed integer percents, lowest level first.
    largest_base : int
        The largest number of respondents tried.
    rounding : {"half_up", "half_up_via_tenths"}
        The rule by which the percents were rounded.

    Returns
    -------
    DataFrame
        A row per (repair, base, counts): p1…pK the repaired percents, edits (1 or 2), kind (digit,
        point), reading ("13→3": what was misread), base, n1…nK. A repair reached in several ways
        keeps the one of fewest edits.

    References
    ----------
    docs/method.md, "Repairs".

    Examples
    --------
    >>> table = propose([50, 60], largest_base=2, rounding="half_up")
    >>> table[["p1", "p2", "reading", "base"]].to_numpy().tolist()
    [[50, 50, '60→50', 2]]
    """
    reached: dict[tuple[int, ...], tuple[int, str, str]] = {}
    for repaired, edits, kind, reading in _candidates(row):
        former = reached.get(repaired, (9, "", ""))
        reached[repaired] = min(former, (edits, kind, reading))
    candidates = np.array(list(reached), dtype=np.int64)
    candidates = candidates[np.abs(candidates.sum(axis=1) - 100) <= len(row)]
    kept = candidates[possible(candidates, largest_base, rounding)]
    percents = [f"p{level}" for level in range(1, len(row) + 1)]
    repairs = [(*repaired, *reached[tuple(repaired)]) for repaired in kept.tolist()]
    table = pd.DataFrame(repairs, columns=[*percents, "edits", "kind", "reading"])
    whole = dict.fromkeys([*percents, "edits"], "int64")
    table = table.astype({"kind": "str", "reading": "str", **whole})
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
    allowed = {}
    for subject, table in proposals.items():
        others = [rows for other, rows in proposals.items() if other != subject]
        size = len(start) * len(table) * np.prod([len(rows) for rows in others])
        sums = start
        for rows in others:
            sums = _sums(sums, _counts(rows[rows["edits"] == 1] if size > COMBINATIONS else rows))
        allowed[subject] = [
            bool(_prints(sums + counts, pooled, rounding).any()) for counts in _counts(table)
        ]
    return allowed


def rank(proposals: pd.DataFrame) -> pd.DataFrame:
    """The proposals of a row, best first, with their rank (equal merits share a rank).

    Needs pooled_allows (missing where no bar is printed), claims_met, claims_asked and shared (how
    many other impossible rows the same misreading would fix). The order is: pooled bar, claims
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


def _candidates(row: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int, str, str]]:
    """Every row within reach of the printed one, with its edits, kind and reading."""
    once = _misreadings(row, 1)
    digits = [(1, change) for change in once]
    digits += [(2, change) for change in _misreadings(row, 2)]
    pairs = combinations(once, 2)
    digits += [(2, one | other) for one, other in pairs if not one.keys() & other.keys()]
    near = [(at, meant) for at, value in enumerate(row) for meant in (value - 1, value + 1)]
    points = [(1, {position: meant}) for position, meant in near if 0 <= meant <= 100]
    for kind, changes in (("digit", digits), ("point", points)):
        for edits, change in changes:
            repaired = tuple(change.get(position, value) for position, value in enumerate(row))
            readings = (f"{row[position]}→{meant}" for position, meant in change.items())
            yield repaired, edits, kind, ", ".join(dict.fromkeys(readings))


def _misreadings(row: Sequence[int], edits: int) -> list[Change]:
    """Each misreading of one value, at one or several of its positions."""
    changes: list[Change] = []
    for value in sorted(set(row)):
        positions = [position for position, percent in enumerate(row) if percent == value]
        sizes = range(1, len(positions) + 1)
        struck = [subset for size in sizes for subset in combinations(positions, size)]
        for meant in sorted(_within(value, edits)):
            changes += [dict.fromkeys(subset, meant) for subset in struck]
    return changes


@lru_cache(maxsize=256)
def _within(value: int, edits: int) -> frozenset[int]:
    """The percents exactly `edits` edits of a digit away from `value`."""
    reached = [{str(value)}]
    for _ in range(edits):
        reached.append({edited for text in reached[-1] for edited in _edited(text)})
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
    return table.filter(regex=r"^n\d+$").to_numpy()


def _sums(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distinct sums of a vector of each side."""
    return np.unique((left[:, None, :] + right[None, :, :]).reshape(-1, left.shape[1]), axis=0)


def _prints(counts: np.ndarray, pooled: tuple[int, ...], rounding: Rounding) -> np.ndarray:
    """Whether each pooled count vector prints the theme's percents."""
    base = counts.sum(axis=1, keepdims=True)
    return (percent(counts, base, rounding) == np.array(pooled)).all(axis=1)
