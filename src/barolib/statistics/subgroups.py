"""Scores and distributions by status, size class and group, within what may be disclosed.

The rule is in docs/method.md, "Disclosure".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from barolib.statistics import disclosure, protection, scoring
from barolib.statistics.protection import SCORE, STAGE, Known
from barolib.survey import contracts, rounding
from barolib.survey.edition import Edition

DIMENSIONS = ("status", "size_class", "group")

#: Of fewer respondents, a figure at an end of the scale tells each of them.
FEW = 10

#: Cells of one breakdown.
_BREAKDOWN = ["dimension", "theme"]


def memberships(participants: pd.DataFrame, groups: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The subgroups of each who took part.

    Parameters
    ----------
    participants : DataFrame
        Columns respondent_id, status, population (inhabitants); either may be missing.
    groups : DataFrame
        Columns respondent_id, group.
    edition : Edition
        Its size_classes (bounds in inhabitants); a class is named by its lower bound, the
        smallest 0.

    Returns
    -------
    DataFrame
        Columns respondent_id, dimension, subgroup; a respondent may have none in a dimension.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> import barolib
    >>> people = pd.DataFrame({"respondent_id": ["R1"], "status": ["metropole"], "population": [9]})
    >>> groups = pd.DataFrame({"respondent_id": ["R1"], "group": ["leaders"]})
    >>> memberships(people, groups, barolib.open("2021").raw.edition)["subgroup"].tolist()
    ['metropole', '0', 'leaders']
    """
    edges = [0, *edition.size_classes, float("inf")]
    population = participants["population"].astype("float64")
    size = pd.cut(population, edges, right=False, labels=edges[:-1]).astype("Int64").astype("str")
    wide = participants[["respondent_id", "status"]].assign(
        size_class=size if edition.size_classes else pd.NA
    )
    wide = wide.merge(groups[["respondent_id", "group"]], on="respondent_id", how="left")
    long = wide.melt("respondent_id", list(DIMENSIONS), "dimension", "subgroup")
    return long[long["subgroup"].notna() & (long["subgroup"] != "<NA>")].astype("str")


def panel_composition(participants: pd.DataFrame, edition: Edition) -> pd.Series:
    """How many took part, by dimension and subgroup.

    Parameters
    ----------
    participants : DataFrame
        Columns respondent_id, status, population (inhabitants).
    edition : Edition
        Its size_classes.

    Returns
    -------
    Series of int
        By dimension (status, size_class) and subgroup.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> import barolib
    >>> people = pd.DataFrame({"respondent_id": ["R1"], "status": ["metropole"], "population": [9]})
    >>> panel_composition(people, barolib.open("2021").raw.edition).to_dict()
    {('size_class', '0'): 1, ('status', 'metropole'): 1}
    """
    nobody = pd.DataFrame(columns=["respondent_id", "group"], dtype="str")
    return memberships(participants, nobody, edition).groupby(["dimension", "subgroup"]).size()


@dataclass(frozen=True)
class Subgroups:
    """What may be published of subgroups: each as a table, made when it is first asked for.

    Parameters
    ----------
    scores : DataFrame
        The table of that name, respondent × theme.
    answers : DataFrame
        The table of that name, respondent × affirmation.
    people : DataFrame
        The memberships of respondents, as from `memberships`.
    members : dict
        The affirmations of each theme.
    edition : Edition
        Its scale, rounding, disclosure_minimum.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    >>> import barolib
    >>> raw, none = barolib.open("2021").raw, pd.DataFrame()
    >>> Subgroups(none, none, none, raw.members, raw.edition).means.columns.tolist()[:3]
    ['dimension', 'subgroup', 'theme_id']
    """

    scores: pd.DataFrame
    answers: pd.DataFrame
    people: pd.DataFrame
    members: dict[str, list[str]]
    edition: Edition

    @property
    def means(self) -> pd.DataFrame:
        """The table `subgroup_scores`: dimension, subgroup, theme_id, mean, base, withheld.

        Means in levels, to one decimal. A subgroup that is withheld, or by which one could be
        found, has neither figure nor base.
        """
        return self._table("subgroup_scores", self._themes, SCORE, "mean")

    @property
    def stages(self) -> pd.DataFrame:
        """The table `subgroup_stages`: dimension, subgroup, theme_id, share, base, withheld.

        Shares (0–1) of pooled answers at implementation, in whole percents. Levels are pooled to
        before and at implementation: a small subgroup's levels would show single respondents.
        """
        return self._table("subgroup_stages", self._themes, STAGE, "share")

    @property
    def all_stages(self) -> pd.DataFrame:
        """`stages` with the affirmations of each theme: `subject` in the place of theme_id.

        A breakdown of a theme's affirmations is shown whole or not at all: where each of its
        subgroups is shown and has a FEW respondents or more in the theme, and it tells nothing of
        those that are withheld, nor of too few people.
        """
        cells = pd.concat([self._themes, self._affirmations], ignore_index=True)
        table = self._table("subgroup_stages", cells, STAGE, "share")
        return table.rename(columns={"theme_id": "subject"})

    @cached_property
    def _known(self) -> Known:
        """What whoever reads the publication knows."""
        levels, _ = scoring.matrices(self.answers)
        people = self.people.pivot(index="respondent_id", columns="dimension", values="subgroup")
        people = people.reindex(levels.index)
        people = people[[dimension for dimension in DIMENSIONS if dimension in people]]
        members = {**self.members, scoring.GENERAL: levels.columns.tolist()}
        scores = self.scores.pivot(index="respondent_id", columns="theme_id", values="score")
        scores = scores.reindex(index=levels.index, columns=[*members])
        theme_of = self.answers.drop_duplicates("affirmation_id")
        theme_of = theme_of.set_index("affirmation_id")["theme_id"]
        return Known(self.edition, levels, scores, people, members, theme_of)

    @cached_property
    def _given(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Whether each respondent stands at implementation, and answered, by affirmation."""
        levels = self._known.levels
        return levels.ge(self.edition.implementation_from), levels.notna()

    @cached_property
    def _themes(self) -> pd.DataFrame:
        """The cells of themes, transverse themes and all together, withheld as they must be."""
        if self.scores.empty or self.people.empty:
            return pd.DataFrame()
        known = self._known
        implemented, answers = (flags.T.groupby(known.theme_of).sum().T for flags in self._given)
        scored = known.scores.notna()
        cells = _cells(known, SCORE, known.scores, scored, scored)
        cells = pd.concat([cells, _cells(known, STAGE, implemented, answers > 0, answers)])
        # Subgroups are withheld one after the other, in the order of DIMENSIONS.
        cells = cells.iloc[cells["dimension"].map(DIMENSIONS.index).argsort(kind="stable")]
        cells = _published(cells.assign(theme=cells["subject"]), self.edition)
        hidden = protection.protect(cells, known, _subgroups(cells[_revealing(cells, known)]))
        keys = pd.MultiIndex.from_frame(cells[["dimension", "subgroup"]])
        return cells.assign(withheld=keys.isin(hidden))

    @cached_property
    def _affirmations(self) -> pd.DataFrame:
        """The cells of affirmations, withheld as they must be."""
        themes = self._themes
        if themes.empty:
            return themes
        known, (implemented, answered) = self._known, self._given
        cells = _cells(known, STAGE, implemented, answered, answered)
        cells = _published(cells.assign(theme=cells["subject"].map(known.theme_of)), self.edition)
        withheld = _among(cells, themes[(themes["base"] < FEW) | themes["withheld"]])
        for _, shown in cells[~withheld].groupby("theme"):
            withheld |= _among(cells, shown[_revealing(shown, known)])
        hidden = _subgroups(themes[themes["withheld"]])
        for theme, shown in cells[~withheld].groupby("theme"):
            together = pd.concat([themes[themes["theme"] == theme], shown], ignore_index=True)
            if protection.protect(together, known, hidden) != hidden:
                withheld |= cells["theme"] == theme
        return cells.assign(withheld=withheld)

    def _table(self, name: str, cells: pd.DataFrame, measure: str, value: str) -> pd.DataFrame:
        """The cells of a measure as a table; those withheld keep neither figure nor base."""
        if cells.empty:
            return contracts.empty(name, self.edition)
        cells = cells[cells["measure"] == measure]
        cells = cells.rename(columns={"subject": "theme_id", "value": value})
        cells = cells.sort_values(["dimension", "subgroup", "theme_id"], ignore_index=True)
        cells[[value, "base"]] = cells[[value, "base"]].mask(cells["withheld"])
        return contracts.typed(name, cells, self.edition)


def _cells(
    known: Known, measure: str, total: pd.DataFrame, base: pd.DataFrame, answers: pd.DataFrame
) -> pd.DataFrame:
    """The sums of a measure over each subgroup × subject: total, base (respondents), answers.

    `total`, `base`, `answers`: respondent × subject.
    """
    parts = []
    for dimension, subgroup in known.people.items():
        matrices = {"total": total, "base": base, "answers": answers}
        sums = {name: matrix.groupby(subgroup).sum().stack() for name, matrix in matrices.items()}
        part = pd.DataFrame(sums).rename_axis(["subgroup", "subject"]).reset_index()
        parts.append(part.assign(measure=measure, dimension=dimension))
    return pd.concat(parts, ignore_index=True)


def _published(cells: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The cells that anybody is in: value as it is published, and what it tells of the total."""
    cells = cells[cells["base"] > 0].reset_index(drop=True)
    shown: list[tuple[float, float, float]] = []
    for cell in cells.itertuples():
        if cell.measure == STAGE:
            counts = int(cell.total), int(cell.answers)
            shown.append(rounding.published_share(*counts, edition.rounding))
        else:
            mean = cell.total / cell.base
            low, high = rounding.bounds(mean, 1)
            shown.append((float(rounding.decimals(mean, 1)), cell.base * low, cell.base * high))
    return cells.join(pd.DataFrame(shown, columns=["value", "low", "high"], dtype="float64"))


def _revealing(cells: pd.DataFrame, known: Known) -> np.ndarray:
    """Whether each cell tells too much, by itself or by adding and subtracting it and others."""
    cells, minimum = cells.assign(hidden=False), known.edition.disclosure_minimum
    first = _subgroups(cells[_alike(cells, known.edition)])
    for (measure, subject), rows in cells.groupby(["measure", "subject"]):
        asked = known.levels[known.members.get(subject, [subject])]
        counted = known.scores[subject].notna() if measure == SCORE else asked.notna().any(axis=1)
        people = known.people.loc[counted, [*rows["dimension"].unique()]]
        hidden = disclosure.withheld_together(people, minimum, first)
        keys = pd.MultiIndex.from_frame(rows[["dimension", "subgroup"]])
        cells.loc[rows.index, "hidden"] = hidden.loc[keys].to_numpy()
    return cells["hidden"].to_numpy()


def _subgroups(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """The subgroups that the cells are of: dimension, subgroup."""
    return list(dict.fromkeys(zip(cells["dimension"], cells["subgroup"], strict=True)))


def _alike(cells: pd.DataFrame, edition: Edition) -> pd.Series:
    """Whether a cell of a FEW respondents stands so near an end of the scale that it tells each."""
    top, base, score = edition.levels[-1], cells["base"], cells["measure"] == SCORE
    least, most = (base * 1).where(score, 0), (base * top).where(score, cells["answers"])
    room = np.minimum(cells["high"] - least, most - cells["low"])
    narrow = (room < protection.PROTECTION * (top - 1)).where(score, room <= 0)
    return narrow & (base < FEW)


def _among(cells: pd.DataFrame, others: pd.DataFrame) -> np.ndarray:
    """Whether each cell is of a breakdown that one of the others is of."""
    breakdowns = pd.MultiIndex.from_frame(others[_BREAKDOWN])
    return pd.MultiIndex.from_frame(cells[_BREAKDOWN]).isin(breakdowns)
