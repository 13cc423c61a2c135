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
_LACKING = {"half_up": 10, "half_up_via_tenths": 11}


def percent(n: ArrayLike, base: ArrayLike, rounding: Rounding) -> NDArray[np.int64]:
    """The printed integer percents of counts `n` of `base`.

    `n` and `base` are integers that broadcast together; base must be positive. Raises ValueError
    for an unknown rounding or a base under 1.
    """
    n, base = np.asarray(n, dtype=np.int64), np.asarray(base, dtype=np.int64)
    return (2000 * n + _lacking(base, rounding)) // (20 * base)


def least_count(printed: ArrayLike, base: ArrayLike, rounding: Rounding) -> NDArray[np.int64]:
    """The smallest count of `base` whose percent is `printed` or more: `percent` backwards.

    Integers that broadcast together; the count may exceed the base, or be negative. Raises as
    `percent` does.
    """
    printed, base = np.asarray(printed, dtype=np.int64), np.asarray(base, dtype=np.int64)
    return -((_lacking(base, rounding) - 20 * base * printed) // 2000)


def widest_sum(levels: int, rounding: Rounding) -> int:
    """How far the percents of so many levels, each rounded by itself, can add up from 100, at most.

    A percent lies at most a half above its share (11 twentieths, rounded twice) and less than the
    rest of a point below it; the bound is reached (docs/method.md, "Rounding").
    """
    return _LACKING[rounding] * levels // 20


def widest_part(levels: int, rounding: Rounding) -> int:
    """How far the percent of some levels together can lie from the sum of theirs, at most."""
    return (_LACKING[rounding] * (levels - 1) + 19) // 20


def _lacking(base: NDArray[np.int64], rounding: Rounding) -> NDArray[np.int64]:
    if (base < 1).any():
        raise ValueError("a percent needs a base of 1 or more")
    if rounding not in _LACKING:
        raise ValueError(f"unknown rounding {rounding!r}")
    return _LACKING[rounding] * base


def of_share(share: float, rounding: Rounding) -> int:
    """The printed percent of a share of up to a million, which tells its counts exactly."""
    exact = Fraction(share).limit_denominator(10**6)
    return int(percent(exact.numerator, exact.denominator, rounding))
