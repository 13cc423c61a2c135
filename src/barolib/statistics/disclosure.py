"""Withholding: a subgroup too small to be shown, and those from which it could be found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np
import pandas as pd

#: Of how many kinds of people a set is made, at most, in the search for those that can be found.
_TOGETHER = 4
_NOISE = 1e-6


def withheld(bases: pd.Series, minimum: int) -> pd.Series:
    """Whether each subgroup of one breakdown of one measure is withheld, for a published total.

    `bases`: respondents behind each subgroup. A base from 1 to `minimum` - 1 is withheld; where
    those withheld have together fewer than `minimum` respondents, or are a single one, the total
    less the others would tell it, and the next smallest is withheld as well.
    """
    counts = bases.to_numpy()
    return pd.Series(_alone(counts, (counts > 0) & (counts < minimum), minimum), bases.index)


def withheld_together(
    people: pd.DataFrame, minimum: int, first: Collection[tuple[str, str]] = ()
) -> pd.Series:
    """Whether each subgroup is withheld, where several breakdowns of the same people are shown.

    `people`: a row a respondent, a column a dimension, its subgroup there or missing. Result by
    (dimension, subgroup). Those named `first` are withheld in any case. Each breakdown is withheld
    as by `withheld`; then, as long as adding and subtracting what is shown would tell a withheld
    subgroup or fewer than `minimum` people, the smallest subgroup that takes part is withheld as
    well. Source: docs/method.md, "Disclosure".
    """
    kinds = people.value_counts(dropna=False)
    frame, sizes = kinds.index.to_frame(index=False), kinds.to_numpy()
    keys = [(d, s) for d in frame for s in frame[d].dropna().unique()]
    members = np.array([frame[d].eq(s).to_numpy(dtype=float) for d, s in keys])
    bases = members @ sizes
    hidden = (bases < minimum) | np.array([key in first for key in keys])
    breakdowns = [np.array([key[0] == each for key in keys]) for each in frame]
    while True:
        for own in breakdowns:
            hidden[own] = _alone(bases[own], hidden[own], minimum)
        telling = _telling(members, hidden, sizes, minimum)
        if not telling:
            return pd.Series(hidden, pd.MultiIndex.from_tuples(keys))
        hidden[min(telling, key=bases.item)] = True


def _alone(bases: np.ndarray, hidden: np.ndarray, minimum: int) -> np.ndarray:
    """What is withheld of a breakdown, and the next smallest until the total does not tell it."""
    hidden = hidden.copy()
    for each in np.argsort(bases, kind="stable"):
        if hidden.sum() != 1 and not 0 < bases[hidden].sum() < minimum:
            break
        hidden[each] |= bases[each] > 0
    return hidden


def _telling(members: np.ndarray, hidden: np.ndarray, sizes: np.ndarray, minimum: int) -> list[int]:
    """The subgroups shown whose sums, with the total, tell what they must not; empty where none."""
    partial = ~members.all(axis=1)
    shown = np.flatnonzero(partial & ~hidden)
    rows = np.vstack([np.ones(len(sizes)), members[shown]])
    cells = np.array([*members[partial & hidden], *_small(sizes, minimum)])
    cells = cells.reshape(-1, len(sizes))
    weights = cells @ np.linalg.pinv(rows)
    told = np.abs(weights @ rows - cells).max(axis=1) < _NOISE
    return list(shown[np.abs(weights[told.argmax()][1:]) > _NOISE]) if told.any() else []


def _small(sizes: np.ndarray, minimum: int) -> Iterator[np.ndarray]:
    """The sets of fewer people than the minimum that are made of a few whole kinds."""
    few = np.flatnonzero(sizes < minimum)
    for count in range(1, min(minimum, _TOGETHER + 1)):
        for chosen in combinations(few, count):
            if sizes[list(chosen)].sum() < minimum:
                yield np.bincount(chosen, minlength=len(sizes)).astype(float)
