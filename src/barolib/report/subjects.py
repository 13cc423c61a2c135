"""What the report shows of an affirmation or a theme: its distribution, its score, its change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True)
class Row:
    """A distribution as the report shows it: an affirmation's, or a whole theme's."""

    id: str
    label: str
    percents: list[int]
    counts: list[int]
    base: int
    implementation: int | None
    origin: str
    simulated: bool
    certainty: str = ""
    other_bases: tuple[int, ...] = ()
    across: tuple[str, ...] = ()


class Score(NamedTuple):
    """A theme's mean level, with its interval and rank where respondents are known."""

    theme_id: str
    mean: float
    ci_low: float | None
    ci_high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    base: int
    basis: str


@dataclass(frozen=True)
class Change:
    """How an affirmation, or a theme, compares with the edition before; pp: percentage points."""

    id: str
    delta_pp: float
    ci_low: float | None
    ci_high: float | None
    verdict: str
    basis: str
    share_before: float | None = None
    base_before: int | None = None
    share_after: float | None = None
    base_after: int | None = None
    p_adjusted: float | None = None
    detectable_pp: float | None = None
    affirmations: int | None = None


@dataclass(frozen=True)
class Theme:
    """A theme, its pooled answers and its affirmations, in the questionnaire's order."""

    id: str
    number: int
    label: str
    kind: str
    asked: int
    pooled: Row | None
    affirmations: list[Row]
    score: Score | None

    @cached_property
    def high(self) -> Row:
        """The affirmation with the largest share at implementation (the first of equals)."""
        return max(self.affirmations, key=_implemented)

    @cached_property
    def low(self) -> Row:
        """The affirmation with the smallest share at implementation (the first of equals)."""
        return min(self.affirmations, key=_implemented)

    @cached_property
    def origins(self) -> list[str]:
        """What its affirmations' distributions come from: answers, printed, or both."""
        return sorted({row.origin for row in self.affirmations})


def _implemented(row: Row) -> tuple[int, float]:
    return row.implementation or 0, row.base
