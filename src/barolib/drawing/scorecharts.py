"""The charts of scores by theme: means on a line of levels, and themes set against subgroups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barolib.drawing import palette, themerows
from barolib.drawing.canvas import DIGIT_HEIGHT, GAP, MUTED, SWATCH, WIDTH, Canvas, Pen, spread
from barolib.drawing.themerows import Column, Key, Row, Scale

_INSET = 36.0  # from the edge to the lowest level
_SCORE = 54.0  # width of a group's sign and score beside a theme
# The sign of each group, lowest first, with a white rim.
_MARKERS = (("v", 17), ("o", 14), ("^", 17))
_SIGNS: list[dict[str, Any]] = [
    {"marker": marker, "markersize": size, "color": colour, "mec": "white", "mew": 1.5}
    for (marker, size), colour in zip(_MARKERS, palette.GROUPS, strict=True)
]
_LABELS = 132.0  # least width of the themes' labels
_NARROWEST, _WIDEST = 36.0, 89.0  # width of a column; those without room stand in a grid below
_BAR = 10.0  # height of a bar
_TEXT, _BASE = Pen(12), Pen(10.5, colour=MUTED, align="center")
_HEAD, _CELL = Pen(10.5, 600, align="center"), Pen(13, 600)

_Paint = Callable[[Canvas, tuple[float, float], tuple[float, float], Row], object]


def theme_means(means: pd.DataFrame, scale: Scale, note: str, width: float = WIDTH) -> Figure:
    """The mean level of each theme, a dot on the scale; themes in the order of the rows.

    `means` has a row a theme: theme_id, section (heading over its first theme, or ""), label, mean
    (1 to K), text (the mean as written), ci_low and ci_high (missing without an interval) and
    ranked (its rank as written, or ""). The scale bears the numbers of the legend and the names of
    its levels, or of its two ends where there is no room for all.
    """
    canvas, small = Canvas(width), Pen(11, colour=MUTED, align="right")
    axes, levels = _levels(canvas, scale)
    style: dict[str, Any] = {
        "fmt": "o",
        "color": palette.IMPLEMENTATION,
        "mec": "white",
        "mew": 1.5,
    }
    style |= {"elinewidth": 2, "capsize": 7, "capthick": 2}
    for (row,) in themerows.by_theme(canvas, means):
        canvas.text(canvas.width, canvas.top + 12, row.text, themerows.VALUE)
        canvas.text(canvas.width - 34, canvas.top + 12, row.ranked, small)
        y = themerows.axis_row(canvas, axes, levels, row.label, 48 + small.width(row.ranked))
        size, distances = 13, None
        if not np.isnan(row.ci_low):
            size, distances = 11, [[row.mean - row.ci_low], [row.ci_high - row.mean]]
        axes.errorbar(row.mean, y, xerr=distances, markersize=size, **style)
        canvas.top = y + 14
    return themerows.foot(canvas, note)


def group_profiles(
    cells: pd.DataFrame,
    columns: Sequence[Column],
    scale: Scale,
    note: str,
    width: float = WIDTH,
) -> Figure:
    """The mean score of three groups by theme, each with a sign and a colour of its own.

    `cells` has a row a theme and group: theme_id, section and label (as for `theme_means`), column
    (the group's place in `columns`, lowest first), value (1 to K, or missing: a dash), text (the
    value as written) and withheld.
    """
    canvas = Canvas(width)
    signs = [partial(Canvas.sign, **style) for style in _SIGNS]
    groups = list(zip(signs, [column.text for column in columns], strict=False))
    themerows.key(canvas, [*groups, *themerows.gap_key(cells, scale.gaps)])
    axes, levels = _levels(canvas, scale)
    for rows in themerows.by_theme(canvas, cells):
        line, top = canvas.top + 12, canvas.top
        y = themerows.axis_row(canvas, axes, levels, rows[0].label, _SCORE * len(columns) + 8)
        for row in rows:
            right = canvas.width - _SCORE * (len(columns) - 1 - row.column)
            signs[row.column](canvas, right - _SCORE + 9 + SWATCH[0] / 2, top - 1 + SWATCH[1] / 2)
            if row.withheld:
                canvas.hatch(right - 11, top + 7.5, (20, 11))
            elif pd.isna(row.value):
                canvas.text(right, line, "–", themerows.VALUE)
            else:
                canvas.text(right, line, row.text, themerows.VALUE)
                axes.plot(row.value, y, **_SIGNS[row.column])
        canvas.top = y + 14
    return themerows.foot(canvas, note)


def score_grid(
    cells: pd.DataFrame,
    columns: Sequence[Column],
    scale: Scale,
    note: str,
    width: float = WIDTH,
) -> Figure:
    """The heat map of mean scores: darker is higher, every score written.

    `cells` as for `group_profiles`; withheld cells are hatched. Between the colours of
    the levels those of means lie, the same in every chart of the scale.
    """
    signs = [
        partial(Canvas.swatch, text=str(level), colour=colour)
        for level, colour in enumerate(scale.colours, start=1)
    ]
    named: Key = [*zip(signs, scale.labels, strict=True), *themerows.gap_key(cells, scale.gaps)]
    shades = palette.between(scale.colours)

    def shade(canvas: Canvas, centre: tuple, size: tuple, cell: Row) -> None:
        colour = shades((cell.value - 1) / (len(scale.labels) - 1))
        (x, y), (width, height) = centre, size
        canvas.box((x - width / 2, y - height / 2), size, facecolor=colour)
        canvas.centred(x, y, cell.text, Pen(13, 600, palette.ink(colour)))

    return themerows.foot(_grid(Canvas(width), cells, columns, named, shade), note)


def stage_grid(
    cells: pd.DataFrame,
    columns: Sequence[Column],
    scale: Scale,
    note: str,
    width: float = WIDTH,
) -> Figure:
    """Bars of the share at implementation, by theme and subgroup.

    `cells` as for `group_profiles`; value is a share (0–1), text its percent. `scale`
    has the names and colours of the two stages: before implementation and at it.
    """

    def bar(canvas: Canvas, centre: tuple, size: tuple, cell: Row) -> None:
        width, top = size[0] - 2, centre[1] + 2
        left, split = centre[0] - width / 2, width * cell.value
        canvas.box((left, top), (split, _BAR), facecolor=scale.colours[1])
        canvas.box((left + split, top), (width - split, _BAR), facecolor=scale.colours[0])
        canvas.box((left, top), (width, _BAR), edgecolor=palette.OUTLINE, linewidth=0.75)
        canvas.text(left, top - 4, cell.text, _CELL)

    signs = [*scale.key, *themerows.gap_key(cells, scale.gaps)]
    return themerows.foot(_grid(Canvas(width), cells, columns, signs, bar), note)


def _levels(canvas: Canvas, scale: Scale) -> tuple[Axes, Sequence[float]]:
    """The levels over the themes; axes of them.

    Where a word or the whole of a name is too long, the two ends alone are named.
    """
    pen, names = Pen(10.5, 400, MUTED, "center"), list(scale.labels)
    ticks, levels = np.linspace(_INSET, canvas.width - _INSET, len(names)), range(1, len(names) + 1)
    for x, level, colour in zip(ticks, levels, scale.colours, strict=True):
        canvas.swatch(x, canvas.top + 0.5 + SWATCH[1] / 2, str(level), colour)
    slot = min(ticks[1] - ticks[0], canvas.width / len(names)) - GAP
    if not all(pen.fits(name, slot) for name in names):
        names, ticks, slot = [names[0], names[-1]], ticks[[0, -1]], canvas.width / 2 - GAP
    lines = [pen.shorten(name, slot) for name in names]
    widths = [max(map(pen.width, name)) for name in lines]
    for x, name in zip(spread(ticks, widths, canvas.width), lines, strict=True):
        canvas.paragraph(x, canvas.top + SWATCH[1] + 14, name, pen)
    canvas.top += SWATCH[1] + 18 + pen.line_height * max(map(len, lines))
    return canvas.value_axes(levels, _INSET), levels


def _grid(
    canvas: Canvas,
    cells: pd.DataFrame,
    columns: Sequence[Column],
    signs: Key,
    paint: _Paint,
) -> Canvas:
    """A row a theme, a column a subgroup, each cell painted around its centre in its size."""
    room = canvas.width - _LABELS
    abreast = int(room / _NARROWEST)
    width = min(_WIDEST, room / min(len(columns), abreast))
    heads, letters = _heads(columns, width)
    themerows.key(canvas, signs)
    themerows.key(canvas, letters)
    for first in range(0, len(columns), abreast):
        shown = heads[first : first + abreast]
        centres = canvas.width - width * (np.arange(len(shown), 0, -1) - 0.5)
        canvas.top += 8 if first else 0
        _header(canvas, centres, shown)
        grid = cells[cells["column"].between(first, first + abreast - 1)]
        for rows in themerows.by_theme(canvas, grid):
            lines = _TEXT.wrap(rows[0].label, centres[0] - width / 2 - 6)
            size = width - 2, max(_TEXT.line_height * len(lines) + 5, 32) - 2
            y = canvas.top + size[1] / 2 + 1
            below = y + (DIGIT_HEIGHT * _TEXT.size - _TEXT.line_height * (len(lines) - 1)) / 2
            canvas.paragraph(0, below, lines, _TEXT)
            for cell in rows:
                x = centres[cell.column - first]
                if cell.withheld:
                    canvas.hatch(x, y, size)
                elif pd.isna(cell.value):
                    canvas.centred(x, y, "–", _CELL)
                else:
                    paint(canvas, (x, y), size, cell)
            canvas.top += size[1] + 2
    return canvas


def _heads(columns: Sequence[Column], width: float) -> tuple[list[Column], Key]:
    """The columns as headed: by name and base, or by letters with their key, without room."""
    bases = all(_BASE.width(column.base) <= width - GAP for column in columns)
    if bases and all(_HEAD.fits(column.label, width - GAP) for column in columns):
        return list(columns), []
    letters = [chr(ord("A") + place % 26) * (1 + place // 26) for place in range(len(columns))]
    signs = [partial(Canvas.swatch, text=letter) for letter in letters]
    named = [(sign, column.text) for sign, column in zip(signs, columns, strict=True)]
    return [Column(letter, "") for letter in letters], named


def _header(canvas: Canvas, centres: np.ndarray, heads: Sequence[Column]) -> None:
    """The columns' names and bases, on common lowest lines."""
    slot = centres[-1] - centres[-2] - GAP if len(centres) > 1 else _WIDEST - GAP
    names = [_HEAD.wrap(head.label, slot) for head in heads]
    below = canvas.top + 11 + _HEAD.line_height * max(map(len, names))
    for x, lines, head in zip(centres, names, heads, strict=True):
        canvas.paragraph(x, below - _HEAD.line_height * len(lines), lines, _HEAD)
        canvas.text(x, below, head.base, _BASE)
    canvas.top = below + 5 if heads[0].base else below - 9
