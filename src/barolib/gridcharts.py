"""The charts that set themes against subgroups: a row a theme, a column a subgroup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from barolib import palette
from barolib.canvas import DARK, DIGIT_HEIGHT, GAP, MUTED, WIDTH, Canvas, Pen
from barolib.charts import swatch
from barolib.scorecharts import Column, Key, Scale, by_theme, foot, gap_key, key, section

_ABREAST = 8  # columns side by side; more stand in a further grid below
_LABELS, _WIDEST = 132.0, 89.0  # least width of the themes' labels, greatest of a column
_BAR = 10.0  # height of a bar
_TEXT, _BASE = Pen(12), Pen(10.5, colour=MUTED, align="center")
_HEAD, _VALUE = Pen(10.5, 600, align="center"), 13.0

Box = tuple[float, float, float, float]
"""Left, top, width and height of a cell."""
Paint = Callable[[Canvas, Box, pd.Series], object]


def score_grid(
    cells: pd.DataFrame, columns: Sequence[Column], scale: Scale, gaps: Sequence[str], note: str
) -> Figure:
    """The heat map of mean scores: darker is higher, every score written; 420 pixels wide.

    `cells` and `gaps` as for scorecharts.group_profiles; withheld cells are hatched. Shades are
    those of a single hue, the same from 1 to K in every chart of the scale.
    """
    most = len(scale.labels) - 1
    signs = [
        (partial(swatch, words=str(place + 1), colour=palette.ramp(place / most)), label)
        for place, label in enumerate(scale.labels)
    ]
    paint = partial(_shade, most=most)
    return _grid(cells, columns, [*signs, *gap_key(cells, gaps)], paint, note)


def stage_grid(
    cells: pd.DataFrame, columns: Sequence[Column], scale: Scale, gaps: Sequence[str], note: str
) -> Figure:
    """Bars of the share at implementation, by theme and subgroup; 420 pixels wide.

    `cells` and `gaps` as for scorecharts.group_profiles; value is a share (0–1), text its percent.
    `scale` has the names and colours of the two stages: before implementation and at it.
    """
    names = zip(scale.labels, scale.colours, strict=True)
    signs = [(partial(swatch, words="", colour=colour), label) for label, colour in names]
    paint = partial(_halves, colours=scale.colours)
    return _grid(cells, columns, [*signs, *gap_key(cells, gaps)], paint, note)


def _grid(
    cells: pd.DataFrame, columns: Sequence[Column], signs: Key, paint: Paint, note: str
) -> Figure:
    canvas, wide = Canvas(), min(_WIDEST, (WIDTH - _LABELS) / min(len(columns), _ABREAST))
    heads, letters = _heads(columns, wide)
    top = key(canvas, letters, key(canvas, signs))
    for first in range(0, len(columns), _ABREAST):
        shown = range(first, min(first + _ABREAST, len(columns)))
        lefts = {place: WIDTH - wide * (shown.stop - place) for place in shown}
        centres = [lefts[place] + wide / 2 for place in shown]
        top = _header(canvas, top + 8 * (first > 0), centres, heads[first : shown.stop])
        for heading, label, rows in by_theme(cells[cells["column"].isin(shown)]):
            top = section(canvas, top, heading)
            lines = _TEXT.wrap(label, lefts[first] - 6)
            high = max(_TEXT.step * len(lines) + 5, 32)
            middle = top + (high + DIGIT_HEIGHT * _TEXT.size) / 2
            canvas.paragraph(0, middle - _TEXT.step * (len(lines) - 1) / 2, lines, _TEXT)
            for _, cell in rows.iterrows():
                box = (lefts[cell["column"]] + 1, top + 1, wide - 2, high - 2)
                if cell["withheld"]:
                    canvas.hatch(box[:2], box[2:])
                elif pd.isna(cell["value"]):
                    _write(canvas, box, "–", DARK)
                else:
                    paint(canvas, box, cell)
            top += high
    return foot(canvas, top, note)


def _heads(columns: Sequence[Column], wide: float) -> tuple[list[Column], Key]:
    """The columns as headed: by name and base, or by letters with their key, without room."""
    words = [(_HEAD, word) for each in columns for word in each.label.split(" ")]
    words += [(_BASE, each.base) for each in columns]
    if all(pen.width(word) <= wide - GAP for pen, word in words):
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
        if head.base:
            canvas.text(x, below, head.base, _BASE)
    return below + 5 if heads[0].base else below - 9


def _shade(canvas: Canvas, box: Box, cell: pd.Series, most: int) -> None:
    colour = palette.ramp((cell["value"] - 1) / most)
    canvas.box(box[:2], box[2:], facecolor=colour)
    _write(canvas, box, cell["text"], palette.ink(colour))


def _halves(canvas: Canvas, box: Box, cell: pd.Series, colours: Sequence[str]) -> None:
    """A bar of both stages, the percent at implementation over its start."""
    x, y, wide = box[0] + 1, box[1] + box[3] / 2 + 2, box[2] - 2
    split = wide * cell["value"]
    canvas.box((x, y), (split, _BAR), facecolor=colours[1])
    canvas.box((x + split, y), (wide - split, _BAR), facecolor=colours[0])
    canvas.box((x, y), (wide, _BAR), edgecolor=palette.OUTLINE, linewidth=0.75)
    canvas.text(x, y - 4, cell["text"], Pen(_VALUE, 600))


def _write(canvas: Canvas, box: Box, text: str, colour: str) -> None:
    baseline = box[1] + (box[3] + DIGIT_HEIGHT * _VALUE) / 2
    canvas.text(box[0] + box[2] / 2, baseline, text, Pen(_VALUE, 600, colour, "center"))
