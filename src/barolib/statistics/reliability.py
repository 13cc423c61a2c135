"""Whether the affirmations of a theme measure one thing: item-rest correlations, alpha and omega.

Levels are taken as equally spaced, as theme scores take them. docs/method.md, "Reliability".
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.multivariate.factor import Factor

#: From this value on a scale is usually called reliable (Nunnally 1978).
RELIABLE = 0.7
CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A coefficient and its interval; all missing where it cannot be computed."""

    value: float
    low: float
    high: float


_NONE = Estimate(np.nan, np.nan, np.nan)


def item_rest_correlations(levels: pd.DataFrame, themes: Mapping[str, list[str]]) -> pd.DataFrame:
    """Pearson's correlation of each affirmation with the mean of the others of its theme.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.
    themes : mapping
        The affirmations of each theme, by theme_id.

    Returns
    -------
    DataFrame
        A row a theme and affirmation: theme_id, affirmation_id, correlation (from -1 to 1; missing
        where it does not vary, or is alone).

    Examples
    --------
    >>> levels = pd.DataFrame({"A": [1, 2, 3], "B": [1, 2, 3], "C": [3, 2, 1]})
    >>> item_rest_correlations(levels, {"T01": ["A", "B", "C"]})["correlation"].round(1).tolist()
    [nan, nan, -1.0]
    """
    rows = []
    for theme, affirmations in themes.items():
        of_theme = levels[levels.columns.intersection(affirmations)]
        for item in of_theme:
            rest = of_theme.drop(columns=item).mean(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                rows.append((theme, item, levels[item].corr(rest)))
    return pd.DataFrame(rows, columns=["theme_id", "affirmation_id", "correlation"])


def cronbach_alpha(levels: pd.DataFrame) -> Estimate:
    """Cronbach's alpha with Feldt's interval; missing below two affirmations or three respondents.

    Covariances take the respondents who answered both; the interval counts as many respondents as
    the pair answered by fewest has.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334; Feldt, Woodruff and Salih (1987), Applied
    Psychological Measurement 11, 93-103.

    Examples
    --------
    >>> levels = pd.DataFrame({"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]})
    >>> cronbach_alpha(levels).value
    np.float64(1.0)
    """
    items, respondents = levels.shape[1], _answered_in_pairs(levels)
    if items < 2 or respondents < 3:
        return _NONE
    covariance = levels.cov().to_numpy()
    total = covariance.sum()
    if total <= 0:
        return _NONE
    alpha = items / (items - 1) * (1 - np.trace(covariance) / total)
    free = respondents - 1, (respondents - 1) * (items - 1)
    tail = (1 - CONFIDENCE) / 2
    low, high = (1 - (1 - alpha) * stats.f.ppf(share, *free) for share in (1 - tail, tail))
    return Estimate(alpha, low, high)


def mcdonald_omega(levels: pd.DataFrame) -> Estimate:
    """McDonald's omega of one common factor, with Bonett's interval.

    Loadings are those of principal-axis factoring of the correlations. Missing below three
    affirmations, and where one of them does not vary.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.

    References
    ----------
    McDonald (1999), Test theory, chapter 6; Bonett (2002), Journal of Educational and Behavioral
    Statistics 27, 335-340, whose interval Kelley and Pornprasertmanit (2016), Psychological Methods
    21, 69-92, try for omega: it is a little wide.
    """
    items, respondents = levels.shape[1], _answered_in_pairs(levels)
    if items < 3 or respondents < 3:
        return _NONE
    correlations = levels.corr().to_numpy()
    if np.isnan(correlations).any():
        return _NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a communality above 1 is cut to it
        loadings = Factor(corr=correlations, n_factor=1).fit().loadings[:, 0]
    common = loadings.sum() ** 2
    omega = float(common / (common + (1 - np.clip(loadings**2, 0, 1)).sum()))
    error = np.sqrt(2 * items / ((items - 1) * (respondents - 2)))
    half = stats.norm.ppf((1 + CONFIDENCE) / 2) * error
    low, high = (1 - (1 - omega) * np.exp(sign * half) for sign in (1, -1))
    return Estimate(omega, low, high)


def verdict(alpha: Estimate, respondents: int) -> str:
    """In words, whether the answers show that the theme measures one thing, do not, or cannot say.

    Examples
    --------
    >>> verdict(Estimate(0.72, 0.55, 0.83), 34)
    '34 answers cannot say'
    """
    if alpha.low >= RELIABLE:
        return "measures one thing"
    if alpha.high < RELIABLE:
        return "measures several things"
    return f"{respondents} answers cannot say"


def by_theme(levels: pd.DataFrame, themes: Mapping[str, list[str]]) -> pd.DataFrame:
    """Alpha and omega of each theme, with their intervals and the verdict.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation.
    themes : mapping
        The affirmations of each theme, by theme_id.

    Returns
    -------
    DataFrame
        A row a theme: theme_id, affirmations, respondents (with any answer), alpha, alpha_low,
        alpha_high, omega, omega_low, omega_high, verdict.
    """
    rows = []
    for theme, affirmations in themes.items():
        of_theme = levels[levels.columns.intersection(affirmations)]
        answered = of_theme.dropna(how="all")
        alpha, omega = cronbach_alpha(answered), mcdonald_omega(answered)
        row = {"theme_id": theme, "affirmations": answered.shape[1], "respondents": len(answered)}
        for name, estimate in (("alpha", alpha), ("omega", omega)):
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), estimate, strict=True))
        rows.append(row | {"verdict": verdict(alpha, len(answered))})
    return pd.DataFrame(rows)


def _answered_in_pairs(levels: pd.DataFrame) -> int:
    """How many respondents answered both affirmations, for the pair that fewest did."""
    answered = levels.notna().to_numpy(dtype="int64")
    return int((answered.T @ answered).min(initial=len(levels)))
