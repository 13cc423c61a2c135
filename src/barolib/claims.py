"""What a printed sentence allows: from its figure and qualifier to an interval, and a verdict.

The rules stand in docs/method.md, "Printed sentences". Shares are 0–1 throughout.
"""

from __future__ import annotations

import re

import pandas as pd

#: How far below and above the figure a qualifier lets the share lie, in percentage points.
#: None stands for the figure's own precision (see `interval`).
QUALIFIERS: dict[str, tuple[float | None, float | None]] = {
    "": (None, None),
    "seul": (None, None),
    "seulement": (None, None),
    "uniquement": (None, None),
    "près de": (5, None),
    "presque": (5, None),
    "environ": (5, 5),
    "à peine": (5, None),
    "un peu moins de": (5, 0),
    "moins de": (100, 0),
    "un peu plus de": (0, 5),
    "à peine plus de": (0, 5),
    "plus de": (0, 100),
}

#: What the comparator alone allows where no qualifier narrows it, as far as 0 and 1.
_OPEN = {">": (0, 100), ">=": (0, 100), "<": (100, 0), "<=": (100, 0)}


def interval(comparator: str, value: str, qualifier: str) -> tuple[float, float]:
    """The shares that a sentence allows, lowest and highest.

    `value` is the share as text: two decimals ("0.42") stand for a printed percent, precise to half
    a point; one or three ("0.6", "0.333") for words such as "6 sur 10" or "un tiers", precise to
    five points. Raises KeyError for an unknown qualifier.
    """
    share = float(value)
    own = 0.55 if re.fullmatch(r"\d\.\d\d", value) else 5.0
    below, above = QUALIFIERS[qualifier]
    if qualifier == "" and comparator in _OPEN:
        below, above = _OPEN[comparator]
    low = share - (own if below is None else below) / 100
    high = share + (own if above is None else above) / 100
    return max(low, 0.0), min(high, 1.0)


def levels_of(text: str) -> list[int]:
    """The levels named by "4-6", "1" or "2-3"."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def judge(
    claims: pd.DataFrame,
    distributions: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    edition: str,
) -> pd.DataFrame:
    """Each claim about an affirmation or theme of `edition`, recomputed from its distribution.

    Returns the table `claims`: claim_id, printed,
    recomputed (missing where the subject has no distribution), tolerance ("low–high", shares),
    verdict (agrees, contradicts, not_recomputable), basis.
    """
    of_affirmations = distributions.set_index(["affirmation_id", "level"])["share"]
    of_themes = theme_distributions.set_index(["theme_id", "level"])["share"]
    shares = pd.concat([of_affirmations, of_themes])
    asked = claims[claims["edition"] == edition]
    rows = [_verdict(claim, shares) for claim in asked.itertuples(index=False)]
    columns = ["claim_id", "printed", "recomputed", "tolerance", "verdict", "basis"]
    return pd.DataFrame(rows, columns=columns).astype(
        dict.fromkeys(columns, "str") | {"recomputed": "float64"}
    )


def _verdict(claim, shares: pd.Series) -> tuple:
    low, high = interval(claim.comparator, claim.value, claim.qualifier)
    places = [(claim.subject, level) for level in levels_of(claim.levels)]
    known = all(place in shares.index for place in places)
    share = float(sum(shares[place] for place in places)) if known else float("nan")
    verdict = "agrees" if low - 1e-9 <= share <= high + 1e-9 else "contradicts"
    return (
        claim.claim_id,
        f"{claim.qualifier} {claim.value}".strip(),
        share,
        f"{low:.4f}–{high:.4f}",
        verdict if known else "not_recomputable",
        "printed_tables",
    )
