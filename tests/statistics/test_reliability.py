"""Whether affirmations measure one thing: alpha and omega, by hand and by simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from barolib.statistics import reliability

#: Variances 1, 1 and 4/3, covariances 1/3, 2/3 and 2/3: alpha = 3/2 × (1 − (10/3) / (20/3)).
BY_HAND = pd.DataFrame({"A": [1, 2, 3, 2, 1, 3], "B": [1, 3, 3, 2, 2, 1], "C": [1, 2, 4, 3, 2, 2]})


def one_factor(respondents, items, loading, seed=1):
    """Continuous answers whose one common factor has this loading on each item."""
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=(respondents, 1)), rng.normal(size=(respondents, items))
    answers = loading * common + np.sqrt(1 - loading**2) * own
    return pd.DataFrame(answers, columns=[f"I{at}" for at in range(items)])


def test_alpha_by_the_definition_with_feldt_s_interval():
    items = [list(BY_HAND[name]) for name in BY_HAND]
    variance = [sum((v - sum(i) / 6) ** 2 for v in i) / 5 for i in items]
    sums = [sum(row) for row in zip(*items, strict=True)]
    total = sum((v - sum(sums) / 6) ** 2 for v in sums) / 5
    alpha = 3 / 2 * (1 - sum(variance) / total)
    found = reliability.cronbach_alpha(BY_HAND)
    assert found.value == pytest.approx(alpha)
    bounds = [1 - (1 - alpha) * stats.f.ppf(share, 5, 10) for share in (0.975, 0.025)]
    assert found[1:] == pytest.approx(bounds)


def test_omega_of_one_factor_is_that_of_its_loadings():
    found = reliability.mcdonald_omega(one_factor(20_000, 6, 0.7))
    assert found.value == pytest.approx((6 * 0.7) ** 2 / ((6 * 0.7) ** 2 + 6 * 0.51), abs=0.01)
    assert found.low < found.value < found.high


@pytest.mark.parametrize("coefficient", [reliability.cronbach_alpha, reliability.mcdonald_omega])
def test_the_interval_covers_nineteen_times_in_twenty_at_34_respondents(coefficient):
    truth = (8 * 0.6) ** 2 / ((8 * 0.6) ** 2 + 8 * 0.64)
    found = [coefficient(one_factor(34, 8, 0.6, seed)) for seed in range(200)]
    covered = sum(each.low <= truth <= each.high for each in found)
    assert 180 <= covered <= 200


def test_an_affirmation_that_goes_against_the_others_is_seen():
    levels = one_factor(300, 4, 0.7)
    levels["I3"] = -levels["I3"]
    found = reliability.item_rest_correlations(levels, {"T01": list(levels)})
    assert found["correlation"].lt(0).tolist() == [False, False, False, True]


@given(st.integers(0, 3), st.integers(1, 5))
def test_what_cannot_be_computed_is_missing_not_an_error(respondents, items):
    levels = pd.DataFrame(2.0, index=range(respondents), columns=range(items))
    assert np.isnan(
        [*reliability.cronbach_alpha(levels), *reliability.mcdonald_omega(levels)]
    ).all()
    found = reliability.item_rest_correlations(levels, {"T01": list(levels)})
    assert found["correlation"].isna().tolist() == [True] * items


def test_a_missing_answer_costs_its_pairs_alone():
    levels = one_factor(50, 4, 0.7)
    levels.iloc[0, 0] = np.nan
    found = reliability.cronbach_alpha(levels)
    assert found.value == pytest.approx(
        reliability.cronbach_alpha(one_factor(50, 4, 0.7)).value, abs=0.05
    )
    assert np.isnan(reliability.cronbach_alpha(levels.assign(I4=np.nan))).all()


def test_the_table_of_themes_says_what_the_answers_show(raw2021):
    levels = one_factor(34, 8, 0.6)
    levels.columns = [f"{theme}-{at}" for theme in ("T01", "T02") for at in range(4)]
    levels[[f"T03-{at}" for at in range(6)]] = one_factor(34, 6, 0.9, 2)
    levels[[f"T04-{at}" for at in range(6)]] = one_factor(34, 6, 0.0, 3)
    themes = {
        name: [item for item in levels if item.startswith(name)] for name in ("T01", "T03", "T04")
    }
    answers = levels.rename_axis("respondent_id").reset_index()
    answers = answers.melt("respondent_id", var_name="affirmation_id", value_name="level")
    edition = raw2021.edition
    found = reliability.by_theme(answers, themes, edition).set_index("theme_id")
    assert found["verdict"].to_dict() == {
        "T01": "cannot_say",
        "T03": "one_thing",
        "T04": "several_things",
    }
    assert found["dimensions"].to_dict() == {"T01": 1, "T03": 1, "T04": 0}
    assert found["respondents"].eq(34).all()
    for name in ("alpha", "omega"):
        assert found[f"{name}_boot_low"].lt(found[name]).all()
        assert found[f"{name}_boot_high"].gt(found[name]).all()
    assert reliability.by_theme(answers[:0], themes, edition).empty


def test_parallel_analysis_tells_dimensions_from_chance():
    pair = pd.concat([one_factor(100, 4, 0.8, 1), one_factor(100, 4, 0.8, 2)], axis=1)
    pair.columns = [f"I{at}" for at in range(8)]
    assert reliability.dimensions(pair, seed=1) == 2
    assert (
        reliability.dimensions(pair.where(np.random.default_rng(1).random(pair.shape) > 0.1), 1)
        == 2
    )
    assert reliability.dimensions(one_factor(100, 8, 0.0), seed=1) == 0
    assert np.isnan(reliability.dimensions(pair.assign(I0=1.0), seed=1))


def test_the_bar_of_chance_is_that_of_shuffled_columns():
    # The first eigenvalue of shuffled answers against that of normal ones of the same size.
    answers = one_factor(34, 6, 0.45, 5)
    drawn = np.random.default_rng(9).normal(size=(500, 34, 6))
    eigenvalues = [np.linalg.eigvalsh(np.corrcoef(table, rowvar=False))[-1] for table in drawn]
    own = np.linalg.eigvalsh(answers.corr())[-1]
    assert abs(own - np.quantile(eigenvalues, 0.95)) > 0.1  # away from the bar, on either side
    assert (reliability.dimensions(answers, seed=2) > 0) == (own > np.quantile(eigenvalues, 0.95))
