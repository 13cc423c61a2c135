"""The stacked bars of distributions and their legend, drawn from tables that hold every figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barolib.drawing import palette
from barolib.drawing.canvas import DARK, DIGIT_HEIGHT, MUTED, SWATCH, WIDTH, Canvas, Pen, spread
from barolib.i18n.numbers import level_digits

_EDGE = 0.5  # half the outline, which must stay on the canvas
_PADDING = 3.0  # least room each side of a label in its segment
_CHIP = (9.0, 4.0)  # swatch under a label that stands above the bar


class Bar(NamedTuple):
    """A distribution: its levels, what is said of its base and of its share at implementation.

    `levels` has a row a level: level, percent (integer), share (0–1, of which segments take their
    width), both null where nobody answered, which draws an empty bar; and, where known, origin, by
    which a printed percent is written as printed (numbers.level_digits). `mark` stands under a
    bracket over the levels from `start` on; `label` over the bar.
    """

    levels: pd.DataFrame
    note: str
    start: int
    mark: str
    label: str = ""


class Legend(NamedTuple):
    """The names of the levels, lowest first; those from `start` on stand under the second head."""

    labels: Sequence[str]
    start: int
    heads: Sequence[str]


class Size(NamedTuple):
    """The height of a bar, how its percents are written, and the size of the texts below."""

    height: float
    digits: Pen
    small: float


SMALL = Size(height=24, digits=Pen(13), small=11)
LARGE = Size(height=36, digits=Pen(17, 600), small=12)


def stacked_bars(
    bars: Sequence[Bar],
    colours: Sequence[str],
    legend: Legend | None = None,
    size: Size = SMALL,
    pivot: float | None = None,
) -> Figure:
    """100 % stacked bars, every percent shown in the order of the scale, below their legend.

    Parameters
    ----------
    bars : sequence of Bar
        From top to bottom.
    colours : sequence of str
        A colour a level, the lowest first (palette.colours).
    legend : Legend, optional
        Over the bars; by default none.
    size : Size, optional
        SMALL or LARGE.
    pivot : float, optional
        In pixels; bars are then half as wide and all marks stand there: diverging bars.

    Returns
    -------
    Figure
        420 pixels wide.

    Raises
    ------
    ValueError
        Where the shares of a bar do not make a whole.

    Examples
    --------
    >>> import barolib
    >>> levels = barolib.open("2021").tables["distributions"].head(6)
    >>> figure = stacked_bars([Bar(levels, "n = 32", 4, "44 %")], palette.colours(6, 4))
    >>> float(figure.get_size_inches()[0] * 72)
    420.0
    """
    canvas, pen = Canvas(), Pen(13, 600)
    if legend:
        _legend(canvas, legend, colours)
        canvas.top += 4 if bars else 0
    for bar in bars:
        if bar.label:
            label = pen.wrap(bar.label, WIDTH)
            canvas.top = canvas.paragraph(0, canvas.top + 13, label, pen) - 9
        _bar(canvas, bar, colours, size, pivot)
        canvas.top += 10 if bar.label else 0
    return canvas.finish()


def place_labels(bounds: np.ndarray, widths: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Where labels of these widths stand in a bar, their centres in pixels; none touches another.

    `bounds` are those of the segments, lowest level first. Second, whether a label stands inside:
    one that its segment cannot hold stands above the bar there, pushed aside as others need.
    """
    centres = (bounds[:-1] + bounds[1:]) / 2
    inside = np.diff(bounds) >= np.asarray(widths) + 2 * _PADDING
    centres[~inside] = spread(centres[~inside], np.maximum(widths, _CHIP[0])[~inside])
    return centres, inside


def _legend(canvas: Canvas, legend: Legend, colours: Sequence[str]) -> None:
    """The numbered levels in two columns: those before implementation, those from it on."""
    column, pen = WIDTH / 2 - 8, Pen(12)
    lefts, tops = (0.0, column + 16), [26.0, 26.0]
    for left, head in zip(lefts, legend.heads, strict=True):
        canvas.text(left, 12, head, Pen(12, 600))
        canvas.line([left, left + column], [18.5, 18.5])
    for level, (label, colour) in enumerate(zip(legend.labels, colours, strict=True), start=1):
        side = int(level >= legend.start)
        left, top = lefts[side] + _EDGE, tops[side]
        canvas.swatch(left + SWATCH[0] / 2, top + SWATCH[1] / 2, str(level), colour)
        lines = pen.shorten(label, column - SWATCH[0] - 8)
        end = canvas.paragraph(left + SWATCH[0] + 8, top + 13, lines, pen)
        tops[side] = max(top + SWATCH[1], end - 13) + 5
    canvas.top = max(tops)


def _bar(canvas: Canvas, bar: Bar, colours: Sequence[str], size: Size, pivot: float | None) -> None:
    """A bar with its percents, bracket and note."""
    levels = bar.levels.sort_values("level")
    shares = levels["share"].astype(float).fillna(0.0).to_numpy()
    answered = shares.any()
    if answered and not np.isclose(shares.sum(), 1.0):
        raise ValueError(f"the shares of the levels add up to {shares.sum():.4f}, not to 1")
    cumulated = np.concatenate([[0.0], np.cumsum(shares)])
    bounds = _EDGE + (WIDTH - 2 * _EDGE) * np.clip(cumulated, 0, 1)
    first = int((levels["level"] < bar.start).sum())
    if pivot is not None and answered:
        bounds = pivot + (bounds - bounds[first]) / 2
    above = canvas.top + 1.5 + DIGIT_HEIGHT * size.digits.size  # baseline of percents over the bar
    top, widths = above + 6 + _CHIP[1], np.diff(bounds)
    gaps = np.where(bounds[1:] < bounds[-1], np.minimum(1.0, widths / 3), 0)  # white between
    for left, width, colour in zip(bounds[:-1], widths - gaps, colours, strict=True):
        if width > 0:
            canvas.box((left, top), (width, size.height), facecolor=colour)
    whole = bounds[-1] - bounds[0] if answered else WIDTH - 2 * _EDGE
    canvas.box((bounds[0], top), (whole, size.height), edgecolor=palette.OUTLINE, linewidth=1)
    if answered:
        texts = level_digits(levels)
        places = place_labels(bounds, [size.digits.width(text) for text in texts])
        for text, x, inside, colour, share in zip(texts, *places, colours, shares, strict=True):
            ink = palette.ink(colour) if inside else DARK
            pen = Pen(size.digits.size, size.digits.weight, ink, "center")
            middle = top + (size.height + DIGIT_HEIGHT * pen.size) / 2
            canvas.text(x, middle if inside else above, text, pen)
            if not inside and share:  # no swatch of a segment that is not there
                chip = {"facecolor": colour, "edgecolor": palette.OUTLINE, "linewidth": 0.75}
                canvas.box((x - _CHIP[0] / 2, above + 3), _CHIP, **chip)
    canvas.top = top + size.height
    start, end = bounds[first] + _EDGE, bounds[-1]
    if start < end:
        canvas.line([start, start, end, end], canvas.top + np.array([2, 4.5, 4.5, 2]))
    _notes(canvas, bar, size.small)


def _notes(canvas: Canvas, bar: Bar, size: float) -> None:
    """The mark's text to the right, the note to the left of it, or under it without room."""
    small, right = Pen(size, colour=MUTED), Pen(size, 600, align="right")
    line = canvas.top + 6 + size
    canvas.text(WIDTH, line, bar.mark, right)
    if small.width(bar.note) + right.width(bar.mark) + 12 > WIDTH:
        line += small.line_height
    end = canvas.paragraph(0, line, small.wrap(bar.note, WIDTH), small)
    canvas.top = end - small.line_height + 3.5
