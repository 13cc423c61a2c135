"""Withholding: a subgroup too small to be shown, and those from which it could be found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

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
    return _alone(bases, (bases > 0) & (bases < minimum), minimum)


def withheld_together(people: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether each subgroup is withheld, where several breakdowns of the same people are shown.

    `people`: a row a respondent, a column a dimension, its subgroup there or missing. Result by
    (dimension, subgroup). Each breakdown is withheld as by `withheld`; then, as long as adding and
    subtracting what is shown would tell a withheld subgroup or fewer than `minimum` people, the
    smallest subgroup that takes part is withheld as well. Source: docs/method.md, Subgroups.
    """
    kinds = people.value_counts(dropna=False)
    frame, sizes = kinds.index.to_frame(index=False), kinds.to_numpy()
    members = pd.DataFrame(
        {(d, s): frame[d].eq(s) for d in frame for s in frame[d].dropna().unique()}
    )
    bases = (members.T * sizes).sum(axis=1)
    hidden = bases < minimum
    while True:
        for dimension in frame:
            own = [key for key in members if key[0] == dimension]
            hidden[own] = _alone(bases[own], hidden[own], minimum)
        telling = _telling(members, hidden, sizes, minimum)
        if not telling:
            return hidden
        hidden[min(telling, key=lambda key: bases[key])] = True


def _alone(bases: pd.Series, hidden: pd.Series, minimum: int) -> pd.Series:
    """What is withheld of a breakdown, and the next smallest until the total does not tell it."""
    hidden = hidden.copy()
    for each in bases[bases > 0].sort_values(kind="stable").index:
        if hidden.sum() != 1 and not 0 < bases[hidden].sum() < minimum:
            break
        hidden[each] = True
    return hidden


def _telling(
    members: pd.DataFrame, hidden: pd.Series, sizes: np.ndarray, minimum: int
) -> list[tuple[str, str]]:
    """The subgroups shown whose sums, with the total, tell what they must not; empty where none."""
    partial = members.loc[:, ~members.all()]
    shown = partial.loc[:, ~hidden[partial.columns]]
    rows = np.vstack([np.ones(len(members)), shown.to_numpy(dtype=float).T])
    inverse = np.linalg.pinv(rows)
    kept = partial.loc[:, hidden[partial.columns]].to_numpy(dtype=float).T
    for cell in chain(kept, _small(sizes, minimum)):
        weights = cell @ inverse
        if np.abs(weights @ rows - cell).max() < _NOISE:
            return [
                key for key, weight in zip(shown, weights[1:], strict=True) if abs(weight) > _NOISE
            ]
    return []


def _small(sizes: np.ndarray, minimum: int) -> Iterator[np.ndarray]:
    """The sets of fewer people than the minimum that are made of a few whole kinds."""
    few = np.flatnonzero(sizes < minimum)
    for count in range(1, min(minimum, _TOGETHER + 1)):
        for chosen in combinations(few, count):
            if sizes[list(chosen)].sum() < minimum:
                yield np.bincount(chosen, minlength=len(sizes)).astype(float)
