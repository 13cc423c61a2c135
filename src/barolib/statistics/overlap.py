"""Respondents of both editions: tests that know them, and what a change of panel makes of a delta.

Formulas and their papers: docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats


class Overlap(NamedTuple):
    """Among those who answered in both: how many, change in points, McNemar's p; z-test of all."""

    both: int | None = None
    both_pp: float = np.nan
    both_p: float = np.nan
    overlap_p: float = np.nan


def of_affirmation(after: pd.Series, before: pd.Series) -> Overlap:
    """The tests of one affirmation; series of 0, 1 and NaN over the same respondents.

    McNemar's exact test (binomial of those who changed); partially overlapping samples z-test of
    Derrick, Dobson-Mckittrick, Toher and White (2015), Journal of Applied Quantitative Methods
    10(3), statistic z8, which takes two pairs.
    """
    pairs = after.notna() & before.notna()
    own, other = after[pairs], before[pairs]
    if not pairs.any():
        return Overlap(0)
    up, down = int((own > other).sum()), int((own < other).sum())
    exact = stats.binomtest(up, up + down).pvalue if up + down else 1.0
    change = 100 * (up - down) / int(pairs.sum())
    return Overlap(int(pairs.sum()), change, float(exact), z_test(after.dropna(), before.dropna()))


def z_test(after: pd.Series, before: pd.Series) -> float:
    """The two-sided p-value of two samples of 0 and 1 that share index labels; NaN under two pairs.

    The pairs' correlation is 0 where a side of theirs does not vary; 1 is the p-value where no
    answer varies at all.
    """
    shared = after.index.intersection(before.index)
    if len(shared) < 2:
        return np.nan
    own, other = after[shared], before[shared]
    varies = own.nunique() > 1 and other.nunique() > 1
    correlation = np.corrcoef(own, other)[0, 1] if varies else 0.0
    n, n_before = len(after), len(before)
    pooled = (after.sum() + before.sum()) / (n + n_before)
    variance = (
        pooled
        * (1 - pooled)
        * (1 / n + 1 / n_before - 2 * correlation * len(shared) / (n * n_before))
    )
    gap = after.mean() - before.mean()
    if not variance > 1e-15:
        return 1.0 if abs(gap) < 1e-12 else 0.0
    return float(2 * stats.norm.sf(abs(gap) / np.sqrt(variance)))


def parts(after: pd.Series, before: pd.Series) -> tuple[float, float]:
    """The delta of one affirmation, in points, in two: the stayers' own change, and the panel's.

    Series of 0, 1 and NaN over the same respondents; who answered it in both editions is a stayer.
    The panel's part is how far joiners stand from stayers now, less how far leavers stood from them
    then, each by its weight (Melitz and Polanec 2015, RAND Journal of Economics 46, 362–375). NaN
    where nobody stayed.
    """
    stay = after.notna() & before.notna()
    if not stay.any():
        return np.nan, np.nan
    own = after[stay].mean() - before[stay].mean()
    return 100 * own, 100 * (after.mean() - before.mean() - own)
