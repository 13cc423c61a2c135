"""Distributions: how the answers to an affirmation, or to a theme, spread over the levels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from barolib.survey import contracts
from barolib.survey.answers import NOT_CONCERNED
from barolib.survey.edition import Edition
from barolib.survey.rounding import Rounding, percent

_FIGURES = ["n", "base", "share", "percent", "not_concerned", "missing"]


def from_printed(
    printed: pd.DataFrame,
    reconstructions: pd.DataFrame,
    questionnaire: pd.DataFrame,
    edition: Edition,
) -> pd.DataFrame:
    """The table `distributions` of printed rows: affirmation × every level of the scale.

    Parameters
    ----------
    printed : DataFrame
        A row an affirmation, affirmation_id as index; p1…pK (percents as printed or corrected),
        corrected (bool).
    reconstructions : DataFrame
        The table of that name; counts and base are those of the rows chosen.
    questionnaire : DataFrame
        Columns affirmation_id, theme_id.
    edition : Edition
        Its levels and rounding.

    Returns
    -------
    DataFrame
        The table. Percents are those printed; share is n / base (0–1); certainty is corrected, else
        exact or ambiguous (several counts would print the row).

    References
    ----------
    docs/method.md, "Reconstruction".

    Examples
    --------
    >>> import barolib
    >>> from barolib.reconstruction import admissible, printed_rows
    >>> raw = barolib.open("2021").raw
    >>> rows = printed_rows.corrected(raw).set_index("subject").loc[["T04-01"]]
    >>> counts = admissible.reconstructions(raw)
    >>> from_printed(rows, counts, raw.questionnaire, raw.edition)["n"].tolist()
    [3, 8, 7, 11, 1, 2]
    """
    chosen = reconstructions[reconstructions["chosen"]].set_index("affirmation_id")
    counts = chosen.loc[printed.index, edition.count_columns].set_axis(edition.levels, axis=1)
    percents = printed[edition.percent_columns].set_axis(edition.levels, axis=1)
    table = _long(counts, questionnaire, edition.rounding)
    affirmation = table["affirmation_id"]
    ambiguous = affirmation.map(reconstructions["affirmation_id"].value_counts()).gt(1)
    certainty = ambiguous.map({True: "ambiguous", False: "exact"})
    return contracts.typed(
        "distributions",
        table.assign(
            percent=percents.to_numpy().ravel(),
            not_concerned=pd.NA,
            missing=pd.NA,
            origin="printed",
            certainty=certainty.mask(affirmation.map(printed["corrected"]), "corrected"),
            withheld=False,
        ),
        edition,
    )


def from_answers(
    answers: pd.DataFrame, questionnaire: pd.DataFrame, edition: Edition
) -> pd.DataFrame:
    """The table `distributions` of answers: every affirmation × every level, chosen or not.

    Parameters
    ----------
    answers : DataFrame
        Respondent × affirmation; affirmation_id, level (missing where none), reason.
    questionnaire : DataFrame
        Columns affirmation_id, theme_id; a row an affirmation of the result, in its order.
    edition : Edition
        Its scale, rounding and disclosure_minimum.

    Returns
    -------
    DataFrame
        The table; no row without answers. The base is those who answered; not_concerned and missing
        are counted apart. An affirmation that nobody answered has a base of 0, and neither share
        nor percent; one that fewer respondents than disclosure_minimum answered is withheld, and
        has no figure at all.

    References
    ----------
    docs/method.md, "Distributions and bases".

    Examples
    --------
    >>> import barolib
    >>> raw = barolib.open("2018").raw
    >>> from_answers(raw.answers, raw.questionnaire, raw.edition)["n"].head(5).tolist()
    [8, 8, 9, 5, 2]
    """
    if answers.empty:
        return contracts.empty("distributions", edition)
    order = questionnaire["affirmation_id"]
    by_affirmation = answers.groupby("affirmation_id")
    counts = by_affirmation["level"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(order, columns=edition.levels, fill_value=0)
    refused = answers[answers["reason"] == NOT_CONCERNED]["affirmation_id"].value_counts()
    refused = refused.reindex(order, fill_value=0)
    missing = by_affirmation.size().reindex(order, fill_value=0) - counts.sum(axis=1) - refused
    table = _long(counts, questionnaire, edition.rounding)
    table = contracts.typed(
        "distributions",
        table.assign(
            not_concerned=table["affirmation_id"].map(refused),
            missing=table["affirmation_id"].map(missing),
            origin="answers",
            certainty="exact",
            withheld=table["base"].between(1, edition.disclosure_minimum - 1),
        ),
        edition,
    )
    table.loc[table["withheld"], _FIGURES] = pd.NA
    return table


def printed_else_answers(printed: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """Printed distributions, and those of answers for the affirmations that are not printed.

    Parameters
    ----------
    printed : DataFrame
        As from `from_printed`.
    answered : DataFrame
        As from `from_answers`.

    Returns
    -------
    DataFrame
        Rows of both, of the same columns.

    References
    ----------
    docs/method.md, "Distributions and bases".

    Examples
    --------
    >>> printed = pd.DataFrame({"affirmation_id": ["A"], "n": [1]})
    >>> answered = pd.DataFrame({"affirmation_id": ["A", "B"], "n": [2, 3]})
    >>> printed_else_answers(printed, answered)["n"].tolist()
    [1, 3]
    """
    rest = answered[~answered["affirmation_id"].isin(printed["affirmation_id"])]
    return pd.concat([printed, rest], ignore_index=True) if len(printed) else rest


def pooled(
    distributions: pd.DataFrame, members: dict[str, list[str]], edition: Edition
) -> pd.DataFrame:
    """The table `theme_distributions`: the answers of all of a theme's affirmations together.

    Parameters
    ----------
    distributions : DataFrame
        Affirmation × level; affirmation_id, level, n, origin.
    members : dict
        The affirmations of each theme, transverse themes included.
    edition : Edition
        Its rounding.

    Returns
    -------
    DataFrame
        The table. A theme of which an affirmation has no distribution is left out: its pooled bar
        would stand for another set of questions. Answers to an affirmation that is withheld are
        left out, since they could be found by subtraction. origin is answers as soon as an
        affirmation's is.

    References
    ----------
    docs/method.md, "Whole themes".

    Examples
    --------
    >>> import barolib
    >>> ids, levels = ["A", "A", "B", "B"], [1, 2, 1, 2]
    >>> table = pd.DataFrame({"affirmation_id": ids, "level": levels, "n": [1, 2, 3, 4]})
    >>> members, edition = {"T01": ["A", "B"]}, barolib.open("2021").raw.edition
    >>> table = pooled(table.assign(origin="answers"), members, edition)
    >>> table[["n", "percent"]].to_numpy().tolist()
    [[4, 40], [6, 60]]
    """
    known = set(distributions["affirmation_id"])
    complete = {theme: ids for theme, ids in members.items() if ids and set(ids) <= known}
    if not complete:
        return contracts.empty("theme_distributions", edition)
    parts = [
        distributions[distributions["affirmation_id"].isin(ids)].assign(theme_id=theme)
        for theme, ids in complete.items()
    ]
    by_level = pd.concat(parts).groupby(["theme_id", "level"], as_index=False, sort=False)
    table = with_shares(by_level.agg(n=("n", "sum"), origin=("origin", "min")), edition.rounding)
    columns = ["theme_id", "level", "n", "base", "share", "percent", "origin"]
    return table[columns].astype({"theme_id": "str", "origin": "str"})


def with_shares(table: pd.DataFrame, rounding: Rounding) -> pd.DataFrame:
    """Counts with their base, share and percent, missing where nobody answered.

    Parameters
    ----------
    table : DataFrame
        Column n, a row a level; the subject (affirmation or theme) in the first column.
    rounding : {"half_up", "half_up_via_tenths"}
        The edition's rounding.

    Returns
    -------
    DataFrame
        The table with base, share (0–1) and percent (whole).

    References
    ----------
    docs/method.md, "Rounding".

    Examples
    --------
    >>> with_shares(pd.DataFrame({"theme_id": ["T01", "T01"], "n": [1, 2]}), "half_up")
      theme_id  n  base     share  percent
    0      T01  1     3  0.333333       33
    1      T01  2     3  0.666667       67
    """
    n, base = table["n"], table.groupby(table.columns[0])["n"].transform("sum")
    percents = pd.Series(percent(n, base.clip(lower=1), rounding), table.index, "Int64")
    return table.assign(
        base=base, share=(n / base).where(base > 0), percent=percents.where(base > 0)
    )


def at_levels(distributions: pd.DataFrame, levels: Sequence[int]) -> pd.DataFrame:
    """How many answers to each affirmation are at the chosen levels.

    Parameters
    ----------
    distributions : DataFrame
        Affirmation × level; affirmation_id, level, n, base, origin.
    levels : sequence of int
        The levels counted.

    Returns
    -------
    DataFrame
        By affirmation_id: n, base, share (0–1), origin. One that nobody answered, or that is
        withheld, has no row.

    References
    ----------
    docs/method.md, "Distributions and bases".

    Examples
    --------
    >>> table = pd.DataFrame({"affirmation_id": ["A", "A"], "level": [1, 2], "n": [1, 3]})
    >>> at_levels(table.assign(base=4, origin="answers"), [2])["share"].to_dict()
    {'A': 0.75}
    """
    known = distributions[distributions["base"].fillna(0) > 0]
    table = known.groupby("affirmation_id", sort=False)[["base", "origin"]].first()
    chosen = known[known["level"].isin(levels)]
    n = chosen.groupby("affirmation_id")["n"].sum().reindex(table.index).astype("int64")
    base = table["base"].astype("int64")
    return table.assign(n=n, base=base, share=n / base)


def share_at(
    levels: pd.DataFrame, chosen: Sequence[int], rounding: Rounding
) -> tuple[int, float] | tuple[None, None]:
    """The percent of the base at the chosen levels, from their counts, and the share it rounds.

    Parameters
    ----------
    levels : DataFrame
        One distribution, with level, n and base.
    chosen : sequence of int
        The levels counted.
    rounding : {"half_up", "half_up_via_tenths"}
        The edition's rounding.

    Returns
    -------
    tuple
        Percent (whole) and share (0–1); None twice where nobody answered, or too few.

    References
    ----------
    docs/method.md, "Rounding".

    Examples
    --------
    >>> share_at(pd.DataFrame({"level": [1, 2], "n": [1, 7], "base": [8, 8]}), [2], "half_up")
    (88, 0.875)
    """
    base = levels["base"].iloc[0]
    if pd.isna(base) or not base:
        return None, None
    n = int(levels.loc[levels["level"].isin(chosen), "n"].sum())
    return int(percent(n, int(base), rounding)), n / int(base)


def pooled_checks(
    theme_distributions: pd.DataFrame, printed: pd.DataFrame, edition: Edition
) -> pd.DataFrame:
    """The table `pooled_checks`: printed bars of themes beside those recomputed by pooling.

    Parameters
    ----------
    theme_distributions : DataFrame
        The table of that name.
    printed : DataFrame
        Whole-theme rows, theme_id as index; p1…pK.
    edition : Edition
        Its levels.

    Returns
    -------
    DataFrame
        A row a theme and level: theme_id, level, printed, recomputed (whole percents).

    References
    ----------
    docs/method.md, "Whole themes".

    Examples
    --------
    >>> import barolib
    >>> study = barolib.open("2021")
    >>> bar = pd.DataFrame([[9, 25, 22, 34, 3, 6]], ["T04"], study.raw.edition.percent_columns)
    >>> pooled_checks(study.tables["theme_distributions"], bar, study.raw.edition).head(1)
      theme_id  level  printed  recomputed
    0      T04      1        9          20
    """
    bars = printed[edition.percent_columns].set_axis(edition.levels, axis=1)
    bars = bars.rename_axis("theme_id").melt(
        var_name="level", value_name="printed", ignore_index=False
    )
    table = bars.reset_index().merge(theme_distributions, on=["theme_id", "level"])
    table = table.rename(columns={"percent": "recomputed"}).astype(
        {"theme_id": "str", "level": "int64", "printed": "int64", "recomputed": "int64"}
    )
    columns = ["theme_id", "level", "printed", "recomputed"]
    return table[columns].sort_values(["theme_id", "level"], ignore_index=True)


def _long(counts: pd.DataFrame, questionnaire: pd.DataFrame, rounding: Rounding) -> pd.DataFrame:
    """Counts of affirmation × level as a row a cell, with theme_id, base, share and percent."""
    counts = counts.rename_axis(index="affirmation_id", columns="level")
    table = with_shares(counts.stack().rename("n").reset_index(), rounding)
    theme_of = questionnaire.set_index("affirmation_id")["theme_id"]
    return table.assign(theme_id=table["affirmation_id"].map(theme_of))
