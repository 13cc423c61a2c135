"""Counts and bases behind printed percents: every one that the rounding allows, and no other.

For each base from 1 to the number of respondents, a level printed p admits the counts n with
percent(n, base) = p: a run of neighbouring integers. A row admits a base where some choice of
counts sums to it; a row with one admissible (base, counts) is exact, with several ambiguous, with
none impossible. See docs/method.md, "Reconstruction".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barolib.survey.rounding import Rounding, least_count

#: Most admissible vectors that one row may have before it is said to determine nothing.
LIMIT = 20_000

#: Stands for the lowest count of a percent that no count prints: above every base.
_NONE = 2**32


class TooManyVectors(ValueError):
    """A printed row admits more than LIMIT vectors of counts: it determines nothing."""


def reconstruct(printed: pd.DataFrame, largest_base: int, rounding: Rounding) -> pd.DataFrame:
    """Every admissible base and count vector of each printed row.

    Parameters
    ----------
    printed : DataFrame
        A row per subject, its id as index; columns p1…pK, integer percents.
    largest_base : int
        The largest number of respondents tried.
    rounding : {"half_up", "half_up_via_tenths"}
        The rule by which the percents were rounded.

    Returns
    -------
    DataFrame
        Columns subject, base, n1…nK, in the order of the rows, then of base and counts; an
        impossible row has none.

    Raises
    ------
    TooManyVectors
        Naming the row.

    References
    ----------
    docs/method.md, "Reconstruction".

    Examples
    --------
    >>> printed = pd.DataFrame({"p1": [33], "p2": [67]}, index=["T01-01"])
    >>> reconstruct(printed, largest_base=6, rounding="half_up").to_numpy().tolist()
    [['T01-01', 3, 1, 2], ['T01-01', 6, 2, 4]]
    """
    lowest, highest = count_runs(printed.to_numpy(dtype=np.int64), largest_base, rounding)
    admissible = []
    for subject, low, high in zip(printed.index, lowest, highest, strict=True):
        vectors = list(islice(_vectors(low, high), LIMIT + 1))
        if len(vectors) > LIMIT:
            raise TooManyVectors(f"{subject} admits more than {LIMIT} vectors of counts")
        admissible += [(subject, *vector) for vector in vectors]
    counts = [f"n{level}" for level in range(1, printed.shape[1] + 1)]
    table = pd.DataFrame(admissible, columns=["subject", "base", *counts])
    return table.astype({"subject": "str", **dict.fromkeys(["base", *counts], "int64")})


def count_runs(
    rows: NDArray[np.int64], largest_base: int, rounding: Rounding
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lowest and highest count of each level at each base; shapes (row, base, level).

    Where no count prints the percent, lowest is above every base and highest is 0.
    """
    rows = _known(rows)
    low, high = _runs_by_percent(largest_base, rounding)
    return low[:, rows].transpose(1, 0, 2), high[:, rows].transpose(1, 0, 2)


def possible(rows: NDArray[np.int64], largest_base: int, rounding: Rounding) -> NDArray[np.bool_]:
    """Whether each row of percents admits at least one base and count vector."""
    levels, bases = _known(rows).T, np.arange(1, largest_base + 1)[:, None]
    least, most = (
        sum(counts[:, percents] for percents in levels)
        for counts in _runs_by_percent(largest_base, rounding)
    )
    return np.any((least <= bases) & (most >= bases), axis=0)


def _known(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The percents, 101 for each that no count prints."""
    return np.where((rows >= 0) & (rows <= 100), rows, 101)


@lru_cache(maxsize=8)
def _runs_by_percent(
    largest_base: int, rounding: Rounding
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lowest and highest count by (base, percent 0…101); base b stands at position b - 1."""
    bases = np.arange(1, largest_base + 1)[:, None]
    least = least_count(np.arange(103), bases, rounding)
    low, high = np.maximum(least[:, :-1], 0), np.minimum(least[:, 1:] - 1, bases)
    none = low > high
    return np.where(none, _NONE, low), np.where(none, 0, high)


def _vectors(low: NDArray[np.int64], high: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    """Each admissible base of a row, with each of its count vectors behind it."""
    bases = np.arange(1, len(low) + 1)
    admissible = (low.sum(axis=1) <= bases) & (high.sum(axis=1) >= bases)
    for base in bases[admissible].tolist():
        for counts in _summing_to(base, low[base - 1].tolist(), high[base - 1].tolist()):
            yield base, *counts


def _summing_to(total: int, low: list[int], high: list[int]) -> Iterator[tuple[int, ...]]:
    """The integer vectors within [low, high] whose sum is `total`, in ascending order."""
    if len(low) == 1:
        if low[0] <= total <= high[0]:
            yield (total,)
        return
    rest_low, rest_high = sum(low[1:]), sum(high[1:])
    for first in range(max(low[0], total - rest_high), min(high[0], total - rest_low) + 1):
        for rest in _summing_to(total - first, low[1:], high[1:]):
            yield (first, *rest)
