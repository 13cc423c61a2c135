"""What the report shows of an affirmation or a theme: its distribution, its score, its change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from barolib.words import wording


@dataclass(frozen=True)
class Row:
    """A distribution as the report shows it: an affirmation's, or a whole theme's.

    Of one that is withheld base, counts and percents are None. `percents` and `implementation` are
    integers, `shown` and `at` the same as written ("<1" of a few, a dash where there is none);
    `share` is that at implementation, 0 to 1.
    """

    id: str
    label: str
    percents: list[int | None]
    counts: list[int | None]
    base: int | None
    implementation: int | None
    share: float | None
    shown: list[str]
    at: str
    origin: str
    simulated: bool
    certainty: str = ""
    other_bases: tuple[int, ...] = ()
    across: tuple[str, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether too few answered for it to be published."""
        return self.base is None

    @property
    def digits(self) -> str:
        """The percent at implementation as written, without its sign."""
        return wording.percent_digits(self.implementation, self.share)


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

    @property
    def ranks(self) -> str:
        """Its rank with the interval, where there is one: "2 (1–4)"; a dash without a rank."""
        if self.rank is None:
            return "–"
        span = "" if self.rank_low is None else f" ({self.rank_low}–{self.rank_high})"
        return f"{self.rank}{span}"


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
    asked: int | None = None
    statuses_before: float | None = None
    statuses_after: float | None = None


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
    def known(self) -> list[Row]:
        """The affirmations that somebody answered, and whose distribution is published."""
        return [row for row in self.affirmations if row.base]

    @cached_property
    def unanswered(self) -> list[Row]:
        """The affirmations that nobody answered."""
        return [row for row in self.affirmations if row.base == 0]

    @cached_property
    def withheld(self) -> list[Row]:
        """The affirmations that too few answered to be published."""
        return [row for row in self.affirmations if row.withheld]

    @cached_property
    def highest(self) -> list[Row]:
        """The known affirmations with the largest percent at implementation, ties included."""
        return self._alike(max)

    @cached_property
    def lowest(self) -> list[Row]:
        """The known affirmations with the smallest percent at implementation, ties included."""
        return self._alike(min)

    @property
    def high(self) -> Row:
        """The first of `highest`."""
        return self.highest[0]

    @property
    def low(self) -> Row:
        """The first of `lowest`."""
        return self.lowest[0]

    def _alike(self, end: Callable) -> list[Row]:
        """The known affirmations whose percent reads as that of the first or last by share."""
        bound = end(self.known, key=lambda row: (row.share, row.base), default=None)
        return [bound, *(row for row in self.known if row.at == bound.at and row is not bound)]

    @cached_property
    def origins(self) -> list[str]:
        """What its affirmations' distributions come from: answers, printed, or both."""
        return sorted({row.origin for row in self.affirmations})
