"""The calibration that assumes nothing but order: a staircase (Barlow et al. 1972; Zadrozny & Elkan 2002)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Steps:
    """Distinct predictions in rising order, how many people have each, and what share of them counts as top."""

    x: Floats
    count: Floats
    share: Floats

    @classmethod
    def of(cls, predictions: Floats, labels: Floats) -> Steps:
        """Collect predictions (n,) that are equal; labels lie anywhere in 0..1."""
        x, codes = np.unique(predictions, return_inverse=True)
        count = np.bincount(codes).astype(float)
        return cls(x, count, np.bincount(codes, labels) / count)


@dataclass(frozen=True)
class Isotonic:
    """Probability that never falls as the prediction rises; straight lines between what was seen.

    It ties whole ranges of people, and never decides a rank: people are ranked by the unrounded score.

    Attributes
    ----------
    x, p : ndarray of shape (distinct predictions,)
    """

    x: Floats
    p: Floats

    def probability(self, predictions: Floats) -> Floats:
        """Probability (n,); beyond what was seen, that of the nearest."""
        return np.interp(predictions, self.x, self.p)


def fit_isotonic(predictions: Floats, labels: Floats) -> Isotonic:
    """Fit the staircase on out-of-fold predictions (n,) and labels (n,) in 0..1, by pooling adjacent violators."""
    steps = Steps.of(np.asarray(predictions, dtype=float), np.asarray(labels, dtype=float))
    return Isotonic(steps.x, isotonic_regression(steps.share, sample_weight=steps.count, y_min=0.0, y_max=1.0))
