"""Weighted ridge regression on standardised columns, for many penalties and targets at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STILL = 1e-9
"""A column that varies less than this is constant and gets weight zero."""


@dataclass(frozen=True)
class Standardised:
    """A matrix with its weighted column means removed and its weighted spreads divided out."""

    centre: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray, weights: np.ndarray) -> Standardised:
        """Learn centre and scale from the columns of ``X`` (n, p)."""
        centre = np.average(X, axis=0, weights=weights)
        scale = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=weights))
        return cls(centre, np.where(scale > STILL, scale, np.inf))

    def apply(self, X: np.ndarray) -> np.ndarray:
        """Standardise ``X``; constant columns become 0."""
        return (X - self.centre) / self.scale


@dataclass(frozen=True)
class RidgePath:
    """Ridge solutions for several penalties and targets.

    Attributes
    ----------
    coefficients : ndarray of shape (n_penalties, n_targets, p)
        On the columns as they were given, not standardised.
    intercepts : ndarray of shape (n_penalties, n_targets)
    """

    coefficients: np.ndarray
    intercepts: np.ndarray

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Predictions (n_penalties, n_targets, n) for ``X`` (n, p)."""
        return self.coefficients @ X.T + self.intercepts[..., None]


def ridge_path(X: np.ndarray, Y: np.ndarray, weights: np.ndarray, penalties: np.ndarray) -> RidgePath:
    """Solve weighted ridge regressions that share one decomposition.

    Minimises ``sum_i w_i (y_i - b0 - z_i b)^2 / mean(w) + penalty * n * |b|^2`` with ``z`` the standardised
    columns: the penalty is per person, so that one grid serves samples of any size.

    Parameters
    ----------
    X : ndarray of shape (n, p)
    Y : ndarray of shape (n, n_targets)
    weights : ndarray of shape (n,)
        Non-negative.
    penalties : ndarray of shape (n_penalties,)
    """
    standard = Standardised.of(X, weights)
    root = np.sqrt(weights / weights.sum())[:, None]
    Z = standard.apply(X) * root
    means = np.average(Y, axis=0, weights=weights)
    targets = (Y - means) * root
    solved = _primal(Z, targets, penalties) if Z.shape[1] <= Z.shape[0] else _dual(Z, targets, penalties)
    coefficients = solved / standard.scale
    intercepts = means - coefficients @ standard.centre
    return RidgePath(coefficients, intercepts)


def _primal(Z: np.ndarray, targets: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(Z.T @ Z)
    moments = vectors.T @ (Z.T @ targets)
    return np.stack([(vectors @ (moments / _shrink(values, a))).T for a in penalties])


def _dual(Z: np.ndarray, targets: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(Z @ Z.T)
    moments = vectors.T @ targets
    return np.stack([(Z.T @ (vectors @ (moments / _shrink(values, a)))).T for a in penalties])


def _shrink(values: np.ndarray, penalty: float) -> np.ndarray:
    return (np.maximum(values, 0.0) + penalty)[:, None]
