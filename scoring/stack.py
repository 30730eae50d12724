"""The key-anchored stack: what the key says, plus what ridge learns from every option.

    prediction = a + b * key total + c * ridge(options),   b, c >= 0

The key total is passed through: it is not learned, so it cannot overfit, and it carries the prediction
while there are few rated people. Ridge takes over as they grow in number. ``b`` and ``c`` are learned on
ridge's *out-of-fold* predictions (Wolpert 1992; non-negative as in Breiman 1996) and are posterior means, with
published validity as the prior; see `scoring.blend`. Missing answers count as mean answers; see `scoring.missing`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from scoring.blend import Blend, fit_blend
from scoring.calibration import TOP_SHARE, GaussianPredictive, Sigmoid, fit_gaussian, fit_sigmoid, threshold_for
from scoring.consensus import Span, consensus_weights
from scoring.folds import assign_folds, splits
from scoring.missing import Imputation
from scoring.ridge import FoldedRidge, ridge_path
from scoring.targets import family_names

PENALTIES = np.logspace(-3.0, 2.625, 16)
"""Ridge penalties per person that the inner cross-validation chooses from."""

FINER = 4
"""The blend is learned on so many times more folds than the penalty: nearly all people then train each ridge, as all
of them do in the end. With five folds, ridge seems noisier than it will be, and probabilities too cautious."""

SHARES = (1.0, 0.5)
"""How much of ridge's target is the criterion itself; the rest is the composite of related criteria."""

SMALLEST_FAMILY = 50
"""A job family of at least this many rated people has a top third of its own."""


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
        Inner folds that choose ridge's penalty; the blend has `FINER` times as many.
    random_state : int
        Seed of the inner folds. The same data and seed give the same model.
    layout : sequence of (format, first column, options) or None
        Where each item's columns are, so that missing answers count as mean answers. None: the columns are
        taken as they are.

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
    fold_coef_, fold_intercept_ : ndarray of shape (folds, n_features), (folds,)
        The stacks learned without each inner fold; see `scoring.comparison.rating_errors`. Estimators kept by
        earlier releases have none.
    predictive_ : GaussianPredictive or Sigmoid
        Calibration, fitted on ``out_of_fold_``.
    thresholds_ : dict of str to float
        Own thresholds of job families.
    key_alone_ : bool
        Whether the key scores alone.
    """

    layout: Sequence[tuple[str, int, int]] | None = None  # estimators kept by an earlier release have none

    def __init__(
        self,
        key_column: int | None = None,
        spans: Sequence[tuple[str, int, int]] | None = None,
        binary: bool = False,
        top_share: float | None = None,
        minimum: int = 50,
        n_folds: int = 5,
        random_state: int = 0,
        layout: Sequence[tuple[str, int, int]] | None = None,
    ) -> None:
        self.key_column = key_column
        self.spans = spans
        self.binary = binary
        self.top_share = top_share
        self.minimum = minimum
        self.n_folds = n_folds
        self.random_state = random_state
        self.layout = layout

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
            How many people each counts for, mean about 1: for example 1 / (c + (1 - r^2) / r^2) from the
            reliability of each criterion. A weight of 2 is the same as standing there twice, in the same fold;
            only in the spread of the residuals does everybody with a weight count once, because new people's
            criteria will be as unequally reliable as the staff's.
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
        imputation = Imputation.learn(X, self.layout or (), weights)
        filled = imputation.fill(X)
        self._choose_key(filled, weights, imputation)
        options, targets = self._options(filled), _targets(y, auxiliary, weights)
        folds = self.inner_folds(len(y), groups)
        ridge, slopes, column = self._learn_ridge(options, targets, y, weights, folds)
        members = np.column_stack([X @ self.key_weights_, ridge])
        blends = self._learn_blend(members, y, weights, folds)
        self._finish(options, targets[:, column], weights, imputation)
        self._keep_folds(blends, slopes, np.average(options, axis=0, weights=weights), imputation)
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

    def _choose_key(self, X: np.ndarray, weights: np.ndarray, imputation: Imputation) -> None:
        self.key_weights_ = np.zeros(X.shape[1])
        if self.key_column is not None:
            self.key_weights_[self.key_column] = 1.0
        elif self.spans:
            agreed = consensus_weights(X, [Span(*span) for span in self.spans], weights)
            self.key_weights_ = imputation.unfold(agreed)
        has_key = bool(np.any(self.key_weights_))
        self.key_alone_ = has_key and len(X) < self.minimum

    def _options(self, X: np.ndarray) -> np.ndarray:
        if self.key_column is None:
            return X
        blinded = X.copy()
        blinded[:, self.key_column] = 0.0
        return blinded

    def inner_folds(self, n: int, groups: Sequence[str | None] | None = None) -> np.ndarray:
        """Fine inner folds (n,) that `fit` uses for n people of these groups.

        A coarse fold is the fine ones that leave the same remainder by ``n_folds``. ``out_of_fold_`` and the rows of
        ``fold_coef_`` belong to the fine ones, in rising order.
        """
        return assign_folds(n, FINER * self.n_folds, np.random.default_rng(self.random_state), groups)

    def _learn_ridge(
        self, X: np.ndarray, targets: np.ndarray, y: np.ndarray, weights: np.ndarray, folds: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, int]:
        """Choose penalty and target; return out-of-fold predictions (n,), slopes by fold, and the target's column."""
        if self.key_alone_:
            self.penalty_, self.share_ = np.inf, 1.0
            return np.zeros(len(y)), np.zeros((len(np.unique(folds)), X.shape[1])), 0
        ridge = FoldedRidge(X, targets, weights, folds)
        paths = np.zeros((len(PENALTIES), targets.shape[1], len(y)))
        for left_out in self._coarse(folds):
            rows = np.isin(folds, left_out)
            # Without the mean of the others: it runs against the fold's own, the more so the less ridge says itself,
            # and would have the penalty chosen too small (docs/decisions/0015: why r is never pooled).
            paths[:, :, rows] = ridge.path(left_out, PENALTIES).coefficients @ (X[rows] - ridge.middle).T
        merit = np.array([[_correlation(p, y, weights) for p in row] for row in paths])
        penalty, column = divmod(int(np.argmax(merit)), merit.shape[1])
        self.penalty_, self.share_ = float(PENALTIES[penalty]), SHARES[column]
        return *ridge.held_out_slopes(self.penalty_, column), column

    def _coarse(self, folds: np.ndarray) -> list[list[int]]:
        fine = np.unique(folds)
        return [fine[fine % self.n_folds == fold].tolist() for fold in np.unique(fine % self.n_folds)]

    def _learn_blend(self, members: np.ndarray, y: np.ndarray, weights: np.ndarray, folds: np.ndarray) -> list[Blend]:
        """Learn the blend, and once per fold without that fold for honest out-of-fold predictions."""
        self.out_of_fold_ = np.zeros(len(y))
        blends = []
        for train, held_out in splits(folds):
            blends.append(fit_blend(members[train], y[train], weights[train]))
            self.out_of_fold_[held_out] = blends[-1].apply(members[held_out])
        blend = fit_blend(members, y, weights)
        self.weights_, self.intercept_ = blend.weights, blend.intercept
        return blends

    def _finish(self, X: np.ndarray, target: np.ndarray, weights: np.ndarray, imputation: Imputation) -> None:
        """Refit ridge on everybody and fold the stack into one set of coefficients."""
        self.coef_ = self.weights_[0] * self.key_weights_
        if self.key_alone_ or self.weights_[1] == 0.0:
            return
        path = ridge_path(X, target[:, None], weights, np.array([self.penalty_]))
        slopes = path.coefficients[0, 0]
        self.coef_ = self.coef_ + self.weights_[1] * imputation.unfold(slopes)
        self.intercept_ -= float(self.weights_[1] * slopes @ np.average(X, axis=0, weights=weights))

    def _keep_folds(
        self, blends: Sequence[Blend], slopes: np.ndarray, middle: np.ndarray, imputation: Imputation
    ) -> None:
        """Keep the stacks that were learned without each fold: how far they differ says how sure this one is."""
        shares = np.array([blend.weights for blend in blends])
        self.fold_coef_ = shares[:, :1] * self.key_weights_ + shares[:, 1:] * imputation.unfold(slopes)
        self.fold_intercept_ = np.array([blend.intercept for blend in blends]) - shares[:, 1] * (slopes @ middle)

    def _calibrate(self, y: np.ndarray, weights: np.ndarray, families: Sequence[str | None] | None) -> None:
        self.predictive_: GaussianPredictive | Sigmoid
        self.thresholds_: dict[str, float] = {}
        if self.binary:
            self.predictive_ = fit_sigmoid(self.out_of_fold_, y, weights)
            return
        share, known = self.top_share or TOP_SHARE, weights > 0
        self.predictive_ = fit_gaussian(self.out_of_fold_[known], y[known], share)
        names = family_names(families or [])[known[: len(families or [])]]
        for name in sorted(set(names.tolist()) - {""}):
            if (names == name).sum() >= SMALLEST_FAMILY:
                own = self.out_of_fold_[known][names == name]
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
