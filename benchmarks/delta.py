"""Size and power of the comparison of editions: 46 affirmations at 39 and 34 respondents.

Size: the share of studies without any change that give at least one verdict of progress or decline,
by the rule of barolib.compare.delta and by intervals alone; answers independent, correlated within
a respondent, and with respondents of both editions. Power: how often the stated detectable rise is
detected, by simulation. Prints; asserts nothing.
"""

import numpy as np
import pandas as pd
from scipy import stats

from barolib.compare import delta
from barolib.statistics import proportions

NOW, BEFORE, AFFIRMATIONS, STUDIES, DRAWS = 34, 39, 46, 2000, 100_000
SHARES = np.linspace(0.1, 0.9, AFFIRMATIONS)


def answers(rng: np.random.Generator, people: int, common: float) -> np.ndarray:
    """Latent answers, study × respondent × affirmation, sharing `common` of their variance."""
    own = rng.standard_normal((STUDIES, people, 1))
    rest = rng.standard_normal((STUDIES, people, AFFIRMATIONS))
    return np.sqrt(common) * own + np.sqrt(1 - common) * rest


def verdicts(now: np.ndarray, before: np.ndarray) -> tuple[float, float]:
    """Studies with a false verdict, by intervals alone and by the rule."""
    cut = stats.norm.ppf(1 - SHARES)
    n, n_before = ((each > cut).sum(axis=1).ravel() for each in (now, before))
    found = delta.difference((n, np.full(len(n), NOW)), (n_before, np.full(len(n), BEFORE)))
    study = pd.Series(np.repeat(np.arange(STUDIES), AFFIRMATIONS))
    found = found.assign(p_adjusted=delta.adjusted(found["p_value"], study))
    moved = delta.verdicts(found, 10).isin([delta.PROGRESS, delta.DECLINE])
    alone = (found["ci_low"] > 0) | (found["ci_high"] < 0)
    return tuple(float(each.groupby(study).any().mean()) for each in (alone, moved))


def size() -> None:
    """Family-wise false verdicts under no change."""
    print(f"{AFFIRMATIONS} affirmations, {BEFORE} then {NOW} respondents, nothing changed")
    print(f"studies of {STUDIES} with a false progress or decline:")
    for name, common, shared in (
        ("independent", 0.0, 0),
        ("correlated within the respondent", 0.4, 0),
        ("correlated, 24 respondents the same", 0.4, 24),
    ):
        rng = np.random.default_rng(2021)
        now, before = answers(rng, NOW, common), answers(rng, BEFORE, common)
        if shared:  # who answers again keeps most of what was answered
            kept, again = 0.8, now[:, :shared]
            before[:, :shared] = kept * again + np.sqrt(1 - kept**2) * before[:, :shared]
        alone, rule = verdicts(now, before)
        print(f"  {name:36} interval alone {alone:.1%}, the rule {rule:.1%}")


def power() -> None:
    """How often the stated detectable rise is detected."""
    print(f"the detectable rise, and how often {DRAWS} draws detect it:")
    rng = np.random.default_rng(2021)
    for share in (0.0, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9):
        rise = proportions.detectable(share, NOW, BEFORE)
        if np.isnan(rise):
            print(f"  from {share:4.0%}: none")
            continue
        n, n_before = (
            rng.binomial(NOW, share + rise / 100, DRAWS),
            rng.binomial(BEFORE, share, DRAWS),
        )
        found = proportions.boschloo((n, NOW), (n_before, BEFORE)) <= proportions.ALPHA
        print(f"  from {share:4.0%}: {rise:4.1f} points, {found.mean():.1%}")


if __name__ == "__main__":
    size()
    power()
