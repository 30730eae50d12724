"""From a predicted criterion to a probability and an interval that keep their word.

Everything here is fitted on *out-of-fold* predictions. Fitted on the predictions of people the model has
seen, the same formulas promise far too much: in our simulation the error of the probability rises from
.05 to .31.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr
from scipy.stats import t as student

TOP_SHARE = 1.0 / 3.0
"""The share of the training staff that counts as top, exactly, ties being split."""

EMPIRICAL_FROM = 1000
"""From this many people on, interval ends are quantiles of the residuals, below it Gaussian."""


@dataclass(frozen=True)
class GaussianPredictive:
    """Predictive distribution ``criterion ~ N(prediction, spread^2)`` of a person not seen before.

    Attributes
    ----------
    spread : float
        Root mean square of the out-of-fold residuals, on the criterion's scale.
    threshold : float
        The criterion above which somebody counts as top. It is placed so that the mean probability over
        the training staff, predicted out of fold, is exactly the base rate; with a continuous criterion
        that is the upper-third cut, with a coarse one the cut between two of its steps.
    low, high : float
        Ends of the 90 % interval relative to the prediction.
    n : int
        How many residuals this rests on.
    """

    spread: float
    threshold: float
    low: float
    high: float
    n: int

    def probability(self, predictions: np.ndarray, threshold: float | np.ndarray | None = None) -> np.ndarray:
        """Probability (n,) that the criterion exceeds the threshold, or one given in its place."""
        cut = self.threshold if threshold is None else threshold
        return ndtr((np.asarray(predictions) - cut) / self.spread)

    def interval(self, predictions: np.ndarray) -> np.ndarray:
        """90 % interval (n, 2) for the observed criterion of each person."""
        predictions = np.asarray(predictions, dtype=float)
        return np.column_stack([predictions + self.low, predictions + self.high])


def fit_gaussian(
    predictions: np.ndarray, criteria: np.ndarray, share: float = TOP_SHARE, coverage: float = 0.90
) -> GaussianPredictive:
    """Fit the predictive distribution on out-of-fold predictions.

    Parameters
    ----------
    predictions, criteria : ndarray of shape (n,)
        Out-of-fold predictions and the criteria that were observed.
    share
        Base rate of the event "top".
    coverage
        Of the interval.
    """
    residuals = np.asarray(criteria, dtype=float) - predictions
    spread = max(float(np.sqrt(np.mean(residuals**2))), 1e-9)
    low, high = _interval_ends(residuals, spread, coverage)
    return GaussianPredictive(spread, threshold_for(predictions, spread, share), low, high, len(residuals))


def _interval_ends(residuals: np.ndarray, spread: float, coverage: float) -> tuple[float, float]:
    n, tail = len(residuals), (1.0 - coverage) / 2.0
    if n >= EMPIRICAL_FROM:
        ordered = np.sort(residuals)
        step = int(np.floor(tail * (n + 1)))
        return float(ordered[step - 1]), float(ordered[n - step])
    reach = float(student.ppf(1.0 - tail, max(n - 1, 1))) * spread
    return -reach, reach


def threshold_for(predictions: np.ndarray, spread: float, share: float = TOP_SHARE) -> float:
    """The criterion above which a share of ``share`` is expected, given out-of-fold predictions (n,)."""

    def excess(cut: float) -> float:
        return float(np.mean(ndtr((predictions - cut) / spread))) - share

    reach = 10.0 * spread
    return float(brentq(excess, float(np.min(predictions)) - reach, float(np.max(predictions)) + reach))


@dataclass(frozen=True)
class Sigmoid:
    """Probability ``1 / (1 + exp(-(intercept + slope * prediction)))`` for a criterion of 0 and 1."""

    intercept: float
    slope: float

    def probability(self, predictions: np.ndarray) -> np.ndarray:
        """Probability (n,) of a 1."""
        return expit(self.intercept + self.slope * np.asarray(predictions, dtype=float))


def fit_sigmoid(predictions: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> Sigmoid:
    """Fit a sigmoid on out-of-fold predictions (Platt 1999), with labels anywhere in 0..1.

    The slope is never negative: a model that ranks the wrong way round out of fold says the base rate.
    """
    intercept, slope = logistic_line(predictions, labels, weights)
    if slope < 0:
        mean = float(np.average(labels, weights=weights))
        return Sigmoid(float(logit(np.clip(mean, 1e-6, 1 - 1e-6))), 0.0)
    return Sigmoid(intercept, slope)


def logistic_line(
    x: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None, ridge: float = 1e-6
) -> tuple[float, float]:
    """Intercept and slope of a logistic regression of ``labels`` in 0..1 on one variable.

    Newton's method on the standardised variable with a vanishing ridge, so that separated data still end.
    """
    x, labels = np.asarray(x, dtype=float), np.asarray(labels, dtype=float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    centre, scale = float(np.average(x, weights=w)), float(np.std(x)) or 1.0
    design = np.column_stack([np.ones(len(x)), (x - centre) / scale])
    mean = np.clip(np.average(labels, weights=w), 1e-6, 1 - 1e-6)
    beta = np.array([float(logit(mean)), 0.0])
    for _ in range(50):
        p = expit(design @ beta)
        gradient = design.T @ (w * (labels - p)) - ridge * beta
        hessian = (design * (w * p * (1 - p))[:, None]).T @ design + (ridge + 1e-12) * np.eye(2)
        step = np.clip(np.linalg.solve(hessian, gradient), -2.0, 2.0)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    slope = float(beta[1] / scale)
    return float(beta[0] - slope * centre), slope
