"""How much applicants' scores differ beside the staff's, which a run takes down with its data.

A repeated run takes what the first one took down: applicants who came or went since change no figure of it.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.confidence import in_fives
from models.errors import ModelError
from models.trained import TrainedModel
from models.training import key_only, spread_ratio_of
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from webapp.records import Answer, Applicant, Job, ModelVersion, QuestionnaireVersion, ResultReuse, Sitting
from webapp.services.runs.repeat_run import original, repeated_version
from webapp.services.serving_model import serving_model

MOST = 500
"""So many of either are scored at most, drawn by the run's seed."""
FEWEST = 30
"""Of fewer applicants the spread tells nothing, as in the tables of groups."""
Spread = dict[str, Any]


def applicant_spread(session: Session, job: Job, staff: Sequence[AnswerSheet]) -> Spread | None:
    """The ratio of the two spreads and where it came from; None where it cannot be told."""
    if "repeats" in job.parameters:
        return taken_before(session, job)
    try:
        model, number = scoring_model(session, job)
        return compared(model, number, _drawn(staff, job), applicant_sheets(session, job))
    except ModelError:  # no key, or answers that this model cannot score: nothing is told
        return None


def taken_before(session: Session, job: Job) -> Spread | None:
    first = original(session, repeated_version(session, job))
    taken = first.result.get("taken") if first else None
    return (taken or {}).get("spread")


def compared(
    model: TrainedModel, number: int | None, staff: Sequence[AnswerSheet], applicants: Sequence[AnswerSheet]
) -> Spread | None:
    """Rounded, and the staff in fives, as nobody's answer may be told from how two runs differ."""
    ours, theirs = scored(model, staff), scored(model, applicants)
    ratio = spread_ratio_of(model, ours, theirs) if min(len(ours), len(theirs)) >= FEWEST else None
    if ratio is None:
        return None
    counts = {"applicants": len(theirs), "staff": in_fives(len(ours))}
    return {"ratio": round(ratio, 2), "model": number, "most": MOST, **counts}


def scored(model: TrainedModel, sheets: Sequence[AnswerSheet]) -> list[AnswerSheet]:
    """Those who answered enough to have a score."""
    return [sheet for sheet, each in zip(sheets, model.score(sheets), strict=True) if each.score is not None]


def scoring_model(session: Session, job: Job) -> tuple[TrainedModel, int | None]:
    """The model that serves this form, with its number; the key where none serves or it is damaged."""
    owner, questionnaire_id, form = about(job)
    row = session.execute(
        select(ModelVersion.id, ModelVersion.number).where(
            ModelVersion.organisation_id == owner,
            ModelVersion.questionnaire_id == questionnaire_id,
            ModelVersion.form == form,
            ModelVersion.state == "serving",
            ModelVersion.kind == "trained",
        )
    ).first()
    if row is not None:
        try:
            return serving_model(session, owner, row.id), row.number
        except ModelError:
            pass
    definition = session.get_one(QuestionnaireVersion, (owner, questionnaire_id)).definition
    return key_only(load_text(definition), form), None


def about(job: Job) -> tuple[uuid.UUID, uuid.UUID, str]:
    return job.organisation_id, uuid.UUID(job.parameters["questionnaire_id"]), job.parameters["form"]


def applicant_sheets(session: Session, job: Job) -> list[AnswerSheet]:
    """What applicants sent in; who withdrew is left out, of who was erased nothing is left."""
    drawn = _drawn(applicant_sittings(session, job), job)
    found: dict[uuid.UUID, dict[str, Any]] = {sitting: {} for sitting in drawn}
    rows = session.execute(
        select(Answer.sitting_id, Answer.item_id, Answer.value)
        .where(Answer.organisation_id == job.organisation_id, Answer.sitting_id.in_(drawn), Answer.value.is_not(None))
        .order_by(Answer.sitting_id, Answer.item_id)
    )
    for sitting, item, value in rows:
        if value is not None:
            found[sitting][item] = value
    return [AnswerSheet(person=str(sitting), answers=answers) for sitting, answers in found.items()]


def applicant_sittings(session: Session, job: Job) -> list[uuid.UUID]:
    """A result taken over counts where it was given."""
    owner, questionnaire_id, form = about(job)
    reused = select(ResultReuse.sitting_id).where(ResultReuse.organisation_id == owner)
    theirs = (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
    rows = session.scalars(
        select(Sitting.id)
        .join(Applicant, theirs)
        .where(
            Sitting.organisation_id == owner,
            Sitting.questionnaire_id == questionnaire_id,
            Sitting.form == form,
            Sitting.purpose == "selection",
            Sitting.state == "submitted",
            Applicant.state != "withdrawn",
            Sitting.id.not_in(reused),
        )
        .order_by(Sitting.id)
    )
    return list(rows)


def _drawn(people: Sequence[Any], job: Job) -> list[Any]:
    lots = random.Random(job.parameters["seed"])  # noqa: S311 - who is drawn is no secret
    return list(people) if len(people) <= MOST else lots.sample(people, MOST)
