"""Scores: the mean level of a respondent's answers to a theme, and of a theme over respondents."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from barolib.statistics import bootstrap
from barolib.survey import contracts
from barolib.survey.answers import NOT_CONCERNED
from barolib.survey.intake import Raw

GENERAL = "general"

SCORE_COLUMNS = ["respondent_id", "theme_id", "score", "answered", "asked"]
THEME_COLUMNS = ["theme_id", "kind", "mean", "ci_low", "ci_high", "rank", "rank_low", "rank_high"]
THEME_COLUMNS += ["base", "mean_low", "mean_high", "ci_low_finite", "ci_high_finite", "basis"]


def respondent_scores(answers: pd.DataFrame, raw: Raw, statistic: str = "mean") -> pd.DataFrame:
    """The table `scores`: respondent × theme, transverse themes and `general` included.

    `score` is the mean of the answered levels (or their `statistic`: median, implementation for the
    share at implementation); missing where fewer than minimum_answered of the affirmations asked
    are answered. `asked` leaves out those that do not concern the respondent. docs/method.md,
    "Scores".
    """
    if answers.empty:
        return contracts.empty("scores", raw.edition)
    levels, concerned = matrices(answers, raw)
    members = {**raw.members, GENERAL: levels.columns.tolist()}
    parts = [
        score(levels[own], concerned[own], raw, statistic).assign(theme_id=theme)
        for theme, own in members.items()
    ]
    table = pd.concat(parts).reset_index()[SCORE_COLUMNS]
    return table.astype({"theme_id": "str", "answered": "int64", "asked": "int64"})


def score(
    levels: pd.DataFrame, concerned: pd.DataFrame, raw: Raw, statistic: str = "mean"
) -> pd.DataFrame:
    """The score of each respondent over the affirmations given: score, answered, asked.

    `levels` (missing where none) and `concerned`: respondent × affirmation, as from `matrices`.
    """
    answered = (~np.isnan(levels.to_numpy(dtype="float64"))).sum(axis=1)
    asked = concerned.to_numpy(dtype="bool").sum(axis=1)
    enough = (answered > 0) & (answered >= raw.edition.minimum_answered * asked - 1e-9)
    found = np.where(enough, _STATISTICS[statistic](levels, raw), np.nan)
    return pd.DataFrame({"score": found, "answered": answered, "asked": asked}, index=levels.index)


def matrices(answers: pd.DataFrame, raw: Raw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Levels (float, missing as NaN) and whether asked, respondent × affirmation."""
    cells = answers[["respondent_id", "affirmation_id"]].assign(
        level=answers["level"].astype("float64"),
        concerned=answers["reason"].ne(NOT_CONCERNED).astype("bool"),
    )
    order = pd.Index(raw.questionnaire["affirmation_id"])
    wide = cells.pivot(index="respondent_id", columns="affirmation_id")
    return wide["level"][order], wide["concerned"][order].astype("bool")


def _implementation(own: pd.DataFrame, raw: Raw) -> pd.Series:
    return own.ge(raw.edition.implementation_from).where(own.notna()).mean(axis=1)


_STATISTICS = {
    "mean": lambda own, raw: own.mean(axis=1),
    "median": lambda own, raw: own.median(axis=1),
    "implementation": _implementation,
}


def theme_scores(scores: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The table `theme_scores` over respondents: mean, interval, rank with its interval, base.

    Intervals by bootstrap over respondents (docs/method.md, "Intervals"); themes of kind theme are
    ranked where each of them has a mean; a mean of fewer respondents than disclosure_minimum would
    tell of single ones, and has no row. ci_low_finite and ci_high_finite take account of the
    edition's frame_size, and are missing where it is not known.
    """
    kinds = {**raw.themes.set_index("theme_id")["kind"].to_dict(), GENERAL: GENERAL}
    wide = scores.pivot(index="respondent_id", columns="theme_id", values="score")[list(kinds)]
    values = wide.to_numpy()
    drawn = bootstrap.means(values, raw.edition.seed)
    base, mean = wide.notna().sum().to_numpy(), wide.mean().to_numpy()
    low, high = bootstrap.interval(drawn, base, mean)
    frame = raw.edition.frame_size
    table = pd.DataFrame({"theme_id": list(kinds), "kind": list(kinds.values()), "mean": mean})
    table = table.assign(base=base, ci_low=low, ci_high=high, basis="respondents")
    finite = bootstrap.interval(drawn, base, mean, frame) if frame else (np.nan, np.nan)
    table[["ci_low_finite", "ci_high_finite"]] = pd.DataFrame(
        dict(enumerate(finite)), index=table.index
    )
    table = table[table["base"] >= raw.edition.disclosure_minimum]
    own = table.index[table["kind"] == "theme"]
    if len(own) == (raw.themes["kind"] == "theme").sum():
        best, worst = bootstrap.ranks(drawn[:, own])
        table.loc[own, "rank"] = table.loc[own, "mean"].rank(ascending=False, method="min")
        table.loc[own, "rank_low"], table.loc[own, "rank_high"] = best, worst
    return _typed(table)


def theme_table(
    scores: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    raw: Raw,
) -> pd.DataFrame:
    """The table `theme_scores`: over respondents where there are answers, else from pooled ones."""
    if len(scores):
        return theme_scores(scores, raw)
    return pooled_scores(theme_distributions, reconstructions, raw)


def pooled_scores(
    theme_distributions: pd.DataFrame, reconstructions: pd.DataFrame, raw: Raw
) -> pd.DataFrame:
    """The table `theme_scores` from pooled answers, where there are no answers by respondent.

    A row per theme of `theme_distributions`: mean is the mean level of its pooled answers, base
    their number, mean_low and mean_high the range over every admissible reconstruction. Pooled
    counts carry neither an interval (it needs respondents) nor, unless every theme of the edition
    has a score, a rank: these are missing.
    """
    weighted = theme_distributions.assign(
        sum=theme_distributions["n"] * theme_distributions["level"]
    )
    table = weighted.groupby("theme_id", as_index=False).agg(sum=("sum", "sum"), base=("n", "sum"))
    table = raw.themes[["theme_id", "kind"]].merge(table[table["base"] > 0], on="theme_id")
    table = table.assign(mean=table["sum"] / table["base"], basis="pooled_counts")
    ranges = [_range(raw.members[theme], reconstructions) for theme in table["theme_id"]]
    table[["mean_low", "mean_high"]] = np.array(ranges, dtype="float64").reshape(-1, 2)
    own = table["kind"] == "theme"
    if own.sum() == (raw.themes["kind"] == "theme").sum():
        table["rank"] = table["mean"].where(own).rank(ascending=False, method="min")
    return _typed(table)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    whole = ["rank", "rank_low", "rank_high"]
    texts = dict.fromkeys(["theme_id", "kind", "basis"], "str")
    types = {**texts, **dict.fromkeys(whole, "Int64"), "base": "int64"}
    types |= {c: "float64" for c in THEME_COLUMNS if c not in types}
    return table.reindex(columns=THEME_COLUMNS).astype(types).reset_index(drop=True)


def _range(members: list[str], reconstructions: pd.DataFrame) -> tuple[float, float]:
    """The lowest and highest mean level over every choice of admissible counts."""
    own = reconstructions[reconstructions["affirmation_id"].isin(members)]
    if own["affirmation_id"].nunique() < len(members):
        return float("nan"), float("nan")
    counts = [name for name in own if name[0] == "n" and name[1:].isdigit()]
    sums = sum(own[name] * int(name[1:]) for name in counts)
    pairs = pd.DataFrame({"of": own["affirmation_id"], "sum": sums, "base": own["base"]})
    reached = {0: (0, 0)}
    for _, rows in pairs.groupby("of"):
        after: dict[int, tuple[int, int]] = {}
        for row, (base, (low, high)) in product(rows.itertuples(), reached.items()):
            least, most = after.get(base + row.base, (low + row.sum, high + row.sum))
            after[base + row.base] = (min(least, low + row.sum), max(most, high + row.sum))
        reached = after
    means = [bound / base for base, bounds in reached.items() for bound in bounds if base]
    return min(means), max(means)
