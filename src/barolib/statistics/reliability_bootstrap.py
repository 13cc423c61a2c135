"""Bootstrap intervals of alpha and omega: respondents are drawn again with all their answers.

All resamples of a theme are one product of matrices: how often each respondent is drawn, times what
each pair of affirmations adds up of that respondent. A loop over the resamples with pandas and
statsmodels' Factor takes 140 times as long: 4 minutes for 13 themes of 34 respondents.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barolib.statistics import bootstrap, coefficients

#: The share of resamples that must give a coefficient for it to have an interval: without more than
#: the share beyond the bounds, the bounds would hang on what is left out.
_ENOUGH = bootstrap.LEVEL

_BOUNDS = ("alpha_boot_low", "omega_boot_low", "alpha_boot_high", "omega_boot_high")


def intervals(levels: pd.DataFrame, seed: int) -> dict[str, float]:
    """The expanded percentile intervals of alpha and omega at 95 %.

    Resamples without the coefficient (an affirmation does not vary in them, or too few answered a
    pair) are left out; where they are more than one in twenty, the interval is missing.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.
    seed : int
        Of the random draws.

    Returns
    -------
    dict
        alpha_boot_low, alpha_boot_high, omega_boot_low, omega_boot_high; NaN where missing.

    References
    ----------
    Hesterberg (2015), The American Statistician 69(4), 371-386; docs/method.md, "Reliability".

    Examples
    --------
    >>> levels = pd.DataFrame({"A": [1, 2, 3, 4] * 5, "B": [1, 2, 3, 4] * 5})
    >>> found = intervals(levels, seed=1)
    >>> round(found["alpha_boot_low"], 2), round(found["omega_boot_low"], 2)
    (1.0, nan)
    """
    values = levels.to_numpy(dtype="float64")
    if values.shape[1] < 2 or len(values) < coefficients.FEWEST:
        return dict.fromkeys(_BOUNDS, np.nan)
    drawn, estimates = replicates(values, seed), weighted(values, np.ones((1, len(values))))[0]
    enough = np.isfinite(drawn).mean(axis=0) >= _ENOUGH
    bounds = bootstrap.interval(drawn, np.where(enough, len(values), 0), estimates)
    return dict(zip(_BOUNDS, np.concatenate(bounds).tolist(), strict=True))


def replicates(
    levels: NDArray[np.float64], seed: int, count: int | None = None
) -> NDArray[np.float64]:
    """Alpha and omega in each bootstrap resample of the respondents.

    Parameters
    ----------
    levels : ndarray
        Respondent × affirmation; NaN where there is no level.
    seed : int
        Of the random draws.
    count : int, optional
        How many resamples; by default 10,000, fewer of large panels, as for means.

    Returns
    -------
    ndarray of float64
        Resample × (alpha, omega); NaN where one has none.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 6.

    Examples
    --------
    >>> levels = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]])
    >>> replicates(levels, seed=1, count=2).tolist()
    [[1.0, nan], [1.0, nan]]
    """
    products = _products(levels)
    parts = bootstrap.weights(
        len(levels), seed, count or bootstrap.replicates_of(products), columns=products.shape[1]
    )
    return np.vstack([_of_sums(part @ products) for part in parts])


def weighted(levels: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Alpha and omega where each respondent counts so many times.

    Parameters
    ----------
    levels : ndarray
        Respondent × affirmation; NaN where there is no level.
    weights : ndarray
        Resample × respondent, whole numbers.

    Returns
    -------
    ndarray of float64
        Resample × (alpha, omega); NaN where one has none.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 6.

    Examples
    --------
    >>> levels = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]])
    >>> weighted(levels, np.ones((1, 4))).tolist()
    [[1.0, nan]]
    """
    return _of_sums(weights @ _products(levels))


def _products(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a respondent adds to each pair: answered both, the first, its square, the product.

    Respondent × (kind × first × second), flat.
    """
    known = ~np.isnan(levels)
    values = np.where(known, levels, 0.0)
    kinds = ((known, known), (values, known), (values**2, known), (values, values))
    products = [first[:, :, None] * second[:, None, :] for first, second in kinds]
    return np.stack(products, axis=1).reshape(len(levels), -1).astype("float64")


def _of_sums(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Alpha and omega of pairwise complete covariances: pandas' cov and corr, of each resample."""
    items = round(np.sqrt(sums.shape[1] / 4))
    count, first, squares, both = np.moveaxis(sums.reshape(-1, 4, items, items), 1, 0)
    count = np.where(count < coefficients.FEWEST, np.nan, count)
    together, spread = count * both - first * first.swapaxes(1, 2), count * squares - first**2
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = together / np.sqrt(spread * spread.swapaxes(1, 2))
    alpha = coefficients.alphas(together / (count * (count - 1)))
    return np.column_stack([alpha, coefficients.omegas(correlations)])
