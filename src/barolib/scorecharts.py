"""The charts that place themes on the scale of levels, and what charts of scores have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from barolib import palette
from barolib.canvas import GAP, MUTED, WIDTH, Canvas, Pen, spread
from barolib.charts import SWATCH, swatch

_SCORE = 54.0  # width of a group's sign and score beside a theme
# The shape, size and colour of each group's sign, lowest first.
_SIGNS = (("v", 17, palette.WARM), ("o", 14, palette.OUTLINE), ("^", 17, palette.COOL))
_VALUES = ["column", "value", "text", "withheld"]

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


def theme_means(means: pd.DataFrame, scale: Scale, note: str) -> Figure:
    """The mean level of each theme, a dot on the scale; themes in the order of the rows.

    `means` has a row a theme: theme_id, section (heading over its first theme, or ""), label, mean
    (1 to K), text (the mean as written), ci_low and ci_high (missing without an interval) and
    ranked (its rank as written, or ""). The scale bears the numbers of the legend and the names of
    its levels, or of its two ends where there is no room for all. 420 pixels wide.
    """
    canvas, pen, tint = Canvas(), Pen(13), scale.colours[-1]
    strong, small = Pen(13, 600, align="right"), Pen(11, colour=MUTED, align="right")
    ticks, top = _head(canvas, scale)
    for heading, label, rows in by_theme(means):
        row, top = rows.iloc[0], section(canvas, top, heading)
        canvas.text(WIDTH, top + 12, row["text"], strong)
        if row["ranked"]:
            canvas.text(WIDTH - 34, top + 12, row["ranked"], small)
        lines = pen.wrap(label, WIDTH - 48 - small.width(row["ranked"]))
        y = canvas.paragraph(0, top + 12, lines, pen) - 3
        _line(canvas, ticks, y)
        low, high, x = (_place(ticks, row[each]) for each in ("ci_low", "ci_high", "mean"))
        if not np.isnan(low):
            ends = [[(end, y - 7), (end, y + 7)] for end in (low, high)]
            canvas.lines([[(low, y), (high, y)], *ends], edgecolor=tint, linewidth=2)
        canvas.mark((x, y), "o", 13 if np.isnan(low) else 11, tint)
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
    canvas, pen, digits = Canvas(), Pen(13), Pen(13, 600, align="right")
    signs: Key = [(partial(_group, place=at), each.words) for at, each in enumerate(columns)]
    ticks, top = _head(canvas, scale, key(canvas, [*signs, *gap_key(cells, gaps)]))
    for heading, label, rows in by_theme(cells):
        top = section(canvas, top, heading)
        lines = pen.wrap(label, WIDTH - _SCORE * len(columns) - 8)
        y = canvas.paragraph(0, top + 12, lines, pen) - 3
        _line(canvas, ticks, y)
        for at, value, text, withheld in rows[_VALUES].itertuples(index=False):
            right = WIDTH - _SCORE * (len(columns) - 1 - at)
            _group(canvas, (right - _SCORE + 9, top - 1), at)
            if withheld:
                canvas.hatch((right - 21, top + 2), (20, 11))
                continue
            canvas.text(right, top + 12, "–" if pd.isna(value) else text, digits)
            if not pd.isna(value):
                canvas.mark((_place(ticks, value), y), *_SIGNS[at])
        top = y + 14
    return foot(canvas, top, note)


def by_theme(table: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each theme in the order of the rows: the heading that stands over it or "", label, rows."""
    former = ""
    for _, rows in table.groupby("theme_id", sort=False):
        heading, label = rows[["section", "label"]].iloc[0]
        yield heading if heading != former else "", label, rows
        former = heading


def section(canvas: Canvas, top: float, heading: str) -> float:
    """A rule and a heading, if there is one; where what it heads begins."""
    if not heading:
        return top
    canvas.lines([[(0, top + 2), (WIDTH, top + 2)]])
    lines = Pen(12, 600).wrap(heading, WIDTH)
    return canvas.paragraph(0, top + 18, lines, Pen(12, 600)) - 5


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
        end = canvas.paragraph(x + indent, y + 13, pen.wrap(words, WIDTH - indent), pen)
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


def _place(ticks: np.ndarray, mean: float) -> float:
    """Where a mean stands between the levels."""
    return float(np.interp(mean, np.arange(1, len(ticks) + 1), ticks))


def _head(canvas: Canvas, scale: Scale, top: float = 0.0) -> tuple[np.ndarray, float]:
    """The scale over the themes: where its levels stand, and its lower edge."""
    pen = Pen(10.5, 400, MUTED, "center")
    ticks = np.linspace(36.0, WIDTH - 36.0, len(scale.labels))
    for level, (x, colour) in enumerate(zip(ticks, scale.colours, strict=True), start=1):
        swatch(canvas, (x - SWATCH[0] / 2, top + 0.5), str(level), colour)
    names = _axis_names(scale.labels, ticks, pen)
    ends = [canvas.paragraph(x, top + SWATCH[1] + 14, lines, pen) for x, lines in names]
    return ticks, max(ends) + 4


def _line(canvas: Canvas, ticks: np.ndarray, y: float) -> None:
    canvas.lines([[(ticks[0], y), (ticks[-1], y)], *[[(x, y - 4), (x, y + 4)] for x in ticks]])


def _group(canvas: Canvas, corner: tuple[float, float], place: int) -> None:
    centre = (corner[0] + SWATCH[0] / 2, corner[1] + SWATCH[1] / 2)
    canvas.mark(centre, *_SIGNS[place])


def _axis_names(
    labels: Sequence[str], ticks: np.ndarray, pen: Pen
) -> list[tuple[float, list[str]]]:
    """The centre and the lines of each level name; of the two ends alone if a word is too long."""
    slot = min(ticks[1] - ticks[0], WIDTH / len(labels)) - GAP
    if any(pen.width(word) > slot for label in labels for word in label.split(" ")):
        labels, ticks, slot = [labels[0], labels[-1]], ticks[[0, -1]], WIDTH / 2 - GAP
    lines = [pen.wrap(label, slot) for label in labels]
    centres = spread(ticks, [max(map(pen.width, each)) for each in lines])
    return list(zip(centres, lines, strict=True))
