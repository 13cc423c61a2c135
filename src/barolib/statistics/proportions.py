"""Two proportions: interval; of independent samples, the exact test and what it can detect.

Formulas and their papers: docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint

ALPHA, POWER = 0.05, 0.80

#: Above so many possible outcomes the pooled z-test stands for the exact one.
LIMIT = 50_000

#: Common proportions over which the exact test takes its maximum: denser towards 0 and 1.
_NUISANCE = (1 - np.cos(np.linspace(0, np.pi, 259)[1:-1])) / 2

#: Probabilities held at a time: some 50 MB.
_HELD = 2_000_000


def newcombe(
    after: tuple[ArrayLike, ArrayLike],
    before: tuple[ArrayLike, ArrayLike],
    alpha: float = ALPHA,
    correlation: ArrayLike = 0.0,
) -> tuple[NDArray, NDArray]:
    """The confidence interval of the rise of a share, in percentage points.

    Parameters
    ----------
    after : tuple of array_like
        Count, and base of 1 or more; numbers, or arrays of one shape.
    before : tuple of array_like
        The same of the earlier sample.
    alpha : float, optional
        1 less the confidence level.
    correlation : array_like, optional
        Of the two shares, -1 to 1; 0 of independent samples.

    Returns
    -------
    tuple of ndarray
        Lower and upper bounds, two Wilson intervals combined.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873–890, method 10, and 2635–2650 of pairs; for any
    correlation, Zou and Donner (2008), Statistics in Medicine 27, 1693–1702.

    Examples
    --------
    >>> [round(float(bound), 2) for bound in newcombe((56, 70), (48, 80))]
    [5.24, 33.39]
    """
    sides = []
    for count, base in (after, before):
        count, base = np.asarray(count, dtype="float64"), np.asarray(base, dtype="float64")
        share, bounds = count / base, proportion_confint(count, base, alpha, method="wilson")
        sides.append((share, share - bounds[0], bounds[1] - share))
    (share, below, above), (share_before, below_before, above_before) = sides

    def reach(own: NDArray, other: NDArray) -> NDArray:
        squared = own**2 + other**2 - 2 * np.asarray(correlation) * own * other
        return np.sqrt(np.maximum(squared, 0))

    gap = share - share_before
    return 100 * (gap - reach(below, above_before)), 100 * (gap + reach(above, below_before))


def respondents_for_stable(equivalence: float, share: float = 0.5) -> int:
    """How many an edition takes for an unmoved share to be within bounds with POWER, normal law.

    Parameters
    ----------
    equivalence : float
        The bound, in points.
    share : float, optional
        The share, 0–1.

    Returns
    -------
    int
        Respondents of each of two panels of one size, of people not the same.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680.

    Examples
    --------
    >>> respondents_for_stable(10)
    429
    """
    reach = stats.norm.isf(ALPHA) + stats.norm.isf((1 - POWER) / 2)
    return int(np.ceil(2 * share * (1 - share) * (100 * reach / equivalence) ** 2))


def boschloo(
    after: tuple[ArrayLike, ArrayLike], before: tuple[ArrayLike, ArrayLike]
) -> NDArray[np.float64]:
    """The two-sided p-value of Boschloo's exact test that two shares differ.

    Parameters
    ----------
    after : tuple of array_like
        Count, and base of 1 or more; whole numbers, or arrays that broadcast with `before`.
    before : tuple of array_like
        The same of the earlier sample.

    Returns
    -------
    ndarray of float64
        p-values, as `p_values` has them.

    References
    ----------
    Boschloo (1970), Statistica Neerlandica 24, 1–35.

    Examples
    --------
    >>> round(float(boschloo((74, 117), (31, 63))), 4)
    0.0711
    """
    looked_up = np.vectorize(
        lambda n, base, n_before, base_before: p_values(base, base_before)[n, n_before], [float]
    )
    return looked_up(*after, *before)


@lru_cache(maxsize=4096)
def p_values(base: int, base_before: int) -> NDArray[np.float64]:
    """The two-sided p-value of every outcome of Boschloo's test, which power needs all at once.

    Fisher's p-value is the statistic, its probability maximal over the common proportion; twice the
    smaller side, as scipy does. Over LIMIT outcomes, the pooled z-test (Pearson's chi-squared),
    which the exact one then approaches.

    Parameters
    ----------
    base : int
        Size of the later sample, 1 or more.
    base_before : int
        Size of the earlier sample, 1 or more.

    Returns
    -------
    ndarray of float64
        p-values, (base + 1) × (base_before + 1).

    References
    ----------
    Boschloo (1970), Statistica Neerlandica 24, 1–35.

    Examples
    --------
    >>> p_values(2, 2).shape
    (3, 3)
    """
    n, n_before = np.arange(base + 1)[:, None], np.arange(base_before + 1)[None, :]
    if (base + 1) * (base_before + 1) > LIMIT:
        pooled = (n + n_before) / (base + base_before)
        error = np.sqrt(pooled * (1 - pooled) * (1 / base + 1 / base_before))
        gap = np.abs(n / base - n_before / base_before)
        return 2 * stats.norm.sf(np.divide(gap, error, out=np.zeros_like(gap), where=error > 0))
    fisher = stats.hypergeom.cdf(n, base + base_before, n + n_before, base)
    against_fall = _maximal_chance(fisher)
    against_rise = against_fall[::-1, ::-1]
    return np.minimum(1, 2 * np.minimum(against_fall, against_rise))


def _maximal_chance(statistic: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chance of a statistic as small as that of each outcome, maximal over the proportion."""
    base, base_before = (size - 1 for size in statistic.shape)
    order = np.argsort(statistic, axis=None, kind="stable")
    ranked = statistic.ravel()[order]
    last_of_tie = np.flatnonzero(np.append(ranked[1:] > ranked[:-1] * (1 + 1e-12), True))
    binomial, binomial_before = _binomial(base), _binomial(base_before)
    maximal, step = np.zeros(len(last_of_tie)), max(3, _HELD // len(order))
    for start in range(0, len(_NUISANCE) - 2, step):
        part = slice(start, start + step + 2)  # neighbours share two: each peak is inside one
        joint = binomial[part, :, None] * binomial_before[part, None, :]
        cumulated = joint.reshape(-1, len(order))[:, order].cumsum(axis=1)
        maximal = np.maximum(maximal, _peaks(cumulated[:, last_of_tie]))
    chance = np.empty(len(order))
    chance[order] = maximal[np.searchsorted(last_of_tie, np.arange(len(order)))]
    return chance.reshape(statistic.shape)


@lru_cache(maxsize=512)
def _binomial(base: int) -> NDArray[np.float64]:
    """The chance of each count (column) at each of the common proportions (row)."""
    return stats.binom.pmf(np.arange(base + 1), base, _NUISANCE[:, None])


def _peaks(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest point of each column, a parabola through the highest value and its neighbours."""
    columns, highest = np.arange(curves.shape[1]), curves.argmax(axis=0)
    middle = np.clip(highest, 1, len(curves) - 2)
    left, top, right = (curves[middle + step, columns] for step in (-1, 0, 1))
    bend = left - 2 * top + right
    rise = np.divide(-((left - right) ** 2), 8 * bend, out=np.zeros_like(top), where=bend < 0)
    inside = (top >= left) & (top >= right)
    return np.where(inside, top + rise, curves[highest, columns])


def power(
    share: float, share_before: float, base: int, base_before: int, alpha: float = ALPHA
) -> float:
    """The chance that Boschloo's two-sided test tells two shares apart, exact.

    Parameters
    ----------
    share : float
        Of the later sample, 0–1.
    share_before : float
        Of the earlier sample, 0–1.
    base : int
        Size of the later sample, 1 or more.
    base_before : int
        Size of the earlier sample, 1 or more.
    alpha : float, optional
        The level of the test.

    Returns
    -------
    float
        From 0 to 1.

    References
    ----------
    Boschloo (1970), Statistica Neerlandica 24, 1–35.

    Examples
    --------
    >>> round(power(0.8, 0.4, 20, 20), 2)
    0.73
    """
    chances = stats.binom.pmf(np.arange(base + 1), base, share)
    chances_before = stats.binom.pmf(np.arange(base_before + 1), base_before, share_before)
    return float(chances @ (p_values(base, base_before) <= alpha) @ chances_before)


@lru_cache(maxsize=4096)
def detectable(share_before: float, base: int, base_before: int, alpha: float = ALPHA) -> float:
    """The smallest rise that Boschloo's test detects with POWER.

    Parameters
    ----------
    share_before : float
        Of the earlier sample, 0–1.
    base : int
        Size of the later sample, 1 or more.
    base_before : int
        Size of the earlier sample, 1 or more.
    alpha : float, optional
        The level of the test.

    Returns
    -------
    float
        In points; NaN where no rise is.

    References
    ----------
    Boschloo (1970), Statistica Neerlandica 24, 1–35.

    Examples
    --------
    >>> round(detectable(0.5, 34, 39), 1)
    30.8
    """
    return smallest_rise(
        lambda share: power(share, share_before, base, base_before, alpha), share_before
    )


def smallest_rise(power_at: Callable[[float], float], share_before: float) -> float:
    """The smallest rise at which a test reaches POWER.

    Parameters
    ----------
    power_at : callable
        The power of the test at a share (0–1).
    share_before : float
        From where it rises, 0–1.

    Returns
    -------
    float
        In points; NaN where no share is enough.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> round(smallest_rise(lambda share: share, 0.5), 1)
    30.0
    """

    def lacking(share: float) -> float:
        return power_at(share) - POWER

    if share_before >= 1 or lacking(1.0) < 0:
        return float("nan")
    return 100 * (optimize.brentq(lacking, share_before, 1.0, xtol=1e-9) - share_before)
