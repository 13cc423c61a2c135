"""Respondents of both editions: a published example, hand counts, and an exact decomposition."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from barolib.statistics import overlap, proportions
from barolib.statistics.overlap import Outcome, Sizes

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


# ------------------------------------------------------------------ permutation within respondents


def permuted(sizes, outcome):
    """The mid-p-value from every permutation, one by one: an independent computation.

    Each of those who answered twice keeps or swaps its two answers; the answers of those who
    answered once are dealt to the two editions in every way.
    """
    both, joiners, leavers = sizes
    up, down, joined, left = outcome
    pairs = [(1, 0)] * up + [(0, 1)] * down + [(1, 1)] * (both - up - down)
    singles = [1] * (joined + left) + [0] * (joiners + leavers - joined - left)
    gaps, single_gaps = [], []
    for swaps in product((1, -1), repeat=both):
        gaps.append(sum(s * (a - b) for s, (a, b) in zip(swaps, pairs, strict=True)) / both)
    for chosen in combinations(range(len(singles)), joiners):
        at = sum(singles[place] for place in chosen)
        rest = sum(singles) - at
        single_gaps.append((at / joiners if joiners else 0) - (rest / leavers if leavers else 0))
    spread, single_spread = np.var(gaps), np.var(single_gaps)

    def statistic(gap, single_gap):
        value = gap / spread if spread > 1e-12 else 0.0
        value += (single_gap - np.mean(single_gaps)) / single_spread if single_spread > 1e-12 else 0
        return round(value, 6)

    ways = Counter()
    for (gap, many), (single_gap, more) in product(
        Counter(gaps).items(), Counter(single_gaps).items()
    ):
        ways[statistic(gap, single_gap)] += many * more
    observed = joined / joiners if joiners else 0
    observed -= left / leavers if leavers else 0
    seen, total = statistic((up - down) / both, observed), sum(ways.values())
    sides = [
        sum(
            many * (1 if sign * value > sign * seen else 0.5)
            for value, many in ways.items()
            if sign * value >= sign * seen
        )
        / total
        for sign in (1, -1)
    ]
    return min(1, 2 * min(sides))


@pytest.mark.parametrize(
    "sizes", [(4, 3, 2), (5, 1, 3), (3, 0, 2), (6, 2, 0), (5, 0, 0), (1, 2, 2)]
)
def test_the_permutation_test_is_its_definition_for_every_outcome(sizes):
    both, joiners, leavers = sizes
    for up, joined, left in product(range(both + 1), range(joiners + 1), range(leavers + 1)):
        for down in range(both + 1 - up):
            outcome = (up, down, joined, left)
            p = overlap.permutation_test(Sizes(*sizes), Outcome(*outcome))
            assert p == pytest.approx(permuted(sizes, outcome)), outcome


def test_among_pairs_alone_it_is_mcnemars_mid_p_test():
    # 8 rose and 1 fell: (1 + 9 / 2) of 512 ways at most so far, on either side.
    p = overlap.permutation_test(Sizes(20, 0, 0), Outcome(8, 1, 0, 0))
    assert p == pytest.approx(2 * (1 + 9 / 2) / 512)


def test_where_none_moved_and_all_answered_alike_nothing_has_changed():
    assert overlap.permutation_test(Sizes(5, 3, 3), Outcome(0, 0, 3, 3)) == 1


def test_a_large_panel_takes_the_normal_law_which_is_then_as_good():
    sizes, outcome = Sizes(26, 13, 13), Outcome(12, 3, 7, 5)
    assert sizes.outcomes < overlap.LIMIT < Sizes(60, 41, 41).outcomes
    exact = overlap.permutation_test(sizes, outcome)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "LIMIT", 0)
        assert overlap.permutation_test(sizes, outcome) == pytest.approx(exact, abs=0.005)
        nothing = overlap.permutation_test(sizes, Outcome(0, 0, 13, 13))
    assert nothing == 1


def test_the_order_of_the_editions_and_what_is_called_yes_change_nothing():
    table = overlap.p_values(Sizes(6, 4, 3))
    assert table == pytest.approx(overlap.p_values(Sizes(6, 3, 4)).transpose(1, 0, 3, 2))
    assert table == pytest.approx(table.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1])


def test_the_correlation_of_pairs_is_pearsons():
    after, before = series([1] * 5 + [0] * 6), series([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    expected = after.corr(before)
    assert overlap.correlation(11, 3, Outcome(2, 1, 0, 0)) == pytest.approx(expected)
    assert overlap.correlation(11, 3, Outcome(8, 0, 0, 0)) == 0


def test_the_interval_of_pairs_is_two_wilson_intervals_less_what_they_share():
    # 30 of 40 after 20 of 40, correlation 0.5: by Zou and Donner, in plain arithmetic.
    z = 1.959963985
    wilson = []
    for share in (0.75, 0.5):
        centre = (share + z**2 / 80) / (1 + z**2 / 40)
        half = z / (1 + z**2 / 40) * (share * (1 - share) / 40 + z**2 / 6400) ** 0.5
        wilson.append((share - centre + half, centre + half - share))
    (below, above), (below_before, above_before) = wilson
    low = 0.25 - (below**2 + above_before**2 - below * above_before) ** 0.5
    high = 0.25 + (above**2 + below_before**2 - above * below_before) ** 0.5
    found = proportions.newcombe((30, 40), (20, 40), correlation=0.5)
    assert found == pytest.approx((100 * low, 100 * high))


def simulated(sizes, shares, of_pairs, seed):
    """Outcomes of 20,000 studies at two shares, those who answered twice correlated."""
    (share, before), rng = shares, np.random.default_rng(seed)
    twice = share * before + of_pairs * (share * (1 - share) * before * (1 - before)) ** 0.5
    chances = [share - twice, before - twice, twice, 1 - share - before + twice]
    moved = rng.multinomial(sizes.both, chances, 20_000)
    joined, left = rng.binomial(sizes[1:], (share, before), (20_000, 2)).T
    return Outcome(moved[:, 0], moved[:, 1], joined, left)


@pytest.mark.parametrize(("of_pairs", "alpha"), [(0.0, 0.05), (0.4, 0.05), (0.4, 0.05 / 46)])
def test_the_detectable_rise_is_detected_four_times_in_five(of_pairs, alpha):
    sizes = Sizes(20, 14, 19)
    rise = overlap.detectable(0.3, of_pairs, sizes, alpha) / 100
    p = overlap.permutation_test(sizes, simulated(sizes, (0.3 + rise, 0.3), of_pairs, 1))
    assert np.mean(p <= alpha) == pytest.approx(0.80, abs=0.01)


def test_of_a_large_panel_it_is_detected_four_times_in_five_or_a_little_more():
    sizes = Sizes(60, 41, 41)
    rise = overlap.detectable(0.3, 0.5, sizes, 0.05) / 100
    p = overlap.permutation_test(sizes, simulated(sizes, (0.3 + rise, 0.3), 0.5, 1))
    assert 0.79 <= np.mean(p <= 0.05) <= 0.84


def test_no_rise_from_a_high_share_is_detectable():
    assert np.isnan(overlap.detectable(0.95, 0.0, Sizes(20, 14, 19), 0.05))


@pytest.mark.parametrize("of_pairs", [0.0, 0.6])
def test_the_permutation_test_holds_its_level_where_the_exact_one_of_two_panels_is_too_shy(
    of_pairs,
):
    sizes, share = Sizes(20, 14, 19), 0.5
    outcome = simulated(sizes, (share, share), of_pairs, 7)
    assert 0.035 <= np.mean(overlap.permutation_test(sizes, outcome) <= 0.05) <= 0.055
