"""The charts that set themes against subgroups: a row a theme, a column a subgroup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from barolib.drawing import palette
from barolib.drawing.canvas import DARK, DIGIT_HEIGHT, GAP, MUTED, WIDTH, Canvas, Pen
from barolib.drawing.charts import swatch
from barolib.drawing.scorecharts import (
    Column,
    Key,
    Scale,
    by_theme,
    fits,
    foot,
    gap_key,
    key,
    section,
)

_ABREAST = 8  # columns side by side; more stand in a further grid below
_LABELS, _WIDEST = 132.0, 89.0  # least width of the themes' labels, greatest of a column
_BAR = 10.0  # height of a bar
_TEXT, _BASE = Pen(12), Pen(10.5, colour=MUTED, align="center")
_HEAD, _VALUE = Pen(10.5, 600, align="center"), 13.0


class _Box(NamedTuple):
    """The left, top, width and height of a cell."""

    x: float
    y: float
    width: float
    height: float


_Paint = Callable[[Canvas, _Box, float, str], object]


def score_grid(
    cells: pd.DataFrame, columns: Sequence[Column], scale: Scale, gaps: Sequence[str], note: str
) -> Figure:
    """The heat map of mean scores: darker is higher, every score written; 420 pixels wide.

    `cells` and `gaps` as for scorecharts.group_profiles; withheld cells are hatched. Shades are
    those of a single hue, the same from 1 to K in every chart of the scale.
    """
    most = len(scale.labels) - 1
    shades = [palette.ramp(place / most) for place in range(most + 1)]
    signs = [partial(swatch, words=str(at), colour=each) for at, each in enumerate(shades, start=1)]
    named = [*zip(signs, scale.labels, strict=True), *gap_key(cells, gaps)]
    return _grid(cells, columns, named, partial(_shade, most=most), note)


def stage_grid(
    cells: pd.DataFrame, columns: Sequence[Column], scale: Scale, gaps: Sequence[str], note: str
) -> Figure:
    """Bars of the share at implementation, by theme and subgroup; 420 pixels wide.

    `cells` and `gaps` as for scorecharts.group_profiles; value is a share (0–1), text its percent.
    `scale` has the names and colours of the two stages: before implementation and at it.
    """
    signs = [partial(swatch, words="", colour=each) for each in scale.colours]
    named = [*zip(signs, scale.labels, strict=True), *gap_key(cells, gaps)]
    return _grid(cells, columns, named, partial(_halves, colours=scale.colours), note)


def _grid(
    cells: pd.DataFrame, columns: Sequence[Column], signs: Key, paint: _Paint, note: str
) -> Figure:
    canvas, wide = Canvas(), min(_WIDEST, (WIDTH - _LABELS) / min(len(columns), _ABREAST))
    heads, letters = _heads(columns, wide)
    top = key(canvas, letters, key(canvas, signs))
    for first in range(0, len(columns), _ABREAST):
        shown = heads[first : first + _ABREAST]
        lefts = [WIDTH - wide * (len(shown) - at) for at in range(len(shown))]
        top = _header(canvas, top + 8 * (first > 0), [each + wide / 2 for each in lefts], shown)
        for heading, rows in by_theme(cells[cells["column"].between(first, first + _ABREAST - 1)]):
            top = section(canvas, top, heading)
            lines = _TEXT.wrap(rows[0].label, lefts[0] - 6)
            high = max(_TEXT.step * len(lines) + 5, 32)
            middle = top + (high + DIGIT_HEIGHT * _TEXT.size) / 2
            canvas.paragraph(0, middle - _TEXT.step * (len(lines) - 1) / 2, lines, _TEXT)
            for cell in rows:
                box = _Box(lefts[cell.column - first] + 1, top + 1, wide - 2, high - 2)
                if cell.withheld:
                    canvas.hatch(box[:2], box[2:])
                elif pd.isna(cell.value):
                    _write(canvas, box, "–", DARK)
                else:
                    paint(canvas, box, cell.value, cell.text)
            top += high
    return foot(canvas, top, note)


def _heads(columns: Sequence[Column], wide: float) -> tuple[list[Column], Key]:
    """The columns as headed: by name and base, or by letters with their key, without room."""
    bases = all(_BASE.width(each.base) <= wide - GAP for each in columns)
    if bases and all(fits(_HEAD, each.label, wide - GAP) for each in columns):
        return list(columns), []
    letters = [chr(ord("A") + place % 26) * (1 + place // 26) for place in range(len(columns))]
    signs = [partial(swatch, words=each, colour="#ffffff") for each in letters]
    named = [(sign, each.words) for sign, each in zip(signs, columns, strict=True)]
    return [Column(each, "") for each in letters], named


def _header(canvas: Canvas, top: float, centres: Sequence[float], heads: Sequence[Column]) -> float:
    """The columns' names and bases, on common lowest lines; where the rows begin."""
    slot = centres[-1] - centres[-2] - GAP if len(centres) > 1 else _WIDEST - GAP
    names = [_HEAD.wrap(each.label, slot) for each in heads]
    below = top + 11 + _HEAD.step * max(map(len, names))
    for x, lines, head in zip(centres, names, heads, strict=True):
        canvas.paragraph(x, below - _HEAD.step * len(lines), lines, _HEAD)
        canvas.text(x, below, head.base, _BASE)
    return below + 5 if heads[0].base else below - 9


def _shade(canvas: Canvas, box: _Box, value: float, text: str, most: int) -> None:
    colour = palette.ramp((value - 1) / most)
    canvas.box(box[:2], box[2:], facecolor=colour)
    _write(canvas, box, text, palette.ink(colour))


def _halves(canvas: Canvas, box: _Box, value: float, text: str, colours: Sequence[str]) -> None:
    """A bar of both stages, the percent at implementation over its start."""
    x, y, wide = box.x + 1, box.y + box.height / 2 + 2, box.width - 2
    canvas.box((x, y), (wide * value, _BAR), facecolor=colours[1])
    canvas.box((x + wide * value, y), (wide * (1 - value), _BAR), facecolor=colours[0])
    canvas.box((x, y), (wide, _BAR), edgecolor=palette.OUTLINE, linewidth=0.75)
    canvas.text(x, y - 4, text, Pen(_VALUE, 600))


def _write(canvas: Canvas, box: _Box, text: str, colour: str) -> None:
    baseline = box.y + (box.height + DIGIT_HEIGHT * _VALUE) / 2
    canvas.text(box.x + box.width / 2, baseline, text, Pen(_VALUE, 600, colour, "center"))
