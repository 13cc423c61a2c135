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
from barolib.survey.intake import Raw

DIMENSIONS = ("status", "size_class", "group")

#: Of fewer respondents, a figure at an end of the scale tells each of them.
FEW = 10


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


@dataclass(frozen=True)
class Subgroups:
    """What may be published of subgroups: each as a table, made when it is first asked for.

    `scores`: the table of that name; `belonging`: as from `of_respondents`.
    """

    scores: pd.DataFrame
    belonging: pd.DataFrame
    raw: Raw

    @property
    def means(self) -> pd.DataFrame:
        """The table `subgroup_scores`: dimension, subgroup, theme_id, mean, base, withheld.

        Means to one decimal. A subgroup that is withheld, or by which one could be found, has
        neither figure nor base.
        """
        if self._known is None:
            return contracts.empty("subgroup_scores", self.raw.edition)
        return _table(self._themes, SCORE, "theme_id", "mean")

    @property
    def stages(self) -> pd.DataFrame:
        """The table `subgroup_stages`: dimension, subgroup, theme_id, share, base, withheld.

        Shares of pooled answers at implementation, in whole percents. Levels are pooled to before
        and at implementation: a small subgroup's levels would show single respondents.
        """
        if self._known is None:
            return contracts.empty("subgroup_stages", self.raw.edition)
        return _table(self._themes, STAGE, "theme_id", "share")

    @property
    def all_stages(self) -> pd.DataFrame:
        """`stages` with the affirmations of each theme: `subject` in the place of theme_id.

        A breakdown of a theme's affirmations is shown whole or not at all: where each of its
        subgroups is shown and has a FEW respondents or more in the theme, and it tells nothing of
        those that are withheld, nor of too few people.
        """
        if self._known is None:
            return self.stages.rename(columns={"theme_id": "subject"})
        known, themes = self._known, self._themes
        asked = _of_affirmations(known, self.raw)
        asked["withheld"] = _among(asked, themes[(themes["base"] < FEW) | themes["withheld"]])
        for _, shown in asked[~asked["withheld"]].groupby("theme"):
            asked["withheld"] |= _among(asked, shown[_telling(shown, known)])
        hidden = _subgroups(themes[themes["withheld"]])
        for theme, own in asked[~asked["withheld"]].groupby("theme"):
            cells = pd.concat([themes[themes["subject"] == theme], own], ignore_index=True)
            if protection.protect(cells, known, hidden) != hidden:
                asked["withheld"] |= asked["theme"] == theme
        cells = pd.concat([themes, asked], ignore_index=True)
        return _table(cells, STAGE, "subject", "share")

    @cached_property
    def _known(self) -> Known | None:
        """What whoever reads the publication knows; None where nobody is in a subgroup."""
        if self.scores.empty or self.belonging.empty:
            return None
        return _known(self.scores, self.belonging, self.raw)

    @cached_property
    def _themes(self) -> pd.DataFrame:
        return _of_themes(self._known, self.raw)


def _known(scores: pd.DataFrame, belonging: pd.DataFrame, raw: Raw) -> Known:
    """What whoever reads the publication knows of the respondents who took part."""
    levels, _ = scoring.matrices(raw.answers, raw)
    people = belonging.pivot(index="respondent_id", columns="dimension", values="subgroup")
    people = people.reindex(index=levels.index)
    people = people.reindex(columns=[each for each in DIMENSIONS if each in people])
    wide = scores.pivot(index="respondent_id", columns="theme_id", values="score")
    members = {**raw.members, scoring.GENERAL: levels.columns.tolist()}
    wide = wide.reindex(index=levels.index, columns=list(members))
    theme_of = raw.questionnaire.set_index("affirmation_id")["theme_id"].to_dict()
    enough = levels.notna().sum() >= raw.edition.disclosure_minimum
    published = frozenset(levels.columns[enough])
    return Known(raw.edition, levels, wide, people, members, theme_of, published)


def _of_themes(known: Known, raw: Raw) -> pd.DataFrame:
    """The cells of themes, transverse themes and all together, withheld as they must be."""
    given, implemented = _given(known)
    theme_of = pd.Series(known.theme_of)
    themes = list(known.themes)
    answered = given.T.groupby(theme_of).any().T[themes]
    found = []
    for dimension, of in known.people.items():
        base = known.scores.groupby(of).count()
        found.append(_long((SCORE, dimension), known.scores.groupby(of).sum(), base, base))
        pooled = [
            each.groupby(of).sum().T.groupby(theme_of).sum().T for each in (implemented, given)
        ]
        base = answered.groupby(of).sum()
        found.append(_long((STAGE, dimension), pooled[0][themes], base, pooled[1][themes]))
    cells = _published(pd.concat(found, ignore_index=True), raw)
    hidden = _subgroups(cells[_telling(cells, known)])
    hidden = protection.protect(cells, known, hidden)
    keys = pd.MultiIndex.from_frame(cells[["dimension", "subgroup"]])
    return cells.assign(withheld=keys.isin(hidden))


def _of_affirmations(known: Known, raw: Raw) -> pd.DataFrame:
    """The cells of affirmations, with the theme of each."""
    given, implemented = _given(known)
    found = []
    for dimension, of in known.people.items():
        base = given.groupby(of).sum()
        found.append(_long((STAGE, dimension), implemented.groupby(of).sum(), base, base))
    cells = _published(pd.concat(found, ignore_index=True), raw)
    return cells.assign(theme=cells["subject"].map(known.theme_of))


def _given(known: Known) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Whether each respondent answered each affirmation, and stands at implementation."""
    return known.levels.notna(), known.levels.ge(known.edition.implementation_from)


def _long(
    what: tuple[str, str], total: pd.DataFrame, base: pd.DataFrame, answers: pd.DataFrame
) -> pd.DataFrame:
    """Tables of subgroup × subject, a row a cell: total, base (respondents), answers.

    `what`: their measure and dimension.
    """
    parts = {"total": total, "base": base, "answers": answers}
    long = pd.DataFrame({name: part.stack() for name, part in parts.items()})
    long = long.rename_axis(["subgroup", "subject"]).reset_index()
    return long.assign(measure=what[0], dimension=what[1])


def _published(cells: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """The cells that anybody is in: value as it is published, and what it tells of the total."""
    cells = cells[cells["base"] > 0].reset_index(drop=True)
    shown = []
    for cell in cells.itertuples():
        if cell.measure == STAGE:
            counts = int(cell.total), int(cell.answers)
            shown.append(rounding.published_share(*counts, raw.edition.rounding))
        else:
            mean = cell.total / cell.base
            ends = (cell.base * bound for bound in rounding.bounds(mean, 1))
            shown.append((rounding.decimals(mean, 1), *ends))
    return cells.join(pd.DataFrame(shown, columns=["value", "low", "high"], dtype="float64"))


def _telling(cells: pd.DataFrame, known: Known) -> np.ndarray:
    """Whether each cell tells too much, by itself or by adding and subtracting it and others."""
    given, minimum = known.levels.notna(), known.edition.disclosure_minimum
    cells = cells.assign(alike=_alike(cells, known), hidden=False)
    first = _subgroups(cells[cells["alike"]])
    for (measure, subject), own in cells.groupby(["measure", "subject"]):
        asked = known.members.get(subject, [subject])
        counted = known.scores[subject].notna() if measure == SCORE else given[asked].any(axis=1)
        people = known.people.loc[counted, [*own["dimension"].unique()]]
        hidden = disclosure.withheld_together(people, minimum, first)
        keys = pd.MultiIndex.from_frame(own[["dimension", "subgroup"]])
        cells.loc[own.index, "hidden"] = hidden.loc[keys].to_numpy()
    return cells["hidden"].to_numpy()


def _subgroups(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """The subgroups that the cells are of: dimension, subgroup."""
    return list(dict.fromkeys(zip(cells["dimension"], cells["subgroup"], strict=True)))


def _alike(cells: pd.DataFrame, known: Known) -> np.ndarray:
    """Whether a cell of a FEW respondents stands so near an end of the scale that it tells each."""
    score, reach = (cells["measure"] == SCORE).to_numpy(), known.edition.levels[-1] - 1
    least = np.where(score, cells["base"], 0)
    most = np.where(score, cells["base"] * (1 + reach), cells["answers"])
    room = np.minimum(cells["high"] - least, most - cells["low"])
    narrow = np.where(score, room < protection.PROTECTION * reach, room <= 0)
    return narrow & (cells["base"] < FEW).to_numpy()


def _among(asked: pd.DataFrame, some: pd.DataFrame) -> np.ndarray:
    """Whether each affirmation's cell is of the dimension and theme of one of the cells `some`."""
    theme = some["theme"] if "theme" in some else some["subject"]
    keys = set(zip(some["dimension"], theme, strict=True))
    return pd.MultiIndex.from_frame(asked[["dimension", "theme"]]).isin([*keys])


def _table(cells: pd.DataFrame, measure: str, subject: str, value: str) -> pd.DataFrame:
    """The cells of a measure as a table; those that are withheld keep neither figure nor base."""
    own = cells[cells["measure"] == measure]
    own = own.rename(columns={"subject": subject, "value": value})
    own = own.sort_values(["dimension", "subgroup", subject], ignore_index=True)
    own = own.astype({value: "float64", "base": "Int64", "withheld": "bool"})
    own.loc[own["withheld"], [value, "base"]] = pd.NA
    texts = dict.fromkeys(["dimension", "subgroup", subject], "str")
    return own[["dimension", "subgroup", subject, value, "base", "withheld"]].astype(texts)
