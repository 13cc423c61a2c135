import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread

from barolib.drawing import canvas
from barolib.drawing.canvas import GAP, WIDTH, Canvas, Pen, spread
from barolib.errors import StudyError
from support import charting
from support.charting import shapes

pytestmark = pytest.mark.usefixtures("fonts")


def cut(sheet, height):
    sheet.top = height
    return sheet.finish()


def test_labels_with_room_stay_where_they_are():
    assert spread([50, 100, 300], [10, 10, 10]) == [50, 100, 300]


def test_labels_at_one_place_share_it_evenly():
    assert spread([100, 100, 100], [10, 10, 10]) == pytest.approx([86, 100, 114])


def test_labels_at_the_edge_stay_on_the_canvas():
    assert spread([0, 0], [10, 10]) == pytest.approx([5, 19])
    assert spread([WIDTH, WIDTH], [10, 20]) == pytest.approx([WIDTH - 29, WIDTH - 10])


def test_nothing_to_place_is_no_place():
    assert spread([], []) == []


def test_labels_without_room_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        spread([10, 20], [WIDTH / 2, WIDTH / 2])


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, WIDTH), st.floats(1, 40)), min_size=1, max_size=9))
def test_spread_labels_never_touch_nor_leave_the_canvas(wanted):
    wanted = sorted(wanted)
    widths = [width for _, width in wanted]
    placed = spread([centre for centre, _ in wanted], widths)
    bounds = [(x - w / 2, x + w / 2) for x, w in zip(placed, widths, strict=True)]
    assert bounds[0][0] >= -1e-6
    assert bounds[-1][1] <= WIDTH + 1e-6
    assert all(right + GAP <= left + 1e-6 for (_, right), (left, _) in pairwise(bounds))


@settings(deadline=None)
@given(st.lists(st.floats(100, 320), min_size=2, max_size=6), st.integers(0, 2**32 - 1))
def test_spread_moves_labels_as_little_as_it_can(centres, seed):
    centres, widths = sorted(centres), [20.0] * len(centres)
    best = np.square(np.subtract(spread(centres, widths), centres)).sum()
    # Any other arrangement that keeps its distances is no nearer to the places asked for.
    free = np.random.default_rng(seed).uniform(20, 380, len(centres)).cumsum()
    other = np.maximum.accumulate(free - free[0] + centres[0] - 60)
    other = np.maximum(other, other[0] + 24.0 * np.arange(len(centres)))
    if (np.diff(other) >= 24 - 1e-9).all():
        assert best <= np.square(other - centres).sum() + 1e-6


def test_lines_keep_within_the_width_and_lose_nothing():
    pen, words = Pen(12), "Orientations formalisées anticonstitutionnellement arrêtées"
    lines = pen.wrap(words, 80)
    assert all(pen.width(line) <= 80 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert pen.wrap(words, 1000) == [words]
    assert pen.wrap("deux mots", pen.width("deux")) == ["deux", "mots"]
    assert pen.wrap("un deux mots", 1000, first=pen.width("un")) == ["un", "deux mots"]
    assert pen.wrap("deux\u00a0· mots", pen.width("deux\u00a0·")) == ["deux", "mots"]


def test_a_no_break_space_holds_its_words_together():
    pen = Pen(12)
    assert pen.wrap("n\u00a0=\u00a032 sur", pen.width("n\u00a0=\u00a032")) == [
        "n\u00a0=\u00a032",
        "sur",
    ]


def test_a_family_that_is_not_loaded_is_an_error(monkeypatch):
    monkeypatch.setattr(canvas, "FONT_FAMILY", "No Such Family")
    with pytest.raises(StudyError, match="not loaded"):
        Pen(12.25).width("words never measured before")


def test_the_sheet_is_cut_where_asked_and_measured_from_its_upper_edge():
    sheet = Canvas()
    sheet.box((10, 20), (30, 5))
    figure = cut(sheet, 200)
    assert figure.get_size_inches() * 72 == pytest.approx([WIDTH, 200])
    (box,) = figure.artists
    assert box.get_window_extent().extents == pytest.approx([10, 175, 40, 180])


def test_a_paragraph_says_where_its_next_line_would_stand():
    sheet, pen = Canvas(), Pen(12)
    assert sheet.paragraph(0, 12, ["a", "b", "c"], pen) == 12 + 3 * pen.line_height
    assert [each.get_text() for each in sheet.figure.texts] == ["a", "b", "c"]


@settings(deadline=None)
@given(st.floats(1, 400), st.floats(1, 80))
def test_a_hatch_fills_its_box_and_stays_in_it(width, height):
    sheet = Canvas()
    sheet.hatch(210, 60, (width, height))
    (box,) = sheet.figure.artists
    assert box.get_hatch()
    assert box.get_xy() == pytest.approx((210 - width / 2, 60 - height / 2))
    assert (box.get_width(), box.get_height()) == (width, height)


@pytest.mark.parametrize(("shape", "point"), [("^", 42), ("v", 58)])
def test_a_triangle_points_where_its_name_does(shape, point):
    sheet = Canvas()
    sheet.sign(100, 50, marker=shape, markersize=16, linestyle="none", color="#000000")
    ((*_, points),) = shapes(cut(sheet, 200))
    assert [*points.min(axis=0), *points.max(axis=0)] == pytest.approx([92, 42, 108, 58])
    corners = list(points[:3, 1])
    assert [y for y in corners if corners.count(y) == 1] == pytest.approx([point])


def test_values_of_an_axis_stand_as_far_from_the_edges_as_asked():
    sheet = Canvas()
    sheet.top = 30
    axes = sheet.value_axes((-10, 0, 10), 20, ["−10", "0", "+10"])
    axes.plot([-10, 10], [60, 60], color="#ff0000")
    figure = cut(sheet, 100)
    ((_, colour, points),) = shapes(figure)
    assert colour == "#ff0000"
    assert points == pytest.approx(np.array([[20, 60], [WIDTH - 20, 60]]))
    middles = [(x0 + x1) / 2 for _, x0, _, x1, _ in charting.texts(figure)]
    assert middles == pytest.approx([20, 210, 400], abs=1)
    assert charting.texts(figure)[1][2] == pytest.approx(60, abs=0.5)  # 100 less 30 and 10


@settings(deadline=None)
@given(st.text("Éévnœ AVTo17,%\u00a0\u202f–").map("n{}n".format), st.sampled_from([400, 600]))
def test_no_text_is_wider_than_it_was_measured(words, weight):
    sheet, pen = Canvas(), Pen(20, weight)
    sheet.text(0, 50, words, pen)
    for _, x0, _, x1, _ in charting.texts(cut(sheet, 60)):
        assert x1 <= pen.width(words) + 1
        assert pen.width(words) - (x1 - x0) < 5 + len(words)


def test_other_formats_place_texts_as_svg_does():
    sheet, pixels = Canvas(), io.BytesIO()
    sheet.text(WIDTH, 50, "44", Pen(40, align="right"))
    cut(sheet, 60).savefig(pixels, format="png", facecolor="white")
    pixels.seek(0)
    rows, columns = np.nonzero(imread(pixels)[:, :, 0] < 0.5)
    width = Pen(40).width("44")
    assert WIDTH - width <= columns.min() <= columns.max() < WIDTH
    assert 50 - 0.727 * 40 - 2 <= rows.min() <= rows.max() <= 51
