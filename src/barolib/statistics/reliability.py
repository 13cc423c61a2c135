"""Whether the affirmations of a theme measure one thing: alpha, omega, how many dimensions.

Levels are taken as equally spaced, as theme scores take them. docs/method.md, "Reliability".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from barolib.statistics import coefficients, reliability_bootstrap
from barolib.survey import contracts
from barolib.survey.edition import Edition

#: From this value on a scale is usually called reliable (Nunnally 1978).
RELIABLE = 0.7
CONFIDENCE = 0.95

#: Tables of answers without any dimension that parallel analysis draws.
_PARALLEL = 500


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

    References
    ----------
    docs/method.md, "Reliability".

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
    """Cronbach's alpha with Feldt's interval.

    Covariances take the respondents who answered both; the interval counts as many respondents as
    the pair answered by fewest has.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.

    Returns
    -------
    Estimate
        Alpha with its 95 % bounds; missing below two affirmations or three respondents.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334; Feldt, Woodruff and Salih (1987), Applied
    Psychological Measurement 11, 93-103.

    Examples
    --------
    >>> levels = pd.DataFrame({"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]})
    >>> cronbach_alpha(levels).value
    1.0
    """
    items, respondents = levels.shape[1], _answered_in_pairs(levels)
    if items < 2 or respondents < coefficients.FEWEST:
        return _NONE
    alpha = float(coefficients.alphas(levels.cov().to_numpy()[None])[0])
    free = respondents - 1, (respondents - 1) * (items - 1)
    tail = (1 - CONFIDENCE) / 2
    low, high = (1 - (1 - alpha) * stats.f.ppf(share, *free) for share in (1 - tail, tail))
    return Estimate(alpha, low, high)


def mcdonald_omega(levels: pd.DataFrame) -> Estimate:
    """McDonald's omega of one common factor, with Bonett's interval.

    Loadings are those of principal-axis factoring of the correlations (`coefficients`).

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.

    Returns
    -------
    Estimate
        Omega with its 95 % bounds; missing below three affirmations, and where one of them does
        not vary.

    References
    ----------
    McDonald (1999), Test theory, chapter 6; Bonett (2002), Journal of Educational and Behavioral
    Statistics 27, 335-340, whose interval Kelley and Pornprasertmanit (2016), Psychological Methods
    21, 69-92, try for omega: it is a little wide.

    Examples
    --------
    >>> levels = pd.DataFrame({"A": [1, 2, 3, 4], "B": [1, 3, 4, 2], "C": [1, 4, 2, 3]})
    >>> round(mcdonald_omega(levels).value, 2)
    0.67
    """
    items, respondents = levels.shape[1], _answered_in_pairs(levels)
    if items < 3 or respondents < coefficients.FEWEST:
        return _NONE
    omega = float(coefficients.omegas(levels.corr().to_numpy()[None])[0])
    error = np.sqrt(2 * items / ((items - 1) * (respondents - 2)))
    half = stats.norm.ppf((1 + CONFIDENCE) / 2) * error
    low, high = (1 - (1 - omega) * np.exp(sign * half) for sign in (1, -1))
    return Estimate(omega, low, high)


def dimensions(levels: pd.DataFrame, seed: int) -> float:
    """How many dimensions the affirmations have, by parallel analysis.

    Eigenvalues of the correlations count as long as they exceed the 95 % quantile of those of the
    same columns, each shuffled among its respondents, an answer missing standing at its mean.

    Parameters
    ----------
    levels : DataFrame
        A row a respondent, a column an affirmation; missing where there is no level.
    seed : int
        Of the shuffles.

    Returns
    -------
    float
        A whole number; 0: no more in common than chance gives; NaN where one never varies.

    References
    ----------
    Horn (1965), Psychometrika 30, 179-185; Glorfeld (1995), Educational and Psychological
    Measurement 55, 377-393.

    Examples
    --------
    >>> dimensions(pd.DataFrame({"A": range(20), "B": range(20), "C": range(20)}), seed=1)
    1
    """
    answers = (levels - levels.mean()).fillna(0.0).to_numpy(dtype="float64")
    if answers.shape[1] < 2 or len(answers) < 3 or not answers.any(axis=0).all():
        return np.nan
    rng = np.random.default_rng(seed)

    def eigenvalues(table: np.ndarray) -> np.ndarray:
        return np.linalg.eigvalsh(np.corrcoef(table, rowvar=False))[::-1]

    by_chance = [eigenvalues(rng.permuted(answers, axis=0)) for _ in range(_PARALLEL)]
    beyond = eigenvalues(answers) > np.quantile(by_chance, CONFIDENCE, axis=0)
    return int(np.logical_and.accumulate(beyond).sum())


def verdict(alpha: Estimate) -> str:
    """Whether the answers show that the theme measures one thing, several, or cannot say.

    Parameters
    ----------
    alpha : Estimate
        Cronbach's alpha with its interval.

    Returns
    -------
    str
        one_thing, several_things or cannot_say.

    References
    ----------
    Nunnally (1978), Psychometric theory; docs/method.md, "Reliability".

    Examples
    --------
    >>> verdict(Estimate(0.72, 0.55, 0.83))
    'cannot_say'
    """
    if alpha.low >= RELIABLE:
        return "one_thing"
    return "several_things" if alpha.high < RELIABLE else "cannot_say"


def by_theme(
    answers: pd.DataFrame, themes: Mapping[str, list[str]], edition: Edition
) -> pd.DataFrame:
    """The table `reliability`: alpha and omega of each theme, its dimensions, and the verdict.

    Parameters
    ----------
    answers : DataFrame
        A row a respondent and affirmation: respondent_id, affirmation_id, level.
    themes : mapping
        The affirmations of each theme, by theme_id.
    edition : Edition
        Its seed: of the resamples, and of the shuffles of parallel analysis.

    Returns
    -------
    DataFrame
        A row a theme; empty without answers.

    References
    ----------
    docs/method.md, "Reliability".

    Examples
    --------
    >>> import barolib
    >>> table = pd.DataFrame({"affirmation_id": ["A", "B"] * 4, "level": [1, 1, 2, 2, 3, 3, 4, 4]})
    >>> table["respondent_id"] = ["R1", "R1", "R2", "R2", "R3", "R3", "R4", "R4"]
    >>> by_theme(table, {"T01": ["A", "B"]}, barolib.open("2021").raw.edition)["verdict"].tolist()
    ['one_thing']
    """
    if answers.empty:
        return contracts.empty("reliability", edition)
    levels = answers.pivot(index="respondent_id", columns="affirmation_id", values="level")
    levels, rows = levels.astype("float64"), []
    for theme, affirmations in themes.items():
        of_theme = levels[levels.columns.intersection(affirmations)]
        answered = of_theme.dropna(how="all")
        alpha, omega = cronbach_alpha(answered), mcdonald_omega(answered)
        row = {"theme_id": theme, "affirmations": answered.shape[1], "respondents": len(answered)}
        for name, estimate in (("alpha", alpha), ("omega", omega)):
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), estimate, strict=True))
        row |= reliability_bootstrap.intervals(answered, edition.seed)
        row["dimensions"] = dimensions(answered, edition.seed)
        rows.append(row | {"verdict": verdict(alpha)})
    return contracts.typed("reliability", pd.DataFrame(rows), edition)


def _answered_in_pairs(levels: pd.DataFrame) -> int:
    """How many respondents answered both affirmations, for the pair that fewest did."""
    answered = levels.notna().to_numpy(dtype="int64")
    return int((answered.T @ answered).min(initial=len(levels)))
