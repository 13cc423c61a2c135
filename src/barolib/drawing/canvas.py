"""A sheet to draw on in CSS pixels, and where texts go on it without touching one another."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from scipy.optimize import isotonic_regression

from barolib.errors import Problem, StudyError
from barolib.words.wording import AND

FONT_FAMILY = "Inter"
WIDTH = 420.0
"""Width of every chart, in CSS pixels: scaled to 328 on a phone, its text stays readable."""
DARK, MUTED = "#1f2933", "#4a5560"
DIGIT_HEIGHT = 0.727
"""Height of a digit or a capital of the family, in font sizes."""
GAP = 4.0
"""Least distance between two labels, in pixels."""
MOST_LINES = 4
"""Lines of a name in a legend, a key or a head: a longer one is cut there, not in its alt text."""
_SLANT = 6.0  # from one line of a hatch to the next, along an edge


@dataclass(frozen=True)
class Pen:
    """How a text is written: size in pixels, weight (400 or 600), colour, alignment."""

    size: float
    weight: int = 400
    colour: str = DARK
    align: str = "left"

    @property
    def step(self) -> float:
        """From one baseline to the next, in pixels."""
        return self.size + 3

    def width(self, words: str) -> float:
        """The width of the words in pixels, by the advance of each character."""
        return self.size * sum(_advance(each, self.weight, FONT_FAMILY) for each in words)

    def wrap(self, words: str, width: float, first: float | None = None) -> list[str]:
        """The words in lines no wider than `width`, the first of them than `first`.

        Only a word too long for a line is cut; what parts words (wording.AND) ends no line.
        """
        lines, rest, width = [""], width, first or width
        for word in words.split(" "):
            longer = f"{lines[-1]} {word}".strip(" ")
            if lines[-1] and self.width(longer) > width:
                longer, width = word, rest
                lines.append("")
            while len(longer) > 1 and self.width(longer) > width:
                lengths = range(1, len(longer))
                fits = max(1, bisect(lengths, width, key=lambda n, w=longer: self.width(w[:n])))
                lines[-1:], longer, width = [longer[:fits], ""], longer[fits:], rest
            lines[-1] = longer
        return [line.removesuffix(AND.rstrip(" ")) for line in lines]

    def shorten(self, words: str, width: float, most: int = MOST_LINES) -> list[str]:
        """The words in lines as by `wrap`; the last of `most` is cut by an ellipsis."""
        lines = self.wrap(words, width)
        if len(lines) <= most:
            return lines
        last = lines[most - 1]
        while self.width(f"{last}…") > width:
            last = last[:-1]
        return [*lines[: most - 1], f"{last}…"]


class Canvas:
    """A sheet WIDTH pixels wide, y downwards, to be cut where the drawing ends."""

    def __init__(self) -> None:
        self._figure = Figure(dpi=72)
        self._figure.patch.set_visible(False)
        self._pixels, self._top = Affine2D(), 0.0
        self._transform = self._pixels + self._figure.dpi_scale_trans

    def down(self, by: float) -> None:
        """Moves what is drawn next, and the heights it is given, `by` pixels down."""
        self._top += by
        shift = Affine2D().translate(0, self._top)
        self._transform = shift + self._pixels + self._figure.dpi_scale_trans

    def cut(self, height: float) -> Figure:
        """The figure down to `height`; its SVG has a pixel as its unit."""
        height += self._top
        self._pixels.clear().scale(1, -1).translate(0, height).scale(1 / 72)
        self._figure.set_size_inches(WIDTH / 72, height / 72)
        return self._figure

    def box(self, corner: tuple[float, float], size: tuple[float, float], **style: object) -> None:
        """A rectangle from its upper left corner, its width and height."""
        style = {"edgecolor": "none", "facecolor": "none"} | style
        self._figure.add_artist(Rectangle(corner, *size, transform=self._transform, **style))

    def lines(self, strokes: Sequence[Sequence[tuple[float, float]]], **style: object) -> None:
        """Strokes, each through its points, as one path."""
        style = {"edgecolor": MUTED, "facecolor": "none", "linewidth": 1.0} | style
        self._path(Path.make_compound_path(*map(Path, strokes)), style)

    def mark(self, centre: tuple[float, float], shape: str, size: float, **style: object) -> None:
        """A sign with a white rim: a disc (o), a triangle with its point up (^) or down (v)."""
        marker = MarkerStyle(shape)
        place = marker.get_transform() + Affine2D().scale(size, -size).translate(*centre)
        style = {"edgecolor": "white", "linewidth": 1.5} | style
        self._path(marker.get_path().transformed(place), style)

    def hatch(self, corner: tuple[float, float], size: tuple[float, float]) -> None:
        """A rectangle ruled aslant, where nothing may be shown."""
        (x, y), (width, height) = corner, size
        at = np.arange(_SLANT, width + height, _SLANT)
        low = np.column_stack([x + np.maximum(0, at - height), y + np.minimum(at, height)])
        high = np.column_stack([x + np.minimum(at, width), y + np.maximum(0, at - width)])
        self.lines(np.stack([low, high], axis=1), linewidth=0.6)
        self.box(corner, size, edgecolor=MUTED, linewidth=0.6)

    def text(self, x: float, baseline: float, words: str, pen: Pen) -> None:
        """The words in one line, from `x`, to it or around it as the pen aligns."""
        if not words:
            return
        font = FontProperties(family=FONT_FAMILY, size=pen.size, weight=pen.weight)
        style = {"color": pen.colour, "ha": pen.align, "transform": self._transform}
        line = _Line(x, baseline, words, fontproperties=font, parse_math=False, **style)
        self._figure.texts.append(line)
        line.set_figure(self._figure)

    def paragraph(self, x: float, baseline: float, lines: Sequence[str], pen: Pen) -> float:
        """The lines one under the other, the first on `baseline`; where the next would stand."""
        for line in lines:
            self.text(x, baseline, line, pen)
            baseline += pen.step
        return baseline

    def _path(self, path: Path, style: dict[str, object]) -> None:
        self._figure.add_artist(PathPatch(path, transform=self._transform, **style))


class _Line(Text):
    """A text of one line whose place is known: SVG needs none of matplotlib's layout."""

    def draw(self, renderer: object) -> None:
        """Draws the text where it is placed; its alignment is left to the reader of the SVG."""
        if not isinstance(self.figure.canvas, FigureCanvasSVG):
            super().draw(renderer)
            return
        x, y = self.get_transform().transform(self.get_position())
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        font = self.get_fontproperties()
        renderer.draw_text(context, x, renderer.height - y, self.get_text(), font, 0, mtext=self)


def spread(centres: Sequence[float], widths: Sequence[float], limit: float = WIDTH) -> list[float]:
    """Centres nearest to those asked for at which labels of these widths keep their order.

    No two are nearer than GAP and all stand within 0 and `limit`. Least squares: isotonic
    regression of the centres less the room that the labels before each take (Robertson, Wright
    and Dykstra, 1988, section 1.4). Raises ValueError where there is no room.
    """
    wide = np.asarray(widths, dtype=float)
    if not len(wide):
        return []
    if wide.sum() + GAP * (len(wide) - 1) > limit + 1e-9:
        raise ValueError(f"labels of {wide.sum():.0f} px do not fit into {limit:.0f} px")
    room = np.concatenate([[0.0], np.cumsum((wide[1:] + wide[:-1]) / 2 + GAP)])
    settled = isotonic_regression(np.asarray(centres, dtype=float) - room).x
    low, high = wide[0] / 2, limit - wide[-1] / 2 - room[-1]
    return (np.clip(settled, low, high) + room).tolist()


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
        mend = "call figures.use_fonts with that folder first"
        problem = Problem("report/assets/fonts", "the font is not loaded", mend, value=family)
        raise StudyError(problem) from None
    return get_font(path)
