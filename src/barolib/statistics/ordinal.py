"""Two ordinal samples: how often one stands above the other, and the odds of standing higher.

Formulas and their papers: docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special, stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from barolib.statistics.proportions import ALPHA

BRUNNER_MUNZEL, NEWCOMBE = "brunner_munzel", "newcombe"

#: A log odds ratio beyond this, or as unsure as this, is one that the data do not bound.
_UNBOUNDED = 10.0


class Shift(NamedTuple):
    """The chance that one of now stands above one of then (ties half), 95 % bounds, method."""

    shift: float
    low: float
    high: float
    method: str


def shift(after: NDArray[np.int64], before: NDArray[np.int64]) -> Shift:
    """The shift between counts by rank, lowest first, of two samples of 1 or more each.

    The interval is that of Brunner and Munzel (2000), Biometrical Journal 42, 17–25, on the logit
    scale. Where it has no variance to work with, or the samples do not overlap at all, or one is of
    a single answer, that of Newcombe (2006), Statistics in Medicine 25, 559–573, method 5.
    """
    theta, variance, freedom = brunner_munzel(after, before)
    if not (variance > 0 and 0 < theta < 1 and freedom > 0):
        return Shift(theta, *newcombe(theta, after.sum(), before.sum()), NEWCOMBE)
    reach = stats.t.ppf(1 - ALPHA / 2, freedom) * np.sqrt(variance) / (theta * (1 - theta))
    centre = np.log(theta / (1 - theta))
    low, high = 1 / (1 + np.exp(-(centre + np.array([-reach, reach]))))
    return Shift(theta, float(low), float(high), BRUNNER_MUNZEL)


def brunner_munzel(
    after: NDArray[np.int64], before: NDArray[np.int64]
) -> tuple[float, float, float]:
    """The shift, its variance and the degrees of freedom; both 0 where they are not defined."""
    placed_after = (np.cumsum(before) - before / 2) / before.sum()
    placed_before = (np.cumsum(after) - after / 2) / after.sum()
    theta = float(after @ placed_after / after.sum())
    if min(after.sum(), before.sum()) < 2:
        return theta, 0.0, 0.0
    parts = np.array(
        [
            np.cov(places, fweights=counts) / counts.sum()
            for places, counts in ((placed_after, after), (placed_before, before))
        ]
    )
    if not parts.sum() > 1e-15:
        return theta, 0.0, 0.0
    sizes = np.array([after.sum(), before.sum()])
    freedom = parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum()
    return theta, float(parts.sum()), float(freedom)


def newcombe(theta: float, size: int, size_before: int) -> tuple[float, float]:
    """The 95 % bounds of a shift by method 5, which holds for 0 and 1 too."""
    z, mean = stats.norm.ppf(1 - ALPHA / 2), (size + size_before) / 2 - 1

    def excess(other: float) -> float:
        spread = 1 + mean * ((1 - other) / (2 - other) + other / (1 + other))
        variance = other * (1 - other) * spread / (size * size_before)
        return (theta - other) ** 2 - z**2 * variance

    # The shift itself lies within its interval; 0 and 1 are roots that bound nothing.
    low = optimize.brentq(excess, 0, theta - 1e-9) if theta > 1e-9 else 0.0
    high = optimize.brentq(excess, theta + 1e-9, 1) if theta < 1 - 1e-9 else 1.0
    return float(low), float(high)


class Odds(NamedTuple):
    """Odds ratios of standing higher now than then: crude, at equal status with bounds; why."""

    odds: float = np.nan
    odds_status: float = np.nan
    odds_low: float = np.nan
    odds_high: float = np.nan
    model: str = "no_answers"


def odds(answers: pd.DataFrame) -> Odds:
    """Proportional odds of the edition, without and with status (McCullagh 1980, JRSS B 42).

    `answers`: rank (merged scale), now (0 or 1), status (may be missing). No odds ratio where all
    stand at one rank (one_level) or the data bound none (separated); none at equal status where
    there is a single status (one_status).
    """
    if answers["now"].nunique() < 2:
        return Odds()
    if answers["rank"].nunique() < 2:
        return Odds(model="one_level")
    crude = _fit(answers["rank"], answers[["now"]])
    known = answers[answers["status"].notna()]
    statuses = pd.get_dummies(known["status"], drop_first=True, dtype=float)
    if known["now"].nunique() < 2 or statuses.empty or not statuses.shape[1]:
        found, model = None, "one_status"
    else:
        found, model = _fit(known["rank"], known[["now"]].join(statuses)), "fitted"
    if crude is None or (model == "fitted" and found is None):
        return Odds(crude[0] if crude else np.nan, model="separated")
    return Odds(crude[0], *(found or (np.nan,) * 3), model)


class _Logistic(stats.rv_continuous):
    """The logistic distribution without the checks that take scipy's most of its time."""

    def cdf(self, x):
        return special.expit(x)

    def pdf(self, x):
        return special.expit(x) * special.expit(-x)

    def ppf(self, q):
        return special.logit(q)


_LOGISTIC = _Logistic(name="logistic")


def _fit(rank: pd.Series, predictors: pd.DataFrame) -> tuple[float, float, float] | None:
    """The odds ratio of `now` with 95 % bounds; None where the likelihood has no maximum."""
    ranks = pd.Series(pd.factorize(rank, sort=True)[0], index=rank.index)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of is looked at below
        try:
            model = OrderedModel(ranks, predictors.astype(float), distr=_LOGISTIC)
            fit = model.fit(method="bfgs", disp=False, maxiter=500)
            error = float(fit.bse["now"])
        except (np.linalg.LinAlgError, ValueError):
            return None
    # A status that parts the ranks by itself is unbounded too, and leaves `now` what it is.
    slope = float(fit.params["now"])
    if not (fit.mle_retvals["converged"] and error < _UNBOUNDED and abs(slope) < _UNBOUNDED):
        return None
    reach = stats.norm.ppf(1 - ALPHA / 2) * error
    return tuple(float(np.exp(slope + step)) for step in (0, -reach, reach))
