"""Confidence sets of ranks: by hand, against a plain computation, and by what they cover."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from barolib.statistics import ranks


def plainly(means, replicates, respondents, pairs):
    """The stepwise sets over ordered pairs, in plain loops: an independent computation."""
    spread = {
        (j, k): np.std(replicates[:, j] - replicates[:, k], ddof=1)
        * (respondents / (respondents - 1)) ** 0.5
        for j, k in pairs
    }
    open_, above, wide = list(pairs), set(), (respondents / (respondents - 1)) ** 0.5
    while open_:
        highest = sorted(
            max((row[j] - row[k] - means[j] + means[k]) * wide / spread[j, k] for j, k in open_)
            for row in replicates
        )
        normal = np.interp(0.95 * (len(highest) - 1), range(len(highest)), highest)
        bar = stats.t.ppf(stats.norm.cdf(normal), respondents - 1)
        new = {(j, k) for j, k in open_ if (means[j] - means[k]) / spread[j, k] > bar}
        if not new:
            break
        above |= new
        open_ = [pair for pair in open_ if pair not in new]
    return [
        (1 + sum(k == j for _, k in above), len(means) - sum(i == j for i, _ in above))
        for j in range(len(means))
    ]


def scores(rng, centres, respondents):
    """Scores with a common part: respondent × theme."""
    common = rng.normal(0, 0.5, (respondents, 1))
    return np.array(centres) + common + rng.normal(0, 0.6, (respondents, len(centres)))


def drawn(rng, values, replicates):
    weights = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), replicates)
    return weights @ values / len(values)


@pytest.mark.parametrize("seed", range(4))
def test_the_sets_are_those_of_a_plain_computation(seed):
    rng = np.random.default_rng(seed)
    values = scores(rng, [3.6, 3.5, 3.1, 2.9, 2.2], 24)
    means, replicates = values.mean(axis=0), drawn(rng, values, 400)
    sets, pairs = ranks.confidence_sets(means, replicates, 24), list(permutations(range(5), 2))
    expected = plainly(means, replicates, 24, pairs)
    assert list(zip(sets.low, sets.high, strict=True)) == expected
    for place in range(5):
        alone = plainly(means, replicates, 24, [pair for pair in pairs if place in pair])[place]
        assert (sets.low_alone[place], sets.high_alone[place]) == alone
    assert any(high - low < 4 for low, high in expected)


def test_what_is_found_first_leaves_the_others_a_lower_bar():
    # The second gap is beyond any bar; the first is under that of both, over that of itself alone.
    deviations = np.random.default_rng(5).normal(size=(20_000, 2))
    bars = [np.quantile(deviations[:, :size].max(axis=1), 0.95) for size in (2, 1)]
    between = np.mean(bars)
    found = ranks._surely_positive(np.array([between, 9.0]), deviations[:, ::-1], 10**6)
    assert bars[1] < between < bars[0]
    assert found.tolist() == [True, True]
    assert not ranks._surely_positive(np.array([between, 0.0]), deviations[:, ::-1], 10**6).any()


def test_errors_and_quantiles_are_those_of_a_small_panel():
    # One gap, over the bar of the resamples, of which five respondents know too little.
    replicates = np.random.default_rng(3).normal([2.0, 0.0], np.sqrt(0.5), (20_000, 2))
    deviations = np.abs(replicates[:, 0] - replicates[:, 1] - 2)
    plain = np.quantile(deviations, 0.95)
    bar = stats.t.isf(stats.norm.sf(plain), 4)
    for gap, sure in ((1.02 * bar, False), (1.10 * bar, False), (1.14 * bar, True)):
        means = np.array([gap, 0.0])
        sets = ranks.confidence_sets(means, replicates - [2 - gap, 0], 5)
        assert bool(sets.high[0] == 1) is sure  # √(5 / 4) is 1.118


def test_themes_that_never_cross_have_one_rank_each():
    replicates = np.array([[3.0, 1.0, 2.0]] * 40)
    sets = ranks.confidence_sets(replicates[0], replicates, 40)
    assert [bounds.tolist() for bounds in sets] == [[1, 3, 2]] * 4


def test_themes_of_one_mean_have_every_rank():
    replicates = np.full((40, 3), 2.0)
    sets = ranks.confidence_sets(replicates[0], replicates, 40)
    assert (sets.low.tolist(), sets.high.tolist()) == ([1, 1, 1], [3, 3, 3])


def test_without_a_replicate_in_which_every_theme_has_a_mean_nothing_is_known_of_ranks():
    replicates = np.array([[1.0, np.nan], [np.nan, 2.0]])
    sets = ranks.confidence_sets(np.array([1.0, 2.0]), replicates, 2)
    assert [bounds.tolist() for bounds in sets] == [[1, 1], [2, 2]] * 2


def test_a_set_of_one_theme_alone_is_never_wider_than_that_of_all_at_once():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        values = scores(rng, np.linspace(3, 4, 8), 34)
        sets = ranks.confidence_sets(values.mean(axis=0), drawn(rng, values, 2_000), 34)
        assert (sets.low <= sets.low_alone).all()
        assert (sets.high_alone <= sets.high).all()


def test_all_true_ranks_are_covered_at_once_even_where_themes_are_alike():
    rng, covered, trials = np.random.default_rng(2021), 0, 200
    for _trial in range(trials):
        values = scores(rng, [3.0] * 3 + [3.6] * 3, 20)
        sets = ranks.confidence_sets(values.mean(axis=0), drawn(rng, values, 1_000), 20)
        covered += (sets.low <= [4] * 3 + [1] * 3).all() and (sets.high >= [6] * 3 + [3] * 3).all()
    assert covered / trials >= 0.92  # 95 %, less twice the error of 200 trials


#: Mean score in mathematics and its standard error, PISA 2018 (OECD 2019, volume I, annex B1).
PISA = """
Australia 491.36 1.94, Austria 498.94 2.97, Belgium 508.07 2.26, Canada 512.02 2.36,
Chile 417.41 2.42, Colombia 390.93 2.99, Costa_Rica 402.33 3.29, Czech_Republic 499.47 2.46,
Denmark 509.40 1.74, Estonia 523.41 1.74, Finland 507.30 1.97, France 495.41 2.32,
Germany 500.04 2.65, Greece 451.37 3.09, Hungary 481.08 2.32, Iceland 495.19 1.95,
Ireland 499.63 2.20, Israel 463.03 3.50, Italy 486.59 2.78, Japan 526.97 2.47,
Korea 525.93 3.12, Latvia 496.13 1.96, Lithuania 481.19 1.95, Luxembourg 483.42 1.10,
Mexico 408.80 2.49, Netherlands 519.23 2.63, New_Zealand 494.49 1.71, Norway 500.96 2.22,
Poland 515.65 2.60, Portugal 492.49 2.68, Slovak_Republic 486.16 2.56, Slovenia 508.90 1.36,
Spain 481.39 1.46, Sweden 502.39 2.65, Switzerland 515.31 2.91, Turkey 453.51 2.26,
United_Kingdom 501.77 2.56, United_States 478.24 3.24
"""


def test_the_sets_of_pisa_are_those_that_csranks_publishes():
    # The vignette "Inference for Ranks" of the R package csranks (1.2.3), by the method's authors.
    names, means, errors = zip(*(row.split() for row in PISA.split(",")), strict=True)
    means, errors = np.array(means, dtype=float), np.array(errors, dtype=float)
    replicates = np.random.default_rng(101).normal(means, errors, (20_000, len(means)))
    sets = ranks.confidence_sets(means, replicates, respondents=10**6)
    at = {name: place for place, name in enumerate(names)}
    kingdom = at["United_Kingdom"]
    assert sets.low_alone[kingdom] in (7, 8)  # printed 8, in words 7: it hangs on the draws
    assert sets.high_alone[kingdom] == 23
    for name in ("Germany", "Korea"):  # "their confidence sets both contain rank 7"
        assert sets.low[at[name]] <= 7 <= sets.high[at[name]]
    last = [at[name] for name in ("Chile", "Mexico", "Costa_Rica", "Colombia")]
    others = [place for place in range(len(means)) if place not in last]
    assert max(sets.high[others]) < min(sets.low[last])  # they overlap with no other
