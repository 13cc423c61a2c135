"""What published figures leave open of a withheld one: bounds by linear programming.

Whoever reads a publication knows who took part, the subgroups of each respondent, what each was
asked, the distributions and mean scores of the whole panel, and every figure shown of a subgroup to
its last decimal. The interval in which a withheld figure can then lie is found by minimising and
maximising it: the attacker's problem of M. Fischetti and J. J. Salazar (2001), Management Science
47(7), 1008–1027. The rule is in docs/method.md, "Disclosure".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from barolib.survey import contracts, rounding
from barolib.survey.edition import Edition

#: What must stay open of a withheld sum: this share of the range of one respondent's answers.
PROTECTION = 0.2
SCORE, STAGE = "score", "stage"
CELL = ["dimension", "subgroup", "subject"]

#: Respondents are told apart by how much they answered, as long as no more kinds come of it.
_KINDS = 60
_NOISE = 1e-6


@dataclass(frozen=True)
class Known:
    """What an attacker starts from.

    `levels`: respondent × affirmation, and `scores`: respondent × subject, both NaN where there is
    none; `people`: the subgroups of the same respondents, a column a dimension; `members`: the
    affirmations of each subject, `general` among them; `theme_of`: the theme of each affirmation.
    """

    edition: Edition
    levels: pd.DataFrame
    scores: pd.DataFrame
    people: pd.DataFrame
    members: dict[str, list[str]]
    theme_of: pd.Series

    @cached_property
    def published(self) -> set[str]:
        """The affirmations whose distribution over the whole panel is shown."""
        answered = self.levels.count()
        return set(answered.index[answered >= self.edition.disclosure_minimum])

    @cached_property
    def kinds(self) -> np.ndarray:
        """The number of each respondent's kind: no figure tells those of one kind apart."""
        coarse, given = self.people.fillna("").astype("str"), self.levels.notna()
        answered = [given[ids].sum(axis=1) for ids in self.members.values()]
        fine = pd.concat([coarse, *answered, self.scores.notna()], axis=1)
        for frame in (fine, coarse):
            numbered = frame.set_axis(range(frame.shape[1]), axis=1)
            codes = numbered.groupby(list(numbered), sort=False).ngroup().to_numpy()
            if codes.max() < _KINDS:
                break
        return codes


class Attack:
    """The linear programme over a theme, and the cells that it can speak of.

    A variable is how many respondents of a kind chose a level of an affirmation, or (`asked` and
    `level` missing) the sum of the scores of a kind on the theme; `n`: of so many respondents.
    """

    def __init__(self, known: Known, theme: str, cells: pd.DataFrame) -> None:
        self._known, self._theme, self._cells = known, theme, cells
        given = known.levels[known.members[theme]].notna().groupby(known.kinds).sum().stack()
        given = given[given > 0].rename_axis(["kind", "asked"]).rename("n").reset_index()
        scored = known.scores[theme].notna().groupby(known.kinds).sum()
        scored = scored[scored > 0].rename_axis("kind").rename("n").reset_index()
        counts = given.merge(pd.Series(known.edition.levels, name="level"), how="cross")
        self._variables = pd.concat([counts, scored], ignore_index=True)
        worth = self._variables["level"].isna().map({True: known.edition.levels[-1], False: 1})
        self._bounds = Bounds(0, (self._variables["n"] * worth).to_numpy())
        rows = [*self._panel(), *self._every_answer(), *self._scores()]
        self._rows = sparse.vstack([row for row, _, _ in rows], format="csr")
        self._limits = np.array([limits for _, *limits in rows], dtype="float64").T
        sums = [self._cell(*key) for key in cells[["measure", *CELL]].itertuples(index=False)]
        self._sums = sparse.vstack(sums, format="csr")
        self._subgroups = pd.MultiIndex.from_frame(cells[["dimension", "subgroup"]])

    def closed(self, hidden: list[tuple[str, str]], subgroup: tuple[str, str]) -> bool:
        """Whether a cell of `subgroup` is known too well while those `hidden` are not shown."""
        away, needed = self._subgroups.isin(hidden), _needed(self._cells, self._known.edition)
        nothing_shown = np.ones(len(away), dtype=bool)
        for place in np.flatnonzero(self._subgroups == subgroup).tolist():
            width = self._width(away, place)
            if width < needed.iloc[place] and width < self._width(nothing_shown, place) - _NOISE:
                return True
        return False

    def _width(self, hidden: np.ndarray, place: int) -> float:
        """The width of the interval of a cell's sum, where those `hidden` are not shown."""
        shown_low, shown_high = self._cells.loc[~hidden, ["low", "high"]].to_numpy(dtype=float).T
        rows = sparse.vstack([self._rows, self._sums[np.flatnonzero(~hidden)]], format="csc")
        low = np.append(self._limits[0], shown_low - _NOISE)
        high = np.append(self._limits[1], shown_high + _NOISE)
        limits, objective = LinearConstraint(rows, low, high), self._sums[[place]].toarray().ravel()
        ends = []
        for sign in (1, -1):
            solution = milp(sign * objective, constraints=limits, bounds=self._bounds)
            if solution.x is None:
                raise ArithmeticError(f"the published figures have no solution: {solution.message}")
            ends.append(sign * solution.fun)
        if self._cells["measure"].iloc[place] == STAGE:  # numbers of answers are whole
            return float(np.floor(ends[1] + _NOISE) - np.ceil(ends[0] - _NOISE))
        return ends[1] - ends[0]

    def _cell(self, measure: str, dimension: str, subgroup: str, subject: str) -> sparse.csr_array:
        """What a subgroup's sum is made of: of its scores, or of its answers at implementation."""
        known, variables = self._known, self._variables
        kinds = np.unique(known.kinds[(known.people[dimension] == subgroup).to_numpy()])
        asked = variables["asked"].isin(known.members.get(subject, [subject]))
        counted = asked & (variables["level"] >= known.edition.implementation_from)
        counted = variables["asked"].isna() if measure == SCORE else counted
        return self._row(variables.index[counted & variables["kind"].isin(kinds)])

    def _row(self, variables: pd.Index, weights: object = 1.0) -> sparse.csr_array:
        """The weighted sum of some variables."""
        weights = np.broadcast_to(np.asarray(weights, dtype="float64"), len(variables))
        zeros = np.zeros(len(variables), dtype="int64")
        return sparse.csr_array((weights, (zeros, variables)), shape=(1, len(self._variables)))

    def _panel(self) -> Iterator[tuple]:
        """Of each affirmation whose distribution is shown, how many chose each level."""
        for (asked, level), places in self._variables.groupby(["asked", "level"]).groups.items():
            if asked in self._known.published:
                n = (self._known.levels[asked] == level).sum()
                yield self._row(places), n, n

    def _every_answer(self) -> Iterator[tuple]:
        """Each answer stands at one level."""
        for _, pair in self._variables.groupby(["kind", "asked"]):
            yield self._row(pair.index), pair["n"].iloc[0], pair["n"].iloc[0]

    def _scores(self) -> Iterator[tuple]:
        """A score is the mean of its answers; the panel's mean is shown."""
        known, top = self._known, self._known.edition.levels[-1]
        scores = known.scores[self._theme]
        answered = known.levels[known.members[self._theme]].count(axis=1)
        totals = self._variables[self._variables["asked"].isna()]
        for place, kind in totals["kind"].items():
            counts = answered[(known.kinds == kind) & scores.notna()]
            rest = answered[(known.kinds == kind) & scores.isna()].sum()
            answers = self._variables[self._variables["kind"] == kind].dropna(subset="level")
            levels, total = self._row(answers.index, answers["level"]), self._row([place])
            yield levels - total * counts.max(), -np.inf, top * rest
            yield levels - total * counts.min(), rest, np.inf
        places = contracts.dictionary()["processed"]["theme_scores"]["decimals"]
        low, high = rounding.bounds(scores.mean(), places)
        yield self._row(totals.index), scores.count() * low, scores.count() * high


def protect(
    cells: pd.DataFrame, known: Known, hidden: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The subgroups to withhold so that what is shown leaves those withheld open enough.

    Parameters
    ----------
    cells : DataFrame
        Of themes and affirmations: measure (score, stage) and CELL, base, answers (what its figure
        is a mean over), low and high (between which its sum lies once it is shown).
    known : Known
        What an attacker starts from.
    hidden : list
        The (dimension, subgroup) withheld already.

    Returns
    -------
    list
        `hidden`, longer as long as the interval of a withheld sum is narrower than PROTECTION of
        the range of one respondent's answers, and than what the whole panel's figures alone leave:
        the smallest subgroup of the same dimension, or else of another, is withheld too.

    References
    ----------
    docs/method.md, "Disclosure".

    Examples
    --------
    Where nothing is withheld, nothing more is:

    >>> keys = ["dimension", "subgroup", "subject", "base"]
    >>> cells = pd.DataFrame([["status", "city", "T01", 9]], columns=keys)
    >>> none = pd.DataFrame()
    >>> known = Known(None, none, none, none, {}, pd.Series({"T01-01": "T01"}))
    >>> protect(cells, known, [])
    []
    """
    sizes = cells.groupby(["dimension", "subgroup"])["base"].max().sort_values(kind="stable")
    by_theme = cells.groupby(cells["subject"].replace(known.theme_of.to_dict()))
    themes = set(known.theme_of) if hidden else ()
    attacks = [Attack(known, theme, rows) for theme, rows in by_theme if theme in themes]
    hidden = [*hidden]
    # Those that come to it are looked at in every theme; what is open stays so.
    for subgroup in hidden:
        for attack in attacks:
            while attack.closed(hidden, subgroup):
                rest = [key for key in sizes.index if key not in hidden]
                hidden.append(min(rest, key=lambda key: key[0] != subgroup[0]))
    return hidden


def _needed(cells: pd.DataFrame, edition: Edition) -> pd.Series:
    """How wide the interval of each sum must be: of answers, which are whole, at least one."""
    one = (PROTECTION * cells["answers"] / cells["base"]).clip(lower=1)
    return one.where(cells["measure"] == STAGE, PROTECTION * (edition.levels[-1] - 1))
