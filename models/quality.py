"""Response quality of people whom a model scores: the reference of its own training staff, kept with it."""

from __future__ import annotations

from collections.abc import Sequence

from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.encoding import AnswerEncoder, Encoded
from scoring.quality.assessment import Quality, assess
from scoring.quality.reference import QualityReference, build_reference
from scoring.quality.traces import Trace

QUALITY = "quality"
"""Where a model's reference keeps what ordinary answering looks like."""


def quality_reference(
    encoder: AnswerEncoder, encoded: Encoded, units: Sequence[str | None], seed: int
) -> dict[str, object]:
    """Return what a trained model keeps about its staff's way of answering, as plain values.

    Imported answers have no positions and no times, so that the limits that need them are the stated defaults.
    """
    return build_reference(encoder, encoded, groups=units, seed=seed).to_plain()


def assess_quality(
    model: TrainedModel,
    sheets: Sequence[AnswerSheet],
    traces: Sequence[Trace] | None = None,
    adjusted: Sequence[bool] | bool = False,
) -> list[Quality] | None:
    """Return the response quality of n people, in the order given: flags for a human's review, never a rejection.

    Parameters
    ----------
    model
        Whose form was answered.
    sheets
        Answers of n people.
    traces
        Positions and times of each, where they are known; they never enter a score.
    adjusted
        Who had an adjustment: nothing that rests on time is flagged for them.

    Returns
    -------
    list of n Quality, or None
        None where the model knows no staff: it scores by the key alone, or is older than the reference.

    Raises
    ------
    ScoringError
        Where the reference is damaged or of another form, or numbers of people differ.
    """
    plain = (model.reference or {}).get(QUALITY)
    if plain is None:
        return None
    reference = QualityReference.from_plain(plain, model.encoder)
    return assess(model.encoder, model.encoder.encode(sheets), reference, traces, adjusted) if sheets else []
