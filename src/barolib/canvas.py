"""A sheet to draw on in CSS pixels, and where texts go on it without touching one another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from barolib.errors import Problem, StudyError

FONT_FAMILY = "Inter"
WIDTH = 420.0
"""Width of every chart, in CSS pixels: scaled to 328 on a phone, its text stays readable."""
DARK, MUTED = "#1f2933", "#4a5560"
DIGIT_HEIGHT = 0.727
"""Height of a digit or a capital of the family, in font sizes."""
GAP = 4.0
"""Least distance between two labels, in pixels."""
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
        """The width of the words in pixels."""
        return _width(words, self.size, self.weight)

    def wrap(self, words: str, width: float) -> list[str]:
        """The words in lines no wider than `width`; only a word too long for a line is cut."""
        lines = [""]
        for word in words.split(" "):
            longer = f"{lines[-1]} {word}".strip(" ")
            if self.width(longer) <= width:
                lines[-1] = longer
                continue
            lines += [word] if lines[-1] else []
            lines[-1] = word
            while self.width(lines[-1]) > width and len(lines[-1]) > 1:
                fits = sum(self.width(part) <= width for part in itertools.accumulate(lines[-1]))
                head, tail = lines[-1][: max(fits, 1)], lines[-1][max(fits, 1) :]
                lines[-1:] = [head, tail]
        return lines


class Canvas:
    """A sheet WIDTH pixels wide, y downwards, to be cut where the drawing ends."""

    def __init__(self) -> None:
        self._figure = Figure(dpi=72)
        self._figure.patch.set_visible(False)
        self._pixels = Affine2D()
        self._transform = self._pixels + self._figure.dpi_scale_trans

    def cut(self, height: float) -> Figure:
        """The figure down to `height`; its SVG has a pixel as its unit."""
        self._pixels.clear().scale(1, -1).translate(0, height).scale(1 / 72)
        self._figure.set_size_inches(WIDTH / 72, height / 72)
        return self._figure

    def box(self, corner: tuple[float, float], size: tuple[float, float], **style: object) -> None:
        """A rectangle from its upper left corner, its width and height."""
        style = {"edgecolor": "none", "facecolor": "none"} | style
        self._figure.add_artist(Rectangle(corner, *size, transform=self._transform, **style))

    def lines(self, strokes: Sequence[Sequence[tuple[float, float]]], **style: object) -> None:
        """Strokes, each through its points, as one path."""
        path = Path.make_compound_path(*[Path(stroke) for stroke in strokes])
        style = {"edgecolor": MUTED, "facecolor": "none", "linewidth": 1.0} | style
        self._figure.add_artist(PathPatch(path, transform=self._transform, **style))

    def mark(self, centre: tuple[float, float], shape: str, size: float, colour: str) -> None:
        """A sign with a white rim: a disc (o), or a triangle with its point up (^) or down (v)."""
        marker = MarkerStyle(shape)
        place = marker.get_transform() + Affine2D().scale(size, -size).translate(*centre)
        path, transform = marker.get_path().transformed(place), self._transform
        style = {"facecolor": colour, "edgecolor": "white", "linewidth": 1.5}
        self._figure.add_artist(PathPatch(path, transform=transform, **style))

    def hatch(self, corner: tuple[float, float], size: tuple[float, float]) -> None:
        """A rectangle ruled aslant, where nothing may be shown."""
        (x, y), (width, height) = corner, size
        self.lines(
            [
                [
                    (x + max(0.0, at - height), y + min(at, height)),
                    (x + min(at, width), y + max(0.0, at - width)),
                ]
                for at in np.arange(_SLANT, width + height, _SLANT)
            ],
            linewidth=0.6,
        )
        self.box(corner, size, edgecolor=MUTED, linewidth=0.6)

    def text(self, x: float, baseline: float, words: str, pen: Pen) -> None:
        """The words in one line, from `x`, to it or around it as the pen aligns."""
        self._figure.text(
            x,
            baseline,
            words,
            transform=self._transform,
            fontfamily=FONT_FAMILY,
            fontsize=pen.size,
            fontweight=pen.weight,
            color=pen.colour,
            horizontalalignment=pen.align,
            parse_math=False,
        )

    def paragraph(self, x: float, baseline: float, lines: Sequence[str], pen: Pen) -> float:
        """The lines one under the other, the first on `baseline`; where the next would stand."""
        for line in lines:
            self.text(x, baseline, line, pen)
            baseline += pen.step
        return baseline


def spread(centres: Sequence[float], widths: Sequence[float], limit: float = WIDTH) -> list[float]:
    """Centres nearest to those asked for at which labels of these widths keep their order.

    No two are nearer than GAP and all stand within 0 and `limit`. Least squares: isotonic
    regression of the centres less the room that the labels before each take (max-min formula of
    Robertson, Wright and Dykstra, 1988, section 1.4). Raises ValueError where there is no room.
    """
    wide = np.asarray(widths, dtype=float)
    if not len(wide):
        return []
    if wide.sum() + GAP * (len(wide) - 1) > limit + 1e-9:
        raise ValueError(f"labels of {wide.sum():.0f} px do not fit into {limit:.0f} px")
    room = np.concatenate([[0.0], np.cumsum((wide[1:] + wide[:-1]) / 2 + GAP)])
    free = np.asarray(centres, dtype=float) - room
    count = len(free)
    settled = [
        max(min(free[i : k + 1].mean() for k in range(at, count)) for i in range(at + 1))
        for at in range(count)
    ]
    low, high = wide[0] / 2, limit - wide[-1] / 2 - room[-1]
    return [float(each) for each in np.clip(settled, low, high) + room]


@lru_cache(maxsize=4096)
def _width(words: str, size: float, weight: int) -> float:
    font = FontProperties(family=FONT_FAMILY, size=size, weight=weight)
    try:
        # Without this a missing family would be measured, and drawn, in another one.
        findfont(font, fallback_to_default=False)
    except ValueError:
        mend = "call figures.use_fonts with that folder first"
        problem = Problem("report/assets/fonts", "the font is not loaded", mend, value=FONT_FAMILY)
        raise StudyError(problem) from None
    return float(text_to_path.get_text_width_height_descent(words, font, False)[0])
