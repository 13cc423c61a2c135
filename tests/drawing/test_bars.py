import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.drawing import bars, palette
from barolib.drawing.bars import Bar, Legend, stacked_bars
from barolib.drawing.canvas import GAP, MOST_LINES, MUTED, WIDTH, Pen
from barolib.drawing.rendering import svg_text
from support.charting import SCALE, assert_clear, texts

MARK = "Mise en œuvre\u00a0: 44\u202f%"
HEADS = ("Before", "At")
pytestmark = pytest.mark.usefixtures("fonts")
COUNTS = st.lists(st.integers(0, 3000), min_size=2, max_size=9).filter(any)


def levels(counts):
    base = sum(counts)
    return pd.DataFrame(
        {
            "level": range(1, len(counts) + 1),
            "n": counts,
            "percent": [(200 * n + base) // (2 * base) for n in counts],
            "share": [n / base for n in counts],
        }
    )


def bar(table, note="n", start=2, mark=MARK, size=bars.SMALL):
    colours = palette.colours(len(table), start)
    return stacked_bars([Bar(table, note, start, mark)], colours, size=size)


def drawn(counts, note="n\u00a0=\u00a032 sur\u00a034", size=bars.SMALL):
    return bar(levels(counts), note, max(2, len(counts) // 2 + 1), size=size)


def legend(labels, start):
    return stacked_bars([], palette.colours(len(labels), start), Legend(labels, start, HEADS))


def segments(figure, colours):
    """The widths of the segments of a bar, by their colour."""
    svg = svg_text(figure, "x")
    found = {}
    for path, colour in re.findall(r'<path d="([^"]+)" style="fill: (#\w{6})"', svg):
        xs = [float(each) for each in re.findall(r"[ML] ([\d.]+)", path)]
        found.setdefault(colour, max(xs) - min(xs))
    return [found.get(each, 0.0) for each in colours]


def bracket(figure):
    """Where the bracket of a bar starts and ends, in pixels; None where there is none."""
    svg = svg_text(figure, "x")
    path = re.search(rf'<path d="([^"]+)" style="fill: none; stroke: {MUTED}', svg)
    if path is None:
        return None
    xs = [float(each) for each in re.findall(r"[ML] ([\d.]+)", path.group(1))]
    return min(xs), max(xs)


@settings(deadline=None)
@given(COUNTS)
def test_labels_of_any_bar_never_touch_nor_leave_it(counts):
    table, pen = levels(counts), Pen(13)
    widths = [pen.width(str(each)) for each in table["percent"]]
    ends = np.concatenate([[0], table["share"].cumsum()]) * (WIDTH - 1) + 0.5
    xs, inside = bars.place_labels(ends, widths)
    for x, within, width, left, right in zip(xs, inside, widths, ends[:-1], ends[1:], strict=True):
        if within:
            assert left <= x - width / 2 < x + width / 2 <= right
    for row in (True, False):
        boxes = [
            (x - width / 2, x + width / 2)
            for x, within, width in zip(xs, inside, widths, strict=True)
            if within == row
        ]
        assert all(0 <= left < right <= WIDTH for left, right in boxes)
        room = 0 if row else GAP
        assert all(right + room <= left + 1e-6 for (_, right), (left, _) in pairwise(boxes))


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.sampled_from([bars.SMALL, bars.LARGE]))
def test_texts_of_any_bar_are_clear_of_one_another(counts, size):
    figure = drawn(counts, size=size)
    assert_clear(figure)
    shown = [words for words, *_ in texts(figure)][: len(counts)]
    few = {0: ("<1", 0), 100: (">99", sum(counts))}  # but none, or all
    assert shown == [
        str(percent) if percent not in few or few[percent][1] == n else few[percent][0]
        for percent, n in zip(levels(counts)["percent"], counts, strict=True)
    ]


def test_a_printed_percent_is_written_as_it_is_printed():
    drawn_as = {
        origin: bar(levels([1, 300]).assign(origin=origin)) for origin in ("printed", "answers")
    }
    assert [each[0] for each in texts(drawn_as["printed"])][:2] == ["0", "100"]
    assert [each[0] for each in texts(drawn_as["answers"])][:2] == ["<1", ">99"]


def test_a_bar_of_the_2021_report():
    figure = drawn([3, 8, 7, 11, 1, 2])
    words = [each[0] for each in texts(figure)]
    assert words == ["9", "25", "22", "34", "3", "6", MARK, "n\u00a0=\u00a032 sur\u00a034"]
    assert figure.get_size_inches()[0] * 72 == WIDTH


def test_segments_take_exact_shares_not_rounded_percents():
    colours = palette.colours(3, 2)
    # 1/3 each is printed 33, which would leave a hundredth of the bar empty.
    widths = segments(drawn([1, 1, 1]), colours)
    assert widths[:2] == pytest.approx([(WIDTH - 1) / 3 - 1] * 2, abs=0.01)
    assert sum(widths) + 2 == pytest.approx(WIDTH - 1, abs=0.01)


def test_a_level_nobody_chose_shows_0_above_the_bar():
    ends = np.cumsum([0, 0, 0.06, 0, 0.67, 0.09, 0.18]) * (WIDTH - 1) + 0.5
    (first, _, third, *_), inside = bars.place_labels(ends, [8, 8, 8, 16, 8, 16])
    assert inside.tolist() == [False, True, False, True, True, True]
    assert third == pytest.approx(0.06 * (WIDTH - 1) + 0.5)
    assert first - 4.5 >= 0


def test_a_swatch_stands_for_a_narrow_segment_and_for_none_that_is_not_there():
    def swatches(counts):
        svg = svg_text(drawn(counts), "x")
        return len(re.findall(rf"stroke: {palette.OUTLINE}; stroke-width: 0.75", svg))

    assert swatches([0, 40, 0, 60]) == 0
    assert swatches([1, 399, 0, 600]) == 1


def test_the_bracket_spans_the_levels_at_implementation():
    figure = bar(levels([5, 0, 5]), start=3)
    assert bracket(figure) == pytest.approx((WIDTH / 2 + 0.5, WIDTH - 0.5))


def test_without_implementation_there_is_no_bracket():
    figure = bar(levels([5, 5, 0]), start=3, mark="none")
    assert bracket(figure) is None
    assert "none" in [each[0] for each in texts(figure)]


def test_a_long_note_takes_lines_of_its_own():
    note = "n\u00a0=\u00a01\u202f234 (ou 1\u202f200) sur 2\u202f700 · 120\u00a0non concernés, " * 2
    long, short = drawn([3, 8, 7, 11, 1, 2], note.strip()), drawn([3, 8, 7, 11, 1, 2])
    assert_clear(long)
    assert long.get_size_inches()[1] > short.get_size_inches()[1]


def test_a_note_that_would_meet_the_mark_goes_below_it():
    note = "n\u00a0=\u00a01\u202f234 (ou 1\u202f200 ou 617) sur 2\u202f700 · 120\u00a0non concernés"
    figure = drawn([3, 8, 7, 11, 1, 2], note)
    assert_clear(figure)
    (mark, _, low, *_), (below, _, _, _, high) = texts(figure)[-2:]
    assert (mark, below) == (MARK, note)
    assert high < low


def test_labels_are_legible_on_their_colour():
    figure = drawn([9, 0, 30])
    colours = dict(zip(["23", "0", "77"], palette.colours(3, 2), strict=True))
    inks = {text.get_text(): text.get_color() for text in figure.texts}
    assert inks["23"] == palette.ink(colours["23"]) == "#000000"
    assert inks["77"] == palette.ink(colours["77"]) == "#ffffff"
    assert palette.contrast(inks["0"], "#ffffff") >= 7


def test_nobody_answered_draws_an_empty_bar():
    table = levels([1, 1, 1]).assign(percent=pd.array([pd.NA] * 3, dtype="Int64"), share=np.nan)
    figure = bar(table, "n\u00a0=\u00a00")
    assert [each[0] for each in texts(figure)] == [MARK, "n\u00a0=\u00a00"]
    assert segments(figure, palette.colours(3, 2)) == [0, 0, 0]


def test_shares_that_make_no_whole_are_refused():
    table = levels([3, 8, 7]).assign(share=[0.2, 0.2, 0.2])
    with pytest.raises(ValueError, match=r"0\.6000, not to 1"):
        bar(table)


def test_drawing_changes_no_table():
    table = levels([3, 8, 7]).iloc[::-1]
    before = table.copy()
    figure = bar(table)
    pd.testing.assert_frame_equal(table, before)
    # Levels come lowest first whatever the order of the rows.
    assert [words for words, *_ in texts(figure)][:3] == ["17", "44", "39"]


@pytest.mark.parametrize("start", [2, 4, 6])
def test_the_legend_numbers_the_levels_under_their_heading(start):
    figure = legend(SCALE, start)
    assert_clear(figure)
    boxes = {words: box for words, *box in texts(figure)}
    for level, label in enumerate(SCALE, start=1):
        head = boxes["At" if level >= start else "Before"]
        assert head[0] <= boxes[str(level)][0] < boxes[label][0] < head[0] + WIDTH / 2
        assert boxes[label][3] < head[1]


def test_a_label_of_the_legend_as_long_as_a_paragraph_is_cut():
    labels = ["Un nom de niveau long comme une phrase entière. " * 20, "M" * 200]
    figure = legend(labels, 2)
    assert_clear(figure)
    cut = [words for words, *_ in texts(figure) if words.endswith("…")]
    assert len(cut) == 2
    assert len(figure.texts) == 2 + 2 + 2 * MOST_LINES


def test_a_long_label_of_the_legend_wraps():
    figure = legend(["Une étape dont le nom est bien plus long que la colonne", "Oui"], 2)
    assert_clear(figure)
    assert len(figure.texts) == 2 + 2 + 3
