"""Training a model: prepare, validate, fit. Each stage is deterministic, so that a durable job can repeat it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from models.artefact import dump_estimator
from models.compiling import MEANS, item_means
from models.confidence import GROUPS
from models.engine import engine_version
from models.errors import ModelError
from models.manifest import Manifest
from models.notes import key_reviewed, notes_on
from models.preparing import MINIMUM, Prepared, form_of, prepare
from models.quality import QUALITY, quality_reference
from models.staff_groups import HeldOutScores
from models.trained import FACETS, MEASUREMENT, TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.words import say
from scoring.comparison import Measurement
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.facets import facet_rules
from scoring.precision import blind_error, item_contributions
from scoring.ratings import Rating
from scoring.stack import KeyAnchoredStack
from scoring.validation.cross_validation import cross_validate
from scoring.validation.items import with_weights
from scoring.validation.learning_data import LearningData, fit_rows
from scoring.validation.report import full_report

Progress = Callable[[str, float], None]
FEWEST_FOR_A_SPREAD = 10
P = ParamSpec("P")
R = TypeVar("R")

_WITH_INTERVAL = (
    *("r", "key_r", "r_minus_key", "auc", "brier", "brier_base", "brier_skill", "log_loss", "log_loss_base"),
    *("slope", "intercept", "coverage_90", "calibration_error", "base_rate"),
)
NO_FIGURES: dict[str, Any] = {
    **{f"{name}{end}": None for name in _WITH_INTERVAL for end in ("", "_low", "_high")},
    **dict.fromkeys(
        ("r_corrected", "r_range_corrected", "spread_ratio", "criterion_reliability", "resampled", "score_reliability")
    ),
    **dict.fromkeys(("learning_curve", "canary", "item_statistics", "score_reliability")),
    **dict.fromkeys(("calibrations", "interval_methods", "challengers")),
    **{name: [] for name in ("reliability_diagram", "expectancy", "hire_or_retrain", "hiring_assumptions")},
    "facet_bands": [],
    GROUPS: None,
}
"""What a model without local evidence has: the same names, nothing in them."""

SHARES = {"validate": 0.3, "learning_curve": 0.13, "canary": 0.34, "resample": 0.12, "alternatives": 0.11}
"""The stages of `validate` in their order, and roughly what share of its time each takes."""


def train(
    questionnaire: Questionnaire,
    sheets: Sequence[AnswerSheet],
    ratings: Sequence[Rating],
    *,
    form_id: str | None = None,
    criterion: str | None = None,
    scale: tuple[float, float] | None = None,
    binary: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> TrainedModel:
    """Prepare, validate and fit in one go; see `prepare`, `validate` and `fit`.

    Parameters
    ----------
    progress
        Called with the stage's name and the share of it that is done.

    Raises
    ------
    ModelError, ScoringError
        Where the data cannot carry a model.
    """
    tell = progress or (lambda stage, fraction: None)
    tell("prepare", 0.0)
    prepared = prepare(
        questionnaire,
        sheets,
        ratings,
        form_id=form_id,
        criterion=criterion,
        scale=scale,
        binary=binary,
        seed=seed,
    )
    figures = validate(prepared, progress)
    tell("fit", 0.0)
    model = fit(prepared, figures)
    tell("fit", 1.0)
    return model


def _on_one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Keep linear algebra to one thread: for matrices as small as ours, more of them only wait for each other."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(limits=1):
            return function(*args, **kwargs)

    return limited


@_on_one_thread
def validate(
    prepared: Prepared,
    progress: Progress | None = None,
    spread_ratio: float | None = None,
    keep: Callable[[HeldOutScores], None] | None = None,
) -> dict[str, Any]:
    """Cross-validate; returns the figures, JSON-able, with what a reader has to know under ``notes``.

    Parameters
    ----------
    progress
        Called with the stage (a name in `SHARES`) and the share of it that is done; see `share_done`.
    spread_ratio
        Standard deviation of applicants' scores over the staff's, where known; see `spread_ratio_of`.
    keep
        Called with what was said of people while they were held out, for `staff_groups`.
    """
    figures = {**NO_FIGURES, "n": prepared.n, "n_units": len({u for u in prepared.data.units if u})}
    if not prepared.key_only:
        results = cross_validate(prepared.data, progress=progress)
        if keep:
            keep(HeldOutScores.of(results))
        figures |= full_report(prepared.data, results, spread_ratio=spread_ratio, progress=progress)
    figures["n_answered"], figures["n_rated"] = prepared.answered, prepared.rated
    figures["key_reviewed"] = key_reviewed(prepared.questionnaire)
    figures["notes"] = notes_on(prepared.questionnaire, figures, prepared.left_out, MINIMUM)
    return figures


@_on_one_thread
def tested(prepared: Prepared) -> HeldOutScores:
    """Test once more what `validate` gave to ``keep``: the same values again."""
    return HeldOutScores.of(cross_validate(prepared.data))


def share_done(stage: str, fraction: float) -> float:
    """Share of `validate` that is done when this stage of it is so far: never falls from call to call."""
    names = list(SHARES)
    if stage not in SHARES:
        return 0.0
    before = sum(SHARES[name] for name in names[: names.index(stage)])
    return before + SHARES[stage] * min(1.0, max(0.0, fraction))


def spread_ratio_of(
    model: TrainedModel, staff: Sequence[AnswerSheet], applicants: Sequence[AnswerSheet]
) -> float | None:
    """Standard deviation of applicants' scores over that of the staff's; None where either cannot be told."""
    spreads = []
    for sheets in (applicants, staff):
        scores = [each.score for each in model.score(sheets) if each.score is not None]
        spreads.append(float(np.std(scores)) if len(scores) >= FEWEST_FOR_A_SPREAD else 0.0)
    return spreads[0] / spreads[1] if min(spreads) > 0 else None


@_on_one_thread
def fit(prepared: Prepared, figures: dict[str, Any]) -> TrainedModel:
    """Fit the model on everybody and put the figures into its manifest.

    Raises
    ------
    ModelError
        Where there are too few people and the questionnaire has no key either.
    """
    if prepared.key_only:
        return _key_model(prepared, figures)
    rows = np.arange(prepared.n)
    estimator, _ = fit_rows(prepared.data, rows)
    measured = _measured(prepared.data.encoded, prepared.data.encoder, estimator)
    figures = {**figures, "score_reliability": None if measured is None else measured.reliability}
    if figures.get("item_statistics"):
        weighed = with_weights(figures["item_statistics"], prepared.data, estimator)
        figures = {**figures, "item_statistics": weighed}
    del estimator.out_of_fold_  # people's predictions are not needed to score, and are nobody's business
    manifest = _manifest(prepared, "trained", figures, None if measured is None else measured.error_of_difference)
    reference = _reference(prepared, estimator, measured, figures)
    return TrainedModel(manifest, prepared.questionnaire, estimator, dump_estimator(estimator), reference=reference)


def _reference(
    prepared: Prepared, estimator: KeyAnchoredStack, measured: Measurement | None, figures: dict[str, Any]
) -> dict[str, Any]:
    """Plain facts about the training staff that explanations and checks of quality are measured against."""
    data = prepared.data
    return {
        MEANS: item_means(data.encoder, data.encoded, estimator),
        QUALITY: quality_reference(data.encoder, data.encoded, data.units, data.seed),
        MEASUREMENT: None if measured is None else asdict(measured),
        FACETS: figures.get("facet_bands") or _facets(data),
    }


def _facets(data: LearningData) -> list[dict[str, Any]]:
    """Haberman's rule of each facet, where no report has worked it out."""
    return [rule.to_plain() for rule in facet_rules(data.encoded.key_scores, data.encoder.items, data.seed)]


def key_only(questionnaire: Questionnaire, form_id: str | None = None) -> TrainedModel:
    """A model that scores by the key alone and claims no local evidence.

    Raises
    ------
    ModelError
        Where no item of the form has a key.
    """
    form = form_of(questionnaire, form_id)
    encoder = AnswerEncoder(questionnaire, form)
    _require_key(questionnaire, encoder)
    error = blind_error(encoder.items)
    figures = {**NO_FIGURES, "n": 0, "n_units": 0}
    figures["key_reviewed"] = key_reviewed(questionnaire)
    figures["notes"] = notes_on(questionnaire, figures, 0, MINIMUM)
    manifest = Manifest(
        kind="key_only",
        **_identity(questionnaire, form),
        figures=figures,
        sed=None if error is None else error * float(np.sqrt(2.0)),
    )
    return TrainedModel(manifest, questionnaire)


def _key_model(prepared: Prepared, figures: dict[str, Any]) -> TrainedModel:
    blind = key_only(prepared.questionnaire, prepared.form)
    manifest = _manifest(prepared, "key_only", figures, blind.manifest.sed)
    return TrainedModel(manifest, prepared.questionnaire)


def _require_key(questionnaire: Questionnaire, encoder: AnswerEncoder) -> None:
    if not encoder.keyed:
        raise ModelError(
            say("No item of this questionnaire has a key, so that nothing can score without ratings."),
            f"{questionnaire.name} {questionnaire.version}",
            say("Add a key, or answers and ratings of at least %(minimum)s staff.", minimum=MINIMUM),
        )


def _manifest(prepared: Prepared, kind: str, figures: dict[str, Any], sed: float | None) -> Manifest:
    return Manifest(
        kind=kind,
        **_identity(prepared.questionnaire, prepared.form),
        criterion=prepared.data.criterion,
        scale=prepared.scale,
        binary=prepared.data.binary,
        data_fingerprint=prepared.fingerprint,
        seed=prepared.data.seed,
        figures=figures,
        sed=sed,
    )


def _identity(questionnaire: Questionnaire, form: str) -> dict[str, Any]:
    return {
        "questionnaire": questionnaire.name,
        "version": questionnaire.version,
        "scoring_identity": questionnaire.scoring_identity,
        "texts_identity": questionnaire.texts_identity,
        "form": form,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "libraries": library_versions(),
    }


def library_versions() -> dict[str, str]:
    """Versions of everything that decides what a model says, our own engine included."""
    names = ("numpy", "scipy", "scikit-learn", "skops")
    return {"python": platform.python_version(), **{name: version(name) for name in names}, "engine": engine_version()}


def _measured(encoded: Encoded, encoder: AnswerEncoder, estimator: KeyAnchoredStack) -> Measurement | None:
    """How well the score measures among the training staff."""
    contributions = item_contributions(encoded, estimator.coef_, encoder.blocks, encoder.key_column)
    constant = float(np.mean(estimator.predict(encoded.X)) - np.mean(contributions.sum(axis=1)))
    return Measurement.of(contributions, constant)


__all__ = [
    "MINIMUM",
    "Prepared",
    "ScoringError",
    "fit",
    "key_only",
    "prepare",
    "train",
    "validate",
]
