"""Challengers of the linear stack: each has to win on folds that nobody was fitted on, or it is not chosen.

A win is a gain in out-of-fold correlation, paired over folds and repeats, of more than its standard error, which is
corrected for training sets that overlap between folds (Nadeau & Bengio 2003). Whatever a challenger chooses within
itself is chosen inside the fold.

Boosting is not linear. If it wins, the record says so, and the product goes on with the linear stack unless the
caller asks for it: one vector of coefficients is what scores, explains and is compiled (docs/decisions/0016).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from scoring.challengers.boosting import boosted_predictions
from scoring.folds import assign_folds, splits
from scoring.stack import KeyAnchoredStack

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

ENOUGH_FOR_BOOSTING = 1000
N_FOLDS = 5
DEFAULT = "stack"


def choose(
    estimator: KeyAnchoredStack,
    X: Floats,
    y: Floats,
    *,
    sample_weight: Floats | None = None,
    groups: Sequence[str | None] | None = None,
    auxiliary: Floats | None = None,
    repeats: int = 2,
    seed: int = 0,
    boosting_from: int = ENOUGH_FOR_BOOSTING,
) -> dict[str, Any]:
    """Try challengers by nested cross-validation.

    Parameters
    ----------
    estimator
        The stack as it would be used; it is cloned, never fitted.
    X, y, sample_weight, groups, auxiliary
        As in `scoring.stack.KeyAnchoredStack.fit`; n people.
    repeats
        How often the five outer folds are drawn anew.
    boosting_from
        With fewer people boosting is not tried.

    Returns
    -------
    dict
        JSON-able: ``n``, ``default``, ``chosen``, ``linear`` (whether what was chosen is), and ``tried``, per name
        ``r`` (mean over folds), ``gain`` over the default, ``gain_se``, ``wins`` and ``linear``. Names: ``stack``
        (the default, which chooses between its own criterion and the half-and-half target with the composite inside
        each fold), ``own_criterion`` (never shared), ``boosting``, ``stack_and_boosting`` (their standardised
        mean), the latter two only where tried.
    """
    weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
    found: dict[str, list[float]] = {}
    for repeat in range(repeats):
        folds = assign_folds(len(y), N_FOLDS, np.random.default_rng([seed, repeat]), groups)
        for train, new in splits(folds):
            fold = _Fold(estimator, X, y, weights, groups, auxiliary, train, new, seed)
            for name, predict in _contestants(len(y) >= boosting_from, auxiliary is not None).items():
                found.setdefault(name, []).append(_correlation(predict(fold), y[new], weights[new]))
    return _record(found, len(y), repeats)


class _Fold:
    """One fold's training people and new people, and what has been fitted on them so far."""

    def __init__(
        self,
        estimator: KeyAnchoredStack,
        X: Floats,
        y: Floats,
        weights: Floats,
        groups: Sequence[str | None] | None,
        auxiliary: Floats | None,
        train: Ints,
        new: Ints,
        seed: int,
    ) -> None:
        self.estimator, self.seed = estimator, seed
        self.X, self.y, self.weights, self.new = X[train], y[train], weights[train], X[new]
        self.groups = None if groups is None else [groups[row] for row in train]
        self.auxiliary = None if auxiliary is None else auxiliary[train]
        self._kept: dict[str, Floats] = {}

    def once(self, name: str, make: Callable[[], Floats]) -> Floats:
        """Make predictions of that name, or return those made before."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def stack(self, shared: bool) -> Floats:
        """Predictions of the stack, with or without the related criteria."""
        model = clone(self.estimator).fit(
            self.X,
            self.y,
            sample_weight=self.weights,
            groups=self.groups,
            auxiliary=self.auxiliary if shared else None,
        )
        return model.predict(self.new)


def _contestants(boosting: bool, related: bool) -> Mapping[str, Callable[[_Fold], Floats]]:
    names = [
        DEFAULT,
        *(["own_criterion"] if related else []),
        *(["boosting", "stack_and_boosting"] if boosting else []),
    ]
    return {name: _PREDICT[name] for name in names}


def _stack(fold: _Fold) -> Floats:
    return fold.once(DEFAULT, lambda: fold.stack(shared=True))


def _own_criterion(fold: _Fold) -> Floats:
    return fold.stack(shared=False)


def _boosting(fold: _Fold) -> Floats:
    return fold.once("boosting", lambda: boosted_predictions(fold.X, fold.y, fold.weights, fold.new, fold.seed))


def _both(fold: _Fold) -> Floats:
    return _standardised(_stack(fold)) + _standardised(_boosting(fold))


_PREDICT: dict[str, Callable[[_Fold], Floats]] = {
    DEFAULT: _stack,
    "own_criterion": _own_criterion,
    "boosting": _boosting,
    "stack_and_boosting": _both,
}
_LINEAR = {DEFAULT, "own_criterion"}


def _standardised(values: Floats) -> Floats:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros_like(values)


def _correlation(a: Floats, b: Floats, weights: Floats) -> float:
    a, b = a - np.average(a, weights=weights), b - np.average(b, weights=weights)
    scale = float(np.sqrt((weights @ a**2) * (weights @ b**2)))
    return float(weights @ (a * b)) / scale if scale > 1e-12 else 0.0


def _record(found: Mapping[str, Sequence[float]], n: int, repeats: int) -> dict[str, Any]:
    default = np.array(found[DEFAULT])
    tried = {name: _row(name, np.array(values), default) for name, values in found.items()}
    winners = [name for name, row in tried.items() if row["wins"]]
    chosen = max(winners, key=lambda name: float(tried[name]["gain"])) if winners else DEFAULT
    return {
        "n": n,
        "repeats": repeats,
        "default": DEFAULT,
        "chosen": chosen,
        "linear": chosen in _LINEAR,
        "tried": tried,
    }


def _row(name: str, values: Floats, default: Floats) -> dict[str, Any]:
    gain = values - default
    folds = len(gain)
    # Training sets overlap, so that folds are not independent: Nadeau & Bengio's factor, test over training people.
    error = float(np.sqrt((1.0 / folds + 1.0 / (N_FOLDS - 1)) * gain.var(ddof=1)))
    return {
        "r": float(values.mean()),
        "gain": float(gain.mean()),
        "gain_se": error,
        "wins": bool(gain.mean() > error and name != DEFAULT),
        "linear": name in _LINEAR,
    }
