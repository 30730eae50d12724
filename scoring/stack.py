"""The key-anchored stack: what the key says, plus what ridge learns from every option.

    prediction = a + b * key total + c * ridge(options),   b, c >= 0

The key total is passed through: it is not learned, so it cannot overfit, and it carries the prediction
while there are few rated people. Ridge takes over as they grow in number. ``b`` and ``c`` are fitted on
ridge's *out-of-fold* predictions (Wolpert 1992; non-negative as in Breiman 1996), with a prior for the key
from published validity that is worth a few people's evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from scoring.calibration import TOP_SHARE, GaussianPredictive, Sigmoid, fit_gaussian, fit_sigmoid, threshold_for
from scoring.consensus import Span, consensus_weights
from scoring.folds import assign_folds, splits
from scoring.ridge import ridge_path
from scoring.targets import family_names

PENALTIES = np.logspace(-3.0, 1.5, 13)
"""Ridge penalties per person that the inner cross-validation chooses from."""

SHARES = (1.0, 0.5)
"""How much of ridge's target is the criterion itself; the rest is the composite of related criteria."""

PRIOR_VALIDITY = 0.20
"""Correlation of a situational judgement key with rated performance (McDaniel 2007, observed)."""

PRIOR_PEOPLE = 25.0
"""How many people's evidence the prior for the key is worth."""

SMALLEST_FAMILY = 50
"""A job family of at least this many rated people has a top third of its own."""

_FAINT = 1e-6


@dataclass(frozen=True)
class _Blend:
    """Weights of the members, on their own scales, and the intercept."""

    intercept: float
    weights: np.ndarray

    def apply(self, members: np.ndarray) -> np.ndarray:
        return self.intercept + members @ self.weights


def _has_event(stack: KeyAnchoredStack) -> bool:
    return stack.binary or stack.top_share is not None


class KeyAnchoredStack(RegressorMixin, BaseEstimator):
    """Key total and ridge on options, stacked with non-negative weights.

    Parameters
    ----------
    key_column : int or None
        Column of ``X`` that holds the rational key total; ridge does not see it. None: no such column.
    spans : sequence of (format, first column, options) or None
        With no key column, a consensus key is built from these columns of the training people. None or
        empty: no consensus key, ridge alone.
    binary : bool
        Whether the criterion is 0 or 1. Then ``predict_proba`` gives the probability of a 1 by a sigmoid,
        otherwise that of the top third by the Gaussian predictive distribution.
    top_share : float or None
        The share of people that counts as top; gives ``predict_proba``. None: no event is defined, and
        there is no probability (but a binary criterion always has one).
    minimum : int
        Below this many people the key scores alone (where there is one).
    n_folds : int
        Inner folds.
    random_state : int
        Seed of the inner folds. The same data and seed give the same model.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,)
    intercept_ : float
        The whole stack is linear: ``predict(X) = intercept_ + X @ coef_``.
    weights_ : ndarray of shape (2,)
        Weights of the key total and of ridge.
    penalty_, share_ : float
        What the inner cross-validation chose: ridge's penalty per person; the criterion's share in its
        target.
    out_of_fold_ : ndarray of shape (n,)
        Out-of-fold predictions for the training people, blend weights cross-fitted too.
    predictive_ : GaussianPredictive or Sigmoid
        Calibration, fitted on ``out_of_fold_``.
    thresholds_ : dict of str to float
        Own thresholds of job families.
    key_alone_ : bool
        Whether the key scores alone.
    """

    def __init__(
        self,
        key_column: int | None = None,
        spans: Sequence[tuple[str, int, int]] | None = None,
        binary: bool = False,
        top_share: float | None = None,
        minimum: int = 50,
        n_folds: int = 5,
        random_state: int = 0,
    ) -> None:
        self.key_column = key_column
        self.spans = spans
        self.binary = binary
        self.top_share = top_share
        self.minimum = minimum
        self.n_folds = n_folds
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: Sequence[str | None] | None = None,
        auxiliary: np.ndarray | None = None,
        families: Sequence[str | None] | None = None,
    ) -> KeyAnchoredStack:
        """Fit on encoded answers ``X`` (n, p) and criteria ``y`` (n,).

        Parameters
        ----------
        X, y
            Without missing values.
        sample_weight : array of shape (n,), optional
            For example 1 / (c + (1 - r^2) / r^2) from the reliability of each criterion.
        groups : sequence of n, optional
            Units; inner folds keep them together.
        auxiliary : ndarray of shape (n, q), optional
            Related criteria of the same people (NaN where missing), whose composite may help ridge.
        families : sequence of n, optional
            Job families; one of at least 50 people gets a threshold of its own for its top third.
        """
        X, y = validate_data(self, X, y, y_numeric=True, dtype=np.float64, ensure_min_samples=2)
        weights = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        X, y = np.asarray(X), np.asarray(y, dtype=float)
        self._choose_key(X, weights)
        options = self._options(X)
        targets = _targets(y, auxiliary, weights)
        folds = self._folds(len(y), groups)
        ridge = self._learn_ridge(options, targets, y, weights, folds)
        members = np.column_stack([X @ self.key_weights_, ridge])
        self._learn_blend(members, y, weights, folds)
        self._finish(options, targets, y, weights)
        self._calibrate(y, weights, families)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Expected criterion (n,), not rounded and not clipped: what people are ranked by."""
        check_is_fitted(self)
        X = np.asarray(validate_data(self, X, reset=False, dtype=np.float64, order="C"))
        # Not `X @ coef_`: its last bits depend on how many rows there are and where, which would part people who tie.
        return self.intercept_ + (X * self.coef_).sum(axis=1)

    @available_if(_has_event)
    def predict_proba(self, X: ArrayLike, families: Sequence[str | None] | None = None) -> np.ndarray:
        """Probabilities (n, 2): not top third and top third, or of 0 and 1 with a binary criterion.

        With ``families`` (n), the top third is that of each person's job family, where it has its own.
        """
        top = self.probability_of(self.predict(X), families)
        return np.column_stack([1.0 - top, top])

    def probability_of(self, predictions: np.ndarray, families: Sequence[str | None] | None = None) -> np.ndarray:
        """The calibrated probability (n,) that belongs to predictions (n,); see `predict_proba`."""
        predictive = self.predictive_
        if isinstance(predictive, Sigmoid):
            return predictive.probability(predictions)
        cuts = [self.thresholds_.get(name or "", predictive.threshold) for name in families or ()]
        return predictive.probability(predictions, np.array(cuts) if cuts else None)

    def predict_interval(self, X: ArrayLike) -> np.ndarray:
        """90 % interval (n, 2) for the observed criterion of each person.

        Raises
        ------
        ValueError
            With a binary criterion, for which an interval says nothing.
        """
        predictions = self.predict(X)
        if isinstance(self.predictive_, Sigmoid):
            raise ValueError("A criterion of 0 and 1 has a probability, not an interval.")
        return self.predictive_.interval(predictions)

    def _choose_key(self, X: np.ndarray, weights: np.ndarray) -> None:
        self.key_weights_ = np.zeros(X.shape[1])
        if self.key_column is not None:
            self.key_weights_[self.key_column] = 1.0
        elif self.spans:
            self.key_weights_ = consensus_weights(X, [Span(*span) for span in self.spans], weights)
        has_key = bool(np.any(self.key_weights_))
        self.key_alone_ = has_key and len(X) < self.minimum

    def _options(self, X: np.ndarray) -> np.ndarray:
        if self.key_column is None:
            return X
        blinded = X.copy()
        blinded[:, self.key_column] = 0.0
        return blinded

    def _folds(self, n: int, groups: Sequence[str | None] | None) -> np.ndarray:
        rng = np.random.default_rng(self.random_state)
        return assign_folds(n, self.n_folds, rng, groups)

    def _learn_ridge(
        self, X: np.ndarray, targets: np.ndarray, y: np.ndarray, weights: np.ndarray, folds: np.ndarray
    ) -> np.ndarray:
        """Choose penalty and target out of fold; return ridge's out-of-fold predictions (n,)."""
        if self.key_alone_:
            self.penalty_, self.share_ = np.inf, 1.0
            return np.zeros(len(y))
        paths = np.zeros((len(PENALTIES), targets.shape[1], len(y)))
        for train, held_out in splits(folds):
            path = ridge_path(X[train], targets[train], weights[train], PENALTIES)
            paths[:, :, held_out] = path.predict(X[held_out])
        merit = np.array([[_correlation(p, y, weights) for p in row] for row in paths])
        penalty, target = divmod(int(np.argmax(merit)), merit.shape[1])
        self.penalty_, self.share_ = float(PENALTIES[penalty]), SHARES[target]
        return paths[penalty, target]

    def _learn_blend(self, members: np.ndarray, y: np.ndarray, weights: np.ndarray, folds: np.ndarray) -> None:
        """Fit the blend, and once per fold without that fold for honest out-of-fold predictions."""
        self.out_of_fold_ = np.zeros(len(y))
        for train, held_out in splits(folds):
            blend = _fit_blend(members[train], y[train], weights[train])
            self.out_of_fold_[held_out] = blend.apply(members[held_out])
        blend = _fit_blend(members, y, weights)
        self.weights_, self.intercept_ = blend.weights, blend.intercept

    def _finish(self, X: np.ndarray, targets: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        """Refit ridge on everybody and fold the stack into one set of coefficients."""
        self.coef_ = self.weights_[0] * self.key_weights_
        if self.key_alone_ or self.weights_[1] == 0.0:
            return
        path = ridge_path(X, targets, weights, np.array([self.penalty_]))
        column = SHARES.index(self.share_)
        self.coef_ = self.coef_ + self.weights_[1] * path.coefficients[0, column]
        self.intercept_ += float(self.weights_[1] * path.intercepts[0, column])

    def _calibrate(self, y: np.ndarray, weights: np.ndarray, families: Sequence[str | None] | None) -> None:
        self.predictive_: GaussianPredictive | Sigmoid
        self.thresholds_: dict[str, float] = {}
        if self.binary:
            self.predictive_ = fit_sigmoid(self.out_of_fold_, y, weights)
            return
        share = self.top_share or TOP_SHARE
        self.predictive_ = fit_gaussian(self.out_of_fold_, y, share)
        names = family_names(families or [])
        for name in sorted(set(names.tolist()) - {""}):
            if (names == name).sum() >= SMALLEST_FAMILY:
                own = self.out_of_fold_[names == name]
                self.thresholds_[name] = threshold_for(own, self.predictive_.spread, share)


def _targets(y: np.ndarray, auxiliary: np.ndarray | None, weights: np.ndarray) -> np.ndarray:
    """Ridge's candidate targets (n, 1 or 2): the criterion, and a half-and-half mix with the composite."""
    if auxiliary is None or auxiliary.size == 0:
        return y[:, None]
    centre, spread = np.average(y, weights=weights), np.std(y)
    composite = composite_of(auxiliary)
    mixed = SHARES[1] * (y - centre) + (1 - SHARES[1]) * spread * composite
    return np.column_stack([y, centre + mixed])


def composite_of(auxiliary: np.ndarray) -> np.ndarray:
    """Mean of standardised columns (n, q), itself standardised; 0 for people without any."""
    centre, spread = np.nanmean(auxiliary, axis=0), np.nanstd(auxiliary, axis=0)
    z = (auxiliary - centre) / np.where(spread > 1e-12, spread, np.inf)
    known = np.isfinite(z)
    mean = np.where(known, z, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return (mean - mean.mean()) / (mean.std() or 1.0)


def _correlation(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> float:
    a, b = a - np.average(a, weights=weights), b - np.average(b, weights=weights)
    scale = np.sqrt(np.sum(weights * a * a) * np.sum(weights * b * b))
    return float(np.sum(weights * a * b) / scale) if scale > 1e-12 else 0.0


def _fit_blend(members: np.ndarray, y: np.ndarray, weights: np.ndarray) -> _Blend:
    """Non-negative least squares of ``y`` on the members, with a prior for the first, the key."""
    w = weights * (len(y) / weights.sum())
    centre = np.average(members, axis=0, weights=w)
    spread = np.sqrt(np.average((members - centre) ** 2, axis=0, weights=w))
    mean = float(np.average(y, weights=w))
    scale = np.where(spread > 1e-12, spread, np.inf)
    z = (members - centre) / scale
    slopes = _anchored(z * np.sqrt(w)[:, None], (y - mean) * np.sqrt(w), _spread_of(y, mean, w))
    slopes = np.where(np.isfinite(scale), slopes, 0.0) / np.where(np.isfinite(scale), scale, 1.0)
    return _Blend(float(mean - slopes @ centre), slopes)


def _spread_of(y: np.ndarray, mean: float, weights: np.ndarray) -> float:
    return float(np.sqrt(np.average((y - mean) ** 2, weights=weights)))


def _anchored(z: np.ndarray, y: np.ndarray, spread: float) -> np.ndarray:
    """Solve the blend; somebody has to rank, so that the weights are never all zero."""
    strength = np.sqrt([PRIOR_PEOPLE, 0.0])
    design = np.vstack([z, np.diag(strength)])
    target = np.concatenate([y, strength * np.array([PRIOR_VALIDITY * spread, 0.0])])
    slopes = nnls(design, target)[0]
    if not slopes.any():
        slopes[0 if np.any(z[:, 0]) else 1] = _FAINT * max(spread, _FAINT)
    return slopes
