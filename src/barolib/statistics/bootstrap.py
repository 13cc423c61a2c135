"""Bootstrap over respondents: intervals of means.

Intervals are expanded percentile intervals (Hesterberg 2015, The American Statistician 69(4), "What
Teachers Should Know About the Bootstrap"): the percentiles are moved outwards so that a small panel
gets the width of a t interval. Coverage at the panel's size: benchmarks/coverage.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95

#: Replicates, so that the decimals printed do not hang on the draws; of many respondents, whose
#: means vary less, as many as this number of values allows, and FEWEST at least.
REPLICATES, FEWEST = 10_000, 1_000
_VALUES = 400_000_000

#: Draws of a respondent, or values made of them, at a time: some tens of MB.
_DRAWN = 1_750_000


def means(
    values: NDArray[np.float64],
    seed: int,
    replicates: int | None = None,
    strata: NDArray | None = None,
) -> NDArray[np.float64]:
    """The mean of each column in each bootstrap resample of the rows.

    Parameters
    ----------
    values : ndarray
        Respondent × measure, NaN where a respondent has none (left out of that mean).
    seed : int
        Of the random draws.
    replicates : int, optional
        How many resamples; by default `replicates_of` the values.
    strata : ndarray, optional
        A value a row; each stratum is resampled by itself and keeps its size.

    Returns
    -------
    ndarray of float64
        Means, replicate × measure; NaN where a resample has no value.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 6.

    Examples
    --------
    >>> means(np.array([[2.0], [2.0]]), seed=1, replicates=3).ravel().tolist()
    [2.0, 2.0, 2.0]
    """
    return np.vstack([*chunks(values, seed, replicates, strata)])


def chunks(
    values: NDArray[np.float64],
    seed: int,
    replicates: int | None = None,
    strata: NDArray | None = None,
) -> Iterator[NDArray[np.float64]]:
    """The rows of `means`, some replicates at a time.

    Parameters
    ----------
    values : ndarray
        As for `means`.
    seed : int
        As for `means`.
    replicates : int, optional
        As for `means`.
    strata : ndarray, optional
        As for `means`.

    Yields
    ------
    ndarray of float64
        Means, replicate × measure.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 6.

    Examples
    --------
    >>> sum(len(part) for part in chunks(np.array([[2.0], [2.0]]), seed=1, replicates=3))
    3
    """
    known = ~np.isnan(values)
    totals_and_counts = np.hstack([np.where(known, values, 0.0), known])
    columns, replicates = values.shape[1], replicates or replicates_of(values)
    for drawn in weights(len(values), seed, replicates, strata):
        sums = drawn @ totals_and_counts
        with np.errstate(invalid="ignore", divide="ignore"):
            yield sums[:, :columns] / sums[:, columns:]


def weights(
    n: int, seed: int, replicates: int, strata: NDArray | None = None, columns: int = 0
) -> Iterator[NDArray[np.float64]]:
    """How often each row stands in each bootstrap resample, some resamples at a time.

    Parameters
    ----------
    n : int
        How many rows.
    seed : int
        Of the random draws.
    replicates : int
        How many resamples.
    strata : ndarray, optional
        As for `means`.
    columns : int, optional
        Values that are made of a resample: of more than rows, fewer resamples are made at a time.

    Yields
    ------
    ndarray of float64
        Whole numbers, replicate × row.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 6.

    Examples
    --------
    >>> [part.sum(axis=1).tolist() for part in weights(4, seed=1, replicates=2)]
    [[4.0, 4.0]]
    """
    rng, strata = np.random.default_rng(seed), np.zeros(n) if strata is None else strata
    stratum_rows = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    chunk = max(1, _DRAWN // max(n, columns))
    for start in range(0, replicates, chunk):
        size = min(chunk, replicates - start)
        drawn = [rows[rng.integers(0, len(rows), (size, len(rows)))] for rows in stratum_rows]
        places = np.hstack(drawn) + n * np.arange(size)[:, None]
        counts = np.bincount(places.ravel(), minlength=size * n)
        yield counts.reshape(size, n).astype(np.float64)


def replicates_of(values: NDArray[np.float64]) -> int:
    """How many resamples are drawn.

    Parameters
    ----------
    values : ndarray
        Respondent × measure.

    Returns
    -------
    int
        REPLICATES; fewer of many values, FEWEST at least.

    References
    ----------
    docs/method.md, "Intervals".

    Examples
    --------
    >>> replicates_of(np.zeros((34, 14)))
    10000
    """
    return min(REPLICATES, max(FEWEST, _VALUES // max(values.size, 1)))


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
    replicates : ndarray
        Replicate × measure, as from `means`.
    n : ndarray of int64
        Respondents behind each measure.
    estimates : ndarray
        The estimate of each measure.
    frame : int, optional
        Size of the population, where it is known; deviations then shrink by the finite-population
        factor sqrt(1 - n / frame).
    level : float, optional
        Confidence level, 0–1.

    Returns
    -------
    tuple of ndarray
        Lower and upper bounds in the unit of the measure; NaN where fewer than 2 respondents count.

    References
    ----------
    Hesterberg (2015), The American Statistician 69(4), 371–386, section 5.3; Cochran (1977),
    Sampling Techniques, section 2.6.

    Examples
    --------
    >>> low, high = interval(np.linspace(0, 1, 101)[:, None], np.array([30]), np.array([0.5]))
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.019, 0.981)
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
