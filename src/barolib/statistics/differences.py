"""Statuses and size classes compared on theme scores: intervals, shrunken means, permutation tests.

Of subgroups that may be shown alone. docs/method.md, "Scores".
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from barolib.statistics import multiplicity
from barolib.statistics.bootstrap import LEVEL
from barolib.survey import contracts
from barolib.survey.edition import Edition

#: The dimensions that are compared; groups are made of the scores themselves.
DIMENSIONS = ("status", "size_class")
_PERMUTATIONS = 9_999
_KEYS = ["dimension", "theme_id", "subgroup"]


def shown_scores(
    scores: pd.DataFrame, memberships: pd.DataFrame, subgroup_scores: pd.DataFrame
) -> pd.DataFrame:
    """The scores of each respondent in the subgroups that are not withheld.

    Parameters
    ----------
    scores : DataFrame
        Respondent × theme; respondent_id, theme_id, score.
    memberships : DataFrame
        Columns respondent_id, dimension, subgroup.
    subgroup_scores : DataFrame
        The table of that name.

    Returns
    -------
    DataFrame
        A row a respondent, theme and dimension: dimension, theme_id, subgroup, score.

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> scores = pd.DataFrame({"respondent_id": ["R1"], "theme_id": ["T01"], "score": [2.5]})
    >>> people = pd.DataFrame({"respondent_id": ["R1"], "dimension": ["status"], "subgroup": ["a"]})
    >>> cells = pd.DataFrame({"dimension": ["status"], "theme_id": ["T01"], "subgroup": ["a"]})
    >>> shown_scores(scores, people, cells.assign(withheld=False))["score"].tolist()
    [2.5]
    """
    shown = subgroup_scores.loc[~subgroup_scores["withheld"], _KEYS]
    rows = memberships[memberships["dimension"].isin(DIMENSIONS)].merge(shown)
    rows = rows.merge(scores.dropna(subset="score"), on=["respondent_id", "theme_id"])
    return rows[[*_KEYS, "score"]].astype({"score": "float64"})


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """The mean of each subgroup with its interval, and shrunk towards all subgroups' mean.

    Parameters
    ----------
    rows : DataFrame
        As from `shown_scores`.

    Returns
    -------
    DataFrame
        Indexed by dimension, theme_id and subgroup: mean, n, low and high (95 % t interval), and
        shrunk, which weighs each mean by its reliability, the variance between subgroups by the
        method of moments: a sensitivity of small bases, which never takes the place of a mean.

    References
    ----------
    DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177–188; Efron and Morris (1975),
    JASA 70, 311–319.

    Examples
    --------
    >>> rows = pd.DataFrame({"subgroup": ["a", "a", "b", "b"], "score": [1.0, 2.0, 3.0, 4.0]})
    >>> means(rows.assign(dimension="status", theme_id="T01"))["mean"].tolist()
    [1.5, 3.5]
    """
    table = rows.groupby(_KEYS)["score"].agg(["mean", "count", "std"])
    table = table.rename(columns={"count": "n"})
    error = table["std"] / np.sqrt(table["n"])
    reach = error * stats.t.ppf((1 + LEVEL) / 2, np.maximum(table["n"] - 1, 1))
    table = table.assign(low=table["mean"] - reach, high=table["mean"] + reach)
    parts = [_shrunk(part) for _, part in table.groupby(["dimension", "theme_id"])]
    return table.assign(shrunk=pd.concat(parts) if parts else np.nan).drop(columns="std")


def _shrunk(part: pd.DataFrame) -> pd.Series:
    """The means of the subgroups of one theme, each drawn towards their common mean."""
    inside = part["n"] - 1
    variance = (inside * part["std"].fillna(0) ** 2).sum() / max(inside.sum(), 1) / part["n"]
    if not (variance > 0).all() or len(part) < 2:
        return part["mean"]
    weights = 1 / variance
    common = np.average(part["mean"], weights=weights)
    spread = (weights * (part["mean"] - common) ** 2).sum() - (len(part) - 1)
    between = max(0.0, spread / (weights.sum() - (weights**2).sum() / weights.sum()))
    common = np.average(part["mean"], weights=1 / (variance + between))
    return common + between / (between + variance) * (part["mean"] - common)


def tests(rows: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The table `subgroup_tests`: whether the subgroups of each theme differ.

    Parameters
    ----------
    rows : DataFrame
        As from `shown_scores`.
    edition : Edition
        Its seed.

    Returns
    -------
    DataFrame
        A row a dimension and theme with two subgroups or more. p_value: of the variance between
        subgroups, their names dealt anew 9,999 times; p_adjusted over the themes of a dimension.

    References
    ----------
    Pitman (1938), Biometrika 29, 322–335; Benjamini and Hochberg (1995), JRSS B 57, 289–300.

    Examples
    --------
    >>> import barolib
    >>> rows = pd.DataFrame({"subgroup": ["a", "a", "b", "b"], "score": [1.0, 2.0, 3.0, 4.0]})
    >>> rows = rows.assign(dimension="status", theme_id="T01")
    >>> tests(rows, barolib.open("2021").raw.edition)["respondents"].tolist()
    [4]
    """
    found = []
    for (dimension, theme), part in rows.groupby(["dimension", "theme_id"]):
        samples = [sample["score"].to_numpy() for _, sample in part.groupby("subgroup")]
        if len(samples) > 1:
            test = stats.permutation_test(
                [sample - part["score"].mean() for sample in samples],
                _between,
                vectorized=True,
                n_resamples=_PERMUTATIONS,
                alternative="greater",
                rng=np.random.default_rng(edition.seed),
            )
            found.append((dimension, theme, len(samples), len(part), test.pvalue))
    columns = ["dimension", "theme_id", "subgroups", "respondents", "p_value"]
    table = pd.DataFrame(found, columns=columns)
    if len(table):
        table["p_adjusted"] = multiplicity.adjusted(table["p_value"], table["dimension"])
    return contracts.typed("subgroup_tests", table, edition)


def _between(*samples: np.ndarray, axis: int) -> np.ndarray:
    """The sum of squares between samples of mean 0 together."""
    return sum(sample.sum(axis=axis) ** 2 / sample.shape[axis] for sample in samples)
