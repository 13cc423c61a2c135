"""The charts of the study, drawn from tables that hold every figure; none is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barolib import palette
from barolib.canvas import DARK, DIGIT_HEIGHT, FONT_FAMILY, MUTED, WIDTH, Canvas, Pen, spread

__all__ = [
    "FONT_FAMILY",
    "SWATCH",
    "WIDTH",
    "Mark",
    "Place",
    "bar",
    "legend",
    "place_labels",
    "swatch",
    "theme_bar",
]

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


@dataclass(frozen=True)
class _Size:
    """Sizes of a stacked bar in pixels: its height, its percents, the texts below, gaps."""

    thick: float
    digits: Pen
    small: float

    @property
    def above(self) -> float:
        """Baseline of the labels above the bar."""
        return 1.5 + DIGIT_HEIGHT * self.digits.size

    @property
    def top(self) -> float:
        """Upper edge of the bar."""
        return self.above + 3 + _CHIP[1] + 3

    @property
    def bottom(self) -> float:
        """Lower edge of the bar."""
        return self.top + self.thick


_BAR = _Size(thick=24, digits=Pen(13, align="center"), small=11)
_THEME_BAR = _Size(thick=36, digits=Pen(17, 600, align="center"), small=12)


def bar(levels: pd.DataFrame, note: str, colours: Sequence[str], mark: Mark) -> Figure:
    """The 100 % stacked bar of an affirmation, every percent shown in the order of the scale.

    `levels` has a row a level: level, percent (printed integer), share (0–1, of which segments
    take their width); both null where nobody answered, which draws an empty bar. `note` tells the
    base. 420 pixels wide. Raises ValueError where the shares do not make a whole.
    """
    return _stacked(levels, note, colours, mark, _BAR)


def theme_bar(levels: pd.DataFrame, note: str, colours: Sequence[str], mark: Mark) -> Figure:
    """The bar of a whole theme: as `bar`, taller and bolder."""
    return _stacked(levels, note, colours, mark, _THEME_BAR)


def place_labels(shares: Sequence[float], widths: Sequence[float]) -> list[Place]:
    """Where the labels of a bar's segments stand, lowest level first; none touches another.

    `shares` (0–1) are the segments, `widths` those of the labels in pixels. A label that its
    segment cannot hold stands above the bar at the segment's place, pushed aside as others need.
    """
    ends = _ends(shares)
    centres = (ends[:-1] + ends[1:]) / 2
    inside = np.diff(ends) >= np.asarray(widths) + 2 * _PADDING
    room = np.maximum(widths, _CHIP[0])
    xs = centres.copy()
    xs[~inside] = spread(centres[~inside], room[~inside])
    return [Place(float(x), bool(fits)) for x, fits in zip(xs, inside, strict=True)]


def legend(labels: Sequence[str], colours: Sequence[str], mark: Mark, before: str) -> Figure:
    """The numbered levels in two columns: those `before` implementation, those from it on.

    `labels` lowest level first; `before` and the mark's text head the columns.
    """
    column = WIDTH / 2 - 8
    pen, head = Pen(12), Pen(12, 600)
    canvas, lefts, tops = Canvas(), (0.0, column + 16), [26.0, 26.0]
    for left, words in zip(lefts, (before, mark.text), strict=True):
        canvas.text(left, 12, words, head)
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
    if words:
        baseline = corner[1] + (SWATCH[1] + DIGIT_HEIGHT * 12) / 2
        pen = Pen(12, 600, palette.ink(colour), "center")
        canvas.text(corner[0] + SWATCH[0] / 2, baseline, words, pen)


def _stacked(
    levels: pd.DataFrame, note: str, colours: Sequence[str], mark: Mark, size: _Size
) -> Figure:
    levels = levels.sort_values("level")
    shares = levels["share"].astype(float).fillna(0.0).to_numpy()
    if shares.any() and not np.isclose(shares.sum(), 1.0):
        raise ValueError(f"the shares of the levels add up to {shares.sum():.4f}, not to 1")
    small, right = Pen(size.small, colour=MUTED), Pen(size.small, 600, align="right")
    apart = small.width(note) + right.width(mark.text) + 12 > WIDTH
    notes = small.wrap(note, WIDTH)
    line = size.bottom + 6 + size.small
    canvas = Canvas()
    ends = _ends(shares)
    _segments(canvas, ends, colours, size)
    if shares.any():
        _percents(canvas, levels["percent"], shares, colours, size)
    start = ends[int((levels["level"] < mark.level).sum())]
    if start < ends[-1]:
        high, low = size.bottom + 2, size.bottom + 4.5
        canvas.lines(
            [[(start + _EDGE, high), (start + _EDGE, low), (ends[-1], low), (ends[-1], high)]]
        )
    canvas.text(WIDTH, line, mark.text, right)
    end = canvas.paragraph(0, line + small.step * apart, notes, small)
    return canvas.cut(end - small.step + 3.5)


def _ends(shares: Sequence[float]) -> np.ndarray:
    """The bounds of the segments in pixels, one more than there are segments."""
    whole = WIDTH - 2 * _EDGE
    return _EDGE + whole * np.clip(np.concatenate([[0.0], np.cumsum(shares)]), 0, 1)


def _segments(canvas: Canvas, ends: np.ndarray, colours: Sequence[str], size: _Size) -> None:
    """The segments of a bar, a hair of white between them, and the outline around all."""
    for left, right, colour in zip(ends[:-1], ends[1:], colours, strict=True):
        width = right - left
        if width > 0:
            hair = 0.0 if right == ends[-1] else min(1.0, width / 3)
            canvas.box((left, size.top), (width - hair, size.thick), facecolor=colour)
    whole = (WIDTH - 2 * _EDGE, size.thick)
    canvas.box((_EDGE, size.top), whole, edgecolor=palette.OUTLINE, linewidth=1)


def _percents(
    canvas: Canvas,
    percents: pd.Series,
    shares: Sequence[float],
    colours: Sequence[str],
    size: _Size,
) -> None:
    """Every percent, in its segment or above the bar over a chip of its colour."""
    texts = [str(int(each)) for each in percents]
    places = place_labels(shares, [size.digits.width(text) for text in texts])
    middle = size.top + size.thick / 2 + DIGIT_HEIGHT * size.digits.size / 2
    for text, place, colour in zip(texts, places, colours, strict=True):
        tint = palette.ink(colour) if place.inside else DARK
        pen = Pen(size.digits.size, size.digits.weight, tint, "center")
        canvas.text(place.x, middle if place.inside else size.above, text, pen)
        if not place.inside:
            corner = (place.x - _CHIP[0] / 2, size.above + 3)
            canvas.box(corner, _CHIP, facecolor=colour, edgecolor=palette.OUTLINE, linewidth=0.75)
