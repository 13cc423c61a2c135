"""Coverage of the intervals at the size of a panel: what a nominal 95 % is worth at n = 34.

Proportions: Wilson, by exact enumeration over every count. Means: the expanded percentile bootstrap
of barolib.statistics.bootstrap beside the plain percentile one, by seeded simulation of
respondents whose answers follow printed distributions. Prints; asserts nothing.
"""

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from barolib.statistics import bootstrap

N, TRIALS, AFFIRMATIONS = 34, 1500, 8
SHAPES = {
    "flat": [1, 1, 1, 1, 1, 1],
    "low": [44, 28, 13, 9, 0, 6],
    "high": [3, 10, 10, 23, 10, 43],
    "middle": [9, 25, 22, 34, 3, 6],
    "two peaks": [40, 10, 0, 0, 10, 40],
}


def proportions() -> None:
    """Exact coverage of the Wilson interval, for p from 5 to 95 %."""
    counts = np.arange(N + 1)
    low, high = proportion_confint(counts, N, method="wilson")
    p = np.linspace(0.05, 0.95, 901)
    inside = (low[None, :] <= p[:, None]) & (p[:, None] <= high[None, :])
    covered = (stats.binom.pmf(counts[None, :], N, p[:, None]) * inside).sum(axis=1)
    worst = covered.argmin()
    print(f"proportion (Wilson), n = {N}, p from 5 to 95 %")
    print(f"  mean coverage {covered.mean():.1%}, worst {covered[worst]:.1%} at p = {p[worst]:.1%}")


def means() -> None:
    """Simulated coverage of a theme's mean, its affirmations correlated within a respondent."""
    levels = np.arange(1, 7)
    print(f"mean of a theme of {AFFIRMATIONS} affirmations, n = {N}, {TRIALS} trials a shape")
    for name, shape in SHAPES.items():
        weights = np.array(shape) / sum(shape)
        rng, hits = np.random.default_rng(2021), {"expanded": 0, "plain": 0}
        truth = float(levels @ weights)
        for trial in range(TRIALS):
            shared = rng.choice(levels, size=(N, 1), p=weights)
            own = rng.choice(levels, size=(N, AFFIRMATIONS), p=weights)
            answers = np.where(rng.random((N, AFFIRMATIONS)) < 0.5, shared, own)
            scores = answers.mean(axis=1, keepdims=True)
            drawn = bootstrap.means(scores, seed=trial)
            low, high = bootstrap.interval(drawn, np.array([N]), scores.mean(axis=0))
            hits["expanded"] += low[0] <= truth <= high[0]
            plain = np.quantile(drawn[:, 0], [0.025, 0.975])
            hits["plain"] += plain[0] <= truth <= plain[1]
        shown = ", ".join(f"{each} {count / TRIALS:.1%}" for each, count in hits.items())
        print(f"  {name:10} {shown}")


if __name__ == "__main__":
    proportions()
    means()
