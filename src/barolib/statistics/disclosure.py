"""Primary and secondary suppression of subgroups: the too small, and those that would tell them."""

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

    Parameters
    ----------
    bases : Series
        Respondents behind each subgroup.
    minimum : int
        Fewest respondents of whom a figure may be published.

    Returns
    -------
    Series of bool
        True where withheld: a base from 1 to `minimum` - 1; and where those have together fewer
        than `minimum` respondents, or are a single one, which the total less the others would tell,
        the next smallest as well.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> withheld(pd.Series({"city": 1, "town": 4, "village": 9}), 3).to_dict()
    {'city': True, 'town': True, 'village': False}
    """
    counts = bases.to_numpy()
    return pd.Series(_complete(counts, (counts > 0) & (counts < minimum), minimum), bases.index)


def withheld_together(
    people: pd.DataFrame, minimum: int, first: Collection[tuple[str, str]] = ()
) -> pd.Series:
    """Whether each subgroup is withheld, where several breakdowns of the same people are shown.

    Parameters
    ----------
    people : DataFrame
        A row a respondent, a column a dimension, its subgroup there or missing.
    minimum : int
        Fewest respondents of whom a figure may be published.
    first : collection, optional
        The (dimension, subgroup) that are withheld in any case.

    Returns
    -------
    Series of bool
        By (dimension, subgroup). Each breakdown is withheld as by `withheld`; then, as long as
        adding and subtracting what is shown would tell a withheld subgroup or fewer than `minimum`
        people, the smallest subgroup that takes part is withheld as well.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> people = pd.DataFrame({"status": ["city"] + ["town"] * 4 + ["village"] * 9})
    >>> withheld_together(people, 3).droplevel(0).sort_index().tolist()
    [True, True, False]
    """
    kinds = people.value_counts(dropna=False)
    frame, sizes = kinds.index.to_frame(index=False), kinds.to_numpy()
    keys = [(d, s) for d in frame for s in frame[d].dropna().unique()]
    members = np.array([frame[d].eq(s).to_numpy(dtype=float) for d, s in keys])
    bases = members @ sizes
    hidden = (bases < minimum) | np.array([key in first for key in keys])
    breakdowns = [np.array([key[0] == dimension for key in keys]) for dimension in frame]
    while True:
        for breakdown in breakdowns:
            hidden[breakdown] = _complete(bases[breakdown], hidden[breakdown], minimum)
        revealing = _revealing(members, hidden, sizes, minimum)
        if not revealing:
            return pd.Series(hidden, pd.MultiIndex.from_tuples(keys))
        hidden[min(revealing, key=bases.item)] = True


def _complete(bases: np.ndarray, hidden: np.ndarray, minimum: int) -> np.ndarray:
    """What is withheld of a breakdown, and the next smallest until the total does not tell it."""
    hidden = hidden.copy()
    for smallest in np.argsort(bases, kind="stable"):
        if hidden.sum() != 1 and not 0 < bases[hidden].sum() < minimum:
            break
        hidden[smallest] |= bases[smallest] > 0
    return hidden


def _revealing(
    members: np.ndarray, hidden: np.ndarray, sizes: np.ndarray, minimum: int
) -> list[int]:
    """The subgroups shown whose sums, with the total, tell what they must not; empty where none."""
    partial = ~members.all(axis=1)
    shown = np.flatnonzero(partial & ~hidden)
    rows = np.vstack([np.ones(len(sizes)), members[shown]])
    secrets = np.array([*members[partial & hidden], *_small_sets(sizes, minimum)])
    secrets = secrets.reshape(-1, len(sizes))
    weights = secrets @ np.linalg.pinv(rows)
    known = np.abs(weights @ rows - secrets).max(axis=1) < _NOISE
    return list(shown[np.abs(weights[known.argmax()][1:]) > _NOISE]) if known.any() else []


def _small_sets(sizes: np.ndarray, minimum: int) -> Iterator[np.ndarray]:
    """The sets of fewer people than the minimum that are made of a few whole kinds."""
    few = np.flatnonzero(sizes < minimum)
    for count in range(1, min(minimum, _TOGETHER + 1)):
        for chosen in combinations(few, count):
            if sizes[list(chosen)].sum() < minimum:
                yield np.bincount(chosen, minlength=len(sizes)).astype(float)
