from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.drawing import deltacharts, palette
from barolib.drawing.canvas import DARK, MUTED, NARROW, WIDTH
from barolib.drawing.themerows import Scale
from support.charting import WIDTHS, assert_clear, shapes, texts

pytestmark = pytest.mark.usefixtures("fonts")
approx = partial(pytest.approx, abs=0.01)
VERDICTS = ["progress", "decline", "stable", "not_distinguishable", "depends_on_counts", "no_test"]
NAMES = ["2018\u00a0: % à la mise en œuvre", "2021", "Hausse détectable"]
LONG = "Une affirmation au libellé bien plus long que la largeur du graphique n’en laisse"


def at(percent):
    """Where a percent stands on the axis of shares."""
    return 14 + percent / 100 * (WIDTH - 28)


def change(before, after, detectable=np.nan, verdict="progress"):
    return (LONG, before, after, detectable, verdict, f"2030\u00a0: {before}\u00a0%")


def table(*changes):
    columns = ["label", "before", "after", "detectable", "verdict", "text"]
    rows = pd.DataFrame(changes, columns=columns)
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
    figure = deltacharts.dumbbells(table(change(20.0, 60.0)), NAMES, "note")
    assert discs(figure) == {"hollow": [at(20)], "filled": [at(60)]}


def test_an_interval_that_leaves_the_axis_has_no_stroke_at_its_end():
    rows = differences((-80.0, -80.0, -130.0, -60.0, "decline", ""))
    *_, line, cap = strokes(deltacharts.differences(rows, [], ""), MUTED)
    unit = (WIDTH - 40) / 200
    assert line == approx([20, WIDTH / 2 - 60 * unit])
    assert cap == approx([WIDTH / 2 - 60 * unit] * 2)


def test_the_smallest_detectable_rise_is_marked_where_there_is_one():
    rows = table(change(20.0, 60.0, 25.0), change(90.0, 80.0))
    figure = deltacharts.dumbbells(rows, NAMES, "")
    (_, mark) = strokes(figure, DARK)  # the first is that of the key
    assert mark == approx([at(45)] * 2)
    assert NAMES[2] in [each[0] for each in texts(figure)]
    without = deltacharts.dumbbells(rows[1:], NAMES, "")
    assert not strokes(without, DARK)
    assert NAMES[2] not in [each[0] for each in texts(without)]


PERCENTS = st.integers(0, 100).map(float)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.builds(
            change,
            PERCENTS,
            PERCENTS,
            st.sampled_from([np.nan, 24.0]),
            st.sampled_from(VERDICTS),
        ),
        min_size=1,
        max_size=5,
    ),
    WIDTHS,
)
def test_dumbbells_are_always_clear(changes, width):
    figure = deltacharts.dumbbells(table(*changes), NAMES, "Réponses simulées", width)
    assert_clear(figure)
    words = [each[0] for each in texts(figure)]
    for each in changes:
        assert each[-1] in words


@pytest.mark.parametrize(
    ("farthest", "bound"),
    [(9.0, "+10"), (10.5, "+20"), (20.0, "+20"), (50 + 1e-12, "+50"), (99.5, "+100")],
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
    (line,) = strokes(figure, palette.IMPLEMENTATION)
    unit = (WIDTH - 40) / 100
    assert line == approx([WIDTH / 2 + 10 * unit, WIDTH / 2 + 20 * unit])


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_words_of_a_difference_stand_over_its_label_and_are_never_clipped(width):
    words = "baisse d’au moins 10 points, ampleur inconnue"
    rows = differences((-100.0, -10.0, None, None, "no_test", "")).assign(text=words)
    assert_clear(deltacharts.differences(rows, [], "", width))


def test_a_range_of_unknown_size_is_drawn_to_the_end_of_the_axis_that_the_others_need():
    words = "baisse d’au moins 10 points, ampleur inconnue"
    rows = differences(
        (-100.0, -10.0, None, None, "no_test", ""), (10.0, 20.0, -30, 40, "no_test", "")
    )
    figure = deltacharts.differences(rows.assign(text=[words, "+10,0 à +20,0"]), [], "")
    assert_clear(figure)
    unit = (WIDTH - 40) / 100
    assert strokes(figure, palette.IMPLEMENTATION)[0] == approx([20, WIDTH / 2 - 10 * unit])
    label, *_ = [each for each in texts(figure) if each[0].startswith("Une affirmation")]
    assert label[3] - label[1] > WIDTH / 2, "the words leave the label no room"


def test_no_two_verdicts_that_are_tested_share_a_shape():
    styles = [deltacharts.VERDICTS.get(each, deltacharts.UNSURE) for each in VERDICTS[:4]]
    assert len({style["marker"] for style in styles}) == 4


def test_sections_head_the_themes_of_a_verdict():
    rows = differences(
        (12, 12, 3, 20, "progress", "En progrès"), (-1, -1, -9, 7, "stable", "Stables")
    )
    words = [each[0] for each in texts(deltacharts.differences(rows, [], ""))]
    assert words.index("En progrès") < words.index("+12.0") < words.index("Stables")


def bars(*rows, cuts=2, label=LONG, width=WIDTH):
    rows = pd.DataFrame(rows, columns=["theme_id", "edition", "shares"])
    texts = [[f"{share:.0%}" for share in shares] for shares in rows["shares"]]
    labels = [
        "Mise en œuvre en cours",
        "Mise en œuvre complète ou au-delà",
        "Amélioration continue",
    ]
    scale = Scale(labels[:cuts], palette.colours(6, 4)[3 : 3 + cuts])
    return deltacharts.cumulated(
        rows.assign(label=label, section="", texts=texts), scale, "", width
    )


def test_levels_follow_one_another_and_what_nobody_chose_is_not_drawn():
    figure = bars(("A", "2018, n = 39", [0.5, 0.25]), ("A", "2021, n = 34", [0.8, 0.0]))
    assert_clear(figure)
    (_, left, half), (_, next_left, quarter), (_, _, whole), (_, _, most), (_, _, other) = boxes(
        figure
    )[2:]
    assert (half, quarter, most) == (approx(whole / 2), approx(whole / 4), approx(0.8 * whole))
    assert other == whole
    assert next_left == approx(left + half)
    words = [each[0] for each in texts(figure)]
    assert words[-6:] == ["50%", "25%", "2018, n = 39", "80%", "0%", "2021, n = 34"]
    assert " ".join(words[:3]) == "Mise en œuvre en cours"


@pytest.mark.parametrize("width", [WIDTH, NARROW])
@pytest.mark.parametrize("cuts", [1, 2, 3])
def test_bars_are_clear_with_any_number_of_cuts_and_long_names_of_editions(cuts, width):
    rows = [
        (key, f"{edition}, n\u00a0=\u00a01\u202f234", [0.4, 0.3, 0.1][:cuts])
        for key in "AB"
        for edition in ("2018", "Baromètre de l’hiver 2021 et du printemps")
    ]
    assert_clear(bars(*rows, cuts=cuts, width=width))
