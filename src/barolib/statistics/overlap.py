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


def paired_tests(after: pd.Series, before: pd.Series) -> Overlap:
    """The tests of one affirmation that know which respondents answered in both editions.

    Parameters
    ----------
    after, before : 1 at implementation, 0 below, NaN without an answer; the same respondents.

    Returns
    -------
    Overlap: McNemar's exact test is the binomial of those who changed; the z-test is that of all.
    """
    stay = after.notna() & before.notna()
    if not stay.any():
        return Overlap(0)
    change = after[stay] - before[stay]
    up, down = int((change > 0).sum()), int((change < 0).sum())
    exact = stats.binomtest(up, up + down).pvalue if up + down else 1.0
    z_test_p = z_test(after.dropna(), before.dropna())
    return Overlap(len(change), 100 * (up - down) / len(change), float(exact), z_test_p)


def z_test(after: pd.Series, before: pd.Series) -> float:
    """The two-sided p-value of two partially overlapping samples; NaN under two pairs.

    Parameters
    ----------
    after, before : 0 and 1; pairs share their index label.

    Returns
    -------
    The p-value. The pairs' correlation is 0 where a side of theirs does not vary; 1 is the p-value
    where no answer varies at all.

    References
    ----------
    Derrick, Dobson-Mckittrick, Toher and White (2015), Journal of Applied Quantitative Methods
    10(3), statistic z8.
    """
    pairs = pd.concat([after, before], axis=1, join="inner")
    if len(pairs) < 2:
        return np.nan
    correlation = pairs.corr().iloc[0, 1] if pairs.nunique().min() > 1 else 0.0
    n, n_before = len(after), len(before)
    pooled = (after.sum() + before.sum()) / (n + n_before)
    inverse_size = 1 / n + 1 / n_before - 2 * correlation * len(pairs) / (n * n_before)
    variance = pooled * (1 - pooled) * inverse_size
    gap = abs(after.mean() - before.mean())
    if not variance > 1e-15:
        return 1.0 if gap < 1e-12 else 0.0
    return float(2 * stats.norm.sf(gap / np.sqrt(variance)))


def decomposition(after: pd.Series, before: pd.Series) -> tuple[float, float]:
    """The delta of one affirmation, in points, in two: the stayers' own change, and the panel's.

    Parameters
    ----------
    after, before : 1, 0 and NaN over the same respondents; who answered both is a stayer.

    Returns
    -------
    The two parts; NaN where nobody stayed. The panel's is how far joiners stand from stayers now,
    less how far leavers stood from them then, each by its weight.

    References
    ----------
    Melitz and Polanec (2015), RAND Journal of Economics 46, 362–375.
    """
    stay = after.notna() & before.notna()
    if not stay.any():
        return np.nan, np.nan
    stayers = after[stay].mean() - before[stay].mean()
    return 100 * stayers, 100 * (after.mean() - before.mean() - stayers)
