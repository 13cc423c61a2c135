"""What stands out in tables that may be shown: their rows put in order, none computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from barolib.i18n.wording import Language
from barolib.statistics.subgroups import FEW
from barolib.survey import rounding
from barolib.survey.answers import plain

_DECIMALS, _SIGNED = ("mean", "others"), ("gap", "correlation")


def weakest(rows: pd.DataFrame, cut: int, count: int) -> list[str]:
    """The subjects with the smallest percent from the cut on, the weakest first.

    `rows`: as from selection.of_panel or of_subgroups.
    """
    at = rows[(rows["level"] == cut) & rows["at"].notna()]  # blank where withheld
    return at.sort_values(["at", "at_share"], kind="stable")["subject"].head(count).tolist()


def containing(labels: Mapping[str, str], word: str) -> list[str]:
    """The keys of the labels that hold the word, whatever its accents and capitals."""
    return [key for key, label in labels.items() if plain(word) in plain(label)]


def apart(scores: pd.DataFrame, dimension: str, subgroup: str) -> pd.DataFrame:
    """The means of a subgroup less those of the others that are shown, the furthest ahead first.

    `scores`: subgroup_scores. Columns theme_id, mean, others (weighed by their bases), gap, base:
    levels to one decimal, of means as they are published.
    """
    shown = scores[(scores["dimension"] == dimension) & ~scores["withheld"]]
    others = shown[shown["subgroup"] != subgroup]
    totals = (others["mean"] * others["base"]).groupby(others["theme_id"]).sum()
    means = totals / others.groupby("theme_id")["base"].sum()
    rows = shown.loc[shown["subgroup"] == subgroup, ["theme_id", "mean", "base"]]
    rows = rows.assign(others=[_tenth(mean) for mean in rows["theme_id"].map(means)])
    rows = rows.assign(gap=[_tenth(gap) for gap in rows["mean"] - rows["others"]])
    rows = rows.dropna(subset="gap").sort_values("gap", ascending=False, kind="stable")
    return rows[["theme_id", "mean", "others", "gap", "base"]].reset_index(drop=True)


def together(scores: pd.DataFrame) -> pd.DataFrame:
    """How theme scores go together, over the whole panel; the closest pair first.

    `scores`: the table of that name, of the themes to pair. Columns theme_id, with_theme,
    correlation (Spearman's, to one decimal), base; pairs of a FEW respondents or more.
    """
    wide = scores.pivot(index="respondent_id", columns="theme_id", values="score")
    wide = wide.astype("float64")
    found = wide.corr(method="spearman", min_periods=FEW)
    rows = []
    for first, second in combinations(wide.columns, 2):
        correlation, base = found.loc[first, second], len(wide[[first, second]].dropna())
        rows.append((first, second, _tenth(correlation), base))
    table = pd.DataFrame(rows, columns=["theme_id", "with_theme", "correlation", "base"])
    table = table.dropna(subset="correlation")
    return table.sort_values("correlation", ascending=False, kind="stable", ignore_index=True)


def moved(now: pd.DataFrame, before: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """What changed in a subgroup from one edition's rows to the other's, the largest change first.

    `now` and `before`: rows of it as from selection.of_subgroups; `links`: comparison.Pair's. Both
    percents are those that each edition shows. Columns affirmation_id, previous_id,
    percent_before, base_before, percent_after, base_after, delta_pp.
    """
    parts = [rows[(rows["level"] == 2) & ~rows["withheld"]] for rows in (before, now)]
    before, now = (part[["subject", "percent", "base"]] for part in parts)
    rows = links[["affirmation_id", "previous_id"]]
    rows = rows.merge(before, left_on="previous_id", right_on="subject").drop(columns="subject")
    rows = rows.merge(
        now, left_on="affirmation_id", right_on="subject", suffixes=("_before", "_after")
    )
    rows = rows.drop(columns="subject")
    rows = rows.assign(delta_pp=rows["percent_after"] - rows["percent_before"])
    return rows.sort_values("delta_pp", key=abs, ascending=False, kind="stable", ignore_index=True)


def sentences(
    key: str, rows: pd.DataFrame, labels: Mapping[str, str], language: Language
) -> list[str]:
    """A sentence a row, by the text of words.yml: its labels quoted, its figures as read."""
    said = []
    for row in rows.to_dict("records"):
        quoted = {name: language.quoted(labels[row[name]]) for name in row if row[name] in labels}
        figures = {name: language.decimal(row[name]) for name in row if name in _DECIMALS}
        signs = {name: language.signed(row[name]) for name in row if name in _SIGNED}
        said.append(language.say(key, **row | quoted | figures | signs))
    return said


def _tenth(number: float) -> float:
    return float(rounding.decimals(number, 1)) if pd.notna(number) else number
