"""Scores: the mean level of a respondent's answers to a theme, and of a theme over respondents."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from barolib.statistics import bootstrap, ranks
from barolib.survey import contracts
from barolib.survey.answers import NOT_CONCERNED
from barolib.survey.edition import Edition

GENERAL = "general"

#: Bounds of a theme's rank, as in ranks.RankSets.
_RANK_SETS = ["rank_low", "rank_high", "rank_low_alone", "rank_high_alone"]


def respondent_scores(
    answers: pd.DataFrame, members: dict[str, list[str]], edition: Edition, statistic: str = "mean"
) -> pd.DataFrame:
    """The table `scores`: respondent × theme, transverse themes and `general` included.

    Parameters
    ----------
    answers : DataFrame
        Respondent × affirmation; respondent_id, affirmation_id, level, reason.
    members : dict
        The affirmations of each theme.
    edition : Edition
        Its minimum_answered: the share of the affirmations asked that must be answered.
    statistic : {"mean", "median", "implementation"}, optional
        Of a respondent's levels; implementation is the share of answers there (0–1).

    Returns
    -------
    DataFrame
        The table; score in levels, missing where too few are answered. asked leaves out
        affirmations that do not concern the respondent.

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> import barolib
    >>> table = pd.DataFrame({"respondent_id": ["R1", "R1"], "affirmation_id": ["A", "B"]})
    >>> table = table.assign(level=[1, 4], reason=None)
    >>> edition = barolib.open("2021").raw.edition
    >>> respondent_scores(table, {"T01": ["A", "B"]}, edition)["score"].tolist()
    [2.5, 2.5]
    """
    if answers.empty:
        return contracts.empty("scores", edition)
    levels, concerned = matrices(answers)
    subjects = {**members, GENERAL: levels.columns.tolist()}
    parts = [
        score(levels[ids], concerned[ids], edition, statistic).assign(theme_id=theme)
        for theme, ids in subjects.items()
    ]
    return contracts.typed("scores", pd.concat(parts).reset_index(), edition)


def score(
    levels: pd.DataFrame, concerned: pd.DataFrame, edition: Edition, statistic: str = "mean"
) -> pd.DataFrame:
    """The score of each respondent over the affirmations given.

    Parameters
    ----------
    levels : DataFrame
        Respondent × affirmation, NaN where there is none, as from `matrices`.
    concerned : DataFrame of bool
        Whether each affirmation concerns the respondent, as from `matrices`.
    edition : Edition
        Its minimum_answered and implementation_from.
    statistic : {"mean", "median", "implementation"}, optional
        As for `respondent_scores`.

    Returns
    -------
    DataFrame
        A row a respondent: score, answered, asked.

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> import barolib
    >>> levels = pd.DataFrame({"A": [1.0, 6.0], "B": [4.0, np.nan]})
    >>> asked = pd.DataFrame({"A": [True, True], "B": [True, True]})
    >>> score(levels, asked, barolib.open("2021").raw.edition)["score"].tolist()
    [2.5, 6.0]
    """
    if statistic == "implementation":
        levels = levels.ge(edition.implementation_from).astype("float64").where(levels.notna())
    answered, asked = levels.notna().sum(axis=1), concerned.sum(axis=1)
    enough = (answered > 0) & (answered >= edition.minimum_answered * asked - 1e-9)
    centre = levels.median(axis=1) if statistic == "median" else levels.mean(axis=1)
    return pd.DataFrame({"score": centre.where(enough), "answered": answered, "asked": asked})


def matrices(answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Levels, and whether asked, of each respondent and affirmation.

    Parameters
    ----------
    answers : DataFrame
        Respondent × affirmation; respondent_id, affirmation_id, level, reason.

    Returns
    -------
    tuple of DataFrame
        Both respondent × affirmation: levels (float, NaN where none), and whether each affirmation
        concerns the respondent (bool).

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> table = pd.DataFrame({"respondent_id": ["R1", "R2"], "affirmation_id": ["A", "A"]})
    >>> levels, concerned = matrices(table.assign(level=[3, None], reason=[None, NOT_CONCERNED]))
    >>> levels["A"].tolist(), concerned["A"].tolist()
    ([3.0, nan], [True, False])
    """
    cells = answers[["respondent_id", "affirmation_id"]].assign(
        level=answers["level"].astype("float64"),
        concerned=answers["reason"].ne(NOT_CONCERNED).astype("bool"),
    )
    wide = cells.pivot(index="respondent_id", columns="affirmation_id")
    return wide["level"], wide["concerned"].astype("bool")


def theme_scores(scores: pd.DataFrame, themes: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The table `theme_scores` over respondents: mean, interval, rank with its interval, base.

    Parameters
    ----------
    scores : DataFrame
        Respondent × theme; respondent_id, theme_id, score (in levels).
    themes : DataFrame
        Columns theme_id, kind (theme or transverse).
    edition : Edition
        Its seed, disclosure_minimum and frame_size.

    Returns
    -------
    DataFrame
        The table. Intervals by bootstrap over respondents; themes of kind theme are ranked where
        each of them has a mean; a mean of fewer respondents than disclosure_minimum would tell of
        single ones, and has no row. rank_low and rank_high bound all ranks at once, rank_low_alone
        and rank_high_alone each one's. ci_low_finite and ci_high_finite take account of frame_size,
        and are missing where it is not known.

    References
    ----------
    docs/method.md, "Intervals".

    Examples
    --------
    >>> import barolib
    >>> study = barolib.open("2021")
    >>> table = theme_scores(study.tables["scores"], study.raw.themes, study.raw.edition)
    >>> bool((table["ci_low"] < table["mean"]).all())
    True
    """
    kinds = {**themes.set_index("theme_id")["kind"], GENERAL: GENERAL}
    wide = scores.pivot(index="respondent_id", columns="theme_id", values="score")[[*kinds]]
    replicates = bootstrap.means(wide.to_numpy(), edition.seed)
    base, mean = wide.notna().sum().to_numpy(), wide.mean().to_numpy()
    low, high = bootstrap.interval(replicates, base, mean)
    table = pd.DataFrame({"theme_id": [*kinds], "kind": [*kinds.values()], "mean": mean})
    table = table.assign(base=base, ci_low=low, ci_high=high, basis="respondents")
    if edition.frame_size:
        finite = bootstrap.interval(replicates, base, mean, edition.frame_size)
        table["ci_low_finite"], table["ci_high_finite"] = finite
    table = table[table["base"] >= edition.disclosure_minimum]
    table = _ranked(table, themes)
    ranked = table.index[table["rank"].notna()]
    if len(ranked):
        sets = ranks.confidence_sets(mean[ranked], replicates[:, ranked], base[ranked].min())
        table.loc[ranked, _RANK_SETS] = np.transpose(sets)
    return contracts.typed("theme_scores", table.reset_index(drop=True), edition)


def pooled_scores(
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    themes: pd.DataFrame,
    members: dict[str, list[str]],
    edition: Edition,
) -> pd.DataFrame:
    """The table `theme_scores` from pooled answers, where there are no answers by respondent.

    Parameters
    ----------
    theme_distributions : DataFrame
        Theme × level; theme_id, level, n.
    reconstructions : DataFrame
        Columns affirmation_id, base, n1…nK; every admissible count vector of printed rows.
    themes : DataFrame
        Columns theme_id, kind.
    members : dict
        The affirmations of each theme.
    edition : Edition
        Levels of its scale.

    Returns
    -------
    DataFrame
        A row a theme of `theme_distributions`: mean is the mean level of its pooled answers, base
        their number, mean_low and mean_high the range over every admissible reconstruction. Pooled
        counts carry neither an interval (it needs respondents) nor, unless every theme of the
        edition has a score, a rank: these are missing.

    References
    ----------
    docs/method.md, "Scores".

    Examples
    --------
    >>> import barolib
    >>> study = barolib.open("2021")
    >>> tables, raw = study.tables, study.raw
    >>> parts = tables["theme_distributions"], tables["reconstructions"], raw.themes, raw.members
    >>> pooled_scores(*parts, raw.edition)["basis"].unique().tolist()
    ['pooled_counts']
    """
    n, level = theme_distributions["n"], theme_distributions["level"]
    table = theme_distributions.assign(sum=n * level).groupby("theme_id", as_index=False)
    table = table.agg(sum=("sum", "sum"), base=("n", "sum"))
    table = themes[["theme_id", "kind"]].merge(table[table["base"] > 0], on="theme_id")
    ranges = [_range(members[theme], reconstructions, edition) for theme in table["theme_id"]]
    low_high = np.array(ranges, dtype="float64").reshape(-1, 2)
    table = table.assign(
        mean=table["sum"] / table["base"],
        mean_low=low_high[:, 0],
        mean_high=low_high[:, 1],
        basis="pooled_counts",
    )
    return contracts.typed("theme_scores", _ranked(table, themes), edition)


def _ranked(table: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """The rows with the rank of those of kind theme; blank unless every such theme has a row."""
    ranked = table["kind"] == "theme"
    complete = ranked.sum() == (themes["kind"] == "theme").sum()
    rank = table["mean"].where(ranked).rank(ascending=False, method="min")
    rank = rank if complete else np.nan
    return table.assign(rank=rank, **dict.fromkeys(_RANK_SETS, np.nan))


def _range(ids: list[str], reconstructions: pd.DataFrame, edition: Edition) -> tuple[float, float]:
    """The lowest and highest mean level over every choice of admissible counts."""
    rows = reconstructions[reconstructions["affirmation_id"].isin(ids)]
    if rows["affirmation_id"].nunique() < len(ids):
        return float("nan"), float("nan")
    sums = rows[edition.count_columns] @ edition.levels
    vectors = pd.DataFrame({"sum": sums, "base": rows["base"]})
    reached = {0: (0, 0)}  # by base: least and greatest sum of levels over the affirmations so far
    for _, choices in vectors.groupby(rows["affirmation_id"]):
        extended: dict[int, tuple[int, int]] = {}
        for choice, (base, (low, high)) in product(choices.itertuples(), reached.items()):
            least, most = low + choice.sum, high + choice.sum
            other_least, other_most = extended.get(base + choice.base, (least, most))
            extended[base + choice.base] = min(least, other_least), max(most, other_most)
        reached = extended
    means = [bound / base for base, bounds in reached.items() for bound in bounds if base]
    return min(means), max(means)
