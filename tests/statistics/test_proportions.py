"""Two proportions: published examples, enumeration, scipy, and what verdicts are worth."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from barolib.compare import delta
from barolib.statistics import multiplicity, proportions


# Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10.
@pytest.mark.parametrize(
    ("after", "before", "bounds"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
        ((10, 10), (0, 10), (0.6075, 1.0000)),
    ],
)
def test_the_interval_is_that_of_newcombes_table_in_points(after, before, bounds):
    assert proportions.newcombe(after, before) == pytest.approx(
        [100 * each for each in bounds], abs=0.0051
    )


def enumerated(n, base, n_before, base_before):
    """Boschloo's p-value from its definition, in plain Python: an independent computation."""
    total = comb(base + base_before, base)

    def fisher(x, y):
        s = x + y
        ways = [
            comb(base, i) * comb(base_before, s - i)
            for i in range(max(0, s - base_before), min(x, base, s) + 1)
        ]
        return sum(ways) / comb(base + base_before, s) if total else 0

    chances = np.linspace(0, 1, 8_001)
    found = []
    for flip in (False, True):
        x, y = (base - n, base_before - n_before) if flip else (n, n_before)
        least = fisher(x, y) * (1 + 1e-9)
        curve = np.zeros_like(chances)
        for i in range(base + 1):
            for j in range(base_before + 1):
                if fisher(i, j) <= least:
                    ways = comb(base, i) * comb(base_before, j)
                    rest = base + base_before - i - j
                    curve += ways * chances ** (i + j) * (1 - chances) ** rest
        found.append(curve.max())
    return min(1, 2 * min(found))


@pytest.mark.parametrize(("base", "base_before"), [(1, 1), (3, 2), (5, 4)])
def test_the_exact_test_is_its_definition_for_every_outcome(base, base_before):
    table = proportions.p_values(base, base_before)
    for n in range(base + 1):
        for n_before in range(base_before + 1):
            expected = enumerated(n, base, n_before, base_before)
            assert table[n, n_before] == pytest.approx(expected, rel=1e-5)


def test_the_exact_test_gives_the_example_of_scipys_documentation():
    # 74 of 117 and 31 of 63, one-sided p = 0.0355; twice that for two sides.
    assert proportions.boschloo((74, 117), (31, 63)) == pytest.approx(2 * 0.0355, abs=2e-4)


@pytest.mark.parametrize(
    ("n", "n_before"), [(5, 20), (20, 5), (17, 20), (30, 39), (10, 20), (0, 3), (0, 0), (34, 39)]
)
def test_the_exact_test_agrees_with_scipys_at_the_panels_size(n, n_before):
    table = [[n, n_before], [34 - n, 39 - n_before]]
    theirs = stats.boschloo_exact(table, n=64).pvalue
    expected = 1.0 if np.isnan(theirs) else theirs  # where no answer differs
    assert proportions.boschloo((n, 34), (n_before, 39)) == pytest.approx(expected, rel=1e-4)


def test_the_maximum_is_found_wherever_it_lies_on_larger_panels_too():
    table = [[60, 40], [60, 61]]
    expected = stats.boschloo_exact(table, n=16).pvalue
    assert proportions.boschloo((60, 120), (40, 101)) == pytest.approx(expected, rel=1e-3)


def test_p_values_of_a_column_are_those_of_each_row():
    sides = (np.array([3, 5, 0]), np.array([5, 7, 3])), (np.array([1, 2, 2]), np.array([4, 7, 2]))
    found = proportions.boschloo(*sides)
    for place in range(3):
        one = [tuple(int(each[place]) for each in side) for side in sides]
        assert found[place] == proportions.boschloo(*one)


def test_a_large_panel_takes_the_pooled_z_test_which_is_then_as_good():
    assert 151 * 151 < proportions.LIMIT < 401 * 401
    found = proportions.boschloo((230, 400), (200, 400))
    chi2 = stats.chi2_contingency([[230, 170], [200, 200]], correction=False).pvalue
    assert found == pytest.approx(chi2)
    exact = np.array(
        [
            proportions.p_values(150, 150)[85, 70],
            stats.chi2_contingency([[85, 65], [70, 80]], correction=False).pvalue,
        ]
    )
    assert exact[0] == pytest.approx(exact[1], rel=0.1)


@given(st.integers(1, 12), st.integers(1, 12))
@settings(max_examples=40)
def test_a_p_value_never_depends_on_which_answer_is_called_yes_or_which_edition_came_first(a, b):
    table = proportions.p_values(a, b)
    assert table == pytest.approx(table[::-1, ::-1])
    assert table == pytest.approx(proportions.p_values(b, a).T, rel=1e-6)
    assert ((table > 0) & (table <= 1)).all()


@pytest.mark.parametrize(
    ("share", "points"), [(0.0, 18.98), (0.05, 23.83), (0.3, 32.95), (0.5, 30.84), (0.7, 24.87)]
)
def test_the_detectable_rise_is_detected_four_times_in_five(share, points):
    found = proportions.detectable(share, 34, 39)
    assert found == pytest.approx(points, abs=0.01)
    drawn = np.random.default_rng(4).binomial(
        [[34], [39]], [[share + found / 100], [share]], size=(2, 20_000)
    )
    detected = proportions.boschloo((drawn[0], 34), (drawn[1], 39)) <= 0.05
    assert detected.mean() == pytest.approx(0.80, abs=0.01)


def test_the_detectable_rise_is_the_smallest():
    found = proportions.detectable(0.3, 34, 39)
    smaller = [
        proportions.power(0.3 + step * found / 100, 0.3, 34, 39) for step in (0.5, 0.9, 0.99)
    ]
    assert max(smaller) < 0.80 <= proportions.power(0.3 + found / 100 + 1e-6, 0.3, 34, 39)


@pytest.mark.parametrize("share", [0.9, 1.0])
def test_no_rise_from_a_high_share_is_detectable(share):
    assert np.isnan(proportions.detectable(share, 34, 39))


# ---------------------------------------------------------------------------------- verdicts


def test_adjusted_p_values_are_those_of_benjamini_and_hochbergs_own_example():
    # Their fifteen p-values of 1995; adjusted as R's p.adjust(p, "BH") gives them.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    expected = [0.0015, 0.0030, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645, 0.0765]
    expected += [0.4860, 0.58118182, 0.714875, 0.75323077, 0.81321429, 1.0]
    found = multiplicity.adjusted(pd.Series(p), pd.Series(["a"] * 15))
    assert found.to_list() == pytest.approx(expected)


def test_p_values_are_adjusted_within_their_family_alone():
    p, family = pd.Series([0.01, 0.04, 0.03, None]), pd.Series(["a", "b", "b", "b"])
    assert multiplicity.adjusted(p, family).to_list()[:3] == pytest.approx([0.01, 0.04, 0.04])
    assert np.isnan(multiplicity.adjusted(p, family)[3])


def test_an_indicator_and_its_complement_are_one_hypothesis():
    # "Level 1" and "levels 2 to 6" of one affirmation: two hypotheses, not three.
    p, family = pd.Series([0.03, 0.02, 0.04]), pd.Series(["a"] * 3)
    found = multiplicity.adjusted(p, family, pd.Series(["x", "y", "y"]))
    assert found.to_list() == pytest.approx([0.04, 0.04, 0.04])
    assert multiplicity.adjusted(p, family).to_list() == pytest.approx([0.04, 0.04, 0.04])
    p[0] = 0.018
    assert multiplicity.adjusted(p, family, pd.Series(["x", "y", "y"]))[0] == pytest.approx(0.036)
    assert multiplicity.adjusted(p, family)[0] == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ((0.05, 1, 20, 2, 19), "progress"),
        ((0.05, -20, -1, -19, -2), "decline"),
        ((0.051, 1, 20, 2, 19), "not_distinguishable"),
        ((0.01, 0, 20, 1, 19), "not_distinguishable"),
        ((0.01, -20, 0, -19, -1), "not_distinguishable"),
        ((0.9, -11, 11, -10, 10), "stable"),
        ((0.9, -11, 11, -10.1, 10), "not_distinguishable"),
        ((0.9, -11, 11, -10, 10.1), "not_distinguishable"),
        ((0.01, 1, 9, 2, 8), "progress"),
        ((None, None, None, None, None), "not_distinguishable"),
    ],
)
def test_a_verdict_takes_both_the_adjusted_p_value_and_the_interval(row, verdict):
    columns = ["p_adjusted", "ci_low", "ci_high", "low_90", "high_90"]
    table = pd.DataFrame([row], columns=columns, dtype="float64")
    assert delta.verdicts(table, 10).to_list() == [verdict]


def studies(number, shares, seed):
    """Tests of so many studies of affirmations that did not change, at 39 and 34 respondents."""
    rng = np.random.default_rng(seed)
    n = rng.binomial(34, shares, size=(number, len(shares))).ravel()
    n_before = rng.binomial(39, shares, size=(number, len(shares))).ravel()
    found = delta.difference((n, np.full(len(n), 34)), (n_before, np.full(len(n), 39)))
    study = pd.Series(np.repeat(np.arange(number), len(shares)))
    return found.assign(study=study, p_adjusted=multiplicity.adjusted(found["p_value"], study))


def test_under_no_change_the_rule_holds_its_level_where_intervals_alone_fail():
    found = studies(400, np.linspace(0.1, 0.9, 46), seed=2021)
    moved = delta.verdicts(found, 10).isin(["progress", "decline"])
    alone = (found["ci_low"] > 0) | (found["ci_high"] < 0)
    false, false_alone = (each.groupby(found["study"]).any().mean() for each in (moved, alone))
    assert false <= 0.05
    assert false_alone > 0.8


def test_stable_is_out_of_reach_at_the_panels_size():
    n, n_before = (each.ravel() for each in np.meshgrid(np.arange(35), np.arange(40)))
    found = delta.difference((n, np.full(len(n), 34)), (n_before, np.full(len(n), 39)))
    found = found.assign(p_adjusted=found["p_value"])
    share = (n + n_before) / 73
    stable = delta.verdicts(found, 10) == "stable"
    # Only where two of the 73 do at most, or all but two.
    assert stable.any()
    assert ((share <= 2 / 73 + 1e-9) | (share >= 71 / 73 - 1e-9))[stable].all()
