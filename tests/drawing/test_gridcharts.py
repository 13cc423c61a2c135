import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.drawing import palette, scorecharts
from barolib.drawing.themerows import Column, Scale
from support.charting import SCALE, WIDTHS, assert_clear, shapes, texts

pytestmark = pytest.mark.usefixtures("fonts")
GAPS = ("Non publié\u00a0: moins de 3\u00a0répondants", "Réponses insuffisantes")
LEVELS = Scale(SCALE, palette.colours(6, 4), GAPS)
STAGES = Scale(["Avant la mise en œuvre", "Mise en œuvre"], palette.colours(2, 2), GAPS)
NAMES = ["Métropoles", "Agglomérations et communautés urbaines", "Villes"]
THEMES = ["Cybersécurité", "Aménagement numérique du territoire", "Stratégie " * 8]
VALUES = st.sampled_from([None, "x"]) | st.integers(10, 60).map(lambda tenths: tenths / 10)


def columns(count, base="n\u00a0=\u00a012"):
    return [Column(NAMES[at] if at < 3 else f"Classe {at}", base) for at in range(count)]


def cells(rows, text="{:.1f}"):
    """Rows of values, a theme each: None is missing, "x" withheld."""
    return pd.DataFrame(
        [
            (
                f"T{i}",
                "",
                THEMES[i % 3],
                at,
                np.nan if value in (None, "x") else value,
                value == "x",
            )
            for i, row in enumerate(rows)
            for at, value in enumerate(row)
        ],
        columns=["theme_id", "section", "label", "column", "value", "withheld"],
    ).assign(text=lambda table: table["value"].map(text.format))


def fills(figure, colour):
    """Left edge and width of each area of one colour, without an outline as swatches have."""
    drawn = [(fill, stroke, points[:, 0]) for fill, stroke, points in shapes(figure)]
    found = [xs for fill, stroke, xs in drawn if (fill, stroke) == (colour, "none")]
    return [(xs.min(), np.ptp(xs)) for xs in found]


@settings(max_examples=15, deadline=None)
@given(
    st.integers(2, 10).flatmap(
        lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), min_size=1, max_size=4)
    ),
    WIDTHS,
)
def test_a_heat_map_is_always_clear(rows, width):
    heads = columns(len(rows[0]))
    figure = scorecharts.score_grid(cells(rows), heads, LEVELS, "n\u00a0: répondants", width)
    assert_clear(figure)
    assert figure.get_size_inches()[0] * 72 == width
    words = [each[0] for each in texts(figure)]
    for value in {each for row in rows for each in row if each not in (None, "x")}:
        assert words.count(f"{value:.1f}") == sum(row.count(value) for row in rows)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(2, 8).flatmap(
        lambda n: st.lists(
            st.lists(st.floats(0, 1), min_size=n, max_size=n), min_size=1, max_size=4
        )
    ),
    WIDTHS,
)
def test_bars_of_stages_are_always_clear(rows, width):
    table = cells(rows, "{:.0%}").assign(
        text=lambda t: (100 * t["value"]).round().astype("int").astype(str)
    )
    assert_clear(scorecharts.stage_grid(table, columns(len(rows[0])), STAGES, "n", width))


def test_columns_bear_their_names_and_bases_where_they_fit():
    figure = scorecharts.score_grid(cells([[2.0, 3.0, 4.0]]), columns(3), LEVELS, "")
    boxes = {words: box for words, *box in texts(figure)}
    assert [word for word, *_ in texts(figure)].count("n\u00a0=\u00a012") == 3
    for name, value in (("Métropoles", "2.0"), ("Villes", "4.0")):
        middle = [(boxes[each][0] + boxes[each][2]) / 2 for each in (name, value)]
        assert middle[0] == pytest.approx(middle[1], abs=1)


def test_columns_without_room_bear_letters_that_the_key_explains():
    figure = scorecharts.score_grid(cells([[2.0] * 8]), columns(8), LEVELS, "")
    words = [each[0] for each in texts(figure)]
    assert "Villes (n\u00a0=\u00a012)" in words
    assert words.count("C") == words.count("H") == 2


def test_more_columns_stand_in_a_further_grid():
    figure = scorecharts.score_grid(cells([[2.0] * 10]), columns(10), LEVELS, "")
    words = [each[0] for each in texts(figure)]
    assert words.count("2.0") == 10
    assert words.count("Cybersécurité") == 2


def test_shades_are_those_of_the_value_whatever_the_others_are():
    one = scorecharts.score_grid(cells([[2.5, 2.6]]), columns(2), LEVELS, "")
    other = scorecharts.score_grid(cells([[2.5, 6.0]]), columns(2), LEVELS, "")
    colour = palette.between(LEVELS.colours)(1.5 / 5)
    assert len(fills(one, colour)) == len(fills(other, colour)) == 1
    inks = {text.get_text(): text.get_color() for text in other.texts}
    assert inks["6.0"] == "#ffffff"
    assert inks["2.5"] == "#000000"


def test_withheld_and_missing_cells_show_no_value_and_are_explained():
    table = cells([["x", None, 3.0]])
    figure = scorecharts.score_grid(table, columns(3), LEVELS, "")
    words = [each[0] for each in texts(figure)]
    assert set(GAPS) <= set(words)
    assert "nan" not in words
    assert words.count("–") == 2
    whole = scorecharts.score_grid(cells([[2.0, 3.0]]), columns(2), LEVELS, "")
    assert not set(GAPS) & {each[0] for each in texts(whole)}


def test_a_bar_is_as_long_as_its_share():
    before, at = STAGES.colours
    figure = scorecharts.stage_grid(cells([[0.25, 1.0]], "{}"), columns(2), STAGES, "")
    (first, quarter), (_, whole) = fills(figure, at)
    assert quarter == pytest.approx(whole / 4, abs=0.01)
    rest = [each for each in fills(figure, before) if each[1] > 0]
    assert rest == [pytest.approx((first + quarter, whole - quarter), abs=0.01)]


def test_sections_head_their_first_theme():
    table = cells([[2.0, 3.0], [2.1, 3.1], [2.2, 3.2]]).assign(section=[""] * 2 + ["Autres"] * 4)
    words = [each[0] for each in texts(scorecharts.score_grid(table, columns(2), LEVELS, ""))]
    assert words.count("Autres") == 1
    assert words.index("3.0") < words.index("Autres") < words.index("2.1")
