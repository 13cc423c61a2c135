from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.drawing import deltacharts, palette
from barolib.drawing.canvas import DARK, MUTED, WIDTH
from barolib.drawing.themerows import Scale
from support.charting import assert_clear, shapes, texts

pytestmark = pytest.mark.usefixtures("fonts")
approx = partial(pytest.approx, abs=0.01)
VERDICTS = ["progress", "decline", "stable", "not_distinguishable", "depends_on_counts", "no_test"]
NAMES = ["2018\u00a0: % à la mise en œuvre", "2021", "Intervalle", "Hausse détectable"]
LONG = "Une affirmation au libellé bien plus long que la largeur du graphique n’en laisse"


def at(percent):
    """Where a percent stands on the axis of shares."""
    return 14 + percent / 100 * (WIDTH - 28)


def change(before, after, low, high, detectable=np.nan, verdict="progress"):
    told = f"2018\u00a0: {before} (n\u00a0=\u00a039) · 2021\u00a0: {after} (n\u00a0=\u00a034)"
    return (LONG, before, after, low, high, detectable, verdict, f"{after - before:+.1f}", told)


def table(*changes):
    columns = ["label", "before", "after", "ci_low", "ci_high", "detectable", "verdict"]
    rows = pd.DataFrame(changes, columns=[*columns, "text", "details"])
    rows["theme_id"] = [f"T{i}" for i in range(len(rows))]
    return rows.assign(section="", verdict_text=rows["verdict"] + " (simulé)")


def differences(*rows):
    columns = ["low", "high", "ci_low", "ci_high", "verdict", "section"]
    rows = pd.DataFrame(rows, columns=columns).astype({"ci_low": float, "ci_high": float})
    text = rows["low"].map("{:+.1f}".format)
    keys = [f"T{i}" for i in range(len(rows))]
    return rows.assign(
        theme_id=keys, label=LONG, text=text, details="9", verdict_text=rows["verdict"]
    )


def strokes(figure, colour):
    """The x of the points of each line or tick of one colour, in pixels."""
    found = [(stroke, points) for _, stroke, points in shapes(figure)]
    return [list(xs[:, 0]) for stroke, xs in found if stroke == colour and len(xs) == 2]


def discs(figure):
    """The centres of the discs of the rows, hollow and filled, after those of the key."""
    found = {"hollow": [], "filled": []}
    for fill, _, points in shapes(figure):
        if len(points) > 8:
            hollow = fill == "#ffffff"
            found["hollow" if hollow else "filled"].append(points[:, 0].mean())
    return {kind: [approx(x) for x in centres[1:]] for kind, centres in found.items()}


def boxes(figure):
    """The left edge and width of each area, outlines included, and its fill."""
    found = [(fill, points) for fill, _, points in shapes(figure) if len(points) in (4, 5)]
    return [(fill, pts[:, 0].min(), np.ptp(pts[:, 0])) for fill, pts in found]


def test_before_is_hollow_and_after_is_filled_each_at_its_share():
    figure = deltacharts.dumbbells(table(change(20.0, 60.0, 15.0, 55.0)), NAMES, "note")
    assert discs(figure) == {"hollow": [at(20)], "filled": [at(60)]}


def test_the_interval_starts_from_the_share_before():
    figure = deltacharts.dumbbells(table(change(20.0, 60.0, 15.0, 55.0)), NAMES, "")
    line, *caps = strokes(figure, MUTED)[-3:]
    assert line == approx([at(35), at(75)])
    assert caps == [approx([at(35)] * 2), approx([at(75)] * 2)]


def test_an_interval_that_leaves_the_axis_has_no_stroke_at_its_end():
    figure = deltacharts.dumbbells(table(change(80.0, 95.0, -5.0, 35.0)), NAMES, "")
    *_, tick, line, cap = strokes(figure, MUTED)
    assert tick == approx([at(100)] * 2)
    assert line == approx([at(75), at(100)])
    assert cap == approx([at(75)] * 2)


def test_the_smallest_detectable_rise_is_marked_where_there_is_one():
    rows = table(change(20.0, 60.0, 15.0, 55.0, 25.0), change(90.0, 80.0, -30.0, 9.0))
    figure = deltacharts.dumbbells(rows, NAMES, "")
    (_, mark) = strokes(figure, DARK)  # the first is that of the key
    assert mark == approx([at(45)] * 2)
    assert NAMES[3] in [each[0] for each in texts(figure)]
    without = deltacharts.dumbbells(rows[1:], NAMES, "")
    assert not strokes(without, DARK)
    assert NAMES[3] not in [each[0] for each in texts(without)]


PERCENTS = st.integers(0, 100).map(float)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.builds(
            change,
            PERCENTS,
            PERCENTS,
            st.integers(-100, 0).map(float),
            st.integers(0, 100).map(float),
            st.sampled_from([np.nan, 24.0]),
            st.sampled_from(VERDICTS),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_dumbbells_are_always_clear(changes):
    figure = deltacharts.dumbbells(table(*changes), NAMES, "Réponses simulées")
    assert_clear(figure)
    words = [each[0] for each in texts(figure)]
    for each in changes:
        assert each[-2] in words


@pytest.mark.parametrize(
    ("farthest", "bound"),
    [(9.0, "+10"), (10.5, "+20"), (20.0, "+20"), (43.0, "+50"), (100 + 1e-12, "+100")],
)
def test_the_axis_of_differences_reaches_as_far_as_it_must(farthest, bound):
    rows = differences((-2.0, -2.0, None, None, "stable", ""), (1, 1, -3, farthest, "stable", ""))
    figure = deltacharts.differences(rows, [], "")
    assert_clear(figure)
    words = [each[0] for each in texts(figure)]
    assert words[:5][-1] == bound
    assert words[0] == bound.replace("+", "−")
    assert words[2] == "0"


def test_a_range_is_a_bar_between_its_ends_and_one_delta_is_a_sign():
    rows = differences((10.0, 20.0, -10, 40, "no_test", ""), (10.0, 10.0, None, None, "stable", ""))
    figure = deltacharts.differences(rows, [], "")
    (line,) = strokes(figure, palette.COOL)
    unit = (WIDTH - 40) / 100
    assert line == approx([WIDTH / 2 + 10 * unit, WIDTH / 2 + 20 * unit])


def test_no_two_verdicts_that_are_tested_share_a_shape():
    styles = [deltacharts.VERDICTS.get(each, deltacharts.UNSURE) for each in VERDICTS[:4]]
    assert len({style["marker"] for style in styles}) == 4


def test_sections_head_the_themes_of_a_verdict():
    rows = differences(
        (12, 12, 3, 20, "progress", "En progrès"), (-1, -1, -9, 7, "stable", "Stables")
    )
    words = [each[0] for each in texts(deltacharts.differences(rows, [], ""))]
    assert words.index("En progrès") < words.index("+12.0") < words.index("Stables")


def bars(*rows, cuts=2, label=LONG):
    rows = pd.DataFrame(rows, columns=["theme_id", "edition", "shares"])
    texts = [[f"{share:.0%}" for share in shares] for shares in rows["shares"]]
    labels = ["En cours ou au-delà", "Complète ou au-delà", "Continue"]
    scale = Scale(labels[:cuts], palette.colours(6, 4)[3 : 3 + cuts])
    return deltacharts.cumulated(rows.assign(label=label, section="", texts=texts), scale, "")


def test_bars_are_as_long_as_their_shares_and_editions_stand_in_order():
    figure = bars(("A", "2018, n = 39", [0.5, 0.25]), ("A", "2021, n = 34", [1.0, 0.0]))
    assert_clear(figure)
    half, quarter, whole, full, none, other = [width for _, _, width in boxes(figure)[4:]]
    assert half == approx(whole / 2)
    assert quarter == approx(whole / 4)
    assert full == other == whole
    assert none == 0
    words = [each[0] for each in texts(figure)]
    assert words[-6:] == ["50%", "25%", "2018, n = 39", "100%", "0%", "2021, n = 34"]


def test_the_signs_over_the_percents_touch_none_under_a_label_of_one_line():
    figure = bars(("A", "2018", [0.5, 0.25]), ("A", "2021", [1.0, 0.0]), label="Ouvrir")
    signs = [points for *_, points in shapes(figure) if len(points) == 4][2:4]
    lowest = figure.get_size_inches()[1] * 72 - max(points[:, 1].max() for points in signs)
    highest = max(y1 for words, *_, y1 in texts(figure) if words in ("50%", "25%"))
    assert highest < lowest - 3


@pytest.mark.parametrize("cuts", [1, 2, 3])
def test_bars_are_clear_with_any_number_of_cuts_and_long_names_of_editions(cuts):
    rows = [
        (key, f"{edition}, n\u00a0=\u00a01\u202f234", [0.9, 0.5, 0.1][:cuts])
        for key in "AB"
        for edition in ("2018", "Baromètre de l’hiver 2021 et du printemps")
    ]
    assert_clear(bars(*rows, cuts=cuts))
