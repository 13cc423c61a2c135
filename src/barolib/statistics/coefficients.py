"""Cronbach's alpha and McDonald's omega of many covariance or correlation matrices at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Respondents to a pair of affirmations below whom neither coefficient is computed.
FEWEST = 3

#: Where the fit of a factor ends: no loading moves by more, or after so many sweeps.
_MOVED, _SWEEPS = 1e-6, 200

#: The least divisor: a total that is no more of the variances, or loadings of which the squares add
#: up to no more, are rounding.
_LEAST = 1e-12


def alphas(covariances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cronbach's alpha of each covariance matrix.

    Parameters
    ----------
    covariances : ndarray
        Matrix × item × item.

    Returns
    -------
    ndarray of float64
        At most 1; NaN below two items, where a covariance is missing, and where the total does not
        vary.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334.

    Examples
    --------
    >>> alphas(np.array([[[1.0, 0.5], [0.5, 1.0]]])).round(2).tolist()
    [0.67]
    """
    items, total = covariances.shape[-1], covariances.sum(axis=(1, 2))
    if items < 2:
        return np.full(len(covariances), np.nan)
    own = np.trace(covariances, axis1=1, axis2=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = items / (items - 1) * (1 - own / total)
    return np.where(total > _LEAST * own, alpha, np.nan)


def omegas(correlations: NDArray[np.float64]) -> NDArray[np.float64]:
    """McDonald's omega of one common factor, of each correlation matrix.

    Parameters
    ----------
    correlations : ndarray
        Matrix × item × item.

    Returns
    -------
    ndarray of float64
        From 0 to 1; NaN below three items and where a correlation is missing.

    References
    ----------
    McDonald (1999), Test theory, chapter 6.

    Examples
    --------
    >>> omegas(np.array([[[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]]])).round(2).tolist()
    [0.75]
    """
    omega = np.full(len(correlations), np.nan)
    known = np.isfinite(correlations).all(axis=(1, 2))
    if correlations.shape[-1] < 3 or not known.any():
        return omega
    loadings = one_factor(correlations[known])
    common = loadings.sum(axis=1) ** 2
    omega[known] = common / np.maximum(common + (1 - loadings**2).sum(axis=1), _LEAST)
    return omega


def one_factor(correlations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Loadings of one common factor: the least squares of the correlations apart from the diagonal.

    That is where principal-axis factoring converges to, with communalities held to 1 at most. One
    loading is fitted at a time, starting from the correlations with the item that goes most with
    the others.

    Parameters
    ----------
    correlations : ndarray
        Matrix × item × item, none missing.

    Returns
    -------
    ndarray of float64
        Matrix × item, from -1 to 1.

    References
    ----------
    Harman and Jones (1966), Psychometrika 31, 351-368 (minres); Harman and Fukuda (1966),
    Psychometrika 31, 563-571 (communalities above 1).

    Examples
    --------
    >>> one_factor(np.array([[[1, 0.72, 0.63], [0.72, 1, 0.56], [0.63, 0.56, 1]]])).round(2) ** 2
    array([[0.81, 0.64, 0.49]])
    """
    by_item, moving = np.moveaxis(correlations, 0, -1).copy(), np.arange(len(correlations))
    best = (by_item**2).sum(axis=1).argmax(axis=0)
    loadings = by_item[best, :, moving].T.copy()
    for _ in range(_SWEEPS):
        swept = _swept(by_item[:, :, moving], loadings[:, moving])
        moved = np.abs(swept - loadings[:, moving]).max(axis=0) > _MOVED
        loadings[:, moving] = swept
        moving = moving[moved]
        if not len(moving):
            break
    return loadings.T


def _swept(correlations: NDArray[np.float64], loadings: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each item's loading fitted to those of the others in turn: item × item × matrix, and so on.

    Matrices are along the last axis, where they lie side by side in memory.
    """
    loadings = loadings.copy()
    for item, correlation in enumerate(correlations):
        loadings[item] = 0.0
        products = np.einsum("im,im->m", correlation, loadings)
        squares = np.einsum("im,im->m", loadings, loadings)
        loadings[item] = np.maximum(np.minimum(products / np.maximum(squares, _LEAST), 1), -1)
    return loadings
