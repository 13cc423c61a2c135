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
    affirmations of each subject, `general` among them; `theme_of`: the theme of each affirmation;
    `published`: the affirmations whose distribution over the whole panel is shown.
    """

    edition: Edition
    levels: pd.DataFrame
    scores: pd.DataFrame
    people: pd.DataFrame
    members: dict[str, list[str]]
    theme_of: dict[str, str]
    published: frozenset[str]

    @cached_property
    def themes(self) -> dict[str, list[str]]:
        """The affirmations of each theme that has some of its own."""
        return {theme: self.members[theme] for theme in dict.fromkeys(self.theme_of.values())}

    @cached_property
    def kinds(self) -> np.ndarray:
        """The number of each respondent's kind: no figure tells those of one kind apart."""
        coarse, given = self.people.fillna("").astype("str"), self.levels.notna()
        answered = [given[own].sum(axis=1) for own in self.members.values()]
        fine = pd.concat([coarse, *answered, self.scores.notna()], axis=1)
        for frame in (fine, coarse):
            numbered = frame.set_axis(range(frame.shape[1]), axis=1)
            codes = numbered.groupby(list(numbered), sort=False).ngroup().to_numpy()
            if codes.max() < _KINDS:
                break
        return codes


class Attack:
    """The linear programme over a theme: its variables, and what is known but for the subgroups.

    A variable is how many respondents of a kind chose a level of an affirmation, or the sum of the
    scores of a kind on the theme.
    """

    def __init__(self, known: Known, theme: str) -> None:
        self.known, self._theme = known, theme
        self._levels = np.array(known.edition.levels)
        given = known.levels[known.members[theme]].notna()
        self._pairs = _stacked(given.groupby(known.kinds).sum(), "asked")
        self._sums = _stacked(known.scores[[theme]].notna().groupby(known.kinds).sum(), "theme")
        self._first = len(self._pairs) * len(self._levels)
        self._size = self._first + len(self._sums)
        rows = [*self._panel(), *self._whole(), *self._scores()]
        self._rows = sparse.vstack([row for row, _, _ in rows], format="csr")
        self._limits = np.array([limits for _, *limits in rows], dtype="float64").T
        self._bounds = Bounds(np.zeros(self._size), self._most())

    def cell(self, measure: str, dimension: str, subgroup: str, subject: str) -> sparse.csr_array:
        """What a subgroup's sum is made of: of its scores, or of its answers at implementation."""
        member = (self.known.people[dimension] == subgroup).to_numpy()
        kinds = np.unique(self.known.kinds[member])
        if measure == SCORE:
            return self._row(self._first + np.flatnonzero(self._sums["kind"].isin(kinds)))
        at = self._pairs["kind"].isin(kinds)
        at &= self._pairs["asked"].isin(self.known.members.get(subject, [subject]))
        return self._over(at, self._levels >= self.known.edition.implementation_from)

    def extremes(self, shown: Shown, target: sparse.csr_array) -> tuple[float, float]:
        """The least and the greatest value of `target`, what is `shown` given."""
        matrix = sparse.vstack([self._rows, shown.rows], format="csc")
        low, high = np.hstack([self._limits, [shown.low, shown.high]])
        limits, objective = LinearConstraint(matrix, low, high), target.toarray().ravel()
        ends = []
        for sign in (1, -1):
            found = milp(sign * objective, constraints=limits, bounds=self._bounds)
            if found.x is None:
                raise ArithmeticError(f"the published figures have no solution: {found.message}")
            ends.append(sign * found.fun)
        return ends[0], ends[1]

    def _row(self, places: np.ndarray, values: object = 1.0) -> sparse.csr_array:
        data = np.broadcast_to(np.asarray(values, dtype="float64"), len(places))
        zeros = np.zeros(len(places), dtype="int64")
        return sparse.csr_array((data, (zeros, places)), shape=(1, self._size))

    def _over(self, at: pd.Series, worth: np.ndarray) -> sparse.csr_array:
        """What the answers of the pairs `at` are worth together, of so much a level."""
        pairs = np.flatnonzero(at)
        places = pairs[:, None] * len(worth) + np.arange(len(worth))
        return self._row(places.ravel(), np.tile(worth, len(pairs)))

    def _most(self) -> np.ndarray:
        """The greatest value of each variable by itself."""
        counts = np.repeat(self._pairs["n"].to_numpy(), len(self._levels))
        return np.append(counts, self._levels[-1] * self._sums["n"])

    def _panel(self) -> Iterator[tuple]:
        """Of each affirmation whose distribution is shown, how many chose each level."""
        for asked, own in self._pairs.groupby("asked", sort=False):
            if asked in self.known.published:
                chosen = self.known.levels[asked].value_counts()
                for place, level in enumerate(self._levels):
                    n = chosen.get(level, 0)
                    yield self._row(own.index.to_numpy() * len(self._levels) + place), n, n

    def _whole(self) -> Iterator[tuple]:
        """Each answer stands at one level."""
        for place, n in self._pairs["n"].items():
            yield self._row(place * len(self._levels) + np.arange(len(self._levels))), n, n

    def _scores(self) -> Iterator[tuple]:
        """A score is the mean of its answers; the panel's mean is shown."""
        known, theme, top = self.known, self._theme, self._levels[-1]
        for place, row in enumerate(self._sums.itertuples(), start=self._first):
            at = known.kinds == row.kind
            scored = known.scores[theme].notna().to_numpy()[at]
            answered = known.levels[known.members[theme]].notna().sum(axis=1).to_numpy()[at]
            rest = answered[~scored].sum()
            levels, one = (
                self._over(self._pairs["kind"] == row.kind, self._levels),
                self._row([place]),
            )
            yield levels - one * answered[scored].max(), -np.inf, top * rest
            yield levels - one * answered[scored].min(), rest, np.inf
        scores = known.scores[theme].dropna()
        places = contracts.dictionary()["processed"]["theme_scores"]["decimals"]
        low, high = rounding.bounds(scores.mean(), places)
        yield self._row(np.arange(self._first, self._size)), len(scores) * low, len(scores) * high


def _stacked(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The cells of a table of kinds that are not 0: kind, `name` (a column), n."""
    kinds, columns = np.nonzero(table.to_numpy())
    n = table.to_numpy()[kinds, columns]
    return pd.DataFrame({"kind": kinds, name: table.columns[columns], "n": n})


@dataclass(frozen=True)
class Shown:
    """Figures as they are published: what each is a sum of, and the bounds that it tells."""

    rows: sparse.csr_array
    low: np.ndarray
    high: np.ndarray


class _View:
    """An attack on a theme, and the cells that it can speak of."""

    def __init__(self, known: Known, theme: str, cells: pd.DataFrame) -> None:
        self._attack, self._cells = Attack(known, theme), cells
        keys = cells[["measure", *CELL]].itertuples(index=False)
        self._rows = sparse.vstack([self._attack.cell(*key) for key in keys], format="csr")
        self._subgroups = pd.MultiIndex.from_frame(cells[["dimension", "subgroup"]])

    def closed(self, hidden: list[tuple[str, str]], subgroup: tuple[str, str]) -> bool:
        """Whether a cell of `subgroup` is known too well while those `hidden` are not shown."""
        away, needed = self._subgroups.isin(hidden), _needed(self._cells, self._attack.known)
        alone = np.ones(len(away), dtype=bool)
        for place in np.flatnonzero(self._subgroups == subgroup):
            width = self._width(away, place)
            if width < needed.iloc[place] and width < self._width(alone, place) - _NOISE:
                return True
        return False

    def _width(self, hidden: np.ndarray, place: int) -> float:
        """The width of the interval of a cell's sum, where those `hidden` are not shown."""
        low, high = self._cells.loc[~hidden, ["low", "high"]].to_numpy(dtype="float64").T
        shown = Shown(self._rows[np.flatnonzero(~hidden)], low - _NOISE, high + _NOISE)
        low, high = self._attack.extremes(shown, self._rows[[place]])
        if self._cells["measure"].iloc[place] == STAGE:  # numbers of answers are whole
            return float(np.floor(high + _NOISE) - np.ceil(low - _NOISE))
        return high - low


def protect(
    cells: pd.DataFrame, known: Known, hidden: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The subgroups to withhold so that what is shown leaves those withheld open enough.

    `cells`: of themes, measure (score, stage) and CELL, base, answers (what its figure is a mean
    over), and low and high, between which its sum lies once it is shown. `hidden`: the (dimension,
    subgroup) withheld already. As long as the interval of a withheld sum is narrower than
    PROTECTION of the range of one respondent's answers, and than what the whole panel's figures
    alone leave, the smallest subgroup of the same dimension, or else of another, is withheld too.
    """
    sizes = cells.groupby(["dimension", "subgroup"])["base"].max().sort_values(kind="stable")
    themes = cells.groupby(cells["subject"].replace(known.theme_of))
    views = [_View(known, name, own) for name, own in themes if hidden and name in known.themes]
    hidden = [*hidden]
    # Those that come to it are looked at in every theme; what is open stays so.
    for subgroup in hidden:
        for view in views:
            while view.closed(hidden, subgroup):
                rest = [key for key in sizes.index if key not in hidden]
                hidden.append(min(rest, key=lambda key: key[0] != subgroup[0]))
    return hidden


def _needed(cells: pd.DataFrame, known: Known) -> pd.Series:
    """How wide the interval of each sum must be: of answers, which are whole, at least one."""
    one = (PROTECTION * cells["answers"] / cells["base"]).clip(lower=1)
    return one.where(cells["measure"] == STAGE, PROTECTION * (known.edition.levels[-1] - 1))
