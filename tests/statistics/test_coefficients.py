"""Alpha and omega of many matrices: by hand, against statsmodels and a general optimiser."""

import warnings

import numpy as np
import pytest
from scipy import optimize
from statsmodels.multivariate.factor import Factor

from barolib.statistics import coefficients


def correlations(respondents, loadings, count, seed=1):
    """Correlation matrices of samples of one factor."""
    rng, loadings = np.random.default_rng(seed), np.array(loadings)
    common = rng.normal(size=(count, respondents, 1))
    own = rng.normal(size=(count, respondents, len(loadings)))
    answers = loadings * common + np.sqrt(1 - loadings**2) * own
    return np.array([np.corrcoef(sample, rowvar=False) for sample in answers])


def residual(loadings, matrix):
    """The sum of squares that a factor leaves apart from the diagonal."""
    left = matrix - np.outer(loadings, loadings)
    return (left**2).sum() - (np.diag(left) ** 2).sum()


def test_alpha_of_each_matrix_is_by_its_definition():
    # Two items of variance 1 and covariance 1/2: 2 × (1 − 2/3); a total of nothing has none.
    matrices = np.array([[[1, 0.5], [0.5, 1]], [[1, -1], [-1, 1]], [[0, 0], [0, 0]]])
    assert coefficients.alphas(matrices) == pytest.approx([2 / 3, np.nan, np.nan], nan_ok=True)
    assert np.isnan(coefficients.alphas(np.ones((2, 1, 1)))).all()


def test_loadings_are_those_that_principal_axes_converge_to():
    matrices = correlations(60, [0.8, 0.7, 0.6, -0.5, 0.6], 40)
    proper = 0
    for matrix, found in zip(matrices, coefficients.one_factor(matrices), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            axes = Factor(corr=matrix, n_factor=1).fit(maxiter=2000).loadings[:, 0]
        if (axes**2 < 1).all():
            assert found * np.sign(found[0]) == pytest.approx(axes * np.sign(axes[0]), abs=1e-4)
            proper += 1
    assert proper > 30


def test_a_communality_is_1_at_most_and_the_rest_fitted_to_it():
    # 0.8 × 0.8 / 0.4: the first would share more than all its variance.
    matrix = np.array([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]])
    best = optimize.minimize(
        residual, [0.5] * 3, matrix, method="L-BFGS-B", bounds=[(-1, 1)] * 3, tol=1e-14
    )
    found = coefficients.one_factor(matrix[None])[0]
    assert found == pytest.approx(best.x, abs=1e-4)
    assert found[0] == 1


def test_omega_is_that_of_the_loadings_and_missing_with_a_correlation():
    loadings = np.array([0.9, 0.8, 0.7, 0.3])
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1)
    common = loadings.sum() ** 2
    known = common / (common + (1 - loadings**2).sum())
    blank = np.where(np.arange(16).reshape(4, 4) == 1, np.nan, matrix)
    assert coefficients.omegas(np.array([matrix, blank, np.eye(4)])) == pytest.approx(
        [known, np.nan, 0], nan_ok=True, abs=1e-5
    )
    assert np.isnan(coefficients.omegas(np.ones((2, 2, 2)))).all()


def test_affirmations_answered_alike_have_an_omega():
    assert coefficients.omegas(np.ones((1, 4, 4))) == pytest.approx([1])
    alike = np.array([[1, 1, 0.6], [1, 1, 0.6], [0.6, 0.6, 1]])
    assert coefficients.omegas(alike[None]) == pytest.approx([2.6**2 / (2.6**2 + 0.64)], abs=1e-5)
