"""Confidence sets for the ranks of means, from the differences between every two of them.

A theme ranks behind those that are surely above it, and before those that are surely below it.
Formulas and coverage: docs/method.md, "Ranks".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from barolib.statistics.bootstrap import LEVEL


class RankSets(NamedTuple):
    """The best and the worst rank of each mean: all at once, and of each one alone."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    low_alone: NDArray[np.int64]
    high_alone: NDArray[np.int64]


def confidence_sets(
    means: NDArray[np.float64], replicates: NDArray[np.float64], respondents: int
) -> RankSets:
    """The ranks that the means may truly have; 1 is the highest.

    Parameters
    ----------
    means : ndarray
        Of each measure.
    replicates : ndarray
        The same in bootstrap resamples of the respondents, replicate × measure. One in which a
        measure has no mean orders nothing, and is left out.
    respondents : int
        Behind the measure that has the fewest, 2 or more.

    Returns
    -------
    RankSets
        With probability LEVEL, every true rank lies between its `low` and `high` at once; and that
        of one measure, chosen beforehand, between its `low_alone` and `high_alone`.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2023), Review of Economic Studies 91, 476–518, sections 3.1
    and 3.2 (stepwise); Klein, Wright and Wieczorek (2020), JRSS A 183, 589–606. Quantiles are
    widened from the normal law to Student's, as the intervals of the means are.

    Examples
    --------
    >>> replicates = np.random.default_rng(1).normal([3.0, 2.0, 1.9], 0.1, (1000, 3))
    >>> sets = confidence_sets(np.array([3.0, 2.0, 1.9]), replicates, respondents=30)
    >>> sets.low.tolist(), sets.high.tolist()
    ([1, 2, 2], [1, 3, 3])
    """
    size = len(means)
    replicates = replicates[~np.isnan(replicates).any(axis=1)]
    if len(replicates) < 2:
        first, last = np.ones(size, dtype=np.int64), np.full(size, size, dtype=np.int64)
        return RankSets(first, last, first, last)
    upper, lower = np.nonzero(~np.eye(size, dtype=bool))  # each ordered pair of measures
    gaps = means[upper] - means[lower]
    deviations = replicates[:, upper] - replicates[:, lower] - gaps
    spread = deviations.std(axis=0, ddof=1)
    errors = spread * np.sqrt(respondents / (respondents - 1))
    with np.errstate(divide="ignore", invalid="ignore"):  # means that always differ alike
        gaps, deviations = np.nan_to_num(gaps / errors), np.nan_to_num(deviations / spread)

    def bounds(considered: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        above = considered.copy()
        above[considered] = _surely_positive(
            gaps[considered], deviations[:, considered], respondents
        )
        ahead, behind = (np.bincount(side[above], minlength=size) for side in (lower, upper))
        return 1 + ahead, size - behind

    low, high = bounds(np.ones(len(gaps), dtype=bool))
    alone = [bounds((upper == place) | (lower == place)) for place in range(size)]
    low_alone, high_alone = (
        np.array([bound[side][place] for place, bound in enumerate(alone)]) for side in (0, 1)
    )
    return RankSets(low, high, low_alone, high_alone)


def _surely_positive(
    gaps: NDArray[np.float64], deviations: NDArray[np.float64], respondents: int
) -> NDArray[np.bool_]:
    """Which standardised gaps are above 0, with a chance of 1 - LEVEL that any is named wrongly.

    Stepwise (Romano and Wolf 2005, JASA 100, 94–108): those found leave the others a lower bar.
    """
    positive = np.zeros(len(gaps), dtype=bool)
    while not positive.all():
        highest = np.quantile(deviations[:, ~positive].max(axis=1), LEVEL)
        bar = stats.t.isf(stats.norm.sf(highest), respondents - 1)
        beyond = (gaps > bar) & ~positive
        if not beyond.any():
            break
        positive |= beyond
    return positive
