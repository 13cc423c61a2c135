"""The themes of a report with their affirmations, and which stand at either end of the ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from barolib.report.records import Row

#: Themes named at either end, but for those tied with the last of them.
_NAMED = 3


@dataclass(frozen=True)
class Theme:
    """A theme, the row of its pooled answers and those of its affirmations, in their order.

    `pooled` and `affirmations`: as of `distributions.of_subjects`; `score`: a row of theme_scores.
    """

    id: str
    number: int
    label: str
    kind: str
    asked: int
    pooled: Row
    affirmations: list[Row]
    score: Row

    @property
    def share(self) -> float:
        """The share of its answers at implementation; below all others where it is withheld."""
        return -1.0 if self.pooled.share is None else self.pooled.share

    @property
    def known(self) -> list[Row]:
        """The affirmations that somebody answered, and whose distribution is published."""
        return [row for row in self.affirmations if row.base]

    @property
    def unanswered(self) -> list[Row]:
        """The affirmations that nobody answered."""
        return [row for row in self.affirmations if row.base == 0]

    @property
    def withheld(self) -> list[Row]:
        """The affirmations that too few answered to be published."""
        return [row for row in self.affirmations if row.withheld]

    @property
    def highest(self) -> list[Row]:
        """The known affirmations with the largest percent at implementation, ties included."""
        return self._alike(max)

    @property
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

    @property
    def origins(self) -> list[str]:
        """What its affirmations' distributions come from: answers, printed, or both."""
        return sorted({row.origin for row in self.affirmations})

    def _alike(self, end: Callable) -> list[Row]:
        """The known affirmations whose percent reads as that of the first or last by share."""
        bound = end(self.known, key=lambda row: (row.share, row.base), default=None)
        return [bound, *(row for row in self.known if row.at == bound.at and row is not bound)]


def extremes(ranked: Sequence[Theme]) -> tuple[list[Theme], list[Theme]]:
    """The most and the least mature of themes in falling order of their means, the last first.

    As many as three, and those tied with them, as long as no theme is in both and, where ranks have
    intervals, each rank of a first theme is before each of a last one. None where no such choice
    is left. docs/method.md, "Ranks".
    """
    for size in range(min(_NAMED, len(ranked) // 2), 0, -1):
        first, last = _with_ties(ranked, size), _with_ties(ranked[::-1], size)
        if len(first) + len(last) <= len(ranked) and _apart(first, last):
            return first, last
    return [], []


def _with_ties(themes: Sequence[Theme], size: int) -> list[Theme]:
    """The first themes, so many, and those after them of the same mean as the last of these."""
    bound = themes[size - 1].score.mean
    ties = [theme for theme in themes[size:] if abs(theme.score.mean - bound) < 1e-9]
    return [*themes[:size], *ties]


def _apart(first: Sequence[Theme], last: Sequence[Theme]) -> bool:
    highs = [theme.score.rank_high for theme in first]
    lows = [theme.score.rank_low for theme in last]
    return None in (*highs, *lows) or max(highs) < min(lows)
