"""A chart too high for a page comes in parts, each of them legible there."""

from math import inf

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from barolib.drawing import palette, rendering, scorecharts
from barolib.drawing.rendering import svg_text
from barolib.drawing.themerows import Scale
from support import charting
from support.charting import assert_clear, words

pytestmark = pytest.mark.usefixtures("fonts")


def rows(heights):
    return pd.DataFrame({"theme_id": [f"T{at}" for at in range(len(heights))], "high": heights})


def draw(own):
    return Figure(figsize=(1, (50 + own["high"].sum()) / 72))


def height(figure):
    return figure.get_size_inches()[1] * 72


@settings(deadline=None)
@given(st.lists(st.integers(1, 1500), min_size=1, max_size=60))
def test_every_row_is_drawn_once_in_order_and_no_part_is_higher_than_a_page(heights):
    found = rendering.pages(rows(heights), draw)
    assert pd.concat([own for own, _ in found])["high"].to_list() == heights
    for own, figure in found:
        assert height(figure) <= rendering.HIGHEST + 1e-6 or len(own) == 1


def test_what_fits_on_a_page_is_one_chart_of_its_own_name():
    assert len(rendering.pages(rows([900]), draw)) == 1
    assert len(rendering.pages(rows([900] * 9), draw, inf)) == 1
    assert rendering.part_names("theme_means", [1]) == ["theme_means"]
    assert rendering.part_names("theme_means", [1, 2]) == ["theme_means-1of2", "theme_means-2of2"]


def test_the_rows_of_a_theme_stay_together():
    table = rows([200] * 20).assign(theme_id=[f"T{at // 2}" for at in range(20)])
    found = rendering.pages(table, draw)
    assert len(found) > 1
    themes = [set(own["theme_id"]) for own, _ in found]
    assert sum(map(len, themes)) == len(set.union(*themes))


@pytest.mark.parametrize("label", ["Thème", "Un thème au nom bien long, " * 6])
def test_forty_themes_are_drawn_at_the_size_of_a_page(label):
    means = pd.DataFrame(
        {
            "theme_id": [f"T{at:02}" for at in range(40)],
            "section": "",
            "label": [f"{label} {at}" for at in range(40)],
            "mean": 2.5,
            "text": "2,5",
            "ci_low": 2.0,
            "ci_high": 3.0,
            "ranked": "rang 1–40",
        }
    )
    scale = Scale(charting.SCALE, palette.colours(6, 4))
    found = rendering.pages(means, lambda own: scorecharts.theme_means(own, scale, "n = 12"))
    assert len(found) > 1
    shown = [word for _, figure in found for word in words(svg_text(figure, "x"))]
    for at in range(40):
        assert any(each.endswith(f" {at}") for each in shown)
    for _, figure in found:
        assert height(figure) <= rendering.HIGHEST
        assert_clear(figure)
