"""Boosted trees on the options: a challenger that sees bends and interactions, which the linear stack does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

Floats = NDArray[np.float64]

SETTINGS = {
    "learning_rate": 0.05,
    "max_iter": 120,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 30,
    "l2_regularization": 50.0,
    "early_stopping": False,
}
"""Small trees, held back strongly: with a thousand people anything larger learns chance."""


def boosted_predictions(X: Floats, y: Floats, weights: Floats, new: Floats, seed: int = 0) -> Floats:
    """Fit on the people in ``X`` (n, p) and predict others ``new`` (m, p); the key total is a column like any other."""
    model = HistGradientBoostingRegressor(**SETTINGS, random_state=seed)
    return np.asarray(model.fit(X, y, sample_weight=weights).predict(new))
