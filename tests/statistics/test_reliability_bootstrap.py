"""Bootstrap intervals of alpha and omega: against a plain loop and against scipy's bootstrap."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from barolib.statistics import bootstrap, reliability, reliability_bootstrap

CELLS = st.sampled_from([1.0, 2.0, 3.0, 6.0, np.nan])
TABLES = st.tuples(st.integers(1, 7), st.integers(1, 4)).flatmap(
    lambda size: arrays(float, size, elements=CELLS)
)


def levels_of(respondents, items, missing=0.0, seed=1):
    """Levels 1 to 6 that have half their variance in common, some of them missing."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(respondents, 1)) + rng.normal(size=(respondents, items))
    levels = np.clip(np.round(3.5 + latent), 1, 6)
    return np.where(rng.random(levels.shape) < missing, np.nan, levels)


def one_at_a_time(levels, weights):
    """Alpha and omega of each resample as a table of its own, by pandas' cov and corr."""
    tables = [pd.DataFrame(np.repeat(levels, times.astype(int), axis=0)) for times in weights]
    return [
        (reliability.cronbach_alpha(table).value, reliability.mcdonald_omega(table).value)
        for table in tables
    ]


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_resamples_at_once_are_those_of_a_plain_loop(missing):
    levels = levels_of(34, 6, missing)
    (weights,) = bootstrap.weights(34, seed=5, replicates=25)
    found = reliability_bootstrap.replicates(levels, seed=5, count=25)
    assert found == pytest.approx(np.array(one_at_a_time(levels, weights)), abs=1e-6)
    sample = one_at_a_time(levels, np.ones((1, 34)))
    assert reliability_bootstrap.weighted(levels, np.ones((1, 34))) == pytest.approx(
        np.array(sample)
    )


@given(TABLES, st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_what_one_resample_cannot_give_is_missing_as_in_its_table(levels, seed):
    (weights,) = bootstrap.weights(len(levels), seed, replicates=3)
    found = reliability_bootstrap.weighted(levels, weights)
    plain = np.array(one_at_a_time(levels, weights), dtype=float)
    assert found[:, 0] == pytest.approx(plain[:, 0], nan_ok=True)
    assert np.isnan(found[:, 1]).tolist() == np.isnan(plain[:, 1]).tolist()


def test_percentiles_are_those_of_scipy_s_bootstrap():
    levels = levels_of(34, 6)

    def alpha(rows):
        covariance = np.cov(levels[rows], rowvar=False)
        return 6 / 5 * (1 - np.trace(covariance) / covariance.sum())

    options = {"vectorized": False, "n_resamples": 10_000, "method": "percentile"}
    bounds = [*stats.bootstrap((np.arange(34),), alpha, rng=7, **options).confidence_interval]
    drawn = reliability_bootstrap.replicates(levels, seed=1)[:, 0]
    assert len(drawn) == bootstrap.REPLICATES
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx(bounds, abs=0.015)
    found = reliability_bootstrap.intervals(pd.DataFrame(levels), seed=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    # The percentiles are moved outwards, as those of means are.
    assert found["alpha_boot_low"] < low < high < found["alpha_boot_high"] < 1


def test_an_interval_is_missing_where_resamples_often_cannot_give_it():
    levels = pd.DataFrame(levels_of(34, 5))

    def known(table):
        found = reliability_bootstrap.intervals(table, seed=1)
        assert np.isnan(found["alpha_boot_low"]) == np.isnan(found["alpha_boot_high"])
        assert np.isnan(found["omega_boot_low"]) == np.isnan(found["omega_boot_high"])
        return [bool(np.isfinite(found[f"{name}_boot_low"])) for name in ("alpha", "omega")]

    assert known(levels) == [True, True]
    # One respondent in 34 tells the affirmation from a constant: 36 % of resamples leave him out.
    once = levels.assign(a=np.where(np.arange(34) == 0, 2.0, 1.0))
    assert known(once) == [True, False]
    assert known(levels.assign(a=1.0)) == [True, False]
    assert known(levels[[0, 1]]) == [True, False]
    assert known(levels[[0]]) == known(levels[:2]) == known(levels[:0]) == [False, False]
    assert known(levels.mul(np.where(np.arange(34) < 3, 1.0, np.nan), axis=0)) == [False, False]


def test_large_panels_are_resampled_less_often():
    found = reliability_bootstrap.replicates(levels_of(3000, 9), seed=1)
    assert len(found) == bootstrap.FEWEST


def test_how_many_resamples_are_made_at_a_time_changes_none():
    at_once = np.vstack([*bootstrap.weights(20, seed=4, replicates=50)])
    by_few = [*bootstrap.weights(20, seed=4, replicates=50, columns=200_000)]
    assert len(by_few) > 1
    assert (np.vstack(by_few) == at_once).all()
    assert (at_once.sum(axis=1) == 20).all()
