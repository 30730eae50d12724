"""Weighted ridge regression on standardised columns: many penalties and targets at once, or many folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.linalg import cho_factor, cho_solve

MANY_COLUMNS = 1500
"""With more columns, sums are not kept for each fold: they would fill the memory."""

STILL = 1e-9
"""A column that varies less than this is constant and gets weight zero."""


@dataclass(frozen=True)
class Standardised:
    """A matrix with its weighted column means removed and its weighted spreads divided out."""

    centre: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray, weights: np.ndarray, scale: np.ndarray | None = None) -> Standardised:
        """Learn centre and, where it is not given, scale from the columns of ``X`` (n, p)."""
        centre = np.average(X, axis=0, weights=weights)
        if scale is not None:
            return cls(centre, scale)
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


def ridge_path(
    X: np.ndarray, Y: np.ndarray, weights: np.ndarray, penalties: np.ndarray, scale: np.ndarray | None = None
) -> RidgePath:
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
    scale : ndarray of shape (p,), optional
        What the columns are divided by (infinite: left out), in place of their own spread.
    """
    standard = Standardised.of(X, weights, scale)
    root = np.sqrt(weights / weights.sum())[:, None]
    Z = standard.apply(X) * root
    means = np.average(Y, axis=0, weights=weights)
    targets = (Y - means) * root
    solved = _primal(Z, targets, penalties) if Z.shape[1] <= Z.shape[0] else _dual(Z, targets, penalties)
    coefficients = solved / standard.scale
    intercepts = means - coefficients @ standard.centre
    return RidgePath(coefficients, intercepts)


class FoldedRidge:
    """Ridge regressions that leave out one set of folds after another.

    Columns are divided by their spread among everybody, whichever folds are left out. By its spread among the others,
    an option that nobody of them chose, but for what stands in for missing answers, would count a thousandfold.

    Where there are more people than columns, the sums that ridge is solved from are taken once per fold, and a
    fold is left out by subtracting its own: many folds cost little more than one.

    Parameters
    ----------
    X : ndarray of shape (n, p)
    Y : ndarray of shape (n, n_targets)
    weights, folds : ndarray of shape (n,)
    """

    def __init__(self, X: np.ndarray, Y: np.ndarray, weights: np.ndarray, folds: np.ndarray) -> None:
        self._X, self._Y, self._weights, self._folds = X, Y, weights, folds
        everybody = Standardised.of(X, weights)
        self.middle, self._scale = everybody.centre, everybody.scale
        self._parts = self._sums() if X.shape[1] < X.shape[0] and X.shape[1] <= MANY_COLUMNS else {}
        self._whole = Moments.total(list(self._parts.values())) if self._parts else None

    def _sums(self) -> dict[int, Moments]:
        parts = {}
        for fold in np.unique(self._folds).tolist():
            rows = self._folds == fold
            parts[fold] = Moments.of(self._X[rows] - self.middle, self._Y[rows], self._weights[rows])
        return parts

    def path(self, left_out: Sequence[int], penalties: np.ndarray) -> RidgePath:
        """Ridge solutions for everybody outside some folds, by penalty and target."""
        if self._whole is None:
            train = ~np.isin(self._folds, left_out)
            return ridge_path(self._X[train], self._Y[train], self._weights[train], penalties, self._scale)
        path = self._whole.without([self._parts[fold] for fold in left_out]).path(penalties, self._scale)
        return RidgePath(path.coefficients, path.intercepts - path.coefficients @ self.middle)

    def held_out_slopes(self, penalty: float, target: int) -> tuple[np.ndarray, np.ndarray]:
        """What the columns of everybody say, by the ridge of all folds but their own.

        Returns
        -------
        predictions, slopes
            Shapes (n,) and (folds, p). Predictions are about the same middle in each fold: the mean criterion
            of the others, which is the lower, the higher the fold's own, would make good predictions look worse.
        """
        fine = np.unique(self._folds).tolist()
        out, slopes = np.zeros(len(self._folds)), np.zeros((len(fine), self._X.shape[1]))
        for row, fold in enumerate(fine):
            new = self._folds == fold
            slopes[row] = self.path([fold], np.array([penalty])).coefficients[0, target]
            out[new] = (self._X[new] - self.middle) @ slopes[row]
        return out, slopes


@dataclass(frozen=True)
class Moments:
    """Weighted sums that ridge is solved from.

    Attributes
    ----------
    weight : float
    x : ndarray of shape (p,)
    y : ndarray of shape (n_targets,)
    xx : ndarray of shape (p, p)
    xy : ndarray of shape (p, n_targets)
    """

    weight: float
    x: np.ndarray
    y: np.ndarray
    xx: np.ndarray
    xy: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray, Y: np.ndarray, weights: np.ndarray) -> Moments:
        """Take the sums over rows of ``X`` (n, p), which should be about centred: large sums lose digits."""
        weighted = (X * weights[:, None]).T
        return cls(float(weights.sum()), weights @ X, weights @ Y, weighted @ X, weighted @ Y)

    @classmethod
    def total(cls, parts: Sequence[Moments]) -> Moments:
        """Sums over several groups of people."""
        columns = [[getattr(part, each.name) for part in parts] for each in fields(cls)]
        return cls(*(sum(column[1:], start=column[0]) for column in columns))

    def without(self, parts: Sequence[Moments]) -> Moments:
        """Sums over everybody outside some groups."""
        gone = Moments.total(parts)
        return Moments(
            weight=self.weight - gone.weight,
            x=self.x - gone.x,
            y=self.y - gone.y,
            xx=self.xx - gone.xx,
            xy=self.xy - gone.xy,
        )

    def path(self, penalties: np.ndarray, scale: np.ndarray) -> RidgePath:
        """Ridge solutions by penalty and target, the columns divided by ``scale`` (p,)."""
        centre, mean = self.x / self.weight, self.y / self.weight
        gram = (self.xx / self.weight - np.outer(centre, centre)) / np.outer(scale, scale)
        moments = (self.xy / self.weight - np.outer(centre, mean)) / scale[:, None]
        coefficients = np.swapaxes(_solve(gram, moments, penalties), 1, 2) / scale
        return RidgePath(coefficients, mean - coefficients @ centre)


def _solve(gram: np.ndarray, moments: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """Solutions (n_penalties, p, n_targets) of ``(gram + penalty) b = moments``."""
    if len(penalties) == 1:
        system = gram + penalties[0] * np.eye(len(gram))
        return cho_solve(cho_factor(system, lower=True, overwrite_a=True, check_finite=False), moments)[None]
    values, vectors = np.linalg.eigh(gram)
    turned = vectors.T @ moments
    return np.stack([vectors @ (turned / _shrink(values, a)) for a in penalties])


def _dual(Z: np.ndarray, targets: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    return np.swapaxes(Z.T @ _solve(Z @ Z.T, targets, penalties), 1, 2)


def _primal(Z: np.ndarray, targets: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    return np.swapaxes(_solve(Z.T @ Z, Z.T @ targets, penalties), 1, 2)


def _shrink(values: np.ndarray, penalty: float) -> np.ndarray:
    return (np.maximum(values, 0.0) + penalty)[:, None]
