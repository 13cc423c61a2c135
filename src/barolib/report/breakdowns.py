"""What a reader may see by status, size class or group: the cells behind the charts, as written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from barolib.i18n.numbers import percent_digits
from barolib.i18n.wording import Language
from barolib.report.records import Row, records
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


class Breakdowns:
    """The published subgroups of an edition in one language, from the processed tables.

    A cell is a row of subgroup_scores or subgroup_stages with what is written of it: `text`, and of
    a stage `at` and `before`, the percents of both without a sign ("<1" of a few).
    """

    def __init__(self, raw: Raw, tables: Mapping[str, pd.DataFrame], language: Language) -> None:
        self._edition, self._tables, self._language = raw.edition, tables, language
        self._themes = language.labels(raw.themes.sort_values("position"), "theme_id")
        self._themes[GENERAL] = language.term("general")

    def label(self, theme: str) -> str:
        """A theme's name, or that of all of them together."""
        return self._themes[theme]

    def stages(self, theme: str) -> list[tuple[str, list[tuple[str, Row]]]]:
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

    def grid(self, figure: str) -> tuple[list[str], list[tuple[str, list[Row | None]]]]:
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
    def _cells(self) -> dict[tuple[str, str], dict[tuple[str, str], Row]]:
        """By measure and dimension, then by theme and subgroup."""
        measures = {"scores": self._scores(), "stages": self._stages()}
        return {
            (measure, dimension): {(row.theme_id, row.subgroup): row for row in records(rows)}
            for measure, table in measures.items()
            for dimension, rows in table.groupby("dimension")
        }

    def _scores(self) -> pd.DataFrame:
        table = self._tables["subgroup_scores"]
        return table.assign(text=table["mean"].map(self._language.decimal))

    def _stages(self) -> pd.DataFrame:
        table, rule = self._tables["subgroup_stages"], self._edition.rounding
        shares = table["share"]
        percents = shares.map(lambda share: rounding.of_share(share, rule), na_action="ignore")
        at = pd.Series(map(percent_digits, percents, shares), table.index)
        before = list(map(percent_digits, 100 - percents, 1 - shares))
        return table.assign(at=at, before=before, text=at.map(self._language.with_sign))
