"""The charts that set two editions side by side, drawn from rows whose every text is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barolib.drawing import palette, themerows
from barolib.drawing.canvas import DARK, MUTED, SWATCH, WIDTH, Canvas, Pen
from barolib.drawing.themerows import Key, Row, Scale

_PERCENTS = (0, 25, 50, 75, 100)
_BOUNDS = (10, 20, 50, 100)  # of an axis of points
_SMALL, _VERDICT = Pen(11, colour=MUTED), Pen(11, 600, align="right")
_BAR, _COLUMN = 11.0, 78.0  # height of a bar; greatest width of a column of percents

# How lines and markers are drawn, on an axis as in a themerows.key. No two verdicts share a marker.
_RIM: dict[str, Any] = {"mec": "white", "mew": 1.5, "linestyle": "none"}
VERDICTS = {
    "progress": _RIM | {"marker": "^", "markersize": 11, "color": DARK},
    "decline": _RIM | {"marker": "v", "markersize": 11, "color": DARK},
    "stable": _RIM | {"marker": "s", "markersize": 8, "color": DARK},
}
UNSURE = _RIM | {"marker": "D", "markersize": 7, "color": "white", "mec": DARK}
_BEFORE = _RIM | {"marker": "o", "markersize": 11, "color": "white", "mew": 2}
_BEFORE["mec"] = palette.IMPLEMENTATION
_AFTER = _RIM | {"marker": "o", "markersize": 13, "color": palette.IMPLEMENTATION}
_CAP: dict[str, Any] = {"marker": "|", "markersize": 14, "mew": 2, "color": MUTED}
_RISE: dict[str, Any] = {"color": DARK, "linewidth": 1.5, "linestyle": (0, (2, 1.5))}
_RISE_HEIGHT = (-9.0, 9.0)
_RANGE: dict[str, Any] = {"color": palette.IMPLEMENTATION, "linewidth": 7, "solid_capstyle": "butt"}

before_sign = partial(Canvas.sign, **_BEFORE)
after_sign = partial(Canvas.sign, **_AFTER)
interval_sign = partial(Canvas.sign, dx=(-10, 10), dy=(0, 0), linewidth=2, **_CAP)
rise_sign = partial(Canvas.sign, dx=(0, 0), dy=_RISE_HEIGHT, **_RISE)
range_sign = partial(Canvas.sign, dx=(-11, 11), dy=(0, 0), **_RANGE)


def dumbbells(rows: pd.DataFrame, names: Sequence[str], note: str, width: float = WIDTH) -> Figure:
    """The share of each affirmation in two editions, hollow before and filled after.

    `rows` has a row an affirmation: theme_id (its key), section, label; before and after in
    percent, detectable in points from `before` (missing where none), verdict; as written: text
    (the share before) and verdict_text. `names`: what the signs of before, after and detectable
    rise mean.
    """
    canvas, signs = Canvas(width), [before_sign, after_sign, rise_sign]
    entries = list(zip(signs, names, strict=True))
    themerows.key(canvas, entries if rows["detectable"].notna().any() else entries[:2])

    def paint(axes: Axes, row: Row, y: float) -> float:
        axes.plot([row.before, row.after], [y, y], color=palette.IMPLEMENTATION, linewidth=3)
        rise = row.before + row.detectable
        if rise <= _PERCENTS[-1]:
            axes.plot([rise, rise], np.add(_RISE_HEIGHT, y), **_RISE)
        axes.plot(row.before, y, **_BEFORE)
        axes.plot(row.after, y, **_AFTER)
        return y + 9

    axes = canvas.value_axes(_PERCENTS, 14.0, list(map(str, _PERCENTS)))
    _rows(canvas, axes, _PERCENTS, rows.assign(details=""), paint)
    return themerows.foot(canvas, note)


def differences(rows: pd.DataFrame, signs: Key, note: str, width: float = WIDTH) -> Figure:
    """The delta of each row in points, on a line around 0.

    `rows` as for `dumbbells`, with low and high (both the delta, or the range that it lies in)
    instead of the shares, ci_low and ci_high missing where there is no interval, and details. What
    reaches a whole hundred points says nothing of how far: it is drawn to the end of the axis.
    """
    canvas = Canvas(width)
    ends = rows[["low", "high", "ci_low", "ci_high"]].abs()
    farthest = ends.where(ends < _BOUNDS[-1]).max(axis=None)
    bound = next((bound for bound in _BOUNDS if bound >= farthest - 1e-6), _BOUNDS[-1])
    values = (-bound, -bound // 2, 0, bound // 2, bound)
    themerows.key(canvas, signs)

    def paint(axes: Axes, row: Row, y: float) -> float:
        axes.vlines(0, y - 8, y + 8, DARK, linewidth=2)
        if pd.notna(row.ci_low):
            _interval(axes, np.array([row.ci_low, row.ci_high]), y, values)
        if row.high > row.low:
            axes.plot(np.clip([row.low, row.high], -bound, bound), [y, y], **_RANGE)
        else:
            axes.plot(row.low, y, **VERDICTS.get(row.verdict, UNSURE))
        return y + 8

    numbers = [f"{value:+d}".replace("-", "−") if value else "0" for value in values]
    axes = canvas.value_axes(values, 20.0, numbers)
    _rows(canvas, axes, values, rows, paint)
    return themerows.foot(canvas, note)


def cumulated(rows: pd.DataFrame, scale: Scale, note: str, width: float = WIDTH) -> Figure:
    """Two bars an affirmation: the share at each level, in one edition and the other.

    `rows` has a row an affirmation and edition: theme_id (the affirmation), section, label,
    edition (with its base, as written), shares (0–1, one a level, lowest first) and texts (their
    percents). `scale`: the names and colours of the levels, which head the percents.
    """
    canvas, column = Canvas(width), min(_COLUMN, width / 2 / len(scale.labels))
    rights = width - column * np.arange(len(scale.labels))[::-1]
    _heads(canvas, scale, rights, column)
    left = min(rows["edition"].map(_SMALL.width).max() + 8, rights[0] - column - 60)
    whole = rights[0] - column - left + 20
    for editions in themerows.by_theme(canvas, rows):
        lines = themerows.LABEL.wrap(editions[0].label, canvas.width)
        canvas.top = canvas.paragraph(0, canvas.top + 12, lines, themerows.LABEL) - 10
        for row in editions:
            start = left
            for share, colour in zip(row.shares, scale.colours, strict=True):
                if share:
                    canvas.box((start, canvas.top), (whole * share, _BAR), facecolor=colour)
                    start += whole * share
                    ends = [canvas.top, canvas.top + _BAR]
                    canvas.line([start, start], ends, color="white", zorder=1)
            outline = {"edgecolor": palette.OUTLINE, "linewidth": 0.75}
            canvas.box((left, canvas.top), (whole, _BAR), **outline)
            for right, text in zip(rights, row.texts, strict=True):
                canvas.text(right, canvas.top + 10, text, Pen(12, align="right"))
            lines = _SMALL.wrap(row.edition, left - 8)
            end = canvas.paragraph(0, canvas.top + 9.5, lines, _SMALL)
            canvas.top = max(canvas.top + _BAR + 4, end - 8)
        canvas.top += 5
    return themerows.foot(canvas, note)


def _heads(canvas: Canvas, scale: Scale, rights: np.ndarray, column: float) -> None:
    """The levels over their percents, each under its colour; in a key without room for names."""
    pen, labels = Pen(10.5, 600, align="right"), scale.labels
    if not all(pen.fits(label, column - 8) for label in labels):
        themerows.key(canvas, scale.key)
        labels = [""] * len(labels)
    top = canvas.top
    for right, label, colour in zip(rights, labels, scale.colours, strict=True):
        canvas.swatch(right - (SWATCH[0] + 1) / 2, top + 0.5 + SWATCH[1] / 2, colour=colour)
        lines = pen.shorten(label, column - 8) if label else []
        end = canvas.paragraph(right, top + SWATCH[1] + 13, lines, pen)
        canvas.top = max(canvas.top, end - 4)


def _interval(axes: Axes, bounds: np.ndarray, y: float, values: Sequence[float]) -> None:
    """A line from bound to bound, ended by a stroke at each that the values reach."""
    low, high = values[0], values[-1]
    start, end = np.clip(bounds, low, high)
    axes.hlines(y, start, end, MUTED, linewidth=2)
    reached = [bound for bound in bounds if low <= bound <= high]
    axes.plot(reached, [y] * len(reached), linestyle="none", **_CAP)


def _rows(
    canvas: Canvas,
    axes: Axes,
    values: Sequence[float],
    rows: pd.DataFrame,
    paint: Callable[[Axes, Row, float], float],
) -> None:
    """Each row: label and delta, its drawing on the axes, figures and verdict."""
    for (row,) in themerows.by_theme(canvas, rows):
        room = themerows.VALUE.width(row.text) + 12
        lines = themerows.VALUE.wrap(row.text, canvas.width)
        end = canvas.paragraph(canvas.width, canvas.top + 12, lines, themerows.VALUE)
        if room > canvas.width / 2:  # words, over the label
            canvas.top, room = end - 12, 0
        y = themerows.axis_row(canvas, axes, values, row.label, room)
        line, verdict = paint(axes, row, y) + 12, _VERDICT.width(row.verdict_text)
        canvas.text(canvas.width, line, row.verdict_text, _VERDICT)
        canvas.sign(canvas.width - verdict - 10, line - 4, **VERDICTS.get(row.verdict, UNSURE))
        lines = _SMALL.wrap(row.details, canvas.width, first=canvas.width - verdict - 28)
        canvas.top = canvas.paragraph(0, line, lines, _SMALL) - 4
