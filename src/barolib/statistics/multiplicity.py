"""Many tests at once: p-values adjusted within their family.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

import pandas as pd
from statsmodels.stats.multitest import multipletests


def adjusted(p: pd.Series, family: pd.Series, hypothesis: pd.Series | None = None) -> pd.Series:
    """The p-values adjusted within each family.

    Parameters
    ----------
    p : Series
        The p-values; missing ones stay so.
    family : Series
        Of each row, within which it is adjusted.
    hypothesis : Series, optional
        Rows of one hypothesis (an indicator and its complement) count once, by the greatest of
        their p-values; each row is one by default.

    Returns
    -------
    Series of float
        Of the same index as `p`.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57, 289–300.

    Examples
    --------
    >>> adjusted(pd.Series([0.01, 0.5]), pd.Series(["collected", "collected"])).tolist()
    [0.02, 0.5]
    """
    hypothesis = pd.Series(p.index, p.index) if hypothesis is None else hypothesis
    tested = p.groupby(hypothesis).transform("max").dropna()
    once = tested[~hypothesis[tested.index].duplicated()]
    values = once.groupby(family).transform(
        lambda family_values: multipletests(family_values, method="fdr_bh")[1]
    )
    values = hypothesis.map(values.set_axis(hypothesis[values.index]))
    return values.where(p.notna()).reindex(p.index).astype("float64")
