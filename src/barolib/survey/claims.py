"""What a printed sentence allows: from its figure and wording to an interval.

The rules are in docs/method.md, "Printed sentences", and in code here alone. Shares are 0–1.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from functools import cached_property

import pandas as pd

#: What a sentence may measure, with the form of its value and how to fix another.
_SHARE = (r"[01]|0\.[0-9]+|1\.0+", "write a share from 0 to 1, such as 0.42")
_WHOLE = (r"[1-9][0-9]{0,8}", "write a whole number of 1 or more, of 9 digits at most")
_LEVEL = (r"[1-9](\.[0-9]+)?", "write a level, such as 4")
_NOUGHT = (r"0", "write 0: the sentence gives a direction, not a size")
VALUES = {
    "share": _SHARE,
    "group_share": _SHARE,
    "count": _WHOLE,
    "mean": _LEVEL,
    "rank": _WHOLE,
    "order": _NOUGHT,
    "change": _NOUGHT,
}

GROUPS = ("leaders", "peloton", "laggards")

#: Subjects of statistics that are about no affirmation or theme.
GENERAL, PANEL, INHABITANTS = "general", "panel", "inhabitants"

#: How far below and above the figure a qualifier lets a share lie, in percentage points (a count:
#: in percent of the figure). None stands for the figure's own precision (see `interval`), 100 for
#: any distance.
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
    "très peu": (100, 0),
    "un peu plus de": (0, 5),
    "à peine plus de": (0, 5),
    "plus de": (0, 100),
    "au moins": (0, 100),
    "majoritairement": (0, 100),
    "très majoritairement": (0, 100),
}

#: What the comparator alone allows where no qualifier narrows it.
_OPEN = {">": (0, 100), ">=": (0, 100), "<": (100, 0), "<=": (100, 0)}

#: The least difference that makes an order, a rise or a fall.
LEAST = 1e-9
_UP, _DOWN = (LEAST, math.inf), (-math.inf, -LEAST)

#: How far from the value the other statistics may lie, lowest and highest, by comparator.
REACH: dict[str, dict[str, tuple[float, float]]] = {
    "mean": {"=": (-0.5, 0.5), ">=": (-0.5, math.inf), "<=": (-math.inf, 0.5)},
    "rank": {
        "=": (0, 0),
        **{">=": (0, math.inf), ">": (1, math.inf)},
        **{"<=": (-math.inf, 0), "<": (-math.inf, -1)},
    },
    "order": {">": _UP, "<": _DOWN},
    "change": {">": _UP, "<": _DOWN, "=": (-0.05, 0.05), "<=": (-math.inf, 0.025)},
}


def interval(
    comparator: str, value: str, qualifier: str, statistic: str = "share"
) -> tuple[float, float]:
    """What a sentence allows its statistic to be; infinite where it is open.

    Parameters
    ----------
    comparator : {"=", "<", ">", "<=", ">=", "~"}
        How the figure is said to compare.
    value : str
        The figure as it is written. A share of two decimals ("0.42") stands for a printed percent,
        precise to half a point; one of one or three ("0.6", "0.333") for words such as "6 sur 10"
        or "un tiers", precise to five points.
    qualifier : str
        The wording, a key of QUALIFIERS.
    statistic : str
        A key of VALUES.

    Returns
    -------
    low, high : float
        In the unit of the statistic: shares 0 to 1, levels, ranks, counts.

    Raises
    ------
    KeyError
        For an unknown qualifier, comparator or statistic.

    References
    ----------
    docs/method.md, "Printed sentences".

    Examples
    --------
    >>> tuple(round(bound, 4) for bound in interval("=", "0.42", "près de"))
    (0.37, 0.4255)
    >>> interval(">", "0.5", "")
    (0.5, 1.0)
    """
    figure = float(value)
    if statistic in REACH:
        low, high = REACH[statistic][comparator]
        return figure + low, figure + high
    worded = 0.55 if is_percent(value) else 5.0
    precision = {"share": worded, "group_share": 2.5, "count": 0.0}[statistic]
    point, most = (figure / 100, math.inf) if statistic == "count" else (0.01, 1.0)
    below, above = QUALIFIERS[qualifier]
    if qualifier == "" and comparator in _OPEN:
        below, above = _OPEN[comparator]
    low = 0.0 if below == 100 else figure - (precision if below is None else below) * point
    high = most if above == 100 else figure + (precision if above is None else above) * point
    return max(low, 0.0), min(high, most)


def is_percent(value: str) -> bool:
    """Whether a share of published_claims was printed as a percent, not in words."""
    return re.fullmatch(r"\d\.\d\d", value) is not None


def levels_of(text: str) -> list[int]:
    """The levels named by "4-6", "1" or "2-3"."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


@dataclass(frozen=True)
class Claim:
    """A printed sentence: a row of published_claims, its cells as text, None where blank.

    `line`: its line in the file.
    """

    line: str
    claim_id: str
    edition: str
    subject: str
    group: str | None
    levels: str | None
    statistic: str
    comparator: str
    value: str
    qualifier: str
    note: str | None
    page: str | None = None

    @cached_property
    def counted(self) -> list[int]:
        """The levels that it counts, of one that names any."""
        return levels_of(self.levels) if self.levels else []

    @cached_property
    def allowed(self) -> tuple[float, float]:
        """What it allows its statistic to be, lowest and highest."""
        return interval(self.comparator, self.value, self.qualifier, self.statistic)

    @cached_property
    def rivals(self) -> list[tuple[str, str | None]]:
        """What an order compares its subject with, as (subject, group); the note names it.

        `vs A;B: …` names other subjects, in the claim's own group; `vs group G;H: …` the same
        subject in other groups. Empty where the note begins with neither.
        """
        match = re.match(r"vs (group )?([\w.;-]+):", self.note or "")
        if not match:
            return []
        names = match[2].split(";")
        return [(self.subject, name) if match[1] else (name, self.group) for name in names]


def rows(table: pd.DataFrame) -> list[Claim]:
    """The rows of published_claims; a column that the table lacks is as blank."""
    columns = [field.name for field in fields(Claim) if field.name != "line"]
    cells = table.reindex(columns=columns).astype("object")
    return [Claim(*row) for row in cells.where(cells.notna(), None).itertuples()]
