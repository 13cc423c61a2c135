"""The charts that set two editions side by side, drawn from rows whose every text is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from barolib.drawing import palette
from barolib.drawing.canvas import DARK, MUTED, WIDTH, Canvas, Pen
from barolib.drawing.charts import SWATCH, swatch
from barolib.drawing.scorecharts import Axis, Key, Row, Scale, by_theme, foot, key, section

_Corner = tuple[float, float]
# The shape, size and colours of the sign of each verdict, which no two share.
_VERDICTS = {
    "progress": ("^", 11, {"facecolor": palette.COOL}),
    "decline": ("v", 11, {"facecolor": palette.WARM}),
    "stable": ("s", 8, {"facecolor": palette.OUTLINE}),
}
_UNSURE = ("D", 7, {"facecolor": "white", "edgecolor": palette.OUTLINE})
_PERCENTS = Axis((0, 25, 50, 75, 100), inset=14.0)
_BOUNDS = (10, 20, 50, 100)  # of an axis of points
_STRONG, _SMALL = Pen(13, 600, align="right"), Pen(11, colour=MUTED)
_SAID = Pen(11, 600, align="right")
_LANE, _THICK, _BAR = 15.0, 7.0, 11.0  # of the interval under the shares; a range; a bar
_NUMBER = 40.0  # width of a column of percents


def dumbbells(rows: pd.DataFrame, names: Sequence[str], note: str) -> Figure:
    """The share of each affirmation in two editions, hollow before and filled after.

    `rows` has a row an affirmation: theme_id (its key), section, label; before and after in
    percent, ci_low, ci_high and detectable in points from `before` (the last missing where none),
    verdict; as written: text (the delta), told (shares and bases, interval), said (the verdict).
    `names`: what the signs of before, after, interval and detectable rise mean. 420 pixels wide.
    """
    canvas = Canvas()
    shown = [_hollow, _filled, interval_sign, _rise]
    signs = list(zip(shown, names, strict=True))
    axis, top = _PERCENTS, key(canvas, signs[: 4 if rows["detectable"].notna().any() else 3])

    def paint(row: Row, y: float) -> float:
        before, after = axis.x(row.before), axis.x(row.after)
        canvas.lines([[(before, y), (after, y)]], edgecolor=palette.COOL, linewidth=3)
        _hollow(canvas, _corner(before, y))
        _filled(canvas, _corner(after, y))
        bounds = (row.before + row.ci_low, row.before + row.ci_high)
        axis.interval(canvas, bounds, y + _LANE, MUTED)
        if row.before + row.detectable <= axis.values[-1]:
            _rise(canvas, _corner(axis.x(row.before + row.detectable), y + _LANE))
        return y + _LANE + 7

    top = _numbers(canvas, axis, top, "d")
    return foot(canvas, _rows(canvas, axis, top, rows, paint), note)


def differences(rows: pd.DataFrame, signs: Key, note: str) -> Figure:
    """The delta of each row in points, on a line around 0; 420 pixels wide.

    `rows` as for `dumbbells`, with low and high (both the delta, or the range that it lies in)
    instead of the shares, and ci_low and ci_high missing where there is no interval.
    """
    canvas = Canvas()
    farthest = rows[["low", "high", "ci_low", "ci_high"]].abs().max(axis=None)
    bound = next(each for each in _BOUNDS if each >= farthest - 1e-6)
    axis = Axis((-bound, -bound // 2, 0, bound // 2, bound), inset=20.0)

    def paint(row: Row, y: float) -> float:
        low, high = axis.x(row.low), axis.x(row.high)
        canvas.lines([[(axis.x(0), y - 8), (axis.x(0), y + 8)]], edgecolor=DARK, linewidth=2)
        if pd.notna(row.ci_low):
            axis.interval(canvas, (row.ci_low, row.ci_high), y, MUTED)
        if high > low:
            canvas.box((low, y - _THICK / 2), (high - low, _THICK), facecolor=palette.COOL)
        else:
            verdict_sign(canvas, _corner(low, y), row.verdict)
        return y + 8

    top = _numbers(canvas, axis, key(canvas, signs), "+d")
    return foot(canvas, _rows(canvas, axis, top, rows, paint), note)


def cumulated(rows: pd.DataFrame, scale: Scale, note: str) -> Figure:
    """Two bars an affirmation: the share at each cut or above, in one edition and the other.

    `rows` has a row an affirmation and edition: theme_id (the affirmation), section, label,
    edition (with its base, as written), shares (0–1, one a cut, lowest cut first) and texts (their
    percents). `scale`: the names and colours of the cuts, over the percents. 420 pixels wide.
    """
    canvas, rights = Canvas(), [WIDTH - _NUMBER * at for at in range(len(scale.labels))][::-1]
    signs = [partial(swatch, words="", colour=each) for each in scale.colours]
    top = key(canvas, list(zip(signs, scale.labels, strict=True))) + 4
    for right, sign in zip(rights, signs, strict=True):
        sign(canvas, (right - SWATCH[0] - 0.5, top - 4))
    left = min(rows["edition"].map(_SMALL.width).max() + 8, 150.0)
    whole, label = rights[0] - _NUMBER - left, Pen(13)
    for heading, own in by_theme(rows):
        top = section(canvas, top, heading)
        lines = label.wrap(own[0].label, rights[0] - _NUMBER)
        top = canvas.paragraph(0, top + 12, lines, label) - 10
        for row in own:
            for share, colour in zip(row.shares, scale.colours, strict=True):
                end = left + whole * share
                canvas.box((left, top), (end - left, _BAR), facecolor=colour)
                canvas.lines([[(end, top), (end, top + _BAR)]], edgecolor="white", linewidth=1.2)
            canvas.box((left, top), (whole, _BAR), edgecolor=palette.OUTLINE, linewidth=0.75)
            for place, (right, text) in enumerate(zip(rights, row.texts, strict=True)):
                canvas.text(right, top + 10, text, Pen(12, 400 if place else 600, align="right"))
            end = canvas.paragraph(0, top + 9.5, _SMALL.wrap(row.edition, left - 8), _SMALL)
            top = max(top + _BAR + 4, end - 8)
        top += 5
    return foot(canvas, top, note)


def verdict_sign(canvas: Canvas, corner: _Corner, verdict: str) -> None:
    """The sign of a verdict, in the place of a swatch."""
    shape, size, style = _VERDICTS.get(verdict, _UNSURE)
    _mark(canvas, corner, shape, size, **style)


def range_sign(canvas: Canvas, corner: _Corner) -> None:
    """The sign of a range of deltas, in the place of a swatch."""
    y = corner[1] + (SWATCH[1] - _THICK) / 2
    canvas.box((corner[0], y), (SWATCH[0], _THICK), facecolor=palette.COOL)


def interval_sign(canvas: Canvas, corner: _Corner) -> None:
    """The sign of an interval, in the place of a swatch."""
    (x, top), (wide, high) = corner, SWATCH
    ends = [[(at, top + 2), (at, top + high - 2)] for at in (x + 1, x + wide - 1)]
    middle = [(x + 1, top + high / 2), (x + wide - 1, top + high / 2)]
    canvas.lines([middle, *ends], edgecolor=MUTED, linewidth=2)


def _mark(canvas: Canvas, corner: _Corner, shape: str, size: float, **style: object) -> None:
    canvas.mark((corner[0] + SWATCH[0] / 2, corner[1] + SWATCH[1] / 2), shape, size, **style)


_hollow = partial(_mark, shape="o", size=11, facecolor="white", edgecolor=palette.COOL, linewidth=2)
_filled = partial(_mark, shape="o", size=13, facecolor=palette.COOL)


def _rise(canvas: Canvas, corner: _Corner) -> None:
    """The sign of the smallest detectable rise: an upright dashed line."""
    x = corner[0] + SWATCH[0] / 2
    dashed = {"edgecolor": DARK, "linewidth": 1.5, "linestyle": (0, (2, 1.5))}
    canvas.lines([[(x, corner[1] + 1), (x, corner[1] + SWATCH[1] - 1)]], **dashed)


def _corner(x: float, y: float) -> _Corner:
    return x - SWATCH[0] / 2, y - SWATCH[1] / 2


def _numbers(canvas: Canvas, axis: Axis, top: float, form: str) -> float:
    """The values of the axis where its ticks stand; where the rows begin."""
    pen = Pen(10.5, colour=MUTED, align="center")
    for value in axis.values:
        number = format(value, form if value else "d").replace("-", "−")
        canvas.text(axis.x(value), top + 10, number, pen)
    return top + 16


def _rows(
    canvas: Canvas,
    axis: Axis,
    top: float,
    rows: pd.DataFrame,
    paint: Callable[[Row, float], float],
) -> float:
    """Each row: label and delta, its drawing on the axis, figures and verdict; the lower edge."""
    for heading, (row,) in by_theme(rows):
        top = section(canvas, top, heading)
        canvas.text(WIDTH, top + 12, row.text, _STRONG)
        y = axis.row(canvas, top, row.label, _STRONG.width(row.text) + 12)
        line, said = paint(row, y) + 12, _SAID.width(row.said)
        canvas.text(WIDTH, line, row.said, _SAID)
        verdict_sign(canvas, _corner(WIDTH - said - 10, line - 4), row.verdict)
        lines = _SMALL.wrap(row.told, WIDTH, first=WIDTH - said - 28)
        top = canvas.paragraph(0, line, lines, _SMALL) - 4
    return top
