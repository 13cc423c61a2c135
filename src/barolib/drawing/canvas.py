"""A figure laid out from top to bottom in CSS pixels, and texts on it that never touch."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from barolib.drawing import palette
from barolib.errors import Problem, StudyError
from barolib.i18n.wording import AND

FONT_FAMILY = "Inter"
WIDTH = 420.0
"""Width of a chart, in CSS pixels."""
NARROW = 286.0
"""Width of the same chart for a phone: where it has 328 pixels, no text is smaller than 12."""
DARK, MUTED = "#1f2933", "#4a5560"
DIGIT_HEIGHT = 0.727
"""Height of a digit or a capital of the family, in font sizes."""
GAP = 4.0
"""Least distance between two labels, in pixels."""
MOST_LINES = 4
"""Lines of a name in a legend, a key or a head: a longer one is cut there, not in its alt text."""
SWATCH = (22.0, 17.0)
"""Width and height of a swatch of a legend, in pixels."""


@dataclass(frozen=True)
class Pen:
    """How a text is written: size in pixels, weight (400 or 600), colour, alignment."""

    size: float
    weight: int = 400
    colour: str = DARK
    align: str = "left"

    @property
    def line_height(self) -> float:
        """From one baseline to the next, in pixels."""
        return self.size + 3

    def width(self, text: str) -> float:
        """The width of the text in pixels, by the advance of each character."""
        return self.size * sum(_advance(char, self.weight, FONT_FAMILY) for char in text)

    def wrap(self, text: str, width: float, first: float | None = None) -> list[str]:
        """The text in lines no wider than `width`, the first of them than `first`.

        Only a word too long for a line is cut; the separator wording.AND ends no line.
        """
        lines, rest, width = [""], width, first or width
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip(" ")
            if lines[-1] and self.width(longer) > width:
                longer, width = word, rest
                lines.append("")
            while len(longer) > 1 and self.width(longer) > width:
                lengths = range(1, len(longer))
                fits = max(1, bisect(lengths, width, key=partial(_width_of, self, longer)))
                lines[-1:], longer, width = [longer[:fits], ""], longer[fits:], rest
            lines[-1] = longer
        return [line.removesuffix(AND.rstrip(" ")) for line in lines]

    def shorten(self, text: str, width: float) -> list[str]:
        """The text in lines as by `wrap`; the last of MOST_LINES is cut by an ellipsis."""
        lines = self.wrap(text, width)
        if len(lines) <= MOST_LINES:
            return lines
        last = lines[MOST_LINES - 1]
        while self.width(f"{last}…") > width:
            last = last[:-1]
        return [*lines[: MOST_LINES - 1], f"{last}…"]

    def fits(self, text: str, width: float) -> bool:
        """Whether `wrap` cuts no word and makes no more than MOST_LINES lines."""
        widest = max(map(self.width, text.split(" ")))
        return widest <= width and len(self.wrap(text, width)) <= MOST_LINES


class Canvas:
    """A figure with a place for each thing in pixels, y downwards.

    `top` is where the next thing is placed; what is placed moves it down. Things are artists of
    the figure itself: axes of pixels take four times as long.
    """

    def __init__(self, width: float = WIDTH) -> None:
        self.width, self.figure = width, Figure(dpi=72, frameon=False)
        self._scale, self.top = Affine2D(), 0.0
        self._pixels = self._scale + self.figure.transFigure

    def finish(self) -> Figure:
        """The figure, cut at `top`; its SVG has a pixel as its unit."""
        self.figure.set_size_inches(self.width / 72, self.top / 72)
        self._scale.translate(0, -self.top).scale(1 / self.width, -1 / self.top)
        for axes in self.figure.axes:
            axes.set_ylim(self.top, 0)
        return self.figure

    def value_axes(self, values: Sequence[float], inset: float, labels: Sequence[str] = ()) -> Axes:
        """Axes whose first and last value stand `inset` pixels from the edges; y as on the canvas.

        The values are labelled at `top`, if there are labels.
        """
        margin = inset * (values[-1] - values[0]) / (self.width - 2 * inset)
        axes = self.figure.add_axes((0, 0, 1, 1), frame_on=False)
        axes.spines.top.set_position(("data", self.top + 10))
        axes.set_xticks(values[: len(labels)], labels, va="baseline")
        axes.set_xlim(values[0] - margin, values[-1] + margin)
        axes.yaxis.set_visible(False)
        axes.tick_params(length=0, pad=0, labelbottom=False, labeltop=True)
        axes.tick_params(labelsize=10.5, labelcolor=MUTED, labelfontfamily=FONT_FAMILY)
        for artist in [*self.figure.artists, *self.figure.texts]:
            artist.set_zorder(-1)  # what stands above the axis is read before its labels
        self.top += 16 if labels else 0
        return axes

    def box(self, corner: tuple[float, float], size: tuple[float, float], **style: Any) -> None:
        """A rectangle from its upper left corner, its width and height."""
        patch: dict[str, Any] = {"edgecolor": "none", "facecolor": "none"} | style
        self.figure.add_artist(Rectangle(corner, *size, transform=self._pixels, **patch))

    def line(self, xs: ArrayLike, ys: ArrayLike, **style: Any) -> None:
        """A line through points, or markers at them."""
        stroke: dict[str, Any] = {"color": MUTED, "linewidth": 1.0, "solid_capstyle": "butt"}
        self.figure.add_artist(Line2D(xs, ys, transform=self._pixels, **stroke | style))

    def hatch(self, x: float, y: float, size: tuple[float, float] = SWATCH) -> None:
        """A hatched rectangle around x, y: a value that may not be shown."""
        corner = (x - size[0] / 2, y - size[1] / 2)
        self.box(corner, size, edgecolor=MUTED, linewidth=0.6, hatch="////", hatch_linewidth=0.6)

    def swatch(self, x: float, y: float, text: str = "", colour: str = "#ffffff") -> None:
        """A colour of a legend around x, y, with the number or letter of what it stands for."""
        corner = (x - SWATCH[0] / 2, y - SWATCH[1] / 2)
        self.box(corner, SWATCH, facecolor=colour, edgecolor=palette.OUTLINE, linewidth=1)
        self.centred(x, y, text, Pen(12, 600, palette.ink(colour)))

    def sign(self, x: float, y: float, dx: ArrayLike = 0, dy: ArrayLike = 0, **style: Any) -> None:
        """A marker, or a line through the points at `dx` and `dy` from x, y; `style` of a line."""
        self.line(x + np.atleast_1d(dx), y + np.atleast_1d(dy), **style)

    def centred(self, x: float, y: float, text: str, pen: Pen) -> None:
        """Digits or capitals in one line around x, y."""
        baseline = y + DIGIT_HEIGHT * pen.size / 2
        self.text(x, baseline, text, replace(pen, align="center"))

    def text(self, x: float, baseline: float, text: str, pen: Pen) -> None:
        """The text in one line, from `x`, to it or around it as the pen aligns."""
        if not text:
            return
        font = FontProperties(family=FONT_FAMILY, size=pen.size, weight=pen.weight)
        style: dict[str, Any] = {"color": pen.colour, "ha": pen.align, "transform": self._pixels}
        line = _Line(x, baseline, text, font=font, parse_math=False, **style)
        line.set_figure(self.figure)
        self.figure.texts.append(line)

    def paragraph(self, x: float, baseline: float, lines: Sequence[str], pen: Pen) -> float:
        """The lines one under the other, the first on `baseline`; where the next would stand."""
        for line in lines:
            self.text(x, baseline, line, pen)
            baseline += pen.line_height
        return baseline


def _width_of(pen: Pen, text: str, length: int) -> float:
    """The width of the beginning of a text, so many characters."""
    return pen.width(text[:length])


class _Line(Text):
    """A text of one line, whose place is known: SVG needs none of matplotlib's layout."""

    def draw(self, renderer: RendererSVG) -> None:  # type: ignore[override]
        """Draw the text where it is placed; the reader of the SVG aligns it."""
        if not isinstance(self.figure.canvas, FigureCanvasSVG):
            super().draw(renderer)
            return
        x, y = self.get_transform().transform(self.get_position())
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        font, text = self.get_fontproperties(), self.get_text()
        renderer.open_group("text", self.get_gid())
        renderer.draw_text(context, x, renderer.height - y, text, font, 0, mtext=self)
        renderer.close_group("text")


def spread(centres: ArrayLike, widths: ArrayLike, room: float = WIDTH) -> list[float]:
    """Centres nearest to those asked for at which labels of these widths keep their order.

    No two are nearer than GAP and all stand within 0 and `room`. Least squares: isotonic
    regression of the centres less the room that the labels before each take (Robertson, Wright
    and Dykstra, 1988, section 1.4). Raises ValueError where there is no room.
    """
    wide = np.asarray(widths, dtype=float)
    if not len(wide):
        return []
    if wide.sum() + GAP * (len(wide) - 1) > room + 1e-9:
        raise ValueError(f"labels of {wide.sum():.0f} px do not fit into {room:.0f} px")
    before = np.concatenate([[0.0], np.cumsum((wide[1:] + wide[:-1]) / 2 + GAP)])
    settled = isotonic_regression(np.asarray(centres, dtype=float) - before).x
    low, high = wide[0] / 2, room - wide[-1] / 2 - before[-1]
    return (np.clip(settled, low, high) + before).tolist()


@lru_cache(maxsize=4096)
def _advance(character: str, weight: int, family: str) -> float:
    """The advance of a character, in font sizes."""
    font = _font(family, weight)
    unscaled = LoadFlags.NO_SCALE | LoadFlags.NO_HINTING
    return font.load_char(ord(character), unscaled).horiAdvance / font.units_per_EM


@lru_cache(maxsize=4)
def _font(family: str, weight: int) -> FT2Font:
    try:
        # Without this a missing family would be measured, and drawn, in another one.
        path = findfont(FontProperties(family=family, weight=weight), fallback_to_default=False)
    except ValueError:
        fix = "call figures.use_fonts with that folder first"
        problem = Problem("report/assets/fonts", "the font is not loaded", fix, value=family)
        raise StudyError(problem) from None
    return get_font(path)
