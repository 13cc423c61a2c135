"""Printed percents from counts, by the edition's rounding, in integer arithmetic.

`half_up` rounds the share once, to the integer, halves upwards. `half_up_via_tenths` rounds twice,
halves upwards each time: first to one decimal, then to the integer (34.48 → 34.5 → 35). See
docs/method.md, "Rounding", for how the second was established for the 2021 report.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rounding = Literal["half_up", "half_up_via_tenths"]

#: What a share printed p may lack of p points, in twentieths of a point: a half, or a half and the
#: half tenth that the first rounding adds (34.45 → 34.5 → 35).
LACKING = {"half_up": 10, "half_up_via_tenths": 11}


def percent(n: ArrayLike, base: ArrayLike, rounding: Rounding) -> NDArray[np.int64]:
    """The printed integer percents of counts.

    Parameters
    ----------
    n, base : array_like of int
        Counts, and how many they are counted among; they broadcast together.
    rounding : {"half_up", "half_up_via_tenths"}
        The edition's rounding.

    Returns
    -------
    ndarray of int64
        Percents, 0 to 100.

    Raises
    ------
    ValueError
        For an unknown rounding, or a base under 1.

    References
    ----------
    docs/method.md, "Rounding".

    Examples
    --------
    >>> percent([10, 4], [29, 32], "half_up").tolist()
    [34, 13]
    >>> percent([10, 4], [29, 32], "half_up_via_tenths").tolist()
    [35, 13]
    """
    n, base = np.asarray(n, dtype=np.int64), np.asarray(base, dtype=np.int64)
    return (2000 * n + _lacking(base, rounding)) // (20 * base)


def least_count(printed: ArrayLike, base: ArrayLike, rounding: Rounding) -> NDArray[np.int64]:
    """The smallest count whose percent is `printed` or more: the inverse of `percent`.

    Parameters
    ----------
    printed, base : array_like of int
        Printed percents, and how many they are counted among; they broadcast together.
    rounding : {"half_up", "half_up_via_tenths"}
        The edition's rounding.

    Returns
    -------
    ndarray of int64
        Counts; one may exceed its base, or be negative, where no count is printed so.

    Raises
    ------
    ValueError
        For an unknown rounding, or a base under 1.

    Examples
    --------
    >>> int(least_count(35, 29, "half_up_via_tenths"))
    10
    """
    printed, base = np.asarray(printed, dtype=np.int64), np.asarray(base, dtype=np.int64)
    return -((_lacking(base, rounding) - 20 * base * printed) // 2000)


def widest_sum(levels: int, rounding: Rounding) -> int:
    """How far the percents of so many levels, each rounded by itself, can add up from 100, at most.

    A percent lies at most a half above its share (11 twentieths, rounded twice) and less than the
    rest of a point below it; the bound is reached (docs/method.md, "Rounding").
    """
    return LACKING[rounding] * levels // 20


def widest_part(levels: int, rounding: Rounding) -> int:
    """How far the percent of some levels together can lie from the sum of theirs, at most."""
    return (LACKING[rounding] * (levels - 1) + 19) // 20


def _lacking(base: NDArray[np.int64], rounding: Rounding) -> NDArray[np.int64]:
    if (base < 1).any():
        raise ValueError("a percent needs a base of 1 or more")
    if rounding not in LACKING:
        raise ValueError(f"unknown rounding {rounding!r}")
    return LACKING[rounding] * base


def published_share(n: int, base: int, rounding: Rounding) -> tuple[float, int, int]:
    """A share as it is published, in whole percents, and the least and greatest count it allows.

    0.004 and 0.996 stand for under 1 % and over 99 %: a count behind a printed 0, one that lacks of
    a printed 100. Raises as `percent` does.
    """
    shown = int(percent(n, base, rounding))
    least = max(0, int(least_count(shown, base, rounding)))
    most = min(base, int(least_count(shown + 1, base, rounding)) - 1)
    if shown == 0:
        return (0.0, 0, 0) if n == 0 else (0.004, 1, most)
    if shown == 100:
        return (1.0, base, base) if n == base else (0.996, least, base - 1)
    return shown / 100, least, most


def decimals(value: ArrayLike, places: int) -> NDArray[np.float64]:
    """Values to so many decimals, halves away from zero; any shape."""
    size = 10**places
    return np.copysign(np.floor(np.abs(value) * size + 0.5 + 1e-9) / size, value)


def bounds(value: float, places: int) -> tuple[float, float]:
    """Between which a value lies that is published to so many decimals."""
    shown, half = float(decimals(value, places)), 0.5 / 10**places
    return shown - half, shown + half


def of_share(share: float, rounding: Rounding) -> int:
    """The printed percent of a share of up to a million, which gives its counts exactly."""
    exact = Fraction(share).limit_denominator(10**6)
    return int(percent(exact.numerator, exact.denominator, rounding))
