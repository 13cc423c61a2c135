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


class _Size(NamedTuple):
    """The height of a bar, how its percents are written, and the size of the texts below."""

    thick: float
    digits: Pen
    small: float


def bar(
    levels: pd.DataFrame,
    note: str,
    colours: Sequence[str],
    mark: Mark,
    size: _Size = _Size(thick=24, digits=Pen(13), small=11),  # noqa: B008
) -> Figure:
    """The 100 % stacked bar of an affirmation, every percent shown in the order of the scale.

    `levels` has a row a level: level, percent (printed integer), share (0–1, of which segments
    take their width); both null where nobody answered, which draws an empty bar. `note` tells the
    base. 420 pixels wide. Raises ValueError where the shares do not make a whole.
    """
    levels = levels.sort_values("level")
    shares = levels["share"].astype(float).fillna(0.0).to_numpy()
    if shares.any() and not np.isclose(shares.sum(), 1.0):
        raise ValueError(f"the shares of the levels add up to {shares.sum():.4f}, not to 1")
    canvas, ends = Canvas(), _ends(shares)
    above = 1.5 + DIGIT_HEIGHT * size.digits.size
    top, bottom = above + 6 + _CHIP[1], above + 6 + _CHIP[1] + size.thick
    for left, right, colour in zip(ends[:-1], ends[1:], colours, strict=True):
        hair = 0.0 if right == ends[-1] else min(1.0, (right - left) / 3)  # white between segments
        if right > left:
            canvas.box((left, top), (right - left - hair, size.thick), facecolor=colour)
    outlined = {"edgecolor": palette.OUTLINE, "linewidth": 1}
    canvas.box((_EDGE, top), (WIDTH - 2 * _EDGE, size.thick), **outlined)
    if shares.any():
        _percents(canvas, levels, colours, size, (above, top + size.thick / 2))
    start, end = ends[int((levels["level"] < mark.level).sum())] + _EDGE, ends[-1]
    if start < end:
        high, low = bottom + 2, bottom + 4.5
        canvas.lines([[(start, high), (start, low), (end, low), (end, high)]])
    return _notes(canvas, bottom + 6 + size.small, note, mark.text, size.small)


theme_bar = partial(bar, size=_Size(thick=36, digits=Pen(17, 600), small=12))
"""The bar of a whole theme: as `bar`, taller and bolder."""


def place_labels(shares: Sequence[float], widths: Sequence[float]) -> list[Place]:
    """Where the labels of a bar's segments stand, lowest level first; none touches another.

    `shares` (0–1) are the segments, `widths` those of the labels in pixels. A label that its
    segment cannot hold stands above the bar at the segment's place, pushed aside as others need.
    """
    ends = _ends(shares)
    xs = (ends[:-1] + ends[1:]) / 2
    inside = np.diff(ends) >= np.asarray(widths) + 2 * _PADDING
    xs[~inside] = spread(xs[~inside], np.maximum(widths, _CHIP[0])[~inside])
    return list(map(Place, xs.tolist(), inside.tolist()))


def legend(labels: Sequence[str], colours: Sequence[str], mark: Mark, before: str) -> Figure:
    """The numbered levels in two columns: those `before` implementation, those from it on.

    `labels` lowest level first; `before` and the mark's text head the columns.
    """
    column, pen = WIDTH / 2 - 8, Pen(12)
    canvas, lefts, tops = Canvas(), (0.0, column + 16), [26.0, 26.0]
    for left, words in zip(lefts, (before, mark.text), strict=True):
        canvas.text(left, 12, words, Pen(12, 600))
        canvas.lines([[(left, 18.5), (left + column, 18.5)]])
    for level, (label, colour) in enumerate(zip(labels, colours, strict=True), start=1):
        side = int(level >= mark.level)
        left, top = lefts[side] + _EDGE, tops[side]
        swatch(canvas, (left, top), str(level), colour)
        lines = pen.wrap(label, column - SWATCH[0] - 8)
        end = canvas.paragraph(left + SWATCH[0] + 8, top + 13, lines, pen)
        tops[side] = max(top + SWATCH[1], end - 13) + 5
    return canvas.cut(max(tops))


def swatch(canvas: Canvas, corner: tuple[float, float], words: str, colour: str) -> None:
    """A level's number on its colour, or the colour alone."""
    canvas.box(corner, SWATCH, facecolor=colour, edgecolor=palette.OUTLINE, linewidth=1)
    baseline = corner[1] + (SWATCH[1] + DIGIT_HEIGHT * 12) / 2
    canvas.text(
        corner[0] + SWATCH[0] / 2, baseline, words, Pen(12, 600, palette.ink(colour), "center")
    )


def _ends(shares: Sequence[float]) -> np.ndarray:
    """The bounds of the segments in pixels, one more than there are segments."""
    whole = WIDTH - 2 * _EDGE
    return _EDGE + whole * np.clip(np.concatenate([[0.0], np.cumsum(shares)]), 0, 1)


def _percents(
    canvas: Canvas,
    levels: pd.DataFrame,
    colours: Sequence[str],
    size: _Size,
    heights: tuple[float, float],
) -> None:
    """Every percent, in its segment or above the bar over a chip of its colour."""
    digits, (above, middle) = size.digits, heights
    texts = [str(int(each)) for each in levels["percent"]]
    places = place_labels(levels["share"], [digits.width(text) for text in texts])
    for text, (x, inside), colour in zip(texts, places, colours, strict=True):
        pen = Pen(digits.size, digits.weight, palette.ink(colour) if inside else DARK, "center")
        canvas.text(x, middle + DIGIT_HEIGHT * digits.size / 2 if inside else above, text, pen)
        if not inside:
            style = {"facecolor": colour, "edgecolor": palette.OUTLINE, "linewidth": 0.75}
            canvas.box((x - _CHIP[0] / 2, above + 3), _CHIP, **style)


def _notes(canvas: Canvas, line: float, note: str, mark: str, size: float) -> Figure:
    """The mark's text to the right, the note to the left of it, or under it without room."""
    small, right = Pen(size, colour=MUTED), Pen(size, 600, align="right")
    canvas.text(WIDTH, line, mark, right)
    if small.width(note) + right.width(mark) + 12 > WIDTH:
        line += small.step
    end = canvas.paragraph(0, line, small.wrap(note, WIDTH), small)
    return canvas.cut(end - small.step + 3.5)
