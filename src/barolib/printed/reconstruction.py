"""Counts and bases behind printed percents: every one that the rounding allows, and no other.

For each base from 1 to the number of respondents, a level printed p admits the counts n with
percent(n, base) = p: a run of neighbouring integers. A row admits a base where some choice of
counts sums to it; a row with one admissible (base, counts) is exact, with several ambiguous, with
none impossible. See docs/method.md, "Reconstruction".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barolib.survey.rounding import Rounding, least_count

#: Most admissible vectors that one row may have before it is said to determine nothing.
LIMIT = 20_000

_NONE = np.iinfo(np.int32).max // 4


class TooManyVectors(ValueError):
    """A printed row admits more than LIMIT vectors of counts: it determines nothing."""


def reconstruct(printed: pd.DataFrame, largest_base: int, rounding: Rounding) -> pd.DataFrame:
    """Every admissible base and count vector of each printed row.

    `printed`: a row per subject, its id as index, columns p1…pK of integer percents.
    Returns columns subject, base, n1…nK, in the order of the rows, then of base and counts;
    an impossible row has none. Raises TooManyVectors, naming the row.
    """
    rows = printed.to_numpy(dtype=np.int64)
    lowest, highest = count_runs(rows, largest_base, rounding)
    found = [
        (subject, base, *counts)
        for subject, low, high in zip(printed.index, lowest, highest, strict=True)
        for base, counts in _vectors(str(subject), low, high)
    ]
    counts = [f"n{level}" for level in range(1, rows.shape[1] + 1)]
    table = pd.DataFrame(found, columns=["subject", "base", *counts])
    return table.astype({"subject": "str", **dict.fromkeys(["base", *counts], "int64")})


def count_runs(
    rows: NDArray[np.int64], largest_base: int, rounding: Rounding
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The lowest and highest count of each level at each base; shapes (row, base, level).

    Where no count prints the percent, lowest is above every base and highest is 0.
    """
    low, high = _runs_by_percent(largest_base, rounding)
    known = (rows >= 0) & (rows <= 100)
    rows = np.where(known, rows, 101)  # 101 stands for a percent that no count prints
    return low[:, rows].transpose(1, 0, 2), high[:, rows].transpose(1, 0, 2)


def possible(
    rows: NDArray[np.int64], largest_base: int, rounding: Rounding, chunk: int = 4096
) -> NDArray[np.bool_]:
    """Whether each row of percents admits at least one base and count vector."""
    found = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(rows), chunk):
        low, high = count_runs(rows[start : start + chunk], largest_base, rounding)
        found[start : start + chunk] = _admits(low, high).any(axis=1)
    return found


def _admits(low: NDArray[np.int32], high: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether counts within the runs can sum to each base; the axis before the last is bases."""
    bases = np.arange(1, low.shape[-2] + 1)
    return (low.sum(axis=-1) <= bases) & (high.sum(axis=-1) >= bases) & (low <= high).all(axis=-1)


@lru_cache(maxsize=8)
def _runs_by_percent(
    largest_base: int, rounding: Rounding
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Lowest and highest count by (base, percent 0…101); base b stands at position b - 1."""
    bases = np.arange(1, largest_base + 1)[:, None]
    least = least_count(np.arange(103), bases, rounding).astype(np.int32)
    low, high = np.maximum(least[:, :-1], 0), np.minimum(least[:, 1:] - 1, bases)
    none = low > high
    return np.where(none, _NONE, low), np.where(none, 0, high).astype(np.int32)


def _vectors(
    subject: str, low: NDArray[np.int32], high: NDArray[np.int32]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each admissible base of a row with each of its count vectors."""
    given = 0
    for position in np.flatnonzero(_admits(low, high)):
        base = int(position) + 1
        for counts in _summing_to(base, low[position].tolist(), high[position].tolist()):
            given += 1
            if given > LIMIT:
                raise TooManyVectors(f"{subject} admits more than {LIMIT} vectors of counts")
            yield base, counts


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
