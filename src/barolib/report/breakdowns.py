"""What a reader may see by status, size class or group: the cells behind the charts, as written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from barolib.i18n.numbers import percent_digits
from barolib.i18n.wording import Language
from barolib.report.records import records
from barolib.statistics.scoring import GENERAL
from barolib.survey import rounding
from barolib.survey.intake import Raw

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

    def __init__(self, raw: Raw, tables: Mapping[str, pd.DataFrame], language: Language) -> None:
        self._edition, self._tables, self._language = raw.edition, tables, language
        self._themes = language.labels(raw.themes.sort_values("position"), "theme_id")
        self._themes[GENERAL] = language.term("general")

    def label(self, theme: str) -> str:
        """A theme's name, or that of all of them together."""
        return self._themes[theme]

    def stages(self, theme: str) -> list[tuple[str, list[tuple[str, Cell]]]]:
        """Per dimension by which the theme can be read: its subgroups with their names."""
        readable = []
        for dimension in READ_BY:
            cells = self._cells.get(("stages", dimension), {})
            names = self._language.subgroup_labels(self._edition, dimension).items()
            named = [(name, cells[theme, key]) for key, name in names if (theme, key) in cells]
            if any(not cell.withheld for _, cell in named):
                readable.append((dimension, named))
        return readable

    def crosses(self, figure: str) -> bool:
        """Whether the chart sets themes against subgroups."""
        return figure in CROSSED

    def grid(self, figure: str) -> tuple[list[str], list[tuple[str, list[Cell | None]]]]:
        """Subgroups in columns and each theme's cells, of a chart of CROSSED; None: no answer."""
        measure, dimension = CROSSED[figure]
        cells = self._cells.get((measure, dimension), {})
        answered = {subgroup for _, subgroup in cells}
        labels = self._language.subgroup_labels(self._edition, dimension)
        names = {key: name for key, name in labels.items() if key in answered}
        lines = [
            (label, [cells.get((theme, key)) for key in names])
            for theme, label in self._themes.items()
        ]
        return [*names.values()], [line for line in lines if any(line[1])]

    @cached_property
    def _cells(self) -> dict[tuple[str, str], dict[tuple[str, str], Cell]]:
        """By measure and dimension, then by theme and subgroup."""
        cells: dict = {}
        for measure, cell in (("scores", self._score), ("stages", self._stage)):
            for row in records(self._tables[f"subgroup_{measure}"]):
                shown = Cell(None, None, withheld=True) if row.withheld else cell(row)
                cells.setdefault((measure, row.dimension), {})[row.theme_id, row.subgroup] = shown
        return cells

    def _score(self, row: NamedTuple) -> Cell:
        return Cell(row.mean, row.base, False, self._language.decimal(row.mean))

    def _stage(self, row: NamedTuple) -> Cell:
        percent = rounding.of_share(row.share, self._edition.rounding)
        text = self._language.percent(percent, row.share)
        before = percent_digits(100 - percent, 1 - row.share)
        return Cell(percent, row.base, False, text, percent_digits(percent, row.share), before)
