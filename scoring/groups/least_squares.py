"""Weighted least squares with standard errors that do not ask for equal spread (HC3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

NEARLY_ONE = 1 - 1e-9


@dataclass(frozen=True)
class Fit:
    """A fitted line.

    Attributes
    ----------
    slopes : ndarray of shape (p,)
    covariance : ndarray of shape (p, p)
        HC3 (MacKinnon & White 1985): residuals divided by one minus their leverage.
    residuals : ndarray of shape (n,)
    """

    slopes: np.ndarray
    covariance: np.ndarray
    residuals: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """Standard errors (p,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    def wald(self, columns: list[int]) -> float:
        """p-value that these slopes are all zero (Wald's chi-square)."""
        b, V = self.slopes[columns], self.covariance[np.ix_(columns, columns)]
        return float(chdtrc(len(columns), b @ np.linalg.pinv(V, hermitian=True) @ b))


def fit(X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> Fit:
    """Fit ``y`` (n,) on ``X`` (n, p) with weights (n,); ``X`` brings its own column of ones."""
    root = np.sqrt(weights * (len(weights) / weights.sum()))
    Z, target = X * root[:, None], y * root
    inverse = np.linalg.pinv(Z.T @ Z, hermitian=True)
    slopes = inverse @ (Z.T @ target)
    left = target - Z @ slopes
    leverage = np.minimum(np.einsum("ij,jk,ik->i", Z, inverse, Z), NEARLY_ONE)
    score = Z * (left / (1 - leverage))[:, None]
    return Fit(slopes, inverse @ (score.T @ score) @ inverse, y - X @ slopes)
