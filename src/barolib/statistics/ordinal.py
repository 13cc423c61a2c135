"""Two ordinal samples: how often one stands above the other, and the odds of standing higher.

Formulas and their papers: docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special, stats

from barolib.statistics.proportions import ALPHA

BRUNNER_MUNZEL, NEWCOMBE = "brunner_munzel", "newcombe"

#: A log odds ratio beyond this, or as unsure as this, is one that the data do not bound.
_UNBOUNDED = 10.0

#: Newton's method: its most steps, and the rise of the log-likelihood that is none.
_STEPS, _NOISE = 100, 1e-9


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
    statuses = pd.get_dummies(known["status"], "status", drop_first=True, dtype=float)
    if known["now"].nunique() < 2 or statuses.empty or not statuses.shape[1]:
        found, model = None, "one_status"
    else:
        found, model = _fit(known["rank"], known[["now"]].join(statuses)), "fitted"
    if crude is None or (model == "fitted" and found is None):
        return Odds(crude[0] if crude else np.nan, model="separated")
    return Odds(crude[0], *(found or (np.nan,) * 3), model)


def _fit(rank: pd.Series, predictors: pd.DataFrame) -> tuple[float, float, float] | None:
    """The odds ratio of `now`, the first predictor, with 95 % bounds; None where nothing bounds it.

    By Newton's method from no effect at all: the likelihood has a single peak (Pratt 1981, JASA 76,
    103–106). A status that parts the ranks by itself is unbounded, and leaves `now` what it is.
    """
    place = pd.factorize(rank, sort=True)[0]
    cuts, effects = np.arange(place.max()), -predictors.to_numpy(dtype="float64")
    bounds = [np.hstack([(place - below)[:, None] == cuts, effects]) for below in (0, 1)]
    shares = np.bincount(place).cumsum()[:-1] / len(place)
    values = np.append(special.logit(shares), np.zeros(effects.shape[1]))
    with np.errstate(all="ignore"):  # a step too far, or a singular matrix, is told below
        log, score, information = _likelihood(values, place, *bounds)
        try:
            for _ in range(_STEPS):
                step = np.linalg.solve(information, score)
                gain = score @ step
                if not np.isfinite(gain):
                    return None
                while not (found := _likelihood(values + step, place, *bounds))[0] >= log - _NOISE:
                    step /= 2
                values, (log, score, information) = values + step, found
                if gain < _NOISE:
                    break
            error = np.sqrt(np.linalg.inv(information)[len(cuts), len(cuts)])
        except np.linalg.LinAlgError:
            return None
    slope = values[len(cuts)]
    if not (gain < _NOISE and error < _UNBOUNDED and abs(slope) < _UNBOUNDED):
        return None
    reach = stats.norm.ppf(1 - ALPHA / 2) * error
    return tuple(float(np.exp(slope + step)) for step in (0, -reach, reach))


def _likelihood(
    values: NDArray, place: NDArray, upper: NDArray, lower: NDArray
) -> tuple[float, NDArray, NDArray]:
    """The log-likelihood of the cuts and effects `values`, its gradient, the observed information.

    `place`: of each answer among the ranks; `upper` and `lower`: what adds up to its bounds there.
    """
    high = np.where(place == place.max(), 1.0, special.expit(upper @ values))
    low = np.where(place == 0, 0.0, special.expit(lower @ values))
    chance = high - low
    rise, fall = ((each * (1 - each) / chance)[:, None] for each in (high, low))
    slopes = rise * upper - fall * lower
    bends = lower.T @ (fall * (1 - 2 * low[:, None]) * lower)
    bends -= upper.T @ (rise * (1 - 2 * high[:, None]) * upper)
    return float(np.log(chance).sum()), slopes.sum(axis=0), slopes.T @ slopes + bends
