"""Ordinal samples: published examples, enumeration, and fallbacks that say so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from barolib.statistics import ordinal

# Pain scores of Brunner and Munzel (2000), as in R's lawstat::brunner.munzel.test.
Y = np.bincount([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], minlength=6)[1:]
N = np.bincount([3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4], minlength=6)[1:]


def test_brunner_and_munzels_example_comes_out_as_in_r():
    found = ordinal.brunner_munzel(N, Y)
    theta, variance, freedom = found.prob1, found.var_prob, found.df
    statistic = (theta - 0.5) / np.sqrt(variance)
    assert theta == pytest.approx(0.788961, abs=1e-6)
    assert statistic == pytest.approx(3.1375, abs=5e-5)
    assert freedom == pytest.approx(17.683, abs=5e-4)
    assert 2 * stats.t.sf(statistic, freedom) == pytest.approx(0.005786, abs=5e-7)
    reach = stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    assert (theta - reach, theta + reach) == pytest.approx((0.5952169, 0.9827052), abs=1e-6)


counts = st.lists(st.integers(0, 6), min_size=4, max_size=4).filter(any).map(np.array)


@given(counts, counts)
def test_the_shift_is_what_pairs_of_answers_say_and_its_interval_holds_it(after, before):
    pairs = [
        (own > other) + (own == other) / 2
        for own in np.repeat(np.arange(4), after)
        for other in np.repeat(np.arange(4), before)
    ]
    found = ordinal.shift(after, before)
    assert found.shift == pytest.approx(np.mean(pairs))
    assert 0 <= found.low <= found.shift <= found.high <= 1
    assert found.high - found.low > 0.01
    back = ordinal.shift(before, after)
    assert (back.shift, back.low, back.high, back.p_value) == pytest.approx(
        (1 - found.shift, 1 - found.high, 1 - found.low, found.p_value), abs=1e-6
    )


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ([0, 0, 9], [9, 0, 0]),  # complete separation
        ([0, 9, 0], [0, 9, 0]),  # one level on both sides
        ([1, 0, 0], [3, 2, 4]),  # a single answer
        ([1, 0, 0], [1, 0, 0]),
    ],
)
def test_where_brunner_and_munzel_have_no_variance_another_interval_stands_and_is_named(
    after, before
):
    found = ordinal.shift(np.array(after), np.array(before))
    assert found.method == "newcombe"
    assert 0 <= found.low <= found.shift <= found.high <= 1
    assert found.high - found.low > 0.1


def test_the_p_value_is_that_of_scipys_test_from_the_answers():
    after, before = np.array([2, 5, 9, 4]), np.array([7, 6, 3, 1])
    answers = [np.repeat(np.arange(4), side) for side in (after, before)]
    expected = stats.brunnermunzel(*answers).pvalue
    assert ordinal.shift(after, before).p_value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        # (1 - 1/2) / sqrt(V), V = 1/4 (1 + 8 · 2/3) / 81
        ([0, 0, 9], [9, 0, 0], 2 * stats.norm.sf(0.5 / np.sqrt((1 + 16 / 3) / 324))),
        ([0, 9, 0], [0, 9, 0], 1.0),
    ],
)
def test_newcombes_p_value_is_that_of_his_variance_at_one_half(after, before, expected):
    assert ordinal.shift(np.array(after), np.array(before)).p_value == pytest.approx(expected)


def test_newcombes_bounds_are_where_the_shift_is_z_errors_away():
    # Newcombe (2006), Statistics in Medicine 25, method 5, solved here on a grid.
    theta, m, n = 0.9, 9, 12
    grid = np.linspace(1e-6, 1 - 1e-6, 400_001)
    mean = (m + n) / 2 - 1
    variance = grid * (1 - grid) / (m * n)
    variance *= 1 + mean * ((1 - grid) / (2 - grid) + grid / (1 + grid))
    inside = grid[np.abs(theta - grid) <= 1.959964 * np.sqrt(variance)]
    found = ordinal.newcombe(theta, m, n)
    assert found == pytest.approx((inside.min(), inside.max()), abs=1e-5)


def test_complete_separation_bounds_the_shift_away_from_one_half_as_panels_grow():
    lows = [ordinal.newcombe(1.0, size, size)[0] for size in (2, 5, 30)]
    assert 0.2 < lows[0] < lows[1] < lows[2] < 0.95


def answers(ranks, now, statuses=None):
    return pd.DataFrame({"rank": ranks, "now": now, "status": statuses or ["a"] * len(ranks)})


def test_with_two_ranks_the_odds_ratio_is_that_of_the_four_cells():
    table = answers([1] * 8 + [2] * 4 + [1] * 3 + [2] * 9, [0] * 12 + [1] * 12)
    found = ordinal.odds(table)
    assert found.odds == pytest.approx(8 * 9 / (4 * 3))
    assert found.model == "one_status"
    assert np.isnan(found.odds_status)


def test_proportional_odds_are_where_the_likelihood_is_highest():
    rng = np.random.default_rng(5)
    now, city = rng.integers(0, 2, 90), rng.integers(0, 2, 90)
    rank = np.clip(np.floor(2.5 + 0.8 * now + 1.5 * city + rng.logistic(size=90)), 1, 4).astype(int)
    found = ordinal.odds(answers(rank, now, [["town", "city"][each] for each in city]))

    def unlikely(values):
        cuts = np.concatenate([[-np.inf], np.cumsum([values[0], *np.exp(values[1:3])]), [np.inf]])
        place = values[3] * now + values[4] * city
        chance = special.expit(cuts[rank] - place) - special.expit(cuts[rank - 1] - place)
        return -np.log(np.maximum(chance, 1e-300)).sum()

    best = optimize.minimize(
        unlikely, [0, 0, 0, 0, 0], method="Nelder-Mead", options={"maxiter": 9000, "xatol": 1e-8}
    )
    assert np.log(found.odds_status) == pytest.approx(best.x[3], abs=1e-3)
    assert found.odds_low < found.odds_status < found.odds_high
    assert found.model == "fitted"


# McCullagh and Nelder (1989), Generalized Linear Models, table 5.1: four cheeses on a scale of 9.
CHEESES = {
    "A": [0, 0, 1, 7, 8, 8, 19, 8, 1],
    "B": [6, 9, 12, 11, 7, 6, 1, 0, 0],
    "C": [1, 1, 6, 8, 23, 7, 5, 1, 0],
    "D": [0, 0, 0, 1, 3, 7, 14, 16, 11],
}


def test_the_cheeses_of_mccullagh_and_nelder_stand_as_far_apart_as_they_say():
    # A against D, which are one status; B and C are two others.
    parts = [
        answers(np.repeat(np.arange(1, 10), liked), int(name == "A"), [status] * 52)
        for (name, liked), status in zip(CHEESES.items(), "dbcd", strict=True)
    ]
    found = ordinal.odds(pd.concat(parts, ignore_index=True))
    assert np.log(found.odds_status) == pytest.approx(-1.6128, abs=5e-5)
    error = np.log(found.odds_high / found.odds_low) / 2 / stats.norm.ppf(0.975)
    assert error == pytest.approx(0.3805, abs=5e-5)  # as statsmodels gives it


def test_where_status_tells_nothing_the_bounds_are_those_of_the_four_cells():
    # Woolf (1955): the variance of the log odds ratio is the sum of the reciprocal cells.
    table = answers([1] * 8 + [2] * 4 + [1] * 3 + [2] * 9, [0] * 12 + [1] * 12)
    both = [table.assign(status=each) for each in "ab"]
    found = ordinal.odds(pd.concat(both, ignore_index=True))
    reach = stats.norm.ppf(0.975) * np.sqrt(sum(1 / (2 * each) for each in (8, 4, 3, 9)))
    expected = 6 * np.exp(np.array([0, -reach, reach]))
    assert found[1:4] == pytest.approx(expected, rel=1e-9)


def test_a_status_that_parts_the_ranks_by_itself_leaves_the_rest_as_it_is():
    table = answers([1] * 8 + [2] * 4 + [1] * 3 + [2] * 9, [0] * 12 + [1] * 12)
    apart = pd.DataFrame({"rank": 1, "now": [0, 1, 1], "status": "b"})
    found = ordinal.odds(pd.concat([table, apart], ignore_index=True))
    assert found.odds_status == pytest.approx(6)
    assert found.model == "fitted"


def test_statuses_of_the_lowest_rank_alone_leave_the_one_that_tells():
    # Only b has more than one rank: 1, 2, 3 then and 2 now, as often above as below.
    ranks, now = (
        [1] * 21 + [1, 2, 3, 2],
        [1] * 5 + [0] + [1] * 8 + [0] * 5 + [1] * 2 + [0] * 3 + [1],
    )
    found = ordinal.odds(answers(ranks, now, [*"aaaaa", *"ccccccccc", *"ddddddd", *"bbbb"]))
    assert found.odds_status == pytest.approx(1)
    assert found.model == "fitted"


def test_equal_status_takes_out_what_is_the_panels_make_up():
    # Within a status nothing changed; the panel has more of the status that stands high.
    high, low = [3, 3, 3, 2], [1, 1, 2, 1]
    ranks = high * 2 + low * 8 + high * 8 + low * 2
    statuses = ["metropolis"] * 8 + ["town"] * 32 + ["metropolis"] * 32 + ["town"] * 8
    found = ordinal.odds(answers(ranks, [0] * 40 + [1] * 40, statuses))
    assert found.odds > 5
    assert found.odds_status == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (answers([1, 2, 2], [0, 0, 0]), "no_answers"),
        (answers([2, 2, 2], [0, 1, 1]), "one_level"),
        (answers([1, 1, 2, 2], [0, 0, 1, 1]), "separated"),
        (answers([1, 2, 1, 2], [0, 0, 1, 1], ["a", "b", "a", "b"]), "separated"),
        (answers([1, 2, 1, 2], [0, 0, 1, 1], [None] * 4), "one_status"),
        # Each edition is of one status, so that nothing tells the two apart.
        (answers([2, 3, 1, 1, 2, 3], [0, 0, 1, 1, 1, 1], [*"aabbbb"]), "separated"),
    ],
)
def test_where_the_data_bound_no_odds_the_reason_stands_in_their_place(table, model):
    found = ordinal.odds(table)
    assert found.model == model
    assert np.isnan(found.odds_status)
