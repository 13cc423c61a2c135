"""Two proportions of independent samples: interval, exact test, and what it can detect.

Formulas and their papers: docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep

ALPHA, POWER = 0.05, 0.80

#: Above so many possible outcomes the pooled z-test stands for the exact one.
LIMIT = 50_000

#: Probabilities worked on at a time: what the cache of a processor holds.
_CACHED = 30_000

#: Common proportions over which the exact test takes its maximum: denser towards 0 and 1.
_NUISANCE = (1 - np.cos(np.linspace(0, np.pi, 259)[1:-1])) / 2


def newcombe(
    after: tuple[ArrayLike, ArrayLike], before: tuple[ArrayLike, ArrayLike], alpha: float = ALPHA
) -> tuple[NDArray, NDArray]:
    """The bounds, in points, of the interval of the rise; each side is (count, base of 1 or more).

    Newcombe (1998), Statistics in Medicine 17, 873–890, method 10: two Wilson intervals combined.
    """
    (n, base), (n_before, base_before) = (
        tuple(np.asarray(each, dtype="float64") for each in side) for side in (after, before)
    )
    bounds = confint_proportions_2indep(
        n, base, n_before, base_before, method="newcomb", compare="diff", alpha=alpha
    )
    return 100 * np.asarray(bounds[0]), 100 * np.asarray(bounds[1])


def boschloo(
    after: tuple[ArrayLike, ArrayLike], before: tuple[ArrayLike, ArrayLike]
) -> NDArray[np.float64]:
    """The two-sided p-value of each pair of sides; each side is (count, base of 1 or more)."""
    (n, base), (n_before, base_before) = (
        tuple(np.asarray(each, dtype="int64") for each in side) for side in (after, before)
    )
    places = np.broadcast_arrays(n, base, n_before, base_before)
    n, base, n_before, base_before = (each.ravel() for each in places)
    found, codes = np.unique(np.stack([base, base_before]), axis=1, return_inverse=True)
    p, codes = np.empty(len(n)), codes.ravel()
    *together, _ = np.split(np.argsort(codes, kind="stable"), np.bincount(codes).cumsum())
    for at, (own, other) in zip(together, found.T, strict=True):
        p[at] = p_values(int(own), int(other))[n[at], n_before[at]]
    return p.reshape(places[0].shape)


@lru_cache(maxsize=4096)
def p_values(base: int, base_before: int) -> NDArray[np.float64]:
    """The two-sided p-value of every outcome; shape (base + 1, base_before + 1).

    Boschloo (1970), Statistica Neerlandica 24, 1–35: Fisher's p-value as the statistic, its
    probability maximal over the common proportion; twice the smaller side, as scipy does. Over
    LIMIT outcomes, the pooled z-test (Pearson's chi-squared), which the exact one then approaches.
    """
    if (base + 1) * (base_before + 1) > LIMIT:
        return _pooled_z(base, base_before)
    low = _one_sided(base, base_before)
    return np.minimum(1, 2 * np.minimum(low, low[::-1, ::-1]))


def _one_sided(base: int, base_before: int) -> NDArray[np.float64]:
    """The p-value of every outcome against a fall; that against a rise is its mirror image.

    1 stands for all from a half up, which make 1 of two sides: no sum goes beyond the outcome that
    reaches a half where both proportions are a half.
    """
    n, n_before = np.arange(base + 1)[:, None], np.arange(base_before + 1)[None, :]
    fisher = stats.hypergeom.cdf(n, base + base_before, n + n_before, base).ravel()
    order = np.argsort(fisher, kind="stable")
    ranked = fisher[order]
    ends = np.flatnonzero(np.append(ranked[1:] > ranked[:-1] * (1 + 1e-12), True))
    own, other = _binomial(base), _binomial(base_before)
    even = len(_NUISANCE) // 2
    reached = np.outer(own[even], other[even]).ravel()[order].cumsum()
    ends, step = ends[reached[ends] < 0.5], max(3, 2_000_000 // len(order))
    order = order[: ends[-1] + 1]
    most, found = np.zeros(len(order)), np.ones(fisher.size)
    for start in range(0, len(_NUISANCE) - 2, step):
        at = slice(start, start + step + 2)  # neighbours share two: each peak is inside one
        most = np.maximum(most, _peaks(_cumulated(own[at], other[at], order)))
    found[order] = most[ends[np.searchsorted(ends, np.arange(len(order)))]]
    return found.reshape(base + 1, base_before + 1)


def _cumulated(
    own: NDArray[np.float64], other: NDArray[np.float64], order: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The chance of each outcome or one before it in `order` (column), a row a proportion."""
    found, size = np.empty((len(own), len(order))), own.shape[1] * other.shape[1]
    step = max(1, _CACHED // size)
    for start in range(0, len(own), step):
        at = slice(start, start + step)
        joint = (own[at, :, None] * other[at, None, :]).reshape(-1, size)
        np.cumsum(joint[:, order], axis=1, out=found[at])
    return found


@lru_cache(maxsize=512)
def _binomial(base: int) -> NDArray[np.float64]:
    """The chance of each count (column) at each of the common proportions (row)."""
    return stats.binom.pmf(np.arange(base + 1), base, _NUISANCE[:, None])


def _peaks(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest point of each column, a parabola through the highest value and its neighbours."""
    each, highest = np.arange(curves.shape[1]), curves.argmax(axis=0)
    at = np.clip(highest, 1, len(curves) - 2)
    left, top, right = (curves[at + step, each] for step in (-1, 0, 1))
    bend = left - 2 * top + right
    rise = np.divide(-((left - right) ** 2), 8 * bend, out=np.zeros_like(top), where=bend < 0)
    inside = (top >= left) & (top >= right)
    return np.where(inside, top + rise, curves[highest, each])


def _pooled_z(base: int, base_before: int) -> NDArray[np.float64]:
    n, n_before = np.arange(base + 1)[:, None], np.arange(base_before + 1)[None, :]
    pooled = (n + n_before) / (base + base_before)
    error = np.sqrt(pooled * (1 - pooled) * (1 / base + 1 / base_before))
    gap = np.abs(n / base - n_before / base_before)
    return 2 * stats.norm.sf(np.divide(gap, error, out=np.zeros_like(gap), where=error > 0))


def power(share: float, share_before: float, base: int, base_before: int) -> float:
    """The chance that the two-sided test at ALPHA tells the two shares (0–1) apart, exact."""
    rejected = p_values(base, base_before) <= ALPHA
    return float(_chances(base, share) @ rejected @ _chances(base_before, share_before))


@lru_cache(maxsize=8)  # that of before stays while `detectable` tries one share after the other
def _chances(base: int, share: float) -> NDArray[np.float64]:
    """The chance of each count of the base."""
    return stats.binom.pmf(np.arange(base + 1), base, share)


@lru_cache(maxsize=4096)
def detectable(share_before: float, base: int, base_before: int) -> float:
    """The smallest rise, in points, that the test detects with POWER; NaN where no rise is."""

    def lacking(share: float) -> float:
        return power(share, share_before, base, base_before) - POWER

    if share_before >= 1 or lacking(1.0) < 0:
        return float("nan")
    return 100 * (optimize.brentq(lacking, share_before, 1.0, xtol=1e-9) - share_before)
