"""Two people compared: how sure it is that one truly exceeds the other, and how sure each figure is of itself.

A score is true score plus measurement error, the true score being what somebody would get on average over other,
like items. Two errors are told apart:

* the **score's**: how far it would move, had the person met other items (`scoring.precision`);
* the **expected rating's**: how far it would move, had other staff been rated (`rating_errors`).

Neither is the width of the 90 % interval, which says where one person's *observed rating* will lie, and by which
hardly anybody differs from anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from scoring.precision import lambda_two
from scoring.stack import KeyAnchoredStack

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measurement:
    """How well a score measures, in one group of people.

    Attributes
    ----------
    mean, spread : float
        Of the scores in the group.
    reliability : float
        Share of the scores' variance that is true variance, in 0..1.
    """

    mean: float
    spread: float
    reliability: float

    @classmethod
    def of(cls, contributions: Floats, constant: float = 0.0) -> Measurement | None:
        """Measure on what items contribute (n, n_items), see `scoring.precision.item_contributions`.

        ``constant`` is what is added to everybody's sum. None where nothing can be said of reliability.
        """
        reliability = lambda_two(contributions)
        if reliability is None:
            return None
        scores = contributions.sum(axis=1) + constant
        return cls(float(scores.mean()), float(scores.std()), reliability)

    @property
    def error(self) -> float:
        """Standard error of measurement of one score, ``SD * sqrt(1 - reliability)``."""
        return self.spread * float(np.sqrt(1.0 - self.reliability))

    @property
    def error_of_difference(self) -> float:
        """Standard error of the difference of two scores, ``SEM * sqrt(2)``: the width of a tie group."""
        return self.error * float(np.sqrt(2.0))

    def true_scores(self, scores: ArrayLike) -> tuple[Floats, float]:
        """Expected true scores (n,) and their common standard error (Kelley 1947).

        ``mean + reliability * (score - mean)`` with standard error ``SD * sqrt(reliability * (1 - reliability))``.
        """
        away = np.asarray(scores, dtype=float) - self.mean
        width = self.spread * float(np.sqrt(self.reliability * (1.0 - self.reliability)))
        return self.mean + self.reliability * away, width

    def exceeds(self, one: ArrayLike, other: ArrayLike) -> Floats:
        """Probability that one truly exceeds the other; see `probability_exceeds`."""
        return probability_exceeds(one, other, self.error_of_difference, self.reliability)


def probability_exceeds(one: ArrayLike, other: ArrayLike, sed: float, reliability: float = 1.0) -> Floats:
    """Probability that one person's true score exceeds another's, given both scores.

    True scores given observed ones are normal around Kelley's estimates, whose difference is ``reliability *
    (one - other)`` with standard error ``SD * sqrt(2 * reliability * (1 - reliability))``; hence

        P = Phi(sqrt(reliability) * (one - other) / SED),   SED = SD * sqrt(2 * (1 - reliability))

    (Kelley 1947; Lord & Novick 1968, section 3.7). It holds on average over pairs of people drawn from the group
    that SED and reliability come from, if scores are about normal.

    Parameters
    ----------
    one, other
        Unrounded scores; shapes that fit each other.
    sed
        Standard error of the difference, as kept in a model's manifest.
    reliability
        Of the scores. With 1 the scores' own difference is taken as it is, which is a little too sure.

    Raises
    ------
    ValueError
        Where ``sed`` is negative or ``reliability`` is not within 0..1.
    """
    if not sed >= 0.0 or not 0.0 <= reliability <= 1.0:
        raise ValueError(f"A standard error of {sed} and a reliability of {reliability} describe no score.")
    gap = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    if sed == 0.0:
        return (np.sign(gap) + 1.0) / 2.0
    return np.asarray(ndtr(np.sqrt(reliability) * gap / sed))


def rating_errors(model: KeyAnchoredStack, X: Floats) -> Floats | None:
    """Standard error (n,) of each expected rating: how far it would move, had other staff been rated.

    The jackknife over the inner folds, ``(K - 1) / K * sum_k (f_k - mean f)^2`` with ``f_k`` the stack learned
    without fold k (Quenouille 1956; Tukey 1958): units that were left out together count as one observation.
    None for an estimator of an earlier release, which kept no folds.

    Parameters
    ----------
    X : ndarray of shape (n, n_features)
        Encoded answers.
    """
    slopes, intercepts = getattr(model, "fold_coef_", None), getattr(model, "fold_intercept_", None)
    if slopes is None or intercepts is None or len(slopes) < 2:
        return None
    said = X @ slopes.T + intercepts
    folds = said.shape[1]
    return np.asarray(np.sqrt((folds - 1) / folds * np.sum((said - said.mean(axis=1, keepdims=True)) ** 2, axis=1)))
