"""A chart with more rows than a page holds, in as many charts as it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

#: The height of a chart that stands on a page of the PDF at full size (`highest` of report.typ).
HIGHEST = 1000.0

Page = tuple[pd.DataFrame, Figure]


def pages(
    rows: pd.DataFrame, draw: Callable[[pd.DataFrame], Figure], highest: float = HIGHEST
) -> list[Page]:
    """The rows in as few charts as are no higher than `highest`, with their charts.

    `rows` has a column theme_id, whose rows stay together; a theme by itself may still be higher.
    """
    figure, keys = draw(rows), rows["theme_id"].unique()
    parts = min(math.ceil(figure.get_size_inches()[1] * 72 / highest), len(keys))
    if parts < 2:
        return [(rows, figure)]
    split = (rows[rows["theme_id"].isin(part)] for part in np.array_split(keys, parts))
    return [page for part in split for page in pages(part, draw, highest)]


def names(name: str, parts: Sequence[object]) -> list[str]:
    """The name of each part of a chart: the chart's own where it is whole."""
    return [f"{name}-{n}of{len(parts)}" for n in range(1, len(parts) + 1)] if parts[1:] else [name]
