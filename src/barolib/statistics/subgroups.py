"""Scores and distributions by status, size class and group, within what may be disclosed."""

from __future__ import annotations

import pandas as pd

from barolib.statistics import disclosure
from barolib.survey.intake import Raw

DIMENSIONS = ("status", "size_class", "group")


def of_respondents(raw: Raw, groups: pd.DataFrame) -> pd.DataFrame:
    """The subgroups of each who took part: respondent_id, dimension, subgroup; some may be absent.

    Size classes are named by their lower bound in inhabitants (0 for the smallest).
    """
    people = raw.participants[["respondent_id", "status", "population"]]
    edges = [0, *raw.edition.size_classes, float("inf")]
    size = pd.cut(people["population"].astype("float64"), edges, right=False, labels=edges[:-1])
    wide = people.assign(size_class=size.astype("Int64").astype("str") if edges[2:] else pd.NA)
    wide = wide.merge(groups[["respondent_id", "group"]], on="respondent_id", how="left")
    long = wide.melt("respondent_id", list(DIMENSIONS), "dimension", "subgroup")
    return long[long["subgroup"].notna() & (long["subgroup"] != "<NA>")].astype("str")


def makeup(raw: Raw) -> pd.Series:
    """How many took part, by dimension (status, size_class) and subgroup."""
    nobody = pd.DataFrame(columns=["respondent_id", "group"], dtype="str")
    return of_respondents(raw, nobody).groupby(["dimension", "subgroup"]).size()


def scores(scored: pd.DataFrame, belonging: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Mean score of each subgroup and theme: dimension, subgroup, theme_id, mean, base, withheld.

    A cell under the disclosure minimum, or that others would tell, keeps neither mean nor base.
    """
    joined = scored.dropna(subset="score").merge(belonging, on="respondent_id")
    keys = ["dimension", "subgroup", "theme_id"]
    table = joined.groupby(keys, as_index=False).agg(mean=("score", "mean"), base=("score", "size"))
    return _withhold(table, joined, "mean", minimum)


def stages(answers: pd.DataFrame, belonging: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Share of pooled answers at implementation: dimension, subgroup, theme_id, share, base.

    Levels are pooled to before and at implementation: a small subgroup's six levels would show
    single respondents. `base` counts respondents; `withheld` as in `scores`.
    """
    given = answers.dropna(subset="level").merge(belonging, on="respondent_id")
    given = given.assign(implemented=given["level"] >= raw.edition.implementation_from)
    keys = ["dimension", "subgroup", "theme_id"]
    table = given.groupby(keys, as_index=False).agg(
        share=("implemented", "mean"), base=("respondent_id", "nunique")
    )
    table = table.astype({"share": "float64"})
    return _withhold(table, given, "share", raw.edition.disclosure_minimum)


def all_stages(answers: pd.DataFrame, belonging: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """`stages` of themes and of their affirmations: `subject` instead of theme_id.

    Where a theme or one of its affirmations is withheld for a subgroup, all its affirmations are:
    the pooled share of the theme, less those that are shown, would tell the one withheld.
    """
    singly = answers.assign(theme_id=answers["affirmation_id"])
    both = [stages(each, belonging, raw) for each in (answers, singly)]
    table = pd.concat(both, ignore_index=True).rename(columns={"theme_id": "subject"})
    theme_of = raw.questionnaire.set_index("affirmation_id")["theme_id"]
    theme = table["subject"].map(theme_of).fillna(table["subject"])
    any_hidden = table.groupby(["dimension", "subgroup", theme])["withheld"].transform("any")
    hidden = table["withheld"] | (any_hidden & table["subject"].isin(theme_of.index))
    table = table.assign(withheld=hidden)
    table.loc[hidden, ["share", "base"]] = pd.NA
    return table


def _withhold(
    table: pd.DataFrame, behind: pd.DataFrame, measure: str, minimum: int
) -> pd.DataFrame:
    """The table without the cells that `behind`, a row a respondent and cell, must not tell."""
    hidden = {
        theme: disclosure.withheld_together(
            rows.drop_duplicates(["respondent_id", "dimension"]).pivot(
                index="respondent_id", columns="dimension", values="subgroup"
            ),
            minimum,
        )
        for theme, rows in behind.groupby("theme_id")
    }
    keys = zip(table["theme_id"], table["dimension"], table["subgroup"], strict=True)
    told = pd.Series(
        [hidden[theme][dimension, subgroup] for theme, dimension, subgroup in keys],
        table.index,
        dtype="bool",
    )
    table = table.assign(withheld=told, base=table["base"].astype("Int64"))
    table.loc[told, [measure, "base"]] = pd.NA
    return table
