"""Bootstrap over respondents: intervals of means, and of the ranks that they give.

Intervals are expanded percentile intervals (Hesterberg 2015, The American Statistician 69(4), "What
Teachers Should Know About the Bootstrap"): the percentiles are moved outwards so that a small panel
gets the width of a t interval. Coverage at the panel's size: benchmarks/coverage.py.
"""

from __future__ import annotations

from collections.abc import Iterator

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
) -> NDArray[np.float64]:
    """The mean of each column in each bootstrap resample of the rows.

    Parameters
    ----------
    values : respondent × measure, NaN where a respondent has none (left out of that mean).
    seed : of the random draws.
    replicates : how many resamples.
    strata : a value a row; each stratum is resampled by itself and keeps its size.

    Returns
    -------
    Means, replicate × measure; NaN where a resample has no value.

    Examples
    --------
    >>> means(np.array([[2.0], [2.0]]), seed=1, replicates=3).ravel().tolist()
    [2.0, 2.0, 2.0]
    """
    return np.vstack([*chunks(values, seed, replicates, strata)])


def chunks(
    values: NDArray[np.float64],
    seed: int,
    replicates: int = REPLICATES,
    strata: NDArray | None = None,
) -> Iterator[NDArray[np.float64]]:
    """The rows of `means`, some replicates at a time."""
    known = ~np.isnan(values)
    totals_and_counts = np.hstack([np.where(known, values, 0.0), known])
    rng, n, columns = np.random.default_rng(seed), len(values), values.shape[1]
    strata = np.zeros(n) if strata is None else strata
    stratum_rows = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    for start in range(0, replicates, _CHUNK):
        size = min(_CHUNK, replicates - start)
        drawn = [rows[rng.integers(0, len(rows), (size, len(rows)))] for rows in stratum_rows]
        weights = np.stack([np.bincount(row, minlength=n) for row in np.hstack(drawn)])
        sums = weights.astype(np.float64) @ totals_and_counts
        with np.errstate(invalid="ignore", divide="ignore"):
            yield sums[:, :columns] / sums[:, columns:]


def interval(
    replicates: NDArray[np.float64],
    n: NDArray[np.int64],
    estimates: NDArray,
    frame: int | None = None,
    level: float = LEVEL,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The expanded percentile interval of each column of bootstrap replicates.

    Parameters
    ----------
    replicates : replicate × measure, as from `means`.
    n : respondents behind each measure.
    estimates : the estimate of each measure.
    frame : size of the population, where it is known; deviations then shrink by the
        finite-population factor sqrt(1 - n / frame).
    level : confidence level, 0–1.

    Returns
    -------
    Lower and upper bounds in the unit of the measure; NaN where fewer than 2 respondents count.

    References
    ----------
    Hesterberg (2015), The American Statistician 69(4), 371–386, section 5.3; Cochran (1977),
    Sampling Techniques, section 2.6.
    """
    from scipy import stats  # a second, which a run that only renders does not need

    with np.errstate(invalid="ignore", divide="ignore"):
        tail = stats.norm.cdf(np.sqrt(n / (n - 1)) * stats.t.ppf((1 - level) / 2, n - 1))
        factor = np.ones(len(n)) if frame is None else np.sqrt(np.clip(1 - n / frame, 0, None))
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    for column in np.flatnonzero((n > 1) & np.isfinite(tail)):
        tails = [tail[column], 1 - tail[column]]
        deviations = np.nanquantile(replicates[:, column], tails) - estimates[column]
        low[column], high[column] = estimates[column] + factor[column] * deviations
    return low, high


def ranks(replicates: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The best and worst rank of each column over the central LEVEL of the replicates.

    A replicate in which a column has no mean orders nothing, and is left out.
    """
    from scipy import stats

    columns = replicates.shape[1]
    replicates = replicates[~np.isnan(replicates).any(axis=1)]
    if not len(replicates):
        return np.ones(columns, dtype=np.int64), np.full(columns, columns, dtype=np.int64)
    order = stats.rankdata(-replicates, method="min", axis=1)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    return tuple(np.quantile(order, tails, axis=0, method="inverted_cdf").astype(np.int64))
