import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.statistics import distribution
from barolib.survey.rounding import percent
from support import panels

EDITION = panels.settings(3, 2, rounding="half_up_via_tenths")


def test_a_row_per_affirmation_and_level_counted_by_hand(tiny, process):
    table = process(tiny.read())["distributions"]
    columns = ["affirmation_id", "theme_id", "level", "n", "base", "percent", "certainty"]
    assert table[columns].to_numpy().tolist() == [
        ["T01-01", "T01", 1, 1, 7, 14, "exact"],
        ["T01-01", "T01", 2, 2, 7, 29, "exact"],
        ["T01-01", "T01", 3, 3, 7, 43, "exact"],
        ["T01-01", "T01", 4, 1, 7, 14, "exact"],
        ["T01-02", "T01", 1, 0, 8, 0, "exact"],
        ["T01-02", "T01", 2, 1, 8, 13, "exact"],
        ["T01-02", "T01", 3, 3, 8, 38, "exact"],
        ["T01-02", "T01", 4, 4, 8, 50, "exact"],
        ["T02-01", "T02", 1, 2, 5, 40, "exact"],
        ["T02-01", "T02", 2, 1, 5, 20, "exact"],
        ["T02-01", "T02", 3, 1, 5, 20, "exact"],
        ["T02-01", "T02", 4, 1, 5, 20, "exact"],
    ]
    assert table["share"].tolist() == [
        n / base for n, base in zip(table["n"], table["base"], strict=True)
    ]
    assert table["origin"].unique().tolist() == ["printed"]
    assert table[["not_concerned", "missing"]].isna().all(axis=None)


def test_every_level_of_every_printed_affirmation_of_2021_has_its_row(raw2021, tables2021):
    table = tables2021["distributions"]
    assert len(table) == 34 * 6
    assert table.groupby("affirmation_id")["level"].agg(list).map(tuple).unique().tolist() == [
        (1, 2, 3, 4, 5, 6)
    ]
    base = table.groupby("affirmation_id")["n"].transform("sum")
    assert (table["base"] == base).all()
    assert table["base"].between(25, 34).all()
    assert (table["share"] == table["n"] / table["base"]).all()
    printed = percent(table["n"], table["base"], raw2021.edition.rounding)
    assert table["percent"].tolist() == printed.tolist()


def test_a_row_with_several_counts_is_ambiguous_and_shows_its_largest_base(tiny, process):
    tiny.replace("edition.yml", "respondents: 8", "respondents: 10")
    table = process(tiny.read())["distributions"]
    own = table[table["affirmation_id"] == "T02-01"]
    assert own["n"].tolist() == [4, 2, 2, 2]
    assert own["certainty"].unique().tolist() == ["ambiguous"]


def test_a_corrected_row_says_so_whatever_its_counts(tiny, process):
    tiny.cell("published_distributions.csv", "R1", "p1", "49")
    tiny.replace("edition.yml", "respondents: 8", "respondents: 10")
    tiny.write(
        "corrections.csv",
        "file,key,column,printed,corrected,reason,evidence\n"
        "published_distributions.csv,R1,p1,49,40,misread,page 9\n",
    )
    table = process(tiny.read())["distributions"]
    own = table[table["affirmation_id"] == "T02-01"]
    assert own["percent"].tolist() == [40, 20, 20, 20]
    assert own["certainty"].unique().tolist() == ["corrected"]


def test_themes_pool_the_answers_of_their_affirmations(tiny, process):
    table = process(tiny.read())["theme_distributions"]
    shown = table[["theme_id", "level", "n", "base", "percent"]].to_numpy().tolist()
    assert sorted(shown) == [
        ["T01", 1, 1, 15, 7],  # 1 + 0 of 7 + 8
        ["T01", 2, 3, 15, 20],
        ["T01", 3, 6, 15, 40],
        ["T01", 4, 5, 15, 33],
        ["X1", 1, 2, 13, 15],  # T01-02 and T02-01
        ["X1", 2, 2, 13, 15],
        ["X1", 3, 4, 13, 31],
        ["X1", 4, 5, 13, 38],
    ]
    assert table["share"].tolist() == (table["n"] / table["base"]).tolist()


def test_a_theme_partly_covered_has_no_bar(tiny, process):
    # T02-02 is not printed, so theme T02 has no bar; X1 has one until one of its rows goes.
    themes = process(tiny.read())["theme_distributions"]["theme_id"]
    assert set(themes) == {"T01", "X1"}
    tiny.drop_rows("published_distributions.csv", lambda row: row["printed_row"] != "R1")
    themes = process(tiny.read())["theme_distributions"]["theme_id"]
    assert set(themes) == {"T01"}


def test_2021_has_the_bars_of_the_four_printed_themes_only(tables2021):
    themes = tables2021["theme_distributions"]["theme_id"]
    assert themes.unique().tolist() == ["T04", "T07", "T08", "T09"]


def test_the_pooled_bar_of_theme_7_is_the_printed_one(raw2021, tables2021):
    own = tables2021["theme_distributions"].query("theme_id == 'T07'")
    assert own["n"].tolist() == [22, 74, 41, 70, 16, 37]
    assert own["base"].unique().tolist() == [260]
    assert own["percent"].tolist() == [9, 29, 16, 27, 6, 14]
    bar = raw2021.as_printed.set_index("printed_row").loc["P07-01", "p1":"p6"]
    assert own["percent"].astype(str).tolist() == bar.tolist()


def test_rounding_once_would_not_print_the_bar_of_theme_7(tables2021):
    own = tables2021["theme_distributions"].query("theme_id == 'T07'")
    # 22 of 260 is 8.46 %: 8 when rounded once.
    assert percent(own["n"], 260, "half_up").tolist() == [8, 28, 16, 27, 6, 14]


def test_printed_bars_stand_beside_the_pooled_ones(tiny, process, tables2021):
    checks = process(tiny.read())["pooled_checks"]
    assert checks.to_numpy().tolist() == [
        *[["T01", 1, 7, 7], ["T01", 2, 20, 20], ["T01", 3, 40, 40], ["T01", 4, 33, 33]]
    ]
    checks = tables2021["pooled_checks"]
    assert checks["printed"].tolist() == checks["recomputed"].tolist() == [9, 29, 16, 27, 6, 14]


def test_a_bar_that_the_answers_do_not_print_is_shown_as_it_is(tiny, process):
    tiny.cell("published_distributions.csv", "R4", "p1", "8")
    checks = process(tiny.read())["pooled_checks"]
    assert checks.iloc[0].tolist() == ["T01", 1, 8, 7]


VECTOR = st.lists(st.integers(0, 40), min_size=3, max_size=3).filter(any)


@settings(max_examples=40)
@given(st.lists(VECTOR, min_size=1, max_size=6))
def test_pooling_adds_the_counts_and_rounds_their_sum(vectors):
    table = pd.DataFrame(
        [
            {"affirmation_id": f"T01-{i:02}", "level": level, "n": n, "origin": "printed"}
            for i, vector in enumerate(vectors)
            for level, n in enumerate(vector, start=1)
        ]
    )
    members = {"T01": table["affirmation_id"].unique().tolist(), "X1": [], "T02": ["T02-01"]}
    pooled = distribution.pooled(table, members, EDITION)
    total = np.sum(vectors, axis=0)
    assert pooled["theme_id"].tolist() == ["T01"] * 3
    assert pooled["n"].tolist() == total.tolist()
    assert pooled["base"].tolist() == [total.sum()] * 3
    assert pooled["percent"].tolist() == percent(total, total.sum(), EDITION.rounding).tolist()


def test_tables_given_are_left_as_they_are(raw2021, tables2021):
    table = tables2021["distributions"]
    before = table.copy()
    distribution.pooled(table, raw2021.members, raw2021.edition)
    pd.testing.assert_frame_equal(table, before)


def test_an_edition_without_a_whole_theme_has_no_bar():
    table = pd.DataFrame(
        {"affirmation_id": ["T02-01"], "level": [1], "n": [2], "origin": ["printed"]}
    )
    members = {"T01": [], "T02": ["T02-01", "T02-02"]}
    assert distribution.pooled(table, members, EDITION).empty
