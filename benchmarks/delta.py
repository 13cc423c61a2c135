"""Size and power of the comparison of editions, by the rule in use and by others.

46 affirmations, panels partly the same, answers correlated within a respondent and, of who answered
twice, between the editions. Rules, each with Benjamini and Hochberg's adjustment and an interval
without 0: the exact test of two panels (Boschloo, Newcombe), which does not know who is the same;
the partially overlapping z-test (Derrick and others, z8); the permutation within respondents with
mid-p, which is barolib.compare.delta's. Size: studies with a false verdict where nothing changed.
Power: the share of risen affirmations with a verdict. Then how often the stated detectable rise is
detected. Seeded; prints; asserts nothing.
`python benchmarks/delta.py 4000` takes so many studies.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats

from barolib.compare import delta
from barolib.statistics import overlap, proportions
from barolib.statistics.overlap import Outcome, Sizes
from barolib.statistics.proportions import ALPHA

AFFIRMATIONS, COMMON, SEED = 46, 0.4, 2021
STUDIES = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
SIZES = (Sizes(12, 8, 8), Sizes(20, 14, 19), Sizes(30, 10, 10), Sizes(60, 41, 41))
CORRELATIONS = (0.0, 0.5, 0.8)
SPREAD = np.linspace(0.1, 0.9, AFFIRMATIONS)
RULES = ("boschloo", "z8", "mid-p")


class Answers(NamedTuple):
    """Counts, study × affirmation: at the stages both times, risen, fallen, joined, left."""

    stayed: np.ndarray
    up: np.ndarray
    down: np.ndarray
    joined: np.ndarray
    left: np.ndarray


def answers(sizes: Sizes, shares: tuple, correlation: float) -> Answers:
    """Studies in which the shares are `shares`, now and before."""
    rng, (now, before) = np.random.default_rng(SEED), (stats.norm.isf(share) for share in shares)

    def latent(people: int) -> np.ndarray:
        own = rng.standard_normal((STUDIES, people, 1))
        rest = rng.standard_normal((STUDIES, people, AFFIRMATIONS))
        return np.sqrt(COMMON) * own + np.sqrt(1 - COMMON) * rest

    first = latent(sizes.both)
    second = correlation * first + np.sqrt(1 - correlation**2) * latent(sizes.both)
    then, later = first > before, second > now
    singles = latent(sizes.joiners) > now, latent(sizes.leavers) > before
    parts = (then & later, later & ~then, then & ~later, *singles)
    return Answers(*(part.sum(axis=1) for part in parts))


def z8(sizes: Sizes, counts: Answers) -> np.ndarray:
    """The p-values of Derrick and others, as overlap.z_test has them."""
    stayed, up, down, joined, left = counts
    n, n_before = sizes.both + sizes.joiners, sizes.both + sizes.leavers
    after, before = stayed + up + joined, stayed + down + left
    pooled = (after + before) / (n + n_before)
    of_pairs = overlap.correlation(sizes.both, stayed, Outcome(up, down, 0, 0))
    inverse = 1 / n + 1 / n_before - 2 * of_pairs * sizes.both / (n * n_before)
    error = np.sqrt(pooled * (1 - pooled) * inverse)
    gap = np.abs(after / n - before / n_before)
    return 2 * stats.norm.sf(np.divide(gap, error, out=np.zeros(gap.shape), where=error > 1e-9))


def verdicts(sizes: Sizes, counts: Answers) -> dict[str, np.ndarray]:
    """Which affirmations of each study have a verdict, by rule."""
    stayed, up, down, joined, left = (part.ravel() for part in counts)
    bases = (sizes.both + group for group in sizes[1:])
    sides = [
        (number, np.full(len(number), base))
        for number, base in zip((stayed + up + joined, stayed + down + left), bases, strict=True)
    ]
    twice = pd.DataFrame({"stayed": stayed, "up": up, "down": down}).assign(both=sizes.both)
    tables = {"boschloo": delta.difference(*sides), "mid-p": delta.difference(*sides, twice)}
    tables["z8"] = tables["mid-p"].assign(p_value=z8(sizes, counts).ravel())
    study = pd.Series(np.repeat(np.arange(STUDIES), AFFIRMATIONS))
    found = {}
    for rule in RULES:
        table = tables[rule].assign(p_adjusted=delta.adjusted(tables[rule]["p_value"], study))
        moved = delta.verdicts(table, 0).isin([delta.PROGRESS, delta.DECLINE])
        found[rule] = moved.to_numpy().reshape(STUDIES, -1)
    return found


def line(name: str, figures: list[float]) -> None:
    print(f"  {name:38}" + "".join(f"{figure:>10.1%}" for figure in figures))


def size() -> None:
    """Studies with a false verdict where nothing changed."""
    print(f"studies of {STUDIES} with a false verdict, nothing changed, shares 10 to 90 %")
    print(" " * 40 + "".join(f"{rule:>10}" for rule in RULES))
    for sizes in SIZES:
        for correlation in CORRELATIONS:
            found = verdicts(sizes, answers(sizes, (SPREAD, SPREAD), correlation))
            name = f"{sizes.both} twice, {sizes.joiners} and {sizes.leavers} once, {correlation}"
            line(name, [found[rule].any(axis=1).mean() for rule in RULES])


def power() -> None:
    """How often a rise gives a verdict, and how many studies have a false one beside."""
    for changed in (AFFIRMATIONS, 10):
        print(f"affirmations with a verdict, {changed} of {AFFIRMATIONS} risen from 30 %")
        for sizes, rises in ((SIZES[1], (0.15, 0.2, 0.3)), (SIZES[3], (0.15,))):
            for correlation in CORRELATIONS:
                for rise in rises:
                    before = np.full(AFFIRMATIONS, 0.3)
                    risen = np.arange(AFFIRMATIONS) < changed
                    counts = answers(sizes, (before + rise * risen, before), correlation)
                    found = verdicts(sizes, counts)
                    name = (
                        f"{sizes.both} twice, correlation {correlation}, +{100 * rise:.0f} points"
                    )
                    line(name, [found[rule][:, risen].mean() for rule in RULES])
                    if changed < AFFIRMATIONS and rise == rises[-1]:
                        false = [found[rule][:, ~risen] for rule in RULES]
                        line("    a false verdict beside", [f.any(axis=1).mean() for f in false])
                        rates = [
                            np.mean(f.sum(axis=1) / np.maximum(found[rule].sum(axis=1), 1))
                            for f, rule in zip(false, RULES, strict=True)
                        ]
                        line("    false among the verdicts", rates)


def latent_correlation(share: float, share_before: float, of_pairs: float) -> float:
    """The correlation of latent answers that gives answers at two shares that of `of_pairs`."""
    cuts = stats.norm.isf([share, share_before])
    spread = np.sqrt(share * (1 - share) * share_before * (1 - share_before))

    def lacking(latent: float) -> float:
        law = stats.multivariate_normal([0, 0], [[1, latent], [latent, 1]])
        return (law.cdf(-cuts) - share * share_before) / spread - of_pairs

    return optimize.brentq(lacking, 0, 0.999) if lacking(0.999) > 0 else 0.999


def detectable() -> None:
    """How often one affirmation that rises by the stated detectable rise is detected."""
    print("the detectable rise of one affirmation, the others unchanged, correlation of pairs 0.5:")
    print(
        "  (less where the shares allow none so high); alone: the unadjusted test; rule: a verdict"
    )
    for sizes in (SIZES[1], SIZES[3]):
        for share in (0.1, 0.3, 0.5):
            shown = []
            for alpha in (ALPHA, ALPHA / AFFIRMATIONS):
                rise = overlap.detectable(share, 0.5, sizes, alpha)
                shares = SPREAD.copy(), SPREAD.copy()
                shares[0][0], shares[1][0] = share + rise / 100, share
                counts = answers(sizes, shares, latent_correlation(shares[0][0], share, 0.5))
                if alpha == ALPHA:
                    outcome = Outcome(*(part[:, 0] for part in counts[1:]))
                    seen = (overlap.permutation_test(sizes, outcome) <= ALPHA).mean()
                else:
                    seen = verdicts(sizes, counts)["mid-p"][:, 0].mean()
                shown.append(f"+{rise:4.1f} points {seen:.1%}")
            print(f"  {sizes.both} twice, from {share:.0%}: alone {shown[0]}, rule {shown[1]}")
    base, base_before = (SIZES[1].both + group for group in SIZES[1][1:])
    rng = np.random.default_rng(SEED)
    for share in (0.1, 0.3, 0.5):
        rise = proportions.detectable(share, base, base_before)
        drawn = (
            (rng.binomial(base, share + rise / 100, 100_000), base),
            (
                rng.binomial(base_before, share, 100_000),
                base_before,
            ),
        )
        seen = (proportions.boschloo(*drawn) <= ALPHA).mean()
        print(f"  nobody twice, from {share:.0%}: alone +{rise:4.1f} points {seen:.1%}")


if __name__ == "__main__":
    size()
    power()
    detectable()
