"""Withholding: a subgroup too small to be shown, and those from which it could be found."""

from __future__ import annotations

import pandas as pd


def withheld(bases: pd.Series, minimum: int) -> pd.Series:
    """Whether each subgroup of one breakdown of one measure is withheld, for a published total.

    `bases`: respondents behind each subgroup. A base from 1 to `minimum` - 1 is withheld; where
    those withheld have together fewer than `minimum` respondents, or are a single one, the total
    less the others would tell it, and the next smallest is withheld as well.
    """
    hidden = (bases > 0) & (bases < minimum)
    order = bases[bases > 0].sort_values(kind="stable").index
    for each in order:
        alone = hidden.sum() == 1 or 0 < bases[hidden].sum() < minimum
        if not alone:
            break
        hidden[each] = True
    return hidden
