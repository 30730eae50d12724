"""What became of the hired, for one model; and the model with its intercept moved accordingly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from models.artefact import dump_estimator
from models.card import RECALIBRATION
from models.confidence import in_fives
from models.errors import ModelError
from models.notes import STAFF
from models.trained import TrainedModel
from questionnaires.words import say
from scoring.calibration import GaussianPredictive
from scoring.criterion import criterion_for
from scoring.ratings import Rating
from scoring.watching.outcomes import Hired, outcomes


@dataclass(frozen=True)
class Prediction:
    """What one model said of one person before they were hired."""

    person: str
    score: float
    top: float | None


def outcome_figures(
    model: TrainedModel,
    predictions: Sequence[Prediction],
    ratings: Sequence[Rating],
    applicants_spread: float | None,
    *,
    in_confidence: bool,
) -> dict[str, Any]:
    """Compare predictions with ratings given since.

    Parameters
    ----------
    ratings
        Of everybody, so that raters' severity can be told; of the hired only those since they were hired.
    in_confidence
        Whether ratings of rounds are among them: figures are then coarse, and numbers of people whole fives.

    Raises
    ------
    ScoringError
        Where the ratings cannot be used, for example because all are alike.
    """
    found = outcomes(_hired(model, predictions, ratings), applicants_spread)
    return {**(_coarse(found) if in_confidence else found), "in_confidence": in_confidence}


def people_with_outcome(
    predictions: Sequence[Prediction], ratings: Sequence[Rating], criterion: str | None
) -> set[str]:
    """Who of them has a rating of this criterion."""
    rated = {rating.ratee for rating in ratings if criterion is None or rating.competence == criterion}
    return {each.person for each in predictions} & rated


def _hired(model: TrainedModel, predictions: Sequence[Prediction], ratings: Sequence[Rating]) -> Hired:
    criterion = model.manifest.criterion
    there = people_with_outcome(predictions, ratings, criterion)
    kept = [each for each in predictions if each.person in there]
    values = criterion_for(ratings, competence=criterion) if kept else None
    place = values.position() if values else {}
    predictive = None if model.estimator is None else model.estimator.predictive_
    gaussian = predictive if isinstance(predictive, GaussianPredictive) else None
    return Hired(
        predicted=np.array([each.score for each in kept], dtype=float),
        observed=np.array([values.value[place[each.person]] for each in kept if values], dtype=float),
        calibrated=gaussian is not None,
        top=_tops(kept) if gaussian else None,
        threshold=gaussian.threshold if gaussian else None,
        spread=gaussian.spread if gaussian else None,
    )


def _tops(kept: Sequence[Prediction]) -> np.ndarray | None:
    tops = [each.top for each in kept]
    return None if None in tops else np.array(tops, dtype=float)


def _coarse(found: Mapping[str, Any]) -> dict[str, Any]:
    """Hundredths, twentieths of shares, whole fives of people: no figure tells of one person."""
    told: dict[str, Any] = {name: _rounded(value, 20 if name == "top" else 100) for name, value in found.items()}
    return told


def _rounded(value: Any, parts: int, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(each, parts, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each, parts) for each in value]
    if isinstance(value, float):
        return round(round(value * parts) / parts, 2)
    if isinstance(value, int) and not isinstance(value, bool):
        return in_fives(value)
    return value


def recalibrated(model: TrainedModel, shift: float, record: Mapping[str, Any]) -> TrainedModel:
    """Return the model with its intercept moved by ``shift`` on the rating scale; every weight stays.

    Parameters
    ----------
    record
        Which outcomes that rests on; kept with the figures, under `RECALIBRATION`.

    Raises
    ------
    ModelError
        Where the model has no intercept on a rating scale: by the key alone, or of a criterion of 0 and 1.
    """
    if model.estimator is None or not isinstance(model.estimator.predictive_, GaussianPredictive):
        raise ModelError(
            say("This model has no expected rating, so that there is nothing to recalibrate."),
            f"{model.manifest.questionnaire} {model.manifest.version}",
            say("Train a model on ratings first."),
        )
    estimator = deepcopy(model.estimator)
    estimator.intercept_ = float(estimator.intercept_) + shift
    if hasattr(estimator, "fold_intercept_"):
        estimator.fold_intercept_ = estimator.fold_intercept_ + shift
    figures = {**model.manifest.figures, RECALIBRATION: {**record, "shift": shift}, "notes": _notes(model, record)}
    manifest = replace(model.manifest, figures=figures, created=datetime.now(UTC).isoformat(timespec="seconds"))
    return TrainedModel(manifest, model.questionnaire, estimator, dump_estimator(estimator), reference=model.reference)


def _notes(model: TrainedModel, record: Mapping[str, Any]) -> list[Any]:
    """What the card says; the figures are those of the model before, tested on staff."""
    said = (
        f"Recalibrated: the intercept of model {record['parent']} was moved on {record['people']} outcomes of hired "
        "people. Weights, the order of people and the figures here are that model's."
    )
    return [*(each for each in model.manifest.figures.get("notes") or [] if each != STAFF), said]
