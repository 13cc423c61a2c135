"""What a reader may see by status, size class or group: the cells behind the charts, as written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from barolib.statistics.scoring import GENERAL
from barolib.survey import rounding
from barolib.survey.intake import Raw
from barolib.words import wording

#: The dimensions by which a theme's chapter can be read. Groups rest on the scores themselves.
READ_BY = ("status", "size_class")
#: What each chart of subgroups shows: its measure, its dimension.
CROSSED = {
    "group_profiles": ("scores", "group"),
    "status_scores": ("scores", "status"),
    "size_scores": ("scores", "size_class"),
    "status_stages": ("stages", "status"),
    "size_stages": ("stages", "size_class"),
}


class Cell(NamedTuple):
    """A subgroup in a theme: mean level or integer percent, and base; neither where withheld.

    `text` is the value as written; `at` and `before` are the percents of the two stages, without a
    sign ("<1" of a few).
    """

    value: float | None
    base: int | None
    withheld: bool
    text: str = ""
    at: str = ""
    before: str = ""


class Breakdowns:
    """The published subgroups of an edition in one language, from the processed tables."""

    def __init__(self, raw: Raw, tables: Mapping[str, pd.DataFrame], lang: str) -> None:
        self._raw, self._tables, self._lang = raw, tables, lang
        self._themes = wording.labels(raw.themes.sort_values("position"), "theme_id", lang)
        self._themes[GENERAL] = wording.term("general", lang)

    def label(self, theme: str) -> str:
        """A theme's name, or that of all of them together."""
        return self._themes[theme]

    def stages(self, theme: str) -> list[tuple[str, list[tuple[str, Cell]]]]:
        """Per dimension by which the theme can be read: its subgroups with their names."""
        found = []
        for dimension in READ_BY:
            names = self._names(dimension)
            cells = self._cells.get(("stages", dimension), {})
            own = [(name, cells[theme, key]) for key, name in names if (theme, key) in cells]
            if any(not cell.withheld for _, cell in own):
                found.append((dimension, own))
        return found

    def crosses(self, figure: str) -> bool:
        """Whether the chart sets themes against subgroups."""
        return figure in CROSSED

    def grid(self, figure: str) -> tuple[list[str], list[tuple[str, list[Cell | None]]]]:
        """Subgroups in columns and each theme's cells, of a chart of CROSSED; None: no answer."""
        measure, dimension = CROSSED[figure]
        cells = self._cells.get((measure, dimension), {})
        names = [(key, name) for key, name in self._names(dimension) if self._any(cells, key)]
        rows = [
            (label, [cells.get((theme, key)) for key, _ in names])
            for theme, label in self._themes.items()
            if any((theme, key) in cells for key, _ in names)
        ]
        return [name for _, name in names], rows

    def _names(self, dimension: str) -> list[tuple[str, str]]:
        names = wording.subgroup_labels(self._raw.edition, dimension, self._lang)
        return list(names.items())

    @staticmethod
    def _any(cells: Mapping[tuple[str, str], Cell], subgroup: str) -> bool:
        return any(key == subgroup for _, key in cells)

    @cached_property
    def _cells(self) -> dict[tuple[str, str], dict[tuple[str, str], Cell]]:
        """By measure and dimension, then by theme and subgroup."""
        found: dict = {}
        for measure in ("scores", "stages"):
            table = self._tables[f"subgroup_{measure}"].rename(columns={"share": "mean"})
            for row in table.itertuples():
                cells = found.setdefault((measure, row.dimension), {})
                cells[row.theme_id, row.subgroup] = self._cell(row, measure)
        return found

    def _cell(self, row: object, measure: str) -> Cell:
        """What a row of the table of the measure, its share called mean, may show."""
        if row.withheld:
            return Cell(None, None, withheld=True)
        base = int(row.base)
        if measure == "scores":
            return Cell(row.mean, base, False, wording.decimal_text(row.mean, self._lang))
        percent = rounding.of_share(row.mean, self._raw.edition.rounding)
        text = wording.percent_text(percent, self._lang, row.mean)
        at = wording.percent_digits(percent, row.mean)
        before = wording.percent_digits(100 - percent, 1 - row.mean)
        return Cell(percent, base, False, text, at, before)
