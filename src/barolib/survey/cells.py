"""Problems of cells: a column of a text table, its index the lines of the file."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from barolib.errors import Problem, nearest


def problems(file: str, cells: pd.Series, message: str, fix: str) -> list[Problem]:
    """The same problem for each cell, blank or not; the name of the column is that of `cells`."""
    return [
        Problem(file, message, fix, line, cells.name, "" if pd.isna(value) else value)
        for line, value in cells.items()
    ]


def unknown(file: str, cells: pd.Series, known: Iterable[str], kind: str) -> list[Problem]:
    """A problem for each value that is not among the known, with the nearest that is."""
    known = sorted(set(known))
    given = cells.dropna()
    return [
        Problem(file, f"unknown {kind}", nearest(value, known), line, cells.name, value)
        for line, value in given[~given.isin(known)].items()
    ]
