"""Intervals that hold whatever the residuals look like: CV+ (Barber, Candes, Ramdas & Tibshirani 2021).

Each person of the training staff was predicted by a model that had not seen them. A new person's interval collects,
over all of these, what the *same* model says of the new person, plus and minus that residual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class CrossConformal:
    """CV+ intervals.

    Attributes
    ----------
    residuals : ndarray of shape (n,)
        Absolute out-of-fold residuals.
    fold : ndarray of shape (n,)
        Which fold's model left each person out, from 0.
    """

    residuals: Floats
    fold: NDArray[np.intp]

    def interval(self, fold_predictions: Floats, coverage: float = 0.90) -> Floats:
        """Interval (m, 2) for m new people.

        In theory it covers at least ``2 * coverage - 1``, in practice about ``coverage``.

        Parameters
        ----------
        fold_predictions : ndarray of shape (m, folds)
            What the model without each fold says of each new person.
        """
        rows = max(1, _AT_ONCE // max(len(self.residuals), 1))
        parts = [fold_predictions[i : i + rows] for i in range(0, len(fold_predictions), rows)]
        return np.vstack([self._ends(part, coverage) for part in parts]) if parts else np.zeros((0, 2))

    def _ends(self, fold_predictions: Floats, coverage: float) -> Floats:
        said = fold_predictions[:, self.fold]
        n = said.shape[1]
        outside = int(np.floor((1.0 - coverage) * (n + 1) + 1e-9))
        if outside < 1:
            return np.tile([-np.inf, np.inf], (len(said), 1))
        low = np.partition(said - self.residuals, outside - 1, axis=1)[:, outside - 1]
        high = np.partition(said + self.residuals, n - outside, axis=1)[:, n - outside]
        return np.column_stack([low, high])


def fit_cross_conformal(predictions: Floats, criteria: Floats, folds: NDArray[np.intp]) -> CrossConformal:
    """Fit on out-of-fold predictions (n,), observed criteria (n,) and the folds (n,) they were left out in."""
    _, codes = np.unique(folds, return_inverse=True)
    return CrossConformal(np.abs(np.asarray(criteria, dtype=float) - predictions), codes)
