"""Theme scores: the mean level of a theme's answers."""

from __future__ import annotations

from itertools import product

import pandas as pd


def pooled_scores(
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    themes: pd.DataFrame,
    members: dict[str, list[str]],
) -> pd.DataFrame:
    """The table `theme_scores` from pooled answers, where there are no answers by respondent.

    A row per theme of `theme_distributions`: mean is the mean level of its pooled answers, base
    their number, mean_low and mean_high the range over every admissible reconstruction. Pooled
    counts carry neither an interval (it needs respondents) nor, unless every theme of the edition
    has a score, a rank: these are missing. `themes`: theme_id, kind.
    """
    weighted = theme_distributions.assign(
        sum=theme_distributions["n"] * theme_distributions["level"]
    )
    table = weighted.groupby("theme_id", as_index=False).agg(sum=("sum", "sum"), base=("n", "sum"))
    table = themes[["theme_id", "kind"]].merge(table, on="theme_id")
    table = table.assign(mean=table["sum"] / table["base"])
    ranges = [_range(members[theme], reconstructions) for theme in table["theme_id"]]
    table[["mean_low", "mean_high"]] = pd.DataFrame(ranges, index=table.index, dtype="float64")
    ranked = set(themes.loc[themes["kind"] == "theme", "theme_id"]) <= set(table["theme_id"])
    own = (table["kind"] == "theme") & ranked
    rank = table["mean"].where(own).rank(ascending=False, method="min")
    columns = ["theme_id", "kind", "mean", "ci_low", "ci_high", "rank", "rank_low", "rank_high"]
    columns += ["base", "mean_low", "mean_high", "basis"]
    return table.assign(
        ci_low=float("nan"),
        ci_high=float("nan"),
        rank=rank.astype("Int64"),
        rank_low=pd.array([pd.NA] * len(table), dtype="Int64"),
        rank_high=pd.array([pd.NA] * len(table), dtype="Int64"),
        basis="pooled_counts",
    )[columns].astype({"theme_id": "str", "kind": "str", "basis": "str", "base": "int64"})


def _range(members: list[str], reconstructions: pd.DataFrame) -> tuple[float, float]:
    """The lowest and highest mean level over every choice of admissible counts."""
    own = reconstructions[reconstructions["affirmation_id"].isin(members)]
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
    means = [bound / base for base, bounds in reached.items() for bound in bounds]
    return min(means), max(means)
