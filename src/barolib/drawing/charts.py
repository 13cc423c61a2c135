"""The stacked bars of distributions and their legend, drawn from tables that hold every figure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barolib.drawing import palette
from barolib.drawing.canvas import DARK, DIGIT_HEIGHT, MUTED, WIDTH, Canvas, Pen, spread
from barolib.words.numbers import level_digits

_EDGE = 0.5  # half the outline, which must stay on the canvas
_PADDING = 3.0  # least room each side of a label in its segment
_CHIP = (9.0, 4.0)  # swatch under a label that stands above the bar
SWATCH = (22.0, 17.0)
"""Width and height of a level's number on its colour, in pixels."""


class Mark(NamedTuple):
    """The level where implementation starts, and what is written under its bracket."""

    level: int
    text: str


class Place(NamedTuple):
    """Where a percent label stands: its centre in pixels, in its segment or above the bar."""

    x: float
    inside: bool


class Row(NamedTuple):
    """A bar among others: its label, its levels and note as for `bar`, its mark."""

    label: str
    levels: pd.DataFrame
    note: str
    mark: Mark


class _Size(NamedTuple):
    """The height of a bar, how its percents are written, and the size of the texts below."""

    thick: float
    digits: Pen
    small: float

    @property
    def above(self) -> float:
        """The baseline of the percents above the bar."""
        return 1.5 + DIGIT_HEIGHT * self.digits.size

    @property
    def top(self) -> float:
        """The upper edge of the bar."""
        return self.above + 6 + _CHIP[1]


_SMALL = _Size(thick=24, digits=Pen(13), small=11)


def bar(
    levels: pd.DataFrame,
    note: str,
    colours: Sequence[str],
    mark: Mark,
    size: _Size = _SMALL,
) -> Figure:
    """The 100 % stacked bar of an affirmation, every percent shown in the order of the scale.

    `levels` has a row a level: level, percent (integer), share (0–1, of which segments take their
    width), both null where nobody answered, which draws an empty bar; and, where known, origin, by
    which a printed percent is written as printed (level_digits). `note` tells the base. 420
    pixels wide. Raises ValueError where the shares do not make a whole.
    """
    canvas = Canvas()
    return canvas.cut(_bar(canvas, Row("", levels, note, mark), colours, size))


theme_bar = partial(bar, size=_Size(thick=36, digits=Pen(17, 600), small=12))
"""The bar of a whole theme: as `bar`, taller and bolder."""


def bars(
    rows: Sequence[Row], colours: Sequence[str], key: Sequence[str], axis: float | None = None
) -> Figure:
    """Bars one under the other, each under its label, below the legend of their levels.

    `key`: the heads of the legend's two columns, then the names of the levels; or nothing. With
    an `axis`, in pixels, bars are half as wide and all marks stand there: diverging bars.
    """
    canvas, pen = Canvas(), Pen(13, 600)
    if key:
        before, at, *labels = key
        canvas.down(_legend(canvas, labels, colours, Mark(rows[0].mark.level, at), before) + 4)
    for row in rows:
        canvas.down(canvas.paragraph(0, 13, pen.wrap(row.label, WIDTH), pen) - 9)
        canvas.down(_bar(canvas, row, colours, _SMALL, axis) + 10)
    return canvas.cut(0)


def place_labels(shares: Sequence[float], widths: Sequence[float]) -> list[Place]:
    """Where the labels of a bar's segments stand, lowest level first; none touches another.

    `shares` (0–1) are the segments, `widths` those of the labels in pixels. A label that its
    segment cannot hold stands above the bar at the segment's place, pushed aside as others need.
    """
    return _places(_ends(shares), widths)


def _places(ends: np.ndarray, widths: Sequence[float]) -> list[Place]:
    xs = (ends[:-1] + ends[1:]) / 2
    inside = np.diff(ends) >= np.asarray(widths) + 2 * _PADDING
    xs[~inside] = spread(xs[~inside], np.maximum(widths, _CHIP[0])[~inside])
    return list(map(Place, xs.tolist(), inside.tolist()))


def legend(labels: Sequence[str], colours: Sequence[str], mark: Mark, before: str) -> Figure:
    """The numbered levels in two columns: those `before` implementation, those from it on.

    `labels` lowest level first; `before` and the mark's text head the columns.
    """
    canvas = Canvas()
    return canvas.cut(_legend(canvas, labels, colours, mark, before))


def swatch(canvas: Canvas, corner: tuple[float, float], words: str, colour: str) -> None:
    """A level's number on its colour, or the colour alone."""
    canvas.box(corner, SWATCH, facecolor=colour, edgecolor=palette.OUTLINE, linewidth=1)
    baseline = corner[1] + (SWATCH[1] + DIGIT_HEIGHT * 12) / 2
    canvas.text(
        corner[0] + SWATCH[0] / 2, baseline, words, Pen(12, 600, palette.ink(colour), "center")
    )


def _legend(
    canvas: Canvas, labels: Sequence[str], colours: Sequence[str], mark: Mark, before: str
) -> float:
    """The legend on a canvas; where it ends."""
    column, pen = WIDTH / 2 - 8, Pen(12)
    lefts, tops = (0.0, column + 16), [26.0, 26.0]
    for left, words in zip(lefts, (before, mark.text), strict=True):
        canvas.text(left, 12, words, Pen(12, 600))
        canvas.lines([[(left, 18.5), (left + column, 18.5)]])
    for level, (label, colour) in enumerate(zip(labels, colours, strict=True), start=1):
        side = int(level >= mark.level)
        left, top = lefts[side] + _EDGE, tops[side]
        swatch(canvas, (left, top), str(level), colour)
        lines = pen.shorten(label, column - SWATCH[0] - 8)
        end = canvas.paragraph(left + SWATCH[0] + 8, top + 13, lines, pen)
        tops[side] = max(top + SWATCH[1], end - 13) + 5
    return max(tops)


def _bar(
    canvas: Canvas, row: Row, colours: Sequence[str], size: _Size, axis: float | None = None
) -> float:
    """A bar with its percents, bracket and note on a canvas; where it ends."""
    levels, mark = row.levels.sort_values("level"), row.mark
    shares = levels["share"].astype(float).fillna(0.0).to_numpy()
    if shares.any() and not np.isclose(shares.sum(), 1.0):
        raise ValueError(f"the shares of the levels add up to {shares.sum():.4f}, not to 1")
    ends, cut = _ends(shares), int((levels["level"] < mark.level).sum())
    if axis is not None and shares.any():
        ends = axis + (ends - ends[cut]) / 2
    top, bottom = size.top, size.top + size.thick
    for left, right, colour in zip(ends[:-1], ends[1:], colours, strict=True):
        hair = 0.0 if right == ends[-1] else min(1.0, (right - left) / 3)  # white between segments
        if right > left:
            canvas.box((left, top), (right - left - hair, size.thick), facecolor=colour)
    wide = ends[-1] - ends[0] if shares.any() else WIDTH - 2 * _EDGE
    outlined = {"edgecolor": palette.OUTLINE, "linewidth": 1}
    canvas.box((ends[0], top), (wide, size.thick), **outlined)
    if shares.any():
        _percents(canvas, level_digits(levels), ends, colours, size)
    start, end = ends[cut] + _EDGE, ends[-1]
    if start < end:
        high, low = bottom + 2, bottom + 4.5
        canvas.lines([[(start, high), (start, low), (end, low), (end, high)]])
    return _notes(canvas, bottom + 6 + size.small, row.note, mark.text, size.small)


def _ends(shares: Sequence[float]) -> np.ndarray:
    """The bounds of the segments in pixels, one more than there are segments."""
    whole = WIDTH - 2 * _EDGE
    return _EDGE + whole * np.clip(np.concatenate([[0.0], np.cumsum(shares)]), 0, 1)


def _percents(
    canvas: Canvas, texts: Sequence[str], ends: np.ndarray, colours: Sequence[str], size: _Size
) -> None:
    """Every percent, in its segment or above the bar over a chip of its colour."""
    digits, above = size.digits, size.above
    places = _places(ends, [digits.width(text) for text in texts])
    middle = size.top + size.thick / 2 + DIGIT_HEIGHT * digits.size / 2
    for text, (x, inside), colour in zip(texts, places, colours, strict=True):
        pen = Pen(digits.size, digits.weight, palette.ink(colour) if inside else DARK, "center")
        canvas.text(x, middle if inside else above, text, pen)
        if not inside:
            style = {"facecolor": colour, "edgecolor": palette.OUTLINE, "linewidth": 0.75}
            canvas.box((x - _CHIP[0] / 2, above + 3), _CHIP, **style)


def _notes(canvas: Canvas, line: float, note: str, mark: str, size: float) -> float:
    """The mark's text to the right, the note to the left of it, or under it without room."""
    small, right = Pen(size, colour=MUTED), Pen(size, 600, align="right")
    canvas.text(WIDTH, line, mark, right)
    if small.width(note) + right.width(mark) + 12 > WIDTH:
        line += small.step
    end = canvas.paragraph(0, line, small.wrap(note, WIDTH), small)
    return end - small.step + 3.5
