"""What tests of drawings share: the fonts, a scale, and where the texts of a figure stand."""

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.textpath import TextPath

from barolib.drawing import figures

SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(__file__).parents[1] / "report" / "assets" / "fonts"
SCALE = ["Pas encore abordé", "Réflexion engagée", "Orientations formalisées"]
SCALE += ["Mise en œuvre en cours", "Mise en œuvre complète", "Amélioration continue"]


@pytest.fixture(autouse=True, scope="module")
def fonts():
    figures.use_fonts(FONTS)


def texts(figure):
    """The texts in the order of the drawing, with their ink: words, x0, y0, x1, y1 in pixels."""
    found = []
    for text in figure.texts:
        x, y = text.get_transform().transform(text.get_position())
        ink = TextPath((0, 0), text.get_text(), prop=text.get_fontproperties()).get_extents()
        shift = {"left": 0, "center": 0.5, "right": 1}[text.get_horizontalalignment()]
        x -= shift * (ink.x0 + ink.x1)
        found.append((text.get_text(), x + ink.x0, y + ink.y0, x + ink.x1, y + ink.y1))
    return found


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
