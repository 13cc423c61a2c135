"""How many answers of a stand-in stand at each level: counts that meet what was published.

Counts are whole numbers per edition, group (None for the whole panel), affirmation and level. Given
the bases, all that a sentence measures is linear in them, so an integer programme (HiGHS, by scipy)
finds counts that meet as many sentences as can be met together, in plausible shapes.
docs/method.md, "Stand-in".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.stats import betabinom

from barolib.errors import Problem, StudyError
from barolib.printed.claim_statistics import NotComputable, stage_values
from barolib.survey import claims
from barolib.survey.intake import Raw

#: An edition's id, a group (None for all), an affirmation and a level; and a sum of such counts.
Cell = tuple[str, str | None, str, int]
Form = dict[Cell, float]

#: How clear of its bound a figure is made: of means by respondent, that counts only come near to;
#: and of changes, that they give exactly. In levels.
MARGINS = {"order": 0.07, "rank": 0.07, "mean": 0.03, "change": 0.02}

#: Sum of the two parameters of the beta-binomial shape: a spread such as printed rows have.
SPREAD = 4.0

#: What meeting a sentence is worth, in departures from a plausible shape; and how near to the best
#: the solver may stop.
_WORTH, GAP = 5000.0, 0.0005

#: What each departure from a wished count costs, beyond so many.
_DEPARTURES = ((0, 1.0), (1, 2.0), (3, 10.0), (5, 40.0))


@dataclass(frozen=True)
class Part:
    """An edition to be made: its raw tables, and how many answer, by group and affirmation."""

    raw: Raw
    bases: Mapping[str | None, Mapping[str, int]]

    def affirmations(self, subject: str) -> list[str]:
        """The affirmations that a subject stands for."""
        return self._members.get(subject, [subject])

    def counted(self, subject: str, group: str | None, values: Mapping[int, float]) -> Form:
        """The sum of the values of the answers to a subject."""
        edition = self.raw.edition.id
        return {
            (edition, group, each, level): value
            for each in self.affirmations(subject)
            for level, value in values.items()
        }

    def base(self, subject: str, group: str | None) -> int:
        """How many answers a subject has."""
        return sum(self.bases[group][each] for each in self.affirmations(subject))

    def mean(self, subject: str, group: str | None, values: Mapping[int, float]) -> Form:
        """The mean of the values of the pooled answers to a subject."""
        base = self.base(subject, group)
        return {k: v / base for k, v in self.counted(subject, group, values).items()}

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        everything = self.raw.questionnaire["affirmation_id"].tolist()
        return {**self.raw.members, claims.GENERAL: everything}

    @cached_property
    def levels(self) -> dict[int, float]:
        """Each level, standing for itself."""
        return {level: level for level in self.raw.edition.levels}

    @cached_property
    def ranked(self) -> list[str]:
        """The themes that have a rank."""
        themes = self.raw.themes
        return themes.loc[themes["kind"] == "theme", "theme_id"].tolist()


def minus(one: Form, other: Form) -> Form:
    """The difference of two forms."""
    return {k: one.get(k, 0.0) - other.get(k, 0.0) for k in {**one, **other}}


def demands(claim, parts: Mapping[str, Part]) -> list[tuple[Form, float, float]]:
    """What a sentence about shares, means, orders or changes asks: forms with their bounds.

    `parts`: by edition, the oldest first. Raises NotComputable where one lacks.
    """
    part, (low, high) = parts[claim.edition], claims.allowed(claim)
    margin = MARGINS.get(claim.statistic, 0.0)
    if claim.statistic == "share":
        base = part.base(claim.subject, claim.group)
        ones = dict.fromkeys(claims.levels_of(claim.levels), 1)
        return [(part.counted(claim.subject, claim.group, ones), low * base, high * base)]
    if claim.statistic == "mean":
        forms = [part.mean(claim.subject, claim.group, part.levels)]
    elif claim.statistic == "order":
        own = part.mean(claim.subject, claim.group, part.levels)
        rivals = claims.rivals(claim)
        forms = [minus(own, part.mean(subject, group, part.levels)) for subject, group in rivals]
    else:
        forms = [_change(claim, parts)]
    return [(form, low + margin, high - margin) for form in forms]


def _change(claim, parts: Mapping[str, Part]) -> Form:
    before = [each for each in parts if each < claim.edition]
    if not before:
        raise NotComputable
    now, old = parts[claim.edition], parts[max(before)]
    values, former = stage_values(now.raw.edition, old.raw.edition, claim.levels)
    table = now.raw.questionnaire
    own = table["affirmation_id"].isin(now.affirmations(claim.subject))
    pairs = table[own & (table["change"] == "identical")]
    if pairs.empty:
        raise NotComputable
    total: Form = {}
    for pair in pairs.itertuples():
        gain = minus(
            now.mean(pair.affirmation_id, claim.group, values),
            old.mean(pair.previous_id, claim.group, former),
        )
        total |= {cell: value / len(pairs) for cell, value in gain.items()}
    return total


def shape(mean: float, base: int, levels: int) -> list[float]:
    """Counts of a plausible distribution of that mean: beta-binomial over the levels."""
    p = min(max((mean - 1) / (levels - 1), 0.05), 0.95)
    return (base * betabinom.pmf(range(levels), levels - 1, p * SPREAD, (1 - p) * SPREAD)).tolist()


class Counts:
    """A programme of counts: what is fixed, what is asked, what is wished; `solve` finds them.

    A variable is known by its number; a literal is a variable and the value, 1 or 0, that it takes.
    """

    def __init__(self, parts: Mapping[str, Part], groups: Iterable[str | None]) -> None:
        self.parts, self.met = parts, {}
        self._top: list[float] = []
        self._cost: list[float] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._ahead: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.cells = {
            (edition, group, each, level): self._variable(base)
            for edition, part in parts.items()
            for group in groups
            for each, base in part.bases[group].items()
            for level in part.levels
        }
        for part in parts.values():
            for group in groups:
                for each, base in part.bases[group].items():
                    ones = dict.fromkeys(part.levels, 1.0)
                    self.bound(part.counted(each, group, ones), base, base)

    def _variable(self, top: float, cost: float = 0.0) -> int:
        self._top.append(top)
        self._cost.append(cost)
        return len(self._top) - 1

    def bound(
        self, form: Form, low: float, high: float, when: tuple[int, int] | None = None
    ) -> None:
        """The form lies between low and high, `when` that literal holds."""
        if set(form.values()) == {1}:  # counts: whole bounds leave a solver nothing to round
            low, high = math.ceil(low - 1e-9), math.floor(high + 1e-9)
        row = {self.cells[cell]: value for cell, value in form.items() if value}
        if when is None:
            self._rows.append((row, low, high))
            return
        variable, value = when
        for limit, free in zip((low, high), self._span(form), strict=True):
            if not math.isinf(limit):
                # limit where the literal holds, free where it does not
                slope, start = (free - limit, free) if value else (limit - free, limit)
                ends = (start, math.inf) if free <= limit else (-math.inf, start)
                self._rows.append(({**row, variable: slope}, *ends))

    def _span(self, form: Form) -> tuple[float, float]:
        """The least and the most that a form can be, given the bases."""
        by_row: dict[tuple, list[float]] = {}
        for (edition, group, each, _), value in form.items():
            by_row.setdefault((edition, group, each), []).append(value)
        low = high = 0.0
        for (edition, group, each), values in by_row.items():
            part = self.parts[edition]
            values += [0.0] * (len(values) < len(part.levels))
            base = part.bases[group][each]
            low, high = low + base * min(values), high + base * max(values)
        return low - 1e-6, high + 1e-6

    def ask(self, claim) -> None:
        """A sentence is asked for; one that cannot be measured here is left out."""
        try:
            forms = [] if claim.statistic == "rank" else demands(claim, self.parts)
        except (NotComputable, KeyError):
            return
        met = self.met[claim.claim_id] = self._variable(1, -_WORTH * self._weight(claim))
        for form, low, high in forms:
            self.bound(form, low, high, (met, 1))
        if claim.statistic == "rank":
            self._rank(claim, met)

    def _weight(self, claim) -> float:
        """1, and the part of all answers that a share is made from: it decides between equals."""
        part = self.parts[claim.edition]
        if claim.statistic != "share":
            return 1.0
        return 1 + part.base(claim.subject, claim.group) / part.base(claims.GENERAL, claim.group)

    def _rank(self, claim, met: int) -> None:
        """1 + the themes ahead, where the sentence is met."""
        low, high = claims.allowed(claim)
        others = [t for t in self.parts[claim.edition].ranked if t != claim.subject]
        row, ahead = {}, 1.0
        for other in others:
            variable, value = self._ahead_of(claim.edition, other, claim.subject)
            row[variable] = 1.0 if value else -1.0
            ahead += 0 if value else 1
        if not math.isinf(low):
            self._rows.append(({**row, met: 1 - low}, 1 - ahead, math.inf))
        if not math.isinf(high):
            most = len(others) + 1
            self._rows.append(({**row, met: most - high}, -math.inf, most - ahead))

    def _ahead_of(self, edition: str, one: str, other: str) -> tuple[int, int]:
        """The literal that a theme's mean is clearly above another's; else it is clearly below."""
        if (edition, one, other) not in self._ahead:
            part, known = self.parts[edition], self._variable(1)
            gap = minus(part.mean(one, None, part.levels), part.mean(other, None, part.levels))
            self.bound(gap, MARGINS["rank"], math.inf, (known, 1))
            self.bound(gap, -math.inf, -MARGINS["rank"], (known, 0))
            self._ahead[edition, one, other] = known, 1
            self._ahead[edition, other, one] = known, 0
        return self._ahead[edition, one, other]

    def fix(self, cells: Mapping[Cell, int]) -> None:
        """Counts that are known."""
        for cell, n in cells.items():
            self.bound({cell: 1}, n, n)

    def near(self, wished: Mapping[Cell, float]) -> None:
        """Counts that are wished for: departures are made small, large ones above all."""
        for cell, n in wished.items():
            for slack, cost in _DEPARTURES:
                off = self._variable(math.inf, cost)
                self._rows.append(({self.cells[cell]: 1.0, off: -1.0}, -math.inf, n + slack))
                self._rows.append(({self.cells[cell]: 1.0, off: 1.0}, n - slack, math.inf))

    def keep(self, choices: Mapping[int, int]) -> None:
        """Which sentences are met and which themes are ahead, as a former search found."""
        self._rows += [({literal: 1.0}, value, value) for literal, value in choices.items()]

    def choose(self, nodes: int) -> dict[int, int]:
        """Which sentences can be met together, and which themes are ahead; counts may be broken.

        `nodes`: how many branches are searched, so that the same programme always ends alike.
        """
        literals = [*self.met.values(), *{literal for literal, _ in self._ahead.values()}]
        x = self._search(literals, nodes)
        return {literal: round(x[literal]) for literal in literals}

    def solve(self, nodes: int) -> dict[Cell, int]:
        """The counts, as whole numbers; raises StudyError where there are none."""
        x = self._search(np.isfinite(self._top).nonzero()[0], nodes)
        return {cell: round(x[v]) for cell, v in self.cells.items()}

    def _search(self, whole: Iterable[int], nodes: int) -> np.ndarray:
        places = [(r, c, v) for r, (row, _, _) in enumerate(self._rows) for c, v in row.items()]
        rows, columns, values = zip(*places, strict=True)
        matrix = csr_array((values, (rows, columns)), shape=(len(self._rows), len(self._top)))
        low, high = ([row[k] for row in self._rows] for k in (1, 2))
        integrality = np.zeros(len(self._top))
        integrality[list(whole)] = 1
        found = milp(
            self._cost,
            integrality=integrality,
            bounds=Bounds(0, self._top),
            constraints=LinearConstraint(matrix, low, high),
            options={"node_limit": nodes, "mip_rel_gap": GAP},
        )
        self.result = found
        if found.x is None:
            mend = "see that the printed rows and the make-up of the panel can stand together"
            raise StudyError(Problem("published_claims.csv", "no counts fit it", mend))
        return found.x


def mean_of(counts: Mapping[Cell, int], part: Part, affirmation: str) -> float:
    """The mean level of an affirmation's counts."""
    edition, levels = part.raw.edition.id, np.array(list(part.levels))
    n = np.array([counts[edition, None, affirmation, level] for level in part.levels])
    return float((n * levels).sum() / n.sum())
