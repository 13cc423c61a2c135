"""What charts with a row a theme share: their key, headings, labels and foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from barolib.drawing.canvas import MUTED, SWATCH, Canvas, Pen

LABEL, VALUE = Pen(13), Pen(13, 600, align="right")
"""How the label of a row is written, and the value to its right."""

Row = Any
"""A row of a table, as a named tuple."""
Key: TypeAlias = Sequence[tuple[Callable[..., None], str]]
"""Signs, each drawn around a place given, and what they mean."""


class Scale(NamedTuple):
    """The names and the colours of the levels, lowest first.

    `gaps`: what is said of a value that is withheld, and of one that does not exist.
    """

    labels: Sequence[str]
    colours: Sequence[str]
    gaps: Sequence[str] = ("", "")

    @property
    def key(self) -> Key:
        """What a key says of the colours."""
        signs = (partial(Canvas.swatch, colour=colour) for colour in self.colours)
        return list(zip(signs, self.labels, strict=True))


class Column(NamedTuple):
    """A subgroup's name, and its base as written."""

    label: str
    base: str

    @property
    def text(self) -> str:
        """Both, as a key or an alt text says them."""
        return f"{self.label} ({self.base})"


def by_theme(canvas: Canvas, table: pd.DataFrame) -> Iterator[list[Row]]:
    """The rows of each theme, in their order; a new section has a rule and its heading first."""
    former, pen = "", Pen(12, 600)
    for _, theme in groupby(table.itertuples(), attrgetter("theme_id")):
        rows = list(theme)
        if rows[0].section not in ("", former):
            canvas.line([0, canvas.width], [canvas.top + 2, canvas.top + 2])
            lines = pen.wrap(rows[0].section, canvas.width)
            canvas.top = canvas.paragraph(0, canvas.top + 18, lines, pen) - 5
        former = rows[0].section
        yield rows


def key(canvas: Canvas, entries: Key) -> None:
    """Signs and what they mean, in one line, or two abreast and long ones alone."""
    pen, indent, gap = Pen(12), SWATCH[0] + 7, 12
    widths = [indent + pen.width(text) + gap for _, text in entries]
    slot = 0.0 if sum(widths) <= canvas.width + gap else canvas.width / 2
    x, y, below = 0.0, canvas.top + 0.5, canvas.top
    for (sign, text), width in zip(entries, widths, strict=True):
        if x + width > canvas.width + gap:
            x, y = 0.0, below
        sign(canvas, x + 0.5 + SWATCH[0] / 2, y + SWATCH[1] / 2)
        end = canvas.paragraph(x + indent, y + 13, pen.shorten(text, canvas.width - indent), pen)
        below = max(below, end - 6)
        x += slot if width <= slot else max(width, canvas.width if slot else 0)
    canvas.top = below + 5


def gap_key(cells: pd.DataFrame, gaps: Sequence[str]) -> Key:
    """What a key says of values that are withheld, and of those that do not exist."""
    signs: Key = [(Canvas.hatch, gaps[0])] if cells["withheld"].any() else []
    if (cells["value"].isna() & ~cells["withheld"]).any():
        signs = [*signs, (partial(Canvas.swatch, text="–"), gaps[1])]
    return signs


def axis_row(canvas: Canvas, axes: Axes, values: Sequence[float], label: str, room: float) -> float:
    """A label that leaves `room` to its right, over a line of the values; where the line stands."""
    lines = LABEL.wrap(label, canvas.width - room)
    y = canvas.paragraph(0, canvas.top + 12, lines, LABEL) - 3
    axes.plot(values, [y] * len(values), marker="|", markersize=8, color=MUTED, linewidth=1)
    return y


def foot(canvas: Canvas, note: str) -> Figure:
    """The figure, with a note under it if there is one."""
    if note:
        pen = Pen(11, colour=MUTED)
        end = canvas.paragraph(0, canvas.top + 12, pen.wrap(note, canvas.width), pen)
        canvas.top = end - pen.line_height + 3.5
    return canvas.finish()
