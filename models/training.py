"""Training a model: prepare, validate, fit. Each stage is deterministic, so that a durable job can repeat it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar

import numpy as np
import skops.io
from threadpoolctl import threadpool_limits

from models.errors import ModelError
from models.manifest import Manifest, canonical, digest
from models.notes import notes_on
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.words import say
from scoring.encoding import AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.precision import blind_error, item_contributions, standard_error_of_difference
from scoring.ratings import Rating
from scoring.stack import KeyAnchoredStack
from scoring.validation import LearningData, cross_validate, fit_rows, report

MINIMUM = 50
"""Below this many rated staff the key scores alone."""

Progress = Callable[[str, float], None]
P = ParamSpec("P")
R = TypeVar("R")

NO_FIGURES: dict[str, Any] = {
    **dict.fromkeys(("r", "r_low", "r_high", "r_corrected", "auc", "brier", "brier_base", "log_loss", "log_loss_base")),
    **dict.fromkeys(("slope", "intercept", "coverage_90", "calibration_error", "criterion_reliability")),
    **dict.fromkeys(("key_r", "base_rate")),
    "reliability_diagram": [],
    "expectancy": [],
    "hire_or_retrain": [],
}


@dataclass(frozen=True)
class Prepared:
    """What a training run starts from: people with both answers and ratings, encoded.

    Attributes
    ----------
    questionnaire, form
        What was asked.
    data : LearningData
        The people that can be learned from.
    scale : tuple
        Lowest and highest rating.
    answered, rated : int
        How many people had answers, and how many had ratings.
    left_out : int
        People with both who answered less than 80 %.
    fingerprint : str
        SHA-256 of answers and ratings.
    """

    questionnaire: Questionnaire
    form: str
    data: LearningData
    scale: tuple[float, float]
    answered: int
    rated: int
    left_out: int
    fingerprint: str

    @property
    def n(self) -> int:
        """People with both answers and ratings who answered enough."""
        return len(self.data.people)

    @property
    def key_only(self) -> bool:
        """Whether there are too few people for a local model."""
        return self.n < MINIMUM


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


def prepare(
    questionnaire: Questionnaire,
    sheets: Sequence[AnswerSheet],
    ratings: Sequence[Rating],
    *,
    form_id: str | None = None,
    criterion: str | None = None,
    scale: tuple[float, float] | None = None,
    binary: bool = False,
    seed: int = 0,
) -> Prepared:
    """Join answers to ratings by person and encode them.

    Parameters
    ----------
    form_id
        The form that was answered; the first one when None.
    criterion
        The competence to predict, where ratings name several; their mean when None.
    scale
        Lowest and highest possible rating; the observed range when None.
    binary
        Whether ratings are 0 and 1.

    Raises
    ------
    ModelError
        Where nobody has both, the criterion or form does not exist, ratings are outside the scale or not
        0 and 1, or everybody is rated alike.
    """
    form = _form(questionnaire, form_id)
    chosen = _of_criterion(ratings, criterion)
    limits = _limits(chosen, scale, binary)
    both = _joined(sheets, {rating.ratee for rating in chosen})
    encoder = AnswerEncoder(questionnaire, form)
    encoded = encoder.encode(both)
    rows = np.flatnonzero(encoded.enough)
    kept = [both[row] for row in rows]
    people = {sheet.person for sheet in kept}
    data = LearningData(
        encoder=encoder,
        encoded=Encoded(encoded.X[rows], encoded.key_scores[rows], encoded.answered[rows]),
        people=tuple(sheet.person for sheet in kept),
        units=tuple(sheet.unit for sheet in kept),
        families=tuple(sheet.job_family for sheet in kept),
        ratings=tuple(rating for rating in ratings if rating.ratee in people),
        criterion=criterion,
        binary=binary,
        seed=seed,
    )
    rated = len({rating.ratee for rating in chosen})
    return Prepared(
        questionnaire,
        form,
        data,
        limits,
        len(sheets),
        rated,
        len(both) - len(kept),
        data_fingerprint(sheets, ratings),
    )


def _on_one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Keep linear algebra to one thread: for matrices as small as ours, more of them only wait for each other."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(limits=1):
            return function(*args, **kwargs)

    return limited


@_on_one_thread
def validate(prepared: Prepared, progress: Progress | None = None) -> dict[str, Any]:
    """Cross-validate; returns the figures, JSON-able, with what a reader has to know under ``notes``."""
    figures = {**NO_FIGURES, "n": prepared.n, "n_units": len({u for u in prepared.data.units if u})}
    if not prepared.key_only:
        results = cross_validate(prepared.data, progress=progress)
        figures |= report(prepared.data, results)
    figures["n_answered"], figures["n_rated"] = prepared.answered, prepared.rated
    figures["notes"] = notes_on(prepared.questionnaire, figures, prepared.left_out, MINIMUM)
    return figures


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
    sed = _sed(prepared.data.encoded, prepared.data.encoder, estimator)
    del estimator.out_of_fold_  # people's predictions are not needed to score, and are nobody's business
    manifest = _manifest(prepared, "trained", figures, sed)
    return TrainedModel(manifest, prepared.questionnaire, estimator, skops.io.dumps(estimator))


def key_only(questionnaire: Questionnaire, form_id: str | None = None) -> TrainedModel:
    """A model that scores by the key alone and claims no local evidence.

    Raises
    ------
    ModelError
        Where no item of the form has a key.
    """
    form = _form(questionnaire, form_id)
    encoder = AnswerEncoder(questionnaire, form)
    _require_key(questionnaire, encoder)
    error = blind_error(encoder.items)
    figures = {**NO_FIGURES, "n": 0, "n_units": 0}
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
    """Versions of everything that decides what a model says."""
    names = ("numpy", "scipy", "scikit-learn", "skops")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def data_fingerprint(sheets: Sequence[AnswerSheet], ratings: Sequence[Rating]) -> str:
    """SHA-256 of answers and ratings, whatever their order."""
    people = sorted(canonical([s.person, s.unit, s.job_family, s.answers]) for s in sheets)
    given = sorted(canonical(list(rating)) for rating in ratings)
    return digest(b"\n".join([*people, b"--", *given]))


def _sed(encoded: Encoded, encoder: AnswerEncoder, estimator: KeyAnchoredStack) -> float | None:
    contributions = item_contributions(encoded, estimator.coef_, encoder.blocks, encoder.key_column)
    return standard_error_of_difference(contributions)


def _form(questionnaire: Questionnaire, form_id: str | None) -> str:
    known = [form.id for form in questionnaire.forms]
    if form_id is None:
        return known[0]
    if form_id not in known:
        where = f"{questionnaire.name} {questionnaire.version}"
        what = say("There is no form “%(form)s”.", form=form_id)
        raise ModelError(what, where, say("Choose one of: %(names)s.", names=", ".join(known)))
    return form_id


def _of_criterion(ratings: Sequence[Rating], criterion: str | None) -> list[Rating]:
    chosen = [rating for rating in ratings if criterion is None or rating.competence == criterion]
    if chosen:
        return chosen
    named = ", ".join(sorted({rating.competence or "(none)" for rating in ratings}))
    if not ratings:
        raise ModelError(say("There are no ratings."), "ratings", say("Import ratings of your staff first."))
    what = say("No rating is of the criterion “%(criterion)s”.", criterion=criterion)
    raise ModelError(what, "ratings, column competence", say("Choose one of: %(names)s.", names=named))


def _limits(ratings: Sequence[Rating], scale: tuple[float, float] | None, binary: bool) -> tuple[float, float]:
    values = np.array([rating.rating for rating in ratings])
    if binary and not np.isin(values, (0.0, 1.0)).all():
        odd = next(rating for rating in ratings if rating.rating not in (0.0, 1.0))
        what = say(
            "A criterion of 0 and 1 was announced, but “%(person)s” has %(rating)s.",
            person=odd.ratee,
            rating=f"{odd.rating:g}",
        )
        raise ModelError(what, "ratings", say("Correct the ratings, or train without the binary setting."))
    if not np.isfinite(values).all():
        odd = ratings[int(np.flatnonzero(~np.isfinite(values))[0])]
        raise ModelError(f"A rating of “{odd.ratee}” is no finite number.", "ratings", "Correct or remove it.")
    low, high = scale or (float(values.min()), float(values.max()))
    outside = [rating for rating in ratings if not low <= rating.rating <= high]
    if outside:
        what = say(
            "%(n)s ratings are outside the scale from %(low)s to %(high)s, first %(rating)s for “%(person)s”.",
            n=len(outside),
            low=f"{low:g}",
            high=f"{high:g}",
            rating=f"{outside[0].rating:g}",
            person=outside[0].ratee,
        )
        raise ModelError(what, "ratings", say("Correct them, or give the scale that raters used."))
    if np.ptp(values) < 1e-12:
        what = say("All ratings are %(value)s, so that they tell nobody apart.", value=f"{values[0]:g}")
        raise ModelError(what, "ratings", say("Import ratings that use the scale, or of another competence."))
    return (0.0, 1.0) if binary else (low, high)


def _joined(sheets: Sequence[AnswerSheet], rated: set[str]) -> list[AnswerSheet]:
    both = sorted((sheet for sheet in sheets if sheet.person in rated), key=lambda sheet: sheet.person)
    if both:
        return both
    what = say("None of the %(n)s people with answers has a rating.", n=len(sheets))
    remedy = say(
        "Write people's ids alike in both tables (%(answered)s have answers, %(rated)s have ratings).",
        answered=_examples({sheet.person for sheet in sheets}),
        rated=_examples(rated),
    )
    raise ModelError(what, "answers, column person; ratings, column ratee", remedy)


def _examples(names: set[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:3]) or "nobody"


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
