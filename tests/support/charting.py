"""What tests of drawings share: the fonts, a scale, and where the texts of a figure stand."""

import re
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import strategies as st
from matplotlib.textpath import TextPath

from barolib.drawing import figures, rendering
from barolib.drawing.canvas import NARROW, WIDTH

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
FONTS = Path(__file__).parents[2] / "report" / "assets" / "fonts"
SCALE = ["Pas encore abordé", "Réflexion engagée", "Orientations formalisées"]
SCALE += ["Mise en œuvre en cours", "Mise en œuvre complète", "Amélioration continue"]

WIDTHS = st.sampled_from([WIDTH, NARROW])


@pytest.fixture(scope="module")
def fonts():
    figures.use_fonts(FONTS)


def texts(figure):
    """The texts in the order of the drawing, with their ink: words, x0, y0, x1, y1 in pixels."""
    above = [text for text in figure.texts if text.get_zorder() < 0]
    ticks = [tick for axes in figure.axes for tick in axes.xaxis.get_majorticklabels()]
    below = [text for text in figure.texts if text not in above]
    found = []
    for text in (*above, *ticks, *below):
        x, y = text.get_transform().transform(text.get_position())
        ink = _ink(text.get_text(), text.get_fontproperties())
        x -= {"left": 0, "center": 0.5, "right": 1}[text.get_ha()] * (ink.x0 + ink.x1)
        found.append((text.get_text(), x + ink.x0, y + ink.y0, x + ink.x1, y + ink.y1))
    return found


@cache  # the same words stand in many a figure, and their outlines take longer than the drawing
def _ink(words, font):
    """The box of the ink of words that start at the origin."""
    return TextPath((0, 0), words, prop=font).get_extents()


def shapes(figure):
    """What is drawn, in order: colour of the fill and of the stroke, and the points of each."""
    root = ElementTree.fromstring(rendering.svg_text(figure, "x"))
    markers = {path for defs in root.iter(f"{SVG}defs") for path in defs.iter(f"{SVG}path")}
    paths = {path.get("id"): path for path in markers}
    drawn = []
    for element in root.iter():
        if element.tag == f"{SVG}path" and element not in markers:
            drawn.append((*_colours(element), _points(element)))
        elif element.tag == f"{SVG}use":
            path = paths[element.get(f"{XLINK}href").removeprefix("#")]
            place = float(element.get("x", 0)), float(element.get("y", 0))
            drawn.append((*_colours(element), _points(path) + place))
    return drawn


def _colours(element):
    style = dict(part.split(": ") for part in element.get("style").split("; "))
    return style.get("fill", "#000000"), style.get("stroke", "none")


def _points(path):
    numbers = re.findall(
        r"[ML] ([-\d.]+) ([-\d.]+)|C (?:[-\d.]+ ){4}([-\d.]+) ([-\d.]+)", path.get("d")
    )
    return np.array([[float(n) for n in pair if n] for pair in numbers])


def assert_clear(figure):
    """No text touches another one or leaves the figure."""
    boxes = texts(figure)
    width, height = figure.get_size_inches() * 72
    for words, x0, y0, x1, y1 in boxes:
        assert x0 >= -0.5, words
        assert y0 >= -0.5, words
        assert x1 <= width + 0.5, words
        assert y1 <= height + 0.5, words
    for (one, ax0, ay0, ax1, ay1), (other, bx0, by0, bx1, by1) in combinations(boxes, 2):
        apart = ax1 <= bx0 or bx1 <= ax0 or ay1 <= by0 or by1 <= ay0
        assert apart, f"{one!r} touches {other!r}"


def words(svg):
    """The texts of an SVG, in the order of the drawing."""
    return [each.text for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]
