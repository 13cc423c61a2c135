"""Bootstrap over respondents: intervals of means, and of the ranks that they give.

Intervals are expanded percentile intervals (Hesterberg 2015, The American Statistician 69(4), "What
Teachers Should Know About the Bootstrap"): the percentiles are moved outwards so that a small panel
gets the width of a t interval. Coverage at the panel's size: benchmarks/coverage.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REPLICATES = 1000
LEVEL = 0.95

#: Replicates drawn at a time: keeps memory to some tens of MB at 35,000 respondents.
_CHUNK = 50


def means(
    values: NDArray[np.float64],
    seed: int,
    replicates: int = REPLICATES,
    strata: NDArray | None = None,
) -> NDArray:
    """The mean of each column in each resample of the rows; shape (replicate, column).

    `values`: respondent × measure, NaN where a respondent has none (left out of that mean). With
    `strata`, a value a row, each stratum is resampled by itself and keeps its size.
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    both = np.hstack([filled, known.astype(np.float64)])
    rng, n = np.random.default_rng(seed), len(values)
    strata = np.zeros(n) if strata is None else strata
    places = [np.flatnonzero(strata == each) for each in np.unique(strata)]
    found = []
    for start in range(0, replicates, _CHUNK):
        size = min(_CHUNK, replicates - start)
        drawn = np.hstack([own[rng.integers(0, len(own), (size, len(own)))] for own in places])
        weights = np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(np.float64)
        sums = weights @ both
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(sums[:, : values.shape[1]] / sums[:, values.shape[1] :])
    return np.vstack(found)


def interval(
    drawn: NDArray[np.float64],
    n: NDArray[np.int64],
    centre: NDArray,
    frame: int | None = None,
    level: float = LEVEL,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The bounds of each column's interval at `level`; NaN where fewer than 2 respondents count.

    `drawn`: replicate × column; `n`: respondents behind each column; `centre`: the estimates. With
    a `frame` of so many authorities in all, deviations shrink by the finite-population factor
    sqrt(1 - n / frame) (Cochran 1977, Sampling Techniques, section 2.6).
    """
    from scipy import stats  # a second, which a run that only renders does not need

    with np.errstate(invalid="ignore", divide="ignore"):
        tail = stats.norm.cdf(np.sqrt(n / (n - 1)) * stats.t.ppf((1 - level) / 2, n - 1))
        factor = np.ones(len(n)) if frame is None else np.sqrt(np.clip(1 - n / frame, 0, None))
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    for column in np.flatnonzero((n > 1) & np.isfinite(tail)):
        at = [tail[column], 1 - tail[column]]
        bounds = np.nanquantile(drawn[:, column], at) - centre[column]
        low[column], high[column] = centre[column] + factor[column] * bounds
    return low, high


def ranks(drawn: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The best and worst rank of each column over the central LEVEL of the replicates.

    A replicate in which a column has no mean orders nothing, and is left out.
    """
    from scipy import stats

    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    if not len(drawn):
        columns = drawn.shape[1]
        return np.ones(columns, dtype=np.int64), np.full(columns, columns, dtype=np.int64)
    order = stats.rankdata(-drawn, method="min", axis=1)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low = np.quantile(order, tails[0], axis=0, method="inverted_cdf")
    high = np.quantile(order, tails[1], axis=0, method="inverted_cdf")
    return low.astype(np.int64), high.astype(np.int64)
