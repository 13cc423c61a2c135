"""Coverage of the intervals at the size of a panel: what a nominal 95 % is worth at n = 34.

Proportions: Wilson, by exact enumeration over every count. Means: the expanded percentile bootstrap
of barolib.statistics.bootstrap beside the plain percentile one, by seeded simulation of
respondents whose answers follow printed distributions. Ranks: the confidence sets of
barolib.statistics.ranks, of all themes at once and of each alone, beside the percentiles of the
ranks in the same resamples. Alpha and omega: Feldt's and Bonett's intervals beside those by
bootstrap, of seeded answers of one factor. Prints; asserts nothing.
"""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from barolib.statistics import bootstrap, coefficients, ranks, reliability, reliability_bootstrap

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


THEMES, PANELS, STUDIES, REPLICATES = 10, (20, 34, 101), 1000, 2000
#: Where themes stand, on a scale from 1 to 6.
CENTRES = {
    "apart": np.linspace(2, 5, THEMES),
    "close": np.linspace(3.2, 3.8, THEMES),
    "two of a kind": np.repeat([3.0, 3.8], THEMES // 2),
}


def themes(rng: np.random.Generator, people: int, centres: np.ndarray) -> np.ndarray:
    """Scores, respondent × theme: means of answers that respondent and theme have in common."""
    common = np.sqrt(0.4) * rng.standard_normal((people, 1))
    theme = common + np.sqrt(0.6) * rng.standard_normal((people, THEMES))
    rest = rng.standard_normal((people, THEMES, AFFIRMATIONS))
    latent = centres[:, None] + 1.3 * np.sqrt(0.5) * (theme[:, :, None] + rest)
    return np.clip(np.round(latent), 1, 6).mean(axis=2)


def true_ranks(centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and worst rank of each theme; those of themes of one centre are all theirs."""
    above, below = (centres[None] > centres[:, None]), (centres[None] < centres[:, None])
    return 1 + above.sum(axis=1), THEMES - below.sum(axis=1)


def rank_sets() -> None:
    """How often the true ranks are covered, all ten at once and each, and how wide the sets are."""
    print(f"ranks of {THEMES} themes, {STUDIES} studies: all at once, each on average, ranks a set")
    names = ("percentiles", "sets of each alone", "sets of all at once")
    for people in PANELS:
        for shape, centres in CENTRES.items():
            rng, best, worst = np.random.default_rng(2021), *true_ranks(centres)
            hits, widths = np.zeros((3, THEMES)), np.zeros(3)
            at_once = np.zeros(3)
            for trial in range(STUDIES):
                scores = themes(rng, people, centres)
                drawn = bootstrap.means(scores, seed=trial, replicates=REPLICATES)
                order = stats.rankdata(-drawn, method="min", axis=1)
                sets = ranks.confidence_sets(scores.mean(axis=0), drawn, people)
                bounds = (
                    np.quantile(order, [0.025, 0.975], axis=0, method="inverted_cdf"),
                    (sets.low_alone, sets.high_alone),
                    (sets.low, sets.high),
                )
                for place, (low, high) in enumerate(bounds):
                    inside = (low <= best) & (worst <= high)
                    hits[place] += inside
                    at_once[place] += inside.all()
                    widths[place] += (high - low + 1).mean()
            print(f"  n = {people}, {shape}")
            for name, hit, once, width in zip(names, hits, at_once, widths, strict=True):
                shown = f"{once / STUDIES:6.1%} {hit.mean() / STUDIES:7.1%} {width / STUDIES:6.1f}"
                print(f"    {name:22}{shown}")


LOADINGS = {
    "alike": np.full(AFFIRMATIONS, 0.6),
    "unlike": np.linspace(0.3, 0.9, AFFIRMATIONS),
    "weak": np.full(AFFIRMATIONS, 0.35),
}


def answers(rng: np.random.Generator, people: int, loadings: np.ndarray, shape: str) -> np.ndarray:
    """Levels, respondent × affirmation: a common factor and what is each one's own, cut."""
    own = rng.standard_normal((people, len(loadings)))
    latent = loadings * rng.standard_normal((people, 1)) + np.sqrt(1 - loadings**2) * own
    shares = np.cumsum(SHAPES[shape]) / sum(SHAPES[shape])
    return 1.0 + np.searchsorted(stats.norm.ppf(shares[:-1]), latent)


def coefficient_bounds(levels: np.ndarray, seed: int) -> dict[str, list]:
    """Each interval of alpha and of omega: its lower bounds of both, its upper bounds of both."""
    table = pd.DataFrame(levels)
    estimates = reliability.cronbach_alpha(table), reliability.mcdonald_omega(table)
    drawn = reliability_bootstrap.replicates(levels, seed, REPLICATES)
    values, people = np.array([each.value for each in estimates]), np.full(2, len(levels))
    return {
        "Feldt, Bonett": [[each.low for each in estimates], [each.high for each in estimates]],
        "percentile": np.nanquantile(drawn, [0.025, 0.975], axis=0),
        "expanded": bootstrap.interval(drawn, people, values),
    }


def reliabilities() -> None:
    """Simulated coverage of the intervals of alpha and omega; the truth is of a million."""
    print(f"alpha and omega of {AFFIRMATIONS} affirmations, n = {N}, {STUDIES} studies a case")
    for name, loadings in LOADINGS.items():
        for shape in ("low", "middle"):
            rng, hits = np.random.default_rng(2021), {}
            everybody = answers(rng, 1_000_000, loadings, shape)
            alpha = coefficients.alphas(np.cov(everybody, rowvar=False)[None])
            omega = coefficients.omegas(np.corrcoef(everybody, rowvar=False)[None])
            truth = np.concatenate([alpha, omega])
            for trial in range(STUDIES):
                levels = answers(rng, N, loadings, shape)
                for kind, (low, high) in coefficient_bounds(levels, trial).items():
                    hits[kind] = hits.get(kind, 0) + ((low <= truth) & (truth <= high))
            print(f"  loadings {name}, answers {shape}: {truth[0]:.2f}, {truth[1]:.2f}")
            for kind, hit in hits.items():
                shown = ", ".join(f"{share:.1%}" for share in hit / STUDIES)
                print(f"    {kind:22}{shown}")


if __name__ == "__main__":
    proportions()
    means()
    rank_sets()
    reliabilities()
