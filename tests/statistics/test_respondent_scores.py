"""Scores, groups, subgroups and intervals of a study that is counted by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.statistics import (
    bootstrap,
    disclosure,
    distribution,
    groups,
    scoring,
    sensitivity,
    subgroups,
)


@pytest.fixture
def raw(answered):
    return answered.read()


@pytest.fixture
def scores(raw):
    return scoring.respondent_scores(raw.answers, raw.members, raw.edition)


def test_distributions_keep_levels_that_nobody_chose(raw):
    table = distribution.from_answers(raw.answers, raw.questionnaire, raw.edition).set_index(
        ["affirmation_id", "level"]
    )
    own = table.loc["T02-02"]
    assert own["n"].tolist() == [1, 0, 1, 2]
    assert set(own["base"]) == {4}
    assert (own["not_concerned"].iloc[0], own["missing"].iloc[0]) == (1, 1)
    assert own["percent"].tolist() == [25, 0, 25, 50]


def test_halves_go_up(raw):
    table = distribution.from_answers(raw.answers, raw.questionnaire, raw.edition).set_index(
        ["affirmation_id", "level"]
    )
    # T02-01: 1, 2, 3 and 4 once each; with 8 answers one is 12.5, here a quarter is 25.
    assert table.loc["T02-01", "percent"].tolist() == [25, 25, 25, 25]


def test_an_affirmation_that_nobody_answers_has_no_share_and_breaks_nothing(answered):
    answered.save(
        "answers.csv",
        [
            [*row[:4], "" if row[0] != "respondent_id" else row[4]]
            for row in answered.rows("answers.csv")
        ],
    )
    raw = answered.read()
    table = distribution.from_answers(raw.answers, raw.questionnaire, raw.edition)
    own = table[table["affirmation_id"] == "T02-02"]
    assert (own["base"] == 0).all()
    assert own[["share", "percent"]].isna().all(axis=None)
    scores = scoring.respondent_scores(raw.answers, raw.members, raw.edition)
    assert len(scoring.theme_scores(scores, raw.themes, raw.edition))


def test_scores_leave_out_what_does_not_concern_and_need_enough_answers(scores):
    wide = scores.set_index(["respondent_id", "theme_id"])
    assert wide.at[("R1", "T01"), "score"] == 4
    # R2 answers one of two in T01 (a half is enough), and one of one asked in T02.
    assert tuple(wide.loc[("R2", "T01")]) == (3, 1, 2)
    assert tuple(wide.loc[("R2", "T02")]) == (2, 1, 1)
    # R5 is not concerned by T01; in all it answers one of the two that concern it.
    assert wide.loc[("R5", "T01"), ["answered", "asked"]].tolist() == [0, 0]
    assert np.isnan(wide.at[("R5", "T01"), "score"])
    assert wide.at[("R5", "general"), "score"] == 3
    assert wide.loc["R6", "score"].isna().all()
    # X1 tags T01-01 and T02-02.
    assert wide.at[("R4", "X1"), "score"] == 3


def test_theme_means_weigh_respondents_alike(scores, raw):
    table = scoring.theme_scores(scores, raw.themes, raw.edition).set_index("theme_id")
    assert table.at["T01", "mean"] == pytest.approx((4 + 3 + 1.5 + 2) / 4)
    assert table.at["T02", "mean"] == pytest.approx((3.5 + 2 + 1 + 4 + 3) / 5)
    assert table["base"].to_dict() == {"T01": 4, "T02": 5, "X1": 5, "general": 5}
    assert table.loc[["T01", "T02"], "rank"].tolist() == [2, 1]
    assert table.loc[["X1", "general"], "rank"].isna().all()
    assert (table["ci_low"] < table["mean"]).all()
    assert (table["mean"] < table["ci_high"]).all()
    assert table["ci_low_finite"].isna().all()


def test_a_known_frame_shrinks_the_interval(answered, scores, raw):
    answered.replace("edition.yml", "seed: 1", "seed: 1\nframe_size: 10")
    edition = answered.read().edition
    known = scoring.theme_scores(scores, raw.themes, edition).set_index("theme_id")
    wide = known["ci_high"] - known["ci_low"]
    close = known["ci_high_finite"] - known["ci_low_finite"]
    assert close["T01"] == pytest.approx(wide["T01"] * np.sqrt(1 - 4 / 10))


def test_groups_and_profiles_by_hand(scores, raw):
    table = groups.table(scores, raw.answers, raw.themes, raw.edition).set_index("respondent_id")
    # General: R1 3.75, R2 2.5, R3 1.25, R4 3, R5 3, R6 none; R4 stands at 4 in T02.
    assert table["group"].dropna().to_dict() == {
        "R1": "leaders",
        "R2": "peloton",
        "R3": "laggards",
        "R4": "peloton",
        "R5": "peloton",
    }
    assert table["profile"].dropna().to_dict() == {
        "R2": "generalist",
        "R4": "specialist",
        "R5": "generalist",
    }
    assert table["stability"].dropna().between(0, 1).all()
    assert pd.isna(table.at["R6", "stability"])


def test_subgroups_under_the_minimum_are_withheld(scores, raw):
    members = groups.table(scores, raw.answers, raw.themes, raw.edition)
    found = subgroups.memberships(raw.participants, members, raw.edition)
    sizes = found[found["dimension"] == "size_class"].set_index("respondent_id")["subgroup"]
    assert sizes.to_dict() == {
        "R1": "0",
        "R2": "10000",
        "R3": "100000",
        "R4": "10000",
        "R5": "10000",
    }
    table = subgroups.Subgroups(scores, raw.answers, found, raw.members, raw.edition).means
    # T01: three cities, and one town, R4, whom the whole panel less the cities would tell; a
    # subgroup is shown in all themes or in none.
    assert table["withheld"].all()
    assert table[["mean", "base"]].isna().all(axis=None)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.integers(1, 6))
def test_what_is_withheld_cannot_be_told_from_the_total(bases, minimum):
    sizes = pd.Series(bases)
    hidden = disclosure.withheld(sizes, minimum)
    assert hidden[(sizes > 0) & (sizes < minimum)].all()
    if hidden.any() and (sizes > 0).sum() > 1:
        assert hidden.sum() > 1
        assert sizes[hidden].sum() >= minimum or hidden[sizes > 0].all()


def test_the_order_of_themes_under_each_choice(raw):
    table = sensitivity.rankings(raw.answers, raw.themes, raw.members, raw.edition)
    assert set(table["choice"]) == {
        "mean",
        "median",
        "implementation",
        "any answer",
        "complete themes",
        "without T01-01",
        "without T01-02",
        "without T02-01",
        "without T02-02",
    }
    value = table.set_index(["choice", "theme_id"])["value"]
    # Without T01-01 the theme is T01-02 alone: 4, 2, 2; R2 did not answer it.
    assert value["without T01-01", "T01"] == pytest.approx(8 / 3)
    assert value["without T01-01", "T02"] == value["mean", "T02"]
    # Complete themes: R2 falls out of T01, where one of two is answered, R5 out of T02.
    assert value["complete themes", "T01"] == pytest.approx((4 + 1.5 + 2) / 3)


def test_bootstrap_means_are_those_of_the_rows_drawn():
    values = np.array([[1.0, np.nan], [2.0, 5.0], [6.0, 5.0]])
    drawn = bootstrap.means(values, seed=3, replicates=120)
    again = np.random.default_rng(3).integers(0, 3, size=(120, 3))
    assert drawn.shape == (120, 2)
    assert drawn[:, 0].tolist() == pytest.approx(values[again, 0].mean(axis=1).tolist())
    assert set(drawn[~np.isnan(drawn[:, 1]), 1]) == {5.0}


def test_intervals_widen_as_a_t_interval_does():
    rng = np.random.default_rng(0)
    values = rng.normal(3, 1, size=(20, 1))
    drawn = bootstrap.means(values, seed=0)
    low, high = bootstrap.interval(drawn, np.array([20]), values.mean(axis=0))
    plain = np.quantile(drawn, [0.025, 0.975])
    assert low[0] < plain[0]
    assert plain[1] < high[0]
    low, _ = bootstrap.interval(drawn, np.array([1]), values.mean(axis=0))
    assert np.isnan(low[0])


@pytest.mark.parametrize(
    ("respondents", "measures", "replicates"),
    [(34, 14, 10_000), (101, 150, 10_000), (35_000, 14, 1_000)],
)
def test_ten_thousand_resamples_are_drawn_but_of_panels_whose_means_hardly_vary(
    respondents, measures, replicates
):
    assert bootstrap.replicates_of(np.zeros((respondents, measures))) == replicates
