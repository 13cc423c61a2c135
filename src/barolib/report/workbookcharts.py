"""The distributions as native charts of a workbook of tables, a sheet a language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from barolib.drawing import palette
from barolib.files.layout import LANGUAGES
from barolib.i18n.wording import Language
from barolib.report import distributions
from barolib.report.records import Row
from barolib.report.slidecharts import NAMES, label
from barolib.survey.intake import Raw

#: The tables that the charts are drawn from.
READ = ("distributions", "theme_distributions", "reconstructions")
#: Pixels: a chart's width, a bar with its gap, the legend; a row of a sheet.
_WIDTH, _BAR, _LEGEND, _ROW = 1000, 44, 90, 20
#: Points to the pixel.
_POINT = 0.75


def add(book: Workbook, raw: Raw, tables: Mapping[str, pd.DataFrame]) -> None:
    """Adds a sheet for each language: the counts of each theme, and their bars beside them."""
    if not {*READ} <= {*tables}:
        return
    edition, bold = raw.edition, book.add_format({"bold": True, "bottom": 1})
    colours = palette.colours(len(edition.levels), edition.implementation_from)
    for lang in LANGUAGES:
        language, sheet = Language(lang), book.add_worksheet(f"charts_{lang}")
        labels = language.labels(raw.questionnaire, "affirmation_id")
        labels |= language.labels(raw.themes, "theme_id")
        found = distributions.of_subjects(raw, tables, labels, language)
        last, top = len(colours) + 1, 0
        for first, end, width in ((0, 0, 80), (1, last - 1, 24), (last, last, 50)):
            sheet.set_column(first, end, width)
        for theme in raw.themes.sort_values(["kind", "position"])["theme_id"]:
            rows = [found[key] for key in (theme, *raw.members[theme]) if key in found]
            if theme not in found:
                continue
            notes = [language.source_note(row.note, row.origin, edition) for row in rows]
            heads = [f"{rows[0].label} ({notes[0]})", *edition.level_labels(lang)]
            sheet.write_row(top, 0, heads, bold)
            for at, (row, note) in enumerate(zip(rows, notes, strict=True), start=top + 1):
                sheet.write_row(at, 0, [row.label, *row.counts, note])
            height = _LEGEND + _BAR * len(rows)
            chart = _chart(book, sheet, top, rows, colours)
            chart.set_size({"width": _WIDTH, "height": height})
            sheet.insert_chart(top, last + 1, chart, {"description": heads[0]})
            top += max(len(rows), math.ceil(height / _ROW)) + 2


def _chart(
    book: Workbook, sheet: Worksheet, top: int, rows: Sequence[Row], colours: Sequence[str]
) -> Chart:
    """The bars of the counts that stand from the row `top` on, their title and heads first."""
    chart, last = book.add_chart({"type": "bar", "subtype": "percent_stacked"}), top + len(rows)
    for at, colour in enumerate(colours):
        texts = [label(row, at, (1 - NAMES) * _WIDTH * _POINT) for row in rows]
        font, column = {"color": palette.ink(colour)}, at + 1
        look = {"font": font, "fill": {"color": colour}}
        custom = [look | {"value": text} if text else {"delete": True} for text in texts]
        hatched = {"pattern": "wide_upward_diagonal", "fg_color": "#ffffff", "bg_color": colour}
        series: dict[str, Any] = {
            "name": [sheet.name, top, column],
            "categories": [sheet.name, top + 1, 0, last, 0],
            "values": [sheet.name, top + 1, column, last, column],
            "fill": {"color": colour},
            "points": [{"pattern": hatched} if row.simulated else None for row in rows],
            "gap": 45,
        }
        series["data_labels"] = {"value": True, "font": font, "custom": custom}
        chart.add_series(series)
    above = _LEGEND / (_LEGEND + _BAR * len(rows))
    places = {"x": NAMES, "y": above, "width": 0.98 - NAMES, "height": 0.98 - above}
    chart.set_plotarea({"layout": places})
    chart.set_title({"name": [sheet.name, top, 0], "name_font": {"size": 12}})
    chart.set_legend({"position": "top"})
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    return chart
