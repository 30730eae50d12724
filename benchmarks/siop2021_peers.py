"""What our engine is held against: four usual models, tuned by their own inner cross-validation."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNetCV, LogisticRegression, RidgeCV
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

BOOSTING = {
    "learning_rate": 0.04,
    "max_iter": 150,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 30,
    "l2_regularization": 50.0,
    "random_state": 0,
}
Peer = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From training columns, training criterion and new columns to predictions of the new people."""


def ridge(X: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Ridge, its penalty chosen by leave-one-out."""
    model = make_pipeline(StandardScaler(), RidgeCV(alphas=np.logspace(1, 5, 17)))
    return model.fit(X, y).predict(new)


def elastic_net(X: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Elastic net, its penalty and its share of lasso chosen by five inner folds."""
    search = ElasticNetCV(l1_ratio=[0.02, 0.1, 0.5], alphas=12, eps=0.005, cv=5, max_iter=500)
    model = make_pipeline(StandardScaler(), search)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y).predict(new)


def logistic(X: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Regularised logistic regression, its penalty chosen by log-loss in three inner folds.

    A criterion on a scale is cut at its upper third first, and its probability is the prediction.
    """
    labels = y.astype(int) if set(np.unique(y)) <= {0.0, 1.0} else (y > np.quantile(y, 2 / 3) - 0.5).astype(int)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
        {"logisticregression__C": [0.0002, 0.0005, 0.001, 0.002, 0.005]},
        scoring="neg_log_loss",
        cv=3,
    )
    return search.fit(X, labels).predict_proba(new)[:, 1]


def boosting(X: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Small boosted trees with heavy regularisation; a classifier for a criterion of 0 and 1."""
    if set(np.unique(y)) <= {0.0, 1.0}:
        return HistGradientBoostingClassifier(**BOOSTING).fit(X, y.astype(int)).predict_proba(new)[:, 1]
    return HistGradientBoostingRegressor(**BOOSTING).fit(X, y).predict(new)


PEERS: dict[str, Peer] = {
    "ridge": ridge,
    "elastic net": elastic_net,
    "logistic": logistic,
    "boosting": boosting,
}
