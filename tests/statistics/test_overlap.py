"""Respondents of both editions: a published example, hand counts, and an exact decomposition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from barolib.statistics import overlap

_ = np.nan
# The example of Derrick and others (2015), as in R's Partiallyoverlapping::Prop.test: 15 pairs
# (8 yes twice, 1 yes then no, 3 no then yes, 3 no twice), 5 of 9 and 6 of 6 unpaired.
FIRST = [1] * 9 + [0] * 6 + [1] * 5 + [0] * 4 + [_] * 6
SECOND = [1] * 8 + [0] + [1] * 3 + [0] * 3 + [_] * 9 + [1] * 6


def series(values):
    return pd.Series(values, dtype="float64")


def test_the_partially_overlapping_z_test_gives_the_papers_p_value():
    found = overlap.paired_tests(series(SECOND), series(FIRST))
    assert found.overlap_p == pytest.approx(0.053, abs=5e-4)
    assert found.both == 15
    assert found.both_pp == pytest.approx(100 * 2 / 15)


def test_mcnemars_test_is_the_binomial_of_those_who_changed():
    found = overlap.paired_tests(series(SECOND), series(FIRST))
    assert found.both_p == pytest.approx(2 * (1 + 4) / 16)  # 1 or fewer of 4, twice


def test_without_pairs_the_z_test_says_nothing():
    found = overlap.paired_tests(series([1, 0, _, _]), series([_, _, 1, 1]))
    assert found.both == 0
    assert np.isnan([found.both_pp, found.both_p, found.overlap_p]).all()


def test_where_no_pair_varies_the_z_test_is_the_pooled_one():
    after, before = series([1, 1, 1, 0, _]), series([1, 1, _, _, 0])
    gap, pooled = 3 / 4 - 2 / 3, 5 / 7
    z = gap / np.sqrt(pooled * (1 - pooled) * (1 / 4 + 1 / 3))
    assert overlap.z_test(after.dropna(), before.dropna()) == pytest.approx(2 * stats.norm.sf(z))


def test_where_no_answer_varies_nothing_has_changed():
    assert overlap.z_test(series([1, 1, 1]), series([1, 1, 1])) == 1.0


def test_the_z_test_holds_its_level_where_the_independent_one_is_too_shy():
    rng = np.random.default_rng(8)
    small, trials = 0, 300
    for _trial in range(trials):
        shared = rng.random(24) < 0.5
        keep = rng.random((2, 24)) < 0.8
        pairs = np.where(keep, shared, rng.random((2, 24)) < 0.5).astype(float)
        after = series([*pairs[0], *(rng.random(10) < 0.5), *[_] * 15])
        before = series([*pairs[1], *[_] * 10, *(rng.random(15) < 0.5)])
        small += overlap.z_test(after.dropna(), before.dropna()) <= 0.05
    assert small / trials == pytest.approx(0.05, abs=0.035)


def test_a_delta_is_the_stayers_own_change_and_the_panels():
    # Stayers 1 0 0 0 then 1 1 0 0; leavers 1 0; a joiner 1. 2 of 6 then 3 of 5.
    after, before = series([1, 1, 0, 0, _, _, 1]), series([1, 0, 0, 0, 1, 0, _])
    own, panel = overlap.decomposition(after, before)
    assert own == pytest.approx(25)
    # Joiners 1 against 1/2, weight 1/5; leavers 1/2 against 1/4, weight 2/6.
    assert panel == pytest.approx(100 * ((1 - 0.5) / 5 - (0.5 - 0.25) * 2 / 6))


answers = st.lists(st.sampled_from([0.0, 1.0, None]), min_size=6, max_size=6)


@given(answers, answers)
def test_the_two_parts_always_make_the_delta(after, before):
    after, before = series(after), series(before)
    assume(after.notna().any() and before.notna().any())
    own, panel = overlap.decomposition(after, before)
    if (after.notna() & before.notna()).any():
        assert own + panel == pytest.approx(100 * (after.mean() - before.mean()))
    else:
        assert np.isnan([own, panel]).all()
