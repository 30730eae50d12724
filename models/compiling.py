"""A trained model as plain numbers: scored in microseconds, explained item by item, replayed without skops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.manifest import Manifest
from scoring.calibration import GaussianPredictive, Sigmoid
from scoring.compiled.building import compile_key, compile_linear, mean_contributions
from scoring.compiled.calibration import Calibration, Gaussian, Logistic
from scoring.compiled.model import CompiledModel
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.stack import KeyAnchoredStack

MEANS = "item_means"
"""Where a model's reference keeps what each item adds on average for the training staff."""


def compile_model(
    manifest: Manifest,
    encoder: AnswerEncoder,
    estimator: KeyAnchoredStack | None,
    reference: Mapping[str, Any] | None = None,
) -> CompiledModel:
    """Return the numbers that score and explain, taken from the parts of a model.

    Parameters
    ----------
    estimator
        None for a key-only model.
    reference
        Plain facts about the training staff; ``item_means`` is what contributions are measured against.

    Raises
    ------
    ScoringError
        Where the estimator's calibration is of a kind that cannot be written as plain numbers.
    """
    identity = {"scoring_identity": manifest.scoring_identity, "form": manifest.form}
    if estimator is None:
        return compile_key(encoder, **identity)
    means = (reference or {}).get(MEANS)
    return compile_linear(
        encoder,
        estimator.coef_,
        float(estimator.intercept_),
        calibration_of(estimator),
        scale=None if manifest.scale is None else (float(manifest.scale[0]), float(manifest.scale[1])),
        means=None if means is None else {item.id: float(means[item.id]) for item in encoder.items},
        **identity,
    )


def calibration_of(estimator: KeyAnchoredStack) -> Calibration:
    """Return the estimator's calibration as plain numbers.

    Raises
    ------
    ScoringError
        Where it is of an unknown kind.
    """
    predictive = estimator.predictive_
    if type(predictive) is Sigmoid:
        return Logistic(float(predictive.intercept), float(predictive.slope))
    if type(predictive) is GaussianPredictive:
        return Gaussian(
            spread=float(predictive.spread),
            threshold=float(predictive.threshold),
            low=float(predictive.low),
            high=float(predictive.high),
            families={name: float(cut) for name, cut in sorted(estimator.thresholds_.items())},
        )
    raise ScoringError(
        f"A calibration of the kind {type(predictive).__name__} cannot be written as plain numbers. "
        "Score with the estimator."
    )


def item_means(encoder: AnswerEncoder, encoded: Encoded, estimator: KeyAnchoredStack) -> dict[str, float]:
    """What each item adds on average for the people that a model was trained on: for a model's reference."""
    return mean_contributions(encoder, encoded, estimator.coef_)
