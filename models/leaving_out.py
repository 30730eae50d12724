"""A model's estimator with items left out: the same numbers that `scoring.compiled.leaving_out` leaves out."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import replace

import numpy as np

from scoring.calibration import GaussianPredictive, Sigmoid
from scoring.compiled.calibration import Logistic
from scoring.compiled.leaving_out import expected_of, key_share_left, lost_variance, widened, widening
from scoring.compiled.model import CompiledModel
from scoring.encoding import AnswerEncoder, Encoded
from scoring.stack import KeyAnchoredStack


def lean_estimator(
    estimator: KeyAnchoredStack, encoder: AnswerEncoder, compiled: CompiledModel, left_out: Collection[str]
) -> KeyAnchoredStack:
    """Return an estimator of the same columns in which the items left out stand for what they add on average.

    Parameters
    ----------
    compiled
        The whole model as plain numbers.
    """
    gone = [item for item in compiled.items if item.id in left_out]
    lean = copy(estimator)
    lean.predictive_ = _wider(estimator.predictive_, lost_variance(compiled, gone))
    if compiled.means is None:
        # The columns of "not given" say what stands in for the items.
        return lean
    lean.coef_ = _coefficients(estimator.coef_, encoder, left_out, key_share_left(compiled, gone))
    lean.intercept_ = float(estimator.intercept_) + sum(expected_of(compiled.means, item) for item in gone)
    return lean


def _coefficients(
    coefficients: np.ndarray, encoder: AnswerEncoder, left_out: Collection[str], key_share: float
) -> np.ndarray:
    changed = coefficients.copy()
    if encoder.key_column is not None:
        changed[encoder.key_column] *= key_share
    for block in encoder.blocks:
        if block.item in left_out:
            changed[block.columns] = 0.0
    return changed


def _wider(predictive: GaussianPredictive | Sigmoid, variance: float) -> GaussianPredictive | Sigmoid:
    if variance <= 0.0:
        return predictive
    if isinstance(predictive, Sigmoid):
        flat = widened(Logistic(predictive.intercept, predictive.slope), variance)
        assert isinstance(flat, Logistic)
        return Sigmoid(flat.intercept, flat.slope)
    factor = widening(predictive.spread, variance)
    return replace(
        predictive,
        spread=predictive.spread * factor,
        low=min(predictive.low, predictive.low * factor),
        high=max(predictive.high, predictive.high * factor),
    )


def share_of_the_rest(encoded: Encoded, encoder: AnswerEncoder, left_out: Collection[str]) -> Encoded:
    """Count the answered share among the items that are left; the answers to the others are not in there."""
    total = len(encoder.items)
    left = total - sum(item.id in left_out for item in encoder.items)
    return replace(encoded, answered=encoded.answered * (total / left) if left else np.zeros(len(encoded.answered)))
