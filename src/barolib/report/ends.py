"""Which themes may be called the most and the least mature: those whose ranks stand apart.

docs/method.md, "Intervals".
"""

from __future__ import annotations

from collections.abc import Sequence

from barolib.report.subjects import Theme

#: Themes named at either end, but for those tied with the last of them.
_NAMED = 3


def of(ranked: Sequence[Theme]) -> tuple[list[Theme], list[Theme]]:
    """The first and the last of themes in falling order of their means, the very last first.

    As many as three, and those tied with them, as long as no theme is in both and, where ranks have
    intervals, each rank of a first theme is before each of a last one. None where no such choice
    is left.
    """
    for size in range(min(_NAMED, len(ranked) // 2), 0, -1):
        first, last = _tied(ranked, size), _tied(ranked[::-1], size)
        if len(first) + len(last) <= len(ranked) and _apart(first, last):
            return first, last
    return [], []


def _tied(themes: Sequence[Theme], size: int) -> list[Theme]:
    """The themes up to one, and those after it of the same mean."""
    bound = themes[size - 1].score.mean
    return [
        theme
        for at, theme in enumerate(themes)
        if at < size or abs(theme.score.mean - bound) < 1e-9
    ]


def _apart(first: Sequence[Theme], last: Sequence[Theme]) -> bool:
    bounds = [theme.score.rank_high for theme in first], [theme.score.rank_low for theme in last]
    return None in (*bounds[0], *bounds[1]) or max(bounds[0]) < min(bounds[1])
