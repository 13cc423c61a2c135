"""An attack on what is withheld, from published tables alone.

The attacker knows who took part, the subgroups of each, what each answered (not how), and every
table that is published: distributions and mean scores of the panel, scores and stages of subgroups.
That is more than is published: who stands in which group is not. Each answer is an unknown for each
level. What follows of a withheld cell is found by a linear programme over all of them at once,
written apart from the library's own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from barolib.statistics import distribution, groups, scoring, subgroups
from barolib.survey.rounding import percent

NOISE = 1e-6


@dataclass
class Target:
    """A withheld cell: its key, the row of its sum, how many respondents it has, its answers."""

    key: tuple
    row: sparse.csr_array
    base: int
    answers: int


class Attacker:
    """What is known of an edition, and what it leaves of each withheld cell."""

    def __init__(self, raw, scores, stages, levels_shown=None):
        self.raw = raw
        answers = raw.answers.dropna(subset="level")
        self.answers = answers.reset_index(drop=True)
        self.levels = np.array(raw.edition.levels)
        self.size = len(self.answers) * len(self.levels)
        self.own = scoring.respondent_scores(raw.answers, raw.members, raw.edition)
        members = groups.table(self.own, raw.answers, raw.themes, raw.edition)
        people = subgroups.memberships(raw.participants, members, raw.edition)
        self.people = people.groupby(["dimension", "subgroup"])["respondent_id"].agg(set)
        self.members = {
            **raw.members,
            scoring.GENERAL: raw.questionnaire["affirmation_id"].tolist(),
        }
        self.scored = self.own.dropna(subset="score").groupby("theme_id")["respondent_id"].agg(set)
        self.rows, self.low, self.high, self._limits = [], [], [], {}
        self._panel()
        self.panel_only = len(self.rows)
        self.targets = []
        for table, value, write in ((scores, "mean", self.score), (stages, "share", self.stage)):
            for cell in table.itertuples():
                subject = getattr(cell, "theme_id", None) or cell.subject
                row, base, n = write(cell.dimension, cell.subgroup, subject)
                if cell.withheld and subject not in self.members:
                    continue  # a breakdown of affirmations that is not shown
                if cell.withheld:
                    key = (value, cell.dimension, cell.subgroup, subject)
                    self.targets.append(Target(key, row, base, n))
                elif value == "mean":
                    self.know(row, base * (cell.mean - 0.05), base * (cell.mean + 0.05))
                else:
                    self.know(row, *self.counts(cell.share, n))

    def counts(self, share, n):
        """The least and greatest count of n that is published as the share."""
        every = np.arange(n + 1)
        shown = percent(every, np.full(n + 1, n), self.raw.edition.rounding) / 100
        shown = np.where((shown == 0) & (every > 0), 0.004, shown)
        shown = np.where((shown == 1) & (every < n), 0.996, shown)
        met = every[np.isclose(shown, share)]
        return met.min(), met.max()

    def know(self, row, low, high):
        self.rows.append(row)
        self.low.append(low - NOISE)
        self.high.append(high + NOISE)

    def row(self, at, weights):
        """The weighted sum, over answers, of what each level is worth."""
        places = (
            np.flatnonzero(at)[:, None] * len(self.levels) + np.arange(len(self.levels))
        ).ravel()
        values = np.broadcast_to(weights, (int(at.sum()), len(self.levels))).ravel()
        return sparse.csr_array((values, (np.zeros(len(places), int), places)), (1, self.size))

    def among(self, people, subject):
        asked = self.members.get(subject, [subject])
        known = self.answers["affirmation_id"].isin(asked)
        return (known & self.answers["respondent_id"].isin(people)).to_numpy()

    def score(self, dimension, subgroup, subject):
        people = self.people[dimension, subgroup] & self.scored[subject]
        at = self.among(people, subject)
        n = self.answers[at].groupby("respondent_id").size()
        weights = 1 / self.answers.loc[at, "respondent_id"].map(n).to_numpy()[:, None] * self.levels
        return self.row(at, weights), len(people), len(people)

    def stage(self, dimension, subgroup, subject):
        at = self.among(self.people[dimension, subgroup], subject)
        start = self.raw.edition.implementation_from
        base = self.answers.loc[at, "respondent_id"].nunique()
        return self.row(at, (self.levels >= start).astype(float)), base, int(at.sum())

    def _panel(self):
        """Each answer has one level; distributions and mean scores of the whole panel."""
        for place in range(len(self.answers)):
            at = np.arange(len(self.answers)) == place
            self.know(self.row(at, np.ones(len(self.levels))), 1, 1)
        table = distribution.from_answers(
            self.raw.answers, self.raw.questionnaire, self.raw.edition
        )
        for cell in table.dropna(subset="n").itertuples():
            at = (self.answers["affirmation_id"] == cell.affirmation_id).to_numpy()
            self.know(self.row(at, (self.levels == cell.level).astype(float)), cell.n, cell.n)
        everyone = set(self.answers["respondent_id"])
        self.people = pd.concat([self.people, pd.Series([everyone], [("panel", "panel")])])
        means = (
            scoring.theme_scores(self.own, self.raw.themes, self.raw.edition)
            .set_index("theme_id")["mean"]
            .round(2)
        )
        for subject, mean in means.items():
            row, base, _ = self.score("panel", "panel", subject)
            self.know(row, base * (mean - 0.0051), base * (mean + 0.0051))

    def width(self, target, rows=None, whole=0):
        """How far apart the least and greatest value of a cell's sum are; `whole`: answers are."""
        limits, ends = self.limits(rows), []
        for sign in (1, -1):
            objective = sign * target.row.toarray().ravel()
            found = milp(objective, constraints=limits, bounds=Bounds(0, 1), integrality=whole)
            assert found.x is not None, found.message
            ends.append(float((target.row @ found.x)[0]))
        low, high = ends
        if target.key[0] == "share":
            return np.floor(high + 1e-4) - np.ceil(low - 1e-4)
        return high - low

    def limits(self, rows):
        """The first `rows` of what is known (None: all of it), put together once for every cell."""
        if rows not in self._limits:
            matrix = sparse.vstack(self.rows[:rows], format="csc")
            low, high = np.array(self.low[:rows]), np.array(self.high[:rows])
            self._limits[rows] = LinearConstraint(matrix, low, high)
        return self._limits[rows]

    def found(self, protection):
        """The withheld cells that are known to less than the protection, and how well.

        What the panel's figures alone tell of a cell is no fault of the subgroups'.
        """
        reach = self.levels[-1] - 1
        result = {}
        for target in self.targets:
            one = max(1, protection * target.answers / target.base)
            needed = protection * reach if target.key[0] == "mean" else one
            width = self.width(target)
            if width < needed - 1e-4 and width < self.width(target, self.panel_only) - 1e-4:
                result[target.key] = round(width, 3)
        return result
