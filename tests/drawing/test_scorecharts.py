from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.drawing import palette, scorecharts, themerows
from barolib.drawing.canvas import NARROW, WIDTH, Canvas
from barolib.drawing.themerows import Column, Scale
from support.charting import SCALE, WIDTHS, assert_clear, shapes, texts

pytestmark = pytest.mark.usefixtures("fonts")
GAPS = ("Non publié\u00a0: moins de 3\u00a0répondants", "Réponses insuffisantes")
COLUMNS = [Column("Retardataires", "n\u00a0=\u00a010"), Column("Peloton", "n\u00a0=\u00a016")]
COLUMNS += [Column("Leaders", "n\u00a0=\u00a08–9")]
LONG = "Un thème " + "au nom très long " * 5


def scale(k):
    return Scale((SCALE + SCALE)[:k], palette.colours(k, 2), GAPS)


def means(values, **more):
    """A row a theme, without interval or rank unless given."""
    table = pd.DataFrame({"theme_id": [f"T{i}" for i in range(len(values))], "mean": values})
    table = table.assign(section="", ci_low=np.nan, ci_high=np.nan, ranked="", **more)
    labels = ["Cybersécurité", LONG, "Services", *table["theme_id"][3:]][: len(table)]
    return table.assign(
        label=table.get("label", pd.Series(labels)), text=[f"{each:.1f}" for each in values]
    )


def cells(rows, columns=3):
    """Rows of values, a theme each: None is missing, "x" withheld."""
    return pd.DataFrame(
        [
            (f"T{i}", "", f"Thème {i}", at, np.nan if value in (None, "x") else value, value == "x")
            for i, row in enumerate(rows)
            for at, value in enumerate(row[:columns])
        ],
        columns=["theme_id", "section", "label", "column", "value", "withheld"],
    ).assign(text=lambda table: table["value"].map(lambda each: f"{each:.1f}"))


def strokes(figure, colour):
    """The lines of one colour: the x of their ends, in pixels."""
    found = [(stroke, points) for _, stroke, points in shapes(figure)]
    return [points[:, 0] for stroke, points in found if stroke == colour and len(points) == 2]


def marks(figure):
    """The signs with a white rim: colour and centre, in the order of the drawing."""
    found = [(fill, pts) for fill, stroke, pts in shapes(figure) if stroke == "#ffffff"]
    return [(fill, *(pts.min(axis=0) + pts.max(axis=0)) / 2) for fill, pts in found]


@pytest.mark.parametrize("width", [WIDTH, NARROW])
@pytest.mark.parametrize("k", range(2, 10))
def test_theme_means_are_clear_at_any_scale(k, width):
    table = means([1.0, 1.7, float(k)]).assign(ranked="rang 1–4")
    figure = scorecharts.theme_means(table, scale(k), "", width)
    assert_clear(figure)
    words = [each[0] for each in texts(figure)]
    assert words[:k] == [str(level) for level in range(1, k + 1)]
    assert {"1.0", "1.7", f"{k}.0", "Cybersécurité"} <= set(words)


def test_the_dot_stands_at_the_mean():
    figure = scorecharts.theme_means(means([2.5]), scale(4), "")
    assert figure.get_size_inches()[0] * 72 == WIDTH
    ((_, x, _),) = marks(figure)
    assert x == pytest.approx(WIDTH / 2)


def test_an_interval_is_a_line_from_bound_to_bound_with_end_marks():
    table = means([2.5, 3.0]).assign(ci_low=[2.0, np.nan], ci_high=[3.0, np.nan])
    figure = scorecharts.theme_means(table, scale(4), "")
    line, low, high = strokes(figure, palette.IMPLEMENTATION)
    ticks = np.linspace(36, WIDTH - 36, 4)
    assert line == pytest.approx(ticks[1:3], abs=0.01)
    assert [*low, *high] == pytest.approx(ticks[[1, 1, 2, 2]], abs=0.01)


def test_ranks_stand_beside_the_means_they_belong_to():
    table = means([2.5, 3.0, 3.5]).assign(ranked=["rang 1–4", "", "rang\u00a02"])
    figure = scorecharts.theme_means(table, scale(6), "")
    assert_clear(figure)
    boxes = {words: box for words, *box in texts(figure)}
    assert boxes["rang 1–4"][2] < boxes["2.5"][0]
    assert boxes["rang 1–4"][1] < boxes["2.5"][3]
    assert boxes["rang 1–4"][3] > boxes["2.5"][1]


def test_sections_are_headed_once_and_the_note_stands_last():
    table = means([2.5, 3.0, 3.5, 4.0]).assign(section=["", "", "Transverses", "Transverses"])
    note = "n\u00a0=\u00a034 · intervalles à 95\u202f% · réponses simulées, " * 3
    figure = scorecharts.theme_means(table, scale(6), note)
    assert_clear(figure)
    words = [each[0] for each in texts(figure)]
    assert words.count("Transverses") == 1
    assert words.index("3.0") < words.index("Transverses") < words.index("3.5")
    assert " ".join(words[words.index("T3") + 1 :]) == note.strip()


def test_two_themes_of_one_name_are_two():
    table = means([2.5, 3.0]).assign(label="Services")
    words = [each[0] for each in texts(scorecharts.theme_means(table, scale(6), ""))]
    assert words.count("Services") == 2
    assert {"2.5", "3.0"} <= set(words)


def test_each_group_keeps_its_sign_and_colour():
    figure = scorecharts.group_profiles(cells([[1, 3, 6]]), COLUMNS, scale(6), "note")
    assert_clear(figure)
    ticks = np.linspace(36, WIDTH - 36, 6)
    colours = list(palette.GROUPS)
    found = marks(figure)
    assert [colour for colour, *_ in found[:3]] == colours  # the key
    placed = {colour: (x, y) for colour, x, y in sorted(found, key=lambda each: each[2])}
    assert [placed[each][0] for each in colours] == pytest.approx(ticks[[0, 2, 5]])
    signs = [points for fill, stroke, points in shapes(figure) if stroke == "#ffffff"]
    assert len({len(points) for points in signs}) > 1
    assert [each[0] for each in texts(figure)][:3] == [each.text for each in COLUMNS]


def test_a_withheld_group_has_a_hatch_and_no_place_on_the_scale():
    shown = scorecharts.group_profiles(cells([[2, 3, 4]]), COLUMNS, scale(6), "")
    figure = scorecharts.group_profiles(cells([["x", 3, None]]), COLUMNS, scale(6), "")
    assert_clear(figure)
    assert len(marks(figure)) == len(marks(shown)) - 2
    words = [each[0] for each in texts(figure)]
    assert set(GAPS) <= set(words)
    assert words.count("–") == 2  # in the key and in the row
    assert not set(GAPS) & {each[0] for each in texts(shown)}


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([None, "x"]) | st.floats(1, 6), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    ),
    WIDTHS,
)
def test_profiles_are_always_clear(rows, width):
    figure = scorecharts.group_profiles(cells(rows), COLUMNS, scale(6), "n", width)
    assert_clear(figure)


def test_the_tables_given_stay_as_they_are():
    table, grid = means([2.5]), cells([[1, "x", None]])
    before = table.copy(), grid.copy()
    scorecharts.theme_means(table, scale(6), "")
    scorecharts.group_profiles(grid, COLUMNS, scale(6), "")
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(grid, before[1])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=9))
def test_a_key_never_touches_itself_nor_leaves_the_canvas(lengths):
    canvas, sign = Canvas(), partial(Canvas.swatch, text="9")
    themerows.key(canvas, [(sign, ("abcde " * 20)[:length].strip()) for length in lengths])
    assert_clear(canvas.finish())
