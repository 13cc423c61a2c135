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


def percent(n: ArrayLike, base: ArrayLike, rounding: Rounding) -> NDArray[np.int64]:
    """The printed integer percents of counts `n` of `base`.

    `n` and `base` are integers that broadcast together; base must be positive. Raises ValueError
    for an unknown rounding or a base under 1.
    """
    n, base = np.asarray(n, dtype=np.int64), np.asarray(base, dtype=np.int64)
    if (base < 1).any():
        raise ValueError("a percent needs a base of 1 or more")
    if rounding == "half_up":
        return (200 * n + base) // (2 * base)
    if rounding == "half_up_via_tenths":
        tenths = (2000 * n + base) // (2 * base)
        return (tenths + 5) // 10
    raise ValueError(f"unknown rounding {rounding!r}")


def of_share(share: float, rounding: Rounding) -> int:
    """The printed percent of a share of up to a million, which tells its counts exactly."""
    exact = Fraction(share).limit_denominator(10**6)
    return int(percent(exact.numerator, exact.denominator, rounding))
