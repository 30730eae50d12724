"""What became of those hired while a model scored them: gathered and kept by the weekly look, computed in between."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.confidence import in_fives
from models.errors import ModelError
from models.outcomes import Prediction, outcome_figures, people_with_outcome
from models.trained import TrainedModel
from scoring.errors import ScoringError
from scoring.ratings import Rating as RatingValue
from webapp.records import Applicant, Hire, ModelOutcome, ModelVersion, Rating, Score, Sitting
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.outcomes.answers_of_hired import of_hired
from webapp.services.record_event import record_event
from webapp.services.rounds.rated_people import closed_rounds
from webapp.services.serving_model import serving_model
from webapp.services.training_data import Given, newest_ratings, ratings_of_rounds, staff_codes, values_of
from webapp.services.training_failure import TrainingRefused

FEWEST = 20
"""With fewer hired and rated nothing is computed; `scoring.shift.recalibrate` moves nothing below it either."""
GROUP = 5
"""Figures of ratings in confidence are made anew only when so many people came or went: a smaller change would tell
of persons."""


@dataclass(frozen=True)
class Material:
    """What the figures are computed from."""

    model: TrainedModel
    predictions: list[Prediction]
    ratings: list[RatingValue]
    spread: float | None
    in_confidence: bool
    based_on: dict[str, Any]
    counted: int | None = None
    """How many there are, where that was all that was asked."""

    @property
    def number(self) -> int:
        if self.counted is not None:
            return self.counted
        return len(people_with_outcome(self.predictions, self.ratings, self.model.manifest.criterion))


def gather_outcomes(
    session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, secret_key: str
) -> Material | None:
    """Read predictions and ratings; None where nobody was hired by this model's score, or it cannot be read."""
    hired = _hired(session, organisation_id, model_version_id)
    if not hired:
        return None
    try:
        model = serving_model(session, organisation_id, model_version_id)
    except ModelError:
        return None
    if len(hired) < FEWEST:
        return _counted(session, organisation_id, model, {each.member for each in hired})
    since = {each.member: each.hired_on for each in hired}
    imported = [row for row in newest_ratings(session, organisation_id) if _later(row, since)]
    collected = [row for row in ratings_of_rounds(session, organisation_id, secret_key).ratings if _later(row, since)]
    rows = imported + collected
    codes = staff_codes(session, organisation_id)
    return Material(
        model=model,
        predictions=[Prediction(codes[each.member], each.score, each.top) for each in hired],
        ratings=[] if _scales(rows) > 1 else values_of(rows, codes),
        spread=_spread(session, organisation_id, model_version_id),
        in_confidence=bool(collected),
        based_on=_based_on(hired, rows, collected),
    )


def _counted(session: Session, organisation_id: uuid.UUID, model: TrainedModel, members: set[uuid.UUID]) -> Material:
    """So few that they are counted only: no rating is read."""
    imported = set(
        session.scalars(
            select(Rating.ratee_id).where(Rating.organisation_id == organisation_id, Rating.ratee_id.in_(members))
        )
    )
    released = [row for row in closed_rounds(session, organisation_id) if row.state == "released"]
    in_rounds = {uuid.UUID(each) for row in released for each in row.turnout.get("rated", ())} & members
    based_on = {"members": sorted(map(str, imported | in_rounds)), "rounds": []}
    return Material(model, [], [], None, bool(in_rounds), based_on, counted=len(imported | in_rounds))


@dataclass(frozen=True)
class HiredPerson:
    """Somebody hired, with the score that stood before the day of hiring was noted."""

    member: uuid.UUID
    hired_on: str
    score: float
    top: float | None


def _hired(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> list[HiredPerson]:
    rows = session.execute(
        of_hired(organisation_id, Hire.staff_member_id, Hire.hired_on, Score.score, Score.p_top_third)
        .join(Score, (Score.organisation_id == Sitting.organisation_id) & (Score.sitting_id == Sitting.id))
        .where(
            Score.model_version_id == model_version_id,
            Score.score.is_not(None),
            # What was computed after the hiring is no prediction.
            Score.created_at <= Hire.created_at,
        )
        .order_by(Hire.staff_member_id)
    )
    return [HiredPerson(*row) for row in rows]


def _later(row: Given, since: dict[uuid.UUID, str]) -> bool:
    """Of the hired only what was said after the first day; of others everything, to know how severe raters are."""
    first = since.get(row.ratee_id)
    return first is None or row.rated_on is None or row.rated_on >= first


def _scales(rows: list[Given]) -> int:
    return len({(row.scale_min, row.scale_max) for row in rows})


def _spread(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> float | None:
    """Standard deviation of the score among all applicants of this model who stand."""
    n, mean, square = session.execute(
        select(func.count(), func.avg(Score.score), func.avg(Score.score * Score.score))
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .where(
            Score.organisation_id == organisation_id,
            Score.model_version_id == model_version_id,
            Score.score.is_not(None),
            Applicant.state != "withdrawn",
        )
    ).one()
    if n < 2:
        return None
    return sqrt(max(0.0, float(square) - float(mean) ** 2) * n / (n - 1)) or None


def _based_on(hired: list[HiredPerson], rows: list[Given], collected: list[Given]) -> dict[str, Any]:
    members = {each.member for each in hired}
    rated = sorted({str(row.ratee_id) for row in rows if row.ratee_id in members})
    rounds = sorted({str(row.rater_code).split(":")[0] for row in collected})
    return {"members": rated, "rounds": rounds}


def figures_of(material: Material) -> dict[str, Any]:
    """Compute; below twenty only how many there are."""
    number = material.number
    shown = in_fives(number) if material.in_confidence else number
    if number < FEWEST:
        return {"n": shown, "told": False, "recalibration": None, "in_confidence": material.in_confidence}
    try:
        return outcome_figures(
            material.model,
            material.predictions,
            material.ratings,
            material.spread,
            in_confidence=material.in_confidence,
        )
    except (ScoringError, TrainingRefused):
        return {"n": shown, "told": False, "recalibration": None, "in_confidence": material.in_confidence}


def keep_outcomes(
    session: Session,
    organisation_id: uuid.UUID,
    model_version_id: uuid.UUID,
    material: Material,
    figures: dict[str, Any],
) -> bool:
    """Keep them, unless they would differ from those that are known by a few people's ratings in confidence."""
    lock_row(session, ModelVersion, organisation_id, model_version_id)
    row = outcome_of(session, organisation_id, model_version_id)
    if row is not None and not _may_replace(row, material):
        return False
    if row is None:
        row = ModelOutcome(organisation_id=organisation_id, model_version_id=model_version_id)
        session.add(row)
    row.as_of, row.figures, row.based_on = now(), figures, material.based_on
    record_event(
        session, organisation_id, "outcomes.made", subject="model_version", subject_id=model_version_id, n=figures["n"]
    )
    session.flush()
    return True


def _may_replace(row: ModelOutcome, material: Material) -> bool:
    before, after = set(row.based_on.get("members", [])), set(material.based_on["members"])
    if row.based_on == material.based_on and row.figures.get("in_confidence") == material.in_confidence:
        # The same people and rounds: imported ratings may have changed, and those are known to HR.
        return not material.in_confidence
    confident = material.in_confidence or row.figures.get("in_confidence")
    changed = len(before ^ after)
    return not confident or changed == 0 or changed >= GROUP


def outcome_of(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> ModelOutcome | None:
    return session.scalar(
        select(ModelOutcome)
        .where(ModelOutcome.organisation_id == organisation_id, ModelOutcome.model_version_id == model_version_id)
        .execution_options(populate_existing=True)
    )
