from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.statistics import scoring
from support import panels

THEMES = pd.DataFrame({"theme_id": ["T01", "T02", "X1"], "kind": ["theme", "theme", "transverse"]})


def pooled(**counts):
    """theme_distributions of three levels."""
    rows = [
        {"theme_id": theme, "level": level, "n": n}
        for theme, vector in counts.items()
        for level, n in enumerate(vector, start=1)
    ]
    return pd.DataFrame(rows)


def reconstructions(**vectors):
    """Admissible counts of three levels, by affirmation with _ for -."""
    rows = [
        {
            "affirmation_id": key.replace("_", "-"),
            "base": sum(v),
            "n1": v[0],
            "n2": v[1],
            "n3": v[2],
        }
        for key, several in vectors.items()
        for v in several
    ]
    return pd.DataFrame(rows)


EDITION = panels.settings(3, 2)
MEMBERS = {"T01": ["T01-01", "T01-02"], "T02": ["T02-01"], "X1": ["T01-02"]}


def scores(distributions, found, members=MEMBERS):
    return scoring.pooled_scores(distributions, found, THEMES, members, EDITION)


FOUND = reconstructions(T01_01=[(1, 1, 0)], T01_02=[(0, 1, 3), (0, 2, 6)], T02_01=[(2, 0, 0)])


def test_the_mean_level_of_the_pooled_answers_by_hand(tiny, process):
    table = process(tiny.read())["theme_scores"].set_index("theme_id")
    # T01: 1×1 + 3×2 + 6×3 + 5×4 = 45 of 15; X1: 2×1 + 2×2 + 4×3 + 5×4 = 38 of 13.
    assert table["mean"].to_dict() == {"T01": 45 / 15, "X1": 38 / 13}
    assert table["base"].to_dict() == {"T01": 15, "X1": 13}
    assert table["basis"].unique().tolist() == ["pooled_counts"]


def test_the_mean_levels_of_2021_by_hand(tables2021):
    table = tables2021["theme_scores"].set_index("theme_id")
    # 22 74 41 70 16 37 of 260.
    assert table.at["T07", "mean"] == (22 + 148 + 123 + 280 + 80 + 222) / 260
    # 50 92 40 55 6 13 of 256.
    assert table.at["T04", "mean"] == (50 + 184 + 120 + 220 + 30 + 78) / 256


def test_pooled_counts_carry_no_interval_and_an_incomplete_edition_no_rank(tables2021):
    table = tables2021["theme_scores"]
    assert table[["ci_low", "ci_high", "rank", "rank_low", "rank_high"]].isna().all(axis=None)


def test_themes_are_ranked_where_each_has_a_score_and_transverse_ones_never():
    table = scores(pooled(T01=(1, 2, 3), T02=(2, 0, 0), X1=(0, 1, 3)), FOUND).set_index("theme_id")
    assert table.loc[["T01", "T02"], "rank"].tolist() == [1, 2]
    assert pd.isna(table.at["X1", "rank"])
    assert table[["rank_low", "rank_high"]].isna().all(axis=None)


def test_equal_means_share_the_better_rank():
    found = reconstructions(T01_01=[(1, 1, 0)], T01_02=[(0, 1, 1)], T02_01=[(0, 3, 0)])
    table = scores(pooled(T01=(1, 2, 1), T02=(0, 3, 0)), found)
    assert table["mean"].tolist() == [2, 2]
    assert table["rank"].tolist() == [1, 1]


def test_a_theme_without_a_score_leaves_the_others_without_a_rank():
    table = scores(pooled(T01=(1, 2, 3)), FOUND)
    assert table["theme_id"].tolist() == ["T01"]
    assert table["rank"].isna().all()


def test_the_range_runs_over_every_admissible_count():
    # T01-01 sums to 3 of 2; T01-02 to 11 of 4 or 22 of 8: 14 of 6, or 25 of 10.
    table = scores(pooled(T01=(1, 2, 3)), FOUND)
    assert table[["mean_low", "mean_high"]].to_numpy().tolist() == [[14 / 6, 25 / 10]]


def test_the_ambiguous_rows_of_2021_open_the_range_of_theme_8_alone(tables2021):
    table = tables2021["theme_scores"].set_index("theme_id")
    settled = table.drop(index="T08")
    assert (settled["mean_low"] == settled["mean"]).all()
    assert (settled["mean_high"] == settled["mean"]).all()
    own = tables2021["reconstructions"].query("affirmation_id.str.startswith('T08')")
    means = []
    for rows in product(*(each.itertuples() for _, each in own.groupby("affirmation_id"))):
        total = sum(level * getattr(row, f"n{level}") for row in rows for level in range(1, 7))
        means.append(total / sum(row.base for row in rows))
    assert len(means) == 4
    low, high = table.loc["T08", ["mean_low", "mean_high"]]
    assert (low, high) == (min(means), max(means))
    assert low < table.at["T08", "mean"] < high


VECTOR = st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any)


@settings(max_examples=50)
@given(st.lists(st.lists(VECTOR, min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_range_is_that_of_trying_every_combination(several):
    names = [f"T01-{i:02}" for i in range(len(several))]
    found = reconstructions(**dict(zip(names, several, strict=True)))
    total = [sum(column) for column in zip(*(each[0] for each in several), strict=True)]
    members = {"T01": names, "T02": [], "X1": []}
    table = scores(pooled(T01=total), found, members)
    means = [
        sum(v[0] + 2 * v[1] + 3 * v[2] for v in choice) / sum(map(sum, choice))
        for choice in product(*several)
    ]
    low, high = table.loc[0, ["mean_low", "mean_high"]]
    assert (low, high) == (pytest.approx(min(means)), pytest.approx(max(means)))
