"""The gallery of the docs shows what its lines draw.

`PYTHONPATH=tests python tests/explore/test_gallery.py` draws the images again.
"""

import html
import re
from functools import cache
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import barolib
from support.studies import ROOT

GALLERY = ROOT / "docs" / "gallery.md"
ENTRY = re.compile(
    r'```python\n(?P<line>.+)\n```\n\n<img src="(?P<file>gallery/[\w-]+\.png)" width="420" '
    r'alt="(?P<alt>[^"]*)">'
)


def entries():
    """Each line of the gallery, its image and its alternative text."""
    text = GALLERY.read_text(encoding="utf-8")
    return [found.groupdict() for found in ENTRY.finditer(text)]


def drawn(line):
    return eval(line, {"barolib": SimpleNamespace(open=opened)}).chart


@cache
def opened(edition, lang):
    """An edition, opened once for all its lines."""
    return barolib.open(edition, ROOT, lang)


def image(chart):
    """The chart in 32 colours, two pixels for each of its own."""
    kept = BytesIO()
    chart.figure.savefig(kept, format="png", dpi=144, transparent=False, facecolor="white")
    return Image.open(kept).convert("RGB").quantize(32)


def values(picture):
    return np.asarray(picture.convert("RGB"), dtype="float64")


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["file"])
def test_the_line_draws_the_image(entry):
    chart, file = drawn(entry["line"]), ROOT / "docs" / entry["file"]
    fix = "run: PYTHONPATH=tests python tests/explore/test_gallery.py"
    kept, now = values(Image.open(file)), values(image(chart))
    assert kept.shape == now.shape, fix
    assert np.abs(kept - now).mean() < 0.005, fix  # of 255; one digit changed: 0.007
    assert html.unescape(entry["alt"]) == chart.alt
    assert len(chart.alt) < 250


def test_every_line_has_its_image_and_every_image_its_line():
    text = GALLERY.read_text(encoding="utf-8")
    assert len(entries()) == text.count("```python") > 0
    held = {f"gallery/{path.name}" for path in (ROOT / "docs" / "gallery").iterdir()}
    assert held == {entry["file"] for entry in entries()}


def draw_again() -> None:
    """Writes every image."""
    (ROOT / "docs" / "gallery").mkdir(exist_ok=True)
    for entry in entries():
        image(drawn(entry["line"])).save(ROOT / "docs" / entry["file"], optimize=True)


if __name__ == "__main__":
    draw_again()
