import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from barolib.drawing import rendering
from barolib.errors import StudyError

pytestmark = pytest.mark.usefixtures("fonts")


def test_references_within_a_figure_still_hold():
    figure = Figure(figsize=(4, 2))
    figure.add_subplot().plot([1, 2, 3], marker="o")
    svg = rendering.svg_text(figure, "delta")
    assert svg == rendering.svg_text(figure, "delta")
    ElementTree.fromstring(svg)
    ids = set(re.findall(r'\bid="([^"]+)"', svg))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert used
    assert used <= ids
    assert all(name.startswith("delta-") for name in ids)


def test_a_save_that_fails_leaves_the_earlier_file(tmp_path, monkeypatch):
    path = tmp_path / "fr" / "legend.svg"
    path.parent.mkdir()
    path.write_text("earlier", encoding="utf-8")
    figure = rendering.RenderedChart(Figure(), "legend", "fr", "legend", "2030", "alt")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        rendering.save_all([figure], tmp_path)
    assert path.read_text(encoding="utf-8") == "earlier"
    assert [each.name for each in path.parent.iterdir()] == ["legend.svg"]
    monkeypatch.undo()
    rendering.save_all([figure], tmp_path)
    assert path.read_text(encoding="utf-8") == figure.svg


def test_a_folder_without_the_family_is_an_error(tmp_path):
    with pytest.raises(StudyError, match="no font of the family Inter"):
        rendering.use_fonts(tmp_path)
