"""The charts that place themes on a line of values, and what charts by theme have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barolib.drawing import palette
from barolib.drawing.canvas import GAP, MOST_LINES, MUTED, WIDTH, Canvas, Pen, spread
from barolib.drawing.charts import SWATCH, swatch

_SCORE = 54.0  # width of a group's sign and score beside a theme
# The shape, size and colour of each group's sign, lowest first.
_SIGNS = (("v", 17, palette.WARM), ("o", 14, palette.OUTLINE), ("^", 17, palette.COOL))
_LABEL, _VALUE = Pen(13), Pen(13, 600, align="right")

Row = Any
"""A row of a table, as a named tuple."""
Key = list[tuple[Callable[[Canvas, tuple[float, float]], object], str]]
"""Signs, each drawn from its upper left corner in the size of a swatch, and what they mean."""


class Scale(NamedTuple):
    """The names and the colours of the levels, lowest first."""

    labels: Sequence[str]
    colours: Sequence[str]


class Column(NamedTuple):
    """A subgroup's name, and its base as written."""

    label: str
    base: str

    @property
    def words(self) -> str:
        """Both, as a key or an alt text says them."""
        return f"{self.label} ({self.base})"


class Axis(NamedTuple):
    """A line with a tick at each of these values, its ends `inset` pixels from the edges."""

    values: Sequence[float]
    inset: float = 36.0

    def x(self, value: float) -> float:
        """Where a value stands, in pixels; not a number where it is missing."""
        ends = (self.inset, WIDTH - self.inset)
        return float(np.interp(value, (self.values[0], self.values[-1]), ends))

    def row(self, canvas: Canvas, top: float, label: str, room: float) -> float:
        """A label that leaves `room` to its right, the line under it; where the line stands."""
        lines = _LABEL.wrap(label, WIDTH - room)
        y, ticks = canvas.paragraph(0, top + 12, lines, _LABEL) - 3, list(map(self.x, self.values))
        strokes = [[(x, y - 4), (x, y + 4)] for x in ticks]
        canvas.lines([[(ticks[0], y), (ticks[-1], y)], *strokes])
        return y

    def interval(self, canvas: Canvas, bounds: tuple[float, float], y: float, colour: str) -> None:
        """A line from bound to bound, ended by a stroke at each that the axis reaches."""
        low, high = map(self.x, bounds)
        known = [each for each in bounds if self.values[0] <= each <= self.values[-1]]
        ends = [[(self.x(each), y - 7), (self.x(each), y + 7)] for each in known]
        canvas.lines([[(low, y), (high, y)], *ends], edgecolor=colour, linewidth=2)


def theme_means(means: pd.DataFrame, scale: Scale, note: str) -> Figure:
    """The mean level of each theme, a dot on the scale; themes in the order of the rows.

    `means` has a row a theme: theme_id, section (heading over its first theme, or ""), label, mean
    (1 to K), text (the mean as written), ci_low and ci_high (missing without an interval) and
    ranked (its rank as written, or ""). The scale bears the numbers of the legend and the names of
    its levels, or of its two ends where there is no room for all. 420 pixels wide.
    """
    canvas, colour = Canvas(), scale.colours[-1]
    small = Pen(11, colour=MUTED, align="right")
    axis, top = _levels(canvas, scale, 0.0)
    for heading, (row,) in by_theme(means):
        top = section(canvas, top, heading)
        canvas.text(WIDTH, top + 12, row.text, _VALUE)
        canvas.text(WIDTH - 34, top + 12, row.ranked, small)
        y = axis.row(canvas, top, row.label, 48 + small.width(row.ranked))
        known = not np.isnan(row.ci_low)
        if known:
            axis.interval(canvas, (row.ci_low, row.ci_high), y, colour)
        canvas.mark((axis.x(row.mean), y), "o", 11 if known else 13, facecolor=colour)
        top = y + 14
    return foot(canvas, top, note)


def group_profiles(
    cells: pd.DataFrame, columns: Sequence[Column], scale: Scale, gaps: Sequence[str], note: str
) -> Figure:
    """The mean score of three groups by theme, each with a sign and a colour of its own.

    `cells` has a row a theme and group: theme_id, section and label (as for `theme_means`), column
    (the group's place in `columns`, lowest first), value (1 to K, or missing: a dash), text (the
    value as written) and withheld. `gaps`: what is said of one withheld, and of one without score.
    """
    canvas = Canvas()
    signs: Key = [(partial(_group, place=at), each.words) for at, each in enumerate(columns)]
    axis, top = _levels(canvas, scale, key(canvas, [*signs, *gap_key(cells, gaps)]))
    for heading, rows in by_theme(cells):
        top = section(canvas, top, heading)
        y = axis.row(canvas, top, rows[0].label, _SCORE * len(columns) + 8)
        for row in rows:
            right = WIDTH - _SCORE * (len(columns) - 1 - row.column)
            _group(canvas, (right - _SCORE + 9, top - 1), row.column)
            if row.withheld:
                canvas.hatch((right - 21, top + 2), (20, 11))
            elif pd.isna(row.value):
                canvas.text(right, top + 12, "–", _VALUE)
            else:
                canvas.text(right, top + 12, row.text, _VALUE)
                _group(canvas, (axis.x(row.value) - SWATCH[0] / 2, y - SWATCH[1] / 2), row.column)
        top = y + 14
    return foot(canvas, top, note)


def by_theme(table: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each theme, in their order, after the heading that stands over it, or ""."""
    former, themes = "", {}
    for row in table.itertuples():
        themes.setdefault(row.theme_id, []).append(row)
    for rows in themes.values():
        heading = rows[0].section
        yield heading if heading != former else "", rows
        former = heading


def section(canvas: Canvas, top: float, heading: str) -> float:
    """A rule and a heading, if there is one; where what it heads begins."""
    if not heading:
        return top
    canvas.lines([[(0, top + 2), (WIDTH, top + 2)]])
    pen = Pen(12, 600)
    return canvas.paragraph(0, top + 18, pen.wrap(heading, WIDTH), pen) - 5


def key(canvas: Canvas, entries: Key, top: float = 0.0) -> float:
    """Signs and what they mean, in one line, or two abreast and long ones alone; its lower edge."""
    pen, indent, gap = Pen(12), SWATCH[0] + 7, 12
    widths = [indent + pen.width(words) + gap for _, words in entries]
    slot = 0.0 if sum(widths) <= WIDTH + gap else WIDTH / 2
    x, y, below = 0.0, top + 0.5, top
    for (sign, words), wide in zip(entries, widths, strict=True):
        if x + wide > WIDTH + gap:
            x, y = 0.0, below
        sign(canvas, (x + 0.5, y))
        end = canvas.paragraph(x + indent, y + 13, pen.shorten(words, WIDTH - indent), pen)
        below = max(below, end - 6)
        x += slot if wide <= slot else max(wide, WIDTH if slot else 0)
    return below + 5


def gap_key(cells: pd.DataFrame, gaps: Sequence[str]) -> Key:
    """What a key says of values that are withheld, and of those that do not exist."""
    signs: Key = [(partial(Canvas.hatch, size=SWATCH), gaps[0])] if cells["withheld"].any() else []
    if (cells["value"].isna() & ~cells["withheld"]).any():
        signs.append((partial(swatch, words="–", colour="#ffffff"), gaps[1]))
    return signs


def foot(canvas: Canvas, top: float, note: str) -> Figure:
    """The figure, with a note under it if there is one."""
    pen = Pen(11, colour=MUTED)
    if note:
        top = canvas.paragraph(0, top + 12, pen.wrap(note, WIDTH), pen) - pen.step + 3.5
    return canvas.cut(top)


def _levels(canvas: Canvas, scale: Scale, top: float) -> tuple[Axis, float]:
    """The levels over the themes: the line that they make, and their lower edge.

    Where a word or the whole of a name is too long, the two ends alone are named.
    """
    axis, pen = Axis(range(1, len(scale.labels) + 1)), Pen(10.5, 400, MUTED, "center")
    ticks, names = [axis.x(level) for level in axis.values], list(scale.labels)
    for level, (x, colour) in enumerate(zip(ticks, scale.colours, strict=True), start=1):
        swatch(canvas, (x - SWATCH[0] / 2, top + 0.5), str(level), colour)
    slot = min(ticks[1] - ticks[0], WIDTH / len(names)) - GAP
    if not all(fits(pen, name, slot) for name in names):
        names, ticks, slot = [names[0], names[-1]], [ticks[0], ticks[-1]], WIDTH / 2 - GAP
    lines = [pen.shorten(name, slot) for name in names]
    for x, each in zip(spread(ticks, [max(map(pen.width, e)) for e in lines]), lines, strict=True):
        canvas.paragraph(x, top + SWATCH[1] + 14, each, pen)
    return axis, top + SWATCH[1] + 18 + pen.step * max(map(len, lines))


def fits(pen: Pen, name: str, slot: float) -> bool:
    """Whether a name stands in a slot, no word cut, in no more lines than a head has."""
    words = max(map(pen.width, name.split(" ")))
    return words <= slot and len(pen.wrap(name, slot)) <= MOST_LINES


def _group(canvas: Canvas, corner: tuple[float, float], place: int) -> None:
    shape, size, colour = _SIGNS[place]
    centre = (corner[0] + SWATCH[0] / 2, corner[1] + SWATCH[1] / 2)
    canvas.mark(centre, shape, size, facecolor=colour)
