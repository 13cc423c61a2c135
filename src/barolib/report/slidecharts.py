"""Stacked bars as a native chart of PowerPoint, whose workbook holds the counts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.dml.fill import FillFormat
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from barolib.drawing import palette
from barolib.drawing.canvas import Pen
from barolib.report.records import Row
from barolib.report.slidetemplate import Box
from barolib.survey import tables

#: Of every word of a chart, in points.
SIZE = 12
#: Height of the legend, in points, and the part of the width that the names of the bars have.
LEGEND, NAMES = 38.0, 0.42
#: Least room on each side of a label in its segment, in points.
_PADDING = 2.0
#: The sheet that python-pptx makes a chart refer to.
_SHEET = "Sheet1"


@dataclass(frozen=True)
class Bars:
    """Distributions, a row each (`distributions.COLUMNS`) with its name.

    `levels`, `colours`: of each level, the lowest first. `alt`: what the chart finds.
    """

    rows: Sequence[Row]
    names: Sequence[str]
    levels: Sequence[str]
    colours: Sequence[str]
    alt: str


def add(slide: Any, box: Box, bars: Bars) -> Box:
    """Puts the chart on the slide; where its bars stand, from top to bottom alike."""
    data = CategoryChartData()
    data.categories = bars.names
    for at, level in enumerate(bars.levels):
        data.add_series(level, [row.counts[at] for row in bars.rows])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED_100, *map(Pt, box), data)
    frame.element.nvGraphicFramePr.cNvPr.set("descr", bars.alt)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(bars))
    plot = Box(NAMES * box.width, LEGEND, (1 - NAMES) * box.width, box.height - LEGEND)
    _look(chart, box, plot)
    for at, (series, colour) in enumerate(zip(chart.plots[0].series, bars.colours, strict=True)):
        _fill(series.format.fill, colour)
        for row, point in zip(bars.rows, series.points, strict=True):
            if row.simulated:
                _fill(point.format.fill, colour, hatched=True)
            if text := label(row, at, plot.width):
                _label(point.data_label, text, colour)
        # On their colour, which hatches leave free.
        for words in chart.element.xpath(f"//c:ser[c:idx/@val={at}]/c:dLbls/c:dLbl/c:tx"):
            ground = f'<a:solidFill><a:srgbClr val="{_rgb(colour)}"/></a:solidFill>'
            words.addnext(parse_xml(f"<c:spPr {nsdecls('c', 'a')}>{ground}</c:spPr>"))
    return Box(box.left + plot.left, box.top + plot.top, plot.width, plot.height)


def label(row: Row, at: int, width: float) -> str:
    """The percent of a level as the report writes it; empty where its segment is too narrow.

    `width`: of the whole bar, in points.
    """
    text = row.shown[at]
    room = width * row.counts[at] / row.base if row.base else 0
    return text if room >= Pen(SIZE).width(text) + 2 * _PADDING else ""


def _workbook(bars: Bars) -> bytes:
    """The workbook of the chart, the same bytes every time."""
    counts = [row.counts for row in bars.rows]
    table = pd.DataFrame(counts, columns=list(bars.levels), dtype="object")
    table.insert(0, " ", list(bars.names))
    file = io.BytesIO()
    tables.save_sheets(file, {_SHEET: table})
    return file.getvalue()


def _look(chart: Chart, box: Box, plot: Box) -> None:
    """Bars from the first on, their names, the legend over them; no other line or number."""
    chart.font.size, chart.has_title, chart.has_legend = Pt(SIZE), False, True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.plots[0].gap_width = 45
    names, percents = chart.category_axis, chart.value_axis
    names.reverse_order, names.major_tick_mark = True, XL_TICK_MARK.NONE
    names.format.line.fill.background()
    # No name may be skipped.
    (last,) = chart.element.xpath("//c:catAx/c:noMultiLvlLbl")
    last.addprevious(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>'))
    percents.visible, percents.has_major_gridlines, percents.maximum_scale = False, False, 1
    parts = {"x": plot.left / box.width, "y": plot.top / box.height}
    parts |= {"w": plot.width / box.width, "h": plot.height / box.height}
    places = "".join(f'<c:{side} val="{part:.4f}"/>' for side, part in parts.items())
    area = chart.element.chart.plotArea
    for former in area.xpath("c:layout"):
        area.remove(former)
    edges = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    layout = f"<c:layout {nsdecls('c')}><c:manualLayout>{edges}{places}</c:manualLayout></c:layout>"
    area.insert(0, parse_xml(layout))


def _fill(fill: FillFormat, colour: str, *, hatched: bool = False) -> None:
    if not hatched:
        fill.solid()
        fill.fore_color.rgb = _rgb(colour)
        return
    fill.patterned()
    fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
    fill.fore_color.rgb, fill.back_color.rgb = RGBColor(255, 255, 255), _rgb(colour)


def _label(label: Any, text: str, colour: str) -> None:
    """Words in a segment."""
    frame = label.text_frame
    frame.text = text
    font = frame.paragraphs[0].runs[0].font
    font.size, font.color.rgb = Pt(SIZE), _rgb(palette.ink(colour))


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
