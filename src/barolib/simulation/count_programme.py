"""How many synthetic answers stand at each level: counts that meet what was published.

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

from barolib.errors import Problem, StudyError
from barolib.reconstruction import claim_statistics
from barolib.survey import claims
from barolib.survey.claims import Claim
from barolib.survey.intake import Raw

#: An edition's id, a group (None for all), an affirmation and a level; and a sum of such counts.
Cell = tuple[str, str | None, str, int]
LinearForm = dict[Cell, float]

#: How clear of its bound a figure is made: of means by respondent, in levels, that counts only come
#: near to; and of changes of a share, that they give exactly.
MARGINS = {"order": 0.07, "rank": 0.07, "mean": 0.03, "change": 0.02}

#: The part of its figure that a share said to be less than it ("moins de 30 %") has at least: who
#: meant nearly nobody would have said so.
FLOOR = 0.5

#: What meeting a sentence is worth, in departures from a plausible shape; and how near to the best
#: the solver may stop.
_WORTH, GAP = 5000.0, 0.0005

#: What each departure from a wished count costs, beyond so many.
_DEPARTURES = ((0, 1.0), (1, 2.0), (3, 10.0), (5, 40.0))

#: How many branches each search may take: counted, not timed, so that it always ends alike.
NODES = 500


@dataclass(frozen=True)
class EditionBases:
    """An edition to be made: its raw tables, and how many answer, by group and affirmation."""

    raw: Raw
    bases: Mapping[str | None, Mapping[str, int]]

    def affirmations(self, subject: str) -> list[str]:
        """The affirmations that a subject stands for."""
        return self._members.get(subject, [subject])

    def counted(self, subject: str, group: str | None, values: Mapping[int, float]) -> LinearForm:
        """The sum of the values of the answers to a subject."""
        edition = self.raw.edition.id
        return {
            (edition, group, affirmation, level): value
            for affirmation in self.affirmations(subject)
            for level, value in values.items()
        }

    def cells(self, group: str | None, affirmation: str, n: Iterable[float]) -> LinearForm:
        """Counts of an affirmation, lowest level first, by their cells."""
        key = self.raw.edition.id, group, affirmation
        return {(*key, level): k for level, k in zip(self.levels, n, strict=True)}

    def counts(self, counts: Mapping[Cell, int], group: str | None) -> dict[str, list[int]]:
        """The counts at each level, lowest first, by affirmation."""
        edition, levels = self.raw.edition.id, self.levels
        return {a: [counts[edition, group, a, k] for k in levels] for a in self.bases[group]}

    def base(self, subject: str, group: str | None) -> int:
        """How many answers a subject has."""
        return sum(self.bases[group][affirmation] for affirmation in self.affirmations(subject))

    def mean(
        self, subject: str, group: str | None, values: Mapping[int, float] | None = None
    ) -> LinearForm:
        """The mean of the values of the pooled answers to a subject; by default of their levels."""
        base = self.base(subject, group)
        counted = self.counted(subject, group, values or self.levels)
        return {cell: value / base for cell, value in counted.items()}

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        everything = self.raw.questionnaire["affirmation_id"].tolist()
        return {**self.raw.members, claims.GENERAL: everything}

    @cached_property
    def levels(self) -> dict[int, float]:
        """Each level, standing for itself."""
        return {level: level for level in self.raw.edition.levels}


def difference(one: LinearForm, other: LinearForm) -> LinearForm:
    """The difference of two forms."""
    return {cell: one.get(cell, 0.0) - other.get(cell, 0.0) for cell in {**one, **other}}


def linear_constraints(
    claim: Claim, editions: Mapping[str, EditionBases]
) -> list[tuple[LinearForm, float, float]]:
    """What a sentence about shares, means, orders or changes asks: forms with their bounds.

    `editions`: by id, the oldest first. Raises NotComputable where an edition or a comparison is
    missing. docs/method.md, "Stand-in".
    """
    edition, (low, high) = editions[claim.edition], claim.allowed
    margin = MARGINS.get(claim.statistic, 0.0)
    if claim.statistic == "share":
        base = edition.base(claim.subject, claim.group)
        ones = dict.fromkeys(claim.counted, 1)
        low = max(low, FLOOR * high) if claim.comparator == "<" else low
        return [(edition.counted(claim.subject, claim.group, ones), low * base, high * base)]
    if claim.statistic == "change":
        forms = [_change(claim, editions)]
    else:
        forms = [edition.mean(claim.subject, claim.group)]
    if claim.statistic == "order":
        forms = [difference(forms[0], edition.mean(*rival)) for rival in claim.rivals]
    return [(form, low + margin, high - margin) for form in forms]


def _change(claim: Claim, editions: Mapping[str, EditionBases]) -> LinearForm:
    """The mean change of the identical affirmations of a subject since the edition before."""
    earlier = claim_statistics.edition_before(claim.edition, editions)
    now, before = editions[claim.edition], editions[earlier]
    scales = now.raw.edition, before.raw.edition
    values, values_before = claim_statistics.stage_values(*scales, claim.levels)
    pairs = claim_statistics.identical_pairs(now.raw, now.affirmations(claim.subject))
    total: LinearForm = {}
    for affirmation, previous in pairs:
        gain = difference(
            now.mean(affirmation, claim.group, values),
            before.mean(previous, claim.group, values_before),
        )
        total |= {cell: value / len(pairs) for cell, value in gain.items()}
    return total


class CountProgramme:
    """A programme of counts: what is fixed, what is asked, what is wished; `solve` finds them.

    A variable is known by its number; a literal is a variable and the value, 1 or 0, that it takes.
    """

    def __init__(self, editions: Mapping[str, EditionBases], groups: Iterable[str | None]) -> None:
        self.editions = editions
        self._met: list[int] = []
        self._top: list[float] = []
        self._cost: list[float] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._ahead: dict[tuple[str, str, str], tuple[int, int]] = {}
        bases = {
            (edition, group, affirmation): base
            for edition, part in editions.items()
            for group in groups
            for affirmation, base in part.bases[group].items()
        }
        self.cells = {
            (*key, level): self._variable(base)
            for key, base in bases.items()
            for level in editions[key[0]].levels
        }
        for key, base in bases.items():
            cells = [(*key, level) for level in editions[key[0]].levels]
            self.bound(dict.fromkeys(cells, 1.0), base, base)

    def _variable(self, top: float, cost: float = 0.0) -> int:
        self._top.append(top)
        self._cost.append(cost)
        return len(self._top) - 1

    def bound(
        self, form: LinearForm, low: float, high: float, when: tuple[int, int] | None = None
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

    def _span(self, form: LinearForm) -> tuple[float, float]:
        """The least and the most that a form can be, given the bases."""
        by_row: dict[tuple, list[float]] = {}
        for (*key, _), value in form.items():
            by_row.setdefault(tuple(key), []).append(value)
        low = high = 0.0
        for (edition, group, affirmation), values in by_row.items():
            part = self.editions[edition]
            values += [0.0] * (len(values) < len(part.levels))
            base = part.bases[group][affirmation]
            low, high = low + base * min(values), high + base * max(values)
        return low - 1e-6, high + 1e-6

    def ask(self, claim: Claim) -> None:
        """A sentence is asked for; one that cannot be measured here is left out."""
        try:
            forms = [] if claim.statistic == "rank" else linear_constraints(claim, self.editions)
        except (claim_statistics.NotComputable, KeyError):
            return
        met = self._variable(1, -_WORTH * self._weight(claim))
        self._met.append(met)
        for form, low, high in forms:
            self.bound(form, low, high, (met, 1))
        if claim.statistic == "rank":
            self._rank(claim, met)

    def _weight(self, claim: Claim) -> float:
        """1, and the part of all answers that a share is made from: it decides between equals."""
        edition = self.editions[claim.edition]
        if claim.statistic != "share":
            return 1.0
        everything = edition.base(claims.GENERAL, claim.group)
        return 1 + edition.base(claim.subject, claim.group) / everything

    def _rank(self, claim: Claim, met: int) -> None:
        """1 + the themes ahead, where the sentence is met."""
        low, high = claim.allowed
        themes = self.editions[claim.edition].raw.themes
        ranked = themes.loc[themes["kind"] == "theme", "theme_id"]
        others = ranked[ranked != claim.subject]
        literals = [self._ahead_of(claim.edition, other, claim.subject) for other in others]
        row = {variable: 1.0 if value else -1.0 for variable, value in literals}
        ahead = 1.0 + sum(1 - value for _, value in literals)
        if not math.isinf(low):
            self._rows.append(({**row, met: 1 - low}, 1 - ahead, math.inf))
        if not math.isinf(high):
            most = len(others) + 1
            self._rows.append(({**row, met: most - high}, -math.inf, most - ahead))

    def _ahead_of(self, edition_id: str, one: str, other: str) -> tuple[int, int]:
        """The literal that a theme's mean is clearly above another's; else it is clearly below."""
        if (edition_id, one, other) not in self._ahead:
            part, known = self.editions[edition_id], self._variable(1)
            gap = difference(part.mean(one, None), part.mean(other, None))
            self.bound(gap, MARGINS["rank"], math.inf, (known, 1))
            self.bound(gap, -math.inf, -MARGINS["rank"], (known, 0))
            self._ahead[edition_id, one, other] = known, 1
            self._ahead[edition_id, other, one] = known, 0
        return self._ahead[edition_id, one, other]

    def fix(self, counts: Mapping[Cell, float]) -> None:
        """Counts that are known."""
        for cell, n in counts.items():
            self.bound({cell: 1}, n, n)

    def wish(self, counts: Mapping[Cell, float]) -> None:
        """Counts that are wished for: departures are made small, large ones above all."""
        for cell, n in counts.items():
            for slack, cost in _DEPARTURES:
                off = self._variable(math.inf, cost)
                self._rows.append(({self.cells[cell]: 1.0, off: -1.0}, -math.inf, n + slack))
                self._rows.append(({self.cells[cell]: 1.0, off: 1.0}, n - slack, math.inf))

    def keep(self, choices: Mapping[int, int]) -> None:
        """Which sentences are met and which themes are ahead, as a former search found."""
        self._rows += [({literal: 1.0}, value, value) for literal, value in choices.items()]

    def choose(self) -> dict[int, int]:
        """Which sentences can be met together, and which themes are ahead; counts may be broken."""
        literals = [*self._met, *{literal for literal, _ in self._ahead.values()}]
        x = self._search(literals)
        return {literal: round(x[literal]) for literal in literals}

    def solve(self) -> dict[Cell, int]:
        """The counts, as whole numbers; raises StudyError where there are none."""
        x = self._search(np.isfinite(self._top).nonzero()[0])
        return {cell: round(x[variable]) for cell, variable in self.cells.items()}

    def _search(self, whole: Iterable[int]) -> np.ndarray:
        """The best values of the variables, those of `whole` in whole numbers."""
        places = [(r, c, v) for r, (row, _, _) in enumerate(self._rows) for c, v in row.items()]
        rows, columns, values = zip(*places, strict=True)
        matrix = csr_array((values, (rows, columns)), shape=(len(self._rows), len(self._top)))
        _, low, high = zip(*self._rows, strict=True)
        integrality = np.zeros(len(self._top))
        integrality[list(whole)] = 1
        result = milp(
            self._cost,
            integrality=integrality,
            bounds=Bounds(0, self._top),
            constraints=LinearConstraint(matrix, low, high),
            options={"node_limit": NODES, "mip_rel_gap": GAP},
        )
        if result.x is None:
            fix = "see that the printed rows and the make-up of the panel can stand together"
            raise StudyError(Problem("published_claims.csv", "no counts fit it", fix))
        return result.x
