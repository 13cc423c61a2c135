"""Respondents of both editions: tests that know them, and what a change of panel makes of a delta.

Formulas and their papers: docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from barolib.statistics.proportions import smallest_rise

#: Whole numbers: one, an array of them, or a column.
Counts: TypeAlias = Any

#: Above so many possible outcomes the normal law stands for the enumeration.
LIMIT = 500_000


class Sizes(NamedTuple):
    """How many answered in both editions, in the later alone, and in the earlier alone."""

    both: int
    joiners: int
    leavers: int

    @property
    def outcomes(self) -> int:
        """How many outcomes there may be, as `p_values` lays them out."""
        return (self.both + 1) ** 2 * (self.joiners + 1) * (self.leavers + 1)


class Outcome(NamedTuple):
    """Respondents of both editions who rose, and who fell; joiners and leavers at the stages."""

    up: Counts
    down: Counts
    joined: Counts
    left: Counts


def permutation_test(sizes: Sizes, outcome: Outcome) -> NDArray[np.float64]:
    """The two-sided p-value that nothing changed, of respondents of whom some answered twice.

    Parameters
    ----------
    sizes : Sizes
        How many answered both times (1 or more), joined, left.
    outcome : Outcome
        Whole numbers, or arrays of one shape.

    Returns
    -------
    ndarray of float64
        The mid-p-value of the restricted permutation: who answered twice may swap their two
        answers, who answered once their editions. The statistic is the sum of the two gaps in
        share, each over its variance under the permutations. Enumerated; of more than LIMIT
        outcomes, by the normal law.

    References
    ----------
    The weights: Choi and Stablein (1982), Applied Statistics 31, 256–262. The permutation: Amro and
    Pauly (2017), Journal of Statistical Computation and Simulation 87, 1148–1159. Mid-p: Lancaster
    (1961), JASA 56, 223–234; Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology
    13, 91.

    Examples
    --------
    >>> round(float(permutation_test(Sizes(20, 14, 19), Outcome(9, 1, 9, 7))), 4)
    0.0024
    """
    if sizes.outcomes <= LIMIT:
        return p_values(sizes)[tuple(outcome)]
    up, down, joined, left = (np.asarray(count) for count in outcome)
    of_pairs, of_singles = _weights(sizes, up + down, joined + left)
    expected = (joined + left) * sizes.joiners / max(sizes.joiners + sizes.leavers, 1)
    statistic = of_pairs * (up - down) + of_singles * (joined - expected)
    of_editions = sizes.joiners * sizes.leavers / max(sizes.joiners + sizes.leavers, 1)
    variance = of_pairs**2 * (up + down) + of_singles * of_editions
    z = np.divide(
        statistic, np.sqrt(variance), out=np.zeros(np.shape(variance)), where=variance > 0
    )
    return 2 * stats.norm.sf(np.abs(z))


@lru_cache(maxsize=64)
def p_values(sizes: Sizes) -> NDArray[np.float64]:
    """The p-value of every outcome of the permutation test.

    Parameters
    ----------
    sizes : Sizes
        How many answered both times (1 or more), joined, left.

    Returns
    -------
    ndarray of float64
        up × down × joined × left; 1 where it cannot be.

    References
    ----------
    As for `permutation_test`.

    Examples
    --------
    >>> p_values(Sizes(2, 1, 1)).shape
    (3, 3, 2, 2)
    """
    both, joiners, leavers = sizes
    singles = np.arange(joiners + leavers + 1)
    joined = [np.arange(max(0, at - leavers), min(joiners, at) + 1) for at in singles.tolist()]
    editions = [
        stats.hypergeom.pmf(ways, max(singles[-1], 1), at, joiners)
        for at, ways in zip(singles, joined, strict=True)
    ]
    table = np.ones((both + 1, both + 1, joiners + 1, leavers + 1))
    for moved in range(both + 1):
        up = np.arange(moved + 1)[:, None]
        swaps = stats.binom.pmf(up, moved, 0.5)
        of_pairs, of_singles = _weights(sizes, moved, singles)
        for at, ways in enumerate(joined):
            statistic = of_pairs * (2 * up - moved) + of_singles[at] * ways
            table[up, moved - up, ways, at - ways] = _mid_p(statistic, swaps * editions[at])
    return table


def _weights(sizes: Sizes, moved: Counts, at: Counts) -> tuple[NDArray, NDArray]:
    """What one more respondent who rose, and one more joiner at the stages, adds to the statistic.

    `moved`: of both editions, who rose or fell; `at`: joiners and leavers at the stages. Both are
    the same in every permutation; 0 where nothing can be permuted.
    """
    singles = sizes.joiners + sizes.leavers
    moved, varies = np.asarray(moved), np.asarray(at * (singles - at))
    of_pairs = np.divide(sizes.both, moved, out=np.zeros(moved.shape), where=moved > 0)
    of_singles = np.divide(
        singles * (singles - 1), varies, out=np.zeros(varies.shape), where=varies > 0
    )
    return of_pairs, of_singles


def _mid_p(statistic: NDArray[np.float64], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The two-sided mid-p-value of each value of a statistic that has these chances."""
    _, place = np.unique(statistic.round(9), return_inverse=True)
    sums = np.bincount(place.ravel(), chances.ravel())
    below = sums.cumsum() - sums / 2
    above = sums[::-1].cumsum()[::-1] - sums / 2
    return np.minimum(1, 2 * np.minimum(below, above))[place].reshape(statistic.shape)


def correlation(both: Counts, stayed: Counts, outcome: Outcome) -> NDArray[np.float64]:
    """Pearson's correlation of the two answers of who answered twice.

    Parameters
    ----------
    both : array_like
        How many answered twice.
    stayed : array_like
        How many of them were at the stages both times.
    outcome : Outcome
        Its up and down count.

    Returns
    -------
    ndarray of float64
        From -1 to 1; 0 where a side never varies.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> round(float(correlation(10, 4, Outcome(1, 1, 0, 0))), 2)
    0.6
    """
    after, before = (stayed + moved for moved in (outcome.up, outcome.down))
    spread = np.sqrt(after * (both - after) * before * (both - before))
    gap = np.asarray(both * stayed - after * before, dtype="float64")
    return np.divide(gap, spread, out=np.zeros(np.shape(gap)), where=spread > 0)


def power(share: float, share_before: float, of_pairs: float, sizes: Sizes, alpha: float) -> float:
    """The chance that the permutation test tells two shares apart.

    Parameters
    ----------
    share : float
        Of the later edition, 0–1.
    share_before : float
        Of the earlier edition, 0–1.
    of_pairs : float
        The correlation of the answers of who answered twice, as far as the shares allow it.
    sizes : Sizes
        How many answered both times (1 or more), joined, left.
    alpha : float
        The level of the test.

    Returns
    -------
    float
        From 0 to 1. Exact; of more than LIMIT outcomes, by the normal law.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> round(power(0.8, 0.4, 0.3, Sizes(10, 5, 5), 0.05), 2)
    0.7
    """
    spread = np.sqrt(share * (1 - share) * share_before * (1 - share_before))
    twice = share * share_before + of_pairs * spread
    twice = np.clip(twice, max(0.0, share + share_before - 1), min(share, share_before))
    up, down = share - twice, share_before - twice
    if sizes.outcomes > LIMIT:
        return _normal_power(sizes, (up, down), (share, share_before), alpha)
    rose, fell = np.indices((sizes.both + 1, sizes.both + 1))
    counts = np.stack([rose, fell, np.maximum(sizes.both - rose - fell, 0)], axis=-1)
    pairs = stats.multinomial.pmf(counts, sizes.both, [up, down, 1 - up - down])
    joined = stats.binom.pmf(np.arange(sizes.joiners + 1), sizes.joiners, share)
    left = stats.binom.pmf(np.arange(sizes.leavers + 1), sizes.leavers, share_before)
    return float(pairs.ravel() @ _rejected(sizes, alpha) @ np.outer(joined, left).ravel())


@lru_cache(maxsize=1)
def _rejected(sizes: Sizes, alpha: float) -> NDArray[np.float64]:
    """Where the test at `alpha` tells the shares apart: up and down × joined and left."""
    return (p_values(sizes) <= alpha).reshape((sizes.both + 1) ** 2, -1).astype("float64")


def _normal_power(
    sizes: Sizes, moving: tuple[float, float], shares: tuple[float, float], alpha: float
) -> float:
    """`power` where many answered: the statistic is then normal, about the true gap."""
    (up, down), (share, share_before) = moving, shares
    gap, (both, joiners, leavers) = share - share_before, sizes
    precision = variance = 0.0
    if up + down > 0:
        precision += both / (up + down)
        variance += both * (up + down - gap**2) / (up + down) ** 2
    if joiners and leavers:
        pooled = (share * joiners + share_before * leavers) / (joiners + leavers)
        error = pooled * (1 - pooled) * (1 / joiners + 1 / leavers)
        if error > 0:
            precision += 1 / error
            spread = share * (1 - share) / joiners + share_before * (1 - share_before) / leavers
            variance += spread / error**2
    bar = stats.norm.isf(alpha / 2) * np.sqrt(precision)
    return float(stats.norm.sf((bar - gap * precision) / np.sqrt(max(variance, 1e-12))))


@lru_cache(maxsize=4096)
def detectable(share_before: float, of_pairs: float, sizes: Sizes, alpha: float) -> float:
    """The smallest rise that the permutation test detects with POWER.

    Parameters
    ----------
    share_before : float
        As for `power`.
    of_pairs : float
        As for `power`.
    sizes : Sizes
        As for `power`.
    alpha : float
        As for `power`.

    Returns
    -------
    float
        In points; NaN where no rise is.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> round(detectable(0.4, 0.3, Sizes(10, 5, 5), 0.05), 1)
    44.1
    """
    return smallest_rise(
        lambda share: power(share, share_before, of_pairs, sizes, alpha), share_before
    )


class Overlap(NamedTuple):
    """Among those who answered in both: how many, change in points, McNemar's p; z-test of all."""

    both: int | None = None
    both_pp: float = np.nan
    both_p: float = np.nan
    overlap_p: float = np.nan


def paired_tests(after: pd.Series, before: pd.Series) -> Overlap:
    """The tests of one affirmation that know which respondents answered in both editions.

    Parameters
    ----------
    after : Series
        By respondent: 1 at implementation, 0 below, NaN without an answer.
    before : Series
        The same in the earlier edition, of the same respondents.

    Returns
    -------
    Overlap
        McNemar's exact test is the binomial of those who changed; the z-test is that of all.

    References
    ----------
    McNemar (1947), Psychometrika 12, 153–157; docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> after, before = pd.Series([1, 1, 1, 0, 1.0]), pd.Series([0, 0, 0, 0, np.nan])
    >>> result = paired_tests(after, before)
    >>> result.both, result.both_pp, result.both_p
    (4, 75.0, 0.25)
    """
    stay = after.notna() & before.notna()
    if not stay.any():
        return Overlap(0)
    change = after[stay] - before[stay]
    up, down = int((change > 0).sum()), int((change < 0).sum())
    exact = stats.binomtest(up, up + down).pvalue if up + down else 1.0
    z_test_p = z_test(after.dropna(), before.dropna())
    return Overlap(len(change), 100 * (up - down) / len(change), float(exact), z_test_p)


def z_test(after: pd.Series, before: pd.Series) -> float:
    """The two-sided p-value of two partially overlapping samples.

    Parameters
    ----------
    after : Series
        0 and 1; pairs share their index label with `before`.
    before : Series
        0 and 1.

    Returns
    -------
    float
        The p-value; NaN under two pairs. The pairs' correlation is 0 where a side of theirs does
        not vary; 1 is the p-value where no answer varies at all.

    References
    ----------
    Derrick, Dobson-Mckittrick, Toher and White (2015), Journal of Applied Quantitative Methods
    10(3), statistic z8.

    Examples
    --------
    >>> round(z_test(pd.Series([1, 1, 1, 0]), pd.Series([0, 1, 0, 0])), 2)
    0.08
    """
    pairs = pd.concat([after, before], axis=1, join="inner")
    if len(pairs) < 2:
        return np.nan
    correlation = pairs.corr().iloc[0, 1] if pairs.nunique().min() > 1 else 0.0
    n, n_before = len(after), len(before)
    pooled = (after.sum() + before.sum()) / (n + n_before)
    inverse_size = 1 / n + 1 / n_before - 2 * correlation * len(pairs) / (n * n_before)
    variance = pooled * (1 - pooled) * inverse_size
    gap = abs(after.mean() - before.mean())
    if not variance > 1e-15:
        return 1.0 if gap < 1e-12 else 0.0
    return float(2 * stats.norm.sf(gap / np.sqrt(variance)))


def decomposition(after: pd.Series, before: pd.Series) -> tuple[float, float]:
    """The delta of one affirmation, in points, in two: the stayers' own change, and the panel's.

    Parameters
    ----------
    after : Series
        By respondent: 1, 0, or NaN without an answer.
    before : Series
        The same in the earlier edition, of the same respondents; who answered both is a stayer.

    Returns
    -------
    tuple of float
        The two parts; NaN where nobody stayed. The panel's is how far joiners stand from stayers
        now, less how far leavers stood from them then, each by its weight.

    References
    ----------
    Melitz and Polanec (2015), RAND Journal of Economics 46, 362–375.

    Examples
    --------
    >>> [round(part, 1) for part in decomposition(pd.Series([1, 0, 1.0]), pd.Series([0, 0, None]))]
    [np.float64(50.0), np.float64(16.7)]
    """
    stay = after.notna() & before.notna()
    if not stay.any():
        return np.nan, np.nan
    stayers = after[stay].mean() - before[stay].mean()
    return 100 * stayers, 100 * (after.mean() - before.mean() - stayers)
